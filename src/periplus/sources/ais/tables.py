"""Tables: CSV of any known provider to observations, in bounded blocks."""

import csv
import io

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from periplus.sources.ais import columns
from periplus.sources.ais.providers import Provider, fold, lacking, recognise
from periplus.sources.batch import Batch, SourceError, Tally, no_observations


def header(line: bytes) -> tuple[list[str], str] | None:
    """The folded column names of a CSV's first line, and its delimiter; None if it is not such a line."""
    text = line.decode("utf-8", "replace").strip("\ufeff\r\n ")
    if "\0" in text or (not text.isprintable() and "\t" not in text):
        return None
    delimiter = max(",;\t|", key=text.count)
    if not text.count(delimiter):
        return None
    try:
        names = [fold(name) for name in next(csv.reader([text], delimiter=delimiter), [])]
    except csv.Error:  # a lone carriage return, or a field without end
        return None
    return [name if names.index(name) == i else f"{name}#{i}" for i, name in enumerate(names)], delimiter


class CsvDecoder:
    """Lines of CSV to observations. The first line that is not blank is the header."""

    whole_lines = True

    def __init__(self, *, source: str, label: str, beside: pa.Schema = columns.NOTHING_BESIDE) -> None:
        self.source, self.label, self.beside = source, label, beside
        self.tally = Tally()
        self._names: list[str] = []
        self._delimiter = ","
        self._provider: Provider | None = None

    def feed(self, block: bytes, *, at_us: int | None = None, too_long: int = 0) -> Batch:
        """The batch of these whole lines. Raises SourceError if the header lacks what an observation needs."""
        self._drop("too_long", too_long)
        if self._provider is None:
            block = block.lstrip(b"\xef\xbb\xbf\r\n ")
            first, _, block = block.partition(b"\n")
            if first:
                self._open(first)
        block = self._clean(block)
        if not block or self._provider is None:
            return Batch(no_observations(), self.tally.take())
        frame = columns.read(self._provider, self._parse(block), self.beside)
        table = columns.observations(
            [frame], self.tally, source=self.source, label=self.label, at_us=at_us, beside=self.beside
        )
        return Batch(table, self.tally.take())

    def settle(self) -> Batch:
        """Nothing is held back."""
        return Batch(no_observations(), self.tally.take())

    finish = settle

    def _open(self, line: bytes) -> None:
        names = header(line)
        if names is None:
            raise SourceError(f"{self.source}: no header line of a table")
        self._names, self._delimiter = names
        self._provider = recognise(self._names)
        if self._provider is None:
            raise SourceError(
                f"{self.source}: no column for {', '.join(lacking(self._names))} in {short(self._names)}"
            )
        used = self._used(self._provider)
        unknown = [name for name in self._names if name not in used]
        self.tally.noted["unknown_columns"] += len(unknown)

    def _used(self, provider: Provider) -> set[str]:
        return {name for names in provider.columns.values() for name in names} | set(self.beside.names)

    def _clean(self, block: bytes) -> bytes:
        """UTF-8 lines whose quotes are closed; what is not is named and set aside."""
        try:
            block.decode()
        except UnicodeDecodeError:
            lines = block.split(b"\n")
            fair = [_utf8(line) for line in lines]
            self.tally.noted["encoding"] += sum(a != b for a, b in zip(lines, fair, strict=True))
            block = b"\n".join(fair)
        if b'"' in block:
            lines = block.split(b"\n")
            closed = [line for line in lines if line.count(b'"') % 2 == 0]
            self._drop("quotes", len(lines) - len(closed))
            block = b"\n".join(closed)
        return block

    def _parse(self, block: bytes) -> pl.DataFrame:
        assert self._provider is not None
        broken = 0

        def set_aside(_row: object) -> str:
            nonlocal broken
            broken += 1
            return "skip"

        used = self._used(self._provider)
        wanted = [name for name in self._names if name in used]
        table = pc.read_csv(
            io.BytesIO(block),
            read_options=pc.ReadOptions(
                column_names=self._names, use_threads=False, block_size=max(len(block), 1024)
            ),
            parse_options=pc.ParseOptions(delimiter=self._delimiter, invalid_row_handler=set_aside),
            convert_options=pc.ConvertOptions(
                column_types={name: pa.string() for name in wanted},
                include_columns=wanted,
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
        self._drop("columns", broken)
        lines = block.count(b"\n") + (not block.endswith(b"\n"))
        blank = lines - table.num_rows - broken
        self.tally.lines += blank
        self.tally.passed_over["blank"] += blank
        return pl.DataFrame(pl.from_arrow(table))

    def _drop(self, reason: str, lines: int) -> None:
        self.tally.lines += lines
        self.tally.rejected[reason] += lines


def short(names: list[str]) -> str:
    """A list of names that fits a line of message."""
    text = ", ".join(names[:8])
    return f"{text[:120]}, …" if len(names) > 8 or len(text) > 120 else text


def _utf8(line: bytes) -> bytes:
    try:
        line.decode()
        return line
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace").encode()
