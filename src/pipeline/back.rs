//! The half of the pipeline that follows connections: a flow table and its totals for each shard,
//! one analyzer for all of a worker's shards.
//!
//! A worker `w` of `n` owns the shards whose number modulo `n` is `w`. Shards share nothing that
//! could change an answer, so `n` changes no byte of the output.

use std::sync::Arc;

use super::{Cause, Order, Ordered};
use crate::analyzer::{Analyzer, AnalyzerConfig, Totals};
use crate::flow::{Ahead, FlowConfig, FlowTable, Gauges, LOOK_AHEAD, LOOK_AHEAD_FLOWS, SHARDS};
use crate::packet::Timestamp;
use crate::segment::Segment;

/// The shards of one worker.
pub struct Back {
    tables: Vec<FlowTable<Analyzer>>,
    analyzer: Analyzer,
    worker: u8,
    workers: u8,
    sequence: u32,
    latest: u64,
    /// Flows are so many that looking ahead pays; as of the last tick.
    looks_ahead: bool,
    /// What was fetched last with its shard, in reverse; the first `expected` are still to come.
    fetched: [(usize, Ahead); LOOK_AHEAD],
    expected: usize,
}

impl Back {
    /// The shards of worker `worker` of `workers`.
    #[must_use]
    pub fn new(flow: &FlowConfig, analyzer: &Arc<AnalyzerConfig>, worker: u8, workers: u8) -> Self {
        let owned = (worker..SHARDS).step_by(usize::from(workers.max(1)));
        let tables: Vec<_> = owned.map(|_| FlowTable::new(&flow.per_shard())).collect();
        Self {
            analyzer: Analyzer::new(Arc::clone(analyzer), tables.len()),
            tables,
            worker,
            workers: workers.max(1),
            sequence: 0,
            latest: 0,
            looks_ahead: false,
            fetched: [(0, Ahead::default()); LOOK_AHEAD],
            expected: 0,
        }
    }

    /// Takes the segment of packet number `packet`; its shard must be this worker's.
    #[inline(always)]
    pub fn segment(
        &mut self,
        shard: u8,
        packet: u64,
        segment: &Segment<'_>,
        out: &mut Vec<Ordered>,
    ) {
        let slot = self.slot_of_shard(shard);
        debug_assert_eq!(
            shard % self.workers,
            self.worker,
            "segment of another worker's shard"
        );
        let guess = self.expected.checked_sub(1).and_then(|left| {
            self.expected = left;
            self.fetched
                .get(left)
                .filter(|(guessed, _)| *guessed == slot)
        });
        let Some(table) = self.tables.get_mut(slot) else {
            return;
        };
        self.analyzer.select(slot);
        if let Some(&(_, ahead)) = guess {
            table.expect(ahead);
        }
        table.push(segment, &mut self.analyzer);
        if self.analyzer.has_events() {
            self.drain(shard, packet, Cause::Packet, out);
        }
    }

    /// True where [`Self::fetch`] pays, since flows are many.
    #[inline(always)]
    #[must_use]
    pub fn looks_ahead(&self) -> bool {
        self.looks_ahead
    }

    /// Brings near what the next segments need, [`LOOK_AHEAD`] of them at most, with their shards.
    /// Changes no answer.
    pub fn fetch<'s>(&mut self, segments: impl Iterator<Item = (u8, &'s Segment<'s>)>) {
        let mut all = [(0, Ahead::default()); LOOK_AHEAD];
        let mut count = 0;
        for ((shard, segment), place) in segments.zip(&mut all) {
            let slot = self.slot_of_shard(shard);
            if let Some(table) = self.tables.get(slot) {
                *place = (slot, table.look_ahead(segment));
            }
            count += 1;
        }
        let all = all.get_mut(..count).unwrap_or_default();
        for (slot, ahead) in all.iter_mut() {
            if let Some(table) = self.tables.get(*slot) {
                table.look_up(ahead);
            }
        }
        let loaded = all.iter().fold(0, |sum, &(slot, ahead)| {
            sum ^ self.tables.get(slot).map_or(0, |table| table.fetch(ahead))
        });
        std::hint::black_box(loaded);
        self.expected = all.len();
        for (guess, place) in all.iter().rev().zip(&mut self.fetched) {
            *place = *guess;
        }
    }

    /// Runs the timers of every shard; `packet` is the number of the packet that is next.
    pub fn tick(&mut self, at: Timestamp, packet: u64, out: &mut Vec<Ordered>) {
        for slot in 0..self.tables.len() {
            self.analyzer.select(slot);
            if let Some(table) = self.tables.get_mut(slot) {
                table.tick(at, &mut self.analyzer);
            }
            if self.analyzer.has_events() {
                self.drain(self.shard_of_slot(slot), packet, Cause::Timer, out);
            }
        }
        let flows = self.tables.iter().map(FlowTable::flows);
        self.looks_ahead = flows.sum::<u32>() >= LOOK_AHEAD_FLOWS;
    }

    /// Lines for the key log, as they come while the capture runs.
    pub fn add_secrets(&mut self, lines: &[u8]) {
        self.analyzer.add_secrets(lines);
    }

    /// No more secrets will come.
    pub fn end_secrets(&mut self) {
        self.analyzer.end_secrets();
    }

    /// Ends every flow; the totals come in shard order. `packet` is one past the last packet.
    pub fn finish(&mut self, packet: u64, out: &mut Vec<Ordered>) -> Vec<(u8, Totals)> {
        let mut totals = Vec::with_capacity(self.tables.len());
        for slot in 0..self.tables.len() {
            let shard = self.shard_of_slot(slot);
            self.analyzer.select(slot);
            if let Some(table) = self.tables.get_mut(slot) {
                table.finish(&mut self.analyzer);
                self.analyzer.count_flows(table.counters());
            }
            self.drain(shard, packet, Cause::Timer, out);
            totals.push((shard, self.analyzer.take_totals()));
        }
        totals
    }

    /// What is held now, all shards together.
    #[must_use]
    pub fn gauges(&self) -> Gauges {
        self.tables
            .iter()
            .fold(Gauges::default(), |mut sum, table| {
                let gauges = table.gauges();
                sum.flows += gauges.flows;
                sum.half_open += gauges.half_open;
                sum.lingering += gauges.lingering;
                sum.holding += gauges.holding;
                sum.held_bytes += gauges.held_bytes;
                sum.held_payload_bytes += gauges.held_payload_bytes;
                sum.memory_bytes += gauges.memory_bytes;
                sum
            })
    }

    #[inline(always)]
    fn slot_of_shard(&self, shard: u8) -> usize {
        // A division takes longer than all the rest here, and mostly there is one worker.
        match self.workers {
            1 => usize::from(shard),
            workers => usize::from(shard / workers),
        }
    }

    fn shard_of_slot(&self, slot: usize) -> u8 {
        let shard = slot * usize::from(self.workers) + usize::from(self.worker);
        u8::try_from(shard).unwrap_or(u8::MAX)
    }

    fn drain(&mut self, shard: u8, packet: u64, cause: Cause, out: &mut Vec<Ordered>) {
        if self.latest != packet {
            self.latest = packet;
            self.sequence = 0;
        }
        for event in self.analyzer.take_events() {
            out.push(Ordered {
                order: Order {
                    packet,
                    cause,
                    shard,
                    sequence: self.sequence,
                },
                event,
            });
            self.sequence += 1;
        }
    }
}
