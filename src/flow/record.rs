//! What the table keeps of one flow: 128 bytes that every packet touches, and a colder part.

use super::handler::{FlowView, Opening};
use super::key::{End, Key};
use crate::event::DirectionCounters;
use crate::packet::{Origin, Timestamp};
use crate::reassembly::{Piece, Stamp, Stream, Witness};
use crate::segment::{Direction, Endpoint, Segment, SeqNum, TcpFlags};

/// A thing of each side, the client's first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sides<T>([T; 2]);

impl<T> Sides<T> {
    /// Of the side that sends in `direction`.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "there are two of both")]
    pub(super) fn of(&self, direction: Direction) -> &T {
        &self.0[direction as usize]
    }

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "there are two of both")]
    pub(super) fn of_mut(&mut self, direction: Direction) -> &mut T {
        &mut self.0[direction as usize]
    }

    pub(super) fn client(&self) -> &T {
        self.of(Direction::ClientToServer)
    }

    pub(super) fn server(&self) -> &T {
        self.of(Direction::ServerToClient)
    }
}

/// Both, the client's first.
pub(super) const DIRECTIONS: [Direction; 2] =
    [Direction::ClientToServer, Direction::ServerToClient];

/// Two cache lines, all that a segment in order looks at.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(super) struct Flow {
    pub(super) key: Key,
    /// Running maximum of capture time at the last packet; frozen when the flow closes.
    pub(super) last: Timestamp,
    pub(super) streams: Sides<Stream>,
    /// Highest acknowledgment number sent; meaningful with [`Facts::ACKED`].
    pub(super) ack: Sides<SeqNum>,
    /// RFC 7323 5.3 `TS.Recent`: the timestamp to measure this sender's segments by.
    pub(super) ts_recent: Sides<u32>,
    /// Packets, until following stops; saturating.
    pub(super) packets: Sides<u32>,
    /// Largest window offered, unscaled.
    pub(super) window: Sides<u16>,
    pub(super) facts: Sides<Facts>,
    pub(super) phase: Phase,
    pub(super) marks: Marks,
}

const _: () = assert!(size_of::<Flow>() == 128, "the hot part is two cache lines");

/// How far the connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Phase {
    /// A SYN was seen, and no answer.
    #[default]
    SynSent,
    /// A SYN/ACK was seen, and not what it was answered.
    SynReceived,
    /// Anything else was seen.
    Open,
    /// Ended by FIN or RST; kept for a while so that late segments open no ghost.
    Closed,
}

/// What is known of one side; four bits of window scale, and flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Facts(u8);

impl Facts {
    /// Its SYN carried timestamps.
    pub(super) const TIMESTAMPS: u8 = 0x10;
    /// Its SYN carried a window scale.
    pub(super) const SCALED: u8 = 0x20;
    /// One of its packets had a good checksum.
    pub(super) const VERIFIED: u8 = 0x40;
    /// It has sent an acknowledgment.
    pub(super) const ACKED: u8 = 0x80;

    #[inline]
    pub(super) fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    #[inline]
    pub(super) fn set(&mut self, bit: u8) {
        self.0 |= bit;
    }

    fn scale(self) -> u32 {
        u32::from(self.0 & 0x0f)
    }

    fn set_scale(&mut self, scale: u8) {
        self.0 = self.0 & 0xf0 | scale.min(MAX_WINDOW_SCALE) | Self::SCALED;
    }
}

/// RFC 7323 2.3: larger shifts count as this one.
pub(super) const MAX_WINDOW_SCALE: u8 = 14;

/// What holds of the flow as a whole; bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks(u8);

impl Marks {
    pub(super) const CLIENT_IS_LOW: u8 = 1;
    pub(super) const BY_HANDSHAKE: u8 = 2;
    pub(super) const MIDSTREAM: u8 = 4;
    /// The handler said `Done`.
    pub(super) const DONE: u8 = 8;
    /// A packet came since the flow was last looked at for eviction.
    pub(super) const TOUCHED: u8 = 16;
    /// There is an [`Extra`].
    pub(super) const EXTRA: u8 = 32;
    /// The server sent a SYN/ACK, whether it was taken or not.
    pub(super) const SYN_ACK: u8 = 64;

    #[inline]
    pub(super) fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    #[inline]
    pub(super) fn set(&mut self, bit: u8) {
        self.0 |= bit;
    }

    #[inline]
    pub(super) fn clear(&mut self, bit: u8) {
        self.0 &= !bit;
    }

    /// Client and server of a flow with this key.
    #[inline]
    pub(super) fn ends_of(self, key: &Key) -> (Endpoint, Endpoint) {
        if self.has(Self::CLIENT_IS_LOW) {
            (key.low(), key.high())
        } else {
            (key.high(), key.low())
        }
    }

