//! The way back from a target to its source: whether it is open, what stands in it, and how far a copy has come.

use std::collections::BTreeMap;

use dasdlab_model::command::Command;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{MirrorPair, Observation, Relation, VolumeSeen};
use dasdlab_model::states::{Method, MirrorState, RelationState};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_model::unit::VolumeId;

use crate::machines::plan::{Plan, PlannedPair};
use crate::machines::sight::{Sight, Standing};

/// What must go before a source can be copied back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Obstacle {
    /// It ends by itself.
    Ends,
    /// It is told to.
    Told(Command),
}

/// How far a copy back has come.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Progress {
    /// It runs.
    Running,
    /// Every track is back, and the two volumes are to be parted.
    Copied,
    /// Every track is back, and they are parted.
    Parted,
    /// It has come to nothing.
    Failed(String),
}

/// What one observation says of the copies of a profile.
pub(super) struct View<'a> {
    method: Method,
    sight: Sight<'a>,
    by_target: BTreeMap<VolumeId, &'a Relation>,
    by_source: BTreeMap<VolumeId, Vec<&'a Relation>>,
    bcvs: BTreeMap<VolumeId, Vec<&'a MirrorPair>>,
    volumes: BTreeMap<VolumeId, &'a VolumeSeen>,
}

impl<'a> View<'a> {
    pub(super) fn new(seen: &'a Observation, method: Method) -> Self {
        let by_target = seen.relations.iter().map(|relation| (relation.target, relation)).collect();
        let mut by_source: BTreeMap<VolumeId, Vec<&Relation>> = BTreeMap::new();
        for relation in &seen.relations {
            by_source.entry(relation.source).or_default().push(relation);
        }
        let mut bcvs: BTreeMap<VolumeId, Vec<&MirrorPair>> = BTreeMap::new();
        for mirror in &seen.mirrors {
            bcvs.entry(mirror.standard).or_default().push(mirror);
        }
        let volumes = seen.volumes.iter().map(|volume| (volume.id, volume)).collect();
        Self { method, sight: Sight::new(seen), by_target, by_source, bcvs, volumes }
    }

    /// Why the pair is not as its backup left it, or as an unfinished restore did; none if it is.
    pub(super) fn unusable(&self, pair: &PlannedPair, plan: &Plan, profile: &ProfileName) -> Option<String> {
        match self.method {
            Method::Bcv => self.unusable_mirror(pair, plan, profile),
            Method::FlashCopy => self.unusable_relation(pair),
        }
    }

    fn unusable_mirror(&self, pair: &PlannedPair, plan: &Plan, profile: &ProfileName) -> Option<String> {
        use MirrorState::{RestInProg, Restored, Split, SplitBfrRest, SplitNoInc};
        if self.sight.held_for(pair.bcv).is_some_and(|holder| holder != profile) {
            return Some(Refusal::Held.to_string());
        }
        match self.sight.standing(pair) {
            Standing::Faulty(state) => return Some(state.to_string()),
            Standing::Other(..) => return Some(Refusal::EstablishedElsewhere.to_string()),
            Standing::Own(_) | Standing::Free { .. } => {}
        }
        match self.sight.state(pair) {
            Some(Split | SplitNoInc | RestInProg | Restored | SplitBfrRest) => {}
            state => return Some(state.map_or_else(|| Refusal::NotPaired.to_string(), |state| state.to_string())),
        }
        // A mirror that is none of the profile's is not the profile's to split.
        let foreign = self.other_mirrors(pair).any(|(bcv, _)| !plan.all().any(|(_, own)| own.bcv == bcv));
        foreign.then(|| Refusal::SplitFirst.to_string())
    }

    fn unusable_relation(&self, pair: &PlannedPair) -> Option<String> {
        let (source, target) = (self.volumes.get(&pair.standard), self.volumes.get(&pair.bcv));
        if source.map(|volume| volume.cylinders) != target.map(|volume| volume.cylinders) {
            return Some(Refusal::CannotReverse.to_string());
        }
        if self.reversed(pair).is_some_and(|state| matches!(state, RelationState::Copying | RelationState::Copied)) {
            return None;
        }
        match self.by_target.get(&pair.bcv) {
            // A copy carries the label of its source: another one says that this is none.
            None => {
                (source.map(|volume| volume.volser) != target.map(|volume| volume.volser)).then(|| Refusal::NotPaired.to_string())
            }
            Some(relation) if relation.source != pair.standard => Some(Refusal::TargetInUse.to_string()),
            Some(relation) => match relation.state {
                RelationState::Copying | RelationState::Copied => None,
                state @ (RelationState::Idle | RelationState::Failed) => Some(state.to_string()),
            },
        }
    }

