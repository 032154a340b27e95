//! Transactions: what MULTI queues, and how EXEC's answer is dealt out to it.
//!
//! Some EXECs are answered with more or fewer values than their array announces: Redis writes the
//! array's header first and then runs each queued command as if it stood alone. (P|S)SUBSCRIBE and
//! UNSUBSCRIBE then write one confirmation a channel, and CLIENT REPLY takes effect at once (OFF
//! silences the rest; SKIP writes nothing and silences the first command after EXEC). So the header
//! is read as a message of its own, and the queued commands wait again, each for its own replies.

use super::act::Act;
use super::pending::{Entry, EntryState, Expects};
use super::{
    Buffers, Certainty, Exchange, InStep, Moment, Node, Pairing, Reply, ReplyKind, ReplyMode,
    RespCounters, RespSink, Session, Span, Store, Value, answered, first_text, is_error, reply_at,
    without_reply,
};

/// What the commands that the open MULTI has queued do to EXEC's reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Queue {
    /// Some get another number of values than one.
    uneven: bool,
    /// Replies are off (or on) after EXEC, where a queued CLIENT REPLY says so.
    off: Option<bool>,
    /// The first command after EXEC gets no reply, unless it is off anyway: no later ON takes that
    /// back (`CLIENT_REPLY_SKIP_NEXT`).
    skip: bool,
}

impl Queue {
    /// Takes note of a command inside MULTI.
    pub(super) fn note(&mut self, act: Act) {
        match act {
            Act::Subscribe(_) | Act::Unsubscribe(_) => {}
            Act::ReplyOff => self.off = Some(true),
            Act::ReplyOn => self.off = Some(false),
            Act::ReplySkip => self.skip |= self.off != Some(true),
            _ => return,
        }
        self.uneven = true;
    }
}

impl Pairing {
    /// Id of the MULTI a request belongs to; keeps track of which is open.
    pub(super) fn transaction_of(&mut self, act: Act, index: u64) -> Option<u64> {
        match act {
            Act::Multi => {
                if self.transaction.is_none() {
                    self.transaction = Some(index);
                    self.queue = Queue::default();
                }
                self.transaction
            }
            Act::Exec => self.transaction.take(),
            Act::Discard => {
                self.queue = Queue::default();
                self.transaction.take()
            }
            Act::Reset | Act::Quit => {
                self.queue = Queue::default();
                self.transaction = None;
                None
            }
            _ => {
                if self.transaction.is_some() {
                    self.queue.note(act);
                }
                self.transaction
            }
        }
    }

    /// The request at the cursor was queued by MULTI.
    pub(super) fn queue(&mut self) {
        let adopted = self.pending.get(self.cursor).map(|entry| {
            // MULTI was not seen: its first command stands for it.
            let previous = self
                .cursor
                .checked_sub(1)
                .and_then(|index| self.pending.get(index))
                .filter(|entry| entry.state == EntryState::Queued)
                .and_then(Entry::transaction);
            entry
                .transaction()
                .or(previous)
                .unwrap_or_else(|| self.pending.record(entry).command.index)
        });
        if let Some(entry) = self.pending.get_mut(self.cursor) {
            if entry.act == Act::Blocking && entry.transaction().is_none() {
                self.blocking = self.blocking.saturating_sub(1);
            }
            entry.state = EntryState::Queued;
            entry.set_transaction(adopted);
            self.cursor += 1;
        }
    }

