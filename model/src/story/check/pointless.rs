//! Faults that can never fire, whatever the machines do.

use std::collections::BTreeSet;

use super::{Look, at};
use crate::declare::Fault;
use crate::observation::Observation;
use crate::scenario::Scenario;
use crate::states::{Method, MirrorState, RelationState};
use crate::story::fault::{CommandKind, CopyState, What, When};
use crate::story::phase::Phase;
use crate::story::step::Do;
use crate::transitions::MirrorOrder;

/// Faults of the plan that can never fire, whatever the machines do: a finding of lint.
#[must_use]
pub fn pointless(scenario: &Scenario, declared: &Observation) -> Vec<Fault> {
    let mut look = Look::new(scenario, declared);
    let reach = Reach::of(scenario, declared);
    for (index, planned) in scenario.faults.iter().enumerate() {
        let here = |field: &'static str| at("faults", index, &["when", planned.when.word(), field]);
        match &planned.when {
            When::Phase(phase) if !reach.phases.contains(&phase.name) => {
                look.fault(here("name"), format!("can never fire: no step of this story comes to the phase {}", phase.name));
            }
            When::Command(command) if !reach.commands().contains(&command.kind) => {
                look.fault(here("kind"), format!("can never fire: no step of this story gives the command {}", command.kind));
            }
            When::Enters(enters) if !reach.enters(enters.state) => {
                look.fault(here("state"), format!("can never fire: nothing in this story makes a pair {}", enters.state));
            }
            When::After(name) => {
                let last = scenario.steps.len().checked_sub(1);
                let name_of = |index: usize| scenario.steps.get(index).map(|step| step.name_or_number(index));
                if last.and_then(name_of).as_ref() == Some(name) {
                    look.fault(at("faults", index, &["when", "after"]), "comes to nothing: no step follows the last one");
                }
            }
            _ => {}
        }
        let needs_machine = planned.what.meets_a_command() || matches!(planned.what, What::Abend {});
        if needs_machine && !reach.machines {
            let message =
                format!("can never fire: {} needs a setup, a backup or a restore, and no step is one", planned.what.word());
            look.fault(at("faults", index, &["what"]), message);
        }
    }
    look.faults
}

/// How far the steps of a story can come.
struct Reach {
    phases: BTreeSet<Phase>,
    machines: bool,
    /// A mirror pair may be copied back, cancelled, split by force, or fail.
    restores: bool,
    cancels: bool,
    nocopy: bool,
}

impl Reach {
    fn of(scenario: &Scenario, declared: &Observation) -> Self {
        let mut methods: BTreeSet<Method> = declared.profiles.iter().map(|profile| profile.method).collect();
        for step in &scenario.steps {
            match &step.action {
                Do::Edit(edit) => methods.extend(edit.method),
                Do::Import(profile) => {
                    methods.insert(profile.method);
                }
                _ => {}
            }
        }
        let bcv = methods.contains(&Method::Bcv);
        let flash = methods.contains(&Method::FlashCopy);
        let mut reach = Self { phases: BTreeSet::new(), machines: false, restores: false, cancels: false, nocopy: false };
        let mut run = |phases: &[Phase]| {
            reach.machines = true;
            reach.phases.extend([Phase::Lock, Phase::Finish]);
            reach.phases.extend(phases);
        };
        let mut setup = scenario.faults.iter().any(|fault| matches!(fault.what, What::Rival { .. }));
        let mut backup = setup;
        for step in &scenario.steps {
            match &step.action {
                Do::Setup { .. } => setup = true,
                Do::Backup { alone, .. } => {
                    setup |= !alone;
                    backup = true;
                }
                Do::Restore { .. } => run(&[Phase::RestoreCheck, Phase::Restore, Phase::CopyBack]),
                _ => {}
            }
        }
        if setup {
            run(&[Phase::Check]);
            if bcv {
                run(&[Phase::Establish, Phase::HoldOthers, Phase::Synchronize]);
            }
        }
        if backup {
            run(&[Phase::PreBackupCheck, Phase::Suspend, Phase::Resume, Phase::Record]);
            if bcv {
                run(&[Phase::Split, Phase::EstablishNext, Phase::SynchronizeNext]);
            }
            if flash {
                run(&[Phase::Withdraw, Phase::FlashCopy]);
            }
        }
        for step in &scenario.steps {
            match &step.action {
                Do::Restore { .. } => reach.restores = true,
                Do::Mirror { order, .. } => {
                    reach.restores |= matches!(order, MirrorOrder::RestoreIncremental | MirrorOrder::RestoreFull);
                    reach.cancels |= matches!(order, MirrorOrder::Cancel | MirrorOrder::CancelForced);
                }
                Do::FlashCopy { order, .. } => {
                    reach.nocopy |= *order == crate::transitions::RelationOrder::EstablishNoCopy;
                }
                _ => {}
            }
        }
        reach
    }

    /// The kinds of commands that machines give in these phases.
    fn commands(&self) -> BTreeSet<CommandKind> {
        use CommandKind as C;
        let mut kinds = BTreeSet::new();
        for phase in &self.phases {
            kinds.extend(match phase {
                Phase::Lock => [C::Lock].as_slice(),
                Phase::Check | Phase::PreBackupCheck | Phase::RestoreCheck => &[],
                Phase::Establish => &[C::Establish, C::Split, C::Release, C::Record],
                Phase::HoldOthers => &[C::Split, C::Hold],
                Phase::Synchronize | Phase::SynchronizeNext => &[C::SetState],
                Phase::Suspend => &[C::SuspendLogs],
                Phase::Withdraw => &[C::Withdraw, C::Record],
                Phase::Split => &[C::Split, C::Record],
                Phase::FlashCopy => &[C::FlashCopy, C::Record],
                Phase::Resume => &[C::ResumeLogs],
                Phase::Record => &[C::Record, C::Withdraw, C::Hold],
                Phase::EstablishNext => &[C::Hold, C::Release, C::Establish, C::Split, C::SetState],
                Phase::Restore => &[C::Restore, C::Reverse, C::FlashCopy, C::Withdraw, C::Split, C::SetState, C::Hold],
                Phase::CopyBack => &[C::Split, C::Withdraw, C::Hold],
                Phase::Finish => &[C::SetState, C::Unlock],
            });
        }
        kinds
    }

    /// Whether a pair can come to this state.
    fn enters(&self, state: CopyState) -> bool {
        match state {
            CopyState::Mirror(MirrorState::RestInProg | MirrorState::Restored | MirrorState::SplitBfrRest) => self.restores,
            CopyState::Mirror(MirrorState::NeverEstab) => self.cancels,
            // Nothing but a declaration makes them so.
            CopyState::Mirror(MirrorState::SplitNoInc | MirrorState::Unknown) => false,
            CopyState::Relation(RelationState::Idle) => self.nocopy,
            _ => true,
        }
    }
}
