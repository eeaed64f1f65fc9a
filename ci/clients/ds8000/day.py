"""A day of automation on two DS8000 arrays: pyds8k, unmodified, against `dasdlab serve`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
from pyds8k import exceptions
from pyds8k.client.ds8k.v1.client import Client

from declared import Expected, load
from served import PASSWORD, USER, Served

HERE = Path(__file__).parent
SITE = HERE / "site.toml"
ARRAY, UNLICENSED = "75ABC01", "75XYZ01"
PROFILE = "IMSP DATA"
# A copy of a 3390-9 takes 3 s, one of a 3390-1 a third of a second.
PATIENCE = 60


def same(what, found, expected):
    """Fails with what differs."""
    if found == expected:
        return
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in sorted({*found, *expected}):
            same(f"{what}.{key}", found.get(key), expected.get(key))
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for nth, (one, other) in enumerate(zip(found, expected, strict=True)):
            same(f"{what}[{nth}]", one, other)
    raise SystemExit(f"{what}: found {found!r}, expected {expected!r}")


def refused(kind, code, act, *arguments):
    """Fails unless this very exception comes, with this code."""
    try:
        result = act(*arguments)
    except kind as error:
        if type(error) is not kind or error.error_data["code"] != code or error.error_data["status"] != "failed":
            raise SystemExit(
                f"{act.__name__}{arguments}: {type(error).__name__} {error}: expected {kind.__name__} {code}"
            ) from error
        return str(error)
    raise SystemExit(f"{act.__name__}{arguments}: {result!r}: expected {kind.__name__} {code}")


def until(what, condition):
    """Waits for a condition, and says what it came to."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise SystemExit(f"{what} did not come within {PATIENCE} s")


class Raw:
    """The array as it answers when no client is in between."""

    def __init__(self, base, verify=True):
        self.base, self.session = f"{base}/api/v1", requests.Session()
        self.session.verify = verify
        body = json.dumps({"request": {"params": {"username": USER, "password": PASSWORD}}})
        token = self.session.post(f"{self.base}/tokens", data=body).json()["token"]["token"]
        self.session.headers["X-Auth-Token"] = token

    def rows(self, path, name, **query):
        answer = self.session.get(f"{self.base}/{path}", params=query)
        body = answer.json()
        same(f"{path}: status", (answer.status_code, body["server"]["status"]), (200, "ok"))
        rows = body["data"][name]
        same(f"{path}: counts", body["counts"], {"data_counts": len(rows), "total_counts": len(rows)})
        return rows

    def everything(self):
        """All that the array shows, as a text."""
        kinds = [("volumes", "volumes"), ("cs/flashcopies", "flashcopies"), ("flashcopy", "flashcopy"), ("lss", "lss")]
        return json.dumps([self.rows(path, name) for path, name in kinds])


def seen(resource):
    """What a resource of the client holds, as far as the client did not rebuild it."""
    return {key: value for key, value in resource.representation.items() if isinstance(value, str) and value}


def plain(row):
    """A row as the client holds it: of what it relates to, the id."""
    related = {key: value["id"] for key, value in row.items() if isinstance(value, dict) and "id" in value}
    return {key: value for key, value in {**row, **related}.items() if isinstance(value, str) and value}


def inventory(client, raw, expected):
    same("systems", raw.rows("systems", "systems"), [expected.system()])
    system = client.get_systems()[0]
    same("get_systems", {key: getattr(system, key) for key in expected.system()}, expected.system())

    same("lss", raw.rows("lss", "lss"), expected.lss())
    same("get_lss", [seen(lss) for lss in client.get_lss()], [plain(row) for row in expected.lss()])
    same("lss of fixed blocks", raw.rows("lss", "lss", type="fb"), [])
    for row in expected.lss():
        same("get_lss_by_id", seen(client.get_lss_by_id(row["id"])), plain(row))
        volumes = [expected.volume(id) for id in sorted(expected.volumes) if id[:2] == row["id"]]
        same(f"lss {row['id']}", raw.rows(f"lss/{row['id']}/volumes", "volumes"), volumes)
        lss = client.get_lss_by_id(row["id"])
        same(f"lss {row['id']}.get_volumes", [seen(volume) for volume in lss.get_volumes()], [plain(row) for row in volumes])

    everything = [expected.volume(id) for id in sorted(expected.volumes)]
    same("volumes", raw.rows("volumes", "volumes"), everything)
    same("get_volumes", [seen(volume) for volume in client.get_volumes()], [plain(row) for row in everything])
    for row in everything:
        volume = client.get_volume(row["id"].lower())
        same(f"get_volume {row['id']}", seen(volume), plain(row))
        same(
            f"the links of {row['id']}",
            (volume.lss, volume.pool, volume._lss.id),
            (row["lss"]["id"], row["pool"]["id"], row["lss"]["id"]),
        )
    projected = raw.rows("volumes", "volumes", data_fields="id,VOLSER")
    same("data_fields", projected, [{"id": row["id"], "VOLSER": row["VOLSER"]} for row in everything])

    same("pools", raw.rows("pools", "pools"), expected.pool_rows())
    walked = []
    for pool in client.get_pools():
        walked += [volume.id for volume in pool.get_volumes()]
    same("a walk through all pools", sorted(walked), sorted(expected.volumes))
    return len(everything)


