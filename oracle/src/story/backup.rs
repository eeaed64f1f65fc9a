//! A backup, whatever the method: the check before it and the choice of the generation.

use dasdlab_model::command::Command;
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ImsSsid;
use dasdlab_model::site::Backup;
use dasdlab_model::states::{Consistency, Method, MirrorState, ProfileState, SetupReason};

use super::catalog::{current, slot, split_under_suspended_logs, standing};
use super::desk::{Astray, Desk, Told};
use super::fingerprint::differs;
use super::flashcopy::copy;
use super::lock::{lock, unlock};
use super::outcomes::Outcomes;
use super::pairs::{Pair, of_generation, pairs_of, state_or_never};
use super::setup::{Course, needed};
use super::split::split;

/// How often logs are told to resume.
const TRIES: usize = 3;

/// What a backup has to say at its end, and the word of its refusal.
pub(super) type Said = (Verdict, Option<String>);

/// A backup on its way.
pub(super) struct Taking {
    pub(super) course: Course,
    pub(super) out: Outcomes,
    pub(super) all: Vec<Pair>,
    /// The pairs that are copied.
    pub(super) pairs: Vec<Pair>,
    pub(super) generation: u8,
    pub(super) ims: ImsSsid,
    pub(super) suspends: bool,
    /// What the generation holds so far.
    pub(super) over: Option<Backup>,
    pub(super) deadline: Time,
    /// The least return code.
    pub(super) at_least: u8,
}

impl Taking {
    /// The backup as it has to be recorded: taken when the machine looked last before it was copied.
    pub(super) fn record(&self, desk: &Desk, at: Time, valid: bool) -> Command {
        let backup = Backup {
            generation: self.generation,
            taken_at: at.0 / 1_000,
            valid,
            expired: false,
            consistency: if self.suspends { Consistency::LogSuspend } else { Consistency::Array },
            restore_scope: self.course.scope,
            why: String::new(),
        };
        Command::Record { profile: desk.profile.clone(), backup }
    }

    /// Every mirror is current in what was shown last; those that are not are reported.
    pub(super) fn all_current(&mut self, desk: &Desk) -> bool {
        let mut all = true;
        for pair in &self.pairs {
            let state = state_or_never(&desk.seen, pair);
            if state != MirrorState::Synchronized {
                self.out.pair_failed(pair, state);
                all = false;
            }
        }
        all
    }

    /// The profile needs setup for this reason, and the job has not ended well.
    pub(super) async fn ends(&mut self, desk: &mut Desk, reason: SetupReason) -> Result<(), Astray> {
        if reason != SetupReason::OneGeneration {
            self.at_least = 8;
        }
        needed(desk, &mut self.course, reason).await
    }

    /// Resumes the logs that were suspended, whatever happened meanwhile.
    pub(super) async fn resume(&mut self, desk: &mut Desk) -> Result<(), Astray> {
        for _ in 0..TRIES {
            if desk.tell(Command::ResumeLogs { ims: self.ims }).await?.reply.refusal().is_none() {
                return Ok(());
            }
        }
        self.course.environment_failed = true;
        Ok(())
    }

    /// The backup that the generation held is gone; the catalog has to say so.
    pub(super) async fn expire(&mut self, desk: &mut Desk) -> Result<(), Astray> {
        if let Some(backup) = self.over.take() {
            let told = desk.tell(super::establish::expiry(desk, backup)).await?;
            self.course.environment_failed |= told.reply.refusal().is_some();
        }
        Ok(())
    }
}

/// The reply for each of these pairs, in their order, of a command for all of them.
pub(super) fn replies(told: &Told, pairs: &[Pair]) -> Vec<dasdlab_model::command::Reply> {
    use dasdlab_model::command::Reply;
    let (Command::SplitTogether { pairs: order } | Command::EstablishTogether { pairs: order }) = &told.command else {
        return Vec::new();
    };
    let of = |pair: &Pair| match &told.reply {
        Reply::Each(replies) => {
            let place = order.iter().position(|(one, other)| (*one, *other) == (pair.standard, pair.bcv));
            place.and_then(|place| replies.get(place)).cloned().unwrap_or(Reply::Nothing)
        }
        whole => whole.clone(),
    };
    pairs.iter().map(of).collect()
}

/// The whole of a backup.
pub(super) async fn backup(desk: &mut Desk, wait_ms: u64) -> Result<Said, Astray> {
    const NOT_READY: &str = "not-ready";
    desk.look().await?;
    let deadline = desk.now.plus(wait_ms);
    if desk.own().is_ok_and(|own| own.locked_by.is_none() && own.state != ProfileState::Ready) {
        let verdict = Verdict { return_code: 8, restore_scope: None, findings: Vec::new() };
        return Ok((verdict, Some(NOT_READY.to_owned())));
    }
    if let Some(verdict) = lock(desk).await? {
        return Ok((verdict, None));
    }
    let mut course = Course::check(desk)?;
    let own = desk.own()?;
    if course.environment_failed {
        // The profile stays as it was.
    } else if own.state != ProfileState::Ready {
        unlock(desk).await?;
        return Ok((course.verdict(&Outcomes::default(), 8), Some(NOT_READY.to_owned())));
    } else if differs(&desk.seen, own) {
        needed(desk, &mut course, SetupReason::Fingerprint).await?;
    } else if course.has_error() {
        needed(desk, &mut course, SetupReason::PreBackupCheck).await?;
    } else {
        let all = pairs_of(&desk.seen, own);
        let (generation, suspends) = match own.method {
            Method::FlashCopy => (slot(own), true),
            Method::Bcv => (current(&desk.seen, own, &all), split_under_suspended_logs(&desk.seen, own)),
        };
        let (method, ims) = (own.method, own.ims_ssid);
        let pairs = of_generation(&all, generation);
        let over = standing(own, generation);
        let mut taking =
            Taking { course, out: Outcomes::default(), all, pairs, generation, ims, suspends, over, deadline, at_least: 0 };
        match method {
            Method::FlashCopy => copy(desk, &mut taking).await?,
            Method::Bcv => split(desk, &mut taking).await?,
        }
        unlock(desk).await?;
        let Taking { course, out, at_least, .. } = taking;
        return Ok((course.verdict(&out, at_least), None));
    }
    unlock(desk).await?;
    Ok((course.verdict(&Outcomes::default(), 8), None))
}

/// Suspends logs; where that is refused, the backup is recorded as invalid and nothing else is touched.
pub(super) async fn suspended(desk: &mut Desk, taking: &mut Taking) -> Result<bool, Astray> {
    let told = desk.tell(Command::SuspendLogs { ims: taking.ims }).await?;
    if told.reply.refusal().is_none() {
        desk.look().await?;
        return Ok(true);
    }
    taking.at_least = 8;
    let record = taking.record(desk, desk.now, false);
    desk.tell(record).await?;
    Ok(false)
}
