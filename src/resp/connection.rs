//! One RESP connection: bytes and gaps of both directions in, commands with their replies out.
//!
//! Puts the parsers, the pairing and the replication link together, and counts every byte.

use super::commands::{self, Recent};
use super::grammar::{Form, Moment, Part, Replies, Requests, Step};
use super::model::{Command, Exchange, Reply, RequestRecord};
use super::pairing::{Act, Pairing, Turn};
use super::replication::{Link, LinkGap, LinkStep};
use super::{ErrorClass, RdbPart, RespConfig, RespCounters, RespSink, Session, Start, ValuePart};
use crate::event::{Pairing as Certainty, Protocol, Role};
use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;

/// Longest chunk parsed in one go, in bytes: positions in it are 32 bits wide.
const MAX_CHUNK_LEN: usize = 1 << 30;

/// Decoder of one connection. Holds no sink and no clock.
///
/// Memory is bounded by its [`RespConfig`], never by what a message announces; see
/// [`RespConnection::memory_len`]. Directions are by content: `ClientToServer` is the side that
/// sends requests.
#[derive(Debug)]
pub struct RespConnection {
    requests: Requests,
    replies: Replies,
    pairing: Pairing,
    session: Session,
    counters: RespCounters,
    /// Number of the client's next command.
    index: u64,
    recent: Recent,
    /// The server's side is a replication link.
    link: Option<Box<Link>>,
    /// The server has sent something that a primary does not send to its replica.
    answered: bool,
    last: Moment,
    /// A replication link was given up since memory was last asked about.
    link_left: bool,
    config: RespConfig,
}

/// What the server's side goes on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A message, or the rest of one.
    Reply,
    /// The header of an array, read by itself.
    Header,
    /// The answer to SYNC.
    Snapshot,
}

impl RespConnection {
    /// A connection whose first bytes are still to come.
    #[must_use]
    pub fn new(config: &RespConfig, start: Start) -> Self {
        let mut requests = Requests::new(config);
        let mut replies = Replies::new(config);
        if start == Start::Midstream {
            requests.start_midstream();
            replies.start_midstream();
        }
        Self {
            requests,
            replies,
            pairing: Pairing::new(config, start),
            session: Session {
                from_first_byte: start == Start::FirstByte,
                database: (start == Start::FirstByte).then_some(0),
                ..Session::default()
            },
            counters: RespCounters::default(),
            index: 0,
            recent: Recent::default(),
            link: None,
            answered: false,
            last: Moment::default(),
            link_left: false,
            config: *config,
        }
    }

    /// Takes the next bytes of one direction; any cut is as good as any other.
    #[inline]
    pub fn data(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        at: Timestamp,
        origin: Origin,
        sink: &mut impl RespSink,
    ) {
        let now = Moment { at, origin };
        self.last = now;
        if bytes.len() > MAX_CHUNK_LEN {
            self.chunks(direction, bytes, now, sink);
            return;
        }
        match direction {
            Direction::ClientToServer => self.client_data(bytes, now, sink),
            Direction::ServerToClient => self.server_data(bytes, now, sink),
        }
    }

    #[cold]
    fn chunks(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        now: Moment,
        sink: &mut impl RespSink,
    ) {
        for chunk in bytes.chunks(MAX_CHUNK_LEN) {
            match direction {
                Direction::ClientToServer => self.client_data_from(0, chunk, now, sink),
                Direction::ServerToClient => self.server_data_from(0, chunk, now, sink),
            }
        }
    }

    /// Takes note of `len` bytes that will never come.
    pub fn gap(
        &mut self,
        direction: Direction,
        len: u64,
        at: Timestamp,
        origin: Origin,
        sink: &mut impl RespSink,
    ) {
        let now = Moment { at, origin };
        self.last = now;
        self.session.from_first_byte = false;
        match direction {
            Direction::ClientToServer => {
                if self.requests.gap(len) {
                    self.client_data(&[], now, sink);
                } else {
                    let lost = self.requests.abandon();
                    self.lose(lost);
                    self.pairing.lost_requests();
                }
            }
            Direction::ServerToClient => {
                if self.link.is_some() {
                    self.link_gap(len, now, sink);
                } else if self.replies.gap(len) {
                    self.server_data(&[], now, sink);
                } else {
                    let lost = self.replies.abandon();
                    self.lose(lost);
                    self.pairing.lost_replies();
                }
            }
        }
    }

