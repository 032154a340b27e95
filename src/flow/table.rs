//! The table itself: find the flow, take the short way or the long one, keep limits and timers.

use hashbrown::HashTable;

use super::config::{ChecksumPolicy, FlowConfig};
use super::counters::{FlowCounters, Gauges};
use super::echo::Echo;
use super::follow::{After, SUSPECT_WAIT_NS, accepts_checksum};
use super::handler::{Chunk, FlowEnd, Follow, GapCause, Handler};
use super::key::{End, Key, Seeds};
use super::record::{
    Candidate, Cold, DIRECTIONS, Facts, Flow, ListId, Marks, Phase, WaitsFor, stamp_of,
};
use super::site::{Site, Uncounted};
use super::slab::{Lists, NONE, Parts, Slab};
use crate::event::EndReason;
use crate::packet::Timestamp;
use crate::reassembly::{Rules, Stamp};
use crate::segment::{Checksum, Direction, Segment, TcpFlags};

/// Nanoseconds a closed flow lingers, so that late segments open no ghost: 30 s, half the usual
/// TIME-WAIT, and far beyond any delay between two taps.
pub const LINGER_NS: u64 = 30_000_000_000;

/// Nanoseconds without a packet after which a flow ends: one hour. Pooled Redis connections are
/// quiet for long; Redis itself probes its clients every 300 s (`tcp-keepalive`).
pub const IDLE_NS: u64 = 3_600_000_000_000;

/// Every flow is looked at once in this time, in nanoseconds of capture time, to find idle ones.
const IDLE_ROUND_NS: u64 = IDLE_NS / 8;

/// Every flow with a hole is looked at once in this time, in nanoseconds of capture time. Half the
/// shortest wait, so that it ends at most half late.
const HOLE_ROUND_NS: u64 = crate::reassembly::ACKED_WAIT_NS / 2;

/// Flows that one tick looks at, for each kind of timer; the rest follow at the next ticks. Bounds
/// the time of a tick when capture time jumps.
pub const TICK_FLOWS: u32 = 256;

/// Recently used flows passed over in search of one to evict.
const SECOND_CHANCES: u32 = 16;

/// Flows that are next to be evicted and brought near together, as where packets are looked ahead.
pub(super) const EVICTIONS_AHEAD: u32 = 16;

/// Ports of Redis, Sentinel and the cluster bus (port + 10000): a server's, whatever the order.
const SERVER_PORTS: [u16; 5] = [6379, 6380, 16379, 16380, 26379];

/// Every connection of one shard, with its two streams.
///
/// A fresh table holds nothing on the heap. Results do not depend on the random hash seed, and
/// timers run only inside [`tick`](Self::tick).
// In this order, so that a segment in order touches three cache lines of the table and no more.
#[repr(C, align(64))]
pub struct FlowTable<H: Handler> {
    pub(super) slab: Slab<H::Connection>,
    /// Where the flow of the next packet probably is: that of the last one, or one looked up ahead.
    pub(super) last_found: u32,
    echo: Echo,
    /// Running maximum of capture time.
    now: Timestamp,
    /// Hash of the key that was last looked for in vain.
    sought: u64,

    last_stamp: Stamp,
    /// Indices of flows by the hash of their key.
    pub(super) index: HashTable<u32>,
    /// Bytes held out of order, overhead included.
    held_len: u64,

    pub(super) seeds: Seeds,
    counters: FlowCounters,

    config: FlowConfig,
    rules: Rules,
    pub(super) lists: Lists,
    /// Flows that made room for others; wraps.
    evictions: u32,
    /// Time owed to each kind of look, in flow-nanoseconds.
    idle_credit: [u64; 3],
    hole_credit: u64,
    ticked: Option<Timestamp>,
}

impl<H: Handler> FlowTable<H> {
    /// An empty table.
    #[must_use]
    pub fn new(config: &FlowConfig) -> Self {
        Self {
            config: *config,
            rules: Rules {
                overlap: config.overlap,
                urgent: config.urgent,
            },
            seeds: Seeds::random(),
            index: HashTable::new(),
            slab: Slab::default(),
            lists: Lists::default(),
            echo: Echo::default(),
            counters: FlowCounters::default(),
            now: Timestamp::default(),
            last_stamp: Stamp::default(),
            last_found: NONE,
            sought: 0,
            evictions: 0,
            held_len: 0,
            idle_credit: [0; 3],
            hole_credit: 0,
            ticked: None,
        }
    }

