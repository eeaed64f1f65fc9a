//! A mutant in the place of the validator: asked for verdicts, and acting in stories.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{BackupType, RestoreScope};
use dasdlab_model::story::RestoreKind;
use dasdlab_validator::machines::{Backup, EditRefused, PlannedPair, Rules, Setup};

use super::{Deviation, Mutant, Says, Sees};
use crate::drive::Machine;
use crate::job::plan::{Job, Refused, Request};
use crate::judge::{Ours, Validator};
use crate::story::actors::Actors;
use crate::story::ignoring::Ignoring;
use crate::story::twist::{Acting, Kind, Twist};

/// A mutant in the place of the validator.
pub struct Worn {
    mutant: &'static Mutant,
    actors: Box<dyn Actors>,
}

impl Worn {
    /// A mutant, as if its program had just been started.
    #[must_use]
    pub fn new(mutant: &'static Mutant) -> Self {
        let actors: Box<dyn Actors> = match mutant.deviation {
            Deviation::Sees(sees) => Box::new(Seeing::new(sees)),
            Deviation::Says(says) => Box::new(Saying { slug: mutant.slug, says }),
            Deviation::Acts(make) => make(),
        };
        Self { mutant, actors }
    }

    /// The mutant as one of those who act in stories.
    #[must_use]
    pub fn actors(&self) -> &dyn Actors {
        self.actors.as_ref()
    }
}

impl Validator for Worn {
    fn check(&self, seen: &Observation, profile: &ProfileName) -> Option<Verdict> {
        match self.mutant.deviation {
            Deviation::Sees(sees) => Ours.check(&changed(seen, profile, sees), profile),
            Deviation::Says(says) => Some(said(says, seen, profile, Ours.check(seen, profile)?)),
            Deviation::Acts(_) => Ours.check(seen, profile),
        }
    }
}

/// What somebody sees who sees this otherwise.
fn changed(seen: &Observation, profile: &ProfileName, sees: Sees) -> Observation {
    let mut seen = seen.clone();
    sees(&mut seen, profile);
    seen
}

/// Somebody who is shown something else, whatever is done.
struct Seeing {
    sees: Sees,
    machines: Acting,
}

impl Seeing {
    fn new(sees: Sees) -> Self {
        let eyes = move |profile: &ProfileName| -> Box<dyn Twist> { Box::new(Eyes { sees, profile: profile.clone() }) };
        Self { sees, machines: Acting::of(Kind::ALL, eyes) }
    }
}

/// What stands between a machine and what it is shown.
struct Eyes {
    sees: Sees,
    profile: ProfileName,
}

impl Twist for Eyes {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let Input::Seen(seen, _) = &mut input {
            (self.sees)(Arc::make_mut(seen), &self.profile);
        }
        machine.next(input)
    }
}

impl Actors for Seeing {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        self.machines.setup(profile, wait_ms, ignoring)
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        self.machines.backup(profile, wait_ms, ignoring)
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        self.machines.restore(profile, kind, generation, wait_ms)
    }

    fn build(&self, seen: &Observation, profile: &ProfileName, request: Request, wait_ms: u64) -> Result<Job, Refused> {
        Ours.build(&changed(seen, profile, self.sees), profile, request, wait_ms)
    }

    fn edited(&self, seen: &Observation, before: &BackupProfile, wanted: &BackupProfile) -> Result<BackupProfile, EditRefused> {
        Ours.edited(&changed(seen, &before.name, self.sees), before, wanted)
    }
}

/// The verdict that is said in place of this one, with return code and restore scope that follow from its findings unless
/// these were changed themselves.
fn said(says: Says, seen: &Observation, profile: &ProfileName, verdict: Verdict) -> Verdict {
    let mut other = verdict.clone();
    says(seen, profile, &mut other);
    if other.findings != verdict.findings {
        let backup_type = seen.profile(profile).map(|profile| profile.backup_type);
        let (return_code, restore_scope) = consequences(&other, backup_type);
        if other.return_code == verdict.return_code {
            other.return_code = return_code;
        }
        if other.restore_scope == verdict.restore_scope {
            other.restore_scope = restore_scope;
        }
    }
    other
}

/// The return code and the restore scope that follow from findings.
fn consequences(verdict: &Verdict, backup_type: Option<BackupType>) -> (u8, Option<RestoreScope>) {
    let of = |rule| verdict.findings.iter().any(|finding| finding.rule() == rule);
    if of(Rule::PS00) {
        return (12, None);
    }
    let return_code = match verdict.findings.iter().map(|finding| finding.severity).max() {
        None | Some(Severity::I) => 0,
        Some(Severity::W) => 4,
        Some(Severity::E) => 8,
    };
    let restore_scope = backup_type.map(|backup_type| match (backup_type, of(Rule::PS04)) {
        (BackupType::Full, false) => RestoreScope::FullAndData,
        (BackupType::Full, true) => RestoreScope::FullOnly,
        (BackupType::Data, false) => RestoreScope::DataOnly,
        (BackupType::Data, true) => RestoreScope::None,
    });
    (return_code, restore_scope)
}

/// Somebody who says something else, and goes by what is said.
struct Saying {
    slug: &'static str,
    says: Says,
}

impl Saying {
    fn rules(&self, ignoring: &[Reason]) -> Misled {
        Misled { slug: self.slug, says: self.says, rest: Ignoring::new(ignoring) }
    }
}

impl Actors for Saying {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Box::new(Setup::with_rules(profile.clone(), wait_ms, self.rules(ignoring)))
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Box::new(Backup::with_rules(profile.clone(), wait_ms, self.rules(ignoring)))
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }
}

/// Rules whose verdict is changed.
#[derive(Debug, Clone)]
struct Misled {
    /// Says which they are: functions do not compare.
    slug: &'static str,
    says: Says,
    rest: Ignoring,
}

impl PartialEq for Misled {
    fn eq(&self, other: &Self) -> bool {
        (self.slug, &self.rest) == (other.slug, &other.rest)
    }
}

impl Eq for Misled {}

impl Hash for Misled {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.slug, &self.rest).hash(state);
    }
}

impl Rules for Misled {
    fn check(&self, seen: &Observation, profile: &ProfileName) -> Option<Verdict> {
        Some(said(self.says, seen, profile, self.rest.check(seen, profile)?))
    }

    /// What is not said in the check is not said when a pair's turn comes either.
    fn recheck(&self, seen: &Observation, profile: &ProfileName, pair: &PlannedPair) -> Vec<Reason> {
        let mut reasons = self.rest.recheck(seen, profile, pair);
        if reasons.is_empty() {
            return reasons;
        }
        let errors = |verdict: Option<Verdict>| -> Vec<Reason> {
            let findings = verdict.into_iter().flat_map(|verdict| verdict.findings);
            findings.filter(|finding| finding.severity == Severity::E).map(|finding| finding.reason).collect()
        };
        let (ours, other) = (errors(self.rest.check(seen, profile)), errors(self.check(seen, profile)));
        reasons.retain(|reason| other.contains(reason) || !ours.contains(reason));
        reasons
    }
}
