//! Handing on: bytes at the next offset, what was queued behind them, urgent bytes taken out.

use std::ops::ControlFlow;

use super::super::queue::Run;
use super::super::{Discard, GapCause, Stamp, StreamSink};
use super::{MAX_URGENT, Stream, index_of};
use crate::packet::Timestamp;

impl Stream {
    /// RFC 9293 3.8.5 says the pointer names the byte behind the urgent data, as all systems have
    /// it; Linux takes the byte before that one out of the stream (and, for a pointer of 0, the
    /// segment's first).
    pub(super) fn note_urgent(&mut self, seq_offset: i64, pointer: u16) {
        let named = seq_offset.saturating_add(i64::from(pointer.saturating_sub(1)));
        let Some(named) = u64::try_from(named)
            .ok()
            .filter(|&named| named >= self.next)
        else {
            return;
        };
        let urgent = &mut self.disorder.get_or_insert_default().urgent;
        if let Err(index) = urgent.binary_search(&named)
            && urgent.len() < MAX_URGENT
        {
            urgent.insert(index, named);
        }
    }

    /// Hands on bytes at `next`, without urgent ones.
    pub(super) fn emit(
        &mut self,
        mut bytes: &[u8],
        stamp: Stamp,
        sink: &mut impl StreamSink,
    ) -> ControlFlow<()> {
        while !bytes.is_empty() {
            let offset = self.next;
            let end = offset.saturating_add(bytes.len() as u64);
            let urgent = self.take_urgent(end);
            let plain_len = index_of(urgent.unwrap_or(end), offset);
            let (plain, rest) = bytes.split_at_checked(plain_len).unwrap_or((bytes, &[]));
            self.next = urgent.unwrap_or(end);
            if !plain.is_empty() && sink.data(offset, plain, stamp).is_break() {
                if !rest.is_empty() {
                    sink.discard(rest.len() as u64, Discard::Abandoned);
                }
                return ControlFlow::Break(());
            }
            bytes = rest;
            if let (Some(urgent), Some((_, rest))) = (urgent, rest.split_first()) {
                self.next = urgent.saturating_add(1);
                self.disorder.get_or_insert_default().tally.urgent_bytes += 1;
                sink.urgent(urgent);
                bytes = rest;
            }
        }
        ControlFlow::Continue(())
    }

    /// The first urgent byte before `end`, taken off the list.
    fn take_urgent(&mut self, end: u64) -> Option<u64> {
        let next = self.next;
        let urgent = &mut self.disorder.as_deref_mut()?.urgent;
        urgent.retain(|&offset| offset >= next);
        let first = urgent.first().copied().filter(|&offset| offset < end)?;
        urgent.remove(0);
        Some(first)
    }

    /// Hands on what the queue has at `next`, then the end if it stands there.
    pub(super) fn drain(&mut self, now: Timestamp, sink: &mut impl StreamSink) -> ControlFlow<()> {
        loop {
            let next = self.next;
            let Some(disorder) = self.disorder.as_deref_mut() else {
                break;
            };
            if disorder.queue.front().is_none_or(|run| run.start() > next) {
                break;
            }
            let Some(mut run) = disorder.queue.pop_front() else {
                break;
            };
            // The first hole is another one now.
            disorder.hole_since = now;
            if run.start() < next {
                // In-order bytes came over its head.
                let lost = next.min(run.end()).saturating_sub(run.start());
                if !run.is_missing() {
                    sink.discard(lost, Discard::Duplicate);
                }
                run.trim_front(next);
            }
            self.emit_run(&run, sink)?;
        }
        let next = self.next;
        let Some(disorder) = self.disorder.as_deref_mut() else {
            return ControlFlow::Continue(());
        };
        if let Some(acked) = disorder.acked
            && disorder
                .queue
                .front()
                .is_none_or(|run| run.start() > acked.offset)
        {
            disorder.acked = None;
        }
        match disorder.fin {
            // Data went over it: the FIN was forged or is no longer true.
            Some(fin) if fin < next => disorder.fin = None,
            Some(fin) if fin == next => self.finish(sink),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn emit_run(&mut self, run: &Run, sink: &mut impl StreamSink) -> ControlFlow<()> {
        if run.is_missing() {
            return if run.end() > self.next {
                self.give_up(run.end(), GapCause::SnapLength, sink)
            } else {
                ControlFlow::Continue(())
            };
        }
        let mut segments = run.segments();
        while let Some((_, bytes, stamp)) = segments.next() {
            if let ControlFlow::Break(()) = self.emit(bytes, stamp, sink) {
                let rest: u64 = segments.map(|(_, bytes, _)| bytes.len() as u64).sum();
                if rest > 0 {
                    sink.discard(rest, Discard::Abandoned);
                }
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}
