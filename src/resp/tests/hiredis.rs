//! Reply streams held against hiredis, the parser of Redis's own tools, where it is installed.
//!
//! hiredis 0.14 (Debian 12) knows RESP2 alone; 1.0 and later are given RESP3 too. Left out, since
//! hiredis differs there: attributes (it gives one as a reply of
//! its own, and loses its place where one is nested), bulk errors (`!` is unknown to it), streamed
//! strings and aggregates, and a `+` before an integer, all of which the grammar of RESP3 has.

use std::io::Write;
use std::process::{Command, Stdio};

use super::super::testing::{Piece, Random, play_cut};
use super::super::*;

/// Streams compared, and replies in each.
const STREAMS: u64 = 40;
const REPLIES: u64 = 200;

/// hiredis as a program, if this machine has what it takes.
fn build(dir: &std::path::Path) -> Option<std::path::PathBuf> {
    let source = dir.join("oracle.c");
    let program = dir.join("oracle");
    std::fs::write(&source, include_str!("hiredis.c")).ok()?;
    Command::new("cc")
        .args(["-o".as_ref(), program.as_os_str(), source.as_os_str()])
        .arg("-lhiredis")
        .stderr(Stdio::null())
        .status()
        .ok()?
        .success()
        .then_some(program)
}

fn bytes(random: &mut Random, most: u64) -> Vec<u8> {
    (0..random.below(most))
        .map(|_| match random.below(4) {
            0 => *random.pick(b"\r\n*$:+-_%~>#"),
            1 => u8::try_from(random.below(256)).unwrap(),
            _ => *random.pick(b"abcdefghijklmnopqrstuvwxyz"),
        })
        .collect()
}

fn word(random: &mut Random) -> String {
    (0..=random.below(12))
        .map(|_| char::from(b'A' + u8::try_from(random.below(26)).unwrap()))
        .collect()
}

fn push_text(out: &mut Vec<u8>, marker: char, text: &[u8]) {
    write!(out, "{marker}{}\r\n", text.len()).unwrap();
    out.extend_from_slice(text);
    out.extend_from_slice(b"\r\n");
}

/// A random reply; pushes at the top alone, where they belong.
fn reply(random: &mut Random, resp3: bool, depth: u32, out: &mut Vec<u8>) {
    let start = out.len();
    let kinds = if depth < 5 { 17 } else { 12 };
    let aggregate = |random: &mut Random, marker: char, width: u64, out: &mut Vec<u8>| {
        let count = random.below(5);
        write!(out, "{marker}{count}\r\n").unwrap();
        for _ in 0..count * width {
            reply(random, resp3, depth + 1, out);
        }
    };
    match random.below(kinds) {
        0 => write!(out, "+{}\r\n", word(random)).unwrap(),
        1 => write!(out, "-{} {}\r\n", word(random), word(random)).unwrap(),
        2 => write!(out, ":{}\r\n", random.below(u64::MAX).cast_signed()).unwrap(),
        3 => write!(out, ":{}\r\n", random.below(100)).unwrap(),
        4 => {
            let nulls = ["$-1\r\n", "*-1\r\n", "_\r\n"];
            out.extend_from_slice(random.pick(&nulls).as_bytes());
        }
        5 => out.extend_from_slice(*random.pick(&[b"#t\r\n", b"#f\r\n"])),
        6 => {
            let numbers = ["3.25", "-0.5", "inf", "-inf", "1e10", "10", "nan"];
            write!(out, ",{}\r\n", random.pick(&numbers)).unwrap();
        }
        7 => write!(out, "(-{0}{0}\r\n", random.below(u64::MAX - 1) + 1).unwrap(),
        8 => push_text(out, '=', &[b"txt:", &bytes(random, 30)[..]].concat()),
        9 if random.below(20) == 0 => push_text(out, '$', &bytes(random, 60_000)),
        9..12 => push_text(out, '$', &bytes(random, 60)),
        12 | 13 => aggregate(random, '*', 1, out),
        14 => aggregate(random, '~', 1, out),
        15 => aggregate(random, '%', 2, out),
        _ if depth == 0 => {
            out.extend_from_slice(b">3\r\n+PUSHED\r\n");
            reply(random, resp3, 1, out);
            reply(random, resp3, 1, out);
        }
        _ => aggregate(random, '*', 1, out),
    }
    if !resp3
        && out
            .get(start)
            .is_some_and(|marker| !b"+-:$*".contains(marker))
    {
        out.truncate(start);
        out.extend_from_slice(b"$-1\r\n");
    }
}

#[test]
fn replies_are_read_as_hiredis_reads_them() {
    let dir = tempfile::tempdir().unwrap();
    let Some(program) = build(dir.path()) else {
        println!("skipped: no hiredis or C compiler on this machine");
        return;
    };
    let version = Command::new(&program)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let resp3 = version.stdout != b"0\n";
    for seed in 0..STREAMS {
        let mut random = Random(seed);
        let mut stream = Vec::new();
        for _ in 0..REPLIES {
            reply(&mut random, resp3, 0, &mut stream);
        }
        let path = dir.path().join("stream");
        std::fs::write(&path, &stream).unwrap();
        let theirs = Command::new(&program)
            .stdin(std::fs::File::open(&path).unwrap())
            .output()
            .unwrap();
        let theirs = String::from_utf8(theirs.stdout).unwrap();
        let (log, counters) = play_cut(
            &RespConfig::default(),
            Start::FirstByte,
            &[Piece::Server(stream)],
            |_| usize::try_from(random.below(700)).unwrap(),
        );
        let ours = log.lines.iter().map(|line| {
            line.strip_prefix("unseen -> ")
                .or_else(|| line.strip_prefix("push Other "))
                .unwrap_or_else(|| panic!("seed {seed}: {line}"))
        });
        let theirs: Vec<&str> = theirs.lines().skip(1).collect();
        assert_eq!(
            theirs.len() as u64,
            REPLIES,
            "seed {seed}: {:?}",
            theirs.last()
        );
        for (index, (ours, theirs)) in ours.zip(&theirs).enumerate() {
            assert_eq!(ours, *theirs, "seed {seed}, reply {index}");
        }
        assert_eq!(log.lines.len() as u64, REPLIES, "seed {seed}");
        assert_eq!((counters.resyncs, counters.skipped_bytes), (0, 0));
    }
}
