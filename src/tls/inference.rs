//! Client certificates in TLS 1.3, where everything about them is encrypted: what record lengths
//! prove.
//!
//! A TLS 1.3 record carries its content, one byte of type, padding nobody uses, and a tag
//! (RFC 8446 5.2), so lengths give message sizes away. OpenSSL, which every redis-server uses,
//! sends one record a message. Others coalesce; then totals decide, or nothing does. Everything
//! answered here is labelled inferred.

use crate::event::{ClientCertificate, Observed};

/// Protected records kept of one flight; a flight has at most five messages.
pub(crate) const MAX_FLIGHT: usize = 12;

/// Record lengths of the two encrypted flights, in order.
#[derive(Debug, Default, Clone)]
pub(crate) struct Flights {
    /// From the server, up to the client's first.
    pub(crate) server: Vec<u16>,
    /// From the client, up to and including its Finished.
    pub(crate) client: Vec<u16>,
}

/// Bytes that the suite adds to a message: type byte and tag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Bytes of type and tag.
    pub(crate) overhead: u16,
    /// Bytes of the hash, which are those of a Finished message.
    pub(crate) hash_len: u16,
}

impl Shape {
    /// Length of a record that holds just a Finished message.
    pub(crate) fn finished(self) -> u16 {
        self.message(self.hash_len)
    }

    /// Length of a record that holds an alert.
    pub(crate) fn alert(self) -> u16 {
        self.overhead.saturating_add(2)
    }

    /// Length of a record that holds an empty Certificate message: 4 bytes of context and list.
    pub(crate) fn empty_certificate(self) -> u16 {
        self.message(4)
    }

    /// Fewest bytes of a record that holds EncryptedExtensions, which has a header and a length at
    /// least, and a Finished.
    pub(crate) fn resumed_flight(self) -> u16 {
        self.finished().saturating_add(6)
    }

    fn message(self, body: u16) -> u16 {
        body.saturating_add(4).saturating_add(self.overhead)
    }
}

/// Reads the two flights of a full handshake that was seen without a gap.
pub(crate) fn client_certificate(flights: &Flights, shape: Shape) -> ClientCertificate {
    let client = &flights.client;
    let total: u32 = client.iter().map(|len| u32::from(*len)).sum();
    let finished = shape.finished();
    let before_finished: Vec<u16> = client
        .iter()
        .copied()
        .take_while(|len| *len != finished)
        .collect();

    if before_finished.first() == Some(&shape.empty_certificate()) {
        return verdict(
            Observed::InferredYes,
            Observed::InferredNo,
            format!(
                "the client sent a record of {} bytes before its Finished, the size of an empty Certificate",
                shape.empty_certificate()
            ),
        );
    }
    // Empty Certificate and Finished in one record.
    let both = finished.saturating_add(8);
    if *client == [both] {
        return verdict(
            Observed::InferredYes,
            Observed::InferredNo,
            format!(
                "the client's flight is one record of {both} bytes, an empty Certificate and a Finished"
            ),
        );
    }
    if *client == [finished] {
        return not_provided(flights, shape);
    }
    if before_finished.len() >= 2 && total >= MIN_CERTIFICATE_FLIGHT {
        let key = before_finished
            .last()
            .and_then(|len| key_of(*len, shape))
            .map_or_else(String::new, |key| {
                format!(" ({key} by the length of its CertificateVerify)")
            });
        return verdict(
            Observed::InferredYes,
            Observed::InferredYes,
            format!(
                "the client sent {total} bytes of encrypted handshake before its data: Certificate, CertificateVerify, Finished{key}"
            ),
        );
    }
    if client.len() == 1 && total >= MIN_CERTIFICATE_FLIGHT {
        return verdict(
            Observed::InferredYes,
            Observed::InferredYes,
            format!("the client's flight is one record of {total} bytes, far more than a Finished"),
        );
    }
    not_observable("the client's encrypted flight has no shape we know")
}

