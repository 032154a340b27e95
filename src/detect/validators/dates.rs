//! Dates of birth and of expiry, in the forms that databases hold.

/// True for a calendar date that can be a birth date: 1900 to `MAX_YEAR`, as `YYYYMMDD`,
/// `YYYY-MM-DD`, `DD.MM.YYYY`, `MM/DD/YYYY`, `DD-Mon-YYYY`, with or without a time behind.
pub(in crate::detect) fn is_birth_date(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    // An ISO date may be followed by a time.
    let value = match value.get(10) {
        Some(b'T' | b' ') if value.get(4) == Some(&b'-') => value.get(..10).unwrap_or(value),
        _ => value,
    };
    if value.len() == 8 && value.iter().all(u8::is_ascii_digit) {
        let n = number(value).unwrap_or(0);
        let iso = is_date(n / 10_000, n / 100 % 100, n % 100);
        let reversed = is_date(n % 10_000, n / 10_000 % 100, n / 1_000_000)
            || is_date(n % 10_000, n / 1_000_000, n / 10_000 % 100);
        return iso || reversed;
    }
    let Some((a, b, c, first_len, last_len)) = three_parts(value) else {
        return false;
    };
    if first_len == 4 {
        is_date(a, b, c)
    } else if last_len == 4 {
        is_date(c, b, a) || is_date(c, a, b)
    } else {
        // Two-digit years: the shape alone is weak, but a field called birth date carries it.
        first_len <= 2
            && last_len == 2
            && (is_date(1900 + c, b, a) || is_date(1900 + c, a, b) || is_date(1900 + a, b, c))
    }
}

/// True for a card's expiry: `MMYY`, `YYMM`, `MM/YY`, `MM/YYYY`, `MM-YY`, `YYYY-MM`, `YYYYMM`.
pub(in crate::detect) fn is_expiry(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let month = |m: u32| (1..=12).contains(&m);
    let year =
        |y: u32| (EXPIRY_YEARS.0..=EXPIRY_YEARS.1).contains(&if y < 100 { 2000 + y } else { y });
    let part = |from: usize, to: usize| value.get(from..to).and_then(number);
    let pair = |a: Option<u32>, b: Option<u32>| {
        let (Some(a), Some(b)) = (a, b) else {
            return false;
        };
        (month(a) && year(b)) || (year(a) && month(b))
    };
    let separator = value.iter().position(|byte| b"/-. ".contains(byte));
    match (separator, value.len()) {
        (None, 4) => pair(part(0, 2), part(2, 4)),
        (None, 6) => pair(part(0, 2), part(2, 6)) || pair(part(0, 4), part(4, 6)),
        (None, _) => false,
        (Some(at), len) => {
            matches!((at, len - at - 1), (1 | 2, 2 | 4) | (4, 1 | 2))
                && pair(part(0, at), part(at + 1, len))
        }
    }
}

/// True for `MM`, `YY` or `YYYY`: a part of an expiry, where the field names the part.
pub(in crate::detect) fn is_expiry_part(value: &[u8]) -> bool {
    number(value).is_some_and(|n| match value.len() {
        1 | 2 => {
            (1..=12).contains(&n) || (EXPIRY_YEARS.0 - 2000..=EXPIRY_YEARS.1 - 2000).contains(&n)
        }
        4 => (EXPIRY_YEARS.0..=EXPIRY_YEARS.1).contains(&n),
        _ => false,
    })
}

fn three_parts(value: &[u8]) -> Option<(u32, u32, u32, usize, usize)> {
    let separator = *value.iter().find(|byte| b"-/. ".contains(byte))?;
    let mut parts = value.split(|&byte| byte == separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || a.is_empty() || b.is_empty() || b.len() > 3 || c.len() > 4 {
        return None;
    }
    let middle = number(b).or_else(|| month_name(b))?;
    Some((number(a)?, middle, number(c)?, a.len(), c.len()))
}

fn month_name(name: &[u8]) -> Option<u32> {
    const NAMES: [&[u8; 3]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let index = NAMES
        .iter()
        .position(|month| name.eq_ignore_ascii_case(*month))?;
    u32::try_from(index + 1).ok()
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return false,
    };
    (BIRTH_YEARS.0..=BIRTH_YEARS.1).contains(&year) && (1..=days).contains(&day)
}

fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(
        digits
            .iter()
            .fold(0, |value, &digit| value * 10 + u32::from(digit - b'0')),
    )
}

/// Birth years believed: nobody alive is older, and no clock is read to know today.
const BIRTH_YEARS: (u32, u32) = (1900, 2035);

/// Expiry years believed.
const EXPIRY_YEARS: (u32, u32) = (2005, 2045);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birth_dates_in_the_forms_databases_hold() {
        for date in [
            "19790101",
            "1979-01-01",
            "01.02.1980",
            "12/31/1999",
            "31/12/1999",
            "1979-01-01T00:00:00Z",
            "29-02-2000",
            "3-Jan-1984",
            "010279",
            "31121999",
        ] {
            assert_eq!(is_birth_date(date.as_bytes()), date != "010279", "{date}");
        }
        for no in [
            "19791301",
            "2001-02-29",
            "1748503543",
            "",
            "abc",
            "1.2",
            "18791231",
            "1-2-3-4",
            "99999999",
        ] {
            assert!(!is_birth_date(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn expiries_in_the_forms_cards_print() {
        for date in [
            "1224", "2412", "12/24", "12/2024", "1-26", "2027-03", "202703", "032027",
        ] {
            assert!(is_expiry(date.as_bytes()), "{date}");
        }
        for no in [
            "1324",
            "0024",
            "",
            "12",
            "3600",
            "12/24/26",
            "1748503543",
            "12/",
        ] {
            assert!(!is_expiry(no.as_bytes()), "{no}");
        }
        assert!(
            is_expiry_part(b"12")
                && is_expiry_part(b"2027")
                && is_expiry_part(b"7")
                && !is_expiry_part(b"99")
        );
    }
}
