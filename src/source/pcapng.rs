//! pcapng (draft-ietf-opsawg-pcapng): sections of blocks, each section with its own byte order
//! and interfaces, each interface with its own link type and clock.

use super::classic::Order;
use super::error::BlockFault;
use super::file::{Drops, FileSource, Record, Step, TlsSecrets};
use crate::packet::{LinkType, Timestamp};

/// What the blocks read so far declared.
#[derive(Debug)]
pub(super) struct PcapNg {
    order: Order,
    /// Of the section at hand.
    interfaces: Vec<Interface>,
    /// Of sections that are over.
    past_drops: Drops,
    secrets: Vec<TlsSecrets>,
    secrets_len: usize,
    /// Simple Packet Blocks have no time: they get that of the packet before.
    last: Timestamp,
}

/// One interface of a section.
#[derive(Debug, Clone, Copy)]
struct Interface {
    link: LinkType,
    /// 0: none.
    snap_len: u32,
    resolution: Resolution,
    /// Seconds added to every time stamp.
    offset: i64,
    /// Latest counts of its statistics blocks.
    drops: Drops,
}

/// From units of a time stamp to nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resolution {
    Multiply(u64),
    Divide(u64),
    /// Units of 2^-n seconds.
    Shift(u32),
}

impl PcapNg {
    /// Before the first section.
    pub(super) fn new() -> Self {
        Self {
            order: Order::Little,
            interfaces: Vec::new(),
            past_drops: Drops::default(),
            secrets: Vec::new(),
            secrets_len: 0,
            last: Timestamp::default(),
        }
    }

    /// The block at the front of `bytes`.
    pub(super) fn step(&mut self, bytes: &[u8]) -> Step {
        let Some(&[t0, t1, t2, t3, l0, l1, l2, l3]) = bytes.first_chunk() else {
            return Step::More(8);
        };
        let section = [t0, t1, t2, t3] == SECTION_HEADER;
        if section {
            // Its byte order holds for its own length already.
            let Some(magic) = bytes.get(8..12) else {
                return Step::More(12);
            };
            self.order = match magic {
                [0x4d, 0x3c, 0x2b, 0x1a] => Order::Little,
                [0x1a, 0x2b, 0x3c, 0x4d] => Order::Big,
                _ => return Step::Bad(BlockFault::Section),
            };
        }
        let kind = self.order.u32([t0, t1, t2, t3]);
        let len = self.order.u32([l0, l1, l2, l3]);
        if len < MIN_BLOCK_LEN || !len.is_multiple_of(4) {
            return Step::Bad(BlockFault::Length);
        }
        let wanted = section
            || matches!(
                kind,
                INTERFACE | ENHANCED_PACKET | SIMPLE_PACKET | OLD_PACKET | STATISTICS | SECRETS
            );
        if !wanted {
            return Step::Skip(u64::from(len));
        }
        let len = len as usize;
        let Some(block) = bytes.get(..len) else {
            return Step::More(len as u64);
        };
        let body = match block.get(8..).and_then(<[u8]>::split_last_chunk::<4>) {
            Some((bytes, trailer)) if trailer == &[l0, l1, l2, l3] => Fields {
                order: self.order,
                bytes,
            },
            _ => return Step::Bad(BlockFault::Length),
        };
        let outcome = match kind {
            ENHANCED_PACKET => self.enhanced_packet(body),
            SIMPLE_PACKET => self.simple_packet(body),
            OLD_PACKET => self.old_packet(body),
            INTERFACE => self.interface(body),
            STATISTICS => self.statistics(body),
            SECRETS => self.secrets(body),
            _ => self.section(body),
        };
        match outcome {
            Ok(Some(record)) => Step::Record(Record {
                total_len: len,
                ..record
            }),
            Ok(None) => Step::Skip(len as u64),
            Err(fault) => Step::Bad(fault),
        }
    }

    /// Drops of all sections so far.
    pub(super) fn drops(&self) -> Drops {
        self.interfaces
            .iter()
            .fold(self.past_drops, |sum, interface| sum.plus(interface.drops))
    }

    /// True where the block at the front of `bytes` is a packet.
    #[inline]
    pub(super) fn is_packet(&self, bytes: &[u8]) -> bool {
        bytes.first_chunk().is_some_and(|&kind| {
            let kind = self.order.u32(kind);
            matches!(kind, ENHANCED_PACKET | SIMPLE_PACKET | OLD_PACKET)
        })
    }

