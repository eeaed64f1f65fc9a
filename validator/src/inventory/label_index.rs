//! A map from labels to dense ids, in pages of labels that differ in their last digit.

use rustc_hash::FxHashMap;

/// Digits.
const PAGE: usize = 10;
const EMPTY: u32 = u32::MAX;

/// Maps labels to ids. Labels count, so that neighbours are in one page and the page is looked up once for ten of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelIndex {
    pages: Vec<[u32; PAGE]>,
    directory: FxHashMap<u64, u32>,
    /// The page that was asked for last: all but the last character, and its number. No label has but a last character.
    last: (u64, u32),
    /// Labels that do not end with a digit.
    others: FxHashMap<u64, u32>,
}

impl LabelIndex {
    /// An empty map with room for so many labels that count.
    pub(crate) fn with_room(labels: usize) -> Self {
        let mut this = Self::default();
        this.pages.reserve(labels / PAGE + 1);
        this.directory.reserve(labels / PAGE + 1);
        this
    }

    /// The id of the label with this word, which is `next` if it has none yet.
    #[inline]
    pub(crate) fn enter(&mut self, word: u64, next: u32) -> u32 {
        let Some(digit) = digit(word) else { return *self.others.entry(word).or_insert(next) };
        let front = word >> 8;
        if self.last.0 != front {
            self.last = (front, self.page(front));
        }
        let Some(id) = self.pages.get_mut(self.last.1 as usize).and_then(|page| page.get_mut(digit)) else { return next };
        if *id == EMPTY {
            *id = next;
        }
        *id
    }

    /// The number of the page of labels that begin so, which is made where there is none.
    fn page(&mut self, front: u64) -> u32 {
        let fresh = u32::try_from(self.pages.len()).unwrap_or(EMPTY);
        let page = *self.directory.entry(front).or_insert(fresh);
        if page == fresh {
            self.pages.push([EMPTY; PAGE]);
        }
        page
    }

    /// The id of the label with this word.
    pub(crate) fn get(&self, word: u64) -> Option<u32> {
        let Some(digit) = digit(word) else { return self.others.get(&word).copied() };
        let page = *self.directory.get(&(word >> 8))?;
        self.pages.get(page as usize)?.get(digit).copied().filter(|&id| id != EMPTY)
    }
}

/// The digit with which a label of six characters ends. The last place of a shorter one is a zero, which is none.
#[inline]
fn digit(word: u64) -> Option<usize> {
    let digit = (word & 0xFF).wrapping_sub(u64::from(b'0'));
    (digit < PAGE as u64).then_some(digit as usize)
}

#[cfg(test)]
mod tests {
    use dasdlab_model::name::Volser;

    use super::*;

    #[test]
    fn each_label_has_one_id() {
        let mut index = LabelIndex::default();
        let labels = ["IMS001", "IMS00A", "IMS00@", "IMS00#", "IMS00$", "IMS00", "IMS0", "A", "IMS010", "IMS009", "IMS00Z"];
        let word = |label: &str| Volser::pack(label.as_bytes()).unwrap();
        for (label, next) in labels.iter().zip(0..) {
            assert_eq!(index.enter(word(label), next), next, "{label}");
        }
        for (label, id) in labels.iter().zip(0..) {
            assert_eq!(index.enter(word(label), 99), id, "{label}");
            assert_eq!(index.get(word(label)), Some(id), "{label}");
        }
        for label in ["IMS002", "IMS019", "IMS00B", "IMS"] {
            assert_eq!(index.get(word(label)), None, "{label}");
        }
    }
}
