//! The first pass over a value: 64 bytes at a time, it sees where a closer look may pay.
//!
//! Each byte is sorted by its two nibbles, one table look-up of the processor for all of a block
//! (as Teddy does in Hyperscan). So are caught: three bytes in a row of each of the rules' literals;
//! stretches in which a number with enough digits could be written; and whether there is an `@`, an
//! `=` or their like at all. Knows bytes and literals, no rule.

#![expect(
    clippy::inline_always,
    reason = "what runs on vectors must be compiled with what the processor has, inside `dispatch`"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, i8x32, i8x64, u8x32, u8x64};

/// Bytes looked at together.
pub(super) const BLOCK: usize = 64;

/// Half of them: most values are no longer.
const HALF: usize = 32;

/// Bytes in a row by which a literal is caught.
const WINDOW: usize = 3;

/// Literals that share their windows' nibbles, by a bit each.
const BUCKETS: usize = 8;

/// Literals at most: with more, most places would look like one of them.
const MAX_LITERALS: usize = 160;

/// Digits of the shortest number looked for: a phone number of eight.
pub(super) const MIN_NUMBER_DIGITS: u32 = 8;

/// Digits of the shortest card number; fewer that stand alone are an id.
pub(super) const MIN_CARD_LEN: u32 = 13;

// What a byte may be; bits of the two tables in `Sieve::kinds`.
const AT: u8 = 1;
const END: u8 = 1 << 1;
const COLON: u8 = 1 << 2;
/// No byte is this and another.
const EQUALS: u8 = 1 << 3;
/// What stands in or between the groups of a number, by high nibble: ` -+().`, letters of an IBAN.
const JOINING_2: u8 = 1 << 4;
const JOINING_4: u8 = 1 << 5;
const JOINING_5: u8 = 1 << 6;
/// The highest bit: the processor takes those of a block at once.
const DIGIT: u8 = 1 << 7;
/// Whatever joins is at least this.
const JOINING: u8 = JOINING_2;

/// What a whole text holds at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    kinds: u8,
}

impl Seen {
    /// What any of some bytes is.
    #[inline(always)]
    fn of(kinds: &[u8]) -> Self {
        let words = kinds.as_chunks::<8>().0.iter();
        let all = words.fold(0, |all, word| all | u64::from_le_bytes(*word));
        let all = all | all >> 32;
        let all = all | all >> 16;
        let [one, other, ..] = all.to_le_bytes();
        Self {
            kinds: (one | other) & (AT | END | COLON | JOINING_2),
        }
    }

    /// An `@`, and a `.` or `/` somewhere: no address and no login of a URL is without. An `&` makes it
    /// true as well.
    pub(super) fn has_address(self) -> bool {
        self.kinds & AT != 0 && self.kinds & END != 0
    }

    /// There may be an `&`; a `.` or `/` makes it true as well.
    pub(super) fn may_be_form(self) -> bool {
        self.kinds & END != 0
    }

    /// There may be a `://`.
    pub(super) fn may_have_scheme(self) -> bool {
        self.kinds & COLON != 0 && self.kinds & END != 0
    }

    /// A `:`, and something that may be a space: there may be a `name: value`.
    pub(super) fn has_colon(self) -> bool {
        self.kinds & COLON != 0 && self.kinds & JOINING_2 != 0
    }

    /// An `@` or a `:`, which no base64 has.
    pub(super) fn is_no_base64(self) -> bool {
        self.kinds & (AT | COLON) != 0
    }
}

/// Who takes the closer look.
pub(super) trait Look {
    /// Windows of literals may end in the block at `block`, at the bits of `ends`.
    fn windows(&mut self, block: usize, ends: u64);

    /// Where the next block has an `=`; told of every block.
    fn equals(&mut self, places: u64);

    /// A stretch of joining bytes with digits enough for a number, as long as it goes on.
    fn number(&mut self, from: usize, to: usize);
}

/// A table by nibble, four times over: the processor looks up in sixteen bytes each.
type Nibbles = [u8; BLOCK];

/// By low and by high nibble; what both allow is so.
#[derive(Clone, Copy)]
pub(super) struct Tables {
    low: Nibbles,
    high: Nibbles,
}

