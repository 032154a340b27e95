//! Finds what gives itself away, wherever it stands in a value: tokens, cards, addresses.
//!
//! One cheap pass ([`sieve`](super::sieve)) finds places worth a look: bytes that literals are
//! caught by, lanes with many digits, whether there is an `@` at all; validators look only there.
//! None of them goes back further than a bounded stretch.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::hits::{FNV_OFFSET, Notes, fnv1a};
use super::known::Known;
use super::rule::{Matcher, Rule, RuleIndex};
use super::sieve::{BLOCK, LANE, Seen, Sieve};
use super::validators::{card, identity, network, phone, random, tokens};
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
}

/// A run of digits as long as a card's number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub start: usize,
    pub end: usize,
    pub candidate: u64,
    pub passes: bool,
}

/// What a scan of one value gives.
#[derive(Default)]
pub(super) struct Finds {
    pub found: Vec<Found>,
    pub runs: Vec<Run>,
    /// The text has an `=` or a `:`.
    pub joints: bool,
}

impl Finds {
    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.runs.clear();
        self.joints = false;
    }
}

/// The literals of the rules, compiled.
pub(super) struct Scanner {
    sieve: Sieve,
    /// The literals, where they have too little in common for the sieve.
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
        // The rules of these two are found by the caller; the index is not used.
        literals.push(b"-----BEGIN ");
        anchor_of.push((RuleIndex(0), Anchor::PrivateKey));
        for header in JWT_STARTS {
            literals.push(header);
            anchor_of.push((RuleIndex(0), Anchor::Jwt));
        }
        let sieve = Sieve::new(&literals);
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
    pub(super) fn scan(&self, rules: &[Rule], known: &Known, text: &[u8], finds: &mut Finds) {
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
        let seen = scan.pass();
        scan.finds.joints = seen.has_joint();
        if seen.has_address() {
            scan.at_signs();
        }
        if text.len() >= self.shortest
            && let Some(anchors) = &self.anchors
        {
            scan.search(anchors);
        }
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

struct Scan<'a> {
    scanner: &'a Scanner,
    rules: &'a [Rule],
    known: &'a Known,
    text: &'a [u8],
    finds: &'a mut Finds,
}

impl Scan<'_> {
    fn rule(&self, rule: RuleIndex) -> Option<&Rule> {
        self.rules
            .get(usize::from(rule.0))
            .filter(|rule| rule.enabled)
    }

