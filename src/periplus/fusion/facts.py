"""Facts of the place: how far the shore, the ports and the anchorages are, and which zones hold."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from periplus.fusion.places import Places, read_anchorages, shipped_ports
from periplus.fusion.shore import Shore
from periplus.fusion.zones import FactsError, Zone, own_zones, shipped_zones
from periplus.geo.zones import Bits, ZoneIndex

__all__ = ["Facts", "FactsError", "PlaceHit", "Places", "Zone", "load_facts"]

ENOUGH = 80.0  # of 100: below this a name is not what was typed, even with an error


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A port or a zone found by name; `score` is 0 to 100."""

    kind: str  # 'port' or 'zone'
    title: str
    detail: str
    lon: float
    lat: float
    bounds: tuple[float, float, float, float] | None  # west, south, east, north of a zone
    score: float


@dataclass(frozen=True)
class Facts:
    """What is known of places before any ship is heard. Safe to share between threads."""

    shore: Shore
    ports: Places
    anchorages: Places
    anchorages_are_ports: bool  # no list was given, so ports stand in
    zones: tuple[Zone, ...]

    def zones_at(self, lon: npt.ArrayLike, lat: npt.ArrayLike, at_us: npt.ArrayLike) -> Bits:
        """The zones that each position lies in and that hold at its time (microseconds UTC), a bit each."""
        bits = self._index(lon, lat)
        at = np.asarray(at_us, np.int64).ravel()
        for zone in self.zones:
            if zone.valid_from is None and zone.valid_to is None:
                continue
            holds = np.ones(len(at), np.bool_)
            if zone.valid_from is not None:
                holds &= at >= zone.valid_from
            if zone.valid_to is not None:
                holds &= at < zone.valid_to
            bits[~holds] &= ~np.uint64(1 << zone.index)
        return bits

    def zones_in(self, bits: int) -> list[Zone]:
        """The zones whose bits are set."""
        return [zone for zone in self.zones if int(bits) >> zone.index & 1]

    def zones_geojson(self) -> dict[str, Any]:
        """All zones, for the chart. Times are microseconds UTC."""
        return {"type": "FeatureCollection", "features": [zone.feature() for zone in self.zones]}

    def search(self, text: str, limit: int = 12) -> list[PlaceHit]:
        """Ports and zones with a name or a word of it that begins with the text, or with that code, best first.

        When there is none, those whose name is the text but for a typing error.
        """
        query = _plain(text)
        if len(query) < 2:
            return []
        names = self._names
        found: dict[int, float] = {}
        for index, name in enumerate(names):
            if name.startswith(query):
                found[index] = 100.0 if name == query else 96.0
            elif f" {query}" in name:
                found[index] = 90.0
        for index, code in enumerate(self.ports.codes):
            if code.casefold() == query:
                found[index + len(self.zones)] = 100.0
        if not found:
            # Whole against whole: by their parts alone, every ship's name has a port somewhere in it.
            alike = process.extract(query, names, scorer=fuzz.ratio, limit=limit, score_cutoff=ENOUGH)
            found = {index: score for _, score, index in alike}
        ranked = sorted(found, key=lambda index: (-self._weight(index, found[index]), names[index], index))
        return [self._hit(index, found[index]) for index in ranked[:limit]]

    @cached_property
    def _index(self) -> ZoneIndex:
        return ZoneIndex([zone.geometry for zone in self.zones])

    @cached_property
    def _names(self) -> list[str]:
        """Zones first, then ports."""
        return [_plain(name) for name in (*(zone.name for zone in self.zones), *self.ports.names)]

    def _weight(self, index: int, score: float) -> float:
        port = index - len(self.zones)
        return score + (3.0 if port < 0 or self.ports.major[port] else 0.0)

    def _hit(self, index: int, score: float) -> PlaceHit:
        port = index - len(self.zones)
        if port >= 0:
            ports = self.ports
            detail = f"port, {ports.countries[port]}, {ports.codes[port]}"
            lon, lat = float(ports.lon[port]), float(ports.lat[port])
            return PlaceHit("port", ports.names[port], detail, lon, lat, None, score)
        zone = self.zones[index]
        middle = zone.geometry.representative_point()
        west, south, east, north = zone.geometry.bounds
        detail = {"sea": "sea area", "own": "own zone"}.get(zone.kind, f"{zone.kind} zone")
        return PlaceHit("zone", zone.name, detail, middle.x, middle.y, (west, south, east, north), score)


def _plain(text: str) -> str:
    """Words in small letters, without marks: `JWC listed area (JWLA-032)` is found by `jwla 032`."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def load_facts(zones: Path | None = None, anchorages: Path | None = None) -> Facts:
    """The facts that come with the program, and the centre's own zones and anchorages where given.

    Without a list of anchorages the ports stand in for them. Raises FactsError with one line.
    """
    known = shipped_zones()
    if zones is not None:
        known += own_zones(Path(zones), known)
    ports = shipped_ports()
    stand_in = anchorages is None
    there = ports if anchorages is None else read_anchorages(Path(anchorages))
    return Facts(Shore(), ports, there, stand_in, tuple(known))
