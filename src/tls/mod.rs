//! TLS from the wire: records, handshake messages, negotiated facts, fingerprints, certificates.
//!
//! [`TlsConnection`] takes bytes in stream order and tells a [`TlsSink`] of the handshake once it
//! has settled, and of application data that could be read (NULL suites, key log). It refuses to
//! know what those data mean, where bytes come from, and what the time is.
//!
//! From the wire up: `record` (headers and bodies), `handshake` (messages out of bodies), `hello`
//! and `certificate` (what messages say), `negotiation` (what the two ends have said so far, and
//! whether that settles it), `inference` (what record lengths prove where nothing can be read),
//! `rating` (what is weak), `session` (what a resumed one inherits), `connection` (all of it, over two directions of bytes). `keylog`,
//! `decrypt` and `decryption` open what the key log has secrets for.

mod certificate;
mod connection;
mod decrypt;
mod decryption;
mod facts;
mod fingerprint;
pub mod groups;
mod handshake;
mod hello;
mod inference;
mod keylog;
mod midstream;
mod negotiation;
mod rating;
mod record;
mod role;
mod session;
mod signature;
mod ssl2;
pub mod suites;
pub mod weakness;

pub use certificate::{Authorities, CertificateFacts, Key, Position, ShownCertificate};
pub use connection::{TlsConnection, TlsContext, TlsCounters, TlsFollow, TlsSink, TlsStart};
pub use facts::{Addressing, Reason, TlsFacts};
pub use keylog::KeyLog;
pub use session::{Forgotten, Sessions};
pub use weakness::{Profile, Weakness};

/// Every limit of this room; each breach is told: as an incomplete handshake, or as data not read.
pub mod limits {
    pub use super::certificate::{MAX_CHAIN, MAX_NAMES};
    pub use super::connection::{MAX_HANDSHAKE_LEN, MAX_HELD_BACK_NS};
    pub use super::decryption::{MAX_WAITING_LEN, MAX_WAITING_TOTAL};
    pub use super::handshake::{MAX_CHAIN_LEN, MAX_MESSAGE_LEN};
    pub use super::keylog::{MAX_LINE_LEN, MAX_SESSIONS};
    pub use super::record::MAX_RECORD_LEN;
    pub use super::session::MAX_REMEMBERED;
}
