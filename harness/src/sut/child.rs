//! One running process of an implementation: a conversation in lines, each answer in its turn and in time.

use std::collections::VecDeque;
use std::fmt;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dasdlab_model::protocol::{Ask, Bye, Greeting, Hello, PROTOCOL, Response};
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};

use super::command::SutCommand;
use super::line::{Line, Lines};

/// How much of what a process writes to stderr is kept: the last of it.
const EVIDENCE: usize = 4 * 1024;

/// How much of a line that cannot be understood is shown.
const SHOWN: usize = 120;

/// How long a process may take to end once it is asked to, or once its output has ended.
const GRACE: Duration = Duration::from_secs(2);

/// An answer may always be this long.
const ANSWER: usize = 1024 * 1024;

/// An answer may be this many times as long as its question, if that is more.
const ANSWER_TIMES: usize = 4;

/// No answer may be longer.
const ANSWER_MOST: usize = 64 * 1024 * 1024;

/// A question of this many bytes has twice the time.
const BYTES_PER_LIMIT: usize = 1024 * 1024;

/// What is said of a process that went away by itself.
const OUTPUT_ENDED: &str = "its output ended";

/// Why a process is no good any more, and the last that it said about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it did wrong.
    pub what: String,
    /// The last that it wrote to stderr.
    pub stderr: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let stderr = self.stderr.trim_end();
        if stderr.is_empty() { Ok(()) } else { write!(f, "\nstderr: {stderr}") }
    }
}

/// A question on its way to a process.
struct Job {
    id: u64,
    line: Vec<u8>,
    limit: Duration,
    longest: usize,
    reply: oneshot::Sender<Result<Box<Response>, Failure>>,
}

/// A process that can be asked. It is killed when nobody holds it any more.
pub(super) struct Conversation {
    jobs: Mutex<Option<(u64, mpsc::UnboundedSender<Job>)>>,
    /// Why it has gone, once it has.
    gone: Gone,
    ended: Mutex<Option<oneshot::Receiver<Option<Failure>>>>,
    works: AtomicU64,
    limit: Duration,
}

/// Why a process has gone.
type Gone = Arc<Mutex<Option<Failure>>>;

impl Conversation {
    /// Starts a process and greets it.
    pub(super) fn start(command: &SutCommand, limit: Duration, runtime: &Handle) -> Result<(Self, Greeting), Failure> {
        let (jobs, queue) = mpsc::unbounded_channel();
        let (closing, ended) = oneshot::channel();
        let (sender, spawned) = oneshot::channel();
        let (of_task, gone) = (command.clone(), Gone::default());
        let why = Arc::clone(&gone);
        runtime.spawn(async move {
            match spawn(&of_task) {
                Ok(child) => {
                    let _ = sender.send(Ok(()));
                    converse(child, queue, closing, &why).await;
                }
                Err(error) => {
                    let _ = sender.send(Err(error.to_string()));
                }
            }
        });
        let failure = |what: String| Failure { what, stderr: String::new() };
        let started = spawned.blocking_recv().map_err(|_| failure("the process has gone".to_owned()))?;
        started.map_err(|error| failure(format!("`{}` cannot be started: {error}", command.program)))?;
        let conversation =
            Self { jobs: Mutex::new(Some((0, jobs))), gone, ended: Mutex::new(Some(ended)), works: AtomicU64::new(0), limit };
        let tool = format!("dasdlab {}", env!("CARGO_PKG_VERSION"));
        let response = conversation.ask(&Ask::Hello(Hello { protocol: PROTOCOL, tool }))?;
        match response.hello {
            Some(greeting) if greeting.protocol == PROTOCOL => Ok((conversation, greeting)),
            Some(greeting) => Err(failure(format!("it speaks protocol {}, not {PROTOCOL}", greeting.protocol))),
            None => Err(failure("it answers hello with something else".to_owned())),
        }
    }

