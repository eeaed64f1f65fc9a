//! A restore: copies what a generation holds back to the sources, and parts the volumes again.

mod ending;
mod way;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::{ImsSsid, ProfileName};
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::Reason;
use dasdlab_model::site::Backup;
use dasdlab_model::states::{Method, ProfileState, RestoreScope, SetupReason};
use dasdlab_model::story::{Phase, RestoreKind};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_model::unit::Unit;

use super::checks::{AllRules, Rules};
use super::choice::{latest_backup, standing_backup};
use super::locked::{Desk, Locked, Want, Work};
use super::plan::{Plan, PlannedPair};
use super::report::Report;
use crate::inventory::Inventory;
pub use ending::{RestoreEnding, Unrestored};
use way::{Obstacle, Progress, View};

/// How often volumes are told to part, or logs to resume, before that is left to the operator.
const TRIES: u8 = 3;
/// How long it is until they are told again, in milliseconds.
const PAUSE: u64 = 1_000;
/// The cause of a pair that was not back in time.
const TIMEOUT: &str = "timeout";
/// The cause of a pair that nothing was done for because of others.
const NOT_BEGUN: &str = "not-begun";

/// One restore of one profile from the backup that a generation holds, from its lock to its verdict.
///
/// Begin with [`Input::Seen`] and answer each [`Action`] as it says until [`Action::Done`]; [`Restore::ending`] says then
/// how it went. What must be before anything is copied: a valid backup that has not expired, a restore scope that permits
/// the kind, every pair of the generation as the backup, or a restore that did not end, left it, and an IMS system that
/// can be brought to rest: its logs are suspended for as long as the restore runs, and resumed in every case.
///
/// A restore of kind `full` brings back every source; `data` those on which by the catalogs, as the rules follow them at
/// this moment, database or user-included data sets of the IMS system lie, or their user catalogs. If logs or RECON lie on
/// one of those by now, it is refused.
///
/// BCVs: setup is needed from the moment at which the first command is given. Mirrors of other generations are split from the
/// sources first, by force where they are still copying. Once every copy back has ended the BCVs are split at one instant and
/// stay held. A copy that has not ended at the wait limit is split by force: the source is unusable until it is restored again, and
/// the backup stays what it was. FlashCopy: other relations of a source are withdrawn once they have been copied; the pair's
/// own is reversed, or a new one established from target to source, and withdrawn when it has been copied. The profile's
/// state stays.
///
/// What an earlier restore that did not end has brought back has been written to since and is brought back again: a copy
/// back that runs is waited for, a pair that is `Restored` is split, a relation that was turned round is withdrawn.
///
/// Nothing is copied back unless every way is open; from the first copy on each pair is tried. The wait limit counts from
/// the first input. An input that does not answer the last action ends the restore with return code 12.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Restore<R = AllRules>(Locked<BringBack<R>>);

impl Restore {
    /// A restore of this kind from a generation of this profile, which waits so many milliseconds for its copies.
    #[must_use]
    pub fn new(profile: ProfileName, kind: RestoreKind, generation: u8, wait: u64) -> Self {
        Self::with_rules(profile, kind, generation, wait, AllRules)
    }
}

impl<R: Rules> Restore<R> {
    /// The same, going by other rules; a restore asks them for PS00 only.
    #[must_use]
    pub fn with_rules(profile: ProfileName, kind: RestoreKind, generation: u8, wait: u64, rules: R) -> Self {
        let work = BringBack {
            rules,
            profile: profile.clone(),
            kind,
            generation,
            step: Step::Check,
            now: Time::default(),
            way: None,
            logs_suspended: false,
            ending: None,
        };
        Self(Locked::new(profile, wait, work))
    }

    /// How the restore ended; none before its end.
    #[must_use]
    pub fn ending(&self) -> Option<&RestoreEnding> {
        self.0.work.ending.as_ref().filter(|_| self.0.is_over())
    }

    /// What the restore is about: the phase of what it wants next.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.0.phase()
    }

    /// Takes an input and says what is wanted next.
    pub fn next(&mut self, input: Input) -> Action {
        self.0.next(input)
    }
}

/// A restore while the profile is locked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct BringBack<R> {
    rules: R,
    profile: ProfileName,
    kind: RestoreKind,
    generation: u8,
    step: Step,
    /// The instant that was seen last.
    now: Time,
    /// What is brought back; none before the check.
    way: Option<Way>,
    logs_suspended: bool,
    ending: Option<RestoreEnding>,
}

