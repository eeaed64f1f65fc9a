//! Two lists of units are compared, and the labels beside them are not.

use super::Mutant;
use super::acting::Desk;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("saved-labels-are-not-compared", "does not make setup needed where saved labels are edited", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        edited: |seen, before, wanted| {
            let mut same = before.clone();
            for source in &mut same.sources {
                let now = wanted.sources.iter().find(|other| other.unit == source.unit);
                source.volser = now.map_or(source.volser, |now| now.volser);
            }
            Ours.edited(seen, &same, wanted)
        },
        ..Desk::default()
    })
}
