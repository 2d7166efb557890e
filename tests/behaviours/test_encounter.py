"""Two ships side by side at sea for hours meet; midnight and the antimeridian are no part of the question."""

import json

import pytest

from behaviours.sea import detect, sea, voyage, without


def pair(start_h: float, end_h: float, *, lon: float = 60.0, apart_deg: float = 0.002, **more: float):
    one = voyage(232_000_001, (start_h, end_h), lon=lon, kn=0.5, every_s=240, **more)
    far = (lon + apart_deg + 180.0) % 360.0 - 180.0
    return one, voyage(232_000_002, (start_h, end_h), lon=far, kn=0.5, every_s=200, **more)


def test_two_ships_side_by_side_for_hours_meet() -> None:
    [found] = detect("encounter", sea(*pair(0, 3)))
    assert found["vessels"] == ["232000001", "232000002"]
    evidence = json.loads(found["evidence"])
    assert evidence["measured"]["closest_m"] == pytest.approx(221, abs=8)
    assert [f["properties"]["role"] for f in evidence["geometry"]["features"]] == [
        "track_a",
        "track_b",
        "place",
    ]
    assert len(evidence["geometry"]["features"][0]["geometry"]["coordinates"]) > 3


def test_a_little_too_far_or_too_short_is_no_meeting() -> None:
    assert detect("encounter", sea(*pair(0, 3, apart_deg=0.0047))) == []
    assert detect("encounter", sea(*pair(0, 2.05))) == []


def test_ships_at_speed_in_company_do_not_meet() -> None:
    one, two = voyage(232_000_001, (0, 4), kn=9.0), voyage(232_000_002, (0, 4), lon=60.002, kn=9.0)
    assert detect("encounter", sea(one, two)) == []


def test_near_a_port_an_anchorage_or_the_shore_ships_lie_together_anyway() -> None:
    for fact in ({"port_km": 4.0}, {"anchorage_km": 4.0}, {"shore_nm": 2.0}, {"nav_status": 1}):
        assert detect("encounter", sea(*pair(0, 3, **fact))) == [], fact


def test_a_meeting_astride_midnight_is_one_meeting() -> None:
    [found] = detect("encounter", sea(*pair(22.7, 25.4)))
    assert (found["start"].day, json.loads(found["evidence"])["measured"]["duration_s"] >= 7200) == (5, True)


def test_a_meeting_astride_the_antimeridian_is_found_whole_and_in_place() -> None:
    [found] = detect("encounter", sea(*pair(0, 3, lon=179.999)))
    assert abs(found["lon"]) > 179.9
    [same] = detect("encounter", sea(*pair(0, 3)))
    assert found["start"] == same["start"]


def test_a_silence_of_either_parts_them() -> None:
    """Two short halves are no long meeting, seen from whichever side."""
    one, two = pair(0, 3.5)
    assert detect("encounter", sea(one, without(two, 1.2, 2.4))) == []
    assert detect("encounter", sea(without(one, 1.2, 2.4), two)) == []
    assert len(detect("encounter", sea(one, without(two, 1.2, 2.0)))) == 1


def test_two_ships_under_one_mmsi_do_not_meet_themselves() -> None:
    one, _ = pair(0, 3)
    assert detect("encounter", sea(one, one)) == []
