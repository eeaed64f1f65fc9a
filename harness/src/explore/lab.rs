//! The system that is explored: one array with the fewest volumes, one profile, nothing else.

use std::collections::BTreeMap;

use dasdlab_model::command::Issuer;
use dasdlab_model::name::{ImsSsid, NameError, ProfileName, SystemName, Volser};
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::read::{Encoding, ReadError, parse};
use dasdlab_model::states::Method;
use dasdlab_model::unit::{Unit, VolumeId};
use dasdlab_simulator::World;

use super::Bounds;
use super::actor::Work;

const SYSTEM: &str = "SYSA";
const PROFILE: &str = "DAILY";
const IMS: &str = "IMS1";
/// The first source, the volume of the foreign job, and the first target of generation 1; each generation begins 16 units
/// further on.
const SOURCES: u32 = 0x1000;
const FOREIGN: u32 = 0x1010;
const TARGETS: u32 = 0x1020;

/// Why there is no system to explore: a fault of the explorer.
#[derive(Debug, thiserror::Error)]
pub enum Unbuilt {
    /// The site of the explorer cannot be read.
    #[error("the explored site cannot be read: {0}")]
    Unreadable(#[from] ReadError),
    /// A name of the explorer is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The site of the explorer is malformed.
    #[error("the explored site is malformed: {0}")]
    Malformed(String),
}

/// A volume by its number in [`Lab::volumes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place(pub(super) u8);

/// What does not change while the system is explored.
#[derive(Debug)]
pub(super) struct Lab {
    pub(super) bounds: Bounds,
    pub(super) profile: ProfileName,
    pub(super) system: SystemName,
    pub(super) ims: ImsSsid,
    pub(super) job: Issuer,
    pub(super) foreigner: Issuer,
    /// Sources, then the targets of generation 1, 2 and so on, each in the order of the sources, then the foreign volume.
    volumes: Vec<(VolumeId, Unit)>,
    places: BTreeMap<VolumeId, Place>,
    /// The volume that was given each label at first.
    labels: BTreeMap<Volser, Place>,
}

impl Lab {
    /// The system of these bounds, and its world before anything has happened.
    pub(super) fn build(bounds: Bounds) -> Result<(Self, World), Unbuilt> {
        let document = parse("explore.toml", site(&bounds), Encoding::Toml)?;
        let world = World::boot(document.site())
            .map_err(|faults| Unbuilt::Malformed(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
        let seen = world.observe();
        let units: BTreeMap<Unit, VolumeId> = bases(&seen).collect();
        let sources = (0..bounds.pairs).map(|pair| SOURCES + u32::from(pair));
        let targets = (0..bounds.generations)
            .flat_map(|generation| (0..bounds.pairs).map(move |pair| TARGETS + u32::from(generation) * 16 + u32::from(pair)));
        let mut volumes = Vec::new();
        for number in sources.chain(targets).chain([FOREIGN]) {
            let unit: Unit = format!("{number:04X}").parse()?;
            let volume = units.get(&unit).ok_or_else(|| Unbuilt::Malformed(format!("unit {unit} is missing")))?;
            volumes.push((*volume, unit));
        }
        let places: BTreeMap<VolumeId, Place> =
            (0..).zip(&volumes).map(|(number, (volume, _))| (*volume, Place(number))).collect();
        let labels = seen.volumes.iter().filter_map(|volume| Some((volume.volser?, *places.get(&volume.id)?))).collect();
        let profile: ProfileName = PROFILE.parse()?;
        let lab = Self {
            bounds,
            job: Issuer::Profile(profile.clone()),
            profile,
            system: SYSTEM.parse()?,
            ims: IMS.parse()?,
            foreigner: Issuer::Foreign("FOREIGN".to_owned()),
            volumes,
            places,
            labels,
        };
        Ok((lab, world))
    }

    /// Every kind of work that can be started.
    pub(super) fn works(&self) -> impl Iterator<Item = Work> + use<> {
        let restores = self.generations().filter(|_| self.bounds.restores).map(Work::Restore);
        [Work::Setup, Work::Backup].into_iter().chain(restores.collect::<Vec<_>>())
    }

    pub(super) fn source(&self, pair: u8) -> Place {
        Place(pair)
    }

    /// The target of a pair; generations count from 1.
    pub(super) fn target(&self, generation: u8, pair: u8) -> Place {
        Place(generation * self.bounds.pairs + pair)
    }

    pub(super) fn foreign(&self) -> Place {
        Place((self.bounds.generations + 1) * self.bounds.pairs)
    }

    pub(super) fn is_source(&self, place: Place) -> bool {
        place.0 < self.bounds.pairs
    }

    /// The generation and the pair of a target.
    pub(super) fn pair_of(&self, target: Place) -> Option<(u8, u8)> {
        let generation = target.0.checked_div(self.bounds.pairs)?;
        (1..=self.bounds.generations).contains(&generation).then_some((generation, target.0 % self.bounds.pairs))
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = Place> {
        (0..self.bounds.pairs).map(Place)
    }

    pub(super) fn targets(&self) -> impl Iterator<Item = Place> {
        (self.bounds.pairs..(self.bounds.generations + 1) * self.bounds.pairs).map(Place)
    }

    pub(super) fn generations(&self) -> impl Iterator<Item = u8> + use<> {
        1..=self.bounds.generations
    }

    /// The volumes of the pairs of a generation, source and target.
    pub(super) fn pairs(&self, generation: u8) -> impl Iterator<Item = (VolumeId, VolumeId)> {
        let ends = move |pair| Some((self.volume(self.source(pair))?, self.volume(self.target(generation, pair))?));
        (0..self.bounds.pairs).filter_map(ends)
    }

    /// Whether this is the BCV of this source in some generation.
    pub(super) fn is_mapped(&self, standard: VolumeId, bcv: VolumeId) -> bool {
        self.generations().any(|generation| self.pairs(generation).any(|pair| pair == (standard, bcv)))
    }

    pub(super) fn volume(&self, place: Place) -> Option<VolumeId> {
        self.volumes.get(usize::from(place.0)).map(|(volume, _)| *volume)
    }

    pub(super) fn unit(&self, place: Place) -> Option<Unit> {
        self.volumes.get(usize::from(place.0)).map(|(_, unit)| *unit)
    }

    pub(super) fn place(&self, volume: VolumeId) -> Option<Place> {
        self.places.get(&volume).copied()
    }

    /// The volume that was given this label at first.
    pub(super) fn labelled(&self, volser: Volser) -> Option<Place> {
        self.labels.get(&volser).copied()
    }

    /// The name of a volume in a story.
    pub(super) fn name(&self, volume: VolumeId) -> String {
        let unit = self.place(volume).and_then(|place| self.unit(place));
        unit.map_or_else(|| volume.to_string(), |unit| unit.to_string())
    }
}

/// The base units of the one system.
fn bases(seen: &Observation) -> impl Iterator<Item = (Unit, VolumeId)> {
    seen.units.iter().filter_map(|entry| match entry.device {
        Device::Base(volume, _) => Some((entry.unit, volume)),
        Device::Alias(_) => None,
    })
}

/// The site: volumes of one cylinder, a database on every source, and a policy of one row.
fn site(bounds: &Bounds) -> String {
    let Bounds { pairs, generations, method, .. } = *bounds;
    let (array, family, level, features, row) = match method {
        Method::Bcv => {
            ("000197800001", "symmetrix", "5978.711.711", "", r#"{ family = "5978", method = "bcv", minimum = "5978.144.144" }"#)
        }
        Method::FlashCopy => (
            "75ABC01",
            "ds8000",
            "88.50.0.0",
            "\"flashcopy\"",
            r#"{ family = "ds8000", method = "flashcopy", minimum = "87.30.105.0" }"#,
        ),
    };
    let bcv = method == Method::Bcv;
    let mut volumes = String::new();
    let mut targets = String::new();
    for generation in 0..generations {
        let number = 0x20 + u32::from(generation) * 16;
        volumes += &format!(
            "  {{ array = \"{array}\", lss = \"10\", ua = \"{number:02X}\", count = {pairs}, unit = \"10{number:02X}\", status = \"offline\", volser = \"T{generation}{{0001}}\", cylinders = 1, bcv = {bcv} }},\n"
        );
        targets += &format!(
            "  {{ generation = {}, source = \"1000\", target = \"10{number:02X}\", count = {pairs} }},\n",
            generation + 1
        );
    }
    format!(
        r#"format = 1
systems = [{{ name = "{SYSTEM}" }}]
ims = [{{ ssid = "{IMS}" }}]
catalogs = [{{ name = "UCAT", kind = "user", volumes = ["DB0001"] }}]
data_sets = [{{ name = "DB{{1}}", count = {pairs}, class = "database", catalog = "UCAT", ims = ["{IMS}"], volumes = ["DB{{0001}}"] }}]
policy = {{ code_levels = [{row}] }}
arrays = [{{ serial = "{array}", family = "{family}", code_level = "{level}", features = [{features}], lss = [{{ id = "10", cu_ssid = "2000" }}] }}]
volumes = [
  {{ array = "{array}", lss = "10", ua = "00", count = {pairs}, unit = "1000", volser = "DB{{0001}}", cylinders = 1 }},
  {{ array = "{array}", lss = "10", ua = "10", unit = "1010", volser = "OTHER1", cylinders = 1 }},
{volumes}]

[[profiles]]
name = "{PROFILE}"
ims_ssid = "{IMS}"
type = "data"
method = "{method}"
generations = {generations}
sources = [{{ unit = "1000", count = {pairs}, volser = "DB{{0001}}" }}]
targets = [
{targets}]
"#
    )
}
