//! Data sets in columns.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{NONE, Texts};
use crate::name::ImsSsid;
use crate::states::{DataSetClass, Storage};

/// Class and storage of a data set in one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub u8);

impl Kind {
    /// This class, kept so.
    #[must_use]
    pub fn new(class: DataSetClass, storage: Storage) -> Self {
        Self((storage as u8) << 4 | class as u8)
    }

    /// The class; none where the byte says none.
    #[must_use]
    pub fn class(self) -> Option<DataSetClass> {
        DataSetClass::ALL.get(usize::from(self.0 & 0xF)).copied()
    }

    /// Where it is kept; none where the byte does not say.
    #[must_use]
    pub fn storage(self) -> Option<Storage> {
        Storage::ALL.get(usize::from(self.0 >> 4)).copied()
    }
}

/// Data sets in columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataSetTable {
    pub(super) names: Arc<Texts>,
    pub(super) kind: Vec<u8>,
    /// Catalogs, by their number among those of the site.
    pub(super) catalog: Vec<u32>,
    /// The IMS systems that use each of them, by the number of that list among `users`.
    pub(super) user: Vec<u32>,
    /// Lists of IMS systems, each once.
    pub(super) users: Vec<Vec<ImsSsid>>,
    /// The numbers of these lists.
    pub(super) numbers: FxHashMap<Vec<ImsSsid>, u32>,
    /// Where the labels of each data set end among `labels`.
    pub(super) label_ends: Vec<u32>,
    /// Labels as words.
    pub(super) labels: Vec<u64>,
}

/// One data set of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataSetRow<'a> {
    /// Its name.
    pub name: &'a str,
    /// Class and storage.
    pub kind: Kind,
    /// Its catalog.
    pub catalog: u32,
    /// The IMS systems that use it.
    pub users: &'a [ImsSsid],
    /// Its labels as words.
    pub labels: &'a [u64],
}

/// One data set of a table, apart from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnnamedRow<'a> {
    /// Class and storage.
    pub kind: Kind,
    /// Its catalog.
    pub catalog: u32,
    /// The IMS systems that use it.
    pub users: &'a [ImsSsid],
    /// Its labels as words.
    pub labels: &'a [u64],
}

impl DataSetTable {
    /// How many data sets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }

    /// How many bytes the columns take.
    pub(super) fn bytes(&self) -> usize {
        let words = [&self.catalog, &self.user, &self.label_ends];
        words.iter().map(|column| size_of_val(column.as_slice())).sum::<usize>()
            + self.kind.len()
            + size_of_val(self.labels.as_slice())
            + self.names.bytes()
    }

    /// Makes room for so many data sets with so many bytes of names.
    pub fn reserve(&mut self, data_sets: usize, bytes: usize) {
        Arc::make_mut(&mut self.names).reserve(data_sets, bytes);
        self.kind.reserve(data_sets);
        self.catalog.reserve(data_sets);
        self.user.reserve(data_sets);
        self.label_ends.reserve(data_sets);
        self.labels.reserve(data_sets);
    }

    /// The number of this list of IMS systems; a new one where it has none.
    pub fn users(&mut self, ssids: Vec<ImsSsid>) -> u32 {
        if let Some(&number) = self.numbers.get(&ssids) {
            return number;
        }
        let number = u32::try_from(self.users.len()).unwrap_or(NONE);
        self.numbers.insert(ssids.clone(), number);
        self.users.push(ssids);
        number
    }

    /// All lists of IMS systems.
    #[must_use]
    pub fn user_lists(&self) -> &[Vec<ImsSsid>] {
        &self.users
    }

    /// Adds a data set behind the others; `users` is the number of a list.
    pub fn push(&mut self, name: &str, kind: Kind, catalog: u32, users: u32, labels: impl IntoIterator<Item = u64>) {
        Arc::make_mut(&mut self.names).push(name);
        self.push_unnamed(kind, catalog, users, labels);
    }

    /// The same without its name, which [`take_names`](Self::take_names) gives it.
    pub fn push_unnamed(&mut self, kind: Kind, catalog: u32, users: u32, labels: impl IntoIterator<Item = u64>) {
        self.kind.push(kind.0);
        self.catalog.push(catalog);
        self.user.push(users);
        self.labels.extend(labels);
        self.label_ends.push(u32::try_from(self.labels.len()).unwrap_or(NONE));
    }

    /// Names all data sets in their order.
    pub fn take_names(&mut self, names: Texts) {
        self.names = names.into();
    }

    /// Numbers the catalogs anew.
    pub fn renumber(&mut self, catalogs: &[u32]) {
        for number in &mut self.catalog {
            *number = catalogs.get(*number as usize).copied().unwrap_or(NONE);
        }
    }

    /// The names, which whoever reads the table may keep.
    #[must_use]
    pub fn names(&self) -> &Arc<Texts> {
        &self.names
    }

    /// The data sets in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = DataSetRow<'_>> {
        self.names.iter().zip(self.unnamed(0)).map(|(name, row)| {
            let UnnamedRow { kind, catalog, users, labels } = row;
            DataSetRow { name, kind, catalog, users, labels }
        })
    }

    /// Those from this number on without their names: whoever needs a few of them asks for these.
    pub fn unnamed(&self, from: usize) -> impl ExactSizeIterator<Item = UnnamedRow<'_>> {
        let mut start = from.checked_sub(1).and_then(|last| self.label_ends.get(last)).map_or(0, |&end| end as usize);
        let kinds = self.kind.get(from..).unwrap_or_default().iter();
        let [catalog, user, label_ends] =
            [&self.catalog, &self.user, &self.label_ends].map(|column| column.get(from..).unwrap_or_default());
        kinds.zip(catalog).zip(user.iter().zip(label_ends)).map(move |((&kind, &catalog), (&user, &end))| {
            let labels = self.labels.get(start..end as usize).unwrap_or_default();
            start = end as usize;
            let users = self.users.get(user as usize).map(Vec::as_slice).unwrap_or_default();
            UnnamedRow { kind: Kind(kind), catalog, users, labels }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_sets_from_a_number_on_are_the_last_of_all() {
        let mut table = DataSetTable::default();
        let users = table.users(vec!["IMSP".parse().unwrap()]);
        for (catalog, labels) in (0..).zip([&[1, 2][..], &[], &[3], &[4, 5, 6]]) {
            table.push_unnamed(Kind(0), catalog, users, labels.iter().copied());
        }
        let all: Vec<UnnamedRow<'_>> = table.unnamed(0).collect();
        assert_eq!(all.len(), 4);
        for from in 0..=5 {
            assert_eq!(table.unnamed(from).collect::<Vec<_>>(), all[from.min(4)..], "{from}");
        }
    }
}
