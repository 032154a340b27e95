//! Which passwords are used by whom: one for many users, or one from many clients, is a weakness.
//!
//! Refuses to know a password: it has its fingerprint of this run.

use std::collections::{BTreeMap, BTreeSet};

use super::super::words::PasswordFacts;
use crate::redact::Fingerprint;
use crate::segment::Address;

/// Which clients and which groups used one password.
#[derive(Default)]
pub(super) struct Passwords {
    uses: BTreeMap<Fingerprint, PasswordUse>,
}

#[derive(Default)]
struct PasswordUse {
    clients: BTreeSet<Address>,
    users: BTreeSet<Box<[u8]>>,
}

impl Passwords {
    pub(super) fn add(&mut self, fingerprint: Fingerprint, client: Address, user: Option<&[u8]>) {
        if self.uses.len() >= MAX_PASSWORDS && !self.uses.contains_key(&fingerprint) {
            return;
        }
        let entry = self.uses.entry(fingerprint).or_default();
        if entry.clients.len() < MAX_PASSWORDS {
            entry.clients.insert(client);
        }
        if entry.users.len() < MAX_PASSWORDS {
            entry.users.insert(user.unwrap_or_default().into());
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (fingerprint, mut theirs) in other.uses {
            let ours = self.uses.entry(fingerprint).or_default();
            ours.clients.append(&mut theirs.clients);
            ours.users.append(&mut theirs.users);
        }
    }

    pub(super) fn facts(&self, fingerprints: &BTreeSet<Fingerprint>) -> PasswordFacts {
        let mut facts = PasswordFacts {
            passwords: fingerprints.len(),
            ..PasswordFacts::default()
        };
        for used in fingerprints
            .iter()
            .filter_map(|fingerprint| self.uses.get(fingerprint))
        {
            facts.clients = facts.clients.max(used.clients.len());
            facts.users = facts.users.max(used.users.len());
        }
        facts
    }
}

/// Distinct passwords, users and clients compared.
pub(super) const MAX_PASSWORDS: usize = 256;
