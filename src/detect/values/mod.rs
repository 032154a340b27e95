//! One value in its place: what packing it has, what its fields are called, what gives itself away.
//!
//! The whole value is scanned once for patterns; then its packing is walked, and what was found is
//! given to the field it stands in. So a value costs one scan, however it is packed.

mod documents;
mod families;
mod keep;
mod keys;
mod pairs;
mod seen;
mod settle;

use std::sync::Arc;

use documents::{Frame, push_name};
use families::Families;
use pairs::next_pair;
use seen::Seen;
use settle::settle;

use super::fields;
use super::hits::{
    DigitRun, FNV_OFFSET, Hits, KeyIndex, Notes, Place, TextId, fnv1a, signed_family,
};
use super::json;
use super::lexicon::{Marks, UNTOLD};
use super::names::Names;
use super::rule::Matcher;
use super::scan::{Finds, Found, Joints};
use super::unpack::{self, Packing};
use super::validators::phone;
use super::{Counters, Policy, RulePack};
use crate::event::Severity;
use crate::redact::{Mask, Sensitive};

/// A key of the message being read.
pub(super) struct Key<'a> {
    pub bytes: &'a [u8],
    pub len: u64,
    /// What its words say.
    pub marks: Marks,
    /// Its own sensitive stretches, once they were looked for.
    pub spans: Vec<Sensitive>,
    /// They are looked for only if the key is kept: what they give away was told elsewhere.
    pub quiet: bool,
    /// Its place in [`Hits`], once a hit has needed it.
    pub index: Option<KeyIndex>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub place: Place,
    /// Hash field, stream field, JSON pointer so far.
    pub field: Option<FieldName<'a>>,
    /// The value lies in the place's bytes from here; `None` where it was decoded out of them.
    pub offset: Option<usize>,
    /// Decodings already undone.
    pub level: u8,
    /// It was inside base64.
    pub decoded: bool,
}

/// The name of a field.
#[derive(Clone, Copy)]
pub(super) struct FieldName<'a> {
    pub text: &'a [u8],
    /// Of the name as it is shown; known only of one that is wordy.
    pub id: TextId,
}

impl<'a> FieldName<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            id: TextId::UNKNOWN,
        }
    }

    /// A field of which `marks` were read.
    #[inline]
    pub(super) fn read(text: &'a [u8], marks: &Marks) -> Self {
        let id = match marks.id {
            id if marks.wordy && id != UNTOLD => TextId(id),
            _ => TextId::UNKNOWN,
        };
        Self { text, id }
    }
}

impl<'a> At<'a> {
    pub(super) fn new(place: Place, field: Option<FieldName<'a>>) -> Self {
        Self {
            place,
            field,
            offset: Some(0),
            level: 0,
            decoded: false,
        }
    }

    /// Empty where there is no field.
    fn field_text(&self) -> &'a [u8] {
        self.field.map_or(&[], |field| field.text)
    }
}

/// What a text of no packing held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    Nothing,
    Something,
}

/// Reads values. Holds the buffers that reading needs, so that none is allocated per value.
pub(super) struct Inspector {
    pub pack: Arc<RulePack>,
    pub policy: Arc<Policy>,
    /// Where rules are switched off: all of them, for what is printed.
    pub masks: Option<Box<Inspector>>,
    pub counters: Counters,
    #[expect(
        clippy::vec_box,
        reason = "taken and given back for each value: a pointer"
    )]
    finds: Vec<Box<Finds>>,
    leaf: Vec<Found>,
    paths: Vec<Vec<u8>>,
    buffers: Vec<Vec<u8>>,
    frames: Vec<Vec<Frame>>,
    names: Names,
    families: Families,
    seen: Seen,
}

