//! Numbers that states and banks give out, by their own checks.

use super::card::luhn;

/// IBAN (ISO 13616): country with its length, and the remainder modulo 97. Spaces in groups of four
/// are taken; letters must be upper case.
pub(in crate::detect) fn is_iban(value: &[u8]) -> bool {
    let mut compact = [0_u8; 34];
    let mut len = 0;
    for &byte in value {
        if byte == b' ' {
            continue;
        }
        if !(byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
            return false;
        }
        match compact.get_mut(len) {
            Some(slot) => *slot = byte,
            None => return false,
        }
        len += 1;
    }
    let compact = compact.get(..len).unwrap_or_default();
    let country = iban_len(compact);
    country == Some(len)
        && compact
            .get(2..4)
            .is_some_and(|check| check.iter().all(u8::is_ascii_digit))
        && mod97(compact) == 1
}

/// Length of an IBAN of the country that the text begins with.
pub(in crate::detect) fn iban_len(text: &[u8]) -> Option<usize> {
    let country = text.get(..2)?;
    let place = IBAN_LENGTHS.binary_search_by(|(code, _)| code.as_bytes().cmp(country));
    IBAN_LENGTHS.get(place.ok()?).map(|&(_, len)| len)
}

fn mod97(compact: &[u8]) -> u32 {
    let (head, rest) = compact.split_at(compact.len().min(4));
    let number = rest.iter().chain(head).fold(0_u64, |number, &byte| {
        let number = match byte {
            b'0'..=b'9' => number * 10 + u64::from(byte - b'0'),
            _ => number * 100 + u64::from(byte.wrapping_sub(b'A')) + 10,
        };
        // Divided only when the next two digits may not fit any more.
        if number < u64::MAX / 1000 {
            number
        } else {
            number % 97
        }
    });
    u32::try_from(number % 97).unwrap_or(0)
}

/// US social security number: `AAA-GG-SSSS`, areas and groups that are given out, and none of the
/// numbers that advertisements made famous.
pub(in crate::detect) fn is_ssn(digits: &[u8]) -> bool {
    let (Some(area), Some(group), Some(serial)) =
        (digits.get(..3), digits.get(3..5), digits.get(5..))
    else {
        return false;
    };
    let first = digits.first();
    digits.len() == 9
        && !(area == b"000" || area == b"666" || first == Some(&b'9'))
        && group != b"00"
        && serial != b"0000"
        && digits != b"078051120"
        && digits != b"219099999"
        && digits != b"123456789"
        && !digits.iter().all(|digit| Some(digit) == first)
}

