//! Listens to one RESP connection: detectors look at each message, facts are noted, events made.

use super::print;
use super::talk::About;
use super::totals::ShardState;
use super::{CommandEvents, Core, observe};
use crate::detect::{Carry, Detector, Fact, Hits, Occurrence, StoredPart};
use crate::event::{FindingDirection, Transport};
use crate::flow::FlowView;
use crate::key_pattern;
use crate::packet::{Origin, Timestamp};
use crate::resp::commands::CommandSpec;
use crate::resp::rdb::{RdbDecoder, RdbEnd, RdbKind, RdbSink, RdbValue, RdbValuePart};
use crate::resp::{
    Argument, Command, Exchange, Push, RdbPart, Reply, RespConnection, RespSink, Session, ValuePart,
};
use crate::segment::Direction;
use crate::stats::Call;

/// Takes what one connection says, with everything around it within reach.
pub(super) struct Ear<'a> {
    core: &'a mut Core,
    shard: &'a mut ShardState,
    about: &'a mut About,
    flow: &'a FlowView,
    transport: Transport,
}

/// A full sync as it goes by.
pub(super) struct Sync {
    decoder: RdbDecoder,
    at: Timestamp,
    origin: Origin,
    record: Record,
}

/// What was found so far under the key that goes by: what stands together in a hash is worse for it.
#[derive(Default)]
struct Record {
    database: u64,
    key: Vec<u8>,
    kind: Option<RdbKind>,
    hits: Hits,
    /// Of a value that goes by in parts.
    carry: Carry,
    /// Packet of its last value.
    seen: Option<(Timestamp, Origin)>,
}

impl Record {
    /// True where the value belongs to what went before: another field of the same hash, or the
    /// rest of the same value.
    fn goes_on(&self, database: u64, key: &[u8], kind: RdbKind) -> bool {
        self.kind == Some(kind)
            && self.database == database
            && self.key == key
            && (self.carry.is_within_value()
                || (kind == RdbKind::Hash && self.hits.len() < MAX_RECORD_HITS))
    }
}

/// Hits of one hash that are judged together; those beyond it are judged among themselves.
const MAX_RECORD_HITS: usize = 256;

impl<'a> Ear<'a> {
    pub(super) fn new(
        core: &'a mut Core,
        shard: &'a mut ShardState,
        about: &'a mut About,
        flow: &'a FlowView,
        transport: Transport,
    ) -> Self {
        Self {
            core,
            shard,
            about,
            flow,
            transport,
        }
    }

    /// The connection is over: what was noted and not yet told.
    pub(super) fn closing(&mut self, resp: &RespConnection) {
        self.end_sync(false);
        observe::closing(
            self.core,
            self.shard,
            self.about,
            self.transport,
            resp.session(),
            self.flow,
        );
    }

    /// Keeps what the decoders of a shard hold together within its budget. The connection that
    /// grows pays; one that holds as much as before costs a glance.
    #[inline]
    pub(super) fn weigh(&mut self, resp: &mut RespConnection) {
        if resp.is_stirred() {
            self.weigh_change(resp);
            resp.calm();
        }
        debug_assert_eq!(resp.memory_len(), self.about.held, "memory grew unnoticed");
    }

    #[inline(never)]
    fn weigh_change(&mut self, resp: &mut RespConnection) {
        let grew = resp.memory_len() > self.about.held;
        self.note_held(resp);
        let left = left_to_one(self.shard.resp_held);
        if !grew || self.about.held <= left {
            return;
        }
        if left == TINY_HELD_LEN {
            resp.shrink();
            self.note_held(resp);
            if self.about.held <= left {
                return;
            }
        }
        resp.relieve(self);
        resp.shrink();
        self.note_held(resp);
        let limits = &mut self.shard.totals.limits;
        *limits.entry("resp_budget".to_owned()).or_default() += 1;
    }

    fn note_held(&mut self, resp: &RespConnection) {
        let held = resp.memory_len();
        let others = self.shard.resp_held.saturating_sub(self.about.held);
        self.shard.resp_held = others + held;
        self.about.held = held;
    }

    /// Adds the hits of the message just looked at.
    fn found(
        &mut self,
        direction: FindingDirection,
        command: Option<&[u8]>,
        at: Timestamp,
        origin: Origin,
    ) -> u32 {
        if self.core.hits.is_empty() {
            return 0;
        }
        let seen = Occurrence {
            transport: self.transport,
            command,
            ..self.about.occurrence(self.flow, at, origin, direction)
        };
        let kept = self.shard.found(&self.core.config, &seen, &self.core.hits);
        self.about.findings += u64::from(kept);
        if kept > 0 {
            observe::gave_away(
                self.core,
                self.shard,
                self.about,
                self.transport,
                at,
                origin,
            );
        }
        kept
    }

