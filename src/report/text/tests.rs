use super::*;
use crate::event::samples::{
    at, command, connection, endpoint, finding, masked, summary, text, tls, tls_connection,
};
use crate::event::{ConnectionEvent, FindingEvent, ReplySummary, SummaryEvent, TlsEvent, Verdict};
use crate::network::Network;
use crate::observation::{Client, Fact, Login, LoginForm, LoginOutcome, Observation, Seen, User};
use crate::posture::{NamedServer, Policy, Posture};
use crate::report::escape;
use crate::report::style::{Charset, Colour};

const UTF8: Style = Style {
    colour: Colour::Never,
    charset: Charset::Utf8,
};

/// A run: what the pipeline would hand to posture and to the report.
#[derive(Default)]
struct Run {
    posture: Posture,
    events: Vec<Event>,
    findings: Vec<FindingEvent>,
}

impl Run {
    fn under(policy: Policy) -> Self {
        Self {
            posture: Posture::new(policy),
            ..Self::default()
        }
    }

    fn connection(&mut self, event: ConnectionEvent) {
        self.posture.connection(&event);
        self.events.push(event.into());
    }

    fn tls(&mut self, event: TlsEvent) {
        self.posture.tls(&event);
        self.events.push(event.into());
    }

    fn finding(&mut self, event: FindingEvent) {
        self.posture.finding(&event);
        self.findings.push(event.clone());
        self.events.push(event.into());
    }

    fn observe(&mut self, frame: u64, client: &str, server: &str, fact: Fact) {
        let parse = |text: &str| {
            let address: std::net::SocketAddr = text.parse().unwrap();
            crate::segment::Endpoint {
                address: address.ip().into(),
                port: address.port(),
            }
        };
        self.posture.observe(&Observation {
            seen: Seen {
                server: parse(server),
                client: parse(client),
                connection: format!("0-{frame}"),
                transport: crate::event::Transport::Plaintext,
                time: at(frame),
                capture: 0,
                frame: Some(frame),
            },
            fact,
        });
    }

    /// Every event in the order of the contract, the summary completed by what posture found.
    fn finish(mut self, mut summary: SummaryEvent) -> Vec<Event> {
        let assessment = self.posture.assess(summary.time);
        for finding in &self.findings {
            summary.findings.count(finding.severity);
        }
        if summary.findings.at_or_above(Severity::High) > 0 {
            summary.verdict = Verdict::Leaking;
            summary.verdict_reason = "findings at or above \"high\"".to_owned();
        }
        summary.coverage = assessment.coverage;
        summary.mend = assessment.mend;
        self.events.extend(
            assessment
                .checks
                .into_iter()
                .map(|check| Event::Check(Box::new(check))),
        );
        self.events.push(summary.into());
        self.events
    }
}

