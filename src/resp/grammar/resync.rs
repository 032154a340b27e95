//! Where a message may begin, after step was lost.
//!
//! Pure functions of the bytes at a line start. Given a prefix they answer `Unknown`, and an answer
//! never changes when more bytes follow, so that cuts do not matter.

use memchr::memchr;

use super::super::commands::{self, Lookup};
use super::Step;
use super::number::strict_number;

/// Bytes at a line start that are looked at before the answer must be there.
const MAX_CANDIDATE_LEN: usize = 64;

/// Words of a request that a resync believes; more would swallow what follows.
const MAX_PLAUSIBLE_WORDS: i64 = 1024 * 1024;

/// Longest command name that a resync believes, in bytes.
const MAX_PLAUSIBLE_NAME_LEN: i64 = 40;

/// Whether a message begins here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plausible {
    /// It may.
    Yes,
    /// It does not.
    No,
    /// More bytes are needed to tell.
    Unknown,
}

/// Whether a multibulk request begins: its header and the header of its first word.
#[must_use]
pub fn plausible_request(bytes: &[u8]) -> Plausible {
    let Some((b'*', rest)) = bytes.split_first() else {
        return unknown_if(bytes.is_empty());
    };
    let (count, rest) = match number_line(rest) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    if !(1..=MAX_PLAUSIBLE_WORDS).contains(&count) {
        return Plausible::No;
    }
    let Some((b'$', rest)) = rest.split_first() else {
        return unknown_if(rest.is_empty());
    };
    match number_line(rest) {
        Ok((len, _)) if (1..=MAX_PLAUSIBLE_NAME_LEN).contains(&len) => Plausible::Yes,
        Ok(_) => Plausible::No,
        Err(answer) => answer,
    }
}

/// Whether an inline command begins: a first word from the command table.
pub(super) fn plausible_inline(bytes: &[u8]) -> Plausible {
    let end = bytes
        .iter()
        .take(MAX_CANDIDATE_LEN)
        .position(|&byte| !byte.is_ascii_graphic());
    match end {
        Some(end) => {
            let known = !matches!(
                commands::lookup(bytes.get(..end).unwrap_or_default()),
                Lookup::Unknown
            );
            let space = matches!(bytes.get(end), Some(b' ' | b'\r' | b'\n'));
            if known && space {
                Plausible::Yes
            } else {
                Plausible::No
            }
        }
        None => unknown_if(bytes.len() < MAX_CANDIDATE_LEN),
    }
}

/// Whether a reply begins: one line, stricter than the grammar, since text that a value holds may
/// have lines that begin with `+`, `-` or `:` too.
#[must_use]
pub fn plausible_reply(bytes: &[u8]) -> Plausible {
    let Some((&marker, rest)) = bytes.split_first() else {
        return Plausible::Unknown;
    };
    match marker {
        b'+' | b'-' => word_line(rest),
        b':' => match number_line(rest) {
            Ok(_) => Plausible::Yes,
            Err(answer) => answer,
        },
        b'$' | b'=' | b'!' => match number_line(rest) {
            Ok((len, _)) if len >= -1 => Plausible::Yes,
            Ok(_) => Plausible::No,
            Err(answer) => answer,
        },
        b'*' | b'%' | b'~' | b'>' | b'|' => match number_line(rest) {
            Ok((count, after)) if (-1..=MAX_PLAUSIBLE_WORDS).contains(&count) => {
                if count < 1 {
                    return Plausible::Yes;
                }
                match after.first() {
                    Some(
                        b'+' | b'-' | b':' | b'$' | b'*' | b'%' | b'~' | b'_' | b'#' | b',' | b'('
                        | b'=' | b'!' | b'|',
                    ) => Plausible::Yes,
                    Some(_) => Plausible::No,
                    None => Plausible::Unknown,
                }
            }
            Ok(_) => Plausible::No,
            Err(answer) => answer,
        },
        b'_' => exact_line(rest, &[b""]),
        b'#' => exact_line(rest, &[b"t", b"f"]),
        _ => Plausible::No,
    }
}

/// How the next message is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seek {
    /// The next byte begins a line.
    pub(super) at_line_start: bool,
    /// The name of a known command will do at this line start.
    pub(super) inline: bool,
    /// Nothing was passed over yet at the start of a connection: step is not known to be lost.
    pub(super) fresh: bool,
}

impl Seek {
    /// Looks for the next message from `pos`. `None` where one begins there. A line start that may
    /// begin one is held in `carry` when the chunk ends before it is settled.
    ///
    /// `inline`: whether a known command's name will do at line starts further on.
    pub(super) fn look(
        &mut self,
        carry: &mut Vec<u8>,
        chunk: &[u8],
        pos: &mut usize,
        inline: bool,
        judge: impl Fn(&[u8], bool) -> Plausible,
    ) -> Option<Step> {
        let start = *pos;
        let fresh = self.fresh;
        loop {
            let rest = chunk.get(*pos..).unwrap_or_default();
            let Some(&byte) = rest.first() else {
                return Some(Step::Need);
            };
            if !self.at_line_start {
                let end = memchr(b'\n', rest).map(|at| at + 1);
                *pos += end.unwrap_or(rest.len());
                *self = Self {
                    at_line_start: end.is_some(),
                    inline,
                    fresh: false,
                };
                return Some(passed((*pos - start) as u64, fresh));
            }
            if carry.is_empty() {
                let window = rest.get(..MAX_CANDIDATE_LEN).unwrap_or(rest);
                match judge(window, self.inline) {
                    Plausible::Yes => return None,
                    Plausible::No => self.at_line_start = false,
                    Plausible::Unknown => {
                        carry.extend_from_slice(window);
                        *pos = chunk.len();
                    }
                }
                continue;
            }
            carry.push(byte);
            match judge(carry, self.inline) {
                Plausible::Yes => {
                    // The byte that settled it is read again, so that the held ones alone are no
                    // complete message.
                    carry.pop();
                    return Some(Step::Candidate);
                }
                Plausible::No => {
                    *pos += 1;
                    let (dropped, at_line_start) = drop_lines(carry, |rest| judge(rest, inline));
                    *self = Self {
                        at_line_start,
                        inline,
                        fresh: false,
                    };
                    return Some(passed(dropped, fresh));
                }
                Plausible::Unknown => *pos += 1,
            }
        }
    }
}

