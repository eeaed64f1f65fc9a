//! Faults that cannot be planned.

use super::{Look, MAX_PLANNED, at, beginning};
use crate::declare::suggest;
use crate::states::{Method, Storage};
use crate::story::fault::{CopyState, PairRef, PlannedFault, UnitRef, What, When};
use crate::story::place;
use crate::unit::VolumeRef;

impl Look<'_> {
    pub(super) fn plan(&mut self) {
        let (plan, steps) = (&self.scenario.faults, &self.scenario.steps);
        if steps.is_empty() && !plan.is_empty() {
            self.fault(vec![crate::declare::Step::Field("faults")], "there are no steps: expected a fault plan only with steps");
            return;
        }
        if plan.len() > MAX_PLANNED {
            self.fault(at("faults", MAX_PLANNED, &[]), format!("{} faults: expected {MAX_PLANNED} at most", plan.len()));
            return;
        }
        self.names("faults", "fault", plan.iter().map(|fault| fault.name.as_str()));
        for (index, planned) in plan.iter().enumerate() {
            self.what(index, &planned.what);
            self.when(index, &planned.when);
            self.lasts(index, planned);
            let earlier = plan.iter().take(index).position(|other| contradict(other, planned));
            if let Some(other) = earlier {
                let Some(first) = plan.get(other) else { continue };
                let name = first.name_or_number(other);
                let message = if first.what == planned.what {
                    format!("the same as `{name}`: expected it once")
                } else {
                    format!("contradicts `{name}`: at one moment one thing cannot become two")
                };
                self.fault(at("faults", index, &["what"]), message);
            }
        }
    }

    pub(super) fn what(&mut self, index: usize, what: &What) {
        let here = |field: &'static str| at("faults", index, &["what", what.word(), field]);
        match what {
            What::Vary { unit, .. } => self.unit(index, what, unit),
            What::PairFailed { pair } => self.pair(here("pair"), pair),
            What::OutOfSpace { target } => self.thin(here("target"), *target),
            What::Refuse { pair, .. } | What::Lose { pair } => {
                if let Some(pair) = pair {
                    self.pair(here("pair"), pair);
                }
            }
            What::Delay { by, pair } => {
                if by.ms == 0 {
                    self.fault(here("by"), "late by 0s is not late: expected a longer duration");
                }
                if let Some(pair) = pair {
                    self.pair(here("pair"), pair);
                }
            }
            What::Rate { array, .. } | What::Unreachable { array } | What::CodeLevel { array, .. } => {
                if !self.seen.arrays.iter().any(|known| known.serial == *array) {
                    let hint = suggest(array.as_str(), self.seen.arrays.iter().map(|known| known.serial));
                    self.fault(here("array"), format!("array {array} is nowhere in the site{hint}"));
                }
            }
            What::ForeignEstablish { standard, bcv } | What::ForeignSplit { standard, bcv } => {
                self.volume(here("standard"), *standard);
                self.volume(here("bcv"), *bcv);
            }
            What::ForeignRelease { bcv } => self.volume(here("bcv"), *bcv),
            What::ForeignWithdraw { target } => self.volume(here("target"), *target),
            What::Extend { data_set, volser } => match self.seen.data_sets.iter().find(|known| known.name == *data_set) {
                None => {
                    let hint = suggest(data_set.as_str(), self.seen.data_sets.iter().map(|known| &known.name));
                    self.fault(here("data_set"), format!("data set {data_set} is nowhere in the site{hint}"));
                }
                Some(known) if known.storage != Storage::Disk => {
                    self.fault(here("data_set"), format!("data set {data_set} is {}: expected one on disk", known.storage));
                }
                Some(known) if known.volumes.contains(volser) => {
                    self.fault(here("volser"), format!("data set {data_set} lies on {volser} already"));
                }
                Some(_) => {}
            },
            What::TakeTarget { unit, by } => {
                self.unit(index, what, unit);
                let known = self.declared_profiles();
                self.known_profile(here("by"), Some(by), &known);
            }
            What::Lock { profile } | What::Rival { profile, .. } => {
                let known = self.declared_profiles();
                self.known_profile(here("profile"), profile.as_ref(), &known);
            }
            What::SuspendLogs { ims } => {
                if !self.seen.ims.iter().any(|known| known.ssid == *ims) {
                    let hint = suggest(ims.as_str(), self.seen.ims.iter().map(|known| known.ssid));
                    self.fault(here("ims"), format!("IMS system {ims} is nowhere in the site{hint}"));
                }
            }
            What::Catalog { name } => {
                if !self.seen.catalogs.iter().any(|known| known.name == *name) {
                    let hint = suggest(name.as_str(), self.seen.catalogs.iter().map(|known| &known.name));
                    self.fault(here("name"), format!("catalog {name} is nowhere in the site{hint}"));
                }
            }
            What::Repository {} | What::Abend {} => {}
        }
    }

    pub(super) fn when(&mut self, index: usize, when: &When) {
        let here = |field: &'static str| at("faults", index, &["when", when.word(), field]);
        match when {
            When::At(instant) => {
                let begins = beginning(&self.scenario.site, self.seen);
                if instant.ms < begins.0 {
                    let begins = crate::story::Duration::of_ms(begins.0);
                    let message =
                        format!("{instant} has passed: virtual time of this site begins at {begins}, after its backups");
                    self.fault(at("faults", index, &["when", "at"]), message);
                }
            }
            When::Command(command) if command.nth == 0 => {
                self.fault(here("nth"), "there is no command number 0: expected 1 or more");
            }
            When::Phase(phase) if phase.nth == 0 => self.fault(here("nth"), "there is no time number 0: expected 1 or more"),
            When::Command(_) | When::Phase(_) => {}
            When::Enters(enters) => {
                self.pair(here("pair"), &enters.pair);
                let name = enters.pair.profile.as_ref().or(self.own);
                let method = name.and_then(|name| self.seen.profile(name)).map(|profile| profile.method);
                let message = match (method, enters.state) {
                    (Some(Method::FlashCopy), CopyState::Mirror(state)) => {
                        format!("{state} is a state of mirror pairs, but the profile's method is flashcopy")
                    }
                    (Some(Method::Bcv), CopyState::Relation(state)) => {
                        format!("{state} is a state of FlashCopy relations, but the profile's method is bcv")
                    }
                    _ => return,
                };
                self.fault(here("state"), message);
            }
            When::Copied(copied) => {
                self.pair(here("pair"), &copied.pair);
                if !(1..=99).contains(&copied.percent) {
                    self.fault(here("percent"), format!("{} percent: expected 1 to 99", copied.percent));
                }
            }
            When::After(name) => {
                let steps = self.scenario.steps.iter().enumerate();
                let names: Vec<String> = steps.map(|(index, step)| step.name_or_number(index)).collect();
                if !names.contains(name) {
                    let hint = suggest(name, &names);
                    self.fault(at("faults", index, &["when", "after"]), format!("no step is called `{name}`{hint}"));
                }
            }
        }
    }

    pub(super) fn lasts(&mut self, index: usize, planned: &PlannedFault) {
        let Some(lasts) = planned.lasts else { return };
        if !planned.what.can_end() {
            let message = format!("{} cannot be put right again: expected no `for`", planned.what.word());
            self.fault(at("faults", index, &["for"]), message);
        } else if lasts.ms == 0 {
            self.fault(at("faults", index, &["for"]), "a fault for 0s is none: expected a longer duration");
        }
    }

    fn pair(&mut self, path: Vec<crate::declare::Step>, pair: &PairRef) {
        let Some(own) = self.own else { return };
        if let Err(message) = place::pair(self.seen, own, pair) {
            self.fault(path, message);
        }
    }

    fn unit(&mut self, index: usize, what: &What, unit: &UnitRef) {
        let Some(own) = self.own else { return };
        if let Err(message) = place::unit(self.seen, own, unit) {
            self.fault(at("faults", index, &["what", what.word(), "unit"]), message);
        }
    }

    fn volume(&mut self, path: Vec<crate::declare::Step>, volume: VolumeRef) {
        if let Err(message) = place::volume(self.seen, self.home, volume) {
            self.fault(path, message);
        }
    }

    /// A volume that can run out of space.
    fn thin(&mut self, path: Vec<crate::declare::Step>, wanted: VolumeRef) {
        match place::volume(self.seen, self.home, wanted) {
            Err(message) => self.fault(path, message),
            Ok(id) if self.seen.volumes.iter().any(|volume| volume.id == id && volume.thin) => {}
            Ok(_) => self.fault(path, format!("{wanted} is not space-efficient: expected a volume with `thin = true`")),
        }
    }
}

