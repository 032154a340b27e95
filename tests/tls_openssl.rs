//! The TLS room against OpenSSL itself: `s_server` and `s_client` talk through a relay that records
//! what passes, and what was decrypted is compared with what was typed.
//!
//! Says nothing where openssl is not installed.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may panic, and its inputs are its own"
)]
#![allow(
    clippy::disallowed_methods,
    clippy::type_complexity,
    reason = "a test that waits for programs needs a clock"
)]

mod common;
mod openssl_support;
mod tls_support;

use common::{Capture, finish, program};
use openssl_support::{Conversation, Folder, Line, has_openssl, is_usable};
use resp_sniff::event::{Event, Observed, Outcome, TlsVersion, Transport};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::Direction;
use resp_sniff::tls::{
    Authorities, KeyLog, Profile, TlsConnection, TlsContext, TlsFollow, TlsStart, Weakness,
};
use tls_support::{Seen, client_hello, message, record, server_hello, vec16};

/// What was typed, both ways, in the order in which it must arrive.
const TALK: [Line; 4] = [
    Line::Client("$ first from the client"),
    Line::Server("+ first from the server"),
    Line::Client("$ second from the client"),
    Line::Server("+ second from the server"),
];

/// Reads a recording with its keys, cut as TCP cut it and in other ways; all must agree.
fn read(recorded: &Conversation, name: &str) -> Seen {
    let whole = read_cut(recorded, usize::MAX);
    for size in [1, 7, 1000] {
        let cut = read_cut(recorded, size);
        assert_eq!(cut.facts, whole.facts, "{name} cut every {size}");
        assert_eq!(cut.plain, whole.plain, "{name} cut every {size}");
    }
    whole
}

fn read_cut(recorded: &Conversation, size: usize) -> Seen {
    let mut context = TlsContext::default();
    let mut log = KeyLog::new();
    log.add(&recorded.keys);
    log.end();
    context.keys = Some(log);
    context.keys_complete = true;
    read_with(recorded, context, size, Timestamp::default())
}

fn read_with(recorded: &Conversation, mut context: TlsContext, size: usize, at: Timestamp) -> Seen {
    let mut connection = TlsConnection::new(TlsStart::default());
    let mut seen = Seen::default();
    let origin = Origin::default();
    'all: for (direction, bytes) in &recorded.segments {
        for piece in bytes.chunks(size) {
            let follow = connection.data(&mut context, *direction, piece, at, origin, &mut seen);
            if follow == TlsFollow::Done {
                break 'all;
            }
        }
    }
    connection.finish(&mut context, at, origin, &mut seen);
    seen
}

/// Everything that was typed was read, in order, and nothing else.
fn assert_read(seen: &Seen, recorded: &Conversation, name: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text(&seen.plain[0]), text(&recorded.typed[0]), "{name}");
    assert_eq!(text(&seen.plain[1]), text(&recorded.typed[1]), "{name}");
    assert_eq!(seen.transport, Some(Transport::TlsDecrypted), "{name}");
    assert_eq!(seen.lost, 0, "{name}");
}

#[test]
fn only_openssl_3_is_talked_to() {
    assert!(is_usable("OpenSSL 3.0.19 27 Jan 2026"));
    for other in [
        "OpenSSL 1.1.1w  11 Sep 2023",
        "LibreSSL 3.3.6",
        "OpenSSL 4.0.0",
        "none",
    ] {
        assert!(!is_usable(other), "{other}");
    }
}

