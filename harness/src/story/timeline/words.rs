//! What a timeline says in words: steps, faults, endings.

use dasdlab_model::finding::Side;
use dasdlab_model::name::ProfileName;
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_model::story::{Do, Edit, PairRef, PlannedFault, RivalWork, StoryStep, UnitRef, What, When};
use dasdlab_model::unit::VolumeRef;

use crate::story::plan::Fate;

/// Where a profile stands, after its name.
pub(crate) fn state(state: ProfileState, reason: Option<SetupReason>) -> String {
    match (state, reason) {
        (ProfileState::SetupNeeded, Some(reason)) => format!("needs setup ({reason})"),
        (ProfileState::SetupNeeded, None) => "needs setup".to_owned(),
        (state, _) => format!("is {state}"),
    }
}

/// What a step does.
pub(crate) fn step(step: &StoryStep, profile: &ProfileName, volume: impl Fn(VolumeRef) -> String) -> String {
    let over = |reasons: &[String]| match reasons {
        [] => String::new(),
        reasons => format!(", passing over {}", reasons.join(", ")),
    };
    match &step.action {
        Do::Setup { ignoring, .. } => format!("setup of {profile}{}", over(ignoring)),
        Do::Backup { alone: false, ignoring, .. } => format!("backup of {profile}{}", over(ignoring)),
        Do::Backup { ignoring, .. } => format!("backup of {profile} by a job built earlier{}", over(ignoring)),
        Do::Restore { kind, generation, .. } => format!("{kind} restore of {profile} from generation {generation}"),
        Do::Edit(edit) => format!("edit of {profile}: {}", edited(edit)),
        Do::Import(import) => format!("import of {}", import.name),
        Do::Vary { system, unit, status } => {
            let system = system.map(|system| format!("{system} ")).unwrap_or_default();
            format!("{system}vary of {} to {status}", volume(VolumeRef::Unit(*unit)))
        }
        Do::Write { volume: of, first, tracks } => {
            let last = first.saturating_add(tracks.saturating_sub(1));
            format!("a host writes tracks {first} to {last} of {}", volume(*of))
        }
        Do::Mirror { standard, bcv, order } => {
            format!("a foreign job orders {order} {}->{}", volume(*standard), volume(*bcv))
        }
        Do::FlashCopy { source, target, order } => {
            format!("a foreign job orders {order} {}->{}", volume(*source), volume(*target))
        }
        Do::Advance(duration) => format!("time passes: {duration}"),
        Do::Query { .. } => format!("a look at {profile}"),
    }
}

