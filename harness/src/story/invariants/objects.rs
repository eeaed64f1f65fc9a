//! Everything of an observation that can change, under the name that the event log has for it.

use std::collections::BTreeMap;

use dasdlab_model::observation::{BackupProfile, Device, Observation, VolumeSeen};

/// What of an observation can change: objects and their states. The event log spells most states the same; `None` stands
/// for a state that it spells otherwise, of which only the change counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Objects {
    states: BTreeMap<String, State>,
    /// All that never changes.
    rest: Observation,
}

/// A state of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// As the event log spells it.
    Spelled(String),
    /// In words of its own.
    Other(String),
}

impl State {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Spelled(text) | Self::Other(text) => text,
        }
    }
}

/// What an object is that is nowhere to be seen.
pub(super) fn absent(object: &str) -> &'static str {
    if object.starts_with("mirror ") { "NeverEstab" } else { "none" }
}

/// Whether an object is there from the moment on at which its profile is.
pub(super) fn is_part_of_a_profile(object: &str) -> bool {
    ["field ", "fingerprint ", "lock "].iter().any(|kind| object.starts_with(kind))
}

/// The things in which two lists differ. What stands in both at one place is left out of both; of lists of different
/// lengths, what they begin and end with alike.
fn unlike<T: Clone + PartialEq>(before: &[T], after: &[T]) -> (Vec<T>, Vec<T>) {
    if before.len() == after.len() {
        return before.iter().zip(after).filter(|(was, is)| was != is).map(|(was, is)| (was.clone(), is.clone())).unzip();
    }
    let begin = before.iter().zip(after).take_while(|(was, is)| was == is).count();
    let (before, after) = (before.get(begin..).unwrap_or_default(), after.get(begin..).unwrap_or_default());
    let end = before.iter().rev().zip(after.iter().rev()).take_while(|(was, is)| was == is).count();
    let without = |list: &[T]| list.get(..list.len() - end).unwrap_or_default().to_vec();
    (without(before), without(after))
}

impl Objects {
    /// The objects of two observations of one world, one after the other. What is the same in both is in neither: no object
    /// of it has changed.
    pub(super) fn of_both(before: &Observation, after: &Observation) -> (Self, Self) {
        let (mut was, mut is) = (Observation::default(), Observation::default());
        (was.systems, is.systems) = unlike(&before.systems, &after.systems);
        (was.arrays, is.arrays) = unlike(&before.arrays, &after.arrays);
        (was.volumes, is.volumes) = unlike(&before.volumes, &after.volumes);
        (was.units, is.units) = unlike(&before.units, &after.units);
        (was.relations, is.relations) = unlike(&before.relations, &after.relations);
        (was.mirrors, is.mirrors) = unlike(&before.mirrors, &after.mirrors);
        (was.ims, is.ims) = unlike(&before.ims, &after.ims);
        (was.catalogs, is.catalogs) = unlike(&before.catalogs, &after.catalogs);
        (was.data_sets, is.data_sets) = unlike(&before.data_sets, &after.data_sets);
        (was.profiles, is.profiles) = unlike(&before.profiles, &after.profiles);
        (was.authority, is.authority) = (before.authority.clone(), after.authority.clone());
        (was.policy, is.policy) = (before.policy.clone(), after.policy.clone());
        (Self::of(was), Self::of(is))
    }

