//! Whatever is ordered and written, in whatever sequence: tracks are conserved, time never runs backwards, and every
//! change that can be observed is explained by an event.

use std::collections::BTreeMap;

use dasdlab_model::command::Command;
use dasdlab_model::event::Time;
use dasdlab_model::observation::Device;
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::{Happening, Ledger, Progress, World};
use proptest::prelude::*;

use crate::happenings::DATA;
use crate::lab::{daily, lab_with, stranger, volume};

const STANDARDS: [&str; 3] = ["00", "01", "20"];
const BCVS: [&str; 3] = ["80", "81", "82"];
const FLASHED: [&str; 7] = ["00", "01", "20", "21", "22", "80", "42"];
pub(crate) const ALL: [&str; 9] = ["00", "01", "20", "21", "22", "42", "80", "81", "82"];

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Order(Command, bool),
    Write(VolumeId, u32, u32),
    Wait(u64),
    Happen(Happening),
}

impl Step {
    pub(crate) fn happen_to(&self, world: &mut World) {
        match self {
            Self::Order(command, own) => {
                world.execute(&if *own { daily() } else { stranger() }, command);
            }
            Self::Write(at, start, length) => {
                world.host_write(*at, *start..start + length);
            }
            Self::Wait(milliseconds) => world.advance(world.now().plus(*milliseconds)),
            Self::Happen(happening) => {
                world.happen(happening, "plan");
            }
        }
    }
}

fn one_of(names: &'static [&'static str]) -> impl Strategy<Value = VolumeId> {
    prop::sample::select(names).prop_map(volume)
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let mirror = (one_of(&STANDARDS), one_of(&BCVS), prop::sample::select(MirrorOrder::ALL), any::<bool>())
        .prop_map(|(standard, bcv, order, own)| Step::Order(Command::Mirror { standard, bcv, order }, own));
    let flash = (one_of(&FLASHED), one_of(&FLASHED), prop::sample::select(RelationOrder::ALL), any::<bool>())
        .prop_map(|(source, target, order, own)| Step::Order(Command::FlashCopy { source, target, order }, own));
    let together = prop::collection::vec((one_of(&STANDARDS), one_of(&BCVS)), 0..4)
        .prop_map(|pairs| Step::Order(Command::SplitTogether { pairs }, true));
    let write = (one_of(&ALL), 0..17_000_u32, 0..3_000_u32).prop_map(|(at, start, length)| Step::Write(at, start, length));
    let wait = prop_oneof![0..3_000_u64, 0..40_000_u64].prop_map(Step::Wait);
    let fails = prop_oneof![
        (one_of(&STANDARDS), one_of(&BCVS)).prop_map(|(standard, bcv)| Happening::MirrorFails { standard, bcv }),
        one_of(&FLASHED).prop_map(Happening::RelationFails),
        one_of(&FLASHED).prop_map(Happening::OutOfSpace),
        prop::sample::select(vec![None, Some(0), Some(333), Some(7_919)])
            .prop_map(|rate| Happening::Rate("000197800001".parse().unwrap(), rate)),
        any::<bool>().prop_map(Happening::Repository),
        prop::sample::select(vec!["1080", "1081"])
            .prop_map(|unit| Happening::TakeTarget { profile: "DAILY".parse().unwrap(), target: unit.parse().unwrap() }),
        (prop::sample::select(vec!["IMSP.A", "IMSP.B"]), prop::sample::select(vec!["DB0002", "DB0003", "LARGER"])).prop_map(
            |(data_set, volser)| Happening::Extend { data_set: data_set.parse().unwrap(), volser: volser.parse().unwrap() }
        ),
    ]
    .prop_map(Step::Happen);
    let ims = || prop::sample::select(vec!["IMS1", "IMS9"]).prop_map(|ims| ims.parse().unwrap());
    let logs =
        prop_oneof![ims().prop_map(|ims| Command::SuspendLogs { ims }), ims().prop_map(|ims| Command::ResumeLogs { ims }),]
            .prop_map(|command| Step::Order(command, true));
    prop_oneof![6 => mirror, 5 => flash, 1 => together, 5 => write, 5 => wait, 2 => fails, 1 => logs]
}

