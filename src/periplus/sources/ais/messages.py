"""Messages: armoured payloads to the columns of observations (ITU-R M.1371-5, annex 8).

pyais takes the armour off; the fields are read here, a column at a time, because its message classes no longer hold
the raw values: they round coordinates to six decimals, replace reserved ship types by 0 and keep text after `@`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyais.bit_vector import bit_vector

from periplus.model.observation import OBSERVATION
from periplus.sources.ais.fragments import Message
from periplus.sources.ais.layouts import LAYOUTS, Layout
from periplus.sources.batch import FUTURE_US, Tally, latest_us, no_observations

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MINUTE_US = 60_000_000
AHEAD_US = 5_000_000  # a receiver's clock may be that far behind the ship's
NO_TIME = np.iinfo(np.int64).min

_SIXBIT = np.frombuffer(bytes([*range(64, 96), *range(32, 64)]), np.uint8)
_TYPES = {ord(char): value for value, char in enumerate("0123456789:;<=>?@ABCDEFGHIJK")}


def observations(
    batch: Sequence[Message],
    tally: Tally,
    *,
    source: str,
    label: str,
    assume_us: int | None = None,
    live: bool = False,
) -> pa.Table:
    """The observations (schema OBSERVATION) of messages, in their order; counts each message in `tally`."""
    groups: dict[int, list[int]] = defaultdict(list)
    for row, message in enumerate(batch):
        kind = _TYPES.get(message.payload[0], 0)
        if 1 <= kind <= 27:
            groups[kind].append(row)
        else:
            tally.rejected["type"] += message.sentences
    if not groups:
        return no_observations()
    sentences = np.array([m.sentences for m in batch], np.int64)
    arrived = _times(m.arrived_us for m in batch)
    heard = _times(m.heard_us for m in batch)
    latest = (1 << 62) if live else latest_us()
    if assume_us is not None:
        arrived[arrived == NO_TIME] = assume_us
    parts = []
    for kind, rows in groups.items():
        parts.append(_of_type(kind, np.array(rows), batch, sentences, arrived, heard, latest, tally))
    return _table([p for p in parts if p is not None], batch, source, label, tally)


def _of_type(
    kind: int,
    rows: Ints,
    batch: Sequence[Message],
    sentences: Ints,
    arrived: Ints,
    heard: Ints,
    latest: int,
    tally: Tally,
) -> dict[str, object] | None:
    layout = LAYOUTS[kind]
    bits, length = _bits([batch[row] for row in rows.tolist()], layout)
    mmsi = _number(bits, 8, 30)
    short = length < layout.needs
    wrong = ~short & (mmsi > 999_999_999)
    good = ~short & ~wrong
    columns = _fields(kind, layout, bits, mmsi, tally, good) if layout.tells else {}
    observed, received = _when(columns, arrived[rows], heard[rows])
    undated = good & (received == NO_TIME)
    future = good & ~undated & ((observed > received + FUTURE_US) | (np.maximum(observed, received) > latest))
    good &= ~undated & ~future
    off = _clock_differs(columns, arrived[rows], heard[rows]) & good
    if off.any():
        tally.noted["clock_differs"] += int(off.sum())
    for reason, mask in (("short", short), ("mmsi", wrong), ("no_time", undated), ("future", future)):
        if mask.any():
            tally.rejected[reason] += int(sentences[rows][mask].sum())
    kept = int(good.sum())
    if kept:
        tally.by_type[kind] += kept
        tally.messages += kept
        tally.accepted += int(sentences[rows][good].sum())
    if not kept or not layout.tells:
        return None
    columns |= {
        "mmsi": mmsi,
        "observed_at": observed,
        "received_at": received,
        "message": np.full(len(rows), kind),
    }
    return {"row": rows[good]} | {name: values[good] for name, values in columns.items() if name[0] != "_"}


def _times(values: Iterable[int | None]) -> Ints:
    return np.array([NO_TIME if v is None else v for v in values], np.int64)


def _bits(batch: Sequence[Message], layout: Layout) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The payloads' bits as bytes, shape (messages, bytes), zeros after the end; and the length of each in bits."""
    chars, size = layout.bytes * 8 // 6 + 1, layout.bytes
    lengths = np.array([len(m.payload) * 6 - m.fill for m in batch], np.int64)
    packed: dict[tuple[bytes, int], bytes] = {}
    rows = []
    for message, length in zip(batch, lengths.tolist(), strict=True):
        payload = message.payload
        whole = len(payload) <= chars
        key = (payload, message.fill) if whole else (payload[:chars], 0)
        row = packed.get(key)
        if row is None:
            width = length if whole else chars * 6
            row = bit_vector(*key).get_bytes(0, width)[:size].ljust(size, b"\0")
            packed[key] = row
        rows.append(row)
    return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), size), lengths