    fn add(&mut self, rule: RuleIndex, start: usize, end: usize) -> Option<&mut Found> {
        let spec = self.rule(rule)?;
        let found = Found {
            rule,
            start,
            end,
            confidence: spec.confidence,
            severity: spec.severity,
            mask: spec.mask.mask(),
            notes: Notes::default(),
        };
        if self.finds.found.len() >= MAX_FOUND {
            return None;
        }
        self.finds.found.push(found);
        self.finds.found.last_mut()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|at| self.byte(at))
    }

    /// The one pass over all bytes: literals and numbers are looked at where they stand.
    #[inline]
    fn pass(&mut self) -> Seen {
        let text = self.text;
        let sieve = &self.scanner.sieve;
        let mut seen = Seen::default();
        let (mut numbers_to, mut literals_to) = (0, 0);
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        let mut at = 0;
        for block in blocks {
            let (gates, digits) = sieve.look_at_block(block, &mut seen);
            if gates != 0 {
                literals_to = self.literals(at, gates, literals_to);
            }
            // Three in a row: noise with many digits mostly has none.
            if digits & digits >> 1 & digits >> 2 != 0 {
                numbers_to = self.dense(at, digits, numbers_to);
            }
            at += BLOCK;
        }
        let (lanes, rest) = rest.as_chunks::<LANE>();
        for lane in lanes {
            let sight = sieve.look(lane, &mut seen);
            if sight.gates != 0 {
                literals_to = self.literals(at, u64::from(sight.gates), literals_to);
            }
            if sight.digits & sight.digits >> 1 & sight.digits >> 2 != 0 {
                numbers_to = self.dense(at, u64::from(sight.digits), numbers_to);
            }
            at += LANE;
        }
        if !rest.is_empty() {
            // The last lane reaches back, so that it is whole where the text is long enough; what
            // it has in common with the one before was seen there.
            let again = LANE - rest.len();
            let (start, lane, fresh) = match text.last_chunk::<LANE>() {
                Some(lane) => (text.len() - LANE, *lane, u32::MAX << again),
                None => (0, padded(rest), u32::MAX),
            };
            let sight = sieve.look(&lane, &mut seen);
            let gates = sight.gates & fresh;
            if gates != 0 {
                self.literals(start, u64::from(gates), literals_to);
            }
            if sight.digits.count_ones() >= DENSE
                && !self.is_lone(start, sight.digits)
                && self.has_number(start)
            {
                self.numbers(numbers_to, at, text.len());
            }
        }
        seen
    }

    /// Lanes with many digits of up to four that begin at `from`; the answer is up to where numbers
    /// were read.
    #[cold]
    fn dense(&mut self, from: usize, digits: u64, done: usize) -> usize {
        let mut done = done;
        let mut left = digits;
        let mut at = from;
        while left != 0 {
            let lane = (left & 0xffff) as u32;
            if lane & lane >> 1 & lane >> 2 != 0
                && lane.count_ones() >= DENSE
                && at + LANE > done
                && !self.is_lone(at, lane)
                && self.has_number(at)
            {
                done = self.numbers(done, at, at + LANE);
            }
            left >>= LANE;
            at += LANE;
        }
        done
    }

    /// One of the stretches in a lane that a number could be written in, with what it goes on in
    /// before and behind, has as many digits as the shortest number looked for.
    fn has_number(&self, lane: usize) -> bool {
        let joins = |byte: u8| {
            byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" -+().".contains(&byte)
        };
        let start = lane.saturating_sub(MAX_NUMBER_LEN);
        let before = self.text.get(start..lane).unwrap_or_default();
        let before = before.iter().rev().take_while(|&&byte| joins(byte)).count();
        let rest = self.text.get(lane - before..).unwrap_or_default();
        let least = before + LANE;
        let mut digits = 0;
        for (place, &byte) in rest.iter().take(least + MAX_NUMBER_LEN).enumerate() {
            if byte.is_ascii_digit() {
                digits += 1;
                if digits >= MIN_NUMBER_DIGITS {
                    return true;
                }
            } else if !joins(byte) {
                if place >= least {
                    return false;
                }
                digits = 0;
            }
        }
        false
    }

    /// The only digits of a lane are one run, too short for a card, that nothing near joins to a
    /// phone number, an IBAN or groups of digits: an id.
    fn is_lone(&self, lane: usize, digits: u32) -> bool {
        let first = digits.trailing_zeros();
        let run = digits >> first;
        let len = digits.count_ones();
        if run & run.wrapping_add(1) != 0 || len >= MIN_CARD_LEN {
            return false;
        }
        let start = lane + first as usize;
        let stands_alone = |byte: Option<u8>| {
            byte.is_none_or(|byte| byte.is_ascii_lowercase() || b":_/{}|".contains(&byte))
        };
        stands_alone(self.before(start)) && stands_alone(self.byte(start + len as usize))
    }

    /// Literals by the gates of up to four lanes; the answer is up to where a token was found.
    #[inline]
    fn literals(&mut self, lane: usize, gates: u64, done: usize) -> usize {
        let (text, scanner) = (self.text, self.scanner);
        if text.len() < scanner.shortest {
            return done;
        }
        let mut done = done;
        let mut gates = gates;
        while gates != 0 {
            let at = lane + gates.trailing_zeros() as usize;
            gates &= gates - 1;
            for (literal, start) in scanner.sieve.literals_at(text, at) {
                if start >= done {
                    let end = start + scanner.sieve.literal_len(literal);
                    done = self.literal(literal, start, end).unwrap_or(done);
                }
            }
        }
        done
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
        let len = rest
            .iter()
            .take(max.saturating_add(1))
            .take_while(|&&byte| body.holds(byte))
            .count();
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
        if token.unsigned {
            found.severity = Severity::Info;
        }
        // Whether it has expired is judged by who knows the time of the packet (`Hit::seen_at`).
        Some(end)
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
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=~".contains(byte))
            .count();
        let token = token.get(..len)?;
        if bearer && random::is_random(token) && !token.starts_with(b"eyJ") {
            self.add(self.known.bearer, from, from + len)?;
        } else if basic && is_basic(token) {
            self.add(self.known.basic_auth, from, from + len)?;
        }
        Some(())
    }

    /// E-mail addresses and logins inside URLs.
    fn at_signs(&mut self) {
        let text = self.text;
        // Every kind of text with an `@` that we look for has a dot or `://` too; binary noise has
        // one `@` in 64 bytes and mostly neither.
        let mut next_dot = None;
        let mut behind = 0;
        // The nearest `://` before the `@`, found by one pass over the text whatever the number of
        // `@`: most texts have none at all.
        let mut schemes = self.scanner.scheme_end.find_iter(text).peekable();
        let mut slashes = None;
        for at in memchr::memchr_iter(b'@', text) {
            if at < behind {
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
                let domain = text.get(at + 1..end).unwrap_or_default();
                let reserved = network::is_reserved_domain(domain);
                if let Some(found) = self.add(self.known.email, start, end)
                    && reserved
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
        let login = self.text.get(slashes + 3..at)?;
        let clean = login
            .iter()
            .all(|&byte| byte.is_ascii_graphic() && !b"/\"'<>\\`?#".contains(&byte));
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
        self.add(self.known.url_credentials, start, at)?;
        Some(at + 1)
    }

    /// Cards, phone numbers, social security numbers, IBANs all have many digits close together.
    ///
    /// Reads the numbers around `block..end` that begin at or behind `done`; the answer is how far
    /// it came.
    fn numbers(&mut self, done: usize, block: usize, end: usize) -> usize {
        let mut at = block;
        let least = done.max(block.saturating_sub(MAX_NUMBER_LEN));
        while at > least
            && self.before(at).is_some_and(|byte| {
                byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" -+().".contains(&byte)
            })
        {
            at -= 1;
        }
        while at < end {
            let Some(byte) = self.byte(at) else { break };
            let next = if byte.is_ascii_digit()
                && !self.before(at).is_some_and(|byte| byte.is_ascii_digit())
            {
                self.number(at)
            } else if byte.is_ascii_uppercase() {
                self.iban(at)
            } else {
                None
            };
            at = next.filter(|&next| next > at).unwrap_or(at + 1);
        }
        at
    }

    /// A number that begins at `start`; the answer is where it ends.
    fn number(&mut self, start: usize) -> Option<usize> {
        let mut groups = [(0_usize, 0_usize); MAX_GROUPS];
        let mut count = 0;
        let mut at = start;
        let mut separator = None;
        while let Some(slot) = groups.get_mut(count) {
            let len = self
                .text
                .get(at..)?
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            *slot = (at, at + len);
            count += 1;
            at += len;
            let next = self.byte(at);
            let goes_on = matches!(next, Some(b' ' | b'-'))
                && (separator.is_none() || separator == next)
                && self.byte(at + 1).is_some_and(|byte| byte.is_ascii_digit());
            if !goes_on {
                break;
            }
            separator = next;
            at += 1;
        }
        let groups = groups.get(..count)?;
        let first_end = groups.first()?.1;
        if self.before(start) == Some(b'+')
            && let Some(end) = self.phone(start - 1)
        {
            return Some(end);
        }
        // `+1 (415) 555-2671`: the digits behind the brackets are parts of it, found from the `+`.
        if count == 3
            && separator == Some(b'-')
            && let [a, b, c] = groups
            && [a.1 - a.0, b.1 - b.0, c.1 - c.0] == [3, 2, 4]
        {
            self.ssn(start, at);
            return Some(at);
        }
        if count >= 3
            && let Some(end) = self.grouped_card(groups)
        {
            return Some(end);
        }
        for &(from, to) in groups {
            if (MIN_CARD_LEN as usize..=19).contains(&(to - from)) {
                self.bare_card(from, to);
            }
        }
        // A first group of digits may be followed by a letter group of an IBAN; not our affair.
        Some(at.max(first_end))
    }

    fn digits_in(&self, from: usize, to: usize, buffer: &mut [u8; 32]) -> Option<usize> {
        let digits = super::validators::digits_of(self.text.get(from..to)?, buffer)?;
        Some(digits.len())
    }

    /// `4111 1111 1111 1111`, by the groups that cards are printed in; what follows (an expiry) is
    /// left alone.
    fn grouped_card(&mut self, groups: &[(usize, usize)]) -> Option<usize> {
        const LAYOUTS: [&[usize]; 7] = [
            &[4, 4, 4, 4, 3],
            &[4, 4, 4, 4],
            &[4, 6, 5],
            &[4, 6, 4],
            &[4, 4, 5],
            &[4, 4, 4, 1],
            &[6, 4, 4, 2],
        ];
        let start = groups.first()?.0;
        for layout in LAYOUTS {
            let fits = groups.len() >= layout.len()
                && groups
                    .iter()
                    .zip(layout)
                    .all(|(&(from, to), &len)| to - from == len);
            if !fits {
                continue;
            }
            let end = groups.get(layout.len() - 1)?.1;
            if self.is_inside_word(start, end) {
                return None;
            }
            let mut buffer = [0; 32];
            let len = self.digits_in(start, end, &mut buffer)?;
            let digits = buffer.get(..len)?;
            let brand = card::brand(digits);
            let passes = brand.is_some() && card::luhn(digits) && !card::is_dull(digits);
            self.run(start, end, digits, passes);
            if passes {
                self.card(start, end, digits, brand.unwrap_or_default(), GROUPED_BONUS);
                return Some(end);
            }
        }
        None
    }

    fn bare_card(&mut self, start: usize, end: usize) {
        if self.track(start, end).is_some() || self.is_inside_word(start, end) {
            return;
        }
        let mut buffer = [0; 32];
        let Some(digits) = self
            .digits_in(start, end, &mut buffer)
            .and_then(|len| buffer.get(..len))
        else {
            return;
        };
        let brand = card::brand(digits);
        let passes = brand.is_some() && card::luhn(digits) && !card::is_dull(digits);
        self.run(start, end, digits, passes);
        if passes {
            self.card(start, end, digits, brand.unwrap_or_default(), 0.0);
        }
    }

    fn card(&mut self, start: usize, end: usize, digits: &[u8], brand: card::Brand, bonus: f32) {
        if card::is_published_test_card(digits) {
            if let Some(found) = self.add(self.known.pan_test, start, end) {
                found.mask = Mask::Card(brand);
            }
        } else if let Some(found) = self.add(self.known.pan, start, end) {
            found.mask = Mask::Card(brand);
            found.confidence += bonus;
            found.notes.add(Notes::BARE_DIGITS);
        }
    }

    fn run(&mut self, start: usize, end: usize, digits: &[u8], passes: bool) {
        if self.finds.runs.len() < MAX_FOUND {
            self.finds.runs.push(Run {
                start,
                end,
                candidate: fnv1a(FNV_OFFSET, digits),
                passes,
            });
        }
    }

    /// Digits that are a part of something longer: a word, a decimal fraction, a dashed id.
    fn is_inside_word(&self, start: usize, end: usize) -> bool {
        let digit_at = |at: Option<usize>| {
            at.and_then(|at| self.byte(at))
                .is_some_and(|byte| byte.is_ascii_digit())
        };
        let before = match self.before(start) {
            Some(b'.' | b',') => digit_at(start.checked_sub(2)),
            Some(b'-') => start
                .checked_sub(2)
                .and_then(|at| self.byte(at))
                .is_some_and(|byte| byte.is_ascii_alphanumeric()),
            Some(byte) => byte.is_ascii_alphanumeric(),
            None => false,
        };
        let after = match self.byte(end) {
            Some(b'.' | b',') => digit_at(Some(end + 1)),
            Some(b'-') => self
                .byte(end + 1)
                .is_some_and(|byte| byte.is_ascii_alphanumeric()),
            Some(byte) => byte.is_ascii_alphanumeric(),
            None => false,
        };
        before || after
    }

    /// `%B4539..^NAME^2512..?` and `;4539..=2512..?`
    fn track(&mut self, start: usize, end: usize) -> Option<()> {
        let date = |at: usize| {
            self.text
                .get(at..at + 4)
                .is_some_and(|date| date.iter().all(u8::is_ascii_digit))
        };
        let one = self.before(start) == Some(b'B')
            && self.before(start - 1) == Some(b'%')
            && self.byte(end) == Some(b'^');
        let two = self.before(start) == Some(b';') && self.byte(end) == Some(b'=') && date(end + 1);
        if !one && !two {
            return None;
        }
        let mut buffer = [0; 32];
        let len = self.digits_in(start, end, &mut buffer)?;
        let digits = buffer.get(..len)?;
        let issued = card::brand(digits)
            .or_else(|| card::brand_in_context(digits))
            .is_some();
        if !issued || !card::luhn(digits) {
            return None;
        }
        let tail = self.text.get(end..)?;
        let len = tail
            .iter()
            .take(MAX_TRACK_LEN)
            .position(|&byte| byte == b'?')
            .map_or(tail.len().min(MAX_TRACK_LEN), |at| at + 1);
        self.add(self.known.track, start - 1 - usize::from(one), end + len)?;
        Some(())
    }

    fn phone(&mut self, plus: usize) -> Option<usize> {
        if self
            .before(plus)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        {
            return None;
        }
        let text = self.text.get(plus..)?;
        let mut len = 1 + text
            .iter()
            .skip(1)
            .take(MAX_PHONE_LEN)
            .take_while(|&&byte| byte.is_ascii_digit() || b" -().".contains(&byte))
            .count();
        while len > 1 && !text.get(len - 1)?.is_ascii_digit() {
            len -= 1;
        }
        if text
            .get(len)
            .is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b':')
        {
            return None;
        }
        if !phone::is_e164(text.get(..len)?) {
            return None;
        }
        self.add(self.known.phone, plus, plus + len)?;
        Some(plus + len)
    }

    fn ssn(&mut self, start: usize, end: usize) {
        if self.is_inside_word(start, end) {
            return;
        }
        let mut buffer = [0; 32];
        let digits = self
            .digits_in(start, end, &mut buffer)
            .and_then(|len| buffer.get(..len));
        if digits.is_some_and(identity::is_ssn) {
            self.add(self.known.ssn, start, end);
        }
    }

    fn iban(&mut self, start: usize) -> Option<usize> {
        let text = self.text.get(start..)?;
        let shape = text.get(1)?.is_ascii_uppercase()
            && text.get(2)?.is_ascii_digit()
            && text.get(3)?.is_ascii_digit();
        if !shape
            || self
                .before(start)
                .is_some_and(|byte| byte.is_ascii_alphanumeric())
        {
            return None;
        }
        let wanted = identity::iban_len(text)?;
        let spaced = text.get(4) == Some(&b' ');
        let mut at = 0;
        let mut count = 0;
        while count < wanted {
            match text.get(at) {
                Some(b' ') if spaced && count % 4 == 0 && count > 0 => {}
                Some(byte) if byte.is_ascii_digit() || byte.is_ascii_uppercase() => count += 1,
                _ => return None,
            }
            at += 1;
        }
        if text.get(at).is_some_and(u8::is_ascii_alphanumeric)
            || !identity::is_iban(text.get(..at)?)
        {
            return None;
        }
        self.add(self.known.iban, start, start + at)?;
        Some(start + at)
    }
}

