//! The judgement before its findings are written out.

use dasdlab_model::finding::Severity;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::HostStatus;
use dasdlab_validator::{Findings, Inventory};

use crate::lab::{FlashCopy, Full, clean, name, status};

fn inventory(spoil: impl FnOnce(&mut Observation)) -> Inventory {
    let mut seen = clean(FlashCopy, Full);
    spoil(&mut seen);
    Inventory::new(&seen, &name("DAILY")).unwrap()
}

#[test]
fn a_judgement_says_what_the_verdict_says() {
    let inventory = inventory(|seen| {
        status(seen, "1001", HostStatus::Boxed);
        status(seen, "3001", HostStatus::Online);
    });
    let judgement = inventory.judge();
    let found: Vec<_> = judgement.findings.iter().collect();
    assert_eq!(found, [(Reason::Ps05Boxed, Severity::E), (Reason::Ps06Online, Severity::W)]);
    assert_eq!(judgement.findings.len(), 2);
    assert_eq!(judgement.findings.worst(), Some(Severity::E));
    assert_eq!(judgement.into_verdict(), inventory.check());
}

#[test]
fn what_was_found_before_is_forgotten() {
    let faulty = inventory(|seen| status(seen, "1001", HostStatus::Boxed));
    let clean = inventory(|_| {});
    let locked = inventory(|seen| seen.profiles[0].locked_by = Some("SETUP".to_owned()));
    let mut findings = Findings::default();
    for inventory in [&faulty, &locked, &clean, &faulty, &clean] {
        let judgement = inventory.judge_in(findings);
        assert_eq!(judgement.clone().into_verdict(), inventory.check());
        findings = judgement.findings;
    }
    assert!(findings.is_empty());
}
