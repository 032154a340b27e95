//! What the RESP room hands on: commands, replies, pushes, and the session they belong to.
//!
//! Everything borrows: from the chunk being parsed where a message lies in it whole, else from the
//! decoder's buffer. Nothing here allocates; who needs a thing longer copies it.

use super::commands::CommandSpec;
use crate::event::{Pairing, Protocol, ReplyKind, Role};
use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;

/// A byte string of a message: the prefix that was kept, and how long it was on the wire.
#[derive(Clone, Copy, Default)]
pub struct Argument<'a> {
    /// The first bytes; all of them where `kept.len() == len`.
    pub kept: &'a [u8],
    /// True length in bytes.
    pub len: u64,
    /// A gap lies inside: `kept` ends at the gap.
    pub broken: bool,
}

impl Argument<'_> {
    /// True where `kept` is the whole value.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.kept.len() as u64 == self.len && !self.broken
    }
}

/// Where a [`Span`]'s kept bytes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// In the chunk being parsed.
    Chunk,
    /// In the decoder's own buffer.
    Held,
}

/// Position of a byte string, before it is resolved to bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Which buffer.
    pub store: Store,
    /// First kept byte in it.
    pub start: u32,
    /// Kept bytes.
    pub kept: u32,
    /// True length on the wire.
    pub len: u64,
    /// A gap lies inside.
    pub broken: bool,
}

/// The two buffers that spans point into.
#[derive(Clone, Copy, Default)]
pub struct Buffers<'a> {
    /// The chunk being parsed.
    pub chunk: &'a [u8],
    /// The decoder's own buffer.
    pub held: &'a [u8],
}

impl<'a> Buffers<'a> {
    /// The bytes of a span; empty where it points outside (which would be our own mistake).
    #[must_use]
    pub fn resolve(&self, span: &Span) -> Argument<'a> {
        let buffer = match span.store {
            Store::Chunk => self.chunk,
            Store::Held => self.held,
        };
        let start = span.start as usize;
        let kept = buffer
            .get(start..start + span.kept as usize)
            .unwrap_or_default();
        Argument {
            kept,
            len: span.len,
            broken: span.broken,
        }
    }
}

/// The words of a request, name included.
#[derive(Clone, Copy, Default)]
pub struct Arguments<'a> {
    /// Kept words; at most the decoder's limit.
    pub spans: &'a [Span],
    /// What they point into.
    pub buffers: Buffers<'a>,
    /// True count on the wire, name included.
    pub count: u64,
}

impl<'a> Arguments<'a> {
    /// Word `index` (0 is the command name); `None` past the kept ones.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<Argument<'a>> {
        self.spans.get(index).map(|span| self.buffers.resolve(span))
    }

    /// The kept words in order, name included.
    pub fn iter(&self) -> impl Iterator<Item = Argument<'a>> + '_ {
        self.spans.iter().map(|span| self.buffers.resolve(span))
    }
}

/// A request, complete.
#[derive(Clone, Copy)]
pub struct Command<'a> {
    /// Its row in the command table; `None` for commands we do not know.
    pub spec: Option<&'static CommandSpec>,
    /// Name and arguments.
    pub arguments: Arguments<'a>,
    /// Form on the wire.
    pub protocol: Protocol,
    /// 0-based number in the connection, per sender.
    pub index: u64,
    /// Wire length in bytes, gaps included.
    pub wire_len: u64,
    /// Capture time of its first byte.
    pub first_at: Timestamp,
    /// Capture time of its last byte.
    pub last_at: Timestamp,
    /// Packet of its first byte.
    pub origin: Origin,
    /// Id of the MULTI it belongs to.
    pub transaction: Option<u64>,
    /// Sent by a primary down a replication link; no reply will come.
    pub replicated: bool,
}

/// What is kept of a request until its reply: the same facts, with prefixes of the first words.
///
/// Bounded per command ([`super::MAX_RETAINED_LEN`]); enough to know command, keys and fields.
#[derive(Clone, Copy)]
pub struct RequestRecord<'a> {
    /// The request; its arguments may be cut further than they were when it was seen.
    pub command: Command<'a>,
    /// What the sink answered when the request was seen.
    pub note: u32,
}

