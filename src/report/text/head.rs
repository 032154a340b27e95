//! The header, SERVERS and STILL READABLE: what was read, who serves, and who can be read.

use std::collections::{BTreeMap, BTreeSet};

use super::super::escape::width;
use super::super::layout::{Cell, Column, Fit, Table, WIDTH, spread};
use super::super::style::{Colour, Glyph, Paint, Style};
use super::super::words;
use super::collect::{CertState, TlsSeen};
use super::{Context, Mode};
use crate::event::{
    Endpoint, InputSummary, PlainClient, Role, ServerCoverage, Status, SummaryEvent, TlsVersion,
};

/// The first lines: version, inputs, and how much anyone can read.
pub(super) fn header(context: &Context<'_>) -> Vec<String> {
    let Some(summary) = &context.seen.summary else {
        return vec!["resp-sniff: the run ended before its summary".to_owned()];
    };
    let dot = context.dot();
    let mut left = format!(
        "resp-sniff {}",
        words::safe(&summary.version, context.style())
    );
    if summary.provenance.policy_sha256.is_some() {
        left.push_str(&dot);
        left.push_str("under a policy");
    }
    if let [Some(digest)] = summary.provenance.input_sha256.as_slice() {
        left.push_str(&dot);
        left.push_str("sha256 ");
        left.push_str(digest.get(..12).unwrap_or(digest));
    }
    if let Some(host) = &summary.provenance.host {
        left.push_str(&dot);
        left.push_str(&words::safe(host, context.style()));
    }
    let right = format!("values {}{dot}times in UTC", context.options.values);
    let mut lines = vec![
        spread(&left, &right, context.glyph(Glyph::Ellipsis)),
        context.rule(),
    ];
    lines.extend(inputs(context, summary));
    lines.extend(readable(context, summary));
    lines
}

fn inputs(context: &Context<'_>, summary: &SummaryEvent) -> Vec<String> {
    let style = context.style();
    let when = summary.start.map_or_else(String::new, |start| {
        let lasted = summary.end.unwrap_or(start).since(start);
        // Milliseconds matter only where there are few of them.
        let began = if lasted < 1_000_000_000 {
            words::date_time(start)
        } else {
            words::date_second(start)
        };
        format!("{began}, {}", words::duration(lasted, style.charset))
    });
    let name = match summary.inputs.as_slice() {
        [] => "no input".to_owned(),
        [one] if context.options.mode == Mode::Live => {
            format!("live on {}", words::safe(&one.name, style))
        }
        [one] => words::safe(file_name(&one.name), style),
        many if context.options.mode == Mode::Live => {
            let names: Vec<_> = many
                .iter()
                .map(|input| words::safe(&input.name, style))
                .collect();
            format!("live on {}", words::listed(&names, 3))
        }
        many => words::count(many.len() as u64, "input"),
    };
    let row = |said: &str, style: Style, fit| {
        let mut table = Table::new([
            Column::new("", fit).between(16, 30),
            Column::new("", Fit::Whole),
            Column::new("", Fit::Whole),
            Column::new("", Fit::Whole),
            Column::new("", Fit::Whole),
        ]);
        table.row([
            Cell::painted(name.as_str(), Paint::Strong),
            Cell::new(when.as_str()),
            Cell::new(words::count(summary.packets, "packet")),
            Cell::new(words::count(summary.connections, "connection")),
            Cell::new(said),
        ]);
        table.lines(style)
    };
    let plain = Style {
        colour: Colour::Never,
        ..style
    };
    let commands = words::count(summary.commands, "command");
    let replies = words::count_of(summary.replies, "reply", "replies");
    let mut said = format!("{commands}, {replies}");
    // Where room is short the replies go: nearly every command has one.
    if row(&said, plain, Fit::Whole)
        .iter()
        .any(|line| width(line) > WIDTH)
    {
        said = commands;
    }
    let mut lines = row(&said, style, Fit::CutMiddle);
    if summary.inputs.len() > 1 {
        let (shown, more) = context.rows(summary.inputs.len());
        let mut table = Table::new([
            Column::new("", Fit::CutMiddle).between(16, 44),
            Column::new("", Fit::Whole),
            Column::new("", Fit::Whole).right(),
        ])
        .indented(2);
        for input in summary.inputs.iter().take(shown) {
            table.row([
                Cell::new(words::safe(file_name(&input.name), style)),
                Cell::new(input.start.map(words::date_time).unwrap_or_default()),
                Cell::new(words::count(input.packets, "packet")),
            ]);
        }
        lines.extend(table.lines(style));
        lines.extend(more.map(|more| format!("  {more}")));
    }
    for InputSummary { name, problem, .. } in &summary.inputs {
        if let Some(problem) = problem {
            lines.push(format!(
                "{}: {}",
                style.paint(Paint::Bad, &words::safe(file_name(name), style)),
                words::safe(problem, style)
            ));
        }
    }
    lines
}

