//! Step is not certain: which waiting request a reply belongs to, by evidence alone.

use super::act::Act;
use super::pending::{Entry, EntryState};
use super::{InStep, MAX_COMPARED, Moment, Pairing, RespSink, Session, Value, shape};

impl Pairing {
    /// Step is not certain: looks for the waiting request that alone can have this reply. False
    /// where there is none.
    pub(super) fn find_step(
        &mut self,
        value: &Value<'_>,
        session: &Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) -> bool {
        let fits = |entry: &Entry| shape::fits(entry, value, true);
        if self.step == InStep::Anchored {
            if self.pending.get(self.cursor).is_some_and(fits) {
                return true;
            }
            self.lost_replies();
        }
        let mut found = None;
        let mut only = true;
        let waiting = self
            .pending
            .iter()
            .enumerate()
            .skip(self.cursor)
            .filter(|(_, entry)| entry.state == EntryState::Waiting);
        for (compared, (index, entry)) in waiting.enumerate() {
            if compared >= MAX_COMPARED {
                only = false;
                break;
            }
            if fits(entry) {
                only = found.is_none();
                found = found.or(Some(index));
                if !only {
                    break;
                }
            }
        }
        let Some(found) = found else {
            return false;
        };
        if only {
            self.give_up_until(found, session, sink, now);
            self.step = InStep::Anchored;
            self.ambiguous = 0;
        } else {
            self.ambiguous += 1;
            // Replies for as many as wait have passed: none of them can be waiting still.
            if self.ambiguous >= self.pending.len() - self.cursor {
                self.give_up_until(self.pending.len(), session, sink, now);
                self.ambiguous = 0;
            }
        }
        only
    }

    /// The requests from the cursor up to `end` will not be answered. Those of the transaction
    /// that `end` executes were queued; only the word of that was lost.
    pub(super) fn give_up_until(
        &mut self,
        end: usize,
        session: &Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) {
        let executes = self
            .pending
            .get(end)
            .filter(|entry| entry.act == Act::Exec)
            .map(Entry::transaction);
        for index in self.cursor..end {
            let Some(entry) = self.pending.get_mut(index) else {
                break;
            };
            // Where MULTI was not seen, it came before the first request that was.
            let queued = executes == Some(entry.transaction()) && !entry.act.is_never_queued();
            match entry.state {
                EntryState::Waiting if queued => {
                    entry.state = EntryState::Queued;
                    continue;
                }
                EntryState::Waiting => self.tell_unanswered(index, session, sink, now),
                EntryState::Queued => continue,
                EntryState::Confirmed | EntryState::Gap | EntryState::Done => {}
            }
            self.finish_entry(index);
        }
        self.cursor = end.max(self.cursor);
        self.trim();
    }
}
