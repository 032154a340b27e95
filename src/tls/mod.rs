//! TLS from the wire: records, handshake messages, negotiated facts, fingerprints, certificates.
//!
//! [`TlsConnection`] takes bytes in stream order and tells a [`TlsSink`] of the handshake once it
//! has settled, and of application data that could be read (NULL suites, key log). It refuses to
//! know what those data mean, where bytes come from, and what the time is.

mod certificate;
mod connection;
mod facts;
mod keylog;
pub mod weakness;

pub use certificate::Authorities;
pub use connection::{TlsConnection, TlsContext, TlsCounters, TlsFollow, TlsSink, TlsStart};
pub use facts::{Addressing, CertificateFacts, TlsFacts};
pub use keylog::KeyLog;
pub use weakness::{Profile, Weakness};
