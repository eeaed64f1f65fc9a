//! Names and numbers that nothing has, and the catalogs and data sets that get them.

use dasdlab_model::name::{CatalogName, DataSetName, ImsSsid, Volser};
use dasdlab_model::states::{CatalogKind, DataSetClass, Storage};
use dasdlab_model::unit::Unit;

use super::{Catalog, DataSet, Draft, Side, Vol};

/// A name that ends with a number of at least so many digits. Every volume and data set of a world is given one.
fn numbered(name: &str, least: usize, number: u32) -> String {
    let mut text = String::with_capacity(name.len() + 10);
    text.push_str(name);
    let length = least.max(number.checked_ilog10().unwrap_or(0) as usize + 1);
    let powers = (0..length as u32).rev().map(|power| 10_u32.checked_pow(power));
    text.extend(powers.map(|power| char::from(b'0' + power.map_or(0, |power| number / power % 10) as u8)));
    text
}

impl Draft {
    /// A label that nothing carries: a letter that says what for, and a number.
    pub(crate) fn fresh_label(&mut self, kind: &str) -> Option<Volser> {
        self.counters.label += 1;
        numbered(kind, 6 - kind.len(), self.counters.label).parse().ok()
    }

    /// A unit number of the profile's system behind which there is nothing.
    pub(crate) fn fresh_unit(&mut self) -> Option<Unit> {
        self.counters.unit += 1;
        Unit::new(self.counters.unit)
    }

    /// A name that no data set has.
    pub(crate) fn fresh_name(&mut self, class: DataSetClass) -> String {
        self.counters.data_set += 1;
        let kind = match class {
            DataSetClass::Database => "DB.DBD",
            DataSetClass::Log => "LOG.OLP",
            DataSetClass::Recon => "RECON.R",
            DataSetClass::System => "SYS.LIB",
            DataSetClass::Control => "REPOS.T",
            DataSetClass::UserIncluded => "USER.U",
            DataSetClass::NonIms => "TSO.X",
        };
        numbered(&[&self.prefix, ".", kind].concat(), 5, self.counters.data_set)
    }

    /// A control-unit SSID that no subsystem has.
    pub(crate) fn fresh_cu_ssid(&mut self) -> u16 {
        self.counters.cu_ssid += 1;
        0x2000 + self.counters.cu_ssid
    }

    /// A number that was not given before.
    pub(crate) fn fresh_number(&mut self) -> u32 {
        self.counters.name += 1;
        self.counters.name
    }

    /// An empty catalog under a new name.
    pub(crate) fn add_catalog(&mut self, side: Side, volumes: Vec<Volser>) -> Option<usize> {
        self.counters.catalog += 1;
        let kind = if side == Side::Master { CatalogKind::Master } else { CatalogKind::User };
        let word = match side {
            Side::Data => "DATA",
            Side::Log => "LOGS",
            Side::Foreign => "MISC",
            Side::Master => "MASTER",
        };
        let name: CatalogName =
            format!("{}CAT.{}.{word}{}", if side == Side::Master { "M" } else { "U" }, self.prefix, self.counters.catalog)
                .parse()
                .ok()?;
        self.catalogs.push(Catalog { name, kind, volumes, reachable: true, side, claimed: false });
        Some(self.catalogs.len() - 1)
    }

    /// A new data set on disk.
    pub(crate) fn add_data_set(&mut self, class: DataSetClass, catalog: usize, ims: Vec<ImsSsid>, volumes: Vec<Volser>) -> usize {
        let name = self.fresh_name(class);
        let ims = if class.names_ims() { ims } else { Vec::new() };
        self.data_sets.push(DataSet { name, class, catalog, ims, volumes, storage: Storage::Disk, claimed: false });
        self.data_sets.len() - 1
    }

    /// A new claimed data set of the profile's IMS system.
    pub(crate) fn plant_data_set(&mut self, class: DataSetClass, catalog: usize, volumes: Vec<Volser>) -> usize {
        let at = self.add_data_set(class, catalog, vec![self.profile.ims_ssid], volumes);
        self.data_sets[at].claimed = true;
        self.enter_in_vtocs(at);
        at
    }

    /// Enters a data set in the VTOC of each of its volumes that states one.
    pub(crate) fn enter_in_vtocs(&mut self, data_set: usize) {
        let DataSet { name, volumes, .. } = &self.data_sets[data_set];
        for volume in &mut self.volumes {
            if let Some(vtoc) = &mut volume.vtoc
                && volume.volser.is_some_and(|label| volumes.contains(&label))
            {
                vtoc.extend(name.parse::<DataSetName>());
            }
        }
    }

    /// Takes a data set off its volumes.
    pub(crate) fn clear_data_set(&mut self, data_set: usize) {
        let labels = std::mem::take(&mut self.data_sets[data_set].volumes);
        self.loosen(&labels);
    }

    /// Puts a catalog on one volume and no other.
    pub(crate) fn move_catalog(&mut self, catalog: usize, label: Volser) {
        let labels = std::mem::replace(&mut self.catalogs[catalog].volumes, vec![label]);
        self.loosen(&labels);
    }

    fn loosen(&mut self, labels: &[Volser]) {
        for volume in &mut self.volumes {
            volume.loosened |= volume.volser.is_some_and(|label| labels.contains(&label));
        }
    }

    /// The names of the data sets that are cataloged to a volume.
    pub(crate) fn names_on(&self, vol: Vol) -> Vec<DataSetName> {
        self.data_sets_on(vol).iter().filter_map(|&at| self.data_sets[at].name.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn a_number_has_as_many_digits_as_it_should_at_least() {
        for number in [0, 7, 10, 99_999, 100_000, u32::MAX] {
            assert_eq!(numbered("A", 5, number), format!("A{number:05}"));
            assert_eq!(numbered("", 12, number), format!("{number:012}"));
        }
    }
}
