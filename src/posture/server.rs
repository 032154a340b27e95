//! What is known of one server endpoint.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::marks::{At, Mark, Marks};
use crate::event::{
    Category, ConnectionEvent, ConnectionProtocol, EndReason, FindingDirection, FindingEvent,
    Observed, Outcome, Role, Severity, TlsEvent, TlsVersion, Transport,
};
use crate::network;
use crate::observation::{
    Bus, Client, Fact, Login, LoginForm, LoginOutcome, Observation, Password, Refusal, RefusalKind,
    SentinelSide, Setting, SettingValue, Software, User,
};
use crate::packet::Timestamp;
use crate::redact::Printable;
use crate::segment::{Address, Endpoint};

/// One server endpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Server {
    pub(super) marks: Marks,
    /// By address; at most [`MAX_CLIENTS`].
    pub(super) clients: BTreeMap<Address, Peer>,
    /// Latest value of each setting.
    pub(super) settings: BTreeMap<&'static str, Latest<SettingValue>>,
    /// Latest software and version.
    pub(super) software: Option<Latest<Software>>,
    /// Sender of bus messages from this host: kept where the connection's server listens for the bus.
    pub(super) bus: BTreeSet<Bus>,
    /// Latest picture of the cluster: primaries and replicas.
    pub(super) cluster: Option<Latest<(u32, u32)>>,
    /// Orders of suites that clients offered, and what the server picked; at most [`MAX_OFFERS`].
    pub(super) offers: BTreeSet<Offer>,
    /// Findings by id; at most [`MAX_FINDINGS`].
    pub(super) findings: BTreeMap<String, KnownFinding>,
    /// Passwords by keyed hash: for whom, and from where. At most [`MAX_PASSWORDS`].
    passwords: BTreeMap<u64, BTreeSet<(User, Address)>>,
    /// Connections under TLS by version, as far as it is told.
    pub(super) tls_versions: BTreeMap<Option<TlsVersion>, u64>,
    /// The longest of its TLS connections.
    pub(super) tls_span: Span,
    /// Bytes of values that could be read, and that could not.
    pub(super) values: (u64, u64),
}

/// A client address, as one server knows it.
#[derive(Debug, Clone, Default)]
pub(super) struct Peer {
    pub(super) plain: Tally,
    pub(super) tls: Tally,
    pub(super) unknown: Tally,
    pub(super) commands: u64,
    pub(super) client: Option<Latest<Client>>,
    /// As whom it acted in the clear, with the commands it ran; at most [`MAX_USERS`].
    pub(super) users: BTreeMap<User, u64>,
    pub(super) role: Role,
    /// It spoke the cluster bus in the clear.
    pub(super) bus: bool,
    /// Rules that matched in the clear; at most [`MAX_RULES`].
    pub(super) gave_away: BTreeSet<String>,
    /// First connection that was readable.
    pub(super) first_plain: Option<At>,
    pub(super) first_plain_time: Timestamp,
    pub(super) last_plain_time: Timestamp,
    /// RESP was answered by a reset, and whether a password was among it.
    pub(super) resets: u64,
    pub(super) reset_password: bool,
    pub(super) first_reset: Option<(At, Timestamp)>,
    /// A ClientHello was met with silence or RESP.
    pub(super) unanswered_hellos: u64,
    pub(super) first_unanswered: Option<(At, Timestamp)>,
    /// It showed no certificate although asked, or was not asked.
    pub(super) without_certificate: u64,
    /// The newest version among those it offered where an old one was negotiated.
    pub(super) old_version: Option<TlsVersion>,
    /// Dangerous commands it was served.
    pub(super) dangerous: BTreeSet<String>,
}

/// Connections and their stream bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) connections: u64,
    pub(super) bytes: u64,
}

impl Tally {
    fn add(&mut self, bytes: u64) {
        self.connections += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.connections += other.connections;
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

/// A value with the place of its sighting; the later place wins, whatever the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Latest<T> {
    pub(super) time: Timestamp,
    pub(super) at: At,
    pub(super) value: T,
}

impl<T: Clone> Latest<T> {
    fn update(slot: &mut Option<Self>, newer: &Self) {
        if slot
            .as_ref()
            .is_none_or(|old| (old.time, &old.at) <= (newer.time, &newer.at))
        {
            *slot = Some(newer.clone());
        }
    }
}

/// What a client offered, in its order, and what the server picked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Offer {
    pub(super) version: TlsVersion,
    pub(super) suites: Vec<String>,
    pub(super) picked: String,
    pub(super) at: At,
}