/// The pairs on their way back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Way {
    plan: Arc<Plan>,
    method: Method,
    ims: ImsSsid,
    /// Numbers of the pairs that are not back yet, and nothing has gone wrong with.
    open: BTreeSet<usize>,
    /// Why the others are not back.
    failed: BTreeMap<usize, String>,
    /// What was told to make way, each once: somebody who brings it back is not answered without end.
    told: Vec<Command>,
    /// Whether a copy back was begun, by this restore or one before it.
    begun: bool,
    /// Pairs that are to be parted.
    together: BTreeSet<usize>,
    /// Those of them whose copy has not ended in time.
    late: BTreeSet<usize>,
    /// How often volumes were told to part.
    tries: u8,
}

/// What the restore waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    /// The observation to check.
    Check,
    /// The reply to the suspend of logs.
    Suspend,
    /// The reply to the state `setup-needed`.
    Mark,
    /// An observation in which the way may be open.
    Clear,
    /// The reply to a command that clears the way of a pair, and the commands that follow.
    Clearing(usize, VecDeque<(usize, Command)>),
    /// The reply to the order of a pair, and the orders that follow.
    Order(usize, Command, VecDeque<(usize, Command)>),
    /// An observation in which every copy may have ended.
    CopyBack,
    /// The reply to a command that parts volumes of these pairs, and the commands that follow.
    Part(Vec<usize>, VecDeque<(Vec<usize>, Command)>),
    /// The reply to the resume of logs, and how often it was asked for.
    Resume(u8),
    /// Nothing that is asked for.
    Nothing,
}

impl<R: Rules> Work for BringBack<R> {
    type Rules = R;
    const LOCKED_BY: &'static str = "restore";

    fn rules(&self) -> &R {
        &self.rules
    }

    fn seen(&mut self, desk: &mut Desk, seen: &Observation, now: Time) -> Want {
        self.now = now;
        match self.step {
            Step::Check => self.check(desk, seen),
            Step::Clear => self.clear(desk, seen),
            Step::CopyBack => self.copy_back(desk, seen),
            _ => Want::Abandon,
        }
    }

    fn replied(&mut self, desk: &mut Desk, reply: &Reply) -> Want {
        let refusal = reply.refusal();
        match std::mem::replace(&mut self.step, Step::Nothing) {
            Step::Suspend => match refusal {
                None => {
                    self.logs_suspended = true;
                    self.mark()
                }
                Some(refusal) => self.refuse(RestoreEnding::LogsNotSuspended(refusal)),
            },
            Step::Mark => match refusal {
                None => self.observe(Step::Clear),
                Some(refusal) => {
                    desk.environment_failed = true;
                    self.fail_all(refusal);
                    self.resume(1)
                }
            },
            Step::Clearing(pair, rest) => {
                if let Some(refusal) = refusal {
                    self.fail(pair, refusal);
                }
                self.next_clearing(rest)
            }
            Step::Order(pair, command, rest) => {
                // Somebody else copies it back, or has: what that brought is not known.
                let refusal = refusal.or_else(|| (*reply == Reply::Nothing).then_some(Refusal::Restoring));
                self.ordered(pair, &command, rest, refusal)
            }
            Step::Part(pairs, rest) => {
                self.parted(&pairs, reply);
                self.next_part(rest)
            }
            Step::Resume(tries) => match refusal {
                Some(_) if tries < TRIES => self.resume(tries.saturating_add(1)),
                refusal => {
                    desk.environment_failed |= refusal.is_some();
                    self.logs_suspended &= refusal.is_some();
                    Want::End
                }
            },
            Step::Check | Step::Clear | Step::CopyBack | Step::Nothing => Want::Abandon,
        }
    }

    fn phase(&self) -> Phase {
        match self.step {
            Step::Check => Phase::RestoreCheck,
            Step::Suspend => Phase::Suspend,
            Step::Mark | Step::Clear | Step::Clearing(..) | Step::Order(..) => Phase::Restore,
            Step::CopyBack | Step::Part(..) => Phase::CopyBack,
            Step::Resume(_) | Step::Nothing => Phase::Resume,
        }
    }

    /// IMS must not stand still for what has become of the restore.
    fn last_will(&mut self) -> Option<Command> {
        self.step = Step::Nothing;
        let suspended = std::mem::take(&mut self.logs_suspended);
        self.way.as_ref().filter(|_| suspended).map(|way| Command::ResumeLogs { ims: way.ims })
    }

