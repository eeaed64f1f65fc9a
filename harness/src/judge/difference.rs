//! How a verdict differs from the one expected: one variant for each kind of mistake, each naming the finding.

use std::fmt;

use dasdlab_model::finding::{Fact, Severity, Subject};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::RestoreScope;
use serde::{Serialize, Serializer};

/// A finding by name: what no two findings of a verdict share, and its severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingName {
    /// Rule and reason.
    pub reason: Reason,
    /// Its severity.
    pub severity: Severity,
    /// What it is about.
    pub subjects: Vec<Subject>,
}

impl fmt::Display for FindingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} {}", self.reason.rule(), self.severity, self.reason.slug())?;
        write!(f, " [{}]", subjects(&self.subjects))
    }
}

impl Serialize for FindingName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("FindingName", 3)?;
        fields.serialize_field("code", &format!("{}{}", self.reason.rule(), self.severity))?;
        fields.serialize_field("reason", self.reason.slug())?;
        fields.serialize_field("subjects", &self.subjects)?;
        fields.end()
    }
}

/// One difference between an expected verdict and the one found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "kebab-case")]
pub enum Difference {
    /// A finding is not there.
    Missing {
        /// The finding that was expected.
        finding: FindingName,
    },
    /// A finding is there that should not be, or is there twice.
    Unexpected {
        /// The finding that was found.
        finding: FindingName,
    },
    /// A finding has another severity.
    Severity {
        /// The finding as expected.
        finding: FindingName,
        /// The severity that it should have.
        expected: Severity,
        /// The severity that it has.
        found: Severity,
    },
    /// A finding has another reason.
    Reason {
        /// The finding as expected.
        finding: FindingName,
        /// `PS05:boxed`.
        #[serde(serialize_with = "as_text")]
        expected: Reason,
        /// `PS05:offline`.
        #[serde(serialize_with = "as_text")]
        found: Reason,
    },
    /// A finding is about something else.
    Subjects {
        /// The finding as expected.
        finding: FindingName,
        /// What it should be about.
        expected: Vec<Subject>,
        /// What it is about.
        found: Vec<Subject>,
    },
    /// A finding has the right subjects in the wrong roles.
    SubjectsSwapped {
        /// The finding as expected.
        finding: FindingName,
        /// The subjects in their roles.
        expected: Vec<Subject>,
        /// The subjects as found.
        found: Vec<Subject>,
    },
    /// A fact in the evidence of a finding differs, is not there, or should not be.
    Evidence {
        /// The finding as expected.
        finding: FindingName,
        /// The key of the fact.
        key: String,
        /// The fact that it should have.
        expected: Option<Fact>,
        /// The fact that it has.
        found: Option<Fact>,
    },
    /// The facts are right, but their keys are repeated or in another order.
    EvidenceKeys {
        /// The finding as expected.
        finding: FindingName,
        /// The keys as they should be.
        expected: Vec<String>,
        /// The keys as they are.
        found: Vec<String>,
    },
    /// The findings are right, but not in their order.
    Order {
        /// The first finding out of place.
        finding: FindingName,
        /// Its place, from 1.
        expected: usize,
        /// Where it was found, from 1.
        found: usize,
    },
    /// The return code differs.
    ReturnCode {
        /// As it should be.
        expected: u8,
        /// As it is.
        found: u8,
    },
    /// The restore scope differs.
    RestoreScope {
        /// As it should be.
        expected: Option<RestoreScope>,
        /// As it is.
        found: Option<RestoreScope>,
    },
    /// Something else that a step leaves behind differs: where the profile stands, what the backup catalog has, whether
    /// the step was refused, what a restore has lost.
    Field {
        /// What it is.
        field: &'static str,
        /// As it should be.
        expected: String,
        /// As it is.
        found: String,
    },
    /// A command that should not have been given, or that was not given.
    Conduct {
        /// What is wrong.
        complaint: String,
    },
    /// A difference in a step of a story.
    InStep {
        /// The step.
        step: String,
        /// The piece of work within it, such as `backup`, and the profile.
        #[serde(skip_serializing_if = "Option::is_none")]
        work: Option<String>,
        /// The difference.
        of: Box<Difference>,
    },
}