/// What the mending steps need of a finding.
#[derive(Debug, Clone)]
pub(super) struct KnownFinding {
    pub(super) rule: String,
    pub(super) category: Category,
    pub(super) severity: Severity,
    pub(super) transport: Transport,
    pub(super) direction: FindingDirection,
}

/// When a connection was open; of several the longest, the earliest of equally long ones.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span(pub(super) Option<(Timestamp, Timestamp)>);

impl Span {
    pub(super) fn take_longer(&mut self, (start, end): (Timestamp, Timestamp)) {
        let rank = |(start, end): (Timestamp, Timestamp)| (end.since(start), Reverse(start));
        if self.0.is_none_or(|known| rank(known) < rank((start, end))) {
            self.0 = Some((start, end));
        }
    }

    /// True where it was open at that time.
    pub(super) fn covers(self, time: Timestamp) -> bool {
        self.0
            .is_some_and(|(start, end)| start < time && time <= end)
    }
}

impl Server {
    /// At least one connection spoke RESP, TLS or the cluster bus.
    pub(super) fn is_understood(&self) -> bool {
        self.clients
            .values()
            .any(|peer| peer.plain.connections > 0 || peer.tls.connections > 0)
            || self.marks.has(Mark::TlsConnection)
            || self.marks.has(Mark::HelloUnanswered)
    }

    /// A TLS handshake succeeded here, or one was going on before the capture.
    pub(super) fn serves_tls(&self) -> bool {
        self.marks.has(Mark::TlsConnection)
    }

    /// Takes a connection; answers how many sightings fell to a bound.
    pub(super) fn connection(&mut self, client: Endpoint, event: &ConnectionEvent) -> u64 {
        let gaps: u64 = [&event.client_to_server, &event.server_to_client]
            .into_iter()
            .flatten()
            .map(|counters| counters.gap_bytes)
            .sum();
        let bytes = event.bytes.saturating_sub(gaps);
        let at = At {
            capture: event.capture,
            frame: event.frame,
            connection: event.connection.clone(),
        };
        let reset_unanswered = event.protocol == ConnectionProtocol::Resp
            && event.end_reason == EndReason::Rst
            && event.commands > 0
            && event.replies == 0
            && event
                .server_to_client
                .is_some_and(|counters| counters.stream_bytes == 0);
        // A ClientHello, then nothing from a server whose acknowledgements were seen: a port that does
        // not speak TLS waits for a line end that never comes.
        let hello_unanswered = event.protocol == ConnectionProtocol::Tls
            && !event.midstream
            && event
                .client_to_server
                .is_some_and(|side| side.stream_bytes > 0)
            && event
                .server_to_client
                .is_some_and(|side| side.packets > 0 && side.stream_bytes == 0);
        let path = network::path_between(client.address, server_address(event));
        if path == crate::event::Path::Public
            && matches!(
                event.protocol,
                ConnectionProtocol::Resp | ConnectionProtocol::Tls | ConnectionProtocol::ClusterBus
            )
        {
            self.marks.note(
                Mark::PublicAddress,
                Some(at.clone()),
                format!("{} to {}", event.client.address, event.server),
            );
        }
        match event.protocol {
            ConnectionProtocol::Resp if reset_unanswered => self.marks.note(
                Mark::PlainReset,
                Some(at.clone()),
                format!("RESP from {} answered with a reset", event.client.address),
            ),
            ConnectionProtocol::Resp => self.marks.note(
                Mark::PlainConnection,
                Some(at.clone()),
                format!("{} in the clear", event.client.address),
            ),
            ConnectionProtocol::ClusterBus => self.marks.note(
                Mark::BusPlain,
                Some(at.clone()),
                format!("cluster bus of {} in the clear", event.client.address),
            ),
            ConnectionProtocol::Tls if hello_unanswered => self.marks.note(
                Mark::HelloUnanswered,
                Some(at.clone()),
                format!("{} began TLS and was not answered", event.client.address),
            ),
            ConnectionProtocol::Tls => {
                *self.tls_versions.entry(event.tls_version).or_default() += 1;
                self.tls_span.take_longer((event.start, event.end));
                let version = event.tls_version.map_or("TLS", TlsVersion::name);
                self.marks.note(
                    Mark::TlsConnection,
                    Some(at.clone()),
                    format!("{version} from {}", event.client.address),
                );
            }
            ConnectionProtocol::Other | ConnectionProtocol::Unknown => {}
        }
        let Some(peer) = peer(&mut self.clients, client.address) else {
            return 1;
        };
        match event.protocol {
            ConnectionProtocol::Resp | ConnectionProtocol::ClusterBus => {
                peer.plain.add(bytes);
                peer.bus |= event.protocol == ConnectionProtocol::ClusterBus;
                peer.commands = peer.commands.saturating_add(event.commands);
                if reset_unanswered {
                    peer.resets += 1;
                    earliest(&mut peer.first_reset, &at, event.start);
                }
                if peer.first_plain.is_none() || event.start < peer.first_plain_time {
                    peer.first_plain_time = event.start;
                }
                peer.last_plain_time = peer.last_plain_time.max(event.end);
                if peer.first_plain.as_ref().is_none_or(|first| at < *first) {
                    peer.first_plain = Some(at);
                }
            }
            ConnectionProtocol::Tls if hello_unanswered => {
                peer.unknown.add(bytes);
                peer.unanswered_hellos += 1;
                earliest(&mut peer.first_unanswered, &at, event.start);
            }
            ConnectionProtocol::Tls => peer.tls.add(bytes),
            ConnectionProtocol::Other | ConnectionProtocol::Unknown => peer.unknown.add(bytes),
        }
        0
    }

