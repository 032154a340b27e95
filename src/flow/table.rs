//! The table itself.

use std::marker::PhantomData;

use super::{FlowConfig, FlowCounters, Gauges, Handler};
use crate::packet::Timestamp;
use crate::segment::Segment;

/// Every connection of one shard, with its two streams.
///
/// A fresh table holds nothing on the heap. Results do not depend on the hash seed.
pub struct FlowTable<H: Handler> {
    config: FlowConfig,
    counters: FlowCounters,
    handler: PhantomData<H>,
}

impl<H: Handler> FlowTable<H> {
    /// An empty table.
    #[must_use]
    pub fn new(config: &FlowConfig) -> Self {
        Self {
            config: *config,
            counters: FlowCounters::default(),
            handler: PhantomData,
        }
    }

    /// Takes one segment; what it completes reaches the handler before this returns.
    pub fn push(&mut self, segment: &Segment<'_>, handler: &mut H) {
        let _ = (handler, self.config);
        self.counters.segments += 1;
        self.counters.payload_bytes += segment.payload.len() as u64;
        self.counters.unfollowed_bytes += segment.payload.len() as u64;
    }

    /// Runs the timers. `now` is the running maximum of capture time over the whole input; call it
    /// about every 10 ms of capture time, with the same values whatever the number of workers.
    pub fn tick(&mut self, now: Timestamp, handler: &mut H) {
        let _ = (self.config.max_flows, now, handler);
    }

    /// The input is over: flushes every hole and ends every flow, oldest first.
    pub fn finish(&mut self, handler: &mut H) {
        let _ = (self.config.max_flows, handler);
    }

    /// Figures since birth.
    #[must_use]
    pub fn counters(&self) -> &FlowCounters {
        &self.counters
    }

    /// What is held now.
    #[must_use]
    pub fn gauges(&self) -> Gauges {
        Gauges::default()
    }
}