def pairs(*both):
    return [{"source_volume": source, "target_volume": target} for source, target in both]


def ids(client):
    return sorted(flashcopy.id for flashcopy in client.get_cs_flashcopies())


def copies(client, raw):
    """Establish, list, wait, withdraw."""
    declared = ["1110:1112", "1111:1113"]
    same("the relationships of the site", ids(client), declared)
    states = {row["id"]: row["state"] for row in raw.rows("cs/flashcopies", "flashcopies")}
    same("their states", states, {"1110:1112": "valid", "1111:1113": "tgt_failed"})

    # One that persists: its tracks run out, and it stays until it is withdrawn.
    made = client.create_cs_flashcopy(pairs(("1000", "1080")), ["persistent"])
    same("what was made", [flashcopy.id for flashcopy in made], ["1000:1080"])
    left = int(made[0].out_of_sync_tracks)
    same("the first count", 0 < left <= 150255, True)
    counts = []

    def copied():
        counts.append(int(client.get_cs_flashcopies("1000:1080").representation["out_of_sync_tracks"]))
        return counts[-1] == 0

    until("the end of the background copy", copied)
    same("the tracks that were left", counts, sorted(counts, reverse=True))
    same("the tracks that were left on the way", any(0 < count < 150255 for count in counts), True)
    same("the label of the target", client.get_volume("1080").VOLSER, "IMS001")
    for volume in ("1000", "1080"):
        (old,) = client.get_flashcopies(volume)
        same(
            "the older view",
            (old.id, old.persistent, old.recording, old.backgroundcopy, old.state),
            ("1000:1080", *["enabled"] * 3, "valid"),
        )
    same("the list", ids(client), ["1000:1080", *declared])

    # One that turns round.
    (turned,) = client.create_cs_flashcopy(pairs(("1000", "1080")), ["reverse_restore"])
    same("a relationship turned round", (turned.id, ids(client)), ("1080:1000", ["1080:1000", *declared]))
    _, answer = turned.delete()
    same("the answer to a withdrawal by its own link", answer["status"], "ok")
    same("the list", ids(client), declared)

    # One that nobody asked to persist ends by itself, as clients that wait for it expect.
    (passing,) = client.create_cs_flashcopy(pairs(("1101", "110B")))
    same("what was made", passing.id, "1101:110B")
    (old,) = raw.rows("volumes/110B/flashcopy", "flashcopy")
    same("it need not persist", (old["persistent"], old["backgroundcopy"]), ("disabled", "enabled"))
    until("the end of a passing relationship", lambda: client.get_flashcopies("110b") == [])
    same("the list", ids(client), declared)
    same("the label of the target", client.get_volume("110B").VOLSER, "QA0002")

    # One without background copy stays as it is.
    client.create_cs_flashcopy(pairs(("1102", "110C")), ["no_background_copy"])
    client.create_cs_flashcopy(pairs(("1103", "2F43")), ["no_background_copy", "permit_space_efficient_target"])
    client.create_cs_flashcopy(pairs(("1104", "2F46")), ["record_changes", "allow_pprc_target_primary"])
    (old,) = client.get_flashcopies("110C")
    same("no background copy", (old.backgroundcopy, old.state), ("disabled", "valid"))
    client.delete_cs_flashcopy("1102:110c")
    client.delete_cs_flashcopy("1103:2F43")
    until(
        "the end of a background copy", lambda: client.get_cs_flashcopies("1104:2F46").representation["out_of_sync_tracks"] == "0"
    )
    client.delete_cs_flashcopy("1104:2F46")

    # Several together: the client raises nothing, and each tells its own story.
    several = client.create_cs_flashcopy(
        pairs(("1105", "110D"), ("1105", "1112"), ("1106", "110E"), ("1107", "FE00")), ["persistent"]
    )
    told = [result["code"] if isinstance(result, dict) else result.id for result in several]
    same("what became of several", told, ["1105:110D", "BE7AD118", "1106:110E", "BE7AD101"])
    same("the list", ids(client), sorted(["1105:110D", "1106:110E", *declared]))
    answer = raw.session.delete(f"{raw.base}/cs/flashcopies", params={"ids": "1105:110D,1106:110E"})
    same("several withdrawn together", [part["server"]["status"] for part in answer.json()["responses"]], ["ok", "ok"])
    same("the list", ids(client), declared)