fn render(events: &[Event], options: TextOptions) -> String {
    let mut report = Text::new(options);
    let mut out = Vec::new();
    for event in events {
        report.event(event, &mut out).unwrap();
    }
    report.finish(1, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn utf8() -> TextOptions {
    TextOptions {
        style: UTF8,
        ..TextOptions::default()
    }
}

/// `BLESS=1` rewrites the golden files; review the difference as code.
fn assert_golden(name: &str, actual: &str) {
    let path = format!(
        "{}/src/report/text/golden/{name}.txt",
        env!("CARGO_MANIFEST_DIR")
    );
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == actual,
        "{path} differs (BLESS=1 rewrites it); now it is\n{actual}"
    );
}

fn assert_width(report: &str) {
    for line in report.lines() {
        assert!(
            escape::width(line) <= WIDTH,
            "{} columns: {line}",
            escape::width(line)
        );
    }
}

fn reply(kind: &str, value: Option<&str>, elements: Option<u64>) -> ReplySummary {
    serde_json::from_value(serde_json::json!({
        "kind": kind, "value": value, "bytes": 5, "elements": elements, "error": null,
    }))
    .unwrap()
}

const STORY_SERVER: &str = "127.0.0.1:6379";

fn story() -> Vec<Event> {
    let mut run = Run::default();
    let clients = ["127.0.0.1:51570", "127.0.0.1:51586", "127.0.0.1:51594"];
    let mut hset = command(
        4,
        clients[0],
        STORY_SERVER,
        &[
            "HSET",
            "user:{n}:secret",
            "gender",
            "·",
            "birthdate",
            "1979-··-··",
            "ccn",
            "····",
            "ccn_expire",
            "····",
        ],
    );
    hset.reply = Some(reply("integer", Some("4"), None));
    hset.latency_ns = Some(114_000);
    hset.findings = 4;
    let mut hgetall = command(
        14,
        clients[1],
        STORY_SERVER,
        &["HGETALL", "user:{n}:secret"],
    );
    hgetall.reply = Some(reply("array", None, Some(8)));
    hgetall.findings = 4;
    let mut config = command(
        24,
        clients[2],
        STORY_SERVER,
        &["CONFIG", "SET", "protected-mode", "no"],
    );
    config.subcommand = Some(text("SET"));
    config.reply = Some(reply("simple_string", Some("OK"), None));
    for event in [hset, hgetall, config] {
        run.events.push(event.into());
    }
    for (client, frame) in clients.iter().zip([1, 11, 21]) {
        run.connection(connection(frame, client, STORY_SERVER));
        run.observe(
            frame + 5,
            client,
            STORY_SERVER,
            Fact::Served(crate::observation::Served {
                user: User::NoLogin,
                role: crate::event::Role::Client,
                commands: 1,
                names: vec![text("HSET")],
            }),
        );
    }
    run.observe(
        26,
        clients[2],
        STORY_SERVER,
        Fact::Dangerous {
            user: User::NoLogin,
            command: text("CONFIG SET"),
        },
    );
    run.observe(
        26,
        clients[2],
        STORY_SERVER,
        Fact::Setting(crate::observation::Setting {
            source: crate::observation::SettingSource::Set,
            name: "protected-mode",
            value: crate::observation::SettingValue::No,
        }),
    );
    let data = |id: &str, rule: &str, severity: &str, title: &str, field: &str, mask: &str| {
        let mut event = finding(id, rule, severity, title, clients[0], STORY_SERVER);
        event.key_pattern = Some(text("user:{n}:secret"));
        event.field = Some(text(field));
        event.masked = Some(text(mask));
        event.path = crate::event::Path::SameHost;
        event
    };
    let mut card = data(
        "F-7c1e",
        "pci.pan",
        "critical",
        "Payment card with its expiry date",
        "ccn",
        "Mastercard ···· 5555",
    );
    card.why = "The check digit is wrong, so it may be mistyped or made up; the field is called ccn and an expiry date stands beside it.".to_owned();
    let returned = |event: &FindingEvent, id: &str| {
        let mut event = event.clone();
        event.id = id.to_owned();
        event.direction = crate::event::FindingDirection::Reply;
        event.frame = Some(16);
        event.command = Some(text("HGETALL"));
        event
    };
    let birth = data(
        "F-3a92",
        "pii.dob",
        "medium",
        "Birth date",
        "birthdate",
        "1979-··-··",
    );
    let gender = data("F-91d7", "pii.gender", "low", "Gender", "gender", "·");
    for (event, id) in [(&card, "F-7c1f"), (&birth, "F-3a93"), (&gender, "F-91d8")] {
        run.finding(event.clone());
        run.finding(returned(event, id));
    }
    let mut protected = finding(
        "F-b2d0",
        "exposure.protected-mode-off",
        "high",
        "Protected mode switched off",
        clients[2],
        STORY_SERVER,
    );
    protected.confidence = 1.0;
    protected.command = Some(text("CONFIG SET"));
    protected.why =
        "CONFIG SET protected-mode no was accepted from a client without a login.".to_owned();
    protected.frame = Some(24);
    run.finding(protected);
    run.finish(summary("story.pcap"))
}

#[test]
fn the_story_reads_well() {
    let report = render(&story(), utf8());
    assert_width(&report);
    assert_golden("story", &report);
}

#[test]
fn ascii_has_a_stand_in_for_everything() {
    let report = render(&story(), TextOptions::default());
    assert!(report.is_ascii(), "{report}");
    assert_width(&report);
    assert_golden("story-ascii", &report);
}

#[test]
fn colours_change_nothing_but_colours() {
    let mut options = utf8();
    options.style.colour = Colour::Always;
    let coloured = render(&story(), options);
    assert!(coloured.contains("\x1b[31mCRITICAL\x1b[0m"), "{coloured}");
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\x1b') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, render(&story(), utf8()));
}

/// A staging network: plain clients, TLS beside them, a replica in the clear, an old client.
fn mixed() -> Vec<Event> {
    let net = |text: &str| text.parse::<Network>().unwrap();
    let named = |name: &str, address: &str| NamedServer {
        name: name.to_owned(),
        addresses: vec![(net(address), None)],
        ..NamedServer::default()
    };
    let mut run = Run::under(Policy {
        servers: vec![
            named("cart", "10.20.4.11"),
            named("session", "10.20.4.13"),
            named("batch", "10.20.4.14"),
        ],
        ..Policy::default()
    });
    let cart = "10.20.4.11:6379";
    for (frame, client, commands, name, library, user) in [
        (
            8,
            "10.20.7.31:40001",
            685,
            Some("checkout-api"),
            Some("redis-py"),
            "checkout",
        ),
        (
            60,
            "10.20.7.34:40002",
            104,
            Some("rq-worker"),
            None,
            "default",
        ),
        (
            3100,
            "10.20.1.5:40003",
            10,
            None,
            Some("redis-py"),
            "default",
        ),
    ] {
        let mut event = connection(frame, client, cart);
        event.commands = commands;
        run.connection(event);
        let user = if user == "default" {
            User::Default
        } else {
            User::Named(text(user))
        };
        run.observe(
            frame,
            client,
            cart,
            Fact::Login(Login {
                form: LoginForm::TwoArguments,
                user: user.clone(),
                outcome: LoginOutcome::Accepted,
                password: None,
            }),
        );
        run.observe(
            frame,
            client,
            cart,
            Fact::Served(crate::observation::Served {
                user,
                role: crate::event::Role::Client,
                commands,
                names: vec![text("GET")],
            }),
        );
        run.observe(
            frame,
            client,
            cart,
            Fact::Client(Client {
                name: name.map(text),
                library: library.map(text),
                version: library.map(|_| text("5.0.1")),
            }),
        );
        run.observe(
            frame,
            client,
            cart,
            Fact::GaveAway {
                rule: "cmd.auth".to_owned(),
            },
        );
    }
    let mut replica = connection(13, "10.20.4.12:40100", cart);
    replica.commands = 0;
    run.connection(replica);
    run.observe(
        13,
        "10.20.4.12:40100",
        cart,
        Fact::Replication {
            user: User::Named(text("replica")),
            full_copy: true,
        },
    );
    run.observe(
        13,
        "10.20.4.12:40100",
        cart,
        Fact::GaveAway {
            rule: "exposure.fullsync-plaintext".to_owned(),
        },
    );
    for index in 0..8_u64 {
        let client = format!("10.20.7.4{index}:5000{index}");
        let server = "10.20.4.11:6380";
        run.connection(tls_connection(200 + index, &client, server, "TLSv1.3"));
        run.tls(tls(
            200 + index,
            &client,
            server,
            "TLSv1.3",
            "TLS_AES_256_GCM_SHA384",
        ));
    }
    let mut earlier = tls_connection(2, "10.20.7.50:50000", "10.20.4.11:6380", "TLSv1.3");
    earlier.tls_version = None;
    earlier.tls_evidence = Some(crate::event::TlsEvidence::NotSeen);
    earlier.midstream = true;
    run.connection(earlier);
    for index in 0..6_u64 {
        let client = format!("10.20.7.6{index}:5000{index}");
        let server = "10.20.4.13:6379";
        let mut event = tls(
            300 + index,
            &client,
            server,
            "TLSv1.3",
            "TLS_AES_256_GCM_SHA384",
        );
        event.client_certificate.requested = crate::event::Observed::InferredYes;
        event.client_certificate.presented = crate::event::Observed::InferredYes;
        run.connection(tls_connection(300 + index, &client, server, "TLSv1.3"));
        run.tls(event);
    }
    for frame in [3070, 3077] {
        let mut stray = connection(frame, "10.20.7.36:40200", "10.20.4.13:6379");
        stray.replies = 0;
        stray.bytes = 100;
        stray.end_reason = crate::event::EndReason::Rst;
        if let Some(side) = &mut stray.server_to_client {
            side.stream_bytes = 0;
            side.delivered_bytes = 0;
        }
        run.connection(stray);
        run.observe(
            frame,
            "10.20.7.36:40200",
            "10.20.4.13:6379",
            Fact::RespReset { password: true },
        );
    }
    for index in 0..4_u64 {
        let client = "10.20.7.35:5100".to_owned() + &index.to_string();
        let server = "10.20.4.14:6379";
        let mut event = tls(
            3016 + index,
            &client,
            server,
            "TLSv1.0",
            "ECDHE-RSA-AES256-SHA",
        );
        event.weaknesses = vec!["tls.version-old".to_owned(), "tls.cipher-cbc".to_owned()];
        event.client_certificate.requested = crate::event::Observed::No;
        event.client_certificate.presented = crate::event::Observed::No;
        run.connection(tls_connection(3016 + index, &client, server, "TLSv1.0"));
        run.tls(event);
    }
    run.observe(
        3110,
        "10.20.1.5:40003",
        cart,
        Fact::Software(crate::observation::Software {
            name: "redis".to_owned(),
            version: "7.0.15".to_owned(),
        }),
    );
    run.observe(
        3112,
        "10.20.1.5:40003",
        cart,
        Fact::Dangerous {
            user: User::Default,
            command: text("MONITOR"),
        },
    );
    for (id, rule, severity, title, client, server, frame) in [
        (
            "F-31c8",
            "exposure.fullsync-plaintext",
            "critical",
            "Full copy of the data set sent to a replica",
            "10.20.4.12:40100",
            cart,
            13,
        ),
        (
            "F-09aa",
            "pci.pan",
            "critical",
            "Payment cards with expiry and CVV",
            "10.20.7.31:40001",
            cart,
            74,
        ),
        (
            "F-77d0",
            "cmd.auth",
            "critical",
            "Password in the clear",
            "10.20.7.31:40001",
            cart,
            8,
        ),
        (
            "F-5e12",
            "tls.plaintext-to-tls-port",
            "critical",
            "Password sent in the clear to a TLS port",
            "10.20.7.36:40200",
            "10.20.4.13:6379",
            3077,
        ),
        (
            "F-a4b1",
            "tls.version-old",
            "high",
            "TLS 1.0 or 1.1 negotiated",
            "10.20.7.35:51000",
            "10.20.4.14:6379",
            3016,
        ),
        (
            "F-40c2",
            "sec.session-id",
            "medium",
            "Session ids as keys",
            "10.20.7.34:40002",
            cart,
            1520,
        ),
        (
            "F-6b7d",
            "hygiene.keys",
            "low",
            "KEYS used",
            "10.20.1.5:40003",
            cart,
            3109,
        ),
    ] {
        let mut event = finding(id, rule, severity, title, client, server);
        event.frame = Some(frame);
        event.command = None;
        if rule == "pci.pan" {
            event.key_pattern = Some(text("customer:{n}:card"));
            event.field = Some(text("ccn"));
            event.masked = Some(text("Mastercard ···· 3011"));
            event.count = 40;
        }
        if rule == "sec.session-id" {
            event.key_pattern = Some(text("sess:{hex}"));
            event.count = 120;
        }
        event.why = format!("{title}: why we think so.");
        run.finding(event);
    }
    let mut end = summary("mixed.pcap");
    end.commands = 1334;
    end.replies = 1300;
    end.packets = 3222;
    end.connections = 28;
    end.end = Some(at(6000));
    end.provenance.policy_sha256 = Some("00".to_owned());
    end.blind_spots.encrypted_connections = 20;
    end.blind_spots.encrypted_bytes = 109_311;
    end.blind_spots.midstream_connections = 3;
    end.accounting.payload_bytes = 299_634;
    run.finish(end)
}

#[test]
fn a_mixed_network_reads_well() {
    let report = render(&mixed(), utf8());
    assert_width(&report);
    assert_golden("mixed", &report);
}

#[test]
fn an_empty_run_says_so_and_keeps_blind_spots_and_verdict() {
    let mut end = summary("empty.pcap");
    end.packets = 0;
    end.connections = 0;
    end.commands = 0;
    end.replies = 0;
    end.start = None;
    end.end = None;
    end.accounting.payload_bytes = 0;
    end.verdict = Verdict::Inconclusive;
    end.verdict_reason = "no Redis and no TLS connection seen".to_owned();
    end.inputs[0].problem = Some("ends in the middle of a record".to_owned());
    let report = render(&[end.into()], utf8());
    assert_width(&report);
    assert_golden("empty", &report);
    assert!(
        report
            .trim_end()
            .lines()
            .last()
            .unwrap()
            .starts_with("CANNOT TELL")
    );
    assert!(!report.contains("FINDINGS") && !report.contains("MEND"));
}

#[test]
fn four_hundred_nodes_show_twenty_rows_a_block() {
    let mut run = Run::default();
    for index in 0..400_u64 {
        let server = format!(
            "[2001:db8:1234:5678:9abc:def0:{:x}:{index:x}]:6379",
            index + 4096
        );
        let client = "[2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa]:40000";
        run.connection(connection(index + 1, client, &server));
        let mut event = finding(
            &format!("F-{index:04x}"),
            "pci.pan",
            "critical",
            "Payment card number",
            client,
            &server,
        );
        event.key_pattern = Some(text("user:{n}:with:a:rather:long:pattern:{uuid}:indeed"));
        event.field = Some(text("ccn"));
        run.finding(event);
    }
    let events = run.finish(summary("cluster.pcap"));
    let report = render(&events, utf8());
    assert_width(&report);
    assert!(
        report.contains("… 380 more (--top 0 shows all)"),
        "{report}"
    );
    assert!(report.lines().count() < 200, "{}", report.lines().count());
    let mut options = utf8();
    options.top = 0;
    let whole = render(&events, options);
    assert_width(&whole);
    assert!(!whole.contains("more (--top"));
    assert!(whole.contains("F-018f"));
    assert_golden("cluster", &report);
}

#[test]
fn long_conversations_are_left_out_unless_asked_for() {
    let mut run = Run::default();
    run.connection(connection(1, "10.0.0.1:40000", "10.0.0.2:6379"));
    for frame in 0..21 {
        run.events
            .push(command(frame, "10.0.0.1:40000", "10.0.0.2:6379", &["GET", "k"]).into());
    }
    let mut end = summary("x.pcap");
    end.commands = 21;
    let events = run.finish(end);
    assert!(!render(&events, utf8()).contains("WHAT WAS SAID"));
    let mut options = utf8();
    options.conversation = Conversation::All;
    let report = render(&events, options);
    assert_eq!(report.matches(" GET k").count(), 21);
}

#[test]
fn live_findings_are_told_once_and_at_once() {
    let mut options = utf8();
    options.mode = Mode::Live;
    let mut report = Text::new(options);
    let mut out = Vec::new();
    let mut event = finding(
        "F-0001",
        "pci.pan",
        "critical",
        "Card",
        "10.0.0.1:4",
        "10.0.0.2:6379",
    );
    event.key_pattern = Some(text("user:{n}"));
    event.masked = Some(masked("9{16}", 16));
    event.frame = None;
    report.event(&Event::from(event.clone()), &mut out).unwrap();
    let first = String::from_utf8(out.clone()).unwrap();
    assert_eq!(first.lines().count(), 1);
    assert!(
        first.contains("CRITICAL") && first.contains("F-0001"),
        "{first}"
    );
    event.count = 7;
    report.event(&Event::from(event), &mut out).unwrap();
    assert_eq!(out.len(), first.len(), "the second time it is no news");
}

#[test]
fn nothing_from_the_wire_reaches_the_terminal_raw() {
    let evil = "\x1b]0;owned\x07\u{202e}\u{200b}\r\n\u{9b}31m";
    let mut run = Run::default();
    let client = "10.0.0.1:40000";
    let server = "10.0.0.2:6379";
    let mut event = command(1, client, server, &[evil, evil, evil]);
    event.reply = Some(reply("error", Some(evil), None));
    run.events.push(event.into());
    run.connection(connection(1, client, server));
    run.observe(
        1,
        client,
        server,
        Fact::Client(Client {
            name: Some(text(evil)),
            library: Some(text(evil)),
            version: Some(text(evil)),
        }),
    );
    run.observe(
        1,
        client,
        server,
        Fact::Dangerous {
            user: User::Named(text(evil)),
            command: text(evil),
        },
    );
    run.observe(
        1,
        client,
        server,
        Fact::Served(crate::observation::Served {
            user: User::Named(text(evil)),
            role: crate::event::Role::Client,
            commands: 3,
            names: vec![text(evil)],
        }),
    );
    let mut event = finding(evil, evil, "critical", evil, client, server);
    event.key_pattern = Some(text(evil));
    event.field = Some(text(evil));
    event.masked = Some(text(evil));
    event.why = evil.to_owned();
    run.finding(event);
    let mut handshake = tls(2, client, "10.0.0.2:6380", "TLSv1.3", evil);
    handshake.server_name = Some(text(evil));
    run.tls(handshake);
    run.connection(tls_connection(2, client, "10.0.0.2:6380", "TLSv1.3"));
    let mut end = summary(evil);
    end.commands = 1;
    end.version = evil.to_owned();
    end.verdict_reason = evil.to_owned();
    end.inputs[0].problem = Some(evil.to_owned());
    end.provenance.host = Some(evil.to_owned());
    end.blind_spots.watched_ports = Some(evil.to_owned());
    end.blind_spots.limits.insert(evil.to_owned(), 1);
    let events = run.finish(end);
    for mode in [Mode::File, Mode::Live] {
        for conversation in [Conversation::Short, Conversation::All] {
            let mut options = utf8();
            options.mode = mode;
            options.conversation = conversation;
            options.names.insert("10.0.0.2".to_owned(), evil.to_owned());
            let report = render(&events, options);
            for character in report.chars().filter(|character| *character != '\n') {
                assert!(
                    !character.is_control() && !"\u{202e}\u{200b}".contains(character),
                    "{character:?} in {:?}",
                    report.lines().find(|line| line.contains(character))
                );
            }
            assert!(!report.contains("owned\n"), "a line was split");
        }
    }
}

#[test]
fn long_names_of_servers_are_cut_and_never_look_the_same() {
    let mut run = Run::default();
    for (index, address) in ["10.0.0.2", "10.0.0.3", "10.0.0.4"].iter().enumerate() {
        let server = format!("{address}:6379");
        let id = format!("F-000{index}");
        let title = "Redis password (AUTH)";
        let mut event = finding(&id, "cmd.auth", "critical", title, "10.0.0.1:4", &server);
        event.command = Some(text("CONFIG SET"));
        run.finding(event);
    }
    let events = run.finish(summary("long.pcap"));
    let mut options = utf8();
    for (address, name) in [
        (
            "10.0.0.2",
            "redis-production-eu-central-shard-0042-primary.internal.example.com",
        ),
        (
            "10.0.0.3",
            "redis-production-eu-central-shard-0043-replica.internal.example.com",
        ),
        ("10.0.0.4", "cache-of-the-billing-team.internal.example.org"),
    ] {
        options.names.insert(address.to_owned(), name.to_owned());
    }
    let report = render(&events, options);
    assert_width(&report);
    let subjects: Vec<&str> = report
        .lines()
        .filter_map(|line| line.split_once(" on ")?.1.split(' ').next())
        .filter(|name| name.contains(':'))
        .collect();
    assert_eq!(
        subjects,
        ["10.0.0.2:6379", "10.0.0.3:6379", "cache-of-the…le.org:6379"],
        "{report}"
    );
}

#[test]
fn endpoints_by_name_stand_in_every_block() {
    let mut options = utf8();
    options
        .names
        .insert("127.0.0.1".to_owned(), "redis-one".to_owned());
    let report = render(&story(), options);
    assert!(report.contains("redis-one:6379"), "{report}");
    let _ = endpoint("127.0.0.1:1");
}