/// The last part of a path: what a reader knows a capture by.
fn file_name(path: &str) -> &str {
    path.rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or(path)
}

fn readable(context: &Context<'_>, summary: &SummaryEvent) -> Vec<String> {
    let coverage = &summary.coverage;
    let connections =
        coverage.plaintext.connections + coverage.tls.connections + coverage.unknown.connections;
    if connections == 0 {
        return Vec::new();
    }
    if coverage.plaintext.connections == 0 {
        return vec!["Readable by anyone on the path:  nothing that was seen".to_owned()];
    }
    let bytes = coverage.plaintext.bytes + coverage.tls.bytes + coverage.unknown.bytes;
    let clients = coverage.clients.max(coverage.plaintext.clients);
    let text = format!(
        "Readable by anyone on the path:  {} of {}{dot}{} of {}{dot}{} of the bytes",
        words::thousands(coverage.plaintext.clients),
        words::count_of(clients, "client", "clients"),
        words::thousands(coverage.plaintext.connections),
        words::count(connections, "connection"),
        words::percent(coverage.plaintext.bytes, bytes),
        dot = context.dot(),
    );
    vec![context.style().paint(Paint::Strong, &text).to_string()]
}

/// SERVERS: one row an endpoint, worst first.
pub(super) fn servers(context: &Context<'_>) -> Vec<String> {
    let Some(summary) = &context.seen.summary else {
        return Vec::new();
    };
    let servers = ordered(&summary.coverage.servers);
    if servers.is_empty() {
        return Vec::new();
    }
    let any_tls =
        !context.seen.tls.is_empty() || servers.iter().any(|server| server.tls.connections > 0);
    let named = servers.iter().any(|server| server.name.is_some());
    let style = context.style();
    let mut columns = Vec::new();
    if named {
        columns.push(Column::new("SERVERS", Fit::Cut).between(8, 16));
    }
    columns.extend([
        Column::new(if named { "" } else { "SERVERS" }, Fit::CutMiddle).between(17, 34),
        Column::new("READABLE", Fit::Cut).between(9, 24),
        Column::new("ENCRYPTED", Fit::Wrap).between(12, 44),
    ]);
    if any_tls {
        columns.push(Column::new("CLIENT CERT", Fit::Cut).between(11, 22));
    } else {
        columns.push(Column::new("CLIENTS", Fit::Cut).between(9, 24));
    }
    columns.push(Column::new("LOGIN", Fit::Cut).between(5, 14));
    let mut table = Table::new(columns);
    let (shown, more) = context.rows(servers.len());
    let mut footnotes = BTreeSet::new();
    let name = |server: &Endpoint| context.endpoint(server);
    let called = context.brief(servers.iter().map(|server| &server.server), name);
    for server in servers.iter().take(shown) {
        let seen = context.seen.tls.get(&server.server);
        // The column has more room, where the name alone does not lie.
        let by_name = context.endpoint(&server.server);
        let by_address = words::safe(&server.server.to_string(), style);
        let is_alike = called.get(&server.server) == Some(&by_address);
        let mut cells = Vec::new();
        if named {
            cells.push(Cell::new(words::safe(
                server.name.as_deref().unwrap_or_default(),
                style,
            )));
        }
        cells.push(Cell::new(if is_alike { by_address } else { by_name }));
        cells.push(readable_cell(context, server));
        cells.push(encrypted_cell(context, server, seen, &mut footnotes));
        if any_tls {
            cells.push(certificate_cell(context, seen, &mut footnotes));
        } else {
            cells.push(Cell::new(clients(context, server)));
        }
        cells.push(login_cell(context, &server.server));
        table.row(cells);
        if let Some(note) = path_note(server) {
            table.note(2, Cell::painted(note, Paint::Dim));
        }
    }
    let mut lines = table.lines(style);
    lines.extend(more.map(|more| format!("  {more}")));
    let notes: Vec<_> = footnotes.into_iter().collect();
    if !notes.is_empty() {
        let text = notes.join("   ");
        lines.push(format!("  {}", style.paint(Paint::Dim, &text)));
    }
    lines
}

