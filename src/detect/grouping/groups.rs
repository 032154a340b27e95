//! The groups of one shard, found by what makes them one finding.
//!
//! Names from the wire are part of an identity, so the hash over it is keyed for this run. What was
//! found last is remembered beside it by a hash that costs next to nothing; what that leads to is a
//! guess, which whoever asks must check, so one who makes hashes collide gains a slower look-up and
//! nothing else. Refuses to know what a group holds beside its identity.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

use super::super::hits::{Hit, mix};
use super::group::Group;
use super::occurrence::Occurrence;

/// Groups by identity; none is ever removed.
pub(super) struct Groups {
    /// In the order in which they began.
    list: Vec<Group>,
    /// Their places in `list`, by the hash of their identities.
    places: HashTable<u32>,
    hasher: RandomState,
    /// Places of the two groups that were found last for each [`Look`], the later one first.
    recent: [[u16; 2]; LOOKS],
}

/// How a hit looks at a glance.
#[derive(Clone, Copy)]
pub(super) struct Look(usize);

impl Groups {
    pub(super) fn new() -> Self {
        Self {
            list: Vec::new(),
            places: HashTable::new(),
            hasher: RandomState::new(),
            recent: [[NONE; 2]; LOOKS],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds a group whose identity none has yet.
    pub(super) fn insert(&mut self, group: Group) {
        debug_assert!(self.find(&group.identity).is_none(), "twice the same");
        let hash = self.hasher.hash_one(&*group.identity);
        let Ok(place) = u32::try_from(self.list.len()) else {
            return;
        };
        self.list.push(group);
        let (list, hasher) = (&self.list, &self.hasher);
        self.places.insert_unique(hash, place, |&other| {
            list.get(other as usize)
                .map_or(0, |group| hasher.hash_one(&*group.identity))
        });
    }

    /// Place of the group of this identity.
    pub(super) fn find(&self, identity: &[u8]) -> Option<usize> {
        let hash = self.hasher.hash_one(identity);
        let is_it = |&place: &u32| {
            self.get(place as usize)
                .is_some_and(|group| *group.identity == *identity)
        };
        self.places.find(hash, is_it).map(|&place| place as usize)
    }

    /// The group of this identity, for who may add to it.
    pub(super) fn find_mut(&mut self, identity: &[u8]) -> Option<&mut Group> {
        let place = self.find(identity)?;
        self.get_mut(place)
    }

    /// The groups that hits of this look belonged to lately, with their places.
    pub(super) fn guesses(&self, look: Look) -> impl Iterator<Item = (usize, &Group)> {
        let places = self.recent.get(look.0);
        places.into_iter().flatten().filter_map(|&place| {
            let place = usize::from(place);
            Some((place, self.list.get(place)?))
        })
    }

    /// A hit of this look was found to belong to that group, which was not among the guesses.
    pub(super) fn remember(&mut self, look: Look, place: usize) {
        if let Some(recent) = self.recent.get_mut(look.0) {
            *recent = [u16::try_from(place).unwrap_or(NONE), recent[0]];
        }
    }

    pub(super) fn get(&self, place: usize) -> Option<&Group> {
        self.list.get(place)
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Group> {
        self.list.get_mut(place)
    }

    /// In the order of their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Group> {
        self.list.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        self.list.iter_mut()
    }

    pub(super) fn into_list(self) -> Vec<Group> {
        self.list
    }
}

impl Look {
    #[inline]
    pub(super) fn of(occurrence: &Occurrence<'_>, hit: &Hit<'_>) -> Self {
        let mut look = u64::from(hit.rule.0)
            ^ (occurrence.direction as u64) << 16
            ^ u64::from(occurrence.server.port) << 24
            ^ (occurrence.command.map_or(0, <[u8]>::len) as u64) << 40;
        for text in [hit.key_pattern, hit.field.unwrap_or_default()] {
            look = mix(look, ends(text));
        }
        Self(usize::try_from(look % LOOKS as u64).unwrap_or_default())
    }
}

/// What a text begins and ends with, and how long it is.
#[inline]
fn ends(text: &[u8]) -> u64 {
    let len = text.len() as u64;
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(24) ^ len;
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return (u64::from(first) | u64::from(last) << 32) ^ len;
    }
    text.iter()
        .fold(len, |ends, &byte| ends << 8 | u64::from(byte))
}

/// Looks told apart, four bytes each: a shard sees some dozens of causes, of which few look alike.
const LOOKS: usize = 128;

/// No place yet, nor ever where hits come: only merging makes more groups than that.
const NONE: u16 = u16::MAX;
