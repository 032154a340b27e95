//! The figures of one subject: counts, errors, latencies, and the calls that stand out.

use std::collections::BTreeMap;

use super::Call;
use super::latency::Latency;
use crate::event::{RankedCall, SizeClass};
use crate::packet::Origin;
use crate::redact::Printable;
use crate::resp::commands::CommandSpec;

/// Everything counted of one subject; sums of any two parts of a run are those of both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) calls: u64,
    pub(super) request_bytes: u64,
    pub(super) reply_bytes: u64,
    /// By first word; few, so a list.
    errors: Vec<(Box<str>, u64)>,
    pub(super) latency: Latency,
    /// Replies by the exponent of the power of two that they do not exceed; at most 65.
    reply_sizes: Vec<u64>,
    biggest: Top,
    slowest: Top,
}

impl Figures {
    /// Counts one call, among whose `top` it may be.
    pub(super) fn record(&mut self, call: &Call<'_>, top: usize) {
        self.calls += 1;
        self.request_bytes += call.request_bytes;
        self.reply_bytes += call.reply_bytes;
        if call.reply_bytes > 0 {
            let exponent = u64::BITS - (call.reply_bytes - 1).leading_zeros();
            self.count_replies(exponent as usize, 1);
        }
        self.biggest
            .offer(call.request_bytes.max(call.reply_bytes), call, top);
        if let Some(latency) = call.latency_ns {
            self.latency.record(latency);
            self.slowest.offer(latency, call, top);
        }
        if let Some(error) = call.error {
            self.count_error(error_class(error), 1);
        }
    }

    pub(super) fn merge(&mut self, other: &Self, top: usize) {
        self.calls += other.calls;
        self.request_bytes += other.request_bytes;
        self.reply_bytes += other.reply_bytes;
        for (class, count) in &other.errors {
            self.count_error(class, *count);
        }
        self.latency.merge(&other.latency);
        for (exponent, &count) in other.reply_sizes.iter().enumerate() {
            self.count_replies(exponent, count);
        }
        self.biggest.merge(&other.biggest, top);
        self.slowest.merge(&other.slowest, top);
    }

    /// Errors by class.
    pub(super) fn errors(&self) -> BTreeMap<String, u64> {
        let errors = self.errors.iter();
        errors
            .map(|(class, count)| (class.to_string(), *count))
            .collect()
    }

    /// Replies by size, smallest first.
    pub(super) fn reply_sizes(&self) -> Vec<SizeClass> {
        let classes = (0..).zip(&self.reply_sizes);
        classes
            .filter(|(_, count)| **count > 0)
            .map(|(exponent, &count)| SizeClass {
                up_to_bytes: 1u64.checked_shl(exponent).unwrap_or(u64::MAX),
                count,
            })
            .collect()
    }

    pub(super) fn biggest(&self, print: &mut dyn FnMut(&[u8]) -> Printable) -> Vec<RankedCall> {
        self.biggest.events(print)
    }

    pub(super) fn slowest(&self, print: &mut dyn FnMut(&[u8]) -> Printable) -> Vec<RankedCall> {
        self.slowest.events(print)
    }

    fn count_replies(&mut self, exponent: usize, count: u64) {
        if count > 0 && exponent >= self.reply_sizes.len() {
            self.reply_sizes.resize(exponent + 1, 0);
        }
        if let Some(total) = self.reply_sizes.get_mut(exponent) {
            *total += count;
        }
    }

    fn count_error(&mut self, class: &str, count: u64) {
        let known = self.errors.iter_mut().find(|(known, _)| **known == *class);
        if let Some((_, total)) = known {
            *total += count;
        } else if class == OTHER_ERRORS || self.errors.len() < MAX_ERROR_CLASSES {
            self.errors.push((class.into(), count));
        } else {
            self.count_error(OTHER_ERRORS, count);
        }
    }
}

/// An error's class: its first word, where it looks like one that a server or a script would give.
fn error_class(word: &[u8]) -> &str {
    let plain = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    if word.len() <= MAX_ERROR_LEN && word.iter().all(plain) {
        std::str::from_utf8(word).unwrap_or(OTHER_ERRORS)
    } else {
        OTHER_ERRORS
    }
}

/// The largest of something, the earlier first among equals: so any two lists become the one that
/// both together would have made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Top {
    calls: Vec<Ranked>,
    /// The least value that may still matter; 0 while there is room.
    least: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Ranked {
    value: u64,
    origin: Origin,
    frames_known: bool,
    command: Option<&'static CommandSpec>,
    key_pattern: Option<Box<[u8]>>,
}

impl Ranked {
    /// Sorts the larger first, then the earlier.
    fn order(&self) -> (std::cmp::Reverse<u64>, Origin) {
        (std::cmp::Reverse(self.value), self.origin)
    }
}

impl Top {
    fn offer(&mut self, value: u64, call: &Call<'_>, top: usize) {
        if value < self.least {
            return;
        }
        let order = (std::cmp::Reverse(value), call.origin);
        if self.calls.len() >= top && self.calls.last().is_none_or(|last| last.order() < order) {
            return;
        }
        self.insert(
            Ranked {
                value,
                origin: call.origin,
                frames_known: call.frames_known,
                command: call.spec,
                key_pattern: call.key_pattern.map(Into::into),
            },
            top,
        );
    }

    fn merge(&mut self, other: &Self, top: usize) {
        for call in &other.calls {
            self.insert(call.clone(), top);
        }
    }

    fn insert(&mut self, call: Ranked, top: usize) {
        let at = self
            .calls
            .partition_point(|known| known.order() <= call.order());
        self.calls.insert(at, call);
        self.calls.truncate(top);
        if self.calls.len() >= top {
            self.least = self.calls.last().map_or(0, |call| call.value);
        }
    }

    fn events(&self, print: &mut dyn FnMut(&[u8]) -> Printable) -> Vec<RankedCall> {
        self.calls
            .iter()
            .map(|call| RankedCall {
                value: call.value,
                command: Printable::word(call.command.map_or(super::UNKNOWN, |spec| spec.name)),
                key_pattern: call.key_pattern.as_deref().map(&mut *print),
                capture: call.origin.capture,
                frame: call.frames_known.then_some(call.origin.frame),
            })
            .collect()
    }
}

/// Error classes of one subject; scripts can make up any number of them. The rest are together.
const MAX_ERROR_CLASSES: usize = 32;
/// Longest word taken for an error's class, bytes. Redis's own are below 16.
const MAX_ERROR_LEN: usize = 24;
/// Errors that have no class of their own.
const OTHER_ERRORS: &str = "OTHER";
