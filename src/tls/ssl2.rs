//! SSLv2 records and messages (the draft of 1995), as far as they go in the clear.

use crate::tls::hello::Reader;
use crate::tls::suites::SuiteCode;

/// Longest message kept, in bytes: what a two-byte header can announce.
const MAX_MESSAGE_LEN: usize = 0x7fff;

/// Message types in the clear.
pub(crate) const ERROR: u8 = 0;
pub(crate) const CLIENT_HELLO: u8 = 1;
pub(crate) const CLIENT_MASTER_KEY: u8 = 2;
pub(crate) const SERVER_HELLO: u8 = 4;

/// Reads one direction.
#[derive(Debug, Default)]
pub(crate) struct Ssl2Reader {
    /// Header and body of the record at hand, where it was cut. Never reserved ahead.
    buffer: Vec<u8>,
}

impl Ssl2Reader {
    /// The first byte of a stream that begins with an SSLv2 record: a two-byte header has its
    /// highest bit set, a TLS content type never.
    pub(crate) fn starts(first: u8) -> bool {
        first & 0x80 != 0
    }

    /// Takes one record off the front of `bytes`; `None` where more are needed. Its body, padding
    /// included, is lent to `take`.
    pub(crate) fn next<R>(
        &mut self,
        bytes: &mut &[u8],
        take: impl FnOnce(&[u8]) -> R,
    ) -> Option<R> {
        loop {
            let (header_len, len) = match *self.buffer.as_slice() {
                [first, second, ..] if first & 0x80 != 0 => {
                    (2, usize::from(u16::from_be_bytes([first & 0x7f, second])))
                }
                [first, second, _, ..] => {
                    (3, usize::from(u16::from_be_bytes([first & 0x3f, second])))
                }
                _ => (self.buffer.len().saturating_add(1), 0),
            };
            let whole = header_len.saturating_add(len.min(MAX_MESSAGE_LEN));
            let missing = whole.saturating_sub(self.buffer.len());
            if missing == 0 {
                let record = std::mem::take(&mut self.buffer);
                return Some(take(record.get(header_len..).unwrap_or(&[])));
            }
            if bytes.is_empty() {
                return None;
            }
            let (piece, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
            self.buffer.extend_from_slice(piece);
            *bytes = rest;
        }
    }
}

/// What a SERVER-HELLO says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ServerHello<'a> {
    /// Version.
    pub(crate) version: u16,
    /// The session was resumed: no certificate follows.
    pub(crate) session_hit: bool,
    /// X.509, DER; empty where resumed.
    pub(crate) certificate: &'a [u8],
}

/// From the body, type byte excluded.
pub(crate) fn server_hello(body: &[u8]) -> Option<ServerHello<'_>> {
    let mut reader = Reader(body);
    let session_hit = reader.u8()? != 0;
    reader.u8()?; // certificate type: X.509 is the only one
    let version = reader.u16()?;
    let certificate_len = reader.u16()?;
    reader.u16()?;
    reader.u16()?;
    Some(ServerHello {
        version,
        session_hit,
        certificate: reader.take(usize::from(certificate_len))?,
    })
}

/// The kind that a CLIENT-MASTER-KEY chooses; body without the type byte.
pub(crate) fn chosen_kind(body: &[u8]) -> Option<SuiteCode> {
    let [a, b, c] = *body.first_chunk::<3>()?;
    Some(SuiteCode(u32::from_be_bytes([0, a, b, c])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_cut_gives_the_same_records() {
        let stream = b"\x80\x03abc\x00\x02\x00de\x80\x00\x80\x01f";
        let read = |chunks: &[&[u8]]| {
            let mut reader = Ssl2Reader::default();
            let mut found = Vec::new();
            for chunk in chunks {
                let mut bytes = *chunk;
                while let Some(body) = reader.next(&mut bytes, <[u8]>::to_vec) {
                    found.push(body);
                }
            }
            found
        };
        let whole = read(&[stream]);
        assert_eq!(
            whole,
            [b"abc".to_vec(), b"de".to_vec(), vec![], b"f".to_vec()]
        );
        for at in 0..stream.len() {
            let (head, tail) = stream.split_at(at);
            assert_eq!(read(&[head, tail]), whole, "cut at {at}");
        }
    }
}
