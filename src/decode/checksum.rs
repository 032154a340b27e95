//! The Internet checksum (RFC 1071) over what IPv4 and TCP cover.
//!
//! Sums are taken in the byte order of the machine: the ones' complement sum does not care
//! (RFC 1071 2(B)), and all we ask is whether it comes to all ones.

use super::ChecksumMode;
use crate::segment::{Address, Checksum};

/// A ones' complement sum in the making; 16-bit words in the byte order of the machine.
///
/// Not folded until the end: 64 bits hold the sum of 2^32 words of 32 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum(u64);

impl Sum {
    /// The sum of `bytes`, padded with a zero byte to an even length.
    ///
    /// Halves of 64-bit words go to lanes of their own: additions that never carry over, so
    /// that the compiler makes vector instructions of the loop.
    #[inline]
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut low = [0_u64; LANES];
        let mut high = [0_u64; LANES];
        let (blocks, rest) = bytes.as_chunks::<{ LANES * 8 }>();
        for block in blocks {
            let (words, _) = block.as_chunks::<8>();
            for (lane, &word) in words.iter().enumerate() {
                let word = u64::from_ne_bytes(word);
                if let (Some(low), Some(high)) = (low.get_mut(lane), high.get_mut(lane)) {
                    *low += word & 0xffff_ffff;
                    *high += word >> 32;
                }
            }
        }
        let mut total = low.iter().sum::<u64>() + high.iter().sum::<u64>();
        let (words, tail) = rest.as_chunks::<8>();
        for &word in words {
            let word = u64::from_ne_bytes(word);
            total += (word & 0xffff_ffff) + (word >> 32);
        }
        // Up to 7 bytes by halves: a loop over them is mispredicted on every other packet.
        let mut tail = tail;
        if let Some((&word, rest)) = tail.split_first_chunk() {
            total += u64::from(u32::from_ne_bytes(word));
            tail = rest;
        }
        if let Some((&word, rest)) = tail.split_first_chunk() {
            total += u64::from(u16::from_ne_bytes(word));
            tail = rest;
        }
        if let Some(&byte) = tail.first() {
            total += u64::from(u16::from_ne_bytes([byte, 0]));
        }
        Self(total)
    }

    /// The sum of an IPv4 header without options, its checksum field included.
    #[inline(always)]
    pub(super) fn of_ipv4_header(header: &[u8; 20]) -> Self {
        let words = header.as_chunks::<4>().0;
        Self(
            words
                .iter()
                .map(|&word| u64::from(u32::from_ne_bytes(word)))
                .sum(),
        )
    }

    /// The sum of the TCP pseudo-header without its length field (RFC 9293 3.1, RFC 8200 8.1).
    ///
    /// The mapped form of an IPv4 address adds `ffff` a side: zero in ones' complement, so one
    /// formula serves both families.
    #[inline]
    pub(super) fn of_pseudo_header(source: Address, destination: Address) -> Self {
        let half = |half: u128| {
            #[expect(clippy::cast_possible_truncation, reason = "the caller shifted")]
            let half = (half as u64).to_be();
            (half & 0xffff_ffff) + (half >> 32)
        };
        Self(
            half(source.0 >> 64)
                + half(source.0)
                + half(destination.0 >> 64)
                + half(destination.0)
                + u64::from(u16::to_be(PROTOCOL_TCP)),
        )
    }

    /// Adds a 32-bit length field.
    #[inline]
    pub(super) fn plus_len(self, len: u32) -> Self {
        Self(self.0 + u64::from(len.to_be()))
    }

    /// Adds another sum.
    #[inline]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// Folded to 16 bits, in the byte order of the machine.
    #[inline]
    pub(super) fn fold(self) -> u16 {
        // Twice to 32 bits and twice to 16: each first fold can carry once more.
        let folded = (self.0 >> 32) + (self.0 & 0xffff_ffff);
        let folded = (folded >> 32) + (folded & 0xffff_ffff);
        let folded = (folded >> 16) + (folded & 0xffff);
        let folded = (folded >> 16) + (folded & 0xffff);
        #[expect(clippy::cast_possible_truncation, reason = "folded above")]
        let sum = ((folded >> 16) + (folded & 0xffff)) as u16;
        sum
    }

    /// True where the checksum field that is part of the sum is right.
    #[inline]
    pub(super) fn is_right(self) -> bool {
        self.fold() == 0xffff
    }
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

/// What the checksum of a whole TCP segment says; `bytes` is header and payload.
#[inline]
pub(super) fn verify(source: Address, destination: Address, bytes: &[u8]) -> Checksum {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a record is at most 16 MiB"
    )]
    let len = bytes.len() as u32;
    let pseudo = Sum::of_pseudo_header(source, destination);
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
        .map_or(0, u16::from_ne_bytes);
    if field == 0 || field == pseudo.plus_len(len).fold() || field == pseudo.fold() {
        Checksum::Offloaded
    } else {
        Checksum::Bad
    }
}

/// Words of 64 bits a turn: two vectors of 16 bytes, and a tail that is never long.
const LANES: usize = 4;

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
    fn the_example_of_rfc_1071() {
        let sum = Sum::of(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
        assert_eq!(u16::from_be(sum.fold()), 0xddf2);
    }

    proptest! {
        #[test]
        fn the_wide_sum_is_the_word_by_word_sum(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            prop_assert_eq!(u16::from_be(Sum::of(&bytes).fold()), naive(&bytes));
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
            let field = (!sum.plus(Sum::of(&bytes)).fold()).to_ne_bytes();
            bytes[16..18].copy_from_slice(&field);
            prop_assert_eq!(verify(source, destination, &bytes), Checksum::Good);
            bytes[flip / 8] ^= 1 << (flip % 8);
            prop_assert_ne!(verify(source, destination, &bytes), Checksum::Good);
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
        assert_eq!(verify(ends[0], ends[1], &bytes), Checksum::Good);

        let v6 = ["fd09::1", "fd09::2"].map(|ip| ip.parse::<Ipv6Addr>().unwrap().octets());
        header.checksum = header
            .calc_checksum_ipv6_raw(v6[0], v6[1], payload)
            .unwrap();
        let bytes = [&header.to_bytes()[..], payload].concat();
        assert_eq!(
            verify(Address::v6(v6[0]), Address::v6(v6[1]), &bytes),
            Checksum::Good
        );
    }

    #[test]
    fn a_checksum_left_to_the_card_is_told_from_a_wrong_one() {
        let (source, destination) = (Address::v4([10, 9, 0, 1]), Address::v4([10, 9, 0, 2]));
        let mut bytes = [7; 60];
        let pseudo = Sum::of_pseudo_header(source, destination);
        for field in [0, pseudo.plus_len(60).fold(), pseudo.fold()] {
            bytes[16..18].copy_from_slice(&field.to_ne_bytes());
            assert_eq!(verify(source, destination, &bytes), Checksum::Offloaded);
        }
        bytes[16..18].copy_from_slice(&[0x12, 0x34]);
        assert_eq!(verify(source, destination, &bytes), Checksum::Bad);
    }
}
