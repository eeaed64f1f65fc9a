//! Whoever has edited something will have changed something.

use dasdlab_model::states::{ProfileState, SetupReason};

use super::Mutant;
use super::acting::Desk;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("every-edit-needs-setup", "makes setup needed by every edit, one to the same value too", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        edited: |seen, before, wanted| {
            let mut after = Ours.edited(seen, before, wanted)?;
            if after.state != ProfileState::SetupNeeded {
                (after.state, after.reason) = (ProfileState::SetupNeeded, Some(SetupReason::Units));
            }
            Ok(after)
        },
        ..Desk::default()
    })
}
