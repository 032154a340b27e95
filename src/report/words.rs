//! Numbers, times, sizes and names as people read them.

use std::fmt::Write as _;

use super::escape::escape;
use super::style::{Charset, Style};
use crate::event::{FindingEvent, Severity, TlsVersion};
use crate::packet::Timestamp;
use crate::redact::Printable;

/// `1,334`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 packet`, `1,334 packets`.
pub(super) fn count(number: u64, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {one}{s}", thousands(number))
}

/// `1 reply`, `2 replies`: where an `s` will not do.
pub(super) fn count_of(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{} {word}", thousands(number))
}

/// `38 µs`, `8 ms`, `6.0 s`, `4 min 10 s`, `3 h 20 min`, `12 days`.
pub(super) fn duration(nanoseconds: u64, charset: Charset) -> String {
    let micro = match charset {
        Charset::Utf8 => "µs",
        Charset::Ascii => "us",
    };
    let seconds = nanoseconds / 1_000_000_000;
    match nanoseconds {
        0..1_000 => format!("{nanoseconds} ns"),
        1_000..1_000_000 => format!("{} {micro}", nanoseconds / 1_000),
        1_000_000..1_000_000_000 => format!("{} ms", nanoseconds / 1_000_000),
        1_000_000_000..100_000_000_000 => {
            format!("{}.{} s", seconds, nanoseconds / 100_000_000 % 10)
        }
        _ if seconds < 3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ if seconds < 172_800 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// `353 bytes`, `1.4 MB`: decimal, as interfaces and `ls --si` count.
pub(super) fn size(bytes: u64) -> String {
    let tenths = |unit: u64| {
        let whole = bytes / unit;
        let tenth = bytes / (unit / 10) % 10;
        if whole >= 100 {
            whole.to_string()
        } else {
            format!("{whole}.{tenth}")
        }
    };
    match bytes {
        0..10_000 => count(bytes, "byte"),
        10_000..1_000_000 => format!("{} kB", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

/// `64 %`; `<1 %` and `>99 %` where rounding would say none or all.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".to_owned();
    }
    if part >= whole {
        return "100 %".to_owned();
    }
    let percent = 100.0 * part as f64 / whole as f64;
    if percent < 1.0 {
        "<1 %".to_owned()
    } else if percent > 99.0 {
        ">99 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

/// `2026-11-24 03:30:52.565`.
pub(super) fn date_time(at: Timestamp) -> String {
    let (year, month, day, ..) = at.civil();
    format!("{year:04}-{month:02}-{day:02} {}", time(at))
}

/// `2026-11-24 03:30:52`.
pub(super) fn date_second(at: Timestamp) -> String {
    let text = date_time(at);
    text.split_once('.')
        .map_or_else(|| text.clone(), |(seconds, _)| seconds.to_owned())
}

/// `03:30:52.565`.
pub(super) fn time(at: Timestamp) -> String {
    let (_, _, _, hour, minute, second, nano) = at.civil();
    format!("{hour:02}:{minute:02}:{second:02}.{:03}", nano / 1_000_000)
}

/// `CRITICAL`.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "CRITICAL",
        Severity::High => "HIGH",
        Severity::Medium => "MEDIUM",
        Severity::Low => "LOW",
        Severity::Info => "INFO",
    }
}

/// `certain`, `high`, `suspected`.
pub(super) fn sure(confidence: f32) -> &'static str {
    if confidence >= 0.95 {
        "certain"
    } else if confidence >= 0.75 {
        "high"
    } else {
        "suspected"
    }
}

/// `TLS 1.3`.
pub(super) fn version(version: TlsVersion) -> &'static str {
    match version {
        TlsVersion::Ssl2 => "SSL 2",
        TlsVersion::Ssl3 => "SSL 3",
        TlsVersion::Tls10 => "TLS 1.0",
        TlsVersion::Tls11 => "TLS 1.1",
        TlsVersion::Tls12 => "TLS 1.2",
        TlsVersion::Tls13 => "TLS 1.3",
    }
}

/// Anything that came from the wire or from a file, safe for a terminal.
pub(super) fn safe(text: &str, style: Style) -> String {
    match style.charset {
        Charset::Utf8 => escape(text, Charset::Utf8).into_owned(),
        // The dots of masks and the ellipsis of prefixes are ours; they have stand-ins.
        Charset::Ascii => {
            let ours = text.replace('·', ".").replace('…', "..").replace('→', "->");
            escape(&ours, Charset::Ascii).into_owned()
        }
    }
}

/// A printable, safe for a terminal.
pub(super) fn shown(text: &Printable, style: Style) -> String {
    safe(&text.to_string(), style)
}

/// What a rule's data is called in a list of what a client gave away; `None` for what is no data.
pub(super) fn gave_away(rule: &str) -> Option<&'static str> {
    GAVE_AWAY
        .iter()
        .find(|(prefix, _)| rule.starts_with(prefix))
        .map(|(_, words)| *words)
}

