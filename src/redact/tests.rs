use proptest::prelude::*;

use super::*;

fn redactor() -> Redactor {
    Redactor::new(
        Values::Masked,
        Keys::Masked,
        TokenKey {
            mac: keyed(&[7; 32]),
            kept: false,
        },
    )
}

fn json(printable: &Printable) -> String {
    serde_json::to_string(printable).expect("printables serialise")
}

#[test]
fn a_value_shows_its_shape_and_length() {
    let shown = redactor().value(b"5270426764505555", 16, Slot::Ordinary);
    assert_eq!(json(&shown), r#"{"masked":"9{16}","bytes":16}"#);
    let shown = redactor().value(b"m", 1, Slot::Ordinary);
    assert_eq!(json(&shown), r#"{"masked":"a","bytes":1}"#);
}

#[test]
fn a_secret_slot_shows_nothing_not_even_its_length() {
    let shown = redactor().value(b"hunter2", 7, Slot::Secret);
    assert_eq!(json(&shown), r#"{"masked":"***"}"#);
}

#[test]
fn full_values_are_cut_at_the_limit_and_say_so() {
    let mut redactor = redactor();
    redactor.values = Values::Full(4);
    let shown = redactor.value(b"abcdefgh", 8, Slot::Secret);
    assert_eq!(json(&shown), r#"{"prefix":"abcd","bytes":8}"#);
    redactor.values = Values::Full(0);
    assert_eq!(
        json(&redactor.value(b"\xff\xfe", 2, Slot::Ordinary)),
        r#"{"base64":"//4="}"#
    );
}

#[test]
fn masks_show_what_the_contract_says() {
    let redactor = redactor();
    let mask = |mask, value: &str| {
        redactor
            .mask(mask, Secret::new(value.as_bytes()))
            .map(|shown| shown.to_string())
    };
    assert_eq!(
        mask(Mask::Card("Mastercard"), "5270 4267 6450 5555").as_deref(),
        Some("Mastercard ···· 5555")
    );
    assert_eq!(
        mask(Mask::Email, "alice@corp.io").as_deref(),
        Some("a***@corp.io")
    );
    assert_eq!(
        mask(Mask::Phone, "+49 170 1234567").as_deref(),
        Some("+49 ···· 67")
    );
    assert_eq!(
        mask(Mask::Phone, "+353861234567").as_deref(),
        Some("+353 ···· 67")
    );
    assert_eq!(
        mask(Mask::Iban, "DE89370400440532013000").as_deref(),
        Some("DE ···· 3000")
    );
    assert_eq!(
        mask(Mask::BirthDate, "19790101").as_deref(),
        Some("1979-··-··")
    );
    assert_eq!(
        mask(Mask::BirthDate, "01/02/1980").as_deref(),
        Some("1980-··-··")
    );
    assert_eq!(mask(Mask::Ip, "192.0.2.17").as_deref(), Some("192.0.2.·"));
    assert_eq!(
        mask(Mask::Token(4), "ghp_abcdef").as_deref(),
        Some("ghp_····")
    );
    assert_eq!(mask(Mask::Hidden, "hunter2"), None);
}

#[test]
fn a_kept_key_gives_a_token_or_the_last_four_not_both() {
    let mut redactor = redactor();
    let card = Secret::new(b"5270426764505555");
    redactor.key = TokenKey::from_file_content(&[3; 32]).expect("long enough");
    let shadow = redactor.shadow(Mask::Card("Visa"), card, 16);
    assert_eq!(shadow.masked.expect("brand").to_string(), "Visa ····");
    assert!(shadow.token.is_some());
    assert!(TokenKey::from_file_content(&[3; 15]).is_none());
}

#[test]
fn passwords_dates_and_genders_have_no_token_and_no_length() {
    for mask in [Mask::Hidden, Mask::Gender, Mask::BirthDate, Mask::Expiry] {
        let shadow = redactor().shadow(mask, Secret::new(b"19790101"), 8);
        assert_eq!((shadow.token, shadow.value_bytes), (None, None));
    }
}

#[test]
fn equal_values_have_equal_tokens_and_a_prefix_has_none() {
    let redactor = redactor();
    let token = |value: &[u8], len| {
        redactor
            .shadow(Mask::Token(0), Secret::new(value), len)
            .token
    };
    assert_eq!(token(b"abc", 3), token(b"abc", 3));
    assert_ne!(token(b"abc", 3), token(b"abd", 3));
    assert_eq!(token(b"abc", 3).map(|token| token.len()), Some(16));
    assert_eq!(token(b"abc", 4), None);
}

#[test]
fn overlapping_spans_are_masked_by_their_union() {
    let spans = [
        Sensitive {
            start: 0,
            end: 6,
            mask: Mask::Ip,
        },
        Sensitive {
            start: 3,
            end: 10,
            mask: Mask::Email,
        },
    ];
    assert_eq!(
        redactor().text(b"0123456789 rest", &spans).to_string(),
        "*** rest"
    );
}

#[test]
fn a_key_masks_its_spans_and_a_pattern_names_their_kind() {
    let key = b"user:alice@corp.io:7";
    let spans = [Sensitive {
        start: 5,
        end: 18,
        mask: Mask::Email,
    }];
    assert_eq!(
        redactor().key(key, 20, &spans).to_string(),
        "user:a***@corp.io:7"
    );
    assert_eq!(
        redactor().pattern(key, 20, &spans).to_string(),
        "user:{email}:{n}"
    );
}

#[test]
fn spans_past_the_end_do_no_harm() {
    let spans = [
        Sensitive {
            start: 3,
            end: 99,
            mask: Mask::Hidden,
        },
        Sensitive {
            start: 50,
            end: 60,
            mask: Mask::Hidden,
        },
        Sensitive {
            start: 2,
            end: 1,
            mask: Mask::Hidden,
        },
    ];
    assert_eq!(redactor().text(b"abcdef", &spans).to_string(), "abc***");
}

proptest! {
    /// Secrets without the letters of the shape alphabet, so that equality cannot be chance.
    #[test]
    fn no_four_bytes_of_a_secret_survive_its_shape(secret in "[b-wy-zB-Z0-8!#$%&:;_ -]{1,64}") {
        let shown = json(&redactor().value(secret.as_bytes(), secret.len() as u64, Slot::Ordinary));
        let shape = shown.split('"').nth(3).unwrap_or_default();
        for window in secret.as_bytes().windows(4) {
            let window = str::from_utf8(window).expect("ASCII");
            prop_assert!(!shape.contains(window), "{window:?} in {shape:?}");
        }
    }

    #[test]
    fn no_four_bytes_of_a_masked_span_survive(secret in "[b-wy-zB-Z!#$%&_]{4,40}", mask in prop_oneof![
        Just(Mask::Hidden), Just(Mask::Token(0)), Just(Mask::Expiry), Just(Mask::Gender),
        Just(Mask::Personal), Just(Mask::BirthDate), Just(Mask::Ip), Just(Mask::Email), Just(Mask::Phone),
    ]) {
        let text = format!("<<{secret}>>");
        let spans = [Sensitive { start: 2, end: 2 + secret.len(), mask }];
        for shown in [redactor().text(text.as_bytes(), &spans), redactor().key(text.as_bytes(), text.len() as u64, &spans)] {
            for window in secret.as_bytes().windows(4) {
                let window = str::from_utf8(window).expect("ASCII");
                prop_assert!(!shown.to_string().contains(window));
            }
        }
    }

    #[test]
    fn any_bytes_print_in_every_mode(bytes in proptest::collection::vec(any::<u8>(), 0..200), extra in 0_u64..9) {
        let mut redactor = redactor();
        for values in [Values::Masked, Values::None, Values::Full(7), Values::Full(0)] {
            redactor.values = values;
            let len = bytes.len() as u64 + extra;
            let shown = redactor.value(&bytes, len, Slot::Ordinary);
            let back: Printable = serde_json::from_str(&json(&shown)).expect("reads back");
            prop_assert_eq!(back, shown);
        }
    }
}
