//! The rules prove themselves; the story, and the traps that others fell into, are told right.

use std::sync::Arc;

use super::*;
use crate::event::{FindingDirection, FindingEvent, Path, Severity, Transport};
use crate::packet::{Origin, Timestamp};
use crate::redact::{Keys, Redactor, Slot, TokenKey, Values};
use crate::resp::Argument;
use crate::segment::Endpoint;

fn detector() -> Detector {
    Detector::new(RulePack::builtin(), Arc::default(), Options::default())
}

/// (rule, severity, confidence in percent, field) of each hit.
fn told(hits: &Hits) -> Vec<(String, Severity, u32, String)> {
    let pack = RulePack::builtin();
    hits.iter()
        .map(|hit| {
            let field =
                String::from_utf8_lossy(hit.field.as_deref().unwrap_or_default()).into_owned();
            let percent = (0..=100)
                .rev()
                .find(|&n| f64::from(n) <= f64::from(hit.confidence) * 100.0 + 0.5)
                .unwrap_or(0);
            (pack.info(hit.rule).id.clone(), hit.severity, percent, field)
        })
        .collect()
}

fn rules(hits: &Hits) -> Vec<String> {
    told(hits)
        .into_iter()
        .filter(|(_, _, sure, _)| *sure >= 50)
        .map(|(rule, ..)| rule)
        .collect()
}

fn request(words: &[&str]) -> Hits {
    let mut hits = Hits::new();
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    detector().request_words(&words, &mut hits);
    hits
}

fn stored(key: &str, field: Option<&str>, value: &[u8]) -> Hits {
    let mut hits = Hits::new();
    let value = Argument {
        kept: value,
        len: value.len() as u64,
        broken: false,
    };
    detector().stored(key.as_bytes(), field.map(str::as_bytes), value, &mut hits);
    hits
}

fn value(text: &str) -> Vec<String> {
    rules(&stored("k:1", None, text.as_bytes()))
}

fn lines(errors: &[RuleError]) -> String {
    errors.iter().fold(String::new(), |text, error| {
        text + &error.to_string() + "\n"
    })
}

#[test]
fn every_rule_proves_its_examples_and_counter_examples() {
    assert_eq!(lines(&RulePack::builtin().disproved()), "");
}

#[test]
fn rules_with_more_literals_than_one_pass_holds_are_found_all_the_same() {
    use std::fmt::Write as _;
    let mut text = String::new();
    for number in 0..200 {
        let prefix = format!("q{number:03}");
        write!(
            text,
            "[[rule]]\nid = \"own.n{number}\"\ntitle = \"{number}\"\ncategory = \"secret\"\n\
             severity = \"high\"\nprefix = [\"{prefix}\"]\nbody = \"base62\"\nmin = 12\nmax = 40\n\
             confidence = 0.9\nwhy = \"w\"\nexamples = [\"{prefix}0123456789XY\"]\n"
        )
        .expect("a String takes all");
    }
    let files = [("own.toml".to_owned(), text)];
    let pack = RulePack::load(&files, &[], false).expect("rules with examples that hold");
    assert_eq!(lines(&pack.disproved()), "");
    assert!(pack.scanner.searches_each_literal());
}

#[test]
fn regional_rules_prove_themselves_too() {
    let regions: Vec<String> = ["uk", "ca", "in", "pl", "es", "it", "nl", "br", "de", "fr"]
        .map(String::from)
        .to_vec();
    let pack = RulePack::load(&[], &regions, false).expect("regions");
    assert_eq!(lines(&pack.disproved()), "");
}

#[test]
fn every_weakness_of_the_tls_room_has_its_rule() {
    for entry in crate::tls::weakness::TABLE {
        let info = rule_info(entry.id).unwrap_or_else(|| panic!("no rule {}", entry.id));
        assert_eq!(info.severity, entry.severity, "{}", entry.id);
    }
}

