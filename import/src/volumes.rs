//! Rows of volumes.

use dasdlab_model::declare::geometry;
use dasdlab_model::name::{Serial, Volser};
use dasdlab_model::observation::{Device, UnitSeen};
use dasdlab_model::states::{Family, HostStatus, Model};
use dasdlab_model::tables::{Counted, Marks, NONE, VolumeRow, VolumeTable};
use dasdlab_model::unit::{CuSsid, Lss, SymmetrixDevice, UnitAddress, VolumeId};
use rustc_hash::FxHashMap;

use crate::cells::{self, Wrong, hex, optional, parsed, same, word, yes};
use crate::columns::{Plan, volume as at};
use crate::counts::{Counters, Patience};
use crate::ends::Row;
use crate::faults::Name;
use crate::read::{self, Said, Takes};
use crate::shape::{Shape, Span};
use crate::usual::Usual;

/// What a table says of an array.
#[derive(Debug, Clone)]
pub(crate) struct ArrayPart {
    pub(crate) serial: Serial,
    pub(crate) family: Option<Family>,
    pub(crate) code_level: Option<String>,
    /// Logical subsystems that volumes are on, and what is said of their control-unit SSIDs.
    pub(crate) lss: Vec<(Lss, Option<CuSsid>)>,
}

/// What a piece of the table holds.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) table: VolumeTable,
    /// Rows of the table that stand for more.
    pub(crate) counted: Vec<Counted>,
    pub(crate) arrays: Vec<ArrayPart>,
    /// Units in other systems.
    pub(crate) units: Vec<UnitSeen>,
    /// Those of them that stand for more, each on the next address.
    pub(crate) counted_units: Vec<Counted>,
    pub(crate) said: Said,
}

/// A row that others look like.
struct Before {
    shape: Shape,
    volume: VolumeRow,
    ua: Span,
    unit: Span,
    label: Span,
    /// The number of the unit in another system, if there is one.
    elsewhere: Option<Span>,
    patience: Patience,
}

impl Before {
    /// How many rows from this place on count up from the one before them: their addresses, units and labels.
    fn count(&mut self, piece: &[u8], at: usize) -> usize {
        let Self { shape, ua, unit, label, elsewhere, patience, .. } = self;
        patience.count(shape, piece, at, |last| {
            let mut counters = Counters::new(last.length);
            counters.hex(last, *ua)?;
            counters.hex_if_any(last, *unit)?;
            counters.label(last, *label)?;
            if let Some(unit) = *elsewhere {
                counters.hex(last, unit)?;
            }
            Some(counters)
        })
    }
}

