//! A difference in its parts: what it is about, what should have been said, what was.

use serde_json::{Map, Value};

use crate::results::row::Told;

/// A difference as a table shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts {
    /// The step of a story, and what ran in it.
    pub(super) step: String,
    /// What kind of difference it is.
    pub(super) kind: String,
    /// What it is about.
    pub(super) about: String,
    /// What was expected, and what was said; none where there is no more than a complaint.
    pub(super) sides: Option<(String, String)>,
}

/// The parts of a difference; one that is not known keeps its text.
pub(super) fn parts(told: &Told) -> Parts {
    let mut map = told.map();
    let mut step = Vec::new();
    while let Some(Value::Object(of)) = map.get("of") {
        step.extend(["step", "work"].iter().filter_map(|&name| map.get(name)).map(said));
        map = of;
    }
    let word = |name: &str| map.get(name).map(said).unwrap_or_default();
    let finding = map.get("finding").and_then(Value::as_object).map(finding).unwrap_or_default();
    let kind = word("difference");
    let sides = match kind.as_str() {
        "missing" => Some(("this finding".to_owned(), "nothing".to_owned())),
        "unexpected" => Some(("nothing".to_owned(), "this finding".to_owned())),
        "order" => Some((format!("place {}", word("expected")), format!("place {}", word("found")))),
        "conduct" => instead(&word("complaint")),
        _ => map.contains_key("expected").then(|| (word("expected"), word("found"))),
    };
    let about = match kind.as_str() {
        "conduct" if sides.is_some() => String::new(),
        "conduct" => word("complaint"),
        "evidence" if map.contains_key("key") => format!("{finding}, {}", word("key")),
        _ if finding.is_empty() => String::new(),
        _ => finding,
    };
    let kind = match kind.as_str() {
        "field" => word("field"),
        // Written by nobody that is known here: its text says everything.
        "" => return Parts { step: step.join(", "), kind: told.to_string(), ..Parts::default() },
        kind => kind.replace('-', " "),
    };
    Parts { step: step.join(", "), kind, about, sides }
}

/// What had to come, and what came in its place, where a complaint is about that.
fn instead(complaint: &str) -> Option<(String, String)> {
    let (came, rest) = complaint.split_once(" where ")?;
    Some((rest.strip_suffix(" had to come")?.to_owned(), came.to_owned()))
}

/// A finding by name: `PS05E boxed [unit:3A10]`.
fn finding(map: &Map<String, Value>) -> String {
    let word = |name: &str| map.get(name).map(said).unwrap_or_default();
    format!("{} {} [{}]", word("code"), word("reason"), word("subjects"))
}

/// A value in words.
fn said(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(list) => list.iter().map(said).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::finding::{Fact, Severity, Subject};
    use dasdlab_model::reasons::Reason;
    use dasdlab_model::unit::Unit;

    use super::*;
    use crate::judge::difference::{Difference, FindingName};

    #[track_caller]
    fn check(difference: &Difference, step: &str, kind: &str, about: &str, sides: Option<(&str, &str)>) {
        let sides = sides.map(|(expected, found)| (expected.to_owned(), found.to_owned()));
        let expected = Parts { step: step.to_owned(), kind: kind.to_owned(), about: about.to_owned(), sides };
        assert_eq!(parts(&Told::from(difference)), expected);
    }

    fn boxed() -> FindingName {
        let unit: Unit = "3A10".parse().unwrap();
        FindingName { reason: Reason::Ps05Boxed, severity: Severity::E, subjects: vec![Subject::Unit(unit)] }
    }

    #[test]
    fn what_was_expected_stands_beside_what_was_said() {
        let name = "PS05E boxed [unit:3A10]";
        let missing = Difference::Missing { finding: boxed() };
        check(&missing, "", "missing", name, Some(("this finding", "nothing")));
        let inner = Difference::Unexpected { finding: boxed() };
        let in_step = inner.in_step("step 2", Some("backup IMSP".to_owned()));
        check(&in_step, "step 2, backup IMSP", "unexpected", name, Some(("nothing", "this finding")));
        let severity = Difference::Severity { finding: boxed(), expected: Severity::E, found: Severity::W };
        check(&severity, "", "severity", name, Some(("E", "W")));
        let evidence = Difference::Evidence {
            finding: boxed(),
            key: "status".to_owned(),
            expected: Some(Fact::Text("boxed".to_owned())),
            found: None,
        };
        check(&evidence, "", "evidence", "PS05E boxed [unit:3A10], status", Some(("boxed", "nothing")));
        check(&Difference::ReturnCode { expected: 8, found: 0 }, "", "return code", "", Some(("8", "0")));
        let field = Difference::Field { field: "state", expected: "ready".to_owned(), found: String::new() };
        check(&field, "", "state", "", Some(("ready", "an empty text")));
        let conduct = Difference::Conduct { complaint: "established twice".to_owned() };
        check(&conduct, "", "conduct", "established twice", None);
        let conduct = Difference::Conduct { complaint: "a look at the world where the lock of P had to come".to_owned() };
        check(&conduct, "", "conduct", "", Some(("the lock of P", "a look at the world")));
    }
}
