//! Carrying edits out on a site: what stands in a range is taken out of it first.

use dasdlab_model::name::{DataSetName, ProfileName, SystemName, Volser};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{Attachment, DataSets, Ims, Mirrors, Profile, Relations, Site, Sources, Targets, Volumes};
use dasdlab_model::states::{Feature, HostStatus, LssScope, Model, Storage};
use dasdlab_model::unit::{Unit, UnitAddress, VolumeId, VolumeRef};
use dasdlab_scenarios::ranges::{Ranged, isolate};

use super::edit::{ArrayEdit, Edit, ProfileEdit, Turn};
use super::view::View;

/// The site after these edits; none where one of them does not fit. What refers to units is looked up in the view of the
/// site as it was.
pub(super) fn edited(site: &Site, view: &View<'_>, edits: &[Edit]) -> Option<Site> {
    let mut site = site.clone();
    edits.iter().try_for_each(|edit| apply(edit, &mut site, view))?;
    Some(site)
}

fn apply(edit: &Edit, site: &mut Site, view: &View<'_>) -> Option<()> {
    match edit {
        Edit::Vary(at, system, to) => {
            let home = home(site);
            let status = (*to != HostStatus::Online).then_some(*to);
            let volume = volume(site, at.id)?;
            if home == Some(*system) {
                volume.status = status;
            } else {
                volume.elsewhere.iter_mut().find(|there| there.system == *system)?.status = status;
            }
        }
        Edit::Relabel(at, to) => volume(site, at.id)?.volser = Some(NamePattern::one(to.as_str())),
        Edit::Resize(at, model, cylinders) => {
            let volume = volume(site, at.id)?;
            volume.model = *model;
            volume.cylinders = (model.and_then(Model::cylinders) != Some(*cylinders)).then_some(*cylinders);
        }
        Edit::Turn(at, turn) => turn_on(volume(site, at.id)?, *turn),
        Edit::Vtoc(at, data_set, there) => {
            let vtoc = volume(site, at.id)?.vtoc.as_mut()?;
            vtoc.retain(|name| name != data_set);
            if *there {
                vtoc.push(data_set.clone());
            }
        }
        Edit::Attach(at, system, unit) => {
            let home = home(site);
            let volume = volume(site, at.id)?;
            if home == Some(*system) {
                (volume.unit, volume.status) = (Some(*unit), None);
            } else {
                volume.elsewhere.push(Attachment { system: *system, unit: *unit, status: None });
            }
        }
        Edit::Define(volume, _) => site.volumes.push((**volume).clone()),
        Edit::Array(serial, edit) => {
            let array = site.arrays.iter_mut().find(|array| array.serial == *serial)?;
            match edit {
                ArrayEdit::Level(level) => array.code_level.clone_from(level),
                ArrayEdit::Fixes(fixes) => array.fixes.extend(fixes),
                ArrayEdit::License => array.features.push(Feature::FlashCopy),
                ArrayEdit::Answers => array.reachable = true,
            }
        }
        Edit::Withdraw(source, target) => {
            let home = home(site);
            let sides = |range: &Relations| (range.source, range.target);
            let at = isolated_pair(&mut site.flashcopy, sides, (source.id, target.id), home, view)?;
            site.flashcopy.remove(at);
        }
        Edit::Pair(standard, bcv, to) => {
            let home = home(site);
            let sides = |range: &Mirrors| (range.standard, range.bcv);
            let at = isolated_pair(&mut site.mirrors, sides, (standard.id, bcv.id), home, view)?;
            match to {
                Some(state) => site.mirrors.get_mut(at)?.state = *state,
                None => drop(site.mirrors.remove(at)),
            }
        }
        Edit::Reach(name) => site.catalogs.iter_mut().find(|catalog| catalog.name == *name)?.reachable = true,
        Edit::CatalogOn(name, volumes) => {
            site.catalogs.iter_mut().find(|catalog| catalog.name == *name)?.volumes.clone_from(volumes);
        }
        Edit::NewCatalog(catalog) => site.catalogs.push(catalog.clone()),
        Edit::Place(name, volumes) => {
            let data_set = data_set(site, name)?;
            data_set.volumes = volumes.iter().map(|label| NamePattern::one(label.as_str())).collect();
            if data_set.storage.is_some_and(|storage| storage != Storage::Disk) {
                data_set.storage = None;
            }
        }
        Edit::Recatalog(name, catalog) => data_set(site, name)?.catalog = catalog.clone(),
        Edit::Uncatalog(name) => {
            let at = isolated_data_set(site, name)?;
            site.data_sets.remove(at);
        }
        Edit::Profile(name, edit) => {
            let profile = site.profiles.iter_mut().find(|profile| profile.name == *name)?;
            apply_profile(profile, edit)?;
        }
        Edit::Permit(ssid) => site.authority.denied.retain(|denied| denied != ssid),
        Edit::DeclareIms(ssid) => site.ims.push(Ims { ssid: *ssid, group: None }),
        Edit::Row(row) => site.policy.code_levels.push(row.clone()),
        Edit::SameArray => site.policy.lss_scope = LssScope::SameArray,
        Edit::NonImsUnreported => site.policy.report_non_ims_data = false,
    }
    Some(())
}