/// US routing number: weights 3, 7, 1, and a Federal Reserve prefix.
pub(in crate::detect) fn is_routing(digits: &[u8]) -> bool {
    let prefix = match digits {
        [a, b, ..] if digits.len() == 9 => (a - b'0') * 10 + (b - b'0'),
        _ => return false,
    };
    matches!(prefix, 1..=12 | 21..=32 | 61..=72 | 80)
        && weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// IMEI: 15 digits, Luhn, not dull.
pub(in crate::detect) fn is_imei(digits: &[u8]) -> bool {
    digits.len() == 15 && luhn(digits) && !super::card::is_dull(digits)
}

/// US national provider identifier: ten digits, Luhn with the prefix 80840.
pub(in crate::detect) fn is_npi(digits: &[u8]) -> bool {
    let mut full = *b"808400000000000";
    let Some(body) = full.get_mut(5..) else {
        return false;
    };
    if digits.len() != 10 || !matches!(digits.first(), Some(b'1' | b'2')) {
        return false;
    }
    body.copy_from_slice(digits);
    luhn(&full)
}

/// UK national insurance number.
pub(in crate::detect) fn is_nino(value: &[u8]) -> bool {
    let mut compact = [0; 9];
    let Some(value) = compacted(value, &mut compact) else {
        return false;
    };
    let &[a, b, ref digits @ .., last] = value else {
        return false;
    };
    let never = [*b"BG", *b"GB", *b"KN", *b"NK", *b"NT", *b"TN", *b"ZZ"];
    digits.len() == 6
        && digits.iter().all(u8::is_ascii_digit)
        && a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && !b"DFIQUV".contains(&a)
        && !b"DFIQUVO".contains(&b)
        && !never.contains(&[a, b])
        && (b'A'..=b'D').contains(&last)
}

/// UK NHS number: ten digits, modulo 11.
pub(in crate::detect) fn is_nhs(digits: &[u8]) -> bool {
    let Some((&check, body)) = digits.split_last() else {
        return false;
    };
    let rest = 11 - weighted(body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let expected = if rest == 11 { 0 } else { rest };
    digits.len() == 10 && u32::from(check - b'0') == expected && !super::card::is_dull(digits)
}

/// Canadian social insurance number: nine digits, Luhn, first digit not 0 or 8.
pub(in crate::detect) fn is_sin(digits: &[u8]) -> bool {
    digits.len() == 9
        && !matches!(digits.first(), Some(b'0' | b'8'))
        && luhn(digits)
        && !super::card::is_dull(digits)
}

/// Indian Aadhaar: twelve digits, first 2 to 9, Verhoeff's check digit.
pub(in crate::detect) fn is_aadhaar(digits: &[u8]) -> bool {
    digits.len() == 12 && !matches!(digits.first(), Some(b'0' | b'1')) && verhoeff(digits)
}

/// Polish PESEL: eleven digits with a birth date and weights 1, 3, 7, 9.
pub(in crate::detect) fn is_pesel(digits: &[u8]) -> bool {
    let pair = |at: usize| match digits.get(at..at + 2) {
        Some(&[a, b]) => u32::from(a - b'0') * 10 + u32::from(b - b'0'),
        _ => 99,
    };
    digits.len() == 11
        && (1..=12).contains(&(pair(2) % 20))
        && (1..=31).contains(&pair(4))
        && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// Spanish NIF or NIE: eight digits (X, Y, Z for the first of foreigners) and a letter modulo 23.
pub(in crate::detect) fn is_nif(value: &[u8]) -> bool {
    let Some((&letter, body)) = value.split_last() else {
        return false;
    };
    let first = match body.first() {
        Some(b'X') => b'0',
        Some(b'Y') => b'1',
        Some(b'Z') => b'2',
        Some(&digit) => digit,
        None => return false,
    };
    if value.len() != 9 || !first.is_ascii_digit() || !body.iter().skip(1).all(u8::is_ascii_digit) {
        return false;
    }
    let number = body
        .iter()
        .skip(1)
        .fold(u32::from(first - b'0'), |n, &digit| {
            n * 10 + u32::from(digit - b'0')
        });
    b"TRWAGMYFPDXBNJZSQVHLCKE".get((number % 23) as usize) == Some(&letter)
}

/// Italian codice fiscale: shape and check letter.
pub(in crate::detect) fn is_codice_fiscale(value: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    const ODD_DIGIT: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let Some((&check, body)) = value.split_last() else {
        return false;
    };
    if value.len() != 16 || !check.is_ascii_uppercase() {
        return false;
    }
    let mut sum = 0;
    for (index, &byte) in body.iter().enumerate() {
        let letter_here = matches!(index, 0..=5 | 8 | 11);
        let odd = index % 2 == 0;
        sum += match byte {
            b'A'..=b'Z' if letter_here => {
                let n = usize::from(byte - b'A');
                if odd {
                    ODD.get(n).copied().unwrap_or(0)
                } else {
                    u32::try_from(n).unwrap_or(0)
                }
            }
            b'0'..=b'9' if !letter_here => {
                let n = usize::from(byte - b'0');
                if odd {
                    ODD_DIGIT.get(n).copied().unwrap_or(0)
                } else {
                    u32::try_from(n).unwrap_or(0)
                }
            }
            _ => return false,
        };
    }
    sum % 26 == u32::from(check - b'A')
}

/// Dutch BSN: nine digits, eleven proof.
pub(in crate::detect) fn is_bsn(digits: &[u8]) -> bool {
    let Some((&last, body)) = digits.split_last() else {
        return false;
    };
    let sum = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2]);
    digits.len() == 9
        && sum > 0
        && sum % 11 == u32::from(last - b'0') % 11
        && !digits.iter().all(|digit| Some(digit) == digits.first())
}

/// Brazilian CPF: eleven digits, two check digits.
pub(in crate::detect) fn is_cpf(digits: &[u8]) -> bool {
    let check = |count: usize| {
        let weight = u32::try_from(count + 1).unwrap_or(0);
        let body = digits.get(..count).unwrap_or_default();
        let sum: u32 = body
            .iter()
            .zip(0..)
            .map(|(&digit, index)| u32::from(digit - b'0') * (weight - index))
            .sum();
        let expected = sum * 10 % 11 % 10;
        digits
            .get(count)
            .is_some_and(|&digit| u32::from(digit - b'0') == expected)
    };
    digits.len() == 11
        && !digits.iter().all(|digit| Some(digit) == digits.first())
        && check(9)
        && check(10)
}

/// German tax id: eleven digits, ISO 7064 MOD 11,10, first digit not 0, one digit doubled at least.
pub(in crate::detect) fn is_german_tax_id(digits: &[u8]) -> bool {
    let Some((&check, body)) = digits.split_last() else {
        return false;
    };
    if digits.len() != 11 || digits.first() == Some(&b'0') {
        return false;
    }
    let mut counts = [0_u8; 10];
    let mut product = 10;
    for &digit in body {
        let digit = u32::from(digit - b'0');
        if let Some(count) = counts.get_mut(digit as usize) {
            *count += 1;
        }
        let sum = (digit + product) % 10;
        product = if sum == 0 { 10 } else { sum } * 2 % 11;
    }
    let repeated = counts.iter().filter(|&&count| count > 1).count();
    repeated == 1 && (11 - product) % 10 == u32::from(check - b'0')
}

/// French INSEE number: 13 digits and a key modulo 97 (Corsica's letters not taken).
pub(in crate::detect) fn is_insee(digits: &[u8]) -> bool {
    let number = |part: Option<&[u8]>| {
        part.map(|part| {
            part.iter()
                .fold(0_u64, |n, &digit| n * 10 + u64::from(digit - b'0'))
        })
    };
    let (Some(body), Some(key)) = (number(digits.get(..13)), number(digits.get(13..))) else {
        return false;
    };
    digits.len() == 15 && matches!(digits.first(), Some(b'1' | b'2')) && 97 - body % 97 == key
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(&digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum()
}

fn compacted<'a>(value: &[u8], out: &'a mut [u8; 9]) -> Option<&'a [u8]> {
    let mut len = 0;
    for &byte in value.iter().filter(|&&byte| byte != b' ') {
        *out.get_mut(len)? = byte;
        len += 1;
    }
    out.get(..len)
}

