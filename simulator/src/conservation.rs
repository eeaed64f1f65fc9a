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

#[cfg(test)]
mod tests {
    use dasdlab_model::event::Time;
    use dasdlab_model::read::{Encoding, parse};
    use dasdlab_model::unit::VolumeId;

    use super::*;
    use crate::array::Subsystem;
    use crate::copies::Work;
    use crate::service::Service;
    use crate::tracks::TrackTable;

    const SITE: &str = r#"format = 1
systems = [{ name = "SYSA" }]
volumes = [
  { array = "000197800001", lss = "10", ua = "00", count = 2, unit = "1000", model = "3390-1" },
  { array = "000197800001", lss = "10", ua = "80", count = 2, unit = "1080", model = "3390-1", bcv = true },
]
mirrors = [
  { standard = "1000", bcv = "1080", state = "SyncInProg" },
  { standard = "1001", bcv = "1081", state = "SplitInProg" },
]
flashcopy = [{ source = "1000", target = "1001", state = "copying" }]

[[arrays]]
serial = "000197800001"
family = "symmetrix"
code_level = "5978.711.711"
features = ["flashcopy"]
copy_rate = 1000
lss = [{ id = "10", cu_ssid = "2000" }]
"#;

    fn id(ua: &str) -> VolumeId {
        format!("000197800001/10/{ua}").parse().unwrap()
    }

    /// Lets some time pass, spoils the array's books and says what is noticed.
    #[track_caller]
    fn check(spoil: impl FnOnce(&mut Subsystem), expected: &str) {
        let document = parse("site.toml", SITE.to_owned(), Encoding::Toml).unwrap();
        let mut world = World::boot(document.site()).unwrap();
        world.advance(Time(500));
        assert_eq!(world.conserved(), Ok(()));
        spoil(world.subsystems.values_mut().next().unwrap());
        let said = world.conserved().unwrap_err();
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn a_pair_that_copies_in_another_state_is_noticed() {
        check(|array| array.mirror_mut(id("00"), id("80")).0.state = MirrorState::Split, "the copy runs in a state");
        check(|array| array.mirror_mut(id("00"), id("80")).0.work = Work::new(16_695), "the copy does not run in a state");
        // The pair has its share, and the array knows nothing of it.
        check(|array| array.service = Service::new(1_000), "the copy does not run in a state");
    }

    #[test]
    fn a_split_that_runs_in_another_state_is_noticed() {
        check(|array| array.mirror_mut(id("01"), id("81")).0.state = MirrorState::Split, "Split with a split that runs");
        check(|array| array.mirror_mut(id("01"), id("81")).0.split = None, "SplitInProg with a split that does not run");
    }

    #[test]
    fn tracks_that_are_lost_are_noticed() {
        let lose = |owed: &mut TrackTable| owed.subtract(&TrackTable::all(owed.tracks()));
        check(|array| lose(&mut array.mirror_mut(id("00"), id("80")).0.work.owed), "tracks became invalid");
        check(|array| lose(&mut array.relation_mut(id("01")).unwrap().0.work.owed), "tracks became invalid");
    }

    #[test]
    fn a_relation_that_copies_in_another_state_is_noticed() {
        check(|array| array.relation_mut(id("01")).unwrap().0.state = RelationState::Copied, "flashcopy 000197800001/10/00");
    }
}
