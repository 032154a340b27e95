//! One TLS connection: from bytes in stream order to the facts of its handshake.
//!
//! Reads the record layer of both directions, sorts records by what they hold, and asks the
//! [`Negotiation`] after each how far the two ends have come. Once that is settled, and nothing
//! can be decrypted, it wants no more.

mod messages;
mod opened;
mod records;
mod settling;

use std::net::IpAddr;

use crate::event::{Outcome, TlsEvidence, TlsVersion, Transport};
use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;
use crate::tls::certificate::CertificateCache;
use crate::tls::decryption::Decryption;
use crate::tls::handshake::HandshakeQueue;
use crate::tls::midstream::Midstream;
use crate::tls::negotiation::Negotiation;
use crate::tls::record::{GapEffect, Header, RecordReader};
use crate::tls::role::Role;
use crate::tls::ssl2::Ssl2Reader;
use crate::tls::{Authorities, KeyLog, Profile, Reason, TlsFacts};

/// Handshake bytes of one direction in the clear, before the connection is given up. A chain of
/// 256 KiB and as much of everything else.
pub const MAX_HANDSHAKE_LEN: u64 = 512 * 1024;

/// Nanoseconds of capture time that an established handshake of TLS 1.3 is held back while its records
/// wait for keys, since with them its certificates are told too: 1 s. A key log is written within
/// milliseconds of the handshake; a connection that says nothing more is told when it ends.
pub const MAX_HELD_BACK_NS: u64 = 1_000_000_000;

/// What connections of one worker share: settings, keys, and what was seen before.
#[derive(Default)]
pub struct TlsContext {
    /// What counts as weak.
    pub profile: Profile,
    /// For the chain check; none is made without.
    pub authorities: Option<Authorities>,
    /// Secrets; where this is `None`, nothing is decrypted but NULL suites. May be added to at any
    /// time: records wait for their keys, up to [`crate::tls::limits::MAX_WAITING_LEN`] bytes a connection.
    pub keys: Option<KeyLog>,
    /// Nothing will be added to `keys` any more: nothing waits.
    pub keys_complete: bool,
    /// The key log is written while we read: secrets come right behind the handshake they are of.
    pub log_grows: bool,
    /// Certificates seen before.
    pub(crate) cache: CertificateCache,
    /// Bytes that wait for keys, over all connections of the shard at hand.
    pub(crate) waiting_len: usize,
    /// Connections that waited for keys until a bound was reached.
    pub(crate) waits_given_up: u64,
    /// One decrypted record; kept so that the next one need not allocate.
    plain: Vec<u8>,
}

impl TlsContext {
    /// A context that has seen nothing yet.
    #[must_use]
    pub fn new(profile: Profile, authorities: Option<Authorities>, keys: Option<KeyLog>) -> Self {
        Self {
            profile,
            authorities,
            keys,
            ..Self::default()
        }
    }

    /// True where the keys of a handshake just seen may be on their way. A file's secrets mostly stand
    /// in front of the packets that they open: while it has shown none, none are waited for, lest the
    /// handshakes of every compressed capture be told behind those that resume them.
    fn may_have_keys(&self) -> bool {
        let some = self.keys.as_ref().is_some_and(|keys| keys.secrets() > 0);
        !self.keys_complete && (self.log_grows || some)
    }
}

/// What is known when a connection starts.
#[derive(Debug, Clone, Copy, Default)]
pub struct TlsStart {
    /// The first packet was no SYN, or bytes before the first ones are missing.
    pub midstream: bool,
    /// TCP's server, for the name check of its certificate.
    pub server: Option<IpAddr>,
}

/// Whether more is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFollow {
    /// Go on.
    On,
    /// Nothing more is wanted of this connection.
    Done,
}

/// Who takes what is found.
pub trait TlsSink {
    /// A handshake has settled: at most one a connection, more only where a renegotiation was
    /// readable.
    fn handshake(&mut self, facts: TlsFacts);

    /// A ticket could be read after its handshake was told; `handshake` is among what that one had
    /// issued. At most eight a connection.
    fn ticket(&mut self, handshake: [u8; 16], ticket: [u8; 16]) {
        let _ = (handshake, ticket);
    }

    /// Readable application data in order, of a NULL suite or decrypted by the key log.
    /// `direction` is TCP's. Between two calls of one direction nothing is missing unless
    /// [`TlsSink::plaintext_lost`] came between.
    fn plaintext(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        transport: Transport,
        at: Timestamp,
        origin: Origin,
    );

    /// Application data of unknown length is missing here.
    fn plaintext_lost(&mut self, direction: Direction);
}

