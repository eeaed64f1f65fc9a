//! The verdict: findings in order, return code, restore scope.

use dasdlab_model::finding::{Finding, Severity, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;
use dasdlab_model::states::{BackupType, RestoreScope};

use crate::findings::Findings;
use crate::inventory::Inventory;
use crate::rules::{REGISTRY, RuleEntry};
use crate::scan;

/// Judges the profile of this name; none if there is no such profile. Changes nothing and issues no command.
///
/// ```
/// use dasdlab_model::observation::Observation;
///
/// let nothing = Observation::default();
/// assert!(dasdlab_validator::check(&nothing, &"DAILY".parse()?).is_none());
/// # Ok::<(), dasdlab_model::name::NameError>(())
/// ```
#[must_use]
pub fn check(seen: &Observation, profile: &ProfileName) -> Option<Verdict> {
    Some(Inventory::new(seen, profile)?.check())
}

/// Judges the profile as if nothing had been found but what `keeps` keeps; none if there is no such profile. Return code
/// and restore scope follow from what is left.
#[must_use]
pub fn check_keeping(seen: &Observation, profile: &ProfileName, keeps: impl Fn(&Finding) -> bool) -> Option<Verdict> {
    Some(Inventory::new(seen, profile)?.check_keeping(keeps))
}

impl Inventory {
    /// Evaluates every rule and says what a backup would be good for. A finding of the environment stands alone: what
    /// cannot be read cannot be judged.
    #[must_use]
    pub fn check(&self) -> Verdict {
        self.check_keeping(|_| true)
    }

    /// The same as if nothing had been found but what `keeps` keeps.
    #[must_use]
    pub fn check_keeping(&self, keeps: impl Fn(&Finding) -> bool) -> Verdict {
        let (environment, rules): (Vec<&RuleEntry>, Vec<&RuleEntry>) =
            REGISTRY.iter().copied().partition(|entry| entry.rule == Rule::PS00);
        let evaluated = |entries: &[&RuleEntry]| {
            let mut findings = Findings::default();
            scan::evaluate(entries, self, &mut findings);
            let mut findings = findings.into_sorted();
            findings.retain(&keeps);
            findings
        };
        let findings = evaluated(&environment);
        if !findings.is_empty() {
            return Verdict { return_code: 12, restore_scope: None, findings };
        }
        let findings = evaluated(&rules);
        let restore_scope = Some(self.restore_scope(&findings));
        Verdict { return_code: return_code(&findings), restore_scope, findings }
    }

    /// Logs and data on one volume come back together or not at all.
    fn restore_scope(&self, findings: &[Finding]) -> RestoreScope {
        let mixed = findings.iter().any(|finding| finding.rule() == Rule::PS04);
        match (self.terms.backup_type, mixed) {
            (BackupType::Full, false) => RestoreScope::FullAndData,
            (BackupType::Full, true) => RestoreScope::FullOnly,
            (BackupType::Data, false) => RestoreScope::DataOnly,
            (BackupType::Data, true) => RestoreScope::None,
        }
    }
}

/// 0 nothing or I only, 4 highest is W, 8 at least one E.
pub(crate) fn return_code(findings: &[Finding]) -> u8 {
    match findings.iter().map(|finding| finding.severity).max() {
        None | Some(Severity::I) => 0,
        Some(Severity::W) => 4,
        Some(Severity::E) => 8,
    }
}