    /// EXEC at the cursor was answered: each queued request gets its element.
    pub(super) fn execute(
        &mut self,
        reply: &Reply<'_>,
        session: &mut Session,
        counters: &mut RespCounters,
        sink: &mut impl RespSink,
        now: Moment,
    ) {
        let value = reply.value;
        if !matches!(value.kind(), ReplyKind::Array | ReplyKind::Set) {
            // WATCH saw a change (null), or queueing had failed: nothing was executed.
            self.release(session, sink, now);
            return;
        }
        let queued = self
            .pending
            .iter()
            .take(self.cursor)
            .filter(|entry| entry.state == EntryState::Queued)
            .count() as u64;
        // Where the first of the transaction were not seen, ours are the last ones.
        let Some(unseen) = value.elements().checked_sub(queued) else {
            for index in 0..self.cursor {
                if self.is_queued_at(index) {
                    self.tell_unanswered(index, session, sink, now);
                    self.finish_entry(index);
                }
            }
            return;
        };
        let certainty = if unseen > 0 {
            Certainty::AfterGap
        } else {
            self.certainty()
        };
        let mut elements = value.children();
        for _ in 0..unseen {
            let Some(element) = elements.next() else {
                break;
            };
            let exchange = Exchange {
                request: None,
                reply: Some(&element_reply(element, reply)),
                pairing: Certainty::RequestUnseen,
                latency_ns: None,
                at: now.at,
                origin: now.origin,
            };
            sink.exchange(session, &exchange);
        }
        for index in 0..self.cursor {
            if !self.is_queued_at(index) {
                continue;
            }
            let Some(entry) = self.pending.get(index) else {
                break;
            };
            let act = entry.act;
            let record = self.pending.record(entry);
            let element = elements.next();
            let own = element.map(|element| element_reply(element, reply));
            let exchange = Exchange {
                request: Some(&record),
                // An element past the kept ones was there all the same.
                reply: own.as_ref(),
                pairing: certainty,
                latency_ns: None,
                at: now.at,
                origin: now.origin,
            };
            sink.exchange(session, &exchange);
            if let Some(element) = element {
                if session.on_reply(act, &record.command.arguments, &element) {
                    counters.failed_logins += 1;
                }
                if act
                    .confirmation()
                    .is_some_and(|word| first_text(&element) == Some(word))
                {
                    self.count_subscription(act, &element, session);
                }
                if is_error(&element) {
                    self.count_error(&element, counters);
                }
            }
            self.finish_entry(index);
        }
    }

    /// What MULTI had queued will not be executed.
    pub(super) fn release(&mut self, session: &Session, sink: &mut impl RespSink, now: Moment) {
        for index in 0..self.cursor {
            if self.is_queued_at(index) {
                self.tell_queued(index, session, sink, now);
                self.finish_entry(index);
            }
        }
    }

    /// MULTI was refused: what was thought to belong to it does not.
    pub(super) fn forget_transaction(&mut self, transaction: Option<u64>) {
        for entry in self.pending.iter_mut() {
            if entry.transaction() == transaction {
                entry.set_transaction(None);
            }
        }
        if self.transaction == transaction {
            self.transaction = None;
        }
    }

    pub(super) fn is_queued_at(&self, index: usize) -> bool {
        self.pending
            .get(index)
            .is_some_and(|entry| entry.state == EntryState::Queued)
    }

    /// A queued request that is not executed keeps the reply it got, `+QUEUED`.
    pub(super) fn tell_queued(
        &self,
        index: usize,
        session: &Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) {
        let Some(entry) = self.pending.get(index) else {
            return;
        };
        let Some(value) = Value::new(&QUEUED_NODE, QUEUED_BUFFERS) else {
            return;
        };
        let record = self.pending.record(entry);
        let reply = reply_at(now, value, QUEUED.len() as u64 + 3, false);
        let exchange = answered(&record, &reply, self.certainty(), now);
        sink.exchange(session, &exchange);
    }

    /// EXEC is sent: what was queued is about to be executed.
    pub(super) fn send_exec(&mut self) -> Expects {
        let queue = std::mem::take(&mut self.queue);
        let was_off = self.replies == ReplyMode::Off;
        let off = queue.off.unwrap_or(was_off);
        if was_off && queue.off == Some(false) {
            // The rest of the array comes without its header: only evidence helps.
            self.lost_replies();
        }
        if off {
            self.replies = ReplyMode::Off;
        } else if queue.skip {
            self.replies = ReplyMode::SkipNext;
        } else if was_off {
            self.replies = ReplyMode::On;
        }
        let silences = off || queue.skip;
        self.by_queue = silences;
        if queue.uneven {
            Expects::UnevenArray { silences }
        } else {
            Expects::Reply
        }
    }

