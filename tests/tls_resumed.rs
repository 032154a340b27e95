//! What only shows when connections are put side by side: resumed sessions and closed ports, through
//! the program, with any number of workers.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn capture(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures/tls-redis");
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("skipped: {name} is not at hand");
        return None;
    }
    Some(path)
}

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
        let Some(path) = capture(name) else { return };
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

#[test]
fn what_a_resumed_connection_inherits_counts_for_its_server() {
    for (name, full, resumed) in [
        ("tls12-resume-ticket.pcap", 1, 1),
        ("tls13-resume.pcap", 1, 1),
    ] {
        let Some(path) = capture(name) else { return };
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

#[test]
fn a_refused_syn_passes_the_plain_port_of_a_server_that_speaks_tls() {
    let Some(path) = capture("tls13-noauth.pcap") else {
        return;
    };
    let mut bytes = std::fs::read(path).expect("readable");
    assert_eq!(bytes[20], 1, "Ethernet");
    let status = |bytes: &[u8]| {
        let file = tempfile::Builder::new()
            .suffix(".pcap")
            .tempfile()
            .expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let checks = events(file.path(), "check", 1);
        let of = |id: &str| checks.iter().find(|check| check["id"] == id).cloned();
        let check = of("plaintext-port").expect("the line");
        (check["status"].clone(), check["evidence"][0].clone())
    };
    assert_eq!(status(&bytes).0, "inferred_pass");
    let time = bytes[24..28].to_vec();
    // SYN to 6379, RST and ACK.
    for (from, to, flags) in [(40_000_u16, 6379_u16, 0x02), (6379, 40_000, 0x14)] {
        let mut frame = vec![0; 12];
        frame.extend([8, 0, 0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0]);
        frame.extend([127, 0, 0, 1, 127, 0, 0, 1]);
        frame.extend(from.to_be_bytes());
        frame.extend(to.to_be_bytes());
        frame.extend([0, 0, 0, 5, 0, 0, 0, 6, 0x50, flags, 4, 0, 0, 0, 0, 0]);
        bytes.extend(&time);
        bytes.extend([0xff, 0x10, 0, 0]);
        let len = u32::try_from(frame.len()).expect("short").to_le_bytes();
        bytes.extend([len, len].concat());
        bytes.extend(frame);
    }
    let (status, evidence) = status(&bytes);
    assert_eq!(status, "pass");
    assert_eq!(evidence["fact"], "a SYN to port 6379 was refused");
    assert!(evidence["frame"].is_u64(), "{evidence}");
}
