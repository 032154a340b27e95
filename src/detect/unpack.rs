//! Walks the strings of other packings: MessagePack, PHP's serialize, Python's pickle, base64.
//!
//! Reads lengths as claims and never past the bytes at hand. Gives names with their values as far
//! as the packing tells; what it cannot read it leaves.

/// A string or number met in a packed value, with the name that stands before it.
pub(super) struct Packed<'a> {
    pub name: Option<&'a [u8]>,
    pub value: &'a [u8],
}

/// What a value's first bytes say of its packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    MessagePack,
    Php,
    Pickle,
    /// Compressed: nothing can be seen.
    Opaque,
}

/// The packing, by magic bytes; a guess that the walk may not bear out.
pub(super) fn packing(value: &[u8]) -> Option<Packing> {
    match value {
        // gzip (RFC 1952), zstd (RFC 8878), LZ4 frame, framed Snappy, zlib at its usual levels, bzip2, xz.
        [0x1f, 0x8b, 8, ..]
        | [0x28, 0xb5, 0x2f, 0xfd, ..]
        | [0x04, 0x22, 0x4d, 0x18, ..]
        | [0xff, 6, 0, 0, b's', b'N', b'a', b'P', b'p', b'Y', ..]
        | [0xfd, b'7', b'z', b'X', b'Z', 0, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..]
        | [0x78, 0x01 | 0x5e | 0x9c | 0xda, _, _, ..] => Some(Packing::Opaque),
        [0x80, 2..=5, ..] => Some(Packing::Pickle),
        [b'a' | b'O' | b's' | b'C', b':', b'0'..=b'9', ..] => Some(Packing::Php),
        [0x80..=0x9f | 0xdc..=0xdf, _, ..] => Some(Packing::MessagePack),
        _ => None,
    }
}

