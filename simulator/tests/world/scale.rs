//! Many copies: what happens costs, and time does not.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::transitions::MirrorOrder;
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

use crate::lab::{boot, daily, settle};

const PAIRS: usize = 1_000;

/// A thousand pairs of one array.
fn thousand() -> (World, Vec<(VolumeId, VolumeId)>) {
    let world = boot(
        r#"format = 1
systems = [{ name = "SYSA" }]
volumes = [
  { array = "000197800001", lss = "10", ua = "00", count = 1000, unit = "1000", volser = "DB{0001}", model = "3390-54" },
  { array = "000197800001", lss = "20", ua = "00", count = 1000, unit = "2000", status = "offline", volser = "BC{0001}", model = "3390-54", bcv = true },
]

[[arrays]]
serial = "000197800001"
family = "symmetrix"
code_level = "5978.711.711"
copy_rate = 1000000
lss = [{ id = "10", count = 32, cu_ssid = "2000" }]
"#
        .to_owned(),
    );
    let mut volumes: Vec<_> = world.observe().volumes.iter().map(|volume| volume.id).collect();
    let bcvs = volumes.split_off(PAIRS);
    (world, volumes.into_iter().zip(bcvs).collect())
}

#[test]
fn a_day_of_a_thousand_pairs_has_events_where_states_change_and_nowhere_else() {
    let (mut world, pairs) = thousand();
    let order = |world: &mut World, order| {
        for &(standard, bcv) in &pairs {
            assert_eq!(world.execute(&daily(), &Command::Mirror { standard, bcv, order }), Reply::Done);
        }
    };
    order(&mut world, MirrorOrder::EstablishFull);
    settle(&mut world);
    for _ in 0..2 {
        assert_eq!(
            world.execute(&daily(), &Command::SplitTogether { pairs: pairs.clone() }),
            Reply::Each(vec![Reply::Done; PAIRS])
        );
        for &(standard, _) in &pairs {
            world.host_write(standard, 3_000..90_000);
        }
        order(&mut world, MirrorOrder::EstablishIncremental);
        settle(&mut world);
    }
    world.advance(Time::seconds(86_400));
    // Establish, unit not ready, copied; label once; split and unit offline.
    assert_eq!(world.events().len(), PAIRS * (3 * 3 + 1 + 2 * 2));
}

#[test]
fn copies_of_equal_size_that_start_together_end_together() {
    let (mut world, pairs) = thousand();
    for &(standard, bcv) in &pairs {
        world.execute(&daily(), &Command::Mirror { standard, bcv, order: MirrorOrder::EstablishFull });
    }
    let end = world.next_event();
    assert_eq!(end, Some(Time(65_520 * 15)));
    settle(&mut world);
    assert_eq!(Some(world.now()), end);
}
