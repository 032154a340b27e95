//! `finding` events.

use serde::{Deserialize, Serialize, Serializer};

use super::{Endpoint, Transport};
use crate::packet::Timestamp;
use crate::redact::Printable;

/// Something sensitive was seen in the clear, or a policy is broken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingEvent {
    /// Capture time of the packet that completed the (latest) occurrence.
    pub time: Timestamp,
    /// `F-09aa`: rule, server, command, direction, key pattern and field.
    pub id: String,
    /// The same without the server, with personal spans of the pattern replaced: what baselines store.
    pub baseline_id: String,
    /// Rule id: `pci.pan`.
    pub rule: String,
    /// One line for people: `Payment card number`.
    pub title: String,
    /// What kind of trouble.
    pub category: Category,
    /// How bad.
    pub severity: Severity,
    /// 0 to 1; in text: certain from 0.95, high from 0.75, else suspected. Written to hundredths:
    /// sums of such figures are not exact.
    #[serde(serialize_with = "hundredths")]
    pub confidence: f32,
    /// Connection of the example.
    pub connection: String,
    /// Client of the example.
    pub client: Endpoint,
    /// Server.
    pub server: Endpoint,
    /// How the bytes could be read.
    pub transport: Transport,
    /// Where the bytes travelled; `public` raises the severity by one level.
    pub path: Path,
    /// Which way the value went.
    pub direction: FindingDirection,
    /// Command, with its subcommand: `CONFIG GET`; null where there is none.
    pub command: Option<Printable>,
    /// The key of the example; null where there is none.
    pub key: Option<Printable>,
    /// The key with its variable parts replaced: `user:{n}:secret`.
    pub key_pattern: Option<Printable>,
    /// Hash field, JSON pointer, stream field, or null.
    pub field: Option<Printable>,
    /// `arguments[3]`, `reply[1]`; null where the whole connection is meant.
    pub location: Option<String>,
    /// Length of the value in bytes; null where it would tell too much (passwords).
    pub value_bytes: Option<u64>,
    /// The masked example: `Mastercard ···· 5555`; null where nothing may be shown.
    pub masked: Option<Printable>,
    /// Keyed HMAC-SHA-256, 8 bytes, hex; null for passwords, CVV, PIN, gender, birth date.
    pub token: Option<String>,
    /// Occurrences.
    pub count: u64,
    /// First occurrence.
    pub first_time: Timestamp,
    /// Latest occurrence.
    pub last_time: Timestamp,
    /// One sentence: why we think so.
    pub why: String,
    /// One sentence: what to do, and whom it cuts off where it does.
    pub fix: String,
    /// Worded "relevant to": `PCI DSS 4.0.1 8.3.2`.
    pub references: Vec<String>,
    /// Distinct connections with an occurrence.
    pub connections: u64,
    /// Index of the input or interface of the first occurrence.
    pub capture: u32,
    /// Packet number of the first occurrence; null live.
    pub frame: Option<u64>,
}

/// What kind of trouble a rule tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Passwords, keys, tokens.
    Secret,
    /// Payment card data.
    Pci,
    /// Personal data.
    Pii,
    /// Health data.
    Phi,
    /// Much data, or all of it, readable at once.
    Exposure,
    /// Weak or broken encryption.
    Tls,
    /// Dangerous or careless use.
    Hygiene,
}

impl Category {
    /// The word of the contract: `pci`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Pci => "pci",
            Self::Pii => "pii",
            Self::Phi => "phi",
            Self::Exposure => "exposure",
            Self::Tls => "tls",
            Self::Hygiene => "hygiene",
        }
    }
}

/// How bad a finding is; ordered, `Critical` first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Act today.
    Critical,
    /// Act this week.
    High,
    /// Plan it.
    Medium,
    /// Worth knowing.
    Low,
    /// A fact.
    Info,
}

impl Severity {
    /// All of them, worst first.
    pub const ALL: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Info,
    ];

    /// One level worse, `Critical` at most.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Self::Critical | Self::High => Self::Critical,
            Self::Medium => Self::High,
            Self::Low => Self::Medium,
            Self::Info => Self::Low,
        }
    }

    /// The word of the contract: `critical`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}

/// Where bytes travelled, judged by the two addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Path {
    /// Client and server have the same address: no cable.
    SameHost,
    /// Both addresses private (RFC 1918, 4193, link local, loopback).
    Private,
    /// At least one public address.
    Public,
}

/// Which way a value went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingDirection {
    /// Client to server.
    Request,
    /// Server to client, answering.
    Reply,
    /// Server to client, unasked.
    Push,
    /// Down a replication link.
    Replication,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn hundredths<S: Serializer>(confidence: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f32((confidence * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use crate::event::samples;

    #[test]
    fn a_confidence_is_written_to_hundredths() {
        let mut finding =
            samples::finding("F-1", "pci.pan", "high", "Card", "10.0.0.1:1", "10.0.0.2:2");
        for (sum, written) in [
            (0.75 + 0.15_f32, "0.9"),
            (0.97, "0.97"),
            (1.0, "1.0"),
            (0.555, "0.56"),
        ] {
            finding.confidence = sum;
            let text = serde_json::to_string(&finding).expect("a finding is JSON");
            assert!(
                text.contains(&format!("\"confidence\":{written},")),
                "{text}"
            );
        }
    }
}
