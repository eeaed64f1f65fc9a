//! An edit takes no time, so nobody is in the way.

use dasdlab_model::observation::BackupProfile;

use super::Mutant;
use super::acting::Desk;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant = Mutant::acts("locked-profiles-are-edited", "lets a profile be edited while it is locked", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        edited: |seen, before, wanted| {
            let free = BackupProfile { locked_by: None, ..before.clone() };
            let after = Ours.edited(seen, &free, wanted)?;
            Ok(BackupProfile { locked_by: before.locked_by.clone(), ..after })
        },
        ..Desk::default()
    })
}
