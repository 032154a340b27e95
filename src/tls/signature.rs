//! Signatures of certificates: is this one made by that key? RSA (PKCS#1 v1.5 and PSS), ECDSA on
//! P-256 and P-384. Other algorithms are said to be unknown, never to be wrong.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_parser::certificate::X509Certificate;
use x509_parser::public_key::PublicKey;
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// Answer of [`signed_by`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The signature is this key's.
    Valid,
    /// It is not.
    Invalid,
    /// We do not know the algorithm.
    Unknown,
}

/// RSA moduli that are checked, in bits: from what was once signed with, to what one check can
/// cost (RFC 9155 has nothing above; a hostile 16-kilobit key would take milliseconds).
const RSA_BITS: std::ops::RangeInclusive<usize> = 512..=8192;

/// Whether `certificate` carries a signature by `key`.
pub(crate) fn signed_by(
    certificate: &X509Certificate<'_>,
    key: &SubjectPublicKeyInfo<'_>,
) -> Verdict {
    let signed = certificate.tbs_certificate.as_ref();
    let signature = certificate.signature_value.as_ref();
    let Some((hash, pss_salt)) = hash_of(&certificate.signature_algorithm) else {
        return Verdict::Unknown;
    };
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => {
            let n = BoxedUint::from_be_slice_vartime(rsa.modulus);
            let e = BoxedUint::from_be_slice_vartime(rsa.exponent);
            match rsa::PublicKey::new_with_size_limits(n, e, RSA_BITS) {
                Ok(key) => check_rsa(&key, hash, pss_salt, signed, signature),
                Err(_) => Verdict::Unknown,
            }
        }
        Ok(PublicKey::EC(point)) => check_ecdsa(point.data(), hash, signed, signature),
        _ => Verdict::Unknown,
    }
}

/// Hashes that certificates are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        }
    }
}

/// Hash, and the salt length in bytes where it is RSA-PSS.
fn hash_of(algorithm: &AlgorithmIdentifier<'_>) -> Option<(Hash, Option<usize>)> {
    let plain = match algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" => Some(Hash::Sha1),
        "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => Some(Hash::Sha256),
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Some(Hash::Sha384),
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Some(Hash::Sha512),
        _ => None,
    };
    if let Some(hash) = plain {
        return Some((hash, None));
    }
    if algorithm.algorithm.to_id_string() != "1.2.840.113549.1.1.10" {
        return None;
    }
    let pss = RsaSsaPssParams::try_from(algorithm.parameters.as_ref()?).ok()?;
    let hash = match pss.hash_algorithm_oid().to_id_string().as_str() {
        "1.3.14.3.2.26" => Hash::Sha1,
        "2.16.840.1.101.3.4.2.1" => Hash::Sha256,
        "2.16.840.1.101.3.4.2.2" => Hash::Sha384,
        "2.16.840.1.101.3.4.2.3" => Hash::Sha512,
        _ => return None,
    };
    // No salt is longer than the longest modulus.
    let salt = usize::try_from(pss.salt_length())
        .ok()
        .filter(|len| *len <= 1024)?;
    Some((hash, Some(salt)))
}

fn check_rsa(
    key: &rsa::PublicKey,
    hash: Hash,
    pss_salt: Option<usize>,
    signed: &[u8],
    signature: &[u8],
) -> Verdict {
    let digest = hash.digest(signed);
    let result = match (hash, pss_salt) {
        (Hash::Sha1, None) => key.verify(Pkcs1v15Sign::new::<Sha1>(), &digest, signature),
        (Hash::Sha256, None) => key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature),
        (Hash::Sha384, None) => key.verify(Pkcs1v15Sign::new::<Sha384>(), &digest, signature),
        (Hash::Sha512, None) => key.verify(Pkcs1v15Sign::new::<Sha512>(), &digest, signature),
        (Hash::Sha1, Some(salt)) => {
            key.verify(Pss::<Sha1>::new_with_salt(salt), &digest, signature)
        }
        (Hash::Sha256, Some(salt)) => {
            key.verify(Pss::<Sha256>::new_with_salt(salt), &digest, signature)
        }
        (Hash::Sha384, Some(salt)) => {
            key.verify(Pss::<Sha384>::new_with_salt(salt), &digest, signature)
        }
        (Hash::Sha512, Some(salt)) => {
            key.verify(Pss::<Sha512>::new_with_salt(salt), &digest, signature)
        }
    };
    if result.is_ok() {
        Verdict::Valid
    } else {
        Verdict::Invalid
    }
}

fn check_ecdsa(point: &[u8], hash: Hash, signed: &[u8], signature: &[u8]) -> Verdict {
    let digest = hash.digest(signed);
    // The uncompressed point of a curve of n bytes has 2n + 1.
    let result = match point.len() {
        65 => {
            let (Ok(key), Ok(signature)) = (
                p256::ecdsa::VerifyingKey::from_sec1_bytes(point),
                p256::ecdsa::Signature::from_der(signature),
            ) else {
                return Verdict::Unknown;
            };
            key.verify_prehash(&digest, &signature)
        }
        97 => {
            let (Ok(key), Ok(signature)) = (
                p384::ecdsa::VerifyingKey::from_sec1_bytes(point),
                p384::ecdsa::Signature::from_der(signature),
            ) else {
                return Verdict::Unknown;
            };
            key.verify_prehash(&digest, &signature)
        }
        _ => return Verdict::Unknown,
    };
    if result.is_ok() {
        Verdict::Valid
    } else {
        Verdict::Invalid
    }
}
