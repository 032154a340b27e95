//! One connection's way through probe, decoder and detectors, and what is told of it.
//!
//! The [`Handler`] of the flow tables: bytes in order come in, events and totals go out. Everything
//! that is added up (findings, statistics, posture, accounting) is kept per shard and merged in
//! shard order, so that the number of workers changes no answer. Knows nothing of packets' headers,
//! sources or reports.
//!
//! ```text
//! flow -> Analyzer -> probe -> RESP -> detect -> findings     (resp_side, print, observe)
//!                          |-> TLS  -> facts, readable data   (tls_side)
//!                          `-> bus  -> facts, payloads        (bus_side)
//! ```

mod access;
mod bus_side;
mod config;
mod observe;
mod print;
mod resp_side;
mod talk;
mod tls_side;
mod totals;

pub use config::{
    AnalyzerConfig, CommandEvents, DEFAULT_MIN_CONFIDENCE, FindingEvents, Scope, Wanted,
};
pub use totals::{Kept, Outcome, Totals};

use std::sync::Arc;

use crate::detect::{Detector, Fact, Hits, Place};
use crate::event::{ConnectionProtocol, Event, FindingDirection, Transport};
use crate::flow::{Chunk, FlowCounters, FlowEnd, FlowView, Follow, Gap, Handler};
use crate::packet::Origin;
use crate::probe::Verdict;
use crate::redact::Printable;
use crate::segment::Direction;
use crate::tls::TlsContext;

use talk::{Stage, Talk};
use totals::ShardState;

/// The analyzers of all connections of one worker.
pub struct Analyzer {
    core: Core,
    shards: Vec<ShardState>,
    current: usize,
    /// Bytes of TLS records that wait for their keys, of each shard but the current one. Beside
    /// each other, since every packet may change the shard and few of them speak TLS.
    tls_waiting: Vec<usize>,
}

/// What all shards of a worker share: rules, scratch memory, keys. Holds no answer.
struct Core {
    config: Arc<AnalyzerConfig>,
    detector: Detector,
    hits: Hits,
    /// Hits of names that are printed beside a message, whose own hits must not be lost for them.
    name_hits: Hits,
    tls: TlsContext,
}

impl Analyzer {
    /// For `shards` shards.
    #[must_use]
    pub fn new(config: Arc<AnalyzerConfig>, shards: usize) -> Self {
        let detector = Detector::new(
            Arc::clone(&config.pack),
            Arc::clone(&config.policy),
            config.detection,
        );
        let tls = config.tls_context();
        let tls_waiting = vec![0; shards];
        let shards = (0..shards).map(|_| ShardState::new(&config)).collect();
        Self {
            core: Core {
                config,
                detector,
                hits: Hits::new(),
                name_hits: Hits::new(),
                tls,
            },
            shards,
            current: 0,
            tls_waiting,
        }
    }

    /// The shard that the next calls are about.
    #[inline]
    pub fn select(&mut self, shard: usize) {
        // Keys are shared by all shards of a worker, bounds are not. Also where it is selected already:
        // whether it is cannot be foretold, and a wrong guess costs more than these two words.
        if let Some(left) = self.tls_waiting.get_mut(self.current) {
            *left = self.core.tls.waiting_len;
        }
        self.current = shard;
        self.core.tls.waiting_len = self.tls_waiting.get(shard).copied().unwrap_or_default();
    }

    /// True where [`Self::take_events`] has something to give.
    #[inline]
    #[must_use]
    pub fn has_events(&self) -> bool {
        self.shards
            .get(self.current)
            .is_some_and(|shard| !shard.events.is_empty())
    }

