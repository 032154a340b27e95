//! Storage of flows: u32 indices into chunks that never move, and intrusive lists through them.

use super::key::Key;
use super::record::{Cold, Flow, ListId, Marks, Rare};

/// Flows in a chunk: a table of few flows takes 12 KiB, and growth copies nothing.
const CHUNK_LEN: usize = 64;

/// No flow.
pub(super) const NONE: u32 = u32::MAX;

/// All parts of flows.
#[derive(Debug)]
pub(super) struct Slab<C> {
    chunks: Vec<Box<Chunk<C>>>,
    /// Slots to use again, chained by `Link::next`.
    free: u32,
    /// Slots ever used.
    used: u32,
}

/// Like parts beside each other, so that no cache line of the hot ones holds anything cold.
#[derive(Debug)]
struct Chunk<C> {
    hot: [Flow; CHUNK_LEN],
    cold: [Cold<C>; CHUNK_LEN],
    links: [Link; CHUNK_LEN],
    rare: [Rare; CHUNK_LEN],
}

impl<C: Default> Default for Chunk<C> {
    fn default() -> Self {
        Self {
            // No segment is for a place that was never used, whatever its addresses.
            hot: std::array::from_fn(|_| Flow {
                key: Key::NONE,
                ..Flow::default()
            }),
            cold: std::array::from_fn(|_| Cold::default()),
            links: [Link::ALONE; CHUNK_LEN],
            rare: std::array::from_fn(|_| Rare::default()),
        }
    }
}

/// Neighbours in the list a flow is in.
#[derive(Debug, Clone, Copy)]
struct Link {
    previous: u32,
    next: u32,
}

impl Link {
    const ALONE: Self = Self {
        previous: NONE,
        next: NONE,
    };
}

impl<C> Default for Slab<C> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            free: NONE,
            used: 0,
        }
    }
}

impl<C: Default> Slab<C> {
    /// Stores a flow; `None` where 2^32 - 1 are stored already.
    pub(super) fn insert(&mut self, flow: Flow, cold: Cold<C>) -> Option<u32> {
        let index = if self.free == NONE {
            let index = self.used;
            self.used = index.checked_add(1).filter(|&used| used != NONE)?;
            if place(index).1 == 0 {
                self.chunks.push(Box::default());
            }
            index
        } else {
            let index = self.free;
            self.free = self.link(index).next;
            index
        };
        let (old_flow, old_cold) = self.get_mut(index)?;
        *old_flow = flow;
        *old_cold = cold;
        Some(index)
    }
}

impl<C> Slab<C> {
    /// Frees a slot; what it holds is replaced when it is used again.
    pub(super) fn remove(&mut self, index: u32) {
        let free = self.free;
        let Some(parts) = self.parts_mut(index) else {
            return;
        };
        parts.cold.list = ListId::None;
        // Whoever still knows the index finds nobody there.
        parts.flow.key = Key::NONE;
        if parts.flow.marks.has(Marks::DONE | Marks::EXTRA) {
            *parts.rare = Rare::default();
        }
        if let Some(link) = self.link_mut(index) {
            link.next = free;
            self.free = index;
        }
    }

    /// Where the next flow will be stored.
    #[inline]
    pub(super) fn vacant(&self) -> u32 {
        if self.free == NONE {
            self.used
        } else {
            self.free
        }
    }

    #[inline(always)]
    pub(super) fn flow(&self, index: u32) -> Option<&Flow> {
        let (chunk, slot) = place(index);
        self.chunks.get(chunk)?.hot.get(slot)
    }

    #[inline(always)]
    pub(super) fn flow_mut(&mut self, index: u32) -> Option<&mut Flow> {
        let (chunk, slot) = place(index);
        self.chunks.get_mut(chunk)?.hot.get_mut(slot)
    }

    #[inline]
    pub(super) fn cold_mut(&mut self, index: u32) -> Option<&mut Cold<C>> {
        let (chunk, slot) = place(index);
        self.chunks.get_mut(chunk)?.cold.get_mut(slot)
    }

    #[inline]
    pub(super) fn rare(&self, index: u32) -> Option<&Rare> {
        let (chunk, slot) = place(index);
        self.chunks.get(chunk)?.rare.get(slot)
    }

    #[inline]
    pub(super) fn get(&self, index: u32) -> Option<(&Flow, &Cold<C>)> {
        let (chunk, slot) = place(index);
        let chunk = self.chunks.get(chunk)?;
        Some((chunk.hot.get(slot)?, chunk.cold.get(slot)?))
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self, index: u32) -> Option<(&mut Flow, &mut Cold<C>)> {
        let (chunk, slot) = place(index);
        let chunk = self.chunks.get_mut(chunk)?;
        Some((chunk.hot.get_mut(slot)?, chunk.cold.get_mut(slot)?))
    }

