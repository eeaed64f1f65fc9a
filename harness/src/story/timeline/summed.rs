//! Commands and changes of state that follow each other, summed up: what is alike becomes one line.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::story::What;
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::VolumeId;

use super::names::{Names, Pair, list};
use super::words;
use super::{Given, Happened, Moment};

/// A line that sums something up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Summed {
    /// When the first of it happened.
    pub(super) first: Time,
    /// When the last of it happened.
    pub(super) last: Time,
    /// The text.
    pub(super) text: String,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether a fault has done it.
    pub(super) by_fault: bool,
}

/// What a line sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Commands that were obeyed.
    Command,
    /// Commands of which some were refused.
    Refused,
    /// Changes of state.
    Change,
}

/// What a command or a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Pair(Pair),
    Volume(VolumeId),
    /// What the text of the group says.
    Nothing,
}

impl Thing {
    /// The volumes that it is, whichever is copied to the other.
    fn ends(self) -> Option<(VolumeId, VolumeId)> {
        match self {
            Self::Pair((one, other)) => Some((one.min(other), one.max(other))),
            Self::Volume(volume) => Some((volume, volume)),
            Self::Nothing => None,
        }
    }
}

/// How one command, or one pair of it, was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Done,
    Nothing,
    Late(String, String),
    Refused(Refusal, Option<String>),
    Lost(String),
    None,
}

struct Group {
    first: Time,
    last: Time,
    /// What is alike.
    key: Key,
    things: Vec<(Thing, Answer)>,
    by_fault: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    /// Commands of one kind; whether a foreign job gave them.
    Command(bool, String),
    /// Copies that went from one state to another.
    Copies(String, String),
    /// Units that a system sees otherwise.
    Units(String, String, String),
    /// Any other change, in words.
    Other(String),
}

/// Sums up commands and changes; `faults` are the names of the faults that have fired, and `ordered` says whether the step
/// is an order of a foreign job: such a job's orders are no fault's then.
pub(super) fn sum_up(moments: &[&Moment], names: &Names, faults: &BTreeSet<String>, ordered: bool) -> Vec<Summed> {
    let mut groups: Vec<Group> = Vec::new();
    // In which group each thing stood last: what happens to it afterwards does not go before that.
    let mut stood: BTreeMap<(VolumeId, VolumeId), usize> = BTreeMap::new();
    let mut add = |at: Time, by_fault: bool, key: Key, things: Vec<(Thing, Answer)>| {
        let after = things.iter().filter_map(|(thing, _)| stood.get(&thing.ends()?)).max().copied().unwrap_or(0);
        let alike = |group: &Group| group.key == key && group.by_fault == by_fault && !matches!(key, Key::Other(_));
        let index = groups.iter().rposition(alike).filter(|index| *index >= after).unwrap_or(groups.len());
        stood.extend(things.iter().filter_map(|(thing, _)| Some((thing.ends()?, index))));
        match groups.get_mut(index) {
            Some(group) => {
                group.last = group.last.max(at);
                group.things.extend(things);
            }
            None => groups.push(Group { first: at, last: at, key, things, by_fault }),
        }
    };
    for moment in moments {
        match &moment.what {
            Happened::Command(given) => {
                let by_fault = !ordered && matches!(given.by, Issuer::Foreign(_));
                if let Some((key, things)) = command(given, moment.at, by_fault) {
                    add(moment.at, by_fault, key, things);
                }
            }
            Happened::Event(event) => {
                let by_fault = faults.contains(event.cause.strip_prefix("end of ").unwrap_or(&event.cause));
                let by_fault = by_fault || (!ordered && event.cause.contains(" by foreign "));
                if let Some((key, thing)) = change(event, names, by_fault) {
                    add(moment.at, by_fault, key, vec![(thing, Answer::Done)]);
                }
            }
            _ => {}
        }
    }
    let mut before: Option<&Group> = None;
    let worded = groups.iter().map(|group| {
        // What changes by the command in the line before need not be named again.
        let named = before.is_some_and(|before| before.first == group.first && before.pairs() == group.pairs());
        before = Some(group);
        group.worded(names, named)
    });
    worded.collect()
}

