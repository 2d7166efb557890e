"""One MMSI in two places is one event, and neither place is called false."""

import numpy as np

from behaviours.sea import HOUR, detect, observations, sea, voyage

HERE = voyage(232_000_007, (0, 10), every_s=600)
THERE = voyage(232_000_007, (3, 9), lon=57.0, lat=1.0, every_s=660)


def test_two_ships_under_one_mmsi_are_one_event_however_often_they_alternate() -> None:
    [found] = detect("impossible_jump", sea(HERE, THERE))
    assert found["vessels"] == ["232000007", "232000007/b"]
    assert found["why"].startswith("In two places ")
    assert found["why"].endswith("Split into tracks a and b; neither is called false.")
    assert found["state"] == "open"


def test_it_is_over_when_one_of_them_has_long_been_silent() -> None:
    [found] = detect("impossible_jump", sea(voyage(232_000_007, (0, 24), every_s=600), THERE))
    assert found["state"] == "closed"


def test_a_single_corrupt_position_is_no_second_ship() -> None:
    t = np.arange(0, 10 * HOUR, 300.0)
    lon = 60.0 + t / HOUR * 0.1
    lon[[20, 50, 90]] += [5.0, -30.0, 100.0]
    assert detect("impossible_jump", observations(232_000_007, t, lon, 5.0, sog=6.0, cog=90.0)) == []


def test_a_fast_ferry_and_a_ship_after_a_long_silence_have_not_jumped() -> None:
    assert detect("impossible_jump", voyage(232_000_007, (0, 6), kn=42.0)) == []
    away = voyage(232_000_007, (40, 44), lon=67.0, every_s=600)
    assert detect("impossible_jump", sea(voyage(232_000_007, (0, 4), every_s=600), away)) == []


def test_crossing_the_antimeridian_is_no_jump() -> None:
    assert detect("impossible_jump", voyage(232_000_007, (0, 10), lon=179.5)) == []


def test_an_aircraft_is_not_judged() -> None:
    assert (
        detect("impossible_jump", sea(voyage(111_232_001, (0, 4)), voyage(111_232_001, (1, 3), lon=80.0)))
        == []
    )
