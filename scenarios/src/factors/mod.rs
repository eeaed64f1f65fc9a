//! Factors: the few things about a setup whose combinations decide how well a run has looked.
//!
//! A factor has a handful of values, and each value is *measured* from the finished site, whatever the generator meant.
//! [`space`] numbers all pairs and triples of values, [`constraints`] says which of them cannot be.

pub mod constraints;
pub mod measure;
pub mod space;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use dasdlab_model::states::{BackupType, Method};

use crate::defects::{self, Defect};

pub use measure::{Factors, measure};

/// A text that names no value of a factor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct FactorError {
    /// The text.
    text: String,
    /// What was expected.
    expected: &'static str,
}

macro_rules! values {
    ($(#[$doc:meta])* $Name:ident, $expected:literal { $($Variant:ident = $word:literal, $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name {
            $(#[doc = $text] $Variant,)+
        }

        impl $Name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The word as it stands in tokens and reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Variant => $word),+ }
            }

            /// What it means.
            #[must_use]
            pub const fn describe(self) -> &'static str {
                match self { $(Self::$Variant => $text),+ }
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $Name {
            type Err = FactorError;

            fn from_str(text: &str) -> Result<Self, FactorError> {
                let found = Self::ALL.iter().copied().find(|value| value.as_str() == text);
                found.ok_or_else(|| FactorError { text: text.to_owned(), expected: $expected })
            }
        }
    };
}

values!(
    /// How many generations the profile has.
    Generations, "a number of generations: 1, 2, 3-9 or 10+" {
        One = "1", "one: a backup lies on the only set of targets";
        Two = "2", "two: the sets change places";
        Few = "3-9", "three to nine";
        Many = "10+", "ten or more: sorted as text, 10 stands before 2";
    }
);

values!(
    /// How the volumes of the profile lie.
    Topology, "a topology: one-lss, lsses, lsses-across, arrays or arrays-across" {
        OneLss = "one-lss", "all in one subsystem of one array";
        Lsses = "lsses", "in several subsystems of one array, each target in the subsystem of its source";
        LssesAcross = "lsses-across", "in several subsystems of one array, some target in another one than its source";
        Arrays = "arrays", "on several arrays, each target in the subsystem of its source";
        ArraysAcross = "arrays-across", "on several arrays, some target in another subsystem, or on another array, than its source";
    }
);

values!(
    /// The host status that stands furthest from what is usual, of all units of the profile.
    Status, "a host status of the profile's units: usual, target-online, pending-offline, source-offline, target-in-use, not-ready, no-path or boxed" {
        Usual = "usual", "every source online or allocated, every target offline";
        TargetOnline = "target-online", "some target online, and idle";
        PendingOffline = "pending-offline", "some unit pending offline";
        SourceOffline = "source-offline", "some source offline";
        TargetInUse = "target-in-use", "some target online and allocated";
        NotReady = "not-ready", "some unit not ready";
        NoPath = "no-path", "some unit without a path";
        Boxed = "boxed", "some unit boxed";
    }
);

values!(
    /// How the code level of an array stands to the least that is asked for; of several arrays the one that stands worst.
    Relation, "a relation of levels: above, equal, newer, fix-missing, below, no-minimum or unreadable" {
        Above = "above", "above the minimum";
        Equal = "equal", "the minimum itself, however it is written";
        Newer = "newer", "of a family above all that have a minimum";
        FixMissing = "fix-missing", "not below the minimum, but a fix is missing";
        Below = "below", "below the minimum, in its level or in its patch";
        NoMinimum = "no-minimum", "of a family without a minimum";
        Unreadable = "unreadable", "no level that could be compared";
    }
);

/// What has values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// How volumes are copied.
    Method,
    /// What a backup contains.
    Type,
    /// How many sets of targets there are.
    Generations,
    /// How the volumes lie.
    Topology,
    /// The worst host status.
    Status,
    /// The worst code level.
    Level,
    /// What was planted.
    Defect,
}

impl Factor {
    /// Every factor; the defect is the last.
    pub const ALL: [Self; 7] =
        [Self::Method, Self::Type, Self::Generations, Self::Topology, Self::Status, Self::Level, Self::Defect];

