//! E-mail addresses, and logins inside URLs: whatever has an `@`.
//!
//! Goes back from an `@` no further than a bounded login.

use super::super::sieve::Seen;
use super::super::validators::{Bytes, connection, network, tokens};
use super::Scan;
use crate::event::Severity;

impl Scan<'_> {
    /// E-mail addresses and logins inside URLs.
    pub(super) fn at_signs(&mut self, seen: Seen) {
        let text = self.text;
        // Every kind of text with an `@` that we look for has a dot or `://` too; binary noise has
        // one `@` in 64 bytes and mostly neither.
        let mut next_dot = None;
        let mut behind = 0;
        // The nearest `://` before the `@`, found by one pass over the text whatever the number of
        // `@`: most texts have none at all.
        let with_schemes = if seen.may_have_scheme() { text } else { &[] };
        let mut schemes = self.scanner.scheme_end.find_iter(with_schemes).peekable();
        let mut slashes = None;
        for at in memchr::memchr_iter(b'@', text) {
            if at < behind || self.finds.login_ends.binary_search(&at).is_ok() {
                continue;
            }
            while let Some(next) = schemes.next_if(|&next| next < at) {
                slashes = Some(next);
            }
            if let Some(end) = slashes.and_then(|slashes| self.url_credentials(slashes, behind, at))
            {
                behind = end;
                continue;
            }
            let dot = match next_dot {
                Some(dot) if dot > at => dot,
                _ => {
                    let rest = text.get(at..).unwrap_or_default();
                    let dot = memchr::memchr(b'.', rest).map_or(usize::MAX, |offset| at + offset);
                    next_dot = Some(dot);
                    dot
                }
            };
            if dot.saturating_sub(at) > 64 {
                continue;
            }
            if let Some((start, end)) = network::email_at(text, at) {
                behind = end;
                // `postgres://app@db.corp.io` names a login and a host. It is not told, but masked all
                // the same: a login may well be an address.
                let is_login = slashes.is_some_and(|slashes| {
                    slashes + 3 == start
                        && text
                            .get(..slashes)
                            .is_some_and(connection::ends_with_scheme)
                });
                let domain = text.get(at + 1..end).unwrap_or_default();
                let reserved = network::is_reserved_domain(domain);
                if let Some(found) = self.add(self.known.email, start, end)
                    && (reserved || is_login)
                {
                    found.severity = Severity::Info;
                    found.confidence = RESERVED_CONFIDENCE;
                }
            }
        }
    }

    /// `scheme://user:password@`: the password, where it is no placeholder. `slashes` is where the
    /// nearest `://` begins.
    fn url_credentials(&mut self, slashes: usize, from: usize, at: usize) -> Option<usize> {
        if slashes < from || at - slashes > MAX_URL_LOGIN_LEN {
            return None;
        }
        let user_at = at;
        let at = self.login_end(slashes, at);
        let login = self.text.get(slashes + 3..at)?;
        let clean = login
            .iter()
            .all(|&byte| byte.is_ascii_graphic() && !NO_LOGIN.has(byte));
        let separator = login.iter().position(|&byte| byte == b':')?;
        let password = login.get(separator + 1..)?;
        let scheme_ok = self
            .before(slashes)
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
        let host_ok = self
            .byte(at + 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"[.$%{_-".contains(&byte));
        if !clean || !scheme_ok || !host_ok || tokens::is_placeholder(password) {
            return None;
        }
        let start = slashes + 3 + separator + 1;
        let of_service = self
            .text
            .get(..slashes)
            .is_some_and(connection::ends_with_scheme);
        let rule = if of_service {
            self.known.conn_string
        } else {
            self.known.url_credentials
        };
        if user_at != at
            && let Some((from, to)) = network::email_at(self.text, user_at)
        {
            self.login_email(from, to);
        }
        self.add(rule, start, at)?;
        Some(at + 1)
    }

    /// An address that is a login: not told, but masked all the same.
    fn login_email(&mut self, start: usize, end: usize) {
        if let Some(found) = self.add(self.known.email, start, end) {
            found.severity = Severity::Info;
            found.confidence = RESERVED_CONFIDENCE;
        }
    }

    /// Where the login of a service's URL ends whose first `@` is at `at`. A user may be an address, as
    /// in `redis://ann@corp.io:password@host`.
    fn login_end(&self, slashes: usize, at: usize) -> usize {
        let user = self.text.get(slashes + 3..at).unwrap_or_default();
        let of_service = || {
            let before = self.text.get(..slashes);
            before.is_some_and(connection::ends_with_scheme)
        };
        if user.iter().any(|byte| matches!(byte, b':' | b'@')) || !of_service() {
            return at;
        }
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let rest = rest
            .get(..rest.len().min(MAX_URL_LOGIN_LEN))
            .unwrap_or_default();
        let ends = |byte: &u8| !byte.is_ascii_graphic() || b"@,;&/\"'<>\\`?#".contains(byte);
        match rest.iter().position(ends) {
            Some(end) if rest.get(end) == Some(&b'@') => at + 1 + end,
            _ => at,
        }
    }
}

/// What stands in no login.
static NO_LOGIN: Bytes = Bytes::new(b"/\"'<>\\`?#");

/// Longest login in a URL looked back for.
const MAX_URL_LOGIN_LEN: usize = 512;

/// Confidence of an address at a reserved domain: true, but nobody's; and of a login before a host.
const RESERVED_CONFIDENCE: f32 = 0.3;
