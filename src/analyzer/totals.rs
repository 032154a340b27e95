//! What a shard adds up, and how shards become one answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::access::Access;
use super::talk::{About, connection_id};
use super::{AnalyzerConfig, CommandEvents, FindingEvents, frame};
use crate::community_id::community_id;
use crate::detect::{Detector, Fact, Findings, Fresh, Hits, Occurrence, Place};
use crate::event::{
    Accounting, BlindSpots, CheckEvent, CommandEvent, ConnectionEvent, ConnectionProtocol,
    Coverage, Event, FindingCounts, FindingDirection, FindingEvent, IssuedTicket, MendStep,
    Observed, Severity, StatisticsEvent, TlsEvent, TlsVersion, Transport,
};
use crate::flow::{FlowCounters, FlowEnd, FlowView, Opening};
use crate::observation::{Observation, Seen};
use crate::packet::{Origin, Timestamp};
use crate::posture::{PLAIN_PORT, Posture};
use crate::redact::{Printable, Sensitive};
use crate::resp::RespCounters;
use crate::segment::{Address, Direction, Endpoint};
use crate::stats::{Stats, StatsConfig};
use crate::tls::{Sessions, Weakness};

/// TLS connections on unexpected ports that wait, in each shard, for the end of the run to know
/// whether their host is Redis's; beyond it they are only counted.
const MAX_DEFERRED: usize = 4096;

/// Connections of a shard whose packets are kept.
const MAX_KEPT: usize = 16_384;

/// Hosts of a shard remembered for having spoken RESP.
const MAX_HOSTS: usize = 65_536;

/// A shard at work.
pub(super) struct ShardState {
    pub(super) totals: Totals,
    pub(super) events: Vec<Event>,
    /// Command events made so far.
    pub(super) commands_made: u32,
    /// Scratch for key patterns.
    pub(super) pattern: Vec<u8>,
    /// Bytes that RESP decoders hold, as last asked.
    pub(super) resp_held: usize,
    /// Bytes of command events that wait for their reply.
    pub(super) open_held: usize,
    /// Groups when new findings were last told (live).
    groups_told: usize,
}

/// Figures of one shard, or of all of them after [`Totals::merge`].
#[derive(Default)]
pub struct Totals {
    pub(super) accounting: Accounting,
    pub(super) findings: Option<Findings>,
    pub(super) posture: Posture,
    pub(super) stats: Option<Stats>,
    pub(super) connections: u64,
    pub(super) commands: u64,
    pub(super) replies: u64,
    pub(super) resyncs: u64,
    pub(super) unscanned_bytes: u64,
    pub(super) opaque_value_bytes: u64,
    /// Connections by what they spoke.
    pub(super) protocols: BTreeMap<ConnectionProtocol, u64>,
    pub(super) encrypted_bytes: u64,
    pub(super) midstream: u64,
    pub(super) gap_bytes: u64,
    pub(super) evicted: u64,
    pub(super) limits: BTreeMap<String, u64>,
    /// Hosts that spoke RESP or the cluster bus.
    pub(super) hosts: BTreeSet<Address>,
    pub(super) deferred: Vec<Deferred>,
    pub(super) deferred_dropped: u64,
    pub(super) access: Access,
    /// Connections with findings, where their packets are to be kept.
    kept: Vec<Kept>,
    latest: Timestamp,
    /// Handshakes that were told, for those that resume them and are told at the end.
    sessions: Sessions,
}

/// TLS on a port where nobody said that Redis is: told or not, the end of the run decides.
pub(super) enum Deferred {
    /// A handshake, with what is weak about it.
    Handshake {
        server: Endpoint,
        client: Endpoint,
        event: Box<TlsEvent>,
        weaknesses: Vec<(&'static str, Severity)>,
    },
    /// A ticket that came after its handshake.
    Ticket {
        server: Endpoint,
        issued: Box<IssuedTicket>,
    },
    /// The connection itself.
    Connection {
        server: Endpoint,
        event: Box<ConnectionEvent>,
    },
}

impl Deferred {
    fn server(&self) -> Endpoint {
        match self {
            Self::Handshake { server, .. }
            | Self::Ticket { server, .. }
            | Self::Connection { server, .. } => *server,
        }
    }
}

/// A connection with findings, for who keeps its packets.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// One end.
    pub client: Endpoint,
    /// The other.
    pub server: Endpoint,
    /// First packet.
    pub start: Timestamp,
    /// Last packet.
    pub end: Timestamp,
}