/// One node of a reply in pre-order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Type.
    pub kind: ReplyKind,
    /// Nodes below this one that are kept (0 for scalars); the next sibling is that much further on.
    pub descendants: u32,
    /// Elements of an aggregate (pairs count as two), as announced or counted; 0 for scalars.
    pub elements: u64,
    /// The text of a scalar, without marker and CRLF; empty for aggregates.
    pub span: Span,
}

/// A value of a reply, as a cursor over its nodes.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    nodes: &'a [Node],
    buffers: Buffers<'a>,
}

impl<'a> Value<'a> {
    /// The value whose pre-order nodes are `nodes`; `None` where there are none.
    #[must_use]
    pub fn new(nodes: &'a [Node], buffers: Buffers<'a>) -> Option<Self> {
        (!nodes.is_empty()).then_some(Self { nodes, buffers })
    }

    fn node(&self) -> Option<&'a Node> {
        self.nodes.first()
    }

    /// RESP type.
    #[must_use]
    pub fn kind(&self) -> ReplyKind {
        self.node().map_or(ReplyKind::Null, |node| node.kind)
    }

    /// Elements of an aggregate (a map's keys and values both count); 0 for scalars.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.node().map_or(0, |node| node.elements)
    }

    /// Text of a scalar; empty for aggregates.
    #[must_use]
    pub fn text(&self) -> Argument<'a> {
        self.node()
            .map_or_else(Argument::default, |node| self.buffers.resolve(&node.span))
    }

    /// Length on the wire in RESP, header lines and CRLFs included, as far as its nodes were kept;
    /// attributes are not counted, and of several forms of null the shortest is.
    #[must_use]
    pub fn encoded_len(&self) -> u64 {
        let end = self.node().map_or(0, |node| node.descendants as usize + 1);
        let line = |number: u64| u64::from(number.checked_ilog10().unwrap_or(0)) + 4;
        self.nodes
            .iter()
            .take(end)
            .map(|node| match node.kind {
                ReplyKind::BulkString | ReplyKind::BulkError | ReplyKind::VerbatimString => {
                    line(node.span.len) + node.span.len + 2
                }
                ReplyKind::Array | ReplyKind::Set | ReplyKind::Push => line(node.elements),
                ReplyKind::Map => line(node.elements / 2),
                _ => node.span.len + 3,
            })
            .sum()
    }

    /// The kept elements of an aggregate in order; a map gives key, value, key, value.
    #[must_use]
    pub fn children(&self) -> Children<'a> {
        let end = self
            .node()
            .map_or(0, |node| node.descendants as usize + 1)
            .min(self.nodes.len());
        Children {
            nodes: self.nodes.get(1..end).unwrap_or_default(),
            buffers: self.buffers,
        }
    }
}

/// Iterator over the elements of an aggregate.
#[derive(Clone)]
pub struct Children<'a> {
    nodes: &'a [Node],
    buffers: Buffers<'a>,
}

impl<'a> Iterator for Children<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let first = self.nodes.first()?;
        let end = (first.descendants as usize + 1).min(self.nodes.len());
        let (head, rest) = self.nodes.split_at(end);
        self.nodes = rest;
        Value::new(head, self.buffers)
    }
}

/// A reply, complete.
#[derive(Clone, Copy)]
pub struct Reply<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Wire length in bytes, gaps and attributes included.
    pub wire_len: u64,
    /// Some nodes or bytes of it were not kept (they went by as [`ValuePart`]s or were only counted).
    pub truncated: bool,
    /// Capture time of its first byte.
    pub first_at: Timestamp,
    /// Capture time of its last byte.
    pub last_at: Timestamp,
    /// Packet of its first byte.
    pub origin: Origin,
}

impl Reply<'_> {
    /// False where it can hold nothing that anybody stored or typed: statuses, numbers, nulls.
    #[inline]
    #[must_use]
    pub fn has_content(&self) -> bool {
        !matches!(
            self.value.kind(),
            ReplyKind::SimpleString | ReplyKind::Null | ReplyKind::Integer | ReplyKind::Boolean
        )
    }
}

