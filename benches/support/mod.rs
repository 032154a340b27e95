//! Segments to push and a handler that only counts, for the benches of flow and reassembly.
#![allow(dead_code, reason = "each bench uses a part")]
#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "input is made here"
)]

use resp_sniff::flow::{Chunk, FlowEnd, FlowView, Follow, Gap, Handler};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::{Address, Checksum, Direction, Endpoint, Segment, SeqNum, TcpFlags};

/// A request of usual size.
pub(crate) const PAYLOAD: &[u8] = b"*2\r\n$3\r\nGET\r\n$12\r\nuser:1000042\r\n";

/// Counts bytes and gaps.
#[derive(Default)]
pub(crate) struct Count {
    pub bytes: u64,
    pub gap_bytes: u64,
    pub ended: u64,
}

impl Handler for Count {
    type Connection = Option<Box<u64>>;

    fn data(&mut self, _: &mut Self::Connection, _: &FlowView, chunk: Chunk<'_>) -> Follow {
        self.bytes += chunk.bytes.len() as u64;
        Follow::On
    }

    fn gap(&mut self, _: &mut Self::Connection, _: &FlowView, gap: Gap) -> Follow {
        self.gap_bytes += gap.len;
        Follow::On
    }

    fn finished(&mut self, _: &mut Self::Connection, _: &FlowView, _: Direction) {}

    fn conflict(
        &mut self,
        _: &mut Self::Connection,
        _: &FlowView,
        _: Direction,
        _: u64,
        _: &[u8],
        _: &[u8],
    ) {
    }

    fn reset(&mut self, _: &mut Self::Connection, _: &FlowView, _: Direction) {}

    fn end(&mut self, _: Self::Connection, _: &FlowView, _: &FlowEnd) {
        self.ended += 1;
    }
}

/// A segment of the client of connection `flow`; stream offsets count from 1.
#[inline]
pub(crate) fn of(flow: u32, number: u64, flags: u8, seq: u32, payload: &[u8]) -> Segment<'_> {
    Segment {
        at: Timestamp(1_700_000_000_000_000_000 + number * 1000),
        origin: Origin {
            capture: 0,
            frame: number,
        },
        source: Endpoint {
            address: Address::v4((0x0a01_0000 + flow / 50_000).to_be_bytes()),
            port: (10_000 + flow % 50_000) as u16,
        },
        destination: Endpoint {
            address: Address::v4([10, 0, 0, 2]),
            port: 6379,
        },
        tag: 0,
        seq: SeqNum(seq),
        ack: SeqNum(1),
        flags: TcpFlags(flags),
        window: 512,
        urgent: 0,
        options: &[],
        timestamps: None,
        payload,
        wire_payload_len: payload.len() as u32,
        checksum: Checksum::Good,
    }
}

pub(crate) const ACK: u8 = TcpFlags::ACK;
pub(crate) const SYN: u8 = TcpFlags::SYN;

/// The server's answer to a segment of [`of`].
pub(crate) fn reversed(mut segment: Segment<'_>) -> Segment<'_> {
    std::mem::swap(&mut segment.source, &mut segment.destination);
    segment
}

/// The three segments of a handshake.
pub(crate) fn handshake<'a>(flow: u32, number: u64) -> [Segment<'a>; 3] {
    let syn = of(flow, number, SYN, 0, b"");
    let answer = Segment {
        seq: SeqNum(0),
        ..reversed(of(flow, number, SYN | ACK, 0, b""))
    };
    [syn, answer, of(flow, number, ACK, 1, b"")]
}
