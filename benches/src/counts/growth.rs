//! How work grows with the number of volumes: the same pieces over sites of a thousand to a million volumes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use dasdlab_model::observation::Observation;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::site::Site;
use dasdlab_model::states::Method;
use dasdlab_model::tables::{Tables, pack, unpack};
use dasdlab_model::write::write;
use dasdlab_validator::Inventory;
use dasdlab_validator::rules::REGISTRY;

use super::pieces::{Csv, Piece, evaluated, inventories, method_of, observe, site, tables_in};

/// Volumes of the sites, half of them sources and half of them targets.
pub const VOLUMES: [u32; 7] = [1_000, 3_162, 10_000, 31_623, 100_000, 316_228, 1_000_000];

/// Faulty volumes in a million: so many that every kind of fault occurs on the smallest site too, else a rule seems to grow
/// because it has nothing to report there.
const FAULTY: u32 = 100_000;

/// The exponent that nothing may exceed by much: work that grows as the number of volumes does has 1.
pub const MOST: f64 = 1.1;

/// What is handed from one piece to the next.
#[derive(Default)]
struct Hands {
    site: Option<Site>,
    seen: Option<Observation>,
    inventories: Vec<Inventory>,
    csv: Option<Csv>,
    packed: Vec<u8>,
    tables: Option<Tables>,
}

/// From the text of a site to its inventories, and every check of them, for each method.
///
/// # Errors
/// A number of volumes that no site can have.
pub fn pieces(volumes: u32) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    for method in [Method::FlashCopy, Method::Bcv] {
        let text = write(&Content::Site(Box::new(site(volumes / 2, FAULTY, method)?)), Encoding::Toml);
        let text = text.map_err(|error| error.to_string())?;
        let hands = Rc::new(RefCell::new(Hands::default()));
        // Once is enough: what loading warms is nothing beside it, and under callgrind a million volumes take their time.
        let mut add = |name: &str, repeats: bool, work: fn(&mut Hands, &str)| {
            let (hands, text) = (Rc::clone(&hands), text.clone());
            let name = format!("{name} {method}");
            pieces.push(Piece { name, repeats, work: Box::new(move || work(&mut hands.borrow_mut(), &text)) });
        };
        add("read", false, |hands, text| {
            let document = parse("site.toml", text.to_owned(), Encoding::Toml).ok();
            hands.site = document.map(|document| document.site().clone());
        });
        add("observe", false, |hands, _| hands.seen = hands.site.as_ref().and_then(|site| observe(site).ok()));
        add("inventory", false, |hands, _| hands.inventories = hands.seen.as_ref().map(inventories).unwrap_or_default());
        add("export", false, |hands, _| {
            hands.csv = hands.seen.as_ref().and_then(|seen| Csv::new(seen).ok());
            hands.packed = hands.seen.as_ref().and_then(|seen| pack(&Tables::new(seen.clone())).ok()).unwrap_or_default();
        });
        add("import", false, |hands, _| hands.tables = hands.csv.take().and_then(|csv| csv.read().ok()));
        add("unpack", false, |hands, _| hands.tables = unpack(&std::mem::take(&mut hands.packed)).ok());
        add("columns of tables", false, |hands, _| hands.inventories = hands.tables.as_ref().map(tables_in).unwrap_or_default());
        add("floor", true, |hands, _| hands.inventories.iter().for_each(|one| _ = black_box(one.floor())));
        add("fused", true, |hands, _| hands.inventories.iter().for_each(|one| drop(black_box(one.scan()))));
        add("check", true, |hands, _| hands.inventories.iter().for_each(|one| drop(black_box(one.check()))));
        for &rule in REGISTRY.iter().filter(|rule| method_of(rule) == method) {
            let hands = Rc::clone(&hands);
            let work = move || drop(black_box(evaluated(rule, &hands.borrow().inventories)));
            pieces.push(Piece { name: rule.rule.code().to_owned(), repeats: true, work: Box::new(work) });
        }
    }
    Ok(pieces)
}

/// What one piece takes at each size: volumes, instructions, and time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Curve {
    /// Volumes and instructions.
    pub instructions: BTreeMap<u32, u64>,
    /// Volumes and the median time.
    pub time: BTreeMap<u32, Duration>,
}

impl Curve {
    /// The exponent of the instructions; none for less than two sizes.
    #[must_use]
    pub fn exponent(&self) -> Option<f64> {
        let points = self.instructions.iter().map(|(&volumes, &count)| (f64::from(volumes), count as f64));
        exponent(&points.collect::<Vec<_>>())
    }
}

/// The exponent of growth: the slope of the straight line that lies nearest to the points, both sides in logarithms.
#[must_use]
pub fn exponent(points: &[(f64, f64)]) -> Option<f64> {
    let points: Vec<(f64, f64)> = points.iter().filter(|(x, y)| *x > 0.0 && *y > 0.0).map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let slope = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>();
    let spread = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>();
    (spread > 0.0).then(|| slope / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: Option<f64>, points: &[(f64, f64)]) {
        match (expected, exponent(points)) {
            (Some(expected), Some(found)) => assert!((expected - found).abs() < 1e-9, "{found}"),
            (expected, found) => assert_eq!(expected, found),
        }
    }

    #[test]
    fn the_exponent_of_a_power_is_its_power() {
        check(Some(1.0), &[(1.0, 3.0), (10.0, 30.0), (100.0, 300.0)]);
        check(Some(2.0), &[(1.0, 1.0), (10.0, 100.0)]);
        check(Some(0.0), &[(1.0, 5.0), (10.0, 5.0)]);
        check(None, &[(1.0, 5.0)]);
        check(None, &[]);
    }
}
