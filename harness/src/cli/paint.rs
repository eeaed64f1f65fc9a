//! Colours of results, and texts of files that must not colour anything.

use std::fmt::Write;

/// What a text is painted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// Headings.
    Bold,
    /// What matters less.
    Dim,
    /// Good.
    Green,
    /// Warnings.
    Yellow,
    /// Errors.
    Red,
    /// Information.
    Blue,
}

/// Paints, or leaves texts as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    /// The text in this shade.
    #[must_use]
    pub fn paint(self, shade: Shade, text: &str) -> String {
        let code = match shade {
            Shade::Bold => "1",
            Shade::Dim => "2",
            Shade::Green => "32",
            Shade::Yellow => "33",
            Shade::Red => "1;31",
            Shade::Blue => "34",
        };
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A text from a file as a terminal may have it: control characters, C0 and C1 alike, could move the cursor or colour.
#[must_use]
pub fn masked(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// JSON with the control characters escaped that it need not escape, and that a terminal would take for its own.
#[must_use]
pub fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_control() && c != '\n' {
            // Writing to a String cannot fail. Within strings only: outside of them no control character can stand here.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_of_either_set_is_left() {
        assert_eq!(masked("a\u{1b}[31mb\u{9b}31m\u{7f}c\u{80}\u{9f}é\u{a0}\nd"), "a�[31mb�31m�c��é\u{a0}\nd");
        let text = "a\u{1b}\u{7f}\u{9b}é";
        let json = escaped(&serde_json::to_string(text).unwrap());
        assert!(!json.chars().any(char::is_control), "{json:?}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
