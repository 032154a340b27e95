//! Which flow a segment belongs to: the canonical tuple, its hash, its shard.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::segment::{Address, Endpoint, Segment};

/// Number of virtual shards. A constant, so that results are the same for any number of workers.
pub const SHARDS: u8 = 64;

/// The shard of a segment, below [`SHARDS`]: the same for both directions and for every run, hence
/// without a secret. A flood aimed at one shard costs that shard's share of the limits, no more.
#[must_use]
#[inline(always)]
pub fn shard_of(segment: &Segment<'_>) -> u8 {
    let (source, destination) = (side(segment.source), side(segment.destination));
    // Both combinations are symmetric, so the direction does not matter.
    let mixed = (source.wrapping_add(destination) ^ (source ^ destination).rotate_left(32))
        .wrapping_add(u64::from(segment.tag))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The top six bits: below 64.
    (mixed >> 58) as u8
}

#[inline(always)]
fn side(endpoint: Endpoint) -> u64 {
    let [high, low] = words(endpoint.address);
    (low ^ high.rotate_left(23) ^ (u64::from(endpoint.port) << 40))
        .wrapping_mul(0xd6e8_feb8_6659_fd93)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the two halves of 128 bits"
)]
#[inline]
fn words(address: Address) -> [u64; 2] {
    [(address.0 >> 64) as u64, address.0 as u64]
}

/// The five-tuple (TCP being given) and the tag, lower endpoint first: five words, compared whole.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Key([u64; 5]);

impl PartialEq for Key {
    /// Without a branch or a call a word: nearly every comparison finds equal keys.
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        let (
            [low0, low1, high0, high1, rest],
            [other_low0, other_low1, other_high0, other_high1, other_rest],
        ) = (self.0, other.0);
        (low0 ^ other_low0)
            | (low1 ^ other_low1)
            | (high0 ^ other_high0)
            | (high1 ^ other_high1)
            | (rest ^ other_rest)
            == 0
    }
}

impl Eq for Key {}

/// Which endpoint of a [`Key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Low,
    High,
}

impl Key {
    /// No segment's: the lower endpoint is the higher one.
    pub(super) const NONE: Self = Self([u64::MAX, u64::MAX, 0, 0, 0]);

    /// The key, and the end that sent the segment.
    #[inline(always)]
    pub(super) fn of(segment: &Segment<'_>) -> (Self, End) {
        let (source, destination) = (segment.source, segment.destination);
        let (low, high, sender) = if source <= destination {
            (source, destination, End::Low)
        } else {
            (destination, source, End::High)
        };
        let ([a, b], [c, d]) = (words(low.address), words(high.address));
        let rest = u64::from(low.port) << 48 | u64::from(high.port) << 32 | u64::from(segment.tag);
        (Self([a, b, c, d, rest]), sender)
    }

    #[inline(always)]
    pub(super) fn low(&self) -> Endpoint {
        let [a, b, _, _, rest] = self.0;
        endpoint(a, b, rest >> 48)
    }

    #[inline(always)]
    pub(super) fn high(&self) -> Endpoint {
        let [_, _, c, d, rest] = self.0;
        endpoint(c, d, rest >> 32)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the low 16 bits are the port"
)]
#[inline(always)]
fn endpoint(high: u64, low: u64, port: u64) -> Endpoint {
    Endpoint {
        address: Address(u128::from(high) << 64 | u128::from(low)),
        port: port as u16,
    }
}

/// Secret words, random per process: without them nobody can choose tuples that collide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seeds([u64; 4]);

impl Seeds {
    pub(super) fn random() -> Self {
        let state = RandomState::new();
        Self([0u8, 1, 2, 3].map(|word| state.hash_one(word)))
    }

    /// Hash of a key. Two chained 64 x 64 to 128 bit products, each over words masked by secrets,
    /// so that a collision cannot be computed without them; the table compares whole keys anyway.
    #[inline]
    pub(super) fn hash(&self, key: &Key) -> u64 {
        let ([low_high, low_low, high_high, high_low, rest], [s0, s1, s2, s3]) = (key.0, self.0);
        let low = fold(low_low ^ s0, low_high.rotate_left(32) ^ rest ^ s1);
        let high = fold(high_low ^ s2, high_high.rotate_left(32) ^ rest ^ s3);
        fold(low ^ s3, high.rotate_left(29) ^ s0)
    }

