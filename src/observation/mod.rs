//! Plain facts about Redis connections that [`crate::posture`] weighs: who ran what as whom, what a
//! server refused, what its own replies said of its settings.
//!
//! The analyzer states them as it goes; a fact is additive or idempotent, so that the same facts in
//! any order and from any number of shards give the same answer. Facts hold words, numbers and
//! [`Printable`]s, never wire bytes: what was a password arrives here as a [`Password`], which
//! knows how strong it was and whether it equals another, and nothing else.
//!
//! How to read settings out of replies (`CONFIG GET`, `INFO`, `HELLO`, `ACL LIST`, `CLUSTER NODES`)
//! is in [`parse`]; what the facts mean is not known here.

pub mod parse;

use std::hash::BuildHasher;

use crate::event::{Role, Transport};
use crate::packet::Timestamp;
use crate::redact::Printable;
use crate::segment::Endpoint;

/// A fact, and where it was seen.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Where.
    pub seen: Seen,
    /// What.
    pub fact: Fact,
}

/// Where and when a fact was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The server.
    pub server: Endpoint,
    /// The client.
    pub client: Endpoint,
    /// Connection id, as the events print it.
    pub connection: String,
    /// How the bytes could be read.
    pub transport: Transport,
    /// Capture time.
    pub time: Timestamp,
    /// Index of the input or interface.
    pub capture: u32,
    /// Packet number; `None` live.
    pub frame: Option<u64>,
}

/// What was seen.
#[derive(Debug, Clone)]
pub enum Fact {
    /// Commands that were answered without an error, as one user. Additive: state it when the user
    /// changes and when the connection ends (or is flushed), with the count since the last time.
    Served(Served),
    /// AUTH or HELLO AUTH, and what the server said.
    Login(Login),
    /// The server refused something, which proves that a protection is on.
    Refused(Refusal),
    /// A command of ACL category @dangerous was served; state the first of its name per connection
    /// and user.
    Dangerous {
        /// As whom.
        user: User,
        /// Command with its subcommand: `CONFIG SET`.
        command: Printable,
    },
    /// Who the client says it is; state it when the connection ends or when it becomes known.
    Client(Client),
    /// A setting, from a reply to CONFIG GET or from an accepted CONFIG SET.
    Setting(Setting),
    /// Server software and version, from INFO or HELLO.
    Software(Software),
    /// A line of ACL LIST, a reply to ACL GETUSER, or an accepted ACL SETUSER.
    AclUser(AclUser),
    /// `ACL SETUSER .. >password` went by: a password was set in the clear.
    PlainAclPassword,
    /// What a reply to CLUSTER NODES, SHARDS or SLOTS says of the cluster.
    Cluster(Cluster),
    /// PSYNC, SYNC, REPLCONF or a full copy was seen on this connection.
    Replication {
        /// As whom the replica had logged in.
        user: User,
        /// The data set itself was sent.
        full_copy: bool,
    },
    /// A Sentinel watches the server over this connection (or it is a client of a Sentinel).
    Sentinel {
        /// As whom it had logged in.
        user: User,
        /// Which of the two.
        side: SentinelSide,
    },
    /// A cluster bus header in the clear.
    Bus(Bus),
    /// A rule of category `secret`, `pci`, `pii`, `phi` or `exposure` matched on this connection in
    /// the clear; state the first of its rule per connection.
    GaveAway {
        /// Rule id: `pci.pan`.
        rule: String,
    },
    /// RESP was sent and the server answered with a reset and not one byte.
    RespReset {
        /// A password was among it.
        password: bool,
    },
    /// A ClientHello was sent, and the server stayed silent or answered in RESP.
    HelloUnanswered,
    /// A SYN was answered with RST: nothing listens on the port.
    PortClosed,
    /// Bytes of values, by whether a reader without keys learns anything from them.
    Values {
        /// Looked at and readable.
        readable_bytes: u64,
        /// Compressed or encrypted by the client.
        opaque_bytes: u64,
    },
}

/// As whom a connection acts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum User {
    /// The connection began before the capture and no login was seen.
    #[default]
    Unknown,
    /// Seen from its first byte, and no login: it acts as `default`.
    NoLogin,
    /// Logged in as `default`, by name or by the one-argument AUTH.
    Default,
    /// Logged in by name.
    Named(Printable),
}

