//! Requests, word by word, by the roles of the command table.

use super::Detector;
use super::hits::{Hits, Notes, Place};
use super::lexicon::Marks;
use super::passwords;
use super::values::{At, FieldName, Key};
use crate::event::Role as SessionRole;
use crate::resp::commands::config::{self, Parameter};
use crate::resp::commands::{CommandSpec, Role, Shape, Word, id};
use crate::resp::{Argument, Arguments, Command, Session};

impl Detector {
    pub(super) fn read_request(
        &mut self,
        session: &Session,
        command: &Command<'_>,
        hits: &mut Hits,
    ) {
        let Some(spec) = command.spec else {
            self.unknown_request(command, hits);
            return;
        };
        let slot = self.slots.of(spec.id);
        // What a primary repeats to its replicas was told when a client sent it.
        let by_client = !command.replicated && session.role != SessionRole::Sentinel;
        if let Some(rule) = slot.sent.filter(|_| by_client) {
            self.about(hits, rule, Place::Message, None);
        }
        let arguments = &command.arguments;
        match self.layouts.shape(spec, arguments) {
            Shape::Values => self.keyed_values(arguments, hits),
            Shape::Pairs => self.keyed_pairs(arguments, hits),
            Shape::Other => self.read_words_of(spec, command, hits),
        }
        if by_client {
            self.after_words(hits, spec, command);
        }
    }

    /// The commonest form: a key and its values (`SET`, `GET`, `LPUSH`, `INCR`).
    #[inline]
    fn keyed_values(&mut self, arguments: &Arguments<'_>, hits: &mut Hits) {
        let Some(text) = arguments.at(1) else {
            return;
        };
        let mut key = self.key(text.kept, text.len, Place::Argument(0), hits);
        let marks = key.marks;
        let values = arguments.spans.get(2..).unwrap_or_default();
        for (index, span) in (1..).zip(values) {
            let at = At::new(Place::Argument(index), None);
            let text = arguments.buffers.resolve(span);
            self.kept_value(hits, Some(&mut key), at, &marks, text);
        }
    }

    /// A key, then fields and their values (`HSET`).
    #[inline]
    fn keyed_pairs(&mut self, arguments: &Arguments<'_>, hits: &mut Hits) {
        let Some(text) = arguments.at(1) else {
            return;
        };
        let mut key = self.key(text.kept, text.len, Place::Argument(0), hits);
        let above = key.marks;
        let pairs = arguments.spans.get(2..).unwrap_or_default().chunks(2);
        for (index, pair) in (1..).step_by(2).zip(pairs) {
            let [field, rest @ ..] = pair else { break };
            let field = arguments.buffers.resolve(field).kept;
            let place = Place::Argument(index);
            let marks = self.field(hits, Some(&mut key), place, field, &above);
            if let [value] = rest {
                let at = At::new(Place::Argument(index + 1), as_field(field, &marks));
                let text = arguments.buffers.resolve(value);
                self.kept_value(hits, Some(&mut key), at, &marks, text);
            }
        }
    }

    /// What a field says, and what it gives away: fields can be data, addresses, session ids.
    #[inline]
    fn field(
        &mut self,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        place: Place,
        field: &[u8],
        above: &Marks,
    ) -> Marks {
        if field.len() < MIN_TELLING_FIELD_LEN {
            return self.inspector.field_marks(field, above);
        }
        let marks = self.inspector.judged_marks(field, above);
        self.inspector.field_itself(hits, key, place, &marks, field);
        marks
    }

    fn read_words_of(
        &mut self,
        spec: &'static CommandSpec,
        command: &Command<'_>,
        hits: &mut Hits,
    ) {
        let arguments = &command.arguments;
        let mut key: Option<Key<'_>> = None;
        let mut key_index = None;
        // The name before a value, and what it says.
        let mut named: Option<(usize, Marks)> = None;
        for word in self.layouts.walk(spec, arguments) {
            if is_syntax(word.role) {
                continue;
            }
            let Some(text) = arguments.at(word.index) else {
                break;
            };
            let place = place_of(&word);
            match word.role {
                Role::Key => {
                    if key.is_some() {
                        hits.next_record();
                    }
                    key = Some(self.key(text.kept, text.len, place, hits));
                    key_index = Some(word.index);
                    named = None;
                }
                Role::Channel => {
                    key = Some(self.key(text.kept, text.len, place, hits));
                    key_index = None;
                }
                Role::Field | Role::JsonPath | Role::Parameter => {
                    let above = key.as_ref().map_or_else(Marks::none, |key| key.marks);
                    let marks = if word.role == Role::Field {
                        self.field(hits, key.as_mut(), place, text.kept, &above)
                    } else {
                        self.inspector.field_marks(text.kept, &above)
                    };
                    named = Some((word.index, marks));
                }
                Role::Password => self.password(hits, spec, &word, command, text),
                Role::Rule => self.acl_rule(hits, command, place, text),
                Role::ParameterValue => self.parameter_value(hits, spec, &word, command, text),
                Role::ClientName
                | Role::Username
                | Role::Pattern
                | Role::Address
                | Role::Identifier
                | Role::Group
                | Role::Consumer
                | Role::Path => {
                    if text.kept.len() >= MIN_TELLING_FIELD_LEN {
                        self.name_at(text.kept, place, hits);
                    }
                }
                _ => {
                    if word.role == Role::Script {
                        self.script(hits, place, text);
                    }
                    if word.key != key_index && word.key.is_none() && word.role != Role::Message {
                        key = None;
                        key_index = None;
                    }
                    let field = named.filter(|&(index, _)| word.named_by == Some(index));
                    let marks = match field {
                        Some((_, marks)) => marks,
                        None => key.as_ref().map_or_else(Marks::none, |key| key.marks),
                    };
                    let field_text = field
                        .and_then(|(index, _)| arguments.at(index))
                        .and_then(|field| as_field(field.kept, &marks));
                    self.kept_value(hits, key.as_mut(), At::new(place, field_text), &marks, text);
                }
            }
        }
    }

