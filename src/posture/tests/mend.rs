//! The steps that mend what was found, in the order that breaks nothing.

use super::*;
use crate::event::samples::{finding, tls};

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