/// Bytes by use; their sum is what was given to [`TlsConnection::data`], at any moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TlsCounters {
    /// Bytes of records.
    pub tls_bytes: u64,
    /// Bytes passed over because no record could be found in them.
    pub skipped_bytes: u64,
    /// Times the next record header was looked for.
    pub resyncs: u64,
}

/// One TLS connection.
#[derive(Default)]
pub struct TlsConnection {
    start: TlsStart,
    phase: Phase,
    /// The ClientHello came from TCP's server.
    swapped: bool,
    /// By TCP's direction: client to server, server to client.
    sides: [Side; 2],
    negotiation: Box<Negotiation>,
    decryption: Option<Box<Decryption>>,
    /// Established and not told yet.
    held_back: Option<Moment>,
    /// Tickets of [`Negotiation::issued`] that were told.
    tickets_told: usize,
    midstream: Midstream,
    /// The answer for the connection event, once there is one.
    version: Option<(Option<TlsVersion>, TlsEvidence)>,
    counters: TlsCounters,
    reset_by: Option<Direction>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The handshake is not settled.
    #[default]
    Handshaking,
    /// It is; data are being read.
    Reading,
    /// Nothing more is wanted.
    Done,
}

/// One direction.
#[derive(Default)]
struct Side {
    framing: Framing,
    reader: RecordReader,
    ssl2: Ssl2Reader,
    queue: HandshakeQueue,
    /// The record at hand.
    current: Option<Current>,
    /// Its body, where it is wanted whole and came in pieces.
    body: Vec<u8>,
    /// Handshake bytes in the clear so far.
    handshake_len: u64,
    finished: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// Nothing was seen.
    #[default]
    Fresh,
    Tls,
    Ssl2,
}

#[derive(Debug, Clone, Copy)]
struct Current {
    header: Header,
    want: Want,
    /// Bytes of the body are missing.
    damaged: bool,
}

/// What is done with the body of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    /// Only its length counts.
    Length,
    /// Its first eight bytes may tell the version.
    Prefix,
    /// Handshake messages, as they come.
    Messages,
    /// All of it.
    Whole,
}

/// Where in time and in the capture we are.
#[derive(Debug, Clone, Copy)]
struct Moment {
    at: Timestamp,
    origin: Origin,
}

impl TlsConnection {
    /// A connection nothing was seen of.
    #[must_use]
    pub fn new(start: TlsStart) -> Self {
        let mut connection = Self {
            start,
            ..Self::default()
        };
        if start.midstream {
            // The first bytes may be the middle of a record.
            for side in &mut connection.sides {
                side.framing = Framing::Tls;
                side.reader = RecordReader::lost();
            }
        }
        connection
    }

    /// Bytes in order.
    pub fn data(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        bytes: &[u8],
        at: Timestamp,
        origin: Origin,
        sink: &mut impl TlsSink,
    ) -> TlsFollow {
        self.counters.tls_bytes += len_u64(bytes);
        let moment = Moment { at, origin };
        self.negotiation.origin.get_or_insert(origin);
        self.retry_waiting(context, sink);
        let held_back = self.held_back.map(|settled| settled.at.0);
        if held_back.is_some_and(|since| at.0.saturating_sub(since) >= MAX_HELD_BACK_NS) {
            self.release(context, sink);
        }
        let mut rest = bytes;
        while self.phase != Phase::Done {
            let side = self.side(direction);
            if side.framing == Framing::Fresh {
                match rest.first() {
                    Some(first) if Ssl2Reader::starts(*first) => side.framing = Framing::Ssl2,
                    Some(_) => side.framing = Framing::Tls,
                    None => break,
                }
            }
            let more = match side.framing {
                Framing::Ssl2 => self.ssl2(context, direction, &mut rest, moment, sink),
                Framing::Fresh | Framing::Tls => {
                    let step = side.reader.next(&mut rest);
                    step.is_some_and(|step| {
                        self.step(context, direction, step, &mut rest, moment, sink);
                        true
                    })
                }
            };
            if !more {
                break;
            }
        }
        self.follow()
    }