/// Servers of one name (or host) together, the most readable first.
fn ordered(servers: &[ServerCoverage]) -> Vec<&ServerCoverage> {
    let group = |server: &ServerCoverage| {
        server
            .name
            .clone()
            .unwrap_or_else(|| server.server.address.clone())
    };
    let mut worst: BTreeMap<String, u64> = BTreeMap::new();
    for server in servers {
        let most = worst.entry(group(server)).or_default();
        *most = (*most).max(server.plaintext.connections);
    }
    let mut ordered: Vec<_> = servers.iter().collect();
    ordered.sort_by_cached_key(|server| {
        let group = group(server);
        (
            std::cmp::Reverse(worst.get(&group).copied().unwrap_or(0)),
            group,
            std::cmp::Reverse(server.plaintext.connections),
            server.server.clone(),
        )
    });
    ordered
}

fn readable_cell(context: &Context<'_>, server: &ServerCoverage) -> Cell {
    let connections = server.plaintext.connections;
    if connections == 0 {
        return Cell::painted(context.glyph(Glyph::Nothing), Paint::Dim);
    }
    let mut text = words::count(connections, "connection");
    match server.reset_connections {
        0 => {}
        resets if resets >= connections => {
            text = format!("{}, reset", words::thousands(connections));
        }
        resets => text = format!("{text}, {} reset", words::thousands(resets)),
    }
    Cell::painted(text, Paint::Bad)
}

fn encrypted_cell(
    context: &Context<'_>,
    server: &ServerCoverage,
    seen: Option<&TlsSeen>,
    footnotes: &mut BTreeSet<String>,
) -> Cell {
    let nothing = || {
        if server.plaintext.connections > 0 {
            Cell::painted("none seen", Paint::Dim)
        } else {
            Cell::painted(context.glyph(Glyph::Nothing), Paint::Dim)
        }
    };
    // Connections by version; the suites are those of the handshakes that were seen.
    let mut by_version: BTreeMap<Option<TlsVersion>, (u64, BTreeSet<&str>)> = BTreeMap::new();
    let mut handshakes: BTreeMap<Option<TlsVersion>, u64> = BTreeMap::new();
    for ((version, suite), count) in seen.iter().flat_map(|seen| &seen.established) {
        *handshakes.entry(*version).or_default() += count;
        let entry = by_version.entry(*version).or_default();
        if !suite.is_empty() {
            entry.1.insert(suite);
        }
    }
    for version in [
        None,
        Some(TlsVersion::Ssl2),
        Some(TlsVersion::Ssl3),
        Some(TlsVersion::Tls10),
        Some(TlsVersion::Tls11),
        Some(TlsVersion::Tls12),
        Some(TlsVersion::Tls13),
    ] {
        let name = version.map_or("unknown", TlsVersion::name);
        let count = server.tls_versions.get(name).copied().unwrap_or(0);
        let shaken = handshakes.get(&version).copied().unwrap_or(0);
        if count.max(shaken) > 0 {
            by_version.entry(version).or_default().0 = count.max(shaken);
        }
        if count > shaken && version.is_none() {
            footnotes.insert("? neither handshake nor records tell the version".to_owned());
        }
    }
    let mut parts = Vec::new();
    let mut worst = TlsVersion::Tls13;
    for (version, (count, suites)) in by_version.iter().rev() {
        let Some(version) = version else {
            parts.push(format!("{} ?", words::thousands(*count)));
            continue;
        };
        worst = worst.min(*version);
        let suite = match suites.iter().collect::<Vec<_>>().as_slice() {
            [one] => format!(" {}", words::safe(one, context.style())),
            [] => String::new(),
            many => format!(" {} suites", many.len()),
        };
        parts.push(format!(
            "{} {}{suite}",
            words::thousands(*count),
            words::version(*version)
        ));
    }
    if let Some(seen) = seen.filter(|seen| seen.refused > 0) {
        parts.push(format!("{} refused", words::thousands(seen.refused)));
    }
    if let Some(seen) = seen.filter(|seen| seen.unanswered > 0) {
        parts.push(format!(
            "{} began TLS, no answer",
            words::thousands(seen.unanswered)
        ));
    }
    if parts.is_empty() {
        return nothing();
    }
    let paint = if worst < TlsVersion::Tls12 {
        Paint::Bad
    } else {
        Paint::None
    };
    Cell::painted(parts.join(", "), paint)
}

