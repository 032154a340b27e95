//! RESP: the grammar (resumable tokens), then what Redis means by it (commands, replies, pairing,
//! session state, replication), each in its own file.
//!
//! Knows nothing of TCP, packets or sensitivity. Bytes and gaps come in by direction, messages go
//! out through a [`RespSink`].

pub mod commands;
mod config;
mod connection;
mod grammar;
mod model;
mod pairing;
#[cfg(test)]
mod properties;
pub mod rdb;
mod replication;
#[cfg(test)]
#[path = "tests/server.rs"]
pub(crate) mod test_server;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use config::{
    DEFAULT_KEPT_MESSAGE_LEN, DEFAULT_KEPT_NODES, DEFAULT_KEPT_PREFIX_LEN, DEFAULT_KEPT_VALUE_LEN,
    DEFAULT_MAX_BULK_LEN, DEFAULT_PENDING_LEN, RespConfig, Start,
};
pub use connection::RespConnection;
pub use grammar::{Plausible, plausible_reply, plausible_request};
pub use model::{
    Argument, Arguments, Buffers, Children, Command, ErrorClass, Exchange, Node, Push, PushKind,
    RdbForm, RdbPart, Reply, RequestRecord, RespCounters, RespSink, Session, Span, Store, Value,
    ValuePart,
};

/// Bytes of a request's words kept until its reply, all words together.
pub const MAX_RETAINED_LEN: usize = 1024;
