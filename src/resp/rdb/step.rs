//! The places in an RDB stream, and what is read at each.
//!
//! The layouts follow Redis 7.0's `rdb.c` (BSD), Valkey 9's, and for the hashes of Redis 7.4 the
//! public descriptions of the format.

use super::packed::Encoding;
use super::reader::Request;
use super::{RdbEnd, RdbKind};

/// What the stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    File,
    Dump,
}

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Magic,
    Opcode,
    /// The type byte of a DUMP.
    DumpType,
    /// Version and checksum of a DUMP; checksum of a file.
    Footer,
    AuxName,
    AuxValue,
    Database,
    /// Lengths that say nothing we report; so many still to come.
    Hints(u8),
    ExpireSeconds,
    ExpireMillis,
    Frequency,
    Function,
    /// Functions of the Redis 7.0 release candidates: 3 name, 2 engine, 1 description, 0 code.
    OldFunction(u8),
    /// Whether a description follows.
    OldFunctionDescribed,
    SlotImportName,
    SlotImportCount,
    SlotImportRange,

    Key(u8),
    /// How many elements, fields, members or nodes.
    Count(Shape),
    /// A value that is itself a string.
    Text(RdbKind),
    Field(Shape),
    FieldValue(Shape),
    /// Valkey 9: when the field just read expires; Redis 7.4: when the one to come does.
    FieldExpiry(Shape),
    /// Redis 7.4: the earliest expiry of the hash's fields, which follow one by one.
    EarliestExpiry,
    /// The same, and they follow packed.
    EarliestExpiryPacked,
    Member(Shape),
    /// Length of a score as text.
    ScoreLen,
    Score(Shape),
    Container,
    Packed(Packing),

    NodeKey(u8),
    Node(u8),
    /// Numbers of a stream: items, last id, ..; so many still to come.
    StreamNumbers(u8, u8),
    GroupCount(u8),
    GroupName(u8),
    GroupNumbers(u8, u8),
    PendingCount(u8),
    PendingTimes(u8),
    PendingDeliveries(u8),
    ConsumerCount(u8),
    ConsumerName(u8),
    ConsumerTimes(u8),
    ConsumerPendingCount(u8),
    ConsumerPending(u8),

    ModuleId,
    /// Numbers of a module's auxiliary data before its own.
    ModuleAux(u8),
    ModuleOpcode,
    ModuleInteger,
    ModuleFloat,
    ModuleText,
    Over,
}

impl Step {
    /// What the step reads.
    pub(super) fn request(self, form: Form) -> Result<Request, RdbEnd> {
        Ok(match self {
            Step::Magic => Request::Fixed(9),
            Step::Opcode | Step::DumpType | Step::Frequency | Step::ScoreLen => Request::Fixed(1),
            Step::Footer if form == Form::Dump => Request::Fixed(10),
            Step::ExpireSeconds => Request::Fixed(4),
            Step::Footer
            | Step::ExpireMillis
            | Step::FieldExpiry(Shape::HashExpiryAfter)
            | Step::EarliestExpiry
            | Step::EarliestExpiryPacked
            | Step::Score(_)
            | Step::ModuleFloat => Request::Fixed(8),
            // Entry id and delivery time.
            Step::PendingTimes(_) => Request::Fixed(24),
            // Last seen; in the third layout also last active.
            Step::ConsumerTimes(layout) => Request::Fixed(if layout >= 3 { 16 } else { 8 }),
            Step::AuxName
            | Step::AuxValue
            | Step::Function
            | Step::OldFunction(_)
            | Step::SlotImportName
            | Step::Key(_)
            | Step::Text(_)
            | Step::Field(_)
            | Step::FieldValue(_)
            | Step::Member(_)
            | Step::Packed(_)
            | Step::NodeKey(_)
            | Step::Node(_)
            | Step::GroupName(_)
            | Step::ConsumerName(_)
            | Step::ModuleText => Request::String,
            Step::Database
            | Step::Hints(_)
            | Step::OldFunctionDescribed
            | Step::SlotImportCount
            | Step::SlotImportRange
            | Step::Count(_)
            | Step::FieldExpiry(_)
            | Step::Container
            | Step::StreamNumbers(..)
            | Step::GroupCount(_)
            | Step::GroupNumbers(..)
            | Step::PendingCount(_)
            | Step::PendingDeliveries(_)
            | Step::ConsumerCount(_)
            | Step::ConsumerPendingCount(_)
            | Step::ModuleId
            | Step::ModuleAux(_)
            | Step::ModuleOpcode
            | Step::ModuleInteger => Request::Length,
            Step::ConsumerPending(_) => Request::Skip(0),
            Step::Over => return Err(RdbEnd::Complete),
        })
    }

