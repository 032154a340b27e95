//! Loads rule packs (TOML) and proves them.
//!
//! A pack that does not hold is refused: unknown keys, a rule that finds values but has no example,
//! an example that it does not find, a counter-example that it does, a pattern over the size limit.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::fields::Check;
use super::known::Known;
use super::lexicon::{Lexicon, LexiconBuilder, Mark};
use super::rule::{
    Example, MAX_RULES, MaskKind, Matcher, Rule, RuleIndex, RuleInfo, TokenBody, Validate,
};
use super::scan::Scanner;
use super::{Detector, KINDS, Options, Policy};
use crate::event::{Category, Severity};

/// What is wrong with a rule or policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The file's name as given.
    pub file: String,
    /// 1-based; 0 where no single line is to blame.
    pub line: usize,
    /// Rule id, where one is to blame.
    pub rule: Option<String>,
    /// One sentence.
    pub problem: String,
}

impl RuleError {
    pub(super) fn toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        Self {
            file: file.to_owned(),
            line: error.span().map_or(0, |span| line_of(text, span.start)),
            rule: error.span().and_then(|span| rule_around(text, span.start)),
            problem: error.message().to_owned(),
        }
    }
}

/// Id of the rule whose table `at` lies in, for errors of the parser, which knows none.
fn rule_around(text: &str, at: usize) -> Option<String> {
    let is_table = |line: &&str| line.trim_start().starts_with('[');
    let table = text.get(..at)?.rfind("[[rule]]")?;
    let lines = text.get(table..)?.lines();
    let own = lines.clone().skip(1).take_while(|line| !is_table(line));
    let end = table
        + lines
            .take(1)
            .chain(own.clone())
            .map(|line| line.len() + 1)
            .sum::<usize>();
    let id = own
        .filter_map(|line| {
            line.trim()
                .strip_prefix("id")?
                .trim_start()
                .strip_prefix('=')
        })
        .find_map(|value| value.trim().trim_matches('"').split('"').next())?;
    (at < end && !id.is_empty()).then(|| id.to_owned())
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if let Some(rule) = &self.rule {
            write!(f, ": rule {rule}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for RuleError {}

/// The rules in force.
pub struct RulePack {
    infos: Vec<RuleInfo>,
    pub(super) rules: Vec<Rule>,
    by_id: HashMap<String, RuleIndex>,
    pub(super) lexicon: Lexicon,
    pub(super) scanner: Scanner,
    pub(super) known: Known,
    digest: [u8; 32],
    /// The built-in rules as they come, where some of them are switched off or replaced here.
    masks: Option<Arc<Self>>,
}

static BUILTIN: LazyLock<Arc<RulePack>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a test proves the compiled-in packs")]
    RulePack::compile(&[], &[], false).expect("the built-in rules hold")
});

/// Category, severity, title, reason, mending step and references of a built-in rule id.
#[must_use]
pub fn rule_info(id: &str) -> Option<&'static RuleInfo> {
    let pack: &'static RulePack = &BUILTIN;
    pack.find(id).map(|rule| pack.info(rule))
}

impl RulePack {
    /// The rules that are compiled in, without regional ones.
    #[must_use]
    pub fn builtin() -> Arc<Self> {
        Arc::clone(&BUILTIN)
    }

    /// The built-in rules (all switched off, if `without_builtin`), those of
    /// `regions` switched on, and the files of `--rules` as (name, content); a rule of a later file
    /// replaces one with the same id. The examples of the files are proven.
    ///
    /// # Errors
    ///
    /// The first file, line and rule that is wrong, or an example that does not hold.
    pub fn load(
        files: &[(String, String)],
        regions: &[String],
        without_builtin: bool,
    ) -> Result<Arc<Self>, RuleError> {
        let pack = Self::compile(files, regions, without_builtin)?;
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        match pack.prove(|file| names.contains(&file)).into_iter().next() {
            Some(error) => Err(error),
            None => Ok(pack),
        }
    }

