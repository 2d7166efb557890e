"""kill -9 at any moment: what was acknowledged is there afterwards, once."""

import pathlib
import random
import signal
import subprocess
import sys

import pyarrow as pa
import pytest

from archive.rows import DAY, START, everything, seconds
from periplus.archive import open_archive

TESTS = pathlib.Path(__file__).parents[1]


def _run(folder: pathlib.Path, *arguments: str, lines: int) -> dict[str, int]:
    """Run the program, kill it after so many lines or let it kill itself; returns the last it said of each."""
    said: dict[str, int] = {}
    command = [sys.executable, "-m", "archive.capture_until_killed", str(folder), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=TESTS) as process:
        assert process.stdout
        for count, line in enumerate(process.stdout, 1):
            # A line cut short by the kill was not said.
            if line.endswith("\n"):
                word, *number = line.split()
                said[word] = int(number[0]) if number else 0
            if count == lines:
                process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
    return said


def _check(folder: pathlib.Path, said: dict[str, int]) -> None:
    archive = open_archive(folder)
    try:
        assert archive.position >= said.get("captured", 0)
        found = seconds(pa.concat_tables(archive.read(START, START + 30 * DAY)))
        assert sorted(found) == list(range(archive.position))
        checkpoint = archive.load_checkpoint()
        position = 0
        if checkpoint:
            position, tables = checkpoint
            assert tables["seen"]["rows"].to_pylist() == [position]
        assert position >= said.get("checkpoint", 0)
        assert seconds(everything(list(archive.since(position)))) == list(range(position, archive.position))
    finally:
        archive.close()


def test_ten_kills_at_random_lose_nothing_and_double_nothing(tmp_path: pathlib.Path) -> None:
    chance = random.Random(7)
    for _ in range(10):
        _check(tmp_path, _run(tmp_path, lines=chance.randint(1, 40)))


@pytest.mark.parametrize("first", [0, 1])
def test_a_kill_before_a_file_operation_leaves_the_old_or_the_new(tmp_path: pathlib.Path, first: int) -> None:
    for operation in range(first, 30, 5):
        _check(tmp_path, _run(tmp_path, str(operation), lines=1000))
