//! Replies, pushes and MONITOR lines, read by what was asked for.

use super::Detector;
use super::hits::{Hits, Notes, Place};
use super::lexicon::Marks;
use super::requests::is_sha256_hex;
use super::slots::ReplyForm;
use super::values::{At, FieldName, Key};
use crate::event::ReplyKind;
use crate::resp::commands::Role;
use crate::resp::commands::config::{self, Parameter};
use crate::resp::{Argument, Command, Exchange, Push, PushKind, Value};

impl Detector {
    pub(super) fn read_reply(&mut self, exchange: &Exchange<'_>, hits: &mut Hits) {
        let Some(reply) = &exchange.reply else {
            return;
        };
        let value = reply.value;
        if matches!(value.kind(), ReplyKind::Error | ReplyKind::BulkError) {
            // Errors echo arguments.
            let text = value.text();
            self.kept_value(
                hits,
                None,
                At::new(Place::Reply, None),
                &Marks::none(),
                text,
            );
            return;
        }
        if !reply.has_content() {
            return;
        }
        let command = exchange.request.as_ref().map(|request| &request.command);
        let form = command
            .and_then(|command| command.spec)
            .map_or(ReplyForm::Values, |spec| self.slots.of(spec.id).reply);
        let first_key = command.and_then(|command| {
            let index = command.spec?.first_key(&command.arguments)?;
            command.arguments.at(index)
        });
        // The key itself was told with the request.
        let mut key = first_key.map(|key| self.quiet_key(key));
        match form {
            ReplyForm::Nothing => {}
            ReplyForm::Values => self.any(hits, key.as_mut(), None, value, Where::Top, 0),
            ReplyForm::Pairs => self.pairs_of(hits, key.as_mut(), value),
            ReplyForm::MaybePairs => {
                if has_word(command, b"WITHVALUES") {
                    self.pairs_of(hits, key.as_mut(), value);
                } else {
                    self.any(hits, key.as_mut(), None, value, Where::Top, 0);
                }
            }
            ReplyForm::CursorPairs => {
                if let Some(pairs) = value.children().nth(1) {
                    self.pairs_of(hits, key.as_mut(), pairs);
                }
            }
            ReplyForm::CursorKeys => {
                if let Some(keys) = value.children().nth(1) {
                    self.keys_of(hits, keys);
                }
            }
            ReplyForm::Keys => self.keys_of(hits, value),
            ReplyForm::AskedFields => self.asked_fields(hits, key.as_mut(), command, value),
            ReplyForm::AskedKeys => self.asked_keys(hits, command, value),
            ReplyForm::Stream => self.stream(hits, key.as_mut(), value, Where::Top, 0),
            ReplyForm::Config => self.config(hits, command, value),
            ReplyForm::AclUsers => self.acl_users(hits, command, value),
            ReplyForm::AclGenpass => {
                let rule = self.inspector.pack.known.acl_genpass;
                let text = value.text();
                if !text.kept.is_empty() {
                    self.slot_secret(hits, rule, Place::Reply, None, text, Notes::default());
                }
            }
            ReplyForm::SlowLog => self.slow_log(hits, value),
            ReplyForm::Members => self.members(hits, key.as_mut(), command, value),
        }
    }

    pub(super) fn read_push(&mut self, push: &Push<'_>, hits: &mut Hits) {
        match push.kind {
            PushKind::Message | PushKind::PatternMessage | PushKind::ShardMessage => {
                let mut key = push
                    .channel
                    .map(|channel| self.key(channel.kept, channel.len, Place::Channel, hits));
                let marks = key.as_ref().map_or_else(Marks::none, |key| key.marks);
                if let Some(payload) = push.payload {
                    self.kept_value(
                        hits,
                        key.as_mut(),
                        At::new(Place::Payload, None),
                        &marks,
                        payload,
                    );
                }
            }
            PushKind::Monitor => {
                if let Some(line) = push.payload {
                    self.monitor_line(hits, line);
                }
            }
            PushKind::Invalidate => {
                if let Some(keys) = push.value.children().nth(1) {
                    self.keys_of(hits, keys);
                }
            }
            _ => {}
        }
    }

