"""The life of a profile: what an edit makes of it, and how it enters the site."""

from facts import base_units


def covered(seen, profile):
    """What must not change without another setup, and the reason that each part gives, the weightiest first."""
    units = base_units(seen)[profile["system"]]

    def identity(unit):
        return units[unit][0] if unit in units else None

    sources = {(source["unit"], identity(source["unit"]), source["volser"]) for source in profile["sources"]}
    targets = {(e["generation"], e["source"], e["target"], identity(e["target"])) for e in profile["targets"]}
    return [
        ("ims-ssid", profile["ims_ssid"]),
        ("type", profile["backup_type"]),
        ("method", profile["method"]),
        ("generations", profile["generations"]),
        ("units", (sources, targets)),
    ]


def edit(seen, before, wanted):
    if before["locked_by"] is not None:
        return {"refused": "profile-locked"}
    if before["state"] != "setup-needed":
        if any(before[field] != wanted[field] for field in ("ims_ssid", "backup_type")):
            return {"refused": "read-only"}
    for (reason, old), (_, new) in zip(covered(seen, before), covered(seen, wanted)):
        if old != new:
            return {"profile": {"state": "setup-needed", "reason": reason}}
    return {"profile": {"state": before["state"], "reason": before["reason"]}}


def enter():
    """A profile under a name that was free is new, whatever it had gone through elsewhere."""
    return {"profile": {"state": "setup-needed", "reason": "new"}}
