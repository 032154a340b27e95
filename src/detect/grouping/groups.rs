//! The groups of one shard, found by what makes them one finding.
//!
//! Names from the wire are part of an identity, so the hash over it is keyed for this run. Most hits
//! need none: their names are known by number ([`TextId`]), and a few numbers that are the same as
//! those of a group's last hit say that it is that group. Refuses to know what a group holds beside
//! its identity.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

use super::super::hits::{TextId, mix};
use super::super::rule::RuleIndex;
use super::group::Group;
use super::scenes::SceneId;

/// Groups by identity; none is ever removed.
pub(super) struct Groups {
    /// In the order in which they began.
    list: Vec<Group>,
    /// Their places in `list`, by the hash of their identities.
    places: HashTable<u32>,
    hasher: RandomState,
    /// Places of the two groups that were found last for each hash of a [`Look`], the later one first:
    /// guesses, to be checked.
    recent: Vec<[u16; 2]>,
}

/// What makes a hit's group that group, in numbers: two of them are the same only where identities
/// are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) key: TextId,
    pub(super) field: TextId,
    pub(super) scene: SceneId,
    pub(super) rule: RuleIndex,
}

impl Groups {
    pub(super) fn new() -> Self {
        Self {
            list: Vec::new(),
            places: HashTable::new(),
            hasher: RandomState::new(),
            recent: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds a group whose identity none has yet; the answer is its place.
    pub(super) fn insert(&mut self, group: Group) -> usize {
        debug_assert!(self.find(&group.rest.identity).is_none(), "twice the same");
        let hash = self.hasher.hash_one(&*group.rest.identity);
        let new = self.list.len();
        let Ok(place) = u32::try_from(new) else {
            return new;
        };
        self.list.push(group);
        let (list, hasher) = (&self.list, &self.hasher);
        self.places.insert_unique(hash, place, |&other| {
            list.get(other as usize)
                .map_or(0, |group| hasher.hash_one(&*group.rest.identity))
        });
        new
    }

    /// Place of the group of this identity.
    pub(super) fn find(&self, identity: &[u8]) -> Option<usize> {
        let hash = self.hasher.hash_one(identity);
        let is_it = |&place: &u32| {
            self.get(place as usize)
                .is_some_and(|group| *group.rest.identity == *identity)
        };
        self.places.find(hash, is_it).map(|&place| place as usize)
    }

    /// The group of this identity, for who may add to it.
    pub(super) fn find_mut(&mut self, identity: &[u8]) -> Option<&mut Group> {
        let place = self.find(identity)?;
        self.get_mut(place)
    }

    /// The group that the last hit of this look belonged to; `None` where nobody remembers.
    #[inline]
    pub(super) fn guess(&mut self, look: &Look) -> Option<&mut Group> {
        let places = *self.recent.get(look.slot())?;
        let is_it = |place: &u16| {
            let group = self.list.get(usize::from(*place));
            group.is_some_and(|group| group.look() == *look)
        };
        let place = places.into_iter().find(is_it)?;
        self.list.get_mut(usize::from(place))
    }

    /// A hit of this look was found to belong to that group.
    pub(super) fn remember(&mut self, look: Look, place: usize) {
        if self.recent.is_empty() {
            self.recent.resize(LOOKS, [NONE; 2]);
        }
        if let Some(recent) = self.recent.get_mut(look.slot())
            && let Some(group) = self.list.get_mut(place)
        {
            group.set_look(look);
            let place = u16::try_from(place).unwrap_or(NONE);
            if recent[0] != place {
                *recent = [place, recent[0]];
            }
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
    /// What no hit looks like.
    pub(super) const NONE: Self = Self {
        key: TextId::UNKNOWN,
        field: TextId::UNKNOWN,
        scene: SceneId::NONE,
        rule: RuleIndex(0),
    };

    /// The look of a hit; `None` where its names are not known by number.
    #[inline]
    pub(super) fn of(
        scene: SceneId,
        rule: RuleIndex,
        (key, field): (TextId, TextId),
    ) -> Option<Self> {
        (key.is_known() && field.is_known()).then_some(Self {
            key,
            field,
            scene,
            rule,
        })
    }

    #[inline]
    fn slot(&self) -> usize {
        let hash = mix(mix(self.key.0, self.field.0), u64::from(self.rule.0));
        usize::try_from(hash >> 32).unwrap_or_default() % LOOKS
    }
}

/// Hashes of looks told apart, four bytes each: a shard sees some dozens of causes.
const LOOKS: usize = 128;

/// No place yet, nor ever where hits come: only merging makes more groups than that.
const NONE: u16 = u16::MAX;
