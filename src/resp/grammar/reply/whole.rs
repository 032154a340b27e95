//! The short way: a scalar, or an aggregate of scalars, that lies in the chunk whole.
//!
//! Gives nothing where a message is anything else, and leaves it to the long way.

use memchr::memchr;

use super::super::body::position;
use super::super::number::short_number;
use super::lines::is_integer;
use super::{NOWHERE, Replies};
use crate::event::ReplyKind;
use crate::resp::model::{Node, Span, Store};

impl Replies {
    /// The short way: a scalar, or an aggregate of scalars, that lies in the chunk whole.
    #[inline(always)]
    pub(super) fn whole(&mut self, chunk: &[u8], start: usize) -> Option<usize> {
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
    pub(super) fn next_scalar(&mut self, chunk: &[u8], start: usize) -> Option<usize> {
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
                if len > super::super::MAX_LINE_LEN {
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
}
