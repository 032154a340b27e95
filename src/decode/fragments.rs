//! Datagrams of fragments (RFC 815, RFC 8200 4.5), put together as Linux does.
//!
//! What Linux makes of fragments that overlap, repeat or contradict each other is what the
//! receiver gets, so it is what we follow (`net/ipv4/ip_fragment.c`, `inet_fragment.c`). Memory
//! follows the bytes that came, never the offsets they claim. Knows nothing of what is inside.

use std::collections::{HashMap, VecDeque};

use super::counters::{DecodeCounters, FragmentDrop};
use super::{FragmentLimits, MAX_PIECES};
use crate::packet::Timestamp;
use crate::segment::Address;

/// What fragments of one datagram have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct DatagramKey {
    pub(super) source: Address,
    pub(super) destination: Address,
    pub(super) id: u32,
    /// IPv4 only (RFC 791 3.2).
    pub(super) protocol: Option<u8>,
    /// VLANs and VNIs, where asked for.
    pub(super) tag: u32,
}

/// What the headers say of one fragment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment {
    pub(super) key: DatagramKey,
    /// What the payload is, if this is the first fragment.
    pub(super) protocol: u8,
    /// Bytes of the IPv4 header, which count against 65,535; 0 for IPv6.
    pub(super) header_len: usize,
    /// Where its payload belongs, in bytes.
    pub(super) offset: usize,
    /// More fragments follow.
    pub(super) more: bool,
}

/// What became of a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    /// Kept.
    Held,
    /// Not kept, and perhaps the datagram neither.
    Dropped(FragmentDrop),
    /// The datagram is whole, and of this protocol.
    Complete(u8),
}

/// All datagrams that wait for fragments.
#[derive(Debug)]
pub(super) struct Fragments {
    limits: FragmentLimits,
    waiting: HashMap<DatagramKey, Datagram>,
    /// By age. Holds stale entries too (their serial is not the datagram's); never more than
    /// twice as many as there are datagrams, and a few.
    ages: VecDeque<(u64, DatagramKey)>,
    next_serial: u64,
    /// Bytes of all of `waiting`, overhead included.
    bytes: usize,
    /// Running maximum of capture time.
    now: Timestamp,
}

impl Fragments {
    pub(super) fn new(limits: FragmentLimits) -> Self {
        Self {
            limits,
            waiting: HashMap::new(),
            ages: VecDeque::new(),
            next_serial: 0,
            bytes: 0,
            now: Timestamp::default(),
        }
    }

    /// Gives a fragment to its datagram; where that is whole then, its payload replaces `whole`.
    pub(super) fn place(
        &mut self,
        fragment: &Fragment,
        payload: &[u8],
        cut: bool,
        at: Timestamp,
        counters: &mut DecodeCounters,
        whole: &mut Vec<u8>,
    ) -> Placed {
        self.now = self.now.max(at);
        self.expire(counters);
        if cut {
            return Placed::Dropped(FragmentDrop::Cut);
        }
        let (len, is_v4) = (payload.len(), fragment.key.protocol.is_some());
        // A fragment that is not the last one ends on a multiple of 8. Linux trims it for IPv4,
        // and refuses it, and it alone, for IPv6.
        let len = match len % 8 {
            odd if odd > 0 && fragment.more && is_v4 => len - odd,
            odd if odd > 0 && fragment.more => {
                return Placed::Dropped(FragmentDrop::Inconsistent);
            }
            _ => len,
        };
        let end = fragment.offset + len;
        if end > MAX_DATAGRAM_LEN && !is_v4 {
            return Placed::Dropped(FragmentDrop::TooLong);
        }
        let payload = payload.get(..len).unwrap_or_default();

        let now = self.now;
        let datagram = self.waiting.entry(fragment.key).or_insert_with(|| {
            let serial = self.next_serial;
            self.next_serial += 1;
            self.ages.push_back((serial, fragment.key));
            self.bytes += DATAGRAM_OVERHEAD;
            Datagram::new(serial, now)
        });
        let before = datagram.bytes;
        let verdict = datagram.insert(fragment, payload, counters);
        self.bytes += datagram.bytes - before;
        match verdict {
            Ok(None) => {
                self.evict(counters);
                Placed::Held
            }
            Ok(Some(protocol)) => {
                datagram.write_to(whole);
                self.remove(fragment.key);
                counters.datagrams_reassembled += 1;
                Placed::Complete(protocol)
            }
            Err(FragmentDrop::Duplicate) => Placed::Dropped(FragmentDrop::Duplicate),
            Err(why) => {
                counters.datagrams_overlapped += u64::from(why == FragmentDrop::Overlap);
                self.remove(fragment.key);
                Placed::Dropped(why)
            }
        }
    }

    /// Datagrams that wait now.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Bytes held now, overhead included.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Drops everything that waits: the input has ended.
    pub(super) fn finish(&mut self, counters: &mut DecodeCounters) {
        counters.datagrams_expired += self.waiting.len() as u64;
        self.waiting.clear();
        self.ages.clear();
        self.bytes = 0;
    }

    fn expire(&mut self, counters: &mut DecodeCounters) {
        while let Some(&(serial, key)) = self.ages.front() {
            if let Some(datagram) = self.waiting.get(&key)
                && datagram.serial == serial
            {
                if self.now.since(datagram.begun) <= self.limits.age_ns {
                    return;
                }
                counters.datagrams_expired += 1;
                self.remove(key);
            }
            self.ages.pop_front();
        }
    }

