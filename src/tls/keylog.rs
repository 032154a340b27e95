//! TLS secrets in the SSLKEYLOGFILE format (RFC 9850), from a file that may still grow or from
//! pcapng Decryption Secrets blocks.
//!
//! Knows nothing of connections and reads no file. Secrets have no `Debug`, `Display` or
//! `Serialize`; they leave this module only as keys of [`crate::tls::decrypt`].

use std::collections::HashMap;

use crate::tls::role::Both;

/// Client randoms whose secrets are kept. One costs about 400 bytes, so 100 MB at most; a busy
/// staging day has some ten thousand handshakes. Past it new ones are counted and dropped.
pub const MAX_SESSIONS: usize = 256 * 1024;

/// Longest line in bytes. A label has at most 31, a random 64, a secret 96 (SHA-384) and room for
/// longer hashes to come.
pub const MAX_LINE_LEN: usize = 512;

/// Longest secret in bytes: SHA-512's.
const MAX_SECRET_LEN: usize = 64;

/// A secret; 32 or 48 bytes in practice.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    bytes: [u8; MAX_SECRET_LEN],
    len: u8,
}

impl Secret {
    /// `None` above 64 bytes or where there are none.
    pub(crate) fn new(secret: &[u8]) -> Option<Self> {
        let mut bytes = [0; MAX_SECRET_LEN];
        bytes.get_mut(..secret.len())?.copy_from_slice(secret);
        let len = u8::try_from(secret.len()).ok().filter(|len| *len > 0)?;
        Some(Self { bytes, len })
    }

    /// The bytes, for the key schedule alone.
    pub(crate) fn expose(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&[])
    }
}

/// What is known of one client random.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// `CLIENT_RANDOM`: the master secret of TLS 1.2 and older.
    pub(crate) master: Option<Secret>,
    /// `CLIENT_EARLY_TRAFFIC_SECRET`.
    pub(crate) early: Option<Secret>,
    /// `CLIENT_HANDSHAKE_TRAFFIC_SECRET` and the server's.
    pub(crate) handshake: Both<Option<Secret>>,
    /// `CLIENT_TRAFFIC_SECRET_0` and the server's.
    pub(crate) application: Both<Option<Secret>>,
}

/// Secrets by client random.
#[derive(Default)]
pub struct KeyLog {
    sessions: HashMap<[u8; 32], Secrets>,
    /// A line whose end has not come, at most [`MAX_LINE_LEN`] bytes.
    partial: Vec<u8>,
    /// The line at hand is too long: drop it up to its end.
    dropping: bool,
    /// Secrets taken.
    secrets: u64,
    /// Lines passed over.
    ignored: u64,
}

