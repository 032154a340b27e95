//! Addresses: mail, IP, hardware.

use super::Bytes;

/// Bounds of the e-mail address around the `@` at `at`; `None` where there is none.
///
/// ASCII local part and domain (RFC 5321 4.1.2, without quoted strings), a top level domain of
/// letters, and no image that only looks like one (`icon@2x.png`).
pub(in crate::detect) fn email_at(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let before = text.get(..at)?;
    let local_len = before
        .iter()
        .rev()
        .take(MAX_LOCAL_LEN)
        .take_while(|&&byte| LOCAL.has(byte))
        .count();
    let mut start = at - local_len;
    // A local part begins with a letter or digit; quotes, slashes and braces before it are text.
    while start < at && !text.get(start).is_some_and(u8::is_ascii_alphanumeric) {
        start += 1;
    }
    // Markup in front (`mailto=ann@..`, `{ann@..`) is no part of it: begin after the last mark.
    if let Some(mark) = text
        .get(start..at)?
        .iter()
        .rposition(|&byte| MARKUP.has(byte))
    {
        start += mark + 1;
    }
    if start >= at || text.get(at - 1) == Some(&b'.') {
        return None;
    }
    let domain = text.get(at + 1..)?;
    let domain = domain.get(..domain.len().min(MAX_DOMAIN_LEN))?;
    let mut len = DOMAIN.leading(domain);
    // The dot that ends a sentence.
    while len > 0 && matches!(domain.get(len - 1), Some(b'.' | b'-')) {
        len -= 1;
    }
    let domain = domain.get(..len)?;
    let dot = memchr::memrchr(b'.', domain)?;
    let (name, top) = (domain.get(..dot)?, domain.get(dot + 1..)?);
    let labels_ok = name.split(|&byte| byte == b'.').all(|label| {
        !label.is_empty() && label.first() != Some(&b'-') && label.last() != Some(&b'-')
    });
    let top_ok = (2..=24).contains(&top.len()) && top.iter().all(u8::is_ascii_alphabetic);
    if !labels_ok
        || !top_ok
        || FILE_SUFFIXES
            .iter()
            .any(|suffix| top.eq_ignore_ascii_case(suffix))
    {
        return None;
    }
    Some((start, at + 1 + len))
}

/// True for domains nobody receives mail at (RFC 2606, RFC 6761).
pub(in crate::detect) fn is_reserved_domain(domain: &[u8]) -> bool {
    let ends = |suffix: &[u8]| {
        domain.len() >= suffix.len()
            && domain
                .get(domain.len() - suffix.len()..)
                .is_some_and(|tail| tail.eq_ignore_ascii_case(suffix))
    };
    let top = memchr::memrchr(b'.', domain)
        .map_or(domain, |dot| domain.get(dot + 1..).unwrap_or_default());
    [&b"test"[..], b"invalid", b"example", b"localhost", b"local"]
        .iter()
        .any(|reserved| top.eq_ignore_ascii_case(reserved))
        || [&b"example.com"[..], b"example.org", b"example.net"]
            .iter()
            .any(|name| {
                domain.eq_ignore_ascii_case(name)
                    || (ends(name) && domain.get(domain.len() - name.len() - 1) == Some(&b'.'))
            })
}

/// What an IP address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum IpKind {
    /// Routed on the Internet: tells who somebody is.
    Public,
    /// Private, loopback, documentation.
    Other,
}

/// The address that the whole value is.
pub(in crate::detect) fn ip(value: &[u8]) -> Option<IpKind> {
    if !(3..=45).contains(&value.len()) {
        return None;
    }
    let address: std::net::IpAddr = str::from_utf8(value).ok()?.parse().ok()?;
    Some(if crate::network::is_public(address.into()) {
        IpKind::Public
    } else {
        IpKind::Other
    })
}

/// A hardware address with its separators: `00:1a:2b:3c:4d:5e`, `00-1A-..`, `001a.2b3c.4d5e`.
pub(in crate::detect) fn is_mac(value: &[u8]) -> bool {
    let hex = |part: &[u8], len: usize| part.len() == len && part.iter().all(u8::is_ascii_hexdigit);
    let parts = |separator: u8, count: usize, len: usize| {
        let mut parts = value.split(|&byte| byte == separator);
        parts.clone().count() == count && parts.all(|part| hex(part, len))
    };
    (parts(b':', 6, 2) || parts(b'-', 6, 2) || parts(b'.', 3, 4))
        && value
            .iter()
            .any(|&byte| byte != b'0' && byte.is_ascii_hexdigit())
}

/// What a local part is made of (RFC 5321 4.1.2, without quoted strings).
static LOCAL: Bytes = Bytes::with_letters_and_digits(b".!#$%&'*+-/=?^_`{|}~");

/// What stands in front of an address rather than in it.
static MARKUP: Bytes = Bytes::new(b"=/?&{}|'`!");

static DOMAIN: Bytes = Bytes::with_letters_and_digits(b"-.");

/// Longest local part (RFC 5321 4.5.3.1.1).
const MAX_LOCAL_LEN: usize = 64;

/// Longest domain (RFC 5321 4.5.3.1.2).
const MAX_DOMAIN_LEN: usize = 255;

/// Endings of file names that stand where a top level domain would.
const FILE_SUFFIXES: [&[u8]; 12] = [
    b"png", b"jpg", b"jpeg", b"gif", b"webp", b"svg", b"css", b"js", b"json", b"html", b"avif",
    b"scss",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Option<&str> {
        let at = text.find('@')?;
        email_at(text.as_bytes(), at).and_then(|(start, end)| text.get(start..end))
    }

    #[test]
    fn addresses_are_cut_out_of_their_text() {
        assert_eq!(
            email("write to <ann.lee+x@mail.corp.io>."),
            Some("ann.lee+x@mail.corp.io")
        );
        assert_eq!(email("mailto=ann@corp.io."), Some("ann@corp.io"));
        assert_eq!(email("\"ann@corp.io\""), Some("ann@corp.io"));
        assert_eq!(email("https://u:p/ann@corp.io"), Some("ann@corp.io"));
    }

    #[test]
    fn images_versions_and_handles_are_no_addresses() {
        for no in [
            "icon@2x.png",
            "pkg@1.2.3",
            "@ann",
            "ann@corp",
            "a.@corp.io",
            "ann@-x.io",
            "ann@x..io",
            "x@y.c",
        ] {
            assert_eq!(email(no), None, "{no}");
        }
    }

    #[test]
    fn reserved_domains_are_whole_domains() {
        assert!(is_reserved_domain(b"example.com") && is_reserved_domain(b"mail.example.org"));
        assert!(is_reserved_domain(b"corp.test"));
        assert!(!is_reserved_domain(b"myexample.com"));
    }

    #[test]
    fn hardware_addresses_and_ips() {
        assert!(
            is_mac(b"00:1a:2b:3c:4d:5e")
                && is_mac(b"001a.2b3c.4d5e")
                && !is_mac(b"00:00:00:00:00:00")
        );
        assert_eq!(ip(b"8.8.8.8"), Some(IpKind::Public));
        assert_eq!(ip(b"10.1.2.3"), Some(IpKind::Other));
        assert_eq!(ip(b"1.2.3.04"), None);
        assert_eq!(ip(b"1.2.3"), None);
    }
}
