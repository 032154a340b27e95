//! A short memory of what was handed on, so that bytes that come again can be compared without
//! having been copied.

use super::key::Seeds;
use crate::reassembly::Recall;

/// Deliveries remembered by a table. A retransmission follows its original within one round trip,
/// a duplicate capture at once; 1,024 deliveries are a few milliseconds of one shard at full rate.
pub const ECHO_ENTRIES: usize = 1024;

/// Direct-mapped by stream and offset: a newer delivery may push an older one out.
#[derive(Debug, Default)]
pub(super) struct Echo {
    /// Nothing until something is delivered, so that a fresh table is small.
    entries: Option<Box<[Entry; ECHO_ENTRIES]>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// Of stream and offset; with the place in the table 42 bits.
    tag: u32,
    /// 0: nothing here.
    len: u32,
    hash: u64,
}

impl Echo {
    /// Remembers a delivery of the stream `id`.
    #[inline(always)]
    pub(super) fn record(&mut self, seeds: &Seeds, id: u64, offset: u64, bytes: &[u8]) {
        let (slot, tag) = place(id, offset);
        let entries = self.entries.get_or_insert_with(empty);
        if let Some(entry) = entries.get_mut(slot) {
            *entry = Entry {
                tag,
                len: u32::try_from(bytes.len()).unwrap_or(0),
                hash: seeds.hash_bytes(bytes),
            };
        }
    }

    /// Compares bytes with what was delivered there, where they cover whole deliveries. Takes at
    /// most one step a byte and one a remembered delivery.
    pub(super) fn recall(&self, seeds: &Seeds, id: u64, offset: u64, bytes: &[u8]) -> Recall {
        let (mut offset, mut rest) = (offset, bytes);
        while !rest.is_empty() {
            let (slot, tag) = place(id, offset);
            let known = self
                .entries
                .as_ref()
                .and_then(|entries| entries.get(slot))
                .filter(|entry| entry.tag == tag && entry.len > 0)
                .and_then(|entry| Some((entry.hash, rest.split_at_checked(entry.len as usize)?)));
            let Some((hash, (old, behind))) = known else {
                return Recall::Unknown;
            };
            if seeds.hash_bytes(old) != hash {
                return Recall::Differs;
            }
            offset = offset.saturating_add(old.len() as u64);
            rest = behind;
        }
        Recall::Same
    }

    pub(super) fn memory_len(&self) -> usize {
        self.entries
            .as_deref()
            .map_or(0, size_of_val::<[Entry; ECHO_ENTRIES]>)
    }
}

#[cold]
fn empty() -> Box<[Entry; ECHO_ENTRIES]> {
    Box::new([Entry::default(); ECHO_ENTRIES])
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "10 bits of place, 32 of tag"
)]
fn place(id: u64, offset: u64) -> (usize, u32) {
    let mixed =
        (id ^ offset.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 54) as usize, (mixed >> 16) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// As flows tell theirs apart: index, direction, first sequence number.
    fn streams() -> impl Iterator<Item = u64> {
        (0..64u64).flat_map(|index| {
            [0, 1].map(|side| index << 33 | side << 32 | (index * 0x0101_0101 + 4711) & 0xffff_ffff)
        })
    }

    #[test]
    fn no_delivery_is_taken_for_another() {
        // A false match would be a conflict that is none.
        let mut places = BTreeSet::new();
        for id in streams() {
            for delivery in 0..256u64 {
                let offset = delivery.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
                assert!(places.insert(place(id, offset)), "{id:#x} {delivery}");
            }
        }
    }

    #[test]
    fn deliveries_spread_over_the_whole_memory() {
        let mut load = [0u32; ECHO_ENTRIES];
        for id in streams() {
            for delivery in 0..256 {
                load[place(id, delivery * 37).0] += 1;
            }
        }
        // 32 each on average.
        assert!(
            load.iter().all(|&count| (8..=64).contains(&count)),
            "{load:?}"
        );
    }

    #[test]
    fn what_lies_in_the_place_of_another_delivery_says_nothing_of_it() {
        let (seeds, mut echo) = (Seeds::random(), Echo::default());
        echo.record(&seeds, 7, 0, b"abc");
        let (slot, _) = place(7, 0);
        let other = (1..1_000_000)
            .find(|&offset| place(7, offset).0 == slot)
            .expect("soon");
        assert_eq!(echo.recall(&seeds, 7, other, b"abc"), Recall::Unknown);
        echo.record(&seeds, 7, other, b"defg");
        assert_eq!(echo.recall(&seeds, 7, 0, b"abc"), Recall::Unknown);
        assert_eq!(echo.recall(&seeds, 7, other, b"defg"), Recall::Same);
        // A place where nothing lies looks like the very first delivery.
        assert_eq!(place(0, 0), (0, 0));
        assert_eq!(echo.recall(&seeds, 0, 0, b"abc"), Recall::Unknown);
    }

    #[test]
    fn bytes_that_come_again_are_known_where_they_cover_whole_deliveries() {
        let (seeds, mut echo) = (Seeds::random(), Echo::default());
        assert_eq!(echo.recall(&seeds, 7, 0, b"abc"), Recall::Unknown);
        assert_eq!(echo.memory_len(), 0, "a fresh table is small");
        echo.record(&seeds, 7, 0, b"abc");
        echo.record(&seeds, 7, 3, b"defgh");
        for (offset, bytes, expected) in [
            (0, &b"abc"[..], Recall::Same),
            (0, b"abcdefgh", Recall::Same),
            (3, b"defgh", Recall::Same),
            (0, b"abX", Recall::Differs),
            (0, b"abcdefgX", Recall::Differs),
            (0, b"ab", Recall::Unknown),
            (1, b"bc", Recall::Unknown),
            (0, b"abcdefghi", Recall::Unknown),
            (8, b"i", Recall::Unknown),
        ] {
            assert_eq!(
                echo.recall(&seeds, 7, offset, bytes),
                expected,
                "{offset} {bytes:?}"
            );
        }
        assert_eq!(echo.recall(&seeds, 8, 0, b"abc"), Recall::Unknown);
        assert!(echo.memory_len() >= ECHO_ENTRIES * size_of::<Entry>());
    }
}
