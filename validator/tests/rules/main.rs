//! Each reason of each rule on hand-built worlds: that it fires, and that its boundary does not.

mod capability;
mod coverage;
mod environment;
#[cfg(test)]
mod judgement;
// Marked as a test, so that the lints for tests cover the helper.
#[cfg(test)]
mod lab;
mod mirrors;
mod profiles;
mod properties;
mod sources;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod suspects;
mod targets;

use dasdlab_model::reasons::Reason;
use dasdlab_model::states::HostStatus;
use dasdlab_validator::check_keeping;
use lab::{Bcv, Data, FlashCopy, Full, check};

#[test]
fn a_clean_world_has_no_finding() {
    for (method, backup_type, scope) in [
        (FlashCopy, Full, "full-and-data"),
        (FlashCopy, Data, "data-only"),
        (Bcv, Full, "full-and-data"),
        (Bcv, Data, "data-only"),
    ] {
        let verdict = check(method, backup_type, |_| {}, &[]);
        assert_eq!(verdict.return_code, 0);
        assert_eq!(verdict.restore_scope.unwrap().as_str(), scope);
    }
}

#[test]
fn a_profile_that_the_site_does_not_have_gets_no_verdict() {
    let seen = lab::clean(FlashCopy, Full);
    assert!(dasdlab_validator::check(&seen, &lab::name("WEEKLY")).is_none());
}

#[test]
fn what_is_not_kept_was_not_found() {
    let mut seen = lab::clean(FlashCopy, Full);
    lab::status(&mut seen, "1000", HostStatus::Boxed);
    lab::status(&mut seen, "2000", HostStatus::Online);
    let daily = lab::name("DAILY");
    let kept = |reason: Reason| {
        let verdict = check_keeping(&seen, &daily, |finding| finding.reason == reason).unwrap();
        (verdict.return_code, verdict.findings.iter().map(lab::written).collect::<Vec<_>>())
    };
    assert_eq!(dasdlab_validator::check(&seen, &daily).unwrap().return_code, 8);
    assert_eq!(kept(Reason::Ps06Online), (4, vec!["PS06W online unit:2000 volser=".to_owned()]));
    assert_eq!(kept(Reason::Ps05Offline), (0, vec![]));
    assert!(check_keeping(&seen, &lab::name("WEEKLY"), |_| true).is_none());
}
