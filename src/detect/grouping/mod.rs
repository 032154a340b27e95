//! From hits to findings: one finding a cause, with its count.
//!
//! Bounded ([`MAX_GROUPS`] a shard, the rest counted per rule) and mergeable: shards are merged in
//! shard order and give what one shard would have given. Refuses to know how hits are found, and how
//! a finding reads when it is told ([`telling`]).

mod group;
mod groups;
mod identity;
mod occurrence;
mod passwords;
mod scenes;
mod telling;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use group::MAX_CONNECTIONS;
pub use occurrence::{Fact, Occurrence};
pub use telling::Fresh;

use group::{Example, Group, Words, connection_hash};
use groups::{Groups, Look};
use identity::{identity_head, identity_into, identity_tail};
use passwords::Passwords;
use scenes::{SceneId, Scenes};

use super::RulePack;
use super::hits::{Hit, Hits, Notes, RawHit, signed_family};
use super::policy::{Answer, Policy, Question};
use super::rule::RuleIndex;
use super::tally::Tallies;
use crate::event::{Path, Severity};
use crate::redact::{Fingerprint, Redactor, Shadow};

/// The findings of one shard, or of all of them after [`Findings::merge`].
pub struct Findings {
    pack: Arc<RulePack>,
    policy: Arc<Policy>,
    redactor: Redactor,
    min_confidence: f32,
    groups: Groups,
    scenes: Scenes,
    tallies: Tallies,
    passwords: Passwords,
    overflow: BTreeMap<RuleIndex, u64>,
    suppressed: BTreeMap<String, u64>,
    scratch: Vec<u8>,
    issued: HashMap<String, Box<[u8]>>,
}

impl Findings {
    /// Empty. Hits below `min_confidence` are neither kept nor counted.
    #[must_use]
    pub fn new(
        pack: Arc<RulePack>,
        policy: Arc<Policy>,
        redactor: Redactor,
        min_confidence: f32,
    ) -> Self {
        Self {
            pack,
            policy,
            redactor,
            min_confidence,
            groups: Groups::new(),
            scenes: Scenes::new(),
            tallies: Tallies::default(),
            passwords: Passwords::default(),
            overflow: BTreeMap::new(),
            suppressed: BTreeMap::new(),
            scratch: Vec::new(),
            issued: HashMap::new(),
        }
    }

    /// Adds a message's hits; the answer is how many were kept (the `findings` of its command).
    pub fn add(&mut self, occurrence: &Occurrence<'_>, hits: &Hits) -> u32 {
        for run in hits.digit_runs() {
            self.tallies.add(run);
        }
        if hits.raw.is_empty() {
            return 0;
        }
        let seen = Seen {
            occurrence,
            connection: connection_hash(occurrence.connection),
            scene: self.scenes.id(occurrence),
        };
        let mut kept: u32 = 0;
        for raw in &hits.raw {
            if self.add_hit(&seen, hits, raw) {
                kept = kept.saturating_add(1);
            }
        }
        kept
    }

    /// Adds something that no detector of values found.
    pub fn add_fact(&mut self, occurrence: &Occurrence<'_>, fact: &Fact<'_>) -> bool {
        let Some(rule) = self.pack.find(fact.rule) else {
            debug_assert!(false, "no rule {}", fact.rule);
            return false;
        };
        let pack = Arc::clone(&self.pack);
        if !pack.is_enabled(rule) {
            return false;
        }
        let info = pack.info(rule);
        let confidence = fact.confidence.unwrap_or(info.confidence);
        if confidence < self.min_confidence {
            return false;
        }
        let question = Question {
            rule: fact.rule,
            value: &[],
            value_is_whole: false,
            key: None,
            field: None,
            command: occurrence.command,
            client: occurrence.client.address,
            server: occurrence.server.address,
            path: occurrence.path,
            at: occurrence.at,
        };
        let answer = self.policy.ask(&question, String::new);
        self.count_suppressed(answer);
        if matches!(answer, Answer::Allowed(_)) {
            return false;
        }
        let connection = connection_hash(occurrence.connection);
        let severity = fact.severity.unwrap_or(info.severity);
        let severity = self.severity(rule, severity, occurrence.path, answer);
        let mut identity = std::mem::take(&mut self.scratch);
        identity.clear();
        identity_head(
            &mut identity,
            fact.rule,
            Some(occurrence.server),
            occurrence,
        );
        identity.extend_from_slice(fact.subject);
        if let Some(group) = self.groups.find_mut(&identity) {
            group.again(
                occurrence.at,
                connection,
                severity,
                confidence,
                Notes::default(),
            );
            group.say(Words::of(occurrence, connection, fact, confidence));
        } else if self.groups.len() >= MAX_GROUPS {
            *self.overflow.entry(rule).or_default() += 1;
        } else {
            let mut baseline = Vec::new();
            identity_head(&mut baseline, fact.rule, None, occurrence);
            let example = Example {
                baseline: baseline.into(),
                location: fact.location.clone(),
                shadow: Shadow {
                    masked: fact.masked.clone(),
                    token: None,
                    value_bytes: fact.value_bytes,
                },
                ..Example::at(occurrence)
            };
            let mut group = Group::begin(&identity, rule, example);
            group.severity = severity;
            group.confidence = confidence;
            group.say(Words::of(occurrence, connection, fact, confidence));
            self.groups.insert(group);
        }
        self.scratch = identity;
        true
    }

