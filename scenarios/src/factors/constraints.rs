//! What cannot be: combinations of values that no site has, each with its cause.
//!
//! One table. A row holds conditions on two or three factors that are never met together; a tuple with all of them is
//! left out of what a run has to cover, and a scenario with all of them is a fault of the generator, of the measuring, or
//! of this table.

use std::sync::LazyLock;

use dasdlab_model::states::{BackupType, Method};

use super::space::{FACTORS, Partial, point};
use super::{Factor, Generations, Relation, Setting, Status, Topology};

/// A condition on one factor.
#[derive(Debug, Clone, Copy)]
enum Is {
    Method(Method),
    Type(BackupType),
    Generations(&'static [Generations]),
    Topology(&'static [Topology]),
    Status(&'static [Status]),
    /// A status that stands closer to what is usual.
    StatusBelow(Status),
    Level(&'static [Relation]),
    /// A level that stands better.
    LevelBelow(Relation),
    /// No defect.
    Clean,
    /// One of these defects, named as tokens name them: by rule, by reason or alone.
    Defect(&'static [&'static str]),
}

/// Conditions that are never met together.
struct Row {
    never: &'static [Is],
    why: &'static str,
}

const ROWS: &[Row] = &[
    // The method.
    Row {
        never: &[
            Is::Method(Method::Bcv),
            Is::Defect(&[
                "PS07:not-licensed",
                "PS07:not-capable",
                "PS07:inhibited",
                "PS07:v1-active",
                "PS07:relation-limit",
                "PS08",
            ]),
        ],
        why: "PS07 and PS08 are asked of FlashCopy profiles alone",
    },
    Row {
        never: &[Is::Method(Method::Bcv), Is::Defect(&["PS07:near-miss/twelfth-relation"])],
        why: "relations are counted for FlashCopy profiles alone: there is no limit to come near to",
    },
    Row {
        never: &[Is::Method(Method::Bcv), Is::Defect(&["PS06:too-small", "PS06:larger"])],
        why: "of a BCV the size must be equal: it is a size-mismatch",
    },
    Row {
        never: &[
            Is::Method(Method::Bcv),
            Is::Defect(&["PS06:foreign-relation/mirror", "PS06:foreign-relation/mirror-as-standard"]),
        ],
        why: "mirror pairs of a BCV profile are the matter of PS12 and PS13",
    },
    Row {
        never: &[Is::Method(Method::Bcv), Is::Defect(&["PS05:restoring/flashcopy-profile", "PS12:near-miss/flashcopy-profile"])],
        why: "the defect is one of FlashCopy profiles",
    },
    Row {
        never: &[Is::Method(Method::Bcv), Is::Defect(&["PS11:undeterminable/other-scale"])],
        why: "only levels of a DS8000 have two scales, and no level is asked of a DS8000 for BCVs",
    },
    Row {
        never: &[
            Is::Method(Method::FlashCopy),
            Is::Defect(&[
                "PS05:method-unsupported",
                "PS06:method-unsupported",
                "PS06:not-bcv",
                "PS06:size-mismatch",
                "PS06:different-array",
                "PS06:near-miss/not-ready-mirror",
            ]),
        ],
        why: "it is asked of BCV profiles alone",
    },
    Row {
        never: &[
            Is::Method(Method::FlashCopy),
            Is::Defect(&["PS12:established", "PS12:split-history", "PS12:near-miss/no-history", "PS13"]),
        ],
        why: "PS12 and PS13 are asked of BCV profiles alone",
    },
    Row {
        never: &[Is::Method(Method::FlashCopy), Is::Defect(&["PS07:near-miss/bcv-profile"])],
        why: "the defect is one of BCV profiles",
    },
    // The type.
    Row {
        never: &[
            Is::Type(BackupType::Data),
            Is::Defect(&[
                "PS01:missing/system",
                "PS01:migrated/recon",
                "PS02:missing",
                "PS02:on-tape",
                "PS03:missing/log-catalog",
            ]),
        ],
        why: "system, log and RECON data sets and their catalogs are in the scope of FULL alone",
    },
    Row {
        never: &[
            Is::Type(BackupType::Full),
            Is::Defect(&[
                "PS01:near-miss/log-migrated",
                "PS02:log-in-data-backup",
                "PS02:near-miss/new-log-of-data-profile",
                "PS02:near-miss/tape-log-of-data-profile",
                "PS03:near-miss/log-catalog-of-data-profile",
            ]),
        ],
        why: "logs and their catalogs belong to a FULL backup: outside of one, or in it by mistake, they are in DATA alone",
    },
    // Generations.
    Row {
        never: &[
            Is::Generations(&[Generations::One]),
            Is::Defect(&[
                "PS13:established/last-generation",
                "PS14:missing-target/every-generation",
                "PS14:duplicate-target/two-generations",
            ]),
        ],
        why: "the defect is about several generations, or about one behind the first",
    },
    Row {
        never: &[Is::Generations(&[Generations::One, Generations::Two]), Is::Defect(&["PS07:relation-limit/many-generations"])],
        why: "the defect is about a limit that many generations exceed",
    },
    // Topology.
    Row {
        never: &[
            Is::Topology(&[Topology::OneLss, Topology::Lsses, Topology::Arrays]),
            Is::Defect(&["PS08:different-lss", "PS08:near-miss/same-array-suffices"]),
        ],
        why: "a target in another subsystem than its source is just that",
    },
    Row {
        never: &[
            Is::Topology(&[Topology::OneLss, Topology::Lsses, Topology::LssesAcross, Topology::Arrays]),
            Is::Defect(&["PS06:different-array", "PS07:not-licensed/target-array", "PS08:different-array"]),
        ],
        why: "a target on another array than its source is just that",
    },
    Row {
        never: &[
            Is::Topology(&[Topology::OneLss, Topology::Lsses, Topology::LssesAcross, Topology::Arrays]),
            Is::Defect(&["PS06:method-unsupported"]),
        ],
        why: "of a pair on Symmetrix the target alone is on a DS8000, and so on another array",
    },
    Row {
        never: &[
            Is::Topology(&[Topology::OneLss, Topology::Lsses, Topology::LssesAcross]),
            Is::Defect(&["PS05:method-unsupported", "PS11:level-below-minimum/one-array-of-many"]),
        ],
        why: "one array is unlike the others of the profile, a DS8000 beside Symmetrix or one with a low level: there are several",
    },
    // Host status.
    Row { never: &[Is::StatusBelow(Status::Boxed), Is::Defect(&["PS05:boxed", "PS06:boxed"])], why: "a boxed unit is boxed" },
    Row {
        never: &[Is::StatusBelow(Status::NoPath), Is::Defect(&["PS05:no-path", "PS06:no-path"])],
        why: "a unit without a path has none",
    },
    Row {
        never: &[
            Is::StatusBelow(Status::NotReady),
            Is::Defect(&["PS05:not-ready", "PS06:not-ready", "PS06:near-miss/not-ready-mirror", "PS13:established/not-ready"]),
        ],
        why: "a unit that is not ready is not ready",
    },
    Row {
        never: &[Is::StatusBelow(Status::TargetInUse), Is::Defect(&["PS06:in-use"])],
        why: "a target in use is online and allocated",
    },
    Row {
        never: &[Is::StatusBelow(Status::SourceOffline), Is::Defect(&["PS05:offline", "PS06:also-source/offline"])],
        why: "a source that is offline is offline",
    },
    Row {
        never: &[Is::StatusBelow(Status::PendingOffline), Is::Defect(&["PS05:pending-offline", "PS06:pending-offline"])],
        why: "a unit that is going offline is pending offline",
    },
    Row {
        never: &[
            Is::StatusBelow(Status::TargetOnline),
            Is::Defect(&["PS06:online", "PS06:also-source/online", "PS06:holds-data"]),
        ],
        why: "a target that is a source, or that a catalog means, is mounted: what is offline and a target holds nothing",
    },
    // Code levels.
    Row {
        never: &[Is::LevelBelow(Relation::Unreadable), Is::Defect(&["PS11:undeterminable"])],
        why: "a level that says nothing stands worst",
    },
    Row {
        never: &[
            Is::LevelBelow(Relation::NoMinimum),
            Is::Defect(&["PS11:unsupported-family", "PS05:method-unsupported", "PS06:method-unsupported"]),
        ],
        why: "no minimum is stated for that array: none is for a DS8000 and BCVs",
    },
    Row {
        never: &[Is::LevelBelow(Relation::Below), Is::Defect(&["PS11:level-below-minimum", "PS11:patch-below-minimum"])],
        why: "a level below the minimum is below it",
    },
    Row {
        never: &[Is::LevelBelow(Relation::FixMissing), Is::Defect(&["PS11:fix-missing"])],
        why: "a fix that is missing is missing at any level",
    },
    Row {
        never: &[Is::LevelBelow(Relation::Newer), Is::Defect(&["PS11:newer-than-policy"])],
        why: "a family above the policy is above it",
    },
    Row {
        never: &[
            Is::LevelBelow(Relation::Equal),
            Is::Defect(&["PS11:near-miss/equal", "PS11:near-miss/equal-with-leading-zeros"]),
        ],
        why: "a level equal to the minimum is equal to it",
    },
    // The clean world.
    Row {
        never: &[
            Is::Clean,
            Is::Status(&[
                Status::TargetOnline,
                Status::PendingOffline,
                Status::SourceOffline,
                Status::TargetInUse,
                Status::NoPath,
                Status::Boxed,
            ]),
        ],
        why: "each of them is a finding",
    },
    Row {
        never: &[Is::Clean, Is::Status(&[Status::NotReady]), Is::Method(Method::FlashCopy)],
        why: "only a BCV that is established to its source may be not ready",
    },
    Row {
        never: &[
            Is::Clean,
            Is::Level(&[Relation::Newer, Relation::FixMissing, Relation::Below, Relation::NoMinimum, Relation::Unreadable]),
        ],
        why: "each of them is a finding",
    },
];

/// Stands for a value that is not known; no factor but the defect has so many.
const UNKNOWN: usize = 15;

/// A row with its conditions as tables: for each factor, which of its values meet the condition on it.
struct Table {
    /// A bit for each value of the factors before the defect; all of them, the unknown one too, where nothing is asked.
    met: [u16; FACTORS - 1],
    /// Which defects are met; none where nothing is asked.
    defects: Option<Vec<bool>>,
    why: &'static str,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let table = |row: &Row| {
        let mut table = Table { met: [u16::MAX; FACTORS - 1], defects: None, why: row.why };
        for is in row.never {
            let factor = is.factor();
            let values = (0..factor.size()).map(|code| is.met(code));
            match table.met.get_mut(factor as usize) {
                Some(met) => *met = values.enumerate().fold(0, |met, (code, is_met)| met | u16::from(is_met) << code),
                None => table.defects = Some(values.collect()),
            }
        }
        table
    };
    ROWS.iter().map(table).collect()
});

impl Table {
    fn holds(&self, values: &Partial) -> bool {
        let [before @ .., defect] = values;
        let met = |(met, value): (&u16, &Option<usize>)| met >> value.unwrap_or(UNKNOWN) & 1 == 1;
        self.met.iter().zip(before).all(met)
            && self.defects.as_ref().is_none_or(|defects| defect.is_some_and(|code| defects.get(code) == Some(&true)))
    }