impl Tables {
    pub(super) const NONE: Self = Self {
        low: [0; BLOCK],
        high: [0; BLOCK],
    };

    pub(super) fn allow(&mut self, byte: u8, bit: u8) {
        for (table, nibble) in [(&mut self.low, byte & 15), (&mut self.high, byte >> 4)] {
            for quarter in table.as_chunks_mut::<16>().0 {
                if let Some(bits) = quarter.get_mut(usize::from(nibble)) {
                    *bits |= bit;
                }
            }
        }
    }
}

impl Tables {
    /// What bytes are, by their nibbles. The tables are read where they lie: most texts are a block
    /// or two, and with a call in sight the processor has no registers to keep them in.
    #[inline(always)]
    pub(super) fn of<S: Simd>(&self, simd: S, low: u8x64<S>, high: u8x64<S>) -> u8x64<S> {
        u8x64::load_array_ref(simd, &self.low).swizzle_dyn_within_blocks(low)
            & u8x64::load_array_ref(simd, &self.high).swizzle_dyn_within_blocks(high)
    }

    /// The same of half a block.
    #[inline(always)]
    fn of_half<S: Simd>(&self, simd: S, low: u8x32<S>, high: u8x32<S>) -> u8x32<S> {
        let half = |table: &Nibbles| {
            let half = table.first_chunk().unwrap_or(&[0; HALF]);
            u8x32::load_array_ref(simd, half)
        };
        half(&self.low).swizzle_dyn_within_blocks(low)
            & half(&self.high).swizzle_dyn_within_blocks(high)
    }
}

/// Where the highest bit is set.
#[inline(always)]
pub(super) fn highest<S: Simd>(simd: S, block: u8x64<S>) -> u64 {
    let signed: i8x64<S> = block.bitcast();
    signed.simd_lt(i8x64::splat(simd, 0)).to_bitmask()
}

#[inline(always)]
pub(super) fn not_zero<S: Simd>(simd: S, block: u8x64<S>) -> u64 {
    !block.simd_eq(u8x64::splat(simd, 0)).to_bitmask()
}

/// How a literal is caught.
struct Caught {
    literal: usize,
    /// Offset of the window in it.
    offset: usize,
    window: [u8; WINDOW],
}

/// Literals, and the bytes they are caught by.
pub(super) struct Sieve {
    level: Level,
    kinds: Tables,
    /// By place in the window: bits of buckets.
    windows: [Tables; WINDOW],
    /// The same, byte by byte and exact.
    exact: [[u8; 256]; WINDOW],
    caught: [Vec<Caught>; BUCKETS],
    literals: Vec<Vec<u8>>,
}

impl Default for Sieve {
    fn default() -> Self {
        let mut kinds = Tables::NONE;
        for byte in 0..128 {
            let kind = match byte {
                b'@' => AT,
                b'=' => EQUALS,
                b':' => COLON,
                b'0'..=b'9' => DIGIT,
                b'.' => END | JOINING_2,
                b'/' | b'&' => END,
                b' ' | b'-' | b'+' | b'(' | b')' => JOINING_2,
                b'A'..=b'O' => JOINING_4,
                b'P'..=b'Z' => JOINING_5,
                _ => 0,
            };
            kinds.allow(byte, kind);
        }
        Self {
            level: Level::new(),
            kinds,
            windows: [Tables::NONE; WINDOW],
            exact: [[0; 256]; WINDOW],
            caught: std::array::from_fn(|_| Vec::new()),
            literals: Vec::new(),
        }
    }
}