    /// The first thing of a value of that type.
    pub(super) fn value(kind: u8, valkey: bool) -> Result<Self, RdbEnd> {
        let packed = |encoding, kind, group| {
            Step::Packed(Packing {
                encoding,
                kind,
                group,
                node: Node::Only,
            })
        };
        Ok(match kind {
            0 => Step::Text(RdbKind::String),
            1 => Step::Count(Shape::List),
            2 => Step::Count(Shape::Set),
            3 => Step::Count(Shape::SortedSetText),
            4 => Step::Count(Shape::Hash),
            5 => Step::Count(Shape::SortedSet),
            7 => Step::ModuleId,
            9 => packed(Encoding::Zipmap, RdbKind::Hash, 2),
            10 => packed(Encoding::Ziplist, RdbKind::List, 1),
            11 => packed(Encoding::Intset, RdbKind::Set, 1),
            12 => packed(Encoding::Ziplist, RdbKind::SortedSet, 2),
            13 => packed(Encoding::Ziplist, RdbKind::Hash, 2),
            14 => Step::Count(Shape::Ziplists),
            15 => Step::Count(Shape::Stream(1)),
            16 => packed(Encoding::Listpack, RdbKind::Hash, 2),
            17 => packed(Encoding::Listpack, RdbKind::SortedSet, 2),
            18 => Step::Count(Shape::Containers),
            19 => Step::Count(Shape::Stream(2)),
            20 => packed(Encoding::Listpack, RdbKind::Set, 1),
            21 => Step::Count(Shape::Stream(3)),
            22 if valkey => Step::Count(Shape::HashExpiryAfter),
            // Redis 7.4, before its release and after.
            22 => Step::Count(Shape::HashExpiryBefore),
            23 => Step::Packed(HASH_WITH_EXPIRY),
            24 => Step::EarliestExpiry,
            25 => Step::EarliestExpiryPacked,
            other => return Err(RdbEnd::UnknownType(other)),
        })
    }

    /// The first thing of an item.
    pub(super) fn item(shape: Shape) -> Self {
        match shape {
            Shape::List | Shape::Set | Shape::SortedSet | Shape::SortedSetText => {
                Step::Member(shape)
            }
            Shape::Hash | Shape::HashExpiryAfter => Step::Field(shape),
            Shape::HashExpiryBefore => Step::FieldExpiry(shape),
            Shape::Ziplists => Step::Packed(Packing {
                encoding: Encoding::Ziplist,
                kind: RdbKind::List,
                group: 1,
                node: Node::Ziplists,
            }),
            Shape::Containers => Step::Container,
            Shape::Stream(layout) => Step::NodeKey(layout),
        }
    }

    /// Kind of the value that the string being read is; `None` where it is none.
    pub(super) fn value_kind(self) -> Option<RdbKind> {
        match self {
            Step::Text(kind) => Some(kind),
            Step::AuxValue => Some(RdbKind::Auxiliary),
            Step::Function | Step::OldFunction(0) => Some(RdbKind::Function),
            Step::FieldValue(_) => Some(RdbKind::Hash),
            Step::Member(Shape::List | Shape::Containers) => Some(RdbKind::List),
            Step::Member(Shape::Set) => Some(RdbKind::Set),
            Step::Member(Shape::SortedSet | Shape::SortedSetText) => Some(RdbKind::SortedSet),
            Step::ModuleText => Some(RdbKind::Module),
            _ => None,
        }
    }
}

/// Layout of values that come one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    List,
    Set,
    /// Scores as text.
    SortedSetText,
    /// Scores as 8 bytes.
    SortedSet,
    Hash,
    /// Each value followed by an expiry of 8 bytes.
    HashExpiryAfter,
    /// Each field preceded by an expiry as a length; with the earliest one in front or not.
    HashExpiryBefore,
    /// Nodes of the list are ziplists.
    Ziplists,
    /// Nodes of the list are strings or listpacks, and say which.
    Containers,
    /// Nodes of a stream, in its first, second or third layout.
    Stream(u8),
}

/// Layout of values packed into one string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packing {
    pub(super) encoding: Encoding,
    pub(super) kind: RdbKind,
    /// Items of a group, of which the first is the value (or field, then value).
    pub(super) group: u8,
    /// More of the list's nodes may come.
    pub(super) node: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Only,
    Ziplists,
    Containers,
}

/// Redis 7.4: a listpack of field, value and expiry.
pub(super) const HASH_WITH_EXPIRY: Packing = Packing {
    encoding: Encoding::Listpack,
    kind: RdbKind::Hash,
    group: 3,
    node: Node::Only,
};
