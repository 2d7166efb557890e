"""Positions are read in the forms people write, and written in the one that mariners use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periplus.geo.positions import parse_position, position_text


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("01°17.7′N 056°17.5′E", 1 + 17.7 / 60, 56 + 17.5 / 60),
        ("1 17.7N 56 17.5E", 1 + 17.7 / 60, 56 + 17.5 / 60),
        ("12-31N 043-18E", 12 + 31 / 60, 43.3),
        ("-1.5, 45.2", -1.5, 45.2),
        ("−1.5 45.2", -1.5, 45.2),
        ("1.5S 45.2E", -1.5, 45.2),
        ("s1.5 e45.2", -1.5, 45.2),
        ("13°42.5'N 050°21.3'E", 13 + 42.5 / 60, 50 + 21.3 / 60),
        ("01:15.20N – 103:58.40E", 1 + 15.2 / 60, 103 + 58.4 / 60),
        ("02 14 30 S, 041 05 12 E", -(2 + 14 / 60 + 30 / 3600), 41 + 5 / 60 + 12 / 3600),
        ("14.25N 52.1E", 14.25, 52.1),
        ("Lat: 12 31.5 N Long: 043 18.2 W", 12 + 31.5 / 60, -(43 + 18.2 / 60)),
        ("1231N 04318E", 12 + 31 / 60, 43.3),
        ("123130S 0431806W", -(12 + 31.5 / 60), -(43 + 18.1 / 60)),
        ("12°31'30\"N, 43°18'06\"E", 12 + 31.5 / 60, 43 + 18.1 / 60),
        ("045-00E 12-00N", 12.0, 45.0),
        ("12, 45", 12.0, 45.0),
        ("90N 180W", 90.0, -180.0),
    ],
)
def test_a_position_is_read_in_every_form_in_use(text, lat, lon):
    found = parse_position(text)
    assert found.lat == pytest.approx(lat, abs=1e-9)
    assert found.lon == pytest.approx(lon, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a position"),
        ("MV Ruen", "not a position"),
        ("419000913", "not a position"),
        ("12 45", "whole numbers"),
        ("12 31 43 18", "not a position"),
        ("12.31.30N 43.18.00E", "not an angle"),
        ("12.5 30N 43E", "only the last"),
        ("12-60N 043-18E", "below 60"),
        ("91N 43E", "beyond 90"),
        ("12N 181E", "beyond 180"),
        ("12N 43N", "needs a latitude"),
        ("0418N 418E", None),
        ("12N 4318E", "told apart"),
        ("120.5, 45", "latitude comes first"),
        ("12.5, 245", "longitude is at most"),
    ],
)
def test_what_is_no_position_or_may_be_two_is_refused_with_its_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_position(text)


@pytest.mark.parametrize(
    ("lat", "lon", "text"),
    [
        (1.295, 56.2917, "01°17.7′N 056°17.5′E"),
        (-0.0001, 0.0, "00°00.0′N 000°00.0′E"),
        (-1.5, -45.2, "01°30.0′S 045°12.0′W"),
        (9.99999, 179.99999, "10°00.0′N 180°00.0′E"),
    ],
)
def test_a_position_is_written_in_degrees_and_minutes_with_leading_zeros(lat, lon, text):
    assert position_text(lon, lat) == text


@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(0, 5))
def test_what_was_written_is_read_back(lat, lon, decimals):
    found = parse_position(position_text(lon, lat, decimals))
    assert found.lat == pytest.approx(lat, abs=0.5001 / 60 / 10**decimals + 1e-12)
    assert found.lon == pytest.approx(lon, abs=0.5001 / 60 / 10**decimals + 1e-12)


@given(st.text(max_size=40) | st.text("0123456789.-°′ ,NSEW", max_size=20))
def test_any_text_is_a_position_or_a_clear_refusal(text):
    try:
        found = parse_position(text)
    except ValueError:
        return
    assert -90 <= found.lat <= 90
    assert -180 <= found.lon <= 180
