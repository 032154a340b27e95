//! Beginnings of conversations, and what they are taken for.

use super::*;
use Direction::{ClientToServer as C, ServerToClient as S};

const RESP: Verdict = Verdict::Resp { requests: C };
const SWAPPED: Verdict = Verdict::Resp { requests: S };

/// The verdict after each piece, until there is one; at the end the last word.
fn probe(midstream: bool, pieces: &[(Direction, &[u8])]) -> Verdict {
    let mut probe = Probe::default();
    let mut held = 0;
    for (index, &(direction, bytes)) in pieces.iter().enumerate() {
        let at = Timestamp(index as u64);
        let verdict = probe.data(direction, bytes, midstream, at, Origin::default());
        let count = probe.held().map(|held| held.bytes.len()).sum::<usize>();
        if verdict != Verdict::NeedMore {
            assert_eq!(count, held, "the last piece is not among the held ones");
            return verdict;
        }
        held += bytes.len();
        assert_eq!(count, held, "each undecided piece is held");
        assert!(held <= MAX_WAITING_LEN);
    }
    probe.finish()
}

fn first(pieces: &[(Direction, &[u8])]) -> Verdict {
    let whole = probe(false, pieces);
    // Cuts change nothing.
    let single: Vec<(Direction, &[u8])> = pieces
        .iter()
        .flat_map(|&(direction, bytes)| bytes.chunks(1).map(move |byte| (direction, byte)))
        .take(500)
        .collect();
    assert_eq!(probe(false, &single), whole, "{pieces:?}");
    whole
}

#[test]
fn multibulk_requests_are_resp_at_once() {
    assert_eq!(first(&[(C, b"*1\r\n$4\r\nPING\r\n")]), RESP);
    assert_eq!(first(&[(C, b"*2\r\n$7\r\nMOD.CMD\r\n$1\r\nx\r\n")]), RESP);
}

#[test]
fn a_count_that_redis_refuses_is_resp_once_it_says_so() {
    let refusal: &[u8] = b"-ERR Protocol error: invalid multibulk length\r\n";
    for count in [&b"*99999999999\r\n"[..], b"*99999999999999999999999999\r\n"] {
        assert_eq!(first(&[(C, count), (S, refusal)]), RESP);
        assert_eq!(
            first(&[(C, count), (S, b"HTTP/1.0 400 no\r\n")]),
            Verdict::Other
        );
        assert_eq!(first(&[(C, count)]), Verdict::Other);
    }
}

#[test]
fn inline_commands_need_a_reply_of_resp() {
    assert_eq!(first(&[(C, b"PING\r\n"), (S, b"+PONG\r\n")]), RESP);
    assert_eq!(first(&[(C, b"set k v\n"), (S, b"+OK\r\n")]), RESP);
    assert_eq!(first(&[(C, b"get k\r\n"), (S, b"$1\r\nv\r\n")]), RESP);
    assert_eq!(first(&[(C, b"get k\r\n"), (S, b"$-1\r\n")]), RESP);
    // Memcached, with commands that Redis knows too.
    assert_eq!(
        first(&[(C, b"set k 0 0 5\r\nhello\r\n"), (S, b"STORED\r\n")]),
        Verdict::Other
    );
    assert_eq!(
        first(&[(C, b"get k\r\n"), (S, b"VALUE k 0 5\r\nhello\r\nEND\r\n")]),
        Verdict::Other
    );
}

#[test]
fn inline_commands_alone_are_told_at_the_end() {
    assert_eq!(first(&[(C, b"PING\r\nSET k v\r\n")]), RESP);
    assert_eq!(first(&[(C, b"set k 0 0 5\r\nvalue\r\n")]), Verdict::Other);
    assert_eq!(first(&[(C, b"GET / HTTP/1.1\r\n")]), Verdict::Other);
    assert_eq!(first(&[(C, b"nothing known\r\n")]), Verdict::Other);
}

#[test]
fn http_is_other_unless_a_redis_answers() {
    let get: &[u8] = b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    let post: &[u8] = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    assert_eq!(
        first(&[(C, get), (S, b"HTTP/1.1 200 OK\r\n")]),
        Verdict::Other
    );
    assert_eq!(
        first(&[(C, post), (S, b"HTTP/1.1 200 OK\r\n")]),
        Verdict::Other
    );
    assert_eq!(
        first(&[
            (C, get),
            (S, b"-ERR wrong number of arguments for 'get' command\r\n")
        ]),
        RESP
    );
    assert_eq!(
        first(&[
            (C, post),
            (S, b"-ERR unknown command `POST`, with args\r\n")
        ]),
        RESP
    );
    assert_eq!(first(&[(C, post)]), Verdict::Other);
}

