//! The second opinion on profile setup: the contract restated over an observation with plain sets and scans.
//!
//! Slow and obvious is right. It shares data types with the rest of the workspace and nothing else: which states are
//! established, which units are mounted and how code levels compare is written down here once more. It knows nothing
//! about columns, bit sets or how a validator finds its answers.

mod catalogs;
mod coverage;
mod environment;
mod facts;
mod flashcopy;
mod levels;
mod mapping;
mod mirrors;
mod profiles;
mod saying;
mod sources;
mod story;
mod targets;
#[cfg(test)]
mod tests;

use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;
use dasdlab_model::states::{BackupType, RestoreScope};

pub use story::{Following, Must, Work};

use facts::Facts;
use saying::Findings;

/// What profile setup must say about the profile of this name (PS00 to PS15); none where there is no such profile.
///
/// ```
/// use dasdlab_model::observation::Observation;
///
/// let empty = Observation::default();
/// assert_eq!(dasdlab_oracle::judge(&empty, &"DAILY".parse()?), None);
/// # Ok::<(), dasdlab_model::name::NameError>(())
/// ```
#[must_use]
pub fn judge(seen: &Observation, profile: &ProfileName) -> Option<Verdict> {
    let facts = Facts::gather(seen, profile)?;
    let mut findings = Findings::default();
    environment::ask(&facts, &mut findings);
    let findings = findings.in_order();
    if !findings.is_empty() {
        return Some(Verdict { return_code: 12, restore_scope: None, findings });
    }

    let mut findings = Findings::default();
    for ask in [
        coverage::ask,
        catalogs::ask,
        sources::ask,
        targets::ask,
        flashcopy::ask,
        profiles::ask,
        levels::ask,
        mirrors::ask,
        mapping::ask,
    ] {
        ask(&facts, &mut findings);
    }
    let findings = findings.in_order();
    let shared = findings.iter().any(|finding| finding.rule() == Rule::PS04);
    let restore_scope = match (facts.profile.backup_type, shared) {
        (BackupType::Full, false) => RestoreScope::FullAndData,
        (BackupType::Full, true) => RestoreScope::FullOnly,
        (BackupType::Data, false) => RestoreScope::DataOnly,
        (BackupType::Data, true) => RestoreScope::None,
    };
    let return_code = match findings.iter().map(|finding| finding.severity).max() {
        None | Some(Severity::I) => 0,
        Some(Severity::W) => 4,
        Some(Severity::E) => 8,
    };
    Some(Verdict { return_code, restore_scope: Some(restore_scope), findings })
}
