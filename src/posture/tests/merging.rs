//! Parts that share nothing, merged in any order, say what one posture says.

use proptest::prelude::*;

use super::*;
use crate::event::samples::{finding, tls};
use crate::observation::Client;

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
