//! Requests: multibulk, and inline commands. Follows `networking.c` of Redis in what it takes.

use super::super::model::{Arguments, Buffers, Span, Store};
use super::body::{Body, Keep, position, settle};
use super::inline;
use super::line::{Ending, Found, Line};
use super::number::{short_number, strict_number};
use super::resync::{Plausible, Seek, plausible_inline, plausible_request};
use super::{Extent, IDLE_HELD_LEN, IDLE_SPANS, MAX_WORDS, Moment, Part, Step, shed};
use crate::resp::RespConfig;

/// Which form a request had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::resp) enum Form {
    /// `*N` and bulk strings.
    Multibulk,
    /// A line of words.
    Inline,
}

/// Parser of one direction's requests.
#[derive(Debug)]
pub(in crate::resp) struct Requests {
    state: State,
    keep: Keep,
    /// The words of the current message, as far as they are kept.
    spans: Vec<Span>,
    /// Those before it lie in `held` already.
    settled: usize,
    /// Words of the current message, as announced or counted.
    count: u64,
    /// Kept bytes of an unfinished message, and unquoted words.
    held: Vec<u8>,
    line: Line,
    extent: Extent,
    form: Form,
    /// [`Requests::memory_len`] may have changed since [`Self::calm`].
    stirred: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between messages.
    Idle,
    /// In the `*N` line.
    Count,
    /// In an inline command.
    Inline,
    /// Before a word, of which so many are still to come.
    Marker { left: u64 },
    /// In its `$N` line.
    Length { left: u64 },
    /// In the word, or in the two bytes after it, which Redis skips without looking.
    Body { left: u64, body: Body },
    /// Looking for the next message.
    Seek(Seek),
}

impl Requests {
    pub(in crate::resp) fn new(config: &RespConfig) -> Self {
        Self {
            state: State::Idle,
            keep: Keep::new(config),
            spans: Vec::new(),
            settled: 0,
            count: 0,
            held: Vec::new(),
            line: Line::default(),
            extent: Extent::default(),
            form: Form::Multibulk,
            stirred: true,
        }
    }

    /// The first byte to come may lie anywhere in a message.
    pub(in crate::resp) fn start_midstream(&mut self) {
        self.state = State::Seek(Seek {
            at_line_start: true,
            inline: true,
            fresh: true,
        });
    }

    /// Reads on to the next thing worth telling; `pos` moves behind what was read.
    #[inline]
    pub(in crate::resp) fn step(&mut self, chunk: &[u8], pos: &mut usize, now: Moment) -> Step {
        if self.takes_whole(chunk, pos, now) {
            return Step::Message;
        }
        if self.state == State::Idle && *pos >= chunk.len() && self.is_lean() {
            return Step::Need;
        }
        self.long_step(chunk, pos, now)
    }

    /// The short way of [`Self::step`], for a request that lies in the chunk whole. False where
    /// there is none, and nothing was read.
    #[inline(always)]
    pub(in crate::resp) fn takes_whole(
        &mut self,
        chunk: &[u8],
        pos: &mut usize,
        now: Moment,
    ) -> bool {
        if self.state != State::Idle {
            return false;
        }
        let Some(end) = self.whole(chunk, *pos) else {
            return false;
        };
        self.extent = Extent::of_whole(end - *pos, now);
        *pos = end;
        true
    }

    /// Takes note of missing bytes. True where the length of the word they lie in carries over
    /// them (then [`Requests::step`] may have something to tell at once); else step is lost.
    pub(in crate::resp) fn gap(&mut self, len: u64) -> bool {
        if let State::Body { left, body } = &mut self.state
            && body.lose(len)
        {
            if body.broken
                && let Some(span) = word_mut(&mut self.spans, self.count, *left)
            {
                span.broken = true;
            }
            self.extent.wire_len += len;
            self.extent.gap_len += len;
            return true;
        }
        false
    }

