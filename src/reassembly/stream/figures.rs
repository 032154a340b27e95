//! What a stream can be asked: what it has counted, what it holds, whether it is whole.

use super::{Disorder, Status, Stream, Tally};
use crate::segment::SeqNum;

/// Figures of one stream, apart from packets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamCounters {
    /// Bytes of sequence space that lie behind: delivered, gap and urgent.
    pub stream_bytes: u64,
    /// Bytes handed on.
    pub delivered_bytes: u64,
    /// Bytes that never came.
    pub gap_bytes: u64,
    /// Gaps.
    pub gaps: u64,
    /// Bytes taken out by urgent pointers.
    pub urgent_bytes: u64,
    /// Bytes that came again after they were handed on.
    pub retransmitted_bytes: u64,
    /// Segments that came before their turn.
    pub out_of_order: u64,
    /// Bytes of queued segments that another segment carried too.
    pub overlap_bytes: u64,
    /// Overlaps whose bytes disagree.
    pub overlap_conflicts: u64,
    /// Overlaps with bytes handed on that could not be compared.
    pub overlap_unverified: u64,
}

impl Stream {
    /// Bytes or a FIN wait behind a hole.
    #[must_use]
    pub fn has_hole(&self) -> bool {
        self.disorder
            .as_ref()
            .is_some_and(|disorder| !disorder.queue.is_empty() || disorder.fin.is_some())
    }

    /// Known since its SYN, without a hole or gap: what was not seen was not sent, or is on its way.
    #[must_use]
    #[inline]
    pub fn is_gap_free(&self) -> bool {
        self.status.0 & (Status::ANCHORED | Status::LOSSY) == Status::ANCHORED
            && self
                .disorder
                .as_ref()
                .is_none_or(|disorder| disorder.queue.is_empty() && disorder.fin.is_none())
    }

    /// Sequence number behind the last byte seen, queued ones included.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "sequence numbers are modulo 2^32"
    )]
    pub fn highest_seq(&self) -> SeqNum {
        match self
            .disorder
            .as_ref()
            .and_then(|disorder| disorder.queue.end())
        {
            Some(end) => self.base.plus(end as u32),
            None => self.next_seq(),
        }
    }

    /// Memory held behind holes, in bytes, overhead included.
    #[must_use]
    pub fn held_len(&self) -> usize {
        self.disorder
            .as_ref()
            .map_or(0, |disorder| disorder.queue.held_len())
    }

    /// Captured payload behind holes, in bytes.
    #[must_use]
    pub fn held_payload_len(&self) -> u64 {
        self.disorder
            .as_ref()
            .map_or(0, |disorder| disorder.queue.payload_len())
    }

    /// Memory for what is out of the ordinary apart from what waits, in bytes: less than 1 KiB.
    #[must_use]
    pub fn box_len(&self) -> usize {
        self.disorder.as_ref().map_or(0, |disorder| {
            size_of::<Disorder>() + disorder.urgent.capacity() * size_of::<u64>()
        })
    }

    /// Figures so far.
    #[must_use]
    pub fn counters(&self) -> StreamCounters {
        let tally = self
            .disorder
            .as_ref()
            .map_or_else(Tally::default, |disorder| disorder.tally);
        StreamCounters {
            stream_bytes: self.next,
            delivered_bytes: self
                .next
                .saturating_sub(tally.gap_bytes)
                .saturating_sub(tally.urgent_bytes),
            gap_bytes: tally.gap_bytes,
            gaps: tally.gaps,
            urgent_bytes: tally.urgent_bytes,
            retransmitted_bytes: tally.retransmitted_bytes,
            out_of_order: tally.out_of_order,
            overlap_bytes: tally.overlap_bytes,
            overlap_conflicts: tally.overlap_conflicts,
            overlap_unverified: tally.overlap_unverified,
        }
    }
}
