//! ClientHello and ServerHello, as facts.
//!
//! The ClientHello's fixed part is `tls-parser`'s. Extensions are read here, because their order
//! and unknown ones matter to fingerprints and because key_share, pre_shared_key and
//! encrypt_then_mac of a ServerHello come out raw or wrong of `tls-parser`. SSLv2 hellos and the
//! ServerHello of drafts and of SSLv3 with extensions are read here too.

use tls_parser::parse_tls_handshake_client_hello;

use crate::tls::suites::{SuiteCode, is_grease};

/// Extension numbers (IANA "TLS ExtensionType Values").
pub(crate) mod extension {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const SUPPORTED_GROUPS: u16 = 10;
    pub(crate) const EC_POINT_FORMATS: u16 = 11;
    pub(crate) const SIGNATURE_ALGORITHMS: u16 = 13;
    pub(crate) const ALPN: u16 = 16;
    /// RFC 7366; `tls-parser` takes 21 (padding) for it in a ServerHello.
    pub(crate) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(crate) const EXTENDED_MASTER_SECRET: u16 = 23;
    pub(crate) const SESSION_TICKET: u16 = 35;
    pub(crate) const PRE_SHARED_KEY: u16 = 41;
    pub(crate) const EARLY_DATA: u16 = 42;
    pub(crate) const SUPPORTED_VERSIONS: u16 = 43;
    pub(crate) const KEY_SHARE: u16 = 51;
    /// RFC 9849.
    pub(crate) const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
    pub(crate) const RENEGOTIATION_INFO: u16 = 0xff01;
    /// key_share of drafts up to 22.
    pub(crate) const KEY_SHARE_OLD: u16 = 40;
}

/// RFC 8446 4.1.3: a retry is a ServerHello with this fixed random.
pub(crate) const HELLO_RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Identities kept of one ClientHello. OpenSSL and Go offer a ticket or two, and a hello may hold
/// thousands; a session resumed by a later one is told as of an unknown handshake.
pub(crate) const MAX_IDENTITIES: usize = 8;

/// What a client offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one extension there or not"
)]
pub(crate) struct ClientHello {
    /// Version field of the hello, not of the record.
    pub(crate) legacy_version: u16,
    pub(crate) random: [u8; 32],
    pub(crate) session_id: Vec<u8>,
    /// In wire order, GREASE and signals included.
    pub(crate) suites: Vec<SuiteCode>,
    /// Extension types in wire order, GREASE included.
    pub(crate) extensions: Vec<u16>,
    pub(crate) server_name: Option<Vec<u8>>,
    pub(crate) alpn: Vec<Vec<u8>>,
    /// GREASE included.
    pub(crate) groups: Vec<u16>,
    pub(crate) point_formats: Vec<u8>,
    pub(crate) signature_algorithms: Vec<u16>,
    /// supported_versions, GREASE included; empty where the extension is absent.
    pub(crate) versions: Vec<u16>,
    /// session_ticket with something in it.
    pub(crate) session_ticket: Vec<u8>,
    pub(crate) pre_shared_key: bool,
    /// The identities of pre_shared_key in wire order, at most [`MAX_IDENTITIES`]: tickets, of a
    /// resumption.
    pub(crate) identities: Vec<Vec<u8>>,
    pub(crate) early_data: bool,
    /// encrypted_client_hello (RFC 9849).
    pub(crate) ech: bool,
    /// In an SSLv2 record (RFC 5246 E.2).
    pub(crate) ssl2: bool,
}

/// What a server chose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one extension there or not"
)]
pub(crate) struct ServerHello {
    /// Version field of the hello.
    pub(crate) legacy_version: u16,
    pub(crate) random: [u8; 32],
    pub(crate) session_id: Vec<u8>,
    pub(crate) suite: SuiteCode,
    pub(crate) compression: u8,
    /// Extension types in wire order.
    pub(crate) extensions: Vec<u16>,
    /// supported_versions.
    pub(crate) selected_version: Option<u16>,
    /// key_share: of the server's share, or the group a retry asks for.
    pub(crate) group: Option<u16>,
    pub(crate) alpn: Option<Vec<u8>>,
    pub(crate) pre_shared_key: bool,
    /// Which of the client's identities: its index.
    pub(crate) selected_identity: Option<u16>,
    pub(crate) early_data: bool,
    pub(crate) encrypt_then_mac: bool,
    pub(crate) extended_master_secret: bool,
    pub(crate) secure_renegotiation: bool,
    /// It is a HelloRetryRequest, no answer.
    pub(crate) retry: bool,
}

