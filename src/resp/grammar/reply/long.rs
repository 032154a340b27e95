//! The long way: from state to state, whatever the cuts, until there is something to tell.
//!
//! Lines, strings and aggregates have files of their own.

use super::super::body::{Body, settle};
use super::super::line::{Ending, Found, TooLong};
use super::super::number::strict_number;
use super::super::resync::{Seek, plausible_reply};
use super::super::{Extent, IDLE_HELD_LEN, IDLE_SPANS, Moment, Step, shed};
use super::{Replies, State};

impl Replies {
    pub(super) fn long_step(&mut self, chunk: &[u8], pos: &mut usize, now: Moment) -> Step {
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

    pub(super) fn begin(&mut self, now: Moment) {
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
    pub(super) fn need(&mut self, chunk: &[u8]) -> Step {
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

    pub(super) fn settle(&mut self, chunk: &[u8]) {
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
    pub(super) fn length(&self, text: &[u8]) -> Option<u64> {
        strict_number(text)
            .and_then(|len| u64::try_from(len).ok())
            .filter(|&len| len <= self.keep.max_bulk_len())
    }

    /// True where values at this place are kept, as long as there is room.
    pub(super) fn keeps(&self) -> bool {
        self.open.last().is_none_or(|frame| frame.keeps)
    }

    /// Gives up the current message; its bytes are lost.
    pub(super) fn lost(&mut self, at_line_start: bool) -> Step {
        let seen = self.extent.seen();
        self.seek(at_line_start);
        Step::Lost(seen)
    }

    pub(super) fn seek(&mut self, at_line_start: bool) {
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
