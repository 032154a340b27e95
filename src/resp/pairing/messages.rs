//! Messages that no request asked for, and confirmations of subscriptions, of which a request gets
//! as many as it names channels.

use super::act::{Act, Channels};
use super::pending::{Entry, EntryState};
use super::{
    Argument, InStep, MAX_COMPARED, Moment, Pairing, Push, PushKind, Reply, ReplyKind, RespSink,
    Role, Session, Value, first_text,
};

/// A message that no request asked for.
pub(super) struct Message<'a> {
    pub(super) kind: PushKind,
    pub(super) channel: Option<Argument<'a>>,
    pub(super) payload: Option<Argument<'a>>,
}

impl<'a> Message<'a> {
    pub(super) fn push(&self, reply: &Reply<'a>, now: Moment) -> Push<'a> {
        Push {
            kind: self.kind,
            value: reply.value,
            channel: self.channel,
            payload: self.payload,
            wire_len: reply.wire_len,
            at: now.at,
            origin: reply.origin,
        }
    }
}

/// Channel on which RESP2 clients get invalidations (client tracking with REDIRECT).
const INVALIDATIONS: &[u8] = b"__redis__:invalidate";

impl Pairing {
    /// The first confirmation of the request at the cursor was told; waits for the others.
    pub(super) fn begin_confirmations(
        &mut self,
        act: Act,
        value: &Value<'_>,
        session: &mut Session,
    ) {
        self.count_subscription(act, value, session);
        let all = self.is_last_unsubscription(act, value, session);
        let Some(entry) = self.pending.get_mut(self.cursor) else {
            return;
        };
        let channels = u32::try_from(entry.count().saturating_sub(1)).unwrap_or(u32::MAX - 1);
        entry.confirmations = match channels {
            // UNSUBSCRIBE from everything: one for each subscription, or one for none.
            0 if all => 0,
            0 => u32::MAX,
            channels => channels - 1,
        };
        if entry.confirmations == 0 {
            self.leave();
        } else {
            entry.state = EntryState::Confirmed;
        }
    }

    /// A further confirmation of the request at the cursor.
    pub(super) fn confirm_further(
        &mut self,
        reply: &Reply<'_>,
        session: &mut Session,
        sink: &mut impl RespSink,
        now: Moment,
    ) {
        let value = reply.value;
        let message = Message {
            kind: PushKind::Confirmation,
            channel: value.children().nth(1).map(|channel| channel.text()),
            payload: None,
        };
        sink.push(session, &message.push(reply, now));
        let Some(act) = self.pending.get(self.cursor).map(|entry| entry.act) else {
            return;
        };
        self.count_subscription(act, &value, session);
        let all = self.is_last_unsubscription(act, &value, session);
        let Some(entry) = self.pending.get_mut(self.cursor) else {
            return;
        };
        if entry.confirmations == u32::MAX {
            if all {
                self.leave();
            }
            return;
        }
        entry.confirmations = entry.confirmations.saturating_sub(1);
        if entry.confirmations == 0 {
            self.leave();
        }
    }

    /// Takes the count of subscriptions from a confirmation (its third element): channels and
    /// patterns together, or shard channels (`addReplyPubsubSubscribed`).
    pub(super) fn count_subscription(
        &mut self,
        act: Act,
        value: &Value<'_>,
        session: &mut Session,
    ) {
        let Some(total) = value
            .children()
            .nth(2)
            .and_then(|total| std::str::from_utf8(total.text().kept).ok()?.parse().ok())
        else {
            return;
        };
        match act {
            Act::Subscribe(Channels::Shard) | Act::Unsubscribe(Channels::Shard) => {
                self.shards = total;
            }
            Act::Subscribe(Channels::Pattern) | Act::Unsubscribe(Channels::Pattern) => {
                self.patterns = total.saturating_sub(self.channels);
                self.channels = total - self.patterns;
            }
            _ => {
                self.channels = total.saturating_sub(self.patterns);
                self.patterns = total - self.channels;
            }
        }
        if self.channels.max(self.patterns).max(self.shards) > 0 {
            session.take_role(Role::Subscriber);
        } else if session.role == Role::Subscriber {
            session.role = Role::Client;
        }
    }

