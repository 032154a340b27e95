//! What each kind of sensitive value may show of itself.

use std::fmt::Write as _;

/// What a value is, as far as printing it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mask {
    /// Password, CVV, PIN: nothing, not even length or token.
    #[default]
    Hidden,
    /// Session id, API key, token: its public prefix of this many bytes (`ghp_`), length, token.
    Token(u8),
    /// Card number, with its brand: brand and last four digits.
    Card(&'static str),
    /// A card's expiry date: that it is there.
    Expiry,
    /// First character and domain.
    Email,
    /// Country code and last two digits.
    Phone,
    /// Country and last four.
    Iban,
    /// A birth date: the year.
    BirthDate,
    /// Gender: one dot.
    Gender,
    /// IPv4: the /24; IPv6: the /48.
    Ip,
    /// Name, address, identity number, diagnosis: dots, and length and token.
    Personal,
}

impl Mask {
    /// True where the value's length and token may be told.
    #[must_use]
    pub fn tells_length(self) -> bool {
        !matches!(
            self,
            Self::Hidden | Self::Gender | Self::BirthDate | Self::Expiry
        )
    }

    /// What stands for it in a key pattern: `{email}`.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Hidden | Self::Token(_) => "{id}",
            Self::Card(_) => "{card}",
            Self::Email => "{email}",
            Self::Phone => "{phone}",
            Self::Iban => "{iban}",
            Self::Ip => "{ip}",
            Self::Expiry | Self::BirthDate => "{date}",
            Self::Gender | Self::Personal => "{personal}",
        }
    }

    /// The masked form; `None` where nothing may be shown. Without a tail where the token key is
    /// kept: then the token tells equality, and a tail would help to try the rest out.
    pub(super) fn apply(self, value: &[u8], with_tail: bool) -> Option<String> {
        match self {
            Self::Hidden => None,
            Self::Token(prefix) => {
                let prefix = value.get(..usize::from(prefix)).unwrap_or_default();
                let prefix = str::from_utf8(prefix).unwrap_or_default();
                Some(format!("{prefix}{DOTS}"))
            }
            Self::Card(brand) => {
                let mut text = if brand.is_empty() {
                    DOTS.to_owned()
                } else {
                    format!("{brand} {DOTS}")
                };
                if with_tail {
                    push_tail(&mut text, value, 4, u8::is_ascii_digit);
                }
                Some(text)
            }
            Self::Expiry | Self::Personal => Some(DOTS.to_owned()),
            Self::Email => Some(email(value)),
            Self::Phone => Some(phone(value, with_tail)),
            Self::Iban => {
                let country = value
                    .get(..2)
                    .filter(|code| code.iter().all(u8::is_ascii_alphabetic));
                let country = str::from_utf8(country.unwrap_or_default()).unwrap_or_default();
                let mut text = format!("{} {DOTS}", country.to_ascii_uppercase());
                if with_tail {
                    push_tail(&mut text, value, 4, u8::is_ascii_alphanumeric);
                }
                Some(text)
            }
            Self::BirthDate => Some(birth_date(value)),
            Self::Gender => Some("·".to_owned()),
            Self::Ip => Some(ip(value)),
        }
    }
}

/// A space and the last `count` characters of the kind; nothing where half of them or more would
/// be shown.
fn push_tail(text: &mut String, value: &[u8], count: usize, of: impl Fn(&u8) -> bool) {
    let all = value.iter().filter(|byte| of(byte)).count();
    if all < 3 * count {
        return;
    }
    text.push(' ');
    let tail = value.iter().filter(|byte| of(byte)).skip(all - count);
    text.extend(tail.map(|&byte| char::from(byte)));
}

/// `alice@example.com` becomes `a***@example.com`.
fn email(value: &[u8]) -> String {
    let Some(text) = str::from_utf8(value).ok() else {
        return DOTS.to_owned();
    };
    match (text.chars().next(), text.rsplit_once('@')) {
        (Some(first), Some((local, domain))) if !local.is_empty() && domain.is_ascii() => {
            format!("{first}***@{domain}")
        }
        _ => DOTS.to_owned(),
    }
}

/// `+49 170 1234567` becomes `+49 ···· 67`.
fn phone(value: &[u8], with_tail: bool) -> String {
    let mut text = String::new();
    if value.first() == Some(&b'+') {
        let digits = value.iter().filter(|byte| byte.is_ascii_digit());
        let code_len = country_code_len(digits.clone().take(2).copied());
        text.push('+');
        text.extend(digits.take(code_len).map(|&byte| char::from(byte)));
        text.push(' ');
    }
    text.push_str(DOTS);
    if with_tail {
        push_tail(&mut text, value, 2, u8::is_ascii_digit);
    }
    text
}

/// Length of the country code that begins with these digits (ITU-T E.164 annex, zones 1 to 9).
fn country_code_len(mut digits: impl Iterator<Item = u8>) -> usize {
    match (digits.next(), digits.next()) {
        (Some(b'1' | b'7'), _) => 1,
        (Some(b'2'), Some(b'0' | b'7'))
        | (Some(b'3'), Some(b'0'..=b'4' | b'6' | b'9'))
        | (Some(b'4'), Some(b'0' | b'1' | b'3'..=b'9'))
        | (Some(b'5'), Some(b'1'..=b'8'))
        | (Some(b'6'), Some(b'0'..=b'6'))
        | (Some(b'8'), Some(b'1' | b'2' | b'4' | b'6'))
        | (Some(b'9'), Some(b'0'..=b'5' | b'8')) => 2,
        _ => 3,
    }
}

/// The year, where four digits at either end or the start of eight look like one.
fn birth_date(value: &[u8]) -> String {
    let year = |at: Option<&[u8]>| {
        let at = at?;
        let is_year = at.len() == 4
            && at.iter().all(u8::is_ascii_digit)
            && (at.starts_with(b"19") || at.starts_with(b"20"));
        is_year.then(|| String::from_utf8_lossy(at).into_owned())
    };
    let head = year(value.get(..4));
    let tail = value
        .len()
        .checked_sub(4)
        .and_then(|at| year(value.get(at..)));
    match head.or(tail) {
        Some(year) => format!("{year}-··-··"),
        None => "····-··-··".to_owned(),
    }
}

/// `192.0.2.17` becomes `192.0.2.·`, `2001:db8:1:2::3` becomes `2001:db8:1::·`.
fn ip(value: &[u8]) -> String {
    let text = str::from_utf8(value).ok();
    match text.and_then(|text| text.parse::<std::net::IpAddr>().ok()) {
        Some(std::net::IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.·")
        }
        Some(std::net::IpAddr::V6(v6)) => {
            let mut text = String::new();
            for group in v6.segments().iter().take(3) {
                let _ = write!(text, "{group:x}:");
            }
            text + ":·"
        }
        None => DOTS.to_owned(),
    }
}

/// Stands for what is not shown, of any length.
const DOTS: &str = "····";
