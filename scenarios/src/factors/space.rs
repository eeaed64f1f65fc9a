//! All pairs and triples of values of different factors, numbered, with what cannot be left out.

use std::sync::LazyLock;

use super::{Factor, Setting, constraints};

/// How many factors there are.
pub const FACTORS: usize = Factor::ALL.len();

/// A value of some of the factors: its place among the values of its factor.
pub type Partial = [Option<usize>; FACTORS];

/// A value of every factor but the defect, and a defect.
#[must_use]
pub fn point(setting: &Setting, defect: usize) -> [usize; FACTORS] {
    let [method, backup_type, generations, topology, status, level] = setting.codes();
    [method, backup_type, generations, topology, status, level, defect]
}

/// Tuples of one choice of factors.
#[derive(Debug)]
struct Group {
    /// Places of the factors, ascending.
    factors: Vec<usize>,
    /// The number of its first tuple.
    first: usize,
    /// How many tuples it has.
    len: usize,
}

/// All tuples of so many values.
#[derive(Debug)]
pub struct Space {
    sizes: [usize; FACTORS],
    groups: Vec<Group>,
    possible: Vec<bool>,
    count: usize,
}

impl Space {
    /// All pairs.
    #[must_use]
    pub fn pairs() -> &'static Self {
        static PAIRS: LazyLock<Space> = LazyLock::new(|| Space::of(2));
        &PAIRS
    }

    /// All triples.
    #[must_use]
    pub fn triples() -> &'static Self {
        static TRIPLES: LazyLock<Space> = LazyLock::new(|| Space::of(3));
        &TRIPLES
    }

    fn of(values: u32) -> Self {
        let sizes = Factor::ALL.map(Factor::size);
        let mut groups: Vec<Group> = Vec::new();
        let mut len = 0;
        for chosen in (0_u32..1 << FACTORS).filter(|chosen| chosen.count_ones() == values) {
            let factors: Vec<usize> = (0..FACTORS).filter(|at| chosen >> at & 1 == 1).collect();
            let own = factors.iter().map(|&at| sizes[at]).product();
            groups.push(Group { factors, first: len, len: own });
            len += own;
        }
        let mut space = Self { sizes, groups, possible: vec![false; len], count: 0 };
        space.possible = (0..len).map(|index| constraints::why(&space.values(index)).is_none()).collect();
        space.count = space.possible.iter().filter(|&&possible| possible).count();
        space
    }

    /// How many tuples there are, possible or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.possible.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.possible.is_empty()
    }

    /// How many tuples are possible.
    #[must_use]
    pub fn possible(&self) -> usize {
        self.count
    }

    /// Whether a tuple is possible.
    #[must_use]
    pub fn is_possible(&self, index: usize) -> bool {
        self.possible.get(index).copied().unwrap_or(false)
    }

    /// The numbers of all tuples of a scenario, of one of its defects.
    pub fn of_point(&self, point: [usize; FACTORS]) -> impl Iterator<Item = usize> + '_ {
        self.groups
            .iter()
            .map(move |group| group.first + group.factors.iter().fold(0, |index, &at| index * self.sizes[at] + point[at]))
    }

    /// The numbers of the tuples whose values are all known.
    pub fn of_partial(&self, partial: Partial) -> impl Iterator<Item = usize> + '_ {
        self.groups.iter().filter_map(move |group| {
            let index = group.factors.iter().try_fold(0, |index, &at| Some(index * self.sizes[at] + partial[at]?))?;
            Some(group.first + index)
        })
    }

    /// The values of a tuple.
    #[must_use]
    pub fn values(&self, index: usize) -> Partial {
        let mut values = [None; FACTORS];
        let Some(group) = self.groups.iter().find(|group| index < group.first + group.len) else { return values };
        let mut rest = index - group.first;
        for &at in group.factors.iter().rev() {
            values[at] = Some(rest % self.sizes[at]);
            rest /= self.sizes[at];
        }
        values
    }

    /// A tuple in words, as in `topology=arrays status=boxed`.
    #[must_use]
    pub fn text(&self, index: usize) -> String {
        in_words(&self.values(index))
    }
}

/// Values in words, as in `topology=arrays status=boxed`.
#[must_use]
pub fn in_words(values: &Partial) -> String {
    let word = |(factor, code): (Factor, Option<usize>)| {
        code.and_then(|code| factor.values().get(code).copied()).map(|word| format!("{factor}={word}"))
    };
    Factor::ALL.into_iter().zip(values.iter().copied()).filter_map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tuple_is_found_again_by_its_values() {
        for space in [Space::pairs(), Space::triples()] {
            for index in (0..space.len()).step_by(37) {
                assert_eq!(space.of_partial(space.values(index)).collect::<Vec<_>>(), [index], "{}", space.text(index));
            }
        }
    }

    #[test]
    fn a_scenario_has_21_pairs_and_35_triples() {
        let setting: Setting = "bcv data 10+ arrays boxed below".parse().unwrap();
        for (space, count) in [(Space::pairs(), 21), (Space::triples(), 35)] {
            let found: Vec<usize> = space.of_point(point(&setting, 3)).collect();
            assert_eq!(found.len(), count);
            let partial = point(&setting, 3).map(Some);
            assert_eq!(space.of_partial(partial).collect::<Vec<_>>(), found);
        }
    }
}