impl Sieve {
    /// `None` where the literals are too many, or one of them is shorter than a window.
    pub(super) fn new(literals: &[&[u8]]) -> Option<Self> {
        if literals.len() > MAX_LITERALS {
            return None;
        }
        let mut sieve = Self {
            literals: literals.iter().map(|literal| literal.to_vec()).collect(),
            ..Self::default()
        };
        let mut caught = literals
            .iter()
            .enumerate()
            .map(|(literal, bytes)| {
                let (offset, &window) = rarest(bytes)?;
                Some(Caught {
                    literal,
                    offset,
                    window,
                })
            })
            .collect::<Option<Vec<_>>>()?;
        // Those that begin alike come one after the other, and share a bucket.
        caught.sort_by_key(|caught| caught.window);
        let mut buckets = [Nibbled::default(); BUCKETS];
        for caught in caught {
            let dearer = |bucket: &Nibbled| bucket.with(caught.window).cost() - bucket.cost();
            let (best, bucket) = buckets
                .iter_mut()
                .enumerate()
                .min_by_key(|(_, bucket)| dearer(bucket))?;
            *bucket = bucket.with(caught.window);
            let places = sieve.windows.iter_mut().zip(&mut sieve.exact);
            for ((tables, exact), &byte) in places.zip(&caught.window) {
                tables.allow(byte, 1 << best);
                if let Some(bits) = exact.get_mut(usize::from(byte)) {
                    *bits |= 1 << best;
                }
            }
            if let Some(held) = sieve.caught.get_mut(best) {
                held.push(caught);
            }
        }
        Some(sieve)
    }

    /// Looks at all of a text.
    #[inline]
    pub(super) fn sweep(&self, text: &[u8], look: &mut impl Look) -> Seen {
        dispatch!(self.level, simd => self.sweep_with(simd, text, look))
    }

    #[inline(always)]
    fn sweep_with<S: Simd>(&self, simd: S, text: &[u8], look: &mut impl Look) -> Seen {
        // A text of nothing has no block to tell of.
        if (1..=HALF).contains(&text.len()) {
            return self.sweep_short(simd, text, look);
        }
        let zero = u8x64::splat(simd, 0);
        let mut pass = Pass {
            sieve: self,
            seen: zero,
            before: (zero, zero),
            stretch: Stretch::default(),
            at: 0,
        };
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        for block in blocks {
            pass.go_on(simd, block, look);
        }
        if !rest.is_empty() {
            pass.go_on(simd, &last_block(text, rest), look);
        }
        pass.stretch.end(text.len(), look);
        Seen::of(&<[u8; BLOCK]>::from(pass.seen))
    }

    /// The same of a text of half a block, as most are.
    #[inline(always)]
    fn sweep_short<S: Simd>(&self, simd: S, text: &[u8], look: &mut impl Look) -> Seen {
        let zero = u8x32::splat(simd, 0);
        let bytes = u8x32::load_array_ref(simd, &padded(text));
        let low = bytes & u8x32::splat(simd, 15);
        let high = bytes >> 4;
        let kind = self.kinds.of_half(simd, low, high);
        let [first, second, third] = &self.windows;
        let windows = zero.slide::<30>(first.of_half(simd, low, high))
            & zero.slide::<31>(second.of_half(simd, low, high))
            & third.of_half(simd, low, high);
        let ends = !windows.simd_eq(zero).to_bitmask() & u64::from(u32::MAX);
        if ends != 0 {
            look.windows(0, ends);
        }
        look.equals(kind.simd_eq(u8x32::splat(simd, EQUALS)).to_bitmask());
        let joins: i8x32<S> = (kind.saturating_add(u8x32::splat(simd, 0x80 - JOINING))).bitcast();
        let digits: i8x32<S> = kind.bitcast();
        let highest = |bytes: i8x32<S>| bytes.simd_lt(i8x32::splat(simd, 0)).to_bitmask();
        let mut stretch = Stretch::default();
        stretch.go_on(0, highest(joins), highest(digits), look);
        Seen::of(&<[u8; HALF]>::from(kind))
    }

    /// Gives the literals whose window ends at `end`: their numbers and where they begin.
    #[inline]
    pub(super) fn literals_at(&self, text: &[u8], end: usize, mut give: impl FnMut(usize, usize)) {
        let Some(from) = (end + 1).checked_sub(WINDOW) else {
            return;
        };
        let Some(&window) = text.get(from..).and_then(<[u8]>::first_chunk::<WINDOW>) else {
            return;
        };
        let of = |table: &[u8; 256], byte: u8| table.get(usize::from(byte)).copied().unwrap_or(0);
        let [first, second, third] = &self.exact;
        let mut buckets = of(first, window[0]) & of(second, window[1]) & of(third, window[2]);
        while buckets != 0 {
            let bucket = buckets.trailing_zeros() as usize;
            buckets &= buckets - 1;
            for caught in self.caught.get(bucket).map_or(&[][..], Vec::as_slice) {
                if window != caught.window {
                    continue;
                }
                if let Some(start) = from.checked_sub(caught.offset)
                    && let Some(bytes) = self.literals.get(caught.literal)
                    && text
                        .get(start..)
                        .is_some_and(|text| text.starts_with(bytes))
                {
                    give(caught.literal, start);
                }
            }
        }
    }

