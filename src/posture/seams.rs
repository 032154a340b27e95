//! Where plaintext and TLS meet, and what else shows only when connections are put side by side.

use std::collections::BTreeSet;

use super::Posture;
use super::marks::{At, Mark};
use super::within;
use crate::packet::Timestamp;
use crate::segment::Endpoint;

/// Something that is to become a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seam {
    /// What it is.
    pub kind: SeamKind,
    /// The server.
    pub server: Endpoint,
    /// The client; its port is 0 where it is known by address only.
    pub client: Endpoint,
    /// Connection of the example.
    pub connection: String,
    /// Index of the input or interface.
    pub capture: u32,
    /// Packet number of the example; `None` live.
    pub frame: Option<u64>,
    /// First time.
    pub first_time: Timestamp,
    /// Latest time.
    pub last_time: Timestamp,
    /// Connections it is about.
    pub connections: u64,
    /// One sentence with names and numbers: who, and what of it.
    pub why: String,
    /// One sentence: what to do, and whom it cuts off where it does.
    pub fix: String,
}

/// Kind of seam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeamKind {
    /// RESP was sent to a port that speaks TLS; the bytes are out although the server reset.
    PlaintextToTlsPort,
    /// The same, and a password was among them.
    PasswordToTlsPort,
    /// A ClientHello was sent to a port that speaks RESP.
    TlsToPlaintextPort,
    /// A host offers TLS on one port and plaintext on another.
    BothPortsOpen,
    /// A client is still readable although its server offers TLS.
    StillPlaintext,
    /// A client that is not on the policy's list.
    UnexpectedClient,
    /// A password serves more than one user.
    SharedPassword,
}

impl SeamKind {
    /// Its rule id.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::PlaintextToTlsPort => "tls.plaintext-to-tls-port",
            Self::PasswordToTlsPort => "tls.password-to-tls-port",
            Self::TlsToPlaintextPort => "tls.tls-client-on-plaintext-port",
            Self::BothPortsOpen => "tls.both-ports-open",
            Self::StillPlaintext => "tls.client-still-plaintext",
            Self::UnexpectedClient => "exposure.unexpected-client",
            Self::SharedPassword => "hygiene.shared-password",
        }
    }

    /// Every kind, so that the rules can prove that they know each.
    pub const ALL: [Self; 7] = [
        Self::PlaintextToTlsPort,
        Self::PasswordToTlsPort,
        Self::TlsToPlaintextPort,
        Self::BothPortsOpen,
        Self::StillPlaintext,
        Self::UnexpectedClient,
        Self::SharedPassword,
    ];
}

