//! `check` events.

use serde::{Deserialize, Serialize};

use super::{Endpoint, Severity};
use crate::packet::Timestamp;

/// One line of the checklist for one server endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckEvent {
    /// Capture time of the last packet.
    pub time: Timestamp,
    /// Id: `plaintext-port`.
    pub id: String,
    /// The line, in words.
    pub title: String,
    /// The server it was judged for.
    pub server: Endpoint,
    /// What was seen.
    pub status: Status,
    /// How bad a failure is.
    pub severity: Severity,
    /// Number of observations behind the status.
    pub observations: u64,
    /// Short facts.
    pub evidence: Vec<Evidence>,
    /// One sentence: what to do.
    pub fix: String,
    /// Worded "relevant to".
    pub references: Vec<String>,
    /// The command by which a person checks it on the server, where no packet can show it.
    pub verify: Option<String>,
}

/// What was seen of a line of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Seen to be broken.
    Fail,
    /// Follows from what was seen.
    InferredFail,
    /// A refusal was seen.
    Pass,
    /// All that was seen was fine.
    InferredPass,
    /// Nothing in this capture bears on it.
    NotObserved,
    /// No packet can show it.
    NotObservable,
}

/// One short fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The fact.
    pub fact: String,
    /// Connection id, where it belongs to one.
    pub connection: Option<String>,
    /// Packet number; null live.
    pub frame: Option<u64>,
}