/// MessagePack; false where the bytes are none, or not to the end.
pub(super) fn message_pack(bytes: &[u8], mut visit: impl FnMut(Packed<'_>)) -> bool {
    // Values still to come in each open container; in maps names and values take turns.
    let mut stack = [(0_u64, false); MAX_DEPTH];
    let mut depth = 0;
    let mut name: Option<&[u8]> = None;
    let mut at = 0;
    loop {
        let Some(&tag) = bytes.get(at) else {
            return false;
        };
        at += 1;
        let number = |len: usize| -> Option<u64> {
            let field = bytes.get(at..at + len)?;
            Some(
                field
                    .iter()
                    .fold(0, |value, &byte| value << 8 | u64::from(byte)),
            )
        };
        let is_name = depth > 0
            && stack
                .get(depth - 1)
                .is_some_and(|&(left, map)| map && left % 2 == 0);
        let mut opened = None;
        let mut text = None;
        match tag {
            0x00..=0x7f | 0xc0 | 0xc2 | 0xc3 | 0xe0..=0xff => {}
            0x80..=0x8f => opened = Some((u64::from(tag & 15) * 2, true)),
            0x90..=0x9f => opened = Some((u64::from(tag & 15), false)),
            0xa0..=0xbf => text = Some((0, u64::from(tag & 31))),
            0xcc | 0xd0 => at += 1,
            0xcd | 0xd1 => at += 2,
            0xce | 0xd2 | 0xca => at += 4,
            0xcf | 0xd3 => {
                // A card number packed as an integer.
                if let Some(value) = number(8) {
                    let mut digits = [0; 20];
                    visit(Packed {
                        name,
                        value: decimal(value, &mut digits),
                    });
                }
                at += 8;
            }
            0xcb => at += 8,
            0xd9 | 0xc4 => text = number(1).map(|len| (1, len)),
            0xda | 0xc5 => text = number(2).map(|len| (2, len)),
            0xdb | 0xc6 => text = number(4).map(|len| (4, len)),
            0xdc => opened = number(2).map(|count| (count, false)),
            0xdd => opened = number(4).map(|count| (count, false)),
            0xde => opened = number(2).map(|count| (count * 2, true)),
            0xdf => opened = number(4).map(|count| (count * 2, true)),
            0xd4..=0xd8 => at += 1 + (1 << (tag - 0xd4)),
            0xc7..=0xc9 => {
                let size = 1 << (tag - 0xc7);
                let Some(len) = number(size).and_then(|len| usize::try_from(len).ok()) else {
                    return false;
                };
                at = at
                    .saturating_add(size)
                    .saturating_add(1)
                    .saturating_add(len);
            }
            0xc1 => return false,
        }
        match tag {
            0xdc | 0xde => at += 2,
            0xdd | 0xdf => at += 4,
            _ => {}
        }
        if matches!(tag, 0xd9..=0xdb | 0xc4..=0xc6 | 0xdc..=0xdf)
            && text.is_none()
            && opened.is_none()
        {
            return false;
        }
        if let Some((head, len)) = text {
            at += head;
            let Some(value) = usize::try_from(len)
                .ok()
                .and_then(|len| bytes.get(at..at.checked_add(len)?))
            else {
                return false;
            };
            at += value.len();
            if is_name {
                name = Some(value);
            } else {
                visit(Packed { name, value });
            }
        }
        if depth > 0
            && let Some(slot) = stack.get_mut(depth - 1)
        {
            slot.0 = slot.0.saturating_sub(1);
        }
        if let Some(container) = opened {
            let Some(slot) = stack.get_mut(depth) else {
                return false;
            };
            *slot = container;
            depth += 1;
        }
        while depth > 0 && stack.get(depth - 1).is_some_and(|&(left, _)| left == 0) {
            depth -= 1;
        }
        if depth == 0 {
            return at == bytes.len();
        }
    }
}

/// PHP's `serialize`; false where the bytes are none.
pub(super) fn php(bytes: &[u8], mut visit: impl FnMut(Packed<'_>)) -> bool {
    let mut name: Option<&[u8]> = None;
    // In each open container: is the next scalar a name?
    let mut stack = [false; MAX_DEPTH];
    let mut depth = 0_usize;
    let mut at = 0;
    let number = |from: usize| -> Option<(usize, usize)> {
        let digits = bytes
            .get(from..)?
            .iter()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let text = str::from_utf8(bytes.get(from..from + digits)?).ok()?;
        Some((text.parse().ok()?, from + digits))
    };
    while let Some(&tag) = bytes.get(at) {
        let scalar = match tag {
            b's' => {
                let Some((len, end)) = number(at + 2) else {
                    return false;
                };
                let from = end + 2;
                let Some(value) = from.checked_add(len).and_then(|to| bytes.get(from..to)) else {
                    return false;
                };
                at = from + len + 2;
                Some(value)
            }
            b'i' | b'd' | b'b' => {
                let from = at + 2;
                let Some(len) = bytes
                    .get(from..)
                    .and_then(|rest| memchr::memchr(b';', rest))
                else {
                    return false;
                };
                at = from + len + 1;
                bytes.get(from..from + len)
            }
            b'N' => {
                at += 2;
                Some(&[][..])
            }
            b'a' | b'O' | b'C' => {
                let Some(brace) = bytes.get(at..).and_then(|rest| memchr::memchr(b'{', rest))
                else {
                    return false;
                };
                at += brace + 1;
                let Some(slot) = stack.get_mut(depth) else {
                    return false;
                };
                *slot = true;
                depth += 1;
                continue;
            }
            b'}' => {
                let Some(outer) = depth.checked_sub(1) else {
                    return false;
                };
                depth = outer;
                at += 1;
                if let Some(slot) = depth.checked_sub(1).and_then(|top| stack.get_mut(top)) {
                    *slot = true;
                }
                continue;
            }
            _ => return false,
        };
        let Some(value) = scalar else {
            return false;
        };
        let top = depth.checked_sub(1).and_then(|top| stack.get_mut(top));
        match top {
            Some(is_name) if *is_name => {
                // `\0*\0password`: a protected property of a class.
                let visible = value
                    .iter()
                    .rposition(|&byte| byte == 0)
                    .map_or(0, |zero| zero + 1);
                name = value.get(visible..);
                *is_name = false;
            }
            Some(is_name) => {
                *is_name = true;
                visit(Packed { name, value });
            }
            None => visit(Packed { name: None, value }),
        }
    }
    depth == 0
}

/// Python's pickle, protocols 2 to 5: strings and long integers in order; of two neighbours the first
/// is taken for the name of the second.
pub(super) fn pickle(bytes: &[u8], mut visit: impl FnMut(Packed<'_>)) -> bool {
    let mut name: Option<&[u8]> = None;
    let mut at = 2;
    let number = |from: usize, len: usize| -> Option<usize> {
        let field = bytes.get(from..from + len)?;
        let value = field
            .iter()
            .rev()
            .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
        usize::try_from(value).ok()
    };
    while let Some(&opcode) = bytes.get(at) {
        at += 1;
        let head = match opcode {
            b'X' | b'T' | b'B' => 4,
            0x8c | b'U' | b'C' => 1,
            0x8d | 0x8e | 0x96 => 8,
            // Frame, binary float, long ints, short ints, memo operations with an operand.
            0x95 | b'G' => {
                at += 8;
                continue;
            }
            b'J' | b'j' | b'r' => {
                at += 4;
                continue;
            }
            b'M' => {
                at += 2;
                continue;
            }
            b'K' | b'q' | b'h' | 0x80 => {
                at += 1;
                continue;
            }
            0x8a => {
                let Some(len) = number(at, 1) else {
                    return false;
                };
                if let (5..=8, Some(value)) = (len, number(at + 1, len)) {
                    let mut digits = [0; 20];
                    visit(Packed {
                        name,
                        value: decimal(value as u64, &mut digits),
                    });
                }
                at += 1 + len;
                continue;
            }
            b'.' => return true,
            b'c' | b'I' | b'L' | b'F' | b'S' | b'V' | b'p' | b'g' => {
                // Operands that end with the line; a global has two.
                let lines = if opcode == b'c' { 2 } else { 1 };
                for _ in 0..lines {
                    let Some(len) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest))
                    else {
                        return false;
                    };
                    at += len + 1;
                }
                continue;
            }
            _ => continue,
        };
        let Some(len) = number(at, head) else {
            return false;
        };
        let from = at + head;
        let Some(value) = from.checked_add(len).and_then(|to| bytes.get(from..to)) else {
            return false;
        };
        at = from + len;
        visit(Packed { name, value });
        name = Some(value);
    }
    false
}

/// True where the value may be base64 of something: 24 characters or more of one of its alphabets,
/// and not merely hex digits or words.
pub(super) fn looks_like_base64(value: &[u8]) -> bool {
    if value.len() < MIN_BASE64_LEN {
        return false;
    }
    let mut kinds = 0;
    for &byte in value {
        let kind = BASE64.get(usize::from(byte)).copied().unwrap_or(0);
        if kind == 0 {
            return false;
        }
        kinds |= kind;
    }
    let (upper, lower) = (kinds & UPPER != 0, kinds & LOWER != 0);
    let padding = value.iter().rev().take_while(|&&byte| byte == b'=').count();
    upper && lower && padding <= 2 && (value.len() - padding) % 4 != 1
}

const UPPER: u8 = 1;
const LOWER: u8 = 1 << 1;

/// Bytes of base64, of either alphabet, by kind; 0 for others.
#[expect(clippy::indexing_slicing, reason = "when compiled")]
const BASE64: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'0'..=b'9' | b'+' | b'/' | b'-' | b'_' | b'=' => 1 << 2,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// Decodes base64 of either alphabet, padded or not; false where it is none, or of no text.
pub(super) fn base64_text(value: &[u8], out: &mut Vec<u8>) -> bool {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let end = value
        .iter()
        .rposition(|&byte| byte != b'=')
        .map_or(0, |last| last + 1);
    let value = value.get(..end).unwrap_or_default();
    let decode = |text: &[u8], out: &mut Vec<u8>| {
        out.clear();
        if value.iter().any(|&byte| byte == b'-' || byte == b'_') {
            URL_SAFE_NO_PAD.decode_vec(text, out)
        } else {
            STANDARD_NO_PAD.decode_vec(text, out)
        }
        .is_ok()
    };
    // Random bytes and images are no text: the first 24 characters mostly tell.
    let head = value.get(..value.len().min(24)).unwrap_or_default();
    decode(head, out) && is_text(out) && decode(value, out) && is_text(out)
}

fn is_text(bytes: &[u8]) -> bool {
    let printable = bytes
        .iter()
        .filter(|&&byte| {
            byte.is_ascii_graphic()
                || byte == b' '
                || byte == b'\n'
                || byte == b'\t'
                || byte == b'\r'
        })
        .count();
    !bytes.is_empty() && printable * 20 >= bytes.len() * 19
}

fn decimal(mut value: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at = at.saturating_sub(1);
        if let Some(slot) = digits.get_mut(at) {
            *slot = b'0' + u8::try_from(value % 10).unwrap_or(0);
        }
        value /= 10;
        if value == 0 || at == 0 {
            break;
        }
    }
    digits.get(at..).unwrap_or_default()
}

