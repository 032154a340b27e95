//! Rates a settled handshake under a profile.

use std::net::IpAddr;

use crate::event::{ClientCertificate, Grade, Observed, Outcome, Severity, TlsVersion};
use crate::packet::Timestamp;
use crate::tls::certificate::{CertificateFacts, Key, Position, SignatureHash};
use crate::tls::groups::Group;
use crate::tls::negotiation::Negotiation;
use crate::tls::suites::{
    Authentication, Cipher, Hash, KeyExchange, Mode, Parts, Recommendation, SuiteCode,
};
use crate::tls::weakness::{Profile, Weakness};

/// Lifetime above which a ticket is told, in seconds: seven days, the most that TLS 1.3 allows
/// (RFC 8446 4.6.1).
const MAX_TICKET_LIFETIME: u32 = 7 * 86_400;

/// What is rated.
pub(crate) struct Rated<'a> {
    /// The handshake.
    pub(crate) negotiation: &'a Negotiation,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// What is known of the client's certificate.
    pub(crate) client_certificate: &'a ClientCertificate,
    /// Early data was sent.
    pub(crate) early_data: bool,
    /// Address of the server.
    pub(crate) server: Option<IpAddr>,
    /// Time of the packet.
    pub(crate) at: Timestamp,
}

impl Rated<'_> {
    /// What is weak, sorted, and the grade that follows; `None` where nothing was negotiated.
    pub(crate) fn rate(&self, profile: &Profile) -> (Option<Grade>, Vec<Weakness>) {
        let negotiation = self.negotiation;
        let Some(version_id) = negotiation.version_id() else {
            return (None, Vec::new());
        };
        let mut found = Vec::new();
        if let Some(version) = TlsVersion::from_id(version_id) {
            self.version(version, profile, &mut found);
        }
        if let Some(suite) = negotiation.suite() {
            self.suite(suite, profile, &mut found);
        }
        self.key_exchange(profile, &mut found);
        self.extensions(&mut found);
        self.certificates(profile, &mut found);
        self.client_authentication(&mut found);
        found.sort_unstable();
        found.dedup();

        let worst = found
            .iter()
            .map(|weakness| weakness.severity(profile))
            .min();
        let grade = match worst {
            Some(Severity::Critical) => Grade::Broken,
            Some(Severity::High | Severity::Medium) => Grade::Weak,
            Some(Severity::Low) => Grade::Acceptable,
            Some(Severity::Info) | None => Grade::Strong,
        };
        (Some(grade), found)
    }

    fn version(&self, version: TlsVersion, profile: &Profile, found: &mut Vec<Weakness>) {
        match version {
            TlsVersion::Ssl2 | TlsVersion::Ssl3 => found.push(Weakness::VersionSsl),
            _ if version >= profile.min_version => {}
            TlsVersion::Tls10 | TlsVersion::Tls11 => found.push(Weakness::VersionOld),
            TlsVersion::Tls12 | TlsVersion::Tls13 => found.push(Weakness::VersionBelowPolicy),
        }
        let client = self.negotiation.client_hello.as_ref();
        if version == TlsVersion::Tls12 && client.is_some_and(|hello| hello.offers_tls13()) {
            found.push(Weakness::VersionBehind);
        }
    }

    fn suite(&self, suite: SuiteCode, profile: &Profile, found: &mut Vec<Weakness>) {
        let before = found.len();
        let recommendation = suite.suite().map(|known| known.recommendation);
        if let Some(parts) = suite.parts() {
            self.parts(parts, profile, found);
        }
        let named = found.len() > before;
        match recommendation {
            Some(Recommendation::D) if !named => found.push(Weakness::CipherDiscouraged),
            Some(Recommendation::N) if !named && profile.require_recommended => {
                found.push(Weakness::CipherNotRecommended);
            }
            _ => {}
        }
        let denied = |pattern: &String| {
            wildcard(pattern, &suite.name())
                || suite.openssl().is_some_and(|name| wildcard(pattern, name))
        };
        if profile.deny.iter().any(denied) {
            found.push(Weakness::CipherDenied);
        }
    }

    fn parts(&self, parts: Parts, profile: &Profile, found: &mut Vec<Weakness>) {
        match parts.cipher {
            Cipher::Null => found.push(Weakness::CipherNull),
            Cipher::Rc4 => found.push(Weakness::CipherRc4),
            Cipher::Des | Cipher::Rc2 | Cipher::Idea => found.push(Weakness::CipherDes),
            Cipher::TripleDes => found.push(Weakness::Cipher3des),
            _ => {}
        }
        if parts.export {
            found.push(Weakness::CipherExport);
        }
        if parts.authentication == Authentication::Anonymous {
            found.push(Weakness::CipherAnonymous);
        }
        if parts.hash == Hash::Md5 {
            found.push(Weakness::CipherMd5);
        }
        if !profile.require_recommended {
            return;
        }
        let fixed = matches!(
            parts.key_exchange,
            KeyExchange::Rsa | KeyExchange::Dh | KeyExchange::Ecdh | KeyExchange::RsaPsk
        );
        if fixed {
            found.push(Weakness::CipherStaticKey);
        }
        if parts.mode == Mode::Cbc {
            let hello = self.negotiation.server_hello.as_ref();
            if hello.is_some_and(|hello| hello.encrypt_then_mac) {
                found.push(Weakness::CipherCbcEtm);
            } else {
                found.push(Weakness::CipherCbc);
            }
        }
        if parts.authentication == Authentication::Dss {
            found.push(Weakness::CipherDss);
        }
        if parts.mode == Mode::Ccm8 {
            found.push(Weakness::CipherCcm8);
        }
    }

    fn key_exchange(&self, profile: &Profile, found: &mut Vec<Weakness>) {
        let negotiation = self.negotiation;
        match negotiation.dh_bits {
            Some(bits) if bits < 1024 => found.push(Weakness::DhBroken),
            Some(bits) if bits < profile.min_rsa_bits => found.push(Weakness::DhShort),
            _ => {}
        }
        let hello = negotiation.server_hello.as_ref();
        let group = negotiation.group.or(hello.and_then(|hello| hello.group));
        let Some(group) = group.and_then(Group::from_id) else {
            return;
        };
        if !group.is_finite_field() && group.bits > 0 && u32::from(group.bits) < profile.min_ec_bits
        {
            found.push(Weakness::GroupWeak);
        }
        if profile.want_post_quantum && !group.post_quantum {
            found.push(Weakness::GroupNotPostQuantum);
        }
    }

    fn extensions(&self, found: &mut Vec<Weakness>) {
        let negotiation = self.negotiation;
        if self.early_data {
            found.push(Weakness::EarlyData);
        }
        if negotiation.ticket_lifetime > Some(MAX_TICKET_LIFETIME) {
            found.push(Weakness::TicketLifetime);
        }
        let Some(hello) = &negotiation.server_hello else {
            return;
        };
        if negotiation.is_tls13() {
            return;
        }
        if hello.compression != 0 {
            found.push(Weakness::Compression);
        }
        // A server says so only to a client that asked (RFC 5746 3.6).
        let client = negotiation.client_hello.as_ref();
        let asked = client.is_some_and(|hello| hello.signals_secure_renegotiation());
        if asked && !hello.secure_renegotiation {
            found.push(Weakness::RenegotiationInsecure);
        }
        if !hello.extended_master_secret {
            found.push(Weakness::NoExtendedMasterSecret);
        }
    }

    fn certificates(&self, profile: &Profile, found: &mut Vec<Weakness>) {
        let negotiation = self.negotiation;
        if negotiation.certificate_malformed {
            found.push(Weakness::CertMalformed);
        }
        if negotiation
            .chain
            .is_some_and(|chain| chain.is_untrusted(self.at))
        {
            found.push(Weakness::CertChain);
        }
        for shown in &negotiation.certificates {
            match shown.position {
                Position::Server => self.server_certificate(&shown.facts, profile, found),
                Position::Client => self.client_leaf(&shown.facts, profile, found),
                Position::Intermediate => {
                    strength(&shown.facts, profile, found);
                    if shown.facts.is_expired(self.at) {
                        found.push(Weakness::CertExpired);
                    }
                }
                // Its signature is trusted by decree, not by strength.
                Position::Root => {}
            }
        }
    }

    fn server_certificate(
        &self,
        leaf: &CertificateFacts,
        profile: &Profile,
        found: &mut Vec<Weakness>,
    ) {
        strength(leaf, profile, found);
        if leaf.is_expired(self.at) {
            found.push(Weakness::CertExpired);
        } else if leaf.is_early(self.at) {
            found.push(Weakness::CertNotYetValid);
        } else if leaf.days_left(self.at) < i64::from(profile.expiry_days) {
            found.push(Weakness::CertExpiresSoon);
        }
        if leaf.self_signed {
            found.push(Weakness::CertSelfSigned);
        }
        // Self-signed certificates are often marked as their own authority; that is told above.
        if leaf.authority && !leaf.self_signed {
            found.push(Weakness::CertCaAsLeaf);
        }
        if !leaf.server_allowed {
            found.push(Weakness::CertUsage);
        }
        let hello = self.negotiation.client_hello.as_ref();
        let name = hello
            .and_then(|hello| hello.server_name.as_deref())
            .and_then(|name| std::str::from_utf8(name).ok());
        if let Some(name) = name {
            let by_address = self.server.is_some_and(|ip| leaf.san_ip.contains(&ip));
            if !leaf.covers_name(name) && !by_address {
                found.push(Weakness::CertName);
            }
        }
    }

    fn client_leaf(&self, leaf: &CertificateFacts, profile: &Profile, found: &mut Vec<Weakness>) {
        let mut weak = Vec::new();
        strength(leaf, profile, &mut weak);
        if !weak.is_empty() {
            found.push(Weakness::ClientCertWeak);
        }
        if leaf.is_expired(self.at) || leaf.is_early(self.at) {
            found.push(Weakness::ClientCertExpired);
        }
        if !leaf.client_allowed {
            found.push(Weakness::ClientCertUsage);
        }
    }

    fn client_authentication(&self, found: &mut Vec<Weakness>) {
        let known = self.client_certificate;
        let no = |observed| matches!(observed, Observed::No | Observed::InferredNo);
        let yes = |observed| matches!(observed, Observed::Yes | Observed::InferredYes);
        if self.outcome != Outcome::Established {
            return;
        }
        if no(known.requested) {
            found.push(Weakness::ClientCertNotRequested);
        } else if yes(known.requested) && no(known.presented) {
            found.push(Weakness::ClientCertOptional);
        }
    }
}