fn edited(edit: &Edit) -> String {
    let words = [
        edit.creator.as_ref().map(|creator| format!("creator {creator}")),
        edit.description.as_ref().map(|_| "description".to_owned()),
        edit.ims_ssid.map(|ssid| format!("IMS SSID {ssid}")),
        edit.backup_type.map(|backup_type| format!("type {backup_type}")),
        edit.method.map(|method| format!("method {method}")),
        edit.generations.map(|generations| format!("generations {generations}")),
        edit.sources.as_ref().map(|_| "sources".to_owned()),
        edit.targets.as_ref().map(|_| "targets".to_owned()),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

fn pair(pair: &PairRef) -> String {
    let place = match (pair.source, pair.nth) {
        (Some(source), _) => format!("the pair of {source}"),
        (None, nth) => format!("pair {}", nth.unwrap_or(1)),
    };
    let of = pair.profile.as_ref().map(|profile| format!(" of {profile}")).unwrap_or_default();
    format!("{place} in generation {}{of}", pair.generation)
}

fn unit(unit: &UnitRef) -> String {
    match (&unit.unit, &unit.pair) {
        (Some(unit), _) => unit.to_string(),
        (None, Some(of)) => format!("the {} of {}", unit.side.unwrap_or(Side::Source).as_str(), pair(of)),
        (None, None) => "a unit".to_owned(),
    }
}

/// What a fault does, where the changes that it makes do not say it.
pub(crate) fn fault(fault: &PlannedFault, volume: impl Fn(VolumeRef) -> String) -> String {
    let command = |of: &Option<PairRef>| {
        let which = match (&fault.when, fault.lasts) {
            (_, Some(lasts)) => format!("for {lasts} every command"),
            (When::Command(_), None) => "this command".to_owned(),
            (_, None) => "the next command".to_owned(),
        };
        of.as_ref().map_or_else(|| which.clone(), |of| format!("{which} for {}", pair(of)))
    };
    let lasts = fault.lasts.map(|lasts| format!(" for {lasts}")).unwrap_or_default();
    let profile = |name: &Option<ProfileName>| name.as_ref().map_or_else(|| "the profile".to_owned(), ToString::to_string);
    match &fault.what {
        What::Vary { unit: of, status } => format!("{} is {status}{lasts}", unit(of)),
        What::PairFailed { pair: of } => format!("a device of {} fails", pair(of)),
        What::OutOfSpace { target } => format!("{} has no room left", volume(*target)),
        What::Refuse { code, pair } => format!("{} is refused ({code})", command(pair)),
        What::Lose { pair } => format!("{} is lost on the way", command(pair)),
        What::Delay { by, pair } => format!("{} is answered {by} late", command(pair)),
        What::Rate { array, tracks: 0 } => format!("the copies of {array} stand still{lasts}"),
        What::Rate { array, tracks } => format!("the copies of {array} share {tracks} tracks a second{lasts}"),
        What::Unreachable { array } => format!("array {array} does not answer{lasts}"),
        What::CodeLevel { array, level } => format!("array {array} reports code level {level}{lasts}"),
        What::ForeignEstablish { standard, bcv } => {
            format!("a foreign job establishes {} to {}", volume(*bcv), volume(*standard))
        }
        What::ForeignSplit { standard, bcv } => format!("a foreign job splits {} from {}", volume(*bcv), volume(*standard)),
        What::ForeignRelease { bcv } => format!("a foreign job releases the hold of {}", volume(*bcv)),
        What::ForeignWithdraw { target } => format!("a foreign job withdraws the relation of {}", volume(*target)),
        What::Extend { data_set, volser } => format!("{data_set} is extended onto {volser}"),
        What::TakeTarget { unit: of, by } => format!("{by} takes {} as target", unit(of)),
        What::Lock { profile: of } => format!("somebody else locks {}{lasts}", profile(of)),
        What::Rival { profile: of, work: RivalWork::Setup } => format!("a second setup of {} runs now", profile(of)),
        What::Rival { profile: of, work: RivalWork::Backup } => format!("a second backup job of {} runs now", profile(of)),
        What::SuspendLogs { ims } => format!("another job suspends the logs of {ims}{lasts}"),
        What::Catalog { name } => format!("catalog {name} cannot be read{lasts}"),
        What::Repository {} => format!("the repository cannot be written{lasts}"),
        What::Abend {} => "the host is gone and what ran on it".to_owned(),
    }
}

/// What became of a fault of the plan.
pub(super) fn fate(fate: &Fate) -> String {
    let within = |phase: &Option<dasdlab_model::story::Phase>| phase.map(|phase| format!(" in {phase}")).unwrap_or_default();
    match fate {
        Fate::Fired { at_ms, phase, changed, ended_ms } => {
            let nothing = if *changed { "" } else { " and changed nothing" };
            let over = ended_ms.map(|over| format!(", was over at {over}")).unwrap_or_default();
            format!("came at {at_ms}{}{nothing}{over}", within(phase))
        }
        Fate::Met { at_ms, phase, commands: 1 } => format!("met a command at {at_ms}{}", within(phase)),
        Fate::Met { at_ms, phase, commands } => format!("met {commands} commands, the first at {at_ms}{}", within(phase)),
        Fate::MetNothing { armed_ms } => format!("lay in wait from {armed_ms} on and met no command"),
        Fate::NotFired { why } => format!("never came: {why}"),
    }
}
