//! Tells a story: boots its site and takes one step after the other, with its faults.

use std::ops::Range;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::declare::{Fault, Step};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{Do, Duration, StoryStep, place, profile};
use dasdlab_model::unit::{VolumeId, VolumeRef};
use dasdlab_simulator::{Happening, World};
use dasdlab_validator::machines::EditRefused;

use super::DEFAULT_WAIT;
use super::actors::Actors;
use super::expect::Stands;
use super::ignoring::restoring;
use super::inspect::Lost;
use super::plan::{FaultTold, Plan};
use super::stage::{Outcome, Stage, Stop, Stuck, Worked};
use super::watch::{Ended, Watcher, Work};
use crate::judge;

/// The most steps that a machine has in a story, and how many more for each pair of the site. Commands and looks of a pair
/// are counted on the fingers of a hand; a machine that needs more goes round in circles.
const STEPS: (u64, u64) = (10_000, 100);

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTold {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub word: &'static str,
    /// The profile that it was about; the scenario's for a step about no profile.
    pub profile: ProfileName,
    /// When it began.
    pub began: Time,
    /// When it ended.
    pub finished: Time,
    /// The lines of the event log that were written meanwhile.
    pub events: Range<usize>,
    /// The pieces of work in the order in which they ended, those of rivals among them.
    pub work: Vec<Worked>,
    /// Where the profile stands at the end.
    pub stands: Option<Stands>,
    /// What its restores have lost, as far as somebody has looked.
    pub losses: Vec<Lost>,
}

impl StepTold {
    /// The pieces of work that were the step's own.
    pub fn own(&self) -> impl Iterator<Item = &Worked> {
        self.work.iter().filter(|worked| !worked.rival)
    }

    /// The return code of the step: the highest of its own pieces of work; none where none has one.
    #[must_use]
    pub fn return_code(&self) -> Option<u8> {
        self.own().filter_map(|worked| worked.return_code).max()
    }

    /// The word of a refusal, of the last piece of work that was refused.
    #[must_use]
    pub fn refused(&self) -> Option<&str> {
        self.own().filter_map(|worked| worked.ended.refused()).last()
    }
}

/// A story that was told.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its steps.
    pub steps: Vec<StepTold>,
    /// Its faults in the order of the plan.
    pub faults: Vec<FaultTold>,
    /// The world as it stands at the end.
    pub world: World,
}

/// Why a story could not be told to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untold {
    /// The scenario is malformed.
    #[error("{}", .0.iter().take(10).map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Malformed(Vec<Fault>),
    /// A machine is no good.
    #[error("{step}: {stuck}")]
    Stuck {
        /// The step.
        step: String,
        /// What is wrong with it.
        stuck: Stuck,
    },
}

impl From<Vec<Fault>> for Untold {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Malformed(faults)
    }
}

/// Tells a story from its beginning to its end: with these machines, before these watchers.
///
/// # Errors
/// The scenario is malformed, or a machine does not end or panics.
pub fn tell(scenario: &Scenario, actors: &dyn Actors, watchers: &mut [&mut dyn Watcher]) -> Result<Told, Untold> {
    let mut world = boot(scenario)?;
    let (steps, faults) = tell_on(&mut world, scenario, actors, watchers)?;
    Ok(Told { steps, faults, world })
}

/// The world in which a story begins.
///
/// # Errors
/// Its site is malformed.
pub fn boot(scenario: &Scenario) -> Result<World, Untold> {
    let in_site = |fault: Fault| Fault { path: [&[Step::Field("site")], &*fault.path].concat(), ..fault };
    World::boot(&scenario.site).map_err(|faults| Untold::Malformed(faults.into_iter().map(in_site).collect()))
}

/// Tells a story on the world in which it begins, and leaves the world as it stands at the end, a bad one included.
///
/// # Errors
/// The scenario is malformed, or a machine does not end or panics.
pub fn tell_on(
    world: &mut World,
    scenario: &Scenario,
    actors: &dyn Actors,
    watchers: &mut [&mut dyn Watcher],
) -> Result<(Vec<StepTold>, Vec<FaultTold>), Untold> {
    let nowhere = |message| vec![Fault { path: vec![Step::Field("profile")], message }];
    let own = judge::profile(scenario).map_err(nowhere)?;
    let declared = world.observe();
    let home = scenario.site.systems.first().map(|system| system.name);
    let plan = Plan::new(&scenario.faults, &declared, &own, home)?;
    let pairs: usize = declared.profiles.iter().map(|profile| profile.targets.len()).sum();
    let limit = (pairs as u64).saturating_mul(STEPS.1).saturating_add(STEPS.0);
    let stage = Stage::new(world, actors, watchers, plan, limit);
    Teller { scenario, own, declared, stage }.steps()
}

