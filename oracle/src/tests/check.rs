//! The one helper: a clean observation, a change, and the whole verdict that must come of it.

use crate::judge;
use dasdlab_model::finding::{Fact, Finding, Verdict};
use dasdlab_model::observation::Observation;

/// A change to a clean observation and the verdict on profile P1 after it: return code and restore scope, then the
/// findings line by line.
pub(crate) struct Case {
    pub(crate) clean: fn() -> Observation,
    pub(crate) change: fn(&mut Observation),
    pub(crate) expected: &'static [&'static str],
}

impl Case {
    fn observation(&self) -> Observation {
        let mut seen = (self.clean)();
        (self.change)(&mut seen);
        seen
    }

    pub(crate) fn judged(&self) -> Verdict {
        judge(&self.observation(), &"P1".parse().unwrap()).unwrap()
    }
}

/// Cases as tests of their own, and as a list that other tests go through.
macro_rules! cases {
    ($($name:ident: $clean:ident, $change:expr => [$($line:literal),* $(,)?];)+) => {
        pub(crate) const CASES: &[crate::tests::check::Case] =
            &[$(crate::tests::check::Case { clean: $clean, change: $change, expected: &[$($line),*] }),+];

        $(#[test]
        fn $name() {
            crate::tests::check::check(&crate::tests::check::Case { clean: $clean, change: $change, expected: &[$($line),*] });
        })+
    };
}

#[track_caller]
pub(crate) fn check(case: &Case) {
    let verdict = case.judged();
    let scope = verdict.restore_scope.map_or("no scope", |scope| scope.as_str());
    let mut lines = vec![format!("{} {scope}", verdict.return_code)];
    lines.extend(verdict.findings.iter().map(line));
    assert_eq!(lines, case.expected, "\n{}", lines.join("\n"));

    for finding in &verdict.findings {
        let info = finding.reason.info();
        let keys: Vec<_> = finding.evidence.0.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, info.evidence.iter().map(|(key, _)| *key).collect::<Vec<_>>(), "{}", finding.reason);
        assert!(info.severities.contains(&finding.severity), "{}", finding.code());
        assert_eq!(finding.subjects.len(), info.subjects.len(), "{}", finding.reason);
    }
    assert!(verdict.findings.is_sorted_by(|a, b| a.order_key() < b.order_key()), "two findings are about the same");

    let mut turned = case.observation();
    reverse(&mut turned);
    assert_eq!(judge(&turned, &"P1".parse().unwrap()), Some(verdict), "the order of the lists shows");
}

pub(crate) fn line(finding: &Finding) -> String {
    let subjects: Vec<_> = finding.subjects.iter().map(ToString::to_string).collect();
    let mut line = format!("{} {} {}", finding.code(), finding.reason.slug(), subjects.join("+"));
    for (key, fact) in &finding.evidence.0 {
        line += &match fact {
            Fact::List(list) => format!(" {key}=[{}]", list.join(",")),
            other => format!(" {key}={other}"),
        };
    }
    line
}

fn reverse(seen: &mut Observation) {
    seen.systems.reverse();
    seen.arrays.reverse();
    seen.volumes.reverse();
    seen.units.reverse();
    seen.relations.reverse();
    seen.mirrors.reverse();
    seen.ims.reverse();
    seen.catalogs.reverse();
    seen.data_sets.reverse();
    seen.policy.code_levels.reverse();
    seen.profiles.reverse();
    for array in &mut seen.arrays {
        array.fixes.reverse();
    }
    for catalog in &mut seen.catalogs {
        catalog.volumes.reverse();
    }
    for data_set in &mut seen.data_sets {
        data_set.volumes.reverse();
        data_set.ims.reverse();
    }
    for profile in &mut seen.profiles {
        profile.sources.reverse();
        profile.targets.reverse();
    }
}
