use std::hash::{BuildHasherDefault, DefaultHasher};
use std::net::SocketAddr;

use proptest::prelude::*;

use super::marks::Mark;
use super::*;
use crate::event::ConnectionEvent;
use crate::event::samples::{at, connection, finding, text, tls, tls_connection};
use crate::event::{Alert, EndReason, Observed, Outcome, Role, Status, Transport};
use crate::observation::{
    AclRules, AclUser, Bus, Client, Cluster, Fact, Login, LoginForm, LoginOutcome, Password,
    Refusal, RefusalKind, Seen, SentinelSide, Served, Setting, SettingSource, SettingValue,
    Software, User,
};

const SERVER: &str = "10.0.0.2:6379";
const CLIENT: &str = "10.0.0.1:40000";

fn endpoint(text: &str) -> Endpoint {
    let address: SocketAddr = text.parse().unwrap();
    Endpoint {
        address: address.ip().into(),
        port: address.port(),
    }
}

fn seen(frame: u64, client: &str, server: &str) -> Seen {
    Seen {
        server: endpoint(server),
        client: endpoint(client),
        connection: format!("0-{frame}"),
        transport: Transport::Plaintext,
        time: at(frame),
        capture: 0,
        frame: Some(frame),
    }
}

/// A posture with one readable connection, and these facts about it.
fn told(facts: impl IntoIterator<Item = Fact>) -> Posture {
    let mut posture = Posture::default();
    posture.connection(&connection(1, CLIENT, SERVER));
    for (frame, fact) in facts.into_iter().enumerate() {
        posture.observe(&Observation {
            seen: seen(frame as u64 + 2, CLIENT, SERVER),
            fact,
        });
    }
    posture
}

fn status(posture: &Posture, id: &str) -> Status {
    status_of(posture, SERVER, id)
}

fn status_of(posture: &Posture, server: &str, id: &str) -> Status {
    let server = endpoint(server).into();
    posture
        .assess(at(99))
        .checks
        .into_iter()
        .find(|check| check.id == id && check.server == server)
        .unwrap_or_else(|| panic!("no line {id}"))
        .status
}

fn served(user: User, commands: u64) -> Fact {
    Fact::Served(Served {
        user,
        role: Role::Client,
        commands,
        names: vec![text("GET")],
    })
}

fn login(form: LoginForm, user: User, outcome: LoginOutcome, password: &str) -> Fact {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    Fact::Login(Login {
        form,
        user,
        outcome,
        password: Some(Password::measure(password.as_bytes(), &hasher)),
    })
}

fn refused(kind: RefusalKind, dangerous: bool) -> Fact {
    Fact::Refused(Refusal {
        kind,
        user: User::NoLogin,
        command: Some(text("FLUSHALL")),
        dangerous,
    })
}

fn setting(name: &'static str, value: SettingValue) -> Fact {
    Fact::Setting(Setting {
        source: SettingSource::Reply,
        name,
        value,
    })
}

#[test]
fn every_line_is_there_once_and_has_words() {
    let ids: std::collections::BTreeSet<_> = CHECKLIST.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), CHECKLIST.len());
    // 38 lines of the checklist, of which one has two ids, and three of ours.
    assert_eq!(CHECKLIST.len(), 38 + 1 + 3);
    for check in &CHECKLIST {
        assert!(
            !check.title.is_empty() && check.title.len() <= 40,
            "{}",
            check.id
        );
        assert!(check.fix.ends_with('.'), "{}", check.id);
        assert!(!check.verify.is_empty(), "{}", check.id);
        let shown = !check.fail.is_empty() || !check.inferred_fail.is_empty();
        assert_eq!(shown, check.sight != Sight::Never, "{}", check.id);
    }
    let never = CHECKLIST
        .iter()
        .filter(|check| check.sight == Sight::Never)
        .count();
    assert_eq!(never, 9);
    assert_eq!(told([]).assess(at(9)).checks.len(), CHECKLIST.len());
}

/// The lines by their ids, which are a contract: those of the Redis production security checklist in
/// its order, then ours.
const IDS: &str = "
    trusted-network protected-mode log-file unprivileged-user file-group file-permissions
    log-rotation config-permissions server-version client-version expected-clients opaque-values
    tls-coverage default-port backups persistence syslog masters-odd reboot-schedule auth
    password-strength default-user dangerous-commands acl-file acl-hashed requirepass
    least-privilege renamed-commands replica-user sentinel-user plaintext-port cipher protocol
    client-auth cipher-preference replication key-permissions key-owner bus certificate
    password-in-clear sentinel";

#[test]
fn the_ids_are_those_of_the_contract() {
    let contract: std::collections::BTreeSet<_> = IDS.split_whitespace().collect();
    let ours: std::collections::BTreeSet<_> = CHECKLIST.iter().map(|check| check.id).collect();
    assert_eq!(ours, contract);
    assert_eq!(contract.len(), IDS.split_whitespace().count());
}

#[test]
fn only_refusals_pass() {
    let refusals = [
        Mark::ClientCertRefused,
        Mark::CipherRefused,
        Mark::VersionRefused,
        Mark::NoAuth,
        Mark::NoPerm,
        Mark::NoPermDangerous,
        Mark::Denied,
        Mark::UnknownCommand,
        Mark::PortClosedOnHost,
    ];
    for check in &CHECKLIST {
        for mark in check.pass {
            assert!(refusals.contains(mark), "{}: {mark:?}", check.id);
        }
    }
}

