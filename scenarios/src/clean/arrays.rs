//! Arrays and their subsystems: ids and unit addresses are mostly the same on every array, unit numbers never within a
//! system, mostly across systems.

use dasdlab_model::states::Family;
use dasdlab_model::unit::Lss;

use super::{Shape, levels};
use crate::draft::{Array, Draft, Subsystem};
use crate::rng::Rng;

/// Device numbers of the profile's system begin at a block of 256 no lower than this; what is below is nowhere.
const FIRST_BLOCK: u32 = 0x10;

pub(super) fn lay_out(draft: &mut Draft, shape: &Shape, rng: &mut Rng) -> Option<()> {
    let arrays = shape.arrays + shape.idle_arrays;
    let all = u32::try_from(arrays * shape.lss).ok()?;
    let first_block = FIRST_BLOCK + rng.below(u64::from(0xF0 - all)) as u32;
    let alike = rng.chance(3, 4);
    let first_id = rng.below(256 - 16) as usize;
    let attached: Vec<bool> = (1..shape.systems).map(|_| rng.chance(3, 4)).collect();
    let targets_apart = rng.chance(1, 3);
    draft.set_target_offset(if targets_apart { 0x1_0000 * rng.range(1, 3) } else { 0 });
    for nth in 0..arrays {
        let idle = nth >= shape.arrays;
        let family = if idle && rng.chance(1, 2) { rng.one([Family::Ds8000, Family::Symmetrix]) } else { shape.family };
        let first_id = if alike { first_id } else { rng.below(256 - 16) as usize };
        let mut lss = Vec::with_capacity(shape.lss);
        for at in 0..shape.lss {
            let id = Lss::new(u8::try_from(first_id + at).ok()?)?;
            let index = u32::try_from(nth * shape.lss + at).ok()?;
            // The same numbers stand for other volumes there.
            let block = |other: usize| first_block + (index + 1 + other as u32) % all;
            let blocks = attached.iter().enumerate().map(|(other, &yes)| yes.then(|| block(other))).collect();
            lss.push(Subsystem::new(id, draft.fresh_cu_ssid(), first_block + index, blocks));
        }
        let serial = match family {
            Family::Ds8000 => format!("75{}{nth}", rng.one(["ABC", "LX0", "KT9"])),
            Family::Symmetrix => format!("0001957{:04}{nth}", rng.below(10_000)),
        };
        let serial = serial.parse().ok()?;
        let mut array = Array {
            serial,
            family,
            code_level: String::new(),
            fixes: Vec::new(),
            licensed: true,
            reachable: true,
            lss,
            in_profile: !idle,
            claimed: false,
            sealed: false,
            touched: false,
        };
        levels::level(&mut array, draft, idle, shape.level, rng);
        draft.arrays.push(array);
    }
    Some(())
}