    /// Whether a restore that has not ended has begun to bring the pair back. What it brought has been written to since.
    pub(super) fn is_begun(&self, pair: &PlannedPair) -> bool {
        match self.method {
            Method::Bcv => matches!(
                self.sight.state(pair),
                Some(MirrorState::RestInProg | MirrorState::Restored | MirrorState::SplitBfrRest)
            ),
            Method::FlashCopy => self.reversed(pair).is_some(),
        }
    }

    /// What is in the way of the pair, in an order of its own.
    pub(super) fn obstacles(&self, pair: &PlannedPair) -> Vec<Obstacle> {
        match self.method {
            Method::Bcv => self
                .other_mirrors(pair)
                .chain(self.own_mirror(pair))
                .map(|(bcv, state)| end_mirror(pair.standard, bcv, state))
                .collect(),
            Method::FlashCopy => self.relations_in_the_way(pair).map(end_relation).collect(),
        }
    }

    /// Other BCVs established to the pair's source. One that is being copied back cannot be split and one that is being
    /// split ends by itself.
    fn other_mirrors(&self, pair: &PlannedPair) -> impl Iterator<Item = (VolumeId, MirrorState)> + use<'_, 'a> {
        let bcv = pair.bcv;
        let others = self.bcvs.get(&pair.standard).into_iter().flatten().filter(move |mirror| mirror.bcv != bcv);
        others.filter(|mirror| mirror.state.is_established()).map(|mirror| (mirror.bcv, mirror.state))
    }

    /// The pair itself where an earlier restore has copied it back: what was written since is known once it is split.
    fn own_mirror(&self, pair: &PlannedPair) -> Option<(VolumeId, MirrorState)> {
        let state = self.sight.state(pair)?;
        matches!(state, MirrorState::RestInProg | MirrorState::Restored).then_some((pair.bcv, state))
    }

    /// Relations of the pair's source: its own while it still copies, or where an earlier restore has turned it round, and
    /// all others.
    fn relations_in_the_way(&self, pair: &PlannedPair) -> impl Iterator<Item = &'a Relation> + use<'_, 'a> {
        let (source, target) = (pair.standard, pair.bcv);
        let of_source = self.by_source.get(&source).into_iter().flatten().chain(self.by_target.get(&source)).copied();
        of_source.filter(move |relation| match (relation.source, relation.target) {
            ends if ends == (source, target) => relation.state == RelationState::Copying,
            _ => true,
        })
    }

    /// The command that copies the pair back, once nothing is in its way.
    pub(super) fn order(&self, pair: &PlannedPair) -> Command {
        let (standard, bcv) = (pair.standard, pair.bcv);
        match self.method {
            Method::Bcv => Command::Mirror { standard, bcv, order: MirrorOrder::RestoreIncremental },
            Method::FlashCopy => match self.by_target.get(&bcv) {
                Some(_) => Command::FlashCopy { source: standard, target: bcv, order: RelationOrder::Reverse },
                None => Command::FlashCopy { source: bcv, target: standard, order: RelationOrder::Establish },
            },
        }
    }

    /// How far the copy back of the pair has come.
    pub(super) fn progress(&self, pair: &PlannedPair) -> Progress {
        match self.method {
            Method::Bcv => match self.sight.state(pair) {
                Some(MirrorState::RestInProg) => Progress::Running,
                Some(MirrorState::Restored) => Progress::Copied,
                Some(MirrorState::Split) => Progress::Parted,
                state => Progress::Failed(state.map_or_else(|| Refusal::NotPaired.to_string(), |state| state.to_string())),
            },
            Method::FlashCopy => match self.reversed(pair) {
                Some(RelationState::Copying) => Progress::Running,
                Some(RelationState::Copied) => Progress::Copied,
                Some(state) => Progress::Failed(state.to_string()),
                None => Progress::Failed(Refusal::NotPaired.to_string()),
            },
        }
    }

    /// The relation from the pair's target back to its source.
    fn reversed(&self, pair: &PlannedPair) -> Option<RelationState> {
        self.by_target.get(&pair.standard).filter(|relation| relation.source == pair.bcv).map(|relation| relation.state)
    }
}

fn end_mirror(standard: VolumeId, bcv: VolumeId, state: MirrorState) -> Obstacle {
    let told = |order| Obstacle::Told(Command::Mirror { standard, bcv, order });
    match state {
        MirrorState::SplitInProg | MirrorState::RestInProg => Obstacle::Ends,
        MirrorState::SyncInProg => told(MirrorOrder::SplitForced),
        _ => told(MirrorOrder::SplitInstant),
    }
}

fn end_relation(relation: &Relation) -> Obstacle {
    match relation.state {
        RelationState::Copying => Obstacle::Ends,
        // What has been copied is complete without the relation.
        _ => Obstacle::Told(Command::FlashCopy {
            source: relation.source,
            target: relation.target,
            order: RelationOrder::Withdraw,
        }),
    }
}