    /// Takes a handshake.
    pub(super) fn tls(&mut self, client: Endpoint, event: &TlsEvent) -> u64 {
        let at = At {
            capture: event.capture,
            frame: event.frame,
            connection: event.connection.clone(),
        };
        let client_address = &event.client.address;
        if let Some(alert) = event.alert.as_ref().filter(|alert| alert.from == "server") {
            let asked = matches!(
                event.client_certificate.requested,
                Observed::Yes | Observed::InferredYes
            );
            let mark = match alert.description.as_str() {
                "protocol_version" => Some(Mark::VersionRefused),
                "certificate_required" | "bad_certificate" | "unknown_ca" if asked => {
                    Some(Mark::ClientCertRefused)
                }
                "certificate_required" => Some(Mark::ClientCertRefused),
                "handshake_failure" if asked => Some(Mark::ClientCertRefused),
                "handshake_failure" | "insufficient_security" if event.version.is_none() => {
                    Some(Mark::CipherRefused)
                }
                _ => None,
            };
            if let Some(mark) = mark {
                self.marks.note(
                    mark,
                    Some(at.clone()),
                    format!("{client_address} refused: alert {}", alert.description),
                );
            }
        }
        if event.outcome == Outcome::Refused {
            // TLS 1.3 hides the alert; that the server asked, was shown nothing and hung up is one.
            let shown = event.client_certificate.presented;
            if event.alert.is_none()
                && matches!(shown, Observed::No | Observed::InferredNo)
                && matches!(
                    event.client_certificate.requested,
                    Observed::Yes | Observed::InferredYes
                )
            {
                self.marks.note(
                    Mark::ClientCertRefused,
                    Some(at),
                    format!("{client_address} showed no certificate and was refused"),
                );
            }
            return 0;
        }
        if event.outcome != Outcome::Established {
            return 0;
        }
        self.weigh_handshake(event, &at);
        if event.resumed != Some(true) {
            self.without_certificate(client, event);
        }
        let Some(peer) = peer(&mut self.clients, client.address) else {
            return 1;
        };
        let below_policy = || {
            let rule = "tls.version-below-policy";
            event.weaknesses.iter().any(|weakness| weakness == rule)
        };
        if event
            .version
            .is_some_and(|version| version < TlsVersion::Tls12 || below_policy())
        {
            let newest = [
                TlsVersion::Tls13,
                TlsVersion::Tls12,
                TlsVersion::Tls11,
                TlsVersion::Tls10,
            ]
            .into_iter()
            .find(|version| {
                event
                    .offered
                    .versions
                    .iter()
                    .any(|name| name == version.name())
            })
            .or(event.version);
            peer.old_version = peer.old_version.max(newest);
        }
        0
    }

