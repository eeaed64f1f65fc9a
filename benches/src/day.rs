//! A day of copying: a thousand pairs that are split, written to and established again every hour.

use std::ops::Range;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::read::{Encoding, parse};
use dasdlab_model::transitions::MirrorOrder;
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

/// Pairs that are copied.
pub const PAIRS: usize = 1_000;
/// Rounds of a day, one an hour.
pub const ROUNDS: u64 = 24;

const SITE: &str = r#"format = 1
systems = [{ name = "SYSA" }]
ims = [{ ssid = "IMS1" }]
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

[[profiles]]
name = "HOURLY"
ims_ssid = "IMS1"
type = "data"
method = "bcv"
generations = 1
"#;

/// The world in the morning: every pair Synchronized.
pub struct Day {
    world: World,
    pairs: Vec<(VolumeId, VolumeId)>,
    by: Issuer,
}

impl Day {
    /// Brings the pairs up.
    ///
    /// # Errors
    /// A site that is malformed, or an array that refuses.
    pub fn new() -> Result<Self, String> {
        let document = parse("day.toml", SITE.to_owned(), Encoding::Toml).map_err(|error| error.to_string())?;
        let world = World::boot(document.site()).map_err(|faults| format!("{faults:?}"))?;
        let mut volumes: Vec<VolumeId> = world.observe().volumes.iter().map(|volume| volume.id).collect();
        let bcvs = volumes.split_off(PAIRS);
        let by = Issuer::Profile("HOURLY".parse().map_err(|error| format!("{error}"))?);
        let mut day = Self { world, pairs: volumes.into_iter().zip(bcvs).collect(), by };
        let mut world = day.world.clone();
        day.establish(&mut world, MirrorOrder::EstablishFull)?;
        world.forget_events();
        day.world = world;
        Ok(day)
    }

    /// The world in the morning.
    #[must_use]
    pub fn morning(&self) -> World {
        self.world.clone()
    }

    /// Lets a world of this morning go through the day; says how many events there were.
    ///
    /// # Errors
    /// An array that refuses, or a number of events that does not follow from the state changes.
    pub fn pass(&self, world: &mut World) -> Result<usize, String> {
        for hour in 1..=ROUNDS {
            let split = world.execute(&self.by, &Command::SplitTogether { pairs: self.pairs.clone() });
            accepted(&split)?;
            self.write(world, hour)?;
            self.establish(world, MirrorOrder::EstablishIncremental)?;
            world.advance(Time::seconds(hour * 3_600));
        }
        // Of each pair and round: split and unit offline, establish and unit not ready, copied; the label once.
        let expected = PAIRS * (5 * usize::try_from(ROUNDS).unwrap_or(0) + 1);
        let events = world.events().len();
        if events == expected { Ok(events) } else { Err(format!("{events} events instead of {expected}")) }
    }

    /// A world of this morning with every pair split: what is written from then on is remembered track by track.
    ///
    /// # Errors
    /// An array that refuses.
    pub fn split(&self) -> Result<World, String> {
        let mut world = self.morning();
        accepted(&world.execute(&self.by, &Command::SplitTogether { pairs: self.pairs.clone() }))?;
        settle(&mut world);
        Ok(world)
    }

    /// Writes on every standard once, as in an hour of the day.
    ///
    /// # Errors
    /// An array that refuses.
    pub fn write(&self, world: &mut World, hour: u64) -> Result<(), String> {
        let mut pairs = self.pairs.iter().enumerate();
        pairs.try_for_each(|(index, &(standard, _))| accepted(&world.host_write(standard, written(index, hour))))
    }

    /// A world in which every pair has been written on and copies: nothing but time is missing.
    ///
    /// # Errors
    /// An array that refuses.
    pub fn copying(&self) -> Result<World, String> {
        let mut world = self.split()?;
        self.write(&mut world, 1)?;
        self.order(&mut world, MirrorOrder::EstablishIncremental)?;
        Ok(world)
    }

    fn establish(&self, world: &mut World, order: MirrorOrder) -> Result<(), String> {
        self.order(world, order)?;
        settle(world);
        Ok(())
    }

    fn order(&self, world: &mut World, order: MirrorOrder) -> Result<(), String> {
        let mut pairs = self.pairs.iter();
        pairs.try_for_each(|&(standard, bcv)| accepted(&world.execute(&self.by, &Command::Mirror { standard, bcv, order })))
    }
}

/// Lets time pass until nothing is left to happen; says how often something happened.
pub fn settle(world: &mut World) -> usize {
    let mut instants = 0;
    while let Some(at) = world.next_event() {
        world.advance(at);
        instants += 1;
    }
    instants
}

/// What is written on a volume in an hour: some of it, nowhere the same.
fn written(index: usize, hour: u64) -> Range<u32> {
    let first = u32::try_from((index as u64 * 37 + hour * 1_009) % 50_000).unwrap_or(0);
    first..first + 30_000
}

fn accepted(reply: &Reply) -> Result<(), String> {
    reply.refusal().map_or(Ok(()), |refusal| Err(format!("refused: {refusal}")))
}
