//! Rule files, policies and baselines as a team uses them.

mod common;

use std::fs;

use common::{Capture, Run, finish, program};
use tempfile::TempDir;

fn rules(words: &[&str]) -> Run {
    finish(program().arg("rules").args(words))
}

const STAFF: &str = r#"
[[rule]]
id = "acme.staff-number"
title = "Staff number"
category = "pii"
severity = "high"
confidence = 0.9
regex = "ACME-[0-9]{6}"
anchors = ["ACME-"]
why = "It has the form of a staff number."
examples = ["ACME-123456"]
counter_examples = ["ACME-12"]
"#;

#[test]
fn a_string_is_tried_with_the_rules_that_are_given() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("staff.toml");
    fs::write(&file, STAFF).expect("a file");
    let file = file.to_str().expect("a UTF-8 path");
    let string = "see ACME-123456";
    assert_eq!(rules(&["test", string]).stdout, "nothing\n");
    for words in [
        ["test", string, "--rules", file],
        ["--rules", file, "test", string],
    ] {
        let run = rules(&words);
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(
            run.stdout.starts_with("acme.staff-number "),
            "{}",
            run.stdout
        );
        assert!(!run.stdout.contains("123456"), "{}", run.stdout);
    }
    let nino = ["test", "AB123456C", "--field", "nino"];
    assert!(!rules(&nino).stdout.contains("uk-nino"));
    let regional = rules(&[&nino[..], &["--regions", "uk"]].concat());
    assert!(regional.stdout.contains("uk-nino"), "{}", regional.stdout);
    assert!(
        !rules(&[&nino[..], &["--rules", "none"]].concat())
            .stdout
            .contains("pii.")
    );
    assert!(
        rules(&["list", "--rules", file])
            .stdout
            .contains("acme.staff-number")
    );
    assert!(
        rules(&["explain", "acme.staff-number", "--rules", file])
            .stdout
            .contains("Staff number")
    );
}

#[test]
fn a_rule_file_that_holds_is_told_with_what_each_rule_costs() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("staff.toml");
    fs::write(&file, STAFF).expect("a file");
    let run = rules(&["check", file.to_str().expect("a UTF-8 path")]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(
        run.stdout
            .contains("1 rule, 2 examples and counter-examples hold"),
        "{}",
        run.stdout
    );
    let cost = run
        .stdout
        .lines()
        .find(|line| line.contains("acme.staff-number"));
    assert!(
        cost.is_some_and(|line| line.contains("ms a MiB")),
        "{}",
        run.stdout
    );
}

#[test]
fn a_rule_that_does_not_hold_is_named_by_file_line_and_id() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("staff.toml");
    let path = file.to_str().expect("a UTF-8 path");
    for (text, line, problem) in [
        (STAFF.replace("severity", "sevrity"), 6, "sevrity"),
        (STAFF.replace("\"high\"", "\"huge\""), 6, "huge"),
        (
            STAFF.replace("examples = [\"ACME-123456\"]", ""),
            2,
            "example",
        ),
        (
            STAFF.replace("[\"ACME-123456\"]", "[\"ACME\"]"),
            2,
            "does not find its example",
        ),
        (
            STAFF.replace("[\"ACME-12\"]", "[\"ACME-654321\"]"),
            2,
            "finds its counter-example",
        ),
        (STAFF.replace("{6}", "{6"), 2, "regex is refused"),
        (
            STAFF.replace("[0-9]{6}", "(?:[0-9A-Za-z]{900}){900}"),
            2,
            "size",
        ),
        (STAFF.replace("0.9", "1.9"), 2, "between 0 and 1"),
    ] {
        fs::write(&file, &text).expect("a file");
        for words in [vec!["check", path], vec!["test", "x", "--rules", path]] {
            let run = rules(&words);
            assert_eq!(run.status, 2, "{text}");
            let told = format!("{path}:{line}: rule acme.staff-number");
            let lower = run.stderr.to_lowercase();
            assert!(
                run.stderr.contains(&told) && lower.contains(problem),
                "{told} .. {problem} is not in {}",
                run.stderr
            );
        }
    }
}

