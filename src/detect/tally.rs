//! Bare runs of digits, judged together: cards pass the Luhn check all, other numbers one in ten.
//!
//! A single 16-digit number that passes may be anything; twenty under one key pattern and field
//! that all pass are cards, and twenty of which two pass are order numbers.

use std::collections::HashMap;

use super::hits::DigitRun;

/// Tallies by family (key pattern and field).
#[derive(Default)]
pub(super) struct Tallies {
    families: HashMap<u64, Tally>,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    /// The first distinct candidates; 0 where there is none yet.
    distinct: [u64; ENOUGH],
    runs: u64,
    passes: u64,
}

/// What a family's digit runs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    /// Fewer than [`ENOUGH`] distinct ones.
    TooFew,
    /// Nine in ten pass or more.
    Cards,
    /// In between.
    Mixed,
    /// Fewer than half pass.
    NoCards,
}

impl Tallies {
    pub(super) fn add(&mut self, run: &DigitRun) {
        if self.families.len() >= MAX_FAMILIES && !self.families.contains_key(&run.family) {
            return;
        }
        let tally = self.families.entry(run.family).or_default();
        tally.see(run.candidate);
        tally.runs = tally.runs.saturating_add(1);
        tally.passes = tally.passes.saturating_add(u64::from(run.passes));
    }

    pub(super) fn merge(&mut self, other: Self) {
        let mut families: Vec<_> = other.families.into_iter().collect();
        families.sort_by_key(|&(family, _)| family);
        for (family, theirs) in families {
            let ours = self.families.entry(family).or_default();
            for candidate in theirs.distinct {
                ours.see(candidate);
            }
            ours.runs = ours.runs.saturating_add(theirs.runs);
            ours.passes = ours.passes.saturating_add(theirs.passes);
        }
    }

    pub(super) fn judge(&self, family: u64) -> Judgement {
        let Some(tally) = self.families.get(&family) else {
            return Judgement::TooFew;
        };
        if tally.distinct.contains(&0) {
            Judgement::TooFew
        } else if tally.passes.saturating_mul(10) >= tally.runs.saturating_mul(9) {
            Judgement::Cards
        } else if tally.passes.saturating_mul(2) >= tally.runs {
            Judgement::Mixed
        } else {
            Judgement::NoCards
        }
    }
}

impl Tally {
    fn see(&mut self, candidate: u64) {
        for slot in &mut self.distinct {
            if *slot == candidate || candidate == 0 {
                return;
            }
            if *slot == 0 {
                *slot = candidate;
                return;
            }
        }
    }
}

/// Distinct candidates that carry a judgement.
const ENOUGH: usize = 3;

/// Families kept by one shard, 56 bytes each; the runs of others are judged one by one.
const MAX_FAMILIES: usize = 16_384;

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(passes: &[bool], distinct: u64) -> Tallies {
        let mut tallies = Tallies::default();
        for (index, &passes) in passes.iter().enumerate() {
            let candidate = index as u64 % distinct + 1;
            tallies.add(&DigitRun {
                family: 1,
                candidate,
                passes,
            });
        }
        tallies
    }

    #[test]
    fn three_distinct_candidates_are_needed() {
        assert_eq!(runs(&[true; 10], 2).judge(1), Judgement::TooFew);
        assert_eq!(runs(&[true; 10], 3).judge(1), Judgement::Cards);
        assert_eq!(Tallies::default().judge(1), Judgement::TooFew);
    }

    #[test]
    fn the_share_that_passes_decides() {
        let mut passes = [true; 20];
        passes[..2].fill(false);
        assert_eq!(runs(&passes, 20).judge(1), Judgement::Cards);
        passes[..3].fill(false);
        assert_eq!(runs(&passes, 20).judge(1), Judgement::Mixed);
        passes[..11].fill(false);
        assert_eq!(runs(&passes, 20).judge(1), Judgement::NoCards);
    }

    #[test]
    fn merged_tallies_judge_as_one() {
        let mut left = runs(&[true; 2], 2);
        let mut right = Tallies::default();
        right.add(&DigitRun {
            family: 1,
            candidate: 99,
            passes: true,
        });
        assert_eq!(left.judge(1), Judgement::TooFew);
        left.merge(right);
        assert_eq!(left.judge(1), Judgement::Cards);
    }
}