    /// The connection is over (or given up): hands on what still waits. At most once.
    pub fn finish(&mut self, sink: &mut impl RespSink) {
        if let Some(link) = &self.link
            && link.in_snapshot()
        {
            let end = RdbPart::End { complete: false };
            sink.rdb(&self.session, &end, self.last.at, self.last.origin);
        }
        self.pairing.finish(&self.session, sink, self.last);
    }

    /// Counts so far; every byte taken is in exactly one of the byte counters, at any time.
    #[must_use]
    pub fn counters(&self) -> RespCounters {
        let link = self.link.as_ref().map_or(0, |link| link.unfinished());
        RespCounters {
            unfinished_bytes: self.requests.unfinished() + self.replies.unfinished() + link,
            too_deep: self.replies.too_deep(),
            ..self.counters
        }
    }

    /// Error replies of a class.
    #[must_use]
    pub fn errors_of(&self, class: ErrorClass) -> u32 {
        self.pairing
            .error_classes()
            .get(class as usize)
            .copied()
            .unwrap_or(0)
    }

    /// What is known of the connection now.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Bytes of memory held beyond the struct itself.
    #[must_use]
    pub fn memory_len(&self) -> usize {
        self.requests.memory_len()
            + self.replies.memory_len()
            + self.pairing.memory_len()
            + self.link.as_ref().map_or(0, |link| link.memory_len())
    }

    /// True where [`Self::memory_len`] may have changed since [`Self::calm`].
    #[inline]
    #[must_use]
    pub fn is_stirred(&self) -> bool {
        self.requests.is_stirred()
            | self.replies.is_stirred()
            | self.pairing.is_stirred()
            | self.link_left
            | self.link.is_some()
    }

    /// Starts anew with [`Self::is_stirred`].
    pub fn calm(&mut self) {
        self.requests.calm();
        self.replies.calm();
        self.pairing.calm();
        self.link_left = false;
    }

    /// Gives up what the connection holds, so that others can be followed: the requests that wait
    /// are told as unanswered, unfinished messages are lost, and step must be found again.
    pub fn relieve(&mut self, sink: &mut impl RespSink) {
        self.pairing.finish(&self.session, sink, self.last);
        self.pairing.lost_replies();
        let mut lost = self.requests.abandon();
        match &mut self.link {
            // A snapshot is not held; its bytes go by.
            Some(link) if link.in_snapshot() => {}
            Some(link) => lost += link.commands.abandon(),
            None => lost += self.replies.abandon(),
        }
        self.pairing.lost_requests();
        self.lose(lost);
    }

    /// Gives back what memory it can without forgetting anything.
    pub fn shrink(&mut self) {
        self.requests.shrink();
        self.replies.shrink();
        self.pairing.shrink();
        if let Some(link) = &mut self.link {
            link.shrink();
        }
    }

    /// The short way: requests that lie in the chunk whole.
    #[inline(always)]
    fn client_data(&mut self, chunk: &[u8], now: Moment, sink: &mut impl RespSink) {
        let mut pos = 0;
        while self.requests.takes_whole(chunk, &mut pos, now) {
            self.command(chunk, now, sink);
            if pos == chunk.len() && !self.requests.is_stirred() {
                return;
            }
        }
        self.client_data_from(pos, chunk, now, sink);
    }

    #[inline(never)]
    fn client_data_from(
        &mut self,
        mut pos: usize,
        chunk: &[u8],
        now: Moment,
        sink: &mut impl RespSink,
    ) {
        loop {
            match self.requests.step(chunk, &mut pos, now) {
                Step::Need => return,
                Step::Message => self.command(chunk, now, sink),
                Step::Filler(bytes) if self.session.role == Role::Replica => {
                    self.counters.replication_bytes += bytes;
                }
                Step::Filler(bytes) => self.counters.filler_bytes += bytes,
                Step::Part(part) => self.request_part(chunk, &part, now, sink),
                Step::Lost(bytes) => {
                    self.lose(bytes);
                    self.pairing.lost_requests();
                }
                Step::Skipped(bytes) => self.counters.skipped_bytes += bytes,
                Step::Candidate => {
                    let held = self.requests.take_candidate();
                    self.client_data_from(0, &held, now, sink);
                }
            }
        }
    }

