//! Cipher suites: names, parts, and what IANA thinks of them.
//!
//! The parts are read off the IANA name, which is regular; a test holds them against
//! `tls-parser`'s own table.

mod table;

/// IANA's "Recommended" column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recommendation {
    /// Recommended.
    Y,
    /// Not evaluated, or of limited use.
    N,
    /// Discouraged.
    D,
}

/// One suite that has an IANA name.
#[derive(Debug, PartialEq, Eq)]
pub struct Suite {
    /// Wire code.
    pub id: u16,
    /// IANA name: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
    pub name: &'static str,
    /// OpenSSL name, empty where it has none: `ECDHE-RSA-AES128-GCM-SHA256`.
    pub openssl: &'static str,
    /// IANA recommendation.
    pub recommendation: Recommendation,
}

/// How keys are agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyExchange {
    /// None at all.
    Null,
    /// The client encrypts to the server's RSA key.
    Rsa,
    /// Static Diffie-Hellman.
    Dh,
    /// Ephemeral Diffie-Hellman.
    Dhe,
    /// Static elliptic curve Diffie-Hellman.
    Ecdh,
    /// Ephemeral elliptic curve Diffie-Hellman.
    Ecdhe,
    /// Pre-shared key alone.
    Psk,
    /// RSA with a pre-shared key.
    RsaPsk,
    /// Kerberos.
    Krb5,
    /// Secure remote password.
    Srp,
    /// GOST.
    Gost,
    /// TLS 1.3: named by the group, not by the suite.
    Tls13,
    /// Something else (ECCPWD).
    Other,
}

/// Who proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// Nobody.
    Anonymous,
    /// RSA certificate.
    Rsa,
    /// ECDSA (or EdDSA) certificate.
    Ecdsa,
    /// DSS certificate.
    Dss,
    /// Knowledge of a key.
    Psk,
    /// TLS 1.3: named by the certificate.
    Tls13,
    /// Something else.
    Other,
}

/// Bulk cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cipher {
    /// None: the data are readable.
    Null,
    /// RC4.
    Rc4,
    /// RC2.
    Rc2,
    /// DES.
    Des,
    /// Triple DES.
    TripleDes,
    /// IDEA.
    Idea,
    /// SEED.
    Seed,
    /// AES.
    Aes,
    /// Camellia.
    Camellia,
    /// ARIA.
    Aria,
    /// ChaCha20.
    Chacha20,
    /// SM4.
    Sm4,
    /// Something else.
    Other,
}

/// Mode of the bulk cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Stream cipher, or none.
    Stream,
    /// CBC, with a MAC of its own.
    Cbc,
    /// GCM.
    Gcm,
    /// CCM, 16-byte tag.
    Ccm,
    /// CCM, 8-byte tag.
    Ccm8,
    /// Poly1305.
    Poly1305,
    /// Something else.
    Other,
}

/// Hash of the MAC, or of the pseudo-random function where the cipher authenticates by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// None.
    Null,
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// Something else.
    Other,
}

/// What a suite is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Key exchange.
    pub key_exchange: KeyExchange,
    /// Authentication.
    pub authentication: Authentication,
    /// Bulk cipher.
    pub cipher: Cipher,
    /// Key length of the bulk cipher in bits.
    pub key_bits: u16,
    /// Mode.
    pub mode: Mode,
    /// Hash of the MAC or of the pseudo-random function.
    pub hash: Hash,
    /// Export-grade.
    pub export: bool,
}

impl Suite {
    /// The suite with this wire code.
    #[must_use]
    pub fn from_id(id: u16) -> Option<&'static Self> {
        let at = table::TABLE
            .binary_search_by_key(&id, |suite| suite.id)
            .ok()?;
        table::TABLE.get(at)
    }

    /// Every suite, by id.
    #[must_use]
    pub fn all() -> &'static [Self] {
        table::TABLE
    }

    /// What it is made of.
    #[must_use]
    pub fn parts(&self) -> Parts {
        Parts::from_name(self.name)
    }

    /// No suite but a signal: the renegotiation and the fallback SCSV (RFC 5746, RFC 7507).
    #[must_use]
    pub fn is_signal(&self) -> bool {
        self.name.ends_with("_SCSV")
    }

    const fn row(
        id: u16,
        name: &'static str,
        openssl: &'static str,
        recommendation: Recommendation,
    ) -> Self {
        Self {
            id,
            name,
            openssl,
            recommendation,
        }
    }
}

