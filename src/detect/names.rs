//! What names said when they were read last: traffic repeats a few names with other numbers in them.
//!
//! Digits only part words, so names that differ in digits alone say the same, and are one entry; and
//! where no pattern can be in one of them, none is in the others, and they need no scan.
//! Entries are compared byte by byte; whatever is sent, an answer is what the lexicon would say.

use super::RulePack;
use super::lexicon::{Marks, UNTOLD};

/// Longest name remembered, in bytes; longer ones are read each time.
const MAX_LEN: usize = 48;

/// The same, in words of a skeleton.
const MAX_WORDS: usize = MAX_LEN / 8;

/// Names remembered, as many of names below names, and of fields as they are shown. One takes the
/// place of another of the same hash, so memory is bounded (below a MiB a worker), and whoever makes
/// names collide only has them read.
const SLOTS: usize = 1024;

/// Longest field remembered as it is shown, in bytes.
const MAX_FIELD_LEN: usize = 96;

/// A small memory in front of the lexicon and the scanner.
pub(super) struct Names {
    slots: Vec<Slot>,
    below: Vec<Below>,
    fields: Vec<Field>,
    /// What was not remembered, for the moment.
    long: Marks,
    long_below: Marks,
    /// The next [`Marks::id`].
    next_id: u64,
}

/// A name, and what it says.
#[derive(Clone)]
struct Slot {
    /// The name without its digits, zeros behind it.
    skeleton: [u64; MAX_WORDS],
    len: usize,
    marks: Marks,
    /// It is known whether a pattern can be in it.
    is_judged: bool,
    /// The key pattern of a key so called; empty where nobody asked yet.
    pattern: Vec<u8>,
}

/// A field, and how it is shown.
#[derive(Clone, Default)]
struct Field {
    field: Vec<u8>,
    shown: Vec<u8>,
}

/// What a name says together with the names above it.
#[derive(Clone)]
struct Below {
    /// [`Marks::id`] of those above and of its own.
    of: (u64, u64),
    marks: Marks,
}

impl Default for Names {
    fn default() -> Self {
        let slot = Slot {
            skeleton: [0; MAX_WORDS],
            len: usize::MAX,
            marks: Marks::none(),
            is_judged: false,
            pattern: Vec::new(),
        };
        let below = Below {
            of: (0, 0),
            marks: Marks::none(),
        };
        Self {
            slots: vec![slot; SLOTS],
            below: vec![below; SLOTS],
            fields: vec![Field::default(); SLOTS],
            long: Marks::none(),
            long_below: Marks::none(),
            next_id: 1,
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
        let Some(slot) = self.slots.get_mut(place) else {
            return &self.long;
        };
        if !slot.is_judged {
            slot.judge(pack);
        }
        &slot.marks
    }

    /// The place of a name among those remembered; `None` where it is too long, and
    /// [`Self::long`] says what it says.
    #[inline]
    fn find(&mut self, pack: &RulePack, name: &[u8]) -> Option<usize> {
        let mut skeleton = [0; MAX_WORDS];
        let Some(hash) = skeleton_of(name, &mut skeleton) else {
            self.long = pack.lexicon.read(name);
            return None;
        };
        let place = place_of(hash);
        let slot = self.slots.get_mut(place)?;
        if slot.len != name.len() || !is_same(&slot.skeleton, &skeleton) {
            slot.len = name.len();
            slot.skeleton = skeleton;
            slot.marks = pack.lexicon.read(name);
            slot.marks.id = self.next_id;
            self.next_id += 1;
            slot.is_judged = false;
            slot.pattern.clear();
        }
        Some(place)
    }

    /// The pattern of a key in which nothing is sensitive; `None` for one that is not remembered.
    pub(super) fn key_pattern(&mut self, key: &[u8]) -> Option<&[u8]> {
        let mut skeleton = [0; MAX_WORDS];
        let hash = skeleton_of(key, &mut skeleton)?;
        let slot = self.slots.get_mut(place_of(hash))?;
        if slot.len != key.len() || slot.skeleton != skeleton {
            return None;
        }
        if slot.pattern.is_empty() {
            // Which digits they are makes no difference to a pattern.
            crate::key_pattern::write(key, &mut slot.pattern);
        }
        Some(&slot.pattern)
    }

    /// A field as it is shown, which `show` says where it is not remembered.
    pub(super) fn shown_field(
        &mut self,
        field: &[u8],
        show: impl FnOnce(&[u8], &mut Vec<u8>),
    ) -> Option<&[u8]> {
        if field.len() > MAX_FIELD_LEN {
            return None;
        }
        let (words, rest) = field.as_chunks::<8>();
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        let mut hash = words.fold(field.len() as u64, mix);
        if !rest.is_empty() {
            hash = mix(hash, last_word(field, rest));
        }
        let slot = self.fields.get_mut(place_of(hash))?;
        if slot.field != field {
            slot.field.clear();
            slot.field.extend_from_slice(field);
            slot.shown.clear();
            show(field, &mut slot.shown);
        }
        Some(&slot.shown)
    }

    /// What the words of a name say where `above` stands above it: `number` below `card`. Whether it is
    /// plain is only told where it is known already.
    #[inline]
    pub(super) fn read_below(&mut self, pack: &RulePack, name: &[u8], above: &Marks) -> &Marks {
        let own = match self.find(pack, name) {
            Some(place) => self.slots.get(place).map(|slot| &slot.marks),
            None => None,
        };
        let own = own.unwrap_or(&self.long);
        if above.id == UNTOLD || own.id == UNTOLD {
            self.long_below = together(pack, own, above);
            return &self.long_below;
        }
        let of = (above.id, own.id);
        let hash = (of.0.rotate_left(32) ^ of.1).wrapping_mul(MULTIPLIER);
        let Some(below) = self.below.get_mut(place_of(hash)) else {
            return &self.long_below;
        };
        if below.of != of {
            below.of = of;
            below.marks = together(pack, own, above);
            below.marks.id = self.next_id;
            self.next_id += 1;
        }
        below.marks.plain = own.plain;
        &below.marks
    }
}

impl Slot {
    #[cold]
    fn judge(&mut self, pack: &RulePack) {
        let mut folded = [0; MAX_LEN];
        for (to, word) in folded.as_chunks_mut::<8>().0.iter_mut().zip(self.skeleton) {
            *to = word.to_le_bytes();
        }
        let folded = folded.get(..self.len).unwrap_or_default();
        self.marks.plain = pack.scanner.holds_nothing(folded);
        self.is_judged = true;
    }
}

/// What a name says where `above` stands above it.
fn together(pack: &RulePack, own: &Marks, above: &Marks) -> Marks {
    let mut marks = *own;
    if own.single {
        pack.lexicon.read_pair(above, own, &mut marks);
    }
    marks.add_context(above);
    marks
}

/// Compares word by word: six words are not worth a call.
#[inline]
fn is_same(one: &[u64; MAX_WORDS], other: &[u64; MAX_WORDS]) -> bool {
    let pairs = one.iter().zip(other);
    pairs.fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}

fn place_of(hash: u64) -> usize {
    usize::try_from(hash >> 32).unwrap_or(0) % SLOTS
}

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Writes a name without its digits, eight bytes a word; the hash of it, `None` where it is too
/// long.
#[inline]
fn skeleton_of(name: &[u8], skeleton: &mut [u64; MAX_WORDS]) -> Option<u64> {
    if name.len() > MAX_LEN {
        return None;
    }
    let mut hash = name.len() as u64;
    let (words, rest) = name.as_chunks::<8>();
    for (to, word) in skeleton.iter_mut().zip(words) {
        *to = fold(u64::from_le_bytes(*word));
        hash = mix(hash, *to);
    }
    if !rest.is_empty()
        && let Some(to) = skeleton.get_mut(words.len())
    {
        *to = fold(last_word(name, rest));
        hash = mix(hash, *to);
    }
    Some(hash)
}

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    let hash = (hash ^ word).wrapping_mul(MULTIPLIER);
    hash ^ hash >> 29
}