    fn compile(
        files: &[(String, String)],
        regions: &[String],
        without_builtin: bool,
    ) -> Result<Arc<Self>, RuleError> {
        let mut loading = Loading::default();
        let mut digest = Sha256::new();
        for (file, text) in BUILTIN_FILES {
            digest.update(text.as_bytes());
            loading.file(
                file,
                text,
                regions,
                if without_builtin {
                    Rules::Off
                } else {
                    Rules::On
                },
            )?;
        }
        for region in regions {
            if !loading.regions.contains(region) {
                return Err(RuleError {
                    file: "regions".to_owned(),
                    line: 0,
                    rule: None,
                    problem: format!(
                        "there is no region \"{region}\"; there are {}",
                        loading.regions.join(", ")
                    ),
                });
            }
            digest.update(region.as_bytes());
        }
        digest.update([u8::from(without_builtin)]);
        for (file, text) in files {
            if text.len() > MAX_FILE_LEN {
                return Err(RuleError {
                    file: file.clone(),
                    line: 0,
                    rule: None,
                    problem: format!("the file is over {MAX_FILE_LEN} bytes"),
                });
            }
            digest.update(text.as_bytes());
            loading.file(file, text, regions, Rules::On)?;
        }
        let whole = !without_builtin && loading.replaced == 0;
        let mut pack = loading.finish(digest.finalize().into())?;
        if !whole {
            // What is not told is masked all the same.
            pack.masks = Some(if regions.is_empty() {
                Self::builtin()
            } else {
                Self::compile(&[], regions, false)?
            });
        }
        Ok(Arc::new(pack))
    }

    /// Proves the examples and counter-examples of the rules whose file `of` picks.
    fn prove(self: &Arc<Self>, of: impl Fn(&str) -> bool) -> Vec<RuleError> {
        let mut errors = Vec::new();
        let mut detector = Detector::new(
            Arc::clone(self),
            Arc::new(Policy::default()),
            Options::default(),
        );
        for (info, rule) in self.infos.iter().zip(&self.rules) {
            if !of(&info.file) || !rule.enabled {
                continue;
            }
            let wrong = |problem: String| RuleError {
                file: info.file.clone(),
                line: info.line,
                rule: Some(info.id.clone()),
                problem,
            };
            if info.examples.is_empty() && !matches!(rule.matcher, Matcher::Raised) {
                errors.push(wrong("needs at least one example".to_owned()));
            }
            for example in &info.examples {
                if !detector.finds(example, &info.id, 0.0) {
                    errors.push(wrong(format!("does not find its example {example}")));
                }
            }
            for example in &info.counter_examples {
                if detector.finds(example, &info.id, PROOF_CONFIDENCE) {
                    errors.push(wrong(format!("finds its counter-example {example}")));
                }
            }
        }
        errors
    }

    /// What does not hold of the rules in force, those compiled in too: examples not found,
    /// counter-examples found, rules without an example.
    #[must_use]
    pub fn disproved(self: &Arc<Self>) -> Vec<RuleError> {
        self.prove(|_| true)
    }