#[test]
fn what_was_read_with_keys_is_no_plaintext() {
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, CLIENT, SERVER, "TLSv1.3"));
    let user = User::Named(text("replica"));
    for fact in [
        login(
            LoginForm::TwoArguments,
            user.clone(),
            LoginOutcome::Accepted,
            "long enough and varied 1A",
        ),
        Fact::Replication {
            user,
            full_copy: true,
        },
    ] {
        posture.observe(&Observation {
            seen: Seen {
                transport: Transport::TlsDecrypted,
                ..seen(2, CLIENT, SERVER)
            },
            fact,
        });
    }
    for id in ["replication", "password-in-clear", "replica-user"] {
        assert_eq!(status(&posture, id), Status::InferredPass, "{id}");
    }
}

#[test]
fn protected_mode_is_not_missed_where_a_login_is_required() {
    let off = || setting("protected-mode", SettingValue::No);
    assert_eq!(status(&told([off()]), "protected-mode"), Status::Fail);
    let refusing = told([off(), refused(RefusalKind::NoAuth, false)]);
    assert_eq!(status(&refusing, "protected-mode"), Status::Pass);
}

#[test]
fn what_no_packet_shows_comes_with_the_command_that_does() {
    for check in told([]).assess(at(9)).checks {
        match check.status {
            Status::NotObservable | Status::NotObserved => {
                assert!(check.verify.is_some(), "{}", check.id);
                assert_eq!(check.observations, 0, "{}", check.id);
                assert!(check.evidence.is_empty(), "{}", check.id);
            }
            _ => {
                assert!(check.verify.is_none(), "{}", check.id);
                assert!(check.observations > 0, "{}", check.id);
                assert!(!check.evidence.is_empty(), "{}", check.id);
            }
        }
    }
    assert_eq!(status(&told([]), "backups"), Status::NotObservable);
    assert_eq!(status(&told([]), "trusted-network"), Status::NotObservable);
    assert_eq!(status(&told([]), "auth"), Status::NotObserved);
}

#[test]
fn pass_needs_a_refusal_and_all_was_fine_is_inferred() {
    let fine = told([
        login(
            LoginForm::TwoArguments,
            User::Named(text("app")),
            LoginOutcome::Accepted,
            "long enough and varied 1A",
        ),
        served(User::Named(text("app")), 3),
    ]);
    assert_eq!(status(&fine, "auth"), Status::InferredPass);
    assert_eq!(status(&fine, "requirepass"), Status::InferredPass);
    assert_eq!(status(&fine, "password-strength"), Status::InferredPass);
    assert_eq!(status(&fine, "password-in-clear"), Status::Fail);
    let refusing = told([refused(RefusalKind::NoAuth, false)]);
    assert_eq!(status(&refusing, "auth"), Status::Pass);
    assert_eq!(status(&refusing, "protected-mode"), Status::Pass);
    assert_eq!(status(&refusing, "default-user"), Status::InferredPass);
    let open = told([
        refused(RefusalKind::NoAuth, false),
        served(User::NoLogin, 2),
    ]);
    assert_eq!(
        status(&open, "auth"),
        Status::Fail,
        "a failure outweighs a refusal"
    );
    assert_eq!(status(&open, "default-user"), Status::Fail);
    // Nothing is known of the login of a connection that began before the capture.
    let unknown = told([served(User::Unknown, 5)]);
    assert_eq!(status(&unknown, "auth"), Status::NotObserved);
    assert_eq!(status(&unknown, "default-user"), Status::NotObserved);
}

#[test]
fn logins_tell_of_passwords_in_words() {
    let weak = told([login(
        LoginForm::OneArgument,
        User::Default,
        LoginOutcome::Accepted,
        "foobared",
    )]);
    assert_eq!(status(&weak, "password-strength"), Status::Fail);
    assert_eq!(status(&weak, "requirepass"), Status::Fail);
    let facts: Vec<_> = weak
        .assess(at(9))
        .checks
        .into_iter()
        .flat_map(|check| check.evidence)
        .map(|evidence| evidence.fact)
        .collect();
    assert!(!facts.iter().any(|fact| fact.contains("foobared")));
    let open = told([login(
        LoginForm::OneArgument,
        User::Default,
        LoginOutcome::NoPasswordConfigured,
        "x",
    )]);
    assert_eq!(status(&open, "auth"), Status::Fail);
    let wrong = told([login(
        LoginForm::OneArgument,
        User::Default,
        LoginOutcome::WrongPassword,
        "x",
    )]);
    assert_eq!(status(&wrong, "requirepass"), Status::InferredPass);
    assert_eq!(status(&wrong, "default-user"), Status::InferredPass);
    let strong = "a long pass phrase of many words";
    let shared = told([
        login(
            LoginForm::TwoArguments,
            User::Named(text("a")),
            LoginOutcome::Accepted,
            strong,
        ),
        login(
            LoginForm::TwoArguments,
            User::Named(text("b")),
            LoginOutcome::Accepted,
            strong,
        ),
    ]);
    assert_eq!(status(&shared, "password-strength"), Status::InferredFail);
    assert!(
        shared
            .seams()
            .iter()
            .any(|seam| seam.kind == SeamKind::SharedPassword)
    );
}

