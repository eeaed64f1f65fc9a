//! Planted defects: one file for each rule, each defect with a stable name and every finding that it causes.
//!
//! A name is the rule and the reason, and after a slash the place or kind where that matters: `PS06:too-small/half`.
//! Near misses look like a defect and are none: they cause no finding.

mod ps00;
mod ps01;
mod ps02;
mod ps03;
mod ps04;
mod ps05;
mod ps06;
mod ps07;
mod ps08;
mod ps09;
mod ps10;
mod ps11;
mod ps12;
mod ps13;
mod ps14;
mod ps15;

use dasdlab_model::finding::{Side, Subject};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::scenario::ExpectedFinding;

pub use crate::clean::Needs;
use crate::draft::Draft;
use crate::rng::Rng;

/// What a defect is meant to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// This reason, on this side where the reason has sides.
    Key(Reason, Option<Side>),
    /// That this rule does not fire.
    NearMiss(Rule),
}

/// With what a defect can be planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// With any others that find a free place.
    Any,
    /// Only with others of the environment, for PS00 stands alone.
    Environment,
    /// With nothing: it changes what everything else would cause.
    None,
}

/// Findings that an edit has caused; none where the world has no place for it.
pub(crate) type Planting = Option<Vec<ExpectedFinding>>;

/// A named way to break a clean world.
#[derive(Debug)]
pub struct Defect {
    /// Stable name, such as `PS06:too-small/one-cylinder`.
    pub name: &'static str,
    /// What it shows.
    pub shows: Shows,
    /// What the world must have.
    pub needs: Needs,
    /// What it can be planted with.
    pub company: Company,
    /// Makes the edit; the whole truth about what it causes.
    pub(crate) plant: fn(&mut Draft, &mut Rng) -> Planting,
}

impl Defect {
    /// A defect that shows a reason without sides.
    const fn new(name: &'static str, reason: Reason, needs: Needs, plant: fn(&mut Draft, &mut Rng) -> Planting) -> Self {
        Self { name, shows: Shows::Key(reason, None), needs, company: Company::Any, plant }
    }

    /// A defect that shows a reason on one side.
    const fn sided(
        name: &'static str,
        reason: Reason,
        side: Side,
        needs: Needs,
        plant: fn(&mut Draft, &mut Rng) -> Planting,
    ) -> Self {
        Self { name, shows: Shows::Key(reason, Some(side)), needs, company: Company::Any, plant }
    }

    /// Something that looks like a defect of this rule and is none.
    const fn near_miss(name: &'static str, rule: Rule, needs: Needs, plant: fn(&mut Draft, &mut Rng) -> Planting) -> Self {
        Self { name, shows: Shows::NearMiss(rule), needs, company: Company::Any, plant }
    }

    /// The same in other company.
    const fn with(self, company: Company) -> Self {
        Self { company, ..self }
    }

    /// Whether it is of the environment, which stands alone whatever else is wrong.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        matches!(self.shows, Shows::Key(reason, _) if reason.rule() == Rule::PS00)
    }

    /// Whether it causes no finding.
    #[must_use]
    pub fn is_near_miss(&self) -> bool {
        matches!(self.shows, Shows::NearMiss(_))
    }
}

/// The defects of each rule.
pub const ALL: &[&[Defect]] = &[
    ps00::DEFECTS,
    ps01::DEFECTS,
    ps02::DEFECTS,
    ps03::DEFECTS,
    ps04::DEFECTS,
    ps05::DEFECTS,
    ps06::DEFECTS,
    ps07::DEFECTS,
    ps08::DEFECTS,
    ps09::DEFECTS,
    ps10::DEFECTS,
    ps11::DEFECTS,
    ps12::DEFECTS,
    ps13::DEFECTS,
    ps14::DEFECTS,
    ps15::DEFECTS,
];

/// Every defect, rule by rule.
pub fn all() -> impl Iterator<Item = &'static Defect> {
    ALL.iter().copied().flatten()
}

/// The defect of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Defect> {
    all().find(|defect| defect.name == name)
}

/// The reason of a finding, with its side where it has one.
#[must_use]
pub fn key(finding: &ExpectedFinding) -> Option<(Reason, Option<Side>)> {
    let (reason, _) = finding.parse().ok()?;
    let side = finding.subjects.iter().find_map(|subject| match subject {
        Subject::Side(side) => Some(*side),
        _ => None,
    });
    Some((reason, side))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_setup_and_each_of_its_sides_has_a_defect() {
        for &reason in Reason::ALL.iter().filter(|reason| reason.rule() < Rule::PS16) {
            let sides: Vec<Option<Side>> =
                if reason.sides().is_empty() { vec![None] } else { reason.sides().iter().copied().map(Some).collect() };
            for side in sides {
                let shown = all().any(|defect| defect.shows == Shows::Key(reason, side));
                assert!(shown, "{reason} {side:?}");
            }
        }
    }

    #[test]
    fn a_defect_is_named_after_what_it_shows_and_no_name_selects_another() {
        for defect in all() {
            let prefix = match defect.shows {
                Shows::Key(reason, _) => reason.to_string(),
                Shows::NearMiss(rule) => format!("{rule}:near-miss/"),
            };
            assert!(defect.name.starts_with(&prefix), "{}", defect.name);
            let selector: crate::token::Selector = defect.name.parse().unwrap();
            assert_eq!(selector.matching().len(), 1, "{}", defect.name);
        }
    }

    #[test]
    fn defects_of_one_reason_stand_together() {
        let mut seen: Vec<Shows> = Vec::new();
        for group in ALL.iter().flat_map(|rule| rule.chunk_by(|a, b| a.shows == b.shows)) {
            let shows = group[0].shows;
            assert!(!seen.contains(&shows), "{shows:?}");
            seen.push(shows);
        }
    }
}
