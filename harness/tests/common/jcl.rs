//! Reads JCL as strictly as a job entry subsystem would, and more strictly where that costs nothing.

use std::collections::BTreeMap;

/// A step as JCL says it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) program: String,
    /// The expression of the IF that it is in.
    pub(crate) condition: Option<String>,
    pub(crate) data_definitions: Vec<String>,
    /// Verb and keywords of the control statement.
    pub(crate) verb: String,
    pub(crate) keywords: BTreeMap<String, String>,
}

/// A job as JCL says it.
#[derive(Debug, Default)]
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) programmer: String,
    pub(crate) steps: Vec<Step>,
}

macro_rules! ensure {
    ($condition:expr, $($message:tt)*) => {
        if !$condition {
            return Err(format!($($message)*));
        }
    };
}

/// The job, or what is wrong with its text.
pub(crate) fn read(text: &str) -> Result<Job, String> {
    ensure!(text.ends_with('\n'), "the last record has no end");
    for record in text.lines() {
        ensure!(record.len() <= 71, "past column 71: {record}");
        ensure!(record.bytes().all(|byte| matches!(byte, b' '..=b'~')), "not in every code page: {record}");
        ensure!(!record.trim().is_empty() && record.trim_end() == record, "blank, or blanks at the end: `{record}`");
    }
    let mut job = Job::default();
    let mut conditions: Vec<String> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut records = text.lines();
    while let Some(record) = records.next() {
        if let Some(comment) = record.strip_prefix("//*") {
            ensure!(comment.starts_with(' '), "could be a JES statement: {record}");
            continue;
        }
        let Some(body) = record.strip_prefix("//") else { return Err(format!("no statement: {record}")) };
        ensure!(!body.starts_with(' '), "neither name nor anything to continue: {record}");
        let (name, rest) = word(body);
        ensure!(is_name(name), "no name of 1 to 8 characters: {record}");
        let (operation, rest) = word(rest);
        let mut operands = rest.to_owned();
        while operands.ends_with(',') {
            let next = records.next().unwrap_or_default();
            let Some(more) = next.strip_prefix("//") else { return Err(format!("not continued: {record}")) };
            let blanks = more.len() - more.trim_start().len();
            ensure!((1..=13).contains(&blanks), "does not resume in columns 4 to 16: {next}");
            operands.push_str(more.trim_start());
        }
        ensure!(job.name.is_empty() == (operation == "JOB"), "one JOB statement comes first: {record}");
        if operation != "DD" {
            ensure!(!names.iter().any(|known| known == name), "there are two {name}");
            names.push(name.to_owned());
        }
        match operation {
            "JOB" => {
                let (positional, _) = parameters(&operands)?;
                let [account, programmer] = positional.as_slice() else { return Err(format!("account, programmer: {operands}")) };
                ensure!(account.starts_with('('), "no account: {account}");
                let bare = programmer.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(programmer);
                ensure!((1..=20).contains(&bare.len()), "no programmer of 1 to 20 characters: {programmer}");
                ensure!(!bare.contains(['\'', '&']), "a programmer with special characters: {programmer}");
                (job.name, job.programmer) = (name.to_owned(), bare.to_owned());
            }
            "EXEC" => {
                let (positional, keywords) = parameters(&operands)?;
                ensure!(positional.is_empty(), "a procedure: {operands}");
                let program =
                    keywords.get("PGM").filter(|name| is_name(name)).ok_or_else(|| format!("no program: {operands}"))?;
                let condition = conditions.last().cloned();
                job.steps.push(Step { name: name.to_owned(), program: program.clone(), condition, ..Step::default() });
            }
            "DD" => {
                let step = job.steps.last_mut().ok_or_else(|| format!("before any step: {record}"))?;
                ensure!(!step.data_definitions.iter().any(|known| known == name), "there are two DD {name}");
                step.data_definitions.push(name.to_owned());
                if operands == "*" {
                    let mut data = Vec::new();
                    loop {
                        match records.next() {
                            Some("/*") => break,
                            Some(record) if record.starts_with(' ') => data.push(record),
                            record => return Err(format!("in-stream data do not end: {record:?}")),
                        }
                    }
                    (step.verb, step.keywords) = control(&data)?;
                } else {
                    ensure!(parameters(&operands)?.0.is_empty(), "a positional parameter: {operands}");
                }
            }
            "IF" => {
                let expression = operands.strip_suffix(" THEN").ok_or_else(|| format!("no THEN: {operands}"))?;
                let inside = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
                let words: Vec<&str> = inside.unwrap_or_default().split(' ').collect();
                let [code, "<=", highest] = words.as_slice() else { return Err(format!("no comparison: {expression}")) };
                ensure!(highest.parse::<u16>().is_ok_and(|highest| highest < 4096), "no return code: {highest}");
                let step = code.strip_suffix(".RC").ok_or_else(|| format!("no return code of a step: {code}"))?;
                ensure!(job.steps.iter().any(|known| known.name == step), "no step {step} before");
                conditions.push(expression.to_owned());
            }
            "ENDIF" => {
                ensure!(operands.is_empty(), "ENDIF has no operands: {record}");
                ensure!(conditions.pop().is_some(), "ENDIF without IF");
            }
            _ => return Err(format!("no such operation: {record}")),
        }
    }
    ensure!(conditions.is_empty(), "IF without ENDIF");
    ensure!(!job.steps.is_empty(), "no step");
    Ok(job)
}

fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (word, rest.trim_start())
}

fn is_name(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'@' | b'#' | b'$');
    (1..=8).contains(&text.len()) && text.bytes().all(legal) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// Positional parameters, then those with keywords.
fn parameters(text: &str) -> Result<(Vec<String>, BTreeMap<String, String>), String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut inside) = (0, false);
    for c in text.chars() {
        match c {
            '\'' => inside = !inside,
            '(' if !inside => depth += 1,
            ')' if !inside => depth -= 1,
            ' ' if !inside => return Err(format!("a blank among operands: {text}")),
            ',' if !inside && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        ensure!(depth >= 0, "closed and never opened: {text}");
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    ensure!(depth == 0 && !inside, "opened and never closed: {text}");
    let (mut positional, mut keywords) = (Vec::new(), BTreeMap::new());
    for part in parts {
        ensure!(!part.is_empty(), "an empty operand: {text}");
        match part.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((name, value)) => {
                ensure!(!value.is_empty(), "{name} has no value");
                ensure!(keywords.insert(name.to_owned(), value.to_owned()).is_none(), "{name} twice");
            }
            None => {
                ensure!(keywords.is_empty(), "positional behind a keyword: {part}");
                positional.push(part);
            }
        }
    }
    Ok((positional, keywords))
}

/// The verb and the keywords of a control statement, quoted pieces joined.
fn control(lines: &[&str]) -> Result<(String, BTreeMap<String, String>), String> {
    let [verb, " (", inside @ .., " )"] = lines else { return Err(format!("no verb with parentheses: {lines:?}")) };
    let mut keywords: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in inside {
        let line = line.trim_start();
        let (keyword, value) = if line.starts_with('\'') { ("", line) } else { word(line) };
        let quoted = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        if let Some(inner) = quoted {
            ensure!(!inner.replace("''", "").contains('\''), "an apostrophe alone: {line}");
        }
        let value = quoted.map_or_else(|| value.to_owned(), |inner| inner.replace("''", "'"));
        ensure!(!value.is_empty(), "no value: {line}");
        if keyword.is_empty() {
            keywords.get_mut(&last).ok_or_else(|| format!("goes on from nothing: {line}"))?.push_str(&value);
        } else {
            ensure!(keywords.insert(keyword.to_owned(), value).is_none(), "{keyword} twice");
            keyword.clone_into(&mut last);
        }
    }
    Ok((verb.trim().to_owned(), keywords))
}
