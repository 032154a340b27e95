//! Key schedules: the pseudo-random functions of TLS 1.0 to 1.2, and HKDF-Expand-Label of 1.3.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

use crate::tls::suites::{Hash, Parts};

/// Randoms of the two hellos.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Randoms {
    /// Of the ClientHello.
    pub(crate) client: [u8; 32],
    /// Of the ServerHello.
    pub(crate) server: [u8; 32],
}

/// RFC 5246 6.3: keys for both directions, `len` bytes.
pub(super) fn key_block(
    version: u16,
    parts: Parts,
    master: &[u8],
    randoms: &Randoms,
    len: usize,
) -> Option<Vec<u8>> {
    let mut seed = b"key expansion".to_vec();
    seed.extend_from_slice(&randoms.server);
    seed.extend_from_slice(&randoms.client);
    let mut block = vec![0; len];
    match version {
        0x0301 | 0x0302 => {
            // RFC 2246 5: halves of the secret that share the middle byte of an odd length.
            let half = master.len().div_ceil(2);
            let left = master.get(..half)?;
            let right = master.get(master.len().checked_sub(half)?..)?;
            xor_p_hash(Hash::Md5, left, &seed, &mut block)?;
            xor_p_hash(Hash::Sha1, right, &seed, &mut block)?;
        }
        // RFC 5246 5: SHA-256 unless the suite names a better hash.
        0x0303 if parts.hash == Hash::Sha384 => {
            xor_p_hash(Hash::Sha384, master, &seed, &mut block)?;
        }
        0x0303 => {
            xor_p_hash(Hash::Sha256, master, &seed, &mut block)?;
        }
        _ => return None,
    }
    Some(block)
}

/// An HMAC with its key, ready for one message.
#[derive(Clone)]
pub(super) enum HmacKey {
    Md5(Hmac<Md5>),
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
}

impl HmacKey {
    /// `None` for a hash that no suite we open uses.
    pub(super) fn new(hash: Hash, key: &[u8]) -> Option<Self> {
        Some(match hash {
            Hash::Md5 => Self::Md5(Hmac::new_from_slice(key).ok()?),
            Hash::Sha1 => Self::Sha1(Hmac::new_from_slice(key).ok()?),
            Hash::Sha256 => Self::Sha256(Hmac::new_from_slice(key).ok()?),
            Hash::Sha384 => Self::Sha384(Hmac::new_from_slice(key).ok()?),
            _ => return None,
        })
    }

    /// The MAC over `pieces`, one after the other.
    pub(super) fn mac(&self, pieces: &[&[u8]]) -> Vec<u8> {
        match self.clone() {
            Self::Md5(mut mac) => {
                for piece in pieces {
                    mac.update(piece);
                }
                mac.finalize().into_bytes().to_vec()
            }
            Self::Sha1(mut mac) => {
                for piece in pieces {
                    mac.update(piece);
                }
                mac.finalize().into_bytes().to_vec()
            }
            Self::Sha256(mut mac) => {
                for piece in pieces {
                    mac.update(piece);
                }
                mac.finalize().into_bytes().to_vec()
            }
            Self::Sha384(mut mac) => {
                for piece in pieces {
                    mac.update(piece);
                }
                mac.finalize().into_bytes().to_vec()
            }
        }
    }
}

/// RFC 5246 5, P_hash, exclusive-ored into `out`.
fn xor_p_hash(hash: Hash, secret: &[u8], seed: &[u8], out: &mut [u8]) -> Option<()> {
    let key = HmacKey::new(hash, secret)?;
    let mut a = key.mac(&[seed]);
    let mut done = 0;
    while done < out.len() {
        for byte in key.mac(&[&a, seed]) {
            if let Some(slot) = out.get_mut(done) {
                *slot ^= byte;
            }
            done += 1;
        }
        a = key.mac(&[&a]);
    }
    Some(())
}

/// RFC 8446 7.1, with an empty context.
pub(super) fn expand_label(hash: Hash, secret: &[u8], label: &[u8], out: &mut [u8]) -> Option<()> {
    let mut info = u16::try_from(out.len()).ok()?.to_be_bytes().to_vec();
    info.push(u8::try_from(label.len().checked_add(6)?).ok()?);
    info.extend_from_slice(b"tls13 ");
    info.extend_from_slice(label);
    info.push(0);
    match hash {
        Hash::Sha256 => Hkdf::<Sha256>::from_prk(secret)
            .ok()?
            .expand(&info, out)
            .ok(),
        Hash::Sha384 => Hkdf::<Sha384>::from_prk(secret)
            .ok()?
            .expand(&info, out)
            .ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::fingerprint::hex;

    fn unhex(text: &str) -> Vec<u8> {
        let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
        (0..text.len()).step_by(2).map(digit).collect()
    }

    /// RFC 8448 3: the server's handshake traffic secret and what is derived from it.
    #[test]
    fn rfc_8448_keys() {
        let secret = unhex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
        let (mut key, mut iv) = ([0; 16], [0; 12]);
        expand_label(Hash::Sha256, &secret, b"key", &mut key).expect("fits");
        expand_label(Hash::Sha256, &secret, b"iv", &mut iv).expect("fits");
        assert_eq!(hex(&key), "3fce516009c21727d0f2e4e86ee403bc");
        assert_eq!(hex(&iv), "5d313eb2671276ee13000b30");
    }
}
