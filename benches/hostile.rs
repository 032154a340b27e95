//! What a hostile packet costs the whole program, from the capture file to its findings, as a
//! multiple of a packet of ordinary traffic in the same run: over fifty connections, which stay in
//! the nearest cache, and over ten thousand, which do not. The promise is at most 5. The bench
//! `flow` has the same cases for the flow table alone.
//!
//! ```text
//! cargo bench --bench hostile
//! cargo test --bench hostile    # small, once: are the answers right?
//! ```
//!
//! One thread, file in the page cache, best of three, default rules. Answers are asserted before
//! times are told.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench reports and may fail"
)]
#![allow(clippy::disallowed_methods, reason = "measuring needs a clock")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "input is made here"
)]

#[path = "support/wire.rs"]
mod wire;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use resp_sniff::analyzer::{AnalyzerConfig, Outcome};
use resp_sniff::event::Accounting;
use resp_sniff::pipeline::{Pipeline, PipelineConfig};
use resp_sniff::segment::Direction::{ClientToServer, ServerToClient};
use resp_sniff::source::FileSource;

use wire::Wire;

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const SYN_ACK: u8 = SYN | ACK;

const SET: &[u8] =
    b"*3\r\n$3\r\nSET\r\n$16\r\nkey:000000012345\r\n$20\r\nVXKeHogKgJ[5VX^b?4OKF\r\n";

/// A capture and what must come out of it.
struct Case {
    name: &'static str,
    write: fn(&mut Wire, u32),
    /// Takes the scale too.
    check: fn(&Outcome, &Accounting, u64),
}

const CASES: [Case; 8] = [
    Case {
        name: "ordinary, 50 connections",
        write: |wire, scale| ordinary(wire, 50, 3 * scale),
        check: |outcome, _, scale| assert_eq!(outcome.commands, 3 * scale),
    },
    Case {
        name: "ordinary, 10,000 connections",
        write: |wire, scale| ordinary(wire, scale / 30, 3 * scale),
        check: |outcome, _, scale| assert_eq!(outcome.commands, 3 * scale),
    },
    Case {
        name: "handshakes, nothing said",
        write: |wire, scale| (0..scale).for_each(|client| open(wire, client)),
        check: |outcome, _, _| assert_eq!(outcome.commands, 0),
    },
    Case {
        name: "SYN flood",
        write: |wire, scale| {
            for client in 0..3 * scale {
                wire.segment(client, ClientToServer, 7, 0, SYN, &[]);
            }
        },
        check: |outcome, _, _| assert_eq!(outcome.commands, 0),
    },
    Case {
        name: "flows with a hole for ever",
        write: |wire, scale| {
            let flows = scale / 30;
            (0..flows).for_each(|client| open(wire, client));
            for round in 0..27 {
                for client in 0..flows {
                    let seq = 2 + round * (SET.len() as u32 + 1);
                    wire.segment(client, ClientToServer, seq, 1, ACK, SET);
                }
            }
        },
        check: |_, sums, scale| assert_eq!(sums.payload_bytes, scale / 30 * 27 * SET.len() as u64),
    },
    Case {
        name: "one-byte segments with holes",
        write: |wire, scale| {
            open(wire, 0);
            for index in 0..3 * scale {
                wire.segment(0, ClientToServer, 2 + 2 * index, 1, ACK, b"x");
            }
        },
        check: |_, sums, scale| assert_eq!(sums.payload_bytes, 3 * scale),
    },
    Case {
        name: "the same segment for ever",
        write: |wire, scale| {
            open(wire, 0);
            (0..3 * scale).for_each(|_| wire.segment(0, ClientToServer, 1, 1, ACK, SET));
        },
        check: |outcome, _, _| assert_eq!(outcome.commands, 1),
    },
    Case {
        name: "alternating overlaps",
        write: |wire, scale| {
            open(wire, 0);
            for index in 0..3 * scale {
                let seq = 2 + index.wrapping_mul(7919) % 60_000;
                let bytes = if index % 2 == 0 {
                    SET
                } else {
                    b"$16\r\nkey:000"
                };
                wire.segment(0, ClientToServer, seq, 1, ACK, bytes);
            }
        },
        check: |_, sums, _| assert!(sums.payload_bytes > sums.delivered_bytes),
    },
];

fn main() {
    // Cargo says `--bench` when it is asked to measure.
    let measure = std::env::args().any(|word| word == "--bench");
    let (scale, rounds) = if measure { (300_000, 3) } else { (3_000, 1) };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hostile.pcap");
    let mut ordinary = Vec::new();
    for case in CASES {
        let mut wire = Wire::create(&path);
        (case.write)(&mut wire, scale);
        wire.finish();
        let best = (0..rounds)
            .map(|_| {
                let started = Instant::now();
                let (packets, outcome, sums) = analyze(&path);
                let took = started.elapsed().as_secs_f64() * 1e9 / packets as f64;
                sums.check().unwrap();
                (case.check)(&outcome, &sums, u64::from(scale));
                took
            })
            .fold(f64::INFINITY, f64::min);
        if ordinary.len() < 2 {
            ordinary.push(best);
        }
        let times: Vec<String> = ordinary
            .iter()
            .map(|base| format!("{:>6.2} x", best / base))
            .collect();
        println!(
            "{:<32} {best:>8.1} ns a packet {}",
            case.name,
            times.join(" ")
        );
    }
}

/// A connection is opened.
fn open(wire: &mut Wire, client: u32) {
    wire.segment(client, ClientToServer, 0, 0, SYN, &[]);
    wire.segment(client, ServerToClient, 0, 1, SYN_ACK, &[]);
    wire.segment(client, ClientToServer, 1, 1, ACK, &[]);
}

/// One command a packet, each connection in turn.
fn ordinary(wire: &mut Wire, clients: u32, commands: u32) {
    (0..clients).for_each(|client| open(wire, client));
    for index in 0..commands {
        let (client, turn) = (index % clients, index / clients);
        let (ours, theirs) = (1 + turn * SET.len() as u32, 1 + turn * 5);
        wire.segment(client, ClientToServer, ours, theirs, ACK, SET);
        let after = ours + SET.len() as u32;
        wire.segment(client, ServerToClient, theirs, after, ACK, b"+OK\r\n");
    }
}

/// Packets, and what came out.
fn analyze(path: &Path) -> (u64, Outcome, Accounting) {
    let config = Arc::new(AnalyzerConfig::new().unwrap());
    let mut pipeline = Pipeline::new(PipelineConfig::new(Arc::clone(&config)));
    let mut events = Vec::new();
    let mut source = FileSource::open(path, 0).unwrap();
    while let Some(batch) = source.next_batch().unwrap() {
        for packet in batch {
            pipeline.push(&packet, &mut events);
        }
        events.clear();
    }
    let (front, totals) = pipeline.finish(&mut events);
    let outcome = totals.conclude(&config);
    let mut sums = front.accounting();
    sums.add(&outcome.accounting);
    (front.packets(), outcome, sums)
}
