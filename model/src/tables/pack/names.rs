//! Names of data sets in stretches: a number within a name counts up.

use super::bytes::{Reader, Writer};
use super::stretches::{head, read_head};
use crate::declare::MAX_THINGS;
use crate::name::DataSetName;
use crate::tables::Texts;
use crate::tables::names::{NameTexts, count_up, digits};

/// Fewer names that count up are written as they are.
const LEAST: usize = 3;

/// Names, and whether each is above the one before.
pub(super) struct Names {
    pub(super) names: Texts,
    pub(super) ascend: bool,
}

/// How many names count up from the first, and which digits of it do.
fn run_of<'a>(mut names: impl Iterator<Item = &'a str>) -> (usize, (usize, usize)) {
    let Some(first) = names.next() else { return (0, (0, 0)) };
    let Some((from, to)) = digits(first.as_bytes()) else { return (1, (0, 0)) };
    let mut name = first.as_bytes().to_vec();
    let mut length = 1;
    for next in names {
        if !name.get_mut(from..to).is_some_and(count_up) || name != next.as_bytes() {
            break;
        }
        length += 1;
    }
    (length, (from, to))
}

/// Writes names that are legal.
pub(super) fn write(names: &Texts, out: &mut Writer) {
    out.count(names.len());
    out.count(names.text().len());
    let all: Vec<&str> = names.iter().collect();
    let mut rest = all.as_slice();
    let mut plain = 0;
    while plain < rest.len() {
        let behind = rest.get(plain..).unwrap_or_default();
        let (length, (from, to)) = run_of(behind.iter().copied());
        if length < LEAST {
            plain += 1;
            continue;
        }
        write_plain(rest.get(..plain).unwrap_or_default(), out);
        head(length, true, out);
        out.raw(&[from as u8, to as u8]);
        write_text(behind.first().copied().unwrap_or_default(), out);
        (rest, plain) = (behind.get(length..).unwrap_or_default(), 0);
    }
    write_plain(rest, out);
}

fn write_plain(names: &[&str], out: &mut Writer) {
    if !names.is_empty() {
        head(names.len(), false, out);
        names.iter().for_each(|name| write_text(name, out));
    }
}

fn write_text(name: &str, out: &mut Writer) {
    // A name has 44 characters at most.
    out.raw(&[name.len() as u8]);
    out.raw(name.as_bytes());
}

/// Reads names; none where one of them is none.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Names> {
    let entries = reader.count().filter(|&entries| entries <= MAX_THINGS)?;
    let bytes = reader.count().filter(|&bytes| bytes <= entries * DataSetName::MAX)?;
    let mut text = NameTexts::new(entries, bytes);
    let mut before = "";
    // The end of a run, which does not stand in the file.
    let mut last: Option<Vec<u8>> = None;
    let mut ascend = true;
    while text.len() < entries {
        let (length, is_run) = read_head(reader, entries - text.len())?;
        let digits = if is_run { Some(reader.exactly()?) } else { None };
        for _ in 0..if is_run { 1 } else { length } {
            let [length_of_name] = reader.exactly()?;
            let name = std::str::from_utf8(reader.raw(usize::from(length_of_name))?).ok()?;
            if !DataSetName::is_legal_behind(name, before) {
                return None;
            }
            ascend &= match &last {
                Some(last) => last.as_slice() < name.as_bytes(),
                None => before < name,
            };
            (before, last) = (name, None);
            if digits.is_none() {
                text.push(name.as_bytes())?;
            }
        }
        if let Some([from, to]) = digits {
            last = Some(text.count_up(before.as_bytes(), (usize::from(from), usize::from(to)), length)?);
        }
    }
    let names = text.into_texts().filter(|names| names.text().len() == bytes)?;
    Some(Names { names, ascend })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(names: &[String]) -> Vec<u8> {
        let mut texts = Texts::default();
        names.iter().for_each(|name| texts.push(name));
        let mut out = Writer::default();
        write(&texts, &mut out);
        out.into_bytes()
    }

    #[track_caller]
    fn check(names: &[String], ascend: bool, most: usize) {
        let bytes = packed(names);
        assert!(bytes.len() <= most, "{} bytes", bytes.len());
        let mut reader = Reader::new(&bytes);
        let read = read(&mut reader).unwrap();
        assert_eq!(read.names.iter().collect::<Vec<_>>(), names);
        assert_eq!((read.ascend, reader.is_done()), (ascend, true));
    }

    #[test]
    fn names_that_count_up_take_a_few_bytes() {
        let numbered = |from: u32, to: u32| (from..to).map(|number| format!("IMS.A{number:05}.D")).collect::<Vec<_>>();
        check(&numbered(0, 100_000), true, 36);
        check(&numbered(7, 12), true, 36);
        check(&[numbered(0, 3), numbered(5, 900), vec!["IMS.B".to_owned()]].concat(), true, 70);
        check(&[numbered(5, 900), numbered(0, 3)].concat(), false, 70);
        check(&["B", "A1", "A9", "A10"].map(str::to_owned), false, 40);
        check(&[], true, 16);
        let longest = "A2345678.".repeat(4);
        check(&(0..10).map(|number| format!("{longest}LONG000{number}")).collect::<Vec<_>>(), true, 70);
    }

    #[test]
    fn stretches_that_are_no_names_are_refused() {
        let bytes = packed(&(0..10).map(|number| format!("A.B{number}")).collect::<Vec<_>>());
        let read = |at: usize, value: u8| {
            let mut bytes = bytes.clone();
            bytes[at] = value;
            read(&mut Reader::new(&bytes)).map(|names| names.names.len())
        };
        // Behind the numbers of names and of bytes stand the head, the first digit, the last, and the name.
        assert_eq!((bytes[20], bytes[21], bytes[22], read(20, 3)), (3, 4, 4, Some(10)));
        for (at, value) in
            [(0, 11), (8, 39), (8, 41), (16, 11 << 1 | 1), (20, 2), (20, 4), (21, 5), (22, 3), (23, b'a'), (25, b'1')]
        {
            assert_eq!(read(at, value), None, "{value} at {at}");
        }
    }
}
