//! Finds what gives itself away, wherever it stands in a value: tokens, cards, addresses.
//!
//! One cheap pass ([`sieve`](super::sieve)) finds places worth a look: what may be a literal,
//! stretches with many digits, whether there is an `@` at all; validators look only there.
//! None of them goes back further than a bounded stretch.

mod addresses;
mod numbers;
mod starts;
mod tokens;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use starts::TELLING_STARTS;

use super::hits::Notes;
use super::known::Known;
use super::names::without_digits;
use super::rule::{Matcher, Rule, RuleIndex};
use super::sieve::{BLOCK, Look, MIN_NUMBER_DIGITS, Sieve};
use super::validators::connection;
use super::values::MAX_UNPACKED_LEN;
use crate::event::Severity;
use crate::redact::Mask;

/// Something found in a value, by its place in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub rule: RuleIndex,
    pub start: usize,
    pub end: usize,
    pub confidence: f32,
    pub severity: Severity,
    pub mask: Mask,
    pub notes: Notes,
    /// When it ends, in seconds since 1970, where it says so itself.
    pub expires: Option<u64>,
}

/// A run of digits as long as a card's number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub start: usize,
    pub end: usize,
    pub candidate: u64,
    pub passes: bool,
}

/// Whether [`Finds::joints`] are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joints {
    Kept,
    Unneeded,
}

/// What a scan of one value gives.
#[derive(Debug, Default)]
pub(super) struct Finds {
    pub found: Vec<Found>,
    pub runs: Vec<Run>,
    /// Where a name and its value may meet: at `=`, and at `:` before a space; a word of bits for
    /// each block of 64 bytes. Of texts that are unpacked; none of longer ones, or unasked.
    pub joints: Vec<u64>,
    /// Where logins end that no URL holds, in order; what follows is an `@`.
    login_ends: Vec<usize>,
    /// A byte in it that no base64 has.
    pub is_no_base64: bool,
    /// There may be an `&` in it.
    pub may_be_form: bool,
}

impl Finds {
    /// Empty.
    pub(super) const fn new() -> Self {
        Self {
            found: Vec::new(),
            runs: Vec::new(),
            joints: Vec::new(),
            login_ends: Vec::new(),
            is_no_base64: false,
            may_be_form: false,
        }
    }

    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.runs.clear();
        self.joints.clear();
        self.login_ends.clear();
        self.is_no_base64 = false;
        self.may_be_form = false;
    }

    /// Where joints are, from `from` on.
    #[inline]
    pub(super) fn next_joint(&self, from: usize) -> Option<usize> {
        let mut block = from / BLOCK;
        let mut places = self.joints.get(block)? & (u64::MAX << (from % BLOCK));
        while places == 0 {
            block += 1;
            places = *self.joints.get(block)?;
        }
        Some(block * BLOCK + places.trailing_zeros() as usize)
    }
}

/// The literals of the rules, compiled.
pub(super) struct Scanner {
    sieve: Sieve,
    /// The literals without their digits, for [`Self::holds_nothing`].
    folded: Sieve,
    /// The literals, where they are too many for the sieve.
    anchors: Option<AhoCorasick>,
    /// Shortest text that any anchored rule can match.
    shortest: usize,
    /// No rule that looks at values is on: nothing is scanned.
    is_idle: bool,
    anchor_of: Vec<(RuleIndex, Anchor)>,
    /// `://`
    scheme_end: memchr::memmem::Finder<'static>,
    /// Prefixes looked for only where a value begins: too short, or too rare to cost a pass.
    starts: Vec<(RuleIndex, usize)>,
    /// First two bytes of those prefixes: bit by the second byte, word by the first.
    may_start: Box<[[u64; 4]; 256]>,
}

#[derive(Clone, Copy)]
enum Anchor {
    /// Prefix of a token rule, by its length.
    Token(usize),
    Regex,
    PrivateKey,
    Jwt,
    Oracle,
}

