//! One TLS connection: from bytes in stream order to the facts of its handshake.
//!
//! Reads the record layer of both directions, sorts records by what they hold, and asks the
//! [`Negotiation`] after each how far the two ends have come. Once that is settled, and nothing
//! can be decrypted, it wants no more.

use std::net::IpAddr;

use crate::event::{Outcome, TlsEvidence, TlsVersion, Transport};
use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;
use crate::tls::certificate::CertificateCache;
use crate::tls::decryption::{Decryption, Opened, Record};
use crate::tls::fingerprint;
use crate::tls::handshake::{HandshakeQueue, kind};
use crate::tls::hello::ClientHello;
use crate::tls::midstream::Midstream;
use crate::tls::negotiation::{Negotiation, Progress, Sight};
use crate::tls::rating::Rated;
use crate::tls::record::{ContentType, GapEffect, Header, RecordReader, Step};
use crate::tls::role::Role;
use crate::tls::ssl2::{self, Ssl2Reader};
use crate::tls::suites::{Cipher, SuiteCode, is_grease};
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

    fn step(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        step: Step<'_>,
        rest: &mut &[u8],
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        match step {
            Step::Header(header) => {
                let want = self.want(context, direction, header);
                self.side(direction).current = Some(Current {
                    header,
                    want,
                    damaged: false,
                });
            }
            Step::Body { bytes, last } => self.body(context, direction, bytes, last, moment, sink),
            Step::Empty => self.record_end(context, direction, Some(&[]), moment, sink),
            Step::Skipped(len) => self.skip(len),
            Step::Lost => self.lost(context, direction, rest, moment, sink),
        }
    }

    /// What follows is no record. While the handshake is unsettled that ends our sight of it.
    fn lost(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        rest: &mut &[u8],
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        self.counters.resyncs += 1;
        let role = self.role(direction);
        self.midstream.break_step(direction_index(direction));
        if self.phase == Phase::Handshaking && !self.negotiation.gap && !self.start.midstream {
            let held = self.side(direction).reader.held().len();
            self.skip(held.saturating_add(rest.len()));
            *rest = &[];
            let reason = match role {
                Role::Client => Reason::ClientNotTls,
                Role::Server => Reason::ServerNotTls,
            };
            self.settle(context, Outcome::Incomplete, Some(reason), moment, sink);
        } else if let Some(decryption) = &mut self.decryption {
            decryption.lose(role);
            sink.plaintext_lost(direction);
        }
    }

    /// The body of this record is encrypted.
    fn is_protected(&self, role: Role, header: Header) -> bool {
        header.content == ContentType::ApplicationData || self.negotiation.keys_changed(role)
    }

    /// The suite in force hides nothing.
    fn is_null(&self, role: Role) -> bool {
        self.negotiation.keys_changed(role)
            && self
                .negotiation
                .parts()
                .is_some_and(|parts| parts.cipher == Cipher::Null)
    }

    /// Records of this end can be read, or might be once keys have come.
    fn is_readable(&self, context: &TlsContext, role: Role) -> bool {
        context.keys.is_some()
            || self.is_null(role)
            || self.decryption.as_ref().is_some_and(|d| d.is_null(role))
    }

    fn want(&self, context: &TlsContext, direction: Direction, header: Header) -> Want {
        let role = self.role(direction);
        if self.is_protected(role, header) {
            let blind = self.decryption.as_ref().is_some_and(|d| d.is_blind());
            return if self.is_readable(context, role) && !blind {
                Want::Whole
            } else if self.negotiation.server_hello.is_none() {
                Want::Prefix
            } else {
                Want::Length
            };
        }
        match header.content {
            ContentType::Handshake => Want::Messages,
            ContentType::Alert => Want::Whole,
            ContentType::ChangeCipherSpec
            | ContentType::ApplicationData
            | ContentType::Heartbeat => Want::Length,
        }
    }

    fn body(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        bytes: &[u8],
        last: bool,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        let side = self.side(direction);
        let Some(current) = side.current else {
            return;
        };
        match current.want {
            Want::Length => {}
            Want::Messages => {
                self.messages(context, direction, bytes, moment, sink);
                if self.phase == Phase::Done {
                    return;
                }
            }
            Want::Prefix => {
                let missing = 8_usize.saturating_sub(side.body.len());
                side.body
                    .extend_from_slice(bytes.get(..missing).unwrap_or(bytes));
            }
            Want::Whole => {
                if last && side.body.is_empty() && !current.damaged {
                    // The usual case: the record lies whole in the frame.
                    self.record_end(context, direction, Some(bytes), moment, sink);
                    return;
                }
                if !current.damaged {
                    side.body.extend_from_slice(bytes);
                }
            }
        }
        if last {
            let body = std::mem::take(&mut self.side(direction).body);
            self.record_end(context, direction, Some(&body), moment, sink);
            let side = self.side(direction);
            if side.body.is_empty() {
                side.body = body;
                side.body.clear();
            }
        }
    }

    /// A record has ended. `body`: what was wanted of it.
    fn record_end(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        body: Option<&[u8]>,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        let Some(current) = self.side(direction).current.take() else {
            return;
        };
        let body = body.filter(|_| !current.damaged);
        let role = self.role(direction);
        let header = current.header;
        if self.is_protected(role, header) {
            if self.negotiation.server_hello.is_none() {
                let prefix = body.and_then(|body| body.first_chunk::<8>()).copied();
                self.midstream
                    .record(direction_index(direction), header.version, prefix);
            }
            self.negotiation.protected(role, header.content, header.len);
            if current.want == Want::Whole {
                self.protected(context, role, header, body, moment, sink);
            }
        } else {
            match (header.content, body) {
                (ContentType::ChangeCipherSpec, _) => self.negotiation.change_cipher_spec(role),
                (ContentType::Alert, Some(&[level, description, ..])) => {
                    self.negotiation.alert(role, level, description);
                }
                _ => {}
            }
        }
        self.review(context, moment, sink);
    }

    /// Handshake bytes in the clear.
    fn messages(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        bytes: &[u8],
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        let side = self.side(direction);
        side.handshake_len = side.handshake_len.saturating_add(len_u64(bytes));
        if side.handshake_len > MAX_HANDSHAKE_LEN {
            self.settle(
                context,
                Outcome::Incomplete,
                Some(Reason::TooLong),
                moment,
                sink,
            );
            return;
        }
        let mut queue = std::mem::take(&mut side.queue);
        let mut rest = bytes;
        loop {
            let found = queue.next(&mut rest, |kind, body| {
                self.message(context, direction, kind, body, moment)
            });
            let reason = match found {
                Ok(Some(Ok(()))) => continue,
                Ok(None) => break,
                Ok(Some(Err(_))) => Reason::Malformed,
                Err(_) => Reason::TooLong,
            };
            self.settle(context, Outcome::Incomplete, Some(reason), moment, sink);
            return;
        }
        self.side(direction).queue = queue;
    }

    /// One handshake message in the clear.
    fn message(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        kind: u8,
        body: &[u8],
        moment: Moment,
    ) -> Result<(), crate::tls::negotiation::Malformed> {
        if kind == kind::CLIENT_HELLO {
            self.client_hello_from(direction, moment);
        }
        let role = self.role(direction);
        self.negotiation
            .message(role, kind, body, Sight::Clear, context)
    }

    /// The first ClientHello tells who the client is, whatever TCP says.
    fn client_hello_from(&mut self, direction: Direction, moment: Moment) {
        if self.negotiation.client_hello.is_none() {
            self.swapped = direction == Direction::ServerToClient;
            self.negotiation.origin = Some(moment.origin);
        }
    }

    /// SSLv2 records; true where there may be more.
    fn ssl2(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        rest: &mut &[u8],
        moment: Moment,
        sink: &mut impl TlsSink,
    ) -> bool {
        let mut reader = std::mem::take(&mut self.side(direction).ssl2);
        let found = reader.next(rest, |body| {
            self.ssl2_message(context, direction, body, moment)
        });
        self.side(direction).ssl2 = reader;
        match found {
            None => return false,
            Some(Err(reason)) => {
                self.skip(rest.len());
                *rest = &[];
                self.settle(context, Outcome::Incomplete, Some(reason), moment, sink);
            }
            Some(Ok(progress)) => match progress {
                Progress::Pending => {}
                Progress::Established => {
                    self.settle(context, Outcome::Established, None, moment, sink);
                }
                Progress::Refused => self.settle(context, Outcome::Refused, None, moment, sink),
            },
        }
        true
    }

    fn ssl2_message(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        body: &[u8],
        moment: Moment,
    ) -> Result<Progress, Reason> {
        let kind_chosen = matches!(self.negotiation.ssl2, Some((_, Some(_))));
        let Some((kind, body)) = body.split_first() else {
            return Ok(Progress::Pending);
        };
        if kind_chosen && self.role(direction) == Role::Server {
            // SERVER-VERIFY: encrypted, with a MAC of sixteen bytes, and the server agrees. An ERROR
            // has a code of two.
            return Ok(if *kind == ssl2::ERROR && body.len() == 2 {
                Progress::Refused
            } else {
                Progress::Established
            });
        }
        match *kind {
            ssl2::CLIENT_HELLO if self.negotiation.client_hello.is_none() => {
                let hello = ClientHello::parse_ssl2(body).map_err(|_| Reason::ClientNotTls)?;
                self.client_hello_from(direction, moment);
                if hello.legacy_version >= 0x0300 {
                    // RFC 5246 E.2: the answer, and all that follows, comes in TLS records.
                    self.side(direction).framing = Framing::Tls;
                }
                self.negotiation.client_hello = Some(Box::new(hello));
                Ok(Progress::Pending)
            }
            ssl2::SERVER_HELLO if self.negotiation.client_hello.is_some() => {
                let hello = ssl2::server_hello(body).ok_or(Reason::Malformed)?;
                self.negotiation.ssl2 = Some((hello.version, None));
                if !hello.session_hit {
                    self.negotiation
                        .ssl2_certificate(hello.certificate, context);
                }
                Ok(Progress::Pending)
            }
            ssl2::CLIENT_MASTER_KEY if self.negotiation.ssl2.is_some() => {
                let kind = ssl2::chosen_kind(body).ok_or(Reason::Malformed)?;
                if let Some((_, chosen)) = &mut self.negotiation.ssl2 {
                    *chosen = Some(kind);
                }
                Ok(Progress::Pending)
            }
            ssl2::ERROR => Ok(Progress::Refused),
            _ if self.negotiation.ssl2.is_some() => Ok(Progress::Pending),
            _ => Err(match self.role(direction) {
                Role::Client => Reason::ClientNotTls,
                Role::Server => Reason::ServerNotTls,
            }),
        }
    }

    /// An encrypted record that is wanted whole; `body` is `None` where bytes of it are missing.
    fn protected(
        &mut self,
        context: &mut TlsContext,
        role: Role,
        header: Header,
        body: Option<&[u8]>,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        self.retry_waiting(context, sink);
        let mut decryption = self.decryption.take().unwrap_or_default();
        let record = Record {
            role,
            header,
            body,
            at: moment.at,
            origin: moment.origin,
        };
        let opened = if decryption.is_waiting() {
            Opened::Wait
        } else {
            self.open(&mut decryption, context, &record, sink)
        };
        if opened == Opened::Wait {
            decryption.wait(&record, &self.negotiation, context);
        }
        self.decryption = Some(decryption);
    }

    /// Records that waited, once secrets have come.
    fn retry_waiting(&mut self, context: &mut TlsContext, sink: &mut impl TlsSink) {
        let Some(mut decryption) = self.decryption.take() else {
            return;
        };
        if decryption.is_due(&self.negotiation, context) {
            while decryption.is_waiting() {
                let opened = decryption.retry(context, |decryption, context, record| {
                    self.open(decryption, context, record, sink)
                });
                if opened == Opened::Wait {
                    break;
                }
            }
            if !decryption.is_waiting() {
                self.release(context, sink);
            }
        }
        self.decryption = Some(decryption);
    }

    fn open(
        &mut self,
        decryption: &mut Decryption,
        context: &mut TlsContext,
        record: &Record<'_>,
        sink: &mut impl TlsSink,
    ) -> Opened {
        let mut plain = std::mem::take(&mut context.plain);
        let opened = decryption.open(record, &self.negotiation, context, &mut plain);
        let direction = self.direction(record.role);
        match opened {
            Opened::Wait | Opened::Content(ContentType::Heartbeat) => {}
            Opened::Closed => sink.plaintext_lost(direction),
            Opened::Content(ContentType::ApplicationData) => {
                self.release(context, sink);
                let transport = if decryption.is_null(record.role) {
                    Transport::TlsNull
                } else {
                    Transport::TlsDecrypted
                };
                if !plain.is_empty() {
                    sink.plaintext(direction, &plain, transport, record.at, record.origin);
                }
            }
            Opened::Content(ContentType::Handshake) => {
                self.inner_messages(decryption, context, record.role, &plain);
                self.tell_tickets(sink);
            }
            Opened::Content(ContentType::Alert) => {
                if let (Phase::Handshaking, &[level, description, ..]) =
                    (self.phase, plain.as_slice())
                {
                    self.negotiation.alert(record.role, level, description);
                }
            }
            Opened::Content(ContentType::ChangeCipherSpec) => {
                self.negotiation.change_cipher_spec(record.role);
                decryption.change_keys(record.role);
            }
        }
        context.plain = plain;
        opened
    }

    /// Those that came since the handshake was told.
    fn tell_tickets(&mut self, sink: &mut impl TlsSink) {
        let told = self.phase == Phase::Reading && self.held_back.is_none();
        if !told || !self.negotiation.is_tls13() {
            return;
        }
        let issued = &self.negotiation.issued;
        let new = issued.get(self.tickets_told..).unwrap_or_default();
        if let (Some(handshake), false) = (self.negotiation.handshake_link(), new.is_empty()) {
            for ticket in new {
                sink.ticket(handshake, *ticket);
            }
        }
        self.tickets_told = issued.len();
    }

    /// Handshake messages under protection.
    fn inner_messages(
        &mut self,
        decryption: &mut Decryption,
        context: &mut TlsContext,
        role: Role,
        bytes: &[u8],
    ) {
        let mut queue = std::mem::take(decryption.queue(role));
        let mut rest = bytes;
        loop {
            let found = queue.next(&mut rest, |kind, body| {
                match (kind, self.negotiation.is_tls13()) {
                    (kind::FINISHED, true) => decryption.finished(role),
                    (kind::END_OF_EARLY_DATA, true) => decryption.end_of_early_data(),
                    (kind::KEY_UPDATE, true) => decryption.update_keys(role),
                    (kind::CLIENT_HELLO, false) if role == Role::Client => self.renegotiate(),
                    _ => {}
                }
                // What cannot be parsed here was read with keys: nothing else depends on it.
                let _ = self
                    .negotiation
                    .message(role, kind, body, Sight::Decrypted, context);
            });
            match found {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(_) => {
                    queue.clear();
                    break;
                }
            }
        }
        *decryption.queue(role) = queue;
    }

    /// A second handshake inside the first (RFC 5246 7.4.1.1), readable: told by itself. Records
    /// stay under the old keys until each end changes them.
    fn renegotiate(&mut self) {
        if self.phase == Phase::Reading {
            let mut next = Negotiation::renegotiated();
            next.origin = self.negotiation.origin;
            *self.negotiation = next;
            self.phase = Phase::Handshaking;
        }
    }

    /// After each record: have the two come to an end?
    fn review(&mut self, context: &mut TlsContext, moment: Moment, sink: &mut impl TlsSink) {
        match self.phase {
            Phase::Done => {}
            Phase::Reading => {
                if self.decryption.as_ref().is_some_and(|d| d.is_blind()) {
                    self.release(context, sink);
                    self.phase = Phase::Done;
                }
            }
            Phase::Handshaking => match self.negotiation.progress() {
                Progress::Established => {
                    self.settle(context, Outcome::Established, None, moment, sink);
                }
                Progress::Refused => {
                    self.settle(context, Outcome::Refused, None, moment, sink);
                }
                Progress::Pending => {
                    if !self.negotiation.has_begun() && self.midstream.is_settled() {
                        self.settle_unseen(context);
                    }
                }
            },
        }
    }

    /// The connection was closed.
    fn close(&mut self, context: &mut TlsContext, moment: Moment, sink: &mut impl TlsSink) {
        if self.phase != Phase::Handshaking {
            return;
        }
        let (outcome, reason) = if self.negotiation.gap {
            (Outcome::Incomplete, Some(Reason::Gap))
        } else if self.negotiation.is_unproven() {
            (Outcome::Incomplete, Some(Reason::Unproven))
        } else {
            (Outcome::Refused, self.refusal())
        };
        self.settle(context, outcome, reason, moment, sink);
    }

    /// How a refusal is told where no alert could be read.
    fn refusal(&self) -> Option<Reason> {
        if self.negotiation.alert.is_some() {
            return None;
        }
        Some(match self.negotiation.protected_alert() {
            Some(Role::Client) => Reason::ClientEncryptedAlert,
            Some(Role::Server) => Reason::ServerEncryptedAlert,
            None if !self.negotiation.is_answered() => Reason::NoAnswer,
            None => Reason::Closed,
        })
    }

    /// No handshake was seen, and its records have told what they can.
    fn settle_unseen(&mut self, context: &TlsContext) {
        self.version = Some(self.midstream.answer());
        self.phase = if context.keys.is_some() && self.decryption.is_some() {
            Phase::Reading
        } else {
            Phase::Done
        };
    }

    /// The handshake is over, as far as we can see.
    fn settle(
        &mut self,
        context: &mut TlsContext,
        outcome: Outcome,
        reason: Option<Reason>,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        if self.phase != Phase::Handshaking {
            return;
        }
        self.version = Some(self.version());
        let readable = self.is_readable(context, Role::Server);
        let blind = self.decryption.as_ref().is_some_and(|d| d.is_blind());
        let goes_on = outcome == Outcome::Established && readable && !blind;
        if !self.negotiation.has_begun() {
            // There is nothing to tell.
        } else if goes_on && self.negotiation.is_tls13() {
            self.held_back = Some(moment);
            let waits = self.decryption.as_ref().is_some_and(|d| d.is_waiting());
            if !waits || !context.may_have_keys() {
                self.release(context, sink);
            }
        } else {
            sink.handshake(self.facts(context, outcome, reason, moment));
        }
        self.phase = if goes_on { Phase::Reading } else { Phase::Done };
        if self.phase == Phase::Done {
            self.forget(context);
        }
    }

    /// Tells the handshake that was held back, with its name for tickets that may follow.
    fn release(&mut self, context: &TlsContext, sink: &mut impl TlsSink) {
        let Some(moment) = self.held_back.take() else {
            return;
        };
        let mut facts = self.facts(context, Outcome::Established, None, moment);
        facts
            .session
            .issued
            .extend(self.negotiation.handshake_link());
        self.tickets_told = self.negotiation.issued.len();
        sink.handshake(facts);
    }

    /// Nothing more is wanted: give memory back.
    fn forget(&mut self, context: &mut TlsContext) {
        if let Some(mut decryption) = self.decryption.take() {
            decryption.give_up(context);
        }
        for side in &mut self.sides {
            side.queue.clear();
            side.body = Vec::new();
            side.ssl2 = Ssl2Reader::default();
        }
        // What is asked for later: the version is kept beside it.
        let origin = self.negotiation.origin;
        *self.negotiation = Negotiation::default();
        self.negotiation.origin = origin;
    }

    fn facts(
        &self,
        context: &TlsContext,
        outcome: Outcome,
        reason: Option<Reason>,
        moment: Moment,
    ) -> TlsFacts {
        let negotiation = &*self.negotiation;
        let client = negotiation.client_hello.as_deref();
        let server = negotiation.server_hello.as_deref();
        let client_certificate = negotiation.client_certificate();
        let early_data = negotiation.early_data();
        let rated = Rated {
            negotiation,
            outcome,
            client_certificate: &client_certificate,
            early_data,
            server: self.start.server,
            at: moment.at,
        };
        let (grade, weaknesses) = rated.rate(&context.profile);
        let known = |id: &SuiteCode| {
            !u16::try_from(id.0).is_ok_and(is_grease)
                && !id.suite().is_some_and(crate::tls::suites::Suite::is_signal)
        };
        TlsFacts {
            at: moment.at,
            origin: negotiation.origin.unwrap_or(moment.origin),
            swapped: self.swapped,
            server_name: client.and_then(|hello| hello.server_name.clone()),
            alpn_offered: client.map(|hello| hello.alpn.clone()).unwrap_or_default(),
            alpn: server
                .and_then(|hello| hello.alpn.clone())
                .or_else(|| negotiation.alpn.clone()),
            outcome,
            reason,
            version_id: negotiation.version_id(),
            version: negotiation.version(),
            cipher_suite: negotiation.suite(),
            group: negotiation
                .group
                .or_else(|| server.and_then(|hello| hello.group)),
            dh_bits: negotiation.dh_bits,
            hello_retry: negotiation.retry,
            resumed: negotiation.resumed(),
            alert: negotiation.alert.clone(),
            inferred_server_key: negotiation.inferred_server_key(),
            offered_versions: client
                .map(ClientHello::offered_versions)
                .unwrap_or_default(),
            offered_suites: client
                .map(|hello| hello.suites.iter().copied().filter(known).collect())
                .unwrap_or_default(),
            offered_groups: client
                .map(|hello| {
                    let groups = hello.groups.iter().copied();
                    groups.filter(|id| !is_grease(*id)).collect()
                })
                .unwrap_or_default(),
            ja3: client.and_then(fingerprint::ja3),
            ja3s: server.map(fingerprint::ja3s),
            ja4: client.and_then(fingerprint::ja4),
            certificates: negotiation.certificates.clone(),
            grade,
            weaknesses,
            encrypted_client_hello: client.is_some_and(|hello| hello.ech),
            early_data,
            client_certificate,
            session: negotiation.session_links(),
        }
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
