//! From marks to check events: a walk over the table, after a few marks that need more than one
//! sighting to be drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::checklist::{CHECKLIST, Check, Sight};
use super::marks::{At, Mark, Marks};
use super::server::{Latest, Offer, Server};
use super::versions::{self, Standing};
use super::{PLAIN_PORT, Posture, within};
use crate::event::{CheckEvent, Severity, Status};
use crate::observation::{SettingValue, Software};
use crate::packet::Timestamp;
use crate::segment::Endpoint;

/// Every line for every server of which something was understood.
pub(super) fn judge(posture: &Posture, at: Timestamp) -> Vec<CheckEvent> {
    let bus_primaries = bus_primaries(posture);
    let mut events = Vec::new();
    for (endpoint, server) in posture.understood() {
        let mut marks = server.marks.clone();
        derive(posture, endpoint, server, &bus_primaries, &mut marks);
        for check in &CHECKLIST {
            let mut event = weigh(check, endpoint, &marks, at);
            if check.id == "client-auth" && posture.policy.client_certificate_required {
                event.severity = Severity::High;
            }
            events.push(event);
        }
    }
    events
}

/// One line for one server.
fn weigh(check: &Check, endpoint: Endpoint, marks: &Marks, at: Timestamp) -> CheckEvent {
    let decided = [
        (Status::Fail, check.fail),
        (Status::InferredFail, check.inferred_fail),
        (Status::Pass, check.pass),
        (Status::InferredPass, check.inferred_pass),
    ]
    .into_iter()
    .find(|(_, deciding)| deciding.iter().any(|&mark| marks.has(mark)));
    let (status, deciding) = decided.unwrap_or(match check.sight {
        Sight::Traffic | Sight::Replies => (Status::NotObserved, &[]),
        Sight::FailureOnly | Sight::Never => (Status::NotObservable, &[]),
    });
    // Where some of it is certain, what is only inferred fails the line all the same.
    let also: &[Mark] = match status {
        Status::Fail => check.inferred_fail,
        _ => &[],
    };
    let sightings = || {
        let all = deciding.iter().chain(also);
        all.filter_map(|&mark| marks.of(mark))
    };
    let unseen = matches!(status, Status::NotObserved | Status::NotObservable);
    CheckEvent {
        time: at,
        id: check.id.to_owned(),
        title: check.title.to_owned(),
        server: endpoint.into(),
        status,
        severity: check.severity,
        observations: sightings().map(|sighting| sighting.count).sum(),
        evidence: sightings()
            .flat_map(super::marks::Sightings::evidence)
            .take(MAX_EVIDENCE)
            .collect(),
        fix: check.fix.to_owned(),
        references: check
            .references
            .iter()
            .map(|reference| format!("relevant to {reference}"))
            .collect(),
        // What could have been seen and was not is for a person to look up, too.
        verify: unseen.then(|| check.verify.to_owned()),
    }
}

