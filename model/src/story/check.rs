//! What is malformed in the steps and the fault plan of a story, and what of it can never happen.

mod faults;
mod pointless;
mod steps;

use std::collections::BTreeSet;

use crate::alive::Alive;
use crate::declare::{Fault, Step, suggest};
use crate::event::Time;
use crate::name::{ProfileName, SystemName};
use crate::observation::Observation;
use crate::reasons::Reason;
use crate::scenario::Scenario;
use crate::site::Site;
use crate::story::fault::{PlannedFault, When};

pub use pointless::pointless;

/// The most steps of a story.
pub const MAX_STEPS: usize = 10_000;
/// The most characters in the name of a step or a fault.
pub const MAX_NAME: usize = 100;
/// The most faults of a plan.
pub const MAX_PLANNED: usize = 1_000;

/// Everything that cannot be: what is refused on input. `declared` is the scenario's site, unrolled.
#[must_use]
pub fn malformed(scenario: &Scenario, declared: &Observation) -> Vec<Fault> {
    let mut look = Look::new(scenario, declared);
    look.steps();
    look.plan();
    look.faults
}

/// What is wrong with a fault that enters the plan of a world that lives, `own` being the profile that goes without saying
/// and `home` the first system; a fault that waits for the end of a step is not asked for its name.
#[must_use]
pub fn malformed_live(
    fault: &PlannedFault,
    seen: &Observation,
    (own, home): (Option<&ProfileName>, Option<SystemName>),
    now: Time,
) -> Vec<Fault> {
    let alive = Alive { now_ms: now.0, ..Alive::default() };
    let scenario = Scenario { site: Site { alive, ..Site::default() }, ..Scenario::default() };
    let mut look = Look { scenario: &scenario, seen, own, home, faults: Vec::new() };
    look.names("faults", "fault", std::iter::once(fault.name.as_str()));
    look.what(0, &fault.what);
    if !matches!(fault.when, When::After(_)) {
        look.when(0, &fault.when);
    }
    look.lasts(0, fault);
    look.faults
}

/// When virtual time begins in a world of this site: where a saved one stood, else one second behind the latest backup on
/// record, for what was recorded lies in the past.
#[must_use]
pub fn beginning(site: &Site, declared: &Observation) -> Time {
    if site.alive != Alive::default() {
        return Time(site.alive.now_ms);
    }
    let recorded = declared.profiles.iter().flat_map(|profile| &profile.backups).map(|backup| backup.taken_at).max();
    recorded.map_or(Time(0), |taken_at| Time::seconds(taken_at.saturating_add(1)))
}

/// What is looked at, and what was found.
struct Look<'a> {
    scenario: &'a Scenario,
    seen: &'a Observation,
    own: Option<&'a ProfileName>,
    /// The first system that the site declares.
    home: Option<SystemName>,
    faults: Vec<Fault>,
}

/// The way to a field of the `index`th entry of `steps` or `faults`.
fn at(list: &'static str, index: usize, fields: &[&'static str]) -> Vec<Step> {
    let mut path = vec![Step::Field(list), Step::Item(index)];
    path.extend(fields.iter().map(|field| Step::Field(field)));
    path
}

impl<'a> Look<'a> {
    fn new(scenario: &'a Scenario, seen: &'a Observation) -> Self {
        let only = match scenario.site.profiles.as_slice() {
            [only] => Some(&only.name),
            _ => None,
        };
        Self {
            scenario,
            seen,
            own: scenario.profile.as_ref().or(only),
            home: scenario.site.systems.first().map(|system| system.name),
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, path: Vec<Step>, message: impl Into<String>) {
        self.faults.push(Fault { path, message: message.into() });
    }

    /// Says that two things go by one name; those without a name go by their number.
    fn names<'n>(&mut self, list: &'static str, what: &str, names: impl Iterator<Item = &'n str>) {
        let mut known = BTreeSet::new();
        for (index, name) in names.enumerate() {
            let numbered = format!("{what} {}", index + 1);
            let length = name.chars().count();
            if length > MAX_NAME {
                self.fault(
                    at(list, index, &["name"]),
                    format!("a name of a {what} has {length} characters: expected {MAX_NAME} at most"),
                );
            }
            if name.chars().any(char::is_control) {
                self.fault(
                    at(list, index, &["name"]),
                    format!("the name of a {what} holds a control character: expected plain text"),
                );
            }
            let name = if name.is_empty() { &numbered } else { name };
            if !known.insert(name.to_owned()) {
                self.fault(at(list, index, &["name"]), format!("two {list} are called `{name}`: expected a name of its own"));
            }
        }
    }

    fn known_profile(&mut self, path: Vec<Step>, wanted: Option<&ProfileName>, known: &BTreeSet<ProfileName>) {
        if let Some(wanted) = wanted.filter(|wanted| !known.contains(wanted)) {
            let hint = suggest(wanted.as_str(), known);
            self.fault(path, format!("profile {wanted} is nowhere in the site{hint}"));
        }
    }

    /// Reasons that a step passes over.
    fn known_reasons(&mut self, path: &[Step], wanted: &[String]) {
        for text in wanted {
            if let Err(error) = text.parse::<Reason>() {
                self.fault(path.to_vec(), error.to_string());
            }
        }
    }

    /// The profiles that the site declares.
    fn declared_profiles(&self) -> BTreeSet<ProfileName> {
        self.seen.profiles.iter().map(|profile| profile.name.clone()).collect()
    }
}
