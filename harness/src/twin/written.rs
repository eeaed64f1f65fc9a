//! Both versions of what came out in two ways, as files for whoever compares them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Repeated;
use super::record::Record;
use crate::cli::{Problem, files};

/// The files: as it was the first time, and as it was then.
const NAMES: [&str; 2] = ["twin-first.txt", "twin-then.txt"];

/// Writes both versions into a folder; where nothing differs, those of an earlier run are removed.
///
/// # Errors
/// A file cannot be written or removed.
pub fn write(folder: &Path, repeated: Option<&Repeated>) -> Result<Vec<PathBuf>, Problem> {
    let paths = NAMES.map(|name| folder.join(name));
    let different = repeated.and_then(|repeated| repeated.different.as_ref());
    let records = different.and_then(|different| different.unlike.records.as_ref().map(|records| (&different.id, records)));
    let Some((id, records)) = records else {
        for path in &paths {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Problem::usage(format!("cannot be removed: {error}")).file(path));
                }
                _ => {}
            }
        }
        return Ok(Vec::new());
    };
    for (path, record) in paths.iter().zip([&records.0, &records.1]) {
        files::write(path, &text(id, record))?;
    }
    Ok(paths.to_vec())
}

fn text(id: &str, record: &Record) -> String {
    let more = if record.more > 0 { format!("{} more events are not kept\n", record.more) } else { String::new() };
    format!("{id}\n{}\n{more}", record.lines.join("\n"))
}
