//! The fault plan of a story while it is told: what waits for its moment, what lies in wait for a command, what lasts.
//!
//! Places are resolved once, as the site declares them. The plan says what is due; [`super::stage::Stage`] lets it happen.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::declare::{Fault, Step};
use dasdlab_model::event::Time;
use dasdlab_model::name::{ProfileName, SystemName};
use dasdlab_model::observation::Observation;
use dasdlab_model::states::Method;
use dasdlab_model::story::place::{self, PairPlace};
use dasdlab_model::story::{CommandKind, CopyState, PairRef, Phase, PlannedFault, RivalWork, What, When};
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::{Happening, World};
use serde::Serialize;

/// What a fault does once its moment has come, with its places resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The world changes.
    Happen(Happening),
    /// The next command that it is about is refused, lost or answered late.
    Intercept,
    /// A foreign job establishes this BCV to this volume.
    Establish(VolumeId, VolumeId),
    /// A foreign job splits this BCV from this volume.
    Split(VolumeId, VolumeId),
    /// A foreign job withdraws whatever relation this target has.
    Withdraw(VolumeId),
    /// A foreign job gives this command.
    Foreign(Command),
    /// A second job runs.
    Rival(ProfileName, RivalWork),
    /// The host abends.
    Abend,
}

/// When a fault fires, with its places resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Trigger {
    At(Time),
    Command(CommandKind, u32),
    /// A line of the event log: the object, and its state from then on.
    Enters(String, String),
    /// A mirror pair or a relation, by its volumes, and a percentage.
    Copied(Method, VolumeId, VolumeId, u8),
    Phase(Phase, u32),
    After(String),
}

/// How to put right what lasted for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Undo {
    /// The world changes back.
    Happen(Happening),
    /// A foreign job takes back what it did.
    Foreign(Command),
    /// It no longer lies in wait.
    Disarm,
}

/// What has become of a fault so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Course {
    /// When it fired, and in which phase of a machine.
    fired: Option<(Time, Option<Phase>)>,
    /// Whether anything changed by it.
    changed: bool,
    /// Whether it lies in wait for a command.
    armed: bool,
    /// How many commands it met, and the first of them.
    met: u32,
    first_met: Option<(Time, Option<Phase>)>,
    /// What is to be undone at the end.
    undo: Option<Undo>,
    ended: Option<Time>,
}

/// A fault of the plan, and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Planned {
    fault: PlannedFault,
    pair: Option<PairPlace>,
    effect: Effect,
    trigger: Trigger,
    course: Course,
}

/// What came of a fault of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", rename_all = "kebab-case")]
pub enum Fate {
    /// It fired.
    Fired {
        /// When.
        at_ms: Time,
        /// In which phase of the machine that ran.
        #[serde(skip_serializing_if = "Option::is_none")]
        phase: Option<Phase>,
        /// Whether anything changed by it.
        changed: bool,
        /// When it was over, where it had an end that came.
        #[serde(skip_serializing_if = "Option::is_none")]
        ended_ms: Option<Time>,
    },
    /// It lay in wait for commands and met them.
    Met {
        /// When it met the first.
        at_ms: Time,
        /// In which phase of the machine that ran.
        #[serde(skip_serializing_if = "Option::is_none")]
        phase: Option<Phase>,
        /// How many it met.
        commands: u32,
    },
    /// It lay in wait and no command came by.
    MetNothing {
        /// Since when.
        armed_ms: Time,
    },
    /// Its moment never came.
    NotFired {
        /// Why.
        why: String,
    },
}

/// A fault of the plan, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultTold {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub word: &'static str,
    /// What came of it.
    #[serde(flatten)]
    pub fate: Fate,
}

impl FaultTold {
    /// Whether it did anything.
    #[must_use]
    pub const fn struck(&self) -> bool {
        matches!(self.fate, Fate::Fired { changed: true, .. } | Fate::Met { .. })
    }
}

/// A fault of a plan that lives, and what has become of it so far.
#[cfg(feature = "serve")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Standing {
    /// The fault as it was given, with its name.
    pub fault: PlannedFault,
    /// Its kind.
    pub kind: &'static str,
    /// `waiting`, `lying-in-wait` for a command, `lasting`, or `over`.
    pub state: &'static str,
    /// When it fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fired_ms: Option<Time>,
    /// In which phase of a machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Whether anything changed by it.
    pub changed: bool,
    /// How many commands it has met.
    pub commands_met: u32,
    /// Until when it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<Time>,
}

