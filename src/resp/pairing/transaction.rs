//! Transactions whose EXEC is answered with more or fewer values than its array announces.
//!
//! Redis writes the array's header first and then runs each queued command as if it stood alone.
//! (P|S)SUBSCRIBE and UNSUBSCRIBE then write one confirmation a channel, and CLIENT REPLY takes
//! effect at once (OFF silences the rest; SKIP writes nothing and silences the first command after
//! EXEC). So the header is read as a message of its own, and the queued commands wait again, each
//! for its own replies.

use super::super::model::{RespSink, Session};
use super::act::Act;
use super::pending::{EntryState, Expects};
use super::{Certainty, InStep, Moment, Pairing, ReplyMode, without_reply};

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
