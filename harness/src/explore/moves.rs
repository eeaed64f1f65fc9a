//! What can be done next, and what comes of it.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Event;
use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;
use dasdlab_model::states::{HostStatus, Method, MirrorState, ProfileState, RelationState};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::Happening;

use super::actor::{Actor, Explored, Past, Work};
use super::lab::{Lab, Place};
use super::state::State;

/// Makes the machine of some work on a profile.
pub(super) type Start<'a, M> = &'a (dyn Fn(Work, &ProfileName) -> M + Sync);

/// One thing that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Move {
    /// A job starts, and looks at the profile.
    Start(Work),
    /// A job does what its machine wants.
    Next(u8),
    /// A copy or a split ends.
    Ends(Place, Place),
    /// A fault, or somebody else.
    Fault(Fault),
}

/// What bounds.faults bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// A second job starts while one runs.
    SecondJob(Work),
    /// The command that a job gives is refused; of one for several pairs, this pair of it.
    Refused(u8, Option<u8>),
    /// The host abends, and takes this job with it.
    Abend(u8),
    /// A source is boxed, for good.
    Boxed(Place),
    /// A mirror pair or a relation fails.
    PairFails(Place, Place),
    /// The foreign job copies from a volume to a target.
    ForeignEstablish(Place, Place),
    /// The foreign job splits a mirror pair, by force where it must.
    ForeignSplit(Place, Place),
    /// The foreign job gives a held BCV free.
    ForeignRelease(Place),
    /// The foreign job withdraws a relation.
    ForeignWithdraw(Place, Place),
}

impl Move {
    /// Names of every kind of move, in the order in which they are reported.
    pub(super) const KINDS: [&'static str; 13] = [
        "start",
        "look",
        "command",
        "copy-ends",
        "second-job",
        "refused",
        "abend",
        "boxed",
        "pair-fails",
        "foreign-establish",
        "foreign-split",
        "foreign-release",
        "foreign-withdraw",
    ];

    /// What kind of move it is, by number in [`Move::KINDS`].
    pub(super) fn kind<M>(self, before: &State<M>) -> usize {
        match self {
            Self::Start(_) => 0,
            Self::Next(at) => {
                let wants = before.actors.get(usize::from(at)).map(|actor| &actor.wants);
                if matches!(wants, Some(Action::Command(_))) { 2 } else { 1 }
            }
            Self::Ends(..) => 3,
            Self::Fault(Fault::SecondJob(_)) => 4,
            Self::Fault(Fault::Refused(..)) => 5,
            Self::Fault(Fault::Abend(_)) => 6,
            Self::Fault(Fault::Boxed(_)) => 7,
            Self::Fault(Fault::PairFails(..)) => 8,
            Self::Fault(Fault::ForeignEstablish(..)) => 9,
            Self::Fault(Fault::ForeignSplit(..)) => 10,
            Self::Fault(Fault::ForeignRelease(_)) => 11,
            Self::Fault(Fault::ForeignWithdraw(..)) => 12,
        }
    }
}

/// What a job did in a move.
#[derive(Debug, Clone, Default)]
pub(super) struct Deed {
    /// The command that it gave, and what came back.
    pub(super) command: Option<(Command, Reply)>,
    /// What it said at its end.
    pub(super) ended: Option<Verdict>,
    /// What the log has of the move.
    pub(super) events: Vec<Event>,
}

