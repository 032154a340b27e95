//! No secret comes out. A capture seeded with unique secrets in every place that is printed goes through
//! every subcommand and format; none of them may appear, in whatever writing.
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]

mod common;

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Capture, finish, program};
use tempfile::TempDir;

/// Each is unique, and sensitive by its place or its form.
const SECRETS: &[&str] = &[
    "canary-auth-0one",
    "canary-auth-0two",
    "canary-hello-0three",
    "canary-acl-0four",
    "canary-require-0five",
    "canary-masterauth-0six",
    "canary-reply-0seven",
    "canary-migrate-0eight",
    "canary-echoed-0nine",
    "canary-monitor-0ten",
    "canary-url-0eleven",
    "canary-field-0twelve",
    "canary-json-0thirteen",
    "canary-sentinel-0fourteen",
    "canary-inline-0fifteen",
    "canary-eval-0sixteen",
    "4929420573595709",
    "5425233430109903",
    "canary.reader@mail.example.org",
    "canary.key@mail.example.org",
    "canary.channel@mail.example.org",
    "canary.name@mail.example.org",
    "canary.field@mail.example.org",
    "canary.large@mail.example.org",
    "ghp_CANARYaaaabbbbccccddddeeeeffff2qTjYp",
    "AKIACANARYQ7WXYZ2345",
];

#[test]
fn no_secret_appears_in_any_output() {
    let folder = TempDir::new().expect("a folder");
    let capture = folder.path().join("canary.pcap");
    seeded().write_to(&capture);
    let capture = capture.to_str().expect("a UTF-8 path");
    let path = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a UTF-8 path")
            .to_owned()
    };

    let mut outputs: Vec<(String, String)> = Vec::new();
    let mut runs: Vec<Vec<String>> = Vec::new();
    for format in ["text", "ndjson", "lines"] {
        for more in [
            &[][..],
            &["--values", "none"],
            &["--keys", "pattern"],
            &["--keys", "masked"],
            &["--findings", "all"],
            &["--stats", "--show", "commands", "--top", "0"],
            &["--min-confidence", "0"],
            &["--rules", "none"],
            &["--color", "always"],
        ] {
            let mut words = vec!["analyze", "--format", format, capture];
            words.extend(more);
            runs.push(words.into_iter().map(str::to_owned).collect());
        }
    }
    let (text, lines, ndjson) = (path("r.txt"), path("r.lines"), path("r.ndjson"));
    runs.push(
        [
            "analyze",
            "-o",
            &text,
            "--report",
            &format!("lines={lines}"),
            "--report",
            &format!("ndjson={ndjson}"),
            capture,
        ]
        .map(str::to_owned)
        .to_vec(),
    );
    runs.push(
        ["analyze", "--write-baseline", &path("r.baseline"), capture]
            .map(str::to_owned)
            .to_vec(),
    );
    runs.push(["checklist", capture].map(str::to_owned).to_vec());
    runs.push(["explain", "pci.pan", capture].map(str::to_owned).to_vec());
    for words in &runs {
        for level in ["", "trace"] {
            let run = finish(
                program()
                    .env("RUST_LOG", level)
                    .env("RUST_BACKTRACE", "1")
                    .args(words),
            );
            outputs.push((format!("{words:?}"), run.stdout + &run.stderr));
        }
    }
    outputs.push(("diff".to_owned(), {
        let run = finish(program().args(["diff", &ndjson, &ndjson]));
        run.stdout + &run.stderr
    }));
    // Every finding by its id, too.
    let report = fs::read_to_string(&ndjson).expect("the NDJSON report");
    let ids: Vec<_> = report
        .lines()
        .filter_map(|line| {
            line.strip_prefix(r#"{"type":"finding""#)?
                .split("\"id\":\"")
                .nth(1)?
                .split('"')
                .next()
        })
        .collect();
    assert!(ids.len() > 10, "the seeds are found: {ids:?}");
    for id in ids {
        let run = finish(program().args(["explain", id, capture]));
        outputs.push((format!("explain {id}"), run.stdout + &run.stderr));
    }
    for entry in fs::read_dir(folder.path()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "pcap") {
            let text = fs::read_to_string(&path).expect("a text file");
            outputs.push((path.display().to_string(), text));
        }
    }

    let mut leaks = Vec::new();
    for (name, output) in &outputs {
        let output = output.to_lowercase();
        for secret in SECRETS {
            for writing in writings(secret) {
                if let Some(at) = output.find(&writing) {
                    let start = output[..at].rfind('\n').map_or(0, |newline| newline + 1);
                    let line = output[start..].lines().next().unwrap_or_default();
                    let line: String = line.chars().take(300).collect();
                    leaks.push(format!("{writing} ({secret}) in {name}: {line}"));
                    break;
                }
            }
        }
    }
    leaks.sort();
    leaks.dedup();
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

/// The forms in which a secret could still be read: as it is, without its separators, hex, and base64 at
/// each of the three alignments.
fn writings(secret: &str) -> Vec<String> {
    let lower = secret.to_lowercase();
    let hex = secret
        .bytes()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect();
    let mut all = vec![lower, hex];
    for skipped in 0..3 {
        let mut middle = STANDARD.encode(secret.get(skipped..).unwrap_or_default());
        // The last group depends on what follows.
        middle.truncate(middle.len() - 4);
        all.push(middle.to_lowercase());
    }
    all
}

