"""The archive of one centre, opened: capture first, then spool and day files read as one."""

import contextlib
import pathlib
import threading
from collections.abc import Iterator, Mapping

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from periplus.archive import checkpoint, days, durable, manifest, queries
from periplus.archive.errors import ArchiveError, disk
from periplus.archive.manifest import DAY_US, DayFile, Manifest
from periplus.archive.spool import Segment, Spool, plain
from periplus.model.observation import OBSERVATION
from periplus.model.schema import conform

GROUP_ROWS = 1_000_000  # rows compacted at once: bounds memory
NEVER = -(1 << 62)  # before everything
TABLE_ROWS = 65_536  # rows of one table that `since` yields, about


class Archive:
    """Columnar history of one centre. Any number of threads may use it; one program may write it."""

    def __init__(self, folder: pathlib.Path, *, read_only: bool) -> None:
        self.folder, self.read_only = folder, read_only
        self._lock: durable.Lock | None = None
        self._state = threading.RLock()  # guards which files there are
        self._writing = threading.Lock()
        self._compacting = threading.Lock()
        self._readers = 0
        self._garbage: list[pathlib.Path] = []
        self._released = 0
        self._closed = False
        if not read_only:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = durable.Lock(folder / "lock")
        try:
            manifest.check_format(folder, create=not read_only)
            self._manifest = manifest.load(folder)
            if not read_only:
                self._check_whole()
            self._spool = Spool(folder / "spool", writable=not read_only, start=self._manifest.compacted)
            if not read_only:
                self._sweep()
        except BaseException:
            self.close()
            raise

    @property
    def position(self) -> int:
        """Rows ever captured."""
        return max(self._spool.position, self._manifest.compacted)

    @property
    def first(self) -> int:
        """The position from which `since` can still give everything."""
        with self._state:
            return min((segment.first for segment in self._spool.segments), default=self.position)

    def capture(self, observations: pa.Table) -> int:
        """Keep the rows, durably once this returns. Returns the position after them.

        Raises ArchiveError when they could not be kept (full disk); then none of them was, and the
        caller may try again.
        """
        table = conform(observations, OBSERVATION)
        with self._writing, disk(self.folder):
            self._writable()
            return self._spool.append(table) if table.num_rows else self.position

    def since(self, position: int) -> Iterator[tuple[int, pa.Table]]:
        """Rows captured after `position`, in that order, in bounded tables, each with the position after it.

        Raises ArchiveError when rows after `position` were released or were never captured.
        """
        if position > self.position:
            raise ArchiveError(
                f"{self.folder} holds {self.position} rows, not {position}: is it an older copy?"
            )
        with self._snapshot() as (_, segments), disk(self.folder):
            held = [segment for segment in segments if segment.end > position]
            if (held[0].first if held else self.position) > position:
                raise ArchiveError(f"{self.folder}: rows from {position} on have left the spool")
            waiting: list[pa.Table] = []
            end = position
            for segment in held:
                for end, table in segment.tables(position):
                    waiting.append(plain(table))
                    if sum(part.num_rows for part in waiting) >= TABLE_ROWS:
                        yield end, pa.concat_tables(waiting)
                        waiting = []
            if waiting:
                yield end, pa.concat_tables(waiting)

    def release(self, position: int) -> None:
        """The stages have read up to `position`: what of it is compacted may leave the spool."""
        self._writable()
        with self._state, disk(self.folder):
            self._released = max(self._released, position)
        self._drop()

    def compact(self, *, before: int | None = None) -> None:
        """Move what was captured (up to the position `before`) from the spool into day files.

        Exact duplicates of a row are dropped. A kill at any point leaves the old files or the new.
        """
        with self._compacting, disk(self.folder):
            self._writable()
            with self._writing:
                if before is None or before >= self._spool.position:
                    self._spool.roll()
            while not self._closed and (group := self._next_group(before)):
                self._commit(self._compact_group(group), [], group[-1].end)
                for segment in group:
                    segment.forget()
            for day in sorted({file.day for file in self._manifest.files}):
                if not self._closed:
                    self._merge_day(day)
            self._drop()

    def span(self) -> tuple[int, int] | None:
        """The first and the last observed_at that are held; null for an empty archive."""
        with self._held(NEVER, NEVER) as held:
            ends = [pc.min_max(table["observed_at"].cast(pa.int64())) for table in held.tables]
        bounds = [(end["min"].as_py(), end["max"].as_py()) for end in ends]
        bounds += [file.observed_at for file in self._manifest.files]
        return (min(first for first, _ in bounds), max(last for _, last in bounds)) if bounds else None

    def read(self, start_us: int, end_us: int) -> Iterator[pa.Table]:
        """All rows with start <= observed_at < end, each once, in bounded tables: by day, vessel and time."""
        first, last = self.span() or (start_us, start_us)
        for day in range(max(first, start_us) // DAY_US, -(-min(last + 1, end_us) // DAY_US)):
            start, end = max(start_us, day * DAY_US), min(end_us, (day + 1) * DAY_US)
            with self._held(start, end) as held:
                yield from queries.everything(held, start, end)

    def track(self, mmsi: int, start_us: int, end_us: int) -> pa.Table:
        """Everything of one MMSI with start <= observed_at < end, by observed_at."""
        with self._held(start_us, end_us, mmsi) as held:
            return queries.track(held, mmsi, start_us, end_us)

    def box(
        self, west: float, south: float, east: float, north: float, start_us: int, end_us: int
    ) -> pa.Table:
        """Positions in the box, edges included, with start <= observed_at < end; west > east crosses 180."""
        with self._held(start_us, end_us) as held:
            return queries.box(held, (west, south, east, north), start_us, end_us)

    def latest(self, at_us: int, lookback_us: int) -> pa.Table:
        """The last position of each MMSI with at - lookback < observed_at <= at, one row a vessel."""
        with self._held(at_us - lookback_us + 1, at_us + 1) as held:
            return queries.latest(held, at_us, lookback_us)

    def counts(self, start_us: int, end_us: int, bin_us: int) -> pa.Table:
        """Observations and vessels in each bin of start <= observed_at < end: bin, observations, vessels."""
        with self._held(start_us, end_us) as held:
            return queries.counts(held, start_us, end_us, bin_us)

    def save_checkpoint(self, position: int, tables: Mapping[str, pa.Table]) -> None:
        """Keep what the stages remember after reading up to `position`. Atomic and durable."""
        with self._writing, disk(self.folder):
            self._writable()
            checkpoint.save(self.folder / "checkpoint", position, tables)

    def load_checkpoint(self) -> tuple[int, dict[str, pa.Table]] | None:
        """The newest checkpoint: position and tables; null before the first."""
        with disk(self.folder):
            return checkpoint.load(self.folder / "checkpoint")

    def close(self) -> None:
        """Let go of the files and of the lock, once what is being written is whole."""
        self._closed = True
        with self._compacting, self._writing:
            if hasattr(self, "_spool"):
                self._spool.close()
            if self._lock:
                self._lock.release()

    def _check_whole(self) -> None:
        """Refuse an archive whose manifest was lost: sweeping would then delete what no file else holds."""
        starts = [int(path.stem) for path in (self.folder / "spool").glob("*.spool")]
        lost = min(starts, default=0) > self._manifest.compacted
        if not self._manifest.serial and not starts:
            lost = any(self.folder.glob("days/*/*.parquet"))
        if lost:
            raise ArchiveError(
                f"{self.folder} is damaged: its manifest.json is missing or older than the rest"
            )

    def _writable(self) -> None:
        if self.read_only:
            raise ArchiveError(f"{self.folder} was opened for reading only")
        if self._closed:
            raise ArchiveError(f"{self.folder} was closed")

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[tuple[Manifest, list[Segment]]]:
        """The manifest and the segments of one moment; files do not vanish while somebody reads them."""
        with self._state:
            if self.read_only:
                self._refresh()
            self._readers += 1
            view = self._manifest, self._spool.segments
        try:
            yield view
        finally:
            with self._state:
                self._readers -= 1
            if not self.read_only:
                self._drop()

    @contextlib.contextmanager
    def _held(self, start_us: int, end_us: int, mmsi: int | None = None) -> Iterator[queries.Held]:
        with self._snapshot() as (files, segments), disk(self.folder):
            covering = files.covering(start_us, end_us, mmsi)
            paths = [queries.FileRows(self.folder / file.name, file.rows) for file in covering]
            fresh = [segment.table() for segment in segments if segment.end > files.compacted]
            yield queries.Held(paths, [table for table in fresh if table is not None])

    def _refresh(self) -> None:
        with disk(self.folder):
            for _ in range(5):
                self._spool.refresh()
                self._manifest = manifest.load(self.folder)
                segments = self._spool.segments
                if not segments or segments[0].first <= self._manifest.compacted:
                    return
        raise ArchiveError(f"{self.folder} changes too fast to be read")

    def _next_group(self, before: int | None) -> list[Segment]:
        group: list[Segment] = []
        start = self._manifest.compacted
        for segment in self._spool.segments[:-1]:
            if segment.end <= start or (before is not None and segment.end > before):
                continue
            if group and segment.end - group[0].first > GROUP_ROWS:
                break
            group.append(segment)
        return group

    def _compact_group(self, group: list[Segment]) -> list[DayFile]:
        tables = [plain(table) for segment in group for _, table in segment.tables(0)]
        rows = pl.from_arrow(pa.concat_tables(tables))
        assert isinstance(rows, pl.DataFrame)
        added: list[DayFile] = []
        with self._discarding(added):
            for day, part in days.by_day(rows):
                added.append(days.write(self.folder, self._name(day), day, iter([days.ordered(part)])))
        return added

    def _merge_day(self, day: int) -> None:
        old = days.to_merge([file for file in self._manifest.files if file.day == day])
        if not old:
            return
        added: list[DayFile] = []
        with self._discarding(added):
            rows = days.merged(days.scan([self.folder / file.name for file in old]))
            added.append(days.write(self.folder, self._name(day), day, rows))
        self._commit(added, old, self._manifest.compacted)

    def _name(self, day: int) -> str:
        with self._state:
            serial = self._manifest.serial
            self._manifest = Manifest(self._manifest.compacted, serial + 1, self._manifest.files)
        return days.file_name(day, serial)

    @contextlib.contextmanager
    def _discarding(self, added: list[DayFile]) -> Iterator[None]:
        """What a failed compaction wrote is removed; the manifest never named it."""
        try:
            yield
        except (OSError, pl.exceptions.PolarsError, pa.ArrowException):
            self._sweep()
            raise

    def _commit(self, added: list[DayFile], removed: list[DayFile], compacted: int) -> None:
        with self._state:
            after = self._manifest.with_files(added, removed, compacted)
            manifest.save(self.folder, after)
            self._manifest = after
            self._garbage += [self.folder / file.name for file in removed]
        self._drop()

    def _drop(self) -> None:
        """Delete what no longer counts, unless somebody is reading: then the last reader does."""
        with self._state:
            if self._readers:
                return
            self._spool.drop(min(self._released, self._manifest.compacted))
            for path in self._garbage:
                path.unlink(missing_ok=True)
            self._garbage = []

    def _sweep(self) -> None:
        """Delete day files that no manifest names: a compaction was interrupted."""
        known = {file.name for file in self._manifest.files}
        for path in self.folder.glob("days/*/*"):
            if path.relative_to(self.folder).as_posix() not in known and path not in self._garbage:
                path.unlink()
