//! Findings of made-up hits against what they must be, counted plainly.

use std::collections::{BTreeMap, BTreeSet};

use super::super::hits::{FNV_OFFSET, Place, RawHit, TextId, Under, fnv1a};
use super::*;
use crate::event::{FindingDirection, FindingEvent, Transport};
use crate::packet::{Origin, Timestamp};
use crate::redact::{Keys, Mask, TokenKey, Values};
use crate::segment::Endpoint;

/// What sets two findings apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    rule: String,
    port: u16,
    direction: FindingDirection,
    command: Option<String>,
    key: String,
    field: Option<String>,
}

/// One hit of a cause, on one connection.
struct Seen {
    cause: Cause,
    connection: String,
    number: u32,
}

fn shard() -> Findings {
    let key = TokenKey::from_file_content(&[1; 32]).expect("a key");
    let redactor = Redactor::new(Values::Full(0), Keys::Full, key);
    Findings::new(RulePack::builtin(), Arc::default(), redactor, 0.5)
}

/// What a text is known by: nothing, or one of several ids.
fn id_of(text: &[u8], which: u32) -> TextId {
    match which {
        0 => TextId::UNKNOWN,
        _ => TextId(fnv1a(FNV_OFFSET, text).wrapping_add(u64::from(which))),
    }
}

fn add(findings: &mut Findings, seen: &Seen) {
    let cause = &seen.cause;
    let mut hits = Hits::new();
    let key = cause.key.as_bytes();
    let id = id_of(key, seen.number % 3);
    let key = hits.keep_key(key, key.len() as u64, &[], id);
    let field = cause
        .field
        .as_ref()
        .map(|field| hits.keep_field(field.as_bytes(), id_of(field.as_bytes(), seen.number % 5)));
    let value = hits.keep(b"value");
    hits.add(RawHit {
        rule: RulePack::builtin().find(&cause.rule).expect("a rule"),
        severity: Severity::High,
        confidence: 0.9,
        place: Place::Payload,
        start: 0,
        end: 5,
        under: Under { key, field },
        value,
        value_len: 5,
        mask: Mask::Hidden,
        notes: Notes::default(),
        record: 0,
        kinds: 0,
        expires: None,
    });
    let occurrence = Occurrence {
        at: Timestamp::from_parts(u64::from(seen.number), 0),
        origin: Origin::default(),
        connection: &seen.connection,
        client: Endpoint::default(),
        server: Endpoint {
            port: cause.port,
            ..Endpoint::default()
        },
        transport: Transport::Plaintext,
        path: Path::Private,
        direction: cause.direction,
        command: cause.command.as_ref().map(String::as_bytes),
    };
    assert_eq!(findings.add(&occurrence, &hits), 1);
}

fn cause_of(event: &FindingEvent) -> Cause {
    Cause {
        rule: event.rule.clone(),
        port: event.server.port,
        direction: event.direction,
        command: event.command.as_ref().map(ToString::to_string),
        key: event.key.as_ref().map(ToString::to_string).expect("a key"),
        field: event.field.as_ref().map(ToString::to_string),
    }
}

/// A word for each number, since keys that differ in their digits are of one pattern.
fn word(number: usize) -> String {
    let letters = [number / 676, number / 26, number].map(|place| place % 26);
    letters
        .iter()
        .map(|&letter| char::from(b"abcdefghijklmnopqrstuvwxyz"[letter]))
        .collect()
}

/// Hits of which many differ in one thing only.
fn look_alikes(seed: u64, count: u32) -> Vec<Seen> {
    let mut state = seed;
    let mut below = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).expect("31 bits") % limit
    };
    (0..count)
        .map(|number| Seen {
            cause: Cause {
                rule: ["sec.password-field", "pii.email"][below(2)].to_owned(),
                port: [6379, 6380][below(2)],
                direction: [FindingDirection::Request, FindingDirection::Reply][below(2)],
                command: [
                    None,
                    Some("SET"),
                    Some("CONFIG REWRITE 2"),
                    Some("XGROUP CREATECONSUMER"),
                ][below(4)]
                .map(str::to_owned),
                key: match below(6) {
                    0 => "k".repeat(below(10)),
                    _ => format!("account:{}:secret::", word(below(12))),
                },
                field: [None, Some(""), Some("f"), Some("password")][below(4)].map(str::to_owned),
            },
            connection: format!("0-{}", below(5)),
            number,
        })
        .collect()
}

#[test]
fn causes_that_look_alike_are_told_apart() {
    for seed in 0..8 {
        let all = look_alikes(seed, 6000);
        let mut expected = BTreeMap::<_, (u64, BTreeSet<_>)>::new();
        let mut findings = shard();
        for seen in &all {
            add(&mut findings, seen);
            let (count, connections) = expected.entry(seen.cause.clone()).or_default();
            *count += 1;
            connections.insert(seen.connection.clone());
        }
        let told: BTreeMap<_, _> = findings
            .events()
            .iter()
            .map(|event| (cause_of(event), (event.count, event.connections)))
            .collect();
        let expected: BTreeMap<_, _> = expected
            .into_iter()
            .map(|(cause, (count, connections))| (cause, (count, connections.len() as u64)))
            .collect();
        assert!(told == expected, "seed {seed}");
    }
}

#[test]
fn shards_merged_tell_what_one_would() {
    for seed in 0..4 {
        let all = look_alikes(seed, 3000);
        let mut one = shard();
        let mut shards = [shard(), shard(), shard()];
        for seen in &all {
            add(&mut one, seen);
            let at = seen.connection.len() + usize::from(seen.connection.as_bytes()[2]);
            add(&mut shards[at % 3], seen);
        }
        let mut merged = shard();
        for findings in shards {
            merged.merge(findings);
        }
        assert_eq!(merged.events(), one.events(), "seed {seed}");
    }
}

#[test]
fn a_new_finding_is_told_once_and_again_when_it_has_changed() {
    let all = look_alikes(1, 200);
    let mut findings = shard();
    let mut told = BTreeSet::new();
    for seen in &all {
        add(&mut findings, seen);
        let fresh: Vec<_> = findings
            .fresh(Fresh::FirstSight)
            .iter()
            .map(cause_of)
            .collect();
        let is_new = told.insert(seen.cause.clone());
        assert_eq!(
            fresh,
            if is_new {
                vec![seen.cause.clone()]
            } else {
                Vec::new()
            }
        );
    }
    assert!(told.len() < all.len(), "some occurred twice");
    let changed = findings.fresh(Fresh::Changed);
    assert!(changed.iter().all(|event| event.count > 1));
    assert!(findings.fresh(Fresh::Changed).is_empty());
}

#[test]
fn findings_beyond_the_limit_are_counted_by_rule() {
    let mut findings = shard();
    let limit = u32::try_from(MAX_GROUPS).expect("few");
    for number in (0..limit + 7).chain(0..limit + 7) {
        let cause = Cause {
            rule: "pii.email".to_owned(),
            port: 6379,
            direction: FindingDirection::Request,
            command: None,
            key: format!("account:{}:", word(number as usize)),
            field: None,
        };
        let connection = "0-1".to_owned();
        add(
            &mut findings,
            &Seen {
                cause,
                connection,
                number,
            },
        );
    }
    assert_eq!(findings.group_count(), MAX_GROUPS);
    assert_eq!(
        findings.overflow(),
        BTreeMap::from([("pii.email".to_owned(), 14)])
    );
    assert!(findings.events().iter().all(|event| event.count == 2));
}
