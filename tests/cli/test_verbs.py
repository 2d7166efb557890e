"""The terminal keeps its word: help with an example, exit codes, one clear line instead of a traceback."""

import json
import pathlib
import socket
import subprocess
import sys

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from periplus.cli import VERBS

# Three ships' positions and one torn line; times in TAG blocks, a second apart.
LOG = r"""\s:rSTN1,c:1600000000*31\!AIVDM,1,1,,A,13RlIW?04F1beOVEFLB9bRvH0L0L,0*6C
\s:rSTN1,c:1600000000*31\!AIVDM,1,1,,A,15Q5JH001j1bQ?:DpM2pCVRP2<0?,0*35
!AIVDM,1,1,,A,13RlIW?04F1beOV
"""


def periplus(*words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "periplus.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, input=stdin, timeout=120)


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


@pytest.fixture
def log(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "log.nmea"
    path.write_text(LOG)
    return path


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    told = periplus(verb, "--help")
    assert told.returncode == 0
    assert f"periplus {verb}" in told.stdout.split("example:")[1]


def test_a_word_that_is_no_verb_is_bad_usage() -> None:
    assert periplus("sail").returncode == 2


@pytest.mark.parametrize(
    "words",
    [
        ("decode", "nowhere.nmea", "-o", "x.parquet"),
        ("detect", "nowhere.csv"),
        ("import", "nowhere.csv", "--centre", "c"),
        ("watch", "--replay", "nowhere.nmea", "--centre", "c", "--no-web"),
        ("log", "verify", "--centre", "nowhere"),
        ("sources", "--centre", "nowhere"),
    ],
)
def test_what_is_not_there_is_one_clear_line(words: tuple[str, ...], tmp_path: pathlib.Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "periplus.cli", *words],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert told.returncode == 1
    assert one_line(told.stderr), told.stderr
    assert "nowhere" in told.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("watch", "--feed", "tcp://127.0.0.1:1", "--speed", "60"),
        ("watch", "--listen", "everywhere"),
        ("detect", "x.csv", "--behaviour", "mutiny"),
        ("detect", "x.csv", "--set", "min_silence_s"),
        ("detect", "x.csv", "--as-of", "noon"),
        ("decode", "x.nmea", "-o", "x.doc"),
    ],
)
def test_wrong_words_are_one_line_and_not_a_failure_of_the_work(words: tuple[str, ...]) -> None:
    told = periplus(*words)
    assert told.returncode in (1, 2)
    assert one_line(told.stderr), told.stderr


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl", "geojson"])
def test_decode_writes_what_the_name_says(ending: str, log: pathlib.Path, tmp_path: pathlib.Path) -> None:
    out = tmp_path / f"out.{ending}"
    told = periplus("decode", str(log), "-o", str(out))
    assert told.returncode == 0, told.stderr
    assert "truncated 1" in told.stderr
    if ending == "parquet":
        assert pq.read_table(out)["mmsi"].to_pylist() == [237836700, 370236000]
    elif ending == "geojson":
        assert len(json.loads(out.read_text())["features"]) == 2
    else:
        assert "237836700" in out.read_text()


def test_a_failed_decode_leaves_no_half_file(tmp_path: pathlib.Path, log: pathlib.Path) -> None:
    told = periplus("decode", str(log), "nowhere.nmea", "-o", str(tmp_path / "out.parquet"))
    assert told.returncode == 1
    assert list(tmp_path.glob("*out*")) == []


def test_detect_of_a_silence_says_why_and_stands_in_the_published_form(tmp_path: pathlib.Path) -> None:
    """A ship and its neighbours report; the ship alone is silent for seven hours."""
    tracks = tmp_path / "tracks.csv"
    rows = ["MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading"]
    for minute in range(0, 15 * 60, 5):
        time = f"2025-11-06T{minute // 60:02d}:{minute % 60:02d}:00"
        rows += [
            f"4190003{n:02d},{time},{10 + n / 10:.2f},{62 + minute * 0.003:.4f},11.0,90,90"
            for n in range(1, 6)
        ]
        if not 240 < minute < 660:
            rows.append(f"538000100,{time},10.05,{62 + minute * 0.003:.4f},11.0,90,90")
    tracks.write_text("\n".join(rows) + "\n")
    told = periplus(
        "detect", str(tracks), "--behaviour", "gap", "--profile", "gfw", "-o", str(tmp_path / "events.jsonl")
    )
    assert told.returncode == 0, told.stderr
    (event,) = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert (event["kind"], event["vessels"], event["state"]) == ("gap", ["538000100"], "closed")
    assert (event["start"], event["end"]) == ("2025-11-06T04:00:00Z", "2025-11-06T11:00:00Z")
    assert event["why"].startswith("Silent for 7 h")
    assert {"thresholds", "measured", "margins", "observations", "coverage"} <= event["evidence"].keys()


