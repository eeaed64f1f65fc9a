//! Metamorphic relations: changes of an observation after which the findings are known from the findings before.
//!
//! Each is deterministic in its seed and knows nothing about rules: it holds for any judge that keeps the contract.

mod rename;
mod reorder;
mod unrelated;

use std::fmt;
use std::str::FromStr;

pub use rename::{Renaming, rename};
pub use reorder::reorder;
pub use unrelated::unrelated;

use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::unit::VolumeId;

/// A relation between two runs of profile setup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Everything is listed in another order: the same findings.
    Reordered,
    /// Things have other names: the same findings under those names.
    Renamed,
    /// A volume is added that nobody names: the same findings.
    UnrelatedAdded,
    /// The same input again: the same findings.
    Twice,
}

impl Relation {
    /// All relations.
    pub const ALL: &'static [Self] = &[Self::Reordered, Self::Renamed, Self::UnrelatedAdded, Self::Twice];

    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reordered => "reordered",
            Self::Renamed => "renamed",
            Self::UnrelatedAdded => "unrelated-added",
            Self::Twice => "twice",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Relation {
    type Err = UnknownRelation;

    fn from_str(text: &str) -> Result<Self, UnknownRelation> {
        Self::ALL.iter().copied().find(|relation| relation.as_str() == text).ok_or_else(|| UnknownRelation(text.to_owned()))
    }
}

/// A text that names no relation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a relation: expected reordered, renamed, unrelated-added or twice")]
pub struct UnknownRelation(String);

/// Every address that an observation names, as often as it names it.
fn addresses(observation: &Observation) -> impl Iterator<Item = VolumeId> + '_ {
    let units = observation.units.iter().map(|unit| match unit.device {
        Device::Base(volume, _) | Device::Alias(volume) => volume,
    });
    let relations = observation.relations.iter().flat_map(|relation| [relation.source, relation.target]);
    let mirrors = observation.mirrors.iter().flat_map(|pair| [pair.standard, pair.bcv]);
    observation.volumes.iter().map(|volume| volume.id).chain(units).chain(relations).chain(mirrors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_is_found_by_its_word() {
        for &relation in Relation::ALL {
            assert_eq!(relation.as_str().parse::<Relation>().unwrap(), relation);
        }
        assert_eq!(
            "other".parse::<Relation>().unwrap_err().to_string(),
            "`other` is not a relation: expected reordered, renamed, unrelated-added or twice"
        );
    }
}
