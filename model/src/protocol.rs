//! The protocol by which an implementation outside this program is asked: one JSON object a line, over a pipe.
//!
//! The messages carry what machines and worlds exchange anyway: observations, verdicts, actions and replies. What a
//! scenario expects, what was planted in it and what it is called never crosses the wire.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::command::{Command, Reply};
use crate::event::Time;
use crate::finding::{Evidence, Fact, Finding, Severity, Subject, Verdict};
use crate::machine::{Action, Input};
use crate::name::ProfileName;
use crate::observation::{BackupProfile, Observation};
use crate::scenario::ExpectedFinding;
use crate::states::{ProfileState, RestoreScope, SetupReason, words};
use crate::story::{Phase, RestoreKind};

/// The version of the protocol that this release speaks.
pub const PROTOCOL: u32 = 1;

words!(
    /// What an implementation can do; it says so at hello.
    Feature, "a feature: check, act, life or job" {
        /// Observation and profile in, verdict out.
        Check = "check",
        /// Setups, backups and restores: replies in, commands out, until done.
        Act = "act",
        /// An edit or import in, the profile afterwards out.
        Life = "life",
        /// A request in, the steps of the job out.
        Job = "job",
    }
);

/// A line to the implementation. `id` is 0 at hello and rises by one with each line; answers come in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The number of the line, which the answer repeats.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub ask: Ask,
}

/// What is asked of an implementation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// The first line. Answered by `hello`.
    Hello(Hello),
    /// What profile setup says of a profile. Answered by `verdict`.
    Check(Check),
    /// A setup, a backup or a restore begins or goes on. Answered by `action`.
    Act(Box<Act>),
    /// A setup, a backup or a restore will never go on: its host has abended. Answered by `dropped`.
    Drop(Drop),
    /// A user edits a profile that the site has. Answered by `profile` or `refused`.
    Edit(Box<Edit>),
    /// A profile enters the site under a name that was free. Answered by `profile`.
    Enter(Box<Enter>),
    /// A job is built. Answered by `job` or `refused`.
    Build(Build),
    /// The last line: nothing is answered, the implementation ends.
    Bye(Bye),
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hello {
    /// The version of the protocol.
    pub protocol: u32,
    /// The name and version of the program that asks.
    pub tool: String,
}

/// A question about a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// The profile, one of the observation's.
    pub profile: ProfileName,
    /// What can be seen.
    pub observation: Observation,
}

/// A piece of work begins or goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Act {
    /// The number of the piece of work; several may be open at once.
    pub work: u64,
    /// What begins; left out where it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begin: Option<Begin>,
    /// What can be seen: at the beginning, and after `observe` and `wait`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// What came back, after `command`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
}

impl Act {
    /// The input that this carries.
    #[must_use]
    pub fn input(self) -> Option<Input> {
        match (self.seen, self.reply) {
            (Some(seen), None) => Some(Input::Seen(seen.observation, seen.at_ms)),
            (None, Some(reply)) => Some(Input::Reply(reply)),
            _ => None,
        }
    }

    /// The message that carries this input.
    #[must_use]
    pub fn carrying(work: u64, begin: Option<Begin>, input: Input) -> Self {
        match input {
            Input::Seen(observation, at_ms) => Self { work, begin, seen: Some(Seen { at_ms, observation }), reply: None },
            Input::Reply(reply) => Self { work, begin, seen: None, reply: Some(reply) },
        }
    }
}

/// What can be seen at an instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Seen {
    /// The instant, in milliseconds of virtual time.
    pub at_ms: Time,
    /// What can be seen.
    pub observation: Arc<Observation>,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Begin {
    /// Profile setup.
    Setup {
        /// The profile.
        profile: ProfileName,
        /// How long it waits for its pairs at most.
        wait_ms: u64,
    },
    /// The backup step of a job.
    Backup {
        /// The profile.
        profile: ProfileName,
        /// How long it waits for its pairs at most.
        wait_ms: u64,
    },
    /// A restore.
    Restore {
        /// The profile.
        profile: ProfileName,
        /// Every source, or those that held data.
        kind: RestoreKind,
        /// The generation that is restored from.
        generation: u8,
        /// How long it waits for its copies at most.
        wait_ms: u64,
    },
}

