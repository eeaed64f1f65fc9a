//! What goes over the pipe, overheard for whoever writes an adapter.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use serde::Serialize;

/// The most lines that are kept.
const MOST: usize = 10_000;

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum From {
    /// This program: a question.
    Harness,
    /// The implementation: an answer.
    Implementation,
}

/// A line that went over the pipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overheard {
    /// Who wrote it.
    pub from: From,
    /// Its beginning.
    pub text: String,
    /// How long it is.
    pub bytes: usize,
}

/// Listens to a pipe.
pub struct Wire {
    /// How much is kept of a question, and of an answer.
    shown: (usize, usize),
    lines: Mutex<Vec<Overheard>>,
    /// Where every question is written, whole.
    questions: Option<Mutex<Box<dyn Write + Send>>>,
    failed: Mutex<Option<io::Error>>,
    is_deaf: AtomicBool,
}

impl Wire {
    /// Keeps so many bytes of each question and of each answer.
    #[must_use]
    pub fn new(question: usize, answer: usize) -> Self {
        Self {
            shown: (question, answer),
            lines: Mutex::default(),
            questions: None,
            failed: Mutex::default(),
            is_deaf: AtomicBool::new(false),
        }
    }

    /// Writes every question here as well, as it was sent.
    #[must_use]
    pub fn with_questions(self, out: Box<dyn Write + Send>) -> Self {
        Self { questions: Some(Mutex::new(out)), ..self }
    }

    pub(super) fn heard(&self, from: From, line: &[u8]) {
        if self.is_deaf.load(Ordering::Relaxed) {
            return;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if let Some(out) = self.questions.as_ref().filter(|_| from == From::Harness) {
            let mut out = out.lock();
            if let Err(error) = out.write_all(line).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()) {
                self.failed.lock().get_or_insert(error);
            }
        }
        let mut lines = self.lines.lock();
        if lines.len() < MOST {
            let shown = if from == From::Harness { self.shown.0 } else { self.shown.1 };
            let text = String::from_utf8_lossy(line.get(..line.len().min(shown)).unwrap_or_default()).into_owned();
            lines.push(Overheard { from, text, bytes: line.len() });
        }
    }

    /// Listens no more.
    pub fn deafen(&self) {
        self.is_deaf.store(true, Ordering::Relaxed);
    }

    /// What was heard so far, taken out.
    #[must_use]
    pub fn taken(&self) -> Vec<Overheard> {
        std::mem::take(&mut *self.lines.lock())
    }

    /// Why the questions could not be written, if they could not.
    #[must_use]
    pub fn failure(&self) -> Option<io::Error> {
        self.failed.lock().take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_each_line_is_kept_until_nobody_listens() {
        let wire = Wire::new(4, 2);
        wire.heard(From::Harness, b"question\n");
        wire.heard(From::Implementation, b"yes\n");
        wire.deafen();
        wire.heard(From::Harness, b"more\n");
        let heard = |from, text: &str, bytes| Overheard { from, text: text.to_owned(), bytes };
        assert_eq!(wire.taken(), [heard(From::Harness, "ques", 8), heard(From::Implementation, "ye", 3)]);
        assert_eq!(wire.taken(), []);
    }
}