    /// Lets the detector look at something, and keeps the books of what it looked at.
    #[inline]
    fn look(&mut self, look: impl FnOnce(&mut Detector, &mut Hits)) {
        let before = self.core.detector.counters();
        look(&mut self.core.detector, &mut self.core.hits);
        let after = self.core.detector.counters();
        if after == before {
            return;
        }
        self.about.scanned_bytes += after.scanned_bytes - before.scanned_bytes;
        let opaque = after.opaque_bytes - before.opaque_bytes;
        self.about.opaque_value_bytes += opaque;
        self.shard.totals.opaque_value_bytes += opaque;
        self.shard.totals.unscanned_bytes += after.unscanned_bytes - before.unscanned_bytes;
    }

    fn record(&mut self, session: &Session, exchange: &Exchange<'_>) {
        let Some(stats) = &mut self.shard.totals.stats else {
            return;
        };
        let Some(request) = &exchange.request else {
            return;
        };
        let command = &request.command;
        let first = command
            .spec
            .and_then(|spec| spec.first_key(&command.arguments))
            .and_then(|index| command.arguments.at(index));
        self.shard.pattern.clear();
        if let Some(key) = first {
            key_pattern::write(key.kept, &mut self.shard.pattern);
        }
        let error = exchange
            .reply
            .as_ref()
            .and_then(|reply| print::error_word(&reply.value));
        stats.record(&Call {
            spec: command.spec,
            client: self.about.client,
            server: self.about.server,
            user: session.user.as_deref(),
            // A prefix is the name of no key, or of another.
            key: first.filter(Argument::is_whole).map(|key| key.kept),
            key_pattern: first.is_some().then_some(self.shard.pattern.as_slice()),
            request_bytes: command.wire_len,
            reply_bytes: exchange.reply.as_ref().map_or(0, |reply| reply.wire_len),
            latency_ns: exchange.latency_ns,
            error,
            at: exchange.at,
            origin: command.origin,
            frames_known: !self.core.config.live,
        });
    }

    fn begin_sync(&mut self, at: Timestamp, origin: Origin) {
        self.end_sync(false);
        self.about.sync = Some(Box::new(Sync {
            decoder: RdbDecoder::new(),
            at,
            origin,
            record: Record::default(),
        }));
    }

    /// A full sync is over, complete or not: the loudest finding there is.
    fn end_sync(&mut self, complete: bool) {
        let Some(mut sync) = self.about.sync.take() else {
            return;
        };
        let counters = sync.decoder.finish();
        self.end_record(&mut sync.record);
        self.shard.totals.unscanned_bytes += counters.unscanned_bytes;
        let whole = complete && counters.end == RdbEnd::Complete;
        let amount = format!(
            "{} keys, {} bytes of RDB{}",
            counters.keys,
            counters.bytes,
            if whole { "" } else { ", not seen to its end" },
        );
        let replica = self.about.client.address.to_string();
        let fact = Fact {
            rule: "exposure.fullsync-plaintext",
            subject: replica.as_bytes(),
            why: Some(format!("{amount} went to {replica} in the clear.")),
            value_bytes: Some(counters.bytes),
            ..Fact::default()
        };
        self.fact(sync.at, sync.origin, FindingDirection::Replication, &fact);
        observe::full_copy(
            self.core,
            self.shard,
            self.about,
            self.transport,
            sync.at,
            sync.origin,
        );
    }

    /// Tells what was found under a key, all its values taken together.
    fn end_record(&mut self, record: &mut Record) {
        record.kind = None;
        let Some((at, origin)) = record.seen.take().filter(|_| !record.hits.is_empty()) else {
            return;
        };
        std::mem::swap(&mut self.core.hits, &mut record.hits);
        self.core.detector.stored_end(&mut self.core.hits);
        self.found(FindingDirection::Replication, None, at, origin);
        std::mem::swap(&mut self.core.hits, &mut record.hits);
        record.hits.clear();
    }

    fn fact(
        &mut self,
        at: Timestamp,
        origin: Origin,
        direction: FindingDirection,
        fact: &Fact<'_>,
    ) {
        let seen = Occurrence {
            transport: self.transport,
            ..self.about.occurrence(self.flow, at, origin, direction)
        };
        if self.shard.fact_at(&self.core.config, &seen, fact) {
            self.about.findings += 1;
        }
    }
}

