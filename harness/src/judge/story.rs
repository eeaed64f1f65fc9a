//! Stories: told once, before everybody who has an opinion.

use std::collections::BTreeSet;
use std::io::Write as _;

use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{self, Do, StoryStep};
use dasdlab_simulator::World;

use super::difference::Difference;
use super::{Bench, FaultKind, Judged, Outcome, Signature};
use crate::coverage::story::{Met, StoryKey};
use crate::run::digest::Hasher;
use crate::story::inspect::Inspector;
use crate::story::invariants::{Invariants, Violation};
use crate::story::recorder::Recorder;
use crate::story::second::{Differs, Divergence, Second};
use crate::story::stage::Stuck;
use crate::story::watch::Watcher;
use crate::story::{FaultTold, StepTold, Untold, expect, tell, tell_on};

/// What is left of a story that was told: what a run adds up and a report shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Its steps.
    pub steps: Vec<StepTold>,
    /// Its faults.
    pub faults: Vec<FaultTold>,
    /// What it met.
    pub met: BTreeSet<StoryKey>,
    /// How many lines its event log has.
    pub events: usize,
    /// The hash of its event log and of what its machines said.
    pub hash: u128,
}

/// What is broken by the world itself, whoever acts in it: changes that nothing explains, and bytes that differ.
const OF_THE_WORLD: [u8; 2] = [7, 9];

impl Bench<'_> {
    /// Tells a story and asks everybody; the first who is not content ends it.
    pub(super) fn story(&self, scenario: &Scenario, judged: &mut Judged) -> Result<(), Outcome> {
        let mut world = tell::boot(scenario).map_err(untold)?;
        let declared = world.observe();
        judged.volumes = declared.volumes.len();
        let faults = story::malformed(scenario, &declared);
        if !faults.is_empty() {
            return Err(untold(Untold::Malformed(faults)));
        }
        drop(declared);
        let mut recorder = Recorder::new();
        let asked = self.asked(scenario, &mut world, &mut recorder, judged);
        judged.log = logged(&world, self.log);
        if asked.is_err() {
            judged.recorded = recorder.last(world.events());
        }
        asked
    }

    fn asked(&self, scenario: &Scenario, world: &mut World, recorder: &mut Recorder, judged: &mut Judged) -> Result<(), Outcome> {
        let restores = scenario.steps.iter().any(|step| matches!(step.action, Do::Restore { .. }));
        let (mut second, mut met, mut invariants) = (Second::new(), Met::default(), Invariants::new(self.actors));
        let mut inspector = Inspector::new();
        let told = {
            let mut watchers: Vec<&mut dyn Watcher> = vec![recorder, &mut second, &mut met, &mut invariants];
            if restores {
                watchers.push(&mut inspector);
            }
            tell_on(world, scenario, self.actors, &mut watchers)
        };
        let mut kept = kept(told.map_err(untold)?, world, &met);
        for (number, lost) in inspector.all_losses() {
            if let Some(step) = kept.steps.get_mut(*number) {
                step.losses.push(lost.clone());
            }
        }
        judged.verdict = kept.steps.iter().flat_map(StepTold::own).filter_map(|worked| worked.ended.verdict()).last().cloned();
        let kept = &*judged.story.insert(Box::new(kept));

        let mut unlike = Vec::new();
        for (step, told) in scenario.steps.iter().zip(&kept.steps) {
            let differences = expect::differences(step, told).map_err(|message| {
                Outcome::fault(FaultKind::Scenario, format!("in the expectation of {}: {message}", told.name))
            })?;
            unlike.extend(differences);
        }
        // What a step passes over on purpose is no opinion of the oracle's.
        let honest = |differs: &&Differs| !scenario.steps.get(differs.step).is_some_and(ignores);
        let differ: Vec<&Differs> = second.differences().iter().filter(honest).collect();
        if let Some(first) = differ.first() {
            let differences = differ.iter().map(|differs| difference(differs, &kept.steps)).collect();
            let written = unlike.is_empty() && scenario.steps.get(first.step).is_some_and(|step| is_written(step, &first.what));
            return Err(if written {
                let message = "the expectation and the oracle differ; no validator is blamed".to_owned();
                Outcome::HarnessFault { kind: FaultKind::Expectation, differences, message }
            } else {
                Outcome::Failed { signature: Signature::Story, differences, message: String::new() }
            });
        }
        if !unlike.is_empty() {
            let message = "the expectation differs from what the validator does and the oracle accepts".to_owned();
            return Err(Outcome::HarnessFault { kind: FaultKind::Expectation, differences: unlike, message });
        }
        match invariants.violations() {
            [] => Ok(()),
            violations => Err(violated(violations)),
        }
    }
}

