//! JA3, JA3S and JA4. JA4S, JA4X and JA4T are left out: their licence forbids commercial use.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use sha2::Sha256;

use crate::tls::hello::{ClientHello, ServerHello, extension};
use crate::tls::suites::is_grease;

/// JA3: MD5 over version, suites, extensions, groups and point formats, GREASE left out; `None`
/// for an SSLv2 hello, for which it is not defined.
pub(crate) fn ja3(hello: &ClientHello) -> Option<String> {
    if hello.ssl2 {
        return None;
    }
    let mut text = String::with_capacity(256);
    let suites = hello.suites.iter().filter_map(|s| u16::try_from(s.0).ok());
    let _ = write!(text, "{},", hello.legacy_version);
    join(&mut text, suites);
    text.push(',');
    join(&mut text, hello.extensions.iter().copied());
    text.push(',');
    join(&mut text, hello.groups.iter().copied());
    text.push(',');
    // One byte each: GREASE has no such values.
    for (at, format) in hello.point_formats.iter().enumerate() {
        let dash = if at > 0 { "-" } else { "" };
        let _ = write!(text, "{dash}{format}");
    }
    Some(hex(&Md5::digest(text)))
}

/// JA3S: MD5 over version, suite and extensions.
pub(crate) fn ja3s(hello: &ServerHello) -> String {
    let mut text = format!("{},{},", hello.legacy_version, hello.suite.0);
    join(&mut text, hello.extensions.iter().copied());
    hex(&Md5::digest(text))
}

/// JA4 over TCP: `t13d1516h2_8daaf6152771_e5627efa2ab1`.
pub(crate) fn ja4(hello: &ClientHello) -> Option<String> {
    if hello.ssl2 {
        return None;
    }
    let mut suites: Vec<u16> = hello
        .suites
        .iter()
        .filter_map(|suite| u16::try_from(suite.0).ok())
        .filter(|id| !is_grease(*id))
        .collect();
    let mut extensions: Vec<u16> = hello.extensions.clone();
    extensions.retain(|id| !is_grease(*id));
    let count = |n: usize| n.min(99);

    let mut text = String::with_capacity(36);
    let destination = if extensions.contains(&extension::SERVER_NAME) {
        'd'
    } else {
        'i'
    };
    let _ = write!(
        text,
        "t{}{destination}{:02}{:02}",
        ja4_version(hello),
        count(suites.len()),
        count(extensions.len()),
    );
    text.push_str(&ja4_alpn(hello));

    suites.sort_unstable();
    let suites = hex_list(&suites);
    extensions.retain(|id| !matches!(*id, extension::SERVER_NAME | extension::ALPN));
    extensions.sort_unstable();
    let mut tail = hex_list(&extensions);
    let algorithms: Vec<u16> = hello
        .signature_algorithms
        .iter()
        .copied()
        .filter(|id| !is_grease(*id))
        .collect();
    if !tail.is_empty() && !algorithms.is_empty() {
        tail.push('_');
        tail.push_str(&hex_list(&algorithms));
    }
    let _ = write!(text, "_{}_{}", short_hash(&suites), short_hash(&tail));
    Some(text)
}

fn ja4_version(hello: &ClientHello) -> &'static str {
    let real = hello.versions.iter().copied().filter(|id| !is_grease(*id));
    match real.max().unwrap_or(hello.legacy_version) {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    }
}

/// First and last character of the first protocol; hex nibbles where either is not alphanumeric.
fn ja4_alpn(hello: &ClientHello) -> String {
    let Some(name) = hello.alpn.first() else {
        return "00".to_owned();
    };
    match (name.first(), name.last()) {
        (Some(first), Some(last))
            if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() =>
        {
            [char::from(*first), char::from(*last)].iter().collect()
        }
        (Some(first), Some(last)) => format!("{:x}{:x}", first >> 4, last & 0x0f),
        _ => "00".to_owned(),
    }
}

/// First six bytes of SHA-256 in hex; zeros for an empty list.
fn short_hash(text: &str) -> String {
    if text.is_empty() {
        return "000000000000".to_owned();
    }
    let digest = Sha256::digest(text);
    hex(digest.get(..6).unwrap_or(&[]))
}

fn join(text: &mut String, values: impl Iterator<Item = u16>) {
    for (at, value) in values.filter(|value| !is_grease(*value)).enumerate() {
        if at > 0 {
            text.push('-');
        }
        push_decimal(text, value);
    }
}

/// As `write!` does it, without its machinery, which was a quarter of a handshake's cost.
fn push_decimal(text: &mut String, value: u16) {
    let mut place = 10_000;
    while place > value && place > 1 {
        place /= 10;
    }
    while place > 0 {
        text.extend(char::from_digit(u32::from(value / place % 10), 10));
        place /= 10;
    }
}

fn hex_list(values: &[u16]) -> String {
    let mut text = String::with_capacity(values.len().saturating_mul(5));
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        for shift in [12, 8, 4, 0] {
            text.extend(char::from_digit(u32::from(value >> shift & 15), 16));
        }
    }
    text
}

/// Lower case, two digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| {
        DIGITS
            .get(usize::from(nibble))
            .map_or('0', |d| char::from(*d))
    };
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::suites::SuiteCode;

    /// The example of JA4's own description, parts shuffled where order must not count.
    #[test]
    fn numbers_are_written_as_the_formatter_writes_them() {
        for value in 0..=u16::MAX {
            let mut text = String::new();
            push_decimal(&mut text, value);
            assert_eq!(text, value.to_string());
            assert_eq!(hex_list(&[value, 1]), format!("{value:04x},0001"));
        }
    }

    #[test]
    fn ja4_of_the_published_example() {
        let mut suites = vec![
            0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014,
            0x009c, 0x009d, 0x002f, 0x0035,
        ];
        suites.insert(0, 0x3a3a);
        let hello = ClientHello {
            legacy_version: 0x0303,
            suites: suites.into_iter().map(SuiteCode).collect(),
            extensions: vec![
                0x1a1a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005,
                0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015,
            ],
            alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            versions: vec![0x2a2a, 0x0304, 0x0303],
            signature_algorithms: vec![
                0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601,
            ],
            ..ClientHello::default()
        };
        assert_eq!(
            ja4(&hello).as_deref(),
            Some("t13d1516h2_8daaf6152771_e5627efa2ab1")
        );
    }

    #[test]
    fn ja4_of_an_empty_hello_has_zeros_and_counts_stop_at_99() {
        let mut hello = ClientHello {
            legacy_version: 0x0301,
            ..ClientHello::default()
        };
        assert_eq!(
            ja4(&hello).as_deref(),
            Some("t10i000000_000000000000_000000000000")
        );
        hello.suites = (0..150).map(SuiteCode).collect();
        hello.alpn = vec![vec![0xab, 0xcd]];
        let text = ja4(&hello).expect("defined");
        assert!(text.starts_with("t10i9900ad_"), "{text}");
    }

    #[test]
    fn ja3_leaves_grease_out_and_keeps_empty_lists() {
        let hello = ClientHello {
            legacy_version: 769,
            suites: [47, 53, 0x0a0a].into_iter().map(SuiteCode).collect(),
            ..ClientHello::default()
        };
        assert_eq!(ja3(&hello), Some(hex(&Md5::digest("769,47-53,,,"))));
    }
}