impl RespSink for Ear<'_> {
    fn request(&mut self, session: &Session, command: &Command<'_>) -> u32 {
        self.look(|detector, hits| detector.request(session, command, hits));
        let mut kept = 0;
        if !self.core.hits.is_empty() {
            let direction = if command.replicated {
                FindingDirection::Replication
            } else {
                FindingDirection::Request
            };
            let mut name = [0; MAX_NAME_LEN];
            let name = name_of(command, &mut name);
            kept = self.found(direction, name, command.last_at, command.origin);
        }
        let wanted = match self.core.config.wanted.commands {
            CommandEvents::None => false,
            CommandEvents::First(most) => self.shard.commands_made < most,
            CommandEvents::All => true,
        };
        if wanted {
            self.shard.commands_made = self.shard.commands_made.saturating_add(1);
            let event = print::open(
                self.core,
                self.about,
                self.transport,
                session,
                command,
                kept,
            );
            if command.replicated {
                self.shard.emit_command(event);
            } else {
                print::hold(self.shard, self.about, event);
            }
        }
        kept
    }

    fn exchange(&mut self, session: &Session, exchange: &Exchange<'_>) {
        let mut kept = 0;
        if exchange.reply.is_some_and(Reply::has_content) {
            self.look(|detector, hits| detector.reply(session, exchange, hits));
            if !self.core.hits.is_empty() {
                let mut name = [0; MAX_NAME_LEN];
                let name = exchange
                    .request
                    .as_ref()
                    .and_then(|request| name_of(&request.command, &mut name));
                kept = self.found(FindingDirection::Reply, name, exchange.at, exchange.origin);
            }
        } else {
            self.core.hits.clear();
        }
        if self.shard.totals.stats.is_some() {
            self.record(session, exchange);
        }
        if self.core.config.wanted.commands != CommandEvents::None {
            print::close(
                self.core,
                self.shard,
                self.about,
                self.transport,
                session,
                exchange,
                kept,
            );
        }
        observe::exchange(
            self.core,
            self.shard,
            self.about,
            self.transport,
            session,
            exchange,
        );
    }

    fn push(&mut self, session: &Session, push: &Push<'_>) {
        self.look(|detector, hits| detector.push(session, push, hits));
        if !self.core.hits.is_empty() {
            self.found(FindingDirection::Push, None, push.at, push.origin);
        }
        if self.core.config.wanted.pushes {
            let event = print::push(self.core, self.about, self.transport, session, push);
            self.shard.events.push(event);
        }
    }

    fn value_part(&mut self, session: &Session, part: &ValuePart<'_>) {
        let (carry, direction) = match part.direction {
            Direction::ClientToServer => (&mut self.about.request_carry, FindingDirection::Request),
            Direction::ServerToClient => (&mut self.about.reply_carry, FindingDirection::Reply),
        };
        let mut carried = std::mem::take(carry);
        self.look(|detector, hits| detector.part(session, part, &mut carried, hits));
        match part.direction {
            Direction::ClientToServer => self.about.request_carry = carried,
            Direction::ServerToClient => self.about.reply_carry = carried,
        }
        if !self.core.hits.is_empty() {
            let mut name = [0; MAX_NAME_LEN];
            let name = part.command.and_then(|command| name_of(command, &mut name));
            self.found(direction, name, part.at, part.origin);
        }
    }

    fn rdb(&mut self, _session: &Session, part: &RdbPart<'_>, at: Timestamp, origin: Origin) {
        match part {
            RdbPart::Start(_) => self.begin_sync(at, origin),
            RdbPart::Bytes(bytes) => {
                // Out of its place while it runs, because its values need everything else.
                if let Some(mut sync) = self.about.sync.take() {
                    sync.decoder.push(
                        bytes,
                        &mut Stored {
                            ear: self,
                            record: &mut sync.record,
                            at,
                            origin,
                        },
                    );
                    self.about.sync = Some(sync);
                }
            }
            RdbPart::Gap(len) => {
                if let Some(sync) = &mut self.about.sync {
                    sync.decoder.gap(*len);
                }
            }
            RdbPart::End { complete } => self.end_sync(*complete),
        }
    }
}

/// Takes the values of a full sync.
struct Stored<'a, 'b> {
    ear: &'a mut Ear<'b>,
    record: &'a mut Record,
    at: Timestamp,
    origin: Origin,
}