def test_facts_that_a_decoded_table_is_given_are_used_as_they_are(tmp_path: pathlib.Path) -> None:
    """What `decode` wrote, with columns added: two ships fall silent alike, and what they bring tells them apart."""
    records, decoded = tmp_path / "records.csv", tmp_path / "decoded.csv"
    rows = ["MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading"]
    for minute in [*range(0, 600, 30), *range(1400, 1430, 10)]:
        time = f"2025-11-06T{minute // 60:02d}:{minute % 60:02d}:00"
        place = f"{62 + minute * 0.003:.4f},11.0,90,90"
        rows += [f"{538000100 + n},{time},{10 + n / 10},{place}" for n in range(2)]
    records.write_text("\n".join(rows) + "\n")
    assert periplus("decode", str(records), "-o", str(decoded)).returncode == 0
    table = pyarrow.csv.read_csv(decoded).drop_columns(["sensor"])
    reception = [10.5 if mmsi == 538000100 else 9.5 for mmsi in table["mmsi"].to_pylist()]
    for name, column in {"shore_nm": 80.5, "reception_per_day": reception, "receiver": "S-AIS"}.items():
        values = column if isinstance(column, list) else [column] * table.num_rows
        table = table.append_column(name, pa.array(values))
    pyarrow.csv.write_csv(table, tmp_path / "given.csv")
    pq.write_table(table, tmp_path / "given.parquet")
    # A row that is rejected moves no other's facts.
    header, *lines = (tmp_path / "given.csv").read_text().splitlines()
    torn = "noon" + lines[0][lines[0].index(",") :]
    (tmp_path / "given.csv").write_text("\n".join([header, torn, *lines]) + "\n")
    for name in ("given.csv", "given.parquet"):
        told = periplus("detect", str(tmp_path / name), "--behaviour", "gap", "--profile", "gfw_disabling")
        assert told.returncode == 0, told.stderr
        [event] = map(json.loads, told.stdout.splitlines())
        assert event["vessels"] == ["538000100"]
        measured = event["evidence"]["measured"]
        assert [measured[k] for k in ("shore_nm", "reception_per_day", "last_by_satellite")] == [
            80.5,
            10.5,
            True,
        ]


def test_an_import_is_kept_and_its_log_is_whole(log: pathlib.Path, tmp_path: pathlib.Path) -> None:
    centre = str(tmp_path / "centre")
    told = periplus("import", str(log), "--centre", centre)
    assert told.returncode == 0, told.stderr
    assert "2 observations kept" in told.stderr
    assert periplus("log", "verify", "--centre", centre).stdout.strip().endswith("the chain is whole")


def test_an_exercise_and_a_real_centre_never_share_a_folder(
    log: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    centre = str(tmp_path / "centre")
    assert periplus("import", str(log), "--centre", centre).returncode == 0
    told = periplus("watch", "--centre", centre, "--no-web")
    assert told.returncode == 1
    assert one_line(told.stderr)
    assert "folder of its own" in told.stderr


def test_a_port_in_use_is_said_before_any_work(tmp_path: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = periplus("watch", "--centre", str(tmp_path / "centre"), "--listen", f"127.0.0.1:{port}")
    assert told.returncode == 1
    assert one_line(told.stderr)
    assert "in use" in told.stderr


def test_doctor_names_each_thing_it_looked_at(tmp_path: pathlib.Path) -> None:
    told = periplus("doctor", "--centre", str(tmp_path / "none"))
    assert {line.split()[1] for line in told.stdout.splitlines()} >= {
        "python",
        "packages",
        "disk",
        "archive",
        "log",
    }
