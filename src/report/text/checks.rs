//! CHECKLIST: what fails, by server, and how the rest stands in a sentence.

use std::collections::BTreeMap;

use super::super::checklist::{self, Standing};
use super::super::layout::{Cell, Column, Fit, Table};
use super::super::style::Paint;
use super::super::words;
use super::Context;
use crate::event::CheckEvent;

/// The block: a list of facts for one server, a matrix for a few, counts for many.
pub(super) fn block(context: &Context<'_>) -> Vec<String> {
    let checks = &context.seen.checks;
    if checks.is_empty() {
        return Vec::new();
    }
    // Servers that share a name are one column.
    let mut names: Vec<String> = Vec::new();
    let mut by_line: BTreeMap<&str, Line<'_>> = BTreeMap::new();
    for (index, check) in checks.iter().enumerate() {
        let name = context.server(&check.server);
        if !names.contains(&name) {
            names.push(name.clone());
        }
        by_line
            .entry(check.id.as_str())
            .or_insert_with(|| Line {
                order: index,
                title: &check.title,
                servers: BTreeMap::new(),
            })
            .servers
            .entry(name)
            .or_default()
            .push(check);
    }
    let mut lines: Vec<_> = by_line.into_values().collect();
    lines.sort_by_key(|line| line.order);
    let mut told: Vec<&Line<'_>> = lines
        .iter()
        .filter(|line| {
            matches!(
                line.standing(),
                Standing::Fail | Standing::InferredFail | Standing::Note
            )
        })
        .collect();
    told.sort_by_key(|line| (line.standing(), line.severity(), line.order));
    let mut block = vec![format!(
        "{}  {}",
        context.heading("CHECKLIST"),
        tally(&lines)
    )];
    if names.len() == 1 {
        block.extend(list(context, &told));
    } else {
        block.extend(matrix(context, &told, &names));
    }
    let inferred = lines.iter().any(|line| {
        line.servers
            .values()
            .flatten()
            .any(|check| checklist::standing(check) == Standing::InferredOk)
    });
    if inferred && names.len() > 1 {
        let note = "ok ~ is true of what was seen; it does not prove that the server refuses anything else";
        block.push(format!("  {}", context.style().paint(Paint::Dim, note)));
    }
    block.push(format!(
        "  {}",
        context.style().paint(
            Paint::Dim,
            "every line with its evidence, or how to verify it: resp-sniff checklist FILE"
        )
    ));
    block
}

/// One line of the checklist for all servers.
struct Line<'a> {
    order: usize,
    title: &'a str,
    servers: BTreeMap<String, Vec<&'a CheckEvent>>,
}

impl Line<'_> {
    /// The worst over all servers.
    fn standing(&self) -> Standing {
        self.servers
            .values()
            .flatten()
            .map(|check| checklist::standing(check))
            .min()
            .unwrap_or(Standing::NotSeen)
    }

    fn severity(&self) -> crate::event::Severity {
        self.servers
            .values()
            .flatten()
            .map(|check| check.severity)
            .min()
            .unwrap_or(crate::event::Severity::Info)
    }
}

