//! The busiest of arbitrarily many names, in bounded memory: Space-Saving, with evictions in bulk.
//!
//! A name that was thrown out and comes back, or comes first when others were thrown out before, may
//! have been seen as often as the busiest one thrown out: that is its `error`, and it is counted with
//! it. So a count is never too low and at most `error` too high, any name seen more often than
//! [`Sketch::floor`] is there, and the floor is at most calls / capacity. Two sketches add up the
//! same way (Agarwal et al., *Mergeable Summaries*, 2012).

use std::cmp::Ordering;
use std::collections::HashMap;

use super::Call;
use super::figures::Figures;

/// Figures by name.
#[derive(Debug, Clone)]
pub(super) struct Sketch {
    /// Place in `rows`.
    places: HashMap<Box<[u8]>, usize>,
    rows: Vec<Row>,
    /// Rows that survive an eviction; as many again come before the next.
    capacity: usize,
    /// Calls that a name which is not there may have had.
    floor: u64,
}

/// One name's figures. They are what was seen since it came in; only calls are estimated.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: Box<[u8]>,
    pub(super) figures: Figures,
    /// Calls it may have had before it came in.
    pub(super) error: u64,
}

impl Row {
    /// Calls, at most `error` too many.
    pub(super) fn calls(&self) -> u64 {
        self.figures.calls + self.error
    }

    /// Sorts the busier first, then by name: a total order, so that what is evicted is no accident.
    fn order(&self, other: &Self) -> Ordering {
        let calls = other.calls().cmp(&self.calls());
        calls.then_with(|| self.name.cmp(&other.name))
    }
}

impl Sketch {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            places: HashMap::new(),
            rows: Vec::new(),
            capacity: capacity.max(1),
            floor: 0,
        }
    }

    /// Counts one call of that name.
    pub(super) fn record(&mut self, name: &[u8], call: &Call<'_>, top: usize) {
        let place = match self.places.get(name) {
            Some(&place) => place,
            None => self.insert(name),
        };
        if let Some(row) = self.rows.get_mut(place) {
            row.figures.record(call, top);
        }
    }

    pub(super) fn merge(&mut self, other: &Self, top: usize) {
        for row in &mut self.rows {
            if !other.places.contains_key(&row.name) {
                row.error += other.floor;
            }
        }
        for theirs in &other.rows {
            let place = match self.places.get(&theirs.name) {
                Some(&place) => place,
                None => self.append(&theirs.name),
            };
            if let Some(ours) = self.rows.get_mut(place) {
                ours.figures.merge(&theirs.figures, top);
                ours.error += theirs.error;
            }
        }
        self.floor += other.floor;
        if self.rows.len() > 2 * self.capacity {
            self.evict();
        }
    }

    /// The rows, busiest first, then by name; at most `capacity`.
    pub(super) fn busiest(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by(|row, other| row.order(other));
        rows.truncate(self.capacity);
        rows
    }

    fn insert(&mut self, name: &[u8]) -> usize {
        if self.rows.len() >= 2 * self.capacity {
            self.evict();
        }
        self.append(name)
    }

    fn append(&mut self, name: &[u8]) -> usize {
        let place = self.rows.len();
        self.rows.push(Row {
            name: name.into(),
            figures: Figures::default(),
            error: self.floor,
        });
        self.places.insert(name.into(), place);
        place
    }

    /// Keeps the busiest. Every `capacity` new names at most, so a name costs a few comparisons.
    fn evict(&mut self) {
        if self.rows.len() <= self.capacity {
            return;
        }
        let (_, first_out, _) = self.rows.select_nth_unstable_by(self.capacity, Row::order);
        self.floor = self.floor.max(first_out.calls());
        self.rows.truncate(self.capacity);
        self.places.clear();
        for (place, row) in self.rows.iter().enumerate() {
            self.places.insert(row.name.clone(), place);
        }
    }
}

#[cfg(test)]
impl Sketch {
    pub(super) fn floor(&self) -> u64 {
        self.floor
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}
