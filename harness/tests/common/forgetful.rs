//! A wrong validator, for those who tell of it.

use dasdlab_harness::judge::{Ours, Validator};
use dasdlab_harness::run::plan::Plan;
use dasdlab_harness::suite;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

/// Ours, but blind to boxed units.
pub(crate) struct Forgetful;

impl Validator for Forgetful {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        let mut verdict = Ours.check(observation, profile)?;
        verdict.findings.retain(|finding| finding.reason.slug() != "boxed");
        Some(verdict)
    }
}

/// Two scenarios that it fails, and one that it passes.
pub(crate) fn two_of_three() -> Plan {
    let names = ["source-boxed", "clean-bcv-full", "target-boxed-and-no-path"];
    let entries = names.iter().map(|name| suite::corpus_entry(name).unwrap().expect(name)).collect();
    Plan { suites: vec!["corpus".to_owned()], entries, ..Plan::default() }
}
