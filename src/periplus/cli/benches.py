"""The benchmarks: each a real unit of work, timed by the processor time it took and by the clock."""

import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyais
import pyarrow as pa
import pyarrow.compute as pc

from periplus import exercises, pipeline
from periplus.archive import open_archive
from periplus.centre import open_centre
from periplus.fusion.facts import load_facts
from periplus.geo.units import DAY_US, MINUTE_US
from periplus.model.label import originator_only
from periplus.sources.reading import read_file
from periplus.watch.arrivals import ReplayArrivals
from periplus.watch.running import Watch

LABEL = str(originator_only("EXERCISE"))
PEER_SENTENCES = 20_000
BATCH_ROWS = 20_000


def corpus(minutes: int) -> pa.Table:
    """What the exercise's sensors deliver in so many minutes."""
    exercise = exercises.open_exercise()
    start = exercise.default_start_us
    return exercise.observations(start, start + minutes * MINUTE_US)


def decode(observations: pa.Table, folder: Path) -> dict[str, float]:
    """NMEA file → observation table, against pyais' own file reader with every message as a dictionary."""
    sentences = _sentences(observations.slice(0, PEER_SENTENCES))
    path, many = folder / "peer.nmea", folder / "many.nmea"
    path.write_text("".join(sentences))
    many.write_text("".join(sentences * 5))
    ours_s, ours = _timed(lambda: sum(batch.counts.messages for batch in read_file(many, label=LABEL)))
    peer_s, peer = _timed(
        lambda: sum(1 for message in pyais.FileReaderStream(str(path)) if message.decode().asdict())
    )
    rate, peer_rate = ours / ours_s, peer / peer_s
    return {"messages/s, processor time": rate, "pyais messages/s": peer_rate, "ratio": rate / peer_rate}


def archive(observations: pa.Table, folder: Path) -> dict[str, float]:
    """Capture with one fsync a batch, compaction, one vessel's track, a box in time."""
    opened = open_archive(folder / "archive")
    rows = observations.num_rows
    capture_s, _ = _timed(
        lambda: [opened.capture(part) for part in _parts(observations)], clock=time.perf_counter
    )
    compact_s, _ = _timed(opened.compact, clock=time.perf_counter)
    start = pc.min(observations["observed_at"]).cast(pa.int64()).as_py()
    vessel = pc.mode(observations["mmsi"])[0]["mode"].as_py()
    track_s = _median(lambda: opened.track(vessel, start, start + DAY_US))
    box_s = _median(lambda: opened.box(56.0, 0.0, 58.0, 2.0, start, start + DAY_US))
    opened.close()
    return {
        "observations/s captured, by the clock": rows / capture_s,
        "observations/s compacted, by the clock": rows / compact_s,
        "one vessel's day, ms": 1e3 * track_s, "box of 2 by 2 degrees, ms": 1e3 * box_s,
    }  # fmt: skip


def detect(observations: pa.Table, folder: Path) -> dict[str, float]:
    """All behaviours over one big batch."""
    plan = pipeline.plan(load_facts())
    pipeline.detect(plan, observations.slice(0, 1000))  # compiles the kernels
    spent_s, _ = _timed(lambda: pipeline.detect(plan, observations))
    return {"observations/s, processor time": observations.num_rows / spent_s}


def watch(observations: pa.Table, folder: Path) -> dict[str, float]:
    """The whole watch without a browser: read, capture, understand, append, picture."""
    path = folder / "watch.nmea"
    path.write_text("".join(_sentences(observations)))
    pipeline.detect(pipeline.plan(load_facts()), observations.slice(0, 1000))
    centre = open_centre(folder / "watch", name="Bench", originator="BENCH", exercise=False)
    began, began_wall = time.process_time(), time.perf_counter()
    running = Watch(centre, pipeline.plan(centre.facts), ReplayArrivals([path], LABEL, None))
    running.start()
    running.finished.wait()
    spent, wall = time.process_time() - began, time.perf_counter() - began_wall
    rows = centre.archive.position
    running.stop()
    centre.close()
    return {
        "observations/s, processor time of one core": rows / spent,
        "observations/s, by the clock": rows / wall,
    }


def latency(observations: pa.Table, folder: Path) -> dict[str, float]:
    """A report sent into a TCP feed until it is in the frame that a signed-in WebSocket client has received."""
    from periplus.cli.latency import measure

    seconds = asyncio.run(measure(folder / "latency"))
    return {
        "receipt to browser, ms, median": 1e3 * statistics.median(seconds),
        "receipt to browser, ms, 99th percentile": 1e3 * float(np.percentile(seconds, 99)),
        "reports": len(seconds),
    }


def _sentences(observations: pa.Table) -> list[str]:
    """Positions as AIS type 1 or 18 sentences with TAG blocks that carry the time of receipt."""
    table = observations.filter(pc.is_valid(observations["lon"]))
    times = table["received_at"].cast(pa.int64()).to_numpy() // 1_000_000
    out = []
    for row, received in zip(table.to_pylist(), times, strict=True):
        message = pyais.encode_dict(
            {
                "type": row["message"] if row["message"] in (1, 18) else 1,
                "mmsi": row["mmsi"], "lon": row["lon"], "lat": row["lat"],
                "speed": min(row["sog_kn"] if row["sog_kn"] is not None else 102.3, 102.3),
                "course": row["cog_deg"] if row["cog_deg"] is not None else 360.0,
                "heading": int(row["heading_deg"]) if row["heading_deg"] is not None else 511,
                "second": row["observed_at"].second,
            },
            radio_channel="A", talker_id="AI",
        )[0]  # fmt: skip
        tag = f"s:{row['station'] or 'S'},c:{received}"
        out.append(f"\\{tag}*{_checksum(tag):02X}\\{message}\n")
    return out


def _checksum(text: str) -> int:
    total = 0
    for byte in text.encode():
        total ^= byte
    return total


def _parts(table: pa.Table) -> list[pa.Table]:
    return [table.slice(first, BATCH_ROWS) for first in range(0, table.num_rows, BATCH_ROWS)]


T = TypeVar("T")


def _timed(work: Callable[[], T], clock: Callable[[], float] = time.process_time) -> tuple[float, T]:
    began = clock()
    result = work()
    return max(clock() - began, 1e-9), result


def _median(work: Callable[[], object], times: int = 7) -> float:
    return statistics.median(_timed(work, time.perf_counter)[0] for _ in range(times))
