//! Reads messages and fills [`Hits`].

use std::sync::Arc;

use super::hits::Hits;
use super::{Policy, RulePack};
use crate::resp::{Argument, Command, Exchange, Push, Session, ValuePart};

/// How far detectors look.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// `--scan-limit`: bytes of one value that are looked at; the rest is counted.
    pub scan_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scan_limit: DEFAULT_SCAN_LIMIT,
        }
    }
}

/// What was looked at and what was not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Value bytes looked at.
    pub scanned_bytes: u64,
    /// Value bytes that no detector looked at: past the scan limit, or not kept.
    pub unscanned_bytes: u64,
    /// Value bytes that are compressed or encrypted.
    pub opaque_bytes: u64,
}

impl Counters {
    /// Adds another shard's.
    pub fn add(&mut self, other: &Self) {
        self.scanned_bytes += other.scanned_bytes;
        self.unscanned_bytes += other.unscanned_bytes;
        self.opaque_bytes += other.opaque_bytes;
    }
}

/// What is remembered of a value that goes by in parts; one a connection and direction.
#[derive(Default)]
pub struct Carry {
    tail: Vec<u8>,
}

/// Finds what is sensitive in messages. One a shard; the rules are shared.
pub struct Detector {
    pack: Arc<RulePack>,
    policy: Arc<Policy>,
    options: Options,
    counters: Counters,
}

impl Detector {
    /// With the rules and the policy in force.
    #[must_use]
    pub fn new(pack: Arc<RulePack>, policy: Arc<Policy>, options: Options) -> Self {
        Self {
            pack,
            policy,
            options,
            counters: Counters::default(),
        }
    }

    /// A complete request. `hits` is emptied first, here and below.
    pub fn request(&mut self, session: &Session, command: &Command<'_>, hits: &mut Hits) {
        hits.clear();
        let _ = (session, command, &self.pack, &self.policy, self.options);
    }

    /// A reply, read by what its request asked for.
    pub fn reply(&mut self, session: &Session, exchange: &Exchange<'_>, hits: &mut Hits) {
        hits.clear();
        let _ = (session, exchange);
    }

    /// A message that no command asked for.
    pub fn push(&mut self, session: &Session, push: &Push<'_>, hits: &mut Hits) {
        hits.clear();
        let _ = (session, push);
    }

    /// Part of a value too large to keep. The message that follows when it is complete has a prefix
    /// of the value only, and is not searched there again.
    pub fn part(
        &mut self,
        session: &Session,
        part: &ValuePart<'_>,
        carry: &mut Carry,
        hits: &mut Hits,
    ) {
        hits.clear();
        let _ = (session, part, &carry.tail);
    }

    /// A value of an RDB file.
    pub fn stored(
        &mut self,
        key: &[u8],
        field: Option<&[u8]>,
        value: Argument<'_>,
        hits: &mut Hits,
    ) {
        hits.clear();
        let _ = (key, field, value);
    }

    /// A message of the cluster bus, by channel and payload.
    pub fn published(&mut self, channel: &[u8], payload: Argument<'_>, hits: &mut Hits) {
        hits.clear();
        let _ = (channel, payload);
    }

    /// A name that stands alone: SNI, certificate name, client name, error text. Its sensitive
    /// spans are those of [`super::Place::Name`].
    pub fn name(&mut self, text: &[u8], hits: &mut Hits) {
        hits.clear();
        let _ = text;
    }

    /// What was looked at so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }
}

/// Bytes of one value looked at: beyond a mebibyte a value is a file or an image, and the first
/// mebibyte tells what is in it.
pub const DEFAULT_SCAN_LIMIT: u64 = 1 << 20;