#[test]
fn without_rules_nothing_is_found_and_everything_is_masked() {
    let folder = TempDir::new().expect("a folder");
    let capture = folder.path().join("c.pcap");
    let mut made = Capture::new();
    made.connect(6379)
        .command(&["AUTH", "hunter2hunter2"], "+OK\r\n")
        .command(&["CLIENT", "SETNAME", "ann@corp.io"], "+OK\r\n")
        .command(&["SET", "user:ann@corp.io", "5555341244441115"], "+OK\r\n")
        .command(
            &["HSET", "u:1", "password", "swordfish1", "bob@corp.io", "1"],
            ":1\r\n",
        )
        .close();
    made.write_to(&capture);
    let path = capture.to_str().expect("a UTF-8 path");
    let run = finish(program().args([
        "analyze", "--format", "ndjson", "--rules", "none", "--stats", path,
    ]));
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(
        !run.stdout.contains(r#""type":"finding""#),
        "{}",
        run.stdout
    );
    for secret in ["hunter2", "swordfish", "ann@", "bob@", "5555341244441115"] {
        assert!(!run.stdout.contains(secret), "{secret} in {}", run.stdout);
    }
    // The value of a password field tells not even its length.
    let hset = run
        .stdout
        .lines()
        .find(|line| line.contains(r#""command":"HSET""#));
    assert!(
        hset.is_some_and(|line| line.contains(r#"{"masked":"***"}"#)),
        "{hset:?}"
    );
}

#[test]
fn policy_entries_that_ended_or_matched_nothing_are_told() {
    let folder = TempDir::new().expect("a folder");
    let policy = folder.path().join("policy.toml");
    fs::write(
        &policy,
        r#"
[[allow]]
rule = ["pii.gender"]
reason = "only a letter"

[[allow]]
rule = ["pci.expiry"]
reason = "last year's exception"
expires = 2020-01-31

[[allow]]
key = "no:such:*"
reason = "never seen"
"#,
    )
    .expect("a file");
    let path = policy.to_str().expect("a UTF-8 path");
    let story = "captures/horror-story.pcap";
    let run = finish(program().args(["analyze", "--format", "ndjson", "--policy", path, story]));
    assert_eq!(run.status, 1);
    assert!(
        !run.stdout.contains(r#""rule":"pii.gender""#),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains(r#""rule":"pci.expiry""#),
        "{}",
        run.stdout
    );
    let suppressed = run.summary().provenance.suppressed;
    assert!(
        suppressed
            .iter()
            .any(|(entry, count)| entry.contains("only a letter") && *count > 0),
        "{suppressed:?}"
    );
    for told in [
        "last year's exception ended on 2020-01-31",
        "never seen matched nothing",
    ] {
        assert!(run.stderr.contains(told), "{told} is not in {}", run.stderr);
    }
    let broken = folder.path().join("broken.toml");
    fs::write(&broken, "\n[[allow]]\nrule = [\"pii.gender\"]\n").expect("a file");
    let run = finish(program().args([
        "analyze",
        "--policy",
        broken.to_str().expect("UTF-8"),
        story,
    ]));
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("broken.toml:2: ") && run.stderr.contains("reason"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_baseline_lets_only_new_findings_fail() {
    let folder = TempDir::new().expect("a folder");
    let baseline = folder.path().join("known.json");
    let path = baseline.to_str().expect("a UTF-8 path");
    let story = "captures/horror-story.pcap";
    let first = finish(program().args(["analyze", "--write-baseline", path, story]));
    assert_eq!(first.status, 1, "{}", first.stdout);
    let again =
        finish(program().args(["analyze", "--format", "ndjson", "--baseline", path, story]));
    assert_eq!(again.status, 0, "{}", again.stdout);
    assert!(
        !again.stdout.contains(r#""type":"finding""#),
        "{}",
        again.stdout
    );
    let text = fs::read_to_string(&baseline).expect("the baseline");
    let kept = text.replacen("B-", "B-0", 1);
    fs::write(&baseline, kept).expect("a file");
    let run = finish(program().args(["analyze", "--format", "ndjson", "--baseline", path, story]));
    assert!(
        run.stderr.contains("1 of ") && run.stderr.contains("match nothing any more"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains(r#""type":"finding""#), "{}", run.stdout);
}
