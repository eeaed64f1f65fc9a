//! What is run as the implementation under test.

use std::fmt;
use std::str::FromStr;

use crate::suite::shell;

/// A program and its arguments, written `cmd:python3 my_validator.py`. Words may be quoted; no shell reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SutCommand {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub args: Vec<String>,
}

const EXPECTED: &str = "expected cmd: and a program with its arguments, as in 'cmd:python3 my_validator.py'";

impl FromStr for SutCommand {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("cmd:").ok_or_else(|| format!("`{text}` names no implementation: {EXPECTED}"))?;
        let mut words = words(rest)?.into_iter();
        let program = words.next().filter(|program| !program.is_empty());
        let program = program.ok_or_else(|| format!("`{text}` names no program: {EXPECTED}"))?;
        Ok(Self { program, args: words.collect() })
    }
}

impl fmt::Display for SutCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shell(&self.program))?;
        self.args.iter().try_for_each(|arg| write!(f, " {}", shell(arg)))
    }
}

/// The words of a command, taken apart as a shell does where nothing is expanded.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some(end) if end == c => break,
                        Some('\\') if c == '"' => word.extend(chars.next()),
                        Some(inner) => word.push(inner),
                        None => return Err(format!("a {c} is not closed in `{text}`")),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&[&str], &str>) {
        let read =
            text.parse::<SutCommand>().map(|command| std::iter::once(command.program).chain(command.args).collect::<Vec<_>>());
        match (read, expected) {
            (Ok(words), Ok(expected)) => assert_eq!(words, expected, "{text}"),
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (read, expected) => panic!("{text}: {read:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_command_is_taken_apart_at_spaces_and_quotes() {
        check("cmd:python3 my.py", Ok(&["python3", "my.py"]));
        check("cmd: 'my program' --a=\"b \\\" c\" d\\ e ''", Ok(&["my program", "--a=b \" c", "d e", ""]));
        check("cmd:", Err("names no program"));
        check("python3 my.py", Err("expected cmd:"));
        check("cmd:python3 'my.py", Err("not closed"));
    }
}
