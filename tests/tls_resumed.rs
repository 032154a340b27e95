//! What only shows when connections are put side by side: resumed sessions and closed ports, through
//! the program, with any number of workers.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

mod common;
mod tls_support;

use std::path::Path;
use std::process::Command;

use common::{Capture, shared_tls};
use resp_sniff::segment::Direction;
use serde_json::Value;

fn events(path: &Path, kind: &str, workers: u32) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_resp-sniff"))
        .args(["analyze", "--format", "ndjson", "--events", kind])
        .args(["--workers", &workers.to_string()])
        .arg(path)
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .filter(|event: &Value| event["type"] == kind)
        .collect()
}

#[test]
fn a_resumed_connection_inherits_whoever_read_the_first() {
    for (name, by_ticket) in [
        ("tls12-resume-ticket.pcap", true),
        ("tls13-resume.pcap", false),
    ] {
        let Some(path) = shared_tls(name) else { return };
        let alone = events(&path, "tls", 1);
        let resumed: Vec<_> = alone.iter().filter(|e| e["resumed"] == true).collect();
        assert!(!resumed.is_empty(), "{name}");
        for event in resumed {
            let certificate = &event["client_certificate"];
            assert_eq!(certificate["requested"], "inferred_no", "{name}");
            let why = certificate["why"].as_str().expect("words");
            assert_eq!(why.contains("it continues (frame 4)"), by_ticket, "{why}");
        }
        for workers in [2, 5] {
            assert_eq!(events(&path, "tls", workers), alone, "{name}");
        }
    }
}

/// Whoever listens can send a ticket again; the Finished that goes with it he cannot make.
#[test]
fn a_replayed_ticket_with_a_false_finished_inherits_nothing() {
    let Some(path) = shared_tls("tls12-resume-ticket.pcap") else {
        return;
    };
    let conversations = tls_support::conversations(&path);
    let [full, resumed] = &conversations[..] else {
        panic!("{} connections", conversations.len());
    };
    let alert = [&b"\x15\x03\x03\x00\x1a"[..], &[0xa5; 26]].concat();
    for (answer, outcome, reason) in [
        (
            Some(alert),
            "refused",
            "the server sent an encrypted alert and closed",
        ),
        (
            None,
            "incomplete",
            "the client sent its Finished and the server did not show that it took it",
        ),
    ] {
        let mut capture = Capture::new();
        let mut connection = capture.connect(6390);
        for (direction, bytes) in full {
            match direction {
                Direction::ClientToServer => connection.request(bytes),
                Direction::ServerToClient => connection.reply(bytes),
            };
        }
        connection.close();
        // Up to the server's Finished the true ones, and then a client's that nobody can read.
        let mut connection = capture.connect(6390);
        let [(_, hello), (_, flight), (_, finished), ..] = &resumed[..] else {
            panic!("{} segments", resumed.len());
        };
        let mut finished = finished.clone();
        *finished.last_mut().expect("a tag") ^= 1;
        connection.request(hello).reply(flight).request(&finished);
        if let Some(alert) = answer {
            connection.reply(&alert);
        }
        connection.close();
        let file = tempfile::Builder::new()
            .suffix(".pcap")
            .tempfile()
            .expect("a file");
        capture.write_to(file.path());
        let told = events(file.path(), "tls", 1);
        assert_eq!(told[0]["outcome"], "established");
        assert_eq!(told[1]["outcome"], outcome);
        assert_eq!(told[1]["reason"], reason);
        let certificate = &told[1]["client_certificate"];
        assert_eq!(certificate["presented"], "not_observable", "{certificate}");
    }
}

