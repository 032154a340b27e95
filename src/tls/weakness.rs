//! What is weak about a handshake, and how bad that is under a profile.
//!
//! Rule ids and severities live here; titles, reasons and mending steps are `detect`'s. The sources
//! are RFC 8996 (old versions), RFC 9325 (suites), the IANA "Recommended" column, and the
//! checklist's own lines. A weakness speaks of what was negotiated or shown, never of what was
//! merely offered.

use serde::{Deserialize, Serialize};

use crate::event::Severity;

/// A way in which a handshake is weak; its id is a rule id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weakness {
    /// SSLv2 or SSLv3 negotiated.
    VersionSsl,
    /// TLS 1.0 or 1.1 negotiated (RFC 8996).
    VersionOld,
    /// Below the profile's minimum version, though not one of the above.
    VersionBelowPolicy,
    /// TLS 1.2 although the client offered 1.3.
    VersionBehind,
    /// No encryption at all.
    CipherNull,
    /// Nobody is authenticated.
    CipherAnonymous,
    /// Export-grade keys.
    CipherExport,
    /// RC4 (RFC 7465).
    CipherRc4,
    /// DES, RC2 or IDEA.
    CipherDes,
    /// Triple DES: 64-bit blocks (SWEET32).
    Cipher3des,
    /// MD5 as MAC.
    CipherMd5,
    /// Discouraged ("D") by IANA and none of the above.
    CipherDiscouraged,
    /// Denied by the profile.
    CipherDenied,
    /// Static RSA, DH or ECDH: no forward secrecy.
    CipherStaticKey,
    /// CBC with MAC-then-encrypt.
    CipherCbc,
    /// CBC with encrypt-then-MAC (RFC 7366).
    CipherCbcEtm,
    /// DSS signatures.
    CipherDss,
    /// CCM with an 8-byte tag.
    CipherCcm8,
    /// Not recommended ("N") by IANA and none of the above.
    CipherNotRecommended,
    /// Diffie-Hellman prime below 1024 bits.
    DhBroken,
    /// Diffie-Hellman prime below 2048 bits.
    DhShort,
    /// Elliptic curve below 224 bits.
    GroupWeak,
    /// No post-quantum key exchange; only under `modern`.
    GroupNotPostQuantum,
    /// Certificate signed with MD5 or MD2.
    CertSignatureBroken,
    /// Certificate signed with SHA-1.
    CertSha1,
    /// RSA key below 1024 bits, or public exponent 1.
    CertKeyBroken,
    /// RSA key below 2048 bits, EC key below 224.
    CertKeyShort,
    /// Expired at the time of the packet.
    CertExpired,
    /// Not yet valid at the time of the packet.
    CertNotYetValid,
    /// Expires within the profile's days.
    CertExpiresSoon,
    /// The leaf signed itself.
    CertSelfSigned,
    /// Neither SNI nor address among its names; nothing is said without SNI.
    CertName,
    /// A CA certificate used as leaf.
    CertCaAsLeaf,
    /// Key usage or extended key usage does not allow a TLS server.
    CertUsage,
    /// No chain to the given authorities.
    CertChain,
    /// A certificate could not be parsed.
    CertMalformed,
    /// The client's certificate had expired, or was not yet valid.
    ClientCertExpired,
    /// The client's certificate has a short key or a broken signature.
    ClientCertWeak,
    /// The client's certificate does not allow client authentication.
    ClientCertUsage,
    /// The server asked for no client certificate.
    ClientCertNotRequested,
    /// It asked, got none, and went on.
    ClientCertOptional,
    /// TLS compression (CRIME).
    Compression,
    /// No secure renegotiation (RFC 5746).
    RenegotiationInsecure,
    /// No extended master secret (RFC 7627), TLS 1.2 and older.
    NoExtendedMasterSecret,
    /// A session ticket that lives longer than seven days.
    TicketLifetime,
    /// Early data accepted: commands can be replayed (RFC 8446 8).
    EarlyData,
}

/// One line of [`TABLE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub weakness: Weakness,
    /// Rule id: `tls.version-old`.
    pub id: &'static str,
    /// How bad, where no policy says otherwise.
    pub severity: Severity,
}

