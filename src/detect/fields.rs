//! Checks of a value whose field has a telling name: the name makes the claim, the value must fit.

use super::hits::Notes;
use super::known::Known;
use super::rule::{Rule, RuleIndex};
use super::scan::Found;
use super::validators::{
    Bytes, all_digits, card, dates, digits_of, identity, network, phone, random, tokens,
};
use crate::redact::Mask;

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    Any,
    Secret,
    Token,
    AwsSecret,
    Session,
    Random,
    Otp,
    Pin,
    Card,
    Cvv,
    Expiry,
    Hex16,
    Phone,
    Iban,
    Ssn,
    BirthDate,
    Gender,
    Name,
    Address,
    Place,
    Words,
    Account,
    Routing,
    Document,
    Coordinate,
    PublicIp,
    Mac,
    Imei,
    Amount,
    Health,
    Npi,
    Nino,
    Nhs,
    Sin,
    Aadhaar,
    Pesel,
    Nif,
    CodiceFiscale,
    Bsn,
    Cpf,
    GermanTax,
    Insee,
}

const NAMES: [(&str, Check); 42] = [
    ("any", Check::Any),
    ("secret", Check::Secret),
    ("token", Check::Token),
    ("aws-secret", Check::AwsSecret),
    ("session", Check::Session),
    ("random", Check::Random),
    ("otp", Check::Otp),
    ("pin", Check::Pin),
    ("card", Check::Card),
    ("cvv", Check::Cvv),
    ("expiry", Check::Expiry),
    ("hex16", Check::Hex16),
    ("phone", Check::Phone),
    ("iban", Check::Iban),
    ("ssn", Check::Ssn),
    ("birth-date", Check::BirthDate),
    ("gender", Check::Gender),
    ("name", Check::Name),
    ("address", Check::Address),
    ("place", Check::Place),
    ("words", Check::Words),
    ("account", Check::Account),
    ("routing", Check::Routing),
    ("document", Check::Document),
    ("coordinate", Check::Coordinate),
    ("public-ip", Check::PublicIp),
    ("mac", Check::Mac),
    ("imei", Check::Imei),
    ("amount", Check::Amount),
    ("health", Check::Health),
    ("npi", Check::Npi),
    ("nino", Check::Nino),
    ("nhs", Check::Nhs),
    ("sin", Check::Sin),
    ("aadhaar", Check::Aadhaar),
    ("pesel", Check::Pesel),
    ("nif", Check::Nif),
    ("codice-fiscale", Check::CodiceFiscale),
    ("bsn", Check::Bsn),
    ("cpf", Check::Cpf),
    ("german-tax", Check::GermanTax),
    ("insee", Check::Insee),
];

