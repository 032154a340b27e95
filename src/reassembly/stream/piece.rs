//! What a stream is told: a segment's part in it, and what is known of the receiver.

use super::super::Stamp;
use crate::packet::Timestamp;
use crate::segment::SeqNum;

/// One segment's part in a stream.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Sequence number of the first byte.
    pub seq: SeqNum,
    /// Captured bytes.
    pub bytes: &'a [u8],
    /// Bytes on the wire, at least `bytes.len()`; more where the snap length cut.
    pub wire_len: u32,
    /// The sender has no more behind it.
    pub fin: bool,
    /// Urgent pointer, where the URG flag is set.
    pub urgent: Option<u16>,
    /// The packet.
    pub stamp: Stamp,
    /// Running maximum of capture time.
    pub now: Timestamp,
    /// Largest window the receiver has offered, in bytes; 0 where unknown.
    pub window: u32,
    /// What is known of the receiver.
    pub witness: Witness,
}

impl<'a> Piece<'a> {
    /// Plain data with nothing else known.
    #[must_use]
    pub fn new(seq: SeqNum, bytes: &'a [u8]) -> Self {
        Self {
            seq,
            bytes,
            wire_len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            fin: false,
            urgent: None,
            stamp: Stamp::default(),
            now: Timestamp::default(),
            window: 0,
            witness: Witness::Silent,
        }
    }
}

/// What the other direction says of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// The receiver was never seen.
    Unseen,
    /// It was seen, and has acknowledged nothing.
    Silent,
    /// The highest acknowledgment number seen.
    Acknowledged(SeqNum),
}
