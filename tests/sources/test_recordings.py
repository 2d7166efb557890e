"""Real recordings: their counts are those that grep, csv and pyais find in the same files."""

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyais
import pyarrow as pa
import pytest

from periplus.sources.batch import Counts
from periplus.sources.reading import read_file

VESSEL_POSITIONS = (1, 2, 3, 18, 19, 27)


def read(path: Path, **settings: object) -> tuple[pl.DataFrame, Counts]:
    batches = list(read_file(path, label="A//TLP:AMBER", **settings))
    counts = sum((b.counts for b in batches), Counts())
    waiting = counts.lines + counts.noted.get("run_together", 0) - counts.accepted
    assert waiting == sum(counts.rejected.values()) + sum(counts.passed_over.values())
    table = pa.concat_tables([b.observations for b in batches])
    assert counts.observations == table.num_rows
    return pl.DataFrame(pl.from_arrow(table)), counts


def oracle(path: Path) -> tuple[Counter[int], set[int]]:
    """Messages of one sentence with a right checksum by type, and the vessels with a position, by pyais alone."""
    kinds: Counter[int] = Counter()
    vessels: set[int] = set()
    for line in gzip.decompress(path.read_bytes()).split(b"\n"):
        start = line.find(b"!")
        body, star, check = line[start + 1 :].partition(b"*")
        if start < 0 or not star or body[2:5] not in (b"VDM", b"VDO") or body[5:9] != b",1,1":
            continue
        sentence = pyais.messages.NMEASentenceFactory.produce(b"!" + body + star + check[:2])
        if not sentence.is_valid or not sentence.payload:
            continue
        kinds[sentence.ais_id] += 1
        if sentence.ais_id in VESSEL_POSITIONS:
            told = sentence.decode()
            if abs(told.lon) <= 180 and abs(told.lat) <= 90:
                vessels.add(told.mmsi)
    return kinds, vessels


def placed(rows: pl.DataFrame) -> set[int]:
    told = rows.filter(pl.col("lon").is_not_null() & pl.col("message").is_in(VESSEL_POSITIONS))
    return set(told["mmsi"].to_list())


def test_the_satellite_recording_is_dated_by_when_it_was_sensed(shared: Path) -> None:
    path = shared / "data/nmea/amsa_exactearth_20120131.nmea.gz"
    rows, counts = read(path)
    lines = gzip.decompress(path.read_bytes()).splitlines()
    assert counts.lines == len(lines) == 7_160
    assert counts.passed_over == {"PGHP": sum(line.startswith(b"$PGHP") for line in lines)} == {"PGHP": 3_188}
    assert counts.accepted == 3_963
    assert counts.rejected == {"type": 4, "short": 2, "mmsi": 2, "no_time": 1}
    assert len(placed(rows)) == 990
    satellite = rows.filter(pl.col("sensor") == "ais_satellite")
    assert satellite.height == 2_983
    assert satellite["observed_at"].min() >= datetime(2012, 1, 31, 5, 6, tzinfo=UTC)
    assert satellite["observed_at"].max() <= datetime(2012, 1, 31, 6, 38, tzinfo=UTC)
    assert satellite["received_at"].min() >= datetime(2012, 1, 31, 6, 41, tzinfo=UTC)
    assert satellite["received_at"].max() <= datetime(2012, 1, 31, 6, 59, 59, tzinfo=UTC)
    delay_min = (satellite["received_at"] - satellite["observed_at"]).dt.total_seconds() / 60
    assert delay_min.quantile(0.05) > 25
    assert delay_min.quantile(0.95) < 36
    others = rows.filter(pl.col("sensor") != "ais_satellite")
    assert others["message"].unique().to_list() == [5]


@pytest.mark.parametrize("name", ["amsa_exactearth_20120131.nmea.gz", "amsa_ais.nmea.gz"])
def test_messages_and_vessels_are_those_that_pyais_finds(shared: Path, name: str) -> None:
    path = shared / "data/nmea" / name
    rows, counts = read(path)
    kinds, vessels = oracle(path)
    assert placed(rows) == vessels
    lost = sum(kinds.values()) - sum(counts.by_type.values())
    assert all(counts.by_type.get(kind, 0) <= n for kind, n in kinds.items())
    refused = {k: n for k, n in counts.rejected.items() if k in ("type", "short", "mmsi", "no_time")}
    assert lost == sum(refused.values())