impl Check {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|&(_, check)| check)
    }

    /// Confidence that the value is what its field's name says, given the rule's own; `None` where
    /// it does not fit.
    fn judge(self, value: &[u8], base: f32) -> Option<f32> {
        let sure = |holds: bool| holds.then_some(base);
        match self {
            Self::Any => sure(!tokens::is_placeholder(value)),
            Self::Secret => sure(is_secret(value)).map(|confidence| {
                // Four or five characters may be a state as well.
                if value.len() < 6 {
                    confidence - 0.15
                } else {
                    confidence
                }
            }),
            Self::Token => token(value, base),
            Self::AwsSecret => sure(
                value.len() == 40
                    && value.iter().all(|byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
                    })
                    && (random::is_random(value)
                        || value.iter().any(|&byte| byte == b'/' || byte == b'+')),
            ),
            Self::Session => sure(
                random::is_random(value)
                    || random::is_long_hex(value)
                    || random::is_uuid(value)
                    || is_signed_cookie(value),
            ),
            Self::Random => sure(value.len() >= 20 && random::is_random(value)),
            Self::Otp => sure((4..=8).contains(&value.len()) && all_digits(value)),
            Self::Pin => sure((4..=6).contains(&value.len()) && all_digits(value)),
            Self::Cvv => sure((3..=4).contains(&value.len()) && all_digits(value)),
            Self::Expiry => {
                if dates::is_expiry(value) {
                    Some(base)
                } else {
                    sure(dates::is_expiry_part(value)).map(|confidence| confidence - 0.1)
                }
            }
            Self::Hex16 => sure(value.len() == 16 && value.iter().all(u8::is_ascii_hexdigit)),
            Self::Phone => {
                if phone::is_e164(value) {
                    Some(base + 0.25)
                } else {
                    sure(phone::is_national_phone(value)).map(|confidence| confidence + 0.1)
                }
            }
            Self::Iban => is_iban_loose(value).then_some(base + 0.02),
            Self::Ssn => sure(is_number(value, |digits| {
                digits.len() == 9 && identity::is_ssn(digits)
            }))
            .map(|confidence| confidence + 0.15),
            Self::BirthDate => sure(dates::is_birth_date(value)),
            Self::Gender => sure(is_gender(value)),
            Self::Name => sure(is_name(value)),
            Self::Address => sure(is_address(value)),
            Self::Place => {
                sure(is_words(value) || ((3..=10).contains(&value.len()) && is_code(value)))
            }
            Self::Words => sure(is_words(value)),
            Self::Account => sure(
                (6..=20).contains(&value.len()) && count_digits(value) >= 6 && ACCOUNT.hold(value),
            ),
            Self::Routing => sure(is_number(value, identity::is_routing)),
            Self::Document => {
                sure((5..=24).contains(&value.len()) && count_digits(value) >= 3 && is_code(value))
            }
            Self::Coordinate => sure(is_coordinate(value)),
            Self::PublicIp => sure(network::ip(value) == Some(network::IpKind::Public)),
            Self::Mac => sure(network::is_mac(value)),
            Self::Imei => sure(is_number(value, identity::is_imei)),
            Self::Amount => sure(is_amount(value)),
            Self::Health => sure(is_health(value)),
            Self::Npi => sure(is_number(value, identity::is_npi)),
            Self::Nino => sure(identity::is_nino(value)),
            Self::Nhs => sure(is_number(value, identity::is_nhs)),
            Self::Sin => sure(is_number(value, identity::is_sin)),
            Self::Aadhaar => sure(is_number(value, identity::is_aadhaar)),
            Self::Pesel => sure(is_number(value, identity::is_pesel)),
            Self::Nif => sure(identity::is_nif(value)),
            Self::CodiceFiscale => sure(identity::is_codice_fiscale(value)),
            Self::Bsn => sure(is_number(value, identity::is_bsn)),
            Self::Cpf => sure(is_number(value, identity::is_cpf)),
            Self::GermanTax => sure(is_number(value, identity::is_german_tax_id)),
            Self::Insee => sure(is_number(value, identity::is_insee)),
            // Three outcomes with three rules: see `card`.
            Self::Card => None,
        }
    }
}

/// True for digits with usual separators, nothing else, where the digits hold.
fn is_number(value: &[u8], holds: impl FnOnce(&[u8]) -> bool) -> bool {
    let mut buffer = [0; 32];
    NUMBER.hold(value)
        && digits_of(value, &mut buffer).is_some_and(|digits| !digits.is_empty() && holds(digits))
}

fn count_digits(value: &[u8]) -> usize {
    value.iter().filter(|byte| byte.is_ascii_digit()).count()
}

/// What the rule's check says of the value of a field with its name.
pub(super) fn check(
    index: RuleIndex,
    rule: &Rule,
    rules: &[Rule],
    known: &Known,
    value: &[u8],
) -> Option<Found> {
    let check = rule.check?;
    let begin = value.len() - value.trim_ascii_start().len();
    let value = value.trim_ascii();
    if value.len() > MAX_FIELD_VALUE_LEN {
        return None;
    }
    let found = |index: RuleIndex, rule: &Rule, confidence: f32, mask: Mask, notes: Notes| Found {
        rule: index,
        start: begin,
        end: begin + value.len(),
        confidence: confidence.clamp(0.0, 1.0),
        severity: rule.severity,
        mask,
        notes: notes.and(Notes::BY_FIELD),
        expires: None,
    };
    if check == Check::Card {
        let outcome = card_field(value)?;
        let chosen = match outcome {
            CardOutcome::Card(..) => known.pan,
            CardOutcome::Test(_) => known.pan_test,
            CardOutcome::Suspected(..) => known.pan_suspected,
        };
        let rule = rules.get(usize::from(chosen.0))?;
        let (confidence, brand, notes) = match outcome {
            CardOutcome::Card(brand, confidence) => (confidence, brand, Notes::default()),
            CardOutcome::Test(brand) => (rule.confidence, brand, Notes::default()),
            CardOutcome::Suspected(brand, confidence) => (confidence, brand, Notes::CHECKSUM_FAILS),
        };
        return Some(found(chosen, rule, confidence, Mask::Card(brand), notes));
    }
    let confidence = check.judge(value, rule.confidence)?;
    Some(found(
        index,
        rule,
        confidence,
        rule.mask.mask(),
        Notes::default(),
    ))
}

