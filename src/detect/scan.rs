//! Finds what gives itself away, wherever it stands in a value: tokens, cards, addresses.
//!
//! One cheap pass ([`sieve`](super::sieve)) finds places worth a look: what may be a literal,
//! stretches with many digits, whether there is an `@` at all; validators look only there.
//! None of them goes back further than a bounded stretch.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::hits::Notes;
use super::known::Known;
use super::names::without_digits;
use super::rule::{Matcher, Rule, RuleIndex};
use super::sieve::{BLOCK, Look, MIN_NUMBER_DIGITS, Seen, Sieve};
use super::validators::{Bytes, connection, network, random, tokens};
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
        let mut scan = Scan {
            scanner: self,
            rules,
            known,
            text,
            finds,
        };
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
        let mut scan = Scan {
            scanner: self,
            rules,
            known,
            text,
            finds,
        };
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
        let mut scan = Scan {
            scanner: self,
            rules,
            known,
            text,
            finds,
        };
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

    /// All literals, for rules that the sieve cannot hold.
    fn search(&mut self, anchors: &AhoCorasick) {
        let mut at = 0;
        // One by one, because a token found lets us go on behind it.
        while let Some(found) =
            anchors.find(aho_corasick::Input::new(self.text).span(at..self.text.len()))
        {
            at = found.start() + 1;
            let end = self.literal(found.pattern().as_usize(), found.start(), found.end());
            at = at.max(end.unwrap_or(0));
        }
    }

    /// A closer look at a literal; the answer is where what it begins ends.
    fn literal(&mut self, literal: usize, start: usize, end: usize) -> Option<usize> {
        let &(rule, anchor) = self.scanner.anchor_of.get(literal)?;
        match anchor {
            Anchor::Token(prefix) => self.token(rule, start, prefix),
            Anchor::Regex => self.regex(rule, start, end),
            Anchor::PrivateKey => self.private_key(start),
            Anchor::Jwt => self.jwt(start),
            Anchor::Oracle => self.oracle_login(start),
        }
    }

    /// A token that begins at `start`: at a word's beginning, its body of the right alphabet and
    /// length and not longer.
    fn token(&mut self, rule: RuleIndex, start: usize, prefix_len: usize) -> Option<usize> {
        let spec = self.rule(rule)?;
        let Matcher::Token { body, min, max, .. } = &spec.matcher else {
            return None;
        };
        // `\n` escaped in JSON stands before a word too.
        let escaped =
            self.before(start) == Some(b'n') && self.before(start.saturating_sub(1)) == Some(b'\\');
        if !escaped
            && self
                .before(start)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return None;
        }
        let from = start + prefix_len;
        let rest = self.text.get(from..)?;
        let reach = rest.len().min(max.saturating_add(1));
        let len = body.bytes().leading(rest.get(..reach)?);
        if len < *min
            || len > *max
            || (len == *max && rest.get(len).is_some_and(u8::is_ascii_alphanumeric))
        {
            return None;
        }
        // Dots and dashes at the end belong to the sentence.
        let mut len = len;
        while len > *min && matches!(rest.get(len - 1), Some(b'.' | b'-' | b'_')) {
            len -= 1;
        }
        let body = rest.get(..len)?;
        let holds = spec.validate.is_none_or(|validate| validate.holds(body));
        let confidence = if holds {
            spec.sure.max(spec.confidence)
        } else {
            spec.unsure?
        };
        let proven = holds && spec.validate.is_some() && spec.sure > spec.confidence;
        let end = from + len;
        let shown = u8::try_from(prefix_len).unwrap_or(0);
        let found = self.add(rule, start, end)?;
        found.confidence = confidence;
        found.mask = match found.mask {
            Mask::Token(_) => Mask::Token(shown),
            other => other,
        };
        if proven {
            found.notes.add(Notes::CHECKSUM_HOLDS);
        }
        Some(end)
    }

    fn regex(&mut self, rule: RuleIndex, start: usize, end: usize) -> Option<usize> {
        let spec = self.rule(rule)?;
        let Matcher::Regex {
            regex,
            before,
            after,
            ..
        } = &spec.matcher
        else {
            return None;
        };
        let from = start.saturating_sub(*before);
        let window = self.text.get(from..(end + after).min(self.text.len()))?;
        let matched = regex
            .find_iter(window)
            .find(|found| from + found.start() <= start && from + found.end() >= end)?;
        let (from, to) = (from + matched.start(), from + matched.end());
        let holds = spec.validate.is_none_or(|validate| {
            self.text
                .get(from..to)
                .is_some_and(|text| validate.holds(text))
        });
        let confidence = if holds {
            spec.sure.max(spec.confidence)
        } else {
            spec.unsure?
        };
        self.add(rule, from, to)?.confidence = confidence;
        Some(to)
    }

    fn private_key(&mut self, start: usize) -> Option<usize> {
        let len = tokens::private_key_pem(self.text.get(start..)?)?;
        self.add(self.known.private_key, start, start + len)?;
        Some(start + len)
    }

    fn jwt(&mut self, start: usize) -> Option<usize> {
        if self
            .before(start)
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
        {
            return None;
        }
        let token = tokens::jwt(self.text.get(start..)?)?;
        let end = start + token.len;
        let found = self.add(self.known.jwt, start, end)?;
        found.expires = token.expires;
        if token.unsigned {
            found.severity = Severity::Info;
        }
        // Whether it has expired is judged by who knows the time of the packet (`Hit::seen_at`).
        Some(end)
    }

    fn oracle_login(&mut self, start: usize) -> Option<usize> {
        let (from, to) = connection::oracle_password(self.text.get(start..)?)?;
        self.add(self.known.conn_string, start + from, start + to)?;
        self.finds.login_ends.push(start + to);
        Some(start + to)
    }

    /// Forms that only mean something where a value begins.
    fn start_of_value(&mut self) {
        let text = self.text;
        let begin = text.len() - text.trim_ascii_start().len();
        let rest = text.get(begin..).unwrap_or_default();
        match rest.first() {
            Some(b'$' | b'{' | b'p' | b's' | b'a') if password_hash_len(rest).is_some() => {
                let len = password_hash_len(rest).unwrap_or(0);
                let scheme = rest
                    .iter()
                    .skip(1)
                    .position(|&byte| byte == b'$' || byte == b'}')
                    .map_or(0, |at| at + 2);
                if let Some(found) = self.add(self.known.password_hash, begin, begin + len) {
                    found.mask = Mask::Token(u8::try_from(scheme.min(16)).unwrap_or(0));
                }
            }
            Some(b'B' | b'b' | b'A' | b'a') => {
                self.authorization(begin);
            }
            _ => {}
        }
        for &(rule, at) in &self.scanner.starts {
            let Some(Matcher::Token { prefixes, .. }) = self.rule(rule).map(|spec| &spec.matcher)
            else {
                continue;
            };
            if let Some(prefix) = prefixes.get(at)
                && rest.starts_with(prefix)
            {
                self.token(rule, begin, prefix.len());
            }
        }
    }

    /// `Bearer ..` and `Basic ..`, with `Authorization: ` before it or without.
    fn authorization(&mut self, begin: usize) -> Option<()> {
        let header = b"authorization:";
        let rest = self.text.get(begin..)?;
        let named = rest
            .get(..header.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(header));
        let skip = if named { header.len() } else { 0 };
        let spaces = rest
            .get(skip..)?
            .iter()
            .take_while(|&&byte| byte == b' ')
            .count();
        let at = begin + skip + spaces;
        let scheme = self.text.get(at..)?;
        let bearer = scheme
            .get(..7)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"bearer "));
        let basic = scheme
            .get(..6)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"basic "));
        let from = at + if bearer { 7 } else { 6 };
        let token = self.text.get(from..)?;
        let len = token
            .iter()
            .take(MAX_AUTHORIZATION_LEN)
            .take_while(|&&byte| BEARER.has(byte))
            .count();
        let token = token.get(..len)?;
        if bearer && random::is_random(token) && !token.starts_with(b"eyJ") {
            self.add(self.known.bearer, from, from + len)?;
        } else if basic && is_basic(token) {
            self.add(self.known.basic_auth, from, from + len)?;
        }
        Some(())
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

    /// E-mail addresses and logins inside URLs.
    fn at_signs(&mut self, seen: Seen) {
        let text = self.text;
        // Every kind of text with an `@` that we look for has a dot or `://` too; binary noise has
        // one `@` in 64 bytes and mostly neither.
        let mut next_dot = None;
        let mut behind = 0;
        // The nearest `://` before the `@`, found by one pass over the text whatever the number of
        // `@`: most texts have none at all.
        let with_schemes = if seen.may_have_scheme() { text } else { &[] };
        let mut schemes = self.scanner.scheme_end.find_iter(with_schemes).peekable();
        let mut slashes = None;
        for at in memchr::memchr_iter(b'@', text) {
            if at < behind || self.finds.login_ends.binary_search(&at).is_ok() {
                continue;
            }
            while let Some(next) = schemes.next_if(|&next| next < at) {
                slashes = Some(next);
            }
            if let Some(end) = slashes.and_then(|slashes| self.url_credentials(slashes, behind, at))
            {
                behind = end;
                continue;
            }
            let dot = match next_dot {
                Some(dot) if dot > at => dot,
                _ => {
                    let rest = text.get(at..).unwrap_or_default();
                    let dot = memchr::memchr(b'.', rest).map_or(usize::MAX, |offset| at + offset);
                    next_dot = Some(dot);
                    dot
                }
            };
            if dot.saturating_sub(at) > 64 {
                continue;
            }
            if let Some((start, end)) = network::email_at(text, at) {
                behind = end;
                // `postgres://app@db.corp.io` names a login and a host. It is not told, but masked all
                // the same: a login may well be an address.
                let is_login = slashes.is_some_and(|slashes| {
                    slashes + 3 == start
                        && text
                            .get(..slashes)
                            .is_some_and(connection::ends_with_scheme)
                });
                let domain = text.get(at + 1..end).unwrap_or_default();
                let reserved = network::is_reserved_domain(domain);
                if let Some(found) = self.add(self.known.email, start, end)
                    && (reserved || is_login)
                {
                    found.severity = Severity::Info;
                    found.confidence = RESERVED_CONFIDENCE;
                }
            }
        }
    }

    /// `scheme://user:password@`: the password, where it is no placeholder. `slashes` is where the
    /// nearest `://` begins.
    fn url_credentials(&mut self, slashes: usize, from: usize, at: usize) -> Option<usize> {
        if slashes < from || at - slashes > MAX_URL_LOGIN_LEN {
            return None;
        }
        let user_at = at;
        let at = self.login_end(slashes, at);
        let login = self.text.get(slashes + 3..at)?;
        let clean = login
            .iter()
            .all(|&byte| byte.is_ascii_graphic() && !NO_LOGIN.has(byte));
        let separator = login.iter().position(|&byte| byte == b':')?;
        let password = login.get(separator + 1..)?;
        let scheme_ok = self
            .before(slashes)
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
        let host_ok = self
            .byte(at + 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"[.$%{_-".contains(&byte));
        if !clean || !scheme_ok || !host_ok || tokens::is_placeholder(password) {
            return None;
        }
        let start = slashes + 3 + separator + 1;
        let of_service = self
            .text
            .get(..slashes)
            .is_some_and(connection::ends_with_scheme);
        let rule = if of_service {
            self.known.conn_string
        } else {
            self.known.url_credentials
        };
        if user_at != at
            && let Some((from, to)) = network::email_at(self.text, user_at)
        {
            self.login_email(from, to);
        }
        self.add(rule, start, at)?;
        Some(at + 1)
    }

    /// An address that is a login: not told, but masked all the same.
    fn login_email(&mut self, start: usize, end: usize) {
        if let Some(found) = self.add(self.known.email, start, end) {
            found.severity = Severity::Info;
            found.confidence = RESERVED_CONFIDENCE;
        }
    }

    /// Where the login of a service's URL ends whose first `@` is at `at`. A user may be an address, as
    /// in `redis://ann@corp.io:password@host`.
    fn login_end(&self, slashes: usize, at: usize) -> usize {
        let user = self.text.get(slashes + 3..at).unwrap_or_default();
        let of_service = || {
            let before = self.text.get(..slashes);
            before.is_some_and(connection::ends_with_scheme)
        };
        if user.iter().any(|byte| matches!(byte, b':' | b'@')) || !of_service() {
            return at;
        }
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let rest = rest
            .get(..rest.len().min(MAX_URL_LOGIN_LEN))
            .unwrap_or_default();
        let ends = |byte: &u8| !byte.is_ascii_graphic() || b"@,;&/\"'<>\\`?#".contains(byte);
        match rest.iter().position(ends) {
            Some(end) if rest.get(end) == Some(&b'@') => at + 1 + end,
            _ => at,
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

/// `user:password` in base64.
fn is_basic(token: &[u8]) -> bool {
    use base64::Engine as _;
    let mut buffer = [0_u8; MAX_BASIC_LEN];
    let decoded = base64::engine::general_purpose::STANDARD
        .decode_slice(token, &mut buffer)
        .ok()
        .and_then(|len| buffer.get(..len));
    decoded.is_some_and(|login| {
        login
            .iter()
            .all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte >= 0x80)
            && login
                .iter()
                .position(|&byte| byte == b':')
                .is_some_and(|at| at > 0 && at + 1 < login.len())
    })
}

/// Length of the password hash that the value begins with (crypt's modular format, Django, LDAP).
fn password_hash_len(text: &[u8]) -> Option<usize> {
    let len = text
        .iter()
        .take(MAX_HASH_LEN)
        .take_while(|&&byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b';'))
        .count();
    let text = text.get(..len)?;
    let scheme = |&(scheme, least): &(&[u8], usize)| text.starts_with(scheme) && len >= least;
    SCHEMES.iter().any(scheme).then_some(len)
}