impl Scanner {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut literals: Vec<&[u8]> = Vec::new();
        let mut anchor_of = Vec::new();
        let mut starts = Vec::new();
        let mut may_start = Box::new([[0; 4]; 256]);
        for &[first, second] in TELLING_STARTS {
            allow_start(&mut may_start, first, second);
        }
        for (index, rule) in (0..).map(RuleIndex).zip(rules) {
            if !rule.enabled {
                continue;
            }
            match &rule.matcher {
                Matcher::Token {
                    prefixes, at_start, ..
                } => {
                    for (at, prefix) in prefixes.iter().enumerate() {
                        if *at_start || prefix.len() < MIN_ANCHOR_LEN {
                            starts.push((index, at));
                            if let [first, second, ..] = prefix.as_slice() {
                                allow_start(&mut may_start, *first, *second);
                            }
                        } else {
                            literals.push(prefix);
                            anchor_of.push((index, Anchor::Token(prefix.len())));
                        }
                    }
                }
                Matcher::Regex { anchors, .. } => {
                    for anchor in anchors {
                        literals.push(anchor);
                        anchor_of.push((index, Anchor::Regex));
                    }
                }
                _ => {}
            }
        }
        // The rules of these are found by the caller; the index is not used.
        literals.push(b"-----BEGIN ");
        anchor_of.push((RuleIndex(0), Anchor::PrivateKey));
        literals.push(connection::ORACLE);
        anchor_of.push((RuleIndex(0), Anchor::Oracle));
        for header in JWT_STARTS {
            literals.push(header);
            anchor_of.push((RuleIndex(0), Anchor::Jwt));
        }
        let sieve = Sieve::new(&literals);
        let folded: Vec<Vec<u8>> = literals
            .iter()
            .map(|literal| {
                let mut literal = literal.to_vec();
                without_digits(&mut literal);
                literal
            })
            .collect();
        let folded: Vec<&[u8]> = folded.iter().map(Vec::as_slice).collect();
        let anchors = match sieve {
            Some(_) => None,
            None => AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostFirst)
                .kind(Some(AhoCorasickKind::DFA))
                .build(&literals)
                .ok(),
        };
        Self {
            sieve: sieve.unwrap_or_default(),
            folded: Sieve::new(&folded).unwrap_or_default(),
            anchors,
            is_idle: !rules.iter().any(|rule| rule.enabled),
            shortest: rules
                .iter()
                .map(least)
                .min()
                .unwrap_or(MIN_TOKEN_LEN)
                .min(MIN_TOKEN_LEN),
            anchor_of,
            starts,
            scheme_end: memchr::memmem::Finder::new(b"://"),
            may_start,
        }
    }

    /// Everything in `text` that gives itself away.
    #[inline]
    pub(super) fn scan(
        &self,
        rules: &[Rule],
        known: &Known,
        text: &[u8],
        finds: &mut Finds,
        joints: Joints,
    ) {
        if self.is_idle {
            return;
        }
        let mut scan = self.on(rules, known, text, finds);
        let keeps_joints = joints == Joints::Kept && text.len() <= MAX_UNPACKED_LEN;
        let mut look = Closer {
            keeps_joints,
            scan: &mut scan,
            literals_to: 0,
        };
        let seen = self.sieve.sweep(text, &mut look);
        scan.finds.is_no_base64 = seen.is_no_base64();
        scan.finds.may_be_form = seen.may_be_form();
        if text.len() >= self.shortest
            && let Some(anchors) = &self.anchors
        {
            scan.search(anchors);
        }
        if keeps_joints && seen.has_colon() {
            scan.colons();
        }
        if seen.has_address() {
            scan.at_signs(seen);
        }
    }

    fn on<'a>(
        &'a self,
        rules: &'a [Rule],
        known: &'a Known,
        text: &'a [u8],
        finds: &'a mut Finds,
    ) -> Scan<'a> {
        Scan {
            scanner: self,
            rules,
            known,
            text,
            finds,
        }
    }

    /// True where nothing gives itself away in a text of less than [`MIN_NUMBER_DIGITS`] bytes, and no
    /// pair is in it. Cheaper than a scan, and not as exact.
    pub(super) fn passes_over(&self, text: &[u8]) -> bool {
        text.len() < self.shortest.min(MIN_NUMBER_DIGITS as usize)
            && !text.iter().any(|byte| matches!(byte, b'@' | b'=' | b':'))
    }

    /// True where nothing gives itself away in any text that differs from `folded`, a text
    /// [without digits](without_digits), in its digits alone.
    pub(super) fn holds_nothing(&self, folded: &[u8]) -> bool {
        let mut any = Anything {
            sieve: &self.folded,
            text: folded,
            is_seen: false,
        };
        let seen = self.folded.sweep(folded, &mut any);
        self.anchors.is_none() && !any.is_seen && !seen.has_address()
    }

    /// The sieve could not hold the literals.
    #[cfg(test)]
    pub(super) fn searches_each_literal(&self) -> bool {
        self.anchors.is_some()
    }

    /// Every number, also where the pass sees no reason to look.
    #[cfg(test)]
    pub(super) fn all_numbers(
        &self,
        rules: &[Rule],
        known: &Known,
        text: &[u8],
        finds: &mut Finds,
    ) {
        let mut scan = self.on(rules, known, text, finds);
        scan.numbers(0, text.len());
    }

    /// True where a value begins as a hash, a header or a start-only token does.
    pub(super) fn may_start(&self, value: &[u8]) -> bool {
        let value = value.trim_ascii_start();
        let [first, second, ..] = value else {
            return false;
        };
        self.may_start
            .get(usize::from(*first))
            .and_then(|row| row.get(usize::from(second >> 6)))
            .is_some_and(|bits| bits >> (second & 63) & 1 == 1)
    }

    /// What gives itself away only as a whole value, or at its beginning.
    pub(super) fn whole(&self, rules: &[Rule], known: &Known, text: &[u8], finds: &mut Finds) {
        let mut scan = self.on(rules, known, text, finds);
        scan.start_of_value();
    }
}

