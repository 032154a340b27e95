//! Who logs in where: what shows only when the connections of a server are put side by side.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::{Fact, Findings, Occurrence};
use crate::event::{FindingDirection, Path, Transport};
use crate::packet::{Origin, Timestamp};
use crate::segment::{Address, Endpoint};

/// Failed logins of one client at one server from which on somebody tries passwords: people mistype
/// twice, a misconfigured client stops its service at once.
const BRUTE_FORCE: u64 = 5;

/// True where a request begins as HTTP and as nothing else.
pub(super) fn is_http(bytes: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 8] = [
        b"POST /",
        b"PUT /",
        b"HEAD /",
        b"OPTIONS /",
        b"OPTIONS *",
        b"CONNECT ",
        b"PATCH /",
        b"DELETE /",
    ];
    BEGINNINGS.iter().any(|begin| bytes.starts_with(begin))
}

/// Servers, and pairs of server and client, that a shard remembers.
const MAX_ENTRIES: usize = 4096;

/// Where something was seen, for a finding that is made later.
#[derive(Debug, Clone)]
pub(super) struct Sighting {
    pub(super) at: Timestamp,
    pub(super) origin: Origin,
    pub(super) connection: String,
    pub(super) client: Endpoint,
    pub(super) server: Endpoint,
    pub(super) path: Path,
}

impl Sighting {
    fn occurrence(&self) -> Occurrence<'_> {
        Occurrence {
            at: self.at,
            origin: self.origin,
            connection: &self.connection,
            client: self.client,
            server: self.server,
            transport: Transport::Plaintext,
            path: self.path,
            direction: FindingDirection::Request,
            command: None,
        }
    }
}

/// Logins, and connections served without one, by server.
#[derive(Debug, Default)]
pub(super) struct Access {
    logins: BTreeMap<Endpoint, u64>,
    without: BTreeMap<(Endpoint, Address), Sighting>,
    failed: BTreeMap<(Endpoint, Address), Failed>,
    /// HTTP that was never answered; whether a Redis was asked shows by its other connections.
    http: BTreeMap<(Endpoint, Address), Sighting>,
    clipped: u64,
}

#[derive(Debug)]
struct Failed {
    count: u64,
    first: Timestamp,
    last: Timestamp,
    sighting: Sighting,
}

impl Access {
    /// Somebody logged in.
    pub(super) fn login(&mut self, server: Endpoint) {
        if self.logins.len() < MAX_ENTRIES || self.logins.contains_key(&server) {
            *self.logins.entry(server).or_default() += 1;
        } else {
            self.clipped += 1;
        }
    }

    /// A connection was served without a login.
    pub(super) fn without_login(&mut self, seen: &Sighting) {
        let key = (seen.server, seen.client.address);
        if self.without.len() < MAX_ENTRIES || self.without.contains_key(&key) {
            self.without.entry(key).or_insert_with(|| seen.clone());
        } else {
            self.clipped += 1;
        }
    }

    /// HTTP was spoken to a server that said nothing, as Redis does since 3.2.
    pub(super) fn unanswered_http(&mut self, seen: Sighting) {
        let key = (seen.server, seen.client.address);
        if self.http.len() < MAX_ENTRIES || self.http.contains_key(&key) {
            self.http.entry(key).or_insert(seen);
        } else {
            self.clipped += 1;
        }
    }

    /// A login failed.
    pub(super) fn failed_login(&mut self, seen: &Sighting) {
        let key = (seen.server, seen.client.address);
        if let Some(failed) = self.failed.get_mut(&key) {
            failed.count += 1;
            failed.first = failed.first.min(seen.at);
            failed.last = failed.last.max(seen.at);
        } else if self.failed.len() < MAX_ENTRIES {
            let failed = Failed {
                count: 1,
                first: seen.at,
                last: seen.at,
                sighting: seen.clone(),
            };
            self.failed.insert(key, failed);
        } else {
            self.clipped += 1;
        }
    }

    /// Adds what another shard saw; of two sightings the earlier stays.
    pub(super) fn merge(&mut self, other: Self) {
        self.clipped += other.clipped;
        for (server, count) in other.logins {
            *self.logins.entry(server).or_default() += count;
        }
        for (ours, theirs) in [
            (&mut self.without, other.without),
            (&mut self.http, other.http),
        ] {
            for (key, theirs) in theirs {
                let ours = ours.entry(key).or_insert_with(|| theirs.clone());
                if theirs.origin < ours.origin {
                    *ours = theirs;
                }
            }
        }
        for (key, theirs) in other.failed {
            match self.failed.entry(key) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(theirs);
                }
                std::collections::btree_map::Entry::Occupied(mut entry) => {
                    let ours = entry.get_mut();
                    ours.count += theirs.count;
                    ours.first = ours.first.min(theirs.first);
                    ours.last = ours.last.max(theirs.last);
                    if theirs.sighting.origin < ours.sighting.origin {
                        ours.sighting = theirs.sighting;
                    }
                }
            }
        }
    }

    /// Entries that found no room.
    pub(super) fn clipped(&self) -> u64 {
        self.clipped
    }

    /// Makes findings of what only now can be told.
    pub(super) fn conclude(&self, findings: &mut Findings) {
        for ((server, client), seen) in &self.without {
            if self.logins.contains_key(server) {
                let subject = client.to_string();
                let fact = Fact {
                    rule: "exposure.no-auth-among-others",
                    subject: subject.as_bytes(),
                    ..Fact::default()
                };
                findings.add_fact(&seen.occurrence(), &fact);
            }
        }
        let served: BTreeSet<&Endpoint> = self.without.keys().map(|(server, _)| server).collect();
        for ((server, client), seen) in &self.http {
            if self.logins.contains_key(server) || served.contains(server) {
                let subject = client.to_string();
                let fact = Fact {
                    rule: "hygiene.http",
                    subject: subject.as_bytes(),
                    ..Fact::default()
                };
                findings.add_fact(&seen.occurrence(), &fact);
            }
        }
        for ((_, client), failed) in &self.failed {
            if failed.count < BRUTE_FORCE {
                continue;
            }
            let subject = client.to_string();
            let seconds = failed.last.since(failed.first) as f64 / 1e9;
            let fact = Fact {
                rule: "hygiene.brute-force",
                subject: subject.as_bytes(),
                why: Some(format!(
                    "{client} failed to log in {} times within {seconds:.1} s.",
                    failed.count
                )),
                ..Fact::default()
            };
            findings.add_fact(&failed.sighting.occurrence(), &fact);
        }
    }
}
