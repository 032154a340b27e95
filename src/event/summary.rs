//! The `summary` event, with the accounting that makes every loss visible.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Endpoint, Library, Role, Severity};
use crate::packet::Timestamp;
use crate::redact::Printable;

/// The last line of every run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryEvent {
    /// Capture time of the last packet; the epoch where there was none.
    pub time: Timestamp,
    /// [`super::SCHEMA`].
    pub schema: u32,
    /// Version of the program.
    pub version: String,
    /// What was read.
    pub inputs: Vec<InputSummary>,
    /// First packet.
    pub start: Option<Timestamp>,
    /// Last packet.
    pub end: Option<Timestamp>,
    /// Time the run took.
    pub wall_ns: u64,
    /// Packets read.
    pub packets: u64,
    /// Captured bytes read, packet headers of the file not counted.
    pub bytes: u64,
    /// TCP connections.
    pub connections: u64,
    /// Commands.
    pub commands: u64,
    /// Replies.
    pub replies: u64,
    /// Findings by severity.
    pub findings: FindingCounts,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is no other.
    pub verdict_reason: String,
    /// Who was plaintext, TLS, unknown.
    pub coverage: Coverage,
    /// What to do, in the order in which nothing breaks.
    #[serde(default)]
    pub mend: Vec<MendStep>,
    /// What was not seen or not looked at.
    pub blind_spots: BlindSpots,
    /// What the answer rests on.
    pub provenance: Provenance,
    /// Where every packet and byte went.
    pub accounting: Accounting,
}

/// One input file or interface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputSummary {
    /// File name or interface name, as given.
    pub name: String,
    /// Packets.
    pub packets: u64,
    /// Captured bytes.
    pub bytes: u64,
    /// First packet.
    pub start: Option<Timestamp>,
    /// Last packet.
    pub end: Option<Timestamp>,
    /// What was wrong with it: cut in a record, unreadable; null where nothing.
    pub problem: Option<String>,
}

/// Findings by severity: distinct ids, not occurrences.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingCounts {
    /// Critical.
    pub critical: u64,
    /// High.
    pub high: u64,
    /// Medium.
    pub medium: u64,
    /// Low.
    pub low: u64,
    /// Info.
    pub info: u64,
}

impl FindingCounts {
    /// Counts one more finding.
    pub fn count(&mut self, severity: Severity) {
        let slot = match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Info => &mut self.info,
        };
        *slot += 1;
    }

    /// Findings of one severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }

    /// Findings at least as bad as `bar`.
    #[must_use]
    pub fn at_or_above(&self, bar: Severity) -> u64 {
        Severity::ALL
            .into_iter()
            .filter(|&severity| severity <= bar)
            .map(|severity| self.of(severity))
            .sum()
    }
}

/// The one word; never "clean" or "secure".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Something at or above `--fail-on` was seen.
    Leaking,
    /// Looked, with enough sight, and found nothing.
    NothingFound,
    /// The input cannot carry a verdict.
    Inconclusive,
}

/// Clients, connections and bytes by how readable they were.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Distinct client addresses in all; one may be readable here and under TLS there.
    #[serde(default)]
    pub clients: u64,
    /// Readable.
    pub plaintext: Share,
    /// Under TLS.
    pub tls: Share,
    /// Neither could be told.
    pub unknown: Share,
    /// The same per server endpoint.
    pub servers: Vec<ServerCoverage>,
}

/// A part of the traffic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Distinct client addresses.
    pub clients: u64,
    /// Connections.
    pub connections: u64,
    /// Delivered stream bytes of both directions.
    pub bytes: u64,
}

/// Coverage of one server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerCoverage {
    /// The server.
    pub server: Endpoint,
    /// Its name in the policy file.
    pub name: Option<String>,
    /// Readable.
    pub plaintext: Share,
    /// Under TLS.
    pub tls: Share,
    /// Neither could be told.
    pub unknown: Share,
    /// Readable connections that the server reset without a word: RESP sent to a TLS port.
    #[serde(default)]
    pub reset_connections: u64,
    /// Connections under TLS by version; `unknown` where neither handshake nor records tell.
    #[serde(default)]
    pub tls_versions: BTreeMap<String, u64>,
    /// The clients that are still readable, by address; the first 1000.
    #[serde(default)]
    pub plain_clients: Vec<PlainClient>,
}

