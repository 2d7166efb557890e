"""Observation: what one sensor or report said of one vessel at one time. The unit of the archive."""

import pyarrow as pa
import pyarrow.compute as pc

from periplus.model.schema import TIME

# Static messages (AIS types 5 and 24) are observations too: their lon and lat are null.
OBSERVATION = pa.schema(
    [
        pa.field("observed_at", TIME, nullable=False),  # when it held: the sensor's time, UTC
        pa.field("received_at", TIME, nullable=False),  # when it reached the centre, or its archive of origin
        pa.field("mmsi", pa.uint32(), nullable=False),  # nine digits, leading zeros dropped
        pa.field("message", pa.int8()),  # AIS message type 1-27; null for other sensors
        pa.field("lon", pa.float64()),  # degrees east, -180 to 180, WGS84
        pa.field("lat", pa.float64()),  # degrees north
        pa.field("sog_kn", pa.float64()),  # speed over ground
        pa.field("cog_deg", pa.float64()),  # course over ground, from true north
        pa.field("heading_deg", pa.float64()),  # bow, from true north
        pa.field("nav_status", pa.int8()),  # ITU-R M.1371 code 0-15
        pa.field("imo", pa.uint32()),
        pa.field("name", pa.string()),
        pa.field("callsign", pa.string()),
        pa.field("ship_type", pa.int16()),  # ITU-R M.1371 code 1-99
        pa.field("length_m", pa.float64()),
        pa.field("beam_m", pa.float64()),
        pa.field("draught_m", pa.float64()),
        pa.field("destination", pa.string()),
        pa.field("position_sd_m", pa.float64()),  # one sigma
        pa.field("source", pa.string(), nullable=False),  # the feed or file, as the centre names it
        pa.field("station", pa.string()),  # the receiver that heard it, as the source names it
        pa.field("sensor", pa.string(), nullable=False),  # one of SENSORS
        pa.field("label", pa.string(), nullable=False),  # text form of model.label.Label
    ]
)

SENSORS = ("ais", "ais_satellite", "lrit", "vms", "radar", "sar", "report")

# What files of tracks call a receiver in orbit, in lower case.
SATELLITE_RECEIVERS = ("satellite", "sat", "s-ais", "sais", "sat-ais", "satellite-ais", "ais_satellite")


def receiver_sensor(receiver: pa.ChunkedArray) -> pa.ChunkedArray:
    """The sensor that each word for a class of receiver tells: 'ais_satellite', or 'ais' for all else."""
    words = pc.utf8_lower(pc.utf8_trim_whitespace(receiver.cast(pa.string())))
    return pc.if_else(pc.is_in(words, pa.array(SATELLITE_RECEIVERS)), "ais_satellite", "ais")
