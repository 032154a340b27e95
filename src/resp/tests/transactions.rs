//! MULTI and EXEC: each queued command gets its element, however uneven the answer.

use super::*;

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