def refusals(client, unlicensed, raw):
    """What an array must refuse: a typed exception, and no trace of it."""
    error, missing, malformed = exceptions.InternalServerError, exceptions.NotFound, exceptions.BadRequest
    none, nocopy = [], ["no_background_copy"]
    table = [
        (missing, "BE7AD101", ("1000", "FE00"), none),
        (missing, "BE7AD101", ("FE00", "1000"), none),
        (error, "BE7AD102", ("1100", "1100"), none),
        (error, "BE7AD107", ("1100", "2F41"), none),
        (error, "BE7AD108", ("1100", "2F40"), none),
        (error, "BE7AD116", ("1100", "2F42"), none),
        (error, "BE7AD116", ("2F42", "1100"), none),
        (error, "BE7AD116", ("1100", "2F45"), none),
        (error, "BE7AD116", ("1100", "2F47"), none),
        (error, "BE7AD105", ("1100", "2F44"), none),
        (error, "BE7AD11E", ("1100", "2F43"), none),
        (error, "BE7AD11E", ("1100", "2F43"), nocopy),
        (error, "BE7AD11E", ("1100", "2F43"), ["permit_space_efficient_target"]),
        (error, "BE7AD12F", ("1100", "2F46"), none),
        (error, "BE7AD118", ("1100", "1112"), none),
        (error, "BE7AD119", ("1112", "1100"), none),
        (error, "BE7AD11A", ("1100", "1110"), none),
        (error, "BE7AD11C", ("1111", "1113"), ["reverse_restore"]),
        (missing, "BE7AD10B", ("1100", "1101"), ["reverse_restore"]),
        (malformed, "BE7AD001", ("1100", "2G00"), none),
        (malformed, "BE7AD001", ("1100", ""), none),
        (malformed, "BE7AD001", ("1110", "1112"), ["reverse_restore", "no_background_copy"]),
        (error, "BE7AD008", ("1100", "1101"), ["freeze_consistency"]),
        (error, "BE7AD008", ("1100", "1101"), ["inhibit_target_writes"]),
        (error, "BE7AD008", ("1110", "1112"), ["fast_reverse_restore"]),
    ]
    before = raw.everything()
    for kind, code, pair, options in table:
        refused(kind, code, client.create_cs_flashcopy, pairs(pair), options)
    refused(error, "BE7AD115", unlicensed.create_cs_flashcopy, pairs(("0000", "0001")), none)
    for act, argument, code in [
        (client.get_volume, "FE00", "BE7AD004"),
        (client.get_volume, "zz", "BE7AD004"),
        (client.get_lss_by_id, "77", "BE7AD004"),
        (client.get_pools, "P77", "BE7AD004"),
        (client.get_cs_flashcopies, "1000:1080", "BE7AD004"),
        (client.delete_cs_flashcopy, "1000:1080", "BE7AD10B"),
    ]:
        refused(missing, code, act, argument)
    for act in [client.get_events, client.get_nodes, client.get_hosts, client.get_pprc, client.get_cs_pprcs, client.get_users]:
        words = refused(missing, "BE7AD003", act)
        same("what is not simulated says so", "not simulated" in words, True)
    refused(exceptions.MethodNotAllowed, "BE7AD005", client.delete_volume, "1100")
    same("after all these", raw.everything(), before)

    # The twelfth relationship of a source is its last.
    for nth in range(12):
        client.create_cs_flashcopy(pairs(("1108", f"2F{0x60 + nth:02X}")), nocopy)
    before = raw.everything()
    refused(error, "BE7AD117", client.create_cs_flashcopy, pairs(("1108", "2F6C")), nocopy)
    same("after one too many", raw.everything(), before)
    answer = raw.session.delete(
        f"{raw.base}/cs/flashcopies", params={"ids": ",".join(f"1108:2F{0x60 + nth:02X}" for nth in range(12))}
    )
    same("all of them withdrawn", {part["server"]["status"] for part in answer.json()["responses"]}, {"ok"})

    # An order while a copy runs: it can be withdrawn, and not turned round.
    client.create_cs_flashcopy(pairs(("1010", "1011")), ["persistent"])
    refused(error, "BE7AD11B", client.create_cs_flashcopy, pairs(("1010", "1011")), ["reverse_restore"])
    refused(error, "BE7AD118", client.create_cs_flashcopy, pairs(("1010", "1011")), ["persistent"])
    client.delete_cs_flashcopy("1010:1011")
    return len(table)


