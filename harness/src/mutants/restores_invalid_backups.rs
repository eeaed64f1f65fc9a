//! Whether a backup is valid was not asked.

use super::Mutant;
use super::acting::showing;
use super::sight::own;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts("restores-invalid-backups", "restores a backup that is invalid", make);

fn make() -> Box<dyn Actors> {
    showing(&[Kind::Restore], |seen, profile, _| {
        own(seen, profile).into_iter().flat_map(|own| &mut own.backups).for_each(|backup| backup.valid = true);
    })
}
