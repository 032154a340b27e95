//! Conversations as Redis has them, each played whole and in every cut.

use super::testing::{Piece, c, play, request, requests, s};
use super::*;

mod hiredis;

fn exact(pieces: &[Piece]) -> Vec<String> {
    play(Start::FirstByte, pieces).0
}

/// Only the lines of exchanges and pushes.
fn outcome(pieces: &[Piece]) -> Vec<String> {
    outcome_from(Start::FirstByte, pieces)
}

fn outcome_from(start: Start, pieces: &[Piece]) -> Vec<String> {
    let mut lines = play(start, pieces).0;
    lines.retain(|line| !line.starts_with('>'));
    lines
}

#[test]
fn a_request_and_its_reply() {
    let lines = exact(&[
        requests("SET k v"),
        s(b"+OK\r\n"),
        requests("GET k"),
        s(b"$1\r\nv\r\n"),
    ]);
    assert_eq!(
        lines,
        ["> SET k v", "= SET k v -> +OK", "> GET k", "= GET k -> $v"]
    );
}

#[test]
fn pipelined_requests_are_paired_in_order() {
    let lines = outcome(&[
        requests("SET k v\nINCR n\nGET k\nLRANGE l 0 -1"),
        s(b"+OK\r\n:1\r\n$1\r\nv\r\n*2\r\n$1\r\na\r\n$-1\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= SET k v -> +OK",
            "= INCR n -> :1",
            "= GET k -> $v",
            "= LRANGE l 0 -1 -> [$a null]"
        ]
    );
}

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
fn queued_commands_get_their_element_of_exec() {
    let lines = exact(&[
        requests("MULTI"),
        s(b"+OK\r\n"),
        requests("SELECT 2\nINCR n\nGET k\nEXEC"),
        s(b"+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n:1\r\n-WRONGTYPE x\r\n"),
        requests("PING"),
        s(b"+PONG\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "> MULTI tx=0",
            "= MULTI tx=0 -> +OK",
            "> SELECT 2 tx=0",
            "> INCR n tx=0",
            "> GET k tx=0",
            "> EXEC tx=0",
            "= SELECT 2 tx=0 -> +OK",
            "= INCR n tx=0 -> :1 db=2",
            "= GET k tx=0 -> -WRONGTYPE x db=2",
            "= EXEC tx=0 -> [+OK :1 -WRONGTYPE x] db=2",
            "> PING",
            "= PING -> +PONG db=2",
        ]
    );
}

#[test]
fn transactions_that_do_not_execute_leave_queued_as_the_reply() {
    let discarded = outcome(&[
        requests("MULTI\nINCR n\nDISCARD"),
        s(b"+OK\r\n+QUEUED\r\n+OK\r\n"),
    ]);
    assert_eq!(
        discarded,
        [
            "= MULTI tx=0 -> +OK",
            "= INCR n tx=0 -> +QUEUED",
            "= DISCARD tx=0 -> +OK"
        ]
    );
    let aborted = outcome(&[
        requests("MULTI\nINCR n\nFOO\nGET k\nEXEC"),
        s(b"+OK\r\n+QUEUED\r\n-ERR unknown command\r\n+QUEUED\r\n-EXECABORT x\r\n"),
    ]);
    assert_eq!(
        aborted,
        [
            "= MULTI tx=0 -> +OK",
            "= FOO tx=0 -> -ERR unknown command",
            "= INCR n tx=0 -> +QUEUED",
            "= GET k tx=0 -> +QUEUED",
            "= EXEC tx=0 -> -EXECABORT x"
        ]
    );
    let watched = outcome(&[
        requests("WATCH k\nMULTI\nSET k v\nEXEC\nGET k"),
        s(b"+OK\r\n+OK\r\n+QUEUED\r\n*-1\r\n$1\r\nx\r\n"),
    ]);
    assert_eq!(
        watched,
        [
            "= WATCH k -> +OK",
            "= MULTI tx=1 -> +OK",
            "= SET k v tx=1 -> +QUEUED",
            "= EXEC tx=1 -> null",
            "= GET k -> $x"
        ]
    );
}

#[test]
fn client_reply_off_and_skip_suppress_replies() {
    let lines = outcome(&[
        requests(
            "CLIENT REPLY SKIP\nSET a 1\nGET a\nCLIENT REPLY OFF\nSET b 2\nCLIENT KILL ID 3\nCLIENT REPLY ON\nGET b",
        ),
        s(b"$1\r\n1\r\n+OK\r\n$1\r\n2\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "suppressed CLIENT REPLY SKIP",
            "suppressed SET a 1",
            "suppressed CLIENT REPLY OFF",
            "suppressed SET b 2",
            "suppressed CLIENT KILL ID 3",
            "= GET a -> $1",
            "= CLIENT REPLY ON -> +OK",
            "= GET b -> $2"
        ]
    );
}

#[test]
fn the_third_word_matters_only_after_reply() {
    let lines = outcome(&[
        requests("CLIENT TRACKING OFF\nCLIENT NO-EVICT OFF\nCLIENT REPLY MAYBE\nGET a"),
        s(b"+OK\r\n+OK\r\n-ERR syntax error\r\n$-1\r\n"),
    ]);
    assert!(lines.iter().all(|line| line.starts_with('=')), "{lines:?}");
    assert_eq!(lines.len(), 4);
}

#[test]
fn subscriptions_get_one_confirmation_a_channel() {
    let lines = outcome(&[
        requests("SUBSCRIBE a b"),
        s(b"*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"),
        s(b"*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"),
        requests("PSUBSCRIBE c*\nPING"),
        s(b"*3\r\n$10\r\npsubscribe\r\n$2\r\nc*\r\n:3\r\n*4\r\n$8\r\npmessage\r\n$2\r\nc*\r\n$2\r\ncd\r\n$1\r\nx\r\n"),
        s(b"*2\r\n$4\r\npong\r\n$0\r\n\r\n"),
        requests("UNSUBSCRIBE\nPUNSUBSCRIBE\nUNSUBSCRIBE\nGET message"),
        s(b"*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:2\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:1\r\n"),
        s(b"*3\r\n$12\r\npunsubscribe\r\n$2\r\nc*\r\n:0\r\n*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n$1\r\nx\r\n"),
        requests("LRANGE l 0 -1"),
        s(b"*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= SUBSCRIBE a b -> [$subscribe $a :1]",
            "push Confirmation [$subscribe $b :2]",
            "push Message [$message $a $hi]",
            "= PSUBSCRIBE c* -> [$psubscribe $c* :3]",
            "push PatternMessage [$pmessage $c* $cd $x]",
            "= PING -> [$pong $]",
            "= UNSUBSCRIBE -> [$unsubscribe $a :2]",
            "push Confirmation [$unsubscribe $b :1]",
            "= PUNSUBSCRIBE -> [$punsubscribe $c* :0]",
            "= UNSUBSCRIBE -> [$unsubscribe null :0]",
            "= GET message -> $x",
            "= LRANGE l 0 -1 -> [$message $a $hi]",
        ]
    );
}

#[test]
fn pushes_of_resp3_come_anywhere() {
    let lines = outcome(&[
        requests("HELLO 3\nSUBSCRIBE a\nCLIENT TRACKING ON\nGET k\nGET l"),
        s(b"%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n+OK\r\n"),
        s(b"$1\r\nv\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n>3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nm\r\n$1\r\nw\r\n"),
        s(b">3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= HELLO 3 -> %[$server $redis]",
            "= SUBSCRIBE a -> >[$subscribe $a :1]",
            "= CLIENT TRACKING ON -> +OK",
            "= GET k -> $v",
            "push Invalidate >[$invalidate [$k]]",
            "push Message >[$message $a $m]",
            "= GET l -> $w",
            "push Other >[$unsubscribe $a :0]",
        ]
    );
}

#[test]
fn monitor_lines_are_pushes() {
    let lines = outcome(&[
        requests("MONITOR"),
        s(b"+OK\r\n+1339518083.107412 [0 127.0.0.1:60866] \"keys\" \"*\"\r\n"),
        requests("PING"),
        s(b"+1339518087.877697 [0 lua] \"get\" \"k\"\r\n+PONG\r\n"),
    ]);
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0], "= MONITOR -> +OK");
    assert!(lines[1].starts_with("push Monitor +1339518083"));
    assert!(lines[2].starts_with("push Monitor +1339518087"));
    assert_eq!(lines[3], "= PING -> +PONG");
}

#[test]
fn logins_change_the_user_only_when_accepted() {
    let (lines, counters) = play(
        Start::FirstByte,
        &[
            requests("AUTH wrong"),
            s(b"-WRONGPASS x\r\n"),
            requests("AUTH alice pw"),
            s(b"+OK\r\n"),
            requests("PING"),
            s(b"+PONG\r\n"),
            requests("HELLO 3 AUTH bob pw SETNAME app"),
            s(b"-WRONGPASS x\r\n"),
            requests("AUTH pw"),
            s(b"+OK\r\n"),
            requests("PING"),
            s(b"+PONG\r\n"),
            requests("RESET\nPING"),
            s(b"+RESET\r\n"),
            requests("PING"),
        ],
    );
    let pings: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("> PING"))
        .collect();
    assert_eq!(
        pings,
        [
            "> PING user=alice",
            "> PING user=default",
            // Sent before the reply to RESET was seen.
            "> PING user=default",
            "> PING"
        ]
    );
    assert_eq!(counters.failed_logins, 2);
}

#[test]
fn servers_may_refuse_before_any_command() {
    let lines = outcome(&[
        requests("PING"),
        s(b"-DENIED Redis is running in protected mode because x\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "unseen -> -DENIED Redis is running in protected mode because x",
            "unanswered PING"
        ]
    );
}

#[test]
fn a_full_sync_is_handed_on_and_the_primary_followed() {
    let id = "8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb";
    let mut head = format!("+FULLRESYNC {id} 0\r\n").into_bytes();
    head.extend_from_slice(b"\n\n$9\r\nREDIS0009*1\r\n$4\r\nPING\r\n");
    let (lines, counters) = play(
        Start::FirstByte,
        &[
            requests("PING\nREPLCONF listening-port 6380\nREPLCONF capa eof capa psync2\nPSYNC ? -1"),
            s(b"+PONG\r\n+OK\r\n+OK\r\n"),
            s(&head),
            requests("REPLCONF ACK 14"),
            s(b"*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n\n*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n*1\r\n$4\r\nEXEC\r\n"),
        ],
    );
    let tail: Vec<_> = lines
        .iter()
        .skip_while(|line| !line.starts_with("= PSYNC"))
        .collect();
    assert_eq!(
        tail,
        [
            &format!("= PSYNC ? -1 -> +FULLRESYNC {id} 0"),
            "rdb start 9",
            "rdb End { complete: true } after 9 bytes 6873adc8",
            "> PING primary",
            "suppressed PING",
            "> REPLCONF ACK 14",
            "suppressed REPLCONF ACK 14",
            "> SELECT 3 primary",
            "suppressed SELECT 3 db=3",
            "> MULTI tx=2 primary",
            "suppressed MULTI tx=2 db=3",
            "> SET k v tx=2 primary",
            "suppressed SET k v tx=2 db=3",
            "> EXEC tx=2 primary",
            "suppressed EXEC tx=2 db=3",
        ]
    );
    assert_eq!(counters.replicated, 5);
    assert_eq!(counters.unfinished_bytes, 0);
}

#[test]
fn a_diskless_sync_ends_at_its_mark() {
    let mark = "aaaabaaaabaaaabaaaabaaaabaaaabaaaabaaaab";
    let payload = "REDIS0011 aaaab aaaabaaaabaaaabaaaabaaaabaaaabaaaabaaaac aaaabaaaa";
    let head = format!("$EOF:{mark}\r\n{payload}{mark}*1\r\n$4\r\nPING\r\n");
    let (lines, counters) = play(
        Start::FirstByte,
        &[c(b"SYNC\r\n"), s(b"\n"), s(head.as_bytes())],
    );
    assert_eq!(
        lines,
        [
            "> SYNC",
            "= SYNC -> $ (cut)",
            "rdb start EOF",
            &format!(
                "rdb End {{ complete: true }} after {} bytes {:x}",
                payload.len(),
                crc32fast::hash(payload.as_bytes())
            ),
            "> PING primary",
            "suppressed PING"
        ]
    );
    assert_eq!(counters.replication_bytes, head.len() as u64 + 1);
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
fn a_gap_inside_a_value_keeps_step() {
    let mut head = request(&[b"SET", b"k", &vec![b'x'; 1000]]);
    let tail = head.split_off(200);
    let (lines, counters) = play(
        Start::FirstByte,
        &[
            c(&head),
            Piece::ClientGap(500),
            c(&tail[500..]),
            requests("GET k"),
            s(b"+OK\r\n$1000\r\nxyz"),
            Piece::ServerGap(997),
            s(b"\r\n"),
            requests("PING"),
            s(b"+PONG\r\n"),
        ],
    );
    let kept = "x".repeat(200 - 27);
    assert_eq!(
        lines,
        [
            format!("> SET k {kept}..1000!"),
            "> GET k".to_owned(),
            format!("= SET k {}..1000! -> +OK", "x".repeat(200 - 27)),
            "= GET k -> $xyz..1000! (cut)".to_owned(),
            "> PING".to_owned(),
            "= PING -> +PONG".to_owned(),
        ]
    );
    assert_eq!(counters.resyncs, 0);
    assert_eq!(counters.skipped_bytes, (1029 - 500) + (7 + 3 + 2));
}

#[test]
fn a_gap_to_the_end_of_a_message_keeps_step() {
    let lines = outcome(&[
        requests("GET k\nGET l\nMGET a b"),
        s(b"$1000\r\nxyz"),
        Piece::ServerGap(999),
        s(b"$1\r\nw\r\n*2\r\n$10\r\nabc"),
        Piece::ServerGap(8),
        s(b"\n$1\r\nb\r\n"),
        requests("SET k v"),
        c(b"*1\r\n$4\r\nPI"),
        Piece::ClientGap(4),
        requests("GET k"),
        s(b"+OK\r\n+PONG\r\n$1\r\nv\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= GET k -> $xyz..1000! (cut)",
            "= GET l -> $w",
            "= MGET a b -> [$abc..10! $b] (cut)",
            "= SET k v -> +OK",
            "= PI..4! -> +PONG",
            "= GET k -> $v",
        ]
    );
}

#[test]
fn a_gap_over_a_message_border_is_found_again_by_evidence() {
    let (lines, counters) = play(
        Start::FirstByte,
        &[
            requests("GET a\nINCR n\nGET b"),
            s(b"$1\r\nx\r\n"),
            Piece::ServerGap(4),
            s(b"$1\r\ny\r\n"),
            requests("PING"),
            s(b"+PONG\r\n"),
        ],
    );
    assert_eq!(
        lines,
        [
            "> GET a",
            "> INCR n",
            "> GET b",
            "= GET a -> $x",
            "unanswered INCR n",
            "~ GET b -> $y",
            "> PING",
            "~ PING -> +PONG"
        ]
    );
    assert_eq!((counters.resyncs, counters.skipped_bytes), (1, 0));
}

#[test]
fn what_cannot_be_paired_is_told_so() {
    let lines = outcome(&[
        requests("GET a\nGET b\nGET c"),
        s(b"$1\r\nx\r\n"),
        Piece::ServerGap(7),
        s(b"$1\r\nz\r\n"),
        requests("INCR n"),
        s(b":1\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= GET a -> $x",
            "unseen -> $z",
            "unanswered GET b",
            "unanswered GET c",
            "~ INCR n -> :1"
        ]
    );
}

#[test]
fn requests_lost_in_a_gap_leave_their_replies_unpaired() {
    let lines = outcome(&[
        requests("GET a\nINCR n"),
        Piece::ClientGap(30),
        requests("LLEN l"),
        s(b"$1\r\nx\r\n:1\r\n+OK\r\n:3\r\n"),
        requests("ECHO a-telling-text\nGET x"),
        s(b"$14\r\na-telling-text\r\n$1\r\nv\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= GET a -> $x",
            "= INCR n -> :1",
            "unseen -> +OK",
            "~ LLEN l -> :3",
            "~ ECHO a-telling-text -> $a-telling-text",
            "= GET x -> $v"
        ]
    );
}

#[test]
fn exec_after_lost_replies_still_hands_out_its_elements() {
    let lines = outcome(&[
        requests("MULTI\nINCR n\nGET k\nEXEC"),
        s(b"+OK\r\n+QUEUED\r\n"),
        Piece::ServerGap(9),
        s(b"*2\r\n:1\r\n$1\r\nv\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= MULTI tx=0 -> +OK",
            "~ INCR n tx=0 -> :1",
            "~ GET k tx=0 -> $v",
            "~ EXEC tx=0 -> [:1 $v]"
        ]
    );
}

#[test]
fn connections_are_taken_up_in_the_middle() {
    let (lines, counters) = play(
        Start::Midstream,
        &[
            c(b"rest of a value\r\n*1 is no message\r\n"),
            requests("GET k"),
            s(b"tail\r\n-not a reply\r\n$1\r\nv\r\n"),
            requests("SET a 1"),
            s(b"+OK\r\n"),
        ],
    );
    assert_eq!(
        lines,
        ["> GET k", "~ GET k -> $v", "> SET a 1", "~ SET a 1 -> +OK"]
    );
    assert_eq!(counters.resyncs, 2);
    assert_eq!(counters.skipped_bytes, 17 + 18 + 6 + 14);
}

#[test]
fn a_clean_start_in_the_middle_is_no_loss() {
    let (lines, counters) = play(
        Start::Midstream,
        &[s(b"$1\r\nq\r\n"), requests("GET k"), s(b"$1\r\nv\r\n")],
    );
    assert_eq!(lines, ["unseen -> $q", "> GET k", "~ GET k -> $v"]);
    assert_eq!((counters.resyncs, counters.skipped_bytes), (0, 0));
}

#[test]
fn one_direction_alone_is_told_as_it_is() {
    let requests_only = outcome_from(Start::FirstByte, &[requests("GET k\nPING")]);
    assert_eq!(requests_only, ["unanswered GET k", "unanswered PING"]);
    let replies_only = outcome_from(Start::Midstream, &[s(b"$1\r\nv\r\n+OK\r\n:5\r\n")]);
    assert_eq!(
        replies_only,
        ["unseen -> $v", "unseen -> +OK", "unseen -> :5"]
    );
}

#[test]
fn a_transaction_begun_before_the_capture_is_adopted() {
    let lines = outcome_from(
        Start::Midstream,
        &[
            requests("INCR n\nGET k\nEXEC"),
            s(b"+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n:1\r\n$1\r\nv\r\n"),
        ],
    );
    assert_eq!(
        lines,
        [
            "unseen -> +QUEUED",
            "unseen -> +QUEUED",
            "unseen -> +OK",
            "~ INCR n -> :1",
            "~ GET k -> $v",
            "~ EXEC -> [+OK :1 $v]"
        ]
    );
}

#[test]
fn a_replication_link_in_the_middle_is_recognised_by_its_acknowledgment() {
    let (lines, counters) = play(
        Start::Midstream,
        &[
            s(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"),
            requests("REPLCONF ACK 100"),
            s(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nw\r\n"),
        ],
    );
    assert_eq!(
        lines,
        [
            "unseen -> [$SET $k $v]",
            "> REPLCONF ACK 100",
            "suppressed REPLCONF ACK 100",
            "> SET k w primary",
            "suppressed SET k w"
        ]
    );
    assert_eq!(counters.replicated, 1);
}

#[test]
fn a_pipeline_beyond_the_limit_stays_in_step() {
    let config = RespConfig {
        pending_len: 4096,
        ..RespConfig::default()
    };
    let many: Vec<_> = (0..200).map(|index| format!("GET {index}")).collect();
    let replies: Vec<u8> = (0..200)
        .flat_map(|index| format!("${}\r\n{index}\r\n", index.to_string().len()).into_bytes())
        .collect();
    let pieces = [
        s(b"\n"),
        requests(&many.join("\n")),
        s(&replies),
        requests("PING"),
        s(b"+PONG\r\n"),
    ];
    let (log, _) = super::testing::play_cut(&config, Start::FirstByte, &pieces, |len| len);
    let paired: Vec<_> = log
        .lines
        .iter()
        .filter(|line| line.starts_with('='))
        .collect();
    assert!(paired.len() > 10 && paired.len() < 200);
    for line in &paired {
        let mut halves = line.split(" -> ");
        let request = halves.next().unwrap().rsplit(' ').next().unwrap();
        let reply = halves.next().unwrap();
        assert!(reply == format!("${request}") || reply == "+PONG", "{line}");
    }
    let unanswered = log
        .lines
        .iter()
        .filter(|line| line.starts_with("unanswered"))
        .count();
    let unseen = log
        .lines
        .iter()
        .filter(|line| line.starts_with("unseen"))
        .count();
    assert_eq!(unanswered, unseen);
    assert_eq!(unanswered + paired.len(), 201);
}

#[test]
fn subscriptions_inside_multi_get_more_values_than_exec_announces() {
    // What redis-server 7.0.15 sends.
    let lines = outcome(&[
        requests("MULTI\nGET a\nSUBSCRIBE a b\nUNSUBSCRIBE\nGET b\nEXEC\nPING"),
        s(b"+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*4\r\n$1\r\n1\r\n"),
        s(b"*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"),
        s(b"*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n"),
        s(b"$1\r\n2\r\n+PONG\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "= MULTI tx=0 -> +OK",
            "= EXEC tx=0 -> [ of 4] (cut)",
            "= GET a tx=0 -> $1",
            "= SUBSCRIBE a b tx=0 -> [$subscribe $a :1]",
            "push Confirmation [$subscribe $b :2]",
            "= UNSUBSCRIBE tx=0 -> [$unsubscribe $b :1]",
            "push Confirmation [$unsubscribe $a :0]",
            "= GET b tx=0 -> $2",
            "= PING -> +PONG",
        ]
    );
}

#[test]
fn client_reply_inside_multi_takes_effect_in_the_middle_of_exec() {
    // What redis-server 7.0.15 sends: the array announces more than ever comes.
    let lines = outcome(&[
        requests("MULTI\nSET a 1\nCLIENT REPLY OFF\nSET b 2\nEXEC\nPING\nCLIENT REPLY ON\nGET b"),
        s(b"+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n+OK\r\n$1\r\n2\r\n"),
    ]);
    assert_eq!(
        lines,
        [
            "suppressed PING",
            "= MULTI tx=0 -> +OK",
            "= EXEC tx=0 -> [ of 3] (cut)",
            "suppressed CLIENT REPLY OFF tx=0",
            "suppressed SET b 2 tx=0",
            "= SET a 1 tx=0 -> +OK",
            "= CLIENT REPLY ON -> +OK",
            "= GET b -> $2",
        ]
    );
    let lines = outcome(&[
        requests("MULTI\nSET a 1\nCLIENT REPLY SKIP\nSET b 2\nEXEC\nPING\nGET b"),
        s(b"+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n+OK\r\n$1\r\n2\r\n"),
    ]);
    assert_eq!(lines.last().unwrap(), "= GET b -> $2");
    assert!(lines.contains(&"suppressed PING".to_owned()), "{lines:?}");
}

#[test]
fn a_refused_exec_takes_back_only_what_its_own_queue_did() {
    // The OFF that follows has nothing to do with the transaction.
    let lines = outcome(&[
        requests("WATCH w\nMULTI\nSUBSCRIBE x\nEXEC\nCLIENT REPLY OFF\nSET a 1"),
        s(b"+OK\r\n+OK\r\n+QUEUED\r\n*-1\r\n"),
        requests("SET c 3\nCLIENT REPLY ON\nGET a"),
        s(b"+OK\r\n$1\r\n1\r\n"),
    ]);
    for wanted in [
        "= EXEC tx=1 -> null",
        "suppressed SET a 1",
        "suppressed SET c 3",
        "= CLIENT REPLY ON -> +OK",
        "= GET a -> $1",
    ] {
        assert!(lines.contains(&wanted.to_owned()), "{wanted}: {lines:#?}");
    }
    // Here it was its own, and what came after was judged by it: step is lost, and the EXEC itself
    // certain.
    let lines = outcome(&[
        requests("WATCH w\nMULTI\nCLIENT REPLY OFF\nEXEC\nGET z\nCLIENT REPLY ON\nGET a"),
        s(b"+OK\r\n+OK\r\n+QUEUED\r\n*-1\r\n$1\r\n9\r\n+OK\r\n$1\r\n1\r\n"),
    ]);
    assert!(
        lines.contains(&"= EXEC tx=1 -> null".to_owned()),
        "{lines:#?}"
    );
    assert!(
        !lines
            .iter()
            .any(|line| line.starts_with("= GET") || line.starts_with("= CLIENT REPLY ON")),
        "{lines:#?}"
    );
}

#[test]
fn a_silently_executed_select_leaves_the_database_unknown() {
    use crate::segment::Direction::{ClientToServer, ServerToClient};
    let mut log = super::testing::Log::default();
    let mut connection = RespConnection::new(&RespConfig::default(), Start::FirstByte);
    let (at, origin) = Default::default();
    let Piece::Client(sent) = requests("MULTI\nCLIENT REPLY OFF\nSELECT 5\nEXEC") else {
        unreachable!()
    };
    connection.data(ClientToServer, &sent, at, origin, &mut log);
    assert_eq!(connection.session().database, Some(0));
    let answer = b"+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n";
    connection.data(ServerToClient, answer, at, origin, &mut log);
    assert_eq!(connection.session().database, None);
}

#[test]
fn replies_of_requests_given_up_are_not_taken_for_the_header_of_an_exec() {
    // So many that the first three are given up before the server says anything.
    let mut sent = String::from("LRANGE l 0 -1\nMULTI\nSUBSCRIBE x\nEXEC\n");
    sent.push_str(&"GET k\n".repeat(4095));
    let values = b"*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n$1\r\nv\r\n$1\r\nv\r\n";
    let head = b"*2\r\n$1\r\na\r\n$1\r\nb\r\n+OK\r\n+QUEUED\r\n*1\r\n";
    let pieces = [requests(&sent), s(&[&head[..], values].concat())];
    let config = RespConfig::default();
    let (log, _) = super::testing::play_cut(&config, Start::FirstByte, &pieces, |len| len);
    let lines = log.lines;
    assert!(lines.contains(&"unseen -> [$a $b]".to_owned()));
    assert!(lines.contains(&"= EXEC tx=1 -> [ of 1] (cut)".to_owned()));
    // Its SUBSCRIBE was given up, so that nothing after it is certain.
    let pairs: Vec<&String> = lines.iter().filter(|line| line.starts_with("= ")).collect();
    assert_eq!(pairs.len(), 1, "{pairs:?}");
}

#[test]
fn requests_that_may_never_be_answered_are_given_up_without_waiting_for_a_reply() {
    let mut sent = String::from("CLIENT REPLY OFF\n");
    sent.push_str(&"SUBSCRIBE x\n".repeat(4100));
    sent.push_str("CLIENT REPLY ON\nGET a\nGET b");
    let play = |answer: &[u8]| {
        let pieces = [requests(&sent), s(answer)];
        let config = RespConfig::default();
        super::testing::play_cut(&config, Start::FirstByte, &pieces, |len| len)
            .0
            .lines
    };
    let lines = play(b"+OK\r\n$1\r\n1\r\n$1\r\n2\r\n");
    assert!(lines.contains(&"= CLIENT REPLY ON -> +OK".to_owned()));
    assert!(lines.contains(&"= GET a -> $1".to_owned()));
    assert!(lines.contains(&"= GET b -> $2".to_owned()));
    // A server that confirms all the same: of whom is not known.
    let lines = play(b"*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n");
    assert!(!lines.iter().any(|line| line.starts_with("= ")));
}

#[test]
fn an_uneven_exec_read_whole_hands_out_its_values() {
    let (lines, _) = play(
        Start::FirstByte,
        &[
            requests("PING"),
            s(b"+PONG\r\n"),
            Piece::ServerGap(100),
            requests("PING"),
            s(b"+PONG\r\n"),
            requests("MULTI\nGET a\nCLIENT REPLY ON\nEXEC"),
            s(b"+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$1\r\n1\r\n+OK\r\n"),
            requests("GET b"),
            s(b"$1\r\n2\r\n"),
        ],
    );
    assert!(
        lines.contains(&"~ GET a tx=2 -> $1".to_owned()),
        "{lines:#?}"
    );
    assert!(
        lines.contains(&"~ CLIENT REPLY ON tx=2 -> +OK".to_owned()),
        "{lines:#?}"
    );
    assert_eq!(lines.last().unwrap(), "~ GET b -> $2");
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

#[test]
fn a_snapshot_whose_mark_was_lost_ends_when_the_replica_acknowledges_it() {
    let mark = b"0123456789abcdef0123456789abcdef01234567";
    let mut head = b"+FULLRESYNC 0123456789abcdef0123456789abcdef01234567 1\r\n$EOF:".to_vec();
    head.extend_from_slice(mark);
    head.extend_from_slice(b"\r\nREDIS0011some");
    let gapped = |acknowledged: &[u8]| {
        outcome(&[
            requests("PSYNC ? -1"),
            s(&head),
            Piece::ServerGap(60),
            s(&request(&[b"SET", b"early", b"v"])),
            c(acknowledged),
            s(&request(&[b"SET", b"a", b"b"])),
            s(&request(&[b"SET", b"c", b"d"])),
        ])
    };
    let lines = gapped(&request(&[b"REPLCONF", b"ACK", b"1"]));
    assert!(
        lines.contains(&"suppressed SET a b".to_owned()),
        "{lines:#?}"
    );
    assert!(
        lines.contains(&"suppressed SET c d".to_owned()),
        "{lines:#?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("rdb End { complete: false }"))
    );
    // Nothing else ends it.
    let lines = gapped(b"");
    assert!(!lines.iter().any(|line| line.contains("SET")), "{lines:#?}");
}

#[test]
fn a_connection_relieved_of_what_it_holds_goes_on() {
    use crate::segment::Direction::{ClientToServer, ServerToClient};
    let mut log = super::testing::Log::default();
    let mut connection = RespConnection::new(&RespConfig::default(), Start::FirstByte);
    let (at, origin) = Default::default();
    let mut feed = |connection: &mut RespConnection, direction, bytes: &[u8]| {
        connection.data(direction, bytes, at, origin, &mut log);
    };
    let many = request(&[b"GET", b"some:key"]).repeat(20_000);
    feed(&mut connection, ClientToServer, &request(&[b"PING"]));
    feed(&mut connection, ServerToClient, b"+PONG\r\n");
    feed(&mut connection, ClientToServer, &many);
    feed(
        &mut connection,
        ServerToClient,
        &[&b"*9\r\n$60000\r\n"[..], &b"x".repeat(50_000)].concat(),
    );
    assert!(connection.memory_len() > 1024 * 1024);
    connection.relieve(&mut log);
    assert!(
        connection.memory_len() < 64 * 1024,
        "{}",
        connection.memory_len()
    );
    connection.shrink();
    assert!(connection.memory_len() < 512, "{}", connection.memory_len());
    let mut feed = |connection: &mut RespConnection, direction, bytes: &[u8]| {
        connection.data(direction, bytes, at, origin, &mut log);
    };
    feed(&mut connection, ServerToClient, b"xxx\r\n+OK\r\n");
    feed(
        &mut connection,
        ClientToServer,
        &request(&[b"ECHO", b"again"]),
    );
    feed(&mut connection, ServerToClient, b"$5\r\nagain\r\n");
    connection.finish(&mut log);
    assert_eq!(
        log.lines
            .iter()
            .filter(|line| line.starts_with("unanswered"))
            .count(),
        20_000
    );
    assert!(log.lines.contains(&"~ ECHO again -> $again".to_owned()));
}

/// Random transactions with the commands that upset EXEC's reply, sent to a real server: each ECHO
/// must be paired with its own word.
#[test]
fn uneven_transactions_of_a_real_server_keep_every_pair_exact() {
    use std::io::{Read, Write};
    for server in super::test_server::servers(&[]) {
        for seed in 0..60u64 {
            let mut random = super::testing::Random(seed);
            let mut words = 0;
            let mut lines: Vec<String> = Vec::new();
            if random.below(2) == 0 {
                lines.push("HELLO 3".to_owned());
            }
            let mut off = false;
            for _ in 0..4 {
                lines.push("MULTI".to_owned());
                let mut turned = off;
                for _ in 0..random.below(7) {
                    lines.push(match random.below(9) {
                        0 => "SUBSCRIBE a b c".to_owned(),
                        1 => "PSUBSCRIBE x* y*".to_owned(),
                        2 => "UNSUBSCRIBE".to_owned(),
                        3 => "PUNSUBSCRIBE x*".to_owned(),
                        4 => {
                            turned = true;
                            "CLIENT REPLY OFF".to_owned()
                        }
                        5 => "CLIENT REPLY SKIP".to_owned(),
                        6 if !off => {
                            turned = false;
                            "CLIENT REPLY ON".to_owned()
                        }
                        _ => {
                            words += 1;
                            format!("ECHO w{words}")
                        }
                    });
                }
                lines.push("UNSUBSCRIBE".to_owned());
                lines.push("PUNSUBSCRIBE".to_owned());
                lines.push("EXEC".to_owned());
                off = turned;
                words += 1;
                lines.push(format!("ECHO w{words}"));
                if random.below(2) == 0 {
                    lines.push("CLIENT REPLY ON".to_owned());
                    off = false;
                }
            }
            lines.push("CLIENT REPLY ON".to_owned());
            lines.push("ECHO the-end".to_owned());
            println!("{} seed {seed}: {lines:?}", server.program);
            let Piece::Client(sent) = requests(&lines.join("\n")) else {
                unreachable!()
            };
            let mut stream = server.stream();
            stream.write_all(&sent).unwrap();
            let mut answered = Vec::new();
            while !answered.ends_with(b"the-end\r\n") {
                let mut block = [0; 4096];
                let read = stream.read(&mut block).unwrap();
                assert!(read > 0, "{}: {lines:?}", server.program);
                answered.extend_from_slice(&block[..read]);
            }
            let outcome = outcome(&[Piece::Client(sent), s(&answered)]);
            let mut paired = 0;
            for line in &outcome {
                assert!(
                    line.starts_with("= ")
                        || line.starts_with("suppressed ")
                        // Confirmations come through where CLIENT REPLY silences the rest.
                        || line.starts_with("push "),
                    "seed {seed}: {line} in {outcome:#?}"
                );
                if let Some((word, reply)) = line
                    .strip_prefix("= ECHO ")
                    .and_then(|rest| rest.split_once(" -> "))
                {
                    let word = word.split(' ').next().unwrap();
                    assert_eq!(reply, format!("${word}"), "seed {seed}: {outcome:#?}");
                    paired += 1;
                }
            }
            assert!(paired > 0);
            assert_eq!(outcome.last().unwrap(), "= ECHO the-end -> $the-end");
        }
    }
}