/// A piece of work that is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drop {
    /// Its number.
    pub work: u64,
}

/// An edit; an import over a profile that the site has is an edit of every field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Edit {
    /// The profile as it stands.
    pub before: BackupProfile,
    /// The profile that is wanted. Its state, reason, fingerprint, lock and backups mean nothing.
    pub wanted: BackupProfile,
    /// What can be seen.
    pub observation: Observation,
}

/// A profile that enters the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Enter {
    /// The profile as it was created, copied or exported.
    pub profile: BackupProfile,
}

/// A job that is built.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Build {
    /// The profile.
    pub profile: ProfileName,
    /// Whether only a setup is asked for, no backup.
    pub setup_only: bool,
    /// What can be seen.
    pub observation: Observation,
}

/// The end of the conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "an empty object")]
pub struct Bye {}

/// A line from the implementation: the number of the question and exactly one answer. Fields that are not known here
/// are passed over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[serde(expecting = "an answer: an object with `id` and what answers the question")]
pub struct Response {
    /// The number of the question.
    pub id: u64,
    /// Answers `hello`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hello: Option<Greeting>,
    /// Answers `check`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Said>,
    /// Answers `act`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Box<Wanted>>,
    /// Answers `drop`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Bye>,
    /// Answers `edit` and `enter`: where the profile stands afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Stands>,
    /// Answers `build`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobSteps>,
    /// Answers `edit` and `build` where nothing was changed: `profile-locked`, `read-only`, `synchronizing` or `no-profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Answers anything: the implementation has failed at this question and is ready for the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Response {
    /// How many answers it gives; one is right.
    #[must_use]
    pub fn answers(&self) -> usize {
        [
            self.hello.is_some(),
            self.verdict.is_some(),
            self.action.is_some(),
            self.dropped.is_some(),
            self.profile.is_some(),
            self.job.is_some(),
            self.refused.is_some(),
            self.error.is_some(),
        ]
        .into_iter()
        .filter(|&given| given)
        .count()
    }
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "a greeting: an object")]
pub struct Greeting {
    /// The version of the protocol.
    pub protocol: u32,
    /// The name of the implementation.
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// What it can do.
    pub features: Vec<Feature>,
}

/// A verdict as an implementation gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "a verdict: an object")]
pub struct Said {
    /// 0, 4, 8 or 12.
    pub return_code: u8,
    /// Which restores a backup would permit; left out or null after PS00.
    #[serde(default)]
    pub restore_scope: Option<RestoreScope>,
    /// All findings, in order.
    pub findings: Vec<SaidFinding>,
}

/// A finding as an implementation gives it. Fields that are not known here, such as a message, are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "a finding: an object")]
pub struct SaidFinding {
    /// Rule and severity, e.g. `PS05E`.
    pub code: String,
    /// The reason within the rule.
    pub reason: String,
    /// What it is about, in the roles of the reason, e.g. `["unit:3A10"]`.
    pub subjects: Vec<Subject>,
    /// Facts. Only those that the reason declares are compared.
    #[serde(default)]
    pub evidence: BTreeMap<String, Fact>,
}

