//! What a segment does to the flow it belongs to: validity first, then handshake, reset or data.
//!
//! The rules are those of a Linux receiver, as measured, with one difference: a receiver has seen
//! every byte that it was sent, a tap may have lost some. So what a receiver concludes from bytes
//! it never got ("this acknowledges what I did not send") is concluded here only while the stream
//! in question is complete since its SYN.

use super::config::ChecksumPolicy;
use super::handler::Handler;
use super::record::{
    Candidate, Facts, MAX_CANDIDATES, Marks, Phase, SynOptions, WaitsFor, stamp_of,
};
use super::site::Site;
use crate::event::EndReason;
use crate::segment::{Checksum, Direction, Segment, SeqNum, TcpFlags};

/// What the table has to do once a segment is worked in.
#[derive(Debug, Clone, Copy)]
pub(super) enum After {
    Keep,
    /// The flow is over; where by a RST, its sender.
    Close(EndReason, Option<Direction>),
    /// The peer confirmed a new connection under the same five-tuple.
    Reuse(Candidate),
}

/// How an acknowledgment number stands to what its sender can have received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AckStanding {
    Fine,
    /// It acknowledges bytes that were not seen, of a stream that is complete so far.
    Unseen,
    /// So far behind that no receiver takes it (RFC 5961 5.2).
    TooOld,
}

/// Nanoseconds a segment that acknowledges unseen bytes waits to be contradicted: 100 ms, as a hole
/// waits after it was acknowledged.
pub(super) const SUSPECT_WAIT_NS: u64 = crate::reassembly::ACKED_WAIT_NS;

/// RFC 7323 5.3 R1 drops what is older than `TS.Recent`; Linux lets one tick pass
/// (`TCP_PAWS_WINDOW`), since hosts with several processors mix neighbouring values.
const PAWS_WINDOW: i32 = 1;

/// Whether a checksum is accepted; `verified` says whether this sender has sent a good one.
pub(super) fn accepts_checksum(policy: ChecksumPolicy, checksum: Checksum, verified: bool) -> bool {
    match (policy, checksum) {
        (ChecksumPolicy::Off, _)
        | (_, Checksum::Good | Checksum::Unverified)
        | (ChecksumPolicy::Auto, Checksum::Offloaded) => true,
        (ChecksumPolicy::Auto, Checksum::Bad) => !verified,
        (ChecksumPolicy::Strict, Checksum::Offloaded | Checksum::Bad) => false,
    }
}

