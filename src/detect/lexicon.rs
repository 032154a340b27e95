//! What a name says: whole words and pairs of words, never substrings.
//!
//! A key, a field or a step of a JSON path is cut into words (at `: . _ - /`, spaces, changes of
//! case, digits), each word is hashed while it is read, and one lookup says whether any rule knows
//! it. So `monkey` says nothing of keys, `author` nothing of auth, `shipping` nothing of PINs.

use super::hits::{FNV_OFFSET, fnv1a};
use super::rule::{MAX_RULES, RuleIndex};

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The value beside it is this rule's.
    Field(RuleIndex),
    /// Stands near values of this rule.
    Context(RuleIndex),
    /// Says that the value is not this rule's after all.
    Not(RuleIndex),
    /// As the last word it says that the value is about the thing, not the thing (`count`, `type`).
    About,
}

/// What a name says, all its words together.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and all are handed on with every value"
)]
pub(super) struct Marks {
    list: [Packed; MAX_MARKS],
    len: u8,
    /// The name is one word: what stands above it may say more (`card` above `number`).
    pub single: bool,
    /// Hash of the last word, for pairs that reach over a level (`card` above `number`).
    pub last: u64,
    /// Known of this name (see [`super::names`]): no pattern is in it, whatever its digits are.
    pub plain: bool,
    /// Known of this name: it [is not searched](super::shown::is_wordy) before it is shown.
    pub wordy: bool,
    /// One of them is a field's.
    has_fields: bool,
    /// Tells what names say apart (see [`super::names`]); 0 where they say nothing, and
    /// [`UNTOLD`] where it was not told apart.
    pub id: u64,
}

/// [`Marks::id`] of what is not remembered.
pub(super) const UNTOLD: u64 = u64::MAX;

/// A [`Mark`] in two bytes: marks are handed on with every value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packed(u16);

impl Packed {
    const ABOUT: Self = Self(0);

    const fn field(rule: RuleIndex) -> Self {
        Self(MAX_RULES | rule.0)
    }

    const fn context(rule: RuleIndex) -> Self {
        Self(MAX_RULES << 1 | rule.0)
    }

    fn new(mark: Mark) -> Self {
        match mark {
            Mark::About => Self::ABOUT,
            Mark::Field(rule) => Self::field(rule),
            Mark::Context(rule) => Self::context(rule),
            Mark::Not(rule) => Self(MAX_RULES | MAX_RULES << 1 | rule.0),
        }
    }

    fn mark(self) -> Mark {
        let rule = RuleIndex(self.0 & (MAX_RULES - 1));
        match self.0 / MAX_RULES {
            0 => Mark::About,
            1 => Mark::Field(rule),
            2 => Mark::Context(rule),
            _ => Mark::Not(rule),
        }
    }
}

/// The words of all rules.
#[derive(Default)]
pub(super) struct Lexicon {
    /// Open addressing, a power of two, at most a quarter full; hash 0 is free.
    table: Vec<(u64, u32)>,
    entries: Vec<Vec<Mark>>,
}

/// Builds a [`Lexicon`].
#[derive(Default)]
pub(super) struct LexiconBuilder {
    words: Vec<(u64, Mark)>,
}

impl LexiconBuilder {
    /// Adds a word or a phrase of two or three words separated by spaces.
    pub(super) fn add(&mut self, phrase: &str, mark: Mark) {
        let mut hash = 0;
        for (index, word) in phrase.split(' ').enumerate() {
            let lower = word.to_ascii_lowercase();
            let word = word_hash(lower.as_bytes());
            hash = if index == 0 { word } else { pair(hash, word) };
        }
        self.words.push((hash, mark));
    }

    pub(super) fn build(self) -> Lexicon {
        let mut lexicon = Lexicon::default();
        let size = (self.words.len() * 4).next_power_of_two().max(16);
        lexicon.table = vec![(0, 0); size];
        for (hash, mark) in self.words {
            let mut slot = lexicon.slot(hash);
            while let Some(place) = lexicon.table.get_mut(slot) {
                if place.0 == 0 {
                    *place = (
                        hash,
                        u32::try_from(lexicon.entries.len()).unwrap_or(u32::MAX),
                    );
                    lexicon.entries.push(vec![mark]);
                    break;
                }
                if place.0 == hash {
                    if let Some(marks) = lexicon.entries.get_mut(place.1 as usize)
                        && !marks.contains(&mark)
                    {
                        marks.push(mark);
                    }
                    break;
                }
                slot = (slot + 1) & (size - 1);
            }
        }
        lexicon
    }
}