/// What a fault sets, where two that set the same at the same moment cannot both be.
fn sets(what: &What) -> Option<String> {
    match what {
        What::Vary { unit, .. } => Some(format!("status of {unit:?}")),
        What::PairFailed { pair } => Some(format!("pair {pair:?}")),
        What::Refuse { pair, .. } | What::Lose { pair } | What::Delay { pair, .. } => Some(format!("command for {pair:?}")),
        What::Rate { array, .. } => Some(format!("rate of {array}")),
        What::Unreachable { array } => Some(format!("reachability of {array}")),
        What::CodeLevel { array, .. } => Some(format!("level of {array}")),
        What::ForeignEstablish { bcv, .. } | What::ForeignSplit { bcv, .. } => Some(format!("pairing of {bcv}")),
        What::ForeignRelease { bcv } => Some(format!("hold of {bcv}")),
        What::ForeignWithdraw { target } | What::OutOfSpace { target } => Some(format!("relation of {target}")),
        What::Extend { data_set, volser } => Some(format!("extent of {data_set} on {volser}")),
        What::TakeTarget { unit, by } => Some(format!("{by} has {unit:?}")),
        What::Lock { profile } => Some(format!("lock of {profile:?}")),
        What::SuspendLogs { ims } => Some(format!("logs of {ims}")),
        What::Catalog { name } => Some(format!("catalog {name}")),
        What::Repository {} => Some("repository".to_owned()),
        What::Abend {} => Some("host".to_owned()),
        What::Rival { .. } => None,
    }
}

fn contradict(first: &PlannedFault, second: &PlannedFault) -> bool {
    first.when == second.when && sets(&first.what).is_some_and(|sets_first| sets(&second.what) == Some(sets_first))
}
