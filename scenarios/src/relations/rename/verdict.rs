//! What a verdict must be once everything has another name.

use dasdlab_model::finding::{Evidence, Fact, Finding, Subject, Verdict};
use dasdlab_model::name::{ProfileName, SystemName};
use dasdlab_model::reasons::Kind;

use super::Renaming;

impl Renaming {
    /// What the verdict on a profile, which goes by its old name, must be after the renaming.
    #[must_use]
    pub fn verdict(&self, profile: &ProfileName, verdict: &Verdict) -> Verdict {
        let system = self.systems.get(profile).copied();
        let mut findings: Vec<Finding> = verdict.findings.iter().map(|finding| self.finding(system, finding)).collect();
        findings.sort_by(|a, b| a.order_key().cmp(&b.order_key()));
        Verdict { findings, ..verdict.clone() }
    }

    fn finding(&self, system: Option<SystemName>, finding: &Finding) -> Finding {
        let kinds = finding.reason.info().evidence;
        let kind = |key: &str| kinds.iter().find(|(name, _)| *name == key).map(|&(_, kind)| kind);
        let facts = finding.evidence.0.iter().map(|(key, fact)| {
            let fact = match (kind(key), fact) {
                (None, _) | (_, Fact::Number(_)) => fact.clone(),
                (Some(kind), Fact::Text(text)) => Fact::Text(self.text(system, kind, text)),
                (Some(kind), Fact::List(list)) => Fact::list(list.iter().map(|text| self.text(system, kind, text))),
            };
            (*key, fact)
        });
        Finding {
            subjects: finding.subjects.iter().map(|subject| self.subject(system, subject)).collect(),
            evidence: Evidence(facts.collect()),
            ..*finding
        }
    }

    fn subject(&self, system: Option<SystemName>, subject: &Subject) -> Subject {
        match subject {
            Subject::Unit(unit) => Subject::Unit(system.map_or(*unit, |system| self.unit(system, *unit))),
            Subject::Volume(volume) => Subject::Volume(self.volume(*volume)),
            Subject::Array(serial) => Subject::Array(self.array(*serial)),
            Subject::DataSet(name) => Subject::DataSet(self.data_set(name)),
            Subject::Catalog(name) => Subject::Catalog(self.catalog(name)),
            Subject::Profile(name) => Subject::Profile(self.profile(name)),
            Subject::Generation(_) | Subject::Side(_) => subject.clone(),
        }
    }

