//! A TCP segment with its addresses, decoded and checked for shape but not yet for sense.
//!
//! What [`crate::decode`] makes and [`crate::flow`] takes. Knows nothing of streams.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::packet::{Origin, Timestamp};

/// An IP address as 128 bits; IPv4 in its mapped form `::ffff:a.b.c.d` (RFC 4291 2.5.5.2).
///
/// One shape for both families, so that a flow key compares in two machine words a side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Address(pub u128);

impl Address {
    /// From the four bytes of an IPv4 header.
    #[must_use]
    #[inline]
    pub fn v4(bytes: [u8; 4]) -> Self {
        Self(0xffff_0000_0000 | u128::from(u32::from_be_bytes(bytes)))
    }

    /// From the sixteen bytes of an IPv6 header.
    #[must_use]
    #[inline]
    pub fn v6(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// The standard library's form; mapped addresses come back as IPv4.
    #[must_use]
    pub fn to_ip(self) -> IpAddr {
        match u32::try_from(self.0 ^ 0xffff_0000_0000) {
            Ok(v4) => IpAddr::V4(Ipv4Addr::from(v4)),
            Err(_) => IpAddr::V6(Ipv6Addr::from(self.0)),
        }
    }
}

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(v4) => Self::v4(v4.octets()),
            IpAddr::V6(v6) => Self::v6(v6.octets()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_ip().fmt(f)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_ip().fmt(f)
    }
}

/// One end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Endpoint {
    /// IP address.
    pub address: Address,
    /// TCP port.
    pub port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address.to_ip() {
            IpAddr::V4(v4) => write!(f, "{v4}:{}", self.port),
            IpAddr::V6(v6) => write!(f, "[{v6}]:{}", self.port),
        }
    }
}

/// Direction of stream bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Requests.
    ClientToServer,
    /// Replies.
    ServerToClient,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::ClientToServer => Self::ServerToClient,
            Self::ServerToClient => Self::ClientToServer,
        }
    }
}

/// A TCP sequence number, modulo 2^32 (RFC 9293 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SeqNum(pub u32);

impl SeqNum {
    /// Signed distance from `base` to here, right while the two are less than 2^31 apart.
    #[must_use]
    #[inline]
    pub fn distance_from(self, base: Self) -> i32 {
        self.0.wrapping_sub(base.0).cast_signed()
    }

    /// The sequence number `len` bytes further on.
    #[must_use]
    #[inline]
    pub fn plus(self, len: u32) -> Self {
        Self(self.0.wrapping_add(len))
    }
}

/// The TCP flag byte (RFC 9293 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TcpFlags(pub u8);

impl TcpFlags {
    /// No more data from the sender.
    pub const FIN: u8 = 0x01;
    /// Synchronise sequence numbers.
    pub const SYN: u8 = 0x02;
    /// Reset.
    pub const RST: u8 = 0x04;
    /// Push.
    pub const PSH: u8 = 0x08;
    /// The acknowledgment field is significant.
    pub const ACK: u8 = 0x10;
    /// The urgent pointer is significant.
    pub const URG: u8 = 0x20;

    /// True where every bit of `mask` is set.
    #[must_use]
    #[inline]
    pub fn has(self, mask: u8) -> bool {
        self.0 & mask == mask
    }
}

/// What the TCP checksum (RFC 9293 3.1) said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// Verified over header and payload.
    Good,
    /// Zero, or the pseudo-header sum alone: left to the network card, as on every sending host.
    Offloaded,
    /// Neither of the two.
    Bad,
    /// The packet was cut by the snap length, or checking is off.
    Unverified,
}

/// One TCP segment, borrowed from its frame (or from the defragmenter's buffer).
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    /// Capture time.
    pub at: Timestamp,
    /// Input and packet number.
    pub origin: Origin,
    /// Sender.
    pub source: Endpoint,
    /// Receiver.
    pub destination: Endpoint,
    /// What sets equal five-tuples apart (VLAN, VNI) where the user asked for that; else 0.
    pub tag: u32,
    /// Sequence number of the first payload byte (of SYN where that is set).
    pub seq: SeqNum,
    /// Acknowledgment number; meaningful only with [`TcpFlags::ACK`].
    pub ack: SeqNum,
    /// Flags.
    pub flags: TcpFlags,
    /// Receive window, unscaled.
    pub window: u16,
    /// Urgent pointer; meaningful only with [`TcpFlags::URG`].
    pub urgent: u16,
    /// Raw option bytes, 0 to 40, not yet checked.
    pub options: &'a [u8],
    /// Timestamp option (RFC 7323 3): value and echo reply.
    pub timestamps: Option<(u32, u32)>,
    /// Captured payload, by IP length, never to the end of the frame.
    pub payload: &'a [u8],
    /// Payload bytes on the wire, at least `payload.len()`; more where the snap length cut.
    pub wire_payload_len: u32,
    /// What the checksum said.
    pub checksum: Checksum,
}
