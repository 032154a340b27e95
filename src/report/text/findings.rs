//! FINDINGS: one row a cause, worst first, with arrows and one masked example.

use std::collections::BTreeMap;

use super::super::escape;
use super::super::layout::{Cell, Column, Fit, Table, wrap};
use super::super::style::{Glyph, Paint};
use super::super::words;
use super::Context;
use crate::event::{
    Endpoint, FindingCounts, FindingDirection, FindingEvent, Path, Severity, Transport,
};

/// Causes by severity, whatever is printed of them: what the verdict counts.
pub(super) fn counts(context: &Context<'_>) -> FindingCounts {
    let mut counts = FindingCounts::default();
    for cause in causes(context, Severity::Info) {
        counts.count(cause.worst.severity);
    }
    counts
}

/// Which id stands in the row of each finding.
pub(super) fn shown_ids<'a>(context: &Context<'a>) -> BTreeMap<&'a str, &'a str> {
    causes(context, Severity::Info)
        .into_iter()
        .flat_map(|cause| {
            cause
                .ids
                .into_iter()
                .map(move |id| (id, cause.worst.id.as_str()))
        })
        .collect()
}

/// A cause: the same rule on the same keys and field of the same server, whichever way it went.
#[derive(Debug)]
struct Cause<'a> {
    worst: &'a FindingEvent,
    /// Sent, returned, pushed, replicated.
    ways: [u64; 4],
    /// Packet numbers (or times) of the first occurrence each way.
    places: Vec<String>,
    ids: Vec<&'a str>,
}

type Key<'a> = (
    &'a str,
    &'a Endpoint,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// The block.
pub(super) fn block(context: &Context<'_>) -> Vec<String> {
    let seen = context.seen;
    let causes = causes(context, context.options.min_severity);
    let hidden = seen
        .findings
        .values()
        .filter(|finding| finding.severity > context.options.min_severity)
        .count();
    if causes.is_empty() {
        return if hidden > 0 {
            vec![format!(
                "{}  {} below --min-severity {} not printed",
                context.heading("FINDINGS"),
                hidden,
                context.options.min_severity.name()
            )]
        } else {
            Vec::new()
        };
    }
    let style = context.style();
    let servers: std::collections::BTreeSet<_> =
        causes.iter().map(|cause| &cause.worst.server).collect();
    let called = if servers.len() > 1 {
        context.brief(servers, |server| context.server(server))
    } else {
        BTreeMap::new()
    };
    let frames = causes.iter().all(|cause| cause.worst.frame.is_some());
    let ways: [bool; 4] = std::array::from_fn(|way| {
        causes
            .iter()
            .any(|cause| cause.ways.get(way).is_some_and(|count| *count > 0))
    });
    let legend: Vec<String> = WAYS
        .iter()
        .zip(ways)
        .filter(|(_, used)| *used)
        .map(|((glyph, word), _)| format!("{} {word}", context.glyph(*glyph)))
        .collect();
    let (shown, more) = context.rows(causes.len());
    let mut lines = Vec::new();
    let mut table = Table::new([
        Column::new("", Fit::Whole),
        Column::new("", Fit::Wrap).between(30, 58),
        Column::new("", Fit::Wrap).between(12, SUBJECT_WIDTH),
        Column::new("", Fit::Cut).right().between(2, 18),
        Column::new("sure", Fit::Whole),
        Column::new("id", Fit::Whole),
        Column::new(if frames { "frame" } else { "first" }, Fit::Cut)
            .right()
            .between(5, 12),
    ]);
    for cause in causes.iter().take(shown) {
        let finding = cause.worst;
        table.row([
            Cell::painted(words::severity(finding.severity), paint(finding.severity)),
            Cell::new(words::safe(&finding.title, style)),
            Cell::new(subject(context, finding, called.get(&finding.server))),
            Cell::new(arrows(context, cause)),
            Cell::painted(words::sure(finding.confidence), Paint::Dim),
            Cell::new(words::safe(&finding.id, style)),
            Cell::new(cause.places.join(" ")),
        ]);
        for (text, paint) in detail(context, cause) {
            for part in wrap(&text, super::super::layout::WIDTH - INDENT) {
                table.note(INDENT, Cell::painted(part, paint));
            }
        }
    }
    lines.extend(table.lines_under("FINDINGS", &format!("  {}", legend.join("   ")), style));
    lines.extend(more.map(|more| format!("          {more}")));
    if hidden > 0 {
        lines.push(format!(
            "          {} below --min-severity {}",
            words::thousands(hidden as u64),
            context.options.min_severity.name()
        ));
    }
    if seen.findings_beyond > 0 {
        lines.push(format!(
            "          {} beyond the limit of this report; the NDJSON has them",
            words::thousands(seen.findings_beyond)
        ));
    }
    lines
}

/// A new finding at first sight, as one line.
pub(super) fn headline(context: &Context<'_>, finding: &FindingEvent) -> String {
    let style = context.style();
    let way = WAYS
        .get(way(finding.direction))
        .map_or("", |(glyph, _)| context.glyph(*glyph));
    let severity = format!("{:<8}", words::severity(finding.severity));
    let example = finding
        .masked
        .as_ref()
        .map(|masked| {
            let field = finding
                .field
                .as_ref()
                .map(|field| format!("{} ", words::shown(field, style)))
                .unwrap_or_default();
            format!("   {field}{}", words::shown(masked, style))
        })
        .unwrap_or_default();
    let place = finding
        .frame
        .map(|frame| format!("   frame {frame}"))
        .unwrap_or_default();
    format!(
        "{}  {}  {}   {}{example}   {} {way} {}   {}{place}",
        words::time(finding.time),
        style.paint(paint(finding.severity), &severity),
        words::safe(&finding.title, style),
        subject(context, finding, None),
        context.endpoint(&finding.client),
        context.endpoint(&finding.server),
        words::safe(&finding.id, style),
    )
    .replace("      ", "   ")
}

