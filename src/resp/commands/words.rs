//! What each word of a call is: key, field, value, password, option, ..
//!
//! A command's [`Step`]s are its own grammar, as its server parses it; [`Words`] runs them over a
//! call's words once, without looking back. A call that its server would refuse still gets roles:
//! whatever does not fit is [`Role::Other`].

use super::super::model::Arguments;
use super::CommandSpec;

/// What a word of a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The command's name, or its subcommand's.
    Name,
    /// A key.
    Key,
    /// Field of a hash or of a stream entry.
    Field,
    /// Data: of a string, a list element, a hash field, a stream field.
    Value,
    /// Member of a set, sorted set, geo index, filter.
    Member,
    /// Score of a sorted set, or a bound of scores.
    Score,
    /// Longitude or latitude.
    Coordinate,
    /// Pub/sub channel.
    Channel,
    /// Published message; text of ECHO and PING.
    Message,
    /// Glob pattern over keys, channels or members.
    Pattern,
    /// User name.
    Username,
    /// Password, in the clear.
    Password,
    /// Rule of ACL SETUSER; may hold a password (`>pw`, `#hash`).
    Rule,
    /// Source of a script or function.
    Script,
    /// Argument of a script, a function or a module.
    ScriptArgument,
    /// Name of a configuration parameter.
    Parameter,
    /// Value of a configuration parameter.
    ParameterValue,
    /// Serialised value (DUMP's format).
    Dump,
    /// Path in a JSON document.
    JsonPath,
    /// Query of the search module.
    Query,
    /// Word of the command's own syntax: `EX`, `NX`, `LEFT`, `STREAMS`.
    Keyword,
    /// SCAN cursor.
    Cursor,
    /// How many.
    Count,
    /// Expiry: duration or point in time.
    Ttl,
    /// How long the server may wait.
    Timeout,
    /// Entry id of a stream.
    StreamId,
    /// Consumer group.
    Group,
    /// Consumer.
    Consumer,
    /// Client name, library name or version.
    ClientName,
    /// Address or host name.
    Address,
    /// File on the server.
    Path,
    /// SHA-1 of a script, node id, client id, index name, function name.
    Identifier,
    /// Offset, index, increment, port, database, slot.
    Number,
    /// None of these, or not known.
    Other,
}

impl Role {
    /// True where what users store may stand: worth a look at its content.
    #[must_use]
    pub fn is_data(self) -> bool {
        matches!(
            self,
            Self::Value
                | Self::Member
                | Self::Message
                | Self::Script
                | Self::ScriptArgument
                | Self::Field
                | Self::Dump
                | Self::Query
                | Self::Other
        )
    }
}