def _number(bits: npt.NDArray[np.uint8], start: int, width: int, signed: bool = False) -> Ints:
    """The integer of `width` bits at `start` of each message."""
    first, last = start // 8, (start + width - 1) // 8
    value = np.zeros(len(bits), np.int64)
    for column in range(first, last + 1):
        value = value << 8 | bits[:, column]
    value = value >> (last * 8 + 7 - (start + width - 1)) & ((1 << width) - 1)
    return np.where(value >> (width - 1), value - (1 << width), value) if signed else value


def _text(bits: npt.NDArray[np.uint8], *spans: tuple[int, int]) -> npt.NDArray[np.object_]:
    """Six-bit text, ended by the first `@`, without trailing blanks; None where nothing is left."""
    starts = [at for start, width in spans for at in range(start, start + width, 6)]
    chars = _SIXBIT[np.stack([_number(bits, at, 6) for at in starts], axis=1)]
    chars[np.logical_or.accumulate(chars == ord("@"), axis=1)] = 0
    width = chars.shape[1]
    words = np.ascontiguousarray(chars).view(f"S{width}")[:, 0].tolist()
    return np.array([word.decode("ascii").rstrip(" ") or None for word in words], object)


def _fields(
    kind: int,
    layout: Layout,
    bits: npt.NDArray[np.uint8],
    mmsi: Ints,
    tally: Tally,
    good: npt.NDArray[np.bool_],
) -> dict[str, npt.NDArray[np.generic]]:
    """The columns that messages of one type tell, nulls as NaN, None or -1; `_` before what only helps."""
    at = {name: _number(bits, *where) for name, where in layout.numbers.items()}
    out: dict[str, npt.NDArray[np.generic]] = {}
    if "lon" in at:
        out["lon"], out["lat"] = _position(at["lon"], at["lat"], layout.per_degree, tally, good)
    if "sog" in at:
        out["sog_kn"] = _scaled(at["sog"], layout.per_knot, layout.no_sog)
    if "cog" in at:
        out["cog_deg"] = _scaled(at["cog"], layout.per_course_degree, 360 * layout.per_course_degree)
    if "heading" in at:
        out["heading_deg"] = _scaled(at["heading"], 1, 360)
    if "status" in at:
        out["nav_status"] = at["status"]
    for name in ("imo", "ship_type"):
        if name in at:
            out[name] = np.where(at[name] > 0, at[name], -1)
    if "draught" in at:
        out["draught_m"] = _scaled(at["draught"], 10, 256, zero=True)
    if "bow" in at:
        out["length_m"] = _scaled(at["bow"] + at["stern"], 1, 1 << 10, zero=True)
        out["beam_m"] = _scaled(at["port"] + at["starboard"], 1, 1 << 7, zero=True)
    for name, spans in layout.texts.items():
        out[name] = _text(bits, *spans)
    if "second" in at:
        out["_second"] = at["second"]
    if "year" in at:
        out["_whole"] = _calendar(at)
    if kind == 24:
        _parts(at["part"], mmsi, out)
    return out


