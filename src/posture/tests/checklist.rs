//! The list itself: its lines, their ids and words, and what may pass.

use super::super::marks::Mark;
use super::*;

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
