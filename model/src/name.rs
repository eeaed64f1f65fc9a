//! Names as they stand on labels, in catalogs and in profiles.
//!
//! Short names (a label, a serial) are stored inline and are `Copy`; long ones are shared text. Every type parses
//! from text with one message that says what was expected, and orders as its text does.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not a name of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}")]
pub struct NameError {
    /// The text as it was given, shortened to 60 characters.
    pub found: String,
    /// What would have been right, in the domain's words.
    pub expected: &'static str,
}

impl NameError {
    pub(crate) fn new(found: &str, expected: &'static str) -> Self {
        Self { found: found.chars().take(60).collect(), expected }
    }
}

/// Implements serde, `JsonSchema` and `Debug` for a type that parses from and displays as text.
macro_rules! text_type {
    ($Name:ident, $expected:expr, $pattern:expr) => {
        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        impl Serialize for $Name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $Name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $Name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$Name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }

        impl schemars::JsonSchema for $Name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($Name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern, "description": $expected })
            }
        }
    };
}
pub(crate) use text_type;

/// A name of at most `$max` ASCII characters, stored inline.
macro_rules! inline_name {
    ($(#[$doc:meta])* $Name:ident, $max:literal, $expected:literal, $pattern:literal, $legal:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $Name([u8; $max]);

        // Compared and hashed as a number: bytes that are looked at one by one are most of what a table of names takes.
        impl Ord for $Name {
            #[inline]
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.number().cmp(&other.number())
            }
        }

        impl PartialOrd for $Name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl std::hash::Hash for $Name {
            #[inline]
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                let number = self.number();
                state.write_u64((number >> 64) as u64);
                if $max > 8 {
                    state.write_u64(number as u64);
                }
            }
        }

        impl $Name {
            /// The most characters such a name can have.
            pub const MAX: usize = $max;

            /// The characters in one number, first to last, so that numbers order as names do.
            #[inline]
            pub(crate) fn number(&self) -> u128 {
                const { assert!($max <= 16, "a longer name is no number") };
                let mut bytes = [0; 16];
                bytes[..$max].copy_from_slice(&self.0);
                u128::from_be_bytes(bytes)
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                let end = self.0.iter().position(|&byte| byte == 0).unwrap_or($max);
                std::str::from_utf8(self.0.get(..end).unwrap_or_default()).unwrap_or_default()
            }
        }

        impl FromStr for $Name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let legal: fn(u8) -> bool = $legal;
                if text.is_empty() || text.len() > $max || !text.bytes().all(legal) {
                    return Err(NameError::new(text, $expected));
                }
                let mut bytes = [0; $max];
                for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
                    *slot = byte;
                }
                Ok(Self(bytes))
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        text_type!($Name, $expected, $pattern);
    };
}

/// A name of any length up to a limit, stored as shared text.
macro_rules! shared_name {
    ($(#[$doc:meta])* $Name:ident, $max:literal, $expected:literal, $pattern:literal, $legal:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(Arc<str>);

        impl $Name {
            /// The most characters such a name can have.
            pub const MAX: usize = $max;

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $Name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let legal: fn(&str) -> bool = $legal;
                if text.is_empty() || text.len() > $max || !legal(text) {
                    return Err(NameError::new(text, $expected));
                }
                Ok(Self(text.into()))
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        text_type!($Name, $expected, $pattern);
    };
}

/// Letters, digits and the national characters of z/OS names.
const fn name_byte(byte: u8) -> bool {
    /// Labels and data set names are asked by the million.
    const LEGAL: [bool; 256] = {
        let mut legal = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            legal[byte as usize] = byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'@' | b'#' | b'$');
            byte += 1;
        }
        legal
    };
    LEGAL[byte as usize]
}

/// One in each byte.
const EACH: u64 = u64::MAX / 0xFF;

/// The same of all eight bytes of a word at once.
const fn are_name_bytes(word: u64) -> bool {
    const HIGH: u64 = EACH << 7;
    /// The high bit of each byte that lies between two others. No byte borrows from its neighbour.
    const fn between(word: u64, first: u8, last: u8) -> u64 {
        (word + EACH * (0x80 - first as u64)) & (EACH * (0x80 | last as u64) - word)
    }
    // Bytes beyond ASCII would carry into their neighbours, and are refused whatever comes of it.
    let ascii = word & !HIGH;
    let legal = between(ascii, b'0', b'9') | between(ascii, b'@', b'Z') | between(ascii, b'#', b'$');
    word & HIGH == 0 && legal & HIGH == HIGH
}

/// Qualifiers of 1 to 8 characters joined by dots, none beginning with a digit or a hyphen.
fn data_set_text(text: &str) -> bool {
    /// The most characters of a qualifier.
    const LONGEST: u32 = 8;
    const FIRST: u8 = 1;
    const LATER: u8 = 1 << 1;
    const DOT: u8 = 1 << 2;
    /// Where a byte may stand in a qualifier.
    const PLACES: [u8; 256] = {
        let mut places = [0; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            places[byte as usize] = match byte {
                b'.' => DOT,
                b'0'..=b'9' | b'-' => LATER,
                _ if name_byte(byte) => FIRST | LATER,
                _ => 0,
            };
            byte += 1;
        }
        places
    };
    // No branch depends on what is read.
    let (mut length, mut legal) = (0, true);
    for byte in text.bytes() {
        let place = PLACES[usize::from(byte)];
        legal &= place & (if length == 0 { FIRST } else { LATER | DOT }) != 0;
        length = if place == DOT { 0 } else { length + 1 };
        legal &= length <= LONGEST;
    }
    legal && length > 0
}

