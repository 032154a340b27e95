//! Datagrams against a naive model, and what each kind of bad fragment does.

#![allow(clippy::cast_possible_truncation, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn key(id: u32) -> DatagramKey {
    DatagramKey {
        source: Address(1),
        destination: Address(2),
        id,
        protocol: Some(6),
        tag: 0,
    }
}

/// A table and its counters, with fragments given as offset, bytes, and whether more follow.
struct Table {
    fragments: Fragments,
    counters: DecodeCounters,
    whole: Vec<u8>,
    now: u64,
}

impl Table {
    fn new() -> Self {
        Self::with(FragmentLimits::default())
    }

    fn with(limits: FragmentLimits) -> Self {
        Self {
            fragments: Fragments::new(limits),
            counters: DecodeCounters::default(),
            whole: Vec::new(),
            now: 1_000,
        }
    }

    fn place(&mut self, key: DatagramKey, offset: usize, bytes: &[u8], more: bool) -> Placed {
        let fragment = Fragment {
            key,
            protocol: if offset == 0 { 6 } else { 99 },
            header_len: if key.protocol.is_some() { 20 } else { 0 },
            offset,
            more,
        };
        self.fragments.place(
            &fragment,
            bytes,
            false,
            Timestamp(self.now),
            &mut self.counters,
            &mut self.whole,
        )
    }
}

/// Bytes that tell where they belong.
fn bytes(from: usize, to: usize) -> Vec<u8> {
    (from..to)
        .map(|at| (at / 8) as u8 ^ (at % 8) as u8)
        .collect()
}

#[test]
fn a_datagram_is_whole_when_every_byte_is_there_and_not_before() {
    let mut table = Table::new();
    assert_eq!(table.place(key(1), 16, &bytes(16, 20), false), Placed::Held);
    assert_eq!(table.place(key(1), 0, &bytes(0, 8), true), Placed::Held);
    assert_eq!(table.place(key(2), 8, &bytes(8, 16), true), Placed::Held);
    assert_eq!(
        table.place(key(1), 8, &bytes(8, 16), true),
        Placed::Complete(6)
    );
    assert_eq!(table.whole, bytes(0, 20));
    assert_eq!(table.fragments.waiting(), 1);
}

#[test]
fn the_same_id_again_is_a_new_datagram() {
    // CVE-2024-37151: what was learnt of the first must not touch the second.
    let mut table = Table::new();
    for round in 0..3_u8 {
        assert_eq!(table.place(key(1), 0, &[round; 8], true), Placed::Held);
        assert_eq!(
            table.place(key(1), 8, &[round; 3], false),
            Placed::Complete(6)
        );
        assert_eq!(table.whole, [round; 11]);
    }
    assert_eq!(table.fragments.bytes(), 0);
}

#[test]
fn partial_overlap_ends_the_datagram() {
    for (from, to) in [(8, 24), (4 * 8, 6 * 8), (0, 48)] {
        let mut table = Table::new();
        assert_eq!(table.place(key(1), 16, &bytes(16, 40), true), Placed::Held);
        let placed = table.place(key(1), from, &bytes(from, to), true);
        assert_eq!(
            placed,
            Placed::Dropped(FragmentDrop::Overlap),
            "{from}..{to}"
        );
        assert_eq!(table.fragments.waiting(), 0);
        assert_eq!(table.counters.datagrams_overlapped, 1);
    }
}

#[test]
fn a_fragment_within_another_is_a_duplicate_and_its_bytes_are_compared() {
    let mut table = Table::new();
    let _ = table.place(key(1), 0, &bytes(0, 16), true);
    let _ = table.place(key(1), 16, &bytes(16, 40), true);
    let duplicate = Placed::Dropped(FragmentDrop::Duplicate);
    assert_eq!(table.place(key(1), 8, &bytes(8, 32), true), duplicate);
    assert_eq!(table.counters.fragments_conflicting, 0);
    assert_eq!(table.place(key(1), 24, &[0xee; 8], true), duplicate);
    assert_eq!(table.counters.fragments_conflicting, 1);
    assert_eq!(
        table.place(key(1), 40, &bytes(40, 41), false),
        Placed::Complete(6)
    );
    assert_eq!(table.whole, bytes(0, 41));
}