    /// The events of the selected shard since the last call, in order.
    pub fn take_events(&mut self) -> impl Iterator<Item = Event> + '_ {
        self.shards
            .get_mut(self.current)
            .into_iter()
            .flat_map(|shard| shard.events.drain(..))
    }

    /// Lines for the key log.
    pub fn add_secrets(&mut self, lines: &[u8]) {
        self.core.tls.keys.get_or_insert_default().add(lines);
    }

    /// No more secrets will come: connections stop waiting for keys that are not there.
    pub fn end_secrets(&mut self) {
        self.core.tls.keys_complete = true;
    }

    /// Takes over the counters of the selected shard's flow table, once, at the end.
    pub fn count_flows(&mut self, counters: &FlowCounters) {
        if let Some(shard) = self.shards.get_mut(self.current) {
            shard.totals.count_flows(counters);
        }
    }

    /// What the selected shard has added up; it is empty afterwards.
    pub fn take_totals(&mut self) -> Totals {
        let Some(shard) = self.shards.get_mut(self.current) else {
            return Totals::default();
        };
        let given_up = std::mem::take(&mut self.core.tls.waits_given_up);
        if given_up > 0 {
            let limits = &mut shard.totals.limits;
            *limits.entry("tls_waiting".to_owned()).or_default() += given_up;
        }
        std::mem::take(&mut shard.totals)
    }

    fn parts(&mut self) -> Option<(&mut Core, &mut ShardState)> {
        let shard = self.shards.get_mut(self.current)?;
        Some((&mut self.core, shard))
    }
}

/// A connection of which nothing was said yet costs one pointer.
pub type Connection = Option<Box<Talk>>;

impl Handler for Analyzer {
    type Connection = Connection;

    #[inline(always)]
    fn data(&mut self, connection: &mut Connection, flow: &FlowView, chunk: Chunk<'_>) -> Follow {
        let Some((core, shard)) = self.parts() else {
            return Follow::Done;
        };
        let talk = match connection {
            Some(talk) => talk,
            None => {
                if let Some(talk) = Talk::admit(flow, &core.config) {
                    connection.insert(talk)
                } else {
                    shard.totals.accounting.opaque_bytes += chunk.bytes.len() as u64;
                    return Follow::Done;
                }
            }
        };
        core.hear(shard, talk, flow, chunk)
    }

    fn gap(&mut self, connection: &mut Connection, flow: &FlowView, gap: Gap) -> Follow {
        let Some((core, shard)) = self.parts() else {
            return Follow::Done;
        };
        let Some(talk) = connection else {
            return Follow::On;
        };
        core.gap(shard, talk, flow, gap)
    }

    fn finished(&mut self, connection: &mut Connection, flow: &FlowView, direction: Direction) {
        let Some((core, shard)) = self.parts() else {
            return;
        };
        if let Some(talk) = connection {
            core.finished(shard, talk, flow, direction);
        }
    }

    fn conflict(
        &mut self,
        connection: &mut Connection,
        flow: &FlowView,
        direction: Direction,
        offset: u64,
        kept: &[u8],
        other: &[u8],
    ) {
        let Some((core, shard)) = self.parts() else {
            return;
        };
        if let Some(talk) = connection {
            core.conflict(shard, talk, flow, direction, offset, kept, other);
        }
    }

    fn reset(&mut self, connection: &mut Connection, flow: &FlowView, from: Direction) {
        let Some((core, shard)) = self.parts() else {
            return;
        };
        if let Some(talk) = connection {
            core.reset(shard, talk, flow, from);
        }
    }

    fn end(&mut self, connection: Connection, flow: &FlowView, end: &FlowEnd) {
        let Some((core, shard)) = self.parts() else {
            return;
        };
        core.end(shard, connection, flow, end);
    }
}

impl Core {
    /// A user, client, host or certificate name, its sensitive stretches masked.
    fn print_name(&mut self, text: &[u8]) -> Printable {
        self.detector.name(text, &mut self.name_hits);
        let mut spans = Vec::new();
        self.name_hits.spans(Place::Name, &mut spans);
        self.config.redactor.text(text, &spans)
    }

    #[inline(never)]
    fn data(
        &mut self,
        shard: &mut ShardState,
        talk: &mut Talk,
        flow: &FlowView,
        chunk: Chunk<'_>,
    ) -> Follow {
        self.hear(shard, talk, flow, chunk)
    }

