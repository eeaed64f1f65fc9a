//! `--expectations`: a run held against what an implementation is known not to pass.

use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::known::KnownFailures;

use super::{Context, Problem};
use crate::known::renew::Renewal;
use crate::known::{Known, file};
use crate::run::plan::Plan;

/// What is known not to pass, and where to write what does not.
#[derive(Debug, Args)]
pub struct Expectations {
    /// What the implementation is known not to pass, .toml or .json
    ///
    /// What fails as is known counts as an expected failure; what passes nevertheless, and what is known of a scenario that
    /// there is not, makes the run bad.
    #[arg(long, value_name = "FILE")]
    expectations: Option<PathBuf>,
    /// Write down what fails now, for --expectations; reasons that still hold are kept, new ones are left empty
    ///
    /// A file with an empty reason is refused until somebody has said why. Comments in it are lost.
    #[arg(long, value_name = "FILE")]
    write_expectations: Option<PathBuf>,
    /// The reason of everything that is new in it
    #[arg(long, value_name = "TEXT", requires = "write_expectations")]
    reason: Option<String>,
}

/// Files of known failures, read.
#[derive(Debug)]
pub struct Read<'a> {
    args: &'a Expectations,
    judged_by: Option<KnownFailures>,
    /// What is in the file that is written over.
    before: Option<KnownFailures>,
}

impl Expectations {
    /// The file that is written.
    #[must_use]
    pub fn written(&self) -> Option<&Path> {
        self.write_expectations.as_deref()
    }

    /// Reads what there is.
    ///
    /// # Errors
    /// A file cannot be read or is malformed, or something else would be written over.
    pub fn read(&self) -> Result<Read<'_>, Problem> {
        let judged_by = self.expectations.as_deref().map(file::read).transpose()?;
        let before = self.write_expectations.as_deref().map(file::read_before).transpose()?.flatten();
        Ok(Read { args: self, judged_by, before })
    }
}

impl Read<'_> {
    /// What is known of this implementation in a run of this plan.
    ///
    /// # Errors
    /// The files are about another implementation.
    pub fn known(&self, implementation: &str, plan: &Plan) -> Result<Known, Problem> {
        for (failures, path) in [(&self.judged_by, &self.args.expectations), (&self.before, &self.args.write_expectations)] {
            if let (Some(failures), Some(path)) = (failures, path) {
                file::of(failures, path, implementation)?;
            }
        }
        Ok(self.judged_by.as_ref().map(|failures| file::known(failures).within(plan)).unwrap_or_default())
    }

    /// Whoever gathers what is to be written down; nobody where nothing is.
    #[must_use]
    pub fn renewal(&self, plan: &Plan) -> Option<Renewal> {
        self.args.write_expectations.as_ref()?;
        let before = self.judged_by.as_ref().or(self.before.as_ref()).map(|failures| file::known(failures).within(plan));
        Some(Renewal::new(before.unwrap_or_default()))
    }

    /// Writes down what was gathered.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, renewal: &Renewal, implementation: &str, ctx: &Context) -> Result<(), Problem> {
        let Some(path) = &self.args.write_expectations else { return Ok(()) };
        if renewal.was_stopped() {
            ctx.note(&format!("note: the run was stopped: {} is not written", path.display()));
            return Ok(());
        }
        let failures = renewal.known(implementation, self.args.reason.as_deref().unwrap_or_default());
        file::write(path, &failures)?;
        ctx.note(&said(path, &failures));
        Ok(())
    }
}

fn said(path: &Path, failures: &KnownFailures) -> String {
    let scenarios: usize = failures.known.iter().map(|failure| failure.scenarios.len()).sum();
    let empty = failures.without_reason().len();
    let next = if empty > 0 { format!("; say why in {empty} of them before it is used") } else { String::new() };
    let groups = failures.known.len();
    format!("{} has {scenarios} known failures in {groups} groups{next}", path.display())
}
