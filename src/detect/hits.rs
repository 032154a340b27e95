//! What a detector found in one message, by place; reused from message to message.
//!
//! Holds copies of the few bytes a finding needs (key, field, a prefix of the value) in one arena
//! that is emptied, not freed: no allocation in steady state, and nothing borrowed from the wire.

use std::borrow::Cow;
use std::ops::Range;

use super::rule::RuleIndex;
use super::shown::field_into;
use crate::event::Severity;
use crate::packet::Timestamp;
use crate::redact::{Mask, Secret, Sensitive, Slot};

/// Where in a message something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A word of the request, 0-based behind the command name: `arguments[n]`.
    Argument(u32),
    /// The reply, where it is one scalar.
    Reply,
    /// An element of the reply's outermost aggregate: `reply[n]`.
    ReplyElement(u32),
    /// Channel of a push.
    Channel,
    /// Payload of a push, a MONITOR line, a bus message.
    Payload,
    /// A value of an RDB file.
    Stored,
    /// A name that stands alone: SNI, certificate name, client name.
    Name,
    /// The message as a whole (a dangerous command).
    Message,
}

impl Place {
    /// The contract's `location`; `None` where the whole message is meant.
    #[must_use]
    pub fn location(self) -> Option<String> {
        Some(match self {
            Self::Argument(index) => format!("arguments[{index}]"),
            Self::Reply => "reply".to_owned(),
            Self::ReplyElement(index) => format!("reply[{index}]"),
            Self::Channel => "channel".to_owned(),
            Self::Payload => "payload".to_owned(),
            Self::Stored => "stored".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Message => return None,
        })
    }
}

/// What stands in the same record beside a hit and makes it worse, or other facts that its text
/// must tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Notes(pub u16);

impl Notes {
    /// An expiry date stands beside the card number.
    pub const WITH_EXPIRY: Self = Self(1);
    /// A security code stands beside the card number.
    pub const WITH_CVV: Self = Self(2);
    /// The check digit is wrong.
    pub const CHECKSUM_FAILS: Self = Self(4);
    /// The field's name says so.
    pub const BY_FIELD: Self = Self(8);
    /// It was inside base64.
    pub const DECODED: Self = Self(16);
    /// Bare digits, or a sign and digits: to be judged with the others of its key pattern and field.
    pub const BARE_DIGITS: Self = Self(32);
    /// The password is a known default or among the most common ones.
    pub const WEAK_COMMON: Self = Self(64);
    /// The password is short.
    pub const WEAK_SHORT: Self = Self(128);
    /// The password is made of one kind of character.
    pub const WEAK_UNIFORM: Self = Self(256);
    /// The token has expired already.
    pub const EXPIRED: Self = Self(512);
    /// Several personal fields stand in the same record.
    pub const IN_IDENTITY: Self = Self(1024);
    /// A checksum inside the token is right.
    pub const CHECKSUM_HOLDS: Self = Self(2048);

    /// True where all of `other` is set.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Adds `other`.
    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// What two occurrences of one finding have to tell together: of tokens, that they had expired
    /// only where both had.
    pub(super) fn of_both(self, other: Self) -> Self {
        let expired = self.0 & other.0 & Self::EXPIRED.0;
        Self((self.0 | other.0) & !Self::EXPIRED.0 | expired)
    }

    /// With `other` added.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A stretch of the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Text {
    start: u32,
    end: u32,
}

/// What a key pattern or a field is known by: the same id is the same text, and is never given to
/// another ([`super::names`]). Two ids may be the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TextId(pub u64);

impl TextId {
    /// Nobody remembers the text.
    pub(super) const UNKNOWN: Self = Self(0);
    /// There is none.
    pub(super) const ABSENT: Self = Self(1);

    #[inline]
    pub(super) fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }

    /// Unknown where not all of the text was kept.
    #[inline]
    fn of_whole(self, kept: &[u8], text: &[u8]) -> Self {
        if kept.len() == text.len() {
            self
        } else {
            Self::UNKNOWN
        }
    }
}

