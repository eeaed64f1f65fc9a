//! Volumes that could be used: targets that nobody has, new ones, and homes for data.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::name::{CatalogName, DataSetName, ProfileName, Volser};
use dasdlab_model::observation::{BackupProfile, DataSet, VolumeSeen};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{Attachment, Site, Volumes};
use dasdlab_model::states::{CatalogKind, DataSetClass, DeviceType, HostStatus, LssScope, Method, Model};
use dasdlab_model::unit::{Unit, UnitAddress, VolumeId};

use super::edit::{Edit, ProfileEdit};
use super::view::View;

/// Gives volumes away, none of them twice.
pub(super) struct Spares<'v, 'a> {
    view: &'v View<'a>,
    site: &'v Site,
    given: BTreeSet<VolumeId>,
    units: BTreeSet<Unit>,
    labels: BTreeSet<Volser>,
}

/// Whether volumes that are there may be used as targets, or only new ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// One that is there, else a new one.
    Any,
    /// One that is there and offline or idle.
    There,
    /// A new one.
    New,
}

impl<'v, 'a> Spares<'v, 'a> {
    pub(super) fn new(view: &'v View<'a>, site: &'v Site) -> Self {
        Self { view, site, given: BTreeSet::new(), units: BTreeSet::new(), labels: BTreeSet::new() }
    }

    /// A target for a volume in a profile: its unit in the profile's system, and what must be done to have it.
    pub(super) fn target(&mut self, profile: &BackupProfile, like: VolumeId, which: Use) -> Option<(Unit, Vec<Edit>)> {
        let there = if which == Use::New { None } else { self.there(profile, like) };
        match (there, which) {
            (Some(found), _) => Some(found),
            (None, Use::There) => None,
            (None, Use::Any | Use::New) => {
                let bcv = profile.method == Method::Bcv;
                let (unit, define) = self.define(like, Define { bcv, label: None, status: HostStatus::Offline, unit: None })?;
                Some((unit, vec![define]))
            }
        }
    }

    /// A target that is there, preferably offline, for volumes of the profile's own system only.
    fn there(&mut self, profile: &BackupProfile, like: VolumeId) -> Option<(Unit, Vec<Edit>)> {
        let view = self.view;
        if profile.system != view.profile.system {
            return None;
        }
        let standard = view.volume(like)?;
        let near = |id: VolumeId| (id.array, id.lss) == (like.array, like.lss);
        let may_leave = self.may_leave(profile.method);
        let fits = |volume: &VolumeSeen| {
            (volume.device_type, volume.cylinders) == (standard.device_type, standard.cylinders)
                && volume.bcv == (profile.method == Method::Bcv)
                && volume.id.array == like.array
                && (near(volume.id) || may_leave)
                && !self.given.contains(&volume.id)
        };
        let idle = view.stock().idle.iter().filter(|(volume, ..)| fits(volume));
        let best = idle.min_by_key(|(volume, _, status)| (*status == HostStatus::Online, !near(volume.id), volume.id))?;
        let (volume, unit, status) = *best;
        self.given.insert(volume.id);
        let offline = Edit::Vary(view.at(volume.id), profile.system, HostStatus::Offline);
        Some((unit, if status == HostStatus::Online { vec![offline] } else { Vec::new() }))
    }

    /// Whether a target may lie in another logical subsystem than its source.
    fn may_leave(&self, method: Method) -> bool {
        method == Method::Bcv || self.view.seen.policy.lss_scope == LssScope::SameArray
    }

