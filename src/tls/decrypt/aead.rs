//! AES-GCM, AES-CCM and ChaCha20-Poly1305, with the nonces of TLS 1.2 and 1.3.

use aes::{Aes128, Aes256};
use aes_gcm::aead::consts::{U8, U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit as _, Nonce};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use ccm::Ccm;
use chacha20poly1305::ChaCha20Poly1305;

use crate::tls::record::Header;
use crate::tls::suites::{Cipher, Mode, Parts};

/// A cipher and the secret part of its nonce.
pub(super) struct Aead {
    cipher: Box<Algorithm>,
    /// Twelve bytes; only the first four are used by GCM and CCM of TLS 1.2.
    iv: [u8; 12],
    /// The rest of the nonce travels before each record of TLS 1.2 (RFC 5288 3, RFC 6655 3).
    explicit: bool,
    tag_len: usize,
}

enum Algorithm {
    Aes128Gcm(Aes128Gcm),
    Aes256Gcm(Aes256Gcm),
    Aes128Ccm(Ccm<Aes128, U16, U12>),
    Aes256Ccm(Ccm<Aes256, U16, U12>),
    Aes128Ccm8(Ccm<Aes128, U8, U12>),
    Aes256Ccm8(Ccm<Aes256, U8, U12>),
    Chacha20(ChaCha20Poly1305),
}

impl Aead {
    /// `iv`: 4 or 12 bytes. `None` for an algorithm we do not have, or a key of another length.
    pub(super) fn new(parts: Parts, key: &[u8], iv: &[u8]) -> Option<Self> {
        let cipher = match (parts.cipher, parts.mode, parts.key_bits) {
            (Cipher::Aes, Mode::Gcm, 128) => {
                Algorithm::Aes128Gcm(Aes128Gcm::new_from_slice(key).ok()?)
            }
            (Cipher::Aes, Mode::Gcm, 256) => {
                Algorithm::Aes256Gcm(Aes256Gcm::new_from_slice(key).ok()?)
            }
            (Cipher::Aes, Mode::Ccm, 128) => Algorithm::Aes128Ccm(Ccm::new_from_slice(key).ok()?),
            (Cipher::Aes, Mode::Ccm, 256) => Algorithm::Aes256Ccm(Ccm::new_from_slice(key).ok()?),
            (Cipher::Aes, Mode::Ccm8, 128) => Algorithm::Aes128Ccm8(Ccm::new_from_slice(key).ok()?),
            (Cipher::Aes, Mode::Ccm8, 256) => Algorithm::Aes256Ccm8(Ccm::new_from_slice(key).ok()?),
            (Cipher::Chacha20, Mode::Poly1305, _) => {
                Algorithm::Chacha20(ChaCha20Poly1305::new_from_slice(key).ok()?)
            }
            _ => return None,
        };
        let mut full = [0; 12];
        full.get_mut(..iv.len())?.copy_from_slice(iv);
        Some(Self {
            cipher: Box::new(cipher),
            iv: full,
            explicit: parts.mode != Mode::Poly1305,
            tag_len: if parts.mode == Mode::Ccm8 { 8 } else { 16 },
        })
    }

    /// A record of TLS 1.2.
    pub(super) fn open12(
        &self,
        sequence: u64,
        header: Header,
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let (nonce, sealed) = if self.explicit {
            let (explicit, sealed) = body.split_first_chunk::<8>()?;
            let mut nonce = self.iv;
            nonce.last_chunk_mut::<8>()?.copy_from_slice(explicit);
            (nonce, sealed)
        } else {
            (self.masked(sequence), body)
        };
        let plain_len = sealed.len().checked_sub(self.tag_len)?;
        let mut aad = [0; 13];
        let (number, rest) = aad.split_first_chunk_mut::<8>()?;
        *number = sequence.to_be_bytes();
        let version = header.version.to_be_bytes();
        let len = u16::try_from(plain_len).ok()?.to_be_bytes();
        rest.copy_from_slice(&[
            header.content.byte(),
            version[0],
            version[1],
            len[0],
            len[1],
        ]);
        out.extend_from_slice(sealed);
        self.open(nonce, &aad, out)
    }

    /// A record of TLS 1.3.
    pub(super) fn open13(
        &self,
        sequence: u64,
        header: Header,
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let version = header.version.to_be_bytes();
        let len = u16::try_from(header.len).ok()?.to_be_bytes();
        let aad = [
            header.content.byte(),
            version[0],
            version[1],
            len[0],
            len[1],
        ];
        out.extend_from_slice(body);
        self.open(self.masked(sequence), &aad, out)
    }

    /// RFC 8446 5.3, RFC 7905 2: the sequence number over the end of the secret nonce.
    fn masked(&self, sequence: u64) -> [u8; 12] {
        let mut nonce = self.iv;
        if let Some(tail) = nonce.last_chunk_mut::<8>() {
            *tail = (u64::from_be_bytes(*tail) ^ sequence).to_be_bytes();
        }
        nonce
    }

    fn open(&self, nonce: [u8; 12], aad: &[u8], buffer: &mut Vec<u8>) -> Option<()> {
        fn with<A: AeadInOut>(
            cipher: &A,
            nonce: [u8; 12],
            aad: &[u8],
            buffer: &mut Vec<u8>,
        ) -> Option<()> {
            let nonce: &Nonce<A> = nonce.as_slice().try_into().ok()?;
            cipher.decrypt_in_place(nonce, aad, buffer).ok()
        }
        match &*self.cipher {
            Algorithm::Aes128Gcm(cipher) => with(cipher, nonce, aad, buffer),
            Algorithm::Aes256Gcm(cipher) => with(cipher, nonce, aad, buffer),
            Algorithm::Aes128Ccm(cipher) => with(cipher, nonce, aad, buffer),
            Algorithm::Aes256Ccm(cipher) => with(cipher, nonce, aad, buffer),
            Algorithm::Aes128Ccm8(cipher) => with(cipher, nonce, aad, buffer),
            Algorithm::Aes256Ccm8(cipher) => with(cipher, nonce, aad, buffer),
            Algorithm::Chacha20(cipher) => with(cipher, nonce, aad, buffer),
        }
    }
}
