"""Holdings: what a centre holds and a view reads from, said as the few questions that are asked of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

Row = Mapping[str, Any]


class Log(Protocol):
    """The log's picture: events with what was done about them, and identity claims."""

    def events(
        self,
        *,
        states: Collection[str] | None = None,
        kinds: Collection[str] | None = None,
        since_us: int | None = None,
        until_us: int | None = None,
        vessel: str | None = None,
        limit: int = 500,
    ) -> Sequence[Row]: ...

    def event(self, id: str) -> Row | None: ...

    def versions(self, id: str) -> Sequence[Row]: ...

    def claims(self, mmsi: int) -> pa.Table: ...

    @property
    def seq(self) -> int: ...


class History(Protocol):
    """The archive: observations by vessel and time."""

    def track(self, mmsi: int, start_us: int, end_us: int) -> pa.Table: ...

    def latest(self, at_us: int, lookback_us: int) -> pa.Table: ...

    def span(self) -> tuple[int, int] | None: ...

    def counts(self, start_us: int, end_us: int, bin_us: int) -> pa.Table: ...


class Fleet(Protocol):
    """The picture: the latest state of each vessel."""

    def rows(self) -> pa.Table: ...


class Place(Protocol):
    """A zone or port found by name."""

    @property
    def kind(self) -> str: ...  # 'zone' or 'port'
    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def bounds(self) -> tuple[float, float, float, float] | None: ...  # west, south, east, north


class Places(Protocol):
    """Zones, ports and anchorages."""

    def zones_geojson(self) -> Mapping[str, Any]: ...

    def search(self, text: str, limit: int = 12) -> Sequence[Place]: ...


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that a centre's faces show, in one hand."""

    log: Log
    history: History
    fleet: Fleet
    places: Places
    sources: Callable[[], Sequence[Row]]
    status: Callable[[], Row]