/// The row before, whose cells the next one often repeats.
struct Reader<'a> {
    plan: &'a Plan,
    before: Option<Before>,
    part: Part,
    numbers: FxHashMap<Serial, u16>,
    array: (&'a [u8], u16),
    /// Cells that speak of the array or the logical subsystem as a whole.
    whole: [&'a [u8]; 3],
    /// Which these are.
    place: Option<(u16, Lss)>,
    size: (&'a [u8], &'a [u8], u32),
    status: (&'a [u8], HostStatus),
    /// Of the row that was read cell by cell last: whether rows can count up from it.
    is_common: bool,
    usual: Usual,
}

/// Reads a piece that begins `offset` bytes into the file.
pub(crate) fn read(plan: &Plan, piece: &[u8], offset: usize) -> Part {
    let mut reader = Reader {
        plan,
        before: None,
        part: Part::default(),
        numbers: FxHashMap::default(),
        array: (b"", 0),
        whole: [b""; 3],
        place: None,
        size: (b"", b"", 0),
        status: (b"", HostStatus::Online),
        is_common: false,
        usual: Usual::new(plan),
    };
    let said = read::read(Name::Volumes, plan, (piece, offset), &mut reader);
    Part { said, ..reader.part }
}

impl<'a> Takes<'a, { at::COUNT }> for Reader<'a> {
    fn take_usual(&mut self, row: &Row<'a, '_>) -> bool {
        let Some((volume, device)) = self.usual.volume(row) else { return false };
        self.part.table.push(volume);
        if let Some(device) = device {
            self.part.table.set_device(device);
            return true;
        }
        self.before = Shape::new(row).map(|mut shape| {
            let [ua, unit] = [at::UA, at::UNIT].map(|slot| shape.hex(row, self.usual.places[slot]));
            let label = shape.label(row, self.usual.places[at::VOLSER]);
            let patience = self.before.take().map(|before| before.patience).unwrap_or_default();
            Before { shape, volume, ua, unit, label, elsewhere: None, patience }
        });
        true
    }

    #[inline]
    fn take_alike(&mut self, piece: &'a [u8], at: usize) -> Option<usize> {
        let before = self.before.as_mut()?;
        let rows = before.count(piece, at);
        if rows > 0 {
            self.part.counted.push(Counted::behind(self.part.table.len(), rows));
            if before.elsewhere.is_some() {
                self.part.counted_units.push(Counted::behind(self.part.units.len(), rows));
            }
            return Some(rows * before.shape.length());
        }
        if before.elsewhere.is_some() {
            return None;
        }
        let row = before.shape.alike(piece, at)?;
        self.part.table.push(VolumeRow {
            address: before.volume.address & !0xFF | row.hex(before.ua),
            unit: row.hex(before.unit),
            volser: row.label(before.label)?,
            ..before.volume
        });
        Some(row.length)
    }

    fn take(&mut self, row: &[&'a [u8]; at::COUNT], _: usize) -> Result<(), Wrong> {
        self.row(row)
    }

    fn remember(&mut self, row: &Row<'a, '_>) {
        let status = (!row.is_empty(self.usual.places[at::UNIT])).then_some(self.status.1);
        let last = self.part.table.row(u32::try_from(self.part.table.len().saturating_sub(1)).unwrap_or(NONE));
        self.usual.remember(row, self.place, status, self.size.2, last.is_some_and(|volume| volume.marks.has(Marks::BCV)));
        if let Some(volume) = last.filter(|_| self.is_common && self.plan.is_plain()) {
            self.before = self.counting_from(row, volume);
        }
    }
}

impl<'a> Reader<'a> {
    /// A row that was read cell by cell, from which others may count up; none where anything in it has blanks around it.
    fn counting_from(&mut self, row: &Row<'a, '_>, volume: VolumeRow) -> Option<Before> {
        let places = self.usual.places;
        let (unit, label) = (row.unit(places[at::UNIT]), row.label(places[at::VOLSER]));
        if row.byte(places[at::UA]) != Some(volume.address as u8) || unit != Some(volume.unit) || label != Some(volume.volser) {
            return None;
        }
        let elsewhere = match row.field(places[at::ELSEWHERE]) {
            [] => None,
            text => Some(unit_elsewhere(text)?),
        };
        let mut shape = Shape::new(row)?;
        let [ua, unit] = [at::UA, at::UNIT].map(|slot| shape.hex(row, places[slot]));
        let label = shape.label(row, places[at::VOLSER]);
        let begin = row.span(places[at::ELSEWHERE]).0.saturating_sub(row.begin());
        let elsewhere = elsewhere.map(|(at, length)| Span { at: begin + at, length });
        let patience = self.before.take().map(|before| before.patience).unwrap_or_default();
        Some(Before { shape, volume, ua, unit, label, elsewhere, patience })
    }

    fn row(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<(), Wrong> {
        let array = self.array(row)?;
        let lss = hex(row[at::LSS], 2, 2).and_then(|id| u8::try_from(id).ok()).and_then(Lss::new);
        let lss = lss.map_or_else(|| parsed(row, at::LSS), Ok)?;
        let ua = hex(row[at::UA], 2, 2).and_then(|ua| u8::try_from(ua).ok()).map(UnitAddress);
        let ua = ua.map_or_else(|| parsed(row, at::UA), Ok)?;
        self.whole(row, array, lss)?;
        let unit = cells::unit(row, at::UNIT)?;
        let status = self.status(row)?;
        if unit == NONE && !row[at::STATUS].is_empty() && !row[at::STATUS].eq_ignore_ascii_case(b"offline") {
            return Err((at::STATUS, "a host status without a unit: expected `unit` beside it".to_owned()));
        }
        let status = if unit == NONE { HostStatus::Online } else { status };
        let volser = match row[at::VOLSER] {
            b"" => 0,
            label => match Volser::pack(label) {
                Some(word) => word,
                None => parsed::<Volser>(row, at::VOLSER)?.packed(),
            },
        };
        let size = self.size(row)?;
        let mut marks = Marks::default().with_status(status);
        for (slot, mark) in
            [(at::BCV, Marks::BCV), (at::THIN, Marks::THIN), (at::INHIBITED, Marks::INHIBITED), (at::V1_ACTIVE, Marks::V1_ACTIVE)]
        {
            if !row[slot].is_empty() {
                marks = marks.with(mark, yes(row, slot)?);
            }
        }
        if !row[at::REMOTE].is_empty() {
            marks = marks.with_remote(word(row, at::REMOTE)?);
        }
        if !row[at::INCAPABLE].is_empty() {
            marks = marks.with_incapable(word(row, at::INCAPABLE)?);
        }
        // Everything is read before the row is taken, so that a row is taken whole or not at all.
        let device = match row[at::DEVICE] {
            b"" => None,
            device => match hex(device, 4, 5) {
                Some(device) => Some(device),
                None => Some(parsed::<SymmetrixDevice>(row, at::DEVICE)?.number()),
            },
        };
        let (reserved_by, held_for) = (optional(row, at::RESERVED_BY)?, optional(row, at::HELD_FOR)?);
        let vtoc = match row[at::VTOC] {
            b"" => None,
            b"-" => Some(Vec::new()),
            names => Some(cells::parts(names).map(|name| cells::part(name, at::VTOC)).collect::<Result<Vec<_>, _>>()?),
        };
        let mut units = Vec::new();
        if !row[at::ELSEWHERE].is_empty() {
            let Some(serial) = self.part.arrays.get(usize::from(array)).map(|array| array.serial) else { return Ok(()) };
            let id = VolumeId { array: serial, lss, ua };
            for there in cells::parts(row[at::ELSEWHERE]) {
                units.push(elsewhere(there, id)?);
            }
        }
        let (group, pool) = (cells::text(row, at::STORAGE_GROUP)?, cells::text(row, at::POOL)?);
        let table = &mut self.part.table;
        table.push(VolumeRow { address: dasdlab_model::tables::address(array, lss, ua), volser, size, unit, marks });
        if let Some(device) = device {
            table.set_device(device);
        }
        if !group.is_empty() {
            table.set_group(&group);
        }
        if !pool.is_empty() {
            table.set_pool(&pool);
        }
        let is_rare = reserved_by.is_some() || held_for.is_some() || vtoc.is_some();
        if is_rare {
            let rare = table.last_rare();
            (rare.reserved_by, rare.held_for, rare.vtoc) = (reserved_by, held_for, vtoc);
        }
        let are_few = device.is_none() && group.is_empty() && pool.is_empty() && units.len() < 2;
        self.is_common = are_few && !is_rare;
        self.part.units.append(&mut units);
        Ok(())
    }

    fn array(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<u16, Wrong> {
        let cell = row[at::ARRAY];
        if !cell.is_empty() && same(cell, self.array.0) {
            return Ok(self.array.1);
        }
        let serial: Serial = parsed(row, at::ARRAY)?;
        let number = match self.numbers.get(&serial) {
            Some(&number) => number,
            None => {
                let Ok(number) = u16::try_from(self.part.arrays.len()) else {
                    return Err((at::ARRAY, format!("more than {} arrays: expected fewer", u16::MAX)));
                };
                self.numbers.insert(serial, number);
                self.part.arrays.push(ArrayPart { serial, family: None, code_level: None, lss: Vec::new() });
                number
            }
        };
        self.array = (cell, number);
        Ok(number)
    }

    /// Notes what a row says of its array and logical subsystem.
    fn whole(&mut self, row: &[&'a [u8]; at::COUNT], array: u16, lss: Lss) -> Result<(), Wrong> {
        let whole = [row[at::FAMILY], row[at::CODE_LEVEL], row[at::CU_SSID]];
        if self.place == Some((array, lss)) && whole.iter().zip(self.whole).all(|(now, was)| same(now, was)) {
            return Ok(());
        }
        let family: Option<Family> = word(row, at::FAMILY)?;
        let level = cells::text(row, at::CODE_LEVEL)?;
        let cu_ssid: Option<CuSsid> = optional(row, at::CU_SSID)?;
        let Some(known) = self.part.arrays.get_mut(usize::from(array)) else { return Ok(()) };
        let serial = known.serial;
        let clash = |slot: usize, was: String, now: String| {
            (slot, format!("`{now}` here and `{was}` in another row: expected one for array {serial}"))
        };
        if let Some(family) = family {
            let was = *known.family.get_or_insert(family);
            if was != family {
                return Err(clash(at::FAMILY, was.to_string(), family.to_string()));
            }
        }
        if !level.is_empty() {
            let was = known.code_level.get_or_insert_with(|| level.clone());
            if *was != level {
                return Err(clash(at::CODE_LEVEL, was.clone(), level));
            }
        }
        match known.lss.iter_mut().find(|(known, _)| *known == lss) {
            None => known.lss.push((lss, cu_ssid)),
            Some((_, was)) => {
                if let (Some(was), Some(now)) = (*was, cu_ssid)
                    && was != now
                {
                    return Err((
                        at::CU_SSID,
                        format!("`{now}` here and `{was}` in another row: expected one for LSS {lss} of array {serial}"),
                    ));
                }
                *was = was.or(cu_ssid);
            }
        }
        (self.place, self.whole) = (Some((array, lss)), whole);
        Ok(())
    }

    fn status(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<HostStatus, Wrong> {
        let cell = row[at::STATUS];
        if !same(cell, self.status.0) {
            self.status = (cell, word(row, at::STATUS)?.unwrap_or(HostStatus::Online));
        }
        Ok(self.status.1)
    }

    fn size(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<u32, Wrong> {
        let (model_cell, cylinders_cell) = (row[at::MODEL], row[at::CYLINDERS]);
        if self.size.2 != 0 && same(model_cell, self.size.0) && same(cylinders_cell, self.size.1) {
            return Ok(self.size.2);
        }
        let model: Option<Model> = optional(row, at::MODEL)?;
        let cylinders = match cylinders_cell {
            b"" => None,
            _ => Some(cells::number(row, at::CYLINDERS, "a number of cylinders")?),
        };
        let slot = if cylinders.is_some() || !self.plan.has(at::MODEL) { at::CYLINDERS } else { at::MODEL };
        let (device_type, cylinders) = geometry(model, cylinders).map_err(|message| (slot, message))?;
        let size = VolumeRow::sized(device_type, cylinders);
        self.size = (model_cell, cylinders_cell, size);
        Ok(size)
    }
}

/// Where in the only unit in another system its number stands, and how long it is.
fn unit_elsewhere(text: &[u8]) -> Option<(usize, usize)> {
    let from = memchr::memchr(b':', text)? + 1;
    let to = memchr::memchr(b'=', text).unwrap_or(text.len());
    hex(text.get(from..to)?, 4, 5).filter(|_| !text.iter().any(u8::is_ascii_whitespace))?;
    Some((from, to - from))
}

/// A unit in another system: `SYSB:2000`, or `SYSB:2000=offline`.
fn elsewhere(text: &[u8], volume: VolumeId) -> Result<UnitSeen, Wrong> {
    let text = String::from_utf8_lossy(text);
    let wrong = || (at::ELSEWHERE, format!("`{text}` is no unit of another system such as SYSB:2000 or SYSB:2000=offline"));
    let (unit, status) = text.split_once('=').unwrap_or((&text, "online"));
    let (system, unit) = unit.split_once(':').ok_or_else(wrong)?;
    Ok(UnitSeen {
        system: system.parse().map_err(|_| wrong())?,
        unit: unit.parse().map_err(|_| wrong())?,
        device: Device::Base(volume, status.to_ascii_lowercase().parse().map_err(|_| wrong())?),
    })
}
