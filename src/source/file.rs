//! Capture files of every kind, from anything that reads.
//!
//! `read(2)` fills one reused buffer that stays in the processor's cache, and records are walked
//! where they lie: several times as fast as a library that copies each, and the same for files,
//! pipes, growing files and decompressed streams. Nothing is mapped, so a file that is cut while
//! it is read is an error and no signal.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::classic::{self, Pcap};
use super::compressed;
use super::error::{BlockFault, Compression, SourceError};
use super::pcapng::{self, PcapNg};
use crate::packet::{LinkType, Origin, Packet, Timestamp};

/// What kind of capture it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Classic pcap.
    Pcap,
    /// pcapng.
    PcapNg,
}

/// Packets that whoever captured could not keep; `None` where the source does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drops {
    /// Dropped by the operating system for want of room.
    pub kernel: Option<u64>,
    /// Dropped by the interface.
    pub interface: Option<u64>,
}

impl Drops {
    /// Both together; what one of them does not tell is the other's.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let sum = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (one, other) => one.or(other),
        };
        Self {
            kernel: sum(self.kernel, other.kernel),
            interface: sum(self.interface, other.interface),
        }
    }
}

/// TLS session secrets of a pcapng file (Decryption Secrets Block of type `TLSK`): the text of an
/// NSS key log. Its `Debug` does not show it.
pub struct TlsSecrets(Box<[u8]>);

impl TlsSecrets {
    pub(super) fn new(key_log: &[u8]) -> Self {
        Self(key_log.into())
    }

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
///
/// Memory: the buffer of 1 MiB, or the longest record where that is longer; compressed inputs
/// take the decompressor's window (at most 128 MiB, 32 KiB for gzip) besides.
pub struct FileSource {
    reader: Box<dyn Read + Send>,
    compression: Option<Compression>,
    consumed: Arc<AtomicU64>,
    size: Option<u64>,
    walker: Walker,
    capture: u32,
    packets: u64,
    /// `buffer[start..end]` has been read and not walked.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes of the capture in front of the buffer.
    base: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Nothing more to read; what is in the buffer remains. What is wrong, if anything, is told
    /// once that is walked.
    Ended(Option<SourceError>),
    /// The end, or the error, has been told.
    Over,
}

impl FileSource {
    /// Longest record, in bytes. libpcap's `MAXIMUM_SNAPLEN` is 256 KiB, BIG TCP reaches 512 KiB;
    /// a record that claims more than this is damage.
    pub const MAX_RECORD_LEN: usize = 16 << 20;
    /// Interfaces that a pcapng section may declare: 4 MiB of them.
    pub const MAX_INTERFACES: usize = 65_536;
    /// Bytes of TLS secrets kept until [`Self::take_secrets`]; what is more is left out.
    pub const MAX_SECRETS_LEN: usize = 16 << 20;

    /// Opens a file and reads its header. `capture` goes into every packet's origin.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, is empty, or is no capture that we read.
    pub fn open(path: &Path, capture: u32) -> Result<Self, SourceError> {
        let refuse = |error: io::Error| SourceError::Open { kind: error.kind() };
        let file = File::open(path).map_err(refuse)?;
        let metadata = file.metadata().map_err(refuse)?;
        if metadata.is_dir() {
            let kind = io::ErrorKind::IsADirectory;
            return Err(SourceError::Open { kind });
        }
        let mut source = Self::from_reader(file, capture)?;
        source.size = metadata.is_file().then_some(metadata.len());
        Ok(source)
    }

    /// Standard input.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn stdin(capture: u32) -> Result<Self, SourceError> {
        Self::from_reader(io::stdin(), capture)
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
        let consumed = Arc::new(AtomicU64::new(0));
        let mut reader = Metered {
            reader,
            consumed: Arc::clone(&consumed),
        };
        let first = read_up_to(&mut reader, 4).map_err(|error| SourceError::Read {
            kind: error.kind(),
            offset: 0,
        })?;
        let compression = compressed::detect(&first);
        let reader = Cursor::new(first).chain(reader);
        let mut source = Self {
            reader: match compression {
                Some(compression) => compressed::reader(compression, reader),
                None => Box::new(reader),
            },
            compression,
            consumed,
            size: None,
            walker: Walker::PcapNg(Box::new(PcapNg::new())),
            capture,
            packets: 0,
            buffer: vec![0; BUFFER_LEN],
            start: 0,
            end: 0,
            base: 0,
            state: State::Open,
        };
        source.read_header()?;
        Ok(source)
    }