/// The system whose units stand in `unit` fields.
fn home(site: &Site) -> Option<SystemName> {
    site.systems.first().map(|system| system.name)
}

/// The number of an address among those of its array.
fn flat(volume: VolumeId) -> u32 {
    u32::from(volume.lss.id()) * UnitAddress::COUNT + u32::from(volume.ua.0)
}

/// Which entry of a site stands for a volume, and as the how many-th of its range.
pub(super) fn find_volume(volumes: &[Volumes], id: VolumeId) -> Option<(usize, u32)> {
    volumes.iter().enumerate().find_map(|(at, range)| {
        let first = flat(VolumeId { array: range.array, lss: range.lss, ua: range.ua });
        let nth = flat(id).checked_sub(first)?;
        (range.array == id.array && nth < range.count).then_some((at, nth))
    })
}

/// The entry of one volume.
fn volume(site: &mut Site, id: VolumeId) -> Option<&mut Volumes> {
    let (entry, nth) = find_volume(&site.volumes, id)?;
    let at = isolate(&mut site.volumes, entry, nth)?;
    site.volumes.get_mut(at)
}

fn turn_on(volume: &mut Volumes, turn: Turn) {
    match turn {
        Turn::Bcv => volume.bcv = true,
        Turn::FullyProvisioned => volume.thin = false,
        Turn::Permitted => volume.inhibited = false,
        Turn::WithoutVersion1 => volume.v1_active = false,
        Turn::Capable => volume.incapable = None,
        Turn::Released => volume.reserved_by = None,
        Turn::Local => volume.remote = None,
        Turn::Unheld => volume.held_for = None,
    }
}

/// The volume that a reference leads to, so many steps further on.
pub(super) fn led_to(reference: VolumeRef, nth: u32, home: Option<SystemName>, view: &View<'_>) -> Option<VolumeId> {
    match reference {
        VolumeRef::Unit(unit) => view.volume_of(home?, unit.plus(nth)?),
        VolumeRef::UnitOf(system, unit) => view.volume_of(system, unit.plus(nth)?),
        VolumeRef::Volume(first) => {
            let number = flat(first).checked_add(nth)?;
            let lss = dasdlab_model::unit::Lss::new(u8::try_from(number / UnitAddress::COUNT).ok()?)?;
            let ua = UnitAddress(u8::try_from(number % UnitAddress::COUNT).ok()?);
            Some(VolumeId { array: first.array, lss, ua })
        }
    }
}

/// Which entry stands for the copy between two volumes, and as the how many-th of its range.
pub(super) fn find_pair<T: Ranged>(
    list: &[T],
    sides: impl Fn(&T) -> (VolumeRef, VolumeRef),
    pair: (VolumeId, VolumeId),
    home: Option<SystemName>,
    view: &View<'_>,
) -> Option<(usize, u32)> {
    list.iter().enumerate().find_map(|(at, range)| {
        let (first, second) = sides(range);
        let leads = |reference, nth, to| led_to(reference, nth, home, view) == Some(to);
        let nth = (0..range.count()).find(|&nth| leads(first, nth, pair.0) && leads(second, nth, pair.1))?;
        Some((at, nth))
    })
}

fn isolated_pair<T: Ranged>(
    list: &mut Vec<T>,
    sides: impl Fn(&T) -> (VolumeRef, VolumeRef),
    pair: (VolumeId, VolumeId),
    home: Option<SystemName>,
    view: &View<'_>,
) -> Option<usize> {
    let (entry, nth) = find_pair(list, sides, pair, home, view)?;
    isolate(list, entry, nth)
}

