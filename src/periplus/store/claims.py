"""Identity claims: what each vessel said it is, since when and until when."""

from typing import Any

import polars as pl
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from periplus.model import label
from periplus.model.identity import IDENTITY_CLAIM
from periplus.model.schema import conform
from periplus.store.schema import claim

IDENTITY = pa.schema(
    [
        pa.field("mmsi", pa.uint32(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("callsign", pa.string()),
        pa.field("imo", pa.uint32()),
        pa.field("ship_type", pa.int16()),
        pa.field("length_m", pa.float64()),
        pa.field("beam_m", pa.float64()),
        pa.field("draught_m", pa.float64()),
        pa.field("destination", pa.string()),
        pa.field("label", pa.string(), nullable=False),
    ]
)


def put(connection: sa.Connection, claims: pa.Table) -> None:
    """Keep the claims: one for each value of a field. Of one known already, the widest period and the latest label."""
    table = conform(claims, IDENTITY_CLAIM)
    if not table.num_rows:
        return
    for name in ("since", "until"):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(name).cast(pa.int64()))
    # PostgreSQL takes no NUL in text, and no name has one: what cannot be said is shown as such.
    rows = [
        row | {"value": row["value"].replace("\0", "\N{REPLACEMENT CHARACTER}")} for row in table.to_pylist()
    ]
    insert: Any = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(claim)
    new = insert.excluded
    earlier = new.since < claim.c.since
    wider = {
        "since": sa.case((earlier, new.since), else_=claim.c.since),
        "until": sa.case((new.until > claim.c.until, new.until), else_=claim.c.until),
        "source": sa.case((earlier, new.source), else_=claim.c.source),
        "label": new.label,
    }
    keys = [column.name for column in claim.primary_key]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=wider), rows)


def of_vessel(connection: sa.Connection, mmsi: int) -> pa.Table:
    """All claims of an MMSI, oldest first in each field."""
    query = sa.select(claim).where(claim.c.mmsi == mmsi).order_by(claim.c.since, claim.c.until)
    rows = [row._asdict() for row in connection.execute(query)]
    rows.sort(key=lambda row: row["field"])
    columns = {name: [row[name] for row in rows] for name in IDENTITY_CLAIM.names}
    times = {name: pa.array(columns[name], pa.int64()) for name in ("since", "until")}
    return conform(pa.table(columns | times) if rows else IDENTITY_CLAIM.empty_table(), IDENTITY_CLAIM)


def identities(connection: sa.Connection) -> pa.Table:
    """The latest value of every field of every vessel, one row a vessel; its label is the join of theirs."""
    order = sa.func.row_number().over(
        partition_by=(claim.c.mmsi, claim.c.field),
        order_by=(claim.c.until.desc(), claim.c.since.desc(), claim.c.value),
    )
    ranked = sa.select(claim.c.mmsi, claim.c.field, claim.c.value, claim.c.label, order.label("n")).subquery()
    query = sa.select(ranked.c.mmsi, ranked.c.field, ranked.c.value, ranked.c.label).where(ranked.c.n == 1)
    rows = connection.execute(query).fetchall()
    names = {"mmsi": pl.UInt32, "field": pl.String, "value": pl.String, "label": pl.String}
    latest = pl.DataFrame([tuple(row) for row in rows], schema=names, orient="row")
    fields = [
        pl.col("value").filter(pl.col("field") == field.name).first().cast(pl.String).alias(field.name)
        for field in IDENTITY
        if field.name not in ("mmsi", "label")
    ]
    wide = latest.group_by("mmsi").agg(*fields, pl.col("label").unique().sort()).sort("mmsi")
    numbers = {"imo": pl.UInt32, "ship_type": pl.Int16} | dict.fromkeys(
        ("length_m", "beam_m", "draught_m"), pl.Float64
    )
    wide = wide.with_columns(pl.col(name).cast(kind, strict=False) for name, kind in numbers.items())
    joined = [str(label.join(map(label.parse, texts))) for texts in wide["label"].to_list()]
    table = wide.with_columns(pl.Series("label", joined, dtype=pl.String)).to_arrow()
    return table.select(IDENTITY.names).cast(IDENTITY)
