//! Pieces of work and faults, as the control face orders them and hears of them.

use dasdlab_model::name::ProfileName;
use dasdlab_servers::control::order::{ControlOrder, Question, Refused, RefusedKind};
use serde::Serialize;
use serde_json::{Value, json};

use super::engine::Living;
use super::refused;
use crate::cli::verdict::VerdictReport;
use crate::job::plan::{Refused as NotBuilt, Request, build};
use crate::story::live::{Asked, Crowded, FaultRefused, Record, Told};

impl From<Crowded> for Refused {
    fn from(crowded: Crowded) -> Self {
        refused(RefusedKind::Conflict, crowded.to_string())
    }
}

impl From<FaultRefused> for Refused {
    fn from(refusal: FaultRefused) -> Self {
        let kind = match refusal {
            FaultRefused::Malformed(_) => RefusedKind::Invalid,
            FaultRefused::Conflict(_) => RefusedKind::Conflict,
            FaultRefused::Unknown(_) => RefusedKind::NotFound,
        };
        refused(kind, refusal.to_string())
    }
}

impl Living {
    /// Carries out an order about work or faults.
    ///
    /// # Errors
    /// Why it was refused; then nothing has changed.
    pub(super) fn order_work(&mut self, order: &ControlOrder) -> Result<Value, Refused> {
        match order {
            ControlOrder::Fault(fault) => {
                let before = self.world.events().len();
                let name = self.live.add_fault(&mut self.world, fault)?;
                self.live.noticed(&mut self.world, before);
                Ok(json!({ "fault": name }))
            }
            ControlOrder::Forget { fault } => {
                self.live.forget_fault(&mut self.world, fault)?;
                Ok(json!({ "fault": fault }))
            }
            ControlOrder::Setup { profile, wait_ms } => self.begin(profile, Asked::Setup { wait_ms: *wait_ms }),
            ControlOrder::Restore { profile, kind, generation, wait_ms } => {
                self.begin(profile, Asked::Restore { kind: *kind, generation: *generation, wait_ms: *wait_ms })
            }
            ControlOrder::Job { profile, setup_only, wait_ms } => {
                let request = if *setup_only { Request::SetupOnly } else { Request::Backup };
                let job = build(&self.world.look(), profile, request, *wait_ms).map_err(|not| not_built(&not, profile))?;
                let steps = json!(job.steps);
                let setup_needed = json!(job.setup_needed);
                let begun = self.begin(profile, Asked::Job(Box::new(job)))?;
                Ok(json!({ "work": begun["work"], "setup_needed": setup_needed, "steps": steps }))
            }
            _ => Err(refused(RefusedKind::Broken, "this order is carried out elsewhere")),
        }
    }

    fn begin(&mut self, profile: &ProfileName, asked: Asked) -> Result<Value, Refused> {
        if self.world.profile(profile).is_none() {
            return Err(not_built(&NotBuilt::NoProfile, profile));
        }
        Ok(json!({ "work": self.live.begin(&self.world, profile, asked)? }))
    }

    /// Answers a question about work or faults.
    ///
    /// # Errors
    /// There is no such piece of work.
    pub(super) fn answer_work(&self, question: &Question) -> Result<Value, Refused> {
        match question {
            Question::Work(None) => value(&self.live.told(None).iter().map(Report::from).collect::<Vec<_>>()),
            Question::Work(Some(number)) => match self.live.told(Some(*number)).first() {
                Some(told) => value(&Report::from(told)),
                None => Err(refused(RefusedKind::NotFound, format!("there is no piece of work number {number}, or no longer"))),
            },
            Question::Faults => value(&self.live.faults()),
            _ => Err(refused(RefusedKind::Broken, "this question is answered elsewhere")),
        }
    }
}

fn not_built(not: &NotBuilt, profile: &ProfileName) -> Refused {
    match not {
        NotBuilt::NoProfile => refused(RefusedKind::NotFound, format!("there is no profile {profile}")),
        NotBuilt::Locked { .. } | NotBuilt::Synchronizing => refused(RefusedKind::Conflict, format!("{not}: {}", not.help())),
    }
}

fn value(of: &impl Serialize) -> Result<Value, Refused> {
    serde_json::to_value(of).map_err(|error| refused(RefusedKind::Broken, error.to_string()))
}

/// A piece of work as it is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    number: u64,
    profile: &'a ProfileName,
    /// `setup`, `job`, `restore`, or the `rival` of a fault.
    kind: &'static str,
    /// `running`, `ended`, `abended`, or `failed` by a fault of this program.
    state: &'static str,
    phase: Option<dasdlab_model::story::Phase>,
    began_ms: u64,
    ended_ms: Option<u64>,
    return_code: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepReport<'a>>,
}

/// A step of it.
#[derive(Serialize)]
struct StepReport<'a> {
    /// `build`, `setup`, `backup` or `restore`.
    step: &'static str,
    began_ms: u64,
    finished_ms: Option<u64>,
    /// What the machine said at its end: return code, restore scope, findings.
    verdict: Option<VerdictReport<'a>>,
    refused: Option<&'a str>,
    ending: Option<&'a str>,
    commands: &'a [crate::drive::Executed],
    /// How many commands more there were than are kept.
    more_commands: u64,
}

impl<'a> From<&'a Told> for Report<'a> {
    fn from(told: &'a Told) -> Self {
        let state = match (told.ended, &told.failed) {
            (None, _) => "running",
            (Some(_), Some(_)) => "failed",
            (Some(_), None) if told.abended => "abended",
            (Some(_), None) => "ended",
        };
        Self {
            number: told.number,
            profile: &told.profile,
            kind: told.kind,
            state,
            phase: told.phase,
            began_ms: told.began.0,
            ended_ms: told.ended.map(|at| at.0),
            return_code: told.return_code,
            failed: told.failed.as_deref(),
            steps: told.steps.iter().map(StepReport::from).collect(),
        }
    }
}

impl<'a> From<&'a Record> for StepReport<'a> {
    fn from(record: &'a Record) -> Self {
        Self {
            step: record.word,
            began_ms: record.began.0,
            finished_ms: record.finished.map(|at| at.0),
            verdict: record.verdict.as_ref().map(VerdictReport::from),
            refused: record.refused.as_deref(),
            ending: record.ending.as_deref(),
            commands: &record.commands,
            more_commands: record.more,
        }
    }
}
