//! Live interfaces, through libpcap.
//!
//! Built only with the feature `live`. Reading never blocks: whoever polls decides how to wait,
//! so that Ctrl-C and a status line are never late, however silent the wire is.

mod interfaces;
mod offline;

pub use interfaces::{Interface, interfaces};
pub use offline::OfflineFilter;

use pcap::{Active, Capture, Precision};

use super::file::Drops;
use super::filter::FilterSpec;
use crate::packet::{LinkType, Origin, Packet, Timestamp};

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

/// One open interface. For several, one of these each: polled in turn, or on a thread each.
pub struct LiveSource {
    handle: Capture<Active>,
    link: LinkType,
    capture: u32,
    packets: u64,
    /// What the 32-bit counters said last, and what they came to.
    last_drops: (u32, u32),
    drops: (u64, u64),
}

impl LiveSource {
    /// Packets that one [`Self::poll`] hands over at most: under load, too, Ctrl-C is looked at.
    pub const MAX_PER_POLL: usize = 16_384;

    /// Opens an interface (`any`: all of them) and sets its filter.
    ///
    /// # Errors
    ///
    /// No such interface, no permission, switched off, a filter that does not compile.
    pub fn open(name: &str, capture: u32, config: &LiveConfig) -> Result<Self, LiveError> {
        let inactive = Capture::from_device(name).map_err(LiveError::from)?;
        let mut handle = inactive
            .promisc(config.promiscuous == Promiscuous::Yes)
            .snaplen(at_most_i32(config.snap_len))
            .buffer_size(at_most_i32(config.buffer_len))
            .precision(PRECISION)
            .timeout(BLOCK_TIMEOUT_MS)
            .open()
            .map_err(LiveError::from)?
            .setnonblock()
            .map_err(LiveError::from)?;
        let link = LinkType(u32::try_from(handle.get_datalink().0).unwrap_or(u32::MAX));
        let expression = config.filter.expression(link);
        handle
            .filter(&expression, true)
            .map_err(|error| LiveError::Filter(message(error)))?;
        Ok(Self {
            handle,
            link,
            capture,
            packets: 0,
            last_drops: (0, 0),
            drops: (0, 0),
        })
    }

    /// Hands over what has arrived and returns how many packets that were; 0 at once where
    /// nothing has. Wait a few milliseconds then: the kernel hands over what it has gathered
    /// every 20 ms, and its buffer holds far more than comes in between.
    ///
    /// # Errors
    ///
    /// The interface went away or down.
    pub fn poll(&mut self, mut on_packet: impl FnMut(&Packet<'_>)) -> Result<u64, LiveError> {
        let (link, capture, packets) = (self.link, self.capture, &mut self.packets);
        let taken = self.handle.dispatch(Some(Self::MAX_PER_POLL), |packet| {
            *packets += 1;
            on_packet(&Packet {
                at: time(packet.header),
                link,
                data: packet.data,
                wire_len: packet.header.len,
                origin: Origin {
                    capture,
                    frame: *packets,
                },
            });
        });
        match taken {
            Ok(taken) => Ok(taken as u64),
            Err(pcap::Error::TimeoutExpired) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// The link type of its packets.
    #[must_use]
    pub fn link(&self) -> LinkType {
        self.link
    }

    /// Packets handed over so far.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Packets lost since the start, as the kernel counts them. Ask now and then: its counters
    /// have 32 bits.
    pub fn drops(&mut self) -> Drops {
        let Ok(counts) = self.handle.stats() else {
            return Drops::default();
        };
        let (kernel, interface) = (counts.dropped, counts.if_dropped);
        self.drops.0 += u64::from(kernel.wrapping_sub(self.last_drops.0));
        self.drops.1 += u64::from(interface.wrapping_sub(self.last_drops.1));
        self.last_drops = (kernel, interface);
        Drops {
            kernel: Some(self.drops.0),
            interface: Some(self.drops.1),
        }
    }
}

impl std::fmt::Debug for LiveSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveSource")
            .field("link", &self.link)
            .field("packets", &self.packets)
            .finish_non_exhaustive()
    }
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

impl From<pcap::Error> for LiveError {
    /// libpcap has codes for these, but the crate passes on only the text.
    fn from(error: pcap::Error) -> Self {
        let text = message(error);
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["ermission", "not permitted"]) {
            Self::NoPermission
        } else if says(&["No such device", "No such interface", "doesn't exist"]) {
            Self::NoSuchInterface
        } else if says(&["is not up", "went down", "disappeared"]) {
            Self::Down
        } else {
            Self::Other(text)
        }
    }
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

/// libpcap's own words, on one line.
fn message(error: pcap::Error) -> String {
    let text = match error {
        pcap::Error::PcapError(text) => text,
        other => other.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Capture time. With nanosecond precision the microseconds field holds nanoseconds.
fn time(header: &pcap::PacketHeader) -> Timestamp {
    let seconds = u64::try_from(header.ts.tv_sec).unwrap_or(0);
    let fraction = u32::try_from(header.ts.tv_usec).unwrap_or(0);
    let unit = match PRECISION {
        Precision::Nano => 1,
        Precision::Micro => 1000,
    };
    Timestamp::from_parts(seconds, fraction.saturating_mul(unit))
}

fn at_most_i32(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Milliseconds after which the kernel hands over a block that is not full (`TPACKET_V3`): short
/// enough for findings at first sight, long enough for whole blocks under load.
const BLOCK_TIMEOUT_MS: i32 = 20;

/// Linux always gives nanoseconds; elsewhere the crate does not tell whether it was refused.
const PRECISION: Precision = if cfg!(target_os = "linux") {
    Precision::Nano
} else {
    Precision::Micro
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libpcap_says_is_told_apart() {
        let error = |text: &str| LiveError::from(pcap::Error::PcapError(text.to_owned()));
        let denied = "eth0: You don't have permission to perform this capture on that device\n\
                      (socket: Operation not permitted)";
        assert_eq!(error(denied), LiveError::NoPermission);
        let missing = "nosuch0: No such device exists\n(No such device exists)";
        assert_eq!(error(missing), LiveError::NoSuchInterface);
        assert_eq!(error("The interface disappeared"), LiveError::Down);
        assert_eq!(
            error("out of\n memory"),
            LiveError::Other("out of memory".to_owned())
        );
    }

    #[test]
    fn an_interface_that_is_not_there_is_named_as_such() {
        match LiveSource::open("nosuch0", 0, &LiveConfig::default()) {
            // Without the right to capture, that is all one is told.
            Err(LiveError::NoSuchInterface | LiveError::NoPermission) => {}
            other => panic!("{other:?}"),
        }
    }
}
