"""The spool: observations as they arrive, durable before any stage sees them, in arrival order."""

import itertools
import os
import pathlib
import threading
from collections.abc import Iterator

import pyarrow as pa

from periplus.archive import durable, frames
from periplus.archive.errors import ArchiveError
from periplus.model.observation import OBSERVATION

SEGMENT_BYTES = 64 << 20
FRAME_ROWS = 65_536
FEW_CHUNKS = 16
# Few values, many rows: kept as codes so that a frame is small and a filter quick.
CODED = ("source", "station", "sensor", "label")


class Segment:
    """One file of the spool: the rows from `first` on."""

    def __init__(self, path: pathlib.Path, first: int) -> None:
        self.path, self.first = path, first
        self.frames: list[frames.Frame] = []
        self.size = 0  # bytes that are whole and durable
        self._data: pa.Buffer | None = None
        self._parts: list[pa.Table] = []  # rows as queries want them
        self._tabled = 0  # frames that are in _parts
        self._lock = threading.Lock()

    @property
    def end(self) -> int:
        """Rows ever captured when this segment ended."""
        return self.frames[-1].first + self.frames[-1].rows if self.frames else self.first

    def scan(self) -> pa.Buffer:
        """Find the frames added since the last scan; returns the bytes behind the last whole one."""
        # Read, not mapped: touching a mapped byte that the writer has just cut off kills the program.
        with self.path.open("rb") as file:
            file.seek(self.size)
            data, base = pa.py_buffer(file.read()), self.size
        for frame in frames.walk(data, base):
            if frame.first != self.end:
                raise ArchiveError(f"{self.path} is damaged: row {self.end} is missing")
            self.frames.append(frame)
            self.size = frame.end
        return data.slice(self.size - base)

    def map(self) -> pa.Buffer:
        """The bytes of the whole frames, mapped rather than read."""
        if self._data is None or self._data.size < self.size:
            with pa.memory_map(str(self.path)) as source:
                self._data = source.read_buffer(self.size)
        return self._data

    def tables(self, position: int) -> Iterator[tuple[int, pa.Table]]:
        """The rows after `position`, a frame at a time, with the position after each."""
        for frame in self.frames.copy():
            end = frame.first + frame.rows
            if end > position:
                yield end, frames.read(self.map(), frame).slice(max(0, position - frame.first))

    def table(self) -> pa.Table | None:
        """All rows in few pieces, kept for the next query; null for no rows."""
        with self._lock:
            known = self.frames.copy()
            if not known:
                return None
            data = self.map()
            if self._tabled < len(known):
                self._keep([frames.read(data, frame) for frame in known[self._tabled :]])
                self._tabled = len(known)
            return pa.concat_tables(self._parts)

    def forget(self) -> None:
        """Let go of the rows kept for queries."""
        with self._lock:
            self._parts, self._tabled = [], 0

    def _keep(self, fresh: list[pa.Table]) -> None:
        # A feed brings a frame a second. Joining like with like keeps the pieces few, and copies each row
        # a few times only instead of once for every query.
        self._parts.append(_joined(fresh))
        while len(self._parts) > 1 and self._parts[-2].num_rows < 2 * self._parts[-1].num_rows:
            self._parts[-2:] = [_joined(self._parts[-2:])]


class Spool:
    """The segments that are still held, oldest first; the last one grows."""

    def __init__(self, folder: pathlib.Path, *, writable: bool, start: int) -> None:
        self.folder, self._writable = folder, writable
        self.segments: list[Segment] = []  # replaced, never changed in place: readers hold on to the list
        self._changing = threading.Lock()
        self._descriptor = -1
        self.refresh()
        if writable:
            self._open_last(start)

    @property
    def position(self) -> int:
        """Rows ever captured."""
        return self.segments[-1].end if self.segments else 0

    def refresh(self) -> None:
        """Look at the folder again: another program may be writing it."""
        known = {segment.path.name: segment for segment in self.segments}
        names = sorted(path.name for path in self.folder.glob("*.spool")) if self.folder.is_dir() else []
        segments = [known.get(name) or Segment(self.folder / name, int(name[:-6])) for name in names]
        for segment, after in itertools.zip_longest(segments, segments[1:]):
            torn = segment.scan()
            if after is not None and (segment.end != after.first or torn.size):
                raise ArchiveError(
                    f"{segment.path} is damaged: rows {segment.end} to {after.first} are missing"
                )
        self.segments = segments

    def append(self, table: pa.Table) -> int:
        """Write the rows and make them durable; returns the position after them."""
        if self.segments[-1].size >= SEGMENT_BYTES:
            self.roll()
        elif self._descriptor < 0:
            self._repair()
        segment = self.segments[-1]
        added = []
        offset, first = segment.size, segment.end
        try:
            for start in range(0, table.num_rows, FRAME_ROWS):
                part = _coded(table.slice(start, FRAME_ROWS))
                pieces = frames.pack(part, first)
                frame = frames.Frame(offset, len(pieces[1]), first, part.num_rows)
                _write(self._descriptor, pieces)
                added.append(frame)
                offset, first = frame.end, first + frame.rows
            os.fdatasync(self._descriptor)
        except OSError:
            # After a failed sync nobody knows what reached the disk: cut back to what was durable before.
            self.close()
            raise
        segment.frames += added
        segment.size = offset
        return self.position

    def roll(self) -> None:
        """Close the last segment and begin another."""
        if self._descriptor < 0:
            self._repair()
        if self.segments[-1].frames:
            self._begin(self.position)

    def held(self, position: int) -> list[Segment]:
        """The segments with rows after `position`."""
        return [segment for segment in self.segments if segment.end > position]

    def drop(self, position: int) -> None:
        """Delete the closed segments that end at or before `position`."""
        with self._changing:
            gone = [segment for segment in self.segments[:-1] if segment.end <= position]
            self.segments = [segment for segment in self.segments if segment not in gone]
        for segment in gone:
            segment.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file that grows."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open_last(self, start: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.segments or self.position < start:
            self._begin(max(start, self.position))
            return
        last = self.segments[-1]
        if frames.frame_beyond(last.scan()):
            raise ArchiveError(f"{last.path} is damaged at byte {last.size}, and rows follow it")
        self._repair()

    def _begin(self, first: int) -> None:
        path = self.folder / f"{first:020d}.spool"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        durable.sync_folder(self.folder)
        self.close()
        self._descriptor = descriptor
        with self._changing:
            self.segments = [*self.segments, Segment(path, first)]

    def _repair(self) -> None:
        """Cut what an interrupted write left behind the last whole frame, and go on from there."""
        segment = self.segments[-1]
        descriptor = os.open(segment.path, os.O_WRONLY | os.O_APPEND)
        try:
            os.ftruncate(descriptor, segment.size)
            os.fsync(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor


def plain(table: pa.Table) -> pa.Table:
    """Rows of the spool as the schema declares them."""
    return table.cast(OBSERVATION)


def _joined(tables: list[pa.Table]) -> pa.Table:
    table = pa.concat_tables(tables)
    if table.column(0).num_chunks <= FEW_CHUNKS and len(tables) > 2:
        return table
    return table.unify_dictionaries().combine_chunks()


def _coded(table: pa.Table) -> pa.Table:
    table = table.combine_chunks()
    for name in CODED:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(at).dictionary_encode())
    return table


def _write(descriptor: int, pieces: list[pa.Buffer | bytes]) -> None:
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(descriptor, view) :]