    /// What [`Self::data`] does, inlined where nearly every chunk comes in.
    #[inline(always)]
    fn hear(
        &mut self,
        shard: &mut ShardState,
        talk: &mut Talk,
        flow: &FlowView,
        chunk: Chunk<'_>,
    ) -> Follow {
        let direction = talk.about.content_direction(chunk.direction);
        talk.about.count(direction, chunk.bytes.len());
        match &mut talk.stage {
            Stage::Resp(resp) => {
                let mut ear =
                    resp_side::Ear::new(self, shard, &mut talk.about, flow, Transport::Plaintext);
                resp.data(direction, chunk.bytes, chunk.at, chunk.origin, &mut ear);
                ear.weigh(resp);
                Follow::On
            }
            Stage::Tls(tls) => self.tls_data(shard, &mut talk.about, tls, flow, &chunk),
            Stage::Bus(bus) => {
                self.bus_data(shard, &mut talk.about, bus, flow, &chunk);
                Follow::On
            }
            Stage::Other => {
                talk.about.opaque_bytes += chunk.bytes.len() as u64;
                Follow::Done
            }
            Stage::Probing(_) => self.probe(shard, talk, flow, chunk),
        }
    }

    /// Asks whose bytes these are; once that is known, the held ones go to the decoder first.
    fn probe(
        &mut self,
        shard: &mut ShardState,
        talk: &mut Talk,
        flow: &FlowView,
        chunk: Chunk<'_>,
    ) -> Follow {
        let Stage::Probing(probe) = &mut talk.stage else {
            return Follow::On;
        };
        let verdict = probe.data(
            chunk.direction,
            chunk.bytes,
            flow.midstream(),
            chunk.at,
            chunk.origin,
        );
        if verdict == Verdict::NeedMore {
            return Follow::On;
        }
        let waiting = self.settle(shard, talk, flow, verdict);
        if waiting == Follow::Done {
            // What came with the answer is counted like what was held.
            talk.about.opaque_bytes += chunk.bytes.len() as u64;
            return Follow::Done;
        }
        // The bytes were counted when they came in.
        let direction = talk.about.content_direction(chunk.direction);
        talk.about.uncount(direction, chunk.bytes.len());
        self.data(shard, talk, flow, chunk)
    }

    /// Gives the connection its decoder, and the decoder what the probe held.
    fn settle(
        &mut self,
        shard: &mut ShardState,
        talk: &mut Talk,
        flow: &FlowView,
        verdict: Verdict,
    ) -> Follow {
        let stage = Stage::of(verdict, flow, &self.config, &mut talk.about);
        let Stage::Probing(probe) = std::mem::replace(&mut talk.stage, stage) else {
            return Follow::On;
        };
        let mut follow = Follow::On;
        for held in probe.held() {
            if matches!(talk.stage, Stage::Other) {
                talk.about.opaque_bytes += held.bytes.len() as u64;
                follow = Follow::Done;
                continue;
            }
            let answer = if held.gap_len > 0 {
                let (direction, len) = (held.direction, held.gap_len);
                self.gap_in(shard, talk, flow, direction, len)
            } else {
                let direction = talk.about.content_direction(held.direction);
                talk.about.uncount(direction, held.bytes.len());
                let chunk = Chunk {
                    direction: held.direction,
                    offset: 0,
                    bytes: held.bytes,
                    at: held.at,
                    origin: held.origin,
                };
                self.data(shard, talk, flow, chunk)
            };
            if answer == Follow::Done {
                follow = Follow::Done;
            }
        }
        if matches!(talk.stage, Stage::Other) {
            follow = Follow::Done;
        }
        follow
    }

    fn gap(
        &mut self,
        shard: &mut ShardState,
        talk: &mut Talk,
        flow: &FlowView,
        gap: Gap,
    ) -> Follow {
        self.gap_in(shard, talk, flow, gap.direction, gap.len)
    }

    fn gap_in(
        &mut self,
        shard: &mut ShardState,
        talk: &mut Talk,
        flow: &FlowView,
        direction: Direction,
        len: u64,
    ) -> Follow {
        let content = talk.about.content_direction(direction);
        match &mut talk.stage {
            Stage::Probing(probe) => {
                probe.gap(direction, len, flow.now, flow.origin);
                Follow::On
            }
            Stage::Resp(resp) => {
                let mut ear =
                    resp_side::Ear::new(self, shard, &mut talk.about, flow, Transport::Plaintext);
                resp.gap(content, len, flow.now, flow.origin, &mut ear);
                Follow::On
            }
            Stage::Tls(tls) => self.tls_gap(shard, &mut talk.about, tls, flow, direction, len),
            Stage::Bus(bus) => {
                self.bus_gap(shard, &mut talk.about, bus, flow, direction, len);
                Follow::On
            }
            Stage::Other => Follow::Done,
        }
    }

