//! WHAT WAS SAID: the conversation, where it is short.

use super::super::layout::{Cell, Column, Fit, Table};
use super::super::style::{Glyph, Paint, Style};
use super::super::words;
use super::Context;
use super::collect::MAX_CONVERSATION;
use crate::event::{CommandEvent, Endpoint, ReplyKind, ReplySummary};
use crate::packet::Timestamp;

/// A command as it is told.
#[derive(Debug)]
pub(super) struct Said {
    time: Timestamp,
    frame: Option<u64>,
    client: Endpoint,
    request: String,
    reply: String,
    is_error: bool,
    latency_ns: Option<u64>,
    findings: u32,
}

impl Said {
    pub(super) fn new(event: &CommandEvent, style: Style) -> Self {
        Self {
            time: event.request_time.unwrap_or(event.time),
            frame: event.frame,
            client: event.client.clone(),
            request: request(event, style),
            reply: event
                .reply
                .as_ref()
                .map(|answer| reply(answer, event, style))
                .unwrap_or_default(),
            is_error: event.reply.as_ref().is_some_and(is_error),
            latency_ns: event.latency_ns,
            findings: event.findings,
        }
    }
}

/// The whole conversation; nothing where it is long.
pub(super) fn block(context: &Context<'_>) -> Vec<String> {
    let said = &context.seen.said;
    let total = context
        .seen
        .summary
        .as_ref()
        .map_or(said.len() as u64, |summary| summary.commands);
    if said.is_empty() || said.len() > MAX_CONVERSATION || total > MAX_CONVERSATION as u64 {
        return Vec::new();
    }
    let one_client = said
        .iter()
        .all(|command| Some(&command.client.address) == said.first().map(|c| &c.client.address));
    let frames = said.iter().all(|command| command.frame.is_some());
    let mut table = Table::new([
        if frames {
            Column::new("frame", Fit::Whole).right()
        } else {
            Column::new("time", Fit::Whole)
        },
        Column::new("client", Fit::CutMiddle).between(13, 24),
        Column::new("command", Fit::Cut).between(24, 60),
        Column::new("reply", Fit::Cut).between(10, 30),
        Column::new("took", Fit::Whole).right(),
    ])
    .indented(2);
    for command in said {
        let client = if one_client {
            format!(":{}", command.client.port)
        } else {
            context.endpoint(&command.client)
        };
        let when = match command.frame {
            Some(frame) if frames => frame.to_string(),
            _ => words::time(command.time),
        };
        let request = if command.findings > 0 {
            Cell::painted(command.request.as_str(), Paint::Warn)
        } else {
            Cell::new(command.request.as_str())
        };
        let reply = if command.is_error {
            Cell::painted(command.reply.as_str(), Paint::Bad)
        } else {
            Cell::new(command.reply.as_str())
        };
        let took = command
            .latency_ns
            .map(|latency| words::duration(latency, context.style().charset))
            .unwrap_or_default();
        table.row([
            Cell::new(when),
            Cell::new(client),
            request,
            reply,
            Cell::new(took),
        ]);
    }
    let mut lines = vec![context.heading("WHAT WAS SAID")];
    lines.extend(table.lines(context.style()));
    lines
}

/// One command as a line by itself, for `--show commands`.
pub(super) fn line(context: &Context<'_>, event: &CommandEvent) -> String {
    let said = Said::new(event, context.style());
    let when = said
        .frame
        .map_or_else(|| words::time(said.time), |frame| format!("{frame:>7}"));
    let client = context.endpoint(&said.client);
    let took = said
        .latency_ns
        .map(|latency| words::duration(latency, context.style().charset))
        .unwrap_or_default();
    let arrow = context.glyph(Glyph::Arrow);
    let reply = if said.reply.is_empty() {
        String::new()
    } else {
        format!("  {arrow} {}", said.reply)
    };
    format!("{when}  {client:<21}  {}{reply}  {took}", said.request)
        .trim_end()
        .to_owned()
}

/// `HSET user:{n}:secret   4 fields`, `CONFIG SET protected-mode no`.
pub(in crate::report) fn request(event: &CommandEvent, style: Style) -> String {
    let Some(command) = &event.command else {
        return "(request not seen)".to_owned();
    };
    let mut text = words::shown(command, style);
    let name = text.clone();
    let mut rest = event.arguments.as_slice();
    // The subcommand is the first argument, too.
    if let Some(subcommand) = &event.subcommand {
        text.push(' ');
        text.push_str(&words::shown(subcommand, style));
        rest = rest.get(1..).unwrap_or_default();
    }
    let pairs = match name.as_str() {
        "HSET" | "HMSET" => Some((event.argument_count.saturating_sub(1) / 2, "field")),
        "MSET" | "MSETNX" => Some((event.argument_count / 2, "key")),
        "XADD" => Some((event.argument_count.saturating_sub(2) / 2, "field")),
        _ => None,
    };
    if let Some((pairs, what)) = pairs {
        if let Some(key) = event.keys.first() {
            text.push(' ');
            text.push_str(&words::shown(key, style));
        }
        text.push_str("   ");
        text.push_str(&words::count(pairs, what));
        return text;
    }
    for argument in rest.iter().take(MAX_SHOWN_ARGUMENTS) {
        text.push(' ');
        text.push_str(&words::shown(argument, style));
    }
    let shown = rest.len().min(MAX_SHOWN_ARGUMENTS);
    let known = event
        .argument_count
        .saturating_sub(u64::from(event.subcommand.is_some()));
    let more = known.saturating_sub(shown as u64);
    if more > 0 {
        text = format!(
            "{text} {} {} more",
            style.glyph(Glyph::Ellipsis),
            words::thousands(more)
        );
    }
    text
}

/// `4`, `OK`, `4 fields`, `WRONGTYPE Operation against ..`.
pub(in crate::report) fn reply(reply: &ReplySummary, event: &CommandEvent, style: Style) -> String {
    if let Some(elements) = reply.elements {
        let is_hash = reply.kind == ReplyKind::Map
            || event
                .command
                .as_ref()
                .is_some_and(|command| command.as_text() == Some("HGETALL"));
        return if is_hash {
            words::count(elements / 2, "field")
        } else {
            words::count(elements, "element")
        };
    }
    match reply.kind {
        ReplyKind::Null => "(nil)".to_owned(),
        _ => reply.value.as_ref().map_or_else(
            || words::size(reply.bytes),
            |value| words::shown(value, style),
        ),
    }
}

pub(in crate::report) fn is_error(reply: &ReplySummary) -> bool {
    matches!(reply.kind, ReplyKind::Error | ReplyKind::BulkError)
}

/// Arguments that a line shows before it counts the rest.
const MAX_SHOWN_ARGUMENTS: usize = 6;
