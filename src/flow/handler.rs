//! What a protocol handler is told about a flow, and what it may answer.

use super::key::Key;
use super::record::Marks;
use crate::event::{DirectionCounters, EndReason};
use crate::packet::{Origin, Timestamp};
pub use crate::reassembly::GapCause;
use crate::segment::{Direction, Endpoint};

/// How the flow table knows which side is the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Orientation {
    /// From SYN or SYN/ACK.
    Handshake,
    /// From the ports: the lower, or a well-known Redis port, is the server's.
    Port,
}

/// What a handler may know of the flow while it is given bytes.
///
/// Client and server are TCP's view. Where the orientation is not `Handshake` a handler that learns
/// better from the content keeps that to itself and swaps what it reports.
#[derive(Debug, Clone, Copy)]
pub struct FlowView {
    pub(super) key: Key,
    pub(super) marks: Marks,
    /// Capture time of the first packet.
    pub start: Timestamp,
    /// Input and number of the first packet; unique to the flow, so it serves as its id.
    pub first: Origin,
    /// Capture time of the packet being worked on.
    pub now: Timestamp,
    /// Input and number of the packet being worked on.
    pub origin: Origin,
}

impl FlowView {
    /// Who opened the connection.
    #[must_use]
    pub fn client(&self) -> Endpoint {
        self.marks.ends_of(&self.key).0
    }

    /// Who was connected to.
    #[must_use]
    pub fn server(&self) -> Endpoint {
        self.marks.ends_of(&self.key).1
    }

    /// How it is known which is which.
    #[must_use]
    pub fn orientation(&self) -> Orientation {
        if self.marks.has(Marks::BY_HANDSHAKE) {
            Orientation::Handshake
        } else {
            Orientation::Port
        }
    }

    /// The first packet was no SYN: the connection began before the capture.
    #[must_use]
    pub fn midstream(&self) -> bool {
        self.marks.has(Marks::MIDSTREAM)
    }
}

/// Bytes in stream order, borrowed from the frame where they came in order.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// Which way.
    pub direction: Direction,
    /// Offset of the first byte from the start of the stream (first data byte is 0; of a
    /// mid-stream flow, the first byte seen).
    pub offset: u64,
    /// At least one byte.
    pub bytes: &'a [u8],
    /// Capture time of the packet that carried the bytes (for queued bytes: of that packet).
    pub at: Timestamp,
    /// The packet that carried them.
    pub origin: Origin,
}

/// Bytes that will never come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Which way.
    pub direction: Direction,
    /// Offset of the first missing byte.
    pub offset: u64,
    /// Missing bytes, at least 1.
    pub len: u64,
    /// Why they are given up.
    pub cause: GapCause,
}

/// A handler's answer to bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// Go on.
    On,
    /// Nothing more is wanted of this flow: one lookup a packet from here, bytes count as unfollowed.
    Done,
}

/// How far the opening of a connection came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opening {
    /// It began before the capture.
    Unseen,
    /// The client's SYN was seen, and of the server nothing, or a RST.
    Asked,
    /// The server answered the SYN: with a SYN/ACK, even one that did not fit, or with what only
    /// comes after one.
    Answered,
}

/// Final figures of a flow.
#[derive(Debug, Clone, Copy)]
pub struct FlowEnd {
    /// Why it ended.
    pub reason: EndReason,
    /// Where a RST ended it: who sent that.
    pub reset_by: Option<Direction>,
    /// How far it came before.
    pub opening: Opening,
    /// Capture time of its last packet.
    pub last: Timestamp,
    /// Client side.
    pub client_to_server: DirectionCounters,
    /// Server side.
    pub server_to_client: DirectionCounters,
    /// The handler answered `Done` before the end, so the counters stop there.
    pub following_stopped: bool,
    /// Stream bytes of both directions that went by after that.
    pub passed_by_bytes: u64,
}

/// What happens to the bytes of flows. One handler serves a whole table; what belongs to one flow
/// is its `Connection`, which the table stores beside its own state (keep it small: box the rest).
pub trait Handler {
    /// State of one connection; `default()` allocates nothing.
    type Connection: Default;

    /// Bytes in order.
    fn data(
        &mut self,
        connection: &mut Self::Connection,
        flow: &FlowView,
        chunk: Chunk<'_>,
    ) -> Follow;

    /// Missing bytes, between the data before and after them.
    fn gap(&mut self, connection: &mut Self::Connection, flow: &FlowView, gap: Gap) -> Follow;

    /// One side has sent its last byte (FIN delivered in order).
    fn finished(
        &mut self,
        connection: &mut Self::Connection,
        flow: &FlowView,
        direction: Direction,
    );

    /// Bytes of two copies of the same stream range disagree: `kept` and `other` are what was
    /// delivered (or will be) and what was not, at `offset`. `kept` is empty where only hashes are left.
    fn conflict(
        &mut self,
        connection: &mut Self::Connection,
        flow: &FlowView,
        direction: Direction,
        offset: u64,
        kept: &[u8],
        other: &[u8],
    );

    /// A RST that ends the flow: who sent it.
    fn reset(&mut self, connection: &mut Self::Connection, flow: &FlowView, from: Direction);

    /// The flow is over; called exactly once a flow, also at the end of the input.
    fn end(&mut self, connection: Self::Connection, flow: &FlowView, end: &FlowEnd);
}