    /// Secrets that nobody has taken yet.
    pub(super) fn has_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Secrets since the last call.
    pub(super) fn take_secrets(&mut self) -> Vec<TlsSecrets> {
        self.secrets_len = 0;
        std::mem::take(&mut self.secrets)
    }

    fn section(&mut self, mut body: Fields<'_>) -> Outcome {
        body.u32()?; // byte-order magic
        if body.u16()? != MAJOR_VERSION {
            return Err(BlockFault::Section);
        }
        self.past_drops = self.drops();
        self.interfaces.clear();
        Ok(None)
    }

    fn interface(&mut self, mut body: Fields<'_>) -> Outcome {
        if self.interfaces.len() >= FileSource::MAX_INTERFACES {
            return Err(BlockFault::TooManyInterfaces);
        }
        let link = LinkType(u32::from(body.u16()?));
        body.u16()?; // reserved
        let snap_len = body.u32()?;
        let mut interface = Interface {
            link,
            snap_len,
            resolution: Resolution::Multiply(1000),
            offset: 0,
            drops: Drops::default(),
        };
        while let Some((code, value)) = body.option() {
            match (code, value) {
                (OPTION_RESOLUTION, &[resolution]) => {
                    interface.resolution = Resolution::from_option(resolution);
                }
                (OPTION_OFFSET, value) => {
                    if let Ok(value) = value.try_into() {
                        interface.offset = self.order.u64(value).cast_signed();
                    }
                }
                _ => {}
            }
        }
        self.interfaces.push(interface);
        Ok(None)
    }

    fn enhanced_packet(&mut self, mut body: Fields<'_>) -> Outcome {
        let interface = self.declared(body.u32()?)?;
        let (high, low) = (body.u32()?, body.u32()?);
        self.packet(interface, high, low, body)
    }

    fn old_packet(&mut self, mut body: Fields<'_>) -> Outcome {
        let interface = self.declared(u32::from(body.u16()?))?;
        body.u16()?; // drops since the packet before: statistics blocks tell the same
        let (high, low) = (body.u32()?, body.u32()?);
        self.packet(interface, high, low, body)
    }

    /// What enhanced and old packet blocks share: two lengths and the data.
    fn packet(
        &mut self,
        interface: Interface,
        high: u32,
        low: u32,
        mut body: Fields<'_>,
    ) -> Outcome {
        let data_len = body.u32()? as usize;
        let wire_len = body.u32()?;
        if data_len > body.bytes.len() {
            return Err(BlockFault::CapturedLength);
        }
        let at = interface.time(u64::from(high) << 32 | u64::from(low));
        self.last = at;
        Ok(Some(Record {
            at,
            link: interface.link,
            data_at: PACKET_DATA_AT,
            data_len,
            wire_len,
            total_len: 0,
        }))
    }

    /// A packet of the first interface, without a time.
    fn simple_packet(&mut self, mut body: Fields<'_>) -> Outcome {
        let interface = self.declared(0)?;
        let wire_len = body.u32()?;
        let kept = match interface.snap_len {
            0 => wire_len,
            snap_len => wire_len.min(snap_len),
        };
        if kept as usize > body.bytes.len() {
            return Err(BlockFault::CapturedLength);
        }
        Ok(Some(Record {
            at: self.last,
            link: interface.link,
            data_at: SIMPLE_DATA_AT,
            data_len: kept as usize,
            wire_len,
            total_len: 0,
        }))
    }

    fn statistics(&mut self, mut body: Fields<'_>) -> Outcome {
        let id = body.u32()?;
        self.declared(id)?;
        body.u32()?;
        body.u32()?; // time
        let mut drops = Drops::default();
        while let Some((code, value)) = body.option() {
            let value = value.try_into().ok().map(|value| self.order.u64(value));
            match code {
                OPTION_INTERFACE_DROPS => drops.interface = value,
                OPTION_SYSTEM_DROPS => drops.kernel = value,
                _ => {}
            }
        }
        if let Some(interface) = self.interfaces.get_mut(id as usize) {
            // Counts run from the start of the capture: the latest is all of them.
            interface.drops.kernel = drops.kernel.or(interface.drops.kernel);
            interface.drops.interface = drops.interface.or(interface.drops.interface);
        }
        Ok(None)
    }