    /// Hash of bytes, 16 a step, and four lanes of that where there are many. Which bytes collide
    /// cannot be known without the secrets.
    #[inline(always)]
    pub(super) fn hash_bytes(&self, bytes: &[u8]) -> u64 {
        let [s0, s1, s2, s3] = self.0;
        let len = bytes.len() as u64;
        let mut lane = s0 ^ len;
        let Some(&last) = bytes.last_chunk::<16>() else {
            return fold(step(lane, short(bytes), s1) ^ s2, s3);
        };
        let mut rest = bytes;
        if bytes.len() >= LANES_LEN {
            (lane, rest) = self.hash_lanes(lane, bytes);
        }
        while let Some((&words, behind)) = rest.split_first_chunk()
            && !behind.is_empty()
        {
            lane = step(lane, words, s1);
            rest = behind;
        }
        // Bytes that were taken before may be taken again; the length is in the hash.
        fold(step(lane, last, s2) ^ s1, s3)
    }

    /// Hash of as many whole blocks of 64 bytes as there are, and what is left.
    #[inline(never)]
    fn hash_lanes<'b>(&self, first: u64, bytes: &'b [u8]) -> (u64, &'b [u8]) {
        let [_, s1, s2, s3] = self.0;
        let mut lanes = [first, s1, s2, s3];
        let (blocks, rest) = bytes.as_chunks::<64>();
        for block in blocks {
            let (words, _) = block.as_chunks::<16>();
            for ((lane, words), secret) in lanes.iter_mut().zip(words).zip([s1, s2, s3, first]) {
                *lane = step(*lane, *words, secret);
            }
        }
        let [a, b, c, d] = lanes;
        (fold(fold(a ^ s3, b ^ s2) ^ c, d ^ s1), rest)
    }
}

/// Bytes from which four lanes pay for being put together.
const LANES_LEN: usize = 256;

/// Fewer than 16 bytes as two words, some of them in both; bytes of equal length differ in it
/// where they differ.
#[inline(always)]
fn short(bytes: &[u8]) -> [u8; 16] {
    let half = |half: &[u8; 4]| u64::from(u32::from_le_bytes(*half));
    let [low, high] = if let (Some(first), Some(last)) =
        (bytes.first_chunk::<8>(), bytes.last_chunk::<8>())
    {
        [u64::from_le_bytes(*first), u64::from_le_bytes(*last)]
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        [half(first), half(last)]
    } else {
        let at = |index: usize| bytes.get(index).map_or(0, |&byte| u64::from(byte));
        [at(0) | at(1) << 8 | at(2) << 16, 0]
    };
    (u128::from(high) << 64 | u128::from(low)).to_le_bytes()
}

