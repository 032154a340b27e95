//! Which reply answers which request: pipelines, silence, pushes, logins.

use super::*;

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
