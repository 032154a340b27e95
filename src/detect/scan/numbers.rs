//! Numbers that give themselves away: cards, phone numbers, social security numbers, IBANs.
//!
//! All have many digits close together, so only stretches with many digits are read: most digits in
//! values are ids, times and noise.

use super::super::hits::Notes;
use super::super::sieve::MIN_CARD_LEN;
use super::super::validators::{self, card, identity, leading_digits, phone};
use super::{MAX_FOUND, Run, Scan};
use crate::redact::Mask;

impl Scan<'_> {
    /// Reads the numbers that begin in `from..to`.
    pub(super) fn numbers(&mut self, from: usize, to: usize) {
        let stretch = self.text.get(from..to).unwrap_or_default();
        if leading_digits(stretch) == stretch.len() {
            if CARD_LENS.contains(&stretch.len()) {
                self.bare_card(from, to);
            }
            return;
        }
        let mut at = from;
        while at < to {
            let Some(byte) = self.byte(at) else { break };
            let next = if byte.is_ascii_digit()
                && !self.before(at).is_some_and(|byte| byte.is_ascii_digit())
            {
                self.number(at)
            } else if byte.is_ascii_uppercase() {
                self.iban(at)
            } else {
                None
            };
            at = next.filter(|&next| next > at).unwrap_or(at + 1);
        }
    }

    /// A number that begins at `start`; the answer is where it ends.
    fn number(&mut self, start: usize) -> Option<usize> {
        let mut groups = [(0_usize, 0_usize); MAX_GROUPS];
        let mut count = 0;
        let mut at = start;
        let mut separator = None;
        while let Some(slot) = groups.get_mut(count) {
            let len = leading_digits(self.text.get(at..)?);
            *slot = (at, at + len);
            count += 1;
            at += len;
            let next = self.byte(at);
            let goes_on = matches!(next, Some(b' ' | b'-'))
                && (separator.is_none() || separator == next)
                && self.byte(at + 1).is_some_and(|byte| byte.is_ascii_digit());
            if !goes_on {
                break;
            }
            separator = next;
            at += 1;
        }
        let groups = groups.get(..count)?;
        let first_end = groups.first()?.1;
        if self.before(start) == Some(b'+')
            && let Some(end) = self.phone(start - 1)
        {
            return Some(end);
        }
        // `+1 (415) 555-2671`: the digits behind the brackets are parts of it, found from the `+`.
        if count == 3
            && separator == Some(b'-')
            && let [a, b, c] = groups
            && [a.1 - a.0, b.1 - b.0, c.1 - c.0] == [3, 2, 4]
        {
            self.ssn(start, at);
            return Some(at);
        }
        if count >= 3
            && let Some(end) = self.grouped_card(groups)
        {
            return Some(end);
        }
        for &(from, to) in groups {
            if CARD_LENS.contains(&(to - from)) {
                self.bare_card(from, to);
            }
        }
        // A first group of digits may be followed by a letter group of an IBAN; not our affair.
        Some(at.max(first_end))
    }

    fn digits_in(&self, from: usize, to: usize, buffer: &mut [u8; 32]) -> Option<usize> {
        let digits = validators::digits_of(self.text.get(from..to)?, buffer)?;
        Some(digits.len())
    }

    /// `4111 1111 1111 1111`, by the groups that cards are printed in; what follows (an expiry) is
    /// left alone.
    fn grouped_card(&mut self, groups: &[(usize, usize)]) -> Option<usize> {
        const LAYOUTS: [&[usize]; 7] = [
            &[4, 4, 4, 4, 3],
            &[4, 4, 4, 4],
            &[4, 6, 5],
            &[4, 6, 4],
            &[4, 4, 5],
            &[4, 4, 4, 1],
            &[6, 4, 4, 2],
        ];
        let start = groups.first()?.0;
        for layout in LAYOUTS {
            let fits = groups.len() >= layout.len()
                && groups
                    .iter()
                    .zip(layout)
                    .all(|(&(from, to), &len)| to - from == len);
            if !fits {
                continue;
            }
            let end = groups.get(layout.len() - 1)?.1;
            if self.is_inside_word(start, end) {
                return None;
            }
            let mut buffer = [0; 32];
            let len = self.digits_in(start, end, &mut buffer)?;
            let digits = buffer.get(..len)?;
            let brand = card::brand(digits);
            let passes = brand.is_some() && card::luhn(digits) && !card::is_dull(digits);
            self.run(start, end, digits, passes);
            if passes {
                self.card(start, end, digits, brand.unwrap_or_default(), GROUPED_BONUS);
                return Some(end);
            }
        }
        None
    }

    fn bare_card(&mut self, start: usize, end: usize) {
        if self.track(start, end).is_some() || self.is_inside_word(start, end) {
            return;
        }
        let Some(digits) = self.text.get(start..end) else {
            return;
        };
        let brand = card::brand(digits);
        let passes = brand.is_some() && card::luhn(digits) && !card::is_dull(digits);
        self.run(start, end, digits, passes);
        if passes {
            self.card(start, end, digits, brand.unwrap_or_default(), 0.0);
        }
    }

    fn card(&mut self, start: usize, end: usize, digits: &[u8], brand: card::Brand, bonus: f32) {
        if card::is_published_test_card(digits) {
            if let Some(found) = self.add(self.known.pan_test, start, end) {
                found.mask = Mask::Card(brand);
            }
        } else if let Some(found) = self.add(self.known.pan, start, end) {
            found.mask = Mask::Card(brand);
            found.confidence += bonus;
            found.notes.add(Notes::BARE_DIGITS);
        }
    }

    fn run(&mut self, start: usize, end: usize, digits: &[u8], passes: bool) {
        if self.finds.runs.len() < MAX_FOUND {
            self.finds.runs.push(Run {
                start,
                end,
                candidate: card::candidate(digits),
                passes,
            });
        }
    }

    /// Digits that are a part of something longer: a word, a decimal fraction, a dashed id.
    fn is_inside_word(&self, start: usize, end: usize) -> bool {
        let digit_at = |at: Option<usize>| {
            at.and_then(|at| self.byte(at))
                .is_some_and(|byte| byte.is_ascii_digit())
        };
        let before = match self.before(start) {
            Some(b'.' | b',') => digit_at(start.checked_sub(2)),
            Some(b'-') => start
                .checked_sub(2)
                .and_then(|at| self.byte(at))
                .is_some_and(|byte| byte.is_ascii_alphanumeric()),
            Some(byte) => byte.is_ascii_alphanumeric(),
            None => false,
        };
        let after = match self.byte(end) {
            Some(b'.' | b',') => digit_at(Some(end + 1)),
            Some(b'-') => self
                .byte(end + 1)
                .is_some_and(|byte| byte.is_ascii_alphanumeric()),
            Some(byte) => byte.is_ascii_alphanumeric(),
            None => false,
        };
        before || after
    }

    /// `%B4539..^NAME^2512..?` and `;4539..=2512..?`
    fn track(&mut self, start: usize, end: usize) -> Option<()> {
        let date = |at: usize| {
            self.text
                .get(at..at + 4)
                .is_some_and(|date| date.iter().all(u8::is_ascii_digit))
        };
        let one = self.before(start) == Some(b'B')
            && self.before(start - 1) == Some(b'%')
            && self.byte(end) == Some(b'^');
        let two = self.before(start) == Some(b';') && self.byte(end) == Some(b'=') && date(end + 1);
        if !one && !two {
            return None;
        }
        let mut buffer = [0; 32];
        let len = self.digits_in(start, end, &mut buffer)?;
        let digits = buffer.get(..len)?;
        let issued = card::brand(digits)
            .or_else(|| card::brand_in_context(digits))
            .is_some();
        if !issued || !card::luhn(digits) {
            return None;
        }
        let tail = self.text.get(end..)?;
        let len = tail
            .iter()
            .take(MAX_TRACK_LEN)
            .position(|&byte| byte == b'?')
            .map_or(tail.len().min(MAX_TRACK_LEN), |at| at + 1);
        self.add(self.known.track, start - 1 - usize::from(one), end + len)?;
        Some(())
    }

    fn phone(&mut self, plus: usize) -> Option<usize> {
        if self
            .before(plus)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        {
            return None;
        }
        let text = self.text.get(plus..)?;
        let behind = text.get(1..).unwrap_or_default();
        let behind = behind.get(..behind.len().min(MAX_PHONE_LEN))?;
        let mut len = 1 + phone::PARTS.leading(behind);
        while len > 1 && !text.get(len - 1)?.is_ascii_digit() {
            len -= 1;
        }
        if text
            .get(len)
            .is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b':')
        {
            return None;
        }
        if !phone::is_e164(text.get(..len)?) {
            return None;
        }
        self.add(self.known.phone, plus, plus + len)?;
        Some(plus + len)
    }

    fn ssn(&mut self, start: usize, end: usize) {
        if self.is_inside_word(start, end) {
            return;
        }
        let mut buffer = [0; 32];
        let digits = self
            .digits_in(start, end, &mut buffer)
            .and_then(|len| buffer.get(..len));
        if digits.is_some_and(identity::is_ssn) {
            self.add(self.known.ssn, start, end);
        }
    }

    fn iban(&mut self, start: usize) -> Option<usize> {
        let text = self.text.get(start..)?;
        let shape = text.get(1)?.is_ascii_uppercase()
            && text.get(2)?.is_ascii_digit()
            && text.get(3)?.is_ascii_digit();
        if !shape
            || self
                .before(start)
                .is_some_and(|byte| byte.is_ascii_alphanumeric())
        {
            return None;
        }
        let wanted = identity::iban_len(text)?;
        let spaced = text.get(4) == Some(&b' ');
        let mut at = 0;
        let mut count = 0;
        while count < wanted {
            match text.get(at) {
                Some(b' ') if spaced && count % 4 == 0 && count > 0 => {}
                Some(byte) if byte.is_ascii_digit() || byte.is_ascii_uppercase() => count += 1,
                _ => return None,
            }
            at += 1;
        }
        if text.get(at).is_some_and(u8::is_ascii_alphanumeric)
            || !identity::is_iban(text.get(..at)?)
        {
            return None;
        }
        self.add(self.known.iban, start, start + at)?;
        Some(start + at)
    }
}