#[test]
fn every_kind_of_suite_is_opened() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    let old = |suite: &str, more: &[&str]| {
        let mut arguments = vec!["-tls1_2", "-cipher", suite];
        arguments.extend(more);
        arguments
            .iter()
            .map(|s| (*s).to_owned())
            .collect::<Vec<_>>()
    };
    let new = |suite: &str| {
        vec![
            "-tls1_3".to_owned(),
            "-ciphersuites".to_owned(),
            suite.to_owned(),
        ]
    };
    let no_etm: &[&str] = &["-no_etm"];
    let cases = [
        ("AES128-CCM", old("AES128-CCM", &[])),
        ("AES256-CCM", old("AES256-CCM", &[])),
        ("AES128-CCM8", old("AES128-CCM8:@SECLEVEL=0", &[])),
        (
            "DHE-RSA-AES256-CCM8",
            old("DHE-RSA-AES256-CCM8:@SECLEVEL=0", &[]),
        ),
        (
            "ECDHE-RSA-AES256-SHA384",
            old("ECDHE-RSA-AES256-SHA384", &[]),
        ),
        (
            "ECDHE-RSA-AES256-SHA384",
            old("ECDHE-RSA-AES256-SHA384", no_etm),
        ),
        (
            "ECDHE-RSA-AES128-SHA256",
            old("ECDHE-RSA-AES128-SHA256", &[]),
        ),
        (
            "ECDHE-RSA-AES128-SHA256",
            old("ECDHE-RSA-AES128-SHA256", no_etm),
        ),
        ("ECDHE-RSA-AES256-SHA", old("ECDHE-RSA-AES256-SHA", no_etm)),
        (
            "ECDHE-RSA-CHACHA20-POLY1305",
            old("ECDHE-RSA-CHACHA20-POLY1305", &[]),
        ),
        (
            "ECDHE-RSA-AES256-GCM-SHA384",
            old("ECDHE-RSA-AES256-GCM-SHA384", &[]),
        ),
        ("TLS_AES_128_CCM_SHA256", new("TLS_AES_128_CCM_SHA256")),
        // Its tag is too short for the default level of OpenSSL 3.2 and later.
        (
            "TLS_AES_128_CCM_8_SHA256",
            [
                new("TLS_AES_128_CCM_8_SHA256"),
                vec!["-cipher".to_owned(), "DEFAULT:@SECLEVEL=0".to_owned()],
            ]
            .concat(),
        ),
        ("TLS_AES_128_GCM_SHA256", new("TLS_AES_128_GCM_SHA256")),
        (
            "TLS_CHACHA20_POLY1305_SHA256",
            new("TLS_CHACHA20_POLY1305_SHA256"),
        ),
    ];
    for (suite, arguments) in cases {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let name = arguments.join(" ");
        let recorded = folder.talk(&arguments, &arguments, &TALK);
        let seen = read(&recorded, &name);
        assert_eq!(
            seen.facts[0]
                .cipher_suite
                .and_then(resp_sniff::tls::suites::SuiteCode::openssl),
            Some(suite),
            "{name}"
        );
        assert_eq!(seen.facts[0].outcome, Outcome::Established, "{name}");
        assert_read(&seen, &recorded, &name);
    }
}

#[test]
fn key_updates_of_either_end_are_followed() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    for suite in ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"] {
        let arguments = ["-tls1_3", "-ciphersuites", suite];
        let recorded = folder.talk(
            &arguments,
            &arguments,
            &[
                Line::Client("$ one"),
                // Its own keys; then keys of both; then the server's alone.
                Line::ClientCommand("k"),
                Line::Client("$ two"),
                Line::Server("+ two"),
                Line::ClientCommand("K"),
                Line::Client("$ three"),
                Line::Server("+ three"),
                Line::ServerCommand("k"),
                Line::Server("+ four"),
                Line::Client("$ four"),
                Line::ServerCommand("K"),
                Line::Server("+ five"),
                Line::Client("$ five"),
            ],
        );
        let seen = read(&recorded, suite);
        assert_read(&seen, &recorded, suite);
        assert_eq!(seen.facts.len(), 1, "{suite}");
    }
}

#[test]
fn a_retried_hello_is_followed() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    let recorded = folder.talk(
        &["-tls1_3", "-groups", "P-384"],
        &["-tls1_3", "-groups", "X25519:P-384"],
        &TALK,
    );
    let seen = read(&recorded, "retry");
    assert!(seen.facts[0].hello_retry);
    assert_eq!(seen.facts[0].group, Some(24));
    assert_read(&seen, &recorded, "retry");
}

