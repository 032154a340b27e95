//! Payment card numbers: issuer prefixes with their lengths, and the check digit.

use super::super::hits::mix;

/// A brand with the name it is shown by.
pub(in crate::detect) type Brand = &'static str;

/// The brand of a number by prefix and length (ISO/IEC 7812 issuer identification numbers, as the
/// schemes publish them); `None` where no issuer has that prefix with that length.
pub(in crate::detect) fn brand(digits: &[u8]) -> Option<Brand> {
    if !matches!(digits.first(), Some(b'2'..=b'6')) {
        return None;
    }
    let six = prefix(digits, 6)?;
    let (two, three, four) = (six / 10_000, six / 1000, six / 100);
    let len = digits.len();
    let brand = match () {
        () if two / 10 == 4 => ("Visa", matches!(len, 13 | 16 | 19)),
        () if (51..=55).contains(&two) || (2221..=2720).contains(&four) => {
            ("Mastercard", len == 16)
        }
        () if matches!(two, 34 | 37) => ("American Express", len == 15),
        () if four == 6011
            || matches!(three, 644..=649)
            || two == 65
            || (622_126..=622_925).contains(&six) =>
        {
            ("Discover", matches!(len, 16 | 19))
        }
        () if (3528..=3589).contains(&four) => ("JCB", (16..=19).contains(&len)),
        () if matches!(three, 300..=305) || four == 3095 || matches!(two, 36 | 38 | 39) => {
            ("Diners Club", (14..=19).contains(&len))
        }
        () if two == 62 => ("UnionPay", (16..=19).contains(&len)),
        () if (2200..=2204).contains(&four) => ("Mir", (16..=19).contains(&len)),
        () => return None,
    };
    brand.1.then_some(brand.0)
}

/// Prefixes too wide to be believed without a card's name beside them: Maestro and old JCB.
pub(in crate::detect) fn brand_in_context(digits: &[u8]) -> Option<Brand> {
    let four = prefix(digits, 4)?;
    let two = four / 100;
    match () {
        () if matches!(two, 50 | 56..=69) => (12..=19).contains(&digits.len()).then_some("Maestro"),
        () if matches!(four, 1800 | 2131) => (digits.len() == 15).then_some("JCB"),
        () => None,
    }
}

/// Luhn's check digit (ISO/IEC 7812-1 annex B).
pub(in crate::detect) fn luhn(digits: &[u8]) -> bool {
    let Some(words) = aligned(digits) else {
        return luhn_of_any(digits);
    };
    let sums = words.iter().fold(0, |sums, word| {
        // Every second digit from the right is doubled: those at even places of each word.
        let doubled = (word & (PAIRS * 15)) << 1;
        // The highest bit of each that is above nine, and counts as its two digits.
        let above = (doubled + PAIRS * 0x76) >> 7 & PAIRS;
        sums + (word >> 8 & (PAIRS * 15)) + doubled - above * 9
    });
    // At most 54 at each of the four places.
    (sums.wrapping_mul(PAIRS) >> 48).is_multiple_of(10)
}

/// One in every second byte.
const PAIRS: u64 = u64::MAX / 0xffff;

