"""Zones and anchorages: what ships with the program, what a centre adds, and how it is found again."""

import gzip
import json

import numpy as np
import pytest

from periplus.fusion.facts import FactsError, load_facts

YEAR_2024 = 1_704_067_200_000_000


@pytest.fixture(scope="module")
def facts():
    return load_facts()


def feature(**properties):
    ring = [[60, 0], [61, 0], [61, 1], [60, 1], [60, 0]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def written(tmp_path, parsed):
    path = tmp_path / "zones.geojson"
    path.write_text(parsed if isinstance(parsed, str) else json.dumps(parsed))
    return path


def test_shipped_zones_have_their_own_bits_and_names(facts):
    assert [zone.index for zone in facts.zones] == list(range(len(facts.zones)))
    assert len({zone.id for zone in facts.zones}) == len(facts.zones) <= 64


def test_the_transit_lanes_do_not_touch(facts):
    west, east = (
        next(z for z in facts.zones if z.id == name) for name in ("irtc_westbound", "irtc_eastbound")
    )
    assert west.geometry.distance(east.geometry) > 0.02


def test_sixty_ships_a_day_in_the_corridor_raise_no_alert(facts):
    assert not any(zone.watch for zone in facts.zones if zone.kind in ("lane", "reporting", "sea"))
    assert {zone.priority for zone in facts.zones} == {"know"}


def test_a_position_in_the_northern_indian_ocean_has_one_sea(facts):
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(34, 98, 4000), rng.uniform(-25, 25, 4000)
    at_sea = facts.shore.distance_nm(lon, lat) > 3
    masks = facts.zones_at(lon[at_sea], lat[at_sea], np.full(at_sea.sum(), YEAR_2024))
    seas = [sum(zone.kind == "sea" for zone in facts.zones_in(mask)) for mask in masks]
    assert max(seas) == 1
    assert np.mean(seas) > 0.97


def test_a_centre_adds_its_own_zones_and_watches_them(tmp_path, facts):
    drawn = {
        "type": "FeatureCollection",
        "features": [feature(name="Quiet box", valid_from="2024-01-01"), feature()],
    }
    with_own = load_facts(zones=written(tmp_path, drawn))
    quiet, nameless = with_own.zones[-2:]
    assert (quiet.id, quiet.kind, quiet.priority, quiet.watch) == ("quiet_box", "own", "look", True)
    assert nameless.name == f"Zone {len(facts.zones) + 2}"
    before, after = with_own.zones_at([60.5, 60.5], [0.5, 0.5], [YEAR_2024 - 1, YEAR_2024])
    assert quiet not in with_own.zones_in(before)
    assert quiet in with_own.zones_in(after)


def test_zones_go_to_the_chart_with_times_in_microseconds(facts):
    collection = json.loads(json.dumps(facts.zones_geojson()))
    lane = next(f for f in collection["features"] if f["properties"]["id"] == "irtc_eastbound")
    assert lane["properties"]["valid_from"] == 1_233_446_400_000_000
    assert lane["geometry"]["type"] == "Polygon"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "no GeoJSON features"),
        ({"type": "FeatureCollection", "features": []}, "no GeoJSON features"),
        ({"type": "Point", "coordinates": [1, 2]}, "feature 1: not a polygon"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}, "feature 1"),
        ({"type": "Polygon", "coordinates": [[[1, 95], [3, 4], [5, 6], [1, 95]]]}, "not on the globe"),
        ({"type": "Feature", "properties": {}, "geometry": None}, "no geometry"),
        (feature(id="irtc_eastbound"), "second zone"),
        (feature(kind="moon"), "kind 'moon'"),
        (feature(valid_from="soon"), "not a date"),
        (feature(valid_from="2024-01-02", valid_to="2024-01-01"), "not after"),
        ({"type": "FeatureCollection", "features": [feature(name=str(n)) for n in range(60)]}, "room for"),
    ],
)
def test_zones_that_cannot_be_used_are_refused_in_one_line(tmp_path, content, reason):
    with pytest.raises(FactsError, match=reason) as refusal:
        load_facts(zones=written(tmp_path, content))
    assert "\n" not in str(refusal.value)
    assert "zones.geojson" in str(refusal.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FactsError, match=r"none\.csv: no such file"):
        load_facts(anchorages=tmp_path / "none.csv")


def test_anchorages_are_read_by_their_column_names(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("s2id,latitude,longitude,label,sublabel,iso3\n1,0.5,60.5,QUIET,,XXX\n\n2,-1,61,,,\n")
    facts = load_facts(anchorages=path)
    assert not facts.anchorages_are_ports
    assert facts.anchorages.names == ("QUIET", "")
    way, index = facts.anchorages.nearest_km([60.5], [0.6])
    assert way[0] == pytest.approx(11.1, abs=0.1)
    assert index[0] == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "needs the columns"),
        ("a,b\n1,2\n", "needs the columns lat and lon, has a, b"),
        ("lat,lon\n", "no anchorages"),
        ("lat,lon\nx,3\n1\n99,3\nnan,3\n", "4 rows without a position"),
    ],
)
def test_anchorages_that_cannot_be_used_are_refused_in_one_line(tmp_path, content, reason):
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(FactsError, match=reason):
        load_facts(anchorages=path)


def test_a_row_without_a_position_costs_no_other_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("lat,lon\n1,2\nx,3\n5,6\n")
    anchorages = load_facts(anchorages=path).anchorages
    assert (len(anchorages), anchorages.rejected) == (2, 1)


def test_ports_and_zones_are_found_by_name_code_and_with_a_typing_error(facts):
    assert facts.search("Djibouti")[0].title == "Djibouti"
    assert facts.search("mombassa")[0].title == "Mombasa"
    assert facts.search("DJJIB")[0].detail == "port, Djibouti, DJJIB"
    assert facts.search("gulf of aden")[0].kind == "zone"
    assert "IRTC" in facts.search("irtc")[0].title
    assert facts.search("jwla-032")[0].title == "JWC listed area (JWLA-032)"
    assert len(facts.search("port", limit=5)) == 5


def test_one_letter_or_nonsense_finds_nothing(facts):
    assert facts.search("a") == []
    assert facts.search("  ") == []
    assert facts.search("qqqqxxxxzz") == []
    assert facts.search("hellas aphrodite") == []


def test_the_real_list_of_anchorages_is_read_as_it_comes(shared, tmp_path):
    path = tmp_path / "gfw.csv"
    path.write_bytes(gzip.decompress((shared / "data/reference/gfw_anchorages.csv.gz").read_bytes()))
    facts = load_facts(anchorages=path)
    assert len(facts.anchorages) == 60_409
    assert facts.anchorages.rejected == 1  # Pointe Noire, at longitude 1001
    way, index = facts.anchorages.nearest_km([43.15], [11.6])
    assert way[0] < 10
    assert facts.anchorages.names[index[0]] == "DJIBOUTI"
