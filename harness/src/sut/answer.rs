//! Answers: lines that were understood, in this program's words, and how large they may be.

use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::Action;
use dasdlab_model::protocol::{Greeting, JobSteps, Response, Stands};
use dasdlab_model::story::Phase;

/// An answer may always be this long.
const LONG: usize = 4 * 1024 * 1024;

/// An answer may be this many times as long as its question, if that is more.
const TIMES: usize = 4;

/// No answer may be longer.
const LONGEST: usize = 64 * 1024 * 1024;

/// An answer may always have this many values. Each may take a hundred bytes of memory, however few it takes on the wire.
const VALUES: usize = 256 * 1024;

/// An answer may have one value for so many bytes of its question, if that is more.
const BYTES_PER_VALUE: usize = 8;

/// How many values all answers together may have that wait to be judged; whatever comes then waits before it is read. An
/// answer with more waits until it is alone.
pub(super) const AT_ONCE: u32 = 1024 * 1024;

/// How much is kept of a text that a person is to read.
const TEXT: usize = 500;

/// How large the answer to a question may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// In bytes.
    pub(super) bytes: usize,
    /// In values.
    pub(super) values: usize,
}

impl Room {
    /// What is always given.
    pub(super) const LEAST: Self = Self { bytes: LONG, values: VALUES };

    /// The room for the answer to a question of this many bytes.
    pub(super) fn after(question: usize) -> Self {
        Self { bytes: question.saturating_mul(TIMES).clamp(LONG, LONGEST), values: VALUES.max(question / BYTES_PER_VALUE) }
    }
}

/// How much of what may wait at once a line of so many values takes.
pub(super) fn weight(values: usize) -> u32 {
    u32::try_from(values).unwrap_or(u32::MAX).min(AT_ONCE)
}

/// How many values a line has at most; no fewer than it has.
pub(super) fn values(line: &[u8]) -> usize {
    line.iter().filter(|byte| matches!(byte, b',' | b':' | b'[' | b'{')).count()
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Hello(Greeting),
    /// The verdict, or what the contract does not know in it.
    Verdict(Result<Verdict, String>),
    /// The phase; then the action and why it refused, or what the contract does not know.
    Action(Phase, Result<(Action, Option<String>), String>),
    Dropped,
    Profile(Stands),
    Job(JobSteps),
    Refused(String),
    Error(String),
}

impl Answer {
    /// The answer that a line gives; or how many it gives where that is not one. Whatever it carries beside is let go here,
    /// so that however many answers wait to be judged, only one is in memory as it was sent.
    pub(super) fn of(response: Response) -> Result<Self, usize> {
        let count = response.answers();
        let Response { id: _, hello, verdict, action, dropped, profile, job, refused, error } = response;
        let answer = [
            hello.map(Self::Hello),
            verdict.map(|said| Self::Verdict(said.verdict().map_err(shortened))),
            action.map(|wanted| Self::Action(wanted.phase, wanted.want.action().map_err(shortened))),
            dropped.map(|_| Self::Dropped),
            profile.map(Self::Profile),
            job.map(Self::Job),
            refused.map(|word| Self::Refused(shortened(word))),
            error.map(|message| Self::Error(shortened(message))),
        ];
        if count == 1 { answer.into_iter().flatten().next().ok_or(0) } else { Err(count) }
    }
}

/// As much of a text as is worth reading.
pub(super) fn shortened(text: String) -> String {
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Result<Answer, usize>) {
        let response: Response = serde_json::from_str(line).unwrap();
        assert_eq!(Answer::of(response), expected, "{line}");
    }

    #[test]
    fn a_line_gives_one_answer() {
        check(r#"{"id":1,"dropped":{}}"#, Ok(Answer::Dropped));
        check(r#"{"id":1,"refused":"read-only","more":[1]}"#, Ok(Answer::Refused("read-only".to_owned())));
        check(r#"{"id":1,"refused":"read-only","dropped":{}}"#, Err(2));
        check(r#"{"id":1}"#, Err(0));
    }

    #[test]
    fn what_the_contract_does_not_know_is_said_and_shortened() {
        let code = "X".repeat(5_000);
        let line =
            format!(r#"{{"id":1,"verdict":{{"return_code":0,"findings":[{{"code":"{code}","reason":"x","subjects":[]}}]}}}}"#);
        let Ok(Answer::Verdict(Err(message))) = Answer::of(serde_json::from_str(&line).unwrap()) else { panic!("understood") };
        assert!(message.starts_with("finding 1: ") && message.len() < 2 * TEXT, "{message}");
    }

    #[test]
    fn large_questions_leave_more_room() {
        assert_eq!(Room::after(1_000), Room::LEAST);
        assert_eq!(Room::after(8 * 1024 * 1024), Room { bytes: 32 * 1024 * 1024, values: 1024 * 1024 });
        assert_eq!(Room::after(usize::MAX).bytes, LONGEST);
    }

    #[test]
    fn no_line_has_more_values_than_are_counted() {
        for line in ["[1,2,3]", r#"{"a":1,"b":[[],{}]}"#, r#"["a","b"]"#] {
            fn count(value: &serde_json::Value) -> usize {
                match value {
                    serde_json::Value::Array(items) => items.iter().map(count).sum::<usize>() + 1,
                    serde_json::Value::Object(fields) => fields.values().map(count).sum::<usize>() + 1,
                    _ => 1,
                }
            }
            assert!(values(line.as_bytes()) >= count(&serde_json::from_str(line).unwrap()) - 1, "{line}");
        }
    }
}
