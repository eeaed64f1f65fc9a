//! What is malformed in the steps and the fault plan of a story, and what of it can never happen.

use crate::declare::Fault;
use crate::observation::Observation;
use crate::scenario::Scenario;

/// Everything that cannot be: what is refused on input. `declared` is the scenario's site, unrolled.
#[must_use]
pub fn malformed(_scenario: &Scenario, _declared: &Observation) -> Vec<Fault> {
    Vec::new()
}

/// Faults of the plan that can never fire, whatever the machines do: a finding of lint.
#[must_use]
pub fn pointless(_scenario: &Scenario, _declared: &Observation) -> Vec<Fault> {
    Vec::new()
}
