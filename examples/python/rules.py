"""The rules PS00 to PS15: an observation and a profile in, a verdict out."""

import levels
from facts import ESTABLISHED, MOUNTED, NOWHERE, Facts, array_of, lss_of

KINDS = ["unit", "volume", "array", "data-set", "catalog", "profile", "generation", "side"]
MOST_RELATIONS = 12


def check(seen, name):
    """What profile setup says of a profile."""
    facts, found = Facts(seen, name), []

    def add(rule, severity, reason, subjects, **evidence):
        evidence = {key: sorted(set(fact)) if isinstance(fact, list) else fact for key, fact in evidence.items()}
        found.append({"code": rule + severity, "reason": reason, "subjects": subjects, "evidence": evidence})

    environment(facts, add)
    if found:
        return verdict(found, 12, None)
    for rule in (coverage, logs, catalogs, separation, sources, targets, pairs, flashcopy, shared, labels_on_sources):
        rule(facts, add)
    levels.findings(facts, add)
    mirrors(facts, add)
    mapping(facts, add)
    severities = {finding["code"][4] for finding in found}
    code = 8 if "E" in severities else 4 if "W" in severities else 0
    apart = all(finding["code"][:4] != "PS04" for finding in found)
    if facts.full:
        scope = "full-and-data" if apart else "full-only"
    else:
        scope = "data-only" if apart else "none"
    return verdict(found, code, scope)


def verdict(found, code, scope):
    found.sort(key=order)
    return {"return_code": code, "restore_scope": scope, "findings": found}


def order(finding):
    def key(subject):
        kind, name = subject.split(":", 1)
        number = int(name, 16) if kind == "unit" else int(name) if kind == "generation" else 0
        return KINDS.index(kind), number, name

    return finding["code"][:4], [key(subject) for subject in finding["subjects"]], finding["reason"]


def names(things):
    return [thing["name"] for thing in things]


def environment(facts, add):
    profile = facts.profile
    subject = [f"profile:{profile['name']}"]
    ims = profile["ims_ssid"]
    if ims not in facts.known_ims:
        add("PS00", "E", "unknown-ims-system", subject, ims_ssid=ims, known=facts.known_ims)
    else:
        for catalog in facts.seen["catalogs"]:
            named = [entry for entry in facts.mine if entry["catalog"] == catalog["name"]]
            if named and not catalog["reachable"]:
                add("PS00", "E", "catalog-unavailable", [f"catalog:{catalog['name']}"], data_sets=names(named))
    owners = [array_of(facts.base[unit][0]) for unit in facts.resolved_units]
    for serial in sorted(set(owners)):
        if not facts.arrays[serial]["reachable"]:
            add("PS00", "E", "array-unreachable", [f"array:{serial}"], units=owners.count(serial))
    if ims in facts.seen["authority"].get("denied", []):
        add("PS00", "E", "not-authorized", subject, ims_ssid=ims)
    if profile["locked_by"] is not None:
        add("PS00", "E", "profile-locked", subject, locked_by=profile["locked_by"])


def coverage(facts, add):
    """PS01."""
    counted = [entry for entry in facts.scope if entry["class"] not in ("log", "recon")]
    for volume, held in facts.by_volume(counted).items():
        if volume not in facts.source_volumes:
            add("PS01", "E", "missing", [facts.subject(volume)], volser=facts.label(volume), data_sets=held)
    policy = facts.policy["migrated"]
    for entry in facts.scope:
        subject, kind = [f"data-set:{entry['name']}"], entry["class"]
        if entry["storage"] == "migrated":
            severity = "I" if kind == "user-included" else {"fail": "E", "recall": "I", "ignore": "W"}[policy]
            add("PS01", severity, "migrated", subject, **{"class": kind, "policy": policy})
        elif entry["storage"] == "disk":
            unknown = [label for label in entry["volumes"] if not facts.means(label)]
            if unknown or not entry["volumes"]:
                add("PS01", "E", "unknown-volume", subject, **{"class": kind, "volsers": unknown})
            gone = [label for label in entry["volumes"] if facts.means(label) and not held_by_vtoc(facts, entry, label)]
            if gone:
                add("PS01", "E", "not-on-volume", subject, **{"class": kind, "volsers": gone})


def held_by_vtoc(facts, entry, label):
    vtocs = [facts.volumes[volume]["vtoc"] for volume in facts.means(label)]
    return any(vtoc is None or entry["name"] in vtoc for vtoc in vtocs)