    /// Takes one segment; what it completes reaches the handler before this returns.
    ///
    /// The short way is inlined, so that a segment whose fields the caller has in registers is
    /// written to memory only where it goes the long way.
    #[inline(always)]
    pub fn push(&mut self, segment: &Segment<'_>, handler: &mut H) {
        self.counters.segments += 1;
        self.counters.payload_bytes += segment.payload.len() as u64;
        self.now = self.now.max(segment.at);
        self.last_stamp = stamp_of(segment);
        let (key, sender) = Key::of(segment);
        // Packets come in bursts, so the last one's flow is tried first.
        let mut index = self.last_found;
        if self.slab.flow(index).is_none_or(|flow| flow.key != key) {
            index = self.find(key);
        }
        if !self.push_in_order(index, segment, sender, handler) {
            // Field by field: a plain copy is optimised back into a reference to the original,
            // which then has to lie in memory on the short way too.
            let segment = Segment { ..*segment };
            self.push_long(index, &segment, handler);
        }
    }

    /// Runs the timers. `now` is the running maximum of capture time over the whole input; call it
    /// about every 10 ms of capture time, with the same values whatever the number of workers.
    /// Looks at no more than [`TICK_FLOWS`] flows for each kind of timer.
    pub fn tick(&mut self, now: Timestamp, handler: &mut H) {
        self.now = self.now.max(now);
        // Before the first tick any time may have passed.
        let passed = self
            .ticked
            .map_or(u64::MAX, |ticked| self.now.since(ticked));
        self.ticked = Some(self.now);
        self.tick_lingering();
        self.tick_holes(passed, handler);
        self.tick_idle(passed, handler);
        self.keep_budget(handler);
    }

    /// The input is over: flushes every hole and ends every flow, the oldest first.
    pub fn finish(&mut self, handler: &mut H) {
        let mut order: Vec<_> = self
            .slab
            .indices()
            .filter_map(|index| {
                let (_, cold) = self.slab.get(index)?;
                Some((cold.start, cold.first_capture, cold.first_frame, index))
            })
            .collect();
        order.sort_unstable();
        for (_, _, _, index) in order {
            self.end(index, EndReason::CaptureEnd, None, handler);
        }
    }

    /// Figures since birth.
    #[must_use]
    pub fn counters(&self) -> &FlowCounters {
        &self.counters
    }

    /// Flows now, lingering ones included.
    #[must_use]
    pub fn flows(&self) -> u32 {
        self.lists.flows()
    }

    /// What is held now. Walks the table for the payload held; the rest is at hand.
    #[must_use]
    pub fn gauges(&self) -> Gauges {
        let (mut held_payload_bytes, mut box_len) = (0, 0);
        for index in self.slab.indices() {
            if let (Some(flow), Some(rare)) = (self.slab.flow(index), self.slab.rare(index)) {
                held_payload_bytes += flow.held_payload_len(rare);
                box_len += flow.box_len(rare);
            }
        }
        let fixed = self.slab.memory_len() + self.index.allocation_size() + self.echo.memory_len();
        Gauges {
            flows: self.lists.flows(),
            half_open: self.lists.of(ListId::HalfOpen).len,
            lingering: self.lists.of(ListId::Lingering).len,
            holding: self.lists.of(ListId::Holding).len,
            held_bytes: self.held_len,
            held_payload_bytes,
            memory_bytes: fixed as u64 + self.held_len + box_len,
        }
    }

    /// The flow of a key, or [`NONE`].
    #[inline(never)]
    fn find(&mut self, key: Key) -> u32 {
        let slab = &self.slab;
        let is_it = |&index: &u32| slab.flow(index).is_some_and(|flow| flow.key == key);
        let hash = self.seeds.hash(&key);
        let Some(&found) = self.index.find(hash, is_it) else {
            self.sought = hash;
            return NONE;
        };
        self.last_found = found;
        found
    }

    /// The long way, for what the short one did not take; `index` is [`NONE`] for a new flow.
    #[inline(never)]
    fn push_long(&mut self, index: u32, segment: &Segment<'_>, handler: &mut H) {
        let (key, sender) = Key::of(segment);
        if index == NONE {
            self.push_new(key, self.sought, segment, sender, handler);
        } else {
            self.push_known(index, segment, sender, handler);
        }
    }

