//! Numbers of header lines: read in place, and read strictly as Redis does.

/// A count or length written in at most seven digits and ended by CRLF, at `pos`; with the
/// position after the CRLF. `None` for anything else (longer, negative, cut, malformed): the
/// caller then takes the long way.
#[inline]
pub(super) fn short_number(chunk: &[u8], pos: usize) -> Option<(usize, usize)> {
    // Nearly every header has one or two digits.
    if let Some(&[first, second, third, fourth]) = chunk.get(pos..).and_then(<[u8]>::first_chunk) {
        let high = first.wrapping_sub(b'0');
        if high > 9 {
            return None;
        }
        if second == b'\r' && third == b'\n' {
            return Some((usize::from(high), pos + 3));
        }
        let low = second.wrapping_sub(b'0');
        if third == b'\r' && fourth == b'\n' && low <= 9 && high != 0 {
            return Some((usize::from(high) * 10 + usize::from(low), pos + 4));
        }
    }
    let digits = chunk.get(pos..)?;
    let mut value = 0usize;
    for (index, &byte) in digits.iter().take(8).enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            let leading_zero = index > 1 && digits.first() == Some(&b'0');
            let ended = byte == b'\r' && digits.get(index + 1) == Some(&b'\n');
            return (index > 0 && ended && !leading_zero).then_some((value, pos + index + 2));
        }
        value = value * 10 + usize::from(digit);
    }
    None
}

/// A signed decimal number as Redis's `string2ll` takes it: no plus, no spaces, no leading zeros.
pub(super) fn strict_number(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut value = 0i64;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        let digit = i64::from(digit);
        value = value.checked_mul(10)?;
        value = if negative {
            value.checked_sub(digit)?
        } else {
            value.checked_add(digit)?
        };
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_strict_numbers_agree_on_every_short_text() {
        let alphabet = b"0129-+\r\n x";
        let mut texts = vec![Vec::new()];
        for _ in 0..5 {
            let longer: Vec<Vec<u8>> = texts
                .iter()
                .flat_map(|text| {
                    alphabet.iter().map(move |&byte| {
                        let mut longer = text.clone();
                        longer.push(byte);
                        longer
                    })
                })
                .collect();
            texts = longer;
        }
        for text in texts {
            let line = text
                .windows(2)
                .position(|pair| pair == b"\r\n")
                .map(|end| &text[..end]);
            let strict = line
                .and_then(strict_number)
                .and_then(|value| usize::try_from(value).ok());
            assert_eq!(
                short_number(&text, 0).map(|(value, _)| value),
                strict,
                "{text:?}"
            );
        }
    }

    #[test]
    fn strict_numbers_end_at_the_range_of_i64() {
        assert_eq!(strict_number(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(strict_number(b"-9223372036854775808"), Some(i64::MIN));
        for wrong in [
            &b"9223372036854775808"[..],
            b"-9223372036854775809",
            b"99999999999999999999",
            b"-0",
            b"00",
            b"",
            b"-",
            b"1 ",
        ] {
            assert_eq!(strict_number(wrong), None, "{wrong:?}");
        }
    }
}
