//! Snapshots, and the primary's stream behind them.

use super::*;

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
