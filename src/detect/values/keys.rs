//! Keys and fields themselves: what is sensitive in them, and how they are shown.

use super::super::fields;
use super::super::hits::{Hits, Notes, Place};
use super::super::lexicon::Marks;
use super::super::scan::{Finds, Found, Joints};
use super::super::shown::{field_into, is_wordy};
use super::super::{Policy, RulePack};
use super::{At, Inspector, Key, MIN_SCANNED_LEN, scan, sensitive};
use crate::redact::Sensitive;

impl Inspector {
    /// What a key, a channel or a name gives away by itself: patterns, and a random part where its
    /// words say session or token.
    #[inline]
    pub(in crate::detect) fn key_itself(
        &mut self,
        hits: &mut Hits,
        key: &mut Key<'_>,
        place: Place,
    ) {
        if !self.is_silent(&key.marks) {
            self.key_aloud(hits, key, place);
        }
    }

    /// A name with these marks has nothing sensitive in it.
    #[inline]
    pub(super) fn is_silent(&self, marks: &Marks) -> bool {
        let session = self.pack.known.session_id;
        marks.plain && !(marks.has_fields() && marks.fields().any(|rule| rule == session))
    }

    pub(super) fn key_aloud(&mut self, hits: &mut Hits, key: &mut Key<'_>, place: Place) {
        let mut finds = self.finds.pop().unwrap_or_default();
        finds.clear();
        self.key_finds(key, &mut finds);
        if !finds.found.is_empty() {
            key.spans.extend(finds.found.iter().map(sensitive));
            let (marks, bytes) = (key.marks, key.bytes);
            let mut under = None;
            for found in &finds.found {
                self.emit(
                    &mut under,
                    hits,
                    Some(&mut *key),
                    At::new(place, None),
                    &marks,
                    bytes,
                    found,
                );
            }
        }
        self.finds.push(finds);
    }

    /// The sensitive stretches of a key, told of already.
    pub(super) fn key_spans(&self, key: &mut Key<'_>) {
        if self.is_silent(&key.marks) {
            return;
        }
        let mut finds = Finds::default();
        self.key_finds(key, &mut finds);
        key.spans.extend(finds.found.iter().map(sensitive));
    }

    pub(super) fn key_finds(&self, key: &Key<'_>, finds: &mut Finds) {
        self.scan(key.bytes, finds, Joints::Unneeded);
        // Bare digits in keys are ids; a card there must be named.
        finds.runs.clear();
        let known = &self.pack.known;
        if !key.marks.speaks_of(known.pan) {
            finds
                .found
                .retain(|found| found.rule != known.pan || !found.notes.has(Notes::BARE_DIGITS));
        }
        let session = known.session_id;
        if !key.marks.fields().any(|rule| rule == session) || !self.pack.rule(session).enabled {
            return;
        }
        let spec = self.pack.rule(session);
        let mut at = 0;
        for part in key.bytes.split(|byte| b":/|{}[]".contains(byte)) {
            let start = at;
            at += part.len() + 1;
            let overlaps = finds
                .found
                .iter()
                .any(|found| found.start < start + part.len() && start < found.end);
            if !overlaps && fields::check(session, spec, &self.pack.rules, known, part).is_some() {
                finds.found.push(Found {
                    rule: session,
                    start,
                    end: start + part.len(),
                    confidence: spec.confidence,
                    severity: spec.severity,
                    mask: spec.mask.mask(),
                    notes: Notes::BY_FIELD,
                    expires: None,
                });
            }
        }
    }

    /// What the name of a field gives away by itself.
    pub(in crate::detect) fn field_itself(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        place: Place,
        marks: &Marks,
        field: &[u8],
    ) {
        if marks.plain {
            return;
        }
        let mut finds = self.finds.pop().unwrap_or_default();
        finds.clear();
        self.scan(field, &mut finds, Joints::Unneeded);
        let pan = self.pack.known.pan;
        finds.found.retain(|found| found.rule != pan);
        if let Some(key) = key {
            let mut under = None;
            for found in &finds.found {
                self.emit(
                    &mut under,
                    hits,
                    Some(&mut *key),
                    At::new(place, None),
                    marks,
                    field,
                    found,
                );
            }
        }
        self.finds.push(finds);
    }

    /// The stretches of a name that may not be printed.
    pub(super) fn mask_name(&self, name: &[u8], spans: &mut Vec<Sensitive>) {
        let mut key = Key {
            bytes: name,
            len: name.len() as u64,
            marks: self.pack.lexicon.read(name),
            spans: Vec::new(),
            quiet: true,
            index: None,
        };
        self.key_spans(&mut key);
        spans.append(&mut key.spans);
    }
}

/// Writes a field as it may be printed, and as findings are grouped.
pub(super) fn show_field(pack: &RulePack, policy: &Policy, field: &[u8], out: &mut Vec<u8>) {
    let mut finds = Finds::default();
    if field.len() >= MIN_SCANNED_LEN && !is_wordy(field) {
        scan(pack, policy, field, &mut finds, Joints::Unneeded);
    }
    let spans: Vec<Sensitive> = finds.found.iter().map(sensitive).collect();
    field_into(field, &spans, out);
}
