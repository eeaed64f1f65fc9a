//! From an observation back to a site: the way of [`declare`](crate::declare::declare) backwards, like things in ranges.
//!
//! For every observation that a site declares, `declare(&site(&seen))` is that observation again. What an observation
//! does not hold (the description, the order in which things were listed) is not in the site either.

mod addresses;
mod alive;
mod copies;
mod ims;
mod profiles;

pub use alive::in_ranges;

use crate::alive::Alive;
use crate::observation::Observation;
use crate::pattern::NamePattern;
use crate::site::{FORMAT, Policy, Site, System};

/// The site that declares what is seen; what only the world knows is not in it.
#[must_use]
pub fn site(seen: &Observation) -> Site {
    let home = seen.systems.first().map(|system| system.name);
    let system = |system: &crate::observation::SystemSeen| System {
        name: system.name,
        host_software_level: system.host_software_level.clone(),
    };
    Site {
        format: FORMAT,
        description: String::new(),
        systems: seen.systems.iter().map(system).collect(),
        arrays: seen.arrays.iter().map(addresses::array).collect(),
        volumes: addresses::volumes(seen, home),
        aliases: addresses::aliases(seen, home),
        flashcopy: copies::relations(seen),
        mirrors: copies::mirrors(seen),
        ims: seen.ims.clone(),
        catalogs: seen.catalogs.iter().map(ims::catalog).collect(),
        data_sets: ims::data_sets(seen),
        authority: seen.authority.clone(),
        policy: policy(&seen.policy),
        alive: Alive::default(),
        profiles: seen.profiles.iter().map(|profile| profiles::profile(profile, home)).collect(),
    }
}

/// The policy; what goes without saying is left in the order in which it goes unsaid.
fn policy(seen: &Policy) -> Policy {
    let mut unsaid = Observation::default();
    unsaid.sort();
    if unsaid.policy == *seen { Policy::default() } else { seen.clone() }
}

/// An entry of a site that stands for one thing or for several that follow each other.
trait Range {
    /// Takes the next thing in, if it is the one that follows; says whether it did.
    fn take(&mut self, next: &Self) -> bool;
}

/// As few entries as neighbours can be brought into.
fn ranges<T: Range>(singles: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut ranges: Vec<T> = Vec::new();
    for single in singles {
        if !ranges.last_mut().is_some_and(|last| last.take(&single)) {
            ranges.push(single);
        }
    }
    ranges
}

/// The pattern of a range of `count` names and one more, which stands alone in `next`; none where it does not follow.
fn follow(pattern: &NamePattern, count: u32, next: &NamePattern) -> Option<NamePattern> {
    let name = next.nth(0)?;
    if pattern.nth(count).is_some_and(|expected| expected == name) {
        return Some(pattern.clone());
    }
    // A single name says nothing of what counts in it; the second does.
    if count == 1 { NamePattern::counting(&pattern.nth(0)?, &name) } else { None }
}

/// As [`follow`], for things that may have no name; none of a range has one, or each has.
fn follow_optional(pattern: Option<&NamePattern>, count: u32, next: Option<&NamePattern>) -> Option<Option<NamePattern>> {
    match (pattern, next) {
        (None, None) => Some(None),
        (Some(pattern), Some(next)) => follow(pattern, count, next).map(Some),
        _ => None,
    }
}