/// A hello that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl ClientHello {
    /// From the body of a handshake message.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let (_, fixed) = parse_tls_handshake_client_hello(body).map_err(|_| Malformed)?;
        let mut hello = Self {
            legacy_version: fixed.version.0,
            random: fixed.random.try_into().map_err(|_| Malformed)?,
            session_id: fixed.session_id.unwrap_or(&[]).to_vec(),
            suites: fixed
                .ciphers
                .iter()
                .map(|id| SuiteCode(u32::from(id.0)))
                .collect(),
            ..Self::default()
        };
        for (kind, data) in Extensions::new(fixed.ext.unwrap_or(&[])) {
            hello.extensions.push(kind);
            hello.extension(kind, Reader(data));
        }
        Ok(hello)
    }

    /// From an SSLv2 record, type byte excluded (the draft of 1995, and RFC 5246 E.2).
    pub(crate) fn parse_ssl2(body: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader(body);
        let (Some(version), Some(suites_len), Some(session_len), Some(challenge_len)) =
            (reader.u16(), reader.u16(), reader.u16(), reader.u16())
        else {
            return Err(Malformed);
        };
        let (Some(suites), Some(session_id), Some(challenge)) = (
            reader.take(usize::from(suites_len)),
            reader.take(usize::from(session_len)),
            reader.take(usize::from(challenge_len)),
        ) else {
            return Err(Malformed);
        };
        // The challenge is the random's tail, zeros before it (RFC 5246 E.2).
        let mut random = [0; 32];
        let challenge = challenge.last_chunk::<32>().map_or(challenge, |tail| tail);
        let zeros = random.len().saturating_sub(challenge.len());
        if let Some(tail) = random.get_mut(zeros..) {
            tail.copy_from_slice(challenge);
        }
        let (kinds, _) = suites.as_chunks::<3>();
        Ok(Self {
            legacy_version: version,
            random,
            session_id: session_id.to_vec(),
            suites: kinds
                .iter()
                .map(|&[a, b, c]| SuiteCode(u32::from_be_bytes([0, a, b, c])))
                .collect(),
            ssl2: true,
            ..Self::default()
        })
    }

    /// Versions offered, best last in old hellos where the field is a maximum; GREASE left out.
    pub(crate) fn offered_versions(&self) -> Vec<u16> {
        if self.versions.is_empty() {
            return vec![self.legacy_version];
        }
        let real = self.versions.iter().copied().filter(|id| !is_grease(*id));
        real.collect()
    }

    /// TLS 1.3, or a draft of it, is among the versions.
    pub(crate) fn offers_tls13(&self) -> bool {
        self.versions.iter().any(|id| is_tls13(*id))
    }

    /// RFC 5746: signalled by the extension or by the suite.
    pub(crate) fn signals_secure_renegotiation(&self) -> bool {
        self.extensions.contains(&extension::RENEGOTIATION_INFO)
            || self.suites.contains(&SuiteCode(0x00ff))
    }

    fn extension(&mut self, kind: u16, mut data: Reader<'_>) {
        match kind {
            extension::SERVER_NAME => {
                let mut names = data.list16();
                while let (Some(kind), Some(name)) = (names.u8(), names.vec16()) {
                    if kind == 0 && self.server_name.is_none() {
                        self.server_name = Some(name.to_vec());
                    }
                }
            }
            extension::SUPPORTED_GROUPS => self.groups = data.list16().u16s(),
            extension::EC_POINT_FORMATS => {
                self.point_formats = data.vec8().unwrap_or(&[]).to_vec();
            }
            extension::SIGNATURE_ALGORITHMS => self.signature_algorithms = data.list16().u16s(),
            extension::ALPN => {
                let mut names = data.list16();
                while let Some(name) = names.vec8() {
                    self.alpn.push(name.to_vec());
                }
            }
            extension::SUPPORTED_VERSIONS => {
                self.versions = Reader(data.vec8().unwrap_or(&[])).u16s();
            }
            extension::SESSION_TICKET => self.session_ticket = data.0.to_vec(),
            extension::PRE_SHARED_KEY => {
                self.pre_shared_key = true;
                // RFC 8446 4.2.11: each with the age of its ticket.
                let mut list = data.list16();
                self.identities.clear();
                while let (true, Some(identity), Some(_)) = (
                    self.identities.len() < MAX_IDENTITIES,
                    list.vec16(),
                    list.u32(),
                ) {
                    self.identities.push(identity.to_vec());
                }
            }
            extension::EARLY_DATA => self.early_data = true,
            extension::ENCRYPTED_CLIENT_HELLO => self.ech = true,
            _ => {}
        }
    }
}

