//! A story told again from its moves, in words.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::machine::Action;

use super::actor::{Actor, Explored};
use super::lab::Lab;
use super::moves::{Deed, Fault, Move, Start, make};
use super::state::State;

/// The moves in words, one a line, from the first state on.
pub(super) fn tell<M: Explored>(lab: &Lab, start: Start<'_, M>, first: &State<M>, moves: &[Move]) -> Vec<String> {
    let mut state = first.clone();
    let mut lines = Vec::new();
    for &what in moves {
        let Some((after, deed)) = make(lab, start, &state, what) else { break };
        lines.push(line(lab, &state, what, &deed));
        state = after;
    }
    lines
}

fn line<M>(lab: &Lab, before: &State<M>, what: Move, deed: &Deed) -> String {
    let volume = |place| lab.volume(place).map_or_else(String::new, |volume| lab.name(volume));
    let actor = |at: u8| before.actors.get(usize::from(at)).map_or_else(String::new, name);
    match what {
        Move::Start(work) => format!("{work} starts"),
        Move::Next(at) => acted(lab, before, at, deed, ""),
        Move::Ends(from, to) => format!("what runs from {} to {} ends", volume(from), volume(to)),
        Move::Fault(fault) => match fault {
            Fault::SecondJob(work) => format!("fault: a second {work} starts"),
            Fault::Refused(at, _) => acted(lab, before, at, deed, "fault: "),
            Fault::Abend(at) => format!("fault: the host abends, {} is gone", actor(at)),
            Fault::Boxed(place) => format!("fault: {} is boxed", volume(place)),
            Fault::PairFails(from, to) => format!("fault: the pair {} {} fails", volume(from), volume(to)),
            Fault::ForeignEstablish(from, to) => {
                format!("fault: a foreign job establishes {} to {}", volume(from), volume(to))
            }
            Fault::ForeignSplit(from, to) => format!("fault: a foreign job splits {} from {}", volume(to), volume(from)),
            Fault::ForeignRelease(bcv) => format!("fault: a foreign job releases {}", volume(bcv)),
            Fault::ForeignWithdraw(from, to) => {
                format!("fault: a foreign job withdraws {} to {}", volume(from), volume(to))
            }
        },
    }
}

fn name<M>(actor: &Actor<M>) -> String {
    if actor.second { format!("second {}", actor.work) } else { actor.work.to_string() }
}

/// What a job did, and how it ended where it did.
fn acted<M>(lab: &Lab, before: &State<M>, at: u8, deed: &Deed, prefix: &str) -> String {
    let Some(actor) = before.actors.get(usize::from(at)) else { return String::new() };
    let did = match (&deed.command, &actor.wants) {
        (Some((command, reply)), _) => format!("{}{}", order(lab, command), answer(reply)),
        (None, Action::Wait(_)) => "has waited, and looks".to_owned(),
        (None, _) => "looks".to_owned(),
    };
    let ended = deed.ended.as_ref().map(|verdict| format!("; it ends with return code {}", verdict.return_code));
    format!("{prefix}{}: {did}{}", name(actor), ended.unwrap_or_default())
}

fn order(lab: &Lab, command: &Command) -> String {
    let pairs =
        |pairs: &[_]| -> String { pairs.iter().map(|&(from, to)| format!(" {}-{}", lab.name(from), lab.name(to))).collect() };
    match command {
        Command::Mirror { standard, bcv, order } => format!("{order} {} {}", lab.name(*standard), lab.name(*bcv)),
        Command::SplitTogether { pairs: all } => format!("split together{}", pairs(all)),
        Command::Hold { bcv, .. } => format!("hold {}", lab.name(*bcv)),
        Command::Release { bcv } => format!("release {}", lab.name(*bcv)),
        Command::FlashCopy { source, target, order } => format!("{order} {} {}", lab.name(*source), lab.name(*target)),
        Command::EstablishTogether { pairs: all } => format!("establish together{}", pairs(all)),
        Command::SuspendLogs { .. } => "suspend logs".to_owned(),
        Command::ResumeLogs { .. } => "resume logs".to_owned(),
        Command::Lock { .. } => "lock".to_owned(),
        Command::Unlock { .. } => "unlock".to_owned(),
        Command::SetState { state, reason: None, .. } => format!("set {state}"),
        Command::SetState { state, reason: Some(reason), .. } => format!("set {state} ({reason})"),
        Command::Record { backup, .. } => {
            let word = match (backup.valid, backup.expired) {
                (false, _) => "invalid",
                (true, true) => "expired",
                (true, false) => "valid",
            };
            format!("record generation {} as {word}", backup.generation)
        }
    }
}

fn answer(reply: &Reply) -> String {
    match reply.refusal() {
        Some(refusal) => format!(", refused: {refusal}"),
        None => String::new(),
    }
}