    fn weigh_handshake(&mut self, event: &TlsEvent, at: &At) {
        let client = &event.client.address;
        let weak = |prefix: &str| {
            event
                .weaknesses
                .iter()
                .find(|id| id.starts_with(prefix) && !MILD.contains(&id.as_str()))
        };
        let marks = &mut self.marks;
        if let Some(version) = event.version {
            if weak("tls.version-").is_some() {
                let newest = event.offered.versions.first();
                let note = newest
                    .filter(|offered| *offered == version.name())
                    .map_or("", |_| ", and it offers no newer");
                marks.note(
                    Mark::VersionOld,
                    Some(at.clone()),
                    format!("{} with {client}{note}", version.name()),
                );
            } else {
                marks.note(Mark::VersionModern, Some(at.clone()), version.name());
            }
        }
        if let Some(suite) = event
            .cipher_suite_openssl
            .as_ref()
            .or(event.cipher_suite.as_ref())
        {
            match weak("tls.cipher-").or_else(|| weak("tls.kx-")) {
                Some(id) => marks.note(
                    Mark::CipherWeak,
                    Some(at.clone()),
                    format!("{suite} with {client} ({id})"),
                ),
                None => marks.note(Mark::CipherStrong, Some(at.clone()), suite.as_str()),
            }
            if let (Some(version), Some(picked)) = (event.version, &event.cipher_suite) {
                self.offers.insert(Offer {
                    version,
                    suites: event
                        .offered
                        .cipher_suites
                        .iter()
                        .take(MAX_OFFERED_SUITES)
                        .cloned()
                        .collect(),
                    picked: picked.clone(),
                    at: at.clone(),
                });
                if self.offers.len() > MAX_OFFERS {
                    self.offers.pop_last();
                }
            }
        }
        if let Some(leaf) = event
            .certificates
            .iter()
            .find(|certificate| certificate.role == "server")
        {
            match weak("tls.cert-") {
                Some(id) => self.marks.note(
                    Mark::CertificateBad,
                    Some(at.clone()),
                    format!("{} ({id}), ends {}", leaf.subject, leaf.not_after),
                ),
                None => self.marks.note(
                    Mark::CertificateFine,
                    Some(at.clone()),
                    format!("{}, ends {}", leaf.subject, leaf.not_after),
                ),
            }
        }
        // A resumed session repeats no certificates; what it inherits comes by itself.
        if event.resumed != Some(true) {
            self.client_certificate(event, at);
        }
    }

    /// Takes what a resumed handshake inherited.
    pub(super) fn inherited(&mut self, client: Endpoint, event: &TlsEvent) -> u64 {
        let at = At {
            capture: event.capture,
            frame: event.frame,
            connection: event.connection.clone(),
        };
        self.client_certificate(event, &at);
        self.without_certificate(client, event)
    }

    /// What became of the client's certificate.
    fn client_certificate(&mut self, event: &TlsEvent, at: &At) {
        let client = &event.client.address;
        let certificate = &event.client_certificate;
        let mark = match (certificate.requested, certificate.presented) {
            (_, Observed::Yes | Observed::InferredYes) => Mark::ClientCertPresented,
            (Observed::No, _) => Mark::ClientCertNotRequested,
            (Observed::InferredNo, _) => Mark::ClientCertInferredNotRequested,
            (Observed::Yes, Observed::No) => Mark::ClientCertOptional,
            (Observed::Yes | Observed::InferredYes, Observed::No | Observed::InferredNo) => {
                Mark::ClientCertInferredOptional
            }
            _ => return,
        };
        let how = match certificate.presented {
            Observed::InferredYes | Observed::InferredNo if event.resumed == Some(true) => {
                " (from the handshake it resumes)"
            }
            Observed::InferredYes | Observed::InferredNo => " (from record lengths)",
            _ => "",
        };
        let fact = match mark {
            Mark::ClientCertPresented => format!("{client} showed a certificate{how}"),
            Mark::ClientCertOptional | Mark::ClientCertInferredOptional => {
                format!("{client} was asked for one, showed none and was served{how}")
            }
            _ => format!("{client} was not asked for one{how}"),
        };
        self.marks.note(mark, Some(at.clone()), fact);
    }

    /// Counts a client that would be cut off where certificates are required.
    fn without_certificate(&mut self, client: Endpoint, event: &TlsEvent) -> u64 {
        if !matches!(
            event.client_certificate.presented,
            Observed::No | Observed::InferredNo
        ) {
            return 0;
        }
        let Some(peer) = peer(&mut self.clients, client.address) else {
            return 1;
        };
        peer.without_certificate += 1;
        0
    }

    /// Takes a finding.
    pub(super) fn finding(&mut self, event: &FindingEvent) -> u64 {
        if self.findings.len() >= MAX_FINDINGS && !self.findings.contains_key(&event.id) {
            return 1;
        }
        self.findings
            .entry(event.id.clone())
            .or_insert_with(|| KnownFinding {
                rule: event.rule.clone(),
                category: event.category,
                severity: event.severity,
                transport: event.transport,
                direction: event.direction,
            });
        0
    }