/// What a command is about, and how it was answered; nothing where the changes that it made say it all.
fn command(given: &Given, at: Time, foreign: bool) -> Option<(Key, Vec<(Thing, Answer)>)> {
    let met = given.met_by.as_ref();
    let answer = |reply: &Reply| match (reply, met.map(|fault| (&fault.what, fault.name.clone()))) {
        (Reply::Refused(_), Some((What::Lose { .. }, name))) => Answer::Lost(name),
        (Reply::Refused(refusal), Some((What::Refuse { code, .. }, name))) if code == refusal => {
            Answer::Refused(*refusal, Some(name))
        }
        (Reply::Refused(refusal), _) => Answer::Refused(*refusal, None),
        (_, Some((What::Delay { .. }, name))) => Answer::Late(Time(given.answered.0.saturating_sub(at.0)).to_string(), name),
        (Reply::Nothing, _) => Answer::Nothing,
        (Reply::Done | Reply::Each(_), _) => Answer::Done,
    };
    let whole = given.reply.as_ref().map_or(Answer::None, answer);
    let is_plain = matches!(whole, Answer::Done | Answer::Nothing);
    let each = |pairs: &[Pair]| -> Vec<(Thing, Answer)> {
        let one = |at: usize| match &given.reply {
            Some(Reply::Each(replies)) => replies.get(at).map_or(Answer::None, answer),
            _ => whole.clone(),
        };
        pairs.iter().enumerate().map(|(at, pair)| (Thing::Pair(*pair), one(at))).collect()
    };
    let key = |text: String| Key::Command(foreign, text);
    Some(match &given.command {
        Command::Mirror { standard, bcv, order } => (key(order.to_string()), vec![(Thing::Pair((*standard, *bcv)), whole)]),
        Command::FlashCopy { source, target, order } => (key(order.to_string()), vec![(Thing::Pair((*source, *target)), whole)]),
        Command::SplitTogether { pairs } => (key("split at one instant".to_owned()), each(pairs)),
        Command::EstablishTogether { pairs } => (key("establish in one window".to_owned()), each(pairs)),
        Command::Hold { bcv, .. } => (key("hold".to_owned()), vec![(Thing::Volume(*bcv), whole)]),
        Command::Release { bcv } => (key("release".to_owned()), vec![(Thing::Volume(*bcv), whole)]),
        Command::Lock { .. } | Command::Unlock { .. } if is_plain => return None,
        Command::SetState { .. } if is_plain => return None,
        Command::Lock { profile, by } => (key(format!("lock {profile} for {by}")), vec![(Thing::Nothing, whole)]),
        Command::Unlock { profile } => (key(format!("unlock {profile}")), vec![(Thing::Nothing, whole)]),
        Command::SetState { profile, state, reason, .. } => {
            let state = words::state(*state, *reason);
            (key(format!("write that {profile} {state}")), vec![(Thing::Nothing, whole)])
        }
        Command::SuspendLogs { ims } => (key(format!("suspend the logs of {ims}")), vec![(Thing::Nothing, whole)]),
        Command::ResumeLogs { ims } => (key(format!("resume the logs of {ims}")), vec![(Thing::Nothing, whole)]),
        Command::Record { backup, .. } => {
            let text = match (backup.valid, backup.expired) {
                (false, _) => format!("record an invalid backup in generation {}", backup.generation),
                (true, false) => format!("record the backup in generation {}", backup.generation),
                (true, true) => format!("record that the backup in generation {} has expired", backup.generation),
            };
            (key(text), vec![(Thing::Nothing, whole)])
        }
    })
}

/// What has changed; nothing where a command that is shown says it, or where nobody asks.
fn change(event: &Event, names: &Names, by_fault: bool) -> Option<(Key, Thing)> {
    let mut object = event.object.split(' ');
    let kind = object.next()?;
    let rest: Vec<&str> = object.collect();
    let (from, to) = (event.from.as_str(), event.to.as_str());
    let other = |text: String| Some((Key::Other(text), Thing::Nothing));
    match (kind, rest.as_slice()) {
        ("mirror" | "flashcopy", [first, second]) => {
            let pair = (first.parse().ok()?, second.parse().ok()?);
            Some((Key::Copies(from.to_owned(), to.to_owned()), Thing::Pair(pair)))
        }
        // What a system sees of a BCV goes with the state of its pair.
        ("unit", [unit]) if !event.cause.contains(" by ") || (by_fault && !event.cause.contains(" by foreign ")) => {
            let (system, number) = unit.split_once(':')?;
            match number.parse().ok().and_then(|number| names.volume_of(system, number)) {
                Some(volume) => Some((Key::Units(system.to_owned(), from.to_owned(), to.to_owned()), Thing::Volume(volume))),
                None => other(format!("{system} sees {number} {to}, {from} before")),
            }
        }
        ("profile", [name]) if from == "none" => other(format!("profile {name} enters the site")),
        ("profile", [name]) => other(format!("{name}: {from} -> {to}")),
        ("field", [name, field]) if *field != "fingerprint" => {
            let empty = |text: &str| if text.is_empty() { "(none)".to_owned() } else { text.to_owned() };
            other(format!("{name}, {field}: {} -> {}", empty(from), empty(to)))
        }
        ("target", [name, generation, source]) => {
            other(format!("{name}: target of {source} in generation {generation}: {from} -> {to}"))
        }
        ("lock", [name]) if by_fault && to == "free" => other(format!("the lock of {name} ({from}) is freed")),
        ("lock", [name]) if by_fault => other(format!("profile {name} is locked by {to}")),
        ("logs", [ims]) if by_fault && to == "running" => other(format!("the logs of {ims} run again")),
        ("hold", [bcv]) if by_fault => {
            other(format!("BCV {}: hold {from} -> {to}", bcv.parse().map_or((*bcv).to_owned(), |bcv| names.volume(bcv))))
        }
        ("array", [serial]) => other(format!("array {serial} is {to}")),
        ("rate", [serial]) => other(format!("array {serial} copies {to} tracks a second, {from} before")),
        ("code-level", [serial]) => other(format!("array {serial} reports code level {to}, {from} before")),
        ("repository", []) => other(format!("the repository is {to}")),
        ("catalog", [name]) => other(format!("catalog {name} is {to}")),
        ("data-set", [name]) => other(format!("data set {name} lies on {to}, on {from} before")),
        _ => None,
    }
}

