"""Identity claim: what a vessel said it is, since when, and who heard it. Never overwritten."""

import pyarrow as pa

from periplus.model.schema import TIME

FIELDS = ("name", "callsign", "imo", "ship_type", "length_m", "beam_m", "draught_m", "destination")

IDENTITY_CLAIM = pa.schema(
    [
        pa.field("mmsi", pa.uint32(), nullable=False),
        pa.field("field", pa.string(), nullable=False),  # one of FIELDS
        pa.field("value", pa.string(), nullable=False),  # text form; numbers without trailing zeros
        pa.field("since", TIME, nullable=False),  # first observation of this value in a row
        pa.field("until", TIME, nullable=False),  # last observation of it
        pa.field("source", pa.string(), nullable=False),  # who heard it first
        pa.field("label", pa.string(), nullable=False),
    ]
)
