//! `tls` events.

use serde::{Deserialize, Serialize};

use super::Endpoint;
use crate::packet::Timestamp;
use crate::redact::Printable;

/// One TLS handshake.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TlsEvent {
    /// Capture time of the packet that settled the outcome.
    pub time: Timestamp,
    /// Connection id.
    pub connection: String,
    /// Community ID v1.
    pub community_id: String,
    /// Client.
    pub client: Endpoint,
    /// Server.
    pub server: Endpoint,
    /// Host name of the server_name extension (RFC 6066 3).
    pub server_name: Option<Printable>,
    /// ALPN protocols offered, in order (RFC 7301).
    pub alpn_offered: Vec<Printable>,
    /// ALPN protocol chosen, where it is in the clear.
    pub alpn: Option<Printable>,
    /// How the handshake ended.
    pub outcome: Outcome,
    /// Why an incomplete handshake could not be followed, or how a refusal was told where no alert
    /// could be read; null otherwise.
    pub reason: Option<String>,
    /// Negotiated version.
    pub version: Option<TlsVersion>,
    /// Its wire code: `0x0304`.
    pub version_id: Option<String>,
    /// IANA name.
    pub cipher_suite: Option<String>,
    /// OpenSSL name, as redis.conf and s_client write it.
    pub cipher_suite_openssl: Option<String>,
    /// `0x1302`.
    pub cipher_suite_id: Option<String>,
    /// Key exchange group: `X25519MLKEM768`.
    pub group: Option<String>,
    /// `0x11ec`.
    pub group_id: Option<String>,
    /// A HelloRetryRequest was sent (RFC 8446 4.1.4).
    pub hello_retry: bool,
    /// The session was resumed; null where that cannot be told.
    pub resumed: Option<bool>,
    /// Early data was sent (RFC 8446 2.3): commands in it can be replayed.
    #[serde(default)]
    pub early_data: bool,
    /// An encrypted ClientHello was offered, so `server_name` may be a decoy.
    #[serde(default)]
    pub encrypted_client_hello: bool,
    /// The first alert in the clear.
    pub alert: Option<Alert>,
    /// Whether a client certificate was asked for and shown.
    pub client_certificate: ClientCertificate,
    /// What the client offered.
    pub offered: Offered,
    /// JA3 (MD5, hex).
    pub ja3: Option<String>,
    /// JA3S (MD5, hex).
    pub ja3s: Option<String>,
    /// JA4.
    pub ja4: Option<String>,
    /// The server's chain and the client's, TLS 1.2 and older.
    pub certificates: Vec<CertificateSummary>,
    /// Rating under the profile in force.
    pub grade: Option<Grade>,
    /// Rule ids of what is weak.
    pub weaknesses: Vec<String>,
    /// Index of the input or interface.
    pub capture: u32,
    /// Packet number of the ClientHello (of the first record where none was seen); null live.
    pub frame: Option<u64>,
    /// Names the session, for whoever looks for the handshake that a resumed one continues; not
    /// written.
    #[serde(skip)]
    pub session: SessionLinks,
}

/// Session ids and tickets of a handshake, as hashes: whoever reads a ticket should not have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionLinks {
    /// What the client came with.
    pub offered: Vec<[u8; 16]>,
    /// What the server gave it.
    pub issued: Vec<[u8; 16]>,
}

/// A ticket of TLS 1.3 that could be read after its handshake was told (RFC 8446 4.6.1), as hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedTicket {
    /// The server that issued it.
    pub server: Endpoint,
    /// The handshake after which it came, as it stands in `issued` of its [`SessionLinks`].
    pub handshake: [u8; 16],
    /// The ticket.
    pub ticket: [u8; 16],
}

/// A protocol version as the contract writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TlsVersion {
    /// SSL 2.0.
    #[serde(rename = "SSLv2")]
    Ssl2,
    /// SSL 3.0 (RFC 6101).
    #[serde(rename = "SSLv3")]
    Ssl3,
    /// RFC 2246.
    #[serde(rename = "TLSv1.0")]
    Tls10,
    /// RFC 4346.
    #[serde(rename = "TLSv1.1")]
    Tls11,
    /// RFC 5246.
    #[serde(rename = "TLSv1.2")]
    Tls12,
    /// RFC 8446.
    #[serde(rename = "TLSv1.3")]
    Tls13,
}

impl TlsVersion {
    /// From the wire code; `None` for drafts, GREASE and the unknown.
    #[must_use]
    pub fn from_id(id: u16) -> Option<Self> {
        match id {
            0x0002 => Some(Self::Ssl2),
            0x0300 => Some(Self::Ssl3),
            0x0301 => Some(Self::Tls10),
            0x0302 => Some(Self::Tls11),
            0x0303 => Some(Self::Tls12),
            0x0304 => Some(Self::Tls13),
            _ => None,
        }
    }

    /// `TLSv1.3`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssl2 => "SSLv2",
            Self::Ssl3 => "SSLv3",
            Self::Tls10 => "TLSv1.0",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        }
    }
}

/// How a handshake ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Application data flowed, or both Finished messages were seen.
    Established,
    /// Ended by an alert, or by closing in the middle.
    Refused,
    /// The capture, a gap or broken bytes ended our sight of it.
    Incomplete,
}

/// `{"level", "description", "from"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// `warning` or `fatal`.
    pub level: String,
    /// `handshake_failure`; the number where it has no name.
    pub description: String,
    /// `client` or `server`.
    pub from: String,
}

/// Whether a client certificate was asked for and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCertificate {
    /// CertificateRequest.
    pub requested: Observed,
    /// A non-empty client Certificate.
    pub presented: Observed,
    /// What we go by.
    pub why: String,
}

/// How a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// Seen in the clear.
    Yes,
    /// Seen in the clear to be absent.
    No,
    /// Follows from record lengths, or from the handshake that a resumed session continues.
    InferredYes,
    /// Follows from record lengths, or from the handshake that a resumed session continues.
    InferredNo,
    /// Cannot be seen.
    NotObservable,
}

/// What a ClientHello offered, in its order, by name (hex where a code has none).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Versions.
    pub versions: Vec<String>,
    /// Cipher suites.
    pub cipher_suites: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
}

/// One certificate of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSummary {
    /// RFC 4514 string.
    pub subject: Printable,
    /// RFC 4514 string.
    pub issuer: Printable,
    /// Hex.
    pub serial: String,
    /// Start of validity.
    pub not_before: String,
    /// End of validity.
    pub not_after: String,
    /// DNS names.
    pub san_dns: Vec<Printable>,
    /// IP addresses.
    pub san_ip: Vec<String>,
    /// `RSA 2048`, `EC P-256`, `Ed25519`.
    pub key: String,
    /// `sha256WithRSAEncryption`.
    pub signature: String,
    /// Subject and issuer are equal and the signature is its own key's.
    pub self_signed: bool,
    /// SHA-256 over the DER, hex.
    pub fingerprint_sha256: String,
    /// `server`, `client`, `intermediate`, `root`.
    pub role: String,
}

/// Rating of a handshake under the profile in force; ordered, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Nothing to wish for.
    Strong,
    /// Fine today.
    Acceptable,
    /// Should be mended.
    Weak,
    /// Gives no protection worth the name.
    Broken,
}
