//! The words of plain commands in fewer steps: those whose words stand at fixed places, or repeat.
//!
//! Says what [`Words`] says, which reads every command; a test compares them over the whole table.

use super::words::Belongings;
use super::{CommandSpec, Role, Step, Word, Words};
use crate::resp::model::Arguments;

/// How every command of the table is laid out, by its id.
pub struct Layouts(Vec<Layout>);

impl Default for Layouts {
    fn default() -> Self {
        Self(super::all().iter().map(Layout::of).collect())
    }
}

impl Layouts {
    /// What stands behind the name of a call and its key.
    #[inline]
    #[must_use]
    pub fn shape(&self, spec: &CommandSpec, arguments: &Arguments<'_>) -> Shape {
        match self.0.get(usize::from(spec.id.0)) {
            Some(layout) if arguments.spans.len() <= layout.most => layout.shape,
            _ => Shape::Other,
        }
    }

    /// The kept words of a call; of a plain command without its names.
    #[inline]
    #[must_use]
    pub fn walk<'a>(&self, spec: &'static CommandSpec, arguments: &Arguments<'a>) -> Walk<'a> {
        let count = arguments.spans.len();
        match self.0.get(usize::from(spec.id.0)) {
            Some(layout) if count <= layout.most => Walk::Plain(PlainWalk {
                layout: *layout,
                next: layout.names,
                count,
                place: 0,
                belongings: Belongings::default(),
            }),
            _ => Walk::Full(spec.words(arguments)),
        }
    }
}

/// What the words of a call are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A name, a key and values of that key, nothing else (`SET`, `GET`, `LPUSH`).
    Values,
    /// A name, a key, then fields with their values in turn (`HSET`).
    Pairs,
    /// Anything else.
    #[default]
    Other,
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
    shape: Shape,
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
        let are_values = |steps: &[Step]| {
            let mut steps = steps.iter();
            steps.all(|step| matches!(step, Step::One(role) if is_value(role)))
        };
        let shape = match (names, lead, round) {
            (1, [Step::One(Role::Key)], [Role::Field, Role::Value]) => Shape::Pairs,
            (1, [Step::One(Role::Key), rest @ ..], _)
                if are_values(rest) && round.iter().all(is_value) =>
            {
                Shape::Values
            }
            _ => Shape::Other,
        };
        Self {
            names,
            lead,
            round,
            most,
            shape,
        }
    }
}

/// The words of a call with their roles.
pub enum Walk<'a> {
    /// Of a plain command.
    Plain(PlainWalk),
    /// Of any other.
    Full(Words<'a>),
}

/// The words of a call of a plain command behind its names: what [`Words`] says of them, in fewer
/// steps.
pub struct PlainWalk {
    layout: Layout,
    next: usize,
    count: usize,
    place: usize,
    belongings: Belongings,
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
        Some(self.belongings.word(index, role))
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
        let layouts = Layouts::default();
        let (mut plain, mut keyed, mut paired) = (0, 0, 0);
        for spec in crate::resp::commands::all() {
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
                let shape = layouts.shape(spec, &arguments);
                if shape != Shape::Other {
                    assert!(count < 2 || spec.first_key(&arguments) == Some(1));
                }
                let mut others = spec.words(&arguments).skip(2);
                match shape {
                    Shape::Values => {
                        keyed += 1;
                        assert!(others.all(|word| {
                            word.key == Some(1)
                                && word.named_by.is_none()
                                && matches!(word.role, Role::Value | Role::Member | Role::Other)
                        }));
                    }
                    Shape::Pairs => {
                        paired += 1;
                        assert!(others.all(|word| {
                            let (role, named_by) = match word.index % 2 {
                                0 => (Role::Field, None),
                                _ => (Role::Value, Some(word.index - 1)),
                            };
                            (word.key, word.role, word.named_by) == (Some(1), role, named_by)
                        }));
                    }
                    Shape::Other => {}
                }
                let walk = layouts.walk(spec, &arguments);
                plain += usize::from(matches!(walk, Walk::Plain(_)));
                let read: Vec<Word> = walk.filter(|word| word.role != Role::Name).collect();
                let said: Vec<Word> = spec
                    .words(&arguments)
                    .filter(|word| word.role != Role::Name)
                    .collect();
                assert_eq!(read, said, "{} with {count} words", spec.name);
            }
        }
        assert!(
            plain > 1000 && keyed > 300 && paired > 8,
            "{plain}, {keyed}, {paired}"
        );
    }
}
