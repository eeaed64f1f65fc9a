//! The nearest known name to one that is not known.

/// The known name that is most like `found`, if any is near enough to be meant.
#[must_use]
pub fn nearest(found: &str, known: impl IntoIterator<Item = impl AsRef<str>>) -> Option<String> {
    // Long input is no misspelt name; comparing it would only cost time.
    const LONGEST: usize = 80;
    // As much alike as clap asks of its own suggestions.
    const ALIKE: f64 = 0.7;
    if found.len() > LONGEST {
        return None;
    }
    let found = found.to_lowercase();
    let mut best: Option<(f64, String)> = None;
    for name in known {
        let name = name.as_ref();
        let alike = strsim::jaro_winkler(&found, &name.to_lowercase());
        if alike > ALIKE && best.as_ref().is_none_or(|(most, _)| alike > *most) {
            best = Some((alike, name.to_owned()));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: &str, expected: Option<&str>) {
        assert_eq!(nearest(found, ["volume-coverage", "log-coverage", "code-level"]).as_deref(), expected);
    }

    #[test]
    fn a_slip_of_the_finger_is_understood_and_anything_else_is_not() {
        check("volume-covrage", Some("volume-coverage"));
        check("CODE-LEVEL", Some("code-level"));
        check("xyz", None);
        check(&"code-level".repeat(20), None);
    }
}
