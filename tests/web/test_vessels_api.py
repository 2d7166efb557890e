"""Vessels over HTTP: labels, card, track, history, search."""

import itertools

import pyarrow as pa
import pytest
from centre_at_work import HOUR_US, NOON_US, OURS, one_clear_line

from periplus.web import frames

MINUTE_US = 60_000_000
MMSI = 419000913


def sails(watch, mmsi=MMSI, *, minutes=60, lon=56.0, **more):
    """A report every minute until noon, at 12 kn to the east."""
    for k in range(minutes + 1):
        watch.heard(
            mmsi, at_us=NOON_US - (minutes - k) * MINUTE_US, lon=lon + k * 0.2 / 60, cog_deg=90.0, **more
        )


def test_labels_are_for_the_numbers_of_frames(officer, watch):
    watch.heard(MMSI)
    watch.heard(538001234)
    watch.claimed(MMSI, name="SAGAR", ship_type=30)
    officer.get(f"/api/history/fleet?at={NOON_US}")
    found = officer.get("/api/vessels/labels?ids=0,1,7").json()
    assert sorted(found, key=lambda each: each["id"]) == [
        {"id": 0, "vessel": "419000913", "name": "SAGAR", "shape": "fishing"},
        {"id": 1, "vessel": "538001234", "name": None, "shape": "unknown"},
    ]
    assert officer.get("/api/vessels/labels?ids=").json() == []


@pytest.mark.parametrize("ids", ["x", "-1", "1,,2", "1.5", "99999999999", ",".join("1" * 201), "١"])
def test_labels_for_what_is_no_number_are_refused(officer, ids):
    answer = officer.get(f"/api/vessels/labels?ids={ids}")
    assert answer.status_code == 400
    assert one_clear_line(answer)


def test_the_card_says_who_it_is_where_it_was_and_who_heard_it(officer, watch):
    sails(watch)
    watch.heard(MMSI, at_us=NOON_US - 30 * MINUTE_US, lon=56.1, source="sky", sensor="ais_satellite")
    watch.claimed(MMSI, name="HELLAS APHRODITE", ship_type=80, length_m=183, beam_m=32)
    watch.found(vessels=["419000913"])
    card = officer.get("/api/vessels/419000913").json()
    assert set(card) == {
        "vessel", "id", "mmsi", "name", "shape", "type", "flag", "length_m", "beam_m", "label", "last", "interval_s",
        "provisional", "siblings", "claims", "heard", "speeds", "events",
    }  # fmt: skip
    assert (card["name"], card["shape"], card["type"], card["flag"]) == (
        "HELLAS APHRODITE",
        "tanker",
        "tanker",
        "India",
    )
    assert (card["length_m"], card["beam_m"], card["label"]) == (183, 32, OURS)
    last = card["last"]
    assert (last["observed_at"], last["lat"], last["sog_kn"], last["source"]) == (
        NOON_US,
        -1.0,
        12.0,
        "coast",
    )
    assert set(last) == {
        "observed_at", "received_at", "lon", "lat", "sog_kn", "cog_deg", "heading_deg", "nav_status", "source",
        "sensor", "position_sd_m", "shore_nm", "port_km",
    }  # fmt: skip
    assert card["provisional"] is True
    assert card["interval_s"] == pytest.approx(60, rel=0.01)
    assert [(lane["source"], lane["sensor"], len(lane["times"])) for lane in card["heard"]] == [
        ("coast", "ais", 61), ("sky", "ais_satellite", 1),
    ]  # fmt: skip
    assert card["heard"][0]["times"][-1] == NOON_US
    assert set(card["speeds"]["sog_kn"]) == {12.0}
    assert len(card["speeds"]["t"]) == len(card["speeds"]["sog_kn"])
    assert [event["id"] for event in card["events"]] == ["e1"]
    assert {claim["field"]: claim["value"] for claim in card["claims"]}["name"] == "HELLAS APHRODITE"


def test_of_contradicting_claims_the_one_last_heard_is_current_and_the_other_stays(officer, watch):
    watch.heard(MMSI)
    for hours, name in ((3, "OLD NAME"), (1, "NEW NAME")):
        watch.claimed(MMSI, at_us=NOON_US - hours * HOUR_US, name=name)
    claims = officer.get("/api/vessels/419000913").json()["claims"]
    assert [(claim["value"], claim["current"]) for claim in claims] == [
        ("OLD NAME", False),
        ("NEW NAME", True),
    ]
    assert claims[0]["since"] == NOON_US - 3 * HOUR_US


