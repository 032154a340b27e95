//! One finding as it grows: its first occurrence, what all of them have in common, how many they are.
//!
//! Two halves of a group merge to what one would have become. Refuses to know policy, what makes two
//! occurrences one finding, and how it reads when it is told.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::super::hits::{FNV_OFFSET, Notes, fnv1a};
use super::super::rule::RuleIndex;
use super::occurrence::{Fact, Occurrence};
use super::passwords::MAX_PASSWORDS;
use crate::event::{FindingDirection, Path, Severity, Transport};
use crate::packet::{Origin, Timestamp};
use crate::redact::{Fingerprint, Printable, Shadow};
use crate::segment::Endpoint;

/// What each occurrence touches stands close together: many groups are more than a cache holds.
pub(super) struct Group {
    /// What makes it that finding.
    pub(super) identity: Box<[u8]>,
    pub(super) rule: RuleIndex,
    pub(super) severity: Severity,
    pub(super) confidence: f32,
    pub(super) notes: Notes,
    pub(super) kinds: u64,
    pub(super) example: Box<Example>,
    pub(super) count: u64,
    pub(super) first_time: Timestamp,
    pub(super) last_time: Timestamp,
    /// Hashes of the connections it was seen on, [`MAX_CONNECTIONS`] of each shard at most.
    pub(super) connections: BTreeSet<u64>,
    /// The connection of its last occurrence: mostly that of the next one too.
    pub(super) last_connection: u64,
    pub(super) fingerprints: BTreeSet<Fingerprint>,
    /// Every occurrence was a bare run of digits of this family.
    pub(super) bare_family: Option<u64>,
    pub(super) words: Option<Box<Words>>,
    pub(super) id: Option<String>,
    /// Occurrences when it was last emitted, 0 before.
    pub(super) emitted: u64,
}

/// What a fact says of itself, where that is not what its rule says.
pub(super) struct Words {
    /// Of the occurrence that they tell of.
    confidence: f32,
    connection: u64,
    at: Timestamp,
    origin: Origin,
    pub(super) why: Option<String>,
    pub(super) title: Option<String>,
}

/// The printed facts of a group's first occurrence.
#[derive(Clone)]
pub(super) struct Example {
    pub(super) at: Timestamp,
    pub(super) origin: Origin,
    pub(super) connection: String,
    pub(super) client: Endpoint,
    pub(super) server: Endpoint,
    pub(super) transport: Transport,
    pub(super) path: Path,
    pub(super) direction: FindingDirection,
    pub(super) command: Option<Box<[u8]>>,
    pub(super) key: Option<Printable>,
    pub(super) key_pattern: Option<Printable>,
    pub(super) field: Option<Printable>,
    pub(super) baseline: Box<[u8]>,
    pub(super) location: Option<String>,
    pub(super) shadow: Shadow,
}

impl Group {
    /// One occurrence; what is said of it beside its example is the caller's to add.
    pub(super) fn begin(identity: &[u8], rule: RuleIndex, example: Example) -> Self {
        let connection = connection_hash(&example.connection);
        Self {
            identity: identity.into(),
            rule,
            severity: Severity::Info,
            confidence: 0.0,
            notes: Notes::default(),
            kinds: 0,
            count: 1,
            first_time: example.at,
            last_time: example.at,
            connections: BTreeSet::from([connection]),
            last_connection: connection,
            fingerprints: BTreeSet::new(),
            bare_family: None,
            words: None,
            id: None,
            emitted: 0,
            example: Box::new(example),
        }
    }

    pub(super) fn again(
        &mut self,
        at: Timestamp,
        connection: u64,
        severity: Severity,
        confidence: f32,
        notes: Notes,
    ) {
        self.count = self.count.saturating_add(1);
        self.first_time = self.first_time.min(at);
        self.last_time = self.last_time.max(at);
        self.severity = self.severity.min(severity);
        self.confidence = self.confidence.max(confidence);
        self.notes = self.notes.of_both(notes);
        if self.last_connection != connection {
            self.last_connection = connection;
            if self.connections.len() < MAX_CONNECTIONS {
                self.connections.insert(connection);
            }
        }
    }

    pub(super) fn add_fingerprint(&mut self, fingerprint: Option<Fingerprint>) {
        if self.fingerprints.len() < MAX_PASSWORDS {
            self.fingerprints.extend(fingerprint);
        }
    }

    pub(super) fn merge(&mut self, mut other: Self) {
        let key = |group: &Self| (group.example.at, group.example.origin);
        if key(&other) < key(self) {
            std::mem::swap(&mut self.example, &mut other.example);
        }
        self.count = self.count.saturating_add(other.count);
        self.first_time = self.first_time.min(other.first_time);
        self.last_time = self.last_time.max(other.last_time);
        self.severity = self.severity.min(other.severity);
        self.confidence = self.confidence.max(other.confidence);
        self.notes = self.notes.of_both(other.notes);
        self.kinds |= other.kinds;
        self.connections.append(&mut other.connections);
        self.fingerprints.append(&mut other.fingerprints);
        if self.bare_family != other.bare_family {
            self.bare_family = None;
        }
        self.say(other.words);
    }

    /// The words of the strongest evidence are kept, since the confidence is its; of equally strong
    /// ones those of the first connection, which may add to what it said.
    pub(super) fn say(&mut self, new: Option<Box<Words>>) {
        let Some(mut new) = new else { return };
        let Some(known) = &self.words else {
            self.words = Some(new);
            return;
        };
        let is_better = match new.confidence.total_cmp(&known.confidence) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal if new.connection == known.connection => {
                (new.at, new.origin) = (known.at, known.origin);
                true
            }
            Ordering::Equal => (new.at, new.origin) < (known.at, known.origin),
        };
        if is_better {
            self.words = Some(new);
        }
    }

    pub(super) fn order(&self) -> (Timestamp, Origin, &[u8]) {
        (self.first_time, self.example.origin, &self.identity)
    }
}

impl Words {
    pub(super) fn of(
        occurrence: &Occurrence<'_>,
        connection: u64,
        fact: &Fact<'_>,
        confidence: f32,
    ) -> Option<Box<Self>> {
        (fact.why.is_some() || fact.title.is_some()).then(|| {
            Box::new(Self {
                confidence,
                connection,
                at: occurrence.at,
                origin: occurrence.origin,
                why: fact.why.clone(),
                title: fact.title.clone(),
            })
        })
    }
}

impl Example {
    pub(super) fn at(occurrence: &Occurrence<'_>) -> Self {
        Self {
            at: occurrence.at,
            origin: occurrence.origin,
            connection: occurrence.connection.to_owned(),
            client: occurrence.client,
            server: occurrence.server,
            transport: occurrence.transport,
            path: occurrence.path,
            direction: occurrence.direction,
            command: occurrence.command.map(Box::from),
            key: None,
            key_pattern: None,
            field: None,
            baseline: Box::default(),
            location: None,
            shadow: Shadow::default(),
        }
    }
}

pub(super) fn connection_hash(connection: &str) -> u64 {
    fnv1a(FNV_OFFSET, connection.as_bytes())
}

/// Distinct connections told apart in one finding; beyond it the count says "at least".
pub const MAX_CONNECTIONS: usize = 4096;
