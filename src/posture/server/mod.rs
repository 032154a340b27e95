//! What is known of one server endpoint.

mod connections;
mod facts;
mod handshakes;
mod peer;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::marks::{At, Mark, Marks};
use crate::event::{Category, FindingDirection, FindingEvent, Severity, TlsVersion, Transport};
use crate::observation::{Bus, SettingValue, Software, User};
use crate::packet::Timestamp;
use crate::segment::Address;

#[cfg(test)]
pub(super) use peer::MAX_CLIENTS;
pub(super) use peer::Peer;
use peer::peer;

/// One server endpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Server {
    pub(super) marks: Marks,
    /// By address; at most [`peer::MAX_CLIENTS`].
    pub(super) clients: BTreeMap<Address, Peer>,
    /// Latest value of each setting.
    pub(super) settings: BTreeMap<&'static str, Latest<SettingValue>>,
    /// Latest software and version.
    pub(super) software: Option<Latest<Software>>,
    /// Sender of bus messages from this host: kept where the connection's server listens for the bus.
    pub(super) bus: BTreeSet<Bus>,
    /// Latest picture of the cluster: primaries and replicas.
    pub(super) cluster: Option<Latest<(u32, u32)>>,
    /// Orders of suites that clients offered, and what the server picked; at most [`MAX_OFFERS`].
    pub(super) offers: BTreeSet<Offer>,
    /// Findings by id; at most [`MAX_FINDINGS`].
    pub(super) findings: BTreeMap<String, KnownFinding>,
    /// Passwords by keyed hash: for whom, and from where. At most [`MAX_PASSWORDS`].
    passwords: BTreeMap<u64, BTreeSet<(User, Address)>>,
    /// Connections under TLS by version, as far as it is told.
    pub(super) tls_versions: BTreeMap<Option<TlsVersion>, u64>,
    /// The longest of its TLS connections.
    pub(super) tls_span: Span,
    /// Bytes of values that could be read, and that could not.
    pub(super) values: (u64, u64),
}

/// A value with the place of its sighting; the later place wins, whatever the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Latest<T> {
    pub(super) time: Timestamp,
    pub(super) at: At,
    pub(super) value: T,
}

impl<T: Clone> Latest<T> {
    fn update(slot: &mut Option<Self>, newer: &Self) {
        if slot
            .as_ref()
            .is_none_or(|old| (old.time, &old.at) <= (newer.time, &newer.at))
        {
            *slot = Some(newer.clone());
        }
    }
}

/// What a client offered, in its order, and what the server picked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Offer {
    pub(super) version: TlsVersion,
    pub(super) suites: Vec<String>,
    pub(super) picked: String,
    pub(super) at: At,
}

/// What the mending steps need of a finding.
#[derive(Debug, Clone)]
pub(super) struct KnownFinding {
    pub(super) rule: String,
    pub(super) category: Category,
    pub(super) severity: Severity,
    pub(super) transport: Transport,
    pub(super) direction: FindingDirection,
}

/// When a connection was open; of several the longest, the earliest of equally long ones.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span(pub(super) Option<(Timestamp, Timestamp)>);

impl Span {
    pub(super) fn take_longer(&mut self, (start, end): (Timestamp, Timestamp)) {
        let rank = |(start, end): (Timestamp, Timestamp)| (end.since(start), Reverse(start));
        if self.0.is_none_or(|known| rank(known) < rank((start, end))) {
            self.0 = Some((start, end));
        }
    }

    /// True where it was open at that time.
    pub(super) fn covers(self, time: Timestamp) -> bool {
        self.0
            .is_some_and(|(start, end)| start < time && time <= end)
    }
}

impl Server {
    /// At least one connection spoke RESP, TLS or the cluster bus.
    pub(super) fn is_understood(&self) -> bool {
        self.clients
            .values()
            .any(|peer| peer.plain.connections > 0 || peer.tls.connections > 0)
            || self.marks.has(Mark::TlsConnection)
            || self.marks.has(Mark::HelloUnanswered)
    }