    /// Whether a confirmation is the last one of an UNSUBSCRIBE without channels.
    pub(super) fn is_last_unsubscription(
        &self,
        act: Act,
        value: &Value<'_>,
        session: &Session,
    ) -> bool {
        let none_left = match act {
            Act::Unsubscribe(Channels::Exact) => self.channels == 0,
            Act::Unsubscribe(Channels::Pattern) => self.patterns == 0,
            Act::Unsubscribe(Channels::Shard) => self.shards == 0,
            _ => false,
        };
        let nothing_was = value
            .children()
            .nth(1)
            .is_some_and(|channel| channel.kind() == ReplyKind::Null);
        let nothing_is = self.channels + self.patterns == 0;
        nothing_was || (none_left && (session.from_first_byte || nothing_is))
    }

    /// True where arrays may be messages of RESP2's subscribed mode, or that cannot be excluded.
    pub(super) fn is_listening(&self) -> bool {
        self.step != InStep::Exact
            || self.subscribing
            || self.channels + self.patterns + self.shards > 0
    }

    /// What an array or push is that no request asked for; `None` for a reply, and for the
    /// confirmation that a request waits for.
    pub(super) fn unasked<'a>(&self, value: &Value<'a>) -> Option<Message<'a>> {
        let push = value.kind() == ReplyKind::Push;
        let word = first_text(value).unwrap_or_default();
        let element = |index| value.children().nth(index).map(|element| element.text());
        let message = |kind, channel, payload| Message {
            kind,
            channel: element(channel),
            payload: element(payload),
        };
        match (word, value.elements()) {
            (b"message", 3) => {
                let tracking = element(1).is_some_and(|channel| channel.kept == INVALIDATIONS);
                let kind = if tracking {
                    PushKind::Invalidate
                } else {
                    PushKind::Message
                };
                Some(message(kind, 1, 2))
            }
            (b"smessage", 3) => Some(message(PushKind::ShardMessage, 1, 2)),
            (b"pmessage", 4) => Some(message(PushKind::PatternMessage, 2, 3)),
            (b"invalidate", _) if push => Some(Message {
                kind: PushKind::Invalidate,
                channel: None,
                payload: None,
            }),
            (word, 3) if Act::of_confirmation(word).is_some() => {
                let waits = |entry: &Entry| {
                    matches!(entry.state, EntryState::Waiting | EntryState::Confirmed)
                        && entry.act.confirmation() == Some(word)
                };
                let awaited = if self.step == InStep::Lost {
                    self.pending
                        .iter()
                        .skip(self.cursor)
                        .take(MAX_COMPARED)
                        .any(waits)
                } else {
                    // A wildcard UNSUBSCRIBE that is over stands before the one that is meant.
                    self.pending
                        .iter()
                        .skip(self.cursor)
                        .find(|entry| {
                            let over =
                                matches!(entry.state, EntryState::Confirmed | EntryState::Done);
                            !over || waits(entry)
                        })
                        .is_some_and(waits)
                };
                (!awaited).then(|| Message {
                    kind: PushKind::Other,
                    channel: element(1),
                    payload: None,
                })
            }
            _ if push => Some(Message {
                kind: PushKind::Other,
                channel: None,
                payload: None,
            }),
            _ => None,
        }
    }

    /// What an unasked message tells of the session.
    pub(super) fn note_unasked(
        &mut self,
        message: &Message<'_>,
        value: &Value<'_>,
        session: &mut Session,
    ) {
        match message.kind {
            PushKind::Monitor => session.take_role(Role::Monitor),
            PushKind::Message | PushKind::PatternMessage | PushKind::ShardMessage => {
                session.take_role(Role::Subscriber);
            }
            PushKind::Other => {
                if let Some(act) = first_text(value).and_then(Act::of_confirmation) {
                    self.count_subscription(act, value, session);
                }
            }
            PushKind::Invalidate | PushKind::Confirmation => {}
        }
    }
}

/// A line of MONITOR: `1339518083.107412 [0 127.0.0.1:60866] "keys" "*"` (`replicationFeedMonitors`).
pub(super) fn monitor_line(text: Argument<'_>) -> Option<Message<'_>> {
    let seconds = text.kept.iter().position(|byte| !byte.is_ascii_digit())?;
    let rest = text.kept.get(seconds..)?;
    let micros = rest.get(1..7)?;
    let is_line = seconds > 0
        && rest.first() == Some(&b'.')
        && micros.iter().all(u8::is_ascii_digit)
        && rest.get(7..9) == Some(b" [");
    is_line.then_some(Message {
        kind: PushKind::Monitor,
        channel: None,
        payload: Some(text),
    })
}