/// The bytes behind the whole words of a name, one at least, zeros behind them.
#[inline]
fn last_word(name: &[u8], rest: &[u8]) -> u64 {
    match name.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last) >> (64 - 8 * rest.len()),
        None => rest
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
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
    use super::super::scan::Finds;
    use super::*;
    use proptest::prelude::*;

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
                if std::mem::take(&mut marks.plain) {
                    let mut finds = Finds::default();
                    pack.scanner.scan(&pack.rules, &pack.known, name, &mut finds);
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
            memory.read(&pack, key);
            prop_assert_eq!(memory.key_pattern(key).is_some(), key.len() <= MAX_LEN);
            let mut expected = Vec::new();
            crate::key_pattern::write(&other, &mut expected);
            let pattern = memory.key_pattern(&other).map(<[u8]>::to_vec);
            prop_assert_eq!(pattern, (key.len() <= MAX_LEN).then_some(expected));
        }

        #[test]
        fn fields_are_shown_as_when_they_were_first_read(
            fields in prop::collection::vec("[ab]{0,9}", 1..40),
        ) {
            let mut memory = Names::default();
            for field in &fields {
                let show = |field: &[u8], out: &mut Vec<u8>| out.extend(field.iter().rev());
                let expected: Vec<u8> = field.bytes().rev().collect();
                prop_assert_eq!(memory.shown_field(field.as_bytes(), show), Some(&expected[..]));
            }
        }

        #[test]
        fn a_skeleton_is_the_name_without_its_digits(
            name in prop::collection::vec(any::<u8>(), 0..=MAX_LEN),
        ) {
            let mut skeleton = [0; MAX_WORDS];
            prop_assert!(skeleton_of(&name, &mut skeleton).is_some());
            let mut folded = name.clone();
            without_digits(&mut folded);
            folded.resize(MAX_LEN, 0);
            let bytes: Vec<u8> = skeleton.iter().flat_map(|word| word.to_le_bytes()).collect();
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
            pack.scanner.scan(&pack.rules, &pack.known, &name, &mut finds);
            prop_assert!(!marks.plain || finds.found.is_empty(), "{finds:?}");
        }
    }
}
