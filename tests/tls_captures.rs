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

use resp_sniff::tls::{KeyLog, TlsContext};
use tls_support::{Cut, captures, folder, run};

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
    for path in captures(&folder) {
        let without = run(&path, &mut TlsContext::default(), Cut::Segments, true);
        let mut context = TlsContext::default();
        context.keys = Some(KeyLog::new());
        let with = run(&path, &mut context, Cut::Segments, true);
        for (without, with) in without.iter().zip(&with) {
            assert_eq!(without.facts, with.facts, "{}", path.display());
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
