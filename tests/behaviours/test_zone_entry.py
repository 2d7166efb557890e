"""An entry is said of a ship that was outside, once, however it goes along the edge."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from behaviours.sea import HOUR, detect, observations, sea, voyage
from periplus.fusion.facts import load_facts


def zone(**properties: Any) -> dict[str, Any]:
    ring = [[60.5, 4.0], [61.5, 4.0], [61.5, 6.0], [60.5, 6.0], [60.5, 4.0]]
    return {
        "type": "Feature",
        "properties": {"name": "Test area", "watch": True, **properties},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def facts(tmp_path: Path, **properties: Any) -> Any:
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [zone(**properties)]}))
    return load_facts(zones=path)


def entries(tmp_path: Path, observed: Any, **properties: Any) -> list[dict[str, Any]]:
    found = detect("zone_entry", observed, facts=facts(tmp_path, **properties))
    return [event for event in found if "Test area" in event["why"]]


def test_a_ship_that_sails_in_and_out_has_entered_and_left(tmp_path: Path) -> None:
    [found] = entries(tmp_path, voyage(232_000_001, (0, 9), kn=15.0))
    assert found["state"] == "closed"
    assert found["priority"] == "look"
    assert "Entered Test area at 02:" in found["why"]
    assert "; left after 4 h" in found["why"], found["why"]


def test_while_inside_the_entry_is_open(tmp_path: Path) -> None:
    [found] = entries(tmp_path, voyage(232_000_001, (0, 4), kn=15.0))
    assert found["state"] == "open"


def test_a_ship_that_passes_outside_has_not_entered(tmp_path: Path) -> None:
    assert entries(tmp_path, voyage(232_000_001, (0, 9), kn=15.0, lat=6.05)) == []


def test_a_ship_along_the_edge_enters_once(tmp_path: Path) -> None:
    t = np.arange(0, 8 * HOUR, 120.0)
    rng = np.random.default_rng(1)
    lon = np.where(t < HOUR, 60.48, 60.5 + rng.normal(0.001, 0.001, len(t)))
    found = entries(tmp_path, observations(232_000_001, t, lon, 4.2 + t / HOUR / 8, sog=7.0, cog=0.0))
    assert len(found) == 1


def test_a_single_position_inside_is_no_entry(tmp_path: Path) -> None:
    t = np.arange(0, 4 * HOUR, 300.0)
    lon = np.full(len(t), 60.495)
    lon[20] = 60.505
    assert entries(tmp_path, observations(232_000_001, t, lon, 5.0, sog=0.0)) == []


def test_a_ship_first_heard_inside_has_not_been_seen_to_enter(tmp_path: Path) -> None:
    inside = voyage(232_000_001, (0, 3), lon=60.8)
    assert entries(tmp_path, inside) == []
    with_published = detect("zone_entry", inside, facts=facts(tmp_path), profile="skylight")
    assert [event["why"] for event in with_published if "Test area" in event["why"]]


@pytest.mark.parametrize(
    "properties", [{"watch": False}, {"valid_from": "2026-01-01"}, {"valid_to": "2025-01-01"}]
)
def test_a_zone_that_is_not_watched_or_does_not_hold_is_not_entered(tmp_path: Path, properties: Any) -> None:
    assert entries(tmp_path, voyage(232_000_001, (0, 9), kn=15.0), **properties) == []


def test_each_ship_enters_for_itself(tmp_path: Path) -> None:
    two = sea(voyage(232_000_001, (0, 5), kn=15.0), voyage(232_000_002, (0, 5), kn=14.0, lat=4.5))
    assert [event["vessels"] for event in entries(tmp_path, two)] == [["232000001"], ["232000002"]]