impl ServerHello {
    /// From the body of a handshake message.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader(body);
        let legacy_version = reader.u16().ok_or(Malformed)?;
        let random = *reader.array::<32>().ok_or(Malformed)?;
        let mut hello = Self {
            legacy_version,
            random,
            retry: random == HELLO_RETRY_RANDOM,
            ..Self::default()
        };
        // Drafts up to 21 of TLS 1.3 put their number here and leave out session and compression.
        if legacy_version >> 8 != 0x7f {
            hello.session_id = reader
                .vec8()
                .filter(|id| id.len() <= 32)
                .ok_or(Malformed)?
                .to_vec();
        }
        hello.suite = SuiteCode(u32::from(reader.u16().ok_or(Malformed)?));
        if legacy_version >> 8 != 0x7f {
            hello.compression = reader.u8().ok_or(Malformed)?;
        }
        hello.read_extensions(&mut reader);
        Ok(hello)
    }

    /// From the body of the HelloRetryRequest message that drafts up to 21 had.
    pub(crate) fn parse_draft_retry(body: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader(body);
        let mut hello = Self {
            legacy_version: reader.u16().ok_or(Malformed)?,
            retry: true,
            ..Self::default()
        };
        hello.suite = SuiteCode(u32::from(reader.u16().ok_or(Malformed)?));
        hello.read_extensions(&mut reader);
        Ok(hello)
    }

    /// supported_versions where present, else the field; never the record's (RFC 8446 4.2.1).
    pub(crate) fn version(&self) -> u16 {
        self.selected_version.unwrap_or(self.legacy_version)
    }

    fn read_extensions(&mut self, reader: &mut Reader<'_>) {
        for (kind, data) in Extensions::new(reader.vec16().unwrap_or(&[])) {
            self.extensions.push(kind);
            self.extension(kind, Reader(data));
        }
    }

    fn extension(&mut self, kind: u16, mut data: Reader<'_>) {
        match kind {
            extension::SUPPORTED_VERSIONS => self.selected_version = data.u16(),
            extension::KEY_SHARE | extension::KEY_SHARE_OLD => self.group = data.u16(),
            extension::ALPN => self.alpn = data.list16().vec8().map(<[u8]>::to_vec),
            extension::PRE_SHARED_KEY => {
                self.pre_shared_key = true;
                self.selected_identity = data.u16();
            }
            extension::EARLY_DATA => self.early_data = true,
            extension::ENCRYPT_THEN_MAC => self.encrypt_then_mac = true,
            extension::EXTENDED_MASTER_SECRET => self.extended_master_secret = true,
            extension::RENEGOTIATION_INFO => self.secure_renegotiation = true,
            _ => {}
        }
    }
}

impl Default for SuiteCode {
    /// `TLS_NULL_WITH_NULL_NULL`: what is in force before anything is agreed on.
    fn default() -> Self {
        Self(0)
    }
}

/// TLS 1.3 or a draft of it (0x7fXX; 0xfbXX were Facebook's).
pub(crate) fn is_tls13(version: u16) -> bool {
    version == 0x0304 || matches!(version >> 8, 0x7f | 0xfb)
}

/// Extensions in wire order; ends at the first that is cut.
pub(crate) struct Extensions<'a>(Reader<'a>);

impl<'a> Extensions<'a> {
    /// Over the extension block, its own length excluded.
    pub(crate) fn new(block: &'a [u8]) -> Self {
        Self(Reader(block))
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.u16()?, self.0.vec16()?))
    }
}

/// Takes big-endian fields off the front; `None` where they are cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(|&[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(|bytes| u16::from_be_bytes(*bytes))
    }

    pub(crate) fn u24(&mut self) -> Option<u32> {
        self.array()
            .map(|&[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(|bytes| u32::from_be_bytes(*bytes))
    }

    /// A vector with one length byte.
    pub(crate) fn vec8(&mut self) -> Option<&'a [u8]> {
        let len = self.u8()?;
        self.take(usize::from(len))
    }

    /// A vector with two length bytes.
    pub(crate) fn vec16(&mut self) -> Option<&'a [u8]> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    /// A list with two length bytes; empty where it is cut.
    pub(crate) fn list16(&mut self) -> Reader<'a> {
        Reader(self.vec16().unwrap_or(&[]))
    }

    /// All that is left, two bytes each; an odd last byte is dropped.
    pub(crate) fn u16s(self) -> Vec<u16> {
        let (pairs, _) = self.0.as_chunks::<2>();
        pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
    }
}
