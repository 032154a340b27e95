//! How much the rules find and how much they flag for nothing, on labelled values.
//!
//! Reads what `labelled/generate.py` wrote: the checked-in sample, or `LABELLED=FILE`. Prints a line
//! a rule (`--nocapture`) and holds the thresholds. Values are judged as a run judges them: hits at
//! `--min-confidence`, bare digit runs by their key pattern and field together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use resp_sniff::detect::{Detector, Findings, Hits, Occurrence, Options, Policy, RulePack};
use resp_sniff::event::{FindingDirection, Path, Transport};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::redact::{Keys, Redactor, TokenKey, Values};
use resp_sniff::resp::Argument;
use resp_sniff::segment::Endpoint;
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    family: String,
    key: String,
    field: Option<String>,
    value: String,
    rule: Option<String>,
}

/// Default of `--min-confidence`.
const MIN_CONFIDENCE: f32 = 0.5;

#[derive(Default)]
struct Score {
    values: u32,
    found: u32,
    missed: BTreeMap<String, u32>,
    /// Clean values that it flags.
    wrong: u32,
}

#[test]
fn rules_find_what_is_there_and_leave_the_rest_alone() {
    let text = match std::env::var("LABELLED") {
        Ok(file) => std::fs::read_to_string(file).expect("the labelled file"),
        Err(_) => include_str!("labelled/sample.ndjson").to_owned(),
    };
    let lines: Vec<Line> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a labelled line"))
        .collect();
    let pack = RulePack::builtin();
    let policy = Arc::new(Policy::default());
    let mut detector = Detector::new(Arc::clone(&pack), Arc::clone(&policy), Options::default());
    let key = TokenKey::from_file_content(&[1; 32]).expect("a key");
    let redactor = Redactor::new(Values::Masked, Keys::Masked, key);
    let mut findings = Findings::new(Arc::clone(&pack), policy, redactor, MIN_CONFIDENCE);
    let occurrence = Occurrence {
        at: Timestamp(1),
        origin: Origin::default(),
        connection: "c",
        client: Endpoint::default(),
        server: Endpoint::default(),
        transport: Transport::Plaintext,
        path: Path::Private,
        direction: FindingDirection::Request,
        command: None,
    };

    // What each line gave, by rule, key pattern and field; then what the run as a whole reports.
    let mut gave = Vec::new();
    for line in &lines {
        let mut hits = Hits::new();
        let value = Argument {
            kept: line.value.as_bytes(),
            len: line.value.len() as u64,
            broken: false,
        };
        detector.stored(
            line.key.as_bytes(),
            line.field.as_deref().map(str::as_bytes),
            value,
            &mut hits,
        );
        findings.add(&occurrence, &hits);
        let sure = hits.iter().filter(|hit| hit.confidence >= MIN_CONFIDENCE);
        let found: BTreeSet<(String, String, String)> = sure
            .map(|hit| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let field = hit.field.as_deref().map(text).unwrap_or_default();
                (
                    pack.info(hit.rule).id.clone(),
                    text(&hit.key_pattern()),
                    field,
                )
            })
            .collect();
        gave.push(found);
    }
    let reported: BTreeSet<(String, String, String)> = findings
        .events()
        .into_iter()
        .map(|event| {
            let text = |text: Option<resp_sniff::redact::Printable>| {
                text.map(|text| text.to_string()).unwrap_or_default()
            };
            (event.rule, text(event.key_pattern), text(event.field))
        })
        .collect();

    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut flagged: BTreeMap<(String, String), u32> = BTreeMap::new();
    let (mut clean, mut clean_flagged) = (0_u32, 0_u32);
    for (line, found) in lines.iter().zip(&gave) {
        let found: BTreeSet<&str> = found
            .iter()
            .filter(|found| reported.contains(*found))
            .map(|(rule, ..)| rule.as_str())
            .collect();
        if let Some(rule) = &line.rule {
            let score = scores.entry(rule.clone()).or_default();
            score.values += 1;
            if found.contains(rule.as_str()) {
                score.found += 1;
            } else {
                *score.missed.entry(line.family.clone()).or_default() += 1;
            }
        } else {
            clean += 1;
            clean_flagged += u32::from(!found.is_empty());
            for rule in found {
                scores.entry(rule.to_owned()).or_default().wrong += 1;
                *flagged
                    .entry((rule.to_owned(), line.family.clone()))
                    .or_default() += 1;
            }
        }
    }

    let mut table = String::new();
    let (mut values, mut found) = (0, 0);
    let _ = writeln!(
        table,
        "{:<24} {:>7} {:>7} {:>8} {:>6} {:>10}  missed in",
        "rule", "values", "found", "recall", "wrong", "precision"
    );
    for (rule, score) in &scores {
        values += score.values;
        found += score.found;
        let _ = writeln!(
            table,
            "{rule:<24} {:>7} {:>7} {:>7.2}% {:>6} {:>9.2}%  {:?}",
            score.values,
            score.found,
            percent(score.found, score.values),
            score.wrong,
            percent(score.found, score.found + score.wrong),
            score.missed
        );
    }
    let _ = writeln!(
        table,
        "in all {values} values, {found} found: {:.2} %; {clean} clean, {clean_flagged} flagged: {:.3} % {flagged:?}",
        percent(found, values),
        percent(clean_flagged, clean),
    );
    print!("{table}");
    assert!(percent(found, values) >= 99.0, "too little found\n{table}");
    assert!(
        percent(clean_flagged, clean) <= 0.02,
        "too much flagged\n{table}"
    );
}

fn percent(part: u32, whole: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(whole.max(1))
}
