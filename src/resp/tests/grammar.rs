//! What messages look like: every type, inline commands, long values, and what is no message.

use super::*;

#[test]
fn every_type_of_resp3_is_read() {
    let lines = outcome(&[
        requests("A\nB\nC\nD\nE\nF\nG\nH\nI\nJ\nK"),
        s(b"#t\r\n,1.5e3\r\n(3492890328409238509324850943850943825024385\r\n=7\r\ntxt:abc\r\n"),
        s(b"!5\r\nERR x\r\n%2\r\n+a\r\n:1\r\n+b\r\n~2\r\n:1\r\n:2\r\n_\r\n*-1\r\n*0\r\n,-inf\r\n#f\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= A -> #t",
            "= B -> ,1.5e3",
            "= C -> (3492890328409238509324850943850943825024385",
            "= D -> =txt:abc",
            "= E -> !ERR x",
            "= F -> %[+a :1 +b ~[:1 :2]]",
            "= G -> null",
            "= H -> null",
            "= I -> []",
            "= J -> ,-inf",
            "= K -> #f",
        ]
    );
}

#[test]
fn streamed_strings_and_aggregates_are_read() {
    let lines = outcome(&[
        requests("A\nB\nC\nD"),
        s(b"$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;0\r\n"),
        s(b"*?\r\n:1\r\n*?\r\n.\r\n$?\r\n;1\r\nx\r\n;0\r\n:3\r\n.\r\n"),
        s(b"%?\r\n+a\r\n:1\r\n.\r\n~?\r\n:1\r\n.\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= A -> $Hello wor",
            "= B -> [:1 [] $x :3]",
            "= C -> %[+a :1]",
            "= D -> ~[:1]"
        ]
    );
}

#[test]
fn attributes_are_passed_over_at_any_depth() {
    let (lines, counters) = play(
        Start::FirstByte,
        &[
            requests("A\nB"),
            s(b"|1\r\n+key-popularity\r\n%2\r\n$1\r\na\r\n,0.1923\r\n$1\r\nb\r\n,0.0012\r\n*2\r\n:1\r\n:2\r\n"),
            s(b"*3\r\n:1\r\n:2\r\n|1\r\n+ttl\r\n:3600\r\n:3\r\n"),
        ],
    );
    let replies: Vec<_> = lines.iter().filter(|line| line.starts_with('=')).collect();
    assert_eq!(replies, ["= A -> [:1 :2]", "= B -> [:1 :2 :3]"]);
    // What they hold goes by as parts, so that it can be looked at.
    assert_eq!(
        lines.iter().filter(|line| line.starts_with("part")).count(),
        7
    );
    assert_eq!(counters.replies, 2);
    assert_eq!(counters.resyncs, 0);
}

#[test]
fn inline_commands_are_words() {
    let (lines, counters) = play(
        Start::FirstByte,
        &[
            c(b"PING\r\nset k \"a b\\x41\"\r\nget k\n\r\n\n  \r\n"),
            s(b"+PONG\r\n+OK\r\n$4\r\na bA\r\n"),
        ],
    );
    assert_eq!(
        lines,
        [
            "> PING",
            "> set k a bA",
            "> get k",
            "= PING -> +PONG",
            "= set k a bA -> +OK",
            "= get k -> $a bA"
        ]
    );
    assert_eq!(counters.filler_bytes, 7);
}

#[test]
fn unbalanced_quotes_end_only_their_line() {
    let (lines, counters) = play(
        Start::FirstByte,
        &[
            requests("PING"),
            c(b"set k \"a\r\n"),
            s(b"+PONG\r\n-ERR Protocol error: unbalanced quotes in request\r\n"),
            requests("PING"),
            s(b"+PONG\r\n"),
        ],
    );
    assert_eq!(
        lines,
        [
            "> PING",
            "= PING -> +PONG",
            "unseen -> -ERR Protocol error: unbalanced quotes in request",
            "> PING",
            "~ PING -> +PONG"
        ]
    );
    assert_eq!((counters.resyncs, counters.skipped_bytes), (1, 10));
}

#[test]
fn empty_and_negative_multibulks_say_nothing() {
    let (lines, counters) = play(
        Start::FirstByte,
        &[c(b"*0\r\n*-1\r\n"), requests("PING"), s(b"+PONG\r\n")],
    );
    assert_eq!(lines, ["> PING", "= PING -> +PONG"]);
    assert_eq!(counters.filler_bytes, 9);
    assert_eq!(counters.resyncs, 0);
}

#[test]
fn malformed_requests_lose_only_themselves() {
    for wrong in [
        &b"*x\r\n"[..],
        b"*2\r\nfoo\r\n",
        b"*1\r\n$-1\r\n",
        b"*1\r\n$600000000\r\n",
        b"*99999999999\r\n",
        b"*1\r\n$+4\r\nPING\r\n",
        b"*1\r\n$04\r\nPING\r\n",
    ] {
        let (lines, counters) = play(
            Start::FirstByte,
            &[c(wrong), requests("GET k"), s(b"$1\r\nv\r\n")],
        );
        assert_eq!(lines.len(), 2, "{wrong:?}: {lines:?}");
        assert_eq!(lines[0], "> GET k", "{wrong:?}");
        assert_eq!(counters.resyncs, 1, "{wrong:?}");
        assert_eq!(counters.skipped_bytes, wrong.len() as u64, "{wrong:?}");
    }
}

#[test]
fn long_values_go_by_in_parts_and_the_rest_is_kept() {
    let value = vec![b'x'; 100_000];
    let mut reply = b"*2\r\n$100000\r\n".to_vec();
    reply.extend(&value);
    reply.extend_from_slice(b"\r\n$1\r\ny\r\n");
    let config = RespConfig::default();
    let pieces = [
        c(&request(&[b"SET", b"k", &value])),
        s(b"+OK\r\n"),
        requests("MGET a b"),
        s(&reply),
    ];
    let mut results = Vec::new();
    for step in [100_000_000, 1000, 7777, 65_536] {
        let (log, counters) =
            super::testing::play_cut(&config, Start::FirstByte, &pieces, |_| step);
        results.push((log.lines, counters));
    }
    let crc = crc32fast::hash(&value);
    let prefix = "x".repeat(256);
    assert_eq!(
        results[0].0,
        [
            format!("part 2+0 100000 bytes of 100000 {crc:x} (SET k {prefix}..100000)"),
            format!("> SET k {prefix}..100000"),
            format!("= SET k {prefix}..100000 -> +OK"),
            "> MGET a b".to_owned(),
            format!("part 0+0 100000 bytes of 100000 {crc:x} (MGET a b)"),
            format!("= MGET a b -> [${prefix}..100000 $y] (cut)"),
        ]
    );
    for result in &results[1..] {
        // The command shown with a part holds what was kept when its last piece came.
        assert_eq!(result, &results[0]);
    }
}

#[test]
fn a_reply_nested_too_deep_is_counted_as_such() {
    let mut deep = b"*1\r\n".repeat(100);
    deep.extend_from_slice(b":1\r\n+OK\r\n");
    let (lines, counters) = play(
        Start::FirstByte,
        &[
            requests("EVAL x 0\nSET a b"),
            s(&deep),
            requests("GET a"),
            s(b"$1\r\nb\r\n"),
        ],
    );
    assert!(
        lines.iter().any(|line| line.ends_with("GET a -> $b")),
        "{lines:#?}"
    );
    assert!(counters.too_deep >= 1 && counters.too_deep <= counters.resyncs);
    let (_, counters) = play(
        Start::FirstByte,
        &[
            requests("EVAL x 0"),
            s(&[&b"*1\r\n".repeat(60)[..], b":1\r\n"].concat()),
        ],
    );
    assert_eq!((counters.too_deep, counters.resyncs), (0, 0));
}
