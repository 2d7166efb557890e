"""The zone table in use: lanes, listed and reporting areas, seas, and what the centre draws for itself."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from periplus.geo.zones import MOST, split_antimeridian
from periplus.model.event import PRIORITIES

KINDS = ("lane", "listed", "reporting", "sea", "own")


class FactsError(ValueError):
    """A file of zones or anchorages that cannot be used; one clear line."""


@dataclass(frozen=True)
class Zone:
    """A named area with the time it holds. `index` is its bit in the column `zones`."""

    index: int
    id: str
    name: str
    kind: str  # one of KINDS
    valid_from: int | None  # microseconds UTC; null: as far back as we know
    valid_to: int | None  # the first microsecond at which it no longer holds; null: still does
    priority: str  # of an entry, one of model.event.PRIORITIES
    watch: bool  # whether entering it is an event at all
    note: str  # where its corners come from
    geometry: BaseGeometry  # within -180 to 180

    def feature(self) -> dict[str, Any]:
        """As GeoJSON, times in microseconds."""
        names = ("id", "name", "kind", "valid_from", "valid_to", "priority", "watch", "note")
        return {
            "type": "Feature",
            "id": self.id,
            "properties": {name: getattr(self, name) for name in names},
            "geometry": shapely.geometry.mapping(self.geometry),
        }


def shipped_zones() -> list[Zone]:
    """Those that come with the program, drawn by its developers from published corners."""
    text = resources.files(__package__).joinpath("reference/zones.geojson").read_text(encoding="utf-8")
    return read_zones(json.loads(text), "zones.geojson", ())


def own_zones(path: Path, others: Sequence[Zone]) -> list[Zone]:
    """The centre's own zones from a GeoJSON file, numbered on from the others.

    Every polygon is a zone. Properties, all optional: id, name, kind (default own), valid_from and valid_to
    (ISO 8601, UTC), priority of an entry (default look), watch (default true), note. Raises FactsError.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FactsError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except UnicodeDecodeError as error:
        raise FactsError(f"{path}: not UTF-8 text") from error
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FactsError(f"{path}: not JSON: {error}") from error
    return read_zones(parsed, str(path), others)


def read_zones(parsed: Any, where: str, others: Sequence[Zone]) -> list[Zone]:
    """Zones from parsed GeoJSON: a FeatureCollection, a Feature, or a bare geometry. Raises FactsError."""
    features = _features(parsed)
    if not features:
        raise FactsError(f"{where}: no GeoJSON features in it")
    if len(others) + len(features) > MOST:
        raise FactsError(f"{where}: {len(features)} zones, but there is room for {MOST - len(others)}")
    taken = {zone.id for zone in others}
    out: list[Zone] = []
    for n, feature in enumerate(features):
        try:
            zone = _zone(len(others) + n, feature, taken)
        except (
            ValueError,
            TypeError,
            KeyError,
            IndexError,
            AttributeError,
            shapely.errors.ShapelyError,
        ) as error:
            raise FactsError(f"{where}: feature {n + 1}: {_line(error)}") from error
        taken.add(zone.id)
        out.append(zone)
    return out


def _features(parsed: Any) -> list[Any]:
    if not isinstance(parsed, Mapping):
        return []
    if parsed.get("type") == "FeatureCollection":
        features = parsed.get("features")
        return list(features) if isinstance(features, list) else []
    if parsed.get("type") == "Feature":
        return [parsed]
    return [{"properties": {}, "geometry": parsed}] if "coordinates" in parsed else []


def _zone(index: int, feature: Mapping[str, Any], taken: Iterable[str]) -> Zone:
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise ValueError("its properties are no object")
    name = str(properties.get("name") or f"Zone {index + 1}").strip()
    slug = re.sub(r"\W+", "_", name.casefold()).strip("_") or f"zone_{index + 1}"
    identity = str(properties.get("id") or feature.get("id") or slug)
    kind, priority = str(properties.get("kind") or "own"), str(properties.get("priority") or "look")
    if identity in taken:
        raise ValueError(f"a second zone with the id {identity!r}")
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is none of {', '.join(KINDS)}")
    if priority not in PRIORITIES:
        raise ValueError(f"priority {priority!r} is none of {', '.join(PRIORITIES)}")
    start, end = _time(properties.get("valid_from")), _time(properties.get("valid_to"))
    if start is not None and end is not None and end <= start:
        raise ValueError("valid_to is not after valid_from")
    note, watch = str(properties.get("note") or ""), bool(properties.get("watch", True))
    return Zone(index, identity, name, kind, start, end, priority, watch, note, _area(feature["geometry"]))


def _area(geometry: Any) -> BaseGeometry:
    if not isinstance(geometry, Mapping):
        raise ValueError("no geometry")
    area = shapely.force_2d(shapely.geometry.shape(geometry))
    points = shapely.get_coordinates(area)
    if not len(points):
        raise ValueError("an empty geometry")
    if not (abs(points[:, 1]) <= 90).all() or not (abs(points[:, 0]) <= 540).all():
        raise ValueError("a corner that is not on the globe; GeoJSON has longitude before latitude")
    return split_antimeridian(area)


def _time(text: Any) -> int | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ValueError(f"not a date: {text!r}") from error
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return round(time.timestamp() * 1_000_000)


def _line(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"no {error.args[0]}"
    return " ".join(str(error).split()) or type(error).__name__
