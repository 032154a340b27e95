//! Key patterns: `user:4711:cart` and `user:4712:cart` are both `user:{n}:cart`.
//!
//! Keys that differ only in numbers, UUIDs, hashes and random ids belong together, in findings as in
//! statistics; and a random part may itself be a credential (`sess:<token>`), which a pattern does
//! not show. This module knows what such parts look like, not what they mean.

use std::str;

/// A part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words and separators, kept as they are: UTF-8 without control characters.
    Text(&'a [u8]),
    /// Decimal digits: `{n}`.
    Digits(&'a [u8]),
    /// `8-4-4-4-12` hexadecimal digits: `{uuid}`.
    Uuid(&'a [u8]),
    /// A run of hexadecimal digits too long for a word: `{hex}`.
    Hex(&'a [u8]),
    /// Letters and digits in no order that a word would have: `{id}`.
    Random(&'a [u8]),
    /// Control characters, or bytes that are not UTF-8: `{bytes}`.
    Binary(&'a [u8]),
}

impl<'a> Piece<'a> {
    /// The key's bytes.
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        match self {
            Self::Text(bytes)
            | Self::Digits(bytes)
            | Self::Uuid(bytes)
            | Self::Hex(bytes)
            | Self::Random(bytes)
            | Self::Binary(bytes) => bytes,
        }
    }

    /// What stands for it in a pattern.
    #[must_use]
    pub fn pattern(self) -> &'a [u8] {
        match self {
            Self::Text(bytes) => bytes,
            Self::Digits(_) => b"{n}",
            Self::Uuid(_) => b"{uuid}",
            Self::Hex(_) => b"{hex}",
            Self::Random(_) => b"{id}",
            Self::Binary(_) => b"{bytes}",
        }
    }
}

/// Longest pattern written, in bytes, the mark `{..}` of a cut included. Patterns name groups in
/// reports and are kept by the thousand; longer keys are rarely told apart by their far end.
pub const MAX_PATTERN_LEN: usize = 256;

/// Appends the pattern of `key` to `out`: UTF-8 without ASCII control characters, at most
/// [`MAX_PATTERN_LEN`] bytes. Allocates only to grow `out`.
pub fn write(key: &[u8], out: &mut Vec<u8>) {
    let end = out.len().saturating_add(MAX_PATTERN_LEN - CUT.len());
    for piece in pieces(key) {
        let pattern = piece.pattern();
        let room = end.saturating_sub(out.len());
        if let Some(head) = pattern.get(..room)
            && pattern.len() > room
        {
            if matches!(piece, Piece::Text(_)) {
                // Cut between characters: a continuation byte is 0b10xx_xxxx.
                let boundary = (0..=room)
                    .rev()
                    .find(|&at| pattern.get(at).is_none_or(|byte| byte & 0xc0 != 0x80));
                out.extend_from_slice(head.get(..boundary.unwrap_or(0)).unwrap_or_default());
            }
            out.extend_from_slice(CUT);
            return;
        }
        out.extend_from_slice(pattern);
    }
}

/// The pattern of `key` as a string of its own; [`write()`] serves hot paths.
#[must_use]
pub fn pattern(key: &[u8]) -> String {
    let mut out = Vec::new();
    write(key, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// The parts of a key in order; together they are the key.
#[must_use]
pub fn pieces(key: &[u8]) -> Pieces<'_> {
    Pieces { rest: key }
}

/// Iterator over the parts of a key.
#[derive(Clone)]
pub struct Pieces<'a> {
    rest: &'a [u8],
}

impl<'a> Pieces<'a> {
    fn take(&mut self, len: usize) -> &'a [u8] {
        let (head, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        self.rest = rest;
        head
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        // Text runs on until something else begins.
        let mut text = 0;
        loop {
            let rest = self.rest.get(text..).unwrap_or_default();
            let &first = rest.first()?;
            let (kind, len) = match class(first) {
                SEPARATOR => {
                    text += 1;
                    if text == self.rest.len() {
                        return Some(Piece::Text(self.take(text)));
                    }
                    continue;
                }
                BINARY => binary(rest),
                _ => token(rest),
            };
            if matches!(kind, Kind::Text) {
                text += len;
                if text == self.rest.len() {
                    return Some(Piece::Text(self.take(text)));
                }
                continue;
            }
            if text > 0 {
                return Some(Piece::Text(self.take(text)));
            }
            let bytes = self.take(len);
            return Some(match kind {
                Kind::Text => Piece::Text(bytes),
                Kind::Digits => Piece::Digits(bytes),
                Kind::Uuid => Piece::Uuid(bytes),
                Kind::Hex => Piece::Hex(bytes),
                Kind::Random => Piece::Random(bytes),
                Kind::Binary => Piece::Binary(bytes),
            });
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Digits,
    Uuid,
    Hex,
    Random,
    Binary,
}

/// What the run of letters and digits at the front is, and how much of it.
fn token(rest: &[u8]) -> (Kind, usize) {
    let mut len = 0;
    let mut seen = 0;
    // Borders inside the run: letter to digit and back, lower to upper case. A capital that begins a
    // word is none, so that `OrderItem` has one and random text has one every other byte.
    let mut borders = 0;
    let mut before = 0;
    for &byte in rest.iter().take(MAX_RUN_LEN) {
        let class = class(byte);
        if class & (DIGIT | LOWER | UPPER) == 0 {
            break;
        }
        let case = class & (DIGIT | LOWER | UPPER);
        borders += usize::from(is_border(before, case));
        before = case;
        seen |= class;
        len += 1;
    }
    if seen == DIGIT | HEX {
        // The first group of a UUID may be all digits.
        return if len == 8 && is_uuid(rest) {
            (Kind::Uuid, UUID_LEN)
        } else {
            (Kind::Digits, len)
        };
    }
    if seen & NOT_HEX == 0 {
        if len == 8 && is_uuid(rest) {
            return (Kind::Uuid, UUID_LEN);
        }
        if len >= MIN_HEX_LEN || (len >= MIN_RANDOM_LEN && borders >= 2) {
            return (Kind::Hex, len);
        }
    }
    let is_random = match len {
        0..MIN_RANDOM_LEN => false,
        MIN_RANDOM_LEN..16 => seen & DIGIT != 0 && borders * 5 >= len * 2,
        16..24 => borders * 4 >= len,
        // Lower case and few digits (Django's session keys) still has a border every seventh byte.
        _ => borders * 7 >= len,
    };
    if is_random {
        return (
            Kind::Random,
            len + random_tail(rest.get(len..).unwrap_or_default()),
        );
    }
    if seen & DIGIT == 0 {
        return (Kind::Text, len);
    }
    // `user42`, `sha256`: a word, then a number.
    let digits_first = rest.first().is_some_and(u8::is_ascii_digit);
    let part = rest
        .iter()
        .take(len)
        .take_while(|byte| byte.is_ascii_digit() == digits_first)
        .count();
    (
        if digits_first {
            Kind::Digits
        } else {
            Kind::Text
        },
        part,
    )
}

/// Length of what follows a random run through `-` and `_`, which Base64url and nanoid use as digits:
/// parts that are no plain word or number.
fn random_tail(rest: &[u8]) -> usize {
    let mut taken = 0;
    while let Some([b'-' | b'_', part @ ..]) = rest.get(taken..) {
        let (mut len, mut cases, mut seen) = (0, 0, 0);
        for &byte in part {
            let class = class(byte) & (DIGIT | LOWER | UPPER);
            if class == 0 {
                break;
            }
            cases += usize::from(seen & class == 0);
            seen |= class;
            len += 1;
        }
        if cases < 2 {
            break;
        }
        taken += 1 + len;
    }
    taken
}

/// What the bytes at the front are that are not printable ASCII, and how many of them.
fn binary(rest: &[u8]) -> (Kind, usize) {
    let len = rest
        .iter()
        .take_while(|&&byte| class(byte) == BINARY)
        .count();
    let run = rest.get(..len).unwrap_or_default();
    let is_text =
        !run.iter().any(|&byte| byte < 0x20 || byte == 0x7f) && str::from_utf8(run).is_ok();
    (if is_text { Kind::Text } else { Kind::Binary }, len)
}

fn is_uuid(rest: &[u8]) -> bool {
    let Some(uuid) = rest.get(..UUID_LEN) else {
        return false;
    };
    uuid.iter().enumerate().all(|(at, &byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    }) && rest
        .get(UUID_LEN)
        .is_none_or(|&next| class(next) & (DIGIT | LOWER | UPPER) == 0)
}

/// Ends a pattern that was cut.
const CUT: &[u8] = b"{..}";
const UUID_LEN: usize = 36;
/// Hexadecimal digits from which no word is expected: half an MD5, a 64-bit id.
const MIN_HEX_LEN: usize = 16;
/// Shorter runs are never taken for random: too many abbreviations look so.
const MIN_RANDOM_LEN: usize = 8;
/// Letters and digits looked at together; longer runs are judged in parts, so that a key of a
/// megabyte costs what its length says and no more.
const MAX_RUN_LEN: usize = 512;

// Classes of bytes, as bits.
const DIGIT: u8 = 1;
const LOWER: u8 = 2;
const UPPER: u8 = 4;
const HEX: u8 = 8;
const NOT_HEX: u8 = 16;
const SEPARATOR: u8 = 32;
const BINARY: u8 = 64;

#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
#[expect(clippy::cast_possible_truncation, reason = "the index is below 256")]
const CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT | HEX,
            b'a'..=b'f' => LOWER | HEX,
            b'A'..=b'F' => UPPER | HEX,
            b'g'..=b'z' => LOWER | NOT_HEX,
            b'G'..=b'Z' => UPPER | NOT_HEX,
            0x20..=0x7e => SEPARATOR,
            _ => BINARY,
        };
        byte += 1;
    }
    table
};

/// Is there a border between a byte of class `before` and one of class `now`?
fn is_border(before: u8, now: u8) -> bool {
    /// A bit for each pair: 8 x before + now.
    const BORDERS: u64 = 1 << (8 * DIGIT + LOWER)
        | 1 << (8 * DIGIT + UPPER)
        | 1 << (8 * LOWER + DIGIT)
        | 1 << (8 * UPPER + DIGIT)
        | 1 << (8 * LOWER + UPPER);
    BORDERS >> ((8 * before + now) & 63) & 1 == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_of_one_kind_have_one_pattern() {
        for (key, expected) in [
            ("user:4711:cart", "user:{n}:cart"),
            ("user:1:secret", "user:{n}:secret"),
            ("session", "session"),
            ("", ""),
            ("42", "{n}"),
            ("cache:v2:user42", "cache:v{n}:user{n}"),
            ("user:f47ac10b-58cc-4372-a567-0e02b2c3d479", "user:{uuid}"),
            ("12345678-58cc-4372-a567-0e02b2c3d479:x", "{uuid}:x"),
            (
                "12345678-58cc-4372-a567-0e02b2c3d479a",
                "{n}-{n}cc-{n}-a{n}-{hex}",
            ),
            ("etag:d41d8cd98f00b204e9800998ecf8427e", "etag:{hex}"),
            ("c:deadbeefcafebabe", "c:{hex}"),
            ("commit/a1b2c3d", "commit/a{n}b{n}c{n}d"),
            ("commit/a1b2c3d4", "commit/{hex}"),
            ("order:01ARZ3NDEKTSV4RRFFQ69G5FAV", "order:{id}"),
            ("sess:V1StGXR8_Z5jdHi6B-myT", "sess:{id}"),
            (
                "django.sessions.cache:pv8mmnlqtnsxasyo8ja1sh0pfbxfxhfs",
                "django.sessions.cache:{id}",
            ),
            ("bull:mail-queue:17:lock", "bull:mail-queue:{n}:lock"),
            ("laravel_database_users", "laravel_database_users"),
            ("OrderItem2Detail:9", "OrderItem{n}Detail:{n}"),
            ("getUserByIdV2:9", "getUserByIdV{n}:{n}"),
            ("internationalization", "internationalization"),
            ("facade", "facade"),
            ("2026-11-24T06:00", "{n}-{n}-{n}T{n}:{n}"),
            ("{user1000}.following", "{user{n}}.following"),
            ("caf\u{e9}:1", "caf\u{e9}:{n}"),
        ] {
            assert_eq!(pattern(key.as_bytes()), expected, "{key}");
        }
        assert_eq!(pattern(b"bin:\x00\xff\xfe:7"), "bin:{bytes}:{n}");
    }

    #[test]
    fn a_long_key_has_a_cut_pattern() {
        let long = pattern(&b"ab:".repeat(1000));
        assert_eq!(long.len(), MAX_PATTERN_LEN);
        assert!(long.ends_with("ab:{..}"));
        let wide = pattern("\u{20ac}".repeat(1000).as_bytes());
        assert!(wide.ends_with("\u{20ac}{..}"));
    }

    proptest! {
        #[test]
        fn pieces_are_the_key_and_patterns_are_printable(key in proptest::collection::vec(any::<u8>(), 0..400)) {
            let together: Vec<u8> = pieces(&key).flat_map(|piece| piece.bytes().to_vec()).collect();
            prop_assert_eq!(&together, &key);
            let mut out = b"before".to_vec();
            write(&key, &mut out);
            let text = str::from_utf8(&out).unwrap();
            prop_assert!(!text.chars().any(|c| c.is_ascii_control()));
            prop_assert!(out.len() <= 6 + MAX_PATTERN_LEN);
        }

        #[test]
        fn random_ids_leave_no_trace(id in "[A-Za-z0-9]{32}") {
            prop_assume!(id.bytes().filter(u8::is_ascii_digit).count() > 2);
            prop_assert!(pattern(format!("sess:{id}").as_bytes()).len() < 30, "{}", pattern(id.as_bytes()));
        }
    }
}