impl Inspector {
    pub(super) fn new(pack: Arc<RulePack>, policy: Arc<Policy>) -> Self {
        let masks = pack.masks().map(|all| {
            let policy = Arc::clone(&policy);
            Box::new(Self::new(Arc::clone(all), policy))
        });
        Self {
            masks,
            pack,
            policy,
            counters: Counters::default(),
            finds: Vec::new(),
            leaf: Vec::new(),
            paths: Vec::new(),
            buffers: Vec::new(),
            frames: Vec::new(),
            names: Names::default(),
            families: Families::default(),
            seen: Seen::default(),
        }
    }

    /// What the words of a name say.
    #[inline]
    pub(super) fn name_marks(&mut self, name: &[u8]) -> Marks {
        *self.names.read(&self.pack, name)
    }

    /// What the words of a field say, with what stands above it.
    #[inline]
    pub(super) fn field_marks(&mut self, field: &[u8], above: &Marks) -> Marks {
        *self.names.read_below(&self.pack, field, above)
    }

    /// The same of a field that is looked at by itself.
    #[inline]
    pub(super) fn judged_marks(&mut self, field: &[u8], above: &Marks) -> Marks {
        *self.names.judge_below(&self.pack, field, above)
    }

    /// Reads a value whose name says `marks`.
    #[inline]
    pub(super) fn value(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        value: &[u8],
    ) {
        let Some(first) = value.first() else {
            return;
        };
        // Short and plain is the commonest by far: numbers, flags, states.
        let is_short = value.len() < MIN_SCANNED_LEN;
        if is_short && !marks.has_fields() {
            return;
        }
        if PACKED.get(usize::from(*first)) != Some(&false) {
            return self.maybe_packed(hits, key, at, marks, value);
        }
        if is_short && self.pack.scanner.passes_over(value) {
            return self.leaf(
                hits,
                key,
                at,
                marks,
                value,
                (0, value.len()),
                &[],
                finds_none(),
            );
        }
        if at.level == 0 && self.seen.gives_nothing(marks, value) {
            return;
        }
        let read = self.plain(hits, key, at, marks, value);
        if read == Plain::Nothing && at.level == 0 && hits.is_empty() {
            self.seen.remember(marks, value);
        }
    }

    fn maybe_packed(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        value: &[u8],
    ) {
        match unpack::packing(value) {
            Some(Packing::Opaque) => {
                self.counters.opaque_bytes += value.len() as u64;
                return;
            }
            Some(packing) => {
                if self.packed(hits, key, at, marks, value, packing) {
                    return;
                }
                // Not what it looked like: its patterns are found below all the same.
                self.plain(hits, None, at, marks, value);
                return;
            }
            None => {}
        }
        if json::looks_like(value) && value.len() <= MAX_UNPACKED_LEN {
            self.json(hits, key, at, marks, value);
        } else {
            self.plain(hits, key, at, marks, value);
        }
    }

    /// Text of no packing: patterns, its field's checks, `name=value` pairs, base64. The answer does
    /// not speak of pairs.
    fn plain(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        value: &[u8],
    ) -> Plain {
        let mut finds = self.finds.pop().unwrap_or_default();
        finds.clear();
        self.scan(value, &mut finds, Joints::Kept);
        if let Some(first) = next_pair(value, &finds, 0) {
            self.pairs(
                hits,
                key.as_deref_mut(),
                at,
                marks,
                value,
                &mut finds,
                first,
            );
        }
        let decoded = at.level < MAX_LEVEL
            && !finds.is_no_base64
            && finds.found.is_empty()
            && value.len() <= MAX_UNPACKED_LEN
            && unpack::looks_like_base64(value);
        if decoded {
            let inner = At {
                decoded: true,
                ..at
            };
            self.inside(hits, key.as_deref_mut(), inner, marks, |text| {
                unpack::base64_text(value, text)
            });
        }
        let telling = self.is_telling(marks, value, &finds.found, &finds);
        if telling {
            self.leaf(
                hits,
                key,
                at,
                marks,
                value,
                (0, value.len()),
                &finds.found,
                &finds,
            );
        }
        self.finds.push(finds);
        if telling || decoded {
            Plain::Something
        } else {
            Plain::Nothing
        }
    }