    /// None of `bits`.
    #[inline]
    pub(super) fn none_of(self, bits: u8) -> bool {
        self.0 & bits == 0
    }
}

/// What is touched only when something is handed on or changes: half a cache line, where a
/// connection is a pointer.
#[derive(Debug, Default)]
#[repr(align(32))]
pub(super) struct Cold<C> {
    pub(super) connection: C,
    pub(super) start: Timestamp,
    pub(super) first_frame: u64,
    pub(super) first_capture: u32,
    pub(super) list: ListId,
}

const _: () = assert!(size_of::<Cold<Option<Box<u8>>>>() == 32, "two a cache line");

/// What most flows never touch.
#[derive(Debug, Default)]
pub(super) struct Rare {
    /// Stream bytes of both directions that went by after the handler was done; with
    /// [`Marks::DONE`] only.
    pub(super) passed_by: u64,
    /// With [`Marks::EXTRA`] only.
    pub(super) extra: Option<Box<Extra>>,
}

impl Rare {
    /// Payload that is not believed yet, in bytes.
    fn parked_len(&self) -> u64 {
        self.extra.as_ref().map_or(0, |extra| {
            let parked = extra.parked.iter().map(|parked| parked.bytes.len() as u64);
            parked.sum()
        })
    }
}

/// Which list a flow is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ListId {
    /// Not in use.
    #[default]
    None,
    HalfOpen,
    Open,
    /// Bytes wait behind a hole.
    Holding,
    Lingering,
}

/// What only an unusual flow has.
#[derive(Debug, Default)]
pub(super) struct Extra {
    /// SYNs that disagree with the one in force; the newest [`MAX_CANDIDATES`].
    pub(super) candidates: Vec<Candidate>,
    /// Payload that is not believed yet; at most [`MAX_PARKED`].
    pub(super) parked: Vec<Parked>,
}

/// SYNs of one flow remembered beside the one in force. Each costs an attacker a packet, and the
/// newest are kept, since the answer follows a SYN within a round trip.
pub(super) const MAX_CANDIDATES: usize = 4;

/// Segments of one flow that wait for a word of the peer.
pub(super) const MAX_PARKED: usize = 3;

/// A SYN (or SYN/ACK) with another initial sequence number, until the peer confirms it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) direction: Direction,
    /// The first sequence number behind the SYN.
    pub(super) base: SeqNum,
    pub(super) stamp: Stamp,
    pub(super) options: SynOptions,
    pub(super) window: u16,
    pub(super) timestamp: Option<u32>,
}

/// Payload that is not believed yet.
#[derive(Debug)]
pub(super) struct Parked {
    pub(super) direction: Direction,
    pub(super) seq: SeqNum,
    pub(super) bytes: Box<[u8]>,
    pub(super) wire_len: u32,
    pub(super) fin: bool,
    pub(super) urgent: Option<u16>,
    pub(super) stamp: Stamp,
    pub(super) since: Timestamp,
    pub(super) waits_for: WaitsFor,
}

/// What would let parked bytes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitsFor {
    /// RFC 7413: data on a SYN counts where the answer covers it.
    SynData,
    /// It acknowledges bytes of the peer that were not seen: forged, or the capture lost them.
    PeerBytes(SeqNum),
}

/// Options of a SYN that matter to a watcher.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SynOptions {
    pub(super) window_scale: Option<u8>,
}

impl SynOptions {
    /// Reads what is well formed and stops at the first byte that is not.
    pub(super) fn parse(mut options: &[u8]) -> Self {
        let mut parsed = Self::default();
        while let Some((&kind, rest)) = options.split_first() {
            match kind {
                0 => break,
                1 => options = rest,
                _ => {
                    let Some(len) = rest
                        .first()
                        .map(|&len| usize::from(len))
                        .filter(|&len| len >= 2)
                    else {
                        break;
                    };
                    let Some((option, behind)) = options.split_at_checked(len) else {
                        break;
                    };
                    if let [3, 3, scale] = *option {
                        parsed.window_scale = Some(scale);
                    }
                    options = behind;
                }
            }
        }
        parsed
    }
}

impl Flow {
    pub(super) fn new(key: Key, client: End, now: Timestamp) -> Self {
        let mut marks = Marks::default();
        if client == End::Low {
            marks.set(Marks::CLIENT_IS_LOW);
        }
        Self {
            key,
            last: now,
            streams: Sides::default(),
            ack: Sides::default(),
            ts_recent: Sides::default(),
            packets: Sides::default(),
            window: Sides::default(),
            facts: Sides::default(),
            phase: Phase::Open,
            marks,
        }
    }

    #[inline]
    pub(super) fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Sequence number of the client's next byte.
    #[inline]
    pub(super) fn next_seq(&self) -> SeqNum {
        self.streams.client().next_seq()
    }

