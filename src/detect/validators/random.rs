//! Does a string look drawn at random? Asked only where its name says secret.

use super::super::kinds::Mixture;
use super::Bytes;

/// True for a string that no person typed and no counter made: at least [`MIN_RANDOM_LEN`]
/// characters of a token's alphabet, mixed as chance mixes, and none of the ids that are random but
/// open (UUID, ULID, ObjectId, snowflake, date, version).
pub(in crate::detect) fn is_random(value: &[u8]) -> bool {
    if value.len() < MIN_RANDOM_LEN {
        return false;
    }
    let mixture = Mixture::of(value);
    mixture.of_tokens as usize == value.len() && !is_open_id(value) && mixes(value, mixture)
}

/// True for 32 hex digits or more (128 bits), not all of one kind.
pub(in crate::detect) fn is_long_hex(value: &[u8]) -> bool {
    value.len() >= 32
        && value.iter().all(u8::is_ascii_hexdigit)
        && has_distinct(value, 6)
        && !value.iter().all(u8::is_ascii_digit)
}

/// `8-4-4-4-12` hex digits.
pub(in crate::detect) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(index, &byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Ids that are random or unique but no secret by themselves.
pub(in crate::detect) fn is_open_id(value: &[u8]) -> bool {
    let digits = TIMES.hold(value);
    // ULID: 26 characters of Crockford's base32, beginning with a 48-bit time.
    let ulid =
        value.len() == 26 && matches!(value.first(), Some(b'0'..=b'7')) && CROCKFORD.hold(value);
    // MongoDB's ObjectId: 24 hex digits.
    let object_id = value.len() == 24
        && value
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    digits || is_uuid(value) || ulid || object_id
}

/// How chance mixes: distinct characters, changes between letter cases and digits, few vowels in a
/// row. Words joined by dashes fail, base62 and hex pass.
fn mixes(value: &[u8], mixture: Mixture) -> bool {
    let len = value.len();
    let [digits, upper, hex] = [mixture.digits, mixture.upper, mixture.hex].map(|n| n as usize);
    let [letters, changes] = [mixture.letters(), mixture.changes].map(|n| n as usize);
    if !has_distinct(value, (len / 3).min(8)) {
        return false;
    }
    if hex == len {
        // A random hex digit is a letter in 6 of 16 cases.
        return len >= 20 && digits * 8 >= len && letters * 8 >= len && changes * 6 >= len;
    }
    // camelCase words have few capitals, and a number at the end is one digit or two.
    (digits * 12 >= len && changes * 5 >= len)
        || (upper * 4 >= letters && upper < letters && changes * 4 >= len)
        // Letters only, as some generators make them.
        || (letters == len && (upper == 0 || upper == letters) && rare_pairs(value) * 4 >= len)
}

/// Neighbouring letters that words do not have: a crude measure that needs no table of a language.
fn rare_pairs(value: &[u8]) -> usize {
    value
        .windows(3)
        .filter(|three| match three {
            [a, b, c] => !VOWELS.has(*a) && !VOWELS.has(*b) && !VOWELS.has(*c),
            _ => false,
        })
        .count()
}

/// True where a text has so many different bytes.
fn has_distinct(value: &[u8], least: usize) -> bool {
    let mut seen = [0_u64; 4];
    let mut left = least;
    for &byte in value {
        if left == 0 {
            return true;
        }
        if let Some(bits) = seen.get_mut(usize::from(byte >> 6)) {
            let bit = 1 << (byte & 63);
            left -= usize::from(*bits & bit == 0);
            *bits |= bit;
        }
    }
    left == 0
}

/// Numbers, dates and times.
static TIMES: Bytes = Bytes::with_digits(b"-.:TZ+");

static CROCKFORD: Bytes = Bytes::with_digits(b"ABCDEFGHJKMNPQRSTVWXYZ");

static VOWELS: Bytes = Bytes::new(b"aeiouyAEIOUY");

/// Shortest string judged: 16 characters of base62 are 95 bits.
const MIN_RANDOM_LEN: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_strings_pass() {
        for yes in [
            "dG9rZW4tMTIzNDU2Nzg5MA",
            "9f3c2b1a7d8e4f60a1b2c3d4",
            "X7pQ2mZk9LrT4vB8nW3s",
            "a8F5j2K9s0D7f6G1h3",
            "kq3n5v8y2b7d4f9h1j6l",
            "3vB5kQ9xT2mW7zR4cN8p-Jd6",
        ] {
            let expected = yes.len() != 24 || yes.contains(|c: char| c.is_ascii_uppercase());
            assert_eq!(is_random(yes.as_bytes()), expected, "{yes}");
        }
        assert!(is_long_hex(b"5f4dcc3b5aa765d61d8327deb882cf99"));
    }

    #[test]
    fn words_dates_and_open_ids_do_not() {
        for no in [
            "password-reset-required",
            "internationalization",
            "2026-11-24T03:30:52",
            "f47ac10b-58cc-4372-a567-0e02b2c3d479",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "507f1f77bcf86cd799439011",
            "1234567890123456789",
            "aaaaaaaaaaaaaaaaaaaa",
            "com.example.service.UserService",
            "getUserByEmailAddress",
            "hello",
        ] {
            assert!(!is_random(no.as_bytes()), "{no}");
        }
    }
}
