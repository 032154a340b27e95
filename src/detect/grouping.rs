//! From hits to findings: one finding a cause, with its count.
//!
//! Bounded ([`MAX_GROUPS`] a shard, the rest counted per rule) and mergeable: shards are merged in
//! shard order and give what one shard would have given. Refuses to know how hits are found.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::hits::{Hit, Hits, Notes, signed_family};
use super::policy::{Answer, Policy, Question};
use super::rule::RuleIndex;
use super::tally::{Judgement, Tallies};
use super::{RulePack, words};
use crate::event::{FindingDirection, FindingEvent, Path, Severity, Transport};
use crate::packet::{Origin, Timestamp};
use crate::redact::{Fingerprint, Printable, Redactor, Shadow, Slot};
use crate::segment::{Address, Endpoint};

/// Where and when a message with hits was seen.
#[derive(Clone, Copy)]
pub struct Occurrence<'a> {
    /// Capture time of the packet that completed it.
    pub at: Timestamp,
    /// That packet.
    pub origin: Origin,
    /// Connection id of the contract.
    pub connection: &'a str,
    /// Client.
    pub client: Endpoint,
    /// Server.
    pub server: Endpoint,
    /// How the bytes could be read.
    pub transport: Transport,
    /// Where they travelled.
    pub path: Path,
    /// Which way.
    pub direction: FindingDirection,
    /// Command in upper case, with its subcommand; `None` where there is none.
    pub command: Option<&'a [u8]>,
}

/// Something that was found outside of a message's values: exposure, weak TLS, careless use.
#[derive(Clone, Default)]
pub struct Fact<'a> {
    /// Rule id; must be in the pack.
    pub rule: &'a str,
    /// What sets two facts of one rule, server and command apart: a client's address, a file name.
    /// Part of the finding's id; printed nowhere.
    pub subject: &'a [u8],
    /// Severity, where it is not the rule's.
    pub severity: Option<Severity>,
    /// Confidence, where it is not the rule's.
    pub confidence: Option<f32>,
    /// One sentence, where it is not the rule's.
    pub why: Option<String>,
    /// Title, where it is not the rule's.
    pub title: Option<String>,
    /// Masked example.
    pub masked: Option<Printable>,
    /// Bytes it is about.
    pub value_bytes: Option<u64>,
    /// `arguments[3]`.
    pub location: Option<String>,
}

/// The findings of one shard, or of all of them after [`Findings::merge`].
pub struct Findings {
    pack: Arc<RulePack>,
    policy: Arc<Policy>,
    redactor: Redactor,
    min_confidence: f32,
    groups: HashMap<Box<[u8]>, Group>,
    tallies: Tallies,
    passwords: Passwords,
    overflow: BTreeMap<RuleIndex, u64>,
    suppressed: BTreeMap<String, u64>,
    scratch: Vec<u8>,
    issued: HashMap<String, Box<[u8]>>,
}

struct Group {
    rule: RuleIndex,
    severity: Severity,
    confidence: f32,
    notes: Notes,
    kinds: u64,
    example: Example,
    count: u64,
    first_time: Timestamp,
    last_time: Timestamp,
    connections: BTreeSet<u64>,
    fingerprints: BTreeSet<Fingerprint>,
    /// Every occurrence was a bare run of digits of this family.
    bare_family: Option<u64>,
    words: Option<Words>,
    id: Option<String>,
    /// Occurrences when it was last emitted, 0 before.
    emitted: u64,
}

/// What a fact says of itself, where that is not what its rule says.
struct Words {
    /// Of the occurrence that they tell of.
    confidence: f32,
    connection: u64,
    at: Timestamp,
    origin: Origin,
    why: Option<String>,
    title: Option<String>,
}

/// The printed facts of a group's first occurrence.
#[derive(Clone)]
struct Example {
    at: Timestamp,
    origin: Origin,
    connection: String,
    client: Endpoint,
    server: Endpoint,
    transport: Transport,
    path: Path,
    direction: FindingDirection,
    command: Option<Box<[u8]>>,
    key: Option<Printable>,
    key_pattern: Option<Printable>,
    field: Option<Printable>,
    baseline: Box<[u8]>,
    location: Option<String>,
    shadow: Shadow,
}

/// Which clients and which groups used one password.
#[derive(Default)]
struct Passwords {
    uses: BTreeMap<Fingerprint, PasswordUse>,
}

