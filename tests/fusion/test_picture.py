"""The picture holds the newest state of every vessel, whatever the order in which reports come."""

import threading

import numpy as np
import pyarrow as pa
import pytest

from periplus.fusion.picture import PICTURE, Picture
from periplus.model.identity import IDENTITY_CLAIM
from periplus.model.schema import conform, empty
from periplus.model.track import SLOTS, TRACK_POINT

EPOCH_US = 1_700_000_000_000_000
OURS, THEIRS = "IFC//TLP:AMBER+STRICT", "NAVY//TLP:GREEN//REL EU"


def at(seconds):
    return pa.array([EPOCH_US + round(s * 1e6) for s in seconds], pa.timestamp("us", "UTC"))


def points(*rows):
    """From (seconds, mmsi, fields); the field `slot` tells apart ships under one number."""
    fields = [
        {"lon": 60.0, "lat": 5.0, "source": "a", "sensor": "ais", "label": OURS, **row[2]} for row in rows
    ]
    late = [row.pop("received", 0) for row in fields]
    vessel = [row[1] * SLOTS + f.pop("slot", 0) for row, f in zip(rows, fields, strict=True)]
    columns = {name: [f.get(name) for f in fields] for name in sorted({n for f in fields for n in f})}
    times = [row[0] for row in rows]
    table = {"vessel": vessel, "mmsi": [row[1] for row in rows], "observed_at": at(times)}
    received = at([t + r for t, r in zip(times, late, strict=True)])
    return conform(pa.table({**table, "received_at": received, **columns}), TRACK_POINT)


def claims(*rows):
    """From (until_s, mmsi, field, value) and, if it matters, label."""
    columns = {
        "mmsi": [row[1] for row in rows],
        "field": [row[2] for row in rows],
        "value": [row[3] for row in rows],
        "since": at([0] * len(rows)),
        "until": at([row[0] for row in rows]),
        "source": ["a"] * len(rows),
        "label": [row[4] if len(row) > 4 else OURS for row in rows],
    }
    return conform(pa.table(columns), IDENTITY_CLAIM)


def ship(picture, mmsi, slot=0):
    [row] = picture.rows(np.array([picture.find(mmsi * SLOTS + slot)])).to_pylist()
    return row


def test_the_newest_report_of_a_vessel_stands():
    picture = Picture()
    picture.update(points((10, 1, {"lon": 61.0}), (30, 1, {"lon": 63.0}), (20, 1, {"lon": 62.0})), 0)
    picture.update(points((25, 1, {"lon": 99.0}), (5, 2, {"sog_kn": 12.5})), 0)
    assert len(picture) == 2
    assert ship(picture, 1)["lon"] == 63.0
    assert ship(picture, 2)["sog_kn"] == 12.5
    assert ship(picture, 2)["heading_deg"] is None


@pytest.mark.parametrize("seed", range(3))
def test_the_order_and_division_of_reports_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    rows = [
        (float(t), int(rng.integers(1, 30)), {"lon": float(t % 90), "nav_status": t % 9}) for t in range(300)
    ]
    whole, parts = Picture(), Picture()
    whole.update(points(*rows), 0)
    shuffled = [rows[k] for k in rng.permutation(300)]
    for k in range(0, 300, 37):
        parts.update(points(*shuffled[k : k + 37]), 0)
    last = [picture.rows().sort_by("vessel").drop_columns("interval_s") for picture in (whole, parts)]
    assert last[0] == last[1]


def test_not_available_is_null():
    picture = Picture()
    picture.update(points((1, 1, {})), 0)
    row = ship(picture, 1)
    for name in ("sog_kn", "nav_status", "interval_s", "ship_type", "name", "imo", "length_m", "shore_nm"):
        assert row[name] is None


def test_ships_under_one_number_are_two_rows_with_one_claimed_identity():
    picture = Picture()
    picture.update(points((1, 7, {"lon": 1.0}), (1, 7, {"lon": 2.0, "slot": 1})), 0)
    picture.set_identity(claims((1, 7, "name", "TWINS")))
    assert (ship(picture, 7)["lon"], ship(picture, 7, 1)["lon"]) == (1.0, 2.0)
    assert ship(picture, 7)["name"] == ship(picture, 7, 1)["name"] == "TWINS"


def test_identity_is_the_value_heard_last():
    picture = Picture()
    picture.set_identity(claims((5, 1, "name", "NEW"), (5, 1, "length_m", "190.5"), (5, 1, "imo", "9754903")))
    picture.update(points((1, 1, {})), 0)  # claims may come before the first position
    picture.set_identity(claims((3, 1, "name", "OLD"), (6, 1, "ship_type", "70"), (6, 1, "beam_m", "wide")))
    row = ship(picture, 1)
    assert (row["name"], row["length_m"], row["imo"], row["ship_type"]) == ("NEW", 190.5, 9754903, 70)
    assert row["beam_m"] is None