impl SaidFinding {
    fn finding(self) -> Result<Finding, String> {
        let Self { code, reason, subjects, evidence } = self;
        let named = ExpectedFinding { code, reason, subjects, evidence };
        let (reason, severity): (_, Severity) = named.parse().map_err(|(field, message)| format!("{field}: {message}"))?;
        let facts = |(key, _): &(&'static str, _)| named.evidence.get(*key).map(|fact| (*key, fact.clone()));
        let evidence = Evidence(reason.info().evidence.iter().filter_map(facts).collect());
        Ok(Finding { reason, severity, subjects: named.subjects, evidence })
    }
}

impl Said {
    /// The verdict in this program's words.
    ///
    /// # Errors
    /// The first finding that the contract does not know, and why.
    pub fn verdict(self) -> Result<Verdict, String> {
        let finding =
            |(at, finding): (usize, SaidFinding)| finding.finding().map_err(|error| format!("finding {}: {error}", at + 1));
        let findings = self.findings.into_iter().enumerate().map(finding).collect::<Result<_, _>>()?;
        Ok(Verdict { return_code: self.return_code, restore_scope: self.restore_scope, findings })
    }
}

impl From<&Verdict> for Said {
    fn from(verdict: &Verdict) -> Self {
        let said = |finding: &Finding| {
            let ExpectedFinding { code, reason, subjects, evidence } = ExpectedFinding::from_finding(finding);
            SaidFinding { code, reason, subjects, evidence }
        };
        Self {
            return_code: verdict.return_code,
            restore_scope: verdict.restore_scope,
            findings: verdict.findings.iter().map(said).collect(),
        }
    }
}

/// What a piece of work wants next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "an action: an object with `phase` and `want`")]
pub struct Wanted {
    /// The phase of what it wants.
    pub phase: Phase,
    /// What it wants.
    pub want: Want,
}

/// What a piece of work wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Want {
    /// See the world again, at once.
    Observe {},
    /// Have this done.
    Command(Command),
    /// See the world again when a copy state has changed, or at this instant if none does before.
    Wait {
        /// The instant, in milliseconds of virtual time.
        until_ms: Time,
    },
    /// Nothing more.
    Done {
        /// What it has to say.
        verdict: Said,
        /// Why it refused to do anything, such as `not-ready` or `scope`; left out where it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refused: Option<String>,
    },
}

impl Want {
    /// The message for an action of a machine of this program.
    #[must_use]
    pub fn from_action(action: &Action, refused: Option<String>) -> Self {
        match action {
            Action::Observe => Self::Observe {},
            Action::Command(command) => Self::Command(command.clone()),
            Action::Wait(until_ms) => Self::Wait { until_ms: *until_ms },
            Action::Done(verdict) => Self::Done { verdict: Said::from(verdict), refused },
        }
    }

    /// The action, and why nothing was done where it refused.
    ///
    /// # Errors
    /// The verdict has a finding that the contract does not know.
    pub fn action(self) -> Result<(Action, Option<String>), String> {
        Ok(match self {
            Self::Observe {} => (Action::Observe, None),
            Self::Command(command) => (Action::Command(command), None),
            Self::Wait { until_ms } => (Action::Wait(until_ms), None),
            Self::Done { verdict, refused } => (Action::Done(verdict.verdict()?), refused),
        })
    }
}

/// Where a profile stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "where the profile stands: an object")]
pub struct Stands {
    /// Its state.
    pub state: ProfileState,
    /// Why setup is needed; left out or null where it is not.
    #[serde(default)]
    pub reason: Option<SetupReason>,
}

/// The steps of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "a job: an object")]
pub struct JobSteps {
    /// Why setup is needed; left out or null where it is not.
    #[serde(default)]
    pub setup_needed: Option<SetupReason>,
    /// Whether it was building the job that found setup needed.
    #[serde(default)]
    pub found_at_build: bool,
    /// The steps in their order.
    pub steps: Vec<JobStep>,
}

words!(
    /// What a step of a job does.
    StepWork, "a step: setup or backup" {
        /// Profile setup.
        Setup = "setup",
        /// A backup.
        Backup = "backup",
    }
);

/// A step of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "a step: an object")]
pub struct JobStep {
    /// What it does.
    pub work: StepWork,
    /// The highest return code of the setup before it that lets it run; left out where it always runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_setup_at_most: Option<u8>,
}