#[test]
fn every_rule_that_other_rooms_raise_is_in_the_table() {
    for seam in crate::posture::SeamKind::ALL {
        assert!(rule_info(seam.rule()).is_some(), "{}", seam.rule());
    }
    // Facts are raised by id in the analyzer's files.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/analyzer");
    let mut raised = 0;
    for file in std::fs::read_dir(folder).expect("the analyzer's folder") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("UTF-8");
        for rest in text.split("rule: \"").skip(1) {
            let id = rest.split('"').next().expect("an id");
            assert!(rule_info(id).is_some(), "{id}");
            raised += 1;
        }
    }
    assert!(raised >= 4);
}

#[test]
fn the_story_is_told_right() {
    let hits = request(&[
        "hset",
        "user:1:secret",
        "gender",
        "m",
        "birthdate",
        "19790101",
        "ccn",
        "5270426764505555",
        "ccn_expire",
        "1224",
    ]);
    let told = told(&hits);
    let expect = |rule: &str, severity: Severity, field: &str| {
        assert!(
            told.iter()
                .any(|(r, s, sure, f)| r == rule && *s == severity && *sure >= 75 && f == field),
            "{rule} {severity:?} {field} is not among {told:?}"
        );
    };
    expect("pci.pan.suspected", Severity::Critical, "ccn");
    expect("pci.expiry", Severity::Medium, "ccn_expire");
    expect("pii.dob", Severity::Medium, "birthdate");
    expect("pii.gender", Severity::Low, "gender");
    assert_eq!(told.len(), 4, "{told:?}");
    let card = hits
        .iter()
        .find(|hit| hit.notes.has(Notes::CHECKSUM_FAILS))
        .expect("the card");
    assert!(card.notes.has(Notes::WITH_EXPIRY));
    assert_eq!(&*card.key_pattern(), b"user:{n}:secret");
    assert_eq!(card.place.location().as_deref(), Some("arguments[6]"));
}

#[test]
fn numbers_that_are_no_cards() {
    for no in [
        "1748503543012",
        "1748503543012345",
        "1748503543012345678",
        "20260101120000",
        "20240517093000",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "00000000-0000-4000-8000-000000000000",
        "12345678-1234-1234-1234-123456789012",
        "0.4539148803436467",
        "width:12.4539148803436467%",
        "550e8400e29b41d4a716446655440000",
        "4539148803436467abcdef",
        "1748503543012-0",
        "3.4539148803436467e5",
        "9780306406157",
        "1Z999AA10123456784",
    ] {
        assert!(value(no).is_empty(), "{no}: {:?}", value(no));
    }
}

#[test]
fn cards_are_found_in_every_spelling() {
    for yes in [
        "4539148803436467",
        "4539 1488 0343 6467",
        "4539-1488-0343-6467",
        "card 4539148803436467, thanks",
        "2221000000000009 2221000000000017",
        "4539 1488 0343 6467 12/26 123",
        "{\"n\":\"4539148803436467\"}",
        "6304000000000000 4539148803436467",
        "x=4539148803436467",
        "371449635398431 then 3714 496353 98439",
    ] {
        assert!(
            value(yes).iter().any(|rule| rule.starts_with("pci.pan")),
            "{yes}"
        );
    }
}

#[test]
fn names_inside_words_say_nothing() {
    for field in [
        "author", "accessor", "shipping", "session", "company", "japan", "discard", "compass",
        "lodge", "monkey", "keyboard", "turkey",
    ] {
        let hits = stored("k", Some(field), b"4821");
        assert!(rules(&hits).is_empty(), "{field}: {:?}", rules(&hits));
    }
}

