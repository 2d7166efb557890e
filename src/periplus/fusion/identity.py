"""Identity: what each vessel said it is, kept as claims with a period and a source."""

import polars as pl
import pyarrow as pa

from periplus.model import label
from periplus.model.identity import FIELDS, IDENTITY_CLAIM
from periplus.model.mmsi import AID, COAST, EPIRB, GROUP, MOB, SART, station_class

_KEY = ("mmsi", "field", "value")
_TEXTS = ("name", "callsign", "destination")
_NOT_VESSELS = (GROUP, COAST, AID, SART, MOB, EPIRB)


def start() -> pa.Table:
    """Nothing claimed yet."""
    return IDENTITY_CLAIM.empty_table()


def claims(state: pa.Table, observations: pa.Table) -> tuple[pa.Table, pa.Table]:
    """All claims so far, and those that these observations made or prolonged, both sorted by MMSI, field, value.

    One claim is one value of one field of one MMSI, from the first to the last time it was heard, so that two
    ships that share a number and alternate names make two claims and not thousands. Merging takes the earlier
    beginning and the later end, which no order or division of the observations can change. A value is current
    if none of its field was heard later.
    """
    fresh = _stated(observations)
    if not fresh.height:
        return state, start()
    known = pl.DataFrame(pl.from_arrow(state))
    concerned = known["mmsi"].is_in(fresh["mmsi"].unique().implode())
    before, rest = known.filter(concerned), known.filter(~concerned)
    after = _merged(pl.concat([before, fresh]))
    changed = after.join(before, on=list(after.columns), how="anti", maintain_order="left")
    # The two parts share no MMSI and each is sorted, so merging by MMSI alone keeps the whole sorted.
    return _arrow(rest.merge_sorted(after, key="mmsi")), _arrow(changed)


def _stated(observations: pa.Table) -> pl.DataFrame:
    """Claims as these observations alone make them, a row for each source and label."""
    names = ["mmsi", "observed_at", "source", "label", *FIELDS]
    seen = pl.DataFrame(pl.from_arrow(observations.select(names)))
    seen = seen.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in FIELDS))
    if not seen.height:
        return pl.DataFrame(schema=pl.DataFrame(pl.from_arrow(start())).schema)
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


def _arrow(table: pl.DataFrame) -> pa.Table:
    return table.to_arrow().cast(IDENTITY_CLAIM)
