//! The TLS room over captures that others made, where they are at hand: no panic, every byte
//! counted, caps held, whatever is missing or broken.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::similar_names,
    clippy::items_after_statements,
    clippy::type_complexity,
    reason = "a test may panic, and its inputs are its own"
)]
mod tls_support;

use resp_sniff::event::SessionLinks;
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::tls::{KeyLog, TlsConnection, TlsContext, TlsStart};
use tls_support::{Cut, Seen, captures, folder, payloads, run};

#[test]
fn foreign_captures_give_the_same_facts_however_they_are_cut() {
    let Some(folder) = folder("tls") else { return };
    for path in captures(&folder) {
        for midstream in [false, true] {
            let whole = run(&path, &mut TlsContext::default(), Cut::Segments, midstream);
            for size in [1, 4, 100] {
                let cut = run(
                    &path,
                    &mut TlsContext::default(),
                    Cut::Every(size),
                    midstream,
                );
                for (whole, cut) in whole.iter().zip(&cut) {
                    let name = path.display();
                    assert_eq!(whole.facts, cut.facts, "{name} cut every {size}");
                }
            }
        }
    }
}

#[test]
fn waiting_for_keys_that_never_come_changes_no_fact() {
    let Some(folder) = folder("tls") else { return };
    // With keys a handshake has a name, for tickets that can be read later.
    let facts = |seen: &Seen| {
        let mut facts = seen.facts.clone();
        for facts in &mut facts {
            facts.session = SessionLinks::default();
        }
        facts
    };
    for path in captures(&folder) {
        let without = run(&path, &mut TlsContext::default(), Cut::Segments, true);
        let mut context = TlsContext::default();
        context.keys = Some(KeyLog::new());
        let with = run(&path, &mut context, Cut::Segments, true);
        for (without, with) in without.iter().zip(&with) {
            assert_eq!(facts(without), facts(with), "{}", path.display());
            assert_eq!(without.version, with.version, "{}", path.display());
        }
    }
}

#[test]
fn captures_of_every_other_protocol_are_survived() {
    for name in ["redis", "tcp", "tls-redis"] {
        let Some(folder) = folder(name) else { continue };
        for path in captures(&folder) {
            for cut in [Cut::Segments, Cut::Every(3)] {
                run(&path, &mut TlsContext::default(), cut, true);
            }
        }
    }
}

/// Bytes changed, pieces dropped (and told as gaps, or not): a handshake may end in any way but a
/// panic, and every byte is counted.
#[test]
fn damaged_handshakes_are_survived_and_counted() {
    let folder = folder("tls-redis").expect("captures/tls-redis");
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below.max(1) as u64).expect("small")
    };
    let mut outcomes = std::collections::BTreeMap::new();
    for path in captures(&folder) {
        let segments = payloads(&path);
        for round in 0..60 {
            let mut context = TlsContext::default();
            if round % 3 == 0 {
                let mut log = KeyLog::new();
                log.add(&std::fs::read(path.with_extension("keys")).unwrap_or_default());
                context.keys = Some(log);
            }
            let mut connection = TlsConnection::new(TlsStart::default());
            let mut seen = Seen::default();
            let (at, origin) = (Timestamp::default(), Origin::default());
            let mut given = 0;
            for (direction, bytes) in &segments {
                let mut bytes = bytes.clone();
                match next(6) {
                    0 => {
                        let at = next(bytes.len());
                        bytes[at] ^= 1 << next(8);
                    }
                    1 => bytes.truncate(next(bytes.len())),
                    2 if round % 2 == 0 => {
                        let len = bytes.len() as u64;
                        connection.gap(&mut context, *direction, len, at, origin, &mut seen);
                        continue;
                    }
                    _ => {}
                }
                given += bytes.len() as u64;
                connection.data(&mut context, *direction, &bytes, at, origin, &mut seen);
            }
            connection.finish(&mut context, at, origin, &mut seen);
            let counters = connection.counters();
            assert_eq!(
                counters.tls_bytes + counters.skipped_bytes,
                given,
                "{path:?} {round}"
            );
            for facts in &seen.facts {
                *outcomes.entry(format!("{:?}", facts.outcome)).or_insert(0) += 1;
                let incomplete = facts.outcome == resp_sniff::event::Outcome::Incomplete;
                assert!(!incomplete || facts.reason.is_some(), "{path:?} {round}");
            }
        }
    }
    assert_eq!(outcomes.len(), 3, "{outcomes:?}");
}