#[test]
fn protocols_that_greet_in_text_are_other() {
    for (server, client) in [
        (&b"220 mail.example.com ESMTP\r\n"[..], &b"EHLO me\r\n"[..]),
        (b"SSH-2.0-OpenSSH_9.2\r\n", b"SSH-2.0-x\r\n"),
        (b"220 (vsFTPd 3.0.3)\r\n", b"USER x\r\n"),
        (b"+OK POP3 ready\r\n", b"AUTH PLAIN\r\n"),
        (b"-ERR busy\r\n", b"QUIT\r\n"),
        (b"* OK IMAP4rev1 ready\r\n", b"a1 LOGIN x y\r\n"),
        (b":irc.example NOTICE * :hello\r\n", b"PING x\r\n"),
        (b"INFO {\"server_id\":\"x\"}\r\n", b"PING\r\n"),
        (b"\x4a\x00\x00\x00\x0a8.0.33\x00", b"\x01"),
    ] {
        assert_eq!(
            first(&[(S, server), (C, client)]),
            Verdict::Other,
            "{server:?}"
        );
    }
}

#[test]
fn servers_that_refuse_at_once_are_told() {
    assert_eq!(
        first(&[(S, b"-ERR max number of clients reached\r\n")]),
        RESP
    );
    assert_eq!(
        first(&[(S, b"-DENIED Redis is running in protected mode because\r\n")]),
        RESP
    );
}

#[test]
fn tls_and_the_cluster_bus_are_told_by_their_headers() {
    assert_eq!(
        first(&[(C, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")]),
        Verdict::Tls
    );
    assert_eq!(first(&[(S, b"\x15\x03\x03\x00\x02\x02\x46")]), Verdict::Tls);
    assert_eq!(first(&[(C, b"\x16\x03\x01\xff\xff")]), Verdict::Other);
    assert_eq!(first(&[(C, b"\x16\x09\x01\x00\x10")]), Verdict::Other);
    let mut hello = b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10".to_vec();
    hello.extend([7; 37]);
    assert_eq!(first(&[(C, &hello)]), Verdict::Tls);
    assert_eq!(
        first(&[(C, b"RCmb\x00\x00\x08\xd0\x00\x01\x18\xeb")]),
        Verdict::ClusterBus
    );
    assert_eq!(first(&[(C, b"RPUSH l x\r\n"), (S, b":1\r\n")]), RESP);
}

#[test]
fn connections_in_the_middle_are_recognised_at_the_next_message() {
    let value = [b'x'; 3000];
    assert_eq!(
        probe(
            true,
            &[(C, &value), (C, b"\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n")]
        ),
        RESP
    );
    assert_eq!(
        probe(true, &[(S, &value), (S, b"\r\n"), (S, b"$1\r\nv\r\n")]),
        RESP
    );
    assert_eq!(
        probe(true, &[(S, b"+OK\r\n"), (C, b"*1\r\n$4\r\nPING\r\n")]),
        RESP
    );
    assert_eq!(
        probe(true, &[(S, b"+OK\r\n"), (S, b"+OK\r\n"), (S, b"+OK\r\n")]),
        RESP
    );
    assert_eq!(
        probe(true, &[(C, b"\x17\x03\x03\x01\x00aaaa")]),
        Verdict::Tls
    );
    assert_eq!(
        probe(
            true,
            &[(C, b"\x99\x98 tail"), (C, b"\x17\x03\x03\x01\x00aaaa")]
        ),
        Verdict::Tls
    );
    let noise: Vec<u8> = (0..40_000u32)
        .map(|x| (x.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let pieces: Vec<_> = noise.chunks(1400).map(|piece| (C, piece)).collect();
    assert_eq!(probe(true, &pieces), Verdict::Other);
}

#[test]
fn content_tells_which_side_asks() {
    let command: &[u8] = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
    assert_eq!(probe(true, &[(S, command), (C, b"+OK\r\n")]), SWAPPED);
    assert_eq!(probe(true, &[(C, b":1\r\n"), (S, command)]), SWAPPED);
    assert_eq!(probe(true, &[(S, command)]), SWAPPED);
    // A primary's stream, and its replica.
    assert_eq!(
        probe(
            true,
            &[
                (S, command),
                (C, b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n1\r\n")
            ]
        ),
        RESP
    );
}

#[test]
fn a_gap_is_handed_on_in_its_place() {
    let mut probe = Probe::default();
    let (at, origin) = (Timestamp(1), Origin::default());
    assert_eq!(probe.data(C, b"PI", false, at, origin), Verdict::NeedMore);
    probe.gap(C, 5, at, origin);
    assert_eq!(
        probe.data(C, b"*1\r\n$4\r\nPING\r\n", false, at, origin),
        RESP
    );
    let held: Vec<_> = probe
        .held()
        .map(|held| (held.bytes.to_vec(), held.gap_len))
        .collect();
    assert_eq!(held, [(b"PI".to_vec(), 0), (Vec::new(), 5)]);
}

#[test]
fn what_is_held_is_bounded() {
    let mut probe = Probe::default();
    let mut verdict = Verdict::NeedMore;
    for _ in 0..1_000_000 {
        verdict = probe.data(C, b"a", true, Timestamp(0), Origin::default());
        if verdict != Verdict::NeedMore {
            break;
        }
        probe.gap(C, 1, Timestamp(0), Origin::default());
    }
    assert_eq!(verdict, Verdict::Other);
    assert!(probe.held().count() <= MAX_PIECES + 1);
}
