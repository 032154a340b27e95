//! The Internet checksum (RFC 1071) over what IPv4 and TCP cover.
//!
//! Sums are taken of little-endian words, which costs nothing on the machines that there are: the
//! ones' complement sum does not care (RFC 1071 2(B)), and all we ask is whether it comes to all
//! ones.

use super::ChecksumMode;
use crate::segment::{Address, Checksum};

/// A ones' complement sum in the making, of little-endian words.
///
/// Not folded until the end: an addition to 128 bits never carries over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum(u128);

impl Sum {
    /// The sum of `bytes`, padded with a zero byte to an even length.
    #[inline(always)]
    pub(super) fn of(bytes: &[u8]) -> Self {
        let (total, mut rest) = if bytes.len() < WIDE_LEN {
            (0, bytes)
        } else {
            wide(bytes)
        };
        let mut total = u128::from(total);
        while let Some((block, behind)) = rest.split_first_chunk::<32>() {
            for &word in block.as_chunks::<8>().0 {
                total += u128::from(u64::from_le_bytes(word));
            }
            rest = behind;
        }
        while let Some((&word, behind)) = rest.split_first_chunk() {
            total += u128::from(u64::from_le_bytes(word));
            rest = behind;
        }
        Self(total + u128::from(tail(bytes, rest)))
    }

    /// The sum of an IPv4 header without options, its checksum field included.
    #[inline(always)]
    pub(super) fn of_ipv4_header(header: &[u8; 20]) -> Self {
        let (words, last) = header.as_chunks::<8>();
        let words: u128 = words
            .iter()
            .map(|word| u128::from(u64::from_le_bytes(*word)))
            .sum();
        let last = last
            .first_chunk()
            .map_or(0, |word| u32::from_le_bytes(*word));
        Self(words + u128::from(last))
    }

    /// The sum of the TCP pseudo-header without its length field (RFC 9293 3.1, RFC 8200 8.1).
    ///
    /// The mapped form of an IPv4 address adds `ffff` a side: zero in ones' complement, so one
    /// formula serves both families.
    #[inline]
    pub(super) fn of_pseudo_header(source: Address, destination: Address) -> Self {
        let sum = |address: Address| {
            #[expect(clippy::cast_possible_truncation, reason = "two halves of 128 bits")]
            let [high, low] = [(address.0 >> 64) as u64, address.0 as u64];
            u128::from(high.swap_bytes()) + u128::from(low.swap_bytes())
        };
        Self(sum(source) + sum(destination) + u128::from(PROTOCOL_TCP.swap_bytes()))
    }

    /// The same from the last eight bytes of an IPv4 header.
    #[inline(always)]
    pub(super) fn of_ipv4_ends(ends: [u8; 8]) -> Self {
        Self(u128::from(u64::from_le_bytes(ends)) + u128::from(PROTOCOL_TCP.swap_bytes()))
    }

    /// Adds a 32-bit length field.
    #[inline(always)]
    pub(super) fn plus_len(self, len: u32) -> Self {
        Self(self.0 + u128::from(len.swap_bytes()))
    }

    /// Adds another sum.
    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// Folded to 16 bits, little-endian.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the upper half is added to the lower one each time"
    )]
    pub(super) fn fold(self) -> u16 {
        // A sum and its halves the other way round: in the upper half of the result the two halves
        // are added, and what they carry over with them.
        let [high, low] = [(self.0 >> 64) as u64, self.0 as u64];
        let (sum, carry) = low.overflowing_add(high);
        let sum = sum.wrapping_add(u64::from(carry));
        let sum = (sum.wrapping_add(sum.rotate_left(32)) >> 32) as u32;
        (sum.wrapping_add(sum.rotate_left(16)) >> 16) as u16
    }

    /// True where the checksum field that is part of the sum is right.
    #[inline(always)]
    pub(super) fn is_right(self) -> bool {
        self.fold() == 0xffff
    }
}