#[test]
fn teardrop_and_ends_that_contradict_each_other() {
    // Teardrop: the second lies within the first and claims to be the last.
    let mut table = Table::new();
    let _ = table.place(key(1), 0, &bytes(0, 40), true);
    let inconsistent = Placed::Dropped(FragmentDrop::Inconsistent);
    assert_eq!(table.place(key(1), 24, &bytes(24, 28), false), inconsistent);
    assert_eq!(table.fragments.waiting(), 0);

    let _ = table.place(key(2), 16, &bytes(16, 24), false);
    assert_eq!(table.place(key(2), 24, &bytes(24, 32), true), inconsistent);
    let _ = table.place(key(3), 16, &bytes(16, 24), false);
    assert_eq!(table.place(key(3), 0, &bytes(0, 8), false), inconsistent);
    assert_eq!(table.place(key(4), 8, &[], true), inconsistent);
    assert_eq!(table.fragments.bytes(), 0);
}

#[test]
fn a_datagram_longer_than_65_535_bytes_is_dropped() {
    let mut table = Table::new();
    let block = vec![7; 32_768];
    let _ = table.place(key(1), 0, &block, true);
    let placed = table.place(key(1), 32_768, &block, false);
    assert_eq!(placed, Placed::Dropped(FragmentDrop::TooLong));
    let v6 = DatagramKey {
        protocol: None,
        ..key(2)
    };
    let placed = table.place(v6, 65_528, &bytes(0, 8), true);
    assert_eq!(placed, Placed::Dropped(FragmentDrop::TooLong));
    assert_eq!(table.fragments.waiting(), 0);
}

#[test]
fn a_length_that_is_no_multiple_of_8_is_trimmed_for_ipv4_and_refused_for_ipv6() {
    let mut table = Table::new();
    let _ = table.place(key(1), 0, &bytes(0, 19), true);
    assert_eq!(
        table.place(key(1), 16, &bytes(16, 20), false),
        Placed::Complete(6)
    );
    assert_eq!(table.whole, bytes(0, 20));
    let v6 = DatagramKey {
        protocol: None,
        ..key(2)
    };
    let placed = table.place(v6, 0, &bytes(0, 19), true);
    assert_eq!(placed, Placed::Dropped(FragmentDrop::Inconsistent));
}

#[test]
fn the_pieces_of_one_datagram_are_bounded() {
    let mut table = Table::new();
    let mut placed = Placed::Held;
    for piece in 0..=MAX_PIECES {
        assert_eq!(placed, Placed::Held);
        // Every second one, so that none grows a run.
        placed = table.place(key(1), piece * 16, &bytes(0, 8), true);
    }
    assert_eq!(placed, Placed::Dropped(FragmentDrop::TooMany));
    assert_eq!(table.fragments.bytes(), 0);
}

#[test]
fn what_waits_too_long_goes_and_time_that_jumps_back_makes_nothing_older() {
    let mut table = Table::new();
    let _ = table.place(key(1), 0, &bytes(0, 8), true);
    table.now += FragmentLimits::DEFAULT_AGE_NS;
    let _ = table.place(key(2), 0, &bytes(0, 8), true);
    assert_eq!(table.fragments.waiting(), 2);
    table.now = 5;
    let _ = table.place(key(3), 0, &bytes(0, 8), true);
    assert_eq!(
        (table.fragments.waiting(), table.counters.datagrams_expired),
        (3, 0)
    );
    table.now = 1_001 + FragmentLimits::DEFAULT_AGE_NS;
    // Too late for the first: this begins a datagram of its own.
    assert_eq!(table.place(key(1), 8, &bytes(8, 9), false), Placed::Held);
    assert_eq!(
        (table.fragments.waiting(), table.counters.datagrams_expired),
        (3, 1)
    );
    table.fragments.finish(&mut table.counters);
    assert_eq!(table.counters.datagrams_expired, 4);
}

