//! Keys and fields themselves: what is sensitive in them, and how they are shown.

use super::super::fields;
use super::super::hits::{Hits, Notes, Place};
use super::super::lexicon::Marks;
use super::super::scan::{Finds, Found, Joints};
use super::super::validators::random;
use super::super::{Policy, RulePack};
use super::{At, Inspector, Key, MIN_SCANNED_LEN, scan, sensitive};
use crate::redact::{Sensitive, replace_into};

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
            for found in &finds.found {
                self.emit(
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
            for found in &finds.found {
                self.emit(
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
    let telling = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'@' | b'+' | b':');
    if field.len() >= MIN_SCANNED_LEN && field.iter().any(telling) {
        scan(pack, policy, field, &mut finds, Joints::Unneeded);
    }
    let spans: Vec<Sensitive> = finds.found.iter().map(sensitive).collect();
    let field = field.get(..field.len().min(MAX_FIELD_LEN));
    replace_into(field.unwrap_or_default(), &spans, out, push_field);
}

/// A field as findings are grouped by it: steps that are numbers, and long runs of digits or hex,
/// replaced.
fn push_field(field: &[u8], out: &mut Vec<u8>) {
    let field = field
        .get(..field.len().min(MAX_FIELD_LEN))
        .unwrap_or_default();
    let mut at = 0;
    while let Some(&byte) = field.get(at) {
        let rest = field.get(at..).unwrap_or_default();
        let word_start = at == 0 || !field.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
        let hex = rest
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'-')
            .count();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let word = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        if word_start && hex == 36 && random::is_uuid(rest.get(..36).unwrap_or_default()) {
            out.extend_from_slice(b"{uuid}");
            at += 36;
        } else if word_start
            && word >= 16
            && random::is_random(rest.get(..word).unwrap_or_default())
        {
            out.extend_from_slice(b"{id}");
            at += word;
        } else if digits > 0 && ((word_start && digits == word) || digits >= 4) {
            out.extend_from_slice(b"{n}");
            at += digits;
        } else if word_start && byte.is_ascii_alphanumeric() {
            out.extend_from_slice(rest.get(..1).unwrap_or_default());
            at += 1;
        } else {
            out.push(byte);
            at += 1;
        }
    }
}

/// Longest field kept with a finding.
const MAX_FIELD_LEN: usize = 192;