/// Commands that a server answered without an error.
#[derive(Debug, Clone)]
pub struct Served {
    /// As whom.
    pub user: User,
    /// What the connection is used for.
    pub role: Role,
    /// How many.
    pub commands: u64,
    /// Distinct names, at most [`MAX_SERVED_NAMES`], in the order seen. Commands that Redis serves
    /// to anyone (AUTH, HELLO, QUIT, RESET) do not belong here.
    pub names: Vec<Printable>,
}

/// Names that a [`Served`] carries; evidence for people, so a handful does.
pub const MAX_SERVED_NAMES: usize = 8;

/// A login.
#[derive(Debug, Clone)]
pub struct Login {
    /// How it was written.
    pub form: LoginForm,
    /// For whom.
    pub user: User,
    /// What the server said.
    pub outcome: LoginOutcome,
    /// The password, measured; `None` where it was not seen whole.
    pub password: Option<Password>,
}

/// How a login was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoginForm {
    /// `AUTH password`: the password of `default`, as `requirepass` sets it.
    OneArgument,
    /// `AUTH user password`.
    TwoArguments,
    /// `HELLO n AUTH user password`.
    Hello,
}

/// What the server said to a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoginOutcome {
    /// OK.
    Accepted,
    /// `-WRONGPASS`.
    WrongPassword,
    /// `AUTH <password> called without any password configured`: the server is open.
    NoPasswordConfigured,
    /// Another error.
    Refused,
    /// No reply was seen.
    Unanswered,
}

/// What may be known of a password.
///
/// Neither the text nor its exact length: length class and variety, and a keyed hash that tells
/// whether two are equal within this run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Password {
    /// How long.
    pub length: PasswordLength,
    /// Kinds of characters: lower case, upper case, digits, the rest.
    pub kinds: u8,
    /// It is on every guesser's first page.
    pub common: bool,
    sameness: u64,
}

impl Password {
    /// Measures a password; `hasher` must be the same for the whole run, so that equal passwords
    /// compare equal across shards, and must be keyed, so that the hash tells nothing to others.
    #[must_use]
    pub fn measure(password: &[u8], hasher: &impl BuildHasher) -> Self {
        let length = match password.len() {
            0 => PasswordLength::Empty,
            1..=7 => PasswordLength::Short,
            8..=15 => PasswordLength::Medium,
            _ => PasswordLength::Long,
        };
        let has = |test: fn(&u8) -> bool| u8::from(password.iter().any(test));
        let kinds = has(u8::is_ascii_lowercase)
            + has(u8::is_ascii_uppercase)
            + has(u8::is_ascii_digit)
            + has(|byte| !byte.is_ascii_alphanumeric());
        let common = COMMON_PASSWORDS
            .iter()
            .any(|word| password.eq_ignore_ascii_case(word.as_bytes()));
        Self {
            length,
            kinds,
            common,
            sameness: hasher.hash_one(password),
        }
    }

    /// Whether two logins used the same password.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.sameness == other.sameness
    }

    /// The keyed hash by which equal passwords are found; means nothing outside this run.
    #[must_use]
    pub fn sameness(&self) -> u64 {
        self.sameness
    }

    /// Fewer than 16 characters of one or two kinds, fewer than 8 of any, or a well-known one.
    ///
    /// Redis answers guesses by the hundred thousand a second (the ACL page of its documentation
    /// says so and advises long random passwords), hence stricter than for people's passwords.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.common
            || match self.length {
                PasswordLength::Empty | PasswordLength::Short => true,
                PasswordLength::Medium => self.kinds < 3,
                PasswordLength::Long => false,
            }
    }
}

/// Says nothing about the hash.
impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Password").finish_non_exhaustive()
    }
}

/// Length class of a password, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PasswordLength {
    /// None at all.
    Empty,
    /// 1 to 7.
    Short,
    /// 8 to 15.
    Medium,
    /// 16 and more.
    Long,
}

/// A refusal.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Which.
    pub kind: RefusalKind,
    /// As whom.
    pub user: User,
    /// The refused command with its subcommand, where the request was seen.
    pub command: Option<Printable>,
    /// The refused command is of ACL category @dangerous.
    pub dangerous: bool,
}

/// Which refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalKind {
    /// `-NOAUTH`: a login is required.
    NoAuth,
    /// `-NOPERM`: the user may not.
    NoPerm,
    /// `-DENIED`: protected mode is on.
    Denied,
    /// `-WRONGPASS`: no such user, a disabled one, or a wrong password.
    WrongPass,
    /// `-ERR unknown command` for a command of the table: renamed or disabled.
    UnknownCommand,
}

