"""Columns: a provider's table, all of it text, to observations; a row that cannot be read harms no other."""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from periplus.model.observation import OBSERVATION
from periplus.sources.ais.providers import Provider
from periplus.sources.batch import FUTURE_US, Tally, latest_us

_NOTHING = ("", "unknown", "undefined", "unknown value", "null", "none", "nan", "n/a", "na", "-", "\\n")
_NUMBERS = (
    "lon",
    "lat",
    "sog_kn",
    "cog_deg",
    "heading_deg",
    "draught_m",
    "length_m",
    "beam_m",
    "position_sd_m",
)
_SIDES = ("bow", "stern", "port", "starboard")
_WORDS = ("name", "callsign", "destination", "station")
_TIME = (
    r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(?:Z|UTC|GMT|([+-]\d{2}:?\d{2})(?:\s*UTC)?)?$"
)


NOTHING_BESIDE = pa.schema([])


def read(provider: Provider, table: pl.DataFrame, beside: pa.Schema = NOTHING_BESIDE) -> pl.DataFrame:
    """The columns that an observation needs, under our names and with our types; null for what cannot be read.

    table: text under the provider's folded names, and `_row` if rows of several providers are to be put in order.
    beside: further columns of numbers, read from those of the same name where there are such.
    """
    known = set(table.columns)
    renamed = table.select(
        [
            pl.coalesce([_something(pl.col(name)) for name in names if name in known]).alias(ours)
            for ours, names in provider.columns.items()
            if any(name in known for name in names)
        ]
        + [_fact(field) for field in beside if field.name in known]
        + (["_row"] if "_row" in known else [])
    )
    rows = renamed.with_columns(_values(provider, renamed.columns))
    return rows.with_columns(_derived(renamed.columns))


def observations(
    frames: Sequence[pl.DataFrame],
    tally: Tally,
    *,
    source: str,
    label: str,
    at_us: int | None,
    beside: pa.Schema = NOTHING_BESIDE,
) -> pa.Table:
    """The observations (schema OBSERVATION, then what is there of `beside`) of rows as read() gives them.

    Every row is counted.

    at_us: when they arrived at the centre; None: the provider's own word for it, else the time observed.
    """
    rows = pl.concat(frames, how="diagonal")
    if "_row" in rows.columns:
        rows = rows.sort("_row").drop("_row")
    tally.lines += rows.height
    told = "received_at" if "received_at" in rows.columns else "observed_at"
    arrived = pl.coalesce(told, "observed_at") if at_us is None else pl.lit(at_us, pl.Int64)
    rows = rows.with_columns(received_at=arrived)
    rows = _sound(rows, tally, latest_us() if at_us is None else at_us + FUTURE_US)
    rows = _placed(rows, tally)
    tally.accepted += rows.height
    tally.messages += rows.height
    tally.observations += rows.height
    if "message" in rows.columns:
        for kind, n in rows["message"].drop_nulls().value_counts().iter_rows():
            tally.by_type[int(kind)] += n
    table = _conformed(rows, source, label)
    for field in beside:
        if field.name in rows.columns:
            table = table.append_column(field, rows[field.name].to_arrow())
    return table


def _sound(rows: pl.DataFrame, tally: Tally, latest: int) -> pl.DataFrame:
    """The rows that say who and when; the others are counted by what they lack."""
    verdict = (
        pl.when(pl.col("observed_at").is_null())
        .then(pl.lit("time"))
        .when(pl.col("mmsi").is_null())
        .then(pl.lit("mmsi"))
        .when(
            (pl.col("observed_at") > pl.col("received_at") + FUTURE_US)
            | (pl.max_horizontal("observed_at", "received_at") > latest)
        )
        .then(pl.lit("future"))
    )
    judged = rows.with_columns(_verdict=verdict)
    for reason, n in judged["_verdict"].drop_nulls().value_counts().iter_rows():
        tally.rejected[reason] += n
    return judged.filter(pl.col("_verdict").is_null()).drop("_verdict")


def _values(provider: Provider, names: Sequence[str]) -> list[pl.Expr]:
    """Text to numbers, codes and times; null for what cannot be read."""
    out = [_number(name) for name in (*_NUMBERS, *_SIDES) if name in names]
    out += [_time(name, provider.day_first) for name in ("observed_at", "received_at") if name in names]
    out += [_word(name) for name in _WORDS if name in names]
    if "mmsi" in names:
        mmsi = pl.col("mmsi").str.strip_chars(" \"'").str.replace(r"\.0+$", "")
        mmsi = pl.when(mmsi.str.contains(r"^\d{1,9}$")).then(mmsi).cast(pl.UInt32, strict=False)
        out.append(mmsi.alias("mmsi"))
    if "imo" in names:
        imo = pl.col("imo").str.to_uppercase().str.replace(r"^\s*IMO\s*", "").str.replace(r"\.0+$", "")
        imo = imo.str.strip_chars().cast(pl.UInt32, strict=False)
        out.append(pl.when(imo > 0).then(imo).alias("imo"))
    for name, words, low, high, kind in (
        ("nav_status", provider.nav_status, 0, 15, pl.Int8),
        ("ship_type", provider.ship_type, 1, 255, pl.Int16),
        ("message", {}, 1, 27, pl.Int8),
    ):
        if name in names:
            out.append(_code(name, dict(words), low, high).cast(kind).alias(name))
    if "sensor" in names:
        known = pl.col("sensor").str.strip_chars().str.to_lowercase()
        out.append(known.replace_strict(dict(provider.sensor) or {"": "ais"}, default="ais").alias("sensor"))
    if "draught_m" in names and provider.draught_m != 1.0:
        out = [e for e in out if e.meta.output_name() != "draught_m"]
        out.append((_number("draught_m") * provider.draught_m).round(3).alias("draught_m"))
    return out


