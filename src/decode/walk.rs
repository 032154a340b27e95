//! The general path: one header a turn until TCP, or a reason to stop.
//!
//! Each layer takes its header off the front of a [`Rest`] and says what comes [`Next`]. The loop
//! here counts the turns, so nesting is bounded for all of them at once.

use super::checksum::Sum;
use super::counters::{DecodeCounters, FragmentDrop, Layer, Unsupported};
use super::fragments::Fragments;
use super::transport::{self, Options};
use super::{ChecksumMode, DecodeConfig, MAX_HEADERS, TagBy, checksum, link, network, tunnel};
use crate::packet::{Packet, Timestamp};
use crate::segment::{Address, Checksum, Endpoint, Segment, SeqNum};

/// What is left of a packet behind the headers read so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest<'x> {
    /// Captured bytes; at most `wire`.
    data: &'x [u8],
    /// Bytes on the wire, as far as the outer headers tell.
    wire: usize,
}

impl<'x> Rest<'x> {
    /// A whole packet, or a datagram put together.
    pub(super) fn new(data: &'x [u8], wire: usize) -> Self {
        let wire = wire.max(data.len());
        Self { data, wire }
    }

    /// Captured bytes.
    pub(super) fn data(self) -> &'x [u8] {
        self.data
    }

    /// Bytes on the wire.
    pub(super) fn wire(self) -> usize {
        self.wire
    }

    /// True where the capture holds less than was on the wire.
    pub(super) fn is_cut(self) -> bool {
        self.data.len() < self.wire
    }

    /// The first bytes, which stay.
    pub(super) fn peek<const N: usize>(self, layer: Layer) -> Result<&'x [u8; N], Stop> {
        self.data
            .first_chunk()
            .ok_or_else(|| self.too_short(N, layer))
    }

    /// Takes a header of fixed length off the front.
    pub(super) fn take<const N: usize>(self, layer: Layer) -> Result<(&'x [u8; N], Self), Stop> {
        let (header, data) = self
            .data
            .split_first_chunk()
            .ok_or_else(|| self.too_short(N, layer))?;
        let wire = self.wire - N;
        Ok((header, Self { data, wire }))
    }

    /// Takes a header of `len` bytes off the front.
    pub(super) fn split(self, len: usize, layer: Layer) -> Result<(&'x [u8], Self), Stop> {
        let (header, data) = self
            .data
            .split_at_checked(len)
            .ok_or_else(|| self.too_short(len, layer))?;
        let wire = self.wire - len;
        Ok((header, Self { data, wire }))
    }

    /// Cuts off what is behind `len` bytes: padding, a frame check sequence. `None` where there
    /// is less than that on the wire.
    pub(super) fn limit(self, len: usize) -> Option<Self> {
        let data = self.data.get(..len).unwrap_or(self.data);
        (len <= self.wire).then_some(Self { data, wire: len })
    }

    /// Whose fault it is that `len` bytes are not there: the snap length's or the sender's.
    fn too_short(self, len: usize, layer: Layer) -> Stop {
        if len <= self.wire {
            Stop::HeaderCut(layer)
        } else {
            Stop::Malformed(layer)
        }
    }
}

/// Why the walk ends without a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Unsupported(Unsupported),
    Malformed(Layer),
    HeaderCut(Layer),
    NotIp,
    NotTcp,
    Held,
    Dropped(FragmentDrop),
    /// A fragment completed its datagram, whose payload is of this protocol.
    Complete(u8),
}

/// How to read the front of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Ethernet,
    /// As an EtherType says (RFC 9542 3).
    EtherType(u16),
    LinuxCooked,
    LinuxCooked2,
    /// NULL and LOOP: an address family in either byte order.
    Family,
    PppoeSession,
    /// PPP without or with its HDLC address and control bytes (RFC 1662).
    Ppp,
    Mpls,
    /// IPv4 or IPv6 by the version nibble.
    Ip,
    Ipv4,
    Ipv6,
    /// As the protocol or next header field of IP says.
    Protocol(u8),
    Gre,
    Erspan1,
    Erspan2,
    Erspan3,
    Udp,
    Vxlan,
    VxlanGpe,
    Geneve,
    Nsh,
    Gtp,
    Teredo,
    Tcp,
}

/// A turn of the walk.
pub(super) type Step<'x> = Result<(Next, Rest<'x>), Stop>;

/// What the headers read so far say of the segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    pub(super) source: Address,
    pub(super) destination: Address,
    /// The innermost IP header is of version 6: its extension headers may follow.
    pub(super) version_6: bool,
    /// IP headers so far.
    pub(super) ip_headers: u32,
    /// A checksum of an IPv4 header was wrong, and not left to the card.
    pub(super) ip_checksum_bad: bool,
    /// VLANs and VNIs, where asked for.
    tag: u32,
    tag_by: TagBy,
}

impl Context {
    /// Before the first header.
    pub(super) fn new(tag_by: TagBy) -> Self {
        Self {
            source: Address::default(),
            destination: Address::default(),
            version_6: false,
            ip_headers: 0,
            ip_checksum_bad: false,
            tag: 0,
            tag_by,
        }
    }

    /// Notes a VLAN id (12 bits).
    pub(super) fn vlan(&mut self, id: u16) {
        if matches!(self.tag_by, TagBy::Vlan | TagBy::VlanAndVni) {
            self.tag = plus_vlan(self.tag, id);
        }
    }