/// What a run found, for its last events and its summary.
pub struct Outcome {
    /// Findings, in the order of first occurrence, those below `--min-confidence` left out.
    pub findings: Vec<FindingEvent>,
    /// Their number by severity.
    pub counts: FindingCounts,
    /// Handshakes that were only now known to be Redis's.
    pub tls: Vec<TlsEvent>,
    /// The checklist.
    pub checks: Vec<CheckEvent>,
    /// What to do, in the order in which nothing breaks.
    pub mend: Vec<MendStep>,
    /// With `--stats`.
    pub statistics: Vec<StatisticsEvent>,
    /// Who was readable.
    pub coverage: Coverage,
    /// What the core could not see; sources add theirs.
    pub blind_spots: BlindSpots,
    /// Payload half of the accounting.
    pub accounting: Accounting,
    /// Occurrences that policy entries suppressed, by entry.
    pub suppressed: BTreeMap<String, u64>,
    /// TCP connections.
    pub connections: u64,
    /// Connections that spoke RESP, TLS (as far as it was told) or the cluster bus.
    pub understood: u64,
    /// Commands.
    pub commands: u64,
    /// Replies.
    pub replies: u64,
    /// TLS connections that were not told, because nothing says that they are Redis's.
    pub other_tls: u64,
    /// Connections with findings, where their packets are to be kept.
    pub kept: Vec<Kept>,
}

/// Prints user names and key patterns, their sensitive stretches masked.
fn printer<'a>(
    config: &'a AnalyzerConfig,
    print: impl Fn(&[u8], &[Sensitive]) -> Printable + 'a,
) -> impl FnMut(&[u8]) -> Printable + 'a {
    let mut detector = Detector::new(config.pack.clone(), config.policy.clone(), config.detection);
    let mut hits = Hits::new();
    let mut spans = Vec::new();
    move |text| {
        detector.name(text, &mut hits);
        spans.clear();
        hits.spans(Place::Name, &mut spans);
        print(text, &spans)
    }
}

impl Outcome {
    /// Counts the findings again, after some were taken out.
    pub fn recount(&mut self) {
        self.counts = count(&self.findings);
    }
}

impl ShardState {
    pub(super) fn new(config: &AnalyzerConfig) -> Self {
        Self {
            totals: Totals {
                findings: Some(Findings::new(
                    config.pack.clone(),
                    config.policy.clone(),
                    config.redactor.clone(),
                    config.min_confidence,
                )),
                posture: Posture::new(config.posture.clone()),
                stats: config.statistics.map(|slice| {
                    Stats::new(StatsConfig {
                        slice_seconds: slice,
                        ..StatsConfig::default()
                    })
                }),
                ..Totals::default()
            },
            events: Vec::new(),
            commands_made: 0,
            pattern: Vec::new(),
            resp_held: 0,
            open_held: 0,
            groups_told: 0,
        }
    }

    /// True where one more command event is wanted, which then counts.
    pub(super) fn wants_command(&mut self, config: &AnalyzerConfig) -> bool {
        let wanted = match config.wanted.commands {
            CommandEvents::None => false,
            CommandEvents::First(most) => self.commands_made < most,
            CommandEvents::All => true,
        };
        self.commands_made = self.commands_made.saturating_add(u32::from(wanted));
        wanted
    }

    pub(super) fn emit_command(&mut self, event: CommandEvent) {
        self.events.push(Event::Command(Box::new(event)));
    }

