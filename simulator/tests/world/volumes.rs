//! Volumes that come and go while the world lives.

use dasdlab_model::observation::VolumeSeen;
use dasdlab_model::states::DeviceType;
use dasdlab_simulator::World;

use super::lab::*;

/// A new volume at an address, of the size of a 3390-1.
fn fresh(name: &str) -> VolumeSeen {
    let like = lab().volume(volume("00")).cloned().unwrap_or_else(|| panic!("the lab has 00"));
    VolumeSeen { id: volume(name), volser: None, vtoc: None, ..like }
}

fn attach(world: &mut World, volume: VolumeSeen) -> String {
    world.attach(volume, "test").map_or_else(|why| why, |()| "attached".to_owned())
}

fn detach(world: &mut World, name: &str) -> String {
    world.detach(volume(name), "test").map_or_else(|why| why, |()| "detached".to_owned())
}

#[test]
fn a_volume_comes_where_nothing_is_and_can_be_copied_to() {
    let mut world = lab();
    let seen = world.look();
    let from = world.events().len();
    assert_eq!(attach(&mut world, fresh("F0")), "attached");
    let with = world.look();
    assert_eq!((with.volumes.len(), *with == world.observe()), (seen.volumes.len() + 1, true));
    tell(&mut world, "fc-establish 00 F0");
    settle(&mut world);
    let label = world.volume(volume("F0")).and_then(|volume| volume.volser);
    assert_eq!(label.map(|label| label.to_string()).as_deref(), Some("DB0001"));
    tell(&mut world, "fc-withdraw 00 F0");
    assert_eq!(detach(&mut world, "F0"), "detached");
    assert_eq!(world.look(), seen);
    let device: Vec<_> = told(&world, from).into_iter().filter(|line| line.contains("device")).collect();
    assert_eq!(device.len(), 2, "{device:?}");
    assert_eq!(world.conserved(), Ok(()));
}

#[test]
fn a_volume_does_not_come_where_it_cannot_be() {
    let check = |volume: VolumeSeen, expected: &str| {
        let mut world = lab();
        let said = attach(&mut world, volume);
        assert!(said.contains(expected), "{said}");
        assert_eq!((world.observe(), world.events().len()), (lab().observe(), 0));
    };
    check(fresh("00"), "there is a volume or an alias at 000197800001/10/00 already");
    check(fresh("000197800001/77/00"), "array 000197800001 has no LSS 77");
    check(fresh("000197800009/10/00"), "there is no array 000197800009");
    check(VolumeSeen { bcv: true, ..fresh("75ABC01/10/F0") }, "a DS8000 has neither BCVs");
    check(VolumeSeen { cylinders: 0, ..fresh("F0") }, "0 cylinders");
    check(VolumeSeen { device_type: DeviceType::T3380, cylinders: 70_000, ..fresh("F0") }, "70000 cylinders");
    check(
        VolumeSeen { held_for: Some("DAILY".parse().unwrap_or_else(|error| panic!("{error}"))), bcv: true, ..fresh("F0") },
        "nobody holds it yet",
    );
}

#[test]
fn a_volume_goes_only_where_nothing_needs_it() {
    let mut world = lab();
    assert_eq!(attach(&mut world, fresh("F0")), "attached");
    assert_eq!(attach(&mut world, VolumeSeen { bcv: true, ..fresh("F1") }), "attached");
    assert!(detach(&mut world, "00").contains("system SYSA has a unit"));
    assert_eq!(detach(&mut world, "77"), "there is no volume 000197800001/10/77");
    tell(&mut world, "establish-full F0 F1");
    for name in ["F0", "F1"] {
        assert!(detach(&mut world, name).contains("with 000197800001/10/F1 in SyncInProg"));
    }
    settle(&mut world);
    tell(&mut world, "split-instant F0 F1");
    tell(&mut world, "cancel F0 F1");
    assert_eq!(detach(&mut world, "F0"), "detached");
    assert_eq!(*world.look(), world.observe());
    assert!(world.look().mirrors.is_empty());
    tell(&mut world, "fc-establish F1 20");
    assert!(detach(&mut world, "F1").contains("is in a FlashCopy relation"));
    settle(&mut world);
    tell(&mut world, "fc-withdraw F1 20");
    assert_eq!(detach(&mut world, "F1"), "detached");
    // Nobody holds data of a volume that is no more, so that the site can be saved and booted again.
    let site = world.save("saved".to_owned());
    assert_eq!(World::boot(&site).unwrap_or_else(|faults| panic!("{faults:?}")).observe(), world.observe());
}
