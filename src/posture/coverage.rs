//! Who was readable, who was under TLS, and of whom that cannot be told.

use std::collections::{BTreeMap, BTreeSet};

use super::Posture;
use super::server::{Peer, Server, user_name};
use crate::event::{Coverage, Library, PlainClient, ServerCoverage, Share};
use crate::observation::User;
use crate::segment::{Address, Endpoint};

/// Coverage of every server of which something was understood, and in all.
pub(super) fn coverage(posture: &Posture) -> Coverage {
    let mut total = Coverage::default();
    let mut clients = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
    // By host: a client that uses TLS on one port of it and plaintext on another.
    let mut tls_clients: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for (endpoint, server) in posture.understood() {
        tls_clients.entry(endpoint.address).or_default().extend(
            server
                .clients
                .iter()
                .filter(|(_, peer)| peer.tls.connections > 0)
                .map(|(&address, _)| address),
        );
    }
    for (endpoint, server) in posture.understood() {
        let one = server_coverage(posture, endpoint, server, &tls_clients);
        for (total, one) in [
            (&mut total.plaintext, &one.plaintext),
            (&mut total.tls, &one.tls),
            (&mut total.unknown, &one.unknown),
        ] {
            total.connections += one.connections;
            total.bytes = total.bytes.saturating_add(one.bytes);
        }
        let [plain, tls, unknown] = &mut clients;
        for (&address, peer) in &server.clients {
            if peer.plain.connections > 0 {
                plain.insert(address);
            }
            if peer.tls.connections > 0 {
                tls.insert(address);
            }
            if peer.unknown.connections > 0 {
                unknown.insert(address);
            }
        }
        total.servers.push(one);
    }
    let [plain, tls, unknown] = clients;
    total.plaintext.clients = plain.len() as u64;
    total.tls.clients = tls.len() as u64;
    total.unknown.clients = unknown.len() as u64;
    total.clients = plain
        .union(&tls)
        .copied()
        .collect::<BTreeSet<_>>()
        .union(&unknown)
        .count() as u64;
    total
}

fn server_coverage(
    posture: &Posture,
    endpoint: Endpoint,
    server: &Server,
    tls_clients: &BTreeMap<Address, BTreeSet<Address>>,
) -> ServerCoverage {
    let mut coverage = ServerCoverage {
        server: endpoint.into(),
        name: posture
            .policy
            .named(endpoint)
            .map(|server| server.name.clone()),
        plaintext: Share::default(),
        tls: Share::default(),
        unknown: Share::default(),
        reset_connections: server.clients.values().map(|peer| peer.resets).sum(),
        tls_versions: server
            .tls_versions
            .iter()
            .map(|(version, count)| {
                let name = version.map_or("unknown", crate::event::TlsVersion::name);
                (name.to_owned(), *count)
            })
            .collect(),
        plain_clients: Vec::new(),
    };
    for (&address, peer) in &server.clients {
        for (share, tally) in [
            (&mut coverage.plaintext, peer.plain),
            (&mut coverage.tls, peer.tls),
            (&mut coverage.unknown, peer.unknown),
        ] {
            share.clients += u64::from(tally.connections > 0);
            share.connections += tally.connections;
            share.bytes = share.bytes.saturating_add(tally.bytes);
        }
        if peer.plain.connections > 0 && coverage.plain_clients.len() < MAX_PLAIN_CLIENTS {
            let also_tls = tls_clients
                .get(&endpoint.address)
                .is_some_and(|clients| clients.contains(&address));
            let tolerated = posture.policy.tolerates(address, endpoint.address);
            coverage
                .plain_clients
                .push(plain_client(address, peer, also_tls, tolerated));
        }
    }
    coverage
}

fn plain_client(address: Address, peer: &Peer, also_tls: bool, tolerated: bool) -> PlainClient {
    let known = peer.client.as_ref().map(|latest| &latest.value);
    let library = known
        .filter(|client| client.library.is_some() || client.version.is_some())
        .map(|client| Library {
            name: client.library.clone(),
            version: client.version.clone(),
        });
    PlainClient {
        address: address.to_string(),
        client_name: known.and_then(|client| client.name.clone()),
        library,
        user: peer
            .main_user()
            .filter(|user| **user != User::Unknown)
            .map(|user| match user {
                User::Named(name) => name.clone(),
                _ => crate::redact::Printable::word("default"),
            }),
        other_users: peer
            .users
            .keys()
            .map(user_name)
            .collect::<BTreeSet<_>>()
            .len()
            .saturating_sub(1) as u64,
        role: peer.role,
        cluster_bus: peer.bus,
        connections: peer.plain.connections,
        commands: peer.commands,
        bytes: peer.plain.bytes,
        gave_away: peer.gave_away.iter().cloned().collect(),
        also_tls,
        tolerated,
    }
}

/// Clients named a server; a longer list is read by machines, which count from the findings.
const MAX_PLAIN_CLIENTS: usize = 1000;
