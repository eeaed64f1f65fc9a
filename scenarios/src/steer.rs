//! Steering: which setting each turn of a defect is made for, so that it meets all pairs of other values soon.
//!
//! For each defect there is a covering array over the other factors, made once by a greedy choice and the same on every
//! machine: its first rows have the most pairs. What a row asks for is met by the shape of the world and by defects that
//! keep the first one company; what comes of it is measured.

use std::fmt;
use std::sync::OnceLock;

use dasdlab_model::states::{BackupType, Method};

use crate::factors::constraints::OfDefect;
use crate::factors::space::{FACTORS, Partial};
use crate::factors::{Factor, Generations, Relation, Setting, Status, Topology};

/// Values that are asked for; the rest is left to chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Wanted {
    /// How volumes are copied.
    pub method: Option<Method>,
    /// What a backup contains.
    pub backup_type: Option<BackupType>,
    /// How many sets of targets there are.
    pub generations: Option<Generations>,
    /// How the volumes lie.
    pub topology: Option<Topology>,
    /// The worst host status.
    pub status: Option<Status>,
    /// The worst code level.
    pub level: Option<Relation>,
}

impl From<Setting> for Wanted {
    fn from(setting: Setting) -> Self {
        Self {
            method: Some(setting.method),
            backup_type: Some(setting.backup_type),
            generations: Some(setting.generations),
            topology: Some(setting.topology),
            status: Some(setting.status),
            level: Some(setting.level),
        }
    }
}

impl Wanted {
    /// The values at these places; what stands for a defect is left out.
    #[must_use]
    pub fn of(values: &Partial) -> Self {
        let [method, backup_type, generations, topology, status, level, _] = *values;
        Self {
            method: method.and_then(|code| Method::ALL.get(code).copied()),
            backup_type: backup_type.and_then(|code| BackupType::ALL.get(code).copied()),
            generations: generations.and_then(|code| Generations::ALL.get(code).copied()),
            topology: topology.and_then(|code| Topology::ALL.get(code).copied()),
            status: status.and_then(|code| Status::ALL.get(code).copied()),
            level: level.and_then(|code| Relation::ALL.get(code).copied()),
        }
    }

    /// Places of the values, with that of a defect.
    #[must_use]
    pub fn values(&self, defect: Option<usize>) -> Partial {
        [
            self.method.map(|value| value as usize),
            self.backup_type.map(|value| value as usize),
            self.generations.map(|value| value as usize),
            self.topology.map(|value| value as usize),
            self.status.map(|value| value as usize),
            self.level.map(|value| value as usize),
            defect,
        ]
    }

    /// These values, and those of the other where none is asked for.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            method: self.method.or(other.method),
            backup_type: self.backup_type.or(other.backup_type),
            generations: self.generations.or(other.generations),
            topology: self.topology.or(other.topology),
            status: self.status.or(other.status),
            level: self.level.or(other.level),
        }
    }

    /// The setting, where a value of every factor is asked for.
    #[must_use]
    pub fn setting(&self) -> Option<Setting> {
        Some(Setting {
            method: self.method?,
            backup_type: self.backup_type?,
            generations: self.generations?,
            topology: self.topology?,
            status: self.status?,
            level: self.level?,
        })
    }

    /// Whether a setting has all that is asked for.
    #[must_use]
    pub fn met_by(&self, setting: &Setting) -> bool {
        self.or((*setting).into()) == (*setting).into()
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }
}

/// The values as the options of a token: `,method=bcv,status=boxed`.
impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (factor, code) in Factor::ALL.into_iter().zip(self.values(None)) {
            if let Some(word) = code.and_then(|code| factor.values().get(code).copied()) {
                write!(f, ",{factor}={word}")?;
            }
        }
        Ok(())
    }
}

/// The place of the defect among the factors; those before it are what is steered.
const DEFECT: usize = FACTORS - 1;

/// From how many pairs that are still open a row is begun, the best of which is taken.
const BEGINNINGS: usize = 6;

