//! Runs this program under callgrind and reads what each piece of work took.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Count;
use super::meter::REGION;

/// Why nothing could be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uncounted {
    /// There is no valgrind on this machine.
    NoValgrind,
    /// Valgrind, or the program in it, failed.
    Failed(String),
}

/// The valgrind of this machine, as it calls itself.
#[must_use]
pub fn version() -> Option<String> {
    let output = Command::new("valgrind").arg("--version").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs `program` with `arguments` under callgrind, in a folder for its files, and gives each piece that it names its
/// count, in the order in which they were done.
///
/// # Errors
/// There is no valgrind, it fails, or it has counted other regions than the program has entered.
pub fn count(program: &Path, arguments: &[String], folder: &Path) -> Result<Vec<(String, Count)>, Uncounted> {
    let failed = |message: String| Uncounted::Failed(message);
    version().ok_or(Uncounted::NoValgrind)?;
    let out = folder.join("counts");
    let output = Command::new("valgrind")
        .args(["-q", "--tool=callgrind", "--compress-strings=no", "--compress-pos=no"])
        .args([format!("--zero-before={REGION}"), format!("--dump-after={REGION}")])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(format!("valgrind cannot be started: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim())));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut counts = Vec::new();
    for (nth, line) in (1..).zip(text.lines()) {
        let (name, allocations, peak_bytes) = piece(line).ok_or_else(|| failed(format!("not a line of a piece: {line}")))?;
        let path = folder.join(format!("counts.{nth}"));
        let dump = fs::read_to_string(&path).map_err(|error| failed(format!("{}: {error}", path.display())))?;
        let instructions = total(&dump).ok_or_else(|| failed(format!("{}: no total", path.display())))?;
        counts.push((name.to_owned(), Count { instructions, allocations, peak_bytes }));
    }
    if folder.join(format!("counts.{}", counts.len() + 1)).exists() {
        return Err(failed("more regions were entered than there are pieces".to_owned()));
    }
    Ok(counts)
}

fn piece(line: &str) -> Option<(&str, u64, u64)> {
    let mut fields = line.split('\t');
    let read = (fields.next()?, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    fields.next().is_none().then_some(read)
}

/// The instructions of a dump.
fn total(dump: &str) -> Option<u64> {
    let line = dump.lines().rev().find_map(|line| line.strip_prefix("totals:").or_else(|| line.strip_prefix("summary:")))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_total_of_a_dump_counts() {
        assert_eq!(total("events: Ir\nsummary: 17\n\nfn=x\n1 17\ntotals: 17\n"), Some(17));
        assert_eq!(total("events: Ir\nsummary: 9\n"), Some(9));
        assert_eq!(total("events: Ir\n"), None);
    }

    #[test]
    fn a_line_of_a_piece_has_three_fields() {
        assert_eq!(piece("fused/1024/0%\t2\t96"), Some(("fused/1024/0%", 2, 96)));
        assert_eq!(piece("fused\t2"), None);
        assert_eq!(piece("fused\t2\t3\t4"), None);
    }
}