    fn secrets(&mut self, mut body: Fields<'_>) -> Outcome {
        let kind = body.u32()?;
        let len = body.u32()? as usize;
        let secrets = body.bytes.get(..len).ok_or(BlockFault::Length)?;
        let sum = self.secrets_len.saturating_add(secrets.len());
        if kind == SECRETS_TLS_KEY_LOG && sum <= FileSource::MAX_SECRETS_LEN {
            self.secrets_len = sum;
            self.secrets.push(TlsSecrets::new(secrets));
        }
        Ok(None)
    }

    fn declared(&self, id: u32) -> Result<Interface, BlockFault> {
        self.interfaces
            .get(id as usize)
            .copied()
            .ok_or(BlockFault::UndeclaredInterface)
    }
}

impl Interface {
    /// Capture time of a stamp in units of this interface.
    fn time(&self, units: u64) -> Timestamp {
        let nanoseconds = self.resolution.nanoseconds(units);
        let offset = self.offset.unsigned_abs().saturating_mul(1_000_000_000);
        Timestamp(if self.offset < 0 {
            nanoseconds.saturating_sub(offset)
        } else {
            nanoseconds.saturating_add(offset)
        })
    }
}

impl Resolution {
    /// From the value of `if_tsresol`: a power of 10, or of 2 where the top bit is set.
    fn from_option(value: u8) -> Self {
        let power = u32::from(value & 0x7f);
        if value & 0x80 != 0 {
            Self::Shift(power)
        } else if let Some(zeros) = 9_u32.checked_sub(power) {
            Self::Multiply(10_u64.pow(zeros))
        } else {
            // Finer than 10^-28 s, 64 bits do not reach a nanosecond.
            Self::Divide(10_u64.checked_pow(power - 9).unwrap_or(u64::MAX))
        }
    }

    fn nanoseconds(self, units: u64) -> u64 {
        match self {
            Self::Multiply(by) => units.saturating_mul(by),
            Self::Divide(by) => units / by,
            Self::Shift(by) => {
                let nanoseconds = (u128::from(units) * 1_000_000_000).checked_shr(by);
                u64::try_from(nanoseconds.unwrap_or(0)).unwrap_or(u64::MAX)
            }
        }
    }
}

/// A packet, or no packet but nothing wrong.
type Outcome = Result<Option<Record>, BlockFault>;

/// Reads fields off the front of a block's body.
struct Fields<'b> {
    order: Order,
    bytes: &'b [u8],
}

impl<'b> Fields<'b> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], BlockFault> {
        let (&field, rest) = self.bytes.split_first_chunk().ok_or(BlockFault::Length)?;
        self.bytes = rest;
        Ok(field)
    }

    fn u16(&mut self) -> Result<u16, BlockFault> {
        Ok(self.order.u16(self.take()?))
    }

    fn u32(&mut self) -> Result<u32, BlockFault> {
        Ok(self.order.u32(self.take()?))
    }

    /// The next option; `None` at the end, or where the rest makes no sense: options only add.
    fn option(&mut self) -> Option<(u16, &'b [u8])> {
        let (code, len) = (self.u16().ok()?, usize::from(self.u16().ok()?));
        let value = self.bytes.get(..len)?;
        self.bytes = self
            .bytes
            .get(len.next_multiple_of(4)..)
            .unwrap_or_default();
        (code != OPTION_END).then_some((code, value))
    }
}

/// First bytes of a file, and of each section: the same in both byte orders.
pub(super) const SECTION_HEADER: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// Block types.
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
const SECRETS: u32 = 10;

/// Option codes, of the block that they stand in.
const OPTION_END: u16 = 0;
const OPTION_RESOLUTION: u16 = 9;
const OPTION_OFFSET: u16 = 14;
const OPTION_INTERFACE_DROPS: u16 = 5;
const OPTION_SYSTEM_DROPS: u16 = 7;

/// `TLSK`.
const SECRETS_TLS_KEY_LOG: u32 = 0x544c_534b;

/// Type, two lengths.
const MIN_BLOCK_LEN: u32 = 12;

/// Where the packet begins in a block.
const PACKET_DATA_AT: usize = 28;
const SIMPLE_DATA_AT: usize = 12;

/// Of the format; minor versions only add.
const MAJOR_VERSION: u16 = 1;
