//! What TLS handshakes say of their server.

use super::super::marks::{At, Mark};
use super::peer::peer;
use super::{MAX_OFFERS, Offer, Server};
use crate::event::{Observed, Outcome, TlsEvent, TlsVersion};
use crate::segment::Endpoint;

impl Server {
    /// Takes a handshake.
    pub(in crate::posture) fn tls(&mut self, client: Endpoint, event: &TlsEvent) -> u64 {
        let at = At {
            capture: event.capture,
            frame: event.frame,
            connection: event.connection.clone(),
        };
        let client_address = &event.client.address;
        if let Some(alert) = event.alert.as_ref().filter(|alert| alert.from == "server") {
            let asked = matches!(
                event.client_certificate.requested,
                Observed::Yes | Observed::InferredYes
            );
            let mark = match alert.description.as_str() {
                "protocol_version" => Some(Mark::VersionRefused),
                "certificate_required" | "bad_certificate" | "unknown_ca" if asked => {
                    Some(Mark::ClientCertRefused)
                }
                "certificate_required" => Some(Mark::ClientCertRefused),
                "handshake_failure" if asked => Some(Mark::ClientCertRefused),
                "handshake_failure" | "insufficient_security" if event.version.is_none() => {
                    Some(Mark::CipherRefused)
                }
                _ => None,
            };
            if let Some(mark) = mark {
                self.marks.note(
                    mark,
                    Some(at.clone()),
                    format!("{client_address} refused: alert {}", alert.description),
                );
            }
        }
        if event.outcome == Outcome::Refused {
            // TLS 1.3 hides the alert; that the server asked, was shown nothing and hung up is one.
            let shown = event.client_certificate.presented;
            if event.alert.is_none()
                && matches!(shown, Observed::No | Observed::InferredNo)
                && matches!(
                    event.client_certificate.requested,
                    Observed::Yes | Observed::InferredYes
                )
            {
                self.marks.note(
                    Mark::ClientCertRefused,
                    Some(at),
                    format!("{client_address} showed no certificate and was refused"),
                );
            }
            return 0;
        }
        if event.outcome != Outcome::Established {
            return 0;
        }
        self.weigh_handshake(event, &at);
        if event.resumed != Some(true) {
            self.without_certificate(client, event);
        }
        let Some(peer) = peer(&mut self.clients, client.address) else {
            return 1;
        };
        let below_policy = || {
            let rule = "tls.version-below-policy";
            event.weaknesses.iter().any(|weakness| weakness == rule)
        };
        if event
            .version
            .is_some_and(|version| version < TlsVersion::Tls12 || below_policy())
        {
            let newest = [
                TlsVersion::Tls13,
                TlsVersion::Tls12,
                TlsVersion::Tls11,
                TlsVersion::Tls10,
            ]
            .into_iter()
            .find(|version| {
                event
                    .offered
                    .versions
                    .iter()
                    .any(|name| name == version.name())
            })
            .or(event.version);
            peer.old_version = peer.old_version.max(newest);
        }
        0
    }

