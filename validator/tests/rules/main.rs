//! Each reason of each rule on hand-built worlds: that it fires, and that its boundary does not.

mod capability;
mod coverage;
mod environment;
// Marked as a test, so that the lints for tests cover the helper.
#[cfg(test)]
mod lab;
mod mirrors;
mod profiles;
mod properties;
mod sources;
mod targets;

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
