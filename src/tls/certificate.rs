//! Certificates: what they say, and what follows at the time of the packet.
//!
//! Servers show the same chain thousands of times, so facts are kept by fingerprint. Nothing here
//! decides what is weak: that is [`crate::tls::weakness`].

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use x509_parser::asn1_rs::Tag;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{AttributeTypeAndValue, SubjectPublicKeyInfo, X509Name};

use crate::event::CertificateSummary;
use crate::packet::Timestamp;
use crate::redact::Printable;
use crate::tls::fingerprint::hex;
use crate::tls::signature::{Verdict, signed_by};

/// Names of each kind kept of one certificate. Public authorities stop at 100 (CA/Browser Forum
/// has no limit; Let's Encrypt's is 100); the rest is cut off.
pub const MAX_NAMES: usize = 100;

/// Certificates kept of one chain. OpenSSL's verify depth is 100, real chains have 2 to 5.
pub const MAX_CHAIN: usize = 16;

/// Longest printed name, in bytes; a certificate may hold 64 KiB of one.
const MAX_NAME_LEN: usize = 1024;

/// Bytes of DER whose facts are kept; past it the cache starts anew.
const MAX_CACHED_BYTES: usize = 4 << 20;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent fact"
)]
pub struct CertificateFacts {
    /// RFC 4514 string.
    pub subject: String,
    /// RFC 4514 string.
    pub issuer: String,
    /// Hex.
    pub serial: String,
    /// Seconds since 1970.
    pub not_before: i64,
    /// Seconds since 1970.
    pub not_after: i64,
    /// DNS names, at most [`MAX_NAMES`].
    pub san_dns: Vec<String>,
    /// IP addresses, at most [`MAX_NAMES`].
    pub san_ip: Vec<IpAddr>,
    /// Common name of the subject, for certificates without DNS names.
    pub common_name: Option<String>,
    /// Kind and size of the key.
    pub key: Key,
    /// `sha256WithRSAEncryption`, or the object identifier.
    pub signature: String,
    /// Subject and issuer are equal, and the signature is its own key's as far as can be checked.
    pub self_signed: bool,
    /// Basic constraints say it is an authority.
    pub authority: bool,
    /// Key usage and extended key usage allow a TLS server.
    pub server_allowed: bool,
    /// They allow a TLS client.
    pub client_allowed: bool,
    /// Public exponent 1: every signature is its own message.
    pub exponent_one: bool,
    /// SHA-256 over the DER.
    pub fingerprint: [u8; 32],
}

/// Kind and size of a public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Modulus in bits.
    Rsa(u32),
    /// Curve name and bits.
    Ec(String, u32),
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa,
    /// Name or object identifier.
    Other(String),
}

/// `RSA 2048`, `EC P-256`, `Ed25519`.
impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA {bits}"),
            Self::Ec(curve, _) => write!(f, "EC {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::Dsa => f.write_str("DSA"),
            Self::Other(name) => f.write_str(name),
        }
    }
}

/// Strength of the hash that a certificate was signed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureHash {
    /// MD2, MD4 or MD5: collisions cost nothing.
    Broken,
    /// SHA-1.
    Sha1,
    /// Anything newer.
    Fine,
}

/// Which side showed a certificate, and where in the chain it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// First in the server's chain.
    Server,
    /// First in the client's chain.
    Client,
    /// Behind a leaf, issued by another.
    Intermediate,
    /// Behind a leaf, issued by itself.
    Root,
}

impl Position {
    fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Intermediate => "intermediate",
            Self::Root => "root",
        }
    }
}

/// A certificate in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCertificate {
    /// What it says.
    pub facts: Arc<CertificateFacts>,
    /// Where it stood.
    pub position: Position,
}

