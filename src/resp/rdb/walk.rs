//! The structure of an RDB stream: what each primitive is, and what comes after it.
//!
//! One [`Step`] names what is being read; [`Walk::event`] takes it and says what to read next.

use super::packed::Encoding;
use super::reader::{Decimal, Event, Request, integer};
use super::step::{Form, HASH_WITH_EXPIRY, Node, Packing, Shape, Step};
use super::values::Owner;
use super::{MAX_KEPT_LEN, MAX_PACKED_LEN, RdbCounters, RdbEnd, RdbKind, RdbSink};

/// Where a stream stands.
#[derive(Debug)]
pub(super) struct Walk {
    step: Step,
    form: Form,
    /// The magic was `VALKEY`: types from 22 on mean other things than in Redis.
    valkey: bool,
    owner: Owner,
    /// The string being read, where it did not lie whole in the input.
    text: Vec<u8>,
    /// Its announced and its seen length in bytes.
    text_len: u64,
    text_seen: u64,
    /// Things still to read: of the value, and inside that.
    left: u64,
    inner: u64,
}

impl Walk {
    pub(super) fn new(form: Form) -> Self {
        Self {
            step: match form {
                Form::File => Step::Magic,
                Form::Dump => Step::DumpType,
            },
            form,
            valkey: false,
            owner: Owner::default(),
            text: Vec::new(),
            text_len: 0,
            text_seen: 0,
            left: 0,
            inner: 0,
        }
    }

    pub(super) fn first_request(form: Form) -> Request {
        match form {
            Form::File => Request::Fixed(9),
            Form::Dump => Request::Fixed(1),
        }
    }

    /// Bytes of memory held beyond the struct itself.
    pub(super) fn memory_len(&self) -> usize {
        self.text.capacity() + self.owner.memory_len()
    }

    /// Bytes of a string that is not complete, unless its parts have gone by.
    pub(super) fn waiting_len(&self) -> u64 {
        if self.step.value_kind().is_some() && self.text_len > MAX_KEPT_LEN as u64 {
            0
        } else {
            self.text.len() as u64
        }
    }

    /// Takes what was read; says what to read next, `None` while a string goes on.
    pub(super) fn event(
        &mut self,
        event: Event<'_>,
        counters: &mut RdbCounters,
        sink: &mut impl RdbSink,
    ) -> Result<Option<Request>, RdbEnd> {
        match event {
            Event::Fixed(bytes) => self.fixed(bytes, counters).map(Some),
            Event::Skipped => {
                self.step = self.after_skip();
                self.step.request(self.form).map(Some)
            }
            Event::Length(value) => self.length(value, counters, sink).map(Some),
            Event::String(bytes) => {
                let len = bytes.len() as u64;
                self.string(bytes, len, counters, sink).map(Some)
            }
            Event::Start(len) => {
                self.text.clear();
                (self.text_len, self.text_seen) = (len, 0);
                Ok(None)
            }
            Event::Bytes(bytes) => {
                self.bytes(bytes, counters, sink);
                Ok(None)
            }
            Event::End => {
                let text = std::mem::take(&mut self.text);
                let next = self.string(&text, self.text_len, counters, sink);
                if text.capacity() <= MAX_IDLE_LEN {
                    self.text = text;
                    self.text.clear();
                }
                next.map(Some)
            }
            Event::Damaged => Err(RdbEnd::Damaged),
        }
    }

    /// Part of a string.
    fn bytes(&mut self, bytes: &[u8], counters: &mut RdbCounters, sink: &mut impl RdbSink) {
        let offset = self.text_seen;
        self.text_seen += bytes.len() as u64;
        let cap = match self.step {
            Step::Packed(_) | Step::Node(_) => MAX_PACKED_LEN,
            _ => MAX_KEPT_LEN,
        };
        let room = cap - self.text.len().min(cap);
        self.text
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        if let (Some(kind), true) = (self.step.value_kind(), self.text_len > MAX_KEPT_LEN as u64) {
            self.owner.part(kind, offset, bytes, self.text_len, sink);
        } else if matches!(self.step, Step::Packed(_) | Step::Node(_)) {
            // A packed value is read whole or not at all.
            let lost = bytes.len().saturating_sub(room);
            counters.unscanned_bytes += lost as u64;
        }
    }

