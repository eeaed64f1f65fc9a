//! The verdict: findings in order, return code, restore scope.

use std::sync::LazyLock;

use dasdlab_model::finding::{Finding, Severity, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;
use dasdlab_model::run::{InTurn, Run};
use dasdlab_model::states::{BackupType, Method, RestoreScope};

use crate::findings::Findings;
use crate::inventory::Inventory;
use crate::rules::REGISTRY;
use crate::scan::{self, Asks};

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

/// A verdict whose findings are not written out yet: each is decided, with its subjects and all its evidence, and in order.
#[derive(Debug, Clone, Default)]
pub struct Judgement<'a> {
    /// 0 nothing or I only, 4 highest is W, 8 at least one E, 12 the environment failed.
    pub return_code: u8,
    /// Which restores a backup would permit; none after PS00.
    pub restore_scope: Option<RestoreScope>,
    /// All findings, in order.
    pub findings: Findings<'a>,
}

impl Judgement<'_> {
    /// The same with findings as they are read and sent.
    #[must_use]
    pub fn into_verdict(self) -> Verdict {
        Verdict { return_code: self.return_code, restore_scope: self.restore_scope, findings: self.findings.into_sorted() }
    }
}

/// What is asked of the environment.
static ENVIRONMENT: LazyLock<Asks<'static>> = LazyLock::new(|| Asks::new(REGISTRY.iter().copied().take(1), true));
/// What is asked of profiles of each method after it.
static FLASHCOPY: LazyLock<Asks<'static>> = LazyLock::new(|| asks_of(Method::FlashCopy));
static BCV: LazyLock<Asks<'static>> = LazyLock::new(|| asks_of(Method::Bcv));

fn asks_of(method: Method) -> Asks<'static> {
    Asks::new(REGISTRY.iter().copied().skip(1).filter(|entry| entry.applies_to(method)), true)
}

impl Inventory {
    /// Evaluates every rule and says what a backup would be good for. A finding of the environment stands alone: what
    /// cannot be read cannot be judged.
    #[must_use]
    pub fn judge(&self) -> Judgement<'_> {
        self.judge_in(Findings::default())
    }

    /// The same in the memory of findings that nobody needs any more: who judges again and again asks for no new memory.
    #[must_use]
    pub fn judge_in<'a>(&'a self, findings: Findings<'a>) -> Judgement<'a> {
        self.judge_on(&InTurn, findings)
    }

    /// The same on the threads that there are.
    #[must_use]
    pub fn judge_on<'a>(&'a self, run: &impl Run, findings: Findings<'a>) -> Judgement<'a> {
        let findings = self.evaluated(&ENVIRONMENT, &InTurn, findings);
        if !findings.is_empty() {
            return self.judgement(findings);
        }
        let findings = self.evaluated(self.rules(), run, findings);
        self.judgement(findings)
    }

    /// What these findings, which are all and in order, come to.
    pub(crate) fn judgement<'a>(&self, findings: Findings<'a>) -> Judgement<'a> {
        if findings.of_rule(Rule::PS00) > 0 {
            return Judgement { return_code: 12, restore_scope: None, findings };
        }
        let restore_scope = Some(self.restore_scope(findings.of_rule(Rule::PS04) > 0));
        Judgement { return_code: return_code(findings.worst()), restore_scope, findings }
    }

    /// The same with findings as they are read and sent.
    #[must_use]
    pub fn check(&self) -> Verdict {
        self.judge().into_verdict()
    }

    /// The same as if nothing had been found but what `keeps` keeps.
    #[must_use]
    pub fn check_keeping(&self, keeps: impl Fn(&Finding) -> bool) -> Verdict {
        let kept = |asks| {
            let mut findings = self.evaluated(asks, &InTurn, Findings::default()).into_sorted();
            findings.retain(&keeps);
            findings
        };
        let findings = kept(&ENVIRONMENT);
        if !findings.is_empty() {
            return Verdict { return_code: 12, restore_scope: None, findings };
        }
        let findings = kept(self.rules());
        let restore_scope = Some(self.restore_scope(findings.iter().any(|finding| finding.rule() == Rule::PS04)));
        Verdict { return_code: return_code(worst(&findings)), restore_scope, findings }
    }

    /// The rules that follow when the environment has been read.
    fn rules(&self) -> &'static Asks<'static> {
        match self.terms.method {
            Method::FlashCopy => &FLASHCOPY,
            Method::Bcv => &BCV,
        }
    }

    fn evaluated<'a>(&'a self, asks: &Asks<'_>, run: &impl Run, mut findings: Findings<'a>) -> Findings<'a> {
        findings.clear();
        scan::evaluate(asks, self, run, &mut findings);
        findings.sort();
        findings
    }

    /// Logs and data on one volume come back together or not at all.
    fn restore_scope(&self, mixed: bool) -> RestoreScope {
        match (self.terms.backup_type, mixed) {
            (BackupType::Full, false) => RestoreScope::FullAndData,
            (BackupType::Full, true) => RestoreScope::FullOnly,
            (BackupType::Data, false) => RestoreScope::DataOnly,
            (BackupType::Data, true) => RestoreScope::None,
        }
    }
}

/// The highest severity.
pub(crate) fn worst(findings: &[Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}

/// 0 nothing or I only, 4 highest is W, 8 at least one E.
pub(crate) const fn return_code(worst: Option<Severity>) -> u8 {
    match worst {
        None | Some(Severity::I) => 0,
        Some(Severity::W) => 4,
        Some(Severity::E) => 8,
    }
}
