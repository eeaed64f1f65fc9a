//! Arrays of an undirected scenario: serials and LSS ids that look alike, levels of every sort.

use dasdlab_model::site::{Array, LssRange};
use dasdlab_model::states::{Family, Feature, Method};
use dasdlab_model::unit::{CuSsid, Lss};

use super::Draft;
use crate::rng::Rng;

/// The most arrays.
const ARRAYS: u32 = 3;
/// LSS ids, the same few on every array.
const LSS_IDS: [u8; 4] = [0x00, 0x10, 0x11, 0xFE];
/// Levels that pass under the default policy.
const GOOD_DS8000: [&str; 3] = ["87.30.105.0", "089.21.19.0", "88"];
const GOOD_SYMMETRIX: [&str; 4] = ["5978.144.144", "5978.0300", "5876.100.1", "5977.596.583"];
/// Levels that are old, of another scale, of another family, or none at all.
const ODD: [&str; 24] = [
    "",
    "5876.x",
    "87.30.104.9",
    "87.30",
    "87.31.2.2",
    "7.7.31.32",
    "9",
    "10",
    "99.9.9.9",
    "100.1",
    "0.1",
    "5876",
    "5876.82",
    "5876.82.56",
    "5876.82.057",
    "5876.9.99",
    "5977.596.582",
    "5978.144.143",
    "5978.143.999",
    "5979.1",
    "6079.175.120",
    "5875.286",
    "9999.1.2.3",
    "R9.3",
];

impl Draft {
    pub(super) fn arrays(&mut self, rng: &mut Rng) {
        let count = rng.range(1, if self.calm { 2 } else { ARRAYS });
        let mut serials = ["75ABC01", "75ABC1", "000192600123", "75ABC02", "A"];
        rng.shuffle(&mut serials);
        let mut ids = LSS_IDS;
        rng.shuffle(&mut ids);
        for serial in serials.into_iter().take(count as usize) {
            let Ok(serial) = serial.parse() else { continue };
            let suits = match self.method {
                Method::Bcv => Family::Symmetrix,
                Method::FlashCopy => rng.one([Family::Ds8000, Family::Ds8000, Family::Symmetrix]),
            };
            let other = if suits == Family::Symmetrix { Family::Ds8000 } else { Family::Symmetrix };
            let family = if rng.chance(self.wild.array, 24) { other } else { suits };
            let good = match family {
                Family::Ds8000 => rng.one(GOOD_DS8000),
                Family::Symmetrix => rng.one(GOOD_SYMMETRIX),
            };
            let odd = rng.one(ODD);
            let code_level = if rng.chance(self.wild.array, 16) { odd } else { good }.to_owned();
            let licensed = !rng.chance(self.wild.array, 24);
            let mut lss = Vec::new();
            for id in ids.into_iter().filter_map(Lss::new).take(rng.range(1, 3) as usize) {
                lss.push(LssRange { id, count: 1, cu_ssid: CuSsid(self.cu_ssid) });
                self.cu_ssid += 1;
            }
            let fails = self.environment_fails && rng.chance(1, 4);
            self.site.arrays.push(Array {
                serial,
                family,
                code_level,
                fixes: (1001..1005).filter(|_| rng.chance(1, 2)).collect(),
                features: licensed.then_some(Feature::FlashCopy).into_iter().collect(),
                reachable: !fails,
                copy_rate: rng.chance(1, 4).then_some(100),
                lss,
            });
        }
    }
}
