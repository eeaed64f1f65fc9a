//! One entry for each thing: ranges taken apart, so that each thing can be left out by itself.

use dasdlab_model::alive::{Alive, ImageAlive, MirrorAlive, RelationAlive};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{Aliases, Attachment, DataSets, LssRange, Mirrors, Relations, Sources, Targets, Volumes};
use dasdlab_model::story::Do;
use dasdlab_model::unit::{CuSsid, Lss, UnitAddress, VolumeId, VolumeRef};

/// An entry that stands for one thing or for several.
pub(super) trait Ranged: Clone {
    /// For how many.
    fn count(&self) -> u32;

    /// The `nth` of them from 0 by itself; none past the end of what can be counted.
    fn nth(&self, nth: u32) -> Option<Self>;
}

/// One entry for each thing; a range that cannot be taken apart stays as it is.
fn singles<T: Ranged>(list: &[T]) -> Vec<T> {
    let mut out = Vec::new();
    for entry in list {
        match (0..entry.count()).map(|nth| entry.nth(nth)).collect::<Option<Vec<T>>>() {
            // One that counts by itself has a plain name then.
            Some(apart) if !apart.is_empty() => out.extend(apart),
            _ => out.push(entry.clone()),
        }
    }
    out
}

/// How many things a scenario's site has that are taken apart.
pub(super) fn things(scenario: &Scenario) -> usize {
    fn of<T: Ranged>(list: &[T]) -> usize {
        list.iter().map(|entry| entry.count() as usize).sum()
    }
    let site = &scenario.site;
    let profiles = site.profiles.iter().map(|profile| of(&profile.sources) + of(&profile.targets)).sum::<usize>();
    of(&site.volumes) + of(&site.aliases) + of(&site.flashcopy) + of(&site.mirrors) + of(&site.data_sets) + profiles
}

/// The scenario with one entry for each thing.
pub(super) fn scenario(scenario: &Scenario) -> Scenario {
    let mut out = scenario.clone();
    let site = &mut out.site;
    for array in &mut site.arrays {
        array.lss = singles(&array.lss);
    }
    site.volumes = singles(&site.volumes);
    site.aliases = singles(&site.aliases);
    site.flashcopy = singles(&site.flashcopy);
    site.mirrors = singles(&site.mirrors);
    site.data_sets = singles(&site.data_sets);
    for profile in &mut site.profiles {
        profile.sources = singles(&profile.sources);
        profile.targets = singles(&profile.targets);
    }
    alive(&mut site.alive);
    for step in &mut out.steps {
        match &mut step.action {
            Do::Edit(edit) => {
                edit.sources = edit.sources.as_deref().map(singles);
                edit.targets = edit.targets.as_deref().map(singles);
            }
            Do::Import(profile) => {
                profile.sources = singles(&profile.sources);
                profile.targets = singles(&profile.targets);
            }
            _ => {}
        }
    }
    out
}

fn alive(alive: &mut Alive) {
    let mirrors = std::mem::take(&mut alive.mirrors);
    alive.mirrors = mirrors.iter().flat_map(mirrors_alive).collect();
    let relations = std::mem::take(&mut alive.relations);
    alive.relations = relations.iter().flat_map(relations_alive).collect();
    let images = std::mem::take(&mut alive.images);
    let apart = |image: &ImageAlive| {
        let single = image.clone();
        image.each().map(move |(volume, origin, _)| ImageAlive { volume, origin, count: 1, ..single.clone() }).collect::<Vec<_>>()
    };
    alive.images = images.iter().flat_map(apart).collect();
}

fn mirrors_alive(range: &MirrorAlive) -> Vec<MirrorAlive> {
    let one = |(standard, bcv, nth): (VolumeId, VolumeId, u32)| {
        let mut one = MirrorAlive { standard, bcv, count: 1, ..range.clone() };
        if let Some(copy) = &mut one.copy {
            copy.number += u64::from(nth);
        }
        if let Some(split) = &mut one.split {
            split.number += u64::from(nth);
        }
        one
    };
    range.each().map(one).collect()
}