    /// A string is complete; of a long one `bytes` are the first.
    fn string(
        &mut self,
        bytes: &[u8],
        len: u64,
        counters: &mut RdbCounters,
        sink: &mut impl RdbSink,
    ) -> Result<Request, RdbEnd> {
        if let Some(kind) = self.step.value_kind() {
            self.owner.emit(kind, bytes, len, counters, sink);
        }
        self.step = match self.step {
            Step::AuxName => {
                self.owner.field.set(bytes, len);
                Step::AuxValue
            }
            Step::AuxValue | Step::Function | Step::OldFunction(0) => Step::Opcode,
            Step::OldFunction(3) => Step::OldFunction(2),
            Step::OldFunction(2) => Step::OldFunctionDescribed,
            Step::OldFunction(_) => Step::OldFunction(0),
            Step::SlotImportName => Step::SlotImportCount,
            Step::Key(kind) => {
                self.owner.key.set(bytes, len);
                counters.keys += 1;
                self.value(kind, counters)?
            }
            Step::Text(_) => self.after_value(),
            Step::Field(shape) => {
                self.owner.field.set(bytes, len);
                Step::FieldValue(shape)
            }
            Step::FieldValue(Shape::HashExpiryAfter) => Step::FieldExpiry(Shape::HashExpiryAfter),
            Step::Member(Shape::SortedSetText) => Step::ScoreLen,
            Step::Member(Shape::SortedSet) => Step::Score(Shape::SortedSet),
            Step::FieldValue(shape) | Step::Member(shape) => self.next_item(shape),
            Step::Packed(packing) => {
                if bytes.len() as u64 == len && bytes.len() <= MAX_PACKED_LEN {
                    self.owner.unpack(packing, bytes, counters, sink);
                } else {
                    counters.unscanned_bytes += bytes.len() as u64;
                }
                match packing.node {
                    Node::Only => self.after_value(),
                    Node::Ziplists => self.next_item(Shape::Ziplists),
                    Node::Containers => self.next_item(Shape::Containers),
                }
            }
            Step::NodeKey(layout) => Step::Node(layout),
            Step::Node(layout) => {
                if bytes.len() as u64 != len
                    || bytes.len() > MAX_PACKED_LEN
                    || self.owner.stream_node(bytes, counters, sink).is_err()
                {
                    counters.unscanned_bytes += bytes.len() as u64;
                }
                self.next_item(Shape::Stream(layout))
            }
            Step::GroupName(layout) => {
                // Last delivered id (2), and how many entries were read.
                Step::GroupNumbers(layout, if layout >= 2 { 3 } else { 2 })
            }
            Step::ConsumerName(layout) => Step::ConsumerTimes(layout),
            Step::ModuleText => Step::ModuleOpcode,
            _ => return Err(RdbEnd::Damaged),
        };
        self.step.request(self.form)
    }

