//! A job as JCL: statements within columns 1 to 71, control statements in SYSIN.

use std::fmt::Write;

use dasdlab_model::observation::BackupProfile;
use dasdlab_model::states::Method;

use super::plan::{Job, Step, Work};

/// The last column of a statement; 72 and what follows belong to the system.
const LAST: usize = 71;
/// The column in which operands resume, the last one that is allowed.
const RESUME: usize = 16;
/// The longest name of a programmer in a JOB statement.
const PROGRAMMER: usize = 20;
/// The most lines of comment that a description is given.
const DESCRIPTION_LINES: usize = 20;
/// The program that both steps run.
const PROGRAM: &str = "DASDLAB";

/// The job as text, one line for each record. Names and values are the profile's; class, account and libraries are a
/// start to be edited for the installation. Whatever has no place in a code page of the host is written as `?`.
#[must_use]
pub fn text(job: &Job, profile: &BackupProfile) -> String {
    let mut out = String::new();
    card(&mut out, profile);
    comment(&mut out, &format!("{} backup of {} by {}", profile.backup_type, profile.ims_ssid, profile.method), 1);
    comment(&mut out, &profile.description, DESCRIPTION_LINES);
    if let Some(reason) = job.setup_needed {
        comment(&mut out, &format!("setup is needed: {reason}"), 1);
    }
    for step in &job.steps {
        if let Some(condition) = step.condition {
            statement(&mut out, "IFOK", "IF", &[format!("({}.RC <= {}) THEN", condition.step, condition.highest)]);
        }
        execute(&mut out, step, profile);
        if step.condition.is_some() {
            line(&mut out, "//IFEND    ENDIF");
        }
    }
    out
}

fn card(out: &mut String, profile: &BackupProfile) {
    let operands = [
        "(ACCOUNT)".to_owned(),
        format!("'{}'", programmer(&profile.creator)),
        "CLASS=A".to_owned(),
        "MSGCLASS=X".to_owned(),
        "MSGLEVEL=(1,1)".to_owned(),
        "NOTIFY=&SYSUID".to_owned(),
        // The units of a profile are units of its system and may be others elsewhere.
        format!("SYSTEM={}", profile.system),
    ];
    statement(out, &job_name(profile.name.as_str()), "JOB", &operands);
}

fn execute(out: &mut String, step: &Step, profile: &BackupProfile) {
    statement(out, step.name, "EXEC", &[format!("PGM={PROGRAM}"), "REGION=0M".to_owned()]);
    for (name, data_set) in [("STEPLIB", "DASDLAB.LOADLIB"), ("PROFILES", "DASDLAB.PROFILES")] {
        statement(out, name, "DD", &["DISP=SHR".to_owned(), format!("DSN={data_set}")]);
    }
    statement(out, "SYSPRINT", "DD", &["SYSOUT=*".to_owned()]);
    statement(out, "SYSIN", "DD", &["*".to_owned()]);
    control(out, step, profile);
    line(out, "/*");
}

/// The control statement of a step: a verb, and in parentheses a keyword with its value on each line. A quoted value
/// that is too long for a line goes on in a quoted piece on the next. Column 1 is blank, so that no value can end the data.
fn control(out: &mut String, step: &Step, profile: &BackupProfile) {
    let verb = match step.work {
        Work::Setup => " PROFILE_SETUP",
        Work::Backup => " PROFILE_BACKUP",
    };
    line(out, verb);
    line(out, " (");
    let waits = profile.method == Method::Bcv && step.wait_ms > 0;
    let mut keyword = |name: &str, value: &str| line(out, &format!(" {name:<WIDTH$} {value}"));
    keyword("IMS_SUBSYSTEM", profile.ims_ssid.as_str());
    let pieces = quoted(profile.name.as_str()).into_iter().map(|piece| ("PROFILE_NAME", piece));
    let pieces = pieces.chain(quoted(&profile.creator).into_iter().map(|piece| ("PROFILE_CREATOR", piece)));
    let mut last = "";
    for (name, piece) in pieces {
        keyword(if name == last { "" } else { name }, &piece);
        last = name;
    }
    keyword("WAIT_FOR_SYNC", if waits { "YES" } else { "NO" });
    if waits {
        keyword("WAIT_LIMIT", &duration(step.wait_ms));
    }
    line(out, " )");
}