    /// Adds a message's hits; how many were kept.
    pub(super) fn found(
        &mut self,
        config: &AnalyzerConfig,
        seen: &Occurrence<'_>,
        hits: &Hits,
    ) -> u32 {
        let Some(findings) = &mut self.totals.findings else {
            return 0;
        };
        if config.wanted.findings == FindingEvents::All {
            let events = findings.events_of(seen, hits);
            self.events.extend(
                events
                    .into_iter()
                    .map(|event| Event::Finding(Box::new(event))),
            );
        }
        let kept = findings.add(seen, hits);
        self.tell_new(config);
        kept
    }

    /// Adds a fact; true where it was kept.
    pub(super) fn fact_at(
        &mut self,
        config: &AnalyzerConfig,
        seen: &Occurrence<'_>,
        fact: &Fact<'_>,
    ) -> bool {
        let Some(findings) = &mut self.totals.findings else {
            return false;
        };
        let kept = findings.add_fact(seen, fact);
        if kept {
            self.tell_new(config);
        }
        kept
    }

    /// Live: tells findings that were not there before.
    pub(super) fn tell_new(&mut self, config: &AnalyzerConfig) {
        if config.wanted.findings != FindingEvents::FirstSight {
            return;
        }
        let Some(findings) = &mut self.totals.findings else {
            return;
        };
        if findings.group_count() == self.groups_told {
            return;
        }
        let fresh = findings.fresh(Fresh::FirstSight);
        self.groups_told = findings.group_count();
        self.events.extend(
            fresh
                .into_iter()
                .map(|event| Event::Finding(Box::new(event))),
        );
    }

    pub(super) fn observe(&mut self, observation: &Observation) {
        self.totals.posture.observe(observation);
    }

    /// A flow ended, whatever it was: a port that answered is open. Also outside the scope, since it
    /// only keeps from claiming that the port is closed.
    pub(super) fn note_open(&mut self, flow: &FlowView, end: &FlowEnd) {
        let said = &end.server_to_client;
        // A refusal is one packet. What went by after nobody followed may have been the server's.
        let refused = is_refusal(end) && said.packets <= 1 && said.stream_bytes == 0;
        let silent = said.packets == 0 && said.stream_bytes == 0 && end.passed_by_bytes == 0;
        if !refused && !silent {
            self.totals.posture.port_open(flow.server());
        }
    }

    /// A flow ended on which not one byte was said.
    pub(super) fn ended_silent(&mut self, config: &AnalyzerConfig, flow: &FlowView, end: &FlowEnd) {
        self.totals.connections += 1;
        self.totals.latest = self.totals.latest.max(end.last);
        if !config.scope.admits(flow.client(), flow.server()) {
            return;
        }
        // A SYN that is answered by a reset proves a port closed.
        if flow.server().port == PLAIN_PORT && is_refusal(end) {
            self.totals.posture.observe(&Observation {
                seen: Seen {
                    server: flow.server(),
                    client: flow.client(),
                    connection: connection_id(flow),
                    capture: flow.first.capture,
                    frame: frame(config, flow.first),
                    time: flow.now,
                    transport: Transport::Plaintext,
                },
                fact: crate::observation::Fact::PortClosed,
            });
        }
        if !config.wanted.connections {
            return;
        }
        let event = ConnectionEvent {
            time: flow.now,
            connection: connection_id(flow),
            community_id: community_id(flow.client(), flow.server()),
            client: flow.client().into(),
            server: flow.server().into(),
            start: flow.start,
            end: end.last,
            duration_ns: end.last.since(flow.start),
            protocol: ConnectionProtocol::Unknown,
            tls_version: None,
            tls_evidence: None,
            end_reason: end.reason,
            midstream: flow.midstream(),
            client_to_server: Some(end.client_to_server),
            server_to_client: Some(end.server_to_client),
            bytes: end.client_to_server.stream_bytes + end.server_to_client.stream_bytes,
            commands: 0,
            replies: 0,
            errors: 0,
            resyncs: 0,
            skipped_bytes: 0,
            findings: 0,
            capture: flow.first.capture,
            frame: frame(config, flow.first),
        };
        self.events.push(Event::Connection(Box::new(event)));
    }