    /// A line of MONITOR: `1700000000.123456 [0 10.0.0.1:5] "hset" "user:1" "ccn" ..`, read as the
    /// command it repeats.
    fn monitor_line(&mut self, hits: &mut Hits, line: Argument<'_>) {
        let mut words = Vec::new();
        let mut rest = line.kept;
        while let Some(open) = memchr::memchr(b'"', rest) {
            if words.len() >= MAX_MONITOR_WORDS {
                break;
            }
            let (word, used) = unquote(rest.get(open + 1..).unwrap_or_default());
            words.push(word);
            rest = rest.get(open + 1 + used..).unwrap_or_default();
        }
        if words.is_empty() {
            return;
        }
        let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        self.repeated(hits, &words, Place::Payload);
        self.inspector.counters.scanned_bytes += line.kept.len() as u64;
    }

    /// A command that someone else sent, as a reply or push repeats it: read like one, and all of it
    /// found at `place`.
    fn repeated(&mut self, hits: &mut Hits, words: &[&[u8]], place: Place) {
        // Who calls counts what was looked at, not the words once more.
        let counters = self.inspector.counters;
        let before = hits.mark();
        self.read_words(words, hits);
        self.inspector.counters = counters;
        hits.move_to(before, place);
        // What others did is told where they did it; the server hides passwords it knows.
        let pack = std::sync::Arc::clone(&self.inspector.pack);
        hits.retain_since(before, |hit, value| {
            pack.rule(hit.rule).category != crate::event::Category::Hygiene && value != REDACTED
        });
    }

