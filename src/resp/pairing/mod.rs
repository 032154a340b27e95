//! Which reply belongs to which request, and how sure that is.
//!
//! Redis answers in order, so pairing is a queue, with exceptions: requests without a reply, with
//! one reply a channel, queued by MULTI, and messages nobody asked for. From the first byte on this
//! is exact. After a loss, or where the connection began before the capture, a pair is only made
//! again on evidence: a reply whose form just one of the waiting requests can have ([`shape`]).
//! What cannot be paired is told as `unanswered` and `request_unseen`.

mod act;
mod evidence;
mod messages;
mod pending;
mod session;
mod shape;
mod transaction;

pub(super) use act::Act;
use act::is_sentinel_talk;
use messages::monitor_line;
use pending::{EntryState, Expects, Pending};
use transaction::{QUEUED, Queue};

use super::grammar::Moment;
use super::model::{
    Argument, Buffers, Command, ErrorClass, Exchange, Node, Push, PushKind, Reply, RequestRecord,
    RespCounters, RespSink, Session, Span, Store, Value,
};
use super::{RespConfig, Start};
use crate::event::{Pairing as Certainty, ReplyKind, Role};

/// Requests kept waiting while the server's side has not been seen at all: then no reply will come,
/// since only one direction is captured. More than a burst on a slow link.
const MAX_ONE_SIDED: usize = 4096;

/// Waiting requests that are compared with a reply when step is lost; a longer queue proves nothing.
const MAX_COMPARED: usize = 256;

/// The pairing of one connection.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the conversation that do not exclude each other"
)]
pub(super) struct Pairing {
    pending: Pending,
    /// Entries before it wait for EXEC or are done; the one at it gets the next reply.
    cursor: usize,
    step: InStep,
    /// Replies since step was lost that more than one waiting request could have had.
    ambiguous: usize,
    /// Oldest requests given up for lack of room; their replies will still come.
    given_up: u64,
    replies: ReplyMode,
    /// Id of the MULTI that is open on the request side.
    transaction: Option<u64>,
    /// What it has queued.
    queue: Queue,
    /// `replies` is what the queue of a transaction makes of it, once that is executed.
    by_queue: bool,
    /// Of the message being read only the header is taken: the reply of an uneven EXEC.
    header_only: bool,
    /// Requests were given up that may have been confirmed, or not answered at all.
    doubtful_given_up: bool,
    /// Subscriptions, as the confirmations count them.
    channels: u64,
    patterns: u64,
    shards: u64,
    /// Confirmations may come of requests that do not wait.
    subscribing: bool,
    monitoring: bool,
    server_seen: bool,
    /// Waiting requests that may block.
    blocking: u32,
    limit: usize,
    classes: [u32; ErrorClass::COUNT],
}

/// How sure it is that the next reply belongs to the oldest waiting request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InStep {
    /// Everything was seen.
    Exact,
    /// By evidence.
    Anchored,
    /// Not at all.
    Lost,
}

/// CLIENT REPLY
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReplyMode {
    On,
    Off,
    /// The next request gets no reply.
    SkipNext,
}

/// What a reply means for the connection as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing.
    None,
    /// `+FULLRESYNC`: a snapshot follows.
    FullSync,
    /// `+CONTINUE`, `+RDBCHANNELSYNC`: the primary's commands follow.
    Stream,
}

impl Pairing {
    pub(super) fn new(config: &RespConfig, start: Start) -> Self {
        Self {
            pending: Pending::default(),
            cursor: 0,
            step: match start {
                Start::FirstByte => InStep::Exact,
                Start::Midstream => InStep::Lost,
            },
            ambiguous: 0,
            given_up: 0,
            replies: ReplyMode::On,
            transaction: None,
            queue: Queue::default(),
            by_queue: false,
            header_only: false,
            doubtful_given_up: false,
            channels: 0,
            patterns: 0,
            shards: 0,
            subscribing: false,
            monitoring: false,
            server_seen: false,
            blocking: 0,
            limit: config.pending_len,
            classes: [0; ErrorClass::COUNT],
        }
    }