#[test]
fn commands_and_users_are_judged() {
    let dangerous = Fact::Dangerous {
        user: User::Default,
        command: text("FLUSHALL"),
    };
    assert_eq!(
        status(&told([dangerous.clone()]), "dangerous-commands"),
        Status::Fail
    );
    assert_eq!(
        status(&told([dangerous]), "renamed-commands"),
        Status::InferredFail
    );
    let withheld = told([refused(RefusalKind::NoPerm, true)]);
    assert_eq!(status(&withheld, "dangerous-commands"), Status::Pass);
    assert_eq!(status(&withheld, "least-privilege"), Status::Pass);
    let harmless = told([refused(RefusalKind::NoPerm, false)]);
    assert_eq!(status(&harmless, "dangerous-commands"), Status::NotObserved);
    let renamed = told([refused(RefusalKind::UnknownCommand, true)]);
    assert_eq!(status(&renamed, "renamed-commands"), Status::Pass);
    let acl = |user, rules| told([Fact::AclUser(AclUser { user, rules })]);
    let wide = AclRules {
        enabled: Some(true),
        hashes: 1,
        all_commands: true,
        dangerous: true,
        all_keys: true,
        ..AclRules::default()
    };
    let app = acl(User::Named(text("app")), wide);
    assert_eq!(status(&app, "least-privilege"), Status::Fail);
    assert_eq!(status(&app, "acl-hashed"), Status::InferredPass);
    let off = AclRules {
        enabled: Some(false),
        ..wide
    };
    assert_eq!(
        status(&acl(User::Default, off), "default-user"),
        Status::InferredPass
    );
    assert_eq!(
        status(&told([Fact::PlainAclPassword]), "acl-hashed"),
        Status::Fail
    );
}

#[test]
fn the_latest_setting_counts_whatever_the_order() {
    let off = setting("protected-mode", SettingValue::No);
    let on = setting("protected-mode", SettingValue::Yes);
    assert_eq!(
        status(&told([on.clone(), off.clone()]), "protected-mode"),
        Status::Fail
    );
    assert_eq!(
        status(&told([off, on]), "protected-mode"),
        Status::InferredPass
    );
    let one = |name, value| told([setting(name, value)]);
    assert_eq!(
        status(&one("logfile", SettingValue::Empty), "log-file"),
        Status::InferredFail
    );
    assert_eq!(
        status(&one("logfile", SettingValue::NotEmpty), "log-file"),
        Status::InferredPass
    );
    assert_eq!(
        status(&one("syslog-enabled", SettingValue::No), "syslog"),
        Status::InferredFail
    );
    assert_eq!(
        status(&one("aclfile", SettingValue::NotEmpty), "acl-file"),
        Status::InferredPass
    );
    let cache = told([
        setting("save", SettingValue::Empty),
        setting("appendonly", SettingValue::No),
    ]);
    assert_eq!(status(&cache, "persistence"), Status::InferredFail);
    assert_eq!(
        status(&one("appendonly", SettingValue::Yes), "persistence"),
        Status::InferredPass
    );
}

#[test]
fn versions_and_clusters_are_judged() {
    let version = |version: &str| {
        told([Fact::Software(Software {
            name: "redis".to_owned(),
            version: version.to_owned(),
        })])
    };
    assert_eq!(status(&version("7.0.15"), "server-version"), Status::Fail);
    assert_eq!(
        status(&version("8.8.1"), "server-version"),
        Status::InferredPass
    );
    let primaries = |primaries| {
        told([Fact::Cluster(Cluster {
            primaries,
            ..Cluster::default()
        })])
    };
    assert_eq!(status(&primaries(3), "masters-odd"), Status::InferredPass);
    assert_eq!(status(&primaries(4), "masters-odd"), Status::InferredFail);
    assert_eq!(status(&primaries(1), "masters-odd"), Status::InferredFail);
    assert_eq!(status(&told([]), "masters-odd"), Status::NotObserved);
}

#[test]
fn links_have_users_of_their_own_or_not() {
    let replica = |user| {
        told([Fact::Replication {
            user,
            full_copy: true,
        }])
    };
    assert_eq!(
        status(&replica(User::NoLogin), "replica-user"),
        Status::Fail
    );
    assert_eq!(status(&replica(User::NoLogin), "replication"), Status::Fail);
    assert_eq!(
        status(&replica(User::Named(text("r"))), "replica-user"),
        Status::InferredPass
    );
    assert_eq!(
        status(&replica(User::Unknown), "replica-user"),
        Status::NotObserved
    );
    let sentinel = |user, side| told([Fact::Sentinel { user, side }]);
    let watching = sentinel(User::Default, SentinelSide::Watching);
    assert_eq!(status(&watching, "sentinel-user"), Status::Fail);
    assert_eq!(status(&watching, "sentinel"), Status::NotObserved);
    let serving = sentinel(User::NoLogin, SentinelSide::Serving);
    assert_eq!(status(&serving, "sentinel"), Status::Fail);
    assert_eq!(status(&serving, "sentinel-user"), Status::NotObserved);
}