    /// Takes a fact.
    pub(super) fn observe(&mut self, observation: &Observation) -> u64 {
        let seen = &observation.seen;
        let at = At::from(seen);
        let client = seen.client.address;
        let marks = &mut self.marks;
        match &observation.fact {
            Fact::Served(served) => {
                let names = || {
                    let names: Vec<_> = served.names.iter().map(Printable::to_string).collect();
                    names.join(", ")
                };
                if served.user == User::NoLogin && served.role != Role::Sentinel {
                    marks.note_times(
                        Mark::ServedWithoutLogin,
                        served.commands,
                        Some(at.clone()),
                        format!("{client} ran {} without a login", names()),
                    );
                }
                if matches!(served.user, User::NoLogin | User::Default) {
                    marks.note_times(
                        Mark::DefaultServed,
                        served.commands,
                        Some(at),
                        format!("{client} ran {} as default", names()),
                    );
                }
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                peer.role = peer.role.max(served.role);
                if seen.transport != Transport::TlsDecrypted
                    && (peer.users.len() < MAX_USERS || peer.users.contains_key(&served.user))
                {
                    *peer.users.entry(served.user.clone()).or_default() += served.commands;
                }
            }
            Fact::Login(login) => return self.login(observation, login),
            Fact::Refused(refusal) => self.refused(at, client, refusal),
            // Replicas, Sentinels and monitoring cannot do without these, and they change nothing.
            Fact::Dangerous { command, .. }
                if command
                    .as_text()
                    .is_some_and(|command| NEEDED.contains(&command)) => {}
            Fact::Dangerous { user, command } => {
                marks.note(
                    Mark::DangerousServed,
                    Some(at),
                    format!("{command} by {client} as {}", user_name(user)),
                );
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                if peer.dangerous.len() < MAX_RULES {
                    peer.dangerous.insert(command.to_string());
                }
            }
            Fact::Client(known) => {
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                let newer = Latest {
                    time: seen.time,
                    at,
                    value: known.clone(),
                };
                Latest::update(&mut peer.client, &newer);
            }
            Fact::Setting(setting) => self.setting(at, seen.time, setting),
            Fact::Software(software) => {
                let newer = Latest {
                    time: seen.time,
                    at,
                    value: software.clone(),
                };
                Latest::update(&mut self.software, &newer);
            }
            Fact::AclUser(acl) => {
                let name = user_name(&acl.user);
                let is_default = matches!(acl.user, User::Default | User::NoLogin);
                if is_default && acl.rules.enabled == Some(false) {
                    marks.note(Mark::DefaultOff, Some(at.clone()), "default is off");
                }
                if acl.rules.hashes > 0 {
                    marks.note(
                        Mark::HashedAcl,
                        Some(at.clone()),
                        format!("{name} has hashed passwords"),
                    );
                }
                if acl.rules.enabled != Some(false)
                    && !is_default
                    && acl.rules.all_commands
                    && acl.rules.all_keys
                {
                    marks.note(
                        Mark::WideAcl,
                        Some(at),
                        format!("{name} may run every command on every key"),
                    );
                }
            }
            Fact::PlainAclPassword => marks.note(
                Mark::PlainAclPassword,
                Some(at),
                format!("{client} set an ACL password in the clear"),
            ),
            Fact::Cluster(cluster) => {
                if cluster.both_ports > 0 {
                    marks.note_times(
                        Mark::BothPortsAnnounced,
                        u64::from(cluster.both_ports),
                        Some(at.clone()),
                        format!("{} cluster nodes announce both ports", cluster.both_ports),
                    );
                }
                let newer = Latest {
                    time: seen.time,
                    at,
                    value: (cluster.primaries, cluster.replicas),
                };
                Latest::update(&mut self.cluster, &newer);
            }
            Fact::Replication { user, full_copy } => {
                if seen.transport == Transport::TlsDecrypted {
                    marks.note(
                        Mark::ReplicationTls,
                        Some(at.clone()),
                        format!("a replication link of {client} under TLS, read with its keys"),
                    );
                } else {
                    let what = if *full_copy {
                        "the whole data set was sent to"
                    } else {
                        "a replication link of"
                    };
                    marks.note(
                        Mark::ReplicationPlain,
                        Some(at.clone()),
                        format!("{what} {client}"),
                    );
                }
                let (mark, fact) = own_user(
                    user,
                    (Mark::ReplicaOwnUser, Mark::ReplicaDefaultUser),
                    client,
                );
                if let Some(mark) = mark {
                    marks.note(mark, Some(at), fact);
                }
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                peer.role = Role::Replica;
                peer.acts_as(user);
            }
            Fact::Sentinel { user, side } => {
                if *side == SentinelSide::Serving && seen.transport != Transport::TlsDecrypted {
                    marks.note(
                        Mark::SentinelPlain,
                        Some(at.clone()),
                        format!("{client} asks this Sentinel in the clear"),
                    );
                }
                if *side == SentinelSide::Watching {
                    let (mark, fact) = own_user(
                        user,
                        (Mark::SentinelOwnUser, Mark::SentinelDefaultUser),
                        client,
                    );
                    if let Some(mark) = mark {
                        marks.note(mark, Some(at), fact);
                    }
                }
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                peer.role = peer.role.max(Role::Sentinel);
                peer.acts_as(user);
            }
            Fact::Bus(bus) => {
                if bus.other_port != 0 {
                    marks.note(
                        Mark::BothPortsAnnounced,
                        Some(at),
                        format!(
                            "{client} announces ports {} and {}",
                            bus.port, bus.other_port
                        ),
                    );
                }
                if self.bus.len() < MAX_OFFERS {
                    self.bus.insert(*bus);
                }
            }
            Fact::GaveAway { rule } => {
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                if peer.gave_away.len() < MAX_RULES {
                    peer.gave_away.insert(rule.clone());
                }
            }
            Fact::RespReset { password } => {
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                peer.reset_password |= password;
                if *password {
                    peer.gave_away.insert("cmd.auth".to_owned());
                }
                earliest(&mut peer.first_reset, &at, seen.time);
            }
            // Its connection is counted when it ends.
            Fact::HelloUnanswered => {
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                earliest(&mut peer.first_unanswered, &at, seen.time);
            }
            // Of a port, not of a server.
            Fact::PortClosed => {}
            Fact::Values {
                readable_bytes,
                opaque_bytes,
            } => {
                self.values.0 = self.values.0.saturating_add(*readable_bytes);
                self.values.1 = self.values.1.saturating_add(*opaque_bytes);
            }
        }
        0
    }