fn relations_alive(range: &RelationAlive) -> Vec<RelationAlive> {
    let one = |(source, target, nth): (VolumeId, VolumeId, u32)| {
        let mut one = RelationAlive { source, target, count: 1, ..range.clone() };
        if let Some(copy) = &mut one.copy {
            copy.number += u64::from(nth);
        }
        one
    };
    range.each().map(one).collect()
}

/// The address `steps` further on, LSS after LSS.
fn advance(lss: Lss, ua: UnitAddress, steps: u32) -> Option<(Lss, UnitAddress)> {
    let flat = (u32::from(lss.id()) * UnitAddress::COUNT + u32::from(ua.0)).checked_add(steps)?;
    let lss = Lss::new(u8::try_from(flat / UnitAddress::COUNT).ok()?)?;
    Some((lss, UnitAddress(u8::try_from(flat % UnitAddress::COUNT).ok()?)))
}

fn further(reference: VolumeRef, steps: u32) -> Option<VolumeRef> {
    Some(match reference {
        VolumeRef::Unit(unit) => VolumeRef::Unit(unit.plus(steps)?),
        VolumeRef::UnitOf(system, unit) => VolumeRef::UnitOf(system, unit.plus(steps)?),
        VolumeRef::Volume(volume) => {
            let (lss, ua) = advance(volume.lss, volume.ua, steps)?;
            VolumeRef::Volume(VolumeId { lss, ua, ..volume })
        }
    })
}

fn name(pattern: &NamePattern, nth: u32) -> Option<NamePattern> {
    pattern.nth(nth).map(|name| NamePattern::one(&name))
}

/// Something that may be absent, counted on where it is there.
fn counted<T, U>(value: Option<T>, on: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match value {
        None => Some(None),
        Some(value) => on(value).map(Some),
    }
}

impl Ranged for Volumes {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u32) -> Option<Self> {
        let (lss, ua) = advance(self.lss, self.ua, nth)?;
        let unit = counted(self.unit, |unit| unit.plus(nth))?;
        let volser = counted(self.volser.as_ref(), |volser| name(volser, nth))?;
        let device = counted(self.device, |device| device.plus(nth))?;
        let on = |attachment: &Attachment| Some(Attachment { unit: attachment.unit.plus(nth)?, ..attachment.clone() });
        let elsewhere = self.elsewhere.iter().map(on).collect::<Option<_>>()?;
        Some(Self { lss, ua, count: 1, unit, volser, device, elsewhere, ..self.clone() })
    }
}

impl Ranged for Aliases {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u32) -> Option<Self> {
        let (lss, ua) = advance(self.lss, self.ua, nth)?;
        Some(Self { lss, ua, count: 1, unit: self.unit.plus(nth)?, ..self.clone() })
    }
}

impl Ranged for Relations {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u32) -> Option<Self> {
        Some(Self { source: further(self.source, nth)?, target: further(self.target, nth)?, count: 1, ..self.clone() })
    }
}

impl Ranged for Mirrors {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u32) -> Option<Self> {
        Some(Self { standard: further(self.standard, nth)?, bcv: further(self.bcv, nth)?, count: 1, ..self.clone() })
    }
}

impl Ranged for DataSets {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u32) -> Option<Self> {
        let volumes = self.volumes.iter().map(|volser| name(volser, nth)).collect::<Option<_>>()?;
        Some(Self { name: name(&self.name, nth)?, count: 1, volumes, ..self.clone() })
    }
}

impl Ranged for Sources {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u32) -> Option<Self> {
        let volser = counted(self.volser.as_ref(), |volser| name(volser, nth))?;
        Some(Self { unit: self.unit.plus(nth)?, count: 1, volser })
    }
}

impl Ranged for Targets {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u32) -> Option<Self> {
        Some(Self { source: self.source.plus(nth)?, target: self.target.plus(nth)?, count: 1, ..self.clone() })
    }
}

impl Ranged for LssRange {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u32) -> Option<Self> {
        let id = Lss::new(u8::try_from(u32::from(self.id.id()).checked_add(nth)?).ok()?)?;
        let cu_ssid = CuSsid(self.cu_ssid.0.checked_add(u16::try_from(nth).ok()?)?);
        Some(Self { id, count: 1, cu_ssid })
    }
}
