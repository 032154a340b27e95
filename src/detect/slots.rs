//! What each command is by itself: which rule its password slots raise, what makes it dangerous.

use super::RulePack;
use super::rule::RuleIndex;
use crate::resp::commands::{self, CommandId, CommandSpec};

/// What is special about a command.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slot {
    /// Raised by its password slots.
    pub password: Option<RuleIndex>,
    /// Raised whenever a client sends it.
    pub sent: Option<RuleIndex>,
    /// How its reply is read.
    pub reply: ReplyForm,
}

/// How a reply is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ReplyForm {
    /// Values of the key.
    #[default]
    Values,
    /// Nothing in it that users stored.
    Nothing,
    /// Field, value, field, value.
    Pairs,
    /// A cursor, then fields and values.
    CursorPairs,
    /// A cursor, then keys.
    CursorKeys,
    /// Keys.
    Keys,
    /// Values of the fields that were asked for.
    AskedFields,
    /// Values of the keys that were asked for.
    AskedKeys,
    /// Fields with values where the request says WITHVALUES.
    MaybePairs,
    /// Entries: id, fields and values; perhaps below the stream's name.
    Stream,
    /// Parameter, value, parameter, value.
    Config,
    /// Users with their hashes.
    AclUsers,
    /// A new password.
    AclGenpass,
    /// Commands that others sent.
    SlowLog,
    /// Members, with scores in between where the request says so.
    Members,
}

/// [`Slot`] of every command in the table.
pub(super) struct Slots {
    by_id: Vec<Slot>,
}

impl Slots {
    pub(super) fn new(pack: &RulePack) -> Self {
        Self {
            by_id: commands::all()
                .iter()
                .map(|spec| slot(spec, pack))
                .collect(),
        }
    }

    pub(super) fn of(&self, id: CommandId) -> Slot {
        self.by_id
            .get(usize::from(id.0))
            .copied()
            .unwrap_or_default()
    }
}

fn slot(spec: &CommandSpec, pack: &RulePack) -> Slot {
    let known = &pack.known;
    let password = match spec.name {
        "AUTH" => Some(known.auth),
        "HELLO" => Some(known.hello_auth),
        "MIGRATE" => Some(known.migrate_auth),
        _ => Some(known.password_field),
    };
    let sent = match spec.name {
        "MONITOR" => Some(known.monitor),
        "MODULE LOAD" | "MODULE LOADEX" => Some(known.module_load),
        "FLUSHALL" | "FLUSHDB" => Some(known.flush),
        "SHUTDOWN" => Some(known.shutdown),
        "KEYS" => Some(known.keys),
        "ACL SETUSER" | "ACL DELUSER" | "ACL LOAD" => Some(known.acl_change),
        "CONFIG REWRITE" | "CLIENT KILL" | "CLIENT PAUSE" | "CLUSTER RESET" | "CLUSTER FORGET"
        | "CLUSTER MEET" | "CLUSTER FAILOVER" | "SWAPDB" | "SCRIPT FLUSH" | "FUNCTION FLUSH"
        | "FUNCTION RESTORE" | "FUNCTION DELETE" | "SCRIPT KILL" | "FUNCTION KILL"
        | "SCRIPT DEBUG" | "FAILOVER" => Some(known.administration),
        name if name == "DEBUG" || name.starts_with("DEBUG ") => Some(known.debug),
        _ => None,
    };
    let reply = match spec.name {
        "HGETALL" => ReplyForm::Pairs,
        "HSCAN" => ReplyForm::CursorPairs,
        "SCAN" => ReplyForm::CursorKeys,
        "KEYS" | "RANDOMKEY" => ReplyForm::Keys,
        "HGET" | "HMGET" | "HGETDEL" | "HGETEX" => ReplyForm::AskedFields,
        "MGET" => ReplyForm::AskedKeys,
        "HRANDFIELD" => ReplyForm::MaybePairs,
        "XRANGE" | "XREVRANGE" | "XREAD" | "XREADGROUP" | "XCLAIM" | "XAUTOCLAIM"
        | "XINFO STREAM" => ReplyForm::Stream,
        "CONFIG GET" | "SENTINEL CONFIG" | "SENTINEL CONFIG GET" => ReplyForm::Config,
        "ACL LIST" | "ACL GETUSER" => ReplyForm::AclUsers,
        "ACL GENPASS" => ReplyForm::AclGenpass,
        "SLOWLOG GET" => ReplyForm::SlowLog,
        "ZRANGE"
        | "ZREVRANGE"
        | "ZRANGEBYSCORE"
        | "ZREVRANGEBYSCORE"
        | "ZSCAN"
        | "ZPOPMIN"
        | "ZPOPMAX"
        | "BZPOPMIN"
        | "BZPOPMAX"
        | "ZMPOP"
        | "BZMPOP"
        | "ZUNION"
        | "ZINTER"
        | "ZDIFF"
        | "ZRANDMEMBER"
        | "GEORADIUS"
        | "GEORADIUSBYMEMBER"
        | "GEOSEARCH"
        | "GEORADIUS_RO"
        | "GEORADIUSBYMEMBER_RO" => ReplyForm::Members,
        "PING" | "HELLO" | "INFO" | "ROLE" | "TIME" | "TYPE" | "TTL" | "PTTL" | "COMMAND"
        | "LASTSAVE" | "DBSIZE" | "ZSCORE" | "ZMSCORE" | "GEOPOS" | "GEODIST" | "GEOHASH"
        | "DUMP" | "PSYNC" | "SYNC" | "REPLCONF" | "EXISTS" | "INCR" | "INCRBY" | "INCRBYFLOAT"
        | "DECR" | "DECRBY" | "HINCRBYFLOAT" | "ZINCRBY" | "XADD" | "AUTH" | "SELECT" => {
            ReplyForm::Nothing
        }
        name if [
            "COMMAND ", "CLUSTER ", "LATENCY ", "MEMORY ", "OBJECT ", "PUBSUB ", "MODULE ",
            "ACL CAT",
        ]
        .iter()
        .any(|family| name.starts_with(family)) =>
        {
            ReplyForm::Nothing
        }
        _ => ReplyForm::Values,
    };
    Slot {
        password,
        sent,
        reply,
    }
}
