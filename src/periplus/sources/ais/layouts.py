"""Layouts: where each AIS message keeps its fields (ITU-R M.1371-5, annex 8); bits from 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Span = tuple[int, int]  # start, width
Number = tuple[int, int] | tuple[int, int, bool]  # start, width, two's complement


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a message type that an observation holds, and the scales of their raw integers."""

    needs: int  # bits without which the message is `short`
    numbers: Mapping[str, Number] = field(default_factory=dict)
    texts: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    per_degree: int = 600_000
    per_knot: int = 10
    no_sog: int = 1_023  # raw value from which speed is not available
    per_course_degree: int = 10

    @property
    def tells(self) -> bool:
        """Whether it tells a place or an identity at all."""
        return bool(self.numbers or self.texts)

    @property
    def bytes(self) -> int:
        """Bytes that hold every field, at least those of the MMSI."""
        ends = [start + width for start, width, *_ in self.numbers.values()]
        ends += [start + width for spans in self.texts.values() for start, width in spans]
        return (max([38, *ends]) + 7) // 8


def _size(start: int) -> dict[str, Number]:
    """Distances of the antenna from the four sides, as they always stand together."""
    return {
        "bow": (start, 9),
        "stern": (start + 9, 9),
        "port": (start + 18, 6),
        "starboard": (start + 24, 6),
    }


_CLASS_A = Layout(
    needs=143,
    numbers={
        "status": (38, 4),
        "sog": (50, 10),
        "lon": (61, 28, True),
        "lat": (89, 27, True),
        "cog": (116, 12),
        "heading": (128, 9),
        "second": (137, 6),
    },
)
_BASE_STATION = Layout(
    needs=134,
    numbers={
        "year": (38, 14),
        "month": (52, 4),
        "day": (56, 5),
        "hour": (61, 5),
        "minute": (66, 6),
        "second": (72, 6),
        "lon": (79, 28, True),
        "lat": (107, 27, True),
    },
)
_STATIC = Layout(
    needs=240,
    numbers={"imo": (40, 30), "ship_type": (232, 8), "draught": (294, 8), **_size(240)},
    texts={"callsign": ((70, 42),), "name": ((112, 120),), "destination": ((302, 120),)},
)
_RESCUE_AIRCRAFT = Layout(
    needs=134,
    numbers={
        "sog": (50, 10),
        "lon": (61, 28, True),
        "lat": (89, 27, True),
        "cog": (116, 12),
        "second": (128, 6),
    },
    per_knot=1,
)
_CORRECTIONS = Layout(needs=75, numbers={"lon": (40, 18, True), "lat": (58, 17, True)}, per_degree=600)
_CLASS_B = Layout(
    needs=139,
    numbers={
        "sog": (46, 10),
        "lon": (57, 28, True),
        "lat": (85, 27, True),
        "cog": (112, 12),
        "heading": (124, 9),
        "second": (133, 6),
    },
)
_CLASS_B_EXTENDED = Layout(
    needs=301,
    numbers={**_CLASS_B.numbers, "ship_type": (263, 8), **_size(271)},
    texts={"name": ((143, 120),)},
)
_AID = Layout(
    needs=259,
    numbers={"lon": (164, 28, True), "lat": (192, 27, True), "second": (253, 6), **_size(219)},
    texts={"name": ((43, 120), (272, 84))},
)
_CLASS_B_STATIC = Layout(
    needs=160,
    numbers={"part": (38, 2), "ship_type": (40, 8), **_size(132)},
    texts={"name": ((40, 120),), "callsign": ((90, 42),)},
)
_LONG_RANGE = Layout(
    needs=94,
    numbers={"status": (40, 4), "lon": (44, 18, True), "lat": (62, 17, True), "sog": (79, 6), "cog": (85, 9)},
    per_degree=600,
    per_knot=1,
    no_sog=63,
    per_course_degree=1,
)
_OTHER = Layout(needs=38)

LAYOUTS: Mapping[int, Layout] = MappingProxyType(
    {kind: _OTHER for kind in range(1, 28)}
    | {1: _CLASS_A, 2: _CLASS_A, 3: _CLASS_A, 4: _BASE_STATION, 5: _STATIC, 9: _RESCUE_AIRCRAFT}
    | {11: _BASE_STATION, 17: _CORRECTIONS, 18: _CLASS_B, 19: _CLASS_B_EXTENDED, 21: _AID}
    | {24: _CLASS_B_STATIC, 27: _LONG_RANGE}
)
