//! Lists of which almost every one has a single item.

use std::collections::BTreeMap;

/// Stands for an empty list.
const NOTHING: u32 = u32::MAX;
/// Stands for a list that lies for itself.
const APART: u32 = u32::MAX - 1;

/// For each id a list: its one item stands in a column, and longer ones lie for themselves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ones {
    first: Vec<u32>,
    apart: BTreeMap<u32, Vec<u32>>,
}

impl Ones {
    /// Lists with room for so many ids.
    pub(crate) fn with_room(ids: usize) -> Self {
        Self { first: Vec::with_capacity(ids), apart: BTreeMap::new() }
    }

    /// The list of this id.
    #[inline]
    pub(crate) fn of(&self, id: u32) -> &[u32] {
        match self.first.get(id as usize) {
            Some(one) if *one < APART => std::slice::from_ref(one),
            Some(&APART) => self.apart.get(&id).map(Vec::as_slice).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Adds an item behind the others of this id.
    #[inline]
    pub(crate) fn push(&mut self, id: u32, item: u32) {
        if id as usize == self.first.len() {
            self.first.push(item);
        } else {
            let list = [self.of(id), &[item]].concat();
            self.put(id, list);
        }
    }

    /// Removes an item from the list of this id.
    pub(crate) fn remove(&mut self, id: u32, item: u32) {
        let left = self.of(id).iter().copied().filter(|&other| other != item).collect();
        self.put(id, left);
    }

    /// From now on this is the list of the id.
    pub(crate) fn put(&mut self, id: u32, list: Vec<u32>) {
        if self.first.len() <= id as usize {
            self.first.resize(id as usize + 1, NOTHING);
        }
        let Some(first) = self.first.get_mut(id as usize) else { return };
        match *list {
            [] => *first = NOTHING,
            [one] if one < APART => *first = one,
            _ => {
                *first = APART;
                self.apart.insert(id, list);
            }
        }
    }

    /// The same lists, of which those with a single item keep it only if `keep` says so; what the others have is asked for
    /// anew.
    pub(crate) fn filtered(&self, keep: impl Fn(u32) -> bool, anew: impl Fn(u32) -> Vec<u32>) -> Self {
        let mut first = self.first.clone();
        for item in &mut first {
            if *item < APART && !keep(*item) {
                *item = NOTHING;
            }
        }
        Self { first, apart: self.apart.keys().map(|&id| (id, anew(id))).collect() }
    }

    /// The items of all lists that have more than one.
    pub(crate) fn in_company(&self) -> impl Iterator<Item = u32> {
        self.apart.keys().map(|&id| self.of(id)).filter(|list| list.len() > 1).flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_has_its_items_in_the_order_given() {
        let mut lists = Ones::default();
        for (id, item) in [(0, 7), (1, 8), (0, 9), (3, 1), (4, 2), (4, 2)] {
            lists.push(id, item);
        }
        let said: Vec<&[u32]> = (0..6).map(|id| lists.of(id)).collect();
        assert_eq!(said, [&[7, 9][..], &[8], &[], &[1], &[2, 2], &[]]);
        assert_eq!(lists.in_company().collect::<Vec<_>>(), [7, 9, 2, 2]);
        lists.remove(0, 7);
        lists.remove(1, 8);
        lists.put(9, vec![5]);
        assert_eq!([lists.of(0), lists.of(1), lists.of(8), lists.of(9)], [&[9][..], &[], &[], &[5]]);
        assert_eq!(lists.in_company().collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn single_items_are_kept_or_not_and_other_lists_made_anew() {
        let mut lists = Ones::default();
        [(0, 7), (1, 8), (2, 9), (2, 10)].into_iter().for_each(|(id, item)| lists.push(id, item));
        let other = lists.filtered(|item| item == 8, |id| vec![id]);
        assert_eq!([other.of(0), other.of(1), other.of(2), other.of(3)], [&[][..], &[8], &[2], &[]]);
    }
}
