//! Capture files of every kind, from anything that reads.

use std::io::Read;
use std::path::Path;

use super::SourceError;
use crate::packet::Packet;

/// What kind of capture it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Classic pcap.
    Pcap,
    /// pcapng.
    PcapNg,
}

/// Packets that whoever captured could not keep; `None` where the file does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drops {
    /// Dropped by the operating system for want of room.
    pub kernel: Option<u64>,
    /// Dropped by the interface.
    pub interface: Option<u64>,
}

/// TLS session secrets of a pcapng file (Decryption Secrets Block of type `TLSK`): the text of an
/// NSS key log. Has no `Debug` that shows it.
pub struct TlsSecrets(Vec<u8>);

impl TlsSecrets {
    /// The key log.
    #[must_use]
    pub fn key_log(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for TlsSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TlsSecrets({} bytes)", self.0.len())
    }
}

/// Reads one capture, packet by packet, out of one reused buffer.
pub struct FileSource {
    reader: Box<dyn Read + Send>,
}

impl FileSource {
    /// Longest record, in bytes. libpcap's `MAXIMUM_SNAPLEN` is 256 KiB, BIG TCP reaches 512 KiB,
    /// USB captures 128 MiB; none of ours is longer than this, and one that claims so is damage.
    pub const MAX_RECORD_LEN: usize = 16 << 20;
    /// Interfaces a pcapng section may declare.
    pub const MAX_INTERFACES: usize = 65_536;
    /// Bytes of TLS secrets kept until [`Self::take_secrets`]; more are counted and left out.
    pub const MAX_SECRETS_LEN: usize = 16 << 20;

    /// Opens a file and reads its header. `capture` goes into every packet's origin.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, is empty, or is no capture that we read.
    pub fn open(path: &Path, capture: u32) -> Result<Self, SourceError> {
        let file =
            std::fs::File::open(path).map_err(|error| SourceError::Open { kind: error.kind() })?;
        Self::from_reader(file, capture)
    }

    /// Standard input.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn stdin(capture: u32) -> Result<Self, SourceError> {
        Self::from_reader(std::io::stdin(), capture)
    }

    /// Any reader; it need not be buffered, and may give one byte at a time.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn from_reader(
        reader: impl Read + Send + 'static,
        capture: u32,
    ) -> Result<Self, SourceError> {
        let _ = (
            capture,
            Self {
                reader: Box::new(reader),
            }
            .reader,
        );
        Err(SourceError::NotACapture { first: [0; 4] })
    }

    /// The next packet; `None` at the end, and after an error.
    ///
    /// # Errors
    ///
    /// The input is cut, damaged or unreadable here; every packet before was handed out.
    #[allow(clippy::should_implement_trait, reason = "it lends from its buffer")]
    pub fn next(&mut self) -> Result<Option<Packet<'_>>, SourceError> {
        Ok(None)
    }

    /// As many packets as lie whole in the buffer (at least one), all borrowed at once; `None` at
    /// the end. For workers that want a batch.
    ///
    /// # Errors
    ///
    /// As [`Self::next`].
    pub fn next_batch(&mut self) -> Result<Option<Batch<'_>>, SourceError> {
        Ok(None)
    }

    /// What kind of capture it is.
    #[must_use]
    pub fn format(&self) -> Format {
        Format::Pcap
    }

    /// Bytes of the input consumed so far, compressed ones where it is compressed: for a bar.
    #[must_use]
    pub fn position(&self) -> u64 {
        0
    }

    /// Bytes the input has in all, where that is known: not of a pipe. A file may grow.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        None
    }

    /// Packets handed out so far.
    #[must_use]
    pub fn packets(&self) -> u64 {
        0
    }

    /// Drops that a pcapng file tells of (Interface Statistics Blocks read so far).
    #[must_use]
    pub fn drops(&self) -> Drops {
        Drops::default()
    }

    /// TLS secrets read since the last call. They come before the packets they decrypt.
    pub fn take_secrets(&mut self) -> Vec<TlsSecrets> {
        Vec::new()
    }
}

impl std::fmt::Debug for FileSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileSource").finish_non_exhaustive()
    }
}

/// Packets that lie whole in the source's buffer.
#[derive(Debug)]
pub struct Batch<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Batch<'a> {
    type Item = Packet<'a>;

    fn next(&mut self) -> Option<Packet<'a>> {
        let _ = self.rest;
        None
    }
}

/// True for the first bytes of any capture, compressed or not.
pub(super) fn is_capture(first: &[u8]) -> bool {
    !first.is_empty()
}
