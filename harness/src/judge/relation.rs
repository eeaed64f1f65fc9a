//! The relations between runs: what a validator must say of a changed observation, known from what it said before.

use std::borrow::Cow;

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_scenarios::relations::{self, Relation};

use super::{Bench, FaultKind, Outcome, Signature, compare};
use crate::run::digest::Hasher;

/// What is asked instead, and what must be said of it.
struct Twin<'a> {
    observation: Cow<'a, Observation>,
    profile: ProfileName,
    expected: Cow<'a, Verdict>,
}

impl<'a> Twin<'a> {
    /// The twin of an observation under a relation.
    fn of(relation: Relation, seed: u64, observation: &'a Observation, profile: &ProfileName, expected: &'a Verdict) -> Self {
        let same = |observation| Self { observation, profile: profile.clone(), expected: Cow::Borrowed(expected) };
        match relation {
            Relation::Reordered => same(Cow::Owned(relations::reorder(observation, seed))),
            Relation::UnrelatedAdded => same(Cow::Owned(relations::unrelated(observation, seed))),
            Relation::Twice => same(Cow::Borrowed(observation)),
            Relation::Renamed => {
                let (observation, renaming) = relations::rename(observation, seed);
                let expected = renaming.verdict(profile, expected);
                Self { observation: Cow::Owned(observation), profile: renaming.profile(profile), expected: Cow::Owned(expected) }
            }
        }
    }
}

impl Bench<'_> {
    /// Whether oracle and validator keep a relation, given that both said `expected` of the observation.
    pub(super) fn relation(
        &self,
        relation: Relation,
        observation: &Observation,
        profile: &ProfileName,
        expected: &Verdict,
    ) -> Result<(), Outcome> {
        let twin = Twin::of(relation, seed(profile, observation), observation, profile, expected);
        let oracle = self.oracle.check(&twin.observation, &twin.profile);
        let differences = oracle.as_ref().map(|found| compare::verdicts(&twin.expected, found));
        if !differences.as_ref().is_some_and(Vec::is_empty) {
            let differences = differences.unwrap_or_default();
            let message = format!("the oracle breaks the relation `{relation}`");
            return Err(Outcome::HarnessFault { kind: FaultKind::Relation(relation), differences, message });
        }
        let found = self.ask(&twin.observation, &twin.profile)?;
        let differences = self.strict.differences(&twin.expected, &found);
        if differences.is_empty() {
            return Ok(());
        }
        let message = format!("the validator breaks the relation `{relation}`");
        Err(Outcome::Failed { signature: Signature::Relation(relation), differences, message })
    }
}

/// A seed that depends on the scenario alone, not on when or where it is judged.
fn seed(profile: &ProfileName, observation: &Observation) -> u64 {
    let mut hasher = Hasher::default();
    hasher.write(profile.as_str().as_bytes());
    hasher.write(&(observation.volumes.len() as u64).to_le_bytes());
    hasher.write(&(observation.data_sets.len() as u64).to_le_bytes());
    hasher.write(&(observation.units.len() as u64).to_le_bytes());
    hasher.finish() as u64
}
