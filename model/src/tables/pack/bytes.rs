//! Columns as bytes, each behind its number of entries.

/// Columns one after the other.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn column(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.raw(bytes);
    }

    pub(super) fn words16(&mut self, words: impl IntoIterator<Item = u16, IntoIter: ExactSizeIterator>) {
        let words = words.into_iter();
        self.count(words.len());
        words.for_each(|word| self.raw(&word.to_le_bytes()));
    }

    pub(super) fn words32(&mut self, words: impl IntoIterator<Item = u32, IntoIter: ExactSizeIterator>) {
        let words = words.into_iter();
        self.count(words.len());
        words.for_each(|word| self.raw(&word.to_le_bytes()));
    }

    pub(super) fn words64(&mut self, words: impl IntoIterator<Item = u64, IntoIter: ExactSizeIterator>) {
        let words = words.into_iter();
        self.count(words.len());
        words.for_each(|word| self.raw(&word.to_le_bytes()));
    }

    fn count(&mut self, entries: usize) {
        self.raw(&(entries as u64).to_le_bytes());
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// The columns of a file. A column is never longer than what is left of the file, so that none takes more memory.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether everything was read.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        self.take(1)
    }

    pub(super) fn words16(&mut self) -> Option<Vec<u16>> {
        let (words, _) = self.take(2)?.as_chunks::<2>();
        Some(words.iter().map(|word| u16::from_le_bytes(*word)).collect())
    }

    pub(super) fn words32(&mut self) -> Option<Vec<u32>> {
        let (words, _) = self.take(4)?.as_chunks::<4>();
        Some(words.iter().map(|word| u32::from_le_bytes(*word)).collect())
    }

    pub(super) fn words64(&mut self) -> Option<Vec<u64>> {
        let (words, _) = self.take(8)?.as_chunks::<8>();
        Some(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
    }

    fn take(&mut self, width: usize) -> Option<&'a [u8]> {
        let (count, rest) = self.0.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*count)).ok()?.checked_mul(width)?;
        let (column, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(column)
    }
}
