//! What operators ask of their Redis and never get: calls, bytes, errors and latency per server,
//! client, user, command, key pattern and slice of time.
//!
//! Every figure is mergeable: counts add up, histograms add up, lists of extremes keep the extremes,
//! and the two bounded sketches (clients and key patterns past their limit) state how far they may be
//! off. Knows nothing of packets or of what is sensitive.

mod figures;
mod latency;
mod sessions;
mod sketch;
mod slices;

use std::collections::{BTreeMap, BTreeSet};

use figures::Figures;
use sessions::Sessions;
use sketch::Sketch;
use slices::Slices;

use crate::event::{Scope, StatisticsEvent};
use crate::packet::{Origin, Timestamp};
use crate::redact::Printable;
use crate::resp::commands::{self, CommandId, CommandSpec};
use crate::segment::Endpoint;

/// Figures of a run, or of one shard of it.
///
/// Memory: at most [`MAX_SESSIONS`] + commands + slices ([`MAX_SLICES`]) + twice the key patterns,
/// each some 15 KiB where its latencies lie within two orders of magnitude, and 150 KiB at worst;
/// and twice the keys, each some 500 bytes and its name.
#[derive(Debug, Clone)]
pub struct Stats {
    config: StatsConfig,
    /// Servers, clients and users are sums over these.
    sessions: Sessions,
    /// By id.
    commands: Vec<Option<Box<Figures>>>,
    unknown_commands: Figures,
    patterns: Sketch,
    /// Calls and bytes alone.
    keys: Sketch,
    /// Of keys that were kept in part.
    long_keys: Figures,
    slices: Slices,
}

/// What to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatsConfig {
    /// Width of a slice of the time series, seconds.
    pub slice_seconds: u32,
    /// Key patterns told apart; further ones replace the rarest (Space-Saving).
    pub max_patterns: usize,
    /// Keys told apart, likewise.
    pub max_keys: usize,
    /// Calls kept in each list of biggest and slowest.
    pub top: usize,
}

impl Default for StatsConfig {
    fn default() -> Self {
        Self {
            slice_seconds: DEFAULT_SLICE_SECONDS,
            max_patterns: DEFAULT_MAX_PATTERNS,
            max_keys: DEFAULT_MAX_KEYS,
            top: DEFAULT_TOP,
        }
    }
}

/// One exchange, as plain facts.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The command; `None` where the table does not know it.
    pub spec: Option<&'static CommandSpec>,
    /// Who asked.
    pub client: Endpoint,
    /// Who answered.
    pub server: Endpoint,
    /// User, printable; `None` where no login was seen.
    pub user: Option<&'a [u8]>,
    /// Pattern of the first key, as [`crate::key_pattern`] writes it; `None` where there is no key.
    pub key_pattern: Option<&'a [u8]>,
    /// The first key, where it is known whole; where there is but a pattern it was too long to keep.
    pub key: Option<&'a [u8]>,
    /// Wire length of the request.
    pub request_bytes: u64,
    /// Wire length of the reply; 0 where there is none.
    pub reply_bytes: u64,
    /// Last request byte to first reply byte; `None` for blocking commands and uncertain pairs.
    pub latency_ns: Option<u64>,
    /// First word of an error reply: `WRONGTYPE`.
    pub error: Option<&'a [u8]>,
    /// Capture time of the packet that completed the exchange.
    pub at: Timestamp,
    /// Packet by which to find it again.
    pub origin: Origin,
    /// The packet number means something to a reader (not live).
    pub frames_known: bool,
}

impl Stats {
    /// Nothing recorded yet.
    #[must_use]
    pub fn new(config: StatsConfig) -> Self {
        Self {
            config,
            sessions: Sessions::default(),
            commands: Vec::new(),
            unknown_commands: Figures::default(),
            patterns: Sketch::new(config.max_patterns),
            keys: Sketch::new(config.max_keys),
            long_keys: Figures::default(),
            slices: Slices::new(config.slice_seconds),
        }
    }

