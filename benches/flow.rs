//! Flow table and reassembly together, headers decoded already: nanoseconds a packet.
//!
//! Every case asserts what came out. The last part prints the hostile cases as multiples of a
//! segment in order, measured in the same run: the promise is at most 5.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::similar_names,
    clippy::items_after_statements,
    clippy::type_complexity,
    clippy::print_stdout,
    reason = "a bench reports, and its input is made here"
)]
mod support;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use resp_sniff::flow::{
    Ahead, FlowConfig, FlowTable, Gauges, LOOK_AHEAD, LOOK_AHEAD_FLOWS, SHARDS, shard_of,
};
use resp_sniff::segment::{Segment, SeqNum};

use support::{ACK, Count, PAYLOAD, SYN, handshake, of, reversed};

const PACKETS: u64 = 100_000;

/// Tables driven as the program drives them: while flows are few each segment goes in at once; from
/// [`LOOK_AHEAD_FLOWS`] on they wait until there are [`LOOK_AHEAD`], whose flows are fetched first.
struct Driven<'a> {
    tables: Vec<FlowTable<Count>>,
    count: Count,
    waiting: Vec<(usize, Segment<'a>)>,
    looks_ahead: bool,
    settled: u32,
}

/// Batches between two looks at the number of flows, which the program takes at every tick.
const BATCHES: u32 = 32;

impl<'a> Driven<'a> {
    /// One table.
    fn one(config: &FlowConfig) -> Self {
        Self::of(vec![FlowTable::new(config)])
    }

    /// A table a shard.
    fn sharded(config: &FlowConfig) -> Self {
        let config = config.per_shard();
        Self::of((0..SHARDS).map(|_| FlowTable::new(&config)).collect())
    }

    /// One table in which `flows` connections are open.
    fn opened(flows: u32, config: &FlowConfig) -> Self {
        let mut driven = Self::one(config);
        for flow in 0..flows {
            for segment in handshake(flow, u64::from(flow)) {
                driven.push(segment);
            }
        }
        driven.settle();
        driven
    }

    fn of(tables: Vec<FlowTable<Count>>) -> Self {
        Self {
            tables,
            count: Count::default(),
            waiting: Vec::with_capacity(LOOK_AHEAD),
            looks_ahead: false,
            settled: 0,
        }
    }

    #[inline(always)]
    fn push(&mut self, segment: Segment<'a>) {
        let shard = match self.tables.len() {
            1 => 0,
            _ => usize::from(shard_of(&segment)),
        };
        if self.looks_ahead {
            self.waiting.push((shard, segment));
            if self.waiting.len() == LOOK_AHEAD {
                self.settle();
            }
        } else {
            self.tables[shard].push(&segment, &mut self.count);
            if segment.flags.has(SYN) {
                self.look();
            }
        }
    }

    /// Works on what waits.
    #[inline(never)]
    fn settle(&mut self) {
        let mut all = [Ahead::default(); LOOK_AHEAD];
        for (ahead, (shard, segment)) in all.iter_mut().zip(&self.waiting) {
            *ahead = self.tables[*shard].look_ahead(segment);
        }
        for (ahead, (shard, _)) in all.iter_mut().zip(&self.waiting) {
            self.tables[*shard].look_up(ahead);
        }
        let loaded = all
            .iter()
            .zip(&self.waiting)
            .fold(0, |sum, (ahead, (shard, _))| {
                sum ^ self.tables[*shard].fetch(*ahead)
            });
        black_box(loaded);
        for ((shard, segment), ahead) in self.waiting.drain(..).zip(all) {
            self.tables[shard].expect(ahead);
            self.tables[shard].push(&segment, &mut self.count);
        }
        self.settled += 1;
        if self.settled.is_multiple_of(BATCHES) {
            self.look();
        }
    }

    #[inline(never)]
    fn look(&mut self) {
        let flows: u32 = self.tables.iter().map(FlowTable::flows).sum();
        self.looks_ahead = flows >= LOOK_AHEAD_FLOWS;
    }

    /// Works on what waits, and ends every flow.
    fn finish(&mut self) {
        self.settle();
        for table in &mut self.tables {
            table.finish(&mut self.count);
        }
    }

    fn table(&self) -> &FlowTable<Count> {
        &self.tables[0]
    }
}

