"""What a site file declares of a DS8000, unrolled by hand: what a client has to see of it."""

import re
import tomllib

MODELS = {
    "3380-D": 885,
    "3380-E": 1770,
    "3380-K": 2655,
    "3390-1": 1113,
    "3390-2": 2226,
    "3390-3": 3339,
    "3390-9": 10017,
    "3390-27": 30051,
    "3390-54": 65520,
}


def load(path):
    """The site of a file."""
    with open(path, "rb") as file:
        return tomllib.load(file)


def counted(pattern, nth):
    """The nth name of a pattern such as `IMS{001}`."""
    number = re.search(r"\{(\d+)\}", pattern)
    if not number:
        return pattern
    digits = number.group(1)
    return pattern.replace(number.group(0), str(int(digits) + nth).zfill(len(digits)))


def address(entry, nth):
    """Two digits of LSS and two of unit address: those of the nth thing of an entry."""
    place = int(entry["lss"] + entry["ua"], 16) + nth
    return f"{place:04X}"


def lss_of(site, serial):
    """Each LSS with its control-unit SSID."""
    array = next(array for array in site["arrays"] if array["serial"] == serial)
    found = {}
    for entry in array["lss"]:
        for nth in range(entry.get("count", 1)):
            found[f"{int(entry['id'], 16) + nth:02X}"] = f"{int(entry['cu_ssid'], 16) + nth:04X}"
    return found


def volumes_of(site, serial):
    """Each volume: what its entry says of it."""
    found = {}
    for entry in site["volumes"]:
        if entry["array"] != serial:
            continue
        for nth in range(entry.get("count", 1)):
            volser = entry.get("volser")
            found[address(entry, nth)] = {
                "volser": counted(volser, nth) if volser else "",
                "cylinders": entry.get("cylinders") or MODELS[entry["model"]],
                "type": entry.get("model", "3390").split("-")[0],
                "thin": entry.get("thin", False),
                "incapable": entry.get("incapable"),
                "pool": entry.get("pool"),
            }
    return found


def aliases_of(site, serial):
    """The addresses of aliases."""
    entries = [entry for entry in site.get("aliases", []) if entry["array"] == serial]
    return {address(entry, nth) for entry in entries for nth in range(entry.get("count", 1))}


def pool_ids(volumes):
    """The id of each pool: a name such as P4 is one, the others get the first free number of the server of their first volume."""
    servers = {}
    for id in sorted(volumes):
        server = int(id[:2], 16) % 2
        pool = volumes[id]["pool"]
        # Those without a pool are in one of their server, which comes after all that have a name.
        servers.setdefault((0, pool) if pool else (1, str(server)), server)
    numbers = {key: int(key[1][1:]) for key in servers if key[0] == 0 and re.fullmatch(r"P(0|[1-9]\d*)", key[1])}
    for key in sorted(servers):
        if key not in numbers:
            number = servers[key]
            while number in numbers.values():
                number += 2
            numbers[key] = number
    return {key: f"P{number}" for key, number in numbers.items()}


def capacity(volume):
    """Bytes of a volume."""
    return volume["cylinders"] * 15 * {"3390": 56664, "3380": 47476}[volume["type"]]


def machine(volume):
    """Machine type and model."""
    cylinders = volume["cylinders"]
    if volume["type"] == "3380":
        return "3380-2" if cylinders <= 2226 else "3380-3"
    return "3390-3" if cylinders <= 3339 else "3390-9" if cylinders <= 65520 else "3390-A"


class Expected:
    """What a client has to read of an array, row by row."""

    def __init__(self, site, serial, base):
        self.site, self.serial, self.base = site, serial, base
        self.volumes = volumes_of(site, serial)
        self.pools = pool_ids(self.volumes)

    def link(self, path):
        return {"rel": "self", "href": f"{self.base}/api/v1/{path}"}

    def to(self, kind, id):
        return {"id": id, "link": self.link(f"{kind}/{id}")}

    def pool_of(self, id):
        pool = self.volumes[id]["pool"]
        return self.pools[(0, pool) if pool else (1, str(int(id[:2], 16) % 2))]

    def system(self):
        array = next(array for array in self.site["arrays"] if array["serial"] == self.serial)
        total = str(sum(capacity(volume) for volume in self.volumes.values()))
        return {
            "id": f"2107-{self.serial}",
            "name": self.serial,
            "state": "online",
            "release": {"89.30.68.0": "9.3", "88.33.20.0": "8.3.3"}[array["code_level"]],
            "bundle": array["code_level"],
            "MTM": "",
            "sn": self.serial,
            "wwnn": "",
            "cap": total,
            "capalloc": total,
            "capavail": "0",
            "capraw": total,
        }

    def lss(self):
        used = [id[:2] for id in [*self.volumes, *aliases_of(self.site, self.serial)]]
        return [
            {
                "id": id,
                "link": self.link(f"lss/{id}"),
                "type": "ckd",
                "group": str(int(id, 16) % 2),
                "addrgrp": id[0],
                "configvols": str(used.count(id)),
                "volumes": {"link": self.link(f"lss/{id}/volumes")},
                "sub_system_identifier": ssid,
                "ckd_base_cu_type": "3990-6",
                "pprc_consistency_group": "disabled",
                "critical_mode": "disabled",
                "extended_long_busy_time": "120",
                "cc_session_timeout": "300",
                "xrc_session_timeout": "300",
            }
            for id, ssid in sorted(lss_of(self.site, self.serial).items())
        ]

    def volume(self, id):
        volume = self.volumes[id]
        bytes = str(capacity(volume))
        return {
            "id": id,
            "link": self.link(f"volumes/{id}"),
            "name": id,
            "state": "inaccessible" if volume["incapable"] == "inaccessible" else "normal",
            "cap": bytes,
            "real_cap": bytes,
            "virtual_cap": bytes,
            "capalloc": bytes,
            "stgtype": "ckd",
            "VOLSER": volume["volser"],
            "lss": self.to("lss", id[:2]),
            "pool": self.to("pools", self.pool_of(id)),
            "allocmethod": "",
            "tp": "ese" if volume["thin"] else "none",
            "MTM": machine(volume),
            "datatype": "3390-A" if machine(volume) == "3390-A" else volume["type"],
            "easytier": "none",
            "tieralloc": [],
            "basevolume": "",
            "hosts": "",
            "flashcopy": {"link": self.link(f"volumes/{id}/flashcopy")},
            "pprc": "",
        }

    def pool_rows(self):
        rows = []
        for (kind, name), id in sorted(self.pools.items(), key=lambda item: int(item[1][1:])):
            members = [self.volumes[volume] for volume in self.volumes if self.pool_of(volume) == id]
            total = str(sum(map(capacity, members)))
            rows.append(
                {
                    "id": id,
                    "link": self.link(f"pools/{id}"),
                    "name": name if kind == 0 else id,
                    "node": str(int(id[1:]) % 2),
                    "stgtype": "ckd",
                    "cap": total,
                    "capalloc": total,
                    "capavail": "0",
                    "overprovisioned": "",
                    "real_capacity_allocated_on_ese": "0",
                    "virtual_capacity_allocated_on_ese": "0",
                    "easytier": "none",
                    "tieralloc": [],
                    "threshold": "0",
                    "eserep": "",
                    "tserep": "",
                    "volumes": {"link": self.link(f"pools/{id}/volumes")},
                }
            )
        return rows
