//! Handshake messages out of record bodies: a message may span records, a record may hold several.
//!
//! A message that lies whole in the bytes at hand is not copied. Knows message lengths, not
//! meanings.

/// Longest handshake message kept, in bytes. OpenSSL takes 100 KB of certificates by default and
/// far less of anything else; past it the connection is given up.
pub const MAX_MESSAGE_LEN: usize = 64 * 1024;

/// Longest Certificate message kept, in bytes: a whole chain.
pub const MAX_CHAIN_LEN: usize = 256 * 1024;

/// Handshake types (RFC 8446 4, RFC 5246 7.4).
pub(crate) mod kind {
    pub(crate) const CLIENT_HELLO: u8 = 1;
    pub(crate) const SERVER_HELLO: u8 = 2;
    pub(crate) const NEW_SESSION_TICKET: u8 = 4;
    pub(crate) const END_OF_EARLY_DATA: u8 = 5;
    /// Drafts of TLS 1.3 up to 21.
    pub(crate) const HELLO_RETRY_REQUEST: u8 = 6;
    pub(crate) const ENCRYPTED_EXTENSIONS: u8 = 8;
    pub(crate) const CERTIFICATE: u8 = 11;
    pub(crate) const SERVER_KEY_EXCHANGE: u8 = 12;
    pub(crate) const CERTIFICATE_REQUEST: u8 = 13;
    pub(crate) const SERVER_HELLO_DONE: u8 = 14;
    pub(crate) const CLIENT_KEY_EXCHANGE: u8 = 16;
    pub(crate) const FINISHED: u8 = 20;
    pub(crate) const KEY_UPDATE: u8 = 24;
}

/// A message announces more than is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

/// One direction's handshake bytes.
#[derive(Debug, Default)]
pub(crate) struct HandshakeQueue {
    /// The message at hand, header included, where it was cut. Never reserved ahead.
    buffer: Vec<u8>,
}

impl HandshakeQueue {
    /// Takes one message off the front of `bytes`, which are handshake bytes in order; `None`
    /// where more are needed (all of `bytes` is then kept). `body` is lent to `take`.
    pub(crate) fn next<R>(
        &mut self,
        bytes: &mut &[u8],
        take: impl FnOnce(u8, &[u8]) -> R,
    ) -> Result<Option<R>, TooLong> {
        if self.buffer.is_empty() {
            // Nothing waits: the message may lie whole in the bytes at hand.
            if let Some((header, rest)) = bytes.split_first_chunk::<4>() {
                let (kind, len) = parse_header(*header)?;
                if let Some((body, rest)) = rest.split_at_checked(len) {
                    *bytes = rest;
                    return Ok(Some(take(kind, body)));
                }
            }
        }
        while self.buffer.len() < 4 {
            let Some((&first, rest)) = bytes.split_first() else {
                return Ok(None);
            };
            self.buffer.push(first);
            *bytes = rest;
        }
        let Some(header) = self.buffer.first_chunk::<4>() else {
            return Ok(None);
        };
        let (kind, len) = parse_header(*header)?;
        let missing = len.saturating_add(4).saturating_sub(self.buffer.len());
        let (piece, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
        self.buffer.extend_from_slice(piece);
        *bytes = rest;
        if piece.len() < missing {
            return Ok(None);
        }
        let mut message = std::mem::take(&mut self.buffer);
        let result = take(kind, message.get(4..).unwrap_or(&[]));
        message.clear();
        self.buffer = message;
        Ok(Some(result))
    }

    /// Forgets a message that cannot be completed.
    pub(crate) fn clear(&mut self) {
        self.buffer = Vec::new();
    }
}

fn parse_header(header: [u8; 4]) -> Result<(u8, usize), TooLong> {
    let [kind, a, b, c] = header;
    let len = u32::from_be_bytes([0, a, b, c]);
    let len = usize::try_from(len).map_err(|_| TooLong)?;
    let limit = if kind == kind::CERTIFICATE {
        MAX_CHAIN_LEN
    } else {
        MAX_MESSAGE_LEN
    };
    if len > limit {
        return Err(TooLong);
    }
    Ok((kind, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(chunks: &[&[u8]]) -> Result<Vec<(u8, Vec<u8>)>, TooLong> {
        let mut queue = HandshakeQueue::default();
        let mut found = Vec::new();
        for chunk in chunks {
            let mut bytes = *chunk;
            while let Some(message) = queue.next(&mut bytes, |kind, body| (kind, body.to_vec()))? {
                found.push(message);
            }
            assert!(bytes.is_empty());
        }
        Ok(found)
    }

    #[test]
    fn any_cut_gives_the_same_messages() {
        let bytes = b"\x02\x00\x00\x03abc\x0e\x00\x00\x00\x0b\x00\x00\x02xy";
        let whole = messages(&[bytes]).expect("short");
        assert_eq!(whole.len(), 3);
        assert_eq!(whole[2], (11, b"xy".to_vec()));
        for at in 0..bytes.len() {
            let (head, tail) = bytes.split_at(at);
            assert_eq!(
                messages(&[head, tail]).expect("short"),
                whole,
                "cut at {at}"
            );
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(messages(&single).expect("short"), whole);
    }

    #[test]
    fn an_announced_length_is_neither_reserved_nor_waited_for_beyond_the_limit() {
        assert_eq!(messages(&[b"\x01\x01\x00\x01"]), Err(TooLong));
        assert_eq!(messages(&[b"\x0b\x04\x00\x01"]), Err(TooLong));
        let mut queue = HandshakeQueue::default();
        let mut bytes: &[u8] = b"\x0b\x04\x00\x00abc";
        assert_eq!(queue.next(&mut bytes, |_, _| ()), Ok(None));
        assert!(queue.buffer.capacity() < 1024 && !queue.buffer.is_empty());
    }
}
