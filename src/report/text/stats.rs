//! The sections of `--stats`: one table a kind of subject, busiest first.

use super::super::layout::{Cell, Column, Fit, Table};
use super::super::style::Paint;
use super::super::words;
use super::Context;
use crate::event::{Scope, StatisticsEvent};

/// All sections that have rows.
pub(super) fn block(context: &Context<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (scope, heading) in SECTIONS {
        let mut rows: Vec<&StatisticsEvent> = context
            .seen
            .statistics
            .values()
            .filter(|statistics| statistics.scope == scope)
            .collect();
        if rows.is_empty() {
            continue;
        }
        // Time goes on by itself; everything else by weight.
        if scope != Scope::Time {
            rows.sort_by(|left, right| {
                right
                    .calls
                    .cmp(&left.calls)
                    .then_with(|| left.name.cmp(&right.name))
            });
        }
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(section(context, heading, &rows));
    }
    lines
}

fn section(context: &Context<'_>, heading: &'static str, rows: &[&StatisticsEvent]) -> Vec<String> {
    let style = context.style();
    let mut table = Table::new([
        Column::new(heading, Fit::CutMiddle).between(16, 40),
        Column::new("CALLS", Fit::Whole).right(),
        Column::new("SENT", Fit::Whole).right(),
        Column::new("RETURNED", Fit::Whole).right(),
        Column::new("ERRORS", Fit::Whole).right(),
        Column::new("P50", Fit::Whole).right(),
        Column::new("P99", Fit::Whole).right(),
        Column::new("MAX", Fit::Whole).right(),
    ]);
    let (shown, more) = context.rows(rows.len());
    let mut bounded = 0;
    for row in rows.iter().take(shown) {
        let errors: u64 = row.errors.values().sum();
        let latency = |pick: fn(&crate::event::LatencySummary) -> u64| {
            row.latency_ns
                .as_ref()
                .map(|latency| words::duration(pick(latency), style.charset))
                .unwrap_or_default()
        };
        bounded = bounded.max(row.error_bound);
        let about = if row.error_bound > 0 { "~" } else { "" };
        table.row([
            Cell::new(words::shown(&row.name, style)),
            Cell::new(format!("{about}{}", words::thousands(row.calls))),
            Cell::new(words::size(row.request_bytes)),
            Cell::new(words::size(row.reply_bytes)),
            if errors > 0 {
                Cell::painted(words::thousands(errors), Paint::Warn)
            } else {
                Cell::painted("0", Paint::Dim)
            },
            Cell::new(latency(|latency| latency.p50)),
            Cell::new(latency(|latency| latency.p99)),
            Cell::new(latency(|latency| latency.max)),
        ]);
    }
    let mut lines = table.lines(style);
    lines.extend(more.map(|more| format!("  {more}")));
    if bounded > 0 {
        lines.push(format!(
            "  ~ may be up to {} too high",
            words::thousands(bounded)
        ));
    }
    lines
}

const SECTIONS: [(Scope, &str); 7] = [
    (Scope::Server, "BY SERVER"),
    (Scope::Client, "BY CLIENT"),
    (Scope::User, "BY USER"),
    (Scope::Command, "BY COMMAND"),
    (Scope::KeyPattern, "BY KEY PATTERN"),
    (Scope::Key, "HOTTEST KEY"),
    (Scope::Time, "BY TIME"),
];
