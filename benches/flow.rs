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
    Ahead, FlowConfig, FlowTable, LOOK_AHEAD, LOOK_AHEAD_FLOWS, SHARDS, shard_of,
};
use resp_sniff::segment::SeqNum;

use support::{ACK, Count, PAYLOAD, SYN, handshake, of, reversed};

const PACKETS: u64 = 100_000;

/// Opens `flows` connections.
fn opened(flows: u32, config: &FlowConfig) -> (FlowTable<Count>, Count) {
    let (mut table, mut count) = (FlowTable::new(config), Count::default());
    for flow in 0..flows {
        for segment in handshake(flow, u64::from(flow)) {
            table.push(&segment, &mut count);
        }
    }
    (table, count)
}

/// Packets in order over `flows` connections, in an order that no prefetcher guesses; returns the
/// time of the second half.
fn in_order(flows: u32, packets: u64, payload: &[u8]) -> Duration {
    let (mut table, mut count) = opened(flows, &FlowConfig::default());
    let mut next = vec![1u32; flows as usize];
    let order = scattered(flows, packets);
    let mut time = Duration::ZERO;
    for half in order.chunks(order.len().div_ceil(2)) {
        let start = now();
        for (turn, some) in half.chunks(LOOK_AHEAD).enumerate() {
            if table.flows() >= LOOK_AHEAD_FLOWS {
                fetch(&table, some);
            }
            for (number, &flow) in (turn * LOOK_AHEAD..).zip(some) {
                let seq = &mut next[flow as usize];
                table.push(&of(flow, number as u64, ACK, *seq, payload), &mut count);
                *seq = seq.wrapping_add(payload.len() as u32);
            }
        }
        time = start.elapsed();
    }
    assert_eq!(count.bytes, packets * payload.len() as u64);
    assert_eq!(count.gap_bytes, 0);
    time
}

