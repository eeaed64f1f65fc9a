//! The step has no condition.

use super::Mutant;
use super::acting::Desk;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant = Mutant::acts("backup-after-a-failed-setup", "runs the backup whatever setup ends with", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        build: |seen, profile, request, wait_ms| {
            let mut job = Ours.build(seen, profile, request, wait_ms)?;
            job.steps.iter_mut().for_each(|step| step.condition = None);
            Ok(job)
        },
        ..Desk::default()
    })
}
