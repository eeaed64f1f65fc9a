"""What an observation says about one profile: units, volumes, labels, data sets and pairs."""

MOUNTED = ("online", "allocated", "pending-offline")
NOWHERE = frozenset()
ESTABLISHED = ("SyncInProg", "Synchronized", "SplitInProg", "RestInProg", "Restored")


def base_units(seen):
    """System -> unit -> (volume, status) of its base units."""
    units = {system["name"]: {} for system in seen["systems"]}
    for unit in seen["units"]:
        base = unit["device"].get("base")
        if base is not None:
            units[unit["system"]][unit["unit"]] = tuple(base)
    return units


def array_of(volume):
    return volume.split("/")[0]


def lss_of(volume):
    return "/".join(volume.split("/")[:2])


class Facts:
    def __init__(self, seen, name):
        self.seen = seen
        self.profile = next(profile for profile in seen["profiles"] if profile["name"] == name)
        self.system = self.profile["system"]
        self.method = self.profile["method"]
        self.full = self.profile["backup_type"] == "full"
        self.policy = seen["policy"]
        self.volumes = {volume["id"]: volume for volume in seen["volumes"]}
        self.arrays = {array["serial"]: array for array in seen["arrays"]}
        self.catalogs = {catalog["name"]: catalog for catalog in seen["catalogs"]}
        self.bases = base_units(seen)
        self.base = self.bases[self.system]
        self.aliases = {
            unit["unit"] for unit in seen["units"] if unit["system"] == self.system and "alias" in unit["device"]
        }
        self.unit_of = {volume: unit for unit, (volume, _) in self.base.items()}
        self._profiles()
        self._mapping()
        self._copies()
        self._ims()
        self._labels()

    def _profiles(self):
        """Profile -> (volumes of its sources, volumes of its targets), each by the units of its own system."""
        self.volumes_of = {}
        for profile in self.seen["profiles"]:
            units = self.bases[profile["system"]]
            listed = [source["unit"] for source in profile["sources"]], [entry["target"] for entry in profile["targets"]]
            self.volumes_of[profile["name"]] = tuple({units[unit][0] for unit in side if unit in units} for side in listed)
        self.source_volumes, self.target_volumes = self.volumes_of[self.profile["name"]]
        self.every_target = set().union(*(of_targets for _, of_targets in self.volumes_of.values()))

    def _copies(self):
        # Volume -> what it is copied to, and from, by FlashCopy; pairs that it mirrors in, on either side.
        self.copied_to, self.copied_from, self.mirrors_of = {}, {}, {}
        for relation in self.seen["relations"]:
            self.copied_to.setdefault(relation["source"], []).append(relation["target"])
            self.copied_from.setdefault(relation["target"], []).append(relation["source"])
        self.mirrors = [(m["standard"], m["bcv"], m["state"]) for m in self.seen["mirrors"]]
        for pair in self.mirrors:
            for volume in pair[:2]:
                self.mirrors_of.setdefault(volume, []).append(pair)

    def _mapping(self):
        # A unit is asked once, however often it is listed.
        self.source_units = list(dict.fromkeys(source["unit"] for source in self.profile["sources"]))
        self.saved = {source["unit"]: source["volser"] for source in self.profile["sources"]}
        self.target_units = list(dict.fromkeys(entry["target"] for entry in self.profile["targets"]))
        # The target of a unit that is no source forms no pair.
        listed = set(self.source_units)
        entries = [entry for entry in self.profile["targets"] if entry["source"] in listed]
        self.pairs = [
            (entry["source"], entry["target"], entry["generation"])
            for entry in entries
            if entry["source"] in self.base and entry["target"] in self.base
        ]
        self.mapped_sources, self.mapped_targets = {}, {}
        for source, target, _ in self.pairs:
            source, target = self.base[source][0], self.base[target][0]
            self.mapped_sources.setdefault(target, set()).add(source)
            self.mapped_targets.setdefault(source, set()).add(target)
        self.resolved_units = {unit for unit in self.source_units + self.target_units if unit in self.base}

    def _ims(self):
        own = self.profile["ims_ssid"]
        groups = {ims["ssid"]: ims.get("group") for ims in self.seen["ims"]}
        group = groups.get(own)
        self.known_ims = sorted(groups)
        self.group = {own} | {ssid for ssid, other in groups.items() if group is not None and other == group}
        members = self.group if self.policy["log_scope"] == "group" else {own}
        self.mine = [entry for entry in self.seen["data_sets"] if not members.isdisjoint(entry["ims"])]
        classes = {"database", "user-included"} | ({"system", "log", "recon"} if self.full else set())
        self.scope = [entry for entry in self.mine if entry["class"] in classes]
        # What only IMS systems outside the group use is no data of this IMS.
        self.non_ims = [
            entry
            for entry in self.seen["data_sets"]
            if entry["class"] == "non-ims" or (entry["class"] != "control" and self.group.isdisjoint(entry["ims"]))
        ]

    def _labels(self):
        carriers = {}
        for volume, status in self.base.values():
            label = self.volumes[volume]["volser"]
            if label is not None:
                carriers.setdefault(label, []).append((volume, status))
        self.mounted = {
            label: [volume for volume, status in found if status in MOUNTED] for label, found in carriers.items()
        }
        self.meaning = {}
        for label, found in carriers.items():
            mounted = set(self.mounted[label])
            if mounted:
                self.meaning[label] = mounted & self.source_volumes or mounted
            else:
                self.meaning[label] = {volume for volume, _ in found} - self.every_target

    def means(self, label):
        """The volumes that a label means in a catalog; none where the site does not have the volume."""
        return self.meaning.get(label, NOWHERE)

    def on(self, thing):
        """The volumes on which a data set on disk, or a catalog, lies."""
        if thing.get("storage", "disk") != "disk":
            return set()
        return {volume for label in thing["volumes"] for volume in self.means(label)}

    def by_volume(self, things):
        """Volume -> names of what lies on it."""
        found = {}
        for thing in things:
            for volume in self.on(thing):
                found.setdefault(volume, []).append(thing["name"])
        return found

    def device(self, volume):
        """A volume as evidence names it."""
        return self.unit_of.get(volume, volume)

    def subject(self, volume):
        return f"unit:{self.unit_of[volume]}" if volume in self.unit_of else f"volume:{volume}"

    def label(self, volume):
        return self.volumes[volume]["volser"] or ""

    def status(self, unit):
        return self.base[unit][1]

    def array(self, volume):
        return self.arrays[array_of(volume)]
