//! Everything listed in another order.

use dasdlab_model::observation::Observation;

use crate::rng::Rng;

/// The same observation with every list, outer and inner, in another order: in a list of two things or more no thing
/// stays where it was.
#[must_use]
pub fn reorder(mut other: Observation, seed: u64) -> Observation {
    let mut rng = Rng::new(seed).child("reorder");
    for array in &mut other.arrays {
        derange(&mut array.fixes, &mut rng);
        derange(&mut array.features, &mut rng);
        derange(&mut array.lss, &mut rng);
    }
    for volume in &mut other.volumes {
        if let Some(vtoc) = &mut volume.vtoc {
            derange(vtoc, &mut rng);
        }
    }
    for catalog in &mut other.catalogs {
        derange(&mut catalog.volumes, &mut rng);
    }
    for data_set in &mut other.data_sets {
        derange(&mut data_set.ims, &mut rng);
        derange(&mut data_set.volumes, &mut rng);
    }
    for row in &mut other.policy.code_levels {
        derange(&mut row.fixes, &mut rng);
    }
    for profile in &mut other.profiles {
        derange(&mut profile.sources, &mut rng);
        derange(&mut profile.targets, &mut rng);
        derange(&mut profile.backups, &mut rng);
    }
    derange(&mut other.systems, &mut rng);
    derange(&mut other.arrays, &mut rng);
    derange(&mut other.volumes, &mut rng);
    derange(&mut other.units, &mut rng);
    derange(&mut other.relations, &mut rng);
    derange(&mut other.mirrors, &mut rng);
    derange(&mut other.ims, &mut rng);
    derange(&mut other.catalogs, &mut rng);
    derange(&mut other.data_sets, &mut rng);
    derange(&mut other.authority.denied, &mut rng);
    derange(&mut other.policy.code_levels, &mut rng);
    derange(&mut other.profiles, &mut rng);
    other
}

/// Sattolo's shuffle: one random cycle through all places, so that nothing stays in its place.
fn derange<T>(list: &mut [T], rng: &mut Rng) {
    for last in (1..list.len()).rev() {
        list.swap(last, rng.index(last));
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::declare::declare;

    use super::*;
    use crate::undirected::undirected;

    #[test]
    fn another_order_holds_the_same_things() {
        for index in 0..200 {
            let observation = declare(&undirected(3, index).site).unwrap();
            let mut other = reorder(observation.clone(), index);
            assert!(observation.volumes.iter().zip(&other.volumes).all(|(a, b)| a != b));
            assert!(observation.units.iter().zip(&other.units).all(|(a, b)| a != b));
            assert_eq!(reorder(observation.clone(), index), other);
            other.sort();
            assert_eq!(other, observation);
        }
    }

    #[test]
    fn in_a_cycle_nothing_stays_in_its_place() {
        for length in 0..20 {
            let mut list: Vec<usize> = (0..length).collect();
            derange(&mut list, &mut Rng::new(length as u64));
            assert!(length < 2 || list.iter().enumerate().all(|(place, &item)| place != item), "{list:?}");
        }
    }
}
