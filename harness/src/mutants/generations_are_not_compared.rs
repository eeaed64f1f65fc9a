//! Targets are compared, and how many generations they are of is not.

use super::Mutant;
use super::acting::Desk;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("generations-are-not-compared", "does not make setup needed where the number of generations is edited", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        edited: |seen, before, wanted| {
            let least = before.generations.min(wanted.generations);
            let mut same = before.clone();
            same.generations = wanted.generations;
            same.targets.retain(|entry| entry.generation <= least);
            same.targets.extend(wanted.targets.iter().filter(|entry| entry.generation > least));
            Ours.edited(seen, &same, wanted)
        },
        ..Desk::default()
    })
}