    /// A length is complete.
    fn length(
        &mut self,
        value: u64,
        counters: &mut RdbCounters,
        sink: &mut impl RdbSink,
    ) -> Result<Request, RdbEnd> {
        self.step = match self.step {
            Step::Database => {
                self.owner.database = value;
                Step::Opcode
            }
            Step::OldFunctionDescribed => Step::OldFunction(u8::from(value != 0)),
            Step::Hints(1) => Step::Opcode,
            Step::Hints(left) => Step::Hints(left - 1),
            Step::SlotImportCount => {
                self.left = value.saturating_mul(2);
                if value == 0 {
                    Step::Opcode
                } else {
                    Step::SlotImportRange
                }
            }
            Step::SlotImportRange => {
                self.left = self.left.saturating_sub(1);
                if self.left == 0 {
                    Step::Opcode
                } else {
                    Step::SlotImportRange
                }
            }
            Step::Count(shape) => {
                self.left = value;
                if value == 0 {
                    self.after_items(shape)
                } else {
                    Step::item(shape)
                }
            }
            Step::FieldExpiry(shape) => Step::Field(shape),
            Step::Container => match value {
                1 => Step::Member(Shape::Containers),
                2 => Step::Packed(Packing {
                    encoding: Encoding::Listpack,
                    kind: RdbKind::List,
                    group: 1,
                    node: Node::Containers,
                }),
                _ => return Err(RdbEnd::Damaged),
            },
            Step::StreamNumbers(layout, 1) => Step::GroupCount(layout),
            Step::StreamNumbers(layout, left) => Step::StreamNumbers(layout, left - 1),
            Step::GroupCount(layout) => {
                self.left = value;
                if value == 0 {
                    self.after_value()
                } else {
                    Step::GroupName(layout)
                }
            }
            Step::GroupNumbers(layout, 1) => Step::PendingCount(layout),
            Step::GroupNumbers(layout, left) => Step::GroupNumbers(layout, left - 1),
            Step::PendingCount(layout) => {
                self.inner = value;
                if value == 0 {
                    Step::ConsumerCount(layout)
                } else {
                    Step::PendingTimes(layout)
                }
            }
            Step::PendingDeliveries(layout) => {
                self.inner = self.inner.saturating_sub(1);
                if self.inner == 0 {
                    Step::ConsumerCount(layout)
                } else {
                    Step::PendingTimes(layout)
                }
            }
            Step::ConsumerCount(layout) => {
                self.inner = value;
                if value == 0 {
                    self.after_group(layout)
                } else {
                    Step::ConsumerName(layout)
                }
            }
            Step::ConsumerPendingCount(layout) => {
                // Ids of 16 bytes, which say nothing.
                let skipped = value.checked_mul(16).ok_or(RdbEnd::Damaged)?;
                self.step = Step::ConsumerPending(layout);
                return Ok(Request::Skip(skipped));
            }
            Step::ModuleId | Step::ModuleAux(1) => Step::ModuleOpcode,
            Step::ModuleAux(left) => Step::ModuleAux(left - 1),
            Step::ModuleOpcode => match value {
                0 => self.after_value(),
                1 | 2 => Step::ModuleInteger,
                3 | 4 => {
                    self.step = Step::ModuleFloat;
                    return Ok(Request::Fixed(if value == 3 { 4 } else { 8 }));
                }
                5 => Step::ModuleText,
                _ => return Err(RdbEnd::Damaged),
            },
            Step::ModuleInteger => {
                let text = Decimal::new(value.cast_signed());
                let digits = text.as_bytes();
                self.owner
                    .emit(RdbKind::Module, digits, digits.len() as u64, counters, sink);
                Step::ModuleOpcode
            }
            _ => return Err(RdbEnd::Damaged),
        };
        self.step.request(self.form)
    }

    /// A piece of fixed length is complete.
    fn fixed(&mut self, bytes: &[u8], counters: &mut RdbCounters) -> Result<Request, RdbEnd> {
        self.step = match (self.step, bytes) {
            (Step::Magic, [magic @ .., _, _, _, _]) if magic == b"REDIS" => {
                version(bytes.get(5..).unwrap_or_default(), counters)?
            }
            (Step::Magic, [magic @ .., _, _, _]) if magic == b"VALKEY" => {
                self.valkey = true;
                version(bytes.get(6..).unwrap_or_default(), counters)?
            }
            (Step::Opcode, &[opcode]) => self.opcode(opcode, counters)?,
            (Step::DumpType, &[kind]) => {
                // Redis gave 22 and 23 out in release candidates only, Valkey uses them.
                self.valkey = kind == 22;
                counters.keys += 1;
                self.value(kind, counters)?
            }
            (Step::Footer, [low, high, ..]) => {
                if self.form == Form::Dump {
                    counters.version = Some(u32::from(*low) | u32::from(*high) << 8);
                }
                Step::Over
            }
            (Step::ExpireSeconds, _) => {
                let seconds = u64::try_from(integer(bytes)).unwrap_or(0);
                self.owner.expires_at_ms = Some(seconds.saturating_mul(1000));
                Step::Opcode
            }
            (Step::ExpireMillis, _) => {
                self.owner.expires_at_ms = u64::try_from(integer(bytes)).ok();
                Step::Opcode
            }
            (Step::Frequency, _) => Step::Opcode,
            (Step::EarliestExpiryPacked, _) => Step::Packed(HASH_WITH_EXPIRY),
            (Step::EarliestExpiry, _) => Step::Count(Shape::HashExpiryBefore),
            // Special values have no text: not a number and both infinities.
            (Step::ScoreLen, &[253..=255 | 0]) => self.next_item(Shape::SortedSetText),
            (Step::ScoreLen, &[len]) => {
                self.step = Step::Score(Shape::SortedSetText);
                return Ok(Request::Skip(u64::from(len)));
            }
            (Step::FieldExpiry(shape) | Step::Score(shape), _) => self.next_item(shape),
            (Step::PendingTimes(layout), _) => Step::PendingDeliveries(layout),
            (Step::ConsumerTimes(layout), _) => Step::ConsumerPendingCount(layout),
            (Step::ModuleFloat, _) => Step::ModuleOpcode,
            _ => return Err(RdbEnd::Damaged),
        };
        self.step.request(self.form)
    }