    /// False where a value gives nothing away and its name says nothing, as most do.
    #[inline]
    fn is_telling(&self, marks: &Marks, value: &[u8], found: &[Found], finds: &Finds) -> bool {
        !found.is_empty()
            || !finds.runs.is_empty()
            || marks.has_fields()
            || matches!(value.first(), Some(b'+' | b'-'))
            || self.may_start(value)
    }

    /// Its beginning may give it away.
    #[inline]
    fn may_start(&self, value: &[u8]) -> bool {
        value.len() >= MIN_START_LEN && self.pack.scanner.may_start(value)
    }

    /// All patterns of a text.
    fn scan(&self, text: &[u8], finds: &mut Finds, joints: Joints) {
        scan(&self.pack, &self.policy, text, finds, joints);
    }

    /// A stretch of `text` that is one value, and [telling](Self::is_telling): its field's checks, and
    /// what was found inside it.
    #[expect(
        clippy::too_many_arguments,
        reason = "one call site each for the packings"
    )]
    fn leaf(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
        (from, to): (usize, usize),
        found: &[Found],
        finds: &Finds,
    ) {
        let value = text.get(from..to).unwrap_or_default();
        let may_start = self.may_start(value);
        let pack = &*self.pack;
        let mut leaf = std::mem::take(&mut self.leaf);
        leaf.clear();
        leaf.extend_from_slice(found);
        // Tokens and hashes that only mean something at the beginning of a value.
        if may_start {
            let mut whole = self.finds.pop().unwrap_or_default();
            whole.clear();
            pack.scanner
                .whole(&pack.rules, &pack.known, value, &mut whole);
            leaf.extend(whole.found.iter().map(|found| Found {
                start: found.start + from,
                end: found.end + from,
                ..*found
            }));
            self.finds.push(whole);
        }
        let scanned = leaf.len();
        for rule in marks.fields() {
            let spec = pack.rule(rule);
            let found = if let Matcher::Regex { regex, .. } = &spec.matcher {
                regex.find(value).map(|matched| Found {
                    rule,
                    start: matched.start(),
                    end: matched.end(),
                    confidence: spec.confidence,
                    severity: spec.severity,
                    mask: spec.mask.mask(),
                    notes: Notes::BY_FIELD,
                    expires: None,
                })
            } else {
                fields::check(rule, spec, &pack.rules, &pack.known, value)
            };
            if let Some(found) = found {
                leaf.push(Found {
                    start: found.start + from,
                    end: found.end + from,
                    ..found
                });
            }
        }
        if leaf.len() > scanned && leaf.len() > 1 {
            settle(pack, &mut leaf, scanned);
        }
        let (pan, phone) = (pack.known.pan, pack.known.phone);
        let mut under = None;
        if !finds.runs.is_empty() && !marks.speaks_of(pan) {
            let under = self.under(&mut under, hits, key.as_deref_mut(), at.field);
            let pattern_family = self.families.of(hits, under);
            for run in finds
                .runs
                .iter()
                .filter(|run| run.start >= from && run.end <= to)
            {
                hits.add_digit_run(DigitRun {
                    family: pattern_family,
                    candidate: run.candidate.max(1),
                    passes: run.passes,
                });
            }
        }
        if phone::is_signed_digits(value) && !marks.speaks_of(phone) {
            // A number to call or an amount: the others of this field tell.
            let digits = value.get(1..).unwrap_or_default();
            let mut passes = false;
            for found in leaf.iter_mut().filter(|found| found.confidence > 0.0) {
                if found.rule == phone {
                    found.notes.add(Notes::BARE_DIGITS);
                    passes = true;
                }
            }
            let under = self.under(&mut under, hits, key.as_deref_mut(), at.field);
            let family = signed_family(self.families.of(hits, under));
            hits.add_digit_run(DigitRun {
                family,
                candidate: fnv1a(FNV_OFFSET, digits).max(1),
                passes,
            });
        }
        for found in &leaf {
            if found.confidence > 0.0 {
                let key = key.as_deref_mut();
                self.emit(&mut under, hits, key, at, marks, text, found);
            }
        }
        self.leaf = leaf;
    }

    /// A value that is wrapped in another: read as what `unwrap` makes of it, where it makes any.
    fn inside(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        unwrap: impl FnOnce(&mut Vec<u8>) -> bool,
    ) {
        let mut buffer = self.buffers.pop().unwrap_or_default();
        if unwrap(&mut buffer) {
            let inner = At {
                offset: None,
                level: at.level + 1,
                ..at
            };
            let before = hits.raw.len();
            self.value(hits, key, inner, marks, &buffer);
            if hits.raw.len() > before {
                Self::cover(hits, at, before);
            }
        }
        self.buffers.push(buffer);
    }

    /// A place whose content was decoded before something was found: nothing of it may be shown.
    fn cover(hits: &mut Hits, at: At<'_>, from: usize) {
        let hidden = hits
            .raw
            .iter()
            .skip(from)
            .any(|hit| !hit.mask.tells_length());
        let mask = if hidden { Mask::Hidden } else { Mask::Token(0) };
        hits.add_span(
            at.place,
            Sensitive {
                start: 0,
                end: usize::MAX,
                mask,
            },
        );
    }

    /// A string value that tells nothing by itself, but [may hold](may_be_packed) pairs or base64.
    fn packed_leaf(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        value: &[u8],
        from: usize,
    ) {
        let inner = At {
            offset: at.offset.map(|offset| offset + from),
            level: at.level + 1,
            ..at
        };
        self.plain(hits, key, inner, marks, value);
    }

    /// MessagePack, PHP, pickle; false where it is none of them after all.
    fn packed(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        value: &[u8],
        packing: Packing,
    ) -> bool {
        if at.level >= MAX_LEVEL || value.len() > MAX_UNPACKED_LEN {
            return false;
        }
        let inner = At {
            offset: None,
            level: at.level + 1,
            ..at
        };
        let mut path = self.paths.pop().unwrap_or_default();
        let before = hits.raw.len();
        hits.next_record();
        let mut visit = |packed: unpack::Packed<'_>| {
            path.clear();
            path.extend_from_slice(at.field_text());
            let (marks, field) = match packed.name {
                Some(name) => {
                    push_name(&mut path, name);
                    (self.field_marks(name, marks), Some(FieldName::new(&path)))
                }
                None => (*marks, at.field),
            };
            self.value(
                hits,
                key.as_deref_mut(),
                At { field, ..inner },
                &marks,
                packed.value,
            );
        };
        let whole = match packing {
            Packing::MessagePack => unpack::message_pack(value, &mut visit),
            Packing::Php => unpack::php(value, &mut visit),
            Packing::Pickle => unpack::pickle(value, &mut visit),
            Packing::Opaque => false,
        };
        if hits.raw.len() > before {
            Self::cover(hits, at, before);
        }
        self.paths.push(path);
        whole
    }

    /// Patterns alone, of a part of a value, and its bare digit runs; `wanted` picks by their place
    /// which of them are told.
    pub(super) fn patterns(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
        wanted: impl Fn(usize, usize) -> bool,
    ) {
        let mut finds = self.finds.pop().unwrap_or_default();
        finds.clear();
        self.scan(text, &mut finds, Joints::Unneeded);
        let runs = finds.runs.iter().filter(|run| wanted(run.start, run.end));
        let mut under = None;
        if !marks.speaks_of(self.pack.known.pan) {
            for run in runs {
                let under = self.under(&mut under, hits, key.as_deref_mut(), at.field);
                let family = self.families.of(hits, under);
                hits.add_digit_run(DigitRun {
                    family,
                    candidate: run.candidate.max(1),
                    passes: run.passes,
                });
            }
        }
        for found in &finds.found {
            if !wanted(found.start, found.end) {
                continue;
            }
            self.emit(
                &mut under,
                hits,
                key.as_deref_mut(),
                At { offset: None, ..at },
                marks,
                text,
                found,
            );
        }
        self.finds.push(finds);
    }
}