    /// Takes a complete request: tells the sink, and waits for the reply where one will come.
    #[inline]
    pub(super) fn request(
        &mut self,
        command: &mut Command<'_>,
        session: &mut Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) -> Act {
        let act = Act::of(command.spec, &command.arguments);
        if act != Act::Plain || self.transaction.is_some() {
            command.transaction = self.transaction_of(act, command.index);
            session.on_request(act, command);
            if matches!(act, Act::Subscribe(_)) && is_sentinel_talk(&command.arguments) {
                session.take_role(Role::Sentinel);
            }
        }
        let note = sink.request(session, command);
        let suppressed = self.is_suppressed(act, command);
        let mut expects = Expects::Reply;
        if act == Act::Exec {
            expects = self.send_exec();
        }
        if suppressed && act.confirmation().is_some() && command.transaction.is_none() {
            expects = Expects::ConfirmationsOrNothing;
        } else if suppressed {
            self.subscribing |= act.confirmation().is_some();
            if act == Act::Select {
                session.on_unanswered_select(&command.arguments, false);
            }
            let record = RequestRecord {
                command: *command,
                note,
            };
            sink.exchange(session, &without_reply(&record, Certainty::Suppressed, now));
            return act;
        }
        self.make_room(session, sink, now);
        let blocks = act == Act::Blocking && command.transaction.is_none();
        self.blocking += u32::from(blocks);
        self.pending.push(command, act, note, self.blocking > 0);
        if expects != Expects::Reply {
            self.pending.expect(expects);
        }
        act
    }

    /// Takes a complete message of the server.
    #[inline]
    pub(super) fn reply(
        &mut self,
        reply: &Reply<'_>,
        session: &mut Session,
        counters: &mut RespCounters,
        sink: &mut impl RespSink,
        now: Moment,
    ) -> Turn {
        self.server_seen = true;
        if self.answers_plainly(reply, session, sink, now) {
            counters.replies += 1;
            return Turn::None;
        }
        let value = reply.value;
        let unasked = match value.kind() {
            ReplyKind::Push => self.unasked(&value),
            ReplyKind::SimpleString if self.monitoring || self.step != InStep::Exact => {
                monitor_line(value.text())
            }
            ReplyKind::Array if self.is_listening() => self.unasked(&value),
            _ => None,
        };
        if let Some(message) = unasked {
            counters.pushes += 1;
            self.note_unasked(&message, &value, session);
            sink.push(session, &message.push(reply, now));
            return Turn::None;
        }
        counters.replies += 1;
        if is_error(&value) {
            self.count_error(&value, counters);
        }
        self.answer(reply, session, counters, sink, now)
    }

    /// Bytes of one side were lost, and with them perhaps whole messages.
    pub(super) fn lost_requests(&mut self) {
        self.pending.push_gap();
        self.transaction = None;
        self.queue = Queue::default();
        if self.replies == ReplyMode::SkipNext {
            self.replies = ReplyMode::On;
        }
    }

    /// Bytes of the server's side were lost, and with them perhaps whole replies.
    pub(super) fn lost_replies(&mut self) {
        self.step = InStep::Lost;
        self.ambiguous = 0;
        self.given_up = 0;
        self.header_only = false;
        self.doubtful_given_up = false;
    }

    /// Nothing more will come: what waits stays unanswered.
    pub(super) fn finish(&mut self, session: &Session, sink: &mut impl RespSink, now: Moment) {
        while let Some(entry) = self.pending.get(0) {
            match entry.state {
                EntryState::Waiting => self.tell_unanswered(0, session, sink, now),
                EntryState::Queued => self.tell_queued(0, session, sink, now),
                EntryState::Confirmed | EntryState::Gap | EntryState::Done => {}
            }
            self.pending.pop();
        }
        self.cursor = 0;
        self.blocking = 0;
        self.pending.shed();
    }

    /// The act of the request that gets the next reply, where that is certain enough.
    pub(super) fn next_act(&self) -> Option<Act> {
        let entry = self.pending.get(self.cursor)?;
        (entry.state == EntryState::Waiting).then_some(entry.act)
    }