def test_the_australian_recording_is_dated_by_its_clock_sentences(shared: Path) -> None:
    rows, counts = read(shared / "data/nmea/amsa_ais.nmea.gz")
    assert counts.lines == 44_687
    assert counts.passed_over["ZDA"] == 384
    assert counts.passed_over["PGHP"] == 26
    assert len(placed(rows)) == 1_616
    land = rows.filter(pl.col("sensor") == "ais")
    assert land["received_at"].min() == datetime(2012, 1, 27, 11, 47, 2, 510_000, tzinfo=UTC)
    assert land["received_at"].max() < datetime(2012, 1, 27, 11, 54, tzinfo=UTC)
    assert rows.filter(pl.col("sensor") == "ais_satellite").height == 3


@pytest.mark.parametrize("chunk_bytes", [4_096, 99_991])
def test_the_same_comes_out_however_a_recording_is_cut(shared: Path, chunk_bytes: int) -> None:
    path = shared / "data/nmea/amsa_exactearth_20120131.nmea.gz"
    whole, cut = read(path), read(path, chunk_bytes=chunk_bytes)
    assert whole[0].equals(cut[0])
    assert whole[1] == cut[1]


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", newline="") as text:
        return list(csv.DictReader(text))


def test_the_danish_table(shared: Path) -> None:
    path = shared / "data/ais/dma_denmark_20260426_0000.csv.gz"
    rows, counts = read(path)
    theirs = rows_of(path)
    assert counts.lines == counts.accepted == len(theirs) == 19_999
    assert rows["mmsi"].n_unique() == 2_005
    assert rows["lon"].null_count() == sum(r["Latitude"] == "91.000000" for r in theirs) == 750
    assert rows["sog_kn"].null_count() == sum(not r["SOG"] for r in theirs) == 2_251
    assert rows["name"].null_count() == sum(r["Name"] in ("", "Unknown") for r in theirs)
    assert rows["nav_status"].drop_nulls().len() == sum(
        r["Navigational status"] not in ("", "Unknown value", "Reserved for future use") for r in theirs
    )
    assert rows["ship_type"].null_count() == sum(
        r["Ship type"] in ("", "Undefined", "Reserved") for r in theirs
    )
    assert rows["observed_at"].min() == datetime(2026, 4, 26, tzinfo=UTC)


def test_the_solent_table(shared: Path) -> None:
    path = shared / "data/ais/solent_20160112_1302.csv.gz"
    rows, counts = read(path)
    theirs = rows_of(path)
    assert counts.accepted == len(theirs) == 18_623
    assert rows["mmsi"].n_unique() == 91
    assert rows["lon"].to_list() == [float(r["Longitude_degrees"]) for r in theirs]


@pytest.mark.parametrize("name", ["digitraffic_baltic_20251211T2044", "digitraffic_baltic_20251211T2055"])
def test_the_baltic_snapshots(shared: Path, name: str) -> None:
    path = shared / f"data/ais/{name}.csv.gz"
    rows, counts = read(path)
    theirs = rows_of(path)
    assert counts.accepted == len(theirs) == 9_735
    assert rows["sog_kn"].null_count() == sum(float(r["sog"] or 999) > 102.25 for r in theirs)
    assert rows["source"].unique().to_list() == [name]


def test_the_american_track(shared: Path) -> None:
    rows, counts = read(shared / "data/ais/noaa_tufty_20230202.csv.gz")
    assert counts.accepted == 999
    assert rows.select("mmsi", "name", "imo", "ship_type").unique().rows() == [
        (212049000, "TUFTY", 9393163, 70)
    ]


LOGS = {
    "goais_aistest.nmea": 998, "aistools_multi-part.nmea": 93, "aistools_ee-multiline.nmea": 10,
    "pyais_nmea_data_sample.txt": 898, "dma_538004030_drift.ais": 5475, "dma_ais-sample.txt": 26146,
    "dma_ais250.txt": 251, "dma_replay_dump.txt": 51, "gpsd_type6-fid55.log": 1480, "gpsd_ait250.log": 75,
    "gpsd_ais-18-27.log": 276, "libais_typeexamples.nmea": 26, "amsa_samples.txt": 57,
}  # fmt: skip


@pytest.mark.parametrize(("name", "sentences"), LOGS.items())
def test_every_sentence_of_a_log_is_accounted_for(shared: Path, name: str, sentences: int) -> None:
    _, counts = read(shared / "data/ais" / name, assume_us=1_600_000_000_000_000)
    refused = sum(n for reason, n in counts.rejected.items() if reason != "torn")  # of no sentence, but text
    assert counts.accepted + refused == sentences
    assert counts.rejected.get("no_time", 0) == 0