    /// A key whose own content has been told already.
    pub(super) fn quiet_key<'a>(&mut self, key: Argument<'a>) -> Key<'a> {
        Key {
            bytes: key.kept,
            len: key.len,
            marks: self.inspector.name_marks(key.kept),
            spans: Vec::new(),
            quiet: true,
            index: None,
        }
    }

    /// Strings at any depth, all of them values of the key (or field) above.
    fn any(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        field: Option<(&[u8], Marks)>,
        value: Value<'_>,
        place: Where,
        depth: u8,
    ) {
        match value.kind() {
            ReplyKind::Array | ReplyKind::Set | ReplyKind::Push => {
                if depth >= MAX_DEPTH {
                    return;
                }
                for (index, child) in value.children().enumerate() {
                    self.any(
                        hits,
                        key.as_deref_mut(),
                        field,
                        child,
                        place.below(index),
                        depth + 1,
                    );
                }
            }
            ReplyKind::Map if depth < MAX_DEPTH => self.map(hits, key, value, place, depth),
            ReplyKind::BulkString | ReplyKind::VerbatimString | ReplyKind::SimpleString => {
                let marks = match field {
                    Some((_, marks)) => marks,
                    None => key.as_ref().map_or_else(Marks::none, |key| key.marks),
                };
                let at = At::new(place.place(), field.map(|(field, _)| FieldName::new(field)));
                self.kept_value(hits, key, at, &marks, value.text());
            }
            _ => {}
        }
    }

    /// Field, value, field, value: a map, or a flat array of an even number.
    fn pairs_of(&mut self, hits: &mut Hits, key: Option<&mut Key<'_>>, value: Value<'_>) {
        self.map(hits, key, value, Where::Top, 0);
    }

    fn map(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        value: Value<'_>,
        place: Where,
        depth: u8,
    ) {
        let mut children = value.children().enumerate();
        while let (Some((_, name)), Some((index, value))) = (children.next(), children.next()) {
            let name = name.text().kept;
            let above = key.as_ref().map_or_else(Marks::none, |key| key.marks);
            let marks = self.inspector.field_marks(name, &above);
            self.any(
                hits,
                key.as_deref_mut(),
                Some((name, marks)),
                value,
                place.below(index),
                depth + 1,
            );
        }
    }

    fn asked_fields(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        command: Option<&Command<'_>>,
        value: Value<'_>,
    ) {
        let Some(command) = command else {
            return;
        };
        let fields = command
            .spec
            .into_iter()
            .flat_map(|spec| spec.words(&command.arguments));
        let fields: Vec<Argument<'_>> = fields
            .filter(|word| word.role == Role::Field)
            .filter_map(|word| command.arguments.at(word.index))
            .collect();
        let above = key.as_ref().map_or_else(Marks::none, |key| key.marks);
        let scalar = !matches!(value.kind(), ReplyKind::Array);
        let values: Vec<Value<'_>> = if scalar {
            vec![value]
        } else {
            value.children().collect()
        };
        for (index, value) in values.into_iter().enumerate() {
            let field = fields
                .get(index)
                .filter(|field| field.is_whole())
                .map(|field| (field.kept, self.inspector.field_marks(field.kept, &above)));
            let place = if scalar {
                Where::Top
            } else {
                Where::Element(index)
            };
            self.any(hits, key.as_deref_mut(), field, value, place, 1);
        }
    }

    fn asked_keys(&mut self, hits: &mut Hits, command: Option<&Command<'_>>, value: Value<'_>) {
        for (index, value) in value.children().enumerate() {
            // MGET's keys begin right behind its name.
            let key = command.and_then(|command| command.arguments.at(index + 1));
            let mut key = key
                .filter(Argument::is_whole)
                .map(|key| self.quiet_key(key));
            hits.next_record();
            self.any(hits, key.as_mut(), None, value, Where::Element(index), 1);
        }
    }

    fn keys_of(&mut self, hits: &mut Hits, value: Value<'_>) {
        if matches!(value.kind(), ReplyKind::BulkString) {
            let text = value.text();
            self.key(text.kept, text.len, Place::Reply, hits);
        }
        for (index, key) in value.children().enumerate() {
            let text = key.text();
            let place = Place::ReplyElement(u32::try_from(index).unwrap_or(u32::MAX));
            if text.kept.len() >= MIN_KEY_LEN {
                self.key(text.kept, text.len, place, hits);
            }
        }
    }

    /// Entries `[id, [field, value, ..]]`, alone, in lists, or below the name of their stream.
    fn stream(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        value: Value<'_>,
        place: Where,
        depth: u8,
    ) {
        if depth >= MAX_DEPTH {
            return;
        }
        let mut children = value.children();
        if let (Some(id), Some(fields), None) = (children.next(), children.next(), children.next())
            && is_stream_id(id.text().kept)
            && matches!(fields.kind(), ReplyKind::Array | ReplyKind::Map)
        {
            hits.next_record();
            self.map(hits, key, fields, place.below(1), depth + 1);
            return;
        }
        for (index, child) in value.children().enumerate() {
            self.stream(
                hits,
                key.as_deref_mut(),
                child,
                place.below(index),
                depth + 1,
            );
        }
    }

    fn config(&mut self, hits: &mut Hits, command: Option<&Command<'_>>, value: Value<'_>) {
        let known = self.inspector.pack.known;
        let sentinel = command
            .and_then(|command| command.spec)
            .is_some_and(|spec| spec.name.starts_with("SENTINEL"));
        let rule = if sentinel {
            known.sentinel_config_pass
        } else {
            known.config_get_secret
        };
        let mut children = value.children().enumerate();
        while let (Some((_, name)), Some((index, value))) = (children.next(), children.next()) {
            let name = name.text().kept;
            let text = value.text();
            if config::parameter(name) == Some(Parameter::Secret) && !text.kept.is_empty() {
                let place = Place::ReplyElement(u32::try_from(index).unwrap_or(u32::MAX));
                self.slot_secret(
                    hits,
                    rule,
                    place,
                    Some(name),
                    text,
                    super::passwords::weakness(text.kept),
                );
            }
        }
    }

    /// `#` and 64 hex digits in the lines of ACL LIST; bare in the reply of ACL GETUSER.
    fn acl_users(&mut self, hits: &mut Hits, command: Option<&Command<'_>>, value: Value<'_>) {
        let known = self.inspector.pack.known;
        let asked = command
            .and_then(|command| command.arguments.at(2))
            .map(|user| user.kept);
        let mut pending: Vec<(Value<'_>, Where, u8)> = vec![(value, Where::Top, 0)];
        while let Some((value, place, depth)) = pending.pop() {
            if depth < MAX_DEPTH {
                let children: Vec<_> = value.children().enumerate().collect();
                for (index, child) in children.into_iter().rev() {
                    pending.push((child, place.below(index), depth + 1));
                }
            }
            let text = value.text().kept;
            let mut user = asked;
            let mut previous: &[u8] = b"";
            for word in text.split(|&byte| byte == b' ') {
                if previous == b"user" {
                    user = Some(word);
                }
                previous = word;
                let hash = word.strip_prefix(b"#").unwrap_or(word);
                if is_sha256_hex(hash) {
                    let secret = Argument {
                        kept: hash,
                        len: hash.len() as u64,
                        broken: false,
                    };
                    self.slot_secret(
                        hits,
                        known.acl_hash,
                        place.place(),
                        user,
                        secret,
                        Notes::default(),
                    );
                } else if word == b"nopass" {
                    self.about(hits, known.acl_nopass, place.place(), user);
                }
            }
        }
    }

    /// Entries of the slow log: their fourth element is a command with its arguments.
    fn slow_log(&mut self, hits: &mut Hits, value: Value<'_>) {
        for (index, entry) in value.children().enumerate() {
            let Some(command) = entry.children().nth(3) else {
                continue;
            };
            let words: Vec<&[u8]> = command.children().map(|word| word.text().kept).collect();
            hits.next_record();
            let place = Place::ReplyElement(u32::try_from(index).unwrap_or(u32::MAX));
            self.repeated(hits, &words, place);
            let looked = words.iter().map(|word| word.len() as u64).sum::<u64>();
            self.inspector.counters.scanned_bytes += looked;
        }
    }

    /// Members of a sorted set; scores are not searched.
    fn members(
        &mut self,
        hits: &mut Hits,
        mut key: Option<&mut Key<'_>>,
        command: Option<&Command<'_>>,
        value: Value<'_>,
    ) {
        let name = command
            .and_then(|command| command.spec)
            .map_or("", |spec| spec.name);
        let scored = has_word(command, b"WITHSCORES")
            || matches!(
                name,
                "ZSCAN" | "ZPOPMIN" | "ZPOPMAX" | "BZPOPMIN" | "BZPOPMAX"
            );
        let items = if name == "ZSCAN" {
            value.children().nth(1).unwrap_or(value)
        } else {
            value
        };
        for (index, child) in items.children().enumerate() {
            let nested = matches!(child.kind(), ReplyKind::Array);
            if nested {
                // RESP3 pairs a member with its score.
                if let Some(member) = child.children().next() {
                    self.any(
                        hits,
                        key.as_deref_mut(),
                        None,
                        member,
                        Where::Element(index),
                        2,
                    );
                }
            } else if !scored || index % 2 == 0 {
                self.any(
                    hits,
                    key.as_deref_mut(),
                    None,
                    child,
                    Where::Element(index),
                    1,
                );
            }
        }
    }
}

