//! Holes: how long each is waited for, and how it becomes a gap.

use std::ops::ControlFlow;

use super::super::queue::Run;
use super::super::{GapCause, StreamSink};
use super::{Acked, Status, Stream, Witness};
use crate::packet::Timestamp;

/// Segments behind a hole after the peer acknowledged it. Three duplicates are what TCP itself
/// takes for loss (RFC 5681 3.2).
pub const ACKED_WAIT_SEGMENTS: u8 = 3;

/// Bytes behind a hole after the peer acknowledged it.
pub const ACKED_WAIT_LEN: u64 = 64 << 10;

/// Nanoseconds of capture time after the peer acknowledged a hole: 100 ms.
pub const ACKED_WAIT_NS: u64 = 100_000_000;

/// Bytes behind a hole where the peer is never seen: a few windows of a usual connection.
pub const ONE_SIDED_WAIT_LEN: u64 = 256 << 10;

/// Nanoseconds of capture time a hole stays open where the peer is never seen: 500 ms, twice the
/// smallest retransmission timeout of Linux and some.
pub const ONE_SIDED_WAIT_NS: u64 = 500_000_000;

impl Stream {
    /// Gives up the first hole where the evidence suffices: see the constants of this module.
    ///
    /// # Errors
    ///
    /// `Break` where the sink broke off.
    pub fn poll(
        &mut self,
        witness: Witness,
        now: Timestamp,
        sink: &mut impl StreamSink,
    ) -> ControlFlow<()> {
        while let Some(cause) = self.due(witness, now) {
            let Some(hole_end) = self.hole_end() else {
                break;
            };
            self.give_up_to(hole_end, cause, now, sink)?;
        }
        ControlFlow::Continue(())
    }

    /// Hands on everything queued, with gaps between.
    ///
    /// # Errors
    ///
    /// `Break` where the sink broke off.
    pub fn flush(&mut self, cause: GapCause, sink: &mut impl StreamSink) -> ControlFlow<()> {
        while let Some(hole_end) = self.hole_end() {
            self.give_up_to(hole_end, cause, Timestamp::default(), sink)?;
        }
        ControlFlow::Continue(())
    }

    /// Gives up the first hole because room is needed elsewhere.
    ///
    /// # Errors
    ///
    /// `Break` where the sink broke off.
    pub fn make_room(&mut self, now: Timestamp, sink: &mut impl StreamSink) -> ControlFlow<()> {
        if let Some(hole_end) = self.hole_end() {
            self.give_up_to(hole_end, GapCause::Limit, now, sink)?;
        }
        ControlFlow::Continue(())
    }

    /// Declares a gap up to `end`, a hole's end, and hands on what follows.
    pub(super) fn give_up_to(
        &mut self,
        end: u64,
        cause: GapCause,
        now: Timestamp,
        sink: &mut impl StreamSink,
    ) -> ControlFlow<()> {
        self.give_up(end, cause, sink)?;
        self.drain(now, sink)
    }

    /// Declares everything from `next` to `end` a gap.
    pub(super) fn give_up(
        &mut self,
        end: u64,
        cause: GapCause,
        sink: &mut impl StreamSink,
    ) -> ControlFlow<()> {
        let (offset, len) = (self.next, end.saturating_sub(self.next));
        if len == 0 {
            return ControlFlow::Continue(());
        }
        if cause != GapCause::SnapLength {
            self.status.set(Status::LOSSY);
        }
        let disorder = self.disorder.get_or_insert_default();
        disorder.tally.gap_bytes = disorder.tally.gap_bytes.saturating_add(len);
        disorder.tally.gaps += 1;
        self.next = end;
        sink.gap(offset, len, cause)
    }

    /// Where the first hole ends: at queued bytes or at a FIN.
    pub(super) fn hole_end(&self) -> Option<u64> {
        let disorder = self.disorder.as_deref()?;
        let run = disorder.queue.front().map(Run::start);
        match (run, disorder.fin) {
            (Some(run), Some(fin)) => Some(run.min(fin)),
            (run, fin) => run.or(fin),
        }
    }

    /// Whether the first hole is to be given up now, and why.
    fn due(&mut self, witness: Witness, now: Timestamp) -> Option<GapCause> {
        let hole_end = self.hole_end()?;
        let next_seq = self.next_seq();
        let next = self.next;
        let disorder = self.disorder.as_deref_mut()?;
        match witness {
            Witness::Unseen => (disorder.queue.payload_len() >= ONE_SIDED_WAIT_LEN
                || now.since(disorder.hole_since) >= ONE_SIDED_WAIT_NS)
                .then_some(GapCause::Waited),
            Witness::Silent => None,
            Witness::Acknowledged(ack) => {
                if disorder.acked.is_none_or(|acked| acked.offset < hole_end) {
                    let ahead = u64::try_from(ack.distance_from(next_seq)).ok()?;
                    let offset = next.saturating_add(ahead);
                    if offset < hole_end {
                        return None;
                    }
                    disorder.acked = Some(Acked {
                        offset,
                        at: now,
                        segments: 0,
                        len: 0,
                    });
                }
                let acked = disorder.acked?;
                (acked.segments >= ACKED_WAIT_SEGMENTS
                    || acked.len >= ACKED_WAIT_LEN
                    || now.since(acked.at) >= ACKED_WAIT_NS)
                    .then_some(GapCause::Acknowledged)
            }
        }
    }
}
