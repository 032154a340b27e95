//! Looking ahead: where flows are many, each packet's is far from the processor, so those of
//! several packets are fetched at once before the first of them is worked on.
//!
//! Nothing is decided here. What is found is a guess: it brings memory nearer, and is the first
//! place where the work itself looks, by the whole key.

use std::hint::black_box;

use super::handler::Handler;
use super::key::Key;
use super::record::ListId;
use super::slab::{Lists, NONE};
use super::table::{EVICTIONS_AHEAD, FlowTable};
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

    /// Third step: loads the flow, or the place of one that is new. The sum of what was loaded, so
    /// that the loads are not left out.
    #[inline]
    #[must_use]
    pub fn fetch(&self, ahead: Ahead) -> u32 {
        let index = if ahead.index == NONE {
            self.slab.vacant()
        } else {
            ahead.index
        };
        self.load(index)
    }

    /// Says which flow the next segment is probably of; a wrong guess costs one look.
    #[inline(always)]
    pub fn expect(&mut self, ahead: Ahead) {
        if ahead.index != NONE {
            self.last_found = ahead.index;
        }
    }

    /// Brings near the flows that are next to be evicted from `list`, and their places in the index.
    #[inline(never)]
    pub(super) fn fetch_oldest(&self, list: ListId) {
        let (mut index, mut loaded) = (self.lists.of(list).head, 0);
        for _ in 0..EVICTIONS_AHEAD {
            let Some(flow) = self.slab.flow(index) else {
                break;
            };
            let place = self.index.find(self.seeds.hash(&flow.key), |_| true);
            loaded ^= place.copied().unwrap_or(NONE) ^ self.load(index);
            index = Lists::behind(&self.slab, index);
        }
        black_box(loaded);
    }

    /// Of each cache line something: the second and the first of the flow, and the colder part.
    #[inline(always)]
    fn load(&self, index: u32) -> u32 {
        self.slab.get(index).map_or(0, |(flow, cold)| {
            u32::from(flow.is_open()) ^ flow.next_seq().0 ^ cold.first_capture
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::FlowConfig;
    use crate::flow::tests::{Recorder, SYN, segment};
    use crate::segment::{SeqNum, TcpFlags};

    #[test]
    fn the_flow_of_a_packet_to_come_is_nearly_always_found() {
        let of = |index: u16| {
            let mut segment = segment("10.0.0.1:1", "10.0.0.2:6379");
            segment.source.port = 20_000 + index;
            segment.flags = TcpFlags(SYN);
            segment.seq = SeqNum(u32::from(index) << 16);
            segment.origin.capture = 0x0100_0100;
            segment
        };
        let mut table = FlowTable::new(&FlowConfig::default());
        let mut recorder = Recorder::default();
        let mut ahead = table.look_ahead(&of(0));
        table.look_up(&mut ahead);
        assert_eq!(table.fetch(ahead), 0, "there is none");
        for index in 0..1000 {
            table.push(&of(index), &mut recorder);
            if index % 2 == 0 {
                let mut data = of(index);
                data.flags = TcpFlags(TcpFlags::ACK);
                data.seq = data.seq.plus(1);
                table.push(&data, &mut recorder);
            }
        }
        let found = (0..1000).filter(|&index| {
            let mut ahead = table.look_ahead(&of(index));
            table.look_up(&mut ahead);
            let Some(flow) = table.slab.flow(ahead.index) else {
                return false;
            };
            let is_it = flow.key == Key::of(&of(index)).0;
            let open = u32::from(index % 2 == 0);
            let loaded = open ^ of(index).seq.plus(1).0 ^ 0x0100_0100;
            assert!(!is_it || table.fetch(ahead) == loaded, "{index}");
            is_it
        });
        // Seven bits of the hash are compared.
        let found = found.count();
        assert!(found > 800, "{found}");
    }
}
