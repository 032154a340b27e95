//! `resp-sniff diff OLD.ndjson NEW.ndjson`: how a migration to TLS goes on.
//!
//! Made from two NDJSON reports: clients that are newly readable and those that no longer are, new and
//! ended findings (by their baseline ids, so that ports that change do not matter), lines of the
//! checklist that changed, and the days that certificates have left. "Not seen any more" is not
//! "mended" where the later run saw less, so the two runs' sizes stand at the top.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, BufRead, Write};

use super::checklist::{self, Standing};
use super::layout::{Cell, Column, Fit, Table};
use super::style::{Glyph, Paint, Style};
use super::text::severity_paint;
use super::words;
use crate::event::{
    CheckEvent, Event, FindingEvent, PlainClient, Severity, SummaryEvent, TlsEvent,
};
use crate::packet::Timestamp;

/// What a diff needs of one report.
#[derive(Debug, Default)]
pub struct Snapshot {
    summary: Option<SummaryEvent>,
    /// By baseline id.
    findings: BTreeMap<String, FindingEvent>,
    /// By server and line.
    checks: BTreeMap<(String, String), CheckEvent>,
    /// Server certificates by fingerprint: server, subject, end.
    certificates: BTreeMap<String, (String, String, Option<Timestamp>)>,
    /// Client and server addresses that spoke TLS.
    tls: BTreeSet<(String, String)>,
}

/// Why a file is no report.
#[derive(Debug)]
pub enum DiffError {
    /// It could not be read.
    Read(io::Error),
    /// A line is no event of the contract: its number, and what is wrong.
    Line(u64, String),
    /// It ends without a summary: the run was cut off, or it is something else.
    NoSummary,
}

impl fmt::Display for DiffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "cannot be read: {error}"),
            Self::Line(line, what) => write!(
                f,
                "line {line} is no event ({what}); write reports with --format ndjson"
            ),
            Self::NoSummary => f.write_str(
                "has no summary: the run was cut off, or it was not written with --format ndjson",
            ),
        }
    }
}

impl std::error::Error for DiffError {}

impl Snapshot {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// See [`DiffError`].
    pub fn read(mut input: impl BufRead) -> Result<Self, DiffError> {
        let mut snapshot = Self::default();
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            if input
                .read_until(b'\n', &mut line)
                .map_err(DiffError::Read)?
                == 0
            {
                break;
            }
            number += 1;
            let text = line.trim_ascii();
            // `type` comes first in every line, so what is of no use here is not even parsed.
            let wanted = WANTED
                .iter()
                .any(|start| text.starts_with(start.as_bytes()));
            if wanted {
                let event = serde_json::from_slice(text)
                    .map_err(|error| DiffError::Line(number, error.to_string()))?;
                snapshot.take(event);
            } else if !text.is_empty() && !text.starts_with(b"{\"type\":") {
                return Err(DiffError::Line(number, "no type".to_owned()));
            }
        }
        if snapshot.summary.is_none() {
            return Err(DiffError::NoSummary);
        }
        Ok(snapshot)
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Finding(finding) => {
                self.findings.insert(finding.baseline_id.clone(), *finding);
            }
            Event::Check(check) => {
                self.checks
                    .insert((check.server.to_string(), check.id.clone()), *check);
            }
            Event::Tls(tls) => self.tls(&tls),
            Event::Summary(summary) => self.summary = Some(*summary),
            Event::Command(_)
            | Event::Push(_)
            | Event::Connection(_)
            | Event::Ticket(_)
            | Event::Statistics(_) => {}
        }
    }

    fn tls(&mut self, event: &TlsEvent) {
        self.tls
            .insert((event.client.address.clone(), event.server.address.clone()));
        if let Some(leaf) = event
            .certificates
            .iter()
            .find(|certificate| certificate.role == "server")
        {
            self.certificates.insert(
                leaf.fingerprint_sha256.clone(),
                (
                    event.server.to_string(),
                    leaf.subject.to_string(),
                    timestamp(&leaf.not_after),
                ),
            );
        }
    }

    /// Readable clients by server name (or address) and client address; ports change, names do not.
    fn plain_clients(&self) -> BTreeMap<(String, String), PlainClient> {
        self.summary
            .iter()
            .flat_map(|summary| &summary.coverage.servers)
            .flat_map(|server| {
                let name = server
                    .name
                    .clone()
                    .unwrap_or_else(|| server.server.to_string());
                server
                    .plain_clients
                    .iter()
                    .map(move |client| ((name.clone(), client.address.clone()), client.clone()))
            })
            .collect()
    }
}

