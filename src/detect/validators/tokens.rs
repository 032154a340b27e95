//! Tokens that carry their own proof, and values that only stand in for one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let mut at = 0;
    let mut ends = [0_usize; 5];
    let mut parts = 0;
    loop {
        let rest = text.get(at..)?;
        let len = rest
            .iter()
            .take(MAX_JWT_LEN)
            .take_while(|byte| is_part(byte))
            .count();
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
    let mut buffer = [0_u8; MAX_JWT_HEADER_LEN];
    let header = decode(text.get(..header_end)?, &mut buffer)?;
    let header: serde_json::Value = serde_json::from_slice(header).ok()?;
    let algorithm = header.get("alg")?.as_str()?;
    let mut token = Jwt {
        len: end,
        unsigned: algorithm.eq_ignore_ascii_case("none"),
        encrypted: parts == 5,
        expires: None,
    };
    if parts == 3 {
        let claims_end = *ends.get(1)?;
        let mut buffer = [0_u8; MAX_JWT_CLAIMS_LEN];
        let claims = text.get(header_end + 1..claims_end)?;
        if claims.len() < 2 {
            return None;
        }
        token.expires = decode(claims, &mut buffer)
            .and_then(|claims| serde_json::from_slice::<serde_json::Value>(claims).ok())
            .and_then(|claims| seconds(claims.get("exp")?));
    }
    Some(token)
}

/// RFC 7519 2: a NumericDate may have a fraction.
fn seconds(date: &serde_json::Value) -> Option<u64> {
    let whole = || {
        let text = date
            .as_f64()
            .filter(|date| *date >= 0.0)?
            .trunc()
            .to_string();
        text.parse().ok()
    };
    date.as_u64().or_else(whole)
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
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=') => {
                base64 += 1;
            }
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
    const WORDS: [&[u8]; 38] = [
        b"null",
        b"none",
        b"nil",
        b"undefined",
        b"true",
        b"false",
        b"yes",
        b"no",
        b"redacted",
        b"masked",
        b"hidden",
        b"removed",
        b"filtered",
        b"changeme",
        b"change_me",
        b"change-me",
        b"placeholder",
        b"example",
        b"dummy",
        b"sample",
        b"todo",
        b"tbd",
        b"empty",
        b"unset",
        b"default",
        b"n/a",
        b"na",
        b"not set",
        b"your_password",
        b"your-password",
        b"yourpassword",
        b"your_token",
        b"your_api_key",
        b"<password>",
        b"[filtered]",
        b"[redacted]",
        b"string",
        b"encrypted",
    ];
    let value = value.trim_ascii();
    let all_of = |mark: u8| value.iter().all(|&byte| byte == mark);
    value.is_empty()
        || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || [b'*', b'x', b'X', b'.', b'-', b'_', b'#', b'?'].into_iter().any(all_of)
        // Templates: `${PASSWORD}`, `{{ token }}`, `<token>`, `%s`, `$(cat x)`.
        || (value.starts_with(b"${") && value.ends_with(b"}"))
        || (value.starts_with(b"{{") && value.ends_with(b"}}"))
        || (value.starts_with(b"<") && value.ends_with(b">"))
        || (value.starts_with(b"$(") && value.ends_with(b")"))
        || value == b"%s"
        // Masked by somebody else already.
        || (value.len() >= 4 && memchr::memchr_iter(b'*', value).count() * 2 >= value.len())
}

/// Longest JWT read, in bytes: HTTP servers refuse longer headers.
const MAX_JWT_LEN: usize = 16 * 1024;

/// Longest header read, in base64url characters.
const MAX_JWT_HEADER_LEN: usize = 1024;

/// Longest claims read for `exp`, in base64url characters.
const MAX_JWT_CLAIMS_LEN: usize = 4096;

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
