//! The shape of a value, and the pattern of a key: what may be shown of bytes that may not.

use std::fmt::Write as _;

/// What a run of bytes is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Letters and digits: told as `9`, `a`, `A` or, mixed, `x`.
    Word,
    /// One ASCII punctuation mark alone is kept, since it is the value's structure.
    Mark,
    /// Control bytes and everything above ASCII: `?`.
    Other,
}

/// `5270426764505555` becomes `9{16}`, `m` becomes `a`, `Ann Lee` becomes `x{3} x{3}`.
///
/// A word that mixes classes shows only its length: which letter of a password is upper case is
/// nobody's business. At most [`MAX_RUNS`] runs are told, then `..`.
pub(super) fn shape(kept: &[u8], len: u64) -> String {
    let mut out = String::new();
    let mut rest = kept;
    let mut runs = 0;
    while let Some(&first) = rest.first() {
        if runs == MAX_RUNS {
            out.push_str("..");
            return out;
        }
        let class = class_of(first);
        let end = rest
            .iter()
            .position(|&byte| class_of(byte) != class)
            .unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        // The run at the cut goes on out of sight: as far as the value does, if it is the only one.
        let count = if runs == 0 && tail.is_empty() {
            len.max(run.len() as u64)
        } else {
            run.len() as u64
        };
        push_run(&mut out, class, run, count);
        rest = tail;
        runs += 1;
    }
    if runs > 1 && (kept.len() as u64) < len {
        out.push_str("..");
    }
    out
}

fn class_of(byte: u8) -> Class {
    if byte.is_ascii_alphanumeric() {
        Class::Word
    } else if byte.is_ascii_punctuation() || byte == b' ' {
        Class::Mark
    } else {
        Class::Other
    }
}

fn push_run(out: &mut String, class: Class, run: &[u8], count: u64) {
    let symbol = match class {
        Class::Word if run.iter().all(u8::is_ascii_digit) => '9',
        Class::Word if run.iter().all(u8::is_ascii_lowercase) => 'a',
        Class::Word if run.iter().all(u8::is_ascii_uppercase) => 'A',
        Class::Word => 'x',
        Class::Mark => match run {
            [mark] => char::from(*mark),
            _ => '.',
        },
        Class::Other => '?',
    };
    out.push(symbol);
    if count > 1 {
        let _ = write!(out, "{{{count}}}");
    }
}

/// Runs told of one value; more would retell it.
const MAX_RUNS: usize = 16;