/// The sum of as many whole blocks of 64 bytes as there are, and what is left.
///
/// Of a block's words the whole and the upper halves are added up, two operations for each vector;
/// what the lower halves come to follows at the end, modulo 2^64, and less than that it is.
#[inline(never)]
fn wide(bytes: &[u8]) -> (u64, &[u8]) {
    let (mut whole, mut upper) = ([0_u64; LANES], [0_u64; LANES]);
    let (blocks, rest) = bytes.as_chunks::<{ LANES * 8 }>();
    for block in blocks {
        let lanes = whole.iter_mut().zip(&mut upper);
        for ((whole, upper), &word) in lanes.zip(block.as_chunks::<8>().0) {
            let word = u64::from_le_bytes(word);
            *whole = whole.wrapping_add(word);
            *upper += word >> 32;
        }
    }
    let whole = whole.into_iter().fold(0, u64::wrapping_add);
    let upper = upper.into_iter().sum::<u64>();
    let lower = whole.wrapping_sub(upper << 32);
    (lower + upper, rest)
}

/// The last up to 7 bytes of `bytes`, `rest`, as a word. A loop over them would be mispredicted on
/// every other packet.
#[inline(always)]
fn tail(bytes: &[u8], rest: &[u8]) -> u64 {
    if let Some(&last) = bytes.last_chunk() {
        // Shifted out are the bytes that were counted; twice, since a shift by 64 is none.
        let counted = 8 * (7 - rest.len() % 8);
        return u64::from_le_bytes(last) >> 8 >> counted;
    }
    let mut word = [0; 8];
    for (into, &from) in word.iter_mut().zip(rest) {
        *into = from;
    }
    u64::from_le_bytes(word)
}

/// True where the checksum of an IPv4 header makes every receiver drop the packet. Zero stands for
/// one that was left to the card, unless that is not asked for.
#[inline(always)]
pub(super) fn refuses_ipv4(header: &[u8], sum: Sum, mode: ChecksumMode) -> bool {
    match mode {
        ChecksumMode::Off => false,
        _ if sum.is_right() => false,
        ChecksumMode::Auto => header.get(10..12) != Some(&[0, 0]),
        ChecksumMode::Strict => true,
    }
}

/// What the checksum of a whole TCP segment says; `bytes` is header and payload, `pseudo` comes from
/// [`Sum::of_pseudo_header`] or [`Sum::of_ipv4_ends`].
#[inline(always)]
pub(super) fn verify(pseudo: Sum, bytes: &[u8]) -> Checksum {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a record is at most 16 MiB"
    )]
    let len = bytes.len() as u32;
    if pseudo.plus_len(len).plus(Sum::of(bytes)).is_right() {
        Checksum::Good
    } else {
        why_wrong(pseudo, len, bytes)
    }
}

/// Tells a checksum that was left to the network card from one that is wrong.
///
/// Linux (`CHECKSUM_PARTIAL`) leaves the folded pseudo-header sum in the field; Windows, for a
/// segmentation offload, the same without the length; some leave zero.
#[cold]
fn why_wrong(pseudo: Sum, len: u32, bytes: &[u8]) -> Checksum {
    let field = bytes
        .get(CHECKSUM_AT..CHECKSUM_AT + 2)
        .and_then(|field| field.try_into().ok())
        .map_or(0, u16::from_le_bytes);
    if field == 0 || field == pseudo.plus_len(len).fold() || field == pseudo.fold() {
        Checksum::Offloaded
    } else {
        Checksum::Bad
    }
}

/// Words of 64 bits a turn of [`wide`]: four vectors of 16 bytes.
const LANES: usize = 8;

/// Bytes from which [`wide`] pays for adding up its lanes.
const WIDE_LEN: usize = 512;

/// Offset of the checksum field in the TCP header.
const CHECKSUM_AT: usize = 16;

