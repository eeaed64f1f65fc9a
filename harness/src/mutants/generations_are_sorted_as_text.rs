//! Generation 10 stands before generation 2 in a dictionary.

use dasdlab_model::finding::{Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("generations-are-sorted-as-text", "sorts generations as text", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    /// Where a number of one or two digits stands in a dictionary of numbers.
    const fn place(generation: u8) -> u8 {
        if generation < 10 { generation * 11 } else { generation / 10 * 11 + generation % 10 + 1 }
    }
    let key = |subject: &Subject| match subject {
        Subject::Generation(generation) => Subject::Generation(place(*generation)),
        other => other.clone(),
    };
    verdict.findings.sort_by(|a, b| {
        let by_subjects = a.subjects.iter().map(key).cmp(b.subjects.iter().map(key));
        a.rule().cmp(&b.rule()).then(by_subjects).then(a.reason.slug().cmp(b.reason.slug()))
    });
}
