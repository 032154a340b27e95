//! BLIND SPOTS, and the verdict: the two that are never left out.

use super::super::layout::{WIDTH, spread, wrap};
use super::super::style::{Glyph, Paint};
use super::super::words;
use super::{Context, Mode};
use crate::event::{Severity, SummaryEvent, Verdict};

/// What was not seen, not read, and not here.
pub(super) fn block(context: &Context<'_>) -> Vec<String> {
    let Some(summary) = &context.seen.summary else {
        return Vec::new();
    };
    let mut lines = vec![context.heading("BLIND SPOTS")];
    for (label, text) in [
        ("Lost", lost(context, summary)),
        ("Unread", unread(context, summary)),
        ("Not here", not_here(context, summary)),
    ] {
        let mut label = label;
        for part in wrap(&text, WIDTH - LABEL) {
            lines.push(format!("{label:<LABEL$}{part}"));
            label = "";
        }
    }
    lines
}

fn lost(context: &Context<'_>, summary: &SummaryEvent) -> String {
    let blind = &summary.blind_spots;
    let accounting = &summary.accounting;
    let payload = accounting.payload_bytes.saturating_add(blind.gap_bytes);
    let mut parts = vec![format!(
        "{} of {} payload bytes",
        words::thousands(blind.gap_bytes),
        words::thousands(payload)
    )];
    let mut add = |number: u64, text: String| {
        if number > 0 {
            parts.push(text);
        }
    };
    add(
        blind.evicted_flows,
        format!(
            "{} dropped to keep within memory",
            words::count(blind.evicted_flows, "connection")
        ),
    );
    add(
        blind.truncated_packets,
        format!(
            "{} cut by the snap length",
            words::count(blind.truncated_packets, "packet")
        ),
    );
    add(
        accounting.packets_queue_dropped,
        format!(
            "{} dropped because we were too slow",
            words::count(accounting.packets_queue_dropped, "packet")
        ),
    );
    add(
        accounting.packets_malformed + accounting.packets_unsupported,
        format!(
            "{} that could not be decoded",
            words::count(
                accounting.packets_malformed + accounting.packets_unsupported,
                "packet"
            )
        ),
    );
    for (name, times) in &blind.limits {
        add(
            *times,
            format!(
                "limit {} reached {}",
                words::safe(&name.replace('_', " "), context.style()),
                words::count(*times, "time")
            ),
        );
    }
    let kernel = match (blind.kernel_drops, blind.interface_drops) {
        (Some(kernel), interface) => format!(
            "The kernel dropped {}, the interface {}",
            words::count(kernel, "packet"),
            interface.map_or_else(|| "does not tell".to_owned(), words::thousands)
        ),
        (None, _) if context.options.mode == Mode::Live => {
            "Kernel drops: the source does not tell".to_owned()
        }
        (None, _) => "Kernel drops: not recorded in the capture".to_owned(),
    };
    format!("{}. {kernel}", parts.join(&context.dot()))
}

fn unread(context: &Context<'_>, summary: &SummaryEvent) -> String {
    let blind = &summary.blind_spots;
    let mut parts = Vec::new();
    let mut add = |number: u64, text: String| {
        if number > 0 {
            parts.push(text);
        }
    };
    let bytes = if blind.encrypted_bytes > 0 {
        format!(", {}", words::size(blind.encrypted_bytes))
    } else {
        String::new()
    };
    add(
        blind.encrypted_connections,
        format!(
            "{}{bytes}, without keys",
            words::count(blind.encrypted_connections, "TLS connection")
        ),
    );
    add(
        blind.midstream_connections,
        format!(
            "{} began earlier",
            words::count(blind.midstream_connections, "connection")
        ),
    );
    add(
        blind.undecodable_connections,
        format!(
            "{} neither RESP nor TLS",
            words::count(blind.undecodable_connections, "connection")
        ),
    );
    add(
        blind.unscanned_value_bytes,
        format!(
            "{} of values not searched",
            words::size(blind.unscanned_value_bytes)
        ),
    );
    add(
        blind.opaque_value_bytes,
        format!(
            "{} of values compressed or encrypted",
            words::size(blind.opaque_value_bytes)
        ),
    );
    add(
        blind.resyncs,
        format!("lost step {}", words::count(blind.resyncs, "time")),
    );
    if let Some(ports) = &blind.watched_ports {
        parts.push(format!(
            "ports other than {}",
            words::safe(&ports.replace(',', ", "), context.style())
        ));
    }
    if parts.is_empty() {
        return if summary.connections == 0 {
            "there was nothing to read".to_owned()
        } else {
            "nothing: every port and every value was looked at".to_owned()
        };
    }
    parts.join(&context.dot())
}

fn not_here(context: &Context<'_>, summary: &SummaryEvent) -> String {
    let span = match (summary.start, summary.end) {
        (Some(start), Some(end)) => format!(
            "; anything before or after these {}",
            words::duration(end.since(start), context.style().charset)
        ),
        _ => String::new(),
    };
    let suppressed: u64 = summary.provenance.suppressed.values().sum();
    let suppressed = if suppressed > 0 {
        format!(
            "; {} known from the baseline or allowed by the policy",
            words::count(suppressed, "finding")
        )
    } else {
        String::new()
    };
    format!("clients on a unix socket{span}{suppressed}")
}

/// The last line: the word, the counts, the exit status and its reason.
pub(super) fn verdict(context: &Context<'_>, exit_status: u8) -> Vec<String> {
    let mut lines = vec![context.rule()];
    let Some(summary) = &context.seen.summary else {
        lines.push(format!("CANNOT TELL   no summary   exit {exit_status}"));
        return lines;
    };
    let (word, paint) = match summary.verdict {
        Verdict::Leaking => ("LEAKING", Paint::Bad),
        Verdict::NothingFound => ("NOTHING FOUND", Paint::Good),
        Verdict::Inconclusive => ("CANNOT TELL", Paint::Warn),
    };
    // Rows are counted, not ids: what went there and back is one cause.
    let causes = if context.seen.findings_beyond == 0 && !context.seen.findings.is_empty() {
        super::findings::counts(context)
    } else {
        summary.findings
    };
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| (severity, causes.of(severity)))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{} {}", words::thousands(count), severity.name()))
        .collect();
    let left = if counts.is_empty() {
        word.to_owned()
    } else {
        format!("{word}   {}", counts.join(&context.dot()))
    };
    let reason = words::safe(&summary.verdict_reason, context.style());
    let right = format!("exit {exit_status}: {reason}");
    let fits =
        super::super::escape::width(&left) + 2 + super::super::escape::width(&right) <= WIDTH;
    let mut paint_word = |line: String| {
        let painted = context.style().paint(paint, word).to_string();
        lines.push(line.replacen(word, &painted, 1));
    };
    if fits {
        paint_word(spread(&left, &right, context.glyph(Glyph::Ellipsis)));
    } else {
        // The verdict stays the last line; a long reason goes above it.
        let wrapped = wrap(&reason, WIDTH);
        paint_word(spread(
            &left,
            &format!("exit {exit_status}"),
            context.glyph(Glyph::Ellipsis),
        ));
        let last = lines.pop();
        lines.extend(wrapped);
        lines.extend(last);
    }
    lines
}

/// Columns of the labels.
const LABEL: usize = 10;
