//! Threads: one reader hands segments to workers in blocks, and puts their events back in order.
//!
//! Blocks are cut at the same packets for every worker (an epoch), so the events of an epoch can
//! be merged once each worker is through with it. Queues are bounded: a file waits, live capture
//! drops the block and counts it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::thread::JoinHandle;

use super::Failure;
use crate::analyzer::{AnalyzerConfig, Totals};
use crate::flow::{FlowConfig, LOOK_AHEAD};
use crate::packet::Timestamp;
use crate::pipeline::{Back, Ordered};
use crate::segment::Segment;

/// Blocks that wait at a worker; enough that neither side starves, few enough to stay in cache.
const QUEUE_LEN: usize = 8;
/// Segment bytes (headers' options and payload) of a block; a few of them fit the L2 cache.
const BLOCK_LEN: usize = 192 * 1024;
/// Segments and ticks of a block.
const BLOCK_ITEMS: usize = 1024;

/// What happens to the core's second half: in this thread, or in several.
pub(super) enum Engine {
    /// No copying, no queue.
    Inline(Box<Back>),
    /// One reader, many workers.
    Threads(Workers),
}

/// Whether a full queue makes the reader wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pressure {
    /// A file waits.
    Wait,
    /// Live capture drops the block and counts it.
    Drop,
}

impl Engine {
    /// With `workers` threads; 1 is this one.
    pub(super) fn new(
        flow: &FlowConfig,
        analyzer: &Arc<AnalyzerConfig>,
        workers: u8,
        pressure: Pressure,
    ) -> Result<Self, Failure> {
        if workers <= 1 {
            return Ok(Self::Inline(Box::new(Back::new(flow, analyzer, 0, 1))));
        }
        Workers::start(flow, analyzer, workers, pressure).map(Self::Threads)
    }

    /// Takes a segment.
    #[inline(always)]
    pub(super) fn segment(
        &mut self,
        shard: u8,
        packet: u64,
        segment: &Segment<'_>,
        out: &mut Vec<Ordered>,
    ) {
        match self {
            Self::Inline(back) => back.segment(shard, packet, segment, out),
            // Field by field, so that the caller need not have it in memory.
            Self::Threads(workers) => {
                workers.segment(shard, packet, &Segment { ..*segment }, out);
            }
        }
    }

    /// True where [`Self::fetch`] pays here; workers look ahead in their blocks.
    #[inline(always)]
    pub(super) fn looks_ahead(&self) -> bool {
        match self {
            Self::Inline(back) => back.looks_ahead(),
            Self::Threads(_) => false,
        }
    }

    /// Brings near what the next segments need.
    pub(super) fn fetch<'s>(&mut self, segments: impl Iterator<Item = (u8, &'s Segment<'s>)>) {
        if let Self::Inline(back) = self {
            back.fetch(segments);
        }
    }

    /// Runs the timers.
    pub(super) fn tick(&mut self, at: Timestamp, packet: u64, out: &mut Vec<Ordered>) {
        match self {
            Self::Inline(back) => back.tick(at, packet, out),
            Self::Threads(workers) => workers.broadcast(&Item::Tick { at, packet }, out),
        }
    }

    #[cfg(feature = "live")]
    /// Hands on what waits in half-filled blocks, so that live findings are not late.
    pub(super) fn flush(&mut self, out: &mut Vec<Ordered>) {
        if let Self::Threads(workers) = self {
            workers.flush(out);
        }
    }

    /// Lines for the key log.
    pub(super) fn add_secrets(&mut self, lines: &[u8], out: &mut Vec<Ordered>) {
        match self {
            Self::Inline(back) => back.add_secrets(lines),
            Self::Threads(workers) => workers.broadcast(&Item::Secrets(lines.into()), out),
        }
    }

    /// No more secrets will come.
    pub(super) fn end_secrets(&mut self, out: &mut Vec<Ordered>) {
        match self {
            Self::Inline(back) => back.end_secrets(),
            Self::Threads(workers) => workers.broadcast(&Item::SecretsEnd, out),
        }
    }

    /// Ends every connection. Second: packets and payload bytes of blocks that were dropped.
    pub(super) fn finish(
        self,
        packet: u64,
        out: &mut Vec<Ordered>,
    ) -> Result<(Totals, Dropped), Failure> {
        let (mut shards, dropped) = match self {
            Self::Inline(mut back) => (back.finish(packet, out), Dropped::default()),
            Self::Threads(workers) => workers.finish(packet, out)?,
        };
        shards.sort_by_key(|&(shard, _)| shard);
        let mut totals = Totals::default();
        for (_, shard) in shards {
            totals.merge(shard);
        }
        Ok((totals, dropped))
    }
}

