//! What names said when they were read last: traffic repeats a few names with other numbers in them.
//!
//! Digits only part words, so names that differ in digits alone say the same, and are one entry; and
//! where no pattern can be in one of them, none is in the others, and they need no scan.
//! Entries are compared byte by byte; whatever is sent, an answer is what the lexicon would say.

use std::sync::atomic::{AtomicU64, Ordering};

use super::RulePack;
use super::hits::{TextId, mix};
use super::lexicon::{Marks, UNTOLD};
use super::shown::is_wordy;

/// Longest name remembered, in bytes; longer ones are read each time.
const MAX_LEN: usize = 48;

/// The same, in words of a skeleton.
const MAX_WORDS: usize = MAX_LEN / 8;

/// Names remembered, as many of names below names, and of fields as they are shown. One takes the
/// place of another of the same hash, so memory is bounded (below two MiB a worker), and whoever makes
/// names collide only has them read.
const SLOTS: usize = 2048;

/// Places for one hash. With one or two, some of a few hundred names would drive each other out for
/// ever, and with a key goes what was known of the names below it.
const WAYS: usize = 4;

/// Longest field remembered as it is shown, in bytes.
const MAX_FIELD_LEN: usize = 96;

/// Longest form remembered in which a field is shown, in bytes.
const MAX_SHOWN_LEN: usize = 128;

/// By how much one id is above the one before. What is below tells memories apart, of which each worker
/// has a few; and what is below that is the place of a name. So an id comes again only after 2^40
/// names of one memory, or 8,192 memories.
const ID_STEP: u64 = 1 << 24;

/// A small memory in front of the lexicon and the scanner.
pub(super) struct Names {
    alone: Table,
    below: Table,
    field_tags: Vec<[u16; WAYS]>,
    fields: Vec<Field>,
    /// What was not remembered, for the moment.
    long: Marks,
    long_below: Marks,
    /// The last [`Marks::id`] or [`TextId`] given; its remainder by [`SLOTS`] is left for the place of a
    /// name.
    last_id: u64,
}

/// A name without its digits.
#[derive(Clone, Copy, Default)]
struct Skeleton {
    /// Eight bytes each, zeros behind the last.
    words: [u64; MAX_WORDS],
    /// Bytes of the name.
    len: u8,
    hash: u64,
}

/// Names and what they say. Traffic with some hundred names does not keep all of this in the nearest
/// caches, so a look-up reads the tags of a set, then what it came for and nothing else.
struct Table {
    /// Bits of the hashes of a set's names.
    tags: Vec<[u16; WAYS]>,
    entries: Vec<Entry>,
}

/// A name, and what it says together with the names above it.
#[derive(Clone)]
#[repr(align(64))]
struct Entry {
    words: [u64; MAX_WORDS],
    /// [`Marks::id`] of those above; 0 where there are none.
    above: u64,
    /// Bytes of the name; more than there can be where there is none.
    len: u8,
    /// It is known whether a pattern can be in it.
    is_judged: bool,
    marks: Marks,
}

const _: () = assert!(size_of::<Entry>() == 128, "two lines of a cache");

/// A field, and how it is shown: most in two lines of a cache that lie side by side.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Field {
    id: TextId,
    /// More than there can be where there is none.
    len: u8,
    shown_len: u8,
    name: [u8; MAX_FIELD_LEN],
    shown: [u8; MAX_SHOWN_LEN],
}

impl Default for Table {
    fn default() -> Self {
        let none = Entry {
            words: [0; MAX_WORDS],
            above: 0,
            len: u8::MAX,
            is_judged: false,
            marks: Marks::none(),
        };
        Self {
            tags: vec![[0; WAYS]; SLOTS / WAYS],
            entries: vec![none; SLOTS],
        }
    }
}

