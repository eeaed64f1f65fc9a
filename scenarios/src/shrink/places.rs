//! Every place of a scenario that names a unit, a volume, an array or a label.

use std::collections::BTreeMap;

use dasdlab_model::name::{ProfileName, Serial, SystemName, Volser};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{Profile, Sources, Targets};
use dasdlab_model::story::{Do, What, When};
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeRef};

use super::generations::{pair_of_what, pair_of_when};

/// Somebody who is shown each of them once. Systems are given as they are declared: none is the first one.
pub(super) trait Visitor {
    /// An array.
    fn array(&mut self, serial: &mut Serial);
    /// The address of a volume or an alias.
    fn address(&mut self, array: &mut Serial, lss: &mut Lss, ua: &mut UnitAddress);
    /// A logical subsystem of an array.
    fn lss(&mut self, array: Serial, lss: &mut Lss);
    /// A unit of a system.
    fn unit(&mut self, system: Option<SystemName>, unit: &mut Unit);
    /// A volume that is pointed at.
    fn reference(&mut self, reference: &mut VolumeRef);
    /// A label, or a pattern of labels.
    fn label(&mut self, label: &mut NamePattern);
    /// A label by itself.
    fn volser(&mut self, volser: &mut Volser);
}

/// The systems of profiles by name; none asks for the scenario's own.
struct Systems {
    own: Option<ProfileName>,
    of: BTreeMap<ProfileName, Option<SystemName>>,
}

impl Systems {
    fn of(&self, profile: Option<&ProfileName>) -> Option<SystemName> {
        profile.or(self.own.as_ref()).and_then(|name| self.of.get(name).copied()).flatten()
    }
}

/// Shows a visitor every place; what machines have saved of a running world and what is expected are left out.
pub(super) fn visit(scenario: &mut Scenario, visitor: &mut dyn Visitor) {
    let own = scenario.profile.clone().or(match scenario.site.profiles.as_slice() {
        [only] => Some(only.name.clone()),
        _ => None,
    });
    let of = scenario.site.profiles.iter().map(|profile| (profile.name.clone(), profile.system)).collect();
    let systems = Systems { own, of };
    let site = &mut scenario.site;
    for array in &mut site.arrays {
        for lss in &mut array.lss {
            visitor.lss(array.serial, &mut lss.id);
        }
        visitor.array(&mut array.serial);
    }
    for volume in &mut site.volumes {
        visitor.address(&mut volume.array, &mut volume.lss, &mut volume.ua);
        volume.unit.iter_mut().for_each(|unit| visitor.unit(None, unit));
        volume.elsewhere.iter_mut().for_each(|at| visitor.unit(Some(at.system), &mut at.unit));
        volume.volser.iter_mut().for_each(|label| visitor.label(label));
    }
    for alias in &mut site.aliases {
        visitor.address(&mut alias.array, &mut alias.lss, &mut alias.ua);
        visitor.unit(alias.system, &mut alias.unit);
    }
    for relation in &mut site.flashcopy {
        visitor.reference(&mut relation.source);
        visitor.reference(&mut relation.target);
    }
    for pair in &mut site.mirrors {
        visitor.reference(&mut pair.standard);
        visitor.reference(&mut pair.bcv);
    }
    site.catalogs.iter_mut().flat_map(|catalog| &mut catalog.volumes).for_each(|volser| visitor.volser(volser));
    site.data_sets.iter_mut().flat_map(|data_set| &mut data_set.volumes).for_each(|label| visitor.label(label));
    for profile in &mut site.profiles {
        of_profile(profile, visitor);
    }
    for step in &mut scenario.steps {
        of_action(&mut step.action, &systems, visitor);
    }
    for fault in &mut scenario.faults {
        of_fault(&mut fault.what, &systems, visitor);
        of_pair_in(&mut fault.when, &systems, visitor);
    }
}

fn of_profile(profile: &mut Profile, visitor: &mut dyn Visitor) {
    let system = profile.system;
    of_lists(system, &mut profile.sources, &mut profile.targets, visitor);
}

fn of_lists(system: Option<SystemName>, sources: &mut [Sources], targets: &mut [Targets], visitor: &mut dyn Visitor) {
    for source in sources {
        visitor.unit(system, &mut source.unit);
        source.volser.iter_mut().for_each(|label| visitor.label(label));
    }
    for mapping in targets {
        visitor.unit(system, &mut mapping.source);
        visitor.unit(system, &mut mapping.target);
    }
}

fn of_action(action: &mut Do, systems: &Systems, visitor: &mut dyn Visitor) {
    match action {
        Do::Edit(edit) => {
            let system = systems.of(edit.profile.as_ref());
            let sources = edit.sources.as_deref_mut().unwrap_or_default();
            of_lists(system, sources, edit.targets.as_deref_mut().unwrap_or_default(), visitor);
        }
        Do::Import(profile) => of_profile(profile, visitor),
        Do::Vary { system, unit, .. } => visitor.unit(*system, unit),
        Do::Write { volume, .. } => visitor.reference(volume),
        Do::Mirror { standard: from, bcv: to, .. } | Do::FlashCopy { source: from, target: to, .. } => {
            visitor.reference(from);
            visitor.reference(to);
        }
        Do::Setup { .. } | Do::Backup { .. } | Do::Restore { .. } | Do::Advance(_) | Do::Query { .. } => {}
    }
}

fn of_fault(what: &mut What, systems: &Systems, visitor: &mut dyn Visitor) {
    if let Some(pair) = pair_of_what(what) {
        let system = systems.of(pair.profile.as_ref());
        pair.source.iter_mut().for_each(|unit| visitor.unit(system, unit));
    }
    match what {
        What::Vary { unit, .. } | What::TakeTarget { unit, .. } => {
            let system = unit.system;
            unit.unit.iter_mut().for_each(|unit| visitor.unit(system, unit));
        }
        What::OutOfSpace { target } | What::ForeignWithdraw { target } => visitor.reference(target),
        What::Rate { array, .. } | What::Unreachable { array } | What::CodeLevel { array, .. } => visitor.array(array),
        What::ForeignEstablish { standard, bcv } | What::ForeignSplit { standard, bcv } => {
            visitor.reference(standard);
            visitor.reference(bcv);
        }
        What::ForeignRelease { bcv } => visitor.reference(bcv),
        What::Extend { volser, .. } => visitor.volser(volser),
        What::PairFailed { .. }
        | What::Refuse { .. }
        | What::Lose { .. }
        | What::Delay { .. }
        | What::Lock { .. }
        | What::Rival { .. }
        | What::SuspendLogs { .. }
        | What::Catalog { .. }
        | What::Repository {}
        | What::Abend {} => {}
    }
}

fn of_pair_in(when: &mut When, systems: &Systems, visitor: &mut dyn Visitor) {
    if let Some(pair) = pair_of_when(when) {
        let system = systems.of(pair.profile.as_ref());
        pair.source.iter_mut().for_each(|unit| visitor.unit(system, unit));
    }
}