#[test]
fn what_a_resumed_connection_inherits_counts_for_its_server() {
    for (name, full, resumed) in [
        ("tls12-resume-ticket.pcap", 1, 1),
        ("tls13-resume.pcap", 1, 1),
    ] {
        let Some(path) = shared_tls(name) else { return };
        for workers in [1, 3] {
            let checks = events(&path, "check", workers);
            let check = checks.iter().find(|check| check["id"] == "client-auth");
            let check = check.expect("the line");
            let facts: Vec<_> = check["evidence"]
                .as_array()
                .expect("evidence")
                .iter()
                .map(|evidence| evidence["fact"].as_str().expect("words"))
                .collect();
            let inherited = facts.iter().filter(|fact| fact.contains("it resumes"));
            assert_eq!(inherited.count(), resumed, "{name}: {facts:?}");
            assert_eq!(check["observations"], full + resumed, "{name}");
        }
        let output = Command::new(env!("CARGO_BIN_EXE_resp-sniff"))
            .arg("analyze")
            .arg(&path)
            .output()
            .expect("it runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.contains("not asked ~"), "{text}");
        assert!(
            text.contains("~ resumed: from the full handshake"),
            "{text}"
        );
    }
}

/// A TCP segment without data.
#[derive(Clone, Copy)]
struct Bare {
    from: ([u8; 4], u16),
    to: ([u8; 4], u16),
    seq: u32,
    ack: u32,
    flags: u8,
}

const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;

/// The host of the captures, server and client.
const HOST: [u8; 4] = [127, 0, 0, 1];

/// What a client on `client` says to port `server` of `host`.
fn asks(host: [u8; 4], client: u16, server: u16, flags: u8) -> Bare {
    let (seq, ack) = if flags & SYN > 0 { (5, 0) } else { (6, 0) };
    Bare {
        from: (HOST, client),
        to: (host, server),
        seq,
        ack,
        flags,
    }
}

/// What port `server` answers.
fn answers(host: [u8; 4], client: u16, server: u16, flags: u8) -> Bare {
    Bare {
        from: (host, server),
        to: (HOST, client),
        seq: 900,
        ack: 6,
        flags,
    }
}

fn refused(host: [u8; 4], client: u16, server: u16) -> [Bare; 2] {
    [
        asks(host, client, server, SYN),
        answers(host, client, server, RST | ACK),
    ]
}

/// Where each record of a pcap begins.
fn records(pcap: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 24;
    while let Some(header) = pcap.get(at..at + 16) {
        starts.push(at);
        at += 16 + u32::from_le_bytes(header[8..12].try_into().expect("four")) as usize;
    }
    starts
}

/// A pcap of Ethernet with more packets, before or behind its own, at the times of its first and last.
fn with_packets(pcap: &[u8], before: &[Bare], behind: &[Bare]) -> Vec<u8> {
    assert_eq!(pcap[20], 1, "Ethernet");
    let (head, rest) = pcap.split_at(24);
    let last = *records(pcap).last().expect("a packet");
    let mut bytes = head.to_vec();
    let write = |bytes: &mut Vec<u8>, packets: &[Bare], time: &[u8]| {
        for bare in packets {
            let mut frame = vec![0; 12];
            frame.extend([8, 0, 0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0]);
            frame.extend([bare.from.0, bare.to.0].concat());
            frame.extend(bare.from.1.to_be_bytes());
            frame.extend(bare.to.1.to_be_bytes());
            frame.extend(bare.seq.to_be_bytes());
            frame.extend(bare.ack.to_be_bytes());
            frame.extend([0x50, bare.flags, 4, 0, 0, 0, 0, 0]);
            bytes.extend(time);
            let len = u32::try_from(frame.len()).expect("short").to_le_bytes();
            bytes.extend([len, len].concat());
            bytes.extend(frame);
        }
    };
    write(&mut bytes, before, &rest[..8]);
    bytes.extend(rest);
    write(&mut bytes, behind, &pcap[last..last + 8]);
    bytes
}

fn checks(pcap: &[u8], workers: u32) -> Vec<Value> {
    let file = tempfile::Builder::new()
        .suffix(".pcap")
        .tempfile()
        .expect("a file");
    std::fs::write(file.path(), pcap).expect("written");
    events(file.path(), "check", workers)
}

/// The line about plain ports of the only server.
fn plain_port(pcap: &[u8]) -> Value {
    let mut checks = checks(pcap, 1);
    checks.retain(|check| check["id"] == "plaintext-port");
    assert_eq!(checks.len(), 1, "{checks:?}");
    checks.remove(0)
}

#[test]
fn a_refused_syn_passes_the_plain_port_of_a_server_that_speaks_tls() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let pcap = std::fs::read(path).expect("readable");
    assert_eq!(plain_port(&pcap)["status"], "inferred_pass");
    let check = plain_port(&with_packets(&pcap, &[], &refused(HOST, 40_000, 6379)));
    assert_eq!(check["status"], "pass");
    let evidence = &check["evidence"][0];
    assert_eq!(
        evidence["fact"],
        "a SYN to port 6379 was refused while the server had a TLS connection"
    );
    assert!(evidence["frame"].is_u64(), "{evidence}");
}

#[test]
fn a_reset_by_the_client_refuses_nothing() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let pcap = std::fs::read(path).expect("readable");
    let syn = asks(HOST, 40_000, 6379, SYN);
    let syn_ack = answers(HOST, 40_000, 6379, SYN | ACK);
    let reset = asks(HOST, 40_000, 6379, RST);
    for packets in [
        // As a scan leaves an open port; its SYN may have been lost.
        &[syn_ack, reset][..],
        &[syn, syn_ack, reset],
        &[syn, reset],
    ] {
        let check = plain_port(&with_packets(&pcap, &[], packets));
        assert_eq!(check["status"], "inferred_pass", "{check}");
    }
}