    /// Gives up the current message and looks for the next one: after a gap, or where the
    /// connection turned out to be something else. Gives the seen bytes that belong to none.
    pub(in crate::resp) fn abandon(&mut self) -> u64 {
        let seen = self.unfinished();
        self.seek(true, true);
        seen
    }

    /// Bytes of a message that is not complete, or of a line that may begin one.
    pub(in crate::resp) fn unfinished(&self) -> u64 {
        match self.state {
            State::Idle => 0,
            State::Seek(_) => self.line.carried().len() as u64,
            _ => self.extent.seen(),
        }
    }

    /// The line that [`Step::Candidate`] spoke of.
    pub(in crate::resp) fn take_candidate(&mut self) -> Vec<u8> {
        self.stirred = true;
        std::mem::take(self.line.carry_mut())
    }

    /// Words of the complete message, or of the unfinished one so far.
    #[inline]
    pub(in crate::resp) fn arguments<'a>(&'a self, chunk: &'a [u8]) -> Arguments<'a> {
        Arguments {
            spans: &self.spans,
            buffers: Buffers {
                chunk,
                held: &self.held,
            },
            count: self.count,
        }
    }

    /// Size and first moment of the complete or unfinished message.
    pub(in crate::resp) fn extent(&self) -> &Extent {
        &self.extent
    }

    /// Form of the complete or unfinished message.
    pub(in crate::resp) fn form(&self) -> Form {
        self.form
    }

    /// Bytes of memory held beyond the struct.
    pub(in crate::resp) fn memory_len(&self) -> usize {
        self.held.capacity() + self.spans.capacity() * size_of::<Span>() + self.line.memory_len()
    }

    /// True where [`Self::memory_len`] may have changed since [`Self::calm`].
    #[inline]
    pub(in crate::resp) fn is_stirred(&self) -> bool {
        self.stirred
    }

    /// Starts anew with [`Self::is_stirred`].
    pub(in crate::resp) fn calm(&mut self) {
        self.stirred = false;
    }

    /// True where an idle parser holds no more than it may.
    #[inline]
    fn is_lean(&self) -> bool {
        self.spans.capacity() <= IDLE_SPANS
            && self.held.capacity() <= IDLE_HELD_LEN
            && self.line.memory_len() == 0
    }

    /// Gives back what memory it can without forgetting anything.
    pub(in crate::resp) fn shrink(&mut self) {
        self.stirred = true;
        if self.state == State::Idle {
            self.spans.clear();
            self.held.clear();
        }
        self.spans.shrink_to_fit();
        self.held.shrink_to_fit();
        self.line.shrink();
    }

    /// The short way: a multibulk request that lies in the chunk whole, with nothing unusual.
    /// Gives its end.
    #[inline(always)]
    fn whole(&mut self, chunk: &[u8], start: usize) -> Option<usize> {
        if chunk.get(start) != Some(&b'*') {
            return None;
        }
        let (count, mut pos) = short_number(chunk, start + 1)?;
        if count == 0 || count > self.keep.nodes() {
            return None;
        }
        self.spans.clear();
        self.keep.restart();
        self.stirred |= count > self.spans.capacity();
        // Where all the chunk could be kept, so can each word of it.
        let roomy = self.keep.keeps_all(chunk.len());
        for _ in 0..count {
            if chunk.get(pos) != Some(&b'$') {
                return None;
            }
            let (len, body) = short_number(chunk, pos + 1)?;
            pos = body + len + 2;
            if pos > chunk.len() || !(roomy || self.keep.claim_whole(len)) {
                return None;
            }
            self.spans.push(Span {
                store: Store::Chunk,
                start: position(body),
                kept: position(len),
                len: len as u64,
                broken: false,
            });
        }
        self.count = count as u64;
        self.form = Form::Multibulk;
        Some(pos)
    }

