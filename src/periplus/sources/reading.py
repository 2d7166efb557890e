"""Reading: a file, a folder or standard input as batches of observations, in bounded memory."""

import bz2
import gzip
import logging
import lzma
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

import pyarrow as pa

from periplus.sources.ais.columns import NOTHING_BESIDE
from periplus.sources.batch import Batch, Counts, Decoder, SourceError, no_observations
from periplus.sources.lines import Lines
from periplus.sources.sniff import SAMPLE_BYTES, open_decoder

CHUNK_BYTES = 1 << 20
log = logging.getLogger(__name__)
_ENDINGS = (
    ".gz",
    ".zst",
    ".zstd",
    ".bz2",
    ".xz",
    ".nmea",
    ".csv",
    ".json",
    ".jsonl",
    ".ndjson",
    ".geojson",
    ".txt",
    ".log",
    ".ais",
)
_CUT_SHORT = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError)


def read_file(
    path: str | Path | BinaryIO,
    *,
    source: str | None = None,
    label: str,
    chunk_bytes: int = CHUNK_BYTES,
    assume_us: int | None = None,
    beside: pa.Schema = NOTHING_BESIDE,
) -> Iterator[Batch]:
    """The observations of a file (plain, .gz, .zst, .bz2, .xz), a folder (files in name order), or '-'.

    source: how the centre names it; by default the file's name without its endings.
    assume_us: the time of arrival of NMEA sentences that nothing dates, else rejected as `no_time`.
    beside: columns of numbers that a CSV may have and an observation has not: those it has are given behind it.
    The result does not depend on chunk_bytes. Raises SourceError, one line, for what cannot be read at all.
    """
    if not isinstance(path, str | Path):
        yield from _stream(path, source or "stream", label, chunk_bytes, assume_us, beside)
        return
    if str(path) == "-":
        yield from _stream(sys.stdin.buffer, source or "stdin", label, chunk_bytes, assume_us, beside)
        return
    refusals = []
    if str(path) == "":
        raise SourceError("a file is named by at least one character")
    found = files(Path(path))
    for file in found:
        try:
            with _open(file) as stream:
                yield from _stream(
                    stream, source or stem(file), label, chunk_bytes, assume_us, beside, name=str(file)
                )
        except SourceError as error:
            # In a folder one file that is none of ours takes no other with it.
            # The reader knows the source by its short name, the person by the file's.
            refusals.append(SourceError(str(error).replace(f"{source or stem(file)}: ", f"{file}: ", 1)))
            if len(refusals) == len(found):
                raise refusals[0] from None
            log.warning("left out %s", refusals[-1])
            yield Batch(no_observations(), Counts(noted={"unreadable_files": 1}))


def files(path: Path) -> list[Path]:
    """The file itself, or the files of a folder in name order. Raises SourceError if there are none."""
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
        if not found:
            raise SourceError(f"{path}: no files in this folder")
        return found
    if not path.exists():
        raise SourceError(f"{path}: no such file")
    return [path]


def stem(path: Path) -> str:
    """A file's name without the endings that only say how it is packed."""
    name = path.name
    while (cut := Path(name)).suffix.lower() in _ENDINGS and cut.stem:
        name = cut.stem
    return name


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None


def _stream(
    raw: IO[bytes],
    source: str,
    label: str,
    chunk_bytes: int,
    assume_us: int | None,
    beside: pa.Schema,
    name: str | None = None,
) -> Iterator[Batch]:
    chunks = _chunks(raw, chunk_bytes, name or source)
    sample, ended, cut_short = _sample(chunks, name or source)
    if not sample:
        raise SourceError(f"{name or source}: empty")
    decoder = open_decoder(sample, source=source, label=label, assume_us=assume_us, beside=beside)
    assert decoder is not None
    lines = Lines()
    try:
        yield from _fed(decoder, lines, sample)
        for chunk in chunks if not ended else ():
            yield from _fed(decoder, lines, chunk)
    except _CUT_SHORT:
        cut_short = True
    last, _ = lines.rest()
    if last:
        yield decoder.feed(last)
    yield decoder.finish()
    if cut_short:
        yield Batch(no_observations(), Counts(noted={"cut_short": 1}))


def _fed(decoder: Decoder, lines: Lines, chunk: bytes) -> Iterator[Batch]:
    if not decoder.whole_lines:
        yield decoder.feed(chunk)
        return
    block, too_long = lines.push(chunk)
    if block or too_long:
        yield decoder.feed(block, too_long=too_long)


def _sample(chunks: Iterator[bytes], name: str) -> tuple[bytes, bool, bool]:
    sample = b""
    try:
        for chunk in chunks:
            sample += chunk
            if len(sample) >= SAMPLE_BYTES:
                return sample, False, False
    except _CUT_SHORT:
        if not sample:
            raise SourceError(f"{name}: damaged, or cut short before its first line") from None
        return sample, True, True
    return sample, True, False


def _chunks(raw: IO[bytes], size: int, name: str) -> Iterator[bytes]:
    """The bytes of a stream, unpacked if it is packed."""
    try:
        head = raw.read(8)
        plain = _unpacked(head, cast(IO[bytes], _Rewound(head, raw)))
        # read1: what was unpacked before a torn end is given, where read() would lose it with the error.
        read = getattr(plain, "read1", plain.read)
        while chunk := read(size):
            yield chunk
    except _CUT_SHORT:
        raise
    except (OSError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.errno:
            raise SourceError(f"{name}: {error.strerror}") from None
        raise EOFError(str(error)) from None


def _unpacked(head: bytes, stream: IO[bytes]) -> IO[bytes]:
    if head.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=stream))
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return cast(IO[bytes], pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd"))
    if head.startswith(b"BZh"):
        return cast(IO[bytes], bz2.BZ2File(stream))
    if head.startswith(b"\xfd7zXZ\x00"):
        return cast(IO[bytes], lzma.LZMAFile(stream))
    return stream


class _Rewound:
    """A stream whose first bytes were already looked at; a pipe cannot be rewound itself."""

    closed = False

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int = -1) -> bytes:
        if self._head:
            taken, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return taken if size >= 0 else taken + self._stream.read()
        return self._stream.read(size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True

    def flush(self) -> None:
        return
