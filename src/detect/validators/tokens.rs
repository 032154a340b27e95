//! Tokens that carry their own proof, and values that only stand in for one.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Bytes;

/// The last six of 36 characters are the CRC-32 of the first thirty in base62 (alphabet
/// `0-9A-Za-z`, padded with `0`): GitHub's and npm's own design against false alarms.
pub(in crate::detect) fn crc32_base62(body: &[u8]) -> bool {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let Some((random, check)) = body.split_at_checked(30) else {
        return false;
    };
    let mut value = crc32fast::hash(random);
    let mut expected = *b"000000";
    for slot in expected.iter_mut().rev() {
        if let Some(&digit) = ALPHABET.get((value % 62) as usize) {
            *slot = digit;
        }
        value /= 62;
    }
    check == expected
}

/// What a JSON Web Token says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) struct Jwt {
    /// Bytes it takes.
    pub len: usize,
    /// Nobody signed it (`alg` is `none`).
    pub unsigned: bool,
    /// Five parts: encrypted.
    pub encrypted: bool,
    /// `exp`, seconds since 1970, where it has one.
    pub expires: Option<u64>,
}

/// The token that `text` begins with (RFC 7519): three or five base64url parts, the first a JSON
/// object with `alg`.
pub(in crate::detect) fn jwt(text: &[u8]) -> Option<Jwt> {
    let mut at = 0;
    let mut ends = [0_usize; 5];
    let mut parts = 0;
    loop {
        let rest = text.get(at..)?;
        let len = BASE64URL.leading(rest.get(..rest.len().min(MAX_JWT_LEN))?);
        *ends.get_mut(parts)? = at + len;
        parts += 1;
        if text.get(at + len) != Some(&b'.') || parts == 5 {
            break;
        }
        at += len + 1;
    }
    // Three parts, or five of a JWE; a sentence's dot may stand behind.
    let parts = match parts {
        5 => 5,
        3 | 4 => 3,
        _ => return None,
    };
    let end = *ends.get(parts - 1)?;
    let header_end = *ends.first()?;
    if end > MAX_JWT_LEN || !(MIN_JWT_PART_LEN..=MAX_JWT_HEADER_LEN).contains(&header_end) {
        return None;
    }
    let header = text.get(..header_end)?;
    let unsigned = if header_end <= USUAL_JWT_PART_LEN {
        is_unsigned(header, &mut [0; USUAL_JWT_PART_LEN])
    } else {
        is_unsigned(header, &mut [0; MAX_JWT_HEADER_LEN])
    };
    let mut token = Jwt {
        len: end,
        unsigned: unsigned?,
        encrypted: parts == 5,
        expires: None,
    };
    if parts == 3 {
        let claims_end = *ends.get(1)?;
        let claims = text.get(header_end + 1..claims_end)?;
        if claims.len() < 2 {
            return None;
        }
        token.expires = if claims.len() <= USUAL_JWT_PART_LEN {
            expiry(claims, &mut [0; USUAL_JWT_PART_LEN])
        } else {
            expiry(claims, &mut [0; MAX_JWT_CLAIMS_LEN])
        };
    }
    Some(token)
}

/// Of a header: nobody signed the token; `None` where it is no header.
fn is_unsigned(header: &[u8], buffer: &mut [u8]) -> Option<bool> {
    match member(decode(header, buffer)?, "alg")? {
        Scalar::Text(algorithm) => Some(algorithm.eq_ignore_ascii_case("none")),
        _ => None,
    }
}

/// `exp` of claims. RFC 7519 2: a NumericDate may have a fraction.
fn expiry(claims: &[u8], buffer: &mut [u8]) -> Option<u64> {
    match member(decode(claims, buffer)?, "exp")? {
        Scalar::Whole(date) => Some(date),
        Scalar::Fraction(date) if date >= 0.0 => date.trunc().to_string().parse().ok(),
        _ => None,
    }
}

/// A member of a JSON object, the last of that name.
fn member<'de>(json: &'de [u8], name: &'static str) -> Option<Scalar<'de>> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let member = Member(name).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    member
}

