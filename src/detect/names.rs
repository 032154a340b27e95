//! What names said when they were read last: traffic repeats a few names with other numbers in them.
//!
//! Digits only part words, so names that differ in digits alone say the same, and are one entry; and
//! where no pattern can be in one of them, none is in the others, and they need no scan.
//! Entries are compared byte by byte; whatever is sent, an answer is what the lexicon would say.

use super::RulePack;
use super::lexicon::Marks;

/// Longest name remembered, in bytes; longer ones are read each time.
const MAX_LEN: usize = 48;

/// Names remembered. One takes the place of another of the same hash, so memory is fixed.
const SLOTS: usize = 256;

/// A small memory in front of the lexicon and the scanner.
pub(super) struct Names {
    slots: Vec<Slot>,
}

struct Slot {
    /// Zeros behind the name; all zeros where there is none.
    skeleton: [u8; MAX_LEN],
    marks: Marks,
}

impl Default for Names {
    fn default() -> Self {
        let slot = || Slot {
            skeleton: [0; MAX_LEN],
            marks: Marks::none(),
        };
        Self {
            slots: std::iter::repeat_with(slot).take(SLOTS).collect(),
        }
    }
}

impl Names {
    /// What the words of a name say.
    #[inline]
    pub(super) fn read(&mut self, pack: &RulePack, name: &[u8]) -> Marks {
        let mut skeleton = [0; MAX_LEN];
        let Some(place) = skeleton.get_mut(..name.len()) else {
            return pack.lexicon.read(name);
        };
        place.copy_from_slice(name);
        // A zero at the end could not be told from none.
        if name.last().is_none_or(|&last| last == 0) {
            return pack.lexicon.read(name);
        }
        let hash = fold(&mut skeleton, name.len());
        let slot = usize::try_from(hash >> 56).unwrap_or(0) % SLOTS;
        let Some(slot) = self.slots.get_mut(slot) else {
            return pack.lexicon.read(name);
        };
        if slot.skeleton != skeleton {
            slot.skeleton = skeleton;
            slot.marks = pack.lexicon.read(name);
            let skeleton = skeleton.get(..name.len()).unwrap_or_default();
            slot.marks.plain = pack.scanner.holds_nothing(skeleton);
        }
        slot.marks
    }
}

/// Makes every digit a `0`; the hash of what is left.
#[inline]
fn fold(skeleton: &mut [u8; MAX_LEN], len: usize) -> u64 {
    let mut hash = len as u64;
    without_digits(skeleton);
    for word in skeleton.as_chunks::<8>().0.iter().take(len.div_ceil(8)) {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
    }
    hash
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
                let mut marks = memory.read(&pack, name);
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
            let marks = memory.read(&pack, &name);
            let mut finds = Finds::default();
            pack.scanner.scan(&pack.rules, &pack.known, &name, &mut finds);
            prop_assert!(!marks.plain || finds.found.is_empty(), "{finds:?}");
        }
    }
}
