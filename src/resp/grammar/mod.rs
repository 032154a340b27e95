//! The grammar of RESP: bytes to complete messages, with no idea of what they mean.
//!
//! Two parsers, one a direction: [`Requests`] (multibulk and inline) and [`Replies`] (every type of
//! RESP2 and RESP3). Both take a chunk and a position in it, and come back with one [`Step`] at a
//! time. A message that lies in the chunk whole is read where it lies: its [`super::Span`]s point into
//! the chunk. Of an unfinished one the kept bytes move to the parser's own buffer when the chunk
//! ends, once, and the next chunk is read on from there: no byte is looked at twice, save the first
//! unfinished message of a chunk, which a short cut for whole ones has tried before.
//!
//! What is kept depends on announced lengths and limits only, never on where the chunks were cut.

mod body;
mod inline;
mod line;
mod number;
mod reply;
mod request;
mod resync;

pub(super) use reply::Replies;
pub(super) use request::{Form, Requests};
pub use resync::{Plausible, plausible_reply, plausible_request};

use crate::packet::{Origin, Timestamp};

/// Longest line, in bytes. Redis refuses longer inline commands and multibulk headers
/// (`PROTO_INLINE_MAX_SIZE`); a longer line of a reply loses step and is counted.
pub(super) const MAX_LINE_LEN: usize = 64 * 1024;

/// Aggregates inside each other. Replies of Redis nest to about 10 (`COMMAND DOCS`), scripts may
/// return more; beyond it we lose step and count it. A frame costs 24 bytes.
pub(super) const MAX_DEPTH: usize = 64;

/// Elements of one aggregate that are believed (Redis and hiredis stop there too). Nothing is reserved.
pub(super) const MAX_ELEMENTS: u64 = u32::MAX as u64;

/// Words of one request that are believed: Redis calls more than `INT_MAX` a protocol error.
pub(super) const MAX_WORDS: u64 = i32::MAX as u64;

/// Capacity in bytes that an idle parser holds on to, so that a connection whose messages are
/// often cut does not allocate each time.
const IDLE_HELD_LEN: usize = 4 * 1024;

/// Spans or nodes that an idle parser holds on to.
const IDLE_SPANS: usize = 64;

/// What the parser came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The chunk is used up.
    Need,
    /// A message is complete; it can be looked at until the next step.
    Message,
    /// Bytes that say nothing: blank lines, empty requests.
    Filler(u64),
    /// Part of a value that is not kept went by.
    Part(Part),
    /// Not RESP: the broken message's bytes are given up, and the next plausible line is looked for.
    Lost(u64),
    /// Bytes passed over while looking for it.
    Skipped(u64),
    /// A line was cut while it was only plausible; what was held of it is to be read before the
    /// rest of the chunk ([`Requests::take_candidate`]).
    Candidate,
}

/// Part of a value that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Its word, or the element of the outermost aggregate.
    pub(super) index: u64,
    /// Where the bytes lie in the chunk (in the line held over chunks where `carried`).
    pub(super) start: usize,
    /// How many.
    pub(super) bytes: usize,
    /// They are the line that was held over chunks.
    pub(super) carried: bool,
    /// Their offset in the value.
    pub(super) offset: u64,
    /// Length of the value.
    pub(super) len: u64,
    /// No more will come.
    pub(super) last: bool,
}

impl Part {
    /// The bytes, where they lie in the chunk.
    pub(super) fn in_chunk<'a>(&self, chunk: &'a [u8]) -> &'a [u8] {
        chunk
            .get(self.start..self.start + self.bytes)
            .unwrap_or_default()
    }
}

/// When and where something was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Moment {
    /// Capture time.
    pub(super) at: Timestamp,
    /// Packet.
    pub(super) origin: Origin,
}

/// What one message has come to so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    /// Its bytes on the wire, gaps included.
    pub(super) wire_len: u64,
    /// Bytes of it that were lost.
    pub(super) gap_len: u64,
    /// Its first byte.
    pub(super) first: Moment,
}

impl Extent {
    /// Of a message of `len` bytes that came in one piece.
    #[inline(always)]
    fn of_whole(len: usize, now: Moment) -> Self {
        Self {
            wire_len: len as u64,
            gap_len: 0,
            first: now,
        }
    }

    /// Bytes of it that were seen.
    pub(super) fn seen(&self) -> u64 {
        self.wire_len.saturating_sub(self.gap_len)
    }
}

/// Drops the capacity of a buffer that grew beyond what an idle connection should hold.
fn shed<T>(buffer: &mut Vec<T>, keep: usize) {
    buffer.clear();
    if buffer.capacity() > keep {
        *buffer = Vec::new();
    }
}