impl Lexicon {
    /// What the words of a name say.
    pub(super) fn read(&self, name: &[u8]) -> Marks {
        let mut reading = Reading {
            lexicon: self,
            marks: Marks {
                id: UNTOLD,
                ..Marks::none()
            },
            fresh: 0,
            about: false,
            words: 0,
            previous: 0,
            before: 0,
        };
        let name = name.get(..name.len().min(MAX_NAME_LEN)).unwrap_or_default();
        let mut hash = FNV_OFFSET;
        let mut singular = 0;
        let mut length = 0_u32;
        let mut last = Kind::Other;
        for (index, &byte) in name.iter().enumerate() {
            let kind = kind_of(byte);
            let border = match (last, kind) {
                (_, Kind::Other | Kind::Digit) | (Kind::Lower, Kind::Upper) => true,
                // `JSONKey`: the border is before the last capital.
                (Kind::Upper, Kind::Upper) => {
                    name.get(index + 1)
                        .is_some_and(|&next| kind_of(next) == Kind::Lower)
                        && length > 0
                }
                _ => false,
            };
            if border && length > 0 {
                reading.word(hash, singular, length);
                hash = FNV_OFFSET;
                length = 0;
            }
            if matches!(kind, Kind::Lower | Kind::Upper) {
                singular = hash;
                hash = fnv1a(hash, &[byte | 0x20]);
                length += 1;
            }
            last = kind;
        }
        if length > 0 {
            reading.word(hash, singular, length);
        }
        reading.finish()
    }

    /// What a word says together with the word that stands a level above it.
    pub(super) fn read_pair(&self, above: &Marks, below: &Marks, into: &mut Marks) {
        if above.last != 0 && below.last != 0 {
            for &mark in self.find(pair(above.last, below.last)) {
                into.push(mark);
            }
        }
    }

    fn find(&self, hash: u64) -> &[Mark] {
        let mut slot = self.slot(hash);
        loop {
            match self.table.get(slot) {
                Some(&(found, entry)) if found == hash => {
                    return self.entries.get(entry as usize).map_or(&[], Vec::as_slice);
                }
                Some(&(0, _)) | None => return &[],
                Some(_) => slot = (slot + 1) & (self.table.len() - 1),
            }
        }
    }

    fn slot(&self, hash: u64) -> usize {
        // Only the low bits count, on any width of pointer.
        usize::try_from((hash ^ hash >> 29) & 0xffff_ffff).unwrap_or(0)
            & self.table.len().wrapping_sub(1)
    }
}

struct Reading<'a> {
    lexicon: &'a Lexicon,
    marks: Marks,
    /// Of the last word, or of a phrase that ends with it: bits by place in `marks`.
    fresh: u32,
    about: bool,
    words: u32,
    previous: u64,
    before: u64,
}

impl Reading<'_> {
    fn word(&mut self, hash: u64, singular: u64, length: u32) {
        self.words += 1;
        self.about = false;
        self.fresh = 0;
        let known = self.take(hash);
        if !known && length > 3 && fnv1a(singular, b"s") == hash {
            self.take(singular);
        }
        if self.previous != 0 {
            self.take(pair(self.previous, hash));
            if self.before != 0 {
                self.take(pair(pair(self.before, self.previous), hash));
            }
        }
        self.before = self.previous;
        self.previous = hash;
    }

    fn take(&mut self, hash: u64) -> bool {
        let found = self.lexicon.find(hash);
        for &mark in found {
            if mark == Mark::About {
                self.about = true;
            } else if let Some(place) = self.marks.push(mark) {
                self.fresh |= 1 << place;
            }
        }
        !found.is_empty()
    }

    fn finish(mut self) -> Marks {
        self.marks.last = self.previous;
        self.marks.single = self.words == 1;
        if self.about {
            // `token_expiry` is about a token, and an expiry itself.
            let fresh = self.fresh;
            self.marks
                .keep(|place, mark| fresh >> place & 1 == 1 || matches!(mark, Mark::Context(_)));
        }
        self.marks.apply_nots();
        self.marks
    }
}

impl Marks {
    pub(super) fn none() -> Self {
        Self {
            list: [Packed::ABOUT; MAX_MARKS],
            len: 0,
            single: false,
            last: 0,
            plain: false,
            wordy: false,
            has_fields: false,
            id: 0,
        }
    }

    fn packed(&self) -> &[Packed] {
        self.list.get(..usize::from(self.len)).unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Mark> + '_ {
        self.packed().iter().map(|mark| mark.mark())
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The name is that of a rule's field.
    #[inline]
    pub(super) fn has_fields(&self) -> bool {
        self.has_fields
    }

    /// Rules whose field this is.
    pub(super) fn fields(&self) -> impl Iterator<Item = RuleIndex> + '_ {
        self.iter().filter_map(|mark| match mark {
            Mark::Field(rule) => Some(rule),
            _ => None,
        })
    }

    /// True where the name speaks of the rule's kind of value.
    pub(super) fn speaks_of(&self, rule: RuleIndex) -> bool {
        let (field, context) = (Packed::field(rule), Packed::context(rule));
        self.packed()
            .iter()
            .any(|&mark| mark == field || mark == context)
    }

    /// Adds the context words of another name (a key's for its fields), not its fields.
    pub(super) fn add_context(&mut self, other: &Self) {
        for mark in other.iter() {
            if let Mark::Field(rule) | Mark::Context(rule) = mark {
                self.push(Mark::Context(rule));
            }
        }
    }