/// The event log until so many bytes are kept.
fn logged(world: &World, bytes: usize) -> Vec<String> {
    let mut left = bytes;
    let lines = world.events().iter().map_while(|event| {
        let line = Some(event).filter(|_| left > 0).map(ToString::to_string);
        left = left.saturating_sub(line.as_ref().map_or(0, String::len));
        line
    });
    lines.collect()
}

fn ignores(step: &StoryStep) -> bool {
    match &step.action {
        Do::Setup { ignoring, .. } | Do::Backup { ignoring, .. } | Do::Restore { ignoring, .. } => !ignoring.is_empty(),
        _ => false,
    }
}

/// A story that could not be told to its end.
fn untold(untold: Untold) -> Outcome {
    let message = untold.to_string();
    let signature = match untold {
        Untold::Malformed(_) => return Outcome::fault(FaultKind::Scenario, message),
        Untold::Stuck { stuck: Stuck::Endless { .. }, .. } => Signature::Endless,
        Untold::Stuck { stuck: Stuck::Panicked { .. }, .. } => Signature::Panic,
    };
    Outcome::Failed { signature, differences: Vec::new(), message }
}

/// A difference of the second opinion as reports show it.
fn difference(differs: &Differs, steps: &[StepTold]) -> Difference {
    let text = |word: &Option<String>| word.clone().unwrap_or_else(|| expect::ACCEPTED.to_owned());
    let difference = match &differs.what {
        Divergence::Verdict { difference } => difference.clone(),
        Divergence::Refusal { expected, found } => {
            Difference::Field { field: "refused", expected: text(expected), found: text(found) }
        }
        Divergence::Left { field, expected, found } => {
            Difference::Field { field, expected: expected.clone(), found: found.clone() }
        }
        Divergence::Commands { complaint } => Difference::Conduct { complaint: complaint.clone() },
    };
    let step = steps.get(differs.step).map_or_else(|| format!("step {}", differs.step + 1), |step| step.name.clone());
    difference.in_step(&step, Some(format!("{} of {}", differs.work, differs.profile)))
}

/// Whether a step's author has written down what the oracle does not share.
fn is_written(step: &StoryStep, what: &Divergence) -> bool {
    let Some(expected) = &step.expect else { return false };
    match what {
        Divergence::Verdict { difference: Difference::ReturnCode { .. } } => expected.return_code.is_some(),
        Divergence::Verdict { difference: Difference::RestoreScope { .. } } => expected.restore_scope.is_some(),
        Divergence::Verdict { .. } => expected.findings.is_some(),
        Divergence::Refusal { .. } => expected.refused.is_some(),
        Divergence::Left { field: "state", .. } => expected.state.is_some() && expected.reason.is_some(),
        Divergence::Left { .. } | Divergence::Commands { .. } => false,
    }
}

fn violated(violations: &[Violation]) -> Outcome {
    let message = violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    match violations.iter().find(|violation| !OF_THE_WORLD.contains(&violation.invariant.number)) {
        Some(violation) => {
            Outcome::Failed { signature: Signature::Invariant(violation.invariant.slug), differences: Vec::new(), message }
        }
        None => Outcome::fault(FaultKind::Invariant, message),
    }
}

/// What is left of a story.
fn kept((steps, faults): (Vec<StepTold>, Vec<FaultTold>), world: &World, met: &Met) -> Story {
    let mut hasher = Hasher::default();
    for event in world.events() {
        // Writing to a hasher does not fail.
        let _ = writeln!(hasher, "{event}");
    }
    for worked in steps.iter().flat_map(|step| &step.work) {
        let _ = serde_json::to_writer(&mut hasher, &worked.ended);
    }
    Story { steps, faults, met: met.keys().clone(), events: world.events().len(), hash: hasher.finish() }
}
