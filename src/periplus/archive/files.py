"""Tables in files that people name: the ending decides the format."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

FORMATS = (".parquet", ".csv", ".jsonl", ".geojson")

Write = Callable[[pa.Table], None]


class FileError(ValueError):
    """A file cannot be read or written as asked; the message is one clear line."""


@contextlib.contextmanager
def write(path: str) -> Iterator[Write]:
    """`with write('x.parquet') as out: out(table); out(table)`. '-' is JSON lines on standard output.

    The file appears under its name only when everything has been written.
    """
    if path == "-":
        yield lambda table: _lines(table, sys.stdout)
        return
    final = Path(path)
    if final.suffix not in _WRITERS:
        raise FileError(f"{path}: a name ends in {', '.join(FORMATS)}")
    if not final.parent.is_dir():
        raise FileError(f"{path}: there is no folder {final.parent}")
    if final.is_dir():
        raise FileError(f"{path}: is a folder")
    part = final.with_name(f".{final.name}.part")
    try:
        with _writing(path), contextlib.ExitStack() as stack:
            out = stack.enter_context(_WRITERS[final.suffix](part))
            yield out
            stack.close()
            part.replace(final)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def _writing(path: str) -> Iterator[None]:
    """Full disks and missing rights, in one line that names the file; what is no affair of files passes."""
    try:
        yield
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise FileError(f"{path}: {os.strerror(error.errno).lower() if error.errno else error}") from error


def read_parquet(path: Path) -> pa.Table:
    """A Parquet file as it is. Raises FileError when it is none."""
    if not path.is_file():
        raise FileError(f"{path}: no such file")
    try:
        return pq.read_table(path)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or str(error).splitlines()[0]}") from error
    except pa.ArrowException as error:
        raise FileError(f"{path}: not Parquet, or damaged: {str(error).splitlines()[0]}") from error


@contextlib.contextmanager
def _parquet(path: Path) -> Iterator[Write]:
    with contextlib.ExitStack() as stack:
        writer: list[pq.ParquetWriter] = []

        def out(table: pa.Table) -> None:
            if not writer:
                writer.append(stack.enter_context(pq.ParquetWriter(path, table.schema, compression="zstd")))
            writer[0].write_table(table)

        yield out
        if not writer:
            pq.write_table(pa.table({}), path)


@contextlib.contextmanager
def _csv(path: Path) -> Iterator[Write]:
    with path.open("wb") as file:
        header = True

        def out(table: pa.Table) -> None:
            nonlocal header
            options = pyarrow.csv.WriteOptions(include_header=header)
            pyarrow.csv.write_csv(_flat(table), file, options)
            header = False

        yield out


@contextlib.contextmanager
def _jsonl(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8") as file:
        yield lambda table: _lines(table, file)


@contextlib.contextmanager
def _geojson(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[')
        first = True

        def out(table: pa.Table) -> None:
            nonlocal first
            for row in plain(table):
                file.write("\n" if first else ",\n")
                json.dump(_feature(row), file, separators=(",", ":"))
                first = False

        yield out
        file.write("\n]}\n")


_WRITERS: Mapping[str, Callable[[Path], contextlib.AbstractContextManager[Write]]] = {
    ".parquet": _parquet, ".csv": _csv, ".jsonl": _jsonl, ".geojson": _geojson,
}  # fmt: skip


def plain(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as JSON objects: times as ISO 8601 with Z, `evidence` as an object."""
    rows: list[dict[str, Any]] = _texts(table).to_pylist()
    if "evidence" in table.column_names:
        for row in rows:
            row["evidence"] = json.loads(row["evidence"])
    return rows


def _lines(table: pa.Table, file: IO[str]) -> None:
    for row in plain(table):
        file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    lon, lat = row.get("lon"), row.get("lat")
    point = None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "Feature",
        "geometry": point,
        "properties": {k: v for k, v in row.items() if k not in ("lon", "lat")},
    }


def _texts(table: pa.Table) -> pa.Table:
    """Times as text; all else as it is."""
    for n, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            text = pc.strftime(table.column(n).cast(pa.timestamp("us")), "%Y-%m-%dT%H:%M:%SZ")
            text = pc.replace_substring_regex(text, pattern=r"\.0+Z$", replacement="Z")
            table = table.set_column(n, field.name, text)
    return table


def _flat(table: pa.Table) -> pa.Table:
    """What CSV can hold: lists joined by blanks."""
    for n, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            table = table.set_column(n, field.name, pc.binary_join(table.column(n), " "))
    return _texts(table)
