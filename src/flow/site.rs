//! One flow under work: its two streams wired to the handler, the counters and the echo.

use std::ops::ControlFlow;

use super::counters::FlowCounters;
use super::echo::Echo;
use super::handler::{Chunk, FlowView, Follow, Gap, GapCause, Handler};
use super::key::Seeds;
use super::record::{
    Cold, DIRECTIONS, Extra, Flow, MAX_PARKED, Marks, Parked, Rare, WaitsFor, stamp_of,
};
use crate::packet::Timestamp;
use crate::reassembly::{Discard, Piece, Recall, Rules, Stamp, StreamSink};
use crate::segment::{Direction, Segment, SeqNum, TcpFlags};

/// A flow and everything needed to work on it, borrowed from the table.
pub(super) struct Site<'a, H: Handler> {
    pub(super) index: u32,
    pub(super) flow: &'a mut Flow,
    pub(super) cold: &'a mut Cold<H::Connection>,
    pub(super) rare: &'a mut Rare,
    pub(super) handler: &'a mut H,
    pub(super) counters: &'a mut FlowCounters,
    pub(super) echo: &'a mut Echo,
    pub(super) seeds: &'a Seeds,
    pub(super) rules: Rules,
    /// Running maximum of capture time.
    pub(super) now: Timestamp,
    /// The packet being worked on.
    pub(super) stamp: Stamp,
    /// Room under the table's budget of held bytes.
    pub(super) room: u64,
    /// The part of the budget that data on SYNs leaves to others: it is held until the peer
    /// answers, and a flood of SYNs is never answered.
    pub(super) reserve: u64,
}