    /// The short way: an acknowledgment or data in order of an open flow where nothing waits.
    /// False where the segment needs the long way; nothing was changed then that the long way
    /// would not change alike.
    #[inline(always)]
    fn push_in_order(
        &mut self,
        index: u32,
        segment: &Segment<'_>,
        sender: End,
        handler: &mut H,
    ) -> bool {
        const KINDS: u8 =
            TcpFlags::ACK | TcpFlags::SYN | TcpFlags::FIN | TcpFlags::RST | TcpFlags::URG;
        let policy = self.config.checksum;
        let Some((flow, cold)) = self.slab.get_mut(index) else {
            return false;
        };
        if flow.phase != Phase::Open
            || segment.flags.0 & KINDS != TcpFlags::ACK
            || !flow.marks.none_of(Marks::DONE | Marks::EXTRA)
            || segment.checksum == Checksum::Bad
            || (segment.checksum == Checksum::Offloaded && policy == ChecksumPolicy::Strict)
            || segment.payload.len() != segment.wire_payload_len as usize
            || self.now.since(flow.last) >= IDLE_NS
        {
            return false;
        }
        let direction = flow.direction(sender);
        let receiver = direction.reversed();
        let facts = *flow.facts.of(direction);
        let peer = flow.streams.of(receiver);
        let ack_ahead = segment.ack.distance_from(*flow.ack.of(direction));
        if !facts.has(Facts::ACKED)
            || ack_ahead < 0
            || peer.has_hole()
            || (peer.is_gap_free() && segment.ack.distance_from(peer.next_seq()) > 0)
        {
            return false;
        }
        if let Some((value, _)) = segment.timestamps
            && flow.has_timestamps()
        {
            let recent = flow.ts_recent.of_mut(direction);
            if value.wrapping_sub(*recent).cast_signed() < 0 {
                return false;
            }
            if flow.facts.of(receiver).has(Facts::ACKED)
                && segment.seq.distance_from(*flow.ack.of(receiver)) <= 0
            {
                *recent = value;
            }
        }
        let len = segment.payload.len();
        let stream = flow.streams.of_mut(direction);
        let offset = if len > 0 {
            match stream.accept(segment.seq, len) {
                Some(offset) => Some(offset),
                None => return false,
            }
        } else if stream.is_started() && segment.seq != stream.next_seq() {
            return false;
        } else {
            None
        };
        *flow.ack.of_mut(direction) = segment.ack;
        match segment.checksum {
            Checksum::Good => flow.facts.of_mut(direction).set(Facts::VERIFIED),
            Checksum::Offloaded => self.counters.checksums_offloaded += 1,
            Checksum::Bad | Checksum::Unverified => {}
        }
        flow.last = self.now;
        flow.marks.set(Marks::TOUCHED);
        let packets = flow.packets.of_mut(direction);
        *packets = packets.saturating_add(1);
        let window = flow.window.of_mut(direction);
        *window = segment.window.max(*window);

        let Some(offset) = offset else { return true };
        self.counters.delivered_bytes += len as u64;
        let id = flow.stream_id(index, direction);
        self.echo.record(&self.seeds, id, offset, segment.payload);
        let view = flow.view(cold, stamp_of(segment));
        let chunk = Chunk {
            direction,
            offset,
            bytes: segment.payload,
            at: segment.at,
            origin: segment.origin,
        };
        if handler.data(&mut cold.connection, &view, chunk) == Follow::Done {
            flow.marks.set(Marks::DONE);
        }
        true
    }

    fn push_known(&mut self, index: u32, segment: &Segment<'_>, sender: End, handler: &mut H) {
        let Some(flow) = self.slab.flow_mut(index) else {
            return;
        };
        let (key, last) = (flow.key, flow.last);
        if flow.phase == Phase::Closed {
            let over = self.now.since(last) >= LINGER_NS || is_reopened(flow, segment, sender);
            if over {
                self.remove(index);
                self.push_new(key, self.seeds.hash(&key), segment, sender, handler);
            } else {
                self.push_closed(index, segment, sender);
            }
            return;
        }
        if self.now.since(last) >= IDLE_NS {
            self.end(index, EndReason::Idle, None, handler);
            self.push_new(key, self.seeds.hash(&key), segment, sender, handler);
            return;
        }
        flow.last = self.now;
        flow.marks.set(Marks::TOUCHED);
        let direction = flow.direction(sender);
        if flow.marks.none_of(Marks::DONE) {
            let packets = flow.packets.of_mut(direction);
            *packets = packets.saturating_add(1);
        }
        let policy = self.config.checksum;
        let after = self.work(index, stamp_of(segment), handler, |site| {
            site.take(segment, direction, policy)
        });
        match after {
            Some(After::Close(reason, reset)) => self.end(index, reason, reset, handler),
            Some(After::Reuse(candidate)) => {
                self.end(index, EndReason::Reused, None, handler);
                self.reopen(key, candidate, segment, sender, handler);
            }
            Some(After::Keep) | None => {}
        }
        self.keep_budget(handler);
    }

