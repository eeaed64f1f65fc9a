//! A small installation, and short ways of telling it something.

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::read::{Encoding, parse};
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

/// Tracks of a 3390-1.
pub(crate) const TRACKS: u32 = 16_695;
/// Tracks a second of the lab's array.
pub(crate) const RATE: u32 = 1_000;

/// One array with volumes for every purpose, and one that has no licence.
pub(crate) const LAB: &str = r#"format = 1
systems = [{ name = "SYSA" }, { name = "SYSB" }]
ims = [{ ssid = "IMS1", group = "PROD" }, { ssid = "IMS2", group = "PROD" }, { ssid = "IMS9" }]
volumes = [
  { array = "000197800001", lss = "10", ua = "00", count = 4, unit = "1000", elsewhere = [{ system = "SYSB", unit = "5000" }], volser = "DB{0001}", model = "3390-1" },
  { array = "000197800001", lss = "10", ua = "20", count = 16, unit = "1020", volser = "FC{0001}", model = "3390-1" },
  { array = "000197800001", lss = "10", ua = "40", unit = "1040", volser = "LARGER", model = "3390-2" },
  { array = "000197800001", lss = "10", ua = "41", unit = "1041", volser = "OLDTYP", model = "3380-D" },
  { array = "000197800001", lss = "10", ua = "42", unit = "1042", volser = "THIN01", model = "3390-1", thin = true },
  { array = "000197800001", lss = "10", ua = "43", unit = "1043", volser = "INHIB1", model = "3390-1", inhibited = true },
  { array = "000197800001", lss = "10", ua = "44", unit = "1044", volser = "SMALL1", cylinders = 500 },
  { array = "000197800001", lss = "10", ua = "80", count = 4, unit = "1080", status = "offline", elsewhere = [{ system = "SYSB", unit = "5080", status = "boxed" }], volser = "BC{0001}", model = "3390-1", bcv = true },
  { array = "000197800001", lss = "10", ua = "90", model = "3390-2", bcv = true },
  { array = "000197800001", lss = "10", ua = "91", model = "3380-D", bcv = true },
  { array = "000197800001", lss = "11", ua = "00", model = "3390-1", bcv = true },
  { array = "000197800001", lss = "11", ua = "01", model = "3390-1", bcv = true, remote = "secondary" },
  { array = "75ABC01", lss = "10", ua = "00", count = 2, unit = "2000", model = "3390-1" },
]
profiles = [
  { name = "DAILY", ims_ssid = "IMS1", type = "full", method = "bcv", generations = 1, sources = [{ unit = "1000" }] },
  { name = "ELSEWHERE", system = "SYSB", ims_ssid = "IMS9", type = "full", method = "bcv", generations = 1 },
]

[[arrays]]
serial = "000197800001"
family = "symmetrix"
code_level = "5978.711.711"
features = ["flashcopy"]
copy_rate = 1000
lss = [{ id = "10", cu_ssid = "2000" }, { id = "11", cu_ssid = "2001" }]

[[arrays]]
serial = "75ABC01"
family = "ds8000"
code_level = "88.50.0.0"
lss = [{ id = "10", cu_ssid = "3000" }]
"#;

/// The lab with more lines in front of its arrays, such as copies that exist.
pub(crate) fn lab_with(lines: &str) -> World {
    let text = LAB.replace("\n[[arrays]]\nserial = \"000197800001\"", &format!("{lines}\n[[arrays]]\nserial = \"000197800001\""));
    boot(text)
}

pub(crate) fn lab() -> World {
    boot(LAB.to_owned())
}

pub(crate) fn boot(text: String) -> World {
    let document = parse("lab.toml", text, Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
    World::boot(document.site()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// A volume of the first array by its unit address in LSS 10, or of any by its identity.
pub(crate) fn volume(name: &str) -> VolumeId {
    let text = if name.contains('/') { name.to_owned() } else { format!("000197800001/10/{name}") };
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn daily() -> Issuer {
    Issuer::Profile("DAILY".parse().unwrap_or_else(|error| panic!("{error}")))
}

pub(crate) fn stranger() -> Issuer {
    Issuer::Foreign("JOB1".to_owned())
}

/// What a command to a mirror pair is written as here: `establish-full 00 80`.
pub(crate) fn order(text: &str) -> Command {
    let words: Vec<_> = text.split(' ').collect();
    let [what, from, to] = words.as_slice() else { panic!("`{text}` is no order") };
    let (from, to) = (volume(from), volume(to));
    match what.strip_prefix("fc-") {
        None => Command::Mirror { standard: from, bcv: to, order: what.parse::<MirrorOrder>().unwrap() },
        Some(what) => Command::FlashCopy { source: from, target: to, order: what.parse::<RelationOrder>().unwrap() },
    }
}

/// Gives an order that must be obeyed.
#[track_caller]
pub(crate) fn tell(world: &mut World, text: &str) {
    assert_eq!(world.execute(&daily(), &order(text)), Reply::Done, "{text}");
}

/// Lets so many milliseconds pass.
pub(crate) fn wait(world: &mut World, milliseconds: u64) {
    world.advance(world.now().plus(milliseconds));
}

/// Lets time pass until nothing more is under way.
pub(crate) fn settle(world: &mut World) {
    while let Some(at) = world.next_event() {
        world.advance(at);
    }
}

/// The events since there were so many, one a line.
pub(crate) fn told(world: &World, from: usize) -> Vec<String> {
    world.events()[from..].iter().map(ToString::to_string).map(|line| line.replace("000197800001/10/", "")).collect()
}

pub(crate) fn seconds(seconds: u64) -> Time {
    Time::seconds(seconds)
}
