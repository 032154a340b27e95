//! What TLS shows through the program: post-quantum and encrypted hellos, NULL suites, limits, and the
//! places where plaintext and TLS meet.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

mod common;
mod tls_support;

use std::path::Path;

use common::{Capture, Run, finish, finish_with_input, program, shared_tls};
use resp_sniff::event::{Event, FindingEvent, Outcome, TlsEvent, TlsVersion, Transport};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::Direction;
use resp_sniff::tls::{
    KeyLog, Profile, TlsConnection, TlsContext, TlsFollow, TlsStart, Weakness, limits,
};
use tls_support::{Seen, client_hello, folder, message, payloads, record, server_hello, vec16};

fn analyze(capture: &Capture) -> Run {
    finish_with_input(
        program().args(["analyze", "-", "--format", "ndjson"]),
        capture.bytes(),
    )
}

fn handshakes(run: &Run) -> Vec<TlsEvent> {
    let events = run.events().into_iter();
    events
        .filter_map(|event| match event {
            Event::Tls(tls) => Some(*tls),
            _ => None,
        })
        .collect()
}

fn findings(run: &Run) -> Vec<FindingEvent> {
    let events = run.events().into_iter();
    events
        .filter_map(|event| match event {
            Event::Finding(finding) => Some(*finding),
            _ => None,
        })
        .collect()
}

/// server_name (RFC 6066 3).
fn server_name(name: &str) -> (u16, Vec<u8>) {
    let entry = [&[0][..], &vec16(name.as_bytes())].concat();
    (0, vec16(&entry))
}

/// supported_versions: TLS 1.3 before 1.2.
fn versions() -> (u16, Vec<u8>) {
    (43, vec![4, 3, 4, 3, 3])
}

/// Shares of draft-ietf-tls-ecdhe-mlkem: 1184 bytes of ML-KEM-768 and 32 of X25519 from the client, 1088
/// and 32 from the server. Padded (RFC 7685) to what browsers send.
#[test]
fn a_post_quantum_hello_of_many_segments_and_records_is_read() {
    let share =
        |group: u16, len: usize| [&group.to_be_bytes()[..], &vec16(&vec![0xa5; len])].concat();
    let offered = [share(0x11ec, 1216), share(29, 32)].concat();
    let hello = client_hello(
        &[0x1302, 0x1301, 0xc030],
        &[
            server_name("redis.example"),
            (10, vec16(&[0x11, 0xec, 0, 29, 0, 23])),
            (51, vec16(&offered)),
            versions(),
            (21, vec![0; 330]),
        ],
    );
    assert!((1690..1760).contains(&hello.len()), "{}", hello.len());
    let answer = server_hello(0x1302, &[(43, vec![3, 4]), (51, share(0x11ec, 1120))]);
    for (record_len, segment_len) in [(hello.len(), 600), (700, 1400), (700, 97), (1, 1400)] {
        let mut capture = Capture::new();
        let mut connection = capture.connect(6380);
        let records: Vec<u8> = hello
            .chunks(record_len)
            .flat_map(|piece| record(22, piece))
            .collect();
        for segment in records.chunks(segment_len) {
            connection.request(segment);
        }
        connection.reply(&record(22, &answer)).close();
        let [tls] = handshakes(&analyze(&capture))
            .try_into()
            .expect("one handshake");
        assert_eq!(tls.group.as_deref(), Some("X25519MLKEM768"));
        assert_eq!(tls.group_id.as_deref(), Some("0x11ec"));
        assert_eq!(tls.version, Some(TlsVersion::Tls13));
        assert_eq!(
            tls.offered.groups,
            ["X25519MLKEM768", "x25519", "secp256r1"]
        );
        let name = tls.server_name.expect("a name").to_string();
        assert_eq!(name, "redis.example");
        assert!(tls.ja4.expect("a hello").starts_with("t13d0305"));
    }
}

