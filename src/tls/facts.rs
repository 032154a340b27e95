//! What a handshake showed, in wire codes; names are given when it becomes an event.

use crate::event::{
    Alert, ClientCertificate, Endpoint, Grade, Offered, Outcome, SessionLinks, TlsEvent, TlsVersion,
};
use crate::packet::{Origin, Timestamp};
use crate::redact::Printable;
use crate::tls::groups;
use crate::tls::suites::SuiteCode;
use crate::tls::{ShownCertificate, Weakness};

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
    /// Host name of server_name, wire bytes.
    pub server_name: Option<Vec<u8>>,
    /// ALPN protocols offered, in order, wire bytes.
    pub alpn_offered: Vec<Vec<u8>>,
    /// ALPN protocol chosen, wire bytes.
    pub alpn: Option<Vec<u8>>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why an incomplete one could not be followed, or how a refusal without a readable alert was
    /// told.
    pub reason: Option<Reason>,
    /// Wire code of the negotiated version.
    pub version_id: Option<u16>,
    /// The same, where it has a name.
    pub version: Option<TlsVersion>,
    /// Negotiated suite.
    pub cipher_suite: Option<SuiteCode>,
    /// Group of the key exchange.
    pub group: Option<u16>,
    /// Bits of the Diffie-Hellman prime, where there was one in the clear.
    pub dh_bits: Option<u32>,
    /// HelloRetryRequest seen.
    pub hello_retry: bool,
    /// Resumed; `None` where that cannot be told.
    pub resumed: Option<bool>,
    /// First alert that could be read.
    pub alert: Option<Alert>,
    /// Whether a client certificate was asked for and shown.
    pub client_certificate: ClientCertificate,
    /// Key of the server's certificate by the length of its CertificateVerify: inferred, TLS 1.3.
    pub inferred_server_key: Option<&'static str>,
    /// Versions offered, wire codes, GREASE left out.
    pub offered_versions: Vec<u16>,
    /// Suites offered in order, GREASE and signals left out.
    pub offered_suites: Vec<SuiteCode>,
    /// Groups offered in order, GREASE left out.
    pub offered_groups: Vec<u16>,
    /// JA3, MD5 hex.
    pub ja3: Option<String>,
    /// JA3S, MD5 hex.
    pub ja3s: Option<String>,
    /// JA4.
    pub ja4: Option<String>,
    /// Chains, server's first.
    pub certificates: Vec<ShownCertificate>,
    /// Rating under the profile; `None` where nothing was negotiated.
    pub grade: Option<Grade>,
    /// What is weak, sorted.
    pub weaknesses: Vec<Weakness>,
    /// Encrypted ClientHello was offered (`0xfe0d`).
    pub encrypted_client_hello: bool,
    /// The client sent early data (0-RTT).
    pub early_data: bool,
    /// What names the session.
    pub session: SessionLinks,
}

/// Why a handshake is incomplete, or how a refusal was told where no alert could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The input ended, or the connection was given up, first.
    EndOfInput,
    /// Bytes are missing.
    Gap,
    /// The client's bytes are no TLS records.
    ClientNotTls,
    /// The server's bytes are no TLS records.
    ServerNotTls,
    /// A handshake message contradicts itself.
    Malformed,
    /// A handshake message, or the handshake, is longer than we keep.
    TooLong,
    /// The client sent an alert that is encrypted.
    ClientEncryptedAlert,
    /// The server sent an alert that is encrypted, or a record of just that length, and closed.
    ServerEncryptedAlert,
    /// The server never answered.
    NoAnswer,
    /// The connection was closed in the middle.
    Closed,
    /// The client sent its Finished, and no word of the server's showed that it was a true one.
    Unproven,
}

impl Reason {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::EndOfInput => "the capture ends before the handshake does",
            Self::Gap => "bytes of the handshake are missing from the capture",
            Self::ClientNotTls => "the client's bytes are no TLS records",
            Self::ServerNotTls => "the server's bytes are no TLS records",
            Self::Malformed => "a handshake message is malformed",
            Self::TooLong => "a handshake message is longer than is kept",
            Self::ClientEncryptedAlert => {
                "the client sent an encrypted alert and the connection ended"
            }
            Self::ServerEncryptedAlert => "the server sent an encrypted alert and closed",
            Self::NoAnswer => "the server never answered the ClientHello",
            Self::Closed => "closed in the middle of the handshake, without an alert",
            Self::Unproven => {
                "the client sent its Finished and the server did not show that it took it"
            }
        }
    }
}

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
        let offered = Offered {
            versions: self
                .offered_versions
                .iter()
                .map(|id| version_name(*id))
                .collect(),
            cipher_suites: self.offered_suites.iter().map(|id| id.name()).collect(),
            groups: self
                .offered_groups
                .iter()
                .map(|id| groups::name(*id))
                .collect(),
        };
        let certificates = self
            .certificates
            .iter()
            .map(|certificate| certificate.summary(&mut print))
            .collect();
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
            reason: self.reason.map(|reason| reason.text().to_owned()),
            version: self.version,
            version_id: self.version_id.map(|id| format!("{id:#06x}")),
            cipher_suite: self.cipher_suite.map(SuiteCode::name),
            cipher_suite_openssl: self
                .cipher_suite
                .and_then(SuiteCode::openssl)
                .map(str::to_owned),
            cipher_suite_id: self.cipher_suite.map(SuiteCode::hex),
            group: self.group.map(groups::name),
            group_id: self.group.map(|id| format!("{id:#06x}")),
            hello_retry: self.hello_retry,
            resumed: self.resumed,
            early_data: self.early_data,
            encrypted_client_hello: self.encrypted_client_hello,
            alert: self.alert,
            client_certificate: self.client_certificate,
            offered,
            ja3: self.ja3,
            ja3s: self.ja3s,
            ja4: self.ja4,
            certificates,
            grade: self.grade,
            weaknesses: self.weaknesses.iter().map(|w| w.id().to_owned()).collect(),
            capture: self.origin.capture,
            frame: (!addressing.live).then_some(self.origin.frame),
            session: self.session,
        }
    }
}

/// `TLSv1.3`, else the wire code.
fn version_name(id: u16) -> String {
    TlsVersion::from_id(id).map_or_else(|| format!("{id:#06x}"), |known| known.name().to_owned())
}
