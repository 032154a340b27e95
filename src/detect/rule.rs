//! What a rule is, once loaded: the one table from rule id to category, severity, words.

use crate::event::{Category, Severity};

/// Index of a rule in its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub u16);

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
}

/// An example or counter-example of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Example {
    /// Key, where it matters.
    pub key: Option<String>,
    /// Field, where it matters.
    pub field: Option<String>,
    /// A whole command, words separated by spaces, instead of a value.
    pub command: Option<String>,
    /// The value.
    pub value: String,
}