    /// Asks and waits for the answer.
    pub(super) fn ask(&self, ask: &Ask) -> Result<Box<Response>, Failure> {
        let failure = |what: String| Failure { what, stderr: String::new() };
        let gone = || self.gone.lock().clone().unwrap_or_else(|| failure("the process has gone".to_owned()));
        let body = serde_json::to_vec(ask).map_err(|error| failure(format!("the question cannot be written: {error}")))?;
        let (reply, answer) = oneshot::channel();
        {
            let mut jobs = self.jobs.lock();
            let Some((next, sender)) = jobs.as_mut() else { return Err(gone()) };
            let id = *next;
            *next += 1;
            let mut line = format!("{{\"id\":{id},").into_bytes();
            // The question is an object: its opening brace is there already.
            line.extend_from_slice(body.get(1..).unwrap_or_default());
            line.push(b'\n');
            let times = u32::try_from(1 + line.len() / BYTES_PER_LIMIT).unwrap_or(u32::MAX);
            let limit = self.limit.saturating_mul(times);
            let longest = line.len().saturating_mul(ANSWER_TIMES).clamp(ANSWER, ANSWER_MOST);
            if sender.send(Job { id, line, limit, longest, reply }).is_err() {
                return Err(gone());
            }
        }
        answer.blocking_recv().unwrap_or_else(|_| Err(gone()))
    }

    /// A number for a piece of work, never given before.
    pub(super) fn work(&self) -> u64 {
        self.works.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether it cannot be asked any more.
    pub(super) fn is_gone(&self) -> bool {
        self.jobs.lock().as_ref().is_none_or(|(_, sender)| sender.is_closed())
    }

    /// Says goodbye and waits for the end: what was wrong with it, if anything.
    pub(super) fn close(&self) -> Option<Failure> {
        drop(self.jobs.lock().take());
        let ended = self.ended.lock().take()?;
        ended.blocking_recv().unwrap_or(None)
    }
}

fn spawn(command: &SutCommand) -> std::io::Result<Child> {
    let mut command = {
        let mut started = Command::new(&command.program);
        started.args(&command.args);
        started
    };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    // An interrupt at the terminal is for this program, which ends its children in order.
    #[cfg(unix)]
    command.process_group(0);
    command.spawn()
}

/// The last of what a process writes to stderr.
type Evidence = Arc<Mutex<VecDeque<u8>>>;

/// Keeps the last of stderr for ever, so that nobody waits for a reader.
async fn listen(mut stderr: ChildStderr, evidence: Evidence) {
    let mut chunk = [0; 1024];
    while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
        let mut kept = evidence.lock();
        kept.extend(chunk.get(..count).unwrap_or_default());
        let over = kept.len().saturating_sub(EVIDENCE);
        kept.drain(..over);
    }
}

/// Writes lines in their order; a process that does not read keeps nobody else waiting.
async fn write(mut stdin: ChildStdin, mut lines: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(line) = lines.recv().await {
        // A process that has gone is found out by its output.
        if stdin.write_all(&line).await.is_err() || stdin.flush().await.is_err() {
            return;
        }
    }
}

/// Asks and hears until nobody asks any more or the process is no good.
async fn converse(
    mut child: Child,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    ended: oneshot::Sender<Option<Failure>>,
    gone: &Mutex<Option<Failure>>,
) {
    let evidence = Evidence::default();
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
        return;
    };
    let listening = tokio::spawn(listen(stderr, Arc::clone(&evidence)));
    let (pen, lines) = mpsc::unbounded_channel();
    let writing = tokio::spawn(write(stdin, lines));
    let mut open = VecDeque::new();
    let mut lines = Lines::new(stdout);
    let what = hold(&mut lines, &mut jobs, &pen, &mut open).await;
    let what = match what {
        Ok(bye) => {
            let _ = pen.send(bye);
            drop(pen);
            farewell(&mut lines).await
        }
        Err(what) => Some(what),
    };
    let what = match what {
        None => match timeout(GRACE, child.wait()).await {
            Ok(_) => None,
            Err(_) => Some("it has not ended after bye".to_owned()),
        },
        // How it ended says more than that it did.
        Some(what) if what.starts_with(OUTPUT_ENDED) => match timeout(GRACE, child.wait()).await {
            Ok(Ok(status)) => Some(format!("{what}: {status}")),
            _ => Some(what),
        },
        Some(what) => Some(what),
    };
    let _ = child.start_kill();
    writing.abort();
    // What it said last may still be on its way; what a grandchild may yet say is not waited for.
    let _ = timeout(GRACE / 8, listening).await;
    let stderr = String::from_utf8_lossy(evidence.lock().make_contiguous()).into_owned();
    let failure = what.map(|what| Failure { what, stderr });
    gone.lock().clone_from(&failure);
    // Whoever asks from now on hears why nobody answers.
    jobs.close();
    if let Some(failure) = &failure {
        for Job { reply, .. } in open {
            let _ = reply.send(Err(failure.clone()));
        }
        while let Some(Job { reply, .. }) = jobs.recv().await {
            let _ = reply.send(Err(failure.clone()));
        }
    }
    let _ = ended.send(failure);
    let _ = child.wait().await;
}

