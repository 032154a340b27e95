//! What the conversations tell: logins, refusals, commands, settings, versions, links.

use super::*;
use crate::observation::{AclRules, AclUser, Cluster, SentinelSide, Software};

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
