//! What a server knows of one of its clients' addresses.

use std::collections::{BTreeMap, BTreeSet};

use super::super::marks::At;
use super::Latest;
use crate::event::{Role, TlsVersion};
use crate::observation::{Client, User};
use crate::packet::Timestamp;
use crate::segment::Address;

/// A client address, as one server knows it.
#[derive(Debug, Clone, Default)]
pub(in crate::posture) struct Peer {
    pub(in crate::posture) plain: Tally,
    pub(in crate::posture) tls: Tally,
    pub(in crate::posture) unknown: Tally,
    pub(in crate::posture) commands: u64,
    pub(in crate::posture) client: Option<Latest<Client>>,
    /// As whom it acted in the clear, with the commands it ran; at most [`MAX_USERS`].
    pub(in crate::posture) users: BTreeMap<User, u64>,
    pub(in crate::posture) role: Role,
    /// It spoke the cluster bus in the clear.
    pub(in crate::posture) bus: bool,
    /// Rules that matched in the clear; at most [`MAX_RULES`].
    pub(in crate::posture) gave_away: BTreeSet<String>,
    /// First connection that was readable.
    pub(in crate::posture) first_plain: Option<At>,
    pub(in crate::posture) first_plain_time: Timestamp,
    pub(in crate::posture) last_plain_time: Timestamp,
    /// RESP was answered by a reset, and whether a password was among it.
    pub(in crate::posture) resets: u64,
    pub(in crate::posture) reset_password: bool,
    pub(in crate::posture) first_reset: Option<(At, Timestamp)>,
    /// A ClientHello was met with silence or RESP.
    pub(in crate::posture) unanswered_hellos: u64,
    pub(in crate::posture) first_unanswered: Option<(At, Timestamp)>,
    /// It showed no certificate although asked, or was not asked.
    pub(in crate::posture) without_certificate: u64,
    /// The newest version among those it offered where an old one was negotiated.
    pub(in crate::posture) old_version: Option<TlsVersion>,
    /// Dangerous commands it was served.
    pub(in crate::posture) dangerous: BTreeSet<String>,
}

/// Connections and their stream bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::posture) struct Tally {
    pub(in crate::posture) connections: u64,
    pub(in crate::posture) bytes: u64,
}

impl Tally {
    pub(super) fn add(&mut self, bytes: u64) {
        self.connections += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(in crate::posture) fn merge(&mut self, other: Self) {
        self.connections += other.connections;
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl Peer {
    pub(super) fn merge(&mut self, other: &Self) {
        self.plain.merge(other.plain);
        self.tls.merge(other.tls);
        self.unknown.merge(other.unknown);
        self.commands = self.commands.saturating_add(other.commands);
        if let Some(client) = &other.client {
            Latest::update(&mut self.client, client);
        }
        for (user, commands) in &other.users {
            *self.users.entry(user.clone()).or_default() += commands;
        }
        self.role = self.role.max(other.role);
        self.bus |= other.bus;
        self.gave_away.extend(other.gave_away.iter().cloned());
        self.dangerous.extend(other.dangerous.iter().cloned());
        if let Some(theirs) = &other.first_plain {
            if self.first_plain.is_none() || other.first_plain_time < self.first_plain_time {
                self.first_plain_time = other.first_plain_time;
            }
            if self.first_plain.as_ref().is_none_or(|ours| theirs < ours) {
                self.first_plain = Some(theirs.clone());
            }
        }
        self.last_plain_time = self.last_plain_time.max(other.last_plain_time);
        self.resets += other.resets;
        self.reset_password |= other.reset_password;
        if let Some((at, time)) = &other.first_reset {
            earliest(&mut self.first_reset, at, *time);
        }
        self.unanswered_hellos += other.unanswered_hellos;
        if let Some((at, time)) = &other.first_unanswered {
            earliest(&mut self.first_unanswered, at, *time);
        }
        self.without_certificate += other.without_certificate;
        self.old_version = self.old_version.max(other.old_version);
    }

    /// Notes a user of whom no commands were counted.
    pub(super) fn acts_as(&mut self, user: &User) {
        if self.users.len() < MAX_USERS {
            self.users.entry(user.clone()).or_default();
        }
    }

    /// The user under which it ran most commands in the clear.
    pub(in crate::posture) fn main_user(&self) -> Option<&User> {
        self.users
            .iter()
            .max_by_key(|(_, commands)| **commands)
            .map(|(user, _)| user)
    }
}

/// The state of a client; `None` beyond the bound.
pub(super) fn peer(clients: &mut BTreeMap<Address, Peer>, address: Address) -> Option<&mut Peer> {
    if clients.len() >= MAX_CLIENTS && !clients.contains_key(&address) {
        return None;
    }
    Some(clients.entry(address).or_default())
}

pub(super) fn earliest(slot: &mut Option<(At, Timestamp)>, at: &At, time: Timestamp) {
    if slot.as_ref().is_none_or(|(first, _)| at < first) {
        *slot = Some((at.clone(), time));
    }
}

/// Client addresses kept a server: `maxclients` of Redis is 10,000 by default.
pub(in crate::posture) const MAX_CLIENTS: usize = 10_000;
/// Users kept a client address.
pub(super) const MAX_USERS: usize = 16;
/// Rules (or dangerous commands) kept a client address; more than we have of the kind.
pub(super) const MAX_RULES: usize = 128;
