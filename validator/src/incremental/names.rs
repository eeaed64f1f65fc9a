//! Data sets by their names.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use dasdlab_model::name::DataSetName;

use crate::inventory::Data;

/// The way from names to numbers: by the order of the names that were there from the beginning, of which mostly none has
/// to be kept, and a tree of those that came later.
#[derive(Debug, Clone, Default)]
pub(super) struct DataSetNames {
    /// How many were there from the beginning.
    first: u32,
    /// Their numbers in the order of the names, where that is another one.
    order: Option<Vec<u32>>,
    later: BTreeMap<DataSetName, u32>,
}

impl DataSetNames {
    pub(super) fn new(data: &Data) -> Self {
        let first = u32::try_from(data.facts.len()).unwrap_or(u32::MAX);
        let ascends = (1..first).all(|number| data.name(number - 1) <= data.name(number));
        let order = (!ascends).then(|| {
            let mut order: Vec<u32> = (0..first).collect();
            order.sort_by_key(|&number| data.name(number));
            order
        });
        Self { first, order, later: BTreeMap::new() }
    }

    /// The number of the data set of this name; one that is gone keeps its own.
    pub(super) fn find(&self, data: &Data, name: &DataSetName) -> Option<u32> {
        if let Some(&number) = self.later.get(name) {
            return Some(number);
        }
        let number_at = |place: u32| match &self.order {
            Some(order) => order.get(place as usize).copied().unwrap_or(place),
            None => place,
        };
        let (mut from, mut to) = (0, self.first);
        while from < to {
            let place = from + (to - from) / 2;
            let number = number_at(place);
            match data.name(number).unwrap_or_default().cmp(name.as_str()) {
                Ordering::Less => from = place + 1,
                Ordering::Equal => return Some(number),
                Ordering::Greater => to = place,
            }
        }
        None
    }

    /// Enters a data set that has come.
    pub(super) fn enter(&mut self, name: &DataSetName, number: u32) {
        self.later.insert(name.clone(), number);
    }
}