/// IANA protocol number.
const PROTOCOL_TCP: u16 = 6;

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    /// RFC 1071 4.1, word by word, in network order.
    fn naive(bytes: &[u8]) -> u16 {
        let mut sum = 0_u32;
        for pair in bytes.chunks(2) {
            sum += u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
            sum = (sum & 0xffff) + (sum >> 16);
        }
        u16::try_from(sum).unwrap()
    }

    #[test]
    fn the_last_bytes_of_an_ipv4_header_make_the_pseudo_header_of_its_addresses() {
        let ends = [[10, 9, 0, 1], [192, 168, 255, 254]];
        let [source, destination] = ends.map(Address::v4);
        let bytes = *ends.as_flattened().first_chunk().unwrap();
        assert_eq!(
            Sum::of_ipv4_ends(bytes).fold(),
            Sum::of_pseudo_header(source, destination).fold()
        );
    }

    #[test]
    fn the_example_of_rfc_1071() {
        let sum = Sum::of(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
        assert_eq!(sum.fold().swap_bytes(), 0xddf2);
    }

    proptest! {
        #[test]
        fn the_wide_sum_is_the_word_by_word_sum(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            prop_assert_eq!(Sum::of(&bytes).fold().swap_bytes(), naive(&bytes));
        }

        #[test]
        fn a_segment_with_its_checksum_set_is_good_and_any_flipped_bit_makes_it_bad(
            (ends, mut bytes, flip) in (any::<[u8; 32]>(), proptest::collection::vec(any::<u8>(), 20..2000))
                .prop_flat_map(|(ends, bytes)| { let bits = bytes.len() * 8; (Just(ends), Just(bytes), 0..bits) }),
            family in any::<bool>(),
        ) {
            let (source, destination) = if family {
                (Address::v4(ends[..4].try_into().unwrap()), Address::v4(ends[4..8].try_into().unwrap()))
            } else {
                (Address::v6(ends[..16].try_into().unwrap()), Address::v6(ends[16..].try_into().unwrap()))
            };
            bytes[16..18].fill(0);
            let len = u32::try_from(bytes.len()).unwrap();
            let sum = Sum::of_pseudo_header(source, destination).plus_len(len);
            let field = (!sum.plus(Sum::of(&bytes)).fold()).to_le_bytes();
            bytes[16..18].copy_from_slice(&field);
            prop_assert_eq!(verify(Sum::of_pseudo_header(source, destination), &bytes), Checksum::Good);
            bytes[flip / 8] ^= 1 << (flip % 8);
            prop_assert_ne!(verify(Sum::of_pseudo_header(source, destination), &bytes), Checksum::Good);
        }
    }

    /// `etherparse` computes the same with code of its own.
    #[test]
    fn pseudo_headers_of_both_families_are_those_of_etherparse() {
        let payload = b"*1\r\n$4\r\nPING\r\n";
        let mut header = etherparse::TcpHeader::new(52_344, 6379, 0x0102_0304, 512);
        let v4 = ([10, 9, 0, 1], [10, 9, 0, 2]);
        header.checksum = header.calc_checksum_ipv4_raw(v4.0, v4.1, payload).unwrap();
        let bytes = [&header.to_bytes()[..], payload].concat();
        let ends = [Ipv4Addr::from(v4.0), Ipv4Addr::from(v4.1)].map(|ip| Address::v4(ip.octets()));
        assert_eq!(
            verify(Sum::of_pseudo_header(ends[0], ends[1]), &bytes),
            Checksum::Good
        );

        let v6 = ["fd09::1", "fd09::2"].map(|ip| ip.parse::<Ipv6Addr>().unwrap().octets());
        header.checksum = header
            .calc_checksum_ipv6_raw(v6[0], v6[1], payload)
            .unwrap();
        let bytes = [&header.to_bytes()[..], payload].concat();
        assert_eq!(
            verify(
                Sum::of_pseudo_header(Address::v6(v6[0]), Address::v6(v6[1])),
                &bytes
            ),
            Checksum::Good
        );
    }

    #[test]
    fn a_checksum_left_to_the_card_is_told_from_a_wrong_one() {
        let (source, destination) = (Address::v4([10, 9, 0, 1]), Address::v4([10, 9, 0, 2]));
        let mut bytes = [7; 60];
        let pseudo = Sum::of_pseudo_header(source, destination);
        for field in [0, pseudo.plus_len(60).fold(), pseudo.fold()] {
            bytes[16..18].copy_from_slice(&field.to_le_bytes());
            assert_eq!(
                verify(Sum::of_pseudo_header(source, destination), &bytes),
                Checksum::Offloaded
            );
        }
        bytes[16..18].copy_from_slice(&[0x12, 0x34]);
        assert_eq!(
            verify(Sum::of_pseudo_header(source, destination), &bytes),
            Checksum::Bad
        );
    }
}