def test_two_ships_under_one_mmsi_are_two_cards_with_a_track_each(officer, watch):
    sails(watch, lon=56.0)
    sails(watch, lon=70.0, slot=1)
    west, east = officer.get("/api/vessels/419000913").json(), officer.get("/api/vessels/419000913/b").json()
    assert (west["siblings"], east["siblings"]) == (["419000913/b"], ["419000913"])
    assert (west["mmsi"], east["mmsi"]) == ("419000913", "419000913")
    span = f"from={NOON_US - HOUR_US}&to={NOON_US + 1}"
    for vessel, low, high in (("419000913", 56, 57), ("419000913/b", 70, 71)):
        track = officer.get(f"/api/tracks/{vessel}?{span}").json()
        assert track["vessel"] == vessel
        assert len(track["lon"]) > 50
        assert all(low <= lon <= high for lon in track["lon"])


@pytest.mark.parametrize("vessel", ["000000001", "999999999", "419000913/b"])
def test_a_vessel_that_nobody_heard_has_no_card(officer, watch, vessel):
    watch.heard(MMSI)
    answer = officer.get(f"/api/vessels/{vessel}")
    assert answer.status_code == 404
    assert one_clear_line(answer)


@pytest.mark.parametrize(
    "vessel",
    [
        "x",
        "419000913/z",
        "419000913/",
        "419000913/a",
        "41900091300",
        "-1",
        "1",
        "419000913/b/c",
        "４１９",
        "%00",
    ],
)
def test_what_is_no_vessel_is_refused(officer, vessel):
    for path in (f"/api/vessels/{vessel}", f"/api/tracks/{vessel}?from=0&to=1"):
        answer = officer.get(path)
        assert answer.status_code == 400
        assert one_clear_line(answer)


def test_a_track_is_what_was_sailed_with_null_for_what_was_not_said(officer, watch):
    sails(watch, minutes=3, sog_kn=None)
    track = officer.get(f"/api/tracks/419000913?from={NOON_US - HOUR_US}&to={NOON_US}").json()
    assert track["t"] == [NOON_US - k * MINUTE_US for k in (3, 2, 1)], "the end is not part of it"
    assert track["sog_kn"] == [None] * 3
    assert track["cog_deg"] == [90.0] * 3
    assert track["source"] == ["coast"] * 3
    assert track["lon"][0] == 56.0


def test_a_long_track_is_thinned_evenly_and_keeps_its_ends(officer, watch, monkeypatch):
    monkeypatch.setattr("periplus.web.history_api.MOST_POINTS", 10)
    sails(watch, minutes=60)
    t = officer.get(f"/api/tracks/419000913?from={NOON_US - 2 * HOUR_US}&to={NOON_US + 1}").json()["t"]
    assert len(t) == 10
    assert (t[0], t[-1]) == (NOON_US - HOUR_US, NOON_US)
    steps = {b - a for a, b in itertools.pairwise(t)}
    assert max(steps) - min(steps) <= MINUTE_US


def test_nothing_known_is_an_empty_track(officer):
    track = officer.get("/api/tracks/419000913?from=0&to=1").json()
    assert (track["t"], track["lon"], track["source"]) == ([], [], [])


@pytest.mark.parametrize("span", ["", "from=1", "from=2&to=1", "from=-1&to=1", "from=nan&to=1", "from=1e30&to=2", 
                                  "from=0.5&to=1", f"from=0&to={NOON_US}",
                                  "from=99999999999999999999&to=99999999999999999999"])  # fmt: skip
def test_a_time_that_makes_no_sense_is_refused(officer, span):
    for path in ("/api/tracks/419000913?", "/api/history/counts?bin=3600000000&"):
        answer = officer.get(path + span)
        assert answer.status_code == 400
        assert one_clear_line(answer)


@pytest.mark.parametrize("bin_us", ["0", "-1", "x", "1"])
def test_bins_that_are_none_or_too_many_are_refused(officer, bin_us):
    answer = officer.get(f"/api/history/counts?from=0&to={HOUR_US}&bin={bin_us}")
    assert answer.status_code == 400
    assert one_clear_line(answer)