#[test]
fn a_closed_port_of_sentinel_passes_no_plain_port() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let pcap = std::fs::read(path).expect("readable");
    let mut packets = refused(HOST, 40_000, 26_379).to_vec();
    packets.extend(refused(HOST, 40_001, 16_379));
    packets.extend(refused([127, 0, 0, 2], 40_002, 6379));
    let check = plain_port(&with_packets(&pcap, &[], &packets));
    assert_eq!(check["status"], "inferred_pass", "{check}");
}

#[test]
fn a_scan_before_the_real_server_leaves_its_checklist_intact() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let pcap = std::fs::read(path).expect("readable");
    let real = refused(HOST, 40_000, 6379);
    let scan: Vec<_> = (0..12_000_u16)
        .flat_map(|host| {
            let [high, low] = host.to_be_bytes();
            refused([10, 7, high, low], 50_000, 6379)
        })
        .collect();
    // Of lines, what does not depend on the numbers of packets.
    let lines = |checks: &[Value]| -> Vec<_> {
        checks
            .iter()
            .map(|check| {
                let what = ["server", "id", "status", "observations"].map(|name| &check[name]);
                serde_json::to_string(&what).expect("JSON")
            })
            .collect()
    };
    let alone = lines(&checks(&with_packets(&pcap, &[], &real), 1));
    assert!(!alone.is_empty());
    let scanned = with_packets(&pcap, &scan, &real);
    let first = checks(&scanned, 1);
    assert_eq!(lines(&first), alone);
    for workers in [2, 3] {
        assert_eq!(checks(&scanned, workers), first);
    }
}

#[test]
fn a_refusal_before_the_server_was_up_passes_nothing() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let pcap = std::fs::read(path).expect("readable");
    let check = plain_port(&with_packets(&pcap, &refused(HOST, 40_000, 6379), &[]));
    assert_eq!(check["status"], "inferred_pass", "{check}");
}

#[test]
fn a_server_that_only_acknowledges_has_its_port_open() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let pcap = std::fs::read(path).expect("readable");
    // Of a connection that began before the capture.
    let mut packets = vec![answers(HOST, 40_001, 6379, ACK)];
    packets.extend(refused(HOST, 40_000, 6379));
    let check = plain_port(&with_packets(&pcap, &[], &packets));
    assert_eq!(check["status"], "inferred_pass", "{check}");
}

#[test]
fn a_plain_port_that_opens_later_is_not_passed() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let pcap = std::fs::read(path).expect("readable");
    let refused = refused(HOST, 40_000, 6379);
    let syn = asks(HOST, 40_001, 6379, SYN);
    let syn_ack = answers(HOST, 40_001, 6379, SYN | ACK);
    // Of the same two ports, right behind the refusal.
    let again = answers(HOST, 40_000, 6379, SYN | ACK);
    for open in [&[syn, syn_ack][..], &[syn_ack], &[again]] {
        let before = with_packets(&pcap, open, &refused);
        let behind = with_packets(&pcap, &refused, open);
        for (place, pcap) in [("before", before), ("behind", behind)] {
            let check = plain_port(&pcap);
            assert_eq!(check["status"], "inferred_pass", "{place}: {check}");
        }
    }
}

#[test]
fn a_refused_syn_to_the_port_that_serves_tls_later_passes_nothing() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let mut pcap = std::fs::read(path).expect("readable");
    // The same connection, on the port of plain Redis.
    let port = checks(&pcap, 1)[0]["server"]["port"]
        .as_u64()
        .expect("a port");
    let port = u16::try_from(port).expect("16 bits").to_be_bytes();
    for at in records(&pcap) {
        let ports = at + 16 + 14 + 20;
        for place in [ports, ports + 2] {
            if pcap[place..place + 2] == port {
                pcap[place..place + 2].copy_from_slice(&6379_u16.to_be_bytes());
            }
        }
    }
    let check = plain_port(&with_packets(&pcap, &refused(HOST, 40_000, 6379), &[]));
    assert_eq!(check["server"]["port"], 6379);
    assert_eq!(check["status"], "inferred_pass", "{check}");
}

/// What TLS 1.3 hides is inferred, and a finding that rests on it is not certain.
#[test]
fn a_finding_inferred_from_record_lengths_says_so() {
    for (name, inferred) in [("tls13-noauth.pcap", true), ("tls12-noauth.pcap", false)] {
        let Some(path) = shared_tls(name) else {
            return;
        };
        let findings = events(&path, "finding", 1);
        let found = findings
            .iter()
            .find(|event| event["rule"] == "tls.client-cert-not-requested")
            .expect("nobody was asked for a certificate");
        let why = found["why"].as_str().expect("a sentence");
        assert_eq!(why.contains("Inferred: "), inferred, "{name}: {why}");
        let confidence = found["confidence"].as_f64().expect("a number");
        assert_eq!(confidence < 0.95, inferred, "{name}: {confidence}");
    }
}