#[test]
fn datagrams_that_never_complete_evict_the_oldest_and_nothing_grows() {
    let limits = FragmentLimits {
        total_bytes: 100_000,
        datagrams: 64,
        ..FragmentLimits::default()
    };
    let mut table = Table::with(limits);
    for id in 0..100_000 {
        assert_eq!(table.place(key(id), 8, &bytes(0, 8), true), Placed::Held);
        assert!(table.fragments.waiting() <= limits.datagrams);
        assert!(table.fragments.ages.len() <= 2 * limits.datagrams + STALE_SLACK);
    }
    assert_eq!(table.counters.datagrams_evicted, 100_000 - 64);
    // The youngest is still there.
    let last = table.place(key(99_999), 16, &bytes(16, 17), false);
    assert_eq!(last, Placed::Held);
    assert_eq!(
        table.place(key(99_999), 0, &bytes(0, 8), true),
        Placed::Complete(6)
    );

    let big = vec![7; 40_000];
    for id in 0..100 {
        let _ = table.place(key(id), 8, &big, true);
        assert!(table.fragments.bytes() <= limits.total_bytes);
    }
}

#[test]
fn completed_datagrams_leave_nothing_behind_one_that_waits() {
    let mut table = Table::new();
    let _ = table.place(key(0), 8, &bytes(0, 8), true);
    for id in 1..10_000 {
        let _ = table.place(key(id), 0, &bytes(0, 8), true);
        assert_eq!(
            table.place(key(id), 8, &bytes(8, 9), false),
            Placed::Complete(6)
        );
        assert!(table.fragments.ages.len() <= 2 + STALE_SLACK + 1);
    }
    assert_eq!(table.fragments.waiting(), 1);
}

proptest! {
    /// Any pieces in any order, with exact duplicates: the datagram, once every byte has come.
    #[test]
    fn any_order_gives_the_datagram(
        len in 1_usize..4_000,
        cuts in proptest::collection::vec(1_usize..500, 0..30),
        order in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut * 8).filter(|cut| *cut < len).collect();
        ends.extend([0, len]);
        ends.sort_unstable();
        ends.dedup();
        let mut pieces: Vec<(usize, usize)> = ends.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let again = pieces[order.index(pieces.len())];
        let count = pieces.len();
        if count > 1 {
            // Twice, and not as the last one: that would begin a datagram of its own.
            pieces.push(again);
        }
        let mut state = seed;
        for at in (1..pieces.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            pieces.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
        }
        let mut table = Table::new();
        let mut seen = std::collections::BTreeSet::new();
        for (from, to) in pieces {
            let new = seen.insert(from);
            let placed = table.place(key(1), from, &bytes(from, to), to < len);
            if seen.len() == count && new {
                prop_assert_eq!(placed, Placed::Complete(6));
                prop_assert_eq!(&table.whole, &bytes(0, len));
                break;
            }
            let expected = if new { Placed::Held } else { Placed::Dropped(FragmentDrop::Duplicate) };
            prop_assert_eq!(placed, expected);
        }
        prop_assert_eq!(table.fragments.bytes(), 0);
    }

    /// Any fragments at all: what comes out has every byte from the fragments that came, the
    /// memory is what is counted, and nothing panics.
    #[test]
    fn any_fragments_keep_the_books(
        fragments in proptest::collection::vec((0_u32..3, 0_usize..40, 0_usize..80, any::<bool>()), 0..60),
    ) {
        let mut table = Table::new();
        for (id, block, len, more) in fragments {
            let (from, to) = (block * 8, block * 8 + len);
            if let Placed::Complete(protocol) = table.place(key(id), from, &bytes(from, to), more) {
                prop_assert_eq!(protocol, 6);
                prop_assert_eq!(&table.whole, &bytes(0, table.whole.len()));
            }
            let counted: usize = table.fragments.waiting.values()
                .map(|datagram| datagram.bytes + DATAGRAM_OVERHEAD).sum();
            prop_assert_eq!(counted, table.fragments.bytes());
        }
    }
}