    /// A new volume like one that is there, with a unit in the profile's system.
    pub(super) fn define(&mut self, like: VolumeId, new: Define) -> Option<(Unit, Edit)> {
        let view = self.view;
        let standard = view.volume(like)?;
        let id = self.address(like)?;
        let unit = match new.unit {
            Some(unit) => unit,
            None => self.unit(id)?,
        };
        self.given.insert(id);
        self.units.insert(unit);
        let model = Model::ALL
            .iter()
            .copied()
            .find(|model| model.device_type() == standard.device_type && model.cylinders() == Some(standard.cylinders))
            .or((standard.device_type == DeviceType::T3380).then_some(Model::M3380K));
        let status = (new.status != HostStatus::Online).then_some(new.status);
        let at_home = self.site.systems.first().map(|system| system.name) == Some(view.profile.system);
        let elsewhere = Attachment { system: view.profile.system, unit, status };
        let volume = Volumes {
            unit: at_home.then_some(unit),
            status: if at_home { status } else { None },
            elsewhere: if at_home { Vec::new() } else { vec![elsewhere] },
            volser: new.label.map(|label| NamePattern::one(label.as_str())),
            model,
            cylinders: (model.and_then(Model::cylinders) != Some(standard.cylinders)).then_some(standard.cylinders),
            bcv: new.bcv,
            ..Volumes::one(id)
        };
        Some((unit, Edit::Define(Box::new(volume), unit)))
    }

    /// A free address on the logical subsystem of a volume, or where that is full on another one of the array.
    fn address(&self, like: VolumeId) -> Option<VolumeId> {
        let array = self.view.seen.arrays.iter().find(|array| array.serial == like.array)?;
        let others = array.lss.iter().map(|(lss, _)| *lss).filter(|lss| *lss != like.lss);
        std::iter::once(like.lss).chain(others).find_map(|lss| self.free(VolumeId { lss, ..like }))
    }

    /// A free address behind the last volume of a logical subsystem, or else before it.
    fn free(&self, within: VolumeId) -> Option<VolumeId> {
        let place = (within.array, within.lss);
        let taken = self.view.stock().taken.get(&place);
        let free = |ua: &u8| {
            taken.is_none_or(|taken| !taken.contains(ua)) && !self.given.contains(&VolumeId { ua: UnitAddress(*ua), ..within })
        };
        let last = taken.and_then(|taken| taken.last().copied()).unwrap_or(0);
        let ua = (last..=u8::MAX).chain(0..last).find(free)?;
        Some(VolumeId { ua: UnitAddress(ua), ..within })
    }

    /// A free unit of the profile's system near those of the logical subsystem. A new volume must not come to stand where
    /// another one was meant.
    fn unit(&self, id: VolumeId) -> Option<Unit> {
        /// The most numbers that are tried.
        const TRIED: usize = 70_000;
        /// Where numbers begin in a system without units.
        const FIRST: u32 = 0x1000;
        let view = self.view;
        let stock = view.stock();
        let near = stock.highest.get(&(id.array, id.lss)).or_else(|| stock.highest.values().max());
        let last = near.map_or(FIRST, |unit| unit.number());
        let free = |unit: &Unit| {
            view.device(view.profile.system, *unit).is_none() && !self.units.contains(unit) && !stock.meant.contains(unit)
        };
        let numbers = (last..=Unit::MAX).chain(FIRST..last).take(TRIED);
        numbers.filter_map(Unit::new).find(free)
    }

    /// A label that nobody has and nothing names.
    pub(super) fn label(&mut self) -> Option<Volser> {
        let seen = self.view.seen;
        let taken: BTreeSet<Volser> = seen.volumes.iter().filter_map(|volume| volume.volser).collect();
        let free = |label: &Volser| !taken.contains(label) && !self.view.named.contains(label) && !self.labels.contains(label);
        let label = (1..=999).filter_map(|nth| format!("NEW{nth:03}").parse().ok()).find(free)?;
        self.labels.insert(label);
        Some(label)
    }
}

/// What a new volume is to be.
pub(super) struct Define {
    pub(super) bcv: bool,
    pub(super) label: Option<Volser>,
    pub(super) status: HostStatus,
    /// Its unit; any that is free where none is given.
    pub(super) unit: Option<Unit>,
}

/// What data are, as far as it matters where they lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Logs, RECONs and their catalogs.
    Log,
    /// Databases, user-included data sets and their catalogs.
    Data,
    /// Everything else.
    Other,
}

