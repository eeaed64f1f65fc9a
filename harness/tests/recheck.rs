//! The check of one pair when its turn comes says what all rules say of it, though it reads only what is near the pair.

use std::collections::BTreeSet;

use dasdlab_model::declare::declare;
use dasdlab_model::finding::{Finding, Severity, Subject};
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::unit::{Unit, VolumeId};
use dasdlab_scenarios::undirected::undirected;
use dasdlab_validator::check;
use dasdlab_validator::machines::{AllRules, PlannedPair, Rules};

fn base(seen: &Observation, profile: &BackupProfile, unit: Unit) -> Option<VolumeId> {
    let entry = seen.units.iter().find(|entry| (entry.system, entry.unit) == (profile.system, unit))?;
    match entry.device {
        Device::Base(volume, _) => Some(volume),
        Device::Alias(_) => None,
    }
}

fn pairs(seen: &Observation, profile: &BackupProfile) -> Vec<PlannedPair> {
    let listed = profile.targets.iter().filter(|entry| profile.sources.iter().any(|source| source.unit == entry.source));
    let pair = |generation, source, target| {
        let (standard, bcv) = (base(seen, profile, source)?, base(seen, profile, target)?);
        Some(PlannedPair { generation, source, target, standard, bcv })
    };
    listed.filter_map(|entry| pair(entry.generation, entry.source, entry.target)).collect()
}

/// Whether a finding forbids that the pair is established.
fn forbids(finding: &Finding, pair: &PlannedPair) -> bool {
    let again = [Rule::PS05, Rule::PS06, Rule::PS09, Rule::PS12, Rule::PS13].contains(&finding.rule());
    let names = |unit| finding.subjects.contains(&Subject::Unit(unit));
    let elsewhere = |subject: &Subject| matches!(subject, Subject::Generation(other) if *other != pair.generation);
    again
        && finding.severity == Severity::E
        && (names(pair.source) || names(pair.target))
        && !finding.subjects.iter().any(elsewhere)
}

#[test]
fn one_pair_by_itself_passes_what_it_passes_among_all() {
    let (mut asked, mut reasons) = (0, BTreeSet::<Reason>::new());
    for index in 0..600 {
        let mut seen = declare(&undirected(11, index).site).unwrap();
        seen.authority.denied.clear();
        seen.profiles.iter_mut().for_each(|profile| profile.locked_by = None);
        for profile in &seen.profiles {
            let verdict = check(&seen, &profile.name).unwrap();
            if verdict.return_code == 12 {
                continue;
            }
            for pair in pairs(&seen, profile) {
                let forbidden = verdict.findings.iter().filter(|finding| forbids(finding, &pair));
                let expected: BTreeSet<Reason> = forbidden.map(|finding| finding.reason).collect();
                let found: BTreeSet<Reason> = AllRules.recheck(&seen, &profile.name, &pair).into_iter().collect();
                assert_eq!(found, expected, "{} in the setup of index {index}: {pair:?}", profile.name);
                asked += 1;
                reasons.extend(expected);
            }
        }
    }
    assert!(asked > 1_000 && reasons.len() > 20, "{asked} pairs were asked about, which met {reasons:?}");
}
