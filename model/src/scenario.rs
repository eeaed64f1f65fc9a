//! A scenario: a site, the profile to set up, and what is expected of it; with steps a story.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::declare::{Fault, Step};
use crate::finding::{Fact, Finding, Severity, Subject, Verdict};
use crate::name::ProfileName;
use crate::reasons::{Reason, Rule};
use crate::site::{Site, is_default};
use crate::states::RestoreScope;
use crate::story::{PlannedFault, StoryStep};

/// A site, the profile to set up, and what is expected; or the steps that it goes through and the faults that meet them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Version of the format; 1.
    pub format: u32,
    /// Stable name of the scenario; the file's name where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: String,
    /// What it shows, in a line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: String,
    /// Why it matters, in a line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub why: String,
    /// The token that generates it again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub token: Option<String>,
    /// The defects that were planted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub defects: Vec<String>,
    /// The profile to set up; may be left out where the site has one profile.
    #[serde(default, skip_serializing_if = "is_default")]
    pub profile: Option<ProfileName>,
    /// What profile setup must say; where left out the oracle alone judges.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expect: Option<Expectation>,
    /// What is done, one step after the other; without steps the scenario is a setup and judged as it is declared.
    #[serde(default, skip_serializing_if = "is_default")]
    pub steps: Vec<StoryStep>,
    /// What goes wrong meanwhile.
    #[serde(default, skip_serializing_if = "is_default")]
    pub faults: Vec<PlannedFault>,
    /// The site.
    pub site: Site,
}

impl Scenario {
    /// Whether it is a story: a scenario with steps.
    #[must_use]
    pub const fn is_story(&self) -> bool {
        !self.steps.is_empty()
    }
}

/// What profile setup must say, all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// 0, 4, 8 or 12.
    pub return_code: u8,
    /// Which restores a backup would permit; left out after PS00.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restore_scope: Option<RestoreScope>,
    /// Every finding, in any order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub findings: Vec<ExpectedFinding>,
}

/// A finding that must be reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFinding {
    /// Rule and severity, e.g. `PS05E`.
    pub code: String,
    /// The reason within the rule.
    pub reason: String,
    /// What it is about, e.g. `["unit:3A10"]`.
    pub subjects: Vec<Subject>,
    /// Facts that its evidence must hold; what is left out is not compared.
    #[serde(default, skip_serializing_if = "is_default", deserialize_with = "distinct")]
    pub evidence: BTreeMap<String, Fact>,
}

/// Reads a map whose keys stand once; JSON would let the last one win.
fn distinct<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Fact>, D::Error> {
    struct Facts;
    impl<'de> serde::de::Visitor<'de> for Facts {
        type Value = BTreeMap<String, Fact>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a table of evidence")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut facts = BTreeMap::new();
            while let Some((key, fact)) = map.next_entry::<String, Fact>()? {
                if facts.insert(key.clone(), fact).is_some() {
                    return Err(serde::de::Error::custom(format_args!("evidence `{key}` is given twice")));
                }
            }
            Ok(facts)
        }
    }
    deserializer.deserialize_map(Facts)
}

impl ExpectedFinding {
    /// The reason and severity that `code` and `reason` name; the error says which of the two is wrong.
    ///
    /// # Errors
    /// The field at fault and what was expected there.
    pub fn parse(&self) -> Result<(Reason, Severity), (&'static str, String)> {
        let wrong_code = || ("code", format!("`{}` is not a code: a rule and a severity such as PS05E", self.code));
        let (rule, severity) = self.code.split_at_checked(4).ok_or_else(wrong_code)?;
        let rule: Rule = rule.parse().map_err(|_| wrong_code())?;
        let severity = match severity {
            "I" => Severity::I,
            "W" => Severity::W,
            "E" => Severity::E,
            _ => return Err(wrong_code()),
        };
        let reason = Reason::find(rule, &self.reason).ok_or_else(|| {
            let known: Vec<_> = Reason::of(rule).map(Reason::slug).collect();
            ("reason", format!("`{}` is not a reason of {rule}: expected one of {}", self.reason, known.join(", ")))
        })?;
        if reason.info().severities.contains(&severity) {
            Ok((reason, severity))
        } else {
            Err(("code", format!("{reason} is never of severity {severity}")))
        }
    }

    /// What would have to be expected for this finding, evidence and all.
    #[must_use]
    pub fn from_finding(finding: &Finding) -> Self {
        Self {
            code: finding.code(),
            reason: finding.reason.slug().to_owned(),
            subjects: finding.subjects.clone(),
            evidence: finding.evidence.to_map(),
        }
    }
}

impl From<&Verdict> for Expectation {
    fn from(verdict: &Verdict) -> Self {
        Self {
            return_code: verdict.return_code,
            restore_scope: verdict.restore_scope,
            findings: verdict.findings.iter().map(ExpectedFinding::from_finding).collect(),
        }
    }
}

/// What is malformed in expected findings that stand at this place.
pub(crate) fn findings_faults(place: &[Step], findings: &[ExpectedFinding]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        let mut fault = |name, message| {
            faults.push(Fault { path: [place, &[Step::Item(index), Step::Field(name)]].concat(), message });
        };
        match finding.parse() {
            Err((name, message)) => fault(name, message),
            Ok((reason, _)) => {
                let roles = reason.info().subjects;
                if roles.len() != finding.subjects.len()
                    || !roles.iter().zip(&finding.subjects).all(|(role, subject)| fills(role, subject))
                {
                    fault("subjects", format!("wrong subjects: {reason} is about {}", roles.join(", ")));
                }
                for key in finding.evidence.keys() {
                    if !reason.info().evidence.iter().any(|(known, _)| known == key) {
                        let known: Vec<_> = reason.info().evidence.iter().map(|(known, _)| *known).collect();
                        fault("evidence", format!("`{key}` is no evidence of {reason}: expected {}", known.join(", ")));
                    }
                }
            }
        }
    }
    faults
}

/// Whether a subject can stand where the table of reasons names this role.
fn fills(role: &str, subject: &Subject) -> bool {
    match subject {
        Subject::Unit(_) | Subject::Volume(_) => matches!(role, "unit" | "source" | "target" | "bcv"),
        Subject::Array(_) => role == "array",
        Subject::DataSet(_) => role == "data-set",
        Subject::Catalog(_) => role == "catalog",
        Subject::Profile(_) => role == "profile",
        Subject::Generation(_) => role == "generation",
        Subject::Side(_) => role == "side",
    }
}