    fn long_step(&mut self, chunk: &[u8], pos: &mut usize, now: Moment) -> Step {
        self.stirred = true;
        loop {
            match self.state {
                State::Idle => {
                    let Some(&byte) = chunk.get(*pos) else {
                        return self.need(chunk);
                    };
                    self.begin(now);
                    if byte == b'*' {
                        *pos += 1;
                        self.extent.wire_len = 1;
                        self.state = State::Count;
                    } else {
                        self.state = State::Inline;
                    }
                }
                State::Count => match self.take_line(chunk, pos, Ending::CrAny) {
                    Ok(Some(found)) => {
                        match strict_number(self.line.text(chunk, found)).map(u64::try_from) {
                            // Zero or negative: Redis takes it and does nothing.
                            Some(Ok(0) | Err(_)) => {
                                self.state = State::Idle;
                                return Step::Filler(self.extent.seen());
                            }
                            Some(Ok(count)) if count <= MAX_WORDS => {
                                self.count = count;
                                self.form = Form::Multibulk;
                                self.state = State::Marker { left: count };
                            }
                            _ => return self.lost(true),
                        }
                    }
                    Ok(None) => return self.need(chunk),
                    Err(super::line::TooLong) => return self.lost(false),
                },
                State::Inline => match self.take_line(chunk, pos, Ending::Lf) {
                    Ok(Some(found)) => return self.inline(chunk, found),
                    Ok(None) => return self.need(chunk),
                    Err(super::line::TooLong) => return self.lost(false),
                },
                State::Marker { left } => match chunk.get(*pos) {
                    Some(b'$') => {
                        *pos += 1;
                        self.extent.wire_len += 1;
                        self.state = State::Length { left };
                    }
                    Some(_) => return self.lost(true),
                    None => return self.need(chunk),
                },
                State::Length { left } => match self.take_line(chunk, pos, Ending::CrAny) {
                    Ok(Some(found)) => {
                        let len = strict_number(self.line.text(chunk, found))
                            .and_then(|len| u64::try_from(len).ok())
                            .filter(|&len| len <= self.keep.max_bulk_len());
                        let Some(len) = len else {
                            return self.lost(true);
                        };
                        self.begin_word(left, len);
                    }
                    Ok(None) => return self.need(chunk),
                    Err(super::line::TooLong) => return self.lost(false),
                },
                State::Body { left, body } => {
                    if let Some(step) = self.body(chunk, pos, left, body) {
                        return step;
                    }
                }
                State::Seek(mut seek) => {
                    // At line starts further on a command's name counts only where inline commands
                    // were seen before: values hold text too.
                    let inline = self.form == Form::Inline;
                    let found = seek.look(self.line.carry_mut(), chunk, pos, inline, judge);
                    self.state = match found {
                        None | Some(Step::Candidate) => State::Idle,
                        Some(_) => State::Seek(seek),
                    };
                    if let Some(step) = found {
                        return step;
                    }
                }
            }
        }
    }

    fn begin(&mut self, now: Moment) {
        self.spans.clear();
        self.held.clear();
        self.line.forget();
        self.settled = 0;
        self.count = 0;
        self.keep.restart();
        self.extent = Extent {
            wire_len: 0,
            gap_len: 0,
            first: now,
        };
    }

    /// The chunk is used up: what it holds of the message moves to our own buffer.
    fn need(&mut self, chunk: &[u8]) -> Step {
        if self.state == State::Idle {
            shed(&mut self.spans, IDLE_SPANS);
            shed(&mut self.held, IDLE_HELD_LEN);
            self.line.forget();
        } else {
            for span in self.spans.iter_mut().skip(self.settled) {
                settle(span, &mut self.held, chunk);
            }
            self.settled = self.spans.len();
        }
        Step::Need
    }

    fn take_line(
        &mut self,
        chunk: &[u8],
        pos: &mut usize,
        ending: Ending,
    ) -> Result<Option<Found>, super::line::TooLong> {
        let start = *pos;
        let found = self.line.take(chunk, pos, ending);
        self.extent.wire_len += (*pos - start) as u64;
        found
    }

