//! Any list of segments on a few connections: nothing panics, offsets ascend without a hole, every
//! payload byte has one place, and what is held stays under its budget.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::flow::{
    ChecksumPolicy, Chunk, FlowConfig, FlowEnd, FlowTable, FlowView, Follow, Gap, Handler,
};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::reassembly::{OverlapPolicy, UrgentPolicy};
use resp_sniff::segment::{Address, Checksum, Direction, Endpoint, Segment, SeqNum, TcpFlags};

fuzz_target!(|data: &[u8]| run(data));

/// Bytes one operation takes from the input.
const OPERATION_LEN: usize = 12;

/// Small, so that the budget is reached.
const MAX_HELD_BYTES: u64 = 16 << 10;

fn run(data: &[u8]) {
    let Some((&setting, operations)) = data.split_first() else {
        return;
    };
    let config = FlowConfig {
        overlap: [
            OverlapPolicy::Linux,
            OverlapPolicy::First,
            OverlapPolicy::Last,
            OverlapPolicy::Bsd,
        ][usize::from(setting & 3)],
        urgent: if setting & 4 == 0 {
            UrgentPolicy::Remove
        } else {
            UrgentPolicy::Inline
        },
        checksum: if setting & 8 == 0 {
            ChecksumPolicy::Auto
        } else {
            ChecksumPolicy::Strict
        },
        max_flows: 4,
        max_held_bytes: MAX_HELD_BYTES,
    };
    let mut table = FlowTable::new(&config);
    let mut follower = Follower {
        done_at: (setting & 16 != 0).then_some(b'!'),
    };
    let mut now = 1_700_000_000_000_000_000u64;
    for (number, operation) in operations.chunks_exact(OPERATION_LEN).enumerate() {
        let &[
            who,
            flags,
            seq0,
            seq1,
            ack0,
            ack1,
            len,
            fill,
            time,
            odd,
            urgent,
            window,
        ] = operation
        else {
            return;
        };
        now = match time {
            0..=199 => now + u64::from(time) * 1_000_000,
            200..=229 => now + u64::from(time) * 1_000_000_000,
            230..=239 => now.saturating_sub(3_600_000_000_000),
            _ => now + 4_000_000_000_000,
        };
        let payload = vec![fill; usize::from(len) * if odd & 1 == 0 { 1 } else { 64 }];
        // Near the start of the stream, which is just below the wrap, or far from it.
        let near = |high: u8, low: u8| {
            let offset = u32::from(u16::from_be_bytes([high, low]));
            let offset = if odd & 2 == 0 {
                offset % 512
            } else {
                offset << 16
            };
            SeqNum(u32::MAX - 200).plus(offset)
        };
        let (client, server) = (
            Endpoint {
                address: Address::v4([10, 0, 0, 1]),
                port: 40_000 + u16::from(who & 7),
            },
            Endpoint {
                address: Address::v4([10, 0, 0, 2]),
                port: 6379,
            },
        );
        let (source, destination) = if who & 8 == 0 {
            (client, server)
        } else {
            (server, client)
        };
        let cut = if odd & 4 == 0 { 0 } else { 9 };
        let segment = Segment {
            at: Timestamp(now),
            origin: Origin {
                capture: 0,
                frame: number as u64,
            },
            source,
            destination,
            tag: 0,
            seq: near(seq0, seq1),
            ack: near(ack0, ack1),
            flags: TcpFlags(flags),
            window: u16::from(window) << 8,
            urgent: u16::from(urgent),
            options: if odd & 8 == 0 {
                &[]
            } else {
                &[1, 3, 3, 7, 2, 4, 5]
            },
            timestamps: (odd & 16 != 0).then(|| (u32::from(fill) << 24, 0)),
            payload: &payload,
            wire_payload_len: u32::try_from(payload.len()).expect("short") + cut,
            checksum: match odd >> 5 {
                0..=3 => Checksum::Good,
                4 => Checksum::Bad,
                5 => Checksum::Offloaded,
                _ => Checksum::Unverified,
            },
        };
        table.push(&segment, &mut follower);
        check(&table);
        if odd & 1 == 0 {
            table.tick(Timestamp(now), &mut follower);
            check(&table);
        }
    }
    table.finish(&mut follower);
    let counters = table.counters();
    assert_eq!(counters.accounted_bytes(), counters.payload_bytes);
    assert_eq!(table.gauges().held_bytes, 0);
}

fn check(table: &FlowTable<Follower>) {
    let (counters, gauges) = (table.counters(), table.gauges());
    assert_eq!(
        counters.accounted_bytes() + gauges.held_payload_bytes,
        counters.payload_bytes
    );
    assert!(gauges.held_bytes <= MAX_HELD_BYTES, "{gauges:?}");
    assert!(gauges.flows <= 4);
}

struct Follower {
    done_at: Option<u8>,
}

#[derive(Default)]
struct Seen {
    next: [u64; 2],
    finished: [bool; 2],
}

impl Follower {
    fn advance(seen: &mut Seen, direction: Direction, offset: u64, len: u64) {
        let side = usize::from(direction == Direction::ServerToClient);
        assert!(len > 0 && !seen.finished[side]);
        // Urgent bytes are taken out of the stream, at most 16 announced at a time.
        assert!(offset >= seen.next[side] && offset - seen.next[side] <= 4096);
        seen.next[side] = offset + len;
    }
}

impl Handler for Follower {
    type Connection = Box<Seen>;

    fn data(&mut self, seen: &mut Box<Seen>, _: &FlowView, chunk: Chunk<'_>) -> Follow {
        Self::advance(
            seen,
            chunk.direction,
            chunk.offset,
            chunk.bytes.len() as u64,
        );
        if self.done_at.is_some_and(|byte| chunk.bytes.contains(&byte)) {
            Follow::Done
        } else {
            Follow::On
        }
    }

    fn gap(&mut self, seen: &mut Box<Seen>, _: &FlowView, gap: Gap) -> Follow {
        Self::advance(seen, gap.direction, gap.offset, gap.len);
        Follow::On
    }

    fn finished(&mut self, seen: &mut Box<Seen>, _: &FlowView, direction: Direction) {
        let side = usize::from(direction == Direction::ServerToClient);
        assert!(!seen.finished[side]);
        seen.finished[side] = true;
    }

    fn conflict(
        &mut self,
        _: &mut Box<Seen>,
        _: &FlowView,
        _: Direction,
        _: u64,
        kept: &[u8],
        other: &[u8],
    ) {
        assert_ne!(kept, other);
    }

    fn reset(&mut self, _: &mut Box<Seen>, _: &FlowView, _: Direction) {}

    fn end(&mut self, _: Box<Seen>, _: &FlowView, end: &FlowEnd) {
        for side in [&end.client_to_server, &end.server_to_client] {
            assert!(side.delivered_bytes + side.gap_bytes <= side.stream_bytes);
        }
    }
}