/// Which element of the outermost aggregate a value is in.
#[derive(Clone, Copy)]
enum Where {
    Top,
    Element(usize),
}

impl Where {
    fn below(self, index: usize) -> Self {
        match self {
            Self::Top => Self::Element(index),
            element @ Self::Element(_) => element,
        }
    }

    fn place(self) -> Place {
        match self {
            Self::Top => Place::Reply,
            Self::Element(index) => Place::ReplyElement(u32::try_from(index).unwrap_or(u32::MAX)),
        }
    }
}

fn has_word(command: Option<&Command<'_>>, word: &[u8]) -> bool {
    command.is_some_and(|command| {
        command
            .arguments
            .iter()
            .any(|argument| argument.kept.eq_ignore_ascii_case(word))
    })
}

fn is_stream_id(text: &[u8]) -> bool {
    let mut parts = text.split(|&byte| byte == b'-');
    let digits = |part: Option<&[u8]>| part.is_some_and(super::validators::all_digits);
    digits(parts.next()) && digits(parts.next()) && parts.next().is_none()
}

/// A word in the quotes of MONITOR, its opening quote taken already: its bytes, and how many of the
/// line it used, the closing quote included (`sdscatrepr` of Redis: `\"`, `\\`, `\n`, `\xff`, ..).
fn unquote(text: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => return (out, at + 1),
            b'\\' => {
                let escape = text.get(at + 1).copied().unwrap_or(b'\\');
                let hex = text
                    .get(at + 2..at + 4)
                    .and_then(|digits| str::from_utf8(digits).ok())
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                match (escape, hex) {
                    (b'x', Some(value)) => {
                        out.push(value);
                        at += 2;
                    }
                    (b'n', _) => out.push(b'\n'),
                    (b'r', _) => out.push(b'\r'),
                    (b't', _) => out.push(b'\t'),
                    (b'a', _) => out.push(7),
                    (b'b', _) => out.push(8),
                    (other, _) => out.push(other),
                }
                at += 2;
            }
            other => {
                out.push(other);
                at += 1;
            }
        }
    }
    (out, at)
}

/// What Redis writes for an argument that it knows to be a secret (`redactClientCommandArgument`).
const REDACTED: &[u8] = b"(redacted)";

/// Aggregates inside one another that are read.
const MAX_DEPTH: u8 = 24;

/// Words of a MONITOR line that are read.
const MAX_MONITOR_WORDS: usize = 4096;

/// Shortest key looked at by itself.
const MIN_KEY_LEN: usize = 9;