impl ShownCertificate {
    /// The event's part; `print` is the one exit for wire bytes.
    pub(crate) fn summary(&self, print: &mut impl FnMut(&[u8]) -> Printable) -> CertificateSummary {
        let facts = &self.facts;
        CertificateSummary {
            subject: print(facts.subject.as_bytes()),
            issuer: print(facts.issuer.as_bytes()),
            serial: facts.serial.clone(),
            not_before: rfc3339(facts.not_before),
            not_after: rfc3339(facts.not_after),
            san_dns: facts.san_dns.iter().map(|n| print(n.as_bytes())).collect(),
            san_ip: facts.san_ip.iter().map(ToString::to_string).collect(),
            key: facts.key.to_string(),
            signature: facts.signature.clone(),
            self_signed: facts.self_signed,
            fingerprint_sha256: hex(&facts.fingerprint),
            role: self.position.name().to_owned(),
        }
    }
}

impl CertificateFacts {
    /// From DER; `None` where it cannot be parsed.
    #[must_use]
    pub fn parse(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let mut facts = Self {
            subject: rfc4514(certificate.subject()),
            issuer: rfc4514(certificate.issuer()),
            serial: hex(certificate.raw_serial()),
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
            san_dns: Vec::new(),
            san_ip: Vec::new(),
            common_name: certificate
                .subject()
                .iter_common_name()
                .next()
                .and_then(text_of),
            key: key_of(certificate.public_key()),
            signature: signature_name(&certificate.signature_algorithm.algorithm.to_id_string()),
            self_signed: is_self_signed(&certificate),
            authority: false,
            server_allowed: true,
            client_allowed: true,
            exponent_one: has_exponent_one(certificate.public_key()),
            fingerprint: Sha256::digest(der).into(),
        };
        for extension in certificate.extensions() {
            facts.extension(extension.parsed_extension());
        }
        Some(facts)
    }

    /// Strength of the signature's hash.
    pub(crate) fn signature_hash(&self) -> SignatureHash {
        let name = &self.signature;
        if ["md2", "md4", "md5"]
            .iter()
            .any(|weak| name.starts_with(weak))
        {
            SignatureHash::Broken
        } else if name.starts_with("sha1") || name.ends_with("SHA1") || name.ends_with("Sha1") {
            SignatureHash::Sha1
        } else {
            SignatureHash::Fine
        }
    }

    /// Days from `at` to its end; negative where it has expired.
    #[must_use]
    pub fn days_left(&self, at: Timestamp) -> i64 {
        self.not_after
            .saturating_sub(seconds(at))
            .div_euclid(86_400)
    }

    /// It had expired at `at`.
    #[must_use]
    pub fn is_expired(&self, at: Timestamp) -> bool {
        seconds(at) > self.not_after
    }

    /// It was not yet valid at `at`.
    #[must_use]
    pub fn is_early(&self, at: Timestamp) -> bool {
        seconds(at) < self.not_before
    }

    /// RFC 9525 6: among the DNS names, the leftmost label of which may be `*`; the common name
    /// counts only where there are no DNS names at all.
    #[must_use]
    pub fn covers_name(&self, name: &str) -> bool {
        if let Ok(address) = name.parse::<IpAddr>() {
            return self.san_ip.contains(&address);
        }
        if self.san_dns.is_empty() && self.san_ip.is_empty() {
            let common = self.common_name.as_deref();
            return common.is_some_and(|pattern| name_matches(pattern, name));
        }
        self.san_dns
            .iter()
            .any(|pattern| name_matches(pattern, name))
    }

    fn extension(&mut self, extension: &ParsedExtension<'_>) {
        match extension {
            ParsedExtension::BasicConstraints(constraints) => self.authority = constraints.ca,
            ParsedExtension::SubjectAlternativeName(names) => {
                for name in &names.general_names {
                    self.name(name);
                }
            }
            ParsedExtension::KeyUsage(usage) => {
                // RFC 8446 4.4.2.2: it must allow to sign; RSA key transport needs to encipher.
                let signs = usage.digital_signature();
                let serves = signs || usage.key_encipherment() || usage.key_agreement();
                self.server_allowed &= serves;
                self.client_allowed &= signs || usage.key_agreement();
            }
            ParsedExtension::ExtendedKeyUsage(usage) => {
                self.server_allowed &= usage.any || usage.server_auth;
                self.client_allowed &= usage.any || usage.client_auth;
            }
            _ => {}
        }
    }

