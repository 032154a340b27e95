//! One frame in, one TCP segment out, or the reason why there is none.
//!
//! Link layers, tunnels, IP, defragmentation and the TCP header. Knows nothing of streams, flows
//! or what the payload says. Holds no clock: fragments age by capture time.
//!
//! ```text
//!              Ethernet (+ one VLAN) + IPv4 | IPv6 + TCP, whole
//!  packet ---> fast ----------------------------------------------------------> Segment
//!     \                                                                        /
//!      `-----> layers: link -> tunnel <-> network <-> fragments -> transport -'
//!              everything else, one header a turn, turns counted
//! ```
//!
//! The two paths give the same answer on every frame (a property test holds it); `fast` reads
//! fields by hand, the general path through `etherparse`, so neither can hide the other's mistake.
//!
//! # Example
//!
//! ```
//! use resp_sniff::decode::{Decoded, DecodeConfig, Decoder};
//! use resp_sniff::packet::{LinkType, Origin, Packet, Timestamp};
//!
//! let mut decoder = Decoder::new(DecodeConfig::default());
//! let packet = Packet {
//!     at: Timestamp(0),
//!     link: LinkType::ETHERNET,
//!     data: &[0; 60],
//!     wire_len: 60,
//!     origin: Origin::default(),
//! };
//! match decoder.decode(&packet) {
//!     Decoded::Segment(segment) => println!("{} bytes", segment.payload.len()),
//!     other => println!("no segment: {other:?}"),
//! }
//! assert_eq!(decoder.counters().packets, 1);
//! ```

mod checksum;
mod counters;
mod fast;
mod fragments;
mod link;
mod network;
mod transport;
mod tunnel;
mod walk;

pub use counters::{DecodeCounters, FragmentDrop, Layer, Tally, Unsupported};

pub use fast::CommonHeaders;
use fragments::Fragments;
use walk::{Context, Next, Rest, Stop, Walk};

use crate::packet::Packet;
use crate::segment::{Checksum, Segment};

/// Headers read in one packet, at most: link, VLANs, labels, IP, extensions and tunnels together.
///
/// Deepest seen in practice is about 16 (QinQ, IPv6 with extensions, VXLAN, Ethernet, VLAN, IPv4,
/// TCP); each header takes bytes of the frame, so this only bounds the work on one made to nest.
pub const MAX_HEADERS: usize = 48;

/// Fragments of one datagram: 65,535 bytes take 119 at an MTU of 576 (RFC 791's minimum that
/// every host accepts), 54 at IPv6's 1,280.
pub const MAX_PIECES: usize = 256;

/// What to check and what sets equal five-tuples apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct DecodeConfig {
    /// What to say of checksums.
    pub checksum: ChecksumMode,
    /// What goes into [`Segment::tag`].
    pub tag: TagBy,
    /// Bounds on datagrams that are not complete yet.
    pub fragments: FragmentLimits,
}

/// What to say of TCP and IPv4 header checksums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ChecksumMode {
    /// Verify, and tell checksums that were left to the network card from wrong ones.
    #[default]
    Auto,
    /// Verify; a checksum left to the network card is `Bad` like any other that is wrong.
    Strict,
    /// Verify nothing: every segment is `Unverified`.
    Off,
}

impl ChecksumMode {
    /// What this mode makes of a verdict.
    #[inline]
    fn judge(self, verdict: Checksum) -> Checksum {
        match (self, verdict) {
            (Self::Off, _) => Checksum::Unverified,
            (Self::Strict, Checksum::Offloaded) => Checksum::Bad,
            _ => verdict,
        }
    }
}

/// What sets equal five-tuples apart.
///
/// Off by default: the two directions of a connection may well be tagged differently (asymmetric
/// VLANs, priority tags, a mirror that tags one side), and then no connection would be whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TagBy {
    /// The tag is 0.
    #[default]
    Nothing,
    /// VLAN ids, outermost first; id 0 (a priority tag) does not count.
    Vlan,
    /// VXLAN, GENEVE and NVGRE network ids.
    Vni,
    /// Both.
    VlanAndVni,
}

/// Bounds on datagrams that wait for fragments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FragmentLimits {
    /// Bytes of all incomplete datagrams, overhead included.
    pub total_bytes: usize,
    /// Incomplete datagrams.
    pub datagrams: usize,
    /// Nanoseconds of capture time that a datagram may take, from its first fragment.
    pub age_ns: u64,
}

impl FragmentLimits {
    /// 4 MiB, as Linux (`net.ipv4.ipfrag_high_thresh`).
    pub const DEFAULT_TOTAL_BYTES: usize = 4 << 20;
    /// 4,096: at 4 MiB in all, 1 KiB each.
    pub const DEFAULT_DATAGRAMS: usize = 4096;
    /// 30 s, as Linux (`net.ipv4.ipfrag_time`).
    pub const DEFAULT_AGE_NS: u64 = 30_000_000_000;
}

impl Default for FragmentLimits {
    fn default() -> Self {
        Self {
            total_bytes: Self::DEFAULT_TOTAL_BYTES,
            datagrams: Self::DEFAULT_DATAGRAMS,
            age_ns: Self::DEFAULT_AGE_NS,
        }
    }
}

/// What became of one packet: exactly one class of the accounting of `events.md`.
///
/// The innermost layer that could be reached decides; the fragment that completes a datagram
/// counts as its datagram.
#[derive(Debug, Clone, Copy)]
pub enum Decoded<'a> {
    /// A TCP segment.
    Segment(Segment<'a>),
    /// A link type we do not read, or headers nested too deeply.
    Unsupported(Unsupported),
    /// A header contradicts itself or the frame.
    Malformed(Layer),
    /// The snap length cut the packet inside a header.
    HeaderCut(Layer),
    /// ARP, LLDP, ...: no IP inside.
    NotIp,
    /// IP, but no TCP inside.
    NotTcp,
    /// Kept until the rest of its datagram arrives.
    FragmentHeld,
    /// A fragment that no datagram will be made of.
    FragmentDropped(FragmentDrop),
}

