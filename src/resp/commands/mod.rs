//! What every Redis and Valkey command is: its flags, where its keys stand, what each word means.
//!
//! `table.rs` is written by `generate.py` from what real servers say of themselves, and from
//! `by_hand.txt` for modules and newer servers. This file finds a row; [`words`] reads a command's
//! words by it; [`config`] knows the configuration parameters worth telling. Nothing here knows
//! what is sensitive, or keeps anything.

pub mod config;
mod flags;
mod plain;
mod recent;
#[rustfmt::skip]
mod table;
pub mod words;

pub use flags::{Categories, Flags};
pub use plain::{Layouts, PlainWalk, Shape, Walk};
pub(super) use recent::Recent;
pub use table::id;
pub use words::{Role, Step, Word, Words};

use super::model::Arguments;

/// Index of a command in the table; stable within a run, not between versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u16);

/// One row of the command table: a command, or one subcommand of a container command.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandSpec {
    /// Its index in the table.
    pub id: CommandId,
    /// Upper case, with the subcommand after a space: `GET`, `CONFIG SET`.
    pub name: &'static str,
    /// Words it takes, name (and subcommand) included; negative: at least so many.
    pub arity: i8,
    /// What the server says of it, and what we add.
    pub flags: Flags,
    /// ACL categories in effect, the implied ones included.
    pub categories: Categories,
    /// Rows after this one that are its subcommands; 0 unless it is a container.
    pub subcommands: u8,
    /// Where its keys stand.
    pub keys: KeyPlaces,
    /// How to read the words after the name (and subcommand).
    pub words: &'static [Step],
}

impl CommandSpec {
    /// Name without subcommand: `CONFIG` of `CONFIG SET`.
    #[must_use]
    pub fn command(&self) -> &'static str {
        self.name
            .split_once(' ')
            .map_or(self.name, |(name, _)| name)
    }

    /// Subcommand: `SET` of `CONFIG SET`.
    #[must_use]
    pub fn subcommand(&self) -> Option<&'static str> {
        self.name.split_once(' ').map(|(_, name)| name)
    }

    /// True for `CONFIG` itself: which subcommand it was is not known to the table.
    #[must_use]
    pub fn is_container(&self) -> bool {
        self.subcommands > 0
    }

    /// True where the server puts it in `@dangerous`.
    #[must_use]
    pub fn is_dangerous(&self) -> bool {
        self.categories.contains(Categories::DANGEROUS)
    }

    /// True where the server would take `count` words, name included.
    #[must_use]
    pub fn accepts(&self, count: u64) -> bool {
        let least = u64::from(self.arity.unsigned_abs());
        if self.arity < 0 {
            count >= least
        } else {
            count == least
        }
    }

    /// True where this call may wait in the server: `BLPOP`, `WAIT`, `XREAD` with `BLOCK`.
    #[must_use]
    pub fn blocks(&'static self, arguments: &Arguments<'_>) -> bool {
        if !self.flags.contains(Flags::BLOCKING) {
            return false;
        }
        // Without BLOCK these answer at once.
        if self.id != id::XREAD && self.id != id::XREADGROUP {
            return true;
        }
        self.words(arguments).any(|word| word.role == Role::Timeout)
    }

    /// The words of a call with their roles, name included.
    #[must_use]
    pub fn words<'a>(&'static self, arguments: &Arguments<'a>) -> Words<'a> {
        Words::new(self, arguments)
    }

    /// Role of the word at `index`, also past the kept words (where no option can be recognised).
    ///
    /// Walks the words before it, but not the rounds of a repetition: a word far back in an `MSET`
    /// costs no more than one in front.
    #[must_use]
    pub fn word_at(&'static self, arguments: &Arguments<'_>, index: usize) -> Word {
        Words::new(self, arguments).at(index)
    }

    /// Indices of the kept words that are keys.
    pub fn keys<'a>(
        &'static self,
        arguments: &Arguments<'a>,
    ) -> impl Iterator<Item = usize> + use<'a> {
        let (first, walk) = match self.keys {
            KeyPlaces::Nowhere => (None, None),
            KeyPlaces::Only(index) => (Some(usize::from(index)), None),
            KeyPlaces::From(_) | KeyPlaces::Anywhere => (None, Some(self.words(arguments))),
        };
        let kept = arguments.spans.len();
        first.into_iter().filter(move |&index| index < kept).chain(
            walk.into_iter()
                .flatten()
                .filter(|word| word.role == Role::Key)
                .map(|word| word.index),
        )
    }

    /// Index of the first key of a call, where it has one.
    #[must_use]
    pub fn first_key(&'static self, arguments: &Arguments<'_>) -> Option<usize> {
        match self.keys {
            KeyPlaces::Nowhere => None,
            // A call too short for its server (`BLPOP x`) has no key where a whole one has.
            KeyPlaces::From(_) if !self.accepts(arguments.count) => self.keys(arguments).next(),
            KeyPlaces::Only(index) | KeyPlaces::From(index) => {
                (usize::from(index) < arguments.spans.len()).then_some(usize::from(index))
            }
            KeyPlaces::Anywhere => self.keys(arguments).next(),
        }
    }
}

