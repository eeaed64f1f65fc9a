//! `completions`: scripts for shells.

use clap::Args;
use clap_complete::Shell;

use super::{Context, Problem};
use crate::exit::Exit;

/// Print a completion script for a shell
///
/// For bash: `dasdlab completions bash > ~/.local/share/bash-completion/completions/dasdlab`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// None; the shell is checked when the arguments are read.
pub fn run(args: &CompletionsArgs, ctx: &Context) -> Result<Exit, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(&[]), "dasdlab", &mut script);
    Ok(ctx.result(&String::from_utf8_lossy(&script), Exit::Good))
}
