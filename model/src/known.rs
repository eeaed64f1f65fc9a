//! Known failures: what an implementation is known not to pass, as a file says it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::declare::{Fault, Step};
use crate::site::is_default;

/// The most scenarios of a file.
pub const MAX_SCENARIOS: usize = 100_000;

/// The most scenarios of a file in which `*` stands for any characters: each of them is held against every scenario.
pub const MAX_PATTERNS: usize = 1_000;

/// How signatures begin that can be known: a harness that is at fault is mended, not known.
const SIGNATURES: [&str; 2] = ["failed ", "errored "];

/// What an implementation is known not to pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownFailures {
    /// Version of the format; 1.
    pub format: u32,
    /// What the implementation calls itself when it is greeted; `dasdlab` is the validator of this program.
    pub implementation: String,
    /// The failures.
    #[serde(default, skip_serializing_if = "is_default")]
    pub known: Vec<KnownFailure>,
}

/// Scenarios that are known to fail for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownFailure {
    /// Why they fail.
    pub reason: String,
    /// How they fail, as a report says it; left out where it does not matter.
    #[serde(default, skip_serializing_if = "is_default")]
    pub signature: Option<String>,
    /// Ids of scenarios; `*` stands for any characters.
    pub scenarios: Vec<String>,
}

impl KnownFailures {
    /// Everything that is malformed in its meaning, but for reasons that are empty.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.implementation.is_empty() {
            let message = "expected what the implementation calls itself".to_owned();
            faults.push(Fault { path: vec![Step::Field("implementation")], message });
        }
        let (mut seen, mut patterns) = (Seen::default(), 0);
        for (at, failure) in self.known.iter().enumerate() {
            let mut fault = |way: &[Step], message: String| faults.push(Fault { path: [&place(at), way].concat(), message });
            if failure.scenarios.is_empty() {
                fault(&[Step::Field("scenarios")], "no scenario is named: expected ids of scenarios".to_owned());
            }
            if let Some(signature) = &failure.signature
                && !SIGNATURES.iter().any(|begins| signature.starts_with(begins))
            {
                let message = format!(
                    "`{signature}` is not how a scenario fails: expected it as a report says it, such as `failed verdict: \
                     missing PS05:boxed`; left out, any failure is meant"
                );
                fault(&[Step::Field("signature")], message);
            }
            for (nth, scenario) in failure.scenarios.iter().enumerate() {
                let way = [Step::Field("scenarios"), Step::Item(nth)];
                patterns += usize::from(scenario.contains('*'));
                if scenario.is_empty() {
                    fault(&way, "expected the id of a scenario".to_owned());
                } else if let Some(message) = seen.twice(scenario, failure.signature.as_deref()) {
                    fault(&way, message);
                }
            }
        }
        let scenarios: usize = self.known.iter().map(|failure| failure.scenarios.len()).sum();
        for (count, most, what) in [(scenarios, MAX_SCENARIOS, "scenarios"), (patterns, MAX_PATTERNS, "scenarios with `*`")] {
            if count > most {
                let message = format!("there are {count} {what}: {most} at most can be known");
                faults.push(Fault { path: vec![Step::Field("known")], message });
            }
        }
        faults
    }

    /// The places where no reason is given.
    #[must_use]
    pub fn without_reason(&self) -> Vec<Fault> {
        let empty = self.known.iter().enumerate().filter(|(_, failure)| failure.reason.trim().is_empty());
        let message = "no reason is given: say why these scenarios are known to fail";
        let way = |at| [&place(at)[..], &[Step::Field("reason")]].concat();
        empty.map(|(at, _)| Fault { path: way(at), message: message.to_owned() }).collect()
    }
}

fn place(at: usize) -> [Step; 2] {
    [Step::Field("known"), Step::Item(at)]
}

/// What was named before: the signatures that each scenario is known by.
#[derive(Default)]
struct Seen<'a>(BTreeMap<&'a str, Vec<Option<&'a str>>>);

impl<'a> Seen<'a> {
    /// Why a scenario must not be named once more; none where it may.
    fn twice(&mut self, scenario: &'a str, signature: Option<&'a str>) -> Option<String> {
        let before = self.0.entry(scenario).or_default();
        let same = before.contains(&signature);
        let any = !before.is_empty() && (signature.is_none() || before.contains(&None));
        before.push(signature);
        match (same, any) {
            (true, _) => Some(format!("`{scenario}` is named twice")),
            (_, true) => Some(format!("`{scenario}` is named with a signature and without: one of the two says nothing")),
            _ => None,
        }
    }
}