/// Where a word of [`gave_away`] stands in a list: what weighs most first.
pub(super) fn weight(word: &str) -> usize {
    GAVE_AWAY
        .iter()
        .position(|(_, known)| *known == word)
        .unwrap_or(GAVE_AWAY.len())
}

/// By the begin of a rule's id, the more special before the more general; the heaviest first.
const GAVE_AWAY: [(&str, &str); 30] = [
    ("exposure.fullsync", "the whole data set"),
    ("exposure.rdb-dump", "the whole data set"),
    ("pci.cvv", "CVVs"),
    ("pci.track", "card tracks"),
    ("pci.pin", "PINs"),
    ("sec.pin", "PINs"),
    ("pci", "cards"),
    ("combo.card", "cards"),
    ("cmd.acl-hash", "password hashes"),
    ("sec.password-hash", "password hashes"),
    ("cmd", "passwords"),
    ("sec.basic", "passwords"),
    ("sec.password", "passwords"),
    ("sec.private-key", "private keys"),
    ("sec.url-credentials", "logins in URLs"),
    ("sec.azure-conn", "logins in URLs"),
    ("sec.conn-string", "logins of databases"),
    ("phi", "health data"),
    ("sec.otp", "one-time codes"),
    ("sec.session", "sessions"),
    ("sec.jwt", "tokens"),
    ("sec.bearer", "tokens"),
    ("sec.token", "tokens"),
    ("sec", "secrets"),
    ("combo.identity", "people"),
    ("combo", "people"),
    ("pii", "people"),
    ("exposure.monitor", "commands of others"),
    ("exposure.bus-publish", "published messages"),
    ("exposure.replication", "what is written"),
];

/// The rest of a list: `a, b and 3 more`.
pub(super) fn listed(names: &[String], most: usize) -> String {
    let shown = names.get(..most).unwrap_or(names);
    let more = names.len() - shown.len();
    let mut text = shown.join(", ");
    if more > 0 {
        // Writing to a `String` cannot fail.
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Where a finding points: frame, or time where the input has no frames.
pub(super) fn place(finding: &FindingEvent) -> String {
    finding
        .frame
        .map_or_else(|| time(finding.first_time), |frame| frame.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_334), "1,334");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(count(1, "packet"), "1 packet");
        assert_eq!(count(0, "packet"), "0 packets");
        assert_eq!(percent(1, 1000), "<1 %");
        assert_eq!(percent(999, 1000), ">99 %");
        assert_eq!(percent(64, 100), "64 %");
        assert_eq!(percent(3, 3), "100 %");
        assert_eq!(percent(0, 0), "0 %");
        assert_eq!(size(353), "353 bytes");
        assert_eq!(size(41_471), "41.4 kB");
        assert_eq!(size(536_000_000), "536 MB");
    }

    #[test]
    fn durations_read_well() {
        let shown = |nanoseconds| duration(nanoseconds, Charset::Utf8);
        assert_eq!(shown(38_400), "38 µs");
        assert_eq!(shown(8_000_000), "8 ms");
        assert_eq!(shown(6_000_000_000), "6.0 s");
        assert_eq!(shown(250_000_000_000), "4 min 10 s");
        assert_eq!(shown(12_000_000_000_000), "3 h 20 min");
        assert_eq!(shown(1_036_800_000_000_000), "12 days");
        assert_eq!(duration(38_400, Charset::Ascii), "38 us");
    }
}
