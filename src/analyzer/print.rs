//! Makes `command` and `push` events: what may be printed of each word, and how.

use super::Core;
use super::frame;
use super::talk::About;
use super::totals::ShardState;
use crate::community_id::community_id;
use crate::detect::{Hits, Place};
use crate::event::{
    CommandEvent, Event, Library, Origin as Sender, Pairing, Protocol, PushEvent, ReplyKind,
    ReplySummary, Transport,
};
use crate::redact::{Printable, Redactor, Slot};
use crate::resp::commands::Role;
use crate::resp::{Argument, Command, Exchange, Push, PushKind, Reply, Session, Value};

/// Words of one command that an event lists; the count tells of the rest.
const MAX_PRINTED_WORDS: usize = 1024;

/// Bytes of command events that wait for their reply in one shard, 2 GiB over all 64: a pipeline of
/// 30,000 short commands. What comes beyond it goes out at once, as if no reply came;
/// `limits.command_events` counts that.
const MAX_OPEN_LEN: usize = 32 * 1024 * 1024;

/// The event of a command, all but its reply. Its hits are in `core.hits`.
pub(super) fn open(
    core: &mut Core,
    about: &About,
    transport: Transport,
    session: &Session,
    command: &Command<'_>,
    findings: u32,
) -> CommandEvent {
    let who = Who::of(core, session);
    core.detector.mask_request(session, command, &mut core.hits);
    let redactor = &core.config.redactor;
    let words = printed_words(redactor, &core.hits, command);
    let kept_all = command.arguments.iter().all(|word| word.is_whole());
    CommandEvent {
        time: command.last_at,
        connection: about.id.clone(),
        community_id: community_id(about.client, about.server),
        client: about.client.into(),
        server: about.server.into(),
        transport,
        origin: if command.replicated {
            Sender::Primary
        } else {
            Sender::Client
        },
        index: command.index,
        request_time: Some(command.first_at),
        protocol: command.protocol,
        user: who.user,
        database: session.database,
        client_name: who.client_name,
        library: who.library,
        role: session.role,
        command: Some(match command.spec {
            Some(spec) => Printable::word(spec.command()),
            None => unknown_name(redactor, &command.arguments.at(0).unwrap_or_default()),
        }),
        subcommand: command
            .spec
            .and_then(super::super::resp::commands::CommandSpec::subcommand)
            .map(Printable::word),
        keys: words.keys,
        argument_count: command.arguments.count.saturating_sub(1),
        truncated: !kept_all
            || (command.arguments.spans.len() as u64) < command.arguments.count
            || words.arguments.len() as u64 + 1 < command.arguments.count,
        arguments: words.arguments,
        request_bytes: command.wire_len,
        reply: None,
        latency_ns: None,
        pairing: if command.replicated {
            Pairing::Suppressed
        } else {
            Pairing::Unanswered
        },
        transaction: command.transaction,
        findings,
        capture: command.origin.capture,
        frame: frame(&core.config, command.origin),
    }
}

/// Keeps the event of a command until its reply comes.
pub(super) fn hold(shard: &mut ShardState, about: &mut About, event: CommandEvent) {
    let len = held_len(&event);
    if shard.open_held.saturating_add(len) > MAX_OPEN_LEN {
        let limits = &mut shard.totals.limits;
        *limits.entry("command_events".to_owned()).or_default() += 1;
        shard.emit_command(event);
        return;
    }
    shard.open_held += len;
    about.open_held += len;
    about.open.push_back(event);
}

/// The event of a command whose reply came, where it still waits.
fn take(shard: &mut ShardState, about: &mut About, index: u64) -> Option<CommandEvent> {
    let place = about
        .open
        .binary_search_by_key(&index, |event| event.index)
        .ok()?;
    let event = about.open.remove(place)?;
    let len = held_len(&event);
    shard.open_held = shard.open_held.saturating_sub(len);
    about.open_held = about.open_held.saturating_sub(len);
    Some(event)
}

/// Bytes that an event takes while it waits, roughly: its words may be as long as values are shown.
fn held_len(event: &CommandEvent) -> usize {
    let words = event.arguments.iter().chain(&event.keys);
    size_of::<CommandEvent>() + words.map(Printable::memory_len).sum::<usize>()
}

