//! `resp-sniff explain`: a rule, or a finding of a run, at length.

use std::io::{self, Write};

use super::layout::{WIDTH, wrap};
use super::style::{Paint, Style};
use super::words;
use crate::event::{FindingDirection, FindingEvent, Path, Severity, Transport};

/// What is told of a rule; who knows the rules fills it.
#[derive(Debug, Clone)]
pub struct RuleText<'a> {
    /// `pci.pan`.
    pub id: &'a str,
    /// `Payment card number`.
    pub title: &'a str,
    /// `pci`.
    pub category: &'a str,
    /// Where nothing raises or lowers it.
    pub severity: Severity,
    /// How sure a plain match is, 0 to 1.
    pub confidence: f32,
    /// Why we think so.
    pub why: &'a str,
    /// What to do.
    pub fix: &'a str,
    /// Worded "relevant to".
    pub references: &'a [String],
    /// Values it finds.
    pub examples: Vec<String>,
    /// Values it does not find.
    pub counter_examples: Vec<String>,
}

/// Prints a rule.
///
/// # Errors
///
/// Whatever `out` answers.
pub fn rule(rule: &RuleText<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{}  {}", rule.id, rule.title);
    writeln!(
        out,
        "{}",
        style.paint(Paint::Strong, &words::safe(&title, style))
    )?;
    field("Severity", rule.severity.name(), style, out)?;
    field("Category", rule.category, style, out)?;
    field("How sure", &how_sure(rule.confidence), style, out)?;
    field("Why", rule.why, style, out)?;
    field("Mend", rule.fix, style, out)?;
    field("Relevant to", &rule.references.join(", "), style, out)?;
    field("Finds", &rule.examples.join("   "), style, out)?;
    field("Not", &rule.counter_examples.join("   "), style, out)
}

/// Prints a finding; `about` is its rule, where it is known.
///
/// # Errors
///
/// Whatever `out` answers.
pub fn finding(
    finding: &FindingEvent,
    about: Option<&RuleText<'_>>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = format!("{}  {}", finding.id, finding.title);
    writeln!(
        out,
        "{}",
        style.paint(Paint::Strong, &words::safe(&title, style))
    )?;
    field("Severity", finding.severity.name(), style, out)?;
    field(
        "Rule",
        &format!("{} (resp-sniff explain {})", finding.rule, finding.rule),
        style,
        out,
    )?;
    field("How sure", &how_sure(finding.confidence), style, out)?;
    field("Why", &finding.why, style, out)?;
    if let Some(rule) = about
        && rule.why != finding.why
    {
        field("The rule", rule.why, style, out)?;
    }
    let way = match finding.direction {
        FindingDirection::Request => "sent to",
        FindingDirection::Reply => "returned by",
        FindingDirection::Push => "pushed by",
        FindingDirection::Replication => "replicated by",
    };
    let seen = format!(
        "{} {way} {}, {} on {}, first at {}, last at {}",
        finding.client,
        finding.server,
        words::count(finding.count, "time"),
        words::count(finding.connections, "connection"),
        words::date_time(finding.first_time),
        words::date_time(finding.last_time)
    );
    field("Seen", &seen, style, out)?;
    let mut place = Vec::new();
    for (label, value) in [
        ("command", &finding.command),
        ("keys", &finding.key_pattern),
        ("field", &finding.field),
        ("example", &finding.masked),
    ] {
        if let Some(value) = value {
            place.push(format!("{label} {value}"));
        }
    }
    place.extend(finding.location.clone());
    field("Where", &place.join(", "), style, out)?;
    if let Some(frame) = finding.frame {
        let command =
            format!("tshark -r FILE -Y frame.number=={frame} -V shows the packet, unmasked");
        field("Evidence", &command, style, out)?;
    }
    let wire = match (finding.transport, finding.path) {
        (Transport::TlsDecrypted, _) => "under TLS; we read it with the key log, others could not",
        (Transport::TlsNull, _) => "under TLS with a NULL cipher, so anyone on the path reads it",
        (Transport::Plaintext, Path::SameHost) => {
            "in the clear, but client and server are the same host"
        }
        (Transport::Plaintext, Path::Private) => "in the clear, on a private network",
        (Transport::Plaintext, Path::Public) => "in the clear, over a public network",
    };
    field("On the wire", wire, style, out)?;
    field("Mend", &finding.fix, style, out)?;
    field("Relevant to", &finding.references.join(", "), style, out)
}

fn how_sure(confidence: f32) -> String {
    format!("{} ({confidence:.2})", words::sure(confidence))
}

fn field(label: &str, text: &str, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut label = label;
    for part in wrap(&words::safe(text, style), WIDTH - LABEL) {
        writeln!(out, "{label:<LABEL$}{part}")?;
        label = "";
    }
    Ok(())
}

/// Columns of the labels.
const LABEL: usize = 14;