/// How to read the next words of a call.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// One word.
    One(Role),
    /// These, over and over, to the end.
    Each(&'static [Role]),
    /// A number, then that many times these.
    Counted(&'static [Role]),
    /// What is left, divided in two.
    Halves(Role, Role),
    /// What is left but the last words.
    AllBut(Role, &'static [Role]),
    /// Options in any order: a keyword and the steps after it. As the last step, words that are no
    /// keyword get the role given; else the next step takes them.
    Options(&'static [(&'static str, &'static [Step])], Role),
}

/// One word of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Its index; 0 is the command's name.
    pub index: usize,
    /// What it is.
    pub role: Role,
    /// Index of the key it belongs to: the nearest before it.
    pub key: Option<usize>,
    /// Index of the word that names it: a value's field, path or parameter, a message's channel, a
    /// password's user.
    pub named_by: Option<usize>,
}

/// Iterator over the kept words of a call.
#[derive(Clone)]
pub struct Words<'a> {
    arguments: Arguments<'a>,
    next: usize,
    /// Names in front: 1, or 2 with a subcommand.
    names: usize,
    /// Steps still to take: the command's, below them an option's, below that its own options'.
    steps: [&'static [Step]; MAX_DEPTH],
    depth: usize,
    /// Roles in turn, for `left` more words.
    round: &'static [Role],
    place: usize,
    left: usize,
    /// The round after this one.
    after: (&'static [Role], usize),
    belongings: Belongings,
}

/// Which key and which name the next word belongs to, by the words before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Belongings {
    key: Option<usize>,
    name: Option<usize>,
}

impl Belongings {
    /// The word of that role at `index`.
    #[inline]
    pub(super) fn word(&mut self, index: usize, role: Role) -> Word {
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
        Word {
            index,
            role,
            key: self.key,
            named_by,
        }
    }
}

impl<'a> Words<'a> {
    pub(super) fn new(spec: &'static CommandSpec, arguments: &Arguments<'a>) -> Self {
        Self {
            arguments: *arguments,
            next: 0,
            names: 1 + usize::from(spec.name.as_bytes().contains(&b' ')),
            steps: [spec.words, &[], &[]],
            depth: 0,
            round: &[],
            place: 0,
            left: 0,
            after: (&[], 0),
            belongings: Belongings::default(),
        }
    }

    /// The word at `index`, which must not lie before the next one; see [`CommandSpec::word_at`].
    pub(super) fn at(mut self, index: usize) -> Word {
        loop {
            // All rounds but the last before `index` are the same again.
            if let Some(rounds) = index
                .saturating_sub(self.next)
                .min(self.left)
                .checked_div(self.round.len())
            {
                let skipped = rounds.saturating_sub(1) * self.round.len();
                self.left -= skipped;
                self.next += skipped;
            }
            // Past the kept words an option cannot be told from what comes after it.
            if self.next >= self.arguments.spans.len() && self.left == 0 && self.is_settled() {
                self.next = index;
            }
            let word = self.step();
            if word.index >= index {
                return word;
            }
        }
    }

    /// Takes one word, kept or not.
    fn step(&mut self) -> Word {
        let index = self.next;
        let role = if index < self.names {
            Role::Name
        } else if self.depth == 0
            && self.left == 0
            && self.after.1 == 0
            && let [Step::One(role), rest @ ..] = self.steps[0]
        {
            // The short way: keys and values of plain commands.
            self.steps[0] = rest;
            *role
        } else {
            self.role()
        };
        self.next = index.saturating_add(1);
        self.belongings.word(index, role)
    }

    /// Role of the next word.
    fn role(&mut self) -> Role {
        // Every turn takes a word, a step or a level, so it ends.
        loop {
            if self.left > 0 {
                if let Some(&role) = self.round.get(self.place) {
                    self.left -= 1;
                    self.place = (self.place + 1) % self.round.len();
                    return role;
                }
                self.left = 0;
            }
            if self.after.1 > 0 {
                (self.round, self.left) = std::mem::take(&mut self.after);
                self.place = 0;
                continue;
            }
            let Some((step, rest)) = self
                .steps
                .get(self.depth)
                .and_then(|steps| steps.split_first())
            else {
                match self.depth.checked_sub(1) {
                    Some(outer) => self.depth = outer,
                    None => return Role::Other,
                }
                continue;
            };
            if let Step::Options(choices, otherwise) = step {
                match self.chosen(choices) {
                    Some(then) => {
                        if !then.is_empty() && self.depth + 1 < MAX_DEPTH {
                            self.depth += 1;
                            self.set_steps(then);
                        }
                        return Role::Keyword;
                    }
                    None if self.depth == 0 && rest.is_empty() => return *otherwise,
                    None => self.set_steps(rest),
                }
                continue;
            }
            self.set_steps(rest);
            let remaining = usize::try_from(self.arguments.count)
                .unwrap_or(usize::MAX)
                .saturating_sub(self.next);
            match step {
                Step::One(role) => return *role,
                Step::Each(roles) => self.start_round(roles, usize::MAX),
                Step::Counted(roles) => {
                    self.start_round(roles, self.number().saturating_mul(roles.len()));
                    return Role::Count;
                }
                Step::Halves(first, second) => {
                    self.start_round(std::slice::from_ref(first), remaining / 2);
                    self.after = (std::slice::from_ref(second), remaining - remaining / 2);
                }
                Step::AllBut(role, last) => {
                    self.start_round(
                        std::slice::from_ref(role),
                        remaining.saturating_sub(last.len()),
                    );
                    self.after = (last, last.len());
                }
                Step::Options(..) => {}
            }
        }
    }

    fn start_round(&mut self, roles: &'static [Role], words: usize) {
        (self.round, self.place, self.left) = (roles, 0, words);
    }

    fn set_steps(&mut self, steps: &'static [Step]) {
        if let Some(slot) = self.steps.get_mut(self.depth) {
            *slot = steps;
        }
    }

    /// What follows the keyword that the next word is; `None` where it is none.
    fn chosen(&self, choices: &[(&'static str, &'static [Step])]) -> Option<&'static [Step]> {
        let word = self
            .arguments
            .at(self.next)
            .filter(super::super::model::Argument::is_whole)?
            .kept;
        choices
            .iter()
            .find(|(keyword, _)| keyword.as_bytes().eq_ignore_ascii_case(word))
            .map(|&(_, then)| then)
    }

    /// The next word as a count; 0 where it is none, which the server would refuse.
    fn number(&self) -> usize {
        self.arguments
            .at(self.next)
            .and_then(|word| std::str::from_utf8(word.kept).ok()?.parse().ok())
            .unwrap_or(0)
    }

    /// True where every word to come has the same role.
    fn is_settled(&self) -> bool {
        self.depth == 0 && self.after.1 == 0 && matches!(self.steps[0], [] | [Step::Options(..)])
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        (self.next < self.arguments.spans.len()).then(|| self.step())
    }
}

/// Levels of steps: a command's, an option's, and an option's own options (`MAXLEN ~ 1000`).
const MAX_DEPTH: usize = 3;
