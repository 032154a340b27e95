//! gzip and zstd, streamed: what they expand to is never held, so a bomb costs time and no memory.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use super::Compression;

/// How a file with these first bytes is compressed.
pub(super) fn detect(first: &[u8]) -> Option<Compression> {
    match *first {
        [0x1f, 0x8b, ..] => Some(Compression::Gzip),
        // A skippable frame (RFC 8878 3.1.2) may come first.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Some(Compression::Zstd)
        }
        _ => None,
    }
}

/// A reader of what is inside.
pub(super) fn reader(
    compression: Compression,
    compressed: impl Read + Send + 'static,
) -> Box<dyn Read + Send> {
    let compressed = BufReader::with_capacity(INPUT_BUFFER_LEN, compressed);
    match compression {
        Compression::Gzip => Box::new(MultiGzDecoder::new(compressed)),
        Compression::Zstd => Box::new(ZstdReader::new(compressed)),
    }
}

/// True where an error of these readers means that the compressed data ends too early.
pub(super) fn is_cut(error: &io::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if error.kind() == io::ErrorKind::UnexpectedEof {
                return true;
            }
            // Not `source`, which passes over what the error wraps.
            cause = error.get_ref().map(|inner| inner as _);
        } else {
            cause = error.source();
        }
    }
    false
}

/// Frames of zstd one after the other (RFC 8878 3.1): `ruzstd` reads one.
struct ZstdReader<R> {
    compressed: R,
    frame: FrameDecoder,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    Inside,
}

impl<R: BufRead> ZstdReader<R> {
    fn new(compressed: R) -> Self {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(MAX_ZSTD_WINDOW_LEN);
        Self {
            compressed,
            frame,
            state: State::Between,
        }
    }

    /// Reads a frame header, and passes over skippable frames.
    fn begin(&mut self) -> io::Result<()> {
        match self.frame.reset(&mut self.compressed) {
            Ok(()) => self.state = State::Inside,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                let length = u64::from(length);
                let mut skipped = (&mut self.compressed).take(length);
                if io::copy(&mut skipped, &mut io::sink())? < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Err(error) => return Err(io::Error::other(error)),
        }
        Ok(())
    }

    /// The frame's checksum over its content, where it has one.
    fn end(&mut self) -> io::Result<()> {
        self.state = State::Between;
        match (
            self.frame.get_checksum_from_data(),
            self.frame.get_calculated_checksum(),
        ) {
            (Some(claimed), Some(found)) if claimed != found => Err(io::ErrorKind::InvalidData)?,
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for ZstdReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.state == State::Between {
                if self.compressed.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.begin()?;
                continue;
            }
            let read = self.frame.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            if self.frame.is_finished() {
                self.end()?;
            } else {
                let one = ruzstd::decoding::BlockDecodingStrategy::UptoBlocks(1);
                self.frame
                    .decode_blocks(&mut self.compressed, one)
                    .map_err(io::Error::other)?;
            }
        }
    }
}

/// Bytes of compressed input read at once.
const INPUT_BUFFER_LEN: usize = 64 << 10;

/// Longest back reference we keep room for, in bytes: what the `zstd` program accepts by itself
/// (2^27). A frame may claim 2^41.
const MAX_ZSTD_WINDOW_LEN: u64 = 1 << 27;
