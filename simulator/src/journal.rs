//! The event log: one line for each change of state, in the order in which they happened.

use std::fmt::Display;

use dasdlab_model::command::Issuer;
use dasdlab_model::event::{Event, Time};
use dasdlab_model::name::{Serial, SystemName};
use dasdlab_model::unit::{Unit, VolumeId};

/// What has happened so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal(Vec<Event>);

impl Journal {
    pub(crate) fn log(&mut self, at: Time, object: String, from: impl Display, to: impl Display, cause: &str) {
        self.0.push(Event { at, object, from: from.to_string(), to: to.to_string(), cause: cause.to_owned() });
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.0
    }
}

/// The cause of a change that was ordered.
pub(crate) fn ordered(what: &str, by: &Issuer) -> String {
    match by {
        Issuer::Profile(profile) => [what, " by ", profile.as_str()].concat(),
        Issuer::Foreign(job) => [what, " by foreign ", job].concat(),
    }
}

/// What an event is about: a word and the volumes that go with it. Most events have volumes, and the general way of
/// writing them takes as long as all else that happens.
pub(crate) fn object(word: &str, volumes: &[VolumeId]) -> String {
    /// The most characters of a volume, and a space.
    const VOLUME: usize = Serial::MAX + 7;
    let mut text = String::with_capacity(word.len() + volumes.len() * VOLUME);
    text.push_str(word);
    for volume in volumes {
        text.push(' ');
        text.push_str(volume.array.as_str());
        for byte in [volume.lss.id(), volume.ua.0] {
            text.push('/');
            hexadecimal(&mut text, byte.into(), 2);
        }
    }
    text
}

/// What an event is about that happens to a unit.
pub(crate) fn unit_object(system: SystemName, unit: Unit) -> String {
    let mut text = ["unit ", system.as_str(), ":"].concat();
    let digits = if unit.number() > 0xFFFF { 5 } else { 4 };
    hexadecimal(&mut text, unit.number(), digits);
    text
}

fn hexadecimal(text: &mut String, number: u32, digits: u32) {
    let digit = |place: u32| char::from_digit(number >> (4 * place) & 0xF, 16).unwrap_or_default().to_ascii_uppercase();
    text.extend((0..digits).rev().map(digit));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_written_as_volumes_and_units_are_displayed() {
        let volume: VolumeId = "75ABC01/0A/F3".parse().unwrap();
        assert_eq!(object("mirror", &[volume, volume]), format!("mirror {volume} {volume}"));
        for unit in ["0001", "3A1F", "FFFF", "10000", "13A1F", "FFFFF"].map(|unit| unit.parse::<Unit>().unwrap()) {
            let system: SystemName = "SYSA".parse().unwrap();
            assert_eq!(unit_object(system, unit), format!("unit {system}:{unit}"));
        }
    }
}