impl KeyLog {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds text as it comes: whole files, or what was appended since; a line cut at the end waits
    /// for its rest in the next call. Lines that hold no secret we use are counted and passed over.
    pub fn add(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(at);
            rest = after.get(1..).unwrap_or(&[]);
            if self.partial.is_empty() {
                self.line(line);
            } else {
                self.keep(line);
                self.end();
            }
            self.dropping = false;
        }
        self.keep(rest);
    }

    /// The text is complete: its last line may lack a line end (end of a file, of a secrets block).
    pub fn end(&mut self) {
        let line = std::mem::take(&mut self.partial);
        if !line.is_empty() {
            self.line(&line);
        }
    }

    /// Secrets taken so far; grows when something new may be readable.
    #[must_use]
    pub fn secrets(&self) -> u64 {
        self.secrets
    }

    /// Lines that held no secret we use: comments, other labels, damage.
    #[must_use]
    pub fn ignored(&self) -> u64 {
        self.ignored
    }

    /// What is known of a client random.
    pub(crate) fn of(&self, client_random: &[u8; 32]) -> Option<&Secrets> {
        self.sessions.get(client_random)
    }

    fn keep(&mut self, piece: &[u8]) {
        if self.dropping || piece.is_empty() {
            return;
        }
        if self.partial.len().saturating_add(piece.len()) > MAX_LINE_LEN {
            self.partial = Vec::new();
            self.dropping = true;
            self.ignored += 1;
        } else {
            self.partial.extend_from_slice(piece);
        }
    }

    fn line(&mut self, line: &[u8]) {
        if self.dropping {
            return;
        }
        let line = line.trim_ascii();
        if !line.is_empty() && self.take(line).is_none() {
            self.ignored += 1;
        }
    }

    /// `LABEL RANDOM SECRET`; `None` where it is something else.
    fn take(&mut self, line: &[u8]) -> Option<()> {
        let mut words = line.split(|byte| *byte == b' ').filter(|w| !w.is_empty());
        let (label, random, secret) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let mut client_random = [0; 32];
        (unhex(random, &mut client_random)? == 32).then_some(())?;
        let mut bytes = [0; MAX_SECRET_LEN];
        let len = unhex(secret, &mut bytes)?;
        let secret = Secret::new(bytes.get(..len)?)?;

        if self.sessions.len() >= MAX_SESSIONS && !self.sessions.contains_key(&client_random) {
            return None;
        }
        let known = self.sessions.get(&client_random).cloned();
        let mut known = known.unwrap_or_default();
        let slot = match label {
            b"CLIENT_RANDOM" => &mut known.master,
            b"CLIENT_EARLY_TRAFFIC_SECRET" => &mut known.early,
            b"CLIENT_HANDSHAKE_TRAFFIC_SECRET" => &mut known.handshake.client,
            b"SERVER_HANDSHAKE_TRAFFIC_SECRET" => &mut known.handshake.server,
            b"CLIENT_TRAFFIC_SECRET_0" => &mut known.application.client,
            b"SERVER_TRAFFIC_SECRET_0" => &mut known.application.server,
            _ => return None,
        };
        *slot = Some(secret);
        self.sessions.insert(client_random, known);
        self.secrets += 1;
        Some(())
    }
}

/// Bytes written to the front of `out`; `None` where it is no hex or does not fit.
fn unhex(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let (pairs, odd) = text.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    for (at, [high, low]) in pairs.iter().enumerate() {
        *out.get_mut(at)? = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(pairs.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: [u8; 32] = [0xab; 32];

    fn text() -> String {
        let (random, secret) = ("ab".repeat(32), "01".repeat(48));
        format!(
            "# comment\nCLIENT_RANDOM {random} {secret}\r\n\
             SERVER_HANDSHAKE_TRAFFIC_SECRET {random} {}\n\
             EXPORTER_SECRET {random} {secret}\nnonsense\nCLIENT_RANDOM {random} zz\n",
            "02".repeat(32)
        )
    }

    #[test]
    fn any_cut_of_a_growing_file_gives_the_same_secrets() {
        let text = text();
        for at in 0..text.len() {
            let (head, tail) = text.as_bytes().split_at(at);
            let mut log = KeyLog::new();
            log.add(head);
            log.add(tail);
            assert_eq!((log.secrets(), log.ignored()), (2, 4), "cut at {at}");
            let known = log.of(&RANDOM).expect("known");
            assert!(known.master.as_ref().is_some_and(|s| s.expose() == [1; 48]));
            let server = known.handshake.server.as_ref();
            assert!(server.is_some_and(|s| s.expose() == [2; 32]));
        }
    }

    #[test]
    fn the_last_line_counts_when_the_text_is_complete() {
        let mut log = KeyLog::new();
        log.add(format!("CLIENT_RANDOM {} {}", "ab".repeat(32), "01".repeat(48)).as_bytes());
        assert_eq!(log.secrets(), 0);
        log.end();
        assert_eq!(log.secrets(), 1);
    }

    #[test]
    fn an_endless_line_is_not_kept() {
        let mut log = KeyLog::new();
        for _ in 0..1000 {
            log.add(&[b'a'; 100]);
        }
        assert!(log.partial.len() <= MAX_LINE_LEN);
        log.add(b"\n");
        log.add(text().as_bytes());
        assert_eq!(log.secrets(), 2);
    }
}