/// What lay in wait for a command does to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// The whole command is refused and not carried out.
    pub(crate) refused: Option<Refusal>,
    /// These of its pairs are refused and not carried out.
    pub(crate) pairs_refused: BTreeMap<usize, Refusal>,
    /// How much later the reply is handed over.
    pub(crate) delay_ms: u64,
    /// The faults that met it.
    pub(crate) by: Vec<usize>,
}

/// Which part of a command a fault is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    None,
    Whole,
    /// One of its pairs.
    Pair(usize),
}

/// A fault plan in the course of a story.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// By their numbers, which are their places from 0 where the plan is made as a whole.
    faults: BTreeMap<usize, Planned>,
    commands: BTreeMap<CommandKind, u32>,
    phases: BTreeMap<Phase, u32>,
    ends: BTreeSet<(Time, usize)>,
    /// How much of the event log has been read.
    read: usize,
    /// Whether a fault still waits for a line of the event log, or for a percentage.
    reads_events: bool,
    asks_copies: bool,
}

impl Plan {
    /// The plan of a story about the profile `own`, with its places as they are seen at the beginning; `home` is the first
    /// system that the site declares.
    ///
    /// # Errors
    /// Places that there are not.
    pub(crate) fn new(
        faults: &[PlannedFault],
        seen: &Observation,
        own: &ProfileName,
        home: Option<SystemName>,
    ) -> Result<Self, Vec<Fault>> {
        let (mut planned, mut wrong) = (Vec::with_capacity(faults.len()), Vec::new());
        for (index, fault) in faults.iter().enumerate() {
            match resolved(index, fault, seen, own, home) {
                Ok(fault) => planned.push(fault),
                Err(message) => {
                    wrong.push(Fault { path: vec![Step::Field("faults"), Step::Item(index)], message });
                }
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut plan = Self { faults: planned.into_iter().enumerate().collect(), ..Self::default() };
        plan.look_out();
        Ok(plan)
    }

    /// What still has to be looked out for.
    fn look_out(&mut self) {
        let waits =
            |is: fn(&Trigger) -> bool| self.faults.values().any(|fault| fault.course.fired.is_none() && is(&fault.trigger));
        (self.reads_events, self.asks_copies) =
            (waits(|trigger| matches!(trigger, Trigger::Enters(..))), waits(|trigger| matches!(trigger, Trigger::Copied(..))));
    }

    /// A fault by its place in the plan.
    pub(crate) fn fault(&self, index: usize) -> Option<(&PlannedFault, &Effect)> {
        self.faults.get(&index).map(|planned| (&planned.fault, &planned.effect))
    }

    /// The faults that wait for what `due` says has come, in the order of the plan.
    fn waiting(&self, due: impl Fn(&Trigger) -> bool) -> Vec<usize> {
        let waiting = self.faults.iter().filter(|(_, fault)| fault.course.fired.is_none() && due(&fault.trigger));
        waiting.map(|(&index, _)| index).collect()
    }

    /// What is due just before a command of this kind.
    pub(crate) fn before_command(&mut self, kind: CommandKind) -> Vec<usize> {
        let count = self.commands.entry(kind).or_default();
        *count = count.saturating_add(1);
        let count = *count;
        self.waiting(|trigger| *trigger == Trigger::Command(kind, count))
    }

    /// What is due as a machine enters this phase.
    pub(crate) fn entering(&mut self, phase: Phase) -> Vec<usize> {
        let count = self.phases.entry(phase).or_default();
        *count = count.saturating_add(1);
        let count = *count;
        self.waiting(|trigger| *trigger == Trigger::Phase(phase, count))
    }

    /// What is due after the step of this name.
    pub(crate) fn after_step(&self, name: &str) -> Vec<usize> {
        self.waiting(|trigger| matches!(trigger, Trigger::After(step) if step == name))
    }

    /// What is due by what the world has come to: the time, a state, a percentage.
    pub(crate) fn due(&mut self, world: &World) -> Option<usize> {
        let now = world.now();
        let mut due = self.waiting(|trigger| matches!(trigger, Trigger::At(at) if *at <= now)).first().copied();
        if self.reads_events {
            while let (None, Some(event)) = (due, world.events().get(self.read)) {
                let is = |trigger: &Trigger| matches!(trigger, Trigger::Enters(object, to) if *object == event.object && *to == event.to);
                // Several faults may wait for one line: it is read again until none does.
                due = self.waiting(is).first().copied();
                if due.is_none() {
                    self.read += 1;
                }
            }
        }
        if due.is_none() && self.asks_copies {
            due = self.waiting(|trigger| reaches(trigger, world).is_some_and(|at| at <= now)).first().copied();
        }
        due
    }

    /// The next instant at which something of the plan is due by the clock, or by a copy if nothing else happens before.
    pub(crate) fn next_instant(&self, world: &World) -> Option<Time> {
        let end = self.ends.first().map(|&(at, _)| at);
        let triggers =
            self.faults.values().filter(|fault| fault.course.fired.is_none()).filter_map(|fault| match &fault.trigger {
                Trigger::At(at) => Some(*at),
                trigger => reaches(trigger, world),
            });
        triggers.chain(end).min()
    }

    /// A fault that has fired and has come to its end.
    pub(crate) fn ended(&mut self, now: Time) -> Option<(usize, Option<Undo>)> {
        let &(at, index) = self.ends.first().filter(|(at, _)| *at <= now)?;
        self.ends.remove(&(at, index));
        let course = &mut self.faults.get_mut(&index)?.course;
        (course.armed, course.ended) = (false, Some(now));
        Some((index, course.undo.take()))
    }

    /// A fault fires now.
    pub(crate) fn fires(&mut self, index: usize, now: Time, phase: Option<Phase>) {
        if let Some(planned) = self.faults.get_mut(&index) {
            planned.course.fired = Some((now, phase));
        }
        self.look_out();
    }

    /// Whether a fault that has fired changed anything, and how that is put right at its end.
    pub(crate) fn fired(&mut self, index: usize, now: Time, changed: bool, undo: Option<Undo>) {
        let Some(planned) = self.faults.get_mut(&index) else { return };
        planned.course.changed = changed;
        planned.course.armed = planned.effect == Effect::Intercept;
        if let Some(lasts) = planned.fault.lasts.filter(|_| changed || planned.course.armed) {
            planned.course.undo = undo;
            self.ends.insert((now.plus(lasts.ms), index));
        }
    }

    /// What lies in wait for this command of a machine, and what it does to it.
    pub(crate) fn meet(&mut self, command: &Command, now: Time, phase: Option<Phase>) -> Meeting {
        let mut meeting = Meeting::default();
        let kind = CommandKind::of(command);
        for (&index, planned) in self.faults.iter_mut().filter(|(_, planned)| planned.course.armed) {
            let named = matches!(planned.trigger, Trigger::Command(wanted, _) if wanted == kind);
            if matches!(kind, CommandKind::Unlock | CommandKind::ResumeLogs) && !named {
                continue;
            }
            let part = planned.pair.as_ref().map_or(Part::Whole, |pair| about(pair, command));
            if part == Part::None || (meeting.refused.is_some() && !matches!(planned.fault.what, What::Delay { .. })) {
                continue;
            }
            let refusal = match &planned.fault.what {
                What::Refuse { code, .. } => Some(*code),
                What::Lose { .. } => Some(Refusal::NoAnswer),
                What::Delay { by, .. } => {
                    meeting.delay_ms = meeting.delay_ms.saturating_add(by.ms);
                    None
                }
                _ => continue,
            };
            match (refusal, part) {
                (Some(_), Part::Pair(at)) if meeting.pairs_refused.contains_key(&at) => continue,
                (Some(refusal), Part::Pair(at)) => {
                    meeting.pairs_refused.insert(at, refusal);
                }
                (Some(refusal), _) => meeting.refused = Some(refusal),
                (None, _) => {}
            }
            meeting.by.push(index);
            planned.course.met = planned.course.met.saturating_add(1);
            planned.course.first_met.get_or_insert((now, phase));
            planned.course.armed = planned.fault.lasts.is_some();
        }
        meeting
    }

    /// Whether a fault of this name is in the plan, and its number.
    #[cfg(feature = "serve")]
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.faults.iter().find(|(_, planned)| planned.fault.name == name).map(|(&number, _)| number)
    }

    /// Takes one more fault into the plan. Commands and phases that it waits for are counted from now on. Places that name no
    /// profile must be the same whichever profile is meant.
    ///
    /// # Errors
    /// A place that there is not, or that several profiles have.
    #[cfg(feature = "serve")]
    pub(super) fn add(
        &mut self,
        number: usize,
        fault: &PlannedFault,
        seen: &Observation,
        own: &[&ProfileName],
        home: Option<SystemName>,
    ) -> Result<(), String> {
        let mut found: Option<Planned> = None;
        for own in own {
            let planned = resolved(number, fault, seen, own, home)?;
            if found.as_ref().is_some_and(|found| *found != planned) {
                return Err("the site has several profiles: expected the place to name one".to_owned());
            }
            found = Some(planned);
        }
        let mut planned = found.ok_or_else(|| "the site has no profile that could be meant".to_owned())?;
        match &mut planned.trigger {
            Trigger::Command(kind, nth) => *nth = nth.saturating_add(self.commands.get(kind).copied().unwrap_or(0)),
            Trigger::Phase(phase, nth) => *nth = nth.saturating_add(self.phases.get(phase).copied().unwrap_or(0)),
            _ => {}
        }
        self.faults.insert(number, planned);
        Ok(())
    }

    /// Looks out for what the faults wait for; `logged` is how much of the event log there is.
    #[cfg(feature = "serve")]
    pub(super) fn look_out_from(&mut self, logged: usize) {
        if !self.reads_events {
            self.read = logged;
        }
        self.look_out();
    }

    /// The event log begins anew; all of it has been read.
    #[cfg(feature = "serve")]
    pub(super) const fn begin_log(&mut self) {
        self.read = 0;
    }

    /// The event log has been taken back to this length.
    #[cfg(feature = "serve")]
    pub(super) fn log_was_taken_back(&mut self, logged: usize) {
        self.read = self.read.min(logged);
    }

    /// Takes a fault out of the plan; says what is to be put right, where it still lasts.
    #[cfg(feature = "serve")]
    pub(super) fn lift(&mut self, number: usize) -> Option<Undo> {
        let planned = self.faults.get_mut(&number)?;
        let lasts = self.ends.iter().any(|&(_, index)| index == number);
        self.ends.retain(|&(_, index)| index != number);
        let undo = planned.course.undo.take();
        if lasts { undo } else { None }
    }

    /// Drops a fault that has been lifted or is over.
    #[cfg(feature = "serve")]
    pub(super) fn drop_fault(&mut self, number: usize) {
        self.faults.remove(&number);
        self.look_out();
    }

    /// How many faults there are, and the first that can do nothing any more.
    #[cfg(feature = "serve")]
    pub(super) fn load(&self) -> (usize, Option<usize>) {
        let over = |(number, planned): &(&usize, &Planned)| {
            let lasts = self.ends.iter().any(|(_, index)| index == *number);
            planned.course.fired.is_some() && !planned.course.armed && !lasts
        };
        (self.faults.len(), self.faults.iter().find(over).map(|(&number, _)| number))
    }

    /// Every fault with what has become of it so far.
    #[cfg(feature = "serve")]
    pub(super) fn stand(&self) -> Vec<Standing> {
        let stands = self.faults.iter().map(|(number, planned)| {
            let course = &planned.course;
            let until_ms = self.ends.iter().find(|(_, index)| index == number).map(|(at, _)| *at);
            let state = match course.fired {
                None => "waiting",
                Some(_) if course.armed => "lying-in-wait",
                Some(_) if until_ms.is_some() => "lasting",
                Some(_) => "over",
            };
            Standing {
                fault: planned.fault.clone(),
                kind: planned.fault.what.word(),
                state,
                fired_ms: course.fired.map(|(at, _)| at),
                phase: course.fired.and_then(|(_, phase)| phase),
                changed: course.changed || course.met > 0,
                commands_met: course.met,
                until_ms,
            }
        });
        stands.collect()
    }

    /// What came of every fault, at the end of the story.
    pub(crate) fn told(&self, end: Time) -> Vec<FaultTold> {
        let told = self.faults.values().map(|planned| {
            let course = &planned.course;
            let fate = match (course.fired, course.first_met) {
                (None, _) => Fate::NotFired { why: self.why_not(&planned.trigger, end) },
                (Some(_), Some((at_ms, phase))) => Fate::Met { at_ms, phase, commands: course.met },
                (Some((armed_ms, _)), None) if planned.effect == Effect::Intercept => Fate::MetNothing { armed_ms },
                (Some((at_ms, phase)), None) => Fate::Fired { at_ms, phase, changed: course.changed, ended_ms: course.ended },
            };
            FaultTold { name: planned.fault.name.clone(), word: planned.fault.what.word(), fate }
        });
        told.collect()
    }

    fn why_not(&self, trigger: &Trigger, end: Time) -> String {
        match trigger {
            Trigger::At(at) => format!("the story ended at {end}, before {at}"),
            Trigger::Command(kind, _) => {
                format!("{} commands of the kind {kind} were given", self.commands.get(kind).unwrap_or(&0))
            }
            Trigger::Enters(object, state) => format!("{object} never became {state}"),
            Trigger::Copied(_, from, to, percent) => format!("the copy of {from} to {to} never came to {percent} %"),
            Trigger::Phase(phase, _) => format!("the phase {phase} was entered {} times", self.phases.get(phase).unwrap_or(&0)),
            Trigger::After(step) => format!("the step {step} never ended"),
        }
    }
}

/// When a percentage is reached that a trigger waits for, if nothing else happens before.
fn reaches(trigger: &Trigger, world: &World) -> Option<Time> {
    match trigger {
        Trigger::Copied(Method::Bcv, standard, bcv, percent) => world.reaches(*standard, *bcv, *percent),
        Trigger::Copied(Method::FlashCopy, _, target, percent) => world.relation_reaches(*target, *percent),
        _ => None,
    }
}

/// Which part of a command is about a pair.
fn about(pair: &PairPlace, command: &Command) -> Part {
    let is = |from: VolumeId, to: VolumeId| {
        let (standard, bcv) = (pair.standard, pair.bcv);
        (from, to) == (standard, bcv) || (from, to) == (bcv, standard)
    };
    let whole = |is: bool| if is { Part::Whole } else { Part::None };
    match command {
        Command::Mirror { standard, bcv, .. } => whole(is(*standard, *bcv)),
        Command::FlashCopy { source, target, .. } => whole(is(*source, *target)),
        Command::Hold { bcv, .. } | Command::Release { bcv } => whole(*bcv == pair.bcv),
        Command::SplitTogether { pairs } | Command::EstablishTogether { pairs } => {
            pairs.iter().position(|&(from, to)| is(from, to)).map_or(Part::None, Part::Pair)
        }
        Command::SuspendLogs { .. }
        | Command::ResumeLogs { .. }
        | Command::Lock { .. }
        | Command::Unlock { .. }
        | Command::SetState { .. }
        | Command::Record { .. } => Part::None,
    }
}

/// The command without the pairs that are refused.
pub(crate) fn without(command: &Command, refused: &BTreeMap<usize, Refusal>) -> Command {
    let kept = |pairs: &[(VolumeId, VolumeId)]| {
        pairs.iter().enumerate().filter(|(at, _)| !refused.contains_key(at)).map(|(_, pair)| *pair).collect()
    };
    match command {
        Command::SplitTogether { pairs } => Command::SplitTogether { pairs: kept(pairs) },
        Command::EstablishTogether { pairs } => Command::EstablishTogether { pairs: kept(pairs) },
        other => other.clone(),
    }
}

/// The reply for every pair, refused ones included.
pub(crate) fn with(reply: Reply, refused: &BTreeMap<usize, Refusal>) -> Reply {
    if refused.is_empty() {
        return reply;
    }
    let mut replies = match reply {
        Reply::Each(replies) => replies,
        whole => return whole,
    };
    // From the first on: each stands at its place before the next is put in.
    for (&at, &refusal) in refused {
        replies.insert(at.min(replies.len()), Reply::Refused(refusal));
    }
    Reply::Each(replies)
}

/// A fault with its places as they are seen at the beginning.
fn resolved(
    index: usize,
    fault: &PlannedFault,
    seen: &Observation,
    own: &ProfileName,
    home: Option<SystemName>,
) -> Result<Planned, String> {
    let pair = |wanted: &PairRef| place::pair(seen, own, wanted);
    let method = |profile: &ProfileName| seen.profile(profile).map_or(Method::Bcv, |profile| profile.method);
    let volume = |wanted| place::volume(seen, home, wanted);
    let profile = |name: &Option<ProfileName>| name.clone().unwrap_or_else(|| own.clone());
    let effect = match &fault.what {
        What::Vary { unit, status } => {
            let (system, unit, _) = place::unit(seen, own, unit)?;
            Effect::Happen(Happening::Vary { system, unit, status: *status })
        }
        What::PairFailed { pair: wanted } => {
            let place = pair(wanted)?;
            Effect::Happen(match method(&place.profile) {
                Method::Bcv => Happening::MirrorFails { standard: place.standard, bcv: place.bcv },
                Method::FlashCopy => Happening::RelationFails(place.bcv),
            })
        }
        What::OutOfSpace { target } => Effect::Happen(Happening::OutOfSpace(volume(*target)?)),
        What::Refuse { .. } | What::Lose { .. } | What::Delay { .. } => Effect::Intercept,
        What::Rate { array, tracks } => Effect::Happen(Happening::Rate(*array, Some(*tracks))),
        What::Unreachable { array } => Effect::Happen(Happening::Reachable(*array, false)),
        What::CodeLevel { array, level } => Effect::Happen(Happening::CodeLevel(*array, level.clone())),
        What::ForeignEstablish { standard, bcv } => Effect::Establish(volume(*standard)?, volume(*bcv)?),
        What::ForeignSplit { standard, bcv } => Effect::Split(volume(*standard)?, volume(*bcv)?),
        What::ForeignRelease { bcv } => Effect::Foreign(Command::Release { bcv: volume(*bcv)? }),
        What::ForeignWithdraw { target } => Effect::Withdraw(volume(*target)?),
        What::Extend { data_set, volser } => Effect::Happen(Happening::Extend { data_set: data_set.clone(), volser: *volser }),
        What::TakeTarget { unit, by } => {
            let (_, target, _) = place::unit(seen, own, unit)?;
            Effect::Happen(Happening::TakeTarget { profile: by.clone(), target })
        }
        What::Lock { profile: name } => {
            Effect::Happen(Happening::Lock { profile: profile(name), by: super::stage::FOREIGN.to_owned() })
        }
        What::Rival { profile: name, work } => Effect::Rival(profile(name), *work),
        What::SuspendLogs { ims } => Effect::Foreign(Command::SuspendLogs { ims: *ims }),
        What::Catalog { name } => Effect::Happen(Happening::Catalog(name.clone(), false)),
        What::Repository {} => Effect::Happen(Happening::Repository(false)),
        What::Abend {} => Effect::Abend,
    };
    let trigger = match &fault.when {
        When::At(at) => Trigger::At(Time(at.ms)),
        When::Command(command) => Trigger::Command(command.kind, command.nth),
        When::Enters(entered) => {
            let place = pair(&entered.pair)?;
            let kind = match entered.state {
                CopyState::Mirror(_) => "mirror",
                CopyState::Relation(_) => "flashcopy",
            };
            Trigger::Enters(format!("{kind} {} {}", place.standard, place.bcv), entered.state.to_string())
        }
        When::Copied(copied) => {
            let place = pair(&copied.pair)?;
            Trigger::Copied(method(&place.profile), place.standard, place.bcv, copied.percent)
        }
        When::Phase(phase) => Trigger::Phase(phase.name, phase.nth),
        When::After(step) => Trigger::After(step.clone()),
    };
    let pair = match (&effect, fault.what.pair()) {
        (Effect::Intercept, Some(wanted)) => Some(pair(wanted)?),
        _ => None,
    };
    let fault = PlannedFault { name: fault.name_or_number(index), ..fault.clone() };
    Ok(Planned { fault, pair, effect, trigger, course: Course::default() })
}
