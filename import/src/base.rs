//! What stands around the tables: taken from a site where one is given, else made of what the tables say, and told.

use std::collections::BTreeSet;

use dasdlab_model::declare::Fault;
use dasdlab_model::level::LevelFamily;
use dasdlab_model::name::{ImsSsid, NameError, ProfileName, SystemName};
use dasdlab_model::site::{Array, Catalog, FORMAT, Ims, LssRange, Policy, Profile, Site, System};
use dasdlab_model::states::{BackupType, CatalogKind, Family, Feature, Method};
use dasdlab_model::tables::{Marks, NONE};
use dasdlab_model::unit::CuSsid;

use crate::join::{DataSets, Volumes};
use crate::load::Asked;
use crate::pages::Page;

/// The name of an imported profile that has none.
pub(crate) const PROFILE: &str = "IMPORTED";
const SYSTEM: &str = "SYS1";
const IMS: &str = "IMS1";

/// A name that is legal by construction.
fn named<T: std::str::FromStr<Err = NameError>>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// The IMS system that uses data sets of which it is not said.
pub(crate) fn ims(asked: &Asked, rest: Option<&Site>) -> Option<ImsSsid> {
    let only = || match rest?.profiles.as_slice() {
        [profile] => Some(profile.ims_ssid),
        _ => None,
    };
    asked.ims.or_else(only).or_else(|| named(IMS))
}

/// The site without what is in tables; what it takes for granted is added to `assumed`.
pub(crate) fn site(
    asked: &Asked,
    rest: Option<&Site>,
    volumes: &Volumes,
    data_sets: &DataSets,
    pages: &[Page],
    assumed: &mut Vec<String>,
) -> Site {
    let mut site = rest.cloned().unwrap_or_default();
    site.format = FORMAT;
    if site.systems.is_empty()
        && let Some(name) = asked.system.or_else(|| named::<SystemName>(SYSTEM))
    {
        site.systems.push(System { name, host_software_level: None });
        if asked.system.is_none() {
            assumed.push(format!("the units are those of system {name}"));
        }
    }
    let known: BTreeSet<SystemName> = site.systems.iter().map(|system| system.name).collect();
    let others: BTreeSet<SystemName> = volumes.units.iter().map(|unit| unit.system).collect();
    if rest.is_none() {
        site.systems.extend(others.difference(&known).map(|&name| System { name, host_software_level: None }));
    }
    let method = method(asked, &site, volumes, assumed);
    arrays(&mut site, volumes, method, assumed);
    profiles(&mut site, asked, data_sets, pages, method, assumed);
    let mut ssids: BTreeSet<ImsSsid> = data_sets.table.user_lists().iter().flatten().copied().collect();
    ssids.extend(site.profiles.iter().map(|profile| profile.ims_ssid).filter(|_| rest.is_none()));
    for ims in &site.ims {
        ssids.remove(&ims.ssid);
    }
    if rest.is_none() && !ssids.is_empty() {
        let list: Vec<&str> = ssids.iter().map(ImsSsid::as_str).collect();
        assumed.push(format!("no IMS system shares its RECON with another ({})", list.join(", ")));
        site.ims.extend(ssids.into_iter().map(|ssid| Ims { ssid, group: None }));
    }
    catalogs(&mut site, data_sets, assumed);
    if rest.is_none() {
        assumed.push("there are no FlashCopy relations and no mirror pairs".to_owned());
        assumed.push("the policy is the default one, with dasdlab's own minimum code levels".to_owned());
    }
    site
}

/// The method of profiles that are made here.
fn method(asked: &Asked, site: &Site, volumes: &Volumes, assumed: &mut Vec<String>) -> Method {
    if let Some(method) = asked.method {
        return method;
    }
    if !site.profiles.is_empty() {
        return site.profiles.first().map_or(Method::FlashCopy, |profile| profile.method);
    }
    let bcv = volumes.table.iter().any(|volume| volume.marks.has(Marks::BCV));
    let method = if bcv { Method::Bcv } else { Method::FlashCopy };
    assumed.push(format!("the method is {method}, because {} volume is a BCV", if bcv { "a" } else { "no" }));
    method
}