    #[inline(always)]
    fn command(&mut self, chunk: &[u8], now: Moment, sink: &mut impl RespSink) {
        let extent = *self.requests.extent();
        let arguments = self.requests.arguments(chunk);
        let mut command = Command {
            spec: self.recent.resolve(&arguments),
            arguments,
            protocol: protocol(self.requests.form(), &self.session),
            index: self.index,
            wire_len: extent.wire_len,
            first_at: extent.first.at,
            last_at: now.at,
            origin: extent.first.origin,
            transaction: None,
            replicated: false,
        };
        self.index += 1;
        self.counters.commands += 1;
        if extent.gap_len == 0 {
            self.counters.command_bytes += extent.wire_len;
        } else {
            self.counters.skipped_bytes += extent.seen();
        }
        let act = self
            .pairing
            .request(&mut command, &mut self.session, sink, now);
        if act == Act::ReplconfAck {
            self.acknowledged(now, sink);
        }
    }

    /// The client acknowledges a replication offset: it has its snapshot, also where we lost the
    /// end of that. Where the link's beginning was not seen, this tells that it is one: the
    /// server's side are a primary's commands.
    fn acknowledged(&mut self, now: Moment, sink: &mut impl RespSink) {
        if let Some(held) = self.link.as_mut().and_then(|link| link.end_lost_snapshot()) {
            if !held.is_empty() {
                self.counters.replication_bytes += held.len() as u64;
                sink.rdb(&self.session, &RdbPart::Bytes(&held), now.at, now.origin);
            }
            let end = RdbPart::End { complete: false };
            sink.rdb(&self.session, &end, now.at, now.origin);
            self.lose(0);
        }
        if self.link.is_none() && self.pairing.is_lost() && !self.answered {
            self.link = Some(Link::stream(&self.config));
            let unfinished = self.replies.abandon();
            if unfinished > 0
                && let Some(link) = &mut self.link
            {
                link.commands.abandon();
                self.lose(unfinished);
            }
        }
    }

    fn request_part(&self, chunk: &[u8], part: &Part, now: Moment, sink: &mut impl RespSink) {
        let extent = self.requests.extent();
        let arguments = self.requests.arguments(chunk);
        let command = Command {
            spec: commands::resolve(&arguments),
            arguments,
            protocol: protocol(self.requests.form(), &self.session),
            index: self.index,
            wire_len: extent.wire_len,
            first_at: extent.first.at,
            last_at: now.at,
            origin: extent.first.origin,
            transaction: None,
            replicated: false,
        };
        let part = ValuePart {
            direction: Direction::ClientToServer,
            command: Some(&command),
            index: part.index,
            offset: part.offset,
            bytes: part.in_chunk(chunk),
            len: part.len,
            last: part.last,
            origin: now.origin,
            at: now.at,
        };
        sink.value_part(&self.session, &part);
    }

    /// The short way: replies that lie in the chunk whole, and mean nothing but themselves.
    #[inline(always)]
    fn server_data(&mut self, chunk: &[u8], now: Moment, sink: &mut impl RespSink) {
        let mut pos = 0;
        while self.link.is_none()
            && self.next_reply(chunk, pos) == Next::Reply
            && self.replies.takes_whole(chunk, &mut pos, now)
        {
            let turn = self.reply(chunk, now, sink);
            if turn != Turn::None {
                self.take_turn(turn);
                break;
            }
            if pos == chunk.len() && !self.replies.is_stirred() {
                self.pairing.shed();
                return;
            }
        }
        self.server_data_from(pos, chunk, now, sink);
    }

    /// What the bytes at `pos` begin; asked twice it says the same.
    #[inline(always)]
    fn next_reply(&mut self, chunk: &[u8], pos: usize) -> Next {
        match chunk.get(pos) {
            _ if !self.replies.is_idle() => Next::Reply,
            Some(b'$') if self.pairing.next_act() == Some(Act::Sync) => Next::Snapshot,
            Some(b'*') if self.pairing.takes_header() => Next::Header,
            _ => Next::Reply,
        }
    }

    fn take_turn(&mut self, turn: Turn) {
        match turn {
            Turn::None => {}
            Turn::FullSync => self.link = Some(Link::full_sync(&self.config)),
            Turn::Stream => self.link = Some(Link::stream(&self.config)),
        }
    }

