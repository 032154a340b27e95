//! One frame in, one TCP segment out, or the reason why there is none.
//!
//! Link layers, tunnels, IP, defragmentation and the TCP header. Knows nothing of streams, flows
//! or what the payload says. Holds no clock: fragments age by capture time.
//!
//! ```text
//!              Ethernet (+ one VLAN) + plain IPv4 | IPv6 + TCP, whole
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

mod counters;

pub use counters::{DecodeCounters, FragmentDrop, Layer, Tally, Unsupported};

use crate::packet::Packet;
use crate::segment::Segment;

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
}

impl Decoder {
    /// Ready for the first packet.
    #[must_use]
    pub fn new(config: DecodeConfig) -> Self {
        Self {
            config,
            counters: DecodeCounters::default(),
        }
    }

    /// Decodes one packet.
    ///
    /// The segment borrows from the frame, or from this decoder where it came in fragments.
    pub fn decode<'a>(&'a mut self, packet: &Packet<'a>) -> Decoded<'a> {
        match self.try_fast(packet) {
            Some(segment) => Decoded::Segment(segment),
            None => self.decode_general(packet),
        }
    }

    /// Decodes and counts one packet if it has the common shape; else does nothing at all.
    ///
    /// For batches: the segment borrows from the frame alone, so many may be held at once. A
    /// packet that gives `None` goes to [`Self::decode_general`].
    #[inline]
    pub fn try_fast<'p>(&mut self, packet: &Packet<'p>) -> Option<Segment<'p>> {
        let _ = (packet, self.config);
        None
    }

    /// Decodes one packet by the general path, whatever its shape.
    pub fn decode_general<'a>(&'a mut self, packet: &Packet<'a>) -> Decoded<'a> {
        let _ = packet;
        self.counters.packets += 1;
        self.counters.not_ip += 1;
        Decoded::NotIp
    }

    /// What was decoded so far.
    #[must_use]
    pub fn counters(&self) -> &DecodeCounters {
        &self.counters
    }
}
