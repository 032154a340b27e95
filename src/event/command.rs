//! `command` and `push` events.

use serde::{Deserialize, Serialize};

use super::{Endpoint, Transport};
use crate::packet::Timestamp;
use crate::redact::Printable;

/// One command and, where there is one, its reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommandEvent {
    /// Capture time of the packet that completed the event (its reply, where there is one).
    pub time: Timestamp,
    /// Connection id, unique in the run and the same on every run over the same input.
    pub connection: String,
    /// Community ID v1 of the five-tuple.
    pub community_id: String,
    /// Who sent the command.
    pub client: Endpoint,
    /// Who answered.
    pub server: Endpoint,
    /// How the bytes could be read.
    pub transport: Transport,
    /// `client`, or `primary` for a command sent down a replication link (no reply).
    pub origin: Origin,
    /// 0-based number of the command in its connection, per origin.
    pub index: u64,
    /// Capture time of the first request byte; null where the request was not seen.
    pub request_time: Option<Timestamp>,
    /// Which form the request had.
    pub protocol: Protocol,
    /// Logged-in user; null before any login was seen.
    pub user: Option<Printable>,
    /// Selected database; null where the connection began before the capture and no SELECT was seen.
    pub database: Option<u32>,
    /// Client name (CLIENT SETNAME, HELLO SETNAME).
    pub client_name: Option<Printable>,
    /// Client library (CLIENT SETINFO), from the request, whatever the reply.
    pub library: Option<Library>,
    /// What the connection is used for.
    pub role: Role,
    /// Command name in upper case; null for a reply whose request was not seen.
    pub command: Option<Printable>,
    /// Upper case, for container commands: `CONFIG` + `SET`.
    pub subcommand: Option<Printable>,
    /// The arguments that the command table says are keys.
    pub keys: Vec<Printable>,
    /// Everything after the command name, subcommand included.
    pub arguments: Vec<Printable>,
    /// True count of `arguments`, also where fewer were kept.
    pub argument_count: u64,
    /// True where some argument's kept prefix, or the list of arguments, is shorter than the wire's.
    pub truncated: bool,
    /// Wire length of the request, gaps included.
    pub request_bytes: u64,
    /// The reply, or null.
    pub reply: Option<ReplySummary>,
    /// Last request byte to first reply byte; null for blocking commands and uncertain pairs.
    pub latency_ns: Option<u64>,
    /// How sure the pair is.
    pub pairing: Pairing,
    /// Id of the MULTI it belongs to.
    pub transaction: Option<u64>,
    /// Number of findings in request and reply.
    pub findings: u32,
    /// Index of the input or interface.
    pub capture: u32,
    /// Packet number of the request's first byte (of the reply where no request was seen); null live.
    pub frame: Option<u64>,
}

/// Who sent a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The TCP client.
    Client,
    /// A primary, down a replication link.
    Primary,
}

/// Form of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Multibulk on a connection that speaks RESP2.
    Resp2,
    /// Multibulk after HELLO 3.
    Resp3,
    /// A line of words.
    Inline,
}

/// What a connection is used for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Ordinary commands.
    #[default]
    Client,
    /// A replica's link to its primary.
    Replica,
    /// MONITOR.
    Monitor,
    /// Pub/sub.
    Subscriber,
    /// A Sentinel's link, or a client of a Sentinel.
    Sentinel,
}

/// How sure it is that a reply belongs to its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pairing {
    /// Every byte of both directions since the last certain point was seen.
    Exact,
    /// Re-anchored by evidence after a gap or a mid-stream start.
    AfterGap,
    /// The protocol says there is no reply (CLIENT REPLY OFF/SKIP, replication stream).
    Suppressed,
    /// No reply was seen.
    Unanswered,
    /// The reply's request was not seen.
    RequestUnseen,
}

/// `{"name", "version"}` of a client library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// `LIB-NAME`.
    pub name: Option<Printable>,
    /// `LIB-VER`.
    pub version: Option<Printable>,
}

/// A reply as an event shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplySummary {
    /// RESP type.
    pub kind: ReplyKind,
    /// The value, for scalars; null for aggregates.
    pub value: Option<Printable>,
    /// Wire length of the reply, gaps included.
    pub bytes: u64,
    /// Elements of the outermost aggregate, as announced or counted; null for scalars.
    pub elements: Option<u64>,
    /// First word of an error: `WRONGTYPE`, `NOAUTH`, `MOVED`.
    pub error: Option<Printable>,
}

/// RESP type of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    /// `+`
    SimpleString,
    /// `-`
    Error,
    /// `:`
    Integer,
    /// `$`
    BulkString,
    /// `_`, `$-1`, `*-1`
    Null,
    /// `*`
    Array,
    /// `#`
    Boolean,
    /// `,`
    Double,
    /// `(`
    BigNumber,
    /// `!`
    BulkError,
    /// `=`
    VerbatimString,
    /// `%`
    Map,
    /// `~`
    Set,
    /// `>`
    Push,
}

/// A message that no command asked for: pub/sub, RESP3 push, MONITOR line, invalidation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushEvent {
    /// Capture time of the packet that completed the message.
    pub time: Timestamp,
    /// Connection id.
    pub connection: String,
    /// Who receives.
    pub client: Endpoint,
    /// Who sends.
    pub server: Endpoint,
    /// How the bytes could be read.
    pub transport: Transport,
    /// `message`, `pmessage`, `smessage`, `subscribe`, .., `invalidate`, `monitor`.
    pub kind: Printable,
    /// Channel, where there is one.
    pub channel: Option<Printable>,
    /// Length of the payload in bytes.
    pub value_bytes: u64,
    /// Index of the input or interface.
    pub capture: u32,
    /// Packet number; null live.
    pub frame: Option<u64>,
}
