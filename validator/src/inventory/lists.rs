//! Many short lists in one allocation, keyed by dense ids.

use rustc_hash::FxHashMap;

/// For each id a list, all of them one after the other in one vector; nothing at all where every list is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists<T> {
    starts: Vec<u32>,
    items: Vec<T>,
    /// Lists that are no longer as they were entered; those of new ids among them.
    changed: FxHashMap<u32, Vec<T>>,
}

impl<T: Copy + Default> Lists<T> {
    /// The lists of ids below `keys`; items keep the order in which they are given. Entries of other ids are left out.
    pub(crate) fn new(keys: usize, entries: &[(u32, T)]) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        let mut starts = vec![0_u32; keys + 1];
        for &(key, _) in entries {
            if let Some(count) = starts.get_mut(key as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        // What comes in the order of the ids stands where it belongs already.
        if total as usize == entries.len() && entries.is_sorted_by_key(|&(key, _)| key) {
            return Self { starts, items: entries.iter().map(|&(_, item)| item).collect(), ..Self::default() };
        }
        let mut next = starts.clone();
        let mut items = vec![T::default(); total as usize];
        for &(key, item) in entries {
            if let Some(place) = next.get_mut(key as usize)
                && (key as usize) < keys
                && let Some(slot) = items.get_mut(*place as usize)
            {
                *slot = item;
                *place += 1;
            }
        }
        Self { starts, items, ..Self::default() }
    }

    /// The list of this id.
    #[inline]
    pub(crate) fn of(&self, key: u32) -> &[T] {
        if !self.changed.is_empty() {
            return self.of_changed(key);
        }
        self.entered(key)
    }

    /// The same once a list was changed: most inventories are built, judged and gone.
    #[cold]
    #[inline(never)]
    fn of_changed(&self, key: u32) -> &[T] {
        self.changed.get(&key).map_or_else(|| self.entered(key), Vec::as_slice)
    }

    /// The list of this id as it was entered.
    #[inline]
    fn entered(&self, key: u32) -> &[T] {
        let key = key as usize;
        match self.starts.get(key..key + 2) {
            Some(&[start, end]) => self.items.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The list of this id, to be changed. From then on it lies for itself, so that a change moves no other list.
    pub(crate) fn change(&mut self, key: u32) -> &mut Vec<T> {
        if !self.changed.contains_key(&key) {
            let list = self.of(key).to_vec();
            self.changed.insert(key, list);
        }
        self.changed.entry(key).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_list_leaves_the_others_as_they_are() {
        for entries in [vec![(0, 'a'), (1, 'b'), (2, 'c')], vec![]] {
            let mut lists = Lists::new(3, &entries);
            lists.change(1).push('d');
            lists.change(7).push('e');
            lists.change(2).clear();
            let before = Lists::new(3, &entries);
            assert_eq!(lists.of(0), before.of(0));
            assert_eq!(lists.of(1), [before.of(1), &['d']].concat());
            assert_eq!(lists.of(2), []);
            assert_eq!(lists.of(7), ['e']);
        }
    }

    #[test]
    fn each_id_has_its_items_in_the_order_given() {
        for entries in [[(2, 'a'), (0, 'b'), (2, 'c'), (9, 'd')], [(0, 'b'), (2, 'a'), (2, 'c'), (9, 'd')]] {
            let lists = Lists::new(4, &entries);
            assert_eq!(lists.of(0), ['b']);
            assert_eq!(lists.of(1), []);
            assert_eq!(lists.of(2), ['a', 'c']);
            assert_eq!(lists.of(3), []);
            assert_eq!(lists.of(9), []);
        }
        assert_eq!(Lists::new(4, &[(1, 'a'), (3, 'b')]).of(3), ['b']);
        assert_eq!(Lists::<char>::new(4, &[]).of(1), []);
    }
}