/// The conversation itself: the line that ends it, or what the process did wrong.
async fn hold(
    lines: &mut Lines<ChildStdout>,
    jobs: &mut mpsc::UnboundedReceiver<Job>,
    pen: &mpsc::UnboundedSender<Vec<u8>>,
    open: &mut VecDeque<Job>,
) -> Result<Vec<u8>, String> {
    let (mut since, mut last) = (Instant::now(), 0);
    loop {
        let longest = open.front().map_or(ANSWER, |job: &Job| job.longest);
        let limit = open.front().map(|job| job.limit);
        let late = async {
            match limit {
                Some(limit) => sleep_until(since + limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            line = lines.next(longest) => {
                let response = heard(line, longest, open.front())?;
                if let Some(Job { reply, .. }) = open.pop_front() {
                    let _ = reply.send(Ok(response));
                }
                since = Instant::now();
            }
            () = late => {
                let seconds = limit.unwrap_or_default().as_secs_f64();
                return Err(format!("it has not answered within {seconds} s"));
            }
            job = jobs.recv() => {
                let Some(mut job) = job else {
                    let bye = serde_json::to_string(&Ask::Bye(Bye {})).unwrap_or_default();
                    return Ok(format!("{{\"id\":{},{}\n", last + 1, bye.get(1..).unwrap_or_default()).into_bytes());
                };
                if open.is_empty() {
                    since = Instant::now();
                }
                last = job.id;
                // Nobody reads what the pen cannot take: a process that is gone is found out by its output.
                let _ = pen.send(std::mem::take(&mut job.line));
                open.push_back(job);
            }
        }
    }
}

/// What is wrong with a process that was told goodbye.
async fn farewell(lines: &mut Lines<ChildStdout>) -> Option<String> {
    match timeout(GRACE, lines.next(ANSWER)).await {
        Err(_) => Some("it has not ended after bye".to_owned()),
        Ok(Line::End(0)) => None,
        Ok(Line::Whole(line)) => Some(format!("it spoke after bye: {}", excerpt(&line))),
        Ok(Line::End(_) | Line::TooLong) => Some("it spoke after bye".to_owned()),
        Ok(Line::Failed(error)) => Some(format!("its output cannot be read: {error}")),
    }
}

/// The answer to the question that is next, or what is wrong with it.
fn heard(line: Line, longest: usize, next: Option<&Job>) -> Result<Box<Response>, String> {
    let line = match line {
        Line::Whole(line) => line,
        Line::End(0) => return Err(OUTPUT_ENDED.to_owned()),
        Line::End(_) => return Err(format!("{OUTPUT_ENDED} in the middle of a line")),
        Line::TooLong => return Err(format!("it wrote a line of more than {longest} bytes")),
        Line::Failed(error) => return Err(format!("its output cannot be read: {error}")),
    };
    let Some(next) = next else { return Err(format!("it spoke without being asked: {}", excerpt(&line))) };
    let response: Box<Response> = serde_json::from_slice(&line)
        .map_err(|error| format!("its answer to question {} cannot be understood: {error}: {}", next.id, excerpt(&line)))?;
    if response.id != next.id {
        return Err(format!("it answered question {} when question {} was next", response.id, next.id));
    }
    match response.answers() {
        1 => Ok(response),
        count => Err(format!("it gave {count} answers to question {}: expected one", next.id)),
    }
}

/// The beginning of a line that was not understood.
fn excerpt(line: &[u8]) -> String {
    let start = String::from_utf8_lossy(line.get(..line.len().min(SHOWN)).unwrap_or_default()).into_owned();
    if line.len() > SHOWN { format!("{start}… ({} bytes)", line.len()) } else { start }
}
