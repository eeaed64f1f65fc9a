//! Known failures: what an implementation is known not to pass, and why.

pub mod file;
pub mod renew;

use std::collections::BTreeMap;

use crate::results::counts::Status;
use crate::results::row::Row;
use crate::run::digest::{Hash, Hasher};
use crate::run::plan::Plan;
use crate::run::select;

/// A scenario, or several, known not to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The id; `*` stands for any characters.
    pub scenario: String,
    /// How it fails; any failure is meant where it is left out.
    pub signature: Option<String>,
    /// Why.
    pub reason: String,
}

impl Entry {
    /// Whether a failure with this signature is the one that is known.
    fn fits(&self, signature: Option<&str>) -> bool {
        self.signature.is_none() || self.signature.as_deref() == signature
    }
}

/// Everything that is known not to pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    entries: Vec<Entry>,
    /// Entries of one scenario by its id.
    by_id: BTreeMap<String, Vec<usize>>,
    /// Entries of several scenarios.
    patterns: Vec<usize>,
    digest: Option<Hash>,
    /// Whether each entry is about something that is run; all are where nobody has said.
    looked_for: Vec<bool>,
}

impl Known {
    /// Known failures.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        let (mut by_id, mut patterns) = (BTreeMap::<String, Vec<usize>>::new(), Vec::new());
        for (at, entry) in entries.iter().enumerate() {
            if entry.scenario.contains('*') {
                patterns.push(at);
            } else {
                by_id.entry(entry.scenario.clone()).or_default().push(at);
            }
        }
        let digest = Some(digest(&entries));
        Self { entries, by_id, patterns, digest, looked_for: Vec::new() }
    }

    /// The same in a run of this plan: what is about other suites and seeds is not looked for.
    #[must_use]
    pub fn within(self, plan: &Plan) -> Self {
        let looked_for = self.entries.iter().map(|entry| plan.could_hold(&entry.scenario)).collect();
        Self { looked_for, ..self }
    }

    /// The digest of everything that is known; none where there is no file of it.
    #[must_use]
    pub const fn digest(&self) -> Option<Hash> {
        self.digest
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether an entry is about something that is run.
    #[must_use]
    pub fn is_looked_for(&self, at: usize) -> bool {
        self.looked_for.get(at).copied().unwrap_or(true)
    }

    /// The places of the entries about a scenario.
    pub fn about<'a>(&'a self, id: &'a str) -> impl Iterator<Item = usize> + 'a {
        let exact = self.by_id.get(id).into_iter().flatten().copied();
        let fits = |&at: &usize| self.entries.get(at).is_some_and(|entry| select::glob(&entry.scenario, id));
        exact.chain(self.patterns.iter().copied().filter(fits))
    }

    /// How a scenario counts that ended so, and why that was known, or how else it was known to fail.
    #[must_use]
    pub fn counts_as(&self, id: &str, status: Status, signature: Option<&str>) -> (Status, Option<String>) {
        let about = || self.about(id).filter_map(|at| self.entries.get(at));
        match status {
            Status::Passed => match about().next() {
                Some(entry) => (Status::UnexpectedPass, Some(entry.reason.clone())),
                None => (status, None),
            },
            Status::Failed | Status::Errored => match about().find(|entry| entry.fits(signature)) {
                Some(entry) => (Status::ExpectedFailure, Some(entry.reason.clone())),
                None => {
                    let otherwise: Vec<String> = about().map(otherwise).collect();
                    (status, (!otherwise.is_empty()).then(|| format!("otherwise: {}", otherwise.join("; "))))
                }
            },
            // Where the harness is at fault, or nothing was asked, nothing is known of the implementation.
            _ => (status, None),
        }
    }
}

fn otherwise(entry: &Entry) -> String {
    format!("{} ({})", entry.signature.as_deref().unwrap_or_default(), entry.reason)
}

/// The digest of entries, which does not depend on how their file is laid out.
fn digest(entries: &[Entry]) -> Hash {
    let mut hasher = Hasher::default();
    for entry in entries {
        for part in [&entry.scenario, entry.signature.as_deref().unwrap_or_default(), &entry.reason] {
            hasher.write(part.as_bytes());
            hasher.write(&[0]);
        }
    }
    Hash(hasher.finish())
}