fn certificate_cell(
    context: &Context<'_>,
    seen: Option<&TlsSeen>,
    footnotes: &mut BTreeSet<String>,
) -> Cell {
    let certificates = seen.map(|seen| &seen.certificates);
    let Some(certificates) = certificates.filter(|certificates| !certificates.is_empty()) else {
        return Cell::painted(context.glyph(Glyph::Nothing), Paint::Dim);
    };
    let mut states: BTreeMap<CertState, u64> = BTreeMap::new();
    let (mut inferred, mut inherited) = (false, false);
    for (certificate, count) in certificates {
        *states.entry(certificate.state).or_default() += count;
        inferred |= certificate.inferred;
        inherited |= certificate.inherited;
    }
    let word = |state: CertState| match state {
        CertState::NotAsked => "not asked",
        CertState::NotShown => "asked, not shown",
        CertState::Presented => "presented",
        CertState::Unknown => "cannot be seen",
    };
    let mut parts: Vec<String> = match states.iter().collect::<Vec<_>>().as_slice() {
        [(state, _)] => vec![word(**state).to_owned()],
        many => many
            .iter()
            .map(|(state, count)| format!("{count} {}", word(**state)))
            .collect(),
    };
    if inferred || inherited {
        if inferred {
            footnotes.insert("~ from record lengths".to_owned());
        }
        if inherited {
            footnotes.insert("~ resumed: from the full handshake before".to_owned());
        }
        if let Some(last) = parts.last_mut() {
            last.push_str(" ~");
        }
    }
    Cell::new(parts.join(", "))
}

fn login_cell(context: &Context<'_>, server: &Endpoint) -> Cell {
    let status = context
        .seen
        .checks
        .iter()
        .find(|check| check.id == "auth" && check.server == *server)
        .map(|check| check.status);
    match status {
        Some(Status::Fail | Status::InferredFail) => Cell::painted("not asked for", Paint::Bad),
        Some(Status::Pass) => Cell::painted("required", Paint::Good),
        Some(Status::InferredPass) => Cell::new("used"),
        _ => Cell::painted(context.glyph(Glyph::Nothing), Paint::Dim),
    }
}

/// The only client, or how many there are.
fn clients(context: &Context<'_>, server: &ServerCoverage) -> String {
    match server.plain_clients.as_slice() {
        [one] => context.address(&one.address),
        _ => words::count(server.plaintext.clients, "client"),
    }
}

/// What kind of way the bytes took, where that changes the picture.
fn path_note(server: &ServerCoverage) -> Option<&'static str> {
    let own = &server.server.address;
    let all = server.plain_clients.len() as u64 == server.plaintext.clients;
    (server.plaintext.clients > 0
        && all
        && server
            .plain_clients
            .iter()
            .all(|client| client.address == *own))
    .then_some("client and server are the same host: these bytes crossed no cable")
}