    /// The direction of what `sender` sends.
    #[inline]
    pub(super) fn direction(&self, sender: End) -> Direction {
        if self.marks.has(Marks::CLIENT_IS_LOW) == (sender == End::Low) {
            Direction::ClientToServer
        } else {
            Direction::ServerToClient
        }
    }

    #[inline(always)]
    pub(super) fn view<C>(&self, cold: &Cold<C>, now: Stamp) -> FlowView {
        FlowView {
            key: self.key,
            marks: self.marks,
            start: cold.start,
            first: Origin {
                capture: cold.first_capture,
                frame: cold.first_frame,
            },
            now: now.at,
            origin: now.origin,
        }
    }

    /// How far the opening came; to be asked before the flow is closed.
    pub(super) fn opening(&self) -> Opening {
        if self.marks.has(Marks::SYN_ACK) {
            Opening::Answered
        } else if self.marks.has(Marks::MIDSTREAM) {
            Opening::Unseen
        } else if self.phase == Phase::SynSent && !self.streams.server().is_started() {
            Opening::Asked
        } else {
            Opening::Answered
        }
    }

    /// Both SYNs carried timestamps.
    #[inline]
    pub(super) fn has_timestamps(&self) -> bool {
        self.facts.client().has(Facts::TIMESTAMPS) && self.facts.server().has(Facts::TIMESTAMPS)
    }

    /// The largest window that the side sending in `direction` has offered, in bytes.
    pub(super) fn offered_window(&self, direction: Direction) -> u32 {
        let both = self.facts.client().has(Facts::SCALED) && self.facts.server().has(Facts::SCALED);
        let scale = if both {
            self.facts.of(direction).scale()
        } else {
            0
        };
        u32::from(*self.window.of(direction)) << scale
    }

    /// What the receiver of `direction` has said.
    pub(super) fn witness(&self, direction: Direction) -> Witness {
        let receiver = direction.reversed();
        if self.facts.of(receiver).has(Facts::ACKED) {
            Witness::Acknowledged(*self.ack.of(receiver))
        } else if *self.packets.of(receiver) == 0 {
            Witness::Unseen
        } else {
            Witness::Silent
        }
    }

    /// Takes what a SYN says of its sender.
    pub(super) fn note_syn(
        &mut self,
        direction: Direction,
        options: SynOptions,
        window: u16,
        timestamp: Option<u32>,
    ) {
        let facts = self.facts.of_mut(direction);
        if let Some(scale) = options.window_scale {
            facts.set_scale(scale);
        }
        if let Some(timestamp) = timestamp {
            facts.set(Facts::TIMESTAMPS);
            *self.ts_recent.of_mut(direction) = timestamp;
        }
        *self.window.of_mut(direction) = window;
    }

    /// A piece of the stream from a segment.
    pub(super) fn piece<'a>(
        &self,
        segment: &Segment<'a>,
        direction: Direction,
        now: Timestamp,
    ) -> Piece<'a> {
        Piece {
            seq: segment.seq,
            bytes: segment.payload,
            wire_len: segment.wire_payload_len,
            fin: segment.flags.has(TcpFlags::FIN),
            urgent: segment.flags.has(TcpFlags::URG).then_some(segment.urgent),
            stamp: stamp_of(segment),
            now,
            window: self.offered_window(direction.reversed()),
            witness: self.witness(direction),
        }
    }

    /// Distinguishes the streams of a table from each other, for the echo.
    #[inline]
    pub(super) fn stream_id(&self, index: u32, direction: Direction) -> u64 {
        let base = self.streams.of(direction).base().unwrap_or_default();
        u64::from(index) << 33
            | u64::from(direction == Direction::ServerToClient) << 32
            | u64::from(base.0)
    }

    pub(super) fn counters(&self, direction: Direction) -> DirectionCounters {
        let stream = self.streams.of(direction).counters();
        DirectionCounters {
            packets: u64::from(*self.packets.of(direction)),
            stream_bytes: stream.stream_bytes,
            delivered_bytes: stream.delivered_bytes,
            gap_bytes: stream.gap_bytes,
            gaps: stream.gaps,
            retransmitted_bytes: stream.retransmitted_bytes,
            out_of_order: stream.out_of_order,
            overlap_bytes: stream.overlap_bytes,
            overlap_conflicts: stream.overlap_conflicts,
            overlap_unverified: stream.overlap_unverified,
        }
    }

    /// Memory the flow holds for what is out of order, in bytes.
    pub(super) fn held_len(&self, rare: &Rare) -> u64 {
        let queued = (self.streams.client().held_len() + self.streams.server().held_len()) as u64;
        if self.marks.has(Marks::EXTRA) {
            queued + rare.parked_len()
        } else {
            queued
        }
    }

    /// Captured payload among it, in bytes.
    pub(super) fn held_payload_len(&self, rare: &Rare) -> u64 {
        self.streams.client().held_payload_len()
            + self.streams.server().held_payload_len()
            + rare.parked_len()
    }

    /// Memory in boxes beside what is held, in bytes.
    pub(super) fn box_len(&self, rare: &Rare) -> u64 {
        let extra = rare.extra.as_ref().map_or(0, |extra| {
            size_of::<Extra>()
                + extra.candidates.capacity() * size_of::<Candidate>()
                + extra.parked.capacity() * size_of::<Parked>()
        });
        (self.streams.client().box_len() + self.streams.server().box_len() + extra) as u64
    }

    /// The list it belongs to.
    pub(super) fn list(&self, rare: &Rare) -> ListId {
        let suspects = || {
            rare.extra.as_ref().is_some_and(|extra| {
                extra
                    .parked
                    .iter()
                    .any(|parked| parked.waits_for != WaitsFor::SynData)
            })
        };
        match self.phase {
            Phase::Closed => ListId::Lingering,
            _ if self.streams.client().has_hole() || self.streams.server().has_hole() => {
                ListId::Holding
            }
            _ if self.marks.has(Marks::EXTRA) && suspects() => ListId::Holding,
            Phase::SynSent | Phase::SynReceived => ListId::HalfOpen,
            Phase::Open => ListId::Open,
        }
    }
}

