//! RESP: the grammar (resumable tokens), then what Redis means by it (commands, replies, pairing,
//! session state, replication), each in its own file.
//!
//! Knows nothing of TCP, packets or sensitivity. Bytes and gaps come in by direction, messages go
//! out through a [`RespSink`].

pub mod commands;
mod model;

pub use model::{
    Argument, Arguments, Buffers, Children, Command, Exchange, Node, Push, PushKind, Reply,
    RequestRecord, RespCounters, RespSink, Session, Span, Store, Value, ValuePart,
};

/// Bytes of a request's words kept until its reply, all words together.
pub const MAX_RETAINED_LEN: usize = 1024;
