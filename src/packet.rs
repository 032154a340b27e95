//! A captured packet as a source hands it to the core, and the capture time it carries.
//!
//! Knows nothing of what the bytes mean: that is [`crate::decode`]'s work.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Nanoseconds since 1970-01-01T00:00:00Z, from the capture, never from a clock.
///
/// Capture time may stand still, jump back or jump by years; nothing in the core relies on more
/// than the running maximum. The range ends in the year 2554.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// From whole seconds and nanoseconds, saturating at the end of the range.
    #[must_use]
    pub fn from_parts(seconds: u64, nanoseconds: u32) -> Self {
        Self(
            seconds
                .saturating_mul(1_000_000_000)
                .saturating_add(u64::from(nanoseconds)),
        )
    }

    /// Nanoseconds from `earlier` to here; 0 where time went backwards.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0 / 1_000_000_000
    }

    /// Year, month (1 to 12), day (1 to 31), hour, minute, second and nanosecond in UTC.
    #[must_use]
    pub fn civil(self) -> (u64, u64, u64, u64, u64, u64, u64) {
        let (days, day_seconds) = (self.seconds() / 86_400, self.seconds() % 86_400);
        // Civil-from-days over 400-year eras of 146,097 days, counted from 0000-03-01.
        let shifted = days + 719_468;
        let (era, era_day) = (shifted / 146_097, shifted % 146_097);
        let era_year = (era_day - era_day / 1460 + era_day / 36_524 - era_day / 146_096) / 365;
        let year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
        let month_index = (5 * year_day + 2) / 153;
        let day = year_day - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        let year = era_year + era * 400 + u64::from(month <= 2);
        let (hour, minute) = (day_seconds / 3600, day_seconds / 60 % 60);
        (
            year,
            month,
            day,
            hour,
            minute,
            day_seconds % 60,
            self.0 % 1_000_000_000,
        )
    }
}

/// RFC 3339, UTC, nine decimals: `2026-11-24T03:30:52.565000000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second, nano) = self.civil();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nano:09}Z"
        )
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let text = String::deserialize(deserializer)?;
        let at = time::OffsetDateTime::parse(&text, &time::format_description::well_known::Rfc3339)
            .map_err(D::Error::custom)?;
        u64::try_from(at.unix_timestamp_nanos())
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// Link type of a capture interface, as registered at <https://www.tcpdump.org/linktypes.html>.
///
/// Open, because a capture may name any of 65,536.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkType(pub u32);

impl LinkType {
    /// BSD loopback: 4 bytes of address family in the byte order of the capturing host.
    pub const NULL: Self = Self(0);
    /// Ethernet II and 802.3.
    pub const ETHERNET: Self = Self(1);
    /// Raw IP as some BSDs wrote it (DLT_RAW before its registration).
    pub const RAW_BSD: Self = Self(12);
    /// Raw IP on OpenBSD.
    pub const RAW_OPENBSD: Self = Self(14);
    /// Raw IP, version in the first nibble.
    pub const RAW: Self = Self(101);
    /// OpenBSD loopback: 4 bytes of address family, big endian.
    pub const LOOP: Self = Self(108);
    /// Linux cooked capture v1.
    pub const LINUX_SLL: Self = Self(113);
    /// Raw IPv4.
    pub const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub const IPV6: Self = Self(229);
    /// Linux cooked capture v2.
    pub const LINUX_SLL2: Self = Self(276);
}

/// Where a packet stands in its input: what a reader needs to find it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Origin {
    /// Index of the input file or interface in the order of the run.
    pub capture: u32,
    /// 1-based packet number in that input, as Wireshark counts.
    pub frame: u64,
}

/// One captured packet, borrowed from the source's buffer.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// Capture time.
    pub at: Timestamp,
    /// How to read the first header in `data`.
    pub link: LinkType,
    /// The bytes that were captured; fewer than `wire_len` where a snap length cut them.
    pub data: &'a [u8],
    /// Bytes the packet had on the wire, as the capture claims.
    pub wire_len: u32,
    /// Input and packet number.
    pub origin: Origin,
}