#[test]
fn json_gives_pointers_and_reads_double_encoding() {
    let hits = stored("order:7", None, br#"{"id":7,"customer":{"email":"ann@corp.io","cards":[{"number":"4539148803436467","cvv":"123"}]}}"#);
    let told = told(&hits);
    assert!(
        told.iter()
            .any(|(r, _, _, f)| r == "pii.email" && f == "/customer/email"),
        "{told:?}"
    );
    assert!(
        told.iter().any(|(r, s, _, f)| r == "pci.pan"
            && *s == Severity::Critical
            && f == "/customer/cards/{n}/number"),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|(r, _, _, f)| r == "pci.cvv" && f == "/customer/cards/{n}/cvv"),
        "{told:?}"
    );
    let hits = stored(
        "q",
        None,
        br#"{"payload":"{\"password\":\"hunter2x\",\"n\":1}"}"#,
    );
    assert_eq!(rules(&hits), ["sec.password-field"]);
    let hits = stored("q", None, br#"{"u":"https:\/\/bob:hunter2@corp.io\/"}"#);
    assert_eq!(rules(&hits), ["sec.url-credentials"]);
    let hits = stored(
        "q",
        None,
        br#"{"dsn":"Server=db;User Id=a;Password=hunter2x;"}"#,
    );
    assert_eq!(rules(&hits), ["sec.conn-string"]);
}

#[test]
fn passwords_of_connection_strings_are_told_as_such_and_hidden() {
    for text in [
        "postgres://app:hunter2x@db/shop",
        "mongodb+srv://app:hunter2x@db.example.net",
        "redis://:hunter2x@cache",
        "Server=db;User Id=app;Password=hunter2x",
        "host=db user=app password=hunter2x",
        "jdbc:mysql://db/shop?user=app&password=hunter2x",
        "jdbc:mysql://db/shop?user=app&password=hunter%32x",
        "jdbc:oracle:thin:app/hunter2x@db.corp.io:1521:shop",
        "see jdbc:oracle:oci:app/hunter2x@//db.corp.io/shop",
        "redis://ann@corp.io:hunter2x@cache",
        "redis://ann@corp.io:hunter2x@cache.corp.io:6379/0",
    ] {
        let hits = stored("config", Some("value"), text.as_bytes());
        assert_eq!(rules(&hits), ["sec.conn-string"], "{text}");
        for hit in hits.iter().filter(|hit| hit.confidence >= 0.5) {
            assert!(!hit.mask.tells_length(), "{text}");
        }
        assert_eq!(hits.slot(Place::Stored), Slot::Secret, "{text}");
    }
    for text in [
        "postgres://app@db.corp.io/shop",
        "Server=db;User Id=app;Password=${DB_PASSWORD}",
        "Server=db;Database=shop;Integrated Security=true",
        "jdbc:oracle:thin:@db.corp.io:1521:shop",
        "redis://ann@cache:6379,redis://bob@cache:6380",
    ] {
        let hits = stored("config", Some("value"), text.as_bytes());
        assert!(rules(&hits).is_empty(), "{text}: {:?}", rules(&hits));
    }
    // A user that is an address is masked with its password.
    let hits = stored("k", None, b"redis://ann@corp.io:hunter2x@cache");
    let mut spans = Vec::new();
    hits.spans(Place::Stored, &mut spans);
    let spans: Vec<_> = spans.iter().map(|span| (span.start, span.end)).collect();
    assert_eq!(spans, [(8, 19), (20, 28)]);
    // What names no host is a password of something else.
    let hits = stored("config", Some("value"), b"user=app&password=hunter2x");
    assert_eq!(rules(&hits), ["sec.password-field"]);
}

#[test]
fn addresses_behind_a_scheme_are_never_shown() {
    for scheme in ["postgres", "session", "https", ""] {
        let key = format!("{scheme}://ann.lee@corp.io:x");
        let hits = stored(&key, Some(&key), b"4539148803436467");
        let pack = RulePack::builtin();
        let card = hits
            .iter()
            .find(|hit| pack.info(hit.rule).id == "pci.pan")
            .expect("a card");
        for shown in [
            &*card.key_pattern(),
            card.field.as_deref().expect("a field"),
        ] {
            let shown = String::from_utf8_lossy(shown);
            assert!(!shown.contains("ann.lee"), "{shown}");
        }
        // A login of a service is not told by default, an address behind anything else is.
        let told = rules(&stored("k:1", None, key.as_bytes()));
        let expected: &[&str] = match scheme {
            "postgres" => &[],
            _ => &["pii.email"],
        };
        assert_eq!(told, expected, "{key}");
    }
}

#[test]
fn packings_are_walked() {
    assert_eq!(
        rules(&stored(
            "s",
            None,
            b"a:1:{s:8:\"password\";s:7:\"hunter2\";}"
        )),
        ["sec.password-field"]
    );
    assert_eq!(
        rules(&stored("s", None, b"\x81\xa8password\xa7hunter2")),
        ["sec.password-field"]
    );
    assert_eq!(
        rules(&stored(
            "s",
            None,
            b"\x80\x04\x95\x20\0\0\0\0\0\0\0}\x94\x8c\x08password\x94\x8c\x07hunter2\x94s."
        )),
        ["sec.password-field"]
    );
    assert_eq!(
        rules(&stored("s", None, b"user=bob&password=hunter2&x=1")),
        ["sec.password-field"]
    );
    assert_eq!(
        rules(&stored(
            "s",
            None,
            b"host=db port=5432 password=hunter2 user=app"
        )),
        ["sec.conn-string"]
    );
    assert_eq!(
        rules(&stored(
            "s",
            None,
            b"eyJjY24iOiAiNDUzOTE0ODgwMzQzNjQ2NyIsICJhIjogMX0="
        )),
        ["pci.pan"]
    );
}

#[test]
fn compressed_values_are_counted_not_called_clean() {
    let mut detector = detector();
    let mut hits = Hits::new();
    let value = b"\x1f\x8b\x08\0\0\0\0\0\0\x03abcdefgh";
    detector.stored(
        b"k",
        None,
        Argument {
            kept: value,
            len: value.len() as u64,
            broken: false,
        },
        &mut hits,
    );
    assert_eq!(detector.counters().opaque_bytes, value.len() as u64);
}

#[test]
fn three_personal_fields_name_a_person() {
    let hits = request(&[
        "HSET",
        "profile:9",
        "dob",
        "1980-02-01",
        "email",
        "ann@corp.io",
        "phone",
        "+4917012345678",
    ]);
    let identity = hits
        .iter()
        .find(|hit| hit.kinds != 0)
        .expect("a combined hit");
    assert_eq!(identity.severity, Severity::High);
    assert_eq!(
        words::title(
            RulePack::builtin().info(identity.rule),
            identity.notes,
            identity.kinds
        ),
        "Birth date, e-mail and phone together"
    );
    assert!(
        request(&[
            "HSET",
            "profile:9",
            "dob",
            "1980-02-01",
            "email",
            "ann@corp.io"
        ])
        .iter()
        .all(|hit| hit.kinds == 0)
    );
}

#[test]
fn session_ids_in_keys_are_masked_and_told() {
    let key = "sess:9f3c2b1a7d8e4f60a1b2c3d49f3c2b1a";
    let hits = request(&["GET", key]);
    let hit = hits.iter().next().expect("a hit");
    assert_eq!(hit.severity, Severity::Medium);
    assert!(!String::from_utf8_lossy(&hit.key_pattern()).contains("9f3c"));
    let mut spans = Vec::new();
    hits.spans(Place::Argument(0), &mut spans);
    assert_eq!((spans[0].start, spans[0].end), (5, key.len()));
}

#[test]
fn passwords_say_nothing_of_themselves() {
    let hits = request(&["AUTH", "app", "hunter2-hunter2"]);
    assert_eq!(hits.slot(Place::Argument(1)), crate::redact::Slot::Secret);
    assert_eq!(hits.slot(Place::Argument(0)), crate::redact::Slot::Ordinary);
    let hit = hits.iter().next().expect("a hit");
    assert_eq!(
        (hit.field.as_deref(), hit.mask),
        (Some(&b"app"[..]), crate::redact::Mask::Hidden)
    );
}

#[test]
fn scores_cursors_and_times_are_not_searched() {
    for words in [
        &["ZADD", "k", "4539148803436467", "a"][..],
        &["SCAN", "4539148803436467"],
        &["PEXPIREAT", "k", "4539148803436467"],
        &["XDEL", "k", "4539148803436467-0"],
        &["GEOADD", "k", "13.361389", "38.115556", "Palermo"],
    ] {
        assert!(rules(&request(words)).is_empty(), "{words:?}");
    }
}

#[test]
fn a_number_that_ends_at_the_scan_limit_is_told_where_it_does_not_go_on() {
    let limit = 400;
    for (behind, expected) in [(b';', &["pci.pan"][..]), (b'1', &[])] {
        let mut text = vec![b'x'; 900];
        text[382..400].copy_from_slice(b": 4539148803436467");
        text[400] = behind;
        for size in [1_usize, 16, 100, 256, 399, 400, 401, 500, 900] {
            let options = Options { scan_limit: limit };
            let mut detector = Detector::new(RulePack::builtin(), Arc::default(), options);
            let mut carry = Carry::default();
            let mut hits = Hits::new();
            for (index, bytes) in text.chunks(size).enumerate() {
                let offset = (index * size) as u64;
                let last = (index + 1) * size >= text.len();
                let part = StoredPart {
                    offset,
                    bytes,
                    last,
                };
                detector.stored_part(b"k", None, part, &mut carry, &mut hits);
            }
            assert_eq!(rules(&hits), expected, "parts of {size}");
            let counters = detector.counters();
            assert_eq!(counters.scanned_bytes, limit, "parts of {size}");
            assert_eq!(counters.unscanned_bytes, 900 - limit, "parts of {size}");
        }
    }
}

#[test]
fn a_value_in_parts_gives_what_the_whole_gives() {
    use crate::resp::ValuePart;
    use crate::segment::Direction;
    let mut text = vec![b'x'; 3000];
    let token = b" 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 ";
    text[700..700 + token.len()].copy_from_slice(token);
    text[1500..1518].copy_from_slice(b" 4539148803436467 ");
    text[2400..2416].copy_from_slice(b" <ann@corp.io>  ");
    // Numbers as long as a card's that are none: one in ten would pass.
    text[2600..2652].copy_from_slice(b";4539148803436468;1234567890123;4539-1488-0343-6461;");
    let whole = stored("k", None, &text);
    let runs_of = |hits: &Hits| -> Vec<(u64, bool)> {
        let runs = hits.digit_runs().iter();
        runs.map(|run| (run.candidate, run.passes)).collect()
    };
    assert_eq!(runs_of(&whole).len(), 4);
    let mut expected = rules(&whole);
    expected.sort();
    assert_eq!(expected, ["pci.pan", "pii.email", "sec.github"]);
    for size in [1_usize, 7, 100, 255, 256, 257, 701, 720, 1505, 2999, 3000] {
        let mut detector = detector();
        let mut carry = Carry::default();
        let (mut found, mut runs) = (Vec::new(), Vec::new());
        for (index, chunk) in text.chunks(size).enumerate() {
            let mut hits = Hits::new();
            let part = ValuePart {
                direction: Direction::ClientToServer,
                command: None,
                index: 2,
                offset: (index * size) as u64,
                bytes: chunk,
                len: text.len() as u64,
                last: (index + 1) * size >= text.len(),
                origin: crate::packet::Origin::default(),
                at: crate::packet::Timestamp::default(),
            };
            detector.part(
                &crate::resp::Session::default(),
                &part,
                &mut carry,
                &mut hits,
            );
            found.extend(rules(&hits));
            runs.extend(runs_of(&hits));
        }
        found.sort();
        assert_eq!(found, expected, "parts of {size}");
        assert_eq!(runs, runs_of(&whole), "parts of {size}");
        assert_eq!(detector.counters().scanned_bytes, text.len() as u64);
    }
}

#[test]
fn hostile_values_cost_no_more_than_their_length() {
    for hostile in [
        vec![b'4'; 1 << 20],
        b"4 ".repeat(1 << 19),
        b"4111 ".repeat(1 << 18),
        vec![b'@'; 1 << 20],
        b"a@".repeat(1 << 19),
        b"a.b@".repeat(1 << 18),
        b"://:@".repeat(1 << 17),
        b"[".repeat(1 << 16),
        b"{\"a\":".repeat(1 << 13),
        b"eyJh".repeat(1 << 18),
        b"-----BEGIN ".repeat(1 << 16),
        b"DE89".repeat(1 << 18),
        b"+1 ".repeat(1 << 18),
        b"password=".repeat(1 << 13),
        b"\x81\x81".repeat(1 << 15),
        vec![0xff; 1 << 16],
    ] {
        stored("k", Some("f"), &hostile);
    }
}

/// Findings of values stored one after another at `seconds`.
fn findings_of(values: &[(&str, Option<&str>, &str)], seconds: u64) -> Vec<FindingEvent> {
    let key = TokenKey::from_file_content(&[1; 32]).expect("a key");
    let redactor = Redactor::new(Values::Masked, Keys::Masked, key);
    let mut findings = Findings::new(RulePack::builtin(), Arc::default(), redactor, 0.5);
    let occurrence = Occurrence {
        at: Timestamp::from_parts(seconds, 0),
        origin: Origin::default(),
        connection: "c",
        client: Endpoint::default(),
        server: Endpoint::default(),
        transport: Transport::Plaintext,
        path: Path::Private,
        direction: FindingDirection::Request,
        command: None,
    };
    for (key, field, value) in values {
        findings.add(&occurrence, &stored(key, *field, value.as_bytes()));
    }
    findings.events()
}

/// The finding of facts that are told by these shards, merged in this order: confidence in percent,
/// connection (which tells of the time too), words.
fn words_of(shards: &[&[(u8, u32, &str)]]) -> (f32, String) {
    let key = TokenKey::from_file_content(&[1; 32]).expect("a key");
    let redactor = Redactor::new(Values::Masked, Keys::Masked, key);
    let shard = || Findings::new(RulePack::builtin(), Arc::default(), redactor.clone(), 0.5);
    let mut merged = shard();
    for facts in shards {
        let mut findings = shard();
        for &(confidence, connection, why) in *facts {
            let connection_id = format!("0-{connection}");
            let occurrence = Occurrence {
                at: Timestamp::from_parts(u64::from(connection), 0),
                origin: Origin::default(),
                connection: &connection_id,
                client: Endpoint::default(),
                server: Endpoint::default(),
                transport: Transport::Plaintext,
                path: Path::Private,
                direction: FindingDirection::Reply,
                command: None,
            };
            let fact = Fact {
                rule: "tls.client-cert-not-requested",
                confidence: Some(f32::from(confidence) / 100.0),
                why: Some(why.to_owned()),
                ..Fact::default()
            };
            assert!(findings.add_fact(&occurrence, &fact));
        }
        merged.merge(findings);
    }
    let [finding] = merged.events().try_into().expect("one finding");
    (finding.confidence, finding.why)
}

#[test]
fn the_words_of_a_finding_are_those_of_its_strongest_evidence() {
    let inferred = (90, 1, "inferred");
    let certain = (100, 2, "certain");
    let later = (100, 3, "certain again");
    for shards in [
        &[&[inferred, certain, later][..]][..],
        &[&[later, certain, inferred]],
        &[&[inferred], &[certain, later]],
        &[&[later, certain], &[inferred]],
        &[&[later], &[inferred], &[certain]],
    ] {
        let told = words_of(shards);
        assert_eq!(told, (1.0, "certain".to_owned()), "{shards:?}");
    }
    // One connection may add to what it said.
    let more = words_of(&[&[certain, (100, 2, "certain and more"), later]]);
    assert_eq!(more.1, "certain and more");
}

#[test]
fn a_json_web_token_is_judged_by_when_it_was_seen() {
    // Its `exp` is 1516239022.
    let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwiZXhwIjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
    // {"alg":"HS256","typ":"JWT"}, {"sub":"1"}: it never ends.
    let endless = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.P60lW___9v9eM582fCEy1Ux3UmiE5EPyeYSkxQUOMPF";
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiZXhwIjoxNTE2MjM5MDIyfQ.";
    let told = |value: &str, seconds| {
        let events = findings_of(&[("k:1", None, value)], seconds);
        let [event] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(event.rule, "sec.jwt");
        (
            event.severity,
            event.why.contains("expired when it was seen"),
        )
    };
    assert_eq!(told(token, 1_516_239_021), (Severity::High, false));
    assert_eq!(told(token, 1_516_239_022), (Severity::Low, true));
    assert_eq!(told(endless, 1_516_239_022), (Severity::Medium, false));
    assert_eq!(told(unsigned, 1_516_239_022), (Severity::Info, false));
    // Longer than what is kept of a value: still told.
    let claims = format!("{{\"sub\":\"{}\",\"exp\":1516239022.5}}", "x".repeat(1500));
    let claims = {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims)
    };
    let long = format!(
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{claims}.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    );
    assert_eq!(told(&long, 1_516_239_022), (Severity::Low, true));
    // One of two has expired: the finding is about the other.
    let events = findings_of(
        &[("k:1", None, token), ("k:2", None, endless)],
        1_600_000_000,
    );
    assert_eq!(events.len(), 1);
    assert!(events.iter().all(|event| event.severity == Severity::Medium
        && event.count == 2
        && !event.why.contains("expired")));
}

