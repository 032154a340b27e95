//! AES-CBC of TLS 1.0 to 1.2, with the MAC inside (RFC 5246 6.2.3.2) or outside (RFC 7366).

use aes::{Aes128, Aes256};
use cbc::Decryptor;
use cbc::cipher::{Array, BlockModeDecrypt as _, KeyIvInit as _};

use super::schedule::HmacKey;
use crate::tls::record::Header;
use crate::tls::suites::{Cipher, Parts};

/// Bytes of an AES block.
const BLOCK_LEN: usize = 16;

/// Keys of one direction.
pub(super) struct Cbc {
    key: Vec<u8>,
    mac: HmacKey,
    mac_len: usize,
    encrypt_then_mac: bool,
    /// TLS 1.0 chains on from the last block (RFC 2246 6.2.3.2); later versions send a vector.
    chained: bool,
    /// That block; `None` after a loss.
    iv: Option<[u8; BLOCK_LEN]>,
}

impl Cbc {
    /// `None` for block ciphers other than AES.
    pub(super) fn new(
        version: u16,
        parts: Parts,
        key: &[u8],
        iv: &[u8],
        mac: &[u8],
        encrypt_then_mac: bool,
    ) -> Option<Self> {
        (parts.cipher == Cipher::Aes).then_some(())?;
        Some(Self {
            key: key.to_vec(),
            mac: HmacKey::new(parts.hash, mac)?,
            mac_len: mac.len(),
            encrypt_then_mac,
            chained: version == 0x0301,
            iv: iv.try_into().ok(),
        })
    }

    /// A record was not opened: the next one chains on from its last block, where that was seen.
    pub(super) fn pass(&mut self, body: &[u8]) {
        let encrypted = if self.encrypt_then_mac {
            body.get(..body.len().saturating_sub(self.mac_len))
                .unwrap_or(&[])
        } else {
            body
        };
        self.iv = encrypted.last_chunk::<BLOCK_LEN>().copied();
    }

    /// One record.
    pub(super) fn open(
        &mut self,
        sequence: u64,
        header: Header,
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let (encrypted, outer_mac) = if self.encrypt_then_mac {
            body.split_at_checked(body.len().checked_sub(self.mac_len)?)?
        } else {
            (body, [].as_slice())
        };
        if let Some(mac) = (!outer_mac.is_empty()).then_some(outer_mac)
            && self.mac_over(sequence, header, encrypted)? != mac
        {
            return None;
        }
        let (iv, blocks) = if self.chained {
            (self.iv, encrypted)
        } else {
            let (iv, blocks) = encrypted.split_first_chunk::<BLOCK_LEN>()?;
            (Some(*iv), blocks)
        };
        let last_block = blocks.last_chunk::<BLOCK_LEN>().copied();
        out.extend_from_slice(blocks);
        decrypt(&self.key, &iv.unwrap_or_default(), out)?;

        // RFC 5246 6.2.3.2: n bytes of padding, each of value n, and n itself.
        let padding = usize::from(*out.last()?).checked_add(1)?;
        let unpadded = out.len().checked_sub(padding)?;
        out.truncate(unpadded);
        if self.encrypt_then_mac {
            self.iv = last_block;
            return Some(());
        }
        let plain_len = out.len().checked_sub(self.mac_len)?;
        let (plain, mac) = out.split_at_checked(plain_len)?;
        if self.mac_over(sequence, header, plain)? != mac {
            return None;
        }
        out.truncate(plain_len);
        self.iv = last_block;
        Some(())
    }

    fn mac_over(&self, sequence: u64, header: Header, data: &[u8]) -> Option<Vec<u8>> {
        let version = header.version.to_be_bytes();
        let len = u16::try_from(data.len()).ok()?.to_be_bytes();
        Some(self.mac.mac(&[
            &sequence.to_be_bytes(),
            &[header.content.byte()],
            &version,
            &len,
            data,
        ]))
    }
}

/// In place; `None` where the key or the length is wrong.
fn decrypt(key: &[u8], iv: &[u8; BLOCK_LEN], data: &mut [u8]) -> Option<()> {
    let (blocks, odd) = Array::slice_as_chunks_mut(data);
    if !odd.is_empty() {
        return None;
    }
    match key.len() {
        16 => Decryptor::<Aes128>::new_from_slices(key, iv)
            .ok()?
            .decrypt_blocks(blocks),
        32 => Decryptor::<Aes256>::new_from_slices(key, iv)
            .ok()?
            .decrypt_blocks(blocks),
        _ => return None,
    }
    Some(())
}
