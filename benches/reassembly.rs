//! One stream alone: segments in, bytes out.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "input is made here"
)]

use std::ops::ControlFlow;

use criterion::{BatchSize, Criterion, Throughput};
use resp_sniff::reassembly::{GapCause, Piece, Rules, Stamp, Stream, StreamSink};
use resp_sniff::segment::SeqNum;

const SEGMENTS: usize = 10_000;
const LEN: usize = 512;

#[derive(Default)]
struct Sum {
    bytes: u64,
    gap: u64,
    hash: u64,
}

impl StreamSink for Sum {
    fn data(&mut self, _: u64, bytes: &[u8], _: Stamp) -> ControlFlow<()> {
        self.bytes += bytes.len() as u64;
        self.hash = self.hash.wrapping_mul(31) + u64::from(bytes.first().copied().unwrap_or(0));
        ControlFlow::Continue(())
    }

    fn gap(&mut self, _: u64, len: u64, _: GapCause) -> ControlFlow<()> {
        self.gap += len;
        ControlFlow::Continue(())
    }
}

/// Offsets of segments in the order they arrive.
fn orders() -> [(&'static str, Vec<usize>); 4] {
    let in_order: Vec<usize> = (0..SEGMENTS).collect();
    let mut swapped = in_order.clone();
    swapped.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
    // Within windows of 64 segments, from a seed.
    let mut shuffled = in_order.clone();
    let mut state = 88_172_645_463_325_252u64;
    for window in shuffled.chunks_mut(64) {
        for index in (1..window.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            window.swap(index, (state % (index as u64 + 1)) as usize);
        }
    }
    let holes = in_order
        .iter()
        .copied()
        .filter(|index| index % 2 == 1)
        .collect();
    [
        ("in_order", in_order),
        ("swapped", swapped),
        ("shuffled", shuffled),
        ("holes", holes),
    ]
}

fn run(bytes: &[u8], order: &[usize]) -> Sum {
    let (mut stream, mut sum) = (Stream::default(), Sum::default());
    stream.anchor(SeqNum(u32::MAX - 1_000_000));
    let base = SeqNum(u32::MAX - 1_000_000);
    for &index in order {
        let offset = index * LEN;
        let piece = Piece::new(base.plus(offset as u32), &bytes[offset..offset + LEN]);
        match stream.accept(piece.seq, LEN) {
            Some(offset) => {
                let _ = sum.data(offset, piece.bytes, piece.stamp);
            }
            None => {
                let _ = stream.push(&piece, Rules::default(), &mut sum);
            }
        }
    }
    let _ = stream.flush(GapCause::End, &mut sum);
    sum
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let bytes: Vec<u8> = (0..SEGMENTS * LEN)
        .map(|index| (index / LEN) as u8)
        .collect();
    let mut group = criterion.benchmark_group("reassembly");
    for (name, order) in orders() {
        let sum = run(&bytes, &order);
        assert_eq!(sum.bytes, (order.len() * LEN) as u64, "{name}");
        assert_eq!(sum.bytes + sum.gap, (SEGMENTS * LEN) as u64, "{name}");
        group.throughput(Throughput::Bytes(sum.bytes));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(|| (), |()| run(&bytes, &order), BatchSize::SmallInput);
        });
    }
    group.finish();
    criterion.final_summary();
}
