//! What the two ends of one handshake have said so far.
//!
//! Takes handshake messages, alerts and the lengths of protected records, in the order in which
//! they were captured, and answers how far the two have come. Knows nothing of TCP or of cuts.

use tls_parser::{ECParametersContent, parse_dh_params, parse_ecdh_params};

use crate::event::{Alert, ClientCertificate, Observed, SessionLinks, TlsVersion};
use crate::packet::Origin;
use crate::tls::TlsContext;
use crate::tls::certificate::{ChainVerdict, MAX_CHAIN, Position, ShownCertificate, modulus_bits};
use crate::tls::handshake::kind;
use crate::tls::hello::{ClientHello, Reader, ServerHello, is_tls13};
use crate::tls::inference::{self, Flights, MAX_FLIGHT, Shape};
use crate::tls::record::ContentType;
use crate::tls::role::{Both, Role};
use crate::tls::session;
use crate::tls::suites::{Authentication, Hash, KeyExchange, Mode, Parts, SuiteCode};

/// How a message could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// As it was on the wire.
    Clear,
    /// With the key log.
    Decrypted,
}

/// How far a handshake has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Not yet settled.
    Pending,
    /// Both are done.
    Established,
    /// One of them has refused.
    Refused,
}

/// A message that cannot be what it says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// One handshake.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one message seen or not"
)]
pub(crate) struct Negotiation {
    /// The first ClientHello; a second one after a retry repeats its random.
    pub(crate) client_hello: Option<Box<ClientHello>>,
    /// Packet of the ClientHello, else of the first record.
    pub(crate) origin: Option<Origin>,
    /// The answer; a HelloRetryRequest is none.
    pub(crate) server_hello: Option<Box<ServerHello>>,
    /// What its suite is made of; it is read off a name, and asked for at every record.
    server_parts: Option<Parts>,
    /// A HelloRetryRequest came.
    pub(crate) retry: bool,
    /// Version of an SSLv2 SERVER-HELLO, and the kind that CLIENT-MASTER-KEY chose.
    pub(crate) ssl2: Option<(u16, Option<SuiteCode>)>,
    /// Group of a ServerKeyExchange.
    pub(crate) group: Option<u16>,
    /// Bits of a Diffie-Hellman prime.
    pub(crate) dh_bits: Option<u32>,
    /// Chains, server's first.
    pub(crate) certificates: Vec<ShownCertificate>,
    /// A certificate could not be parsed.
    pub(crate) certificate_malformed: bool,
    /// Chain check of the server's.
    pub(crate) chain: Option<ChainVerdict>,
    /// ALPN of decrypted EncryptedExtensions.
    pub(crate) alpn: Option<Vec<u8>>,
    /// Longest ticket lifetime in seconds.
    pub(crate) ticket_lifetime: Option<u32>,
    /// Tickets that could be read, at most [`MAX_ISSUED`].
    pub(crate) issued: Vec<[u8; 16]>,
    /// The first alert that could be read.
    pub(crate) alert: Option<Alert>,
    /// Bytes of handshake messages are missing.
    pub(crate) gap: bool,
    /// Early data accepted: seen in decrypted EncryptedExtensions.
    pub(crate) early_accepted: bool,

    /// Certificate messages that were seen, and how.
    certificate_seen: Both<Option<Sight>>,
    client_certificate_empty: bool,
    certificate_request: Option<Sight>,
    /// The server's flight was read to its end, in the clear or decrypted.
    server_flight_read: Option<Sight>,
    client_key_exchange: bool,
    change_cipher_spec: Both<bool>,
    /// TLS 1.2 and older: a protected handshake record after this end's ChangeCipherSpec, which is
    /// its Finished; nobody but the other end can tell whether it is a true one.
    finished: Both<bool>,
    /// TLS 1.2 and older: under protection the server said something other than an alert after the
    /// client's Finished, which it does only once that was verified (RFC 5246 7.4.9).
    accepted: bool,
    /// Protected application data records, of TLS 1.3 all.
    protected_data: Both<u32>,
    /// Records of data that the client sent before any answer.
    early_records: u32,
    /// It runs inside an earlier handshake.
    inner: bool,
    flights: Flights,
    /// The server sent something after both flights: how long the first was.
    server_reply: Option<u16>,
    /// The client's flight has its Finished.
    client_flight_done: bool,
    /// Protected alert record of TLS 1.2 and older, or of that length in TLS 1.3, before the end.
    protected_alert: Option<Role>,
    /// A fatal alert could be read.
    refused: bool,
}