/// Verhoeff's check over the dihedral group D5.
fn verhoeff(digits: &[u8]) -> bool {
    const MULTIPLY: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const PERMUTE: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let mut check = 0_u8;
    for (index, &digit) in digits.iter().rev().enumerate() {
        let permuted = PERMUTE
            .get(index % 8)
            .and_then(|row| row.get(usize::from(digit.wrapping_sub(b'0'))));
        let next =
            permuted.and_then(|&column| MULTIPLY.get(usize::from(check))?.get(usize::from(column)));
        let Some(&next) = next else {
            return false;
        };
        check = next;
    }
    check == 0
}

/// Lengths of the IBAN registry (SWIFT, release 99).
const IBAN_LENGTHS: [(&str, usize); 88] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ibans_of_many_countries() {
        for yes in [
            "DE89370400440532013000",
            "GB82WEST12345698765432",
            "NL91ABNA0417164300",
            "FR1420041010050500013M02606",
            "MT84MALT011000012345MTLCAST001S",
            "NO9386011117947",
            "DE89 3704 0044 0532 0130 00",
        ] {
            assert!(is_iban(yes.as_bytes()), "{yes}");
        }
        for no in [
            "DE89370400440532013001",
            "XX89370400440532013000",
            "de89370400440532013000",
            "DE8937040044053201300",
            "",
        ] {
            assert!(!is_iban(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn social_security_numbers_that_are_given_out() {
        assert!(is_ssn(b"536904399"));
        for no in [
            b"000123456",
            b"666123456",
            b"912123456",
            b"123004567",
            b"123450000",
            b"078051120",
            b"111111111",
        ] {
            assert!(!is_ssn(no), "{no:?}");
        }
        assert!(!is_ssn(b"12345678"));
    }

    #[test]
    fn national_numbers_with_their_checks() {
        assert!(is_routing(b"021000021") && !is_routing(b"021000022"));
        assert!(is_imei(b"490154203237518") && !is_imei(b"490154203237519"));
        assert!(is_npi(b"1234567893") && !is_npi(b"1234567890"));
        assert!(is_nino(b"AB 12 34 56 C") && !is_nino(b"GB123456A") && !is_nino(b"AB123456E"));
        assert!(is_nhs(b"9434765919") && !is_nhs(b"9434765918"));
        assert!(is_sin(b"130692544") && !is_sin(b"130692545"));
        assert!(is_aadhaar(b"234123412346") && !is_aadhaar(b"234123412347"));
        assert!(is_pesel(b"44051401359") && !is_pesel(b"44051401358"));
        assert!(is_nif(b"12345678Z") && is_nif(b"X1234567L") && !is_nif(b"12345678A"));
        assert!(is_codice_fiscale(b"RSSMRA85T10A562S") && !is_codice_fiscale(b"RSSMRA85T10A562T"));
        assert!(is_bsn(b"111222333") && !is_bsn(b"111222334"));
        assert!(is_cpf(b"39053344705") && !is_cpf(b"39053344706"));
        assert!(is_german_tax_id(b"36574261809") && !is_german_tax_id(b"36574261808"));
        assert!(is_insee(b"295109912611193") && !is_insee(b"295109912611194"));
    }
}