/// The name of a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldText {
    text: Text,
    /// Of the name as it is shown.
    pub id: TextId,
    /// It stands here as it is shown; else [nothing in it is searched for](super::shown::is_wordy).
    is_shown: bool,
}

/// The names that a hit stands under.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Under {
    pub key: Option<KeyIndex>,
    pub field: Option<FieldText>,
}

/// One hit as it is stored: ranges into the arena.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawHit {
    pub rule: RuleIndex,
    pub severity: Severity,
    pub confidence: f32,
    pub place: Place,
    /// Stretch of the place's bytes; empty where it was decoded out of them.
    pub start: u32,
    pub end: u32,
    pub under: Under,
    pub value: Text,
    pub value_len: u64,
    pub mask: Mask,
    pub notes: Notes,
    /// Number of the record (hash, JSON document, stream entry) in the message.
    pub record: u32,
    /// Kinds of a combined hit, as a bit set over personal rules; 0 else.
    pub kinds: u64,
    /// When it ends, in seconds since 1970, where it says so itself.
    pub expires: Option<u64>,
}

/// How far [`Hits`] had come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    hits: usize,
    places: usize,
}

/// A key of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct KeyIndex(u16);

#[derive(Debug, Clone, Copy)]
struct KeyEntry {
    key: Text,
    len: u64,
    /// Of its pattern.
    id: TextId,
    /// Made at once where it has no id; else when somebody asks, since most hits belong to a finding
    /// that is known already.
    pattern: Option<Text>,
    spans: (u32, u32),
}

/// A bare run of digits as long as a card number, for the tally of its key pattern and field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigitRun {
    /// Hash of key pattern and field.
    pub family: u64,
    /// Hash of the digits.
    pub candidate: u64,
    /// It has a card's prefix and length, and its check digit is right.
    pub passes: bool,
}

/// A hit, resolved.
pub struct Hit<'a> {
    /// Which rule.
    pub rule: RuleIndex,
    /// The rule's severity, raised by what stands beside it.
    pub severity: Severity,
    /// 0 to 1.
    pub confidence: f32,
    /// Where.
    pub place: Place,
    /// Stretch of the place's bytes; empty where the value was decoded out of them.
    pub span: Range<u32>,
    /// The key it belongs to, as kept, with its true length.
    pub key: Option<(&'a [u8], u64)>,
    /// The key's sensitive spans.
    pub key_spans: &'a [Sensitive],
    /// Hash field, JSON pointer or the like, variable parts replaced.
    pub field: Option<Cow<'a, [u8]>>,
    /// The value, up to [`MAX_VALUE_KEPT`] bytes of it.
    pub value: Secret<'a>,
    /// True length of the value.
    pub value_len: u64,
    /// How it may be shown.
    pub mask: Mask,
    /// What its text must tell.
    pub notes: Notes,
    /// Kinds of a combined hit ([`super::KINDS`]).
    pub kinds: u64,
    pub(super) value_bytes: &'a [u8],
    pattern: Option<&'a [u8]>,
}

impl Hit<'_> {
    /// The key's pattern, sensitive spans replaced; empty where there is no key. Some are made anew
    /// each time.
    #[must_use]
    pub fn key_pattern(&self) -> Cow<'_, [u8]> {
        let Some((key, _)) = self.key else {
            return Cow::Borrowed(&[]);
        };
        pattern_of(self.pattern, key, self.key_spans)
    }

    /// Hash of key pattern and field, as [`DigitRun::family`].
    pub(super) fn family(&self) -> u64 {
        family(&self.key_pattern(), self.field.as_deref())
    }
}

impl RawHit {
    /// Judges a token that says when it ends by when it was seen: one that has ended opens nothing
    /// any more, one that has not is a password while it lasts. Unsigned ones open nothing anyway.
    #[inline]
    pub(super) fn seen_at(&mut self, at: Timestamp) {
        let Some(expires) = self.expires.filter(|_| self.severity != Severity::Info) else {
            return;
        };
        if expires <= at.seconds() {
            self.severity = Severity::Low;
            self.notes.add(Notes::EXPIRED);
        } else {
            self.severity = self.severity.raised();
        }
    }
}

