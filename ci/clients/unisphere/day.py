"""A day of automation on a PowerMax: PyU4V as Dell ships it, against `dasdlab serve`."""

import contextlib
import logging
import pathlib
import sys
import time

import PyU4V
from PyU4V.utils import exception

import declared
from served import PASSWORD, USER, Served

HERE = pathlib.Path(__file__).parent
SITE = HERE / "site.toml"
SERIAL = "000197800001"
PATIENCE = 60

logging.disable(logging.CRITICAL)


def connect(served, password=PASSWORD, **more):
    return PyU4V.U4VConn(
        username=USER,
        password=password,
        server_ip="127.0.0.1",
        port=served.port(SERIAL),
        verify=served.certificate,
        array_id=SERIAL,
        interval=1,
        **more,
    )


def same(what, found, expected):
    if found != expected:
        raise SystemExit(f"{what}: found {found!r}, expected {expected!r}")


@contextlib.contextmanager
def refused(client, kind, part=""):
    """What is done here has to be refused with this exception, and to leave nothing."""
    before = picture(client)
    try:
        yield
    except kind as error:
        if part not in str(error):
            raise SystemExit(f"refused with {error}: expected {part!r} in it") from error
    else:
        raise SystemExit(f"not refused: expected {kind.__name__} with {part!r}")
    same("after a refusal", picture(client), before)


def picture(client):
    """Everything that a refused order could have touched."""
    groups = client.provisioning.get_storage_group_list()
    return {
        "volumes": client.provisioning.get_volume_list(),
        "groups": [client.provisioning.get_storage_group(group) for group in groups],
        "pairs": [[pair["state"] for pair in client.clone.get_clone_pairs_list(group)["clones"]] for group in groups],
    }


def states(client, source, target):
    return client.clone.get_clone_storage_group_pair_details(source, target)["state"]


def wait_for(client, source, target, state):
    """Polls until every pair is in this state; the states that were seen on the way."""
    seen, until = [], time.monotonic() + PATIENCE
    while True:
        now = states(client, source, target)
        seen += [now] if not seen or seen[-1] != now else []
        if now == [state]:
            return seen
        if time.monotonic() > until:
            raise SystemExit(f"{source} and {target} are {now} after {PATIENCE} s: expected {state}")
        time.sleep(0.05)


def log_in(served):
    try:
        connect(served, password="wrong")
    except exception.UnauthorizedRequestException:
        pass
    else:
        raise SystemExit("a wrong password is let in")
    client = connect(served)
    same("arrays", client.common.get_array_list(), [SERIAL])
    same("version", client.common.get_uni_version(), ("V10.4.0.1", "104"))
    return client


def read_inventory(client):
    """Every field of every volume, and every CU image, exactly as the site file has them."""
    array, volumes = declared.volumes(SITE, SERIAL)
    same("code level", client.common.get_array(SERIAL)["ucode"], array["code_level"])
    same("generation", client.common.is_array_v4(SERIAL), False)
    same("volumes", client.provisioning.get_volume_list(), sorted(volumes))
    for number, expected in volumes.items():
        volume = client.provisioning.get_volume(number)
        same(f"volume {number}", {name: volume.get(name) for name in expected}, expected)
    bcvs = sorted(number for number, volume in volumes.items() if volume["type"].startswith("BCV"))
    same("BCVs", client.provisioning.get_volume_list({"thin_bcv": True}), bcvs)
    groups = sorted({group for volume in volumes.values() for group in volume["storageGroupId"]})
    same("groups", client.provisioning.get_storage_group_list(), groups)
    for group in groups:
        of_group = sorted(number for number, volume in volumes.items() if group in volume["storageGroupId"])
        same(f"group {group}", client.provisioning.get_volumes_from_storage_group(group), of_group)
    (split,) = client.provisioning.get_split_list()
    images = client.provisioning.get_cu_image_list(split)
    same("CU images", images, [f"0x{lss['cu_ssid']}" for lss in array["lss"]])
    for image, lss in zip(images, array["lss"], strict=True):
        mapped = [number for number, volume in volumes.items() if volume["ssid"] == lss["cu_ssid"]]
        same(f"CU image {image}", sorted(client.provisioning.get_cu_image_volumes(split, image)), sorted(mapped))
        details = client.provisioning.get_cu_image(split, image)
        same(f"CU image {image}", (details["imageNumber"], details["numMappedVolumes"]), (f"0x{lss['id']}", len(mapped)))
    chosen = client.volumes.get_volumes_details(filters=["reserved eq true"], select=["id", "ssid"])
    same("enhanced", chosen, {"volumes": [{"id": "00300", "ssid": "2100"}]})
    everything = client.volumes.get_volumes_details()["volumes"]
    same("enhanced volumes", sorted(volume["id"] for volume in everything), sorted(volumes))
    return len(volumes)


