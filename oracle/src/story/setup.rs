//! Profile setup.

use std::sync::Arc;

use dasdlab_model::command::Command;
use dasdlab_model::finding::{Finding, Severity, Verdict};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{Method, MirrorState, ProfileState, RestoreScope, SetupReason};
use dasdlab_model::transitions::Refusal;

use super::catalog::standing;
use super::desk::{Astray, Desk};
use super::establish::{Turnover, source_unit, split_of};
use super::fingerprint::fingerprint;
use super::lock::{lock, unlock};
use super::outcomes::Outcomes;
use super::pairs::{Pair, held_for, mirrored, of_generation, pairs_of, unusable};

/// What the check said, and whether the environment has failed since.
pub(super) struct Course {
    pub(super) findings: Vec<Finding>,
    pub(super) scope: Option<RestoreScope>,
    pub(super) environment_failed: bool,
}

impl Course {
    /// Checks what was shown last: PS00 to PS15.
    pub(super) fn check(desk: &Desk) -> Result<Self, Astray> {
        let gone = || Astray("there is no profile any more".to_owned());
        let verdict = desk.judged().ok_or_else(gone)?;
        let environment_failed = verdict.findings.iter().any(|finding| finding.reason.rule() == Rule::PS00);
        Ok(Self { findings: verdict.findings, scope: verdict.restore_scope, environment_failed })
    }

    /// Whether anything is an E.
    pub(super) fn has_error(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::E)
    }

    /// What has to be said at the end. The code is at least this, whatever was found.
    pub(super) fn verdict(self, out: &Outcomes, at_least: u8) -> Verdict {
        let findings = out.findings(self.findings);
        if self.environment_failed {
            return Verdict { return_code: 12, restore_scope: None, findings };
        }
        let return_code = match findings.iter().map(|finding| finding.severity).max() {
            Some(Severity::E) => 8,
            Some(Severity::W) => 4,
            Some(Severity::I) | None => 0,
        };
        Verdict { return_code: return_code.max(at_least), restore_scope: self.scope, findings }
    }
}

/// Writes where the profile stands; says whether that could be written.
pub(super) async fn state(
    desk: &mut Desk,
    state: ProfileState,
    reason: Option<SetupReason>,
    fingerprint: Option<String>,
) -> Result<bool, Astray> {
    let told = desk.tell(Command::SetState { profile: desk.profile.clone(), state, reason, fingerprint }).await?;
    Ok(told.reply.refusal().is_none())
}

/// Setup is needed for this reason.
pub(super) async fn needed(desk: &mut Desk, course: &mut Course, reason: SetupReason) -> Result<(), Astray> {
    course.environment_failed |= !state(desk, ProfileState::SetupNeeded, Some(reason), None).await?;
    Ok(())
}

/// The whole of a setup, which waits so many milliseconds.
pub(super) async fn setup(desk: &mut Desk, wait_ms: u64) -> Result<Verdict, Astray> {
    desk.look().await?;
    let deadline = desk.now.plus(wait_ms);
    if let Some(verdict) = lock(desk).await? {
        return Ok(verdict);
    }
    let mut course = Course::check(desk)?;
    let mut out = Outcomes::default();
    if course.environment_failed {
        // The profile stays as it was.
    } else if course.has_error() {
        needed(desk, &mut course, SetupReason::Findings).await?;
    } else {
        let passed = fingerprint(&desk.seen, desk.own()?);
        match desk.own()?.method {
            Method::FlashCopy => {
                course.environment_failed |= !state(desk, ProfileState::Ready, None, Some(passed)).await?;
            }
            Method::Bcv => {
                let pairs = pairs_of(&desk.seen, desk.own()?);
                let over = standing(desk.own()?, 1);
                let mut first = Turnover::new(of_generation(&pairs, 1), over, deadline);
                mirror(desk, &mut course, &mut out, &mut first, &pairs, passed).await?;
            }
        }
    }
    unlock(desk).await?;
    Ok(course.verdict(&out, 0))
}

/// PS16: generation 1 mirrors its sources, the others are kept.
async fn mirror(
    desk: &mut Desk,
    course: &mut Course,
    out: &mut Outcomes,
    first: &mut Turnover,
    pairs: &[Pair],
    passed: String,
) -> Result<(), Astray> {
    for pair in pairs {
        if let (1, Some(state)) = (pair.generation, unusable(&desk.seen, pair.bcv)) {
            out.refused(pair, state);
        }
        if held_for(&desk.seen, pair.bcv).is_some_and(|holder| *holder != desk.profile) {
            out.refused(pair, Refusal::Held);
        }
    }
    desk.look().await?;
    first.establish(desk, out).await?;
    course.environment_failed |= first.expiry_refused;
    keep_the_others(desk, out, pairs).await?;
    if out.any_timed_out() {
        // The limit passed on the way; every pair that it leaves behind is named.
        desk.look().await?;
        first.all_synchronized(desk, out);
    }
    if out.reason().is_none() {
        if !state(desk, ProfileState::Synchronizing, None, Some(passed)).await? {
            course.environment_failed = true;
            return Ok(());
        }
        desk.look().await?;
        first.synchronize(desk, out).await?;
    }
    match out.reason() {
        Some(reason) => needed(desk, course, reason).await?,
        None => course.environment_failed |= !state(desk, ProfileState::Ready, None, None).await?,
    }
    Ok(())
}

/// Every other generation is split where it is established, and held. All of it is decided on one look.
async fn keep_the_others(desk: &mut Desk, out: &mut Outcomes, pairs: &[Pair]) -> Result<(), Astray> {
    let seen = Arc::clone(&desk.seen);
    let profile = desk.own()?.clone();
    for pair in pairs.iter().filter(|pair| pair.generation != 1) {
        // A BCV whose pairing is unusable is left as it is, but kept.
        let mirrored = mirrored(&seen, pair.bcv).filter(|_| unusable(&seen, pair.bcv).is_none());
        let mut split = true;
        if let Some((standard, state)) = mirrored {
            if source_unit(&profile, &seen, standard).is_none() {
                out.changed(pair, vec![Reason::Ps13Established]);
                continue;
            }
            if state != MirrorState::SplitInProg {
                let told = desk.tell(Command::Mirror { standard, bcv: pair.bcv, order: split_of(state) }).await?;
                if let Some(refusal) = told.reply.refusal() {
                    out.refused(pair, refusal);
                    split = false;
                }
            }
        }
        match held_for(&seen, pair.bcv) {
            Some(holder) if *holder != profile.name => out.refused(pair, Refusal::Held),
            Some(_) => {}
            None if split => {
                let told = desk.tell(Command::Hold { bcv: pair.bcv, profile: profile.name.clone() }).await?;
                if let Some(refusal) = told.reply.refusal() {
                    out.refused(pair, refusal);
                }
            }
            None => {}
        }
    }
    Ok(())
}