impl<H: Handler> Site<'_, H> {
    /// Works one segment in, whatever it is.
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        direction: Direction,
        policy: ChecksumPolicy,
    ) -> After {
        let payload_len = segment.payload.len() as u64;
        let verified = self.flow.facts.of(direction).has(Facts::VERIFIED);
        if !accepts_checksum(policy, segment.checksum, verified) {
            self.counters.segments_bad_checksum += 1;
            self.counters.invalid_checksum_bytes += payload_len;
            return After::Keep;
        }
        match segment.checksum {
            Checksum::Good => self.flow.facts.of_mut(direction).set(Facts::VERIFIED),
            Checksum::Offloaded => self.counters.checksums_offloaded += 1,
            Checksum::Bad => self.counters.checksums_wrong_accepted += 1,
            Checksum::Unverified => {}
        }
        // RFC 9293 3.10.7.4: RST is looked at before SYN, and both before the acknowledgment.
        if segment.flags.has(TcpFlags::RST) {
            self.counters.invalid_on_rst_bytes += payload_len;
            return self.take_reset(segment, direction);
        }
        if segment.flags.has(TcpFlags::SYN) {
            return self.take_syn(segment, direction);
        }
        if !segment.flags.has(TcpFlags::ACK) {
            return self.refuse_flags(payload_len);
        }
        self.take_data(segment, direction)
    }

    fn refuse_flags(&mut self, payload_len: u64) -> After {
        self.counters.segments_bad_flags += 1;
        self.counters.invalid_flags_bytes += payload_len;
        After::Keep
    }

    fn take_data(&mut self, segment: &Segment<'_>, direction: Direction) -> After {
        let payload_len = segment.payload.len() as u64;
        if self.flow.marks.has(Marks::DONE) {
            return self.pass_by(segment, direction);
        }
        if self.flow.marks.has(Marks::EXTRA) {
            self.settle_handshake(segment, direction);
            // What it let through may have been all that the handler wanted.
            if self.flow.marks.has(Marks::DONE) {
                return self.pass_by(segment, direction);
            }
        }
        let standing = self.ack_standing(segment.ack, direction);
        if standing == AckStanding::TooOld {
            return self.refuse_flags(payload_len);
        }
        if self.is_paws_old(segment, direction) {
            self.counters.segments_bad_paws += 1;
            self.counters.invalid_paws_bytes += payload_len;
            return After::Keep;
        }
        self.flow.phase = Phase::Open;
        if let Some((value, _)) = segment.timestamps {
            self.note_timestamp(segment.seq, value, direction);
        }
        let window = self.flow.window.of_mut(direction);
        *window = segment.window.max(*window);

        let has_content = payload_len > 0 || segment.flags.has(TcpFlags::FIN);
        if standing == AckStanding::Unseen {
            if has_content {
                self.suspect(segment, direction);
            }
            return self.closing();
        }
        self.note_ack(segment.ack, direction);
        if self.flow.marks.has(Marks::EXTRA) && payload_len > 0 {
            self.refute_suspects(direction);
        }
        if payload_len <= 1
            && !segment.flags.has(TcpFlags::FIN)
            && segment.seq.plus(1) == self.flow.streams.of(direction).next_seq()
        {
            self.counters.keep_alives += 1;
        }
        let urgent = segment.flags.has(TcpFlags::URG);
        if has_content || urgent || segment.wire_payload_len > 0 {
            if urgent {
                self.counters.urgent_segments += 1;
            }
            let piece = self.flow.piece(segment, direction, self.now);
            self.push_piece(direction, &piece);
        }
        self.poll(direction.reversed());
        if self.flow.marks.has(Marks::EXTRA) {
            self.review_suspects(SUSPECT_WAIT_NS);
            self.tidy();
        }
        self.closing()
    }

    /// Whether the connection is over: both ends have sent their last byte, or the only end that
    /// was ever seen has.
    pub(super) fn closing(&self) -> After {
        let streams = &self.flow.streams;
        let over = |direction: Direction| {
            streams.of(direction).is_finished()
                && (streams.of(direction.reversed()).is_finished()
                    || *self.flow.packets.of(direction.reversed()) == 0)
        };
        if over(Direction::ClientToServer) || over(Direction::ServerToClient) {
            After::Close(EndReason::Fin, None)
        } else {
            After::Keep
        }
    }

    /// Holds a segment back whose acknowledgment nobody can have sent, unless the capture lost
    /// what it acknowledges. A receiver drops it; we wait for what comes next.
    fn suspect(&mut self, segment: &Segment<'_>, direction: Direction) {
        let full = self
            .rare
            .extra
            .as_ref()
            .is_some_and(|extra| extra.parked.len() >= super::record::MAX_PARKED);
        if full {
            // As many as make a receiver resend: the capture has lost something.
            self.review_suspects(0);
            if self.flow.marks.has(Marks::DONE) {
                self.counters.unfollowed_bytes += segment.payload.len() as u64;
                return;
            }
        }
        let peer = self.flow.streams.of(direction.reversed());
        if peer.is_gap_free() {
            self.park(segment, direction, WaitsFor::PeerBytes(segment.ack));
        } else {
            self.note_ack(segment.ack, direction);
            let piece = self.flow.piece(segment, direction, self.now);
            self.push_piece(direction, &piece);
        }
    }

    fn ack_standing(&self, ack: SeqNum, direction: Direction) -> AckStanding {
        let peer = self.flow.streams.of(direction.reversed());
        if !peer.is_gap_free() {
            return AckStanding::Fine;
        }
        if ack.distance_from(peer.next_seq()) > 0 {
            // Segments stand where it points: the stream went on there without us.
            return if peer.is_seen_elsewhere(ack) {
                AckStanding::Fine
            } else {
                AckStanding::Unseen
            };
        }
        let behind = i64::from(self.flow.ack.of(direction).distance_from(ack));
        let tolerance = i64::from(self.flow.offered_window(direction));
        if self.flow.facts.of(direction).has(Facts::ACKED) && behind > tolerance {
            AckStanding::TooOld
        } else {
            AckStanding::Fine
        }
    }

    pub(super) fn note_ack(&mut self, ack: SeqNum, direction: Direction) {
        let known = self.flow.facts.of(direction).has(Facts::ACKED);
        let highest = self.flow.ack.of_mut(direction);
        if !known || ack.distance_from(*highest) > 0 {
            *highest = ack;
        }
        self.flow.facts.of_mut(direction).set(Facts::ACKED);
        // The answer to a SYN that was not captured tells where the stream begins.
        let by_handshake = self.flow.marks.has(Marks::BY_HANDSHAKE);
        let peer = self.flow.streams.of_mut(direction.reversed());
        if by_handshake && !peer.is_started() {
            peer.anchor(ack);
            peer.note_loss();
        }
    }

    /// RFC 7323 5.3: older than what this sender has shown before.
    fn is_paws_old(&self, segment: &Segment<'_>, direction: Direction) -> bool {
        let Some((value, _)) = segment.timestamps.filter(|_| self.flow.has_timestamps()) else {
            return false;
        };
        let recent = *self.flow.ts_recent.of(direction);
        if recent.wrapping_sub(value).cast_signed() <= PAWS_WINDOW {
            return false;
        }
        // The peer has these bytes already and we have not: captured late, not sent late.
        let receiver = direction.reversed();
        let missing = segment
            .seq
            .distance_from(self.flow.streams.of(direction).next_seq())
            >= 0;
        let acknowledged = self.flow.facts.of(receiver).has(Facts::ACKED)
            && self.flow.ack.of(receiver).distance_from(segment.seq) > 0;
        !(missing && acknowledged)
    }

    /// RFC 7323 5.3 R3: only segments at or below the last acknowledgment sent move it on.
    fn note_timestamp(&mut self, seq: SeqNum, value: u32, direction: Direction) {
        let receiver = direction.reversed();
        let at_or_below = self.flow.facts.of(receiver).has(Facts::ACKED)
            && seq.distance_from(*self.flow.ack.of(receiver)) <= 0;
        let recent = self.flow.ts_recent.of_mut(direction);
        if at_or_below && value.wrapping_sub(*recent).cast_signed() >= 0 {
            *recent = value;
        }
    }

    /// Nobody follows the flow: counts, and keeps the sequence numbers that tell its end.
    fn pass_by(&mut self, segment: &Segment<'_>, direction: Direction) -> After {
        self.counters.unfollowed_bytes += segment.payload.len() as u64;
        self.note_ack(segment.ack, direction);
        let stream = self.flow.streams.of_mut(direction);
        if stream.is_finished() {
            return After::Keep;
        }
        let end = segment.seq.plus(segment.wire_payload_len);
        let ahead = end.distance_from(stream.next_seq());
        if let Ok(ahead) = u32::try_from(ahead) {
            stream.skip(ahead);
            self.rare.passed_by += u64::from(ahead);
            if segment.flags.has(TcpFlags::FIN) {
                stream.skip_to_end();
                return self.closing();
            }
        }
        After::Keep
    }

    /// RFC 9293 3.10.7.4 with RFC 5961 3.2: a reset counts only at exactly the next sequence
    /// number; elsewhere in the window a receiver asks back, outside it looks away.
    fn take_reset(&mut self, segment: &Segment<'_>, direction: Direction) -> After {
        let receiver = direction.reversed();
        let own = self.flow.streams.of(direction);
        let receiver_ack = self
            .flow
            .facts
            .of(receiver)
            .has(Facts::ACKED)
            .then_some(*self.flow.ack.of(receiver));
        let valid = if !own.is_started() {
            match self.flow.phase {
                // RFC 9293 3.10.7.3: the answer to a SYN is known by its acknowledgment.
                Phase::SynSent => {
                    let peer = self.flow.streams.of(receiver);
                    segment.flags.has(TcpFlags::ACK)
                        && self.syn_is_answered(
                            receiver,
                            peer.base().unwrap_or_default(),
                            segment.ack,
                        )
                }
                _ => receiver_ack.is_none_or(|ack| ack == segment.seq),
            }
        } else if segment.seq == own.next_seq() {
            true
        } else if own.is_gap_free() {
            false
        } else {
            // We may lack bytes that the receiver has.
            receiver_ack == Some(segment.seq)
                || (own.has_hole() && segment.seq == own.highest_seq())
        };
        if valid {
            After::Close(EndReason::Rst, Some(direction))
        } else {
            self.counters.resets_ignored += 1;
            After::Keep
        }
    }

    /// `ack` answers a SYN of `sender` whose data begins at `base`: it covers nothing more, or some
    /// of the data that came with the SYN.
    fn syn_is_answered(&self, sender: Direction, base: SeqNum, ack: SeqNum) -> bool {
        let data_len = self.rare.extra.as_ref().map_or(0, |extra| {
            extra
                .parked
                .iter()
                .filter(|parked| {
                    parked.direction == sender && parked.waits_for == WaitsFor::SynData
                })
                .map(|parked| parked.wire_len)
                .max()
                .unwrap_or(0)
        });
        (0..=i64::from(data_len)).contains(&i64::from(ack.distance_from(base)))
    }

    /// `ack` covers some of the data that came with the SYN known, but another SYN of `sender` to the
    /// byte: whoever forges a first SYN with data behind a number close by would else be taken for
    /// the one who is answered.
    fn answers_another_syn(&self, sender: Direction, base: SeqNum, ack: SeqNum) -> bool {
        let candidates = self.rare.extra.as_ref().map(|extra| &extra.candidates);
        ack != base
            && self.flow.phase == Phase::SynSent
            && candidates.is_some_and(|candidates| {
                let mut of_sender = candidates.iter().filter(|known| known.direction == sender);
                of_sender.any(|known| known.base == ack)
            })
    }

    fn take_syn(&mut self, segment: &Segment<'_>, direction: Direction) -> After {
        let peer_direction = direction.reversed();
        let base = segment.seq.plus(1);
        let is_answer = segment.flags.has(TcpFlags::ACK);
        let candidate = Candidate {
            direction,
            base,
            stamp: stamp_of(segment),
            options: SynOptions::parse(segment.options),
            window: segment.window,
            timestamp: segment.timestamps.map(|(value, _)| value),
        };

        if is_answer {
            if direction == Direction::ServerToClient {
                self.flow.marks.set(Marks::SYN_ACK);
            }
            let peer = self.flow.streams.of(peer_direction);
            let known = peer.base();
            let fits = known.is_none_or(|base| {
                self.syn_is_answered(peer_direction, base, segment.ack)
                    && !self.answers_another_syn(peer_direction, base, segment.ack)
            });
            if !fits {
                let confirmed = self.take_candidate(peer_direction, segment.ack);
                let Some(confirmed) = confirmed else {
                    self.counters.syns_ignored += 1;
                    self.counters.invalid_flags_bytes += segment.payload.len() as u64;
                    return After::Keep;
                };
                if self.flow.phase != Phase::SynSent || self.flow.streams.of(direction).is_started()
                {
                    return After::Reuse(confirmed);
                }
                self.rebase(confirmed);
            } else if known.is_none() {
                // Its SYN was not captured.
                self.flow.streams.of_mut(peer_direction).anchor(segment.ack);
            }
        }

        let own = self.flow.streams.of(direction);
        let begins = match own.base() {
            // The side was quiet so far; had it sent anything, this would be another connection.
            None => self.flow.phase != Phase::Open || *self.flow.packets.of(direction) <= 1,
            Some(known) => known == base,
        };
        if !begins {
            self.counters.syns_ignored += 1;
            self.counters.invalid_syn_data_bytes += segment.payload.len() as u64;
            let candidates = &mut self.extra().candidates;
            candidates.retain(|known| known.base != base || known.direction != direction);
            if candidates.len() >= MAX_CANDIDATES {
                candidates.remove(0);
            }
            candidates.push(candidate);
            return After::Keep;
        }
        let first_sight = own.base().is_none();
        let late = own.base().is_some() && !own.is_anchored();
        if first_sight || late {
            self.flow.note_syn(
                direction,
                candidate.options,
                candidate.window,
                candidate.timestamp,
            );
            let own = self.flow.streams.of_mut(direction);
            own.anchor(base);
            own.confirm_anchor();
        }
        if is_answer {
            if self.flow.phase == Phase::SynSent {
                self.flow.phase = Phase::SynReceived;
            }
            self.note_ack(segment.ack, direction);
            self.answer_syn_data(peer_direction, segment.ack);
        }
        self.take_syn_data(segment, direction);
        self.tidy();
        After::Keep
    }

    /// Data on a SYN waits until the peer has said whether it took it.
    pub(super) fn take_syn_data(&mut self, segment: &Segment<'_>, direction: Direction) {
        let len = segment.payload.len() as u64;
        if len == 0 {
            return;
        }
        let stream = self.flow.streams.of(direction);
        if stream.next() > 0 || self.flow.marks.has(Marks::DONE) {
            self.counters.duplicate_bytes += len;
            return;
        }
        let again = self.rare.extra.as_ref().is_some_and(|extra| {
            extra.parked.iter().any(|parked| {
                parked.direction == direction && parked.waits_for == WaitsFor::SynData
            })
        });
        if again {
            self.counters.duplicate_bytes += len;
        } else if let Some(ack) = self
            .flow
            .facts
            .of(direction.reversed())
            .has(Facts::ACKED)
            .then_some(*self.flow.ack.of(direction.reversed()))
            && ack.distance_from(segment.seq.plus(1)) > 0
        {
            // The peer's answer was captured first.
            self.park(segment, direction, WaitsFor::SynData);
            self.answer_syn_data(direction, ack);
        } else {
            self.park(segment, direction, WaitsFor::SynData);
        }
    }

    /// A segment behind the handshake settles which SYN was meant and what became of its data.
    fn settle_handshake(&mut self, segment: &Segment<'_>, direction: Direction) {
        let peer_direction = direction.reversed();
        // Two SYN/ACKs: the one that is acknowledged.
        let peer = self.flow.streams.of(peer_direction);
        if peer.next() == 0
            && peer.base().is_some_and(|base| base != segment.ack)
            && let Some(confirmed) = self.take_candidate(peer_direction, segment.ack)
        {
            self.rebase(confirmed);
        }
        self.answer_syn_data(peer_direction, segment.ack);
        if segment.payload.is_empty() {
            return;
        }
        // Nobody answers within sight: what the sender does next tells.
        if *self.flow.packets.of(peer_direction) == 0 {
            let own = self.flow.streams.of(direction);
            if own.next() == 0
                && own.base().is_some_and(|base| base != segment.seq)
                && let Some(confirmed) = self.take_candidate(direction, segment.seq)
            {
                self.rebase(confirmed);
            }
            self.answer_syn_data(direction, segment.seq);
        }
    }

    /// The remembered SYN of `direction` whose data begins at `base`.
    fn take_candidate(&mut self, direction: Direction, base: SeqNum) -> Option<Candidate> {
        let candidates = &mut self.rare.extra.as_deref_mut()?.candidates;
        let index = candidates
            .iter()
            .position(|known| known.direction == direction && known.base == base)?;
        Some(candidates.remove(index))
    }

    /// Nothing was handed on yet, and another SYN turns out to be the true one.
    fn rebase(&mut self, confirmed: Candidate) {
        let direction = confirmed.direction;
        for parked in self.unpark(|parked| parked.direction == direction) {
            self.counters.invalid_syn_data_bytes += parked.bytes.len() as u64;
        }
        self.flow.note_syn(
            direction,
            confirmed.options,
            confirmed.window,
            confirmed.timestamp,
        );
        let mut uncounted = super::site::Uncounted { len: 0 };
        let stream = self.flow.streams.of_mut(direction);
        stream.abandon(&mut uncounted);
        stream.anchor(confirmed.base);
        self.counters.out_of_window_bytes += uncounted.len;
    }
}
