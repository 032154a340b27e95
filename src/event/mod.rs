//! The output contract: what `--format ndjson` writes, one object a line, and what every other
//! report is made from.
//!
//! Rules that hold for every type here, and that a consumer may rely on:
//!
//! - `type` comes first, `time` second: RFC 3339, UTC, nine decimals, from the packet.
//! - Durations are integers and end in `_ns`; sizes end in `_bytes`; counts are plain integers.
//! - A byte string from the wire is a JSON string where it is valid UTF-8, else
//!   `{"base64": ".."}` ([`crate::redact::Printable`]). An absent fact is `null`.
//! - Fields may be added, never renamed or given another meaning without a bump of [`SCHEMA`].
//!
//! Events are plain owned types that also read back, so that `diff` and `merge` need nothing else.

mod check;
mod command;
mod connection;
mod finding;
#[cfg(test)]
pub(crate) mod samples;
mod statistics;
mod summary;
mod tls;

pub use check::{CheckEvent, Evidence, Status};
pub use command::{
    CommandEvent, Library, Origin, Pairing, Protocol, PushEvent, ReplyKind, ReplySummary, Role,
};
pub use connection::{
    ConnectionEvent, ConnectionProtocol, DirectionCounters, EndReason, TlsEvidence,
};
pub use finding::{Category, FindingDirection, FindingEvent, Path, Severity};
pub use statistics::{LatencySummary, RankedCall, Scope, SizeClass, StatisticsEvent};
pub use summary::{
    Accounting, BlindSpots, Coverage, FindingCounts, Inner, InputSummary, MendStep, PlainClient,
    Provenance, ServerCoverage, Share, SummaryEvent, Verdict,
};
pub use tls::{
    Alert, CertificateSummary, ClientCertificate, Grade, IssuedTicket, Observed, Offered, Outcome,
    SessionLinks, TlsEvent, TlsVersion,
};

use serde::{Deserialize, Serialize};

use crate::segment;

/// Version of the contract; in every summary.
pub const SCHEMA: u32 = 1;

/// One line of NDJSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// One command and, where there is one, its reply.
    Command(Box<CommandEvent>),
    /// A message that no command asked for.
    Push(Box<PushEvent>),
    /// Something sensitive in the clear, or a policy broken.
    Finding(Box<FindingEvent>),
    /// One TLS handshake.
    Tls(Box<TlsEvent>),
    /// A ticket that came after its handshake was told: for who puts sessions together, in the order
    /// of the run. It is no part of the contract and is not written.
    #[serde(skip)]
    Ticket(Box<IssuedTicket>),
    /// One TCP connection, when its following ends.
    Connection(Box<ConnectionEvent>),
    /// One line of the checklist for one server endpoint.
    Check(Box<CheckEvent>),
    /// Figures of one subject, with `--stats`.
    Statistics(Box<StatisticsEvent>),
    /// The last line of every run.
    Summary(Box<SummaryEvent>),
}

/// `{"address": "10.9.0.1", "port": 52344}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Endpoint {
    /// IP address in its canonical text form.
    pub address: String,
    /// TCP port.
    pub port: u16,
}

impl From<segment::Endpoint> for Endpoint {
    fn from(endpoint: segment::Endpoint) -> Self {
        Self {
            address: endpoint.address.to_string(),
            port: endpoint.port,
        }
    }
}

/// `10.9.0.1:52344`, `[fd09::1]:52344`.
impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.address.contains(':') {
            write!(f, "[{}]:{}", self.address, self.port)
        } else {
            write!(f, "{}:{}", self.address, self.port)
        }
    }
}

/// How the bytes of a message could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// No encryption at all.
    Plaintext,
    /// TLS with a NULL cipher: integrity, but no secrecy.
    TlsNull,
    /// Decrypted by us with a key log; nobody else on the path could read it.
    TlsDecrypted,
}
