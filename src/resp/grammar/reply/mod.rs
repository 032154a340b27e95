//! Replies: every type of RESP2 and RESP3, at any depth, streamed forms and attributes included.
//! <https://redis.io/docs/latest/develop/reference/protocol-spec/>, and the RESP3 specification for
//! attributes and streamed types.

mod aggregates;
mod lines;
mod long;
mod strings;
mod whole;

use super::super::model::{Buffers, Node, Span, Store, Value};
use super::body::{Body, Keep};
use super::line::Line;
use super::resync::Seek;
use super::{Extent, IDLE_HELD_LEN, IDLE_SPANS, Moment, Part, Step};
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
    /// Messages given up because they nest deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
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
}

/// A span of nothing, for aggregates and nulls.
const NOWHERE: Span = Span {
    store: Store::Held,
    start: 0,
    kept: 0,
    len: 0,
    broken: false,
};