/// What full queues cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Dropped {
    /// Packets.
    pub packets: u64,
}

#[derive(Clone)]
enum Item {
    Segment {
        shard: u8,
        packet: u64,
        /// With empty options and payload: they lie in the block's bytes, in this order.
        segment: Segment<'static>,
        options_len: u8,
        payload_len: u32,
    },
    Tick {
        at: Timestamp,
        packet: u64,
    },
    Secrets(Box<[u8]>),
    SecretsEnd,
}

#[derive(Default)]
struct Block {
    items: Vec<Item>,
    bytes: Vec<u8>,
}

enum Job {
    Block(u64, Block),
    Finish(u64),
}

enum Done {
    Block {
        epoch: u64,
        block: Block,
        events: Vec<Ordered>,
    },
    Finished {
        events: Vec<Ordered>,
        totals: Vec<(u8, Totals)>,
    },
}

struct Worker {
    queue: SyncSender<Job>,
    block: Block,
    thread: JoinHandle<()>,
}

/// The reader's side of the threads.
pub(super) struct Workers {
    threads: Vec<Worker>,
    results: Receiver<Done>,
    spare: Vec<Block>,
    epoch: u64,
    /// Epochs handed out and not yet told, oldest first: answers awaited, events so far.
    open: VecDeque<(usize, Vec<Ordered>)>,
    pressure: Pressure,
    dropped: Dropped,
}

impl Workers {
    fn start(
        flow: &FlowConfig,
        analyzer: &Arc<AnalyzerConfig>,
        count: u8,
        pressure: Pressure,
    ) -> Result<Self, Failure> {
        let (answers, results) = channel();
        let mut workers = Vec::with_capacity(usize::from(count));
        for index in 0..count {
            let (queue, jobs) = sync_channel(QUEUE_LEN);
            let (flow, analyzer, answers) = (*flow, Arc::clone(analyzer), answers.clone());
            let thread = std::thread::Builder::new()
                .name(format!("worker-{index}"))
                .spawn(move || work(Back::new(&flow, &analyzer, index, count), &jobs, &answers))
                .map_err(|error| {
                    Failure::new(format!("cannot start a worker thread: {error}"))
                        .advise("run again with --workers 1")
                })?;
            workers.push(Worker {
                queue,
                block: Block::default(),
                thread,
            });
        }
        Ok(Self {
            threads: workers,
            results,
            spare: Vec::new(),
            epoch: 0,
            open: VecDeque::new(),
            pressure,
            dropped: Dropped::default(),
        })
    }

    #[inline(never)]
    fn segment(&mut self, shard: u8, packet: u64, segment: &Segment<'_>, out: &mut Vec<Ordered>) {
        let index = usize::from(shard) % self.threads.len().max(1);
        let Some(worker) = self.threads.get_mut(index) else {
            return;
        };
        let block = &mut worker.block;
        block.bytes.extend_from_slice(segment.options);
        block.bytes.extend_from_slice(segment.payload);
        block.items.push(Item::Segment {
            shard,
            packet,
            options_len: u8::try_from(segment.options.len()).unwrap_or(u8::MAX),
            payload_len: u32::try_from(segment.payload.len()).unwrap_or(u32::MAX),
            segment: Segment {
                options: &[],
                payload: &[],
                ..*segment
            },
        });
        if block.bytes.len() >= BLOCK_LEN || block.items.len() >= BLOCK_ITEMS {
            self.flush(out);
        }
    }

    fn broadcast(&mut self, item: &Item, out: &mut Vec<Ordered>) {
        let mut full = false;
        for worker in &mut self.threads {
            worker.block.items.push(item.clone());
            full |= worker.block.items.len() >= BLOCK_ITEMS;
        }
        if full {
            self.flush(out);
        }
    }

    fn flush(&mut self, out: &mut Vec<Ordered>) {
        let mut awaited = 0;
        for worker in &mut self.threads {
            if worker.block.items.is_empty() {
                continue;
            }
            let fresh = self.spare.pop().unwrap_or_default();
            let block = std::mem::replace(&mut worker.block, fresh);
            let job = Job::Block(self.epoch, block);
            let refused = match self.pressure {
                Pressure::Wait => worker.queue.send(job).err().map(|error| error.0),
                Pressure::Drop => worker.queue.try_send(job).err().map(|error| match error {
                    TrySendError::Full(job) | TrySendError::Disconnected(job) => job,
                }),
            };
            match refused {
                None => awaited += 1,
                Some(job) => self.dropped.packets += segments_of(&job),
            }
        }
        self.epoch += 1;
        self.open.push_back((awaited, Vec::new()));
        while let Ok(done) = self.results.try_recv() {
            self.take(done);
        }
        self.tell(out);
    }

