//! What must hold of rows that follow each other: they stand in the order of the plan, none is there twice, and what each
//! says of itself goes together.

use std::ops::Range;

use super::counts::Status;
use super::row::{Origin, Row};
use crate::run::digest;

/// How far the rows of a range have come.
#[derive(Debug)]
pub(super) struct Order {
    range: Range<u64>,
    last: Option<(u64, Origin, String)>,
}

impl Order {
    /// Before the first row of a range.
    pub(super) const fn new(range: Range<u64>) -> Self {
        Self { range, last: None }
    }

    /// The next row; or what is wrong with it.
    pub(super) fn follow(&mut self, row: &Row) -> Result<(), String> {
        let Row { index, origin, id, .. } = row;
        if !self.range.contains(index) {
            return Err(format!("{id}: index {index} is out of the range {}..{}", self.range.start, self.range.end));
        }
        match &self.last {
            Some((last, _, before)) if index < last => {
                return Err(format!("{id}: index {index} is out of its place: it stands behind {before} with {last}"));
            }
            Some((last, Origin::Generated, before)) if index == last && *origin == Origin::Counterpart => {
                let rest = id.strip_prefix(before.as_str()).filter(|rest| rest.starts_with(",without="));
                rest.ok_or_else(|| format!("{id} is not {before} without one of its defects"))?;
            }
            Some((last, _, before)) if index == last => {
                return Err(format!("{id}: index {index} is there twice: {before} has it too"));
            }
            _ if *origin == Origin::Counterpart => return Err(format!("{id} does not stand behind what it is without a defect")),
            _ => {}
        }
        self.last = Some((*index, *origin, id.clone()));
        agrees(row).map_err(|message| format!("{id} is {}, {message}", row.status))
    }
}

/// Whether a row says what goes together with how it ended.
fn agrees(row: &Row) -> Result<(), String> {
    use Status::{Errored, ExpectedFailure, Failed, HarnessFault, Skipped, UnexpectedPass, Unsupported};
    let together = |of: &[Status], is_said: bool, what: &str| match (of.contains(&row.status), is_said) {
        (true, false) => Err(format!("but does not say {what}")),
        (false, true) => Err(format!("but says {what}")),
        _ => Ok(()),
    };
    together(&[Failed, Errored, HarnessFault, ExpectedFailure], row.trouble.is_some(), "what is wrong")?;
    together(&[ExpectedFailure, UnexpectedPass], row.known.is_some(), "why it was known to fail")?;
    together(&[Unsupported], !row.needs.is_empty(), "what it needs")?;
    match row.status {
        Skipped if row.hash != digest::outcome(&row.id, Skipped.as_str(), None, None) => {
            Err("but its hash is that of something else".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scenario that was left out.
    fn row(index: u64, id: &str) -> Row {
        let hash = digest::outcome(id, Status::Skipped.as_str(), None, None).to_string();
        let row = serde_json::json!({
            "index": index, "id": id, "status": "skipped", "origin": "generated", "hash": hash,
            "return_code": null, "findings": 0, "volumes": 0,
        });
        serde_json::from_value(row).unwrap()
    }

    fn counterpart(index: u64, id: &str) -> Row {
        Row { origin: Origin::Counterpart, ..row(index, id) }
    }

    #[track_caller]
    fn check(rows: &[Row], expected: Option<&str>) {
        let mut order = Order::new(3..6);
        let found = rows.iter().find_map(|row| order.follow(row).err());
        match (&found, expected) {
            (None, None) => {}
            (Some(found), Some(part)) => assert!(found.contains(part), "{found}"),
            _ => panic!("{found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn rows_stand_in_their_order_once() {
        check(&[row(3, "a"), counterpart(3, "a,without=0"), row(5, "b")], None);
        check(&[row(2, "a")], Some("out of the range 3..6"));
        check(&[row(6, "a")], Some("out of the range 3..6"));
        check(&[row(4, "a"), row(3, "b")], Some("stands behind a with 4"));
        check(&[row(4, "a"), row(4, "b")], Some("there twice: a has it too"));
        check(&[row(4, "a"), counterpart(4, "a,without=0"), counterpart(4, "a,without=1")], Some("there twice"));
        check(&[counterpart(4, "a,without=0"), row(4, "a")], Some("does not stand behind"));
        check(&[row(4, "a"), counterpart(5, "a,without=0")], Some("does not stand behind"));
        check(&[row(4, "a"), counterpart(4, "c,without=0")], Some("c,without=0 is not a without"));
    }

    #[test]
    fn how_a_scenario_ended_goes_with_what_is_said_of_it() {
        let with = |status| Row { status, ..row(4, "a") };
        check(&[with(Status::Failed)], Some("a is failed, but does not say what is wrong"));
        check(&[with(Status::UnexpectedPass)], Some("but does not say why it was known to fail"));
        check(&[with(Status::Unsupported)], Some("but does not say what it needs"));
        check(&[Row { known: Some("slow".to_owned()), ..row(4, "a") }], Some("but says why it was known to fail"));
        check(&[Row { needs: vec!["act".to_owned()], ..row(4, "a") }], Some("but says what it needs"));
        check(&[Row { id: "b".to_owned(), ..row(4, "a") }], Some("its hash is that of something else"));
    }
}
