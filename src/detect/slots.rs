//! What each command is by itself: which rule its password slots raise, what makes it dangerous.

use super::RulePack;
use super::rule::RuleIndex;
use crate::resp::Arguments;
use crate::resp::commands::{self, CommandId, CommandSpec, Role, Step, Word, Words};

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

/// [`Slot`] and [`Layout`] of every command in the table.
pub(super) struct Slots {
    by_id: Vec<Slot>,
    layouts: Vec<Layout>,
}

/// The words of a plain command: some, then others over and over. What has options is one only
/// where a call has none of them.
#[derive(Debug, Clone, Copy, Default)]
struct Layout {
    /// Words in front: the name, and the subcommand.
    names: usize,
    /// The words behind them, one by one.
    lead: &'static [Step],
    /// The words behind those, in turn.
    round: &'static [Role],
    /// Words of the longest call that is read so.
    most: usize,
    /// One key, then its values.
    is_keyed: bool,
}

impl Layout {
    fn of(spec: &CommandSpec) -> Self {
        let lead_len = spec
            .words
            .iter()
            .take_while(|step| matches!(step, Step::One(_)))
            .count();
        let (lead, rest) = spec.words.split_at_checked(lead_len).unwrap_or_default();
        let names = 1 + usize::from(spec.name.contains(' '));
        let (round, most): (&[Role], _) = match rest {
            [] => (&[], usize::MAX),
            [Step::Each(roles)] => (roles, usize::MAX),
            _ => (&[], names + lead_len),
        };
        let is_value = |role: &Role| matches!(role, Role::Value | Role::Member);
        let is_keyed = names == 1
            && match lead {
                [Step::One(Role::Key), rest @ ..] => rest
                    .iter()
                    .all(|step| matches!(step, Step::One(role) if is_value(role))),
                _ => false,
            }
            && round.iter().all(is_value);
        Self {
            names,
            lead,
            round,
            most,
            is_keyed,
        }
    }
}

/// The words of a call with their roles, the names in front left out.
pub(super) enum Walk<'a> {
    Plain(PlainWalk),
    Full(Words<'a>),
}

/// The words of a call of a plain command: what [`Words`] says of them, in fewer steps.
pub(super) struct PlainWalk {
    layout: Layout,
    next: usize,
    count: usize,
    place: usize,
    key: Option<usize>,
    name: Option<usize>,
}

impl Iterator for Walk<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        match self {
            Self::Plain(walk) => walk.next(),
            Self::Full(words) => words.next(),
        }
    }
}

impl PlainWalk {
    #[inline]
    fn next(&mut self) -> Option<Word> {
        let index = self.next;
        if index >= self.count {
            return None;
        }
        self.next += 1;
        let role = match self.layout.lead {
            [Step::One(role), rest @ ..] => {
                self.layout.lead = rest;
                *role
            }
            _ => match self.layout.round.get(self.place) {
                Some(role) => {
                    self.place += 1;
                    if self.place == self.layout.round.len() {
                        self.place = 0;
                    }
                    *role
                }
                None => Role::Other,
            },
        };
        let mut named_by = None;
        match role {
            Role::Value | Role::ParameterValue | Role::Message | Role::Password | Role::Number => {
                named_by = self.name;
            }
            Role::Key => {
                self.key = Some(index);
                self.name = None;
            }
            Role::Field | Role::Parameter | Role::JsonPath | Role::Channel | Role::Username => {
                self.name = Some(index);
            }
            _ => {}
        }
        Some(Word {
            index,
            role,
            key: self.key,
            named_by,
        })
    }
}

impl Slots {
    pub(super) fn new(pack: &RulePack) -> Self {
        Self {
            by_id: commands::all()
                .iter()
                .map(|spec| slot(spec, pack))
                .collect(),
            layouts: commands::all().iter().map(Layout::of).collect(),
        }
    }

    /// True where a call is a name, a key and values of that key, nothing else.
    #[inline]
    pub(super) fn is_keyed(&self, spec: &CommandSpec, arguments: &Arguments<'_>) -> bool {
        let layout = self.layouts.get(usize::from(spec.id.0));
        layout.is_some_and(|layout| layout.is_keyed && arguments.spans.len() <= layout.most)
    }

    /// The words of a call.
    #[inline]
    pub(super) fn walk<'a>(
        &self,
        spec: &'static CommandSpec,
        arguments: &Arguments<'a>,
    ) -> Walk<'a> {
        let count = arguments.spans.len();
        match self.layouts.get(usize::from(spec.id.0)) {
            Some(layout) if count <= layout.most => Walk::Plain(PlainWalk {
                layout: *layout,
                next: layout.names,
                count,
                place: 0,
                key: None,
                name: None,
            }),
            _ => Walk::Full(spec.words(arguments)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::{Buffers, Span, Store};

    #[test]
    fn plain_commands_are_read_as_the_table_says() {
        let span = Span {
            store: Store::Chunk,
            start: 0,
            kept: 1,
            len: 1,
            broken: false,
        };
        let slots = Slots::new(&RulePack::builtin());
        let (mut plain, mut keyed) = (0, 0);
        for spec in commands::all() {
            for count in 1..9 {
                let spans = vec![span; count];
                let arguments = Arguments {
                    spans: &spans,
                    buffers: Buffers {
                        chunk: b"x",
                        held: &[],
                    },
                    count: count as u64,
                };
                if slots.is_keyed(spec, &arguments) {
                    keyed += 1;
                    assert!(count < 2 || spec.first_key(&arguments) == Some(1));
                    let mut others = spec.words(&arguments).skip(2);
                    assert!(others.all(|word| {
                        word.key == Some(1)
                            && word.named_by.is_none()
                            && matches!(word.role, Role::Value | Role::Member | Role::Other)
                    }));
                }
                let walk = slots.walk(spec, &arguments);
                plain += usize::from(matches!(walk, Walk::Plain(_)));
                let read: Vec<Word> = walk.filter(|word| word.role != Role::Name).collect();
                let said: Vec<Word> = spec
                    .words(&arguments)
                    .filter(|word| word.role != Role::Name)
                    .collect();
                assert_eq!(read, said, "{} with {count} words", spec.name);
            }
        }
        assert!(plain > 1000 && keyed > 300, "{plain}, {keyed}");
    }
}
