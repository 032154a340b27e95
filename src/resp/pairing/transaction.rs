//! Transactions whose EXEC is answered with more or fewer values than its array announces.
//!
//! Redis writes the array's header first and then runs each queued command as if it stood alone.
//! (P|S)SUBSCRIBE and UNSUBSCRIBE then write one confirmation a channel, and CLIENT REPLY takes
//! effect at once (OFF silences the rest; SKIP writes nothing and silences the first command after
//! EXEC). So the header is read as a message of its own, and the queued commands wait again, each
//! for its own replies.

use super::super::model::{Exchange, RespSink, Session};
use super::act::Act;
use super::pending::{EntryState, Expects};
use super::{Certainty, InStep, Moment, Pairing, ReplyMode};

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
        if queue.uneven {
            Expects::UnevenArray
        } else {
            Expects::Reply
        }
    }

    /// True where the next reply is that of an EXEC of which only the header is to be read.
    pub(in crate::resp) fn is_uneven_exec(&self) -> bool {
        self.step == InStep::Exact
            && self.pending.get(self.cursor).is_some_and(|entry| {
                entry.expects == Expects::UnevenArray && entry.state == EntryState::Waiting
            })
    }

    /// The header of the array was told as the reply of the EXEC at the cursor: what was queued
    /// waits for its own replies.
    pub(super) fn execute_unevenly(
        &mut self,
        session: &Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) {
        let end = self.cursor;
        self.finish_entry(end);
        let mut silent = false;
        let mut first = end + 1;
        for index in 0..end {
            let Some(entry) = self.pending.get_mut(index) else {
                break;
            };
            if entry.state != EntryState::Queued {
                continue;
            }
            first = first.min(index);
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
    }

    /// The EXEC at the cursor was refused, and with it a CLIENT REPLY by which later requests were
    /// judged.
    pub(super) fn refuse_exec(&mut self) {
        let uneven = self
            .pending
            .get(self.cursor)
            .is_some_and(|entry| entry.expects == Expects::UnevenArray);
        if uneven && self.replies != ReplyMode::On {
            self.replies = ReplyMode::On;
            self.lost_replies();
        }
    }

    /// A request that gets no reply, by the protocol's own rules.
    fn tell_silent(&self, index: usize, session: &Session, sink: &mut impl RespSink, now: Moment) {
        let Some(entry) = self.pending.get(index) else {
            return;
        };
        let exchange = Exchange {
            request: Some(self.pending.record(entry)),
            reply: None,
            pairing: Certainty::Suppressed,
            latency_ns: None,
            at: now.at,
            origin: now.origin,
        };
        sink.exchange(session, &exchange);
    }
}