def _derived(names: Sequence[str]) -> list[pl.Expr]:
    """Nulls for the marks of absence, and length and beam from the distances of the antenna to the sides."""
    out = []
    for name, low, below in (
        ("sog_kn", 0, 102.25),
        ("cog_deg", 0, 360),
        ("heading_deg", 0, 360),
        ("position_sd_m", 0, 1e7),
    ):
        if name in names:
            out.append(pl.when((pl.col(name) >= low) & (pl.col(name) < below)).then(pl.col(name)).alias(name))
    for name, ends in (("length_m", ("bow", "stern")), ("beam_m", ("port", "starboard"))):
        if name not in names and all(end in names for end in ends):
            total = pl.col(ends[0]) + pl.col(ends[1])
            out.append(pl.when(total > 0).then(total).alias(name))
    for name in ("length_m", "beam_m", "draught_m"):
        if name in names:
            out.append(pl.when(pl.col(name) > 0).then(pl.col(name)).alias(name))
    return out


def _placed(rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """lon and lat both or neither; 181 and 91 are 'not available', anything else off the globe is noted."""
    if "lon" not in rows.columns or "lat" not in rows.columns:
        return rows
    lon, lat = pl.col("lon"), pl.col("lat")
    absent = lon.is_null() | lat.is_null() | ((lon - 181).abs() < 1e-6) | ((lat - 91).abs() < 1e-6)
    beyond = ~absent & ((lon.abs() > 180) | (lat.abs() > 90))
    tally.noted["out_of_range"] += int(rows.select(beyond.sum()).item() or 0)
    null = absent | beyond
    return rows.with_columns(
        lon=pl.when(~null).then(lon),
        lat=pl.when(~null).then(lat),
    )


def _conformed(rows: pl.DataFrame, source: str, label: str) -> pa.Table:
    n = rows.height
    columns = []
    fixed = {"source": source, "label": label, "sensor": "ais"}
    for field in OBSERVATION:
        if field.name in rows.columns and field.name not in ("source", "label"):
            column = rows[field.name].to_arrow()
            columns.append(
                column.cast(pa.int64()).cast(field.type)
                if field.name.endswith("_at")
                else column.cast(field.type)
            )
        elif field.name in fixed:
            columns.append(pa.repeat(pa.scalar(fixed[field.name], pa.string()), n))
        else:
            columns.append(pa.nulls(n, field.type))
    return pa.Table.from_arrays(columns, schema=OBSERVATION)


def _something(column: pl.Expr) -> pl.Expr:
    """The text, or null where it only says that there is none."""
    return pl.when(~column.str.strip_chars().str.to_lowercase().is_in(_NOTHING)).then(column)


def _number(name: str) -> pl.Expr:
    value = pl.col(name).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value).alias(name)


def _fact(field: pa.Field) -> pl.Expr:
    text = _something(pl.col(field.name)).str.strip_chars()
    if not pa.types.is_floating(field.type):
        return text.cast(pl.UInt64, strict=False).alias(field.name)
    value = text.cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value).alias(field.name)


def _word(name: str) -> pl.Expr:
    text = pl.col(name).str.split("@").list.first().str.strip_chars_end()
    return _something(text).alias(name)


def _code(name: str, words: dict[str, int], low: int, high: int) -> pl.Expr:
    text = pl.col(name).str.strip_chars().str.to_lowercase().str.replace(r"\.0+$", "")
    number = text.cast(pl.Int64, strict=False)
    known = pl.when((number >= low) & (number <= high)).then(number)
    if not words:
        return known
    return pl.coalesce(text.replace_strict(words, default=None, return_dtype=pl.Int64), known)


def _time(name: str, day_first: bool) -> pl.Expr:
    """Microseconds UTC of ISO 8601 and its relatives (no zone = UTC), of dd/mm/yyyy, or of seconds or ms since 1970."""
    text = pl.col(name).str.strip_chars(" \"'")
    if day_first:
        text = text.str.replace(r"^(\d{2})[/\-.](\d{2})[/\-.](\d{4})", "$3-$2-$1")
    parts = text.str.extract_groups(_TIME).struct
    year, month, day, hour, minute = (parts.field(str(i)).cast(pl.Int32, strict=False) for i in range(1, 6))
    second = parts.field("6").cast(pl.Int32, strict=False).fill_null(0)
    micros = parts.field("7").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64, strict=False).fill_null(0)
    zone = parts.field("8").str.replace(":", "")
    hours, minutes = (
        zone.str.slice(0, 3).cast(pl.Int64, strict=False),
        zone.str.slice(3, 2).cast(pl.Int64, strict=False),
    )
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    offset_us = (hours * 60 + sign * minutes).fill_null(0) * 60_000_000
    exists = (month.is_between(1, 12)) & (day.is_between(1, 31)) & (hour < 24) & (minute < 60) & (second < 60)
    date = pl.concat_str(
        [parts.field("1"), parts.field("2").str.zfill(2), parts.field("3").str.zfill(2)], separator="-"
    ).str.to_date("%Y-%m-%d", strict=False)
    clock_us = ((hour * 60 + minute).cast(pl.Int64) * 60 + second) * 1_000_000 + micros
    calendar = pl.when(exists & (year >= 1970)).then(
        date.cast(pl.Int32).cast(pl.Int64) * 86_400_000_000 + clock_us - offset_us
    )
    number = text.cast(pl.Float64, strict=False)
    per_second = pl.when(number < 1e11).then(1e6).when(number < 1e14).then(1e3).otherwise(1.0)
    epoch = pl.when(number.is_between(631_152_000, 4.2e15)).then(
        (number * per_second).round(0).cast(pl.Int64)
    )
    return pl.coalesce(calendar, epoch).alias(name)
