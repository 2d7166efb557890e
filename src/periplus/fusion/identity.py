"""Identity: what each vessel said it is, kept as claims with a period and a source."""

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from periplus.model import label
from periplus.model.identity import FIELDS, IDENTITY_CLAIM
from periplus.model.mmsi import AID, COAST, EPIRB, GROUP, MOB, SART, station_class
from periplus.model.schema import TIME

# So many rows are sooner put in between slices, which copies whole runs, than by taking every row.
SLICES = 500

_KEY = ("mmsi", "field", "value")
_TEXTS = ("name", "callsign", "destination")
_NOT_VESSELS = (GROUP, COAST, AID, SART, MOB, EPIRB)


def start() -> pa.Table:
    """Nothing claimed yet."""
    return IDENTITY_CLAIM.empty_table()


def claims(state: pa.Table, observations: pa.Table) -> tuple[pa.Table, pa.Table]:
    """All claims so far, and those that these observations made or prolonged (by MMSI, field, value).

    One claim is one value of one field of one MMSI, from the first to the last time it was heard, so that two
    ships that share a number and alternate names make two claims and not thousands. Merging takes the earlier
    beginning and the later end, which no order or division of the observations can change. A value is current
    if none of its field was heard later.

    The state is sorted by MMSI, field and value, so that it too is the same however it came about.
    """
    fresh = _stated(observations)
    if not fresh.height:
        return state, start()
    mmsi = state.column("mmsi").to_numpy()
    if (mmsi[1:] < mmsi[:-1]).any():  # as an older program left it in a checkpoint
        state = state.sort_by([(name, "ascending") for name in _KEY]).combine_chunks()
        mmsi = state.column("mmsi").to_numpy()
    rows = _rows_of(fresh["mmsi"].unique().sort().to_numpy(), mmsi)
    before = _frame(state.take(rows)).with_columns(row=pl.Series(rows, dtype=pl.Int64))
    after = _merged(pl.concat([before.drop("row"), fresh]))
    changed = after.join(before, on=list(after.columns), how="anti", maintain_order="left")
    return _with(state, after, changed, before), _arrow(changed)


def _with(state: pa.Table, after: pl.DataFrame, changed: pl.DataFrame, before: pl.DataFrame) -> pa.Table:
    """The state with the changed claims: most are only longer than before, and stay where they are."""
    found = changed.join(before, on=_KEY, how="left", maintain_order="left", suffix="_before")
    longer = pl.col("row").is_not_null() & pl.all_horizontal(
        pl.col(name) == pl.col(f"{name}_before") for name in ("source", "label")
    )
    in_place = found.filter(longer)
    for name in ("since", "until"):
        times = state.column(name).cast(pa.int64()).to_numpy().copy()
        times[in_place["row"].to_numpy()] = in_place[name].to_physical().to_numpy()
        at = state.schema.get_field_index(name)
        state = state.set_column(at, IDENTITY_CLAIM.field(name), pa.array(times).cast(TIME))
    other = found.filter(~longer).select(*IDENTITY_CLAIM.names, "row")
    if not other.height:
        return state
    # A new claim goes behind those known under its MMSI that come before it, else to where the MMSI begins.
    touched = after.filter(pl.col("mmsi").is_in(other["mmsi"].unique().implode()))
    placed = touched.join(before.select(*_KEY, "row"), on=_KEY, how="left", maintain_order="left")
    placed = placed.select(*_KEY, behind=pl.col("row").forward_fill().over("mmsi") + 1)
    first = np.searchsorted(state.column("mmsi").to_numpy(), other["mmsi"].to_numpy())
    at = other.join(placed, on=_KEY, how="left", maintain_order="left").select(
        pl.coalesce("row", "behind", pl.Series(first))
    )
    rows = _arrow(other.drop("row"))
    return _spliced(state, rows, at.to_series().to_numpy(), other["row"].is_not_null().to_numpy())


def _spliced(
    state: pa.Table, rows: pa.Table, at: npt.NDArray[np.int64], instead: npt.NDArray[np.bool_]
) -> pa.Table:
    """The state with these rows put in before its rows `at` (ascending), or instead of them."""
    n, k = state.num_rows, np.arange(rows.num_rows)
    if len(k) > SLICES:
        index = np.arange(n)
        index[at[instead]] = n + k[instead]
        index = np.insert(index, at[~instead], n + k[~instead])
        return pa.concat_tables([state, rows]).combine_chunks().take(index)
    parts, done = [], 0
    for i, row, replaced in zip(k.tolist(), at.tolist(), instead.tolist(), strict=True):
        parts += [state.slice(done, row - done), rows.slice(i, 1)]
        done = row + replaced
    return pa.concat_tables([*parts, state.slice(done)]).combine_chunks()


def _rows_of(wanted: npt.NDArray[np.uint32], mmsi: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Rows of these MMSIs: a run of each."""
    first, end = (np.searchsorted(mmsi, wanted, side) for side in ("left", "right"))
    counts = end - first
    return np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())


def _stated(observations: pa.Table) -> pl.DataFrame:
    """Claims as these observations alone make them, a row for each source and label."""
    names = ["mmsi", "observed_at", "source", "label", *FIELDS]
    seen = _frame(observations.select(names))
    seen = seen.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in FIELDS))
    if not seen.height:
        return _frame(start())
    kinds = pl.Series(station_class(seen["mmsi"].to_numpy()))
    seen = seen.filter(~kinds.is_in(_NOT_VESSELS))
    # Some providers repeat the identity in every row: what is alike is put together before it is spread out.
    alike = seen.group_by("mmsi", "source", "label", *FIELDS).agg(
        since=pl.col("observed_at").min(), until=pl.col("observed_at").max()
    )
    spread = alike.with_columns(_text(name) for name in FIELDS).unpivot(
        FIELDS, index=["mmsi", "since", "until", "source", "label"], variable_name="field"
    )
    return spread.drop_nulls("value").select(IDENTITY_CLAIM.names)


def _text(name: str) -> pl.Expr:
    """The text form of a field; null where nothing is said."""
    if name in _TEXTS:
        text = pl.col(name).str.strip_chars()
        return pl.when(text != "").then(text)
    number = pl.col(name)
    return pl.when(number > 0).then(number.cast(pl.String).str.strip_suffix(".0")).alias(name)


def _merged(parts: pl.DataFrame) -> pl.DataFrame:
    merged = (
        parts.sort("since", "source")
        .group_by(_KEY, maintain_order=True)
        .agg(
            pl.col("since").first(),
            pl.col("until").max(),
            pl.col("source").first(),
            pl.col("label").unique().sort(),
        )
    )
    several = merged["label"].list.len() > 1
    text = merged["label"].list.first()
    if several.any():
        combinations = merged.filter(several)["label"].unique().to_list()
        joined = {tuple(texts): str(label.join(map(label.parse, texts))) for texts in combinations}
        texts = [joined.get(tuple(texts), texts[0]) for texts in merged["label"].to_list()]
        text = pl.Series(texts, dtype=pl.String)
    return merged.with_columns(text.alias("label")).sort(_KEY).select(IDENTITY_CLAIM.names)


def _frame(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(table))


def _arrow(table: pl.DataFrame) -> pa.Table:
    return table.to_arrow().cast(IDENTITY_CLAIM)