    /// A rule's facts.
    #[must_use]
    pub fn info(&self, rule: RuleIndex) -> &RuleInfo {
        #[expect(
            clippy::indexing_slicing,
            reason = "an index is only made by its own pack"
        )]
        &self.infos[usize::from(rule.0)]
    }

    pub(super) fn rule(&self, rule: RuleIndex) -> &Rule {
        #[expect(
            clippy::indexing_slicing,
            reason = "an index is only made by its own pack"
        )]
        &self.rules[usize::from(rule.0)]
    }

    /// The rule with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<RuleIndex> {
        self.by_id.get(id).copied()
    }

    /// The rules by which values are masked besides these; `None` where these are all there are.
    pub(super) fn masks(&self) -> Option<&Arc<Self>> {
        self.masks.as_ref()
    }

    /// Every rule, in the order of the packs.
    pub fn iter(&self) -> impl Iterator<Item = &RuleInfo> {
        self.infos.iter()
    }

    /// True where the rule is switched on.
    #[must_use]
    pub fn is_enabled(&self, rule: RuleIndex) -> bool {
        self.rule(rule).enabled
    }

    /// True where no rule is switched on: nothing needs to be read, only masked before it is printed.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        !self.rules.iter().any(|rule| rule.enabled)
    }

    /// Times one rule tries its pattern, its words or its check on `text`, for who measures it.
    #[must_use]
    pub fn try_rule(&self, rule: RuleIndex, text: &[u8]) -> usize {
        match &self.rule(rule).matcher {
            Matcher::Regex { regex, .. } => regex.find_iter(text).count(),
            Matcher::Token { prefixes, .. } => prefixes
                .iter()
                .map(|prefix| memchr::memmem::find_iter(text, prefix).count())
                .sum(),
            Matcher::Raised | Matcher::Builtin | Matcher::Field => text
                .split(|&byte| byte == b'\n')
                .filter(|line| {
                    let spec = self.rule(rule);
                    super::fields::check(rule, spec, &self.rules, &self.known, line).is_some()
                })
                .count(),
        }
    }

    /// SHA-256 over the rules in force.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// True for the rule of telephone numbers.
    pub(super) fn is_phone(&self, rule: RuleIndex) -> bool {
        rule == self.known.phone
    }

    /// True where the rule tells of a password that logs in to Redis.
    #[inline]
    pub(super) fn is_login_password(&self, rule: RuleIndex) -> bool {
        self.known.login_passwords().contains(&rule)
    }
}

/// Whether a file's rules are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    On,
    Off,
}

#[derive(Default)]
struct Loading {
    infos: Vec<RuleInfo>,
    rules: Vec<Rule>,
    raws: Vec<RawRule>,
    by_id: HashMap<String, RuleIndex>,
    about: Vec<String>,
    regions: Vec<String>,
    /// Built-in rules that a user's file replaced.
    replaced: usize,
}

impl Loading {
    fn file(
        &mut self,
        file: &str,
        text: &str,
        regions: &[String],
        rules: Rules,
    ) -> Result<(), RuleError> {
        let pack: RawPack =
            toml::from_str(text).map_err(|error| RuleError::toml(file, text, &error))?;
        self.about.extend(pack.about_words);
        for raw in pack.rule {
            let line = line_of(text, raw.span().start);
            let raw = raw.into_inner();
            let id = raw.id.clone();
            let wrong = |problem: String| RuleError {
                file: file.to_owned(),
                line,
                rule: Some(id.clone()),
                problem,
            };
            if let Some(region) = &raw.region
                && !self.regions.contains(region)
            {
                self.regions.push(region.clone());
            }
            let info = info_of(&raw, file, line).map_err(&wrong)?;
            let mut rule = rule_of(&raw, &info).map_err(&wrong)?;
            let region_on = raw
                .region
                .as_ref()
                .is_none_or(|region| regions.contains(region));
            rule.enabled = raw.enabled && region_on && rules == Rules::On;
            if let Some(&index) = self.by_id.get(&raw.id) {
                let place = usize::from(index.0);
                let same_file = self.infos.get(place).is_some_and(|old| old.file == file);
                if same_file {
                    return Err(wrong("its id is used twice".to_owned()));
                }
                let slots = (
                    self.infos.get_mut(place),
                    self.rules.get_mut(place),
                    self.raws.get_mut(place),
                );
                self.replaced += 1;
                if let (Some(old_info), Some(old_rule), Some(old_raw)) = slots {
                    (*old_info, *old_rule, *old_raw) = (info, rule, raw);
                }
                continue;
            }
            let index = u16::try_from(self.rules.len())
                .ok()
                .filter(|&index| index < MAX_RULES)
                .ok_or_else(|| wrong(format!("there are more than {MAX_RULES} rules")))?;
            self.by_id.insert(raw.id.clone(), RuleIndex(index));
            self.infos.push(info);
            self.rules.push(rule);
            self.raws.push(raw);
        }
        Ok(())
    }