#[test]
fn renegotiation_is_read_and_told_as_a_second_handshake() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    for suite in [
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-SHA384",
        "AES128-CCM",
        "ECDHE-RSA-CHACHA20-POLY1305",
    ] {
        for command in [Line::ClientCommand("R"), Line::ServerCommand("r")] {
            let server = ["-tls1_2", "-cipher", suite, "-client_renegotiation"];
            let client = ["-tls1_2", "-cipher", suite];
            let recorded = folder.talk(
                &server,
                &client,
                &[
                    Line::Client("$ before"),
                    Line::Server("+ before"),
                    command,
                    Line::Client("$ after"),
                    Line::Server("+ after"),
                    Line::Client("$ after all"),
                    Line::Server("+ after all"),
                ],
            );
            let name = format!("{suite} {command:?}");
            let seen = read(&recorded, &name);
            assert_read(&seen, &recorded, &name);
            let outcomes: Vec<_> = seen.facts.iter().map(|facts| facts.outcome).collect();
            assert_eq!(outcomes, [Outcome::Established; 2], "{name}");
        }
    }
}

#[test]
fn resumed_sessions_are_opened_and_told() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    let kinds: [(&str, &[&str], TlsVersion); 3] = [
        ("psk", &["-tls1_3"], TlsVersion::Tls13),
        ("ticket", &["-tls1_2"], TlsVersion::Tls12),
        ("session id", &["-tls1_2", "-no_ticket"], TlsVersion::Tls12),
    ];
    for (name, arguments, version) in kinds {
        let server = folder.server(arguments, 2);
        let save = folder.path("session");
        let first = [arguments, &["-sess_out", &save]].concat();
        let second = [arguments, &["-sess_in", &save]].concat();
        let recorded = server.talk(&first, &TALK);
        let seen = read(&recorded, name);
        assert_eq!(seen.facts[0].resumed, Some(false), "{name}");
        assert_read(&seen, &recorded, name);
        let recorded = server.talk(&second, &TALK);
        let seen = read(&recorded, name);
        assert_eq!(seen.facts[0].resumed, Some(true), "{name}");
        assert_eq!(seen.facts[0].version, Some(version), "{name}");
        assert_read(&seen, &recorded, name);
    }
}

/// A server of TLS 1.3 sends two tickets, each in a record of its own, and the handshake is told at the
/// first at the latest.
#[test]
fn a_session_is_known_by_any_of_its_tickets() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    let save = folder.path("session");
    // Each ticket is saved over the one before.
    let server = folder.server(&["-tls1_3", "-Verify", "1"], 2);
    let certified = ["-tls1_3", "-cert", "cert.pem", "-key", "key.pem"];
    let first = server.talk(&[&certified[..], &["-sess_out", &save]].concat(), &TALK);
    let second = server.talk(&["-tls1_3", "-sess_in", &save], &TALK);
    let seen = read(&first, "first");
    let offered = read(&second, "second").facts[0].session.offered.clone();
    let [(handshake, last)] = seen.tickets[..] else {
        panic!("{:?}", seen.tickets);
    };
    assert_eq!(offered, [last]);
    assert!(seen.facts[0].session.issued.contains(&handshake));

    // The keys come when all has been said.
    for seconds in [0, 1] {
        let mut context = TlsContext::new(Profile::default(), None, Some(KeyLog::new()));
        context.log_grows = true;
        let mut connection = TlsConnection::new(TlsStart::default());
        let (mut late, origin) = (Seen::default(), Origin::default());
        let mut at = Timestamp::from_parts(1, 0);
        for (at_segment, (direction, bytes)) in first.segments.iter().enumerate() {
            if at_segment + 1 == first.segments.len() {
                at = Timestamp::from_parts(1 + seconds, 0);
            }
            connection.data(&mut context, *direction, bytes, at, origin, &mut late);
        }
        // For a second the handshake waits to be told with its certificates.
        assert_eq!(late.facts.len(), usize::from(seconds == 1));
        context.keys.as_mut().expect("there").add(&first.keys);
        connection.finish(&mut context, at, origin, &mut late);
        assert_eq!(late.facts.len(), 1);
        let facts = &late.facts[0];
        assert_eq!(facts.certificates.is_empty(), seconds == 1);
        assert!(facts.session.issued.contains(&handshake));
        let later = late.tickets.contains(&(handshake, last));
        assert_eq!(facts.session.issued.contains(&last), seconds == 0);
        assert_eq!(later, seconds == 1);
    }

    // Through the program: what the second inherits is what the first proved.
    let mut capture = Capture::new();
    for recorded in [&first, &second] {
        let mut connection = capture.connect(6380);
        for (direction, bytes) in &recorded.segments {
            match direction {
                Direction::ClientToServer => connection.request(bytes),
                Direction::ServerToClient => connection.reply(bytes),
            };
        }
        connection.close();
    }
    let (packets, keys) = (folder.file("packets.pcap"), folder.file("both.keys"));
    capture.write_to(&packets);
    std::fs::write(&keys, [&first.keys[..], &second.keys].concat()).expect("written");
    for port in ["6380", "any"] {
        let run = finish(
            program()
                .args(["analyze", "--format", "ndjson", "--events", "tls"])
                .args(["--ports", port, "--keylog"])
                .args([&keys, &packets]),
        );
        let events: Vec<_> = run
            .events()
            .into_iter()
            .filter_map(|event| match event {
                Event::Tls(event) => Some(event.client_certificate),
                _ => None,
            })
            .collect();
        let [full, resumed] = &events[..] else {
            panic!("{events:?} {}", run.stderr);
        };
        assert_eq!(full.presented, Observed::Yes);
        assert_eq!(resumed.presented, Observed::InferredYes, "{resumed:?}");
        assert!(
            resumed.why.contains("that it continues (frame 4)"),
            "{}",
            resumed.why
        );
    }
}

