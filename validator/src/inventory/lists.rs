//! Many short lists in one allocation, keyed by dense ids.

use rustc_hash::FxHashMap;

/// Lists from which on it matters how many are empty.
const LARGE: usize = 4096;
/// If fewer than one list in so many has anything, those that have lie for themselves.
const SPARSE: usize = 256;

/// For each id a list, all of them one after the other in one vector; nothing at all where every list is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists<T> {
    /// Where the list of each id begins, and behind the last where it ends; none where each of the first ids has one item.
    starts: Vec<u32>,
    items: Vec<T>,
    /// Lists that are no longer as they were entered, those of new ids among them; and the few that have anything at all.
    changed: FxHashMap<u32, Vec<T>>,
}

/// Lists while they are entered. What comes in the order of the ids, as almost everything does, stands where it belongs.
#[derive(Debug)]
pub(crate) struct Filling<T> {
    /// How many lists there will be.
    keys: usize,
    starts: Vec<u32>,
    items: Vec<T>,
    /// The few items that came late: when there were some of later ids.
    late: Vec<(u32, T)>,
    /// The id of each item once they are not in order.
    unordered: Vec<u32>,
}

impl<T: Copy + Default> Filling<T> {
    /// Lists of ids below `keys`, with room for so many items.
    pub(crate) fn with_room(keys: usize, items: usize) -> Self {
        Self { keys, starts: Vec::new(), items: Vec::with_capacity(items), late: Vec::new(), unordered: Vec::new() }
    }

    /// Adds an item behind the others of this id.
    #[inline]
    pub(crate) fn push(&mut self, key: u32, item: T) {
        if self.unordered.is_empty() {
            let id = key as usize;
            let next = if self.starts.is_empty() { self.items.len() } else { self.starts.len() };
            let is_next = id == next;
            if is_next && !self.starts.is_empty() {
                self.starts.push(number(self.items.len()));
            }
            let follows = is_next || id + 1 == self.starts.len();
            if !follows && !self.place(key, item) {
                return;
            }
        } else {
            self.unordered.push(key);
        }
        self.items.push(item);
    }

    /// Makes a place for an item that neither is the one of the next id nor follows others of its own; not if it came late.
    #[inline(never)]
    fn place(&mut self, key: u32, item: T) -> bool {
        let end = number(self.items.len());
        if self.starts.is_empty() {
            self.starts.reserve(self.keys + 1);
            self.starts.extend(0..end);
        }
        if key as usize + 1 >= self.starts.len() {
            self.starts.resize(key as usize + 1, end);
            return true;
        }
        if self.items.len() > LARGE && self.late.len() < self.items.len() / SPARSE {
            self.late.push((key, item));
            return false;
        }
        self.unordered.reserve(self.items.capacity().max(self.items.len() + 1));
        let (mut key_of_item, mut ends) = (0, self.starts.iter().skip(1).peekable());
        self.unordered.extend((0..end).map(|at| {
            while ends.next_if(|&&end| end <= at).is_some() {
                key_of_item += 1;
            }
            key_of_item
        }));
        for (key, item) in self.late.drain(..) {
            self.unordered.push(key);
            self.items.push(item);
        }
        self.unordered.push(key);
        true
    }

    /// The lists that were entered.
    pub(crate) fn finish(mut self) -> Lists<T> {
        let keys = self.keys;
        if !self.unordered.is_empty() {
            return self.sorted();
        }
        if self.starts.is_empty() {
            self.items.truncate(keys);
        } else if let Some(&end) = self.starts.get(keys) {
            self.starts.truncate(keys + 1);
            self.items.truncate(end as usize);
        } else {
            self.starts.push(number(self.items.len()));
        }
        let mut lists = Lists { starts: self.starts, items: self.items, ..Lists::default() };
        self.late.into_iter().filter(|&(key, _)| (key as usize) < keys).for_each(|(key, item)| lists.change(key).push(item));
        lists
    }