/// Completes the event of an exchange and sends it on. Its reply's hits are in `core.hits`.
pub(super) fn close(
    core: &mut Core,
    shard: &mut ShardState,
    about: &mut About,
    transport: Transport,
    session: &Session,
    exchange: &Exchange<'_>,
    findings: u32,
) {
    let mut event = if let Some(request) = &exchange.request {
        let index = request.command.index;
        let Some(event) = take(shard, about, index) else {
            return;
        };
        event
    } else {
        if !shard.wants_command(&core.config) {
            return;
        }
        let who = Who::of(core, session);
        CommandEvent {
            time: exchange.at,
            connection: about.id.clone(),
            community_id: community_id(about.client, about.server),
            client: about.client.into(),
            server: about.server.into(),
            transport,
            origin: Sender::Client,
            index: 0,
            request_time: None,
            protocol: if session.resp3 {
                Protocol::Resp3
            } else {
                Protocol::Resp2
            },
            user: who.user,
            database: session.database,
            client_name: who.client_name,
            library: who.library,
            role: session.role,
            command: None,
            subcommand: None,
            keys: Vec::new(),
            arguments: Vec::new(),
            argument_count: 0,
            truncated: false,
            request_bytes: 0,
            reply: None,
            latency_ns: None,
            pairing: exchange.pairing,
            transaction: None,
            findings: 0,
            capture: exchange.origin.capture,
            frame: frame(&core.config, exchange.origin),
        }
    };
    core.detector.mask_reply(session, exchange, &mut core.hits);
    let redactor = &core.config.redactor;
    event.time = exchange.at;
    event.pairing = exchange.pairing;
    event.latency_ns = exchange.latency_ns;
    event.reply = exchange
        .reply
        .as_ref()
        .map(|reply| summary(redactor, &core.hits, reply));
    event.findings = event.findings.saturating_add(findings);
    shard.emit_command(event);
}

/// The event of a message nobody asked for. Its hits are in `core.hits`.
pub(super) fn push(
    core: &mut Core,
    about: &About,
    transport: Transport,
    session: &Session,
    push: &Push<'_>,
) -> Event {
    core.detector.mask_push(session, push, &mut core.hits);
    let redactor = &core.config.redactor;
    let mut spans = Vec::new();
    core.hits.spans(Place::Channel, &mut spans);
    let kind = match push.kind {
        PushKind::Message => "message",
        PushKind::PatternMessage => "pmessage",
        PushKind::ShardMessage => "smessage",
        PushKind::Invalidate => "invalidate",
        PushKind::Monitor => "monitor",
        PushKind::Confirmation => "confirmation",
        PushKind::Other => "other",
    };
    Event::Push(Box::new(PushEvent {
        time: push.at,
        connection: about.id.clone(),
        client: about.client.into(),
        server: about.server.into(),
        transport,
        kind: Printable::word(kind),
        channel: push
            .channel
            .map(|channel| redactor.key(channel.kept, channel.len, &spans)),
        value_bytes: push.payload.map_or(0, |payload| payload.len),
        capture: push.origin.capture,
        frame: frame(&core.config, push.origin),
    }))
}

/// The first word of an error reply, where it is one in capitals: `WRONGTYPE`.
pub(super) fn error_word<'a>(value: &Value<'a>) -> Option<&'a [u8]> {
    if !matches!(value.kind(), ReplyKind::Error | ReplyKind::BulkError) {
        return None;
    }
    let text = value.text().kept;
    let end = text
        .iter()
        .position(|&byte| byte == b' ')
        .unwrap_or(text.len());
    let word = text.get(..end)?;
    // Scripts and modules may say anything; only what looks like a class is one.
    let class = word.len() <= MAX_ERROR_WORD_LEN
        && !word.is_empty()
        && word
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || *byte == b'_' || byte.is_ascii_digit());
    class.then_some(word)
}

/// Longest first word of an error taken for a class, in bytes (`MASTERDOWN`, `CROSSSLOT`, ..).
const MAX_ERROR_WORD_LEN: usize = 24;

struct Words {
    arguments: Vec<Printable>,
    keys: Vec<Printable>,
}