/// Decodes packets one by one; keeps nothing between them but fragments and counters.
///
/// Memory is bounded by [`FragmentLimits::total_bytes`] and a few datagrams of 64 KiB.
#[derive(Debug)]
pub struct Decoder {
    config: DecodeConfig,
    counters: DecodeCounters,
    fragments: Fragments,
    /// Datagrams put together for the packet at hand: fragments may carry fragments.
    datagrams: [Vec<u8>; MAX_DATAGRAMS_INSIDE],
}

impl Decoder {
    /// Ready for the first packet.
    #[must_use]
    pub fn new(config: DecodeConfig) -> Self {
        Self {
            config,
            counters: DecodeCounters::default(),
            fragments: Fragments::new(config.fragments),
            datagrams: Default::default(),
        }
    }

    /// Decodes one packet.
    ///
    /// The segment borrows from the frame, or from this decoder where it came in fragments.
    #[inline]
    pub fn decode<'a>(&'a mut self, packet: &Packet<'a>) -> Decoded<'a> {
        match self.plain(packet) {
            Some(common) => Decoded::Segment(common.segment(packet)),
            None => self.decode_other(packet),
        }
    }

    /// Decodes and counts one packet if it has the plain shape: whole, Ethernet II, IPv4 without
    /// options, TCP. Else does nothing at all; such a packet goes to [`Self::decode_other`].
    ///
    /// Inlined, and the segment is left for the caller to make, so that it is written to memory once
    /// at most, where it is wanted.
    #[inline(always)]
    pub fn plain<'p>(&mut self, packet: &Packet<'p>) -> Option<CommonHeaders<'p>> {
        let common = CommonHeaders::plain(packet, &self.config)?;
        self.count_common(&common);
        Some(common)
    }

    /// Decodes one packet that [`Self::plain`] did not take.
    #[inline(never)]
    pub fn decode_other<'a>(&'a mut self, packet: &Packet<'a>) -> Decoded<'a> {
        match CommonHeaders::other(packet, &self.config) {
            Some(common) => {
                self.count_common(&common);
                Decoded::Segment(common.segment(packet))
            }
            None => self.decode_general(packet),
        }
    }

    /// Decodes and counts one packet if it has one of the common shapes; else does nothing at all.
    pub fn try_fast<'p>(&mut self, packet: &Packet<'p>) -> Option<Segment<'p>> {
        let common = CommonHeaders::plain(packet, &self.config)
            .or_else(|| CommonHeaders::other(packet, &self.config))?;
        self.count_common(&common);
        Some(common.segment(packet))
    }

    /// Decodes one packet by the general path, whatever its shape.
    pub fn decode_general<'a>(&'a mut self, packet: &Packet<'a>) -> Decoded<'a> {
        let Self {
            config,
            counters,
            fragments,
            datagrams,
        } = self;
        counters.packets += 1;
        let whole = Rest::new(packet.data, packet.wire_len as usize);
        counters.truncated_packets += u64::from(whole.is_cut());
        let mut walk = Walk {
            context: Context::new(config.tag),
            fragments,
            counters,
            checksum: config.checksum,
            now: packet.at,
            datagram: Vec::new(),
            headers: 0,
        };
        let mut outcome =
            link::first(packet.link).and_then(|first| walk.run(first, whole, config, packet));
        for slot in datagrams {
            let Err(Stop::Complete(protocol)) = outcome else {
                break;
            };
            std::mem::swap(slot, &mut walk.datagram);
            let rest = Rest::new(slot, 0);
            outcome = walk.run(Next::Protocol(protocol), rest, config, packet);
        }
        let decoded = match outcome {
            Ok(segment) => Decoded::Segment(segment),
            Err(Stop::Unsupported(why)) => Decoded::Unsupported(why),
            Err(Stop::Complete(_)) => Decoded::Unsupported(Unsupported::Nesting),
            Err(Stop::Malformed(layer)) => Decoded::Malformed(layer),
            Err(Stop::HeaderCut(layer)) => Decoded::HeaderCut(layer),
            Err(Stop::NotIp) => Decoded::NotIp,
            Err(Stop::NotTcp) => Decoded::NotTcp,
            Err(Stop::Held) => Decoded::FragmentHeld,
            Err(Stop::Dropped(why)) => Decoded::FragmentDropped(why),
        };
        counters.count(&decoded);
        decoded
    }

    #[inline(always)]
    fn count_common(&mut self, common: &CommonHeaders<'_>) {
        self.counters.packets += 1;
        self.counters.count_payload(common.payload, common.checksum);
    }

    /// The input has ended: datagrams that still wait are dropped and counted.
    pub fn finish(&mut self) {
        self.fragments.finish(&mut self.counters);
    }

    /// What was decoded so far.
    #[must_use]
    pub fn counters(&self) -> &DecodeCounters {
        &self.counters
    }

    /// Bytes that wait for fragments, overhead included; at most
    /// [`FragmentLimits::total_bytes`].
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.fragments.bytes()
    }

    /// Datagrams that wait for fragments.
    #[must_use]
    pub fn held_datagrams(&self) -> usize {
        self.fragments.waiting()
    }
}

/// Reassembled datagrams inside one another: fragments of a tunnel that carries fragments, and
/// one more. Deeper is [`Unsupported::Nesting`].
const MAX_DATAGRAMS_INSIDE: usize = 3;

#[cfg(test)]
mod tests;