impl Parts {
    /// Reads the parts off an IANA name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let name = name
            .strip_prefix("TLS_")
            .or_else(|| name.strip_prefix("SSL_CK_"))
            .unwrap_or(name);
        let (agreement, protection) = match name.split_once("_WITH_") {
            Some((agreement, protection)) => (Some(agreement), protection),
            None => (None, name),
        };
        let (key_exchange, authentication) =
            agreement.map_or((KeyExchange::Tls13, Authentication::Tls13), agreement_parts);
        let (cipher, key_bits) = cipher_part(protection);
        let mode = mode_part(protection, cipher);
        Self {
            key_exchange,
            authentication,
            cipher,
            key_bits,
            mode,
            hash: hash_part(protection, mode),
            export: agreement.is_some_and(|agreement| agreement.contains("EXPORT")),
        }
    }

    /// A stolen server key opens nothing that was recorded before.
    #[must_use]
    pub fn forward_secret(&self) -> bool {
        matches!(
            self.key_exchange,
            KeyExchange::Dhe | KeyExchange::Ecdhe | KeyExchange::Tls13
        )
    }

    /// The cipher authenticates by itself.
    #[must_use]
    pub fn is_aead(&self) -> bool {
        matches!(
            self.mode,
            Mode::Gcm | Mode::Ccm | Mode::Ccm8 | Mode::Poly1305
        )
    }
}

fn agreement_parts(text: &str) -> (KeyExchange, Authentication) {
    let text = text
        .split_once("_EXPORT")
        .map_or(text, |(before, _)| before);
    match text {
        "NULL" => (KeyExchange::Null, Authentication::Anonymous),
        "RSA" => (KeyExchange::Rsa, Authentication::Rsa),
        "DH_RSA" => (KeyExchange::Dh, Authentication::Rsa),
        "DH_DSS" => (KeyExchange::Dh, Authentication::Dss),
        "DHE_RSA" => (KeyExchange::Dhe, Authentication::Rsa),
        "DHE_DSS" => (KeyExchange::Dhe, Authentication::Dss),
        // Anonymous suites exchange ephemeral keys, whatever their name leaves out.
        "DH_anon" => (KeyExchange::Dhe, Authentication::Anonymous),
        "ECDH_anon" => (KeyExchange::Ecdhe, Authentication::Anonymous),
        "ECDH_RSA" => (KeyExchange::Ecdh, Authentication::Rsa),
        "ECDH_ECDSA" => (KeyExchange::Ecdh, Authentication::Ecdsa),
        "ECDHE_RSA" => (KeyExchange::Ecdhe, Authentication::Rsa),
        "ECDHE_ECDSA" => (KeyExchange::Ecdhe, Authentication::Ecdsa),
        "PSK" => (KeyExchange::Psk, Authentication::Psk),
        "RSA_PSK" => (KeyExchange::RsaPsk, Authentication::Psk),
        "DHE_PSK" | "PSK_DHE" => (KeyExchange::Dhe, Authentication::Psk),
        "ECDHE_PSK" => (KeyExchange::Ecdhe, Authentication::Psk),
        "KRB5" => (KeyExchange::Krb5, Authentication::Other),
        "SRP_SHA" => (KeyExchange::Srp, Authentication::Other),
        "SRP_SHA_RSA" => (KeyExchange::Srp, Authentication::Rsa),
        "SRP_SHA_DSS" => (KeyExchange::Srp, Authentication::Dss),
        _ if text.starts_with("GOST") => (KeyExchange::Gost, Authentication::Other),
        _ => (KeyExchange::Other, Authentication::Other),
    }
}

fn cipher_part(text: &str) -> (Cipher, u16) {
    const CIPHERS: &[(&str, Cipher, u16)] = &[
        ("NULL", Cipher::Null, 0),
        ("RC4_128_EXPORT40", Cipher::Rc4, 40),
        ("RC4_40", Cipher::Rc4, 40),
        ("RC4_56", Cipher::Rc4, 56),
        ("RC4_128", Cipher::Rc4, 128),
        ("RC2_CBC_40", Cipher::Rc2, 40),
        ("RC2_CBC_56", Cipher::Rc2, 56),
        ("RC2_128_CBC_EXPORT40", Cipher::Rc2, 40),
        ("RC2_128_CBC", Cipher::Rc2, 128),
        ("DES40", Cipher::Des, 40),
        ("DES_CBC_40", Cipher::Des, 40),
        ("DES_192_EDE3", Cipher::TripleDes, 168),
        ("DES_64", Cipher::Des, 56),
        ("DES_CBC", Cipher::Des, 56),
        ("3DES_EDE", Cipher::TripleDes, 168),
        ("IDEA", Cipher::Idea, 128),
        ("SEED", Cipher::Seed, 128),
        ("AES_128", Cipher::Aes, 128),
        ("AES_256", Cipher::Aes, 256),
        ("CAMELLIA_128", Cipher::Camellia, 128),
        ("CAMELLIA_256", Cipher::Camellia, 256),
        ("ARIA_128", Cipher::Aria, 128),
        ("ARIA_256", Cipher::Aria, 256),
        ("CHACHA20", Cipher::Chacha20, 256),
        ("SM4", Cipher::Sm4, 128),
        ("AEGIS_128L", Cipher::Other, 128),
        ("AEGIS_256", Cipher::Other, 256),
        // Integrity without secrecy (RFC 9150).
        ("SHA256_SHA256", Cipher::Null, 0),
        ("SHA384_SHA384", Cipher::Null, 0),
    ];
    CIPHERS
        .iter()
        .find(|(prefix, ..)| text.starts_with(prefix))
        .map_or((Cipher::Other, 256), |&(_, cipher, bits)| (cipher, bits))
}