/// Everything that can be seen to change, by the name that the event log has for it.
fn seen(world: &World) -> BTreeMap<String, String> {
    let observation = &world.observe();
    let mirrors =
        observation.mirrors.iter().map(|pair| (format!("mirror {} {}", pair.standard, pair.bcv), pair.state.to_string()));
    let relations = observation
        .relations
        .iter()
        .map(|relation| (format!("flashcopy {} {}", relation.source, relation.target), relation.state.to_string()));
    let units = observation.units.iter().filter_map(|unit| match unit.device {
        Device::Base(_, status) => Some((format!("unit {}:{}", unit.system, unit.unit), status.to_string())),
        Device::Alias(_) => None,
    });
    let labels = observation
        .volumes
        .iter()
        .map(|volume| (format!("volume {}", volume.id), volume.volser.map_or("no label".to_owned(), |label| label.to_string())));
    let holds = observation
        .volumes
        .iter()
        .map(|volume| (format!("hold {}", volume.id), volume.held_for.as_ref().map_or("free".to_owned(), ToString::to_string)));
    let rates =
        observation.arrays.iter().map(|array| (format!("rate {}", array.serial), array.copy_rate.unwrap_or(100_000).to_string()));
    let logs = observation.ims.iter().map(|ims| {
        let word = if world.logs_are_suspended(ims.ssid) { "suspended" } else { "running" };
        (format!("logs {}", ims.ssid), word.to_owned())
    });
    let data_sets = observation.data_sets.iter().map(|data_set| {
        let labels: Vec<&str> = data_set.volumes.iter().map(|label| label.as_str()).collect();
        (format!("data-set {}", data_set.name), labels.join(" "))
    });
    let profiles = observation.profiles.iter().flat_map(|profile| {
        let state = profile.reason.map_or(profile.state.to_string(), |reason| format!("{} ({reason})", profile.state));
        let targets = profile.targets.iter().map(|mapping| {
            (format!("target {} {} {}", profile.name, mapping.generation, mapping.source), mapping.target.to_string())
        });
        targets.chain([(format!("profile {}", profile.name), state)]).collect::<Vec<_>>()
    });
    let more = logs.chain(data_sets).chain(profiles);
    mirrors.chain(more).chain(relations).chain(units).chain(labels).chain(holds).chain(rates).collect()
}

/// What was seen before, brought forward by the events since, is what is seen now.
fn explained(before: &BTreeMap<String, String>, world: &World, events: usize) {
    let mut told = before.clone();
    // Whether the repository can be written is not seen before it is tried.
    for event in world.events()[events..].iter().filter(|event| event.object != "repository") {
        let unseen = if event.object.starts_with("mirror") { "NeverEstab" } else { "none" };
        let known = told.get(&event.object).map_or(unseen, String::as_str);
        assert_eq!(known, event.from, "{event}");
        if event.to == "none" {
            told.remove(&event.object);
        } else {
            told.insert(event.object.clone(), event.to.clone());
        }
    }
    assert_eq!(told, seen(world));
}

type Books = BTreeMap<String, (Option<Progress>, Ledger)>;

/// How far every copy is, and its ledger.
fn books(world: &World) -> Books {
    let observation = world.observe();
    let mirrors = observation.mirrors.iter().map(|pair| {
        let (standard, bcv) = (pair.standard, pair.bcv);
        (format!("mirror {standard} {bcv}"), (world.progress(standard, bcv), world.ledger(standard, bcv).unwrap()))
    });
    let relations = observation.relations.iter().map(|relation| {
        let (source, target) = (relation.source, relation.target);
        (format!("flashcopy {source} {target}"), (world.relation_progress(target), world.relation_ledger(target).unwrap()))
    });
    mirrors.chain(relations).collect()
}

fn conserved(before: &Books, after: &Books) {
    for (pair, (progress, ledger)) in after {
        let Some((Some(was), old)) = before.get(pair) else { continue };
        let Some(is) = progress else { continue };
        assert!(ledger.marked >= old.marked && ledger.copied >= old.copied, "{pair} forgets");
        let (marked, copied) = (ledger.marked - old.marked, ledger.copied - old.copied);
        assert_eq!(u64::from(was.invalid) + marked, u64::from(is.invalid) + copied, "{pair}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn tracks_are_conserved_and_every_change_is_explained(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = lab_with(DATA);
        let mut last = world.now();
        for step in steps {
            let (before, accounts, events) = (seen(&world), books(&world), world.events().len());
            step.happen_to(&mut world);
            explained(&before, &world, events);
            conserved(&accounts, &books(&world));
            prop_assert_eq!(world.conserved(), Ok(()));
            prop_assert!(last <= world.now());
            prop_assert!(world.events().is_sorted_by_key(|event| event.at));
            last = world.now();
            world.advance(Time(0));
            prop_assert_eq!(world.now(), last);
        }
        // Left alone, every copy comes to an end unless the array is stalled.
        world.happen(&Happening::Rate("000197800001".parse().unwrap(), Some(1_000_000)), "plan");
        while let Some(at) = world.next_event() {
            world.advance(at);
        }
        let running = world.observe().mirrors.iter().filter(|pair| pair.state.to_string().ends_with("InProg")).count();
        prop_assert_eq!(running, 0);
    }
}