/// What became of an entry, the most that any scenario did for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// No scenario fits it.
    #[default]
    Missed,
    /// Scenarios fit it, but all of them fail as another entry knows.
    Spare,
    /// It was met.
    Met,
}

/// Which entries were met by some scenario.
#[derive(Debug, Clone, Default)]
pub struct Met(Vec<Fate>);

impl Met {
    /// A scenario has been met. Of several entries about one that failed as is known, those that know it otherwise are not.
    pub fn meet(&mut self, known: &Known, row: &Row) {
        self.0.resize(known.entries.len(), Fate::Missed);
        let signature = row.trouble.as_ref().map(|trouble| trouble.signature.as_str());
        for at in known.about(&row.id) {
            let fits = known.entries.get(at).is_some_and(|entry| entry.fits(signature));
            if let Some(fate) = self.0.get_mut(at) {
                *fate = (*fate).max(if fits || row.status != Status::ExpectedFailure { Fate::Met } else { Fate::Spare });
            }
        }
    }

    /// The entries that no scenario has met, though they are looked for.
    pub fn unmatched<'a>(&'a self, known: &'a Known) -> impl Iterator<Item = &'a Entry> {
        let is_unmatched = |at: usize| match self.fate(at) {
            Fate::Missed => known.is_looked_for(at),
            Fate::Spare => true,
            Fate::Met => false,
        };
        known.entries.iter().enumerate().filter(move |&(at, _)| is_unmatched(at)).map(|(_, entry)| entry)
    }

    /// How many entries are about what is not run.
    #[must_use]
    pub fn not_looked_for(&self, known: &Known) -> u64 {
        (0..known.entries.len()).filter(|&at| self.fate(at) == Fate::Missed && !known.is_looked_for(at)).count() as u64
    }

    fn fate(&self, at: usize) -> Fate {
        self.0.get(at).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: &str, ended: Status, signature: Option<&str>, counts: Status, why: Option<&str>) {
        let entry = |scenario: &str, signature: Option<&str>, reason: &str| Entry {
            scenario: scenario.to_owned(),
            signature: signature.map(str::to_owned),
            reason: reason.to_owned(),
        };
        let entries = vec![
            entry("a/1", Some("failed verdict"), "first"),
            entry("a/1", Some("failed panic"), "second"),
            entry("a/2", None, "any"),
            entry("b/*", Some("errored process"), "pattern"),
        ];
        let (found, known) = Known::new(entries).counts_as(id, ended, signature);
        assert_eq!((found, known.as_deref()), (counts, why), "{id} {ended}");
    }

    #[test]
    fn only_what_the_implementation_does_can_be_known() {
        check("a/1", Status::Failed, Some("failed panic"), Status::ExpectedFailure, Some("second"));
        let otherwise = "otherwise: failed verdict (first); failed panic (second)";
        check("a/1", Status::Failed, Some("failed story"), Status::Failed, Some(otherwise));
        check("a/2", Status::Failed, Some("failed story"), Status::ExpectedFailure, Some("any"));
        check("a/2", Status::Passed, None, Status::UnexpectedPass, Some("any"));
        check("b/3", Status::Errored, Some("errored process"), Status::ExpectedFailure, Some("pattern"));
        check("c/4", Status::Failed, Some("failed panic"), Status::Failed, None);
        for ended in [Status::HarnessFault, Status::Unsupported, Status::Skipped, Status::NotSelected] {
            check("a/2", ended, Some("harness-fault world"), ended, None);
        }
    }

    #[test]
    fn the_digest_is_of_everything_that_is_known() {
        let digest = |reason: &str, signature: Option<&str>| {
            let signature = signature.map(str::to_owned);
            Known::new(vec![Entry { scenario: "a".to_owned(), signature, reason: reason.to_owned() }]).digest()
        };
        assert_eq!(Known::default().digest(), None);
        assert_eq!(digest("why", None), digest("why", None));
        assert_ne!(digest("why", None), digest("because", None));
        assert_ne!(digest("why", None), digest("why", Some("failed verdict")));
    }
}