    /// A segment of a connection that is over.
    fn push_closed(&mut self, index: u32, segment: &Segment<'_>, sender: End) {
        let len = segment.payload.len() as u64;
        let Some(flow) = self.slab.flow(index).filter(|_| len > 0) else {
            return;
        };
        let stream = flow.streams.of(flow.direction(sender));
        let end = segment.seq.plus(segment.wire_payload_len);
        if stream.is_started() && end.distance_from(stream.next_seq()) <= 0 {
            self.counters.duplicate_bytes += len;
        } else {
            self.counters.invalid_after_close_bytes += len;
        }
    }

    /// The first segment of a flow.
    fn push_new(
        &mut self,
        key: Key,
        hash: u64,
        segment: &Segment<'_>,
        sender: End,
        handler: &mut H,
    ) {
        let len = segment.payload.len() as u64;
        let flags = segment.flags;
        if !accepts_checksum(self.config.checksum, segment.checksum, false) {
            self.counters.segments_bad_checksum += 1;
            self.counters.invalid_checksum_bytes += len;
            return;
        }
        if flags.has(TcpFlags::RST) {
            self.counters.resets_ignored += 1;
            self.counters.invalid_on_rst_bytes += len;
            return;
        }
        if !flags.has(TcpFlags::SYN) && !flags.has(TcpFlags::ACK) {
            self.counters.segments_bad_flags += 1;
            self.counters.invalid_flags_bytes += len;
            return;
        }
        let receiver = match sender {
            End::Low => End::High,
            End::High => End::Low,
        };
        let client = match (flags.has(TcpFlags::SYN), flags.has(TcpFlags::ACK)) {
            (true, false) => sender,
            (true, true) => receiver,
            (false, _) => {
                if is_from_server(segment) {
                    receiver
                } else {
                    sender
                }
            }
        };
        let mut flow = Flow::new(key, client, self.now);
        if flags.has(TcpFlags::SYN) {
            flow.phase = Phase::SynSent;
            flow.marks.set(Marks::BY_HANDSHAKE);
        } else {
            flow.marks.set(Marks::MIDSTREAM);
            self.counters.flows_midstream += 1;
        }
        let Some(index) = self.open(flow, hash, stamp_of(segment), handler) else {
            self.counters.dropped_limit_bytes += len;
            return;
        };
        self.push_known(index, segment, sender, handler);
    }

    /// A new connection, confirmed by its SYN/ACK, takes the five-tuple of the one that just ended.
    fn reopen(
        &mut self,
        key: Key,
        candidate: Candidate,
        segment: &Segment<'_>,
        sender: End,
        handler: &mut H,
    ) {
        let client = match sender {
            End::Low => End::High,
            End::High => End::Low,
        };
        let mut flow = Flow::new(key, client, self.now);
        flow.phase = Phase::SynSent;
        flow.marks.set(Marks::BY_HANDSHAKE);
        let direction = Direction::ClientToServer;
        *flow.packets.of_mut(direction) = 1;
        flow.streams.of_mut(direction).anchor(candidate.base);
        let (options, window, timestamp) =
            (candidate.options, candidate.window, candidate.timestamp);
        flow.note_syn(direction, options, window, timestamp);
        let hash = self.seeds.hash(&key);
        match self.open(flow, hash, candidate.stamp, handler) {
            Some(index) => self.push_known(index, segment, sender, handler),
            None => self.counters.dropped_limit_bytes += segment.payload.len() as u64,
        }
    }

