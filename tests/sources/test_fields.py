"""The fields of AIS messages: exact values, and null for what is not available (ITU-R M.1371-5, annex 8)."""

from datetime import UTC, datetime

import pyais
import pytest
from armour import sentence

from periplus.sources.ais.nmea import NmeaDecoder
from periplus.sources.batch import Counts

AT_US = 1_600_000_000_000_000


def row(text: str) -> dict:
    """The one observation of some lines."""
    rows, _ = read(text)
    assert len(rows) == 1
    return rows[0]


def read(text: str) -> tuple[list[dict], Counts]:
    decoder = NmeaDecoder(source="test", label="A//TLP:AMBER", assume_us=AT_US)
    fed, last = decoder.feed(text.encode() + b"\n"), decoder.finish()
    rows = fed.observations.to_pylist() + last.observations.to_pylist()
    return rows, fed.counts + last.counts


NOWHERE = {"lon": None, "lat": None}
CASES = [
    (
        "coordinates are the raw integer over 600,000; 102.2 kn is a speed",
        "!AIVDM,1,1,,A,12vg20@ugvdoglW@D?ON3s?n0000,0*6E",
        {"mmsi": 200000001, "lon": 107970195 / 600000, "lat": -50000003 / 600000, "sog_kn": 102.2},
    ),
    (
        "what is not available is null; status 15 stays",
        "!AIVDM,1,1,,A,12vg20OP?w<tSF0l4Q@>4?wp0000,0*77",
        {**NOWHERE, "sog_kn": None, "cog_deg": None, "heading_deg": None, "nav_status": 15},
    ),
    (
        "a base station without time and place",
        "!AIVDM,1,1,,A,401r4P@000Htt<tSF0l4Q@100000,0*18",
        {**NOWHERE, "mmsi": 2000001, "observed_at": datetime.fromtimestamp(AT_US / 1e6, UTC)},
    ),
    (
        "text ends at @; nothing that is 0 is said; reserved ship type 38 stays 38",
        "!AIVDM,2,1,1,A,52vg20@00001@E=C4010E8U0iE<000000000000V0000040Ht03EFRDR,0*1D\n"
        "!AIVDM,2,2,1,A,Dh0000000000000,2*09",
        {
            "name": "PERIPLUS",
            "callsign": "TEST1",
            "destination": "MUZIRIS",
            "ship_type": 38,
            "imo": None,
            "length_m": None,
            "beam_m": None,
            "draught_m": None,
        },
    ),
    ("type 9 flies in whole knots", "!AIVDM,1,1,,A,91b370OwmNPKMl040F@4lSh20000,0*3A", {"sog_kn": 350.0}),
    (
        "type 17 is signed tenths of a minute",
        "!AIVDM,1,1,,A,A01r4P@=iCDF@0,4*51",
        {"lon": 23.5, "lat": -37.25, "mmsi": 2000001},
    ),
    (
        "an aid's name goes on in the extension",
        "!AIVDM,1,1,,A,E>j2p0@Vbe4a4ah64ST:@;2aaRV@;LK01eo@000003v0083SlU20,0*6F",
        {"name": "MUZIRIS LIGHT VESSEL NORTH", "ship_type": None},
    ),
    (
        "type 24 B: dimensions 6, 4, 2, 1",
        "!AIVDM,1,1,,A,H2vg20DU123D=@iD5CDi000h4214,0*7A",
        {"length_m": 10.0, "beam_m": 3.0, "name": None},
    ),
    (
        "an auxiliary craft tells its mother ship where others tell dimensions",
        "!AIVDM,1,1,,A,H>`PQPDU123D=@iD5CDi00;rt810,0*0B",
        {"length_m": None, "beam_m": None},
    ),
    (
        "type 24 A alone is read at once",
        "!AIVDM,1,1,,A,H2vg20A0E8U0iE<0000000000000,0*06",
        {"name": "PERIPLUS", "callsign": None, "ship_type": None, "length_m": None},
    ),
    (
        "type 27: tenths of a minute, whole knots and degrees",
        "!AIVDM,1,1,,A,Kjvg20H?8s2fW7@t,0*28",
        {"lon": -23.5, "lat": 37.25, "sog_kn": 14.0, "cog_deg": 271.0},
    ),
    (
        "type 27 not available",
        "!AIVDM,1,1,,A,Kjvg20Cn`>6bTOwv,0*29",
        {**NOWHERE, "sog_kn": None, "cog_deg": None},
    ),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_field_says_what_the_standard_says(text: str, expected: dict) -> None:
    got = row(text)
    assert {name: got[name] for name in expected} == expected


@pytest.mark.parametrize(
    "second",
    [",Dh000000000000,0*3B", ",Dh0000000000000,4*0F", ",Dh0000000000000,2*09", ",Dh0000000000000,0*0B"],
)
def test_type_5_is_read_in_each_length_it_comes_in(second: str) -> None:
    first = "!AIVDM,2,1,1,A,52vg20@00001@E=C4010E8U0iE<000000000000V0000040Ht03EFRDR,0*1D\n"
    got = row(f"{first}!AIVDM,2,2,1,A{second}")
    assert (got["name"], got["callsign"], got["destination"]) == ("PERIPLUS", "TEST1", "MUZIRIS")


def test_a_position_off_the_globe_is_null_and_noted() -> None:
    place = {61: (28, 200 * 600_000), 89: (27, 10 * 600_000), 137: (6, 60)}
    rows, counts = read(sentence(1, place, 168))
    assert (rows[0]["lon"], rows[0]["lat"]) == (None, None)
    assert counts.noted == {"out_of_range": 1}


@pytest.mark.parametrize("mmsi", [2_000_001, 992_001_001, 970_000_001, 0])
def test_stations_that_are_no_vessels_are_still_observed(mmsi: int) -> None:
    assert row(sentence(1, {61: (28, 600_000), 89: (27, 600_000)}, 168, mmsi))["mmsi"] == mmsi


@pytest.mark.parametrize(
    ("kind", "bits", "mmsi", "reason"),
    [
        (1, 120, 200_000_001, "short"),
        (0, 168, 200_000_001, "type"),
        (28, 168, 200_000_001, "type"),
        (1, 168, 1_000_000_000, "mmsi"),
    ],
)
def test_a_message_that_cannot_be_is_rejected_by_name(kind: int, bits: int, mmsi: int, reason: str) -> None:
    rows, counts = read(sentence(kind, {}, bits, mmsi))
    assert rows == []
    assert counts.rejected == {reason: 1}


@pytest.mark.parametrize(
    ("second", "observed"), [(44, 44), (45, 45), (46, -14), (59, -1), (0, 0), (60, 40), (63, 40)]
)
def test_the_second_dates_a_report_to_the_latest_minute_it_can_be_of(second: int, observed: int) -> None:
    """Received at 12:26:40: up to 5 s ahead is this minute, anything later is of the minute before."""
    got = row(sentence(1, {61: (28, 600_000), 89: (27, 600_000), 137: (6, second)}, 168))
    minute = datetime(2020, 9, 13, 12, 26, tzinfo=UTC).timestamp()
    assert got["observed_at"].timestamp() == minute + observed


@pytest.mark.parametrize("chunk", ["amsa_ais.nmea.gz", "amsa_exactearth_20120131.nmea.gz"])
def test_every_payload_of_a_recording_means_the_same_to_pyais(shared, chunk: str) -> None:
    import gzip

    lines = gzip.decompress((shared / "data/nmea" / chunk).read_bytes()).split(b"\n")
    singles = [
        line for line in lines if line[:1] == b"!" and b",1,1," in line[:12] and line[3:6] in (b"VDM", b"VDO")
    ]
    compared = 0
    for line in singles[::7]:
        text = line.split(b"*")[0] + line[line.rfind(b"*") :][:3]
        rows, _ = read(text.decode("latin-1"))
        if not rows:
            continue
        theirs = pyais.decode(b"!AI" + text[3:]).asdict(enum_as_int=True)
        _agree(rows[0], theirs)
        compared += 1
    assert compared > 400


def _agree(ours: dict, theirs: dict) -> None:
    assert ours["mmsi"] == theirs["mmsi"]
    kind = theirs["msg_type"]
    assert ours["message"] == kind
    if ours["lon"] is not None and kind != 17:  # pyais gives minutes there
        assert ours["lon"] == pytest.approx(theirs["lon"], abs=6e-7)
        assert ours["lat"] == pytest.approx(theirs["lat"], abs=6e-7)
    elif "lon" in theirs and kind != 17:
        assert abs(theirs["lon"]) > 180 or abs(theirs["lat"]) > 90
    if kind in (1, 2, 3, 18, 19):
        assert (ours["sog_kn"] if ours["sog_kn"] is not None else 102.3) == theirs["speed"]
        assert ours["cog_deg"] == (theirs["course"] if theirs["course"] < 360 else None)
        assert ours["heading_deg"] == (theirs["heading"] if theirs["heading"] < 360 else None)
    if kind == 5:
        assert (
            ours["name"] == (theirs["shipname"].split("@")[0].rstrip() or None)
            or ours["name"].strip() == theirs["shipname"]
        )
        assert (ours["imo"] or 0) == theirs["imo"]
        assert (ours["draught_m"] or 0) == theirs["draught"]
        assert (ours["length_m"] or 0) == theirs["to_bow"] + theirs["to_stern"]