    #[inline]
    pub(super) fn parts_mut(&mut self, index: u32) -> Option<Parts<'_, C>> {
        let (chunk, slot) = place(index);
        let chunk = self.chunks.get_mut(chunk)?;
        Some(Parts {
            flow: chunk.hot.get_mut(slot)?,
            cold: chunk.cold.get_mut(slot)?,
            rare: chunk.rare.get_mut(slot)?,
        })
    }

    #[inline]
    fn link(&self, index: u32) -> Link {
        let (chunk, slot) = place(index);
        let chunk = self.chunks.get(chunk);
        chunk
            .and_then(|chunk| chunk.links.get(slot))
            .map_or(Link::ALONE, |&link| link)
    }

    #[inline]
    fn link_mut(&mut self, index: u32) -> Option<&mut Link> {
        let (chunk, slot) = place(index);
        self.chunks.get_mut(chunk)?.links.get_mut(slot)
    }

    /// Indices in use.
    pub(super) fn indices(&self) -> impl Iterator<Item = u32> {
        (0..self.used).filter(|&index| {
            self.get(index)
                .is_some_and(|(_, cold)| cold.list != ListId::None)
        })
    }

    pub(super) fn memory_len(&self) -> usize {
        self.chunks.len() * size_of::<Chunk<C>>()
            + self.chunks.capacity() * size_of::<Box<Chunk<C>>>()
    }
}

/// The parts of one flow to work on.
pub(super) struct Parts<'a, C> {
    pub(super) flow: &'a mut Flow,
    pub(super) cold: &'a mut Cold<C>,
    pub(super) rare: &'a mut Rare,
}

/// Chunk, and slot in it.
#[inline(always)]
fn place(index: u32) -> (usize, usize) {
    (index as usize / CHUNK_LEN, index as usize % CHUNK_LEN)
}

/// First and last of a list, and its length.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub(super) head: u32,
    tail: u32,
    pub(super) len: u32,
}

impl Default for List {
    fn default() -> Self {
        Self {
            head: NONE,
            tail: NONE,
            len: 0,
        }
    }
}

/// The four lists of a table, oldest entry first.
#[derive(Debug, Default)]
pub(super) struct Lists {
    half_open: List,
    open: List,
    holding: List,
    lingering: List,
}

impl Lists {
    pub(super) fn of(&self, id: ListId) -> List {
        match id {
            ListId::None => List::default(),
            ListId::HalfOpen => self.half_open,
            ListId::Open => self.open,
            ListId::Holding => self.holding,
            ListId::Lingering => self.lingering,
        }
    }

    fn of_mut(&mut self, id: ListId) -> Option<&mut List> {
        match id {
            ListId::None => None,
            ListId::HalfOpen => Some(&mut self.half_open),
            ListId::Open => Some(&mut self.open),
            ListId::Holding => Some(&mut self.holding),
            ListId::Lingering => Some(&mut self.lingering),
        }
    }

    /// Moves a flow to the end of a list, out of the one it is in.
    pub(super) fn append<C>(&mut self, slab: &mut Slab<C>, index: u32, to: ListId) {
        self.take(slab, index);
        let Some(list) = self.of_mut(to) else { return };
        let Some(cold) = slab.cold_mut(index) else {
            return;
        };
        cold.list = to;
        let tail = list.tail;
        if let Some(link) = slab.link_mut(index) {
            *link = Link {
                previous: tail,
                next: NONE,
            };
        }
        match slab.link_mut(tail) {
            Some(before) => before.next = index,
            None => list.head = index,
        }
        list.tail = index;
        list.len = list.len.saturating_add(1);
    }

    /// Takes a flow out of the list it is in.
    pub(super) fn take<C>(&mut self, slab: &mut Slab<C>, index: u32) {
        let Some(cold) = slab.cold_mut(index) else {
            return;
        };
        let Some(list) = self.of_mut(cold.list) else {
            return;
        };
        cold.list = ListId::None;
        let Link { previous, next } = slab.link(index);
        match slab.link_mut(previous) {
            Some(before) => before.next = next,
            None => list.head = next,
        }
        match slab.link_mut(next) {
            Some(behind) => behind.previous = previous,
            None => list.tail = previous,
        }
        list.len = list.len.saturating_sub(1);
    }

    /// The flow behind `index` in its list.
    pub(super) fn behind<C>(slab: &Slab<C>, index: u32) -> u32 {
        slab.link(index).next
    }

    pub(super) fn flows(&self) -> u32 {
        self.half_open.len + self.open.len + self.holding.len + self.lingering.len
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_that_of_the_chunks_and_freed_places_are_used_again() {
        let mut slab = Slab::<u64>::default();
        assert_eq!(slab.memory_len(), 0);
        let per_chunk = size_of::<Chunk<u64>>() + size_of::<Box<Chunk<u64>>>();
        for index in 0..3 * CHUNK_LEN {
            let stored = slab.insert(Flow::default(), Cold::default());
            assert_eq!(stored.map(|stored| stored as usize), Some(index));
        }
        // The vector of chunks may have room for more.
        let room = 8 * size_of::<Box<Chunk<u64>>>();
        let full = slab.memory_len();
        assert!((3 * per_chunk..=3 * per_chunk + room).contains(&full));
        for index in [5, 64, 190] {
            slab.remove(index);
        }
        for expected in [190, 64, 5] {
            let stored = slab.insert(Flow::default(), Cold::default());
            assert_eq!(stored, Some(expected));
        }
        assert_eq!(slab.memory_len(), full);
    }
}
