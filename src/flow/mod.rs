//! Five-tuple table: which connection a segment belongs to, which side is the client, when it ends.
//!
//! Generic over its [`Handler`]; names neither RESP nor TLS. Two [`crate::reassembly`] halves do
//! the ordering; this module owns the table, the timers, the budget and eviction.

mod handler;

pub use handler::{Chunk, FlowEnd, FlowView, Follow, Gap, GapCause, Handler, Orientation};
