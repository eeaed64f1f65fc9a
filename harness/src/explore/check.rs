//! What must hold of every move, each in a few lines that know nothing of how machines and arrays work.

use std::fmt;

use dasdlab_model::command::Command;
use dasdlab_model::event::Event;
use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{Device, MirrorPair, Observation, Relation};
use dasdlab_model::reasons::Rule;
use dasdlab_model::states::{Method, MirrorState, ProfileState, RelationState};
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;
use serde::Serialize;

use super::actor::{Past, Work};
use super::lab::Lab;
use super::moves::{Deed, Move, bit};
use super::state::State;

/// An invariant that a move broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Broken {
    /// A profile became ready though not every pair of its generation had just been seen Synchronized.
    ReadyTooEarly,
    /// A setup that made its profile ready ended with an error, or a backup did so after a setup that had one.
    ReadyAfterError,
    /// A backup began to split though not every pair had just been seen Synchronized, or the profile not ready.
    SplitTooEarly,
    /// A setup with an error of PS00 to PS15 gave a command to an array.
    CommandedDespiteError,
    /// A backup was called valid though not every pair was split or established at one instant.
    CalledValid,
    /// A source became the target of a copy that is no restore.
    SourceCopiedTo,
    /// A job ordered a copy between volumes that are no pair of the profile.
    NotItsOwnPair,
    /// A job gave a command to an array without the lock of the profile, or two jobs had the lock.
    NotLocked,
    /// Something changed that the event log does not tell, or tells otherwise.
    Unexplained,
    /// Tracks were lost or came from nowhere.
    NotConserved,
}

impl Broken {
    /// Every invariant that is asked.
    pub const ALL: [Self; 10] = [
        Self::ReadyTooEarly,
        Self::ReadyAfterError,
        Self::SplitTooEarly,
        Self::CommandedDespiteError,
        Self::CalledValid,
        Self::SourceCopiedTo,
        Self::NotItsOwnPair,
        Self::NotLocked,
        Self::Unexplained,
        Self::NotConserved,
    ];

    /// What must hold.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::ReadyTooEarly => "a profile becomes ready only when every pair of its current generation is Synchronized",
            Self::ReadyAfterError => "a profile becomes ready only after a setup without an error",
            Self::SplitTooEarly => "a backup splits only a ready profile of which every pair is Synchronized",
            Self::CommandedDespiteError => "a setup with an error of PS00 to PS15 gives no command to an array",
            Self::CalledValid => "a backup is valid only if every pair was split or established at one instant",
            Self::SourceCopiedTo => "no source becomes the target of a copy, restores of its own backup aside",
            Self::NotItsOwnPair => "a target is established to its own source only",
            Self::NotLocked => "one job at a time works on a profile",
            Self::Unexplained => "every change is explained by the event log",
            Self::NotConserved => "tracks are conserved",
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule())
    }
}

/// Every invariant that a move broke.
pub(super) fn check<M>(lab: &Lab, before: &State<M>, what: Move, deed: &Deed, after: &State<M>) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut must = |holds: bool, invariant| {
        if !holds {
            broken.push(invariant);
        }
    };
    let actor = match what {
        Move::Next(at) | Move::Fault(super::moves::Fault::Refused(at, _)) => before.actors.get(usize::from(at)),
        _ => None,
    };
    if let Some((actor, (command, reply))) = actor.zip(deed.command.as_ref()) {
        let (past, accepted) = (&actor.past, reply.refusal().is_none());
        let others_lock = before.actors.iter().any(|other| other.past.locked);
        must(past.locked || !command.is_for_an_array(), Broken::NotLocked);
        let restores = matches!(actor.work, Work::Restore(_));
        must(restores || !sources_copied_to(lab, command), Broken::SourceCopiedTo);
        must(are_its_own(lab, actor.work, command), Broken::NotItsOwnPair);
        match command {
            Command::Lock { .. } => must(!(accepted && others_lock), Broken::NotLocked),
            Command::SetState { state: ProfileState::Ready, .. } if lab.bounds.method == Method::Bcv => {
                let generation = current_after(lab, actor.work, past);
                must(generation.is_some_and(|generation| past.saw_synchronized & bit(generation) != 0), Broken::ReadyTooEarly);
                must(actor.work == Work::Setup || before.passed, Broken::ReadyAfterError);
            }
            Command::SplitTogether { pairs } if actor.work == Work::Backup => {
                let generation = lab.generations().find(|generation| lab.pairs(*generation).eq(pairs.iter().copied()));
                let synchronized = generation.is_some_and(|generation| past.saw_synchronized & bit(generation) != 0);
                must(past.saw_ready && synchronized, Broken::SplitTooEarly);
            }
            Command::Record { backup, .. } if backup.valid && !backup.expired => {
                must(past.copied == Some((backup.generation, true)), Broken::CalledValid);
            }
            _ => {}
        }
    }
    if let Some((actor, verdict)) = actor.zip(deed.ended.as_ref()) {
        let errors = errors_of(verdict);
        if actor.work == Work::Setup {
            must(!(actor.past.commanded && errors.iter().any(|rule| *rule != Rule::PS16)), Broken::CommandedDespiteError);
            must(!actor.past.made_ready || errors.is_empty(), Broken::ReadyAfterError);
        }
    }
    must(!has_source_as_target(lab, &after.seen), Broken::SourceCopiedTo);
    must(is_explained(lab, &before.seen, &after.seen, &deed.events), Broken::Unexplained);
    must(is_conserved(before, after), Broken::NotConserved);
    broken.sort_unstable();
    broken.dedup();
    broken
}

