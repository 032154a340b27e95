//! Figures by server, client address and user together: three scopes for the price of one lookup.

use std::collections::HashMap;

use super::figures::Figures;
use super::{Call, MAX_SESSIONS};
use crate::event::Scope;
use crate::redact::Printable;
use crate::segment::{Address, Endpoint};

/// Figures by session.
#[derive(Debug, Clone, Default)]
pub(super) struct Sessions {
    places: HashMap<Session, usize>,
    rows: Vec<(Session, Figures)>,
    /// Place of the row used last: packets of a connection come in bursts.
    last: usize,
    /// Users told apart; a session has a place in here.
    users: Vec<Box<[u8]>>,
    user_places: HashMap<Box<[u8]>, u32>,
    /// Calls of sessions past the limit.
    others: Figures,
}

/// Who talks to whom as whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Session {
    server: Endpoint,
    client: Address,
    /// Place in `users`.
    user: Option<u32>,
}

impl Sessions {
    pub(super) fn record(&mut self, call: &Call<'_>, top: usize) {
        let is_last = self.rows.get(self.last).is_some_and(|(session, _)| {
            session.server == call.server
                && session.client == call.client.address
                && self.user(session.user) == call.user
        });
        if !is_last {
            match self.place(call.server, call.client.address, call.user) {
                Some(place) => self.last = place,
                None => return self.others.record(call, top),
            }
        }
        if let Some((_, figures)) = self.rows.get_mut(self.last) {
            figures.record(call, top);
        }
    }

    pub(super) fn merge(&mut self, other: &Self, top: usize) {
        for (session, theirs) in &other.rows {
            let place = self.place(session.server, session.client, other.user(session.user));
            match place.and_then(|place| self.rows.get_mut(place)) {
                Some((_, ours)) => ours.merge(theirs, top),
                None => self.others.merge(theirs, top),
            }
        }
        self.others.merge(&other.others, top);
    }

    /// The name in that scope of each session, and its figures.
    pub(super) fn by<'a>(
        &'a self,
        scope: Scope,
        print: &mut dyn FnMut(&[u8]) -> Printable,
    ) -> Vec<(Printable, &'a Figures)> {
        let users: Vec<Printable> = self.users.iter().map(|user| print(user)).collect();
        let name = |session: &Session| match scope {
            Scope::Server => Printable::endpoint(session.server),
            Scope::Client => Printable::address(session.client),
            _ => session
                .user
                .and_then(|place| users.get(place as usize).cloned())
                .unwrap_or_else(|| Printable::word(NO_USER)),
        };
        let rows = self.rows.iter();
        rows.map(|(session, figures)| (name(session), figures))
            .chain([(Printable::word(OTHERS), &self.others)])
            .collect()
    }

    /// Place of a session's row, new where there is room.
    fn place(&mut self, server: Endpoint, client: Address, user: Option<&[u8]>) -> Option<usize> {
        let user = match user {
            // At most one new user a session, so users are bounded as sessions are.
            Some(name) => match self.user_places.get(name) {
                Some(&place) => Some(place),
                None if self.rows.len() >= MAX_SESSIONS => return None,
                None => {
                    let place = u32::try_from(self.users.len()).ok()?;
                    self.users.push(name.into());
                    self.user_places.insert(name.into(), place);
                    Some(place)
                }
            },
            None => None,
        };
        let session = Session {
            server,
            client,
            user,
        };
        if let Some(&place) = self.places.get(&session) {
            return Some(place);
        }
        if self.rows.len() >= MAX_SESSIONS {
            return None;
        }
        let place = self.rows.len();
        self.rows.push((session, Figures::default()));
        self.places.insert(session, place);
        Some(place)
    }

    fn user(&self, place: Option<u32>) -> Option<&[u8]> {
        self.users.get(place? as usize).map(|user| &**user)
    }
}

/// Sessions past the limit, all together.
const OTHERS: &str = "(others)";
/// Sessions without a login that was seen.
const NO_USER: &str = "(no login seen)";
