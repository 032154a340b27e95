//! `connection` events.

use serde::{Deserialize, Serialize};

use super::{Endpoint, TlsVersion};
use crate::packet::Timestamp;

/// One TCP connection, when it ends, is evicted, or the input ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectionEvent {
    /// Capture time of the packet that ended it (of the last packet, at the end of the input).
    pub time: Timestamp,
    /// Connection id.
    pub connection: String,
    /// Community ID v1.
    pub community_id: String,
    /// Client.
    pub client: Endpoint,
    /// Server.
    pub server: Endpoint,
    /// First packet.
    pub start: Timestamp,
    /// Last packet.
    pub end: Timestamp,
    /// `end - start`.
    pub duration_ns: u64,
    /// What it spoke.
    pub protocol: ConnectionProtocol,
    /// Version, where it spoke TLS and that can be told.
    pub tls_version: Option<TlsVersion>,
    /// How the version is known; null where it is no TLS.
    pub tls_evidence: Option<TlsEvidence>,
    /// Why following ended.
    pub end_reason: EndReason,
    /// It began before the capture.
    pub midstream: bool,
    /// Counters of the client's side; null once following stopped.
    pub client_to_server: Option<DirectionCounters>,
    /// Counters of the server's side; null once following stopped.
    pub server_to_client: Option<DirectionCounters>,
    /// Stream bytes of both directions, those after following stopped included.
    #[serde(default)]
    pub bytes: u64,
    /// Commands.
    pub commands: u64,
    /// Replies.
    pub replies: u64,
    /// Error replies.
    pub errors: u64,
    /// Times the decoder lost step and looked for the next message.
    pub resyncs: u64,
    /// Bytes passed over by resyncs.
    pub skipped_bytes: u64,
    /// Findings on it.
    pub findings: u64,
    /// Index of the input or interface.
    pub capture: u32,
    /// Packet number of the first packet; null live.
    pub frame: Option<u64>,
}

/// What a connection spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionProtocol {
    /// RESP in the clear.
    Resp,
    /// TLS.
    Tls,
    /// Redis cluster bus in the clear.
    ClusterBus,
    /// Something else.
    Other,
    /// Too little was seen.
    Unknown,
}

/// How a TLS version is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsEvidence {
    /// From the ServerHello.
    Handshake,
    /// From the record header's version (application data under 0x0301 or 0x0302).
    RecordLayer,
    /// From the shape of the records.
    Inferred,
    /// Not at all.
    NotSeen,
}

/// Why following a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Both sides closed.
    Fin,
    /// A valid reset.
    Rst,
    /// Nothing for an hour.
    Idle,
    /// A limit made room for others.
    Evicted,
    /// A new connection took its five-tuple.
    Reused,
    /// The input ended.
    CaptureEnd,
}

/// What TCP did in one direction. `stream_bytes = delivered_bytes + gap_bytes + urgent bytes`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectionCounters {
    /// Segments.
    pub packets: u64,
    /// Bytes of sequence space that the stream spans.
    pub stream_bytes: u64,
    /// Bytes handed to the decoders.
    pub delivered_bytes: u64,
    /// Bytes that never came.
    pub gap_bytes: u64,
    /// Holes that never filled.
    pub gaps: u64,
    /// Bytes seen again.
    pub retransmitted_bytes: u64,
    /// Segments that came before their turn.
    pub out_of_order: u64,
    /// Bytes of queued segments that overlapped.
    pub overlap_bytes: u64,
    /// Overlaps whose bytes disagree.
    pub overlap_conflicts: u64,
    /// Overlaps with delivered bytes that could not be compared.
    pub overlap_unverified: u64,
}
