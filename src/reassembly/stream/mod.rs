//! The state of one direction, and what each segment does to it.
//!
//! Here: where the stream begins, where it stands, and how it moves while segments come in order.
//! Whatever else happens to it has a file of its own.

mod delivery;
mod elsewhere;
mod ending;
mod figures;
mod holes;
mod piece;
mod segments;

use super::queue::Queue;
use crate::packet::Timestamp;
use crate::segment::SeqNum;

use elsewhere::Elsewhere;
pub use elsewhere::RESYNC_SEGMENTS;
pub use figures::StreamCounters;
pub use holes::{
    ACKED_WAIT_LEN, ACKED_WAIT_NS, ACKED_WAIT_SEGMENTS, ONE_SIDED_WAIT_LEN, ONE_SIDED_WAIT_NS,
};
pub use piece::{Piece, Witness};

/// Bytes a segment may lie from the next one where the peer's window is smaller or unknown. The
/// largest receive buffer Linux grows to by default is 6 MiB; its usual start is 64 KiB.
pub const MIN_WINDOW_LEN: u32 = 1 << 20;

/// Urgent bytes announced and not yet reached, at most; further ones stay in the stream.
const MAX_URGENT: usize = 16;

/// One direction of a connection.
#[derive(Debug, Default)]
pub struct Stream {
    /// Offset of the next byte to hand on. Everything before it is final.
    next: u64,
    /// Only where something was out of the ordinary, so that a quiet stream takes 24 bytes.
    disorder: Option<Box<Disorder>>,
    /// Sequence number of offset 0.
    base: SeqNum,
    status: Status,
}

/// What holds of a stream; bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Status(u8);

impl Status {
    /// `base` is known.
    const STARTED: u8 = 1;
    /// `base` comes from the handshake, not from the first byte seen.
    const ANCHORED: u8 = 2;
    /// The sender's last byte was handed on.
    const FINISHED: u8 = 4;
    /// Bytes are known to have been lost on the way to us.
    const LOSSY: u8 = 8;

    fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    fn set(&mut self, bit: u8) {
        self.0 |= bit;
    }
}

#[derive(Debug, Default)]
struct Disorder {
    /// Bytes behind a hole: every run starts behind `next`.
    queue: Queue,
    /// Offset of a FIN behind a hole, the lowest of them.
    fin: Option<u64>,
    /// Offsets of urgent bytes to come, ascending, at most [`MAX_URGENT`].
    urgent: Vec<u64>,
    /// When the first hole opened.
    hole_since: Timestamp,
    /// An acknowledgment beyond the first hole, and what came after it.
    acked: Option<Acked>,
    /// Where a stream that has jumped would go on.
    elsewhere: Option<Elsewhere>,
    tally: Tally,
}

#[derive(Debug, Clone, Copy)]
struct Acked {
    /// Offset up to which the peer has everything.
    offset: u64,
    at: Timestamp,
    segments: u8,
    len: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    gap_bytes: u64,
    gaps: u64,
    urgent_bytes: u64,
    retransmitted_bytes: u64,
    out_of_order: u64,
    overlap_bytes: u64,
    overlap_conflicts: u64,
    overlap_unverified: u64,
}

impl Stream {
    /// Says where the stream begins, from the handshake: the sequence number behind the SYN. Does
    /// nothing once a byte was handed on.
    pub fn anchor(&mut self, first: SeqNum) {
        if self.next == 0 && !self.status.has(Status::FINISHED) {
            self.base = first;
            self.status.set(Status::STARTED | Status::ANCHORED);
        }
    }

    /// Says where the stream begins, from the first byte seen, unless that is known.
    pub fn begin(&mut self, first: SeqNum) {
        if !self.status.has(Status::STARTED) {
            self.base = first;
            self.status.set(Status::STARTED);
        }
    }

    /// A SYN seen late names the place where the stream was found to begin anyway.
    pub fn confirm_anchor(&mut self) {
        self.status.set(Status::ANCHORED);
    }

    /// Notes that the capture has lost bytes of this stream, so that nothing is concluded from
    /// what was not seen.
    pub fn note_loss(&mut self) {
        self.status.set(Status::LOSSY);
    }

    /// Takes `len` bytes at `seq` if they are next and nothing waits: the offset to hand them on
    /// at. This is the whole cost of a segment in order.
    #[inline(always)]
    pub fn accept(&mut self, seq: SeqNum, len: usize) -> Option<u64> {
        let offset = self.next;
        if self.status.0 & (Status::STARTED | Status::FINISHED) != Status::STARTED
            || seq != self.next_seq()
            || self
                .disorder
                .as_ref()
                .is_some_and(|disorder| !disorder.is_quiet())
        {
            return None;
        }
        self.next = offset.saturating_add(len as u64);
        Some(offset)
    }

    /// Sequence number of the next byte; behind a FIN, of nothing.
    #[must_use]
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "sequence numbers are modulo 2^32"
    )]
    pub fn next_seq(&self) -> SeqNum {
        let fin = u32::from(self.status.has(Status::FINISHED));
        self.base.plus((self.next as u32).wrapping_add(fin))
    }

    /// Offset of the next byte.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Sequence number of the first byte, once known.
    #[must_use]
    pub fn base(&self) -> Option<SeqNum> {
        self.is_started().then_some(self.base)
    }

    /// The first sequence number is known.
    #[must_use]
    pub fn is_started(&self) -> bool {
        self.status.has(Status::STARTED)
    }

    /// The first sequence number comes from the handshake.
    #[must_use]
    pub fn is_anchored(&self) -> bool {
        self.status.has(Status::ANCHORED)
    }

    /// The last byte was handed on.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status.has(Status::FINISHED)
    }
}

/// Index of `offset` in bytes that begin at `start`; 0 before them.
fn index_of(offset: u64, start: u64) -> usize {
    usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX)
}

impl Disorder {
    /// Nothing waits and nothing is announced: a segment in order may pass untouched.
    fn is_quiet(&self) -> bool {
        self.queue.is_empty()
            && self.fin.is_none()
            && self.urgent.is_empty()
            && self.elsewhere.is_none()
    }
}