impl Kind {
    pub(super) const fn of(class: DataSetClass) -> Self {
        match class {
            DataSetClass::Log | DataSetClass::Recon => Self::Log,
            DataSetClass::Database | DataSetClass::UserIncluded => Self::Data,
            DataSetClass::System | DataSetClass::Control | DataSetClass::NonIms => Self::Other,
        }
    }
}

/// Where data are to lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// On a source of the profile.
    Inside,
    /// On no source and no target.
    Outside,
}

/// The most homes that are offered.
const HOMES: usize = 3;

/// Labels under which data of a kind could lie, the best first, and what must be done to have them.
pub(super) fn homes(view: &View<'_>, site: &Site, kind: Kind, place: Where, but: Option<Volser>) -> Vec<(Volser, Vec<Edit>)> {
    // What lies under each label: logs, data, anything else.
    let mut lies: BTreeMap<Volser, [bool; 3]> = BTreeMap::new();
    let mut kinds: BTreeMap<&CatalogName, BTreeSet<u8>> = BTreeMap::new();
    let index = |kind: Kind| match kind {
        Kind::Log => 0_u8,
        Kind::Data => 1,
        Kind::Other => 2,
    };
    let mut put = |label: Volser, at: u8| {
        if let Some(slot) = lies.entry(label).or_default().get_mut(usize::from(at)) {
            *slot = true;
        }
    };
    for data_set in &view.seen.data_sets {
        let at = index(Kind::of(data_set.class));
        data_set.volumes.iter().for_each(|label| put(*label, at));
        kinds.entry(&data_set.catalog).or_default().insert(at);
    }
    for catalog in &view.seen.catalogs {
        for at in kinds.get(&catalog.name).into_iter().flatten() {
            catalog.volumes.iter().for_each(|label| put(*label, *at));
        }
    }
    let rank = |label: Volser| {
        let [log, data, other] = lies.get(&label).copied().unwrap_or_default();
        match kind {
            Kind::Log => (data, !log, other),
            Kind::Data => (log, !data, other),
            Kind::Other => (log || data, !other, false),
        }
    };
    let fits = |id: &VolumeId| match place {
        Where::Inside => view.sources.contains_key(id),
        Where::Outside => !view.claimed.contains(id) && !view.copied.contains(id),
    };
    let plain = view.here.keys().copied().filter(|id| fits(id) && view.is_plainly_mounted(*id));
    let healthy = plain.filter(|id| view.status(*id) != Some(HostStatus::PendingOffline));
    let mut found: Vec<_> = healthy.filter_map(|id| view.label(id)).filter(|label| Some(*label) != but).collect();
    found.sort_by_key(|label| (rank(*label), *label));
    let mut homes: Vec<(Volser, Vec<Edit>)> = found.into_iter().take(HOMES).map(|label| (label, Vec::new())).collect();
    if place == Where::Outside {
        let like = view.sources.keys().next().or_else(|| view.here.keys().next()).copied();
        let mut spares = Spares::new(view, site);
        let new = like.and_then(|like| {
            let label = spares.label()?;
            let wanted = Define { bcv: false, label: Some(label), status: HostStatus::Online, unit: None };
            Some((label, vec![spares.define(like, wanted)?.1]))
        });
        homes.extend(new);
    }
    homes
}

/// What brings a data set from some labels to another one, or puts it there.
pub(super) fn moved(view: &View<'_>, data_set: &DataSet, away: impl Fn(Volser) -> bool, to: Volser) -> Vec<Edit> {
    let mut labels: Vec<Volser> = data_set.volumes.iter().copied().filter(|label| !away(*label)).collect();
    if !labels.contains(&to) {
        labels.push(to);
    }
    let mut edits = vec![Edit::Place(data_set.name.clone(), labels.clone())];
    edits.extend(vtocs(view, &data_set.name, &labels));
    edits
}