/// The hits of one message.
#[derive(Default)]
pub struct Hits {
    pub(super) raw: Vec<RawHit>,
    arena: Vec<u8>,
    keys: Vec<KeyEntry>,
    key_spans: Vec<Sensitive>,
    places: Vec<(Place, Sensitive)>,
    digit_runs: Vec<DigitRun>,
    record: u32,
    /// Hits dropped because a message had more than [`MAX_HITS`].
    dropped: u64,
}

impl Hits {
    /// Empty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets the last message, keeping the memory.
    #[inline]
    pub fn clear(&mut self) {
        self.raw.clear();
        self.arena.clear();
        self.keys.clear();
        self.key_spans.clear();
        self.places.clear();
        self.digit_runs.clear();
        self.record = 0;
        self.dropped = 0;
    }

    /// True where nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty() && self.digit_runs.is_empty()
    }

    /// Number of hits kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.len()
    }

    /// Number of hits at or above `min_confidence`.
    #[must_use]
    pub fn count(&self, min_confidence: f32) -> u32 {
        let sure = |hit: &&RawHit| hit.confidence >= min_confidence;
        u32::try_from(self.raw.iter().filter(sure).count()).unwrap_or(u32::MAX)
    }

    /// Hits of this message that were not kept: it had more than [`MAX_HITS`].
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The hits, in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = Hit<'_>> + '_ {
        self.raw.iter().map(|raw| self.resolve(raw))
    }

    /// The rules of the hits, in the order they were found.
    pub fn rules(&self) -> impl Iterator<Item = RuleIndex> + '_ {
        self.raw.iter().map(|raw| raw.rule)
    }

    /// Bare digit runs for the tally.
    #[must_use]
    pub fn digit_runs(&self) -> &[DigitRun] {
        &self.digit_runs
    }

    /// Appends the sensitive stretches of a place's bytes, as found in this message.
    pub fn spans(&self, place: Place, out: &mut Vec<Sensitive>) {
        let here = self.places.iter().filter(|(at, _)| *at == place);
        out.extend(here.map(|(_, span)| *span));
    }

    /// How the place's value may be printed: [`Slot::Secret`] where one of its hits hides even its
    /// length.
    #[must_use]
    pub fn slot(&self, place: Place) -> Slot {
        let secret = |(at, span): &(Place, Sensitive)| *at == place && !span.mask.tells_length();
        if self.places.iter().any(secret) {
            Slot::Secret
        } else {
            Slot::Ordinary
        }
    }

    pub(super) fn next_record(&mut self) {
        self.record = self.record.saturating_add(1);
    }

    pub(super) fn record(&self) -> u32 {
        self.record
    }

    /// Keeps a text in the arena; nothing where the arena is full ([`MAX_ARENA_LEN`]).
    pub(super) fn keep(&mut self, bytes: &[u8]) -> Text {
        let start = self.arena.len();
        let room = MAX_ARENA_LEN.saturating_sub(start);
        self.arena
            .extend_from_slice(bytes.get(..bytes.len().min(room)).unwrap_or_default());
        Text {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(self.arena.len()).unwrap_or(u32::MAX),
        }
    }

    /// Keeps the name of a field, as it is shown.
    pub(super) fn keep_field(&mut self, field: &[u8], id: TextId) -> FieldText {
        let text = self.keep(field);
        FieldText {
            text,
            id: id.of_whole(self.text(text), field),
            is_shown: true,
        }
    }

    /// Keeps the name of a field that [is wordy](super::shown::is_wordy).
    pub(super) fn keep_wordy_field(&mut self, field: &[u8], id: TextId) -> FieldText {
        FieldText {
            is_shown: false,
            ..self.keep_field(field, id)
        }
    }

    /// Keeps a text that `write` appends to the arena.
    pub(super) fn keep_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Text {
        let start = self.arena.len();
        if start < MAX_ARENA_LEN {
            write(&mut self.arena);
        }
        Text {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(self.arena.len()).unwrap_or(u32::MAX),
        }
    }

    /// Remembers a key with its sensitive spans, and what its pattern is known by.
    pub(super) fn keep_key(
        &mut self,
        key: &[u8],
        len: u64,
        spans: &[Sensitive],
        id: TextId,
    ) -> Option<KeyIndex> {
        let index = u16::try_from(self.keys.len()).ok()?;
        let shown = key.get(..key.len().min(MAX_KEY_KEPT)).unwrap_or_default();
        let text = self.keep(shown);
        let id = id.of_whole(self.text(text), key);
        let first = u32::try_from(self.key_spans.len()).unwrap_or(u32::MAX);
        self.key_spans.extend_from_slice(spans);
        let last = u32::try_from(self.key_spans.len()).unwrap_or(u32::MAX);
        let write = |out: &mut Vec<u8>| crate::redact::pattern_into(shown, spans, out);
        let pattern = (!id.is_known()).then(|| self.keep_with(write));
        self.keys.push(KeyEntry {
            key: text,
            len,
            id,
            pattern,
            spans: (first, last),
        });
        Some(KeyIndex(index))
    }

    /// Adds a hit that makes nothing of its place sensitive.
    pub(super) fn add_without_span(&mut self, hit: RawHit) {
        if self.raw.len() >= MAX_HITS {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        self.raw.push(hit);
    }

    /// What has been found so far, for [`Self::move_to`].
    pub(super) fn mark(&self) -> Mark {
        Mark {
            hits: self.raw.len(),
            places: self.places.len(),
        }
    }

    /// Everything found since `mark` was in fact found in this one place.
    pub(super) fn move_to(&mut self, mark: Mark, place: Place) {
        for hit in self.raw.iter_mut().skip(mark.hits) {
            (hit.place, hit.start, hit.end) = (place, 0, 0);
        }
        self.places.truncate(mark.places);
    }

    /// Keeps of what was found since `mark` the hits that `wanted` picks, by their value.
    pub(super) fn retain_since(&mut self, mark: Mark, wanted: impl Fn(&RawHit, &[u8]) -> bool) {
        let mut kept = mark.hits;
        for at in mark.hits..self.raw.len() {
            let Some(&hit) = self.raw.get(at) else { break };
            if wanted(&hit, self.text(hit.value)) {
                self.raw.swap(kept, at);
                kept += 1;
            }
        }
        self.raw.truncate(kept);
    }

    pub(super) fn add(&mut self, hit: RawHit) {
        if self.raw.len() >= MAX_HITS {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        self.add_span(
            hit.place,
            Sensitive {
                start: hit.start as usize,
                end: hit.end as usize,
                mask: hit.mask,
            },
        );
        self.raw.push(hit);
    }

    pub(super) fn add_span(&mut self, place: Place, span: Sensitive) {
        if self.places.len() < MAX_HITS {
            self.places.push((place, span));
        }
    }

    /// What `other` finds sensitive is masked here too; nothing more is told.
    pub(super) fn mask_like(&mut self, other: &Self) {
        self.places.extend_from_slice(&other.places);
    }

    pub(super) fn add_digit_run(&mut self, run: DigitRun) {
        if self.digit_runs.len() < MAX_DIGIT_RUNS {
            self.digit_runs.push(run);
        }
    }

    #[inline]
    pub(super) fn text(&self, text: Text) -> &[u8] {
        self.arena
            .get(text.start as usize..text.end as usize)
            .unwrap_or_default()
    }

    /// What key pattern and field of a hit are known by.
    #[inline]
    pub(super) fn ids(&self, under: Under) -> (TextId, TextId) {
        let key = under.key.and_then(|key| self.keys.get(usize::from(key.0)));
        (
            key.map_or(TextId::ABSENT, |key| key.id),
            under.field.map_or(TextId::ABSENT, |field| field.id),
        )
    }

    /// The tally that bare digits under these names go to.
    pub(super) fn family(&self, under: Under) -> u64 {
        let key = under.key.and_then(|key| self.keys.get(usize::from(key.0)));
        let pattern = key.map_or(Cow::Borrowed(&[][..]), |key| {
            let kept = key.pattern.map(|pattern| self.text(pattern));
            pattern_of(kept, self.text(key.key), self.spans_of(key))
        });
        let field = under.field.map(|field| self.shown(field));
        family(&pattern, field.as_deref())
    }

    fn spans_of(&self, key: &KeyEntry) -> &[Sensitive] {
        let (first, last) = key.spans;
        let spans = self.key_spans.get(first as usize..last as usize);
        spans.unwrap_or_default()
    }

    fn shown(&self, field: FieldText) -> Cow<'_, [u8]> {
        let text = self.text(field.text);
        if field.is_shown {
            return Cow::Borrowed(text);
        }
        let mut shown = Vec::new();
        field_into(text, &[], &mut shown);
        Cow::Owned(shown)
    }

    pub(super) fn resolve(&self, raw: &RawHit) -> Hit<'_> {
        let entry = raw
            .under
            .key
            .and_then(|key| self.keys.get(usize::from(key.0)));
        let value = self.text(raw.value);
        Hit {
            rule: raw.rule,
            severity: raw.severity,
            confidence: raw.confidence,
            place: raw.place,
            span: raw.start..raw.end,
            key: entry.map(|entry| (self.text(entry.key), entry.len)),
            key_spans: entry.map_or(&[], |entry| self.spans_of(entry)),
            field: raw.under.field.map(|field| self.shown(field)),
            value: Secret::new(value),
            value_bytes: value,
            pattern: entry
                .and_then(|entry| entry.pattern)
                .map(|pattern| self.text(pattern)),
            value_len: raw.value_len,
            mask: raw.mask,
            notes: raw.notes,
            kinds: raw.kinds,
        }
    }
}

