//! A story in the making.

use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::FORMAT;
use dasdlab_model::story::{Do, PlannedFault, StoryStep};

use super::path::Path;
use super::world::Scene;

/// A world, what is done in it, and what goes wrong.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) scene: Scene,
    pub(crate) steps: Vec<Do>,
    faults: Vec<PlannedFault>,
    title: String,
}

impl Story {
    pub(crate) const fn new(scene: Scene, title: String) -> Self {
        Self { scene, steps: Vec::new(), faults: Vec::new(), title }
    }

    /// Plans a fault; one that would fire at the very moment of another is left out, for they could contradict.
    pub(crate) fn plan(&mut self, fault: PlannedFault) {
        if self.faults.iter().all(|known| known.when != fault.when) {
            self.faults.push(fault);
        }
    }

    /// How many faults are planned.
    pub(crate) fn planned(&self) -> usize {
        self.faults.len()
    }

    pub(crate) fn faults_mut(&mut self) -> &mut [PlannedFault] {
        &mut self.faults
    }

    /// Through which phases the profile goes if nothing goes wrong.
    pub(crate) fn path(&self) -> Path {
        Path::of(self.scene.kind(), &self.steps)
    }

    /// The scenario, nothing expected: whoever knows the contract judges it.
    pub(crate) fn finish(self, token: String) -> Scenario {
        let steps = self.steps.into_iter().map(|action| StoryStep { name: String::new(), action, expect: None });
        Scenario {
            format: FORMAT,
            id: token.clone(),
            title: self.title,
            token: Some(token),
            defects: self.scene.defects.clone(),
            profile: Some(self.scene.draft.profile.name.clone()),
            steps: steps.collect(),
            faults: self.faults,
            site: self.scene.site(),
            ..Scenario::default()
        }
    }
}