#[test]
fn tls_lines_follow_the_handshakes() {
    let server = "10.0.0.2:6380";
    let with = |change: fn(&mut TlsEvent)| {
        let mut posture = Posture::default();
        let mut event = tls(1, CLIENT, server, "TLSv1.3", "TLS_AES_256_GCM_SHA384");
        change(&mut event);
        posture.connection(&tls_connection(1, CLIENT, server, "TLSv1.3"));
        posture.tls(&event);
        posture
    };
    let strong = with(|_| {});
    assert_eq!(status_of(&strong, server, "protocol"), Status::InferredPass);
    assert_eq!(status_of(&strong, server, "cipher"), Status::InferredPass);
    assert_eq!(
        status_of(&strong, server, "client-auth"),
        Status::InferredFail
    );
    assert_eq!(
        status_of(&strong, server, "plaintext-port"),
        Status::InferredPass
    );
    assert_eq!(
        status_of(&strong, server, "tls-coverage"),
        Status::InferredPass
    );
    assert_eq!(
        status_of(&strong, server, "certificate"),
        Status::NotObserved
    );
    assert_eq!(
        status_of(&strong, server, "cipher-preference"),
        Status::NotObserved
    );
    let old = with(|event| event.weaknesses = vec!["tls.version-old".to_owned()]);
    assert_eq!(status_of(&old, server, "protocol"), Status::Fail);
    let weak = with(|event| event.weaknesses = vec!["tls.kx-dh-short".to_owned()]);
    assert_eq!(status_of(&weak, server, "cipher"), Status::Fail);
    let mild = with(|event| event.weaknesses = vec!["tls.version-behind".to_owned()]);
    assert_eq!(status_of(&mild, server, "protocol"), Status::InferredPass);
    let alert = |event: &mut TlsEvent, description: &str| {
        event.outcome = Outcome::Refused;
        event.version = None;
        event.alert = Some(Alert {
            level: "fatal".to_owned(),
            description: description.to_owned(),
            from: "server".to_owned(),
        });
    };
    let mut refused = strong.clone();
    for (frame, description) in [
        (2, "protocol_version"),
        (3, "certificate_required"),
        (4, "handshake_failure"),
    ] {
        let mut event = tls(frame, CLIENT, server, "TLSv1.3", "x");
        alert(&mut event, description);
        refused.tls(&event);
    }
    assert_eq!(status_of(&refused, server, "protocol"), Status::Pass);
    assert_eq!(status_of(&refused, server, "cipher"), Status::Pass);
    let optional = with(|event| {
        event.client_certificate.requested = Observed::Yes;
        event.client_certificate.presented = Observed::No;
    });
    assert_eq!(status_of(&optional, server, "client-auth"), Status::Fail);
    let guessed = with(|event| {
        event.client_certificate.requested = Observed::InferredYes;
        event.client_certificate.presented = Observed::InferredNo;
    });
    assert_eq!(
        status_of(&guessed, server, "client-auth"),
        Status::InferredFail
    );
    let mut resumed = with(|event| event.resumed = Some(true));
    assert_eq!(
        status_of(&resumed, server, "client-auth"),
        Status::NotObserved
    );
    let mut event = tls(1, CLIENT, server, "TLSv1.3", "TLS_AES_256_GCM_SHA384");
    event.resumed = Some(true);
    event.client_certificate.requested = Observed::InferredYes;
    event.client_certificate.presented = Observed::InferredYes;
    resumed.inherited(&event);
    assert_eq!(
        status_of(&resumed, server, "client-auth"),
        Status::InferredPass
    );
}

#[test]
fn the_order_of_suites_needs_two_clients_that_disagree() {
    let server = "10.0.0.2:6380";
    let offer = |frame, suites: [&str; 2], picked: &str| {
        let mut event = tls(frame, CLIENT, server, "TLSv1.2", picked);
        event.offered.cipher_suites = suites.map(str::to_owned).to_vec();
        event
    };
    let judged = |events: &[TlsEvent]| {
        let mut posture = Posture::default();
        posture.connection(&tls_connection(1, CLIENT, server, "TLSv1.2"));
        for event in events {
            posture.tls(event);
        }
        status_of(&posture, server, "cipher-preference")
    };
    assert_eq!(judged(&[offer(1, ["A", "B"], "A")]), Status::NotObserved);
    let follows = [offer(1, ["A", "B"], "A"), offer(2, ["B", "A"], "B")];
    assert_eq!(judged(&follows), Status::InferredFail);
    // It took A from one that likes B better, and B is known to be taken.
    let decides = [
        offer(1, ["A", "B"], "A"),
        offer(2, ["B", "A"], "A"),
        offer(3, ["B", "C"], "B"),
    ];
    assert_eq!(judged(&decides), Status::InferredPass);
    let unclear = [offer(1, ["A", "B"], "A"), offer(2, ["B", "A"], "A")];
    assert_eq!(
        judged(&unclear),
        Status::NotObserved,
        "B may be no suite of the server's"
    );
}

/// A SYN to a port is refused.
fn close(posture: &mut Posture, frame: u64, server: &str) {
    posture.observe(&Observation {
        seen: seen(frame, CLIENT, server),
        fact: Fact::PortClosed,
    });
}

#[test]
fn a_closed_port_that_is_not_the_plain_one_proves_nothing() {
    let tls_port = "10.0.0.2:6380";
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, CLIENT, tls_port, "TLSv1.3"));
    posture.connection(&tls_connection(2, CLIENT, "10.0.0.2:26380", "TLSv1.3"));
    for closed in ["10.0.0.2:26379", "10.0.0.2:16379", "10.0.0.2:6380"] {
        close(&mut posture, 3, closed);
    }
    close(&mut posture, 4, "10.0.0.3:6379");
    let line = |posture: &Posture, server| status_of(posture, server, "plaintext-port");
    assert_eq!(line(&posture, tls_port), Status::InferredPass);
    close(&mut posture, 2, SERVER);
    assert_eq!(line(&posture, tls_port), Status::Pass);
    assert_eq!(
        line(&posture, "10.0.0.2:26380"),
        Status::InferredPass,
        "a Sentinel's plain port is another"
    );
}

