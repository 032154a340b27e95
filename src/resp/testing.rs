//! A sink that writes down what it is told, for tests.

use std::fmt::Write;

use super::{
    Arguments, Command, Exchange, Push, RdbPart, RespConfig, RespConnection, RespCounters,
    RespSink, Session, Start, Value, ValuePart,
};
use crate::event::{Pairing, ReplyKind};
use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;

/// One line an event; parts of a value are gathered until the last one.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) lines: Vec<String>,
    parts: Vec<(Direction, u64, u64, Vec<u8>)>,
    pub(crate) rdb: Vec<u8>,
    notes: u32,
}

pub(crate) fn show(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

fn words(arguments: &Arguments<'_>) -> String {
    let mut text = String::new();
    for word in arguments.iter() {
        let _ = write!(text, " {}", show(word.kept));
        if !word.is_whole() {
            let _ = write!(text, "..{}{}", word.len, if word.broken { "!" } else { "" });
        }
    }
    if arguments.count != arguments.spans.len() as u64 {
        let _ = write!(text, " of {}", arguments.count);
    }
    text.trim_start().to_owned()
}

pub(crate) fn render(value: &Value<'_>) -> String {
    let text = value.text();
    match value.kind() {
        ReplyKind::Array | ReplyKind::Set | ReplyKind::Map | ReplyKind::Push => {
            let inner: Vec<String> = value.children().map(|child| render(&child)).collect();
            let name = match value.kind() {
                ReplyKind::Array => "",
                ReplyKind::Set => "~",
                ReplyKind::Map => "%",
                _ => ">",
            };
            let count = if inner.len() as u64 == value.elements() {
                String::new()
            } else {
                format!(" of {}", value.elements())
            };
            format!("{name}[{}{count}]", inner.join(" "))
        }
        ReplyKind::Null => "null".to_owned(),
        kind => {
            let mark = match kind {
                ReplyKind::SimpleString => "+",
                ReplyKind::Error => "-",
                ReplyKind::Integer => ":",
                ReplyKind::BulkString => "$",
                ReplyKind::Boolean => "#",
                ReplyKind::Double => ",",
                ReplyKind::BigNumber => "(",
                ReplyKind::BulkError => "!",
                _ => "=",
            };
            let cut = if text.is_whole() {
                String::new()
            } else {
                format!("..{}{}", text.len, if text.broken { "!" } else { "" })
            };
            format!("{mark}{}{cut}", show(text.kept))
        }
    }
}

impl RespSink for Log {
    fn request(&mut self, session: &Session, command: &Command<'_>) -> u32 {
        self.notes += 1;
        let user = session
            .user
            .as_deref()
            .map_or(String::new(), |user| format!(" user={}", show(user)));
        let transaction = command
            .transaction
            .map_or(String::new(), |id| format!(" tx={id}"));
        let replicated = if command.replicated { " primary" } else { "" };
        self.lines.push(format!(
            "> {}{user}{transaction}{replicated}",
            words(&command.arguments)
        ));
        self.notes
    }

    fn exchange(&mut self, session: &Session, exchange: &Exchange<'_>) {
        let mut line = match exchange.pairing {
            Pairing::Exact => "=".to_owned(),
            Pairing::AfterGap => "~".to_owned(),
            Pairing::Suppressed => "suppressed".to_owned(),
            Pairing::Unanswered => "unanswered".to_owned(),
            Pairing::RequestUnseen => "unseen".to_owned(),
        };
        if let Some(request) = &exchange.request {
            let _ = write!(line, " {}", words(&request.command.arguments));
            if let Some(id) = request.command.transaction {
                let _ = write!(line, " tx={id}");
            }
        }
        if let Some(reply) = &exchange.reply {
            let _ = write!(line, " -> {}", render(&reply.value));
            if reply.truncated {
                line.push_str(" (cut)");
            }
        }
        if let Some(database) = session.database.filter(|&database| database > 0) {
            let _ = write!(line, " db={database}");
        }
        self.lines.push(line);
    }

    fn push(&mut self, _: &Session, push: &Push<'_>) {
        self.lines
            .push(format!("push {:?} {}", push.kind, render(&push.value)));
    }

    fn value_part(&mut self, _: &Session, part: &ValuePart<'_>) {
        let key = (part.direction, part.index);
        let same = self
            .parts
            .iter_mut()
            .find(|(direction, index, ..)| (*direction, *index) == key);
        let gathered = if let Some(same) = same {
            same
        } else {
            self.parts
                .push((part.direction, part.index, part.offset, Vec::new()));
            self.parts.last_mut().unwrap()
        };
        gathered.3.extend_from_slice(part.bytes);
        if part.last {
            let at = self
                .parts
                .iter()
                .position(|(direction, index, ..)| (*direction, *index) == key)
                .unwrap();
            let (_, index, offset, bytes) = self.parts.remove(at);
            let command = part
                .command
                .map_or(String::new(), |command| words(&command.arguments));
            self.lines.push(format!(
                "part {index}+{offset} {} bytes of {} {:x} ({command})",
                bytes.len(),
                part.len,
                crc32fast::hash(&bytes)
            ));
        }
    }

    fn rdb(&mut self, _: &Session, part: &RdbPart<'_>, _: Timestamp, _: Origin) {
        match part {
            RdbPart::Bytes(bytes) => {
                assert!(!bytes.is_empty());
                self.rdb.extend_from_slice(bytes);
            }
            RdbPart::Start(form) => self.lines.push(match form {
                super::RdbForm::Length(len) => format!("rdb start {len}"),
                super::RdbForm::Delimiter(_) => "rdb start EOF".to_owned(),
            }),
            other => self.lines.push(format!(
                "rdb {other:?} after {} bytes {:x}",
                self.rdb.len(),
                crc32fast::hash(&self.rdb)
            )),
        }
    }
}

/// One piece of a scripted conversation.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Client(Vec<u8>),
    Server(Vec<u8>),
    ClientGap(u64),
    ServerGap(u64),
}

