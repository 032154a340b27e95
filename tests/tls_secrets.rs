//! Where TLS secrets come from and when, through the program: a key log, and the secrets blocks of
//! a pcapng file, which may stand behind the packets that they open: anywhere in a file, and as long as
//! their connection is open in what is piped.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

mod common;
mod tls_support;

use std::fs;
use std::path::Path;

use common::{Capture, finish_with_input, program, shared_tls};
use resp_sniff::segment::Direction;
use serde_json::Value;
use tempfile::TempDir;

/// The summary, and how many commands were read inside TLS.
fn analyze(inputs: &[&Path], key_log: Option<&Path>, workers: u32) -> (Value, usize) {
    let events = events(inputs, key_log, workers, b"");
    let inside = |event: &&Value| event["transport"] == "tls_decrypted";
    let commands = events.iter().filter(inside).count();
    (events.last().expect("a summary").clone(), commands)
}

fn events(inputs: &[&Path], key_log: Option<&Path>, workers: u32, stdin: &[u8]) -> Vec<Value> {
    let mut program = program();
    program.args([
        "analyze",
        "--format",
        "ndjson",
        "--events",
        "command,tls,summary",
    ]);
    program.args(["--workers", &workers.to_string()]);
    if let Some(path) = key_log {
        program.arg("--keylog").arg(path);
    }
    let run = finish_with_input(program.args(inputs), stdin);
    run.stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Where a secrets block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In front of the first FIN or RST.
    BeforeTheEnd,
    /// Behind all packets.
    Last,
}

/// The packets of a classic capture (microseconds, our byte order) as pcapng, with a secrets block.
fn as_pcapng(pcap: &[u8], secrets: Option<(&[u8], Place)>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut block = |kind: u32, body: &[u8]| {
        let padding = body.len().next_multiple_of(4) - body.len();
        let len = u32::try_from(12 + body.len() + padding).expect("short");
        out.extend(kind.to_le_bytes());
        out.extend(len.to_le_bytes());
        out.extend(body);
        out.extend(&[0; 3][..padding]);
        out.extend(len.to_le_bytes());
    };
    let le = |at: usize| u32::from_le_bytes(pcap[at..at + 4].try_into().expect("four"));
    assert_eq!(le(0), 0xa1b2_c3d4);
    let section = [0x1a2b_3c4d_u32, 1, u32::MAX, u32::MAX];
    block(0x0a0d_0d0a, &section.map(u32::to_le_bytes).concat());
    block(1, &[le(20), 0].map(u32::to_le_bytes).concat());
    let mut secrets = secrets.map(|(secrets, place)| {
        let len = u32::try_from(secrets.len()).expect("short");
        // Type TLSK.
        let mut body = [0x544c_534b, len].map(u32::to_le_bytes).concat();
        body.extend(secrets);
        (body, place)
    });
    let mut at = 24;
    while at < pcap.len() {
        let micros = u64::from(le(at)) * 1_000_000 + u64::from(le(at + 4));
        let (len, wire) = (le(at + 8), le(at + 12));
        let (high, low) = ((micros >> 32) as u32, (micros & 0xffff_ffff) as u32);
        let packet = &pcap[at + 16..at + 16 + len as usize];
        // Ethernet, IPv4 without options.
        let ends = packet[47] & 0x05 != 0;
        if let Some((secrets, _)) =
            secrets.take_if(|(_, place)| ends && *place == Place::BeforeTheEnd)
        {
            block(10, &secrets);
        }
        let mut body = [0, high, low, len, wire].map(u32::to_le_bytes).concat();
        body.extend(packet);
        block(6, &body);
        at += 16 + len as usize;
    }
    if let Some((secrets, _)) = secrets {
        block(10, &secrets);
    }
    out
}

#[test]
fn nothing_waits_for_keys_that_cannot_come() {
    let (Some(capture), Some(others)) = (
        shared_tls("tls13-aes128.pcap"),
        shared_tls("tls13-chacha.keys"),
    ) else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let open_ended = folder.path().join("same.pcapng");
    let packets = fs::read(&capture).expect("readable");
    fs::write(&open_ended, as_pcapng(&packets, None)).expect("written");
    let unfollowed = |inputs: &[&Path], key_log, workers| {
        let (summary, commands) = analyze(inputs, key_log, workers);
        assert_eq!(commands, 0);
        summary["accounting"]["unfollowed_bytes"]
            .as_u64()
            .expect("a count")
    };
    for workers in [1, 2] {
        assert!(unfollowed(&[&capture], None, workers) > 0);
        assert!(unfollowed(&[&capture], Some(&others), workers) > 0);
        // All of it has been looked through for secrets.
        assert!(unfollowed(&[&open_ended], Some(&others), workers) > 0);
        assert!(unfollowed(&[&open_ended], None, workers) > 0);
        // What comes through a pipe cannot be, and its last block might be the secrets.
        for key_log in [None, Some(others.as_path())] {
            let piped = fs::read(&open_ended).expect("readable");
            let events = events(&[Path::new("-")], key_log, workers, &piped);
            let summary = events.last().expect("a summary");
            assert_eq!(summary["accounting"]["unfollowed_bytes"], 0);
        }
    }
}