#[derive(Default)]
struct PasswordUse {
    clients: BTreeSet<Address>,
    users: BTreeSet<Box<[u8]>>,
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
            groups: HashMap::new(),
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
        let mut kept: u32 = 0;
        for mut hit in hits.iter() {
            hit.seen_at(occurrence.at);
            if self.add_hit(occurrence, &hit) {
                kept = kept.saturating_add(1);
            }
        }
        kept
    }

    /// The events of one message alone, for `--findings all`: nothing is grouped, but what bare
    /// digits are is judged by all that went before.
    pub fn events_of(&mut self, occurrence: &Occurrence<'_>, hits: &Hits) -> Vec<FindingEvent> {
        let mut events = Vec::new();
        for run in hits.digit_runs() {
            self.tallies.add(run);
        }
        for mut hit in hits.iter() {
            hit.seen_at(occurrence.at);
            if hit.confidence < self.min_confidence {
                continue;
            }
            let answer = self.ask(occurrence, &hit);
            if matches!(answer, Answer::Allowed(_)) {
                continue;
            }
            let mut group = self.group_of(occurrence, &hit, answer);
            if !self.judge(&mut group) {
                continue;
            }
            identity_into(&mut self.scratch, &self.pack, occurrence, &hit);
            let id = short_id(&self.scratch, ID_LEN);
            events.push(self.event(&group, id));
        }
        events
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
        if let Some(group) = self.groups.get_mut(identity.as_slice()) {
            group.again(occurrence, severity, confidence, Notes::default());
            group.say(Words::of(occurrence, fact, confidence));
        } else if self.groups.len() >= MAX_GROUPS {
            *self.overflow.entry(rule).or_default() += 1;
        } else {
            let mut baseline = Vec::new();
            identity_head(&mut baseline, fact.rule, None, occurrence);
            let group = Group {
                rule,
                severity,
                confidence,
                notes: Notes::default(),
                kinds: 0,
                example: Example {
                    command: occurrence.command.map(Box::from),
                    key: None,
                    key_pattern: None,
                    field: None,
                    baseline: baseline.into(),
                    location: fact.location.clone(),
                    shadow: Shadow {
                        masked: fact.masked.clone(),
                        token: None,
                        value_bytes: fact.value_bytes,
                    },
                    ..Example::at(occurrence)
                },
                count: 1,
                first_time: occurrence.at,
                last_time: occurrence.at,
                connections: BTreeSet::from([connection_hash(occurrence.connection)]),
                fingerprints: BTreeSet::new(),
                bare_family: None,
                words: Words::of(occurrence, fact, confidence),
                id: None,
                emitted: 0,
            };
            self.groups.insert(identity.as_slice().into(), group);
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
        let mut groups: Vec<_> = other.groups.into_iter().collect();
        // The map's order is random; which group is left out at the limit must not be.
        groups.sort_by(|a, b| a.0.cmp(&b.0));
        for (identity, theirs) in groups {
            if let Some(ours) = self.groups.get_mut(&identity) {
                ours.merge(theirs);
            } else if self.groups.len() >= MAX_GROUPS_MERGED {
                *self.overflow.entry(theirs.rule).or_default() += theirs.count;
            } else {
                self.groups.insert(identity, theirs);
            }
        }
    }

    /// The findings that are new, or have occurred again, since the last call: live, at first sight
    /// and at each flush. Bare digit runs wait until they can be judged.
    pub fn fresh(&mut self, which: Fresh) -> Vec<FindingEvent> {
        let mut due: Vec<Box<[u8]>> = self
            .groups
            .iter()
            .filter(|(_, group)| match which {
                Fresh::FirstSight => {
                    group.emitted == 0
                        && group
                            .bare_family
                            .is_none_or(|family| self.tallies.judge(family) != Judgement::TooFew)
                }
                Fresh::Changed => group.emitted != group.count,
            })
            .map(|(identity, _)| identity.clone())
            .collect();
        due.sort_by_key(|identity| self.groups.get(identity).map(|group| group.order(identity)));
        let mut events = Vec::new();
        for identity in due {
            let Some(mut group) = self.groups.remove(&identity) else {
                continue;
            };
            let (severity, confidence) = (group.severity, group.confidence);
            if self.judge(&mut group) {
                let id = self.issue(&mut group, &identity);
                events.push(self.event(&group, id));
            }
            group.emitted = group.count;
            (group.severity, group.confidence) = (severity, confidence);
            self.groups.insert(identity, group);
        }
        events
    }

    /// Every finding, in the order of first occurrence.
    pub fn events(&mut self) -> Vec<FindingEvent> {
        for group in self.groups.values_mut() {
            group.emitted = u64::MAX;
        }
        self.fresh(Fresh::Changed)
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

    fn add_hit(&mut self, occurrence: &Occurrence<'_>, hit: &Hit<'_>) -> bool {
        if hit.confidence < self.min_confidence {
            return false;
        }
        let answer = self.ask(occurrence, hit);
        self.count_suppressed(answer);
        if matches!(answer, Answer::Allowed(_)) {
            return false;
        }
        let severity = self.severity(hit.rule, hit.severity, occurrence.path, answer);
        let fingerprint = self.pack.is_login_password(hit.rule).then(|| {
            let fingerprint = self.redactor.fingerprint(hit.value);
            self.passwords
                .add(fingerprint, occurrence.client.address, hit.field);
            fingerprint
        });
        let mut identity = std::mem::take(&mut self.scratch);
        identity_into(&mut identity, &self.pack, occurrence, hit);
        if let Some(group) = self.groups.get_mut(identity.as_slice()) {
            group.again(occurrence, severity, hit.confidence, hit.notes);
            group.kinds |= hit.kinds;
            group.add_fingerprint(fingerprint);
            if !hit.notes.has(Notes::BARE_DIGITS) {
                group.bare_family = None;
            }
        } else if self.groups.len() >= MAX_GROUPS {
            *self.overflow.entry(hit.rule).or_default() += 1;
        } else {
            let mut group = self.group_of(occurrence, hit, answer);
            group.add_fingerprint(fingerprint);
            self.groups.insert(identity.as_slice().into(), group);
        }
        self.scratch = identity;
        true
    }

    fn ask(&self, occurrence: &Occurrence<'_>, hit: &Hit<'_>) -> Answer {
        if self.policy.is_empty() {
            return Answer::Report;
        }
        let question = Question {
            rule: &self.pack.info(hit.rule).id,
            value: hit.value_bytes,
            value_is_whole: hit.value_bytes.len() as u64 == hit.value_len,
            key: hit.key.map(|(key, _)| key),
            field: hit.field,
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

    fn group_of(&self, occurrence: &Occurrence<'_>, hit: &Hit<'_>, answer: Answer) -> Group {
        let redactor = &self.redactor;
        let info = self.pack.info(hit.rule);
        let mut baseline = Vec::new();
        identity_head(&mut baseline, &info.id, None, occurrence);
        identity_tail(&mut baseline, hit);
        let key = hit.key;
        Group {
            rule: hit.rule,
            severity: self.severity(hit.rule, hit.severity, occurrence.path, answer),
            confidence: hit.confidence,
            notes: hit.notes,
            kinds: hit.kinds,
            example: Example {
                command: occurrence.command.map(Box::from),
                key: key.map(|(key, len)| redactor.key(key, len, hit.key_spans)),
                key_pattern: key.map(|(key, len)| redactor.pattern(key, len, hit.key_spans)),
                field: hit.field.map(|field| redactor.text(field, &[])),
                baseline: baseline.into(),
                location: hit.place.location(),
                shadow: redactor.shadow(hit.mask, hit.value, hit.value_len),
                ..Example::at(occurrence)
            },
            count: 1,
            first_time: occurrence.at,
            last_time: occurrence.at,
            connections: BTreeSet::from([connection_hash(occurrence.connection)]),
            fingerprints: BTreeSet::new(),
            bare_family: self.family_of(hit),
            words: None,
            id: None,
            emitted: 0,
        }
    }

    /// Which tally judges the hit, where it is bare digits.
    fn family_of(&self, hit: &Hit<'_>) -> Option<u64> {
        let signed = self.pack.is_phone(hit.rule);
        hit.notes.has(Notes::BARE_DIGITS).then(|| {
            if signed {
                signed_family(hit.family)
            } else {
                hit.family
            }
        })
    }

    /// Applies the tally of bare digit runs; false where they are no cards after all.
    fn judge(&self, group: &mut Group) -> bool {
        let Some(family) = group.bare_family else {
            return true;
        };
        match self.tallies.judge(family) {
            Judgement::TooFew | Judgement::Cards => {}
            // Amounts of one length may fit the plans more often than not.
            Judgement::Mixed if self.pack.is_phone(group.rule) => return false,
            Judgement::Mixed => group.confidence = group.confidence.min(MIXED_CONFIDENCE),
            Judgement::NoCards => return false,
        }
        group.confidence >= self.min_confidence
    }

    /// `F-09aa`, longer where that is taken.
    fn issue(&mut self, group: &mut Group, identity: &[u8]) -> String {
        if let Some(id) = &group.id {
            return id.clone();
        }
        let mut len = ID_LEN;
        loop {
            let id = short_id(identity, len);
            match self.issued.get(&id) {
                Some(taken) if **taken != *identity && len < MAX_ID_LEN => len += 2,
                _ => {
                    self.issued.insert(id.clone(), identity.into());
                    group.id = Some(id.clone());
                    return id;
                }
            }
        }
    }

    fn event(&self, group: &Group, id: String) -> FindingEvent {
        let info = self.pack.info(group.rule);
        let example = &group.example;
        let password = self.passwords.facts(&group.fingerprints);
        let words = group.words.as_ref();
        FindingEvent {
            time: group.last_time,
            id,
            baseline_id: baseline_id(&example.baseline),
            rule: info.id.clone(),
            title: words
                .and_then(|words| words.title.clone())
                .unwrap_or_else(|| words::title(info, group.notes, group.kinds)),
            category: info.category,
            severity: group.severity,
            confidence: group.confidence,
            connection: example.connection.clone(),
            client: example.client.into(),
            server: example.server.into(),
            transport: example.transport,
            path: example.path,
            direction: example.direction,
            command: example
                .command
                .as_deref()
                .map(|command| command_name(&self.redactor, command)),
            key: example.key.clone(),
            key_pattern: example.key_pattern.clone(),
            field: example.field.clone(),
            location: example.location.clone(),
            value_bytes: example.shadow.value_bytes,
            masked: example.shadow.masked.clone(),
            token: example.shadow.token.clone(),
            count: group.count,
            first_time: group.first_time,
            last_time: group.last_time,
            why: words
                .and_then(|words| words.why.clone())
                .unwrap_or_else(|| {
                    let field = example.field.as_ref().map(ToString::to_string);
                    words::why(info, group.notes, field.as_deref(), password)
                }),
            fix: info.fix.clone(),
            references: info.references.clone(),
            connections: group.connections.len() as u64,
            capture: example.origin.capture,
            frame: Some(example.origin.frame).filter(|&frame| frame != 0),
        }
    }
}

/// Which findings [`Findings::fresh`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fresh {
    /// Those never given before.
    FirstSight,
    /// Those never given before, or with new occurrences since.
    Changed,
}

impl Group {
    fn again(
        &mut self,
        occurrence: &Occurrence<'_>,
        severity: Severity,
        confidence: f32,
        notes: Notes,
    ) {
        self.count = self.count.saturating_add(1);
        self.first_time = self.first_time.min(occurrence.at);
        self.last_time = self.last_time.max(occurrence.at);
        self.severity = self.severity.min(severity);
        self.confidence = self.confidence.max(confidence);
        self.notes = self.notes.of_both(notes);
        if self.connections.len() < MAX_CONNECTIONS {
            self.connections
                .insert(connection_hash(occurrence.connection));
        }
    }

    fn add_fingerprint(&mut self, fingerprint: Option<Fingerprint>) {
        if self.fingerprints.len() < MAX_PASSWORDS {
            self.fingerprints.extend(fingerprint);
        }
    }

    fn merge(&mut self, mut other: Self) {
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
    fn say(&mut self, new: Option<Words>) {
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

    fn order(&self, identity: &[u8]) -> (Timestamp, Origin, Box<[u8]>) {
        (self.first_time, self.example.origin, identity.into())
    }
}

impl Words {
    fn of(occurrence: &Occurrence<'_>, fact: &Fact<'_>, confidence: f32) -> Option<Self> {
        (fact.why.is_some() || fact.title.is_some()).then(|| Self {
            confidence,
            connection: connection_hash(occurrence.connection),
            at: occurrence.at,
            origin: occurrence.origin,
            why: fact.why.clone(),
            title: fact.title.clone(),
        })
    }
}

impl Example {
    fn at(occurrence: &Occurrence<'_>) -> Self {
        Self {
            at: occurrence.at,
            origin: occurrence.origin,
            connection: occurrence.connection.to_owned(),
            client: occurrence.client,
            server: occurrence.server,
            transport: occurrence.transport,
            path: occurrence.path,
            direction: occurrence.direction,
            command: None,
            key: None,
            key_pattern: None,
            field: None,
            baseline: Box::default(),
            location: None,
            shadow: Shadow::default(),
        }
    }
}

impl Passwords {
    fn add(&mut self, fingerprint: Fingerprint, client: Address, user: Option<&[u8]>) {
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

    fn merge(&mut self, other: Self) {
        for (fingerprint, mut theirs) in other.uses {
            let ours = self.uses.entry(fingerprint).or_default();
            ours.clients.append(&mut theirs.clients);
            ours.users.append(&mut theirs.users);
        }
    }

    fn facts(&self, fingerprints: &BTreeSet<Fingerprint>) -> words::PasswordFacts {
        let mut facts = words::PasswordFacts {
            passwords: fingerprints.len(),
            ..words::PasswordFacts::default()
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

/// The command's name: our own table's word, or the client's, which must not be longer than a word.
fn command_name(redactor: &Redactor, command: &[u8]) -> Printable {
    let is_name = command
        .iter()
        .all(|&byte| byte.is_ascii_alphanumeric() || b" .-_".contains(&byte));
    if is_name && command.len() <= MAX_COMMAND_LEN {
        redactor.text(command, &[])
    } else {
        redactor.value(command, command.len() as u64, Slot::Ordinary)
    }
}

/// What makes a finding that finding: rule, server, command, direction, key pattern, field.
fn identity_into(out: &mut Vec<u8>, pack: &RulePack, occurrence: &Occurrence<'_>, hit: &Hit<'_>) {
    out.clear();
    identity_head(
        out,
        &pack.info(hit.rule).id,
        Some(occurrence.server),
        occurrence,
    );
    identity_tail(out, hit);
}

fn identity_head(
    out: &mut Vec<u8>,
    rule: &str,
    server: Option<Endpoint>,
    occurrence: &Occurrence<'_>,
) {
    out.extend_from_slice(rule.as_bytes());
    out.push(0);
    if let Some(server) = server {
        out.extend_from_slice(&server.address.0.to_be_bytes());
        out.extend_from_slice(&server.port.to_be_bytes());
    }
    out.push(match occurrence.direction {
        FindingDirection::Request => 0,
        FindingDirection::Reply => 1,
        FindingDirection::Push => 2,
        FindingDirection::Replication => 3,
    });
    out.extend_from_slice(occurrence.command.unwrap_or_default());
    out.push(0);
}

fn identity_tail(out: &mut Vec<u8>, hit: &Hit<'_>) {
    out.extend_from_slice(hit.key_pattern);
    out.extend_from_slice(&[0, u8::from(hit.field.is_some())]);
    out.extend_from_slice(hit.field.unwrap_or_default());
}

fn short_id(identity: &[u8], digits: usize) -> String {
    let mut id = String::from("F-");
    push_hex(&mut id, &Sha256::digest(identity), digits);
    id
}

fn baseline_id(identity: &[u8]) -> String {
    let mut id = String::from("B-");
    push_hex(&mut id, &Sha256::digest(identity), BASELINE_ID_LEN);
    id
}

fn push_hex(out: &mut String, bytes: &[u8], digits: usize) {
    for byte in bytes.iter().take(digits / 2) {
        let _ = write!(out, "{byte:02x}");
    }
}

fn connection_hash(connection: &str) -> u64 {
    super::hits::fnv1a(super::hits::FNV_OFFSET, connection.as_bytes())
}

/// Findings kept by one shard: at about 1 KiB each 4 MiB; 64 shards 256 MiB at the very worst, and
/// no report of a quarter of a million causes helps anyone.
pub const MAX_GROUPS: usize = 4096;

/// Findings kept when shards are merged.
pub const MAX_GROUPS_MERGED: usize = 16 * MAX_GROUPS;

/// Distinct connections told apart in one finding; beyond it the count says "at least".
pub const MAX_CONNECTIONS: usize = 4096;

/// Distinct passwords, users and clients compared.
const MAX_PASSWORDS: usize = 256;

/// Hex digits of an id, where they suffice.
const ID_LEN: usize = 4;

/// Hex digits of an id at most.
const MAX_ID_LEN: usize = 16;

/// Hex digits of a baseline id: 64 bits, because it is compared between runs.
const BASELINE_ID_LEN: usize = 16;

/// Confidence at most of digit runs of which half to nine tenths could be cards.
const MIXED_CONFIDENCE: f32 = 0.5;

/// Longest command name, container and subcommand together, of Redis, Valkey and their modules.
const MAX_COMMAND_LEN: usize = 48;
