//! Runs of bytes that wait behind a hole: sorted, disjoint, bounded.
//!
//! A sorted ring of runs and a binary search: at most [`MAX_RUNS`] entries move for an insertion,
//! and taking from the front moves none.

use std::collections::VecDeque;

use super::policy::{Extent, OverlapPolicy};
use super::{Discard, Stamp, StreamSink};

/// Bytes of small segments kept inside the run, so that a flood of them costs no allocation each:
/// as many as lie where a run of many bytes has its two vectors. Most requests are no longer.
const INLINE_LEN: usize = 54;

/// Runs in one direction at most. Linux limits its queue by bytes only; 256 holes at once are far
/// beyond what loss makes (a window of 256 segments with every second one missing).
pub const MAX_RUNS: usize = 256;

/// Bytes held in one direction at most, overhead included. As much as a window seen in practice.
pub const MAX_HELD_LEN: usize = 1 << 20;

/// Contiguous bytes of one or more segments.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Stream offset of the first byte.
    start: u64,
    /// Stream offset where its first segment began, before others cut its head off.
    rank: u64,
    /// The packet that carried the first byte of `bytes`.
    stamp: Stamp,
    bytes: Bytes,
    /// Bytes at the front of `bytes` that are no longer part of the run.
    skip: u32,
    /// Bytes of the run.
    len: u32,
}

const _: () = assert!(
    size_of::<Run>() == 104,
    "a flood of tiny segments holds many"
);

#[derive(Debug, Clone, Copy)]
struct Mark {
    at: u32,
    stamp: Stamp,
}

#[derive(Debug, Clone)]
enum Bytes {
    /// Known to have been on the wire, and cut by the snap length.
    Missing,
    /// One segment.
    Inline(u8, [u8; INLINE_LEN]),
    Heap {
        bytes: Vec<u8>,
        /// Where later segments begin in `bytes`, ascending; none for a run of one segment.
        marks: Vec<Mark>,
    },
}

impl Bytes {
    fn new(bytes: &[u8]) -> Self {
        let mut inline = [0; INLINE_LEN];
        match (inline.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(place), Ok(len)) => {
                place.copy_from_slice(bytes);
                Self::Inline(len, inline)
            }
            _ => Self::heap(bytes),
        }
    }

    fn heap(bytes: &[u8]) -> Self {
        Self::Heap {
            bytes: bytes.to_vec(),
            marks: Vec::new(),
        }
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Missing => &[],
            Self::Inline(len, bytes) => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Self::Heap { bytes, .. } => bytes,
        }
    }

    fn heap_len(&self) -> usize {
        match self {
            Self::Missing | Self::Inline(..) => 0,
            Self::Heap { bytes, marks } => bytes.capacity() + marks.capacity() * size_of::<Mark>(),
        }
    }

    fn marks(&self) -> &[Mark] {
        match self {
            Self::Missing | Self::Inline(..) => &[],
            Self::Heap { marks, .. } => marks,
        }
    }
}

impl Run {
    fn new(start: u64, rank: u64, bytes: &[u8], stamp: Stamp) -> Self {
        Self {
            start,
            rank,
            stamp,
            bytes: Bytes::new(bytes),
            skip: 0,
            len: saturate(bytes.len()),
        }
    }

    fn missing(start: u64, len: u32, stamp: Stamp) -> Self {
        Self {
            start,
            rank: start,
            stamp,
            bytes: Bytes::Missing,
            skip: 0,
            len,
        }
    }