    /// Length of a literal.
    pub(super) fn literal_len(&self, literal: usize) -> usize {
        self.literals.get(literal).map_or(0, Vec::len)
    }
}

/// A look at all of a text, as far as it has come.
struct Pass<'a, S: Simd> {
    sieve: &'a Sieve,
    seen: u8x64<S>,
    /// The first and second bytes of windows in the block before.
    before: (u8x64<S>, u8x64<S>),
    stretch: Stretch,
    at: usize,
}

impl<S: Simd> Pass<'_, S> {
    #[inline(always)]
    fn go_on(&mut self, simd: S, block: &[u8; BLOCK], look: &mut impl Look) {
        let bytes = u8x64::load_array_ref(simd, block);
        let low = bytes & u8x64::splat(simd, 15);
        let high = bytes >> 4;
        let kind = self.sieve.kinds.of(simd, low, high);
        self.seen |= kind;
        let equals = kind.simd_eq(u8x64::splat(simd, EQUALS)).to_bitmask();
        let digits = highest(simd, kind);
        let joins = kind.saturating_add(u8x64::splat(simd, 0x80 - JOINING));
        let joining = highest(simd, joins);
        // A byte together with those before it, some of them in the block before.
        let [first, second, third] = &self.sieve.windows;
        let (firsts, seconds) = (first.of(simd, low, high), second.of(simd, low, high));
        let windows = self.before.0.slide::<62>(firsts)
            & self.before.1.slide::<63>(seconds)
            & third.of(simd, low, high);
        self.before = (firsts, seconds);
        let ends = not_zero(simd, windows);
        if ends != 0 {
            look.windows(self.at, ends);
        }
        look.equals(equals);
        self.stretch.go_on(self.at, joining, digits, look);
        self.at += BLOCK;
    }
}

/// What is left of a text behind its whole blocks, with zeros behind it. A copy of unknown length is
/// a call, and most texts are shorter than a block or two.
#[inline(always)]
pub(super) fn last_block(text: &[u8], rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    if let Some(whole) = text.last_chunk::<BLOCK>() {
        let mut behind = [0; 2 * BLOCK];
        if let Some(place) = behind.first_chunk_mut::<BLOCK>() {
            *place = *whole;
        }
        let shifted = behind.get(BLOCK - rest.len()..);
        if let Some(shifted) = shifted.and_then(<[u8]>::first_chunk::<BLOCK>) {
            block = *shifted;
        }
    } else if !(copy::<32>(rest, &mut block)
        || copy::<16>(rest, &mut block)
        || copy::<8>(rest, &mut block)
        || copy::<4>(rest, &mut block))
    {
        for (to, from) in block.iter_mut().zip(rest) {
            *to = *from;
        }
    }
    block
}

/// A text of at most half a block, with zeros behind it.
#[inline(always)]
fn padded(text: &[u8]) -> [u8; HALF] {
    let mut block = [0; HALF];
    if !(copy::<16>(text, &mut block) || copy::<8>(text, &mut block) || copy::<4>(text, &mut block))
    {
        for (to, from) in block.iter_mut().zip(text) {
            *to = *from;
        }
    }
    block
}

/// Copies a text of `N` to twice `N` bytes, by its first and its last `N`.
#[inline(always)]
fn copy<const N: usize>(from: &[u8], to: &mut [u8]) -> bool {
    let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) else {
        return false;
    };
    if let Some(place) = to.first_chunk_mut::<N>() {
        *place = *first;
    }
    let end = to.get_mut(from.len() - N..);
    if let Some(place) = end.and_then(<[u8]>::first_chunk_mut::<N>) {
        *place = *last;
    }
    true
}

/// A stretch of joining bytes that reaches up to the block looked at.
#[derive(Default)]
struct Stretch {
    from: usize,
    digits: u32,
}

