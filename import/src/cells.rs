//! Cells as values: what is usual at once, and what is not with the message of the model.

use std::str::FromStr;

use dasdlab_model::name::NameError;
use dasdlab_model::tables::NONE;

/// What is wrong with a cell: which one, and the message.
pub(crate) type Wrong = (usize, String);

/// Whether two cells hold the same. Nothing is compared of empty ones: some processors take long to read what is nowhere.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && (a.is_empty() || a == b)
}

/// A cell as text; a text that is none says so.
pub(crate) fn text(cells: &[&[u8]], slot: usize) -> Result<String, Wrong> {
    let cell = cells.get(slot).copied().unwrap_or_default();
    if cell.is_empty() {
        return Ok(String::new());
    }
    match std::str::from_utf8(cell) {
        Ok(text) => Ok(text.replace("\"\"", "\"")),
        Err(error) => {
            let byte = cell.get(error.valid_up_to()).copied().unwrap_or_default();
            Err((slot, format!("byte {byte:#04x} is not UTF-8: expected a text file")))
        }
    }
}

/// A cell as a value that the model reads.
pub(crate) fn parsed<T: FromStr<Err = NameError>>(cells: &[&[u8]], slot: usize) -> Result<T, Wrong> {
    text(cells, slot)?.parse().map_err(|error: NameError| (slot, error.to_string()))
}

/// As [`parsed`]; nothing where the cell is empty.
pub(crate) fn optional<T: FromStr<Err = NameError>>(cells: &[&[u8]], slot: usize) -> Result<Option<T>, Wrong> {
    if cells.get(slot).is_none_or(|cell| cell.is_empty()) { Ok(None) } else { parsed(cells, slot).map(Some) }
}

/// As [`optional`], for words that may be written in any case.
pub(crate) fn word<T: FromStr<Err = NameError>>(cells: &[&[u8]], slot: usize) -> Result<Option<T>, Wrong> {
    let cell = cells.get(slot).copied().unwrap_or_default();
    if cell.is_empty() {
        return Ok(None);
    }
    // Most are written as we write them.
    if let Some(value) = std::str::from_utf8(cell).ok().and_then(|text| text.parse().ok()) {
        return Ok(Some(value));
    }
    let text = text(cells, slot)?;
    let found = text.to_ascii_lowercase().parse();
    found.map(Some).map_err(|error: NameError| (slot, error.to_string().replacen(&text.to_ascii_lowercase(), &text, 1)))
}

/// Yes or no, in the ways that exports write them; no where the cell is empty.
pub(crate) fn yes(cells: &[&[u8]], slot: usize) -> Result<bool, Wrong> {
    let cell = cells.get(slot).copied().unwrap_or_default();
    if cell.is_empty() {
        return Ok(false);
    }
    let is = |words: &[&str]| words.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(cell));
    if is(&["yes", "y", "true", "1"]) {
        Ok(true)
    } else if is(&["no", "n", "false", "0"]) {
        Ok(false)
    } else {
        Err((slot, format!("`{}` is not yes or no", String::from_utf8_lossy(cell))))
    }
}

/// A whole number without sign.
pub(crate) fn number(cells: &[&[u8]], slot: usize, expected: &str) -> Result<u32, Wrong> {
    let cell = cells.get(slot).copied().unwrap_or_default();
    let digits = (1..=9).contains(&cell.len()) && cell.iter().all(u8::is_ascii_digit);
    if digits {
        return Ok(cell.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')));
    }
    Err((slot, format!("`{}` is not {expected}", String::from_utf8_lossy(cell).chars().take(60).collect::<String>())))
}

/// A hexadecimal number of so many digits, if it is one.
pub(crate) fn hex(cell: &[u8], least: usize, most: usize) -> Option<u32> {
    if !(least..=most).contains(&cell.len()) {
        return None;
    }
    // What is no digit has a high bit.
    let (mut number, mut all) = (0_u32, 0_u8);
    for &byte in cell {
        let digit = DIGITS.get(usize::from(byte)).copied().unwrap_or(u8::MAX);
        all |= digit;
        number = number << 4 | u32::from(digit & 0xF);
    }
    (all < 16).then_some(number)
}

/// What each byte is as a hexadecimal digit.
pub(crate) const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut digit = 0;
    while digit < 16 {
        digits[b"0123456789ABCDEF"[digit as usize] as usize] = digit;
        digits[b"0123456789abcdef"[digit as usize] as usize] = digit;
        digit += 1;
    }
    digits
};

/// A unit; none where the cell is empty.
pub(crate) fn unit(cells: &[&[u8]], slot: usize) -> Result<u32, Wrong> {
    let cell = cells.get(slot).copied().unwrap_or_default();
    if cell.is_empty() {
        return Ok(NONE);
    }
    match hex(cell, 4, 5) {
        Some(unit) => Ok(unit),
        // The model says what was expected.
        None => parsed::<dasdlab_model::unit::Unit>(cells, slot).map(dasdlab_model::unit::Unit::number),
    }
}

/// The parts of a cell between blanks.
pub(crate) fn parts(cell: &[u8]) -> impl Iterator<Item = &[u8]> {
    cell.split(u8::is_ascii_whitespace).filter(|part| !part.is_empty())
}

/// A part of a cell as a value that the model reads.
pub(crate) fn part<T: FromStr<Err = NameError>>(part: &[u8], slot: usize) -> Result<T, Wrong> {
    let text = String::from_utf8_lossy(part);
    text.parse().map_err(|error: NameError| (slot, error.to_string()))
}