#[test]
fn a_secrets_block_behind_the_packets_opens_them() {
    let names = ["tls13-aes128", "tls12-ecdhe-chacha"];
    let others = shared_tls("tls13-chacha.keys");
    let folder = TempDir::new().expect("a folder");
    for name in names {
        let capture = shared_tls(&format!("{name}.pcap"));
        let keys = shared_tls(&format!("{name}.keys"));
        let (Some(capture), Some(keys), Some(others)) = (capture, keys, &others) else {
            return;
        };
        let (_, expected) = analyze(&[&capture], Some(&keys), 1);
        assert!(expected > 0, "{name}");
        let text = fs::read(&keys).expect("readable");
        // No line end at the end of the block.
        let secrets = text.trim_ascii_end();
        let packets = fs::read(&capture).expect("readable");
        let path = folder.path().join(format!("{name}.pcapng"));
        let place = Place::BeforeTheEnd;
        fs::write(&path, as_pcapng(&packets, Some((secrets, place)))).expect("written");
        let others = others.as_path();
        for (workers, key_log) in [(1, None), (3, None), (1, Some(others)), (3, Some(others))] {
            let case = format!("{name}, {workers} workers, key log: {}", key_log.is_some());
            let (_, found) = analyze(&[&path], key_log, workers);
            assert_eq!(found, expected, "{case}");
            // Nor does a classic capture in front of it end the waiting.
            let other = shared_tls("tls13-noauth.pcap").expect("its keys are");
            let (_, found) = analyze(&[&other, &path], key_log, workers);
            assert_eq!(found, expected, "{case}, behind another");
        }
    }
}

#[test]
fn secrets_open_what_ended_before_them_and_tell_its_certificates() {
    let name = "tls13-mtls-rsa";
    let capture = shared_tls(&format!("{name}.pcap"));
    let keys = shared_tls(&format!("{name}.keys"));
    let (Some(capture), Some(keys)) = (capture, keys) else {
        return;
    };
    let packets = fs::read(&capture).expect("readable");
    let secrets = fs::read(&keys).expect("readable");
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("secrets.pcapng");
    let certificates = |events: &[Value]| -> Vec<Value> {
        let handshakes = events.iter().filter(|event| event["type"] == "tls");
        handshakes.map(|tls| tls["certificates"].clone()).collect()
    };
    let commands = |events: &[Value]| {
        let inside = |event: &&Value| event["transport"] == "tls_decrypted";
        events.iter().filter(inside).count()
    };
    let expected = events(&[&capture], Some(&keys), 1, b"");
    assert!(certificates(&expected)[0][0]["serial"].is_string());
    // Behind everything in a file; through a pipe, as long as the connection is open.
    for (place, piped) in [
        (Place::Last, false),
        (Place::BeforeTheEnd, false),
        (Place::BeforeTheEnd, true),
    ] {
        let bytes = as_pcapng(&packets, Some((&secrets, place)));
        fs::write(&path, &bytes).expect("written");
        for workers in [1, 3] {
            let found = if piped {
                events(&[Path::new("-")], None, workers, &bytes)
            } else {
                events(&[&path], None, workers, b"")
            };
            let case = format!("{place:?}, piped: {piped}, {workers} workers");
            assert_eq!(commands(&found), commands(&expected), "{case}");
            assert_eq!(certificates(&found), certificates(&expected), "{case}");
        }
    }
}

#[test]
fn the_last_line_of_a_key_log_needs_no_end() {
    let (Some(capture), Some(keys)) = (
        shared_tls("tls12-ecdhe-chacha.pcap"),
        shared_tls("tls12-ecdhe-chacha.keys"),
    ) else {
        return;
    };
    let (_, expected) = analyze(&[&capture], Some(&keys), 1);
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("cut.keys");
    let text = fs::read(&keys).expect("readable");
    fs::write(&path, text.trim_ascii_end()).expect("written");
    assert_eq!(analyze(&[&capture], Some(&path), 1).1, expected);
}

/// Records wait where secrets may still come, within bounds that do not depend on the workers.
#[test]
fn what_waits_for_keys_is_bounded_alike_for_any_number_of_workers() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let handshake = tls_support::payloads(&path);
    // As much as one connection may let wait.
    let record = [&[23, 3, 3, 0x3f, 0xf0][..], &[0xa5; 0x3ff0]].concat();
    let mut capture = Capture::new();
    let (crowded, mut long) = (common::shard(40_001, 6380), 0);
    for client in 40_001..=41_500 {
        let mut connection = capture.connect(6380);
        if common::shard(client, 6380) != crowded || long == 12 {
            continue;
        }
        long += 1;
        for (direction, bytes) in &handshake {
            match direction {
                Direction::ClientToServer => connection.request(bytes),
                Direction::ServerToClient => connection.reply(bytes),
            };
        }
        for _ in 0..14 {
            connection.reply(&record);
        }
    }
    assert_eq!(long, 12, "as many in one shard");
    let summary = |workers: u32| {
        let run = finish_with_input(
            program()
                .args(["analyze", "-", "--format", "ndjson", "--events", "summary"])
                .args(["--workers", &workers.to_string()]),
            capture.bytes(),
        );
        let mut summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
        summary["wall_ns"] = 0.into();
        summary
    };
    let one = summary(1);
    let given_up = &one["blind_spots"]["limits"]["tls_waiting"];
    assert!(
        given_up.as_u64().is_some_and(|count| count >= 8),
        "{given_up}"
    );
    for workers in [2, 8] {
        assert_eq!(summary(workers), one, "{workers} workers");
    }
}