/// Where a command's keys stand; [`CommandSpec::keys`] finds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlaces {
    /// It has none.
    Nowhere,
    /// One, always at this index.
    Only(u8),
    /// The first always at this index, perhaps more.
    From(u8),
    /// Only the words tell: `EVAL`, `XREAD`.
    Anywhere,
}

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// A command.
    Found(&'static CommandSpec),
    /// A command whose second word says which: ask [`lookup_subcommand`].
    Container(&'static CommandSpec),
    /// Not in the table: a module's, a newer server's, renamed, or no command at all.
    Unknown,
}

/// The command of that name, in any case (ASCII); no allocation.
#[must_use]
pub fn lookup(name: &[u8]) -> Lookup {
    let hash = name_hash(name);
    let seed = u64::from(pick(&table::SEEDS, hash));
    let rest = hash >> 8;
    let slot = (rest ^ rest >> 16).wrapping_add(seed.wrapping_mul((rest >> 24) | 1));
    match table::TABLE.get(usize::from(pick(&table::SLOTS, slot))) {
        Some(spec) if is_name(spec.name.as_bytes(), name) => {
            if spec.is_container() {
                Lookup::Container(spec)
            } else {
                Lookup::Found(spec)
            }
        }
        _ => Lookup::Unknown,
    }
}

/// Equal but for ASCII case. Most names have three to eight letters, and most clients write them as
/// the table does.
#[inline]
fn is_name(row: &[u8], name: &[u8]) -> bool {
    let (row_ends, name_ends) = (ends(row), ends(name));
    row.len() == name.len()
        && ((row.len() <= 8 && row_ends == name_ends) || row.eq_ignore_ascii_case(name))
}

/// The bytes of a text of at most eight, in two words that may overlap.
#[inline]
fn ends(text: &[u8]) -> (u32, u32) {
    match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(head), Some(tail)) => (u32::from_le_bytes(*head), u32::from_le_bytes(*tail)),
        _ => match *text {
            [first, second, third] => (u32::from_le_bytes([first, second, third, 0]), 0),
            [first, second] => (u32::from_le_bytes([first, second, 0, 0]), 0),
            [first] => (u32::from(first), 0),
            _ => (0, 0),
        },
    }
}

/// The row of a container's subcommand, in any case (ASCII).
#[must_use]
pub fn lookup_subcommand(
    container: &'static CommandSpec,
    subcommand: &[u8],
) -> Option<&'static CommandSpec> {
    let first = usize::from(container.id.0) + 1;
    let rows = table::TABLE.get(first..first + usize::from(container.subcommands))?;
    let skipped = container.name.len() + 1;
    rows.iter().find(|row| {
        row.name.len() == skipped + subcommand.len()
            && row
                .name
                .as_bytes()
                .get(skipped..)
                .is_some_and(|name| name.eq_ignore_ascii_case(subcommand))
    })
}

/// The row for a call's words: the subcommand's where the table has it, else the container's.
#[must_use]
pub fn resolve(arguments: &Arguments<'_>) -> Option<&'static CommandSpec> {
    let name = arguments.at(0).filter(super::model::Argument::is_whole)?;
    match lookup(name.kept) {
        Lookup::Found(spec) => Some(spec),
        Lookup::Container(container) => arguments
            .at(1)
            .filter(super::model::Argument::is_whole)
            .and_then(|word| lookup_subcommand(container, word.kept))
            .or(Some(container)),
        Lookup::Unknown => None,
    }
}

/// The row of an id.
#[must_use]
pub fn by_id(id: CommandId) -> Option<&'static CommandSpec> {
    table::TABLE.get(usize::from(id.0))
}

/// Every row, by name.
#[must_use]
pub fn all() -> &'static [CommandSpec] {
    &table::TABLE
}

/// Mixes length, head and tail of a name without regard to ASCII case. `generate.py` has its twin.
fn name_hash(name: &[u8]) -> u64 {
    const CASE: u64 = 0x2020_2020_2020_2020;
    let (head, tail) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (
            u64::from_le_bytes(*head) | CASE,
            u64::from_le_bytes(*tail) | CASE,
        ),
        _ => match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
            (Some(head), Some(tail)) => (
                u64::from(u32::from_le_bytes(*head)) | CASE >> 32,
                u64::from(u32::from_le_bytes(*tail)) | CASE >> 32,
            ),
            _ => match (name, name.get(name.len() / 2), name) {
                ([first, ..], Some(middle), [.., last]) => {
                    let bytes = [first | 0x20, middle | 0x20, last | 0x20, 0];
                    (u64::from(u32::from_le_bytes(bytes)), 0)
                }
                _ => (0, 0),
            },
        },
    };
    let mut mixed = (head ^ name.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 32).wrapping_add(tail);
    mixed = mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ mixed >> 29
}

/// Entry of a table whose size is a power of two.
#[expect(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "the remainder is below N, whatever the name was"
)]
fn pick<T: Copy, const N: usize>(table: &[T; N], hash: u64) -> T {
    table[hash as usize % N]
}

#[cfg(test)]
mod tests;