/// Marks that are drawn from several sightings, from settings, or from other servers.
fn derive(
    posture: &Posture,
    endpoint: Endpoint,
    server: &Server,
    bus_primaries: &BTreeSet<(crate::segment::Address, u16)>,
    marks: &mut Marks,
) {
    settings(server, marks);
    shares(server, marks);
    clients(posture, endpoint, server, marks);
    if let Some(software) = &server.software {
        weigh_software(software, marks);
    }
    match order(&server.offers) {
        Some((Order::Server, at)) => marks.note(
            Mark::ServerOrder,
            Some(at),
            "clients with opposite orders got the same suite",
        ),
        Some((Order::Client, at)) => marks.note(
            Mark::ClientOrder,
            Some(at),
            "the pick follows the client's order",
        ),
        None => {}
    }
    if DEFAULT_PORTS.contains(&endpoint.port) {
        marks.note(Mark::DefaultPort, None, endpoint.port.to_string());
    } else {
        marks.note(Mark::OtherPort, None, endpoint.port.to_string());
    }
    let primaries = server
        .cluster
        .as_ref()
        .map(|cluster| u64::from(cluster.value.0))
        .or_else(|| {
            (!server.bus.is_empty() && !bus_primaries.is_empty())
                .then_some(bus_primaries.len() as u64)
        });
    if let Some(primaries) = primaries {
        let mark = if primaries >= 3 && primaries % 2 == 1 {
            Mark::PrimariesOdd
        } else {
            Mark::PrimariesNotOdd
        };
        let at = server.cluster.as_ref().map(|cluster| cluster.at.clone());
        marks.note(mark, at, format!("{primaries} primaries"));
    }
    for reused in server.reused_passwords() {
        let users: Vec<_> = reused.users.iter().map(String::as_str).collect();
        let fact = if users.len() > 1 {
            format!("{} share one password", users.join(", "))
        } else {
            // One user from several clients is how pools of one application look; only for
            // `default` does it mean that applications share a login.
            if users != ["default"] {
                continue;
            }
            format!(
                "one password of default is used from {} clients",
                reused.clients.len()
            )
        };
        marks.note(Mark::ReusedPassword, None, fact);
    }
    if server.serves_tls() {
        if SENTINEL_PORTS.contains(&endpoint.port) {
            adopt_tls(server, Mark::SentinelTls, marks);
        }
        // `cluster-port` may move the bus, so only the usual distance is taken for it.
        let from = endpoint.port.checked_sub(BUS_PORT_OFFSET);
        let is_bus = posture
            .beside(endpoint)
            .any(|(other, beside)| Some(other.port) == from && beside.is_understood());
        if is_bus {
            adopt_tls(server, Mark::BusTls, marks);
        } else {
            plain_port(posture, endpoint, server, marks);
        }
    }
}

/// A refused plain port, which proves something only of a server that was up at the time, as one of
/// its TLS connections shows that was open then, and of a host that says nothing in the clear
/// elsewhere.
fn plain_port(posture: &Posture, endpoint: Endpoint, server: &Server, marks: &mut Marks) {
    let plain = Endpoint {
        port: PLAIN_PORT,
        ..endpoint
    };
    let readable_beside = posture
        .beside(endpoint)
        .any(|(_, beside)| beside.marks.has(Mark::PlainConnection));
    // The plain port of a Sentinel is another. Where anything was said on this one, it is not closed.
    if SENTINEL_PORTS.contains(&endpoint.port)
        || posture.servers.contains_key(&plain)
        || readable_beside
    {
        return;
    }
    if let Some(refused) = posture.ports.closed(endpoint.address)
        && server.tls_span.covers(refused.time)
    {
        marks.note(
            Mark::PortClosedOnHost,
            Some(refused.at.clone()),
            format!("a SYN to port {PLAIN_PORT} was refused while the server had a TLS connection"),
        );
    }
}

/// The TLS connections of a server whose port tells what they are.
fn adopt_tls(server: &Server, mark: Mark, marks: &mut Marks) {
    if let Some(sightings) = server.marks.of(Mark::TlsConnection) {
        marks.adopt(mark, sightings);
    }
}

