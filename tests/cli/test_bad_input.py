"""Bad input gets one clear line or a counted reject, never a traceback, and its neighbours are kept."""

import gzip
import json
import pathlib
import random
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

RUN = [sys.executable, "-m", "periplus.cli"]

# Runs many command lines in one program, since to start one costs a second: [[word, ...], ...] in, results out.
MANY = """
import contextlib, io, json, sys, traceback
from periplus.cli import main
told = []
for words in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(words)
        except SystemExit as left:
            status = left.code
        except BaseException:
            traceback.print_exc()
            status = -1
    told.append((status, out.getvalue(), err.getvalue()))
json.dump(told, sys.__stdout__)
"""

ONE = rb"\s:rSTN1,c:1600000000*31\!AIVDM,1,1,,A,13RlIW?04F1beOVEFLB9bRvH0L0L,0*6C" + b"\n"
TWO = rb"\s:rSTN1,c:1600000000*31\!AIVDM,1,1,,A,15Q5JH001j1bQ?:DpM2pCVRP2<0?,0*35" + b"\n"
LATER = rb"\c:2840140800*5A\!AIVDM,1,1,,A,15Q5JH001j1bQ?:DpM2pCVRP2<0?,0*35" + b"\n"  # of 2060
BOTH = [237836700, 370236000]
NOISE = random.Random(7).randbytes
HEADER = "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName\n"


def row(mmsi: object, *, lat: object = 10, time: str = "2025-11-06T00:00:00", name: str = "X") -> str:
    return f"{mmsi},{time},{lat},62.0,11,90,90,{name}\n"


A, B = 419000001, 419000002
TABLE = HEADER + row(A) + row(B)
POLYGON = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}'

# File → its bytes, the ships that must be kept, and what must be counted.
KEPT: dict[str, tuple[bytes, list[int], str]] = {
    "torn.nmea": (ONE + TWO[:40] + b"\n" + TWO + b"!AIVDM,1,1,,A,13RlIW?04F1beOV\n", BOTH, "truncated 2"),
    "binary.nmea": (ONE + bytes(range(256)) + b"\n" + TWO, BOTH, "binary 2"),
    "nul.nmea": (ONE + b"\0" * 5000 + b"\n" + TWO, BOTH, "binary 1"),
    "long.nmea": (ONE + b"x" * 200_000 + b"\n" + TWO, BOTH, "too_long 1"),
    "noise_first.nmea": (NOISE(5000) + b"\n" + ONE + TWO, BOTH, "binary"),
    "carriage_returns.nmea": ((ONE + TWO).replace(b"\n", b"\r"), BOTH, ""),
    "latin.csv": ((HEADER + row(A, name="SÃO JOÃO") + row(B, name="RØ")).encode("latin-1"), [A, B], "encoding 2"),
    "byte_order_mark.csv": (TABLE.encode("utf-8-sig"), [A, B], ""),
    "more_columns.csv": (("foo," + HEADER + "1," + row(A) + "2," + row(B)).encode(), [A, B], "unknown_columns 1"),
    "short_row.csv": ((HEADER + row(A) + "419,1\n" + row(B)).encode(), [A, B], "columns 1"),
    "open_quote.csv": ((HEADER + row(A) + '419000009,"2025\n' + row(B)).encode(), [A, B], "quotes 1"),
    "no_numbers.csv": ((HEADER + row(A) + row("x") + row(9, time="soon") + row(B)).encode(), [A, B], "mmsi 1, time 1"),
    "future.csv": ((HEADER + row(A) + row(9, time="2099-01-01T00:00:00") + row(B)).encode(), [A, B], "future 1"),
    "future.nmea": (ONE + LATER + TWO, BOTH, "future 1"),
    "off_the_globe.csv": ((HEADER + row(A, lat=999) + row(B)).encode(), [A, B], "out_of_range 1"),
    "cut_short.nmea.gz": (gzip.compress(ONE + TWO)[:-6], BOTH, "cut_short 1"),
    "torn.jsonl": (
        b'{"mmsi":419000001,"lat":1,"lon":2,"time":1600000000}\n{"mmsi":41\n\xff\xfe\n'
        b'{"mmsi":419000002,"lat":1,"lon":2,"time":1600000000}\n', [A, B], "json 2",
    ),
}  # fmt: skip

