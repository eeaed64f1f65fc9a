//! A piece of work that is given its steps when it is its turn.

use std::collections::VecDeque;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::states::ProfileState;
use dasdlab_model::story::{Phase, PlannedFault, RestoreKind, RivalWork};
use dasdlab_simulator::World;
use dasdlab_validator::machines::{Backup, Restore, Setup};

use super::Turn;
use crate::drive::{Executed, MAX_STEPS, Machine};
use crate::job::plan::{Job, Request, Step, Work as JobWork, build};
use crate::story::DEFAULT_WAIT;
use crate::story::stage::{Running, Stands, Stepped, Stop};
use crate::story::watch::Watcher;

/// The most steps of one piece of work at one instant; it goes on a millisecond later.
const MAX_AT_ONCE: u64 = 1_000;

/// The most commands that are kept of one step.
const MAX_KEPT: usize = 10_000;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Profile setup.
    Setup {
        /// The wait limit.
        wait_ms: u64,
    },
    /// A job that has been built.
    Job(Box<Job>),
    /// A restore.
    Restore {
        /// Every source, or those that held data.
        kind: RestoreKind,
        /// From which generation.
        generation: u8,
        /// The wait limit.
        wait_ms: u64,
    },
    /// What a fault of the plan lets run.
    Rival(RivalWork),
}

impl Asked {
    const fn word(&self) -> &'static str {
        match self {
            Self::Setup { .. } => "setup",
            Self::Job(_) => "job",
            Self::Restore { .. } => "restore",
            Self::Rival(_) => "rival",
        }
    }
}

/// What is still to be done.
#[derive(Debug, Clone)]
enum Todo {
    /// A job is built, when its turn comes.
    Build,
    /// What building a job found is written down.
    Mark(Box<Job>),
    /// A step of a job, or setup alone.
    Step(Step),
    /// A restore.
    Restore { kind: RestoreKind, generation: u8, wait_ms: u64 },
}

/// A step and what it did.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// `build`, `setup`, `backup` or `restore`.
    pub(crate) word: &'static str,
    /// When it began.
    pub(crate) began: Time,
    /// When it ended.
    pub(crate) finished: Option<Time>,
    /// What it said at its end.
    pub(crate) verdict: Option<Verdict>,
    /// The word of a refusal.
    pub(crate) refused: Option<String>,
    /// How it ended, in words.
    pub(crate) ending: Option<String>,
    /// The commands that were given, the first of them.
    pub(crate) commands: Vec<Executed>,
    /// How many more there were.
    pub(crate) more: u64,
}

impl Record {
    const fn new(word: &'static str, began: Time) -> Self {
        let (verdict, refused, ending) = (None, None, None);
        Self { word, began, finished: None, verdict, refused, ending, commands: Vec::new(), more: 0 }
    }
}

/// A piece of work and what has become of it so far.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// The profile.
    pub(crate) profile: ProfileName,
    /// What was asked for, in a word.
    pub(crate) kind: &'static str,
    /// What it is about at present.
    pub(crate) phase: Option<Phase>,
    /// When it began.
    pub(crate) began: Time,
    /// When it ended.
    pub(crate) ended: Option<Time>,
    /// Whether it was taken away by the abend of its host.
    pub(crate) abended: bool,
    /// The highest return code of its steps.
    pub(crate) return_code: Option<u8>,
    /// What was wrong, where it could not go on.
    pub(crate) failed: Option<String>,
    /// Its steps; empty where only an overview was asked for.
    pub(crate) steps: Vec<Record>,
}

/// A machine that runs.
struct Runs {
    machine: Box<dyn Machine + Send>,
    stands: Stands,
    frame: Running,
    taken: u64,
    /// The name of the step in the conditions of its job.
    name: &'static str,
}