/// `42 lines: 5 fail, 1 note, 3 ok, 23 not seen here, 10 that no packet can show`.
fn tally(lines: &[Line<'_>]) -> String {
    let mut counts: BTreeMap<Standing, usize> = BTreeMap::new();
    for line in lines {
        let standing = match line.standing() {
            Standing::InferredFail => Standing::Fail,
            Standing::InferredOk => Standing::Ok,
            other => other,
        };
        *counts.entry(standing).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(standing, count)| {
            let word = match standing {
                Standing::Fail | Standing::InferredFail => "fail",
                Standing::Note => "to note",
                Standing::Ok | Standing::InferredOk => "ok",
                Standing::NotSeen => "not seen here",
                Standing::Never => "that no packet can show",
            };
            format!("{count} {word}")
        })
        .collect();
    format!("{} lines: {}", lines.len(), parts.join(", "))
}

fn list(context: &Context<'_>, told: &[&Line<'_>]) -> Vec<String> {
    let style = context.style();
    let mut table = Table::new([
        Column::new("", Fit::Whole),
        Column::new("", Fit::Cut).between(20, 40),
        Column::new("", Fit::Wrap).between(20, 60),
        Column::new("", Fit::Cut).right().between(6, 22),
    ]);
    for line in told {
        for check in line.servers.values().flatten().filter(|check| {
            matches!(
                checklist::standing(check),
                Standing::Fail | Standing::InferredFail | Standing::Note
            )
        }) {
            let (word, paint) = checklist::word(checklist::standing(check));
            let fact = check
                .evidence
                .first()
                .map(|evidence| words::safe(&evidence.fact, style))
                .unwrap_or_default();
            let frames: Vec<_> = check
                .evidence
                .iter()
                .filter_map(|evidence| evidence.frame)
                .map(|frame| frame.to_string())
                .take(3)
                .collect();
            let frames = match frames.as_slice() {
                [] => String::new(),
                [one] => format!("frame {one}"),
                many => format!("frames {}", many.join(" ")),
            };
            table.row([
                Cell::painted(
                    format!("{word} {}", words::thousands(check.observations)),
                    paint,
                ),
                Cell::new(words::safe(line.title, style)),
                Cell::new(fact),
                Cell::painted(frames, Paint::Dim),
            ]);
        }
    }
    table.lines(style)
}

fn matrix(context: &Context<'_>, told: &[&Line<'_>], names: &[String]) -> Vec<String> {
    let style = context.style();
    if names.len() > MAX_COLUMNS {
        return counts(context, told, names.len());
    }
    let mut columns = vec![
        Column::new("", Fit::Whole),
        Column::new("", Fit::Cut).between(20, 36),
    ];
    columns.extend(
        names
            .iter()
            .map(|_| Column::new("", Fit::CutMiddle).between(9, 18)),
    );
    let mut table = Table::new(columns);
    let mut head = vec![Cell::default(), Cell::default()];
    head.extend(
        names
            .iter()
            .map(|name| Cell::painted(name.as_str(), Paint::Strong)),
    );
    table.row(head);
    for line in told {
        let (word, paint) = checklist::word(line.standing());
        let mut cells = vec![
            Cell::painted(word, paint),
            Cell::new(words::safe(line.title, style)),
        ];
        for name in names {
            cells.push(
                line.servers
                    .get(name)
                    .map_or_else(Cell::default, |checks| cell(checks)),
            );
        }
        table.row(cells);
    }
    table.lines(style)
}

/// One server's standing, with the number of observations or the fact where it is short.
fn cell(checks: &[&CheckEvent]) -> Cell {
    let Some(check) = checks.iter().min_by_key(|check| checklist::standing(check)) else {
        return Cell::default();
    };
    let standing = checklist::standing(check);
    let (word, paint) = checklist::word(standing);
    let observations: u64 = checks
        .iter()
        .filter(|other| checklist::standing(other) == standing)
        .map(|check| check.observations)
        .sum();
    match standing {
        Standing::NotSeen | Standing::Never => Cell::painted(word, paint),
        _ => Cell::painted(format!("{word} {}", words::thousands(observations)), paint),
    }
}

/// Too many servers for columns: how many fail, and which first.
fn counts(context: &Context<'_>, told: &[&Line<'_>], servers: usize) -> Vec<String> {
    let style = context.style();
    let mut table = Table::new([
        Column::new("", Fit::Whole),
        Column::new("", Fit::Cut).between(20, 40),
        Column::new("", Fit::Whole),
        Column::new("", Fit::Cut).between(20, 60),
    ]);
    for line in told {
        let standing = line.standing();
        let (word, paint) = checklist::word(standing);
        let failing: Vec<String> = line
            .servers
            .iter()
            .filter(|(_, checks)| {
                checks
                    .iter()
                    .any(|check| checklist::standing(check) == standing)
            })
            .map(|(name, _)| name.clone())
            .collect();
        table.row([
            Cell::painted(word, paint),
            Cell::new(words::safe(line.title, style)),
            Cell::new(format!("{} of {servers}", failing.len())),
            Cell::painted(words::listed(&failing, 3), Paint::Dim),
        ]);
    }
    table.lines(style)
}

/// Servers that get a column each.
const MAX_COLUMNS: usize = 4;