impl Stretch {
    /// Joining bytes and digits of the block at `at`.
    #[inline(always)]
    fn go_on(&mut self, at: usize, joining: u64, digits: u64, look: &mut impl Look) {
        let head = (!joining).trailing_zeros();
        if head == u64::BITS {
            self.digits += digits.count_ones();
            return;
        }
        let in_head = digits & !(u64::MAX << head);
        self.digits += in_head.count_ones();
        if self.digits >= MIN_NUMBER_DIGITS {
            self.end(at + head as usize, look);
        }
        // Where there are not eight digits in rows of at least eight, there is no number.
        let behind_head = joining & u64::MAX << head;
        let pairs = behind_head & behind_head >> 1;
        let fours = pairs & pairs >> 2;
        let eights = fours & fours >> 4;
        if eights != 0 {
            let in_pairs = eights | eights << 1;
            let in_fours = in_pairs | in_pairs << 2;
            let in_rows = in_fours | in_fours << 4;
            if (digits & in_rows).count_ones() >= MIN_NUMBER_DIGITS {
                inner(at, behind_head, digits, look);
            }
        }
        let tail = (!joining).leading_zeros();
        self.from = at + BLOCK - tail as usize;
        self.digits = (digits.checked_shr(u64::BITS - tail))
            .unwrap_or(0)
            .count_ones();
    }

    /// The stretch ends at `to`.
    fn end(&self, to: usize, look: &mut impl Look) {
        if self.digits < MIN_NUMBER_DIGITS {
            return;
        }
        let id = to - self.from == self.digits as usize && self.digits < MIN_CARD_LEN;
        if !id {
            look.number(self.from, to);
        }
    }
}

/// Stretches that begin and end inside one block.
#[inline(never)]
fn inner(at: usize, joining: u64, digits: u64, look: &mut impl Look) {
    let mut left = joining;
    while left != 0 {
        let from = left.trailing_zeros();
        let len = (!(left >> from)).trailing_zeros();
        if from + len >= u64::BITS {
            return;
        }
        let to = from + len;
        let stretch = Stretch {
            from: at + from as usize,
            digits: (digits & (u64::MAX << from) & !(u64::MAX << to)).count_ones(),
        };
        stretch.end(at + to as usize, look);
        left &= u64::MAX << to;
    }
}

/// The nibbles of a bucket's windows.
#[derive(Clone, Copy, Default)]
struct Nibbled {
    low: [u16; WINDOW],
    high: [u16; WINDOW],
}

impl Nibbled {
    fn with(&self, window: [u8; WINDOW]) -> Self {
        let mut more = *self;
        for ((low, high), byte) in more.low.iter_mut().zip(&mut more.high).zip(window) {
            *low |= 1 << (byte & 15);
            *high |= 1 << (byte >> 4);
        }
        more
    }

    /// Windows of any bytes that it would catch.
    fn cost(&self) -> u32 {
        let places = self.low.iter().zip(&self.high);
        places
            .map(|(low, high)| low.count_ones() * high.count_ones())
            .product()
    }
}

/// The window of a literal that stands in other text most rarely, and its offset.
fn rarest(literal: &[u8]) -> Option<(usize, &[u8; WINDOW])> {
    let windows = (0..literal.len()).filter_map(|offset| {
        let window = literal.get(offset..)?.first_chunk::<WINDOW>()?;
        Some((offset, window))
    });
    windows.min_by_key(|(_, window)| {
        window
            .iter()
            .map(|&byte| frequency(byte))
            .product::<usize>()
    })
}

