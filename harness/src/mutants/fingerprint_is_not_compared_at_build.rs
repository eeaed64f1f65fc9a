//! Who edits a profile goes by the panel, it is thought.

use super::Mutant;
use super::acting::Desk;
use super::sight::own;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("fingerprint-is-not-compared-at-build", "does not compare the fingerprint when a job is built", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        build: |seen, profile, request, wait_ms| {
            let mut other = seen.clone();
            if let Some(own) = own(&mut other, profile) {
                own.fingerprint = None;
            }
            Ours.build(&other, profile, request, wait_ms)
        },
        ..Desk::default()
    })
}
