//! The conversation with one process, on the thread of conversations: lines out and in, each answer in its turn and in
//! time, and what is left of a process that is no good any more.

use std::collections::VecDeque;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use dasdlab_model::protocol::{Ask, Bye, Response};
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::answer::{Answer, Room, values, weight};
use super::child::{Failure, Kind, line};
use super::command::SutCommand;
use super::line::{Line, Lines};
use super::wire::From;

/// How much of what a process writes to stderr is kept: the last of it.
const EVIDENCE: usize = 4 * 1024;

/// How much of stderr is read at once.
const CHUNK: usize = 16 * 1024;

/// How much of a line that cannot be understood is shown.
const SHOWN: usize = 120;

/// How long the last of stderr is waited for.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// What is said of a process that went away by itself.
pub(crate) const OUTPUT_ENDED: &str = "its output ended";

/// What is said, before the limit, of a process that does not answer in time.
pub(crate) const LATE: &str = "it has not answered within";

/// What is said of a process that stays.
const STAYS: &str = "it has not ended after bye";

/// A question on its way to a process.
pub(super) struct Job {
    pub(super) id: u64,
    pub(super) line: Vec<u8>,
    pub(super) limit: Duration,
    pub(super) room: Room,
    pub(super) reply: oneshot::Sender<Result<Heard, Failure>>,
}

/// An answer, and its share of what may wait at once. Whoever holds the share waits for nobody.
pub(super) struct Heard {
    pub(super) answer: Answer,
    pub(super) share: Option<OwnedSemaphorePermit>,
}

/// Why a process has gone.
#[derive(Debug, Clone)]
pub(super) struct Left {
    pub(super) failure: Failure,
    /// Whether nobody was waiting for an answer then, so that nobody is charged with it.
    pub(super) was_idle: bool,
}

/// Why a process has gone, once it has.
pub(super) type Gone = Arc<Mutex<Option<Left>>>;

/// One end of a conversation.
pub(super) struct Talk {
    pub(super) kind: Kind,
    /// How long the process may take to end.
    pub(super) grace: Duration,
    pub(super) jobs: mpsc::UnboundedReceiver<Job>,
    pub(super) ended: oneshot::Sender<Option<Failure>>,
    pub(super) gone: Gone,
}