    #[inline(never)]
    fn server_data_from(
        &mut self,
        mut pos: usize,
        chunk: &[u8],
        now: Moment,
        sink: &mut impl RespSink,
    ) {
        loop {
            if self.link.is_some() {
                if self.link_data(chunk, &mut pos, now, sink) {
                    return;
                }
                // The link turned out to be none.
                continue;
            }
            match self.next_reply(chunk, pos) {
                Next::Reply => {}
                Next::Header => self.replies.read_header(now),
                Next::Snapshot => {
                    self.link = Some(Link::full_sync(&self.config));
                    continue;
                }
            }
            match self.replies.step(chunk, &mut pos, now) {
                Step::Need => {
                    self.pairing.shed();
                    return;
                }
                Step::Message => {
                    let turn = self.reply(chunk, now, sink);
                    self.take_turn(turn);
                }
                Step::Filler(bytes) if self.session.role == Role::Replica => {
                    self.counters.replication_bytes += bytes;
                }
                Step::Filler(bytes) => self.counters.filler_bytes += bytes,
                Step::Part(part) => self.reply_part(chunk, &part, now, sink),
                Step::Lost(bytes) => {
                    self.lose(bytes);
                    self.pairing.lost_replies();
                }
                Step::Skipped(bytes) => self.counters.skipped_bytes += bytes,
                Step::Candidate => {
                    let held = self.replies.take_candidate();
                    self.server_data_from(0, &held, now, sink);
                }
            }
        }
    }

    #[inline(always)]
    fn reply(&mut self, chunk: &[u8], now: Moment, sink: &mut impl RespSink) -> Turn {
        let Some(value) = self.replies.value(chunk) else {
            return Turn::None;
        };
        let extent = self.replies.extent();
        let reply = Reply {
            value,
            wire_len: extent.wire_len,
            truncated: self.replies.truncated(),
            first_at: extent.first.at,
            last_at: now.at,
            origin: extent.first.origin,
        };
        let (seen, broken) = (extent.seen(), extent.gap_len > 0);
        self.answered |= value.kind() != crate::event::ReplyKind::Array;
        let pushes = self.counters.pushes;
        let turn = self
            .pairing
            .reply(&reply, &mut self.session, &mut self.counters, sink, now);
        if broken {
            self.counters.skipped_bytes += seen;
        } else if self.counters.pushes > pushes {
            self.counters.push_bytes += seen;
        } else {
            self.counters.reply_bytes += seen;
        }
        turn
    }

    fn reply_part(&self, chunk: &[u8], part: &Part, now: Moment, sink: &mut impl RespSink) {
        let command = self.pairing.next_request();
        let part = ValuePart {
            direction: Direction::ServerToClient,
            command: command.as_ref(),
            index: part.index,
            offset: part.offset,
            bytes: self.replies.part(chunk, part),
            len: part.len,
            last: part.last,
            origin: now.origin,
            at: now.at,
        };
        sink.value_part(&self.session, &part);
    }

    /// Reads the server's side of a replication link. False where it is none after all.
    fn link_data(
        &mut self,
        chunk: &[u8],
        pos: &mut usize,
        now: Moment,
        sink: &mut impl RespSink,
    ) -> bool {
        loop {
            let Some(link) = &mut self.link else {
                return false;
            };
            let step = link.step(chunk, pos, now);
            let part = match step {
                LinkStep::Need | LinkStep::Command(Step::Need) => {
                    self.settle_link(now, sink);
                    return true;
                }
                LinkStep::Own(bytes) => {
                    self.counters.replication_bytes += bytes;
                    continue;
                }
                LinkStep::Reply => {
                    self.link = None;
                    self.link_left = true;
                    return false;
                }
                LinkStep::Start(form) => {
                    self.counters.replication_bytes += link.take_header_len();
                    if self.pairing.next_act() == Some(Act::Sync) {
                        let len = match form {
                            super::RdbForm::Length(len) => len,
                            super::RdbForm::Delimiter(_) => 0,
                        };
                        self.pairing
                            .answer_sync(len, now, &self.session, &mut self.counters, sink);
                    }
                    RdbPart::Start(form)
                }
                LinkStep::Bytes(start, len) => {
                    self.counters.replication_bytes += len as u64;
                    RdbPart::Bytes(chunk.get(start..start + len).unwrap_or_default())
                }
                LinkStep::HeldBack(bytes) => {
                    self.counters.replication_bytes += bytes.len() as u64;
                    let part = RdbPart::Bytes(&bytes);
                    sink.rdb(&self.session, &part, now.at, now.origin);
                    continue;
                }
                LinkStep::End(mark_len) => {
                    self.counters.replication_bytes += mark_len;
                    RdbPart::End { complete: true }
                }
                LinkStep::Command(step) => {
                    self.link_command(step, chunk, now, sink);
                    continue;
                }
            };
            sink.rdb(&self.session, &part, now.at, now.origin);
        }
    }

