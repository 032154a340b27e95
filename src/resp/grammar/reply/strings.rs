//! Byte strings, of a length told before or streamed in pieces.

use super::super::body::{Body, position};
use super::super::{Part, Step};
use super::{Replies, State};
use crate::event::ReplyKind;
use crate::resp::model::Store;

impl Replies {
    pub(super) fn begin_body(&mut self, kind: ReplyKind, len: u64) {
        let kept = self.push_node(kind, len).is_some();
        let target = if kept { self.keep.claim(len) } else { 0 };
        let body = Body::new(len, target);
        self.truncated |= kept && body.in_parts();
        self.state = State::Body { body, kept };
    }

    /// Reads on in a byte string; `None` where there is nothing to tell yet but more to read.
    pub(super) fn body(
        &mut self,
        chunk: &[u8],
        pos: &mut usize,
        mut body: Body,
        kept: bool,
    ) -> Option<Step> {
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
    pub(super) fn begin_streamed(&mut self, chunk: &[u8]) {
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
    pub(super) fn piece(
        &mut self,
        chunk: &[u8],
        pos: &mut usize,
        mut body: Body,
        kept: bool,
    ) -> Option<Step> {
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
}

enum Trailer {
    Done,
    Cut,
    Wrong,
}
