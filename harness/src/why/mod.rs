//! Why a finding is there: the entries that it was read from, by how much a limit was missed, and the smallest change of
//! the site that clears it.
//!
//! For each reason there are changes that an administrator would think of ([`ways`](self)); each is carried out on the site
//! and judged. What a change brings about is mended in turn, and the first site that has lost the finding and gained none is
//! booted, and must be judged alike by validator and oracle. Nothing here decides whether a rule is met.

mod apply;
mod edit;
mod facts;
mod near;
mod pick;
mod search;
mod spare;
mod view;
mod ways;

use dasdlab_model::finding::{Finding, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::site::Site;

pub use edit::{Edit, sentence};
pub use facts::Entry;
pub use near::NearMiss;
pub use pick::{Pick, picked};
pub use search::Change;

use view::View;

/// A finding, explained.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The finding.
    pub finding: Finding,
    /// The entries of the site that it was read from.
    pub facts: Vec<Entry>,
    /// By how much a limit was missed; none where the finding is not a matter of degree.
    pub near_miss: Option<NearMiss>,
    /// The smallest change that was found; none where nothing clears the finding.
    pub change: Option<Change>,
}

impl Explained {
    /// Whether a change clears the finding, adds none, and was verified.
    #[must_use]
    pub fn is_cleared(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.adds.is_empty() && change.verified)
    }

    /// The other findings that the change clears with it.
    pub fn also_cleared<'a>(&'a self, before: &'a Verdict) -> impl Iterator<Item = &'a Finding> {
        let after = self.change.as_ref().map(|change| search::known(&change.verdict.findings));
        let gone = move |finding: &&Finding| after.as_ref().is_some_and(|after| !after.contains_key(&search::key(finding)));
        before.findings.iter().filter(|finding| search::key(finding) != search::key(&self.finding)).filter(gone)
    }
}

/// Explains a finding of a site. The observation is the declared site, the verdict what profile setup says of it.
#[must_use]
pub fn explain(site: &Site, seen: &Observation, verdict: &Verdict, profile: &ProfileName, finding: &Finding) -> Explained {
    let view = View::new(seen, profile);
    Explained {
        facts: view.as_ref().map(|view| facts::facts(site, view, finding)).unwrap_or_default(),
        near_miss: view.as_ref().and_then(|view| near::near_miss(finding, view)),
        change: search::search(site, seen, verdict, profile, finding),
        finding: finding.clone(),
    }
}