/// draft-ietf-tls-esni: an outer hello carries the inner one in `encrypted_client_hello`.
#[test]
fn an_encrypted_hello_is_told_and_its_name_may_be_a_decoy() {
    let outer = [
        &[0, 0, 1, 0, 1, 7][..],
        &vec16(&[0xa5; 32]),
        &vec16(&[0xa5; 200]),
    ]
    .concat();
    let mut capture = Capture::new();
    for hidden in [false, true] {
        let mut extensions = vec![server_name("public.example"), versions()];
        if hidden {
            extensions.push((0xfe0d, outer.clone()));
        }
        let hello = client_hello(&[0x1301], &extensions);
        let mut connection = capture.connect(6380);
        connection.request(&record(22, &hello));
        let answer = server_hello(0x1301, &[(43, vec![3, 4])]);
        connection.reply(&record(22, &answer)).close();
    }
    let told: Vec<_> = handshakes(&analyze(&capture))
        .into_iter()
        .map(|tls| {
            (
                tls.encrypted_client_hello,
                tls.server_name.expect("a name").to_string(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [false, true].map(|hidden| (hidden, "public.example".to_owned()))
    );
    // As a browser sends it.
    let Some(folder) = folder("tls") else { return };
    let run = finish(
        program()
            .args(["analyze", "--format", "ndjson"])
            .arg(folder.join("zeek-tls13-ech.pcap")),
    );
    assert!(
        handshakes(&run)
            .iter()
            .any(|tls| tls.encrypted_client_hello)
    );
}

#[test]
fn a_null_suite_is_read_searched_and_masked() {
    let Some(path) = shared_tls("tls12-null-cipher.pcap") else {
        return;
    };
    for format in ["ndjson", "text", "lines"] {
        let run = finish(program().args(["analyze", "--format", format]).arg(&path));
        for secret in ["5270426764505555", "S3cr3t-pass-not-real"] {
            assert!(
                !run.stdout.contains(secret) && !run.stderr.contains(secret),
                "{format}"
            );
        }
        assert_eq!(run.status, 1, "{}", run.stderr);
        if format != "ndjson" {
            continue;
        }
        let inside: Vec<_> = findings(&run)
            .into_iter()
            .filter(|finding| finding.transport == Transport::TlsNull)
            .collect();
        for rule in ["pci.pan.suspected", "cmd.auth"] {
            let found = inside.iter().find(|finding| finding.rule == rule);
            let found = found.unwrap_or_else(|| panic!("no {rule}"));
            let masked = found.masked.as_ref().map(ToString::to_string);
            let is_card = rule == "pci.pan.suspected";
            assert_eq!(
                masked.is_some_and(|text| text.ends_with("5555")),
                is_card,
                "{rule}"
            );
            // Everybody on the way can read it: no less severe than in the clear.
            assert_eq!(
                found.severity,
                resp_sniff::event::Severity::Critical,
                "{rule}"
            );
        }
        assert!(
            findings(&run)
                .iter()
                .any(|finding| finding.rule == "tls.cipher-null")
        );
    }
}

/// The findings of these rules, in the order of `rules`, each with its sentence.
fn why(run: &Run, rules: &[&str]) -> Vec<String> {
    let found = findings(run);
    rules
        .iter()
        .map(|rule| {
            let finding = found.iter().find(|finding| finding.rule == *rule);
            finding.map_or_else(|| format!("no {rule}"), |finding| finding.why.clone())
        })
        .collect()
}

#[test]
fn what_was_sent_to_the_wrong_port_is_a_finding() {
    for (name, rule, words) in [
        (
            "plaintext-to-tls-port",
            "tls.password-to-tls-port",
            "A password from 127.0.0.1 was sent in the clear",
        ),
        (
            "tls-to-plaintext-port",
            "tls.tls-client-on-plaintext-port",
            "127.0.0.1 began TLS and the server said nothing",
        ),
    ] {
        let Some(path) = shared_tls(&format!("{name}.pcap")) else {
            return;
        };
        let run = finish(program().args(["analyze", "--format", "ndjson"]).arg(path));
        let told = why(&run, &[rule]);
        assert!(told[0].starts_with(words), "{name}: {told:?}");
    }
    // Without a password among it.
    let Some(path) = shared_tls("plaintext-to-tls-port.pcap") else {
        return;
    };
    let mut bytes = std::fs::read(path).expect("readable");
    for at in 0..bytes.len() - 4 {
        if &bytes[at..at + 4] == b"AUTH" {
            bytes[at..at + 4].copy_from_slice(b"ECHO");
        }
    }
    let run = finish_with_input(
        program().args(["analyze", "-", "--format", "ndjson", "--checksum", "off"]),
        &bytes,
    );
    let told = why(
        &run,
        &["tls.plaintext-to-tls-port", "tls.password-to-tls-port"],
    );
    assert!(told[0].starts_with("RESP from 127.0.0.1"), "{told:?}");
    assert_eq!(told[1], "no tls.password-to-tls-port");
}

#[test]
fn a_host_with_tls_beside_plaintext_and_who_is_still_plain_are_findings() {
    let Some(path) = shared_tls("tls12-noauth.pcap") else {
        return;
    };
    let both = ["tls.both-ports-open", "tls.client-still-plaintext"];
    let told = |with_tls: bool| {
        let mut capture = Capture::new();
        let mut plain = capture.connect(6379);
        plain
            .command(&["CLIENT", "SETNAME", "billing"], "+OK\r\n")
            .command(&["CLIENT", "SETINFO", "LIB-NAME", "redis-py"], "+OK\r\n")
            .command(&["GET", "a"], "$1\r\nb\r\n")
            .close();
        if with_tls {
            let mut connection = capture.connect(6380);
            for (direction, bytes) in payloads(&path) {
                match direction {
                    Direction::ClientToServer => connection.request(&bytes),
                    Direction::ServerToClient => connection.reply(&bytes),
                };
            }
            connection.close();
        }
        why(&analyze(&capture), &both)
    };
    let found = told(true);
    assert_eq!(
        found[0],
        "10.1.0.2 serves plaintext on port 6379 and TLS on port 6380."
    );
    assert_eq!(
        found[1],
        "10.1.0.1 (billing, redis-py) is readable on 1 connection, although 10.1.0.2 offers TLS on port 6380."
    );
    assert_eq!(told(false), both.map(|rule| format!("no {rule}")));
}

/// A server's flight up to a Certificate message of this many bytes.
fn with_chain(len: usize) -> Seen {
    let hello = record(22, &client_hello(&[0xc02f], &[]));
    // One certificate fills it: three bytes of list length, three of its own.
    let inside = |len: usize| u32::try_from(len).expect("three bytes").to_be_bytes()[1..].to_vec();
    let body = [inside(len - 3), inside(len - 6), vec![0; len - 6]].concat();
    let flight = [
        server_hello(0xc02f, &[]),
        message(11, &body),
        message(14, &[]),
    ]
    .concat();
    let flight: Vec<u8> = flight
        .chunks(16_384)
        .flat_map(|piece| record(22, piece))
        .collect();
    let mut context = TlsContext::default();
    let mut connection = TlsConnection::new(TlsStart::default());
    let mut seen = Seen::default();
    let (at, origin) = (Timestamp::default(), Origin::default());
    for (direction, bytes) in [
        (Direction::ClientToServer, &hello),
        (Direction::ServerToClient, &flight),
    ] {
        for piece in bytes.chunks(1400) {
            connection.data(&mut context, direction, piece, at, origin, &mut seen);
        }
    }
    connection.finish(&mut context, at, origin, &mut seen);
    seen
}

#[test]
fn a_chain_is_kept_up_to_its_limit_and_a_longer_one_is_told() {
    for (len, reason) in [
        (
            limits::MAX_CHAIN_LEN,
            "the capture ends before the handshake does",
        ),
        (
            limits::MAX_CHAIN_LEN + 1,
            "a handshake message is longer than is kept",
        ),
    ] {
        let seen = with_chain(len);
        assert_eq!(seen.facts[0].outcome, Outcome::Incomplete);
        assert_eq!(
            seen.facts[0].reason.map(resp_sniff::tls::Reason::text),
            Some(reason)
        );
        let malformed = seen.facts[0].weaknesses.contains(&Weakness::CertMalformed);
        assert_eq!(malformed, len == limits::MAX_CHAIN_LEN, "it was read");
    }
}

/// Bytes of records that a connection lets wait before it gives up, and whether a handshake was told.
fn waits(path: &Path, context: &mut TlsContext, connections: &mut Vec<TlsConnection>) -> usize {
    let mut connection = TlsConnection::new(TlsStart::default());
    let mut seen = Seen::default();
    let (at, origin) = (Timestamp::default(), Origin::default());
    for (direction, bytes) in payloads(path) {
        connection.data(context, direction, &bytes, at, origin, &mut seen);
    }
    let record = record(23, &[0xa5; 16_000]);
    let server = Direction::ServerToClient;
    let mut waited = 0;
    while connection.data(context, server, &record, at, origin, &mut seen) == TlsFollow::On {
        waited += record.len();
        assert!(waited <= 2 * limits::MAX_WAITING_LEN, "it waits forever");
    }
    // Told, if without what the keys would have shown.
    assert_eq!(seen.facts.len(), 1);
    assert_eq!(seen.facts[0].outcome, Outcome::Established);
    connections.push(connection);
    waited
}

#[test]
fn what_waits_for_keys_is_bounded_a_connection() {
    let Some(path) = shared_tls("tls13-noauth.pcap") else {
        return;
    };
    let mut context = TlsContext::new(Profile::default(), None, Some(KeyLog::new()));
    let mut connections = Vec::new();
    // A connection that has given up leaves its room to the next.
    for _ in 0..8 {
        let waited = waits(&path, &mut context, &mut connections);
        let limit = limits::MAX_WAITING_LEN;
        assert!((limit - 32_000..limit).contains(&waited), "{waited}");
    }
}

#[test]
fn what_waits_for_keys_is_bounded_in_all() {
    let (Some(path), Some(keys)) = (
        shared_tls("tls13-noauth.pcap"),
        shared_tls("tls13-noauth.keys"),
    ) else {
        return;
    };
    let mut context = TlsContext::new(Profile::default(), None, Some(KeyLog::new()));
    let (at, origin) = (Timestamp::default(), Origin::default());
    let handshake = payloads(&path);
    let record = record(23, &[0xa5; 16_000]);
    // Each well below its own limit.
    let records = 8;
    let mut open = Vec::new();
    for _ in 0..20 {
        let mut connection = TlsConnection::new(TlsStart::default());
        let mut seen = Seen::default();
        for (direction, bytes) in &handshake {
            connection.data(&mut context, *direction, bytes, at, origin, &mut seen);
        }
        for _ in 0..records {
            let server = Direction::ServerToClient;
            connection.data(&mut context, server, &record, at, origin, &mut seen);
        }
        open.push((connection, seen));
    }
    let log = context.keys.as_mut().expect("there");
    log.add(&std::fs::read(keys).expect("readable"));
    let mut opened = 0;
    for (mut connection, mut seen) in open {
        connection.finish(&mut context, at, origin, &mut seen);
        assert_eq!(seen.facts.len(), 1);
        opened += usize::from(!seen.plain[1].is_empty());
    }
    let most = limits::MAX_WAITING_TOTAL / (records * record.len());
    assert!((most - 1..=most).contains(&opened), "{opened} of {most}");
}