impl Group {
    fn pairs(&self) -> Vec<Pair> {
        pairs(self.things.iter().map(|(thing, _)| *thing))
    }

    /// In words; its pairs need not be named where they stand in the line before.
    fn worded(&self, names: &Names, named: bool) -> Summed {
        let refused =
            self.things.iter().any(|(_, answer)| matches!(answer, Answer::Refused(..) | Answer::Lost(_) | Answer::None));
        let kind = match &self.key {
            Key::Command(..) if refused => Kind::Refused,
            Key::Command(..) => Kind::Command,
            _ => Kind::Change,
        };
        let pairs = self.pairs();
        let volumes = volumes(self.things.iter().map(|(thing, _)| *thing));
        let mut text = match &self.key {
            Key::Command(foreign, verb) => {
                let by = if *foreign { "foreign job: " } else { "" };
                let things = match (pairs.is_empty(), volumes.is_empty()) {
                    (false, _) => format!(" {}", names.pairs(&pairs)),
                    (true, false) => format!(" {}", names.bcvs(&volumes)),
                    (true, true) => String::new(),
                };
                format!("{by}{verb}{things}: {}", self.answers(names))
            }
            Key::Copies(from, to) if named => format!("{from} -> {to}"),
            Key::Copies(from, to) => format!("{}: {from} -> {to}", names.pairs(&pairs)),
            Key::Units(system, from, to) => {
                format!("{system} sees {} {to}, {from} before", names.listed_volumes(&volumes))
            }
            Key::Other(text) => text.clone(),
        };
        if self.last != self.first {
            let sign = if kind == Kind::Change { "," } else { ";" };
            text += &format!("{sign} the last at {}", self.last);
        }
        Summed { first: self.first, last: self.last, text, kind, by_fault: self.by_fault }
    }

    /// The answers, those that are alike together.
    fn answers(&self, names: &Names) -> String {
        let mut alike: Vec<(&Answer, Vec<Thing>)> = Vec::new();
        for (thing, answer) in &self.things {
            match alike.iter_mut().find(|(other, _)| *other == answer) {
                Some((_, things)) => things.push(*thing),
                None => alike.push((answer, vec![*thing])),
            }
        }
        alike.sort_by_key(|(answer, _)| **answer != Answer::Done);
        let only = alike.len() == 1;
        let said = alike.iter().map(|(answer, things)| {
            let named = || {
                let pairs = pairs(things.iter().copied());
                if pairs.is_empty() {
                    list(volumes(things.iter().copied()).into_iter().map(|volume| names.volume(volume)).collect())
                } else {
                    names.listed(&pairs)
                }
            };
            let count = if only { String::new() } else { format!("{} ", things.len()) };
            let which = |word: &str| if only { word.to_owned() } else { format!("{word} for {}", named()) };
            match answer {
                Answer::Done => format!("{count}done"),
                Answer::Nothing => format!("{count}with nothing to do"),
                Answer::Late(by, name) if only => format!("done, but answered {by} late: {name}"),
                Answer::Late(by, name) => format!("{} done, but answered {by} late: {name}", named()),
                Answer::Refused(refusal, None) => format!("{} ({refusal})", which("refused")),
                Answer::Refused(refusal, Some(name)) => format!("{} ({refusal}): {name}", which("refused")),
                Answer::Lost(name) => format!("{}: {name}", which("lost on the way")),
                Answer::None => which("no answer"),
            }
        });
        said.collect::<Vec<_>>().join("; ")
    }
}

fn pairs(things: impl Iterator<Item = Thing>) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = things
        .filter_map(|thing| match thing {
            Thing::Pair(pair) => Some(pair),
            _ => None,
        })
        .collect();
    pairs.dedup();
    pairs
}

fn volumes(things: impl Iterator<Item = Thing>) -> Vec<VolumeId> {
    things
        .filter_map(|thing| match thing {
            Thing::Volume(volume) => Some(volume),
            _ => None,
        })
        .collect()
}