# File → its bytes, and what the one line says.
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty.nmea": (b"", "empty"),
    "blank.nmea": (b"\n\n  \n", "empty"),
    "noise.bin": (NOISE(100_000), "neither NMEA"),
    "utf16.nmea": ((ONE + TWO).decode().encode("utf-16"), "UTF-16"),
    "utf16.csv": (TABLE.encode("utf-16"), "UTF-16"),
    "utf16_unmarked.nmea": ((ONE + TWO).decode().encode("utf-16-le"), "UTF-16"),
    "other.csv": (b"a,b,c,d\n1,2,3,4\n", "no column for observed_at, mmsi, lon, lat"),
    "other.json": (b'{"a":1}\n', "no field for"),
    "deep.json": (b"[" * 100_000, "not readable as JSON"),
    "half.json": (b'[{"mmsi":419000001,"lat":1,"lon":2,"time":1600000000},{"mms', "not readable as JSON"),
    "page.html": (b"<html><body>sign in</body></html>", "web page"),
    "packed.zip": (b"PK\x03\x04rest", "unpack it"),
    "bad.gz": (b"\x1f\x8b" + b"garbage" * 9, "damaged"),
    "bad.zst": (b"\x28\xb5\x2f\xfd" + b"garbage" * 9, "damaged"),
    "bad.xz": (b"\xfd7zXZ\x00" + b"garbage" * 9, "damaged"),
    "false.parquet": (b"PAR1 no more", "Parquet"),
}

OTHER = {
    "empty.geojson": b'{"type":"FeatureCollection","features":[]}',
    "bad.geojson": b"no JSON",
    "binary.geojson": b"\xff\xfe",
    "point.geojson": b'{"type":"Point","coordinates":[1,2]}',
    "kind.geojson": f'{{"type":"Feature","properties":{{"kind":"x"}},"geometry":{POLYGON}}}'.encode(),
    "list.geojson": f'{{"type":"Feature","properties":[1],"geometry":{POLYGON}}}'.encode(),
    "word.geojson": b'{"type":"Polygon","coordinates":[[[0,0],[1,"a"],[1,1],[0,0]]]}',
    "columns.csv": b"a,b\n1,2\n",
    "nothing.csv": b"",
    "nowhere.csv": b"lat,lon\nx,y\n",
    "one_good.csv": b"lat,lon\nnan,2\n1e400,3\n1,2\n",
    "header.csv": HEADER.encode(),
    "good.nmea": ONE + TWO,
}