/// A command and what became of it.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    /// The request; `None` where it was not seen.
    pub request: Option<&'a RequestRecord<'a>>,
    /// The reply; `None` where there is none.
    pub reply: Option<&'a Reply<'a>>,
    /// How sure the pair is.
    pub pairing: Pairing,
    /// Last request byte to first reply byte; `None` for blocking commands and uncertain pairs.
    pub latency_ns: Option<u64>,
    /// Capture time of the packet that completed it.
    pub at: Timestamp,
    /// That packet.
    pub origin: Origin,
}

/// A message that no command asked for.
#[derive(Clone, Copy)]
pub struct Push<'a> {
    /// What it is.
    pub kind: PushKind,
    /// The whole message.
    pub value: Value<'a>,
    /// Channel, where there is one.
    pub channel: Option<Argument<'a>>,
    /// Payload, where there is one: the message, or the line of MONITOR.
    pub payload: Option<Argument<'a>>,
    /// Wire length in bytes.
    pub wire_len: u64,
    /// Capture time of its last byte.
    pub at: Timestamp,
    /// Packet of its first byte.
    pub origin: Origin,
}

/// Kind of push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PushKind {
    /// `message`
    Message,
    /// `pmessage`
    PatternMessage,
    /// `smessage`
    ShardMessage,
    /// `invalidate` (client tracking)
    Invalidate,
    /// A line of MONITOR.
    Monitor,
    /// A further confirmation of a (un)subscribing command whose exchange its first one completed:
    /// there is one for each channel. Counted as a reply.
    Confirmation,
    /// Any other RESP3 push, or a confirmation nobody asked for.
    Other,
}

/// Part of a value too large to keep, as it goes by.
#[derive(Clone, Copy)]
pub struct ValuePart<'a> {
    /// Request or reply side.
    pub direction: Direction,
    /// Words of the unfinished request (for a reply: of the request it most likely answers).
    pub command: Option<&'a Command<'a>>,
    /// Index of the word the part belongs to, or of the element in the outermost aggregate.
    pub index: u64,
    /// Offset of `bytes` in the value.
    pub offset: u64,
    /// The bytes; may be empty in the last part.
    pub bytes: &'a [u8],
    /// True length of the value.
    pub len: u64,
    /// No more parts of this value will come.
    pub last: bool,
    /// Packet of the bytes.
    pub origin: Origin,
    /// Capture time of the bytes.
    pub at: Timestamp,
}

/// What is known of a connection's state, as of the message being handed on.
///
/// With a request: as the replies seen so far left it. With an exchange: as it was when the server
/// worked on that command (a SELECT or AUTH takes effect after its own exchange). Client name and
/// library are taken from the request, since older servers refuse `CLIENT SETINFO`.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// Name of the logged-in user, as sent; `default` after a one-argument AUTH.
    pub user: Option<Box<[u8]>>,
    /// A login was accepted.
    pub authenticated: bool,
    /// Selected database; `None` where the connection began before the capture.
    pub database: Option<u32>,
    /// HELLO 3 was accepted.
    pub resp3: bool,
    /// Client name.
    pub client_name: Option<Box<[u8]>>,
    /// CLIENT SETINFO LIB-NAME.
    pub library_name: Option<Box<[u8]>>,
    /// CLIENT SETINFO LIB-VER.
    pub library_version: Option<Box<[u8]>>,
    /// What the connection is used for.
    pub role: Role,
    /// The connection was seen from its first byte, in both directions, without a gap so far.
    pub from_first_byte: bool,
}

/// Byte counts of one RESP connection; every delivered byte is in exactly one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RespCounters {
    /// Requests.
    pub command_bytes: u64,
    /// Replies, attributes included.
    pub reply_bytes: u64,
    /// Messages nobody asked for.
    pub push_bytes: u64,
    /// RDB, the primary's stream, keep-alives.
    pub replication_bytes: u64,
    /// Blank lines, `*0`.
    pub filler_bytes: u64,
    /// Passed over by a resync, and parts of messages broken by a gap.
    pub skipped_bytes: u64,
    /// Of messages that never became complete.
    pub unfinished_bytes: u64,
    /// Commands.
    pub commands: u64,
    /// Replies.
    pub replies: u64,
    /// Error replies.
    pub errors: u64,
    /// Pushes.
    pub pushes: u64,
    /// Times the decoder lost step.
    pub resyncs: u64,
    /// Of these, replies that nest deeper than we follow.
    pub too_deep: u64,
    /// Commands that a primary sent down a replication link; not among `commands`.
    pub replicated: u64,
    /// AUTH and HELLO AUTH that were answered with an error.
    pub failed_logins: u64,
}

