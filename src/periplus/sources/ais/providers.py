"""Providers: what each calls the columns of an observation. One entry each, recognised by the names."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from periplus.model.observation import SATELLITE_RECEIVERS, SENSORS

NEEDED = ("observed_at", "mmsi", "lon", "lat")

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Provider:
    """A table or record format: our column -> the provider's names for it, the first one found is taken."""

    name: str
    marks: frozenset[str]  # names that together tell this provider from the others, folded as in fold()
    columns: Names
    day_first: bool = False  # dates are dd/mm/yyyy
    draught_m: float = 1.0  # metres in one unit of draught
    nav_status: Mapping[str, int] = field(default_factory=dict)  # codes of its words, in lower case
    ship_type: Mapping[str, int] = field(default_factory=dict)
    sensor: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = NEEDED


def fold(name: str) -> str:
    """A column's name without case, blanks and punctuation at its ends."""
    return re.sub(r"[\s\-]+", "_", name.strip().strip("\ufeff#\"' ").lower())


_STATUS_WORDS = MappingProxyType(
    {
        "under way using engine": 0,
        "underway using engine": 0,
        "at anchor": 1,
        "not under command": 2,
        "restricted maneuverability": 3,
        "restricted manoeuverability": 3,
        "restricted manoeuvrability": 3,
        "constrained by her draught": 4,
        "constrained by draught": 4,
        "moored": 5,
        "aground": 6,
        "engaged in fishing": 7,
        "under way sailing": 8,
        "underway sailing": 8,
        "reserved for future amendment [hsc]": 9,
        "reserved for future amendment [wig]": 10,
        "power-driven vessel towing astern": 11,
        "power-driven vessel pushing ahead or towing alongside": 12,
        "ais-sart (active)": 14,
        "ais-sart": 14,
    }
)
_TYPE_WORDS = MappingProxyType(
    {
        "wig": 20,
        "fishing": 30,
        "towing": 31,
        "towing long/wide": 32,
        "dredging": 33,
        "diving": 34,
        "military": 35,
        "sailing": 36,
        "pleasure": 37,
        "hsc": 40,
        "pilot": 50,
        "sar": 51,
        "tug": 52,
        "port tender": 53,
        "anti-pollution": 54,
        "law enforcement": 55,
        "medical": 58,
        "not party to conflict": 59,
        "passenger": 60,
        "cargo": 70,
        "tanker": 80,
        "other": 90,
    }
)

DMA = Provider(
    name="Danish Maritime Authority",
    marks=frozenset({"timestamp", "type_of_mobile", "mmsi"}),
    columns={
        "observed_at": ("timestamp",),
        "mmsi": ("mmsi",),
        "lon": ("longitude",),
        "lat": ("latitude",),
        "sog_kn": ("sog",),
        "cog_deg": ("cog",),
        "heading_deg": ("heading",),
        "nav_status": ("navigational_status",),
        "imo": ("imo",),
        "name": ("name",),
        "callsign": ("callsign",),
        "ship_type": ("ship_type",),
        "length_m": ("length",),
        "beam_m": ("width",),
        "draught_m": ("draught",),
        "destination": ("destination",),
    },
    day_first=True,
    nav_status=_STATUS_WORDS,
    ship_type=_TYPE_WORDS,
)

NOAA = Provider(
    name="MarineCadastre (NOAA)",
    marks=frozenset({"mmsi", "basedatetime"}),
    columns={
        "observed_at": ("basedatetime",),
        "mmsi": ("mmsi",),
        "lon": ("lon", "longitude"),
        "lat": ("lat", "latitude"),
        "sog_kn": ("sog",),
        "cog_deg": ("cog",),
        "heading_deg": ("heading",),
        "nav_status": ("status",),
        "imo": ("imo",),
        "name": ("vesselname",),
        "callsign": ("callsign",),
        "ship_type": ("vesseltype",),
        "length_m": ("length",),
        "beam_m": ("width",),
        "draught_m": ("draft", "draught"),
    },
    nav_status=_STATUS_WORDS,
    # Before 2018 the US Coast Guard's own codes stand beside those of ITU-R M.1371.
    ship_type=MappingProxyType(
        {"1001": 30, "1002": 30, "1003": 70, "1004": 70, "1005": 50, "1009": 60, "1012": 60, "1013": 60}
        | {
            "1014": 60,
            "1015": 60,
            "1016": 70,
            "1017": 80,
            "1018": 51,
            "1019": 37,
            "1023": 31,
            "1024": 80,
            "1025": 31,
        }
    ),
)

NOAA_TRACKS = Provider(
    name="MarineCadastre tracks with distance to coast",
    marks=frozenset({"mmsi", "send", "transceiverclass"}),
    columns={
        **NOAA.columns,
        "observed_at": ("send",),
        "nav_status": ("nav",),
        "name": ("name",),
        "ship_type": ("category",),
    },
)