    fn finished(
        &mut self,
        shard: &mut ShardState,
        talk: &mut Talk,
        flow: &FlowView,
        direction: Direction,
    ) {
        talk.about.finished(direction);
        if let Stage::Tls(tls) = &mut talk.stage {
            self.tls_finished(shard, &mut talk.about, tls, flow, direction);
        }
    }

    fn reset(&mut self, shard: &mut ShardState, talk: &mut Talk, flow: &FlowView, from: Direction) {
        talk.about.reset_by = Some(talk.about.content_direction(from));
        if let Stage::Tls(tls) = &mut talk.stage {
            self.tls_reset(shard, &mut talk.about, tls, flow, from);
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the handler's call, with the two parts split off"
    )]
    fn conflict(
        &mut self,
        shard: &mut ShardState,
        talk: &mut Talk,
        flow: &FlowView,
        direction: Direction,
        offset: u64,
        kept: &[u8],
        other: &[u8],
    ) {
        if matches!(talk.stage, Stage::Other) {
            return;
        }
        let direction = match talk.about.content_direction(direction) {
            Direction::ClientToServer => FindingDirection::Request,
            Direction::ServerToClient => FindingDirection::Reply,
        };
        let redactor = &self.config.redactor;
        let token = |bytes: &[u8]| redactor.token(crate::redact::Secret::new(bytes));
        let why = if kept.is_empty() {
            format!(
                "At stream offset {offset} {} bytes were sent again with other content.",
                other.len()
            )
        } else {
            format!(
                "At stream offset {offset} two copies of {} bytes disagree: {} was delivered, {} was not (tokens).",
                other.len(),
                token(kept),
                token(other),
            )
        };
        let fact = Fact {
            rule: "exposure.tcp-conflict",
            why: Some(why),
            value_bytes: Some(other.len() as u64),
            ..Fact::default()
        };
        let seen = talk
            .about
            .occurrence(flow, flow.now, flow.origin, direction);
        if shard.fact_at(&self.config, &seen, &fact) {
            talk.about.findings += 1;
        }
    }

    fn end(
        &mut self,
        shard: &mut ShardState,
        connection: Connection,
        flow: &FlowView,
        end: &FlowEnd,
    ) {
        shard.note_open(flow, end);
        let Some(mut talk) = connection else {
            shard.ended_silent(&self.config, flow, end);
            return;
        };
        if let Stage::Probing(probe) = &talk.stage {
            let verdict = probe.finish();
            if matches!(verdict, Verdict::NeedMore | Verdict::Other) {
                // Too little was said; its bytes are nobody's.
                talk.about.unfinished_bytes += probe.held_len() as u64;
                talk.about.protocol = ConnectionProtocol::Unknown;
                let first = probe.held().next();
                if let Some(first) = first.filter(|first| access::is_http(first.bytes))
                    && talk.about.server_bytes == 0
                {
                    let seen = talk.about.sighting((first.at, first.origin));
                    shard.totals.access.unanswered_http(seen);
                }
            } else {
                self.settle(shard, &mut talk, flow, verdict);
            }
        }
        let Talk { stage, mut about } = *talk;
        shard.resp_held = shard.resp_held.saturating_sub(about.held);
        match stage {
            Stage::Probing(_) | Stage::Other => {}
            Stage::Resp(mut resp) => {
                let mut ear =
                    resp_side::Ear::new(self, shard, &mut about, flow, Transport::Plaintext);
                resp.finish(&mut ear);
                ear.closing(&resp);
                shard.totals.count_resp(&resp.counters());
                about.take_counters(&resp.counters());
            }
            Stage::Tls(tls) => self.tls_end(shard, &mut about, *tls, flow),
            Stage::Bus(bus) => self.bus_end(shard, &mut about, &bus, flow),
        }
        shard.open_held = shard.open_held.saturating_sub(about.open_held);
        shard.ended(&self.config, about, flow, end);
    }
}

/// The frame number of the contract: null live, where numbers mean nothing to anyone.
fn frame(config: &AnalyzerConfig, origin: Origin) -> Option<u64> {
    (!config.live).then_some(origin.frame)
}
