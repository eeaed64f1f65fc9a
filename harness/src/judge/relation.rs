//! The relations between runs: what a validator must say of a changed observation, known from what it said before.
//!
//! The validator is asked under each relation by itself, because its failure is named by the first one that it breaks. The
//! second opinion is asked once, under all changes at the same time: what it says of that must be what it said before, under
//! the new names. An oracle that lets any of the changes matter, or that says something else when it is asked again, is seen
//! by that as by a question for each. Only where something is not as it must be is everything asked one by one.

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
            Relation::Reordered => same(Cow::Owned(relations::reorder(observation.clone(), seed))),
            Relation::UnrelatedAdded => same(Cow::Owned(relations::unrelated(observation.clone(), seed))),
            Relation::Twice => same(Cow::Borrowed(observation)),
            Relation::Renamed => {
                let (observation, renaming) = relations::rename(observation, seed);
                let expected = renaming.verdict(profile, expected);
                Self { observation: Cow::Owned(observation), profile: renaming.profile(profile), expected: Cow::Owned(expected) }
            }
        }
    }

    /// This twin with a volume more that nobody names, and listed in another order.
    fn with_the_others(self, seed: u64) -> Self {
        let observation = relations::reorder(relations::unrelated(self.observation.into_owned(), seed), seed);
        Self { observation: Cow::Owned(observation), ..self }
    }
}

impl Bench<'_> {
    /// Whether oracle and validator keep all relations, given that both said `expected` of the observation.
    pub(super) fn relations(&self, observation: &Observation, profile: &ProfileName, expected: &Verdict) -> Result<(), Outcome> {
        let seed = seed(profile, observation);
        let twin = |relation| Twin::of(relation, seed, observation, profile, expected);
        let Err(outcome) = self.all_at_once(seed, twin) else { return Ok(()) };
        for &relation in Relation::ALL {
            let twin = twin(relation);
            self.oracle_keeps(relation, &twin, "breaks the relation")?;
            self.validator_keeps(relation, &twin)?;
        }
        // Asked again, everybody kept everything: what was said before counts.
        Err(outcome)
    }

    /// The same, without saying which relation is the first that is broken.
    fn all_at_once<'a>(&self, seed: u64, twin: impl Fn(Relation) -> Twin<'a>) -> Result<(), Outcome> {
        for &relation in Relation::ALL {
            let twin = twin(relation);
            self.validator_keeps(relation, &twin)?;
            if relation == Relation::Renamed {
                // Said only of an oracle that keeps each of them by itself when it is asked again.
                let said = "keeps each relation by itself and not all of them together with the relation";
                self.oracle_keeps(Relation::Twice, &twin.with_the_others(seed), said)?;
            }
        }
        Ok(())
    }

    /// Whether the oracle says what it should; if not, what is `said` of it and this relation.
    fn oracle_keeps(&self, relation: Relation, twin: &Twin<'_>, said: &str) -> Result<(), Outcome> {
        let oracle = self.oracle.check(&twin.observation, &twin.profile);
        let differences = oracle.as_ref().map(|found| compare::verdicts(&twin.expected, found));
        if differences.as_ref().is_some_and(Vec::is_empty) {
            return Ok(());
        }
        let differences = differences.unwrap_or_default();
        let message = format!("the oracle {said} `{relation}`");
        Err(Outcome::HarnessFault { kind: FaultKind::Relation(relation), differences, message })
    }

    fn validator_keeps(&self, relation: Relation, twin: &Twin<'_>) -> Result<(), Outcome> {
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
