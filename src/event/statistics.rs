//! `statistics` events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::packet::Timestamp;
use crate::redact::Printable;

/// Figures of one subject; mergeable with those of another run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatisticsEvent {
    /// Capture time of the last packet.
    pub time: Timestamp,
    /// What kind of subject.
    pub scope: Scope,
    /// Its name.
    pub name: Printable,
    /// Calls.
    pub calls: u64,
    /// Wire bytes of requests.
    pub request_bytes: u64,
    /// Wire bytes of replies.
    pub reply_bytes: u64,
    /// Error replies by first word.
    pub errors: BTreeMap<String, u64>,
    /// Latency of exact pairs that do not block; null where there is none.
    pub latency_ns: Option<LatencySummary>,
    /// Replies by size, smallest first; classes without replies are left out.
    #[serde(default)]
    pub reply_sizes: Vec<SizeClass>,
    /// Largest values.
    pub biggest: Vec<RankedCall>,
    /// Slowest calls.
    pub slowest: Vec<RankedCall>,
    /// How far `calls` may be too high where the subject came through a bounded sketch; else 0.
    pub error_bound: u64,
}

/// Kind of subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// A server endpoint.
    Server,
    /// A client address.
    Client,
    /// A Redis user.
    User,
    /// A command.
    Command,
    /// A key pattern.
    KeyPattern,
    /// A key: the hottest ones, their calls and bytes alone. Where printing makes several keys look
    /// alike (as patterns), the hottest of them.
    Key,
    /// A slice of time.
    Time,
}

/// An HDR histogram and its usual readings, in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencySummary {
    /// Samples.
    pub count: u64,
    /// Median.
    pub p50: u64,
    /// 99th percentile.
    pub p99: u64,
    /// 99.9th percentile.
    pub p999: u64,
    /// Maximum.
    pub max: u64,
    /// HDR histogram, V2 encoding, base64; merges with others.
    pub histogram: String,
}

/// Replies of about one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeClass {
    /// Longest wire length in it, in bytes: a power of two. The shortest is above half of it.
    pub up_to_bytes: u64,
    /// Replies.
    pub count: u64,
}

/// One call worth naming.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankedCall {
    /// Bytes or nanoseconds, as the list says.
    pub value: u64,
    /// Command.
    pub command: Printable,
    /// Key pattern.
    pub key_pattern: Option<Printable>,
    /// Index of the input or interface.
    pub capture: u32,
    /// Packet number; null live.
    pub frame: Option<u64>,
}
