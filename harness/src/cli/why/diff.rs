//! What is different between two texts, line by line.

use std::fmt::Write;

use similar::{Algorithm, TextDiff};

/// The lines that are gone with `-`, those that came with `+`, each beside a line that stayed where there is one.
#[must_use]
pub(super) fn lines(before: &str, after: &str) -> String {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(before, after);
    let mut out = String::new();
    for (nth, group) in diff.grouped_ops(1).iter().enumerate() {
        if nth > 0 {
            out.push_str("  …\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{} {}", change.tag(), change.value().trim_end_matches('\n'));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn what_went_and_what_came_stand_beside_what_stayed() {
        let before = "a\nb\nc\nd\ne\nf\ng\n";
        assert_eq!(lines(before, before), "");
        assert_eq!(lines(before, "a\nB\nc\nd\ne\nf\n"), "  a\n- b\n+ B\n  c\n  …\n  f\n- g\n");
    }
}
