//! A byte string of announced length, as it passes: how much is kept, and where.

use super::super::model::{Span, Store};
use crate::resp::RespConfig;

/// Limits on what is kept, and what one message has used of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keep {
    value_len: usize,
    prefix_len: usize,
    message_len: usize,
    nodes: usize,
    max_bulk_len: u64,
    /// Bytes promised to values of the current message; at most `message_len`.
    used: usize,
}

impl Keep {
    pub(super) fn new(config: &RespConfig) -> Self {
        Self {
            value_len: config.kept_value_len,
            prefix_len: config.kept_prefix_len,
            message_len: config.kept_message_len,
            // Positions are 32 bits wide.
            nodes: config.kept_nodes.min(u32::MAX as usize - 1),
            max_bulk_len: config.max_bulk_len,
            used: 0,
        }
    }

    /// A new message begins.
    pub(super) fn restart(&mut self) {
        self.used = 0;
    }

    /// Words or nodes kept at most.
    pub(super) fn nodes(&self) -> usize {
        self.nodes
    }

    /// Longest bulk string believed.
    pub(super) fn max_bulk_len(&self) -> u64 {
        self.max_bulk_len
    }

    /// Bytes to keep of a value of `len` bytes, taken from the message's allowance.
    #[inline]
    pub(super) fn claim(&mut self, len: u64) -> usize {
        let room = self.message_len.saturating_sub(self.used);
        let kept = match usize::try_from(len) {
            Ok(len) if len <= self.value_len && len <= room => len,
            _ => self.prefix_len.min(room),
        };
        self.used += kept;
        kept
    }

    /// True where values that lie in `len` bytes together can all be kept whole.
    #[inline]
    pub(super) fn keeps_all(&self, len: usize) -> bool {
        len <= self.value_len.min(self.message_len)
    }

    /// Takes `len` bytes from the message's allowance, where the whole value is to be kept.
    #[inline]
    pub(super) fn claim_whole(&mut self, len: usize) -> bool {
        let whole = len <= self.value_len && len <= self.message_len.saturating_sub(self.used);
        if whole {
            self.used += len;
        }
        whole
    }

    /// Bytes to keep of a string whose length is told only at its end: all, up to the limit.
    pub(super) fn claim_streamed(&mut self, kept: usize, more: usize) -> usize {
        let room = self
            .value_len
            .saturating_sub(kept)
            .min(self.message_len.saturating_sub(self.used));
        let kept = more.min(room);
        self.used += kept;
        kept
    }
}

/// Where a byte string stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Body {
    /// Its length.
    pub(super) len: u64,
    /// Bytes of it still to come, gaps subtracted.
    pub(super) missing: u64,
    /// Bytes to keep of it; with less than `len` the whole value goes by as parts.
    pub(super) target: usize,
    /// Bytes after it that belong to it: CR and LF.
    pub(super) trailer: u8,
    /// A gap lies in it: nothing after the gap is kept.
    pub(super) broken: bool,
    /// It goes by in parts and its end was lost: an empty last part is due.
    pub(super) closing: bool,
}

impl Body {
    pub(super) fn new(len: u64, target: usize) -> Self {
        Self {
            len,
            missing: len,
            target,
            trailer: 2,
            broken: false,
            closing: false,
        }
    }

    /// True where it is handed on in parts.
    pub(super) fn in_parts(&self) -> bool {
        (self.target as u64) < self.len
    }

    /// Takes what the chunk has of it: position and length of the bytes, and their offset.
    pub(super) fn advance(&mut self, chunk: &[u8], pos: &mut usize) -> (usize, usize, u64) {
        let start = *pos;
        let available = chunk.len().saturating_sub(start);
        let taken =
            usize::try_from(self.missing).map_or(available, |missing| missing.min(available));
        let offset = self.len - self.missing;
        self.missing -= taken as u64;
        *pos += taken;
        (start, taken, offset)
    }

    /// Keeps what of the taken bytes is to be kept: in place where the value began in this chunk.
    pub(super) fn keep(
        &self,
        span: &mut Span,
        held: &mut Vec<u8>,
        chunk: &[u8],
        start: usize,
        taken: usize,
    ) {
        if self.broken {
            return;
        }
        let wanted = (self.target.saturating_sub(span.kept as usize)).min(taken);
        if wanted == 0 {
            return;
        }
        if span.store == Store::Held {
            // An earlier chunk's end has moved it there, and nothing came behind it since.
            held.extend_from_slice(chunk.get(start..start + wanted).unwrap_or_default());
        } else {
            span.start = position(start);
        }
        span.kept += position(wanted);
    }

    /// Takes note of `len` missing bytes; false where that is more than it has to come.
    pub(super) fn lose(&mut self, len: u64) -> bool {
        let trailing = len.saturating_sub(self.missing);
        if trailing > u64::from(self.trailer) {
            return false;
        }
        if self.missing > 0 {
            self.missing -= len - trailing;
            self.broken = true;
            self.closing = self.missing == 0 && self.in_parts();
        }
        self.trailer = self
            .trailer
            .saturating_sub(u8::try_from(trailing).unwrap_or(u8::MAX));
        true
    }
}

/// Moves a span's bytes from the chunk, which goes away, to the held buffer.
pub(super) fn settle(span: &mut Span, held: &mut Vec<u8>, chunk: &[u8]) {
    if span.store == Store::Chunk {
        let start = span.start as usize;
        let bytes = chunk
            .get(start..start + span.kept as usize)
            .unwrap_or_default();
        span.store = Store::Held;
        span.start = position(held.len());
        held.extend_from_slice(bytes);
    }
}

/// A position as a span holds it. Chunks and held bytes are cut far below 4 GiB before they get here.
pub(super) fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
