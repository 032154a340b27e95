//! What becomes of a segment: next in order, seen before, behind a hole, or behind the end.

use std::ops::ControlFlow;

use super::super::{
    Discard, GapCause, OverlapPolicy, Recall, Rules, Stamp, StreamSink, UrgentPolicy,
};
use super::{MIN_WINDOW_LEN, Piece, Status, Stream, index_of};

impl Stream {
    /// Takes a segment of any kind.
    ///
    /// # Errors
    ///
    /// `Break` where the sink broke off.
    pub fn push(
        &mut self,
        piece: &Piece<'_>,
        rules: Rules,
        sink: &mut impl StreamSink,
    ) -> ControlFlow<()> {
        let wire_len = u64::from(piece.wire_len).max(piece.bytes.len() as u64);
        if wire_len == 0 && !piece.fin && piece.urgent.is_none() {
            return ControlFlow::Continue(());
        }
        self.begin(piece.seq);
        if self.status.has(Status::FINISHED) {
            self.push_after_end(piece, sink);
            return ControlFlow::Continue(());
        }
        let distance = i64::from(piece.seq.distance_from(self.next_seq()));
        let seq_offset = if distance.abs() <= i64::from(piece.window.max(MIN_WINDOW_LEN)) {
            self.forget_elsewhere();
            self.next.cast_signed().saturating_add(distance)
        } else {
            if !self.is_followed_elsewhere(piece) {
                sink.discard(piece.bytes.len() as u64, Discard::OutOfWindow);
                return ControlFlow::Continue(());
            }
            if self.jump(piece, sink).is_break() {
                sink.discard(piece.bytes.len() as u64, Discard::Abandoned);
                return ControlFlow::Break(());
            }
            if self.is_finished() {
                // A FIN stood at the end of what was queued.
                sink.discard(piece.bytes.len() as u64, Discard::AfterEnd);
                return ControlFlow::Continue(());
            }
            self.next.cast_signed()
        };
        // Before a mid-stream start (or before the SYN) there is no stream.
        let before_start = usize::try_from(seq_offset.min(0).unsigned_abs()).unwrap_or(usize::MAX);
        let wire_end = seq_offset.saturating_add_unsigned(wire_len);
        let (Ok(end), true) = (u64::try_from(wire_end), wire_end >= 0) else {
            sink.discard(piece.bytes.len() as u64, Discard::OutOfWindow);
            return ControlFlow::Continue(());
        };
        let (early, bytes) = piece
            .bytes
            .split_at_checked(before_start)
            .unwrap_or((piece.bytes, &[]));
        if !early.is_empty() {
            sink.discard(early.len() as u64, Discard::OutOfWindow);
        }
        let start = u64::try_from(seq_offset).unwrap_or(0);

        if let Some(pointer) = piece
            .urgent
            .filter(|_| rules.urgent == UrgentPolicy::Remove)
        {
            self.note_urgent(seq_offset, pointer);
        }
        if piece.fin && end > self.next && start > self.next {
            let disorder = self.disorder.get_or_insert_default();
            disorder.fin = Some(disorder.fin.map_or(end, |fin| fin.min(end)));
        }
        if end <= self.next {
            self.push_old(start, bytes, end, sink);
        } else if start <= self.next {
            let (old, new) = self.split_old(start, bytes);
            if !old.is_empty() {
                self.count_again(start, old, sink);
            }
            self.push_next(new, end, piece, rules, sink)?;
        } else {
            self.push_early(start, bytes, end, piece, rules, sink)?;
        }
        // A FIN in order counts at once, whatever is queued behind it.
        if piece.fin && end == self.next && start <= self.next && !self.status.has(Status::FINISHED)
        {
            self.finish(sink);
        }
        self.poll(piece.witness, piece.now, sink)
    }

    /// Bytes all of which were handed on before.
    fn push_old(&mut self, start: u64, bytes: &[u8], end: u64, sink: &mut impl StreamSink) {
        if bytes.is_empty() {
            return;
        }
        // RFC 9293 3.8.4: a keep-alive may carry one garbage byte just before the next one. It is
        // no second reading of that byte.
        if end == self.next && bytes.len() == 1 {
            sink.discard(1, Discard::Duplicate);
            return;
        }
        self.count_again(start, bytes, sink);
    }

    fn count_again(&mut self, offset: u64, bytes: &[u8], sink: &mut impl StreamSink) {
        let recall = sink.seen_before(offset, bytes);
        let tally = &mut self.disorder.get_or_insert_default().tally;
        tally.retransmitted_bytes += bytes.len() as u64;
        match recall {
            Recall::Same => {}
            Recall::Differs => tally.overlap_conflicts += 1,
            Recall::Unknown => tally.overlap_unverified += 1,
        }
        if recall == Recall::Differs {
            sink.conflict(offset, &[], bytes);
        }
        sink.discard(bytes.len() as u64, Discard::Duplicate);
    }

    fn push_after_end(&mut self, piece: &Piece<'_>, sink: &mut impl StreamSink) {
        // Behind the FIN the next sequence number is one further than the next offset.
        let distance = i64::from(piece.seq.distance_from(self.next_seq())).saturating_add(1);
        let start = self.next.cast_signed().saturating_add(distance);
        let old_len = self.next.cast_signed().saturating_sub(start).max(0);
        let (old, new) = piece
            .bytes
            .split_at_checked(usize::try_from(old_len).unwrap_or(usize::MAX))
            .unwrap_or((piece.bytes, &[]));
        match u64::try_from(start) {
            Ok(start) if !old.is_empty() => self.count_again(start, old, sink),
            _ if !old.is_empty() => sink.discard(old.len() as u64, Discard::OutOfWindow),
            _ => {}
        }
        if !new.is_empty() {
            sink.discard(new.len() as u64, Discard::AfterEnd);
        }
    }