/// From the client.
pub(crate) fn c(bytes: &[u8]) -> Piece {
    Piece::Client(bytes.to_vec())
}

/// From the server.
pub(crate) fn s(bytes: &[u8]) -> Piece {
    Piece::Server(bytes.to_vec())
}

/// A multibulk request.
pub(crate) fn request(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Multibulk requests, one a line, words parted by spaces.
pub(crate) fn requests(lines: &str) -> Piece {
    let mut bytes = Vec::new();
    for line in lines.lines() {
        let words: Vec<&[u8]> = line.split_whitespace().map(str::as_bytes).collect();
        bytes.extend(request(&words));
    }
    Piece::Client(bytes)
}

/// Plays a conversation, each piece cut after every `step` bytes.
pub(crate) fn play_cut(
    config: &RespConfig,
    start: Start,
    pieces: &[Piece],
    mut cut: impl FnMut(usize) -> usize,
) -> (Log, RespCounters) {
    let mut log = Log::default();
    let mut connection = RespConnection::new(config, start);
    let mut fed = 0u64;
    for (index, piece) in pieces.iter().enumerate() {
        let at = Timestamp(index as u64 * 1000);
        let origin = Origin {
            capture: 0,
            frame: index as u64 + 1,
        };
        let (direction, bytes) = match piece {
            Piece::Client(bytes) => (Direction::ClientToServer, bytes),
            Piece::Server(bytes) => (Direction::ServerToClient, bytes),
            Piece::ClientGap(len) => {
                connection.gap(Direction::ClientToServer, *len, at, origin, &mut log);
                continue;
            }
            Piece::ServerGap(len) => {
                connection.gap(Direction::ServerToClient, *len, at, origin, &mut log);
                continue;
            }
        };
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(cut(rest.len()).clamp(1, rest.len()));
            connection.data(direction, head, at, origin, &mut log);
            fed += head.len() as u64;
            rest = tail;
            if fed.is_multiple_of(3) {
                // At any place, it forgets nothing.
                connection.shrink();
            }
            assert_eq!(
                byte_sum(&connection.counters()),
                fed,
                "bytes are counted once"
            );
        }
    }
    connection.finish(&mut log);
    let counters = connection.counters();
    assert_eq!(byte_sum(&counters), fed, "bytes are counted once");
    (log, counters)
}

/// Plays a conversation whole and in many cuts, and holds the results against each other.
pub(crate) fn play(start: Start, pieces: &[Piece]) -> (Vec<String>, RespCounters) {
    let config = RespConfig::default();
    let (whole, counters) = play_cut(&config, start, pieces, |len| len);
    for step in [1, 2, 3, 5, 7, 11, 64, 1000] {
        let (cut, cut_counters) = play_cut(&config, start, pieces, |_| step);
        assert_eq!(cut.lines, whole.lines, "cut after every {step} bytes");
        assert_eq!(cut.rdb, whole.rdb, "cut after every {step} bytes");
        assert_eq!(cut_counters, counters, "cut after every {step} bytes");
    }
    let longest = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Client(bytes) | Piece::Server(bytes) => bytes.len(),
            _ => 0,
        })
        .max()
        .unwrap_or(0);
    for first in 1..longest.min(300) {
        let mut cuts = 0;
        let mut last = usize::MAX;
        let (cut, cut_counters) = play_cut(&config, start, pieces, |len| {
            // Cut each piece once, after `first` bytes.
            cuts += 1;
            let begins = last != len + first;
            last = len;
            if begins { first } else { len }
        });
        assert_eq!(cut.lines, whole.lines, "cut at {first}");
        assert_eq!(cut_counters, counters, "cut at {first}");
    }
    (whole.lines, counters)
}

/// Sum of the byte counters.
pub(crate) fn byte_sum(counters: &RespCounters) -> u64 {
    counters.command_bytes
        + counters.reply_bytes
        + counters.push_bytes
        + counters.replication_bytes
        + counters.filler_bytes
        + counters.skipped_bytes
        + counters.unfinished_bytes
}

/// Numbers from a seed (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = self.below(choices.len() as u64);
        &choices[usize::try_from(index).unwrap()]
    }
}