/// All of them, by server, then client.
pub(super) fn find(posture: &Posture) -> Vec<Seam> {
    let mut seams = Vec::new();
    for (endpoint, server) in posture.understood() {
        let tls_ports: BTreeSet<u16> = posture
            .beside(endpoint)
            .filter(|(_, beside)| beside.serves_tls())
            .map(|(other, _)| other.port)
            .collect();
        let mut first_plain: Option<(&At, Timestamp, Timestamp)> = None;
        let mut plain_connections = 0;
        for (&address, peer) in &server.clients {
            let client = Endpoint { address, port: 0 };
            let seam = |kind, at: &At, first_time, last_time, connections, why, fix| Seam {
                kind,
                server: endpoint,
                client,
                connection: at.connection.clone(),
                capture: at.capture,
                frame: at.frame,
                first_time,
                last_time,
                connections,
                why,
                fix,
            };
            if let Some((at, time)) = &peer.first_reset {
                let (kind, what) = if peer.reset_password {
                    (SeamKind::PasswordToTlsPort, "A password")
                } else {
                    (SeamKind::PlaintextToTlsPort, "RESP")
                };
                let times = peer.resets.max(1);
                // Without a handshake seen the port may as well be closed to this client by other
                // means; what was sent was sent all the same.
                let port = if server.serves_tls() {
                    "this TLS port"
                } else {
                    "this port, which reset it like a TLS port"
                };
                seams.push(seam(
                    kind,
                    at,
                    *time,
                    peer.last_plain_time.max(*time),
                    times,
                    format!(
                        "{what} from {address} was sent in the clear to {port}, {times} time{}; the reset came after the bytes were on the wire.",
                        plural(times)
                    ),
                    format!("Let {address} speak TLS (rediss://), and change what it gave away."),
                ));
            }
            if let Some((at, time)) = &peer.first_unanswered {
                let times = peer.unanswered_hellos.max(1);
                seams.push(seam(
                    SeamKind::TlsToPlaintextPort,
                    at,
                    *time,
                    *time,
                    times,
                    format!(
                        "{address} began TLS and the server said nothing, {times} time{}; a port without TLS waits like that.",
                        plural(times)
                    ),
                    match tls_ports.first() {
                        Some(port) => format!("Point {address} to port {port}, which speaks TLS."),
                        None => format!("Set tls-port on the server, then point {address} to it."),
                    },
                ));
            }
            let readable = peer.plain.connections.saturating_sub(peer.resets);
            if let Some(at) = peer.first_plain.as_ref().filter(|_| readable > 0) {
                plain_connections += readable;
                if first_plain.is_none_or(|(first, _, _)| at < first) {
                    first_plain = Some((at, peer.first_plain_time, peer.last_plain_time));
                }
                if let Some(port) = tls_ports
                    .first()
                    .filter(|_| !posture.policy.tolerates(address, endpoint.address))
                {
                    let who = peer
                        .client
                        .as_ref()
                        .and_then(|latest| {
                            let names: Vec<_> = [&latest.value.name, &latest.value.library]
                                .into_iter()
                                .flatten()
                                .map(ToString::to_string)
                                .collect();
                            (!names.is_empty()).then(|| format!(" ({})", names.join(", ")))
                        })
                        .unwrap_or_default();
                    seams.push(seam(
                        SeamKind::StillPlaintext,
                        at,
                        peer.first_plain_time,
                        peer.last_plain_time,
                        readable,
                        format!(
                            "{address}{who} is readable on {readable} connection{}, although {} offers TLS on port {port}.",
                            plural(readable),
                            endpoint.address
                        ),
                        format!("Point {address} to rediss://{}.", at_port(endpoint, *port)),
                    ));
                }
            }
            if let Some(named) = posture
                .policy
                .named(endpoint)
                .filter(|named| !named.clients.is_empty() && !within(&named.clients, address))
                && let Some(at) = peer.first_plain.as_ref()
            {
                seams.push(seam(
                    SeamKind::UnexpectedClient,
                    at,
                    peer.first_plain_time,
                    peer.last_plain_time,
                    peer.plain.connections,
                    format!(
                        "{address} is not among the clients that the policy expects of {}.",
                        named.name
                    ),
                    "Let a firewall refuse it, or put it on the list.".to_owned(),
                ));
            }
        }
        if let (Some((at, first_time, last_time)), Some(port)) = (first_plain, tls_ports.first()) {
            seams.push(Seam {
                kind: SeamKind::BothPortsOpen,
                server: endpoint,
                client: Endpoint::default(),
                connection: at.connection.clone(),
                capture: at.capture,
                frame: at.frame,
                first_time,
                last_time,
                connections: plain_connections,
                why: format!(
                    "{} serves plaintext on port {} and TLS on port {port}.",
                    endpoint.address, endpoint.port
                ),
                fix: "When no client is readable any more, set port 0 on the server.".to_owned(),
            });
        }
        for reused in server.reused_passwords() {
            if reused.users.len() < 2 {
                continue;
            }
            let users: Vec<_> = reused.users.into_iter().collect();
            if let Some((at, first_time, last_time)) = first_plain {
                seams.push(Seam {
                    kind: SeamKind::SharedPassword,
                    server: endpoint,
                    client: Endpoint::default(),
                    connection: at.connection.clone(),
                    capture: at.capture,
                    frame: at.frame,
                    first_time,
                    last_time,
                    connections: server.marks.count(Mark::LoginAccepted),
                    why: format!("One password serves {}.", users.join(", ")),
                    fix: "Make a password of its own for each user with ACL GENPASS.".to_owned(),
                });
            }
        }
    }
    seams
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// `10.0.0.1:6380`, `[fd00::1]:6380`.
pub(super) fn at_port(endpoint: Endpoint, port: u16) -> Endpoint {
    Endpoint {
        address: endpoint.address,
        port,
    }
}
