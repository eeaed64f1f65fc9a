//! Pairs and triples of factors: which of them the setups of a run had, and after how many setups.

use std::sync::LazyLock;

use dasdlab_scenarios::factors::space::{Space, point};
use dasdlab_scenarios::factors::{Factors, Setting};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How many percent of all possible pairs a run must have.
pub const REQUIRED_PAIRS: usize = 100;

/// How many percent of all possible triples a run must have.
pub const REQUIRED_TRIPLES: usize = 95;

/// For how many percent it is said how soon they were covered.
const STEPS: [usize; 5] = [50, 90, 95, 99, 100];

/// How many tuples that are missing are named.
const NAMED: usize = 20;

/// The factors of a setup as a row keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorsRow {
    /// Method, type, generations, topology, host status and code level.
    #[serde(serialize_with = "in_words", deserialize_with = "of_words")]
    pub setting: Setting,
    /// What was planted; left out for a clean world.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<String>,
}

fn in_words<S: Serializer>(setting: &Setting, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(setting)
}

fn of_words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Setting, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}

impl From<Factors> for FactorsRow {
    fn from(factors: Factors) -> Self {
        Self { setting: factors.setting, defects: factors.defects }
    }
}

/// Which tuples of one size were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    seen: Vec<bool>,
    count: usize,
    /// After how many setups each of [`STEPS`] was reached.
    reached: [Option<u64>; STEPS.len()],
}

impl Seen {
    fn new(space: &Space) -> Self {
        Self { seen: vec![false; space.len()], count: 0, reached: [None; STEPS.len()] }
    }

    fn add(&mut self, space: &Space, index: usize) {
        if let Some(seen) = self.seen.get_mut(index).filter(|seen| !**seen) {
            *seen = true;
            self.count += usize::from(space.is_possible(index));
        }
    }

    fn reach(&mut self, space: &Space, setups: u64) {
        for (reached, percent) in self.reached.iter_mut().zip(STEPS) {
            if reached.is_none() && self.count * 100 >= space.possible() * percent {
                *reached = Some(setups);
            }
        }
    }

    fn missing(&self, space: &'static Space) -> impl Iterator<Item = usize> + '_ {
        self.seen.iter().enumerate().filter(|&(index, &seen)| !seen && space.is_possible(index)).map(|(index, _)| index)
    }

    fn covered(&self, space: &'static Space) -> Covered {
        Covered {
            covered: self.count,
            possible: space.possible(),
            missing: self.missing(space).take(NAMED).map(|index| space.text(index)).collect(),
            more_missing: (space.possible() - self.count).saturating_sub(NAMED),
        }
    }
}

/// The map: which pairs and triples of factors were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TupleMap {
    setups: u64,
    /// The piece of work of the last setup: its counterpart is no setup more.
    last: Option<u64>,
    pairs: Seen,
    triples: Seen,
}

impl Default for TupleMap {
    fn default() -> Self {
        static EMPTY: LazyLock<TupleMap> = LazyLock::new(|| TupleMap {
            setups: 0,
            last: None,
            pairs: Seen::new(Space::pairs()),
            triples: Seen::new(Space::triples()),
        });
        EMPTY.clone()
    }
}

impl TupleMap {
    /// Adds a setup that is this piece of work.
    pub fn add(&mut self, piece: u64, factors: &FactorsRow) {
        self.setups += u64::from(self.last.replace(piece) != Some(piece));
        let factors = Factors { setting: factors.setting, defects: factors.defects.clone() };
        for defect in factors.defect_codes() {
            let point = point(&factors.setting, defect);
            for (seen, space) in [(&mut self.pairs, Space::pairs()), (&mut self.triples, Space::triples())] {
                space.of_point(point).for_each(|index| seen.add(space, index));
            }
        }
        self.pairs.reach(Space::pairs(), self.setups);
        self.triples.reach(Space::triples(), self.setups);
    }

    /// Numbers of the possible pairs that were not seen.
    pub fn missing_pairs(&self) -> impl Iterator<Item = usize> + '_ {
        self.pairs.missing(Space::pairs())
    }

    /// Numbers of the possible triples that were not seen.
    pub fn missing_triples(&self) -> impl Iterator<Item = usize> + '_ {
        self.triples.missing(Space::triples())
    }

    /// What there is to say, where so many percent of all triples are required.
    #[must_use]
    pub fn tuples(&self, required: usize) -> Tuples {
        let fill = STEPS.iter().zip(self.pairs.reached.iter().zip(&self.triples.reached));
        Tuples {
            setups: self.setups,
            required_pairs: REQUIRED_PAIRS,
            required_triples: required,
            pairs: self.pairs.covered(Space::pairs()),
            triples: self.triples.covered(Space::triples()),
            fill: fill.map(|(&percent, (&pairs, &triples))| Fill { percent, pairs, triples }).collect(),
        }
    }
}

