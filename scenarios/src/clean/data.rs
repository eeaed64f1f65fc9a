//! Catalogs and data sets: logs and data apart, everything in scope on sources, everything foreign elsewhere.

use dasdlab_model::name::{ImsSsid, Volser};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{DataSetClass, Storage};

use super::Shape;
use crate::draft::{Content, Draft, Role, Side, Vol};
use crate::rng::Rng;

/// The most stripes of a data set.
const MOST_STRIPES: usize = 16;

/// Catalogs everything; `foreign` are the volumes outside that belong to no profile, two at least.
pub(super) fn lay_out(draft: &mut Draft, shape: &Shape, mut foreign: Vec<Vol>, rng: &mut Rng) -> Option<()> {
    let with = |draft: &Draft, content| -> Vec<Vol> {
        (0..draft.volumes.len()).filter(|&vol| draft.volumes[vol].role == Role::Source(content)).collect()
    };
    let data = with(draft, Content::Data);
    let system = with(draft, Content::System);
    let logs = with(draft, Content::Log);
    let listed = !logs.is_empty();
    // Logs of a DATA profile lie outside, unless their volumes are listed too.
    let outside: Vec<Vol> = if listed { Vec::new() } else { vec![foreign.remove(0)] };
    for &vol in &outside {
        draft.volumes[vol].role = Role::Outside;
    }
    for &vol in &foreign {
        draft.volumes[vol].role = Role::Foreign;
    }
    let logs = if listed { logs } else { outside };
    let data_catalogs = catalogs(draft, Side::Data, &data, rng)?;
    let log_catalogs = catalogs(draft, Side::Log, &logs, rng)?;
    databases(draft, &data, &data_catalogs, rng);
    self::logs(draft, &logs, &log_catalogs, rng);
    let both: Vec<usize> = data_catalogs.iter().chain(&log_catalogs).copied().collect();
    systems(draft, &system, &data, &both, rng);
    elsewhere(draft, &data_catalogs, &log_catalogs, rng)?;
    foreigners(draft, shape, &foreign, &data_catalogs, rng)?;
    vtocs(draft, rng);
    if listed && !draft.is_full() {
        for vol in logs {
            let known = draft.about(Reason::Ps02LogInDataBackup, vol);
            draft.known.push(known);
            draft.volumes[vol].claimed = true;
            for at in draft.data_sets_on(vol) {
                draft.data_sets[at].claimed = true;
            }
        }
    }
    Some(())
}

fn label(draft: &Draft, vol: Vol) -> Option<Volser> {
    draft.volumes[vol].volser
}

/// One to three catalogs on volumes of their side, now and then on two volumes.
fn catalogs(draft: &mut Draft, side: Side, on: &[Vol], rng: &mut Rng) -> Option<Vec<usize>> {
    let count = 1 + rng.index(on.len().min(3));
    let mut made = Vec::with_capacity(count);
    for _ in 0..count {
        let first = rng.index(on.len());
        let mut volumes: Vec<Volser> = label(draft, *on.get(first)?).into_iter().collect();
        if on.len() > 1 && rng.chance(1, 4) {
            volumes.extend(label(draft, *on.get((first + 1) % on.len())?));
        }
        made.push(draft.add_catalog(side, volumes)?);
    }
    Some(made)
}

/// Some of the IMS systems whose data sets are the profile's, one at least; with a stranger now and then.
fn users(draft: &Draft, rng: &mut Rng) -> Vec<ImsSsid> {
    let first = rng.index(draft.fellows.len());
    let mut users = vec![draft.fellows[first]];
    users.extend(draft.fellows.iter().enumerate().filter(|&(nth, _)| nth != first && rng.chance(1, 2)).map(|(_, &ssid)| ssid));
    if rng.chance(1, 16) {
        users.push(draft.stranger);
    }
    users
}

/// A few labels of consecutive volumes: one mostly, several for multi-volume, many for striped data sets.
fn extents(draft: &Draft, on: &[Vol], first: usize, rng: &mut Rng) -> Vec<Volser> {
    let wanted = match rng.below(8) {
        0 => rng.range(2, 4) as usize,
        1 => rng.range(2, 8) as usize,
        2 if rng.chance(1, 4) => MOST_STRIPES,
        _ => 1,
    };
    (0..wanted.min(on.len())).filter_map(|nth| label(draft, on[(first + nth) % on.len()])).collect()
}

fn databases(draft: &mut Draft, data: &[Vol], catalogs: &[usize], rng: &mut Rng) {
    for at in 0..data.len() {
        for nth in 0..rng.range(1, 2) {
            let class = if rng.chance(1, 8) { DataSetClass::UserIncluded } else { DataSetClass::Database };
            let volumes = extents(draft, data, at, rng);
            let (any, users) = (*rng.pick(catalogs), users(draft, rng));
            // Every catalog names something of its side.
            let catalog = catalogs.get(at).copied().filter(|_| nth == 0).unwrap_or(any);
            draft.add_data_set(class, catalog, users, volumes);
        }
    }
}

fn logs(draft: &mut Draft, logs: &[Vol], catalogs: &[usize], rng: &mut Rng) {
    for (nth, &vol) in logs.iter().enumerate() {
        let volumes: Vec<Volser> = label(draft, vol).into_iter().collect();
        let (any, users) = (*rng.pick(catalogs), users(draft, rng));
        let catalog = catalogs.get(nth).copied().unwrap_or(any);
        draft.add_data_set(DataSetClass::Log, catalog, users.clone(), volumes.clone());
        if nth < 3 {
            draft.add_data_set(DataSetClass::Recon, catalog, users, volumes);
        }
    }
}

