//! What the bytes at one place tell by themselves.

use crate::resp::commands::{self, Lookup};
use crate::resp::{Plausible, plausible_reply, plausible_request};

/// What a place tells. Ordered by how much, from the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// Too few bytes to tell.
    Open,
    /// None of ours.
    Alien,
    /// A line of text that is no known command.
    Text,
    /// A line whose first word is a known command.
    Inline,
    /// A status or error that other protocols have too: `+OK`, `-ERR`.
    Status,
    /// A bulk string: a reply, or the middle of a request.
    Bulk,
    /// An array of bulk strings: a reply, or a request of an unknown command.
    Words,
    /// A reply, and nothing else.
    Reply,
    /// A request of a known command.
    Command,
    /// A cluster bus message.
    ClusterBus,
    /// A TLS record, or an SSLv2 hello.
    Tls,
}

impl Sign {
    pub(super) fn tells_more_than(self, other: Self) -> bool {
        self > other
    }
}

/// Bytes of a line that must be printable before it is taken for text.
const TEXT_LEN: usize = 64;

/// Errors that no server but Redis sends.
const OWN_ERRORS: [&[u8]; 26] = [
    b"-ERR unknown command",
    b"-ERR unknown subcommand",
    b"-ERR wrong number of arguments for",
    b"-ERR max number of clients reached",
    b"-ERR Protocol error",
    b"-ERR syntax error",
    b"-DENIED Redis",
    b"-NOAUTH ",
    b"-WRONGPASS ",
    b"-WRONGTYPE ",
    b"-NOPERM ",
    b"-MOVED ",
    b"-ASK ",
    b"-CLUSTERDOWN ",
    b"-CROSSSLOT ",
    b"-TRYAGAIN ",
    b"-LOADING ",
    b"-READONLY ",
    b"-MISCONF ",
    b"-NOSCRIPT ",
    b"-EXECABORT ",
    b"-OOM ",
    b"-MASTERDOWN ",
    b"-NOREPLICAS ",
    b"-UNBLOCKED ",
    b"-BUSYGROUP ",
];

/// Statuses that no server but Redis sends.
const OWN_STATUSES: [&[u8]; 5] = [
    b"+PONG\r\n",
    b"+QUEUED\r\n",
    b"+FULLRESYNC ",
    b"+CONTINUE",
    b"+RESET\r\n",
];

/// What the bytes at a place tell, at least one.
pub(super) fn sign_of(bytes: &[u8]) -> Sign {
    let Some(&first) = bytes.first() else {
        return Sign::Open;
    };
    match first {
        b'*' => array(bytes),
        b'$' => match plausible_reply(bytes) {
            Plausible::Yes => Sign::Bulk,
            Plausible::No => Sign::Alien,
            Plausible::Unknown => Sign::Open,
        },
        b'+' => status(bytes, &OWN_STATUSES),
        b'-' => status(bytes, &OWN_ERRORS),
        b':' | b'%' | b'~' | b'>' | b'=' | b'!' | b'_' | b'#' | b'|' => {
            match plausible_reply(bytes) {
                // `=20` alone on a line is what mails in quoted-printable are full of.
                Plausible::Yes if matches!(first, b'=' | b'_' | b'#') => Sign::Status,
                Plausible::Yes => Sign::Reply,
                Plausible::No => text(bytes),
                Plausible::Unknown => Sign::Open,
            }
        }
        0x14..=0x17 => tls_record(bytes),
        0x80..=0xff => sslv2_hello(bytes),
        b'R' if bytes.starts_with(b"RCmb") => cluster_bus(bytes),
        b'R' if b"RCmb".starts_with(bytes) => Sign::Open,
        _ => text(bytes),
    }
}

/// An array: a request where its first word is a known command.
fn array(bytes: &[u8]) -> Sign {
    match plausible_request(bytes) {
        Plausible::Unknown => Sign::Open,
        Plausible::No => match plausible_reply(bytes) {
            Plausible::Yes => Sign::Reply,
            // Not even Redis believes the count; its protocol error will tell that it was asked.
            Plausible::No if is_count(bytes) => Sign::Open,
            Plausible::No => Sign::Alien,
            Plausible::Unknown => Sign::Open,
        },
        Plausible::Yes => {
            let mut lines = bytes.split(|&byte| byte == b'\n');
            match lines.nth(2).and_then(|line| line.strip_suffix(b"\r")) {
                Some(name) if is_known(name) => Sign::Command,
                _ => Sign::Words,
            }
        }
    }
}

/// True where a line is a marker and a number, however large, or may become one.
fn is_count(bytes: &[u8]) -> bool {
    let digits = bytes
        .iter()
        .skip(1)
        .take(TEXT_LEN)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    digits > 0
        && bytes
            .get(digits + 1..)
            .is_some_and(|rest| rest.starts_with(b"\r\n") || b"\r\n".starts_with(rest))
}

