//! What a hostile packet costs the whole program, from the capture file to its findings, as a
//! multiple of a packet of ordinary traffic in the same run: over fifty connections, which stay in
//! the nearest cache, over ten thousand, which do not, and over fifty of which only the client's side
//! was captured, so that every packet holds a command, as in the case of holes. The promise is at
//! most 5. The bench `flow` has the same cases for the flow table alone.
//!
//! ```text
//! cargo bench --bench hostile
//! cargo test --bench hostile    # small, once: are the answers right?
//! ```
//!
//! The program itself is run: one worker, file in the page cache, default rules, best of three; the
//! time is the one it tells. Answers are asserted before times are told.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench reports and may fail"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "input is made here"
)]

#[path = "support/wire.rs"]
mod wire;

use std::path::Path;
use std::process::Command;

use resp_sniff::segment::Direction::{ClientToServer, ServerToClient};
use serde_json::Value;

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
    /// Takes the summary, and the scale.
    check: fn(&Value, u64),
}

const CASES: [Case; 9] = [
    Case {
        name: "ordinary, 50 connections",
        write: |wire, scale| ordinary(wire, 50, 3 * scale, true),
        check: |summary, scale| assert_eq!(summary["commands"], 3 * scale),
    },
    Case {
        name: "ordinary, 10,000 connections",
        write: |wire, scale| ordinary(wire, scale / 30, 3 * scale, true),
        check: |summary, scale| assert_eq!(summary["commands"], 3 * scale),
    },
    Case {
        name: "50 connections, no replies",
        write: |wire, scale| ordinary(wire, 50, 3 * scale, false),
        check: |summary, scale| assert_eq!(summary["commands"], 3 * scale),
    },
    Case {
        name: "handshakes, nothing said",
        write: |wire, scale| (0..scale).for_each(|client| open(wire, client)),
        check: |summary, _| assert_eq!(summary["commands"], 0),
    },
    Case {
        name: "SYN flood",
        write: |wire, scale| {
            for client in 0..3 * scale {
                wire.segment(client, ClientToServer, 7, 0, SYN, &[]);
            }
        },
        check: |summary, _| assert_eq!(summary["commands"], 0),
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
        check: |summary, scale| assert_eq!(summary["commands"], scale / 30 * 27),
    },
    Case {
        name: "one-byte segments with holes",
        write: |wire, scale| {
            open(wire, 0);
            for index in 0..3 * scale {
                wire.segment(0, ClientToServer, 2 + 2 * index, 1, ACK, b"x");
            }
        },
        check: |summary, scale| assert_eq!(summary["accounting"]["payload_bytes"], 3 * scale),
    },
    Case {
        name: "the same segment for ever",
        write: |wire, scale| {
            open(wire, 0);
            (0..3 * scale).for_each(|_| wire.segment(0, ClientToServer, 1, 1, ACK, SET));
        },
        check: |summary, _| assert_eq!(summary["commands"], 1),
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
        check: |summary, _| assert!(summary["accounting"]["duplicate_bytes"].as_u64() > Some(0)),
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
                let summary = analyze(&path);
                (case.check)(&summary, u64::from(scale));
                let number = |name: &str| summary[name].as_u64().unwrap() as f64;
                number("wall_ns") / number("packets")
            })
            .fold(f64::INFINITY, f64::min);
        if ordinary.len() < 3 {
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

/// One command a packet, each connection in turn; with its reply, or only the client's side.
fn ordinary(wire: &mut Wire, clients: u32, commands: u32, replies: bool) {
    (0..clients).for_each(|client| open(wire, client));
    for index in 0..commands {
        let (client, turn) = (index % clients, index / clients);
        let (ours, theirs) = (
            1 + turn * SET.len() as u32,
            1 + u32::from(replies) * turn * 5,
        );
        wire.segment(client, ClientToServer, ours, theirs, ACK, SET);
        if replies {
            let after = ours + SET.len() as u32;
            wire.segment(client, ServerToClient, theirs, after, ACK, b"+OK\r\n");
        }
    }
}

/// The summary of the program's own run.
fn analyze(path: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_resp-sniff"))
        .args("analyze --quiet --workers 1 --no-digest --format ndjson --events summary".split(' '))
        .arg(path)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}