/// Takes 16 bytes into a lane.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
fn step(lane: u64, words: [u8; 16], secret: u64) -> u64 {
    let words = u128::from_le_bytes(words);
    fold(lane ^ words as u64, secret ^ (words >> 64) as u64)
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "both halves of the product are used"
)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::tests::segment;
    use std::collections::BTreeSet;

    #[test]
    fn both_directions_have_one_key_and_one_shard() {
        for (low, high) in [
            ("10.0.0.1:40000", "10.0.0.2:6379"),
            ("10.0.0.1:6379", "10.0.0.1:40000"),
            ("[2001:db8:7:8::b:2]:6379", "[fd09:1:2:3::a:1]:40000"),
        ] {
            let (there, back) = (segment(low, high), segment(high, low));
            let ((key, from), (other, to)) = (Key::of(&there), Key::of(&back));
            assert_eq!(key, other);
            assert_eq!((from, to), (End::Low, End::High));
            assert_eq!(shard_of(&there), shard_of(&back));
            assert_eq!(key.low(), there.source);
            assert_eq!(key.high(), there.destination);
        }
    }

    /// One thing after the other changed by one bit: both addresses in all their bits, both ports,
    /// the tag.
    fn neighbours(of: &Segment<'static>) -> Vec<Segment<'static>> {
        let mut neighbours = Vec::new();
        let mut add = |change: &dyn Fn(&mut Segment<'_>)| {
            let mut segment = *of;
            change(&mut segment);
            neighbours.push(segment);
        };
        for bit in 0..128 {
            add(&|s| s.source.address.0 ^= 1 << bit);
            add(&|s| s.destination.address.0 ^= 1 << bit);
        }
        for bit in 0..16 {
            add(&|s| s.source.port ^= 1 << bit);
            add(&|s| s.destination.port ^= 1 << bit);
        }
        for bit in 0..32 {
            add(&|s| s.tag ^= 1 << bit);
        }
        neighbours
    }

    #[test]
    fn a_key_and_its_hash_depend_on_every_bit() {
        let seeds = Seeds::random();
        for (one, other) in [
            ("10.0.0.1:40000", "10.0.0.2:6379"),
            ("[fd09:1:2:3::a:1]:40000", "[2001:db8:7:8::b:2]:6379"),
            ("[fd09::1]:6379", "[fd09::1]:6380"),
        ] {
            let segment = Segment {
                tag: 0x00aa_5500,
                ..segment(one, other)
            };
            let (key, _) = Key::of(&segment);
            assert_eq!(key, Key::of(&segment).0);
            assert_eq!(seeds.hash(&key), seeds.hash(&Key::of(&segment).0));
            for neighbour in neighbours(&segment) {
                let (other, _) = Key::of(&neighbour);
                assert_ne!(key, other, "{neighbour:?}");
                assert_ne!(seeds.hash(&key), seeds.hash(&other), "{neighbour:?}");
            }
        }
    }

    #[test]
    fn differences_in_two_places_do_not_cancel_out() {
        let (key, _) = Key::of(&segment("10.0.0.1:40000", "10.0.0.2:6379"));
        for (one, other) in (0..5).flat_map(|one| (0..one).map(move |other| (one, other))) {
            let mut words = key.0;
            words[one] ^= 0x0101;
            words[other] ^= 0x0101;
            assert_ne!(key, Key(words), "{one} {other}");
        }
    }

    /// 16,384 connections over the shards: 256 each on average.
    fn assert_spread(what: &str, vary: impl Fn(&mut Segment<'_>, u16)) {
        let mut load = [0u32; SHARDS as usize];
        for index in 0..16_384 {
            let mut segment = segment("10.0.0.1:40000", "10.0.0.2:6379");
            vary(&mut segment, index);
            load[usize::from(shard_of(&segment))] += 1;
        }
        assert!(
            load.iter().all(|&flows| (128..512).contains(&flows)),
            "{what}: {load:?}"
        );
    }

    #[test]
    fn connections_that_differ_in_one_thing_spread_over_all_shards() {
        let v4 = |index: u16| Address::v4((0x0a01_0000 + u32::from(index)).to_be_bytes());
        let v6 =
            |high: u16, low: u16| Address(0xfd00 << 112 | u128::from(high) << 64 | u128::from(low));
        assert_spread("clients' ports", |s, index| s.source.port = 20_000 + index);
        assert_spread("clients", |s, index| s.source.address = v4(index));
        assert_spread("servers", |s, index| s.destination.address = v4(index));
        assert_spread("servers' ports", |s, index| s.destination.port = index);
        assert_spread("tags", |s, index| s.tag = u32::from(index));
        assert_spread("hosts of a network", |s, index| {
            (s.source.address, s.destination.address) = (v6(0, index), v6(0, 1));
        });
        assert_spread("networks", |s, index| {
            (s.source.address, s.destination.address) = (v6(index, 1), v6(0, 1));
        });
        // Each speaks to itself, as a proxy beside its server does.
        assert_spread("both ends", |s, index| {
            (s.source.address, s.destination.address) = (v4(index), v4(index));
        });
    }

    #[test]
    fn a_hash_of_bytes_depends_on_every_byte_and_on_the_length() {
        let seeds = Seeds::random();
        for len in [
            0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 255, 256, 257, 400,
        ] {
            let bytes = vec![7u8; len];
            let hash = seeds.hash_bytes(&bytes);
            for bit in 0..len * 8 {
                let mut other = bytes.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                assert_ne!(hash, seeds.hash_bytes(&other), "{len} {bit}");
            }
            let mut longer = bytes.clone();
            longer.push(0);
            assert_ne!(hash, seeds.hash_bytes(&longer));
        }
    }

    #[test]
    fn equal_bytes_of_different_lengths_have_different_hashes() {
        // Past 16 bytes the last ones are hashed twice, so only the length tells these apart.
        let (seeds, bytes) = (Seeds::random(), [0u8; 600]);
        let hashes: BTreeSet<u64> = (0..=bytes.len())
            .map(|len| seeds.hash_bytes(&bytes[..len]))
            .collect();
        assert_eq!(hashes.len(), bytes.len() + 1);
    }
}
