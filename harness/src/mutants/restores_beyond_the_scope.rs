//! What the check before the backup has found is not read.

use dasdlab_model::states::RestoreScope;

use super::Mutant;
use super::acting::showing;
use super::sight::own;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts("restores-beyond-the-scope", "restores what the recorded scope forbids", make);

fn make() -> Box<dyn Actors> {
    showing(&[Kind::Restore], |seen, profile, _| {
        let backups = own(seen, profile).into_iter().flat_map(|own| &mut own.backups);
        backups.for_each(|backup| backup.restore_scope = Some(RestoreScope::FullAndData));
    })
}
