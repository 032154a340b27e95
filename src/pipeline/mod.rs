//! The whole core behind two halves: [`Front`] sees every packet, [`Back`] follows connections.
//!
//! One worker calls them in one loop ([`Pipeline`]); several share out the back by shard. Holds no
//! thread, no clock and no file: time enters as `packet.at`, events leave in [`Order`].

mod back;
mod filter;
mod front;
mod order;

pub use back::Back;
pub use filter::{Filter, Ports};
pub use front::{Front, Plain};
pub use order::{Cause, Order, Ordered};

use std::sync::Arc;

use crate::analyzer::{AnalyzerConfig, Totals};
use crate::decode::DecodeConfig;
use crate::flow::FlowConfig;
use crate::packet::Packet;

/// What the core is told at birth.
pub struct PipelineConfig {
    /// Decoding.
    pub decode: DecodeConfig,
    /// What is looked at.
    pub filter: Filter,
    /// Flow table and reassembly, limits of the whole run.
    pub flow: FlowConfig,
    /// Protocols, detection, events.
    pub analyzer: Arc<AnalyzerConfig>,
}

impl PipelineConfig {
    /// Everything is looked at, with the default limits.
    #[must_use]
    pub fn new(analyzer: Arc<AnalyzerConfig>) -> Self {
        Self {
            decode: DecodeConfig::default(),
            filter: Filter::all(),
            flow: FlowConfig::default(),
            analyzer,
        }
    }
}

/// Both halves in one, for one worker.
pub struct Pipeline {
    front: Front,
    back: Back,
}

impl Pipeline {
    /// Ready for the first packet.
    #[must_use]
    pub fn new(config: PipelineConfig) -> Self {
        Self {
            back: Back::new(&config.flow, &config.analyzer, 0, 1),
            front: Front::new(config.decode, config.filter),
        }
    }

    /// Takes one packet; the events it completes are appended to `out`, in order.
    #[inline]
    pub fn push(&mut self, packet: &Packet<'_>, out: &mut Vec<Ordered>) {
        let tick = self.front.tick(packet.at);
        let number = self.front.packets();
        if let Some(at) = tick {
            self.back.tick(at, number, out);
        }
        let back = &mut self.back;
        self.front.segment(packet, move |shard, segment| {
            back.segment(shard, number, segment, out);
        });
    }

    /// Lines for the key log, as they come while the capture runs.
    pub fn add_secrets(&mut self, lines: &[u8]) {
        self.back.add_secrets(lines);
    }

    /// No more secrets will come.
    pub fn end_secrets(&mut self) {
        self.back.end_secrets();
    }

    /// Ends every connection; what the shards have to say, merged in shard order.
    pub fn finish(mut self, out: &mut Vec<Ordered>) -> (Front, Totals) {
        self.front.finish();
        let mut totals = Totals::default();
        for (_, shard) in self.back.finish(self.front.packets() + 1, out) {
            totals.merge(shard);
        }
        (self.front, totals)
    }

    /// The half that sees every packet.
    #[must_use]
    pub fn front(&self) -> &Front {
        &self.front
    }

    /// The half that follows connections.
    #[must_use]
    pub fn back(&self) -> &Back {
        &self.back
    }
}
