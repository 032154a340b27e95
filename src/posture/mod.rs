//! Per server endpoint: the security checklist from what was observed, the seams between plaintext
//! and TLS, who is still readable, and what to mend in which order.
//!
//! Fed with [`Observation`]s, connections, handshakes and findings, in any order and from any number
//! of shards; [`Posture::merge`] adds what another shard saw, and the outcome does not depend on how
//! the input was split (unless a bound was reached, which [`Assessment::clipped`] counts).
//!
//! ```text
//! observe, connection, tls, finding  ->  seams (become findings)  ->  assess (checks, coverage, steps)
//! ```
//!
//! A status is `pass` only where a refusal was seen; "all we saw was fine" is `inferred_pass`. Refuses
//! to know of packets, protocols and rules: what it may name is in [`crate::event`] and
//! [`crate::observation`].

mod checklist;
mod coverage;
mod judge;
mod marks;
mod mend;
mod ports;
mod seams;
mod server;
mod versions;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::IpAddr;

pub use checklist::{CHECKLIST, Check, Sight};
pub use ports::{MAX_ANSWERING_HOSTS, MAX_REFUSING_HOSTS, PLAIN_PORT};
pub use seams::{Seam, SeamKind};

use ports::Ports;
use server::Server;

use crate::event::{
    CheckEvent, ConnectionEvent, Coverage, FindingEvent, MendStep, TlsEvent, TlsVersion,
};
use crate::network::Network;
use crate::observation::{Fact, Observation};
use crate::packet::Timestamp;
use crate::segment::{self, Address, Endpoint};

/// What the operator says of the network, already parsed.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Servers by name, with what is expected of them.
    pub servers: Vec<NamedServer>,
    /// Paths on which plaintext is tolerated.
    pub tolerated: Vec<Tolerated>,
    /// Client certificates are required on every server.
    pub client_certificate_required: bool,
    /// Oldest version of TLS that is acceptable; `None`: TLS 1.2.
    pub min_version: Option<TlsVersion>,
}

/// A server (or several that share a name), and what is expected of it.
#[derive(Debug, Clone, Default)]
pub struct NamedServer {
    /// `cart`
    pub name: String,
    /// Where it is; `None` for every port.
    pub addresses: Vec<(Network, Option<u16>)>,
    /// Who may connect; empty where there is no list.
    pub clients: Vec<Network>,
}

impl NamedServer {
    fn covers(&self, endpoint: Endpoint) -> bool {
        self.addresses.iter().any(|(network, port)| {
            network.contains(endpoint.address) && port.is_none_or(|port| port == endpoint.port)
        })
    }
}

/// A path on which plaintext is tolerated; an empty list is any address.
#[derive(Debug, Clone, Default)]
pub struct Tolerated {
    /// From here.
    pub clients: Vec<Network>,
    /// To there.
    pub servers: Vec<Network>,
}

impl Policy {
    fn named(&self, endpoint: Endpoint) -> Option<&NamedServer> {
        self.servers.iter().find(|server| server.covers(endpoint))
    }

    fn tolerates(&self, client: Address, server: Address) -> bool {
        let among =
            |networks: &[Network], address| networks.is_empty() || within(networks, address);
        self.tolerated
            .iter()
            .any(|path| among(&path.clients, client) && among(&path.servers, server))
    }
}

fn within(networks: &[Network], address: Address) -> bool {
    networks.iter().any(|network| network.contains(address))
}

/// What is known of the servers of a run, or of a shard of it.
#[derive(Debug, Clone, Default)]
pub struct Posture {
    policy: Policy,
    /// At most [`MAX_SERVERS`].
    servers: BTreeMap<Endpoint, Server>,
    ports: Ports,
    /// Events that came for servers or clients beyond a bound.
    clipped: u64,
}

/// The outcome.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    /// Every line of the checklist for every server, servers in order of address and port.
    pub checks: Vec<CheckEvent>,
    /// Who was plaintext, TLS, unknown.
    pub coverage: Coverage,
    /// What to do, in the order in which nothing breaks.
    pub mend: Vec<MendStep>,
    /// Events that came for servers or clients beyond a bound and left no trace; for
    /// `blind_spots.limits`.
    pub clipped: u64,
    /// Refused SYNs and answers on [`PLAIN_PORT`] of hosts beyond [`MAX_REFUSING_HOSTS`] and
    /// [`MAX_ANSWERING_HOSTS`], of which nothing is concluded; likewise.
    pub clipped_ports: u64,
}

impl Posture {
    /// Empty, under a policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }

    /// Takes a fact.
    pub fn observe(&mut self, observation: &Observation) {
        if matches!(observation.fact, Fact::PortClosed) {
            let seen = &observation.seen;
            if seen.server.port == PLAIN_PORT {
                self.ports
                    .refused(seen.server.address, seen.into(), seen.time);
            }
            return;
        }
        if let Some(server) = self.server(observation.seen.server) {
            let clipped = server.observe(observation);
            self.clipped += clipped;
        }
    }

