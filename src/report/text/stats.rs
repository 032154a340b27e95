//! The sections of `--stats`: one table a kind of subject, busiest first; then the calls and replies
//! that stand out.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::layout::{Cell, Column, Fit, Table};
use super::super::style::Paint;
use super::super::words;
use super::Context;
use crate::event::{LatencySummary, RankedCall, Scope, StatisticsEvent};

/// All sections that have rows.
pub(super) fn block(context: &Context<'_>) -> Vec<String> {
    let mut sections = Vec::new();
    for (scope, heading) in SECTIONS {
        let mut rows = rows_of(context, scope);
        // Time goes on by itself; everything else by weight.
        match scope {
            Scope::Time => {}
            Scope::KeyPattern => rows.sort_by_key(|row| Reverse(bytes_of(row))),
            _ => rows.sort_by_key(|row| Reverse(row.calls)),
        }
        if !rows.is_empty() {
            sections.push(figures(context, scope, heading, &rows));
        }
    }
    sections.extend(ranked(
        context,
        "SLOWEST",
        |row| &row.slowest,
        |nanoseconds| words::duration(nanoseconds, context.style().charset),
    ));
    sections.extend(ranked(context, "BIGGEST", |row| &row.biggest, words::size));
    sections.extend(reply_sizes(context));
    sections.join(&String::new())
}

/// The subjects of a kind, by name.
fn rows_of<'a>(context: &Context<'a>, scope: Scope) -> Vec<&'a StatisticsEvent> {
    let all = context.seen.statistics.values();
    all.filter(|row| row.scope == scope).collect()
}

fn bytes_of(row: &StatisticsEvent) -> u64 {
    row.request_bytes.saturating_add(row.reply_bytes)
}

fn figures(
    context: &Context<'_>,
    scope: Scope,
    heading: &'static str,
    rows: &[&StatisticsEvent],
) -> Vec<String> {
    let style = context.style();
    let mut columns = vec![Column::new(heading, Fit::CutMiddle).between(16, 40)];
    let counts = ["CALLS", "SENT", "RETURNED"];
    let more: &[&str] = if scope == Scope::Key {
        // Of keys nothing else is counted.
        &[]
    } else {
        &["ERRORS", "P50", "P99", "P99.9", "MAX"]
    };
    for heading in counts.iter().chain(more) {
        columns.push(Column::new(heading, Fit::Whole).right());
    }
    let mut table = Table::new(columns);
    let (shown, hidden) = context.rows(rows.len());
    let mut bounded = 0;
    for row in rows.iter().take(shown) {
        bounded = bounded.max(row.error_bound);
        let about = if row.error_bound > 0 { "~" } else { "" };
        let name = words::shown(&row.name, style);
        let mut cells = vec![
            Cell::new(if scope == Scope::Time {
                name.replace('T', " ").replace(".000000000Z", "")
            } else {
                name
            }),
            Cell::new(format!("{about}{}", words::thousands(row.calls))),
            Cell::new(words::size(row.request_bytes)),
            Cell::new(words::size(row.reply_bytes)),
        ];
        if scope != Scope::Key {
            let errors: u64 = row.errors.values().sum();
            cells.push(if errors > 0 {
                Cell::painted(words::thousands(errors), Paint::Warn)
            } else {
                Cell::painted("0", Paint::Dim)
            });
            let readings: [fn(&LatencySummary) -> u64; 4] = [
                |latency| latency.p50,
                |latency| latency.p99,
                |latency| latency.p999,
                |latency| latency.max,
            ];
            for reading in readings {
                let latency = row.latency_ns.as_ref().map(reading);
                cells.push(Cell::new(
                    latency
                        .map(|latency| words::duration(latency, style.charset))
                        .unwrap_or_default(),
                ));
            }
        }
        table.row(cells);
    }
    let mut lines = table.lines(style);
    lines.extend(hidden.map(|hidden| format!("  {hidden}")));
    if bounded > 0 {
        lines.push(format!(
            "  ~ may be up to {} too high",
            words::thousands(bounded)
        ));
    }
    lines
}

/// The calls that stand out, of all servers together.
fn ranked(
    context: &Context<'_>,
    heading: &'static str,
    list: fn(&StatisticsEvent) -> &Vec<RankedCall>,
    value: impl Fn(u64) -> String,
) -> Option<Vec<String>> {
    let style = context.style();
    let mut calls: Vec<_> = rows_of(context, Scope::Server)
        .into_iter()
        .flat_map(|row| list(row).iter().map(move |call| (&row.name, call)))
        .collect();
    calls.sort_by_key(|(_, call)| (Reverse(call.value), call.capture, call.frame));
    calls.truncate(RANKED);
    let mut table = Table::new([
        Column::new(heading, Fit::Whole).right(),
        Column::new("COMMAND", Fit::Cut).between(8, 24),
        Column::new("KEY PATTERN", Fit::CutMiddle).between(16, 40),
        Column::new("SERVER", Fit::CutMiddle).between(11, 24),
        Column::new("PACKET", Fit::Whole).right(),
    ]);
    for (server, call) in &calls {
        let key = call.key_pattern.as_ref();
        table.row([
            Cell::new(value(call.value)),
            Cell::new(words::shown(&call.command, style)),
            Cell::new(key.map(|key| words::shown(key, style)).unwrap_or_default()),
            Cell::new(words::shown(server, style)),
            Cell::new(call.frame.map(words::thousands).unwrap_or_default()),
        ]);
    }
    (!calls.is_empty()).then(|| table.lines(style))
}

/// How long replies are, of all servers together.
fn reply_sizes(context: &Context<'_>) -> Option<Vec<String>> {
    let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
    for row in rows_of(context, Scope::Server) {
        for class in &row.reply_sizes {
            *sizes.entry(class.up_to_bytes).or_default() += class.count;
        }
    }
    let all = sizes.values().sum();
    let mut table = Table::new([
        Column::new("REPLY SIZE", Fit::Whole),
        Column::new("REPLIES", Fit::Whole).right(),
        Column::new("SHARE", Fit::Whole).right(),
    ]);
    for (&up_to, &count) in &sizes {
        table.row([
            Cell::new(format!("up to {}", words::size(up_to))),
            Cell::new(words::thousands(count)),
            Cell::new(words::percent(count, all)),
        ]);
    }
    (!sizes.is_empty()).then(|| table.lines(context.style()))
}

/// Rows of the slowest and the biggest.
const RANKED: usize = 10;

const SECTIONS: [(Scope, &str); 7] = [
    (Scope::Server, "BY SERVER"),
    (Scope::Client, "BY CLIENT"),
    (Scope::User, "BY USER"),
    (Scope::Command, "BY COMMAND"),
    (Scope::KeyPattern, "KEY PATTERN BY BYTES"),
    (Scope::Key, "HOTTEST KEY"),
    (Scope::Time, "BY TIME"),
];
