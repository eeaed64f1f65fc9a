//! The names by which people know volumes and pairs: unit numbers, labels, generations.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::finding::{Finding, Subject};
use dasdlab_model::name::{ProfileName, Volser};
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::unit::{Unit, VolumeId, VolumeRef};

/// The most names in a list; the others are counted.
const LISTED: usize = 3;

/// A pair: what is copied from, and what is copied to.
pub type Pair = (VolumeId, VolumeId);

/// The names of a site's volumes, as the people of one profile know them.
#[derive(Debug, Clone, Default)]
pub struct Names {
    units: BTreeMap<VolumeId, String>,
    labels: BTreeMap<VolumeId, Volser>,
    by_unit: BTreeMap<Unit, VolumeId>,
    by_system: BTreeMap<(String, Unit), VolumeId>,
    pairs: BTreeMap<Pair, (ProfileName, u8)>,
    /// Pairs that there were before somebody edited a profile.
    former: BTreeMap<Pair, (ProfileName, u8)>,
    own: Option<ProfileName>,
}

impl Names {
    /// Learns what there is. Labels are learnt once: after a copy a target carries that of its source.
    pub(crate) fn learn(&mut self, seen: &Observation, own: &ProfileName) {
        let first = self.own.replace(own.clone()).is_none();
        if first {
            self.labels = seen.volumes.iter().filter_map(|volume| Some((volume.id, volume.volser?))).collect();
        }
        let home = seen.profile(own).map(|profile| profile.system);
        for entry in &seen.units {
            let Device::Base(volume, _) = entry.device else { continue };
            self.by_system.insert((entry.system.to_string(), entry.unit), volume);
            if home.is_none_or(|home| home == entry.system) {
                self.units.insert(volume, entry.unit.to_string());
                self.by_unit.insert(entry.unit, volume);
            } else {
                self.units.entry(volume).or_insert_with(|| format!("{}:{}", entry.system, entry.unit));
            }
        }
        self.former.append(&mut self.pairs);
        // Of two profiles that map one pair the own one names it.
        let others = seen.profiles.iter().filter(|profile| profile.name != *own);
        for profile in others.chain(seen.profile(own)) {
            let units = seen.units.iter().filter(|entry| entry.system == profile.system);
            let volumes: BTreeMap<Unit, VolumeId> = units
                .filter_map(|entry| match entry.device {
                    Device::Base(volume, _) => Some((entry.unit, volume)),
                    Device::Alias(_) => None,
                })
                .collect();
            let sources: BTreeSet<Unit> = profile.sources.iter().map(|source| source.unit).collect();
            for mapping in profile.targets.iter().filter(|mapping| sources.contains(&mapping.source)) {
                if let Some((&from, &to)) = volumes.get(&mapping.source).zip(volumes.get(&mapping.target)) {
                    self.pairs.insert((from, to), (profile.name.clone(), mapping.generation));
                }
            }
        }
    }

