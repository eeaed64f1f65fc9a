//! How the things of a large site are called: by number, in names that are legal by construction.

use std::str::FromStr;

use dasdlab_model::name::{CatalogName, ImsSsid, NameError, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::states::Method;

/// Labels are a letter and five digits.
pub(super) const LABELS_A_LETTER: u32 = 100_000;
/// Letters of labels.
pub(super) const LETTERS: u32 = 26;

/// A name out of text that is legal by construction.
pub(super) fn named<T: FromStr<Err = NameError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: NameError| error.to_string())
}

/// The serial of an array.
pub(super) fn serial(method: Method, array: u32) -> Result<Serial, String> {
    named(&match method {
        Method::FlashCopy => format!("75L{array:04}"),
        Method::Bcv => format!("0001926{array:05}"),
    })
}

/// The name of a system.
pub(super) fn system(number: u32) -> Result<SystemName, String> {
    named(&format!("SYS{number:02}"))
}

/// The IMS system of a profile.
pub(super) fn ssid(profile: u32) -> Result<ImsSsid, String> {
    named(&format!("I{profile:03}"))
}

/// The name of a profile.
pub(super) fn profile(number: u32) -> Result<ProfileName, String> {
    named(&format!("LARGE {number:03}"))
}

/// The catalog of one side of a profile.
pub(super) fn catalog(profile: u32, side: &str) -> Result<CatalogName, String> {
    named(&format!("UCAT.P{profile:03}.{side}"))
}

/// What the names of such data sets of a profile begin with; seven digits follow.
pub(super) fn data_sets(profile: u32, what: &str) -> String {
    format!("IMS.P{profile:03}.{what}.A")
}

/// The letter of a label, and the number that follows it.
fn label_parts(number: u32) -> (char, u32) {
    let letter = u8::try_from(number / LABELS_A_LETTER).unwrap_or_default();
    (char::from(b'A' + letter), number % LABELS_A_LETTER)
}

/// The label of this number as a pattern that counts on, or stands alone.
pub(super) fn label(number: u32, count: u32) -> Result<NamePattern, String> {
    let (letter, digits) = label_parts(number);
    named(&if count > 1 { format!("{letter}{{{digits:05}}}") } else { format!("{letter}{digits:05}") })
}

/// The label of this number.
pub(super) fn volser(number: u32) -> Result<Volser, String> {
    Volser::from_packed(label_word(number)).ok_or_else(|| format!("{number} is the number of no label"))
}

/// The label of this number as a word.
pub(super) fn label_word(number: u32) -> u64 {
    let (letter, digits) = label_parts(number);
    let word = |word: u64, place: u32| (word << 8) | u64::from(b'0') | u64::from(digits / place % 10);
    [10_000, 1_000, 100, 10, 1].into_iter().fold(u64::from(letter), word)
}

/// The label that a volume with this one gets where it has another than the one that was saved and cataloged.
pub(super) fn relabelled(word: u64) -> u64 {
    /// All characters but the letter.
    const DIGITS: u64 = (1 << 40) - 1;
    (u64::from(b'#') << 40) | (word & DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_the_same_as_words_and_as_patterns() {
        for number in [0, 7, 99_999, 100_000, 2_599_999] {
            let volser = volser(number).unwrap();
            assert_eq!(label(number, 1).unwrap().to_string(), volser.to_string());
            assert_eq!(Some(volser.to_string()), label(number, 2).unwrap().nth(0).map(|text| text.to_string()));
        }
        assert_eq!(
            Volser::from_packed(relabelled(label_word(123_456))).map(|label| label.to_string()).as_deref(),
            Some("#23456")
        );
    }
}
