"""What a tick of the live feed costs: the picture's rows, the view, the records, the change, for 50,000 vessels.

.venv/bin/python design/measure_fleet_frames.py [vessels]
"""

import statistics
import sys
import time

import numpy as np
import pyarrow as pa

from periplus.fusion.picture import Picture
from periplus.model.schema import TIME
from periplus.model.track import SLOTS, TRACK_POINT
from periplus.sharing.asker import staff
from periplus.sharing.holdings import Holdings
from periplus.sharing.view import Shared, View
from periplus.web import frames

VESSELS = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
MOVED = VESSELS // 50  # between two ticks
START_US = 1_762_430_400_000_000
LABEL = "CENTRE//TLP:AMBER+STRICT"


class QuietLog:
    """A log in which nothing happens."""

    seq = 0

    def events(self, **_):
        return []


def reports(mmsi, at_us, random):
    n = len(mmsi)
    known = {
        "vessel": mmsi * SLOTS, "mmsi": pa.array(mmsi, pa.uint32()), "observed_at": pa.array(np.full(n, at_us), TIME),
        "received_at": pa.array(np.full(n, at_us), TIME), "lon": random.uniform(-180, 180, n),
        "lat": random.uniform(-80, 80, n), "sog_kn": random.uniform(0, 20, n), "cog_deg": random.uniform(0, 360, n),
        "source": ["coast"] * n, "sensor": ["ais"] * n, "label": [LABEL] * n,
    }  # fmt: skip
    return pa.table({f.name: known.get(f.name, pa.nulls(n, f.type)) for f in TRACK_POINT}).cast(TRACK_POINT)


def main():
    random = np.random.default_rng(1)
    ships = 200_000_000 + np.arange(VESSELS) * 10
    picture = Picture()
    picture.update(reports(ships, START_US, random), START_US)
    holdings = Holdings(QuietLog(), None, picture, None, list, dict)
    view = View(staff("asha", "watch officer", "CENTRE"), holdings, Shared())
    before = frames.records(view.fleet(), settled_before_us=0)
    spent = []
    for tick in range(40):
        moved = random.choice(ships, MOVED, replace=False)
        picture.update(reports(moved, START_US + (tick + 1) * 10_000_000, random), START_US)
        began = time.perf_counter()
        after = frames.records(view.fleet(), settled_before_us=0)
        changed = frames.changed(before, after)
        frames.pack(frames.DELTA, changed, total=len(after), now_us=START_US)
        spent.append(time.perf_counter() - began)
        assert len(changed) == MOVED
        before = after
    print(f"{VESSELS:,} vessels, {MOVED:,} changed: median {statistics.median(spent) * 1e3:.1f} ms a tick, "
          f"longest {max(spent) * 1e3:.1f} ms; snapshot {24 + 32 * VESSELS:,} bytes")  # fmt: skip


if __name__ == "__main__":
    main()