/// A Finished alone. Whether it was asked for shows only where the server sends one record a
/// message: then a CertificateRequest stands between EncryptedExtensions and the Certificate.
fn not_provided(flights: &Flights, shape: Shape) -> ClientCertificate {
    let server = &flights.server;
    let separate = server.len() >= 4 && server.last() == Some(&shape.finished());
    if separate && server.len() == 4 {
        return verdict(
            Observed::InferredNo,
            Observed::InferredNo,
            format!(
                "the server's encrypted flight is four records ({}): no room for a CertificateRequest; the client sent a Finished alone",
                list(server)
            ),
        );
    }
    // RFC 8446 4.4.2: a client that was asked must send a Certificate message, if an empty one.
    verdict(
        Observed::InferredNo,
        Observed::InferredNo,
        "the client sent a Finished alone; had it been asked, it would have sent at least an empty Certificate"
            .to_owned(),
    )
}

/// The key behind a CertificateVerify record: header 4, algorithm 2, length 2, signature.
pub(crate) fn key_of(len: u16, shape: Shape) -> Option<&'static str> {
    match len.checked_sub(shape.overhead)?.checked_sub(8)? {
        256 => Some("RSA 2048"),
        384 => Some("RSA 3072"),
        512 => Some("RSA 4096"),
        // DER of two integers of up to 33 bytes; one in 2^16 is shorter still.
        68..=72 => Some("EC P-256"),
        100..=104 => Some("EC P-384"),
        64 => Some("Ed25519"),
        114 => Some("Ed448"),
        _ => None,
    }
}

/// Cannot be seen, and why.
pub(crate) fn not_observable(why: &str) -> ClientCertificate {
    verdict(
        Observed::NotObservable,
        Observed::NotObservable,
        why.to_owned(),
    )
}

fn verdict(requested: Observed, presented: Observed, why: String) -> ClientCertificate {
    ClientCertificate {
        requested,
        presented,
        why,
    }
}

fn list(lens: &[u16]) -> String {
    let words: Vec<String> = lens.iter().map(ToString::to_string).collect();
    words.join(", ")
}

/// Fewest bytes of a client flight with a certificate: measured 790 with P-256; a bare Ed25519
/// certificate of 250 bytes, its signature and a Finished make about 450.
const MIN_CERTIFICATE_FLIGHT: u32 = 450;

#[cfg(test)]
mod tests {
    use super::*;

    const SHA384: Shape = Shape {
        overhead: 17,
        hash_len: 48,
    };

    fn read(server: &[u16], client: &[u16]) -> (Observed, Observed) {
        let flights = Flights {
            server: server.to_vec(),
            client: client.to_vec(),
        };
        let answer = client_certificate(&flights, SHA384);
        (answer.requested, answer.presented)
    }

    /// Lengths measured against redis-server 7.0.15 with OpenSSL 3.0.
    #[test]
    fn measured_flights_are_told_apart() {
        use Observed::{InferredNo, InferredYes};
        assert_eq!(read(&[23, 845, 281, 69], &[69]), (InferredNo, InferredNo));
        assert_eq!(
            read(&[23, 62, 845, 281, 69], &[825, 281, 69]),
            (InferredYes, InferredYes)
        );
        assert_eq!(
            read(&[23, 62, 845, 281, 69], &[625, 96, 69]),
            (InferredYes, InferredYes)
        );
        assert_eq!(
            read(&[23, 62, 845, 281, 69], &[25, 69]),
            (InferredYes, InferredNo)
        );
    }

    #[test]
    fn coalesced_flights_fall_back_to_totals() {
        use Observed::{InferredNo, InferredYes, NotObservable};
        assert_eq!(read(&[1200], &[77]), (InferredYes, InferredNo));
        assert_eq!(read(&[1200], &[1160]), (InferredYes, InferredYes));
        assert_eq!(read(&[1200], &[200]), (NotObservable, NotObservable));
        assert_eq!(read(&[1200], &[69]), (InferredNo, InferredNo));
    }

    #[test]
    fn a_certificate_verify_gives_the_key_away() {
        assert_eq!(key_of(281, SHA384), Some("RSA 2048"));
        assert_eq!(key_of(96, SHA384), Some("EC P-256"));
        assert_eq!(key_of(537, SHA384), Some("RSA 4096"));
        assert_eq!(key_of(89, SHA384), Some("Ed25519"));
        assert_eq!(key_of(12, SHA384), None);
    }
}
