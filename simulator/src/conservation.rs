//! Conservation of tracks: what the ledgers say against what the tables say.

use dasdlab_model::states::{MirrorState, RelationState};

use crate::World;
use crate::copies::CopyKey;

impl World {
    /// Whether tracks are conserved: of every copy the tracks that are still invalid are those that became so less those
    /// that were copied, and exactly the copies run whose state says so.
    ///
    /// # Errors
    /// The first copy of which this is not so, and why.
    pub fn conserved(&self) -> Result<(), String> {
        let now = self.clock.now();
        for subsystem in self.subsystems.values() {
            let mut running = 0;
            for (standard, bcv, pair) in subsystem.mirrors() {
                let what = || format!("mirror {standard} {bcv}");
                let copies = matches!(pair.state, MirrorState::SyncInProg | MirrorState::RestInProg);
                let key = CopyKey::Mirror { bcv, standard };
                running += usize::from(copies);
                pair.work
                    .is_sound(&subsystem.service, now, key, copies, pair.unlike())
                    .map_err(|why| format!("{}: {why}", what()))?;
                if (pair.state == MirrorState::SplitInProg) != pair.split.is_some() {
                    return Err(format!(
                        "{}: {} with a split that {}",
                        what(),
                        pair.state,
                        if pair.split.is_some() { "runs" } else { "does not run" }
                    ));
                }
            }
            for (target, flash) in subsystem.relations() {
                let copies = flash.state == RelationState::Copying;
                running += usize::from(copies);
                let key = CopyKey::Relation(target);
                let owed = flash.work.owed.count();
                flash
                    .work
                    .is_sound(&subsystem.service, now, key, copies, owed)
                    .map_err(|why| format!("flashcopy {} {target}: {why}", flash.source))?;
            }
            if subsystem.service.running() != running {
                let serial = subsystem.facts.serial;
                return Err(format!(
                    "array {serial} runs {} copies, and {running} are in a state that copies",
                    subsystem.service.running()
                ));
            }
        }
        Ok(())
    }
}
