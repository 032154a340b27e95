//! MEND: what to do, in this order.

use std::collections::{BTreeMap, BTreeSet};

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
    let groups = groups(steps);
    let servers: BTreeSet<_> = steps
        .iter()
        .filter_map(|step| step.server.as_ref())
        .collect();
    let several = servers.len() > 1;
    let shown_ids = super::findings::shown_ids(context);
    let mut columns = vec![Column::new("", Fit::Whole).right()];
    if several {
        columns.push(Column::new("", Fit::CutMiddle).between(8, 22));
    }
    columns.extend([
        Column::new("", Fit::Wrap).between(8, 15),
        Column::new("", Fit::Wrap).between(30, 74),
        Column::new("ends", Fit::Wrap).between(8, 20),
    ]);
    let mut table = Table::new(columns);
    let (shown, more) = context.rows(groups.len());
    for (number, group) in groups.iter().take(shown).enumerate() {
        let Some(step) = group.first() else { continue };
        let mut cells = vec![Cell::painted((number + 1).to_string(), Paint::Strong)];
        if several {
            cells.push(Cell::new(match (&step.server, group.len()) {
                (None, _) => "all".to_owned(),
                (Some(server), 1) => context.server(server),
                (Some(_), many) => words::count(many as u64, "server"),
            }));
        }
        let mut action = safe_action(context, step);
        if group.len() > 1 {
            let servers: Vec<_> = group
                .iter()
                .filter_map(|step| step.server.as_ref())
                .map(|server| context.server(server))
                .collect();
            action = if group.iter().all(|other| is_same(step, other)) {
                format!("{action}\non: {}", words::listed(&servers, 3))
            } else {
                let first = servers.first().cloned().unwrap_or_default();
                let rest = words::listed(servers.get(1..).unwrap_or_default(), 2);
                format!("{first}: {action}\nlikewise: {rest}")
            };
        }
        cells.extend([
            Cell::new(words::safe(&step.subject, style)),
            Cell::new(action),
            Cell::new(words::safe(&ends(group, &shown_ids), style)),
        ]);
        table.row(cells);
    }
    let mut block = table.lines_under("MEND, in this order", "", style);
    block.extend(more.map(|more| format!("   {more}")));
    block
}

/// Steps in their order; where one is the same on many servers they are one.
fn groups(steps: &[MendStep]) -> Vec<Vec<&MendStep>> {
    let mut groups: Vec<Vec<&MendStep>> = Vec::new();
    for step in steps {
        match groups.last_mut() {
            Some(group)
                if group
                    .last()
                    .is_some_and(|last| last.subject == step.subject) =>
            {
                group.push(step);
            }
            _ => groups.push(vec![step]),
        }
    }
    groups
        .into_iter()
        .flat_map(|group| {
            let same = group
                .windows(2)
                .all(|pair| matches!(pair, [one, other] if is_same(one, other)));
            if same || group.len() > MAX_ALIKE {
                vec![group]
            } else {
                group.into_iter().map(|step| vec![step]).collect()
            }
        })
        .collect()
}

/// The same step but for its server and the findings that it ends.
fn is_same(one: &MendStep, other: &MendStep) -> bool {
    (&one.action, &one.first, &one.cuts_off) == (&other.action, &other.first, &other.cuts_off)
}

/// The action, with what must be so before and whom it cuts off on lines of their own.
fn safe_action(context: &Context<'_>, step: &MendStep) -> String {
    let style = context.style();
    let mut text = words::safe(&step.action, style);
    for (label, what) in [("first", &step.first), ("cuts off", &step.cuts_off)] {
        if let Some(what) = what {
            text = format!("{text}\n{label}: {}", words::safe(what, style));
        }
    }
    text
}

/// The ids as they stand in FINDINGS, each once; a count where they are many.
fn ends(group: &[&MendStep], shown_ids: &BTreeMap<&str, &str>) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for id in group.iter().flat_map(|step| &step.ends) {
        let shown = shown_ids.get(id.as_str()).copied().unwrap_or(id);
        if !ids.contains(&shown) {
            ids.push(shown);
        }
        if ids.len() > MAX_COUNTED {
            break;
        }
    }
    if ids.len() > MAX_COUNTED {
        return format!("over {MAX_COUNTED} findings");
    }
    if ids.len() > MAX_IDS {
        return words::count(ids.len() as u64, "finding");
    }
    ids.join(" ")
}

/// Servers that get a step of the same kind each; of more, one stands for all.
const MAX_ALIKE: usize = 3;
/// Findings that a step counts exactly.
const MAX_COUNTED: usize = 1000;
/// Ids that a step names before it counts them.
const MAX_IDS: usize = 6;
