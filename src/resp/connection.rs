//! One RESP connection: bytes and gaps of both directions in, commands with their replies out.

use super::{RespConfig, RespCounters, RespSink, Session, Start};
use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;

/// Decoder of one connection. Holds no sink and no clock.
///
/// Memory is bounded by its [`RespConfig`], never by what a message announces; see
/// [`RespConnection::memory_len`]. Directions are by content: `ClientToServer` is the side that
/// sends requests.
#[derive(Debug)]
pub struct RespConnection {
    counters: RespCounters,
    session: Session,
}

impl RespConnection {
    /// A connection whose first bytes are still to come.
    #[must_use]
    pub fn new(_config: &RespConfig, start: Start) -> Self {
        Self {
            counters: RespCounters::default(),
            session: Session {
                from_first_byte: start == Start::FirstByte,
                database: (start == Start::FirstByte).then_some(0),
                ..Session::default()
            },
        }
    }

    /// Takes the next bytes of one direction; any cut is as good as any other.
    pub fn data(
        &mut self,
        _direction: Direction,
        bytes: &[u8],
        _at: Timestamp,
        _origin: Origin,
        _sink: &mut impl RespSink,
    ) {
        self.counters.unfinished_bytes += bytes.len() as u64;
    }

    /// Takes note of `len` bytes that will never come.
    pub fn gap(
        &mut self,
        _direction: Direction,
        _len: u64,
        _at: Timestamp,
        _origin: Origin,
        _sink: &mut impl RespSink,
    ) {
        self.session.from_first_byte = false;
    }

    /// The connection is over (or given up): hands on what still waits. At most once.
    pub fn finish(&mut self, _sink: &mut impl RespSink) {}

    /// Counts so far; every byte taken is in exactly one of the byte counters, at any time.
    #[must_use]
    pub fn counters(&self) -> RespCounters {
        self.counters
    }

    /// What is known of the connection now.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Bytes of memory held beyond the struct itself.
    #[must_use]
    pub fn memory_len(&self) -> usize {
        0
    }
}
