//! Which field of which command or reply is sensitive, how sure that is, and how it may be shown.
//!
//! Order of evidence: the command's slot (a password position is certain), then the name of the
//! field, key or JSON path (whole words, never substrings), then a pattern in the value with its
//! validator, then randomness, and that only in a secret's context. [`Detector`] reads messages and
//! fills [`Hits`]; [`Findings`] groups hits; [`RulePack`] holds the rules, which are data and carry
//! their proof. Knows RESP's messages, not packets, connections or time.

mod combine;
mod detector;
mod fields;
mod grouping;
mod hits;
mod json;
mod kinds;
mod known;
mod lexicon;
mod names;
mod pack;
mod passwords;
mod policy;
mod replies;
mod requests;
mod rule;
mod scan;
mod shown;
mod sieve;
mod slots;
mod tally;
mod unpack;
mod validators;
mod values;
mod words;

#[cfg(test)]
mod tests;

pub use detector::{Carry, Counters, Detector, Options, StoredPart};
pub use grouping::{
    Fact, Findings, Fresh, MAX_CONNECTIONS, MAX_GROUPS, MAX_GROUPS_MERGED, Occurrence,
};
pub use hits::{DigitRun, Hit, Hits, MAX_HITS, MAX_KEY_KEPT, MAX_VALUE_KEPT, Notes, Place};
pub use pack::{RuleError, RulePack, rule_info};
pub use policy::Policy;
pub use rule::{Example, RuleIndex, RuleInfo, RuleSet};

/// Personal kinds that a combined finding names, by the bit they have in [`Hit::kinds`]: rule id
/// and the words for it.
pub const KINDS: &[(&str, &str)] = &[
    ("pii.name", "name"),
    ("pii.dob", "birth date"),
    ("pii.email", "e-mail"),
    ("pii.phone", "phone"),
    ("pii.address", "address"),
    ("pii.gender", "gender"),
    ("pii.ssn", "social security number"),
    ("pii.iban", "IBAN"),
    ("pii.bank-account", "bank account"),
    ("pii.passport", "passport"),
    ("pii.driver-license", "driving licence"),
    ("pii.national-id", "national id"),
    ("pii.religion", "religion"),
    ("pii.ethnicity", "ethnicity"),
    ("pii.nationality", "nationality"),
    ("pii.geo", "place"),
    ("pii.ip", "IP address"),
    ("phi.field", "health"),
];