    /// The next packet; `None` at the end, and after an error.
    ///
    /// # Errors
    ///
    /// The input is cut, damaged or unreadable here; every packet before was handed out.
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "it lends from its buffer")]
    pub fn next(&mut self) -> Result<Option<Packet<'_>>, SourceError> {
        let ahead = self.buffer.get(self.start..self.end).unwrap_or_default();
        let record = match self.walker.step(ahead) {
            Step::Record(record) => record,
            other => match self.advance(other)? {
                Some(record) => record,
                None => return Ok(None),
            },
        };
        let from = self.start + record.data_at;
        self.start += record.total_len;
        self.packets += 1;
        let data = self.buffer.get(from..from + record.data_len);
        Ok(Some(record.packet(
            data.unwrap_or_default(),
            self.capture,
            self.packets,
        )))
    }

    /// As many packets as lie whole in the buffer, at least one, all borrowed at once; `None` at
    /// the end, and after an error. What the iterator is not asked for comes next time.
    ///
    /// # Errors
    ///
    /// As [`Self::next`].
    pub fn next_batch(&mut self) -> Result<Option<Batch<'_>>, SourceError> {
        let ahead = self.buffer.get(self.start..self.end).unwrap_or_default();
        let step = self.walker.step(ahead);
        if !matches!(step, Step::Record(_)) && self.advance(step)?.is_none() {
            return Ok(None);
        }
        // The record found is walked again by the iterator: once a buffer.
        Ok(Some(Batch {
            walker: &mut self.walker,
            bytes: self.buffer.get(..self.end).unwrap_or_default(),
            start: &mut self.start,
            packets: &mut self.packets,
            capture: self.capture,
        }))
    }

    /// What kind of capture it is.
    #[must_use]
    pub fn format(&self) -> Format {
        match self.walker {
            Walker::Pcap(_) => Format::Pcap,
            Walker::PcapNg(_) => Format::PcapNg,
        }
    }

    /// How the input is compressed.
    #[must_use]
    pub fn compression(&self) -> Option<Compression> {
        self.compression
    }

    /// Bytes of the input read so far, compressed ones where it is compressed: for a bar.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }

    /// Bytes the input had in all when it was opened; `None` where that is not known, as of a
    /// pipe. A file may grow.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Packets handed out so far.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Drops that the file tells of (pcapng Interface Statistics Blocks read so far).
    #[must_use]
    pub fn drops(&self) -> Drops {
        match &self.walker {
            Walker::Pcap(_) => Drops::default(),
            Walker::PcapNg(walker) => walker.drops(),
        }
    }

    /// TLS secrets that stand in front of the next packet. Ask before each [`Self::next`] or
    /// [`Self::next_batch`] (which ends a batch where secrets come): they are for what follows.
    #[inline]
    pub fn take_secrets(&mut self) -> Vec<TlsSecrets> {
        let ahead = self.buffer.get(self.start..self.end).unwrap_or_default();
        match &self.walker {
            // A batch has passed over the block that ended it.
            Walker::PcapNg(walker) if walker.has_secrets() || !walker.is_packet(ahead) => {
                self.look_for_secrets()
            }
            _ => Vec::new(),
        }
    }

    /// Passes over blocks up to the next packet. What goes wrong on the way is told by
    /// [`Self::next`], which comes to the same place.
    #[cold]
    fn look_for_secrets(&mut self) -> Vec<TlsSecrets> {
        loop {
            let ahead = self.buffer.get(self.start..self.end).unwrap_or_default();
            match self.walker.step(ahead) {
                Step::Skip(len) if len <= ahead.len() as u64 => {
                    self.start += usize::try_from(len).unwrap_or(0);
                }
                Step::More(len) if len <= Self::MAX_RECORD_LEN as u64 => {
                    if self.state != State::Open {
                        break;
                    }
                    self.fill();
                }
                _ => break,
            }
        }
        match &mut self.walker {
            Walker::Pcap(_) => Vec::new(),
            Walker::PcapNg(walker) => walker.take_secrets(),
        }
    }

    /// Reads the file header and chooses the walker.
    fn read_header(&mut self) -> Result<(), SourceError> {
        let compression = self.compression;
        let blame = |error: io::Error| read_error(compression, &error, 0);
        let mut header = read_up_to(&mut self.reader, 4).map_err(blame)?;
        if header.is_empty() {
            return Err(SourceError::Empty);
        }
        if let Some(name) = unsupported_format(&header) {
            return Err(SourceError::UnsupportedFormat { name });
        }
        if header == pcapng::SECTION_HEADER {
            // It is a block like the others: it goes back to the front.
            let rest = std::mem::replace(&mut self.reader, Box::new(io::empty()));
            self.reader = Box::new(Cursor::new(header).chain(rest));
            return Ok(());
        }
        let known = header.first_chunk().copied().and_then(Pcap::from_magic);
        if known.is_none() {
            let mut first = [0; 4];
            for (into, &from) in first.iter_mut().zip(&header) {
                *into = from;
            }
            return Err(SourceError::NotACapture { first });
        }
        header.extend(read_up_to(&mut self.reader, classic::HEADER_LEN as u64 - 4).map_err(blame)?);
        let len = header.len() as u64;
        let header = header
            .first_chunk()
            .ok_or(SourceError::CutInHeader { len })?;
        self.walker = Walker::Pcap(Pcap::new(header)?);
        self.base = len;
        Ok(())
    }

    /// Goes on from a step that gave no record: passes over blocks, and reads more.
    #[cold]
    fn advance(&mut self, mut step: Step) -> Result<Option<Record>, SourceError> {
        loop {
            match step {
                Step::Record(record) => return Ok(Some(record)),
                Step::Skip(len) => self.skip(len)?,
                Step::More(needed) => self.read_more(needed)?,
                Step::Bad(why) => {
                    let (record, offset) = (self.packets + 1, self.offset());
                    self.fail(SourceError::BadBlock {
                        record,
                        offset,
                        why,
                    })?;
                }
            }
            if self.state == State::Over {
                return Ok(None);
            }
            step = self
                .walker
                .step(self.buffer.get(self.start..self.end).unwrap_or_default());
        }
    }

    /// Passes over `len` bytes, of which only some may be in the buffer.
    fn skip(&mut self, len: u64) -> Result<(), SourceError> {
        let offset = self.offset();
        let mut left = len;
        loop {
            let ahead = self.end - self.start;
            let step = usize::try_from(left).map_or(ahead, |left| left.min(ahead));
            self.start += step;
            left -= step as u64;
            if left == 0 {
                return Ok(());
            }
            if self.state != State::Open {
                return self.ended(offset, len, len - left);
            }
            self.fill();
        }
    }

    /// Reads, so that perhaps `needed` bytes lie ahead; at the end, tells how it ends.
    fn read_more(&mut self, needed: u64) -> Result<(), SourceError> {
        let ahead = self.end - self.start;
        if needed > Self::MAX_RECORD_LEN as u64 {
            let (record, offset) = (self.packets + 1, self.offset());
            return self.fail(SourceError::RecordTooLarge {
                record,
                offset,
                claimed: needed,
            });
        }
        if self.state == State::Open {
            self.fill();
            return Ok(());
        }
        self.ended(self.offset(), needed, ahead as u64)
    }

    /// Tells how the input ended: in a record at `offset`, of which `available` bytes are there,
    /// or between two, where that is none.
    fn ended(&mut self, offset: u64, needed: u64, available: u64) -> Result<(), SourceError> {
        let state = self.close();
        match state {
            State::Ended(Some(error)) => Err(error),
            _ if available == 0 => Ok(()),
            _ => Err(SourceError::CutInRecord {
                record: self.packets + 1,
                offset,
                needed,
                available,
            }),
        }
    }

    fn fail(&mut self, error: SourceError) -> Result<(), SourceError> {
        self.close();
        Err(error)
    }

    /// Nothing more is handed out, whatever the buffer still holds. Returns how reading stood.
    fn close(&mut self) -> State {
        self.start = self.end;
        std::mem::replace(&mut self.state, State::Over)
    }

    /// One read into the free end of the buffer.
    fn fill(&mut self) {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.base += self.start as u64;
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            // One record that is longer than the buffer. It grows as bytes come, not as they are
            // announced.
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.reader.read(free) {
                Ok(0) => self.state = State::Ended(None),
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    let offset = self.base + self.end as u64;
                    let error = read_error(self.compression, &error, offset);
                    self.state = State::Ended(Some(error));
                }
            }
            return;
        }
    }

    /// Where the next record begins, in bytes of the capture.
    fn offset(&self) -> u64 {
        self.base + self.start as u64
    }
}

