"""What arrives from the exercise: the same for a seed, however time is cut, and in order of arrival."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from periplus.exercises import open_exercise
from periplus.geo.units import HOUR_US, MINUTE_US, SECOND_US
from periplus.model.label import parse
from periplus.model.observation import OBSERVATION, SENSORS
from periplus.model.schema import conform


@pytest.fixture(scope="module")
def hour(exercise):
    """The hour before a watch begins."""
    return exercise.observations(exercise.default_start_us - HOUR_US, exercise.default_start_us)


def times(table, column):
    return table.column(column).cast(pa.int64()).to_numpy()


def encoded(table):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as out:
        out.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()


def test_what_arrives_keeps_the_schema(hour):
    assert conform(hour, OBSERVATION).schema == OBSERVATION
    assert set(pc.unique(hour["sensor"]).to_pylist()) <= set(SENSORS)


@pytest.mark.parametrize("cuts", [[0.0, 7.0], [11.3], [0.0001, 5.0, 5.0, 29.99], list(range(30))])
def test_cutting_the_time_elsewhere_changes_nothing_byte_for_byte(exercise, cuts):
    start, end = exercise.default_start_us, exercise.default_start_us + 30 * MINUTE_US
    edges = [start, *(start + round(c * MINUTE_US) for c in cuts), end]
    pieces = [exercise.observations(a, b) for a, b in pairwise(edges)]
    assert encoded(pa.concat_tables(pieces)) == encoded(exercise.observations(start, end))


def test_the_same_seed_gives_the_same_sea_and_another_seed_another(exercise):
    start = exercise.default_start_us
    span = (start, start + 2 * MINUTE_US)
    assert encoded(open_exercise().observations(*span)) == encoded(exercise.observations(*span))
    assert encoded(open_exercise(seed=2).observations(*span)) != encoded(exercise.observations(*span))


def test_going_back_in_time_gives_what_was_given_before(exercise):
    start = exercise.default_start_us
    first = encoded(exercise.observations(start, start + MINUTE_US))
    exercise.observations(start + 9 * HOUR_US, start + 9 * HOUR_US + MINUTE_US)
    assert encoded(exercise.observations(start, start + MINUTE_US)) == first


def test_arrivals_are_in_order_and_within_the_span(exercise, hour):
    received = times(hour, "received_at")
    assert (np.diff(received) >= 0).all()
    assert received[0] >= exercise.default_start_us - HOUR_US
    assert received[-1] < exercise.default_start_us


def test_the_shore_hands_on_within_half_a_minute_and_satellites_within_36(hour):
    late_s = (times(hour, "received_at") - times(hour, "observed_at")) / SECOND_US
    satellite = pc.equal(hour["sensor"], "ais_satellite").to_numpy(zero_copy_only=False)
    assert late_s[~satellite].min() > 0
    assert late_s[~satellite].max() < 30
    assert late_s[satellite].min() >= 2 * 60
    assert late_s[satellite].max() <= 36 * 60


def test_a_laptop_can_follow_at_sixty_times(hour):
    assert 1_000 < hour.num_rows / 60 < 3_000


def test_a_minute_between_reports_near_the_shore_is_typical(hour):
    near = hour.filter(pc.and_(pc.equal(hour["sensor"], "ais"), pc.greater(hour["sog_kn"], 5.0)))
    order = np.lexsort((times(near, "observed_at"), near["mmsi"].to_numpy()))
    t, mmsi = times(near, "observed_at")[order], near["mmsi"].to_numpy()[order]
    step = np.diff(t)[(np.diff(mmsi) == 0) & (np.diff(t) > 0)] / SECOND_US
    assert 50 < np.median(step) < 70


def test_some_are_heard_by_two_stations_at_once(hour):
    positions = hour.filter(pc.is_valid(hour["lon"]))
    twice = positions.group_by(["mmsi", "observed_at"]).aggregate([("station", "count_distinct")])
    share = pc.mean(pc.greater(twice["station_count_distinct"], 1).cast(pa.float64())).as_py()
    assert 0.02 < share < 0.4


def test_the_exercise_owns_all_of_it(hour):
    (label,) = pc.unique(hour["label"]).to_pylist()
    assert parse(label).originators == {"EXERCISE"}
    assert parse(label).release == frozenset()


def test_static_messages_carry_no_position_and_positions_no_name(hour):
    static = hour.filter(pc.is_in(hour["message"], pa.array([5, 24], pa.int8())))
    assert static.num_rows > 0
    assert static["lon"].null_count == static.num_rows
    position = hour.filter(pc.is_valid(hour["lon"]))
    assert position["name"].null_count == position.num_rows


def test_nothing_arrives_outside_the_exercise(exercise):
    assert exercise.observations(exercise.end_us, exercise.end_us + HOUR_US).num_rows == 0
    assert exercise.observations(exercise.start_us - HOUR_US, exercise.start_us).num_rows == 0
    assert exercise.observations(exercise.default_start_us, exercise.default_start_us).schema == OBSERVATION


def test_an_unknown_exercise_and_a_start_outside_it_are_one_line():
    with pytest.raises(ValueError, match="no exercise 'battle'; there is somali_basin_2025") as error:
        open_exercise("battle")
    assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match="is outside it"):
        open_exercise(start_us=0)