/// Classes of error replies that say something about the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// The slot is elsewhere (cluster).
    Moved,
    /// The slot is moving (cluster).
    Ask,
    /// Keys of a moving slot are in two places (cluster).
    TryAgain,
    /// The cluster cannot serve the slot.
    ClusterDown,
    /// Keys of one command lie in different slots.
    CrossSlot,
    /// A login is needed.
    NoAuth,
    /// A login failed.
    WrongPass,
    /// The user may not do that.
    NoPerm,
    /// Protected mode refused the connection.
    Denied,
    /// `maxmemory` reached.
    OutOfMemory,
    /// The data set is being loaded.
    Loading,
    /// A write sent to a replica.
    ReadOnly,
    /// A script blocks the server.
    Busy,
    /// A write refused because saving or replication fails (`MISCONF`, `NOREPLICAS`, `MASTERDOWN`).
    Misconfigured,
    /// The key holds another type.
    WrongType,
    /// EXEC after an error at queueing.
    ExecAbort,
    /// Anything else.
    Other,
}

impl ErrorClass {
    /// Number of classes.
    pub const COUNT: usize = 17;

    /// The class of an error reply, by its text without the marker.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        let end = text
            .iter()
            .position(|&byte| byte == b' ')
            .unwrap_or(text.len());
        match text.get(..end).unwrap_or_default() {
            b"MOVED" => Self::Moved,
            b"ASK" => Self::Ask,
            b"TRYAGAIN" => Self::TryAgain,
            b"CLUSTERDOWN" => Self::ClusterDown,
            b"CROSSSLOT" => Self::CrossSlot,
            b"NOAUTH" => Self::NoAuth,
            b"WRONGPASS" => Self::WrongPass,
            b"NOPERM" => Self::NoPerm,
            b"DENIED" => Self::Denied,
            b"OOM" => Self::OutOfMemory,
            b"LOADING" => Self::Loading,
            b"READONLY" => Self::ReadOnly,
            b"BUSY" => Self::Busy,
            b"MISCONF" | b"NOREPLICAS" | b"MASTERDOWN" => Self::Misconfigured,
            b"WRONGTYPE" => Self::WrongType,
            b"EXECABORT" => Self::ExecAbort,
            _ => Self::Other,
        }
    }
}

/// How the end of an RDB payload is told on a replication link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RdbForm {
    /// `$len`: that many bytes, no CRLF after them.
    Length(u64),
    /// `$EOF:<40 bytes>` (diskless): until those 40 bytes.
    Delimiter([u8; 40]),
}

/// A full sync as it goes by: `Start`, any number of `Bytes` and `Gap`, `End`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RdbPart<'a> {
    /// A payload begins.
    Start(RdbForm),
    /// Its next bytes, at least one; the delimiter is not among them.
    Bytes(&'a [u8]),
    /// That many of its bytes were lost.
    Gap(u64),
    /// It is over; `complete` where the announced end was reached (also with gaps before it).
    End {
        /// The announced end was reached.
        complete: bool,
    },
}

/// Takes what a RESP connection says.
pub trait RespSink {
    /// A complete request; the answer comes back in [`RequestRecord::note`].
    fn request(&mut self, session: &Session, command: &Command<'_>) -> u32;

    /// A request's reply, or the certainty that there is none.
    fn exchange(&mut self, session: &Session, exchange: &Exchange<'_>);

    /// A message that no command asked for.
    fn push(&mut self, session: &Session, push: &Push<'_>);

    /// Part of a value too large to keep; its message follows when complete.
    fn value_part(&mut self, session: &Session, part: &ValuePart<'_>);

    /// Part of a full sync, from server to client.
    fn rdb(&mut self, session: &Session, part: &RdbPart<'_>, at: Timestamp, origin: Origin);
}
