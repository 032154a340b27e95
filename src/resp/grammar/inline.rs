//! Words of an inline command, split and unquoted as Redis does (`sdssplitargs` in `sds.c`).

use super::super::model::{Span, Store};
use super::body::position;

/// Quotes that do not balance, or text right after a closing quote: Redis answers with a protocol
/// error and closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unbalanced;

/// Splits `line` into `spans`. A word without quotes lies in the line itself (`line_start` in
/// `store`); an unquoted one is written to `held`. Returns the count of words, which may exceed
/// the `max_spans` that are recorded.
pub(super) fn split(
    line: &[u8],
    store: Store,
    line_start: usize,
    spans: &mut Vec<Span>,
    max_spans: usize,
    held: &mut Vec<u8>,
) -> Result<u64, Unbalanced> {
    let mut count = 0;
    let mut at = 0;
    loop {
        while line.get(at).copied().is_some_and(is_space) {
            at += 1;
        }
        // A NUL ends the line: Redis works on C strings here.
        if line.get(at).is_none_or(|&byte| byte == 0) {
            return Ok(count);
        }
        let start = at;
        while line.get(at).copied().is_some_and(is_plain) {
            at += 1;
        }
        let quoted = matches!(line.get(at), Some(b'"' | b'\''));
        let span = if quoted {
            let held_start = held.len();
            held.extend_from_slice(line.get(start..at).unwrap_or_default());
            at = unquote(line, at, held)?;
            Span {
                store: Store::Held,
                start: position(held_start),
                kept: position(held.len() - held_start),
                len: (held.len() - held_start) as u64,
                broken: false,
            }
        } else {
            Span {
                store,
                start: position(line_start + start),
                kept: position(at - start),
                len: (at - start) as u64,
                broken: false,
            }
        };
        if spans.len() < max_spans {
            spans.push(span);
        }
        count += 1;
    }
}

/// Reads the rest of a word that has a quote at `at`; gives the position after the word.
fn unquote(line: &[u8], mut at: usize, held: &mut Vec<u8>) -> Result<usize, Unbalanced> {
    #[derive(PartialEq)]
    enum Quote {
        None,
        Single,
        Double,
    }
    let mut quote = Quote::None;
    loop {
        let byte = line.get(at).copied().unwrap_or(0);
        match quote {
            Quote::None => match byte {
                b'"' => quote = Quote::Double,
                b'\'' => quote = Quote::Single,
                byte if byte == 0 || is_space(byte) => return Ok(at),
                byte => held.push(byte),
            },
            Quote::Double => match byte {
                0 => return Err(Unbalanced),
                b'\\' => {
                    let next = line.get(at + 1).copied().unwrap_or(0);
                    let hex = (next == b'x')
                        .then(|| {
                            let high = hex_digit(line.get(at + 2).copied()?)?;
                            let low = hex_digit(line.get(at + 3).copied()?)?;
                            Some(high * 16 + low)
                        })
                        .flatten();
                    if let Some(byte) = hex {
                        held.push(byte);
                        at += 3;
                    } else if next == 0 {
                        // The backslash stands for itself; the end of the line follows.
                        held.push(b'\\');
                    } else {
                        held.push(match next {
                            b'n' => b'\n',
                            b'r' => b'\r',
                            b't' => b'\t',
                            b'b' => 0x08,
                            b'a' => 0x07,
                            other => other,
                        });
                        at += 1;
                    }
                }
                b'"' => return closed(line, at),
                byte => held.push(byte),
            },
            Quote::Single => match byte {
                0 => return Err(Unbalanced),
                b'\\' if line.get(at + 1) == Some(&b'\'') => {
                    held.push(b'\'');
                    at += 1;
                }
                b'\'' => return closed(line, at),
                byte => held.push(byte),
            },
        }
        at += 1;
    }
}

/// A closing quote must be followed by a space or the end.
fn closed(line: &[u8], at: usize) -> Result<usize, Unbalanced> {
    match line.get(at + 1) {
        Some(&byte) if byte != 0 && !is_space(byte) => Err(Unbalanced),
        _ => Ok(at + 1),
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// `isspace` of the C locale.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

fn is_plain(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'"' | b'\'' | 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::model::Buffers;

    fn words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
        let (mut spans, mut held) = (Vec::new(), Vec::new());
        split(line, Store::Chunk, 0, &mut spans, 100, &mut held).ok()?;
        let buffers = Buffers {
            chunk: line,
            held: &held,
        };
        Some(
            spans
                .iter()
                .map(|span| buffers.resolve(span).kept.to_vec())
                .collect(),
        )
    }

    #[test]
    fn words_come_out_as_redis_reads_them() {
        let cases: [(&[u8], &[&[u8]]); 10] = [
            (b"set foo bar", &[b"set", b"foo", b"bar"]),
            (b"  set\tfoo  ", &[b"set", b"foo"]),
            (b"set \"a b\" c", &[b"set", b"a b", b"c"]),
            (br#"set "\x41\n\q" x"#, &[b"set", b"A\nq", b"x"]),
            (br"set 'it\'s' x", &[b"set", b"it's", b"x"]),
            (br"set '\x41'", &[b"set", br"\x41"]),
            (br#"set "" ''"#, &[b"set", b"", b""]),
            (br#"set fo"o b"ar"#, &[]),
            (b"get a\0b", &[b"get", b"a"]),
            (br#"echo pre"mid""#, &[b"echo", b"premid"]),
        ];
        for (line, expected) in cases {
            let found = words(line);
            if expected.is_empty() {
                assert_eq!(found, None, "{line:?}");
            } else {
                assert_eq!(found.unwrap(), expected, "{line:?}");
            }
        }
    }

    #[test]
    fn unbalanced_quotes_are_refused() {
        for line in [
            &br#"set "foo"#[..],
            br"set 'foo",
            br#"set "foo"bar"#,
            br#"set "foo\"#,
            br"set 'a'b",
        ] {
            assert_eq!(words(line), None, "{line:?}");
        }
        assert_eq!(words(b""), Some(vec![]));
        assert_eq!(words(b" \t "), Some(vec![]));
    }
}
