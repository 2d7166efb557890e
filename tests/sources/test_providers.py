"""The tables and records of providers: recognised from their content, each by its own column map."""

import gzip
import io
import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from periplus.sources.batch import Counts, SourceError
from periplus.sources.reading import read_file


def read(text: str | bytes, **settings: object) -> tuple[list[dict], Counts]:
    data = text.encode() if isinstance(text, str) else text
    batches = list(read_file(io.BytesIO(data), source="test", label="A//TLP:AMBER", **settings))
    counts = sum((b.counts for b in batches), Counts())
    assert counts.lines == counts.accepted + sum(counts.rejected.values()) + sum(
        counts.passed_over.values()
    ), counts
    return [row for b in batches for row in b.observations.to_pylist()], counts


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


DMA = (
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name,"
    "Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,"
    "Destination,ETA,Data source type,A,B,C,D\n"
)
DMA_ROW = (
    "02/03/2026 04:05:06,Class A,219000001,55.5,10.25,Under way using engine,,12.5,180.0,179,9000001,OYAA,TEST SHIP,"
    "Cargo,,20,120,GPS,6.5,AARHUS,,AIS,,,,\n"
)


def test_dma_csv() -> None:
    rows, counts = read(DMA + DMA_ROW)
    assert rows[0] | {"label": "", "source": ""} == {
        "observed_at": at(2026, 3, 2, 4, 5, 6),
        "received_at": at(2026, 3, 2, 4, 5, 6),
        "mmsi": 219000001,
        "message": None,
        "lon": 10.25,
        "lat": 55.5,
        "sog_kn": 12.5,
        "cog_deg": 180.0,
        "heading_deg": 179.0,
        "nav_status": 0,
        "imo": 9000001,
        "name": "TEST SHIP",
        "callsign": "OYAA",
        "ship_type": 70,
        "length_m": 120.0,
        "beam_m": 20.0,
        "draught_m": 6.5,
        "destination": "AARHUS",
        "position_sd_m": None,
        "source": "",
        "station": None,
        "sensor": "ais",
        "label": "",
    }
    assert counts.noted == {"unknown_columns": 10}


def test_unknown_and_undefined_are_null_and_latitude_91_is_no_place() -> None:
    rows, _ = read(
        DMA
        + "02/03/2026 04:05:06,Class A,219000001,91.000000,0.000000,Unknown value,,,360.0,511,Unknown,Unknown,,"
        "Undefined,,,,Undefined,,Unknown,,AIS,,,,\n"
    )
    told = {k for k, v in rows[0].items() if v is not None}
    assert told == {"observed_at", "received_at", "mmsi", "source", "sensor", "label"}


