//! What requests and replies do to the session: user, database, names, role.

use super::super::model::{Arguments, Command, Session, Value};
use super::act::{Act, is_word};
use super::is_error;
use crate::event::Role;

impl Session {
    /// What a request alone tells: names and library (older servers refuse the command that tells
    /// them), and what the connection is used for.
    pub(super) fn on_request(&mut self, act: Act, command: &Command<'_>) {
        let arguments = &command.arguments;
        match act {
            Act::SetName => self.client_name = word(arguments, 2).filter(|name| !name.is_empty()),
            Act::SetInfo => {
                let value = word(arguments, 3).filter(|value| !value.is_empty());
                if is_word(arguments, 2, b"LIB-NAME") {
                    self.library_name = value;
                } else if is_word(arguments, 2, b"LIB-VER") {
                    self.library_version = value;
                }
            }
            Act::Hello => {
                if let Some(at) = hello_option(arguments, b"SETNAME") {
                    self.client_name = word(arguments, at + 1);
                }
            }
            // Also sent by `redis-cli --rdb`, which is as good as a replica.
            Act::Sync | Act::Psync | Act::ReplconfAck | Act::Replconf => {
                self.take_role(Role::Replica);
            }
            Act::Sentinel => self.take_role(Role::Sentinel),
            _ => {}
        }
    }

    /// What an accepted (or refused) request changes, once its exchange is handed on. True where a
    /// login failed.
    pub(super) fn on_reply(
        &mut self,
        act: Act,
        arguments: &Arguments<'_>,
        value: &Value<'_>,
    ) -> bool {
        let accepted = !is_error(value);
        match act {
            Act::Auth if accepted => {
                self.user = if arguments.count == 2 {
                    Some(DEFAULT_USER.into())
                } else {
                    word(arguments, 1)
                };
                self.authenticated = true;
            }
            Act::Auth => return true,
            Act::Hello => {
                let login = hello_option(arguments, b"AUTH");
                if !accepted {
                    return login.is_some();
                }
                if arguments.count > 1 {
                    self.resp3 = is_word(arguments, 1, b"3");
                }
                if let Some(at) = login {
                    self.user = word(arguments, at + 1);
                    self.authenticated = true;
                }
            }
            Act::Select if accepted => self.database = database(arguments),
            Act::Reset if accepted => {
                // `resetCommand`: user, database, protocol and name go; the library stays.
                self.user = None;
                self.authenticated = false;
                self.database = Some(0);
                self.resp3 = false;
                self.client_name = None;
                self.role = Role::Client;
            }
            Act::Monitor if accepted => self.take_role(Role::Monitor),
            _ => {}
        }
        false
    }

    /// A SELECT whose reply is suppressed, or that a primary sent: `known` where it must have
    /// worked.
    pub(in crate::resp) fn on_unanswered_select(&mut self, arguments: &Arguments<'_>, known: bool) {
        self.database = database(arguments).filter(|_| known);
    }

    /// Takes a role unless a more telling one is known.
    pub(super) fn take_role(&mut self, role: Role) {
        if weight(role) > weight(self.role) {
            self.role = role;
        }
    }
}

/// User of a one-word AUTH (Redis 6 and later say so; before there was but one).
const DEFAULT_USER: &[u8] = b"default";

/// How much a role tells.
fn weight(role: Role) -> u8 {
    match role {
        Role::Client => 0,
        Role::Subscriber => 1,
        Role::Sentinel => 2,
        Role::Monitor => 3,
        Role::Replica => 4,
    }
}

/// `HELLO version [AUTH user password] [SETNAME name]`: index of an option's word.
fn hello_option(arguments: &Arguments<'_>, option: &[u8]) -> Option<usize> {
    let mut index = 2;
    while let Some(argument) = arguments.at(index) {
        if argument.kept.eq_ignore_ascii_case(option) {
            return Some(index);
        }
        index += if argument.kept.eq_ignore_ascii_case(b"AUTH") {
            3
        } else if argument.kept.eq_ignore_ascii_case(b"SETNAME") {
            2
        } else {
            return None;
        };
    }
    None
}

/// Longest name kept for the session, in bytes.
const MAX_NAME_LEN: usize = 256;

fn word(arguments: &Arguments<'_>, index: usize) -> Option<Box<[u8]>> {
    let kept = arguments.at(index)?.kept;
    Some(kept.get(..MAX_NAME_LEN).unwrap_or(kept).into())
}

fn database(arguments: &Arguments<'_>) -> Option<u32> {
    let argument = arguments
        .at(1)
        .filter(super::super::model::Argument::is_whole)?;
    std::str::from_utf8(argument.kept).ok()?.parse().ok()
}
