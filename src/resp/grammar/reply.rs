//! Replies: every type of RESP2 and RESP3, at any depth, streamed forms and attributes included.
//! <https://redis.io/docs/latest/develop/reference/protocol-spec/>, and the RESP3 specification for
//! attributes and streamed types.

use memchr::memchr;

use super::super::model::{Buffers, Node, Span, Store, Value};
use super::body::{Body, Keep, position, settle};
use super::line::{Ending, Found, Line, TooLong};
use super::number::{short_number, strict_number};
use super::resync::{Seek, plausible_reply};
use super::{Extent, IDLE_HELD_LEN, IDLE_SPANS, MAX_DEPTH, MAX_ELEMENTS, Moment, Part, Step, shed};
use crate::event::ReplyKind;
use crate::resp::RespConfig;

/// Parser of one direction's replies.
#[derive(Debug)]
pub(in crate::resp) struct Replies {
    state: State,
    keep: Keep,
    /// The kept values of the current message, in pre-order.
    nodes: Vec<Node>,
    /// Those before it lie in `held` already.
    settled: usize,
    /// Aggregates that are open, outermost first.
    open: Vec<Frame>,
    /// Elements of the outermost aggregate that are complete.
    outer: u64,
    /// Something of the message was not kept.
    truncated: bool,
    /// Of the message, an array, only the header is to be read.
    header_only: bool,
    /// Messages given up because they nest deeper than [`MAX_DEPTH`].
    too_deep: u64,
    held: Vec<u8>,
    line: Line,
    extent: Extent,
    /// [`Replies::memory_len`] may have changed since [`Self::calm`].
    stirred: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between messages.
    Idle,
    /// Before a value's marker.
    Value,
    /// In the line after a marker.
    Line { marker: u8 },
    /// In a byte string, or in the CR and LF after it. The node is the last one, where it is kept.
    Body { body: Body, kept: bool },
    /// Before the `;` of a streamed string's next piece.
    PieceMarker { kept: bool },
    /// In its length line.
    PieceLength { kept: bool },
    /// In the piece.
    Piece { body: Body, kept: bool },
    /// Behind a complete value.
    Complete,
    /// Looking for the next message.
    Seek(Seek),
}

/// An aggregate that is open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// Its node; `u32::MAX` where it is not kept.
    node: u32,
    /// Elements still to come; `u64::MAX` where only a `.` will end it.
    left: u64,
    /// Its elements are kept as long as there is room.
    keeps: bool,
    /// It says something about the value that follows, and is no value itself.
    attribute: bool,
}

const NO_NODE: u32 = u32::MAX;
const UNTIL_END_MARK: u64 = u64::MAX;

impl Replies {
    pub(in crate::resp) fn new(config: &RespConfig) -> Self {
        Self {
            state: State::Idle,
            keep: Keep::new(config),
            nodes: Vec::new(),
            settled: 0,
            open: Vec::new(),
            outer: 0,
            truncated: false,
            header_only: false,
            too_deep: 0,
            held: Vec::new(),
            line: Line::default(),
            extent: Extent::default(),
            stirred: true,
        }
    }