    /// A flow ended of which something was said.
    pub(super) fn ended(
        &mut self,
        config: &AnalyzerConfig,
        about: About,
        flow: &FlowView,
        end: &FlowEnd,
    ) {
        let totals = &mut self.totals;
        totals.connections += 1;
        totals.latest = totals.latest.max(end.last);
        totals.midstream += u64::from(flow.midstream());
        *totals.protocols.entry(about.protocol).or_default() += 1;
        if config.wanted.kept && about.findings > 0 {
            if totals.kept.len() < MAX_KEPT {
                let (client, server) = (about.client, about.server);
                totals.kept.push(Kept {
                    client,
                    server,
                    start: flow.start,
                    end: end.last,
                });
            } else {
                *totals
                    .limits
                    .entry("kept_connections".to_owned())
                    .or_default() += 1;
            }
        }
        totals.accounting.opaque_bytes += about.opaque_bytes;
        totals.accounting.unfinished_bytes += about.unfinished_bytes;
        let (client_to_server, server_to_client) = if about.swapped {
            (end.server_to_client, end.client_to_server)
        } else {
            (end.client_to_server, end.server_to_client)
        };
        let counters = |counters| (!end.following_stopped).then_some(counters);
        let event = ConnectionEvent {
            time: flow.now,
            connection: about.id,
            community_id: community_id(about.client, about.server),
            client: about.client.into(),
            server: about.server.into(),
            start: flow.start,
            end: end.last,
            duration_ns: end.last.since(flow.start),
            protocol: about.protocol,
            tls_version: about.tls_version,
            tls_evidence: about.tls_evidence,
            end_reason: end.reason,
            midstream: flow.midstream(),
            client_to_server: counters(client_to_server),
            server_to_client: counters(server_to_client),
            bytes: about.client_bytes + about.server_bytes + end.passed_by_bytes,
            commands: about.resp.commands,
            replies: about.resp.replies,
            errors: about.resp.errors,
            resyncs: about.resp.resyncs,
            skipped_bytes: about.resp.skipped_bytes,
            findings: about.findings,
            capture: flow.first.capture,
            frame: frame(config, flow.first),
        };
        match about.protocol {
            ConnectionProtocol::Resp | ConnectionProtocol::ClusterBus => {
                totals.spoke(about.server.address);
                totals.posture.connection(&event);
            }
            ConnectionProtocol::Tls => {
                totals.encrypted_bytes += event.bytes;
                if config.scope.expects_tls(about.server.port) {
                    totals.posture.connection(&event);
                } else {
                    let event = Box::new(event.clone());
                    totals.defer(Deferred::Connection {
                        server: about.server,
                        event,
                    });
                }
            }
            ConnectionProtocol::Unknown if config.scope.expects_tls(about.server.port) => {
                totals.posture.connection(&event);
            }
            ConnectionProtocol::Unknown | ConnectionProtocol::Other => {}
        }
        if config.wanted.connections {
            self.events.push(Event::Connection(Box::new(event)));
        }
    }
}

impl Totals {
    /// Adds the figures of a later shard.
    pub fn merge(&mut self, other: Self) {
        self.accounting.add(&other.accounting);
        match (&mut self.findings, other.findings) {
            (Some(ours), Some(theirs)) => ours.merge(theirs),
            (ours, theirs) => *ours = theirs.or(ours.take()),
        }
        if self.connections == 0 && self.hosts.is_empty() && self.deferred.is_empty() {
            // The first shard brings the policy that an empty posture does not have.
            let ours = std::mem::replace(&mut self.posture, other.posture);
            self.posture.merge(&ours);
        } else {
            self.posture.merge(&other.posture);
        }
        match (&mut self.stats, other.stats) {
            (Some(ours), Some(theirs)) => ours.merge(&theirs),
            (ours, theirs) => *ours = theirs.or(ours.take()),
        }
        self.connections += other.connections;
        self.commands += other.commands;
        self.replies += other.replies;
        self.resyncs += other.resyncs;
        self.unscanned_bytes += other.unscanned_bytes;
        self.opaque_value_bytes += other.opaque_value_bytes;
        self.encrypted_bytes += other.encrypted_bytes;
        self.midstream += other.midstream;
        self.gap_bytes += other.gap_bytes;
        self.evicted += other.evicted;
        self.deferred_dropped += other.deferred_dropped;
        self.latest = self.latest.max(other.latest);
        for (protocol, count) in other.protocols {
            *self.protocols.entry(protocol).or_default() += count;
        }
        for (name, count) in other.limits {
            *self.limits.entry(name).or_default() += count;
        }
        self.hosts.extend(other.hosts);
        self.deferred.extend(other.deferred);
        self.kept.extend(other.kept);
        self.access.merge(other.access);
    }