#[test]
fn a_refused_syn_proves_nothing_of_a_port_that_was_open_before_or_after() {
    let tls_port = "10.0.0.2:6380";
    let line = |posture: &Posture| status_of(posture, tls_port, "plaintext-port");
    let (refused, open) = ((2, false), (3, true));
    for order in [[refused, open], [open, refused]] {
        // In one shard, and each in its own.
        let mut one = Posture::default();
        let mut merged = Posture::default();
        for (frame, is_open) in order {
            let mut part = Posture::default();
            for posture in [&mut one, &mut part] {
                if is_open {
                    posture.port_open(endpoint(SERVER));
                } else {
                    close(posture, frame, SERVER);
                }
                posture.port_open(endpoint(tls_port));
                posture.port_open(endpoint("10.0.0.3:6379"));
            }
            merged.merge(&part);
        }
        for mut posture in [one, merged] {
            posture.connection(&tls_connection(1, CLIENT, tls_port, "TLSv1.3"));
            assert_eq!(line(&posture), Status::InferredPass);
        }
    }
    // TLS came to be served on the refused port itself.
    let mut same = Posture::default();
    close(&mut same, 1, SERVER);
    same.connection(&tls_connection(2, CLIENT, SERVER, "TLSv1.3"));
    assert_eq!(status(&same, "plaintext-port"), Status::InferredPass);
    same.connection(&tls_connection(3, CLIENT, tls_port, "TLSv1.3"));
    assert_eq!(line(&same), Status::InferredPass);
}

#[test]
fn more_open_ports_than_are_kept_leave_no_refusal_standing() {
    let tls_port = "10.0.0.2:6380";
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, CLIENT, tls_port, "TLSv1.3"));
    close(&mut posture, 2, SERVER);
    let line = |posture: &Posture| status_of(posture, tls_port, "plaintext-port");
    for host in 0..MAX_ANSWERING_HOSTS {
        let address = format!("10.1.{}.{}:6379", host / 250, host % 250);
        posture.port_open(endpoint(&address));
        posture.port_open(endpoint(&address));
    }
    assert_eq!(line(&posture), Status::Pass);
    posture.port_open(endpoint("10.2.0.0:6379"));
    let mut other = Posture::default();
    other.merge(&posture);
    for posture in [posture, other] {
        assert_eq!(line(&posture), Status::InferredPass);
        assert_eq!(posture.assess(at(9)).clipped_ports, 1);
    }
}

#[test]
fn a_scan_takes_no_room_from_servers() {
    let tls_port = "10.0.0.2:6380";
    let hear = |posture: &mut Posture| {
        posture.connection(&tls_connection(20_000, CLIENT, tls_port, "TLSv1.3"));
        close(posture, 20_001, SERVER);
    };
    let scan = |posture: &mut Posture, hosts: std::ops::Range<u64>| {
        for host in hosts {
            let address = format!("10.1.{}.{}:6379", host / 250, host % 250);
            close(posture, host, &address);
        }
    };
    let mut alone = Posture::default();
    hear(&mut alone);
    // As many in each of some shards as it may keep, and all beyond that in another.
    let mut merged = Posture::default();
    let kept = MAX_REFUSING_HOSTS as u64;
    for shard in 0..4 {
        let mut part = Posture::default();
        scan(&mut part, shard * kept..(shard + 1) * kept);
        merged.merge(&part);
    }
    let mut last = Posture::default();
    hear(&mut last);
    scan(&mut last, 4 * kept..12_000);
    merged.merge(&last);
    let (with, without) = (merged.assess(at(9)), alone.assess(at(9)));
    assert_eq!(with.checks, without.checks);
    assert_eq!(with.clipped, 0);
    assert_eq!(with.clipped_ports, 12_000 - 5 * kept + 1);
    assert_eq!(status_of(&merged, tls_port, "plaintext-port"), Status::Pass);
}

#[test]
fn a_closed_plain_port_proves_something_of_the_tls_port_beside_it() {
    let tls_port = "10.0.0.2:6380";
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, CLIENT, tls_port, "TLSv1.3"));
    assert_eq!(
        status_of(&posture, tls_port, "plaintext-port"),
        Status::InferredPass
    );
    close(&mut posture, 2, SERVER);
    assert_eq!(
        status_of(&posture, tls_port, "plaintext-port"),
        Status::Pass
    );
    let servers = posture.coverage().servers;
    assert_eq!(servers.len(), 1, "a refused SYN makes no server");
    // What is readable beside it may be the same server's plain port.
    posture.connection(&connection(3, CLIENT, "10.0.0.2:6389"));
    assert_eq!(
        status_of(&posture, tls_port, "plaintext-port"),
        Status::InferredPass
    );
}

#[test]
fn a_refusal_says_nothing_of_a_server_that_was_down() {
    let tls_port = "10.0.0.2:6380";
    // Before and after it there was TLS: a restart.
    let connections = [1, 5].map(|frame| tls_connection(frame, CLIENT, tls_port, "TLSv1.3"));
    let mut across = tls_connection(1, CLIENT, tls_port, "TLSv1.3");
    across.end = connections[1].end;
    let line = |events: &[ConnectionEvent]| {
        // Each in its own shard, in either order.
        let mut answers = Vec::new();
        for backwards in [false, true] {
            let mut merged = Posture::default();
            close(&mut merged, 3, SERVER);
            let mut events = events.to_vec();
            if backwards {
                events.reverse();
            }
            for event in &events {
                let mut part = Posture::default();
                part.connection(event);
                merged.merge(&part);
            }
            answers.push(status_of(&merged, tls_port, "plaintext-port"));
        }
        answers
    };
    assert_eq!(line(&connections), [Status::InferredPass; 2]);
    let [first, last] = connections;
    assert_eq!(line(&[first, across, last]), [Status::Pass; 2]);
}

