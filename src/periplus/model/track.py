"""Track point: an accepted position of one vessel, with the facts of the place as columns."""

import pyarrow as pa

from periplus.model.schema import TIME

# `vessel` tells apart the ships that use one MMSI: mmsi * SLOTS + slot. Slot 0 is the first heard.
SLOTS = 8

TRACK_POINT = pa.schema(
    [
        pa.field("vessel", pa.int64(), nullable=False),
        pa.field("mmsi", pa.uint32(), nullable=False),
        pa.field("observed_at", TIME, nullable=False),
        pa.field("received_at", TIME, nullable=False),
        pa.field("lon", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        pa.field("sog_kn", pa.float64()),
        pa.field("cog_deg", pa.float64()),
        pa.field("heading_deg", pa.float64()),
        pa.field("nav_status", pa.int8()),
        pa.field("message", pa.int8()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("sensor", pa.string(), nullable=False),
        pa.field("label", pa.string(), nullable=False),
        pa.field("shore_nm", pa.float64()),  # distance to the nearest shore; negative inland
        pa.field("port_km", pa.float64()),  # distance to the nearest port
        pa.field("anchorage_km", pa.float64()),  # distance to the nearest known anchorage
        pa.field("reception_per_day", pa.float64()),  # positions a day that a satellite hears of a ship there
        pa.field("zones", pa.uint64()),  # bit n set: inside zone n of the zone table in use
    ]
)


def vessel_text(vessel: int) -> str:
    """'419000913' for the first ship under an MMSI, '419000913/b' for the second."""
    mmsi, slot = divmod(int(vessel), SLOTS)
    return f"{mmsi:09d}" if slot == 0 else f"{mmsi:09d}/{'abcdefgh'[slot]}"


def vessel_number(text: str) -> int:
    """The inverse of vessel_text. Raises ValueError on anything else."""
    mmsi, _, letter = text.partition("/")
    slot = "abcdefgh".index(letter) if letter else 0
    if not (mmsi.isascii() and mmsi.isdigit() and len(mmsi) <= 9 and len(letter) <= 1):
        raise ValueError(f"not a vessel: {text!r}")
    return int(mmsi) * SLOTS + slot