    /// Adds the counters of a flow table.
    pub(super) fn count_flows(&mut self, counters: &FlowCounters) {
        counters.add_to(&mut self.accounting);
        counters.add_limits_to(&mut self.limits);
        self.gap_bytes += counters.gap_bytes;
        self.evicted += counters.ended_evicted;
    }

    /// Adds the figures of a RESP connection in the clear.
    pub(super) fn count_resp(&mut self, counters: &RespCounters) {
        let accounting = &mut self.accounting;
        accounting.command_bytes += counters.command_bytes;
        accounting.reply_bytes += counters.reply_bytes;
        accounting.push_bytes += counters.push_bytes;
        accounting.replication_bytes += counters.replication_bytes;
        accounting.filler_bytes += counters.filler_bytes;
        accounting.skipped_bytes += counters.skipped_bytes;
        accounting.unfinished_bytes += counters.unfinished_bytes;
        self.count_messages(counters);
    }

    /// The same of one that was never on the wire as such.
    pub(super) fn count_inner(&mut self, counters: &RespCounters, delivered: u64, opaque: u64) {
        let inner = &mut self.accounting.inner;
        inner.delivered_bytes += delivered;
        inner.command_bytes += counters.command_bytes;
        inner.reply_bytes += counters.reply_bytes;
        inner.push_bytes += counters.push_bytes;
        inner.replication_bytes += counters.replication_bytes;
        inner.filler_bytes += counters.filler_bytes;
        inner.skipped_bytes += counters.skipped_bytes;
        inner.unfinished_bytes += counters.unfinished_bytes;
        inner.opaque_bytes += opaque;
        self.count_messages(counters);
    }

    fn count_messages(&mut self, counters: &RespCounters) {
        self.commands += counters.commands + counters.replicated;
        self.replies += counters.replies;
        self.resyncs += counters.resyncs;
        if counters.too_deep > 0 {
            *self.limits.entry("resp_depth".to_owned()).or_default() += counters.too_deep;
        }
    }

    /// Remembers a host that spoke RESP or the cluster bus.
    fn spoke(&mut self, host: Address) {
        if self.hosts.len() < MAX_HOSTS {
            self.hosts.insert(host);
        }
    }

    pub(super) fn defer(&mut self, deferred: Deferred) {
        if self.deferred.len() < MAX_DEFERRED {
            self.deferred.push(deferred);
        } else {
            self.deferred_dropped += 1;
        }
    }

    /// Takes over, once all shards are merged, what was known of sessions when their handshakes
    /// were told in the order of the run, and what resumed ones inherited.
    pub fn continue_sessions(&mut self, sessions: Sessions, inherited: &Posture) {
        self.sessions = sessions;
        self.posture.merge(inherited);
    }