    /// The longest waiting goes first: a flood of fragments must not lock out what comes later.
    fn evict(&mut self, counters: &mut DecodeCounters) {
        while self.bytes > self.limits.total_bytes || self.waiting.len() > self.limits.datagrams {
            let Some((serial, key)) = self.ages.pop_front() else {
                return;
            };
            if self.waiting.get(&key).is_some_and(|d| d.serial == serial) {
                counters.datagrams_evicted += 1;
                self.remove(key);
            }
        }
    }

    fn remove(&mut self, key: DatagramKey) {
        if let Some(datagram) = self.waiting.remove(&key) {
            self.bytes -= datagram.bytes + DATAGRAM_OVERHEAD;
        }
        if self.ages.len() > 2 * self.waiting.len() + STALE_SLACK {
            let waiting = &self.waiting;
            self.ages
                .retain(|(serial, key)| waiting.get(key).is_some_and(|d| d.serial == *serial));
        }
    }
}

/// One datagram that is not whole yet.
#[derive(Debug)]
struct Datagram {
    /// By offset; they do not overlap.
    runs: Vec<Run>,
    pieces: usize,
    /// Payload bytes that have come.
    received: usize,
    /// The furthest end seen; the datagram's length once `ended`.
    len: usize,
    /// The last fragment has come.
    ended: bool,
    /// Protocol and IPv4 header length, once the first fragment has come.
    first: Option<(u8, usize)>,
    /// Payload and overhead of the pieces.
    bytes: usize,
    serial: u64,
    begun: Timestamp,
}

impl Datagram {
    fn new(serial: u64, begun: Timestamp) -> Self {
        Self {
            runs: Vec::new(),
            pieces: 0,
            received: 0,
            len: 0,
            ended: false,
            first: None,
            bytes: 0,
            serial,
            begun,
        }
    }

    /// `Some(protocol)` where the datagram is whole now. An error, a duplicate's apart, is the
    /// end of the datagram.
    fn insert(
        &mut self,
        fragment: &Fragment,
        payload: &[u8],
        counters: &mut DecodeCounters,
    ) -> Result<Option<u8>, FragmentDrop> {
        let (start, end) = (fragment.offset, fragment.offset + payload.len());
        if fragment.more {
            if self.ended && end > self.len {
                return Err(FragmentDrop::Inconsistent);
            }
            self.len = self.len.max(end);
        } else {
            // Bytes beyond the end, or another end, were there before.
            if end < self.len || (self.ended && end != self.len) {
                return Err(FragmentDrop::Inconsistent);
            }
            (self.len, self.ended) = (end, true);
        }
        if payload.is_empty() {
            return Err(FragmentDrop::Inconsistent);
        }
        if self.pieces >= MAX_PIECES {
            return Err(FragmentDrop::TooMany);
        }

        let slot = self.runs.partition_point(|run| run.end <= start);
        let appends = slot == self.runs.len();
        match self.runs.get(slot) {
            Some(run) if run.start <= start && end <= run.end => {
                counters.fragments_conflicting += u64::from(!run.holds(start, payload));
                return Err(FragmentDrop::Duplicate);
            }
            Some(run) if run.start < end => return Err(FragmentDrop::Overlap),
            _ => {}
        }
        match self.runs.last_mut() {
            // As in Linux, only what comes in order grows a run: a fragment that lies across two
            // of them overlaps, one that lies within one is a duplicate.
            Some(last) if appends && last.end == start => last.push(payload),
            _ => self.runs.insert(slot, Run::new(start, payload)),
        }
        self.pieces += 1;
        self.received += payload.len();
        self.bytes += payload.len() + PIECE_OVERHEAD;
        if start == 0 {
            self.first = Some((fragment.protocol, fragment.header_len));
        }

        match self.first {
            Some((protocol, header_len)) if self.ended && self.received == self.len => {
                if self.len + header_len > MAX_DATAGRAM_LEN {
                    return Err(FragmentDrop::TooLong);
                }
                Ok(Some(protocol))
            }
            _ => Ok(None),
        }
    }

    fn write_to(&self, whole: &mut Vec<u8>) {
        whole.clear();
        for piece in self.runs.iter().flat_map(|run| &run.pieces) {
            whole.extend_from_slice(piece);
        }
    }
}

/// Fragments that follow on one another and came in order.
#[derive(Debug)]
struct Run {
    start: usize,
    end: usize,
    pieces: Vec<Box<[u8]>>,
}

impl Run {
    fn new(start: usize, payload: &[u8]) -> Self {
        let mut run = Self {
            start,
            end: start,
            pieces: Vec::with_capacity(1),
        };
        run.push(payload);
        run
    }

    fn push(&mut self, payload: &[u8]) {
        self.end += payload.len();
        self.pieces.push(payload.into());
    }

    /// True where the bytes from `start`, which lie within, are these.
    fn holds(&self, start: usize, payload: &[u8]) -> bool {
        let mut held = self
            .pieces
            .iter()
            .flat_map(|piece| piece.iter())
            .skip(start - self.start);
        payload.iter().all(|byte| held.next() == Some(byte))
    }
}

/// Longest IP datagram, in bytes: of IPv4 with its header, of IPv6 without.
const MAX_DATAGRAM_LEN: usize = 65_535;

/// Bytes that one piece costs besides its payload: its `Box`, a `Run`, the allocator's.
const PIECE_OVERHEAD: usize = 96;

/// Bytes that one datagram costs besides its pieces: its entries in the table and by age.
const DATAGRAM_OVERHEAD: usize = 320;

/// Stale entries by age that are worth no clearing out.
const STALE_SLACK: usize = 64;

#[cfg(test)]
mod tests;