impl Negotiation {
    /// One handshake message.
    pub(crate) fn message(
        &mut self,
        role: Role,
        kind: u8,
        body: &[u8],
        sight: Sight,
        context: &mut TlsContext,
    ) -> Result<(), Malformed> {
        match (role, kind) {
            (Role::Client, kind::CLIENT_HELLO) => {
                let hello = ClientHello::parse(body).map_err(|_| Malformed)?;
                match &mut self.client_hello {
                    // RFC 8446 4.1.2: it may leave out identities, and the answer counts these.
                    Some(first) if self.retry => first.identities = hello.identities,
                    Some(_) => {}
                    None => self.client_hello = Some(Box::new(hello)),
                }
            }
            (Role::Server, kind::SERVER_HELLO) => {
                let hello = ServerHello::parse(body).map_err(|_| Malformed)?;
                self.server_hello(hello);
            }
            (Role::Server, kind::HELLO_RETRY_REQUEST) => {
                let hello = ServerHello::parse_draft_retry(body).map_err(|_| Malformed)?;
                self.server_hello(hello);
            }
            (_, kind::CERTIFICATE) => self.certificate(role, body, sight, context)?,
            (Role::Server, kind::SERVER_KEY_EXCHANGE) => self.server_key_exchange(body),
            (Role::Server, kind::CERTIFICATE_REQUEST) => self.certificate_request = Some(sight),
            (Role::Server, kind::SERVER_HELLO_DONE) => self.server_flight_read = Some(sight),
            (Role::Server, kind::FINISHED) if sight == Sight::Decrypted && self.is_tls13() => {
                self.server_flight_read = Some(sight);
            }
            (Role::Client, kind::CLIENT_KEY_EXCHANGE) => self.client_key_exchange = true,
            (Role::Server, kind::ENCRYPTED_EXTENSIONS) => self.encrypted_extensions(body),
            (Role::Server, kind::NEW_SESSION_TICKET) => {
                let mut reader = Reader(body);
                let lifetime = reader.u32();
                self.ticket_lifetime = self.ticket_lifetime.max(lifetime);
                if self.is_tls13() {
                    // RFC 8446 4.6.1: age_add and nonce come first.
                    reader.u32();
                    reader.vec8();
                }
                if let Some(ticket) = reader.vec16()
                    && self.issued.len() < MAX_ISSUED
                {
                    self.issued.push(session::link("ticket", ticket));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An alert that could be read.
    pub(crate) fn alert(&mut self, from: Role, level: u8, description: u8) {
        // close_notify, no_certificate of SSLv3, user_canceled, no_renegotiation and
        // unrecognized_name as a warning end nothing.
        let harmless =
            matches!(description, 0 | 90 | 100) || (level == 1 && matches!(description, 41 | 112));
        if from == Role::Client && description == 41 {
            // SSLv3 5.5.2: instead of an empty Certificate.
            self.certificate_seen.client = Some(Sight::Clear);
            self.client_certificate_empty = true;
        }
        self.refused |= !harmless;
        if self.alert.is_none() && description != 0 {
            self.alert = Some(Alert {
                level: match level {
                    1 => "warning".to_owned(),
                    2 => "fatal".to_owned(),
                    other => other.to_string(),
                },
                description: alert_name(description)
                    .map_or_else(|| description.to_string(), str::to_owned),
                from: match from {
                    Role::Client => "client".to_owned(),
                    Role::Server => "server".to_owned(),
                },
            });
        }
    }

    /// ChangeCipherSpec; means nothing in TLS 1.3 (RFC 8446 D.4).
    pub(crate) fn change_cipher_spec(&mut self, role: Role) {
        *self.change_cipher_spec.of_mut(role) = true;
    }

    /// A record whose body is encrypted, whatever becomes of it.
    pub(crate) fn protected(&mut self, role: Role, content: ContentType, len: usize) {
        let len = u16::try_from(len).unwrap_or(u16::MAX);
        match content {
            ContentType::ApplicationData => {
                let count = self.protected_data.of_mut(role);
                *count = count.saturating_add(1);
            }
            ContentType::Handshake => {}
            ContentType::Alert => {
                self.protected_alert.get_or_insert(role);
                return;
            }
            ContentType::ChangeCipherSpec | ContentType::Heartbeat => return,
        }
        // Its own Finished is no answer: it comes first in an abbreviated handshake, if not always
        // in the capture.
        self.accepted |= role == Role::Server && self.finished.all(|seen| *seen);
        if content == ContentType::Handshake {
            *self.finished.of_mut(role) |= *self.change_cipher_spec.of(role);
        }
        if content == ContentType::ApplicationData && self.is_tls13() {
            self.flight(role, len);
        } else if role == Role::Client && !self.is_answered() {
            self.early_records = self.early_records.saturating_add(1);
        }
    }

    /// The certificate of an SSLv2 SERVER-HELLO.
    pub(crate) fn ssl2_certificate(&mut self, der: &[u8], context: &mut TlsContext) {
        self.certificate_seen.server = Some(Sight::Clear);
        match context.cache.facts(der) {
            Some(facts) => self.certificates.push(ShownCertificate {
                facts,
                position: Position::Server,
            }),
            None => self.certificate_malformed = true,
        }
    }

    /// A handshake inside this one: keys stay changed, the rest starts anew.
    pub(crate) fn renegotiated() -> Self {
        Self {
            inner: true,
            ..Self::default()
        }
    }

    /// Early data was sent, and not known to be rejected.
    pub(crate) fn early_data(&self) -> bool {
        let offered = self.offers_early_data();
        let rejected = self.retry
            || (self.server_flight_read == Some(Sight::Decrypted) && !self.early_accepted);
        offered && self.early_records > 0 && !rejected
    }

    /// The server's answer shows already that it takes no early data.
    pub(crate) fn early_data_impossible(&self) -> bool {
        let answer = self.server_hello.as_ref();
        self.retry || answer.is_some_and(|hello| !hello.pre_shared_key)
    }

    /// Negotiated version, wire code.
    pub(crate) fn version_id(&self) -> Option<u16> {
        match (&self.server_hello, self.ssl2) {
            (Some(hello), _) => Some(hello.version()),
            (None, Some((version, _))) => Some(version),
            (None, None) => None,
        }
    }

    /// Negotiated version, where it has a name.
    pub(crate) fn version(&self) -> Option<TlsVersion> {
        TlsVersion::from_id(self.version_id()?)
    }

    /// Negotiated suite.
    pub(crate) fn suite(&self) -> Option<SuiteCode> {
        match (&self.server_hello, self.ssl2) {
            (Some(hello), _) => Some(hello.suite),
            (None, Some((_, kind))) => kind,
            (None, None) => None,
        }
    }

    /// What the suite is made of.
    pub(crate) fn parts(&self) -> Option<Parts> {
        if self.server_hello.is_some() {
            return self.server_parts;
        }
        self.suite()?.parts()
    }

    /// TLS 1.3, or a draft, was negotiated.
    pub(crate) fn is_tls13(&self) -> bool {
        self.server_hello
            .as_ref()
            .is_some_and(|hello| is_tls13(hello.version()))
    }

    /// ChangeCipherSpec of this end changes keys: it did come, and the version is not 1.3.
    pub(crate) fn keys_changed(&self, role: Role) -> bool {
        if self.inner {
            return true;
        }
        let may_be_tls13 = match &self.server_hello {
            Some(hello) => is_tls13(hello.version()),
            None => self
                .client_hello
                .as_ref()
                .is_some_and(|hello| hello.offers_tls13()),
        };
        *self.change_cipher_spec.of(role) && !may_be_tls13
    }

    /// Something of a handshake was seen.
    pub(crate) fn has_begun(&self) -> bool {
        self.client_hello.is_some()
            || self.server_hello.is_some()
            || self.retry
            || self.ssl2.is_some()
            || self.alert.is_some()
            || self.certificate_seen.any(Option::is_some)
    }

    /// The server has answered.
    pub(crate) fn is_answered(&self) -> bool {
        self.server_hello.is_some() || self.ssl2.is_some() || self.retry
    }

    /// How far the two have come.
    pub(crate) fn progress(&self) -> Progress {
        if self.refused {
            return Progress::Refused;
        }
        if self.is_tls13() {
            return self.progress13();
        }
        // In a full handshake the server's Finished answers the client's, in whichever order the two
        // were captured. In an abbreviated one (RFC 5246 7.3) it comes first, and a client's that
        // follows proves nothing: tickets and session ids are seen by whoever listens. Which it is,
        // the server says.
        let full = self.server_flight_read.is_some() || self.certificate_seen.server.is_some();
        if self.both_finished() && (full || self.accepted) {
            return Progress::Established;
        }
        // The same where no Finished was seen. The client's data alone prove nothing: it may send
        // them before it is answered (RFC 7918), and the server may still refuse.
        if self.protected_data.all(|count| *count > 0) {
            return Progress::Established;
        }
        // One direction alone is in the capture, or the hello was lost. What follows a hello that
        // was seen and not answered is the client's word alone.
        let Both { client, server } = self.protected_data;
        let unheard =
            client >= ONE_SIDED_RECORDS && !self.is_answered() && self.client_hello.is_none();
        if unheard || server >= ONE_SIDED_RECORDS {
            return Progress::Established;
        }
        Progress::Pending
    }

    /// The client has sent its Finished, and nothing shows whether the server took it: no word of
    /// the server's followed, not even an alert.
    pub(crate) fn is_unproven(&self) -> bool {
        if self.is_tls13() {
            self.client_flight_done && self.server_reply.is_none()
        } else {
            self.both_finished() && self.protected_alert != Some(Role::Server)
        }
    }

    /// Who sent an alert that could not be read before the end.
    pub(crate) fn protected_alert(&self) -> Option<Role> {
        if self.alert.is_some() {
            return None;
        }
        if self.is_tls13() {
            let alert = self.alert_len();
            if self.server_reply == Some(alert) {
                return Some(Role::Server);
            }
            return (self.flights.client.last() == Some(&alert)).then_some(Role::Client);
        }
        self.protected_alert
    }

    /// The three rules (Zeek's): TLS 1.3 by the server's pre_shared_key; an echoed session id,
    /// which TLS 1.3 always echoes; a ticket, and then keys changed without a key exchange.
    pub(crate) fn resumed(&self) -> Option<bool> {
        if let Some((_, kind)) = self.ssl2 {
            return Some(kind.is_none());
        }
        let server = self.server_hello.as_ref()?;
        if self.is_tls13() {
            return Some(server.pre_shared_key);
        }
        if self.certificate_seen.server.is_some()
            || self.server_flight_read.is_some()
            || self.client_key_exchange
        {
            return Some(false);
        }
        let client = self.client_hello.as_ref()?;
        let id = &client.session_id;
        let echoed = !id.is_empty() && id.iter().any(|byte| *byte != 0) && *id == server.session_id;
        let changed = self.change_cipher_spec.all(|seen| *seen);
        let ticket = !client.session_ticket.is_empty() && changed;
        if echoed || ticket {
            return Some(true);
        }
        (changed && !self.gap).then_some(true)
    }

    /// What names the session. A client chooses freely what it offers: only what the server goes by
    /// counts, lest it inherit what another proved.
    pub(crate) fn session_links(&self) -> SessionLinks {
        let mut links = SessionLinks {
            issued: self.issued.clone(),
            ..SessionLinks::default()
        };
        let (Some(client), Some(server)) = (&self.client_hello, &self.server_hello) else {
            return links;
        };
        let mut offer = |kind, value: &[u8]| {
            if !value.is_empty() {
                links.offered.push(session::link(kind, value));
            }
        };
        if self.is_tls13() {
            // A session id is only echoed (RFC 8446 4.1.3).
            let selected = server.selected_identity.map(usize::from);
            if let Some(ticket) = selected.and_then(|index| client.identities.get(index)) {
                offer("ticket", ticket);
            }
            return links;
        }
        // Shown a ticket, a server must not go by the id, and echoes it where it takes the ticket
        // (RFC 5077 3.4).
        let by_id = client.session_ticket.is_empty();
        if by_id {
            offer("id", &client.session_id);
        } else {
            offer("ticket", &client.session_ticket);
        }
        let echoed = client.session_id == server.session_id;
        if !server.session_id.is_empty() && (by_id || !echoed) {
            links.issued.push(session::link("id", &server.session_id));
        }
        links
    }

    /// What names this handshake, for tickets that come after it was told.
    pub(crate) fn handshake_link(&self) -> Option<[u8; 16]> {
        let (client, server) = (self.client_hello.as_ref()?, self.server_hello.as_ref()?);
        let randoms = [client.random, server.random].concat();
        Some(session::link("handshake", &randoms))
    }

    /// Whether a client certificate was asked for and shown.
    pub(crate) fn client_certificate(&self) -> ClientCertificate {
        if self.resumed() == Some(true) {
            return inference::not_observable(
                "a resumed session: certificates belong to the handshake it continues",
            );
        }
        if let Some(certain) = self.certain_client_certificate() {
            return certain;
        }
        if !self.is_tls13() {
            return inference::not_observable("the server's flight was not seen to its end");
        }
        if self.gap {
            return inference::not_observable("bytes of the encrypted handshake are missing");
        }
        match self.shape() {
            Some(shape) if self.client_flight_done && !self.offers_early_data() => {
                inference::client_certificate(&self.flights, shape)
            }
            _ => inference::not_observable("the client's encrypted flight was not seen whole"),
        }
    }

    /// Key of the server's certificate, by the length of its CertificateVerify.
    pub(crate) fn inferred_server_key(&self) -> Option<&'static str> {
        let shape = self.shape()?;
        let server = &self.flights.server;
        let verify = server.len().checked_sub(2).and_then(|at| server.get(at))?;
        let separate = server.len() >= 4 && server.last() == Some(&shape.finished());
        if self.gap || !separate {
            return None;
        }
        inference::key_of(*verify, shape)
    }

    /// What the server asked of the client, in a version that could be read.
    fn certain_client_certificate(&self) -> Option<ClientCertificate> {
        let how = |sight| match sight {
            Sight::Clear => "in the clear",
            Sight::Decrypted => "decrypted with the key log",
        };
        let answer = |requested, presented, why: String| ClientCertificate {
            requested,
            presented,
            why,
        };
        if let Some(sight) = self.certificate_seen.client {
            let (presented, what) = if self.client_certificate_empty {
                (Observed::No, "an empty Certificate")
            } else {
                (Observed::Yes, "a Certificate")
            };
            let why = format!("the client sent {what}, {}", how(sight));
            return Some(answer(Observed::Yes, presented, why));
        }
        if let Some(sight) = self.certificate_request {
            let why = format!(
                "CertificateRequest seen {}; no answer to it was",
                how(sight)
            );
            return Some(answer(Observed::Yes, Observed::NotObservable, why));
        }
        let sight = self.server_flight_read.filter(|_| !self.gap)?;
        let why = format!(
            "the server's whole flight was read, {}: no CertificateRequest",
            how(sight)
        );
        Some(answer(Observed::No, Observed::No, why))
    }

    fn server_hello(&mut self, hello: ServerHello) {
        if hello.retry {
            self.retry = true;
        } else if self.server_hello.is_none() {
            self.server_parts = hello.suite.parts();
            self.server_hello = Some(Box::new(hello));
        }
    }

    fn certificate(
        &mut self,
        role: Role,
        body: &[u8],
        sight: Sight,
        context: &mut TlsContext,
    ) -> Result<(), Malformed> {
        let mut reader = Reader(body);
        if self.is_tls13() {
            reader.vec8().ok_or(Malformed)?;
        }
        let len = reader.u24().ok_or(Malformed)?;
        let len = usize::try_from(len).map_err(|_| Malformed)?;
        let mut list = Reader(reader.take(len).ok_or(Malformed)?);
        let mut ders: Vec<&[u8]> = Vec::new();
        while let Some(len) = list.u24() {
            let len = usize::try_from(len).map_err(|_| Malformed)?;
            let der = list.take(len).ok_or(Malformed)?;
            if ders.len() < MAX_CHAIN {
                ders.push(der);
            }
            if self.is_tls13() {
                list.vec16().ok_or(Malformed)?;
            }
        }
        *self.certificate_seen.of_mut(role) = Some(sight);
        if role == Role::Client {
            self.client_certificate_empty = ders.is_empty();
        }
        for (at, der) in ders.iter().enumerate() {
            let Some(facts) = context.cache.facts(der) else {
                self.certificate_malformed = true;
                continue;
            };
            let position = match (at, role) {
                (0, Role::Server) => Position::Server,
                (0, Role::Client) => Position::Client,
                _ if facts.self_signed => Position::Root,
                _ => Position::Intermediate,
            };
            self.certificates.push(ShownCertificate { facts, position });
        }
        if role == Role::Server
            && let Some(authorities) = &context.authorities
        {
            self.chain = Some(context.cache.chain(&ders, authorities));
        }
        Ok(())
    }

    fn server_key_exchange(&mut self, body: &[u8]) {
        let Some(parts) = self.parts() else {
            return;
        };
        // A PSK suite puts its identity hint first (RFC 4279 3, RFC 5489 2).
        let mut reader = Reader(body);
        if parts.authentication == Authentication::Psk {
            reader.vec16();
        }
        match parts.key_exchange {
            KeyExchange::Ecdhe => {
                if let Ok((_, params)) = parse_ecdh_params(reader.0)
                    && let ECParametersContent::NamedGroup(group) =
                        params.curve_params.params_content
                {
                    self.group = Some(group.0);
                }
            }
            KeyExchange::Dhe => {
                if let Ok((_, params)) = parse_dh_params(reader.0) {
                    self.dh_bits = Some(modulus_bits(params.dh_p));
                }
            }
            _ => {}
        }
    }

    fn encrypted_extensions(&mut self, body: &[u8]) {
        use crate::tls::hello::{Extensions, extension};
        for (kind, data) in Extensions::new(Reader(body).vec16().unwrap_or(&[])) {
            match kind {
                extension::ALPN => {
                    self.alpn = Reader(data).list16().vec8().map(<[u8]>::to_vec);
                }
                extension::EARLY_DATA => self.early_accepted = true,
                _ => {}
            }
        }
    }

    fn both_finished(&self) -> bool {
        self.change_cipher_spec.all(|seen| *seen) && self.finished.all(|seen| *seen)
    }

    fn progress13(&self) -> Progress {
        match self.server_reply {
            // An alert, or two bytes of data: what comes next, or the close, tells.
            Some(len) if len != self.alert_len() => Progress::Established,
            // The server's direction alone is in the capture.
            _ if self.flights.server.len() >= MAX_FLIGHT
                && self.flights.client.is_empty()
                && self.client_hello.is_none() =>
            {
                Progress::Established
            }
            _ => Progress::Pending,
        }
    }

    /// Sorts one protected record of TLS 1.3 into the flights.
    fn flight(&mut self, role: Role, len: u16) {
        let finished = self.shape().map(Shape::finished);
        match role {
            Role::Server if self.is_server_flight(len) => self.flights.server.push(len),
            Role::Server if self.flights.client.is_empty() => {}
            // The server may answer early data before the client's Finished (RFC 8446 2.3).
            Role::Server if self.offers_early_data() && !self.client_flight_done => {}
            Role::Server => {
                // The last word before the close counts where the first was an alert's length.
                let alert = self.alert_len();
                if self.server_reply.is_none_or(|first| first == alert) {
                    self.server_reply = Some(len);
                }
                self.client_flight_done = true;
            }
            Role::Client if self.client_flight_done => {}
            Role::Client => {
                if self.flights.client.len() < MAX_FLIGHT {
                    self.flights.client.push(len);
                }
                self.client_flight_done = match finished {
                    Some(finished) => len == finished,
                    // An unknown suite: only the order of records tells.
                    None => self.flights.client.len() >= 2,
                };
            }
        }
    }

    /// The next record from the server, of this length, is one of its flight. Before the client has
    /// spoken every one is. After that those still are without which the flight is not whole: a
    /// client that narrows its window has a garbage Finished seen in front of half of the server's
    /// flight, which then is no answer to it.
    fn is_server_flight(&self, len: u16) -> bool {
        let server = self.flights.server.as_slice();
        if self.flights.client.is_empty() {
            return server.len() < MAX_FLIGHT;
        }
        let Some(shape) = self.shape() else {
            return false;
        };
        let finished = shape.finished();
        let resumed = self.resumed() == Some(true);
        match (server, resumed) {
            ([], _) => true,
            // EncryptedExtensions and Finished, unless one record holds both.
            ([first], true) => len == finished || *first < shape.resumed_flight(),
            (_, true) => false,
            // One record a message: EncryptedExtensions, perhaps CertificateRequest, Certificate,
            // CertificateVerify, Finished. Certificate and signature have no room in a short first.
            ([first, rest @ ..], false) => {
                let whole = rest.len() >= 3 && rest.last() == Some(&finished);
                // The client may have asked for short records, so that a message takes several.
                *first < MIN_WHOLE_FLIGHT && !whole && server.len() < MAX_FLIGHT
            }
        }
    }

    fn offers_early_data(&self) -> bool {
        let client = self.client_hello.as_ref();
        client.is_some_and(|hello| hello.early_data)
    }

    /// Length of a record that holds an alert; a suite that we do not know has a tag of 16 bytes.
    fn alert_len(&self) -> u16 {
        self.shape().map_or(ALERT_LEN, Shape::alert)
    }

    /// Sizes of protected records under the negotiated suite.
    fn shape(&self) -> Option<Shape> {
        let parts = self.parts()?;
        let tag_len = if parts.mode == Mode::Ccm8 { 8 } else { 16 };
        let hash_len = match parts.hash {
            Hash::Sha256 => 32,
            Hash::Sha384 => 48,
            Hash::Sha512 => 64,
            _ => return None,
        };
        Some(Shape {
            overhead: tag_len + 1,
            hash_len,
        })
    }
}

/// Tickets kept of one handshake: OpenSSL sends two, and a client asks for at most as many as it has
/// connections to resume (RFC 9149); what is more resumes sessions whose handshake is not known.
const MAX_ISSUED: usize = 8;

/// Records of data in one direction that settle a handshake whose other half is not in the
/// capture: more than any flight has.
const ONE_SIDED_RECORDS: u32 = 8;

/// Bytes of a TLS 1.3 record with an alert: two, the type, and a tag of 16.
const ALERT_LEN: u16 = 19;

/// Fewest bytes of a record that holds a whole server flight with its certificate: a bare P-256
/// certificate of 250 bytes, its signature of 70 and a Finished of 32, with headers.
const MIN_WHOLE_FLIGHT: u16 = 300;

/// Names of RFC 8446 6 and its predecessors.
fn alert_name(description: u8) -> Option<&'static str> {
    Some(match description {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        21 => "decryption_failed",
        22 => "record_overflow",
        30 => "decompression_failure",
        40 => "handshake_failure",
        41 => "no_certificate",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        52 => "too_many_cids_requested",
        60 => "export_restriction",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        100 => "no_renegotiation",
        109 => "missing_extension",
        110 => "unsupported_extension",
        111 => "certificate_unobtainable",
        112 => "unrecognized_name",
        113 => "bad_certificate_status_response",
        114 => "bad_certificate_hash_value",
        115 => "unknown_psk_identity",
        116 => "certificate_required",
        120 => "no_application_protocol",
        121 => "ech_required",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
