//! Cuts a story in two: the world as it stands after a step, and the steps and faults that are left.

use std::collections::BTreeMap;

use dasdlab_model::command::{Command, Issuer};
use dasdlab_model::declare::Fault;
use dasdlab_model::name::SystemName;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{CommandKind, Do, Phase, PlannedFault, StoryStep, What, When, malformed};
use dasdlab_model::unit::VolumeRef;
use dasdlab_simulator::World;

use super::actors::Actors;
use super::plan::{Fate, FaultTold};
use super::tell::{Untold, boot, tell_on};
use super::watch::Watcher;

/// Why a story cannot be cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Uncut {
    /// It cannot be told that far.
    #[error(transparent)]
    Untold(#[from] Untold),
    /// A fault reaches over the cut: what it will do is in no site.
    #[error("fault `{name}` {why}: cut where no fault is on its way")]
    Fault {
        /// Its name.
        name: String,
        /// How it reaches over the cut.
        why: &'static str,
    },
    /// What was passed over before the cut would count as a mistake of what comes after.
    #[error("step `{step}` passes over reasons: cut before it, for what it leads to belongs to it")]
    Ignoring {
        /// The step.
        step: String,
    },
    /// What is left speaks of what is gone by then.
    #[error("what is left cannot stand by itself: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rest(Vec<Fault>),
}

/// A story after its cut.
#[derive(Debug, Clone)]
pub struct Cut {
    /// The world at the cut.
    pub world: World,
    /// The rest, which begins with that world and goes on as if it had never been cut.
    pub rest: Scenario,
}

/// Cuts a story behind its first `count` steps.
///
/// # Errors
/// The story cannot be told so far, a step before the cut passes over reasons, a fault reaches over the cut, or what is left speaks of what is gone.
pub fn cut(scenario: &Scenario, count: usize, actors: &dyn Actors) -> Result<Cut, Uncut> {
    let passes_over = |step: &StoryStep| match &step.action {
        Do::Setup { ignoring, .. } | Do::Backup { ignoring, .. } | Do::Restore { ignoring, .. } => !ignoring.is_empty(),
        _ => false,
    };
    if let Some((index, step)) = scenario.steps.iter().enumerate().take(count).find(|(_, step)| passes_over(step)) {
        return Err(Uncut::Ignoring { step: step.name_or_number(index) });
    }
    let ahead: Vec<String> =
        scenario.steps.iter().enumerate().skip(count).map(|(index, step)| step.name_or_number(index)).collect();
    let waits_for = |fault: &PlannedFault| matches!(&fault.when, When::After(step) if ahead.contains(step));
    let numbered = scenario.faults.iter().enumerate();
    let named = numbered.map(|(index, fault)| PlannedFault { name: fault.name_or_number(index), ..fault.clone() });
    let (later, now): (Vec<_>, Vec<_>) = named.partition(waits_for);
    let first = Scenario { steps: scenario.steps.iter().take(count).cloned().collect(), faults: now.clone(), ..scenario.clone() };
    let mut world = boot(&first)?;
    let mut counted = Counted::default();
    let (_, told) = tell_on(&mut world, &first, actors, &mut [&mut counted])?;
    let mut faults = Vec::new();
    for (fault, told) in now.into_iter().zip(told) {
        if !is_over(&fault, &told, &world)? {
            faults.push(counted.less(fault));
        }
    }
    faults.extend(later);
    let home = scenario.site.systems.first().map(|system| system.name);
    let mut rest = Scenario {
        profile: scenario.profile.clone().or_else(|| Some(scenario.site.profiles.first()?.name.clone())),
        steps: scenario
            .steps
            .iter()
            .enumerate()
            .skip(count)
            .map(|(index, step)| StoryStep { name: step.name_or_number(index), ..step.clone() })
            .collect(),
        faults,
        site: world.save(scenario.site.description.clone()),
        ..scenario.clone()
    };
    if let Some(home) = home {
        pin(&mut rest, home);
    }
    let gone = malformed(&rest, &world.observe());
    if gone.is_empty() { Ok(Cut { world, rest }) } else { Err(Uncut::Rest(gone)) }
}

/// Whether nothing of a fault is left.
fn is_over(fault: &PlannedFault, told: &FaultTold, world: &World) -> Result<bool, Uncut> {
    let reaches_over = |why| Err(Uncut::Fault { name: told.name.clone(), why });
    match told.fate {
        Fate::NotFired { .. } => Ok(false),
        Fate::MetNothing { .. } => reaches_over("lies in wait for a command"),
        Fate::Fired { ended_ms: None, .. } if fault.lasts.is_some() => reaches_over("is not over yet"),
        Fate::Met { at_ms, .. } if fault.lasts.is_some_and(|lasts| at_ms.plus(lasts.ms) > world.now()) => {
            reaches_over("is not over yet")
        }
        Fate::Fired { .. } | Fate::Met { .. } => Ok(true),
    }
}

/// What has been counted so far by those faults that wait for the nth of something.
#[derive(Default)]
struct Counted {
    commands: BTreeMap<CommandKind, u32>,
    phases: BTreeMap<Phase, u32>,
}

impl Watcher for Counted {
    fn enters(&mut self, phase: Phase, _world: &World) {
        *self.phases.entry(phase).or_default() += 1;
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, _world: &World) {
        if matches!(by, Issuer::Profile(_)) {
            *self.commands.entry(CommandKind::of(command)).or_default() += 1;
        }
    }
}

impl Counted {
    /// The fault for a story in which what was counted has not happened.
    fn less(&self, mut fault: PlannedFault) -> PlannedFault {
        let left = |nth: &mut u32, counted: Option<&u32>| *nth = nth.saturating_sub(counted.copied().unwrap_or(0)).max(1);
        match &mut fault.when {
            When::Command(command) => left(&mut command.nth, self.commands.get(&command.kind)),
            When::Phase(phase) => left(&mut phase.nth, self.phases.get(&phase.name)),
            When::At(_) | When::Enters(_) | When::Copied(_) | When::After(_) => {}
        }
        fault
    }
}

/// Names the system of every unit that so far was one of the first system: a saved site lists its systems by name.
fn pin(rest: &mut Scenario, home: SystemName) {
    let volume = |volume: &mut VolumeRef| {
        if let VolumeRef::Unit(unit) = *volume {
            *volume = VolumeRef::UnitOf(home, unit);
        }
    };
    for step in &mut rest.steps {
        match &mut step.action {
            Do::Vary { system, .. } => *system = Some(system.unwrap_or(home)),
            Do::Import(profile) => profile.system = Some(profile.system.unwrap_or(home)),
            Do::Write { volume: written, .. } => volume(written),
            Do::Mirror { standard, bcv, .. } => [standard, bcv].into_iter().for_each(volume),
            Do::FlashCopy { source, target, .. } => [source, target].into_iter().for_each(volume),
            Do::Setup { .. } | Do::Backup { .. } | Do::Restore { .. } | Do::Edit(_) | Do::Advance(_) | Do::Query { .. } => {}
        }
    }
    for fault in &mut rest.faults {
        match &mut fault.what {
            What::ForeignEstablish { standard, bcv } | What::ForeignSplit { standard, bcv } => {
                [standard, bcv].into_iter().for_each(volume);
            }
            What::ForeignRelease { bcv } => volume(bcv),
            What::ForeignWithdraw { target } | What::OutOfSpace { target } => volume(target),
            _ => {}
        }
    }
}
