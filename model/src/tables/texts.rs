//! Many short texts in one.

/// Texts one after the other, found by their number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Texts that end at these places of one text; none where the places do not ascend, fall within a character or leave
    /// something over.
    #[must_use]
    pub fn new(text: String, ends: Vec<u32>) -> Option<Self> {
        let last = ends.last().map_or(0, |&end| end as usize);
        let sound = ends.is_sorted() && last == text.len() && ends.iter().all(|&end| text.is_char_boundary(end as usize));
        sound.then_some(Self { text, ends })
    }

    /// Adds a text behind the others.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Forgets all texts and keeps the memory for others.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds all texts of another list.
    pub fn append(&mut self, other: &Self) {
        let base = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| end.saturating_add(base)));
    }

    /// Makes room for so many texts of so many bytes in all.
    pub fn reserve(&mut self, texts: usize, bytes: usize) {
        self.ends.reserve(texts);
        self.text.reserve(bytes);
    }

    /// The text with this number.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&str> {
        let number = number as usize;
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).map(|&end| end as usize))?;
        self.text.get(start..end)
    }

    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + size_of_val(self.ends.as_slice())
    }

    /// All of them in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let text = self.text.get(start..end as usize).unwrap_or_default();
            start = end as usize;
            text
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All of them as one text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where each of them ends in the one text.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_number_and_in_order() {
        let mut texts = Texts::default();
        texts.push("A.B");
        texts.push("");
        let mut more = Texts::default();
        more.push("C");
        texts.append(&more);
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["A.B", "", "C"]);
        assert_eq!((texts.get(0), texts.get(1), texts.get(2), texts.get(3)), (Some("A.B"), Some(""), Some("C"), None));
        assert_eq!(Texts::new(texts.text().to_owned(), texts.ends().to_vec()), Some(texts));
    }

    #[test]
    fn ends_that_do_not_fit_the_text_make_no_texts() {
        for ends in [vec![], vec![1], vec![2, 1, 3], vec![4], vec![1, 2, 3, 3, 2]] {
            assert_eq!(Texts::new("abc".into(), ends.clone()), None, "{ends:?}");
        }
        assert_eq!(Texts::new("ä".into(), vec![1, 2]), None);
    }
}