    fn finish(self, digest: [u8; 32]) -> Result<RulePack, RuleError> {
        let mut builder = LexiconBuilder::default();
        for word in &self.about {
            builder.add(word, Mark::About);
        }
        for (index, (raw, rule)) in (0..).map(RuleIndex).zip(self.raws.iter().zip(&self.rules)) {
            if !rule.enabled {
                continue;
            }
            for word in &raw.words {
                builder.add(word, Mark::Field(index));
            }
            for word in &raw.not_words {
                builder.add(word, Mark::Not(index));
            }
            for word in &raw.context {
                builder.add(word, Mark::Context(index));
            }
        }
        let known = Known::find(&|id| self.by_id.get(id).copied()).map_err(|id| RuleError {
            file: "built-in".to_owned(),
            line: 0,
            rule: Some(id.to_owned()),
            problem: "is missing".to_owned(),
        })?;
        Ok(RulePack {
            scanner: Scanner::new(&self.rules),
            lexicon: builder.build(),
            known,
            infos: self.infos,
            rules: self.rules,
            by_id: self.by_id,
            digest,
            masks: None,
        })
    }
}

fn info_of(raw: &RawRule, file: &str, line: usize) -> Result<RuleInfo, String> {
    let is_id =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    if raw.id.is_empty() || raw.id.len() > MAX_ID_LEN || !raw.id.bytes().all(is_id) {
        return Err(format!(
            "an id is 1 to {MAX_ID_LEN} of a-z, 0-9, dots and dashes"
        ));
    }
    let family = raw.id.split('.').next().unwrap_or_default();
    let category = match (raw.category, family) {
        (Some(category), _) => category,
        (None, "sec" | "cmd") => Category::Secret,
        (None, "pci") => Category::Pci,
        (None, "pii") => Category::Pii,
        (None, "phi") => Category::Phi,
        (None, "exposure") => Category::Exposure,
        (None, "tls") => Category::Tls,
        (None, "hygiene") => Category::Hygiene,
        (None, _) => return Err("needs a category: its id does not tell".to_owned()),
    };
    if !(0.0..=1.0).contains(&raw.confidence) {
        return Err("confidence lies between 0 and 1".to_owned());
    }
    let why = raw
        .why
        .clone()
        .unwrap_or_else(|| default_why(raw).to_owned());
    let fix = raw
        .fix
        .clone()
        .unwrap_or_else(|| default_fix(category).to_owned());
    Ok(RuleInfo {
        id: raw.id.clone(),
        title: raw.title.clone(),
        category,
        severity: raw.severity,
        confidence: raw.confidence,
        why,
        fix,
        references: raw.references.clone(),
        region: raw.region.clone(),
        examples: raw.examples.iter().cloned().map(Example::from).collect(),
        counter_examples: raw
            .counter_examples
            .iter()
            .cloned()
            .map(Example::from)
            .collect(),
        file: file.to_owned(),
        line,
    })
}

