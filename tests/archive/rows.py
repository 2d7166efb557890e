"""Small tables of observations, written as a test reads them."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from periplus.model.observation import OBSERVATION
from periplus.model.schema import TIME, conform

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
START = 20_390 * DAY  # a midnight


def observation(
    mmsi: int, at_s: float, lon: float | None = 60.0, lat: float | None = 0.0, **more: Any
) -> dict[str, Any]:
    """One row: `at_s` seconds after START, heard two seconds later."""
    at = START + int(at_s * SECOND)
    row = {"mmsi": mmsi, "observed_at": at, "received_at": at + 2 * SECOND, "lon": lon, "lat": lat}
    return row | {"source": "feed", "sensor": "ais", "label": "EXAMPLE//TLP:AMBER+STRICT"} | more


def observations(*rows: dict[str, Any]) -> pa.Table:
    """The rows as a table of the schema."""
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in OBSERVATION.names}
    for name in ("observed_at", "received_at"):
        columns[name] = pa.array(columns[name], pa.int64()).cast(TIME)
    return conform(
        pa.table({name: pa.array(values, OBSERVATION.field(name).type) for name, values in columns.items()}),
        OBSERVATION,
    )


def numbered(first: int, count: int) -> pa.Table:
    """Rows that can be told apart: row n is heard n seconds after START."""
    return observations(
        *(observation(200_000_000 + n % 7, n, lon=n % 360 - 180.0) for n in range(first, first + count))
    )


def seconds(table: pa.Table) -> list[int]:
    """When each row was observed, in seconds after START."""
    return [(at - START) // SECOND for at in table["observed_at"].cast(pa.int64()).to_pylist()]


def everything(tables: Sequence[tuple[int, pa.Table]]) -> pa.Table:
    """What `since` gave, as one table."""
    return pa.concat_tables([OBSERVATION.empty_table(), *(table for _, table in tables)])