#[test]
fn early_data_are_read_whether_the_server_takes_them_or_not() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    let save = folder.path("session");
    let early = folder.path("early");
    std::fs::write(&early, "$ sent before any answer\n").expect("written");
    let arguments = ["-tls1_3", "-early_data", "-max_early_data", "4096"];
    let server = folder.server(&arguments, 2);
    server.talk(&["-tls1_3", "-sess_out", &save], &TALK);
    let resume = ["-tls1_3", "-sess_in", &save, "-early_data", &early];
    let mut recorded = server.talk(&resume, &TALK);
    recorded.typed[0].splice(..0, *b"$ sent before any answer\n");
    let seen = read(&recorded, "accepted");
    assert!(seen.facts[0].early_data);
    assert_eq!(seen.facts[0].resumed, Some(true));
    assert_read(&seen, &recorded, "accepted");

    // Another process, which cannot read the ticket: a full handshake, and early data ignored.
    let recorded = folder.server(&arguments, 1).talk(&resume, &TALK);
    let seen = read(&recorded, "rejected");
    assert_eq!(seen.facts[0].resumed, Some(false));
    assert!(!seen.facts[0].early_data, "the server's answer was read");
    let text = String::from_utf8_lossy(&seen.plain[0]);
    assert!(text.ends_with("$ second from the client\n"), "{text}");
}

/// What is weak about a certificate that a server at 10.0.0.9 shows to a client that asked for `name`.
fn leaf_weaknesses(der: &[u8], name: &str, at: Timestamp) -> Vec<Weakness> {
    let entry = [&[0][..], &vec16(name.as_bytes())].concat();
    let names = if name.is_empty() {
        vec![]
    } else {
        vec![(0, vec16(&entry))]
    };
    let list = |data: &[u8]| {
        [
            &u32::try_from(data.len()).expect("short").to_be_bytes()[1..],
            data,
        ]
        .concat()
    };
    let flight = [
        server_hello(0xc02f, &[]),
        message(11, &list(&list(der))),
        message(14, &[]),
    ]
    .concat();
    let recorded = [
        (
            Direction::ClientToServer,
            record(22, &client_hello(&[0xc02f], &names)),
        ),
        (Direction::ServerToClient, record(22, &flight)),
    ];
    let mut connection = TlsConnection::new(TlsStart {
        server: Some([10, 0, 0, 9].into()),
        ..TlsStart::default()
    });
    let (mut context, mut seen) = (TlsContext::default(), Seen::default());
    for (direction, bytes) in &recorded {
        connection.data(
            &mut context,
            *direction,
            bytes,
            at,
            Origin::default(),
            &mut seen,
        );
    }
    connection.finish(&mut context, at, Origin::default(), &mut seen);
    let mut weaknesses = seen.facts.swap_remove(0).weaknesses;
    // Of the hello, and of how long it is valid.
    weaknesses.retain(|weakness| {
        !matches!(
            weakness,
            Weakness::NoExtendedMasterSecret | Weakness::RenegotiationInsecure
        )
    });
    weaknesses
}

