//! Which steps a job must have: setup first where it is needed, then the backup, and no backup after a setup that failed.
//!
//! A job is what follows the build of one without anything in between, at the same depth: what runs within another piece
//! of work is a rival's, and has a depth of its own.

use dasdlab_model::command::Command;
use dasdlab_model::name::ProfileName;
use dasdlab_model::states::ProfileState;

use crate::story::watch::{Ended, Work};

/// The highest return code of a setup after which the backup runs.
const HIGHEST_PASSING: u8 = 4;

/// What must come next in a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Setup,
    Backup,
    /// No backup: setup has failed, or was broken off.
    Nothing,
}

/// A job that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Due {
    depth: usize,
    profile: ProfileName,
    next: Next,
}

/// Follows jobs from their build to their last step.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    due: Vec<Due>,
    /// The builds that are going on: how deep, and whether setup is needed.
    built: Vec<(usize, bool)>,
}

/// What is wrong with a job, and with whose.
pub(super) type Wrong = (ProfileName, String);

impl Jobs {
    /// A piece of work begins, of a profile that is or is not in need of setup.
    pub(super) fn begins(&mut self, depth: usize, work: &Work, profile: &ProfileName, needs_setup: bool) -> Option<Wrong> {
        if *work == Work::Build {
            self.built.push((depth, needs_setup));
        }
        let due = self.due.pop_if(|due| due.depth == depth)?;
        let is_its = due.profile == *profile;
        match (due.next, work) {
            (Next::Setup, Work::Setup { .. }) if is_its => {}
            (Next::Backup, Work::Backup { .. }) if is_its => {}
            (Next::Nothing, Work::Backup { .. }) => {
                return Some((due.profile, "the job goes on with the backup though its setup did not pass".to_owned()));
            }
            (Next::Nothing, _) => {}
            (wanted, other) => return Some(missing(due.profile, wanted, other.word())),
        }
        if due.next == Next::Setup {
            self.due.push(Due { next: Next::Nothing, ..due });
        }
        None
    }

    /// Somebody gives a command at this depth.
    pub(super) fn commanding(&mut self, depth: usize, command: &Command) {
        if let (Some((at, needed)), Command::SetState { state: ProfileState::SetupNeeded, .. }) = (self.built.last_mut(), command)
            && *at == depth
        {
            *needed = true;
        }
    }

    /// A piece of work ends, and with it every job that ran within it.
    pub(super) fn ends(&mut self, depth: usize, work: &Work, profile: &ProfileName, ended: &Ended) -> Option<Wrong> {
        let wrong = if *ended == Ended::Abended { self.broken_off(depth) } else { self.over(depth) };
        match (work, ended) {
            (Work::Build, _) => {
                let needed = self.built.pop().is_some_and(|(_, needed)| needed);
                if *ended == Ended::Done {
                    let next = if needed { Next::Setup } else { Next::Backup };
                    self.due.push(Due { depth, profile: profile.clone(), next });
                }
            }
            (Work::Setup { .. }, Ended::Said { verdict, .. }) if verdict.return_code <= HIGHEST_PASSING => {
                if let Some(due) = self.due.last_mut().filter(|due| (due.depth, due.next) == (depth, Next::Nothing)) {
                    due.next = Next::Backup;
                }
            }
            _ => {}
        }
        wrong
    }

    /// A step begins or ends, and every job before that is over.
    pub(super) fn all_end(&mut self) -> Option<Wrong> {
        let wrong =
            self.due.iter().find(|due| due.next != Next::Nothing).map(|due| missing(due.profile.clone(), due.next, "nothing"));
        self.due.clear();
        wrong
    }

    /// Jobs deeper than this are over.
    fn over(&mut self, depth: usize) -> Option<Wrong> {
        let mut wrong = None;
        while let Some(due) = self.due.pop_if(|due| due.depth > depth) {
            if due.next != Next::Nothing {
                wrong = Some(missing(due.profile, due.next, "nothing"));
            }
        }
        wrong
    }

    /// Jobs deeper than this were broken off.
    fn broken_off(&mut self, depth: usize) -> Option<Wrong> {
        self.due.retain(|due| due.depth <= depth);
        None
    }
}

fn missing(profile: ProfileName, wanted: Next, found: &str) -> Wrong {
    let wanted = if wanted == Next::Setup { "setup" } else { "the backup" };
    (profile, format!("the job goes on with {found} where {wanted} had to come"))
}