/// System data sets on volumes of their own, or beside the data; in any catalog, for they are on neither side.
fn systems(draft: &mut Draft, system: &[Vol], data: &[Vol], catalogs: &[usize], rng: &mut Rng) {
    for at in 0..system.len() {
        let volumes = extents(draft, system, at, rng);
        let (catalog, users) = (*rng.pick(catalogs), users(draft, rng));
        draft.add_data_set(DataSetClass::System, catalog, users, volumes);
    }
    if system.is_empty() || rng.chance(1, 4) {
        let volumes = label(draft, *rng.pick(data)).into_iter().collect();
        let (catalog, users) = (*rng.pick(catalogs), users(draft, rng));
        draft.add_data_set(DataSetClass::System, catalog, users, volumes);
    }
}

/// Data sets on no volume: migrated or on tape, good to know at most.
fn elsewhere(draft: &mut Draft, data_catalogs: &[usize], log_catalogs: &[usize], rng: &mut Rng) -> Option<()> {
    if rng.chance(1, 4) {
        let (catalog, users) = (*rng.pick(data_catalogs), users(draft, rng));
        let at = draft.add_data_set(DataSetClass::UserIncluded, catalog, users, Vec::new());
        let data_set = &mut draft.data_sets[at];
        (data_set.storage, data_set.claimed) = (Storage::Migrated, true);
        let known = draft.about_data_set(Reason::Ps01Migrated, at)?;
        draft.known.push(known);
    }
    if rng.chance(1, 4) {
        let (catalog, users) = (*rng.pick(log_catalogs), users(draft, rng));
        let at = draft.add_data_set(DataSetClass::Log, catalog, users, Vec::new());
        let data_set = &mut draft.data_sets[at];
        (data_set.storage, data_set.claimed) = (Storage::Tape, true);
        if draft.is_full() {
            let known = draft.about_data_set(Reason::Ps02OnTape, at)?;
            draft.known.push(known);
        }
    }
    if rng.chance(1, 8) {
        // Tape data sets other than logs are nobody's matter.
        let (catalog, users) = (*rng.pick(data_catalogs), users(draft, rng));
        let at = draft.add_data_set(DataSetClass::Database, catalog, users, Vec::new());
        (draft.data_sets[at].storage, draft.data_sets[at].claimed) = (Storage::Tape, true);
    }
    Some(())
}

/// The master catalog, the product's own repository, strangers and everybody else's data.
fn foreigners(draft: &mut Draft, shape: &Shape, foreign: &[Vol], data_catalogs: &[usize], rng: &mut Rng) -> Option<()> {
    let home: Vec<Vol> = foreign.iter().copied().filter(|&vol| draft.volumes[vol].unit.is_some()).collect();
    let first: Vec<Volser> = label(draft, *home.first()?).into_iter().collect();
    let master = draft.add_catalog(Side::Master, first.clone())?;
    let misc = draft.add_catalog(Side::Foreign, first)?;
    for nth in 0..rng.range(1, 3) {
        let volumes: Vec<Volser> = label(draft, *rng.pick(&home)).into_iter().collect();
        let catalog = if nth == 0 { misc } else { *rng.pick(&[misc, data_catalogs[0]]) };
        draft.add_data_set(DataSetClass::Control, catalog, Vec::new(), volumes);
    }
    for &vol in &home {
        let volumes: Vec<Volser> = label(draft, vol).into_iter().collect();
        match rng.below(6) {
            0 | 1 => {
                let catalog = *rng.pick(&[misc, misc, master]);
                draft.add_data_set(DataSetClass::NonIms, catalog, Vec::new(), volumes);
            }
            2 => {
                let class = rng.one([DataSetClass::Database, DataSetClass::Log, DataSetClass::UserIncluded]);
                draft.add_data_set(class, misc, vec![draft.stranger], volumes);
            }
            3 if shape.members > 1 && draft.fellows.len() == 1 => {
                // Only other members use it: neither in scope nor foreign.
                let fellow = draft.ims.get(1)?.0;
                let class = rng.one([DataSetClass::Database, DataSetClass::Log]);
                let catalog = *rng.pick(&[misc, data_catalogs[0]]);
                draft.add_data_set(class, catalog, vec![fellow], volumes);
            }
            _ => {}
        }
    }
    if rng.chance(1, 4) {
        let at = draft.add_data_set(DataSetClass::NonIms, data_catalogs[0], Vec::new(), Vec::new());
        draft.data_sets[at].storage = rng.one([Storage::Migrated, Storage::Tape]);
    }
    Some(())
}

/// VTOCs that are stated and say what the catalogs say, with something more at times.
fn vtocs(draft: &mut Draft, rng: &mut Rng) {
    if rng.chance(3, 4) || draft.volumes.len() > 512 {
        return;
    }
    for vol in 0..draft.volumes.len() {
        if draft.volumes[vol].is_source() && rng.chance(1, 3) {
            let mut names = draft.names_on(vol);
            if rng.chance(1, 2) {
                names.extend("SYS1.VTOCIX.LEFTOVER".parse());
            }
            draft.volumes[vol].vtoc = Some(names);
        }
    }
}