    /// Takes over the findings of a later shard.
    pub fn merge(&mut self, other: Self) {
        self.tallies.merge(other.tallies);
        self.passwords.merge(other.passwords);
        for (rule, count) in other.overflow {
            *self.overflow.entry(rule).or_default() += count;
        }
        for (entry, count) in other.suppressed {
            *self.suppressed.entry(entry).or_default() += count;
        }
        let mut groups = other.groups.into_list();
        // Which group is left out at the limit does not depend on which began first.
        groups.sort_unstable_by(|a, b| a.rest.identity.cmp(&b.rest.identity));
        for theirs in groups {
            if let Some(ours) = self.groups.find_mut(&theirs.rest.identity) {
                ours.merge(theirs);
            } else if self.groups.len() >= MAX_GROUPS_MERGED {
                *self.overflow.entry(theirs.rule).or_default() += theirs.count;
            } else {
                self.groups.insert(theirs);
            }
        }
    }

    /// Number of findings so far.
    #[must_use]
    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// A rule's own sentence, for who adds what was seen to it.
    #[must_use]
    pub fn sentence(&self, rule: &str) -> Option<&str> {
        self.pack
            .find(rule)
            .map(|rule| self.pack.info(rule).why.as_str())
    }

    /// Occurrences beyond [`MAX_GROUPS`], by rule id.
    #[must_use]
    pub fn overflow(&self) -> BTreeMap<String, u64> {
        let named = |(&rule, &count): (&RuleIndex, &u64)| (self.pack.info(rule).id.clone(), count);
        self.overflow.iter().map(named).collect()
    }

    /// Occurrences that policy entries suppressed or turned into facts, by entry.
    #[must_use]
    pub fn suppressed(&self) -> &BTreeMap<String, u64> {
        &self.suppressed
    }

    /// Adds a hit to its group; false where it is not to be told.
    #[inline]
    fn add_hit(&mut self, seen: &Seen<'_>, hits: &Hits, raw: &RawHit) -> bool {
        let occurrence = seen.occurrence;
        if raw.confidence < self.min_confidence {
            return false;
        }
        let mut raw = *raw;
        raw.seen_at(occurrence.at);
        let answer = self.ask(occurrence, || hits.resolve(&raw));
        self.count_suppressed(answer);
        if matches!(answer, Answer::Allowed(_)) {
            return false;
        }
        let fingerprint = (self.pack.is_login_password(raw.rule))
            .then(|| self.note_password(occurrence, &hits.resolve(&raw)));
        raw.severity = self.severity(raw.rule, raw.severity, occurrence.path, answer);
        let look = (seen.scene).and_then(|scene| Look::of(scene, raw.rule, hits.ids(raw.under)));
        if let Some(look) = &look
            && let Some(group) = self.groups.guess(look)
        {
            group.add(occurrence.at, seen.connection, &raw, fingerprint);
        } else {
            self.add_slowly(seen, look, &hits.resolve(&raw), &raw, fingerprint);
        }
        true
    }

