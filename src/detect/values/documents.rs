//! JSON, walked to any depth that is allowed; what stands in it is told by its pointer (RFC 6901).

use super::super::hits::Hits;
use super::super::json::{self, Container, Step};
use super::super::lexicon::Marks;
use super::super::scan::Joints;
use super::super::validators::phone;
use super::{At, Inspector, Key, MAX_LEVEL, MIN_START_LEN, may_be_packed, take};

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
        self.scan(text, &mut finds, Joints::Unneeded);
        let mut path = self.paths.pop().unwrap_or_default();
        let mut frames = self.frames.pop().unwrap_or_default();
        frames.clear();
        // What the last name says.
        let mut name = Marks::none();
        let mut taken = 0;
        // Runs wait for their leaf; those in no leaf are judged with the value as a whole.
        if at.level == 0 || at.decoded {
            hits.next_record();
        }
        json::walk(text, |step| match step {
            Step::Open(kind) => {
                let above = frames.last().map_or(*marks, |frame: &Frame| {
                    if frame.kind == Container::Object {
                        name
                    } else {
                        frame.marks
                    }
                });
                frames.push(Frame {
                    kind,
                    marks: above,
                    name: None,
                    index: 0,
                });
            }
            Step::Close => {
                frames.pop();
                if let Some(frame) = frames.last_mut() {
                    frame.go_on();
                }
            }
            Step::Name(from, to) => {
                let raw = text.get(from..to).unwrap_or_default();
                if let Some(frame) = frames.last_mut() {
                    frame.name = Some((from, to));
                    name = self.field_marks(raw, &frame.marks);
                }
            }
            Step::Text(from, to, _) | Step::Bare(from, to) => {
                let escapes = matches!(step, Step::Text(_, _, true));
                let inner = match frames.last() {
                    Some(frame) if frame.kind == Container::Array => &frame.marks,
                    Some(_) => &name,
                    None => marks,
                };
                let (mine, until) = take(&finds.found, taken, from, to);
                // What lies between two values (names, what is no JSON) has no field of its own.
                let strays = finds.found.get(taken..mine.0).unwrap_or_default();
                taken = until;
                let found = finds.found.get(mine.0..mine.1).unwrap_or_default();
                let value = text.get(from..to).unwrap_or_default();
                let has_runs = finds
                    .runs
                    .iter()
                    .any(|run| run.start >= from && run.end <= to);
                let telling = inner.has_fields()
                    || !found.is_empty()
                    || has_runs
                    || phone::is_signed_digits(value);
                let long = value.len() >= MIN_START_LEN;
                let read = match () {
                    () if escapes && (telling || value.len() >= MIN_ESCAPED_LEN) => Read::Escaped,
                    () if telling || (long && self.pack.scanner.may_start(value)) => Read::Leaf,
                    () if long && may_be_packed(at, value) => Read::Packed,
                    () => Read::Not,
                };
                if read != Read::Not || !strays.is_empty() {
                    write_path(at.field, text, &frames, &mut path);
                }
                let here = At {
                    field: Some(&path),
                    ..at
                };
                for stray in strays {
                    self.emit(hits, key.as_deref_mut(), here, inner, text, stray);
                }
                let key = key.as_deref_mut();
                match read {
                    Read::Escaped => self.escaped(hits, key, here, inner, value),
                    Read::Leaf => {
                        self.leaf(hits, key, here, inner, text, from, to, found, &finds);
                    }
                    Read::Packed => self.packed_leaf(hits, key, here, inner, value, from),
                    Read::Not => {}
                }
                if let Some(frame) = frames.last_mut() {
                    frame.go_on();
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

/// How a string or number is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    Escaped,
    Leaf,
    Packed,
    Not,
}

#[derive(Clone, Copy)]
pub(super) struct Frame {
    kind: Container,
    /// What the name of the container says.
    marks: Marks,
    /// Where the name of the next value is, in an object.
    name: Option<(usize, usize)>,
    /// Which value is next, in an array.
    index: u32,
}

impl Frame {
    /// A value of it has ended.
    fn go_on(&mut self) {
        self.name = None;
        if self.kind == Container::Array {
            self.index += 1;
        }
    }
}

/// Writes the pointer to the next value. Only what is told needs one.
fn write_path(base: Option<&[u8]>, text: &[u8], frames: &[Frame], path: &mut Vec<u8>) {
    path.clear();
    path.extend_from_slice(base.unwrap_or_default());
    for frame in frames {
        match (frame.kind, frame.name) {
            (Container::Array, _) => push_index(path, frame.index),
            (Container::Object, Some((from, to))) => {
                push_name(path, text.get(from..to).unwrap_or_default());
            }
            (Container::Object, None) => {}
        }
    }
}

/// Adds a step to a JSON pointer (RFC 6901).
pub(super) fn push_name(path: &mut Vec<u8>, name: &[u8]) {
    if path.len() > MAX_PATH_LEN {
        return;
    }
    path.push(b'/');
    let name = name
        .get(..name.len().min(MAX_PATH_STEP_LEN))
        .unwrap_or_default();
    if !name.iter().any(|byte| matches!(byte, b'~' | b'/')) {
        path.extend_from_slice(name);
        return;
    }
    for &byte in name {
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
