//! Numbers of header lines: read in place, and read strictly as Redis does.

/// A count or length written in at most seven digits and ended by CRLF, at `pos`; with the
/// position after the CRLF. `None` for anything else (longer, negative, cut, malformed): the
/// caller then takes the long way.
#[inline]
pub(super) fn short_number(chunk: &[u8], pos: usize) -> Option<(usize, usize)> {
    // Nearly every header has one to three digits.
    if let Some(&[first, second, third, fourth, fifth]) =
        chunk.get(pos..).and_then(<[u8]>::first_chunk)
    {
        let high = first.wrapping_sub(b'0');
        if high > 9 {
            return None;
        }
        if second == b'\r' && third == b'\n' {
            return Some((usize::from(high), pos + 3));
        }
        let middle = second.wrapping_sub(b'0');
        if middle <= 9 && high != 0 {
            let tens = usize::from(high) * 10 + usize::from(middle);
            if third == b'\r' && fourth == b'\n' {
                return Some((tens, pos + 4));
            }
            let low = third.wrapping_sub(b'0');
            if low <= 9 && fourth == b'\r' && fifth == b'\n' {
                return Some((tens * 10 + usize::from(low), pos + 5));
            }
        }
    }
    longer_number(chunk, pos)
}

/// [`short_number`] of more digits.
fn longer_number(chunk: &[u8], pos: usize) -> Option<(usize, usize)> {
    // Up to six digits and CRLF in one word, the first digit lowest.
    if let Some(&word) = chunk.get(pos..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(word);
        let digits = word ^ 0x3030_3030_3030_3030;
        // The high bit of each byte that is no digit; carries reach only bytes behind such a one.
        let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
        let count = others.trailing_zeros() / 8;
        if (1..=6).contains(&count) {
            let leading_zero = count > 1 && word.to_le_bytes()[0] == b'0';
            if word >> (8 * count) & 0xffff != 0x0a0d || leading_zero {
                return None;
            }
            let tens = digits << (64 - 8 * count);
            let pairs = tens.wrapping_mul(10).wrapping_add(tens >> 8);
            let even = (pairs & 0xff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
            let odd = (pairs >> 16 & 0xff_0000_00ff).wrapping_mul(0x2710_0000_0001);
            let value = even.wrapping_add(odd) >> 32;
            return Some((usize::try_from(value).ok()?, pos + count as usize + 2));
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
    fn numbers_of_any_length_are_read_in_place() {
        for value in (0..2_000).chain((1..9_999_999).step_by(997)) {
            for rest in ["", "x", "$3\r\nabc\r\n", "\u{7f}\u{ff}0000000"] {
                let text = format!("${value}\r\n{rest}");
                let end = text.len() - rest.len();
                assert_eq!(
                    short_number(text.as_bytes(), 1),
                    Some((value, end)),
                    "{text:?}"
                );
            }
            for wrong in [
                "0{}\r\n........",
                "{}\n\r........",
                "{}:\r\n.......",
                "{}/\r\n.......",
            ] {
                let text = wrong.replace("{}", &value.to_string());
                assert_eq!(short_number(text.as_bytes(), 0), None, "{text:?}");
            }
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