/// STILL READABLE: the migration list.
pub(super) fn still_readable(context: &Context<'_>) -> Vec<String> {
    let Some(summary) = &context.seen.summary else {
        return Vec::new();
    };
    let mut rows: Vec<(&ServerCoverage, &PlainClient)> = summary
        .coverage
        .servers
        .iter()
        .flat_map(|server| {
            server
                .plain_clients
                .iter()
                .map(move |client| (server, client))
        })
        .collect();
    let beyond: u64 = summary
        .coverage
        .servers
        .iter()
        .map(|server| {
            server
                .plaintext
                .clients
                .saturating_sub(server.plain_clients.len() as u64)
        })
        .sum();
    // One client without TLS anywhere: SERVERS has said it all.
    if rows.is_empty() || (rows.len() == 1 && summary.coverage.tls.connections == 0) {
        return Vec::new();
    }
    rows.sort_by_cached_key(|(server, client)| {
        (
            client.tolerated,
            client.role != Role::Replica,
            std::cmp::Reverse(client.commands),
            server.server.clone(),
            client.address.clone(),
        )
    });
    let style = context.style();
    let mut table = Table::new([
        Column::new("STILL READABLE", Fit::CutMiddle).between(15, 24),
        Column::new("", Fit::CutMiddle).between(15, 26),
        Column::new("USER", Fit::Cut).between(7, 16),
        Column::new("CLIENT", Fit::Cut).between(8, 26),
        Column::new("COMMANDS", Fit::Whole).right(),
        Column::new("WHAT IT GAVE AWAY", Fit::Cut).between(17, 40),
    ]);
    let arrow = context.glyph(Glyph::Arrow);
    let (shown, more) = context.rows(rows.len());
    for (server, client) in rows.iter().take(shown) {
        let user = match &client.user {
            Some(user) if client.other_users > 0 => {
                format!("{} +{}", words::shown(user, style), client.other_users)
            }
            Some(user) => words::shown(user, style),
            None => "?".to_owned(),
        };
        let gave = gave_away(context, server, client);
        let paint = if client.tolerated {
            Paint::Dim
        } else {
            Paint::None
        };
        table.row([
            Cell::painted(context.address(&client.address), paint),
            Cell::painted(format!("{arrow} {}", context.server(&server.server)), paint),
            Cell::painted(user, paint),
            Cell::painted(client_words(context, client), paint),
            Cell::painted(
                if client.commands == 0 {
                    context.glyph(Glyph::Nothing).to_owned()
                } else {
                    words::thousands(client.commands)
                },
                paint,
            ),
            Cell::painted(gave, paint),
        ]);
    }
    let mut lines = table.lines(style);
    lines.extend(more.map(|more| format!("  {more}")));
    if beyond > 0 {
        lines.push(format!(
            "  {} more are not named",
            words::count(beyond, "client")
        ));
    }
    lines
}

fn client_words(context: &Context<'_>, client: &PlainClient) -> String {
    let style = context.style();
    let mut parts = Vec::new();
    match client.role {
        Role::Replica => parts.push("replica".to_owned()),
        Role::Sentinel => parts.push("sentinel".to_owned()),
        Role::Monitor => parts.push("monitor".to_owned()),
        Role::Client | Role::Subscriber if client.cluster_bus => {
            parts.push("node, cluster bus".to_owned());
        }
        Role::Client | Role::Subscriber => {}
    }
    if let Some(name) = &client.client_name {
        parts.push(words::shown(name, style));
    }
    if let Some(library) = &client.library {
        let words: Vec<_> = [&library.name, &library.version]
            .into_iter()
            .flatten()
            .map(|word| words::shown(word, style))
            .collect();
        parts.push(words.join(" "));
    }
    if client.also_tls {
        parts.push("also TLS".to_owned());
    }
    if parts.is_empty() {
        return "unknown".to_owned();
    }
    parts.join(", ")
}

fn gave_away(context: &Context<'_>, server: &ServerCoverage, client: &PlainClient) -> String {
    let from_findings = context
        .seen
        .findings
        .values()
        .filter(|finding| {
            finding.server == server.server && finding.client.address == client.address
        })
        .map(|finding| finding.rule.as_str());
    let mut said = Vec::new();
    for rule in client
        .gave_away
        .iter()
        .map(String::as_str)
        .chain(from_findings)
    {
        if let Some(word) = words::gave_away(rule)
            && !said.contains(&word)
        {
            said.push(word);
        }
    }
    said.sort_by_key(|word| words::weight(word));
    if client.tolerated {
        said.insert(0, "tolerated:");
    }
    if said.is_empty() {
        return context.glyph(Glyph::Nothing).to_owned();
    }
    said.join(", ").replace(":, ", ": ")
}
