//! How a text is mixed of letters, digits and marks, 64 bytes at a time.

#![expect(
    clippy::inline_always,
    reason = "what runs on vectors must be compiled with what the processor has, inside `dispatch`"
)]

use std::sync::LazyLock;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

use super::sieve::{BLOCK, Tables, highest, last_block, not_zero};

/// Bytes of a text by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mixture {
    pub digits: u32,
    pub lower: u32,
    pub upper: u32,
    /// Hexadecimal digits, of either case.
    pub hex: u32,
    /// Letters, digits and what else stands in tokens: `-_.+/=~:`.
    pub of_tokens: u32,
    /// Neighbours that are letters or digits, but not both lower case, upper case or digits.
    pub changes: u32,
}

impl Mixture {
    /// Of all of a text.
    #[inline]
    pub(super) fn of(text: &[u8]) -> Self {
        dispatch!(*LEVEL, simd => mixture(simd, text))
    }

    pub(super) fn letters(self) -> u32 {
        self.lower + self.upper
    }
}

#[inline(always)]
fn mixture<S: Simd>(simd: S, text: &[u8]) -> Mixture {
    let mut mixture = Mixture::default();
    let mut before = Block::default();
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    for block in blocks {
        before = mixture.go_on(before, Block::of(simd, block));
    }
    if !rest.is_empty() {
        mixture.go_on(before, Block::of(simd, &last_block(text, rest)));
    }
    mixture
}

impl Mixture {
    #[inline(always)]
    fn go_on(&mut self, before: Block, block: Block) -> Block {
        self.digits += block.digits.count_ones();
        self.lower += block.lower.count_ones();
        self.upper += block.upper.count_ones();
        self.hex += block.hex.count_ones();
        self.of_tokens += block.of_tokens.count_ones();
        let after = |now: u64, before: u64| now << 1 | before >> (u64::BITS - 1);
        let digits = after(block.digits, before.digits);
        let lower = after(block.lower, before.lower);
        let upper = after(block.upper, before.upper);
        let alike = digits & block.digits | lower & block.lower | upper & block.upper;
        let both = (digits | lower | upper) & (block.digits | block.lower | block.upper);
        self.changes += (both & !alike).count_ones();
        block
    }
}

/// Where they are in a block.
#[derive(Clone, Copy, Default)]
struct Block {
    digits: u64,
    lower: u64,
    upper: u64,
    hex: u64,
    of_tokens: u64,
}

impl Block {
    #[inline(always)]
    fn of<S: Simd>(simd: S, block: &[u8; BLOCK]) -> Self {
        let bytes = u8x64::load_array_ref(simd, block);
        let kind = KINDS.of(simd, bytes & u8x64::splat(simd, 15), bytes >> 4);
        let letters = not_zero(simd, kind & u8x64::splat(simd, LETTER_1 | LETTER_2));
        let digits = highest(simd, kind);
        // The bit by which small letters differ from capitals, moved to the top.
        let small = highest(simd, bytes << 2);
        Self {
            digits,
            lower: letters & small,
            upper: letters & !small,
            hex: digits | not_zero(simd, kind & u8x64::splat(simd, HEX_LETTER)),
            of_tokens: not_zero(simd, kind),
        }
    }
}

static LEVEL: LazyLock<Level> = LazyLock::new(Level::new);

static KINDS: LazyLock<Tables> = LazyLock::new(|| {
    let mut kinds = Tables::NONE;
    for byte in 0..128 {
        let kind = match byte {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'F' | b'a'..=b'f' => HEX_LETTER | LETTER_1,
            b'G'..=b'O' | b'g'..=b'o' => LETTER_1,
            b'P'..=b'Z' | b'p'..=b'z' => LETTER_2,
            b'+' | b'-' | b'.' | b'/' => MARK_2,
            b':' | b'=' => MARK_3,
            b'_' => MARK_5,
            b'~' => MARK_7,
            _ => 0,
        };
        kinds.allow(byte, kind);
    }
    kinds
});

// Bits of `KINDS`; each holds whichever nibbles its bytes have, in any pairs.
const LETTER_1: u8 = 1;
const LETTER_2: u8 = 1 << 1;
const HEX_LETTER: u8 = 1 << 2;
const MARK_2: u8 = 1 << 3;
const MARK_3: u8 = 1 << 4;
const MARK_5: u8 = 1 << 5;
const MARK_7: u8 = 1 << 6;
/// The highest bit: the processor takes those of a block at once.
const DIGIT: u8 = 1 << 7;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn is_what_bytes_say_one_by_one(text in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "[a-zA-Z0-9_.+/=~:-]{0,200}".prop_map(String::into_bytes),
        ]) {
            let count = |is: &dyn Fn(u8) -> bool| {
                u32::try_from(text.iter().filter(|&&byte| is(byte)).count()).expect("few")
            };
            let kind = |byte: u8| match byte {
                b'0'..=b'9' => 1,
                b'a'..=b'z' => 2,
                b'A'..=b'Z' => 3,
                _ => 0,
            };
            let changes = text.windows(2).filter(|pair| {
                let (a, b) = (kind(pair[0]), kind(pair[1]));
                a != b && a != 0 && b != 0
            });
            let expected = Mixture {
                digits: count(&|byte| byte.is_ascii_digit()),
                lower: count(&|byte| byte.is_ascii_lowercase()),
                upper: count(&|byte| byte.is_ascii_uppercase()),
                hex: count(&|byte| byte.is_ascii_hexdigit()),
                of_tokens: count(&|byte| byte.is_ascii_alphanumeric() || b"-_.+/=~:".contains(&byte)),
                changes: u32::try_from(changes.count()).expect("few"),
            };
            for level in [Level::new(), Level::baseline()] {
                prop_assert_eq!(dispatch!(level, simd => mixture(simd, &text)), expected);
            }
        }
    }
}
