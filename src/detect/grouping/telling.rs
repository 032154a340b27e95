//! When a finding is told, and what is told of it.
//!
//! Judges what bare digits are by all that went before, issues ids, makes events. Refuses to know how
//! occurrences become groups.

use std::collections::HashMap;

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
        for mut raw in hits.raw.iter().copied() {
            raw.seen_at(occurrence.at);
            if raw.confidence < self.min_confidence {
                continue;
            }
            let answer = self.ask(occurrence, || hits.resolve(&raw));
            if matches!(answer, Answer::Allowed(_)) {
                continue;
            }
            raw.severity = self.severity(raw.rule, raw.severity, occurrence.path, answer);
            let hit = hits.resolve(&raw);
            identity_into(&mut self.scratch, &self.pack, occurrence, &hit);
            let group = self.group_of(occurrence, &hit);
            let Some(confidence) = self.judge(&group) else {
                continue;
            };
            let id = short_id(&group.rest.identity, ID_LEN);
            events.push(self.event(&group, confidence, id));
        }
        events
    }

    /// The findings that are new, or have occurred again, since the last call: live, at first sight
    /// and at each flush. Bare digit runs wait until they can be judged.
    pub fn fresh(&mut self, which: Fresh) -> Vec<FindingEvent> {
        let is_due = |group: &Group| match which {
            Fresh::FirstSight => {
                group.rest.emitted == 0
                    && group
                        .bare_family()
                        .is_none_or(|family| self.tallies.judge(family) != Judgement::TooFew)
            }
            Fresh::Changed => group.rest.emitted != group.count,
        };
        let mut due: Vec<usize> = (self.groups.iter().enumerate())
            .filter(|(_, group)| is_due(group))
            .map(|(place, _)| place)
            .collect();
        due.sort_by_key(|&place| self.groups.get(place).map(Group::order));
        let mut events = Vec::new();
        for place in due {
            let confidence = self.groups.get(place).and_then(|group| self.judge(group));
            let Some(group) = self.groups.get_mut(place) else {
                continue;
            };
            group.rest.emitted = group.count;
            if let Some(confidence) = confidence {
                let id = issue(&mut self.issued, group);
                let told = self.groups.get(place);
                events.extend(told.map(|group| self.event(group, confidence, id)));
            }
        }
        events
    }

    /// Every finding, in the order of first occurrence.
    pub fn events(&mut self) -> Vec<FindingEvent> {
        for group in self.groups.iter_mut() {
            group.rest.emitted = u64::MAX;
        }
        self.fresh(Fresh::Changed)
    }

    /// The confidence to tell a group with, by the tally of bare digit runs; `None` where they are no
    /// cards after all.
    fn judge(&self, group: &Group) -> Option<f32> {
        let Some(family) = group.bare_family() else {
            return Some(group.confidence);
        };
        let confidence = match self.tallies.judge(family) {
            Judgement::TooFew | Judgement::Cards => group.confidence,
            // Amounts of one length may fit the plans more often than not.
            Judgement::Mixed if self.pack.is_phone(group.rule) => return None,
            Judgement::Mixed => group.confidence.min(MIXED_CONFIDENCE),
            Judgement::NoCards => return None,
        };
        (confidence >= self.min_confidence).then_some(confidence)
    }

    fn event(&self, group: &Group, confidence: f32, id: String) -> FindingEvent {
        let rest = &group.rest;
        let info = self.pack.info(group.rule);
        let example = &rest.example;
        let password = self.passwords.facts(&rest.fingerprints);
        let words = rest.words.as_ref();
        FindingEvent {
            time: group.last_time,
            id,
            baseline_id: baseline_id(&example.baseline),
            rule: info.id.clone(),
            title: words
                .and_then(|words| words.title.clone())
                .unwrap_or_else(|| words::title(info, group.notes, rest.kinds)),
            category: info.category,
            severity: group.severity,
            confidence,
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
            first_time: rest.first_time,
            last_time: group.last_time,
            why: words
                .and_then(|words| words.why.clone())
                .unwrap_or_else(|| {
                    let field = example.field.as_ref().map(ToString::to_string);
                    words::why(info, group.notes, field.as_deref(), password)
                }),
            fix: info.fix.clone(),
            references: info.references.clone(),
            connections: rest.connections.len() as u64,
            capture: example.origin.capture,
            frame: Some(example.origin.frame).filter(|&frame| frame != 0),
        }
    }
}

/// `F-09aa`, longer where that is taken.
fn issue(issued: &mut HashMap<String, Box<[u8]>>, group: &mut Group) -> String {
    let group = &mut *group.rest;
    if let Some(id) = &group.id {
        return id.clone();
    }
    let mut len = ID_LEN;
    loop {
        let id = short_id(&group.identity, len);
        match issued.get(&id) {
            Some(taken) if *taken != group.identity && len < MAX_ID_LEN => len += 2,
            _ => {
                issued.insert(id.clone(), group.identity.clone());
                group.id = Some(id.clone());
                return id;
            }
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