    fn open(&mut self, flow: Flow, hash: u64, stamp: Stamp, handler: &mut H) -> Option<u32> {
        while self.lists.flows() >= self.config.max_flows.max(1) {
            self.evict(handler)?;
        }
        let cold = Cold {
            connection: H::Connection::default(),
            start: stamp.at,
            first_frame: stamp.origin.frame,
            first_capture: stamp.origin.capture,
            list: ListId::None,
        };
        let list = match flow.phase {
            Phase::SynSent => ListId::HalfOpen,
            _ => ListId::Open,
        };
        let index = self.slab.insert(flow, cold)?;
        if self.index.len() == self.index.capacity() {
            self.grow_index();
        }
        // There is room, so nothing is hashed again.
        self.index.insert_unique(hash, index, |_| hash);
        self.lists.append(&mut self.slab, index, list);
        self.counters.flows += 1;
        Some(index)
    }

    /// Makes room in the index. The table would do so itself, but in its own order, which is none:
    /// it would wait for each flow's key, while from the first to the last they come by themselves.
    #[cold]
    fn grow_index(&mut self) {
        let buckets = self.index.num_buckets();
        // At most seven of eight are filled. Where half of that is there, the rest was removed, and
        // the same size does again.
        let is_full = self.index.len() * 16 > buckets * 7;
        let capacity = if is_full { buckets } else { buckets / 2 + 1 };
        let mut larger = HashTable::with_capacity(capacity);
        for index in self.slab.indices() {
            if let Some(flow) = self.slab.flow(index) {
                larger.insert_unique(self.seeds.hash(&flow.key), index, |_| 0);
            }
        }
        self.index = larger;
    }