    fn weigh_handshake(&mut self, event: &TlsEvent, at: &At) {
        let client = &event.client.address;
        let weak = |prefix: &str| {
            event
                .weaknesses
                .iter()
                .find(|id| id.starts_with(prefix) && !MILD.contains(&id.as_str()))
        };
        let marks = &mut self.marks;
        if let Some(version) = event.version {
            if weak("tls.version-").is_some() {
                let newest = event.offered.versions.first();
                let note = newest
                    .filter(|offered| *offered == version.name())
                    .map_or("", |_| ", and it offers no newer");
                marks.note(
                    Mark::VersionOld,
                    Some(at.clone()),
                    format!("{} with {client}{note}", version.name()),
                );
            } else {
                marks.note(Mark::VersionModern, Some(at.clone()), version.name());
            }
        }
        if let Some(suite) = event
            .cipher_suite_openssl
            .as_ref()
            .or(event.cipher_suite.as_ref())
        {
            match weak("tls.cipher-").or_else(|| weak("tls.kx-")) {
                Some(id) => marks.note(
                    Mark::CipherWeak,
                    Some(at.clone()),
                    format!("{suite} with {client} ({id})"),
                ),
                None => marks.note(Mark::CipherStrong, Some(at.clone()), suite.as_str()),
            }
            if let (Some(version), Some(picked)) = (event.version, &event.cipher_suite) {
                self.offers.insert(Offer {
                    version,
                    suites: event
                        .offered
                        .cipher_suites
                        .iter()
                        .take(MAX_OFFERED_SUITES)
                        .cloned()
                        .collect(),
                    picked: picked.clone(),
                    at: at.clone(),
                });
                if self.offers.len() > MAX_OFFERS {
                    self.offers.pop_last();
                }
            }
        }
        if let Some(leaf) = event
            .certificates
            .iter()
            .find(|certificate| certificate.role == "server")
        {
            match weak("tls.cert-") {
                Some(id) => self.marks.note(
                    Mark::CertificateBad,
                    Some(at.clone()),
                    format!("{} ({id}), ends {}", leaf.subject, leaf.not_after),
                ),
                None => self.marks.note(
                    Mark::CertificateFine,
                    Some(at.clone()),
                    format!("{}, ends {}", leaf.subject, leaf.not_after),
                ),
            }
        }
        // A resumed session repeats no certificates; what it inherits comes by itself.
        if event.resumed != Some(true) {
            self.client_certificate(event, at);
        }
    }

    /// Takes what a resumed handshake inherited.
    pub(in crate::posture) fn inherited(&mut self, client: Endpoint, event: &TlsEvent) -> u64 {
        let at = At {
            capture: event.capture,
            frame: event.frame,
            connection: event.connection.clone(),
        };
        self.client_certificate(event, &at);
        self.without_certificate(client, event)
    }

    /// What became of the client's certificate.
    fn client_certificate(&mut self, event: &TlsEvent, at: &At) {
        let client = &event.client.address;
        let certificate = &event.client_certificate;
        let mark = match (certificate.requested, certificate.presented) {
            (_, Observed::Yes | Observed::InferredYes) => Mark::ClientCertPresented,
            (Observed::No, _) => Mark::ClientCertNotRequested,
            (Observed::InferredNo, _) => Mark::ClientCertInferredNotRequested,
            (Observed::Yes, Observed::No) => Mark::ClientCertOptional,
            (Observed::Yes | Observed::InferredYes, Observed::No | Observed::InferredNo) => {
                Mark::ClientCertInferredOptional
            }
            _ => return,
        };
        let how = match certificate.presented {
            Observed::InferredYes | Observed::InferredNo if event.resumed == Some(true) => {
                " (from the handshake it resumes)"
            }
            Observed::InferredYes | Observed::InferredNo => " (from record lengths)",
            _ => "",
        };
        let fact = match mark {
            Mark::ClientCertPresented => format!("{client} showed a certificate{how}"),
            Mark::ClientCertOptional | Mark::ClientCertInferredOptional => {
                format!("{client} was asked for one, showed none and was served{how}")
            }
            _ => format!("{client} was not asked for one{how}"),
        };
        self.marks.note(mark, Some(at.clone()), fact);
    }

    /// Counts a client that would be cut off where certificates are required.
    fn without_certificate(&mut self, client: Endpoint, event: &TlsEvent) -> u64 {
        if !matches!(
            event.client_certificate.presented,
            Observed::No | Observed::InferredNo
        ) {
            return 0;
        }
        let Some(peer) = peer(&mut self.clients, client.address) else {
            return 1;
        };
        peer.without_certificate += 1;
        0
    }
}

/// Weaknesses that are worth a note in the finding list but fail no line of the checklist.
const MILD: [&str; 9] = [
    "tls.version-behind",
    "tls.cipher-cbc-etm",
    "tls.cipher-ccm8",
    "tls.cipher-not-recommended",
    "tls.kx-not-post-quantum",
    "tls.cert-name",
    "tls.cert-usage",
    "tls.cert-expires-soon",
    "tls.cert-self-signed",
];

/// Suites kept of an offer; OpenSSL offers about 60 when asked for all of them.
const MAX_OFFERED_SUITES: usize = 64;