/// A client address whose traffic with a server is readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlainClient {
    /// IP address.
    pub address: String,
    /// Client name (CLIENT SETNAME), the latest.
    pub client_name: Option<Printable>,
    /// Client library (CLIENT SETINFO), the latest.
    pub library: Option<Library>,
    /// User that it mostly acted as; null where that is not known.
    pub user: Option<Printable>,
    /// How many other users it acted as.
    pub other_users: u64,
    /// What it is.
    pub role: Role,
    /// It spoke the cluster bus: the other end of it is a node.
    #[serde(default)]
    pub cluster_bus: bool,
    /// Its readable connections.
    pub connections: u64,
    /// Its readable commands.
    pub commands: u64,
    /// Stream bytes of both directions of those connections.
    pub bytes: u64,
    /// Rules that matched on them.
    pub gave_away: Vec<String>,
    /// It also speaks TLS to this host.
    pub also_tls: bool,
    /// A policy tolerates it.
    pub tolerated: bool,
}

/// One step of mending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MendStep {
    /// The server; null where all are meant.
    pub server: Option<Endpoint>,
    /// What is mended: `Protected mode`, `Logins`, `TLS`, `Replication`, ..
    pub subject: String,
    /// What to do.
    pub action: String,
    /// What must be so before.
    pub first: Option<String>,
    /// Whom it cuts off.
    pub cuts_off: Option<String>,
    /// Ids of the findings that it ends.
    pub ends: Vec<String>,
}

/// What was not seen or not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindSpots {
    /// Packets the kernel dropped; null where the source does not tell.
    pub kernel_drops: Option<u64>,
    /// Packets the interface dropped; null where the source does not tell.
    pub interface_drops: Option<u64>,
    /// Stream bytes that never came.
    pub gap_bytes: u64,
    /// Times a decoder lost step.
    pub resyncs: u64,
    /// Flows evicted by a limit.
    pub evicted_flows: u64,
    /// Packets cut by the snap length.
    pub truncated_packets: u64,
    /// Value bytes that no detector looked at.
    pub unscanned_value_bytes: u64,
    /// Value bytes that are compressed or encrypted by the client.
    pub opaque_value_bytes: u64,
    /// Connections that are neither RESP nor TLS nor cluster bus.
    pub undecodable_connections: u64,
    /// TLS connections that nobody without keys can read.
    pub encrypted_connections: u64,
    /// Their bytes.
    pub encrypted_bytes: u64,
    /// Connections that began before the capture.
    pub midstream_connections: u64,
    /// Ports that were watched; null where all were.
    pub watched_ports: Option<String>,
    /// Every other breach of a bound, by its name: `reassembly_limit`, `pending_commands`, ...
    pub limits: BTreeMap<String, u64>,
}

/// What the answer rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// SHA-256 of each input, in order, hex; null where it is no file.
    pub input_sha256: Vec<Option<String>>,
    /// SHA-256 over the rules in force, hex.
    pub rules_sha256: Option<String>,
    /// SHA-256 of the policy file, hex.
    pub policy_sha256: Option<String>,
    /// Kernel or offline filter.
    pub filter: Option<String>,
    /// Watched ports: `any`, `6379,6380`.
    pub ports: String,
    /// Name of the machine that ran; null unless live.
    pub host: Option<String>,
    /// `--label K=V`.
    pub labels: BTreeMap<String, String>,
    /// Findings suppressed, per baseline or allow entry.
    pub suppressed: BTreeMap<String, u64>,
}

/// Where every packet and byte went; the sums are exact on any input (see [`Accounting::check`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each name is specified in the sums of `check`")]
pub struct Accounting {
    pub packets_read: u64,
    pub packets_unsupported: u64,
    pub packets_malformed: u64,
    pub packets_header_cut: u64,
    pub packets_not_ip: u64,
    pub packets_not_tcp: u64,
    pub packets_other_port: u64,
    pub packets_fragment_held: u64,
    pub packets_fragment_dropped: u64,
    pub packets_queue_dropped: u64,
    pub packets_segment: u64,

    pub payload_bytes: u64,
    pub delivered_bytes: u64,
    pub duplicate_bytes: u64,
    pub out_of_window_bytes: u64,
    pub invalid_checksum_bytes: u64,
    pub invalid_flags_bytes: u64,
    pub invalid_paws_bytes: u64,
    pub invalid_syn_data_bytes: u64,
    pub invalid_on_rst_bytes: u64,
    pub invalid_after_close_bytes: u64,
    pub urgent_bytes: u64,
    pub dropped_limit_bytes: u64,
    pub dropped_eviction_bytes: u64,
    pub unfollowed_bytes: u64,
    pub pending_bytes: u64,