/// A value that goes by in parts, with a secret far behind what is kept of it.
fn large() -> String {
    let filler = "filler text ".repeat(20_000);
    format!("{filler} ghp_CANARYaaaabbbbccccddddeeeeffff2qTjYp {filler}")
}

fn seeded() -> Capture {
    let mut capture = Capture::new();
    let ok = "+OK\r\n";
    let mut c = capture.connect(6379);
    c.command(
        &["AUTH", "canary-auth-0one"],
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
    )
    .command(&["AUTH", "app", "canary-auth-0two"], ok)
    .command(
        &[
            "HELLO",
            "2",
            "AUTH",
            "app",
            "canary-hello-0three",
            "SETNAME",
            "canary.name@mail.example.org",
        ],
        "*0\r\n",
    )
    .command(&["CLIENT", "SETNAME", "canary.name@mail.example.org"], ok)
    .command(&["SET", "blob:canary.large@mail.example.org", &large()], ok)
    .command(
        &[
            "ACL",
            "SETUSER",
            "bob",
            "on",
            ">canary-acl-0four",
            "~*",
            "+@all",
        ],
        ok,
    )
    .command(
        &[
            "CONFIG",
            "SET",
            "requirepass",
            "canary-require-0five",
            "masterauth",
            "canary-masterauth-0six",
        ],
        ok,
    )
    .command(
        &["CONFIG", "GET", "requirepass"],
        "*2\r\n$11\r\nrequirepass\r\n$19\r\ncanary-reply-0seven\r\n",
    )
    .command(
        &[
            "MIGRATE",
            "10.1.0.9",
            "6379",
            "",
            "0",
            "100",
            "AUTH2",
            "app",
            "canary-migrate-0eight",
            "KEYS",
            "k",
        ],
        "+NOKEY\r\n",
    )
    .command(
        &["AUTHX", "canary-echoed-0nine"],
        "-ERR unknown command 'AUTHX', with args beginning with: 'canary-echoed-0nine' \r\n",
    )
    .command(
        &[
            "SET",
            "job:1",
            "https://svc:canary-url-0eleven@billing.example.com/run",
        ],
        ok,
    )
    .command(
        &[
            "HSET",
            "user:1",
            "password",
            "canary-field-0twelve",
            "email",
            "canary.reader@mail.example.org",
        ],
        ":2\r\n",
    )
    .command(
        &["HGETALL", "user:1"],
        "*2\r\n$5\r\nemail\r\n$30\r\ncanary.reader@mail.example.org\r\n",
    )
    .command(
        &[
            "SET",
            "profile:1",
            r#"{"user":{"password":"canary-json-0thirteen","card":"4929420573595709"}}"#,
        ],
        ok,
    )
    .command(
        &["GET", "profile:1"],
        "$36\r\n{\"password\":\"canary-json-0thirteen\"}\r\n",
    )
    .command(
        &[
            "SENTINEL",
            "SET",
            "shop",
            "auth-pass",
            "canary-sentinel-0fourteen",
        ],
        ok,
    )
    .command(
        &[
            "EVAL",
            "return redis.call('AUTH', ARGV[1])",
            "0",
            "password=canary-eval-0sixteen",
        ],
        ok,
    )
    .command(
        &[
            "HSET",
            "pay:1",
            "ccn",
            "5425233430109903",
            "ccn_expire",
            "1230",
            "cvv",
            "123",
        ],
        ":3\r\n",
    )
    .command(
        &["LPUSH", "cards", "5425233430109903", "4929420573595709"],
        ":2\r\n",
    )
    .command(&["SET", "user:canary.key@mail.example.org", "1"], ok)
    .command(&["GET", "user:canary.key@mail.example.org"], "$1\r\n1\r\n")
    .command(
        &["HSET", "h", "canary.field@mail.example.org", "1"],
        ":1\r\n",
    )
    .command(
        &["SET", "ci", "ghp_CANARYaaaabbbbccccddddeeeeffff2qTjYp"],
        ok,
    )
    .command(
        &["XADD", "log", "*", "key", "AKIACANARYQ7WXYZ2345"],
        "$3\r\n1-1\r\n",
    )
    .command(
        &[
            "PUBLISH",
            "user:canary.channel@mail.example.org",
            "canary.reader@mail.example.org",
        ],
        ":1\r\n",
    )
    .command(
        &["SUBSCRIBE", "user:canary.channel@mail.example.org"],
        "*3\r\n$9\r\nsubscribe\r\n$36\r\nuser:canary.channel@mail.example.org\r\n:1\r\n",
    )
    .close();
    let mut c = capture.connect(6379);
    c.command(&["MONITOR"], ok)
        .reply(b"+1767225600.000001 [0 10.1.0.1:40001] \"HSET\" \"u\" \"password\" \"canary-monitor-0ten\"\r\n")
        .close();
    let mut c = capture.connect(6379);
    c.request(b"AUTH canary-inline-0fifteen\r\n")
        .reply(b"+OK\r\n")
        .close();
    capture
}
