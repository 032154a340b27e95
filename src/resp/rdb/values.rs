//! Values on their way out: to whom they belong, and out of what packing they come.

use super::packed::{Damaged, Encoding, Item, Items};
use super::reader::Decimal;
use super::step::Packing;
use super::{MAX_KEPT_LEN, MAX_NAME_LEN, RdbCounters, RdbKind, RdbSink, RdbValue, RdbValuePart};
use crate::resp::model::Argument;

/// What the values being read belong to.
#[derive(Debug, Default)]
pub(super) struct Owner {
    pub(super) database: u64,
    pub(super) key: Name,
    pub(super) field: Name,
    pub(super) expires_at_ms: Option<u64>,
}

impl Owner {
    /// Hands on a value of the current key and field.
    pub(super) fn emit(
        &self,
        kind: RdbKind,
        bytes: &[u8],
        len: u64,
        counters: &mut RdbCounters,
        sink: &mut impl RdbSink,
    ) {
        self.emit_of(kind, self.field_of(kind), bytes, len, counters, sink);
    }

    fn emit_of(
        &self,
        kind: RdbKind,
        field: Option<Argument<'_>>,
        bytes: &[u8],
        len: u64,
        counters: &mut RdbCounters,
        sink: &mut impl RdbSink,
    ) {
        // A long value that lay whole in memory goes by in parts like any other.
        if bytes.len() > MAX_KEPT_LEN {
            sink.value_part(&RdbValuePart {
                database: self.database,
                key: self.key_of(kind),
                kind,
                field,
                offset: 0,
                bytes,
                len,
            });
        }
        counters.values += 1;
        sink.value(&RdbValue {
            database: self.database,
            key: self.key_of(kind),
            kind,
            field,
            value: Argument {
                kept: bytes.get(..MAX_KEPT_LEN).unwrap_or(bytes),
                len,
                broken: false,
            },
            expires_at_ms: self.expires_at_ms,
        });
    }

    /// Hands on part of a long value.
    pub(super) fn part(
        &self,
        kind: RdbKind,
        offset: u64,
        bytes: &[u8],
        len: u64,
        sink: &mut impl RdbSink,
    ) {
        sink.value_part(&RdbValuePart {
            database: self.database,
            key: self.key_of(kind),
            kind,
            field: self.field_of(kind),
            offset,
            bytes,
            len,
        });
    }

    /// Hands on the values of a packed string.
    pub(super) fn unpack(
        &mut self,
        packing: Packing,
        bytes: &[u8],
        counters: &mut RdbCounters,
        sink: &mut impl RdbSink,
    ) {
        let Ok(items) = Items::new(packing.encoding, bytes) else {
            counters.unscanned_bytes += bytes.len() as u64;
            return;
        };
        let mut place = 0;
        for item in items {
            let Ok(item) = item else {
                counters.unscanned_bytes += bytes.len() as u64;
                return;
            };
            let decimal;
            let text = match item {
                Item::Bytes(bytes) => bytes,
                Item::Integer(value) => {
                    decimal = Decimal::new(value);
                    decimal.as_bytes()
                }
            };
            match (packing.kind, place) {
                (RdbKind::Hash, 0) => self.field.set(text, text.len() as u64),
                (RdbKind::Hash, 1) | (_, 0) => {
                    self.emit(packing.kind, text, text.len() as u64, counters, sink);
                }
                // Scores and expiries.
                _ => {}
            }
            place = (place + 1) % packing.group;
        }
    }

    /// Hands on the entries of one listpack of a stream (`t_stream.c`: a master entry with the
    /// fields most entries have, then each entry with its own values, or fields and values).
    pub(super) fn stream_node(
        &self,
        bytes: &[u8],
        counters: &mut RdbCounters,
        sink: &mut impl RdbSink,
    ) -> Result<(), Damaged> {
        let mut items = Items::new(Encoding::Listpack, bytes)?;
        let count = number(&mut items)?;
        let deleted = number(&mut items)?;
        let fields = number(&mut items)?;
        let master = items.clone();
        for _ in 0..fields {
            items.next().ok_or(Damaged)??;
        }
        // A zero ends the master entry.
        number(&mut items)?;
        for _ in 0..count.saturating_add(deleted) {
            let flags = number(&mut items)?;
            // Milliseconds and sequence, as differences from the master's.
            number(&mut items)?;
            number(&mut items)?;
            let mut names = master.clone();
            let same_fields = flags & 2 != 0;
            let own = if same_fields {
                fields
            } else {
                number(&mut items)?
            };
            for _ in 0..own {
                let name = if same_fields { &mut names } else { &mut items };
                let name = name.next().ok_or(Damaged)??;
                let value = items.next().ok_or(Damaged)??;
                self.stream_value(name, value, counters, sink);
            }
            // How many items the entry has, for reading backwards.
            number(&mut items)?;
        }
        Ok(())
    }

    fn stream_value(
        &self,
        name: Item<'_>,
        value: Item<'_>,
        counters: &mut RdbCounters,
        sink: &mut impl RdbSink,
    ) {
        let (name_digits, value_digits);
        let name = match name {
            Item::Bytes(bytes) => bytes,
            Item::Integer(value) => {
                name_digits = Decimal::new(value);
                name_digits.as_bytes()
            }
        };
        let value = match value {
            Item::Bytes(bytes) => bytes,
            Item::Integer(value) => {
                value_digits = Decimal::new(value);
                value_digits.as_bytes()
            }
        };
        let field = Argument {
            kept: name.get(..MAX_NAME_LEN).unwrap_or(name),
            len: name.len() as u64,
            broken: false,
        };
        let len = value.len() as u64;
        self.emit_of(RdbKind::Stream, Some(field), value, len, counters, sink);
    }

    fn key_of(&self, kind: RdbKind) -> Argument<'_> {
        match kind {
            RdbKind::Function | RdbKind::Auxiliary => Argument::default(),
            _ => self.key.argument(),
        }
    }

    fn field_of(&self, kind: RdbKind) -> Option<Argument<'_>> {
        matches!(kind, RdbKind::Hash | RdbKind::Auxiliary).then(|| self.field.argument())
    }

    /// Memory held, in bytes.
    pub(super) fn memory_len(&self) -> usize {
        self.key.kept.capacity() + self.field.kept.capacity()
    }
}

/// A key or field, its first bytes kept.
#[derive(Debug, Default)]
pub(super) struct Name {
    kept: Vec<u8>,
    len: u64,
}

impl Name {
    pub(super) fn set(&mut self, bytes: &[u8], len: u64) {
        self.kept.clear();
        self.kept
            .extend_from_slice(bytes.get(..MAX_NAME_LEN).unwrap_or(bytes));
        self.len = len;
    }

    fn argument(&self) -> Argument<'_> {
        Argument {
            kept: &self.kept,
            len: self.len,
            broken: false,
        }
    }
}

fn number(items: &mut Items<'_>) -> Result<i64, Damaged> {
    items.next().ok_or(Damaged)??.number().ok_or(Damaged)
}