    pub(super) fn start(&self) -> u64 {
        self.start
    }

    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(u64::from(self.len))
    }

    /// Cut by the snap length: a range without bytes.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self.bytes, Bytes::Missing)
    }

    /// The bytes from `from` to `to` (stream offsets); empty where it has none.
    pub(super) fn slice(&self, from: u64, to: u64) -> &[u8] {
        let index = |offset: u64| {
            usize::try_from(offset.saturating_sub(self.start))
                .unwrap_or(usize::MAX)
                .saturating_add(self.skip as usize)
        };
        self.bytes
            .as_slice()
            .get(index(from)..index(to.min(self.end())))
            .unwrap_or_default()
    }

    /// The segments of the run from the front: offset, bytes, packet.
    pub(super) fn segments(&self) -> impl Iterator<Item = (u64, &[u8], Stamp)> {
        self.segments_from(self.start)
    }

    /// Those that end behind `offset`; the ones before are not walked.
    fn segments_from(&self, offset: u64) -> impl Iterator<Item = (u64, &[u8], Stamp)> {
        let (first, last) = (self.skip, self.skip.saturating_add(self.len));
        let at = u32::try_from(offset.saturating_sub(self.start))
            .unwrap_or(u32::MAX)
            .saturating_add(first);
        let marks = self.bytes.marks();
        let (before, behind) = marks.split_at(marks.partition_point(|mark| mark.at <= at));
        let begin = before
            .last()
            .map_or((0, self.stamp), |mark| (mark.at, mark.stamp));
        let begins = std::iter::once(begin).chain(behind.iter().map(|mark| (mark.at, mark.stamp)));
        let ends = behind
            .iter()
            .map(|mark| mark.at)
            .chain(std::iter::once(last));
        begins.zip(ends).filter_map(move |((begin, stamp), end)| {
            let (begin, end) = (begin.max(first), end.min(last));
            let bytes = self.bytes.as_slice().get(begin as usize..end as usize)?;
            let offset = self
                .start
                .saturating_add(u64::from(begin.saturating_sub(first)));
            (!bytes.is_empty()).then_some((offset, bytes, stamp))
        })
    }

    /// Captured bytes in it.
    pub(super) fn payload_len(&self) -> u64 {
        if self.is_missing() {
            0
        } else {
            u64::from(self.len)
        }
    }

    /// Drops what lies before `offset`.
    pub(super) fn trim_front(&mut self, offset: u64) {
        let cut = u32::try_from(offset.saturating_sub(self.start))
            .unwrap_or(u32::MAX)
            .min(self.len);
        self.start = self.start.saturating_add(u64::from(cut));
        self.len -= cut;
        self.skip = self.skip.saturating_add(cut);
    }

    /// Drops what lies at or behind `offset`.
    fn trim_back(&mut self, offset: u64) {
        let keep = offset.saturating_sub(self.start);
        self.len = u32::try_from(keep).unwrap_or(u32::MAX).min(self.len);
    }

    /// Takes `bytes`, which follow it directly.
    fn append(&mut self, bytes: &[u8], stamp: Stamp) {
        let used = self.skip as usize + self.len as usize;
        if let Bytes::Inline(..) = self.bytes {
            self.bytes = Bytes::heap(self.bytes.as_slice());
        }
        if let Bytes::Heap {
            bytes: buffer,
            marks,
        } = &mut self.bytes
        {
            // A tail that lost to another segment is overwritten.
            buffer.truncate(used);
            let kept = marks.partition_point(|mark| (mark.at as usize) < used);
            marks.truncate(kept);
            buffer.extend_from_slice(bytes);
            marks.push(Mark {
                at: saturate(used),
                stamp,
            });
            self.len = self.len.saturating_add(saturate(bytes.len()));
        }
    }

    /// A run of its own that holds what this one does from `from` to `to`.
    fn copy(&self, from: u64, to: u64) -> Self {
        let mut pieces = self
            .segments_from(from)
            .take_while(|&(offset, ..)| offset < to)
            .map(|(offset, bytes, stamp)| {
                let end = offset.saturating_add(bytes.len() as u64).min(to);
                (part(bytes, offset, offset.max(from), end), stamp)
            })
            .filter(|(bytes, _)| !bytes.is_empty());
        let (first, stamp) = pieces.next().unwrap_or((&[], self.stamp));
        let mut copy = Self::new(from, self.rank, first, stamp);
        pieces.for_each(|(bytes, stamp)| copy.append(bytes, stamp));
        copy
    }

    fn heap_len(&self) -> usize {
        self.bytes.heap_len()
    }
}