    fn conclude(&mut self, findings: &mut Report) -> u8 {
        let locked = findings.iter().any(|finding| finding.reason == Reason::Ps00ProfileLocked);
        let none = if locked { RestoreEnding::Locked } else { RestoreEnding::Environment };
        self.ending.get_or_insert(none).return_code()
    }
}

impl<R: Rules> BringBack<R> {
    /// Whether there is something to bring back, and a way.
    fn check(&mut self, desk: &mut Desk, seen: &Observation) -> Want {
        let (Some(verdict), Some(profile)) = (desk.check(&self.rules, seen), seen.profile(&self.profile)) else {
            return Want::Abandon;
        };
        if verdict.return_code == 12 {
            desk.judge(verdict);
            return Want::End;
        }
        if let Err(ending) = self.permitted(profile) {
            return self.refuse(ending);
        }
        let wanted = match self.sources(seen, profile) {
            Ok(wanted) => wanted,
            Err(ending) => return self.refuse(ending),
        };
        let plan = Arc::new(Plan::new(seen, profile));
        let view = View::new(seen, profile.method);
        let mut unusable: Vec<Unrestored> = plan
            .of_generation(self.generation)
            .filter_map(|(_, pair)| Some(unrestored(pair, view.unusable(pair, &plan, &self.profile)?)))
            .collect();
        let paired: BTreeSet<Unit> = plan.of_generation(self.generation).map(|(_, pair)| pair.source).collect();
        unusable.extend(wanted.difference(&paired).map(|&source| Unrestored {
            source,
            target: None,
            cause: Refusal::NotPaired.to_string(),
        }));
        if !unusable.is_empty() {
            unusable.sort_unstable();
            return self.refuse(RestoreEnding::NotUsable(unusable));
        }
        let wanted = plan.of_generation(self.generation).filter(|(_, pair)| wanted.contains(&pair.source));
        let (begun, open) = wanted.fold((false, BTreeSet::new()), |(begun, mut open), (number, pair)| {
            open.insert(number);
            (begun || view.is_begun(pair), open)
        });
        let (method, ims) = (profile.method, profile.ims_ssid);
        self.way = Some(Way {
            open,
            method,
            ims,
            failed: BTreeMap::new(),
            told: Vec::new(),
            begun,
            together: BTreeSet::new(),
            late: BTreeSet::new(),
            tries: 0,
            plan,
        });
        self.command(Command::SuspendLogs { ims }, Step::Suspend)
    }

    /// Whether the generation holds a backup to which this kind of restore is open.
    fn permitted(&self, profile: &BackupProfile) -> Result<(), RestoreEnding> {
        let Some(backup) = standing_backup(profile, self.generation) else {
            return Err(match latest_backup(profile, self.generation) {
                None => RestoreEnding::NoBackup,
                Some(Backup { valid: false, .. }) => RestoreEnding::Invalid,
                Some(_) => RestoreEnding::Expired,
            });
        };
        let permitted = match self.kind {
            RestoreKind::Full => [RestoreScope::FullAndData, RestoreScope::FullOnly],
            RestoreKind::Data => [RestoreScope::FullAndData, RestoreScope::DataOnly],
        };
        let permits = backup.restore_scope.is_some_and(|scope| permitted.contains(&scope));
        if permits { Ok(()) } else { Err(RestoreEnding::Scope) }
    }

    /// The sources that are to be brought back.
    fn sources(&self, seen: &Observation, profile: &BackupProfile) -> Result<BTreeSet<Unit>, RestoreEnding> {
        match self.kind {
            RestoreKind::Full => Ok(profile.sources.iter().map(|source| source.unit).collect()),
            RestoreKind::Data => {
                let sources = Inventory::new(seen, &self.profile).map(|inventory| inventory.data_sources()).unwrap_or_default();
                if sources.mixed.is_empty() {
                    Ok(sources.data.into_iter().collect())
                } else {
                    Err(RestoreEnding::Mixed(sources.mixed))
                }
            }
        }
    }

    /// Before the first command to an array: sources that come back one by one make no ready profile.
    fn mark(&mut self) -> Want {
        match self.way.as_ref().map(|way| way.method) {
            Some(Method::Bcv) => {
                let command = Command::SetState {
                    profile: self.profile.clone(),
                    state: ProfileState::SetupNeeded,
                    reason: Some(SetupReason::Restored),
                    fingerprint: None,
                };
                self.command(command, Step::Mark)
            }
            Some(Method::FlashCopy) => self.observe(Step::Clear),
            None => Want::Abandon,
        }
    }