    fn login(&mut self, observation: &Observation, login: &Login) -> u64 {
        let seen = &observation.seen;
        let at = At::from(seen);
        let client = seen.client.address;
        let name = user_name(&login.user);
        let marks = &mut self.marks;
        let (mark, under) = if seen.transport == Transport::TlsDecrypted {
            (Mark::PasswordUnderTls, " under TLS")
        } else {
            (Mark::PasswordInClear, "")
        };
        marks.note(
            mark,
            Some(at.clone()),
            format!("{client} sent the password of {name}{under}"),
        );
        match (login.outcome, login.form) {
            (LoginOutcome::Accepted, form) => {
                marks.note(
                    Mark::LoginAccepted,
                    Some(at.clone()),
                    format!("{client} logged in as {name}"),
                );
                let mark = match form {
                    LoginForm::OneArgument => Mark::OneArgumentLogin,
                    LoginForm::TwoArguments | LoginForm::Hello => Mark::TwoArgumentLogin,
                };
                marks.note(
                    mark,
                    Some(at.clone()),
                    format!("{client} logged in as {name}"),
                );
            }
            (LoginOutcome::NoPasswordConfigured, _) => marks.note(
                Mark::NoPasswordConfigured,
                Some(at.clone()),
                format!("{client} sent a password that the server does not ask for"),
            ),
            (LoginOutcome::WrongPassword, LoginForm::OneArgument) => {
                marks.note(
                    Mark::OneArgumentRefused,
                    Some(at.clone()),
                    format!("{client}: WRONGPASS"),
                );
                marks.note(
                    Mark::DefaultRefused,
                    Some(at.clone()),
                    format!("{client} as default: WRONGPASS"),
                );
            }
            (LoginOutcome::WrongPassword, _) if login.user == User::Default => marks.note(
                Mark::DefaultRefused,
                Some(at.clone()),
                format!("{client} as default: WRONGPASS"),
            ),
            _ => {}
        }
        match &login.password {
            Some(password) => self.password(&at, client, &login.user, *password),
            None => 0,
        }
    }

    fn password(&mut self, at: &At, client: Address, user: &User, password: Password) -> u64 {
        let name = user_name(user);
        if password.is_weak() {
            let why = if password.common {
                "is on every guesser's list"
            } else if password.kinds < 3 {
                "is short or of few kinds of characters"
            } else {
                "is short"
            };
            self.marks.note(
                Mark::WeakPassword,
                Some(at.clone()),
                format!("the password of {name} {why}"),
            );
        } else {
            self.marks.note(
                Mark::FairPassword,
                Some(at.clone()),
                format!("the password of {name} is long or varied enough"),
            );
        }
        if self.passwords.len() >= MAX_PASSWORDS
            && !self.passwords.contains_key(&password.sameness())
        {
            return 1;
        }
        let known = self.passwords.entry(password.sameness()).or_default();
        if known.len() < MAX_PASSWORDS {
            known.insert((user.clone(), client));
        }
        0
    }

