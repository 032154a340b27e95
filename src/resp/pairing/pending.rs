//! Requests that wait for their reply, oldest first, with the prefixes of their words.
//!
//! Three queues that grow at one end and shrink at the other; nothing is allocated once they have
//! grown to what the connection needs.

use std::collections::VecDeque;

use super::super::MAX_RETAINED_LEN;
use super::super::commands::CommandSpec;
use super::super::model::{Arguments, Buffers, Command, RequestRecord, Span, Store};
use super::act::Act;
use crate::event::Protocol;
use crate::packet::{Origin, Timestamp};

/// Bytes of one word kept until the reply: longer keys and fields are told by their prefix.
const MAX_RETAINED_WORD_LEN: usize = 256;

/// Words kept of a request until the reply.
const MAX_RETAINED_WORDS: usize = 64;

/// Bytes of words that wait in a connection before further requests keep only a short prefix of
/// their first words: a pipeline that deep is a bulk load.
const CROWDED_LEN: usize = 1024 * 1024;

/// Words, and bytes of them, kept of a request in a crowd.
const CROWDED_WORDS: usize = 2;
const CROWDED_WORD_LEN: usize = 64;

/// Dead bytes in front of the queue that are tolerated before the rest moves up.
const SLACK_LEN: usize = 16 * 1024;

/// A request that waits.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    spec: Option<&'static CommandSpec>,
    protocol: Protocol,
    pub(super) act: Act,
    pub(super) state: EntryState,
    /// The reply's time says nothing of the server: it blocks, or waited behind one that does.
    pub(super) untimed: bool,
    pub(super) expects: Expects,
    /// What the sink answered.
    pub(super) note: u32,
    words: u16,
    text_len: u16,
    /// Bytes of its words alone, the same however they are kept.
    kept_len: u16,
    /// Position of its words among all ever kept.
    first_word: u64,
    first_byte: u64,
    count: u64,
    index: u64,
    wire_len: u64,
    first_at: Timestamp,
    pub(super) last_at: Timestamp,
    origin: Origin,
    /// Id of its MULTI; `NO_TRANSACTION` for none.
    transaction: u64,
    /// Confirmations still to come, for commands that get one a channel; `u32::MAX`: as many as
    /// there are subscriptions.
    pub(super) confirmations: u32,
}

/// What has become of a waiting request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryState {
    /// No reply so far.
    Waiting,
    /// Queued by MULTI: its reply is an element of EXEC's.
    Queued,
    /// Its exchange was handed on at the first confirmation; more are to come.
    Confirmed,
    /// No request but a place where requests may be missing.
    Gap,
    /// Done with, but not at the front yet.
    Done,
}

/// What a request is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Expects {
    /// One reply (or the confirmations of its act).
    #[default]
    Reply,
    /// The header of EXEC's array, then another number of values than it announces. `silences`: a
    /// queued CLIENT REPLY keeps later requests from being answered.
    UnevenArray { silences: bool },
    /// Confirmations, or nothing: CLIENT REPLY silences them up to Redis 7.0.9, then no more.
    ConfirmationsOrNothing,
}

const NO_TRANSACTION: u64 = u64::MAX;

/// The queue.
#[derive(Debug, Default)]
pub(super) struct Pending {
    entries: VecDeque<Entry>,
    words: Vec<Span>,
    /// Number of the first of `words` among all ever kept; likewise for `text`.
    words_base: u64,
    text: Vec<u8>,
    text_base: u64,
    /// Words of all that wait, and the bytes of these.
    used_words: usize,
    used_text: usize,
    /// Memory held after the last request was added, and whether that has changed since it was
    /// last asked for.
    held: usize,
    stirred: bool,
}

impl Pending {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Entry> {
        self.entries.get_mut(index)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.iter_mut()
    }

