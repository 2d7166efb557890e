"""What is no position of a vessel is set aside by name; what was heard twice counts once."""

import numpy as np
import pyarrow as pa
import pytest
from behaviours.sea import EPOCH_US, observations, sea, voyage

from periplus import pipeline
from periplus.fusion import clean
from periplus.model.observation import OBSERVATION

PLAN = pipeline.Plan(None, ())


def counts(*tables: pa.Table) -> dict[str, int]:
    return dict(pipeline.step(PLAN, pipeline.start(PLAN), sea(*tables))[1].counts)


@pytest.mark.parametrize(
    ("lon", "lat", "mmsi", "reason"),
    [
        (181.0, 5.0, 232_000_001, "sentinel"),
        (60.0, 91.0, 232_000_001, "sentinel"),
        (0.0, 0.0, 232_000_001, "sentinel"),
        (60.0, np.nan, 232_000_001, "sentinel"),
        (200.0, 5.0, 232_000_001, "out_of_range"),
        (60.0, -95.0, 232_000_001, "out_of_range"),
        (60.0, 5.0, 1, "invalid_mmsi"),
        (60.0, 5.0, 2_320_001, "station_not_vessel"),
        (60.0, 5.0, 992_320_001, "station_not_vessel"),
        (60.0, 5.0, 970_123_456, "station_not_vessel"),
        (60.0, 5.0, 232_000_001, "accepted"),
        (180.0, 5.0, 232_000_001, "accepted"),
        (60.0, 5.0, 982_320_001, "accepted"),
        (60.0, 5.0, 111_232_001, "accepted"),
    ],
)
def test_each_row_is_taken_or_set_aside_by_name(lon: float, lat: float, mmsi: int, reason: str) -> None:
    assert counts(observations(mmsi, [0.0], [lon], [lat])) == {reason: 1}


def test_a_static_message_is_no_reject() -> None:
    assert counts(observations(232_000_001, [0.0], [np.nan], [np.nan])) == {}


def test_a_report_heard_by_a_second_station_within_five_seconds_is_a_repeat() -> None:
    first = observations(232_000_001, [0, 60], [60.0, 60.01], [5.0, 5.0], sog=9.0, cog=90.0)
    heard = observations(232_000_001, [4, 66], [60.0, 60.01], [5.0, 5.0], sog=9.0, cog=90.0, source="hill")
    assert counts(first, heard) == {"accepted": 3, "duplicate": 1}


def test_a_repeat_is_known_although_another_report_came_between() -> None:
    t, lon = [0, 2, 3, 4], [60.0, 60.0001, 60.0, 60.0001]
    assert counts(observations(232_000_001, t, lon, 5.0, sog=9.0)) == {"accepted": 2, "duplicate": 2}


def test_the_same_place_at_another_speed_is_another_report() -> None:
    assert counts(observations(232_000_001, [0, 2], [60.0, 60.0], 5.0, sog=[9.0, 9.1])) == {"accepted": 2}


def test_a_clock_ahead_of_its_reception_is_not_believed() -> None:
    early = observations(232_000_001, [0.0], [60.0], [5.0])
    late = observations(232_000_001, [600.0], [60.0], [5.0])
    i = OBSERVATION.get_field_index("received_at")
    assert counts(late.set_column(i, OBSERVATION.field(i), early.column(i))) == {"future": 1}


def test_nothing_is_observed_after_the_time_as_of_which_it_is_asked() -> None:
    _, counted = clean.screen(voyage(232_000_001, (0, 1)), as_of_us=EPOCH_US + 600 * 1_000_000)
    assert counted == {"future": 8}


def test_motion_that_the_codes_cannot_mean_becomes_null() -> None:
    rows = observations(
        232_000_001, [0, 60, 120], [60.0, 60.0, 60.0], 5.0, sog=[102.2, 102.3, 9.0], cog=[360.0, 90.0, 511.0]
    )
    points = pipeline.step(PLAN, pipeline.start(PLAN), rows)[1].points
    assert points.column("sog_kn").to_pylist() == [None, None, 9.0]
    assert points.column("cog_deg").to_pylist() == [None, 90.0, None]