    /// The objects of an observation.
    fn of(mut seen: Observation) -> Self {
        let mut states = BTreeMap::new();
        let mut spelled = |object: String, state: String| {
            states.insert(object, State::Spelled(state));
        };
        for pair in std::mem::take(&mut seen.mirrors) {
            spelled(format!("mirror {} {}", pair.standard, pair.bcv), pair.state.to_string());
        }
        for relation in std::mem::take(&mut seen.relations) {
            spelled(format!("flashcopy {} {}", relation.source, relation.target), relation.state.to_string());
        }
        for entry in &mut seen.units {
            if let Device::Base(volume, status) = entry.device {
                spelled(format!("unit {}:{}", entry.system, entry.unit), status.to_string());
                entry.device = Device::Alias(volume);
            }
        }
        for volume in &mut seen.volumes {
            let held = volume.held_for.take();
            spelled(format!("hold {}", volume.id), held.map_or_else(|| "free".to_owned(), |profile| profile.to_string()));
        }
        for array in &mut seen.arrays {
            let reachable = if std::mem::take(&mut array.reachable) { "reachable" } else { "unreachable" };
            spelled(format!("array {}", array.serial), reachable.to_owned());
            spelled(format!("code-level {}", array.serial), std::mem::take(&mut array.code_level));
        }
        for catalog in &mut seen.catalogs {
            let reachable = if std::mem::take(&mut catalog.reachable) { "reachable" } else { "unreachable" };
            spelled(format!("catalog {}", catalog.name), reachable.to_owned());
        }
        let mut other = |object: String, state: String| {
            states.insert(object, State::Other(state));
        };
        for volume in &mut seen.volumes {
            other(format!("volume {}", volume.id), contents(volume));
        }
        for array in &mut seen.arrays {
            other(format!("rate {}", array.serial), format!("{:?}", array.copy_rate.take()));
        }
        for data_set in &mut seen.data_sets {
            other(format!("data-set {}", data_set.name), format!("{:?}", std::mem::take(&mut data_set.volumes)));
        }
        for profile in std::mem::take(&mut seen.profiles) {
            of_profile(&profile, &mut other);
        }
        Self { states, rest: seen }
    }

    /// The objects whose state is another in `after`, with both states.
    pub(super) fn changed<'a>(
        &'a self,
        after: &'a Self,
    ) -> impl Iterator<Item = (&'a str, Option<&'a State>, Option<&'a State>)> {
        let kept = self.states.iter().map(|(object, state)| (object.as_str(), Some(state), after.states.get(object)));
        let new = after.states.iter().filter(|(object, _)| !self.states.contains_key(*object));
        kept.chain(new.map(|(object, state)| (object.as_str(), None, Some(state)))).filter(|(_, before, after)| before != after)
    }

    /// Whether all that never changes is what it was.
    pub(super) fn rests(&self, after: &Self) -> bool {
        self.rest == after.rest
    }
}

fn contents(volume: &mut VolumeSeen) -> String {
    format!("{:?} {:?}", volume.volser.take(), volume.vtoc.take())
}

fn of_profile(profile: &BackupProfile, other: &mut impl FnMut(String, String)) {
    let name = &profile.name;
    other(format!("profile {name}"), format!("{} {:?}", profile.state, profile.reason));
    other(format!("fingerprint {name}"), format!("{:?}", profile.fingerprint));
    other(format!("lock {name}"), format!("{:?}", profile.locked_by));
    let mut generations: BTreeMap<u8, String> = BTreeMap::new();
    for backup in &profile.backups {
        generations.entry(backup.generation).or_default().push_str(&format!("{backup:?}"));
    }
    for (generation, backups) in generations {
        other(format!("backup {name} {generation}"), backups);
    }
    let mut field = |field: &str, value: String| other(format!("field {name} {field}"), value);
    field("creator", profile.creator.clone());
    field("description", profile.description.clone());
    field("system", profile.system.to_string());
    field("ims_ssid", profile.ims_ssid.to_string());
    field("type", profile.backup_type.to_string());
    field("method", profile.method.to_string());
    field("generations", profile.generations.to_string());
    field("sources", format!("{:?}", profile.sources));
    field("targets", format!("{:?}", profile.targets));
}

#[cfg(test)]
mod tests {
    use super::unlike;

    #[track_caller]
    fn check(before: &str, after: &str, expected: (&str, &str)) {
        let list = |text: &str| text.chars().collect::<Vec<char>>();
        assert_eq!(unlike(&list(before), &list(after)), (list(expected.0), list(expected.1)), "{before} {after}");
    }

    #[test]
    fn what_two_lists_have_in_common_is_left_out() {
        check("abc", "abc", ("", ""));
        check("abc", "axc", ("b", "x"));
        check("abc", "abxc", ("", "x"));
        check("abbc", "abc", ("b", ""));
        check("", "ab", ("", "ab"));
        check("ab", "cde", ("ab", "cde"));
    }
}
