//! One TLS connection: from bytes in stream order to the facts of its handshake.

use std::net::IpAddr;

use crate::event::{TlsEvidence, TlsVersion, Transport};
use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;
use crate::tls::{Authorities, KeyLog, Profile, TlsFacts};

/// What the room is given and does not change while a connection lives, but for the key log.
#[derive(Default)]
pub struct TlsContext {
    /// What counts as weak.
    pub profile: Profile,
    /// For the chain check; none is made without.
    pub authorities: Option<Authorities>,
    /// Secrets; where there are none, nothing waits for them.
    pub keys: Option<KeyLog>,
}

/// What is known when a connection starts.
#[derive(Debug, Clone, Copy)]
pub struct TlsStart {
    /// The first packet was no SYN.
    pub midstream: bool,
    /// TCP's server, for the name check of its certificate.
    pub server: Option<IpAddr>,
}

/// Whether more is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFollow {
    /// Go on.
    On,
    /// Nothing more is wanted of this connection.
    Done,
}

/// Who takes what is found.
pub trait TlsSink {
    /// A handshake has settled: at most one a connection, more only where a renegotiation was
    /// readable.
    fn handshake(&mut self, facts: TlsFacts);

    /// Readable application data in order, of a NULL suite or decrypted by the key log.
    /// `direction` is TCP's. Between two calls of one direction nothing is missing unless
    /// [`TlsSink::plaintext_lost`] came between.
    fn plaintext(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        transport: Transport,
        at: Timestamp,
        origin: Origin,
    );

    /// Application data of unknown length is missing here.
    fn plaintext_lost(&mut self, direction: Direction);
}

/// Bytes by use; their sum is what was given to [`TlsConnection::data`], at any moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TlsCounters {
    /// Bytes of records.
    pub tls_bytes: u64,
    /// Bytes passed over because no record could be found in them.
    pub skipped_bytes: u64,
    /// Times the next record header was looked for.
    pub resyncs: u64,
}

/// One TLS connection.
pub struct TlsConnection {}

impl TlsConnection {
    /// A connection nothing was seen of.
    #[must_use]
    pub fn new(start: TlsStart) -> Self {
        let _ = start;
        Self {}
    }

    /// Bytes in order.
    pub fn data(
        &mut self,
        context: &TlsContext,
        direction: Direction,
        bytes: &[u8],
        at: Timestamp,
        origin: Origin,
        sink: &mut impl TlsSink,
    ) -> TlsFollow {
        let _ = (context, direction, bytes, at, origin, sink);
        TlsFollow::On
    }

    /// `len` bytes will never come.
    pub fn gap(
        &mut self,
        context: &TlsContext,
        direction: Direction,
        len: u64,
        at: Timestamp,
        sink: &mut impl TlsSink,
    ) -> TlsFollow {
        let _ = (context, direction, len, at, sink);
        TlsFollow::On
    }

    /// FIN of one side.
    pub fn finished(
        &mut self,
        context: &TlsContext,
        direction: Direction,
        at: Timestamp,
        sink: &mut impl TlsSink,
    ) {
        let _ = (context, direction, at, sink);
    }

    /// RST by `from`.
    pub fn reset(
        &mut self,
        context: &TlsContext,
        from: Direction,
        at: Timestamp,
        sink: &mut impl TlsSink,
    ) {
        let _ = (context, from, at, sink);
    }

    /// The connection is over or the input ended: what is unsettled is told as it stands.
    pub fn finish(&mut self, context: &TlsContext, at: Timestamp, sink: &mut impl TlsSink) {
        let _ = (context, at, sink);
    }

    /// Version, and how it is known: the `tls_version` and `tls_evidence` of the connection.
    #[must_use]
    pub fn version(&self) -> (Option<TlsVersion>, TlsEvidence) {
        (None, TlsEvidence::NotSeen)
    }

    /// Bytes by use so far.
    #[must_use]
    pub fn counters(&self) -> TlsCounters {
        TlsCounters::default()
    }

    /// The ClientHello came from TCP's server, so client and server are to be swapped.
    #[must_use]
    pub fn swapped(&self) -> bool {
        false
    }
}