    /// Draws the conclusions, once all shards are merged.
    #[must_use]
    pub fn conclude(mut self, config: &AnalyzerConfig) -> Outcome {
        let (tls, other_tls) = self.tell_deferred();
        if let Some(findings) = &mut self.findings {
            self.access.conclude(findings);
            for seam in self.posture.seams() {
                let seen = Occurrence {
                    at: seam.last_time,
                    origin: Origin {
                        capture: seam.capture,
                        frame: seam.frame.unwrap_or_default(),
                    },
                    connection: &seam.connection,
                    client: seam.client,
                    server: seam.server,
                    transport: Transport::Plaintext,
                    path: crate::network::path_between(seam.client.address, seam.server.address),
                    direction: FindingDirection::Request,
                    command: None,
                };
                let client = seam.client.address.to_string();
                findings.add_fact(
                    &seen,
                    &Fact {
                        rule: seam.kind.rule(),
                        subject: client.as_bytes(),
                        why: Some(seam.why.clone()),
                        ..Fact::default()
                    },
                );
            }
        }
        let mut findings = self
            .findings
            .as_mut()
            .map(Findings::events)
            .unwrap_or_default();
        if config.live {
            for finding in &mut findings {
                finding.frame = None;
            }
        }
        for finding in &findings {
            self.posture.finding(finding);
        }
        let assessment = self.posture.assess(self.latest);
        let mut limits = self.limits;
        for (name, count) in [
            ("posture_servers_or_clients", assessment.clipped),
            ("refused_ports", assessment.clipped_ports),
            ("tls_on_unexpected_ports", self.deferred_dropped),
            ("logins_by_client", self.access.clipped()),
        ] {
            if count > 0 {
                *limits.entry(name.to_owned()).or_default() += count;
            }
        }
        if let Some(groups) = &self.findings {
            for (rule, count) in groups.overflow() {
                *limits.entry(format!("finding_groups:{rule}")).or_default() += count;
            }
        }
        let of = |protocol| self.protocols.get(&protocol).copied().unwrap_or_default();
        let tls_connections = of(ConnectionProtocol::Tls);
        Outcome {
            counts: count(&findings),
            findings,
            tls,
            checks: assessment.checks,
            mend: assessment.mend,
            statistics: self
                .stats
                .as_ref()
                .map(|stats| {
                    let redactor = &config.redactor;
                    stats.events(
                        self.latest,
                        &mut printer(config, |text, spans| redactor.text(text, spans)),
                        &mut printer(config, |key, spans| {
                            redactor.key(key, key.len() as u64, spans)
                        }),
                    )
                })
                .unwrap_or_default(),
            coverage: assessment.coverage,
            blind_spots: BlindSpots {
                gap_bytes: self.gap_bytes,
                resyncs: self.resyncs,
                evicted_flows: self.evicted,
                unscanned_value_bytes: self.unscanned_bytes,
                opaque_value_bytes: self.opaque_value_bytes,
                undecodable_connections: of(ConnectionProtocol::Other),
                encrypted_connections: tls_connections,
                encrypted_bytes: self.encrypted_bytes,
                midstream_connections: self.midstream,
                limits,
                ..BlindSpots::default()
            },
            accounting: self.accounting,
            suppressed: self
                .findings
                .as_ref()
                .map(|findings| findings.suppressed().clone())
                .unwrap_or_default(),
            connections: self.connections,
            understood: of(ConnectionProtocol::Resp)
                + of(ConnectionProtocol::ClusterBus)
                + tls_connections.saturating_sub(other_tls),
            commands: self.commands,
            replies: self.replies,
            other_tls,
            kept: self.kept,
        }
    }