def be_refused(client):
    error = exception.VolumeBackendAPIException
    with refused(client, exception.ResourceNotFoundException, "Cannot find Storage Group NOWHERE"):
        client.clone.create_clone("NOWHERE", "FOREIGN_BCV")
    with refused(client, error, "expected as many"):
        client.clone.create_clone("IMSP", "HELD_BCV")
    with refused(client, error, "exists already"):
        client.provisioning.create_empty_storage_group("SRP_1", "IMSP", "Diamond", None)
    with refused(client, exception.ResourceNotFoundException, "known and not simulated"):
        client.replication.get_rdf_group_list()
    with refused(client, error, "Unknown parameter"):
        client.provisioning.get_volume_list({"volume_identifer": "x"})
    client.provisioning.create_empty_storage_group("SRP_1", "ONE", None, None)
    client.provisioning.add_existing_volume_to_storage_group("ONE", "00100")
    with refused(client, error, "held"):
        client.clone.create_clone("ONE", "HELD_BCV")
    client.provisioning.delete_storage_group("ONE")


def clone(client, target):
    """Establish, list, wait, restore, split, establish again and terminate."""
    error, clones = exception.VolumeBackendAPIException, client.clone
    clones.create_clone("IMSP", target)
    same("targets", clones.get_clone_target_storage_group_list("IMSP"), [target])
    same("pairs", clones.get_clone_pairs_list("IMSP")["clone_count"], 4)
    same("copying", states(client, "IMSP", target), ["CopyInProg"])
    with refused(client, error, "already"):
        clones.create_clone("IMSP", target)
    with refused(client, error, "are CopyInProg, expected Copied or Split"):
        clones.restore_clone("IMSP", target)
    same("waiting", wait_for(client, "IMSP", target, "Copied"), [["CopyInProg"], ["Copied"]])
    with refused(client, error, "are Copied, expected Restored"):
        clones.split_clone("IMSP", target)
    clones.restore_clone("IMSP", target)
    wait_for(client, "IMSP", target, "Restored")
    clones.split_clone("IMSP", target)
    same("split", states(client, "IMSP", target), ["Split"])
    job = clones.establish_clone("IMSP", target, _async=True)
    rc, _, status, tasks = client.common.wait_for_job_complete(job)
    same("job", (rc, status, len(tasks)), (0, "SUCCEEDED", 1))
    wait_for(client, "IMSP", target, "Copied")
    job = clones.split_clone("IMSP", target, _async=True)
    same("job that fails", client.common.wait_for_job_complete(job)[0], -1)
    with refused(client, error, "in a clone session"):
        client.provisioning.delete_storage_group(target)
    clones.terminate_clone("IMSP", target)
    same("after terminate", clones.get_clone_pairs_list("IMSP")["clone_count"], 0)
    with refused(client, exception.ResourceNotFoundException, "no clone session"):
        clones.get_clone_storage_group_pair_details("IMSP", target)


def make_volumes(client):
    """Volumes that come and go by REST; a clone to a group that the array makes."""
    before = client.provisioning.get_volume_list()
    client.provisioning.create_empty_storage_group("SRP_1", "NEW", "Diamond", None)
    number = client.provisioning.create_volume_from_storage_group_return_id("data", "NEW", "1")
    same("found by its name", client.provisioning.find_volume_device_id("data"), number)
    same("size", client.provisioning.get_size_of_device_on_array(number), 1.0)
    client.clone.create_clone("NEW", "NEW_tgt")
    wait_for(client, "NEW", "NEW_tgt", "Copied")
    (target,) = client.provisioning.get_volumes_from_storage_group("NEW_tgt")
    client.clone.terminate_clone("NEW", "NEW_tgt")
    for group, volume in (("NEW", number), ("NEW_tgt", target)):
        client.provisioning.remove_volume_from_storage_group(group, volume)
        client.provisioning.delete_storage_group(group)
        client.provisioning.deallocate_volume(volume)
        client.provisioning.delete_volume(volume)
    same("volumes at the end", client.provisioning.get_volume_list(), before)


def main(binary):
    with Served(binary, SITE, "--speed", "1x") as served:
        client = log_in(served)
        count = read_inventory(client)
        at_first = picture(client)
        be_refused(client)
        # To BCVs, and to devices that are none.
        clone(client, "FOREIGN_BCV")
        clone(client, "SPARES")
        make_volumes(client)
        same("at the end of the day", picture(client), at_first)
        client.close_session()
    print(f"PyU4V {PyU4V.__version__}: {count} volumes read as declared, a day of clones to BCVs and to other devices")


if __name__ == "__main__":
    main(sys.argv[1])
