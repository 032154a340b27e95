//! Nothing disappears silently: on every capture there is, whole, cut and damaged, the sums of the
//! contract hold, counts agree with the events, and the exit status agrees with the verdict.
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Capture, Run, finish, finish_with_input, own_captures, program, shared_captures};
use resp_sniff::event::{Event, Origin, Pairing, SummaryEvent, Verdict};
use resp_sniff::redact::Printable;

#[test]
fn sums_hold_on_our_captures() {
    for capture in own_captures() {
        let run = analyze(&capture);
        let summary = check(&run, &capture.display().to_string());
        assert_eq!(
            summary.accounting.packets_read,
            packets_in(&capture),
            "{}",
            capture.display()
        );
    }
}

#[test]
fn sums_hold_on_captures_of_others() {
    for folder in ["redis", "tcp", "tls", "tls-redis"] {
        for capture in shared_captures(folder).unwrap_or_default() {
            let run = analyze(&capture);
            if run.status == 2 {
                // Nothing that can be called a capture: said in one sentence that names it.
                assert!(
                    run.stderr.lines().count() <= 2,
                    "{}: {}",
                    capture.display(),
                    run.stderr
                );
                continue;
            }
            check(&run, &capture.display().to_string());
        }
    }
}

#[test]
fn sums_hold_on_damaged_captures() {
    for (number, capture) in own_captures().into_iter().enumerate() {
        let bytes = fs::read(&capture).expect("a readable capture");
        if capture.extension().is_none_or(|e| e != "pcap") {
            continue;
        }
        for round in 0..4 {
            let seed = number as u64 * 100 + round;
            let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
            let mut damaged = bytes.clone();
            if round == 0 {
                damaged.truncate(24 + random.below(damaged.len() - 24));
            } else {
                // The file header stays: what follows may be anything.
                for _ in 0..=random.below(60) {
                    let at = 24 + random.below(damaged.len() - 24);
                    damaged[at] = random.next().to_le_bytes()[0];
                }
            }
            let run = finish_with_input(
                program()
                    .args(["analyze", "--format", "ndjson", "--quiet", "--events"])
                    .args([EVENTS, "-"]),
                &damaged,
            );
            assert!(
                !run.stderr.contains("panicked"),
                "{} seed {seed}: {}",
                capture.display(),
                run.stderr
            );
            check(&run, &format!("{} seed {seed}", capture.display()));
        }
    }
}

#[test]
fn command_events_that_wait_are_bounded_and_none_is_lost() {
    // A command of a thousand words is 7 KB on the wire, and some 80 KB as an event.
    const SENT: u64 = 1000;
    let words: Vec<&str> = std::iter::once("DEL")
        .chain(std::iter::repeat_n("k", 1023))
        .collect();
    let mut request = format!("*{}\r\n", words.len());
    for word in words {
        request.extend(["$", &word.len().to_string(), "\r\n", word, "\r\n"]);
    }
    let mut capture = Capture::new();
    let mut connection = capture.connect(6379);
    connection.command(&["PING"], "+PONG\r\n");
    for _ in 0..SENT {
        connection.request(request.as_bytes());
    }
    for _ in 0..SENT {
        connection.reply(b":1\r\n");
    }
    connection.close();
    let run = finish_with_input(
        program().args(["analyze", "--format", "ndjson", "-"]),
        capture.bytes(),
    );
    let summary = check(&run, "a deep pipeline");
    assert_eq!(summary.commands, SENT + 1);
    let limits = &summary.blind_spots.limits;
    let early = limits.get("command_events").copied().unwrap_or_default();
    assert!((1..SENT).contains(&early), "{limits:?}");
    let answered = run
        .events()
        .iter()
        .filter(|event| matches!(event, Event::Command(command) if command.reply.is_some()))
        .count();
    assert_eq!(answered as u64, SENT + 1 - early);
}

/// Requests of two bytes take a hundred times as much while they wait.
#[test]
fn connections_that_send_little_and_hold_much_are_weighed_too() {
    const SENDERS: u32 = 100;
    let mut capture = Capture::new();
    let mut senders = 0;
    // Those of one shard only: each has its own share of the budget.
    for port in 40_001.. {
        let mut connection = capture.connect(6379);
        if common::shard(port, 6379) == 0 {
            connection.command(&["PING"], "+PONG\r\n");
            connection.request(&b"a\n".repeat(2000));
            senders += 1;
        }
        if senders == SENDERS {
            break;
        }
    }
    let run = finish_with_input(
        program().args(["analyze", "--format", "ndjson", "--events", "summary", "-"]),
        capture.bytes(),
    );
    let summary = run.summary();
    let limits = &summary.blind_spots.limits;
    assert!(limits.contains_key("resp_budget"), "{limits:?}");
    // Those before the budget was reached are whole.
    assert!(summary.commands > u64::from(SENDERS) * 1000);
}

const EVENTS: &str = "command,finding,tls,connection,summary";

