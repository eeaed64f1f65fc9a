use std::collections::BTreeSet;

use dasdlab_model::declare::declare;
use dasdlab_model::story::{malformed, pointless};

use super::*;

#[track_caller]
fn check(scenario: &Scenario) {
    let seen = declare(&scenario.site).unwrap();
    let texts = |faults: Vec<_>| faults.iter().map(ToString::to_string).collect::<Vec<String>>();
    assert_eq!(texts(malformed(scenario, &seen)), Vec::<String>::new(), "{}", scenario.id);
    assert_eq!(texts(pointless(scenario, &seen)), Vec::<String>::new(), "{}", scenario.id);
}

#[test]
fn every_possible_cell_is_a_scenario_and_an_impossible_one_says_why() {
    let matrix = Matrix::full();
    let cells = matrix.cells();
    assert_eq!(cells.len(), 2 * 3 * 18 * 21 * 12);
    let mut ids = BTreeSet::new();
    let mut without = BTreeSet::new();
    for cell in cells.into_iter().filter(|cell| cell.possible(matrix.pairs).is_ok()) {
        match matrix.scenario(cell) {
            Ok(scenario) => {
                assert!(ids.insert(scenario.id.clone()), "{}", scenario.id);
                if ids.len() % 7 == 0 {
                    check(&scenario);
                }
            }
            Err(why) => {
                without.insert(why);
            }
        }
    }
    assert_eq!(ids.len(), 2_616);
    assert_eq!(without.into_iter().collect::<Vec<_>>(), ["the pair is the last one that this phase deals with"]);
}

#[test]
fn cells_of_one_kind_share_one_site() {
    let matrix = Matrix::full();
    let cell = |fault, phase| MatrixCell { fault, phase, place: Place::Site, method: Method::Bcv, generations: 2 };
    let sites: Vec<_> = [("refuse", Phase::Split), ("abend", Phase::Establish), ("repository", Phase::Record)]
        .map(|(fault, phase)| matrix.scenario(cell(fault, phase)).unwrap().site)
        .into_iter()
        .collect();
    assert_eq!(sites[0], sites[1]);
    assert_eq!(sites[0], sites[2]);
}

#[test]
fn another_scenario_can_be_varied() {
    let matrix = Matrix::full();
    let cell = MatrixCell {
        fault: "vary",
        phase: Phase::Establish,
        place: Place::Source(Which::Last),
        method: Method::Bcv,
        generations: 2,
    };
    let base = matrix.scenario(cell).unwrap();
    let seen = declare(&base.site).unwrap();
    let split = MatrixCell { fault: "pair-failed", phase: Phase::Split, place: Place::Pair(Which::Middle), ..cell };
    let error = matrix.like(&base, &seen, split).unwrap_err();
    assert_eq!(error, "the steps of the scenario do not come to the phase split");
    let without_steps = Scenario { steps: Vec::new(), ..base.clone() };
    let varied = matrix.like(&without_steps, &seen, split).unwrap();
    check(&varied);
    assert_eq!((varied.site == base.site, varied.steps.len(), varied.faults.len()), (true, 2, 1));
    let elsewhere = MatrixCell { generations: 3, ..split };
    assert_eq!(matrix.like(&without_steps, &seen, elsewhere).unwrap_err(), "the profile is bcv with 2 generations");
}

#[test]
fn all_pairs_of_values_that_can_meet_do_meet_in_far_fewer_cells() {
    let matrix = Matrix::full();
    let cells: Vec<MatrixCell> = matrix.cells().into_iter().filter(|cell| cell.possible(matrix.pairs).is_ok()).collect();
    let chosen = pairwise(&cells);
    let pairs = |cells: &[MatrixCell]| -> BTreeSet<(String, String)> {
        let mut pairs = BTreeSet::new();
        for cell in cells {
            let values = [
                cell.fault.to_owned(),
                cell.phase.to_string() + " phase",
                cell.place.to_string() + " place",
                cell.method.to_string() + " method",
                cell.generations.to_string(),
            ];
            for (at, a) in values.iter().enumerate() {
                pairs.extend(values.iter().skip(at + 1).map(|b| (a.clone(), b.clone())));
            }
        }
        pairs
    };
    let some: Vec<MatrixCell> = chosen.iter().map(|&index| cells[index]).collect();
    assert_eq!(pairs(&some), pairs(&cells));
    assert!(chosen.len() * 2 < cells.len(), "{} of {}", chosen.len(), cells.len());
}
