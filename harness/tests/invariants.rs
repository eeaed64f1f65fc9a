//! What must hold in every story: it holds in ours, and each wrong actor breaks exactly the one that it is made to break.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::BTreeMap;

use dasdlab_harness::judge::Ours;
use dasdlab_harness::story::invariants::Invariants;
use dasdlab_harness::story::tell;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::token::Token;

#[test]
fn generated_stories_keep_every_invariant() {
    let many = option_env!("STORIES").and_then(|many| many.parse().ok()).unwrap_or(150);
    let mut broken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for index in 0..many {
        let token = Token::story(0, index);
        let scenario = generate(&token).unwrap().scenario;
        let mut invariants = Invariants::new(&Ours);
        tell(&scenario, &Ours, &mut [&mut invariants]).unwrap();
        for violation in invariants.violations() {
            broken.entry(violation.invariant.slug).or_default().push(format!("{token}: {violation}"));
        }
    }
    let shown: Vec<_> = broken.iter().map(|(slug, all)| (slug, all.len(), &all[..all.len().min(8)])).collect();
    assert!(broken.is_empty(), "{shown:#?}");
}
