//! Listens to one cluster bus connection: who its nodes are, and what is published through it.

use super::Core;
use super::talk::About;
use super::totals::ShardState;
use crate::bus::{BusConnection, BusMessage, BusSink};
use crate::detect::{Fact, Occurrence};
use crate::event::{FindingDirection, Transport};
use crate::flow::{Chunk, FlowView};
use crate::observation::{Bus, Fact as Noted, Observation};
use crate::resp::Argument;
use crate::segment::Direction;

/// The flag of a primary in a bus header (`CLUSTER_NODE_MASTER`, cluster_legacy.h).
const FLAG_PRIMARY: u16 = 2;

impl Core {
    pub(super) fn bus_data(
        &mut self,
        shard: &mut ShardState,
        about: &mut About,
        bus: &mut BusConnection,
        flow: &FlowView,
        chunk: &Chunk<'_>,
    ) {
        let mut sink = Listener {
            core: self,
            shard,
            about,
            flow,
        };
        bus.data(
            chunk.direction,
            chunk.bytes,
            chunk.at,
            chunk.origin,
            &mut sink,
        );
    }

    #[expect(
        clippy::unused_self,
        reason = "the shape of its siblings for the other protocols"
    )]
    pub(super) fn bus_gap(
        &mut self,
        _shard: &mut ShardState,
        _about: &mut About,
        bus: &mut BusConnection,
        _flow: &FlowView,
        direction: Direction,
        len: u64,
    ) {
        bus.gap(direction, len);
    }

    #[expect(
        clippy::unused_self,
        reason = "the shape of its siblings for the other protocols"
    )]
    pub(super) fn bus_end(
        &mut self,
        shard: &mut ShardState,
        _about: &mut About,
        bus: &BusConnection,
        _flow: &FlowView,
    ) {
        let counters = bus.counters();
        let totals = &mut shard.totals;
        totals.accounting.cluster_bus_bytes += counters.cluster_bus_bytes;
        totals.accounting.skipped_bytes += counters.skipped_bytes;
        totals.accounting.unfinished_bytes += counters.unfinished_bytes;
        totals.unscanned_bytes += counters.unscanned_bytes;
        totals.resyncs += counters.resyncs;
    }
}

struct Listener<'a> {
    core: &'a mut Core,
    shard: &'a mut ShardState,
    about: &'a mut About,
    flow: &'a FlowView,
}

impl BusSink for Listener<'_> {
    fn message(&mut self, message: &BusMessage<'_>) {
        if let Some(node) = &message.node
            && !self.about.link_told
        {
            self.about.link_told = true;
            let fact = Noted::Bus(Bus {
                port: node.port,
                other_port: node.other_port,
                bus_port: node.bus_port,
                primary: node.flags & FLAG_PRIMARY != 0,
            });
            let seen = self.about.seen(
                &self.core.config,
                Transport::Plaintext,
                message.at,
                message.origin,
            );
            self.shard.observe(&Observation { seen, fact });
            let exposed = Fact {
                rule: "exposure.bus-plaintext",
                ..Fact::default()
            };
            let seen = self.about.occurrence(
                self.flow,
                message.at,
                message.origin,
                FindingDirection::Request,
            );
            let kept = self.shard.fact_at(&self.core.config, &seen, &exposed);
            self.about.findings += u64::from(kept);
        }
        let Some(publish) = &message.publish else {
            return;
        };
        let seen = Occurrence {
            command: Some(b"PUBLISH"),
            ..self.about.occurrence(
                self.flow,
                message.at,
                message.origin,
                FindingDirection::Push,
            )
        };
        let exposed = Fact {
            rule: "exposure.bus-publish-plaintext",
            value_bytes: Some(u64::from(publish.payload_len)),
            ..Fact::default()
        };
        let mut kept = u32::from(self.shard.fact_at(&self.core.config, &seen, &exposed));
        let payload = Argument {
            kept: publish.payload,
            len: u64::from(publish.payload_len),
            broken: message.broken,
        };
        self.core
            .detector
            .published(publish.channel, payload, &mut self.core.hits);
        if !self.core.hits.is_empty() {
            kept += self.shard.found(&self.core.config, &seen, &self.core.hits);
        }
        self.about.findings += u64::from(kept);
    }
}
