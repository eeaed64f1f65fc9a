//! The next generation is the other one.

use dasdlab_model::states::Method;
use dasdlab_validator::machines::fingerprint;

use super::Mutant;
use super::acting::showing;
use super::sight::own;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("rotation-of-two", "goes from generation 2 back to generation 1, however many there are", make);

fn make() -> Box<dyn Actors> {
    showing(&[Kind::Backup], |seen, profile, _| {
        let Some(before) = seen.profile(profile).map(|own| fingerprint(seen, own)) else { return };
        if let Some(own) = own(seen, profile).filter(|own| own.generations > 2 && own.method == Method::Bcv) {
            own.generations = 2;
            own.targets.retain(|entry| entry.generation <= 2);
        }
        let Some(after) = seen.profile(profile).map(|own| fingerprint(seen, own)) else { return };
        if let Some(passed) = own(seen, profile).and_then(|own| own.fingerprint.as_mut()).filter(|passed| **passed == before) {
            *passed = after;
        }
    })
}
