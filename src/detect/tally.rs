//! Bare runs of digits, judged together: cards pass the Luhn check all, other numbers one in ten.
//!
//! A single 16-digit number that passes may be anything; twenty under one key pattern and field
//! that all pass are cards, and twenty of which two pass are order numbers.

use std::collections::HashMap;

use super::hits::DigitRun;

/// Tallies by family (key pattern and field).
pub(super) struct Tallies {
    /// In the order in which families were first seen; none is ever removed.
    list: Vec<Tally>,
    /// Their places in `list`.
    places: HashMap<u64, usize>,
    /// Places of those seen last, by the lowest bits of the family: guesses, to be checked.
    recent: [u16; RECENT],
}

struct Tally {
    family: u64,
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

impl Default for Tallies {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            places: HashMap::new(),
            recent: [0; RECENT],
        }
    }
}

impl Tallies {
    #[inline]
    pub(super) fn add(&mut self, run: &DigitRun) {
        let Some(place) = self.guess(run.family).or_else(|| self.place_of(run.family)) else {
            return;
        };
        if let Some(tally) = self.list.get_mut(place) {
            tally.see(run.candidate);
            tally.runs = tally.runs.saturating_add(1);
            tally.passes = tally.passes.saturating_add(u64::from(run.passes));
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for theirs in other.list {
            let place = self.place_or_new(theirs.family);
            let Some(ours) = self.list.get_mut(place) else {
                continue;
            };
            for candidate in theirs.distinct {
                ours.see(candidate);
            }
            ours.runs = ours.runs.saturating_add(theirs.runs);
            ours.passes = ours.passes.saturating_add(theirs.passes);
        }
    }

    pub(super) fn judge(&self, family: u64) -> Judgement {
        let place = self.places.get(&family);
        let Some(tally) = place.and_then(|&place| self.list.get(place)) else {
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

    /// Place of a family, where it is one of those seen last.
    #[inline]
    fn guess(&self, family: u64) -> Option<usize> {
        let place = usize::from(*self.recent.get(slot_of(family))?);
        let tally = self.list.get(place)?;
        (tally.family == family).then_some(place)
    }

    /// Place of a family, to be guessed from now on; `None` where there are too many to add it.
    fn place_of(&mut self, family: u64) -> Option<usize> {
        if self.list.len() >= MAX_FAMILIES && !self.places.contains_key(&family) {
            return None;
        }
        let place = self.place_or_new(family);
        if let (Some(recent), Ok(place)) =
            (self.recent.get_mut(slot_of(family)), u16::try_from(place))
        {
            *recent = place;
        }
        Some(place)
    }

    fn place_or_new(&mut self, family: u64) -> usize {
        let place = *self.places.entry(family).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push(Tally {
                family,
                distinct: [0; ENOUGH],
                runs: 0,
                passes: 0,
            });
        }
        place
    }
}

fn slot_of(family: u64) -> usize {
    usize::try_from(family % RECENT as u64).unwrap_or_default()
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

/// Families whose place is remembered, two bytes each: few are seen at a time.
const RECENT: usize = 64;

/// Families kept by one shard, about 80 bytes each; the runs of others are judged one by one.
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
