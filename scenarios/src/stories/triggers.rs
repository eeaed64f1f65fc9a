//! Triggers: when a fault fires, aimed at what happens in the story.

use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::story::{CommandKind, CopyState, Duration, NthCommand, NthPhase, PairAt, PairPercent, When};

use super::path::Path;
use super::world::Scene;
use crate::rng::Rng;

/// What a trigger may refer to.
pub(crate) struct Moment<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) path: &'a Path,
    /// How many steps the story has.
    pub(crate) steps: usize,
    /// A restore is among them.
    pub(crate) restores: bool,
}

/// The phase entered for the `nth` time.
pub(crate) const fn phase(name: dasdlab_model::story::Phase, nth: u32) -> When {
    When::Phase(NthPhase { name, nth })
}

/// The `nth` command of a kind.
pub(crate) const fn command(kind: CommandKind, nth: u32) -> When {
    When::Command(NthCommand { kind, nth })
}

impl Moment<'_> {
    /// A trigger of this kind; none where the story has nothing that it could refer to.
    pub(crate) fn when(&self, word: &str, rng: &mut Rng) -> Option<When> {
        Some(match word {
            "at" => When::At(Duration::of_ms(rng.one([1, 5, 200, 1_000, 5_000, 20_000, 60_000, 240_000]))),
            "command" => {
                let kind = *rng.choose(&self.path.commands())?;
                let most = match kind {
                    CommandKind::Establish | CommandKind::Hold | CommandKind::Release => self.scene.kind().sources,
                    CommandKind::Lock | CommandKind::Unlock | CommandKind::SetState => 2,
                    _ => 1,
                };
                command(kind, rng.range(1, most.max(1)))
            }
            "enters" => {
                let pair = self.scene.pair(rng.one([Some(1), Some(1), None]), rng)?;
                let state = self.state(rng);
                When::Enters(PairAt { pair: self.scene.pair_ref(&pair, rng), state })
            }
            "copied" => {
                let pair = self.scene.pair(rng.one([Some(1), Some(1), None]), rng)?;
                let percent = rng.one([1, 10, 37, 50, 90, 99]);
                When::Copied(PairPercent { pair: self.scene.pair_ref(&pair, rng), percent })
            }
            "phase" => {
                let entered = self.path.entered();
                let at = rng.index(entered.len());
                let name = *entered.get(at)?;
                let nth = entered.iter().take(at + 1).map(|&phase| u32::from(phase == name)).sum();
                phase(name, nth)
            }
            "after" => {
                let last = self.steps.checked_sub(1).filter(|&last| last > 0)?;
                When::After(format!("step {}", 1 + rng.index(last)))
            }
            _ => return None,
        })
    }

    /// A state that pairs of the story come to.
    fn state(&self, rng: &mut Rng) -> CopyState {
        if !self.scene.is_bcv() {
            return CopyState::Relation(rng.one([RelationState::Copying, RelationState::Copying, RelationState::Copied]));
        }
        let often = rng.one([MirrorState::SyncInProg, MirrorState::Synchronized, MirrorState::Split]);
        let rare = rng.one([MirrorState::RestInProg, MirrorState::Restored]);
        CopyState::Mirror(if self.restores && rng.chance(1, 2) { rare } else { often })
    }
}
