//! What has been touched since somebody last looked, so that the next look need not read everything again.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use dasdlab_model::name::SystemName;
use dasdlab_model::unit::{Unit, VolumeId};

/// Things that may have changed. Whatever is lent out to be written counts, whether it was written or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) volumes: BTreeSet<VolumeId>,
    /// Mirror pairs: standard volume and BCV.
    pub(crate) mirrors: BTreeSet<(VolumeId, VolumeId)>,
    pub(crate) units: BTreeSet<(SystemName, Unit)>,
    /// Any FlashCopy relation.
    pub(crate) relations: bool,
    /// Any profile.
    pub(crate) profiles: bool,
    /// Any catalog.
    pub(crate) catalogs: bool,
    /// Any data set.
    pub(crate) data_sets: bool,
}

impl Touched {
    /// Takes in what else was touched.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.volumes.extend(&other.volumes);
        self.mirrors.extend(&other.mirrors);
        self.units.extend(&other.units);
        self.relations |= other.relations;
        self.profiles |= other.profiles;
        self.catalogs |= other.catalogs;
        self.data_sets |= other.data_sets;
    }

    /// Whether nothing was.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A value that knows whether somebody may have written it. What it was can be kept: it is copied when it is written.
#[derive(Debug, Clone)]
pub(crate) struct Tracked<T> {
    value: Arc<T>,
    touched: bool,
}

impl<T> Tracked<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: Arc::new(value), touched: false }
    }

    /// The value as it is now, to be kept.
    pub(crate) fn kept(&self) -> Arc<T> {
        Arc::clone(&self.value)
    }

    /// Whether it was touched since this was last asked.
    pub(crate) const fn take_touched(&mut self) -> bool {
        std::mem::replace(&mut self.touched, false)
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Clone> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.touched = true;
        Arc::make_mut(&mut self.value)
    }
}
