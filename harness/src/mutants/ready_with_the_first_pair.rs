//! One pair is as good as all, for they were told to at once.

use dasdlab_model::observation::MirrorPair;
use dasdlab_model::states::MirrorState;
use dasdlab_model::story::Phase;

use super::Mutant;
use super::acting::showing;
use super::sight::targets;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("ready-with-the-first-pair", "calls a profile ready as soon as one pair is Synchronized", make);

fn make() -> Box<dyn Actors> {
    showing(&[Kind::Setup], |seen, profile, phase| {
        let targets = targets(seen, profile);
        let mut own: Vec<&mut MirrorPair> = seen.mirrors.iter_mut().filter(|pair| targets.contains(&pair.bcv)).collect();
        if phase == Some(Phase::Synchronize) && own.iter().any(|pair| pair.state == MirrorState::Synchronized) {
            own.iter_mut()
                .filter(|pair| pair.state == MirrorState::SyncInProg)
                .for_each(|pair| pair.state = MirrorState::Synchronized);
        }
    })
}
