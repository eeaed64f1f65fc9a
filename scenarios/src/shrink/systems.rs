//! Moving a scenario to the system of its profile, so that no other is needed to see its units.

use dasdlab_model::name::{ProfileName, Serial, SystemName, Volser};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::Attachment;
use dasdlab_model::story::{Do, What};
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeRef};

use super::Search;
use super::places::{Visitor, visit};
use super::volumes::Units;

impl Search<'_> {
    /// Makes the profile's system the first one.
    pub(super) fn one_system(&mut self) {
        self.pass = "systems";
        if let Some(moved) = moved(&self.current) {
            self.offer(moved);
        }
    }
}

/// The scenario seen from the system of its profile; none where that is the first one already.
pub(super) fn moved(scenario: &Scenario) -> Option<Scenario> {
    let profiles = &scenario.site.profiles;
    let is_own = |name: &ProfileName| scenario.profile.as_ref().is_none_or(|own| own == name);
    let there = profiles.iter().find(|profile| is_own(&profile.name))?.system?;
    let home = scenario.site.systems.first()?.name;
    if there == home {
        return None;
    }
    let mut out = scenario.clone();
    point(&mut out);
    // What was said of the first system without its name now needs it, and the other way round.
    let turn = |system: &mut Option<SystemName>| {
        *system = Some(system.unwrap_or(home)).filter(|system| *system != there);
    };
    let site = &mut out.site;
    site.systems.sort_by_key(|system| system.name != there);
    for volume in &mut site.volumes {
        let before = volume.unit.map(|unit| Attachment { system: home, unit, status: volume.status });
        let now = volume.elsewhere.iter().find(|at| at.system == there).cloned();
        volume.elsewhere.retain(|at| at.system != there);
        volume.elsewhere.extend(before);
        (volume.unit, volume.status) = now.map_or((None, None), |now| (Some(now.unit), now.status));
    }
    site.aliases.iter_mut().for_each(|alias| turn(&mut alias.system));
    site.profiles.iter_mut().for_each(|profile| turn(&mut profile.system));
    for step in &mut out.steps {
        match &mut step.action {
            Do::Vary { system, .. } => turn(system),
            Do::Import(profile) => turn(&mut profile.system),
            _ => {}
        }
    }
    for fault in &mut out.faults {
        if let What::Vary { unit, .. } | What::TakeTarget { unit, .. } = &mut fault.what
            && unit.unit.is_some()
        {
            turn(&mut unit.system);
        }
    }
    Some(out)
}

/// Points at volumes themselves wherever something does, so that no unit is needed for that.
pub(super) fn point(scenario: &mut Scenario) {
    if let Some(home) = scenario.site.systems.first().map(|system| system.name) {
        let units = Units::of(&scenario.site);
        visit(scenario, &mut Pointing { home, units });
    }
}

/// Points at volumes themselves.
struct Pointing {
    home: SystemName,
    units: Units,
}

impl Visitor for Pointing {
    fn array(&mut self, _: &mut Serial) {}
    fn address(&mut self, _: &mut Serial, _: &mut Lss, _: &mut UnitAddress) {}
    fn lss(&mut self, _: Serial, _: &mut Lss) {}
    fn unit(&mut self, _: Option<SystemName>, _: &mut Unit) {}
    fn label(&mut self, _: &mut NamePattern) {}
    fn volser(&mut self, _: &mut Volser) {}

    fn reference(&mut self, reference: &mut VolumeRef) {
        if let Some(volume) = self.units.volume(Some(self.home), *reference) {
            *reference = VolumeRef::Volume(volume);
        }
    }
}