struct Teller<'s, 'a, 'w> {
    scenario: &'s Scenario,
    own: ProfileName,
    /// The world as it was declared: units stand for the same volumes to the end.
    declared: Observation,
    stage: Stage<'a, 'w>,
}

impl Teller<'_, '_, '_> {
    fn steps(&mut self) -> Result<(Vec<StepTold>, Vec<FaultTold>), Untold> {
        let mut told = Vec::with_capacity(self.scenario.steps.len());
        // An abend while no machine runs changes nothing.
        if let Err(Stop::Stuck(stuck)) = self.stage.turn() {
            return Err(Untold::Stuck { step: "the beginning".to_owned(), stuck });
        }
        for (index, step) in self.scenario.steps.iter().enumerate() {
            let name = step.name_or_number(index);
            let world = self.stage.world();
            let (began, first) = (world.now(), world.events().len());
            self.stage.tell(|watcher, world| watcher.step_begins(index, step, world));
            let done = self.step(index, step, &name);
            let done = done.map_err(|failure| match failure {
                Failure::Malformed(faults) => Untold::Malformed(faults),
                Failure::Stop(Stop::Stuck(stuck)) => Untold::Stuck { step: name.clone(), stuck },
                Failure::Stop(Stop::Abended) => Untold::Stuck { step: name.clone(), stuck: Stop::Abended.into_stuck() },
            });
            done?;
            self.stage.tell(|watcher, world| watcher.step_ends(index, step, world));
            let profile = self.profile_of(step).clone();
            let world = self.stage.world();
            let (finished, events) = (world.now(), first..world.events().len());
            let (stands, losses) = (Stands::of(world, &profile), Vec::new());
            let work = self.stage.worked();
            if let Err(Stop::Stuck(stuck)) = self.stage.after(&name) {
                return Err(Untold::Stuck { step: name, stuck });
            }
            told.push(StepTold { name, word: step.action.word(), profile, began, finished, events, work, stands, losses });
        }
        Ok((told, self.stage.plan().told(self.stage.world().now())))
    }

    fn profile_of<'b>(&'b self, step: &'b StoryStep) -> &'b ProfileName {
        step.action.profile().unwrap_or(&self.own)
    }

    fn step(&mut self, index: usize, step: &StoryStep, name: &str) -> Result<(), Failure> {
        let profile = self.profile_of(step).clone();
        let within = |field: &'static str, message: String| {
            Failure::Malformed(vec![Fault { path: vec![Step::Field("steps"), Step::Item(index), Step::Field(field)], message }])
        };
        let ignoring = |words: &[String]| reasons(words).map_err(|message| within("do", message));
        match &step.action {
            Do::Setup { wait, ignoring: words, .. } => {
                let wait_ms = milliseconds(*wait);
                let machine = self.stage.actors().setup(&profile, wait_ms, &ignoring(words)?);
                self.stage.work(&Work::Setup { wait_ms }, &profile, machine)?;
            }
            Do::Backup { wait, alone, ignoring: words, .. } => {
                let (wait_ms, ignored) = (milliseconds(*wait), ignoring(words)?);
                if *alone {
                    let machine = self.stage.actors().backup(&profile, wait_ms, &ignored);
                    self.stage.work(&Work::Backup { wait_ms }, &profile, machine)?;
                } else {
                    self.stage.job(&profile, wait_ms, &ignored)?;
                }
            }
            Do::Restore { kind, generation, wait, ignoring: words, .. } => {
                let (wait_ms, ignored) = (milliseconds(*wait), ignoring(words)?);
                let machine = restoring(self.stage.actors().restore(&profile, *kind, *generation, wait_ms), &ignored);
                let work = Work::Restore { kind: *kind, generation: *generation, wait_ms };
                self.stage.work(&work, &profile, machine)?;
            }
            Do::Edit(edit) => {
                let seen = self.stage.world().observe();
                match seen.profile(&profile) {
                    None => self.other(&profile, |_| Ended::Refused("no-profile".to_owned()))?,
                    Some(before) => match profile::wanted(&self.scenario.site, before, edit) {
                        Ok(wanted) => self.edit(&seen, before, wanted, name)?,
                        // What an edit leaves out may have become too little for it meanwhile.
                        Err(_) => self.other(&profile, |_| Ended::Refused("malformed".to_owned()))?,
                    },
                }
            }
            Do::Import(import) => {
                let imported = profile::imported(&self.scenario.site, import)?;
                let seen = self.stage.world().observe();
                match seen.profile(&imported.name) {
                    Some(before) => self.edit(&seen, before, imported, name)?,
                    None => self.enter(&imported, name)?,
                }
            }
            Do::Vary { system, unit, status } => {
                let system = system.or_else(|| self.scenario.site.systems.first().map(|system| system.name));
                let system = system.ok_or_else(|| within("do", "the site has no system".to_owned()))?;
                let happening = Happening::Vary { system, unit: *unit, status: *status };
                self.other(&profile, |stage| {
                    stage.world_mut().happen(&happening, name);
                    Ended::Done
                })?;
            }
            Do::Write { volume, first, tracks } => {
                let volume = self.volume(*volume).map_err(|message| within("do", message))?;
                let written = *first..first.saturating_add(*tracks);
                self.other(&profile, |stage| ended(&stage.world_mut().host_write(volume, written)))?;
            }
            Do::Mirror { standard, bcv, order } => {
                let volume = |volume| self.volume(volume).map_err(|message| within("do", message));
                let command = Command::Mirror { standard: volume(*standard)?, bcv: volume(*bcv)?, order: *order };
                self.other(&profile, |stage| ended(&stage.foreign(&command)))?;
            }
            Do::FlashCopy { source, target, order } => {
                let volume = |volume| self.volume(volume).map_err(|message| within("do", message));
                let command = Command::FlashCopy { source: volume(*source)?, target: volume(*target)?, order: *order };
                self.other(&profile, |stage| ended(&stage.foreign(&command)))?;
            }
            Do::Advance(duration) => {
                self.stage.piece(&Work::Other, &profile, |stage| {
                    stage.pass(duration.ms)?;
                    Ok(Ended::Done.into())
                })?;
            }
            Do::Query { .. } => self.other(&profile, |stage| {
                stage.look();
                Ended::Done
            })?,
        }
        Ok(())
    }

    /// The volume that a step names. An order may name one that there is not: the array refuses it.
    fn volume(&self, wanted: VolumeRef) -> Result<VolumeId, String> {
        let home = self.scenario.site.systems.first().map(|system| system.name);
        match wanted {
            VolumeRef::Volume(id) => Ok(id),
            VolumeRef::Unit(_) | VolumeRef::UnitOf(..) => place::volume(&self.declared, home, wanted),
        }
    }

    /// What is no work on a profile, and what it leads to.
    fn other(&mut self, profile: &ProfileName, done: impl FnOnce(&mut Stage<'_, '_>) -> Ended) -> Result<(), Stop> {
        self.stage.piece(&Work::Other, profile, |stage| {
            let ended = done(stage);
            stage.turn()?;
            Ok(ended.into())
        })?;
        Ok(())
    }

    fn edit(&mut self, seen: &Observation, before: &BackupProfile, wanted: BackupProfile, name: &str) -> Result<(), Stop> {
        let edited = self.stage.actors().edited(seen, before, &wanted);
        let profile = wanted.name.clone();
        self.stage.piece(&Work::Edit(Box::new(wanted)), &profile, |stage| {
            let outcome = match edited {
                Ok(edited) => ended(&stage.world_mut().put_profile(edited, name)).into(),
                Err(refused) => {
                    let ending = Some(refused.to_string());
                    Outcome { ended: Ended::Refused(word(&refused).to_owned()), return_code: None, ending }
                }
            };
            stage.turn()?;
            Ok(outcome)
        })?;
        Ok(())
    }

    fn enter(&mut self, imported: &BackupProfile, name: &str) -> Result<(), Stop> {
        let entered = self.stage.actors().entered(imported);
        let profile = imported.name.clone();
        self.stage.piece(&Work::Enter(Box::new(imported.clone())), &profile, |stage| {
            let ended = ended(&stage.world_mut().put_profile(entered, name));
            stage.turn()?;
            Ok(ended.into())
        })?;
        Ok(())
    }
}

/// Why an edit was refused, in a word.
pub(crate) const fn word(refused: &EditRefused) -> &'static str {
    match refused {
        EditRefused::Locked { .. } => "profile-locked",
        EditRefused::ReadOnly { .. } => "read-only",
    }
}

/// Why a step could not be done.
enum Failure {
    Malformed(Vec<Fault>),
    Stop(Stop),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Vec<Fault>> for Failure {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Malformed(faults)
    }
}

const fn milliseconds(wait: Option<Duration>) -> u64 {
    match wait {
        Some(wait) => wait.ms,
        None => DEFAULT_WAIT,
    }
}

/// How an order ended by its reply.
fn ended(reply: &Reply) -> Ended {
    reply.refusal().map_or(Ended::Done, |refusal| Ended::Refused(refusal.to_string()))
}

/// The reasons that a setup passes over.
fn reasons(words: &[String]) -> Result<Vec<Reason>, String> {
    words.iter().map(|word| word.parse::<Reason>().map_err(|error| error.to_string())).collect()
}