/// The same of a number of any length, digit by digit.
#[cold]
fn luhn_of_any(digits: &[u8]) -> bool {
    let values = digits.iter().rev().map(|digit| u32::from(digit & 15));
    let sum: u32 = values
        .enumerate()
        .map(|(index, value)| match index % 2 {
            1 if value > 4 => 2 * value - 9,
            1 => 2 * value,
            _ => value,
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// A hash that tells numbers of 8 to 24 digits apart; 0 for others. Who makes two numbers the same to
/// it has them counted once where they are [judged together](crate::detect::tally).
pub(in crate::detect) fn candidate(digits: &[u8]) -> u64 {
    let words = aligned(digits).unwrap_or_default();
    words.into_iter().fold(0, mix)
}

/// The digits of a number at the end of three times eight bytes, zeros before them; `None` of a number
/// of fewer than 8 or more than 24.
#[inline]
fn aligned(digits: &[u8]) -> Option<[u64; 3]> {
    let first = u64::from_le_bytes(*digits.first_chunk()?);
    let last = u64::from_le_bytes(*digits.last_chunk()?);
    // What of the first eight is before the last ones.
    let before = |from_end: usize| match (digits.len() + 8).checked_sub(from_end) {
        None | Some(0) => Some(0),
        Some(shown @ 1..8) => Some(first << (64 - 8 * shown)),
        Some(_) => {
            let at = digits.len() - from_end;
            let word = digits.get(at..)?.first_chunk()?;
            Some(u64::from_le_bytes(*word))
        }
    };
    (digits.len() <= 24).then_some([before(24)?, before(16)?, last])
}

/// All digits the same, or counting up or down: nobody's card.
pub(in crate::detect) fn is_dull(digits: &[u8]) -> bool {
    let step = |a: u8, b: u8| (b.wrapping_add(10) - a) % 10;
    let &[first, second, ..] = digits else {
        return true;
    };
    let expected = step(first, second);
    matches!(expected, 0 | 1 | 9)
        && digits
            .array_windows::<2>()
            .all(|&[a, b]| step(a, b) == expected)
}

/// Numbers that the schemes and payment providers publish for tests.
pub(in crate::detect) fn is_published_test_card(digits: &[u8]) -> bool {
    let number = number(digits);
    // None of them begins with a zero, so its value tells how long it is.
    digits.first() != Some(&b'0') && digits.len() <= MAX_LEN && TEST_NUMBERS.contains(&number)
}

const fn number(digits: &[u8]) -> u64 {
    let mut number = 0_u64;
    let mut rest = digits;
    while let [digit, behind @ ..] = rest {
        number = number.wrapping_mul(10).wrapping_add((*digit & 15) as u64);
        rest = behind;
    }
    number
}

fn prefix(digits: &[u8], count: usize) -> Option<u32> {
    let digits = digits.get(..count)?;
    Some(digits.iter().fold(0, |value, &digit| {
        value * 10 + u32::from(digit.wrapping_sub(b'0'))
    }))
}

/// Digits of the longest number (ISO/IEC 7812-1).
const MAX_LEN: usize = 19;

#[expect(clippy::indexing_slicing, reason = "when compiled")]
const TEST_NUMBERS: [u64; TEST_CARDS.len()] = {
    let mut numbers = [0; TEST_CARDS.len()];
    let mut at = 0;
    while at < numbers.len() {
        numbers[at] = number(TEST_CARDS[at].as_bytes());
        at += 1;
    }
    numbers
};

/// From the test pages of the card schemes' larger payment providers.
const TEST_CARDS: [&str; 34] = [
    "4111111111111111",
    "4242424242424242",
    "4012888888881881",
    "4000056655665556",
    "4000000000000002",
    "4000000000000077",
    "4000000000009995",
    "4000002500003155",
    "4000000000003220",
    "4000002760003184",
    "4222222222222",
    "4917610000000000",
    "4462030000000000",
    "4263970000005262",
    "4988080000000000",
    "5555555555554444",
    "5105105105105100",
    "5200828282828210",
    "5454545454545454",
    "5425230000004415",
    "2223003122003222",
    "2223000048400011",
    "2222420000001113",
    "378282246310005",
    "371449635398431",
    "378734493671000",
    "6011111111111117",
    "6011000990139424",
    "6011000000000004",
    "3530111333300000",
    "3566002020360505",
    "30569309025904",
    "38520000023237",
    "6200000000000005",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn brands_need_prefix_and_length() {
        for (digits, expected) in [
            ("4111111111111111", Some("Visa")),
            ("411111111111111", None),
            ("5270426764505555", Some("Mastercard")),
            ("2221000000000009", Some("Mastercard")),
            ("2720990000000007", Some("Mastercard")),
            ("2721000000000004", None),
            ("378282246310005", Some("American Express")),
            ("6011111111111117", Some("Discover")),
            ("3530111333300000", Some("JCB")),
            ("30569309025904", Some("Diners Club")),
            ("6200000000000005", Some("UnionPay")),
            ("2200123456789019", Some("Mir")),
            ("1748503543012", None),
            ("20240101120000", None),
        ] {
            assert_eq!(brand(digits.as_bytes()), expected, "{digits}");
        }
        assert_eq!(brand_in_context(b"6759649826438453"), Some("Maestro"));
    }

    #[test]
    fn luhn_holds_for_test_cards_and_fails_for_the_story() {
        for card in TEST_CARDS {
            assert!(luhn(card.as_bytes()), "{card}");
        }
        assert!(!luhn(b"5270426764505555"));
        assert!(!luhn(b"") && luhn(b"18") && luhn(&[b'0'; 32]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn eight_digits_at_a_time_say_what_each_says(one in "[0-9]{8,24}", other in "[0-9]{8,24}") {
            prop_assert_eq!(luhn(one.as_bytes()), luhn_of_any(one.as_bytes()), "{}", one);
            let same = candidate(one.as_bytes()) == candidate(other.as_bytes());
            prop_assert_eq!(same, one == other);
            let longer = format!("0{one}");
            prop_assert_ne!(candidate(one.as_bytes()), candidate(longer.as_bytes()));
        }
    }

    #[test]
    fn a_naive_luhn_agrees_on_every_last_digit() {
        let mut seed = 1_u64;
        for _ in 0..200 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let body = format!("{:015}", seed % 1_000_000_000_000_000);
            let passing = (0..10)
                .filter(|last| luhn(format!("{body}{last}").as_bytes()))
                .count();
            assert_eq!(passing, 1, "{body}");
        }
    }

    #[test]
    fn dull_numbers_are_no_cards() {
        assert!(
            is_dull(b"4444444444444444")
                && is_dull(b"1234567890123456")
                && is_dull(b"9876543210987654")
        );
        assert!(!is_dull(b"4111111111111111"));
    }
}
