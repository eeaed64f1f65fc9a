//! How every volume of a site stands at one instant, and what a line of the event log changes of it.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::event::Event;
use dasdlab_model::finding::Severity;
use dasdlab_model::name::{ProfileName, SystemName, Volser};
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::states::HostStatus;
use dasdlab_model::unit::{Unit, VolumeId};
use serde::Serialize;

use super::glyph::{CopyState, Role};
use super::roles::{Roles, home};

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Look {
    /// What the volume is to the profile.
    pub role: Role,
    /// How the profile's system sees it; none without a unit there.
    pub status: Option<HostStatus>,
    /// The copy of which it is the target; or, while it is copied back to, that copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyState>,
    /// Its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volser: Option<Volser>,
    /// Whether it is held for a profile.
    pub held: bool,
    /// The worst that the last verdict says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Severity>,
}

/// What a line of the event log has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// Nothing that a cell shows.
    Nothing,
    /// How a volume looks.
    Volume(VolumeId),
    /// A copy from one volume to another.
    Copy(VolumeId, VolumeId),
}

/// A copy: whose target, from where, and whether by mirror.
type Copies = BTreeMap<VolumeId, BTreeMap<(VolumeId, bool), CopyState>>;

/// How every volume stands.
#[derive(Debug, Clone)]
pub(super) struct State {
    home: Option<SystemName>,
    by_unit: BTreeMap<(SystemName, Unit), VolumeId>,
    status: BTreeMap<VolumeId, HostStatus>,
    labels: BTreeMap<VolumeId, Volser>,
    held: BTreeSet<VolumeId>,
    targets: Copies,
    /// The same copies from the other side.
    sources: Copies,
    own: BTreeSet<(VolumeId, VolumeId)>,
    pub(super) roles: Roles,
    pub(super) marks: BTreeMap<VolumeId, Severity>,
}

impl State {
    /// What is seen now.
    pub(super) fn of(seen: &Observation, profile: Option<&ProfileName>) -> Self {
        let home = home(seen, profile.and_then(|name| seen.profile(name)));
        let mut this = Self {
            home,
            by_unit: BTreeMap::new(),
            status: BTreeMap::new(),
            labels: seen.volumes.iter().filter_map(|volume| Some((volume.id, volume.volser?))).collect(),
            held: seen.volumes.iter().filter(|volume| volume.held_for.is_some()).map(|volume| volume.id).collect(),
            targets: Copies::new(),
            sources: Copies::new(),
            own: BTreeSet::new(),
            roles: Roles::default(),
            marks: BTreeMap::new(),
        };
        this.take(Roles::of(seen, profile));
        for entry in &seen.units {
            if let Device::Base(volume, status) = entry.device {
                this.by_unit.insert((entry.system, entry.unit), volume);
                if Some(entry.system) == home {
                    this.status.insert(volume, status);
                }
            }
        }
        for pair in &seen.mirrors {
            this.copy(pair.standard, pair.bcv, true, Some(CopyState::Mirror(pair.state)));
        }
        for relation in &seen.relations {
            this.copy(relation.source, relation.target, false, Some(CopyState::Flash(relation.state)));
        }
        this
    }

    /// From now on the roles are these.
    pub(super) fn take(&mut self, roles: Roles) {
        self.own = roles.pairs.iter().filter_map(|pair| pair.from.zip(pair.to)).collect();
        self.roles = roles;
    }

    fn copy(&mut self, from: VolumeId, to: VolumeId, is_mirror: bool, state: Option<CopyState>) {
        let put = |copies: &mut Copies, one, other| match state {
            Some(state) => {
                copies.entry(one).or_default().insert((other, is_mirror), state);
            }
            None => {
                if let Some(of) = copies.get_mut(&one) {
                    of.remove(&(other, is_mirror));
                }
            }
        };
        put(&mut self.targets, to, from);
        put(&mut self.sources, from, to);
    }

    /// Whether this is the system whose units are shown.
    pub(super) fn is_home(&self, system: SystemName) -> bool {
        self.home == Some(system)
    }

    /// The volume behind a unit of the profile's system.
    pub(super) fn volume(&self, unit: Unit) -> Option<VolumeId> {
        self.by_unit.get(&(self.home?, unit)).copied()
    }

    /// Every copy: from, to, and its state.
    pub(super) fn copies(&self) -> impl Iterator<Item = ((VolumeId, VolumeId), CopyState)> {
        self.targets.iter().flat_map(|(to, from)| from.iter().map(move |((from, _), state)| ((*from, *to), *state)))
    }

    /// The copy between two volumes; of a mirror and a relation the one that is alive.
    pub(super) fn between(&self, from: VolumeId, to: VolumeId) -> Option<CopyState> {
        let of = self.targets.get(&to)?;
        let both = [true, false].into_iter().filter_map(|is_mirror| of.get(&(from, is_mirror)).copied());
        both.max_by_key(|state| state.is_live())
    }

    /// What the cell of a volume shows.
    pub(super) fn look(&self, id: VolumeId) -> Look {
        let as_source = self.sources.get(&id).into_iter().flatten().map(|(_, state)| *state).find(|state| state.writes_source());
        let of = self.targets.get(&id).into_iter().flatten();
        let as_target = of.max_by_key(|((from, _), state)| (state.is_live(), self.own.contains(&(*from, id)), **state));
        Look {
            role: self.roles.role(id),
            status: self.status.get(&id).copied(),
            copy: as_source.or(as_target.map(|(_, state)| *state)),
            volser: self.labels.get(&id).copied(),
            held: self.held.contains(&id),
            mark: self.marks.get(&id).copied(),
        }
    }

    /// Takes over a line of the event log, and says what may look different.
    pub(super) fn apply(&mut self, event: &Event) -> Changed {
        self.applied(event).unwrap_or(Changed::Nothing)
    }

    fn applied(&mut self, event: &Event) -> Option<Changed> {
        let mut words = event.object.split(' ');
        let (kind, first, second) = (words.next()?, words.next()?, words.next());
        let to = event.to.as_str();
        if kind == "unit" {
            let (system, unit) = first.split_once(':')?;
            let (system, unit) = (system.parse::<SystemName>().ok()?, unit.parse::<Unit>().ok()?);
            let (volume, status) = (*self.by_unit.get(&(system, unit))?, to.parse().ok()?);
            if !self.is_home(system) {
                return None;
            }
            self.status.insert(volume, status);
            return Some(Changed::Volume(volume));
        }
        let volume: VolumeId = first.parse().ok()?;
        match kind {
            "mirror" | "flashcopy" => {
                let target = second?.parse().ok()?;
                let is_mirror = kind == "mirror";
                let state = match is_mirror {
                    true => to.parse().ok().map(CopyState::Mirror),
                    false => to.parse().ok().map(CopyState::Flash),
                };
                self.copy(volume, target, is_mirror, state);
                return Some(Changed::Copy(volume, target));
            }
            "volume" => match to.split(", ").next().and_then(|label| label.parse().ok()) {
                Some(label) => {
                    self.labels.insert(volume, label);
                }
                None => {
                    self.labels.remove(&volume);
                }
            },
            "hold" if to == "free" => {
                self.held.remove(&volume);
            }
            "hold" => {
                self.held.insert(volume);
            }
            _ => return None,
        }
        Some(Changed::Volume(volume))
    }
}
