//! Rows that count up: of the same length as one before, with nothing else than numbers that are one more each time. Such a
//! row is not read but foreseen, and one comparison says whether it is what was foreseen.

use dasdlab_model::name::Volser;
use wide::u8x16;

use crate::shape::{Alike, ROOM, Shape, Span};

/// The most digits of a number that counts up; so many bytes are compared at once.
const WORD: usize = 8;
const PART: usize = 16;
/// The most numbers of a row.
const MANY: usize = 3;

/// By how much each digit is less than the one behind it; 0 where the digit in front of it changes too.
const DECIMAL: [u8; 256] = steps(b"0123456789");
const HEXADECIMAL: [u8; 256] = {
    let mut steps = steps(b"0123456789ABCDEF");
    // In small letters as well, when a number has one already.
    let mut digit = b'a';
    while digit < b'f' {
        steps[digit as usize] = 1;
        digit += 1;
    }
    steps
};

const fn steps<const N: usize>(digits: &[u8; N]) -> [u8; 256] {
    let mut steps = [0; 256];
    let mut at = 1;
    while at < N {
        steps[digits[at - 1] as usize] = digits[at] - digits[at - 1];
        at += 1;
    }
    steps
}

/// A number that counts up.
#[derive(Debug, Clone, Copy)]
struct Counter {
    /// Its digits, as they stand.
    word: u64,
    /// Where in a row the bytes begin that end with it, how many bits are too many behind them, and which are its own.
    start: usize,
    behind: u32,
    own: u64,
    digits: u32,
    steps: &'static [u8; 256],
}

impl Counter {
    const NONE: Self = Self { word: 0, start: 0, behind: 0, own: 0, digits: 0, steps: &DECIMAL };

    #[inline]
    fn read(&self, row: &[u8; ROOM]) -> u64 {
        let bytes = row.get(self.start..).and_then(<[u8]>::first_chunk::<WORD>);
        bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes) >> self.behind & self.own)
    }

    /// The digits of the number that is one more; none where there would be one digit more.
    #[inline]
    fn next(&self) -> Option<u64> {
        match self.steps[usize::from(self.word as u8)] {
            0 => self.carry(),
            step => Some(self.word + u64::from(step)),
        }
    }

    fn carry(&self) -> Option<u64> {
        let mut word = self.word;
        for place in (0..self.digits).map(|digit| 8 * digit) {
            let digit = (word >> place) as u8;
            match self.steps[usize::from(digit)] {
                0 => word = word & !(0xFF << place) | u64::from(b'0') << place,
                step => return Some(word + (u64::from(step) << place)),
            }
        }
        None
    }
}

/// The numbers of a row that count up.
#[derive(Debug, Clone)]
pub(crate) struct Counters {
    all: [Counter; MANY],
    many: usize,
    /// Every bit of the bytes that stay the same.
    same: [u8; ROOM],
}

impl Counters {
    /// For rows of this length, of which no number counts up yet.
    pub(crate) fn new(length: usize) -> Self {
        let mut same = [0; ROOM];
        same.iter_mut().take(length).for_each(|byte| *byte = u8::MAX);
        Self { all: [Counter::NONE; MANY], many: 0, same }
    }

    /// The hexadecimal number in this field counts up.
    pub(crate) fn hex(&mut self, row: &Alike<'_>, field: Span) -> Option<()> {
        self.add(row, (field.at, field.at + field.length), &HEXADECIMAL)
    }

    /// The same, if there is one.
    pub(crate) fn hex_if_any(&mut self, row: &Alike<'_>, field: Span) -> Option<()> {
        if field.length == 0 { Some(()) } else { self.hex(row, field) }
    }

    /// The digits count up with which the label in this field ends, if there is one; a shorter label could become longer.
    pub(crate) fn label(&mut self, row: &Alike<'_>, field: Span) -> Option<()> {
        match field.length {
            0 => Some(()),
            Volser::MAX => {
                let end = field.at + field.length;
                self.decimal(row, (end - last_digits(row.field(field)), end))
            }
            _ => None,
        }
    }

    /// The decimal number between these places counts up.
    pub(crate) fn decimal(&mut self, row: &Alike<'_>, digits: (usize, usize)) -> Option<()> {
        self.add(row, digits, &DECIMAL)
    }

    fn add(&mut self, row: &Alike<'_>, (from, to): (usize, usize), steps: &'static [u8; 256]) -> Option<()> {
        let digits = to.checked_sub(from).filter(|digits| (1..=WORD).contains(digits))?;
        let behind = 8 * u32::try_from(WORD.saturating_sub(to)).ok()?;
        let (own, digits) = (u64::MAX >> (8 * (WORD - digits)), u32::try_from(digits).ok()?);
        let mut counter = Counter { word: 0, start: to.saturating_sub(WORD), behind, own, digits, steps };
        counter.word = counter.read(row.bytes);
        self.same.get_mut(from..to)?.fill(0);
        *self.all.get_mut(self.many)? = counter;
        self.many += 1;
        Some(())
    }