impl<H: Handler> Site<'_, H> {
    /// Gives a piece to the stream of `direction`; one that is not empty.
    pub(super) fn push_piece(&mut self, direction: Direction, piece: &Piece<'_>) {
        let rules = self.rules;
        // Before the stream is told from others by where it begins.
        self.flow.streams.of_mut(direction).begin(piece.seq);
        self.with_stream(direction, |stream, sink| stream.push(piece, rules, sink));
    }

    /// Looks whether the first hole of `direction` is to be given up.
    pub(super) fn poll(&mut self, direction: Direction) {
        if self.flow.streams.of(direction).has_hole() {
            let (witness, now) = (self.flow.witness(direction), self.now);
            self.with_stream(direction, |stream, sink| stream.poll(witness, now, sink));
        }
    }

    /// Hands on everything queued in both directions.
    pub(super) fn flush(&mut self, cause: GapCause) {
        for direction in DIRECTIONS {
            if self.flow.streams.of(direction).has_hole() {
                self.with_stream(direction, |stream, sink| stream.flush(cause, sink));
            }
        }
    }

    /// Runs `work` on a stream; where the handler says `Done`, both streams are let go of.
    fn with_stream(
        &mut self,
        direction: Direction,
        work: impl FnOnce(&mut crate::reassembly::Stream, &mut Sink<'_, H>) -> ControlFlow<()>,
    ) {
        let view = self.flow.view(self.cold, self.stamp);
        let id = self.flow.stream_id(self.index, direction);
        let mut sink = Sink {
            handler: self.handler,
            connection: &mut self.cold.connection,
            view: &view,
            direction,
            counters: self.counters,
            echo: self.echo,
            seeds: self.seeds,
            id,
        };
        if work(self.flow.streams.of_mut(direction), &mut sink).is_break() {
            self.stop_following();
        }
    }

    /// The handler wants no more: what is held goes, sequence numbers are still followed.
    pub(super) fn stop_following(&mut self) {
        self.flow.marks.set(Marks::DONE);
        for direction in DIRECTIONS {
            let mut drain = Uncounted { len: 0 };
            self.flow.streams.of_mut(direction).abandon(&mut drain);
            self.counters.unfollowed_bytes += drain.len;
        }
        if let Some(extra) = self.rare.extra.as_deref_mut() {
            for parked in extra.parked.drain(..) {
                self.counters.unfollowed_bytes += parked.bytes.len() as u64;
            }
        }
    }

    pub(super) fn extra(&mut self) -> &mut Extra {
        self.flow.marks.set(Marks::EXTRA);
        self.rare.extra.get_or_insert_default()
    }

    /// Drops the extra part once nothing is in it.
    pub(super) fn tidy(&mut self) {
        if let Some(extra) = self.rare.extra.as_deref()
            && extra.parked.is_empty()
            && extra.candidates.is_empty()
        {
            self.rare.extra = None;
            self.flow.marks.clear(Marks::EXTRA);
        }
    }

    /// Keeps the payload of a segment until the peer has said what it is worth. Payload beyond the
    /// limits is counted as dropped.
    pub(super) fn park(
        &mut self,
        segment: &Segment<'_>,
        direction: Direction,
        waits_for: WaitsFor,
    ) {
        let len = segment.payload.len() as u64;
        let is_syn = waits_for == WaitsFor::SynData;
        let reserve = if is_syn { self.reserve } else { 0 };
        if len > self.room.saturating_sub(reserve)
            || self
                .rare
                .extra
                .as_ref()
                .is_some_and(|extra| extra.parked.len() >= MAX_PARKED)
        {
            self.counters.dropped_limit_bytes += len;
            return;
        }
        self.room -= len;
        let now = self.now;
        self.extra().parked.push(Parked {
            direction,
            seq: if is_syn {
                segment.seq.plus(1)
            } else {
                segment.seq
            },
            bytes: segment.payload.into(),
            wire_len: segment.wire_payload_len,
            fin: !is_syn && segment.flags.has(TcpFlags::FIN),
            urgent: segment.flags.has(TcpFlags::URG).then_some(segment.urgent),
            stamp: stamp_of(segment),
            since: now,
            waits_for,
        });
    }

    /// Takes the parked segments that `choose` names, oldest first.
    pub(super) fn unpark(&mut self, mut choose: impl FnMut(&Parked) -> bool) -> Vec<Parked> {
        match self.rare.extra.as_deref_mut() {
            Some(extra) if extra.parked.iter().any(&mut choose) => {
                let (taken, left) = std::mem::take(&mut extra.parked)
                    .into_iter()
                    .partition(choose);
                extra.parked = left;
                taken
            }
            _ => Vec::new(),
        }
    }

    /// Gives parked segments to their streams after all.
    pub(super) fn believe(&mut self, parked: &[Parked]) {
        for parked in parked {
            if self.flow.marks.has(Marks::DONE) {
                self.counters.unfollowed_bytes += parked.bytes.len() as u64;
                continue;
            }
            let piece = Piece {
                seq: parked.seq,
                bytes: &parked.bytes,
                wire_len: parked.wire_len,
                fin: parked.fin,
                urgent: parked.urgent,
                stamp: parked.stamp,
                now: self.now,
                window: self.flow.offered_window(parked.direction.reversed()),
                witness: self.flow.witness(parked.direction),
            };
            self.push_piece(parked.direction, &piece);
        }
    }

    /// Decides over parked segments that acknowledge more than was seen: the peer's bytes came, or
    /// it turns out that the capture loses some, or time passed without contradiction.
    pub(super) fn review_suspects(&mut self, after: u64) {
        let (flow, now) = (&*self.flow, self.now);
        let plausible = |parked: &Parked| match parked.waits_for {
            WaitsFor::SynData => false,
            WaitsFor::PeerBytes(ack) => {
                let peer = flow.streams.of(parked.direction.reversed());
                !peer.is_gap_free()
                    || peer.next_seq().distance_from(ack) >= 0
                    || now.since(parked.since) >= after
            }
        };
        let Some(extra) = self.rare.extra.as_deref_mut() else {
            return;
        };
        if !extra.parked.iter().any(plausible) {
            return;
        }
        // One is believed, so all that stand with it are: they came from the same sender.
        let (suspects, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut extra.parked)
            .into_iter()
            .partition(|parked| parked.waits_for != WaitsFor::SynData);
        extra.parked = rest;
        for parked in &suspects {
            let WaitsFor::PeerBytes(ack) = parked.waits_for else {
                continue;
            };
            let peer = self.flow.streams.of_mut(parked.direction.reversed());
            if peer.next_seq().distance_from(ack) < 0 {
                peer.note_loss();
            }
        }
        self.believe(&suspects);
    }

    /// A good segment came where suspects stood: they were forged.
    pub(super) fn refute_suspects(&mut self, direction: Direction) {
        let refuted = self.unpark(|parked| {
            parked.direction == direction && parked.waits_for != WaitsFor::SynData
        });
        for parked in refuted {
            self.counters.invalid_flags_bytes += parked.bytes.len() as u64;
        }
    }

    /// The peer has acknowledged up to `ack`: data on the SYN of `direction` counts as far as that
    /// covers it (Linux takes all of it or nothing).
    pub(super) fn answer_syn_data(&mut self, direction: Direction, ack: SeqNum) {
        let answered = self.unpark(|parked| {
            parked.direction == direction && parked.waits_for == WaitsFor::SynData
        });
        for parked in &answered {
            let covered = ack.distance_from(parked.seq);
            if covered > 0 {
                self.believe(std::slice::from_ref(parked));
            } else {
                self.counters.invalid_syn_data_bytes += parked.bytes.len() as u64;
            }
        }
    }
}

