//! A line that may be cut anywhere: read where it lies, or gathered until it is whole.

use memchr::memchr;

use super::MAX_LINE_LEN;

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// CR and LF: replies. Either alone belongs to the text (hiredis reads it so).
    CrLf,
    /// The first CR and whatever byte follows it: headers of requests, as Redis skips them.
    CrAny,
    /// LF, with a CR before it or not: inline commands.
    Lf,
}

/// A line was longer than [`MAX_LINE_LEN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

/// Where a complete line's text lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// In the chunk, at `start`, `len` bytes.
    InChunk { start: usize, len: usize },
    /// In the carry, `len` bytes from its start.
    Carried { len: usize },
}

/// The part of a line that came with earlier chunks.
#[derive(Debug, Default)]
pub(super) struct Line {
    carry: Vec<u8>,
    /// The carry is a complete line that has been handed out.
    spent: bool,
}

impl Line {
    /// Reads on from `pos`; `None` where the chunk ends first (then `pos` is its end).
    pub(super) fn take(
        &mut self,
        chunk: &[u8],
        pos: &mut usize,
        ending: Ending,
    ) -> Result<Option<Found>, TooLong> {
        if self.spent {
            self.forget();
        }
        let rest = chunk.get(*pos..).unwrap_or_default();
        let Some((text_len, used)) = find(&self.carry, rest, ending) else {
            *pos = chunk.len();
            let room = (MAX_LINE_LEN + 2).saturating_sub(self.carry.len());
            if rest.len() > room {
                return Err(TooLong);
            }
            self.carry.extend_from_slice(rest);
            return Ok(None);
        };
        let start = *pos;
        *pos += used;
        if text_len > MAX_LINE_LEN {
            return Err(TooLong);
        }
        if self.carry.is_empty() {
            return Ok(Some(Found::InChunk {
                start,
                len: text_len,
            }));
        }
        self.carry
            .extend_from_slice(rest.get(..used).unwrap_or_default());
        self.spent = true;
        Ok(Some(Found::Carried { len: text_len }))
    }

    /// The text of a found line.
    pub(super) fn text<'a>(&'a self, chunk: &'a [u8], found: Found) -> &'a [u8] {
        match found {
            Found::InChunk { start, len } => chunk.get(start..start + len),
            Found::Carried { len } => self.carry.get(..len),
        }
        .unwrap_or_default()
    }

    /// Drops what was gathered.
    pub(super) fn forget(&mut self) {
        super::shed(&mut self.carry, super::IDLE_HELD_LEN);
        self.spent = false;
    }

    /// The gathered bytes, of an unfinished line or of the one just handed out.
    pub(super) fn carried(&self) -> &[u8] {
        &self.carry
    }

    /// The gathered bytes of an unfinished line.
    pub(super) fn carry_mut(&mut self) -> &mut Vec<u8> {
        &mut self.carry
    }

    /// Bytes of memory held.
    pub(super) fn memory_len(&self) -> usize {
        self.carry.capacity()
    }

    /// Gives back memory that is not in use.
    pub(super) fn shrink(&mut self) {
        self.carry.shrink_to_fit();
    }
}

/// Length of the line's text (carry included) and how much of `rest` it uses, ending included.
fn find(carry: &[u8], rest: &[u8], ending: Ending) -> Option<(usize, usize)> {
    match ending {
        Ending::Lf => {
            let at = memchr(b'\n', rest)?;
            let before = match at.checked_sub(1) {
                Some(index) => rest.get(index),
                None => carry.last(),
            };
            let len = carry.len() + at - usize::from(before == Some(&b'\r'));
            Some((len, at + 1))
        }
        Ending::CrAny => {
            if carry.last() == Some(&b'\r') {
                return (!rest.is_empty()).then_some((carry.len() - 1, 1));
            }
            let at = memchr(b'\r', rest)?;
            (at + 1 < rest.len()).then_some((carry.len() + at, at + 2))
        }
        Ending::CrLf => {
            let mut from = 0;
            loop {
                let at = from + memchr(b'\n', rest.get(from..)?)?;
                let before = match at.checked_sub(1) {
                    Some(index) => rest.get(index),
                    None => carry.last(),
                };
                if before == Some(&b'\r') {
                    return Some((carry.len() + at - 1, at + 1));
                }
                from = at + 1;
            }
        }
    }
}