    /// Which values of a factor it leaves out beside the others that are known, a bit for each; the factor is none that
    /// names a defect, which is known.
    fn leaves_out(&self, values: &Partial, factor: usize) -> u16 {
        let mut others = *values;
        let Some(met) = self.met.get(factor) else { return 0 };
        // Any value that meets the condition on it stands for all of them.
        others[factor] = Some(met.trailing_zeros() as usize);
        if *met != 0 && self.holds(&others) { *met } else { 0 }
    }

    /// Whether it asks something of a factor.
    fn asks(&self, factor: usize) -> bool {
        self.met.get(factor).map_or(self.defects.is_some(), |met| *met != u16::MAX)
    }
}

/// The rows that can leave out anything of a scenario with this defect.
pub(crate) struct OfDefect(Vec<&'static Table>);

impl OfDefect {
    pub(crate) fn new(defect: usize) -> Self {
        let concerns =
            |table: &&Table| table.defects.as_ref().is_none_or(|defects| defects.get(defect).copied().unwrap_or(false));
        Self(TABLES.iter().filter(concerns).collect())
    }

    /// The same, made once.
    pub(crate) fn of(defect: usize) -> Option<&'static Self> {
        static ALL: LazyLock<Vec<OfDefect>> = LazyLock::new(|| (0..Factor::Defect.size()).map(OfDefect::new).collect());
        ALL.get(defect)
    }

    /// Which values of a factor can stand beside these, one of which is the defect: a bit for each.
    pub(crate) fn left(&self, values: &Partial, factor: usize) -> u16 {
        !self.0.iter().fold(0, |left_out, table| left_out | table.leaves_out(values, factor))
    }

    /// Whether nothing is known of these values, one of them the defect, for which they could not be.
    pub(crate) fn allows(&self, values: &Partial) -> bool {
        !self.0.iter().any(|table| table.holds(values))
    }
}

/// Why values never stand together; none where they can, or where too few of them are known.
#[must_use]
pub fn why(values: &Partial) -> Option<&'static str> {
    TABLES.iter().find(|table| table.holds(values)).map(|table| table.why)
}

