//! JSON, walked to any depth that is allowed; what stands in it is told by its pointer (RFC 6901).

use super::super::hits::Hits;
use super::super::json::{self, Container, Form, Visit};
use super::super::lexicon::Marks;
use super::super::scan::{Finds, Found, Joints};
use super::super::validators::phone;
use super::{At, FieldName, Inspector, Key, MAX_LEVEL, MIN_START_LEN, may_be_packed, take};

impl Inspector {
    pub(super) fn json(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
    ) {
        let mut finds = self.finds.pop().unwrap_or_default();
        finds.clear();
        self.scan(text, &mut finds, Joints::Unneeded);
        let mut frames = self.frames.pop().unwrap_or_default();
        frames.clear();
        // Runs wait for their leaf; those in no leaf are judged with the value as a whole.
        if at.level == 0 || at.decoded {
            hits.next_record();
        }
        let mut document = Document {
            path: self.paths.pop().unwrap_or_default(),
            inspector: self,
            hits,
            key,
            at,
            marks,
            text,
            finds: &finds,
            taken: 0,
            frames,
            name: Marks::none(),
        };
        json::walk(text, &mut document);
        for stray in finds.found.get(document.taken..).unwrap_or_default() {
            let key = document.key.as_deref_mut();
            (document.inspector).emit(&mut None, document.hits, key, at, marks, text, stray);
        }
        let Document { path, frames, .. } = document;
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

/// A JSON text being walked.
struct Document<'a, 'k> {
    inspector: &'a mut Inspector,
    hits: &'a mut Hits,
    key: Option<&'a mut Key<'k>>,
    at: At<'a>,
    marks: &'a Marks,
    text: &'a [u8],
    finds: &'a Finds,
    /// Finds told so far.
    taken: usize,
    /// The containers around the place that the walk has come to.
    frames: Vec<Frame>,
    /// What the last name says.
    name: Marks,
    path: Vec<u8>,
}

impl Visit for Document<'_, '_> {
    #[inline]
    fn open(&mut self, kind: Container) {
        let marks = match self.frames.last() {
            Some(frame) if frame.kind == Container::Array => frame.marks,
            Some(_) => self.name,
            None => *self.marks,
        };
        self.frames.push(Frame {
            kind,
            marks,
            name: None,
            index: 0,
        });
    }

    #[inline]
    fn close(&mut self) {
        self.frames.pop();
        if let Some(frame) = self.frames.last_mut() {
            frame.go_on();
        }
    }

    #[inline]
    fn name(&mut self, from: usize, to: usize) {
        let raw = self.text.get(from..to).unwrap_or_default();
        if let Some(frame) = self.frames.last_mut() {
            frame.name = Some((from, to));
            self.name = self.inspector.field_marks(raw, &frame.marks);
        }
    }

    fn value(&mut self, from: usize, to: usize, form: Form) {
        let inner = match self.frames.last() {
            Some(frame) if frame.kind == Container::Array => &frame.marks,
            Some(_) => &self.name,
            None => self.marks,
        };
        let value = self.text.get(from..to).unwrap_or_default();
        let Finds { found, runs, .. } = self.finds;
        let ((first, last), until) = take(found, self.taken, from, to);
        // What lies between two values (names, what is no JSON) has no field of its own.
        let strays = found.get(self.taken..first).unwrap_or_default();
        let found = found.get(first..last).unwrap_or_default();
        self.taken = until;
        let telling = inner.has_fields()
            || !found.is_empty()
            || (runs.iter()).any(|run| run.start >= from && run.end <= to)
            || phone::is_signed_digits(value);
        let long = value.len() >= MIN_START_LEN;
        let read = match () {
            () if form == Form::Escaped && (telling || value.len() >= MIN_ESCAPED_LEN) => {
                Read::Escaped
            }
            () if telling || (long && self.inspector.pack.scanner.may_start(value)) => Read::Leaf,
            () if long && may_be_packed(self.at, value) => Read::Packed,
            () => Read::Not,
        };
        if read != Read::Not || !strays.is_empty() {
            let inner = *inner;
            self.tell(strays, found, &inner, (from, to), read);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.go_on();
        }
    }
}

impl Document<'_, '_> {
    /// Tells what was found before a value, and reads it.
    fn tell(
        &mut self,
        strays: &[Found],
        found: &[Found],
        marks: &Marks,
        (from, to): (usize, usize),
        read: Read,
    ) {
        let text = self.text;
        write_path(self.at.field_text(), text, &self.frames, &mut self.path);
        let here = At {
            field: Some(FieldName::new(&self.path)),
            ..self.at
        };
        for stray in strays {
            (self.inspector).emit(
                &mut None,
                self.hits,
                self.key.as_deref_mut(),
                here,
                marks,
                text,
                stray,
            );
        }
        let value = text.get(from..to).unwrap_or_default();
        let (inspector, hits) = (&mut *self.inspector, &mut *self.hits);
        let key = self.key.as_deref_mut();
        match read {
            Read::Escaped => inspector.escaped(hits, key, here, marks, value),
            Read::Leaf => {
                inspector.leaf(hits, key, here, marks, text, (from, to), found, self.finds);
            }
            Read::Packed => inspector.packed_leaf(hits, key, here, marks, value, from),
            Read::Not => {}
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
fn write_path(base: &[u8], text: &[u8], frames: &[Frame], path: &mut Vec<u8>) {
    path.clear();
    path.extend_from_slice(base);
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