    /// True where the reply that begins now, an array, is that of an EXEC of which only the header
    /// is to be read; takes note that it is read so.
    pub(in crate::resp) fn takes_header(&mut self) -> bool {
        self.header_only = self.given_up == 0
            && self.step == InStep::Exact
            && self.pending.get(self.cursor).is_some_and(|entry| {
                matches!(entry.expects, Expects::UnevenArray { .. })
                    && entry.state == EntryState::Waiting
            });
        self.header_only
    }

    /// The header of the array, which announces `announced` values, was told as the reply of the
    /// EXEC at the cursor: what was queued waits for its own replies.
    pub(super) fn execute_unevenly(
        &mut self,
        announced: u64,
        session: &mut Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) {
        let end = self.cursor;
        self.finish_entry(end);
        let mut silent = false;
        let mut first = end + 1;
        let mut executed = 0u64;
        for index in 0..end {
            let Some(entry) = self.pending.get_mut(index) else {
                break;
            };
            if entry.state != EntryState::Queued {
                continue;
            }
            first = first.min(index);
            executed += 1;
            entry.untimed = true;
            entry.state = EntryState::Waiting;
            let answered = match entry.act {
                Act::ReplyOff | Act::ReplySkip => {
                    silent |= entry.act == Act::ReplyOff;
                    false
                }
                Act::ReplyOn => {
                    silent = false;
                    true
                }
                act if silent && act.confirmation().is_some() => {
                    entry.expects = Expects::ConfirmationsOrNothing;
                    true
                }
                _ => !silent,
            };
            if !answered {
                self.tell_silent(index, session, sink, now);
                self.finish_entry(index);
            }
        }
        self.cursor = first;
        self.trim();
        if executed != announced {
            // Some were given up, or never seen: whose values come now is not known.
            self.lost_replies();
        }
    }

    /// EXEC was answered with no header that stands alone: with `array`, whose end is not where it
    /// announces it; or it was refused, and with it a CLIENT REPLY by which later requests were
    /// judged.
    pub(super) fn settle_exec(&mut self, expects: Expects, array: bool) {
        let Expects::UnevenArray { silences } = expects else {
            return;
        };
        if !array && silences && self.by_queue {
            self.by_queue = false;
            self.replies = ReplyMode::On;
        }
        if array || silences {
            self.lost_replies();
        }
    }

    /// A request that gets no reply, by the protocol's own rules.
    fn tell_silent(
        &self,
        index: usize,
        session: &mut Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) {
        let Some(entry) = self.pending.get(index) else {
            return;
        };
        let record = self.pending.record(entry);
        if entry.act == Act::Select {
            session.on_unanswered_select(&record.command.arguments, false);
        }
        sink.exchange(session, &without_reply(&record, Certainty::Suppressed, now));
    }
}

/// Text of `+QUEUED`.
pub(super) const QUEUED: &[u8] = b"QUEUED";

static QUEUED_NODE: [Node; 1] = [Node {
    kind: ReplyKind::SimpleString,
    descendants: 0,
    elements: 0,
    span: Span {
        store: Store::Held,
        start: 0,
        kept: 6,
        len: 6,
        broken: false,
    },
}];

const QUEUED_BUFFERS: Buffers<'static> = Buffers {
    chunk: &[],
    held: QUEUED,
};

/// An element of EXEC's reply as the reply of its own command.
pub(super) fn element_reply<'a>(element: Value<'a>, reply: &Reply<'_>) -> Reply<'a> {
    Reply {
        value: element,
        wire_len: element.encoded_len(),
        truncated: reply.truncated,
        first_at: reply.first_at,
        last_at: reply.last_at,
        origin: reply.origin,
    }
}