    /// Files an answer under its epoch.
    fn take(&mut self, done: Done) {
        let Done::Block {
            epoch,
            mut block,
            mut events,
        } = done
        else {
            return;
        };
        block.items.clear();
        block.bytes.clear();
        self.spare.push(block);
        let oldest = self.epoch - self.open.len() as u64;
        let place = usize::try_from(epoch.saturating_sub(oldest)).unwrap_or(usize::MAX);
        if let Some((awaited, told)) = self.open.get_mut(place) {
            *awaited = awaited.saturating_sub(1);
            told.append(&mut events);
        }
    }

    /// Hands on the epochs that are complete.
    fn tell(&mut self, out: &mut Vec<Ordered>) {
        while self.open.front().is_some_and(|&(awaited, _)| awaited == 0) {
            if let Some((_, mut events)) = self.open.pop_front() {
                events.sort_unstable_by_key(|event| event.order);
                out.append(&mut events);
            }
        }
    }

    fn finish(
        mut self,
        packet: u64,
        out: &mut Vec<Ordered>,
    ) -> Result<(Vec<(u8, Totals)>, Dropped), Failure> {
        self.pressure = Pressure::Wait;
        self.flush(out);
        for worker in &self.threads {
            // A worker that is gone is told of below, when its thread is joined.
            let _ = worker.queue.send(Job::Finish(packet));
        }
        let mut last = Vec::new();
        let mut shards = Vec::new();
        let mut running = self.threads.len();
        while running > 0 {
            match self.results.recv() {
                Ok(Done::Finished {
                    mut events,
                    mut totals,
                }) => {
                    running -= 1;
                    last.append(&mut events);
                    shards.append(&mut totals);
                }
                Ok(done) => {
                    self.take(done);
                    self.tell(out);
                }
                Err(_) => break,
            }
        }
        self.tell(out);
        last.sort_unstable_by_key(|event: &Ordered| event.order);
        out.append(&mut last);
        for worker in self.threads {
            drop(worker.queue);
            if worker.thread.join().is_err() {
                return Err(
                    Failure::new("a worker thread ended early; its answers are lost")
                        .advise("please report this, and run again with --workers 1"),
                );
            }
        }
        Ok((shards, self.dropped))
    }
}

fn work(mut back: Back, jobs: &Receiver<Job>, answers: &Sender<Done>) {
    for job in jobs {
        let mut events = Vec::new();
        match job {
            Job::Block(epoch, block) => {
                run(&mut back, &block, &mut events);
                if answers
                    .send(Done::Block {
                        epoch,
                        block,
                        events,
                    })
                    .is_err()
                {
                    return;
                }
            }
            Job::Finish(packet) => {
                let totals = back.finish(packet, &mut events);
                // Where nobody listens any more there is nobody to tell.
                let _ = answers.send(Done::Finished { events, totals });
                return;
            }
        }
    }
}

fn run(back: &mut Back, block: &Block, events: &mut Vec<Ordered>) {
    let mut rest = block.bytes.as_slice();
    for (place, item) in block.items.iter().enumerate() {
        if place.is_multiple_of(LOOK_AHEAD) && back.looks_ahead() {
            let ahead = block.items.iter().skip(place).take(LOOK_AHEAD);
            back.fetch(ahead.filter_map(|item| match item {
                Item::Segment { shard, segment, .. } => Some((*shard, segment)),
                _ => None,
            }));
        }
        match item {
            Item::Segment {
                shard,
                packet,
                segment,
                options_len,
                payload_len,
            } => {
                let (options, after) = rest.split_at(usize::from(*options_len).min(rest.len()));
                let (payload, after) = after.split_at((*payload_len as usize).min(after.len()));
                rest = after;
                back.segment(
                    *shard,
                    *packet,
                    &Segment {
                        options,
                        payload,
                        ..*segment
                    },
                    events,
                );
            }
            Item::Tick { at, packet } => back.tick(*at, *packet, events),
            Item::Secrets(lines) => back.add_secrets(lines),
            Item::SecretsEnd => back.end_secrets(),
        }
    }
}

fn segments_of(job: &Job) -> u64 {
    let Job::Block(_, block) = job else { return 0 };
    block
        .items
        .iter()
        .filter(|item| matches!(item, Item::Segment { .. }))
        .count() as u64
}