    fn refused(&mut self, at: At, client: Address, refusal: &Refusal) {
        let what = refusal
            .command
            .as_ref()
            .map_or_else(|| "a command".to_owned(), Printable::to_string);
        let name = user_name(&refusal.user);
        let marks = &mut self.marks;
        match refusal.kind {
            RefusalKind::NoAuth => {
                let fact = format!("{client}: {what} refused with NOAUTH");
                marks.note(Mark::NoAuth, Some(at), fact);
            }
            RefusalKind::NoPerm => {
                let fact = format!("{what} refused to {name} with NOPERM");
                if refusal.dangerous {
                    marks.note(Mark::NoPermDangerous, Some(at.clone()), fact.clone());
                }
                marks.note(Mark::NoPerm, Some(at), fact);
            }
            RefusalKind::Denied => {
                let fact = format!("{client} refused with DENIED");
                marks.note(Mark::Denied, Some(at), fact);
            }
            RefusalKind::WrongPass => {
                if matches!(refusal.user, User::Default | User::NoLogin) {
                    let fact = format!("{client} as default: WRONGPASS");
                    marks.note(Mark::DefaultRefused, Some(at), fact);
                }
            }
            RefusalKind::UnknownCommand => {
                if refusal.dangerous {
                    let fact = format!("{what} is unknown to the server");
                    marks.note(Mark::UnknownCommand, Some(at), fact);
                }
            }
        }
    }

    fn setting(&mut self, at: At, time: Timestamp, setting: &Setting) {
        let newer = Latest {
            time,
            at,
            value: setting.value.clone(),
        };
        let mut slot = self.settings.remove(setting.name);
        Latest::update(&mut slot, &newer);
        if let Some(latest) = slot {
            self.settings.insert(setting.name, latest);
        }
    }

    /// Passwords that serve more than one user, or one user from more than one client.
    pub(super) fn reused_passwords(&self) -> impl Iterator<Item = ReusedPassword> + '_ {
        self.passwords.values().filter_map(|uses| {
            let users: BTreeSet<_> = uses.iter().map(|(user, _)| user_name(user)).collect();
            let clients: BTreeSet<_> = uses.iter().map(|(_, client)| *client).collect();
            (users.len() > 1 || clients.len() > 1).then_some(ReusedPassword { users, clients })
        })
    }

    /// Adds what another shard saw.
    pub(super) fn merge(&mut self, other: &Self) -> u64 {
        let mut clipped = 0;
        self.marks.merge(&other.marks);
        for (&address, theirs) in &other.clients {
            match peer(&mut self.clients, address) {
                Some(ours) => ours.merge(theirs),
                None => clipped += 1,
            }
        }
        for (&name, latest) in &other.settings {
            let mut slot = self.settings.remove(name);
            Latest::update(&mut slot, latest);
            if let Some(latest) = slot {
                self.settings.insert(name, latest);
            }
        }
        if let Some(software) = &other.software {
            Latest::update(&mut self.software, software);
        }
        if let Some(cluster) = &other.cluster {
            Latest::update(&mut self.cluster, cluster);
        }
        self.bus.extend(other.bus.iter().copied());
        self.offers.extend(other.offers.iter().cloned());
        while self.offers.len() > MAX_OFFERS {
            self.offers.pop_last();
        }
        for (id, finding) in &other.findings {
            if self.findings.len() < MAX_FINDINGS || self.findings.contains_key(id) {
                self.findings
                    .entry(id.clone())
                    .or_insert_with(|| finding.clone());
            } else {
                clipped += 1;
            }
        }
        for (&sameness, uses) in &other.passwords {
            if self.passwords.len() < MAX_PASSWORDS || self.passwords.contains_key(&sameness) {
                self.passwords
                    .entry(sameness)
                    .or_default()
                    .extend(uses.iter().cloned());
            } else {
                clipped += 1;
            }
        }
        if let Some(theirs) = other.tls_span.0 {
            self.tls_span.take_longer(theirs);
        }
        for (version, count) in &other.tls_versions {
            *self.tls_versions.entry(*version).or_default() += count;
        }
        self.values.0 = self.values.0.saturating_add(other.values.0);
        self.values.1 = self.values.1.saturating_add(other.values.1);
        clipped
    }
}