NOAA = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"
    "TransceiverClass\n"
)
TABLES = [
    (
        "marinecadastre",
        NOAA + "366000001,2023-02-02T00:00:18,33.3843,-77.90511,102.3,93.3,511.0,TUFTY,IMO9393163,5BMK2,70,0,"
        "185,23,10.4,70,A\n",
        {"mmsi": 366000001, "lon": -77.90511, "sog_kn": None, "heading_deg": None, "imo": 9393163, "length_m": 185.0},
    ),
    (
        "marinecadastre tracks",
        "mmsi,send,lat,lon,sog,cog,Heading,name,IMO,CallSign,category,nav,Length,Width,Draft,Cargo,TransceiverClass\n"
        "212049000,2023-02-02 00:00:18,33.3,-77.9,11.6,93.3,86.0,TUFTY,IMO9393163,5BMK2,70,0,185.0,23.0,10.4,70.0,A\n",
        {"mmsi": 212049000, "ship_type": 70, "nav_status": 0, "name": "TUFTY", "observed_at": at(2023, 2, 2, 0, 0, 18)},
    ),
    (
        "digitraffic collected",
        "collected_at,mmsi,name,lon,lat,sog,cog,heading,ship_type,destination\n"
        '2025-12-11T20:44:50.102399+00:00,636013322,PETER S,21.0,58.6,10.1,210.0,213,70,"SANTOS,BRAZIL"\n',
        {"destination": "SANTOS,BRAZIL", "observed_at": at(2025, 12, 11, 20, 44, 50, 102399), "ship_type": 70},
    ),
    (
        "global fishing watch",
        "ssvid,timestamp,lat,lon,speed,course,receiver_type\n"
        "412000001,2024-01-02 03:04:05 UTC,-5.5,60.25,3.5,88,satellite\n",
        {"mmsi": 412000001, "sog_kn": 3.5, "cog_deg": 88.0, "sensor": "ais_satellite",
         "observed_at": at(2024, 1, 2, 3, 4, 5)},
    ),
    (
        "spire",
        "created_at,timestamp,mmsi,msg_type,latitude,longitude,speed,course,heading,imo,name,call_sign,draught,"
        "ship_and_cargo_type,length,width,destination,status,collection_type\n"
        "2024-01-02T04:00:00Z,2024-01-02T03:04:05.5Z,412000001,27,-5.5,60.25,3.5,88,511,0,,,,,,,,0,satellite\n",
        {
            "sensor": "ais_satellite", "observed_at": at(2024, 1, 2, 3, 4, 5, 500000), "imo": None, "message": 27,
            "received_at": at(2024, 1, 2, 4), "heading_deg": None,
        },
    ),
    (
        "solent",
        "Time,MMSI,Latitude_degrees,Longitude_degrees,COG_degrees,SOG_knots\n"
        "2016-01-12 13:02:11.218,235070762,50.77,-1.09,157.8,5.9\n",
        {"mmsi": 235070762, "lon": -1.09, "lat": 50.77, "cog_deg": 157.8,
         "observed_at": at(2016, 1, 12, 13, 2, 11, 218000)},
    ),
    (
        "plain names, semicolons, an epoch, an offset",
        "time;mmsi;longitude;latitude;remark\n1600000000;412000001;60.5;-5.5;x\n2020-09-13T14:26:40+02:00;412000001;60.5;-5.5;y\n",
        {"observed_at": at(2020, 9, 13, 12, 26, 40), "lon": 60.5},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [t[1:] for t in TABLES], ids=[t[0] for t in TABLES])
def test_a_table_is_recognised_by_its_header(text: str, expected: dict) -> None:
    rows, counts = read(text)
    assert counts.rejected == {}
    for row in rows:
        assert {name: row[name] for name in expected} == expected


def aisstream(kind: str, message: dict, mmsi: int = 259000420) -> str:
    meta = {"MMSI": mmsi, "ShipName": "X", "latitude": 1.0, "longitude": 2.0}
    meta["time_utc"] = "2022-12-29 18:22:32.318353 +0000 UTC"
    return json.dumps({"MessageType": kind, "MetaData": meta, "Message": {kind: {"UserID": mmsi, **message}}})


PLACE = {"Latitude": 66.0, "Longitude": 12.25}
MOVING = {**PLACE, "Cog": 308.2, "Sog": 102.3, "TrueHeading": 235, "NavigationalStatus": 15, "MessageID": 1}
SIZE = {"Dimension": {"A": 100, "B": 20, "C": 10, "D": 8}}
SHIP = {
    "Name": "AUGUSTSON  ",
    "CallSign": "LAAA",
    "ImoNumber": 9000001,
    "Type": 70,
    "MaximumStaticDraught": 6.5,
}
RECORDS = [
    ("aisstream position", aisstream("PositionReport", MOVING),
     {"lon": 12.25, "sog_kn": None, "message": 1, "name": None}),
    (
        "aisstream ship",
        aisstream("ShipStaticData", {**SHIP, **SIZE, "MessageID": 5}),
        {"lon": None, "name": "AUGUSTSON", "length_m": 120.0, "beam_m": 18.0, "imo": 9000001, "ship_type": 70},
    ),
    (
        "aisstream static data B",
        aisstream("StaticDataReport", {"MessageID": 24, "ReportA": {"Name": ""},
                                       "ReportB": {"CallSign": "LA1", "ShipType": 37, **SIZE}}),
        {"callsign": "LA1", "ship_type": 37, "length_m": 120.0, "name": None},
    ),
    (
        "aisstream aid",
        aisstream("AidsToNavigationReport", {**PLACE, "Name": "BUOY", "Type": 30, "MessageID": 21}, 992501001),
        {"name": "BUOY", "ship_type": None, "mmsi": 992501001},
    ),
    (
        "digitraffic over MQTT, as mosquitto_sub prints it",
        'vessels-v2/230629000/location {"time":1668075025,"sog":10.7,"cog":326.6,"navStat":0,"rot":0,"posAcc":true,'
        '"raim":false,"heading":325,"lon":20.345818,"lat":60.03802}',
        {"mmsi": 230629000, "observed_at": at(2022, 11, 10, 10, 10, 25), "lon": 20.345818, "nav_status": 0},
    ),
    (
        "digitraffic metadata in an envelope; draught in decimetres",
        '{"topic": "vessels-v2/230629000/metadata", "payload": {"timestamp":1668075026035,"destination":"UST LUGA",'
        '"name":"ARUNA CIHAN","draught":68,"eta":733376,"posType":15,"refA":160,"refB":33,"refC":20,"refD":12,'
        '"callSign":"V7WW7","imo":9543756,"type":70}}',
        {"mmsi": 230629000, "draught_m": 6.8, "length_m": 193.0, "beam_m": 32.0, "callsign": "V7WW7", "lon": None},
    ),
    (
        "digitraffic GeoJSON",
        json.dumps({"type": "FeatureCollection", "features": [
            {"mmsi": 219598000, "type": "Feature", "geometry": {"type": "Point", "coordinates": [20.85, 55.77]},
             "properties": {"mmsi": 219598000, "sog": 0.1, "cog": 346.5, "navStat": 1, "rot": 4, "posAcc": True,
                            "raim": False, "heading": 79, "timestamp": 59, "timestampExternal": 1659212938646}}]},
                   indent=1),
        {"mmsi": 219598000, "lon": 20.85, "lat": 55.77, "heading_deg": 79.0,
         "observed_at": at(2022, 7, 30, 20, 28, 58, 646000)},
    ),
    (
        "spire vessels",
        json.dumps({"staticData": {"mmsi": 412000001, "name": "A", "dimensions": {"length": 50, "width": 9}},
                    "lastPositionUpdate": {"timestamp": "2024-01-02T03:04:05Z", "latitude": -5.5, "longitude": 60.25,
                                           "collectionType": "SATELLITE"}}),
        {"mmsi": 412000001, "length_m": 50.0, "sensor": "ais_satellite", "lon": 60.25},
    ),
    (
        "any record with plain names",
        '{"mmsi": "412000001", "timestamp": "2024-01-02T03:04:05Z", "lon": 60.25, "lat": -5.5, "speed": 3.5}',
        {"mmsi": 412000001, "sog_kn": 3.5},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [r[1:] for r in RECORDS], ids=[r[0] for r in RECORDS])
def test_a_record_is_recognised_by_its_keys(text: str, expected: dict) -> None:
    rows, counts = read(text)
    assert counts.rejected == {}
    assert [{name: row[name] for name in expected} for row in rows] == [expected]


def test_records_of_several_kinds_keep_their_order() -> None:
    lines = [r[1] for r in RECORDS if "\n" not in r[1]]
    rows, counts = read("\n".join(lines))
    assert [row["mmsi"] for row in rows] == [row["mmsi"] for line in lines for row in read(line)[0]]
    assert counts.lines == len(lines)


def test_a_list_of_records_is_one_document() -> None:
    rows, _ = read(
        json.dumps(
            [{"mmsi": 412000001, "timestamp": 1600000000 + n, "lon": 1, "lat": n} for n in range(3)], indent=2
        )
    )
    assert [row["lat"] for row in rows] == [0.0, 1.0, 2.0]


def test_a_broken_row_is_counted_and_its_neighbours_are_kept() -> None:
    good = DMA_ROW
    bad = [
        good.replace("02/03/2026 04:05:06", "yesterday"),
        good.replace("219000001", "21900x001"),
        "02/03/2026 04:05:06,Class A,2190",
        good.replace("TEST SHIP", 'TEST "SHIP'),
        "\n",
        good.replace("02/03/2026", "02/13/2026"),
    ]
    rows, counts = read(DMA + "".join(good + line.rstrip("\n") + "\n" for line in bad) + good)
    assert len(rows) == len(bad) + 1
    assert counts.rejected == {"time": 2, "mmsi": 1, "columns": 1, "quotes": 1}
    assert counts.passed_over == {"blank": 1}


def test_columns_asked_for_beside_stay_with_their_rows() -> None:
    beside = pa.schema([("shore_nm", pa.float64()), ("zones", pa.uint64()), ("port_km", pa.float64())])
    text = (
        "mmsi,time,lon,lat,Shore_NM,zones,odd\n"
        "219000001,2026-03-02T04:05:06Z,10,55,1.5,18446744073709551615,x\n"
        "219000002,soon,10,55,2.5,2,x\n"
        "219000003,2026-03-02T04:05:07Z,10,55,far,,x\n"
        "219000004,2026-03-02T04:05:08Z,10,55,inf,-4,x\n"
        "219000005,2026-03-02T04:05:09Z,10,55,-3,4,x\n"
    )
    rows, counts = read(text, beside=beside)
    assert counts.rejected == {"time": 1}
    assert counts.noted["unknown_columns"] == 1
    assert [(row["mmsi"] % 10, row["shore_nm"], row["zones"]) for row in rows] == [
        (1, 1.5, 2**64 - 1), (3, None, None), (4, None, None), (5, -3.0, 4),
    ]  # fmt: skip
    assert "port_km" not in rows[0]
    assert "shore_nm" not in read(text)[0][0]


def test_the_class_of_the_receiver_is_the_sensor_where_no_other_column_says_it() -> None:
    text = "mmsi,time,lon,lat,receiver\n" + "".join(
        f"219000001,2026-03-02T04:05:0{n}Z,10,55,{word}\n"
        for n, word in enumerate(["satellite", "S-AIS", "SAT", "terrestrial", "T-AIS", "Skagen"])
    )
    rows, _ = read(text)
    assert [row["sensor"] for row in rows] == ["ais_satellite"] * 3 + ["ais"] * 3
    assert rows[5]["station"] == "Skagen"


def test_a_broken_record_is_counted_and_its_neighbours_are_kept() -> None:
    good = '{"mmsi": 412000001, "timestamp": 1600000000, "lon": 1, "lat": 2}'
    rows, counts = read(
        "\n".join([good, good[:30], "[1, 2]", '{"a": 1}', good.replace("412000001", '"x"'), good])
    )
    assert len(rows) == 2
    assert counts.rejected == {"json": 3, "fields": 1, "mmsi": 1}


def test_names_in_another_encoding_are_read_as_latin() -> None:
    rows, counts = read((DMA + DMA_ROW).replace("TEST SHIP", "MØLLER").encode("cp1252"))
    assert rows[0]["name"] == "MØLLER"
    assert counts.noted["encoding"] == 1


@pytest.mark.parametrize("chunk_bytes", [100, 1_000, 1 << 20])
def test_a_large_table_is_read_in_pieces_with_the_same_result(chunk_bytes: int, tmp_path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(DMA + "".join(DMA_ROW.replace("10.25", f"{n / 1000}") for n in range(1_000)))
    rows = [
        row
        for b in read_file(path, label="A//TLP:AMBER", chunk_bytes=chunk_bytes)
        for row in b.observations.to_pylist()
    ]
    assert [row["lon"] for row in rows] == [n / 1000 for n in range(1_000)]


REFUSALS = [
    ("", "test: empty"),
    ("a,b,c,d\n1,2,3,4\n", "test: no column for observed_at, mmsi, lon, lat in a, b, c, d"),
    ("mmsi,time,lon,speed\n1,2,3,4\n", "test: no column for lat in mmsi, time, lon, speed"),
    ("hello world\n" * 9, "test: neither NMEA sentences nor a known table or JSON of AIS"),
    ("<html><body>", "test: a web page or XML, not AIS"),
    ('[{"a": 1}]\n', "test: no field for observed_at, mmsi, lon, lat in a"),
    ("[{", "test: not readable as JSON: "),
    ("PK\x03\x04zip", "test: a zip archive; unpack it first"),
]


@pytest.mark.parametrize(("text", "message"), REFUSALS)
def test_what_cannot_be_read_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_packed_files_folders_and_missing_ones(tmp_path) -> None:
    import pyarrow as pa

    (tmp_path / "b.csv").write_text(DMA + DMA_ROW)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress((DMA + DMA_ROW * 2).encode()))
    with pa.CompressedOutputStream(str(tmp_path / "c.csv.zst"), "zstd") as out:
        out.write((DMA + DMA_ROW * 3).encode())
    tables = [b.observations for b in read_file(tmp_path, label="A//TLP:AMBER")]
    assert pa.concat_tables(tables)["source"].to_pylist() == ["a"] * 2 + ["b"] + ["c"] * 3
    (tmp_path / "notes.md").write_text("what these are")
    counts = sum((b.counts for b in read_file(tmp_path, label="A//TLP:AMBER")), Counts())
    assert (counts.accepted, counts.noted["unreadable_files"]) == (6, 1)
    with pytest.raises(SourceError, match="no such file"):
        list(read_file(tmp_path / "none.csv", label="A//TLP:AMBER"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no files in this folder"):
        list(read_file(tmp_path / "empty", label="A//TLP:AMBER"))


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_a_packed_file_cut_short_is_read_as_far_as_it_goes(packing: str, tmp_path) -> None:
    import pyarrow as pa

    text = (
        DMA + "".join(DMA_ROW.replace("10.25", f"{hash(n) % 99991 / 1000}") for n in range(20_000))
    ).encode()
    path = tmp_path / f"t.csv.{packing}"
    with pa.CompressedOutputStream(str(path), {"gz": "gzip", "zst": "zstd"}[packing]) as out:
        out.write(text)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    batches = list(read_file(path, label="A//TLP:AMBER"))
    counts = sum((b.counts for b in batches), Counts())
    assert 1_000 < counts.accepted < 20_000
    assert counts.noted["cut_short"] == 1