fn rule_of(raw: &RawRule, info: &RuleInfo) -> Result<Rule, String> {
    let check = match (&raw.check, raw.words.is_empty()) {
        (Some(name), _) => {
            Some(Check::from_name(name).ok_or_else(|| format!("there is no check \"{name}\""))?)
        }
        (None, false) => Some(Check::Any),
        (None, true) => None,
    };
    let kinds = [
        raw.raised,
        raw.builtin,
        !raw.prefix.is_empty(),
        raw.regex.is_some(),
    ];
    if kinds.iter().filter(|&&set| set).count() > 1 {
        return Err("has more than one of raised, builtin, prefix, regex".to_owned());
    }
    let matcher = if raw.raised {
        Matcher::Raised
    } else if raw.builtin {
        Matcher::Builtin
    } else if !raw.prefix.is_empty() {
        if raw.prefix.iter().any(|prefix| prefix.len() < 2) {
            return Err("a prefix has two bytes at least".to_owned());
        }
        Matcher::Token {
            prefixes: raw
                .prefix
                .iter()
                .map(|prefix| prefix.as_bytes().to_vec())
                .collect(),
            body: raw.body.unwrap_or(TokenBody::Base62),
            min: raw.min.unwrap_or(16),
            max: raw.max.unwrap_or(4096),
            at_start: raw.at_start,
        }
    } else if let Some(pattern) = &raw.regex {
        if raw.anchors.is_empty() && raw.words.is_empty() {
            return Err("a regex needs anchors (literals that are in every match) or words (fields it is tried on)".to_owned());
        }
        if raw.anchors.iter().any(|anchor| anchor.len() < 3) {
            return Err("an anchor has three bytes at least".to_owned());
        }
        Matcher::Regex {
            regex: regex(pattern)?,
            // A user's pattern may be as short as its anchor; ours are not, and most values are.
            least: if BUILTIN_FILES.iter().any(|(file, _)| *file == info.file) {
                super::scan::MIN_TOKEN_LEN
            } else {
                raw.anchors
                    .iter()
                    .map(String::len)
                    .min()
                    .unwrap_or(super::scan::MIN_TOKEN_LEN)
            },
            anchors: raw
                .anchors
                .iter()
                .map(|anchor| anchor.as_bytes().to_vec())
                .collect(),
            before: raw.before.unwrap_or(64).min(MAX_WINDOW),
            after: raw.after.unwrap_or(256).min(MAX_WINDOW),
        }
    } else if !raw.words.is_empty() {
        Matcher::Field
    } else {
        return Err("finds nothing: give it words, prefix, regex, builtin or raised".to_owned());
    };
    let validate = match &raw.validate {
        Some(name) => Some(
            Validate::from_name(name).ok_or_else(|| format!("there is no validator \"{name}\""))?,
        ),
        None => None,
    };
    Ok(Rule {
        matcher,
        check,
        validate,
        confidence: raw.confidence,
        severity: raw.severity,
        category: info.category,
        sure: raw.sure.unwrap_or(raw.confidence),
        unsure: raw.unsure,
        boost: raw.boost.unwrap_or(0.25),
        context_required: raw.context_required,
        generic: raw.generic,
        mask: raw.mask.unwrap_or(match info.category {
            Category::Secret => MaskKind::Token,
            _ => MaskKind::Personal,
        }),
        kind: KINDS
            .iter()
            .position(|(id, _)| {
                info.id == *id
                    || info
                        .id
                        .strip_prefix(id)
                        .is_some_and(|rest| rest.starts_with('.'))
            })
            .and_then(|bit| u8::try_from(bit).ok()),
        enabled: true,
    })
}

fn regex(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .unicode(false)
        .size_limit(MAX_REGEX_SIZE)
        .dfa_size_limit(MAX_REGEX_SIZE)
        .nest_limit(32)
        .build()
        .map_err(|error| {
            let text = error.to_string();
            format!(
                "its regex is refused: {}",
                text.lines().last().unwrap_or_default().trim()
            )
        })
}

fn default_why(raw: &RawRule) -> &'static str {
    if !raw.prefix.is_empty() {
        "It has the prefix, the alphabet and the length of such a token."
    } else if !raw.words.is_empty() {
        "The name of the field says so, and the value fits."
    } else {
        "Its pattern says so."
    }
}