impl std::fmt::Debug for FileSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileSource")
            .field("format", &self.format())
            .field("compression", &self.compression)
            .field("packets", &self.packets)
            .finish_non_exhaustive()
    }
}

/// Packets that lie whole in the source's buffer.
#[derive(Debug)]
pub struct Batch<'a> {
    walker: &'a mut Walker,
    bytes: &'a [u8],
    start: &'a mut usize,
    packets: &'a mut u64,
    capture: u32,
}

impl<'a> Iterator for Batch<'a> {
    type Item = Packet<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Packet<'a>> {
        loop {
            let ahead = self.bytes.get(*self.start..).unwrap_or_default();
            match self.walker.step(ahead) {
                Step::Record(record) => {
                    *self.start += record.total_len;
                    *self.packets += 1;
                    let data = ahead.get(record.data_at..record.data_at + record.data_len);
                    let data = data.unwrap_or_default();
                    return Some(record.packet(data, self.capture, *self.packets));
                }
                Step::Skip(len) if len <= ahead.len() as u64 => {
                    *self.start += usize::try_from(len).unwrap_or(0);
                    if self.walker.has_secrets() {
                        return None;
                    }
                }
                // All that needs reading, or an error, is the source's to deal with.
                _ => return None,
            }
        }
    }
}