/// What a JSON value is, as far as it is asked; all of it is read, and nothing of it kept.
enum Scalar<'de> {
    Text(Cow<'de, str>),
    Whole(u64),
    Fraction(f64),
    Other,
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Scalar<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        // Those that are not negative are unsigned.
        Ok(Scalar::Other)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Fraction(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<Scalar<'_>>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Member("").visit_map(map)?;
        Ok(Scalar::Other)
    }
}

/// The member of this name, where the value is an object.
struct Member(&'static str);

impl<'de> DeserializeSeed<'de> for Member {
    type Value = Option<Scalar<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member {
    type Value = Option<Scalar<'de>>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(Scalar::Text(name)) = map.next_key()? {
            let value = map.next_value()?;
            if name == self.0 {
                found = Some(value);
            }
        }
        Ok(found)
    }
}

fn decode<'a>(text: &[u8], buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let len = URL_SAFE_NO_PAD.decode_slice(text, buffer).ok()?;
    buffer.get(..len)
}

/// Length of the PEM block of a private key that `text` begins with, its body base64 of at least
/// 64 characters; line ends may be escaped (`\n`). A block without its end counts to where it stops.
pub(in crate::detect) fn private_key_pem(text: &[u8]) -> Option<usize> {
    let label = text.strip_prefix(b"-----BEGIN ")?;
    let label_end = label
        .iter()
        .take(MAX_PEM_LABEL_LEN)
        .position(|&byte| !(byte.is_ascii_uppercase() || byte == b' ' || byte.is_ascii_digit()))?;
    let label = label.get(..label_end)?;
    if !label.ends_with(b"PRIVATE KEY") && !label.ends_with(b"PRIVATE KEY BLOCK") {
        return None;
    }
    let head = 11 + label_end;
    let body = text.get(head..)?.strip_prefix(b"-----")?;
    let mut base64 = 0;
    let mut at = 0;
    while at < body.len().min(MAX_PEM_LEN) {
        match body.get(at) {
            Some(b'-') => break,
            Some(&byte) if BASE64.has(byte) => base64 += 1,
            // `Proc-Type: 4,ENCRYPTED` and the like, line ends, escapes.
            Some(byte) if byte.is_ascii_whitespace() || b"\\:,.".contains(byte) => {}
            _ => break,
        }
        at += 1;
    }
    (base64 >= 64).then_some(head + 5 + at)
}

/// True for what people write where a secret will stand: nothing is lost by showing it.
pub(in crate::detect) fn is_placeholder(value: &[u8]) -> bool {
    // By their length.
    const WORDS: [&[&[u8]]; 14] = [
        &[],
        &[],
        &[b"no", b"na"],
        &[b"nil", b"yes", b"tbd", b"n/a"],
        &[b"null", b"none", b"true", b"todo"],
        &[b"false", b"dummy", b"empty", b"unset"],
        &[b"masked", b"hidden", b"sample", b"string"],
        &[b"removed", b"example", b"default", b"not set"],
        &[b"redacted", b"filtered", b"changeme"],
        &[b"undefined", b"change_me", b"change-me", b"encrypted"],
        &[b"your_token", b"<password>", b"[filtered]", b"[redacted]"],
        &[b"placeholder"],
        &[b"yourpassword", b"your_api_key"],
        &[b"your_password", b"your-password"],
    ];
    let value = value.trim_ascii();
    let Some(&first) = value.first() else {
        return true;
    };
    let words = WORDS.get(value.len()).copied().unwrap_or_default();
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
        || (b"*xX.-_#?".contains(&first) && value.iter().all(|&byte| byte == first))
        || is_template(first, value)
        // Masked by somebody else already.
        || (value.len() >= 4 && stars(value) * 2 >= value.len())
}

fn stars(value: &[u8]) -> usize {
    value.iter().map(|&byte| usize::from(byte == b'*')).sum()
}

