//! Follows one piece of work from its beginning to its end.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::story::RestoreKind;

use super::backup::backup;
use super::catalog::write;
use super::commands::spoken;
use super::desk::{Astray, Desk, Told, Tray, Turn};
use super::life::{UNWRITABLE, build, edited, entered};
use super::restore::restore;
use super::setup::setup;
use super::watch::Watch;

/// A piece of work on a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// A job is built.
    Build,
    /// Profile setup.
    Setup {
        /// How long it waits, in milliseconds.
        wait_ms: u64,
    },
    /// A backup.
    Backup {
        /// How long it waits, in milliseconds.
        wait_ms: u64,
    },
    /// A restore.
    Restore {
        /// What is brought back.
        kind: RestoreKind,
        /// From which generation.
        generation: u8,
        /// How long it waits, in milliseconds.
        wait_ms: u64,
    },
    /// An edit that wants the profile to be so.
    Edit(Box<BackupProfile>),
    /// A profile enters under a name that was free.
    Enter(Box<BackupProfile>),
}

/// What must come of a piece of work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Must {
    /// What must be said; none where nothing is demanded of it.
    pub said: Option<Verdict>,
    /// The word of the refusal, where the work must be refused; inner none where it must not be. Nothing is demanded where
    /// the outer is none.
    pub refused: Option<Option<String>>,
    /// What the profile must be like before it is unlocked: state, reason, fingerprint, backups and everything else, its
    /// lock aside. None where nothing is demanded.
    pub left: Option<BackupProfile>,
    /// Commands that had to be given and were not, or must not have been given.
    pub complaints: Vec<String>,
}

/// What a script ends with: what is said, and the word of a refusal.
#[derive(Default)]
struct Outcome {
    said: Option<Verdict>,
    refused: Option<Option<String>>,
}

type Script = Pin<Box<dyn Future<Output = Result<Outcome, Astray>>>>;

/// One piece of work while it is done.
///
/// It is told everything in the order in which it happens and asked at the end. Commands of somebody else are not its
/// own and must not be told.
pub struct Following {
    work: Work,
    profile: ProfileName,
    tray: Tray,
    script: Option<Script>,
    outcome: Outcome,
    astray: bool,
    watch: Watch,
    /// The profile as it stands by what was shown under the lock and written since; before that as it was shown last.
    left: Option<BackupProfile>,
    lock_is_own: bool,
    /// The profile before the work.
    before: Option<BackupProfile>,
    /// Whether it was shown under the lock.
    sure_of_left: bool,
    /// A command that has not been answered.
    on_its_way: bool,
    complaints: Vec<String>,
}

impl Following {
    /// A piece of work begins, and this can be seen.
    #[must_use]
    pub fn begin(work: Work, profile: &ProfileName, before: &Observation, now: Time) -> Self {
        let tray = Tray::default();
        let before = Arc::new(before.clone());
        let desk = Desk::new(tray.clone(), profile.clone(), Arc::clone(&before), now);
        let mut following = Self {
            script: script(&work, desk),
            left: before.profile(profile).cloned(),
            before: before.profile(profile).cloned(),
            work,
            profile: profile.clone(),
            tray,
            outcome: Outcome::default(),
            astray: false,
            watch: Watch::default(),
            lock_is_own: false,
            sure_of_left: false,
            on_its_way: false,
            complaints: Vec::new(),
        };
        following.look(&before);
        following.entry(&before);
        following.read_on();
        following
    }

    /// Edits and new profiles are no machines: what becomes of them stands fast at once.
    fn entry(&mut self, before: &Observation) {
        match (&self.work, &self.left) {
            (Work::Edit(wanted), Some(own)) => match edited(before, own, wanted) {
                Ok(after) => {
                    self.left = Some(after);
                    self.outcome.refused = Some(None);
                }
                Err(word) => self.outcome.refused = Some(Some(word.to_owned())),
            },
            (Work::Enter(wanted), _) => {
                self.left = Some(entered(wanted));
                self.outcome.refused = Some(None);
            }
            _ => {}
        }
    }

    /// The repository cannot be written: an edit or a new profile that would be accepted is refused and changes nothing.
    pub fn cannot_be_written(&mut self) {
        if matches!(self.work, Work::Edit(_) | Work::Enter(_)) && self.outcome.refused == Some(None) {
            self.outcome.refused = Some(Some(UNWRITABLE.to_owned()));
            self.left.clone_from(&self.before);
        }
    }