    /// The request that gets the next reply, most likely.
    pub(super) fn next_request(&self) -> Option<Command<'_>> {
        let entry = self.pending.get(self.cursor)?;
        (entry.state == EntryState::Waiting && self.step != InStep::Lost)
            .then(|| self.pending.record(entry).command)
    }

    /// Error replies by class, indexed by [`ErrorClass`].
    pub(super) fn error_classes(&self) -> &[u32; ErrorClass::COUNT] {
        &self.classes
    }

    /// Drops capacity that is not needed now.
    pub(super) fn shed(&mut self) {
        self.pending.shed();
    }

    /// Gives back memory that is not in use.
    pub(super) fn shrink(&mut self) {
        self.pending.shrink();
    }

    /// Bytes of memory held.
    pub(super) fn memory_len(&self) -> usize {
        self.pending.memory_len()
    }

    /// True where [`Self::memory_len`] may have changed since [`Self::calm`].
    #[inline]
    pub(super) fn is_stirred(&self) -> bool {
        self.pending.is_stirred()
    }

    /// Starts anew with [`Self::is_stirred`].
    pub(super) fn calm(&mut self) {
        self.pending.calm();
    }

    /// Whether the protocol says that a request gets no reply; keeps track of CLIENT REPLY
    /// (`networking.c`: `CLIENT_REPLY_OFF`, `CLIENT_REPLY_SKIP_NEXT`).
    fn is_suppressed(&mut self, act: Act, command: &Command<'_>) -> bool {
        // Inside MULTI the command is only queued, and answered so.
        let queued = command.transaction.is_some();
        match act {
            Act::ReplconfAck => true,
            Act::ReplyOff if !queued => {
                self.by_queue = false;
                self.replies = ReplyMode::Off;
                true
            }
            Act::ReplySkip if !queued => {
                if self.replies == ReplyMode::On {
                    self.replies = ReplyMode::SkipNext;
                }
                true
            }
            Act::ReplyOn if !queued => {
                self.by_queue = false;
                self.replies = ReplyMode::On;
                false
            }
            _ => match self.replies {
                ReplyMode::On => false,
                // RESET ends it, and is answered.
                ReplyMode::Off if act == Act::Reset => {
                    self.replies = ReplyMode::On;
                    false
                }
                ReplyMode::Off => true,
                ReplyMode::SkipNext => {
                    self.by_queue = false;
                    self.replies = ReplyMode::On;
                    true
                }
            },
        }
    }

    /// Gives up the oldest requests where too many wait.
    fn make_room(&mut self, session: &Session, sink: &mut impl RespSink, now: Moment) {
        while self.pending.used_len() > self.limit
            || (!self.server_seen && self.pending.len() >= MAX_ONE_SIDED)
        {
            let Some(oldest) = self.pending.get(0) else {
                return;
            };
            match oldest.state {
                EntryState::Waiting => {
                    if oldest.expects == Expects::ConfirmationsOrNothing {
                        self.subscribing = true;
                        self.doubtful_given_up = true;
                    } else {
                        self.given_up += 1;
                    }
                    self.tell_unanswered(0, session, sink, now);
                }
                EntryState::Queued => self.tell_queued(0, session, sink, now),
                EntryState::Gap => self.lost_replies(),
                EntryState::Confirmed | EntryState::Done => {}
            }
            self.remove_first();
        }
    }

    /// The short way through [`Self::answer`] and [`Self::pair`]: the one reply of a plain request
    /// in front, where neither has anything unusual. False where that is not so.
    #[inline]
    fn answers_plainly(
        &mut self,
        reply: &Reply<'_>,
        session: &Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) -> bool {
        // No line of MONITOR, no error, no QUEUED, no message.
        let form = match reply.value.kind() {
            ReplyKind::SimpleString if reply.value.text().kept == b"OK" => shape::Shape::OK,
            ReplyKind::Integer => shape::Shape::INTEGER,
            ReplyKind::BulkString => shape::Shape::STRING,
            ReplyKind::Null => shape::Shape::NULL,
            _ => return false,
        };
        if self.cursor != 0 || self.given_up > 0 || self.header_only {
            return false;
        }
        let Some(entry) = self.pending.get(0).filter(|entry| entry.is_plain()) else {
            return false;
        };
        let certainty = match self.step {
            InStep::Exact => Certainty::Exact,
            InStep::Anchored if shape::can_be(entry, form) => Certainty::AfterGap,
            InStep::Anchored | InStep::Lost => return false,
        };
        let timed = certainty == Certainty::Exact && !entry.untimed;
        let record = self.pending.record(entry);
        let exchange = Exchange {
            latency_ns: timed.then(|| reply.first_at.since(entry.last_at)),
            ..answered(&record, reply, certainty, now)
        };
        sink.exchange(session, &exchange);
        self.pending.pop();
        true
    }

    /// Finds the request of a reply and tells the sink of the pair.
    fn answer(
        &mut self,
        reply: &Reply<'_>,
        session: &mut Session,
        counters: &mut RespCounters,
        sink: &mut impl RespSink,
        now: Moment,
    ) -> Turn {
        let value = reply.value;
        let header_only = std::mem::take(&mut self.header_only);
        if self.given_up > 0 && self.step == InStep::Exact {
            self.given_up -= 1;
            if header_only {
                // Its EXEC was given up meanwhile.
                self.lost_replies();
            }
            return self.unseen(reply, session, sink, now);
        }
        loop {
            let Some(entry) = self.pending.get(self.cursor) else {
                let confirms = first_text(&value).and_then(Act::of_confirmation).is_some();
                if self.replies == ReplyMode::Off && !confirms {
                    // The server answers after all: it cannot have taken CLIENT REPLY OFF.
                    self.replies = ReplyMode::On;
                }
                return self.unseen(reply, session, sink, now);
            };
            match entry.state {
                EntryState::Gap => {
                    if is_protocol_error(&value) {
                        return self.unseen(reply, session, sink, now);
                    }
                    self.leave();
                    self.lost_replies();
                }
                EntryState::Confirmed => {
                    if entry.act.confirmation() == first_text(&value) {
                        self.confirm_further(reply, session, sink, now);
                        return Turn::None;
                    }
                    // It got fewer confirmations than we waited for.
                    self.leave();
                }
                EntryState::Done | EntryState::Queued => self.cursor += 1,
                EntryState::Waiting
                    if entry.expects == Expects::ConfirmationsOrNothing
                        && entry.act.confirmation() != first_text(&value) =>
                {
                    self.tell_unanswered(self.cursor, session, sink, now);
                    self.leave();
                }
                EntryState::Waiting => {
                    if entry.expects == Expects::ConfirmationsOrNothing && self.doubtful_given_up {
                        // Whose confirmation it is, this one's or an earlier one's?
                        self.lost_replies();
                    }
                    break;
                }
            }
        }
        if Self::is_server_first(&value) {
            return self.unseen(reply, session, sink, now);
        }
        if self.step != InStep::Exact && !self.find_step(&value, session, sink, now) {
            return self.unseen(reply, session, sink, now);
        }
        self.pair(reply, header_only, session, counters, sink, now)
    }

    /// Pairs a reply, or the header of one, with the request at the cursor.
    fn pair(
        &mut self,
        reply: &Reply<'_>,
        header_only: bool,
        session: &mut Session,
        counters: &mut RespCounters,
        sink: &mut impl RespSink,
        now: Moment,
    ) -> Turn {
        let value = reply.value;
        let Some(entry) = self.pending.get(self.cursor) else {
            return Turn::None;
        };
        let act = entry.act;
        let transaction = entry.transaction();
        let expects = entry.expects;
        let array = value.kind() == ReplyKind::Array;
        let uneven = header_only && array;
        if !act.is_never_queued()
            && (transaction.is_some() || self.step != InStep::Exact)
            && is_queued(&value)
        {
            self.queue();
            return Turn::None;
        }
        let confirmed = act
            .confirmation()
            .is_some_and(|word| first_text(&value) == Some(word));
        if act != Act::Plain {
            match act {
                Act::Exec if uneven => {}
                Act::Exec => self.execute(reply, session, counters, sink, now),
                Act::Discard | Act::Reset if !is_error(&value) => {
                    self.release(session, sink, now);
                }
                Act::Multi if is_error(&value) => self.forget_transaction(transaction),
                _ => {}
            }
        }
        let Some(entry) = self.pending.get(self.cursor) else {
            return Turn::None;
        };
        let record = self.pending.record(entry);
        let certainty = self.certainty();
        let timed = certainty == Certainty::Exact && !entry.untimed;
        let exchange = Exchange {
            latency_ns: timed.then(|| reply.first_at.since(entry.last_at)),
            ..answered(&record, reply, certainty, now)
        };
        sink.exchange(session, &exchange);
        if act == Act::Plain {
            self.leave();
            return Turn::None;
        }
        let arguments = record.command.arguments;
        let last_word = usize::try_from(arguments.count)
            .ok()
            .and_then(|count| arguments.at(count.checked_sub(1)?))
            .filter(Argument::is_whole);
        if self.step != InStep::Exact
            && shape::identifies(act, last_word.map(|word| word.kept), &value)
        {
            self.step = InStep::Exact;
        }
        if session.on_reply(act, &arguments, &value) {
            counters.failed_logins += 1;
        }
        match act {
            Act::Reset if !is_error(&value) => {
                (self.channels, self.patterns, self.shards) = (0, 0, 0);
                self.monitoring = false;
            }
            Act::Monitor => self.monitoring |= !is_error(&value),
            Act::Exec if uneven => {
                self.execute_unevenly(value.elements(), session, sink, now);
                return Turn::None;
            }
            Act::Exec => self.settle_exec(expects, array),
            Act::Psync | Act::Sync => {
                self.leave();
                return turn(value.text().kept);
            }
            _ if confirmed => {
                self.begin_confirmations(act, &value, session);
                return Turn::None;
            }
            _ => {}
        }
        self.leave();
        Turn::None
    }

    /// How sure a pair is.
    fn certainty(&self) -> Certainty {
        match self.step {
            InStep::Exact => Certainty::Exact,
            InStep::Anchored | InStep::Lost => Certainty::AfterGap,
        }
    }

    /// A reply whose request was not seen.
    fn unseen(
        &mut self,
        reply: &Reply<'_>,
        session: &Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) -> Turn {
        let exchange = Exchange {
            request: None,
            reply: Some(reply),
            pairing: Certainty::RequestUnseen,
            latency_ns: None,
            at: now.at,
            origin: now.origin,
        };
        sink.exchange(session, &exchange);
        // The head of a full sync speaks for itself.
        if self.step == InStep::Lost && reply.value.kind() == ReplyKind::SimpleString {
            return turn(reply.value.text().kept);
        }
        Turn::None
    }

    /// The snapshot itself is the reply of the SYNC at the cursor: of `len` bytes, where that is
    /// told.
    pub(super) fn answer_sync(
        &mut self,
        len: u64,
        first: Moment,
        session: &Session,
        counters: &mut RespCounters,
        sink: &mut impl RespSink,
    ) {
        self.server_seen = true;
        let node = Node {
            kind: ReplyKind::BulkString,
            descendants: 0,
            elements: 0,
            span: Span {
                store: Store::Held,
                start: 0,
                kept: 0,
                len,
                broken: false,
            },
        };
        let nodes = [node];
        let (Some(entry), Some(value)) = (
            self.pending.get(self.cursor),
            Value::new(&nodes, Buffers::default()),
        ) else {
            return;
        };
        counters.replies += 1;
        let record = self.pending.record(entry);
        let reply = reply_at(first, value, len, true);
        let exchange = answered(&record, &reply, self.certainty(), first);
        sink.exchange(session, &exchange);
        self.leave();
    }

    /// True where a link taken up in the middle may be a replication link: no reply was paired.
    pub(super) fn is_lost(&self) -> bool {
        self.step == InStep::Lost
    }

    /// True for the errors with which a server turns a connection away before it reads a command.
    fn is_server_first(value: &Value<'_>) -> bool {
        if value.kind() != ReplyKind::Error {
            return false;
        }
        let text = value.text().kept;
        text.starts_with(b"DENIED Redis is running in protected mode")
            || text.starts_with(b"ERR max number of clients")
            || is_protocol_error(value)
    }

    fn count_error(&mut self, value: &Value<'_>, counters: &mut RespCounters) {
        counters.errors += 1;
        let class = ErrorClass::of(value.text().kept) as usize;
        if let Some(count) = self.classes.get_mut(class) {
            *count = count.saturating_add(1);
        }
    }

    fn finish_entry(&mut self, index: usize) {
        if let Some(entry) = self.pending.get_mut(index) {
            if entry.act == Act::Blocking && entry.transaction().is_none() {
                self.blocking = self.blocking.saturating_sub(1);
            }
            entry.state = EntryState::Done;
        }
    }

    fn tell_unanswered(
        &self,
        index: usize,
        session: &Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) {
        let Some(entry) = self.pending.get(index) else {
            return;
        };
        let pairing = match entry.expects {
            Expects::ConfirmationsOrNothing => Certainty::Suppressed,
            Expects::Reply | Expects::UnevenArray { .. } => Certainty::Unanswered,
        };
        sink.exchange(
            session,
            &without_reply(&self.pending.record(entry), pairing, now),
        );
    }

    /// Done with the request at the cursor.
    #[inline]
    fn leave(&mut self) {
        if let Some(entry) = self.pending.get_mut(self.cursor) {
            if entry.act == Act::Blocking && entry.transaction().is_none() {
                self.blocking = self.blocking.saturating_sub(1);
            }
            if self.cursor == 0 {
                self.pending.pop();
                return;
            }
            entry.state = EntryState::Done;
            self.cursor += 1;
        }
        self.trim();
    }

    fn remove_first(&mut self) {
        if let Some(entry) = self.pending.pop()
            && entry.act == Act::Blocking
            && entry.transaction().is_none()
        {
            self.blocking = self.blocking.saturating_sub(1);
        }
        self.cursor = self.cursor.saturating_sub(1);
    }

    /// Drops what is done from the front.
    fn trim(&mut self) {
        while self.cursor > 0
            && self
                .pending
                .get(0)
                .is_some_and(|entry| entry.state == EntryState::Done)
        {
            self.pending.pop();
            self.cursor -= 1;
        }
    }
}

