//! Five-tuple table: which connection a segment belongs to, which side is the client, when it ends.
//!
//! Generic over its [`Handler`]; names neither RESP nor TLS. Two [`crate::reassembly`] streams a
//! flow do the ordering; this module owns the table, validity, timers, the budget and eviction.
//!
//! ```
//! use resp_sniff::flow::{Chunk, FlowConfig, FlowEnd, FlowTable, FlowView, Follow, Gap, Handler};
//! use resp_sniff::packet::{Origin, Timestamp};
//! use resp_sniff::segment::*;
//!
//! /// Prints what the client sends.
//! #[derive(Default)]
//! struct Print(String);
//! impl Handler for Print {
//!     type Connection = ();
//!     fn data(&mut self, _: &mut (), _: &FlowView, chunk: Chunk<'_>) -> Follow {
//!         self.0.push_str(&String::from_utf8_lossy(chunk.bytes));
//!         Follow::On
//!     }
//!     fn gap(&mut self, _: &mut (), _: &FlowView, _: Gap) -> Follow {
//!         Follow::On
//!     }
//!     fn finished(&mut self, _: &mut (), _: &FlowView, _: Direction) {}
//!     fn conflict(&mut self, _: &mut (), _: &FlowView, _: Direction, _: u64, _: &[u8], _: &[u8]) {}
//!     fn reset(&mut self, _: &mut (), _: &FlowView, _: Direction) {}
//!     fn end(&mut self, _: (), flow: &FlowView, end: &FlowEnd) {
//!         assert_eq!(flow.server().port, 6379);
//!         assert_eq!(end.client_to_server.delivered_bytes, 14);
//!     }
//! }
//!
//! let segment = Segment {
//!     at: Timestamp::from_parts(1_700_000_000, 0),
//!     origin: Origin { capture: 0, frame: 1 },
//!     source: Endpoint { address: Address::v4([10, 0, 0, 1]), port: 52_000 },
//!     destination: Endpoint { address: Address::v4([10, 0, 0, 2]), port: 6379 },
//!     tag: 0,
//!     seq: SeqNum(1),
//!     ack: SeqNum(1),
//!     flags: TcpFlags(TcpFlags::ACK | TcpFlags::PSH),
//!     window: 512,
//!     urgent: 0,
//!     options: &[],
//!     timestamps: None,
//!     payload: b"*1\r\n$4\r\nPING\r\n",
//!     wire_payload_len: 14,
//!     checksum: Checksum::Good,
//! };
//! let (mut table, mut print) = (FlowTable::new(&FlowConfig::default()), Print::default());
//! table.push(&segment, &mut print);
//! table.tick(segment.at, &mut print); // about every 10 ms of capture time
//! table.finish(&mut print);
//! assert_eq!(print.0, "*1\r\n$4\r\nPING\r\n");
//! assert_eq!(table.counters().accounted_bytes(), 14);
//! ```

mod ahead;
mod config;
mod counters;
mod echo;
mod follow;
mod handler;
mod key;
mod record;
mod site;
mod slab;
mod table;
#[cfg(test)]
mod tests;

pub use ahead::{Ahead, LOOK_AHEAD, LOOK_AHEAD_FLOWS};
pub use config::{ChecksumPolicy, DEFAULT_MAX_FLOWS, DEFAULT_MAX_HELD_BYTES, FlowConfig};
pub use counters::{FlowCounters, Gauges};
pub use echo::ECHO_ENTRIES;
pub use handler::{Chunk, FlowEnd, FlowView, Follow, Gap, GapCause, Handler, Opening, Orientation};
pub use key::{SHARDS, shard_of};
pub use table::{FlowTable, IDLE_NS, LINGER_NS, TICK_FLOWS};