DIGITRAFFIC = Provider(
    name="Digitraffic (Fintraffic)",
    marks=frozenset({"mmsi", "navstat", "posacc"}),
    columns={
        "observed_at": ("time", "timestampexternal"),
        "mmsi": ("mmsi",),
        "lon": ("lon",),
        "lat": ("lat",),
        "sog_kn": ("sog",),
        "cog_deg": ("cog",),
        "heading_deg": ("heading",),
        "nav_status": ("navstat",),
    },
)
DIGITRAFFIC_SHIPS = Provider(
    name="Digitraffic (Fintraffic), ships",
    marks=frozenset({"mmsi", "timestamp", "postype", "callsign"}),
    columns={
        "observed_at": ("timestamp",),
        "mmsi": ("mmsi",),
        "imo": ("imo",),
        "name": ("name",),
        "callsign": ("callsign",),
        "ship_type": ("type", "shiptype"),
        "draught_m": ("draught",),
        "destination": ("destination",),
        "bow": ("refa", "referencepointa"),
        "stern": ("refb", "referencepointb"),
        "port": ("refc", "referencepointc"),
        "starboard": ("refd", "referencepointd"),
    },
    draught_m=0.1,
    required=("observed_at", "mmsi"),
)
DIGITRAFFIC_SNAPSHOT = Provider(
    name="Digitraffic (Fintraffic), collected",
    marks=frozenset({"collected_at", "mmsi"}),
    columns={
        "observed_at": ("collected_at",),
        "mmsi": ("mmsi",),
        "lon": ("lon",),
        "lat": ("lat",),
        "sog_kn": ("sog",),
        "cog_deg": ("cog",),
        "heading_deg": ("heading",),
        "name": ("name",),
        "ship_type": ("ship_type",),
        "destination": ("destination",),
    },
)

GLOBAL_FISHING_WATCH = Provider(
    name="Global Fishing Watch",
    marks=frozenset({"ssvid", "timestamp"}),
    columns={
        "observed_at": ("timestamp",),
        "mmsi": ("ssvid", "mmsi"),
        "lon": ("lon", "longitude"),
        "lat": ("lat", "latitude"),
        "sog_kn": ("speed", "speed_knots"),
        "cog_deg": ("course",),
        "heading_deg": ("heading",),
        "imo": ("imo",),
        "name": ("shipname", "n_shipname"),
        "callsign": ("callsign", "n_callsign"),
        "sensor": ("receiver_type", "receiver"),
        "station": ("receiver",),
    },
    sensor=dict.fromkeys(SATELLITE_RECEIVERS, "ais_satellite"),
)

SPIRE = Provider(
    name="Spire",
    marks=frozenset({"mmsi", "collection_type"}),
    columns={
        "observed_at": ("position_timestamp", "timestamp", "msg_timestamp", "static_timestamp"),
        "received_at": ("created_at", "ingestion_timestamp"),
        "mmsi": ("mmsi",),
        "message": ("msg_type", "message_type"),
        "lon": ("longitude", "lon"),
        "lat": ("latitude", "lat"),
        "sog_kn": ("speed", "sog"),
        "cog_deg": ("course", "cog"),
        "heading_deg": ("heading",),
        "nav_status": ("status", "nav_status", "navigational_status"),
        "imo": ("imo",),
        "name": ("name", "vessel_name"),
        "callsign": ("call_sign", "callsign"),
        "ship_type": ("ship_and_cargo_type", "ship_type", "vessel_type_code"),
        "length_m": ("length",),
        "beam_m": ("width",),
        "draught_m": ("draught",),
        "destination": ("destination",),
        "sensor": ("collection_type",),
        "station": ("source",),
    },
    nav_status=_STATUS_WORDS,
    ship_type=_TYPE_WORDS,
    sensor={"satellite": "ais_satellite"},
)

_POSITION, _STATIC, _VOYAGE = "lastpositionupdate", "staticdata", "currentvoyage"
SPIRE_VESSELS = Provider(
    name="Spire, vessels",
    marks=frozenset({f"{_POSITION}.timestamp", f"{_STATIC}.mmsi"}),
    columns={
        "observed_at": (f"{_POSITION}.timestamp",),
        "received_at": (f"{_POSITION}.updatetimestamp",),
        "mmsi": (f"{_STATIC}.mmsi",),
        "lon": (f"{_POSITION}.longitude",),
        "lat": (f"{_POSITION}.latitude",),
        "sog_kn": (f"{_POSITION}.speed",),
        "cog_deg": (f"{_POSITION}.course",),
        "heading_deg": (f"{_POSITION}.heading",),
        "imo": (f"{_STATIC}.imo",),
        "name": (f"{_STATIC}.name",),
        "callsign": (f"{_STATIC}.callsign",),
        "length_m": (f"{_STATIC}.dimensions.length",),
        "beam_m": (f"{_STATIC}.dimensions.width",),
        "draught_m": (f"{_VOYAGE}.draught",),
        "destination": (f"{_VOYAGE}.destination",),
        "sensor": (f"{_POSITION}.collectiontype",),
    },
    sensor={"satellite": "ais_satellite"},
)

