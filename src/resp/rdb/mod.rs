//! The RDB format: what a full sync, a DUMP reply or a RESTORE argument holds, as keys and values.
//!
//! Streaming and in constant memory: bytes come in as they arrive, values go out through an
//! [`RdbSink`] as text (an integer-encoded card number as its sixteen digits), and nothing
//! announced is ever reserved. What cannot be decoded is counted as unscanned, never guessed: an
//! unknown type, damage or a gap ends the decoding of that stream, because nothing after it can be
//! told apart. Checksums are read over, not verified: TCP's have been checked, and a mismatch would
//! change nothing that is reported.
//!
//! Knows nothing of replication (who sends it) or of what is sensitive.

mod lzf;
mod packed;
mod reader;
mod step;
mod values;
mod walk;

use reader::Reader;
use step::Form;
use walk::Walk;

use super::model::Argument;

/// Decoder of one RDB stream.
#[derive(Debug)]
pub struct RdbDecoder {
    reader: Reader,
    walk: Walk,
    counters: RdbCounters,
}

/// What a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RdbKind {
    /// The string itself.
    String,
    /// An element of a list.
    List,
    /// A member of a set.
    Set,
    /// A member of a sorted set.
    SortedSet,
    /// A field's value of a hash.
    Hash,
    /// A field's value of a stream entry.
    Stream,
    /// The source of a function library; has no key.
    Function,
    /// Auxiliary information of the file (`redis-ver`, `ctime`); the field is its name, no key.
    Auxiliary,
    /// A string inside a module's value.
    Module,
}

/// One value.
#[derive(Clone, Copy)]
pub struct RdbValue<'a> {
    /// Database.
    pub database: u64,
    /// Key; empty for functions and auxiliary information.
    pub key: Argument<'a>,
    /// What the value belongs to.
    pub kind: RdbKind,
    /// Field of a hash or stream entry.
    pub field: Option<Argument<'a>>,
    /// The value, decimal where it was stored as an integer. Where `len` exceeds what is kept, its
    /// bytes went by as [`RdbValuePart`]s.
    pub value: Argument<'a>,
    /// When the key expires, milliseconds since the epoch; `None`: never.
    pub expires_at_ms: Option<u64>,
}

/// Part of a value longer than [`MAX_KEPT_LEN`], as it goes by.
#[derive(Clone, Copy)]
pub struct RdbValuePart<'a> {
    /// Database.
    pub database: u64,
    /// Key.
    pub key: Argument<'a>,
    /// What the value belongs to.
    pub kind: RdbKind,
    /// Field of a hash.
    pub field: Option<Argument<'a>>,
    /// Offset of `bytes` in the value.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'a [u8],
    /// True length of the value, as announced.
    pub len: u64,
}

/// Takes what an RDB stream holds.
pub trait RdbSink {
    /// A value, complete (or cut to its kept prefix).
    fn value(&mut self, value: &RdbValue<'_>);

    /// Part of a long value; its [`RdbValue`] follows.
    fn value_part(&mut self, part: &RdbValuePart<'_>);
}

/// Figures of one stream. `bytes` is everything taken; the part that no sink saw is in
/// `unscanned_bytes` (module data, damage, what follows a gap or an unknown type).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RdbCounters {
    /// Bytes taken.
    pub bytes: u64,
    /// Bytes that could not be decoded.
    pub unscanned_bytes: u64,
    /// Keys.
    pub keys: u64,
    /// Values handed on.
    pub values: u64,
    /// Keys whose value is a module's.
    pub module_keys: u64,
    /// Version of the format, once known.
    pub version: Option<u32>,
    /// Why decoding ended.
    pub end: RdbEnd,
}

/// Why decoding ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum RdbEnd {
    /// It has not.
    #[default]
    Running,
    /// At the end marker.
    Complete,
    /// The stream stopped short.
    Cut,
    /// Bytes were lost.
    Gap,
    /// A type or opcode we do not know.
    UnknownType(u8),
    /// Bytes that can never be right.
    Damaged,
}

impl RdbDecoder {
    /// For a file or full sync: begins with `REDIS0011` or `VALKEY080`.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Form::File)
    }

    /// For a DUMP reply or a RESTORE argument: a type byte, a value, a version and a checksum.
    #[must_use]
    pub fn for_dump() -> Self {
        Self::of(Form::Dump)
    }

    fn of(form: Form) -> Self {
        Self {
            reader: Reader::new(Walk::first_request(form)),
            walk: Walk::new(form),
            counters: RdbCounters::default(),
        }
    }

    /// Takes the next bytes; any cut is as good as any other.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl RdbSink) {
        self.counters.bytes += bytes.len() as u64;
        let mut rest = bytes;
        while self.counters.end == RdbEnd::Running {
            let Some(event) = self.reader.next(&mut rest) else {
                return;
            };
            match self.walk.event(event, &mut self.counters, sink) {
                Ok(Some(request)) => self.reader.request(request),
                Ok(None) => {}
                Err(end) => self.end(end),
            }
        }
        self.counters.unscanned_bytes += rest.len() as u64;
    }

    /// Takes note of `len` lost bytes: where there are any, decoding ends.
    pub fn gap(&mut self, len: u64) {
        if len == 0 {
            return;
        }
        self.end(RdbEnd::Gap);
    }

    /// The stream is over: what waits undecoded is counted.
    pub fn finish(&mut self) -> RdbCounters {
        self.end(RdbEnd::Cut);
        self.counters
    }

    /// Counts so far.
    #[must_use]
    pub fn counters(&self) -> RdbCounters {
        self.counters
    }

    /// Bytes of memory held beyond the struct itself.
    #[must_use]
    pub fn memory_len(&self) -> usize {
        self.reader.memory_len() + self.walk.memory_len()
    }

    /// Decoding ends for that reason, unless it has already.
    fn end(&mut self, end: RdbEnd) {
        if self.counters.end == RdbEnd::Running {
            self.counters.end = end;
            self.counters.unscanned_bytes += self.walk.waiting_len();
            self.walk = Walk::new(Form::File);
            self.reader = Reader::new(Walk::first_request(Form::File));
        }
    }
}

impl Default for RdbDecoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Bytes kept of a key, a field or a value; longer values go by in parts. The same as what RESP keeps
/// for formats that are read whole (JSON).
pub const MAX_KEPT_LEN: usize = 64 * 1024;
/// Bytes kept of a key or a field that a value belongs to.
pub const MAX_NAME_LEN: usize = 1024;
/// Longest packed value (listpack, ziplist, ..) that is read, in bytes, after decompression: it must lie whole
/// in memory. Redis's defaults keep them at or below 64 KiB; longer ones count as unscanned.
pub const MAX_PACKED_LEN: usize = 1024 * 1024;

#[cfg(test)]
mod tests;