/// Everything that may be done next. Some of it can turn out to be refused or to change nothing: that is no move.
pub(super) fn possible<M>(lab: &Lab, state: &State<M>) -> Vec<Move> {
    let mut moves = Vec::new();
    if state.actors.is_empty() {
        moves.extend(lab.works().map(Move::Start));
    }
    moves.extend((0..).zip(&state.actors).map(|(at, _)| Move::Next(at)));
    let place = |volume| lab.place(volume);
    let mirrors: Vec<(Place, Place, MirrorState)> =
        state.seen.mirrors.iter().filter_map(|pair| Some((place(pair.standard)?, place(pair.bcv)?, pair.state))).collect();
    let relations: Vec<(Place, Place, RelationState)> =
        state.seen.relations.iter().filter_map(|copy| Some((place(copy.source)?, place(copy.target)?, copy.state))).collect();
    let runs = |state| matches!(state, MirrorState::SyncInProg | MirrorState::RestInProg | MirrorState::SplitInProg);
    moves.extend(mirrors.iter().filter(|(.., state)| runs(*state)).map(|&(from, to, _)| Move::Ends(from, to)));
    moves.extend(
        relations.iter().filter(|(.., state)| *state == RelationState::Copying).map(|&(from, to, _)| Move::Ends(from, to)),
    );
    if state.faults_left == 0 {
        return moves;
    }

    let mut faults = Vec::new();
    if state.actors.len() == 1 {
        faults.extend(lab.works().map(Fault::SecondJob));
    }
    for (at, actor) in (0..).zip(&state.actors) {
        match &actor.wants {
            // Those two are never refused: what they end would never end.
            Action::Command(Command::Unlock { .. } | Command::ResumeLogs { .. }) => {}
            Action::Command(Command::SplitTogether { pairs } | Command::EstablishTogether { pairs }) => {
                faults.extend((0..).zip(pairs).map(|(pair, _)| Fault::Refused(at, Some(pair))));
            }
            Action::Command(_) => faults.push(Fault::Refused(at, None)),
            _ => {}
        }
        faults.push(Fault::Abend(at));
    }
    faults.extend(lab.sources().map(Fault::Boxed));
    faults.extend(mirrors.iter().filter(|(.., state)| state.is_established()).map(|&(from, to, _)| Fault::PairFails(from, to)));
    faults.extend(relations.iter().map(|&(from, to, _)| Fault::PairFails(from, to)));
    for to in lab.targets() {
        let own = lab.pair_of(to).map(|(_, pair)| lab.source(pair));
        let others = lab.sources().filter(|source| Some(*source) != own && lab.bounds.method == Method::Bcv);
        faults.extend(others.chain([lab.foreign()]).map(|from| Fault::ForeignEstablish(from, to)));
    }
    match lab.bounds.method {
        Method::Bcv => {
            let splits = |state| matches!(state, MirrorState::Synchronized | MirrorState::SyncInProg);
            faults
                .extend(mirrors.iter().filter(|(.., state)| splits(*state)).map(|&(from, to, _)| Fault::ForeignSplit(from, to)));
            let held = state.seen.volumes.iter().filter(|volume| volume.held_for.is_some());
            faults.extend(held.filter_map(|volume| place(volume.id)).map(Fault::ForeignRelease));
        }
        Method::FlashCopy => faults.extend(relations.iter().map(|&(from, to, _)| Fault::ForeignWithdraw(from, to))),
    }
    moves.extend(faults.into_iter().map(Move::Fault));
    moves
}

/// The state after a move, and what a job did in it; none where the move is refused or a job starts in vain.
pub(super) fn make<M: Explored>(lab: &Lab, start: Start<'_, M>, before: &State<M>, what: Move) -> Option<(State<M>, Deed)> {
    let mut state = before.clone();
    let mut deed = Deed::default();
    match what {
        Move::Start(work) => state.start(lab, start, work)?,
        Move::Next(at) => deed = state.step(lab, at, None)?,
        Move::Ends(from, to) => {
            let (from, to) = (lab.volume(from)?, lab.volume(to)?);
            let ended = match lab.bounds.method {
                Method::Bcv => state.world.finish_mirror(from, to),
                Method::FlashCopy => state.world.finish_relation(to),
            };
            ended.then_some(())?;
        }
        Move::Fault(fault) => {
            state.faults_left = state.faults_left.checked_sub(1)?;
            match fault {
                Fault::SecondJob(work) => state.start(lab, start, work)?,
                Fault::Refused(at, pair) => deed = state.step(lab, at, Some(pair))?,
                Fault::Abend(at) => state.abend(lab, at)?,
                other => state.suffer(lab, other)?,
            }
        }
    }
    deed.events = state.settle(lab);
    Some((state, deed))
}

impl<M: Explored> State<M> {
    /// A job starts; none where it ends at once.
    fn start(&mut self, lab: &Lab, start: Start<'_, M>, work: Work) -> Option<()> {
        let mut machine = start(work, &lab.profile);
        let wants = machine.next(self.look(lab));
        if matches!(wants, Action::Done(_)) {
            return None;
        }
        let past = Past { fresh: true, ..Past::default() };
        self.actors.push(Actor { work, second: !self.actors.is_empty(), machine, wants, past });
        Some(())
    }