/// What a scenario has that cannot be, in words with the cause.
#[must_use]
pub fn broken(setting: &Setting, defect: usize) -> Option<String> {
    let values = point(setting, defect).map(Some);
    let table = TABLES.iter().find(|table| table.holds(&values))?;
    let mut named = [None; FACTORS];
    for ((factor, named), value) in named.iter_mut().enumerate().zip(values) {
        *named = value.filter(|_| table.asks(factor));
    }
    Some(format!("{} occurred: {}", super::space::in_words(&named), table.why))
}

/// The rows in words: what never stands together, and why.
pub fn rows() -> impl Iterator<Item = (String, &'static str)> {
    ROWS.iter().map(|row| (row.never.iter().map(|is| is.words()).collect::<Vec<_>>().join(" with "), row.why))
}

impl Is {
    const fn factor(self) -> Factor {
        match self {
            Self::Method(_) => Factor::Method,
            Self::Type(_) => Factor::Type,
            Self::Generations(_) => Factor::Generations,
            Self::Topology(_) => Factor::Topology,
            Self::Status(_) | Self::StatusBelow(_) => Factor::Status,
            Self::Level(_) | Self::LevelBelow(_) => Factor::Level,
            Self::Clean | Self::Defect(_) => Factor::Defect,
        }
    }

