//! The record layer: headers and bodies of one direction, cut wherever TCP cut them.
//!
//! Bodies are passed on in the pieces in which they come; nothing is buffered here but a header.
//! Knows nothing of what is inside a record.

/// Longest record body in bytes: 2^14 and 2048 for compression and protection (RFC 5246 6.2.3).
pub const MAX_RECORD_LEN: usize = (1 << 14) + 2048;

/// Content type of a record (RFC 8446 B.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentType {
    /// Keys change from the next record on.
    ChangeCipherSpec,
    /// Two bytes of bad news.
    Alert,
    /// Handshake messages.
    Handshake,
    /// The peer's data, or anything at all in TLS 1.3.
    ApplicationData,
    /// RFC 6520.
    Heartbeat,
}

impl ContentType {
    /// From the wire.
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            20 => Some(Self::ChangeCipherSpec),
            21 => Some(Self::Alert),
            22 => Some(Self::Handshake),
            23 => Some(Self::ApplicationData),
            24 => Some(Self::Heartbeat),
            _ => None,
        }
    }

    /// To the wire.
    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::ChangeCipherSpec => 20,
            Self::Alert => 21,
            Self::Handshake => 22,
            Self::ApplicationData => 23,
            Self::Heartbeat => 24,
        }
    }
}

/// A record header that can be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// What is inside.
    pub(crate) content: ContentType,
    /// Version bytes; they tell nothing of a hello (RFC 8446 5.1).
    pub(crate) version: u16,
    /// Body length in bytes, at most [`MAX_RECORD_LEN`].
    pub(crate) len: usize,
}

impl Header {
    /// `None` where these five bytes start no record.
    pub(crate) fn parse(bytes: [u8; HEADER_LEN]) -> Option<Self> {
        let [content, major, minor, high, low] = bytes;
        let content = ContentType::from_byte(content)?;
        let len = usize::from(u16::from_be_bytes([high, low]));
        // Only data may be empty; RFC 8446 5.1 forbids it of the rest.
        let len_ok = len <= MAX_RECORD_LEN && (len > 0 || content == ContentType::ApplicationData);
        (major == 3 && minor <= 4 && len_ok).then_some(Self {
            content,
            version: u16::from_be_bytes([major, minor]),
            len,
        })
    }
}

/// What [`RecordReader::next`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// A record begins.
    Header(Header),
    /// A piece of its body, at least one byte; `last` where it ends the record.
    Body { bytes: &'a [u8], last: bool },
    /// An empty record: header and nothing else.
    Empty,
    /// These bytes begin no record; from here they are passed over until one is found.
    Lost,
    /// `skipped` bytes passed over while looking for a record.
    Skipped(usize),
}

/// Reads one direction.
#[derive(Debug, Default)]
pub(crate) struct RecordReader {
    state: State,
    /// Header bytes held because the rest has not come: 0 to 4.
    held: [u8; HEADER_LEN],
    held_len: u8,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Header,
    /// The header was told; `missing` bytes of the body are still to come, at least 1.
    Body { missing: usize },
    /// The header of an empty record was told.
    Empty,
    /// Out of step.
    Hunt,
}

impl RecordReader {
    /// One that begins in the middle of something: it looks for a record first.
    pub(crate) fn lost() -> Self {
        Self {
            state: State::Hunt,
            ..Self::default()
        }
    }

    /// Takes bytes off the front of `bytes`; `None` where more are needed.
    pub(crate) fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Step<'a>> {
        match self.state {
            State::Header => self.header(bytes),
            State::Empty => {
                self.state = State::Header;
                Some(Step::Empty)
            }
            State::Body { missing } => {
                if bytes.is_empty() {
                    return None;
                }
                let (piece, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
                *bytes = rest;
                let left = missing.saturating_sub(piece.len());
                self.state = match left {
                    0 => State::Header,
                    missing => State::Body { missing },
                };
                Some(Step::Body {
                    bytes: piece,
                    last: left == 0,
                })
            }
            State::Hunt => self.hunt(bytes),
        }
    }

    /// Bytes that will not come: true where the reader keeps step because they all belong to the
    /// body of the record at hand. Otherwise it hunts; header bytes held are returned as skipped.
    pub(crate) fn gap(&mut self, len: u64) -> GapEffect {
        if let State::Body { missing } = self.state
            && let Ok(len) = usize::try_from(len)
            && len <= missing
        {
            self.state = match missing.saturating_sub(len) {
                0 => State::Header,
                missing => State::Body { missing },
            };
            return GapEffect::InBody {
                ended: self.state == State::Header,
            };
        }
        let skipped = usize::from(self.held_len);
        self.held_len = 0;
        self.state = State::Hunt;
        GapEffect::Lost { skipped }
    }

    /// Header bytes held for want of the rest.
    pub(crate) fn held(&self) -> &[u8] {
        self.held.get(..usize::from(self.held_len)).unwrap_or(&[])
    }

