//! Whoever asks for a backup gets one.

use super::Mutant;
use super::acting::Desk;
use crate::job::plan::{Request, Work};
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant = Mutant::acts("backup-without-setup", "builds a job without the setup that is needed", make);

fn make() -> Box<dyn Actors> {
    Box::new(Desk {
        build: |seen, profile, request, wait_ms| {
            let mut job = Ours.build(seen, profile, request, wait_ms)?;
            if request == Request::Backup {
                job.steps.retain(|step| step.work == Work::Backup);
                job.steps.iter_mut().for_each(|step| step.condition = None);
            }
            Ok(job)
        },
        ..Desk::default()
    })
}
