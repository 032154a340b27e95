//! Named groups of the key exchange (RFC 8446 4.2.7 and the IANA registry).

/// A group: wire code, name, and strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Wire code.
    pub id: u16,
    /// Name as IANA has it.
    pub name: &'static str,
    /// Bits of the curve or of the prime; of a hybrid's classical part.
    pub bits: u16,
    /// Agreement survives a quantum computer.
    pub post_quantum: bool,
}

impl Group {
    /// The group with this wire code.
    #[must_use]
    pub fn from_id(id: u16) -> Option<&'static Self> {
        GROUPS.iter().find(|group| group.id == id)
    }

    /// Finite field, not a curve.
    #[must_use]
    pub fn is_finite_field(&self) -> bool {
        (0x0100..0x0200).contains(&self.id)
    }
}

/// IANA name, else the code in hex.
#[must_use]
pub fn name(id: u16) -> String {
    Group::from_id(id).map_or_else(|| format!("{id:#06x}"), |group| group.name.to_owned())
}

const fn curve(id: u16, name: &'static str, bits: u16) -> Group {
    Group {
        id,
        name,
        bits,
        post_quantum: false,
    }
}

const fn quantum(id: u16, name: &'static str, bits: u16) -> Group {
    Group {
        id,
        name,
        bits,
        post_quantum: true,
    }
}

const GROUPS: &[Group] = &[
    curve(1, "sect163k1", 163),
    curve(2, "sect163r1", 163),
    curve(3, "sect163r2", 163),
    curve(4, "sect193r1", 193),
    curve(5, "sect193r2", 193),
    curve(6, "sect233k1", 233),
    curve(7, "sect233r1", 233),
    curve(8, "sect239k1", 239),
    curve(9, "sect283k1", 283),
    curve(10, "sect283r1", 283),
    curve(11, "sect409k1", 409),
    curve(12, "sect409r1", 409),
    curve(13, "sect571k1", 571),
    curve(14, "sect571r1", 571),
    curve(15, "secp160k1", 160),
    curve(16, "secp160r1", 160),
    curve(17, "secp160r2", 160),
    curve(18, "secp192k1", 192),
    curve(19, "secp192r1", 192),
    curve(20, "secp224k1", 224),
    curve(21, "secp224r1", 224),
    curve(22, "secp256k1", 256),
    curve(23, "secp256r1", 256),
    curve(24, "secp384r1", 384),
    curve(25, "secp521r1", 521),
    curve(26, "brainpoolP256r1", 256),
    curve(27, "brainpoolP384r1", 384),
    curve(28, "brainpoolP512r1", 512),
    curve(29, "x25519", 255),
    curve(30, "x448", 448),
    curve(31, "brainpoolP256r1tls13", 256),
    curve(32, "brainpoolP384r1tls13", 384),
    curve(33, "brainpoolP512r1tls13", 512),
    curve(41, "curveSM2", 256),
    curve(0x0100, "ffdhe2048", 2048),
    curve(0x0101, "ffdhe3072", 3072),
    curve(0x0102, "ffdhe4096", 4096),
    curve(0x0103, "ffdhe6144", 6144),
    curve(0x0104, "ffdhe8192", 8192),
    quantum(0x0200, "MLKEM512", 0),
    quantum(0x0201, "MLKEM768", 0),
    quantum(0x0202, "MLKEM1024", 0),
    quantum(0x11eb, "SecP256r1MLKEM768", 256),
    quantum(0x11ec, "X25519MLKEM768", 255),
    quantum(0x11ed, "SecP384r1MLKEM1024", 384),
    quantum(0x11ee, "curveSM2MLKEM768", 256),
    // Drafts that browsers and servers really spoke.
    quantum(0x6399, "X25519Kyber768Draft00", 255),
    quantum(0x639a, "SecP256r1Kyber768Draft00", 256),
    quantum(0xfe30, "X25519Kyber512Draft00", 255),
    quantum(0xfe31, "X25519Kyber768Draft00", 255),
    curve(0xff01, "arbitrary_explicit_prime_curves", 0),
    curve(0xff02, "arbitrary_explicit_char2_curves", 0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn post_quantum_hybrids_have_names() {
        for (id, expected) in [
            (0x11ec, "X25519MLKEM768"),
            (0x11eb, "SecP256r1MLKEM768"),
            (0x11ed, "SecP384r1MLKEM1024"),
            (0x6399, "X25519Kyber768Draft00"),
        ] {
            assert_eq!(name(id), expected);
            assert!(Group::from_id(id).is_some_and(|group| group.post_quantum));
        }
        assert_eq!(name(0x1234), "0x1234");
    }
}