    /// Adds a request with prefixes of its words.
    #[inline]
    pub(super) fn push(&mut self, command: &Command<'_>, act: Act, note: u32, untimed: bool) {
        let first_word = self.words_base + self.words.len() as u64;
        let first_byte = self.text_base + self.text.len() as u64;
        let text_start = self.text.len();
        let stretch = if self.used_text < CROWDED_LEN {
            self.keep_stretch(&command.arguments)
        } else {
            None
        };
        let (words, kept_len) = stretch.unwrap_or_else(|| self.keep_words(&command.arguments));
        self.used_words += usize::from(words);
        self.used_text += usize::from(kept_len);
        self.entries.push_back(Entry {
            spec: command.spec,
            protocol: command.protocol,
            act,
            state: EntryState::Waiting,
            untimed,
            expects: Expects::Reply,
            note,
            words,
            text_len: u16::try_from(self.text.len() - text_start).unwrap_or(u16::MAX),
            kept_len,
            first_word,
            first_byte,
            count: command.arguments.count,
            index: command.index,
            wire_len: command.wire_len,
            first_at: command.first_at,
            last_at: command.last_at,
            origin: command.origin,
            transaction: command.transaction.unwrap_or(NO_TRANSACTION),
            confirmations: 0,
        });
        let held = self.memory_len();
        self.stirred |= held != self.held;
        self.held = held;
    }

    /// Keeps prefixes of the first words; gives how many, and their bytes.
    fn keep_words(&mut self, arguments: &Arguments<'_>) -> (u16, u16) {
        let text_start = self.text.len();
        let (max_words, max_word_len) = if self.used_text < CROWDED_LEN {
            (MAX_RETAINED_WORDS, MAX_RETAINED_WORD_LEN)
        } else {
            (CROWDED_WORDS, CROWDED_WORD_LEN)
        };
        let mut words = 0u16;
        for span in arguments.spans.iter().take(max_words) {
            let word = arguments.buffers.resolve(span).kept;
            let used = self.text.len() - text_start;
            let room = (MAX_RETAINED_LEN - used.min(MAX_RETAINED_LEN)).min(max_word_len);
            let word = word.get(..room).unwrap_or(word);
            self.words.push(Span {
                store: Store::Held,
                start: u32::try_from(used).unwrap_or(u32::MAX),
                kept: u32::try_from(word.len()).unwrap_or(0),
                ..*span
            });
            self.text.extend_from_slice(word);
            words += 1;
        }
        let kept_len = u16::try_from(self.text.len() - text_start).unwrap_or(u16::MAX);
        (words, kept_len)
    }

    /// The short way to keep the words of a request that lie close together in the chunk: all in
    /// one stretch, with the length lines between them. As [`Self::keep_words`]; `None` where that
    /// would keep more of a word than [`MAX_RETAINED_WORD_LEN`].
    #[inline]
    fn keep_stretch(&mut self, arguments: &Arguments<'_>) -> Option<(u16, u16)> {
        let (first, last) = (arguments.spans.first()?, arguments.spans.last()?);
        let start = first.start as usize;
        let end = last.start as usize + last.kept as usize;
        if arguments.spans.len() > MAX_RETAINED_WORDS
            || end.checked_sub(start)? > MAX_RETAINED_WORD_LEN
        {
            return None;
        }
        let stretch = arguments.buffers.chunk.get(start..end)?;
        let (mut kept_len, mut elsewhere) = (0, false);
        let before = self.words.len();
        self.words.extend(arguments.spans.iter().map(|span| {
            kept_len += span.kept;
            elsewhere |= span.store != Store::Chunk;
            Span {
                store: Store::Held,
                start: span.start.wrapping_sub(first.start),
                ..*span
            }
        }));
        if elsewhere {
            self.words.truncate(before);
            return None;
        }
        self.text.extend_from_slice(stretch);
        let words = u16::try_from(arguments.spans.len()).unwrap_or(u16::MAX);
        Some((words, u16::try_from(kept_len).unwrap_or(u16::MAX)))
    }

    /// True where [`Self::memory_len`] may have changed since [`Self::calm`].
    #[inline]
    pub(super) fn is_stirred(&self) -> bool {
        self.stirred
    }

    /// Starts anew with [`Self::is_stirred`].
    pub(super) fn calm(&mut self) {
        self.stirred = false;
    }

    /// The newest request gets something else than one reply.
    pub(super) fn expect(&mut self, expects: Expects) {
        if let Some(entry) = self.entries.back_mut() {
            entry.expects = expects;
        }
    }

