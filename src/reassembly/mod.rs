//! One direction of a TCP connection: segments in, ordered bytes and gaps out.
//!
//! Blind to addresses, protocols and clocks. What arrives in order is handed on where it lies.

mod policy;

pub use policy::{OverlapPolicy, UrgentPolicy};

/// Why a hole was declared a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GapCause {
    /// The peer acknowledged the bytes and they still did not come.
    Acknowledged,
    /// One direction only, and the waiting limit passed.
    Waited,
    /// A limit on buffered bytes or intervals.
    Limit,
    /// The snap length cut the packet.
    SnapLength,
    /// FIN, RST, idle, eviction, or the end of the capture.
    End,
}
