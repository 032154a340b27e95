//! When a finding is told, and what is told of it.
//!
//! Judges what bare digits are by all that went before, issues ids, makes events. Refuses to know how
//! occurrences become groups.

use super::super::hits::Hits;
use super::super::policy::Answer;
use super::super::tally::Judgement;
use super::super::words;
use super::Findings;
use super::group::Group;
use super::identity::{ID_LEN, MAX_ID_LEN, baseline_id, identity_into, short_id};
use super::occurrence::Occurrence;
use crate::event::FindingEvent;
use crate::redact::{Printable, Redactor, Slot};

/// Which findings [`Findings::fresh`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fresh {
    /// Those never given before.
    FirstSight,
    /// Those never given before, or with new occurrences since.
    Changed,
}

impl Findings {
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

/// Confidence at most of digit runs of which half to nine tenths could be cards.
const MIXED_CONFIDENCE: f32 = 0.5;

/// Longest command name, container and subcommand together, of Redis, Valkey and their modules.
const MAX_COMMAND_LEN: usize = 48;
