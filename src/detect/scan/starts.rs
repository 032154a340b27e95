//! What only means something where a value begins: password hashes, `Authorization` headers, prefixes too
//! short to look for anywhere else.

use super::super::rule::Matcher;
use super::super::validators::{Bytes, random};
use super::Scan;
use crate::redact::Mask;

impl Scan<'_> {
    /// Forms that only mean something where a value begins.
    pub(super) fn start_of_value(&mut self) {
        let text = self.text;
        let begin = text.len() - text.trim_ascii_start().len();
        let rest = text.get(begin..).unwrap_or_default();
        match rest.first() {
            Some(b'$' | b'{' | b'p' | b's' | b'a') if self.password_hash(begin).is_some() => {}
            Some(b'B' | b'b' | b'A' | b'a') => {
                self.authorization(begin);
            }
            _ => {}
        }
        for &(rule, at) in &self.scanner.starts {
            let Some(Matcher::Token { prefixes, .. }) = self.rule(rule).map(|spec| &spec.matcher)
            else {
                continue;
            };
            if let Some(prefix) = prefixes.get(at)
                && begins(rest, prefix)
            {
                self.token(rule, begin, prefix.len());
            }
        }
    }

    /// A password's hash; `None` where the text is none.
    fn password_hash(&mut self, begin: usize) -> Option<()> {
        let rest = self.text.get(begin..)?;
        let len = password_hash_len(rest)?;
        let scheme = rest
            .iter()
            .skip(1)
            .position(|&byte| byte == b'$' || byte == b'}')
            .map_or(0, |at| at + 2);
        if let Some(found) = self.add(self.known.password_hash, begin, begin + len) {
            found.mask = Mask::Token(u8::try_from(scheme.min(16)).unwrap_or(0));
        }
        Some(())
    }

    /// `Bearer ..` and `Basic ..`, with `Authorization: ` before it or without.
    fn authorization(&mut self, begin: usize) -> Option<()> {
        let header = b"authorization:";
        let rest = self.text.get(begin..)?;
        let named = rest
            .get(..header.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(header));
        let skip = if named { header.len() } else { 0 };
        let spaces = rest
            .get(skip..)?
            .iter()
            .take_while(|&&byte| byte == b' ')
            .count();
        let at = begin + skip + spaces;
        let scheme = self.text.get(at..)?;
        let bearer = scheme
            .get(..7)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"bearer "));
        let basic = scheme
            .get(..6)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"basic "));
        if !bearer && !basic {
            return None;
        }
        let from = at + if bearer { 7 } else { 6 };
        let token = self.text.get(from..)?;
        let len = token
            .iter()
            .take(MAX_AUTHORIZATION_LEN)
            .take_while(|&&byte| BEARER.has(byte))
            .count();
        let token = token.get(..len)?;
        if bearer && random::is_random(token) && !token.starts_with(b"eyJ") {
            self.add(self.known.bearer, from, from + len)?;
        } else if basic && is_basic(token) {
            self.add(self.known.basic_auth, from, from + len)?;
        }
        Some(())
    }
}

/// `user:password` in base64.
fn is_basic(token: &[u8]) -> bool {
    use base64::Engine as _;
    let mut buffer = [0_u8; MAX_BASIC_LEN];
    let decoded = base64::engine::general_purpose::STANDARD
        .decode_slice(token, &mut buffer)
        .ok()
        .and_then(|len| buffer.get(..len));
    decoded.is_some_and(|login| {
        login
            .iter()
            .all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte >= 0x80)
            && login
                .iter()
                .position(|&byte| byte == b':')
                .is_some_and(|at| at > 0 && at + 1 < login.len())
    })
}

/// Length of the password hash that the value begins with (crypt's modular format, Django, LDAP).
fn password_hash_len(text: &[u8]) -> Option<usize> {
    let &(_, least) = SCHEMES.iter().find(|(scheme, _)| begins(text, scheme))?;
    let len = text
        .iter()
        .take(MAX_HASH_LEN)
        .take_while(|&&byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b';'))
        .count();
    (len >= least).then_some(len)
}

/// Whether a text begins so: most do not with the first byte, and need no call.
#[inline]
fn begins(text: &[u8], prefix: &[u8]) -> bool {
    text.first() == prefix.first() && text.starts_with(prefix)
}

/// How password hashes begin, and the least length of each whole.
const SCHEMES: [(&[u8], usize); 15] = [
    (b"$2a$", 60),
    (b"$2b$", 60),
    (b"$2y$", 60),
    (b"$argon2", 60),
    (b"$6$", 90),
    (b"$5$", 50),
    (b"$1$", 26),
    (b"$y$", 50),
    (b"$7$", 50),
    (b"$scrypt$", 60),
    (b"pbkdf2_sha256$", 60),
    (b"pbkdf2:sha256:", 60),
    (b"scrypt:", 60),
    (b"argon2$argon2", 60),
    (b"{SSHA}", 34),
];

/// First two bytes of password hashes and Authorization values.
pub(super) const TELLING_STARTS: &[[u8; 2]] = &[
    *b"$2", *b"$a", *b"$6", *b"$5", *b"$1", *b"$y", *b"$7", *b"$s", *b"{S", *b"pb", *b"sc", *b"ar",
    *b"Be", *b"be", *b"BE", *b"Ba", *b"ba", *b"BA", *b"Au", *b"au", *b"AU",
];

/// What stands in a token of an Authorization header (RFC 6750 2.1).
static BEARER: Bytes = Bytes::with_letters_and_digits(b"-_.+/=~");

/// Longest value of an Authorization header.
const MAX_AUTHORIZATION_LEN: usize = 8192;

/// Longest `user:password` decoded.
const MAX_BASIC_LEN: usize = 512;

/// Longest password hash.
const MAX_HASH_LEN: usize = 256;