fn mode_part(text: &str, cipher: Cipher) -> Mode {
    if matches!(cipher, Cipher::Null | Cipher::Rc4) {
        Mode::Stream
    } else if text.contains("POLY1305") {
        Mode::Poly1305
    } else if text.contains("_GCM") {
        Mode::Gcm
    } else if text.contains("_CCM_8") {
        Mode::Ccm8
    } else if text.contains("_CCM") {
        Mode::Ccm
    } else if text.contains("CBC") {
        Mode::Cbc
    } else {
        Mode::Other
    }
}

fn hash_part(text: &str, mode: Mode) -> Hash {
    match text.rsplit('_').next() {
        Some("MD5") => Hash::Md5,
        Some("SHA") => Hash::Sha1,
        Some("SHA256") => Hash::Sha256,
        Some("SHA384") => Hash::Sha384,
        Some("SHA512") => Hash::Sha512,
        Some("NULL") => Hash::Null,
        // RFC 6655 3: CCM suites that name no hash use SHA-256.
        _ if matches!(mode, Mode::Ccm | Mode::Ccm8) && !text.ends_with("SM3") => Hash::Sha256,
        _ => Hash::Other,
    }
}

/// Cipher kinds of SSLv2, three bytes on the wire: the names of its specification, and OpenSSL's.
const SSL2_KINDS: &[(u32, &str, &str)] = &[
    (0x01_0080, "SSL_CK_RC4_128_WITH_MD5", "RC4-MD5"),
    (0x02_0080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5", "EXP-RC4-MD5"),
    (0x03_0080, "SSL_CK_RC2_128_CBC_WITH_MD5", "RC2-CBC-MD5"),
    (
        0x04_0080,
        "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5",
        "EXP-RC2-CBC-MD5",
    ),
    (0x05_0080, "SSL_CK_IDEA_128_CBC_WITH_MD5", "IDEA-CBC-MD5"),
    (0x06_0040, "SSL_CK_DES_64_CBC_WITH_MD5", "DES-CBC-MD5"),
    (
        0x07_00c0,
        "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
        "DES-CBC3-MD5",
    ),
    (0x08_0080, "SSL_CK_RC4_64_WITH_MD5", "RC4-64-MD5"),
];

/// A suite as a hello carries it: two bytes, or three in an SSLv2 hello.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SuiteCode(pub u32);

impl SuiteCode {
    /// The suite, where it is a two-byte code with a name.
    #[must_use]
    pub fn suite(self) -> Option<&'static Suite> {
        Suite::from_id(u16::try_from(self.0).ok()?)
    }

    /// IANA name (the specification's for SSLv2), else the code in hex.
    #[must_use]
    pub fn name(self) -> String {
        self.known_name().map_or_else(|| self.hex(), str::to_owned)
    }

    /// OpenSSL name.
    #[must_use]
    pub fn openssl(self) -> Option<&'static str> {
        let name = match self.suite() {
            Some(suite) => suite.openssl,
            None => self.ssl2()?.2,
        };
        (!name.is_empty()).then_some(name)
    }

    /// `0x1302`; `0x010080` for SSLv2.
    #[must_use]
    pub fn hex(self) -> String {
        if self.0 > 0xffff {
            format!("{:#08x}", self.0)
        } else {
            format!("{:#06x}", self.0)
        }
    }

    /// What it is made of; `None` without a name.
    #[must_use]
    pub fn parts(self) -> Option<Parts> {
        if let Some((_, name, _)) = self.ssl2() {
            let mut parts = Parts::from_name(name.strip_suffix("_WITH_MD5").unwrap_or(name));
            // SSLv2 knows RSA key exchange and MD5 alone.
            parts.key_exchange = KeyExchange::Rsa;
            parts.authentication = Authentication::Rsa;
            parts.hash = Hash::Md5;
            parts.export = name.contains("EXPORT");
            return Some(parts);
        }
        Some(self.suite()?.parts())
    }

    fn known_name(self) -> Option<&'static str> {
        match self.suite() {
            Some(suite) => Some(suite.name),
            None => Some(self.ssl2()?.1),
        }
    }

    fn ssl2(self) -> Option<&'static (u32, &'static str, &'static str)> {
        SSL2_KINDS.iter().find(|(id, ..)| *id == self.0)
    }
}