    /// Works on a flow by the long way, and keeps its list and the held bytes right.
    fn work<R>(
        &mut self,
        index: u32,
        stamp: Stamp,
        handler: &mut H,
        work: impl FnOnce(&mut Site<'_, H>) -> R,
    ) -> Option<R> {
        let Parts { flow, cold, rare } = self.slab.parts_mut(index)?;
        let held_before = flow.held_len(rare);
        let mut site = Site {
            index,
            flow,
            cold,
            rare,
            handler,
            counters: &mut self.counters,
            echo: &mut self.echo,
            seeds: &self.seeds,
            rules: self.rules,
            now: self.now,
            stamp,
            room: self.config.max_held_bytes.saturating_sub(self.held_len),
            reserve: self.config.max_held_bytes / 2,
        };
        let result = work(&mut site);
        let held_after = site.flow.held_len(site.rare);
        let (list, old_list) = (site.flow.list(site.rare), site.cold.list);
        self.held_len = (self.held_len + held_after).saturating_sub(held_before);
        if list != old_list {
            self.lists.append(&mut self.slab, index, list);
        }
        Some(result)
    }

    /// Ends a flow: flushes it, tells the handler, and lets it linger where it was closed.
    fn end(&mut self, index: u32, reason: EndReason, reset: Option<Direction>, handler: &mut H) {
        let is_closed = self
            .slab
            .flow(index)
            .is_none_or(|flow| flow.phase == Phase::Closed);
        if is_closed {
            self.remove(index);
            return;
        }
        let stamp = Stamp {
            at: self.now.max(self.last_stamp.at),
            ..self.last_stamp
        };
        self.work(index, stamp, handler, |site| site.end(reason, reset));
        match reason {
            EndReason::Fin | EndReason::Rst => {}
            _ => self.remove(index),
        }
    }

    fn remove(&mut self, index: u32) {
        let Some(flow) = self.slab.flow(index) else {
            return;
        };
        let hash = self.seeds.hash(&flow.key);
        if let Ok(entry) = self.index.find_entry(hash, |&other| other == index) {
            entry.remove();
        }
        self.lists.take(&mut self.slab, index);
        self.slab.remove(index);
        if self.last_found == index {
            self.last_found = NONE;
        }
    }

    /// Makes room for a flow: a closed one, then the oldest half-open one, then one that has not
    /// been used for long.
    fn evict(&mut self, handler: &mut H) -> Option<()> {
        let list = [
            ListId::Lingering,
            ListId::HalfOpen,
            ListId::Open,
            ListId::Holding,
        ]
        .into_iter()
        .find(|&list| self.lists.of(list).len > 0)?;
        if self.evictions.is_multiple_of(EVICTIONS_AHEAD) {
            self.fetch_oldest(list);
        }
        self.evictions = self.evictions.wrapping_add(1);
        if list == ListId::Lingering {
            self.remove(self.lists.of(list).head);
        } else {
            let index = self.longest_idle(list)?;
            self.end(index, EndReason::Evicted, None, handler);
        }
        Some(())
    }

    /// The first flow of a list that was not used since it was last passed over (CLOCK), else the
    /// longest idle of those looked at: near enough to the longest idle of all, without touching
    /// a flow's neighbours at every packet.
    fn longest_idle(&mut self, list: ListId) -> Option<u32> {
        let mut longest: Option<(Timestamp, u32)> = None;
        for _ in 0..SECOND_CHANCES {
            let head = self.lists.of(list).head;
            let flow = self.slab.flow_mut(head)?;
            if list == ListId::HalfOpen || !flow.marks.has(Marks::TOUCHED) {
                return Some(head);
            }
            flow.marks.clear(Marks::TOUCHED);
            if longest.is_none_or(|(last, _)| flow.last < last) {
                longest = Some((flow.last, head));
            }
            self.lists.append(&mut self.slab, head, list);
        }
        longest.map(|(_, index)| index)
    }

    /// Holds the budget of held bytes: the flow that has waited longest gives its holes up.
    fn keep_budget(&mut self, handler: &mut H) {
        while self.held_len > self.config.max_held_bytes {
            let Some(index) = self.longest_idle(ListId::Holding) else {
                break;
            };
            self.counters.budget_flushes += 1;
            // A hole before a FIN holds no bytes; giving it up makes the list shorter.
            let before = (self.held_len, self.lists.of(ListId::Holding).len);
            let stamp = self.last_stamp;
            let after = self.work(index, stamp, handler, |site| {
                site.review_suspects(0);
                site.flush(GapCause::Limit);
                site.tidy();
                site.closing()
            });
            if let Some(After::Close(reason, reset)) = after {
                self.end(index, reason, reset, handler);
            }
            if (self.held_len, self.lists.of(ListId::Holding).len) == before {
                break;
            }
        }
    }

    fn tick_lingering(&mut self) {
        for _ in 0..TICK_FLOWS {
            let head = self.lists.of(ListId::Lingering).head;
            let over = self
                .slab
                .flow(head)
                .is_some_and(|flow| self.now.since(flow.last) >= LINGER_NS);
            if !over || head == NONE {
                break;
            }
            self.remove(head);
        }
    }

    fn tick_holes(&mut self, passed: u64, handler: &mut H) {
        let flows = self.lists.of(ListId::Holding).len;
        for _ in 0..looks(&mut self.hole_credit, flows, passed, HOLE_ROUND_NS) {
            let head = self.lists.of(ListId::Holding).head;
            if head == NONE {
                break;
            }
            let stamp = Stamp {
                at: self.now,
                ..self.last_stamp
            };
            let after = self.work(head, stamp, handler, |site| {
                for direction in DIRECTIONS {
                    site.poll(direction);
                }
                site.review_suspects(SUSPECT_WAIT_NS);
                site.tidy();
                site.closing()
            });
            if let Some(After::Close(reason, reset)) = after {
                self.end(head, reason, reset, handler);
            }
            self.pass_over(head, ListId::Holding);
        }
    }

    fn tick_idle(&mut self, passed: u64, handler: &mut H) {
        for (place, list) in [ListId::HalfOpen, ListId::Open, ListId::Holding]
            .into_iter()
            .enumerate()
        {
            let flows = self.lists.of(list).len;
            let Some(credit) = self.idle_credit.get_mut(place) else {
                continue;
            };
            for _ in 0..looks(credit, flows, passed, IDLE_ROUND_NS) {
                let head = self.lists.of(list).head;
                let Some(flow) = self.slab.flow(head) else {
                    break;
                };
                if self.now.since(flow.last) >= IDLE_NS {
                    self.end(head, EndReason::Idle, None, handler);
                } else {
                    self.pass_over(head, list);
                }
            }
        }
    }

    /// Sends a flow that was looked at to the end of its list, if it is still in it.
    fn pass_over(&mut self, index: u32, list: ListId) {
        if self
            .slab
            .get(index)
            .is_some_and(|(_, cold)| cold.list == list)
        {
            self.lists.append(&mut self.slab, index, list);
        }
    }
}

impl<H: Handler> Site<'_, H> {
    /// Flushes everything and tells the handler that the flow is over.
    fn end(&mut self, reason: EndReason, reset: Option<Direction>) {
        let followed = !self.flow.marks.has(Marks::DONE);
        if followed {
            self.review_suspects(0);
            for parked in self.unpark(|parked| parked.waits_for == WaitsFor::SynData) {
                let len = parked.bytes.len() as u64;
                match reason {
                    EndReason::Evicted => self.counters.dropped_eviction_bytes += len,
                    EndReason::Rst => self.counters.invalid_syn_data_bytes += len,
                    _ => self.counters.pending_bytes += len,
                }
            }
            self.flush(GapCause::End);
        }
        let view = self.flow.view(self.cold, self.stamp);
        if let Some(from) = reset {
            self.handler.reset(&mut self.cold.connection, &view, from);
        }
        let end = FlowEnd {
            reason,
            reset_by: reset,
            opening: self.flow.opening(),
            last: self.flow.last,
            client_to_server: self.flow.counters(Direction::ClientToServer),
            server_to_client: self.flow.counters(Direction::ServerToClient),
            following_stopped: self.flow.marks.has(Marks::DONE),
            passed_by_bytes: if self.flow.marks.has(Marks::DONE) {
                self.rare.passed_by
            } else {
                0
            },
        };
        let connection = std::mem::take(&mut self.cold.connection);
        self.handler.end(connection, &view, &end);
        match reason {
            EndReason::Fin => self.counters.ended_fin += 1,
            EndReason::Rst => self.counters.ended_rst += 1,
            EndReason::Idle => self.counters.ended_idle += 1,
            EndReason::Evicted => self.counters.ended_evicted += 1,
            EndReason::Reused => self.counters.ended_reused += 1,
            EndReason::CaptureEnd => self.counters.ended_capture_end += 1,
        }
        for direction in DIRECTIONS {
            let mut left = Uncounted { len: 0 };
            self.flow.streams.of_mut(direction).forget(&mut left);
            self.counters.unfollowed_bytes += left.len;
        }
        self.rare.extra = None;
        self.flow.marks.clear(Marks::EXTRA);
        self.flow.phase = Phase::Closed;
    }
}

