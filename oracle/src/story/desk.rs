//! Where a script sits: it waits for the next thing that happens, and goes on when it is told.
//!
//! A script is an `async` function that waits for turns instead of time. Nothing runs beside it: whoever follows a piece
//! of work puts a turn on the desk and lets the script read on until it waits for the next one.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};

use super::commands::{alike, spoken};
use crate::judge;

/// One thing that happened.
pub(super) enum Turn {
    /// The machine was shown this.
    Shown(Arc<Observation>, Time),
    /// It commanded this, and this came back.
    Told(Told),
}

/// A command and what came back.
pub(super) struct Told {
    pub(super) command: Command,
    pub(super) reply: Reply,
}

/// Something else was done than had to be done.
pub(super) struct Astray(pub(super) String);

/// The desk as the one who follows sees it.
#[derive(Clone, Default)]
pub(super) struct Tray(Rc<RefCell<Papers>>);

#[derive(Default)]
struct Papers {
    turn: Option<Turn>,
    wanted: String,
}

impl Tray {
    /// Lays down the next turn.
    pub(super) fn put(&self, turn: Turn) {
        self.0.borrow_mut().turn = Some(turn);
    }

    /// Takes a turn that nobody wanted.
    pub(super) fn take(&self) -> Option<Turn> {
        self.0.borrow_mut().turn.take()
    }

    /// What the script waits for.
    pub(super) fn wanted(&self) -> String {
        self.0.borrow().wanted.clone()
    }
}

/// The desk as a script sees it.
pub(super) struct Desk {
    tray: Tray,
    pub(super) profile: ProfileName,
    /// What was shown last.
    pub(super) seen: Arc<Observation>,
    /// When.
    pub(super) now: Time,
    /// Whether the profile's lock is this work's own, and so no finding.
    pub(super) locked: bool,
}

impl Desk {
    pub(super) fn new(tray: Tray, profile: ProfileName, seen: Arc<Observation>, now: Time) -> Self {
        Self { tray, profile, seen, now, locked: false }
    }

    async fn next(&self, wanted: String) -> Turn {
        self.tray.0.borrow_mut().wanted = wanted;
        poll_fn(|_| match self.tray.take() {
            Some(turn) => Poll::Ready(turn),
            None => Poll::Pending,
        })
        .await
    }

    /// The machine has to look.
    pub(super) async fn look(&mut self) -> Result<(), Astray> {
        match self.next_told("a look at the world").await {
            None => Ok(()),
            Some(told) => Err(Astray(format!("{} without a look at the world before it", spoken(&told.command)))),
        }
    }

    /// What the machine does is its own affair: a command, or none where it has looked.
    pub(super) async fn next_told(&mut self, wanted: &str) -> Option<Told> {
        match self.next(wanted.to_owned()).await {
            Turn::Shown(seen, now) => {
                (self.seen, self.now) = (seen, now);
                None
            }
            Turn::Told(told) => Some(told),
        }
    }

    /// The machine has to command this.
    pub(super) async fn tell(&mut self, wanted: Command) -> Result<Told, Astray> {
        let text = spoken(&wanted);
        match self.next(text.clone()).await {
            Turn::Told(told) if alike(&told.command, &wanted) => Ok(told),
            Turn::Told(told) => Err(Astray(format!("{} where {text} had to come", spoken(&told.command)))),
            Turn::Shown(..) => Err(Astray(format!("a look at the world where {text} had to come"))),
        }
    }

    /// What the rules say of what was shown last; none where there is no such profile. The work's own lock is passed over.
    pub(super) fn judged(&self) -> Option<Verdict> {
        let mut seen = Observation::clone(&self.seen);
        if self.locked {
            seen.profiles.iter_mut().filter(|profile| profile.name == self.profile).for_each(|own| own.locked_by = None);
        }
        judge(&seen, &self.profile)
    }

    /// The profile as it was shown last.
    pub(super) fn own(&self) -> Result<&BackupProfile, Astray> {
        let own = self.seen.profiles.iter().find(|profile| profile.name == self.profile);
        own.ok_or_else(|| Astray(format!("there is no profile {} to work on", self.profile)))
    }
}