/// A piece of work.
pub(super) struct Piece {
    number: u64,
    profile: ProfileName,
    kind: &'static str,
    began: Time,
    ended: Option<Time>,
    abended: bool,
    failed: Option<String>,
    todo: VecDeque<Todo>,
    runs: Option<Runs>,
    records: Vec<Record>,
    codes: Vec<(&'static str, u8)>,
    /// When it goes on, and whether it does so before if a copy state has changed.
    wakes: (Time, bool),
    /// When the command was given that has not been answered.
    given: Option<Time>,
}

impl Piece {
    pub(super) fn new(number: u64, profile: ProfileName, asked: Asked, now: Time) -> Self {
        let kind = asked.word();
        let setup = |wait_ms| {
            let work = JobWork::Setup;
            Todo::Step(Step { name: work.step_name(), work, wait_ms, condition: None })
        };
        let todo = match asked {
            Asked::Setup { wait_ms } => VecDeque::from([setup(wait_ms)]),
            Asked::Rival(RivalWork::Setup) => VecDeque::from([setup(DEFAULT_WAIT)]),
            Asked::Rival(RivalWork::Backup) => VecDeque::from([Todo::Build]),
            Asked::Job(job) => of_job(*job),
            Asked::Restore { kind, generation, wait_ms } => VecDeque::from([Todo::Restore { kind, generation, wait_ms }]),
        };
        Self {
            number,
            profile,
            kind,
            began: now,
            ended: None,
            abended: false,
            failed: None,
            todo,
            runs: None,
            records: Vec::new(),
            codes: Vec::new(),
            wakes: (now, false),
            given: None,
        }
    }

    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    pub(super) const fn wakes(&self) -> Time {
        self.wakes.0
    }

    pub(super) const fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// What the system takes back of it if the host abends.
    pub(super) fn frame(&self) -> Option<&Running> {
        self.runs.as_ref().map(|runs| &runs.frame)
    }

    /// Something has changed that it may wait for.
    pub(super) fn wake(&mut self, at: Time) {
        if self.wakes.1 {
            self.wakes.0 = self.wakes.0.min(at);
        }
    }

    /// The host has taken it away.
    pub(super) fn abended(&mut self, now: Time) {
        self.abended = true;
        self.end(now);
    }

    fn end(&mut self, now: Time) {
        self.runs = None;
        self.todo.clear();
        self.ended = Some(now);
        if let Some(record) = self.records.last_mut().filter(|record| record.finished.is_none()) {
            record.finished = Some(now);
        }
    }

    pub(super) fn told(&self, with_steps: bool) -> Told {
        Told {
            number: self.number,
            profile: self.profile.clone(),
            kind: self.kind,
            phase: self.runs.as_ref().and_then(|runs| runs.stands.phase),
            began: self.began,
            ended: self.ended,
            abended: self.abended,
            return_code: self.codes.iter().map(|&(_, code)| code).max(),
            failed: self.failed.clone(),
            steps: if with_steps { self.records.clone() } else { Vec::new() },
        }
    }

    /// Takes the steps that can be taken at this instant.
    pub(super) fn slice(&mut self, world: &mut World, turn: &mut Turn) {
        let mut left = MAX_AT_ONCE;
        while !turn.gone {
            let Some(mut runs) = self.runs.take() else {
                if self.next(world, turn) {
                    continue;
                }
                return self.end(world.now());
            };
            turn.running.push(runs.frame.clone());
            let stepped = self.steps(world, turn, &mut runs, &mut left);
            if let Some(frame) = turn.running.pop() {
                runs.frame = frame;
            }
            let now = world.now();
            let (wakes, is_woken) = match stepped {
                Ok(Stepped::Goes) if runs.taken >= MAX_STEPS => {
                    return self.fails(format!("it has not ended after {MAX_STEPS} steps"), now);
                }
                Ok(Stepped::Goes) => (now.plus(1), false),
                Ok(Stepped::Waits(until)) => (until, true),
                Ok(Stepped::Late(by_ms)) => (now.plus(by_ms), false),
                Ok(Stepped::Done(verdict)) => {
                    self.done(world, turn, runs, verdict);
                    continue;
                }
                Err(Stop::Abended) => break,
                Err(Stop::Stuck(stuck)) => return self.fails(stuck.to_string(), now),
            };
            self.runs = Some(runs);
            self.wakes = (wakes, is_woken);
            break;
        }
        if turn.gone {
            self.abended(world.now());
        }
    }

    /// Lets the machine take its steps, as far as it comes.
    fn steps(&mut self, world: &mut World, turn: &mut Turn, runs: &mut Runs, left: &mut u64) -> Result<Stepped, Stop> {
        let by = Issuer::Profile(self.profile.clone());
        let mut recorder = Recorder { own: &by, record: self.records.last_mut(), given: &mut self.given };
        turn.on_stage(world, &mut [&mut recorder], |stage| {
            while *left > 0 && runs.taken < MAX_STEPS {
                (*left, runs.taken) = (*left - 1, runs.taken + 1);
                match stage.step(&mut *runs.machine, &by, &mut runs.stands) {
                    Ok(Stepped::Goes) => {}
                    // A wait for an instant that has passed is a look at once.
                    Ok(Stepped::Waits(until)) if until <= stage.world().now() => {}
                    other => return other,
                }
            }
            Ok(Stepped::Goes)
        })
    }