/// What a run covered of all pairs and triples of factors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tuples {
    /// How many setups were measured.
    pub setups: u64,
    /// How many percent of the pairs are required where coverage gates.
    pub required_pairs: usize,
    /// How many percent of the triples are.
    pub required_triples: usize,
    /// Pairs of values.
    pub pairs: Covered,
    /// Triples of values.
    pub triples: Covered,
    /// After how many setups so much was covered.
    pub fill: Vec<Fill>,
}

/// How many tuples were seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// How many were seen.
    pub covered: usize,
    /// How many can be.
    pub possible: usize,
    /// The first that were not, in order.
    pub missing: Vec<String>,
    /// How many more were not.
    pub more_missing: usize,
}

impl Covered {
    /// Whether so many percent of what is possible were seen.
    #[must_use]
    pub const fn reaches(&self, percent: usize) -> bool {
        self.covered * 100 >= self.possible * percent
    }

    /// How many of a thousand were seen, rounded down: 1000 is all of them.
    #[must_use]
    pub fn per_mille(&self) -> usize {
        (self.covered * 1_000).checked_div(self.possible).unwrap_or(1_000)
    }
}

/// How soon so much was covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fill {
    /// So many percent.
    pub percent: usize,
    /// After how many setups of all pairs; none where it was not.
    pub pairs: Option<u64>,
    /// After how many setups of all triples.
    pub triples: Option<u64>,
}

impl Tuples {
    /// How many of the two do not reach what is required.
    #[must_use]
    pub fn shortfalls(&self) -> usize {
        usize::from(!self.pairs.reaches(self.required_pairs)) + usize::from(!self.triples.reaches(self.required_triples))
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_scenarios::factors::{Factor, constraints};
    use dasdlab_scenarios::steer;

    use super::*;

    fn row(setting: &str, defects: &[&str]) -> FactorsRow {
        FactorsRow { setting: setting.parse().unwrap(), defects: defects.iter().map(|&name| name.to_owned()).collect() }
    }

    #[test]
    fn a_setup_has_the_tuples_of_each_of_its_defects() {
        let mut map = TupleMap::default();
        map.add(7, &row("bcv full 2 arrays boxed equal", &["PS05:boxed/alone", "PS10:control-data/on-source"]));
        // Its counterpart is no setup more.
        map.add(7, &row("bcv full 2 arrays boxed equal", &["PS05:boxed/alone"]));
        let tuples = map.tuples(95);
        assert_eq!((tuples.setups, tuples.pairs.covered, tuples.triples.covered), (1, 15 + 2 * 6, 20 + 2 * 15));
        assert_eq!(tuples.shortfalls(), 2);
        assert_eq!(tuples.pairs.missing.len() + tuples.pairs.more_missing + tuples.pairs.covered, tuples.pairs.possible);
    }

    #[test]
    fn every_row_of_every_defect_covers_everything_and_it_is_said_how_soon() {
        let mut map = TupleMap::default();
        for (defect, name) in Factor::Defect.values().into_iter().enumerate() {
            let defects: Vec<String> = (defect > 0).then(|| name.to_owned()).into_iter().collect();
            for &setting in steer::rows(defect) {
                map.add(map.setups, &FactorsRow { setting, defects: defects.clone() });
            }
        }
        let tuples = map.tuples(100);
        assert_eq!((tuples.shortfalls(), tuples.triples.missing.len(), tuples.triples.per_mille()), (0, 0, 1_000));
        let reached: Vec<u64> = tuples.fill.iter().filter_map(|fill| fill.triples).collect();
        assert!(reached.len() == STEPS.len() && reached.is_sorted() && reached[4] <= tuples.setups, "{reached:?}");
    }

    #[test]
    fn factors_are_written_as_words() {
        let row = row("flashcopy data 10+ lsses-across usual below", &["PS11:level-below-minimum/one-below"]);
        let text = serde_json::to_string(&row).unwrap();
        let expected =
            r#"{"setting":"flashcopy data 10+ lsses-across usual below","defects":["PS11:level-below-minimum/one-below"]}"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<FactorsRow>(&text).unwrap(), row);
        assert!(serde_json::from_str::<FactorsRow>(&text.replace("usual", "unusual")).is_err());
    }

    #[test]
    fn the_guide_has_the_table_of_the_program() {
        let guide = include_str!("../../../docs/coverage.md");
        let told = guide.split("<!-- constraints -->").nth(1).and_then(|rest| rest.split("<!-- end").next()).unwrap_or_default();
        let told: Vec<&str> = told.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
        let rows: Vec<String> = constraints::rows().map(|(never, why)| format!("| {never} | {why} |")).collect();
        assert_eq!(told, rows);
        for factor in Factor::ALL.into_iter().filter(|&factor| factor != Factor::Defect) {
            for word in factor.values() {
                let line = format!("| `{factor}={word}` | {} |", factor.meaning(word).unwrap_or_default());
                assert!(guide.contains(&line), "{line}");
            }
        }
    }
}