def logs(facts, add):
    """PS02."""
    entries = [entry for entry in facts.mine if entry["class"] in ("log", "recon")]
    for volume, held in facts.by_volume(entries).items():
        is_source = volume in facts.source_volumes
        evidence = {"volser": facts.label(volume), "data_sets": held}
        if facts.full and not is_source:
            add("PS02", "E", "missing", [facts.subject(volume)], **evidence)
        elif not facts.full and is_source:
            add("PS02", "I", "log-in-data-backup", [facts.subject(volume)], **evidence)
    for entry in entries:
        if facts.full and entry["storage"] == "tape":
            add("PS02", "I", "on-tape", [f"data-set:{entry['name']}"], **{"class": entry["class"]})


def catalogs(facts, add):
    """PS03."""
    for name, catalog in facts.catalogs.items():
        named = names(entry for entry in facts.scope if entry["catalog"] == name)
        if not named:
            continue
        subject = [f"catalog:{name}"]
        if catalog["kind"] == "master":
            add("PS03", "W", "master-catalog", subject, data_sets=named)
            continue
        volumes = facts.on(catalog)
        outside = [facts.device(volume) for volume in volumes - facts.source_volumes]
        unknown = [label for label in catalog["volumes"] if not facts.means(label)]
        if outside or unknown:
            add("PS03", "E", "missing", subject, devices=outside, unknown_volsers=unknown, data_sets=named)
        inside = [facts.device(volume) for volume in volumes & facts.source_volumes]
        foreign = [entry for entry in facts.non_ims if entry["catalog"] == name and is_outside(facts, entry)]
        if inside and foreign:
            add("PS03", "W", "foreign-entries", subject, sources=inside, data_sets=names(foreign))


def is_outside(facts, entry):
    """Whether a data set on disk lies on a volume that is no source, or that is unknown."""
    if entry["storage"] != "disk":
        return False
    return any(not facts.means(label) or facts.means(label) - facts.source_volumes for label in entry["volumes"])


def separation(facts, add):
    """PS04."""
    sides = [
        [entry for entry in facts.mine if entry["class"] in ("log", "recon")],
        [entry for entry in facts.mine if entry["class"] in ("database", "user-included")],
    ]
    on_sides = [{}, {}]
    for name, catalog in facts.catalogs.items():
        if catalog["kind"] != "user":
            continue
        log, data = [names(entry for entry in side if entry["catalog"] == name) for side in sides]
        if log and data:
            add("PS04", "W", "shared-catalog", [f"catalog:{name}"], log_side=log, data_side=data)
        elif log or data:
            for volume in facts.on(catalog):
                on_sides[0 if log else 1].setdefault(volume, []).append(f"catalog:{name}")
    for side, on_side in zip(sides, on_sides):
        for volume, held in facts.by_volume(side).items():
            on_side.setdefault(volume, []).extend(f"data-set:{name}" for name in held)
    for volume in on_sides[0].keys() & on_sides[1].keys():
        log, data = on_sides[0][volume], on_sides[1][volume]
        add("PS04", "W", "shared-volume", [facts.subject(volume)], volser=facts.label(volume), log_side=log, data_side=data)


def unresolved(facts, add, rule, unit):
    """Whether a unit belongs to no volume: no more is asked of it then."""
    if unit in facts.base:
        return False
    reason = "alias-device" if unit in facts.aliases else "unknown-unit"
    add(rule, "E", reason, [f"unit:{unit}"], system=facts.system)
    return True


def sources(facts, add):
    """PS05."""
    for unit in facts.source_units:
        if unresolved(facts, add, "PS05", unit):
            continue
        volume, status = facts.base[unit]
        seen, label, subject = facts.volumes[volume], facts.label(volume), [f"unit:{unit}"]
        saved = facts.saved[unit]
        if saved is None or saved != seen["volser"]:
            add("PS05", "E", "volser-mismatch", subject, saved=saved or "", found=label)
        twins = [facts.unit_of[other] for other in facts.mounted.get(label, []) if other != volume]
        if twins and status in MOUNTED:
            add("PS05", "E", "duplicate-volser", subject, volser=label, units=twins)
        if status not in ("online", "allocated"):
            add("PS05", "E", status, subject, volser=label)
        if seen["reserved_by"] not in (None, facts.system):
            add("PS05", "E", "reserved", subject, volser=label, reserved_by=seen["reserved_by"])
        mirrors = facts.mirrors_of.get(volume, [])
        flashed = facts.copied_from.get(volume, [])
        mirrored = [standard for standard, bcv, state in mirrors if bcv == volume and state in ESTABLISHED]
        roles = ["flashcopy-target"] * bool(flashed) + ["bcv"] * bool(mirrored)
        roles += ["remote-secondary"] * (seen["remote"] == "secondary")
        if roles:
            origins = [facts.device(origin) for origin in flashed + mirrored]
            add("PS05", "E", "copy-target", subject, volser=label, roles=roles, copied_from=origins)
        restoring = [
            (state, bcv if standard == volume else standard)
            for standard, bcv, state in mirrors
            if state in ("RestInProg", "SplitBfrRest")
        ]
        if restoring:
            states, partners = [state for state, _ in restoring], [facts.device(other) for _, other in restoring]
            add("PS05", "E", "restoring", subject, volser=label, states=states, partners=partners)
        method(facts, add, "PS05", unit)


