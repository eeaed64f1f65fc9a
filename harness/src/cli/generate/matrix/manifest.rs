//! The manifest of a matrix: every cell with what is expected of it, or why it is impossible.

use std::fmt::Write as _;

use dasdlab_scenarios::matrix::MatrixCell;
use serde::Serialize;

use super::time;
use crate::cli::Problem;

/// The manifest for spreadsheets.
pub(super) const CSV: &str = "manifest.csv";

/// A line of the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    /// Name of the scenario.
    pub(super) id: String,
    /// Rules of the errors that the last step ends with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rules: Vec<String>,
    /// Their reasons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reasons: Vec<String>,
    pub(super) fault: &'static str,
    pub(super) phase: &'static str,
    pub(super) place: &'static str,
    pub(super) method: &'static str,
    pub(super) generations: u8,
    /// Where the profile stands after the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
    /// The return code of the last step; none where it was broken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) return_code: Option<u8>,
    /// Whether the fault changed anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fired: Option<bool>,
    /// The instant of virtual time at which the story ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ends_ms: Option<u64>,
    /// Why there is no scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) impossible: Option<String>,
}

impl Row {
    /// A line that says nothing but what the cell is.
    pub(super) fn of(cell: MatrixCell) -> Self {
        Self {
            id: cell.id(),
            fault: cell.fault,
            phase: cell.phase.as_str(),
            place: cell.place.as_str(),
            method: cell.method.as_str(),
            generations: cell.generations,
            ..Self::default()
        }
    }

    pub(super) fn impossible(cell: MatrixCell, why: &str) -> Self {
        Self { impossible: Some(why.to_owned()), ..Self::of(cell) }
    }

    fn fields(&self) -> [String; 13] {
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        [
            self.id.clone(),
            self.rules.join(" "),
            self.reasons.join(" "),
            self.fault.to_owned(),
            self.phase.to_owned(),
            self.place.to_owned(),
            self.method.to_owned(),
            self.generations.to_string(),
            text(self.state.as_ref()),
            self.return_code.map(|code| code.to_string()).unwrap_or_default(),
            self.fired.map(|fired| if fired { "yes" } else { "no" }.to_owned()).unwrap_or_default(),
            self.ends_ms.map(time).unwrap_or_default(),
            text(self.impossible.as_ref()),
        ]
    }
}

/// The names of the columns, in the order of [`Row::fields`].
const COLUMNS: [&str; 13] = [
    "id",
    "rule",
    "reason",
    "fault",
    "phase",
    "place",
    "method",
    "generations",
    "state",
    "return_code",
    "fired",
    "ends",
    "impossible",
];

/// The manifest as RFC 4180 has it: lines end with CR LF, and what holds a comma, a quote or a line end is quoted.
pub(super) fn csv(rows: &[Row]) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for row in rows {
        let fields = row.fields().map(|field| quoted(&field));
        let _ = write!(text, "{}\r\n", fields.join(","));
    }
    text
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

/// The manifest for programs.
///
/// # Errors
/// It cannot be written, which is a fault of this program.
pub(super) fn json(rows: &[Row]) -> Result<String, Problem> {
    #[derive(Serialize)]
    struct Manifest<'a> {
        format: u32,
        scenarios: usize,
        impossible: usize,
        cells: &'a [Row],
    }
    let impossible = rows.iter().filter(|row| row.impossible.is_some()).count();
    let manifest = Manifest { format: 1, scenarios: rows.len() - impossible, impossible, cells: rows };
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| Problem::fault(error.to_string()))?;
    Ok(text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: &str, expected: &str) {
        assert_eq!(quoted(field), expected);
    }

    #[test]
    fn a_field_is_quoted_where_a_reader_would_take_it_apart() {
        check("split-failed", "split-failed");
        check("a, b", "\"a, b\"");
        check("say \"no\"", "\"say \"\"no\"\"\"");
        check("two\nlines", "\"two\nlines\"");
    }

    #[test]
    fn there_is_a_column_for_each_field() {
        let row = Row { impossible: Some("why, so".to_owned()), ..Row::default() };
        assert_eq!(csv(&[row]).lines().map(|line| line.split(',').count()).collect::<Vec<_>>(), [13, 14]);
    }
}
