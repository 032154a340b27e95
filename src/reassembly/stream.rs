//! The state of one direction, and what each segment does to it.

use std::ops::ControlFlow;

use super::queue::{Queue, Run};
use super::{Discard, GapCause, OverlapPolicy, Recall, Rules, Stamp, StreamSink, UrgentPolicy};
use crate::packet::Timestamp;
use crate::segment::SeqNum;

/// Bytes a segment may lie from the next one where the peer's window is smaller or unknown. The
/// largest receive buffer Linux grows to by default is 6 MiB; its usual start is 64 KiB.
pub const MIN_WINDOW_LEN: u32 = 1 << 20;

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

/// Segments in a row, far from where the stream should be, after which it is followed there.
pub const RESYNC_SEGMENTS: u8 = 4;

/// Urgent bytes announced and not yet reached, at most; further ones stay in the stream.
const MAX_URGENT: usize = 16;

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

#[derive(Debug, Clone, Copy)]
struct Elsewhere {
    first: SeqNum,
    next: SeqNum,
    segments: u8,
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

    /// Throws away what is queued.
    pub fn abandon(&mut self, sink: &mut impl StreamSink) {
        if let Some(disorder) = self.disorder.as_deref_mut() {
            let len = disorder.queue.payload_len();
            if len > 0 {
                sink.discard(len, Discard::Abandoned);
            }
            disorder.queue = Queue::default();
            disorder.fin = None;
            disorder.urgent = Vec::new();
        }
    }

    /// Throws away what is queued and every figure: only the place in sequence space is kept.
    pub fn forget(&mut self, sink: &mut impl StreamSink) {
        self.abandon(sink);
        self.disorder = None;
    }

    /// Moves on by `len` bytes that nobody follows: offsets stand still, sequence numbers go on.
    pub fn skip(&mut self, len: u32) {
        self.base = self.base.plus(len);
    }

    /// The sender's last byte has passed, without anybody following.
    pub fn skip_to_end(&mut self) {
        self.status.set(Status::FINISHED);
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

    /// Segments too far ahead to be taken were seen just before `ack`.
    #[must_use]
    pub fn is_seen_elsewhere(&self, ack: SeqNum) -> bool {
        self.disorder
            .as_ref()
            .and_then(|disorder| disorder.elsewhere)
            .is_some_and(|elsewhere| {
                (1..=i64::from(MIN_WINDOW_LEN))
                    .contains(&i64::from(ack.distance_from(elsewhere.first)))
            })
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

    /// Whether enough segments stood far from where the stream is, one behind the other, to
    /// follow it there.
    fn is_followed_elsewhere(&mut self, piece: &Piece<'_>) -> bool {
        if piece.wire_len == 0 {
            return false;
        }
        let next = piece.seq.plus(piece.wire_len);
        let disorder = self.disorder.get_or_insert_default();
        let elsewhere = match disorder.elsewhere {
            Some(known) if known.next == piece.seq => Elsewhere {
                next,
                segments: known.segments.saturating_add(1),
                ..known
            },
            _ => Elsewhere {
                first: piece.seq,
                next,
                segments: 1,
            },
        };
        disorder.elsewhere = Some(elsewhere);
        // Anybody can send four segments; only the receiver can acknowledge them.
        let confirmed = match piece.witness {
            Witness::Unseen => true,
            Witness::Silent => false,
            Witness::Acknowledged(ack) => {
                let covered = i64::from(ack.distance_from(elsewhere.first));
                (1..=i64::from(piece.window.max(MIN_WINDOW_LEN))).contains(&covered)
            }
        };
        confirmed && elsewhere.segments >= RESYNC_SEGMENTS
    }

    /// Goes to where `piece` stands. The way there is a gap of unknown size, told modulo 2^32.
    fn jump(&mut self, piece: &Piece<'_>, sink: &mut impl StreamSink) -> ControlFlow<()> {
        self.forget_elsewhere();
        self.flush(GapCause::Limit, sink)?;
        if self.is_finished() {
            return ControlFlow::Continue(());
        }
        let way = piece.seq.0.wrapping_sub(self.next_seq().0);
        self.give_up(
            self.next.saturating_add(u64::from(way)),
            GapCause::Limit,
            sink,
        )
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

    fn forget_elsewhere(&mut self) {
        if let Some(disorder) = self.disorder.as_deref_mut() {
            disorder.elsewhere = None;
        }
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

    /// RFC 9293 3.8.5 says the pointer names the byte behind the urgent data, as all systems have
    /// it; Linux takes the byte before that one out of the stream (and, for a pointer of 0, the
    /// segment's first).
    fn note_urgent(&mut self, seq_offset: i64, pointer: u16) {
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
    fn emit(
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
    fn drain(&mut self, now: Timestamp, sink: &mut impl StreamSink) -> ControlFlow<()> {
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

    /// Declares a gap up to `end`, a hole's end, and hands on what follows.
    fn give_up_to(
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
    fn give_up(
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

    fn finish(&mut self, sink: &mut impl StreamSink) {
        self.status.set(Status::FINISHED);
        if let Some(disorder) = self.disorder.as_deref_mut() {
            let len = disorder.queue.payload_len();
            if len > 0 {
                sink.discard(len, Discard::AfterEnd);
            }
            disorder.queue = Queue::default();
            disorder.fin = None;
            disorder.urgent = Vec::new();
            disorder.acked = None;
        }
        sink.finished();
    }

    /// Where the first hole ends: at queued bytes or at a FIN.
    fn hole_end(&self) -> Option<u64> {
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
