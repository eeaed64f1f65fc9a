"""Code levels of arrays (PS11)."""

import re

NUMBER = re.compile(r"^[0-9]+$")


def read(family, text):
    """(scale, numbers) of a level; None where it cannot be determined."""
    parts = text.split(".")
    if not all(NUMBER.match(part) and part.isascii() and len(part.lstrip("0")) <= 9 for part in parts):
        return None
    numbers = [int(part) for part in parts]
    first = numbers[0]
    if family == "symmetrix":
        return ("symmetrix", numbers) if 1000 <= first <= 9999 and len(numbers) <= 3 else None
    if len(numbers) > 4:
        return None
    if 10 <= first <= 99:
        return ("bundle", numbers)
    return ("lmc", numbers) if 1 <= first <= 9 else None


def padded(numbers):
    return (numbers + [0] * 4)[:4]


def findings(facts, add):
    rows = {row["family"]: row for row in facts.policy["code_levels"] if row["method"] == facts.method}
    counts = {}
    for unit in facts.resolved_units:
        serial = facts.base[unit][0].split("/")[0]
        counts[serial] = counts.get(serial, 0) + 1
    for serial, units in counts.items():
        array = facts.arrays[serial]
        of_line = [family for family in rows if (family == "ds8000") == (array["family"] == "ds8000")]
        for severity, reason, evidence in judged(array, rows, of_line):
            add("PS11", severity, reason, [f"array:{serial}"], **evidence, units=units)


def judged(array, rows, of_line):
    text = array["code_level"]
    level = read(array["family"], text)
    if level is None:
        yield "E", "undeterminable", {"found": text, "required": ""}
        return
    scale, numbers = level
    family = "ds8000" if array["family"] == "ds8000" else str(numbers[0])
    row = rows.get(family)
    if row is None:
        newer = array["family"] == "symmetrix" and of_line and numbers[0] > max(int(known) for known in of_line)
        severity, reason = ("I", "newer-than-policy") if newer else ("E", "unsupported-family")
        yield severity, reason, {"found": text, "required": of_line}
        return
    minimum = read(array["family"], row["minimum"])
    if minimum is None or minimum[0] != scale:
        yield "E", "undeterminable", {"found": text, "required": row["minimum"]}
        return
    found, least = padded(numbers), padded(minimum[1])
    evidence = {"found": text, "required": row["minimum"]}
    if scale != "symmetrix":
        if found < least:
            yield "E", "level-below-minimum", evidence
    elif found[:2] < least[:2]:
        yield "E", "level-below-minimum", evidence
    elif found[:2] == least[:2] and found[2] < least[2]:
        yield "E", "patch-below-minimum", evidence
    required = row.get("fixes", [])
    missing = [fix for fix in required if fix not in array["fixes"]]
    if missing:
        fixes = {"found": array["fixes"], "required": required, "missing": missing}
        yield "E", "fix-missing", {key: [str(fix) for fix in value] for key, value in fixes.items()}