fn default_fix(category: Category) -> &'static str {
    match category {
        Category::Secret => {
            "Move these clients to TLS (rediss://) and then replace the secret: it must count as known."
        }
        Category::Pci => {
            "Move these clients to TLS (rediss://), and keep a token of the card instead of its number."
        }
        Category::Pii | Category::Phi => {
            "Move these clients to TLS (rediss://), and encrypt the field in the client before it is stored."
        }
        Category::Exposure => "Move this link to TLS.",
        Category::Tls => {
            "Change the server's TLS settings; clients that know nothing newer will be cut off."
        }
        Category::Hygiene => "Withhold the command from this user by ACL.",
    }
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    1 + memchr::memchr_iter(b'\n', before).count()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPack {
    #[serde(default)]
    rule: Vec<toml::Spanned<RawRule>>,
    /// Words that, last in a name, say that the value is about the thing.
    #[serde(default)]
    about_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a rule file's switches, as written"
)]
struct RawRule {
    id: String,
    title: String,
    severity: Severity,
    category: Option<Category>,
    #[serde(default = "default_confidence")]
    confidence: f32,
    why: Option<String>,
    fix: Option<String>,
    #[serde(default)]
    references: Vec<String>,
    region: Option<String>,
    #[serde(default = "on")]
    enabled: bool,

    #[serde(default)]
    raised: bool,
    #[serde(default)]
    builtin: bool,
    #[serde(default)]
    prefix: Vec<String>,
    body: Option<TokenBody>,
    min: Option<usize>,
    max: Option<usize>,
    /// Look for the prefix only where a value begins: cheaper, for rare ones.
    #[serde(default)]
    at_start: bool,
    regex: Option<String>,
    #[serde(default)]
    anchors: Vec<String>,
    before: Option<usize>,
    after: Option<usize>,
    validate: Option<String>,
    sure: Option<f32>,
    unsure: Option<f32>,

    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    not_words: Vec<String>,
    check: Option<String>,
    #[serde(default)]
    generic: bool,
    #[serde(default)]
    context: Vec<String>,
    #[serde(default)]
    context_required: bool,
    boost: Option<f32>,

    mask: Option<MaskKind>,
    #[serde(default)]
    examples: Vec<RawExample>,
    #[serde(default)]
    counter_examples: Vec<RawExample>,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum RawExample {
    Value(String),
    Placed(PlacedExample),
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct PlacedExample {
    key: Option<String>,
    field: Option<String>,
    command: Option<Vec<String>>,
    #[serde(default)]
    value: String,
}

impl From<RawExample> for Example {
    fn from(raw: RawExample) -> Self {
        match raw {
            RawExample::Value(value) => Self {
                value,
                ..Self::default()
            },
            RawExample::Placed(placed) => Self {
                key: placed.key,
                field: placed.field,
                command: placed.command.unwrap_or_default(),
                value: placed.value,
            },
        }
    }
}

fn default_confidence() -> f32 {
    0.75
}

fn on() -> bool {
    true
}

/// The packs that are compiled in.
const BUILTIN_FILES: [(&str, &str); 8] = [
    ("words.toml", include_str!("rules/words.toml")),
    ("commands.toml", include_str!("rules/commands.toml")),
    ("cards.toml", include_str!("rules/cards.toml")),
    ("secrets.toml", include_str!("rules/secrets.toml")),
    ("personal.toml", include_str!("rules/personal.toml")),
    ("regions.toml", include_str!("rules/regions.toml")),
    ("exposure.toml", include_str!("rules/exposure.toml")),
    ("tls.toml", include_str!("rules/tls.toml")),
];

/// Largest rule file, in bytes.
const MAX_FILE_LEN: usize = 1 << 20;

/// Longest rule id.
const MAX_ID_LEN: usize = 64;

/// Largest compiled pattern, in bytes: `\w{1,64}` in Unicode would be more, a token's pattern is
/// a tenth of it.
const MAX_REGEX_SIZE: usize = 256 * 1024;

/// Widest window around an anchor that a pattern is tried on, each way, in bytes.
const MAX_WINDOW: usize = 4096;

/// A counter-example may be found below this: it is then neither reported nor does it gate.
const PROOF_CONFIDENCE: f32 = 0.5;
