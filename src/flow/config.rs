//! What a flow table is told at birth: policies and limits, each with its unit and reason.

use serde::{Deserialize, Serialize};

use crate::reassembly::{OverlapPolicy, UrgentPolicy};

/// Policies and limits of one [`super::FlowTable`].
///
/// The limits are those of the table: with [`super::SHARDS`] tables divide the global ones first
/// ([`FlowConfig::per_shard`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowConfig {
    /// Who wins where queued segments overlap.
    pub overlap: OverlapPolicy,
    /// What becomes of urgent bytes.
    pub urgent: UrgentPolicy,
    /// What a wrong checksum means.
    pub checksum: ChecksumPolicy,
    /// Flows at most, lingering ones included; beyond it the longest idle make room.
    pub max_flows: u32,
    /// Bytes held out of order at most, overhead included; beyond it the flow that has waited
    /// longest gives its holes up.
    pub max_held_bytes: u64,
}

impl FlowConfig {
    /// The same with the global limits divided by [`super::SHARDS`], for one table of a sharded run.
    #[must_use]
    pub fn per_shard(&self) -> Self {
        Self {
            max_flows: self.max_flows.div_ceil(u32::from(super::SHARDS)).max(1),
            max_held_bytes: self.max_held_bytes.div_ceil(u64::from(super::SHARDS)),
            ..*self
        }
    }
}

impl Default for FlowConfig {
    fn default() -> Self {
        Self {
            overlap: OverlapPolicy::default(),
            urgent: UrgentPolicy::default(),
            checksum: ChecksumPolicy::default(),
            max_flows: DEFAULT_MAX_FLOWS,
            max_held_bytes: DEFAULT_MAX_HELD_BYTES,
        }
    }
}

/// What a wrong TCP checksum means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChecksumPolicy {
    /// Sums left to the network card are accepted; any other wrong sum is invalid once a packet of
    /// that direction has verified.
    #[default]
    Auto,
    /// Only good sums (and those that could not be checked) are accepted.
    Strict,
    /// Every sum is accepted.
    Off,
}

/// Flows in all. A million of them take about 200 MB before they hold data.
pub const DEFAULT_MAX_FLOWS: u32 = 1 << 20;

/// Bytes held out of order in all: 64 MiB, sixty-four directions at their own limit.
pub const DEFAULT_MAX_HELD_BYTES: u64 = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::SHARDS;

    #[test]
    fn the_limits_of_all_shards_together_are_those_of_the_run() {
        for (max_flows, max_held_bytes) in [(1, 1), (1000, 4096), (1 << 20, (64 << 20) + 1)] {
            let whole = FlowConfig {
                overlap: OverlapPolicy::Bsd,
                urgent: UrgentPolicy::Inline,
                checksum: ChecksumPolicy::Strict,
                max_flows,
                max_held_bytes,
            };
            let shard = whole.per_shard();
            let (flows, held) = (
                shard.max_flows * u32::from(SHARDS),
                shard.max_held_bytes * u64::from(SHARDS),
            );
            assert!((max_flows..max_flows + u32::from(SHARDS)).contains(&flows));
            assert!((max_held_bytes..max_held_bytes + u64::from(SHARDS)).contains(&held));
            assert_eq!(
                FlowConfig {
                    max_flows,
                    max_held_bytes,
                    ..shard
                },
                whole,
                "policies are those of the run"
            );
        }
    }
}
