//! Who wins where two queued segments disagree, and what becomes of urgent bytes.

use serde::{Deserialize, Serialize};

/// Which copy of a byte is kept while both wait behind a hole.
///
/// Bytes already handed on are final under every policy. Linux is measured (see
/// `tests/data/linux-overlap.json`); the others follow what target-based reassembly in Snort and
/// Suricata models, after Novak and Sturges, "Target-Based TCP Stream Reassembly" (2007).
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
    /// Windows up to Server 2003: where segments overlap, as `Bsd`. Vista and later keep what came
    /// first, so for those take `First`.
    Windows,
}

impl OverlapPolicy {
    /// Whether the new segment takes the bytes it shares with a queued one. `rank` is where a
    /// segment began before others cut its head off.
    pub(super) fn new_wins(self, new: Extent, old: Extent) -> bool {
        match self {
            Self::Linux => new.rank < old.rank || (new.rank == old.rank && new.end > old.end),
            Self::First => false,
            Self::Last => true,
            Self::Bsd | Self::Windows => new.rank < old.rank,
        }
    }

    /// Whether a segment that starts at its predecessor's end becomes one with it, so that both
    /// count as one segment from there on. Linux does so on arrival, for the later one only; for
    /// `First` and `Last` it makes no difference.
    pub(super) fn merges(self) -> bool {
        matches!(self, Self::Linux | Self::First | Self::Last)
    }
}

/// What a policy looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// Where the segment began, by stream offset.
    pub(super) rank: u64,
    /// Where it ends.
    pub(super) end: u64,
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
