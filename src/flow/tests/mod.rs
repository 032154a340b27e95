//! A tap on one connection, and a small language for what passes it.
//!
//! `tap().open().c(0, "abc").c(6, "ghi").c(3, "def")` is a handshake and three segments of the
//! client, at stream offsets 0, 6 and 3. The client's first byte has sequence number 100, the
//! server's 300, unless said otherwise. A gap of n bytes reads `<n>`, the end of a side `$`.

mod bounds;
mod data;
mod endings;
mod handshake;
mod limits;
mod validity;

use super::{
    Chunk, FlowConfig, FlowCounters, FlowEnd, FlowTable, FlowView, Follow, Gap, GapCause, Handler,
};
use crate::event::{DirectionCounters, EndReason};
use crate::packet::{Origin, Timestamp};
use crate::segment::{Address, Checksum, Direction, Endpoint, Segment, SeqNum, TcpFlags};

pub(super) const ACK: u8 = TcpFlags::ACK;
pub(super) const SYN: u8 = TcpFlags::SYN;
pub(super) const FIN: u8 = TcpFlags::FIN;
pub(super) const RST: u8 = TcpFlags::RST;
pub(super) const URG: u8 = TcpFlags::URG;

/// Timestamps every SYN of [`Tap::open`] carries, and later segments unless told otherwise.
const NO_OPTIONS: &[u8] = &[];

/// An empty acknowledgment from one `address:port` to another.
pub(super) fn segment(from: &str, to: &str) -> Segment<'static> {
    let endpoint = |text: &str| {
        let address: std::net::SocketAddr = text.parse().expect("an address");
        Endpoint {
            address: Address::from(address.ip()),
            port: address.port(),
        }
    };
    Segment {
        at: Timestamp::from_parts(1_700_000_000, 0),
        origin: Origin::default(),
        source: endpoint(from),
        destination: endpoint(to),
        tag: 0,
        seq: SeqNum(1),
        ack: SeqNum(1),
        flags: TcpFlags(TcpFlags::ACK),
        window: 64_240,
        urgent: 0,
        options: NO_OPTIONS,
        timestamps: None,
        payload: &[],
        wire_payload_len: 0,
        checksum: Checksum::Good,
    }
}

/// What a handler was told of one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) client: String,
    pub(super) server: String,
    pub(super) gaps: Vec<(u64, u64, GapCause)>,
    /// Offset, kept, other.
    pub(super) conflicts: Vec<(u64, String, String)>,
    pub(super) reset: Option<Direction>,
    pub(super) end: Option<EndReason>,
    pub(super) client_port: u16,
    pub(super) midstream: bool,
    pub(super) start: Timestamp,
    pub(super) ended_at: Timestamp,
    /// When the last gap was told.
    pub(super) gap_at: Timestamp,
    /// Frame of each chunk.
    pub(super) frames: Vec<u64>,
    next: [u64; 2],
    finished: [bool; 2],
}

/// A handler that writes everything down and checks what every handler may rely on.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub(super) ended: Vec<Told>,
    pub(super) ends: Vec<FlowEnd>,
    /// Says `Done` at this byte.
    pub(super) done_at: Option<u8>,
    delivered_bytes: u64,
}

impl Recorder {
    fn advance(told: &mut Told, direction: Direction, offset: u64, len: u64) {
        assert!(len > 0, "nothing is no event");
        let side = usize::from(direction == Direction::ServerToClient);
        assert!(!told.finished[side], "bytes after the end");
        // Urgent bytes are taken out, so an offset may step over some.
        assert!(
            offset >= told.next[side] && offset - told.next[side] <= 16,
            "order of offsets"
        );
        told.next[side] = offset + len;
    }
}