fn analyze(capture: &Path) -> Run {
    finish(
        program()
            .args([
                "analyze", "--format", "ndjson", "--quiet", "--events", EVENTS,
            ])
            .arg(capture),
    )
}

/// Every sum that the contract states, and every count that can be taken from the events.
fn check(run: &Run, name: &str) -> SummaryEvent {
    let events = run.events();
    let summary = common::summary_of(&events, &run.stderr);
    if let Err(broken) = summary.accounting.check() {
        panic!("{name}: {broken:?} in {:?}", summary.accounting);
    }
    assert_eq!(
        summary.packets, summary.accounting.packets_read,
        "{name}: packets"
    );
    assert_eq!(
        summary.packets,
        summary.inputs.iter().map(|i| i.packets).sum::<u64>(),
        "{name}: inputs"
    );
    assert_eq!(
        summary.bytes,
        summary.inputs.iter().map(|i| i.bytes).sum::<u64>(),
        "{name}: inputs"
    );
    let mut counted = [0_u64; 3];
    let (mut answered, mut from_clients, mut elements_of_exec) = (0, 0, 0);
    let (mut commands, mut replies, mut gap_bytes) = (0, 0, 0);
    for event in &events {
        match event {
            Event::Command(command) => {
                counted[0] += u64::from(command.pairing != Pairing::RequestUnseen);
                answered += u64::from(command.reply.is_some());
                elements_of_exec += u64::from(
                    command.reply.is_some()
                        && command.pairing == Pairing::AfterGap
                        && command.transaction.is_some()
                        && command.command != Some(Printable::word("MULTI"))
                        && command.command != Some(Printable::word("EXEC")),
                );
                from_clients += u64::from(
                    command.pairing != Pairing::RequestUnseen && command.origin == Origin::Client,
                );
                if command.origin == Origin::Primary {
                    assert!(
                        command.reply.is_none(),
                        "{name}: a primary's command has no reply"
                    );
                }
            }
            Event::Finding(_) => counted[1] += 1,
            Event::Connection(connection) => {
                counted[2] += 1;
                commands += connection.commands;
                replies += connection.replies;
                for direction in [&connection.client_to_server, &connection.server_to_client]
                    .into_iter()
                    .flatten()
                {
                    gap_bytes += direction.gap_bytes;
                    let rest = direction
                        .stream_bytes
                        .checked_sub(direction.delivered_bytes + direction.gap_bytes);
                    match rest {
                        Some(urgent) if urgent <= summary.accounting.urgent_bytes => {}
                        _ => panic!("{name}: {} direction {direction:?}", connection.connection),
                    }
                }
            }
            _ => {}
        }
    }
    let found = summary.findings;
    let findings = found.critical + found.high + found.medium + found.low + found.info;
    assert_eq!(
        counted,
        [summary.commands, findings, summary.connections],
        "{name}: commands, findings, connections"
    );
    // A subscription is answered once a channel. Where MULTI's own reply is lost, each +QUEUED is told
    // as the reply of a request unseen, and the element of EXEC's array that answers the queued command
    // is told too: two events for one reply on the wire and one element of another.
    assert!(
        answered <= summary.replies + elements_of_exec,
        "{name}: {answered} replies in events"
    );
    // A primary's commands are the link's, not the connection's client's.
    assert_eq!(
        (commands, replies),
        (from_clients, summary.replies),
        "{name}: per connection"
    );
    assert!(gap_bytes <= summary.blind_spots.gap_bytes, "{name}: gaps");
    let expected = match summary.verdict {
        Verdict::Leaking => 1,
        Verdict::NothingFound => 0,
        Verdict::Inconclusive => 3,
    };
    assert_eq!(
        run.status, expected,
        "{name}: {:?}, {}",
        summary.verdict, summary.verdict_reason
    );
    summary
}

/// Packets of a capture, counted without the program: classic files by their records, pcapng by blocks.
fn packets_in(capture: &PathBuf) -> u64 {
    let name = capture.to_string_lossy();
    let bytes = match name.rsplit('.').next() {
        Some("zst") => unpacked("zstd", capture),
        Some("gz") => unpacked("gzip", capture),
        _ => fs::read(capture).expect("a readable capture"),
    };
    let word =
        |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    let (mut at, mut count) = (24, 0);
    if word(0) == 0x0a0d_0d0a {
        at = 0;
        while at < bytes.len() {
            count += u64::from(word(at) == 6);
            at += word(at + 4);
        }
    } else {
        while at < bytes.len() {
            count += 1;
            at += 16 + word(at + 8);
        }
    }
    count
}

fn unpacked(tool: &str, capture: &PathBuf) -> Vec<u8> {
    let output = std::process::Command::new(tool)
        .arg("-dc")
        .arg(capture)
        .output()
        .expect(tool);
    assert!(output.status.success(), "{tool} {}", capture.display());
    output.stdout
}

/// xorshift64: seeds are named in failures, so that each can be run again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }
}
