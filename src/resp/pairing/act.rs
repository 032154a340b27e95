//! What a command does to the conversation, as far as pairing and session must know.

use super::super::commands::{CommandSpec, Flags, id};
use super::super::model::Arguments;

/// What a command does to the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::resp) enum Act {
    /// Nothing: one command, one reply.
    #[default]
    Plain,
    /// AUTH
    Auth,
    /// HELLO
    Hello,
    /// SELECT
    Select,
    /// MULTI
    Multi,
    /// EXEC
    Exec,
    /// DISCARD
    Discard,
    /// WATCH: answered inside MULTI too.
    Watch,
    /// RESET
    Reset,
    /// QUIT
    Quit,
    /// One confirmation for each channel.
    Subscribe(Channels),
    /// One confirmation for each channel, or for each subscription there is, or one for none.
    Unsubscribe(Channels),
    /// MONITOR
    Monitor,
    /// CLIENT REPLY OFF
    ReplyOff,
    /// CLIENT REPLY SKIP
    ReplySkip,
    /// CLIENT REPLY ON
    ReplyOn,
    /// CLIENT SETNAME
    SetName,
    /// CLIENT SETINFO
    SetInfo,
    /// SYNC: the snapshot is the reply.
    Sync,
    /// PSYNC
    Psync,
    /// REPLCONF
    Replconf,
    /// REPLCONF ACK: never answered.
    ReplconfAck,
    /// PING, ECHO with a message: the reply holds it.
    Echo,
    /// SENTINEL and its subcommands, and talk on the channel of Sentinels.
    Sentinel,
    /// May wait in the server.
    Blocking,
}

/// Kinds of subscription, which are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::resp) enum Channels {
    /// SUBSCRIBE
    Exact,
    /// PSUBSCRIBE
    Pattern,
    /// SSUBSCRIBE
    Shard,
}

/// Channel on which Sentinels tell each other of themselves.
const SENTINEL_CHANNEL: &[u8] = b"__sentinel__:hello";

impl Act {
    /// The act of a call.
    #[inline]
    pub(in crate::resp) fn of(
        spec: Option<&'static CommandSpec>,
        arguments: &Arguments<'_>,
    ) -> Self {
        let Some(spec) = spec else {
            return Self::Plain;
        };
        match spec.id {
            id::AUTH => Self::Auth,
            id::HELLO => Self::Hello,
            id::SELECT => Self::Select,
            id::MULTI => Self::Multi,
            id::EXEC => Self::Exec,
            id::DISCARD => Self::Discard,
            id::WATCH => Self::Watch,
            id::RESET => Self::Reset,
            id::QUIT => Self::Quit,
            id::SUBSCRIBE => Self::Subscribe(Channels::Exact),
            id::PSUBSCRIBE => Self::Subscribe(Channels::Pattern),
            id::SSUBSCRIBE => Self::Subscribe(Channels::Shard),
            id::UNSUBSCRIBE => Self::Unsubscribe(Channels::Exact),
            id::PUNSUBSCRIBE => Self::Unsubscribe(Channels::Pattern),
            id::SUNSUBSCRIBE => Self::Unsubscribe(Channels::Shard),
            id::MONITOR => Self::Monitor,
            // The third word matters here alone, and only where it is the last.
            id::CLIENT_REPLY if arguments.count == 3 => {
                if is_word(arguments, 2, b"OFF") {
                    Self::ReplyOff
                } else if is_word(arguments, 2, b"SKIP") {
                    Self::ReplySkip
                } else if is_word(arguments, 2, b"ON") {
                    Self::ReplyOn
                } else {
                    Self::Plain
                }
            }
            id::CLIENT_SETNAME => Self::SetName,
            id::CLIENT_SETINFO => Self::SetInfo,
            id::SYNC => Self::Sync,
            id::PSYNC => Self::Psync,
            id::REPLCONF if is_word(arguments, 1, b"ACK") => Self::ReplconfAck,
            id::REPLCONF => Self::Replconf,
            id::PING | id::ECHO if arguments.count == 2 => Self::Echo,
            id::PUBLISH if is_word(arguments, 1, SENTINEL_CHANNEL) => Self::Sentinel,
            _ if spec.flags.contains(Flags::BLOCKING) && spec.blocks(arguments) => Self::Blocking,
            _ if spec.name.starts_with("SENTINEL") => Self::Sentinel,
            _ => Self::Plain,
        }
    }

    /// True where the server answers at once inside MULTI instead of queueing.
    pub(super) fn is_never_queued(self) -> bool {
        matches!(
            self,
            Self::Multi | Self::Exec | Self::Discard | Self::Watch | Self::Reset | Self::Quit
        )
    }

    /// First element of the confirmations it gets.
    pub(super) fn confirmation(self) -> Option<&'static [u8]> {
        Some(match self {
            Self::Subscribe(Channels::Exact) => b"subscribe",
            Self::Subscribe(Channels::Pattern) => b"psubscribe",
            Self::Subscribe(Channels::Shard) => b"ssubscribe",
            Self::Unsubscribe(Channels::Exact) => b"unsubscribe",
            Self::Unsubscribe(Channels::Pattern) => b"punsubscribe",
            Self::Unsubscribe(Channels::Shard) => b"sunsubscribe",
            _ => return None,
        })
    }

    /// The act that a confirmation's first element speaks of.
    pub(super) fn of_confirmation(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"subscribe" => Self::Subscribe(Channels::Exact),
            b"psubscribe" => Self::Subscribe(Channels::Pattern),
            b"ssubscribe" => Self::Subscribe(Channels::Shard),
            b"unsubscribe" => Self::Unsubscribe(Channels::Exact),
            b"punsubscribe" => Self::Unsubscribe(Channels::Pattern),
            b"sunsubscribe" => Self::Unsubscribe(Channels::Shard),
            _ => return None,
        })
    }
}

/// True where a call talks to other Sentinels through this server.
pub(super) fn is_sentinel_talk(arguments: &Arguments<'_>) -> bool {
    is_word(arguments, 1, SENTINEL_CHANNEL)
}

/// True where word `index` is `word`, in any case.
pub(super) fn is_word(arguments: &Arguments<'_>, index: usize, word: &[u8]) -> bool {
    arguments
        .at(index)
        .is_some_and(|argument| argument.is_whole() && argument.kept.eq_ignore_ascii_case(word))
}
