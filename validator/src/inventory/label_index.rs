//! A map from labels to dense ids, in pages of labels that differ in their last character.

use rustc_hash::FxHashMap;

/// Characters of a label, and none where it is shorter.
const PAGE: usize = 40;
const EMPTY: u32 = u32::MAX;

/// Maps labels to ids. Labels count, so that neighbours are in one page and the page is looked up once for ten of them or more.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelIndex {
    pages: Vec<[u32; PAGE]>,
    directory: FxHashMap<u64, u32>,
    /// The page that was asked for last: all but the last character, and its number.
    last: Option<(u64, u32)>,
}

impl LabelIndex {
    /// The id of the label with this word, which is `next` if it has none yet.
    pub(crate) fn enter(&mut self, word: u64, next: u32) -> u32 {
        let front = word >> 8;
        let page = match self.last {
            Some((last, page)) if last == front => page,
            _ => {
                let fresh = u32::try_from(self.pages.len()).unwrap_or(EMPTY);
                let page = *self.directory.entry(front).or_insert(fresh);
                if page == fresh {
                    self.pages.push([EMPTY; PAGE]);
                }
                self.last = Some((front, page));
                page
            }
        };
        let Some(id) = self.pages.get_mut(page as usize).and_then(|page| page.get_mut(slot(word))) else { return next };
        if *id == EMPTY {
            *id = next;
        }
        *id
    }
}

/// The place of the last character of a label in its page.
fn slot(word: u64) -> usize {
    let [.., last] = word.to_be_bytes();
    let place = match last {
        b'0'..=b'9' => last - b'0',
        b'A'..=b'Z' => last - b'A' + 10,
        b'@' => 36,
        b'#' => 37,
        b'$' => 38,
        _ => 39,
    };
    usize::from(place)
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
        }
    }
}