enum CardOutcome {
    Card(card::Brand, f32),
    Test(card::Brand),
    Suspected(card::Brand, f32),
}

/// A value whose field is named for a card number.
fn card_field(value: &[u8]) -> Option<CardOutcome> {
    let mut buffer = [0; 32];
    let digits = digits_of(value, &mut buffer)?;
    let clean = value
        .iter()
        .all(|&byte| byte.is_ascii_digit() || byte == b' ' || byte == b'-');
    if !clean
        || !(12..=19).contains(&digits.len())
        || digits.iter().all(|digit| Some(digit) == digits.first())
    {
        return None;
    }
    let luhn = card::luhn(digits);
    let brand = card::brand(digits).or_else(|| card::brand_in_context(digits));
    Some(match (brand, luhn) {
        (Some(brand), true) if card::is_published_test_card(digits) => CardOutcome::Test(brand),
        (Some(brand), true) => CardOutcome::Card(brand, 1.0),
        (Some(brand), false) => CardOutcome::Suspected(brand, 0.55),
        (None, _) if digits.len() >= 13 => CardOutcome::Suspected("", 0.4),
        (None, _) => return None,
    })
}

/// Something a person or a program would log in with.
pub(super) fn is_secret(value: &[u8]) -> bool {
    let words = value
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .count();
    let container = matches!(value, [b'{', .., b'}'] | [b'[', .., b']']);
    // Seconds or milliseconds since 1970: `password_changed` and its like.
    let epoch =
        all_digits(value) && matches!(value.len(), 10 | 13) && matches!(value.first(), Some(b'1'));
    (4..=256).contains(&value.len())
        && words <= 6
        && !container
        && !epoch
        && !tokens::is_placeholder(value)
        && !value.starts_with(b"http://")
        && !value.starts_with(b"https://")
        && !dates_like(value)
}

fn dates_like(value: &[u8]) -> bool {
    value.len() >= 10
        && value.get(4) == Some(&b'-')
        && value.get(7) == Some(&b'-')
        && value.get(..4).is_some_and(all_digits)
}

/// A token or key: long enough and not made of words.
fn token(value: &[u8], base: f32) -> Option<f32> {
    let spaced = value.iter().any(u8::is_ascii_whitespace);
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let digits = count_digits(value);
    if value.len() < 8
        || value.len() > 4096
        || spaced
        || tokens::is_placeholder(value)
        || dates_like(value)
    {
        return None;
    }
    if random::is_random(value) || random::is_long_hex(value) {
        return Some(base + 0.1);
    }
    if random::is_uuid(value) {
        return Some(base - 0.1);
    }
    if value.starts_with(b"http://") || value.starts_with(b"https://") || !letters {
        return None;
    }
    // Some letters and some digits, ten characters or more: `s3cr3t-k3y`.
    (value.len() >= 10 && digits >= 3).then_some(base - 0.2)
}

/// `s:<id>.<signature>`, as Express stores its cookies.
fn is_signed_cookie(value: &[u8]) -> bool {
    value.strip_prefix(b"s:").is_some_and(random::is_random)
}

fn is_iban_loose(value: &[u8]) -> bool {
    let mut upper = [0_u8; 64];
    let Some(upper) = upper.get_mut(..value.len()) else {
        return false;
    };
    upper.copy_from_slice(value);
    upper.make_ascii_uppercase();
    identity::is_iban(upper)
}