    fn name(&mut self, name: &GeneralName<'_>) {
        match name {
            GeneralName::DNSName(name) if self.san_dns.len() < MAX_NAMES => {
                self.san_dns.push(cut(name).to_owned());
            }
            GeneralName::IPAddress(bytes) if self.san_ip.len() < MAX_NAMES => {
                if let Ok(v4) = <[u8; 4]>::try_from(*bytes) {
                    self.san_ip.push(IpAddr::V4(Ipv4Addr::from(v4)));
                } else if let Ok(v6) = <[u8; 16]>::try_from(*bytes) {
                    self.san_ip.push(IpAddr::V6(Ipv6Addr::from(v6)));
                }
            }
            _ => {}
        }
    }
}

/// Facts by fingerprint, so that a chain seen again costs one hash.
#[derive(Debug, Default)]
pub(crate) struct CertificateCache {
    facts: HashMap<[u8; 32], Option<Arc<CertificateFacts>>>,
    chains: HashMap<[u8; 32], ChainVerdict>,
    /// Bytes of DER behind `facts`.
    bytes: usize,
}

impl CertificateCache {
    /// Facts of a certificate; `None` where it cannot be parsed.
    pub(crate) fn facts(&mut self, der: &[u8]) -> Option<Arc<CertificateFacts>> {
        let fingerprint: [u8; 32] = Sha256::digest(der).into();
        if let Some(known) = self.facts.get(&fingerprint) {
            return known.clone();
        }
        self.make_room(der.len());
        let facts = CertificateFacts::parse(der).map(Arc::new);
        self.facts.insert(fingerprint, facts.clone());
        facts
    }

    /// Whether the chain ends at one of `authorities`, and when. Signatures, basic constraints and the
    /// key usage of issuers count; the dates of the leaf are judged by themselves.
    pub(crate) fn chain(&mut self, ders: &[&[u8]], authorities: &Authorities) -> ChainVerdict {
        let mut hasher = Sha256::new();
        for der in ders {
            hasher.update(der.len().to_be_bytes());
            hasher.update(der);
        }
        let key: [u8; 32] = hasher.finalize().into();
        if let Some(known) = self.chains.get(&key) {
            return *known;
        }
        self.make_room(64);
        let verdict = check_chain(ders, authorities);
        self.chains.insert(key, verdict);
        verdict
    }

    fn make_room(&mut self, len: usize) {
        self.bytes = self.bytes.saturating_add(len);
        if self.bytes > MAX_CACHED_BYTES {
            self.facts.clear();
            self.chains.clear();
            self.bytes = len;
        }
    }
}

impl ChainVerdict {
    /// No chain was valid at this moment; says nothing of what cannot be checked here.
    pub(crate) fn is_untrusted(self, at: Timestamp) -> bool {
        match self {
            Self::Trusted { from, until } => !(from..=until).contains(&seconds(at)),
            Self::Untrusted => true,
            Self::Unknown => false,
        }
    }
}

/// Answer of [`CertificateCache::chain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChainVerdict {
    /// It ends at an authority; the certificates above the leaf are valid in this time (Unix
    /// seconds, both ends included).
    Trusted { from: i64, until: i64 },
    /// It does not.
    Untrusted,
    /// A signature algorithm on the way is not known here.
    Unknown,
}

/// Trusted authorities, as `--ca-file` gives them.
#[derive(Debug, Clone, Default)]
pub struct Authorities {
    ders: Vec<Vec<u8>>,
}

impl Authorities {
    /// From PEM text; `None` where it holds no certificate that can be parsed.
    #[must_use]
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        let ders: Vec<Vec<u8>> = Pem::iter_from_buffer(text)
            .map_while(Result::ok)
            .filter(|pem| pem.label == "CERTIFICATE" || pem.label == "TRUSTED CERTIFICATE")
            .map(|pem| pem.contents)
            .filter(|der| X509Certificate::from_der(der).is_ok())
            .collect();
        (!ders.is_empty()).then_some(Self { ders })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ders.len()
    }
}