    /// The pairs of a profile by generation.
    pub(super) fn pairs_of<'a>(&'a self, profile: &'a ProfileName) -> impl Iterator<Item = (u8, Pair)> {
        self.pairs.iter().filter(move |(_, (name, _))| name == profile).map(|(&pair, &(_, generation))| (generation, pair))
    }

    /// A volume by its unit.
    #[must_use]
    pub fn volume(&self, volume: VolumeId) -> String {
        self.units.get(&volume).cloned().unwrap_or_else(|| volume.to_string())
    }

    /// A volume by its unit, with the label that it had at the beginning.
    #[must_use]
    pub fn labelled(&self, volume: VolumeId) -> String {
        let label = self.labels.get(&volume).map(|label| format!(" [{label}]")).unwrap_or_default();
        self.volume(volume) + &label
    }

    /// A unit of the profile's system, with the label that its volume had at the beginning.
    #[must_use]
    pub fn unit(&self, unit: Unit) -> String {
        self.by_unit.get(&unit).map_or_else(|| unit.to_string(), |&volume| self.labelled(volume))
    }

    /// A volume as a file points at it.
    pub(crate) fn reference(&self, volume: VolumeRef) -> String {
        match volume {
            VolumeRef::Unit(unit) => self.unit(unit),
            VolumeRef::UnitOf(system, unit) => format!("{system}:{unit}"),
            VolumeRef::Volume(volume) => self.labelled(volume),
        }
    }

    /// The volume behind a unit of a system.
    pub(super) fn volume_of(&self, system: &str, unit: Unit) -> Option<VolumeId> {
        self.by_system.get(&(system.to_owned(), unit)).copied()
    }

    fn pair(&self, (from, to): Pair) -> String {
        format!("{}->{}", self.volume(from), self.volume(to))
    }

    fn generation(&self, (from, to): Pair) -> Option<&(ProfileName, u8)> {
        let of = |pairs: &'_ BTreeMap<Pair, _>| pairs.contains_key(&(from, to));
        let pairs = if of(&self.pairs) || !of(&self.former) { &self.pairs } else { &self.former };
        pairs.get(&(from, to)).or_else(|| pairs.get(&(to, from)))
    }

    /// Pairs in a few words.
    pub(super) fn pairs(&self, pairs: &[Pair]) -> String {
        self.counted(pairs, "pair", |pair| self.generation(*pair), |pair| self.pair(*pair))
    }

    /// BCVs in a few words.
    pub(super) fn bcvs(&self, bcvs: &[VolumeId]) -> String {
        let pairs = || self.pairs.iter().chain(&self.former);
        let generation = |bcv: &VolumeId| pairs().find(|((_, target), _)| target == bcv).map(|(_, place)| place);
        let named = self.counted(bcvs, "BCV", generation, |bcv| self.volume(*bcv));
        match bcvs.len() {
            0 | 1 => format!("BCV {named}"),
            2..=LISTED => format!("BCVs {named}"),
            _ => named,
        }
    }

    /// Pairs by name, of many only the first.
    pub(super) fn listed(&self, pairs: &[Pair]) -> String {
        list(pairs.iter().map(|pair| self.pair(*pair)).collect())
    }

    /// Volumes by name and label, of many only the first.
    pub(super) fn listed_volumes(&self, volumes: &[VolumeId]) -> String {
        list(volumes.iter().map(|volume| self.labelled(*volume)).collect())
    }

    /// Few things by name, many by number; and of which generation they are, if they are of one.
    fn counted<'a, T>(
        &'a self,
        things: &[T],
        word: &str,
        place: impl Fn(&T) -> Option<&'a (ProfileName, u8)>,
        name: impl Fn(&T) -> String,
    ) -> String {
        let first = things.first().and_then(&place);
        let place = first.filter(|first| things.iter().all(|thing| place(thing) == Some(first)));
        if things.len() <= LISTED {
            let names: Vec<String> = things.iter().map(name).collect();
            let generation = place.map(|place| format!(" (generation {})", self.of(place))).unwrap_or_default();
            return names.join(", ") + &generation;
        }
        let Some(place) = place else { return format!("{} {word}s", things.len()) };
        let all = self.pairs.values().filter(|other| *other == place).count();
        let all = if all == things.len() { "all " } else { "" };
        format!("{all}{} {word}s of generation {}", things.len(), self.of(place))
    }

    fn of(&self, (profile, generation): &(ProfileName, u8)) -> String {
        if self.own.as_ref() == Some(profile) { generation.to_string() } else { format!("{generation} of {profile}") }
    }

    /// What a finding is about, in the roles that its reason gives.
    #[must_use]
    pub fn subjects(&self, finding: &Finding) -> String {
        if let [Subject::Unit(source), Subject::Unit(target), Subject::Generation(generation)] = finding.subjects.as_slice() {
            return format!("{}->{}, generation {generation}", self.unit(*source), self.unit(*target));
        }
        let roles = finding.reason.info().subjects;
        let named = finding.subjects.iter().enumerate().map(|(at, subject)| {
            let role = roles.get(at).map_or("", |role| *role);
            let name = self.subject(subject);
            if role.is_empty() { name } else { format!("{role} {name}") }
        });
        named.collect::<Vec<_>>().join(", ")
    }

    /// Something by its name, units with their labels.
    #[must_use]
    pub fn subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Unit(unit) => self.unit(*unit),
            Subject::Volume(volume) => self.labelled(*volume),
            other => other.to_string().split_once(':').map_or_else(|| other.to_string(), |(_, name)| name.to_owned()),
        }
    }

    /// A text in which volumes that it names by their identity go by their units.
    #[must_use]
    pub fn spoken(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for word in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '/')) {
            let name = word.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '/'));
            match name.parse::<VolumeId>().ok().filter(|volume| self.units.contains_key(volume)) {
                Some(volume) => {
                    out += &self.volume(volume);
                    out += word.get(name.len()..).unwrap_or_default();
                }
                None => out += word,
            }
        }
        out
    }
}

/// Names, of many only the first.
pub(super) fn list(names: Vec<String>) -> String {
    match names.len().saturating_sub(LISTED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.get(..LISTED).unwrap_or_default().join(", ")),
    }
}
