//! Labels in stretches: the number at the end of a label counts up.

use super::bytes::{Reader, Writer};
use super::stretches::Entry;
use crate::name::Volser;

/// A label as a word, or 0 for none. What is read is one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Label(pub(super) u64);

/// The number at the end of a label.
struct Number {
    /// Where its last digit stands in the word.
    place: u32,
    /// What that digit counts.
    one: u64,
    value: u32,
    /// The first value that has a digit more.
    end: u32,
}

impl Label {
    fn number(self) -> Option<Number> {
        let behind = (self.0.trailing_zeros() / 8).min(7);
        let mut rest = self.0 >> (8 * behind);
        let (mut value, mut end) = (0, 1);
        while let digit @ b'0'..=b'9' = (rest & 0xFF) as u8 {
            value += u32::from(digit - b'0') * end;
            // Six characters have no larger number.
            end *= 10;
            rest >>= 8;
        }
        (end > 1).then_some(Number { place: 8 * behind, one: 1 << (8 * behind), value, end })
    }

    fn is_legal(self) -> bool {
        self.0 == 0 || Volser::from_packed(self.0).is_some()
    }
}

impl Number {
    /// The word behind one whose last digit is nine: it is zero, and the digits before count up.
    fn carry(&self, word: u64) -> u64 {
        let (mut word, mut place) = (word, self.place);
        while (word >> place) & 0xFF == u64::from(b'9') && place < 40 {
            word -= 9 << place;
            place += 8;
        }
        word + (1 << place)
    }
}

/// The word of the label whose number is one more.
fn next(word: u64, number: &Number) -> u64 {
    if (word >> number.place) & 0xFF == u64::from(b'9') { number.carry(word) } else { word + number.one }
}

impl Entry for Label {
    /// 0 or 1.
    type Step = u8;
    const BYTES: (usize, usize) = (8, 1);

    fn step(self, following: Self) -> Option<u8> {
        if self == following {
            return Some(0);
        }
        let number = self.number().filter(|number| number.value + 1 < number.end)?;
        (next(self.0, &number) == following.0).then_some(1)
    }

    fn run_of(all: &[Self], step: u8) -> usize {
        let Some(&first) = all.first() else { return 0 };
        if step == 0 {
            return all.iter().take_while(|&&label| label == first).count();
        }
        let Some(number) = first.number() else { return 1 };
        let mut word = first.0;
        let most = (number.end - number.value) as usize;
        let counts_up = |label: &&Self| {
            let following = next(word, &number);
            std::mem::replace(&mut word, following) == label.0
        };
        all.iter().take(most).take_while(counts_up).count()
    }

    fn write(self, out: &mut Writer) {
        out.raw(&self.0.to_le_bytes());
    }

    fn write_step(step: u8, out: &mut Writer) {
        out.raw(&[step]);
    }

    fn read(reader: &mut Reader<'_>, entries: usize, column: &mut Vec<Self>) -> Option<()> {
        let (words, _) = reader.raw(entries.checked_mul(8)?)?.as_chunks::<8>();
        let labels = words.iter().map(|word| Self(u64::from_le_bytes(*word)));
        column.extend(labels.clone());
        labels.fold(true, |legal, label| legal & label.is_legal()).then_some(())
    }

    fn read_run(reader: &mut Reader<'_>, entries: usize, column: &mut Vec<Self>) -> Option<()> {
        let first = Some(Self(u64::from_le_bytes(reader.exactly()?))).filter(|label| label.is_legal())?;
        match reader.exactly()? {
            [0] => column.resize(column.len() + entries, first),
            [1] => count_up(first, entries, column)?,
            _ => return None,
        }
        Some(())
    }
}

/// Adds labels that count up, ten at once. All of them are legal, because one is and a digit stays a digit.
fn count_up(first: Label, entries: usize, column: &mut Vec<Label>) -> Option<()> {
    let number = first.number()?;
    if entries > (number.end - number.value) as usize {
        return None;
    }
    let (mut word, mut left) = (first.0, entries);
    let mut digit = number.value % 10;
    while left > 0 {
        let alike = left.min((10 - digit) as usize);
        column.extend((0..alike as u64).map(|nth| Label(word + nth * number.one)));
        left -= alike;
        if left > 0 {
            word = number.carry(word + u64::from(9 - digit) * number.one);
        }
        digit = 0;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::stretches::{read, write};
    use super::*;

    fn word(text: &str) -> Label {
        Label(Volser::pack(text.as_bytes()).unwrap())
    }

    #[track_caller]
    fn check(labels: &[Label], most: usize) {
        let mut out = Writer::default();
        write(labels.iter().copied(), &mut out);
        let bytes = out.into_bytes();
        assert!(bytes.len() <= most, "{} bytes", bytes.len());
        let mut reader = Reader::new(&bytes);
        assert_eq!(read::<Label>(&mut reader).unwrap(), labels);
        assert!(reader.is_done());
    }

    #[test]
    fn labels_that_count_up_take_a_few_bytes() {
        let numbered = |prefix: &str, from: u32, to: u32, digits: usize| {
            (from..to).map(|number| word(&format!("{prefix}{number:0digits$}"))).collect::<Vec<_>>()
        };
        check(&numbered("A", 0, 100_000, 5), 21);
        check(&numbered("", 0, 1_000_000, 6), 21);
        check(&numbered("AB", 95, 1_000, 3), 21);
        check(&numbered("V#", 0, 100, 2), 21);
        check(&[Label(0); 1000], 21);
        check(&[numbered("A", 7, 30, 5), numbered("A", 31, 1_000, 5), vec![Label(0)], numbered("B", 8, 10, 1)].concat(), 80);
        check(&[numbered("A", 0, 10, 1), numbered("A1", 0, 10, 1)].concat(), 42);
        check(&[], 8);
    }

    #[test]
    fn stretches_that_are_no_labels_are_refused() {
        let stretch = |first: &str, entries: u32, step: u8| {
            let mut out = Writer::default();
            out.count(entries as usize);
            out.raw(&(entries << 1 | 1).to_le_bytes());
            let mut bytes = [0; 8];
            bytes[2..2 + first.len()].copy_from_slice(first.as_bytes());
            out.raw(&u64::from_be_bytes(bytes).to_le_bytes());
            out.raw(&[step]);
            read::<Label>(&mut Reader::new(&out.into_bytes())).map(|labels| labels.len())
        };
        assert_eq!(stretch("A99998", 2, 1), Some(2));
        assert_eq!(stretch("A99998", 3, 1), None);
        assert_eq!(stretch("AAAAAA", 2, 1), None);
        assert_eq!(stretch("AAAAAA", 2, 0), Some(2));
        assert_eq!(stretch("aAAAA1", 2, 1), None);
        assert_eq!(stretch("AAAAA1", 2, 2), None);
        assert_eq!(stretch("", 2, 1), None);
    }
}
