//! Walks JSON text where it lies: no tree, no recursion, no allocation.
//!
//! Lenient: it is a way to find names and values, not to accept documents. What it cannot read it
//! stops at; patterns are looked for in the whole text anyway.

use super::validators::{Bytes, leading_digits};

/// Who is told what the walk meets; ranges are of the text.
pub(super) trait Visit {
    /// An object or array begins.
    fn open(&mut self, kind: Container);

    /// The innermost one ends.
    fn close(&mut self);

    /// A member's name (without quotes; may hold escapes).
    fn name(&mut self, from: usize, to: usize);

    /// A string (without quotes), a number, `true`, `false`.
    fn value(&mut self, from: usize, to: usize, form: Form);
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    /// A string that holds escapes.
    Escaped,
    Bare,
}

/// Object or array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Container {
    Object,
    #[default]
    Array,
}

/// True where the text may be a JSON object or array.
pub(super) fn looks_like(text: &[u8]) -> bool {
    let trimmed = text.trim_ascii();
    match trimmed {
        // The second byte tells `{"a":1}` from `{SSHA}x` and `[1]` from `[info] text`.
        [b'{', rest @ .., b'}'] => matches!(rest.trim_ascii_start().first(), None | Some(b'"')),
        [b'[', rest @ .., b']'] => matches!(
            rest.trim_ascii_start().first(),
            None | Some(b'"' | b'{' | b'[' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n')
        ),
        _ => false,
    }
}

/// Walks `text`; false where it stopped at something that is no JSON. Containers deeper than
/// [`MAX_DEPTH`] are passed over.
///
/// Strings and numbers are asked for first, and what parts them right behind them: each question is
/// then mostly answered as the last time, where one look-up of every byte could not be foretold.
#[inline]
pub(super) fn walk(text: &[u8], visit: &mut impl Visit) -> bool {
    let mut nesting = Nesting::default();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte == b'"' {
            let from = at + 1;
            let Some((end, escapes)) = string_end(text, from) else {
                return false;
            };
            if nesting.too_deep == 0 {
                if nesting.expect_name {
                    visit.name(from, end);
                } else {
                    let form = if escapes { Form::Escaped } else { Form::Text };
                    visit.value(from, end, form);
                }
            }
            at = nesting.part(text, end + 1);
        } else if byte.is_ascii_digit() || matches!(byte, b'-' | b't' | b'f' | b'n') {
            let rest = text.get(at..).unwrap_or_default();
            let digits = leading_digits(rest);
            let len = digits + BARE.leading(rest.get(digits..).unwrap_or_default());
            if nesting.too_deep == 0 && byte != b'n' {
                visit.value(at, at + len, Form::Bare);
            }
            at = nesting.part(text, at + len.max(1));
        } else {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'{' | b'[' => {
                    nesting.open(byte, visit);
                    at += 1;
                }
                b'}' | b']' => {
                    if !nesting.close(visit) {
                        return false;
                    }
                    at += 1;
                }
                b',' | b':' => at = nesting.part(text, at),
                _ => return false,
            }
        }
    }
    true
}

/// The containers around the place that a walk has come to.
#[derive(Default)]
struct Nesting {
    stack: [Container; MAX_DEPTH],
    depth: usize,
    too_deep: usize,
    /// The next string is a member's name.
    expect_name: bool,
}

impl Nesting {
    /// Goes over a `,` or `:` and a space behind it, where one stands here.
    #[inline]
    fn part(&mut self, text: &[u8], at: usize) -> usize {
        self.expect_name = match text.get(at) {
            Some(b',') => {
                let inner = self
                    .depth
                    .checked_sub(1)
                    .and_then(|top| self.stack.get(top));
                inner == Some(&Container::Object)
            }
            Some(b':') => false,
            _ => return at,
        };
        at + 1 + usize::from(text.get(at + 1) == Some(&b' '))
    }

    #[inline]
    fn open(&mut self, byte: u8, visit: &mut impl Visit) {
        let kind = match byte {
            b'{' => Container::Object,
            _ => Container::Array,
        };
        match self.stack.get_mut(self.depth) {
            Some(slot) if self.too_deep == 0 => {
                *slot = kind;
                self.depth += 1;
                visit.open(kind);
                self.expect_name = kind == Container::Object;
            }
            _ => self.too_deep += 1,
        }
    }

    /// False where nothing is open.
    #[inline]
    fn close(&mut self, visit: &mut impl Visit) -> bool {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if self.depth > 0 {
            self.depth -= 1;
            visit.close();
            self.expect_name = false;
        } else {
            return false;
        }
        true
    }
}

