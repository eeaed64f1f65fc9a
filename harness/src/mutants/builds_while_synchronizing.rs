//! Until the job runs the pairs will be there.

use dasdlab_model::states::ProfileState;

use super::Mutant;
use super::acting::Desk;
use super::sight::own;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("builds-while-synchronizing", "builds a backup of a profile that is synchronizing", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        build: |seen, profile, request, wait_ms| {
            let mut other = seen.clone();
            if let Some(own) = own(&mut other, profile).filter(|own| own.state == ProfileState::Synchronizing) {
                own.state = ProfileState::Ready;
            }
            Ours.build(&other, profile, request, wait_ms)
        },
        ..Desk::default()
    })
}