    fn fails(&mut self, why: String, now: Time) {
        self.failed = Some(why);
        self.end(now);
    }

    /// A machine has ended: its record is closed, and what waits for the end of such a step is due.
    fn done(&mut self, world: &mut World, turn: &mut Turn, runs: Runs, verdict: Verdict) {
        self.codes.push((runs.name, verdict.return_code));
        let Some(record) = self.records.last_mut() else { return };
        record.finished = Some(world.now());
        record.refused = runs.machine.refused();
        record.ending = runs.machine.ending();
        record.verdict = Some(verdict);
        turn.running.push(runs.frame);
        turn.on_stage(world, &mut [], |stage| {
            // An abend is noticed by whoever has the turn.
            let _ = stage.after(record.word);
        });
        turn.running.pop();
    }

    /// Begins what is to be done next; says whether there is anything.
    fn next(&mut self, world: &mut World, turn: &mut Turn) -> bool {
        while let Some(todo) = self.todo.pop_front() {
            let now = world.now();
            let profile = self.profile.clone();
            match todo {
                Todo::Build => {
                    let mut record = Record { finished: Some(now), ..Record::new("build", now) };
                    match build(&world.look(), &profile, Request::Backup, DEFAULT_WAIT) {
                        Ok(job) => self.todo = of_job(job),
                        Err(refused) => {
                            record.refused = Some(refused.word().to_owned());
                            record.ending = Some(refused.to_string());
                            self.codes.push(("BUILD", refused.return_code()));
                        }
                    }
                    self.records.push(record);
                }
                Todo::Mark(job) => {
                    self.records.push(Record { finished: Some(now), ..Record::new("build", now) });
                    let by = Issuer::Profile(profile.clone());
                    let mut recorder = Recorder { own: &by, record: self.records.last_mut(), given: &mut self.given };
                    let (state, reason) = (ProfileState::SetupNeeded, job.setup_needed);
                    let command = Command::SetState { profile, state, reason, fingerprint: None };
                    turn.on_stage(world, &mut [&mut recorder], |stage| stage.client(&by, &command));
                }
                Todo::Step(step) => {
                    let met = step.condition.is_none_or(|condition| {
                        self.codes.iter().any(|&(name, code)| name == condition.step && code <= condition.highest)
                    });
                    if met {
                        let (word, machine): (_, Box<dyn Machine + Send>) = match step.work {
                            JobWork::Setup => ("setup", Box::new(Setup::new(profile, step.wait_ms))),
                            JobWork::Backup => ("backup", Box::new(Backup::new(profile, step.wait_ms))),
                        };
                        self.runs(word, machine, step.name, now);
                        return true;
                    }
                }
                Todo::Restore { kind, generation, wait_ms } => {
                    let machine = Restore::new(profile, kind, generation, wait_ms);
                    self.runs("restore", Box::new(machine), "RESTORE", now);
                    return true;
                }
            }
        }
        false
    }

    fn runs(&mut self, word: &'static str, machine: Box<dyn Machine + Send>, name: &'static str, now: Time) {
        self.records.push(Record::new(word, now));
        let frame = Running::new(self.profile.clone());
        self.runs = Some(Runs { machine, stands: Stands::default(), frame, taken: 0, name });
    }
}

/// What is to be done for a job.
fn of_job(job: Job) -> VecDeque<Todo> {
    let steps = job.steps.clone().into_iter().map(Todo::Step);
    let mark = job.found_at_build.then(|| Todo::Mark(Box::new(job)));
    mark.into_iter().chain(steps).collect()
}

/// Writes down the commands of one issuer.
struct Recorder<'a> {
    own: &'a Issuer,
    record: Option<&'a mut Record>,
    given: &'a mut Option<Time>,
}

impl Watcher for Recorder<'_> {
    fn commanding(&mut self, by: &Issuer, _: &Command, world: &World) {
        if by == self.own {
            *self.given = Some(world.now());
        }
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, _: Option<&PlannedFault>, world: &World) {
        let (true, Some(record)) = (by == self.own, &mut self.record) else { return };
        let at = self.given.take().unwrap_or_else(|| world.now());
        if record.commands.len() < MAX_KEPT {
            record.commands.push(Executed { at, command: command.clone(), reply: reply.clone() });
        } else {
            record.more += 1;
        }
    }
}
