//! What a rule is, once loaded: the one table from rule id to category, severity, words.

use std::fmt;

use regex::bytes::Regex;
use serde::Deserialize;

use super::fields::Check;
use super::validators::{Bytes, identity, tokens};
use crate::event::{Category, Severity};
use crate::redact::Mask;

/// Index of a rule in its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub u16);

/// Rules, a bit each.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    words: Vec<u64>,
}

impl RuleSet {
    /// Adds a rule; true where it was not in yet.
    #[inline]
    pub fn insert(&mut self, rule: RuleIndex) -> bool {
        let at = usize::from(rule.0 / 64);
        let bit = 1_u64 << (rule.0 % 64);
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        self.words.get_mut(at).is_some_and(|word| {
            let fresh = *word & bit == 0;
            *word |= bit;
            fresh
        })
    }
}

/// Most rules of all packs together.
pub(super) const MAX_RULES: u16 = 4096;

/// What is told of a rule, wherever it is raised.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleInfo {
    /// `pci.pan`.
    pub id: String,
    /// One line for people: `Payment card number`.
    pub title: String,
    /// What kind of trouble.
    pub category: Category,
    /// How bad, where nothing raises or lowers it.
    pub severity: Severity,
    /// How sure a plain match is, 0 to 1.
    pub confidence: f32,
    /// One sentence: why we think so.
    pub why: String,
    /// One sentence: what to do.
    pub fix: String,
    /// Worded "relevant to": `PCI DSS 4.0.1 8.3.2`.
    pub references: Vec<String>,
    /// Region pack it belongs to (`uk`, `de`, ..); on only where switched on by name.
    pub region: Option<String>,
    /// Values it must find, as written in the pack.
    pub examples: Vec<Example>,
    /// Values it must not find.
    pub counter_examples: Vec<Example>,
    /// The pack's file.
    pub file: String,
    /// Line of the rule in it.
    pub line: usize,
}

/// An example or counter-example of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Example {
    /// Key, where it matters.
    pub key: Option<String>,
    /// Field, where it matters.
    pub field: Option<String>,
    /// The words of a whole command, instead of a value; empty where it is a value.
    pub command: Vec<String>,
    /// The value.
    pub value: String,
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.command.is_empty() {
            return write!(f, "{:?}", self.command.join(" "));
        }
        if let Some(key) = &self.key {
            write!(f, "{key} ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}=")?;
        }
        write!(f, "{:?}", self.value)
    }
}

/// How a rule finds.
pub(super) struct Rule {
    pub matcher: Matcher,
    /// What a value in a field of its words must be.
    pub check: Option<Check>,
    pub validate: Option<Validate>,
    pub confidence: f32,
    pub severity: Severity,
    pub category: Category,
    /// Confidence where its validator holds.
    pub sure: f32,
    /// Confidence where its validator fails; `None`: then it is dropped.
    pub unsure: Option<f32>,
    /// Confidence added where a name speaks of it.
    pub boost: f32,
    /// Nothing without a name that speaks of it.
    pub context_required: bool,
    /// Gives way to a more telling rule over the same bytes.
    pub generic: bool,
    pub mask: MaskKind,
    /// Bit in [`super::KINDS`].
    pub kind: Option<u8>,
    pub enabled: bool,
}

pub(super) enum Matcher {
    /// By code that knows a protocol or a command's slots.
    Raised,
    /// By a scanner of our own for that rule id.
    Builtin,
    /// By the words of a field's name.
    Field,
    /// A literal with an alphabet and a length behind it.
    Token {
        prefixes: Vec<Vec<u8>>,
        body: TokenBody,
        min: usize,
        max: usize,
        /// Only where a value begins.
        at_start: bool,
    },
    /// A pattern, tried around its anchors, or on the fields of its words.
    Regex {
        regex: Regex,
        /// Shortest text it is tried on.
        least: usize,
        anchors: Vec<Vec<u8>>,
        before: usize,
        after: usize,
    },
}

/// Alphabet of a token behind its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TokenBody {
    /// `0-9A-Za-z`
    Base62,
    /// base62, `-`, `_`
    Base64url,
    /// base62, `+`, `/`, `=`
    Base64,
    /// `0-9a-f`
    Hex,
    /// `A-Z2-7`
    Base32,
    /// base62, `-`, `_`, `.`
    Dotted,
    /// `0-9A-Z`
    Upper,
}

impl TokenBody {
    /// What it is made of.
    pub(super) fn bytes(self) -> &'static Bytes {
        static BASE62: Bytes = Bytes::with_letters_and_digits(b"");
        static BASE64URL: Bytes = Bytes::with_letters_and_digits(b"-_");
        static BASE64: Bytes = Bytes::with_letters_and_digits(b"+/=");
        static HEX: Bytes = Bytes::with_digits(b"abcdef");
        static BASE32: Bytes = Bytes::new(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
        static DOTTED: Bytes = Bytes::with_letters_and_digits(b"-_.");
        static UPPER: Bytes = Bytes::with_digits(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        match self {
            Self::Base62 => &BASE62,
            Self::Base64url => &BASE64URL,
            Self::Base64 => &BASE64,
            Self::Hex => &HEX,
            Self::Base32 => &BASE32,
            Self::Dotted => &DOTTED,
            Self::Upper => &UPPER,
        }
    }
}

/// A proof that some tokens carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Validate {
    /// CRC-32 in base62 at the end of 36 characters.
    Crc32Base62,
    /// Twelve distinct characters at least: placeholders repeat one letter, keys hardly ever do.
    Varied,
    /// Luhn over the digits.
    Luhn,
    /// IBAN's modulo 97.
    Iban,
}

impl Validate {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "crc32-base62" => Self::Crc32Base62,
            "varied" => Self::Varied,
            "luhn" => Self::Luhn,
            "iban" => Self::Iban,
            _ => return None,
        })
    }

    pub(super) fn holds(self, body: &[u8]) -> bool {
        match self {
            Self::Crc32Base62 => tokens::crc32_base62(body),
            Self::Varied => {
                let mut seen = 0_u128;
                for &byte in body {
                    seen |= 1 << (byte & 0x7f);
                }
                seen.count_ones() >= 10 || (body.len() < 20 && seen.count_ones() >= 7)
            }
            Self::Luhn => {
                let mut buffer = [0; 32];
                super::validators::digits_of(body, &mut buffer)
                    .is_some_and(super::validators::card::luhn)
            }
            Self::Iban => identity::is_iban(body),
        }
    }
}

/// Which mask a rule's values get, before what is known of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MaskKind {
    Hidden,
    Token,
    Card,
    Expiry,
    Email,
    Phone,
    Iban,
    BirthDate,
    Gender,
    Ip,
    Personal,
}

impl MaskKind {
    pub(super) fn mask(self) -> Mask {
        match self {
            Self::Hidden => Mask::Hidden,
            Self::Token => Mask::Token(0),
            Self::Card => Mask::Card(""),
            Self::Expiry => Mask::Expiry,
            Self::Email => Mask::Email,
            Self::Phone => Mask::Phone,
            Self::Iban => Mask::Iban,
            Self::BirthDate => Mask::BirthDate,
            Self::Gender => Mask::Gender,
            Self::Ip => Mask::Ip,
            Self::Personal => Mask::Personal,
        }
    }
}