impl Table {
    /// The place of a name below others, by the hash of both.
    #[inline(always)]
    fn find(&self, name: &Skeleton, above: u64, hash: u64) -> Option<usize> {
        let is_it = |place: &usize| {
            let entry = self.entries.get(*place);
            entry.is_some_and(|entry| entry.above == above && entry.is(name))
        };
        let places = places_with(&self.tags, set_of(hash), tag_of(hash));
        places.into_iter().find(is_it)
    }

    fn put(&mut self, place: usize, name: &Skeleton, above: u64, hash: u64, marks: Marks) {
        if let Some(entry) = self.entries.get_mut(place) {
            *entry = Entry {
                words: name.words,
                above,
                len: name.len,
                is_judged: false,
                marks,
            };
        }
        let tags = self.tags.get_mut(place / WAYS);
        if let Some(tag) = tags.and_then(|tags| tags.get_mut(place % WAYS)) {
            *tag = tag_of(hash);
        }
    }
}

impl Default for Names {
    fn default() -> Self {
        Self {
            alone: Table::default(),
            below: Table::default(),
            field_tags: vec![[0; WAYS]; SLOTS / WAYS],
            fields: vec![Field::NONE; SLOTS],
            long: Marks::none(),
            long_below: Marks::none(),
            last_id: first_id(),
        }
    }
}

impl Names {
    /// What the words of a name say, and whether a pattern can be in it ([`Marks::plain`]).
    #[inline]
    pub(super) fn read(&mut self, pack: &RulePack, name: &[u8]) -> &Marks {
        let Some(place) = self.find(pack, name) else {
            return &self.long;
        };
        let Some(entry) = self.alone.entries.get_mut(place) else {
            return &self.long;
        };
        if !entry.is_judged {
            entry.judge(pack);
        }
        &entry.marks
    }

    /// The place of a name among those remembered; `None` where it is too long, and
    /// [`Self::long`] says what it says.
    #[inline]
    fn find(&mut self, pack: &RulePack, name: &[u8]) -> Option<usize> {
        let Some(skeleton) = Skeleton::of(name) else {
            self.long = pack.lexicon.read(name);
            return None;
        };
        if let Some(place) = self.alone.find(&skeleton, 0, skeleton.hash) {
            return Some(place);
        }
        Some(self.remember(pack, name, &skeleton))
    }

    #[cold]
    fn remember(&mut self, pack: &RulePack, name: &[u8], skeleton: &Skeleton) -> usize {
        let place = self.next_place(set_of(skeleton.hash));
        let mut marks = pack.lexicon.read(name);
        marks.id = self.last_id + place as u64;
        marks.wordy = is_wordy(name);
        self.alone.put(place, skeleton, 0, skeleton.hash, marks);
        place
    }

    /// Which place of a set is given up next.
    fn next_place(&mut self, set: usize) -> usize {
        self.last_id = self.last_id.wrapping_add(ID_STEP);
        set + usize::try_from(self.last_id / ID_STEP % WAYS as u64).unwrap_or(0)
    }

    /// A field as it is shown, and what that is known by; `None` where it is not remembered.
    pub(super) fn shown_field(&self, field: &[u8]) -> Option<(&[u8], TextId)> {
        let hash = field_hash(field)?;
        let places = places_with(&self.field_tags, set_of(hash), tag_of(hash));
        let known = places
            .filter_map(|place| self.fields.get(place))
            .find(|known| known.is(field))?;
        Some((known.shown.get(..usize::from(known.shown_len))?, known.id))
    }

    /// Remembers how a field is shown; the answer is what that is known by from now on.
    #[cold]
    pub(super) fn remember_field(&mut self, field: &[u8], shown: &[u8]) -> TextId {
        self.keep_field(field, shown).unwrap_or(TextId::UNKNOWN)
    }