    /// Adds a mark; the answer is its place, `None` where there are too many.
    pub(super) fn push(&mut self, mark: Mark) -> Option<u8> {
        let packed = Packed::new(mark);
        if let Some(place) = self.packed().iter().position(|&known| known == packed) {
            return u8::try_from(place).ok();
        }
        let place = self.len;
        *self.list.get_mut(usize::from(place))? = packed;
        self.len += 1;
        self.has_fields |= matches!(mark, Mark::Field(_));
        Some(place)
    }

    fn keep(&mut self, keep: impl Fn(usize, Mark) -> bool) {
        let mut kept = Self {
            single: self.single,
            last: self.last,
            id: self.id,
            ..Self::none()
        };
        for (place, mark) in self.iter().enumerate() {
            if keep(place, mark) {
                kept.push(mark);
            }
        }
        *self = kept;
    }

    fn apply_nots(&mut self) {
        if self.iter().any(|mark| matches!(mark, Mark::Not(_))) {
            let all = *self;
            self.keep(|_, mark| match mark {
                Mark::Field(rule) => !all.iter().any(|other| other == Mark::Not(rule)),
                Mark::Not(_) => false,
                _ => true,
            });
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Other,
}

/// Letters above ASCII are UTF-8 bytes of words (`contraseña`).
fn kind_of(byte: u8) -> Kind {
    match byte {
        b'a'..=b'z' | 0x80..=0xff => Kind::Lower,
        b'A'..=b'Z' => Kind::Upper,
        b'0'..=b'9' => Kind::Digit,
        _ => Kind::Other,
    }
}

fn word_hash(lower: &[u8]) -> u64 {
    lower
        .iter()
        .fold(FNV_OFFSET, |hash, &byte| fnv1a(hash, &[byte | 0x20]))
}

fn pair(first: u64, second: u64) -> u64 {
    (first.rotate_left(23) ^ second).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Marks kept of one name.
const MAX_MARKS: usize = 20;

/// Bytes of a name that are read: a longer one is data, not a name.
const MAX_NAME_LEN: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    const PIN: RuleIndex = RuleIndex(1);
    const CARD: RuleIndex = RuleIndex(2);
    const PASSWORD: RuleIndex = RuleIndex(3);

    fn lexicon() -> Lexicon {
        let mut builder = LexiconBuilder::default();
        for (phrase, mark) in [
            ("pin", Mark::Field(PIN)),
            ("card", Mark::Context(CARD)),
            ("card number", Mark::Field(CARD)),
            ("password", Mark::Field(PASSWORD)),
            ("pass", Mark::Field(PASSWORD)),
            ("auth token", Mark::Field(PASSWORD)),
            ("password reset", Mark::Not(PASSWORD)),
            ("count", Mark::About),
        ] {
            builder.add(phrase, mark);
        }
        builder.build()
    }

    fn fields(name: &str) -> Vec<RuleIndex> {
        lexicon().read(name.as_bytes()).fields().collect()
    }

    #[test]
    fn whole_words_in_every_spelling() {
        for name in [
            "password",
            "PASSWORD",
            "user:1:password",
            "userPassword",
            "old-passwords",
            "DBPassword2",
            "user.password[0]",
        ] {
            assert_eq!(fields(name), [PASSWORD], "{name}");
        }
        assert_eq!(fields("card_number"), [CARD]);
        assert_eq!(fields("cardNumber"), [CARD]);
    }

    #[test]
    fn words_inside_words_say_nothing() {
        for name in [
            "shipping",
            "compass",
            "discard",
            "passenger",
            "spinner",
            "monkey",
            "author",
            "bypasser",
        ] {
            assert!(lexicon().read(name.as_bytes()).is_empty(), "{name}");
        }
    }

    #[test]
    fn about_words_and_negative_pairs_take_it_back() {
        assert_eq!(fields("password_count"), []);
        assert_eq!(fields("count_password"), [PASSWORD]);
        assert_eq!(fields("password_reset"), []);
    }

    #[test]
    fn pairs_reach_over_a_level() {
        let lexicon = lexicon();
        let above = lexicon.read(b"user:1:card");
        let below = lexicon.read(b"number");
        assert!(below.single);
        let mut marks = below;
        lexicon.read_pair(&above, &below, &mut marks);
        assert_eq!(marks.fields().collect::<Vec<_>>(), [CARD]);
    }

    #[test]
    fn packed_marks_are_what_they_were() {
        for rule in [0, 1, MAX_RULES - 1].map(RuleIndex) {
            let marks = [
                Mark::Field(rule),
                Mark::Context(rule),
                Mark::Not(rule),
                Mark::About,
            ];
            for mark in marks {
                assert_eq!(Packed::new(mark).mark(), mark);
            }
        }
    }

    #[test]
    fn context_is_no_field() {
        let marks = lexicon().read(b"card");
        assert!(marks.speaks_of(CARD) && marks.fields().next().is_none());
    }
}