/// How the records of this capture are read.
#[derive(Debug)]
enum Walker {
    Pcap(Pcap),
    PcapNg(Box<PcapNg>),
}

impl Walker {
    #[inline(always)]
    fn step(&mut self, bytes: &[u8]) -> Step {
        match self {
            Self::Pcap(walker) => walker.step(bytes),
            Self::PcapNg(walker) => walker.step(bytes),
        }
    }

    fn has_secrets(&self) -> bool {
        match self {
            Self::Pcap(_) => false,
            Self::PcapNg(walker) => walker.has_secrets(),
        }
    }
}

/// What lies at the front of the bytes ahead.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// A packet, whole.
    Record(Record),
    /// A block of this many bytes that is no packet. It may not be whole.
    Skip(u64),
    /// So many bytes are needed to say more, or none where the input may end.
    More(u64),
    /// A block that makes no sense.
    Bad(BlockFault),
}

/// A packet, relative to the front of its record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    pub(super) at: Timestamp,
    pub(super) link: LinkType,
    pub(super) data_at: usize,
    pub(super) data_len: usize,
    pub(super) wire_len: u32,
    pub(super) total_len: usize,
}

impl Record {
    #[inline(always)]
    fn packet(self, data: &[u8], capture: u32, frame: u64) -> Packet<'_> {
        Packet {
            at: self.at,
            link: self.link,
            data,
            wire_len: self.wire_len,
            origin: Origin { capture, frame },
        }
    }
}

/// Counts what is read of the input itself.
struct Metered<R> {
    reader: R,
    consumed: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.consumed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// True for the first bytes of a capture that we read, compressed or not.
pub(super) fn is_capture(first: &[u8]) -> bool {
    first.first_chunk().is_some_and(|&magic| {
        compressed::detect(first).is_some()
            || magic == pcapng::SECTION_HEADER
            || Pcap::from_magic(magic).is_some()
    })
}

/// The name of a format that is known and not read.
fn unsupported_format(first: &[u8]) -> Option<&'static str> {
    Some(match *first {
        [0x34, 0xcd, 0xb2, 0xa1] | [0xa1, 0xb2, 0xcd, 0x34] => {
            "pcap as modified by Alexey Kuznetzov"
        }
        [b's', b'n', b'o', b'o'] => "snoop",
        [b'B', b'Z', b'h', _] => "bzip2",
        [0xfd, b'7', b'z', b'X'] => "xz",
        [0x04, 0x22, 0x4d, 0x18] => "lz4",
        [b'P', b'K', 3, 4] => "zip",
        [b'G', b'M', b'B', b'U'] => "Microsoft Network Monitor",
        _ if compressed::detect(first).is_some() => "compressed twice",
        _ => return None,
    })
}

/// The first `len` bytes, or all there are.
fn read_up_to(reader: impl Read, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(len).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a failed read of a capture means.
fn read_error(compression: Option<Compression>, error: &io::Error, offset: u64) -> SourceError {
    match compression {
        Some(compression) => SourceError::Decompress {
            compression,
            offset,
            cut: compressed::is_cut(error),
        },
        None => SourceError::Read {
            kind: error.kind(),
            offset,
        },
    }
}

/// Bytes read from the input at once, and kept: a small part of a core's second-level cache, so that
/// the connections' state stays there between two reads.
const BUFFER_LEN: usize = 128 << 10;