/// Signature checks spent on one chain: a hostile one may name many look-alike issuers.
const MAX_CHECKS: u32 = 32;

fn check_chain(ders: &[&[u8]], authorities: &Authorities) -> ChainVerdict {
    let parse = |der| X509Certificate::from_der(der).ok().map(|(_, c)| c);
    let shown: Vec<X509Certificate<'_>> = ders.iter().filter_map(|der| parse(der)).collect();
    let mut trusted: Vec<X509Certificate<'_>> = authorities
        .ders
        .iter()
        .filter_map(|der| parse(der))
        .collect();
    // A renewed authority may stand beside the old one, with the same name and key.
    trusted.sort_by_key(|one| std::cmp::Reverse(one.validity().not_after.timestamp()));
    let Some(mut current) = shown.first() else {
        return ChainVerdict::Untrusted;
    };
    let mut checks = 0;
    let mut unknown = false;
    // While every certificate above the leaf is valid.
    let (mut from, mut until) = (i64::MIN, i64::MAX);
    let mut narrow = |certificate: &X509Certificate<'_>| {
        from = from.max(certificate.validity().not_before.timestamp());
        until = until.min(certificate.validity().not_after.timestamp());
        ChainVerdict::Trusted { from, until }
    };
    // Authorities between the leaf and the issuer that is looked for (RFC 5280 4.2.1.9).
    let mut between = 0;
    for _ in 0..MAX_CHAIN {
        if let Some(anchor) = trusted.iter().find(|t| t.as_raw() == current.as_raw()) {
            return narrow(anchor);
        }
        let mut issued_by = |issuer: &X509Certificate<'_>, is_authority: bool| {
            let named = issuer.subject().as_raw() == current.issuer().as_raw();
            if !named || !is_authority || !may_issue(issuer, between) || checks >= MAX_CHECKS {
                return false;
            }
            checks += 1;
            let verdict = signed_by(current, issuer.public_key());
            unknown |= verdict == Verdict::Unknown;
            verdict == Verdict::Valid
        };
        if let Some(anchor) = trusted.iter().find(|anchor| {
            // Version 1 has no basic constraints; only who is trusted by decree may use it.
            issued_by(anchor, anchor.is_ca() || anchor.version().0 == 0)
        }) {
            return narrow(anchor);
        }
        let mut above = shown.iter().skip(1);
        match above.find(|issuer| issued_by(issuer, issuer.is_ca())) {
            Some(issuer) if issuer.as_raw() != current.as_raw() => {
                narrow(issuer);
                current = issuer;
                // One that is issued under its own name is not counted: it renews the same authority.
                let renews = issuer.subject().as_raw() == issuer.issuer().as_raw();
                between += u32::from(!renews);
            }
            _ => break,
        }
    }
    if unknown {
        ChainVerdict::Unknown
    } else {
        ChainVerdict::Untrusted
    }
}

/// Its extensions allow an authority to issue with so many others between it and the leaf, as OpenSSL
/// reads them: the trusted one's count as well. Where there are none, nothing is forbidden.
fn may_issue(issuer: &X509Certificate<'_>, between: u32) -> bool {
    let constraints = issuer.basic_constraints().ok().flatten();
    let limit = constraints.and_then(|found| found.value.path_len_constraint);
    let usage = issuer.key_usage().ok().flatten();
    limit.is_none_or(|limit| between <= limit)
        && usage.is_none_or(|usage| usage.value.key_cert_sign())
}

fn is_self_signed(certificate: &X509Certificate<'_>) -> bool {
    certificate.subject().as_raw() == certificate.issuer().as_raw()
        && signed_by(certificate, certificate.public_key()) != Verdict::Invalid
}