#[test]
fn signed_numbers_are_judged_by_their_field() {
    let rules = |values: &[&str], field: &'static str| -> Vec<String> {
        let values: Vec<_> = values.iter().map(|v| ("k:1", Some(field), *v)).collect();
        let events = findings_of(&values, 0);
        events.into_iter().map(|event| event.rule).collect()
    };
    // The second fits Germany's plan by chance; its neighbours say that it is none.
    let amounts = [
        "-120034567",
        "+493012345678",
        "-99120034567",
        "+2812345678",
        "-7012345",
    ];
    assert_eq!(rules(&amounts, "delta"), [""; 0]);
    assert_eq!(rules(&amounts[1..2], "delta"), ["pii.phone"]);
    let numbers = [
        "+493012345678",
        "+4915112345678",
        "+14155550123",
        "+33612345678",
    ];
    assert_eq!(rules(&numbers, "delta"), ["pii.phone"]);
    // The name of the field outweighs the neighbours; so do the groups of a written number.
    assert_eq!(rules(&amounts[..2], "phone"), ["pii.phone"]);
    let grouped = [
        "-120034567",
        "+49 30 12345678",
        "-99120034567",
        "-7012345",
        "-991200345",
    ];
    assert_eq!(rules(&grouped, "delta"), ["pii.phone"]);
}

#[test]
fn bare_digits_go_to_the_tally_of_their_key_pattern_and_field() {
    let letters = |number: usize| {
        let places =
            [number / 26, number].map(|place| b'a' + u8::try_from(place % 26).expect("26"));
        String::from_utf8(places.to_vec()).expect("letters")
    };
    let mut detector = detector();
    let mut hits = Hits::new();
    for number in (0..600).chain(0..600) {
        // Without the `q` some of them are words, such as `cc`.
        let key = format!("order:q{}:{number}", letters(number));
        let field = ["ref", "no_2", "a@b"][number % 3];
        let value = b"9539148803436467";
        let value = Argument {
            kept: value,
            len: value.len() as u64,
            broken: false,
        };
        detector.stored(key.as_bytes(), Some(field.as_bytes()), value, &mut hits);
        let pattern = format!("order:q{}:{{n}}", letters(number));
        let shown = ["ref", "no_{n}", "a@b"][number % 3];
        let family = super::hits::family(pattern.as_bytes(), Some(shown.as_bytes()));
        assert_eq!(hits.digit_runs()[0].family, family, "{key} {field}");
    }
}
