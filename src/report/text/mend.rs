//! MEND: what to do, in this order.

use std::collections::BTreeSet;

use super::super::layout::{Cell, Column, Fit, Table};
use super::super::style::Paint;
use super::super::words;
use super::Context;
use crate::event::MendStep;

/// The block.
pub(super) fn block(context: &Context<'_>) -> Vec<String> {
    let steps = context
        .seen
        .summary
        .as_ref()
        .map(|summary| summary.mend.as_slice())
        .unwrap_or_default();
    if steps.is_empty() {
        return Vec::new();
    }
    let style = context.style();
    let servers: BTreeSet<_> = steps
        .iter()
        .filter_map(|step| step.server.as_ref())
        .collect();
    let several = servers.len() > 1;
    let mut columns = vec![Column::new("", Fit::Whole).right()];
    if several {
        columns.push(Column::new("", Fit::CutMiddle).between(8, 22));
    }
    columns.extend([
        Column::new("", Fit::Wrap).between(8, 15),
        Column::new("", Fit::Wrap).between(30, 70),
        Column::new("ends", Fit::Wrap).between(8, 22),
    ]);
    let mut table = Table::new(columns);
    let (shown, more) = context.rows(steps.len());
    for (number, step) in steps.iter().take(shown).enumerate() {
        let mut cells = vec![Cell::painted((number + 1).to_string(), Paint::Strong)];
        if several {
            cells.push(Cell::new(
                step.server
                    .as_ref()
                    .map_or_else(|| "all".to_owned(), |server| context.server(server)),
            ));
        }
        cells.extend([
            Cell::new(words::safe(&step.subject, style)),
            Cell::new(words::safe(&action(step), style)),
            Cell::new(ends(step)),
        ]);
        table.row(cells);
    }
    let mut lines = table.lines(style).into_iter();
    let heading = "MEND, in this order";
    let mut block = Vec::new();
    // `ends` stands at the right end of the heading.
    if let Some(first) = lines.next() {
        let column = first.find("ends").map_or(0, |at| {
            super::super::escape::width(first.get(..at).unwrap_or_default())
        });
        let column = column.saturating_sub(if first.contains('\x1b') { 4 } else { 0 });
        let pad = column.saturating_sub(heading.len());
        block.push(format!(
            "{}{:pad$}{}",
            style.paint(Paint::Strong, heading),
            "",
            style.paint(Paint::Dim, "ends")
        ));
    }
    block.extend(lines);
    block.extend(more.map(|more| format!("   {more}")));
    block
}

/// The action, with what must be so before and whom it cuts off.
fn action(step: &MendStep) -> String {
    let mut text = step.action.clone();
    if let Some(first) = &step.first {
        text.push_str("; first: ");
        text.push_str(first);
    }
    if let Some(cut) = &step.cuts_off {
        text.push_str("; cuts off: ");
        text.push_str(cut);
    }
    text
}

fn ends(step: &MendStep) -> String {
    if step.ends.len() > MAX_IDS {
        return words::count(step.ends.len() as u64, "finding");
    }
    step.ends.join(" ")
}

/// Ids that a step names before it counts them.
const MAX_IDS: usize = 6;