/// Index of the closing quote, and whether there are escapes before it.
fn string_end(text: &[u8], from: usize) -> Option<(usize, bool)> {
    let mut at = from;
    let mut escapes = false;
    loop {
        let found = at + quote_or_escape(text.get(at..)?)?;
        if text.get(found) == Some(&b'"') {
            return Some((found, escapes));
        }
        escapes = true;
        at = found + 2;
    }
}

/// Where the first `"` or `\` is. Most strings are short: a call is dearer than a word or two here.
#[inline]
fn quote_or_escape(text: &[u8]) -> Option<usize> {
    const LOW: u64 = u64::MAX / 255;
    let mut at = 0;
    while let Some(word) = text.get(at..)?.first_chunk::<8>().filter(|_| at < NEAR_LEN) {
        let word = u64::from_le_bytes(*word);
        // The highest bit of each byte that is zero once xored; one above such a byte may be told
        // wrongly, but the lowest is right.
        let none = |word: u64| word.wrapping_sub(LOW) & !word & LOW << 7;
        let found = none(word ^ (LOW * u64::from(b'"'))) | none(word ^ (LOW * u64::from(b'\\')));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    Some(at + memchr::memchr2(b'"', b'\\', text.get(at..)?)?)
}

/// Undoes the escapes of a string (RFC 8259 7); what is no escape stays.
pub(super) fn unescape(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut bytes = text;
    while let Some((&byte, rest)) = bytes.split_first() {
        bytes = rest;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some((&escape, rest)) = bytes.split_first() else {
            out.push(byte);
            break;
        };
        bytes = rest;
        match escape {
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'r' => out.push(b'\r'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'u' => {
                let unit = unit(bytes);
                bytes = bytes.get(4.min(bytes.len())..).unwrap_or_default();
                let pair = match (unit, bytes) {
                    (Some(high @ 0xd800..=0xdbff), [b'\\', b'u', tail @ ..]) => {
                        let low = self::unit(tail).filter(|low| (0xdc00..=0xdfff).contains(low));
                        if low.is_some() {
                            bytes = tail.get(4..).unwrap_or_default();
                        }
                        low.map(|low| 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
                    }
                    _ => unit,
                };
                let char = pair
                    .and_then(char::from_u32)
                    .unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            other => out.push(other),
        }
    }
}

fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = str::from_utf8(bytes.get(..4)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

/// What numbers and words are made of.
static BARE: Bytes = Bytes::with_letters_and_digits(b"+-.");

/// Bytes in which the end of a string is looked for without a call.
const NEAR_LEN: usize = 32;

/// Containers inside one another that names are read in. Deeper ones are only searched for patterns.
const MAX_DEPTH: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes down what it is told.
    struct Notes<'a> {
        text: &'a [u8],
        steps: String,
        opened: usize,
        strings: Vec<Vec<u8>>,
    }

    impl<'a> Notes<'a> {
        fn new(text: &'a str) -> Self {
            Self {
                text: text.as_bytes(),
                steps: String::new(),
                opened: 0,
                strings: Vec::new(),
            }
        }

        fn of(text: &'a str) -> (bool, Self) {
            let mut notes = Self::new(text);
            (walk(text.as_bytes(), &mut notes), notes)
        }
    }

    impl Visit for Notes<'_> {
        fn open(&mut self, kind: Container) {
            self.opened += 1;
            self.steps
                .push(if kind == Container::Object { '{' } else { '[' });
        }

        fn close(&mut self) {
            self.steps.push('.');
        }

        fn name(&mut self, from: usize, to: usize) {
            self.steps += &String::from_utf8_lossy(&self.text[from..to]);
            self.steps.push('=');
        }

        fn value(&mut self, from: usize, to: usize, form: Form) {
            let text = &self.text[from..to];
            let shown = String::from_utf8_lossy(text);
            if form == Form::Bare {
                self.steps += &shown;
                self.steps.push(' ');
            } else {
                let mut out = Vec::new();
                unescape(text, &mut out);
                self.strings.push(out);
                self.steps.extend(["'", &shown, "' "]);
            }
        }
    }

    /// As [`walk`], each byte looked up by itself.
    fn walk_plainly(text: &[u8], visit: &mut impl Visit) -> bool {
        let mut stack = [Container::Array; MAX_DEPTH];
        let mut depth = 0_usize;
        let mut too_deep = 0_usize;
        let mut expect_name = false;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'{' | b'[' => {
                    let kind = if byte == b'{' {
                        Container::Object
                    } else {
                        Container::Array
                    };
                    match stack.get_mut(depth) {
                        Some(slot) if too_deep == 0 => {
                            *slot = kind;
                            depth += 1;
                            visit.open(kind);
                            expect_name = kind == Container::Object;
                        }
                        _ => too_deep += 1,
                    }
                    at += 1;
                }
                b'}' | b']' => {
                    if too_deep > 0 {
                        too_deep -= 1;
                    } else if depth > 0 {
                        depth -= 1;
                        visit.close();
                        expect_name = false;
                    } else {
                        return false;
                    }
                    at += 1;
                }
                b',' => {
                    let inner = depth.checked_sub(1).and_then(|top| stack.get(top));
                    expect_name = inner == Some(&Container::Object);
                    at += 1 + usize::from(text.get(at + 1) == Some(&b' '));
                }
                b':' => {
                    expect_name = false;
                    at += 1 + usize::from(text.get(at + 1) == Some(&b' '));
                }
                b'"' => {
                    let Some((end, escapes)) = string_end(text, at + 1) else {
                        return false;
                    };
                    if too_deep == 0 {
                        if expect_name {
                            visit.name(at + 1, end);
                        } else {
                            let form = if escapes { Form::Escaped } else { Form::Text };
                            visit.value(at + 1, end, form);
                        }
                    }
                    at = end + 1;
                }
                b'0'..=b'9' | b'-' | b't' | b'f' | b'n' => {
                    let rest = text.get(at..).unwrap_or_default();
                    let len = rest.iter().take_while(|&&byte| BARE.has(byte)).count();
                    if too_deep == 0 && byte != b'n' {
                        visit.value(at, at + len, Form::Bare);
                    }
                    at += len.max(1);
                }
                _ => return false,
            }
        }
        true
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn a_plain_walk_meets_the_same(pieces in prop::collection::vec(
            prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", " ", ", ", ": ", "\"", "\"a\"", "\"b\\\"c\"", "\"name\": ",
                "\"number\":12", "1", "-2.5e+3", "1749495009682", "true", "false", "null", "nul", "t",
                "\n", "x", "\\", "\"long enough for more than a word or two\"", "{\"k\": [1, 2]}",
            ]),
            0..24,
        ), depth in 0..MAX_DEPTH + 3) {
            let text = ["[", "{\"d\":"].map(|open| open.repeat(depth) + &pieces.concat());
            for text in &text {
                let (whole, told) = steps(text);
                let mut plainly = Notes::new(text);
                prop_assert_eq!(whole, walk_plainly(text.as_bytes(), &mut plainly));
                prop_assert_eq!(told, plainly.steps);
            }
        }
    }

    fn steps(text: &str) -> (bool, String) {
        let (whole, notes) = Notes::of(text);
        (whole, notes.steps)
    }

    #[test]
    fn names_and_values_are_told_apart() {
        assert_eq!(
            steps(r#"{"a": 1, "b": ["x", {"c": "y\"z"}], "d": null, "e": true}"#),
            (true, "{a=1 b=['x' {c='y\\\"z' ..d=e=true .".to_owned())
        );
    }

    #[test]
    fn it_stops_at_what_is_no_json() {
        assert!(!steps("{\"a\": <x>}").0);
        assert!(!steps("{\"a").0);
        assert!(!steps("]").0);
    }

    #[test]
    fn endless_depth_is_linear_and_bounded() {
        let deep = "[".repeat(1_000_000);
        assert_eq!(Notes::of(&deep).1.opened, MAX_DEPTH);
    }

    #[test]
    fn escapes_are_undone() {
        let mut out = Vec::new();
        unescape(br"a\/b\u00fc\ud83d\ude00\n\q\u12", &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "a/bü😀\nq\u{fffd}");
    }

    #[test]
    fn serde_agrees_on_what_the_strings_are() {
        let text = r#"{"a":"x\u0041\\","b":[1.5e3,-2,"y"],"c":{"d":"\t"}}"#;
        let found: Vec<String> = (Notes::of(text).1.strings.into_iter())
            .map(|string| String::from_utf8(string).expect("UTF-8"))
            .collect();
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(
            found,
            [
                value["a"].as_str().expect("a"),
                value["b"][2].as_str().expect("b"),
                value["c"]["d"].as_str().expect("d")
            ]
        );
    }
}
