//! Storage of flows: u32 indices into chunks that never move, and intrusive lists through them.

use super::record::{Cold, Flow, ListId};

/// Flows in a chunk: a table of few flows takes 8 KiB, and growth copies nothing.
const CHUNK_LEN: usize = 64;

/// No flow.
pub(super) const NONE: u32 = u32::MAX;

/// Hot and cold parts of flows.
#[derive(Debug)]
pub(super) struct Slab<C> {
    chunks: Vec<Box<Chunk<C>>>,
    /// Slots to use again, chained by `Cold::next`.
    free: u32,
    /// Slots ever used.
    used: u32,
}

/// Hot parts beside each other, so that none of their cache lines holds anything cold.
#[derive(Debug)]
struct Chunk<C> {
    hot: [Flow; CHUNK_LEN],
    cold: [Cold<C>; CHUNK_LEN],
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
                self.chunks.push(Box::new(Chunk {
                    hot: std::array::from_fn(|_| Flow::default()),
                    cold: std::array::from_fn(|_| Cold::default()),
                }));
            }
            index
        } else {
            self.free
        };
        let (old_flow, old_cold) = self.get_mut(index)?;
        let next = old_cold.next;
        *old_flow = flow;
        *old_cold = cold;
        if self.free == index {
            self.free = next;
        }
        Some(index)
    }
}

impl<C> Slab<C> {
    /// Frees a slot; what it holds is replaced when it is used again.
    pub(super) fn remove(&mut self, index: u32) {
        let free = self.free;
        if let Some((_, cold)) = self.get_mut(index) {
            cold.list = ListId::None;
            cold.extra = None;
            cold.next = free;
            self.free = index;
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
        let tail = list.tail;
        let Some(cold) = slab.cold_mut(index) else {
            return;
        };
        cold.list = to;
        cold.previous = tail;
        cold.next = NONE;
        match slab.cold_mut(tail) {
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
        let (id, previous, next) = (cold.list, cold.previous, cold.next);
        let Some(list) = self.of_mut(id) else { return };
        cold.list = ListId::None;
        match slab.cold_mut(previous) {
            Some(before) => before.next = next,
            None => list.head = next,
        }
        match slab.cold_mut(next) {
            Some(behind) => behind.previous = previous,
            None => list.tail = previous,
        }
        list.len = list.len.saturating_sub(1);
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