impl Recorder {
    /// What was counted is what was told, once every flow has ended.
    fn check(&self, counters: &FlowCounters) {
        assert_eq!(counters.delivered_bytes, self.delivered_bytes);
        let told = |what: &dyn Fn(&Told) -> u64| self.ended.iter().map(what).sum::<u64>();
        for (reason, ended) in [
            (EndReason::Fin, counters.ended_fin),
            (EndReason::Rst, counters.ended_rst),
            (EndReason::Idle, counters.ended_idle),
            (EndReason::Evicted, counters.ended_evicted),
            (EndReason::Reused, counters.ended_reused),
            (EndReason::CaptureEnd, counters.ended_capture_end),
        ] {
            let expected = told(&|told| u64::from(told.end == Some(reason)));
            assert_eq!(ended, expected, "{reason:?}");
        }
        assert_eq!(
            counters.flows_midstream,
            told(&|told| u64::from(told.midstream))
        );
        for (cause, gaps) in [
            (GapCause::Acknowledged, counters.gaps_acknowledged),
            (GapCause::Waited, counters.gaps_waited),
            (GapCause::Limit, counters.gaps_limit),
            (GapCause::SnapLength, counters.gaps_snap_length),
            (GapCause::End, counters.gaps_end),
        ] {
            let is_it = |gap: &&(u64, u64, GapCause)| gap.2 == cause;
            let expected = told(&|told| told.gaps.iter().filter(is_it).count() as u64);
            assert_eq!(gaps, expected, "{cause:?}");
        }
        assert_eq!(
            counters.gap_bytes,
            told(&|told| told.gaps.iter().map(|gap| gap.1).sum())
        );
        assert_eq!(
            counters.conflicts,
            told(&|told| told.conflicts.len() as u64)
        );
        // Of the places in sequence space what is neither delivered nor missing was urgent.
        let rest = |end: &FlowEnd| {
            [end.client_to_server, end.server_to_client]
                .map(|side| side.stream_bytes - side.delivered_bytes - side.gap_bytes)
                .iter()
                .sum::<u64>()
        };
        assert_eq!(
            counters.urgent_bytes,
            self.ends.iter().map(rest).sum::<u64>()
        );
        // And what each side of each connection is said to have done.
        let sides = |what: fn(&DirectionCounters) -> u64| {
            let sides = self.ends.iter();
            sides
                .flat_map(|end| [&end.client_to_server, &end.server_to_client])
                .map(what)
                .sum::<u64>()
        };
        assert_eq!(counters.delivered_bytes, sides(|side| side.delivered_bytes));
        assert_eq!(counters.gap_bytes, sides(|side| side.gap_bytes));
        assert_eq!(
            told(&|told| told.gaps.len() as u64),
            sides(|side| side.gaps)
        );
        assert_eq!(counters.conflicts, sides(|side| side.overlap_conflicts));
        assert_eq!(
            counters.overlaps_unverified,
            sides(|side| side.overlap_unverified)
        );
    }
}

impl Handler for Recorder {
    type Connection = Box<Told>;

    fn data(&mut self, told: &mut Box<Told>, flow: &FlowView, chunk: Chunk<'_>) -> Follow {
        Self::advance(
            told,
            chunk.direction,
            chunk.offset,
            chunk.bytes.len() as u64,
        );
        self.delivered_bytes += chunk.bytes.len() as u64;
        told.client_port = flow.client().port;
        told.frames.push(chunk.origin.frame);
        let text = String::from_utf8_lossy(chunk.bytes);
        match chunk.direction {
            Direction::ClientToServer => told.client.push_str(&text),
            Direction::ServerToClient => told.server.push_str(&text),
        }
        if self.done_at.is_some_and(|byte| chunk.bytes.contains(&byte)) {
            Follow::Done
        } else {
            Follow::On
        }
    }

    fn gap(&mut self, told: &mut Box<Told>, flow: &FlowView, gap: Gap) -> Follow {
        told.gap_at = flow.now;
        Self::advance(told, gap.direction, gap.offset, gap.len);
        told.gaps.push((gap.offset, gap.len, gap.cause));
        let text = format!("<{}>", gap.len);
        match gap.direction {
            Direction::ClientToServer => told.client.push_str(&text),
            Direction::ServerToClient => told.server.push_str(&text),
        }
        Follow::On
    }

    fn finished(&mut self, told: &mut Box<Told>, _: &FlowView, direction: Direction) {
        let side = usize::from(direction == Direction::ServerToClient);
        assert!(!told.finished[side], "one end is enough");
        told.finished[side] = true;
        match direction {
            Direction::ClientToServer => told.client.push('$'),
            Direction::ServerToClient => told.server.push('$'),
        }
    }

