"""Checkpoint: what the stages remember and how far they have read, so that a restart goes on from there."""

import json
import pathlib
import struct
import zlib
from collections.abc import Mapping
from typing import BinaryIO

import pyarrow as pa

from periplus.archive import durable
from periplus.archive.errors import ArchiveError, CheckpointError

VERSION = 1
HEAD = struct.Struct("<8sIQ")  # magic, checksum, bytes of what it covers
MAGIC = b"PPCHECK1"


class _Summed:
    """A file that keeps the checksum of what is written to it."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.checksum, self.size = file, 0, 0

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self.checksum = zlib.crc32(view, self.checksum)
        self.size += view.nbytes
        self._file.write(view)
        return view.nbytes

    def flush(self) -> None:
        """Nothing is held back here."""

    def tell(self) -> int:
        return self.size


def save(folder: pathlib.Path, position: int, tables: Mapping[str, pa.Table]) -> None:
    """Write a new checkpoint; the one before it stays until this one is durable, and one longer."""
    folder.mkdir(parents=True, exist_ok=True)
    before = _files(folder)
    serial = int(before[-1].stem) + 1 if before else 0
    path = folder / f"{serial:012d}.checkpoint"
    fresh = path.with_suffix(".new")
    try:
        with fresh.open("wb") as file:
            file.write(bytes(HEAD.size))
            summed = _Summed(file)
            head = {"version": VERSION, "position": position, "tables": list(tables)}
            summed.write(json.dumps(head).encode() + b"\n")
            for table in tables.values():
                sink = pa.PythonFile(summed, mode="w")
                with pa.ipc.new_stream(sink, table.schema) as writer:
                    writer.write_table(table)
            file.seek(0)
            file.write(HEAD.pack(MAGIC, summed.checksum, summed.size))
        durable.publish(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    for old in before[:-1]:
        old.unlink(missing_ok=True)


def load(folder: pathlib.Path) -> tuple[int, dict[str, pa.Table]] | None:
    """The newest whole checkpoint, or null where none was ever saved.

    Raises CheckpointError when there are some and none can be read, ArchiveError when it is of a newer program.
    """
    files = _files(folder)
    for path in reversed(files):
        content = pa.py_buffer(path.read_bytes())
        if (body := _whole(content)) is not None:
            return _unpack(path, body)
    if files:
        raise CheckpointError(f"no checkpoint in {folder} can be read")
    return None


def _whole(content: pa.Buffer) -> pa.Buffer | None:
    if content.size < HEAD.size:
        return None
    magic, checksum, size = HEAD.unpack(content.slice(0, HEAD.size).to_pybytes())
    body = content.slice(HEAD.size)
    return body if magic == MAGIC and body.size == size and zlib.crc32(body) == checksum else None


def _unpack(path: pathlib.Path, body: pa.Buffer) -> tuple[int, dict[str, pa.Table]]:
    source = pa.BufferReader(body)
    line = bytes(body).split(b"\n", 1)[0]
    head = json.loads(line)
    if head["version"] > VERSION:
        raise ArchiveError(f"{path} was written by a newer Periplus (checkpoint version {head['version']})")
    source.seek(len(line) + 1)
    tables = {}
    for name in head["tables"]:
        with pa.ipc.open_stream(source) as reader:
            tables[name] = reader.read_all()
    return int(head["position"]), tables


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(folder.glob("*.checkpoint")) if folder.is_dir() else []