/// A stream's sink: counts, remembers, and tells the handler.
pub(super) struct Sink<'a, H: Handler> {
    handler: &'a mut H,
    connection: &'a mut H::Connection,
    view: &'a FlowView,
    direction: Direction,
    counters: &'a mut FlowCounters,
    echo: &'a mut Echo,
    seeds: &'a Seeds,
    id: u64,
}

impl<H: Handler> StreamSink for Sink<'_, H> {
    fn data(&mut self, offset: u64, bytes: &[u8], stamp: Stamp) -> ControlFlow<()> {
        self.counters.delivered_bytes += bytes.len() as u64;
        self.echo.record(self.seeds, self.id, offset, bytes);
        let chunk = Chunk {
            direction: self.direction,
            offset,
            bytes,
            at: stamp.at,
            origin: stamp.origin,
        };
        as_control(self.handler.data(self.connection, self.view, chunk))
    }

    fn gap(&mut self, offset: u64, len: u64, cause: GapCause) -> ControlFlow<()> {
        self.counters.gap_bytes = self.counters.gap_bytes.saturating_add(len);
        match cause {
            GapCause::Acknowledged => self.counters.gaps_acknowledged += 1,
            GapCause::Waited => self.counters.gaps_waited += 1,
            GapCause::Limit => self.counters.gaps_limit += 1,
            GapCause::SnapLength => self.counters.gaps_snap_length += 1,
            GapCause::End => self.counters.gaps_end += 1,
        }
        let gap = Gap {
            direction: self.direction,
            offset,
            len,
            cause,
        };
        as_control(self.handler.gap(self.connection, self.view, gap))
    }

    fn urgent(&mut self, _: u64) {
        self.counters.urgent_bytes += 1;
    }

    fn discard(&mut self, len: u64, why: Discard) {
        match why {
            Discard::Duplicate => self.counters.duplicate_bytes += len,
            Discard::OutOfWindow => {
                self.counters.out_of_window_bytes += len;
                self.counters.segments_out_of_window += 1;
            }
            Discard::AfterEnd => self.counters.invalid_after_close_bytes += len,
            Discard::Abandoned => self.counters.unfollowed_bytes += len,
        }
    }

    fn conflict(&mut self, offset: u64, kept: &[u8], other: &[u8]) {
        self.counters.conflicts += 1;
        self.handler.conflict(
            self.connection,
            self.view,
            self.direction,
            offset,
            kept,
            other,
        );
    }

    fn seen_before(&mut self, offset: u64, bytes: &[u8]) -> Recall {
        let recall = self.echo.recall(self.seeds, self.id, offset, bytes);
        match recall {
            Recall::Same => self.counters.duplicate_segments += 1,
            Recall::Unknown => self.counters.overlaps_unverified += 1,
            Recall::Differs => {}
        }
        recall
    }

    fn finished(&mut self) {
        self.handler
            .finished(self.connection, self.view, self.direction);
    }
}

fn as_control(follow: Follow) -> ControlFlow<()> {
    match follow {
        Follow::On => ControlFlow::Continue(()),
        Follow::Done => ControlFlow::Break(()),
    }
}

/// Counts what a stream throws away; is given nothing else.
pub(super) struct Uncounted {
    pub(super) len: u64,
}

impl StreamSink for Uncounted {
    fn data(&mut self, _: u64, _: &[u8], _: Stamp) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    fn gap(&mut self, _: u64, _: u64, _: GapCause) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    fn discard(&mut self, len: u64, _: Discard) {
        self.len += len;
    }
}