def method(facts, add, rule, unit):
    array = facts.array(facts.base[unit][0])
    if facts.method == "bcv" and array["family"] != "symmetrix":
        add(rule, "E", "method-unsupported", [f"unit:{unit}"], array=array["serial"], family=array["family"])


def targets(facts, add):
    """PS06, what is asked of each target."""
    holds = {}
    for kind, things in (("data-set", facts.seen["data_sets"]), ("catalog", facts.seen["catalogs"])):
        for volume, held in facts.by_volume(things).items():
            holds.setdefault(volume, []).extend(f"{kind}:{name}" for name in held)
    for unit in facts.target_units:
        if unresolved(facts, add, "PS06", unit):
            continue
        volume, status = facts.base[unit]
        seen, label, subject = facts.volumes[volume], facts.label(volume), [f"unit:{unit}"]
        established = [pair[:2] for pair in facts.mirrors_of.get(volume, []) if pair[2] in ESTABLISHED]
        mirrors_source = any(bcv == volume and standard in facts.source_volumes for standard, bcv in established)

        def say(severity, reason, **evidence):
            add("PS06", severity, reason, subject, volser=label, **evidence)

        if status in ("boxed", "no-path"):
            say("E", status)
        elif status == "not-ready" and not (facts.method == "bcv" and mirrors_source):
            say("E", "not-ready")
        elif status == "allocated":
            say("E", "in-use")
        elif status in ("online", "pending-offline"):
            say("W", status)
        if seen["reserved_by"] is not None:
            say("E", "reserved", reserved_by=seen["reserved_by"])
        if volume in holds:
            say("E", "holds-data", holds=holds[volume])
        if unit in facts.source_units:
            say("E", "also-source")
        if facts.method == "bcv" and not seen["bcv"]:
            say("E", "not-bcv", array=array_of(volume))
        others = {*facts.copied_from.get(volume, []), *facts.copied_to.get(volume, [])}
        if facts.method == "flashcopy":
            others |= {bcv if standard == volume else standard for standard, bcv in established}
        others -= facts.mapped_sources.get(volume, NOWHERE)
        if others:
            say("E", "foreign-relation", others=[facts.device(other) for other in others])
        if seen["thin"]:
            say("E", "space-efficient")
        if seen["remote"] == "secondary":
            say("E", "remote-secondary")
        method(facts, add, "PS06", unit)


def pairs(facts, add):
    """PS06 and PS08, what is asked of each pair."""
    for source_unit, target_unit, generation in facts.pairs:
        source, target = facts.base[source_unit][0], facts.base[target_unit][0]
        of_source, of_target = facts.volumes[source], facts.volumes[target]
        subjects = [f"unit:{target_unit}", f"unit:{source_unit}", f"generation:{generation}"]
        types = {"target_type": of_target["device_type"], "source_type": of_source["device_type"]}
        if of_target["device_type"] != of_source["device_type"]:
            add("PS06", "E", "device-type", subjects, **types)
        sizes = {"target_cylinders": of_target["cylinders"], "source_cylinders": of_source["cylinders"]}
        more = of_target["cylinders"] - of_source["cylinders"]
        apart = array_of(source) != array_of(target)
        if facts.method == "bcv":
            if more:
                add("PS06", "E", "size-mismatch", subjects, **sizes)
            if apart:
                arrays = {"target_array": array_of(target), "source_array": array_of(source)}
                add("PS06", "E", "different-array", subjects, **arrays)
            continue
        if more < 0:
            add("PS06", "E", "too-small", subjects, **sizes)
        elif more > 0:
            add("PS06", "W", "larger", subjects, **sizes)
        subjects = [subjects[1], subjects[0], subjects[2]]
        if apart:
            arrays = {"source_array": array_of(source), "target_array": array_of(target)}
            add("PS08", "E", "different-array", subjects, **arrays)
        elif lss_of(source) != lss_of(target) and facts.policy["lss_scope"] == "same-lss":
            add("PS08", "E", "different-lss", subjects, source_lss=lss_of(source), target_lss=lss_of(target))


