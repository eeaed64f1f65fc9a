//! A world that has just booted shows what was declared.
#![expect(clippy::panic, reason = "helpers of tests fail by panic")]

use dasdlab_model::declare::declare;
use dasdlab_model::read::{Encoding, parse};
use dasdlab_simulator::World;

/// Two arrays whose logical subsystems, unit addresses and labels are all alike, seen by two systems.
const TWINS: &str = r#"format = 1
systems = [{ name = "SYSA" }, { name = "SYSB" }]
volumes = [
  { array = "000197800001", lss = "10", ua = "00", count = 2, unit = "1000", elsewhere = [{ system = "SYSB", unit = "2000", status = "offline" }], volser = "DB{0001}", model = "3390-9" },
  { array = "000197800001", lss = "10", ua = "80", count = 2, unit = "1080", status = "offline", volser = "DB{0001}", model = "3390-9", bcv = true, device = "0A00" },
  { array = "000197800002", lss = "10", ua = "00", count = 2, elsewhere = [{ system = "SYSB", unit = "1000" }], volser = "DB{0001}", cylinders = 10017 },
]
aliases = [{ array = "000197800002", lss = "10", ua = "F0", system = "SYSB", unit = "10F0" }]
mirrors = [{ standard = "1000", bcv = "1080", count = 2, state = "Synchronized" }]
flashcopy = [{ source = "SYSB:1000", target = "000197800002/10/01", state = "copied" }]

[[arrays]]
serial = "000197800001"
family = "symmetrix"
code_level = "5978.711.711"
lss = [{ id = "10", cu_ssid = "2000" }]

[[arrays]]
serial = "000197800002"
family = "symmetrix"
code_level = "5978.711.711"
lss = [{ id = "10", cu_ssid = "3000" }]
"#;

fn twins() -> World {
    let document = parse("twins.toml", TWINS.to_owned(), Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
    World::boot(document.site()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

#[test]
fn a_booted_world_shows_exactly_what_was_declared() {
    let document = parse("twins.toml", TWINS.to_owned(), Encoding::Toml).unwrap();
    assert_eq!(twins().observe(), declare(document.site()).unwrap());
}

#[test]
fn volumes_are_found_by_identity_not_by_label_or_address() {
    let world = twins();
    let sizes = ["000197800001/10/00", "000197800002/10/00"]
        .map(|id| world.volume(id.parse().unwrap()).map(|volume| volume.id.to_string()));
    assert_eq!(sizes, [Some("000197800001/10/00".to_owned()), Some("000197800002/10/00".to_owned())]);
    for nowhere in ["000197800003/10/00", "000197800001/11/00", "000197800001/10/02", "000197800002/10/F0"] {
        assert!(world.volume(nowhere.parse().unwrap()).is_none(), "{nowhere}");
    }
}

#[test]
fn a_malformed_site_does_not_boot() {
    let text = TWINS.replace("bcv = true, ", "");
    let document = parse("twins.toml", text, Encoding::Toml).unwrap();
    let faults = World::boot(document.site()).err().unwrap_or_default();
    assert_eq!(
        faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["mirrors[0].bcv: 000197800001/10/80 is not of the BCV device class: expected a volume with `bcv = true`"]
    );
}

#[test]
fn time_begins_behind_the_latest_backup_on_record() {
    assert_eq!(twins().now().to_string(), "00:00:00.000");
    let backups = r#"
[[profiles]]
name = "DAILY"
ims_ssid = "IMS1"
type = "full"
method = "bcv"
generations = 1
backups = [
  { generation = 1, taken_at = 3600, valid = true, consistency = "array" },
  { generation = 1, taken_at = 60, valid = false, consistency = "array" },
]
"#;
    let document = parse("twins.toml", format!("{TWINS}{backups}"), Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
    let world = World::boot(document.site()).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(world.now().to_string(), "01:00:01.000");
}

#[test]
fn a_world_shows_who_is_not_authorized_and_what_the_policy_is() {
    let lines = "authority = { denied = [\"IMS1\"] }\npolicy = { report_non_ims_data = false }\n\n[[arrays]]";
    let text = TWINS.replacen("\n[[arrays]]", lines, 1);
    let document = parse("twins.toml", text, Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
    let seen = World::boot(document.site()).unwrap_or_else(|faults| panic!("{faults:?}")).observe();
    assert_eq!(seen, declare(document.site()).unwrap());
    let clean = twins().observe();
    assert!(seen.authority != clean.authority && seen.policy != clean.policy);
}
