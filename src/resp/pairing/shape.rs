//! Which replies a command can have: the evidence by which pairs are found again after a loss.
//!
//! Only what the servers' documentation promises is listed; a command that is not listed can have
//! any reply, and proves nothing. Errors prove nothing either.

use std::sync::LazyLock;

use super::super::commands::{self, CommandSpec};
use super::super::model::Value;
use super::act::Act;
use super::pending::Entry;
use super::{first_text, is_queued};
use crate::event::ReplyKind;

/// A set of reply forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape(u16);

impl Shape {
    pub(super) const OK: Self = Self(1);
    /// Any status but `OK`, `PONG` and `QUEUED`.
    const STATUS: Self = Self(1 << 1);
    const PONG: Self = Self(1 << 2);
    const QUEUED: Self = Self(1 << 3);
    pub(super) const INTEGER: Self = Self(1 << 4);
    /// Bulk and verbatim strings.
    pub(super) const STRING: Self = Self(1 << 5);
    pub(super) const NULL: Self = Self(1 << 6);
    /// Arrays and sets.
    const ARRAY: Self = Self(1 << 7);
    const MAP: Self = Self(1 << 8);
    /// Doubles, booleans, big numbers.
    const OTHER: Self = Self(1 << 9);
    const ANY: Self = Self(u16::MAX);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Form of a reply.
    fn of(value: &Value<'_>) -> Self {
        match value.kind() {
            ReplyKind::SimpleString => match value.text().kept {
                b"OK" => Self::OK,
                b"PONG" => Self::PONG,
                b"QUEUED" => Self::QUEUED,
                _ => Self::STATUS,
            },
            ReplyKind::Integer => Self::INTEGER,
            ReplyKind::BulkString | ReplyKind::VerbatimString => Self::STRING,
            ReplyKind::Null => Self::NULL,
            ReplyKind::Array | ReplyKind::Set => Self::ARRAY,
            ReplyKind::Map => Self::MAP,
            ReplyKind::Double | ReplyKind::Boolean | ReplyKind::BigNumber => Self::OTHER,
            ReplyKind::Error | ReplyKind::BulkError => Self::ANY,
            ReplyKind::Push => Self(0),
        }
    }
}

/// Whether `value` can be the reply of `entry`. `transactional`: MULTI may be open without our
/// having seen it.
pub(super) fn fits(entry: &Entry, value: &Value<'_>, transactional: bool) -> bool {
    if let Some(word) = entry.act.confirmation()
        && matches!(value.kind(), ReplyKind::Array | ReplyKind::Push)
    {
        return first_text(value).is_some_and(|text| text == word);
    }
    let reply = Shape::of(value);
    let queued = !entry.act.is_never_queued() && (entry.transaction().is_some() || transactional);
    if queued && is_queued(value) {
        return true;
    }
    if entry.transaction().is_some() && !entry.act.is_never_queued() {
        // Inside MULTI there is QUEUED or an error.
        return reply == Shape::ANY;
    }
    expected(entry).meets(reply)
}

/// Whether a reply of that form, which is none of MULTI's and confirms no subscription, can be the
/// reply of `entry`.
#[inline]
pub(super) fn can_be(entry: &Entry, reply: Shape) -> bool {
    expected(entry).meets(reply)
}

/// Whether `value` can answer no other command than `entry`: a point from which everything is
/// certain again. `entry_text` is the last word of the request.
pub(super) fn identifies(act: Act, entry_text: Option<&[u8]>, value: &Value<'_>) -> bool {
    /// An echoed text this long is no coincidence.
    const TELLING_LEN: usize = 8;
    match act {
        Act::Reset => value.kind() == ReplyKind::SimpleString && value.text().kept == b"RESET",
        Act::Echo => entry_text.is_some_and(|text| {
            text.len() >= TELLING_LEN
                && value.kind() == ReplyKind::BulkString
                && value.text().kept == text
        }),
        Act::Hello => {
            matches!(value.kind(), ReplyKind::Map | ReplyKind::Array)
                && first_text(value).is_some_and(|text| text == b"server")
        }
        _ => false,
    }
}

/// [`by_name`] of every command, by its id.
static SHAPES: LazyLock<Vec<Shape>> =
    LazyLock::new(|| commands::all().iter().map(by_name).collect());