/// With how many bytes both begin, or somewhat fewer.
fn alike(a: &[u8], b: &[u8]) -> usize {
    let ((a, _), (b, _)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut bytes = 0;
    for (a, b) in a.iter().zip(b) {
        let unlike = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if unlike != 0 {
            return bytes + unlike.trailing_zeros() as usize / 8;
        }
        bytes += 8;
    }
    bytes
}

impl DataSetName {
    /// Whether a text is a data set name.
    #[must_use]
    pub fn is_legal(text: &str) -> bool {
        text.len() <= Self::MAX && data_set_text(text)
    }

    /// The same, asked faster where the data set name before begins alike, as neighbours of a list do.
    #[must_use]
    pub fn is_legal_behind(text: &str, before: &str) -> bool {
        // Whole qualifiers with which both begin are known to be good.
        let alike = text.as_bytes().get(..alike(text.as_bytes(), before.as_bytes())).unwrap_or_default();
        let begin = alike.iter().rposition(|&byte| byte == b'.').map_or(0, |dot| dot + 1);
        text.len() <= Self::MAX && text.get(begin..).is_some_and(data_set_text)
    }
}

/// Printable ASCII in upper case, without a blank at either end.
fn profile_text(text: &str) -> bool {
    text.trim() == text && text.bytes().all(|byte| name_byte(byte) || matches!(byte, b' ' | b'.' | b'-' | b'_'))
}

inline_name!(
    /// The label of a volume: 1 to 6 characters A-Z 0-9 @ # $. Not an identity: a copy carries its source's label.
    Volser, 6, "a VOLSER: 1 to 6 characters A-Z 0-9 @ # $", "^[A-Z0-9@#$]{1,6}$", name_byte
);
impl Volser {
    /// The characters in one word, first to last, so that words order as labels do; no label is the word 0.
    #[must_use]
    pub const fn packed(self) -> u64 {
        let [a, b, c, d, e, f] = self.0;
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }

    /// The label whose characters are in this word.
    #[must_use]
    pub fn from_packed(word: u64) -> Option<Self> {
        let [0, 0, bytes @ ..] = word.to_be_bytes() else { return None };
        // Behind its characters are zeros, which are none themselves.
        let characters = Self::MAX.checked_sub(word.trailing_zeros() as usize / 8)?;
        (Self::pack_first((word << 16).to_be_bytes(), characters)? == word).then_some(Self(bytes))
    }

    /// The label whose characters are in a word that is known to be one.
    #[inline]
    pub(crate) const fn of_word(word: u64) -> Self {
        let [_, _, bytes @ ..] = word.to_be_bytes();
        Self(bytes)
    }

    /// The word of the label with these characters.
    #[must_use]
    pub fn pack(text: &[u8]) -> Option<u64> {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(text).for_each(|(place, &byte)| *place = byte);
        Self::pack_first(bytes, text.len())
    }

    /// The word of the label that so many of these bytes are; what stands behind them does not matter.
    #[must_use]
    #[inline]
    pub fn pack_first(bytes: [u8; 8], length: usize) -> Option<u64> {
        if length == 0 || length > Self::MAX {
            return None;
        }
        let behind = (1_u64 << (8 * (Self::MAX - length))) - 1;
        let word = (u64::from_be_bytes(bytes) >> 16) & !behind;
        // Places that the label does not have are asked as a zero.
        are_name_bytes(word | (behind | 0xFFFF << 48) & (EACH * u64::from(b'0'))).then_some(word)
    }
}

inline_name!(
    /// The serial of an array, unique among all arrays of a site.
    Serial, 12, "an array serial: 1 to 12 characters A-Z 0-9", "^[A-Z0-9]{1,12}$",
    |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()
);
inline_name!(
    /// The name of a z/OS system.
    SystemName, 8, "a system name: 1 to 8 characters A-Z 0-9 @ # $", "^[A-Z0-9@#$]{1,8}$", name_byte
);
inline_name!(
    /// The subsystem id of an IMS system: 1 to 4 characters. Not the SSID of a control unit, see [`CuSsid`](crate::unit::CuSsid).
    ImsSsid, 4, "an IMS SSID: 1 to 4 characters A-Z 0-9 @ # $", "^[A-Z0-9@#$]{1,4}$", name_byte
);
inline_name!(
    /// Names the IMS systems that share one RECON.
    GroupName, 8, "a data-sharing group: 1 to 8 characters A-Z 0-9 @ # $", "^[A-Z0-9@#$]{1,8}$", name_byte
);
shared_name!(
    /// A data set: qualifiers of 1 to 8 characters joined by dots, 44 at most.
    DataSetName, 44, "a data set name: qualifiers of 1 to 8 characters joined by dots, at most 44 in all",
    "^[A-Z@#$][A-Z0-9@#$-]{0,7}(\\.[A-Z@#$][A-Z0-9@#$-]{0,7})*$", data_set_text
);
shared_name!(
    /// A catalog, master or user; it is itself a data set.
    CatalogName, 44, "a catalog name: qualifiers of 1 to 8 characters joined by dots, at most 44 in all",
    "^[A-Z@#$][A-Z0-9@#$-]{0,7}(\\.[A-Z@#$][A-Z0-9@#$-]{0,7})*$", data_set_text
);
shared_name!(
    /// A backup profile, unique within a site.
    ProfileName, 32, "a profile name: 1 to 32 characters A-Z 0-9 @ # $ . - _ and blanks inside",
    "^[A-Z0-9@#$._-]([A-Z0-9@#$ ._-]*[A-Z0-9@#$._-])?$", profile_text
);

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: FromStr + fmt::Display>(text: &str, legal: bool) {
        match text.parse::<T>() {
            Ok(name) => {
                assert!(legal, "`{text}` was taken");
                assert_eq!(name.to_string(), text);
            }
            Err(_) => assert!(!legal, "`{text}` was refused"),
        }
    }

    #[test]
    fn a_volser_has_one_to_six_characters_of_the_national_alphabet() {
        for text in ["A", "IMS001", "@#$", "000000"] {
            check::<Volser>(text, true);
        }
        for text in ["", "IMS0011", "ims001", "A B", "Ä"] {
            check::<Volser>(text, false);
        }
    }

    #[test]
    fn a_label_packs_into_a_word_that_orders_as_it_does() {
        let mut words = Vec::new();
        for text in ["A", "A@", "A1", "AB", "IMS001", "IMS01", "ZZZZZZ"] {
            let volser: Volser = text.parse().unwrap();
            assert_eq!(Volser::pack(text.as_bytes()), Some(volser.packed()));
            assert_eq!(Volser::from_packed(volser.packed()), Some(volser));
            words.push((volser, volser.packed()));
        }
        words.sort_unstable();
        assert!(words.is_sorted_by_key(|&(_, word)| word));
        for text in ["", "IMS0011", "IMS00112345", "ims001", "A B", "A\0", "\0A"] {
            assert_eq!(Volser::pack(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Volser::pack_first(*b"AB,IMS01", 2), Volser::pack(b"AB"));
        assert_eq!(Volser::pack_first(*b"AB,IMS01", 3), None);
        for word in [0, 1, u64::MAX, 0x41_0041_0000_0000, 0x0100_4142_4344_4546] {
            assert_eq!(Volser::from_packed(word), None, "{word:x}");
        }
    }

    #[test]
    fn the_bytes_of_a_word_are_as_legal_as_each_alone() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let word = ((EACH * u64::from(b'Z')) & !(0xFF << (8 * place))) | (u64::from(byte) << (8 * place));
                assert_eq!(are_name_bytes(word), name_byte(byte), "{byte:#x} at {place}");
            }
            assert_eq!(are_name_bytes(EACH * u64::from(byte)), name_byte(byte), "{byte:#x}");
        }
    }

    #[test]
    fn a_data_set_name_is_made_of_qualifiers() {
        for text in ["IMS", "IMSP.DB.CUST01", "A.B-C.@X"] {
            check::<DataSetName>(text, true);
        }
        for text in ["", ".A", "A..B", "A.1B", "A.TOOLONGQU", "IMS.DB."] {
            check::<DataSetName>(text, false);
        }
        // Beside a neighbour a text is as legal as alone.
        let texts = [
            "IMSP.DB.CUST01",
            "IMSP.DB.CUST02",
            "IMSP.DB.CUST0",
            "IMSP.DB.CUST01.X",
            "IMSP.DB.",
            "IMSP.DB..",
            "IMSP.DB.1",
            "IMSP",
        ];
        for text in
            texts.iter().chain(&["", "IMSP.DBX.CUST01", "IMSP.DB.CUST01234", "IMSP.DB.CUST01.TOOLONGQU", "IMSP.DB.CUST01\u{e4}"])
        {
            for before in texts.iter().filter(|before| DataSetName::is_legal(before)) {
                assert_eq!(DataSetName::is_legal_behind(text, before), DataSetName::is_legal(text), "{text} behind {before}");
            }
        }
    }

    #[test]
    fn a_profile_name_may_hold_blanks_but_not_at_its_ends() {
        check::<ProfileName>("FULL DAILY", true);
        check::<ProfileName>(" FULL", false);
        check::<ProfileName>("full", false);
    }

    #[test]
    fn inline_names_order_as_their_text() {
        let mut names: Vec<Volser> = ["B", "A1", "A", "A10", "A2"].iter().map(|text| text.parse().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names.iter().map(Volser::as_str).collect::<Vec<_>>(), ["A", "A1", "A10", "A2", "B"]);
    }
}
