//! Classic pcap (draft-ietf-opsawg-pcap): a file header, then records of one link type.

use super::error::SourceError;
use super::file::{Record, Step};
use crate::packet::{LinkType, Timestamp};

/// The file header, and so how to read records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pcap {
    link: LinkType,
    order: Order,
    /// Nanoseconds a unit of the second time stamp field.
    unit_ns: u64,
}

/// Byte order of a file or section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    #[inline]
    pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    #[inline]
    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    #[inline]
    pub(super) fn u64(self, bytes: [u8; 8]) -> u64 {
        match self {
            Self::Little => u64::from_le_bytes(bytes),
            Self::Big => u64::from_be_bytes(bytes),
        }
    }
}

impl Pcap {
    /// From the first bytes of a file; `None` where they are no classic pcap's.
    pub(super) fn from_magic(magic: [u8; 4]) -> Option<(Order, u64)> {
        match u32::from_le_bytes(magic) {
            MICROSECONDS => Some((Order::Little, 1000)),
            NANOSECONDS => Some((Order::Little, 1)),
            other => match other.swap_bytes() {
                MICROSECONDS => Some((Order::Big, 1000)),
                NANOSECONDS => Some((Order::Big, 1)),
                _ => None,
            },
        }
    }

    /// Reads the file header.
    pub(super) fn new(header: &[u8; HEADER_LEN]) -> Result<Self, SourceError> {
        let &[m0, m1, m2, m3, v0, v1, .., l0, l1, l2, l3] = header;
        let first = [m0, m1, m2, m3];
        let (order, unit_ns) = Self::from_magic(first).ok_or(SourceError::NotACapture { first })?;
        if order.u16([v0, v1]) != MAJOR_VERSION {
            return Err(SourceError::UnsupportedFormat {
                name: "pcap of another major version than 2",
            });
        }
        Ok(Self {
            // The upper half tells the length of frame check sequences, which we never read.
            link: LinkType(order.u32([l0, l1, l2, l3]) & 0xffff),
            order,
            unit_ns,
        })
    }

    /// The fields of a record header: the two of the time, and the two lengths.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "quarters of 128 bits")]
    fn fields(&self, header: &[u8; RECORD_HEADER_LEN]) -> ([u32; 2], [u32; 2]) {
        let all = u128::from_le_bytes(*header);
        let (seconds, fraction) = (all as u32, (all >> 32) as u32);
        let (captured, wire) = ((all >> 64) as u32, (all >> 96) as u32);
        let right = |field: u32| match self.order {
            Order::Little => field,
            Order::Big => field.swap_bytes(),
        };
        let time = [right(seconds), right(fraction)];
        (time, [right(captured), right(wire)])
    }

    /// The record at the front of `bytes`.
    #[inline(always)]
    pub(super) fn step(&self, bytes: &[u8]) -> Step {
        let Some(header) = bytes.first_chunk::<RECORD_HEADER_LEN>() else {
            return Step::More(RECORD_HEADER_LEN as u64);
        };
        let ([seconds, fraction], [captured, wire_len]) = self.fields(header);
        let data_len = captured as usize;
        let total_len = RECORD_HEADER_LEN + data_len;
        if total_len > bytes.len() {
            return Step::More(total_len as u64);
        }
        Step::Record(Record {
            // Neither product nor sum can reach 2^64.
            at: Timestamp(u64::from(seconds) * 1_000_000_000 + u64::from(fraction) * self.unit_ns),
            link: self.link,
            data_at: RECORD_HEADER_LEN,
            data_len,
            wire_len,
            total_len,
        })
    }
}

/// The file header, in bytes.
pub(super) const HEADER_LEN: usize = 24;

/// The header of a record, in bytes.
const RECORD_HEADER_LEN: usize = 16;

/// Since 1998.
const MAJOR_VERSION: u16 = 2;

/// Magic numbers of time stamp units.
const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
