//! JSON, walked to any depth that is allowed; what stands in it is told by its pointer (RFC 6901).

use super::super::hits::Hits;
use super::super::json::{self, Container, Step};
use super::super::lexicon::Marks;
use super::super::validators::phone;
use super::{At, Inspector, Key, MAX_LEVEL, MIN_START_LEN, take};

impl Inspector {
    pub(super) fn json(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
    ) {
        let mut finds = self.finds.pop().unwrap_or_default();
        finds.clear();
        self.scan(text, &mut finds);
        let mut path = self.paths.pop().unwrap_or_default();
        path.clear();
        path.extend_from_slice(at.field.unwrap_or_default());
        let base = path.len();
        let mut frames = self.frames.pop().unwrap_or_default();
        frames.clear();
        let mut name = (Marks::none(), path.len());
        let mut taken = 0;
        // Runs wait for their leaf; those in no leaf are judged with the value as a whole.
        if at.level == 0 || at.decoded {
            hits.next_record();
        }
        json::walk(text, |step| match step {
            Step::Open(kind) => {
                let above = frames.last().map_or(*marks, |frame: &Frame| {
                    if frame.kind == Container::Object {
                        name.0
                    } else {
                        frame.marks
                    }
                });
                frames.push(Frame {
                    kind,
                    marks: above,
                    path_len: path.len(),
                    index: 0,
                });
                if kind == Container::Array {
                    push_index(&mut path, 0);
                }
            }
            Step::Close => {
                if let Some(frame) = frames.pop() {
                    path.truncate(frame.path_len);
                }
                if let Some(frame) = frames.last_mut() {
                    path.truncate(frame.path_len);
                    if frame.kind == Container::Array {
                        frame.index += 1;
                        push_index(&mut path, frame.index);
                    }
                }
            }
            Step::Name(from, to) => {
                let above = frames.last().map_or(*marks, |frame| frame.marks);
                path.truncate(frames.last().map_or(base, |frame| frame.path_len));
                let raw = text.get(from..to).unwrap_or_default();
                push_name(&mut path, raw);
                name = (self.field_marks(raw, &above), path.len());
            }
            Step::Text(from, to, _) | Step::Bare(from, to) => {
                let escapes = matches!(step, Step::Text(_, _, true));
                let inner = match frames.last() {
                    Some(frame) if frame.kind == Container::Array => frame.marks,
                    Some(_) => name.0,
                    None => *marks,
                };
                let (mine, until) = take(&finds.found, taken, from, to);
                // What lies between two values (names, what is no JSON) has no field of its own.
                for stray in finds.found.get(taken..mine.0).unwrap_or_default() {
                    self.emit(
                        hits,
                        key.as_deref_mut(),
                        At {
                            field: Some(&path),
                            ..at
                        },
                        &inner,
                        text,
                        stray,
                    );
                }
                taken = until;
                let found = finds.found.get(mine.0..mine.1).unwrap_or_default();
                let value = text.get(from..to).unwrap_or_default();
                let here = At {
                    field: Some(&path),
                    ..at
                };
                let has_runs = finds
                    .runs
                    .iter()
                    .any(|run| run.start >= from && run.end <= to);
                let telling = inner.has_fields()
                    || !found.is_empty()
                    || has_runs
                    || phone::is_signed_digits(value);
                if escapes && (telling || value.len() >= MIN_ESCAPED_LEN) {
                    self.escaped(hits, key.as_deref_mut(), here, &inner, value);
                } else if telling
                    || (value.len() >= MIN_START_LEN && self.pack.scanner.may_start(value))
                {
                    self.leaf(
                        hits,
                        key.as_deref_mut(),
                        here,
                        &inner,
                        text,
                        from,
                        to,
                        found,
                        &finds,
                    );
                } else if value.len() >= MIN_START_LEN {
                    self.packed_leaf(hits, key.as_deref_mut(), here, &inner, value, from);
                }
                if let Some(frame) = frames.last_mut() {
                    path.truncate(frame.path_len);
                    if frame.kind == Container::Array {
                        frame.index += 1;
                        push_index(&mut path, frame.index);
                    }
                }
            }
        });
        for stray in finds.found.get(taken..).unwrap_or_default() {
            self.emit(hits, key.as_deref_mut(), at, marks, text, stray);
        }
        self.frames.push(frames);
        self.paths.push(path);
        self.finds.push(finds);
    }

    /// A JSON string with escapes: read as what it means; it may be JSON once more.
    pub(super) fn escaped(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        raw: &[u8],
    ) {
        if at.level < MAX_LEVEL {
            self.inside(hits, key, at, marks, |text| {
                json::unescape(raw, text);
                true
            });
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Frame {
    kind: Container,
    /// What the name of the container says.
    marks: Marks,
    path_len: usize,
    index: u32,
}

/// Adds a step to a JSON pointer (RFC 6901).
pub(super) fn push_name(path: &mut Vec<u8>, name: &[u8]) {
    if path.len() > MAX_PATH_LEN {
        return;
    }
    path.push(b'/');
    for &byte in name
        .get(..name.len().min(MAX_PATH_STEP_LEN))
        .unwrap_or_default()
    {
        match byte {
            b'~' => path.extend_from_slice(b"~0"),
            b'/' => path.extend_from_slice(b"~1"),
            other => path.push(other),
        }
    }
}

fn push_index(path: &mut Vec<u8>, index: u32) {
    use std::io::Write as _;
    if path.len() <= MAX_PATH_LEN {
        path.push(b'/');
        let _ = write!(path, "{index}");
    }
}

/// Shortest JSON string with escapes that is read again unescaped.
const MIN_ESCAPED_LEN: usize = 8;

/// Longest JSON pointer kept; deeper steps are left out.
const MAX_PATH_LEN: usize = 192;

/// Longest step of a JSON pointer kept.
const MAX_PATH_STEP_LEN: usize = 64;
