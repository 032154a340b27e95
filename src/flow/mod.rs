//! Five-tuple table: which connection a segment belongs to, which side is the client, when it ends.
//!
//! Generic over its [`Handler`]; names neither RESP nor TLS. Two [`crate::reassembly`] halves do
//! the ordering; this module owns the table, the timers, the budget and eviction.

mod config;
mod counters;
mod handler;
mod key;
mod table;

pub use config::{ChecksumPolicy, DEFAULT_MAX_FLOWS, DEFAULT_MAX_HELD_BYTES, FlowConfig};
pub use counters::{FlowCounters, Gauges};
pub use handler::{Chunk, FlowEnd, FlowView, Follow, Gap, GapCause, Handler, Orientation};
pub use key::{SHARDS, shard_of};
pub use table::FlowTable;
