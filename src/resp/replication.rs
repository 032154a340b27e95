//! A replication link, from the answer to SYNC or PSYNC on: snapshot, keep-alives, and the
//! primary's commands. What the replica sends stays with the ordinary request parser.
//!
//! `replication.c` of Redis; the snapshot's bytes are handed on, not looked into.

use memchr::memmem;

use super::RespConfig;
use super::grammar::{Moment, Requests, Step};
use super::model::RdbForm;

/// Bytes of the mark that ends a diskless snapshot (`RDB_EOF_MARK_SIZE`).
const MARK_LEN: usize = 40;

/// Longest header line before a snapshot, in bytes: `$ENDOFF:` with offset, id and client id is
/// below 120.
const MAX_HEADER_LEN: usize = 256;

/// The server's side of a replication link.
#[derive(Debug)]
pub(super) struct Link {
    state: State,
    header: Vec<u8>,
    /// Parser of the primary's commands.
    pub(super) commands: Requests,
    /// Number of the next of them.
    pub(super) index: u64,
    /// Id of the MULTI that the primary has open.
    pub(super) transaction: Option<u64>,
}

#[derive(Debug)]
enum State {
    /// Before the snapshot's header line.
    Header,
    /// In a snapshot of so many more bytes.
    Counted { missing: u64 },
    /// In a snapshot that ends at a mark.
    Marked(Box<Mark>),
    /// In the primary's commands.
    Commands,
}

/// A mark being looked for, over any cuts (Knuth, Morris and Pratt).
#[derive(Debug)]
struct Mark {
    bytes: [u8; MARK_LEN],
    /// For each prefix, the length of its longest proper prefix that is also its end.
    fallback: [u8; MARK_LEN],
    /// Bytes of the mark that the bytes so far end with; they are not handed on yet.
    matched: usize,
    /// Bytes were lost, perhaps the mark among them.
    gapped: bool,
}

/// What the link came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LinkStep {
    /// The chunk is used up.
    Need,
    /// Bytes that belong to the link itself: header, keep-alives, mark.
    Own(u64),
    /// A snapshot begins.
    Start(RdbForm),
    /// Its bytes: position and length in the chunk.
    Bytes(usize, usize),
    /// Bytes that were held back as the beginning of a mark, and are none.
    HeldBack(Box<[u8]>),
    /// The snapshot is over; so many bytes were its mark.
    End(u64),
    /// No snapshot comes, but an ordinary reply: the link is none.
    Reply,
    /// A step of the primary's commands.
    Command(Step),
}

impl Link {
    /// Before a snapshot.
    pub(super) fn full_sync(config: &RespConfig) -> Box<Self> {
        Box::new(Self {
            state: State::Header,
            header: Vec::new(),
            commands: Requests::new(config),
            index: 0,
            transaction: None,
        })
    }

    /// In the primary's commands.
    pub(super) fn stream(config: &RespConfig) -> Box<Self> {
        let mut link = Self::full_sync(config);
        link.state = State::Commands;
        link
    }

    /// Reads on to the next thing worth telling.
    pub(super) fn step(&mut self, chunk: &[u8], pos: &mut usize, now: Moment) -> LinkStep {
        let rest = chunk.get(*pos..).unwrap_or_default();
        if rest.is_empty() && !matches!(self.state, State::Commands) {
            return LinkStep::Need;
        }
        match &mut self.state {
            State::Header => self.header_step(rest, pos),
            State::Counted { missing: 0 } => {
                self.state = State::Commands;
                LinkStep::End(0)
            }
            State::Counted { missing } => {
                let start = *pos;
                let taken =
                    usize::try_from(*missing).map_or(rest.len(), |missing| missing.min(rest.len()));
                *missing -= taken as u64;
                *pos += taken;
                LinkStep::Bytes(start, taken)
            }
            State::Marked(mark) => {
                let step = mark.step(rest, pos);
                if matches!(step, LinkStep::End(_)) {
                    self.state = State::Commands;
                }
                step
            }
            State::Commands => LinkStep::Command(self.commands.step(chunk, pos, now)),
        }
    }