    /// `None` where either text is too long.
    fn keep_field(&mut self, field: &[u8], shown: &[u8]) -> Option<TextId> {
        let hash = field_hash(field)?;
        let place = self.next_place(set_of(hash));
        let id = TextId(self.last_id);
        *self.fields.get_mut(place)? = Field::of(field, shown, id)?;
        let tags = self.field_tags.get_mut(place / WAYS)?;
        *tags.get_mut(place % WAYS)? = tag_of(hash);
        Some(id)
    }

    /// What the words of a name say where `above` stands above it: `number` below `card`. Whether it is
    /// plain is only told where it is known already.
    #[inline]
    pub(super) fn read_below(&mut self, pack: &RulePack, name: &[u8], above: &Marks) -> &Marks {
        let place = self.find_below(pack, name, above);
        let below = place.and_then(|place| self.below.entries.get(place));
        below.map_or(&self.long_below, |below| &below.marks)
    }

    /// The same, and whether a pattern can be in the name.
    pub(super) fn judge_below(&mut self, pack: &RulePack, name: &[u8], above: &Marks) -> &Marks {
        let Some(place) = self.find_below(pack, name, above) else {
            return &self.long_below;
        };
        let below = self.below.entries.get(place);
        let is_judged = below.is_some_and(|below| below.is_judged);
        let plain = !is_judged && self.read(pack, name).plain;
        let Some(below) = self.below.entries.get_mut(place) else {
            return &self.long_below;
        };
        if !is_judged {
            below.marks.plain = plain;
            below.is_judged = true;
        }
        &below.marks
    }

    /// The place of a name below others among those remembered; `None` where it is too long, or those are, and
    /// [`Self::long_below`] says what it says.
    #[inline]
    fn find_below(&mut self, pack: &RulePack, name: &[u8], above: &Marks) -> Option<usize> {
        let skeleton = match above.id {
            UNTOLD => None,
            _ => Skeleton::of(name),
        };
        let Some(skeleton) = skeleton else {
            self.long_below = self.together(pack, name, above);
            return None;
        };
        let hash = mix(skeleton.hash, above.id);
        if let Some(place) = self.below.find(&skeleton, above.id, hash) {
            return Some(place);
        }
        Some(self.remember_below(pack, name, &skeleton, above, hash))
    }

    #[cold]
    fn remember_below(
        &mut self,
        pack: &RulePack,
        name: &[u8],
        skeleton: &Skeleton,
        above: &Marks,
        hash: u64,
    ) -> usize {
        let mut marks = self.together(pack, name, above);
        let place = self.next_place(set_of(hash));
        marks.id = self.last_id;
        self.below.put(place, skeleton, above.id, hash, marks);
        place
    }

    /// What a name says where `above` stands above it, read anew.
    fn together(&mut self, pack: &RulePack, name: &[u8], above: &Marks) -> Marks {
        let own = match self.find(pack, name) {
            Some(place) => self.alone.entries.get(place).map(|entry| &entry.marks),
            None => None,
        };
        together(pack, own.unwrap_or(&self.long), above)
    }
}

impl Entry {
    /// Compares all words there may be: how many there are cannot be foretold, and a wrong guess costs
    /// more than the words.
    #[inline(always)]
    fn is(&self, name: &Skeleton) -> bool {
        let pairs = self.words.iter().zip(&name.words);
        let differing = pairs.fold(0, |differing, (one, other)| differing | (one ^ other));
        self.len == name.len && differing == 0
    }

    #[cold]
    fn judge(&mut self, pack: &RulePack) {
        let mut folded = [0; MAX_LEN];
        for (to, word) in folded.as_chunks_mut::<8>().0.iter_mut().zip(self.words) {
            *to = word.to_le_bytes();
        }
        let folded = folded.get(..usize::from(self.len)).unwrap_or_default();
        self.marks.plain = pack.scanner.holds_nothing(folded);
        self.is_judged = true;
    }
}

impl Field {
    const NONE: Self = Self {
        id: TextId::UNKNOWN,
        len: u8::MAX,
        shown_len: 0,
        name: [0; MAX_FIELD_LEN],
        shown: [0; MAX_SHOWN_LEN],
    };

