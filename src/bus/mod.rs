//! The cluster bus in the clear: who tells whom what, and which published messages go along.
//!
//! Nodes of a Redis or Valkey cluster gossip over a binary protocol of their own (port + 10000 by
//! default, recognised on any port by its `RCmb` signature). Unless `tls-cluster` is on, PUBLISH
//! payloads and the topology travel in the clear. Knows nothing of TCP, and nothing of RESP.

mod header;
mod stream;

use stream::Stream;

use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;

/// Decoder of one bus connection, both directions.
#[derive(Debug, Default)]
pub struct BusConnection {
    client_to_server: Stream,
    server_to_client: Stream,
    counters: BusCounters,
}

/// Type of a message; open, since newer nodes send newer ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusMessageType(pub u16);

/// What a full header tells of the node that sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusNode<'a> {
    /// Name: 40 hexadecimal digits, as sent.
    pub name: &'a [u8],
    /// Its primary's name; `None` for a primary.
    pub primary: Option<&'a [u8]>,
    /// Address the node gives itself; empty where it leaves that to the receiver.
    pub address: &'a [u8],
    /// Client port: plaintext, or TLS where the node's `tls-cluster` is on.
    pub port: u16,
    /// The other client port (TLS where `port` is plaintext, and the other way round); 0: none.
    /// Both set is direct evidence that a plaintext and a TLS port are open.
    pub other_port: u16,
    /// Bus port; 0 in old versions: `port` + 10000.
    pub bus_port: u16,
    /// Flags as sent (1: itself, 2: primary, 4: replica, 8: may be failing, 16: failed).
    pub flags: u16,
    /// Hash slots it serves.
    pub slots: u16,
    /// True where the cluster's state, as this node sees it, is "ok".
    pub cluster_ok: bool,
}

/// A published message on its way to the other nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusPublish<'a> {
    /// Channel, at most [`MAX_CHANNEL_LEN`] bytes of it.
    pub channel: &'a [u8],
    /// True length of the channel's name in bytes.
    pub channel_len: u32,
    /// Payload, at most [`MAX_PAYLOAD_LEN`] bytes of it.
    pub payload: &'a [u8],
    /// True length of the payload in bytes.
    pub payload_len: u32,
    /// SPUBLISH: to the nodes of one shard.
    pub sharded: bool,
}

/// One message, complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusMessage<'a> {
    /// Which way.
    pub direction: Direction,
    /// Its type, the bit for light headers taken off.
    pub kind: BusMessageType,
    /// Wire length in bytes.
    pub len: u32,
    /// The sender; `None` under a light header (Valkey 8), which does not say.
    pub node: Option<BusNode<'a>>,
    /// What was published, for the two types that carry it.
    pub publish: Option<BusPublish<'a>>,
    /// Some of it was lost.
    pub broken: bool,
    /// Capture time of its last byte.
    pub at: Timestamp,
    /// Packet of its last byte.
    pub origin: Origin,
}

/// Takes what a bus connection says.
pub trait BusSink {
    /// A message.
    fn message(&mut self, message: &BusMessage<'_>);
}

/// Every byte taken is in exactly one of the byte counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BusCounters {
    /// Bytes of messages.
    pub cluster_bus_bytes: u64,
    /// Bytes passed over by a resync, and of messages broken by a gap in their header.
    pub skipped_bytes: u64,
    /// Bytes of messages that never became complete.
    pub unfinished_bytes: u64,
    /// Published bytes beyond the kept prefix, which no detector sees.
    pub unscanned_bytes: u64,
    /// Messages.
    pub messages: u64,
    /// Messages that carry something published.
    pub publishes: u64,
    /// Times the decoder lost step.
    pub resyncs: u64,
}

impl BusConnection {
    /// A connection of which nothing was seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of one direction; any cut is as good as any other.
    pub fn data(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        at: Timestamp,
        origin: Origin,
        sink: &mut impl BusSink,
    ) {
        let stream = match direction {
            Direction::ClientToServer => &mut self.client_to_server,
            Direction::ServerToClient => &mut self.server_to_client,
        };
        let message = BusMessage {
            direction,
            kind: BusMessageType(0),
            len: 0,
            node: None,
            publish: None,
            broken: false,
            at,
            origin,
        };
        stream.push(bytes, message, &mut self.counters, sink);
    }

    /// Takes note of `len` bytes that will never come.
    pub fn gap(&mut self, direction: Direction, len: u64) {
        let stream = match direction {
            Direction::ClientToServer => &mut self.client_to_server,
            Direction::ServerToClient => &mut self.server_to_client,
        };
        stream.gap(len, &mut self.counters);
    }

    /// Counts so far; at any time.
    #[must_use]
    pub fn counters(&self) -> BusCounters {
        BusCounters {
            unfinished_bytes: self.client_to_server.waiting_len()
                + self.server_to_client.waiting_len(),
            ..self.counters
        }
    }

    /// Bytes of memory held beyond the struct itself.
    #[must_use]
    pub fn memory_len(&self) -> usize {
        self.client_to_server.memory_len() + self.server_to_client.memory_len()
    }
}

impl BusMessageType {
    /// `PUBLISH` of `cluster_legacy.h`.
    pub const PUBLISH: Self = Self(4);
    /// The same to the nodes of one shard.
    pub const PUBLISH_SHARD: Self = Self(10);

    /// Its name; `None` where we know none.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        const NAMES: [&str; 11] = [
            "PING",
            "PONG",
            "MEET",
            "FAIL",
            "PUBLISH",
            "FAILOVER_AUTH_REQUEST",
            "FAILOVER_AUTH_ACK",
            "UPDATE",
            "MFSTART",
            "MODULE",
            "PUBLISHSHARD",
        ];
        NAMES.get(usize::from(self.0)).copied()
    }
}

/// Bytes kept of a channel's name.
pub const MAX_CHANNEL_LEN: usize = 1024;
/// Bytes kept of a published payload. The same as what RESP keeps for formats that are read whole.
pub const MAX_PAYLOAD_LEN: usize = 64 * 1024;
/// Longest message believed, in bytes: a payload of `proto-max-bulk-len` (512 MiB by default), with
/// room for servers that allow more. A longer claim is no message.
pub const MAX_MESSAGE_LEN: u32 = 2 * 1024 * 1024 * 1024 - 1;

#[cfg(test)]
mod tests;
