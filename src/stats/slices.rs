//! Figures by time, in slices that double when there are too many.

use super::figures::Figures;
use super::{Call, MAX_SLICES};
use crate::packet::Timestamp;

/// Figures by slice of time.
#[derive(Debug, Clone)]
pub(super) struct Slices {
    /// Width in nanoseconds; the configured one times a power of two.
    width: u64,
    /// By start, in units of `width`; sorted.
    rows: Vec<(u64, Box<Figures>)>,
    /// Place of the row used last.
    last: usize,
}

impl Slices {
    pub(super) fn new(seconds: u32) -> Self {
        Self {
            width: u64::from(seconds.max(1)) * 1_000_000_000,
            rows: Vec::new(),
            last: 0,
        }
    }

    pub(super) fn record(&mut self, call: &Call<'_>, top: usize) {
        let is_last = self.rows.get(self.last).is_some_and(|(slice, _)| {
            // No division for the packets of one slice.
            call.at.0.wrapping_sub(slice * self.width) < self.width
        });
        if !is_last {
            self.last = self.place(call.at.0 / self.width);
            while self.rows.len() > MAX_SLICES {
                self.widen(top);
                self.last = self.place(call.at.0 / self.width);
            }
        }
        if let Some((_, figures)) = self.rows.get_mut(self.last) {
            figures.record(call, top);
        }
    }

    pub(super) fn merge(&mut self, other: &Self, top: usize) {
        while self.width < other.width {
            self.widen(top);
        }
        for (slice, theirs) in &other.rows {
            // Theirs are as wide or a power of two narrower.
            let place = self.place(slice / (self.width / other.width).max(1));
            if let Some((_, ours)) = self.rows.get_mut(place) {
                ours.merge(theirs, top);
            }
        }
        while self.rows.len() > MAX_SLICES {
            self.widen(top);
        }
        self.last = 0;
    }

    /// Start and figures of each slice that saw anything, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Timestamp, &Figures)> {
        let rows = self.rows.iter().filter(|(_, figures)| figures.calls > 0);
        rows.map(|(slice, figures)| (Timestamp(slice * self.width), &**figures))
    }

    fn place(&mut self, slice: u64) -> usize {
        let place = self.rows.partition_point(|(known, _)| *known < slice);
        if self
            .rows
            .get(place)
            .is_none_or(|(known, _)| *known != slice)
        {
            self.rows.insert(place, (slice, Box::default()));
        }
        place
    }

    fn widen(&mut self, top: usize) {
        self.width = self.width.saturating_mul(2);
        for (slice, figures) in std::mem::take(&mut self.rows) {
            match self.rows.last_mut() {
                Some((last, sum)) if *last == slice / 2 => sum.merge(&figures, top),
                _ => self.rows.push((slice / 2, figures)),
            }
        }
    }
}