#[test]
fn a_refusal_says_nothing_of_a_server_that_was_not_up_yet_nor_of_a_bus() {
    let mut posture = Posture::default();
    close(&mut posture, 1, SERVER);
    for (frame, port) in [(2, 7000), (3, 17_000)] {
        let server = format!("10.0.0.2:{port}");
        posture.connection(&tls_connection(frame, CLIENT, &server, "TLSv1.3"));
    }
    let line = |posture: &Posture, server: &str| status_of(posture, server, "plaintext-port");
    assert_eq!(line(&posture, "10.0.0.2:7000"), Status::InferredPass);
    close(&mut posture, 3, SERVER);
    assert_eq!(line(&posture, "10.0.0.2:7000"), Status::Pass);
    assert_ne!(line(&posture, "10.0.0.2:17000"), Status::Pass);
}

#[test]
fn seams_name_who_and_where() {
    let mut posture = Posture::default();
    posture.connection(&connection(1, CLIENT, SERVER));
    posture.observe(&Observation {
        seen: seen(2, CLIENT, SERVER),
        fact: Fact::Client(Client {
            name: Some(text("checkout")),
            library: Some(text("jedis")),
            version: None,
        }),
    });
    assert!(posture.seams().is_empty(), "no TLS anywhere, no seam");
    posture.connection(&tls_connection(
        3,
        "10.0.0.9:1000",
        "10.0.0.2:6380",
        "TLSv1.3",
    ));
    let seams = posture.seams();
    let kinds: Vec<_> = seams.iter().map(|seam| seam.kind).collect();
    assert_eq!(kinds, [SeamKind::StillPlaintext, SeamKind::BothPortsOpen]);
    assert!(
        seams[0].why.contains("10.0.0.1 (checkout, jedis)"),
        "{}",
        seams[0].why
    );
    assert!(seams[0].fix.contains("10.0.0.2:6380"), "{}", seams[0].fix);
    assert_eq!(posture.coverage().servers[0].plain_clients.len(), 1);
}

#[test]
fn resp_to_a_tls_port_is_out_although_it_was_reset() {
    let server = "10.0.0.2:6380";
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, "10.0.0.9:1", server, "TLSv1.3"));
    let mut stray = connection(2, CLIENT, server);
    stray.replies = 0;
    stray.end_reason = EndReason::Rst;
    if let Some(side) = &mut stray.server_to_client {
        side.stream_bytes = 0;
    }
    posture.connection(&stray);
    posture.observe(&Observation {
        seen: seen(2, CLIENT, server),
        fact: Fact::RespReset { password: true },
    });
    let seams = posture.seams();
    assert_eq!(seams.len(), 1, "{seams:#?}");
    assert_eq!(seams[0].kind, SeamKind::PasswordToTlsPort);
    assert!(seams[0].why.contains("A password"));
    assert_eq!(
        status_of(&posture, server, "plaintext-port"),
        Status::InferredPass,
        "the server itself refused"
    );
    let steps = posture.assess(at(9)).mend;
    assert_eq!(steps[0].subject, "Strays");
    assert!(
        !steps.iter().any(|step| step.subject == "TLS"),
        "{steps:#?}"
    );
}

#[test]
fn a_hello_to_a_port_without_tls_goes_unanswered() {
    let mut posture = Posture::default();
    posture.connection(&connection(1, "10.0.0.9:1", SERVER));
    let mut hello = tls_connection(2, CLIENT, SERVER, "TLSv1.3");
    hello.tls_version = None;
    hello.tls_evidence = Some(crate::event::TlsEvidence::NotSeen);
    hello.bytes = 100;
    if let Some(side) = &mut hello.server_to_client {
        side.stream_bytes = 0;
        side.delivered_bytes = 0;
    }
    posture.connection(&hello);
    let seams = posture.seams();
    assert_eq!(seams.len(), 1, "{seams:#?}");
    assert_eq!(seams[0].kind, SeamKind::TlsToPlaintextPort);
    let coverage = posture.coverage();
    assert_eq!(coverage.tls.connections, 0, "nothing was encrypted");
    assert_eq!(coverage.unknown.connections, 1);
    assert_eq!(status(&posture, "tls-coverage"), Status::Fail);
}

#[test]
fn every_seam_has_its_rule() {
    for kind in SeamKind::ALL {
        assert!(crate::detect::rule_info(kind.rule()).is_some(), "{kind:?}");
    }
}

#[test]
fn policy_names_expects_and_tolerates() {
    let net = |text: &str| text.parse::<Network>().unwrap();
    let mut posture = Posture::new(Policy {
        servers: vec![NamedServer {
            name: "cart".to_owned(),
            addresses: vec![(net("10.0.0.2"), Some(6379))],
            clients: vec![net("10.0.0.1")],
        }],
        tolerated: vec![Tolerated {
            clients: vec![net("10.0.0.1")],
            servers: Vec::new(),
        }],
        client_certificate_required: true,
        min_version: None,
    });
    posture.connection(&connection(1, CLIENT, SERVER));
    assert_eq!(status(&posture, "expected-clients"), Status::InferredPass);
    posture.connection(&connection(2, "10.0.0.7:1", SERVER));
    assert_eq!(status(&posture, "expected-clients"), Status::Fail);
    let coverage = posture.coverage();
    assert_eq!(coverage.servers[0].name.as_deref(), Some("cart"));
    let tolerated: Vec<_> = coverage.servers[0]
        .plain_clients
        .iter()
        .map(|client| client.tolerated)
        .collect();
    assert_eq!(tolerated, [true, false]);
    assert_eq!(posture.seams().len(), 1);
    let assessment = posture.assess(at(9));
    let severity = assessment
        .checks
        .iter()
        .find(|check| check.id == "client-auth")
        .unwrap()
        .severity;
    assert_eq!(severity, crate::event::Severity::High);
    let tls = assessment
        .mend
        .iter()
        .find(|step| step.subject == "TLS")
        .unwrap();
    assert!(
        tls.action.contains("10.0.0.7") && !tls.action.contains("10.0.0.1 "),
        "{}",
        tls.action
    );
}

