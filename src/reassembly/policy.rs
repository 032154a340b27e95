//! Who wins where two queued segments disagree, and what becomes of urgent bytes.

use serde::{Deserialize, Serialize};

/// Which copy of a byte is kept while both wait behind a hole.
///
/// Bytes already handed on are final under every policy. Linux is measured (see
/// `tests/data/linux-overlap.json`); the others follow Novak and Sturges, "Target-Based TCP Stream
/// Reassembly" (2007), by the position of the new segment against the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverlapPolicy {
    /// The segment with the lower start wins; at the same start the old one, unless the new one is
    /// longer; in-order data beats queued data.
    #[default]
    Linux,
    /// The copy that came first wins.
    First,
    /// The copy that came last wins.
    Last,
    /// The old segment wins, unless the new one starts before it.
    Bsd,
    /// The old segment wins, unless the new one starts before it and reaches its end or beyond.
    Windows,
}

/// What becomes of the byte an urgent pointer names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UrgentPolicy {
    /// Taken out of the stream, as Linux does for a socket without `SO_OOBINLINE`.
    #[default]
    Remove,
    /// Left in the stream.
    Inline,
}
