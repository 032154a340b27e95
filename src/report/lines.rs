//! `--format lines`: one line a command, for people who watch.
//!
//! Time, client, database, command, reply, latency; a message nobody asked for and a new finding get
//! a line, too. Lines are not cut to the terminal, so that they can be searched.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::style::{Glyph, Paint, Style};
use super::text::said;
use super::{Report, words};
use crate::event::{CommandEvent, Event, FindingEvent, Origin, PushEvent, SummaryEvent, Verdict};

/// The report.
#[derive(Debug)]
pub struct Lines {
    style: Style,
    /// Ids told already; at most [`MAX_TOLD`].
    told: BTreeSet<String>,
    summary: Option<SummaryEvent>,
}

impl Lines {
    /// Empty.
    #[must_use]
    pub fn new(style: Style) -> Self {
        Self {
            style,
            told: BTreeSet::new(),
            summary: None,
        }
    }

    fn command(&self, event: &CommandEvent, out: &mut dyn Write) -> io::Result<()> {
        let style = self.style;
        let database = event
            .database
            .map_or_else(|| "db?".to_owned(), |database| format!("db{database}"));
        let from = match event.origin {
            Origin::Client => event.client.to_string(),
            Origin::Primary => format!("{} {}", event.server, style.glyph(Glyph::Replicated)),
        };
        write!(
            out,
            "{}  {from:<21}  {database:<4} {}",
            words::time(event.request_time.unwrap_or(event.time)),
            said::request(event, style)
        )?;
        if let Some(reply) = &event.reply {
            let text = said::reply(reply, event, style);
            let paint = if said::is_error(reply) {
                Paint::Bad
            } else {
                Paint::Dim
            };
            write!(
                out,
                "  {} {}",
                style.glyph(Glyph::Arrow),
                style.paint(paint, &text)
            )?;
        }
        if let Some(latency) = event.latency_ns {
            write!(out, "  {}", words::duration(latency, style.charset))?;
        }
        if event.findings > 0 {
            let text = words::count(u64::from(event.findings), "finding");
            write!(out, "  {}", style.paint(Paint::Warn, &text))?;
        }
        writeln!(out)
    }

    fn push(&self, event: &PushEvent, out: &mut dyn Write) -> io::Result<()> {
        let channel = event
            .channel
            .as_ref()
            .map(|channel| format!(" {}", words::shown(channel, self.style)))
            .unwrap_or_default();
        writeln!(
            out,
            "{}  {:<21}  {:<4} {}{channel}  {}",
            words::time(event.time),
            event.client.to_string(),
            self.style.glyph(Glyph::Pushed),
            words::shown(&event.kind, self.style),
            words::size(event.value_bytes)
        )
    }

    fn finding(&mut self, event: &FindingEvent, out: &mut dyn Write) -> io::Result<()> {
        if self.told.contains(&event.id) {
            return Ok(());
        }
        if self.told.len() < MAX_TOLD {
            self.told.insert(event.id.clone());
        }
        let subject = event
            .key_pattern
            .as_ref()
            .or(event.command.as_ref())
            .map(|subject| format!("  {}", words::shown(subject, self.style)))
            .unwrap_or_default();
        let severity = words::severity(event.severity);
        writeln!(
            out,
            "{}  {:<21}  {} {}{subject}  {}",
            words::time(event.time),
            event.client.to_string(),
            self.style
                .paint(super::text::severity_paint(event.severity), severity),
            words::safe(&event.title, self.style),
            words::safe(&event.id, self.style)
        )
    }
}

impl Report for Lines {
    fn event(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::Command(command) => self.command(command, out),
            Event::Push(push) => self.push(push, out),
            Event::Finding(finding) => self.finding(finding, out),
            Event::Summary(summary) => {
                self.summary = Some((**summary).clone());
                Ok(())
            }
            Event::Tls(_)
            | Event::Ticket(_)
            | Event::Connection(_)
            | Event::Check(_)
            | Event::Statistics(_) => Ok(()),
        }
    }

    fn finish(&mut self, exit_status: u8, out: &mut dyn Write) -> io::Result<()> {
        if let Some(summary) = &self.summary {
            let word = match summary.verdict {
                Verdict::Leaking => "LEAKING",
                Verdict::NothingFound => "NOTHING FOUND",
                Verdict::Inconclusive => "CANNOT TELL",
            };
            writeln!(
                out,
                "{word}: {} (exit {exit_status})",
                words::safe(&summary.verdict_reason, self.style)
            )?;
        }
        out.flush()
    }
}

/// Finding ids remembered, so that each is told once; past it they are told again.
const MAX_TOLD: usize = 10_000;
