//! Packets out: a classic pcap with nanosecond time stamps, for `--write`.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::packet::{LinkType, Packet};

/// Writes one capture file. A classic pcap has one link type: packets of another are refused.
#[derive(Debug)]
pub struct PcapWriter<W: Write> {
    out: W,
    link: LinkType,
}

impl PcapWriter<BufWriter<File>> {
    /// Creates or overwrites the file, readable by its owner alone (mode 0600): it holds secrets.
    ///
    /// # Errors
    ///
    /// What creating or writing it gives.
    pub fn create(path: &Path, link: LinkType) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        // The mode above is for new files; one that was there keeps its own.
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Self::new(BufWriter::new(file), link)
    }
}

impl<W: Write> PcapWriter<W> {
    /// Writes the file header.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub fn new(mut out: W, link: LinkType) -> io::Result<Self> {
        out.write_all(&MAGIC_NANOSECONDS.to_le_bytes())?;
        out.write_all(&[2, 0, 4, 0])?; // version 2.4
        out.write_all(&[0; 8])?; // time zone and accuracy: nobody uses them
        out.write_all(&SNAP_LEN.to_le_bytes())?;
        out.write_all(&link.0.to_le_bytes())?;
        Ok(Self { out, link })
    }

    /// Writes one packet; `Ok(false)` where its link type is not the file's, and it was left out.
    ///
    /// # Errors
    ///
    /// What writing gives. Time stamps past 2106 do not fit the format and are cut to 32 bits.
    pub fn write(&mut self, packet: &Packet<'_>) -> io::Result<bool> {
        if packet.link != self.link {
            return Ok(false);
        }
        let len = u32::try_from(packet.data.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        #[expect(clippy::cast_possible_truncation, reason = "said in the doc")]
        let (seconds, nanoseconds) = (
            packet.at.seconds() as u32,
            (packet.at.0 % 1_000_000_000) as u32,
        );
        for field in [seconds, nanoseconds, len, packet.wire_len.max(len)] {
            self.out.write_all(&field.to_le_bytes())?;
        }
        self.out.write_all(packet.data)?;
        Ok(true)
    }

    /// Flushes, so that a full disk is an error and not a shorter file.
    ///
    /// # Errors
    ///
    /// What flushing gives.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html> 4: nanoseconds.
const MAGIC_NANOSECONDS: u32 = 0xa1b2_3c4d;

/// What libpcap writes for "unlimited" (`MAXIMUM_SNAPLEN`); other readers refuse more.
const SNAP_LEN: u32 = 262_144;