    /// What only the whole command tells.
    #[inline]
    fn after_words(&mut self, hits: &mut Hits, spec: &CommandSpec, command: &Command<'_>) {
        let known = self.inspector.pack.known;
        if spec.id == id::REPLICAOF || spec.id == id::SLAVEOF {
            let no_one = command
                .arguments
                .at(1)
                .is_some_and(|word| word.kept.eq_ignore_ascii_case(b"no"));
            if !no_one {
                self.about(hits, known.replicaof, Place::Message, None);
            }
        }
        // `GET / HTTP/1.1` is a valid command line.
        if spec.id == id::GET
            && command
                .arguments
                .at(2)
                .is_some_and(|word| word.kept.starts_with(b"HTTP/"))
        {
            self.about(hits, known.http, Place::Message, None);
        }
    }

    fn password(
        &mut self,
        hits: &mut Hits,
        spec: &CommandSpec,
        word: &Word,
        command: &Command<'_>,
        text: Argument<'_>,
    ) {
        let place = place_of(word);
        let Some(rule) = self.slots.of(spec.id).password else {
            return;
        };
        let user = word.named_by.and_then(|index| command.arguments.at(index));
        let user = user.map_or(&b"default"[..], |user| user.kept);
        let login = self.inspector.pack.is_login_password(rule);
        let weak = passwords::weakness(text.kept);
        self.slot_secret(hits, rule, place, Some(user), text, weak);
        if login && weak != Notes::default() {
            let weak_rule = self.inspector.pack.known.weak_password;
            self.slot_secret(hits, weak_rule, place, Some(user), text, weak);
        }
    }

    /// A word of ACL SETUSER: `>password`, `<password`, `#hash`, `!hash`, `nopass`.
    fn acl_rule(
        &mut self,
        hits: &mut Hits,
        command: &Command<'_>,
        place: Place,
        text: Argument<'_>,
    ) {
        let known = self.inspector.pack.known;
        let user = command.arguments.at(2).map(|user| user.kept);
        let Some((&mark, rest)) = text.kept.split_first() else {
            return;
        };
        let secret = Argument {
            kept: rest,
            len: text.len.saturating_sub(1),
            broken: text.broken,
        };
        match mark {
            b'>' | b'<' if !rest.is_empty() => {
                let weak = passwords::weakness(rest);
                self.slot_secret(hits, known.acl_password, place, user, secret, weak);
            }
            b'#' | b'!' if is_sha256_hex(rest) => {
                self.slot_secret(hits, known.acl_hash, place, user, secret, Notes::default());
            }
            _ if text.kept.eq_ignore_ascii_case(b"nopass") => {
                self.about(hits, known.acl_nopass, place, user);
            }
            _ => {}
        }
    }

