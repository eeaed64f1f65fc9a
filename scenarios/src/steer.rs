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

/// What is still to be covered.
struct Cover {
    defect: usize,
    constraints: OfDefect,
    sizes: [usize; DEFECT],
    /// Pairs that no row has yet.
    open: Vec<Pair>,
    is_open: Vec<bool>,
    /// In how many of them each value is.
    left: [usize; WIDTH],
}

impl Cover {
    fn new(defect: usize) -> Self {
        let mut sizes = [0; DEFECT];
        for (size, factor) in sizes.iter_mut().zip(Factor::ALL) {
            *size = factor.size();
        }
        let mut cover = Self {
            defect,
            constraints: OfDefect::new(defect),
            sizes,
            open: Vec::new(),
            is_open: vec![false; WIDTH * WIDTH],
            left: [0; WIDTH],
        };
        for (a, b) in (0..DEFECT).flat_map(|a| (a + 1..DEFECT).map(move |b| (a, b))) {
            for (va, vb) in (0..sizes[a]).flat_map(|va| (0..sizes[b]).map(move |vb| (va, vb))) {
                let pair = ((a, va), (b, vb));
                if cover.row(pair).is_some() {
                    cover.open.push(pair);
                    cover.is_open[place(pair)] = true;
                }
            }
        }
        cover
    }

    fn rows(mut self) -> Vec<Setting> {
        let mut rows = Vec::new();
        while !self.open.is_empty() {
            self.left = [0; WIDTH];
            for (a, b) in &self.open {
                self.left[a.0 * 8 + a.1] += 1;
                self.left[b.0 * 8 + b.1] += 1;
            }
            let step = self.open.len().div_ceil(BEGINNINGS);
            let begun = self.open.iter().step_by(step).filter_map(|&pair| self.row(pair));
            let Some(best) = begun.max_by_key(|row| (self.gain(row), self.turned(row))) else { break };
            for pair in pairs(&best) {
                self.is_open[place(pair)] = false;
            }
            let is_open = &self.is_open;
            self.open.retain(|&pair| is_open[place(pair)]);
            rows.extend(Wanted::of(&best).setting());
        }
        rows
    }

    /// A row with this pair and as many others that are open as it easily takes; none where the pair cannot be.
    fn row(&self, (a, b): Pair) -> Option<Partial> {
        let mut values: Partial = [None; FACTORS];
        values[DEFECT] = Some(self.defect);
        (values[a.0], values[b.0]) = (Some(a.1), Some(b.1));
        if !self.constraints.allows(&values) {
            return None;
        }
        let mut factors: Vec<usize> = (0..DEFECT).filter(|&at| values[at].is_none()).collect();
        factors.sort_by_key(|&at| std::cmp::Reverse(self.sizes[at]));
        for at in factors {
            let with = |code: usize| {
                let mut with = values;
                with[at] = Some(code);
                with
            };
            let allowed = (0..self.sizes[at]).map(with).filter(|values| self.constraints.allows(values));
            // Of equals the one that has the most left to do.
            let left = |values: &Partial| values[at].map(|code| self.left[at * 8 + code]);
            // They differ in this value alone, so that only its own pairs and its own turn tell them apart.
            values = allowed.max_by_key(|values| (self.gain_at(values, at), left(values), self.turn(values, at)))?;
        }
        Some(values)
    }

    /// What decides between equals: another order for each defect, so that defects in turn begin in different settings.
    fn turned(&self, values: &Partial) -> [usize; DEFECT] {
        let mut turned = [0; DEFECT];
        for (at, turned) in turned.iter_mut().enumerate() {
            *turned = self.turn(values, at);
        }
        turned
    }

    /// The same for one factor.
    fn turn(&self, values: &Partial, at: usize) -> usize {
        let code = values.get(at).copied().flatten();
        code.map_or(0, |code| (code + self.defect * (at + 1)) % self.sizes.get(at).copied().unwrap_or(1))
    }

    fn gain(&self, values: &Partial) -> usize {
        pairs(values).filter(|&pair| self.is_open[place(pair)]).count()
    }

    /// How many of the pairs that a value is in are open.
    fn gain_at(&self, values: &Partial, at: usize) -> usize {
        let known = |at: usize| values[at].map(|code| (at, code));
        let pair = |other: usize| Some(if other < at { (known(other)?, known(at)?) } else { (known(at)?, known(other)?) });
        let others = (0..DEFECT).filter(|&other| other != at);
        others.filter_map(pair).filter(|&pair| self.is_open[place(pair)]).count()
    }
}

/// More than any factor but the defect has values, times how many of them there are.
const WIDTH: usize = 8 * DEFECT;

fn place((a, b): Pair) -> usize {
    (a.0 * 8 + a.1) * WIDTH + b.0 * 8 + b.1
}

/// The pairs of values that are known, without the defect.
fn pairs(values: &Partial) -> impl Iterator<Item = Pair> + '_ {
    let known = move |at: usize| values[at].map(|code| (at, code));
    (0..DEFECT).flat_map(move |a| (a + 1..DEFECT).filter_map(move |b| Some((known(a)?, known(b)?))))
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