/// There may be pairs or base64 in a string.
fn may_be_packed(at: At<'_>, value: &[u8]) -> bool {
    let pairs = || memchr::memchr(b'=', value).is_some();
    at.level < MAX_LEVEL && (unpack::looks_like_base64(value) || pairs())
}

/// All patterns of a text.
#[inline]
fn scan(pack: &RulePack, policy: &Policy, text: &[u8], finds: &mut Finds, joints: Joints) {
    (pack.scanner).scan(&pack.rules, &pack.known, text, finds, joints);
    if finds.found.len() > 1 {
        finds.found.sort_by_key(|found| found.start);
    }
    if !policy.is_default() {
        apply_tests(pack, policy, text, finds);
    }
}

/// Cards and domains that the policy names as its own test data.
fn apply_tests(pack: &RulePack, policy: &Policy, text: &[u8], finds: &mut Finds) {
    let known = &pack.known;
    for found in &mut finds.found {
        let value = text.get(found.start..found.end).unwrap_or_default();
        if found.rule == known.pan && policy.is_test_card(value) {
            found.rule = known.pan_test;
            found.severity = Severity::Info;
            found.notes = Notes::default();
        } else if found.rule == known.email
            && let Some(at) = memchr::memchr(b'@', value)
            && str::from_utf8(value.get(at + 1..).unwrap_or_default())
                .is_ok_and(|domain| policy.is_test_domain(domain))
        {
            found.severity = Severity::Info;
            found.confidence = found.confidence.min(0.3);
        }
    }
}