fn settings(server: &Server, marks: &mut Marks) {
    let mut note = |name: &str, mark: Mark| {
        if let Some(latest) = server.settings.get(name) {
            let value = match &latest.value {
                SettingValue::Empty => "\"\"".to_owned(),
                SettingValue::NotEmpty => "set".to_owned(),
                SettingValue::Yes => "yes".to_owned(),
                SettingValue::No => "no".to_owned(),
                SettingValue::Number(number) => number.to_string(),
                SettingValue::Word(word) => word.clone(),
            };
            marks.note(mark, Some(latest.at.clone()), format!("{name} {value}"));
        }
    };
    let value = |name: &str| server.settings.get(name).map(|latest| &latest.value);
    match value("protected-mode") {
        // Without a login nobody is served, which is what protected mode is for.
        Some(SettingValue::No) if server.marks.has(Mark::NoAuth) => {}
        Some(SettingValue::No) => note("protected-mode", Mark::ProtectedOff),
        Some(SettingValue::Yes) => note("protected-mode", Mark::ProtectedOn),
        _ => {}
    }
    match value("port") {
        Some(SettingValue::Number(0)) => note("port", Mark::PlainPortOff),
        Some(SettingValue::Number(_)) => note("port", Mark::PlainPortConfigured),
        _ => {}
    }
    for (name, set, unset) in [
        ("logfile", Mark::LogFileSet, Mark::LogFileUnset),
        ("aclfile", Mark::AclFileSet, Mark::AclFileUnset),
        ("syslog-enabled", Mark::SyslogOn, Mark::SyslogOff),
    ] {
        match value(name) {
            Some(SettingValue::Empty | SettingValue::No) => note(name, unset),
            Some(_) => note(name, set),
            None => {}
        }
    }
    match (value("save"), value("appendonly")) {
        (_, Some(SettingValue::Yes)) => note("appendonly", Mark::PersistenceOn),
        (Some(SettingValue::Empty), Some(SettingValue::No)) => note("save", Mark::PersistenceOff),
        (Some(SettingValue::Empty) | None, _) => {}
        (Some(_), _) => note("save", Mark::PersistenceOn),
    }
}

fn shares(server: &Server, marks: &mut Marks) {
    let plain: u64 = server
        .clients
        .values()
        .map(|peer| peer.plain.connections)
        .sum();
    let tls: u64 = server
        .clients
        .values()
        .map(|peer| peer.tls.connections)
        .sum();
    if plain > 0 {
        marks.note_times(
            Mark::TlsSharePartial,
            plain,
            None,
            format!("{plain} of {} connections readable", plain + tls),
        );
    } else if tls > 0 {
        marks.note_times(
            Mark::TlsShareFull,
            tls,
            None,
            format!("{tls} of {tls} connections under TLS"),
        );
    }
    let (readable, opaque) = server.values;
    if readable > 0 {
        let percent = 100.0 * readable as f64 / readable.saturating_add(opaque) as f64;
        marks.note(
            Mark::ReadableValues,
            None,
            format!("{percent:.0} % of the bytes of values can be read"),
        );
    } else if opaque > 0 {
        marks.note(
            Mark::OpaqueValues,
            None,
            format!("all {opaque} bytes of values are opaque"),
        );
    }
}

fn clients(posture: &Posture, endpoint: Endpoint, server: &Server, marks: &mut Marks) {
    if let Some(named) = posture
        .policy
        .named(endpoint)
        .filter(|named| !named.clients.is_empty())
    {
        for (&address, peer) in &server.clients {
            let connections =
                peer.plain.connections + peer.tls.connections + peer.unknown.connections;
            let mark = if within(&named.clients, address) {
                Mark::ExpectedClients
            } else {
                Mark::UnexpectedClient
            };
            marks.note_times(
                mark,
                connections.max(1),
                peer.first_plain.clone(),
                address.to_string(),
            );
        }
    }
    // What is out of date shows by the table of known flaws, or beside its own siblings.
    let mut libraries: BTreeMap<String, BTreeMap<Vec<u32>, (String, At)>> = BTreeMap::new();
    for (address, peer) in &server.clients {
        if let Some(client) = &peer.client
            && let (Some(library), Some(version)) = (&client.value.library, &client.value.version)
        {
            let text = version.to_string();
            if let Some(flaw) = versions::library_flaw(&library.to_string(), &version_key(&text)) {
                marks.note(
                    Mark::LibraryOld,
                    Some(client.at.clone()),
                    format!(
                        "{library} {text} on {address}: {flaw} (table of {})",
                        versions::LIBRARIES_AS_OF
                    ),
                );
            }
            libraries
                .entry(library.to_string())
                .or_default()
                .entry(version_key(&text))
                .or_insert_with(|| (format!("{text} on {address}"), client.at.clone()));
        }
    }
    for (library, versions) in &libraries {
        let Some((_, (newest, newest_at))) = versions.last_key_value() else {
            continue;
        };
        for (older, at) in versions.values().take(versions.len().saturating_sub(1)) {
            marks.note(
                Mark::LibraryOld,
                Some(at.clone()),
                format!("{library} {older}, newest seen {newest}"),
            );
        }
        marks.note(
            Mark::LibraryCurrent,
            Some(newest_at.clone()),
            format!("{library} {newest}"),
        );
    }
}

