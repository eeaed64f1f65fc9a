//! Small parts of pages: texts that stay texts, commands, tables that scroll by themselves, bars.

use std::fmt::Write as _;

use crate::cli::paint::masked;

/// A text between tags or in an attribute, in which nothing means anything: no tag, no entity, no control character, and no
/// mark that turns the direction of what follows.
#[must_use]
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in masked(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}' => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            c => out.push(c),
        }
    }
    out
}

/// A text as it is typed or named.
pub(super) fn code(said: &str) -> String {
    format!("<code>{}</code>", text(said))
}

/// A command in a box of its own; a script puts a button that copies it beside it.
pub(super) fn command(said: &str) -> String {
    // What is copied must not run by itself.
    format!("<div class=\"cmd\">{}</div>", code(&said.replace('\n', " ")))
}

/// What may be wider than the page scrolls by itself, by keyboard too.
pub(super) fn scroll(label: &str, inside: &str) -> String {
    format!("<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n{inside}</div>\n", text(label))
}

/// A bar of `part` out of `most`; never empty where there is something. Whoever listens has heard the number.
pub(super) fn bar(part: u64, most: u64, fill: &str) -> String {
    let width = if part == 0 { 0 } else { (part.saturating_mul(1_000) / most.max(1)).clamp(4, 1_000) };
    format!(
        "<svg class=\"bars\" viewBox=\"0 0 1000 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect width=\"{width}\" height=\"8\" class=\"fill-{fill}\"/></svg>"
    )
}

/// A sign in a circle that stands for a word which stands beside it or is read aloud.
pub(super) fn glyph(sign: char, shade: &str, word: &str) -> String {
    format!("<span class=\"glyph {shade}\" role=\"img\" aria-label=\"{}\">{sign}</span>", text(word))
}

/// Names and what they are, side by side; values are HTML.
pub(super) fn facts(facts: &[(&str, String)]) -> String {
    let mut out = String::from("<dl class=\"facts\">\n");
    for (name, value) in facts {
        put(&mut out, format_args!("<dt>{}</dt><dd>{value}</dd>\n", text(name)));
    }
    out + "</dl>\n"
}

/// How much a cell has, in steps of its colour.
pub(super) const fn level(count: u64) -> &'static str {
    match count {
        0 => "l0",
        1..10 => "l1",
        10..100 => "l2",
        100..1_000 => "l3",
        _ => "l4",
    }
}

/// Adds to a text.
pub(super) fn put(out: &mut String, said: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(said);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, expected: &str) {
        assert_eq!(text(said), expected);
    }

    #[test]
    fn texts_stay_texts() {
        check("a <b> & \"c\" 'd'", "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
        check("</script><img src=x onerror=alert(1)>", "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;");
        check("a\u{1b}[31m\0\u{9b}b\u{202e}c\u{fffe}\nd é", "a�[31m��b�c�\nd é");
        check("&lt;", "&amp;lt;");
    }

    #[test]
    fn a_command_is_one_line() {
        assert_eq!(command("a\nb"), "<div class=\"cmd\"><code>a b</code></div>");
    }

    #[test]
    fn a_bar_is_never_empty_where_there_is_something() {
        assert!(bar(1, 1_000_000, "accent").contains("width=\"4\""));
        assert!(bar(0, 0, "accent").contains("width=\"0\""));
        assert!(bar(3, 3, "accent").contains("width=\"1000\""));
    }
}
