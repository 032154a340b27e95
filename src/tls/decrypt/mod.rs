//! Decryption with secrets from a key log: one direction's protection under one set of keys.
//!
//! Knows records and keys, not handshakes: which secret is in force when is the connection's
//! business. Nothing here has to be constant-time: who holds the secrets is who is asking.

mod aead;
mod cbc;
mod schedule;

use crate::tls::keylog::Secret;
use crate::tls::record::{ContentType, Header};
use crate::tls::role::Role;
use crate::tls::suites::{Cipher, Hash, Mode, Parts};

use aead::Aead;
use cbc::Cbc;
pub(crate) use schedule::Randoms;
use schedule::{expand_label, key_block};

/// Sequence numbers tried for a record after bytes were lost. One lost segment of 64 KiB (GSO)
/// holds at most a few dozen short records.
const MAX_LOST_RECORDS: u64 = 64;

/// One direction's keys and its place in the record sequence.
pub(crate) struct Protection {
    keys: Keys,
    /// Records opened so far (RFC 5246 6.1, RFC 8446 5.3).
    sequence: u64,
    /// Records may be missing before the next one.
    lost: bool,
    /// TLS 1.3 traffic secret, for KeyUpdate.
    traffic: Option<(Secret, Parts)>,
}

enum Keys {
    /// No secrecy: the MAC is cut off, unchecked.
    Null { mac_len: usize },
    /// RFC 5246 6.2.3.3.
    Aead12(Aead),
    /// RFC 5246 6.2.3.2.
    Cbc(Box<Cbc>),
    /// RFC 8446 5.2.
    Aead13(Aead),
}

impl Protection {
    /// A NULL suite; `None` where it is none, or where its MAC has no length we know.
    pub(crate) fn null(parts: Parts) -> Option<Self> {
        let mac_len = mac_len(parts.hash)?;
        (parts.cipher == Cipher::Null).then(|| Self::new(Keys::Null { mac_len }))
    }

    /// TLS 1.0 to 1.2, from the master secret; `None` for suites that we cannot open.
    pub(crate) fn from_master(
        version: u16,
        parts: Parts,
        master: &Secret,
        randoms: &Randoms,
        role: Role,
        encrypt_then_mac: bool,
    ) -> Option<Self> {
        let key_len = usize::from(parts.key_bits / 8);
        // GCM and CCM keep four bytes of the nonce secret, ChaCha20 all twelve.
        let (mac_len, iv_len) = match parts.mode {
            Mode::Gcm | Mode::Ccm | Mode::Ccm8 => (0, 4),
            Mode::Poly1305 => (0, 12),
            Mode::Cbc => (mac_len(parts.hash)?, 16),
            _ => return None,
        };
        let sizes = [mac_len, mac_len, key_len, key_len, iv_len, iv_len];
        let block = key_block(version, parts, master.expose(), randoms, sizes.iter().sum())?;
        let mut rest: &[u8] = &block;
        let mut next = |len| {
            let (taken, after) = rest.split_at_checked(len)?;
            rest = after;
            Some(taken)
        };
        let [macs, keys, ivs] = [
            [next(mac_len)?, next(mac_len)?],
            [next(key_len)?, next(key_len)?],
            [next(iv_len)?, next(iv_len)?],
        ];
        let pick = |[client, server]: [&[u8]; 2]| match role {
            Role::Client => client.to_vec(),
            Role::Server => server.to_vec(),
        };
        let (mac, key, iv) = (pick(macs), pick(keys), pick(ivs));
        let keys = if parts.mode == Mode::Cbc {
            let cbc = Cbc::new(version, parts, &key, &iv, &mac, encrypt_then_mac)?;
            Keys::Cbc(Box::new(cbc))
        } else {
            Keys::Aead12(Aead::new(parts, &key, &iv)?)
        };
        Some(Self::new(keys))
    }

    /// TLS 1.3, from a traffic secret; `None` for suites that we cannot open.
    pub(crate) fn from_traffic(parts: Parts, secret: &Secret) -> Option<Self> {
        let mut key = vec![0; usize::from(parts.key_bits / 8)];
        let mut iv = [0; 12];
        expand_label(parts.hash, secret.expose(), b"key", &mut key)?;
        expand_label(parts.hash, secret.expose(), b"iv", &mut iv)?;
        let mut protection = Self::new(Keys::Aead13(Aead::new(parts, &key, &iv)?));
        protection.traffic = Some((secret.clone(), parts));
        Some(protection)
    }

    /// The next generation of keys (RFC 8446 7.2).
    pub(crate) fn updated(&self) -> Option<Self> {
        let (secret, parts) = self.traffic.as_ref()?;
        let mut next = vec![0; secret.expose().len()];
        expand_label(parts.hash, secret.expose(), b"traffic upd", &mut next)?;
        Self::from_traffic(*parts, &Secret::new(&next)?)
    }

    /// Bytes were lost: the next record may have any of the next sequence numbers.
    pub(crate) fn lose(&mut self) {
        self.lost = true;
        if let Keys::Cbc(cbc) = &mut self.keys {
            cbc.pass(&[]);
        }
    }

    /// One record went by that could not be read whole: it has a number all the same.
    pub(crate) fn pass(&mut self) {
        self.sequence = self.sequence.saturating_add(1);
        if let Keys::Cbc(cbc) = &mut self.keys {
            cbc.pass(&[]);
        }
    }

    /// The suite hides nothing.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.keys, Keys::Null { .. })
    }

    /// Opens one record into `out`, which is cleared first. `None`: these keys, or this place in
    /// the sequence, are not the record's.
    pub(crate) fn open(
        &mut self,
        header: Header,
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<ContentType> {
        let last = if self.lost {
            self.sequence.saturating_add(MAX_LOST_RECORDS)
        } else {
            self.sequence
        };
        for sequence in self.sequence..=last {
            if let Some(content) = self.open_at(sequence, header, body, out) {
                self.sequence = sequence.saturating_add(1);
                self.lost = false;
                return Some(content);
            }
        }
        out.clear();
        if let Keys::Cbc(cbc) = &mut self.keys {
            cbc.pass(body);
        }
        None
    }

    fn new(keys: Keys) -> Self {
        Self {
            keys,
            sequence: 0,
            lost: false,
            traffic: None,
        }
    }

    fn open_at(
        &mut self,
        sequence: u64,
        header: Header,
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<ContentType> {
        out.clear();
        match &mut self.keys {
            Keys::Null { mac_len } => {
                let plain_len = body.len().checked_sub(*mac_len)?;
                out.extend_from_slice(body.get(..plain_len)?);
                Some(header.content)
            }
            Keys::Aead12(aead) => {
                aead.open12(sequence, header, body, out)?;
                Some(header.content)
            }
            Keys::Cbc(cbc) => {
                cbc.open(sequence, header, body, out)?;
                Some(header.content)
            }
            Keys::Aead13(aead) => {
                if header.content != ContentType::ApplicationData {
                    return None;
                }
                aead.open13(sequence, header, body, out)?;
                // RFC 8446 5.4: content, its type, and zeros.
                let content = loop {
                    match out.pop()? {
                        0 => {}
                        content => break ContentType::from_byte(content)?,
                    }
                };
                Some(content)
            }
        }
    }
}

/// Bytes of an HMAC.
fn mac_len(hash: Hash) -> Option<usize> {
    match hash {
        Hash::Null => Some(0),
        Hash::Md5 => Some(16),
        Hash::Sha1 => Some(20),
        Hash::Sha256 => Some(32),
        Hash::Sha384 => Some(48),
        Hash::Sha512 | Hash::Other => None,
    }
}
