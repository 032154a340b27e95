//! One direction of a TCP connection: segments in, ordered bytes and gaps out.
//!
//! Blind to addresses, protocols and clocks. What arrives in order is handed on where it lies;
//! what arrives early waits in a bounded queue; what is handed on is final. Sequence numbers
//! are modulo 2^32 only at the door: inside, everything is a 64-bit offset from the first byte.
//!
//! Each captured byte reaches the [`StreamSink`] exactly once, as [`data`](StreamSink::data),
//! [`urgent`](StreamSink::urgent) or [`discard`](StreamSink::discard), at the latest when
//! [`Stream::flush`] or [`Stream::abandon`] empties the queue. Offsets that reach `data`, `urgent`
//! and `gap` are ascending and leave nothing out.
//!
//! ```
//! use std::ops::ControlFlow;
//! use resp_sniff::reassembly::*;
//! use resp_sniff::segment::SeqNum;
//!
//! #[derive(Default)]
//! struct Text(String);
//! impl StreamSink for Text {
//!     fn data(&mut self, _: u64, bytes: &[u8], _: Stamp) -> ControlFlow<()> {
//!         self.0.push_str(&String::from_utf8_lossy(bytes));
//!         ControlFlow::Continue(())
//!     }
//!     fn gap(&mut self, _: u64, len: u64, _: GapCause) -> ControlFlow<()> {
//!         self.0.push_str(&format!("<{len}>"));
//!         ControlFlow::Continue(())
//!     }
//! }
//!
//! let (mut stream, mut text) = (Stream::default(), Text::default());
//! stream.anchor(SeqNum(100));
//! for (seq, bytes) in [(100, b"abc"), (106, b"ghi"), (103, b"def"), (112, b"mno")] {
//!     let _ = stream.push(&Piece::new(SeqNum(seq), bytes), Rules::default(), &mut text);
//! }
//! assert_eq!(text.0, "abcdefghi");
//! let _ = stream.flush(GapCause::End, &mut text);
//! assert_eq!(text.0, "abcdefghi<3>mno");
//! ```

mod policy;
mod queue;
mod stream;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use crate::packet::{Origin, Timestamp};

pub use policy::{OverlapPolicy, UrgentPolicy};
pub use queue::{MAX_HELD_LEN, MAX_RUNS};
pub use stream::{
    ACKED_WAIT_LEN, ACKED_WAIT_NS, ACKED_WAIT_SEGMENTS, MIN_WINDOW_LEN, ONE_SIDED_WAIT_LEN,
    ONE_SIDED_WAIT_NS, Piece, RESYNC_SEGMENTS, Stream, StreamCounters, Witness,
};

/// Where a stream puts what it makes of segments.
///
/// `Break` from `data` or `gap` ends the work on the spot: the stream is then to be
/// [abandoned](Stream::abandon).
pub trait StreamSink {
    /// Bytes in order, at least one.
    fn data(&mut self, offset: u64, bytes: &[u8], stamp: Stamp) -> ControlFlow<()>;

    /// Bytes that will never come, at least one.
    fn gap(&mut self, offset: u64, len: u64, cause: GapCause) -> ControlFlow<()>;

    /// An urgent byte was taken out of the stream.
    fn urgent(&mut self, offset: u64) {
        let _ = offset;
    }

    /// Captured bytes that are not handed on.
    fn discard(&mut self, len: u64, why: Discard) {
        let _ = (len, why);
    }

    /// Two copies of a range disagree; `other` lost.
    fn conflict(&mut self, offset: u64, kept: &[u8], other: &[u8]) {
        let _ = (offset, kept, other);
    }

    /// Bytes that were handed on before came again: are they the same?
    fn seen_before(&mut self, offset: u64, bytes: &[u8]) -> Recall {
        let _ = (offset, bytes);
        Recall::Unknown
    }

    /// The sender's last byte was handed on.
    fn finished(&mut self) {}
}

/// Which packet carried a byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Capture time.
    pub at: Timestamp,
    /// Input and packet number.
    pub origin: Origin,
}

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

/// Why captured bytes are not handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Discard {
    /// Seen before, or the losing side of an overlap.
    Duplicate,
    /// Too far from the next byte, or before a mid-stream start.
    OutOfWindow,
    /// Behind the sender's last byte.
    AfterEnd,
    /// Still queued when the stream was abandoned.
    Abandoned,
}

/// What is known of bytes that were handed on before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recall {
    /// These are the same.
    Same,
    /// These are others.
    Differs,
    /// Nothing is remembered.
    Unknown,
}

/// Policies of a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// Who wins where queued segments overlap.
    pub overlap: OverlapPolicy,
    /// What becomes of urgent bytes.
    pub urgent: UrgentPolicy,
}