    /// `None` where either text is too long.
    fn of(field: &[u8], shown: &[u8], id: TextId) -> Option<Self> {
        let mut known = Self { id, ..Self::NONE };
        known.name.get_mut(..field.len())?.copy_from_slice(field);
        known.shown.get_mut(..shown.len())?.copy_from_slice(shown);
        known.len = u8::try_from(field.len()).ok()?;
        known.shown_len = u8::try_from(shown.len()).ok()?;
        Some(known)
    }

    #[inline]
    fn is(&self, field: &[u8]) -> bool {
        usize::from(self.len) == field.len() && self.name.get(..field.len()) == Some(field)
    }
}

/// The hash that a field is remembered by; `None` where it is too long.
fn field_hash(field: &[u8]) -> Option<u64> {
    if field.len() > MAX_FIELD_LEN {
        return None;
    }
    let (words, rest) = field.as_chunks::<8>();
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    let hash = words.fold(field.len() as u64, mix);
    Some(match rest {
        [] => hash,
        _ => mix(hash, last_word(field, rest)),
    })
}

/// Where ids of one more memory begin.
fn first_id() -> u64 {
    static MEMORIES: AtomicU64 = AtomicU64::new(0);
    let memory = MEMORIES.fetch_add(1, Ordering::Relaxed) % (ID_STEP / SLOTS as u64);
    ID_STEP + memory * SLOTS as u64
}

/// The places of a set that have the tag: seldom more than one. Found without a branch for each,
/// since which of them it is cannot be foretold.
#[inline(always)]
fn places_with(tags: &[[u16; WAYS]], set: usize, tag: u16) -> Places {
    let tags = tags.get(set / WAYS).copied().unwrap_or_default();
    let bits = tags
        .iter()
        .rev()
        .fold(0, |bits, known| bits << 1 | u32::from(*known == tag));
    Places { set, bits }
}

/// See [`places_with`].
struct Places {
    set: usize,
    bits: u32,
}

impl Iterator for Places {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        if self.bits == 0 {
            return None;
        }
        let place = self.set + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(place)
    }
}

/// What a name says where `above` stands above it.
fn together(pack: &RulePack, own: &Marks, above: &Marks) -> Marks {
    let mut marks = *own;
    marks.id = UNTOLD;
    if own.single {
        pack.lexicon.read_pair(above, own, &mut marks);
    }
    marks.add_context(above);
    marks
}

/// What is compared of a hash first; other bits of it than [`set_of`] takes.
#[expect(clippy::cast_possible_truncation, reason = "that is what a tag is")]
fn tag_of(hash: u64) -> u16 {
    hash as u16
}

/// The first of the places for a hash.
fn set_of(hash: u64) -> usize {
    usize::try_from(hash >> 32).unwrap_or(0) % (SLOTS / WAYS) * WAYS
}

impl Skeleton {
    /// `None` where the name is too long.
    #[inline(always)]
    fn of(name: &[u8]) -> Option<Self> {
        let len = u8::try_from(name.len()).ok()?;
        if name.len() > MAX_LEN {
            return None;
        }
        let mut skeleton = Self {
            words: [0; MAX_WORDS],
            len,
            hash: name.len() as u64,
        };
        let mut rest = name;
        for to in &mut skeleton.words {
            let word = match rest.split_first_chunk::<8>() {
                Some((word, behind)) => {
                    rest = behind;
                    u64::from_le_bytes(*word)
                }
                None if rest.is_empty() => break,
                None => last_word(name, std::mem::take(&mut rest)),
            };
            *to = fold(word);
            skeleton.hash = mix(skeleton.hash, *to);
        }
        Some(skeleton)
    }
}

