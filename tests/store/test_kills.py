"""kill -9 at any moment: what was acknowledged is in the log once, whole batches, and the picture agrees."""

import pathlib
import random
import subprocess
import sys

from periplus.store import open_store

TESTS = pathlib.Path(__file__).parents[1]


def test_kills_lose_nothing_and_double_nothing(dsn: str) -> None:
    chance = random.Random(11)
    for _ in range(10 if dsn.startswith("sqlite") else 3):
        command = [sys.executable, "-m", "store.append_until_killed", dsn]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=TESTS) as process:
            assert process.stdout
            said = [next(process.stdout) for _ in range(chance.randint(1, 30))]
            process.kill()
            said += process.stdout.readlines()
        acknowledged = max(int(line) for line in said if line.endswith("\n"))
        store = open_store(dsn)
        found = store.entries(limit=100_000)
        assert len(found) % 4 == 0
        assert len(found) // 4 > acknowledged
        assert len({recorded.entry.key for recorded in found}) == len(found)
        assert store.verify().ok
        events = store.events(limit=100_000)
        store.rebuild_picture()
        assert store.events(limit=100_000) == events
        store.close()