DETECT = ("detect", "good.nmea", "--zones"), ("detect", "good.nmea", "--anchorages")
WATCH = ("watch", "--no-web", "--centre", "never", "--feed")
# A call, the exit status, and what its one line says.
LINES: list[tuple[tuple[str, ...], int, str]] = [
    (("decode", "missing.nmea", "-o", "-"), 1, "missing.nmea: no such file"),
    (("decode", "", "-o", "-"), 1, "a file is named"),
    (("decode", "empty_folder", "-o", "-"), 1, "no files in this folder"),
    (("decode", "good.nmea/below", "-o", "-"), 1, "no such file"),
    (("decode", "good.nmea", "-o", "nowhere/x.parquet"), 1, "no folder nowhere"),
    (("decode", "good.nmea", "-o", "good.nmea/x.csv"), 1, "no folder good.nmea"),
    (("decode", "good.nmea", "-o", "folder.csv"), 1, "is a folder"),
    (("decode", "good.nmea", "-o", "-", "--originator", "a b"), 2, "letters, digits"),
    (("decode", "good.nmea", "-o", "-", "--dated", "noon"), 2, "--dated"),
    (("detect", "missing.parquet"), 1, "missing.parquet: no such file"),
    (("detect", "false.parquet"), 1, "not Parquet"),
    (("detect", "good.nmea", "--profile", "zzz"), 1, "there are gfw"),
    (("detect", "good.nmea", "--set", "min_silence_s=nan"), 2, "KEY=NUMBER"),
    (("detect", "good.nmea", "--as-of", "noon"), 2, "--as-of"),
    ((*DETECT[0], "missing"), 1, "missing: no such file"),
    ((*DETECT[0], "empty_folder"), 1, "is a directory"),
    ((*DETECT[0], "empty.geojson"), 1, "no GeoJSON features"),
    ((*DETECT[0], "bad.geojson"), 1, "not JSON"),
    ((*DETECT[0], "binary.geojson"), 1, "not UTF-8"),
    ((*DETECT[0], "point.geojson"), 1, "not a polygon"),
    ((*DETECT[0], "kind.geojson"), 1, "none of lane"),
    ((*DETECT[0], "list.geojson"), 1, "properties are no object"),
    ((*DETECT[0], "word.geojson"), 1, "could not convert"),
    ((*DETECT[1], "missing"), 1, "missing: no such file"),
    ((*DETECT[1], "columns.csv"), 1, "needs the columns lat and lon"),
    ((*DETECT[1], "nothing.csv"), 1, "needs the columns"),
    ((*DETECT[1], "nowhere.csv"), 1, "no anchorages in it"),
    (("import", "header.csv", "--centre", "none"), 1, "no observation in header.csv"),
    (("import", "good.nmea", "--centre", "good.nmea"), 1, "good.nmea"),
    (("import", "good.nmea", "--centre", "good.nmea/below/it"), 1, "Not a directory"),
    (("import", "good.nmea", "--centre", "d", "--database", "nonsense"), 1, "a store is named"),
    (("import", "good.nmea", "--centre", "d", "--database", "mysql://x/y"), 1, "not in mysql"),
    (("import", "good.nmea", "--centre", "d", "--database", "sqlite:///no/x.sqlite"), 1, "unable to open"),
    (("import", "good.nmea", "--centre", "d", "--database", "sqlite:///good.nmea"), 1, "not a database"),
    (("import", "good.nmea", "--centre", "d", "--database", "postgresql://me:word@127.0.0.1:1/x"), 1, "refused"),
    (("log", "verify", "--centre", "missing"), 1, "no log at missing"),
    (("watch", "--no-web", "--replay", "page.html", "--centre", "r"), 1, "web page"),
    (("watch", "--no-web", "--replay", "empty_folder", "--centre", "r"), 1, "no files"),
    (("watch", "--no-web", "--exercise", "nowhere"), 2, "there is somali_basin_2025"),
    (("watch", "--no-web", "--lateness", "-5"), 2, "--lateness"),
    (("watch", "--no-web", "--speed", "nan"), 2, "--speed"),
    (("watch", "--listen", "999.9.9.9:1"), 1, "cannot listen"),
    ((*WATCH, "nonsense"), 1, "nonsense: no such file"),
    ((*WATCH, "gopher://x:1"), 1, "no such transport"),
    ((*WATCH, "tcp://host"), 1, "no port"),
    ((*WATCH, "tcp://host:99999"), 1, "out of range"),
    ((*WATCH, "http://"), 1, "no host"),
    ((*WATCH, "http://[bad"), 1, "IPv6"),
    ((*WATCH, "http://127.0.0.1:1/#every=x"), 1, "number of seconds"),
    ((*WATCH, "ws://127.0.0.1:1/#env:NOT_THERE"), 1, "NOT_THERE"),
    ((*WATCH, "tcp-listen://127.0.0.1:99999"), 1, "out of range"),
    ((), 2, "VERB"),
    (("sail",), 2, "sail"),
    (("watch", "on"), 2, "what is on?"),
]  # fmt: skip


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.strip().splitlines()