    /// The machine is shown this.
    pub fn shown(&mut self, seen: &Arc<Observation>, now: Time) {
        self.look(seen);
        // Under the lock nobody else writes the profile: from the first look on, what was written is known better than what
        // is seen. A lock that somebody has taken off protects nothing.
        let shown = seen.profile(&self.profile);
        if !self.sure_of_left || shown.is_none_or(|own| own.locked_by.is_none()) {
            self.left = shown.cloned();
        }
        self.sure_of_left = self.lock_is_own;
        self.turn(Turn::Shown(Arc::clone(seen), now));
    }

    fn look(&mut self, seen: &Arc<Observation>) {
        let restored = matches!(self.work, Work::Restore { .. }).then_some(&self.profile);
        self.watch.look(seen, restored);
    }

    /// The machine gives a command; the answer is yet to come.
    pub const fn commanding(&mut self) {
        self.on_its_way = true;
    }

    /// The command has been answered.
    pub fn answered(&mut self, command: &Command, reply: &Reply) {
        self.on_its_way = false;
        self.complaints.extend(self.watch.told(command, reply));
        self.written(command, reply);
        self.turn(Turn::Told(Told { command: command.clone(), reply: reply.clone() }));
    }

    /// Keeps the profile as it has to stand after what was written of it.
    fn written(&mut self, command: &Command, reply: &Reply) {
        let (None, Some(left)) = (reply.refusal(), &mut self.left) else { return };
        match command {
            Command::Lock { .. } => self.lock_is_own = *reply == Reply::Done,
            Command::SetState { state, reason, fingerprint, .. } => {
                (left.state, left.reason) = (*state, *reason);
                if fingerprint.is_some() {
                    left.fingerprint.clone_from(fingerprint);
                }
            }
            Command::Record { backup, .. } => write(&mut left.backups, backup),
            _ => {}
        }
    }

    fn turn(&mut self, turn: Turn) {
        self.tray.put(turn);
        self.read_on();
        let Some(turn) = self.tray.take() else { return };
        // Once it has gone astray, everything after is.
        if let (Turn::Told(told), false) = (turn, self.astray) {
            self.complaints.push(format!("{} when everything had been done", spoken(&told.command)));
        }
    }

    /// Lets the script go on as far as it can.
    fn read_on(&mut self) {
        let Some(script) = &mut self.script else { return };
        let Poll::Ready(end) = script.as_mut().poll(&mut Context::from_waker(Waker::noop())) else { return };
        self.script = None;
        match end {
            Ok(outcome) => self.outcome = outcome,
            Err(Astray(complaint)) => {
                self.astray = true;
                self.complaints.push(complaint);
            }
        }
    }

    /// The host has abended and the machine is gone. Nothing is demanded but that what was written stands; not even that where
    /// a command is on its way, or where the profile was not seen locked and may have been anybody's.
    #[must_use]
    pub fn abended(self) -> Must {
        let left = if self.on_its_way || !self.sure_of_left { None } else { self.left };
        Must { left, complaints: self.complaints, ..Must::default() }
    }

    /// The work has ended: what must have come of it.
    #[must_use]
    pub fn end(mut self) -> Must {
        if self.script.is_some() {
            self.astray = true;
            self.complaints.push(format!("it ended where {} had to come", self.tray.wanted()));
        }
        self.complaints.extend(self.watch.end());
        if self.astray {
            return Must { complaints: self.complaints, ..Must::default() };
        }
        Must { said: self.outcome.said, refused: self.outcome.refused, left: self.left, complaints: self.complaints }
    }
}

/// The script of a piece of work; none where nothing is commanded.
fn script(work: &Work, mut desk: Desk) -> Option<Script> {
    let nothing_refused = |said| Outcome { said: Some(said), refused: Some(None) };
    match *work {
        Work::Build => Some(Box::pin(async move {
            let refused = build(&mut desk).await?;
            Ok(Outcome { said: None, refused: Some(refused) })
        })),
        Work::Setup { wait_ms } => Some(Box::pin(async move { Ok(nothing_refused(setup(&mut desk, wait_ms).await?)) })),
        Work::Backup { wait_ms } => Some(Box::pin(async move {
            let (said, refused) = backup(&mut desk, wait_ms).await?;
            Ok(Outcome { said: Some(said), refused: Some(refused) })
        })),
        Work::Restore { kind, generation, .. } => Some(Box::pin(async move {
            let (said, refused) = restore(&mut desk, kind, generation).await?;
            Ok(Outcome { said: Some(said), refused: Some(refused) })
        })),
        Work::Edit(_) | Work::Enter(_) => None,
    }
}