fn as_text<S: Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}

impl Difference {
    /// What kind of difference it is, in a word or two.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Unexpected { .. } => "unexpected",
            Self::Severity { .. } => "severity",
            Self::Reason { .. } => "reason",
            Self::Subjects { .. } => "subjects",
            Self::SubjectsSwapped { .. } => "subjects swapped",
            Self::Evidence { .. } | Self::EvidenceKeys { .. } => "evidence",
            Self::Order { .. } => "order",
            Self::ReturnCode { .. } => "return code",
            Self::RestoreScope { .. } => "restore scope",
            Self::Field { field, .. } => field,
            Self::Conduct { .. } => "conduct",
            Self::InStep { of, .. } => of.kind(),
        }
    }

    /// The same difference as one of a step of a story.
    #[must_use]
    pub fn in_step(self, step: &str, work: Option<String>) -> Self {
        Self::InStep { step: step.to_owned(), work, of: Box::new(self) }
    }

    /// The finding that it names; none for the return code and the restore scope.
    #[must_use]
    pub fn finding(&self) -> Option<&FindingName> {
        match self {
            Self::Missing { finding }
            | Self::Unexpected { finding }
            | Self::Severity { finding, .. }
            | Self::Reason { finding, .. }
            | Self::Subjects { finding, .. }
            | Self::SubjectsSwapped { finding, .. }
            | Self::Evidence { finding, .. }
            | Self::EvidenceKeys { finding, .. }
            | Self::Order { finding, .. } => Some(finding),
            Self::InStep { of, .. } => of.finding(),
            Self::ReturnCode { .. } | Self::RestoreScope { .. } | Self::Field { .. } | Self::Conduct { .. } => None,
        }
    }
}

/// Subjects as they are shown.
fn subjects(list: &[Subject]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A fact or its absence as it is shown.
fn fact(fact: Option<&Fact>) -> String {
    match fact {
        None => "nothing".to_owned(),
        Some(Fact::Number(number)) => number.to_string(),
        Some(Fact::Text(text)) => format!("`{text}`"),
        Some(list @ Fact::List(_)) => format!("[{list}]"),
    }
}

fn scope(scope: Option<RestoreScope>) -> &'static str {
    scope.map_or("absent", RestoreScope::as_str)
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { finding } => write!(f, "missing: {finding}"),
            Self::Unexpected { finding } => write!(f, "unexpected: {finding}"),
            Self::Severity { finding, expected, found } => {
                write!(f, "severity of {finding}: expected {expected}, found {found}")
            }
            Self::Reason { finding, expected, found } => write!(f, "reason of {finding}: expected {expected}, found {found}"),
            Self::Subjects { finding, expected, found } => {
                write!(f, "subjects of {finding}: expected [{}], found [{}]", subjects(expected), subjects(found))
            }
            Self::SubjectsSwapped { finding, expected, found } => {
                write!(f, "subjects of {finding} swapped: expected [{}], found [{}]", subjects(expected), subjects(found))
            }
            Self::Evidence { finding, key, expected, found } => {
                write!(f, "evidence `{key}` of {finding}: expected {}, found {}", fact(expected.as_ref()), fact(found.as_ref()))
            }
            Self::EvidenceKeys { finding, expected, found } => {
                write!(f, "evidence of {finding}: expected the keys {}, found {}", expected.join(", "), found.join(", "))
            }
            Self::Order { finding, expected, found } => {
                write!(f, "order: {finding} belongs at place {expected}, found at {found}")
            }
            Self::ReturnCode { expected, found } => write!(f, "return code: expected {expected}, found {found}"),
            Self::RestoreScope { expected, found } => {
                write!(f, "restore scope: expected {}, found {}", scope(*expected), scope(*found))
            }
            Self::Field { field, expected, found } => write!(f, "{field}: expected {expected}, found {found}"),
            Self::Conduct { complaint } => f.write_str(complaint),
            Self::InStep { step, work: Some(work), of } => write!(f, "{step}, {work}: {of}"),
            Self::InStep { step, work: None, of } => write!(f, "{step}: {of}"),
        }
    }
}