/// Drops from a refused candidate what cannot begin a message: its first line, and on until a line
/// start that may. Gives the bytes dropped, and whether what follows begins a line.
fn drop_lines(carry: &mut Vec<u8>, judge: impl Fn(&[u8]) -> Plausible) -> (u64, bool) {
    let mut dropped = 0;
    loop {
        let Some(end) = memchr(b'\n', carry).map(|at| at + 1) else {
            dropped += carry.len() as u64;
            carry.clear();
            return (dropped, false);
        };
        dropped += end as u64;
        carry.drain(..end);
        if carry.is_empty() || judge(carry) != Plausible::No {
            return (dropped, true);
        }
    }
}

/// Bytes passed over; the first ones of a connection taken up in the middle tell that step had to
/// be found.
fn passed(len: u64, fresh: bool) -> Step {
    if fresh {
        Step::Lost(len)
    } else {
        Step::Skipped(len)
    }
}

fn unknown_if(unknown: bool) -> Plausible {
    if unknown {
        Plausible::Unknown
    } else {
        Plausible::No
    }
}

/// A number and CRLF; what follows them.
fn number_line(bytes: &[u8]) -> Result<(i64, &[u8]), Plausible> {
    let digits = bytes
        .iter()
        .position(|byte| !byte.is_ascii_digit() && *byte != b'-')
        .unwrap_or(bytes.len());
    if digits > 20 {
        return Err(Plausible::No);
    }
    let (number, rest) = bytes.split_at_checked(digits).unwrap_or_default();
    match rest {
        [] | [b'\r'] => Err(Plausible::Unknown),
        [b'\r', b'\n', after @ ..] => match strict_number(number) {
            Some(value) => Ok((value, after)),
            None => Err(Plausible::No),
        },
        _ => Err(Plausible::No),
    }
}

/// A line that begins with a word of two or more capitals, as statuses and errors of Redis do.
fn word_line(bytes: &[u8]) -> Plausible {
    let word = bytes
        .iter()
        .position(|byte| !byte.is_ascii_uppercase())
        .unwrap_or(bytes.len());
    match bytes.get(word) {
        None => unknown_if(word < MAX_CANDIDATE_LEN - 1),
        Some(b'\r' | b' ') if word >= 2 => Plausible::Yes,
        Some(_) => Plausible::No,
    }
}

/// Exactly one of these texts, and CRLF.
fn exact_line(bytes: &[u8], texts: &[&[u8]]) -> Plausible {
    let mut unknown = false;
    for text in texts {
        let whole = [text, &b"\r\n"[..]].concat();
        if bytes.starts_with(&whole) {
            return Plausible::Yes;
        }
        unknown |= whole.starts_with(bytes);
    }
    unknown_if(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_does_not_change_when_more_bytes_follow() {
        let samples: [&[u8]; 14] = [
            b"*3\r\n$3\r\nSET\r\n",
            b"*3\r\n:1\r\n",
            b"*0\r\n",
            b"*-1\r\n+",
            b"$5\r\nhello\r\n",
            b"+OK\r\n",
            b"+ok then",
            b"-ERR no\r\n",
            b":12\r\n",
            b"#t\r\n",
            b"_\r\n",
            b"get foo\r\n",
            b"{\"json\": 1}",
            b"%1\r\n+a\r\n:1\r\n",
        ];
        for sample in samples {
            for judge in [plausible_request, plausible_reply, plausible_inline] {
                let mut settled = None;
                for end in 0..=sample.len() {
                    let answer = judge(&sample[..end]);
                    if let Some(settled) = settled {
                        assert_eq!(answer, settled, "{sample:?} at {end}");
                    } else if answer != Plausible::Unknown {
                        settled = Some(answer);
                    }
                }
            }
        }
    }

    #[test]
    fn text_that_only_looks_like_a_reply_is_not_taken() {
        for text in [
            &b"- a list item\r\n"[..],
            b"+1 555 0100\r\n",
            b":smile:\r\n",
            b"$HOME/bin\r\n",
            b"* bullet\r\n",
        ] {
            assert_eq!(plausible_reply(text), Plausible::No, "{text:?}");
        }
        assert_eq!(plausible_reply(b"-ERR x"), Plausible::Yes);
        assert_eq!(plausible_reply(b"*2\r\n$1\r\na\r\n"), Plausible::Yes);
        assert_eq!(plausible_reply(b"*2\r\nx"), Plausible::No);
    }
}