    pub command_bytes: u64,
    pub reply_bytes: u64,
    pub push_bytes: u64,
    pub replication_bytes: u64,
    pub tls_bytes: u64,
    pub cluster_bus_bytes: u64,
    pub filler_bytes: u64,
    pub skipped_bytes: u64,
    pub unfinished_bytes: u64,
    pub opaque_bytes: u64,

    /// The same split of plaintext that was decrypted or came through a NULL cipher.
    pub inner: Inner,
}

/// Bytes that never were on the wire as such.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as in `Accounting`")]
pub struct Inner {
    pub delivered_bytes: u64,
    pub command_bytes: u64,
    pub reply_bytes: u64,
    pub push_bytes: u64,
    pub replication_bytes: u64,
    pub filler_bytes: u64,
    pub skipped_bytes: u64,
    pub unfinished_bytes: u64,
    pub opaque_bytes: u64,
}

impl Accounting {
    /// Adds the counters of another shard or run.
    pub fn add(&mut self, other: &Self) {
        macro_rules! add { ($into:expr, $from:expr; $($field:ident)*) => { $( $into.$field += $from.$field; )* } }
        add!(self, other; packets_read packets_unsupported packets_malformed packets_header_cut packets_not_ip
            packets_not_tcp packets_other_port packets_fragment_held packets_fragment_dropped packets_queue_dropped
            packets_segment payload_bytes delivered_bytes duplicate_bytes out_of_window_bytes invalid_checksum_bytes
            invalid_flags_bytes invalid_paws_bytes invalid_syn_data_bytes invalid_on_rst_bytes
            invalid_after_close_bytes urgent_bytes dropped_limit_bytes dropped_eviction_bytes unfollowed_bytes
            pending_bytes command_bytes reply_bytes push_bytes replication_bytes tls_bytes cluster_bus_bytes
            filler_bytes skipped_bytes unfinished_bytes opaque_bytes);
        add!(self.inner, other.inner; delivered_bytes command_bytes reply_bytes push_bytes replication_bytes
            filler_bytes skipped_bytes unfinished_bytes opaque_bytes);
    }

    /// The sums that must hold once a run has finished; `Err` names the first that does not.
    ///
    /// # Errors
    ///
    /// `(name, left side, right side)` of the broken sum.
    pub fn check(&self) -> Result<(), (&'static str, u64, u64)> {
        let sums = [
            (
                "packets",
                self.packets_read,
                self.packets_unsupported
                    + self.packets_malformed
                    + self.packets_header_cut
                    + self.packets_not_ip
                    + self.packets_not_tcp
                    + self.packets_other_port
                    + self.packets_fragment_held
                    + self.packets_fragment_dropped
                    + self.packets_queue_dropped
                    + self.packets_segment,
            ),
            (
                "payload",
                self.payload_bytes,
                self.delivered_bytes
                    + self.duplicate_bytes
                    + self.out_of_window_bytes
                    + self.invalid_checksum_bytes
                    + self.invalid_flags_bytes
                    + self.invalid_paws_bytes
                    + self.invalid_syn_data_bytes
                    + self.invalid_on_rst_bytes
                    + self.invalid_after_close_bytes
                    + self.urgent_bytes
                    + self.dropped_limit_bytes
                    + self.dropped_eviction_bytes
                    + self.unfollowed_bytes
                    + self.pending_bytes,
            ),
            (
                "delivered",
                self.delivered_bytes,
                self.command_bytes
                    + self.reply_bytes
                    + self.push_bytes
                    + self.replication_bytes
                    + self.tls_bytes
                    + self.cluster_bus_bytes
                    + self.filler_bytes
                    + self.skipped_bytes
                    + self.unfinished_bytes
                    + self.opaque_bytes,
            ),
            (
                "inner",
                self.inner.delivered_bytes,
                self.inner.command_bytes
                    + self.inner.reply_bytes
                    + self.inner.push_bytes
                    + self.inner.replication_bytes
                    + self.inner.filler_bytes
                    + self.inner.skipped_bytes
                    + self.inner.unfinished_bytes
                    + self.inner.opaque_bytes,
            ),
        ];
        sums.into_iter()
            .find(|&(_, left, right)| left != right)
            .map_or(Ok(()), Err)
    }
}