    fn parameter_value(
        &mut self,
        hits: &mut Hits,
        spec: &CommandSpec,
        word: &Word,
        command: &Command<'_>,
        text: Argument<'_>,
    ) {
        let known = self.inspector.pack.known;
        let place = place_of(word);
        let name = word.named_by.and_then(|index| command.arguments.at(index));
        let Some(name) = name.map(|name| name.kept) else {
            return;
        };
        let mut lower = [0_u8; 64];
        let lower = match lower.get_mut(..name.len()) {
            Some(lower) => {
                lower.copy_from_slice(name);
                lower.make_ascii_lowercase();
                &*lower
            }
            None => name,
        };
        let sentinel = spec.name.starts_with("SENTINEL");
        match config::parameter(name) {
            Some(Parameter::Secret) if !text.kept.is_empty() => {
                let rule = if !sentinel {
                    known.config_set_secret
                } else if spec.name == "SENTINEL SET" {
                    known.sentinel_auth_pass
                } else {
                    known.sentinel_config_pass
                };
                self.slot_secret(
                    hits,
                    rule,
                    place,
                    Some(lower),
                    text,
                    passwords::weakness(text.kept),
                );
            }
            Some(Parameter::Secret) => {}
            _ if sentinel || !spec.name.starts_with("CONFIG") => {
                let marks = self.inspector.field_marks(name, &Marks::none());
                self.kept_value(
                    hits,
                    None,
                    At::new(place, Some(FieldName::new(lower))),
                    &marks,
                    text,
                );
            }
            Some(Parameter::WritePath) => {
                let rule = if config::is_attack_path(text.kept) {
                    known.config_attack_path
                } else {
                    known.config_path
                };
                self.about(hits, rule, place, Some(lower));
            }
            Some(Parameter::Exposure) => {
                let off = text.kept.eq_ignore_ascii_case(b"no");
                if lower == b"protected-mode" {
                    if off {
                        self.about(hits, known.protected_mode, place, Some(lower));
                    }
                } else {
                    self.about(hits, known.config_exposure, place, Some(lower));
                }
            }
            Some(Parameter::ReadPath) => {
                self.about(hits, known.config_exposure, place, Some(lower));
            }
            _ => {}
        }
    }

    fn script(&mut self, hits: &mut Hits, place: Place, text: Argument<'_>) {
        const ESCAPES: [&[u8]; 7] = [
            b"package.loadlib",
            b"luaopen_",
            b"io.popen",
            b"os.execute",
            b"debug.getregistry",
            b"string.dump",
            b"loadstring",
        ];
        let escapes = ESCAPES
            .iter()
            .any(|escape| memchr::memmem::find(text.kept, escape).is_some());
        if escapes {
            let rule = self.inspector.pack.known.script_escape;
            self.about(hits, rule, place, None);
        }
    }

    /// A command that is not in the table: a module's, a misspelt one, or no Redis at all.
    fn unknown_request(&mut self, command: &Command<'_>, hits: &mut Hits) {
        let arguments = &command.arguments;
        let Some(name) = arguments.at(0) else {
            return;
        };
        if is_http(name.kept, arguments.at(1).map(|word| word.kept)) {
            let rule = self.inspector.pack.known.http;
            self.about(hits, rule, Place::Message, None);
        }
        // An inline header line: `Authorization: Basic ..`.
        let header = name
            .kept
            .strip_suffix(b":")
            .map(|name| self.inspector.field_marks(name, &Marks::none()));
        let mut previous = header.unwrap_or_else(Marks::none);
        for (index, word) in arguments.iter().enumerate().skip(1) {
            let place = Place::Argument(u32::try_from(index - 1).unwrap_or(u32::MAX));
            self.kept_value(hits, None, At::new(place, None), &previous, word);
            previous = self.inspector.pack.lexicon.read(word.kept);
        }
    }
}

/// Words of a command's own syntax: never searched. Scores, cursors and times are numbers that
/// look like cards now and then.
fn is_syntax(role: Role) -> bool {
    matches!(
        role,
        Role::Name
            | Role::Keyword
            | Role::Count
            | Role::Ttl
            | Role::Timeout
            | Role::Number
            | Role::Cursor
            | Role::Score
            | Role::Coordinate
            | Role::StreamId
            | Role::Dump
    )
}

/// A field as findings name it; the root of a document is none.
fn as_field<'a>(path: &'a [u8], marks: &Marks) -> Option<FieldName<'a>> {
    match path {
        [b'$' | b'.'] => None,
        _ => Some(FieldName::read(path, marks)),
    }
}

fn place_of(word: &Word) -> Place {
    Place::Argument(u32::try_from(word.index.saturating_sub(1)).unwrap_or(u32::MAX))
}

pub(super) fn is_sha256_hex(text: &[u8]) -> bool {
    text.len() == 64 && text.iter().all(u8::is_ascii_hexdigit)
}

/// A request line or header line of HTTP.
fn is_http(name: &[u8], next: Option<&[u8]>) -> bool {
    const VERBS: [&[u8]; 7] = [
        b"POST", b"PUT", b"HEAD", b"OPTIONS", b"CONNECT", b"PATCH", b"DELETE",
    ];
    const HEADERS: [&[u8]; 6] = [
        b"host:",
        b"user-agent:",
        b"accept:",
        b"content-type:",
        b"content-length:",
        b"authorization:",
    ];
    let verb = VERBS.contains(&name)
        && next.is_some_and(|path| path.starts_with(b"/") || path.starts_with(b"http"));
    verb || HEADERS
        .iter()
        .any(|header| name.eq_ignore_ascii_case(header))
}

/// Shortest field or name that can hold something sensitive by itself.
const MIN_TELLING_FIELD_LEN: usize = 9;
