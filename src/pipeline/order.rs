//! The order of events: by the packet that completed them, timers before it, then by shard,
//! then by sequence.
//!
//! One worker or eight write the same lines in the same order, because the order is a property of
//! the event and not of who was faster.

use crate::event::Event;

/// Where an event stands in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// Number of the packet in the run, over all inputs.
    pub packet: u64,
    /// What happened then.
    pub cause: Cause,
    /// Shard of the flow.
    pub shard: u8,
    /// Number among the events of that packet and shard.
    pub sequence: u32,
}

/// What completed an event: before a packet is worked on, the timers run that are due by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A timer, or the end of the input.
    Timer,
    /// The packet itself.
    Packet,
}

/// An event and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordered {
    /// The place.
    pub order: Order,
    /// The event.
    pub event: Event,
}
