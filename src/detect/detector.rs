//! Reads messages and fills [`Hits`]: which bytes are key, field, value, password, is asked of the
//! command table ([`requests`](super::requests)) or of the request that a reply answers
//! ([`replies`](super::replies)); what a value holds, of [`values`](super::values).

use std::cmp::Ordering;
use std::sync::Arc;

use super::combine;
use super::hits::{Hits, Notes, Place, RawHit, TextId, Under};
use super::lexicon::Marks;
use super::rule::{Example, RuleIndex};
use super::slots::Slots;
use super::values::{At, FieldName, Inspector, Key};
use super::{Policy, RulePack};
use crate::redact::Mask;
use crate::resp::commands::Layouts;
use crate::resp::{Argument, Command, Exchange, Push, Session, ValuePart};

/// How far detectors look.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// `--scan-limit`: bytes of one value that are looked at; the rest is counted.
    pub scan_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scan_limit: DEFAULT_SCAN_LIMIT,
        }
    }
}

/// What was looked at and what was not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Value bytes looked at.
    pub scanned_bytes: u64,
    /// Value bytes that no detector looked at: past the scan limit, or not kept.
    pub unscanned_bytes: u64,
    /// Value bytes that are compressed or encrypted.
    pub opaque_bytes: u64,
}

impl Counters {
    /// Adds another shard's.
    pub fn add(&mut self, other: &Self) {
        self.scanned_bytes += other.scanned_bytes;
        self.unscanned_bytes += other.unscanned_bytes;
        self.opaque_bytes += other.opaque_bytes;
    }
}

/// What is remembered of a value that goes by in parts; one a connection and direction.
#[derive(Default)]
pub struct Carry {
    pub(super) tail: Vec<u8>,
    /// Offset behind the tail, of the value with this index.
    pub(super) offset: u64,
    pub(super) index: u64,
    pub(super) opaque: bool,
}

impl Carry {
    /// True where part of a value has gone by.
    #[must_use]
    pub fn is_within_value(&self) -> bool {
        self.offset > 0
    }
}

/// Part of a stored value, as it goes by.
#[derive(Clone, Copy)]
pub struct StoredPart<'a> {
    /// Offset of `bytes` in the value.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Nothing of the value follows.
    pub last: bool,
}

/// Finds what is sensitive in messages. One a shard; the rules are shared.
pub struct Detector {
    pub(super) inspector: Inspector,
    pub(super) slots: Arc<Slots>,
    pub(super) layouts: Arc<Layouts>,
    pub(super) options: Options,
    pub(super) joined: Vec<u8>,
    silent: bool,
    /// Where rules are switched off: all of them, for what is printed.
    masks: Option<Box<Masks>>,
}

struct Masks {
    detector: Detector,
    hits: Hits,
}

impl Detector {
    /// With the rules and the policy in force.
    #[must_use]
    pub fn new(pack: Arc<RulePack>, policy: Arc<Policy>, options: Options) -> Self {
        let masks = pack.masks().map(|all| {
            Box::new(Masks {
                detector: Self::new(Arc::clone(all), Arc::clone(&policy), options),
                hits: Hits::new(),
            })
        });
        Self {
            masks,
            silent: pack.is_silent(),
            slots: Arc::new(Slots::new(&pack)),
            layouts: Arc::new(Layouts::default()),
            inspector: Inspector::new(pack, policy),
            options,
            joined: Vec::new(),
        }
    }

    /// A complete request. `hits` is emptied first, here and below.
    pub fn request(&mut self, session: &Session, command: &Command<'_>, hits: &mut Hits) {
        hits.clear();
        if self.is_idle() {
            return;
        }
        self.read_request(session, command, hits);
        combine::combine(&self.inspector.pack, hits);
    }

    /// A reply, read by what its request asked for.
    pub fn reply(&mut self, session: &Session, exchange: &Exchange<'_>, hits: &mut Hits) {
        hits.clear();
        let _ = session;
        if self.is_idle() {
            return;
        }
        self.read_reply(exchange, hits);
        combine::combine(&self.inspector.pack, hits);
    }