/// A covering array: the settings for which a defect is planted, in this order.
#[must_use]
pub fn rows(defect: usize) -> &'static [Setting] {
    static ROWS: OnceLock<Vec<OnceLock<Vec<Setting>>>> = OnceLock::new();
    let all = ROWS.get_or_init(|| (0..Factor::Defect.size()).map(|_| OnceLock::new()).collect());
    all.get(defect).map_or(&[], |rows| rows.get_or_init(|| Cover::new(defect).rows()))
}

/// A pair of values: factor and place of the one, then of the other.
type Pair = ((usize, usize), (usize, usize));

/// More than any factor but the defect has values; those of one factor after the other have a bit each in a word.
const WIDTH: usize = 8;

/// The number of a value.
const fn place((factor, code): (usize, usize)) -> usize {
    factor * WIDTH + code
}

/// What is still to be covered.
struct Cover {
    defect: usize,
    constraints: OfDefect,
    sizes: [usize; DEFECT],
    /// Pairs that no row has yet.
    open: Vec<Pair>,
    /// The same by value: a bit for each value that it is in an open pair with.
    open_with: [u64; WIDTH * DEFECT],
}

impl Cover {
    fn new(defect: usize) -> Self {
        const { assert!(WIDTH * DEFECT <= 64, "the values of all factors must fit into a word") };
        let mut sizes = [0; DEFECT];
        for (size, factor) in sizes.iter_mut().zip(Factor::ALL) {
            *size = factor.size();
        }
        let constraints = OfDefect::new(defect);
        let mut cover = Self { defect, constraints, sizes, open: Vec::new(), open_with: [0; WIDTH * DEFECT] };
        for (a, b) in (0..DEFECT).flat_map(|a| (a + 1..DEFECT).map(move |b| (a, b))) {
            for (va, vb) in (0..sizes[a]).flat_map(|va| (0..sizes[b]).map(move |vb| (va, vb))) {
                let pair = ((a, va), (b, vb));
                if cover.row(pair).is_some() {
                    cover.open.push(pair);
                    cover.open_with[place(pair.0)] |= 1 << place(pair.1);
                    cover.open_with[place(pair.1)] |= 1 << place(pair.0);
                }
            }
        }
        cover
    }

    fn rows(mut self) -> Vec<Setting> {
        let mut rows = Vec::new();
        while !self.open.is_empty() {
            let step = self.open.len().div_ceil(BEGINNINGS);
            let begun = self.open.iter().step_by(step).filter_map(|&pair| self.row(pair));
            let Some(best) = begun.max_by_key(|row| (self.gain(row), self.turned(row))) else { break };
            let covered = known(&best);
            for value in values(&best) {
                self.open_with[value] &= !covered;
            }
            let open_with = &self.open_with;
            self.open.retain(|&(a, b)| open_with[place(a)] >> place(b) & 1 == 1);
            rows.extend(Wanted::of(&best).setting());
        }
        rows
    }

    /// A row with this pair and as many others that are open as it easily takes; none where the pair cannot be.
    fn row(&self, (a, b): Pair) -> Option<Partial> {
        let mut row: Partial = [None; FACTORS];
        row[DEFECT] = Some(self.defect);
        (row[a.0], row[b.0]) = (Some(a.1), Some(b.1));
        if !self.constraints.allows(&row) {
            return None;
        }
        let mut factors: Vec<usize> = (0..DEFECT).filter(|&at| row[at].is_none()).collect();
        factors.sort_by_key(|&at| std::cmp::Reverse(self.sizes[at]));
        for at in factors {
            let (left, known) = (self.constraints.left(&row, at), known(&row));
            let allowed = (0..self.sizes[at]).filter(|code| left >> code & 1 == 1);
            // Of equals the one that has the most left to do; of those its turn decides.
            let gain = |code: usize| {
                let open = self.open_with[place((at, code))];
                ((open & known).count_ones(), open.count_ones(), self.turn(code, at))
            };
            row[at] = Some(allowed.max_by_key(|&code| gain(code))?);
        }
        Some(row)
    }

    /// What decides between equals: another order for each defect, so that defects in turn begin in different settings.
    fn turned(&self, row: &Partial) -> [usize; DEFECT] {
        std::array::from_fn(|at| row[at].map_or(0, |code| self.turn(code, at)))
    }

