//! Text in XML: everything escaped, and what XML 1.0 cannot say at all left out.

use std::fmt::Write as _;

/// A text between tags.
pub(super) fn text(text: &str) -> String {
    escaped(text, false)
}

/// The value of an attribute.
pub(super) fn value(text: &str) -> String {
    escaped(text, true)
}

fn escaped(text: &str, is_value: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' if !is_value => out.push(c),
            // Readers make blanks of the former in values; the latter a terminal would take for its own.
            '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "&#{};", u32::from(c));
            }
            '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(c),
            // Not even a reference may say these.
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, as_text: &str, as_value: &str) {
        assert_eq!((text(said).as_str(), value(said).as_str()), (as_text, as_value));
    }

    #[test]
    fn what_xml_would_take_for_its_own_is_escaped() {
        check("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&apos;", "a&lt;b&gt;&amp;&quot;&apos;");
        check("]]>", "]]&gt;", "]]&gt;");
        check("&amp;", "&amp;amp;", "&amp;amp;");
        check("a\tb\nc\rd", "a\tb\nc&#13;d", "a&#9;b&#10;c&#13;d");
    }

    #[test]
    fn what_xml_cannot_say_is_left_out() {
        check("a\0b\u{1b}[31mc\u{8}\u{fffe}\u{ffff}", "ab[31mc", "ab[31mc");
        check("\u{7f}\u{9b}é\u{1f600}", "&#127;&#155;é\u{1f600}", "&#127;&#155;é\u{1f600}");
    }
}