/// RFC 8701: reserved values have two equal bytes that end in `a`. `tls-parser` asks for less.
#[must_use]
pub fn is_grease(value: u16) -> bool {
    let [high, low] = value.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

#[cfg(test)]
mod tests {
    use tls_parser::{TlsCipherAu, TlsCipherEnc, TlsCipherEncMode, TlsCipherKx, TlsCipherSuite};

    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_ianas_counts() {
        assert!(Suite::all().is_sorted_by(|a, b| a.id < b.id));
        let count = |wanted| {
            Suite::all()
                .iter()
                .filter(|suite| suite.recommendation == wanted)
                .count()
        };
        assert_eq!(count(Recommendation::Y), 24);
        assert_eq!(count(Recommendation::D), 26);
    }

    #[test]
    fn parts_read_off_the_name_agree_with_an_independent_table() {
        let mut compared = 0;
        for suite in Suite::all() {
            let Some(theirs) = TlsCipherSuite::from_id(suite.id) else {
                continue;
            };
            if suite.is_signal() || theirs.enc_size == 0 && !suite.name.contains("NULL") {
                continue;
            }
            compared += 1;
            let parts = suite.parts();
            let name = suite.name;
            let export = name.contains("EXPORT");
            // Theirs has 128 for ChaCha20, whose keys have 256 bits (RFC 8439 2.3).
            let theirs_wrong = matches!(
                theirs.enc,
                TlsCipherEnc::Aegis | TlsCipherEnc::Chacha20_Poly1305
            );
            if !export && !theirs_wrong {
                assert_eq!(parts.key_bits, theirs.enc_size, "{name}");
            }
            let cipher = match theirs.enc {
                TlsCipherEnc::Null => Cipher::Null,
                TlsCipherEnc::Des => Cipher::Des,
                TlsCipherEnc::TripleDes => Cipher::TripleDes,
                TlsCipherEnc::Rc2 => Cipher::Rc2,
                TlsCipherEnc::Rc4 => Cipher::Rc4,
                TlsCipherEnc::Aria => Cipher::Aria,
                TlsCipherEnc::Idea => Cipher::Idea,
                TlsCipherEnc::Seed => Cipher::Seed,
                TlsCipherEnc::Aes => Cipher::Aes,
                TlsCipherEnc::Camellia => Cipher::Camellia,
                TlsCipherEnc::Chacha20_Poly1305 => Cipher::Chacha20,
                TlsCipherEnc::Sm4 => Cipher::Sm4,
                TlsCipherEnc::Aegis => Cipher::Other,
            };
            assert_eq!(parts.cipher, cipher, "{name}");
            match theirs.enc_mode {
                TlsCipherEncMode::Cbc => assert_eq!(parts.mode, Mode::Cbc, "{name}"),
                TlsCipherEncMode::Gcm => assert_eq!(parts.mode, Mode::Gcm, "{name}"),
                TlsCipherEncMode::Ccm => {
                    assert!(matches!(parts.mode, Mode::Ccm | Mode::Ccm8), "{name}");
                }
                TlsCipherEncMode::Null => {}
            }
            let anonymous = theirs.au == TlsCipherAu::Null;
            assert_eq!(
                parts.authentication == Authentication::Anonymous,
                anonymous,
                "{name}"
            );
            if !anonymous {
                let forward = matches!(
                    theirs.kx,
                    TlsCipherKx::Dhe | TlsCipherKx::Ecdhe | TlsCipherKx::Tls13
                ) || theirs.au == TlsCipherAu::Dhe;
                assert_eq!(parts.forward_secret(), forward, "{name}");
            }
        }
        assert!(compared > 300, "{compared}");
    }

    #[test]
    fn ssl2_kinds_have_names_and_parts() {
        let export = SuiteCode(0x02_0080);
        assert_eq!(export.name(), "SSL_CK_RC4_128_EXPORT40_WITH_MD5");
        let parts = export.parts().expect("known");
        assert!(parts.export);
        assert_eq!((parts.cipher, parts.key_bits), (Cipher::Rc4, 40));
        let triple = SuiteCode(0x07_00c0).parts().expect("known");
        assert_eq!((triple.cipher, triple.mode), (Cipher::TripleDes, Mode::Cbc));
        assert_eq!(SuiteCode(0x07_00c1).name(), "0x0700c1");
    }

    #[test]
    fn grease_needs_both_bytes_equal() {
        assert!(is_grease(0x0a0a) && is_grease(0xfafa));
        // The wider test takes these real codes for GREASE.
        assert!(!is_grease(0x1a2a) && !is_grease(0xc0aa) && !is_grease(0x0a1a));
    }
}
