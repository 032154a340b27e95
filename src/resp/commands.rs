//! What every Redis and Valkey command is: its flags, where its keys stand.

/// Index of a command in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u16);

/// One row of the command table: a command, or one subcommand of a container command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandSpec {
    /// Its index in the table.
    pub id: CommandId,
    /// Upper case, with the subcommand after a space: `GET`, `CONFIG SET`.
    pub name: &'static str,
}
