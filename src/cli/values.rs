//! Value types of flags: port sets, networks, times, `KEY=VALUE` pairs.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// TCP ports to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortSet {
    /// Inclusive ranges in the order given; `None` for every port.
    ranges: Option<Vec<(u16, u16)>>,
}

impl PortSet {
    /// Every port.
    pub const ANY: Self = Self { ranges: None };

    /// Where Redis, its TLS port, its cluster bus and Sentinel live by default.
    #[must_use]
    pub fn redis() -> Self {
        Self {
            ranges: Some(
                [6379, 6380, 16379, 16380, 26379]
                    .map(|port| (port, port))
                    .to_vec(),
            ),
        }
    }

    /// The ranges; `None` for every port.
    #[must_use]
    pub fn ranges(&self) -> Option<&[(u16, u16)]> {
        self.ranges.as_deref()
    }
}

/// `any`, `6379,6380`, `7000-7005`.
impl std::fmt::Display for PortSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(ranges) = &self.ranges else {
            return f.write_str("any");
        };
        for (index, (low, high)) in ranges.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            if low == high {
                write!(f, "{comma}{low}")?;
            } else {
                write!(f, "{comma}{low}-{high}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for PortSet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("any") {
            return Ok(Self::ANY);
        }
        let port = |word: &str| {
            word.trim()
                .parse::<u16>()
                .ok()
                .filter(|&port| port != 0)
                .ok_or_else(|| format!("\"{word}\" is no port; write 6379,7000-7005 or any"))
        };
        let mut ranges = Vec::new();
        for part in text.split(',') {
            let (low, high) = part.split_once('-').unwrap_or((part, part));
            let (low, high) = (port(low)?, port(high)?);
            if low > high {
                return Err(format!("the range {part} ends before it begins"));
            }
            ranges.push((low, high));
        }
        Ok(Self {
            ranges: Some(ranges),
        })
    }
}

/// `KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(pub String, pub String);

impl FromStr for Label {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok(Self(key.to_owned(), value.to_owned())),
            _ => Err(format!("\"{text}\" is no label; write KEY=VALUE")),
        }
    }
}

/// `KIND=FILE` of `--report`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTarget {
    /// Which report.
    pub format: super::Format,
    /// Where to.
    pub file: PathBuf,
}

impl FromStr for ReportTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint =
            || format!("\"{text}\" is no report; write text=FILE, ndjson=FILE or lines=FILE");
        let (kind, file) = text.split_once('=').ok_or_else(hint)?;
        let format = match kind {
            "text" => super::Format::Text,
            "ndjson" => super::Format::Ndjson,
            "lines" => super::Format::Lines,
            _ => return Err(hint()),
        };
        if file.is_empty() {
            return Err(hint());
        }
        Ok(Self {
            format,
            file: PathBuf::from(file),
        })
    }
}

/// `30s`, `10m`, `1h`, `500ms`; a bare number is seconds.
///
/// # Errors
///
/// A sentence that shows the form.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => f64::NAN,
    };
    number
        .parse::<f64>()
        .ok()
        .map(|number| number * seconds)
        .filter(|total| *total > 0.0)
        .and_then(|total| Duration::try_from_secs_f64(total).ok())
        .ok_or_else(|| format!("\"{text}\" is no time; write 30s, 10m or 1h"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_lists_ranges_or_any() {
        let ports: PortSet = "6379,7000-7005".parse().unwrap();
        assert_eq!(ports.ranges(), Some(&[(6379, 6379), (7000, 7005)][..]));
        assert_eq!(ports.to_string(), "6379,7000-7005");
        assert_eq!("any".parse::<PortSet>().unwrap(), PortSet::ANY);
        for bad in ["", "0", "65536", "7005-7000", "redis", "6379,"] {
            assert!(bad.parse::<PortSet>().is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_units() {
        assert_eq!(parse_duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse_duration("10m"), Ok(Duration::from_mins(10)));
        assert_eq!(parse_duration("7"), Ok(Duration::from_secs(7)));
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        for bad in ["", "s", "-1s", "0", "1y", "9e99s"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