AISSTREAM = Provider(
    name="aisstream.io",
    marks=frozenset({"metadata.mmsi", "metadata.time_utc"}),
    columns={
        "observed_at": ("metadata.time_utc",),
        "mmsi": ("userid", "metadata.mmsi"),
        "message": ("messageid",),
        "lon": ("longitude",),
        "lat": ("latitude",),
        "sog_kn": ("sog",),
        "cog_deg": ("cog",),
        "heading_deg": ("trueheading",),
        "nav_status": ("navigationalstatus",),
        "imo": ("imonumber",),
        "name": ("name", "reporta.name"),
        "callsign": ("callsign", "reportb.callsign"),
        "ship_type": ("type", "reportb.shiptype"),
        "draught_m": ("maximumstaticdraught",),
        "destination": ("destination",),
        "bow": ("dimension.a", "reportb.dimension.a"),
        "stern": ("dimension.b", "reportb.dimension.b"),
        "port": ("dimension.c", "reportb.dimension.c"),
        "starboard": ("dimension.d", "reportb.dimension.d"),
    },
    required=("observed_at", "mmsi"),
)

SOLENT = Provider(
    name="latitude_degrees, longitude_degrees table",
    marks=frozenset({"time", "mmsi", "latitude_degrees", "longitude_degrees"}),
    columns={
        "observed_at": ("time",),
        "mmsi": ("mmsi",),
        "lon": ("longitude_degrees",),
        "lat": ("latitude_degrees",),
        "sog_kn": ("sog_knots",),
        "cog_deg": ("cog_degrees",),
        "heading_deg": ("heading_degrees",),
    },
)

# Whatever names its columns plainly; the last resort, so that a new provider need not wait for an entry.
PLAIN = Provider(
    name="plain names",
    marks=frozenset(),
    columns={
        "observed_at": (
            "observed_at", "timestamp", "time", "datetime", "date_time", "base_date_time", "basedatetime",
            "tagblock_timestamp", "time_utc", "timestamp_utc", "date_time_utc",
            "position_timestamp", "epoch", "ts", "t",
        ),
        "received_at": ("received_at",),
        "mmsi": ("mmsi", "ssvid", "sourcemmsi", "userid", "vessel_mmsi", "mmsi_number"),
        "message": ("message", "msg_type", "message_type", "type_of_message"),
        "lon": ("lon", "longitude", "long", "lng", "x", "longitude_degrees"),
        "lat": ("lat", "latitude", "y", "latitude_degrees"),
        "sog_kn": ("sog_kn", "sog", "speed", "speedoverground", "speed_kn", "speed_knots", "sog_knots"),
        "cog_deg": ("cog_deg", "cog", "course", "courseoverground", "course_over_ground", "cog_degrees"),
        "heading_deg": ("heading_deg", "heading", "true_heading", "trueheading", "hdg"),
        "nav_status": ("nav_status", "status", "navigational_status", "navigationalstatus", "navstatus", "navstat"),
        "imo": ("imo", "imo_number", "imonumber"),
        "name": ("name", "shipname", "vesselname", "vessel_name", "ship_name"),
        "callsign": ("callsign", "call_sign"),
        "ship_type": ("ship_type", "shiptype", "vesseltype", "vessel_type", "ship_and_cargo_type"),
        "length_m": ("length_m", "length"),
        "beam_m": ("beam_m", "beam", "width"),
        "draught_m": ("draught_m", "draught", "draft"),
        "destination": ("destination",),
        "bow": ("to_bow", "dim_a", "dimbow"),
        "stern": ("to_stern", "dim_b", "dimstern"),
        "port": ("to_port", "dim_c", "dimport"),
        "starboard": ("to_starboard", "dim_d", "dimstarboard"),
        "position_sd_m": ("position_sd_m",),
        "station": ("station", "tagblock_station", "receiver"),
        "sensor": ("sensor", "collection_type", "receiver_type", "receiver"),
    },
    nav_status=_STATUS_WORDS,
    ship_type=_TYPE_WORDS,
    sensor={s: s for s in SENSORS} | dict.fromkeys(SATELLITE_RECEIVERS, "ais_satellite"),
)  # fmt: skip

PROVIDERS = (
    AISSTREAM, SPIRE_VESSELS, DMA, NOAA, NOAA_TRACKS, DIGITRAFFIC_SNAPSHOT, DIGITRAFFIC, DIGITRAFFIC_SHIPS, SPIRE,
    GLOBAL_FISHING_WATCH, SOLENT, PLAIN,
)  # fmt: skip


def recognise(names: Collection[str]) -> Provider | None:
    """The provider whose marks are all among these names, else the plain one if it finds what is needed."""
    known = {fold(name) for name in names}
    for provider in PROVIDERS:
        if provider.marks <= known and not missing(provider, known):
            return provider
    return None


def missing(provider: Provider, known: Collection[str]) -> list[str]:
    """Which of the columns that it cannot do without are not among the (folded) names."""
    return [
        ours
        for ours in provider.required
        if not any(name in known for name in provider.columns.get(ours, ()))
    ]


def lacking(names: Collection[str]) -> list[str]:
    """What a table with these names lacks to be observations; empty if it was only nearly recognised."""
    return missing(PLAIN, {fold(name) for name in names})
