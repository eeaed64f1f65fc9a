//! Lines from a pipe, none of them longer than is allowed.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much of a line each pipe may keep, however many there are.
const FREE: usize = 1024 * 1024;

/// How much is read at once.
const CHUNK: usize = 16 * 1024;

/// What came out of a pipe.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line without its end.
    Whole(Vec<u8>),
    /// The pipe was closed, with so many bytes of a line that has no end.
    End(usize),
    /// A line is longer than allowed.
    TooLong,
    /// The pipe cannot be read.
    Failed(String),
}

/// Reads lines. What was read and not yet given out is kept, so that a read can be given up at any time. Of all pipes only
/// one at a time keeps more than a little.
#[derive(Debug)]
pub(super) struct Lines<R> {
    pipe: R,
    kept: Vec<u8>,
    /// Up to here no line end was seen.
    searched: usize,
    large: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) const fn new(pipe: R, large: Arc<Semaphore>) -> Self {
        Self { pipe, kept: Vec::new(), searched: 0, large, permit: None }
    }

    /// The next line of so many bytes at most.
    pub(super) async fn next(&mut self, limit: usize) -> Line {
        if self.kept.len() <= FREE {
            self.permit = None;
        }
        loop {
            let unseen = self.kept.get(self.searched..).unwrap_or_default();
            if let Some(at) = unseen.iter().position(|&byte| byte == b'\n') {
                let rest = self.kept.split_off(self.searched + at + 1);
                let mut line = std::mem::replace(&mut self.kept, rest);
                self.searched = 0;
                line.pop();
                if line.len() > limit {
                    return Line::TooLong;
                }
                return Line::Whole(line);
            }
            self.searched = self.kept.len();
            if self.kept.len() > limit {
                return Line::TooLong;
            }
            if self.kept.len() > FREE && self.permit.is_none() {
                // Nobody closes the semaphore.
                self.permit = Arc::clone(&self.large).acquire_owned().await.ok();
            }
            let mut chunk = [0; CHUNK];
            match self.pipe.read(&mut chunk).await {
                Ok(0) => return Line::End(self.kept.len()),
                Ok(count) => self.kept.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Err(error) => return Line::Failed(error.to_string()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    #[track_caller]
    fn check(text: &str, limit: usize, expected: &[Line]) {
        let mut lines = Lines::new(text.as_bytes(), Arc::new(Semaphore::new(1)));
        runtime().block_on(async {
            for line in expected {
                assert_eq!(&lines.next(limit).await, line, "{text}");
            }
        });
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.as_bytes().to_vec())
    }

    #[test]
    fn lines_are_given_out_one_by_one() {
        check("a\n\nbc\n", 9, &[whole("a"), whole(""), whole("bc"), Line::End(0)]);
    }

    #[test]
    fn half_a_line_is_no_line() {
        check("a\nbc", 9, &[whole("a"), Line::End(2)]);
    }

    #[test]
    fn of_several_pipes_one_may_keep_more_than_a_little() {
        let (large, text) = (Arc::new(Semaphore::new(1)), format!("{}\nx\n", "x".repeat(FREE + 2 * CHUNK)));
        let lines = || Lines::new(text.as_bytes(), Arc::clone(&large));
        let (mut first, mut second) = (lines(), lines());
        runtime().block_on(async {
            assert!(matches!(first.next(usize::MAX).await, Line::Whole(_)));
            assert!(futures_are_pending(second.next(usize::MAX)).await);
            assert_eq!(first.next(usize::MAX).await, whole("x"));
            assert!(matches!(second.next(usize::MAX).await, Line::Whole(_)));
        });
    }

    /// Whether nothing comes of it for now.
    async fn futures_are_pending(future: impl Future) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = tokio::task::yield_now() => true,
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_not_kept() {
        check("abc\n", 3, &[whole("abc")]);
        check("abcd\n", 3, &[Line::TooLong]);
        check(&"x".repeat(1_000_000), 3, &[Line::TooLong]);
    }
}