/// Packets in order over `flows` connections, in an order that no prefetcher guesses; returns the
/// time of the second half.
fn in_order(flows: u32, packets: u64, payload: &[u8]) -> Duration {
    let mut driven = Driven::opened(flows, &FlowConfig::default());
    let mut next = vec![1u32; flows as usize];
    let order = scattered(flows, packets);
    let mut time = Duration::ZERO;
    for half in order.chunks(order.len().div_ceil(2)) {
        time = timed(|| {
            for (number, &flow) in half.iter().enumerate() {
                let seq = &mut next[flow as usize];
                driven.push(of(flow, number as u64, ACK, *seq, payload));
                *seq = seq.wrapping_add(payload.len() as u32);
            }
            driven.settle();
        });
    }
    assert_eq!(driven.count.bytes, packets * payload.len() as u64);
    assert_eq!(driven.count.gap_bytes, 0);
    time
}

fn scattered(flows: u32, packets: u64) -> Vec<u32> {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    (0..packets)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % u64::from(flows)) as u32
        })
        .collect()
}

fn steady(c: &mut Criterion) {
    let mut group = c.benchmark_group("flow");
    group.throughput(Throughput::Elements(1));
    for (name, flows, payload) in [
        ("in_order_small", 1, PAYLOAD),
        ("in_order_1448", 1, &[b'x'; 1448][..]),
        ("in_order_10_flows", 10, PAYLOAD),
        ("in_order_500k_flows", 500_000, PAYLOAD),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| {
                let packets = (iterations * 2).max(2 * PACKETS);
                let time = in_order(flows, packets, payload);
                time.mul_f64(iterations as f64 / (packets / 2) as f64)
            });
        });
    }
    group.bench_function("pure_ack", |bencher| {
        let mut driven = Driven::opened(1, &FlowConfig::default());
        bencher.iter(|| driven.push(black_box(of(0, 9, ACK, 1, b""))));
        assert_eq!(driven.count.bytes, 0);
    });
    group.finish();
}

/// Runs `work` three times and takes the shortest: nanoseconds a packet.
fn per_packet(packets: u64, mut work: impl FnMut() -> Duration) -> f64 {
    let shortest = (0..3).map(|_| work()).min().unwrap_or_default();
    shortest.as_nanos() as f64 / packets as f64
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = now();
    work();
    start.elapsed()
}

/// The hostile cases, beside a segment in order. Those whose names lack `wanted` are left out.
fn bounds(wanted: &str) {
    let base = per_packet(PACKETS, || in_order(10, 2 * PACKETS, PAYLOAD));
    let row = |name: &str, nanoseconds: f64, note: String| {
        println!(
            "bounds/{name:<28} {nanoseconds:7.1} ns a packet, {:4.1} x in order {note}",
            nanoseconds / base
        );
    };
    row("in_order", base, String::new());
    let cases: [(&str, fn() -> (f64, String)); 10] = [
        ("in_order_500k_flows", many_flows),
        ("million_handshakes", million_handshakes),
        ("syn_flood", syn_flood),
        ("hash_flood", hash_flood),
        ("10k_flows_with_holes", flows_with_holes),
        ("one_byte_with_holes", one_byte_with_holes),
        ("same_segment_delivered", || same_segment(1)),
        ("same_segment_queued", || same_segment(5)),
        ("alternating_overlaps", alternating_overlaps),
        ("lossy_tap", lossy_tap),
    ];
    for (name, case) in cases {
        if format!("bounds/{name}").contains(wanted) {
            let (nanoseconds, note) = case();
            row(name, nanoseconds, note);
        }
    }
}

fn many_flows() -> (f64, String) {
    let packets = 2_000_000;
    let time = per_packet(packets / 2, || in_order(500_000, packets, PAYLOAD));
    (time, String::new())
}

/// Connections that are opened and never used.
fn million_handshakes() -> (f64, String) {
    let mut memory = 0;
    let million = 1_000_000u32;
    let time = per_packet(3 * u64::from(million), || {
        let mut driven = Driven::sharded(&FlowConfig::default());
        let time = timed(|| {
            for flow in 0..million {
                for segment in handshake(flow, u64::from(flow)) {
                    driven.push(segment);
                }
            }
            driven.settle();
        });
        let gauges: Vec<_> = driven.tables.iter().map(FlowTable::gauges).collect();
        memory = gauges.iter().map(|gauges| gauges.memory_bytes).sum();
        let sum = |of: fn(&Gauges) -> u32| gauges.iter().map(of).sum::<u32>();
        assert_eq!(sum(|gauges| gauges.flows), million);
        assert_eq!(sum(|gauges| gauges.half_open), 0);
        assert!(memory <= 200_000_000, "{memory}");
        time
    });
    (time, format!("({} MB)", memory / 1_000_000))
}