/// How often a byte stands in values, roughly: JSON, numbers, words, base64.
fn frequency(byte: u8) -> usize {
    match byte {
        b'0'..=b'9' => 12,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 10,
        b'"' | b' ' | b',' | b':' => 9,
        b'x' | b'q' | b'z' | b'j' => 4,
        b'a'..=b'z' => 7,
        b'-' | b'.' | b'A'..=b'Z' => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LITERALS: [&[u8]; 12] = [
        b"ghp_",
        b"github_pat_",
        b"xoxb-",
        b"AKIA",
        b"eyJh",
        b"dp.pt.",
        b":AAE",
        b"-----BEGIN ",
        b"T3BlbkFJ",
        b"\xff\x80\x00\x01",
        b"sk_",
        b"hvs.",
    ];

    /// Writes down what it is told to look at.
    struct Notes<'a> {
        sieve: &'a Sieve,
        text: &'a [u8],
        found: Vec<(usize, usize)>,
        numbers: Vec<(usize, usize)>,
        equals: Vec<u64>,
    }

    impl Look for Notes<'_> {
        fn windows(&mut self, block: usize, ends: u64) {
            for bit in 0..BLOCK {
                if ends >> bit & 1 == 1 {
                    let found = &mut self.found;
                    self.sieve
                        .literals_at(self.text, block + bit, |literal, start| {
                            found.push((literal, start));
                        });
                }
            }
        }

        fn number(&mut self, from: usize, to: usize) {
            self.numbers.push((from, to));
        }

        fn equals(&mut self, places: u64) {
            self.equals.push(places);
        }
    }

    fn is_joining(byte: u8) -> bool {
        byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" -+().".contains(&byte)
    }

    /// Every stretch that a number could stand in, byte by byte.
    fn stretches(text: &[u8]) -> Vec<(usize, usize)> {
        let mut stretches = Vec::new();
        let mut from = 0;
        for part in text.split(|&byte| !is_joining(byte)) {
            let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
            let id = digits == part.len() && digits < 13;
            if digits >= 8 && !id {
                stretches.push((from, from + part.len()));
            }
            from += part.len() + 1;
        }
        stretches
    }

    #[test]
    fn literals_that_it_cannot_hold_are_refused() {
        let many: Vec<[u8; 4]> = (0..=255).map(|byte| [byte; 4]).collect();
        let many: Vec<&[u8]> = many.iter().map(<[u8; 4]>::as_slice).collect();
        assert!(Sieve::new(&many).is_none());
        assert!(Sieve::new(&[b""]).is_none());
        assert!(Sieve::new(&[b"ab"]).is_none());
        assert!(Sieve::new(&[]).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn finds_what_a_plain_search_finds(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(LITERALS.to_vec()).prop_map(<[u8]>::to_vec),
                    prop::collection::vec(any::<u8>(), 0..20),
                    "[0-9a-zA-Z_.:@/=-]{0,20}".prop_map(String::into_bytes),
                    "[0-9 +().A-Z-]{0,90}".prop_map(String::into_bytes),
                    "[0-9]{6,16}".prop_map(String::into_bytes),
                    "[a-z]{0,70}".prop_map(String::into_bytes),
                ],
                0..8,
            )
        ) {
            let text = pieces.concat();
            let mut expected = Vec::new();
            for (number, literal) in LITERALS.iter().enumerate() {
                for start in 0..text.len() {
                    if text[start..].starts_with(literal) {
                        expected.push((number, start));
                    }
                }
            }
            expected.sort_unstable();
            let has = |bytes: &[u8]| text.iter().any(|byte| bytes.contains(byte));
            // As on this processor, and as on the least that this program is built for.
            for level in [Level::new(), Level::baseline()] {
                let sieve = Sieve { level, ..Sieve::new(&LITERALS).expect("few") };
                let mut notes = Notes {
                    sieve: &sieve,
                    text: &text,
                    found: Vec::new(),
                    numbers: Vec::new(),
                    equals: Vec::new(),
                };
                let seen = sieve.sweep(&text, &mut notes);
                notes.found.sort_unstable();
                prop_assert_eq!(&notes.found, &expected);
                prop_assert_eq!(notes.numbers, stretches(&text));
                prop_assert_eq!(seen.has_address(), has(b"@") && has(b"./&"));
                prop_assert_eq!(seen.may_be_form(), has(b"./&"));
                prop_assert_eq!(seen.has_colon(), has(b":") && has(b" -+()."));
                prop_assert_eq!(seen.is_no_base64(), has(b"@:"));
                let equals: Vec<u64> = text
                    .chunks(BLOCK)
                    .map(|block| {
                        let places = block.iter().enumerate().filter(|&(_, &byte)| byte == b'=');
                        places.fold(0, |bits, (place, _)| bits | 1 << place)
                    })
                    .collect();
                prop_assert_eq!(&notes.equals, &equals);
            }
        }
    }
}
