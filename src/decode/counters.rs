//! What became of packets, by class, layer and reason.
//!
//! Plain sums that merge by addition; knows nothing of how they came about.

use super::Decoded;
use crate::event::Accounting;
use crate::segment::Checksum;

/// The header at which decoding ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the headers'")]
pub enum Layer {
    /// Ethernet, Linux cooked, NULL or LOOP.
    Link,
    Vlan,
    Mpls,
    Pppoe,
    Ipv4,
    Ipv6,
    /// Hop-by-hop, routing, destination options, fragment, AH, mobility, HIP, shim6.
    Ipv6Extension,
    Gre,
    Erspan,
    Udp,
    Vxlan,
    Geneve,
    Tcp,
}

impl Layer {
    /// Every layer, in the order of [`Tally`] slots.
    pub const ALL: [Self; 13] = [
        Self::Link,
        Self::Vlan,
        Self::Mpls,
        Self::Pppoe,
        Self::Ipv4,
        Self::Ipv6,
        Self::Ipv6Extension,
        Self::Gre,
        Self::Erspan,
        Self::Udp,
        Self::Vxlan,
        Self::Geneve,
        Self::Tcp,
    ];

    /// The name in reports: `ipv6_extension`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Vlan => "vlan",
            Self::Mpls => "mpls",
            Self::Pppoe => "pppoe",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Ipv6Extension => "ipv6_extension",
            Self::Gre => "gre",
            Self::Erspan => "erspan",
            Self::Udp => "udp",
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
            Self::Tcp => "tcp",
        }
    }
}

/// Why a packet was not decoded although nothing is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unsupported {
    /// A link type that we do not read (802.11 among them).
    LinkType,
    /// More headers inside one another than [`super::MAX_HEADERS`].
    Nesting,
}

/// Why a fragment was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FragmentDrop {
    /// It overlaps another in part; the whole datagram goes (RFC 5722 3, and Linux for IPv4 too).
    Overlap,
    /// It ends beyond 65,535 bytes.
    TooLong,
    /// It contradicts what is known of the datagram's end, is empty, or not a multiple of 8 bytes.
    Inconsistent,
    /// The snap length cut it.
    Cut,
    /// Its datagram is in more pieces than [`super::MAX_PIECES`].
    TooMany,
    /// Every byte of it was there before; it alone goes, as in Linux.
    Duplicate,
    /// The checksum of its IPv4 header is wrong; it alone goes.
    Checksum,
}

impl FragmentDrop {
    /// Every reason, in the order of the counters.
    pub const ALL: [Self; 7] = [
        Self::Overlap,
        Self::TooLong,
        Self::Inconsistent,
        Self::Cut,
        Self::TooMany,
        Self::Duplicate,
        Self::Checksum,
    ];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::TooLong => "too_long",
            Self::Inconsistent => "inconsistent",
            Self::Cut => "cut",
            Self::TooMany => "too_many",
            Self::Duplicate => "duplicate",
            Self::Checksum => "checksum",
        }
    }
}

/// One count a layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally([u64; Layer::ALL.len()]);

impl Tally {
    /// Counts one.
    pub fn count(&mut self, layer: Layer) {
        if let Some(slot) = self.0.get_mut(layer as usize) {
            *slot += 1;
        }
    }

    /// All layers together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Layers that have a count.
    pub fn iter(&self) -> impl Iterator<Item = (Layer, u64)> + '_ {
        Layer::ALL
            .into_iter()
            .zip(self.0)
            .filter(|&(_, count)| count > 0)
    }

    fn add(&mut self, other: &Self) {
        for (into, from) in self.0.iter_mut().zip(other.0) {
            *into += from;
        }
    }
}

/// Everything that was counted while decoding.
///
/// `packets` is the sum of the classes `segments`, `unsupported_*`, `malformed`, `header_cut`,
/// `not_ip`, `not_tcp`, `fragments_held` and `fragments_dropped`, always
/// ([`DecodeCounters::balances`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DecodeCounters {
    /// Packets given to the decoder.
    pub packets: u64,

    /// Packets that gave a TCP segment.
    pub segments: u64,
    /// Packets of a link type that we do not read.
    pub unsupported_link_type: u64,
    /// Packets with too many headers inside one another.
    pub unsupported_nesting: u64,
    /// Packets whose header contradicts itself or the frame.
    pub malformed: Tally,
    /// Packets that the snap length cut inside a header.
    pub header_cut: Tally,
    /// Packets without IP inside.
    pub not_ip: u64,
    /// IP packets without TCP inside.
    pub not_tcp: u64,
    /// Fragments kept for their datagram, and not those that completed one.
    pub fragments_held: u64,
    /// Fragments dropped, in the order of [`FragmentDrop::ALL`].
    pub fragments_dropped: [u64; FragmentDrop::ALL.len()],

    /// Captured TCP payload of `segments`, in bytes.
    pub payload_bytes: u64,
    /// Segments whose payload the snap length cut.
    pub truncated_segments: u64,
    /// Packets of which the capture holds less than was on the wire.
    pub truncated_packets: u64,
    /// Segments with a TCP option that runs over the end of the header, or is shorter than itself.
    pub tcp_options_overrun: u64,
    /// Segments that came through at least one tunnel.
    pub tunnelled_segments: u64,
    /// Segments whose checksum was left to the network card.
    pub checksum_offloaded: u64,
    /// Segments whose TCP or IPv4 header checksum is wrong.
    pub checksum_bad: u64,
    /// Segments whose checksum could not be, or was not, verified.
    pub checksum_unverified: u64,

    /// Datagrams put together from fragments.
    pub datagrams_reassembled: u64,
    /// Datagrams dropped because fragments overlap: an evasion sign.
    pub datagrams_overlapped: u64,
    /// Duplicate fragments whose bytes differ from those that were there: an evasion sign.
    pub fragments_conflicting: u64,
    /// Datagrams dropped because the rest did not come in time, or before the capture ended.
    pub datagrams_expired: u64,
    /// Datagrams dropped by a limit on their number or bytes.
    pub datagrams_evicted: u64,
}