    /// How many rows behind this one, which begins at a place of the text, count up.
    #[inline]
    pub(crate) fn count(&mut self, row: &Alike<'_>, text: &[u8], begin: usize) -> usize {
        let (first, same) = (row.bytes.as_chunks::<PART>().0, self.same.as_chunks::<PART>().0);
        let parts = row.length.div_ceil(PART);
        let mut at = begin + row.length;
        let mut rows = 0;
        while let Some(now) = text.get(at..).and_then(<[u8]>::first_chunk::<ROOM>) {
            let mut unlike = 0;
            for counter in self.all.iter_mut().take(self.many) {
                let Some(next) = counter.next() else { return rows };
                unlike |= counter.read(now) ^ next;
                counter.word = next;
            }
            let parts = now.as_chunks::<PART>().0.iter().zip(first).zip(same).take(parts);
            let other = parts.fold(u8x16::ZERO, |other, ((now, first), same)| {
                other | (u8x16::new(*now) ^ u8x16::new(*first)) & u8x16::new(*same)
            });
            if unlike != 0 || other != u8x16::ZERO {
                return rows;
            }
            (at, rows) = (at + row.length, rows + 1);
        }
        rows
    }
}

/// The digits with which a text ends.
fn last_digits(text: &[u8]) -> usize {
    text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count()
}

/// When rows that count up are looked for: the seldomer, the more often there were none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Patience {
    wait: u32,
    left: u32,
}

impl Patience {
    /// The most rows that are not asked.
    const MOST: u32 = 63;

    /// Whether they are looked for behind this row.
    pub(crate) fn is_due(&mut self) -> bool {
        let due = self.left == 0;
        self.left = self.left.saturating_sub(1);
        due
    }

    /// Is told how many there were.
    pub(crate) fn found(&mut self, rows: usize) {
        self.wait = if rows > 0 { 0 } else { (self.wait * 2 + 1).min(Self::MOST) };
        // Behind the last of them stands one that does not count up.
        self.left = self.wait.max(1);
    }

    /// How many rows from this place of the text on count up from the one before them, which has this shape; `counters` are the
    /// numbers of it that do.
    pub(crate) fn count(
        &mut self,
        shape: &mut Shape,
        text: &[u8],
        at: usize,
        counters: impl FnOnce(&Alike<'_>) -> Option<Counters>,
    ) -> usize {
        let Some(last) = shape.before(text, at).filter(|_| self.is_due()) else { return 0 };
        let rows = counters(&last).map_or(0, |mut counters| counters.count(&last, text, at - last.length));
        self.found(rows);
        shape.pass(rows);
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ends::Ends;
    use crate::shape::Shape;

    /// How many of these lines count up behind the first, whose numbers stand in these fields.
    fn counted(lines: &[String], hex: &[usize], decimal: &[usize]) -> usize {
        let text = lines.concat() + &"\n".repeat(ROOM);
        let mut ends = Ends::new(text.as_bytes(), b',');
        let row = ends.next().unwrap();
        let mut shape = Shape::new(&row).unwrap();
        let hex: Vec<Span> = hex.iter().map(|&field| shape.hex(&row, field)).collect();
        let decimal: Vec<Span> = decimal.iter().map(|&field| shape.label(&row, field)).collect();
        let first = shape.last(text.as_bytes()).unwrap();
        let mut counters = Counters::new(first.length);
        hex.iter().for_each(|&field| counters.hex(&first, field).unwrap());
        for field in decimal {
            let digits = last_digits(first.field(field));
            counters.decimal(&first, (field.at + field.length - digits, field.at + field.length)).unwrap();
        }
        counters.count(&first, text.as_bytes(), 0)
    }

    fn lines(numbers: std::ops::Range<u32>) -> Vec<String> {
        numbers.map(|number| format!("AB,{number:02X},{number:04X},L{number:05},x{}\n", "y".repeat(20))).collect()
    }

    #[test]
    fn numbers_count_up_until_one_of_them_runs_over() {
        for from in [0, 1, 8, 9, 14, 95] {
            for to in [from + 1, from + 2, from + 11, 255, 256] {
                let expected = to - from - 1;
                assert_eq!(counted(&lines(from..to), &[1, 2], &[3]), expected as usize, "{from} to {to}");
            }
        }
        // The third digit of the first number stands where there is none.
        assert_eq!(counted(&[lines(200..256), lines(0..9)].concat(), &[1, 2], &[3]), 55);
        let over: Vec<String> = (99_990..100_020).map(|number| format!("AB,L{:05},x\n", number % 100_000)).collect();
        assert_eq!(counted(&over, &[], &[1]), 9);
        let small: Vec<String> = (0..=255).map(|number| format!("{number:02x},u\n")).collect();
        // From 9 to a it stops once: capitals are foreseen there.
        assert_eq!((counted(&small, &[0], &[]), counted(&small[10..], &[0], &[])), (9, 15));
    }

    #[test]
    fn a_row_with_any_other_byte_ends_the_count() {
        let good = lines(16..40);
        assert_eq!(counted(&good, &[1, 2], &[3]), 23);
        for at in 0..good[12].len() {
            for byte in [b'0', b'9', b'A', b'"', b',', b'\n', b'\r', b'z', b'~'] {
                let mut bad = good.clone();
                let mut bytes = bad[12].clone().into_bytes();
                if std::mem::replace(&mut bytes[at], byte) != byte {
                    bad[12] = String::from_utf8(bytes).unwrap();
                    assert_eq!(counted(&bad, &[1, 2], &[3]), 11, "{byte:#x} at {at}");
                }
            }
        }
    }

    #[test]
    fn rows_are_asked_seldomer_when_they_do_not_count() {
        let mut patience = Patience::default();
        let asked = (0..1_000).filter(|_| patience.is_due().then(|| patience.found(0)).is_some()).count();
        assert!((15..30).contains(&asked), "{asked}");
        patience.found(1);
        assert!(!patience.is_due() && patience.is_due());
    }
}