    /// Notes a virtual network id (24 bits).
    pub(super) fn vni(&mut self, [a, b, c]: [u8; 3]) {
        if matches!(self.tag_by, TagBy::Vni | TagBy::VlanAndVni) {
            // Rotated, so that VLAN 1 in VNI 2 is not VLAN 2 in VNI 1.
            self.tag = self.tag.rotate_left(12) ^ u32::from_be_bytes([1, a, b, c]);
        }
    }

    /// What sets this packet apart from others with the same addresses.
    pub(super) fn tag(&self) -> u32 {
        self.tag
    }
}

/// The tag after one more VLAN id; id 0 (a priority tag, IEEE 802.1Q 9.6) leaves it as it is.
pub(super) fn plus_vlan(tag: u32, id: u16) -> u32 {
    let id = u32::from(id & 0xfff);
    if id == 0 {
        tag
    } else {
        tag.rotate_left(12) ^ id
    }
}

/// What the layers share while one packet is decoded.
pub(super) struct Walk<'w> {
    pub(super) context: Context,
    pub(super) fragments: &'w mut Fragments,
    pub(super) counters: &'w mut DecodeCounters,
    pub(super) checksum: ChecksumMode,
    pub(super) now: Timestamp,
    /// Where a completed datagram is put.
    pub(super) datagram: Vec<u8>,
    /// Headers read so far.
    pub(super) headers: usize,
}

impl Walk<'_> {
    /// Reads headers until TCP's payload is reached.
    pub(super) fn run<'x>(
        &mut self,
        mut next: Next,
        mut rest: Rest<'x>,
        config: &DecodeConfig,
        packet: &Packet<'_>,
    ) -> Result<Segment<'x>, Stop> {
        while next != Next::Tcp {
            self.headers += 1;
            if self.headers > MAX_HEADERS {
                return Err(Stop::Unsupported(Unsupported::Nesting));
            }
            (next, rest) = self.step(next, rest)?;
        }
        self.segment(rest, config, packet)
    }

    fn step<'x>(&mut self, next: Next, rest: Rest<'x>) -> Step<'x> {
        match next {
            Next::Ethernet => link::ethernet(rest),
            Next::EtherType(kind) => link::ether_type(kind, rest, &mut self.context),
            Next::LinuxCooked => link::linux_cooked(rest),
            Next::LinuxCooked2 => link::linux_cooked_2(rest),
            Next::Family => link::family(rest),
            Next::PppoeSession => link::pppoe_session(rest),
            Next::Ppp => link::ppp(rest),
            Next::Mpls => link::mpls(rest),
            Next::Ip => network::ip(rest),
            Next::Ipv4 => network::ipv4(rest, self),
            Next::Ipv6 => network::ipv6(rest, self),
            Next::Protocol(protocol) => network::protocol(protocol, rest, self),
            Next::Gre => tunnel::gre(rest, &mut self.context),
            Next::Erspan1 => Ok((Next::Ethernet, rest)),
            Next::Erspan2 => tunnel::erspan_2(rest),
            Next::Erspan3 => tunnel::erspan_3(rest),
            Next::Udp => tunnel::udp(rest),
            Next::Vxlan => tunnel::vxlan(rest, &mut self.context),
            Next::VxlanGpe => tunnel::vxlan_gpe(rest, &mut self.context),
            Next::Geneve => tunnel::geneve(rest, &mut self.context),
            Next::Nsh => tunnel::nsh(rest),
            Next::Gtp => tunnel::gtp(rest),
            Next::Teredo => tunnel::teredo(rest),
            Next::Tcp => Ok((Next::Tcp, rest)),
        }
    }

    fn segment<'x>(
        &mut self,
        rest: Rest<'x>,
        config: &DecodeConfig,
        packet: &Packet<'_>,
    ) -> Result<Segment<'x>, Stop> {
        let tcp = transport::tcp(rest)?;
        let stamps = match transport::options(tcp.options) {
            Options::Fine(stamps) => stamps,
            Options::Overrun(stamps) => {
                self.counters.tcp_options_overrun += 1;
                stamps
            }
        };
        let context = &self.context;
        let checksum = if config.checksum == ChecksumMode::Off || rest.is_cut() {
            Checksum::Unverified
        } else if context.ip_checksum_bad {
            Checksum::Bad
        } else {
            let pseudo = Sum::of_pseudo_header(context.source, context.destination);
            let verdict = checksum::verify(pseudo, rest.data());
            config.checksum.judge(verdict)
        };
        self.counters.tunnelled_segments += u64::from(context.ip_headers > 1);
        #[expect(clippy::cast_possible_truncation, reason = "wire lengths came as u32")]
        let wire_payload_len = tcp.payload.wire() as u32;
        Ok(Segment {
            at: packet.at,
            origin: packet.origin,
            source: Endpoint {
                address: context.source,
                port: tcp.header.source_port(),
            },
            destination: Endpoint {
                address: context.destination,
                port: tcp.header.destination_port(),
            },
            tag: context.tag(),
            seq: SeqNum(tcp.header.sequence_number()),
            ack: SeqNum(tcp.header.acknowledgment_number()),
            flags: tcp.flags,
            window: tcp.header.window_size(),
            urgent: tcp.header.urgent_pointer(),
            options: tcp.options,
            timestamps: transport::stamps(stamps),
            payload: tcp.payload.data(),
            wire_payload_len,
            checksum,
        })
    }
}
