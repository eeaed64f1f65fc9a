//! Steps that cannot be taken.

use super::{Look, MAX_STEPS, at};
use crate::declare::{Fault, Step};
use crate::scenario::findings_faults;
use crate::states::{ProfileState, TRACKS_PER_CYLINDER};
use crate::story::step::{Do, StepExpectation};
use crate::story::{place, profile};
use crate::unit::VolumeRef;

impl Look<'_> {
    pub(super) fn steps(&mut self) {
        let steps = &self.scenario.steps;
        if steps.len() > MAX_STEPS {
            self.fault(at("steps", MAX_STEPS, &[]), format!("{} steps: expected {MAX_STEPS} at most", steps.len()));
            return;
        }
        self.names("steps", "step", steps.iter().map(|step| step.name.as_str()));
        let mut known = self.declared_profiles();
        for (index, step) in steps.iter().enumerate() {
            let here = |fields: &[&'static str]| at("steps", index, &[&["do", step.action.word()], fields].concat());
            match &step.action {
                Do::Setup { profile, ignoring, .. } | Do::Backup { profile, ignoring, .. } => {
                    self.known_profile(here(&["profile"]), profile.as_ref(), &known);
                    self.known_reasons(&here(&["ignoring"]), ignoring);
                }
                Do::Restore { profile, generation, ignoring, .. } => {
                    self.known_profile(here(&["profile"]), profile.as_ref(), &known);
                    self.known_reasons(&here(&["ignoring"]), ignoring);
                    if !(1..=99).contains(generation) {
                        self.fault(here(&["generation"]), format!("generation {generation}: expected 1 to 99"));
                    }
                }
                Do::Query { profile } => {
                    self.known_profile(here(&["profile"]), profile.as_ref(), &known);
                }
                Do::Edit(edit) => {
                    self.known_profile(here(&["profile"]), edit.profile.as_ref(), &known);
                    let name = edit.profile.as_ref().or(self.own);
                    if let Some(current) = name.and_then(|name| self.seen.profile(name)) {
                        let found = profile::wanted(&self.scenario.site, current, edit).err();
                        self.within(&here(&[]), found);
                    }
                }
                Do::Import(imported) => {
                    let found = profile::imported(&self.scenario.site, imported).err();
                    self.within(&here(&[]), found);
                    known.insert(imported.name.clone());
                }
                Do::Vary { system, unit, .. } => {
                    let Some(system) = system.or(self.home) else { continue };
                    if let Err(message) = place::volume(self.seen, self.home, VolumeRef::UnitOf(system, *unit)) {
                        self.fault(here(&["unit"]), message);
                    }
                }
                Do::Write { volume, first, tracks } => self.write(&here, *volume, *first, *tracks),
                Do::Mirror { standard, bcv, .. } => self.ends(&here, [("standard", *standard), ("bcv", *bcv)]),
                Do::FlashCopy { source, target, .. } => self.ends(&here, [("source", *source), ("target", *target)]),
                Do::Advance(duration) => {
                    if duration.ms == 0 {
                        self.fault(here(&[]), "no time passes in 0s: expected a longer duration");
                    }
                }
            }
            if let Some(expect) = &step.expect {
                self.expectation(index, expect);
            }
        }
    }

    /// Faults of something within a step, at their places.
    fn within(&mut self, path: &[Step], found: Option<Vec<Fault>>) {
        for fault in found.into_iter().flatten() {
            self.fault([path, &fault.path].concat(), fault.message);
        }
    }

    fn write(&mut self, here: &dyn Fn(&[&'static str]) -> Vec<Step>, volume: VolumeRef, first: u32, tracks: u32) {
        match place::volume(self.seen, self.home, volume) {
            Err(message) => self.fault(here(&["volume"]), message),
            Ok(id) => {
                let volume = self.seen.volumes.iter().find(|volume| volume.id == id);
                let size = volume.map_or(0, |volume| volume.cylinders.saturating_mul(TRACKS_PER_CYLINDER));
                if tracks == 0 {
                    self.fault(here(&["tracks"]), "0 tracks are written: expected 1 or more");
                } else if first.checked_add(tracks).is_none_or(|end| end > size) {
                    self.fault(here(&["tracks"]), format!("the tracks run past the {size} tracks of the volume"));
                }
            }
        }
    }

    /// Both ends of an order. A foreign job may name an address at which there is nothing; it may not name a unit that
    /// stands for none.
    fn ends(&mut self, here: &dyn Fn(&[&'static str]) -> Vec<Step>, ends: [(&'static str, VolumeRef); 2]) {
        for (field, end) in ends {
            if let (VolumeRef::Unit(_) | VolumeRef::UnitOf(..), Err(message)) = (end, place::volume(self.seen, self.home, end)) {
                self.fault(here(&[field]), message);
            }
        }
    }

    fn expectation(&mut self, index: usize, expect: &StepExpectation) {
        let here = |fields: &[&'static str]| at("steps", index, &[&["expect"], fields].concat());
        if let Some(code) = expect.return_code.filter(|code| ![0, 4, 8, 12].contains(code)) {
            self.fault(here(&["return_code"]), format!("return code {code}: expected 0, 4, 8 or 12"));
        }
        if let (Some(state), Some(_)) = (expect.state.filter(|state| *state != ProfileState::SetupNeeded), expect.reason) {
            self.fault(here(&["reason"]), format!("a profile that is {state} needs no setup: expected no reason"));
        }
        let action = self.scenario.steps.get(index).map(|step| &step.action);
        if let (Some(_), Some(Do::Vary { .. } | Do::Write { .. } | Do::Advance(_) | Do::Query { .. })) =
            (expect.return_code, action)
        {
            let word = action.map(Do::word).unwrap_or_default();
            self.fault(
                here(&["return_code"]),
                format!("{word} has no return code: expected one of a setup, a backup or a restore"),
            );
        }
        let found = findings_faults(&here(&["findings"]), expect.findings.as_deref().unwrap_or_default());
        self.faults.extend(found);
    }
}
