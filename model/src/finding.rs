//! What profile setup says: findings, their order, the return code and the restore scope.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::{CatalogName, DataSetName, NameError, ProfileName, Serial, text_type};
use crate::reasons::{Reason, Rule};
use crate::states::{RestoreScope, words};
use crate::unit::{Unit, VolumeId};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Severity {
    /// Good to know.
    I,
    /// The backup goes on, with a restriction or a risk.
    W,
    /// Profile setup has failed.
    E,
}

impl Severity {
    /// The letter that ends a code.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::I => 'I',
            Self::W => 'W',
            Self::E => 'E',
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

words!(
    /// Which side of a pair a finding is about.
    Side, "a side of a pair: source or target" {
        /// The volume copied from.
        Source = "source",
        /// The volume copied to.
        Target = "target",
    }
);

/// What a finding is about. The order of the variants and of the values within is the order of findings: units as
/// numbers, then volumes without a unit in the profile's system, then the rest as text, generations as numbers.
/// Written `kind:name`, e.g. `unit:3A10` or `data-set:IMSP.DB.CUST01`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A unit of the profile's system.
    Unit(Unit),
    /// A volume without a unit in that system.
    Volume(VolumeId),
    /// An array.
    Array(Serial),
    /// A data set.
    DataSet(DataSetName),
    /// A catalog.
    Catalog(CatalogName),
    /// A profile.
    Profile(ProfileName),
    /// A generation of the profile.
    Generation(u8),
    /// A side of a pair.
    Side(Side),
}

const SUBJECT_EXPECTED: &str =
    "a subject: unit:, volume:, array:, data-set:, catalog:, profile:, generation: or side: followed by a name";

impl FromStr for Subject {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = || NameError::new(text, SUBJECT_EXPECTED);
        let (kind, name) = text.split_once(':').ok_or_else(wrong)?;
        Ok(match kind {
            "unit" => Self::Unit(name.parse()?),
            "volume" => Self::Volume(name.parse()?),
            "array" => Self::Array(name.parse()?),
            "data-set" => Self::DataSet(name.parse()?),
            "catalog" => Self::Catalog(name.parse()?),
            "profile" => Self::Profile(name.parse()?),
            "generation" => Self::Generation(name.parse().map_err(|_| wrong())?),
            "side" if name == "source" => Self::Side(Side::Source),
            "side" if name == "target" => Self::Side(Side::Target),
            _ => return Err(wrong()),
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(unit) => write!(f, "unit:{unit}"),
            Self::Volume(volume) => write!(f, "volume:{volume}"),
            Self::Array(serial) => write!(f, "array:{serial}"),
            Self::DataSet(name) => write!(f, "data-set:{name}"),
            Self::Catalog(name) => write!(f, "catalog:{name}"),
            Self::Profile(name) => write!(f, "profile:{name}"),
            Self::Generation(number) => write!(f, "generation:{number}"),
            Self::Side(side) => write!(f, "side:{}", side.as_str()),
        }
    }
}

text_type!(Subject, SUBJECT_EXPECTED, "^(unit|volume|array|data-set|catalog|profile|generation|side):.+$");

/// One fact in the evidence of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A count or a size.
    Number(u64),
    /// A name, a state, a level.
    Text(String),
    /// Names, ascending and without repetition.
    List(Vec<String>),
}

impl Fact {
    /// The fact that this thing has this name.
    pub fn text(value: impl fmt::Display) -> Self {
        Self::Text(value.to_string())
    }

    /// These names, brought into order.
    pub fn list<T: fmt::Display>(values: impl IntoIterator<Item = T>) -> Self {
        let mut list: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        list.sort_unstable();
        list.dedup();
        Self::List(list)
    }
}

