"""The manifest: which day files make up the archive, and how far the spool has gone into them."""

import json
import pathlib
from dataclasses import asdict, dataclass, replace

from periplus.archive import durable
from periplus.archive.errors import ArchiveError, disk

FORMAT = 1
DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class DayFile:
    """One Parquet file: rows of one day of observation, sorted by vessel and time."""

    name: str  # below the archive's folder
    day: int  # days since 1970
    rows: int
    mmsi: tuple[int, int]  # lowest and highest
    observed_at: tuple[int, int]  # microseconds UTC, first and last


@dataclass(frozen=True, slots=True)
class Manifest:
    """Replaced as a whole: a reader sees the archive before a compaction or after it, never between."""

    compacted: int = 0  # rows ever captured that the day files hold
    serial: int = 0  # of the next file
    files: tuple[DayFile, ...] = ()

    def covering(self, start_us: int, end_us: int, mmsi: int | None = None) -> list[DayFile]:
        """The files that may hold rows of start <= observed_at < end."""
        return [
            file
            for file in self.files
            if file.observed_at[0] < end_us
            and file.observed_at[1] >= start_us
            and (mmsi is None or file.mmsi[0] <= mmsi <= file.mmsi[1])
        ]

    def with_files(self, added: list[DayFile], removed: list[DayFile], compacted: int) -> "Manifest":
        """The next manifest."""
        kept = [file for file in self.files if file not in removed]
        return replace(self, compacted=compacted, files=tuple(kept + added))


def check_format(folder: pathlib.Path, *, create: bool) -> None:
    """Refuse an archive of a newer program; mark a new one. Raises ArchiveError."""
    path = folder / "FORMAT"
    if not path.exists():
        if not create:
            raise ArchiveError(f"there is no archive at {folder}")
        if (folder / "manifest.json").exists():
            raise ArchiveError(f"{folder} is damaged: its FORMAT file is missing")
        durable.replace_file(path, f"periplus archive {FORMAT}\n".encode())
    text = path.read_text("utf-8", errors="replace").strip()
    name, _, number = text.rpartition(" ")
    if name != "periplus archive" or not (number.isascii() and number.isdigit()):
        raise ArchiveError(f"{folder} is no Periplus archive: {path.name} says {text[:40]!r}")
    if int(number) > FORMAT:
        raise ArchiveError(
            f"{folder} was written by a newer Periplus (format {number}; this one reads {FORMAT})"
        )


def load(folder: pathlib.Path) -> Manifest:
    """The manifest in force; an archive that was never compacted has none."""
    path = folder / "manifest.json"
    with disk(path):
        if not path.exists():
            return Manifest()
        content = path.read_bytes()
    try:
        body = json.loads(content)
        files = tuple(
            DayFile(f["name"], f["day"], f["rows"], tuple(f["mmsi"]), tuple(f["observed_at"]))
            for f in body["files"]
        )
        return Manifest(body["compacted"], body["serial"], files)
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{path} is damaged: {type(error).__name__} {error}") from error


def save(folder: pathlib.Path, manifest: Manifest) -> None:
    """Put the manifest in force, durably."""
    body = {
        "compacted": manifest.compacted,
        "serial": manifest.serial,
        "files": [asdict(f) for f in manifest.files],
    }
    durable.replace_file(folder / "manifest.json", json.dumps(body, separators=(",", ":")).encode())