def login(binary, http):
    refused(exceptions.Unauthorized, "BE7A0027", Client(http, USER, "wrong").get_systems)
    refused(exceptions.Unauthorized, "BE7A0027", Client(http, "nobody", PASSWORD).get_systems)
    answer = requests.get(f"{http}/api/v1/systems")
    same("without a token", (answer.status_code, answer.json()["server"]["code"]), (401, "BE7A001A"))
    # With the quirk a password may have a blank behind it, which an exporter of metrics sends.
    with Served(binary, SITE, "--http", "--trailing-blank", "--old-flashcopy-key", "--speed", "instant") as served:
        url = served.array(ARRAY)
        same("with a blank behind the password", Client(url, USER, PASSWORD + " ").get_systems()[0].sn, ARRAY)
        (all_in_one,) = Client(url, USER, PASSWORD).get_cs_flashcopies()
        same("the older key", len(all_in_one.representation["flashcopy"]), 2)
        # Copies are instantaneous: what need not persist is gone when its order is answered.
        client = Client(url, USER, PASSWORD)
        client.create_cs_flashcopy(pairs(("1101", "110B")))
        same("an instantaneous copy", (client.get_flashcopies("1101"), client.get_volume("110B").VOLSER), ([], "QA0002"))


def over_tls(binary):
    with Served(binary, SITE, "--speed", "1000x") as served:
        url, pem = served.array(ARRAY), served.certificate
        client = Client(url, USER, PASSWORD, verify=pem)
        volume = client.get_lss_by_id("10").get_volumes()[0]
        same("links lead back over TLS", volume.url.startswith(url), True)
        (made,) = client.create_cs_flashcopy(pairs(("1000", "1080")), ["persistent"])
        made.delete()
        same("after the withdrawal by its link", ids(client), ["1110:1112", "1111:1113"])


def findings(binary, control):
    """What profile setup would find now, as the control face is asked for it."""
    question = [binary, "check", "--server", control, "--profile", PROFILE, "--message-format", "json"]
    said = subprocess.run(question, capture_output=True, text=True, check=False)
    if said.returncode not in (0, 4, 8):
        raise SystemExit(f"{' '.join(question)}: {said.returncode}: {said.stderr}")
    return said.returncode, [(finding["code"], finding["reason"]) for finding in json.loads(said.stdout)["findings"]]


def profile(binary):
    """A relationship that a client made on a target of a backup profile is a finding, until it is withdrawn."""
    taken = ("PS06E", "foreign-relation")
    with Served(binary, SITE, "--http", "--speed", "1000x") as served:
        client = Client(served.array(ARRAY), USER, PASSWORD)
        code, found = findings(binary, served.control)
        same("before", (code, taken in found), (0, False))
        client.create_cs_flashcopy(pairs(("1101", "1080")), ["persistent"])
        code, found = findings(binary, served.control)
        same("a target taken by a client", (code, taken in found), (8, True))
        client.delete_cs_flashcopy("1101:1080")
        _, found = findings(binary, served.control)
        same("after it was withdrawn", taken in found, False)


def documented(binary):
    """The lines of the documentation, run as they stand there."""
    page = (HERE.parents[2] / "docs/clients/pyds8k.md").read_text()
    lines = page.split("```python\n")[1].split("```")[0]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "site.toml").write_bytes(SITE.read_bytes())
        Path(folder, "dasdlab").symlink_to(Path(binary).resolve())
        path = f"{folder}:{os.environ['PATH']}"
        ran = subprocess.run(
            [sys.executable, "-c", lines],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode != 0 or "('1000', 'IMS001')" not in ran.stdout or not 0 < int(ran.stdout.split()[-1]) <= 150255:
        raise SystemExit(f"docs/clients/pyds8k.md: {ran}")


def main(binary):
    site = load(SITE)
    with Served(binary, SITE, "--http", "--speed", "1x") as served:
        url, other = served.array(ARRAY), served.array(UNLICENSED)
        client, unlicensed = Client(url, USER, PASSWORD), Client(other, USER, PASSWORD)
        login(binary, url)
        raw = Raw(url)
        count = inventory(client, raw, Expected(site, ARRAY, url))
        count += inventory(unlicensed, Raw(other), Expected(site, UNLICENSED, other))
        print(f"inventory: {count} volumes of 2 arrays are read as the site declares them, field by field")
        copies(client, raw)
        print("copies: established, listed, waited for, turned round and withdrawn")
        print(f"refusals: {refusals(client, unlicensed, raw)} pairs refused with a typed exception and without a trace")
    if "--server" in subprocess.run([binary, "check", "--help"], capture_output=True, text=True, check=True).stdout:
        profile(binary)
        print("profile setup: sees what the client left on a target")
    over_tls(binary)
    print("tls: the links of the array lead back over TLS")
    documented(binary)
    print("documentation: its lines do what they say")


if __name__ == "__main__":
    main(sys.argv[1])