fn syn_flood() -> (f64, String) {
    let million = 1_000_000u32;
    let time = per_packet(u64::from(million), || {
        let mut driven = Driven::opened(
            10_000,
            &FlowConfig {
                max_flows: 100_000,
                ..FlowConfig::default()
            },
        );
        let time = timed(|| {
            for flow in 0..million {
                driven.push(of(flow + 100_000, 1, SYN, 7, b""));
            }
            driven.settle();
        });
        for flow in 0..10_000 {
            driven.push(of(flow, 2, ACK, 1, PAYLOAD));
        }
        driven.settle();
        let table = driven.table();
        assert_eq!(table.gauges().flows, 100_000);
        assert_eq!(
            table.counters().flows_midstream,
            0,
            "all 10,000 were still known"
        );
        assert_eq!(driven.count.bytes, 10_000 * PAYLOAD.len() as u64);
        time
    });
    (time, "(10,000 established flows survive)".into())
}

/// Tuples that differ only where simple hashes do not look.
fn hash_flood() -> (f64, String) {
    let time = per_packet(PACKETS, || {
        let mut driven = Driven::one(&FlowConfig::default());
        let time = timed(|| {
            for index in 0..PACKETS as u32 {
                let mut segment = of(0, 1, SYN, 7, b"");
                segment.source.address.0 ^= u128::from(index) << 96 | u128::from(index) << 32;
                segment.destination.address.0 ^= u128::from(index) << 64;
                driven.push(segment);
            }
            driven.settle();
        });
        assert_eq!(driven.table().gauges().flows, PACKETS as u32);
        time
    });
    (time, String::new())
}

/// Each flow has a hole for ever, and together they hold more than they may.
fn flows_with_holes() -> (f64, String) {
    let time = per_packet(PACKETS, || {
        let mut driven = Driven::opened(
            10_000,
            &FlowConfig {
                max_held_bytes: 1 << 20,
                ..FlowConfig::default()
            },
        );
        let time = timed(|| {
            for round in 0..PACKETS as u32 / 10_000 {
                for flow in 0..10_000 {
                    let seq = 2 + round * (PAYLOAD.len() as u32 + 1);
                    driven.push(of(flow, 2, ACK, seq, PAYLOAD));
                }
            }
            driven.settle();
        });
        assert!(driven.table().gauges().held_bytes <= 1 << 20);
        driven.finish();
        assert_eq!(driven.count.bytes, PACKETS * PAYLOAD.len() as u64);
        time
    });
    (time, String::new())
}

fn one_byte_with_holes() -> (f64, String) {
    let time = per_packet(PACKETS, || {
        let mut driven = Driven::opened(1, &FlowConfig::default());
        let time = timed(|| {
            for index in 0..PACKETS as u32 {
                driven.push(of(0, 2, ACK, 2 + 2 * index, b"x"));
            }
        });
        driven.finish();
        assert_eq!(driven.count.bytes, PACKETS);
        time
    });
    (time, String::new())
}

fn same_segment(seq: u32) -> (f64, String) {
    let time = per_packet(50_000, || {
        let mut driven = Driven::opened(1, &FlowConfig::default());
        let time = timed(|| {
            for _ in 0..50_000 {
                driven.push(of(0, 2, ACK, seq, PAYLOAD));
            }
        });
        driven.finish();
        assert_eq!(driven.count.bytes, PAYLOAD.len() as u64);
        time
    });
    (time, String::new())
}

fn alternating_overlaps() -> (f64, String) {
    let time = per_packet(PACKETS, || {
        let mut driven = Driven::opened(1, &FlowConfig::default());
        let time = timed(|| {
            for index in 0..PACKETS as u32 {
                let seq = 2 + index.wrapping_mul(7919) % 60_000;
                let payload = if index % 2 == 0 {
                    PAYLOAD
                } else {
                    &PAYLOAD[3..20]
                };
                driven.push(of(0, 2, ACK, seq, payload));
            }
        });
        driven.finish();
        let counters = driven.table().counters();
        assert_eq!(counters.accounted_bytes(), counters.payload_bytes);
        time
    });
    (time, String::new())
}

/// The other side acknowledges all the time what is missing.
fn lossy_tap() -> (f64, String) {
    let time = per_packet(PACKETS, || {
        let mut driven = Driven::opened(1, &FlowConfig::default());
        let time = timed(|| {
            for index in 0..PACKETS as u32 / 2 {
                driven.push(of(0, 2, ACK, 2 + 40 * index, PAYLOAD));
                let mut answer = reversed(of(0, 2, ACK, 1, b""));
                answer.ack = SeqNum(2 + 40 * index + PAYLOAD.len() as u32);
                driven.push(answer);
            }
        });
        driven.finish();
        assert_eq!(driven.count.bytes, PACKETS / 2 * PAYLOAD.len() as u64);
        time
    });
    (time, String::new())
}

fn main() {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let mut criterion = Criterion::default().configure_from_args();
    steady(&mut criterion);
    criterion.final_summary();
    bounds(wanted.as_deref().unwrap_or_default());
}
