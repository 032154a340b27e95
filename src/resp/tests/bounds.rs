//! What is given up where too much waits, and that the rest stays in step.

use super::*;

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