def _parts(part: Ints, mmsi: Ints, out: dict[str, npt.NDArray[np.generic]]) -> None:
    """Type 24 is two messages: A tells the name, B the rest; an auxiliary craft's B has no dimensions."""
    for name, values in out.items():
        absent: Any = np.nan if values.dtype.kind == "f" else None if values.dtype.kind == "O" else -1
        of_part = 0 if name == "name" else 1
        values[part != of_part] = absent
        if name in ("length_m", "beam_m"):
            values[mmsi // 10_000_000 == 98] = absent


def _position(
    lon: Ints, lat: Ints, per_degree: int, tally: Tally, good: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Degrees, exactly raw / per_degree; both null when either is not available or out of range."""
    absent = (lon == 181 * per_degree) | (lat == 91 * per_degree)
    beyond = ~absent & ((np.abs(lon) > 180 * per_degree) | (np.abs(lat) > 90 * per_degree))
    outside = int((beyond & good).sum())
    if outside:
        tally.noted["out_of_range"] += outside
    null = absent | beyond
    return np.where(null, np.nan, lon / per_degree), np.where(null, np.nan, lat / per_degree)


def _scaled(raw: Ints, per_unit: int, limit: int, *, zero: bool = False) -> Floats:
    """raw / per_unit; NaN from `limit` on, where 'not available' and what cannot be begins, and for 0 with zero."""
    return np.where((raw >= limit) | (zero & (raw == 0)), np.nan, raw / per_unit)


def _calendar(at: dict[str, Ints]) -> Ints:
    """The whole time of types 4 and 11 in microseconds; NO_TIME where a part of it is not available."""
    year, month, day = at["year"], at["month"], at["day"]
    hour, minute, second = at["hour"], at["minute"], at["second"]
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first, after = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    day_number = first.astype(np.int64) + day - 1
    exists = (year >= 1970) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1)
    exists &= (day_number < after.astype(np.int64)) & (hour < 24) & (minute < 60) & (second < 60)
    whole = (((day_number * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000
    return np.where(exists, whole, NO_TIME)


def _when(columns: dict[str, npt.NDArray[np.generic]], arrived: Ints, heard: Ints) -> tuple[Ints, Ints]:
    """observed_at and received_at, microseconds.

    The latest instant with the message's second not more than 5 s after it was heard: a later one would be in the
    ship's future, an earlier one older than a message can be that was just heard.
    """
    whole = columns.get("_whole")
    received = arrived if whole is None else np.where(arrived == NO_TIME, whole, arrived)
    observed = np.where(heard == NO_TIME, received, heard)
    if "_second" in columns and whole is None:
        second = columns["_second"].astype(np.int64)
        latest = observed + AHEAD_US
        observed = np.where(second < 60, latest - (latest - second * 1_000_000) % MINUTE_US, observed)
    if whole is not None:
        observed = np.where(whole == NO_TIME, observed, whole)
    return np.where(received == NO_TIME, 0, observed), received


def _clock_differs(
    columns: dict[str, npt.NDArray[np.generic]], arrived: Ints, heard: Ints
) -> npt.NDArray[np.bool_]:
    """Base station reports whose own time is more than 5 s off their receiver's: one of the two clocks is wrong."""
    receiver = np.where(heard == NO_TIME, arrived, heard)
    whole = columns.get("_whole")
    if whole is None:
        return np.zeros(len(receiver), np.bool_)
    told = (whole != NO_TIME) & (receiver != NO_TIME)
    apart = np.where(told, whole.astype(np.int64) - receiver, 0)
    return np.asarray(np.abs(apart) > AHEAD_US)


def _table(
    parts: Sequence[dict[str, object]], batch: Sequence[Message], source: str, label: str, tally: Tally
) -> pa.Table:
    """One table of the parts of all types, back in the order of arrival."""
    if not parts:
        return no_observations()
    rows = np.concatenate([p["row"] for p in parts])
    order = np.argsort(rows)
    tally.observations += len(rows)
    columns: dict[str, pa.Array] = {}
    for field in OBSERVATION:
        have = [(p[field.name], len(p["row"])) if field.name in p else (None, len(p["row"])) for p in parts]  # type: ignore[arg-type]
        if any(values is not None for values, _ in have):
            columns[field.name] = _array(field, have, order)
        else:
            columns[field.name] = pa.nulls(len(rows), field.type)
    kept = [batch[row] for row in rows[order].tolist()]
    columns["station"] = pa.array([m.station for m in kept], pa.string())
    columns["sensor"] = pa.array(["ais_satellite" if m.satellite else "ais" for m in kept], pa.string())
    columns["source"] = pa.repeat(pa.scalar(source, pa.string()), len(kept))
    columns["label"] = pa.repeat(pa.scalar(label, pa.string()), len(kept))
    return pa.Table.from_arrays([columns[name] for name in OBSERVATION.names], schema=OBSERVATION)


def _array(field: pa.Field, have: Sequence[tuple[object, int]], order: Ints) -> pa.Array:
    """The parts of one column in order, with the marks of absence as nulls."""
    if pa.types.is_string(field.type):
        words = [np.full(n, None, object) if values is None else values for values, n in have]
        return pa.array(np.concatenate(words)[order], pa.string(), from_pandas=True)  # type: ignore[arg-type]
    absent = np.nan if pa.types.is_floating(field.type) else -1
    numbers = np.concatenate([np.full(n, absent) if values is None else values for values, n in have])[order]
    if pa.types.is_floating(field.type):
        return pa.array(numbers, field.type, from_pandas=True)
    if pa.types.is_timestamp(field.type):
        return pa.array(numbers.astype(np.int64), pa.int64()).cast(field.type)
    return pa.array(numbers.astype(np.int64), pa.int64(), mask=numbers < 0).cast(field.type)
