//! What operators ask of their Redis and never get: calls, bytes, errors and latency per server,
//! client, user, command, key pattern and slice of time.
//!
//! Every figure is mergeable: counts add up, histograms add up, lists of extremes keep the extremes,
//! and the two bounded sketches (clients and key patterns past their limit) state how far they may be
//! off. Knows nothing of packets or of what is sensitive.

use crate::event::StatisticsEvent;
use crate::packet::{Origin, Timestamp};
use crate::resp::commands::CommandSpec;
use crate::segment::Endpoint;

/// Figures of a run, or of one shard of it.
#[derive(Debug, Clone)]
pub struct Stats {
    config: StatsConfig,
}

/// What to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatsConfig {
    /// Width of a slice of the time series, seconds.
    pub slice_seconds: u32,
    /// Key patterns told apart; further ones replace the rarest (Space-Saving).
    pub max_patterns: usize,
    /// Calls kept in each list of biggest and slowest.
    pub top: usize,
}

impl Default for StatsConfig {
    fn default() -> Self {
        Self {
            slice_seconds: DEFAULT_SLICE_SECONDS,
            max_patterns: DEFAULT_MAX_PATTERNS,
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
        Self { config }
    }

    /// Takes one exchange.
    pub fn record(&mut self, _call: &Call<'_>) {}

    /// Adds the figures of another shard or run; needs the same [`StatsConfig`].
    pub fn merge(&mut self, _other: &Self) {}

    /// One event a subject, at `time`: servers, clients, users, commands, key patterns, slices of
    /// time, each by falling calls and then by name (time: in order).
    #[must_use]
    pub fn events(&self, _time: Timestamp) -> Vec<StatisticsEvent> {
        Vec::new()
    }

    /// What this keeps to.
    #[must_use]
    pub fn config(&self) -> StatsConfig {
        self.config
    }
}

/// One minute: a day is 1,440 slices.
pub const DEFAULT_SLICE_SECONDS: u32 = 60;
/// Key patterns told apart. A schema has dozens; thousands mean that random parts got through.
pub const DEFAULT_MAX_PATTERNS: usize = 4096;
/// Entries of each list of extremes.
pub const DEFAULT_TOP: usize = 10;
