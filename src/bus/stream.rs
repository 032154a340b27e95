//! One direction of a bus connection: messages out of bytes, resumable at any byte.

use super::header::{self, PREFIX_LEN, Prefix, SIGNATURE};
use super::{
    BusCounters, BusMessage, BusMessageType, BusPublish, BusSink, MAX_CHANNEL_LEN, MAX_PAYLOAD_LEN,
};

/// Where a direction stands.
#[derive(Debug, Default)]
pub(super) struct Stream {
    state: State,
    /// The header, and the two lengths of something published behind it.
    header: Vec<u8>,
    channel: Vec<u8>,
    payload: Vec<u8>,
    channel_len: u32,
    payload_len: u32,
    /// What the prefix said of the message at hand.
    message: Option<Prefix>,
    /// Bytes taken of the message at hand.
    taken: u64,
    broken: bool,
    /// Bytes passed over before the message at hand since the last good one.
    lost: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Signature, length, type.
    #[default]
    Prefix,
    /// The rest of the header.
    Header,
    /// Lengths of channel and payload.
    Lengths,
    /// Bytes still missing.
    Channel(u32),
    Payload(u32),
    /// What nobody looks at: gossip, slots, extensions.
    Rest(u64),
}

impl Stream {
    /// Takes bytes; `message` has the facts that are the same for all of them.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        message: BusMessage<'_>,
        counters: &mut BusCounters,
        sink: &mut impl BusSink,
    ) {
        let mut rest = bytes;
        loop {
            match self.state {
                State::Prefix => {
                    if !self.find_signature(&mut rest, counters) {
                        return;
                    }
                    if !self.fill(PREFIX_LEN, &mut rest) {
                        return;
                    }
                    let Some(prefix) = header::prefix(&self.header) else {
                        self.skip_one(counters);
                        continue;
                    };
                    self.message = Some(prefix);
                    self.lost = false;
                    self.state = State::Header;
                }
                State::Header => {
                    let Some(prefix) = self.message else { return };
                    if !self.fill(prefix.header_len, &mut rest) {
                        return;
                    }
                    let left = u64::from(prefix.len).saturating_sub(prefix.header_len as u64);
                    let publishes = matches!(
                        prefix.kind,
                        BusMessageType::PUBLISH | BusMessageType::PUBLISH_SHARD
                    );
                    self.state = if publishes && left >= LENGTHS_LEN as u64 {
                        State::Lengths
                    } else {
                        State::Rest(left)
                    };
                }
                State::Lengths => {
                    let Some(prefix) = self.message else { return };
                    if !self.fill(prefix.header_len + LENGTHS_LEN, &mut rest) {
                        return;
                    }
                    self.state = self.lengths(prefix);
                }
                State::Channel(left) => {
                    let part = self.take(u64::from(left), &mut rest);
                    keep(&mut self.channel, part, MAX_CHANNEL_LEN);
                    let left = left - len(part);
                    self.state = State::Channel(left);
                    if left == 0 {
                        self.state = State::Payload(self.payload_len);
                    } else {
                        return;
                    }
                }
                State::Payload(left) => {
                    let part = self.take(u64::from(left), &mut rest);
                    // After a gap what is kept would no longer be a prefix.
                    if !self.broken {
                        keep(&mut self.payload, part, MAX_PAYLOAD_LEN);
                    }
                    let left = left - len(part);
                    self.state = State::Payload(left);
                    if left == 0 {
                        let total = self.message.map_or(0, |prefix| u64::from(prefix.len));
                        let gone = self
                            .message
                            .map_or(0, |prefix| prefix.header_len + LENGTHS_LEN);
                        let gone =
                            gone as u64 + u64::from(self.channel_len) + u64::from(self.payload_len);
                        self.state = State::Rest(total.saturating_sub(gone));
                    } else {
                        return;
                    }
                }
                State::Rest(left) => {
                    let part = self.take(left, &mut rest);
                    let left = left - part.len() as u64;
                    self.state = State::Rest(left);
                    if left > 0 {
                        return;
                    }
                    self.complete(message, counters, sink);
                    if rest.is_empty() {
                        return;
                    }
                }
            }
        }
    }

    /// Takes note of lost bytes: inside a message's body they only break it.
    pub(super) fn gap(&mut self, len: u64, counters: &mut BusCounters) {
        let broken = match &mut self.state {
            State::Channel(left) | State::Payload(left) => match u32::try_from(len) {
                Ok(len) if len <= *left => {
                    *left -= len;
                    true
                }
                _ => false,
            },
            State::Rest(left) if len <= *left => {
                *left -= len;
                true
            }
            // Between two messages nothing is broken, but the step is lost.
            _ => false,
        };
        if broken {
            self.broken = true;
        } else if len > 0 {
            counters.skipped_bytes += self.taken;
            counters.resyncs += 1;
            self.lost = true;
            self.reset();
        }
    }

    /// Bytes taken of a message that is not complete.
    pub(super) fn waiting_len(&self) -> u64 {
        self.taken
    }

    pub(super) fn memory_len(&self) -> usize {
        self.header.capacity() + self.channel.capacity() + self.payload.capacity()
    }

    /// Passes over what is no signature; true once the first bytes of one, or all, are in `header`.
    fn find_signature(&mut self, rest: &mut &[u8], counters: &mut BusCounters) -> bool {
        loop {
            let seen = self.header.len().min(SIGNATURE.len());
            if !SIGNATURE.starts_with(self.header.get(..seen).unwrap_or_default()) {
                self.skip_one(counters);
                continue;
            }
            if seen == SIGNATURE.len() {
                return true;
            }
            if self.header.is_empty() {
                let at = memchr::memchr(SIGNATURE[0], rest).unwrap_or(rest.len());
                if at > 0 {
                    self.lose_step(counters);
                    counters.skipped_bytes += at as u64;
                    *rest = rest.get(at..).unwrap_or_default();
                }
            }
            if !self.fill(seen + 1, rest) {
                return false;
            }
        }
    }

    /// Gives up the first byte in `header` as no beginning of a message.
    fn skip_one(&mut self, counters: &mut BusCounters) {
        self.lose_step(counters);
        let next = memchr::memchr(SIGNATURE[0], self.header.get(1..).unwrap_or_default());
        let skipped = next.map_or(self.header.len(), |at| at + 1);
        self.header.drain(..skipped);
        self.taken -= skipped as u64;
        counters.skipped_bytes += skipped as u64;
    }

    fn lose_step(&mut self, counters: &mut BusCounters) {
        if !self.lost {
            counters.resyncs += 1;
            self.lost = true;
        }
    }

    /// Collects the first `need` bytes of the message; true once they are there.
    fn fill(&mut self, need: usize, rest: &mut &[u8]) -> bool {
        let missing = need.saturating_sub(self.header.len());
        let part = self.take(missing as u64, rest);
        self.header.extend_from_slice(part);
        self.header.len() >= need
    }

    /// Takes up to `count` bytes off the front.
    fn take<'a>(&mut self, count: u64, rest: &mut &'a [u8]) -> &'a [u8] {
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(rest.len());
        let (part, after) = rest.split_at_checked(count).unwrap_or((*rest, &[]));
        *rest = after;
        self.taken += part.len() as u64;
        part
    }

    /// Reads the lengths of channel and payload; where they cannot be right nothing is published.
    fn lengths(&mut self, prefix: Prefix) -> State {
        let lengths = self.header.get(prefix.header_len..).unwrap_or_default();
        let word = |at: usize| {
            lengths
                .get(at..)
                .and_then(|bytes| bytes.first_chunk())
                .map_or(0, |bytes| u32::from_be_bytes(*bytes))
        };
        let left = prefix.len - u32::try_from(prefix.header_len + LENGTHS_LEN).unwrap_or(0);
        match word(0).checked_add(word(4)) {
            Some(both) if both <= left => {
                (self.channel_len, self.payload_len) = (word(0), word(4));
                State::Channel(self.channel_len)
            }
            _ => {
                // Marks that there is nothing to show.
                self.header.truncate(prefix.header_len);
                State::Rest(u64::from(left))
            }
        }
    }

    /// A message is complete.
    fn complete(
        &mut self,
        message: BusMessage<'_>,
        counters: &mut BusCounters,
        sink: &mut impl BusSink,
    ) {
        if let Some(prefix) = self.message {
            let published = self.header.len() > prefix.header_len;
            let publish = published.then(|| BusPublish {
                channel: &self.channel,
                channel_len: self.channel_len,
                payload: &self.payload,
                payload_len: self.payload_len,
                sharded: prefix.kind == BusMessageType::PUBLISH_SHARD,
            });
            counters.messages += 1;
            if publish.is_some() {
                counters.publishes += 1;
                counters.unscanned_bytes += (u64::from(self.channel_len)
                    + u64::from(self.payload_len))
                .saturating_sub((self.channel.len() + self.payload.len()) as u64);
            }
            sink.message(&BusMessage {
                kind: prefix.kind,
                len: prefix.len,
                node: header::node(&self.header),
                publish,
                broken: self.broken,
                ..message
            });
        }
        counters.cluster_bus_bytes += self.taken;
        self.reset();
    }

    /// Ready for the next message. Large buffers are given back.
    fn reset(&mut self) {
        self.state = State::Prefix;
        self.header.clear();
        self.channel.clear();
        self.payload.clear();
        self.payload.shrink_to(MAX_IDLE_LEN);
        (self.channel_len, self.payload_len) = (0, 0);
        self.message = None;
        self.taken = 0;
        self.broken = false;
    }
}

/// Appends what fits under `cap`.
fn keep(kept: &mut Vec<u8>, part: &[u8], cap: usize) {
    let room = cap.saturating_sub(kept.len());
    kept.extend_from_slice(part.get(..room).unwrap_or(part));
}

/// Length of a part of something whose length fits 32 bits.
fn len(part: &[u8]) -> u32 {
    u32::try_from(part.len()).unwrap_or(u32::MAX)
}

/// Two lengths of four bytes.
const LENGTHS_LEN: usize = 8;
/// Bytes of a payload's buffer that stay for the next one.
const MAX_IDLE_LEN: usize = 4096;