def test_a_row_carries_the_labels_of_its_position_and_of_its_identity():
    picture = Picture()
    picture.update(points((1, 1, {"label": THEIRS}), (1, 2, {"label": THEIRS})), 0)
    picture.set_identity(claims((1, 1, "name", "X", OURS)))
    assert ship(picture, 1)["label"] == "IFC+NAVY//TLP:AMBER+STRICT"
    assert ship(picture, 2)["label"] == THEIRS


def test_the_usual_interval_of_a_steady_reporter_is_that_interval():
    picture = Picture()
    for start in (0, 100, 200):
        picture.update(points(*((start + 10 * k, 1, {}) for k in range(10)), (start, 2, {})), 0)
    assert ship(picture, 1)["interval_s"] == pytest.approx(10)
    assert ship(picture, 2)["interval_s"] == pytest.approx(100)


def test_one_long_silence_does_not_make_a_slow_reporter():
    picture = Picture()
    picture.update(points(*((10 * k, 1, {}) for k in range(60))), 0)
    picture.update(points((600 + 6 * 3600, 1, {})), 0)
    assert ship(picture, 1)["interval_s"] < 60


def test_late_reports_and_repeats_do_not_change_the_interval():
    picture = Picture()
    picture.update(points(*((60 * k, 1, {}) for k in range(20))), 0)
    picture.update(points((30, 1, {}), (19 * 60, 1, {}), (19 * 60 + 0.2, 1, {})), 0)
    assert ship(picture, 1)["interval_s"] == pytest.approx(60)


def test_what_changed_since_a_tick_is_told():
    picture = Picture()
    first = picture.update(points((1, 1, {}), (1, 2, {}), (1, 3, {})), 0)
    second = picture.update(points((2, 2, {}), (0, 3, {})), 0)
    assert second > first
    assert picture.rows_changed_since(0).tolist() == [0, 1, 2]
    assert picture.rows_changed_since(first).tolist() == [picture.find(2 * SLOTS)]
    picture.set_identity(claims((1, 3, "name", "C")))
    assert picture.rows_changed_since(second).tolist() == [picture.find(3 * SLOTS)]
    third = picture.tick
    picture.set_identity(claims((2, 3, "name", "C")))  # the same again
    assert picture.rows_changed_since(third).tolist() == []


def test_an_unknown_vessel_is_not_found():
    picture = Picture()
    assert picture.find(8) is None
    picture.update(points((1, 1, {})), 0)
    assert picture.find(1 * SLOTS + 1) is None


def test_an_empty_picture_is_a_table_without_rows():
    picture = Picture()
    picture.update(empty(TRACK_POINT), 5)
    assert picture.rows() == empty(PICTURE)
    assert picture.as_of_us == 5


def test_a_snapshot_brings_everything_back():
    picture = Picture()
    picture.update(points((1, 5, {"sog_kn": 3.0}), (1, 2, {"label": THEIRS}), (9, 5, {"nav_status": 1})), 0)
    picture.set_identity(claims((4, 5, "name", "A"), (4, 9, "length_m", "12.5"), (4, 5, "ship_type", "30")))
    back = Picture()
    back.update(points((1, 77, {})), 0)
    back.restore(picture.snapshot())
    assert back.rows().sort_by("vessel") == picture.rows().sort_by("vessel")
    back.set_identity(claims((3, 5, "name", "OLDER")))
    back.update(points((2, 9, {})), 0)
    assert ship(back, 5)["name"] == "A"
    assert ship(back, 9)["length_m"] == 12.5


def test_an_empty_snapshot_brings_back_an_empty_picture():
    picture = Picture()
    picture.update(points((1, 1, {})), 0)
    picture.restore(Picture().snapshot())
    assert picture.rows() == empty(PICTURE)


def test_readers_never_see_half_a_report():
    """The writer moves every ship at once; a reader must find them all in one place."""
    picture = Picture()
    ships = range(1, 400)
    torn = []
    stop = threading.Event()

    def read():
        while not stop.is_set():
            rows = picture.rows()
            if len(set(rows.column("lon").to_pylist())) > 1 or rows.num_rows not in (0, len(ships)):
                torn.append(rows.num_rows)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for t in range(1, 60):
        picture.update(points(*((t, mmsi, {"lon": float(t)}) for mmsi in ships)), 0)
    stop.set()
    for reader in readers:
        reader.join()
    assert not torn