def flashcopy(facts, add):
    """PS07."""
    if facts.method != "flashcopy":
        return
    for side, units in (("source", facts.source_units), ("target", facts.target_units)):
        for unit in units:
            if unit not in facts.base:
                continue
            volume = facts.base[unit][0]
            seen, label = facts.volumes[volume], facts.label(volume)
            subjects = [f"unit:{unit}", f"side:{side}"]
            if "flashcopy" not in facts.array(volume)["features"]:
                add("PS07", "E", "not-licensed", subjects, array=array_of(volume))
            if seen["incapable"] is not None:
                add("PS07", "E", "not-capable", subjects, volser=label, cause=seen["incapable"])
            if seen["inhibited"]:
                add("PS07", "E", "inhibited", subjects, volser=label)
            if seen["v1_active"]:
                add("PS07", "E", "v1-active", subjects, volser=label)
            own = facts.mapped_targets.get(volume, NOWHERE)
            count = sum(1 for target in facts.copied_to.get(volume, []) if target not in own)
            generations = facts.profile["generations"]
            if side == "source" and count + generations > MOST_RELATIONS:
                evidence = {"relations": count, "generations": generations, "limit": MOST_RELATIONS}
                add("PS07", "E", "relation-limit", subjects, volser=label, **evidence)


def shared(facts, add):
    """PS09."""
    others = {name: volumes for name, volumes in facts.volumes_of.items() if name != facts.profile["name"]}
    for volume in facts.target_volumes:
        subject, label = facts.subject(volume), facts.label(volume)
        how = {name: ["listed"] for name, (_, of_targets) in others.items() if volume in of_targets}
        holder = facts.volumes[volume]["held_for"]
        if holder not in (None, facts.profile["name"]):
            how.setdefault(holder, []).append("held")
        for name, ways in how.items():
            add("PS09", "W", "target-in-other-profile", [subject, f"profile:{name}"], volser=label, how=ways)
        for name, (of_sources, _) in others.items():
            if volume in of_sources:
                add("PS09", "E", "source-in-other-profile", [subject, f"profile:{name}"], volser=label)
    for volume in facts.source_volumes:
        for name, (_, of_targets) in others.items():
            if volume in of_targets:
                subjects = [facts.subject(volume), f"profile:{name}"]
                add("PS09", "E", "source-is-target-elsewhere", subjects, volser=facts.label(volume))


def labels_on_sources(facts, add):
    """PS10 and PS15."""
    control = [entry for entry in facts.seen["data_sets"] if entry["class"] == "control"]
    asked = [("PS10", "E", "control-data", control)]
    if facts.policy["report_non_ims_data"]:
        asked.append(("PS15", "W", "non-ims-data", facts.non_ims))
    for rule, severity, reason, entries in asked:
        for volume, held in facts.by_volume(entries).items():
            if volume in facts.source_volumes:
                add(rule, severity, reason, [facts.subject(volume)], volser=facts.label(volume), data_sets=held)


def mirrors(facts, add):
    """PS12 and PS13."""
    if facts.method != "bcv":
        return
    for standard, bcv, state in facts.mirrors:
        established = state in ESTABLISHED
        if standard in facts.source_volumes and bcv not in facts.target_volumes:
            subjects = [facts.subject(standard), facts.subject(bcv)]
            evidence = {"state": state, "held_for": facts.volumes[bcv]["held_for"] or ""}
            if established:
                add("PS12", "E", "established", subjects, **evidence)
            elif state in ("Split", "SplitBfrSync", "SplitBfrRest"):
                add("PS12", "I", "split-history", subjects, **evidence)
        if established and bcv in facts.target_volumes and standard not in facts.source_volumes:
            add("PS13", "E", "established", [facts.subject(bcv), facts.subject(standard)], state=state)


def mapping(facts, add):
    """PS14: reads the profile only."""
    profile = facts.profile
    subject = [f"profile:{profile['name']}"]
    if not profile["sources"]:
        add("PS14", "E", "no-sources", subject)
    if not profile["generations"]:
        add("PS14", "E", "no-generations", subject)
    mapped = {(entry["source"], entry["generation"]) for entry in profile["targets"]}
    for unit in facts.source_units:
        for generation in range(1, profile["generations"] + 1):
            if (unit, generation) not in mapped:
                add("PS14", "E", "missing-target", [f"unit:{unit}", f"generation:{generation}"])
    listed = set(facts.source_units)
    by_target = {}
    for entry in profile["targets"]:
        by_target.setdefault(entry["target"], []).append(entry)
        if entry["source"] not in listed:
            subjects = [f"unit:{entry['source']}", f"generation:{entry['generation']}"]
            add("PS14", "E", "unmapped-source", subjects, target=entry["target"])
    for target, entries in by_target.items():
        if len(entries) > 1:
            from_sources = [entry["source"] for entry in entries]
            generations = [str(entry["generation"]) for entry in entries]
            add("PS14", "E", "duplicate-target", [f"unit:{target}"], sources=from_sources, generations=generations)