    /// A message that no command asked for.
    pub fn push(&mut self, session: &Session, push: &Push<'_>, hits: &mut Hits) {
        hits.clear();
        let _ = session;
        if self.is_idle() {
            return;
        }
        self.read_push(push, hits);
        combine::combine(&self.inspector.pack, hits);
    }

    /// Part of a value too large to keep. The message that follows when it is complete has a prefix
    /// of the value only, and is not searched there again.
    pub fn part(
        &mut self,
        session: &Session,
        part: &ValuePart<'_>,
        carry: &mut Carry,
        hits: &mut Hits,
    ) {
        hits.clear();
        let _ = session;
        if self.is_idle() {
            return;
        }
        self.read_part(part, carry, hits);
        combine::combine(&self.inspector.pack, hits);
    }

    /// A value of an RDB file.
    pub fn stored(
        &mut self,
        key: &[u8],
        field: Option<&[u8]>,
        value: Argument<'_>,
        hits: &mut Hits,
    ) {
        hits.clear();
        self.stored_field(key, field, value, &mut Carry::default(), hits);
        self.stored_end(hits);
    }

    /// A value of an RDB file, beside what `hits` holds already of the same key: what stands
    /// together in a hash is judged together ([`Self::stored_end`]). A value that went by in parts
    /// through `carry` is not searched again.
    pub fn stored_field(
        &mut self,
        key: &[u8],
        field: Option<&[u8]>,
        value: Argument<'_>,
        carry: &mut Carry,
        hits: &mut Hits,
    ) {
        let parted = carry.is_within_value();
        if parted {
            *carry = Carry::default();
        }
        let mut key = if hits.is_empty() {
            self.key(key, key.len() as u64, Place::Stored, hits)
        } else {
            self.quiet_key(Argument {
                kept: key,
                len: key.len() as u64,
                broken: false,
            })
        };
        if parted {
            return;
        }
        let marks = match field {
            Some(field) => self.inspector.field_marks(field, &key.marks),
            None => key.marks,
        };
        self.kept_value(
            hits,
            Some(&mut key),
            At::new(Place::Stored, field.map(FieldName::new)),
            &marks,
            value,
        );
    }

    /// Part of a value of an RDB file that is too large to keep; [`Self::stored_field`] follows.
    pub fn stored_part(
        &mut self,
        key: &[u8],
        field: Option<&[u8]>,
        part: StoredPart<'_>,
        carry: &mut Carry,
        hits: &mut Hits,
    ) {
        let mut key = self.quiet_key(Argument {
            kept: key,
            len: key.len() as u64,
            broken: false,
        });
        let marks = match field {
            Some(field) => self.inspector.field_marks(field, &key.marks),
            None => key.marks,
        };
        let at = At::new(Place::Stored, field.map(FieldName::new));
        self.scan_part(part, Some(&mut key), at, &marks, carry, hits);
    }

    /// Judges together what was found under one key.
    pub fn stored_end(&mut self, hits: &mut Hits) {
        combine::combine(&self.inspector.pack, hits);
    }

    /// A message of the cluster bus, by channel and payload.
    pub fn published(&mut self, channel: &[u8], payload: Argument<'_>, hits: &mut Hits) {
        hits.clear();
        let mut key = self.key(channel, channel.len() as u64, Place::Channel, hits);
        let marks = key.marks;
        self.kept_value(
            hits,
            Some(&mut key),
            At::new(Place::Payload, None),
            &marks,
            payload,
        );
        combine::combine(&self.inspector.pack, hits);
    }

    /// A name that stands alone: SNI, certificate name, client name, error text. Its sensitive
    /// spans are those of [`super::Place::Name`], whichever rules are on.
    pub fn name(&mut self, text: &[u8], hits: &mut Hits) {
        hits.clear();
        self.name_at(text, Place::Name, hits);
        self.mask(hits, |all, found| all.name(text, found));
    }

