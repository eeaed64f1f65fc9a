//! Lists are compared as they stand.

use dasdlab_model::states::{ProfileState, SetupReason};

use super::Mutant;
use super::acting::Desk;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("order-counts-as-a-change", "makes setup needed where entries are listed in another order", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        edited: |seen, before, wanted| {
            let mut after = Ours.edited(seen, before, wanted)?;
            let is_same = (&before.sources, &before.targets) == (&wanted.sources, &wanted.targets);
            if !is_same && after.state != ProfileState::SetupNeeded {
                (after.state, after.reason) = (ProfileState::SetupNeeded, Some(SetupReason::Units));
            }
            Ok(after)
        },
        ..Desk::default()
    })
}