    /// The same, by all that makes a finding that finding.
    #[inline(never)]
    fn add_slowly(
        &mut self,
        seen: &Seen<'_>,
        look: Option<Look>,
        hit: &Hit<'_>,
        raw: &RawHit,
        fingerprint: Option<Fingerprint>,
    ) {
        let occurrence = seen.occurrence;
        identity_into(&mut self.scratch, &self.pack, occurrence, hit);
        let known = self.groups.find(&self.scratch);
        let found = if let Some(found) = known {
            if let Some(group) = self.groups.get_mut(found) {
                group.add(occurrence.at, seen.connection, raw, fingerprint);
            }
            found
        } else if self.groups.len() >= MAX_GROUPS {
            *self.overflow.entry(hit.rule).or_default() += 1;
            return;
        } else {
            let mut group = self.group_of(occurrence, hit);
            group.add_fingerprint(fingerprint);
            self.groups.insert(group)
        };
        if let Some(look) = look {
            self.groups.remember(look, found);
        }
    }

    /// Remembers who logs in with what.
    fn note_password(&mut self, occurrence: &Occurrence<'_>, hit: &Hit<'_>) -> Fingerprint {
        let fingerprint = self.redactor.fingerprint(hit.value);
        self.passwords
            .add(fingerprint, occurrence.client.address, hit.field.as_deref());
        fingerprint
    }

    #[inline]
    fn ask<'a>(&self, occurrence: &Occurrence<'_>, hit: impl FnOnce() -> Hit<'a>) -> Answer {
        if self.policy.is_empty() {
            return Answer::Report;
        }
        let hit = hit();
        let question = Question {
            rule: &self.pack.info(hit.rule).id,
            value: hit.value_bytes,
            value_is_whole: hit.value_bytes.len() as u64 == hit.value_len,
            key: hit.key.map(|(key, _)| key),
            field: hit.field.as_deref(),
            command: occurrence.command,
            client: occurrence.client.address,
            server: occurrence.server.address,
            path: occurrence.path,
            at: occurrence.at,
        };
        self.policy
            .ask(&question, || self.redactor.token(hit.value))
    }

    fn count_suppressed(&mut self, answer: Answer) {
        if answer != Answer::Report {
            let name = self.policy.entry_name(answer);
            *self.suppressed.entry(name).or_default() += 1;
        }
    }

    /// The policy's word first, then a public path raises, then a tolerated path makes it a fact.
    fn severity(
        &self,
        rule: RuleIndex,
        severity: Severity,
        path: Path,
        answer: Answer,
    ) -> Severity {
        if matches!(answer, Answer::Tolerated(_)) {
            return Severity::Info;
        }
        let severity =
            super::policy::severity_of(&self.policy, &self.pack, rule).unwrap_or(severity);
        if path == Path::Public {
            severity.raised()
        } else {
            severity
        }
    }

    /// A group that begins with this hit, whose identity stands in `scratch`.
    fn group_of(&self, occurrence: &Occurrence<'_>, hit: &Hit<'_>) -> Group {
        let redactor = &self.redactor;
        let info = self.pack.info(hit.rule);
        let mut baseline = Vec::new();
        identity_head(&mut baseline, &info.id, None, occurrence);
        identity_tail(&mut baseline, hit);
        let key = hit.key;
        let example = Example {
            key: key.map(|(key, len)| redactor.key(key, len, hit.key_spans)),
            key_pattern: key.map(|(key, len)| redactor.pattern(key, len, hit.key_spans)),
            field: hit.field.as_ref().map(|field| redactor.text(field, &[])),
            baseline: baseline.into(),
            location: hit.place.location(),
            shadow: redactor.shadow(hit.mask, hit.value, hit.value_len),
            ..Example::at(occurrence)
        };
        let mut group = Group::begin(&self.scratch, hit.rule, example);
        group.severity = hit.severity;
        group.confidence = hit.confidence;
        group.notes = hit.notes;
        group.rest.kinds = hit.kinds;
        group.set_bare_family(self.family_of(hit));
        group
    }

    /// Which tally judges the hit, where it is bare digits.
    fn family_of(&self, hit: &Hit<'_>) -> Option<u64> {
        hit.notes.has(Notes::BARE_DIGITS).then(|| {
            if self.pack.is_phone(hit.rule) {
                signed_family(hit.family())
            } else {
                hit.family()
            }
        })
    }
}

/// Where hits of one message stand.
struct Seen<'a> {
    occurrence: &'a Occurrence<'a>,
    connection: u64,
    scene: Option<SceneId>,
}

/// Findings kept by one shard: at about 1 KiB each 4 MiB; 64 shards 256 MiB at the very worst, and
/// no report of a quarter of a million causes helps anyone.
pub const MAX_GROUPS: usize = 4096;

/// Findings kept when shards are merged.
pub const MAX_GROUPS_MERGED: usize = 16 * MAX_GROUPS;
