//! Events for tests of other rooms: whole and plausible, to be changed where a test cares.

use serde_json::json;

use super::{CommandEvent, ConnectionEvent, Endpoint, Event, FindingEvent, SummaryEvent, TlsEvent};
use crate::packet::Timestamp;
use crate::redact::Printable;

/// 2026-11-24 03:30:52.565 and so many milliseconds.
pub(crate) fn at(milliseconds: u64) -> Timestamp {
    Timestamp(1_795_491_052_565_000_000 + milliseconds * 1_000_000)
}

/// An endpoint from `10.0.0.1:6379` or `[fd00::1]:6379`.
pub(crate) fn endpoint(text: &str) -> Endpoint {
    let address: std::net::SocketAddr = text.parse().expect("a socket address");
    Endpoint {
        address: address.ip().to_string(),
        port: address.port(),
    }
}

/// Any text as a printable.
pub(crate) fn text(text: &str) -> Printable {
    serde_json::from_value(json!(text)).expect("a printable")
}

/// A masked shape.
pub(crate) fn masked(shape: &str, bytes: u64) -> Printable {
    serde_json::from_value(json!({"masked": shape, "bytes": bytes})).expect("a printable")
}

/// A command without a reply: name, then its arguments; the first is the key.
pub(crate) fn command(frame: u64, client: &str, server: &str, words: &[&str]) -> CommandEvent {
    let (name, arguments) = words.split_first().expect("a command name");
    serde_json::from_value(json!({
        "time": at(frame).to_string(),
        "connection": format!("0-{frame}"),
        "community_id": "1:",
        "client": endpoint(client), "server": endpoint(server),
        "transport": "plaintext", "origin": "client", "index": 0,
        "request_time": at(frame).to_string(), "protocol": "resp2",
        "user": null, "database": 0, "client_name": null, "library": null,
        "role": "client", "command": name, "subcommand": null,
        "keys": arguments.first().map(|key| vec![key]).unwrap_or_default(),
        "arguments": arguments, "argument_count": arguments.len(), "truncated": false,
        "request_bytes": 60, "reply": null, "latency_ns": 38_400, "pairing": "exact",
        "transaction": null, "findings": 0, "capture": 0, "frame": frame,
    }))
    .expect("a command")
}

/// A finding in a request.
pub(crate) fn finding(
    id: &str,
    rule: &str,
    severity: &str,
    title: &str,
    client: &str,
    server: &str,
) -> FindingEvent {
    let category = match rule.split('.').next() {
        Some("pci") => "pci",
        Some("pii") => "pii",
        Some("tls") => "tls",
        Some("sec" | "cmd") => "secret",
        Some("hygiene") => "hygiene",
        _ => "exposure",
    };
    serde_json::from_value(json!({
        "time": at(4).to_string(), "id": id, "baseline_id": id.replace('F', "B"),
        "rule": rule, "title": title, "category": category, "severity": severity,
        "confidence": 0.8, "connection": "0-1",
        "client": endpoint(client), "server": endpoint(server),
        "transport": "plaintext", "path": "private", "direction": "request",
        "command": "HSET", "key": null, "key_pattern": null, "field": null,
        "location": null, "value_bytes": null, "masked": null, "token": null,
        "count": 1, "first_time": at(4).to_string(), "last_time": at(4).to_string(),
        "why": "", "fix": "", "references": [], "connections": 1, "capture": 0, "frame": 4,
    }))
    .expect("a finding")
}

/// A readable connection that ended with FIN.
pub(crate) fn connection(frame: u64, client: &str, server: &str) -> ConnectionEvent {
    let side = json!({
        "packets": 6, "stream_bytes": 100, "delivered_bytes": 100, "gap_bytes": 0, "gaps": 0,
        "retransmitted_bytes": 0, "out_of_order": 0, "overlap_bytes": 0,
        "overlap_conflicts": 0, "overlap_unverified": 0,
    });
    serde_json::from_value(json!({
        "time": at(frame).to_string(), "connection": format!("0-{frame}"), "community_id": "1:",
        "client": endpoint(client), "server": endpoint(server),
        "start": at(frame).to_string(), "end": at(frame + 1).to_string(),
        "duration_ns": 1_000_000, "protocol": "resp", "tls_version": null, "tls_evidence": null,
        "end_reason": "fin", "midstream": false,
        "client_to_server": side, "server_to_client": side, "bytes": 200,
        "commands": 1, "replies": 1, "errors": 0, "resyncs": 0, "skipped_bytes": 0,
        "findings": 0, "capture": 0, "frame": frame,
    }))
    .expect("a connection")
}

/// The same under TLS.
pub(crate) fn tls_connection(
    frame: u64,
    client: &str,
    server: &str,
    version: &str,
) -> ConnectionEvent {
    let mut event = connection(frame, client, server);
    event.protocol = super::ConnectionProtocol::Tls;
    event.tls_version = serde_json::from_value(json!(version)).expect("a version");
    event.tls_evidence = Some(super::TlsEvidence::Handshake);
    event.commands = 0;
    event.replies = 0;
    event
}

/// An established handshake.
pub(crate) fn tls(frame: u64, client: &str, server: &str, version: &str, suite: &str) -> TlsEvent {
    serde_json::from_value(json!({
        "time": at(frame).to_string(), "connection": format!("0-{frame}"), "community_id": "1:",
        "client": endpoint(client), "server": endpoint(server), "server_name": null,
        "alpn_offered": [], "alpn": null, "outcome": "established", "reason": null,
        "version": version, "version_id": null,
        "cipher_suite": suite, "cipher_suite_openssl": suite, "cipher_suite_id": null,
        "group": "X25519", "group_id": null, "hello_retry": false, "resumed": false,
        "alert": null,
        "client_certificate": {"requested": "inferred_no", "presented": "inferred_no", "why": ""},
        "offered": {"versions": [version], "cipher_suites": [suite], "groups": []},
        "ja3": null, "ja3s": null, "ja4": null, "certificates": [], "grade": "strong",
        "weaknesses": [], "capture": 0, "frame": frame,
    }))
    .expect("a handshake")
}

/// A summary with nothing in it but one input.
pub(crate) fn summary(name: &str) -> SummaryEvent {
    let mut accounting = serde_json::to_value(super::Accounting::default()).expect("numbers");
    accounting["payload_bytes"] = json!(353);
    serde_json::from_value(json!({
        "time": at(8).to_string(), "schema": 1, "version": "0.1.0",
        "inputs": [{"name": name, "packets": 30, "bytes": 2000,
                    "start": at(0).to_string(), "end": at(8).to_string(), "problem": null}],
        "start": at(0).to_string(), "end": at(8).to_string(), "wall_ns": 0,
        "packets": 30, "bytes": 2000, "connections": 3, "commands": 3, "replies": 3,
        "findings": {"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 0},
        "verdict": "nothing_found", "verdict_reason": "nothing at or above \"high\"",
        "coverage": super::Coverage::default(),
        "blind_spots": super::BlindSpots::default(),
        "provenance": super::Provenance {
            input_sha256: vec![Some("4cd898147900aa".to_owned())],
            ports: "any".to_owned(),
            ..super::Provenance::default()
        },
        "accounting": accounting,
    }))
    .expect("a summary")
}

macro_rules! into_event {
    ($($inner:ident $variant:ident),*) => { $(
        impl From<$inner> for Event {
            fn from(inner: $inner) -> Self {
                Self::$variant(Box::new(inner))
            }
        }
    )* }
}

into_event!(CommandEvent Command, FindingEvent Finding, ConnectionEvent Connection,
    TlsEvent Tls, SummaryEvent Summary);