#[test]
fn a_certificate_is_judged_by_usage_authority_issuer_and_name() {
    use Weakness::{CertCaAsLeaf, CertName, CertSelfSigned, CertUsage};
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    let make = |name: &str, subject: &str, by: Option<&str>, extensions: &[&str]| {
        let (key, cert, der) = (
            format!("{name}.key"),
            format!("{name}.pem"),
            format!("{name}.der"),
        );
        let subject = format!("/CN={subject}");
        let mut arguments = vec![
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            &key,
            "-out",
            &cert,
            "-days",
            "90",
            "-subj",
            &subject,
            "-batch",
            // No extensions but those that are asked for.
            "-config",
            "empty.cnf",
        ];
        let issuer = by.map(|by| (format!("{by}.pem"), format!("{by}.key")));
        if let Some((issuer, issuer_key)) = &issuer {
            arguments.extend(["-CA", issuer, "-CAkey", issuer_key]);
        }
        for extension in extensions {
            arguments.extend(["-addext", extension]);
        }
        folder.openssl(&arguments);
        folder.openssl(&["x509", "-in", &cert, "-outform", "der", "-out", &der]);
        std::fs::read(folder.file(&der)).expect("made")
    };
    let config = "[req]\ndistinguished_name=dn\n[dn]\n";
    std::fs::write(folder.file("empty.cnf"), config).expect("written");
    let root = make("root", "root", None, &["basicConstraints=critical,CA:TRUE"]);
    let first = resp_sniff::tls::CertificateFacts::parse(&root).expect("one");
    let at = Timestamp::from_parts(u64::try_from(first.not_before).expect("after 1970") + 60, 0);
    let name = "subjectAltName=DNS:redis.example,DNS:*.shard.example,IP:10.0.0.9";
    let cases: [(&str, Option<&str>, &[&str], &str, &[Weakness]); 16] = [
        ("plain", Some("root"), &[name], "redis.example", &[]),
        ("own", None, &[name], "redis.example", &[CertSelfSigned]),
        // Named like its issuer, and not signed by itself.
        ("root", Some("root"), &[name], "redis.example", &[]),
        (
            "ca",
            Some("root"),
            &[name, "basicConstraints=CA:TRUE"],
            "redis.example",
            &[CertCaAsLeaf],
        ),
        (
            "own-ca",
            None,
            &[name, "basicConstraints=CA:TRUE"],
            "redis.example",
            &[CertSelfSigned],
        ),
        (
            "no-ca",
            Some("root"),
            &[name, "basicConstraints=CA:FALSE"],
            "redis.example",
            &[],
        ),
        (
            "signs",
            Some("root"),
            &[name, "keyUsage=digitalSignature"],
            "redis.example",
            &[],
        ),
        (
            "lists",
            Some("root"),
            &[name, "keyUsage=cRLSign"],
            "redis.example",
            &[CertUsage],
        ),
        (
            "serves",
            Some("root"),
            &[name, "extendedKeyUsage=serverAuth"],
            "redis.example",
            &[],
        ),
        (
            "asks",
            Some("root"),
            &[name, "extendedKeyUsage=clientAuth"],
            "redis.example",
            &[CertUsage],
        ),
        (
            "any",
            Some("root"),
            &[name, "extendedKeyUsage=2.5.29.37.0"],
            "redis.example",
            &[],
        ),
        // By name, else by the server's address; without a name asked for by neither.
        ("wild", Some("root"), &[name], "one.shard.example", &[]),
        (
            "other",
            Some("root"),
            &["subjectAltName=DNS:redis.example,IP:10.0.0.8"],
            "other.example",
            &[CertName],
        ),
        ("address", Some("root"), &[name], "other.example", &[]),
        ("common.example", Some("root"), &[], "common.example", &[]),
        (
            "unasked",
            Some("root"),
            &["subjectAltName=DNS:elsewhere.example"],
            "",
            &[],
        ),
    ];
    for (index, (subject, by, extensions, asked, expected)) in cases.into_iter().enumerate() {
        let file = format!("leaf{index}");
        let der = make(&file, subject, by, extensions);
        assert_eq!(leaf_weaknesses(&der, asked, at), expected, "{subject}");
    }
    // Deeper than the star reaches, and where the common name does not count beside DNS names.
    let wild = std::fs::read(folder.file("leaf11.der")).expect("made");
    for asked in ["a.b.shard.example", "shard.example", "wild"] {
        // At the address that it names, no name is needed.
        assert_eq!(leaf_weaknesses(&wild, asked, at), [], "{asked}");
    }
    let elsewhere = std::fs::read(folder.file("leaf15.der")).expect("made");
    for asked in ["unasked", "redis.example"] {
        assert_eq!(
            leaf_weaknesses(&elsewhere, asked, at),
            [CertName],
            "{asked}"
        );
    }
}