Ask = Callable[..., Told]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The files of the tables above, two folders, and a centre with two ships in it."""
    root = tmp_path_factory.mktemp("bad")
    for name, (content, *_) in (KEPT | REFUSED).items():
        (root / name).write_bytes(content)
    for name, content in OTHER.items():
        (root / name).write_bytes(content)
    for name in ("empty_folder", "folder.csv", "mixed"):
        (root / name).mkdir()
    for name, content in (("a.nmea", ONE), ("b.bin", NOISE(3000)), ("c.nmea", TWO)):
        (root / "mixed" / name).write_bytes(content)
    return root


@pytest.fixture(scope="module")
def ask(folder: pathlib.Path) -> Ask:
    """What the program says to a call; all the calls of the tables are made at the first question."""
    calls = [("decode", name, "-o", "-") for name in KEPT | REFUSED]
    calls += [("decode", "mixed", "-o", "-"), ("detect", "good.nmea", "--anchorages", "one_good.csv")]
    calls += [
        ("import", "future.csv", "latin.csv", "--centre", "home"),
        ("import", "good.nmea", "--centre", "home"),
    ]
    calls += [words for words, *_ in LINES]
    done = subprocess.run(
        [sys.executable, "-c", MANY], input=json.dumps(calls), capture_output=True, text=True, cwd=folder, timeout=300
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = {tuple(words): Told(*told) for words, told in zip(calls, json.loads(done.stdout), strict=True)}
    return lambda *words: answers[words]


@pytest.fixture(scope="module")
def home(ask: Ask, folder: pathlib.Path) -> pathlib.Path:
    """A centre that was filled and closed."""
    assert ask("import", "good.nmea", "--centre", "home").status == 0
    return folder / "home"


@pytest.mark.parametrize("name", KEPT)
def test_what_stands_beside_bad_lines_is_kept_and_they_are_counted(name: str, ask: Ask) -> None:
    told = ask("decode", name, "-o", "-")
    assert told.status == 0, told.err
    assert [json.loads(line)["mmsi"] for line in told.out.splitlines()] == KEPT[name][1]
    assert KEPT[name][2] in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_ais_is_refused_in_one_line_that_names_the_file(name: str, ask: Ask) -> None:
    told = ask("decode", name, "-o", "-")
    assert (told.status, told.out, len(told.lines)) == (1, "", 1), told.err
    assert name in told.err
    assert REFUSED[name][1] in told.err


@pytest.mark.parametrize(("words", "status", "says"), LINES, ids=[" ".join(words) for words, *_ in LINES])  # fmt: skip
def test_what_cannot_be_done_is_one_clear_line(
    words: tuple[str, ...], status: int, says: str, ask: Ask
) -> None:
    told = ask(*words)
    assert (told.status, len(told.lines)) == (status, 1), told.err
    assert says in told.err
    assert "me:word" not in told.err  # a password is never shown


def test_a_file_that_is_none_takes_no_other_of_its_folder_with_it(ask: Ask) -> None:
    told = ask("decode", "mixed", "-o", "-")
    assert [json.loads(line)["mmsi"] for line in told.out.splitlines()] == BOTH
    assert "b.bin" in told.lines[0]


def test_rows_of_anchorages_without_a_position_are_counted(ask: Ask) -> None:
    assert "one_good.csv: 2 rows without a position left out" in ask(
        "detect", "good.nmea", "--anchorages", "one_good.csv"
    ).err  # fmt: skip


def test_an_import_keeps_the_neighbours_of_a_row_of_the_future(ask: Ask, home: pathlib.Path) -> None:
    told = ask("import", "future.csv", "latin.csv", "--centre", "home")
    assert told.status == 0, told.err
    assert "4 observations kept" in told.err
    assert "future 1" in told.err


def watched(
    centre: pathlib.Path, folder: pathlib.Path, replay: str = "good.nmea"
) -> subprocess.CompletedProcess[str]:
    """A watch that replays a file in a centre until its end."""
    words = ["watch", "--replay", replay, "--speed", "3600", "--no-web", "--exit", "--centre", str(centre)]
    return subprocess.run([*RUN, *words], capture_output=True, text=True, cwd=folder, timeout=60)


def copied(home: pathlib.Path, to: pathlib.Path) -> pathlib.Path:
    for path in home.rglob("*"):
        if path.is_file():
            into = to / path.relative_to(home)
            into.parent.mkdir(parents=True, exist_ok=True)
            into.write_bytes(path.read_bytes())
    return to


def newer_archive(centre: pathlib.Path) -> None:
    (centre / "FORMAT").write_text("periplus archive 99\n")


def newer_store(centre: pathlib.Path) -> None:
    link = sqlite3.connect(centre / "centre.sqlite")
    link.execute("update alembic_version set version_num = 'zzzz'")
    link.commit()
    link.close()


def torn_manifest(centre: pathlib.Path) -> None:
    (centre / "manifest.json").write_text("{")


@pytest.mark.parametrize(
    ("harm", "says"),
    [(newer_archive, "newer Periplus"), (newer_store, "newer Periplus"), (torn_manifest, "manifest.json is damaged")],
)  # fmt: skip
def test_a_centre_that_cannot_be_read_is_refused_in_one_line(
    harm: Callable[[pathlib.Path], None], says: str, home: pathlib.Path, tmp_path: pathlib.Path, folder: pathlib.Path
) -> None:  # fmt: skip
    centre = copied(home, tmp_path / "centre")
    harm(centre)
    told = watched(centre, folder)
    assert (told.returncode, len(told.stderr.strip().splitlines())) == (1, 1), told.stderr
    assert says in told.stderr


def test_a_torn_checkpoint_is_said_and_the_watch_goes_on(
    home: pathlib.Path, tmp_path: pathlib.Path, folder: pathlib.Path
) -> None:
    centre = copied(home, tmp_path / "centre")
    for path in (centre / "checkpoint").iterdir():
        path.write_bytes(path.read_bytes()[:200])
    told = watched(centre, folder)
    assert told.returncode == 0, told.stderr
    assert "no checkpoint" in told.stderr.splitlines()[0]
    assert "(6 in all)" in told.stderr or "6 observations kept" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_full_disk_is_said_once_and_nothing_is_lost_or_doubled(tmp_path: pathlib.Path) -> None:
    """The spool may not grow beyond 200 kB; when it may, the watch goes on where it was."""
    hour = [
        row(A + s % 50, lat=10 + s / 1e4, time=f"2025-11-06T00:{s // 60:02d}:{s % 60:02d}")
        for s in range(3600)
    ]
    (tmp_path / "hour.csv").write_text(HEADER + "".join(hour))

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    words = ["watch", "--replay", "hour.csv", "--speed", "3600", "--no-web", "--centre", "centre"]
    err = tmp_path / "err"
    with err.open("wb") as sink:
        program = subprocess.Popen([*RUN, *words], stderr=sink, cwd=tmp_path, preexec_fn=no_more)
        until(lambda: "may not grow" in err.read_text())
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
    assert len(err.read_text().strip().splitlines()) == 1
    told = watched(tmp_path / "centre", tmp_path, "hour.csv")
    assert told.returncode == 0, told.stderr
    assert "3,600 observations kept\n" in told.stderr


@pytest.fixture
def flood() -> Iterator[int]:
    """The port of a server that sends two ships among a megabyte of garbage, and then nothing."""
    bare = [line.partition(b"\\!")[2] for line in (ONE, TWO)]
    garbage = b"\n".join(NOISE(200).replace(b"\n", b"") for _ in range(2_500))
    server = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def send() -> None:
        link, _ = server.accept()
        with link:
            link.sendall(garbage + b"\n!" + bare[0] + garbage + b"\n!" + bare[1])
            done.wait(60)

    thread = threading.Thread(target=send)
    thread.start()
    yield server.getsockname()[1]
    done.set()
    thread.join()
    server.close()


def test_feeds_of_garbage_and_feeds_that_are_not_there_harm_no_other(
    flood: int, tmp_path: pathlib.Path, folder: pathlib.Path
) -> None:
    """And a second program that opens the centre meanwhile is told who has it."""
    centre, err = tmp_path / "centre", tmp_path / "err"
    with socket.create_server(("127.0.0.1", 0)) as gone:
        closed = gone.getsockname()[1]
    feeds = [f"tcp://127.0.0.1:{flood}", f"tcp://127.0.0.1:{closed}", "page.html", "latin.csv"]
    words = ["watch", "--no-web", "--centre", str(centre), *(w for url in feeds for w in ("--feed", url))]

    def sources() -> dict[str, dict[str, object]]:
        path = centre / "status.json"
        return {s["name"]: s for s in json.loads(path.read_text())["sources"]} if path.exists() else {}

    with err.open("wb") as sink:
        program = subprocess.Popen([*RUN, *words], stderr=sink, cwd=folder)
        try:
            until(lambda: sources().get(f"127.0.0.1:{flood}", {}).get("observations") == 2)
            told = sources()
            second = watched(centre, folder)
        finally:
            program.send_signal(signal.SIGINT)
            assert program.wait(30) == 0
    assert told[f"127.0.0.1:{flood}"]["rejected"]
    assert told[f"127.0.0.1:{closed}"]["state"] == "connecting"
    assert told["page.html"]["state"] == "failed"
    assert told["latin"]["observations"] == 2
    assert "Traceback" not in err.read_text()
    assert err.read_text().count("refused") == 1
    assert (second.returncode, len(second.stderr.strip().splitlines())) == (1, 1)
    assert "in use by another Periplus" in second.stderr


def until(so: Callable[[], object], within_s: float = 40) -> None:
    end = time.monotonic() + within_s
    while not so():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)