    fn conflict(
        &mut self,
        told: &mut Box<Told>,
        _: &FlowView,
        _: Direction,
        offset: u64,
        kept: &[u8],
        other: &[u8],
    ) {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        told.conflicts.push((offset, text(kept), text(other)));
    }

    fn reset(&mut self, told: &mut Box<Told>, _: &FlowView, from: Direction) {
        assert_eq!(told.reset, None);
        told.reset = Some(from);
    }

    fn end(&mut self, mut told: Box<Told>, flow: &FlowView, end: &FlowEnd) {
        assert_eq!(told.end, None, "one end is enough");
        told.end = Some(end.reason);
        told.client_port = flow.client().port;
        told.midstream = flow.midstream();
        told.start = flow.start;
        told.ended_at = flow.now;
        for counters in [&end.client_to_server, &end.server_to_client] {
            let rest = counters.stream_bytes - counters.delivered_bytes - counters.gap_bytes;
            assert!(
                rest <= 64,
                "only urgent bytes are neither delivered nor missing"
            );
        }
        self.ended.push(*told);
        self.ends.push(*end);
    }
}

pub(super) fn tap() -> Tap {
    Tap::with(FlowConfig::default())
}

pub(super) struct Tap {
    pub(super) table: FlowTable<Recorder>,
    pub(super) recorder: Recorder,
    /// First sequence numbers of the streams.
    pub(super) client_base: u32,
    pub(super) server_base: u32,
    /// What each side acknowledges of the other.
    acked_of_server: u32,
    acked_of_client: u32,
    /// Milliseconds since the start.
    clock: u64,
    frame: u64,
    /// Timestamps of both sides, where negotiated.
    timestamps: Option<u32>,
    client: Endpoint,
    server: Endpoint,
}

impl Tap {
    pub(super) fn with(config: FlowConfig) -> Self {
        let Segment {
            source,
            destination,
            ..
        } = segment("10.9.0.1:52344", "10.9.0.2:6379");
        Self {
            table: FlowTable::new(&config),
            recorder: Recorder::default(),
            client_base: 100,
            server_base: 300,
            acked_of_server: 0,
            acked_of_client: 0,
            clock: 0,
            frame: 0,
            timestamps: None,
            client: source,
            server: destination,
        }
    }

    /// First sequence number of the client's stream.
    pub(super) fn client_base(mut self, base: u32) -> Self {
        self.client_base = base;
        self
    }

    pub(super) fn ports(mut self, client: u16, server: u16) -> Self {
        self.client.port = client;
        self.server.port = server;
        self
    }

    /// From here on segments carry this timestamp value.
    pub(super) fn timestamp(mut self, value: u32) -> Self {
        self.timestamps = Some(value);
        self
    }

    pub(super) fn no_timestamp(mut self) -> Self {
        self.timestamps = None;
        self
    }

    pub(super) fn done_at(mut self, byte: u8) -> Self {
        self.recorder.done_at = Some(byte);
        self
    }

    /// SYN, SYN/ACK, ACK.
    pub(super) fn open(self) -> Self {
        self.c_with(-1, "", |s| s.flags = TcpFlags(SYN))
            .s_with(-1, "", |s| s.flags = TcpFlags(SYN | ACK))
            .c(0, "")
    }

    /// A segment of the client at a stream offset.
    pub(super) fn c(self, offset: i64, text: &str) -> Self {
        self.c_with(offset, text, |_| ())
    }

    /// A segment of the server at a stream offset.
    pub(super) fn s(self, offset: i64, text: &str) -> Self {
        self.s_with(offset, text, |_| ())
    }

    /// The client acknowledges so many bytes, here and later.
    pub(super) fn c_acks(mut self, count: u32) -> Self {
        self.acked_of_server = count;
        self.c_with(0, "", |s| s.seq = SeqNum(s.seq.0))
    }

    /// The server acknowledges so many bytes, here and later.
    pub(super) fn s_acks(mut self, count: u32) -> Self {
        self.acked_of_client = count;
        self.s_with(0, "", |_| ())
    }