/// Arrays that only the table of volumes names.
fn arrays(site: &mut Site, volumes: &Volumes, method: Method, assumed: &mut Vec<String>) {
    let known: BTreeSet<_> = site.arrays.iter().map(|array| array.serial).collect();
    if volumes.arrays.iter().all(|part| known.contains(&part.serial)) {
        return;
    }
    let mut symmetrix = vec![false; volumes.arrays.len()];
    for (row, volume) in (0..).zip(volumes.table.iter()) {
        if (volume.marks.has(Marks::BCV) || volumes.table.device(row).is_some())
            && let Some(array) = symmetrix.get_mut((volume.address >> 16) as usize)
        {
            *array = true;
        }
    }
    let mut taken: BTreeSet<u16> =
        volumes.arrays.iter().flat_map(|part| &part.lss).filter_map(|(_, cu_ssid)| cu_ssid.map(|cu_ssid| cu_ssid.0)).collect();
    let ranges = site.arrays.iter().flat_map(|array| &array.lss);
    taken
        .extend(ranges.flat_map(|range| (0..range.count).filter_map(|nth| u16::try_from(u32::from(range.cu_ssid.0) + nth).ok())));
    let mut next = 1_u16;
    let mut numbered = 0_u32;
    let mut families = Vec::new();
    let mut levels = Vec::new();
    for (part, symmetrix) in volumes.arrays.iter().zip(symmetrix).filter(|(part, _)| !known.contains(&part.serial)) {
        let family = part.family.unwrap_or_else(|| {
            families.push(part.serial.to_string());
            if symmetrix { Family::Symmetrix } else { Family::Ds8000 }
        });
        let code_level = part.code_level.clone().unwrap_or_else(|| {
            levels.push(part.serial.to_string());
            least(&site.policy, family, method)
        });
        let mut lss: Vec<LssRange> = Vec::new();
        for &(id, cu_ssid) in &part.lss {
            let cu_ssid = cu_ssid.unwrap_or_else(|| {
                while taken.contains(&next) && next < u16::MAX {
                    next += 1;
                }
                taken.insert(next);
                numbered += 1;
                CuSsid(next)
            });
            lss.push(LssRange { id, count: 1, cu_ssid });
        }
        lss.sort_by_key(|range| range.id);
        site.arrays.push(Array {
            serial: part.serial,
            family,
            code_level,
            fixes: Vec::new(),
            features: vec![Feature::FlashCopy],
            reachable: true,
            copy_rate: None,
            lss,
        });
    }
    let some = |serials: &[String]| {
        let shown = serials.get(..serials.len().min(5)).unwrap_or_default().join(", ");
        if serials.len() > 5 { format!("{shown} and {} more", serials.len() - 5) } else { shown }
    };
    if !families.is_empty() {
        assumed.push(format!("an array is symmetrix if it has BCVs or device numbers, else ds8000 ({})", some(&families)));
    }
    if !levels.is_empty() {
        assumed
            .push(format!("the code level is the least that the policy permits, so that PS11 says nothing ({})", some(&levels)));
    }
    if numbered > 0 {
        assumed.push(format!("control-unit SSIDs are numbers of no meaning ({numbered} logical subsystems)"));
    }
    assumed.push("FlashCopy is licensed on every array, and every array answers".to_owned());
}

/// The least level that the policy permits; of several families the highest.
fn least(policy: &Policy, family: Family, method: Method) -> String {
    let of = |row: &LevelFamily| {
        matches!((row, family), (LevelFamily::Ds8000, Family::Ds8000) | (LevelFamily::Symmetrix(_), Family::Symmetrix))
    };
    let rows = || policy.code_levels.iter().filter(|row| of(&row.family));
    let with_method = rows().filter(|row| row.method == method).max_by_key(|row| row.family);
    with_method.or_else(|| rows().max_by_key(|row| row.family)).map_or_else(|| "1.0".to_owned(), |row| row.minimum.clone())
}

