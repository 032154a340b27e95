//! Telephone numbers: international ones by numbering plan, national ones where a name says so.
//!
//! A plus sign and digits are an amount as often as a number to call, so the country's plan must
//! fit; what fits by chance is left to the other values of the same field (`tally`).

use super::Bytes;
use super::card::is_dull;

/// Digits and what may stand between them.
pub(in crate::detect) static PARTS: Bytes = Bytes::with_digits(b" -().");

static NATIONAL_PARTS: Bytes = Bytes::with_digits(b" -()./");

/// True for an international number (ITU-T E.164): `+`, a country code in use, as many digits as
/// that country's plan has, separators single. A bracketed trunk zero, `+49 (0)30 ..`, counts not.
pub(in crate::detect) fn is_e164(number: &[u8]) -> bool {
    let Some((b'+', rest)) = number.split_first() else {
        return false;
    };
    let trunk = memchr::memmem::find(rest, b"(0)");
    let (head, tail) = match trunk {
        Some(at) => (rest.get(..at), rest.get(at + 3..)),
        None => (Some(rest), None),
    };
    let mut digits = [0; MAX_E164_LEN];
    let mut len = 0;
    for part in [head, tail].into_iter().flatten() {
        for &byte in part.iter().filter(|byte| byte.is_ascii_digit()) {
            let Some(slot) = digits.get_mut(len) else {
                return false;
            };
            *slot = byte;
            len += 1;
        }
    }
    let digits = digits.get(..len).unwrap_or_default();
    rest.first().is_some_and(u8::is_ascii_digit)
        && PARTS.hold(rest)
        && !rest
            .windows(2)
            .any(|pair| matches!(pair, b"  " | b"--" | b".." | b"((" | b"))"))
        && fits_a_plan(digits)
        && !is_dull(digits)
}

/// True where the country exists and its numbers are that long.
fn fits_a_plan(digits: &[u8]) -> bool {
    let code = |len: usize| {
        let head = digits.get(..len)?;
        let code = head
            .iter()
            .fold(0_u16, |code, byte| code * 10 + u16::from(byte - b'0'));
        let place = PLANS.binary_search_by_key(&code, |plan| plan.0).ok()?;
        let &(_, least, most) = PLANS.get(place)?;
        Some((digits.get(len..)?, least, most))
    };
    let Some((national, least, most)) = (1..=3).find_map(code) else {
        return false;
    };
    let first = national.first().copied().unwrap_or(b'0');
    (usize::from(least)..=usize::from(most)).contains(&national.len())
        && match digits {
            // North American areas begin with 2 to 9; Russian and Kazakh ones with 3 to 9.
            [b'1', ..] => first >= b'2',
            [b'7', ..] => first >= b'3',
            // The only plans that dial their zero from abroad.
            [b'3', b'9', ..] | [b'2', b'2', b'5', ..] | [b'2', b'4', b'1' | b'2', ..] => true,
            _ => first != b'0',
        }
}

/// True for a national number in a field that says phone: 7 to 18 digits with usual separators.
pub(in crate::detect) fn is_national_phone(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let mut buffer = [0; 32];
    let Some(digits) = super::digits_of(value, &mut buffer) else {
        return false;
    };
    let body = value.strip_prefix(b"+").unwrap_or(value);
    // An extension may follow: `x123`, `ext. 12`.
    let end = body
        .iter()
        .position(|byte| matches!(byte, b'x' | b'X' | b'e'))
        .unwrap_or(body.len());
    let number = body.get(..end).unwrap_or(body);
    (7..=18).contains(&digits.len())
        && NATIONAL_PARTS.hold(number)
        && !digits.iter().all(|digit| Some(digit) == digits.first())
}

/// A sign and six to fifteen digits, nothing else: a number to call or one to add.
pub(in crate::detect) fn is_signed_digits(value: &[u8]) -> bool {
    let Some((b'+' | b'-', digits)) = value.split_first() else {
        return false;
    };
    (6..=MAX_E164_LEN).contains(&digits.len()) && super::all_digits(digits)
}

/// Digits of a number at most, country code included (E.164 6.1).
const MAX_E164_LEN: usize = 15;