/// Digits of a card's number (ISO/IEC 7812-1).
const CARD_LENS: std::ops::RangeInclusive<usize> = MIN_CARD_LEN as usize..=19;

/// Groups of digits read as one number.
const MAX_GROUPS: usize = 8;

/// Longest phone number with separators.
const MAX_PHONE_LEN: usize = 24;

/// Longest rest of a track behind the number (ISO/IEC 7813: 79 characters in all).
const MAX_TRACK_LEN: usize = 80;

/// Confidence added where digits stand in a card's printed groups.
const GROUPED_BONUS: f32 = 0.1;
#[cfg(test)]
mod tests {
    use super::super::super::RulePack;
    use super::super::{Finds, Joints};
    use proptest::prelude::*;

    /// Numbers and digit runs found, by their place.
    fn places(finds: &Finds, pack: &RulePack) -> Vec<(String, usize, usize)> {
        let found = finds.found.iter().filter_map(|found| {
            let id = pack.info(found.rule).id.clone();
            let number = id.starts_with("pci.") || id == "pii.phone" || id == "pii.ssn";
            (number || id == "pii.iban").then_some((id, found.start, found.end))
        });
        let runs = finds.runs.iter();
        let mut places: Vec<_> = found
            .chain(runs.map(|run| ("run".to_owned(), run.start, run.end)))
            .collect();
        places.sort();
        places
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn lanes_passed_over_hold_no_number(pieces in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    "4539148803436467", "4539 1488 0343 6467", "4539-1488-0343-6467",
                    "378282246310005", "3782 822463 10005", "+49 30 901820", "+12025550123",
                    "+1 (202) 555-0123", "+1 202-555-0123", "078-05-1120", "123-45-6789",
                    "DE89370400440532013000", "DE89 3704 0044 0532 0130 00",
                    "GB29NWBK60161331926819", "NO9386011117947", "MT84MALT011000012345MTLCAST001S",
                    ";4539148803436467=25121010000000000000?",
                ]).prop_map(str::to_owned),
                "[0-9]{1,24}",
                "[a-zA-Z0-9 :/_.,+()-]{0,20}",
                "[:;, \"{}|/=a-z]{1,3}",
            ],
            1..6,
        )) {
            let text = pieces.concat();
            let pack = RulePack::builtin();
            let mut found = Finds::default();
            pack.scanner.scan(&pack.rules, &pack.known, text.as_bytes(), &mut found, Joints::Kept);
            let mut all = Finds::default();
            pack.scanner.all_numbers(&pack.rules, &pack.known, text.as_bytes(), &mut all);
            // Where numbers run into one another the lanes may begin at the second.
            let found = places(&found, &pack);
            for place in places(&all, &pack) {
                prop_assert!(found.contains(&place), "{text}: {place:?} among {found:?}");
            }
        }
    }
}
