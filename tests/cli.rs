//! The program as a person or a script meets it: help, exit statuses, and one clear sentence for
//! everything that can be wrong with what it is given.
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]

mod common;

use std::fs;
use std::io::Read;
use std::process::Stdio;

use common::{Capture, finish, finish_with_input, program, root};
use resp_sniff::event::{Event, Scope};
use tempfile::TempDir;

#[test]
fn help_is_what_it_was() {
    let mut wrong = Vec::new();
    for command in [
        "",
        "analyze",
        "live",
        "interfaces",
        "explain",
        "rules",
        "checklist",
        "diff",
    ] {
        let mut help = program();
        if !command.is_empty() {
            help.arg(command);
        }
        let run = finish(help.arg("--help"));
        assert_eq!(run.status, 0);
        for line in run.stdout.lines() {
            assert!(
                line.chars().count() <= 98,
                "{command} --help is too wide: {line}"
            );
        }
        let name = if command.is_empty() {
            "resp-sniff"
        } else {
            command
        };
        let path = root().join(format!("tests/help/{name}.txt"));
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(root().join("tests/help")).expect("a folder");
            fs::write(&path, &run.stdout).expect("a file");
        } else if fs::read_to_string(&path).unwrap_or_default() != run.stdout {
            wrong.push(format!(
                "{name} --help has changed (BLESS=1 writes it anew):\n{}",
                run.stdout
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_story_exits_1_and_says_why_on_its_last_line() {
    let run = finish(program().args(["analyze", "captures/horror-story.pcap"]));
    assert_eq!(run.status, 1, "{}", run.stdout);
    let last = run.stdout.trim_end().lines().last().expect("a report");
    assert!(
        last.starts_with("LEAKING") && last.contains("exit 1"),
        "{last}"
    );
    assert!(run.stdout.contains("Mastercard"), "{}", run.stdout);
    assert!(
        !run.stdout.contains("5270426764505555"),
        "a card number in the report"
    );
    for line in run.stdout.lines() {
        assert!(line.chars().count() <= 98, "too wide: {line}");
    }
}

#[test]
fn the_threshold_decides_the_status_and_nothing_else_does() {
    for (arguments, status) in [
        (["--fail-on", "never"], 0),
        (["--fail-on", "critical"], 1),
        (["--format", "ndjson"], 1),
        (["--format", "lines"], 1),
        (["--values", "none"], 1),
        (["--min-severity", "critical"], 1),
    ] {
        let run = finish(
            program()
                .arg("analyze")
                .args(arguments)
                .arg("captures/horror-story.pcap"),
        );
        assert_eq!(run.status, status, "{arguments:?}: {}", run.stdout);
    }
}

#[test]
fn nothing_found_is_0_only_where_something_was_looked_at() {
    let folder = TempDir::new().expect("a folder");
    let mut capture = Capture::new();
    let mut connection = capture.connect(6379);
    connection.command(&["PING"], "+PONG\r\n").close();
    let quiet = folder.path().join("quiet.pcap");
    capture.write_to(&quiet);
    // Served without a login is a finding of its own; the question here is the threshold's.
    let run = finish(
        program()
            .args(["analyze", "--fail-on", "critical"])
            .arg(&quiet),
    );
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(
        run.stdout.contains("NOTHING FOUND") || run.stdout.contains("exit 0"),
        "{}",
        run.stdout
    );

    let mut capture = Capture::new();
    let mut connection = capture.connect(80);
    connection
        .request(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .reply(b"HTTP/1.1 204 No Content\r\n\r\n")
        .close();
    let other = folder.path().join("http.pcap");
    capture.write_to(&other);
    let run = finish(program().arg("analyze").arg(&other));
    assert_eq!(run.status, 3, "{}", run.stdout);
    assert!(run.stdout.contains("CANNOT TELL"), "{}", run.stdout);
    let run = finish(
        program()
            .args(["analyze", "--allow-no-traffic"])
            .arg(&other),
    );
    assert_eq!(run.status, 0, "{}", run.stdout);
}

#[test]
fn what_cannot_be_read_is_named_in_one_sentence() {
    let folder = TempDir::new().expect("a folder");
    let empty = folder.path().join("empty.pcap");
    fs::write(&empty, b"").expect("a file");
    let text = folder.path().join("notes.txt");
    fs::write(
        &text,
        b"This is no capture at all, but it is longer than a header.\n",
    )
    .expect("a file");
    let missing = folder.path().join("no-such-file.pcap");
    for path in [&empty, &text, &missing] {
        let run = finish(program().arg("analyze").arg(path));
        let name = path.file_name().expect("a name").to_string_lossy();
        assert_eq!(run.status, 2, "{name}: {}{}", run.stdout, run.stderr);
        assert!(
            run.stderr.contains(&*name),
            "names the file: {}",
            run.stderr
        );
        assert!(
            run.stderr.lines().count() <= 2,
            "one sentence: {}",
            run.stderr
        );
        assert!(run.stdout.is_empty(), "{}", run.stdout);
    }
}

#[test]
fn one_unreadable_file_among_several_does_not_hide_the_others() {
    let run =
        finish(program().args(["analyze", "no-such-file.pcap", "captures/horror-story.pcap"]));
    assert_eq!(
        run.status, 1,
        "the leak weighs more: {}{}",
        run.stdout, run.stderr
    );
    assert!(run.stderr.contains("no-such-file.pcap"), "{}", run.stderr);
    let run = finish(program().args([
        "analyze",
        "no-such-file.pcap",
        "captures/horror-story-tls13.pcap",
    ]));
    assert_eq!(
        run.status, 3,
        "not all was seen: {}{}",
        run.stdout, run.stderr
    );
    assert!(run.stderr.contains("no-such-file.pcap") || run.stdout.contains("no-such-file.pcap"));
}

#[test]
fn a_file_cut_in_a_record_is_read_up_to_the_cut() {
    let folder = TempDir::new().expect("a folder");
    let whole = fs::read(root().join("captures/horror-story.pcap")).expect("the story");
    let cut = folder.path().join("cut.pcap");
    fs::write(&cut, &whole[..whole.len() - 30]).expect("a file");
    let run = finish(program().args(["analyze", "--format", "ndjson"]).arg(&cut));
    let summary = run.summary();
    assert_eq!(run.status, 1, "what was read before the cut is reported");
    assert_eq!(summary.commands, 3);
    assert!(
        summary.inputs[0].problem.is_some(),
        "and the cut is told: {:?}",
        summary.inputs
    );

    let mut capture = Capture::new();
    capture
        .connect(6379)
        .command(&["PING"], "+PONG\r\n")
        .close();
    let quiet = capture.bytes();
    fs::write(&cut, &quiet[..quiet.len() - 10]).expect("a file");
    let run = finish(
        program()
            .args(["analyze", "--fail-on", "critical"])
            .arg(&cut),
    );
    assert_eq!(run.status, 3, "a cut file lifts 0 to 3: {}", run.stdout);
}

#[test]
fn a_record_that_claims_four_gigabytes_is_not_believed() {
    let mut bytes = Capture::new().bytes().to_vec();
    for word in [0_u32, 0, u32::MAX, u32::MAX] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend([0; 64]);
    let run = finish_with_input(program().args(["analyze", "-"]), &bytes);
    assert!([2, 3].contains(&run.status), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_capture_without_a_packet_is_no_verdict() {
    let run = finish_with_input(
        program().args(["analyze", "--format", "ndjson", "-"]),
        Capture::new().bytes(),
    );
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert_eq!(run.summary().packets, 0);
}

#[test]
fn an_unknown_link_type_is_counted_and_told() {
    let mut bytes = fs::read(root().join("captures/horror-story.pcap")).expect("the story");
    bytes[20] = 147; // LINKTYPE_USER0
    let run = finish_with_input(
        program().args(["analyze", "--format", "ndjson", "-"]),
        &bytes,
    );
    assert_eq!(run.status, 3, "{}", run.stderr);
    let summary = run.summary();
    assert_eq!(summary.accounting.packets_unsupported, 30);
}

#[test]
fn stdin_gives_what_the_file_gives() {
    let path = root().join("captures/horror-story.pcap");
    let bytes = fs::read(&path).expect("the story");
    let commands = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.starts_with(r#"{"type":"command""#))
            .map(str::to_owned)
            .collect()
    };
    let from_file = finish(program().args(["analyze", "--format", "ndjson"]).arg(&path));
    let from_stdin = finish_with_input(
        program().args(["analyze", "--format", "ndjson", "-"]),
        &bytes,
    );
    assert_eq!(from_stdin.status, 1);
    assert_eq!(commands(&from_file.stdout), commands(&from_stdin.stdout));
    assert_eq!(commands(&from_stdin.stdout).len(), 3);
}

#[test]
fn of_a_directory_the_captures_are_read_and_the_rest_is_ignored() {
    let folder = TempDir::new().expect("a folder");
    let story = root().join("captures/horror-story.pcap");
    fs::copy(&story, folder.path().join("a.pcap")).expect("a copy");
    fs::copy(
        root().join("captures/ipv6.pcap"),
        folder.path().join("b.pcap"),
    )
    .expect("a copy");
    fs::write(folder.path().join("README.md"), "not a capture").expect("a file");
    let run = finish(
        program()
            .args(["analyze", "--format", "ndjson"])
            .arg(folder.path()),
    );
    let summary = run.summary();
    assert_eq!(run.status, 1);
    assert_eq!(
        (summary.inputs.len(), summary.packets, summary.commands),
        (2, 60, 6)
    );
    let empty = TempDir::new().expect("a folder");
    let run = finish(program().arg("analyze").arg(empty.path()));
    assert_eq!(run.status, 2, "{}", run.stderr);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = program()
        .args(["analyze", "--format", "ndjson", "captures/pipelined.pcap"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdout = child.stdout.take().expect("stdout");
    stdout.read_exact(&mut [0]).expect("it writes something");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_full_disk_is_an_error_and_not_a_short_report() {
    for format in ["text", "ndjson", "lines"] {
        let run = finish(program().args([
            "analyze",
            "--format",
            format,
            "-o",
            "/dev/full",
            "captures/horror-story.pcap",
        ]));
        assert_eq!(run.status, 2, "{format}: {}", run.stderr);
        assert!(
            run.stderr.contains("/dev/full"),
            "names the file: {}",
            run.stderr
        );
    }
}

#[test]
fn reports_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().expect("a folder");
    let (first, second) = (
        folder.path().join("out.ndjson"),
        folder.path().join("out.txt"),
    );
    let run = finish(
        program()
            .args(["analyze", "--format", "ndjson", "-o"])
            .arg(&first)
            .arg("--report")
            .arg(format!("text={}", second.display()))
            .arg("captures/horror-story.pcap"),
    );
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    for path in [&first, &second] {
        let metadata = fs::metadata(path).expect("a report");
        assert!(metadata.len() > 500, "{}", path.display());
        assert_eq!(
            metadata.permissions().mode() & 0o777,
            0o600,
            "{}",
            path.display()
        );
    }
}

#[test]
fn a_capture_without_a_subcommand_is_answered_with_the_command_that_was_meant() {
    let run = finish(program().arg("captures/horror-story.pcap"));
    assert_eq!(run.status, 2);
    assert!(
        run.stderr
            .contains("resp-sniff analyze captures/horror-story.pcap"),
        "{}",
        run.stderr
    );
}

#[test]
fn usage_errors_exit_2_and_say_what_is_known() {
    for (arguments, word) in [
        (&["analyze"][..], "FILE"),
        (&["analyze", "--format", "yaml", "x"], "ndjson"),
        (&["analyze", "--fail-on", "sometimes", "x"], "never"),
        (
            &["analyze", "--values", "full", "captures/horror-story.pcap"],
            "--i-know-this-shows-secrets",
        ),
        (&["explain", "no.such-rule"], "no.such-rule"),
        (&["frobnicate"], "frobnicate"),
    ] {
        let run = finish(program().args(arguments));
        assert_eq!(run.status, 2, "{arguments:?}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(word), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn full_values_need_two_flags_and_warn() {
    let run = finish(program().args([
        "analyze",
        "--format",
        "ndjson",
        "--values",
        "full",
        "--i-know-this-shows-secrets",
        "captures/horror-story.pcap",
    ]));
    assert!(
        run.stdout.contains("5270426764505555"),
        "asked for, so shown"
    );
    assert!(!run.stderr.is_empty(), "and warned of");
}

#[test]
fn no_colour_and_no_progress_without_a_terminal() {
    let run = finish(program().args(["analyze", "captures/horror-story.pcap"]));
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'));
    let run =
        finish(program().args(["analyze", "--color", "always", "captures/horror-story.pcap"]));
    assert!(run.stdout.contains('\u{1b}'), "asked for");
}

#[test]
fn outside_utf_8_the_report_is_ascii() {
    let run = finish(
        program()
            .env("LC_ALL", "C")
            .args(["analyze", "captures/horror-story.pcap"]),
    );
    assert!(run.stdout.is_ascii(), "{}", run.stdout);
    assert!(run.stdout.contains("LEAKING"));
}

#[test]
fn any_number_of_workers_says_the_same() {
    for capture in [
        "captures/mixed.pcap.zst",
        "captures/loss-capture.pcap",
        "captures/cluster.pcap.zst",
    ] {
        let with = |workers: &str| {
            let run = finish(
                program()
                    .args([
                        "analyze",
                        "--format",
                        "ndjson",
                        "--quiet",
                        "--token-key-file",
                    ])
                    .arg(common::token_key())
                    .args(["--workers", workers, capture]),
            );
            let mut lines: Vec<_> = run.stdout.lines().map(str::to_owned).collect();
            let summary = run.summary();
            let last = lines.last_mut().expect("a summary");
            *last = last.replace(&format!("\"wall_ns\":{}", summary.wall_ns), "\"wall_ns\":0");
            lines
        };
        let one = with("1");
        for workers in ["2", "3", "8"] {
            let many = with(workers);
            for (a, b) in one.iter().zip(&many) {
                assert_eq!(a, b, "{capture} with {workers} workers");
            }
            assert_eq!(one.len(), many.len(), "{capture} with {workers} workers");
        }
    }
}

#[test]
fn statistics_tell_what_stands_out() {
    let run = finish(program().args(["analyze", "--stats", "captures/mixed.pcap.zst"]));
    for heading in [
        "BY SERVER",
        "BY CLIENT",
        "BY USER",
        "BY COMMAND",
        "KEY PATTERN BY BYTES",
        "HOTTEST KEY",
        "BY TIME",
        "SLOWEST",
        "BIGGEST",
        "REPLY SIZE",
    ] {
        let found = run
            .stdout
            .lines()
            .any(|line| line.trim_start().starts_with(heading));
        assert!(found, "{heading}: {}", run.stdout);
    }
    let starts = |interval: &str| {
        let words = [
            "analyze",
            "--stats",
            "--format",
            "ndjson",
            "--events",
            "statistics",
        ];
        let run = finish(program().args(words).args([
            "--stats-interval",
            interval,
            "captures/disorder-wire.pcap",
        ]));
        let mut starts = Vec::new();
        for event in run.events() {
            if let Event::Statistics(row) = event
                && row.scope == Scope::Time
            {
                starts.push(row.name.as_text().expect("a time").to_owned());
            }
        }
        starts
    };
    let (seconds, minutes) = (starts("1"), starts("60"));
    assert!(seconds.len() >= minutes.len());
    assert!(
        minutes
            .iter()
            .all(|start| start.ends_with(":00.000000000Z")),
        "{minutes:?}"
    );
    assert_eq!(
        finish(program().args(["analyze", "--stats", "--stats-interval", "0", "x"])).status,
        2
    );
}
