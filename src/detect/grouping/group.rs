//! One finding as it grows: its first occurrence, what all of them have in common, how many they are.
//!
//! Two halves of a group merge to what one would have become. Refuses to know policy, what makes two
//! occurrences one finding, and how it reads when it is told.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::super::hits::{FNV_OFFSET, Notes, RawHit, TextId, fnv1a};
use super::super::rule::RuleIndex;
use super::groups::Look;
use super::occurrence::{Fact, Occurrence};
use super::passwords::MAX_PASSWORDS;
use super::scenes::SceneId;
use crate::event::{FindingDirection, Path, Severity, Transport};
use crate::packet::{Origin, Timestamp};
use crate::redact::{Fingerprint, Printable, Shadow};
use crate::segment::Endpoint;

/// What each occurrence touches stands in one line of a cache: many groups are more than it holds.
#[repr(align(64))]
pub(super) struct Group {
    /// With `field`, `scene` and `rule` the [`Look`] of its last hit that had one.
    key: TextId,
    field: TextId,
    scene: SceneId,
    pub(super) rule: RuleIndex,
    pub(super) severity: Severity,
    /// Every occurrence was a bare run of digits, of [`Rest::family`].
    is_bare: bool,
    pub(super) notes: Notes,
    pub(super) confidence: f32,
    pub(super) count: u64,
    pub(super) last_time: Timestamp,
    /// The connection of its last occurrence: mostly that of the next one too.
    last_connection: u64,
    pub(super) rest: Box<Rest>,
}

const _: () = assert!(size_of::<Group>() == 64, "one line");

/// What is touched when a group begins, grows by a connection or a password, and is told.
pub(super) struct Rest {
    /// What makes it that finding.
    pub(super) identity: Box<[u8]>,
    pub(super) first_time: Timestamp,
    pub(super) kinds: u64,
    pub(super) example: Example,
    /// Hashes of the connections it was seen on, [`MAX_CONNECTIONS`] of each shard at most.
    pub(super) connections: BTreeSet<u64>,
    pub(super) fingerprints: BTreeSet<Fingerprint>,
    /// Which tally judges it, where it is bare digits.
    pub(super) family: u64,
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
        let Look {
            key, field, scene, ..
        } = Look::NONE;
        Self {
            key,
            field,
            scene,
            rule,
            severity: Severity::Info,
            is_bare: false,
            notes: Notes::default(),
            confidence: 0.0,
            count: 1,
            last_time: example.at,
            last_connection: connection,
            rest: Box::new(Rest {
                identity: identity.into(),
                first_time: example.at,
                kinds: 0,
                example,
                connections: BTreeSet::from([connection]),
                fingerprints: BTreeSet::new(),
                family: 0,
                words: None,
                id: None,
                emitted: 0,
            }),
        }
    }

    /// Of its last hit that had one; [`Look::NONE`] before.
    #[inline]
    pub(super) fn look(&self) -> Look {
        Look {
            key: self.key,
            field: self.field,
            scene: self.scene,
            rule: self.rule,
        }
    }

    /// A hit of this look, which has its rule, was found to be of this group.
    pub(super) fn set_look(&mut self, look: Look) {
        debug_assert!(look.rule == self.rule, "another finding's look");
        (self.key, self.field, self.scene) = (look.key, look.field, look.scene);
    }

    /// Which tally judges it, where every occurrence was bare digits.
    pub(super) fn bare_family(&self) -> Option<u64> {
        self.is_bare.then_some(self.rest.family)
    }

    /// Bare digits of this family, as long as nothing says more.
    pub(super) fn set_bare_family(&mut self, family: Option<u64>) {
        self.is_bare = family.is_some();
        self.rest.family = family.unwrap_or_default();
    }

    #[inline]
    pub(super) fn again(
        &mut self,
        at: Timestamp,
        connection: u64,
        severity: Severity,
        confidence: f32,
        notes: Notes,
    ) {
        self.count = self.count.saturating_add(1);
        if at >= self.last_time {
            self.last_time = at;
        } else {
            self.rest.first_time = self.rest.first_time.min(at);
        }
        self.severity = self.severity.min(severity);
        self.confidence = self.confidence.max(confidence);
        self.notes = self.notes.of_both(notes);
        if self.last_connection != connection {
            self.last_connection = connection;
            let connections = &mut self.rest.connections;
            if connections.len() < MAX_CONNECTIONS {
                connections.insert(connection);
            }
        }
    }

    /// One more hit.
    #[inline]
    pub(super) fn add(
        &mut self,
        at: Timestamp,
        connection: u64,
        hit: &RawHit,
        fingerprint: Option<Fingerprint>,
    ) {
        self.again(at, connection, hit.severity, hit.confidence, hit.notes);
        if hit.kinds != 0 {
            self.rest.kinds |= hit.kinds;
        }
        self.is_bare &= hit.notes.has(Notes::BARE_DIGITS);
        self.add_fingerprint(fingerprint);
    }

    #[inline]
    pub(super) fn add_fingerprint(&mut self, fingerprint: Option<Fingerprint>) {
        if let Some(fingerprint) = fingerprint
            && self.rest.fingerprints.len() < MAX_PASSWORDS
        {
            self.rest.fingerprints.insert(fingerprint);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        let same_family = self.bare_family() == other.bare_family();
        self.is_bare &= same_family;
        self.count = self.count.saturating_add(other.count);
        self.last_time = self.last_time.max(other.last_time);
        self.severity = self.severity.min(other.severity);
        self.confidence = self.confidence.max(other.confidence);
        self.notes = self.notes.of_both(other.notes);
        let (ours, mut theirs) = (&mut *self.rest, *other.rest);
        let key = |example: &Example| (example.at, example.origin);
        if key(&theirs.example) < key(&ours.example) {
            ours.example = theirs.example;
        }
        ours.first_time = ours.first_time.min(theirs.first_time);
        ours.kinds |= theirs.kinds;
        ours.connections.append(&mut theirs.connections);
        ours.fingerprints.append(&mut theirs.fingerprints);
        self.say(theirs.words);
    }

    /// The words of the strongest evidence are kept, since the confidence is its; of equally strong
    /// ones those of the first connection, which may add to what it said.
    pub(super) fn say(&mut self, new: Option<Box<Words>>) {
        let Some(mut new) = new else { return };
        let words = &mut self.rest.words;
        let Some(known) = words else {
            *words = Some(new);
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
            *words = Some(new);
        }
    }

    pub(super) fn order(&self) -> (Timestamp, Origin, &[u8]) {
        let rest = &self.rest;
        (rest.first_time, rest.example.origin, &rest.identity)
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