    /// A job does what its machine wants. With `refused` its command is refused, or a pair of it.
    fn step(&mut self, lab: &Lab, at: u8, refused: Option<Option<u8>>) -> Option<Deed> {
        let at = usize::from(at);
        let Actor { work, wants, mut past, .. } = self.actors.get(at)?.clone();
        let mut deed = Deed::default();
        let input = match wants {
            Action::Done(_) => return None,
            Action::Observe | Action::Wait(_) => {
                past.look(lab, &self.seen);
                self.look(lab)
            }
            Action::Command(command) => {
                let can_be_copied = self.can_be_copied(lab, &command);
                let reply = self.answer(lab, &command, refused);
                // A setup that gets as far has no error, though it may never come to say so.
                let is_ready = matches!(command, Command::SetState { state: ProfileState::Ready, .. });
                self.passed |= is_ready && work == Work::Setup && reply.refusal().is_none();
                past.command(lab, &command, &reply, can_be_copied);
                deed.command = Some((command, reply.clone()));
                Input::Reply(reply)
            }
        };
        let actor = self.actors.get_mut(at)?;
        actor.past = past;
        actor.wants = actor.machine.next(input);
        if !rests_on_what_was_seen(&actor.wants) {
            actor.past.forget_look();
        }
        if let Action::Done(verdict) = &actor.wants {
            let verdict = verdict.clone();
            let actor = self.actors.remove(at);
            if actor.work == Work::Setup {
                self.passed = has_passed(&verdict).unwrap_or(self.passed);
            }
            deed.ended = Some(verdict);
        }
        Some(deed)
    }

    /// Carries a command to the world, but for what is refused of it.
    fn answer(&mut self, lab: &Lab, command: &Command, refused: Option<Option<u8>>) -> Reply {
        let Some(pair) = refused else { return self.world.execute(&lab.job, command) };
        let (Command::SplitTogether { pairs } | Command::EstablishTogether { pairs }) = command else {
            return Reply::Refused(Refusal::Injected);
        };
        let refused = usize::from(pair.unwrap_or_default());
        let others: Vec<_> = pairs.iter().enumerate().filter(|(at, _)| *at != refused).map(|(_, pair)| *pair).collect();
        let others = match command {
            Command::SplitTogether { .. } => Command::SplitTogether { pairs: others },
            _ => Command::EstablishTogether { pairs: others },
        };
        match self.world.execute(&lab.job, &others) {
            Reply::Each(mut replies) => {
                replies.insert(refused.min(replies.len()), Reply::Refused(Refusal::Injected));
                Reply::Each(replies)
            }
            whole => whole,
        }
    }

    /// Whether a split or establish of several pairs finds all of them as a backup needs them, at this instant.
    fn can_be_copied(&self, lab: &Lab, command: &Command) -> bool {
        match command {
            Command::SplitTogether { pairs } => {
                pairs.iter().all(|&pair| mirror_state(&self.seen, pair) == Some(MirrorState::Synchronized))
            }
            Command::EstablishTogether { .. } => self.world.logs_are_suspended(lab.ims),
            _ => false,
        }
    }

    /// The host takes a job with it; the system frees its lock and resumes the logs that it had suspended.
    fn abend(&mut self, lab: &Lab, at: u8) -> Option<()> {
        let at = usize::from(at);
        let past = self.actors.get(at)?.past.clone();
        self.actors.remove(at);
        if past.locked {
            self.world.happen(&Happening::Unlock(lab.profile.clone()), "abend");
        }
        if past.suspended {
            self.world.execute(&lab.job, &Command::ResumeLogs { ims: lab.ims });
        }
        Some(())
    }