/// How password hashes begin, and the least length of each whole.
const SCHEMES: [(&[u8], usize); 15] = [
    (b"$2a$", 60),
    (b"$2b$", 60),
    (b"$2y$", 60),
    (b"$argon2", 60),
    (b"$6$", 90),
    (b"$5$", 50),
    (b"$1$", 26),
    (b"$y$", 50),
    (b"$7$", 50),
    (b"$scrypt$", 60),
    (b"pbkdf2_sha256$", 60),
    (b"pbkdf2:sha256:", 60),
    (b"scrypt:", 60),
    (b"argon2$argon2", 60),
    (b"{SSHA}", 34),
];

/// First two bytes of password hashes and Authorization values.
const TELLING_STARTS: &[[u8; 2]] = &[
    *b"$2", *b"$a", *b"$6", *b"$5", *b"$1", *b"$y", *b"$7", *b"$s", *b"{S", *b"pb", *b"sc", *b"ar",
    *b"Be", *b"be", *b"BE", *b"Ba", *b"ba", *b"BA", *b"Au", *b"au", *b"AU",
];

/// What stands in a token of an Authorization header (RFC 6750 2.1).
static BEARER: Bytes = Bytes::with_letters_and_digits(b"-_.+/=~");

/// What stands in no login.
static NO_LOGIN: Bytes = Bytes::new(b"/\"'<>\\`?#");

/// Longest login in a URL looked back for.
const MAX_URL_LOGIN_LEN: usize = 512;

/// Longest value of an Authorization header.
const MAX_AUTHORIZATION_LEN: usize = 8192;

/// Longest `user:password` decoded.
const MAX_BASIC_LEN: usize = 512;

/// Longest password hash.
const MAX_HASH_LEN: usize = 256;

/// Shortest value in which tokens are looked for.
pub(super) const MIN_TOKEN_LEN: usize = 16;

/// Shortest literal looked for everywhere.
const MIN_ANCHOR_LEN: usize = 4;

/// Things kept of one value.
pub(super) const MAX_FOUND: usize = 4096;

/// Confidence of an address at a reserved domain: true, but nobody's; and of a login before a host.
const RESERVED_CONFIDENCE: f32 = 0.3;

/// `{"alg`, `{"typ`, `{"kid`, `{"enc`, `{"cty` and `{"zip` in base64url.
const JWT_STARTS: [&[u8]; 6] = [b"eyJh", b"eyJ0", b"eyJr", b"eyJl", b"eyJj", b"eyJ6"];
