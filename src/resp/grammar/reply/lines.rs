//! What a whole line is: a scalar, or the header of something longer.

use super::super::body::position;
use super::super::line::Found;
use super::super::{Part, Step};
use super::{NOWHERE, Replies, State};
use crate::event::ReplyKind;
use crate::resp::model::{Node, Span, Store};

impl Replies {
    /// A line is whole: a scalar, or the header of something longer. `None` where there is nothing
    /// to tell yet but more to read.
    pub(super) fn line(&mut self, chunk: &[u8], marker: u8, found: Found) -> Option<Step> {
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
    pub(super) fn push_node(&mut self, kind: ReplyKind, len: u64) -> Option<usize> {
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
}

/// Digits, with a sign or without.
pub(super) fn is_integer(text: &[u8]) -> bool {
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
