//! Looking ahead: where flows are many, each packet's is far from the processor, so those of
//! several packets are fetched at once before the first of them is worked on.
//!
//! Nothing is decided here. What is found is a guess that only brings memory nearer; the work
//! itself looks everything up again.

use super::handler::Handler;
use super::key::Key;
use super::slab::NONE;
use super::table::FlowTable;
use crate::segment::Segment;

/// Packets to look ahead, at most. Some tens of loads are what a core has under way at once; more
/// would push out of the nearest cache what was fetched first.
pub const LOOK_AHEAD: usize = 32;

/// Flows from which looking ahead pays: their hot and cold parts are about a megabyte, which no
/// longer stays beside the rest in a second-level cache.
pub const LOOK_AHEAD_FLOWS: u32 = 4096;

/// Where the flow of a packet to come probably is. The three steps to get there wait for each
/// other, so each is taken for all packets before the next.
#[derive(Debug, Clone, Copy)]
pub struct Ahead {
    hash: u64,
    index: u32,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            hash: 0,
            index: NONE,
        }
    }
}

impl<H: Handler> FlowTable<H> {
    /// First step: nothing is loaded yet.
    #[must_use]
    pub fn look_ahead(&self, segment: &Segment<'_>) -> Ahead {
        Ahead {
            hash: self.seeds.hash(&Key::of(segment).0),
            index: NONE,
        }
    }

    /// Second step: loads the place in the index.
    #[inline]
    pub fn look_up(&self, ahead: &mut Ahead) {
        // The first whose few bits of hash in the index agree: nearly always the right one.
        ahead.index = self
            .index
            .find(ahead.hash, |_| true)
            .copied()
            .unwrap_or(NONE);
    }

    /// Third step: loads the flow. The sum of what was loaded, so that the loads are not left out.
    #[inline]
    #[must_use]
    pub fn fetch(&self, ahead: Ahead) -> u32 {
        self.slab.get(ahead.index).map_or(0, |(flow, cold)| {
            // Of each cache line something: the second and the first of the flow, and the colder part.
            let near = u32::from(flow.is_open()) ^ flow.next_seq().0;
            near ^ cold.first_capture
        })
    }
}
