//! The reviewed file of counts, and what of it has changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Count;

/// The most that a count may grow, in hundredths, without an update of the file.
pub const MOST_GROWTH: u64 = 5;

/// The command that brings the file up to date.
pub const UPDATE: &str = "cargo run --release -p dasdlab-benches --bin counts -- update";

/// What the file begins with.
const HEAD: &str = "\
# What pieces of work take, counted: instructions by callgrind, allocations and the most bytes held by the allocator.
# Growth above 5 % fails ci/45-counts. Where it is meant, bring the file up to date and let the difference be reviewed:
#
";

/// Counts by the names of their pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What has counted: another compiler or allocator counts otherwise.
    pub counted_by: String,
    /// What each piece takes.
    pub pieces: BTreeMap<String, Count>,
}

/// The file.
#[must_use]
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.toml")
}

impl Kept {
    /// Reads the file.
    ///
    /// # Errors
    /// It is not there, or is no file of counts.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}; `{UPDATE}` writes it", path.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{HEAD}#     {UPDATE}\n\ncounted_by = \"{}\"\n\n[pieces]\n", self.counted_by);
        for (name, Count { instructions, allocations, peak_bytes }) in &self.pieces {
            let _ = writeln!(
                text,
                "\"{name}\" = {{ instructions = {instructions}, allocations = {allocations}, peak_bytes = {peak_bytes} }}"
            );
        }
        text
    }
}

/// One count of one piece, in the file and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The piece.
    pub piece: String,
    /// Which of its counts.
    pub what: &'static str,
    /// In the file.
    pub before: u64,
    /// Now.
    pub now: u64,
}

impl Change {
    /// Whether it is more than may be passed over.
    #[must_use]
    pub const fn is_too_much(&self) -> bool {
        self.now as u128 * 100 > self.before as u128 * (100 + MOST_GROWTH) as u128
    }

    /// By how much, in hundredths.
    #[must_use]
    pub fn percent(&self) -> f64 {
        if self.before == 0 { f64::INFINITY } else { (self.now as f64 / self.before as f64 - 1.0) * 100.0 }
    }
}

/// Everything that differs between the file and what was counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Counts that differ, in the order of the file.
    pub moved: Vec<Change>,
    /// Pieces that the file does not have.
    pub new: Vec<String>,
    /// Pieces of the file that are no more.
    pub gone: Vec<String>,
}

impl Changes {
    /// Compares.
    #[must_use]
    pub fn new(kept: &Kept, counted: &BTreeMap<String, Count>) -> Self {
        let mut this = Self::default();
        for (name, before) in &kept.pieces {
            let Some(now) = counted.get(name) else {
                this.gone.push(name.clone());
                continue;
            };
            let counts = [
                ("instructions", before.instructions, now.instructions),
                ("allocations", before.allocations, now.allocations),
                ("peak bytes", before.peak_bytes, now.peak_bytes),
            ];
            let moved = counts.into_iter().filter(|(_, before, now)| before != now);
            this.moved.extend(moved.map(|(what, before, now)| Change { piece: name.clone(), what, before, now }));
        }
        this.new = counted.keys().filter(|name| !kept.pieces.contains_key(*name)).cloned().collect();
        this
    }

    /// Whether the file must be brought up to date.
    #[must_use]
    pub fn is_too_much(&self) -> bool {
        !self.new.is_empty() || !self.gone.is_empty() || self.moved.iter().any(Change::is_too_much)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(instructions: u64, allocations: u64) -> Count {
        Count { instructions, allocations, peak_bytes: 64 }
    }

    #[track_caller]
    fn check(before: Count, now: Count, moved: &[(&str, bool)]) {
        let kept = Kept { counted_by: String::new(), pieces: BTreeMap::from([("a".to_owned(), before)]) };
        let changes = Changes::new(&kept, &BTreeMap::from([("a".to_owned(), now)]));
        let said: Vec<_> = changes.moved.iter().map(|change| (change.what, change.is_too_much())).collect();
        assert_eq!(said, moved);
        assert_eq!(changes.is_too_much(), moved.iter().any(|(_, much)| *much));
    }

    #[test]
    fn growth_up_to_five_hundredths_passes_and_more_does_not() {
        check(count(1_000, 10), count(1_000, 10), &[]);
        check(count(1_000, 10), count(1_050, 10), &[("instructions", false)]);
        check(count(1_000, 10), count(1_051, 10), &[("instructions", true)]);
        check(count(1_000, 10), count(500, 11), &[("instructions", false), ("allocations", true)]);
        check(count(1_000, 0), count(1_000, 1), &[("allocations", true)]);
    }

    #[test]
    fn a_piece_that_came_or_went_needs_an_update() {
        let kept = Kept { counted_by: String::new(), pieces: BTreeMap::from([("old".to_owned(), count(1, 1))]) };
        let changes = Changes::new(&kept, &BTreeMap::from([("new".to_owned(), count(1, 1))]));
        assert_eq!(
            (changes.new.as_slice(), changes.gone.as_slice()),
            (["new".to_owned()].as_slice(), ["old".to_owned()].as_slice())
        );
        assert!(changes.is_too_much());
    }

    #[test]
    fn what_is_written_reads_back() {
        let pieces = BTreeMap::from([("fused/65280/1%".to_owned(), count(7, 1)), ("read".to_owned(), count(9, 2))]);
        let kept = Kept { counted_by: "somebody".to_owned(), pieces };
        assert_eq!(toml::from_str::<Kept>(&kept.text()).unwrap(), kept);
    }
}
