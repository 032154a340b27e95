//! Whose bytes are these: RESP, TLS, the Redis cluster bus, or something else.
//!
//! Decides by content alone, on any port, from either direction, also where the connection began
//! before the capture. Knows nothing of how the protocols go on.

use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;

/// Bytes of a connection held while the answer is open, both directions together.
pub const MAX_WAITING_LEN: usize = 8 * 1024;

/// Answer of the probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not decided; the bytes are held.
    NeedMore,
    /// RESP; requests travel in this direction. Where it is not `ClientToServer`, TCP's view of
    /// the connection (mid-stream, by ports) was the wrong way round.
    Resp {
        /// Direction of the requests.
        requests: Direction,
    },
    /// TLS, or an SSLv2 hello.
    Tls,
    /// Redis cluster bus in the clear.
    ClusterBus,
    /// None of these.
    Other,
}

/// A piece of held stream, to be handed to the decoder once the answer is known.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Which way it went.
    pub direction: Direction,
    /// The bytes; of a gap none.
    pub bytes: &'a [u8],
    /// Missing bytes; 0 for data.
    pub gap_len: u64,
    /// Capture time.
    pub at: Timestamp,
    /// Packet.
    pub origin: Origin,
}

/// Probe of one connection; allocates only while undecided.
#[derive(Debug, Default)]
pub struct Probe {
    held: Vec<u8>,
}

impl Probe {
    /// Takes the next bytes. While the answer is `NeedMore` they are held; with any other answer
    /// the held ones ([`Probe::held`]) and then these belong to the decoder.
    ///
    /// `midstream`: the connection began before the capture.
    pub fn data(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        midstream: bool,
        _at: Timestamp,
        _origin: Origin,
    ) -> Verdict {
        let _ = (direction, bytes, midstream);
        Verdict::Other
    }

    /// Takes note of missing bytes.
    pub fn gap(&mut self, _direction: Direction, _len: u64, _at: Timestamp, _origin: Origin) {}

    /// The last word, where the connection ends undecided.
    #[must_use]
    pub fn finish(&self) -> Verdict {
        Verdict::Other
    }

    /// Bytes held.
    #[must_use]
    pub fn held_len(&self) -> usize {
        self.held.len()
    }

    /// The held pieces, oldest first.
    pub fn held(&self) -> impl Iterator<Item = Held<'_>> {
        std::iter::empty()
    }
}
