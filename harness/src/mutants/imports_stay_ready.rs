//! An import copies every field.

use dasdlab_model::observation::BackupProfile;

use super::Mutant;
use super::acting::Desk;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("imports-stay-ready", "lets a profile that comes in under a new name be ready", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk { entered: BackupProfile::clone, ..Desk::default() })
}
