//! The state of one connection: which decoder it has, and what was noted about it.

use std::collections::VecDeque;

use super::AnalyzerConfig;
use super::access::Sighting;
use crate::bus::BusConnection;
use crate::detect::{Carry, Occurrence, RuleSet};
use crate::event::{
    CommandEvent, ConnectionProtocol, FindingDirection, Path, Role, TlsEvidence, TlsVersion,
    Transport,
};
use crate::flow::FlowView;
use crate::network::path_between;
use crate::observation::{Seen, User};
use crate::packet::{Origin, Timestamp};
use crate::probe::{Probe, Verdict};
use crate::redact::Printable;
use crate::resp::{RespConnection, RespCounters, Session, Start};
use crate::segment::{Direction, Endpoint};
use crate::tls::{TlsConnection, TlsStart};

/// One connection of which something was said.
pub struct Talk {
    pub(super) stage: Stage,
    pub(super) about: About,
}

/// Which decoder it has.
pub(super) enum Stage {
    /// Not known yet.
    Probing(Probe),
    /// RESP in the clear.
    Resp(Box<RespConnection>),
    /// TLS, and what came out of it.
    Tls(Box<Encrypted>),
    /// Cluster bus in the clear.
    Bus(Box<BusConnection>),
    /// Not ours.
    Other,
}

/// A TLS connection, and the RESP inside where that could be read.
pub(super) struct Encrypted {
    pub(super) tls: TlsConnection,
    pub(super) inner: Option<Box<super::tls_side::Inner>>,
}

/// What was noted about a connection, whatever it speaks.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each with its own doc"
)]
pub(super) struct About {
    /// Client and server are the other way round than TCP's view.
    pub(super) swapped: bool,
    pub(super) client: Endpoint,
    pub(super) server: Endpoint,
    /// `0-14`: input, and number of the first packet in it.
    pub(super) id: String,
    pub(super) path: Path,
    pub(super) protocol: ConnectionProtocol,
    pub(super) tls_version: Option<TlsVersion>,
    pub(super) tls_evidence: Option<TlsEvidence>,
    /// Delivered bytes by content direction: client's, server's.
    pub(super) client_bytes: u64,
    pub(super) server_bytes: u64,
    pub(super) client_finished: bool,
    pub(super) server_finished: bool,
    pub(super) reset_by: Option<Direction>,
    /// Bytes of no decoder: of another protocol, or too few to tell.
    pub(super) opaque_bytes: u64,
    pub(super) unfinished_bytes: u64,
    pub(super) findings: u64,
    /// Rules that matched on this connection; posture was told then, where they are about data.
    pub(super) gave_away: RuleSet,
    /// Values that go by in parts: requests, replies.
    pub(super) request_carry: Carry,
    pub(super) reply_carry: Carry,
    /// Command events that wait for their reply, by index, and the bytes that they take.
    pub(super) open: VecDeque<CommandEvent>,
    pub(super) open_held: usize,
    /// Bytes that its decoder held when last asked.
    pub(super) held: usize,
    /// Commands served since this was last told, as whom.
    pub(super) served: Tab,
    /// Dangerous commands that were told, by their index in the table, with the user.
    pub(super) dangerous: Vec<(u16, User)>,
    /// The client's name and library were told.
    pub(super) client_told: bool,
    /// A replication or Sentinel link was told.
    pub(super) link_told: bool,
    /// SENTINEL commands were answered here: the server is a Sentinel.
    pub(super) sentinel_served: bool,
    /// Value bytes that detectors looked at, and of those the opaque ones.
    pub(super) scanned_bytes: u64,
    pub(super) opaque_value_bytes: u64,
    /// Where a replication link showed itself.
    pub(super) replication: Option<(Timestamp, Origin)>,
    /// A full copy of the data set went by.
    pub(super) copied: bool,
    /// A password went by in a login.
    pub(super) password_seen: bool,
    /// What the RDB decoder of a full sync knows.
    pub(super) sync: Option<Box<super::resp_side::Sync>>,
    pub(super) resp: RespCounters,
}

/// Commands that were served, not yet told to posture.
#[derive(Default)]
pub(super) struct Tab {
    pub(super) user: User,
    pub(super) commands: u64,
    pub(super) names: Vec<Printable>,
    pub(super) last: Option<u16>,
    pub(super) role: Role,
    pub(super) first: Origin,
    pub(super) first_at: Timestamp,
    /// The session's user that `user` was made from.
    pub(super) session_user: Option<Box<[u8]>>,
    pub(super) from_first_byte: bool,
}

impl Talk {
    /// A connection with its first bytes; `None` where the user does not want it.
    pub(super) fn admit(flow: &FlowView, config: &AnalyzerConfig) -> Option<Box<Self>> {
        // Where only content will tell who is who, either way round will do for now.
        let wanted = config.scope.admits(flow.client(), flow.server())
            || (flow.midstream() && config.scope.admits(flow.server(), flow.client()));
        wanted.then(|| {
            Box::new(Self {
                stage: Stage::Probing(Probe::default()),
                about: About::new(flow),
            })
        })
    }
}

