//! A world played from a script: commands follow the transition tables, refusals and happenings are written down.

use std::collections::BTreeMap;
use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::observation::{Device, MirrorPair, Observation, Relation};
use dasdlab_model::site::Backup as Recorded;
use dasdlab_model::states::{HostStatus, Method, MirrorState, ProfileState, RelationState, SetupReason};
use dasdlab_model::story::{Phase, RestoreKind};
use dasdlab_model::transitions::{Cell, MirrorEvent, MirrorOrder, Refusal, RelationOrder, mirror, mirror_event, relation};
use dasdlab_model::unit::VolumeId;
use dasdlab_validator::machines::{Backup, Ending, Restore, RestoreEnding, Setup};

use crate::lab::{id, name, volume, written};

/// How long the setups of these tests wait.
pub(crate) const LIMIT: u64 = 10_000;
/// Steps after which a machine is taken to go round in circles.
const MOST_STEPS: usize = 1_000;

/// What happens to a world beside the machine.
pub(crate) type Happening = fn(&mut Observation);

/// The same with what it needs to know.
pub(crate) type AnyHappening = Box<dyn Fn(&mut Observation)>;

pub(crate) struct Script {
    pub(crate) seen: Observation,
    pub(crate) now: Time,
    /// What was commanded and waited for.
    pub(crate) log: Vec<String>,
    /// Commands that are refused, once each.
    pub(crate) refuse: Vec<(&'static str, Refusal)>,
    /// What happens right after a line of the log, once each.
    pub(crate) happen: Vec<(&'static str, Happening)>,
    /// Commands that are refused by their number, counted from 0.
    pub(crate) refuse_nth: BTreeMap<usize, Refusal>,
    /// What happens right after the command of this number.
    pub(crate) happen_nth: BTreeMap<usize, AnyHappening>,
    /// Commands so far.
    pub(crate) commands: Vec<Command>,
    /// Whether copies go on while the machine waits.
    pub(crate) stalled: bool,
    /// Targets for which a command for several pairs is refused.
    pub(crate) refuse_pairs: Vec<(&'static str, Refusal)>,
    /// Commands that are obeyed, but with this reply; once each.
    pub(crate) reply: Vec<(&'static str, Reply)>,
    /// The command that is obeyed, but answered with a look instead of a reply.
    pub(crate) misunderstand: Option<&'static str>,
    /// What was last recorded of a copy, not of its expiry.
    recorded: Option<Recorded>,
    /// The phases that the machine went through.
    pub(crate) phases: Vec<Phase>,
    suspended: bool,
    /// Whether a restore runs, which may break itself off.
    restoring: bool,
}

/// A machine as its driver sees it.
trait Machine {
    fn next(&mut self, input: Input) -> Action;
    fn phase(&self) -> Phase;
    /// Whether it says how it ended.
    fn has_ended(&self) -> bool;
}

macro_rules! machine {
    ($($name:ident: $has_ended:expr),*) => {
        $(impl Machine for $name {
            fn has_ended(&self) -> bool {
                let has_ended: fn(&Self) -> bool = $has_ended;
                has_ended(self)
            }
            fn next(&mut self, input: Input) -> Action {
                Self::next(self, input)
            }
            fn phase(&self) -> Phase {
                Self::phase(self)
            }
        })*
    };
}
machine!(Setup: |_| false, Backup: |backup| backup.ending().is_some(), Restore: |restore| restore.ending().is_some());

impl Script {
    pub(crate) fn new(seen: Observation) -> Self {
        Self {
            seen,
            now: Time::default(),
            log: vec![],
            refuse: vec![],
            happen: vec![],
            refuse_nth: BTreeMap::new(),
            happen_nth: BTreeMap::new(),
            commands: vec![],
            stalled: false,
            refuse_pairs: vec![],
            reply: vec![],
            misunderstand: None,
            recorded: None,
            phases: vec![],
            suspended: false,
            restoring: false,
        }
    }

    /// Sets the profile up and says what came out of it.
    #[track_caller]
    pub(crate) fn run(&mut self) -> Verdict {
        let mut machine = Setup::new(name("DAILY"), LIMIT);
        self.drive(&mut machine)
    }

    /// Takes a backup and says what came out of it.
    #[track_caller]
    pub(crate) fn run_backup(&mut self) -> (Verdict, Ending) {
        let mut machine = Backup::new(name("DAILY"), LIMIT);
        let verdict = self.drive(&mut machine);
        assert!(!self.suspended || verdict.return_code == 12, "logs stay suspended: {:?}", self.log);
        assert_eq!(machine.recorded(), self.recorded.as_ref());
        (verdict, machine.ending().unwrap())
    }

    /// Restores from a generation and says what came out of it.
    #[track_caller]
    pub(crate) fn run_restore(&mut self, kind: RestoreKind, generation: u8) -> (Verdict, RestoreEnding) {
        let mut machine = Restore::new(name("DAILY"), kind, generation, LIMIT);
        self.restoring = true;
        let verdict = self.drive(&mut machine);
        self.restoring = false;
        assert!(!self.suspended || verdict.return_code == 12, "logs stay suspended: {:?}", self.log);
        (verdict, machine.ending().unwrap().clone())
    }

    #[track_caller]
    fn drive(&mut self, machine: &mut impl Machine) -> Verdict {
        let mut input = self.look();
        self.phases.push(machine.phase());
        for _ in 0..MOST_STEPS {
            assert!(!machine.has_ended(), "says how it ended before its end");
            let action = machine.next(input);
            if self.phases.last() != Some(&machine.phase()) {
                self.phases.push(machine.phase());
            }
            input = match action {
                Action::Observe => self.look(),
                Action::Command(command) => {
                    let reply = self.execute(&command);
                    let misunderstood = self.misunderstand.take_if(|line| self.log.last().is_some_and(|last| last == *line));
                    if misunderstood.is_some() { self.look() } else { Input::Reply(reply) }
                }
                Action::Wait(until) => {
                    assert!(until > self.now, "waits for what has passed");
                    self.pass(until);
                    self.look()
                }
                Action::Done(verdict) => {
                    assert!(self.refuse.is_empty(), "never refused: {:?}", self.refuse);
                    assert!(self.happen.is_empty(), "never happened after {:?}", self.happen.first().map(|(line, _)| line));
                    assert_eq!(machine.next(self.look()), Action::Done(environment(&verdict)), "asked after its end");
                    return verdict;
                }
            };
        }
        panic!("no end: {:?}", self.log);
    }

    fn look(&self) -> Input {
        Input::Seen(Arc::new(self.seen.clone()), self.now)
    }

    fn line(&mut self, line: String) {
        let (now, later) = std::mem::take(&mut self.happen).into_iter().partition(|(after, _)| *after == line);
        self.happen = later;
        let now: Vec<(&str, Happening)> = now;
        now.into_iter().for_each(|(_, happening)| happening(&mut self.seen));
        self.log.push(line);
    }

    fn execute(&mut self, command: &Command) -> Reply {
        self.assert_allowed(command);
        let (line, number) = (self.spelled(command), self.commands.len());
        self.commands.push(command.clone());
        let refused = self.refuse.iter().position(|(refused, _)| *refused == line).map(|at| self.refuse.remove(at).1);
        let refused = refused.or_else(|| self.refuse_nth.remove(&number));
        let reply = refused.map_or_else(|| self.accept(command), Reply::Refused);
        let reply = match self.reply.iter().position(|(after, _)| *after == line) {
            Some(at) => self.reply.remove(at).1,
            None => reply,
        };
        self.line(line);
        if let Some(happening) = self.happen_nth.remove(&number) {
            happening(&mut self.seen);
        }
        reply
    }

    /// What must hold of any command, whatever happened before.
    fn assert_allowed(&self, command: &Command) {
        let state_of = |standard: VolumeId, bcv: VolumeId| {
            let pair = self.seen.mirrors.iter().find(|pair| pair.standard == standard && pair.bcv == bcv);
            pair.map(|pair| pair.state)
        };
        let profile = &self.seen.profiles[0];
        match command {
            Command::Mirror { standard, bcv, order } => {
                let sources: Vec<_> = profile.sources.iter().map(|source| id(&self.seen, &source.unit.to_string())).collect();
                assert!(!sources.contains(bcv), "a source becomes the target of a copy: {}", self.spelled(command));
                let ruins = *order == MirrorOrder::SplitForced && state_of(*standard, *bcv) == Some(MirrorState::RestInProg);
                assert!(!ruins || self.restoring, "breaks off a restore: {}", self.spelled(command));
            }
            Command::SetState { state: ProfileState::Ready, .. } if profile.method == Method::Bcv => {
                let synchronized = |generation: u8| {
                    profile.targets.iter().filter(|entry| entry.generation == generation).all(|entry| {
                        let (standard, bcv) =
                            (id(&self.seen, &entry.source.to_string()), id(&self.seen, &entry.target.to_string()));
                        state_of(standard, bcv) == Some(MirrorState::Synchronized)
                    })
                };
                assert!((1..=profile.generations).any(synchronized), "ready too early: {:?}", self.log);
            }
            Command::Record { backup, .. } if backup.valid && !backup.expired => {
                for entry in profile.targets.iter().filter(|entry| entry.generation == backup.generation) {
                    let (standard, bcv) = (id(&self.seen, &entry.source.to_string()), id(&self.seen, &entry.target.to_string()));
                    let relation =
                        self.seen.relations.iter().find(|relation| (relation.source, relation.target) == (standard, bcv));
                    let copied = match profile.method {
                        Method::Bcv => state_of(standard, bcv) == Some(MirrorState::Split),
                        Method::FlashCopy => relation.is_some_and(|relation| relation.state != RelationState::Failed),
                    };
                    assert!(copied, "valid without {}: {:?}", entry.target, self.log);
                }
            }
            Command::SplitTogether { pairs } => {
                let wanted = if self.restoring { MirrorState::Restored } else { MirrorState::Synchronized };
                let current = pairs.iter().all(|&(standard, bcv)| state_of(standard, bcv) == Some(wanted));
                assert!(current, "splits what is not current: {:?}", self.log);
            }
            _ => {}
        }
    }

    fn accept(&mut self, command: &Command) -> Reply {
        match command {
            Command::Mirror { standard, bcv, order } => return self.mirror(*standard, *bcv, *order),
            Command::Hold { bcv, profile } => volume(&mut self.seen, &bcv.to_string()).held_for = Some(profile.clone()),
            Command::Release { bcv } => volume(&mut self.seen, &bcv.to_string()).held_for = None,
            Command::Lock { by, .. } if self.seen.profiles[0].locked_by.is_none() => {
                self.seen.profiles[0].locked_by = Some(by.clone());
            }
            Command::Lock { .. } => return Reply::Refused(Refusal::ProfileLocked),
            Command::Unlock { .. } => self.seen.profiles[0].locked_by = None,
            Command::SetState { state, reason, fingerprint, .. } => {
                let profile = &mut self.seen.profiles[0];
                (profile.state, profile.reason) = (*state, *reason);
                if fingerprint.is_some() {
                    profile.fingerprint.clone_from(fingerprint);
                }
            }
            Command::SplitTogether { pairs } => {
                return self.each(pairs, |script, (standard, bcv)| script.mirror(standard, bcv, MirrorOrder::SplitInstant));
            }
            Command::EstablishTogether { pairs } => {
                return self.each(pairs, |script, (source, target)| script.relate(source, target, RelationOrder::Establish));
            }
            Command::FlashCopy { source, target, order } => return self.relate(*source, *target, *order),
            Command::SuspendLogs { .. } => self.suspended = true,
            Command::ResumeLogs { .. } => self.suspended = false,
            Command::Record { backup, .. } => {
                if !backup.expired {
                    self.recorded = Some(backup.clone());
                }
                let backups = &mut self.seen.profiles[0].backups;
                backups.retain(|held| held.generation != backup.generation || (!backup.valid && held.valid && !held.expired));
                backups.push(backup.clone());
            }
        }
        Reply::Done
    }

    fn each(&mut self, pairs: &[(VolumeId, VolumeId)], order: fn(&mut Self, (VolumeId, VolumeId)) -> Reply) -> Reply {
        let replies = pairs.iter().map(|&pair| {
            let refused = self.refuse_pairs.iter().find(|(target, _)| *target == self.unit(pair.1)).map(|(_, refusal)| *refusal);
            refused.map_or_else(|| order(self, pair), Reply::Refused)
        });
        Reply::Each(replies.collect())
    }

    fn relate(&mut self, source: VolumeId, target: VolumeId, order: RelationOrder) -> Reply {
        let at = self.seen.relations.iter().position(|relation| relation.target == target);
        match relation(at.map(|at| self.seen.relations[at].state), order) {
            Cell::To(state) => {
                self.seen.relations.retain(|relation| relation.target != target);
                let (source, target) = if order == RelationOrder::Reverse { (target, source) } else { (source, target) };
                self.seen.relations.push(Relation { source, target, state });
                Reply::Done
            }
            Cell::Gone => {
                self.seen.relations.retain(|relation| relation.target != target);
                Reply::Done
            }
            Cell::Refused(refusal) => Reply::Refused(refusal),
            Cell::Stays => Reply::Nothing,
        }
    }

    fn mirror(&mut self, standard: VolumeId, bcv: VolumeId, order: MirrorOrder) -> Reply {
        let establishes = matches!(order, MirrorOrder::EstablishIncremental | MirrorOrder::EstablishFull);
        let elsewhere = |pair: &MirrorPair| pair.bcv == bcv && pair.standard != standard && pair.state.is_established();
        if establishes && self.seen.mirrors.iter().any(elsewhere) {
            return Reply::Refused(Refusal::EstablishedElsewhere);
        }
        let at = self.seen.mirrors.iter().position(|pair| pair.bcv == bcv && pair.standard == standard);
        let at = at.unwrap_or_else(|| {
            self.seen.mirrors.push(MirrorPair { standard, bcv, state: MirrorState::NeverEstab });
            self.seen.mirrors.len() - 1
        });
        match mirror(self.seen.mirrors[at].state, order) {
            Cell::To(state) => {
                self.enter(at, state);
                Reply::Done
            }
            Cell::Refused(refusal) => Reply::Refused(refusal),
            Cell::Stays | Cell::Gone => Reply::Nothing,
        }
    }

    /// A mirroring BCV is not ready to its host, a split one is offline.
    fn enter(&mut self, at: usize, state: MirrorState) {
        let bcv = self.seen.mirrors[at].bcv;
        self.seen.mirrors[at].state = state;
        let status = if state.is_established() { HostStatus::NotReady } else { HostStatus::Offline };
        for unit in &mut self.seen.units {
            if matches!(unit.device, Device::Base(id, _) if id == bcv) {
                unit.device = Device::Base(bcv, status);
            }
        }
    }

    /// One second, or until the machine wants to look again.
    fn pass(&mut self, until: Time) {
        self.now = self.now.plus(1_000).min(until);
        for at in 0..if self.stalled { 0 } else { self.seen.mirrors.len() } {
            let state = self.seen.mirrors[at].state;
            let next = [MirrorEvent::Copied, MirrorEvent::SplitEnded].iter().find_map(|&event| mirror_event(state, event));
            if let Some(next) = next {
                self.enter(at, next);
            }
        }
        for relation in &mut self.seen.relations {
            if !self.stalled && relation.state == RelationState::Copying {
                relation.state = RelationState::Copied;
            }
        }
        if self.stalled {
            self.now = until;
        }
        self.line("wait".to_owned());
    }

    fn spelled(&self, command: &Command) -> String {
        match command {
            Command::Mirror { standard, bcv, order } => format!("{order} {} {}", self.unit(*standard), self.unit(*bcv)),
            Command::Hold { bcv, profile } => format!("hold {} for {profile}", self.unit(*bcv)),
            Command::Release { bcv } => format!("release {}", self.unit(*bcv)),
            Command::Lock { by, .. } => format!("lock by {by}"),
            Command::Unlock { .. } => "unlock".to_owned(),
            Command::SetState { state, reason, .. } => {
                format!("{state}{}", reason.map(|reason| format!("({reason})")).unwrap_or_default())
            }
            Command::SplitTogether { pairs } => format!("split {}", self.pairs(pairs)),
            Command::EstablishTogether { pairs } => format!("establish {}", self.pairs(pairs)),
            Command::FlashCopy { source, target, order } => format!("{order} {} {}", self.unit(*source), self.unit(*target)),
            Command::SuspendLogs { ims } => format!("suspend {ims}"),
            Command::ResumeLogs { ims } => format!("resume {ims}"),
            Command::Record { backup, .. } => {
                let word = if backup.expired {
                    "expired"
                } else if backup.valid {
                    "valid"
                } else {
                    "invalid"
                };
                format!("record {} {word}", backup.generation)
            }
        }
    }

    fn pairs(&self, pairs: &[(VolumeId, VolumeId)]) -> String {
        pairs.iter().map(|&(from, to)| format!("{} {}", self.unit(from), self.unit(to))).collect::<Vec<_>>().join(", ")
    }

    fn unit(&self, volume: VolumeId) -> String {
        let unit = self.seen.units.iter().find(|unit| matches!(unit.device, Device::Base(id, _) if id == volume));
        unit.unwrap().unit.to_string()
    }
}

/// The verdict of a machine that is asked something out of turn.
fn environment(verdict: &Verdict) -> Verdict {
    Verdict { return_code: 12, restore_scope: None, findings: verdict.findings.clone() }
}

/// Runs a setup on a spoiled world and compares the commands, between lock and unlock, and the findings.
#[track_caller]
pub(crate) fn check(
    mut seen: Observation,
    spoil: impl FnOnce(&mut Observation),
    write: impl FnOnce(&mut Script),
    log: &[&str],
    findings: &[&str],
) -> (Script, Verdict) {
    spoil(&mut seen);
    let mut script = Script::new(seen);
    write(&mut script);
    let verdict = script.run();
    assert_eq!(verdict.findings.iter().map(written).collect::<Vec<_>>(), findings);
    assert_eq!(script.log.first().map(String::as_str), Some("lock by setup"));
    assert_eq!(script.log.last().map(String::as_str), Some("unlock"));
    assert_eq!(script.log[1..script.log.len() - 1], *log);
    assert_eq!(script.seen.profiles[0].locked_by, None);
    (script, verdict)
}

/// The profile as the setup left it.
pub(crate) fn state(script: &Script) -> (&'static str, Option<SetupReason>) {
    let profile = &script.seen.profiles[0];
    (profile.state.as_str(), profile.reason)
}

/// Keeps a BCV for a profile.
pub(crate) fn hold(seen: &mut Observation, unit: &str, profile: &str) {
    volume(seen, unit).held_for = Some(name(profile));
}

/// Puts a pair into a state, whatever it was in.
pub(crate) fn put(seen: &mut Observation, standard: &str, bcv: &str, state: MirrorState) {
    let (standard, bcv) = (id(seen, standard), id(seen, bcv));
    seen.mirrors.retain(|pair| (pair.standard, pair.bcv) != (standard, bcv));
    seen.mirrors.push(MirrorPair { standard, bcv, state });
}
