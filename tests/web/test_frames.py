"""Fleet frames: what is packed is what was in the picture."""

import contextlib
import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from periplus.sharing.asker import staff
from periplus.sharing.released import Released
from periplus.sharing.view import FLEET
from periplus.web import frames

NOON = dt.datetime(2025, 11, 6, 12, tzinfo=dt.UTC)
NOON_US = 1_762_430_400_000_000


def fleet(*rows):
    """FLEET rows from what differs from a ship of which nothing is known."""
    plain = {name: None for name in FLEET.names} | {
        "id": 0, "vessel": 8, "observed_at": NOON, "received_at": NOON, "lon": 0.0, "lat": 0.0, "priority": 0,
        "lost": False, "split": False,
    }  # fmt: skip
    table = pa.Table.from_pylist([plain | row for row in rows], schema=FLEET)
    return Released(table, staff("asha", "watch officer", "IFC"))


def packed(released, settled_before_us=NOON_US + 1):
    records = frames.records(released, settled_before_us=settled_before_us)
    frame = frames.pack(frames.SNAPSHOT, records, total=len(records), now_us=NOON_US)
    return frames.unpack(frame)[3]


def test_the_layout_is_that_of_the_contract():
    assert frames.RECORD.itemsize == 32
    assert frames.HEADER.size == 24
    offsets = {name: frames.RECORD.fields[name][1] for name in frames.RECORD.names}
    assert offsets == {
        "id": 0, "lon": 4, "lat": 8, "observed_at": 12, "sog": 16, "cog": 18, "heading": 20, "interval": 22,
        "length": 24, "shape": 26, "flags": 27, "priority": 28, "nav_status": 29, "beam": 30,
    }  # fmt: skip
    assert frames.pack(frames.DELTA, frames.records(fleet(), settled_before_us=0), total=7, now_us=5)[:8] == (
        b"PPF1\x02\0\0\0"
    )


def test_a_frame_holds_each_value_in_its_unit():
    (ship,) = packed(
        fleet(
            {
                "id": 70_000, "lon": 56.2916667, "lat": -1.295, "sog_kn": 12.34, "cog_deg": 359.96, "heading_deg": 7.0,
                "nav_status": 5, "interval_s": 9.6, "length_m": 229.4, "beam_m": 32.0, "ship_type": 81, "priority": 3,
                "lost": True, "split": True,
            }
        )
    )  # fmt: skip
    assert ship["id"] == 70_000
    assert (ship["lon"], ship["lat"]) == (562_916_667, -12_950_000)
    assert ship["observed_at"] == NOON_US // 1_000_000
    assert (ship["sog"], ship["cog"], ship["heading"]) == (123, 0, 7)
    assert (ship["interval"], ship["length"], ship["beam"]) == (10, 229, 32)
    assert (ship["shape"], ship["priority"], ship["nav_status"]) == (2, 3, 5)
    assert ship["flags"] == frames.LOST | frames.SPLIT


def test_what_is_not_known_is_said_so_and_never_zero_or_noise():
    (ship,) = packed(fleet({"sog_kn": float("nan"), "cog_deg": None}))
    assert [ship[name] for name in ("sog", "cog", "heading", "interval")] == [frames.NOT_AVAILABLE] * 4
    assert ship["nav_status"] == frames.NO_STATUS
    assert (ship["length"], ship["beam"], ship["shape"]) == (0, 0, 0)


@pytest.mark.parametrize("value", [-1.0, 1e9, float("inf"), float("-inf")])
def test_a_number_that_does_not_fit_is_not_available_rather_than_another_number(value):
    (ship,) = packed(fleet({"sog_kn": value, "interval_s": value, "length_m": value}))
    assert (ship["sog"], ship["interval"], ship["length"]) == (frames.NOT_AVAILABLE, frames.NOT_AVAILABLE, 0)


def test_the_null_of_one_ship_does_not_touch_its_neighbour():
    here, there = packed(fleet({"id": 1, "nav_status": 0, "ship_type": 30}, {"id": 2}))
    assert (here["nav_status"], there["nav_status"]) == (0, frames.NO_STATUS)
    assert (here["shape"], there["shape"]) == (4, 0)


def test_what_is_younger_than_the_lateness_is_provisional():
    old, young = packed(
        fleet({"id": 1, "observed_at": NOON - dt.timedelta(hours=1)}, {"id": 2}),
        settled_before_us=NOON_US - 60_000_000,
    )
    assert (old["flags"], young["flags"]) == (0, frames.PROVISIONAL)


@st.composite
def ticks(draw):
    """Two states of a fleet: ids with a changing value."""
    states = []
    for _ in range(2):
        ids = sorted(draw(st.sets(st.integers(0, 12))))
        records = np.zeros(len(ids), frames.RECORD)
        records["id"] = ids
        records["sog"] = draw(st.lists(st.integers(0, 2), min_size=len(ids), max_size=len(ids)))
        states.append(records)
    return states


@given(ticks())
def test_a_snapshot_and_its_changes_make_the_next_snapshot(states):
    before, after = states
    held = {row["id"]: row.tobytes() for row in before}
    for row in frames.changed(before, after):
        if row["flags"] & frames.GONE:
            del held[row["id"]]
        else:
            assert held.get(row["id"]) != row.tobytes(), "an unchanged row was sent"
            held[row["id"]] = row.tobytes()
    assert held == {row["id"]: row.tobytes() for row in after}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_are_refused(data):
    with contextlib.suppress(ValueError):
        kind, _, _, records = frames.unpack(data)
        assert data[4] == kind
        assert len(data) == 24 + 32 * len(records)