/// A status or error line: Redis's own, or one that others send too.
fn status(bytes: &[u8], own: &[&[u8]]) -> Sign {
    if own.iter().any(|own| bytes.starts_with(own)) {
        return Sign::Reply;
    }
    if own.iter().any(|own| own.starts_with(bytes)) {
        return Sign::Open;
    }
    if is_monitor_line(bytes) {
        return Sign::Reply;
    }
    match plausible_reply(bytes) {
        Plausible::Yes => Sign::Status,
        Plausible::No => text(bytes),
        Plausible::Unknown => Sign::Open,
    }
}

/// `+1339518083.107412 [0 `
fn is_monitor_line(bytes: &[u8]) -> bool {
    bytes.get(1..).is_some_and(|line| {
        let seconds = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
        seconds == 10
            && line.get(seconds) == Some(&b'.')
            && line.get(seconds + 7..seconds + 9) == Some(b" [")
    })
}

/// RFC 8446 5.1, RFC 5246 6.2.1: type 20 to 23, version 3.0 to 3.4, a length that may be, and a
/// handshake message that opens a connection or an alert of two bytes, or of an encrypted one.
fn tls_record(bytes: &[u8]) -> Sign {
    /// 2^14 and 2,048 bytes of expansion, the most that any version allows.
    const MAX_RECORD_LEN: u16 = (1 << 14) + 2048;
    match bytes {
        [_] | [_, 3] | [_, 3, 0..=4] | [_, 3, 0..=4, _] => Sign::Open,
        [kind, 3, 0..=4, high, low, ..] => {
            let len = u16::from_be_bytes([*high, *low]);
            let plausible = match kind {
                0x14 => len == 1,
                _ => (1..=MAX_RECORD_LEN).contains(&len),
            };
            if plausible { Sign::Tls } else { Sign::Alien }
        }
        _ => Sign::Alien,
    }
}

/// RFC 2246 appendix E: two bytes of length with the high bit set, type 1, version, and lengths of
/// cipher specs (3 bytes each), session id and challenge that add up.
fn sslv2_hello(bytes: &[u8]) -> Sign {
    let Some(
        &[
            high,
            low,
            kind,
            major,
            minor,
            specs_high,
            specs_low,
            id_high,
            id_low,
            rest @ ..,
        ],
    ) = bytes.first_chunk::<11>()
    else {
        let could = bytes.get(2).is_none_or(|&kind| kind == 1);
        return if could { Sign::Open } else { Sign::Alien };
    };
    let len = usize::from(high & 0x7f) << 8 | usize::from(low);
    let specs = usize::from(u16::from_be_bytes([specs_high, specs_low]));
    let id = usize::from(u16::from_be_bytes([id_high, id_low]));
    let challenge = usize::from(u16::from_be_bytes(rest));
    let version = matches!((major, minor), (0, 2) | (3, 0..=4));
    if kind == 1 && version && specs > 0 && specs % 3 == 0 && len == 9 + specs + id + challenge {
        Sign::Tls
    } else {
        Sign::Alien
    }
}

/// `RCmb`, total length, version 0 or 1 (`clusterMsg` in `cluster.h`).
fn cluster_bus(bytes: &[u8]) -> Sign {
    match bytes.get(8..10) {
        Some([0, 0 | 1]) => Sign::ClusterBus,
        Some(_) => Sign::Alien,
        None => Sign::Open,
    }
}

/// A line of text, by its first word.
fn text(bytes: &[u8]) -> Sign {
    let end = bytes
        .iter()
        .take(TEXT_LEN)
        .position(|&byte| byte == b'\n')
        .unwrap_or(bytes.len().min(TEXT_LEN));
    let line = bytes.get(..end).unwrap_or_default();
    let printable = line
        .iter()
        .all(|&byte| byte == b'\t' || byte == b'\r' || (0x20..0x7f).contains(&byte));
    if !printable {
        return Sign::Alien;
    }
    if end == bytes.len() && end < TEXT_LEN {
        return Sign::Open;
    }
    let word = line
        .split(u8::is_ascii_whitespace)
        .find(|word| !word.is_empty());
    match word {
        Some(word) if is_known(word) => Sign::Inline,
        _ => Sign::Text,
    }
}

fn is_known(name: &[u8]) -> bool {
    !matches!(commands::lookup(name), Lookup::Unknown)
}

/// Whether a line is a call of a known command with as many words as it takes.
pub(super) fn is_call(line: &[u8]) -> bool {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let Some(name) = words.next() else {
        // A blank line says nothing against it.
        return true;
    };
    match commands::lookup(name) {
        Lookup::Found(spec) | Lookup::Container(spec) => spec.accepts(words.count() as u64 + 1),
        Lookup::Unknown => false,
    }
}
