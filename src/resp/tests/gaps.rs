//! Bytes that are missing: where step is kept, and how it is found again.

use super::*;

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
