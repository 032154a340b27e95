//! Live interfaces, through libpcap.

use std::net::IpAddr;
use std::time::Duration;

use super::file::Drops;
use super::filter::FilterSpec;
use crate::packet::{LinkType, Packet};

/// How to capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveConfig {
    /// What the kernel lets in.
    pub filter: FilterSpec,
    /// Whether to ask for packets that are not this host's.
    pub promiscuous: Promiscuous,
    /// Bytes kept of each packet.
    pub snap_len: u32,
    /// Bytes of the kernel's buffer.
    pub buffer_len: u32,
}

impl LiveConfig {
    /// 256 KiB: longer than any packet with TSO or GRO, so nothing is cut.
    pub const DEFAULT_SNAP_LEN: u32 = 262_144;
    /// 64 MiB: half a second at 1 Gbit/s; libpcap's own 2 MiB is eight blocks.
    pub const DEFAULT_BUFFER_LEN: u32 = 64 << 20;
}

impl Default for LiveConfig {
    fn default() -> Self {
        Self {
            filter: FilterSpec::default(),
            promiscuous: Promiscuous::No,
            snap_len: Self::DEFAULT_SNAP_LEN,
            buffer_len: Self::DEFAULT_BUFFER_LEN,
        }
    }
}

/// Whether an interface takes packets that are addressed to others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Promiscuous {
    /// Only what the host would take anyway.
    #[default]
    No,
    /// Everything on the wire.
    Yes,
}

/// One open interface. Several at once: one of these each, polled in turn or on a thread each.
#[derive(Debug)]
pub struct LiveSource {
    link: LinkType,
}

impl LiveSource {
    /// Opens an interface (`any`: all of them) and sets its filter.
    ///
    /// # Errors
    ///
    /// No such interface, no permission, a filter that does not compile.
    pub fn open(name: &str, capture: u32, config: &LiveConfig) -> Result<Self, LiveError> {
        let _ = (name, capture, config);
        Err(LiveError::NoPermission)
    }

    /// Hands over what has arrived, waiting up to `patience` for the first packet. Returns how
    /// many; 0 after `patience` in silence.
    ///
    /// # Errors
    ///
    /// The interface went away.
    pub fn poll(
        &mut self,
        patience: Duration,
        on_packet: impl FnMut(&Packet<'_>),
    ) -> Result<u64, LiveError> {
        let _ = (patience, on_packet);
        Ok(0)
    }

    /// The link type of its packets.
    #[must_use]
    pub fn link(&self) -> LinkType {
        self.link
    }

    /// Packets lost since the start, as the kernel counts them.
    pub fn drops(&mut self) -> Drops {
        Drops::default()
    }
}

/// What can be captured on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Name to give to `-i`.
    pub name: String,
    /// The system's description, where it has one.
    pub description: Option<String>,
    /// Addresses.
    pub addresses: Vec<IpAddr>,
    /// Switched on.
    pub up: bool,
    /// A loopback interface.
    pub loopback: bool,
    /// Wireless.
    pub wireless: bool,
    /// Whether this process may capture on it: tried, not guessed.
    pub permitted: bool,
}

/// Lists the interfaces in the system's order.
///
/// # Errors
///
/// The system's refusal.
pub fn interfaces() -> Result<Vec<Interface>, LiveError> {
    Ok(Vec::new())
}

/// Why an interface cannot be captured on, or not any longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveError {
    /// There is none of that name.
    NoSuchInterface,
    /// This process may not capture: it wants CAP_NET_RAW.
    NoPermission,
    /// The interface is switched off, or was during the capture.
    Down,
    /// The filter does not compile; what libpcap says of it.
    Filter(String),
    /// Anything else that libpcap says.
    Other(String),
}

impl std::fmt::Display for LiveError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSuchInterface => f.write_str("there is no such interface"),
            Self::NoPermission => f.write_str("no permission to capture"),
            Self::Down => f.write_str("the interface is down"),
            Self::Filter(why) => write!(f, "the filter does not compile: {why}"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for LiveError {}
