//! Latencies as an HDR histogram of three significant digits, kept in pieces.
//!
//! The cells are those of `hdrhistogram` (2048 of 1 ns, then 1024 an octave), so what is handed on is
//! exactly its encoding; but only the stretches of 256 cells that were hit exist. A subject whose
//! latencies lie between 50 and 500 microseconds takes some 15 KiB instead of 100.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2Serializer};

use crate::event::LatencySummary;

/// Counts of latencies. Cells stop at 2^32 - 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Latency {
    stretches: Vec<Option<Box<[u32; STRETCH]>>>,
    count: u64,
    /// Nanoseconds; the histogram alone would round it.
    max: u64,
}

impl Latency {
    /// Counts one latency, in nanoseconds.
    pub(super) fn record(&mut self, nanoseconds: u64) {
        let cell = cell_of(nanoseconds);
        self.add(cell, 1);
        self.count += 1;
        self.max = self.max.max(nanoseconds);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (at, theirs) in other.stretches.iter().enumerate() {
            let Some(theirs) = theirs else { continue };
            for (place, &count) in theirs.iter().enumerate() {
                if count > 0 {
                    self.add(at * STRETCH + place, count);
                }
            }
        }
        self.count += other.count;
        self.max = self.max.max(other.max);
    }

    /// What an event says of it; `None` where nothing was counted.
    pub(super) fn summary(&self) -> Option<LatencySummary> {
        let mut histogram = empty()?;
        for (at, stretch) in self.stretches.iter().enumerate() {
            for (place, &count) in stretch
                .iter()
                .flat_map(|stretch| stretch.iter().enumerate())
            {
                if count > 0 {
                    let value = lowest_of(at * STRETCH + place);
                    histogram.record_n(value, u64::from(count)).ok()?;
                }
            }
        }
        summary_of(&histogram, self.max)
    }

    fn add(&mut self, cell: usize, count: u32) {
        let at = cell / STRETCH;
        if at >= self.stretches.len() {
            self.stretches.resize_with(at + 1, || None);
        }
        if let Some(stretch) = self.stretches.get_mut(at) {
            let stretch = stretch.get_or_insert_with(|| Box::new([0; STRETCH]));
            if let Some(cell) = stretch.get_mut(cell % STRETCH) {
                *cell = cell.saturating_add(count);
            }
        }
    }
}

/// The latencies of two events together; what cannot be decoded adds nothing.
pub(super) fn merged(
    left: Option<LatencySummary>,
    right: Option<&LatencySummary>,
) -> Option<LatencySummary> {
    let (Some(ours), Some(theirs)) = (&left, right) else {
        return left.or_else(|| right.cloned());
    };
    let max = ours.max.max(theirs.max);
    let both = decode(&ours.histogram).zip(decode(&theirs.histogram));
    let both = both.and_then(|(mut ours, theirs)| {
        add(&mut ours, &theirs)?;
        summary_of(&ours, max)
    });
    both.or(left)
}

fn summary_of(histogram: &Histogram<u64>, max: u64) -> Option<LatencySummary> {
    if histogram.is_empty() {
        return None;
    }
    let mut encoded = Vec::new();
    V2Serializer::new()
        .serialize(histogram, &mut encoded)
        .ok()?;
    Some(LatencySummary {
        count: histogram.len(),
        // A quantile is the top of its cell; no latency was above the maximum.
        p50: histogram.value_at_quantile(0.5).min(max),
        p99: histogram.value_at_quantile(0.99).min(max),
        p999: histogram.value_at_quantile(0.999).min(max),
        max,
        histogram: STANDARD.encode(encoded),
    })
}

fn decode(text: &str) -> Option<Histogram<u64>> {
    let bytes = STANDARD.decode(text).ok()?;
    // Digits and range, as claimed, decide how much is reserved: ours are three, from 1.
    let claim = |at: usize| bytes.get(at..)?.first_chunk().copied();
    let digits = u64::from(u32::from_be_bytes(bytes.get(12..)?.first_chunk().copied()?));
    let (lowest, highest) = (
        u64::from_be_bytes(claim(16)?),
        u64::from_be_bytes(claim(24)?),
    );
    if (digits, lowest) != (u64::from(DIGITS), 1) || highest > u64::MAX / 2 {
        return None;
    }
    let decoded: Histogram<u64> = Deserializer::new().deserialize(&mut &bytes[..]).ok()?;
    let mut whole = empty()?;
    add(&mut whole, &decoded)?;
    Some(whole)
}

/// Adds cell by cell: `Histogram::add` would leave another range, and so another encoding, than
/// recording everything in one.
fn add(sum: &mut Histogram<u64>, other: &Histogram<u64>) -> Option<()> {
    for cell in other.iter_recorded() {
        let value = other.lowest_equivalent(cell.value_iterated_to());
        sum.record_n(value, cell.count_at_value()).ok()?;
    }
    Some(())
}

/// Grows as it is filled.
fn empty() -> Option<Histogram<u64>> {
    let mut histogram = Histogram::new(DIGITS).ok()?;
    histogram.auto(true);
    Some(histogram)
}

/// Index of the cell that counts a value.
fn cell_of(value: u64) -> usize {
    let shift = value.checked_ilog2().unwrap_or(0).saturating_sub(10);
    // Below 2048 the value itself; above, 1024 cells an octave.
    shift as usize * HALF + usize::try_from(value >> shift).unwrap_or(0)
}

/// The lowest value a cell counts.
fn lowest_of(cell: usize) -> u64 {
    let octave = (cell / HALF).saturating_sub(1);
    let place = (cell - octave * HALF) as u64;
    place << octave
}

const DIGITS: u8 = 3;
/// Cells of an octave.
const HALF: usize = 1024;
/// Cells that come into being together: 1 KiB.
const STRETCH: usize = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_histogram_that_hdrhistogram_makes(values in proptest::collection::vec(
            prop_oneof![0_u64..5000, 0_u64..2_000_000, any::<u64>().prop_map(|v| v >> 2 >> (v % 60))], 1..200,
        )) {
            let mut ours = Latency::default();
            let mut theirs = empty().unwrap();
            for &value in &values {
                ours.record(value);
                theirs.record(value).unwrap();
                let cell = lowest_of(cell_of(value));
                prop_assert!(theirs.equivalent(cell, value), "{value} {cell}");
            }
            let summary = ours.summary().unwrap();
            prop_assert_eq!(summary.count, values.len() as u64);
            prop_assert_eq!(summary.max, *values.iter().max().unwrap());
            prop_assert_eq!(summary.p99, theirs.value_at_quantile(0.99).min(summary.max));
            prop_assert_eq!(decode(&summary.histogram).unwrap(), theirs);
        }

        #[test]
        fn merging_is_recording_all(
            left in proptest::collection::vec(0_u64..10_000_000, 0..100),
            right in proptest::collection::vec(0_u64..10_000_000, 0..100),
        ) {
            let record = |values: &[u64]| {
                let mut latency = Latency::default();
                for &value in values {
                    latency.record(value);
                }
                latency
            };
            let all = record(&[&left[..], &right].concat());
            let mut both = record(&left);
            both.merge(&record(&right));
            prop_assert_eq!(both.summary(), all.summary());
            prop_assert_eq!(merged(record(&left).summary(), record(&right).summary().as_ref()), all.summary());
        }
    }
}