    /// A port answered a SYN, or said something, in whatever protocol; a refused SYN to it then
    /// proves nothing.
    pub fn port_open(&mut self, server: Endpoint) {
        if server.port == PLAIN_PORT {
            self.ports.answered(server.address);
        }
    }

    /// Takes a connection, once, when it has ended.
    pub fn connection(&mut self, event: &ConnectionEvent) {
        let Some((server, client)) = endpoints(&event.server, &event.client) else {
            return;
        };
        if let Some(server) = self.server(server) {
            let clipped = server.connection(client, event);
            self.clipped += clipped;
        }
    }

    /// Takes a handshake.
    pub fn tls(&mut self, event: &TlsEvent) {
        let Some((server, client)) = endpoints(&event.server, &event.client) else {
            return;
        };
        if let Some(server) = self.server(server) {
            let clipped = server.tls(client, event);
            self.clipped += clipped;
        }
    }

    /// Takes what a resumed handshake inherited of the full one that it continues, once that is
    /// known; the handshake itself comes by [`Self::tls`].
    pub fn inherited(&mut self, event: &TlsEvent) {
        let Some((server, client)) = endpoints(&event.server, &event.client) else {
            return;
        };
        if let Some(server) = self.server(server) {
            let clipped = server.inherited(client, event);
            self.clipped += clipped;
        }
    }

    /// Takes a finding; a later one of the same id replaces nothing.
    pub fn finding(&mut self, event: &FindingEvent) {
        let Some((server, _)) = endpoints(&event.server, &event.client) else {
            return;
        };
        if let Some(server) = self.server(server) {
            let clipped = server.finding(event);
            self.clipped += clipped;
        }
    }

    /// Adds what another shard saw.
    pub fn merge(&mut self, other: &Self) {
        self.clipped += other.clipped;
        self.ports.merge(&other.ports);
        for (&endpoint, theirs) in &other.servers {
            if let Some(ours) = self.server(endpoint) {
                let clipped = ours.merge(theirs);
                self.clipped += clipped;
            }
        }
    }

    /// What shows only when connections are put side by side; each is to become a finding.
    #[must_use]
    pub fn seams(&self) -> Vec<Seam> {
        seams::find(self)
    }

    /// The checklist, the coverage and the steps; give it the findings first, those of the seams too.
    #[must_use]
    pub fn assess(&self, at: Timestamp) -> Assessment {
        Assessment {
            checks: judge::judge(self, at),
            coverage: coverage::coverage(self),
            mend: mend::steps(self),
            clipped: self.clipped,
            clipped_ports: self.ports.clipped(),
        }
    }

    /// Only the coverage; cheaper than [`Self::assess`].
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        coverage::coverage(self)
    }

    /// The state of a server; `None` (and counted) beyond the bound.
    fn server(&mut self, endpoint: Endpoint) -> Option<&mut Server> {
        if self.servers.len() >= MAX_SERVERS && !self.servers.contains_key(&endpoint) {
            self.clipped += 1;
            return None;
        }
        Some(self.servers.entry(endpoint).or_default())
    }

    /// Servers of which at least one connection was understood; a port scan makes no servers.
    fn understood(&self) -> impl Iterator<Item = (Endpoint, &Server)> {
        self.servers
            .iter()
            .filter(|(_, server)| server.is_understood())
            .map(|(&endpoint, server)| (endpoint, server))
    }

    /// The other servers on the same address.
    fn beside(&self, endpoint: Endpoint) -> impl Iterator<Item = (Endpoint, &Server)> {
        let first = Endpoint {
            address: endpoint.address,
            port: 0,
        };
        let last = Endpoint {
            address: endpoint.address,
            port: u16::MAX,
        };
        self.servers
            .range(first..=last)
            .filter(move |&(&other, _)| other != endpoint)
            .map(|(&other, server)| (other, server))
    }
}

/// Endpoints of an event as addresses; `None` where they are no addresses (not from our own pipe).
fn endpoints(
    server: &crate::event::Endpoint,
    client: &crate::event::Endpoint,
) -> Option<(Endpoint, Endpoint)> {
    let parse = |endpoint: &crate::event::Endpoint| {
        let ip: IpAddr = endpoint.address.parse().ok()?;
        Some(segment::Endpoint {
            address: ip.into(),
            port: endpoint.port,
        })
    };
    Some((parse(server)?, parse(client)?))
}

/// Server endpoints kept; ten times the largest cluster Redis supports (1000 nodes, on the cluster
/// specification page), so that only a scan or an attack gets there.
pub const MAX_SERVERS: usize = 10_000;