    /// What an opcode or type byte brings.
    fn opcode(&mut self, opcode: u8, counters: &mut RdbCounters) -> Result<Step, RdbEnd> {
        Ok(match opcode {
            0xff if counters.version.is_some_and(|version| version < 5) => Step::Over,
            0xff => Step::Footer,
            0xfe => Step::Database,
            0xfd => Step::ExpireSeconds,
            0xfc => Step::ExpireMillis,
            // Sizes of the database and of its expiries.
            0xfb => Step::Hints(2),
            0xfa => Step::AuxName,
            0xf9 => Step::Frequency,
            0xf8 => Step::Hints(1),
            0xf7 => {
                self.owner.key.set(&[], 0);
                Step::ModuleAux(3)
            }
            0xf6 => Step::OldFunction(3),
            0xf5 => Step::Function,
            // Slot, its size, its expiries.
            0xf4 => Step::Hints(3),
            0xf3 if self.valkey => Step::SlotImportName,
            0..=5 | 7 | 9..=25 => Step::Key(opcode),
            other => return Err(RdbEnd::UnknownType(other)),
        })
    }

    /// The first thing of a value of that type.
    fn value(&self, kind: u8, counters: &mut RdbCounters) -> Result<Step, RdbEnd> {
        let step = Step::value(kind, self.valkey)?;
        counters.module_keys += u64::from(step == Step::ModuleId);
        Ok(step)
    }

    /// An item is over.
    fn next_item(&mut self, shape: Shape) -> Step {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.after_items(shape)
        } else {
            Step::item(shape)
        }
    }

    fn after_items(&mut self, shape: Shape) -> Step {
        match shape {
            // Length, last id; from the second layout on also first id, highest deleted id, added.
            Shape::Stream(1) => Step::StreamNumbers(1, 3),
            Shape::Stream(layout) => Step::StreamNumbers(layout, 8),
            _ => self.after_value(),
        }
    }

    fn after_group(&mut self, layout: u8) -> Step {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.after_value()
        } else {
            Step::GroupName(layout)
        }
    }

    /// What follows something skipped: a score as text, or a consumer's pending ids.
    fn after_skip(&mut self) -> Step {
        match self.step {
            Step::ConsumerPending(layout) => {
                self.inner = self.inner.saturating_sub(1);
                if self.inner == 0 {
                    self.after_group(layout)
                } else {
                    Step::ConsumerName(layout)
                }
            }
            Step::Score(shape) => self.next_item(shape),
            _ => Step::Over,
        }
    }

    fn after_value(&mut self) -> Step {
        self.owner.expires_at_ms = None;
        match self.form {
            Form::File => Step::Opcode,
            Form::Dump => Step::Footer,
        }
    }
}

/// Reads the digits of the magic.
fn version(digits: &[u8], counters: &mut RdbCounters) -> Result<Step, RdbEnd> {
    let version = std::str::from_utf8(digits)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or(RdbEnd::Damaged)?;
    counters.version = Some(version);
    Ok(Step::Opcode)
}

/// Buffers above this are given back when their string is over, in bytes.
const MAX_IDLE_LEN: usize = 64 * 1024;