/// Shortest text that the rule can match; rules that know no better say [`MIN_TOKEN_LEN`].
fn least(rule: &Rule) -> usize {
    match &rule.matcher {
        Matcher::Regex { least, .. } if rule.enabled => *least,
        Matcher::Token {
            prefixes,
            min,
            at_start: false,
            ..
        } if rule.enabled => {
            let prefix = prefixes.iter().map(Vec::len).min().unwrap_or(0);
            prefix + min
        }
        _ => MIN_TOKEN_LEN,
    }
}

fn allow_start(table: &mut [[u64; 4]; 256], first: u8, second: u8) {
    let row = table.get_mut(usize::from(first));
    if let Some(bits) = row.and_then(|row| row.get_mut(usize::from(second >> 6))) {
        *bits |= 1 << (second & 63);
    }
}

pub(super) struct Scan<'a> {
    scanner: &'a Scanner,
    rules: &'a [Rule],
    pub(super) known: &'a Known,
    pub(super) text: &'a [u8],
    pub(super) finds: &'a mut Finds,
}

impl Scan<'_> {
    fn rule(&self, rule: RuleIndex) -> Option<&Rule> {
        self.rules
            .get(usize::from(rule.0))
            .filter(|rule| rule.enabled)
    }

    pub(super) fn add(&mut self, rule: RuleIndex, start: usize, end: usize) -> Option<&mut Found> {
        let spec = self.rule(rule)?;
        let found = Found {
            rule,
            start,
            end,
            confidence: spec.confidence,
            severity: spec.severity,
            mask: spec.mask.mask(),
            notes: Notes::default(),
            expires: None,
        };
        if self.finds.found.len() >= MAX_FOUND {
            return None;
        }
        self.finds.found.push(found);
        self.finds.found.last_mut()
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    pub(super) fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|at| self.byte(at))
    }

    /// Every `:` before a space.
    fn colons(&mut self) {
        for at in memchr::memchr_iter(b':', self.text) {
            if self.byte(at + 1) == Some(b' ')
                && let Some(places) = self.finds.joints.get_mut(at / BLOCK)
            {
                *places |= 1 << (at % BLOCK);
            }
        }
    }
}

/// Whether the sieve has caught anything at all.
struct Anything<'a> {
    sieve: &'a Sieve,
    text: &'a [u8],
    is_seen: bool,
}

impl Look for Anything<'_> {
    fn windows(&mut self, block: usize, ends: u64) {
        for bit in (0..u64::BITS).filter(|bit| ends >> bit & 1 == 1) {
            let is_seen = &mut self.is_seen;
            let end = block + bit as usize;
            self.sieve
                .literals_at(self.text, end, |_, _| *is_seen = true);
        }
    }

    fn number(&mut self, _from: usize, _to: usize) {
        self.is_seen = true;
    }

    fn equals(&mut self, _places: u64) {}
}

/// Looks at what the sieve has caught.
struct Closer<'a, 'b> {
    scan: &'a mut Scan<'b>,
    keeps_joints: bool,
    /// Up to where the last token found reaches.
    literals_to: usize,
}

impl Look for Closer<'_, '_> {
    // Neither is inlined: the pass over all bytes keeps its registers.
    #[inline(never)]
    fn windows(&mut self, block: usize, ends: u64) {
        let (text, scanner) = (self.scan.text, self.scan.scanner);
        if text.len() < scanner.shortest {
            return;
        }
        let mut ends = ends;
        while ends != 0 {
            let end = block + ends.trailing_zeros() as usize;
            ends &= ends - 1;
            scanner.sieve.literals_at(text, end, |literal, start| {
                if start >= self.literals_to {
                    let end = start + scanner.sieve.literal_len(literal);
                    let done = self.scan.literal(literal, start, end);
                    self.literals_to = done.unwrap_or(self.literals_to);
                }
            });
        }
    }

    #[inline(never)]
    fn number(&mut self, from: usize, to: usize) {
        self.scan.numbers(from, to);
    }

    #[inline]
    fn equals(&mut self, places: u64) {
        if self.keeps_joints {
            self.scan.finds.joints.push(places);
        }
    }
}

/// Shortest value in which tokens are looked for.
pub(super) const MIN_TOKEN_LEN: usize = 16;

/// Shortest literal looked for everywhere.
const MIN_ANCHOR_LEN: usize = 4;

/// Things kept of one value.
pub(super) const MAX_FOUND: usize = 4096;

/// `{"alg`, `{"typ`, `{"kid`, `{"enc`, `{"cty` and `{"zip` in base64url.
const JWT_STARTS: [&[u8]; 6] = [b"eyJh", b"eyJ0", b"eyJr", b"eyJl", b"eyJj", b"eyJ6"];