    fn met(self, code: usize) -> bool {
        match self {
            Self::Method(method) => method as usize == code,
            Self::Type(backup_type) => backup_type as usize == code,
            Self::Generations(these) => these.iter().any(|&one| one as usize == code),
            Self::Topology(these) => these.iter().any(|&one| one as usize == code),
            Self::Status(these) => these.iter().any(|&one| one as usize == code),
            Self::Level(these) => these.iter().any(|&one| one as usize == code),
            Self::StatusBelow(status) => code < status as usize,
            Self::LevelBelow(level) => code < level as usize,
            Self::Clean => code == 0,
            Self::Defect(these) => {
                let defect = code.checked_sub(1).and_then(|at| super::counted().get(at));
                defect.is_some_and(|defect| these.iter().any(|name| is_of(defect.name, name)))
            }
        }
    }

    /// The condition in words, as in `status below boxed` or `defect PS05:boxed, PS06:boxed`.
    fn words(self) -> String {
        let factor = self.factor();
        match self {
            Self::StatusBelow(status) => format!("{factor} before {status}"),
            Self::LevelBelow(level) => format!("{factor} before {level}"),
            Self::Defect(these) => format!("{factor} {}", these.join(", ")),
            _ => {
                let values = factor.values().into_iter().enumerate().filter(|&(code, _)| self.met(code));
                format!("{factor} {}", values.map(|(_, word)| word).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Whether a defect is meant by a rule, a reason or a name.
fn is_of(defect: &str, name: &str) -> bool {
    defect.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
}

#[cfg(test)]
mod tests {
    use super::super::{defect_code, space};
    use super::*;

    #[track_caller]
    fn check(setting: &str, defect: &str, cause: Option<&str>) {
        let code = if defect == super::super::NO_DEFECT { 0 } else { defect_code(defect).unwrap() };
        let found = broken(&setting.parse().unwrap(), code);
        match cause {
            None => assert_eq!(found, None, "{setting} {defect}"),
            Some(cause) => assert!(found.as_ref().is_some_and(|found| found.contains(cause)), "{setting} {defect}: {found:?}"),
        }
    }

    #[test]
    fn what_cannot_be_is_named_with_its_cause() {
        check(
            "bcv full 2 one-lss usual above",
            "PS05:boxed/alone",
            Some("status=usual defect=PS05:boxed/alone occurred: a boxed"),
        );
        check("bcv full 2 one-lss boxed above", "PS05:boxed/alone", None);
        check("bcv full 2 one-lss boxed above", "PS08:different-lss", Some("method=bcv defect=PS08:different-lss"));
        check("bcv full 2 one-lss not-ready above", "none", None);
        check("flashcopy full 2 one-lss not-ready above", "none", Some("only a BCV"));
        check("flashcopy full 2 one-lss boxed above", "none", Some("is a finding"));
        check("flashcopy data 2 one-lss usual above", "PS02:on-tape/log", Some("the scope of FULL"));
    }

    #[test]
    fn every_row_leaves_something_out_and_says_why() {
        for (at, (words, why)) in rows().enumerate() {
            assert!(!why.is_empty(), "{words}");
            let out =
                |space: &'static space::Space| (0..space.len()).filter(|&index| TABLES[at].holds(&space.values(index))).count();
            assert!(out(space::Space::pairs()) + out(space::Space::triples()) > 0, "{words}");
        }
    }

    #[test]
    fn every_name_in_the_table_is_a_defect() {
        for name in ROWS.iter().flat_map(|row| row.never).flat_map(|is| match is {
            Is::Defect(these) => these.to_vec(),
            _ => Vec::new(),
        }) {
            assert!(super::super::counted().iter().any(|defect| is_of(defect.name, name)), "{name}");
        }
    }

    #[test]
    fn what_a_defect_needs_is_not_asked_for_where_it_cannot_be_met() {
        for (at, defect) in super::super::counted().iter().enumerate() {
            for &method in Method::ALL {
                let mut values = [None; FACTORS];
                (values[Factor::Method as usize], values[Factor::Defect as usize]) = (Some(method as usize), Some(at + 1));
                assert_eq!(why(&values).is_none(), defect.needs.allows(method), "{method} {}", defect.name);
            }
        }
    }
}