impl Peer {
    fn merge(&mut self, other: &Self) {
        self.plain.merge(other.plain);
        self.tls.merge(other.tls);
        self.unknown.merge(other.unknown);
        self.commands = self.commands.saturating_add(other.commands);
        if let Some(client) = &other.client {
            Latest::update(&mut self.client, client);
        }
        for (user, commands) in &other.users {
            *self.users.entry(user.clone()).or_default() += commands;
        }
        self.role = self.role.max(other.role);
        self.bus |= other.bus;
        self.gave_away.extend(other.gave_away.iter().cloned());
        self.dangerous.extend(other.dangerous.iter().cloned());
        if let Some(theirs) = &other.first_plain {
            if self.first_plain.is_none() || other.first_plain_time < self.first_plain_time {
                self.first_plain_time = other.first_plain_time;
            }
            if self.first_plain.as_ref().is_none_or(|ours| theirs < ours) {
                self.first_plain = Some(theirs.clone());
            }
        }
        self.last_plain_time = self.last_plain_time.max(other.last_plain_time);
        self.resets += other.resets;
        self.reset_password |= other.reset_password;
        if let Some((at, time)) = &other.first_reset {
            earliest(&mut self.first_reset, at, *time);
        }
        self.unanswered_hellos += other.unanswered_hellos;
        if let Some((at, time)) = &other.first_unanswered {
            earliest(&mut self.first_unanswered, at, *time);
        }
        self.without_certificate += other.without_certificate;
        self.old_version = self.old_version.max(other.old_version);
    }

    /// Notes a user of whom no commands were counted.
    fn acts_as(&mut self, user: &User) {
        if self.users.len() < MAX_USERS {
            self.users.entry(user.clone()).or_default();
        }
    }

    /// The user under which it ran most commands in the clear.
    pub(super) fn main_user(&self) -> Option<&User> {
        self.users
            .iter()
            .max_by_key(|(_, commands)| **commands)
            .map(|(user, _)| user)
    }
}

/// Users or clients that share a password.
#[derive(Debug, Clone)]
pub(super) struct ReusedPassword {
    pub(super) users: BTreeSet<String>,
    pub(super) clients: BTreeSet<Address>,
}

/// A user in words.
pub(super) fn user_name(user: &User) -> String {
    match user {
        User::Unknown => "an unknown user".to_owned(),
        User::NoLogin | User::Default => "default".to_owned(),
        User::Named(name) => name.to_string(),
    }
}

/// Which of two marks a link's user deserves, and why.
fn own_user(user: &User, marks: (Mark, Mark), client: Address) -> (Option<Mark>, String) {
    let (own, default) = marks;
    match user {
        User::Unknown => (None, String::new()),
        User::NoLogin => (Some(default), format!("{client} did not log in")),
        User::Default => (Some(default), format!("{client} is logged in as default")),
        User::Named(name) => (Some(own), format!("{client} is logged in as {name}")),
    }
}

/// The state of a client; `None` beyond the bound.
fn peer(clients: &mut BTreeMap<Address, Peer>, address: Address) -> Option<&mut Peer> {
    if clients.len() >= MAX_CLIENTS && !clients.contains_key(&address) {
        return None;
    }
    Some(clients.entry(address).or_default())
}

fn earliest(slot: &mut Option<(At, Timestamp)>, at: &At, time: Timestamp) {
    if slot.as_ref().is_none_or(|(first, _)| at < first) {
        *slot = Some((at.clone(), time));
    }
}

fn server_address(event: &ConnectionEvent) -> Address {
    event
        .server
        .address
        .parse::<std::net::IpAddr>()
        .map(Address::from)
        .unwrap_or_default()
}

/// Weaknesses that are worth a note in the finding list but fail no line of the checklist.
const MILD: [&str; 9] = [
    "tls.version-behind",
    "tls.cipher-cbc-etm",
    "tls.cipher-ccm8",
    "tls.cipher-not-recommended",
    "tls.kx-not-post-quantum",
    "tls.cert-name",
    "tls.cert-usage",
    "tls.cert-expires-soon",
    "tls.cert-self-signed",
];

/// Commands of category @dangerous that links and monitoring live on.
const NEEDED: [&str; 7] = [
    "INFO", "LASTSAVE", "PSYNC", "REPLCONF", "ROLE", "SENTINEL", "SYNC",
];

/// Client addresses kept a server: `maxclients` of Redis is 10,000 by default.
pub(super) const MAX_CLIENTS: usize = 10_000;
/// Users kept a client address.
const MAX_USERS: usize = 16;
/// Rules (or dangerous commands) kept a client address; more than we have of the kind.
const MAX_RULES: usize = 128;
/// Findings kept a server.
const MAX_FINDINGS: usize = 4096;
/// Distinct passwords kept a server, and uses of each; as keyed hashes.
const MAX_PASSWORDS: usize = 256;
/// Offers of suites kept a server; two that differ are enough to tell whose order counts.
const MAX_OFFERS: usize = 16;
/// Suites kept of an offer; OpenSSL offers about 60 when asked for all of them.
const MAX_OFFERED_SUITES: usize = 64;
