//! Values written as `name=value` or `name: value`: forms, query strings, connection strings, log lines.

use super::super::hits::Hits;
use super::super::lexicon::Marks;
use super::super::scan::{Finds, Found, Joints};
use super::super::validators::connection::Hosts;
use super::documents::push_name;
use super::{At, FieldName, Inspector, Key, finds_none};

impl Inspector {
    /// `name=value` and `name: value` in a text: query strings, connection strings, headers, logs.
    /// `first` is the first of them.
    #[expect(clippy::too_many_arguments, reason = "one call site")]
    pub(super) fn pairs(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
        finds: &mut Finds,
        first: Pair,
    ) {
        let ampersands = finds.may_be_form && memchr::memchr(b'&', text).is_some();
        let mut hosts = Hosts::default();
        let mut next = Some(first);
        while let Some(pair) = next {
            let name = text.get(pair.name.0..pair.name.1).unwrap_or_default();
            let field = *self.names.read_below(&self.pack, name, marks);
            let mut behind = pair.joint + 1;
            if ampersands || field.has_fields() {
                let colon = text.get(pair.joint) == Some(&b':');
                let (from, to) = value_behind(text, pair.joint + 1, ampersands, colon);
                let raw = text.get(from..to).unwrap_or_default();
                // An address in a form is `ann%40corp.io`, whatever its name.
                let encoded = ampersands && memchr::memchr2(b'%', b'+', raw).is_some();
                if !raw.is_empty() && (encoded || field.has_fields()) {
                    behind = to;
                    let mut path = self.paths.pop().unwrap_or_default();
                    path.clear();
                    path.extend_from_slice(at.field_text());
                    push_name(&mut path, name);
                    let here = At {
                        field: Some(FieldName::new(&path)),
                        ..at
                    };
                    let before = hits.raw.len();
                    let key = key.as_deref_mut();
                    if encoded {
                        self.encoded_pair(hits, key, here, &field, text, finds, (from, to));
                    } else {
                        self.pair(hits, key, here, &field, text, finds, (from, to));
                    }
                    self.name_connection(hits, before, || hosts.are_named(text, from));
                    if encoded && hits.raw.len() > before {
                        Self::cover(hits, here, before);
                    }
                    self.paths.push(path);
                }
            }
            next = next_pair(text, finds, behind);
        }
    }

    /// The value of a pair in a form, its escapes undone.
    #[expect(clippy::too_many_arguments, reason = "one call site")]
    pub(super) fn encoded_pair(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        field: &Marks,
        text: &[u8],
        finds: &mut Finds,
        (from, to): (usize, usize),
    ) {
        let mut buffer = self.buffers.pop().unwrap_or_default();
        percent_decode(text.get(from..to).unwrap_or_default(), &mut buffer);
        let inner = At { offset: None, ..at };
        let before = hits.raw.len();
        let mut inside = self.finds.pop().unwrap_or_default();
        inside.clear();
        self.scan(&buffer, &mut inside, Joints::Unneeded);
        if self.is_telling(field, &buffer, &inside.found, finds_none()) {
            self.leaf(
                hits,
                key,
                inner,
                field,
                &buffer,
                (0, buffer.len()),
                &inside.found,
                finds_none(),
            );
        }
        self.finds.push(inside);
        if hits.raw.len() > before {
            finds
                .found
                .retain(|found| found.start < from || found.end > to);
        }
        self.buffers.push(buffer);
    }

    /// The value of a pair. What the scan found in it is told here, with its name, and not again.
    #[expect(clippy::too_many_arguments, reason = "one call site")]
    pub(super) fn pair(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        field: &Marks,
        text: &[u8],
        finds: &mut Finds,
        (from, to): (usize, usize),
    ) {
        let mut telling = self.finds.pop().unwrap_or_default();
        telling.clear();
        let inside = |found: &&Found| found.start >= from && found.end <= to;
        let found = finds.found.iter().filter(inside);
        telling.found.extend(found.take(MAX_PAIR_FINDS).copied());
        let value = text.get(from..to).unwrap_or_default();
        if self.is_telling(field, value, &telling.found, finds_none()) {
            self.leaf(
                hits,
                key,
                at,
                field,
                text,
                (from, to),
                &telling.found,
                finds_none(),
            );
        }
        self.finds.push(telling);
        finds
            .found
            .retain(|found| found.start < from || found.end > to);
        if field.speaks_of(self.pack.known.pan) {
            finds.runs.retain(|run| run.start < from || run.end > to);
        }
    }

