//! The last values that gave nothing away: what is read often is often the same.

use super::Marks;
use crate::detect::lexicon::UNTOLD;

/// Shortest value remembered, in bytes; shorter ones are read as quickly.
const MIN_LEN: usize = 24;

/// Longest value remembered, in bytes.
const MAX_LEN: usize = 128;

/// Values remembered: 10 KiB, which stay in the processor's nearest cache.
const SLOTS: usize = 64;

/// A small memory in front of the scanner. Values are compared byte by byte: whoever makes them
/// collide only has them read.
pub(super) struct Seen {
    slots: Vec<Slot>,
}

#[derive(Clone)]
struct Slot {
    /// [`Marks::id`] of the names it stood under.
    named: u64,
    len: usize,
    bytes: [u8; MAX_LEN],
}

impl Default for Seen {
    fn default() -> Self {
        let slot = Slot {
            named: UNTOLD,
            len: 0,
            bytes: [0; MAX_LEN],
        };
        Self {
            slots: vec![slot; SLOTS],
        }
    }
}

impl Seen {
    /// True for a value that gave nothing away when it was last seen under names that say the same.
    #[inline]
    pub(super) fn gives_nothing(&self, marks: &Marks, value: &[u8]) -> bool {
        let slot = place_of(marks, value).and_then(|place| self.slots.get(place));
        slot.is_some_and(|slot| {
            slot.named == marks.id
                && slot.len == value.len()
                && slot.bytes.get(..value.len()) == Some(value)
        })
    }

    /// Remembers a value that gives nothing away.
    #[inline]
    pub(super) fn remember(&mut self, marks: &Marks, value: &[u8]) {
        let place = place_of(marks, value);
        let Some(slot) = place.and_then(|place| self.slots.get_mut(place)) else {
            return;
        };
        if let Some(bytes) = slot.bytes.get_mut(..value.len()) {
            bytes.copy_from_slice(value);
            slot.len = value.len();
            slot.named = marks.id;
        }
    }
}

/// Where a value is remembered, by its first and its last bytes.
#[inline]
fn place_of(marks: &Marks, value: &[u8]) -> Option<usize> {
    if !(MIN_LEN..=MAX_LEN).contains(&value.len()) || marks.id == UNTOLD {
        return None;
    }
    let (first, last) = (value.first_chunk()?, value.last_chunk()?);
    let both = u64::from_le_bytes(*first).rotate_left(29) ^ u64::from_le_bytes(*last);
    let hash = both.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(hash >> 32).ok().map(|hash| hash % SLOTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_by_all_its_bytes_and_by_its_names() {
        let mut seen = Seen::default();
        let (none, mut other) = (Marks::none(), Marks::none());
        other.id = 7;
        let value = [b'v'; 40];
        assert!(!seen.gives_nothing(&none, &value));
        seen.remember(&none, &value);
        assert!(seen.gives_nothing(&none, &value));
        assert!(!seen.gives_nothing(&other, &value));
        assert!(!seen.gives_nothing(&none, &[b'v'; 41]));
        let mut unlike = value;
        unlike[20] = b'w';
        assert!(!seen.gives_nothing(&none, &unlike));
    }

    #[test]
    fn short_and_long_values_and_untold_names_are_not_remembered() {
        let mut seen = Seen::default();
        let mut untold = Marks::none();
        untold.id = UNTOLD;
        for (marks, len) in [(untold, 40), (Marks::none(), 23), (Marks::none(), 129)] {
            let value = vec![b'v'; len];
            seen.remember(&marks, &value);
            assert!(!seen.gives_nothing(&marks, &value));
        }
    }
}