/// `${PASSWORD}`, `{{ token }}`, `<token>`, `%s`, `$(cat x)`.
fn is_template(first: u8, value: &[u8]) -> bool {
    match first {
        b'$' => {
            (value.starts_with(b"${") && value.ends_with(b"}"))
                || (value.starts_with(b"$(") && value.ends_with(b")"))
        }
        b'{' => value.starts_with(b"{{") && value.ends_with(b"}}"),
        b'<' => value.ends_with(b">"),
        b'%' => value == b"%s",
        _ => false,
    }
}

static BASE64URL: Bytes = Bytes::with_letters_and_digits(b"-_");

static BASE64: Bytes = Bytes::with_letters_and_digits(b"+/=");

/// Longest JWT read, in bytes: HTTP servers refuse longer headers.
const MAX_JWT_LEN: usize = 16 * 1024;

/// Longest header read, in base64url characters.
const MAX_JWT_HEADER_LEN: usize = 1024;

/// Longest claims read for `exp`, in base64url characters.
const MAX_JWT_CLAIMS_LEN: usize = 4096;

/// Longest header or claims of most tokens, in base64url characters: room for it is quickly made.
const USUAL_JWT_PART_LEN: usize = 256;

/// `{"alg":"x"}` has 15 characters in base64url.
const MIN_JWT_PART_LEN: usize = 12;

/// `RSA PRIVATE KEY` and the like.
const MAX_PEM_LABEL_LEN: usize = 40;

/// A 16,384-bit RSA key in PEM is 12.7 KB.
const MAX_PEM_LEN: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwiZXhwIjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

    #[test]
    fn a_jwt_tells_its_algorithm_and_expiry() {
        let token = jwt(JWT.as_bytes()).expect("a token");
        assert_eq!(
            (token.len, token.unsigned, token.expires),
            (JWT.len(), false, Some(1_516_239_022))
        );
        let text = format!("{JWT}. And more");
        assert_eq!(jwt(text.as_bytes()).map(|token| token.len), Some(JWT.len()));
    }

    #[test]
    fn dotted_identifiers_are_no_jwt() {
        for no in [
            "eyJhbGci",
            "eyJhbGci.foo.bar",
            "eyJ.a.b",
            "com.example.Foo",
            "eyJhbGciOiJIUzI1NiJ9",
            "eyJhbGciOiJIUzI1NiJ9..x",
        ] {
            assert_eq!(jwt(no.as_bytes()), None, "{no}");
        }
    }

    #[test]
    fn an_unsigned_jwt_says_so() {
        let token = jwt(b"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.").expect("a token");
        assert!(token.unsigned && token.expires.is_none());
    }

    #[test]
    fn a_private_key_needs_its_body() {
        let body = "A".repeat(64);
        let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----");
        assert!(private_key_pem(pem.as_bytes()).is_some());
        let escaped = format!("-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END");
        assert!(private_key_pem(escaped.as_bytes()).is_some());
        assert!(private_key_pem(b"-----BEGIN RSA PRIVATE KEY-----\n...").is_none());
        let public = format!("-----BEGIN PUBLIC KEY-----\n{body}");
        assert!(private_key_pem(public.as_bytes()).is_none());
    }

    #[test]
    fn placeholders_are_known() {
        for yes in [
            "",
            "null",
            "******",
            "xxxx",
            "[REDACTED]",
            "${DB_PASSWORD}",
            "<your token>",
            "ab******",
        ] {
            assert!(is_placeholder(yes.as_bytes()), "{yes}");
        }
        for no in ["hunter2", "falsehood", "null-pointer-9", "truest"] {
            assert!(!is_placeholder(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn checksummed_tokens_check() {
        // Made for this test: thirty characters and their CRC-32 in base62.
        let random = b"0123456789ABCDEFGHIJabcdefghij";
        let mut value = crc32fast::hash(random);
        let mut tail = Vec::new();
        for _ in 0..6 {
            tail.push(
                b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                    [(value % 62) as usize],
            );
            value /= 62;
        }
        tail.reverse();
        let mut body = random.to_vec();
        body.extend(tail);
        assert!(crc32_base62(&body));
        body[0] = b'1';
        assert!(!crc32_base62(&body));
        assert!(!crc32_base62(b"short"));
    }
}
