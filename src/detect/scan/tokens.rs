//! What a literal begins: tokens of providers, patterns of rules, private keys, JWTs, Oracle's logins.
//!
//! Knows where the literal stands and what must follow it, not how it was found.

use aho_corasick::AhoCorasick;

use super::super::hits::Notes;
use super::super::rule::{Matcher, RuleIndex};
use super::super::validators::{connection, tokens};
use super::{Anchor, Scan};
use crate::event::Severity;
use crate::redact::Mask;

impl Scan<'_> {
    /// All literals, for rules that the sieve cannot hold.
    pub(super) fn search(&mut self, anchors: &AhoCorasick) {
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
    pub(super) fn literal(&mut self, literal: usize, start: usize, end: usize) -> Option<usize> {
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
    pub(super) fn token(
        &mut self,
        rule: RuleIndex,
        start: usize,
        prefix_len: usize,
    ) -> Option<usize> {
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
}
