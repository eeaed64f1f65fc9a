//! A map from addresses to dense ids, in pages of 64.

const PAGE: usize = 64;
const EMPTY: u32 = u32::MAX;

/// Maps addresses to ids. Addresses come in runs (the volumes of a logical subsystem, the units of a range), so that
/// a page of 64 entries is well filled and a look-up is two loads instead of a hash. Longer pages would cost more than
/// they save where a small site has its units all over the numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct PagedIndex {
    directory: Vec<u32>,
    pages: Vec<[u32; PAGE]>,
    /// The page in which something was entered last: which page of the addresses it is, counted from 1, and its number.
    last: (usize, u32),
}

impl PagedIndex {
    /// An empty map with room for so many ids whose addresses lie close together.
    pub(crate) fn with_room(ids: usize) -> Self {
        Self { pages: Vec::with_capacity(ids / PAGE), ..Self::default() }
    }

    /// Enters an id; the last one entered at an address stays.
    #[inline]
    pub(crate) fn insert(&mut self, address: usize, id: u32) {
        let page = address / PAGE + 1;
        if page != self.last.0 {
            self.last = (page, self.page(page - 1));
        }
        if let Some(slot) = self.pages.get_mut(self.last.1 as usize).and_then(|page| page.get_mut(address % PAGE)) {
            *slot = id;
        }
    }

    /// The number of this page of the addresses, which is made where there is none.
    fn page(&mut self, page: usize) -> u32 {
        if page >= self.directory.len() {
            self.directory.resize(page + 1, EMPTY);
        }
        let Some(entry) = self.directory.get_mut(page) else { return EMPTY };
        if *entry == EMPTY {
            *entry = u32::try_from(self.pages.len()).unwrap_or(EMPTY);
            self.pages.push([EMPTY; PAGE]);
        }
        *entry
    }

    /// The id at this address.
    pub(crate) fn get(&self, address: usize) -> Option<u32> {
        let page = *self.directory.get(address / PAGE)?;
        let id = *self.pages.get(page as usize)?.get(address % PAGE)?;
        (id != EMPTY).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_the_id_that_was_entered_and_its_neighbours_none() {
        let mut index = PagedIndex::default();
        for address in [0, 255, 256, 70_000] {
            index.insert(address, 7);
        }
        for address in [0, 255, 256, 70_000] {
            assert_eq!(index.get(address), Some(7), "{address}");
        }
        for address in [1, 257, 69_999, 70_001, 1_000_000] {
            assert_eq!(index.get(address), None, "{address}");
        }
    }
}
