//! `resp-sniff checklist`: every line, with its evidence or with how a person verifies it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::layout::{WIDTH, wrap};
use super::style::{Glyph, Paint, Style};
use super::words;
use crate::event::{CheckEvent, Endpoint, Severity, Status};

/// How a line stands, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Fail,
    InferredFail,
    Note,
    InferredOk,
    Ok,
    NotSeen,
    Never,
}

/// How a line stands; what fails without harm is a note.
pub(super) fn standing(check: &CheckEvent) -> Standing {
    match check.status {
        Status::Fail | Status::InferredFail if check.severity == Severity::Info => Standing::Note,
        Status::Fail => Standing::Fail,
        Status::InferredFail => Standing::InferredFail,
        Status::Pass => Standing::Ok,
        Status::InferredPass => Standing::InferredOk,
        Status::NotObserved => Standing::NotSeen,
        Status::NotObservable => Standing::Never,
    }
}

/// The word for it, and its colour.
pub(super) fn word(standing: Standing) -> (&'static str, Paint) {
    match standing {
        Standing::Fail => ("FAIL", Paint::Bad),
        Standing::InferredFail => ("FAIL ~", Paint::Bad),
        Standing::Note => ("note", Paint::Warn),
        Standing::Ok => ("ok", Paint::Good),
        Standing::InferredOk => ("ok ~", Paint::Good),
        Standing::NotSeen => ("not seen", Paint::Dim),
        Standing::Never => ("ask", Paint::Dim),
    }
}

/// Prints every line of every server; `named` gives a server's name.
///
/// # Errors
///
/// Whatever `out` answers.
pub fn write(
    checks: &[CheckEvent],
    named: &dyn Fn(&Endpoint) -> Option<String>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut servers: BTreeMap<&Endpoint, Vec<&CheckEvent>> = BTreeMap::new();
    for check in checks {
        servers.entry(&check.server).or_default().push(check);
    }
    if servers.is_empty() {
        return writeln!(
            out,
            "No Redis server was seen, so there is nothing to check."
        );
    }
    for (index, (server, checks)) in servers.into_iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let title = match named(server) {
            Some(name) => format!("CHECKLIST of {} ({server})", words::safe(&name, style)),
            None => format!("CHECKLIST of {server}"),
        };
        writeln!(out, "{}", style.paint(Paint::Strong, &title))?;
        for check in checks {
            line(check, style, out)?;
        }
    }
    writeln!(out)?;
    for text in [
        "ok: a refusal was seen. ok ~ and FAIL ~: follows from what was seen; it proves nothing about what was not.",
        "not seen: nothing in this capture bears on it. ask: no packet can show it; run the command.",
    ] {
        for part in wrap(text, WIDTH) {
            writeln!(out, "{}", style.paint(Paint::Dim, &part))?;
        }
    }
    Ok(())
}

/// The lines without any capture: what there is to check, and how to verify it by hand.
///
/// # Errors
///
/// Whatever `out` answers.
pub fn write_blank(lines: &[BlankLine<'_>], style: Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", style.paint(Paint::Strong, "CHECKLIST"))?;
    for line in lines {
        let sight = if line.observable {
            "from packets"
        } else {
            "by hand"
        };
        writeln!(
            out,
            "{:<20}  {:<42}  {}",
            words::safe(line.id, style),
            words::safe(line.title, style),
            style.paint(Paint::Dim, sight)
        )?;
        paragraph("verify: ", line.verify, style, out)?;
    }
    Ok(())
}

/// A line of the checklist before anything was seen.
#[derive(Debug, Clone, Copy)]
pub struct BlankLine<'a> {
    /// Id.
    pub id: &'a str,
    /// The line, in words.
    pub title: &'a str,
    /// Whether packets can show it.
    pub observable: bool,
    /// The command by which a person checks it.
    pub verify: &'a str,
}

fn line(check: &CheckEvent, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let standing = standing(check);
    let (word, paint) = word(standing);
    let padded = format!("{word:<8}");
    writeln!(
        out,
        "{}  {:<20}  {}",
        style.paint(paint, &padded),
        words::safe(&check.id, style),
        words::safe(&check.title, style),
    )?;
    let more = check
        .observations
        .saturating_sub(check.evidence.len() as u64);
    for evidence in &check.evidence {
        let place = match (evidence.frame, &evidence.connection) {
            (Some(frame), _) => format!("frame {frame}: "),
            (None, Some(connection)) => format!("{}: ", words::safe(connection, style)),
            (None, None) => String::new(),
        };
        paragraph(&place, &evidence.fact, style, out)?;
    }
    if more > 0 && !check.evidence.is_empty() {
        let text = format!(
            "{} {} more of the kind",
            style.glyph(Glyph::Ellipsis),
            words::thousands(more)
        );
        paragraph("", &text, style, out)?;
    }
    if matches!(
        standing,
        Standing::Fail | Standing::InferredFail | Standing::Note
    ) {
        paragraph("mend: ", &check.fix, style, out)?;
        if !check.references.is_empty() {
            paragraph("", &check.references.join(", "), style, out)?;
        }
    }
    if let Some(verify) = &check.verify {
        paragraph("verify: ", verify, style, out)?;
    }
    Ok(())
}

fn paragraph(label: &str, text: &str, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let text = format!("{label}{}", words::safe(text, style));
    for part in wrap(&text, WIDTH - INDENT) {
        writeln!(out, "{:INDENT$}{}", "", style.paint(Paint::Dim, &part))?;
    }
    Ok(())
}

/// Evidence stands below the titles.
const INDENT: usize = 32;
