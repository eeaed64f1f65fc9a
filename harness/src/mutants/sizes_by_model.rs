//! A 3390-27 is a 3390-27.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::words::{forget, number};

pub(super) const MUTANT: Mutant = Mutant::says("sizes-by-model", "compares volumes by model and not by cylinders", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    /// The most cylinders of each model.
    const MODELS: [u64; 7] = [1_113, 2_226, 3_339, 10_017, 32_760, 65_520, u64::MAX];
    let model = |cylinders: u64| MODELS.iter().position(|&most| cylinders <= most);
    forget(verdict, |finding| {
        let sizes = number(finding, "target_cylinders").zip(number(finding, "source_cylinders"));
        sizes.is_some_and(|(target, source)| model(target) == model(source))
    });
}