/// The width of the longest keyword.
const WIDTH: usize = "PROFILE_CREATOR".len();

/// A text as quoted pieces that each fit behind a keyword; no piece where there is no text.
fn quoted(text: &str) -> Vec<String> {
    // A blank, the keyword, a blank, and the two quotes.
    const ROOM: usize = LAST - WIDTH - 4;
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for c in text.chars().map(printable) {
        let width = if c == '\'' { 2 } else { 1 };
        if piece.len() + width > ROOM {
            pieces.push(format!("'{piece}'"));
            piece.clear();
        }
        piece.extend(std::iter::repeat_n(c, width));
    }
    if !piece.is_empty() {
        pieces.push(format!("'{piece}'"));
    }
    pieces
}

/// A duration as it is given to `--wait`, in capitals.
fn duration(ms: u64) -> String {
    let mut rest = ms;
    let mut text = String::new();
    for (unit, factor) in [("D", 86_400_000), ("H", 3_600_000), ("M", 60_000), ("S", 1_000), ("MS", 1)] {
        let count = rest / factor;
        rest %= factor;
        if count > 0 {
            put(&mut text, format_args!("{count}{unit}"));
        }
    }
    text
}

/// A job name made of a profile name: at most 8 of its characters, without those that no job name has.
fn job_name(profile: &str) -> String {
    let legal = |c: &char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '@' | '#' | '$');
    let name: String = profile.chars().filter(legal).collect();
    let name = match name.chars().next() {
        None => PROGRAM.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("J{name}"),
        Some(_) => name,
    };
    name.chars().take(8).collect()
}

/// A programmer's name made of a creator, without characters that mean something within quotes.
fn programmer(creator: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '@' | '#' | '$' | '.' | '-' | '_') { c } else { ' ' };
    let name: String = creator.chars().map(plain).take(PROGRAMMER).collect();
    match name.trim() {
        "" => PROGRAM.to_owned(),
        name => name.to_owned(),
    }
}

/// Writes a statement, broken behind commas where it is too long for one line. An operand fits on a line of its own:
/// the longest possible one is a data set name.
fn statement(out: &mut String, name: &str, operation: &str, operands: &[String]) {
    let mut text = format!("//{name:<8} {operation} ");
    let mut fresh = true;
    for (at, operand) in operands.iter().enumerate() {
        let comma = if at + 1 < operands.len() { "," } else { "" };
        if !fresh && text.len() + operand.len() + comma.len() > LAST {
            line(out, &text);
            text = format!("//{:blanks$}", "", blanks = RESUME - 3);
        }
        fresh = false;
        text.push_str(operand);
        text.push_str(comma);
    }
    line(out, &text);
}

/// Writes a comment, in so many lines at most; words that are too long for a line are broken.
fn comment(out: &mut String, text: &str, limit: usize) {
    // A blank in column 4: without it the comment could be read as a statement to JES.
    const HEAD: &str = "//*";
    const ROOM: usize = LAST - HEAD.len() - 1;
    let clean: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { printable(c) }).collect();
    let mut lines: Vec<String> = Vec::new();
    let words = clean.split(' ').filter(|word| !word.is_empty());
    // Only ASCII is left, so that a piece of bytes is a piece of text.
    for piece in words.flat_map(|word| word.as_bytes().chunks(ROOM).map(String::from_utf8_lossy)) {
        if let Some(last) = lines.last_mut().filter(|last| last.len() + 1 + piece.len() <= ROOM) {
            put(last, format_args!(" {piece}"));
        } else if lines.len() < limit {
            lines.push(piece.into_owned());
        } else {
            lines.push("...".to_owned());
            break;
        }
    }
    for text in lines {
        line(out, &format!("{HEAD} {text}"));
    }
}

const fn printable(c: char) -> char {
    if matches!(c, ' '..='~') { c } else { '?' }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
