//! Leaving out generations: their targets and backups go, and those behind them move up.

use dasdlab_model::name::ProfileName;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{Do, PairRef, UnitRef, What, When};

use super::Search;

impl Search<'_> {
    /// Leaves out one generation after the other, the last first.
    pub(super) fn generations(&mut self) {
        self.pass = "generations";
        let profiles: Vec<(ProfileName, u8)> =
            self.current.site.profiles.iter().map(|profile| (profile.name.clone(), profile.generations)).collect();
        for (name, generations) in profiles {
            // All behind the first at once, where there are many.
            if generations > 2 {
                let mut candidate = self.current.clone();
                (2..=generations).rev().for_each(|gone| without(&mut candidate, &name, gone));
                if self.offer(candidate) {
                    continue;
                }
            }
            for gone in (1..=generations).rev() {
                let mut candidate = self.current.clone();
                without(&mut candidate, &name, gone);
                self.offer(candidate);
            }
        }
    }
}

/// A generation after another one is gone; none for the one that is gone.
fn moved(generation: u8, gone: u8) -> Option<u8> {
    match generation.cmp(&gone) {
        std::cmp::Ordering::Less => Some(generation),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(generation - 1),
    }
}

/// Takes a generation of a profile out, wherever it is spoken of.
fn without(scenario: &mut Scenario, name: &ProfileName, gone: u8) {
    let own = match (&scenario.profile, scenario.site.profiles.as_slice()) {
        (Some(own), _) => Some(own.clone()),
        (None, [only]) => Some(only.name.clone()),
        (None, _) => None,
    };
    let is_of = |profile: Option<&ProfileName>| profile.or(own.as_ref()) == Some(name);
    for profile in scenario.site.profiles.iter_mut().filter(|profile| profile.name == *name) {
        profile.generations = profile.generations.saturating_sub(1);
        profile.targets.retain_mut(|mapping| up(&mut mapping.generation, gone));
        profile.backups.retain_mut(|backup| up(&mut backup.generation, gone));
    }
    scenario.steps.retain_mut(|step| {
        let is_of = is_of(step.action.profile());
        match &mut step.action {
            Do::Restore { generation, .. } if is_of => up(generation, gone),
            Do::Edit(edit) if is_of => {
                if let Some(generations) = &mut edit.generations {
                    *generations = generations.saturating_sub(1);
                }
                if let Some(targets) = &mut edit.targets {
                    targets.retain_mut(|mapping| up(&mut mapping.generation, gone));
                }
                true
            }
            _ => true,
        }
    });
    scenario.faults.retain_mut(|fault| {
        let pairs = [pair_of_what(&mut fault.what), pair_of_when(&mut fault.when)];
        pairs.into_iter().flatten().all(|pair| !is_of(pair.profile.as_ref()) || up(&mut pair.generation, gone))
    });
}

fn up(generation: &mut u8, gone: u8) -> bool {
    match moved(*generation, gone) {
        Some(now) => {
            *generation = now;
            true
        }
        None => false,
    }
}

/// The pair that a fault is about.
pub(super) fn pair_of_what(what: &mut What) -> Option<&mut PairRef> {
    match what {
        What::PairFailed { pair } => Some(pair),
        What::Refuse { pair, .. } | What::Lose { pair } | What::Delay { pair, .. } => pair.as_mut(),
        What::Vary { unit: UnitRef { pair, .. }, .. } | What::TakeTarget { unit: UnitRef { pair, .. }, .. } => pair.as_mut(),
        _ => None,
    }
}

/// The pair whose state or progress a fault waits for.
pub(super) fn pair_of_when(when: &mut When) -> Option<&mut PairRef> {
    match when {
        When::Enters(enters) => Some(&mut enters.pair),
        When::Copied(copied) => Some(&mut copied.pair),
        When::At(_) | When::Command(_) | When::Phase(_) | When::After(_) => None,
    }
}