fn causes<'a>(context: &Context<'a>, least: Severity) -> Vec<Cause<'a>> {
    let mut causes: BTreeMap<Key<'a>, Cause<'a>> = BTreeMap::new();
    for finding in context
        .seen
        .findings
        .values()
        .filter(|finding| finding.severity <= least)
    {
        let pattern = finding.key_pattern.as_ref().or(finding.key.as_ref());
        let about_data = finding.field.is_some() || pattern.is_some();
        let key = (
            finding.rule.as_str(),
            &finding.server,
            pattern.map(ToString::to_string),
            finding.field.as_ref().map(ToString::to_string),
            // What has no key and no field is told apart by its id.
            (!about_data).then(|| finding.id.clone()),
        );
        let cause = causes.entry(key).or_insert_with(|| Cause {
            worst: finding,
            ways: [0; 4],
            places: Vec::new(),
            ids: Vec::new(),
        });
        cause.ids.push(&finding.id);
        if (finding.severity, finding.first_time) < (cause.worst.severity, cause.worst.first_time) {
            cause.worst = finding;
        }
        if let Some(count) = cause.ways.get_mut(way(finding.direction)) {
            *count += finding.count;
        }
        let place = words::place(finding);
        if !cause.places.contains(&place) {
            cause.places.push(place);
        }
    }
    let mut causes: Vec<_> = causes.into_values().collect();
    for cause in &mut causes {
        cause
            .places
            .sort_by_key(|place| (place.len(), place.clone()));
        cause.places.truncate(2);
    }
    causes.sort_by(|left, right| {
        let key = |cause: &Cause<'_>| {
            (
                cause.worst.severity,
                std::cmp::Reverse(cause.ways.iter().sum::<u64>()),
                cause.worst.id.clone(),
            )
        };
        key(left).cmp(&key(right))
    });
    causes
}

/// What it is about: keys by their pattern, else the command; and on which of several servers.
fn subject(context: &Context<'_>, finding: &FindingEvent, server: Option<&String>) -> String {
    let style = context.style();
    let mut text = if let Some(pattern) = finding.key_pattern.as_ref().or(finding.key.as_ref()) {
        words::shown(pattern, style)
    } else if let Some(command) = &finding.command {
        words::shown(command, style)
    } else {
        String::new()
    };
    if let Some(server) = server {
        let on = format!("on {server}");
        if !text.is_empty() {
            // Each on a line of its own rather than broken in its middle.
            let (own, both) = (
                escape::width(&on),
                escape::width(&text) + 1 + escape::width(&on),
            );
            let breaks = both > SUBJECT_WIDTH && own <= SUBJECT_WIDTH;
            text.push(if breaks { '\n' } else { ' ' });
        }
        text.push_str(&on);
    }
    text
}

fn arrows(context: &Context<'_>, cause: &Cause<'_>) -> String {
    let parts: Vec<_> = WAYS
        .iter()
        .zip(cause.ways)
        .filter(|(_, count)| *count > 0)
        .map(|((glyph, _), count)| format!("{}{}", words::thousands(count), context.glyph(*glyph)))
        .collect();
    parts.join(" ")
}

/// What stands below a row: the example, and for the worst the reason.
fn detail(context: &Context<'_>, cause: &Cause<'_>) -> Vec<(String, Paint)> {
    let finding = cause.worst;
    let style = context.style();
    let mut lines = Vec::new();
    let mut example = Vec::new();
    if let Some(field) = &finding.field {
        example.push(words::shown(field, style));
    }
    if let Some(masked) = &finding.masked {
        example.push(words::shown(masked, style));
    }
    if !example.is_empty() {
        lines.push((example.join("  "), Paint::None));
    }
    let mut notes = Vec::new();
    match finding.transport {
        Transport::Plaintext => {}
        Transport::TlsNull => notes.push("under TLS with a NULL cipher: readable"),
        Transport::TlsDecrypted => notes.push("decrypted with the key log: no leak on the wire"),
    }
    if finding.path == Path::Public {
        notes.push("over a public network");
    }
    let wants_reason = finding.severity == Severity::Critical
        || (finding.severity == Severity::High
            && (finding.confidence < 0.95 || example.is_empty()));
    if wants_reason && !finding.why.is_empty() {
        lines.push((words::safe(&finding.why, style), Paint::Dim));
    }
    if !notes.is_empty() {
        lines.push((notes.join("; "), Paint::Dim));
    }
    lines
}

pub(super) fn paint(severity: Severity) -> Paint {
    match severity {
        Severity::Critical | Severity::High => Paint::Bad,
        Severity::Medium => Paint::Warn,
        Severity::Low | Severity::Info => Paint::Dim,
    }
}

fn way(direction: FindingDirection) -> usize {
    match direction {
        FindingDirection::Request => 0,
        FindingDirection::Reply => 1,
        FindingDirection::Push => 2,
        FindingDirection::Replication => 3,
    }
}

const WAYS: [(Glyph, &str); 4] = [
    (Glyph::Sent, "sent"),
    (Glyph::Returned, "returned"),
    (Glyph::Pushed, "pushed"),
    (Glyph::Replicated, "replicated"),
];

/// Columns that what a finding is about is content with.
const SUBJECT_WIDTH: usize = 34;

/// Examples and reasons stand below the titles.
const INDENT: usize = 10;