/// Weaknesses of the chain that a server shows, for one CA file, so many days after it was made.
fn chain_weaknesses(recorded: &Conversation, authorities: &[u8], days: i64) -> Vec<Weakness> {
    let authorities = Authorities::from_pem(authorities).expect("certificates");
    let read = |at| {
        let context = TlsContext::new(Profile::default(), Some(authorities.clone()), None);
        read_with(recorded, context, usize::MAX, at)
    };
    let made = read(Timestamp::default()).facts[0].certificates[0]
        .facts
        .not_before;
    let at = u64::try_from(made + days * 24 * 3600 + 60).expect("after 1970");
    let mut weaknesses = read(Timestamp::from_parts(at, 0)).facts[0]
        .weaknesses
        .clone();
    weaknesses.retain(|weakness| {
        matches!(
            weakness,
            Weakness::CertChain | Weakness::CertExpired | Weakness::CertSelfSigned
        )
    });
    weaknesses
}

#[test]
fn chains_are_checked_against_the_given_authorities_at_packet_time() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new();
    std::fs::write(folder.path("ca.ext"), "basicConstraints=critical,CA:TRUE\n").expect("written");
    let root = |name: &str, subject: &str, days: &str| {
        let (key, cert) = (format!("{name}.key"), format!("{name}.pem"));
        folder.openssl(&[
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", &key, "-out", &cert,
            "-days", days, "-subj", subject,
        ]);
    };
    let sign = |name: &str, by: &str, days: &str, extensions: &[&str]| {
        let (key, request) = (format!("{name}.key"), format!("{name}.csr"));
        let (cert, ca, ca_key) = (
            format!("{name}.pem"),
            format!("{by}.pem"),
            format!("{by}.key"),
        );
        let subject = format!("/CN={name}");
        folder.openssl(&[
            "req", "-newkey", "rsa:2048", "-nodes", "-keyout", &key, "-out", &request, "-subj",
            &subject,
        ]);
        let sign = [
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-days",
            days,
            "-out",
            &cert,
        ];
        folder.openssl(&[&sign, extensions].concat());
    };
    root("root", "/CN=root", "100");
    // Another key under the same name, and an authority that ends before what it has signed.
    root("wrong", "/CN=root", "100");
    root("short", "/CN=short", "2");
    let authority: &[&str] = &["-extfile", "ca.ext"];
    sign("middle", "root", "50", authority);
    sign("leaf", "middle", "90", &[]);
    sign("brief", "short", "90", &[]);
    // Signed by a certificate that is no authority.
    sign("forged", "leaf", "90", &[]);

    let show = |arguments: &[&str]| {
        let old = ["-tls1_2"];
        folder.talk(&[&old, arguments].concat(), &old, &TALK)
    };
    let pem = |name: &str| std::fs::read(folder.path(name)).expect("made");
    let chain = [Weakness::CertChain];

    let whole = show(&[
        "-cert",
        "leaf.pem",
        "-key",
        "leaf.key",
        "-cert_chain",
        "middle.pem",
    ]);
    assert_eq!(chain_weaknesses(&whole, &pem("root.pem"), 1), []);
    assert_eq!(
        chain_weaknesses(&whole, &pem("middle.pem"), 1),
        [],
        "an intermediate is trusted"
    );
    assert_eq!(
        chain_weaknesses(&whole, &pem("leaf.pem"), 1),
        [],
        "the leaf itself is"
    );
    assert_eq!(
        chain_weaknesses(&whole, &pem("wrong.pem"), 1),
        chain,
        "same name, another key"
    );
    assert_eq!(chain_weaknesses(&whole, &pem("short.pem"), 1), chain);
    let both = [pem("wrong.pem"), pem("root.pem")].concat();
    assert_eq!(chain_weaknesses(&whole, &both, 1), [], "one of several");
    // The intermediate ends after 50 days, the leaf only after 90.
    let late = chain_weaknesses(&whole, &pem("root.pem"), 60);
    assert!(late.contains(&Weakness::CertChain), "{late:?}");
    let late = chain_weaknesses(&whole, &pem("root.pem"), 95);
    assert!(late.contains(&Weakness::CertExpired), "{late:?}");

    // A length of the path, and a usage that forbids to sign certificates.
    for (name, extension, untrusted) in [
        ("one", "basicConstraints=critical,CA:TRUE,pathlen:1", false),
        ("none", "basicConstraints=critical,CA:TRUE,pathlen:0", true),
        ("lists", "basicConstraints=CA:TRUE\nkeyUsage=cRLSign", true),
        (
            "signs",
            "basicConstraints=CA:TRUE\nkeyUsage=keyCertSign",
            false,
        ),
    ] {
        let file = format!("{name}.ext");
        std::fs::write(folder.path(&file), format!("{extension}\n")).expect("written");
        let (below, leaf) = (format!("{name}-below"), format!("{name}-leaf"));
        sign(name, "root", "100", &["-extfile", &file]);
        sign(&below, name, "100", authority);
        sign(&leaf, &below, "90", &[]);
        let pair = [&below[..], name]
            .map(|one| pem(&format!("{one}.pem")))
            .concat();
        std::fs::write(folder.path("pair.pem"), pair).expect("written");
        let (cert, key) = (format!("{leaf}.pem"), format!("{leaf}.key"));
        let shown = show(&["-cert", &cert, "-key", &key, "-cert_chain", "pair.pem"]);
        let found = chain_weaknesses(&shown, &pem("root.pem"), 1);
        assert_eq!(!found.is_empty(), untrusted, "{name}: {found:?}");
    }

    let alone = show(&["-cert", "leaf.pem", "-key", "leaf.key"]);
    assert_eq!(
        chain_weaknesses(&alone, &pem("root.pem"), 1),
        chain,
        "the intermediate is missing"
    );
    assert_eq!(chain_weaknesses(&alone, &pem("middle.pem"), 1), []);
    assert_eq!(
        chain_weaknesses(&alone, &pem("middle.pem"), 60),
        chain,
        "the authority has expired"
    );

    let brief = show(&["-cert", "brief.pem", "-key", "brief.key"]);
    assert_eq!(chain_weaknesses(&brief, &pem("short.pem"), 1), []);
    assert_eq!(
        chain_weaknesses(&brief, &pem("short.pem"), 5),
        chain,
        "the root has expired"
    );

    let forged = show(&[
        "-cert",
        "forged.pem",
        "-key",
        "forged.key",
        "-cert_chain",
        "leaf.pem",
    ]);
    assert_eq!(chain_weaknesses(&forged, &pem("root.pem"), 1), chain);
    assert_eq!(
        chain_weaknesses(&forged, &pem("middle.pem"), 1),
        chain,
        "a leaf signs nothing"
    );
}