/// A SYN that begins a new connection on the five-tuple of a closed one: any but a late copy of
/// the old one's.
fn is_reopened(flow: &Flow, segment: &Segment<'_>, sender: End) -> bool {
    segment.flags.has(TcpFlags::SYN)
        && !segment.flags.has(TcpFlags::RST)
        && flow.streams.of(flow.direction(sender)).base() != Some(segment.seq.plus(1))
}

/// Whether a segment without a handshake before it comes from the server: by a known port, else
/// from the lower port.
fn is_from_server(segment: &Segment<'_>) -> bool {
    let (from, to) = (segment.source.port, segment.destination.port);
    match (SERVER_PORTS.contains(&from), SERVER_PORTS.contains(&to)) {
        (true, false) => true,
        (false, true) => false,
        _ => from < to,
    }
}

/// How many of `flows` are due for a look so that all get one each `round`: what has added up in
/// `credit` (flow-nanoseconds), at most [`TICK_FLOWS`].
fn looks(credit: &mut u64, flows: u32, passed: u64, round: u64) -> u32 {
    let most = u64::from(flows).saturating_mul(round);
    *credit = credit
        .saturating_add(passed.saturating_mul(u64::from(flows)))
        .min(most);
    let due = u32::try_from(*credit / round)
        .unwrap_or(u32::MAX)
        .min(TICK_FLOWS);
    *credit -= u64::from(due) * round;
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flow_is_looked_at_once_a_round_and_no_tick_takes_long() {
        for flows in [0, 1, 7, 100, 5000] {
            let (mut credit, mut looked) = (0, 0);
            let rounds = 10;
            for _ in 0..rounds * 100 {
                let due = looks(&mut credit, flows, 1000, 100_000);
                assert!(due <= TICK_FLOWS);
                looked += due;
            }
            assert_eq!(looked, flows * rounds, "{flows}");
        }
        // After any time without ticks one round is owed, a part of it a tick.
        let (mut credit, flows) = (0, 3 * TICK_FLOWS);
        assert_eq!(looks(&mut credit, flows, u64::MAX, 100_000), TICK_FLOWS);
        assert_eq!(looks(&mut credit, flows, 0, 100_000), TICK_FLOWS);
        assert_eq!(looks(&mut credit, flows, 0, 100_000), TICK_FLOWS);
        assert_eq!(looks(&mut credit, flows, 0, 100_000), 0);
    }
}