/// The bytes behind the whole words of a name, one at least, zeros behind them.
#[inline]
fn last_word(name: &[u8], rest: &[u8]) -> u64 {
    if let Some(last) = name.last_chunk::<8>() {
        return u64::from_le_bytes(*last) >> (64 - 8 * rest.len());
    }
    // What is read twice is the same twice.
    let half = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
        return half(first) | half(last) << (8 * (rest.len() - 4));
    }
    let byte = |at: usize| u64::from(rest.get(at).copied().unwrap_or(0)) << (8 * at);
    byte(0) | byte(1) | byte(2)
}

/// Makes every digit of eight bytes a `0`.
#[inline]
fn fold(word: u64) -> u64 {
    const LOW: u64 = u64::MAX / 255;
    // The highest bit of each byte that is no digit: above 9 without its `0`, or not ASCII.
    let value = word ^ (LOW * 0x30);
    let above = ((value & (LOW * 0x7f)) + LOW * 0x76) | value;
    let digit = !above >> 7 & LOW;
    word & !(digit * 15)
}

/// Makes every digit a `0`.
#[inline]
pub(super) fn without_digits(text: &mut [u8]) {
    for byte in text {
        // Without a branch, so that the compiler does many at once.
        let digit = u8::from(byte.wrapping_sub(b'0') <= 9).wrapping_neg();
        *byte = (digit & b'0') | (!digit & *byte);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::scan::{Finds, Joints};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_two_memories_give_the_same_id() {
        let pack = RulePack::builtin();
        let (mut one, mut other) = (Names::default(), Names::default());
        for _ in 0..3 {
            let ids = ["a", "b", "c"].map(|name| {
                let name = name.as_bytes();
                (one.read(&pack, name).id, other.read(&pack, name).id)
            });
            for (here, there) in ids {
                assert!(ids.iter().all(|ids| ids.1 != here && ids.0 != there));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn says_what_the_lexicon_and_the_scanner_say(names in prop::collection::vec(
            prop_oneof![
                "(user|card|session|pin|key)[:_.]?[0-9]{1,6}[:_]?(number|token|name|expiry)?",
                "[a-zA-Z0-9:_\\x00]{0,60}",
                "(AKIA|ghp_|sk_live_|eyJ6|[$]2b[$])[0-9A-Za-z]{8,30}",
                "id:[0-9 +-]{6,20}",
                "[a-z0-9]{1,5}@[a-z0-9]{1,6}[.]com",
            ],
            1..40,
        )) {
            let pack = RulePack::builtin();
            let mut memory = Names::default();
            for name in &names {
                let name = name.as_bytes();
                let mut marks = *memory.read(&pack, name);
                prop_assert_ne!(std::mem::replace(&mut marks.id, UNTOLD), 0);
                if std::mem::take(&mut marks.wordy) {
                    prop_assert!(is_wordy(name));
                }
                if std::mem::take(&mut marks.plain) {
                    let mut finds = Finds::default();
                    pack.scanner.scan(&pack.rules, &pack.known, name, &mut finds, Joints::Kept);
                    prop_assert!(finds.found.is_empty() && finds.runs.is_empty(), "{finds:?}");
                }
                let expected = pack.lexicon.read(name);
                prop_assert_eq!(format!("{marks:?}"), format!("{expected:?}"));
            }
        }

        #[test]
        fn names_below_names_say_what_they_say_together(names in prop::collection::vec(
            "(user|card|session|pin|key)?[:_.]?[0-9]{0,3}[:_]?(number|token|name|expiry)?", 1..60,
        )) {
            let pack = RulePack::builtin();
            let mut memory = Names::default();
            let mut above = Marks::none();
            for name in &names {
                let name = name.as_bytes();
                let mut marks = *memory.read_below(&pack, name, &above);
                let mut expected = together(&pack, memory.read(&pack, name), &above);
                prop_assert!(expected.plain || !marks.plain);
                above = marks;
                marks.plain = expected.plain;
                prop_assert_eq!(marks.wordy, is_wordy(name));
                (marks.id, expected.id) = (0, 0);
                prop_assert_eq!(format!("{marks:?}"), format!("{expected:?}"));
            }
        }

        #[test]
        fn patterns_do_not_depend_on_which_digits_a_key_has(
            key in "[a-zA-Z0-9:_{}.-]{0,24}[0-9a-f]{0,12}(-[0-9a-f]{4}){0,4}[0-9a-f]{0,12}",
            digits in "[0-9]{1,7}",
        ) {
            let key = key.as_bytes();
            let mut drawn = digits.bytes().cycle();
            let other: Vec<u8> = key.iter()
                .map(|byte| if byte.is_ascii_digit() { drawn.next().unwrap_or(b'0') } else { *byte })
                .collect();
            let pack = RulePack::builtin();
            let mut memory = Names::default();
            let id = memory.read(&pack, key).id;
            prop_assert!(key.len() > MAX_LEN || memory.read(&pack, &other).id == id);
            let [one, two] = [key, &other].map(|key| {
                let mut pattern = Vec::new();
                crate::key_pattern::write(key, &mut pattern);
                pattern
            });
            prop_assert_eq!(one, two);
        }

        #[test]
        fn fields_are_shown_as_when_they_were_first_read(
            fields in prop::collection::vec("[ab]{0,9}([ab]{84,88})?", 1..40),
        ) {
            let mut memory = Names::default();
            let mut ids = HashMap::new();
            for field in &fields {
                // Some too long when they are read, some when they are shown.
                let mut expected: Vec<u8> = field.bytes().rev().collect();
                expected.extend(field.bytes().filter(|byte| *byte == b'b'));
                if memory.shown_field(field.as_bytes()).is_none() {
                    memory.remember_field(field.as_bytes(), &expected);
                }
                let known = memory.shown_field(field.as_bytes());
                let is_kept = field.len() <= MAX_FIELD_LEN && expected.len() <= MAX_SHOWN_LEN;
                prop_assert_eq!(known.map(|(shown, _)| shown), is_kept.then_some(&expected[..]));
                if let Some((_, id)) = known {
                    prop_assert!(id.is_known() && id != TextId::ABSENT);
                    prop_assert_eq!(*ids.entry(id).or_insert(field), field);
                }
            }
        }

        #[test]
        fn a_skeleton_is_the_name_without_its_digits(
            name in prop::collection::vec(any::<u8>(), 0..=MAX_LEN),
        ) {
            let skeleton = Skeleton::of(&name).expect("short enough");
            let mut folded = name.clone();
            without_digits(&mut folded);
            folded.resize(MAX_LEN, 0);
            let bytes: Vec<u8> = skeleton.words.iter().flat_map(|word| word.to_le_bytes()).collect();
            prop_assert_eq!(bytes, folded);
        }

        #[test]
        fn tokens_in_names_are_never_passed_over(which in 0..10_000_usize, digits in "[0-9]{1,4}") {
            // A name like the token's, but with other digits, was read before.
            let pack = RulePack::builtin();
            let examples: Vec<&str> = pack.iter().flat_map(|rule| &rule.examples)
                .map(|example| example.value.as_str()).collect();
            let Some(example) = examples.get(which % examples.len().max(1)) else { return Ok(()); };
            let name: Vec<u8> = example.bytes().take(MAX_LEN).collect();
            let mut drawn = digits.bytes().cycle();
            let other: Vec<u8> = name.iter()
                .map(|byte| if byte.is_ascii_digit() { drawn.next().unwrap_or(b'0') } else { *byte })
                .collect();
            let mut memory = Names::default();
            memory.read(&pack, &other);
            let marks = *memory.read(&pack, &name);
            let mut finds = Finds::default();
            pack.scanner.scan(&pack.rules, &pack.known, &name, &mut finds, Joints::Kept);
            prop_assert!(!marks.plain || finds.found.is_empty(), "{finds:?}");
        }
    }
}
