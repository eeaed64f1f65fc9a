"""What the peers are told that stands in no table: profiles and catalogs, of which there are few."""

from __future__ import annotations

from typing import NamedTuple


class Beside(NamedTuple):
    """The first system; name, system and IMS system of each profile; name and label of each catalog."""

    first: str
    profiles: list[tuple[str, str, str]]
    catalogs: list[tuple[str, str]]

    def systems(self) -> list[str]:
        """Every system with a profile, the first one first."""
        return list(dict.fromkeys([self.first, *(system for _, system, _ in self.profiles)]))
