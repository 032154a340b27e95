//! The primitives of RDB: fixed bytes, lengths and strings, resumable at any byte.

use super::lzf::Lzf;

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    /// That many bytes, at most [`MAX_FIXED`].
    Fixed(u8),
    /// That many bytes that nobody looks at.
    Skip(u64),
    /// A length.
    Length,
    /// A string, in any of its encodings.
    String,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// All the bytes of [`Request::Fixed`].
    Fixed(&'a [u8]),
    /// [`Request::Skip`] is done.
    Skipped,
    /// A length.
    Length(u64),
    /// A whole string.
    String(&'a [u8]),
    /// A string of that length begins, as its announcement says.
    Start(u64),
    /// Its next bytes.
    Bytes(&'a [u8]),
    /// It is over.
    End,
    /// Bytes that can never be right.
    Damaged,
}

/// Reads one thing at a time.
#[derive(Debug)]
pub(super) struct Reader {
    state: State,
    /// Bytes of something small that is not whole yet.
    small: [u8; MAX_FIXED],
    have: usize,
    /// Exists while a compressed string is read.
    lzf: Option<Box<Lzf>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fixed(u8),
    Skip(u64),
    Length(Purpose),
    /// An integer-encoded string of so many bytes.
    Integer(u8),
    /// First byte of a plain string of so many bytes.
    RawStart(u64),
    Raw(u64),
    /// Compressed bytes still to come.
    Lzf(u64),
    End,
}

/// What a length is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Length,
    String,
    /// How long the compressed form is.
    Compressed,
    /// How long the string is whose compressed form has so many bytes.
    Plain(u64),
}

impl Reader {
    pub(super) fn new(request: Request) -> Self {
        Self {
            state: State::of(request),
            small: [0; MAX_FIXED],
            have: 0,
            lzf: None,
        }
    }

    /// Asks for the next thing; the one before must be over.
    pub(super) fn request(&mut self, request: Request) {
        self.state = State::of(request);
        self.have = 0;
    }

    /// Takes from the front of `input`; `None` once it needs more.
    pub(super) fn next<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Option<Event<'a>> {
        loop {
            match self.state {
                State::Fixed(need) => {
                    let need = usize::from(need);
                    return self
                        .fill(need, input)
                        .then(|| Event::Fixed(self.small.get(..need).unwrap_or_default()));
                }
                State::Skip(left) => {
                    let taken = left.min(input.len() as u64);
                    take(input, taken);
                    self.state = State::Skip(left - taken);
                    return (left == taken).then_some(Event::Skipped);
                }
                State::Length(purpose) => {
                    let length = self.length(input)?;
                    match (purpose, length) {
                        (Purpose::Length, Length::Plain(value)) => {
                            return Some(Event::Length(value));
                        }
                        (Purpose::String, Length::Plain(len)) => {
                            self.state = State::RawStart(len);
                        }
                        (Purpose::String, Length::Encoded(0)) => self.state = State::Integer(1),
                        (Purpose::String, Length::Encoded(1)) => self.state = State::Integer(2),
                        (Purpose::String, Length::Encoded(2)) => self.state = State::Integer(4),
                        (Purpose::String, Length::Encoded(3)) => {
                            self.state = State::Length(Purpose::Compressed);
                        }
                        (Purpose::Compressed, Length::Plain(compressed)) => {
                            self.state = State::Length(Purpose::Plain(compressed));
                        }
                        (Purpose::Plain(compressed), Length::Plain(len)) => {
                            // A compressed byte makes at most 88: three make a run of 264.
                            if len > compressed.saturating_mul(88) {
                                return Some(Event::Damaged);
                            }
                            self.lzf = Some(Box::new(Lzf::new(len)));
                            self.state = State::Lzf(compressed);
                            return Some(Event::Start(len));
                        }
                        (_, Length::Encoded(_) | Length::Invalid) => return Some(Event::Damaged),
                    }
                    self.have = 0;
                }
                State::Integer(need) => {
                    let need = usize::from(need);
                    if !self.fill(need, input) {
                        return None;
                    }
                    let value = integer(self.small.get(..need).unwrap_or_default());
                    let text = Decimal::new(value);
                    self.small = text.digits;
                    return Some(Event::String(
                        self.small.get(text.start..).unwrap_or_default(),
                    ));
                }
                State::RawStart(len) => {
                    if len <= input.len() as u64 {
                        return Some(Event::String(take(input, len)));
                    }
                    // Nothing yet: what comes next may still be whole.
                    if input.is_empty() {
                        return None;
                    }
                    self.state = State::Raw(len);
                    return Some(Event::Start(len));
                }
                State::Raw(0) | State::End => return Some(Event::End),
                State::Raw(left) => {
                    if input.is_empty() {
                        return None;
                    }
                    let bytes = take(input, left);
                    self.state = State::Raw(left - bytes.len() as u64);
                    return Some(Event::Bytes(bytes));
                }
                State::Lzf(left) => return self.decompress(left, input),
            }
        }
    }

    /// Bytes of memory held beyond the struct itself.
    pub(super) fn memory_len(&self) -> usize {
        self.lzf
            .as_ref()
            .map_or(0, |lzf| size_of::<Lzf>() + lzf.memory_len())
    }

    /// Collects `need` bytes; true once they are there.
    fn fill(&mut self, need: usize, input: &mut &[u8]) -> bool {
        let missing = need.saturating_sub(self.have).min(input.len());
        if let Some(free) = self.small.get_mut(self.have..self.have + missing) {
            free.copy_from_slice(take(input, missing as u64));
            self.have += missing;
        }
        self.have >= need
    }

    /// Reads a length: 1, 2, 5 or 9 bytes.
    fn length(&mut self, input: &mut &[u8]) -> Option<Length> {
        if !self.fill(1, input) {
            return None;
        }
        let [first, ..] = self.small;
        let need = match first {
            0x80 => 5,
            0x81 => 9,
            _ if first >> 6 == 1 => 2,
            _ => 1,
        };
        if !self.fill(need, input) {
            return None;
        }
        let rest = self.small.get(1..need).unwrap_or_default();
        let big_endian = |first: u8| {
            rest.iter().fold(u64::from(first), |value, &byte| {
                value << 8 | u64::from(byte)
            })
        };
        Some(match first {
            0x00..=0x7f => Length::Plain(big_endian(first & 0x3f)),
            0x80 | 0x81 => Length::Plain(big_endian(0)),
            0xc0..=0xff => Length::Encoded(first & 0x3f),
            _ => Length::Invalid,
        })
    }

    fn decompress(&mut self, left: u64, input: &mut &[u8]) -> Option<Event<'_>> {
        if left == 0 {
            let whole = self.lzf.take().is_some_and(|lzf| lzf.is_complete());
            self.state = State::End;
            return Some(if whole { Event::End } else { Event::Damaged });
        }
        if input.is_empty() {
            return None;
        }
        let offered = input
            .get(..usize::try_from(left).unwrap_or(usize::MAX).min(input.len()))
            .unwrap_or_default();
        match self.lzf.as_mut()?.push(offered) {
            Some((taken, output)) => {
                take(input, taken as u64);
                self.state = State::Lzf(left - taken as u64);
                Some(Event::Bytes(output))
            }
            None => Some(Event::Damaged),
        }
    }
}