    /// The first byte to come may lie anywhere in a message.
    pub(in crate::resp) fn start_midstream(&mut self) {
        self.state = State::Seek(Seek {
            at_line_start: true,
            inline: false,
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

    /// The short way of [`Self::step`], for a message that lies in the chunk whole. False where
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

    /// The message that begins now, an array, ends with its header: what follows are messages of
    /// their own.
    pub(in crate::resp) fn read_header(&mut self, now: Moment) {
        self.begin(now);
        self.header_only = true;
        self.state = State::Value;
    }

    /// Takes note of missing bytes. True where the length of the string they lie in carries over
    /// them (then [`Replies::step`] may have something to tell at once); else step is lost.
    pub(in crate::resp) fn gap(&mut self, len: u64) -> bool {
        let (body, kept) = match &mut self.state {
            State::Body { body, kept } | State::Piece { body, kept } => (body, *kept),
            _ => return false,
        };
        if !body.lose(len) {
            return false;
        }
        if body.broken {
            self.truncated = true;
            if let Some(node) = self.nodes.last_mut().filter(|_| kept) {
                node.span.broken = true;
            }
        }
        self.extent.wire_len += len;
        self.extent.gap_len += len;
        true
    }

    /// Gives up the current message and looks for the next one. Gives the seen bytes that belong
    /// to none.
    pub(in crate::resp) fn abandon(&mut self) -> u64 {
        let seen = self.unfinished();
        self.seek(true);
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

    /// True between messages.
    #[inline]
    pub(in crate::resp) fn is_idle(&self) -> bool {
        self.state == State::Idle
    }

    /// The complete message; `None` only before the first one.
    #[inline]
    pub(in crate::resp) fn value<'a>(&'a self, chunk: &'a [u8]) -> Option<Value<'a>> {
        Value::new(
            &self.nodes,
            Buffers {
                chunk,
                held: &self.held,
            },
        )
    }

    /// True where some value or byte of the complete message was not kept.
    pub(in crate::resp) fn truncated(&self) -> bool {
        self.truncated
    }

    /// Size and first moment of the complete or unfinished message.
    pub(in crate::resp) fn extent(&self) -> &Extent {
        &self.extent
    }

    /// Messages given up because they nest too deep.
    pub(in crate::resp) fn too_deep(&self) -> u64 {
        self.too_deep
    }

    /// The bytes of a part.
    pub(in crate::resp) fn part<'a>(&'a self, chunk: &'a [u8], part: &Part) -> &'a [u8] {
        part.in_chunk(if part.carried {
            self.line.carried()
        } else {
            chunk
        })
    }

    /// Bytes of memory held beyond the struct.
    pub(in crate::resp) fn memory_len(&self) -> usize {
        self.held.capacity()
            + self.nodes.capacity() * size_of::<Node>()
            + self.open.capacity() * size_of::<Frame>()
            + self.line.memory_len()
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
        self.nodes.capacity() <= IDLE_SPANS
            && self.held.capacity() <= IDLE_HELD_LEN
            && self.line.memory_len() == 0
    }

    /// Gives back what memory it can without forgetting anything.
    pub(in crate::resp) fn shrink(&mut self) {
        self.stirred = true;
        if self.state == State::Idle {
            self.nodes.clear();
            self.held.clear();
        }
        self.nodes.shrink_to_fit();
        self.held.shrink_to_fit();
        self.open.shrink_to_fit();
        self.line.shrink();
    }

    /// The short way: a scalar, or an aggregate of scalars, that lies in the chunk whole.
    #[inline(always)]
    fn whole(&mut self, chunk: &[u8], start: usize) -> Option<usize> {
        let &marker = chunk.get(start)?;
        self.nodes.clear();
        self.keep.restart();
        self.truncated = false;
        let kind = match marker {
            b'*' => ReplyKind::Array,
            b'>' => ReplyKind::Push,
            b'~' => ReplyKind::Set,
            b'%' => ReplyKind::Map,
            _ => return self.scalar(chunk, start),
        };
        let (count, mut pos) = short_number(chunk, start + 1)?;
        let elements = if kind == ReplyKind::Map {
            count * 2
        } else {
            count
        };
        if elements >= self.keep.nodes() {
            return None;
        }
        self.stirred |= elements >= self.nodes.capacity();
        self.nodes.push(Node {
            kind,
            descendants: position(elements),
            elements: elements as u64,
            span: NOWHERE,
        });
        for _ in 0..elements {
            pos = self.next_scalar(chunk, pos)?;
        }
        Some(pos)
    }

    /// [`Self::scalar`] where it is one of many.
    #[inline(never)]
    fn next_scalar(&mut self, chunk: &[u8], start: usize) -> Option<usize> {
        self.scalar(chunk, start)
    }

    /// A scalar that lies in the chunk whole and is kept whole.
    #[inline(always)]
    fn scalar(&mut self, chunk: &[u8], start: usize) -> Option<usize> {
        let &marker = chunk.get(start)?;
        let text = start + 1;
        let (kind, text, len, end) = match marker {
            b'$' => {
                if let Some((len, text)) = short_number(chunk, text) {
                    let end = text + len;
                    if chunk.get(end..end + 2)? != b"\r\n" {
                        return None;
                    }
                    (ReplyKind::BulkString, text, len, end + 2)
                } else if chunk.get(text..text + 4)? == b"-1\r\n" {
                    (ReplyKind::Null, text, 0, text + 4)
                } else {
                    return None;
                }
            }
            b'+' | b'-' | b':' => {
                // The shortest and most frequent reply of all.
                let len = if chunk.get(text..text + 4).is_some_and(|ok| ok == b"OK\r\n") {
                    2
                } else {
                    let rest = chunk.get(text..)?;
                    let len = memchr(b'\n', rest)?.checked_sub(1)?;
                    if rest.get(len) != Some(&b'\r') {
                        return None;
                    }
                    len
                };
                let kind = match marker {
                    b'+' => ReplyKind::SimpleString,
                    b'-' => ReplyKind::Error,
                    _ => {
                        if !is_integer(chunk.get(text..text + len)?) {
                            return None;
                        }
                        ReplyKind::Integer
                    }
                };
                if len > super::MAX_LINE_LEN {
                    return None;
                }
                (kind, text, len, text + len + 2)
            }
            b'_' if chunk.get(text..text + 2)? == b"\r\n" => (ReplyKind::Null, text, 0, text + 2),
            _ => return None,
        };
        if !self.keep.claim_whole(len) {
            return None;
        }
        self.stirred |= self.nodes.len() == self.nodes.capacity();
        self.nodes.push(Node {
            kind,
            descendants: 0,
            elements: 0,
            span: Span {
                store: Store::Chunk,
                start: position(text),
                kept: position(len),
                len: len as u64,
                broken: false,
            },
        });
        Some(end)
    }

    fn long_step(&mut self, chunk: &[u8], pos: &mut usize, now: Moment) -> Step {
        self.stirred = true;
        loop {
            match self.state {
                State::Idle => match chunk.get(*pos) {
                    None => return self.need(chunk),
                    // A keep-alive of a primary that is busy with its snapshot.
                    Some(b'\n') => {
                        *pos += 1;
                        return Step::Filler(1);
                    }
                    Some(_) => {
                        self.begin(now);
                        self.state = State::Value;
                    }
                },
                State::Value => {
                    if self.keeps()
                        && self.nodes.len() < self.keep.nodes()
                        && let Some(end) = self.next_scalar(chunk, *pos)
                    {
                        self.extent.wire_len += (end - *pos) as u64;
                        *pos = end;
                        if self.complete() {
                            return Step::Message;
                        }
                        continue;
                    }
                    let Some(&marker) = chunk.get(*pos) else {
                        return self.need(chunk);
                    };
                    if !matches!(
                        marker,
                        b'+' | b'-'
                            | b':'
                            | b'$'
                            | b'*'
                            | b'_'
                            | b'#'
                            | b','
                            | b'('
                            | b'!'
                            | b'='
                            | b'%'
                            | b'~'
                            | b'>'
                            | b'|'
                            | b'.'
                    ) {
                        return self.lost(true);
                    }
                    *pos += 1;
                    self.extent.wire_len += 1;
                    self.state = State::Line { marker };
                }
                State::Line { marker } => match self.take_line(chunk, pos) {
                    Ok(Some(found)) => {
                        if let Some(step) = self.line(chunk, marker, found) {
                            return step;
                        }
                    }
                    Ok(None) => return self.need(chunk),
                    Err(TooLong) => return self.lost(false),
                },
                State::Body { body, kept } => {
                    if let Some(step) = self.body(chunk, pos, body, kept) {
                        return step;
                    }
                }
                State::PieceMarker { kept } => match chunk.get(*pos) {
                    Some(b';') => {
                        *pos += 1;
                        self.extent.wire_len += 1;
                        self.state = State::PieceLength { kept };
                    }
                    Some(_) => return self.lost(true),
                    None => return self.need(chunk),
                },
                State::PieceLength { kept } => match self.take_line(chunk, pos) {
                    Ok(Some(found)) => match self.length(self.line.text(chunk, found)) {
                        Some(0) => self.state = State::Complete,
                        Some(len) => {
                            self.state = State::Piece {
                                body: Body::new(len, 0),
                                kept,
                            }
                        }
                        None => return self.lost(true),
                    },
                    Ok(None) => return self.need(chunk),
                    Err(TooLong) => return self.lost(false),
                },
                State::Piece { body, kept } => {
                    if let Some(step) = self.piece(chunk, pos, body, kept) {
                        return step;
                    }
                }
                State::Complete => {
                    if self.complete() {
                        return Step::Message;
                    }
                }
                State::Seek(mut seek) => {
                    let carry = self.line.carry_mut();
                    let found =
                        seek.look(carry, chunk, pos, false, |bytes, _| plausible_reply(bytes));
                    self.state = match found {
                        None | Some(Step::Candidate) => State::Idle,
                        Some(_) => State::Seek(seek),
                    };
                    // The caller looks at a message's beginning too: a snapshot may begin here.
                    return found.unwrap_or(Step::Skipped(0));
                }
            }
        }
    }

    fn begin(&mut self, now: Moment) {
        self.stirred = true;
        self.nodes.clear();
        self.open.clear();
        self.held.clear();
        self.line.forget();
        self.settled = 0;
        self.outer = 0;
        self.truncated = false;
        self.header_only = false;
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
            shed(&mut self.nodes, IDLE_SPANS);
            shed(&mut self.open, IDLE_SPANS);
            shed(&mut self.held, IDLE_HELD_LEN);
            self.line.forget();
        } else {
            self.settle(chunk);
        }
        Step::Need
    }

    fn settle(&mut self, chunk: &[u8]) {
        for node in self.nodes.iter_mut().skip(self.settled) {
            settle(&mut node.span, &mut self.held, chunk);
        }
        self.settled = self.nodes.len();
    }

    fn take_line(&mut self, chunk: &[u8], pos: &mut usize) -> Result<Option<Found>, TooLong> {
        let start = *pos;
        let found = self.line.take(chunk, pos, Ending::CrLf);
        self.extent.wire_len += (*pos - start) as u64;
        found
    }

    /// A length or count as a header line holds it; `None` where it can never be right.
    fn length(&self, text: &[u8]) -> Option<u64> {
        strict_number(text)
            .and_then(|len| u64::try_from(len).ok())
            .filter(|&len| len <= self.keep.max_bulk_len())
    }

    /// True where values at this place are kept, as long as there is room.
    fn keeps(&self) -> bool {
        self.open.last().is_none_or(|frame| frame.keeps)
    }

    /// A line is whole: a scalar, or the header of something longer. `None` where there is nothing
    /// to tell yet but more to read.
    fn line(&mut self, chunk: &[u8], marker: u8, found: Found) -> Option<Step> {
        let text = self.line.text(chunk, found);
        let kind = match marker {
            b'+' => ReplyKind::SimpleString,
            b'-' => ReplyKind::Error,
            b':' if is_integer(text) => ReplyKind::Integer,
            b'(' if is_integer(text) => ReplyKind::BigNumber,
            b',' if is_double(text) => ReplyKind::Double,
            b'#' if matches!(text, b"t" | b"f") => ReplyKind::Boolean,
            b'_' if text.is_empty() => ReplyKind::Null,
            b'$' | b'*' if text == b"-1" => {
                return self.text(chunk, ReplyKind::Null, Found::InChunk { start: 0, len: 0 });
            }
            b'$' | b'=' | b'!' => {
                let kind = match marker {
                    b'$' => ReplyKind::BulkString,
                    b'=' => ReplyKind::VerbatimString,
                    _ => ReplyKind::BulkError,
                };
                if text == b"?" && marker == b'$' {
                    self.begin_streamed(chunk);
                    return None;
                }
                let Some(len) = self.length(text) else {
                    return Some(self.lost(true));
                };
                self.begin_body(kind, len);
                return None;
            }
            b'*' | b'%' | b'~' | b'>' | b'|' => return self.begin_aggregate(chunk, marker, found),
            b'.' if text.is_empty() => return self.end_streamed(),
            _ => return Some(self.lost(true)),
        };
        self.text(chunk, kind, found)
    }

    /// Takes a scalar whose text is a line.
    fn text(&mut self, chunk: &[u8], kind: ReplyKind, found: Found) -> Option<Step> {
        let (start, len, carried) = match found {
            Found::InChunk { start, len } => (start, len, false),
            Found::Carried { len } => (0, len, true),
        };
        let node = self.push_node(kind, len as u64);
        let target = if node.is_some() {
            self.keep.claim(len as u64)
        } else {
            0
        };
        if let Some(index) = node {
            let mut span = Span {
                store: Store::Chunk,
                start: position(start),
                kept: position(target),
                len: len as u64,
                broken: false,
            };
            if carried {
                span.store = Store::Held;
                span.start = position(self.held.len());
                let text = self.line.text(chunk, found);
                self.held
                    .extend_from_slice(text.get(..target).unwrap_or_default());
            }
            if let Some(node) = self.nodes.get_mut(index) {
                node.span = span;
            }
        }
        self.state = State::Complete;
        if target == len {
            return None;
        }
        self.truncated |= node.is_some();
        Some(Step::Part(Part {
            index: self.outer,
            start,
            bytes: len,
            carried,
            offset: 0,
            len: len as u64,
            last: true,
        }))
    }

    /// Adds a node where its place is kept and there is room; gives its index.
    fn push_node(&mut self, kind: ReplyKind, len: u64) -> Option<usize> {
        if !self.keeps() || self.nodes.len() >= self.keep.nodes() {
            self.truncated |= !self.open.iter().any(|frame| frame.attribute);
            return None;
        }
        self.nodes.push(Node {
            kind,
            descendants: 0,
            elements: 0,
            span: Span {
                store: Store::Chunk,
                len,
                ..NOWHERE
            },
        });
        Some(self.nodes.len() - 1)
    }

    fn begin_body(&mut self, kind: ReplyKind, len: u64) {
        let kept = self.push_node(kind, len).is_some();
        let target = if kept { self.keep.claim(len) } else { 0 };
        let body = Body::new(len, target);
        self.truncated |= kept && body.in_parts();
        self.state = State::Body { body, kept };
    }

    /// Reads on in a byte string; `None` where there is nothing to tell yet but more to read.
    fn body(&mut self, chunk: &[u8], pos: &mut usize, mut body: Body, kept: bool) -> Option<Step> {
        if body.missing > 0 || body.closing {
            if *pos >= chunk.len() && !body.closing {
                return Some(self.need(chunk));
            }
            let (start, taken, offset) = body.advance(chunk, pos);
            body.closing = false;
            self.extent.wire_len += taken as u64;
            if let Some(node) = self.nodes.last_mut().filter(|_| kept) {
                body.keep(&mut node.span, &mut self.held, chunk, start, taken);
            }
            self.state = State::Body { body, kept };
            return body.in_parts().then_some(Step::Part(Part {
                index: self.outer,
                start,
                bytes: taken,
                carried: false,
                offset,
                len: body.len,
                last: body.missing == 0,
            }));
        }
        match self.trailer(chunk, pos, &mut body) {
            Trailer::Done => self.state = State::Complete,
            Trailer::Cut => {
                self.state = State::Body { body, kept };
                return Some(self.need(chunk));
            }
            Trailer::Wrong => return Some(self.lost(false)),
        }
        None
    }

    /// Reads CR and LF. Redis always sends them, so anything else tells that step was lost before.
    fn trailer(&mut self, chunk: &[u8], pos: &mut usize, body: &mut Body) -> Trailer {
        while body.trailer > 0 {
            let expected = if body.trailer == 2 { b'\r' } else { b'\n' };
            match chunk.get(*pos) {
                Some(&byte) if byte == expected => {
                    *pos += 1;
                    self.extent.wire_len += 1;
                    body.trailer -= 1;
                }
                Some(_) => return Trailer::Wrong,
                None => return Trailer::Cut,
            }
        }
        Trailer::Done
    }

    /// A string whose pieces follow. It is gathered in the held buffer, up to the limit for values.
    fn begin_streamed(&mut self, chunk: &[u8]) {
        self.settle(chunk);
        let kept = self.push_node(ReplyKind::BulkString, 0).is_some();
        if let Some(node) = self.nodes.last_mut().filter(|_| kept) {
            node.span.store = Store::Held;
            node.span.start = position(self.held.len());
        }
        self.settled = self.nodes.len();
        self.state = State::PieceMarker { kept };
    }

    /// Reads on in a piece of a streamed string. What is not kept goes by as parts; the length of
    /// the value is not known before its end, so they tell the length so far.
    fn piece(&mut self, chunk: &[u8], pos: &mut usize, mut body: Body, kept: bool) -> Option<Step> {
        body.closing = false;
        if body.missing > 0 {
            if *pos >= chunk.len() {
                return Some(self.need(chunk));
            }
            let (start, taken, _) = body.advance(chunk, pos);
            self.extent.wire_len += taken as u64;
            self.state = State::Piece { body, kept };
            let mut passed = 0;
            let mut offset = 0;
            if let Some(node) = self.nodes.last_mut().filter(|_| kept) {
                let span = &mut node.span;
                offset = span.len;
                span.len += taken as u64;
                if u64::from(span.kept) == offset && !span.broken {
                    passed = self.keep.claim_streamed(span.kept as usize, taken);
                    span.kept += position(passed);
                    let bytes = chunk.get(start..start + passed).unwrap_or_default();
                    self.held.extend_from_slice(bytes);
                }
            }
            if passed == taken {
                return None;
            }
            self.truncated |= kept;
            return Some(Step::Part(Part {
                index: self.outer,
                start: start + passed,
                bytes: taken - passed,
                carried: false,
                offset: offset + passed as u64,
                len: offset + taken as u64,
                last: false,
            }));
        }
        match self.trailer(chunk, pos, &mut body) {
            Trailer::Done => self.state = State::PieceMarker { kept },
            Trailer::Cut => {
                self.state = State::Piece { body, kept };
                return Some(self.need(chunk));
            }
            Trailer::Wrong => return Some(self.lost(false)),
        }
        None
    }

    fn begin_aggregate(&mut self, chunk: &[u8], marker: u8, found: Found) -> Option<Step> {
        let text = self.line.text(chunk, found);
        let (kind, width) = match marker {
            b'%' | b'|' => (ReplyKind::Map, 2),
            b'~' => (ReplyKind::Set, 1),
            b'>' => (ReplyKind::Push, 1),
            _ => (ReplyKind::Array, 1),
        };
        let attribute = marker == b'|';
        let streamed = text == b"?" && !attribute && marker != b'>';
        let elements = if streamed {
            0
        } else {
            let count = strict_number(text)
                .and_then(|count| u64::try_from(count).ok())
                .filter(|&count| count <= MAX_ELEMENTS);
            match count {
                Some(count) => count * width,
                None => return Some(self.lost(true)),
            }
        };
        let keeps = self.keeps() && !attribute;
        let node = if attribute {
            None
        } else {
            self.push_node(kind, 0)
        };
        if let Some(node) = node.and_then(|index| self.nodes.get_mut(index)) {
            node.elements = elements;
        }
        if self.header_only && !attribute {
            self.truncated = elements > 0;
            self.state = State::Complete;
            return None;
        }
        if elements == 0 && !streamed {
            // An empty attribute says nothing; the value it belongs to follows.
            self.state = if attribute {
                State::Value
            } else {
                State::Complete
            };
            return None;
        }
        if self.open.len() >= MAX_DEPTH {
            self.too_deep += 1;
            return Some(self.lost(true));
        }
        self.open.push(Frame {
            node: node.map_or(NO_NODE, position),
            left: if streamed { UNTIL_END_MARK } else { elements },
            keeps: keeps && node.is_some(),
            attribute,
        });
        self.state = State::Value;
        None
    }

    /// The `.` that ends a streamed aggregate.
    fn end_streamed(&mut self) -> Option<Step> {
        match self.open.last() {
            Some(frame) if frame.left == UNTIL_END_MARK => {
                self.close();
                self.state = State::Complete;
                None
            }
            _ => Some(self.lost(true)),
        }
    }

    /// Closes the innermost aggregate.
    fn close(&mut self) -> Option<Frame> {
        let frame = self.open.pop()?;
        let nodes = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(frame.node as usize) {
            node.descendants = position(nodes - 1 - frame.node as usize);
        }
        Some(frame)
    }

    /// A value is complete, and with it perhaps what it is an element of. True where the message is.
    #[inline]
    fn complete(&mut self) -> bool {
        loop {
            if self.open.len() == 1 {
                self.outer += 1;
            }
            let Some(frame) = self.open.last_mut() else {
                self.state = State::Idle;
                return true;
            };
            if frame.left == UNTIL_END_MARK {
                if let Some(node) = self.nodes.get_mut(frame.node as usize) {
                    node.elements += 1;
                }
                self.state = State::Value;
                return false;
            }
            frame.left -= 1;
            if frame.left > 0 {
                self.state = State::Value;
                return false;
            }
            if self.close().is_some_and(|frame| frame.attribute) {
                // What follows is the value that the attribute belongs to.
                self.state = State::Value;
                return false;
            }
        }
    }

    /// Gives up the current message; its bytes are lost.
    fn lost(&mut self, at_line_start: bool) -> Step {
        let seen = self.extent.seen();
        self.seek(at_line_start);
        Step::Lost(seen)
    }

    fn seek(&mut self, at_line_start: bool) {
        self.stirred = true;
        shed(&mut self.nodes, IDLE_SPANS);
        shed(&mut self.open, IDLE_SPANS);
        shed(&mut self.held, IDLE_HELD_LEN);
        self.line.forget();
        self.settled = 0;
        self.state = State::Seek(Seek {
            at_line_start,
            inline: false,
            fresh: false,
        });
    }
}

enum Trailer {
    Done,
    Cut,
    Wrong,
}

/// A span of nothing, for aggregates and nulls.
const NOWHERE: Span = Span {
    store: Store::Held,
    start: 0,
    kept: 0,
    len: 0,
    broken: false,
};

/// Digits, with a sign or without.
fn is_integer(text: &[u8]) -> bool {
    let ([b'-' | b'+', digits @ ..] | digits) = text;
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// What `,` may hold: digits, sign, point, exponent, `inf`, `nan`.
fn is_double(text: &[u8]) -> bool {
    !text.is_empty()
        && text.iter().all(|byte| {
            byte.is_ascii_digit() || matches!(byte.to_ascii_lowercase(), b'-' | b'+' | b'.' | b'e')
        })
        || matches!(
            text.to_ascii_lowercase().as_slice(),
            b"inf" | b"-inf" | b"+inf" | b"nan" | b"-nan"
        )
}