#[test]
fn a_public_address_fails_the_trusted_network() {
    let mut posture = Posture::default();
    posture.connection(&connection(1, "8.8.8.8:40000", SERVER));
    assert_eq!(status(&posture, "trusted-network"), Status::Fail);
    assert!(
        posture
            .assess(at(9))
            .mend
            .iter()
            .any(|step| step.subject == "Firewall")
    );
}

#[test]
fn the_bus_is_judged_in_the_clear_and_under_tls() {
    let bus = "10.0.0.2:16379";
    let mut posture = told([]);
    let mut event = connection(5, "10.0.0.3:1", bus);
    event.protocol = crate::event::ConnectionProtocol::ClusterBus;
    posture.connection(&event);
    posture.observe(&Observation {
        seen: seen(5, "10.0.0.3:1", bus),
        fact: Fact::Bus(Bus {
            port: 6379,
            other_port: 6380,
            bus_port: 16379,
            primary: true,
        }),
    });
    assert_eq!(status_of(&posture, bus, "bus"), Status::Fail);
    let mut posture = told([]);
    posture.connection(&tls_connection(5, "10.0.0.3:1", bus, "TLSv1.3"));
    assert_eq!(status_of(&posture, bus, "bus"), Status::InferredPass);
}

#[test]
fn steps_come_in_an_order_in_which_nothing_breaks() {
    let mut posture = told([
        served(User::NoLogin, 3),
        setting("protected-mode", SettingValue::No),
        Fact::Replication {
            user: User::NoLogin,
            full_copy: true,
        },
        login(
            LoginForm::OneArgument,
            User::Default,
            LoginOutcome::Accepted,
            "x",
        ),
        Fact::Dangerous {
            user: User::NoLogin,
            command: text("FLUSHALL"),
        },
    ]);
    posture.connection(&connection(50, "10.0.0.5:1", SERVER));
    let mut secret = finding("F-0001", "cmd.auth", "critical", "Password", CLIENT, SERVER);
    secret.server = endpoint(SERVER).into();
    posture.finding(&secret);
    let steps = posture.assess(at(99)).mend;
    let place = |subject: &str| {
        steps
            .iter()
            .position(|step| step.subject == subject)
            .unwrap_or_else(|| panic!("no step {subject}: {steps:#?}"))
    };
    assert!(
        place("Logins") < place("Protected mode"),
        "protected mode refuses whoever does not log in from another host"
    );
    assert!(
        place("Replication") < place("TLS"),
        "port 0 would cut the replica off"
    );
    assert!(
        place("TLS") < place("Passwords"),
        "new passwords would be out again"
    );
    let tls = &steps[place("TLS")];
    assert_eq!(tls.ends, ["F-0001"]);
    assert!(tls.action.contains("only then port 0"), "{}", tls.action);
    assert!(tls.first.is_some() && tls.cuts_off.is_some());
    let same_host = {
        let mut posture = Posture::default();
        posture.connection(&connection(1, "127.0.0.1:4", "127.0.0.1:6379"));
        for fact in [
            served(User::NoLogin, 1),
            setting("protected-mode", SettingValue::No),
        ] {
            posture.observe(&Observation {
                seen: seen(1, "127.0.0.1:4", "127.0.0.1:6379"),
                fact,
            });
        }
        posture.assess(at(9)).mend
    };
    assert_eq!(
        same_host[0].subject, "Protected mode",
        "it cuts nobody off there"
    );
    assert!(same_host[0].cuts_off.is_none());
}

#[test]
fn a_policy_of_tls_1_3_alone_is_mended_to_and_cuts_off_who_offers_less() {
    let mut posture = Posture::new(Policy {
        min_version: Some(crate::event::TlsVersion::Tls13),
        ..Policy::default()
    });
    for (client, offered) in [("10.0.0.7:1", "TLSv1.2"), ("10.0.0.8:1", "TLSv1.3")] {
        posture.connection(&tls_connection(1, client, SERVER, "TLSv1.2"));
        let mut event = tls(1, client, SERVER, "TLSv1.2", "x");
        event.weaknesses = vec!["tls.version-below-policy".to_owned()];
        event.offered.versions = vec![offered.to_owned()];
        posture.tls(&event);
    }
    let steps = posture.assess(at(9)).mend;
    let step = steps
        .iter()
        .find(|step| step.action.contains("tls-protocols"));
    let step = step.expect("a step");
    assert_eq!(step.action, "tls-protocols TLSv1.3");
    let cut = step.cuts_off.as_deref().expect("someone");
    assert!(
        cut.contains("10.0.0.7") && !cut.contains("10.0.0.8"),
        "{cut}"
    );
}