    /// Makes way for the copies, and orders them once nothing stands in any.
    fn clear(&mut self, desk: &Desk, seen: &Observation) -> Want {
        let Some(way) = &mut self.way else { return Want::Abandon };
        let view = View::new(seen, way.method);
        let (mut commands, mut waits) = (VecDeque::new(), false);
        for (number, pair) in way.pairs() {
            for obstacle in view.obstacles(&pair) {
                match obstacle {
                    Obstacle::Ends if self.now < desk.deadline => waits = true,
                    Obstacle::Ends => way.fail(number, TIMEOUT),
                    // Somebody has established it since the check: theirs to split.
                    Obstacle::Told(Command::Mirror { bcv, .. }) if !way.plan.all().any(|(_, own)| own.bcv == bcv) => {
                        way.fail(number, Refusal::SplitFirst);
                    }
                    Obstacle::Told(command) if commands.iter().any(|(_, other)| *other == command) => {}
                    Obstacle::Told(command) if way.told.contains(&command) => way.fail(number, Refusal::EstablishedElsewhere),
                    Obstacle::Told(command) => {
                        way.told.push(command.clone());
                        commands.push_back((number, command));
                    }
                }
            }
        }
        if !way.failed.is_empty() {
            return self.resume(1);
        }
        if !commands.is_empty() {
            return self.next_clearing(commands);
        }
        if waits {
            self.step = Step::Clear;
            return Want::Wait(desk.deadline);
        }
        let orders = way.pairs().into_iter().map(|(number, pair)| (number, view.order(&pair))).collect();
        self.next_order(orders)
    }

    fn next_clearing(&mut self, mut commands: VecDeque<(usize, Command)>) -> Want {
        match commands.pop_front() {
            Some((pair, command)) => self.command(command, Step::Clearing(pair, commands)),
            None => self.observe(Step::Clear),
        }
    }

    fn next_order(&mut self, mut orders: VecDeque<(usize, Command)>) -> Want {
        match orders.pop_front() {
            Some((pair, command)) => self.command(command.clone(), Step::Order(pair, command, orders)),
            None => self.observe(Step::CopyBack),
        }
    }

    /// Takes the reply to the order of a pair.
    fn ordered(
        &mut self,
        number: usize,
        command: &Command,
        mut rest: VecDeque<(usize, Command)>,
        refusal: Option<Refusal>,
    ) -> Want {
        let Some(way) = &mut self.way else { return Want::Abandon };
        match (command, refusal) {
            (_, None) => way.begun = true,
            (&Command::Mirror { standard, bcv, order: MirrorOrder::RestoreIncremental }, Some(Refusal::NoHistory)) => {
                rest.push_front((number, Command::Mirror { standard, bcv, order: MirrorOrder::RestoreFull }));
            }
            (_, Some(refusal)) => way.fail(number, refusal),
        }
        // Sources that are all as they were are better than some that are not.
        if way.begun || way.failed.is_empty() { self.next_order(rest) } else { self.resume(1) }
    }

    /// Whether the copies have ended; parts the volumes of those that have once none runs any more.
    fn copy_back(&mut self, desk: &Desk, seen: &Observation) -> Want {
        let Some(way) = &mut self.way else { return Want::Abandon };
        let view = View::new(seen, way.method);
        let mut running = false;
        way.together.clear();
        way.late.clear();
        for (number, pair) in way.pairs() {
            match view.progress(&pair) {
                Progress::Running if self.now < desk.deadline => running = true,
                // A copy of a relation goes on by itself, and the backup takes no harm from it.
                Progress::Running if way.method == Method::FlashCopy => way.fail(number, TIMEOUT),
                Progress::Running => {
                    way.late.insert(number);
                    way.together.insert(number);
                }
                Progress::Copied => {
                    way.together.insert(number);
                }
                Progress::Parted => {
                    way.open.remove(&number);
                }
                Progress::Failed(cause) => way.fail(number, cause),
            }
        }
        if running {
            self.step = Step::CopyBack;
            return Want::Wait(desk.deadline);
        }
        way.tries = way.tries.saturating_add(1);
        let commands = way.parting();
        self.next_part(commands)
    }

    /// The next command that parts volumes; after the last, again what was refused, or the end.
    fn next_part(&mut self, mut commands: VecDeque<(Vec<usize>, Command)>) -> Want {
        if let Some((pairs, command)) = commands.pop_front() {
            return self.command(command, Step::Part(pairs, commands));
        }
        let Some(way) = &mut self.way else { return Want::Abandon };
        if way.together.is_empty() {
            return self.resume(1);
        }
        if way.tries < TRIES {
            self.step = Step::CopyBack;
            return Want::Wait(self.now.plus(PAUSE));
        }
        // They stay paired, and the backup is what it was: what is written to the sources does not reach its volumes.
        self.resume(1)
    }