    /// Bytes that start at `next` and end at `end`, of which `bytes` were captured.
    fn push_next(
        &mut self,
        bytes: &[u8],
        end: u64,
        piece: &Piece<'_>,
        rules: Rules,
        sink: &mut impl StreamSink,
    ) -> ControlFlow<()> {
        let captured_end = self.next.saturating_add(bytes.len() as u64);
        let Some(disorder) = self
            .disorder
            .as_deref_mut()
            .filter(|disorder| !disorder.is_quiet())
        else {
            if !bytes.is_empty() {
                let offset = self.next;
                self.next = captured_end;
                sink.data(offset, bytes, piece.stamp)?;
            }
            if captured_end < end {
                self.give_up(end, GapCause::SnapLength, sink)?;
            }
            return ControlFlow::Continue(());
        };
        let overlaps = disorder.queue.before(captured_end).next().is_some();
        if rules.overlap == OverlapPolicy::First && overlaps {
            self.insert(self.next, bytes, piece.stamp, rules, sink);
        } else {
            if overlaps {
                let next = self.next;
                let (mut len, mut conflicts) = (0, 0);
                for run in disorder
                    .queue
                    .before(captured_end)
                    .filter(|run| !run.is_missing())
                {
                    let (from, to) = (run.start(), run.end().min(captured_end));
                    let range = index_of(from, next)..index_of(to, next);
                    let kept = bytes.get(range).unwrap_or_default();
                    let other = run.slice(from, to);
                    len += to.saturating_sub(from);
                    if kept != other {
                        conflicts += 1;
                        sink.conflict(from, kept, other);
                    }
                }
                disorder.tally.overlap_bytes += len;
                disorder.tally.overlap_conflicts += conflicts;
            }
            self.emit(bytes, piece.stamp, sink)?;
        }
        if let Some(disorder) = self.disorder.as_deref_mut().filter(|_| captured_end < end) {
            disorder
                .queue
                .insert_missing(captured_end, end, piece.stamp);
        }
        // A FIN in order beats whatever is queued at or behind it.
        if piece.fin && end == self.next {
            return ControlFlow::Continue(());
        }
        self.drain(piece.now, sink)
    }

    /// Bytes behind a hole.
    fn push_early(
        &mut self,
        start: u64,
        bytes: &[u8],
        end: u64,
        piece: &Piece<'_>,
        rules: Rules,
        sink: &mut impl StreamSink,
    ) -> ControlFlow<()> {
        let disorder = self.disorder.get_or_insert_default();
        disorder.tally.out_of_order += 1;
        if start == end {
            return ControlFlow::Continue(());
        }
        while !self.has_room(bytes.len()) {
            let hole_end = self.hole_end().map_or(start, |end| end.min(start));
            if self
                .give_up_to(hole_end, GapCause::Limit, piece.now, sink)
                .is_break()
            {
                sink.discard(bytes.len() as u64, Discard::Abandoned);
                return ControlFlow::Break(());
            }
            if self.is_finished() {
                sink.discard(bytes.len() as u64, Discard::AfterEnd);
                return ControlFlow::Continue(());
            }
            if end <= self.next {
                self.push_old(start, bytes, end, sink);
                return ControlFlow::Continue(());
            }
            if start <= self.next {
                // What was queued came first and was just handed on.
                let (old, new) = self.split_old(start, bytes);
                if !old.is_empty() {
                    self.count_again(start, old, sink);
                }
                return self.push_next(new, end, piece, rules, sink);
            }
        }
        let disorder = self.disorder.get_or_insert_default();
        if disorder.queue.is_empty() {
            disorder.hole_since = piece.now;
        }
        if let Some(acked) = &mut disorder.acked {
            acked.segments = acked.segments.saturating_add(1);
            acked.len = acked.len.saturating_add(bytes.len() as u64);
        }
        self.insert(start, bytes, piece.stamp, rules, sink);
        let captured_end = start.saturating_add(bytes.len() as u64);
        if let Some(disorder) = self.disorder.as_deref_mut().filter(|_| captured_end < end) {
            disorder
                .queue
                .insert_missing(captured_end, end, piece.stamp);
        }
        ControlFlow::Continue(())
    }

    /// `bytes` at `start`, cut at the next byte to hand on.
    fn split_old<'a>(&self, start: u64, bytes: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        bytes
            .split_at_checked(index_of(self.next, start))
            .unwrap_or((bytes, &[]))
    }

    fn has_room(&self, len: usize) -> bool {
        self.disorder
            .as_ref()
            .is_none_or(|disorder| disorder.queue.has_room(len))
    }

    fn insert(
        &mut self,
        start: u64,
        bytes: &[u8],
        stamp: Stamp,
        rules: Rules,
        sink: &mut impl StreamSink,
    ) {
        if bytes.is_empty() {
            return;
        }
        let disorder = self.disorder.get_or_insert_default();
        let overlaps = disorder
            .queue
            .insert(start, bytes, stamp, rules.overlap, sink);
        disorder.tally.overlap_bytes += overlaps.len;
        disorder.tally.overlap_conflicts += overlaps.conflicts;
    }
}