#[test]
fn coverage_counts_clients_once() {
    let mut posture = Posture::default();
    posture.connection(&connection(1, CLIENT, SERVER));
    posture.connection(&connection(2, "10.0.0.1:40001", SERVER));
    posture.connection(&tls_connection(
        3,
        "10.0.0.1:40002",
        "10.0.0.2:6380",
        "TLSv1.3",
    ));
    posture.connection(&tls_connection(4, "10.0.0.8:1", "10.0.0.2:6380", "TLSv1.3"));
    let coverage = posture.coverage();
    assert_eq!(
        (coverage.plaintext.clients, coverage.plaintext.connections),
        (1, 2)
    );
    assert_eq!((coverage.tls.clients, coverage.tls.connections), (2, 2));
    assert_eq!(coverage.clients, 2, "one speaks both");
    assert_eq!(coverage.plaintext.bytes, 400);
    assert!(coverage.servers[0].plain_clients[0].also_tls);
}

#[test]
fn bounds_hold_and_are_counted() {
    let mut posture = Posture::default();
    for index in 0..server::MAX_CLIENTS + 5 {
        let client = format!(
            "10.{}.{}.{}:1",
            index >> 16 & 255,
            index >> 8 & 255,
            index & 255
        );
        posture.connection(&connection(1, &client, SERVER));
    }
    let assessment = posture.assess(at(9));
    assert_eq!(assessment.clipped, 5);
    assert_eq!(assessment.coverage.servers[0].plain_clients.len(), 1000);
    for check in assessment.checks {
        assert!(check.evidence.len() <= 8, "{}", check.id);
    }
}

/// One of the things that can be told to a posture.
#[derive(Debug, Clone)]
enum Told {
    Connection(u8, u8, bool),
    Tls(u8, u8, u8),
    Fact(u8, u8, u8),
    Finding(u8, u8),
}

fn tell(posture: &mut Posture, number: u64, told: &Told) {
    let client = |client: u8| format!("10.0.1.{}:4000", client % 4);
    let server = |server: u8| format!("10.0.0.{}:{}", server % 2, 6379 + u16::from(server % 3));
    match *told {
        Told::Connection(c, s, is_tls) => {
            let event = if is_tls {
                tls_connection(number, &client(c), &server(s), "TLSv1.2")
            } else {
                connection(number, &client(c), &server(s))
            };
            posture.connection(&event);
        }
        Told::Tls(c, s, kind) => {
            let mut event = tls(
                number,
                &client(c),
                &server(s),
                "TLSv1.2",
                ["A", "B"][usize::from(kind % 2)],
            );
            event.offered.cipher_suites = if kind & 2 == 0 {
                vec!["A".to_owned(), "B".to_owned()]
            } else {
                vec!["B".to_owned(), "A".to_owned()]
            };
            if kind & 4 != 0 {
                event.weaknesses = vec!["tls.version-old".to_owned()];
            }
            posture.tls(&event);
        }
        Told::Fact(c, s, kind) => {
            let fact = match kind % 10 {
                0 => served(User::NoLogin, 2),
                1 => served(User::Named(text("app")), 3),
                2 => login(
                    LoginForm::OneArgument,
                    User::Default,
                    LoginOutcome::Accepted,
                    "same",
                ),
                3 => login(
                    LoginForm::TwoArguments,
                    User::Named(text("b")),
                    LoginOutcome::Accepted,
                    "same",
                ),
                4 => setting("protected-mode", SettingValue::No),
                5 => setting("protected-mode", SettingValue::Yes),
                6 => Fact::GaveAway {
                    rule: "pci.pan".to_owned(),
                },
                7 => Fact::Client(Client {
                    name: Some(text(&format!("n{number}"))),
                    ..Client::default()
                }),
                8 => Fact::Replication {
                    user: User::NoLogin,
                    full_copy: true,
                },
                _ => refused(RefusalKind::NoAuth, false),
            };
            posture.observe(&Observation {
                seen: seen(number, &client(c), &server(s)),
                fact,
            });
        }
        Told::Finding(c, s) => {
            let id = format!("F-{c:02x}{s:02x}");
            posture.finding(&finding(
                &id,
                "pci.pan",
                "high",
                "Card",
                &client(c),
                &server(s),
            ));
        }
    }
}

fn any_told() -> impl Strategy<Value = Told> {
    prop_oneof![
        (any::<u8>(), any::<u8>(), any::<bool>()).prop_map(|(c, s, t)| Told::Connection(c, s, t)),
        (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(c, s, k)| Told::Tls(c, s, k)),
        (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(c, s, k)| Told::Fact(c, s, k)),
        (any::<u8>(), any::<u8>()).prop_map(|(c, s)| Told::Finding(c, s)),
    ]
}

fn outcome(posture: &Posture) -> (String, String) {
    let assessment = posture.assess(at(9));
    let checks = serde_json::to_string(&assessment.checks).unwrap();
    let rest = serde_json::to_string(&(&assessment.coverage, &assessment.mend)).unwrap();
    (checks + &format!("{:?}", posture.seams()), rest)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Shards that share nothing, merged in any order, give what one posture would have given.
    #[test]
    fn any_split_and_order_gives_the_same_outcome(
        all in prop::collection::vec(any_told(), 0..40),
        shards in prop::collection::vec(0..4_usize, 40),
        reversed in any::<bool>(),
    ) {
        let mut one = Posture::default();
        let mut parts = vec![Posture::default(); 4];
        for (number, told) in all.iter().enumerate() {
            tell(&mut one, number as u64, told);
            tell(&mut parts[shards[number]], number as u64, told);
        }
        if reversed {
            parts.reverse();
        }
        let mut merged = Posture::default();
        for part in &parts {
            merged.merge(part);
        }
        prop_assert_eq!(outcome(&merged), outcome(&one));
    }
}