    /// Something happens that no job has to do with; none where it cannot.
    fn suffer(&mut self, lab: &Lab, fault: Fault) -> Option<()> {
        let foreign = match fault {
            Fault::Boxed(place) => {
                let vary = Happening::Vary { system: lab.system, unit: lab.unit(place)?, status: HostStatus::Boxed };
                return self.world.happen(&vary, "boxed").then_some(());
            }
            Fault::PairFails(from, to) => {
                let (standard, bcv) = (lab.volume(from)?, lab.volume(to)?);
                let fails = match lab.bounds.method {
                    Method::Bcv => Happening::MirrorFails { standard, bcv },
                    Method::FlashCopy => Happening::RelationFails(bcv),
                };
                return self.world.happen(&fails, "pair-fails").then_some(());
            }
            Fault::ForeignEstablish(from, to) => match lab.bounds.method {
                Method::Bcv => mirror(lab, from, to, MirrorOrder::EstablishFull)?,
                Method::FlashCopy => relation(lab, from, to, RelationOrder::Establish)?,
            },
            Fault::ForeignSplit(from, to) => {
                let pair = (lab.volume(from)?, lab.volume(to)?);
                let whole = mirror_state(&self.seen, pair) == Some(MirrorState::Synchronized);
                mirror(lab, from, to, if whole { MirrorOrder::SplitInstant } else { MirrorOrder::SplitForced })?
            }
            Fault::ForeignRelease(bcv) => Command::Release { bcv: lab.volume(bcv)? },
            Fault::ForeignWithdraw(from, to) => relation(lab, from, to, RelationOrder::Withdraw)?,
            Fault::SecondJob(_) | Fault::Refused(..) | Fault::Abend(_) => return None,
        };
        (self.world.execute(&lab.foreigner, &foreign) == Reply::Done).then_some(())
    }
}

impl Past {
    fn look(&mut self, lab: &Lab, seen: &Observation) {
        self.fresh = false;
        self.saw_ready = seen.profile(&lab.profile).is_some_and(|profile| profile.state == ProfileState::Ready);
        let synchronized =
            |generation: &u8| lab.pairs(*generation).all(|pair| mirror_state(seen, pair) == Some(MirrorState::Synchronized));
        self.saw_synchronized = lab.generations().filter(synchronized).map(bit).sum();
    }

    fn forget_look(&mut self) {
        (self.saw_ready, self.saw_synchronized) = (false, 0);
    }

    fn command(&mut self, lab: &Lab, command: &Command, reply: &Reply, can_be_copied: bool) {
        self.forget_look();
        self.commanded |= command.is_for_an_array();
        let accepted = reply.refusal().is_none();
        match command {
            Command::Lock { .. } => self.locked |= *reply == Reply::Done,
            Command::Unlock { .. } => self.locked &= !accepted,
            Command::SuspendLogs { .. } => self.suspended |= accepted,
            Command::ResumeLogs { .. } => self.suspended &= !accepted,
            Command::SetState { state: ProfileState::Ready, .. } => self.made_ready |= accepted,
            Command::SplitTogether { pairs } | Command::EstablishTogether { pairs } => {
                let generation = lab.generations().find(|generation| lab.pairs(*generation).eq(pairs.iter().copied()));
                self.copied = generation.map(|generation| (generation, accepted && can_be_copied));
            }
            _ => {}
        }
    }
}

/// Whether an invariant asks what a job saw before it wanted this.
const fn rests_on_what_was_seen(wants: &Action) -> bool {
    matches!(wants, Action::Command(Command::SplitTogether { .. } | Command::SetState { state: ProfileState::Ready, .. }))
}

/// The bit of a generation in a set of them.
pub(super) const fn bit(generation: u8) -> u8 {
    1 << (generation - 1)
}

/// Whether a setup that said this has passed; none where all it could say is that the environment failed.
fn has_passed(verdict: &Verdict) -> Option<bool> {
    let mut errors = verdict.findings.iter().filter(|finding| finding.severity == Severity::E).peekable();
    match errors.peek() {
        None => (verdict.return_code < 12).then_some(true),
        Some(_) => errors.any(|finding| finding.rule() != Rule::PS00).then_some(false),
    }
}

/// The state of a mirror pair, where the two are one.
pub(super) fn mirror_state(seen: &Observation, (standard, bcv): (VolumeId, VolumeId)) -> Option<MirrorState> {
    seen.mirrors.iter().find(|pair| (pair.standard, pair.bcv) == (standard, bcv)).map(|pair| pair.state)
}

fn mirror(lab: &Lab, from: Place, to: Place, order: MirrorOrder) -> Option<Command> {
    Some(Command::Mirror { standard: lab.volume(from)?, bcv: lab.volume(to)?, order })
}

fn relation(lab: &Lab, from: Place, to: Place, order: RelationOrder) -> Option<Command> {
    Some(Command::FlashCopy { source: lab.volume(from)?, target: lab.volume(to)?, order })
}
