//! The half of the pipeline that sees every packet in order: decode, filter, shard, and the ticks
//! by which timers run. One a run, also where many workers share the rest.

use super::Filter;
use crate::decode::{DecodeConfig, DecodeCounters, Decoded, Decoder};
use crate::event::Accounting;
use crate::flow::shard_of;
use crate::packet::{Packet, Timestamp};
use crate::segment::Segment;

/// Nanoseconds of capture time between two ticks: fine enough for the shortest timer (100 ms).
const TICK_NS: u64 = 10_000_000;

/// What [`Front::plain`] makes of a packet.
#[derive(Debug, Clone, Copy)]
pub enum Plain<'p> {
    /// A segment, with its shard.
    Segment(u8, Segment<'p>),
    /// A segment of a connection that is not wanted.
    Unwanted,
    /// Not of the plain shape: for [`Front::other`].
    Other,
}

/// Decodes, filters and counts.
pub struct Front {
    decoder: Decoder,
    filter: Filter,
    packets: u64,
    bytes: u64,
    truncated: u64,
    other_port: u64,
    first: Option<Timestamp>,
    latest: Timestamp,
    /// When timers are due again.
    tick_due: Timestamp,
}

impl Front {
    /// Ready for the first packet.
    #[must_use]
    pub fn new(decode: DecodeConfig, filter: Filter) -> Self {
        Self {
            decoder: Decoder::new(decode),
            filter,
            packets: 0,
            bytes: 0,
            truncated: 0,
            other_port: 0,
            first: None,
            latest: Timestamp(0),
            tick_due: Timestamp(0),
        }
    }

    /// Takes note of a packet's time; `Some` where timers are due before it, with the running
    /// maximum of capture time (which never goes back, whatever the packets say).
    #[inline(always)]
    pub fn tick(&mut self, at: Timestamp) -> Option<Timestamp> {
        self.packets += 1;
        self.latest = self.latest.max(at);
        (self.latest >= self.tick_due).then(|| self.due(at))
    }

    #[cold]
    fn due(&mut self, at: Timestamp) -> Timestamp {
        // Timers are due at the first packet.
        self.first.get_or_insert(at);
        let into = self.latest.0 % TICK_NS;
        self.tick_due = Timestamp((self.latest.0 - into).saturating_add(TICK_NS));
        self.latest
    }

    /// Gives the segment of a packet with its shard to `take`; not called where there is none or it
    /// is not wanted.
    ///
    /// Where the packet has the plain shape everything is inlined, and the segment lies in memory
    /// only where `take` puts it there.
    #[inline(always)]
    pub fn segment(&mut self, packet: &Packet<'_>, take: impl FnOnce(u8, &Segment<'_>)) {
        self.bytes += packet.data.len() as u64;
        let Some(common) = self.decoder.plain(packet) else {
            // Field by field, so that it need not lie in memory where it is plain.
            return self.other(&Packet { ..*packet }, take);
        };
        let segment = &common.segment(packet);
        if let Some(shard) = wanted(segment, &self.filter, &mut self.other_port) {
            take(shard, segment);
        }
    }

    /// The first half of [`Self::segment`]: a packet of the plain shape gives a segment that
    /// borrows from the frame alone, so many may wait. One of [`Plain::Other`] goes to
    /// [`Self::other`] next.
    #[inline(always)]
    pub fn plain<'p>(&mut self, packet: &Packet<'p>) -> Plain<'p> {
        self.bytes += packet.data.len() as u64;
        let Some(common) = self.decoder.plain(packet) else {
            return Plain::Other;
        };
        let segment = common.segment(packet);
        match wanted(&segment, &self.filter, &mut self.other_port) {
            Some(shard) => Plain::Segment(shard, segment),
            None => Plain::Unwanted,
        }
    }

    /// The second half of [`Self::segment`].
    #[inline(never)]
    pub fn other(&mut self, packet: &Packet<'_>, take: impl FnOnce(u8, &Segment<'_>)) {
        self.truncated += u64::from((packet.data.len() as u64) < u64::from(packet.wire_len));
        let Decoded::Segment(segment) = &self.decoder.decode_other(packet) else {
            return;
        };
        if let Some(shard) = wanted(segment, &self.filter, &mut self.other_port) {
            take(shard, segment);
        }
    }

    /// The input has ended: datagrams that still wait for fragments are counted as lost.
    pub fn finish(&mut self) {
        self.decoder.finish();
    }

    /// Packets so far; also the place of the latest packet in the order of events.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Captured bytes so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Packets that the snap length cut.
    #[must_use]
    pub fn truncated(&self) -> u64 {
        self.truncated
    }

    /// Time of the first packet, and the running maximum.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.first.map(|first| (first, self.latest))
    }

    /// Counters of decoding: layers, fragments, bounds.
    #[must_use]
    pub fn decode_counters(&self) -> &DecodeCounters {
        self.decoder.counters()
    }

    /// The packet half of the accounting; the payload half is the flow tables'.
    #[must_use]
    pub fn accounting(&self) -> Accounting {
        let mut accounting = Accounting::default();
        self.decoder.counters().add_to(&mut accounting);
        // The decoder counts every segment; those that were not wanted are a class of their own.
        accounting.packets_segment -= self.other_port;
        accounting.packets_other_port = self.other_port;
        accounting
    }
}

/// The shard of a segment of a connection that is wanted; the others are counted.
#[inline(always)]
fn wanted(segment: &Segment<'_>, filter: &Filter, others: &mut u64) -> Option<u8> {
    if filter.admits(segment) {
        Some(shard_of(segment))
    } else {
        *others += 1;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{LinkType, Origin};

    /// The first fragment of a datagram whose others never come.
    #[rustfmt::skip]
    const FIRST_FRAGMENT: [u8; 28] = [
        0x45, 0, 0, 28, 0, 7, 0x20, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
        0x9c, 0x40, 0x18, 0xeb, 0, 0, 0, 1,
    ];

    #[test]
    fn a_datagram_that_is_not_complete_at_the_end_is_told() {
        let decode = DecodeConfig {
            checksum: crate::decode::ChecksumMode::Off,
            ..DecodeConfig::default()
        };
        let mut front = Front::new(decode, Filter::all());
        let packet = Packet {
            at: Timestamp(1),
            link: LinkType::IPV4,
            data: &FIRST_FRAGMENT,
            wire_len: 28,
            origin: Origin::default(),
        };
        front.tick(packet.at);
        front.segment(&packet, |_, _| panic!("it is not complete"));
        assert_eq!(front.accounting().packets_fragment_held, 1);
        let told = |front: &Front| {
            let limits: Vec<_> = front.decode_counters().limits().collect();
            limits.contains(&("fragment_datagrams_expired".to_owned(), 1))
        };
        assert!(!told(&front));
        front.finish();
        assert!(told(&front));
        let accounting = front.accounting();
        assert_eq!(accounting.packets_read, 1);
        assert_eq!(accounting.check(), Ok(()));
    }
}
