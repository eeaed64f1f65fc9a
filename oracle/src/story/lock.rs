//! The lock of a profile, and what is said where it cannot be had.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::finding::{Fact, Subject, Verdict};
use dasdlab_model::reasons::Reason;
use dasdlab_model::transitions::Refusal;

use super::desk::{Astray, Desk};
use crate::saying::Findings;

/// Locks the profile and looks; says what has to be said where that is not possible.
pub(super) async fn lock(desk: &mut Desk) -> Result<Option<Verdict>, Astray> {
    // A profile that is not there cannot be had either.
    if desk.own().map_or(true, |own| own.locked_by.is_some()) {
        return Ok(Some(locked_out(desk, None)));
    }
    let told = desk.tell(Command::Lock { profile: desk.profile.clone(), by: String::new() }).await?;
    desk.locked = told.reply == Reply::Done;
    desk.look().await?;
    Ok((!desk.locked).then(|| locked_out(desk, told.reply.refusal())))
}

/// Gives the lock back. Whether that succeeds changes nothing any more.
pub(super) async fn unlock(desk: &mut Desk) -> Result<(), Astray> {
    desk.tell(Command::Unlock { profile: desk.profile.clone() }).await?;
    Ok(())
}

/// PS00, of whatever kind; where nothing is to be seen of what keeps the lock, that it was refused.
fn locked_out(desk: &Desk, refusal: Option<Refusal>) -> Verdict {
    let environment = desk.judged().filter(|verdict| verdict.return_code == 12);
    environment.unwrap_or_else(|| {
        let mut say = Findings::default();
        if let Some(refusal) = refusal {
            let by = Fact::text(format!("nobody, but the lock was refused: {refusal}"));
            say.error(Reason::Ps00ProfileLocked, [Subject::Profile(desk.profile.clone())], [("locked_by", by)]);
        }
        Verdict { return_code: 12, restore_scope: None, findings: say.in_order() }
    })
}