    /// Tells of a snapshot whose last byte is in, without waiting for what follows.
    fn settle_link(&mut self, now: Moment, sink: &mut impl RespSink) {
        if let Some(mark_len) = self.link.as_mut().and_then(|link| link.settle()) {
            self.counters.replication_bytes += mark_len;
            let end = RdbPart::End { complete: true };
            sink.rdb(&self.session, &end, now.at, now.origin);
        }
    }

    fn link_command(&mut self, step: Step, chunk: &[u8], now: Moment, sink: &mut impl RespSink) {
        let Some(link) = &mut self.link else {
            return;
        };
        let part = match step {
            Step::Message => None,
            Step::Part(part) => Some(part),
            Step::Filler(bytes) => {
                self.counters.replication_bytes += bytes;
                return;
            }
            Step::Lost(bytes) => {
                self.lose(bytes);
                return;
            }
            Step::Skipped(bytes) => {
                self.counters.skipped_bytes += bytes;
                return;
            }
            Step::Candidate => {
                let held = link.commands.take_candidate();
                self.server_data(&held, now, sink);
                return;
            }
            Step::Need => return,
        };
        let extent = *link.commands.extent();
        let arguments = link.commands.arguments(chunk);
        let spec = commands::resolve(&arguments);
        let act = Act::of(spec, &arguments);
        let mut command = Command {
            spec,
            arguments,
            protocol: Protocol::Resp2,
            index: link.index,
            wire_len: extent.wire_len,
            first_at: extent.first.at,
            last_at: now.at,
            origin: extent.first.origin,
            transaction: link.transaction,
            replicated: true,
        };
        if let Some(part) = part {
            let part = ValuePart {
                direction: Direction::ServerToClient,
                command: Some(&command),
                index: part.index,
                offset: part.offset,
                bytes: part.in_chunk(chunk),
                len: part.len,
                last: part.last,
                origin: now.origin,
                at: now.at,
            };
            sink.value_part(&self.session, &part);
            return;
        }
        link.index += 1;
        match act {
            Act::Multi => {
                link.transaction = Some(command.index);
                command.transaction = link.transaction;
            }
            Act::Exec => link.transaction = None,
            Act::Select => self.session.on_unanswered_select(&arguments, true),
            _ => {}
        }
        self.counters.replicated += 1;
        if extent.gap_len == 0 {
            self.counters.replication_bytes += extent.wire_len;
        } else {
            self.counters.skipped_bytes += extent.seen();
        }
        let note = sink.request(&self.session, &command);
        let record = RequestRecord { command, note };
        let exchange = Exchange {
            request: Some(&record),
            reply: None,
            pairing: Certainty::Suppressed,
            latency_ns: None,
            at: now.at,
            origin: now.origin,
        };
        sink.exchange(&self.session, &exchange);
    }

    fn link_gap(&mut self, len: u64, now: Moment, sink: &mut impl RespSink) {
        let Some(link) = &mut self.link else {
            return;
        };
        let gap = RdbPart::Gap(len);
        match link.gap(len) {
            LinkGap::InStep => self.server_data(&[], now, sink),
            LinkGap::Snapshot => {
                sink.rdb(&self.session, &gap, now.at, now.origin);
                self.settle_link(now, sink);
            }
            LinkGap::Marked(held) => {
                if !held.is_empty() {
                    self.counters.replication_bytes += held.len() as u64;
                    let part = RdbPart::Bytes(&held);
                    sink.rdb(&self.session, &part, now.at, now.origin);
                }
                sink.rdb(&self.session, &gap, now.at, now.origin);
            }
            LinkGap::SnapshotLost(bytes) => {
                let end = RdbPart::End { complete: false };
                sink.rdb(&self.session, &end, now.at, now.origin);
                self.lose(bytes);
            }
            LinkGap::Lost(bytes) => self.lose(bytes),
        }
    }

    /// Step was lost; so many bytes belong to no message.
    fn lose(&mut self, bytes: u64) {
        self.counters.resyncs += 1;
        self.counters.skipped_bytes += bytes;
    }
}

fn protocol(form: Form, session: &Session) -> Protocol {
    match form {
        Form::Inline => Protocol::Inline,
        Form::Multibulk if session.resp3 => Protocol::Resp3,
        Form::Multibulk => Protocol::Resp2,
    }
}
