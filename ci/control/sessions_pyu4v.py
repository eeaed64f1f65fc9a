"""The foreign job's sessions by PyU4V: clone sessions between storage groups, as an automation of Dell's arrays makes them."""

import urllib.parse

import PyU4V

ARRAY = "000290100001"


class Sessions:
    def __init__(self, url, certificate, user):
        place = urllib.parse.urlsplit(url)
        self.unisphere = PyU4V.U4VConn(
            username=user, password="dasdlab", server_ip=place.hostname, port=place.port, verify=certificate, array_id=ARRAY
        )

    def groups(self, standard, bcv):
        return f"FOREIGN_{standard}", f"FOREIGN_{bcv}"

    def make(self, standard, bcv):
        source, target = self.groups(standard, bcv)
        for group, device in ((source, standard), (target, bcv)):
            self.unisphere.provisioning.create_empty_storage_group("SRP_1", group, None, None)
            self.unisphere.provisioning.add_existing_volume_to_storage_group(group, device.zfill(5))
        self.unisphere.clone.create_clone(source, target, establish_terminate=False)

    def end(self, standard, bcv):
        source, target = self.groups(standard, bcv)
        self.unisphere.clone.terminate_clone(source, target, force=True)