    /// A TLS handshake succeeded here, or one was going on before the capture.
    pub(super) fn serves_tls(&self) -> bool {
        self.marks.has(Mark::TlsConnection)
    }

    /// Takes a finding.
    pub(super) fn finding(&mut self, event: &FindingEvent) -> u64 {
        if self.findings.len() >= MAX_FINDINGS && !self.findings.contains_key(&event.id) {
            return 1;
        }
        self.findings
            .entry(event.id.clone())
            .or_insert_with(|| KnownFinding {
                rule: event.rule.clone(),
                category: event.category,
                severity: event.severity,
                transport: event.transport,
                direction: event.direction,
            });
        0
    }

    /// Passwords that serve more than one user, or one user from more than one client.
    pub(super) fn reused_passwords(&self) -> impl Iterator<Item = ReusedPassword> + '_ {
        self.passwords.values().filter_map(|uses| {
            let users: BTreeSet<_> = uses.iter().map(|(user, _)| user_name(user)).collect();
            let clients: BTreeSet<_> = uses.iter().map(|(_, client)| *client).collect();
            (users.len() > 1 || clients.len() > 1).then_some(ReusedPassword { users, clients })
        })
    }

    /// Adds what another shard saw.
    pub(super) fn merge(&mut self, other: &Self) -> u64 {
        let mut clipped = 0;
        self.marks.merge(&other.marks);
        for (&address, theirs) in &other.clients {
            match peer(&mut self.clients, address) {
                Some(ours) => ours.merge(theirs),
                None => clipped += 1,
            }
        }
        for (&name, latest) in &other.settings {
            let mut slot = self.settings.remove(name);
            Latest::update(&mut slot, latest);
            if let Some(latest) = slot {
                self.settings.insert(name, latest);
            }
        }
        if let Some(software) = &other.software {
            Latest::update(&mut self.software, software);
        }
        if let Some(cluster) = &other.cluster {
            Latest::update(&mut self.cluster, cluster);
        }
        self.bus.extend(other.bus.iter().copied());
        self.offers.extend(other.offers.iter().cloned());
        while self.offers.len() > MAX_OFFERS {
            self.offers.pop_last();
        }
        for (id, finding) in &other.findings {
            if self.findings.len() < MAX_FINDINGS || self.findings.contains_key(id) {
                self.findings
                    .entry(id.clone())
                    .or_insert_with(|| finding.clone());
            } else {
                clipped += 1;
            }
        }
        for (&sameness, uses) in &other.passwords {
            if self.passwords.len() < MAX_PASSWORDS || self.passwords.contains_key(&sameness) {
                self.passwords
                    .entry(sameness)
                    .or_default()
                    .extend(uses.iter().cloned());
            } else {
                clipped += 1;
            }
        }
        if let Some(theirs) = other.tls_span.0 {
            self.tls_span.take_longer(theirs);
        }
        for (version, count) in &other.tls_versions {
            *self.tls_versions.entry(*version).or_default() += count;
        }
        self.values.0 = self.values.0.saturating_add(other.values.0);
        self.values.1 = self.values.1.saturating_add(other.values.1);
        clipped
    }
}

/// Users or clients that share a password.
#[derive(Debug, Clone)]
pub(super) struct ReusedPassword {
    pub(super) users: BTreeSet<String>,
    pub(super) clients: BTreeSet<Address>,
}

/// A user in words.
pub(super) fn user_name(user: &User) -> String {
    match user {
        User::Unknown => "an unknown user".to_owned(),
        User::NoLogin | User::Default => "default".to_owned(),
        User::Named(name) => name.to_string(),
    }
}

/// Findings kept a server.
const MAX_FINDINGS: usize = 4096;
/// Distinct passwords kept a server, and uses of each; as keyed hashes.
const MAX_PASSWORDS: usize = 256;
/// Offers of suites kept a server; two that differ are enough to tell whose order counts.
const MAX_OFFERS: usize = 16;
