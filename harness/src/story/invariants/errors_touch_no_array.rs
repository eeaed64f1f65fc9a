//! A setup that reports an error of PS00 to PS15 has given no command to any array.

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::finding::Severity;
use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::Rule;
use dasdlab_model::story::{CommandKind, PlannedFault};
use dasdlab_simulator::World;

use super::Check;
use crate::story::watch::{Ended, Watcher, Work};

#[derive(Debug, Default)]
pub(super) struct Untouched {
    /// The pieces of work that run, each with the first command that it gave to an array.
    open: Vec<(Issuer, Option<CommandKind>)>,
    found: Vec<String>,
}

impl Check for Untouched {
    fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

impl Watcher for Untouched {
    fn begins(&mut self, _work: &Work, profile: &ProfileName, _world: &World) {
        self.open.push((Issuer::Profile(profile.clone()), None));
    }

    fn answered(&mut self, by: &Issuer, command: &Command, _reply: &Reply, _met_by: Option<&PlannedFault>, _world: &World) {
        if let Some((_, first)) = self.open.last_mut().filter(|(issuer, _)| issuer == by)
            && command.is_for_an_array()
        {
            first.get_or_insert(CommandKind::of(command));
        }
    }

    fn ends(&mut self, work: &Work, ended: &Ended, _world: &World) {
        let Some((_, Some(kind))) = self.open.pop() else { return };
        let (Work::Setup { .. }, Ended::Said { verdict, .. }) = (work, ended) else { return };
        let error = verdict.findings.iter().find(|finding| finding.severity == Severity::E && finding.rule() != Rule::PS16);
        if let Some(finding) = error {
            self.found.push(format!("setup reports {} {} and has given the command {kind}", finding.code(), finding.reason));
        }
    }
}