/// The generation that a job makes the current one.
fn current_after(lab: &Lab, work: Work, past: &Past) -> Option<u8> {
    match work {
        Work::Setup => Some(1),
        Work::Restore(_) => None,
        Work::Backup => past.copied.map(|(split, _)| split % lab.bounds.generations + 1),
    }
}

fn errors_of(verdict: &Verdict) -> Vec<Rule> {
    verdict.findings.iter().filter(|finding| finding.severity == Severity::E).map(|finding| finding.rule()).collect()
}

/// What a command would copy, from and to.
fn copies(command: &Command) -> Vec<(VolumeId, VolumeId)> {
    use MirrorOrder::{EstablishFull, EstablishIncremental, RestoreFull, RestoreIncremental};
    match command {
        Command::Mirror { standard, bcv, order: EstablishFull | EstablishIncremental } => vec![(*standard, *bcv)],
        Command::Mirror { standard, bcv, order: RestoreFull | RestoreIncremental } => vec![(*bcv, *standard)],
        Command::FlashCopy { source, target, order: RelationOrder::Reverse } => vec![(*target, *source)],
        Command::FlashCopy { source, target, order } if *order != RelationOrder::Withdraw => vec![(*source, *target)],
        Command::EstablishTogether { pairs } => pairs.clone(),
        _ => Vec::new(),
    }
}

fn sources_copied_to(lab: &Lab, command: &Command) -> bool {
    copies(command).iter().any(|(_, to)| lab.place(*to).is_some_and(|place| lab.is_source(place)))
}

/// Whether a job copies from sources to their own targets only, or back from the targets of the generation it restores.
fn are_its_own(lab: &Lab, work: Work, command: &Command) -> bool {
    copies(command).into_iter().all(|(from, to)| match work {
        Work::Restore(generation) => lab.pairs(generation).any(|pair| pair == (to, from)),
        Work::Setup | Work::Backup => lab.is_mapped(from, to),
    })
}

/// Whether a copy to a source exists that no restore can have left.
fn has_source_as_target(lab: &Lab, seen: &Observation) -> bool {
    let is_source = |volume| lab.place(volume).is_some_and(|place| lab.is_source(place));
    let is_restore = |copy: &Relation| lab.bounds.restores && lab.is_mapped(copy.target, copy.source);
    seen.mirrors.iter().any(|pair| pair.state.is_established() && is_source(pair.bcv))
        || seen.relations.iter().any(|copy| is_source(copy.target) && !is_restore(copy))
}

/// Whether the log tells the way of everything from what it was to what it is.
fn is_explained(lab: &Lab, before: &Observation, after: &Observation, events: &[Event]) -> bool {
    let told = |object: String, from: String, to: String| {
        let mut at = from;
        for event in events.iter().filter(|event| event.object == object) {
            if event.from != at {
                return false;
            }
            at.clone_from(&event.to);
        }
        at == to
    };
    let mirrors = |seen: &Observation| -> Vec<_> { seen.mirrors.iter().map(|pair| (pair.standard, pair.bcv)).collect() };
    let mirror_state = |seen: &Observation, pair| super::moves::mirror_state(seen, pair).unwrap_or(MirrorState::NeverEstab);
    let relations = |seen: &Observation| -> Vec<_> { seen.relations.iter().map(|copy| (copy.source, copy.target)).collect() };
    let relation_state =
        |seen: &Observation, pair| seen.relations.iter().find(|copy| (copy.source, copy.target) == pair).map(|copy| copy.state);
    let none = |state: Option<String>, word: &str| state.unwrap_or_else(|| word.to_owned());

    let mirrors_told = [mirrors(before), mirrors(after)].concat().into_iter().all(|pair| {
        let (was, is) = (mirror_state(before, pair), mirror_state(after, pair));
        was == is || told(format!("mirror {} {}", pair.0, pair.1), was.to_string(), is.to_string())
    });
    let relations_told = [relations(before), relations(after)].concat().into_iter().all(|pair| {
        let (was, is) = (relation_state(before, pair), relation_state(after, pair));
        let text = |state: Option<RelationState>| none(state.map(|state| state.to_string()), "none");
        was == is || told(format!("flashcopy {} {}", pair.0, pair.1), text(was), text(is))
    });
    let holds_told = before.volumes.iter().zip(&after.volumes).all(|(was, is)| {
        let text = |held: &Option<ProfileName>| none(held.as_ref().map(ToString::to_string), "free");
        was.held_for == is.held_for || told(format!("hold {}", was.id), text(&was.held_for), text(&is.held_for))
    });
    let units_told = before.units.iter().zip(&after.units).all(|(was, is)| match (was.device, is.device) {
        (Device::Base(_, from), Device::Base(_, to)) => {
            from == to || told(format!("unit {}:{}", lab.system, was.unit), from.to_string(), to.to_string())
        }
        _ => was.device == is.device,
    });
    mirrors_told && relations_told && holds_told && units_told
}

/// Whether, of every mirror pair, the invalid tracks before, and those marked since, less those copied since, are the
/// invalid tracks now. Of a pair that was forgotten meanwhile nothing is known.
fn is_conserved<M>(before: &State<M>, after: &State<M>) -> bool {
    after.seen.mirrors.iter().all(|&MirrorPair { standard, bcv, .. }| {
        let of = |state: &State<M>| {
            let invalid = state.world.progress(standard, bcv)?.invalid;
            Some((u64::from(invalid), state.world.ledger(standard, bcv)?))
        };
        let Some(((was, then), (is, now))) = of(before).zip(of(after)) else { return true };
        now.marked < then.marked || was + (now.marked - then.marked) == is + (now.copied - then.copied)
    })
}