/// The exchange of a request with its reply, its latency left out.
#[inline]
fn answered<'a>(
    request: &'a RequestRecord<'a>,
    reply: &'a Reply<'a>,
    pairing: Certainty,
    now: Moment,
) -> Exchange<'a> {
    Exchange {
        reply: Some(reply),
        ..without_reply(request, pairing, now)
    }
}

/// A reply that is known without having been read: it came, whole, at `moment`.
fn reply_at(moment: Moment, value: Value<'_>, wire_len: u64, truncated: bool) -> Reply<'_> {
    Reply {
        value,
        wire_len,
        truncated,
        first_at: moment.at,
        last_at: moment.at,
        origin: moment.origin,
    }
}

/// The exchange of a request that gets no reply, or got none.
#[inline]
fn without_reply<'a>(
    request: &'a RequestRecord<'a>,
    pairing: Certainty,
    now: Moment,
) -> Exchange<'a> {
    Exchange {
        request: Some(request),
        reply: None,
        pairing,
        latency_ns: None,
        at: now.at,
        origin: now.origin,
    }
}

fn is_queued(value: &Value<'_>) -> bool {
    value.kind() == ReplyKind::SimpleString && value.text().kept == QUEUED
}

fn is_error(value: &Value<'_>) -> bool {
    matches!(value.kind(), ReplyKind::Error | ReplyKind::BulkError)
}

/// The server's last word on bytes that were no request.
fn is_protocol_error(value: &Value<'_>) -> bool {
    value.kind() == ReplyKind::Error && value.text().kept.starts_with(b"ERR Protocol error")
}

/// Text of an aggregate's first element.
fn first_text<'a>(value: &Value<'a>) -> Option<&'a [u8]> {
    let first = value.children().next()?;
    matches!(
        first.kind(),
        ReplyKind::BulkString | ReplyKind::SimpleString
    )
    .then(|| first.text().kept)
}

/// What the answer to a PSYNC leads to (`replication.c`).
fn turn(text: &[u8]) -> Turn {
    let id = |skipped: usize| {
        text.get(skipped..skipped + 40)
            .is_some_and(|id| id.iter().all(u8::is_ascii_hexdigit))
    };
    if text.starts_with(b"FULLRESYNC ") && id(11) {
        Turn::FullSync
    } else if text == b"CONTINUE"
        || (text.starts_with(b"CONTINUE ") && id(9))
        || text.starts_with(b"RDBCHANNELSYNC ")
    {
        Turn::Stream
    } else {
        Turn::None
    }
}
