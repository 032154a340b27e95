//! The families of bare digit runs seen last: a hash over two texts costs more than the runs do.

use crate::detect::hits::{Hits, TextId, Under, mix};

/// Families remembered, 24 bytes each.
const SLOTS: usize = 256;

/// A small memory of [`Hits::family`], by what key patterns and fields are known by.
pub(super) struct Families {
    slots: Vec<Slot>,
}

#[derive(Clone, Copy)]
struct Slot {
    key: TextId,
    field: TextId,
    family: u64,
}

impl Default for Families {
    fn default() -> Self {
        let none = Slot {
            key: TextId::UNKNOWN,
            field: TextId::UNKNOWN,
            family: 0,
        };
        Self {
            slots: vec![none; SLOTS],
        }
    }
}

impl Families {
    /// The family of a value.
    #[inline]
    pub(super) fn of(&mut self, hits: &Hits, under: Under) -> u64 {
        let (key, field) = hits.ids(under);
        if !key.is_known() || !field.is_known() {
            return hits.family(under);
        }
        let place = usize::try_from(mix(key.0, field.0) >> 32).unwrap_or_default() % SLOTS;
        match self.slots.get_mut(place) {
            Some(slot) if slot.key == key && slot.field == field => slot.family,
            slot => {
                let family = hits.family(under);
                if let Some(slot) = slot {
                    *slot = Slot { key, field, family };
                }
                family
            }
        }
    }
}
