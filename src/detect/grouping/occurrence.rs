//! What a finding is made from: hits with where they were seen, and facts from elsewhere.
//!
//! Refuses to know what becomes of either.

use crate::event::{FindingDirection, Path, Severity, Transport};
use crate::packet::{Origin, Timestamp};
use crate::redact::Printable;
use crate::segment::Endpoint;

/// Where and when a message with hits was seen.
#[derive(Clone, Copy)]
pub struct Occurrence<'a> {
    /// Capture time of the packet that completed it.
    pub at: Timestamp,
    /// That packet.
    pub origin: Origin,
    /// Connection id of the contract.
    pub connection: &'a str,
    /// Client.
    pub client: Endpoint,
    /// Server.
    pub server: Endpoint,
    /// How the bytes could be read.
    pub transport: Transport,
    /// Where they travelled.
    pub path: Path,
    /// Which way.
    pub direction: FindingDirection,
    /// Command in upper case, with its subcommand; `None` where there is none.
    pub command: Option<&'a [u8]>,
}

/// Something that was found outside of a message's values: exposure, weak TLS, careless use.
#[derive(Clone, Default)]
pub struct Fact<'a> {
    /// Rule id; must be in the pack.
    pub rule: &'a str,
    /// What sets two facts of one rule, server and command apart: a client's address, a file name.
    /// Part of the finding's id; printed nowhere.
    pub subject: &'a [u8],
    /// Severity, where it is not the rule's.
    pub severity: Option<Severity>,
    /// Confidence, where it is not the rule's.
    pub confidence: Option<f32>,
    /// One sentence, where it is not the rule's.
    pub why: Option<String>,
    /// Title, where it is not the rule's.
    pub title: Option<String>,
    /// Masked example.
    pub masked: Option<Printable>,
    /// Bytes it is about.
    pub value_bytes: Option<u64>,
    /// `arguments[3]`.
    pub location: Option<String>,
}