impl DecodeCounters {
    /// Adds the counters of another decoder.
    pub fn add(&mut self, other: &Self) {
        macro_rules! add { ($($field:ident)*) => { $( self.$field += other.$field; )* } }
        add!(packets segments unsupported_link_type unsupported_nesting not_ip not_tcp
            fragments_held payload_bytes truncated_segments truncated_packets tunnelled_segments
            checksum_offloaded checksum_bad checksum_unverified datagrams_reassembled
            datagrams_overlapped datagrams_expired datagrams_evicted tcp_options_overrun
            fragments_conflicting);
        self.malformed.add(&other.malformed);
        self.header_cut.add(&other.header_cut);
        for (into, from) in self
            .fragments_dropped
            .iter_mut()
            .zip(other.fragments_dropped)
        {
            *into += from;
        }
    }

    /// Counts the class of one packet.
    pub(super) fn count(&mut self, decoded: &Decoded<'_>) {
        match *decoded {
            Decoded::Segment(ref segment) => {
                self.count_payload(segment.payload, segment.checksum);
                self.truncated_segments +=
                    u64::from(segment.wire_payload_len as usize > segment.payload.len());
            }
            Decoded::Unsupported(Unsupported::LinkType) => self.unsupported_link_type += 1,
            Decoded::Unsupported(Unsupported::Nesting) => self.unsupported_nesting += 1,
            Decoded::Malformed(layer) => self.malformed.count(layer),
            Decoded::HeaderCut(layer) => self.header_cut.count(layer),
            Decoded::NotIp => self.not_ip += 1,
            Decoded::NotTcp => self.not_tcp += 1,
            Decoded::FragmentHeld => self.fragments_held += 1,
            Decoded::FragmentDropped(why) => {
                if let Some(slot) = self.fragments_dropped.get_mut(why as usize) {
                    *slot += 1;
                }
            }
        }
    }

    /// Counts a segment by what it carries.
    #[inline(always)]
    pub(super) fn count_payload(&mut self, payload: &[u8], checksum: Checksum) {
        self.segments += 1;
        self.payload_bytes += payload.len() as u64;
        if checksum != Checksum::Good {
            self.count_doubtful(checksum);
        }
    }

    #[inline(never)]
    fn count_doubtful(&mut self, checksum: Checksum) {
        match checksum {
            Checksum::Good => {}
            Checksum::Offloaded => self.checksum_offloaded += 1,
            Checksum::Bad => self.checksum_bad += 1,
            Checksum::Unverified => self.checksum_unverified += 1,
        }
    }

    /// True while every packet is in exactly one class.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.packets
            == self.segments
                + self.unsupported_link_type
                + self.unsupported_nesting
                + self.malformed.total()
                + self.header_cut.total()
                + self.not_ip
                + self.not_tcp
                + self.fragments_held
                + self.fragments_dropped.iter().sum::<u64>()
    }

    /// Adds the packet classes to the run's accounting. `packets_segment` gets every segment:
    /// whoever leaves some aside by their port moves those to `packets_other_port`, and counts
    /// the payload bytes of the others.
    pub fn add_to(&self, accounting: &mut Accounting) {
        accounting.packets_read += self.packets;
        accounting.packets_unsupported += self.unsupported_link_type + self.unsupported_nesting;
        accounting.packets_malformed += self.malformed.total();
        accounting.packets_header_cut += self.header_cut.total();
        accounting.packets_not_ip += self.not_ip;
        accounting.packets_not_tcp += self.not_tcp;
        accounting.packets_fragment_held += self.fragments_held;
        accounting.packets_fragment_dropped += self.fragments_dropped.iter().sum::<u64>();
        accounting.packets_segment += self.segments;
    }

    /// Breached bounds and other losses by name, for `summary.blind_spots.limits`; only those
    /// that happened.
    pub fn limits(&self) -> impl Iterator<Item = (String, u64)> + '_ {
        let fixed = [
            ("decode_link_type", self.unsupported_link_type),
            ("decode_nesting", self.unsupported_nesting),
            ("tcp_options_overrun", self.tcp_options_overrun),
            ("fragments_conflicting", self.fragments_conflicting),
            ("fragment_datagrams_overlapped", self.datagrams_overlapped),
            ("fragment_datagrams_expired", self.datagrams_expired),
            ("fragment_datagrams_evicted", self.datagrams_evicted),
        ];
        let dropped = FragmentDrop::ALL
            .into_iter()
            .zip(self.fragments_dropped)
            .map(|(why, count)| (format!("fragment_dropped_{}", why.name()), count));
        fixed
            .into_iter()
            .map(|(name, count)| (name.to_owned(), count))
            .chain(dropped)
            .filter(|&(_, count)| count > 0)
    }
}