/// Which entry stands for a data set, and as the how many-th of its range.
pub(super) fn find_data_set(data_sets: &[DataSets], name: &DataSetName) -> Option<(usize, u32)> {
    data_sets.iter().enumerate().find_map(|(at, range)| {
        let nth = (0..range.count).find(|&nth| range.name.nth(nth).as_deref() == Some(name.as_str()))?;
        Some((at, nth))
    })
}

fn isolated_data_set(site: &mut Site, name: &DataSetName) -> Option<usize> {
    let (entry, nth) = find_data_set(&site.data_sets, name)?;
    isolate(&mut site.data_sets, entry, nth)
}

fn data_set<'s>(site: &'s mut Site, name: &DataSetName) -> Option<&'s mut DataSets> {
    let at = isolated_data_set(site, name)?;
    site.data_sets.get_mut(at)
}

/// Which entry of a profile stands for a source, and as the how many-th of its range.
pub(super) fn find_source(sources: &[Sources], unit: Unit) -> Option<(usize, u32)> {
    sources.iter().enumerate().find_map(|(at, range)| {
        let nth = unit.number().checked_sub(range.unit.number())?;
        (nth < range.count).then_some((at, nth))
    })
}

/// Which entries of a profile stand for targets like this, and as the how many-th of their range.
pub(super) fn find_targets<'t>(
    targets: &'t [Targets],
    is: impl Fn(u8, Unit, Unit) -> bool + Copy + 't,
) -> impl Iterator<Item = (usize, u32)> + 't {
    targets.iter().enumerate().flat_map(move |(at, range)| {
        (0..range.count).filter_map(move |nth| {
            let (source, target) = (range.source.plus(nth)?, range.target.plus(nth)?);
            is(range.generation, source, target).then_some((at, nth))
        })
    })
}

/// The entry of the one target like this.
fn target(profile: &mut Profile, is: impl Fn(u8, Unit, Unit) -> bool + Copy) -> Option<usize> {
    let found = find_targets(&profile.targets, is).next();
    let (entry, nth) = found?;
    isolate(&mut profile.targets, entry, nth)
}

fn label(volser: Volser) -> NamePattern {
    NamePattern::one(volser.as_str())
}

fn apply_profile(profile: &mut Profile, edit: &ProfileEdit) -> Option<()> {
    match *edit {
        ProfileEdit::Save(unit, volser) => {
            let (entry, nth) = find_source(&profile.sources, unit)?;
            let at = isolate(&mut profile.sources, entry, nth)?;
            profile.sources.get_mut(at)?.volser = Some(label(volser));
        }
        ProfileEdit::Add(unit, volser) => profile.sources.push(Sources { unit, count: 1, volser: volser.map(label) }),
        ProfileEdit::Remove(unit) => {
            let (entry, nth) = find_source(&profile.sources, unit)?;
            let at = isolate(&mut profile.sources, entry, nth)?;
            profile.sources.remove(at);
            while let Some(at) = target(profile, |_, source, _| source == unit) {
                profile.targets.remove(at);
            }
        }
        ProfileEdit::Renumber(from, to) => {
            let (entry, nth) = find_source(&profile.sources, from)?;
            let at = isolate(&mut profile.sources, entry, nth)?;
            profile.sources.get_mut(at)?.unit = to;
            while let Some(at) = target(profile, |_, source, _| source == from) {
                profile.targets.get_mut(at)?.source = to;
            }
        }
        ProfileEdit::Map(generation, source, target) => {
            profile.targets.push(Targets { generation, source, target, count: 1 });
        }
        ProfileEdit::Remap(generation, source, from, to) => {
            let at = target(profile, |g, s, t| (g, s, t) == (generation, source, from))?;
            profile.targets.get_mut(at)?.target = to;
        }
        ProfileEdit::Unmap(generation, source, from) => {
            let at = target(profile, |g, s, t| (g, s, t) == (generation, source, from))?;
            profile.targets.remove(at);
        }
        ProfileEdit::Generations(count) => {
            profile.generations = count;
            profile.targets.retain(|range| range.generation <= count);
            profile.backups.retain(|backup| backup.generation <= count);
        }
        ProfileEdit::Unlock => profile.locked_by = None,
        ProfileEdit::Ims(ssid) => profile.ims_ssid = ssid,
        ProfileEdit::Method(method) => profile.method = method,
    }
    Some(())
}

/// The names of a profile that stands at this place.
pub(super) fn find_profile(profiles: &[Profile], name: &ProfileName) -> Option<usize> {
    profiles.iter().position(|profile| profile.name == *name)
}