    /// Time passes, with a tick every 10 ms.
    pub(super) fn wait(mut self, milliseconds: u64) -> Self {
        let end = self.clock + milliseconds;
        while self.clock < end {
            self.clock = (self.clock + 10).min(end);
            self.table.tick(self.now(), &mut self.recorder);
        }
        self
    }

    fn now(&self) -> Timestamp {
        Timestamp(1_700_000_000_000_000_000 + self.clock * 1_000_000)
    }

    pub(super) fn c_with(
        self,
        offset: i64,
        text: &str,
        change: impl FnOnce(&mut Segment<'_>),
    ) -> Self {
        self.send(Direction::ClientToServer, offset, text, change)
    }

    pub(super) fn s_with(
        self,
        offset: i64,
        text: &str,
        change: impl FnOnce(&mut Segment<'_>),
    ) -> Self {
        self.send(Direction::ServerToClient, offset, text, change)
    }

    fn send(
        mut self,
        direction: Direction,
        offset: i64,
        text: &str,
        change: impl FnOnce(&mut Segment<'_>),
    ) -> Self {
        self.frame += 1;
        let (source, destination, base, ack) = match direction {
            Direction::ClientToServer => (
                self.client,
                self.server,
                self.client_base,
                self.server_base.wrapping_add(self.acked_of_server),
            ),
            Direction::ServerToClient => (
                self.server,
                self.client,
                self.server_base,
                self.client_base.wrapping_add(self.acked_of_client),
            ),
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let mut segment = Segment {
            at: self.now(),
            origin: Origin {
                capture: 0,
                frame: self.frame,
            },
            source,
            destination,
            seq: SeqNum(base.wrapping_add(offset as u32)),
            ack: SeqNum(ack),
            payload: text.as_bytes(),
            wire_payload_len: text.len() as u32,
            timestamps: self.timestamps.map(|value| (value, 0)),
            ..segment("1.1.1.1:1", "1.1.1.2:2")
        };
        change(&mut segment);
        self.table.push(&segment, &mut self.recorder);
        self
    }

    pub(super) fn counters(&self) -> &FlowCounters {
        self.table.counters()
    }

    /// The end of the capture: every sum must hold.
    pub(super) fn finish(mut self) -> Done {
        self.table.finish(&mut self.recorder);
        let counters = *self.table.counters();
        assert_eq!(
            counters.accounted_bytes(),
            counters.payload_bytes,
            "{counters:#?}"
        );
        let gauges = self.table.gauges();
        assert_eq!(
            (gauges.flows, gauges.held_bytes, gauges.held_payload_bytes),
            (0, 0, 0)
        );
        assert_eq!(counters.flows, self.recorder.ended.len() as u64);
        assert_eq!(counters.segments, self.frame);
        self.recorder.check(&counters);
        Done {
            told: self.recorder.ended,
            ends: self.recorder.ends,
            counters,
        }
    }

    /// The end of the capture, with what the only connection's client had sent.
    pub(super) fn client_sent(self, expected: &str) -> Done {
        let done = self.finish();
        assert_eq!(done.told.len(), 1, "{:#?}", done.told);
        assert_eq!(done.told[0].client, expected, "{:#?}", done.told[0]);
        done
    }
}

/// What is known at the end of a capture.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) told: Vec<Told>,
    pub(super) ends: Vec<FlowEnd>,
    pub(super) counters: FlowCounters,
}

impl Done {
    pub(super) fn server_sent(self, expected: &str) -> Self {
        assert_eq!(self.told[0].server, expected);
        self
    }

    pub(super) fn ended(self, reason: EndReason) -> Self {
        assert_eq!(self.told[0].end, Some(reason));
        self
    }

    pub(super) fn conflicts(self, count: usize) -> Self {
        assert_eq!(
            self.told[0].conflicts.len(),
            count,
            "{:?}",
            self.told[0].conflicts
        );
        assert_eq!(self.counters.conflicts, count as u64);
        self
    }

    pub(super) fn counted(self, what: impl FnOnce(&FlowCounters) -> u64, expected: u64) -> Self {
        assert_eq!(what(&self.counters), expected, "{:#?}", self.counters);
        self
    }
}