impl State {
    fn of(request: Request) -> Self {
        match request {
            Request::Fixed(need) => Self::Fixed(need),
            Request::Skip(len) => Self::Skip(len),
            Request::Length => Self::Length(Purpose::Length),
            Request::String => Self::Length(Purpose::String),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Plain(u64),
    /// A string that is encoded in one of 64 ways.
    Encoded(u8),
    Invalid,
}

/// An integer as its decimal digits, as Redis would give it to a client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal {
    digits: [u8; MAX_FIXED],
    start: usize,
}

impl Decimal {
    pub(super) fn new(value: i64) -> Self {
        let mut decimal = Self {
            digits: [0; MAX_FIXED],
            start: MAX_FIXED,
        };
        let mut rest = value.unsigned_abs();
        loop {
            decimal.put(b'0' + u8::try_from(rest % 10).unwrap_or(0));
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            decimal.put(b'-');
        }
        decimal
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.digits.get(self.start..).unwrap_or_default()
    }

    fn put(&mut self, digit: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(slot) = self.digits.get_mut(self.start) {
            *slot = digit;
        }
    }
}

/// A signed little-endian integer of 1 to 8 bytes.
pub(super) fn integer(bytes: &[u8]) -> i64 {
    let bits = 64_usize.saturating_sub(bytes.len() * 8);
    let value = bytes
        .iter()
        .rev()
        .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
    // Shift up and back: the sign spreads.
    if bits >= 64 {
        0
    } else {
        (value << bits).cast_signed() >> bits
    }
}

/// Takes up to `len` bytes off the front.
fn take<'a>(input: &mut &'a [u8], len: u64) -> &'a [u8] {
    let len = usize::try_from(len).unwrap_or(usize::MAX).min(input.len());
    let (head, rest) = input.split_at_checked(len).unwrap_or((*input, &[]));
    *input = rest;
    head
}

/// Longest fixed piece: 24 bytes hold any length, stream id or decimal.
pub(super) const MAX_FIXED: usize = 24;
