//! The binary as a user starts it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
        Self { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code() }
    }
}

/// The binary, in a folder, with nothing of the caller's surroundings that could change what it says. `DASDLAB_BINARY` names
/// another one.
pub(crate) fn dasdlab(folder: &Path) -> Command {
    let built = || env!("CARGO_BIN_EXE_dasdlab").into();
    let mut command = Command::new(std::env::var_os("DASDLAB_BINARY").unwrap_or_else(built));
    command.current_dir(folder).stdin(Stdio::null());
    for name in ["NO_COLOR", "COLUMNS", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

/// Starts the binary with these arguments and waits for it.
pub(crate) fn say(folder: &Path, args: &[&str]) -> Said {
    dasdlab(folder).args(args).output().expect("the binary starts").into()
}