def test_the_fleet_at_a_time_is_where_everybody_was_then(officer, watch):
    watch.heard(MMSI, at_us=NOON_US - 3 * HOUR_US, lon=50.0)
    watch.heard(MMSI, at_us=NOON_US - 1 * HOUR_US, lon=51.0)
    watch.heard(538001234, at_us=NOON_US - 20 * HOUR_US, lon=60.0)
    watch.claimed(MMSI, ship_type=30)
    watch.found(vessels=["419000913"], start=NOON_US - 2 * HOUR_US)
    answer = officer.get(f"/api/history/fleet?at={NOON_US - 2 * HOUR_US}")
    assert answer.headers["content-type"] == "application/octet-stream"
    kind, total, now_us, records = frames.unpack(answer.content)
    assert (kind, total, now_us) == (frames.SNAPSHOT, 1, NOON_US - 2 * HOUR_US), (
        "20 h ago is too long ago to stand"
    )
    assert (records["lon"][0], records["shape"][0], records["priority"][0]) == (500_000_000, 4, 2)
    _, _, _, before = frames.unpack(officer.get(f"/api/history/fleet?at={NOON_US - 2 * HOUR_US - 1}").content)
    assert before["priority"][0] == 0, "the event had not begun"
    _, total, _, _ = frames.unpack(officer.get("/api/history/fleet?at=0").content)
    assert total == 0


def test_counts_say_how_much_was_heard_and_found(officer, watch):
    for hours in (3.5, 3.2, 1.5):
        watch.heard(MMSI, at_us=NOON_US - int(hours * HOUR_US))
    watch.found(start=NOON_US - 3 * HOUR_US)
    watch.found("e2", start=NOON_US - 3 * HOUR_US, state="withdrawn", change="withdrawn")
    counts = officer.get(
        f"/api/history/counts?from={NOON_US - 4 * HOUR_US}&to={NOON_US}&bin={HOUR_US}"
    ).json()
    assert counts == {
        "bin": HOUR_US, "from": NOON_US - 4 * HOUR_US, "observations": [2, 0, 1, 0],
        "events": {"act": [0] * 4, "look": [0, 1, 0, 0], "know": [0] * 4},
    }  # fmt: skip


def test_hello_says_since_when_there_is_history(officer, watch):
    assert officer.get("/api/hello").json()["history_from"] is None
    watch.heard(MMSI, at_us=NOON_US - 50 * HOUR_US)
    assert officer.get("/api/hello").json()["history_from"] == NOON_US - 50 * HOUR_US


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hellas", ["HELLAS APHRODITE"]), ("419000913", ["HELLAS APHRODITE"]), ("9722766", ["HELLAS APHRODITE"]),
        ("avxy", ["HELLAS APHRODITE"]), ("aphro", ["HELLAS APHRODITE"]), ("hela aphrodite", ["HELLAS APHRODITE"]),
        ("sagar", ["SAGAR", "SAGAR KANYA"]),
    ],
)  # fmt: skip
def test_ships_are_found_by_what_they_are_called(officer, watch, text, found):
    for mmsi, name in ((MMSI, "HELLAS APHRODITE"), (419000001, "SAGAR KANYA"), (419000002, "SAGAR")):
        watch.heard(mmsi)
        watch.claimed(mmsi, name=name, ship_type=70)
    watch.claimed(MMSI, imo=9722766, callsign="AVXY")
    hits = officer.get("/api/search", params={"q": text}).json()
    assert [hit["title"] for hit in hits if hit["kind"] == "vessel"] == found
    assert set(hits[0]) == {"kind", "title", "detail", "vessel", "lon", "lat", "bounds"}


def test_positions_ports_and_zones_are_found_too(officer):
    (hit,) = officer.get("/api/search", params={"q": "01°17.7′N 056°17.5′E"}).json()
    assert (hit["kind"], hit["title"]) == ("position", "01°17.7′N 056°17.5′E")
    assert (hit["lon"], hit["lat"]) == (pytest.approx(56.2917, abs=1e-4), 1.295)
    assert any(hit["kind"] == "port" for hit in officer.get("/api/search?q=mombasa").json())
    assert officer.get("/api/search?q=").json() == []
    assert officer.get("/api/search", params={"q": "x" * 101}).status_code == 400


def test_search_says_at_most_twelve_things(officer, watch):
    for k in range(30):
        watch.heard(419000000 + k)
        watch.claimed(419000000 + k, name=f"MOMBASA {k}")
    hits = officer.get("/api/search?q=mombasa").json()
    assert len(hits) == 12
    assert {hit["kind"] for hit in hits} >= {"vessel", "port"}


def test_zones_are_geojson_with_what_the_chart_needs(officer):
    zones = officer.get("/api/zones").json()
    assert zones["type"] == "FeatureCollection"
    assert all(
        {"id", "name", "kind", "valid_from", "valid_to"} <= set(zone["properties"])
        for zone in zones["features"]
    )


def test_columns_of_a_table_are_json_whatever_they_hold():
    from periplus.web.columns import numbers

    table = pa.table({"x": pa.array([1.25, None, float("nan"), float("inf")])})
    assert numbers(table, "x", 1) == [1.2, None, None, None]