    /// What is due without any more bytes: the end of a snapshot whose last byte is in, and the
    /// length of its mark.
    pub(super) fn settle(&mut self) -> Option<u64> {
        let mark_len = match &self.state {
            State::Counted { missing: 0 } => 0,
            State::Marked(mark) if mark.matched == MARK_LEN => MARK_LEN as u64,
            _ => return None,
        };
        self.state = State::Commands;
        Some(mark_len)
    }

    /// Takes note of missing bytes.
    pub(super) fn gap(&mut self, len: u64) -> LinkGap {
        match &mut self.state {
            State::Counted { missing } => {
                if let Some(left) = missing.checked_sub(len) {
                    *missing = left;
                    return LinkGap::Snapshot;
                }
                self.state = State::Commands;
                LinkGap::SnapshotLost(self.commands.abandon())
            }
            // The mark may be lost with it; then all that follows is taken for the snapshot, until
            // the replica acknowledges it.
            State::Marked(mark) => {
                mark.gapped = true;
                let held = mark.matched;
                mark.matched = 0;
                LinkGap::Marked(mark.bytes.get(..held).unwrap_or_default().into())
            }
            State::Header => {
                let held = self.header.len() as u64;
                self.header.clear();
                self.state = State::Commands;
                LinkGap::Lost(held + self.commands.abandon())
            }
            State::Commands => {
                if self.commands.gap(len) {
                    LinkGap::InStep
                } else {
                    LinkGap::Lost(self.commands.abandon())
                }
            }
        }
    }

    /// The replica says that it has its snapshot (it acknowledges nothing before): ends one whose
    /// mark was lost, and looks for the primary's commands. Gives the bytes of it held back.
    pub(super) fn end_lost_snapshot(&mut self) -> Option<Box<[u8]>> {
        let held = match &self.state {
            State::Marked(mark) if mark.gapped => mark.bytes.get(..mark.matched)?.into(),
            _ => return None,
        };
        self.state = State::Commands;
        self.commands.abandon();
        Some(held)
    }

    /// True inside a snapshot.
    pub(super) fn in_snapshot(&self) -> bool {
        matches!(self.state, State::Counted { .. } | State::Marked(_))
    }

    /// Bytes taken but not told of yet.
    pub(super) fn unfinished(&self) -> u64 {
        let held = match &self.state {
            State::Marked(mark) => mark.matched,
            _ => self.header.len(),
        };
        held as u64 + self.commands.unfinished()
    }

    /// Bytes of memory held.
    pub(super) fn memory_len(&self) -> usize {
        size_of::<Self>() + self.header.capacity() + self.commands.memory_len()
    }

    /// Gives back what memory it can without forgetting anything.
    pub(super) fn shrink(&mut self) {
        self.header.shrink_to_fit();
        self.commands.shrink();
    }

    fn header_step(&mut self, rest: &[u8], pos: &mut usize) -> LinkStep {
        if self.header.is_empty() {
            match rest.first() {
                // Sent once a second while the snapshot is made.
                Some(b'\n') => {
                    *pos += 1;
                    return LinkStep::Own(1);
                }
                Some(b'$') => {}
                // A primary that needs no snapshot.
                Some(b'*') => {
                    self.state = State::Commands;
                    return LinkStep::Own(0);
                }
                _ => return LinkStep::Reply,
            }
        }
        for &byte in rest {
            *pos += 1;
            self.header.push(byte);
            if byte == b'\n' || self.header.len() >= MAX_HEADER_LEN {
                return self.begin_snapshot();
            }
        }
        LinkStep::Need
    }

