//! Limits of the RESP room: what is kept of a message, and what is refused.

/// Longest value kept whole, in bytes, by its announced length. JSON in values is decoded up to
/// this size; longer values go by as parts.
pub const DEFAULT_KEPT_VALUE_LEN: usize = 64 * 1024;

/// Bytes kept of a value too long to keep whole: enough to name a key or show a preview.
pub const DEFAULT_KEPT_PREFIX_LEN: usize = 256;

/// Bytes kept of one message, all its values together, before further values go by as parts.
pub const DEFAULT_KEPT_MESSAGE_LEN: usize = 1024 * 1024;

/// Words of a request, or nodes of a reply, that are kept; further ones go by as parts.
pub const DEFAULT_KEPT_NODES: usize = 64 * 1024;

/// Longest bulk string believed, in bytes: the default of `proto-max-bulk-len`. A longer one is a
/// protocol error to the server too.
pub const DEFAULT_MAX_BULK_LEN: u64 = 512 * 1024 * 1024;

/// Bytes of requests that wait for their reply, bookkeeping included, a connection. A pipeline
/// beyond it stays in step, but its oldest requests are given up as unanswered.
pub const DEFAULT_PENDING_LEN: usize = 8 * 1024 * 1024;

/// What a decoder keeps of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RespConfig {
    /// See [`DEFAULT_KEPT_VALUE_LEN`].
    pub kept_value_len: usize,
    /// See [`DEFAULT_KEPT_PREFIX_LEN`].
    pub kept_prefix_len: usize,
    /// See [`DEFAULT_KEPT_MESSAGE_LEN`].
    pub kept_message_len: usize,
    /// See [`DEFAULT_KEPT_NODES`].
    pub kept_nodes: usize,
    /// See [`DEFAULT_MAX_BULK_LEN`].
    pub max_bulk_len: u64,
    /// See [`DEFAULT_PENDING_LEN`].
    pub pending_len: usize,
}

impl Default for RespConfig {
    fn default() -> Self {
        Self {
            kept_value_len: DEFAULT_KEPT_VALUE_LEN,
            kept_prefix_len: DEFAULT_KEPT_PREFIX_LEN,
            kept_message_len: DEFAULT_KEPT_MESSAGE_LEN,
            kept_nodes: DEFAULT_KEPT_NODES,
            max_bulk_len: DEFAULT_MAX_BULK_LEN,
            pending_len: DEFAULT_PENDING_LEN,
        }
    }
}

/// How much of a connection's past is known when its first bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Start {
    /// The handshake was seen: the first byte of each direction begins a message.
    FirstByte,
    /// The connection began before the capture: the first byte may lie anywhere.
    Midstream,
}
