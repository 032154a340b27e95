//! What names said when they were read last: traffic repeats a few names with other numbers in them.
//!
//! Digits only part words, so names that differ in digits alone say the same, and are one entry.
//! Entries are compared byte by byte; whatever is sent, an answer is what the lexicon would say.

use wide::u8x16;

use super::lexicon::{Lexicon, Marks};

/// Longest name remembered, in bytes; longer ones are read each time.
const MAX_LEN: usize = 48;

/// Names remembered. One takes the place of another of the same hash, so memory is fixed.
const SLOTS: usize = 256;

/// A small memory in front of the lexicon.
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
    pub(super) fn read(&mut self, lexicon: &Lexicon, name: &[u8]) -> Marks {
        let mut skeleton = [0; MAX_LEN];
        let Some(place) = skeleton.get_mut(..name.len()) else {
            return lexicon.read(name);
        };
        place.copy_from_slice(name);
        // A zero at the end could not be told from none.
        if name.last().is_none_or(|&last| last == 0) {
            return lexicon.read(name);
        }
        let hash = fold(&mut skeleton, name.len());
        let slot = usize::try_from(hash >> 56).unwrap_or(0) % SLOTS;
        let Some(slot) = self.slots.get_mut(slot) else {
            return lexicon.read(name);
        };
        if slot.skeleton != skeleton {
            slot.skeleton = skeleton;
            slot.marks = lexicon.read(name);
        }
        slot.marks
    }
}

/// Makes every digit a `0`; the hash of what is left.
#[inline]
fn fold(skeleton: &mut [u8; MAX_LEN], len: usize) -> u64 {
    let mut hash = len as u64;
    for lane in skeleton.as_chunks_mut::<16>().0 {
        let bytes = u8x16::new(*lane);
        let from_zero = bytes - u8x16::splat(b'0');
        let digits = from_zero.min(u8x16::splat(9)).simd_eq(from_zero);
        *lane = ((digits & u8x16::splat(b'0')) | (!digits & bytes)).to_array();
        let (words, _) = lane.as_chunks::<8>();
        for word in words.iter().map(|word| u64::from_le_bytes(*word)) {
            hash = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash ^= hash >> 29;
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::super::RulePack;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn says_what_the_lexicon_says(names in prop::collection::vec(
            prop_oneof![
                "(user|card|session|pin|key)[:_.]?[0-9]{1,6}[:_]?(number|token|name|expiry)?",
                "[a-zA-Z0-9:_\\x00]{0,60}",
            ],
            1..40,
        )) {
            let pack = RulePack::builtin();
            let mut memory = Names::default();
            for name in &names {
                let marks = memory.read(&pack.lexicon, name.as_bytes());
                let expected = pack.lexicon.read(name.as_bytes());
                prop_assert_eq!(format!("{marks:?}"), format!("{expected:?}"));
            }
        }
    }
}