    /// Takes one exchange.
    pub fn record(&mut self, call: &Call<'_>) {
        let top = self.config.top;
        self.sessions.record(call, top);
        match call.spec {
            Some(spec) => self.command(spec.id).record(call, top),
            None => self.unknown_commands.record(call, top),
        }
        if let Some(pattern) = call.key_pattern {
            self.patterns.record(pattern, call, top);
        }
        let bare = Call {
            latency_ns: None,
            error: None,
            ..*call
        };
        if let Some(key) = call.key {
            self.keys.record(key, &bare, 0);
        } else if call.key_pattern.is_some() {
            self.long_keys.record(&bare, 0);
        }
        self.slices.record(call, top);
    }

    /// Adds the figures of another shard or run; needs the same [`StatsConfig`].
    ///
    /// The result is what one recording of both would be, but for what their bounds had already
    /// thrown together: key patterns past [`StatsConfig::max_patterns`] (see
    /// [`StatisticsEvent::error_bound`]) and sessions past [`MAX_SESSIONS`].
    pub fn merge(&mut self, other: &Self) {
        let top = self.config.top;
        self.sessions.merge(&other.sessions, top);
        for (id, figures) in (0..).zip(&other.commands) {
            if let Some(figures) = figures {
                self.command(CommandId(id)).merge(figures, top);
            }
        }
        self.unknown_commands.merge(&other.unknown_commands, top);
        self.patterns.merge(&other.patterns, top);
        self.keys.merge(&other.keys, 0);
        self.long_keys.merge(&other.long_keys, 0);
        self.slices.merge(&other.slices, top);
    }

    /// One event a subject, at `time`: servers, clients, users, commands, key patterns, each by
    /// falling calls and then by name; slices of time in order. `print` makes user names and key
    /// patterns printable, `print_key` keys.
    #[must_use]
    pub fn events(
        &self,
        time: Timestamp,
        print: &mut dyn FnMut(&[u8]) -> Printable,
        print_key: &mut dyn FnMut(&[u8]) -> Printable,
    ) -> Vec<StatisticsEvent> {
        let mut events = Vec::new();
        let top = self.config.top;
        for scope in [Scope::Server, Scope::Client, Scope::User] {
            let mut rows = BTreeMap::new();
            for (name, figures) in self.sessions.by(scope, print) {
                let sum: &mut Figures = rows.entry(name).or_default();
                sum.merge(figures, top);
            }
            add(
                &mut events,
                rows.iter().map(|(name, sum)| (name.clone(), sum, 0)),
                scope,
                time,
                print,
            );
        }
        let commands = (0..).zip(&self.commands).filter_map(|(id, figures)| {
            let name = commands::by_id(CommandId(id))?.name;
            Some((Printable::word(name), &**figures.as_ref()?, 0))
        });
        let unknown = (Printable::word(UNKNOWN), &self.unknown_commands, 0);
        add(
            &mut events,
            commands.chain([unknown]),
            Scope::Command,
            time,
            print,
        );
        let patterns: Vec<_> = self
            .patterns
            .busiest()
            .into_iter()
            .map(|row| (print(&row.name), &row.figures, row.error))
            .collect();
        add(&mut events, patterns, Scope::KeyPattern, time, print);
        let mut named = BTreeSet::new();
        let keys: Vec<_> = self
            .keys
            .busiest()
            .into_iter()
            .map(|row| (print_key(&row.name), &row.figures, row.error))
            .filter(|(name, ..)| named.insert(name.clone()))
            .chain([(Printable::word(LONG_KEYS), &self.long_keys, 0)])
            .collect();
        add(&mut events, keys, Scope::Key, time, print);
        for (start, figures) in self.slices.iter() {
            events.push(event(
                Scope::Time,
                Printable::time(start),
                figures,
                0,
                time,
                print,
            ));
        }
        events
    }

    /// What this keeps to.
    #[must_use]
    pub fn config(&self) -> StatsConfig {
        self.config
    }

