"""How fast the archive is: rows of a week captured, compacted and asked, in a folder that it makes and removes.

    python design/measure_archive.py [rows in millions, default 20]

Prints seconds by the clock and the most anonymous memory of each part. 20 million rows need 3 GB of disk.
"""

import pathlib
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa

from periplus.archive import Archive, open_archive
from periplus.model.observation import OBSERVATION
from periplus.model.schema import TIME, conform

HOUR = 3_600_000_000
DAY = 24 * HOUR
START = 20_000 * DAY
VESSELS, BATCH = 20_000, 200_000
ROWS = int(float(sys.argv[1] if len(sys.argv) > 1 else 20) * 1e6)


def batches() -> Iterator[pa.Table]:
    """A week of ships that sail straight on over the Indian Ocean, in order of time."""
    chance = np.random.default_rng(0)
    lon, lat = chance.uniform(20, 120, VESSELS), chance.uniform(-40, 30, VESSELS)
    east, north = chance.uniform(-2, 2, VESSELS), chance.uniform(-2, 2, VESSELS)
    for first in range(0, ROWS, BATCH):
        span = [START + n * 7 * DAY // ROWS for n in (first, first + BATCH)]
        at, ship = np.sort(chance.integers(*span, BATCH)), chance.integers(0, VESSELS, BATCH)
        days = (at - START) / DAY
        feed = pa.DictionaryArray.from_arrays(chance.integers(0, 5, BATCH), [f"feed-{n}" for n in range(5)])
        columns = {
            "observed_at": pa.array(at).cast(TIME),
            "received_at": pa.array(at + chance.integers(0, 2_000_000, BATCH)).cast(TIME),
            "mmsi": pa.array(200_000_000 + 7 * ship, pa.uint32()),
            "message": pa.array(chance.choice([1, 3, 18], BATCH), pa.int8()),
            "lon": np.round((lon[ship] + east[ship] * days) * 600_000) / 600_000,
            "lat": np.round((lat[ship] + north[ship] * days) * 600_000) / 600_000,
            "sog_kn": np.round(chance.uniform(0, 20, BATCH), 1),
            "cog_deg": np.round(chance.uniform(0, 360, BATCH), 1),
            "heading_deg": np.floor(chance.uniform(0, 360, BATCH)),
            "source": feed.cast(pa.string()),
            "station": feed.cast(pa.string()),
            "sensor": pa.repeat("ais", BATCH),
            "label": pa.repeat("EXAMPLE//TLP:AMBER+STRICT", BATCH),
        }
        yield conform(pa.table(columns), OBSERVATION)


class Memory(threading.Thread):
    """Watches what the program itself has allocated; mapped files do not count."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most_mb = 0
        self.start()

    def run(self) -> None:
        while True:
            lines = pathlib.Path("/proc/self/status").read_text().splitlines()
            kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
            self.most_mb = max(self.most_mb, kilobytes >> 10)
            time.sleep(0.02)

    def told(self) -> str:
        most, self.most_mb = self.most_mb, 0
        return f"at most {most} MB"


def size_mb(folder: pathlib.Path) -> int:
    """Of all files below the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) >> 20


def ask(name: str, question: Callable[[], pa.Table]) -> None:
    """Print how long the question takes the first time, and at best of three more."""
    took = []
    for _ in range(4):
        began = time.perf_counter()
        rows = question().num_rows
        took.append(time.perf_counter() - began)
    print(f"{name:28} first {took[0]:.3f} s, best {min(took[1:]):.3f} s, {rows} rows")


def questions(archive: Archive) -> None:
    """What the watch floor asks."""
    noon, end = START + 3 * DAY + 12 * HOUR, START + 7 * DAY
    ask("one vessel, 7 days", lambda: archive.track(200_000_007, START, end))
    ask("box of 2 x 2 degrees, a day", lambda: archive.box(60, 0, 62, 2, noon - DAY, noon))
    ask("last positions within 6 h", lambda: archive.latest(noon, 6 * HOUR))
    ask("last positions within 24 h", lambda: archive.latest(noon, DAY))
    ask("counts by hour, 7 days", lambda: archive.counts(START, end, HOUR))
    ask("counts by 10 minutes, a day", lambda: archive.counts(noon - DAY, noon, HOUR // 6))


def main() -> None:
    """Capture, ask the spool, compact, ask the day files."""
    memory = Memory()
    with tempfile.TemporaryDirectory() as name:
        archive, took = open_archive(pathlib.Path(name)), 0.0
        for table in batches():
            began = time.perf_counter()
            archive.capture(table)
            took += time.perf_counter() - began
        print(f"capture {ROWS / took:,.0f} rows/s, {size_mb(archive.folder)} MB, {memory.told()}")
        began = time.perf_counter()
        archive.compact()
        took = time.perf_counter() - began
        archive.release(archive.position)
        print(f"compact {ROWS / took:,.0f} rows/s, {size_mb(archive.folder)} MB, {memory.told()}")
        questions(archive)
        print(f"questions {memory.told()}")
        archive.close()


if __name__ == "__main__":
    main()