/// The waiting runs of one direction.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Ascending, disjoint, none empty.
    runs: VecDeque<Run>,
    /// Heap bytes of the runs.
    heap_len: usize,
    /// Captured payload in the runs.
    payload_len: u64,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub(super) fn front(&self) -> Option<&Run> {
        self.runs.front()
    }

    /// End of the last run.
    pub(super) fn end(&self) -> Option<u64> {
        self.runs.back().map(Run::end)
    }

    /// Runs that begin before `offset`.
    pub(super) fn before(&self, offset: u64) -> impl Iterator<Item = &Run> {
        self.runs.iter().take_while(move |run| run.start < offset)
    }

    /// Memory held, in bytes.
    pub(super) fn held_len(&self) -> usize {
        self.runs.capacity() * size_of::<Run>() + self.heap_len
    }

    /// Captured payload held, in bytes.
    pub(super) fn payload_len(&self) -> u64 {
        self.payload_len
    }

    /// Whether a segment of `len` bytes fits under both limits.
    pub(super) fn has_room(&self, len: usize) -> bool {
        self.runs.len() < MAX_RUNS
            && self.heap_len + self.runs.len() * size_of::<Run>() + len <= MAX_HELD_LEN
    }

    pub(super) fn pop_front(&mut self) -> Option<Run> {
        let run = self.runs.pop_front()?;
        self.heap_len = self.heap_len.saturating_sub(run.heap_len());
        self.payload_len = self.payload_len.saturating_sub(run.payload_len());
        if self.runs.is_empty() {
            // Nothing is kept for a next time: a million quiet flows would keep it a million times.
            *self = Self::default();
        }
        Some(run)
    }

    /// Adds `bytes` at `start`, which is behind a hole, and counts what loses.
    pub(super) fn insert(
        &mut self,
        start: u64,
        bytes: &[u8],
        stamp: Stamp,
        policy: OverlapPolicy,
        sink: &mut impl StreamSink,
    ) -> Overlaps {
        let last = self.runs.back();
        if !bytes.is_empty() && last.is_none_or(|last| last.end() <= start) {
            // Behind everything, as most come.
            let follows = last.is_some_and(|last| last.end() == start && !last.is_missing());
            let merge = follows && policy.merges();
            let rank = last.filter(|_| merge).map_or(start, |last| last.rank);
            self.place(self.runs.len(), start, rank, bytes, stamp, merge);
            return Overlaps::default();
        }
        self.insert_among(start, bytes, stamp, policy, sink)
    }

    fn insert_among(
        &mut self,
        start: u64,
        bytes: &[u8],
        stamp: Stamp,
        policy: OverlapPolicy,
        sink: &mut impl StreamSink,
    ) -> Overlaps {
        let mut overlaps = Overlaps::default();
        let end = start.saturating_add(bytes.len() as u64);
        let mut index = self.runs.partition_point(|run| run.end() <= start);
        // The predecessor is the segment that began last before this one, even where another lies
        // over its head.
        let is_inside = self.runs.get(index).is_some_and(|run| run.rank <= start);
        let predecessor = index
            .checked_sub(1)
            .and_then(|before| self.runs.get(before))
            .filter(|run| run.end() == start && !run.is_missing())
            .filter(|_| policy.merges() && !is_inside);
        let rank = predecessor.map_or(start, |run| run.rank);
        let mut merge = predecessor.is_some();

        let mut cursor = start;
        while let Some(run) = self.runs.get_mut(index).filter(|run| run.start < end) {
            let (from, to) = (run.start.max(start), run.end().min(end));
            let new_bytes = part(bytes, start, from, to);
            let old = Extent {
                rank: run.rank,
                end: run.end(),
            };
            let wins = run.is_missing() || policy.new_wins(Extent { rank, end }, old);
            if !run.is_missing() {
                overlaps.len += to.saturating_sub(from);
                let old_bytes = run.slice(from, to);
                let (kept, other) = if wins {
                    (new_bytes, old_bytes)
                } else {
                    (old_bytes, new_bytes)
                };
                if kept != other {
                    overlaps.conflicts += 1;
                    sink.conflict(from, kept, other);
                }
                sink.discard(to.saturating_sub(from), Discard::Duplicate);
            }
            if wins {
                if !run.is_missing() {
                    self.payload_len = self.payload_len.saturating_sub(to.saturating_sub(from));
                }
                let has_left = run.start < from;
                if run.end() > to {
                    if has_left {
                        let before = run.heap_len();
                        let right = split(run, from, to);
                        self.heap_len += run.heap_len() + right.heap_len() - before;
                        self.runs.insert(index.saturating_add(1), right);
                    } else {
                        run.trim_front(to);
                    }
                    break;
                }
                if has_left {
                    run.trim_back(from);
                    index += 1;
                } else if let Some(run) = self.runs.remove(index) {
                    self.heap_len = self.heap_len.saturating_sub(run.heap_len());
                }
            } else {
                if cursor < from {
                    let piece = part(bytes, start, cursor, from);
                    index = self.place(index, cursor, rank, piece, stamp, merge);
                }
                merge = false;
                cursor = to;
                index += 1;
            }
        }
        if cursor < end {
            let at = self.runs.partition_point(|run| run.end() <= cursor);
            self.place(
                at,
                cursor,
                rank,
                part(bytes, start, cursor, end),
                stamp,
                merge,
            );
        }
        overlaps
    }

    /// Fills what no run covers between `start` and `end` with the knowledge that it was cut off.
    pub(super) fn insert_missing(&mut self, start: u64, end: u64, stamp: Stamp) {
        let mut cursor = start;
        let mut index = self.runs.partition_point(|run| run.end() <= start);
        while cursor < end {
            let next = self.runs.get(index).map_or(end, |run| run.start.min(end));
            if cursor < next {
                let len = u32::try_from(next.saturating_sub(cursor)).unwrap_or(u32::MAX);
                self.runs.insert(index, Run::missing(cursor, len, stamp));
                index += 1;
            }
            cursor = self.runs.get(index).map_or(end, Run::end).max(next);
            index += 1;
        }
    }

    /// Puts a piece without overlap before `index`; returns the index of what followed it.
    fn place(
        &mut self,
        index: usize,
        start: u64,
        rank: u64,
        bytes: &[u8],
        stamp: Stamp,
        merge: bool,
    ) -> usize {
        self.payload_len += bytes.len() as u64;
        let before = index
            .checked_sub(1)
            .and_then(|before| self.runs.get_mut(before));
        if let Some(run) = before.filter(|run| merge && run.end() == start) {
            let heap_len = run.heap_len();
            run.append(bytes, stamp);
            self.heap_len = (self.heap_len + run.heap_len()).saturating_sub(heap_len);
            return index;
        }
        let run = Run::new(start, rank, bytes, stamp);
        self.heap_len += run.heap_len();
        if self.runs.capacity() == 0 {
            // One hole is the rule; more than one get room for several.
            self.runs = VecDeque::with_capacity(1);
        }
        if index == self.runs.len() {
            self.runs.push_back(run);
        } else {
            self.runs.insert(index, run);
        }
        index.saturating_add(1)
    }
}

/// What an insertion met.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Overlaps {
    /// Shared bytes.
    pub(super) len: u64,
    /// Shared ranges whose bytes disagree.
    pub(super) conflicts: u64,
}

/// Cuts `from..to` out of `run`, which keeps the left part; the right one is returned. The shorter of
/// them is copied.
fn split(run: &mut Run, from: u64, to: u64) -> Run {
    if run.is_missing() {
        let len = u32::try_from(run.end().saturating_sub(to)).unwrap_or(u32::MAX);
        let right = Run::missing(to, len, run.stamp);
        run.trim_back(from);
        return right;
    }
    if from.saturating_sub(run.start) < run.end().saturating_sub(to) {
        let left = run.copy(run.start, from);
        run.trim_front(to);
        return std::mem::replace(run, left);
    }
    let right = run.copy(to, run.end());
    run.trim_back(from);
    right
}

/// The bytes from `from` to `to` of a segment that begins at `start`.
fn part(bytes: &[u8], start: u64, from: u64, to: u64) -> &[u8] {
    let index = |offset: u64| usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX);
    bytes.get(index(from)..index(to)).unwrap_or_default()
}

/// Lengths in a run stay far below 2^32: [`MAX_HELD_LEN`].
fn saturate(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