/// Starts a process and holds the conversation with it.
pub(super) async fn talk(talk: Talk, spawned: oneshot::Sender<std::io::Result<()>>) {
    match spawn(&talk.kind.command) {
        Ok(child) => {
            let _ = spawned.send(Ok(()));
            talk.hold(Group(child)).await;
        }
        Err(error) => {
            let _ = spawned.send(Err(error));
        }
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

/// A process with whatever it has started and left in its group. They end with the conversation, however that ends.
struct Group(Child);

impl Group {
    /// Ends all of them at once.
    fn kill(&mut self) {
        // A process that nobody has waited for keeps its number, so that no other group can have it.
        #[cfg(unix)]
        if let Some(group) = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.start_kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The last of what a process writes to stderr.
type Evidence = Arc<Mutex<VecDeque<u8>>>;

/// Keeps the last of stderr for ever, so that nobody waits for a reader.
async fn listen(mut stderr: ChildStderr, evidence: Evidence) {
    let mut chunk = vec![0; CHUNK];
    while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
        let mut kept = evidence.lock();
        kept.extend(chunk.get(count.saturating_sub(EVIDENCE)..count).unwrap_or_default());
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

impl Talk {
    /// Asks and hears until nobody asks any more or the process is no good.
    async fn hold(mut self, mut group: Group) {
        let evidence = Evidence::default();
        let pipes = (group.0.stdin.take(), group.0.stdout.take(), group.0.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else { return };
        let mut listening = tokio::spawn(listen(stderr, Arc::clone(&evidence)));
        let (pen, lines) = mpsc::unbounded_channel();
        let writing = tokio::spawn(write(stdin, lines));
        let mut open = VecDeque::new();
        let mut lines = Lines::new(stdout, Arc::clone(&self.kind.large));
        let what = match self.converse(&mut lines, &pen, &mut open).await {
            Ok(bye) => {
                self.overhear(From::Harness, &bye);
                let _ = pen.send(bye);
                drop(pen);
                self.farewell(&mut lines).await
            }
            Err(what) => Some(what),
        };
        let what = match what {
            None => match timeout(self.grace, group.0.wait()).await {
                Ok(_) => None,
                Err(_) => Some(STAYS.to_owned()),
            },
            // How it ended says more than that it did.
            Some(what) if what.starts_with(OUTPUT_ENDED) => match timeout(self.grace, group.0.wait()).await {
                Ok(Ok(status)) => Some(format!("{what}: {status}")),
                _ => Some(what),
            },
            Some(what) => Some(what),
        };
        group.kill();
        drop(lines);
        writing.abort();
        // What it said last may still be on its way; what a grandchild may yet say is not waited for.
        let _ = timeout(LAST_WORDS, &mut listening).await;
        listening.abort();
        let stderr = String::from_utf8_lossy(evidence.lock().make_contiguous()).into_owned();
        let failure = what.map(|what| Failure { what, stderr });
        *self.gone.lock() = failure.clone().map(|failure| Left { failure, was_idle: open.is_empty() });
        // Whoever asks from now on hears why nobody answers.
        self.jobs.close();
        if let Some(failure) = &failure {
            for Job { reply, .. } in open {
                let _ = reply.send(Err(failure.clone()));
            }
            while let Some(Job { reply, .. }) = self.jobs.recv().await {
                let _ = reply.send(Err(failure.clone()));
            }
        }
        let _ = self.ended.send(failure);
        let _ = group.0.wait().await;
    }

    /// The conversation itself: the line that ends it, or what the process did wrong.
    async fn converse(
        &mut self,
        lines: &mut Lines<ChildStdout>,
        pen: &mpsc::UnboundedSender<Vec<u8>>,
        open: &mut VecDeque<Job>,
    ) -> Result<Vec<u8>, String> {
        let (mut since, mut last, mut given_up) = (Instant::now(), 0, self.kind.given_up.clone());
        loop {
            let room = open.front().map_or(Room::LEAST, |job: &Job| job.room);
            let limit = open.front().map(|job| job.limit);
            let late = async {
                match limit {
                    Some(limit) => sleep_until(since + limit).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                line = lines.next(room.bytes) => {
                    if let Line::Whole(line) = &line {
                        self.overhear(From::Implementation, line);
                    }
                    let count = if let Line::Whole(line) = &line { values(line) } else { 0 };
                    // Nobody closes the semaphore.
                    let share = Arc::clone(&self.kind.at_once).acquire_many_owned(weight(count)).await.ok();
                    let answer = heard(line, count, open.front())?;
                    if let Some(Job { reply, .. }) = open.pop_front() {
                        let _ = reply.send(Ok(Heard { answer, share }));
                    }
                    since = Instant::now();
                }
                true = nobody_asks(&mut given_up) => {
                    return Err("nobody waits for it any more".to_owned());
                }
                () = late => {
                    let seconds = limit.unwrap_or_default().as_secs_f64();
                    return Err(format!("{LATE} {seconds} s"));
                }
                job = self.jobs.recv() => {
                    let Some(mut job) = job else {
                        let bye = serde_json::to_vec(&Ask::Bye(Bye {})).unwrap_or_default();
                        return Ok(line(last + 1, &bye));
                    };
                    if open.is_empty() {
                        since = Instant::now();
                    }
                    last = job.id;
                    self.overhear(From::Harness, &job.line);
                    // Nobody reads what the pen cannot take: a process that is gone is found out by its output.
                    let _ = pen.send(std::mem::take(&mut job.line));
                    open.push_back(job);
                }
            }
        }
    }

    /// What is wrong with a process that was told goodbye.
    async fn farewell(&self, lines: &mut Lines<ChildStdout>) -> Option<String> {
        match timeout(self.grace, lines.next(Room::LEAST.bytes)).await {
            Err(_) => Some(STAYS.to_owned()),
            Ok(Line::End(0)) => None,
            Ok(Line::Whole(line)) => {
                self.overhear(From::Implementation, &line);
                Some(format!("it spoke after bye: {}", excerpt(&line)))
            }
            Ok(Line::End(_) | Line::TooLong) => Some("it spoke after bye".to_owned()),
            Ok(Line::Failed(error)) => Some(format!("its output cannot be read: {error}")),
        }
    }

    fn overhear(&self, from: From, line: &[u8]) {
        if let Some(wire) = &self.kind.wire {
            wire.heard(from, line);
        }
    }
}

/// Waits until nobody is asked any more; whether that is so.
async fn nobody_asks(given_up: &mut watch::Receiver<bool>) -> bool {
    given_up.wait_for(|given_up| *given_up).await.is_ok()
}

/// The answer to the question that is next, or what is wrong with it.
fn heard(line: Line, values: usize, next: Option<&Job>) -> Result<Answer, String> {
    let room = next.map_or(Room::LEAST, |job| job.room);
    let line = match line {
        Line::Whole(line) => line,
        Line::End(0) => return Err(OUTPUT_ENDED.to_owned()),
        Line::End(_) => return Err(format!("{OUTPUT_ENDED} in the middle of a line")),
        Line::TooLong => return Err(format!("it wrote a line of more than {} bytes", room.bytes)),
        Line::Failed(error) => return Err(format!("its output cannot be read: {error}")),
    };
    let Some(next) = next else { return Err(format!("it spoke without being asked: {}", excerpt(&line))) };
    let id = next.id;
    if values > room.values {
        return Err(format!("its answer to question {id} has more than {} values: {}", room.values, excerpt(&line)));
    }
    let response: Response = serde_json::from_slice(&line)
        .map_err(|error| format!("its answer to question {id} cannot be understood: {error}: {}", excerpt(&line)))?;
    drop(line);
    if response.id != id {
        return Err(format!("it answered question {} when question {id} was next", response.id));
    }
    Answer::of(response).map_err(|count| format!("it gave {count} answers to question {id}: expected one"))
}

/// The beginning of a line that was not understood.
fn excerpt(line: &[u8]) -> String {
    let start = String::from_utf8_lossy(line.get(..line.len().min(SHOWN)).unwrap_or_default()).into_owned();
    if line.len() > SHOWN { format!("{start}… ({} bytes)", line.len()) } else { start }
}
