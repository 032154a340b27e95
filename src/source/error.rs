//! What can be wrong with an input, as facts; `app` makes the sentence and knows the name.

use std::fmt;
use std::io;

/// How a file is compressed; told by its first bytes, never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

/// Why an input cannot be read, or not further.
///
/// `record` counts packets from 1, as Wireshark does: the number the damaged one would have had.
/// `offset` is in bytes of the capture, after decompression. Every packet before is handed out
/// first. `Display` gives a clause without the input's name: "ends inside record 17, at byte 4096".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceError {
    /// The file cannot be opened: not there, no permission, a directory.
    Open {
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// Reading failed.
    Read {
        /// What the system said.
        kind: io::ErrorKind,
        /// Bytes of the capture that were read before.
        offset: u64,
    },
    /// No byte at all.
    Empty,
    /// The first bytes are those of no capture format.
    NotACapture {
        /// The first bytes, filled up with zeros.
        first: [u8; 4],
    },
    /// A capture format that we know by its first bytes and do not read.
    UnsupportedFormat {
        /// Its name.
        name: &'static str,
    },
    /// The file ends inside the header of the capture.
    CutInHeader {
        /// Bytes that are there.
        len: u64,
    },
    /// The file ends inside a record.
    CutInRecord {
        /// Number of the record.
        record: u64,
        /// Where the record begins.
        offset: u64,
        /// Bytes that the record should have from there.
        needed: u64,
        /// Bytes that are there.
        available: u64,
    },
    /// A record claims more than [`super::FileSource::MAX_RECORD_LEN`].
    RecordTooLarge {
        /// Number of the record.
        record: u64,
        /// Where the record begins.
        offset: u64,
        /// Bytes that it claims.
        claimed: u64,
    },
    /// A pcapng block contradicts itself.
    BadBlock {
        /// Number that the next packet would have had.
        record: u64,
        /// Where the block begins.
        offset: u64,
        /// What is wrong.
        why: BlockFault,
    },
    /// The compressed data is damaged or cut.
    Decompress {
        /// Which decompressor.
        compression: Compression,
        /// Bytes of the capture that it gave before.
        offset: u64,
        /// It ended too early, and is not damaged up to there.
        cut: bool,
    },
}

/// What is wrong with a pcapng block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockFault {
    /// Shorter than its fixed fields, or not a multiple of 4 bytes.
    Length,
    /// The packet in it is longer than the block.
    CapturedLength,
    /// It names an interface that the section has not declared.
    UndeclaredInterface,
    /// More interfaces than [`super::FileSource::MAX_INTERFACES`].
    TooManyInterfaces,
    /// A section with another byte-order magic or major version than there are.
    Section,
}

impl fmt::Display for BlockFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "its length is impossible",
            Self::CapturedLength => "its packet is longer than the block",
            Self::UndeclaredInterface => "it names an interface that was not declared",
            Self::TooManyInterfaces => "it declares one interface too many",
            Self::Section => "its section header is of no known byte order or version",
        })
    }
}

impl SourceError {
    /// True where the input is a capture and packets before the damage are worth their report;
    /// false where nothing could be read at all.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        match self {
            Self::CutInRecord { .. }
            | Self::RecordTooLarge { .. }
            | Self::BadBlock { .. }
            | Self::Decompress { .. }
            | Self::Read { .. } => true,
            Self::Open { .. }
            | Self::Empty
            | Self::NotACapture { .. }
            | Self::UnsupportedFormat { .. }
            | Self::CutInHeader { .. } => false,
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Open { kind } => write!(f, "cannot be opened: {kind}"),
            Self::Read { kind, offset } => write!(f, "cannot be read past byte {offset}: {kind}"),
            Self::Empty => f.write_str("is empty"),
            Self::NotACapture { first } => {
                f.write_str("is no capture file (it begins with")?;
                for byte in first {
                    write!(f, " {byte:02x}")?;
                }
                f.write_str(")")
            }
            Self::UnsupportedFormat { name } => write!(f, "is in a format we do not read: {name}"),
            Self::CutInHeader { len } => {
                write!(f, "ends after {len} bytes, inside the capture header")
            }
            Self::CutInRecord {
                record,
                offset,
                needed,
                available,
            } => write!(
                f,
                "ends inside record {record} (at byte {offset}: {available} of {needed} bytes)"
            ),
            Self::RecordTooLarge {
                record,
                offset,
                claimed,
            } => write!(
                f,
                "is damaged: record {record} at byte {offset} claims {claimed} bytes"
            ),
            Self::BadBlock {
                record,
                offset,
                why,
            } => write!(
                f,
                "is damaged: in the block at byte {offset}, before record {record}, {why}"
            ),
            Self::Decompress {
                compression,
                offset,
                cut,
            } => write!(
                f,
                "{} in its {compression} data, after {offset} bytes of capture",
                if cut { "is cut" } else { "is damaged" }
            ),
        }
    }
}

impl std::error::Error for SourceError {}
