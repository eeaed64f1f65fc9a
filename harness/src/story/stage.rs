//! The stage: a world with those who act on it, those who watch, and the fault plan in between.
//!
//! This is the one place where what a machine wants is done to a world. Setup and jobs of the command line are driven here
//! with an empty plan; a story adds steps and faults and nothing else.

use std::sync::Arc;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::{ImsSsid, ProfileName};
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::ProfileState;
use dasdlab_model::story::{CommandKind, Phase, PlannedFault, RivalWork};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::{Happening, World};

use super::actors::Actors;
use super::plan::{self, Effect, Plan, Undo};
use super::watch::{Ended, Watcher, Work};
use crate::drive::Machine;
use crate::job;
use crate::job::plan::{Job, Request};
use crate::judge::panics;

/// The name of the job that gives foreign orders.
pub const FOREIGN: &str = "FOREIGN";

/// The most machines that run within each other; a rival of a rival of a rival waits for another day.
const MAX_WITHIN: usize = 8;

/// A machine that cannot be driven to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stuck {
    /// It did not end.
    #[error("the machine has not ended after {steps} steps")]
    Endless {
        /// How many steps it was given.
        steps: u64,
    },
    /// It panicked.
    #[error("the machine panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
}

/// Why a drive ended before the machine did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The host abended.
    Abended,
    /// The machine is no good.
    Stuck(Stuck),
}

impl From<Stuck> for Stop {
    fn from(stuck: Stuck) -> Self {
        Self::Stuck(stuck)
    }
}

impl Stop {
    /// The machine that is no good; without a plan no host abends.
    pub(crate) fn into_stuck(self) -> Stuck {
        match self {
            Self::Stuck(stuck) => stuck,
            Self::Abended => Stuck::Panicked { message: "the host abended without a plan".to_owned() },
        }
    }
}

/// A machine that runs, innermost last.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    pub(super) profile: ProfileName,
    pub(super) phase: Option<Phase>,
    /// What the system takes back if the host abends.
    has_lock: bool,
    has_suspended: Option<ImsSsid>,
}

impl Running {
    pub(super) const fn new(profile: ProfileName) -> Self {
        Self { profile, phase: None, has_lock: false, has_suspended: None }
    }
}

/// Where a machine stands between two steps.
#[derive(Debug, Default)]
pub(crate) struct Stands {
    /// The reply that it is given next; it is shown the world where there is none.
    next: Option<Given>,
    pub(super) phase: Option<Phase>,
}

/// A command that has been carried out, and what the issuer hears of it.
#[derive(Debug)]
struct Given {
    command: Command,
    reply: Reply,
    met_by: Option<PlannedFault>,
    delay_ms: u64,
}

/// What a step of a machine has led to.
#[derive(Debug)]
pub(crate) enum Stepped {
    /// The next step may be taken at once.
    Goes,
    /// It waits until a copy state has changed, or until this instant.
    Waits(Time),
    /// It waits for a reply that comes so many milliseconds late.
    Late(u64),
    /// It has ended.
    Done(Verdict),
}

/// A piece of work that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// What it was.
    pub work: Work,
    /// Of which profile.
    pub profile: ProfileName,
    /// Whether it was a rival's.
    pub rival: bool,
    /// How it ended.
    pub ended: Ended,
    /// Its return code, where it has one.
    pub return_code: Option<u8>,
    /// How it said it ended, in words.
    pub ending: Option<String>,
    /// When it began.
    pub began: Time,
    /// When it ended.
    pub finished: Time,
}

/// What a piece of work has to say at its end: how it ended, its return code, and how in words.
pub(crate) struct Outcome {
    pub(super) ended: Ended,
    pub(super) return_code: Option<u8>,
    pub(super) ending: Option<String>,
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Self {
        Self { ended, return_code: None, ending: None }
    }
}

/// A world with those who act on it, those who watch, and the fault plan in between.
pub struct Stage<'a, 'w> {
    world: &'a mut World,
    actors: &'a dyn Actors,
    watchers: &'a mut [&'w mut dyn Watcher],
    plan: Plan,
    running: Vec<Running>,
    /// Rivals that are to run beside what runs; none where they run within it.
    beside: Option<Vec<(ProfileName, RivalWork)>>,
    /// The host has abended and the machines are gone, from the innermost on.
    gone: bool,
    limit: u64,
    worked: Vec<Worked>,
}