impl From<u64> for Fact {
    fn from(value: u64) -> Self {
        Self::Number(value)
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(list) => f.write_str(&list.join(", ")),
        }
    }
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Fact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyFact;
        impl<'de> serde::de::Visitor<'de> for AnyFact {
            type Value = Fact;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of 0 or more, a text or a list of texts")
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Fact, E> {
                Ok(Fact::Number(number))
            }
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Fact, E> {
                u64::try_from(number)
                    .map(Fact::Number)
                    .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(number), &self))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Fact, E> {
                Ok(Fact::Text(text.to_owned()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Fact, A::Error> {
                let mut list: Vec<String> = Vec::new();
                while let Some(item) = seq.next_element()? {
                    list.push(item);
                }
                Ok(Fact::list(list))
            }
        }
        deserializer.deserialize_any(AnyFact)
    }
}

impl schemars::JsonSchema for Fact {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fact".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "oneOf": [
                { "type": "string" },
                { "type": "integer", "minimum": 0 },
                { "type": "array", "items": { "type": "string" } }
            ]
        })
    }
}

/// The evidence of a finding: the keys that its reason declares, each with a fact.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence(pub Vec<(&'static str, Fact)>);

impl Evidence {
    /// The fact behind a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, fact)| fact)
    }

    /// The same evidence keyed by owned text, in the order of keys.
    #[must_use]
    pub fn to_map(&self) -> BTreeMap<String, Fact> {
        self.0.iter().map(|(key, fact)| ((*key).to_owned(), fact.clone())).collect()
    }
}

impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, fact)| (key, fact)))
    }
}

/// One thing that profile setup has to say. Severity stands apart from the reason because policy can change it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Finding {
    /// Rule and reason.
    pub reason: Reason,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about, in the roles that the reason declares.
    pub subjects: Vec<Subject>,
    /// Enough to act on without another query.
    pub evidence: Evidence,
}

impl Finding {
    /// The rule that was broken.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.reason.rule()
    }

    /// Rule and severity, e.g. `PS05E`.
    #[must_use]
    pub fn code(&self) -> String {
        format!("{}{}", self.rule().code(), self.severity)
    }

    /// The key of the order of findings: rule, subjects one after the other, reason.
    #[must_use]
    pub fn order_key(&self) -> (Rule, &[Subject], &'static str) {
        (self.rule(), &self.subjects, self.reason.slug())
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Finding", 6)?;
        fields.serialize_field("code", &self.code())?;
        fields.serialize_field("rule", self.rule().slug())?;
        fields.serialize_field("severity", &self.severity)?;
        fields.serialize_field("reason", self.reason.slug())?;
        fields.serialize_field("subjects", &self.subjects)?;
        fields.serialize_field("evidence", &self.evidence)?;
        fields.end()
    }
}

/// The result of profile setup's checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// 0 nothing or I only, 4 highest is W, 8 at least one E, 12 the environment failed.
    pub return_code: u8,
    /// Which restores a backup would permit; none after PS00.
    pub restore_scope: Option<RestoreScope>,
    /// All findings, in order.
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sorted: &[&str]) {
        let subjects: Vec<Subject> = sorted.iter().map(|text| text.parse().unwrap()).collect();
        let mut again = subjects.clone();
        again.reverse();
        again.sort();
        assert_eq!(again, subjects);
        assert_eq!(subjects.iter().map(ToString::to_string).collect::<Vec<_>>(), sorted);
    }

    #[test]
    fn subjects_order_by_kind_then_by_number_or_text() {
        check(&[
            "unit:2000",
            "unit:F000",
            "unit:11000",
            "volume:A/01/00",
            "array:75A",
            "data-set:A.B",
            "catalog:UCAT",
            "profile:P",
            "generation:2",
            "generation:10",
            "side:source",
            "side:target",
        ]);
    }

    #[test]
    fn a_subject_of_no_kind_is_refused() {
        for text in ["", "3A10", "unit:", "side:both", "generation:300", "volser:IMS001"] {
            assert!(text.parse::<Subject>().is_err(), "{text}");
        }
    }
}