    fn header<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Step<'a>> {
        let header = self.take_header(bytes)?;
        if let Some(header) = Header::parse(header) {
            self.held_len = 0;
            self.state = match header.len {
                0 => State::Empty,
                missing => State::Body { missing },
            };
            Some(Step::Header(header))
        } else {
            // The held bytes are looked at again by the hunt, from the second on.
            self.state = State::Hunt;
            Some(Step::Lost)
        }
    }

    /// Fills `held` up to five bytes.
    fn take_header(&mut self, bytes: &mut &[u8]) -> Option<[u8; HEADER_LEN]> {
        if self.held_len == 0
            && let Some((header, rest)) = bytes.split_first_chunk::<HEADER_LEN>()
        {
            self.held = *header;
            self.held_len = HEADER_LEN_U8;
            *bytes = rest;
        }
        while self.held_len < HEADER_LEN_U8 {
            let (&first, rest) = bytes.split_first()?;
            *bytes = rest;
            if let Some(slot) = self.held.get_mut(usize::from(self.held_len)) {
                *slot = first;
            }
            self.held_len += 1;
        }
        Some(self.held)
    }

    /// Slides a five-byte window until it can be a header.
    fn hunt<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Step<'a>> {
        let mut skipped = 0;
        loop {
            if self.held_len == HEADER_LEN_U8 {
                if Header::parse(self.held).is_some() {
                    self.state = State::Header;
                    return Some(Step::Skipped(skipped));
                }
                self.held.rotate_left(1);
                self.held_len -= 1;
                skipped += 1;
            }
            let Some((&first, rest)) = bytes.split_first() else {
                break;
            };
            *bytes = rest;
            if let Some(slot) = self.held.get_mut(usize::from(self.held_len)) {
                *slot = first;
            }
            self.held_len += 1;
        }
        (skipped > 0).then_some(Step::Skipped(skipped))
    }
}

/// What a gap did to a [`RecordReader`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GapEffect {
    /// Inside a record body; `ended` where it was the body's end.
    InBody { ended: bool },
    /// Out of step; `skipped` header bytes held before it are given up.
    Lost { skipped: usize },
}

/// Bytes of a record header.
pub(crate) const HEADER_LEN: usize = 5;
const HEADER_LEN_U8: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    /// Every step over `chunks`, bodies joined.
    fn read(chunks: &[&[u8]]) -> (Vec<(Header, Vec<u8>)>, usize) {
        let mut reader = RecordReader::default();
        let (mut records, mut skipped) = (Vec::new(), 0);
        for chunk in chunks {
            let mut bytes = *chunk;
            while let Some(step) = reader.next(&mut bytes) {
                match step {
                    Step::Header(header) => records.push((header, Vec::new())),
                    Step::Body { bytes, .. } => {
                        records.last_mut().expect("a header came").1.extend(bytes);
                    }
                    Step::Empty | Step::Lost => {}
                    Step::Skipped(count) => skipped += count,
                }
            }
        }
        (records, skipped)
    }

    const TWO: &[u8] = b"\x16\x03\x01\x00\x04abcd\x17\x03\x03\x00\x00\x15\x03\x03\x00\x02\x02\x28";

    #[test]
    fn any_cut_gives_the_same_records() {
        let whole = read(&[TWO]);
        assert_eq!(whole.0.len(), 3);
        assert_eq!(whole.0[0].1, b"abcd");
        assert_eq!(whole.1, 0);
        for at in 0..TWO.len() {
            let (head, tail) = TWO.split_at(at);
            assert_eq!(read(&[head, tail]), whole, "cut at {at}");
        }
        let bytes: Vec<&[u8]> = TWO.chunks(1).collect();
        assert_eq!(read(&bytes), whole);
    }

    #[test]
    fn after_noise_the_next_record_is_found_and_the_noise_counted() {
        let mut noisy = b"\x00\xff\x17\x03".to_vec();
        noisy.extend(TWO);
        let whole = read(&[&noisy]);
        assert_eq!(whole.0.len(), 3);
        assert_eq!(whole.1, 4);
        for at in 0..noisy.len() {
            let (head, tail) = noisy.split_at(at);
            assert_eq!(read(&[head, tail]), whole, "cut at {at}");
        }
    }

    #[test]
    fn a_gap_inside_a_body_keeps_step_and_one_past_it_does_not() {
        let mut reader = RecordReader::default();
        let mut bytes: &[u8] = b"\x17\x03\x03\x00\x09ab";
        while reader.next(&mut bytes).is_some() {}
        assert_eq!(reader.gap(5), GapEffect::InBody { ended: false });
        assert_eq!(reader.gap(2), GapEffect::InBody { ended: true });
        assert_eq!(reader.state, State::Header);
        let mut bytes: &[u8] = b"\x17\x03\x03\x00\x09ab";
        while reader.next(&mut bytes).is_some() {}
        assert_eq!(reader.gap(8), GapEffect::Lost { skipped: 0 });
    }

    #[test]
    fn a_length_above_the_limit_is_no_header() {
        assert!(Header::parse([23, 3, 3, 0x48, 0x00]).is_some());
        assert!(Header::parse([23, 3, 3, 0x48, 0x01]).is_none());
        assert!(Header::parse([22, 3, 3, 0, 0]).is_none());
    }
}
