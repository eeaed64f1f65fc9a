"""What a site file declares of an array, as a client of Unisphere should read it."""

import tomllib

CYLINDERS = {"3390-1": 1113, "3380-K": 2655}
LIKE = {"3390-1": "CKD-3390", "3380-K": "CKD-3380"}


def volumes(path, serial):
    """Every declared volume by its device number."""
    with open(path, "rb") as file:
        site = tomllib.load(file)
    array = next(array for array in site["arrays"] if array["serial"] == serial)
    ssids = {lss["id"]: lss["cu_ssid"] for lss in array["lss"]}
    found = {}
    for entry in site["volumes"]:
        for nth in range(entry.get("count", 1)):
            address = f"{int(entry['ua'], 16) + nth:02X}"
            stated = entry.get("device")
            number = f"{int(stated, 16) + nth:05X}" if stated else f"F{entry['lss']}{address}"
            found[number] = {
                "type": "BCV+TDEV" if entry.get("bcv") else "TDEV",
                "emulation": LIKE.get(entry.get("model"), "CKD-3390"),
                "cap_cyl": entry.get("cylinders", CYLINDERS.get(entry.get("model"))),
                "ssid": ssids[entry["lss"]],
                "cu_image_base_address": address,
                "reserved": "reserved_by" in entry,
                "storageGroupId": [entry["storage_group"]] if "storage_group" in entry else [],
                "num_of_front_end_paths": ("unit" in entry) + len(entry.get("elsewhere", [])),
            }
    return array, found
