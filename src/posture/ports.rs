//! What answers on the plain port of each host, also where no server is known.
//!
//! Kept apart from the servers, since a scan asks many hosts and none of them is one. A refused SYN
//! counts only for a host of which a TLS server was understood, once that was up (a host that is just
//! starting refuses, too), and only where the port was never seen to be open, before or after.

use std::collections::{BTreeMap, BTreeSet};

use super::marks::At;
use crate::packet::Timestamp;
use crate::segment::Address;

/// Where Redis listens without TLS unless told otherwise. Another closed port says nothing of this
/// one, and a Sentinel or a bus is no reason to have it open.
pub const PLAIN_PORT: u16 = 6379;

/// Hosts kept that refused a SYN to [`PLAIN_PORT`]. With the 64 shards of a run a scan of a /16 still
/// fits; a shard holds about 300 kB at most.
pub const MAX_REFUSING_HOSTS: usize = 2048;

/// Hosts kept that answered on [`PLAIN_PORT`]. A shard that saw more no longer knows which ports are
/// open, and nothing is concluded from refusals then.
pub const MAX_ANSWERING_HOSTS: usize = 2048;

/// The plain ports of hosts.
#[derive(Debug, Clone, Default)]
pub(super) struct Ports {
    /// At most [`MAX_REFUSING_HOSTS`]; after a merge as many from each shard.
    refusing: BTreeMap<Address, Refused>,
    /// At most [`MAX_ANSWERING_HOSTS`]; likewise.
    answering: BTreeSet<Address>,
    /// Some that answered are not in there.
    forgot_answers: bool,
    /// Refused SYNs and answers of hosts beyond the bounds.
    clipped: u64,
}

/// The latest refused SYN of a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Refused {
    pub(super) time: Timestamp,
    pub(super) at: At,
}

impl Ports {
    /// A SYN to the port was refused.
    pub(super) fn refused(&mut self, host: Address, at: At, time: Timestamp) {
        if self.refusing.len() >= MAX_REFUSING_HOSTS && !self.refusing.contains_key(&host) {
            self.clipped += 1;
            return;
        }
        self.add(host, &Refused { time, at });
    }

    /// The port is open, or was.
    pub(super) fn answered(&mut self, host: Address) {
        if self.answering.len() < MAX_ANSWERING_HOSTS {
            self.answering.insert(host);
        } else if !self.answering.contains(&host) {
            self.forgot_answers = true;
            self.clipped += 1;
        }
    }

    /// Adds what another shard kept: all of it, so that the order of shards does not matter.
    pub(super) fn merge(&mut self, other: &Self) {
        self.clipped += other.clipped;
        self.forgot_answers |= other.forgot_answers;
        self.answering.extend(&other.answering);
        for (&host, theirs) in &other.refusing {
            self.add(host, theirs);
        }
    }

    fn add(&mut self, host: Address, more: &Refused) {
        self.refusing
            .entry(host)
            .and_modify(|known| {
                if more > known {
                    *known = more.clone();
                }
            })
            .or_insert_with(|| more.clone());
    }

    /// The latest refusal of a host that never answered.
    pub(super) fn closed(&self, host: Address) -> Option<&Refused> {
        self.refusing
            .get(&host)
            .filter(|_| !self.forgot_answers && !self.answering.contains(&host))
    }

    /// What fell to the bounds.
    pub(super) fn clipped(&self) -> u64 {
        self.clipped
    }
}