/// Less than a lane, zeros behind it.
fn padded(rest: &[u8]) -> [u8; LANE] {
    let mut lane = [0; LANE];
    for (to, from) in lane.iter_mut().zip(rest) {
        *to = *from;
    }
    lane
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
        .take_while(|&&byte| byte.is_ascii_graphic() && !b"\"';".contains(&byte))
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

/// Digits in a block that make it worth a look: an 11-byte SSN or a 13-digit card split by a
/// block's border has as many on one side.
const DENSE: u32 = 5;

/// Digits of the shortest number looked for: a phone number of eight.
const MIN_NUMBER_DIGITS: u32 = 8;

/// Digits of the shortest card number.
const MIN_CARD_LEN: u32 = 13;

/// Longest thing with many digits, printed with spaces: an IBAN of 34 characters.
const MAX_NUMBER_LEN: usize = 48;

/// Groups of digits read as one number.
const MAX_GROUPS: usize = 8;

/// Longest phone number with separators.
const MAX_PHONE_LEN: usize = 24;

/// Longest rest of a track behind the number (ISO/IEC 7813: 79 characters in all).
const MAX_TRACK_LEN: usize = 80;

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
const MAX_FOUND: usize = 4096;

/// Confidence of an address at a reserved domain: true, but nobody's.
const RESERVED_CONFIDENCE: f32 = 0.3;

/// Confidence added where digits stand in a card's printed groups.
const GROUPED_BONUS: f32 = 0.1;

/// `{"alg`, `{"typ`, `{"kid`, `{"enc`, `{"cty` and `{"zip` in base64url.
const JWT_STARTS: [&[u8]; 6] = [b"eyJh", b"eyJ0", b"eyJr", b"eyJl", b"eyJj", b"eyJ6"];