/// Every weakness, its rule id and its severity, in the order of [`Weakness`].
pub const TABLE: &[Entry] = &[
    entry(Weakness::VersionSsl, "tls.version-ssl", Severity::Critical),
    entry(Weakness::VersionOld, "tls.version-old", Severity::High),
    entry(
        Weakness::VersionBelowPolicy,
        "tls.version-below-policy",
        Severity::Medium,
    ),
    entry(
        Weakness::VersionBehind,
        "tls.version-behind",
        Severity::Info,
    ),
    entry(Weakness::CipherNull, "tls.cipher-null", Severity::Critical),
    entry(
        Weakness::CipherAnonymous,
        "tls.cipher-anonymous",
        Severity::Critical,
    ),
    entry(
        Weakness::CipherExport,
        "tls.cipher-export",
        Severity::Critical,
    ),
    entry(Weakness::CipherRc4, "tls.cipher-rc4", Severity::High),
    entry(Weakness::CipherDes, "tls.cipher-des", Severity::High),
    entry(Weakness::Cipher3des, "tls.cipher-3des", Severity::High),
    entry(Weakness::CipherMd5, "tls.cipher-md5", Severity::High),
    entry(
        Weakness::CipherDiscouraged,
        "tls.cipher-discouraged",
        Severity::High,
    ),
    entry(Weakness::CipherDenied, "tls.cipher-denied", Severity::High),
    entry(
        Weakness::CipherStaticKey,
        "tls.cipher-static-key",
        Severity::Medium,
    ),
    entry(Weakness::CipherCbc, "tls.cipher-cbc", Severity::Medium),
    entry(Weakness::CipherCbcEtm, "tls.cipher-cbc-etm", Severity::Low),
    entry(Weakness::CipherDss, "tls.cipher-dss", Severity::Medium),
    entry(Weakness::CipherCcm8, "tls.cipher-ccm8", Severity::Low),
    entry(
        Weakness::CipherNotRecommended,
        "tls.cipher-not-recommended",
        Severity::Info,
    ),
    entry(Weakness::DhBroken, "tls.kx-dh-broken", Severity::Critical),
    entry(Weakness::DhShort, "tls.kx-dh-short", Severity::High),
    entry(Weakness::GroupWeak, "tls.kx-group-weak", Severity::High),
    entry(
        Weakness::GroupNotPostQuantum,
        "tls.kx-not-post-quantum",
        Severity::Info,
    ),
    entry(
        Weakness::CertSignatureBroken,
        "tls.cert-signature-broken",
        Severity::Critical,
    ),
    entry(Weakness::CertSha1, "tls.cert-sha1", Severity::High),
    entry(
        Weakness::CertKeyBroken,
        "tls.cert-key-broken",
        Severity::Critical,
    ),
    entry(Weakness::CertKeyShort, "tls.cert-key-short", Severity::High),
    entry(Weakness::CertExpired, "tls.cert-expired", Severity::High),
    entry(
        Weakness::CertNotYetValid,
        "tls.cert-not-yet-valid",
        Severity::High,
    ),
    entry(
        Weakness::CertExpiresSoon,
        "tls.cert-expires-soon",
        Severity::Low,
    ),
    entry(
        Weakness::CertSelfSigned,
        "tls.cert-self-signed",
        Severity::Low,
    ),
    entry(Weakness::CertName, "tls.cert-name", Severity::Info),
    entry(Weakness::CertCaAsLeaf, "tls.cert-ca-as-leaf", Severity::Low),
    entry(Weakness::CertUsage, "tls.cert-usage", Severity::Low),
    entry(Weakness::CertChain, "tls.cert-chain", Severity::Medium),
    entry(Weakness::CertMalformed, "tls.cert-malformed", Severity::Low),
    entry(
        Weakness::ClientCertExpired,
        "tls.client-cert-expired",
        Severity::Medium,
    ),
    entry(
        Weakness::ClientCertWeak,
        "tls.client-cert-weak",
        Severity::Medium,
    ),
    entry(
        Weakness::ClientCertUsage,
        "tls.client-cert-usage",
        Severity::Low,
    ),
    entry(
        Weakness::ClientCertNotRequested,
        "tls.client-cert-not-requested",
        Severity::Low,
    ),
    entry(
        Weakness::ClientCertOptional,
        "tls.client-cert-optional",
        Severity::Low,
    ),
    entry(Weakness::Compression, "tls.compression", Severity::High),
    entry(
        Weakness::RenegotiationInsecure,
        "tls.renegotiation-insecure",
        Severity::Medium,
    ),
    entry(
        Weakness::NoExtendedMasterSecret,
        "tls.no-extended-master-secret",
        Severity::Low,
    ),
    entry(
        Weakness::TicketLifetime,
        "tls.ticket-lifetime",
        Severity::Low,
    ),
    entry(Weakness::EarlyData, "tls.early-data", Severity::Low),
];

