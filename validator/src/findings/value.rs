//! What a finding is about and what it states, as numbers and borrowed names.

use std::cmp::Ordering;
use std::fmt;

use dasdlab_model::finding::{self, Side};
use dasdlab_model::level::LevelFamily;
use dasdlab_model::name::{CatalogName, ImsSsid, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::states::{DataSetClass, DeviceType, Family, Incapable, MigratedPolicy, MirrorState};
use dasdlab_model::tables::Texts;
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeId};

/// What a finding is about; ordered as [`finding::Subject`] is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// A unit of the profile's system.
    Unit(Unit),
    /// A volume without a unit in that system.
    Volume(&'a Serial, Lss, UnitAddress),
    /// An array.
    Array(&'a Serial),
    /// A data set: its number among the names.
    DataSet(&'a Texts, u32),
    /// A catalog.
    Catalog(&'a CatalogName),
    /// A profile.
    Profile(&'a ProfileName),
    /// A generation of the profile.
    Generation(u8),
    /// A side of a pair.
    Side(Side),
}

/// The number by which the subject that is the unit with this number orders.
pub(super) const fn unit_order(unit: u32) -> u32 {
    (1 << 28) | unit
}

impl Subject<'_> {
    /// A number of 32 bits that orders as subjects do, and whether subjects of the same number are the same. Kinds take
    /// the upper 4 bits and are never 0, which stands for no subject.
    pub(super) fn order(self) -> (u32, bool) {
        const fn of(kind: u32, number: u32) -> u32 {
            (kind << 28) | number
        }
        match self {
            Self::Unit(unit) => (unit_order(unit.number()), true),
            Self::Volume(..) => (of(2, 0), false),
            Self::Array(_) => (of(3, 0), false),
            Self::DataSet(..) => (of(4, 0), false),
            Self::Catalog(_) => (of(5, 0), false),
            Self::Profile(_) => (of(6, 0), false),
            Self::Generation(number) => (of(7, number as u32), true),
            Self::Side(side) => (of(8, side as u32), true),
        }
    }

    /// The same in the words of the model; none for a data set that has no name.
    pub(super) fn spelled(self) -> Option<finding::Subject> {
        Some(match self {
            Self::Unit(unit) => finding::Subject::Unit(unit),
            Self::Volume(array, lss, ua) => finding::Subject::Volume(VolumeId { array: *array, lss, ua }),
            Self::Array(serial) => finding::Subject::Array(*serial),
            Self::DataSet(names, number) => finding::Subject::DataSet(names.get(number)?.parse().ok()?),
            Self::Catalog(name) => finding::Subject::Catalog(name.clone()),
            Self::Profile(name) => finding::Subject::Profile(name.clone()),
            Self::Generation(number) => finding::Subject::Generation(number),
            Self::Side(side) => finding::Subject::Side(side),
        })
    }
}

impl Ord for Subject<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Volume(array, lss, ua), Self::Volume(other, of, at)) => (array, lss, ua).cmp(&(other, of, at)),
            (Self::Array(one), Self::Array(other)) => one.cmp(other),
            (Self::DataSet(names, one), Self::DataSet(others, other)) => names.get(*one).cmp(&others.get(*other)),
            (Self::Catalog(one), Self::Catalog(other)) => one.cmp(other),
            (Self::Profile(one), Self::Profile(other)) => one.cmp(other),
            _ => self.order().cmp(&other.order()),
        }
    }
}

impl PartialOrd for Subject<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Subject<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Subject<'_> {}

/// One thing that a finding states.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fact<'a> {
    /// A count or a size.
    Number(u64),
    /// A name, a state, a level; empty where there is none.
    Text(Option<Text<'a>>),
    /// A label as a word, where it stands; empty where there is none.
    Label(&'a u64),
    /// The system that has a volume reserved, where it stands.
    ReservedBy(&'a Option<SystemName>),
    /// The cause for which a volume cannot take part; empty where there is none.
    Cause(Option<Incapable>),
    /// Members of a list: from where to where among all facts.
    List(u32, u32),
}

impl<'a> Fact<'a> {
    /// The fact that a thing has this name.
    pub(crate) fn text(text: impl Into<Text<'a>>) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spelled().map_or(Ok(()), |subject| subject.fmt(f))
    }
}

/// How a finding names a volume among others: by its unit in the profile's system, or by identity where it has none there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Device<'a>(pub(crate) Subject<'a>);

impl fmt::Display for Device<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Subject::Unit(unit) => unit.fmt(f),
            Subject::Volume(array, lss, ua) => VolumeId { array: *array, lss, ua }.fmt(f),
            other => other.fmt(f),
        }
    }
}

/// The logical subsystem of a volume.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LssOf<'a>(pub(crate) &'a Serial, pub(crate) Lss);

impl fmt::Display for LssOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

/// Each line is a kind of text: what is kept of it until it is written.
macro_rules! texts {
    ($($Variant:ident($Type:ty),)+) => {
        /// What is written as text in the end.
        #[derive(Debug, Clone, Copy)]
        pub(crate) enum Text<'a> {
            /// The name of a data set: its number among the names.
            DataSet(&'a Texts, u32),
            $($Variant($Type),)+
        }

        impl fmt::Display for Text<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::DataSet(names, number) => names.get(*number).unwrap_or_default().fmt(f),
                    $(Self::$Variant(value) => value.fmt(f),)+
                }
            }
        }

        $(impl<'a> From<$Type> for Text<'a> {
            fn from(value: $Type) -> Self {
                Self::$Variant(value)
            }
        })+
    };
}

texts! {
    Array(&'a Serial),
    Class(DataSetClass),
    Device(Device<'a>),
    DeviceType(DeviceType),
    Family(Family),
    Ims(ImsSsid),
    LevelFamily(LevelFamily),
    Lss(LssOf<'a>),
    Migrated(MigratedPolicy),
    Number(u32),
    Profile(&'a ProfileName),
    State(MirrorState),
    Subject(Subject<'a>),
    System(SystemName),
    Unit(Unit),
    Volser(Volser),
    Word(&'a &'static str),
    Written(&'a String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_and_facts_take_few_bytes() {
        assert_eq!(size_of::<Subject<'_>>(), 16);
        assert_eq!(size_of::<Fact<'_>>(), 24);
    }
}
