//! A map from labels to dense ids, in pages of labels that differ in their last two digits.

use rustc_hash::FxHashMap;

/// Labels that begin alike and end with two digits.
const PAGE: usize = 100;
/// Pages that there may be however few labels there are.
const PAGES: usize = 64;
/// Places of pages that a label may cost: labels that do not count would have a page each.
const SPARSE: usize = 8;
const EMPTY: u32 = u32::MAX;

/// Maps labels to ids. Labels count, so that neighbours are in one page and the page is looked up once for a hundred of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelIndex {
    pages: Vec<[u32; PAGE]>,
    directory: FxHashMap<u64, u32>,
    /// The page that was asked for last: all but the last two characters, and its number. No label has but these.
    last: (u64, u32),
    /// Labels that do not end with two digits, and those that would have a page for themselves.
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

    /// The id of the label with this word, which is `next` if it has none yet. Ids count up from 0.
    #[inline]
    pub(crate) fn enter(&mut self, word: u64, next: u32) -> u32 {
        if self.last.0 == word >> 16
            && self.others.is_empty()
            && let Some(digits) = digits(word)
            && let Some(id) = self.pages.get_mut(self.last.1 as usize).and_then(|page| page.get_mut(digits))
        {
            if *id == EMPTY {
                *id = next;
            }
            return *id;
        }
        self.look_up(word, next)
    }

    /// The same of any label.
    #[inline(never)]
    fn look_up(&mut self, word: u64, next: u32) -> u32 {
        let Some(digits) = digits(word) else { return *self.others.entry(word).or_insert(next) };
        let front = word >> 16;
        self.last = (front, self.page(front, next));
        match self.pages.get_mut(self.last.1 as usize).and_then(|page| page.get_mut(digits)) {
            Some(id) if *id != EMPTY => *id,
            Some(id) if !self.others.contains_key(&word) => {
                *id = next;
                next
            }
            _ => *self.others.entry(word).or_insert(next),
        }
    }

    /// The number of the page of labels that begin so, which is made where there is none; none where so many labels as were
    /// entered are too few for another page.
    fn page(&mut self, front: u64, entered: u32) -> u32 {
        if let Some(&page) = self.directory.get(&front) {
            return page;
        }
        if self.pages.len() >= PAGES && self.pages.len() * PAGE > entered as usize * SPARSE {
            return EMPTY;
        }
        let fresh = u32::try_from(self.pages.len()).unwrap_or(EMPTY);
        self.directory.insert(front, fresh);
        self.pages.push([EMPTY; PAGE]);
        fresh
    }

    /// The id of the label with this word.
    pub(crate) fn get(&self, word: u64) -> Option<u32> {
        let in_page = digits(word).and_then(|digits| {
            let page = *self.directory.get(&(word >> 16))?;
            self.pages.get(page as usize)?.get(digits).copied().filter(|&id| id != EMPTY)
        });
        in_page.or_else(|| self.others.get(&word).copied())
    }
}

/// The number of the two digits with which a label of six characters ends. The last place of a shorter one is a zero, which is
/// no digit.
#[inline]
fn digits(word: u64) -> Option<usize> {
    let digit = |place: u32| (word >> place & 0xFF).wrapping_sub(u64::from(b'0'));
    let (tens, ones) = (digit(8), digit(0));
    (tens < 10 && ones < 10).then(|| (tens * 10 + ones) as usize)
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

    #[test]
    fn labels_that_do_not_count_have_no_page_for_each_of_them() {
        let word = |number: u32| {
            let text = format!("{:04X}{:02}", number * 7919 % 0xFFFF, number * 31 % 100);
            Volser::pack(text.as_bytes()).unwrap()
        };
        let mut index = LabelIndex::default();
        let mut ids = std::collections::BTreeMap::new();
        for number in (0..20_000).chain(0..20_000) {
            let next = u32::try_from(ids.len()).unwrap();
            let id = *ids.entry(word(number)).or_insert(next);
            assert_eq!(index.enter(word(number), next), id, "{number}");
        }
        assert!(index.pages.len() * PAGE <= ids.len() * SPARSE + PAGE, "{} pages", index.pages.len());
        assert!(index.pages.len() > PAGES && !index.others.is_empty());
        for (word, id) in ids {
            assert_eq!(index.get(word), Some(id));
        }
    }
}