impl Stored<'_, '_> {
    /// Ends the record of another key, and lets `look` add to this one's.
    fn look(
        &mut self,
        (database, key, kind): (u64, &[u8], RdbKind),
        look: impl FnOnce(&mut Detector, &mut Carry, &mut Hits),
    ) {
        let record = &mut *self.record;
        if !record.goes_on(database, key, kind) {
            self.ear.end_record(record);
            record.kind = Some(kind);
            record.database = database;
            record.key.clear();
            record.key.extend_from_slice(key);
        }
        record.seen = Some((self.at, self.origin));
        let carry = &mut record.carry;
        std::mem::swap(&mut self.ear.core.hits, &mut record.hits);
        self.ear.look(|detector, hits| look(detector, carry, hits));
        std::mem::swap(&mut self.ear.core.hits, &mut record.hits);
    }
}

impl RdbSink for Stored<'_, '_> {
    fn value(&mut self, value: &RdbValue<'_>) {
        let key = value.key.kept;
        let field = value.field.map(|field| field.kept);
        self.look(
            (value.database, key, value.kind),
            |detector, carry, hits| {
                detector.stored_field(key, field, value.value, carry, hits);
            },
        );
    }

    fn value_part(&mut self, part: &RdbValuePart<'_>) {
        let key = part.key.kept;
        let field = part.field.map(|field| field.kept);
        let scanned = StoredPart {
            offset: part.offset,
            bytes: part.bytes,
            last: part.offset.saturating_add(part.bytes.len() as u64) >= part.len,
        };
        self.look((part.database, key, part.kind), |detector, carry, hits| {
            detector.stored_part(key, field, scanned, carry, hits);
        });
    }
}

/// Name of a command in upper case with its subcommand, for grouping.
fn name_of<'a>(command: &Command<'_>, buffer: &'a mut [u8; MAX_NAME_LEN]) -> Option<&'a [u8]> {
    if let Some(spec) = command.spec {
        return Some(static_name(spec));
    }
    let name = command.arguments.at(0)?;
    let mut len = 0;
    for (to, from) in buffer.iter_mut().zip(name.kept) {
        *to = from.to_ascii_uppercase();
        len += 1;
    }
    buffer.get(..len)
}

/// Bytes that a connection may hold when it grows, where its shard holds `total`.
fn left_to_one(total: usize) -> usize {
    const QUARTER: usize = MAX_HELD_LEN / 4;
    match total / QUARTER {
        _ if total <= MAX_HELD_LEN => usize::MAX,
        ..5 => FAIR_HELD_LEN,
        5 => SMALL_HELD_LEN,
        _ => TINY_HELD_LEN,
    }
}

fn static_name(spec: &'static CommandSpec) -> &'static [u8] {
    spec.name.as_bytes()
}

/// Bytes that the RESP decoders of one shard may hold, 1 GiB over all 64 shards: above what a single
/// connection may hold (8 MiB of waiting requests, a message of each side). Beyond it a connection
/// that holds more than [`FAIR_HELD_LEN`] is relieved of it when it grows, beyond a quarter more one
/// that holds more than [`SMALL_HELD_LEN`], and beyond a half more one that holds more than
/// [`TINY_HELD_LEN`]; `limits.resp_budget` counts that. So a shard holds this and a half, what one
/// chunk adds, and [`TINY_HELD_LEN`] for each connection, at most: 2.5 GiB with a million of them.
const MAX_HELD_LEN: usize = 16 * 1024 * 1024;

/// Bytes that a connection in good order holds at most.
const FAIR_HELD_LEN: usize = 64 * 1024;

/// Bytes that a connection holds which has been busy: its decoders keep some capacity, and taking
/// that would cost the pairs of those that do no harm.
const SMALL_HELD_LEN: usize = 32 * 1024;

/// Bytes that are left to any connection: a request that waits, none of them long.
const TINY_HELD_LEN: usize = 1024;

/// Bytes of an unknown command's name by which its findings are grouped.
const MAX_NAME_LEN: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_connections_worth_it_are_relieved() {
        let budget = MAX_HELD_LEN;
        assert_eq!(left_to_one(budget), usize::MAX);
        assert_eq!(left_to_one(budget + 1), FAIR_HELD_LEN);
        assert_eq!(left_to_one(budget + budget / 4), SMALL_HELD_LEN);
        assert_eq!(left_to_one(budget + budget / 2 - 1), SMALL_HELD_LEN);
        assert_eq!(left_to_one(budget + budget / 2), TINY_HELD_LEN);
        assert_eq!(left_to_one(usize::MAX), TINY_HELD_LEN);
    }
}