/// The pattern of a key, made anew where it was not kept.
fn pattern_of<'a>(kept: Option<&'a [u8]>, key: &[u8], spans: &[Sensitive]) -> Cow<'a, [u8]> {
    if let Some(pattern) = kept {
        return Cow::Borrowed(pattern);
    }
    let mut pattern = Vec::new();
    crate::redact::pattern_into(key, spans, &mut pattern);
    Cow::Owned(pattern)
}

/// The hash of key pattern and field that a tally of bare digit runs goes by.
pub(super) fn family(key_pattern: &[u8], field: Option<&[u8]>) -> u64 {
    let mut hash = fnv1a(FNV_OFFSET, key_pattern);
    hash = fnv1a(hash, &[0xff, u8::from(field.is_some())]);
    fnv1a(hash, field.unwrap_or_default())
}

/// The tally of a family's signed numbers is another than that of its bare runs.
pub(super) fn signed_family(family: u64) -> u64 {
    fnv1a(family, b"+")
}

/// FNV-1a, 64 bits: a hash without a per-run key, because ids must be the same on every run.
pub(super) fn fnv1a(mut hash: u64, bytes: &[u8]) -> u64 {
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// Works eight bytes into a hash: in fewer steps than [`fnv1a`], and as little proof against one who
/// wants two to be the same.
#[inline]
pub(super) fn mix(hash: u64, word: u64) -> u64 {
    // 2^64 divided by the golden ratio.
    let hash = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}

/// Start value of [`fnv1a`].
pub(super) const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// Hits kept of one message. A reply of a million cards says no more than a thousand of them; the
/// rest is counted ([`Hits::dropped`]).
pub const MAX_HITS: usize = 1024;

/// Bytes of a value kept with its hit: more than any kind of value that is shown in part, and
/// enough to make a token of any key or card.
pub const MAX_VALUE_KEPT: usize = 1024;

/// Bytes of a key kept with a hit.
pub const MAX_KEY_KEPT: usize = 256;

/// Bytes of text kept for one message, all hits together.
const MAX_ARENA_LEN: usize = 256 * 1024;

/// Bare digit runs reported of one message; beyond it a family is judged by these.
const MAX_DIGIT_RUNS: usize = 1024;
