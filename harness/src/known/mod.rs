//! Known failures: what an implementation is known not to pass, and why.

use std::collections::BTreeMap;

use crate::results::counts::Status;
use crate::run::digest::Hash;
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

/// Everything that is known not to pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    entries: Vec<Entry>,
    /// Entries of one scenario by its id.
    by_id: BTreeMap<String, Vec<usize>>,
    /// Entries of several scenarios.
    patterns: Vec<usize>,
    digest: Option<Hash>,
}

impl Known {
    /// Known failures, with the digest of the file that they come from.
    #[must_use]
    pub fn new(entries: Vec<Entry>, digest: Hash) -> Self {
        let (mut by_id, mut patterns) = (BTreeMap::<String, Vec<usize>>::new(), Vec::new());
        for (at, entry) in entries.iter().enumerate() {
            if entry.scenario.contains('*') {
                patterns.push(at);
            } else {
                by_id.entry(entry.scenario.clone()).or_default().push(at);
            }
        }
        Self { entries, by_id, patterns, digest: Some(digest) }
    }

    /// The digest of the file; none where nothing is known.
    #[must_use]
    pub const fn digest(&self) -> Option<Hash> {
        self.digest
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The places of the entries about a scenario.
    pub fn about<'a>(&'a self, id: &'a str) -> impl Iterator<Item = usize> + 'a {
        let exact = self.by_id.get(id).into_iter().flatten().copied();
        let fits = |&at: &usize| self.entries.get(at).is_some_and(|entry| select::glob(&entry.scenario, id));
        exact.chain(self.patterns.iter().copied().filter(fits))
    }

    /// How a scenario counts that ended so, and why that was known.
    #[must_use]
    pub fn counts_as(&self, id: &str, status: Status, signature: Option<&str>) -> (Status, Option<&str>) {
        let mut about = self.about(id).filter_map(|at| self.entries.get(at));
        let found = match status {
            Status::Passed => about.next().map(|entry| (Status::UnexpectedPass, entry)),
            Status::Failed | Status::Errored => {
                let as_known = |entry: &&Entry| entry.signature.is_none() || entry.signature.as_deref() == signature;
                about.find(as_known).map(|entry| (Status::ExpectedFailure, entry))
            }
            _ => None,
        };
        found.map_or((status, None), |(status, entry)| (status, Some(entry.reason.as_str())))
    }
}

/// Which entries were met by some scenario.
#[derive(Debug, Clone, Default)]
pub struct Met(Vec<bool>);

impl Met {
    /// A scenario has been met.
    pub fn meet(&mut self, known: &Known, id: &str) {
        self.0.resize(known.entries.len(), false);
        for at in known.about(id) {
            if let Some(met) = self.0.get_mut(at) {
                *met = true;
            }
        }
    }

    /// The entries that no scenario has met.
    pub fn unmatched<'a>(&'a self, known: &'a Known) -> impl Iterator<Item = &'a Entry> {
        known.entries.iter().enumerate().filter(|(at, _)| !self.0.get(*at).copied().unwrap_or(false)).map(|(_, entry)| entry)
    }
}