fn printed_words(redactor: &Redactor, hits: &Hits, command: &Command<'_>) -> Words {
    let mut words = Words {
        arguments: Vec::new(),
        keys: Vec::new(),
    };
    let kept = command.arguments.spans.len().min(MAX_PRINTED_WORDS);
    words.arguments.reserve(kept.saturating_sub(1));
    let mut roles = command
        .spec
        .map(|spec| spec.words(&command.arguments).peekable());
    let mut spans = Vec::new();
    for (index, word) in command.arguments.iter().enumerate().take(kept).skip(1) {
        let role = roles
            .as_mut()
            .and_then(|roles| {
                while roles.peek().is_some_and(|word| word.index < index) {
                    roles.next();
                }
                roles
                    .peek()
                    .filter(|word| word.index == index)
                    .map(|word| word.role)
            })
            .unwrap_or(Role::Other);
        let place = Place::Argument(u32::try_from(index - 1).unwrap_or(u32::MAX));
        let printed = match role {
            Role::Key | Role::Channel | Role::Pattern => {
                spans.clear();
                hits.spans(place, &mut spans);
                redactor.key(word.kept, word.len, &spans)
            }
            Role::Password | Role::Rule => redactor.value(word.kept, word.len, Slot::Secret),
            Role::Name | Role::Keyword | Role::Parameter if word.is_whole() => {
                redactor.word(word.kept)
            }
            // A switch tells no secret, and without it the line says nothing.
            Role::ParameterValue if matches!(word.kept, b"yes" | b"no") => redactor.word(word.kept),
            _ => redactor.value(word.kept, word.len, hits.slot(place)),
        };
        if role == Role::Key {
            words.keys.push(printed.clone());
        }
        words.arguments.push(printed);
    }
    words
}

fn summary(redactor: &Redactor, hits: &Hits, reply: &Reply<'_>) -> ReplySummary {
    let value = &reply.value;
    let kind = value.kind();
    let text = value.text();
    let printed = match kind {
        ReplyKind::Array | ReplyKind::Map | ReplyKind::Set | ReplyKind::Push | ReplyKind::Null => {
            None
        }
        ReplyKind::Integer | ReplyKind::Boolean | ReplyKind::Double => {
            Some(redactor.word(text.kept))
        }
        ReplyKind::SimpleString if is_status(text.kept) => Some(redactor.word(text.kept)),
        ReplyKind::Error | ReplyKind::BulkError => {
            // Errors echo arguments ("unknown command 'x', with args beginning with: ..").
            let word = error_word(value).unwrap_or(b"ERR");
            Some(redactor.word(word))
        }
        _ => Some(redactor.value(text.kept, text.len, hits.slot(Place::Reply))),
    };
    let is_aggregate = matches!(
        kind,
        ReplyKind::Array | ReplyKind::Map | ReplyKind::Set | ReplyKind::Push
    );
    ReplySummary {
        kind,
        value: printed,
        bytes: reply.wire_len,
        elements: is_aggregate.then(|| value.elements()),
        error: error_word(value)
            .map(|word| redactor.word(word))
            .or_else(|| (kind == ReplyKind::Error).then(|| Printable::word("ERR"))),
    }
}

/// The status words of Redis itself; any other simple string may be data.
fn is_status(text: &[u8]) -> bool {
    matches!(
        text,
        b"OK"
            | b"PONG"
            | b"QUEUED"
            | b"RESET"
            | b"CONTINUE"
            | b"FULLRESYNC"
            | b"NOOP"
            | b"string"
            | b"list"
            | b"set"
            | b"zset"
            | b"hash"
            | b"stream"
            | b"none"
    ) || text.starts_with(b"Background ")
}

/// Who speaks, printable: names may hold personal data or secrets like any other text.
struct Who {
    user: Option<Printable>,
    client_name: Option<Printable>,
    library: Option<Library>,
}

impl Who {
    fn of(core: &mut Core, session: &Session) -> Self {
        let mut print =
            |text: &Option<Box<[u8]>>| text.as_deref().map(|text| core.print_name(text));
        let (user, client_name) = (print(&session.user), print(&session.client_name));
        let (name, version) = (
            print(&session.library_name),
            print(&session.library_version),
        );
        let library = (name.is_some() || version.is_some()).then_some(Library { name, version });
        Self {
            user,
            client_name,
            library,
        }
    }
}

/// A name that is in no table: shown where it looks like a command, else only its shape.
fn unknown_name(redactor: &Redactor, name: &Argument<'_>) -> Printable {
    let plausible = name.is_whole()
        && name.kept.len() <= MAX_COMMAND_NAME_LEN
        && name
            .kept
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || b"._-".contains(byte));
    if plausible {
        redactor.word(&name.kept.to_ascii_uppercase())
    } else {
        redactor.value(name.kept, name.len, Slot::Ordinary)
    }
}

/// Longest unknown name printed, in bytes: module commands are short words.
const MAX_COMMAND_NAME_LEN: usize = 24;