    fn command(&mut self, id: CommandId) -> &mut Figures {
        let place = usize::from(id.0);
        if place >= self.commands.len() {
            self.commands.resize_with(place + 1, || None);
        }
        match self.commands.get_mut(place) {
            Some(figures) => figures.get_or_insert_default(),
            // Made just above.
            None => &mut self.unknown_commands,
        }
    }
}

/// Adds the figures of `other`, of the same subject in another run, to `event`: what `merge` of
/// reports needs. Calls, bytes, errors and histograms add up exactly; lists keep `top` entries.
pub fn merge_events(event: &mut StatisticsEvent, other: &StatisticsEvent, top: usize) {
    event.time = event.time.max(other.time);
    event.calls += other.calls;
    event.request_bytes += other.request_bytes;
    event.reply_bytes += other.reply_bytes;
    for (class, count) in &other.errors {
        *event.errors.entry(class.clone()).or_default() += count;
    }
    event.latency_ns = latency::merged(event.latency_ns.take(), other.latency_ns.as_ref());
    for class in &other.reply_sizes {
        let sizes = &mut event.reply_sizes;
        match sizes.binary_search_by_key(&class.up_to_bytes, |ours| ours.up_to_bytes) {
            Ok(at) => {
                if let Some(ours) = sizes.get_mut(at) {
                    ours.count += class.count;
                }
            }
            Err(at) => sizes.insert(at, *class),
        }
    }
    for (list, more) in [
        (&mut event.biggest, &other.biggest),
        (&mut event.slowest, &other.slowest),
    ] {
        list.extend(more.iter().cloned());
        list.sort_by_key(|call| (std::cmp::Reverse(call.value), call.capture, call.frame));
        list.truncate(top);
    }
    event.error_bound += other.error_bound;
}

/// Appends events of one scope, busiest first.
fn add<'a>(
    events: &mut Vec<StatisticsEvent>,
    rows: impl IntoIterator<Item = (Printable, &'a Figures, u64)>,
    scope: Scope,
    time: Timestamp,
    print: &mut dyn FnMut(&[u8]) -> Printable,
) {
    let from = events.len();
    for (name, figures, error) in rows {
        if figures.calls > 0 {
            events.push(event(scope, name, figures, error, time, print));
        }
    }
    if let Some(added) = events.get_mut(from..) {
        added.sort_by(|left, right| {
            let calls = right.calls.cmp(&left.calls);
            calls.then_with(|| left.name.cmp(&right.name))
        });
    }
}

fn event(
    scope: Scope,
    name: Printable,
    figures: &Figures,
    error: u64,
    time: Timestamp,
    print: &mut dyn FnMut(&[u8]) -> Printable,
) -> StatisticsEvent {
    StatisticsEvent {
        time,
        scope,
        name,
        calls: figures.calls + error,
        request_bytes: figures.request_bytes,
        reply_bytes: figures.reply_bytes,
        errors: figures.errors(),
        latency_ns: figures.latency.summary(),
        reply_sizes: figures.reply_sizes(),
        biggest: figures.biggest(print),
        slowest: figures.slowest(print),
        error_bound: error,
    }
}

/// One minute: a day is 1,440 slices.
pub const DEFAULT_SLICE_SECONDS: u32 = 60;
/// Key patterns told apart. A schema has dozens; thousands mean that random parts got through.
pub const DEFAULT_MAX_PATTERNS: usize = 1024;
/// Keys told apart: enough for the hottest ones of any list that is read. A row takes some 500 bytes.
pub const DEFAULT_MAX_KEYS: usize = 512;
/// Entries of each list of extremes.
pub const DEFAULT_TOP: usize = 10;
/// Combinations of server, client address and user told apart; what comes after is counted together
/// as `(others)`.
pub const MAX_SESSIONS: usize = 4096;
/// Slices of time kept; when there are more, slices become twice as wide.
pub const MAX_SLICES: usize = 4096;
/// Name of commands that the table does not know.
const UNKNOWN: &str = "(unknown)";
/// Name of the keys of which only a prefix was kept, all together.
const LONG_KEYS: &str = "(long keys)";

#[cfg(test)]
mod tests;