fn expected(entry: &Entry) -> Shape {
    let status_or_error = Shape::OK;
    match entry.act {
        Act::Auth | Act::Select | Act::Multi | Act::Discard | Act::Watch | Act::Quit => {
            return status_or_error;
        }
        Act::Monitor | Act::SetName | Act::SetInfo | Act::ReplyOn => return status_or_error,
        Act::Exec => return Shape::ARRAY.or(Shape::NULL),
        Act::Hello => return Shape::MAP.or(Shape::ARRAY),
        Act::Reset | Act::Psync => return Shape::STATUS,
        Act::Replconf => return Shape::OK.or(Shape::STATUS).or(Shape::INTEGER),
        Act::Subscribe(_) | Act::Unsubscribe(_) => return Shape(0),
        Act::Echo => return Shape::STRING.or(Shape::ARRAY),
        _ => {}
    }
    let by_id = |spec: &CommandSpec| SHAPES.get(usize::from(spec.id.0)).copied();
    entry.spec().and_then(by_id).unwrap_or(Shape::ANY)
}

/// By the "Return information" of each command's page at <https://redis.io/docs/latest/commands/>.
fn by_name(spec: &CommandSpec) -> Shape {
    let integer = Shape::INTEGER;
    let string = Shape::STRING;
    let string_or_null = Shape::STRING.or(Shape::NULL);
    let array = Shape::ARRAY;
    match spec.name {
        "PING" => Shape::PONG.or(Shape::STRING).or(Shape::ARRAY),
        "SET" => Shape::OK.or(Shape::NULL).or(Shape::STRING),
        "MSET" | "SETEX" | "PSETEX" | "HMSET" | "LSET" | "LTRIM" | "FLUSHALL" | "FLUSHDB"
        | "RENAME" | "SWAPDB" | "CONFIG SET" | "CONFIG RESETSTAT" | "UNWATCH" | "ASKING"
        | "READONLY" | "READWRITE" | "XGROUP CREATE" | "SCRIPT FLUSH" | "ACL SETUSER"
        | "PFMERGE" | "SLAVEOF" | "REPLICAOF" => Shape::OK,
        "GET" | "GETEX" | "GETDEL" | "HGET" | "LINDEX" | "RPOPLPUSH" | "LMOVE" | "SUBSTR"
        | "GETSET" | "XADD" => string_or_null,
        "GETRANGE" | "INFO" | "CLIENT LIST" | "CLIENT INFO" | "CLUSTER NODES" | "CLUSTER INFO"
        | "LOLWUT" | "SCRIPT LOAD" => string,
        "HINCRBYFLOAT" | "INCRBYFLOAT" => Shape::STRING.or(Shape::OTHER),
        "TYPE" => Shape::STATUS,
        "INCR" | "DECR" | "INCRBY" | "DECRBY" | "APPEND" | "STRLEN" | "DEL" | "UNLINK"
        | "EXISTS" | "EXPIRE" | "PEXPIRE" | "EXPIREAT" | "PEXPIREAT" | "PERSIST" | "TTL"
        | "PTTL" | "LPUSH" | "RPUSH" | "LPUSHX" | "RPUSHX" | "LLEN" | "LREM" | "HSET"
        | "HSETNX" | "HDEL" | "HLEN" | "HEXISTS" | "HINCRBY" | "HSTRLEN" | "SADD" | "SREM"
        | "SCARD" | "SISMEMBER" | "SMOVE" | "ZCARD" | "ZCOUNT" | "ZREM" | "ZREMRANGEBYRANK"
        | "ZREMRANGEBYSCORE" | "ZLEXCOUNT" | "SETNX" | "MSETNX" | "SETBIT" | "GETBIT"
        | "BITCOUNT" | "BITOP" | "BITPOS" | "SETRANGE" | "PFADD" | "PFCOUNT" | "DBSIZE"
        | "PUBLISH" | "SPUBLISH" | "TOUCH" | "XLEN" | "XDEL" | "XACK" | "XTRIM" | "SINTERSTORE"
        | "SUNIONSTORE" | "SDIFFSTORE" | "ZUNIONSTORE" | "ZINTERSTORE" | "ZDIFFSTORE" | "COPY"
        | "MOVE" | "RENAMENX" | "CLIENT ID" | "LASTSAVE" | "WAIT" => integer,
        "ZSCORE" => Shape::STRING.or(Shape::NULL).or(Shape::OTHER),
        "ZRANK" | "ZREVRANK" => integer.or(Shape::NULL).or(array),
        "MGET" | "HMGET" | "LRANGE" | "SMEMBERS" | "KEYS" | "HKEYS" | "HVALS" | "ZRANGE"
        | "ZREVRANGE" | "ZRANGEBYSCORE" | "ZREVRANGEBYSCORE" | "SCAN" | "HSCAN" | "SSCAN"
        | "ZSCAN" | "SINTER" | "SUNION" | "SDIFF" | "SMISMEMBER" | "XRANGE" | "XREVRANGE"
        | "TIME" | "SORT_RO" | "GEOPOS" | "CLUSTER SLOTS" | "CLUSTER SHARDS" | "SCRIPT EXISTS" => {
            array
        }
        "HGETALL" | "CONFIG GET" => Shape::MAP.or(array),
        _ => Shape::ANY,
    }
}