fn sensitive(found: &Found) -> Sensitive {
    Sensitive {
        start: found.start,
        end: found.end,
        mask: found.mask,
    }
}

fn finds_none() -> &'static Finds {
    static NONE: Finds = Finds::new();
    &NONE
}

/// The finds from `taken` on that lie in `from..to`: their range, and where the next value starts.
fn take(found: &[Found], taken: usize, from: usize, to: usize) -> ((usize, usize), usize) {
    let mut first = taken;
    while found.get(first).is_some_and(|found| found.start < from) {
        first += 1;
    }
    let mut last = first;
    while found.get(last).is_some_and(|found| found.start < to) {
        last += 1;
    }
    ((first, last), last)
}

/// Bytes that a packed value may begin with ([`unpack::packing`], [`json::looks_like`]); the others
/// are plain text.
#[expect(clippy::indexing_slicing, reason = "when compiled")]
const PACKED: [bool; 256] = {
    let mut packed = [false; 256];
    let mut byte = 0_u8;
    loop {
        packed[byte as usize] = byte.is_ascii_whitespace()
            || matches!(
                byte,
                b'{' | b'['
                    | 0x1f
                    | 0x28
                    | 0x04
                    | 0xfd
                    | b'B'
                    | 0x78
                    | b'a'
                    | b'O'
                    | b's'
                    | b'C'
                    | 0x80..=0x9f
                    | 0xdc..=0xdf
                    | 0xff
            );
        if byte == 255 {
            break;
        }
        byte += 1;
    }
    packed
};

/// Shortest value scanned for patterns: nothing shorter gives itself away.
const MIN_SCANNED_LEN: usize = 7;

/// Shortest value whose beginning may give it away.
const MIN_START_LEN: usize = 12;

/// Values up to this many bytes are unpacked; longer ones are searched for patterns only.
pub(super) const MAX_UNPACKED_LEN: usize = 64 * 1024;

/// Packings inside one another that are undone.
const MAX_LEVEL: u8 = 2;