impl Stage {
    /// The decoder for a verdict; who is client is settled with it.
    pub(super) fn of(
        verdict: Verdict,
        flow: &FlowView,
        config: &AnalyzerConfig,
        about: &mut About,
    ) -> Self {
        match verdict {
            Verdict::Resp { requests } => {
                if requests == Direction::ServerToClient {
                    about.swap();
                }
                if !config.scope.admits(about.client, about.server) {
                    about.protocol = ConnectionProtocol::Other;
                    return Self::Other;
                }
                about.protocol = ConnectionProtocol::Resp;
                let start = if flow.midstream() {
                    Start::Midstream
                } else {
                    Start::FirstByte
                };
                Self::Resp(Box::new(RespConnection::new(&config.resp, start)))
            }
            Verdict::Tls => {
                about.protocol = ConnectionProtocol::Tls;
                let tls = TlsConnection::new(TlsStart {
                    midstream: flow.midstream(),
                    server: Some(flow.server().address.to_ip()),
                });
                Self::Tls(Box::new(Encrypted { tls, inner: None }))
            }
            Verdict::ClusterBus => {
                about.protocol = ConnectionProtocol::ClusterBus;
                Self::Bus(Box::new(BusConnection::new()))
            }
            Verdict::Other | Verdict::NeedMore => {
                about.protocol = ConnectionProtocol::Other;
                Self::Other
            }
        }
    }
}

impl About {
    fn new(flow: &FlowView) -> Self {
        Self {
            swapped: false,
            client: flow.client(),
            server: flow.server(),
            id: connection_id(flow),
            path: path_between(flow.client().address, flow.server().address),
            protocol: ConnectionProtocol::Unknown,
            tls_version: None,
            tls_evidence: None,
            client_bytes: 0,
            server_bytes: 0,
            client_finished: false,
            server_finished: false,
            reset_by: None,
            opaque_bytes: 0,
            unfinished_bytes: 0,
            findings: 0,
            gave_away: RuleSet::default(),
            request_carry: Carry::default(),
            reply_carry: Carry::default(),
            open: VecDeque::new(),
            open_held: 0,
            held: 0,
            served: Tab::default(),
            dangerous: Vec::new(),
            client_told: false,
            link_told: false,
            sentinel_served: false,
            scanned_bytes: 0,
            opaque_value_bytes: 0,
            replication: None,
            copied: false,
            password_seen: false,
            sync: None,
            resp: RespCounters::default(),
        }
    }

    /// Client and server were the other way round.
    pub(super) fn swap(&mut self) {
        self.swapped = !self.swapped;
        std::mem::swap(&mut self.client, &mut self.server);
        std::mem::swap(&mut self.client_bytes, &mut self.server_bytes);
        std::mem::swap(&mut self.client_finished, &mut self.server_finished);
    }

    /// Something seen on this connection, for a finding that is made later.
    pub(super) fn sighting(&self, (at, origin): (Timestamp, Origin)) -> Sighting {
        Sighting {
            at,
            origin,
            connection: self.id.clone(),
            client: self.client,
            server: self.server,
            path: self.path,
        }
    }

    /// TCP's direction as content has it.
    #[inline]
    pub(super) fn content_direction(&self, direction: Direction) -> Direction {
        if self.swapped {
            direction.reversed()
        } else {
            direction
        }
    }

    #[inline]
    pub(super) fn count(&mut self, direction: Direction, len: usize) {
        match direction {
            Direction::ClientToServer => self.client_bytes += len as u64,
            Direction::ServerToClient => self.server_bytes += len as u64,
        }
    }

    /// Takes back a [`Self::count`] of bytes that will be counted again.
    pub(super) fn uncount(&mut self, direction: Direction, len: usize) {
        let bytes = match direction {
            Direction::ClientToServer => &mut self.client_bytes,
            Direction::ServerToClient => &mut self.server_bytes,
        };
        *bytes = bytes.saturating_sub(len as u64);
    }

    pub(super) fn finished(&mut self, direction: Direction) {
        match self.content_direction(direction) {
            Direction::ClientToServer => self.client_finished = true,
            Direction::ServerToClient => self.server_finished = true,
        }
    }

    /// Adds a decoder's figures.
    pub(super) fn take_counters(&mut self, counters: &RespCounters) {
        self.resp.commands += counters.commands;
        self.resp.replies += counters.replies;
        self.resp.errors += counters.errors;
        self.resp.resyncs += counters.resyncs;
        self.resp.skipped_bytes += counters.skipped_bytes;
    }

    /// True where the commands counted so far were served to the same user.
    #[inline]
    pub(super) fn is_served_as(&self, session: &Session) -> bool {
        self.served.session_user == session.user
            && self.served.from_first_byte == session.from_first_byte
            && (self.served.commands > 0 || self.served.user != User::Unknown)
    }

    /// Where a finding was seen.
    pub(super) fn occurrence(
        &self,
        _flow: &FlowView,
        at: Timestamp,
        origin: Origin,
        direction: FindingDirection,
    ) -> Occurrence<'_> {
        Occurrence {
            at,
            origin,
            connection: &self.id,
            client: self.client,
            server: self.server,
            transport: Transport::Plaintext,
            path: self.path,
            direction,
            command: None,
        }
    }

    /// Where a fact was seen.
    pub(super) fn seen(
        &self,
        config: &AnalyzerConfig,
        transport: Transport,
        at: Timestamp,
        origin: Origin,
    ) -> Seen {
        Seen {
            server: self.server,
            client: self.client,
            connection: self.id.clone(),
            transport,
            time: at,
            capture: origin.capture,
            frame: super::frame(config, origin),
        }
    }
}

/// The id of a connection: input and first packet, which no other connection shares.
pub(super) fn connection_id(flow: &FlowView) -> String {
    format!("{}-{}", flow.first.capture, flow.first.frame)
}