#[inline]
pub(super) fn stamp_of(segment: &Segment<'_>) -> Stamp {
    Stamp {
        at: segment.at,
        origin: segment.origin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::tests::segment;

    #[test]
    fn a_window_scale_is_read_wherever_it_stands_among_well_formed_options() {
        for (options, scale) in [
            (&[][..], None),
            (&[3, 3, 7], Some(7)),
            (&[1, 3, 3, 0], Some(0)),
            (&[2, 4, 5, 0xb4, 1, 3, 3, 9, 4, 2], Some(9)),
            (&[8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 3, 3, 14], Some(14)),
            // An unknown option is passed over by its length, whatever it holds.
            (&[254, 5, 3, 3, 1, 3, 3, 2], Some(2)),
            (&[4, 2, 3, 3, 5], Some(5)),
            // Behind the end of the list there is nothing.
            (&[1, 0, 2, 3, 3, 7], None),
            // Malformed: lengths 0, 1 and beyond the end, or none at all.
            (&[8, 0, 3, 3, 7], None),
            (&[8, 1, 3, 3, 7], None),
            (&[8, 10, 0, 3, 3, 7], None),
            (&[3, 3], None),
            (&[3], None),
            (&[3, 4, 7, 7], None),
        ] {
            assert_eq!(
                SynOptions::parse(options).window_scale,
                scale,
                "{options:?}"
            );
        }
    }

    #[test]
    fn windows_are_scaled_where_both_sides_said_so() {
        let directions = [Direction::ClientToServer, Direction::ServerToClient];
        let flow = |scales: [Option<u8>; 2]| {
            let (key, end) = Key::of(&segment("10.0.0.1:40000", "10.0.0.2:6379"));
            let mut flow = Flow::new(key, end, Timestamp::default());
            for (direction, window_scale) in directions.into_iter().zip(scales) {
                // As where another SYN turns out to be the true one: the last word counts.
                if window_scale.is_some() {
                    let forged = SynOptions {
                        window_scale: Some(5),
                    };
                    flow.note_syn(direction, forged, 7, None);
                }
                flow.note_syn(direction, SynOptions { window_scale }, 1000, None);
            }
            directions.map(|direction| flow.offered_window(direction))
        };
        assert_eq!(flow([Some(3), Some(7)]), [8000, 128_000]);
        assert_eq!(flow([Some(3), None]), [1000, 1000]);
        assert_eq!(flow([None, Some(7)]), [1000, 1000]);
        assert_eq!(flow([Some(0), Some(1)]), [1000, 2000]);
        // RFC 7323 2.3: 14 at most.
        assert_eq!(flow([Some(14), Some(255)]), [1000 << 14, 1000 << 14]);
    }

    #[test]
    fn each_stream_of_each_flow_has_an_id_of_its_own() {
        let (key, end) = Key::of(&segment("10.0.0.1:40000", "10.0.0.2:6379"));
        let mut ids = std::collections::BTreeSet::new();
        for base in [0, 1, u32::MAX] {
            let mut flow = Flow::new(key, end, Timestamp::default());
            for direction in DIRECTIONS {
                flow.streams.of_mut(direction).anchor(SeqNum(base));
                for index in [0, 1, 2, 3, u32::MAX - 1] {
                    assert!(ids.insert(flow.stream_id(index, direction)));
                }
            }
        }
    }
}
