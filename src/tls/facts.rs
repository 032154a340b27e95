//! What a handshake showed, in wire codes; names are given when it becomes an event.

use crate::event::{
    Alert, ClientCertificate, Endpoint, Grade, Offered, Outcome, TlsEvent, TlsVersion,
};
use crate::packet::{Origin, Timestamp};
use crate::redact::Printable;
use crate::tls::Weakness;

/// One handshake, settled.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent fact of the event"
)]
pub struct TlsFacts {
    /// Capture time of the packet that settled the outcome.
    pub at: Timestamp,
    /// The packet of the ClientHello, or of the first record where none was seen.
    pub origin: Origin,
    /// The ClientHello came from TCP's server: what `flow` calls client is the server.
    pub swapped: bool,
    /// Host name of server_name.
    pub server_name: Option<Vec<u8>>,
    /// ALPN protocols offered, in order.
    pub alpn_offered: Vec<Vec<u8>>,
    /// ALPN protocol chosen.
    pub alpn: Option<Vec<u8>>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why an incomplete one could not be followed.
    pub reason: Option<&'static str>,
    /// Wire code of the negotiated version.
    pub version_id: Option<u16>,
    /// The same, where it has a name.
    pub version: Option<TlsVersion>,
    /// Suite.
    pub cipher_suite: Option<u32>,
    /// Group of the key exchange.
    pub group: Option<u16>,
    /// HelloRetryRequest seen.
    pub hello_retry: bool,
    /// Resumed; `None` where that cannot be told.
    pub resumed: Option<bool>,
    /// First alert in the clear.
    pub alert: Option<Alert>,
    /// Whether a client certificate was asked for and shown.
    pub client_certificate: ClientCertificate,
    /// Versions offered, wire codes, GREASE left out.
    pub offered_versions: Vec<u16>,
    /// Suites offered, GREASE left out; SSLv2 kinds have three bytes.
    pub offered_suites: Vec<u32>,
    /// Groups offered, GREASE left out.
    pub offered_groups: Vec<u16>,
    /// JA3, MD5 hex.
    pub ja3: Option<String>,
    /// JA3S, MD5 hex.
    pub ja3s: Option<String>,
    /// JA4.
    pub ja4: Option<String>,
    /// Chains, server's first.
    pub certificates: Vec<CertificateFacts>,
    /// Rating under the profile.
    pub grade: Option<Grade>,
    /// What is weak, sorted.
    pub weaknesses: Vec<Weakness>,
    /// Encrypted ClientHello was offered (`0xfe0d`).
    pub encrypted_client_hello: bool,
    /// The client sent early data (0-RTT).
    pub early_data: bool,
}

/// A certificate, its names still wire bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct CertificateFacts {}

/// What only the analyzer knows of an event.
#[derive(Debug, Clone)]
pub struct Addressing {
    /// Connection id.
    pub connection: String,
    /// Community ID.
    pub community_id: String,
    /// Client.
    pub client: Endpoint,
    /// Server.
    pub server: Endpoint,
    /// Live: frames are null.
    pub live: bool,
}

impl TlsFacts {
    /// The event; `print` is the one exit for wire bytes ([`crate::redact`]).
    #[must_use]
    pub fn into_event(
        self,
        addressing: Addressing,
        mut print: impl FnMut(&[u8]) -> Printable,
    ) -> TlsEvent {
        TlsEvent {
            time: self.at,
            connection: addressing.connection,
            community_id: addressing.community_id,
            client: addressing.client,
            server: addressing.server,
            server_name: self.server_name.map(|name| print(&name)),
            alpn_offered: self.alpn_offered.iter().map(|name| print(name)).collect(),
            alpn: self.alpn.map(|name| print(&name)),
            outcome: self.outcome,
            reason: self.reason.map(str::to_owned),
            version: self.version,
            version_id: self.version_id.map(|id| format!("{id:#06x}")),
            cipher_suite: None,
            cipher_suite_openssl: None,
            cipher_suite_id: None,
            group: None,
            group_id: self.group.map(|id| format!("{id:#06x}")),
            hello_retry: self.hello_retry,
            resumed: self.resumed,
            early_data: self.early_data,
            encrypted_client_hello: self.encrypted_client_hello,
            alert: self.alert,
            client_certificate: self.client_certificate,
            offered: Offered::default(),
            ja3: self.ja3,
            ja3s: self.ja3s,
            ja4: self.ja4,
            certificates: Vec::new(),
            grade: self.grade,
            weaknesses: self.weaknesses.iter().map(|w| w.id().to_owned()).collect(),
            capture: self.origin.capture,
            frame: (!addressing.live).then_some(self.origin.frame),
        }
    }
}