    /// The same for one factor.
    fn turn(&self, code: usize, at: usize) -> usize {
        (code + self.defect * (at + 1)) % self.sizes[at]
    }

    /// How many open pairs a row has.
    fn gain(&self, row: &Partial) -> u32 {
        let known = known(row);
        // Each is counted at both of its values.
        values(row).map(|value| (self.open_with[value] & known).count_ones()).sum::<u32>() / 2
    }
}

/// The numbers of the values of a row that are known; the defect is none of them.
fn values(row: &Partial) -> impl Iterator<Item = usize> {
    row.iter().take(DEFECT).enumerate().filter_map(|(at, code)| code.map(|code| place((at, code))))
}

/// The same, a bit for each.
fn known(row: &Partial) -> u64 {
    values(row).fold(0, |known, value| known | 1 << value)
}

/// Defects by which a world gets this host status, where it is none that a clean world has.
pub(crate) const fn of_status(status: Status) -> &'static [&'static str] {
    match status {
        Status::Usual => &[],
        Status::TargetOnline => &["PS06:online/own-label", "PS06:online/under-its-source-s-label"],
        Status::PendingOffline => &["PS05:pending-offline", "PS06:pending-offline"],
        Status::SourceOffline => &["PS05:offline"],
        Status::TargetInUse => &["PS06:in-use"],
        Status::NotReady => &["PS05:not-ready", "PS06:not-ready", "PS06:near-miss/not-ready-mirror"],
        Status::NoPath => &["PS05:no-path", "PS06:no-path"],
        Status::Boxed => &["PS05:boxed/alone", "PS05:boxed/and-reserved", "PS06:boxed"],
    }
}

/// Defects by which a world gets this code level, where it is none that a clean world has.
pub(crate) const fn of_level(level: Relation) -> &'static [&'static str] {
    match level {
        Relation::Above | Relation::Equal => &[],
        Relation::Newer => &["PS11:newer-than-policy"],
        Relation::FixMissing => &["PS11:fix-missing/level-passes"],
        Relation::Below => &[
            "PS11:level-below-minimum/one-below",
            "PS11:level-below-minimum/lower-number-higher-text",
            "PS11:level-below-minimum/cut-short",
            "PS11:patch-below-minimum/one-below",
            "PS11:patch-below-minimum/no-patch",
        ],
        Relation::NoMinimum => &["PS11:unsupported-family/older", "PS11:unsupported-family/no-row"],
        Relation::Unreadable => &["PS11:undeterminable/text", "PS11:undeterminable/other-scale"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factors::constraints;
    use crate::factors::space::{Space, point};

    #[test]
    fn the_rows_of_a_defect_have_every_triple_with_it_that_can_be() {
        let space = Space::triples();
        let mut seen = vec![false; space.len()];
        for defect in 0..Factor::Defect.size() {
            let rows = rows(defect);
            assert!(rows.len() <= 90, "{}: {} rows", Factor::Defect.values()[defect], rows.len());
            for row in rows {
                assert_eq!(constraints::broken(row, defect), None);
                space.of_point(point(row, defect)).for_each(|index| seen[index] = true);
            }
        }
        let missing = (0..space.len()).find(|&index| space.is_possible(index) && !seen[index]);
        assert_eq!(missing.map(|index| space.text(index)), None);
    }

    #[test]
    fn the_first_rows_have_the_most() {
        let space = Space::triples();
        for defect in (0..Factor::Defect.size()).step_by(20) {
            let with = |count: usize| {
                let mut seen = vec![false; space.len()];
                for row in rows(defect).iter().take(count) {
                    space.of_point(point(row, defect)).for_each(|index| seen[index] = true);
                }
                (0..space.len()).filter(|&index| seen[index] && space.values(index)[DEFECT].is_some()).count()
            };
            assert!(with(rows(defect).len() / 2) * 4 > with(rows(defect).len()) * 3, "{}", Factor::Defect.values()[defect]);
        }
    }

    #[test]
    fn what_keeps_company_exists() {
        let names = Status::ALL.iter().flat_map(|&status| of_status(status));
        for name in names.chain(Relation::ALL.iter().flat_map(|&level| of_level(level))) {
            assert!(crate::defects::find(name).is_some(), "{name}");
        }
    }
}
