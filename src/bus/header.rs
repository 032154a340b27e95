//! Headers of bus messages, full (2256 bytes) and light (16).
//!
//! Offsets as `cluster_legacy.h` of Redis 7 and Valkey 9 asserts them; all numbers big-endian.

use super::{BusMessageType, BusNode, MAX_MESSAGE_LEN};

/// The first bytes of every message.
pub(super) const SIGNATURE: &[u8; 4] = b"RCmb";
/// Bytes from which a message's length and kind of header are known.
pub(super) const PREFIX_LEN: usize = 16;
/// Length of a full header, which is that of a light one for messages that have only that.
const FULL_LEN: usize = 2256;
/// Set in the type of a message with a light header (Valkey 8).
const LIGHT: u16 = 0x8000;

/// What the first [`PREFIX_LEN`] bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefix {
    /// Wire length of the message, header included.
    pub(super) len: u32,
    pub(super) kind: BusMessageType,
    /// Length of the header: one of two.
    pub(super) header_len: usize,
}

/// Reads a prefix; `None` where it can be no message.
pub(super) fn prefix(bytes: &[u8]) -> Option<Prefix> {
    let len = u32::from_be_bytes(*bytes.get(4..8)?.first_chunk()?);
    let version = number(bytes, 8)?;
    let kind = number(bytes, 12)?;
    let header_len = if kind & LIGHT == 0 {
        FULL_LEN
    } else {
        PREFIX_LEN
    };
    // Version 1 since Redis 4; version 0 had the same layout.
    let believable = version <= 1 && len <= MAX_MESSAGE_LEN && len as usize >= header_len;
    (bytes.starts_with(SIGNATURE) && believable).then_some(Prefix {
        len,
        kind: BusMessageType(kind & !LIGHT),
        header_len,
    })
}

/// Reads what a full header tells of its sender; `None` for a light one.
pub(super) fn node(header: &[u8]) -> Option<BusNode<'_>> {
    if header.len() < FULL_LEN {
        return None;
    }
    let primary = header.get(2128..2168)?;
    let address = header.get(2168..2214)?;
    let address_len = address.iter().position(|&byte| byte == 0);
    let slots: u32 = header
        .get(80..2128)?
        .iter()
        .map(|byte| byte.count_ones())
        .sum();
    Some(BusNode {
        name: header.get(40..80)?,
        primary: primary.iter().any(|&byte| byte != 0).then_some(primary),
        address: address.get(..address_len.unwrap_or(address.len()))?,
        port: number(header, 10)?,
        other_port: number(header, 2246)?,
        bus_port: number(header, 2248)?,
        flags: number(header, 2250)?,
        slots: u16::try_from(slots).unwrap_or(u16::MAX),
        cluster_ok: header.get(2252) == Some(&0),
    })
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