    /// Decides about TLS on unexpected ports: it is Redis's where the host also spoke RESP or the
    /// cluster bus, or where nothing else was seen at all. Second: connections not told.
    fn tell_deferred(&mut self) -> (Vec<TlsEvent>, u64) {
        let connection = |one: &&Deferred| matches!(one, Deferred::Connection { .. });
        let all = self.hosts.is_empty()
            && self.deferred.iter().filter(connection).count() as u64
                >= self
                    .protocols
                    .get(&ConnectionProtocol::Tls)
                    .copied()
                    .unwrap_or_default();
        let mut told = Vec::new();
        let mut tickets: HashMap<_, Vec<_>> = HashMap::new();
        let mut left = 0;
        for deferred in std::mem::take(&mut self.deferred) {
            let wanted = all || self.hosts.contains(&deferred.server().address);
            match deferred {
                Deferred::Connection { .. } if !wanted => left += 1,
                Deferred::Handshake { .. } | Deferred::Ticket { .. } if !wanted => {}
                Deferred::Ticket { issued, .. } => {
                    let IssuedTicket {
                        handshake, ticket, ..
                    } = *issued;
                    tickets.entry(handshake).or_default().push(ticket);
                }
                Deferred::Connection { event, .. } => self.posture.connection(&event),
                Deferred::Handshake {
                    server,
                    client,
                    event,
                    weaknesses,
                } => {
                    self.posture.tls(&event);
                    if let Some(findings) = &mut self.findings {
                        add_weaknesses(findings, server, client, &event, &weaknesses);
                    }
                    told.push(*event);
                }
            }
        }
        told.sort_by_key(|event| (event.time, event.capture, event.frame));
        for event in &mut told {
            let issued = &mut event.session.issued;
            let later = issued.iter().find_map(|link| tickets.remove(link));
            issued.extend(later.into_iter().flatten());
            if self.sessions.follow(event) {
                self.posture.inherited(event);
            }
        }
        (told, left)
    }
}

/// Makes findings of what is weak about a handshake.
pub(super) fn add_weaknesses(
    findings: &mut Findings,
    server: Endpoint,
    client: Endpoint,
    event: &TlsEvent,
    weaknesses: &[(&'static str, Severity)],
) {
    let seen = Occurrence {
        at: event.time,
        origin: Origin {
            capture: event.capture,
            frame: event.frame.unwrap_or_default(),
        },
        connection: &event.connection,
        client,
        server,
        transport: Transport::Plaintext,
        path: crate::network::path_between(client.address, server.address),
        direction: FindingDirection::Reply,
        command: None,
    };
    let version = event.version.map_or("an unknown version", TlsVersion::name);
    let suite = event
        .cipher_suite_openssl
        .as_deref()
        .or(event.cipher_suite.as_deref());
    let agreed = suite.map_or_else(|| version.to_owned(), |suite| format!("{version}, {suite}"));
    let certificate = &event.client_certificate;
    let inferred = [certificate.requested, certificate.presented]
        .iter()
        .any(|known| matches!(known, Observed::InferredYes | Observed::InferredNo));
    for &(rule, severity) in weaknesses {
        let inferred = inferred && is_of_client_certificate(rule);
        let evidence = if inferred {
            format!(" Inferred: {}.", certificate.why)
        } else {
            String::new()
        };
        let fact = Fact {
            rule,
            severity: Some(severity),
            confidence: inferred.then_some(INFERRED_CONFIDENCE),
            masked: None,
            why: findings.sentence(rule).map(|why| {
                format!(
                    "{why} Seen with {} and {}: {agreed}.{evidence}",
                    client.address, server
                )
            }),
            ..Fact::default()
        };
        findings.add_fact(&seen, &fact);
    }
}

/// The server answered a SYN with a reset, and with nothing else.
fn is_refusal(end: &FlowEnd) -> bool {
    end.reset_by == Some(Direction::ServerToClient) && end.opening == Opening::Asked
}

/// What a finding about client certificates rests on may be no more than record lengths.
fn is_of_client_certificate(rule: &str) -> bool {
    [
        Weakness::ClientCertNotRequested,
        Weakness::ClientCertOptional,
    ]
    .iter()
    .any(|weakness| weakness.id() == rule)
}

/// Record lengths leave little doubt, but some: `high`, not `certain`.
const INFERRED_CONFIDENCE: f32 = 0.9;

fn count(findings: &[FindingEvent]) -> FindingCounts {
    use crate::event::Severity::{Critical, High, Info, Low, Medium};
    let mut counts = FindingCounts::default();
    for finding in findings {
        *match finding.severity {
            Critical => &mut counts.critical,
            High => &mut counts.high,
            Medium => &mut counts.medium,
            Low => &mut counts.low,
            Info => &mut counts.info,
        } += 1;
    }
    counts
}