    /// Passwords found since `before` are those of a connection string, where a host is named before
    /// them.
    fn name_connection(
        &self,
        hits: &mut Hits,
        before: usize,
        is_host_named: impl FnOnce() -> bool,
    ) {
        let known = &self.pack.known;
        let spec = self.pack.rule(known.conn_string);
        let found = hits.raw.iter_mut().skip(before);
        let mut passwords = found
            .filter(|hit| hit.rule == known.password_field)
            .peekable();
        if spec.enabled && passwords.peek().is_some() && is_host_named() {
            for hit in passwords {
                hit.rule = known.conn_string;
                hit.severity = spec.severity;
                hit.confidence = hit.confidence.max(spec.confidence);
                hit.mask = spec.mask.mask();
            }
        }
    }
}

/// Where a name and a value meet.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    joint: usize,
    name: (usize, usize),
}

/// The next pair from `from` on.
#[inline]
pub(super) fn next_pair(text: &[u8], finds: &Finds, from: usize) -> Option<Pair> {
    let mut from = from;
    loop {
        let joint = finds.next_joint(from)?;
        if let Some(name) = name_before(text, joint) {
            return Some(Pair { joint, name });
        }
        from = joint + 1;
    }
}

/// What bytes are in and around `name=value`.
#[expect(clippy::indexing_slicing, reason = "when compiled")]
const NAMING: [u8; 256] = {
    let mut naming = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        naming[byte as usize] = match byte {
            b'_' | b'-' | b'.' | b'[' | b']' => IN_NAME,
            b'&' | b'?' | b';' | b',' | b'"' | b'\'' | b'{' | b'(' | b'|' | b'<' | b'#' => PARTS,
            _ if byte.is_ascii_alphanumeric() => IN_NAME,
            _ if byte.is_ascii_whitespace() => PARTS,
            _ => 0,
        };
        byte += 1;
    }
    naming
};

const IN_NAME: u8 = 1;

const PARTS: u8 = 2;

/// The name that ends before `=` or `:` at `at`: letters, digits, `_ - . [ ]`, at the beginning of
/// the text or behind a separator.
#[inline]
fn name_before(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut end = at;
    while end > 0 && at - end < 2 && matches!(text.get(end - 1), Some(b' ' | b'"' | b'\'')) {
        end -= 1;
    }
    let least = end.saturating_sub(MAX_PAIR_NAME_LEN + 1);
    let mut start = end;
    // What ends the name: nothing, where the text begins with it.
    let mut before = PARTS;
    for &byte in text.get(least..end)?.iter().rev() {
        before = NAMING.get(usize::from(byte)).copied().unwrap_or(0);
        if before != IN_NAME {
            break;
        }
        start -= 1;
    }
    let is_parted = before == PARTS || start == 0;
    (is_parted && (2..=MAX_PAIR_NAME_LEN).contains(&(end - start))).then_some((start, end))
}

/// The value behind `=` or `:`: in quotes to the closing one, else to the next separator.
fn value_behind(text: &[u8], from: usize, ampersands: bool, line: bool) -> (usize, usize) {
    let mut from = from;
    while matches!(text.get(from), Some(b' ')) {
        from += 1;
    }
    let rest = text.get(from..).unwrap_or_default();
    let limit = rest.len().min(MAX_PAIR_VALUE_LEN);
    let rest = rest.get(..limit).unwrap_or_default();
    if let Some(&quote @ (b'"' | b'\'')) = rest.first() {
        let inner = rest.get(1..).unwrap_or_default();
        let len = memchr::memchr(quote, inner).unwrap_or(inner.len());
        return (from + 1, from + 1 + len);
    }
    // `${PASSWORD}`: what closes a placeholder belongs to it.
    if rest.starts_with(b"${")
        && let Some(len) = memchr::memchr(b'}', rest)
    {
        return (from, from + len + 1);
    }
    let ends = |byte: &u8| {
        if ampersands {
            byte.is_ascii_whitespace() || matches!(byte, b'&' | b'#' | b'"' | b'\'')
        } else if line {
            matches!(byte, b'\n' | b'\r')
        } else {
            byte.is_ascii_whitespace()
                || matches!(byte, b';' | b',' | b'&' | b'"' | b'\'' | b')' | b'}')
        }
    };
    let len = rest.iter().position(ends).unwrap_or(rest.len());
    (from, from + len)
}

fn percent_decode(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut bytes = text;
    while let Some((&byte, rest)) = bytes.split_first() {
        bytes = rest;
        let pair = rest.get(..2).and_then(|pair| str::from_utf8(pair).ok());
        match (
            byte,
            pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()),
        ) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                bytes = rest.get(2..).unwrap_or_default();
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
    }
}

/// Longest name of a pair.
const MAX_PAIR_NAME_LEN: usize = 48;

/// Longest value of a pair.
const MAX_PAIR_VALUE_LEN: usize = 4096;

/// Finds of one pair's value that are compared with it.
const MAX_PAIR_FINDS: usize = 16;
