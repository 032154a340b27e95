//! Aggregates and attributes: opened, filled element by element, closed.

use super::super::body::position;
use super::super::line::Found;
use super::super::number::strict_number;
use super::super::{MAX_DEPTH, MAX_ELEMENTS, Step};
use super::{Frame, NO_NODE, Replies, State, UNTIL_END_MARK};
use crate::event::ReplyKind;

impl Replies {
    pub(super) fn begin_aggregate(
        &mut self,
        chunk: &[u8],
        marker: u8,
        found: Found,
    ) -> Option<Step> {
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
    pub(super) fn end_streamed(&mut self) -> Option<Step> {
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
    pub(super) fn complete(&mut self) -> bool {
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
}
