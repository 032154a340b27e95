//! One value in its place: what packing it has, what its fields are called, what gives itself away.
//!
//! The whole value is scanned once for patterns; then its packing is walked, and what was found is
//! given to the field it stands in. So a value costs one scan, however it is packed.

use std::sync::Arc;

use super::fields;
use super::hits::{
    DigitRun, FNV_OFFSET, Hits, KeyIndex, MAX_VALUE_KEPT, Notes, Place, RawHit, Text, family,
    fnv1a, signed_family,
};
use super::json::{self, Container, Step};
use super::lexicon::Marks;
use super::names::Names;
use super::rule::{Matcher, RuleIndex};
use super::scan::{Finds, Found};
use super::unpack::{self, Packing};
use super::validators::{connection, phone, tokens};
use super::{Counters, Policy, RulePack};
use crate::event::{Category, Severity};
use crate::redact::{Mask, Sensitive, replace_into};

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
    pub field: Option<&'a [u8]>,
    /// The value lies in the place's bytes from here; `None` where it was decoded out of them.
    pub offset: Option<usize>,
    /// Decodings already undone.
    pub level: u8,
    /// It was inside base64.
    pub decoded: bool,
}

impl<'a> At<'a> {
    pub(super) fn new(place: Place, field: Option<&'a [u8]>) -> Self {
        Self {
            place,
            field,
            offset: Some(0),
            level: 0,
            decoded: false,
        }
    }
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
        self.names.read(&self.pack, field);
        self.field_marks(field, above)
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
        if value.len() < MIN_SCANNED_LEN && !marks.has_fields() {
            return;
        }
        if PACKED.get(usize::from(*first)) == Some(&false) {
            return self.plain(hits, key, at, marks, value);
        }
        self.maybe_packed(hits, key, at, marks, value);
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
                return self.plain(hits, None, at, marks, value);
            }
            None => {}
        }
        if json::looks_like(value) && value.len() <= MAX_UNPACKED_LEN {
            self.json(hits, key, at, marks, value);
        } else {
            self.plain(hits, key, at, marks, value);
        }
    }

    /// Text of no packing: patterns, its field's checks, `name=value` pairs, base64.
    fn plain(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        value: &[u8],
    ) {
        let mut finds = self.finds.pop().unwrap_or_default();
        finds.clear();
        self.scan(value, &mut finds);
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
        if self.is_telling(marks, value, &finds.found, &finds) {
            self.leaf(
                hits,
                key,
                at,
                marks,
                value,
                0,
                value.len(),
                &finds.found,
                &finds,
            );
        }
        self.finds.push(finds);
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
    fn scan(&self, text: &[u8], finds: &mut Finds) {
        scan(&self.pack, &self.policy, text, finds);
    }

    /// A stretch of `text` that is one value: its field's checks, and what was found inside it.
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
        from: usize,
        to: usize,
        found: &[Found],
        finds: &Finds,
    ) {
        let value = text.get(from..to).unwrap_or_default();
        if !self.is_telling(marks, value, found, finds) {
            return;
        }
        let may_start = self.may_start(value);
        let pack = Arc::clone(&self.pack);
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
        if leaf.len() > scanned {
            settle(&pack, &mut leaf, scanned);
        }
        let speaks_of_cards = marks.speaks_of(pack.known.pan);
        if !finds.runs.is_empty() && !speaks_of_cards {
            let pattern_family = self.family(hits, key.as_deref_mut(), at.field);
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
        if phone::is_signed_digits(value) && !marks.speaks_of(pack.known.phone) {
            // A number to call or an amount: the others of this field tell.
            let digits = value.get(1..).unwrap_or_default();
            let mut passes = false;
            for found in leaf.iter_mut().filter(|found| found.confidence > 0.0) {
                if found.rule == pack.known.phone {
                    found.notes.add(Notes::BARE_DIGITS);
                    passes = true;
                }
            }
            let family = signed_family(self.family(hits, key.as_deref_mut(), at.field));
            hits.add_digit_run(DigitRun {
                family,
                candidate: fnv1a(FNV_OFFSET, digits).max(1),
                passes,
            });
        }
        for found in &leaf {
            if found.confidence > 0.0 {
                self.emit(hits, key.as_deref_mut(), at, marks, text, found);
            }
        }
        self.leaf = leaf;
    }

    /// Keeps what was found.
    fn emit(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
        found: &Found,
    ) {
        let spec = self.pack.rule(found.rule);
        let spoken_of = marks.speaks_of(found.rule);
        let mut notes = found.notes;
        let mut confidence = found.confidence;
        if spec.context_required && !spoken_of {
            return;
        }
        if spoken_of && !notes.has(Notes::BY_FIELD) {
            confidence = (confidence + spec.boost).min(1.0);
            notes = Notes(notes.0 & !Notes::BARE_DIGITS.0);
        }
        if notes.has(Notes::BY_FIELD) {
            notes = Notes(notes.0 & !Notes::BARE_DIGITS.0);
        }
        if at.decoded {
            notes.add(Notes::DECODED);
        }
        let value = text.get(found.start..found.end).unwrap_or_default();
        let expires = if found.rule == self.pack.known.jwt {
            tokens::jwt(value).and_then(|token| token.expires)
        } else {
            None
        };
        let kept = value
            .get(..value.len().min(MAX_VALUE_KEPT))
            .unwrap_or_default();
        let key = key.and_then(|key| self.keep_key(hits, key));
        let field = at.field.map(|field| self.keep_field(hits, field));
        let (start, end) = at
            .offset
            .map_or((0, 0), |offset| (offset + found.start, offset + found.end));
        let value_text = hits.keep(kept);
        hits.add(RawHit {
            rule: found.rule,
            severity: found.severity,
            confidence,
            place: at.place,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
            key,
            field,
            value: value_text,
            value_len: value.len() as u64,
            mask: found.mask,
            notes,
            record: hits.record(),
            kinds: 0,
            expires,
        });
    }

    fn keep_key(&mut self, hits: &mut Hits, key: &mut Key<'_>) -> Option<KeyIndex> {
        if key.index.is_none() {
            if key.quiet {
                self.key_spans(key);
            }
            if let Some(masks) = &self.masks {
                masks.mask_name(key.bytes, &mut key.spans);
            }
            let pattern = if key.spans.is_empty() {
                self.names.key_pattern(key.bytes)
            } else {
                None
            };
            key.index = hits.keep_key(key.bytes, key.len, &key.spans, pattern);
        }
        key.index
    }

    /// Keeps the name of a field, which may be data itself (`members` by e-mail address): as it may
    /// be printed, and as findings are grouped.
    fn keep_field(&mut self, hits: &mut Hits, field: &[u8]) -> Text {
        let Self {
            names, pack, masks, ..
        } = self;
        let pack = masks.as_deref().map_or(&**pack, |masks| &masks.pack);
        let policy = &self.policy;
        if let Some(shown) =
            names.shown_field(field, |field, out| show_field(pack, policy, field, out))
        {
            return hits.keep_with(|out| out.extend_from_slice(shown));
        }
        hits.keep_with(|out| show_field(pack, policy, field, out))
    }

    /// The stretches of a name that may not be printed.
    fn mask_name(&self, name: &[u8], spans: &mut Vec<Sensitive>) {
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

    fn family(&mut self, hits: &mut Hits, key: Option<&mut Key<'_>>, field: Option<&[u8]>) -> u64 {
        let index = key.and_then(|key| self.keep_key(hits, key));
        let field = field.map(|field| self.keep_field(hits, field));
        let field = field.map(|field| hits.text(field));
        family(hits.key_pattern(index), field)
    }

    fn json(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
    ) {
        let mut finds = self.finds.pop().unwrap_or_default();
        finds.clear();
        self.scan(text, &mut finds);
        let mut path = self.paths.pop().unwrap_or_default();
        path.clear();
        path.extend_from_slice(at.field.unwrap_or_default());
        let base = path.len();
        let mut frames = self.frames.pop().unwrap_or_default();
        frames.clear();
        let mut name = (Marks::none(), path.len());
        let mut taken = 0;
        // Runs wait for their leaf; those in no leaf are judged with the value as a whole.
        if at.level == 0 || at.decoded {
            hits.next_record();
        }
        json::walk(text, |step| match step {
            Step::Open(kind) => {
                let above = frames.last().map_or(*marks, |frame: &Frame| {
                    if frame.kind == Container::Object {
                        name.0
                    } else {
                        frame.marks
                    }
                });
                frames.push(Frame {
                    kind,
                    marks: above,
                    path_len: path.len(),
                    index: 0,
                });
                if kind == Container::Array {
                    push_index(&mut path, 0);
                }
            }
            Step::Close => {
                if let Some(frame) = frames.pop() {
                    path.truncate(frame.path_len);
                }
                if let Some(frame) = frames.last_mut() {
                    path.truncate(frame.path_len);
                    if frame.kind == Container::Array {
                        frame.index += 1;
                        push_index(&mut path, frame.index);
                    }
                }
            }
            Step::Name(from, to) => {
                let above = frames.last().map_or(*marks, |frame| frame.marks);
                path.truncate(frames.last().map_or(base, |frame| frame.path_len));
                let raw = text.get(from..to).unwrap_or_default();
                push_name(&mut path, raw);
                name = (self.field_marks(raw, &above), path.len());
            }
            Step::Text(from, to, _) | Step::Bare(from, to) => {
                let escapes = matches!(step, Step::Text(_, _, true));
                let inner = match frames.last() {
                    Some(frame) if frame.kind == Container::Array => frame.marks,
                    Some(_) => name.0,
                    None => *marks,
                };
                let (mine, until) = take(&finds.found, taken, from, to);
                // What lies between two values (names, what is no JSON) has no field of its own.
                for stray in finds.found.get(taken..mine.0).unwrap_or_default() {
                    self.emit(
                        hits,
                        key.as_deref_mut(),
                        At {
                            field: Some(&path),
                            ..at
                        },
                        &inner,
                        text,
                        stray,
                    );
                }
                taken = until;
                let found = finds.found.get(mine.0..mine.1).unwrap_or_default();
                let value = text.get(from..to).unwrap_or_default();
                let here = At {
                    field: Some(&path),
                    ..at
                };
                let has_runs = finds
                    .runs
                    .iter()
                    .any(|run| run.start >= from && run.end <= to);
                let telling = inner.has_fields()
                    || !found.is_empty()
                    || has_runs
                    || phone::is_signed_digits(value);
                if escapes && (telling || value.len() >= MIN_ESCAPED_LEN) {
                    self.escaped(hits, key.as_deref_mut(), here, &inner, value);
                } else if telling
                    || (value.len() >= MIN_START_LEN && self.pack.scanner.may_start(value))
                {
                    self.leaf(
                        hits,
                        key.as_deref_mut(),
                        here,
                        &inner,
                        text,
                        from,
                        to,
                        found,
                        &finds,
                    );
                } else if value.len() >= MIN_START_LEN {
                    self.packed_leaf(hits, key.as_deref_mut(), here, &inner, value, from);
                }
                if let Some(frame) = frames.last_mut() {
                    path.truncate(frame.path_len);
                    if frame.kind == Container::Array {
                        frame.index += 1;
                        push_index(&mut path, frame.index);
                    }
                }
            }
        });
        for stray in finds.found.get(taken..).unwrap_or_default() {
            self.emit(hits, key.as_deref_mut(), at, marks, text, stray);
        }
        self.frames.push(frames);
        self.paths.push(path);
        self.finds.push(finds);
    }

    /// A JSON string with escapes: read as what it means; it may be JSON once more.
    fn escaped(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        raw: &[u8],
    ) {
        if at.level < MAX_LEVEL {
            self.inside(hits, key, at, marks, |text| {
                json::unescape(raw, text);
                true
            });
        }
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

    /// A string value that tells nothing by itself, but may hold pairs or base64.
    fn packed_leaf(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        value: &[u8],
        from: usize,
    ) {
        let pairs = memchr::memchr(b'=', value).is_some();
        if (pairs || unpack::looks_like_base64(value)) && at.level < MAX_LEVEL {
            let inner = At {
                offset: at.offset.map(|offset| offset + from),
                level: at.level + 1,
                ..at
            };
            self.plain(hits, key, inner, marks, value);
        }
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
            path.extend_from_slice(at.field.unwrap_or_default());
            let (marks, field) = match packed.name {
                Some(name) => {
                    push_name(&mut path, name);
                    (self.field_marks(name, marks), Some(path.as_slice()))
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

    /// `name=value` and `name: value` in a text: query strings, connection strings, headers, logs.
    /// `first` is the first of them.
    #[expect(clippy::too_many_arguments, reason = "one call site")]
    fn pairs(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
        finds: &mut Finds,
        first: Pair,
    ) {
        let ampersands = finds.may_be_form && memchr::memchr(b'&', text).is_some();
        let mut next = Some(first);
        while let Some(pair) = next {
            let name = text.get(pair.name.0..pair.name.1).unwrap_or_default();
            let field = *self.names.read_below(&self.pack, name, marks);
            let mut behind = pair.joint + 1;
            if ampersands || field.has_fields() {
                let colon = text.get(pair.joint) == Some(&b':');
                let (from, to) = value_behind(text, pair.joint + 1, ampersands, colon);
                let raw = text.get(from..to).unwrap_or_default();
                // An address in a form is `ann%40corp.io`, whatever its name.
                let encoded = ampersands && memchr::memchr2(b'%', b'+', raw).is_some();
                if !raw.is_empty() && (encoded || field.has_fields()) {
                    behind = to;
                    let mut path = self.paths.pop().unwrap_or_default();
                    path.clear();
                    path.extend_from_slice(at.field.unwrap_or_default());
                    push_name(&mut path, name);
                    let here = At {
                        field: Some(&path),
                        ..at
                    };
                    if encoded {
                        self.encoded_pair(
                            hits,
                            key.as_deref_mut(),
                            here,
                            &field,
                            text,
                            finds,
                            (from, to),
                        );
                    } else {
                        self.pair(
                            hits,
                            key.as_deref_mut(),
                            here,
                            &field,
                            text,
                            finds,
                            (from, to),
                        );
                    }
                    self.paths.push(path);
                }
            }
            next = next_pair(text, finds, behind);
        }
    }

    /// The value of a pair in a form, its escapes undone.
    #[expect(clippy::too_many_arguments, reason = "one call site")]
    fn encoded_pair(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        field: &Marks,
        text: &[u8],
        finds: &mut Finds,
        (from, to): (usize, usize),
    ) {
        let mut buffer = self.buffers.pop().unwrap_or_default();
        percent_decode(text.get(from..to).unwrap_or_default(), &mut buffer);
        let inner = At { offset: None, ..at };
        let before = hits.raw.len();
        let mut inside = self.finds.pop().unwrap_or_default();
        inside.clear();
        self.scan(&buffer, &mut inside);
        self.leaf(
            hits,
            key,
            inner,
            field,
            &buffer,
            0,
            buffer.len(),
            &inside.found,
            finds_none(),
        );
        self.finds.push(inside);
        if hits.raw.len() > before {
            self.name_connection(hits, before, text, from);
            Self::cover(hits, at, before);
            finds
                .found
                .retain(|found| found.start < from || found.end > to);
        }
        self.buffers.push(buffer);
    }

    /// The value of a pair. What the scan found in it is told here, with its name, and not again.
    #[expect(clippy::too_many_arguments, reason = "one call site")]
    fn pair(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        field: &Marks,
        text: &[u8],
        finds: &mut Finds,
        (from, to): (usize, usize),
    ) {
        let mut telling = self.finds.pop().unwrap_or_default();
        telling.clear();
        let inside = |found: &&Found| found.start >= from && found.end <= to;
        let found = finds.found.iter().filter(inside);
        telling.found.extend(found.take(MAX_PAIR_FINDS).copied());
        let before = hits.raw.len();
        self.leaf(
            hits,
            key,
            at,
            field,
            text,
            from,
            to,
            &telling.found,
            finds_none(),
        );
        self.finds.push(telling);
        self.name_connection(hits, before, text, from);
        finds
            .found
            .retain(|found| found.start < from || found.end > to);
        if field.speaks_of(self.pack.known.pan) {
            finds.runs.retain(|run| run.start < from || run.end > to);
        }
    }

    /// Passwords found since `before` are those of a connection string, where the text names a host
    /// before their place in it.
    fn name_connection(&self, hits: &mut Hits, before: usize, text: &[u8], at: usize) {
        let known = &self.pack.known;
        let spec = self.pack.rule(known.conn_string);
        let found = hits.raw.iter_mut().skip(before);
        let mut passwords = found
            .filter(|hit| hit.rule == known.password_field)
            .peekable();
        if spec.enabled && passwords.peek().is_some() && connection::names_host(text, at) {
            for hit in passwords {
                hit.rule = known.conn_string;
                hit.severity = spec.severity;
                hit.confidence = hit.confidence.max(spec.confidence);
                hit.mask = spec.mask.mask();
            }
        }
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
        self.scan(text, &mut finds);
        let runs = finds.runs.iter().filter(|run| wanted(run.start, run.end));
        if !marks.speaks_of(self.pack.known.pan) {
            for run in runs {
                let family = self.family(hits, key.as_deref_mut(), at.field);
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

    /// What a key, a channel or a name gives away by itself: patterns, and a random part where its
    /// words say session or token.
    #[inline]
    pub(super) fn key_itself(&mut self, hits: &mut Hits, key: &mut Key<'_>, place: Place) {
        if !self.is_silent(&key.marks) {
            self.key_aloud(hits, key, place);
        }
    }

    /// A name with these marks has nothing sensitive in it.
    #[inline]
    fn is_silent(&self, marks: &Marks) -> bool {
        let session = self.pack.known.session_id;
        marks.plain && !(marks.has_fields() && marks.fields().any(|rule| rule == session))
    }

    fn key_aloud(&mut self, hits: &mut Hits, key: &mut Key<'_>, place: Place) {
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
    fn key_spans(&self, key: &mut Key<'_>) {
        if self.is_silent(&key.marks) {
            return;
        }
        let mut finds = Finds::default();
        self.key_finds(key, &mut finds);
        key.spans.extend(finds.found.iter().map(sensitive));
    }

    fn key_finds(&self, key: &Key<'_>, finds: &mut Finds) {
        self.scan(key.bytes, finds);
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
                });
            }
        }
    }

    /// What the name of a field gives away by itself.
    pub(super) fn field_itself(
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
        self.scan(field, &mut finds);
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
}

/// All patterns of a text.
#[inline]
fn scan(pack: &RulePack, policy: &Policy, text: &[u8], finds: &mut Finds) {
    pack.scanner.scan(&pack.rules, &pack.known, text, finds);
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

/// Writes a field as it may be printed, and as findings are grouped.
fn show_field(pack: &RulePack, policy: &Policy, field: &[u8], out: &mut Vec<u8>) {
    let mut finds = Finds::default();
    let telling = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'@' | b'+' | b':');
    if field.len() >= MIN_SCANNED_LEN && field.iter().any(telling) {
        scan(pack, policy, field, &mut finds);
    }
    let spans: Vec<Sensitive> = finds.found.iter().map(sensitive).collect();
    let field = field.get(..field.len().min(MAX_FIELD_LEN));
    replace_into(field.unwrap_or_default(), &spans, out, push_field);
}

fn sensitive(found: &Found) -> Sensitive {
    Sensitive {
        start: found.start,
        end: found.end,
        mask: found.mask,
    }
}

#[derive(Clone, Copy)]
struct Frame {
    kind: Container,
    /// What the name of the container says.
    marks: Marks,
    path_len: usize,
    index: u32,
}

fn finds_none() -> &'static Finds {
    static NONE: Finds = Finds {
        found: Vec::new(),
        runs: Vec::new(),
        joints: Vec::new(),
        is_no_base64: false,
        may_be_form: false,
    };
    &NONE
}

/// Where finds of a field's name and of the value's pattern meet, the more telling one stays.
fn settle(pack: &RulePack, leaf: &mut [Found], scanned: usize) {
    let overlap = |a: &Found, b: &Found| a.start < b.end && b.start < a.end;
    let known = &pack.known;
    for field in scanned..leaf.len() {
        for other in 0..leaf.len() {
            let (Some(&mine), Some(&theirs)) = (leaf.get(field), leaf.get(other)) else {
                continue;
            };
            if field == other || mine.confidence <= 0.0 || !overlap(&mine, &theirs) {
                continue;
            }
            let my_rule = pack.rule(mine.rule);
            let their_rule = pack.rule(theirs.rule);
            let hidden = !mine.mask.tells_length() && other < scanned;
            // A card by its field has been judged already.
            let same_card = is_card(known, mine.rule) && is_card(known, theirs.rule);
            if (my_rule.generic && !their_rule.generic && their_rule.category == Category::Secret)
                || (my_rule.generic && their_rule.generic && other > field && mine.confidence < theirs.confidence)
                // `uk-nino` says more than `national-id`.
                || (pack.info(theirs.rule).id.len() > pack.info(mine.rule).id.len()
                    && pack.info(theirs.rule).id.starts_with(&pack.info(mine.rule).id)
                    && other >= scanned
                    && !same_card)
            {
                drop_one(leaf, field);
            } else if mine.rule == theirs.rule || same_card {
                let best = mine.confidence.max(theirs.confidence);
                if let Some(slot) = leaf.get_mut(field) {
                    slot.confidence = if same_card { mine.confidence } else { best };
                }
                drop_one(leaf, other);
            } else if (my_rule.generic && their_rule.generic && other > field)
                || hidden
                || (is_card(known, theirs.rule) && other < scanned && mine.confidence >= 0.7)
            {
                drop_one(leaf, other);
            }
        }
    }
}

fn is_card(known: &super::known::Known, rule: RuleIndex) -> bool {
    rule == known.pan || rule == known.pan_test || rule == known.pan_suspected
}

fn drop_one(leaf: &mut [Found], index: usize) {
    if let Some(slot) = leaf.get_mut(index) {
        slot.confidence = 0.0;
    }
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

/// Where a name and a value meet.
#[derive(Clone, Copy)]
struct Pair {
    joint: usize,
    name: (usize, usize),
}

/// The next pair from `from` on.
#[inline]
fn next_pair(text: &[u8], finds: &Finds, from: usize) -> Option<Pair> {
    let mut from = from;
    loop {
        let joint = finds.next_joint(from)?;
        if let Some(name) = name_before(text, joint) {
            return Some(Pair { joint, name });
        }
        from = joint + 1;
    }
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

/// What bytes are in and around `name=value`.
#[expect(clippy::indexing_slicing, reason = "when compiled")]
const NAMING: [u8; 256] = {
    let mut naming = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        naming[byte as usize] = match byte {
            b'_' | b'-' | b'.' | b'[' | b']' => IN_NAME,
            b'&' | b'?' | b';' | b',' | b'"' | b'\'' | b'{' | b'(' | b'|' | b'<' | b'#' => PARTS,
            _ if byte.is_ascii_alphanumeric() => IN_NAME,
            _ if byte.is_ascii_whitespace() => PARTS,
            _ => 0,
        };
        byte += 1;
    }
    naming
};

const IN_NAME: u8 = 1;
const PARTS: u8 = 2;

/// The name that ends before `=` or `:` at `at`: letters, digits, `_ - . [ ]`, at the beginning of
/// the text or behind a separator.
#[inline]
fn name_before(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut end = at;
    while end > 0 && at - end < 2 && matches!(text.get(end - 1), Some(b' ' | b'"' | b'\'')) {
        end -= 1;
    }
    let least = end.saturating_sub(MAX_PAIR_NAME_LEN + 1);
    let mut start = end;
    // What ends the name: nothing, where the text begins with it.
    let mut before = PARTS;
    for &byte in text.get(least..end)?.iter().rev() {
        before = NAMING.get(usize::from(byte)).copied().unwrap_or(0);
        if before != IN_NAME {
            break;
        }
        start -= 1;
    }
    let is_parted = before == PARTS || start == 0;
    (is_parted && (2..=MAX_PAIR_NAME_LEN).contains(&(end - start))).then_some((start, end))
}

/// The value behind `=` or `:`: in quotes to the closing one, else to the next separator.
fn value_behind(text: &[u8], from: usize, ampersands: bool, line: bool) -> (usize, usize) {
    let mut from = from;
    while matches!(text.get(from), Some(b' ')) {
        from += 1;
    }
    let rest = text.get(from..).unwrap_or_default();
    let limit = rest.len().min(MAX_PAIR_VALUE_LEN);
    let rest = rest.get(..limit).unwrap_or_default();
    if let Some(&quote @ (b'"' | b'\'')) = rest.first() {
        let inner = rest.get(1..).unwrap_or_default();
        let len = memchr::memchr(quote, inner).unwrap_or(inner.len());
        return (from + 1, from + 1 + len);
    }
    // `${PASSWORD}`: what closes a placeholder belongs to it.
    if rest.starts_with(b"${")
        && let Some(len) = memchr::memchr(b'}', rest)
    {
        return (from, from + len + 1);
    }
    let ends = |byte: &u8| {
        if ampersands {
            byte.is_ascii_whitespace() || matches!(byte, b'&' | b'#' | b'"' | b'\'')
        } else if line {
            matches!(byte, b'\n' | b'\r')
        } else {
            byte.is_ascii_whitespace()
                || matches!(byte, b';' | b',' | b'&' | b'"' | b'\'' | b')' | b'}')
        }
    };
    let len = rest.iter().position(ends).unwrap_or(rest.len());
    (from, from + len)
}

fn percent_decode(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut bytes = text;
    while let Some((&byte, rest)) = bytes.split_first() {
        bytes = rest;
        let pair = rest.get(..2).and_then(|pair| str::from_utf8(pair).ok());
        match (
            byte,
            pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()),
        ) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                bytes = rest.get(2..).unwrap_or_default();
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
    }
}

/// Adds a step to a JSON pointer (RFC 6901).
fn push_name(path: &mut Vec<u8>, name: &[u8]) {
    if path.len() > MAX_PATH_LEN {
        return;
    }
    path.push(b'/');
    for &byte in name
        .get(..name.len().min(MAX_PATH_STEP_LEN))
        .unwrap_or_default()
    {
        match byte {
            b'~' => path.extend_from_slice(b"~0"),
            b'/' => path.extend_from_slice(b"~1"),
            other => path.push(other),
        }
    }
}

fn push_index(path: &mut Vec<u8>, index: u32) {
    use std::io::Write as _;
    if path.len() <= MAX_PATH_LEN {
        path.push(b'/');
        let _ = write!(path, "{index}");
    }
}

/// A field as findings are grouped by it: steps that are numbers, and long runs of digits or hex,
/// replaced.
pub(super) fn push_field(field: &[u8], out: &mut Vec<u8>) {
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
        if word_start
            && hex == 36
            && super::validators::random::is_uuid(rest.get(..36).unwrap_or_default())
        {
            out.extend_from_slice(b"{uuid}");
            at += 36;
        } else if word_start
            && word >= 16
            && super::validators::random::is_random(rest.get(..word).unwrap_or_default())
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

/// Shortest value scanned for patterns: nothing shorter gives itself away.
const MIN_SCANNED_LEN: usize = 7;

/// Shortest value whose beginning may give it away.
const MIN_START_LEN: usize = 12;

/// Shortest JSON string with escapes that is read again unescaped.
const MIN_ESCAPED_LEN: usize = 8;

/// Values up to this many bytes are unpacked; longer ones are searched for patterns only.
pub(super) const MAX_UNPACKED_LEN: usize = 64 * 1024;

/// Packings inside one another that are undone.
const MAX_LEVEL: u8 = 2;

/// Longest name of a pair.
const MAX_PAIR_NAME_LEN: usize = 48;

/// Longest value of a pair.
const MAX_PAIR_VALUE_LEN: usize = 4096;

/// Finds of one pair's value that are compared with it.
const MAX_PAIR_FINDS: usize = 16;

/// Longest JSON pointer kept; deeper steps are left out.
const MAX_PATH_LEN: usize = 192;

/// Longest step of a JSON pointer kept.
const MAX_PATH_STEP_LEN: usize = 64;

/// Longest field kept with a finding.
const MAX_FIELD_LEN: usize = 192;