/// Key and signature of one certificate.
fn strength(facts: &CertificateFacts, profile: &Profile, found: &mut Vec<Weakness>) {
    // Whoever trusts a self-signed certificate trusts the certificate, not its signature.
    if !facts.self_signed {
        match facts.signature_hash() {
            SignatureHash::Broken => found.push(Weakness::CertSignatureBroken),
            SignatureHash::Sha1 => found.push(Weakness::CertSha1),
            SignatureHash::Fine => {}
        }
    }
    match facts.key {
        Key::Rsa(bits) if bits < 1024 => found.push(Weakness::CertKeyBroken),
        Key::Rsa(bits) if bits < profile.min_rsa_bits => found.push(Weakness::CertKeyShort),
        Key::Ec(_, bits) if bits > 0 && bits < profile.min_ec_bits => {
            found.push(Weakness::CertKeyShort);
        }
        _ => {}
    }
    if facts.exponent_one {
        found.push(Weakness::CertKeyBroken);
    }
}

/// `*` stands for any run of characters. Linear: each star is matched as early as possible.
fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut left) = text.strip_prefix(head) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let tail = pieces.pop().unwrap_or("");
    for piece in pieces {
        let Some(at) = left.find(piece) else {
            return false;
        };
        left = left.get(at.saturating_add(piece.len())..).unwrap_or("");
    }
    left.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_whole_names() {
        assert!(wildcard("*_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"));
        assert!(!wildcard("*_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA256"));
        assert!(wildcard("TLS_RSA_*", "TLS_RSA_WITH_AES_256_CBC_SHA"));
        assert!(wildcard("*AES*CBC*", "TLS_RSA_WITH_AES_256_CBC_SHA"));
        assert!(!wildcard("AES*", "TLS_RSA_WITH_AES_256_CBC_SHA"));
        assert!(wildcard("AES256-SHA", "AES256-SHA") && !wildcard("AES256", "AES256-SHA"));
        assert!(!wildcard("ab*ba", "aba"));
    }
}