/// As the program does where flows are many.
fn fetch(table: &FlowTable<Count>, flows: &[u32]) {
    let mut ahead = [Ahead::default(); LOOK_AHEAD];
    for (ahead, &flow) in ahead.iter_mut().zip(flows) {
        *ahead = table.look_ahead(&of(flow, 0, ACK, 0, b""));
    }
    for ahead in &mut ahead {
        table.look_up(ahead);
    }
    let loaded = ahead.iter().fold(0, |sum, ahead| sum ^ table.fetch(*ahead));
    black_box(loaded);
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
        let (mut table, mut count) = opened(1, &FlowConfig::default());
        bencher.iter(|| table.push(black_box(&of(0, 9, ACK, 1, b"")), &mut count));
        assert_eq!(count.bytes, 0);
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

/// The hostile cases, beside a segment in order.
fn bounds() {
    let base = per_packet(PACKETS, || in_order(10, 2 * PACKETS, PAYLOAD));
    let row = |name: &str, nanoseconds: f64, note: String| {
        println!(
            "bounds/{name:<28} {nanoseconds:7.1} ns a packet, {:4.1} x in order {note}",
            nanoseconds / base
        );
    };
    row("in_order", base, String::new());
    let packets = 2_000_000;
    let many = per_packet(packets / 2, || in_order(500_000, packets, PAYLOAD));
    row(
        "in_order_500k_flows",
        many,
        format!("({:+.1} ns)", many - base),
    );

    let mut memory = 0;
    let million = 1_000_000u32;
    let time = per_packet(3 * u64::from(million), || {
        let (mut tables, mut count) = (shards(&FlowConfig::default()), Count::default());
        let time = timed(|| {
            for flow in 0..million {
                for segment in handshake(flow, u64::from(flow)) {
                    tables[usize::from(shard_of(&segment))].push(&segment, &mut count);
                }
            }
        });
        let gauges: Vec<_> = tables.iter().map(FlowTable::gauges).collect();
        memory = gauges.iter().map(|gauges| gauges.memory_bytes).sum();
        assert_eq!(
            gauges.iter().map(|gauges| gauges.flows).sum::<u32>(),
            million
        );
        assert!(memory <= 200_000_000, "{memory}");
        time
    });
    row(
        "million_handshakes",
        time,
        format!("({} MB)", memory / 1_000_000),
    );

    let time = per_packet(u64::from(million), || {
        let config = FlowConfig {
            max_flows: 100_000,
            ..FlowConfig::default()
        };
        let (mut table, mut count) = opened(10_000, &config);
        let time = timed(|| {
            for flow in 0..million {
                table.push(&of(flow + 100_000, 1, SYN, 7, b""), &mut count);
            }
        });
        for flow in 0..10_000 {
            table.push(&of(flow, 2, ACK, 1, PAYLOAD), &mut count);
        }
        assert_eq!(table.gauges().flows, 100_000);
        assert_eq!(
            table.counters().flows_midstream,
            0,
            "all 10,000 were still known"
        );
        assert_eq!(count.bytes, 10_000 * PAYLOAD.len() as u64);
        time
    });
    row(
        "syn_flood",
        time,
        "(10,000 established flows survive)".into(),
    );

    let time = per_packet(PACKETS, || {
        // Tuples that differ only where simple hashes do not look.
        let (mut table, mut count) = (FlowTable::new(&FlowConfig::default()), Count::default());
        timed(|| {
            for index in 0..PACKETS as u32 {
                let mut segment = of(0, 1, SYN, 7, b"");
                segment.source.address.0 ^= u128::from(index) << 96 | u128::from(index) << 32;
                segment.destination.address.0 ^= u128::from(index) << 64;
                table.push(&segment, &mut count);
            }
            assert_eq!(table.gauges().flows, PACKETS as u32);
        })
    });
    row("hash_flood", time, String::new());

    let time = per_packet(PACKETS, || {
        let config = FlowConfig {
            max_held_bytes: 1 << 20,
            ..FlowConfig::default()
        };
        let (mut table, mut count) = opened(10_000, &config);
        let time = timed(|| {
            for round in 0..PACKETS as u32 / 10_000 {
                for flow in 0..10_000 {
                    let seq = 2 + round * (PAYLOAD.len() as u32 + 1);
                    table.push(&of(flow, 2, ACK, seq, PAYLOAD), &mut count);
                }
            }
        });
        assert!(table.gauges().held_bytes <= 1 << 20);
        table.finish(&mut count);
        assert_eq!(count.bytes, PACKETS * PAYLOAD.len() as u64);
        time
    });
    row("10k_flows_with_holes", time, String::new());

    let time = per_packet(PACKETS, || {
        let (mut table, mut count) = opened(1, &FlowConfig::default());
        let time = timed(|| {
            for index in 0..PACKETS as u32 {
                table.push(&of(0, 2, ACK, 2 + 2 * index, b"x"), &mut count);
            }
        });
        table.finish(&mut count);
        assert_eq!(count.bytes, PACKETS);
        time
    });
    row("one_byte_with_holes", time, String::new());

    for (name, seq) in [("same_segment_delivered", 1), ("same_segment_queued", 5)] {
        let time = per_packet(50_000, || {
            let (mut table, mut count) = opened(1, &FlowConfig::default());
            let time = timed(|| {
                for _ in 0..50_000 {
                    table.push(&of(0, 2, ACK, seq, PAYLOAD), &mut count);
                }
            });
            table.finish(&mut count);
            assert_eq!(count.bytes, PAYLOAD.len() as u64);
            time
        });
        row(name, time, String::new());
    }

    let time = per_packet(PACKETS, || {
        let (mut table, mut count) = opened(1, &FlowConfig::default());
        let time = timed(|| {
            for index in 0..PACKETS as u32 {
                let seq = 2 + index.wrapping_mul(7919) % 60_000;
                let payload = if index % 2 == 0 {
                    PAYLOAD
                } else {
                    &PAYLOAD[3..20]
                };
                table.push(&of(0, 2, ACK, seq, payload), &mut count);
            }
        });
        table.finish(&mut count);
        assert_eq!(
            table.counters().accounted_bytes(),
            table.counters().payload_bytes
        );
        time
    });
    row("alternating_overlaps", time, String::new());

    let time = per_packet(PACKETS, || {
        let (mut table, mut count) = opened(1, &FlowConfig::default());
        // The other side acknowledges all the time what is missing, as a lossy tap shows it.
        let time = timed(|| {
            for index in 0..PACKETS as u32 / 2 {
                table.push(&of(0, 2, ACK, 2 + 40 * index, PAYLOAD), &mut count);
                let mut answer = reversed(of(0, 2, ACK, 1, b""));
                answer.ack = SeqNum(2 + 40 * index + PAYLOAD.len() as u32);
                table.push(&answer, &mut count);
            }
        });
        table.finish(&mut count);
        assert_eq!(count.bytes, PACKETS / 2 * PAYLOAD.len() as u64);
        time
    });
    row("lossy_tap", time, String::new());
}

fn shards(config: &FlowConfig) -> Vec<FlowTable<Count>> {
    (0..SHARDS)
        .map(|_| FlowTable::new(&config.per_shard()))
        .collect()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    steady(&mut criterion);
    criterion.final_summary();
    bounds();
}