/// Who a client says it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// CLIENT SETNAME or HELLO SETNAME.
    pub name: Option<Printable>,
    /// CLIENT SETINFO LIB-NAME.
    pub library: Option<Printable>,
    /// CLIENT SETINFO LIB-VER.
    pub version: Option<Printable>,
}

/// A setting of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// How it is known.
    pub source: SettingSource,
    /// Which: one of [`parse::SETTINGS`].
    pub name: &'static str,
    /// Its value.
    pub value: SettingValue,
}

/// How a setting is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettingSource {
    /// The server said so.
    Reply,
    /// It was just set, and the server said OK.
    Set,
}

/// Value of a setting; never the text of one that may be secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingValue {
    /// The empty string.
    Empty,
    /// Something that is not printed.
    NotEmpty,
    /// `yes`
    Yes,
    /// `no`
    No,
    /// A number.
    Number(u64),
    /// A short word of letters, digits, blanks and `.:-_`.
    Word(String),
}

/// Server software.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Software {
    /// `redis` or `valkey`; other servers that speak RESP by their own name.
    pub name: String,
    /// `7.0.15`.
    pub version: String,
}

/// What is known of one ACL user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclUser {
    /// Whom.
    pub user: User,
    /// Its rules, as far as they matter here.
    pub rules: AclRules,
}

/// Rules of an ACL user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a rule that is there or not; they do not exclude each other"
)]
pub struct AclRules {
    /// `on`; `None` where the rules do not say.
    pub enabled: Option<bool>,
    /// Hashed passwords (`#..`).
    pub hashes: u32,
    /// Passwords in the clear (`>..`).
    pub plain_passwords: u32,
    /// `nopass`: any password will do.
    pub nopass: bool,
    /// `allcommands` or `+@all`, and no `-@dangerous` after it.
    pub dangerous: bool,
    /// `allcommands` or `+@all`.
    pub all_commands: bool,
    /// `allkeys` or `~*`.
    pub all_keys: bool,
}

/// A cluster as a reply of one of its nodes draws it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cluster {
    /// Primaries that serve slots.
    pub primaries: u32,
    /// Replicas.
    pub replicas: u32,
    /// Nodes that announce a port without TLS beside one with TLS.
    pub both_ports: u32,
}

/// What the header of a cluster bus message says of its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bus {
    /// Client port of the sender.
    pub port: u16,
    /// Its other port (with TLS where `port` is without, and the other way round); 0 where it has none.
    pub other_port: u16,
    /// Its bus port.
    pub bus_port: u16,
    /// It is a primary.
    pub primary: bool,
}

/// Which end of Sentinel's traffic a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SentinelSide {
    /// A Sentinel talks to the Redis server it watches.
    Watching,
    /// The server of the connection is a Sentinel.
    Serving,
}

/// The head of every list of leaked passwords, and what tutorials on Redis set.
const COMMON_PASSWORDS: [&str; 24] = [
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "abc123",
    "admin",
    "admin123",
    "changeme",
    "default",
    "foobared",
    "letmein",
    "mypassword",
    "mypass",
    "p@ssw0rd",
    "passw0rd",
    "password",
    "password1",
    "password123",
    "qwerty",
    "redis",
    "redis123",
    "secret",
    "test",
];

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasherDefault, DefaultHasher};

    use super::*;

    fn measured(text: &str) -> Password {
        Password::measure(
            text.as_bytes(),
            &BuildHasherDefault::<DefaultHasher>::default(),
        )
    }

    #[test]
    fn short_common_and_plain_passwords_are_weak_and_long_ones_are_not() {
        assert!(measured("").is_weak());
        assert!(measured("aB3$xyz").is_weak(), "seven characters");
        assert!(measured("FooBared").is_weak(), "the example of redis.conf");
        assert!(measured("lowercase1").is_weak(), "two kinds");
        assert!(!measured("Lowercase1").is_weak());
        assert!(!measured("correct horse battery staple").is_weak());
    }

    #[test]
    fn equality_is_known_and_nothing_is_printed() {
        assert!(measured("one").same_as(&measured("one")));
        assert!(!measured("one").same_as(&measured("two")));
        assert_eq!(format!("{:?}", measured("one")), "Password { .. }");
    }
}