    /// Its name, as in `topology=arrays`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Type => "type",
            Self::Generations => "generations",
            Self::Topology => "topology",
            Self::Status => "status",
            Self::Level => "level",
            Self::Defect => "defect",
        }
    }

    /// What it is.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Method => "how the profile copies volumes",
            Self::Type => "what its backup contains",
            Self::Generations => "how many generations it has",
            Self::Topology => "how its volumes lie, of all units that stand for a volume",
            Self::Status => "the host status that stands furthest from what is usual, of all its units; the last in this list",
            Self::Level => "how the code level of its array stands to the minimum; of several arrays the last in this list",
            Self::Defect => "what was planted, each defect by itself; none in a clean world",
        }
    }

    /// What a value means, where its word does not say it.
    #[must_use]
    pub fn meaning(self, word: &str) -> Option<&'static str> {
        match self {
            Self::Method => word.parse().ok().map(|method| match method {
                Method::FlashCopy => "FlashCopy: point-in-time copies",
                Method::Bcv => "BCVs: mirrors that are split",
            }),
            Self::Type => word.parse().ok().map(|backup_type| match backup_type {
                BackupType::Full => "everything, logs and RECON data sets too",
                BackupType::Data => "databases and what the user includes",
            }),
            Self::Defect => None,
            Self::Generations => word.parse().ok().map(Generations::describe),
            Self::Topology => word.parse().ok().map(Topology::describe),
            Self::Status => word.parse().ok().map(Status::describe),
            Self::Level => word.parse().ok().map(Relation::describe),
        }
    }

    /// Words for its values, in order; a value is named by its place among them.
    #[must_use]
    pub fn values(self) -> Vec<&'static str> {
        match self {
            Self::Method => Method::ALL.iter().map(|value| value.as_str()).collect(),
            Self::Type => BackupType::ALL.iter().map(|value| value.as_str()).collect(),
            Self::Generations => Generations::ALL.iter().map(|value| value.as_str()).collect(),
            Self::Topology => Topology::ALL.iter().map(|value| value.as_str()).collect(),
            Self::Status => Status::ALL.iter().map(|value| value.as_str()).collect(),
            Self::Level => Relation::ALL.iter().map(|value| value.as_str()).collect(),
            Self::Defect => std::iter::once(NO_DEFECT).chain(counted().iter().map(|defect| defect.name)).collect(),
        }
    }

    /// How many values it has.
    #[must_use]
    pub fn size(self) -> usize {
        match self {
            Self::Method => Method::ALL.len(),
            Self::Type => BackupType::ALL.len(),
            Self::Generations => Generations::ALL.len(),
            Self::Topology => Topology::ALL.len(),
            Self::Status => Status::ALL.len(),
            Self::Level => Relation::ALL.len(),
            Self::Defect => 1 + counted().len(),
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The value of the factor defect in a clean world.
pub const NO_DEFECT: &str = "none";

/// Defects after which a profile has no pairs: they leave nothing that could lie, be seen or have a level.
const UNCOUNTED: &[&str] = &["PS14:no-sources", "PS14:no-generations"];

/// The defects that are values of a factor, in the order of the table.
#[must_use]
pub fn counted() -> &'static [&'static Defect] {
    static COUNTED: LazyLock<Vec<&'static Defect>> = LazyLock::new(|| {
        let uncounted = |defect: &&Defect| UNCOUNTED.iter().any(|name| defect.name.starts_with(name));
        defects::all().filter(|defect| !uncounted(defect)).collect()
    });
    &COUNTED
}

/// The value of the factor defect that a name stands for; none for a defect that is not counted.
#[must_use]
pub fn defect_code(name: &str) -> Option<usize> {
    static BY_NAME: LazyLock<Vec<(&'static str, usize)>> = LazyLock::new(|| {
        let mut names: Vec<_> = counted().iter().enumerate().map(|(at, defect)| (defect.name, at + 1)).collect();
        names.sort_unstable();
        names
    });
    let at = BY_NAME.binary_search_by_key(&name, |&(name, _)| name).ok()?;
    BY_NAME.get(at).map(|&(_, code)| code)
}

/// A value of every factor but the defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Setting {
    /// How volumes are copied.
    pub method: Method,
    /// What a backup contains.
    pub backup_type: BackupType,
    /// How many sets of targets there are.
    pub generations: Generations,
    /// How the volumes lie.
    pub topology: Topology,
    /// The worst host status.
    pub status: Status,
    /// The worst code level.
    pub level: Relation,
}

impl Setting {
    /// The place of each value among those of its factor.
    #[must_use]
    pub const fn codes(&self) -> [usize; 6] {
        [
            self.method as usize,
            self.backup_type as usize,
            self.generations as usize,
            self.topology as usize,
            self.status as usize,
            self.level as usize,
        ]
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, backup_type, generations, topology, status, level } = self;
        write!(f, "{method} {backup_type} {generations} {topology} {status} {level}")
    }
}

impl FromStr for Setting {
    type Err = FactorError;

    fn from_str(text: &str) -> Result<Self, FactorError> {
        let expected = "a method, a type, generations, a topology, a status and a level";
        let other = || FactorError { text: text.to_owned(), expected };
        let words: Vec<&str> = text.split(' ').collect();
        let [method, backup_type, generations, topology, status, level] = words.as_slice() else { return Err(other()) };
        Ok(Self {
            method: method.parse().map_err(|_| other())?,
            backup_type: backup_type.parse().map_err(|_| other())?,
            generations: generations.parse()?,
            topology: topology.parse()?,
            status: status.parse()?,
            level: level.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_reads_back_what_it_wrote() {
        for (at, &status) in Status::ALL.iter().enumerate() {
            let setting = Setting {
                method: Method::ALL[at % 2],
                backup_type: BackupType::ALL[at / 2 % 2],
                generations: Generations::ALL[at % 4],
                topology: Topology::ALL[at % 5],
                status,
                level: Relation::ALL[at % 7],
            };
            assert_eq!(setting.to_string().parse(), Ok(setting));
        }
        assert!("bcv full 2".parse::<Setting>().is_err());
        let error = "bcv full 2 lss usual above".parse::<Setting>().unwrap_err().to_string();
        assert!(error.contains("`lss` is not a topology"), "{error}");
    }

    #[test]
    fn values_stand_where_their_codes_say() {
        for factor in Factor::ALL {
            assert_eq!(factor.values().len(), factor.size(), "{factor}");
        }
        let setting: Setting = "bcv data 10+ arrays boxed below".parse().unwrap();
        let words: Vec<_> = Factor::ALL.iter().zip(setting.codes()).map(|(factor, code)| factor.values()[code]).collect();
        assert_eq!(words.join(" "), setting.to_string());
        for (at, name) in Factor::Defect.values().into_iter().enumerate().skip(1) {
            assert_eq!(defect_code(name), Some(at));
        }
        assert_eq!(defect_code("PS14:no-generations"), None);
    }
}