    fn begin_snapshot(&mut self) -> LinkStep {
        let header = std::mem::take(&mut self.header);
        let form = header
            .strip_prefix(b"$")
            .and_then(|line| line.strip_suffix(b"\r\n"))
            .and_then(|line| match line.strip_prefix(b"EOF:") {
                Some(mark) => <[u8; MARK_LEN]>::try_from(mark)
                    .ok()
                    .map(RdbForm::Delimiter),
                None => std::str::from_utf8(line)
                    .ok()?
                    .parse()
                    .ok()
                    .map(RdbForm::Length),
            });
        match form {
            Some(form) => {
                self.state = match form {
                    RdbForm::Length(missing) => State::Counted { missing },
                    RdbForm::Delimiter(mark) => State::Marked(Box::new(Mark::new(mark))),
                };
                self.header = header;
                LinkStep::Start(form)
            }
            // `$ENDOFF:` of a dual channel link: the snapshot's own header follows.
            None if header.ends_with(b"\n") => LinkStep::Own(header.len() as u64),
            None => {
                self.state = State::Commands;
                let lost = header.len() as u64 + self.commands.abandon();
                LinkStep::Command(Step::Lost(lost))
            }
        }
    }

    /// Length of the header line that [`LinkStep::Start`] spoke of.
    pub(super) fn take_header_len(&mut self) -> u64 {
        std::mem::take(&mut self.header).len() as u64
    }
}

/// What a gap did to the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LinkGap {
    /// It lies in a command's word.
    InStep,
    /// It lies in the snapshot.
    Snapshot,
    /// It lies in a snapshot with a mark; these bytes were held back and belong to it.
    Marked(Box<[u8]>),
    /// It goes beyond the snapshot's end; so many bytes belong to no message.
    SnapshotLost(u64),
    /// Step is lost; so many bytes belong to no message.
    Lost(u64),
}

impl Mark {
    fn new(mark: [u8; MARK_LEN]) -> Self {
        let mut fallback = [0u8; MARK_LEN];
        let mut len = 0usize;
        for index in 1..MARK_LEN {
            while len > 0 && mark.get(index) != mark.get(len) {
                len = fallback.get(len - 1).copied().map_or(0, usize::from);
            }
            if mark.get(index) == mark.get(len) {
                len += 1;
            }
            if let Some(slot) = fallback.get_mut(index) {
                *slot = u8::try_from(len).unwrap_or(0);
            }
        }
        Self {
            bytes: mark,
            fallback,
            matched: 0,
            gapped: false,
        }
    }

    /// Reads on; `rest` is not empty.
    fn step(&mut self, rest: &[u8], pos: &mut usize) -> LinkStep {
        if self.matched == 0 {
            let start = *pos;
            if let Some(at) = memmem::find(rest, &self.bytes) {
                // Told apart, so that the mark itself is no part of the snapshot.
                self.matched = MARK_LEN;
                *pos += at + MARK_LEN;
                return if at > 0 {
                    LinkStep::Bytes(start, at)
                } else {
                    LinkStep::End(MARK_LEN as u64)
                };
            }
            // The chunk may end with the beginning of the mark.
            let tail = rest.len().min(MARK_LEN - 1);
            let held = (1..=tail)
                .rev()
                .find(|&len| rest.ends_with(self.bytes.get(..len).unwrap_or_default()))
                .unwrap_or(0);
            self.matched = held;
            *pos += rest.len();
            return match rest.len() - held {
                0 => LinkStep::Need,
                len => LinkStep::Bytes(start, len),
            };
        }
        if self.matched == MARK_LEN {
            return LinkStep::End(MARK_LEN as u64);
        }
        for &byte in rest {
            let mut kept = self.matched;
            while kept > 0 && self.bytes.get(kept) != Some(&byte) {
                kept = self.fallback.get(kept - 1).copied().map_or(0, usize::from);
            }
            if self.bytes.get(kept) == Some(&byte) {
                *pos += 1;
                let released = self.matched - kept;
                self.matched = kept + 1;
                if released > 0 {
                    return LinkStep::HeldBack(
                        self.bytes.get(..released).unwrap_or_default().into(),
                    );
                }
                if self.matched == MARK_LEN {
                    return LinkStep::End(MARK_LEN as u64);
                }
            } else {
                // No beginning of the mark is left; this byte is read again.
                let released = std::mem::take(&mut self.matched);
                return LinkStep::HeldBack(self.bytes.get(..released).unwrap_or_default().into());
            }
        }
        LinkStep::Need
    }
}