const fn entry(weakness: Weakness, id: &'static str, severity: Severity) -> Entry {
    Entry {
        weakness,
        id,
        severity,
    }
}

impl Weakness {
    /// Rule id: `tls.version-old`.
    #[must_use]
    pub fn id(self) -> &'static str {
        TABLE
            .iter()
            .find(|entry| entry.weakness == self)
            .map_or("tls.unknown", |entry| entry.id)
    }

    /// How bad under `profile`; a required client certificate that is not asked for is `High`.
    #[must_use]
    pub fn severity(self, profile: &Profile) -> Severity {
        if profile.require_client_certificate
            && matches!(
                self,
                Self::ClientCertNotRequested | Self::ClientCertOptional
            )
        {
            return Severity::High;
        }
        TABLE
            .iter()
            .find(|entry| entry.weakness == self)
            .map_or(Severity::Info, |entry| entry.severity)
    }
}

/// What counts as weak. Every field can be set in a profile file (TOML) or in `[tls]` of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Name for reports.
    pub name: String,
    /// Oldest version that is acceptable: `TLSv1.2`.
    pub min_version: crate::event::TlsVersion,
    /// Suites denied, by IANA or OpenSSL name; `*` stands for any run of characters.
    pub deny: Vec<String>,
    /// CBC suites, static RSA and what IANA does not recommend are told.
    pub require_recommended: bool,
    /// A post-quantum group is wished for.
    pub want_post_quantum: bool,
    /// Days before its end at which a certificate is told.
    pub expiry_days: u32,
    /// Shortest RSA key and Diffie-Hellman prime, in bits.
    pub min_rsa_bits: u32,
    /// Shortest elliptic curve, in bits.
    pub min_ec_bits: u32,
    /// Client certificates are required; not asking is then `High`.
    pub require_client_certificate: bool,
}

impl Profile {
    /// TLS 1.3 alone, post-quantum groups wished for.
    #[must_use]
    pub fn modern() -> Self {
        Self {
            name: "modern".to_owned(),
            min_version: crate::event::TlsVersion::Tls13,
            want_post_quantum: true,
            ..Self::intermediate()
        }
    }

    /// TLS 1.2 and 1.3 with forward secrecy; the default.
    #[must_use]
    pub fn intermediate() -> Self {
        Self {
            name: "intermediate".to_owned(),
            min_version: crate::event::TlsVersion::Tls12,
            deny: Vec::new(),
            require_recommended: true,
            want_post_quantum: false,
            expiry_days: 30,
            min_rsa_bits: 2048,
            min_ec_bits: 224,
            require_client_certificate: false,
        }
    }

    /// TLS 1.0 and newer, CBC and static RSA tolerated: for what cannot be mended yet.
    #[must_use]
    pub fn legacy() -> Self {
        Self {
            name: "legacy".to_owned(),
            min_version: crate::event::TlsVersion::Tls10,
            require_recommended: false,
            min_rsa_bits: 1024,
            ..Self::intermediate()
        }
    }

    /// `modern`, `intermediate` or `legacy`; `None` for another name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "modern" => Some(Self::modern()),
            "intermediate" => Some(Self::intermediate()),
            "legacy" => Some(Self::legacy()),
            _ => None,
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::intermediate()
    }
}