fn is_gender(value: &[u8]) -> bool {
    const WORDS: [&[u8]; 27] = [
        b"m",
        b"f",
        b"x",
        b"d",
        b"w",
        b"u",
        b"o",
        b"male",
        b"female",
        b"man",
        b"woman",
        b"men",
        b"women",
        b"boy",
        b"girl",
        b"other",
        b"diverse",
        b"non-binary",
        b"nonbinary",
        b"non binary",
        b"unknown",
        b"transgender",
        b"agender",
        b"genderqueer",
        b"1",
        b"2",
        b"mann",
    ];
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || [
            &b"frau"[..],
            b"hombre",
            b"mujer",
            b"homme",
            b"femme",
            b"weiblich",
            "männlich".as_bytes(),
        ]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word))
}

/// Words of letters; what is a word of another alphabet is not judged.
fn is_words(value: &[u8]) -> bool {
    (2..=80).contains(&value.len())
        && value
            .iter()
            .all(|&byte| byte >= 0x80 || byte.is_ascii_alphabetic() || IN_WORDS.has(byte))
        && value
            .iter()
            .any(|&byte| byte.is_ascii_alphabetic() || byte >= 0x80)
        && !tokens::is_placeholder(value)
}

fn is_name(value: &[u8]) -> bool {
    is_words(value)
        && str::from_utf8(value).is_ok()
        && value.split(|&byte| byte == b' ').count() <= 6
        && !value.contains(&b'/')
        && !value.contains(&b'&')
        && value
            .first()
            .is_some_and(|&byte| byte.is_ascii_alphabetic() || byte >= 0x80)
}

/// A street with a number, or several words with a comma.
fn is_address(value: &[u8]) -> bool {
    let letters = value
        .iter()
        .filter(|&&byte| byte.is_ascii_alphabetic() || byte >= 0x80)
        .count();
    let digits = count_digits(value);
    let spaces = value
        .iter()
        .filter(|&&byte| byte == b' ' || byte == b'\n')
        .count();
    (5..=300).contains(&value.len())
        && str::from_utf8(value).is_ok()
        && letters >= 4
        && spaces >= 1
        && (digits >= 1 || spaces >= 2 || value.contains(&b','))
        && !value.contains(&b'@')
        && !value.windows(3).any(|part| part == b"://")
        && !tokens::is_placeholder(value)
}

/// Letters, digits and dashes, with a digit.
fn is_code(value: &[u8]) -> bool {
    CODE.hold(value) && value.iter().any(u8::is_ascii_digit) && !dates_like(value)
}

fn is_coordinate(value: &[u8]) -> bool {
    let Some(number) = str::from_utf8(value)
        .ok()
        .and_then(|text| text.parse::<f64>().ok())
    else {
        return false;
    };
    let decimals = value
        .iter()
        .rev()
        .position(|&byte| byte == b'.')
        .unwrap_or(0);
    number.abs() <= 180.0 && decimals >= 3
}

fn is_amount(value: &[u8]) -> bool {
    (3..=20).contains(&value.len())
        && value.iter().filter(|byte| byte.is_ascii_digit()).count() >= 3
        && value.iter().all(|&byte| {
            byte.is_ascii_digit()
                || b" .,$-+".contains(&byte)
                || byte.is_ascii_uppercase()
                || byte >= 0x80
        })
}

fn is_health(value: &[u8]) -> bool {
    const NOTHING: [&[u8]; 6] = [b"true", b"false", b"0", b"1", b"no", b"yes"];
    (2..=4096).contains(&value.len())
        && !tokens::is_placeholder(value)
        && !NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word))
        && value.iter().any(u8::is_ascii_alphanumeric)
        && !value.starts_with(b"{")
        && !value.starts_with(b"[")
}

/// Digits with usual separators.
static NUMBER: Bytes = Bytes::with_digits(b" -./");

static IN_WORDS: Bytes = Bytes::new(b" '.-,/()&");

static ACCOUNT: Bytes = Bytes::with_letters_and_digits(b" -");

static CODE: Bytes = Bytes::with_letters_and_digits(b" -./");

/// Longest value of a field that a check reads.
const MAX_FIELD_VALUE_LEN: usize = 4096;