/// Country codes in use (ITU-T E.164, list of assigned codes), in order, with the fewest and most
/// digits behind them (the national plans; where a plan leaves it open, what is in use).
const PLANS: &[(u16, u8, u8)] = &[
    (1, 10, 10),
    (7, 10, 10),
    (20, 8, 10),
    (27, 9, 9),
    (30, 10, 10),
    (31, 9, 9),
    (32, 8, 9),
    (33, 9, 9),
    (34, 9, 9),
    (36, 8, 9),
    (39, 8, 11),
    (40, 9, 9),
    (41, 9, 9),
    (43, 7, 12),
    (44, 9, 10),
    (45, 8, 8),
    (46, 7, 9),
    (47, 8, 8),
    (48, 9, 9),
    (49, 7, 12),
    (51, 8, 9),
    (52, 10, 11),
    (53, 8, 8),
    (54, 10, 11),
    (55, 10, 11),
    (56, 9, 9),
    (57, 10, 10),
    (58, 10, 10),
    (60, 8, 10),
    (61, 9, 9),
    (62, 8, 12),
    (63, 9, 10),
    (64, 8, 10),
    (65, 8, 8),
    (66, 8, 9),
    (81, 9, 10),
    (82, 8, 10),
    (84, 9, 10),
    (86, 10, 11),
    (90, 10, 10),
    (91, 10, 10),
    (92, 9, 10),
    (93, 9, 9),
    (94, 9, 9),
    (95, 8, 10),
    (98, 10, 10),
    (211, 9, 9),
    (212, 9, 9),
    (213, 8, 9),
    (216, 8, 8),
    (218, 9, 9),
    (220, 7, 7),
    (221, 9, 9),
    (222, 8, 8),
    (223, 8, 8),
    (224, 9, 9),
    (225, 10, 10),
    (226, 8, 8),
    (227, 8, 8),
    (228, 8, 8),
    (229, 8, 10),
    (230, 7, 8),
    (231, 7, 9),
    (232, 8, 8),
    (233, 9, 9),
    (234, 8, 10),
    (235, 8, 8),
    (236, 8, 8),
    (237, 9, 9),
    (238, 7, 7),
    (239, 7, 7),
    (240, 9, 9),
    (241, 7, 8),
    (242, 9, 9),
    (243, 9, 9),
    (244, 9, 9),
    (245, 7, 9),
    (246, 7, 7),
    (248, 7, 7),
    (249, 9, 9),
    (250, 9, 9),
    (251, 9, 9),
    (252, 7, 9),
    (253, 8, 8),
    (254, 9, 9),
    (255, 9, 9),
    (256, 9, 9),
    (257, 8, 8),
    (258, 8, 9),
    (260, 9, 9),
    (261, 9, 9),
    (262, 9, 9),
    (263, 9, 9),
    (264, 8, 9),
    (265, 7, 9),
    (266, 8, 8),
    (267, 7, 8),
    (268, 8, 8),
    (269, 7, 7),
    (291, 7, 7),
    (297, 7, 7),
    (350, 8, 8),
    (351, 9, 9),
    (352, 6, 9),
    (353, 8, 9),
    (354, 7, 9),
    (355, 8, 9),
    (356, 8, 8),
    (357, 8, 8),
    (358, 6, 11),
    (359, 7, 9),
    (370, 8, 8),
    (371, 8, 8),
    (372, 7, 8),
    (373, 8, 8),
    (374, 8, 8),
    (375, 9, 9),
    (376, 6, 9),
    (377, 8, 9),
    (378, 6, 10),
    (380, 9, 9),
    (381, 8, 9),
    (382, 8, 8),
    (383, 8, 8),
    (385, 8, 9),
    (386, 8, 8),
    (387, 8, 8),
    (389, 8, 8),
    (420, 9, 9),
    (421, 9, 9),
    (423, 7, 9),
    (501, 7, 7),
    (502, 8, 8),
    (503, 8, 8),
    (504, 8, 8),
    (505, 8, 8),
    (506, 8, 8),
    (507, 7, 8),
    (509, 8, 8),
    (590, 9, 9),
    (591, 8, 8),
    (592, 7, 7),
    (593, 8, 9),
    (594, 9, 9),
    (595, 9, 9),
    (596, 9, 9),
    (597, 7, 7),
    (598, 8, 8),
    (599, 7, 8),
    (670, 7, 8),
    (673, 7, 7),
    (675, 7, 8),
    (676, 7, 7),
    (677, 7, 7),
    (679, 7, 7),
    (852, 8, 8),
    (853, 8, 8),
    (855, 8, 9),
    (856, 8, 10),
    (880, 8, 10),
    (886, 8, 9),
    (960, 7, 7),
    (961, 7, 8),
    (962, 8, 9),
    (963, 8, 9),
    (964, 8, 10),
    (965, 8, 8),
    (966, 8, 9),
    (967, 7, 9),
    (968, 8, 8),
    (970, 8, 9),
    (971, 8, 9),
    (972, 8, 9),
    (973, 8, 8),
    (974, 8, 8),
    (975, 8, 8),
    (976, 8, 8),
    (977, 8, 10),
    (992, 9, 9),
    (993, 8, 8),
    (994, 9, 9),
    (995, 9, 9),
    (996, 9, 9),
    (998, 9, 9),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_in_order_and_no_code_begins_another() {
        for pair in PLANS.windows(2) {
            let [(before, ..), (after, ..)] = pair else {
                unreachable!()
            };
            assert!(before < after, "{before} {after}");
        }
        for (code, least, most) in PLANS {
            assert!(least <= most && *most <= 12, "{code}");
            let begins = |other: u16| {
                (other >= 10 && *code == other / 10) || (other >= 100 && *code == other / 100)
            };
            assert!(!PLANS.iter().any(|other| begins(other.0)), "{code}");
        }
    }

    #[test]
    fn international_numbers() {
        for yes in [
            "+14155550123",
            "+49 170 1234567",
            "+49 (0)170 1234567",
            "+33 6 12 34 56 78",
            "+1 (415) 555-2671",
            "+353861234567",
            "+39 06 69821234",
            "+8613812345678",
            "+37061234567",
        ] {
            assert!(is_e164(yes.as_bytes()), "{yes}");
        }
        for no in [
            "+0123456789",
            "+1234",
            "14155550123",
            "+1.5e10",
            "+11111111111",
            "+10155550123",
            "+1415555",
            "+2812345678901",
            "+330612345678",
            "+4912",
            "+49  170 1234567",
            "+1234567890123456",
        ] {
            assert!(!is_e164(no.as_bytes()), "{no}");
        }
    }

    /// The reason for the plans: of amounts with a sign, far less than nine in ten may pass for
    /// numbers to call, so that the tally of their field drops them.
    #[test]
    fn few_signed_numbers_fit_a_plan() {
        let mut state = 88_172_645_463_325_252_u64;
        for len in 8..=13 {
            let mut fit = 0;
            for _ in 0..4000 {
                let mut number = vec![b'+'];
                for place in 0..len {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    let digit = u8::try_from(state % 9).unwrap_or(0) + u8::from(place == 0);
                    number.push(b'0' + digit);
                }
                fit += u32::from(is_e164(&number));
            }
            assert!(fit < 2800, "{fit} of 4000 with {len} digits");
        }
    }
}