    /// Marks that requests may be missing here.
    pub(super) fn push_gap(&mut self) {
        let last_is_gap = self
            .entries
            .back()
            .is_some_and(|entry| entry.state == EntryState::Gap);
        if last_is_gap {
            return;
        }
        self.stirred = true;
        self.entries.push_back(Entry {
            spec: None,
            protocol: Protocol::Resp2,
            act: Act::Plain,
            state: EntryState::Gap,
            untimed: true,
            expects: Expects::Reply,
            note: 0,
            words: 0,
            text_len: 0,
            kept_len: 0,
            first_word: self.words_base + self.words.len() as u64,
            first_byte: self.text_base + self.text.len() as u64,
            count: 0,
            index: 0,
            wire_len: 0,
            first_at: Timestamp::default(),
            last_at: Timestamp::default(),
            origin: Origin::default(),
            transaction: NO_TRANSACTION,
            confirmations: 0,
        });
    }

    /// The kept facts of a request.
    #[inline]
    pub(super) fn record(&self, entry: &Entry) -> RequestRecord<'_> {
        let word = usize::try_from(entry.first_word.wrapping_sub(self.words_base)).unwrap_or(0);
        let byte = usize::try_from(entry.first_byte.wrapping_sub(self.text_base)).unwrap_or(0);
        RequestRecord {
            command: Command {
                spec: entry.spec,
                arguments: Arguments {
                    spans: self
                        .words
                        .get(word..word + usize::from(entry.words))
                        .unwrap_or_default(),
                    buffers: Buffers {
                        chunk: &[],
                        held: self
                            .text
                            .get(byte..byte + usize::from(entry.text_len))
                            .unwrap_or_default(),
                    },
                    count: entry.count,
                },
                protocol: entry.protocol,
                index: entry.index,
                wire_len: entry.wire_len,
                first_at: entry.first_at,
                last_at: entry.last_at,
                origin: entry.origin,
                transaction: entry.transaction(),
                replicated: false,
            },
            note: entry.note,
        }
    }

    /// Forgets the oldest one, and what it kept.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<Entry> {
        let entry = self.entries.pop_front()?;
        self.used_words -= usize::from(entry.words);
        self.used_text -= usize::from(entry.kept_len);
        if self.entries.is_empty() {
            self.words.clear();
            self.text.clear();
        } else {
            self.move_up();
        }
        Some(entry)
    }

    /// Makes room where what was forgotten takes more of it than what waits.
    #[inline]
    fn move_up(&mut self) {
        let Some(next) = self.entries.front() else {
            return;
        };
        let bytes = usize::try_from(next.first_byte - self.text_base).unwrap_or(0);
        let words = usize::try_from(next.first_word - self.words_base).unwrap_or(0);
        // Moving the rest up when it is the smaller part costs each byte one move at most.
        let cost = words * size_of::<Span>() + bytes;
        if cost > SLACK_LEN && words * 2 > self.words.len() {
            self.text.drain(..bytes.min(self.text.len()));
            self.words.drain(..words.min(self.words.len()));
            self.text_base += bytes as u64;
            self.words_base += words as u64;
        }
    }

    /// Forgets capacity that a deep pipeline left behind.
    pub(super) fn shed(&mut self) {
        if self.entries.is_empty() && self.memory_len() > SLACK_LEN {
            self.entries = VecDeque::new();
            self.words = Vec::new();
            self.text = Vec::new();
            self.stirred = true;
        }
    }

    /// Gives back memory that is not in use.
    pub(super) fn shrink(&mut self) {
        self.entries.shrink_to_fit();
        self.words.shrink_to_fit();
        self.text.shrink_to_fit();
        self.stirred = true;
    }

    /// Bytes in use: what the limit is about.
    pub(super) fn used_len(&self) -> usize {
        self.entries.len() * size_of::<Entry>()
            + self.used_words * size_of::<Span>()
            + self.used_text
    }

    /// Bytes of memory held.
    pub(super) fn memory_len(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
            + self.words.capacity() * size_of::<Span>()
            + self.text.capacity()
    }
}

impl Entry {
    /// True where it waits for one reply, outside MULTI, which changes nothing but itself.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        self.state == EntryState::Waiting
            && self.act == Act::Plain
            && self.expects == Expects::Reply
            && self.transaction == NO_TRANSACTION
    }

    pub(super) fn spec(&self) -> Option<&'static CommandSpec> {
        self.spec
    }

    pub(super) fn transaction(&self) -> Option<u64> {
        (self.transaction != NO_TRANSACTION).then_some(self.transaction)
    }

    pub(super) fn set_transaction(&mut self, transaction: Option<u64>) {
        self.transaction = transaction.unwrap_or(NO_TRANSACTION);
    }

    /// Words of the request, true count.
    pub(super) fn count(&self) -> u64 {
        self.count
    }
}