/// Profiles that only the table of pairs names.
fn profiles(site: &mut Site, asked: &Asked, data_sets: &DataSets, pages: &[Page], method: Method, assumed: &mut Vec<String>) {
    let mut ssids: BTreeSet<ImsSsid> = data_sets.table.user_lists().iter().flatten().copied().collect();
    let known = ssids.len();
    let ims_ssid = asked.ims.or_else(|| ssids.pop_first()).or_else(|| named(IMS));
    let Some(ims_ssid) = ims_ssid else { return };
    let mut made = Vec::new();
    for page in pages {
        let Some(name) = page_name(page, asked, site) else { continue };
        if site.profiles.iter().any(|profile| profile.name == name) {
            continue;
        }
        made.push(name.to_string());
        site.profiles.push(Profile {
            name,
            creator: String::new(),
            description: String::new(),
            system: None,
            ims_ssid,
            backup_type: asked.backup_type.unwrap_or(BackupType::Full),
            method,
            generations: page.generations,
            state: None,
            reason: None,
            fingerprint: None,
            locked_by: None,
            sources: Vec::new(),
            targets: Vec::new(),
            backups: Vec::new(),
        });
    }
    if made.is_empty() {
        return;
    }
    let list = if made.len() > 3 { format!("{} profiles", made.len()) } else { format!("profile {}", made.join(", ")) };
    if asked.backup_type.is_none() {
        assumed.push(format!("the backup type is full ({list})"));
    }
    if asked.ims.is_none() {
        let why = match known {
            0 => "no data set names one".to_owned(),
            1 => "every data set names it".to_owned(),
            _ => format!("it is the first of {known} that data sets name"),
        };
        assumed.push(format!("the IMS system is {ims_ssid}, because {why} ({list})"));
    }
    assumed.push(format!("setup is needed, and the generations are those that have targets ({list})"));
}

/// The profile that a page is of: the one it names, the one that is asked for, or the only one there is.
pub(crate) fn page_name(page: &Page, asked: &Asked, rest: &Site) -> Option<ProfileName> {
    let only = || match rest.profiles.as_slice() {
        [profile] => Some(profile.name.clone()),
        _ => None,
    };
    page.profile.clone().or_else(|| asked.profile.clone()).or_else(only).or_else(|| named(PROFILE))
}

/// Catalogs that have rows of their own, or that data sets name.
fn catalogs(site: &mut Site, data_sets: &DataSets, assumed: &mut Vec<String>) {
    let mut known: BTreeSet<_> = site.catalogs.iter().map(|catalog| catalog.name.clone()).collect();
    for row in &data_sets.catalogs {
        known.insert(row.name.clone());
        site.catalogs.push(Catalog { name: row.name.clone(), kind: row.kind, volumes: row.volumes.clone(), reachable: true });
    }
    let mut made = Vec::new();
    for (name, label) in data_sets.named.iter().zip(&data_sets.labels) {
        if known.contains(name) {
            continue;
        }
        // Without any label the catalog is malformed, and said to be.
        let volumes: Vec<_> = label.iter().copied().collect();
        if let Some(label) = label {
            made.push(format!("{name} on {label}"));
        }
        site.catalogs.push(Catalog { name: name.clone(), kind: CatalogKind::User, volumes, reachable: true });
    }
    if !made.is_empty() {
        let shown = made.get(..made.len().min(3)).unwrap_or_default().join(", ");
        let more = if made.len() > 3 { format!(" and {} more", made.len() - 3) } else { String::new() };
        assumed.push(format!("a catalog without a row is a user catalog on a volume of its first data set ({shown}{more})"));
    }
    if !data_sets.catalogs.is_empty() || !made.is_empty() {
        assumed.push("every catalog can be read".to_owned());
    }
}

/// Whether a site has things that only [`declare`](dasdlab_model::declare::declare) can bring together with tables.
pub(crate) fn is_entwined(site: &Site) -> bool {
    !site.volumes.is_empty() || !site.data_sets.is_empty() || site.alive != dasdlab_model::alive::Alive::default()
}

/// Labels by unit in the home system.
pub(crate) fn labels(volumes: &Volumes) -> Vec<u64> {
    let mut labels = Vec::new();
    for volume in volumes.table.iter().filter(|volume| volume.unit != NONE) {
        let unit = volume.unit as usize;
        if unit >= labels.len() {
            labels.resize((unit + 1).next_multiple_of(4_096), 0);
        }
        if let Some(label) = labels.get_mut(unit) {
            *label = volume.volser;
        }
    }
    labels
}

/// Whether a fault lies in what a site declares, and not in what was added to it.
pub(crate) fn is_of(rest: &Site, fault: &Fault) -> bool {
    use dasdlab_model::declare::Step::{Field, Item};
    let length = |list: &str| match list {
        "systems" => rest.systems.len(),
        "arrays" => rest.arrays.len(),
        "volumes" => rest.volumes.len(),
        "ims" => rest.ims.len(),
        "catalogs" => rest.catalogs.len(),
        "data_sets" => rest.data_sets.len(),
        "profiles" => rest.profiles.len(),
        _ => usize::MAX,
    };
    match fault.path.as_slice() {
        [Field(list), Item(number), ..] => *number < length(list),
        _ => true,
    }
}
