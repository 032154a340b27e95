//! What answers on the plain port of each host, also where no server is known.
//!
//! Kept apart from the servers, since a scan asks many hosts and none of them is one. A refused SYN
//! counts only for a host of which a server was understood.

use std::collections::BTreeMap;

use super::marks::At;
use crate::segment::Address;

/// Where Redis listens without TLS unless told otherwise. Another closed port says nothing of this
/// one, and a Sentinel or a bus is no reason to have it open.
pub const PLAIN_PORT: u16 = 6379;

/// Hosts kept that refused a SYN to [`PLAIN_PORT`]. With the 64 shards of a run a scan of a /16 still
/// fits; a shard holds about 300 kB at most.
pub const MAX_REFUSING_HOSTS: usize = 2048;

/// The plain ports of hosts.
#[derive(Debug, Clone, Default)]
pub(super) struct Ports {
    /// At most [`MAX_REFUSING_HOSTS`]; after a merge as many from each shard.
    refusing: BTreeMap<Address, Refused>,
    /// Refused SYNs to hosts beyond the bound.
    clipped: u64,
}

/// The refused SYNs of a host.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    pub(super) count: u64,
    /// The first in the order of the input.
    pub(super) first: At,
}

impl Ports {
    /// A SYN to the port was refused.
    pub(super) fn refused(&mut self, host: Address, at: At) {
        if self.refusing.len() >= MAX_REFUSING_HOSTS && !self.refusing.contains_key(&host) {
            self.clipped += 1;
            return;
        }
        self.add(
            host,
            &Refused {
                count: 1,
                first: at,
            },
        );
    }

    /// Adds what another shard kept: all of it, so that the order of shards does not matter.
    pub(super) fn merge(&mut self, other: &Self) {
        self.clipped += other.clipped;
        for (&host, theirs) in &other.refusing {
            self.add(host, theirs);
        }
    }

    fn add(&mut self, host: Address, more: &Refused) {
        self.refusing
            .entry(host)
            .and_modify(|known| {
                known.count = known.count.saturating_add(more.count);
                if more.first < known.first {
                    known.first = more.first.clone();
                }
            })
            .or_insert_with(|| more.clone());
    }

    /// The refusals of a host.
    pub(super) fn closed(&self, host: Address) -> Option<&Refused> {
        self.refusing.get(&host)
    }

    /// What fell to the bound.
    pub(super) fn clipped(&self) -> u64 {
        self.clipped
    }
}