fn key_of(info: &SubjectPublicKeyInfo<'_>) -> Key {
    match info.algorithm.algorithm.to_id_string().as_str() {
        // Encryption, and the key that is limited to PSS (RFC 4055 1.2).
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => match info.parsed() {
            Ok(PublicKey::RSA(rsa)) => Key::Rsa(modulus_bits(rsa.modulus)),
            _ => Key::Other("RSA".to_owned()),
        },
        "1.2.840.10045.2.1" => {
            let curve = info
                .algorithm
                .parameters
                .as_ref()
                .and_then(|parameters| parameters.as_oid().ok())
                .map(|oid| oid.to_id_string());
            let (name, bits) = match curve.as_deref() {
                Some("1.2.840.10045.3.1.1") => ("P-192".to_owned(), 192),
                Some("1.3.132.0.33") => ("P-224".to_owned(), 224),
                Some("1.2.840.10045.3.1.7") => ("P-256".to_owned(), 256),
                Some("1.3.132.0.34") => ("P-384".to_owned(), 384),
                Some("1.3.132.0.35") => ("P-521".to_owned(), 521),
                Some("1.3.132.0.10") => ("secp256k1".to_owned(), 256),
                Some("1.3.36.3.3.2.8.1.1.7") => ("brainpoolP256r1".to_owned(), 256),
                Some("1.3.36.3.3.2.8.1.1.11") => ("brainpoolP384r1".to_owned(), 384),
                Some("1.3.36.3.3.2.8.1.1.13") => ("brainpoolP512r1".to_owned(), 512),
                Some(other) => (cut(other).to_owned(), 0),
                None => ("explicit".to_owned(), 0),
            };
            Key::Ec(name, bits)
        }
        "1.3.101.112" => Key::Ed25519,
        "1.3.101.113" => Key::Ed448,
        "1.2.840.10040.4.1" => Key::Dsa,
        "2.16.840.1.101.3.4.3.17" => Key::Other("ML-DSA-44".to_owned()),
        "2.16.840.1.101.3.4.3.18" => Key::Other("ML-DSA-65".to_owned()),
        "2.16.840.1.101.3.4.3.19" => Key::Other("ML-DSA-87".to_owned()),
        other => Key::Other(cut(other).to_owned()),
    }
}

/// Bits of a big-endian number.
pub(crate) fn modulus_bits(bytes: &[u8]) -> u32 {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = bytes.get(zeros..).unwrap_or(&[]);
    let leading = significant.first().map_or(0, |byte| byte.leading_zeros());
    u32::try_from(significant.len())
        .unwrap_or(u32::MAX / 8)
        .saturating_mul(8)
        .saturating_sub(leading)
}

fn has_exponent_one(info: &SubjectPublicKeyInfo<'_>) -> bool {
    match info.parsed() {
        Ok(PublicKey::RSA(rsa)) => {
            let mut digits = rsa.exponent.iter().skip_while(|byte| **byte == 0);
            digits.next() == Some(&1) && digits.next().is_none()
        }
        _ => false,
    }
}

/// The name OpenSSL prints, else the object identifier.
fn signature_name(oid: &str) -> String {
    let name = match oid {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.3" => "md4WithRSAEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.3.14.3.2.29" => "sha1WithRSA",
        "1.2.840.113549.1.1.10" => "rsassaPss",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.113549.1.1.14" => "sha224WithRSAEncryption",
        "1.2.840.10040.4.3" => "dsa-with-SHA1",
        "2.16.840.1.101.3.4.3.2" => "dsa-with-SHA256",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.1" => "ecdsa-with-SHA224",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        other => cut(other),
    };
    name.to_owned()
}