    fn inline(&mut self, chunk: &[u8], found: Found) -> Step {
        self.state = State::Idle;
        let text = self.line.text(chunk, found);
        let (store, start) = match found {
            Found::InChunk { start, .. } => (Store::Chunk, start),
            Found::Carried { .. } => {
                self.held.extend_from_slice(text);
                (Store::Held, 0)
            }
        };
        match inline::split(
            text,
            store,
            start,
            &mut self.spans,
            self.keep.nodes(),
            &mut self.held,
        ) {
            Ok(0) => Step::Filler(self.extent.seen()),
            Ok(count) => {
                self.count = count;
                self.form = Form::Inline;
                Step::Message
            }
            // The line is over all the same, so the next one is known to begin here.
            Err(inline::Unbalanced) => Step::Lost(self.extent.seen()),
        }
    }

    fn begin_word(&mut self, left: u64, len: u64) {
        let target = if self.spans.len() < self.keep.nodes() {
            self.spans.push(Span {
                store: Store::Chunk,
                start: 0,
                kept: 0,
                len,
                broken: false,
            });
            self.keep.claim(len)
        } else {
            0
        };
        self.state = State::Body {
            left,
            body: Body::new(len, target),
        };
    }

    /// Reads on in a word; `None` where there is nothing to tell yet but more to read.
    fn body(&mut self, chunk: &[u8], pos: &mut usize, left: u64, mut body: Body) -> Option<Step> {
        let index = self.count.saturating_sub(left);
        if body.missing > 0 || body.closing {
            if *pos >= chunk.len() && !body.closing {
                return Some(self.need(chunk));
            }
            let (start, taken, offset) = body.advance(chunk, pos);
            body.closing = false;
            self.extent.wire_len += taken as u64;
            if let Some(span) = word_mut(&mut self.spans, self.count, left) {
                body.keep(span, &mut self.held, chunk, start, taken);
            }
            self.state = State::Body { left, body };
            return body.in_parts().then_some(Step::Part(Part {
                index,
                start,
                bytes: taken,
                carried: false,
                offset,
                len: body.len,
                last: body.missing == 0,
            }));
        }
        if body.trailer > 0 {
            if *pos >= chunk.len() {
                return Some(self.need(chunk));
            }
            let taken = chunk.len().saturating_sub(*pos).min(body.trailer.into());
            *pos += taken;
            self.extent.wire_len += taken as u64;
            body.trailer -= u8::try_from(taken).unwrap_or(body.trailer);
            self.state = State::Body { left, body };
            return None;
        }
        if left > 1 {
            self.state = State::Marker { left: left - 1 };
            return None;
        }
        self.state = State::Idle;
        Some(Step::Message)
    }

    /// Gives up the current message; its bytes are lost.
    fn lost(&mut self, at_line_start: bool) -> Step {
        let seen = self.extent.seen();
        self.seek(at_line_start, self.form == Form::Inline);
        Step::Lost(seen)
    }

    fn seek(&mut self, at_line_start: bool, inline: bool) {
        self.stirred = true;
        shed(&mut self.spans, IDLE_SPANS);
        shed(&mut self.held, IDLE_HELD_LEN);
        self.line.forget();
        self.settled = 0;
        self.state = State::Seek(Seek {
            at_line_start,
            inline,
            fresh: false,
        });
    }
}

/// What the next line start offers.
fn judge(bytes: &[u8], inline: bool) -> Plausible {
    match plausible_request(bytes) {
        Plausible::No if inline => plausible_inline(bytes),
        answer => answer,
    }
}

/// The span of the word that has `left` words from it to the end, where it is kept.
fn word_mut(spans: &mut [Span], count: u64, left: u64) -> Option<&mut Span> {
    let index = usize::try_from(count.checked_sub(left)?).ok()?;
    spans.get_mut(index)
}