/// What changed.
#[derive(Debug)]
pub struct Diff<'a> {
    old: &'a Snapshot,
    new: &'a Snapshot,
    /// Readable now and not before: server, client.
    pub new_plain: Vec<(String, PlainClient)>,
    /// Readable before and not now: server, client, and whether it speaks TLS now.
    pub gone_plain: Vec<(String, PlainClient, bool)>,
    /// Findings that were not there before.
    pub new_findings: Vec<&'a FindingEvent>,
    /// Findings that are not there any more.
    pub ended_findings: Vec<&'a FindingEvent>,
}

impl<'a> Diff<'a> {
    /// Compares two reports.
    #[must_use]
    pub fn between(old: &'a Snapshot, new: &'a Snapshot) -> Self {
        let (before, after) = (old.plain_clients(), new.plain_clients());
        let new_plain = after
            .iter()
            .filter(|(key, _)| !before.contains_key(*key))
            .map(|((server, _), client)| (server.clone(), client.clone()))
            .collect();
        let gone_plain = before
            .iter()
            .filter(|(key, _)| !after.contains_key(*key))
            .map(|((server, address), client)| {
                let now_tls = new.tls.iter().any(|(client, _)| client == address);
                (server.clone(), client.clone(), now_tls)
            })
            .collect();
        let missing = |from: &'a Snapshot, other: &Snapshot| {
            let mut findings: Vec<_> = from
                .findings
                .iter()
                .filter(|(id, _)| !other.findings.contains_key(*id))
                .map(|(_, finding)| finding)
                .collect();
            findings.sort_by_key(|finding| (finding.severity, finding.id.clone()));
            findings
        };
        Self {
            old,
            new,
            new_plain,
            gone_plain,
            new_findings: missing(new, old),
            ended_findings: missing(old, new),
        }
    }

    /// Something is readable that was not, or a finding of at least medium severity is new: a move
    /// to TLS brings notes about TLS with it and is no turn for the worse.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        let weighs = |finding: &&FindingEvent| finding.severity <= Severity::Medium;
        !self.new_plain.is_empty() || self.new_findings.iter().any(weighs)
    }

    /// Prints it; `top` rows a block, 0 for all.
    ///
    /// # Errors
    ///
    /// Whatever `out` answers.
    pub fn write(&self, style: Style, top: usize, out: &mut dyn Write) -> io::Result<()> {
        self.runs(style, out)?;
        self.clients(style, top, out)?;
        self.findings(style, top, out)?;
        self.checks(style, top, out)?;
        self.certificates(style, out)?;
        writeln!(out)?;
        let dot = format!(" {} ", style.glyph(Glyph::Dot));
        let parts = [
            format!(
                "{} readable",
                words::count(self.new_plain.len() as u64, "new client")
            ),
            format!("{} gone", self.gone_plain.len()),
            words::count(self.new_findings.len() as u64, "new finding"),
            format!("{} ended", self.ended_findings.len()),
        ];
        let (word, paint) = if self.is_worse() {
            ("WORSE", Paint::Bad)
        } else if self.gone_plain.is_empty() && self.ended_findings.is_empty() {
            let word = if self.new_findings.is_empty() {
                "NO CHANGE"
            } else {
                "NO WORSE"
            };
            (word, Paint::None)
        } else {
            ("BETTER", Paint::Good)
        };
        writeln!(out, "{}   {}", style.paint(paint, word), parts.join(&dot))
    }

    fn runs(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new([
            Column::new("", Fit::Whole),
            Column::new("BEGAN", Fit::Whole),
            Column::new("LASTED", Fit::Whole).right(),
            Column::new("CONNECTIONS", Fit::Whole).right(),
            Column::new("READABLE", Fit::Whole).right(),
            Column::new("TLS", Fit::Whole).right(),
            Column::new("READABLE BYTES", Fit::Whole).right(),
        ]);
        for (label, snapshot) in [("old", self.old), ("new", self.new)] {
            let Some(summary) = &snapshot.summary else {
                continue;
            };
            let coverage = &summary.coverage;
            let bytes = coverage.plaintext.bytes + coverage.tls.bytes + coverage.unknown.bytes;
            let lasted = match (summary.start, summary.end) {
                (Some(start), Some(end)) => words::duration(end.since(start), style.charset),
                _ => String::new(),
            };
            table.row([
                Cell::painted(label, Paint::Strong),
                Cell::new(summary.start.map(words::date_time).unwrap_or_default()),
                Cell::new(lasted),
                Cell::new(words::thousands(summary.connections)),
                Cell::new(words::thousands(coverage.plaintext.connections)),
                Cell::new(words::thousands(coverage.tls.connections)),
                Cell::new(words::percent(coverage.plaintext.bytes, bytes)),
            ]);
        }
        print(&table.lines(style), out)
    }

    fn clients(&self, style: Style, top: usize, out: &mut dyn Write) -> io::Result<()> {
        let arrow = style.glyph(Glyph::Arrow);
        let row = |server: &str, client: &PlainClient| {
            let names: Vec<_> = [
                client.user.as_ref(),
                client.client_name.as_ref(),
                client
                    .library
                    .as_ref()
                    .and_then(|library| library.name.as_ref()),
            ]
            .into_iter()
            .flatten()
            .map(|name| words::shown(name, style))
            .collect();
            [
                Cell::new(format!(
                    "{} {arrow} {}",
                    words::safe(&client.address, style),
                    words::safe(server, style)
                )),
                Cell::new(names.join(", ")),
                Cell::new(words::count(client.commands, "command")),
            ]
        };
        let table = |heading| {
            Table::new([
                Column::new(heading, Fit::CutMiddle).between(25, 52),
                Column::new("", Fit::Cut).between(10, 30),
                Column::new("", Fit::Cut),
            ])
        };
        let mut now = table("NEWLY READABLE");
        for (server, client) in limited(&self.new_plain, top) {
            now.row(row(server, client));
        }
        section(&now, self.new_plain.len(), top, style, out)?;
        let mut gone = table("NO LONGER READABLE");
        for (server, client, now_tls) in limited(&self.gone_plain, top) {
            let mut cells = row(server, client);
            cells[2] = if *now_tls {
                Cell::painted("speaks TLS now", Paint::Good)
            } else {
                Cell::painted("not seen any more", Paint::Dim)
            };
            gone.row(cells);
        }
        section(&gone, self.gone_plain.len(), top, style, out)
    }

    fn findings(&self, style: Style, top: usize, out: &mut dyn Write) -> io::Result<()> {
        for (heading, findings) in [
            ("NEW FINDINGS", &self.new_findings),
            ("ENDED FINDINGS", &self.ended_findings),
        ] {
            let mut table = Table::new([
                Column::new(heading, Fit::Whole),
                Column::new("", Fit::Cut).between(24, 50),
                Column::new("", Fit::Cut).between(8, 34),
                Column::new("", Fit::Whole),
            ]);
            for finding in limited(findings, top) {
                let subject = finding
                    .key_pattern
                    .as_ref()
                    .or(finding.command.as_ref())
                    .map(|subject| words::shown(subject, style))
                    .unwrap_or_default();
                table.row([
                    Cell::painted(
                        words::severity(finding.severity),
                        severity_paint(finding.severity),
                    ),
                    Cell::new(words::safe(&finding.title, style)),
                    Cell::new(subject),
                    Cell::new(words::safe(&finding.id, style)),
                ]);
            }
            section(&table, findings.len(), top, style, out)?;
        }
        Ok(())
    }

    fn checks(&self, style: Style, top: usize, out: &mut dyn Write) -> io::Result<()> {
        let unknown = |standing| matches!(standing, Standing::NotSeen | Standing::Never);
        let changed: Vec<_> = self
            .new
            .checks
            .iter()
            .filter_map(|(key, new)| {
                let old = checklist::standing(self.old.checks.get(key)?);
                let new_standing = checklist::standing(new);
                let told = old != new_standing && !(unknown(old) && unknown(new_standing));
                told.then_some((old, new_standing, new))
            })
            .collect();
        let mut table = Table::new([
            Column::new("CHECKLIST", Fit::CutMiddle).between(17, 34),
            Column::new("", Fit::Cut).between(20, 40),
            Column::new("", Fit::Whole),
            Column::new("", Fit::Whole),
        ]);
        for (old, new, check) in limited(&changed, top) {
            let (old, old_paint) = checklist::word(*old);
            let (new, new_paint) = checklist::word(*new);
            table.row([
                Cell::new(words::safe(&check.server.to_string(), style)),
                Cell::new(words::safe(&check.title, style)),
                Cell::painted(old, old_paint),
                Cell::painted(format!("{} {new}", style.glyph(Glyph::Arrow)), new_paint),
            ]);
        }
        section(&table, changed.len(), top, style, out)
    }

    fn certificates(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let Some(now) = self.new.summary.as_ref().map(|summary| summary.time) else {
            return Ok(());
        };
        let mut table = Table::new([
            Column::new("CERTIFICATES", Fit::CutMiddle).between(17, 34),
            Column::new("", Fit::Cut).between(10, 36),
            Column::new("", Fit::Whole),
            Column::new("", Fit::Whole),
        ]);
        for (fingerprint, (server, subject, end)) in &self.new.certificates {
            let Some(end) = end else { continue };
            let left = end.since(now) / DAY;
            let (text, paint) = if *end <= now {
                ("has ended".to_owned(), Paint::Bad)
            } else {
                let paint = if left < WARN_DAYS {
                    Paint::Warn
                } else {
                    Paint::None
                };
                (format!("{} left", words::count(left, "day")), paint)
            };
            let is_new = !self.old.certificates.contains_key(fingerprint);
            table.row([
                Cell::new(words::safe(server, style)),
                Cell::new(words::safe(subject, style)),
                Cell::painted(text, paint),
                Cell::new(if is_new { "new" } else { "" }),
            ]);
        }
        section(&table, self.new.certificates.len(), 0, style, out)
    }
}

fn limited<T>(rows: &[T], top: usize) -> &[T] {
    if top == 0 {
        rows
    } else {
        rows.get(..top).unwrap_or(rows)
    }
}

/// A table with a blank line above it; nothing where it has no rows.
fn section(
    table: &Table,
    rows: usize,
    top: usize,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if rows == 0 {
        return Ok(());
    }
    writeln!(out)?;
    print(&table.lines(style), out)?;
    if top != 0 && rows > top {
        writeln!(
            out,
            "{} {} more (--top 0 shows all)",
            style.glyph(Glyph::Ellipsis),
            rows - top
        )?;
    }
    Ok(())
}

fn print(lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn timestamp(text: &str) -> Option<Timestamp> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

/// Lines that a diff reads; the others are skipped unparsed.
const WANTED: [&str; 4] = [
    "{\"type\":\"finding\"",
    "{\"type\":\"check\"",
    "{\"type\":\"tls\"",
    "{\"type\":\"summary\"",
];

const DAY: u64 = 86_400 * 1_000_000_000;
/// Days below which a certificate is worth a colour.
const WARN_DAYS: u64 = 30;
