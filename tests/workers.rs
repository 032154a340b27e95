//! The number of workers changes no byte of the output.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::Capture;

/// Captures of the project, and those of others where they are there.
fn captures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in [
        "captures",
        "../shared/captures/redis",
        "../shared/captures/tls-redis",
    ] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if [".pcap", ".pcapng", ".pcap.zst", ".pcapng.gz"]
                .iter()
                .any(|end| name.ends_with(end))
            {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    assert!(found.len() >= 5, "there are captures to try: {found:?}");
    found
}

fn analyse(capture: &Path, key: &Path, workers: &str, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_resp-sniff"))
        .args([
            "analyze",
            "--format",
            "ndjson",
            "--quiet",
            "--stats",
            "--workers",
            workers,
        ])
        .arg("--token-key-file")
        .arg(key)
        .args(more)
        .arg(capture)
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("NDJSON is UTF-8");
    assert!(
        !text.is_empty(),
        "{}: {}",
        capture.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    // The one figure that the contract exempts.
    let (head, tail) = text.split_once("\"wall_ns\":").expect("a summary");
    format!(
        "{head}\"wall_ns\":0{}",
        tail.trim_start_matches(|c: char| c.is_ascii_digit())
    )
}

#[test]
fn one_two_three_and_eight_workers_write_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = folder.path().join("key");
    std::fs::write(&key, [7; 32]).expect("the key is written");
    for capture in captures() {
        let one = analyse(&capture, &key, "1", &[]);
        for workers in ["2", "3", "8"] {
            let many = analyse(&capture, &key, workers, &[]);
            assert!(
                one == many,
                "{} with {workers} workers:\n{}",
                capture.display(),
                first_difference(&one, &many)
            );
        }
    }
}

#[test]
fn every_occurrence_is_told_in_the_same_order_by_any_number_of_workers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = folder.path().join("key");
    std::fs::write(&key, [7; 32]).expect("the key is written");
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/mixed.pcap.zst");
    let one = analyse(&capture, &key, "1", &["--findings", "all"]);
    let many = analyse(&capture, &key, "5", &["--findings", "all"]);
    assert!(one == many, "{}", first_difference(&one, &many));
}

/// One worker has them all and looks ahead; each of eight has too few for that.
#[test]
fn many_connections_are_worked_on_in_the_order_of_their_packets() {
    const CONNECTIONS: u16 = 4_500;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = folder.path().join("key");
    std::fs::write(&key, [7; 32]).expect("the key is written");
    let mut capture = Capture::new();
    for number in 0..CONNECTIONS {
        let name = format!("user:{number}");
        let mut connection = capture.connect(10_000 + number);
        connection.command(&["SET", &name, "ada.lovelace@example.org"], "+OK\r\n");
        if number % 3 == 0 {
            connection.close();
        }
        if number % 7 == 0 {
            // ARP: no frame of the plain shape.
            capture.frame(&[&[2; 12][..], &[8, 6], &[0; 46]].concat());
        }
    }
    let path = folder.path().join("many.pcap");
    capture.write_to(&path);
    let one = analyse(&path, &key, "1", &["--findings", "all"]);
    assert!(one.contains(&format!("\"commands\":{CONNECTIONS},")));
    let many = analyse(&path, &key, "8", &["--findings", "all"]);
    assert!(one == many, "{}", first_difference(&one, &many));
}

/// What a timer brings about stands before what the packet does that was next, whatever their shards.
#[test]
fn timers_and_packets_of_the_same_moment_have_their_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = folder.path().join("key");
    std::fs::write(&key, [7; 32]).expect("the key is written");
    let mut capture = Capture::new();
    for number in 0..300 {
        // The hole is waited for, 100 ms at least, and the reply behind it is read then.
        let mut lossy = capture.connect(7000 + number);
        lossy.request(b"*2\r\n$3\r\nGET\r\n$6\r\nbehind\r\n");
        lossy.lose(20).reply(b"$6\r\nhidden\r\n");
        // Says that all of it arrived.
        lossy.request(b"\r\n");
        let mut whole = capture.connect(8000 + number);
        for _ in 0..4 {
            whole.command(&["GET", "plain"], "$-1\r\n");
        }
    }
    let path = folder.path().join("timers.pcap");
    capture.write_to(&path);
    let one = analyse(&path, &key, "1", &[]);
    assert!(one.contains("behind"));
    for workers in ["2", "3"] {
        let many = analyse(&path, &key, workers, &[]);
        assert!(one == many, "{}", first_difference(&one, &many));
    }
}

fn first_difference(one: &str, other: &str) -> String {
    one.lines()
        .zip(other.lines())
        .enumerate()
        .find(|(_, (a, b))| a != b)
        .map_or_else(
            || {
                format!(
                    "{} lines against {}",
                    one.lines().count(),
                    other.lines().count()
                )
            },
            |(line, (a, b))| format!("line {}:\n{a}\n{b}", line + 1),
        )
}