/// Containers inside one another.
const MAX_DEPTH: usize = 32;

/// Shortest base64 looked into.
const MIN_BASE64_LEN: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(
        walk: impl FnOnce(&mut dyn FnMut(Packed<'_>)) -> bool,
    ) -> (bool, Vec<(String, String)>) {
        let mut out = Vec::new();
        let whole = walk(&mut |packed: Packed<'_>| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            out.push((packed.name.map_or(String::new(), text), text(packed.value)));
        });
        (whole, out)
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|&(a, b)| (a.to_owned(), b.to_owned()))
            .collect()
    }

    #[test]
    fn message_pack_maps_give_names_and_values() {
        // {"name": "Ann", "ccn": 5270426764505555, "x": [1, {"y": "z"}], "b": true}
        let mut bytes = b"\x84\xa4name\xa3Ann\xa3ccn\xcf".to_vec();
        bytes.extend(5_270_426_764_505_555_u64.to_be_bytes());
        bytes.extend(b"\xa1x\x92\x01\x81\xa1y\xa1z\xa1b\xc3");
        let (whole, found) = collect(|visit| message_pack(&bytes, visit));
        assert!(whole);
        assert_eq!(
            found,
            pairs(&[("name", "Ann"), ("ccn", "5270426764505555"), ("y", "z")])
        );
    }

    #[test]
    fn message_pack_that_is_none_is_refused() {
        for no in [
            &b"\x84\xa4name"[..],
            b"\x80\x00",
            b"\xdf\xff\xff\xff\xff",
            b"\xc1",
            b"\x91\xdb\xff\xff\xff\xff",
        ] {
            assert!(!collect(|visit| message_pack(no, visit)).0, "{no:?}");
        }
    }

    #[test]
    fn php_arrays_and_objects() {
        let text =
            b"a:3:{s:4:\"name\";s:3:\"Ann\";s:3:\"sub\";a:1:{i:0;s:2:\"ok\";}s:2:\"id\";i:42;}";
        let (whole, found) = collect(|visit| php(text, visit));
        assert!(whole);
        assert_eq!(found, pairs(&[("name", "Ann"), ("0", "ok"), ("id", "42")]));
        let object = b"O:4:\"User\":1:{s:11:\"\0*\0password\";s:7:\"hunter2\";}";
        assert_eq!(
            collect(|visit| php(object, visit)).1,
            pairs(&[("password", "hunter2")])
        );
        assert!(!collect(|visit| php(b"s:999999999:\"x\";", visit)).0);
    }

    #[test]
    fn pickled_dicts() {
        // pickle.dumps({"name": "Ann", "email": "a@b.de"}, 4)
        let bytes = b"\x80\x04\x95\x24\0\0\0\0\0\0\0}\x94(\x8c\x04name\x94\x8c\x03Ann\x94\x8c\x05email\x94\x8c\x06a@b.de\x94u.";
        let (whole, found) = collect(|visit| pickle(bytes, visit));
        assert!(whole);
        assert!(found.contains(&("name".to_owned(), "Ann".to_owned())));
        assert!(found.contains(&("email".to_owned(), "a@b.de".to_owned())));
    }

    #[test]
    fn base64_of_text_is_told_from_base64_of_bytes() {
        let mut out = Vec::new();
        assert!(looks_like_base64(b"eyJjY24iOiAiNTI3MDQyNjc2NDUwNTU1NSJ9"));
        assert!(base64_text(
            b"eyJjY24iOiAiNTI3MDQyNjc2NDUwNTU1NSJ9",
            &mut out
        ));
        assert_eq!(out, br#"{"ccn": "5270426764505555"}"#);
        assert!(!base64_text(
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
            &mut out
        ));
        assert!(!looks_like_base64(b"5f4dcc3b5aa765d61d8327deb882cf99"));
    }

    #[test]
    fn compressed_values_are_opaque() {
        assert_eq!(packing(b"\x1f\x8b\x08\0abc"), Some(Packing::Opaque));
        assert_eq!(packing(b"\x28\xb5\x2f\xfdabc"), Some(Packing::Opaque));
        assert_eq!(packing(b"hello"), None);
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_do_no_harm(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            message_pack(&bytes, |_| {});
            php(&bytes, |_| {});
            pickle(&bytes, |_| {});
        }
    }
}
