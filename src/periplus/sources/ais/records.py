"""Records: JSON of any known provider to observations: lines, messages of a feed, documents."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from periplus.sources.ais import columns
from periplus.sources.ais.providers import Provider, fold, lacking, recognise
from periplus.sources.ais.tables import short
from periplus.sources.batch import Batch, SourceError, Tally, no_observations

MAX_DOCUMENT_BYTES = 256_000_000
_TELLING = frozenset({1, 2, 3, 4, 5, 9, 11, 17, 18, 19, 21, 24, 27})  # types that tell a place or an identity

Flat = dict[str, str]


class JsonLinesDecoder:
    """One JSON record a line, also `topic record` as an MQTT client prints it."""

    whole_lines = True

    def __init__(self, *, source: str, label: str) -> None:
        self.source, self.label = source, label
        self.tally = Tally()
        self._providers: dict[frozenset[str], Provider | None] = {}

    def feed(self, block: bytes, *, at_us: int | None = None, too_long: int = 0) -> Batch:
        """The batch of these whole lines."""
        self._drop("too_long", too_long)
        flats: list[Flat] = []
        for line in block.split(b"\n"):
            text = line.strip(b"\xef\xbb\xbf\r\t ,")
            if text:
                flats += self._line(text)
            elif line:
                self.tally.lines += 1
                self.tally.passed_over["blank"] += 1
        return self._batch(flats, at_us)

    def settle(self) -> Batch:
        """Nothing is held back."""
        return Batch(no_observations(), self.tally.take())

    def finish(self) -> Batch:
        """Nothing is held back."""
        return self.settle()

    def _line(self, text: bytes) -> Iterator[Flat]:
        topic = ""
        if not text.startswith((b"{", b"[")):
            head, _, rest = text.partition(b" ")
            topic, text = (head.decode("utf-8", "replace"), rest) if b"/" in head else ("", text)
        try:
            read = json.loads(text)
        except (ValueError, RecursionError):
            self._drop("json", 1)
            return
        yield from self._records(records(read), topic)

    def _records(self, found: Iterable[Any], topic: str = "") -> Iterator[Flat]:
        for record in found:
            if not isinstance(record, dict):
                self._drop("json", 1)
                continue
            flat = flatten(record, topic)
            kind = flat.get("messageid", "")
            if (
                "metadata.mmsi" in flat
                and kind.isdigit()
                and 1 <= int(kind) <= 27
                and int(kind) not in _TELLING
            ):
                self.tally.lines += 1
                self.tally.accepted += 1
                self.tally.messages += 1
                self.tally.by_type[int(kind)] += 1
                continue
            yield flat

    def _batch(self, flats: list[Flat], at_us: int | None) -> Batch:
        groups: dict[str, tuple[Provider, list[tuple[int, Flat]]]] = {}
        for row, flat in enumerate(flats):
            provider = self._provider(flat)
            if provider is None:
                self._drop("fields", 1)
                continue
            groups.setdefault(provider.name, (provider, []))[1].append((row, flat))
        frames = [columns.read(provider, _table(provider, rows)) for provider, rows in groups.values()]
        if not frames:
            return Batch(no_observations(), self.tally.take())
        table = columns.observations(frames, self.tally, source=self.source, label=self.label, at_us=at_us)
        return Batch(table, self.tally.take())

    def _provider(self, flat: Flat) -> Provider | None:
        names = frozenset(flat)
        if names not in self._providers:
            if len(self._providers) > 4_096:
                self._providers.clear()
            self._providers[names] = recognise(names)
        return self._providers[names]

    def _drop(self, reason: str, lines: int) -> None:
        self.tally.lines += lines
        self.tally.rejected[reason] += lines


class JsonDocumentDecoder(JsonLinesDecoder):
    """One JSON document: a list of records, a GeoJSON collection, or an object that holds a list."""

    whole_lines = False

    def __init__(self, *, source: str, label: str) -> None:
        super().__init__(source=source, label=label)
        self._bytes = bytearray()
        self._at_us: int | None = None

    def feed(self, block: bytes, *, at_us: int | None = None, too_long: int = 0) -> Batch:
        """Nothing yet: a document is read when it is whole. Raises SourceError beyond 256 MB."""
        self._bytes += block
        self._at_us = at_us
        if len(self._bytes) > MAX_DOCUMENT_BYTES:
            raise SourceError(
                f"{self.source}: a JSON document of more than 256 MB; give it as one record a line"
            )
        return self.settle()

    def finish(self) -> Batch:
        """The batch of the whole document. Raises SourceError if it is not JSON, or no record of it is known."""
        try:
            read = json.loads(bytes(self._bytes).decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{self.source}: not readable as JSON: {str(error)[:100]}") from None
        self._bytes.clear()
        flats = list(self._records(records(read)))
        if flats and all(self._provider(flat) is None for flat in flats[:1_000]):
            names = sorted(flats[0])
            raise SourceError(f"{self.source}: no field for {', '.join(lacking(names))} in {short(names)}")
        return self._batch(flats, self._at_us)


def records(read: Any) -> list[Any]:
    """The records of a JSON value: itself, its items, or those of the list it holds."""
    if isinstance(read, list):
        return read
    if isinstance(read, dict):
        if isinstance(read.get("features"), list):
            return list(read["features"])
        inner = [
            v for v in read.values() if isinstance(v, list) and v and all(isinstance(i, dict) for i in v)
        ]
        if inner and recognise(flatten(read, "")) is None:
            return max(inner, key=len)
    return [read]


def flatten(record: dict[str, Any], topic: str = "") -> Flat:
    """A record as text by folded name; envelopes of known feeds are opened, what nests becomes `outer.inner`."""
    payload = record.get("payload")
    if isinstance(payload, dict) and isinstance(record.get("topic"), str):
        record, topic = payload, record["topic"]
    flat: Flat = {}
    message, kind = record.get("Message"), record.get("MessageType")
    if isinstance(message, dict) and isinstance(message.get(str(kind)), dict):
        inner = dict(message[str(kind)])
        if kind == "AidsToNavigationReport":
            inner.pop("Type", None)  # of the aid, not of a ship
        _flatten(inner, "", flat)
        record = {"metadata": record.get("MetaData", record.get("Metadata"))}
    geometry = record.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        place = geometry.get("coordinates")
        if isinstance(place, list) and len(place) >= 2:
            flat["lon"], flat["lat"] = str(place[0]), str(place[1])
        properties = record.get("properties")
        _flatten(properties if isinstance(properties, dict) else {}, "", flat)
        record = {k: v for k, v in record.items() if k not in ("geometry", "properties", "type")}
    _flatten(record, "", flat)
    if topic and "mmsi" not in flat:
        numbers = [part for part in topic.split("/") if part.isdigit() and len(part) == 9]
        flat.update(zip(["mmsi"], numbers, strict=False))
    return flat


def _flatten(record: dict[str, Any], before: str, flat: Flat, depth: int = 0) -> None:
    for name, value in record.items():
        key = before + fold(name)
        if isinstance(value, dict):
            if depth < 4:
                _flatten(value, f"{key}.", flat, depth + 1)
        elif value is not None and not isinstance(value, list):
            flat.setdefault(key, str(value))


def _table(provider: Provider, rows: list[tuple[int, Flat]]) -> pl.DataFrame:
    wanted = {name for names in provider.columns.values() for name in names}
    values: dict[str, list[str | None]] = defaultdict(list)
    present = [name for name in wanted if any(name in flat for _, flat in rows)]
    for name in present:
        values[name] = [flat.get(name) for _, flat in rows]
    table = pl.DataFrame(dict(values), schema=dict.fromkeys(present, pl.String))
    return table.with_columns(pl.Series("_row", [row for row, _ in rows], pl.Int64))