#[cfg(test)]
mod tests {
    use dasdlab_model::finding::Verdict;

    use super::*;

    /// What happens: a piece of work begins at a depth, ends there, the state is written within it, or the step ends.
    enum Happens {
        Begins(usize, Work, bool),
        Ends(usize, Work, Ended),
        Marks(usize),
        StepEnds,
    }

    use Happens::{Begins, Ends, Marks, StepEnds};

    const SETUP: Work = Work::Setup { wait_ms: 0 };
    const BACKUP: Work = Work::Backup { wait_ms: 0 };

    fn said(return_code: u8) -> Ended {
        Ended::Said { verdict: Verdict { return_code, restore_scope: None, findings: Vec::new() }, refused: None }
    }

    /// The build of a job, of a profile that needs setup or does not.
    fn built(depth: usize, needs_setup: bool) -> [Happens; 2] {
        [Begins(depth, Work::Build, needs_setup), Ends(depth, Work::Build, Ended::Done)]
    }

    fn done(depth: usize, work: Work, return_code: u8) -> [Happens; 2] {
        [Begins(depth, work.clone(), false), Ends(depth, work, said(return_code))]
    }

    #[track_caller]
    fn check(happens: impl IntoIterator<Item = Happens>, expected: &[&str]) {
        let profile: ProfileName = "DAILY".parse().unwrap();
        let mut jobs = Jobs::default();
        let wrong = happens.into_iter().filter_map(|happens| match happens {
            Begins(depth, work, needs_setup) => jobs.begins(depth, &work, &profile, needs_setup),
            Ends(depth, work, ended) => jobs.ends(depth, &work, &profile, &ended),
            Marks(depth) => {
                let (profile, state) = (profile.clone(), ProfileState::SetupNeeded);
                jobs.commanding(depth, &Command::SetState { profile, state, reason: None, fingerprint: None });
                None
            }
            StepEnds => jobs.all_end(),
        });
        assert_eq!(wrong.map(|(_, complaint)| complaint).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn setup_comes_first_where_it_is_needed_and_the_backup_after_one_that_passed() {
        check(built(0, false).into_iter().chain(done(0, BACKUP, 8)).chain([StepEnds]), &[]);
        check(built(0, true).into_iter().chain(done(0, SETUP, 4)).chain(done(0, BACKUP, 0)).chain([StepEnds]), &[]);
        check(built(0, true).into_iter().chain(done(0, SETUP, 8)).chain([StepEnds]), &[]);
        check([Begins(0, Work::Build, false), Ends(0, Work::Build, Ended::Refused("synchronizing".to_owned())), StepEnds], &[]);
    }

    #[test]
    fn what_is_left_out_or_done_too_much_is_seen() {
        let no_setup = "the job goes on with backup where setup had to come";
        check(built(0, true).into_iter().chain(done(0, BACKUP, 8)), &[no_setup]);
        check(
            [Begins(0, Work::Build, false), Marks(0), Ends(0, Work::Build, Ended::Done), Begins(0, BACKUP, false)],
            &[no_setup],
        );
        let no_backup = "the job goes on with nothing where the backup had to come";
        check(built(0, true).into_iter().chain(done(0, SETUP, 4)).chain([StepEnds]), &[no_backup]);
        let in_spite = "the job goes on with the backup though its setup did not pass";
        check(built(0, true).into_iter().chain(done(0, SETUP, 8)).chain(done(0, BACKUP, 8)), &[in_spite]);
    }

    #[test]
    fn a_rival_has_a_job_of_its_own() {
        let rival = built(1, true).into_iter().chain(done(1, SETUP, 12));
        let own = built(0, true).into_iter().chain([Begins(0, SETUP, true)]).chain(rival).chain([Ends(0, SETUP, said(0))]);
        check(own.chain(done(0, BACKUP, 0)).chain([StepEnds]), &[]);
    }

    #[test]
    fn what_an_abend_breaks_off_is_not_missed() {
        check(built(0, true).into_iter().chain([Begins(0, SETUP, true), Ends(0, SETUP, Ended::Abended), StepEnds]), &[]);
        let within = built(1, true).into_iter().chain([Ends(0, SETUP, Ended::Abended), StepEnds]);
        check([Begins(0, SETUP, true)].into_iter().chain(within), &[]);
    }
}
