//! Connections seen from their middle on, or in one direction only.

use super::*;

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
