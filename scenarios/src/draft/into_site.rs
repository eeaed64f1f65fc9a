//! From a draft to the site that a file would declare, one entry for each thing.

use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{
    Aliases, Array, Attachment, Authority, Catalog, DataSets, FORMAT, Ims, LssRange, Mirrors, Profile, Relations, Site, Sources,
    System, Targets, Volumes,
};
use dasdlab_model::states::{Family, Feature, HostStatus, Model, ProfileState, Storage};
use dasdlab_model::unit::{CuSsid, UnitAddress, VolumeRef};

use super::{Content, Draft, Role};

impl Draft {
    /// The site.
    pub(crate) fn into_site(self, description: String) -> Site {
        let reference = |vol| VolumeRef::Volume(self.id(vol));
        let flashcopy = self
            .relations
            .iter()
            .map(|&(source, target, state)| Relations { source: reference(source), target: reference(target), count: 1, state })
            .collect();
        let mirrors = self
            .mirrors
            .iter()
            .map(|&(standard, bcv, state)| Mirrors { standard: reference(standard), bcv: reference(bcv), count: 1, state })
            .collect();
        let volumes = self.volumes.iter().map(|volume| self.volume(volume)).collect();
        let profiles = std::iter::once(&*self.profile).chain(&self.others).map(|profile| self.profile_entry(profile)).collect();
        let home = self.home_system();
        let aliases = self
            .aliases
            .iter()
            .map(|&(array, lss, ua, unit)| Aliases {
                array: self.arrays[array].serial,
                lss,
                ua: UnitAddress(ua),
                count: 1,
                system: (self.home != 0).then_some(home),
                unit,
            })
            .collect();
        let catalogs: Vec<Catalog> = self
            .catalogs
            .take()
            .into_iter()
            .map(|catalog| Catalog {
                name: catalog.name,
                kind: catalog.kind,
                volumes: catalog.volumes,
                reachable: catalog.reachable,
            })
            .collect();
        let data_sets = self
            .data_sets
            .take()
            .into_iter()
            .map(|data_set| DataSets {
                name: NamePattern::one(&data_set.name),
                count: 1,
                class: data_set.class,
                catalog: catalogs[data_set.catalog].name.clone(),
                ims: data_set.ims,
                volumes: data_set.volumes.iter().map(|label| NamePattern::one(label.as_str())).collect(),
                storage: (data_set.storage != Storage::Disk).then_some(data_set.storage),
            })
            .collect();
        Site {
            format: FORMAT,
            description,
            systems: self
                .systems
                .iter()
                .map(|&name| System { name, host_software_level: self.detailed.then(|| "05.05".to_owned()) })
                .collect(),
            arrays: self.arrays.take().into_iter().map(array).collect(),
            volumes,
            aliases,
            flashcopy,
            mirrors,
            ims: self.ims.into_iter().map(|(ssid, group)| Ims { ssid, group }).collect(),
            catalogs,
            data_sets,
            authority: Authority { denied: self.denied },
            policy: self.policy.take(),
            profiles,
            ..Site::default()
        }
    }

    fn volume(&self, volume: &super::Volume) -> Volumes {
        let first = self.home == 0;
        let shown = |status: HostStatus| (status != HostStatus::Online).then_some(status);
        let mut elsewhere = volume.elsewhere.clone();
        let at_home = volume.unit.map(|unit| (unit, volume.status));
        let mut unit = at_home;
        if !first {
            let system = self.systems[0];
            unit = elsewhere.iter().position(|there| there.0 == system).map(|at| {
                let there = elsewhere.remove(at);
                (there.1, there.2)
            });
            elsewhere.extend(at_home.map(|(unit, status)| (self.home_system(), unit, status)));
        }
        let stated = volume.model.and_then(Model::cylinders) == Some(volume.cylinders);
        let symmetrix = self.detailed && self.arrays[volume.array].family == Family::Symmetrix;
        let group = match volume.role {
            _ if !self.detailed => None,
            Role::Source(Content::Log) => Some("SGLOGS"),
            Role::Source(_) => Some("SGDATA"),
            Role::Target { .. } => Some("SGCOPY"),
            _ => None,
        };
        Volumes {
            array: self.arrays[volume.array].serial,
            lss: volume.lss,
            ua: UnitAddress(volume.ua),
            count: 1,
            unit: unit.map(|(unit, _)| unit),
            status: unit.and_then(|(_, status)| shown(status)),
            elsewhere: elsewhere
                .into_iter()
                .map(|(system, unit, status)| Attachment { system, unit, status: shown(status) })
                .collect(),
            volser: volume.volser.map(|label| NamePattern::one(label.as_str())),
            model: volume.model,
            cylinders: (!stated).then_some(volume.cylinders),
            bcv: volume.bcv,
            device: symmetrix.then(|| format!("{:02X}{:02X}", volume.lss.id(), volume.ua).parse().ok()).flatten(),
            thin: volume.thin,
            inhibited: volume.inhibited,
            v1_active: volume.v1_active,
            incapable: volume.incapable,
            reserved_by: volume.reserved_by,
            remote: volume.remote,
            held_for: volume.held_for.clone(),
            vtoc: volume.vtoc.clone(),
            storage_group: group.map(str::to_owned),
            pool: self.detailed.then(|| if volume.lss.id().is_multiple_of(2) { "P0" } else { "P1" }.to_owned()),
        }
    }

    fn profile_entry(&self, profile: &super::Profile) -> Profile {
        Profile {
            name: profile.name.clone(),
            creator: "STORADM".to_owned(),
            description: String::new(),
            system: (profile.system != 0).then(|| self.systems[profile.system]),
            ims_ssid: profile.ims_ssid,
            backup_type: profile.backup_type,
            method: profile.method,
            generations: profile.generations,
            state: (profile.state != ProfileState::SetupNeeded).then_some(profile.state),
            reason: profile.reason,
            fingerprint: None,
            locked_by: profile.locked_by.clone(),
            sources: profile
                .sources
                .iter()
                .map(|&(unit, volser)| Sources { unit, count: 1, volser: volser.map(|label| NamePattern::one(label.as_str())) })
                .collect(),
            targets: profile
                .pairs
                .iter()
                .map(|&(generation, source, target)| Targets { generation, source, target, count: 1 })
                .collect(),
            backups: Vec::new(),
        }
    }
}

fn array(array: super::Array) -> Array {
    Array {
        serial: array.serial,
        family: array.family,
        code_level: array.code_level,
        fixes: array.fixes,
        features: if array.licensed { vec![Feature::FlashCopy] } else { Vec::new() },
        reachable: array.reachable,
        copy_rate: (array.family == Family::Symmetrix).then_some(20_000),
        lss: array
            .lss
            .into_iter()
            .map(|subsystem| LssRange { id: subsystem.id, count: 1, cu_ssid: CuSsid(subsystem.cu_ssid) })
            .collect(),
    }
}
