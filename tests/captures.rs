//! Golden captures: what the program says of every capture in `captures/`, event by event.
//!
//! Beside `x.pcap` (or `.pcapng`, `.gz`, `.zst`) stands `x.ndjson`; a capture without one fails.
//! `BLESS=1 cargo test --test captures` writes them anew: review the change as code. Where `x.txt`
//! exists it is compared with the text report (an empty file and `BLESS=1` begin one).
//!
//! Captures of RESP that others made lie beside the checkout (`../shared/captures/redis`), and what is
//! said of them in `tests/golden/redis`: commands as lines, the rest as events. Skipped, with a word,
//! where they are not there.
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]

mod common;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use common::{finish, own_captures, program, shared_captures, token_key};
use serde_json::{Value, json};

#[test]
fn every_capture_says_what_it_said_before() {
    let mut wrong = Vec::new();
    for capture in own_captures() {
        let name = capture
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let expected = beside(&capture, "ndjson");
        compare(&name, &expected, &ndjson(&capture), &mut wrong);
        let expected = beside(&capture, "txt");
        if expected.exists() {
            compare(&name, &expected, &text(&capture), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn captures_of_others_say_what_they_said_before() {
    let Some(captures) = shared_captures("redis") else {
        return;
    };
    let folder = common::root().join("tests/golden/redis");
    let mut wrong = Vec::new();
    for capture in captures {
        let name = capture.file_name().expect("a name");
        let golden = |extension| beside(&folder.join(name), extension);
        let name = name.to_string_lossy();
        let events = ["--events", "push,connection,tls,finding,summary"];
        compare(
            &name,
            &golden("ndjson"),
            &analyzed(&capture, "ndjson", &events),
            &mut wrong,
        );
        compare(
            &name,
            &golden("lines"),
            &analyzed(&capture, "lines", &[]),
            &mut wrong,
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_expectation_has_its_capture() {
    let known: Vec<_> = own_captures()
        .iter()
        .flat_map(|c| [beside(c, "ndjson"), beside(c, "txt")])
        .collect();
    for folder in ["captures", "captures/tls-redis"] {
        let Ok(entries) = fs::read_dir(common::root().join(folder)) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path
                .extension()
                .is_some_and(|e| e == "ndjson" || e == "txt")
            {
                assert!(known.contains(&path), "{} has no capture", path.display());
            }
        }
    }
}

fn ndjson(capture: &Path) -> String {
    analyzed(capture, "ndjson", &[])
}

fn analyzed(capture: &Path, format: &str, more: &[&str]) -> String {
    let run = finish(
        program()
            .current_dir(capture.parent().expect("a folder"))
            .args(["analyze", "--format", format, "--quiet", "--token-key-file"])
            .arg(token_key())
            .args(more)
            .arg(capture.file_name().expect("a name")),
    );
    assert!(run.status != 2, "{}: {}", capture.display(), run.stderr);
    run.stdout
        .lines()
        .map(|line| normalised(line) + "\n")
        .collect()
}

/// `version` and `wall_ns` of the summary are exempt from "the same input gives the same bytes"; the
/// digest of the rules would change every expectation with every word of a rule.
fn normalised(line: &str) -> String {
    if !line.starts_with(r#"{"type":"summary""#) {
        return line.to_owned();
    }
    let summary: Value = serde_json::from_str(line).expect("a summary is JSON");
    let mut line = line.to_owned();
    for (field, fixed) in [("version", json!("0.0.0")), ("wall_ns", json!(0))] {
        let old = format!("\"{field}\":{}", summary[field]);
        assert!(line.contains(&old), "{field} in {line}");
        line = line.replacen(&old, &format!("\"{field}\":{fixed}"), 1);
    }
    let digest = summary["provenance"]["rules_sha256"].as_str();
    line.replacen(digest.expect("a digest of the rules"), &"0".repeat(64), 1)
}

fn text(capture: &Path) -> String {
    let run = finish(
        program()
            .current_dir(capture.parent().expect("a folder"))
            .args(["analyze", "--color", "never", "--quiet", "--token-key-file"])
            .arg(token_key())
            .arg(capture.file_name().expect("a name")),
    );
    run.stdout.replace(env!("CARGO_PKG_VERSION"), "0.0.0")
}

fn compare(name: &str, expected: &Path, actual: &str, wrong: &mut Vec<String>) {
    if env::var_os("BLESS").is_some() {
        fs::write(expected, actual).expect("a writable folder");
        return;
    }
    let wanted = fs::read_to_string(expected).unwrap_or_default();
    if wanted == actual {
        return;
    }
    let (lines, wanted_lines) = (actual.lines().count(), wanted.lines().count());
    let differs = wanted
        .lines()
        .zip(actual.lines())
        .enumerate()
        .find(|(_, (w, a))| w != a);
    wrong.push(match differs {
        Some((at, (w, a))) => format!("{name}: line {} should be\n  {w}\nbut is\n  {a}", at + 1),
        None => format!("{name}: {lines} lines, should be {wanted_lines}"),
    });
}

/// `x.pcap.zst` with `ndjson`: `x.ndjson`.
fn beside(capture: &Path, extension: &str) -> PathBuf {
    let name = capture.file_name().expect("a name").to_string_lossy();
    let stem = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let stem = stem.trim_end_matches(".pcapng").trim_end_matches(".pcap");
    capture.with_file_name(format!("{stem}.{extension}"))
}