    /// A text of the evidence under its new name; one that is no name of its kind stays as it is.
    fn text(&self, system: Option<SystemName>, kind: Kind, text: &str) -> String {
        let unit = |text: &str| Some(self.unit(system?, text.parse().ok()?).to_string());
        let renamed = match kind {
            Kind::Count | Kind::Text | Kind::Texts | Kind::Families => None,
            Kind::Volser | Kind::Volsers => text.parse().ok().map(|label| self.volser(label).to_string()),
            Kind::Unit | Kind::Units => unit(text),
            Kind::Device | Kind::Devices if text.contains('/') => text.parse().ok().map(|volume| self.volume(volume).to_string()),
            Kind::Device | Kind::Devices => unit(text),
            Kind::Array => text.parse().ok().map(|serial| self.array(serial).to_string()),
            Kind::Lss => text.split_once('/').and_then(|(serial, lss)| {
                let (serial, lss) = (serial.parse().ok()?, lss.parse().ok()?);
                Some(format!("{}/{}", self.array(serial), self.lss(serial, lss)))
            }),
            Kind::DataSets => text.parse().ok().map(|name| self.data_set(&name).to_string()),
            Kind::Subjects => text.parse().ok().map(|subject| self.subject(system, &subject).to_string()),
            Kind::Profile => text.parse().ok().map(|name| self.profile(&name).to_string()),
        };
        renamed.unwrap_or_else(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::reasons::Reason;
    use dasdlab_model::unit::Unit;

    use super::*;

    /// A site with names of which each is renamed as the test says.
    fn renaming() -> Renaming {
        let system = |text: &str| text.parse::<SystemName>().unwrap();
        let unit = |text: &str| text.parse::<Unit>().unwrap();
        Renaming {
            arrays: [("A1".parse().unwrap(), "B9".parse().unwrap())].into_iter().collect(),
            lss: [(("A1".parse().unwrap(), "10".parse().unwrap()), "0F".parse().unwrap())].into_iter().collect(),
            units: [
                ((system("SYSA"), unit("1000")), unit("9000")),
                ((system("SYSA"), unit("2000")), unit("1000")),
                ((system("SYSB"), unit("1000")), unit("4444")),
            ]
            .into_iter()
            .collect(),
            volsers: [("L1".parse().unwrap(), "Z1".parse().unwrap()), ("L2".parse().unwrap(), "A2".parse().unwrap())]
                .into_iter()
                .collect(),
            data_sets: [("D.S".parse().unwrap(), "X".parse().unwrap())].into_iter().collect(),
            catalogs: [("D.S".parse().unwrap(), "Y".parse().unwrap())].into_iter().collect(),
            profiles: [("P".parse().unwrap(), "Q".parse().unwrap())].into_iter().collect(),
            systems: [("P".parse().unwrap(), system("SYSA"))].into_iter().collect(),
        }
    }

    #[track_caller]
    fn check(reason: Reason, subjects: &[&str], facts: &[Fact], new_subjects: &[&str], new_facts: &[Fact]) {
        let finding = |subjects: &[&str], facts: &[Fact]| Finding {
            reason,
            severity: reason.info().severities[0],
            subjects: subjects.iter().map(|text| text.parse().unwrap()).collect(),
            evidence: Evidence(reason.info().evidence.iter().map(|(key, _)| *key).zip(facts.iter().cloned()).collect()),
        };
        let verdict = |finding| Verdict { return_code: 8, restore_scope: None, findings: vec![finding] };
        let renamed = renaming().verdict(&"P".parse().unwrap(), &verdict(finding(subjects, facts)));
        assert_eq!(renamed, verdict(finding(new_subjects, new_facts)));
    }

    #[test]
    fn subjects_and_evidence_go_by_their_new_names() {
        let text = |text: &str| Fact::text(text);
        let list = |list: &[&str]| Fact::list(list);
        check(
            Reason::Ps05DuplicateVolser,
            &["unit:1000"],
            &[text("L1"), list(&["1000", "2000", "3000"])],
            &["unit:9000"],
            &[text("Z1"), list(&["1000", "3000", "9000"])],
        );
        check(
            Reason::Ps05CopyTarget,
            &["volume:A1/10/07"],
            &[text(""), list(&["bcv"]), list(&["1000", "A1/10/00"])],
            &["volume:B9/0F/07"],
            &[text(""), list(&["bcv"]), list(&["9000", "B9/0F/00"])],
        );
        check(
            Reason::Ps06HoldsData,
            &["unit:2000"],
            &[text("L2"), list(&["catalog:D.S", "data-set:D.S"])],
            &["unit:1000"],
            &[text("A2"), list(&["catalog:Y", "data-set:X"])],
        );
        check(
            Reason::Ps08DifferentLss,
            &["unit:1000", "unit:2000", "generation:1"],
            &[text("A1/10"), text("A1/11")],
            &["unit:9000", "unit:1000", "generation:1"],
            &[text("B9/0F"), text("B9/11")],
        );
        check(
            Reason::Ps12Established,
            &["unit:1000", "volume:A1/10/01"],
            &[text("Synchronized"), text("P")],
            &["unit:9000", "volume:B9/0F/01"],
            &[text("Synchronized"), text("Q")],
        );
        check(
            Reason::Ps03Missing,
            &["catalog:D.S"],
            &[list(&["1000"]), list(&["L1", "L2"]), list(&["D.S"])],
            &["catalog:Y"],
            &[list(&["9000"]), list(&["A2", "Z1"]), list(&["X"])],
        );
    }

    #[test]
    fn findings_come_in_the_order_of_their_new_subjects() {
        let finding = |unit: &str| Finding {
            reason: Reason::Ps05Boxed,
            severity: Reason::Ps05Boxed.info().severities[0],
            subjects: vec![unit.parse().unwrap()],
            evidence: Evidence(vec![("volser", Fact::text(""))]),
        };
        let verdict = |findings| Verdict { return_code: 8, restore_scope: None, findings };
        let renamed = renaming().verdict(&"P".parse().unwrap(), &verdict(vec![finding("unit:1000"), finding("unit:2000")]));
        assert_eq!(renamed, verdict(vec![finding("unit:1000"), finding("unit:9000")]));
    }
}