/// What makes the VTOCs that are given agree with a data set's labels.
fn vtocs(view: &View<'_>, name: &DataSetName, labels: &[Volser]) -> Vec<Edit> {
    let given = view.with_vtoc.iter().filter_map(|volume| Some((volume, volume.vtoc.as_ref()?)));
    let differs = given.filter_map(|(volume, vtoc)| {
        let wanted = volume.volser.is_some_and(|label| labels.contains(&label)) && view.is_plainly_mounted(volume.id);
        let moved_away = !wanted && view.is_plainly_mounted(volume.id);
        let has = vtoc.contains(name);
        ((wanted && !has) || (moved_away && has)).then(|| Edit::Vtoc(view.at(volume.id), name.clone(), wanted))
    });
    differs.collect()
}

/// The user catalogs into which data of a kind could be cataloged, the best first, and what must be done to have them.
pub(super) fn catalogs(
    view: &View<'_>,
    site: &Site,
    kind: Kind,
    place: Where,
    but: &CatalogName,
) -> Vec<(CatalogName, Vec<Edit>)> {
    let mut kinds: BTreeMap<&CatalogName, Vec<Kind>> = BTreeMap::new();
    for data_set in &view.seen.data_sets {
        let known = kinds.entry(&data_set.catalog).or_default();
        let kind = Kind::of(data_set.class);
        if !known.contains(&kind) {
            known.push(kind);
        }
    }
    let user = view.seen.catalogs.iter().filter(|catalog| catalog.kind == CatalogKind::User && catalog.name != *but);
    let inside = |labels: &[Volser]| {
        labels.iter().all(|label| {
            let carriers = view.carriers.get(label);
            carriers.is_some_and(|all| all.iter().any(|id| view.sources.contains_key(id)))
        })
    };
    let rank = |name: &CatalogName| match kinds.get(name).map(Vec::as_slice) {
        Some([only]) if *only == kind => 0,
        None => 1,
        Some(_) => 2,
    };
    let mut found: Vec<(i32, &CatalogName)> = user
        .filter(|catalog| catalog.reachable && inside(&catalog.volumes) == (place == Where::Inside))
        .map(|catalog| (rank(&catalog.name), &catalog.name))
        .collect();
    found.sort_unstable();
    let mut out: Vec<(CatalogName, Vec<Edit>)> =
        found.into_iter().take(HOMES).map(|(_, name)| (name.clone(), Vec::new())).collect();
    let name = (1..=99).filter_map(|nth| format!("UCAT.NEW{nth}").parse::<CatalogName>().ok());
    let Some(name) = name.into_iter().find(|name| view.catalog(name).is_none()) else { return out };
    for (label, mut edits) in homes(view, site, kind, place, None) {
        edits.push(Edit::NewCatalog(dasdlab_model::site::Catalog {
            name: name.clone(),
            kind: CatalogKind::User,
            volumes: vec![label],
            reachable: true,
        }));
        out.push((name.clone(), edits));
    }
    out
}

/// What makes a unit a source of the profile, with a target in each generation.
pub(super) fn new_source(view: &View<'_>, spares: &mut Spares<'_, '_>, unit: Unit, which: Use) -> Option<Vec<Edit>> {
    let id = view.base(unit)?;
    let profile = view.profile;
    let mut edits = vec![in_profile(&profile.name, ProfileEdit::Add(unit, view.label(id)))];
    for generation in 1..=profile.generations {
        let mapped = |mapping: &dasdlab_model::observation::Mapping| (mapping.generation, mapping.source) == (generation, unit);
        if profile.targets.iter().any(mapped) {
            continue;
        }
        let (target, before) = spares.target(profile, id, which)?;
        edits.extend(before);
        edits.push(in_profile(&profile.name, ProfileEdit::Map(generation, unit, target)));
    }
    Some(edits)
}

/// An edit of this profile.
pub(super) fn in_profile(profile: &ProfileName, edit: ProfileEdit) -> Edit {
    Edit::Profile(profile.clone(), edit)
}
