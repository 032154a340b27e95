//! The stream against a plain model that keeps every segment whole and looks at all of them.

use std::ops::ControlFlow;

use super::*;
use crate::segment::SeqNum;

/// Lists tried for each policy.
const LISTS: u64 = 3000;

/// xorshift64*: a failing list is named by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) % bound
    }
}

/// What came out: `Some` for a byte, `None` for a missing one.
#[derive(Debug, Default)]
struct Out {
    bytes: Vec<Option<u8>>,
    discarded: u64,
    conflicts: u64,
}

impl StreamSink for Out {
    fn data(&mut self, offset: u64, bytes: &[u8], _: Stamp) -> ControlFlow<()> {
        assert!(!bytes.is_empty());
        assert_eq!(
            offset,
            self.bytes.len() as u64,
            "in order, nothing left out"
        );
        self.bytes.extend(bytes.iter().map(|&byte| Some(byte)));
        ControlFlow::Continue(())
    }

    fn gap(&mut self, offset: u64, len: u64, _: GapCause) -> ControlFlow<()> {
        assert!(len > 0);
        assert_eq!(
            offset,
            self.bytes.len() as u64,
            "in order, nothing left out"
        );
        self.bytes.extend((0..len).map(|_| None));
        ControlFlow::Continue(())
    }

    fn discard(&mut self, len: u64, why: Discard) {
        assert_eq!(why, Discard::Duplicate);
        self.discarded += len;
    }

    fn conflict(&mut self, _: u64, kept: &[u8], other: &[u8]) {
        assert_ne!(kept, other);
        self.conflicts += 1;
    }
}

/// One byte of the model: what holds it, and where that segment began and ended.
#[derive(Clone, Copy)]
struct Cell {
    byte: u8,
    rank: usize,
    end: usize,
}

/// A byte array: each new segment is laid over it byte by byte.
#[derive(Default)]
struct Model {
    cells: Vec<Option<Cell>>,
    delivered: usize,
}

impl Model {
    fn push(&mut self, start: usize, bytes: &[u8], policy: OverlapPolicy) {
        let end = start + bytes.len();
        if self.cells.len() < end {
            self.cells.resize(end, None);
        }
        let in_order = start <= self.delivered;
        for (index, &byte) in bytes
            .iter()
            .enumerate()
            .map(|(at, byte)| (start + at, byte))
        {
            if index < self.delivered {
                continue;
            }
            let new_wins = self.cells[index].is_none_or(|old| match policy {
                OverlapPolicy::First => false,
                OverlapPolicy::Last => true,
                _ if in_order => true,
                OverlapPolicy::Linux => start < old.rank || (start == old.rank && end > old.end),
                OverlapPolicy::Bsd | OverlapPolicy::Windows => start < old.rank,
            });
            if new_wins {
                self.cells[index] = Some(Cell {
                    byte,
                    rank: start,
                    end,
                });
            }
        }
        while self.cells.get(self.delivered).is_some_and(Option::is_some) {
            self.delivered += 1;
        }
    }
}

/// Segments that cover a stream in pieces, some twice, some with other bytes, some lost, shuffled.
fn list(random: &mut Random) -> Vec<(usize, Vec<u8>)> {
    let count = 2 + random.below(14);
    let mut list: Vec<(usize, Vec<u8>)> = (0..count)
        .map(|_| {
            let start = usize::try_from(random.below(90)).expect("small");
            let len = 1 + random.below(30);
            let letter = b'a' + u8::try_from(random.below(26)).expect("a letter");
            (start, (0..len).map(|_| letter).collect())
        })
        .collect();
    for index in (1..list.len()).rev() {
        list.swap(
            index,
            usize::try_from(random.below(index as u64 + 1)).expect("small"),
        );
    }
    list
}

#[test]
fn case_43_a_stream_agrees_with_a_plain_byte_array() {
    for policy in [
        OverlapPolicy::Linux,
        OverlapPolicy::First,
        OverlapPolicy::Last,
        OverlapPolicy::Bsd,
        OverlapPolicy::Windows,
    ] {
        let rules = Rules {
            overlap: policy,
            urgent: UrgentPolicy::Remove,
        };
        for seed in 1..=LISTS {
            let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            // A third just below the wrap.
            let base = if seed % 3 == 0 {
                SeqNum(u32::MAX - u32::try_from(random.below(100)).expect("small"))
            } else {
                SeqNum(u32::try_from(random.below(1 << 32)).expect("32 bits"))
            };
            let mut list = list(&mut random);
            if policy == OverlapPolicy::Linux {
                // Where a segment begins at another's end Linux joins the two, which a byte array
                // does not know; the comparison with the kernel itself covers that.
                let mut ends = Vec::new();
                list.retain(|(start, bytes)| {
                    let joins = ends.contains(start);
                    ends.push(start + bytes.len());
                    !joins
                });
            }
            let (mut stream, mut out, mut model) =
                (Stream::default(), Out::default(), Model::default());
            stream.anchor(base);
            let mut pushed = 0;
            for (start, bytes) in &list {
                let seq = base.plus(u32::try_from(*start).expect("small"));
                let _ = stream.push(&Piece::new(seq, bytes), rules, &mut out);
                model.push(*start, bytes, policy);
                pushed += bytes.len() as u64;
                assert_eq!(
                    out.bytes.len(),
                    model.delivered,
                    "{policy:?} seed {seed}: {list:?}"
                );
                let accounted = out.bytes.len() as u64 + out.discarded + stream.held_payload_len();
                assert_eq!(accounted, pushed, "{policy:?} seed {seed}: {list:?}");
            }
            let _ = stream.flush(GapCause::End, &mut out);
            let expected: Vec<_> = model
                .cells
                .iter()
                .map(|cell| cell.map(|cell| cell.byte))
                .collect();
            assert_eq!(out.bytes, expected, "{policy:?} seed {seed}: {list:?}");
            let counters = stream.counters();
            assert_eq!(
                counters.stream_bytes,
                counters.delivered_bytes + counters.gap_bytes
            );
            assert_eq!(counters.delivered_bytes + out.discarded, pushed);
            assert_eq!(stream.held_len(), 0);
        }
    }
}

#[test]
fn the_begin_of_a_stream_moves_only_before_its_first_byte_and_its_end() {
    let push = |stream: &mut Stream, seq: u32, bytes: &[u8], fin: bool| {
        let mut out = Out::default();
        let piece = Piece {
            fin,
            ..Piece::new(SeqNum(seq), bytes)
        };
        let _ = stream.push(&piece, Rules::default(), &mut out);
        out.bytes.len()
    };
    let mut stream = Stream::default();
    stream.anchor(SeqNum(50));
    stream.anchor(SeqNum(100));
    assert_eq!(stream.base(), Some(SeqNum(100)));
    assert_eq!(push(&mut stream, 100, b"abc", false), 3);
    stream.anchor(SeqNum(5000));
    assert_eq!(stream.next_seq(), SeqNum(103));
    // A side that ended without a byte.
    let mut stream = Stream::default();
    stream.anchor(SeqNum(100));
    assert_eq!(push(&mut stream, 100, b"", true), 0);
    assert!(stream.is_finished());
    stream.anchor(SeqNum(5000));
    assert_eq!(stream.next_seq(), SeqNum(101));
}