fn version_key(text: &str) -> Vec<u32> {
    text.split(|character: char| !character.is_ascii_digit())
        .take(4)
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}

fn weigh_software(software: &Latest<Software>, marks: &mut Marks) {
    let Software { name, version } = &software.value;
    let at = Some(software.at.clone());
    match versions::standing(&software.value) {
        Some(Standing::Current) => marks.note(
            Mark::SoftwareCurrent,
            at,
            format!("{name} {version}, by the table of {}", versions::AS_OF),
        ),
        Some(Standing::Behind((major, minor, patch))) => marks.note(
            Mark::SoftwareOld,
            at,
            format!(
                "{name} {version}; fixed in {major}.{minor}.{patch} (table of {}; a distribution may have mended it under the old number)",
                versions::AS_OF
            ),
        ),
        Some(Standing::Unsupported) => marks.note(
            Mark::SoftwareOld,
            at,
            format!(
                "{name} {version}; its branch gets no fixes (table of {}; a distribution may still mend it)",
                versions::AS_OF
            ),
        ),
        None => {}
    }
}

/// Distinct primaries that spoke on any bus: by address and client port.
fn bus_primaries(posture: &Posture) -> BTreeSet<(crate::segment::Address, u16)> {
    posture
        .understood()
        .flat_map(|(endpoint, server)| {
            server
                .bus
                .iter()
                .filter(|bus| bus.primary)
                .map(move |bus| (endpoint.address, bus.port))
        })
        .collect()
}

/// Whose order of suites counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Server,
    Client,
}

/// Whose order counts, where two clients had opposite orders of two suites that the server takes.
fn order(offers: &BTreeSet<Offer>) -> Option<(Order, At)> {
    let rank = |offer: &Offer, suite: &str| offer.suites.iter().position(|known| known == suite);
    for first in offers {
        for second in offers
            .iter()
            .filter(|second| second.version == first.version)
        {
            if first.picked == second.picked {
                // Same pick: the server decides only if it passed over, for one of the two, a
                // suite that it is known to take and that this client likes better.
                let passed_over = offers.iter().find(|other| {
                    other.version == first.version
                        && other.picked != first.picked
                        && rank(second, &other.picked) < rank(second, &second.picked)
                        && rank(second, &other.picked).is_some()
                });
                if passed_over.is_some() {
                    return Some((Order::Server, second.at.clone()));
                }
            } else if let (Some(a1), Some(b1), Some(a2), Some(b2)) = (
                rank(first, &first.picked),
                rank(first, &second.picked),
                rank(second, &first.picked),
                rank(second, &second.picked),
            ) && a1 < b1
                && b2 < a2
            {
                return Some((Order::Client, second.at.clone()));
            }
        }
    }
    None
}

/// Ports that everyone tries first: Redis, its usual bus port, Sentinel.
const DEFAULT_PORTS: [u16; 3] = [6379, 16379, 26379];
/// Where Sentinel listens with and without TLS, by custom.
const SENTINEL_PORTS: [u16; 2] = [26379, 26380];
/// The bus listens ten thousand above the client port unless `cluster-port` moves it.
const BUS_PORT_OFFSET: u16 = 10_000;
/// Facts an event carries.
const MAX_EVIDENCE: usize = 8;
