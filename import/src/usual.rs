//! Volumes as most rows have them: on the logical subsystem of the row before, with words that were read before and nothing
//! that is rare.

use dasdlab_model::states::HostStatus;
use dasdlab_model::tables::{Marks, NONE, VolumeRow, address};
use dasdlab_model::unit::{Lss, SymmetrixDevice, UnitAddress};

use crate::columns::{Plan, volume as at};
use crate::ends::{MISSING, Row, length};

/// No text has this key.
const NOTHING: u128 = u128::MAX;
/// Columns that few rows have anything in but BCVs; and the same without those of BCVs.
const RARE: [usize; 13] = [
    at::BCV,
    at::DEVICE,
    at::THIN,
    at::INHIBITED,
    at::V1_ACTIVE,
    at::INCAPABLE,
    at::RESERVED_BY,
    at::REMOTE,
    at::HELD_FOR,
    at::VTOC,
    at::ELSEWHERE,
    at::STORAGE_GROUP,
    at::POOL,
];

/// Columns that speak of an array or a logical subsystem as a whole.
const WHOLE: [usize; 4] = [at::ARRAY, at::FAMILY, at::CODE_LEVEL, at::CU_SSID];

/// What words of earlier rows mean, by the keys under which they stand in the file.
pub(crate) struct Usual {
    /// Where the columns stand in the file.
    pub(crate) places: [usize; at::COUNT],
    /// Neighbouring columns that are rare; and those that are rare of BCVs too.
    rare: Vec<(usize, usize)>,
    rare_of_bcvs: Vec<(usize, usize)>,
    /// Array and logical subsystem of the row before, and what it says of them.
    place: Option<(u16, Lss)>,
    whole: Vec<(usize, u128)>,
    statuses: [(u128, HostStatus); 16],
    sizes: [([u128; 2], u32); 16],
    bcv: (u128, bool),
}

impl Usual {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            places: std::array::from_fn(|slot| plan.place(slot)),
            rare: plan.runs(&RARE),
            rare_of_bcvs: plan.runs(RARE.get(2..).unwrap_or_default()),
            place: None,
            whole: Vec::new(),
            statuses: [(NOTHING, HostStatus::Online); 16],
            sizes: [([NOTHING; 2], 0); 16],
            bcv: (NOTHING, false),
        }
    }

    /// The volume of a row and its device number; none where anything in it is not as in earlier rows.
    pub(crate) fn volume(&self, row: &Row<'_, '_>) -> Option<(VolumeRow, Option<u32>)> {
        let places = &self.places;
        let (array, lss) = self.place?;
        let are_empty = |runs: &[(usize, usize)]| runs.iter().all(|&(first, last)| row.are_empty(first, last));
        let is_plain = are_empty(&self.rare);
        if !is_plain && !are_empty(&self.rare_of_bcvs)
            || !self.whole.iter().all(|&(place, known)| row.key(place) == Some(known))
            || row.byte(places[at::LSS])? != lss.id()
        {
            return None;
        }
        let ua = UnitAddress(row.byte(places[at::UA])?);
        let unit = row.unit(places[at::UNIT])?;
        let key = row.key(places[at::STATUS])?;
        let status = match self.statuses[length(key)] {
            _ if unit == NONE => (key == 0).then_some(HostStatus::Online)?,
            (known, status) if known == key => status,
            _ => return None,
        };
        let volser = row.label(places[at::VOLSER])?;
        let keys = [row.key(places[at::MODEL])?, row.key(places[at::CYLINDERS])?];
        let (known, size) = self.sizes[drawer(keys)];
        if known != keys {
            return None;
        }
        let (bcv, device) = if is_plain { (false, None) } else { self.bcv(row)? };
        let marks = Marks::default().with_status(status).with(Marks::BCV, bcv);
        Some((VolumeRow { address: address(array, lss, ua), volser, size, unit, marks }, device))
    }

    /// What a row says of a BCV.
    fn bcv(&self, row: &Row<'_, '_>) -> Option<(bool, Option<u32>)> {
        let bcv = match row.key(self.places[at::BCV])? {
            0 => false,
            key if key == self.bcv.0 => self.bcv.1,
            _ => return None,
        };
        let device = match row.unit(self.places[at::DEVICE])? {
            NONE => None,
            device => Some(SymmetrixDevice::new(device)?.number()),
        };
        Some((bcv, device))
    }

    /// Remembers what the words of a row mean that was read cell by cell; of a row without a unit no status.
    pub(crate) fn remember(
        &mut self,
        row: &Row<'_, '_>,
        place: Option<(u16, Lss)>,
        status: Option<HostStatus>,
        size: u32,
        bcv: bool,
    ) {
        let key = |slot: usize| row.key(self.places[slot]).unwrap_or(NOTHING);
        self.place = place;
        self.whole =
            WHOLE.iter().filter(|&&slot| self.places[slot] != MISSING).map(|&slot| (self.places[slot], key(slot))).collect();
        let (word, keys, yes) = (key(at::STATUS), [key(at::MODEL), key(at::CYLINDERS)], key(at::BCV));
        if let Some(status) = status {
            self.statuses[length(word)] = (word, status);
        }
        self.sizes[drawer(keys)] = (keys, size);
        self.bcv = if yes == 0 { self.bcv } else { (yes, bcv) };
    }
}

/// Where sizes with these keys are kept.
fn drawer([model, cylinders]: [u128; 2]) -> usize {
    let mixed = (model ^ cylinders.rotate_left(1)) as u64;
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 60) as usize
}