impl<'a, 'w> Stage<'a, 'w> {
    /// A stage on which nothing goes wrong; machines have so many steps.
    pub fn plain(world: &'a mut World, actors: &'a dyn Actors, watchers: &'a mut [&'w mut dyn Watcher], limit: u64) -> Self {
        Self::new(world, actors, watchers, Plan::default(), limit)
    }

    pub(super) fn new(
        world: &'a mut World,
        actors: &'a dyn Actors,
        watchers: &'a mut [&'w mut dyn Watcher],
        plan: Plan,
        limit: u64,
    ) -> Self {
        Self { world, actors, watchers, plan, running: Vec::new(), beside: None, gone: false, limit, worked: Vec::new() }
    }

    /// A stage on which machines run beside each other, each a step at a time: these run, the one that is about to take a
    /// step last.
    #[cfg(feature = "serve")]
    pub(super) fn live(world: &'a mut World, watchers: &'a mut [&'w mut dyn Watcher], plan: Plan, running: Vec<Running>) -> Self {
        Self { running, beside: Some(Vec::new()), ..Self::new(world, &crate::judge::Ours, watchers, plan, 1) }
    }

    /// What is left of a live stage: the plan, those who run, the rivals that are to run too, and whether the host has
    /// abended.
    #[cfg(feature = "serve")]
    pub(super) fn leave(self) -> (Plan, Vec<Running>, Vec<(ProfileName, RivalWork)>, bool) {
        (self.plan, self.running, self.beside.unwrap_or_default(), self.gone)
    }

    /// The world as it stands.
    #[must_use]
    pub fn world(&self) -> &World {
        self.world
    }

    pub(super) fn world_mut(&mut self) -> &mut World {
        self.world
    }

    pub(super) fn actors(&self) -> &'a dyn Actors {
        self.actors
    }

    pub(super) const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes the pieces of work that have ended since the last time.
    pub fn worked(&mut self) -> Vec<Worked> {
        std::mem::take(&mut self.worked)
    }

    /// Tells every watcher.
    pub(super) fn tell(&mut self, mut what: impl FnMut(&mut dyn Watcher, &World)) {
        for watcher in self.watchers.iter_mut() {
            what(&mut **watcher, self.world);
        }
    }

    /// What can be seen now, shown to whoever asked.
    pub(crate) fn look(&mut self) -> Arc<Observation> {
        let (seen, now) = (self.world.look(), self.world.now());
        self.tell(|watcher, _| watcher.shown(&seen, now));
        seen
    }

    fn input(&mut self) -> Input {
        Input::Seen(self.look(), self.world.now())
    }

    /// Drives a machine until it is done.
    ///
    /// # Errors
    /// It does not end, or panics.
    pub fn drive(&mut self, machine: &mut dyn Machine, by: &Issuer) -> Result<Verdict, Stuck> {
        self.driven(machine, by).map_err(Stop::into_stuck)
    }

    fn driven(&mut self, machine: &mut dyn Machine, by: &Issuer) -> Result<Verdict, Stop> {
        let mut stands = Stands::default();
        for _ in 0..self.limit {
            match self.step(machine, by, &mut stands)? {
                Stepped::Goes => {}
                Stepped::Waits(until) => self.hop(until)?,
                Stepped::Late(milliseconds) => {
                    let passed = self.pass(milliseconds);
                    if passed.is_err() {
                        self.answered(by, &mut stands);
                    }
                    passed?;
                }
                Stepped::Done(verdict) => return Ok(verdict),
            }
        }
        self.answered(by, &mut stands);
        Err(Stuck::Endless { steps: self.limit }.into())
    }

    /// One step of a machine: it is shown the world or handed a reply, and what it wants is done, time aside.
    pub(super) fn step(&mut self, machine: &mut dyn Machine, by: &Issuer, stands: &mut Stands) -> Result<Stepped, Stop> {
        let input = match self.answered(by, stands) {
            Some(reply) => Input::Reply(reply),
            None => self.input(),
        };
        let action = panics::catch(|| machine.next(input)).map_err(|message| Stuck::Panicked { message })?;
        if let Action::Done(verdict) = action {
            return Ok(Stepped::Done(verdict));
        }
        let phase = machine.phase();
        if phase != stands.phase {
            stands.phase = phase;
            self.enters(phase)?;
        }
        Ok(match action {
            Action::Observe => Stepped::Goes,
            Action::Command(command) => {
                let (given, turned) = self.give(by, &command)?;
                let delay_ms = given.delay_ms;
                stands.next = Some(given);
                if turned.is_err() {
                    self.answered(by, stands);
                }
                turned?;
                if delay_ms == 0 { Stepped::Goes } else { Stepped::Late(delay_ms) }
            }
            Action::Wait(until) => Stepped::Waits(until),
            Action::Done(verdict) => Stepped::Done(verdict),
        })
    }

    /// The reply that a machine is to be given, which everybody hears of now.
    fn answered(&mut self, by: &Issuer, stands: &mut Stands) -> Option<Reply> {
        let given = stands.next.take()?;
        self.tell(|watcher, world| watcher.answered(by, &given.command, &given.reply, given.met_by.as_ref(), world));
        Some(given.reply)
    }

    /// The machine that runs enters a phase: before anything is done in it, what waits for it fires.
    fn enters(&mut self, phase: Option<Phase>) -> Result<(), Stop> {
        if let Some(running) = self.running.last_mut() {
            running.phase = phase;
        }
        let Some(phase) = phase else { return Ok(()) };
        self.tell(|watcher, world| watcher.enters(phase, world));
        let due = self.plan.entering(phase);
        self.fire_all(due)
    }

    /// A command: what waits for it fires, what lies in wait for it meets it, and the reply may come late.
    pub(crate) fn command(&mut self, by: &Issuer, command: &Command) -> Result<Reply, Stop> {
        let (given, turned) = self.give(by, command)?;
        let delay_ms = given.delay_ms;
        let mut stands = Stands { next: Some(given), phase: None };
        let late = turned.and_then(|()| if delay_ms > 0 { self.pass(delay_ms) } else { Ok(()) });
        let reply = self.answered(by, &mut stands).unwrap_or(Reply::Nothing);
        late.map(|()| reply)
    }

    /// A command is carried out; whether the issuer lives to hear of it is said beside it.
    fn give(&mut self, by: &Issuer, command: &Command) -> Result<(Given, Result<(), Stop>), Stop> {
        let due = self.plan.before_command(CommandKind::of(command));
        self.fire_all(due)?;
        let phase = self.running.last().and_then(|running| running.phase);
        let met = self.plan.meet(command, self.world.now(), phase);
        self.tell(|watcher, world| watcher.commanding(by, command, world));
        let reply = match met.refused {
            Some(refusal) => Reply::Refused(refusal),
            None if met.pairs_refused.is_empty() => self.actors.carry_out(self.world, by, command),
            None => {
                let rest = plan::without(command, &met.pairs_refused);
                plan::with(self.actors.carry_out(self.world, by, &rest), &met.pairs_refused)
            }
        };
        self.keep_in_mind(by, command, &reply);
        let turned = self.turn();
        let met_by = met.by.first().and_then(|&index| self.plan.fault(index)).map(|(fault, _)| fault.clone());
        Ok((Given { command: command.clone(), reply, met_by, delay_ms: met.delay_ms }, turned))
    }

    /// Keeps in mind what the system takes back if the host abends.
    fn keep_in_mind(&mut self, by: &Issuer, command: &Command, reply: &Reply) {
        let own = |running: &&mut Running| matches!(by, Issuer::Profile(profile) if *profile == running.profile);
        let Some(running) = self.running.last_mut().filter(own).filter(|_| reply.refusal().is_none()) else { return };
        match command {
            Command::Lock { profile, .. } if *profile == running.profile => running.has_lock = *reply == Reply::Done,
            Command::Unlock { profile } if *profile == running.profile => running.has_lock = false,
            Command::SuspendLogs { ims } => running.has_suspended = (*reply == Reply::Done).then_some(*ims),
            Command::ResumeLogs { .. } => running.has_suspended = None,
            _ => {}
        }
    }

    /// A command of a client: faults meet it as they meet those of machines. Says what comes back, and how much later.
    #[cfg(feature = "serve")]
    pub(super) fn client(&mut self, by: &Issuer, command: &Command) -> (Reply, u64) {
        match self.give(by, command) {
            Ok((given, _)) => (given.reply, given.delay_ms),
            // The host has abended before the command reached the array; the client is no part of the host.
            Err(_) => (self.actors.carry_out(self.world, by, command), 0),
        }
    }

    /// A command of somebody else, which no fault meets.
    pub(super) fn foreign(&mut self, command: &Command) -> Reply {
        let by = Issuer::Foreign(FOREIGN.to_owned());
        self.tell(|watcher, world| watcher.commanding(&by, command, world));
        let reply = self.world.execute(&by, command);
        self.tell(|watcher, world| watcher.answered(&by, command, &reply, None, world));
        reply
    }

    /// Time passes until something happens, or until this instant.
    fn hop(&mut self, until: Time) -> Result<(), Stop> {
        let next = [self.world.next_event(), self.plan.next_instant(self.world)].into_iter().flatten().min();
        let next = next.map_or(until, |next| next.min(until));
        // A wait for an instant that has passed is a look at once.
        self.world.advance(next.max(self.world.now()));
        self.turn()
    }

    /// So many milliseconds pass.
    pub(super) fn pass(&mut self, milliseconds: u64) -> Result<(), Stop> {
        let until = self.world.now().plus(milliseconds);
        while self.world.now() < until {
            self.hop(until)?;
        }
        Ok(())
    }

    /// Lets everything of the plan happen that is due as the world stands.
    pub(super) fn turn(&mut self) -> Result<(), Stop> {
        loop {
            if self.gone {
                return Err(Stop::Abended);
            }
            if let Some((index, undo)) = self.plan.ended(self.world.now()) {
                self.undo(index, undo);
            } else if let Some(index) = self.plan.due(self.world) {
                self.fire(index)?;
            } else {
                return Ok(());
            }
        }
    }

    /// What is due after a step.
    pub(super) fn after(&mut self, step: &str) -> Result<(), Stop> {
        let due = self.plan.after_step(step);
        self.fire_all(due)
    }

    fn fire_all(&mut self, due: Vec<usize>) -> Result<(), Stop> {
        for index in due {
            self.fire(index)?;
        }
        self.turn()
    }

    /// A fault fires.
    fn fire(&mut self, index: usize) -> Result<(), Stop> {
        let phase = self.running.last().and_then(|running| running.phase);
        self.plan.fires(index, self.world.now(), phase);
        let Some((fault, effect)) = self.plan.fault(index).map(|(fault, effect)| (fault.clone(), effect.clone())) else {
            return Ok(());
        };
        self.tell(|watcher, world| watcher.firing(&fault, world));
        let cause = fault.name.as_str();
        let (changed, undo) = match &effect {
            Effect::Happen(happening) => {
                let undo = fault.lasts.and_then(|_| opposite(happening, &self.world.observe()));
                (self.world.happen(happening, cause), undo.map(Undo::Happen))
            }
            Effect::Intercept => (false, Some(Undo::Disarm)),
            Effect::Establish(standard, bcv) => (self.establish_anyhow(*standard, *bcv), None),
            Effect::Split(standard, bcv) => (self.split_anyhow(*standard, *bcv), None),
            Effect::Withdraw(target) => (self.withdraw(*target), None),
            Effect::Foreign(command) => {
                let undo = match command {
                    Command::SuspendLogs { ims } => Some(Undo::Foreign(Command::ResumeLogs { ims: *ims })),
                    _ => None,
                };
                (self.foreign(command) == Reply::Done, undo)
            }
            Effect::Rival(profile, work) => {
                self.tell(|watcher, world| watcher.fired(&fault, world));
                let runs = self.beside.is_some() || self.running.len() < MAX_WITHIN;
                self.plan.fired(index, self.world.now(), runs, None);
                if let Some(beside) = &mut self.beside {
                    beside.push((profile.clone(), *work));
                    return Ok(());
                }
                return if runs { self.rival(profile, *work) } else { Ok(()) };
            }
            Effect::Abend => (self.abend(cause), None),
        };
        self.plan.fired(index, self.world.now(), changed, undo);
        self.tell(|watcher, world| watcher.fired(&fault, world));
        if self.gone { Err(Stop::Abended) } else { Ok(()) }
    }

    /// What lasted for a while is put right.
    pub(super) fn undo(&mut self, index: usize, undo: Option<Undo>) {
        let Some(fault) = self.plan.fault(index).map(|(fault, _)| fault.clone()) else { return };
        match undo {
            Some(Undo::Happen(happening)) => {
                self.world.happen(&happening, &format!("end of {}", fault.name));
            }
            Some(Undo::Foreign(command)) => {
                self.foreign(&command);
            }
            Some(Undo::Disarm) | None => {}
        }
        self.tell(|watcher, world| watcher.is_over(&fault, world));
    }

    fn mirror(&mut self, standard: VolumeId, bcv: VolumeId, order: MirrorOrder) -> Reply {
        self.foreign(&Command::Mirror { standard, bcv, order })
    }

    /// Establishes what changed, or everything where nobody knows what changed.
    fn establish_anyhow(&mut self, standard: VolumeId, bcv: VolumeId) -> bool {
        let reply = self.mirror(standard, bcv, MirrorOrder::EstablishIncremental);
        match reply {
            Reply::Refused(Refusal::NoHistory | Refusal::NotPaired) => {
                self.mirror(standard, bcv, MirrorOrder::EstablishFull) == Reply::Done
            }
            reply => reply == Reply::Done,
        }
    }

    /// Splits, by force if need be.
    fn split_anyhow(&mut self, standard: VolumeId, bcv: VolumeId) -> bool {
        match self.mirror(standard, bcv, MirrorOrder::SplitInstant) {
            Reply::Done => true,
            Reply::Refused(Refusal::ForceNeeded | Refusal::Synchronizing | Refusal::Restoring | Refusal::Splitting) => {
                self.mirror(standard, bcv, MirrorOrder::SplitForced) == Reply::Done
            }
            _ => false,
        }
    }

    /// Withdraws whatever relation a target has.
    fn withdraw(&mut self, target: VolumeId) -> bool {
        let relations = self.world.observe().relations;
        let source = relations.iter().find(|relation| relation.target == target).map(|relation| relation.source);
        let order = RelationOrder::Withdraw;
        source.is_some_and(|source| self.foreign(&Command::FlashCopy { source, target, order }) == Reply::Done)
    }

    /// The host abends: every machine is gone; the system frees the locks that they had and resumes the logs that they
    /// had suspended.
    fn abend(&mut self, cause: &str) -> bool {
        if self.running.is_empty() {
            return false;
        }
        self.gone = true;
        for running in self.running.iter().rev() {
            match (running.has_lock, running.has_suspended) {
                (_, Some(_)) => {
                    self.world.abend(&running.profile, cause);
                }
                (true, None) => {
                    self.world.happen(&Happening::Unlock(running.profile.clone()), cause);
                }
                (false, None) => {}
            }
        }
        true
    }

    /// A second job runs from its beginning to its end.
    fn rival(&mut self, profile: &ProfileName, work: RivalWork) -> Result<(), Stop> {
        match work {
            RivalWork::Setup => {
                let machine = self.actors.setup(profile, super::DEFAULT_WAIT, &[]);
                self.work(&Work::Setup { wait_ms: super::DEFAULT_WAIT }, profile, machine)?;
            }
            RivalWork::Backup => self.job(profile, super::DEFAULT_WAIT, &[])?,
        }
        if self.gone { Err(Stop::Abended) } else { Ok(()) }
    }

    /// Builds the job that takes a backup, and runs it.
    pub(super) fn job(&mut self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Result<(), Stop> {
        let mut built = None;
        self.piece(&Work::Build, profile, |stage| {
            let seen = stage.look();
            match stage.actors.build(&seen, profile, Request::Backup, wait_ms) {
                Ok(job) => {
                    stage.mark(&job)?;
                    built = Some(job);
                    Ok(Ended::Done.into())
                }
                Err(refused) => Ok(Outcome {
                    ended: Ended::Refused(refused.word().to_owned()),
                    return_code: Some(refused.return_code()),
                    ending: Some(refused.to_string()),
                }),
            }
        })?;
        match built {
            Some(job) => self.steps(&job, ignoring),
            None => Ok(()),
        }
    }

    /// Writes down that setup is needed, where building a job found that out.
    pub(crate) fn mark(&mut self, job: &Job) -> Result<(), Stop> {
        if job.found_at_build {
            let (profile, state) = (job.profile.clone(), ProfileState::SetupNeeded);
            let command = Command::SetState { profile, state, reason: job.setup_needed, fingerprint: None };
            self.command(&Issuer::Profile(job.profile.clone()), &command)?;
        }
        Ok(())
    }

    /// Runs the steps of a job, each where its condition lets it.
    pub(crate) fn steps(&mut self, job: &Job, ignoring: &[Reason]) -> Result<(), Stop> {
        let mut codes: Vec<(&str, u8)> = Vec::new();
        for step in &job.steps {
            let met = step
                .condition
                .is_none_or(|condition| codes.iter().any(|&(name, code)| name == condition.step && code <= condition.highest));
            if !met {
                continue;
            }
            let ended = match step.work {
                job::plan::Work::Setup => {
                    let machine = self.actors.setup(&job.profile, step.wait_ms, ignoring);
                    self.work(&Work::Setup { wait_ms: step.wait_ms }, &job.profile, machine)?
                }
                job::plan::Work::Backup => {
                    let machine = self.actors.backup(&job.profile, step.wait_ms, ignoring);
                    self.work(&Work::Backup { wait_ms: step.wait_ms }, &job.profile, machine)?
                }
            };
            match ended {
                Ended::Said { verdict, .. } => codes.push((step.name, verdict.return_code)),
                Ended::Done | Ended::Refused(_) | Ended::Abended => break,
            }
        }
        Ok(())
    }

    /// A piece of work of a machine, from its beginning to its end.
    pub(super) fn work(&mut self, work: &Work, profile: &ProfileName, mut machine: Box<dyn Machine>) -> Result<Ended, Stop> {
        let by = Issuer::Profile(profile.clone());
        self.piece(work, profile, |stage| {
            let verdict = stage.driven(&mut machine, &by)?;
            let return_code = Some(verdict.return_code);
            Ok(Outcome { ended: Ended::Said { verdict, refused: machine.refused() }, return_code, ending: machine.ending() })
        })
    }

    /// A piece of work, from its beginning to its end.
    pub(crate) fn piece(
        &mut self,
        work: &Work,
        profile: &ProfileName,
        done: impl FnOnce(&mut Self) -> Result<Outcome, Stop>,
    ) -> Result<Ended, Stop> {
        let (began, rival) = (self.world.now(), !self.running.is_empty());
        self.tell(|watcher, world| watcher.begins(work, profile, world));
        self.running.push(Running::new(profile.clone()));
        let done = done(self);
        self.running.pop();
        let Outcome { ended, return_code, ending } = match done {
            Err(Stop::Abended) => Ended::Abended.into(),
            done => done?,
        };
        self.tell(|watcher, world| watcher.ends(work, &ended, world));
        let finished = self.world.now();
        let (work, profile) = (work.clone(), profile.clone());
        self.worked.push(Worked { work, profile, rival, ended: ended.clone(), return_code, ending, began, finished });
        // With the outermost machine the abend is over.
        self.gone &= rival;
        Ok(ended)
    }
}

/// What puts a happening right again: the state from which it leads away.
fn opposite(happening: &Happening, seen: &Observation) -> Option<Happening> {
    Some(match happening {
        &Happening::Vary { system, unit, .. } => {
            let entry = seen.units.iter().find(|entry| (entry.system, entry.unit) == (system, unit))?;
            let Device::Base(_, status) = entry.device else { return None };
            Happening::Vary { system, unit, status }
        }
        Happening::Rate(array, _) => Happening::Rate(*array, seen.arrays.iter().find(|seen| seen.serial == *array)?.copy_rate),
        Happening::CodeLevel(array, _) => {
            Happening::CodeLevel(*array, seen.arrays.iter().find(|seen| seen.serial == *array)?.code_level.clone())
        }
        Happening::Reachable(array, reachable) => Happening::Reachable(*array, !reachable),
        Happening::Repository(available) => Happening::Repository(!available),
        Happening::Catalog(name, reachable) => Happening::Catalog(name.clone(), !reachable),
        Happening::Lock { profile, .. } => Happening::Unlock(profile.clone()),
        _ => return None,
    })
}
