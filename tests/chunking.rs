//! Chunk invariance through the whole pipeline: however the same streams are cut into segments, the
//! same events come out (times, latencies and packet counters aside).

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

use std::sync::Arc;

use proptest::prelude::*;
use resp_sniff::analyzer::{AnalyzerConfig, CommandEvents, FindingEvents, Wanted};
use resp_sniff::packet::{LinkType, Origin, Packet, Timestamp};
use resp_sniff::pipeline::{Pipeline, PipelineConfig};
use resp_sniff::redact::{Keys, Redactor, TokenKey, Values};
use serde_json::Value;

/// Which side says what, in turn.
type Conversation = Vec<(Vec<u8>, Vec<u8>)>;

fn command(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// A conversation with everything that is easily cut wrong.
fn conversation() -> Conversation {
    let story: &[&[u8]] = &[
        b"hset",
        b"user:1:secret",
        b"gender",
        b"m",
        b"birthdate",
        b"19790101",
        b"ccn",
        b"5270426764505555",
        b"ccn_expire",
        b"1224",
    ];
    let reply = b"*8\r\n$6\r\ngender\r\n$1\r\nm\r\n$9\r\nbirthdate\r\n$8\r\n19790101\r\n$3\r\nccn\r\n$16\r\n5270426764505555\r\n$10\r\nccn_expire\r\n$4\r\n1224\r\n";
    let big = vec![b'x'; 70_000];
    let mut pipeline = command(&[b"MULTI"]);
    pipeline.extend(command(&[b"SET", b"a", b"1"]));
    pipeline.extend(command(&[b"GET", b"a"]));
    pipeline.extend(command(&[b"EXEC"]));
    vec![
        (command(&[b"AUTH", b"app", b"correct horse battery"]), b"+OK\r\n".to_vec()),
        (command(story), b":4\r\n".to_vec()),
        (command(&[b"HGETALL", b"user:1:secret"]), reply.to_vec()),
        (b"PING\r\n".to_vec(), b"+PONG\r\n".to_vec()),
        (pipeline, b"+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n$1\r\n1\r\n".to_vec()),
        (command(&[b"SET", b"blob", &big]), b"+OK\r\n".to_vec()),
        (command(&[b"NOSUCH", b"x"]), b"-ERR unknown command 'NOSUCH'\r\n".to_vec()),
        (
            command(&[b"SET", b"profile:7", br#"{"email":"ann@mail.de","ssn":"536-22-1234"}"#]),
            b"+OK\r\n".to_vec(),
        ),
        (command(&[b"SUBSCRIBE", b"news"]), b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n".to_vec()),
    ]
}

/// Sends the conversation in segments of the given lengths (used in turn), and returns the events.
fn events(cuts: &[usize]) -> Vec<Value> {
    let config = Arc::new(AnalyzerConfig {
        wanted: Wanted {
            commands: CommandEvents::All,
            pushes: true,
            findings: FindingEvents::Grouped,
            tls: true,
            connections: true,
            kept: false,
        },
        redactor: Redactor::new(
            Values::Masked,
            Keys::Masked,
            TokenKey::from_file_content(&[7; 32]).expect("long enough"),
        ),
        ..AnalyzerConfig::new().expect("the system has randomness")
    });
    let mut pipeline = Pipeline::new(PipelineConfig::new(Arc::clone(&config)));
    let mut told = Vec::new();
    let mut cuts = cuts.iter().copied().cycle();
    let mut next = [1000u32, 5000];
    let mut number = 0;
    let mut send = |side: usize, flags: u8, bytes: &[u8], next: &mut [u32; 2]| {
        number += 1;
        let frame = segment(side, next[side], next[1 - side], flags, bytes);
        let advance = bytes.len() + usize::from(flags & 3 != 0);
        next[side] = next[side].wrapping_add(u32::try_from(advance).expect("small"));
        let packet = Packet {
            at: Timestamp(1_700_000_000_000_000_000 + number * 1000),
            link: LinkType::IPV4,
            data: &frame,
            wire_len: u32::try_from(frame.len()).expect("small"),
            origin: Origin {
                capture: 0,
                frame: number,
            },
        };
        pipeline.push(&packet, &mut told);
    };
    send(0, 0x02, b"", &mut next);
    send(1, 0x12, b"", &mut next);
    send(0, 0x10, b"", &mut next);
    for (request, reply) in conversation() {
        for (side, mut bytes) in [(0, request.as_slice()), (1, reply.as_slice())] {
            while !bytes.is_empty() {
                let len = cuts.next().expect("a cycle").clamp(1, bytes.len());
                let (head, rest) = bytes.split_at(len);
                send(side, 0x18, head, &mut next);
                bytes = rest;
            }
        }
    }
    send(0, 0x11, b"", &mut next);
    send(1, 0x11, b"", &mut next);
    let (front, totals) = pipeline.finish(&mut told);
    let outcome = totals.conclude(&config);
    let mut accounting = front.accounting();
    accounting.add(&outcome.accounting);
    assert_eq!(accounting.check(), Ok(()));
    let findings = outcome
        .findings
        .into_iter()
        .map(|finding| serde_json::to_value(finding).expect("an event can be written"));
    told.iter()
        .map(|event| serde_json::to_value(&event.event).expect("an event can be written"))
        .chain(findings)
        .map(without_times)
        .collect()
}

/// Takes out what a cut may change: times, latencies, packet numbers and packet counters.
fn without_times(mut event: Value) -> Value {
    const EXEMPT: [&str; 9] = [
        "time",
        "request_time",
        "latency_ns",
        "frame",
        "first_time",
        "last_time",
        "start",
        "end",
        "duration_ns",
    ];
    if let Some(fields) = event.as_object_mut() {
        for name in EXEMPT {
            fields.remove(name);
        }
        for side in ["client_to_server", "server_to_client"] {
            if let Some(counters) = fields.get_mut(side).and_then(Value::as_object_mut) {
                counters.remove("packets");
            }
        }
    }
    event
}

/// An IPv4 packet with a TCP segment; no checksum, as behind a card that computes it.
fn segment(side: usize, seq: u32, ack: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let ends = [([10, 0, 0, 1], 40_000u16), ([10, 0, 0, 2], 6379)];
    let (from, to) = (ends[side], ends[1 - side]);
    let total = u16::try_from(40 + payload.len()).expect("fits");
    let mut frame = vec![0x45, 0];
    frame.extend_from_slice(&total.to_be_bytes());
    frame.extend_from_slice(&[0, 0, 0x40, 0, 64, 6, 0, 0]);
    frame.extend_from_slice(&from.0);
    frame.extend_from_slice(&to.0);
    let sum = frame
        .chunks(2)
        .map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1]))
        .sum::<u32>();
    let folded = (sum & 0xffff) + (sum >> 16);
    let checksum = !u16::try_from((folded & 0xffff) + (folded >> 16)).expect("folded");
    frame[10..12].copy_from_slice(&checksum.to_be_bytes());
    frame.extend_from_slice(&from.1.to_be_bytes());
    frame.extend_from_slice(&to.1.to_be_bytes());
    frame.extend_from_slice(&seq.to_be_bytes());
    frame.extend_from_slice(&ack.to_be_bytes());
    frame.extend_from_slice(&[0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    frame.extend_from_slice(payload);
    frame
}

#[test]
fn the_conversation_is_understood() {
    let events = events(&[1448]);
    let of = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
    assert_eq!(of("command"), 12);
    assert_eq!(of("connection"), 1);
    let rules: Vec<_> = events
        .iter()
        .filter_map(|event| event["rule"].as_str())
        .collect();
    assert!(
        rules.iter().any(|rule| rule.starts_with("pci.pan")),
        "{rules:?}"
    );
}

#[test]
fn case_42_byte_by_byte_says_the_same_as_whole() {
    assert_eq!(events(&[1]), events(&[60_000]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn case_42_any_cut_says_the_same(cuts in prop::collection::vec(1usize..3000, 1..40)) {
        prop_assert_eq!(events(&cuts), events(&[1448]));
    }
}