/// RFC 4514: relative names from last to first, special characters escaped; values that are no
/// text as `#` and the hex of their DER. At most [`MAX_NAME_LEN`] bytes.
fn rfc4514(name: &X509Name<'_>) -> String {
    let mut text = String::new();
    let rdns: Vec<_> = name.iter_rdn().collect();
    for (at, rdn) in rdns.iter().rev().enumerate() {
        if text.len() > MAX_NAME_LEN {
            break;
        }
        if at > 0 {
            text.push(',');
        }
        for (at, attribute) in rdn.iter().enumerate() {
            if at > 0 {
                text.push('+');
            }
            let oid = attribute.attr_type().to_id_string();
            text.push_str(match oid.as_str() {
                "2.5.4.3" => "CN",
                "2.5.4.6" => "C",
                "2.5.4.7" => "L",
                "2.5.4.8" => "ST",
                "2.5.4.9" => "STREET",
                "2.5.4.10" => "O",
                "2.5.4.11" => "OU",
                "2.5.4.5" => "serialNumber",
                "0.9.2342.19200300.100.1.25" => "DC",
                "0.9.2342.19200300.100.1.1" => "UID",
                "1.2.840.113549.1.9.1" => "emailAddress",
                other => other,
            });
            text.push('=');
            if let Some(value) = text_of(attribute) {
                escape_value(&value, &mut text);
            } else {
                let der = der_of(attribute);
                let shown = der.get(..MAX_NAME_LEN / 4).unwrap_or(&der);
                let _ = write!(text, "#{}", hex(shown));
            }
        }
    }
    cut(&text).to_owned()
}

/// An attribute's value, where it is text.
fn text_of(attribute: &AttributeTypeAndValue<'_>) -> Option<String> {
    if let Ok(text) = attribute.as_str() {
        return Some(cut(text).to_owned());
    }
    let bytes = attribute.as_slice();
    match attribute.attr_value().tag() {
        // T.61 by its name; what was written into it since is Latin-1, as OpenSSL reads it.
        Tag::TeletexString => {
            let text: String = bytes
                .iter()
                .take(MAX_NAME_LEN)
                .copied()
                .map(char::from)
                .collect();
            Some(cut(&text).to_owned())
        }
        Tag::BmpString => {
            let units = bytes.chunks_exact(2).take(MAX_NAME_LEN);
            let units: Vec<u16> = units
                .filter_map(|unit| Some(u16::from_be_bytes(unit.try_into().ok()?)))
                .collect();
            let text = String::from_utf16(&units).ok()?;
            Some(cut(&text).to_owned())
        }
        _ => None,
    }
}

/// RFC 4514 2.4: tag, length and contents.
fn der_of(attribute: &AttributeTypeAndValue<'_>) -> Vec<u8> {
    let bytes = attribute.as_slice();
    let mut der = vec![u8::try_from(attribute.attr_value().tag().0).unwrap_or(0x1f)];
    let len = bytes.len().to_be_bytes();
    let start = len.iter().take_while(|byte| **byte == 0).count();
    let digits = len.get(start..).unwrap_or_default();
    if bytes.len() >= 0x80 {
        der.push(0x80 | u8::try_from(digits.len()).unwrap_or(0));
    }
    der.extend_from_slice(digits);
    der.extend_from_slice(bytes);
    der
}

fn escape_value(value: &str, text: &mut String) {
    let last = value.chars().count().saturating_sub(1);
    for (at, character) in value.chars().enumerate() {
        let special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (at == 0 && matches!(character, ' ' | '#'))
            || (at == last && character == ' ');
        if special {
            text.push('\\');
        }
        text.push(character);
    }
}

/// At most [`MAX_NAME_LEN`] bytes of `text`, cut between characters.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_NAME_LEN);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or("")
}

fn name_matches(pattern: &str, name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    match pattern.strip_prefix("*.") {
        Some(parent) => name
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
        None => pattern.eq_ignore_ascii_case(name),
    }
}

fn seconds(at: Timestamp) -> i64 {
    i64::try_from(at.seconds()).unwrap_or(i64::MAX)
}

/// `2026-11-24T03:30:52Z`; years beyond the range of [`Timestamp`] as seconds.
fn rfc3339(seconds: i64) -> String {
    let known = time::OffsetDateTime::from_unix_timestamp(seconds).ok();
    known.map_or_else(
        || seconds.to_string(),
        |at| {
            format!(
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                at.year(),
                u8::from(at.month()),
                at.day(),
                at.hour(),
                at.minute(),
                at.second()
            )
        },
    )
}