    /// Takes the reply to a command that parts the volumes of these pairs.
    fn parted(&mut self, pairs: &[usize], reply: &Reply) {
        let Some(way) = &mut self.way else { return };
        for (at, &number) in pairs.iter().enumerate() {
            let own = match reply {
                Reply::Each(replies) => replies.get(at),
                whole => Some(whole),
            };
            match own.and_then(Reply::refusal) {
                // Parted they are; who did it does not matter.
                None | Some(Refusal::NotEstablished | Refusal::NotPaired) => {
                    way.together.remove(&number);
                    if way.late.contains(&number) {
                        way.fail(number, TIMEOUT);
                    } else {
                        way.open.remove(&number);
                    }
                }
                Some(refusal) if way.tries >= TRIES => way.fail(number, refusal),
                Some(_) => {}
            }
        }
    }

    /// Resumes the logs and ends.
    fn resume(&mut self, tries: u8) -> Want {
        let Some(way) = &self.way else { return Want::Abandon };
        let ims = way.ims;
        if tries == 1 {
            let unrestored = way.unrestored();
            self.ending = Some(if unrestored.is_empty() { RestoreEnding::Restored } else { RestoreEnding::Failed(unrestored) });
        }
        self.command(Command::ResumeLogs { ims }, Step::Resume(tries))
    }

    /// Ends before anything was done.
    fn refuse(&mut self, ending: RestoreEnding) -> Want {
        self.ending = Some(ending);
        Want::End
    }

    fn fail_all(&mut self, cause: Refusal) {
        if let Some(way) = &mut self.way {
            for number in std::mem::take(&mut way.open) {
                way.fail(number, cause);
            }
        }
    }

    fn fail(&mut self, pair: usize, cause: impl ToString) {
        if let Some(way) = &mut self.way {
            way.fail(pair, cause);
        }
    }

    fn command(&mut self, command: Command, step: Step) -> Want {
        self.step = step;
        Want::Command(command)
    }

    fn observe(&mut self, step: Step) -> Want {
        self.step = step;
        Want::Observe
    }
}

impl Way {
    /// The pairs that are not back yet.
    fn pairs(&self) -> Vec<(usize, PlannedPair)> {
        self.open.iter().filter_map(|&number| Some((number, *self.plan.pair(number)?))).collect()
    }

    fn fail(&mut self, number: usize, cause: impl ToString) {
        self.open.remove(&number);
        self.failed.entry(number).or_insert_with(|| cause.to_string());
    }

    /// The commands that part volumes: BCVs that are back at one instant, those that are not by force; relations one by one.
    fn parting(&self) -> VecDeque<(Vec<usize>, Command)> {
        let pairs = || self.together.iter().filter_map(|&number| Some((number, self.plan.pair(number)?)));
        let (late, back): (Vec<_>, Vec<_>) = pairs().partition(|(number, _)| self.late.contains(number));
        let late = late.into_iter().map(|(number, &PlannedPair { standard, bcv, .. })| {
            (vec![number], Command::Mirror { standard, bcv, order: MirrorOrder::SplitForced })
        });
        match self.method {
            Method::Bcv if back.is_empty() => late.collect(),
            Method::Bcv => {
                let (numbers, pairs) = back.into_iter().map(|(number, pair)| (number, (pair.standard, pair.bcv))).unzip();
                std::iter::once((numbers, Command::SplitTogether { pairs })).chain(late).collect()
            }
            Method::FlashCopy => back
                .into_iter()
                .map(|(number, pair)| {
                    let order = RelationOrder::Withdraw;
                    (vec![number], Command::FlashCopy { source: pair.bcv, target: pair.standard, order })
                })
                .collect(),
        }
    }

    /// What became of the pairs that are not back; of those that nothing was done for where nothing was done at all.
    fn unrestored(&self) -> Vec<Unrestored> {
        let left = self.open.iter().map(|&number| (number, NOT_BEGUN.to_owned()));
        let failed = self.failed.iter().map(|(&number, cause)| (number, cause.clone()));
        let mut all: Vec<Unrestored> =
            failed.chain(left).filter_map(|(number, cause)| Some(unrestored(self.plan.pair(number)?, cause))).collect();
        all.sort_unstable();
        all
    }
}

fn unrestored(pair: &PlannedPair, cause: String) -> Unrestored {
    Unrestored { source: pair.source, target: Some(pair.target), cause }
}