    fn sorted(self) -> Lists<T> {
        let Self { keys, mut starts, items: given, unordered, .. } = self;
        starts.clear();
        starts.resize(keys + 1, 0);
        for &key in &unordered {
            if let Some(count) = starts.get_mut(key as usize)
                && (key as usize) < keys
            {
                *count += 1;
            }
        }
        let mut total = 0;
        for end in &mut starts {
            total += *end;
            *end = total;
        }
        // From behind, the end of each list becomes its beginning.
        let mut items = vec![T::default(); total as usize];
        for (&key, &item) in unordered.iter().zip(&given).rev() {
            if let Some(place) = starts.get_mut(key as usize)
                && (key as usize) < keys
            {
                *place -= 1;
                items.get_mut(*place as usize).into_iter().for_each(|slot| *slot = item);
            }
        }
        Lists { starts, items, ..Lists::default() }
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl<T: Copy + Default> Lists<T> {
    /// The lists of ids below `keys`; items keep the order in which they are given. Entries of other ids are left out.
    pub(crate) fn new(keys: usize, entries: impl IntoIterator<Item = (u32, T)>) -> Self {
        let entries = entries.into_iter();
        let (least, most) = entries.size_hint();
        if keys > LARGE && most.is_some_and(|most| most < keys / SPARSE) {
            return Self::sparse(keys, entries);
        }
        let mut filling = Filling::with_room(keys, most.unwrap_or(least));
        entries.for_each(|(key, item)| filling.push(key, item));
        filling.finish()
    }

    /// The same where next to all lists are empty.
    fn sparse(keys: usize, entries: impl Iterator<Item = (u32, T)>) -> Self {
        let mut this = Self::default();
        for (key, item) in entries.filter(|&(key, _)| (key as usize) < keys) {
            this.changed.entry(key).or_default().push(item);
        }
        this
    }

    /// How many items were entered, the late ones aside.
    pub(crate) fn items(&self) -> usize {
        self.items.len()
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
        if self.starts.is_empty() {
            return self.items.get(key..key + 1).unwrap_or_default();
        }
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
    fn items_that_come_late_stand_behind_the_others_of_their_id() {
        for late in [vec![], vec![7], vec![7, 7, 9_999, 3, 20_000], (0..500).collect(), (0..5_000).rev().collect()] {
            let keys = (0..5_000).chain([5_000, 5_000, 6_000]).chain(late.iter().copied()).chain([6_000, 6_001]);
            let entries: Vec<(u32, u32)> = keys.zip(0..).collect();
            let lists = Lists::new(10_000, entries.iter().copied());
            for id in [0, 3, 7, 499, 4_999, 5_000, 5_500, 6_000, 6_001, 9_999, 20_000] {
                let items = entries.iter().filter(|&&(key, _)| key == id && id < 10_000);
                let expected: Vec<u32> = items.map(|&(_, item)| item).collect();
                assert_eq!(lists.of(id), expected, "{id} with {}", late.len());
            }
        }
    }

    #[test]
    fn a_few_lists_among_many_are_as_they_were_entered() {
        let entries = [(7, 'a'), (4_999, 'b'), (7, 'c'), (5_000, 'd')];
        let lists = Lists::new(5_000, entries);
        assert!(lists.starts.is_empty() && lists.items.is_empty());
        assert_eq!([lists.of(7), lists.of(4_999), lists.of(5_000), lists.of(0)], [&['a', 'c'][..], &['b'], &[], &[]]);
    }

    #[test]
    fn a_changed_list_leaves_the_others_as_they_are() {
        for entries in [vec![(0, 'a'), (1, 'b'), (2, 'c')], vec![]] {
            let mut lists = Lists::new(3, entries.iter().copied());
            lists.change(1).push('d');
            lists.change(7).push('e');
            lists.change(2).clear();
            let before = Lists::new(3, entries.iter().copied());
            assert_eq!(lists.of(0), before.of(0));
            assert_eq!(lists.of(1), [before.of(1), &['d']].concat());
            assert_eq!(lists.of(2), []);
            assert_eq!(lists.of(7), ['e']);
        }
    }

    #[test]
    fn lists_say_of_each_id_what_was_entered_in_whatever_order() {
        let orders: [&[u32]; 9] = [
            &[],
            &[0, 1, 2],
            &[0, 1, 2, 3, 4, 5],
            &[0, 1, 1, 3],
            &[1, 2],
            &[0, 0, 0],
            &[0, 1, 2, 1],
            &[3, 0],
            &[2, 2, 9, 1, 0, 9],
        ];
        for keys in orders {
            let lists = Lists::new(4, keys.iter().copied().zip(0..));
            for id in 0..10 {
                let expected: Vec<u32> =
                    keys.iter().zip(0..).filter(|&(&key, _)| key == id && id < 4).map(|(_, item)| item).collect();
                assert_eq!(lists.of(id), expected, "{id} of {keys:?}");
            }
        }
    }

    #[test]
    fn each_id_has_its_items_in_the_order_given() {
        for entries in [[(2, 'a'), (0, 'b'), (2, 'c'), (9, 'd')], [(0, 'b'), (2, 'a'), (2, 'c'), (9, 'd')]] {
            let lists = Lists::new(4, entries);
            assert_eq!(lists.of(0), ['b']);
            assert_eq!(lists.of(1), []);
            assert_eq!(lists.of(2), ['a', 'c']);
            assert_eq!(lists.of(3), []);
            assert_eq!(lists.of(9), []);
        }
        assert_eq!(Lists::new(4, [(1, 'a'), (3, 'b')]).of(3), ['b']);
        assert_eq!(Lists::<char>::new(4, []).of(1), []);
    }
}
