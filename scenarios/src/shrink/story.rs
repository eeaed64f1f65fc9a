//! Leaving out steps and planned faults, and making plainer what stays of them.

use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{Do, Duration, PlannedFault, When};

use super::Search;
use super::bites::retain;
use super::generations::{pair_of_what, pair_of_when};

/// Gives a name to each step and fault that has none: its number, by which it is called while others go.
pub(super) fn name_all(scenario: &mut Scenario) {
    for (at, step) in scenario.steps.iter_mut().enumerate() {
        step.name = step.name_or_number(at);
    }
    for (at, fault) in scenario.faults.iter_mut().enumerate() {
        fault.name = fault.name_or_number(at);
    }
}

/// Takes names away: each step and fault is then called by its number.
pub(super) fn unname(scenario: &mut Scenario) {
    let names: Vec<String> = scenario.steps.iter_mut().map(|step| std::mem::take(&mut step.name)).collect();
    for fault in &mut scenario.faults {
        fault.name.clear();
        if let When::After(after) = &mut fault.when
            && let Some(at) = names.iter().position(|name| name == after)
        {
            *after = format!("step {}", at + 1);
        }
    }
}

/// The pairs that a fault speaks of.
fn pairs(fault: &mut PlannedFault) -> impl Iterator<Item = &mut dasdlab_model::story::PairRef> {
    [pair_of_what(&mut fault.what), pair_of_when(&mut fault.when)].into_iter().flatten()
}

impl Search<'_> {
    /// Leaves out steps.
    pub(super) fn steps(&mut self) {
        self.pass = "steps";
        self.bites(self.current.steps.len(), &|base, stays| {
            let mut candidate = base.clone();
            retain(&mut candidate.steps, stays);
            candidate
        });
    }

    /// Leaves out faults; those that stay strike the first command, phase or pair if that does too, so that they do not
    /// hold others in their places.
    pub(super) fn planned_faults(&mut self) {
        self.pass = "faults";
        self.bites(self.current.faults.len(), &|base, stays| {
            let mut candidate = base.clone();
            retain(&mut candidate.faults, stays);
            candidate
        });
        self.pass = "places of faults";
        for at in 0..self.current.faults.len() {
            let mut fault = |change: &dyn Fn(&mut PlannedFault)| {
                self.change(|scenario| {
                    if let Some(fault) = scenario.faults.get_mut(at) {
                        change(fault);
                    }
                })
            };
            fault(&|fault| match &mut fault.when {
                When::Command(command) => command.nth = 1,
                When::Phase(phase) => phase.nth = 1,
                _ => {}
            });
            fault(&|fault| {
                for pair in pairs(fault).filter(|pair| pair.nth.is_some()) {
                    pair.nth = Some(1);
                }
            });
            fault(&|fault| fault.lasts = None);
        }
    }

    /// Makes steps and faults plainer: shorter durations, fewer tracks, nothing passed over, the usual wait.
    pub(super) fn plain_story(&mut self) {
        self.pass = "values of steps";
        let steps = self.current.steps.len();
        // What only stands there because something comes after it need not do anything.
        self.plainer(steps, &|scenario, at| {
            if let Some(step) = scenario.steps.get_mut(at) {
                step.action = Do::Query { profile: None };
            }
        });
        self.plainer(steps, &|scenario, at| {
            let Some(step) = scenario.steps.get_mut(at) else { return };
            match &mut step.action {
                Do::Setup { wait, .. } | Do::Backup { wait, .. } | Do::Restore { wait, .. } => *wait = None,
                Do::Write { first, tracks, .. } => (*first, *tracks) = (0, 1),
                Do::Advance(duration) => *duration = Duration::of_ms(60_000),
                _ => {}
            }
        });
        self.plainer(steps, &|scenario, at| {
            let Some(step) = scenario.steps.get_mut(at) else { return };
            match &mut step.action {
                Do::Setup { ignoring, .. } | Do::Backup { ignoring, .. } | Do::Restore { ignoring, .. } => ignoring.clear(),
                Do::Edit(edit) => (edit.creator, edit.description) = (None, None),
                _ => {}
            }
        });
        self.of_edits();
        self.plainer(steps, &|scenario, at| {
            let own = scenario.profile.clone();
            let home = scenario.site.systems.first().map(|system| system.name);
            let Some(step) = scenario.steps.get_mut(at) else { return };
            match &mut step.action {
                Do::Setup { profile, .. } | Do::Backup { profile, .. } | Do::Restore { profile, .. } | Do::Query { profile }
                    if *profile == own =>
                {
                    *profile = None;
                }
                Do::Edit(edit) if edit.profile == own => edit.profile = None,
                Do::Vary { system, .. } if *system == home => *system = None,
                _ => {}
            }
        });
    }

    /// Leaves out what edits change.
    fn of_edits(&mut self) {
        for at in 0..self.current.steps.len() {
            let fields: [fn(&mut dasdlab_model::story::Edit); 6] = [
                |edit| edit.ims_ssid = None,
                |edit| edit.backup_type = None,
                |edit| edit.method = None,
                |edit| edit.generations = None,
                |edit| edit.sources = None,
                |edit| edit.targets = None,
            ];
            for clear in fields {
                if self.current.steps.get(at).is_some_and(|step| matches!(step.action, Do::Edit(_))) {
                    self.change(|scenario| {
                        if let Some(Do::Edit(edit)) = scenario.steps.get_mut(at).map(|step| &mut step.action) {
                            clear(edit);
                        }
                    });
                }
            }
        }
    }
}