    /// Before a request is printed: adds to its `hits` what rules that are switched off would mask.
    pub fn mask_request(&mut self, session: &Session, command: &Command<'_>, hits: &mut Hits) {
        self.mask(hits, |all, found| all.request(session, command, found));
    }

    /// Before a reply is printed, as [`Self::mask_request`].
    pub fn mask_reply(&mut self, session: &Session, exchange: &Exchange<'_>, hits: &mut Hits) {
        self.mask(hits, |all, found| all.reply(session, exchange, found));
    }

    /// Before a push is printed, as [`Self::mask_request`].
    pub fn mask_push(&mut self, session: &Session, push: &Push<'_>, hits: &mut Hits) {
        self.mask(hits, |all, found| all.push(session, push, found));
    }

    fn mask(&mut self, hits: &mut Hits, look: impl FnOnce(&mut Self, &mut Hits)) {
        if let Some(masks) = &mut self.masks {
            look(&mut masks.detector, &mut masks.hits);
            hits.mask_like(&masks.hits);
        }
    }

    /// What was looked at so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.inspector.counters
    }

    /// No rule is on: nothing need be read, only masked before it is printed.
    #[inline]
    fn is_idle(&self) -> bool {
        self.silent
    }

    /// True where the rule finds the example with at least this confidence.
    pub(super) fn finds(&mut self, example: &Example, rule: &str, confidence: f32) -> bool {
        let mut hits = Hits::new();
        if example.command.is_empty() {
            let value = example.value.as_bytes();
            let value = Argument {
                kept: value,
                len: value.len() as u64,
                broken: false,
            };
            let key = example.key.as_deref().unwrap_or_default().as_bytes();
            self.stored(
                key,
                example.field.as_deref().map(str::as_bytes),
                value,
                &mut hits,
            );
        } else {
            let words: Vec<&[u8]> = example.command.iter().map(String::as_bytes).collect();
            self.request_words(&words, &mut hits);
        }
        let pack = &self.inspector.pack;
        hits.iter().any(|hit| {
            let info = pack.info(hit.rule);
            // A regional rule says the same more exactly.
            let exact = info.region.is_some() && info.id.starts_with(rule);
            hit.confidence >= confidence && (info.id == rule || exact)
        })
    }

    /// A request made of plain words, for examples.
    pub(super) fn request_words(&mut self, words: &[&[u8]], hits: &mut Hits) {
        hits.clear();
        self.read_words(words, hits);
        combine::combine(&self.inspector.pack, hits);
    }

    /// A request made of plain words, beside what `hits` holds already.
    pub(super) fn read_words(&mut self, words: &[&[u8]], hits: &mut Hits) {
        use crate::resp::{Arguments, Buffers, Span, Store};
        let mut chunk = Vec::new();
        let mut spans = Vec::new();
        for word in words {
            spans.push(Span {
                store: Store::Chunk,
                start: u32::try_from(chunk.len()).unwrap_or(u32::MAX),
                kept: u32::try_from(word.len()).unwrap_or(u32::MAX),
                len: word.len() as u64,
                broken: false,
            });
            chunk.extend_from_slice(word);
        }
        let arguments = Arguments {
            spans: &spans,
            buffers: Buffers {
                chunk: &chunk,
                held: &[],
            },
            count: words.len() as u64,
        };
        let command = Command {
            spec: crate::resp::commands::resolve(&arguments),
            arguments,
            protocol: crate::event::Protocol::Resp2,
            index: 0,
            wire_len: 0,
            first_at: crate::packet::Timestamp::default(),
            last_at: crate::packet::Timestamp::default(),
            origin: crate::packet::Origin::default(),
            transaction: None,
            replicated: false,
        };
        self.read_request(&Session::default(), &command, hits);
    }

    /// A value as it was kept: searched where it is whole; else it went by in parts.
    #[inline]
    pub(super) fn kept_value(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        value: Argument<'_>,
    ) {
        if !value.is_whole() && at.place != Place::Stored {
            return;
        }
        let limit = usize::try_from(self.options.scan_limit).unwrap_or(usize::MAX);
        let looked = value
            .kept
            .get(..value.kept.len().min(limit))
            .unwrap_or_default();
        let counters = &mut self.inspector.counters;
        counters.scanned_bytes += looked.len() as u64;
        counters.unscanned_bytes += value.len.saturating_sub(looked.len() as u64);
        self.inspector.value(hits, key, at, marks, looked);
    }

    /// A key: what its words say, what is sensitive in it, and the findings about itself.
    #[inline]
    pub(super) fn key<'a>(
        &mut self,
        bytes: &'a [u8],
        len: u64,
        place: Place,
        hits: &mut Hits,
    ) -> Key<'a> {
        let mut key = Key {
            bytes,
            len,
            marks: self.inspector.name_marks(bytes),
            spans: Vec::new(),
            quiet: false,
            index: None,
        };
        if bytes.len() >= MIN_TELLING_KEY_LEN {
            self.inspector.key_itself(hits, &mut key, place);
        }
        key
    }

    /// A name that may hold something sensitive.
    pub(super) fn name_at(&mut self, text: &[u8], place: Place, hits: &mut Hits) {
        let mut name = Key {
            bytes: text,
            len: text.len() as u64,
            marks: self.inspector.name_marks(text),
            spans: Vec::new(),
            quiet: false,
            index: None,
        };
        self.inspector.key_itself(hits, &mut name, place);
    }

    /// A secret in a command's own slot: certain.
    pub(super) fn slot_secret(
        &mut self,
        hits: &mut Hits,
        rule: RuleIndex,
        place: Place,
        user: Option<&[u8]>,
        secret: Argument<'_>,
        notes: Notes,
    ) {
        let spec = self.inspector.pack.rule(rule);
        if !spec.enabled {
            return;
        }
        let (severity, confidence) = (spec.severity, spec.confidence);
        let field = user.map(|user| hits.keep_field(user, TextId::UNKNOWN));
        let kept = secret
            .kept
            .get(..secret.kept.len().min(super::MAX_VALUE_KEPT))
            .unwrap_or_default();
        let value = hits.keep(kept);
        hits.add(RawHit {
            rule,
            severity,
            confidence,
            place,
            start: 0,
            end: u32::MAX,
            under: Under { key: None, field },
            value,
            value_len: secret.len,
            mask: Mask::Hidden,
            notes,
            record: hits.record(),
            kinds: 0,
            expires: None,
        });
    }

    /// A finding about the message as a whole, or about one word of it that may be shown.
    pub(super) fn about(
        &mut self,
        hits: &mut Hits,
        rule: RuleIndex,
        place: Place,
        field: Option<&[u8]>,
    ) {
        let spec = self.inspector.pack.rule(rule);
        if !spec.enabled {
            return;
        }
        let (severity, confidence) = (spec.severity, spec.confidence);
        let field = field.map(|field| hits.keep_field(field, TextId::UNKNOWN));
        let value = hits.keep(&[]);
        hits.add_without_span(RawHit {
            rule,
            severity,
            confidence,
            place,
            start: 0,
            end: 0,
            under: Under { key: None, field },
            value,
            value_len: 0,
            mask: Mask::Hidden,
            notes: Notes::default(),
            record: hits.record(),
            kinds: 0,
            expires: None,
        });
    }

    /// A part of a value: searched for patterns over a carry from the part before, so that no cut
    /// hides anything; nothing is told twice.
    fn read_part(&mut self, part: &ValuePart<'_>, carry: &mut Carry, hits: &mut Hits) {
        if carry.index != part.index {
            *carry = Carry {
                index: part.index,
                ..Carry::default()
            };
        }
        let index = usize::try_from(part.index).unwrap_or(usize::MAX);
        let request = part.direction == crate::segment::Direction::ClientToServer;
        let place = if request {
            Place::Argument(u32::try_from(index.saturating_sub(1)).unwrap_or(u32::MAX))
        } else {
            Place::ReplyElement(u32::try_from(index).unwrap_or(u32::MAX))
        };
        let key = part.command.and_then(|command| {
            let spec = command.spec?;
            let at = if request {
                spec.word_at(&command.arguments, index).key
            } else {
                spec.first_key(&command.arguments)
            };
            command.arguments.at(at?)
        });
        let field = part.command.filter(|_| request).and_then(|command| {
            let spec = command.spec?;
            command
                .arguments
                .at(spec.word_at(&command.arguments, index).named_by?)
        });
        let mut key = key.map(|key| self.quiet_key(key));
        let above = key.as_ref().map_or_else(Marks::none, |key| key.marks);
        let field = field.map(|field| field.kept);
        let marks = match field {
            Some(field) => self.inspector.field_marks(field, &above),
            None => above,
        };
        let scanned = StoredPart {
            offset: part.offset,
            bytes: part.bytes,
            last: part.last,
        };
        let at = At::new(place, field.map(FieldName::new));
        self.scan_part(scanned, key.as_mut(), at, &marks, carry, hits);
    }

    fn scan_part(
        &mut self,
        part: StoredPart<'_>,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        carry: &mut Carry,
        hits: &mut Hits,
    ) {
        let goes_on = part.offset > 0 && carry.offset == part.offset;
        if !goes_on {
            carry.tail.clear();
            carry.opaque = false;
        }
        carry.offset = part.offset + part.bytes.len() as u64;
        let left = usize::try_from(self.options.scan_limit.saturating_sub(part.offset))
            .unwrap_or(usize::MAX);
        let within = part.bytes.len().min(left);
        // And the byte behind: what ends at the limit may be the beginning of something else.
        let looked_len = match part.offset.cmp(&self.options.scan_limit) {
            Ordering::Greater => 0,
            _ => part.bytes.len().min(left.saturating_add(1)),
        };
        let looked = part.bytes.get(..looked_len).unwrap_or_default();
        if part.offset == 0
            && super::unpack::packing(looked) == Some(super::unpack::Packing::Opaque)
        {
            carry.opaque = true;
        }
        if carry.opaque {
            self.inspector.counters.opaque_bytes += part.bytes.len() as u64;
            return;
        }
        let counters = &mut self.inspector.counters;
        counters.scanned_bytes += within as u64;
        counters.unscanned_bytes += (part.bytes.len() - within) as u64;
        if looked.is_empty() {
            return;
        }
        // With the end of the part before: what ends there was left for now, what ends here may go
        // on in the next one.
        let seam = carry.tail.len();
        let from_start = seam == 0 || part.offset == seam as u64;
        let mut joined = std::mem::take(&mut self.joined);
        let text = if seam > 0 {
            joined.clear();
            joined.extend_from_slice(&carry.tail);
            joined.extend_from_slice(looked);
            &joined
        } else {
            looked
        };
        self.inspector
            .patterns(hits, key, at, marks, text, |start, end| {
                (start > 0 || from_start)
                    && (seam..=seam + within).contains(&end)
                    && (end < text.len() || part.last)
            });
        self.joined = joined;
        let keep = looked.len().min(CARRY_LEN);
        if keep < CARRY_LEN {
            let old = carry.tail.len().min(CARRY_LEN - keep);
            let from = carry.tail.len() - old;
            carry.tail.drain(..from);
        } else {
            carry.tail.clear();
        }
        carry
            .tail
            .extend_from_slice(looked.get(looked.len() - keep..).unwrap_or_default());
        if part.last {
            carry.tail.clear();
        }
    }
}

/// Bytes of one value looked at: beyond a mebibyte a value is a file or an image, and the first
/// mebibyte tells what is in it.
const DEFAULT_SCAN_LIMIT: u64 = 1 << 20;

/// Bytes carried over a cut between two parts of a value: longer than any card, IBAN, address or
/// provider's token.
pub(super) const CARRY_LEN: usize = 256;

/// Shortest key that can hold something sensitive by itself.
const MIN_TELLING_KEY_LEN: usize = 9;