    /// `len` bytes will never come.
    pub fn gap(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        len: u64,
        at: Timestamp,
        origin: Origin,
        sink: &mut impl TlsSink,
    ) -> TlsFollow {
        if self.phase == Phase::Done {
            return TlsFollow::Done;
        }
        let moment = Moment { at, origin };
        let role = self.role(direction);
        let side = self.side(direction);
        if side.framing == Framing::Ssl2 {
            self.settle(
                context,
                Outcome::Incomplete,
                Some(Reason::Gap),
                moment,
                sink,
            );
            return self.follow();
        }
        side.framing = Framing::Tls;
        match side.reader.gap(len) {
            GapEffect::InBody { ended } => {
                let mut messages = false;
                if let Some(current) = &mut side.current {
                    current.damaged = true;
                    messages = current.want == Want::Messages;
                }
                if messages {
                    side.queue.clear();
                    self.negotiation.gap = true;
                }
                if ended {
                    self.record_end(context, direction, None, moment, sink);
                }
            }
            GapEffect::Lost { skipped } => {
                side.current = None;
                side.body = Vec::new();
                side.queue.clear();
                self.skip(skipped);
                self.counters.resyncs += 1;
                self.negotiation.gap = true;
                self.midstream.break_step(direction_index(direction));
                if let Some(decryption) = &mut self.decryption {
                    decryption.lose(role);
                    sink.plaintext_lost(direction);
                }
            }
        }
        self.follow()
    }

    /// FIN of one side.
    pub fn finished(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        at: Timestamp,
        origin: Origin,
        sink: &mut impl TlsSink,
    ) {
        self.side(direction).finished = true;
        if self.sides.iter().all(|side| side.finished) {
            self.close(context, Moment { at, origin }, sink);
        }
    }

    /// RST by `from`.
    pub fn reset(
        &mut self,
        context: &mut TlsContext,
        from: Direction,
        at: Timestamp,
        origin: Origin,
        sink: &mut impl TlsSink,
    ) {
        self.reset_by.get_or_insert(from);
        self.close(context, Moment { at, origin }, sink);
    }

    /// The connection is over or the input ended: what is unsettled is told as it stands, and the
    /// context has its memory back. Must be called once for each connection that was given data.
    pub fn finish(
        &mut self,
        context: &mut TlsContext,
        at: Timestamp,
        origin: Origin,
        sink: &mut impl TlsSink,
    ) {
        let moment = Moment { at, origin };
        self.retry_waiting(context, sink);
        self.release(context, sink);
        if self.sides.iter().any(|side| side.finished) {
            self.close(context, moment, sink);
        } else if self.phase == Phase::Handshaking {
            let reason = if self.negotiation.gap {
                Reason::Gap
            } else if self.negotiation.is_unproven() {
                Reason::Unproven
            } else {
                Reason::EndOfInput
            };
            self.settle(context, Outcome::Incomplete, Some(reason), moment, sink);
        }
        if let Some(decryption) = &mut self.decryption {
            decryption.give_up(context);
        }
        self.phase = Phase::Done;
    }

    /// Version, and how it is known: the `tls_version` and `tls_evidence` of the connection.
    #[must_use]
    pub fn version(&self) -> (Option<TlsVersion>, TlsEvidence) {
        if let Some(known) = self.version {
            return known;
        }
        match self.negotiation.version_id() {
            Some(id) => (TlsVersion::from_id(id), TlsEvidence::Handshake),
            None => self.midstream.answer(),
        }
    }

    /// Bytes by use so far.
    #[must_use]
    pub fn counters(&self) -> TlsCounters {
        self.counters
    }

    /// The ClientHello came from TCP's server, so client and server are to be swapped.
    #[must_use]
    pub fn swapped(&self) -> bool {
        self.swapped
    }

    fn follow(&self) -> TlsFollow {
        match self.phase {
            Phase::Done => TlsFollow::Done,
            Phase::Handshaking | Phase::Reading => TlsFollow::On,
        }
    }

    fn side(&mut self, direction: Direction) -> &mut Side {
        let [client, server] = &mut self.sides;
        match direction {
            Direction::ClientToServer => client,
            Direction::ServerToClient => server,
        }
    }

    fn role(&self, direction: Direction) -> Role {
        match (direction, self.swapped) {
            (Direction::ClientToServer, false) | (Direction::ServerToClient, true) => Role::Client,
            (Direction::ServerToClient, false) | (Direction::ClientToServer, true) => Role::Server,
        }
    }

    fn direction(&self, role: Role) -> Direction {
        match (role, self.swapped) {
            (Role::Client, false) | (Role::Server, true) => Direction::ClientToServer,
            (Role::Server, false) | (Role::Client, true) => Direction::ServerToClient,
        }
    }

    /// Bytes that were counted as TLS are none.
    fn skip(&mut self, len: usize) {
        let len = u64::try_from(len).unwrap_or(0).min(self.counters.tls_bytes);
        self.counters.tls_bytes -= len;
        self.counters.skipped_bytes += len;
    }
}

fn direction_index(direction: Direction) -> usize {
    match direction {
        Direction::ClientToServer => 0,
        Direction::ServerToClient => 1,
    }
}

fn len_u64(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
