"""Positions as mariners write and type them: read from many forms, written in one."""

import math
import re
from typing import NamedTuple

_SEPARATOR = re.compile(r"[\s°º˚\-–—:'′’`´\"″”]+")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_WORDS = re.compile(r"\b(LATITUDE|LONGITUDE|LAT|LONG|LON|POSITION|POSN|POS)\b\.?\s*[:=]?")
_AFTER = re.compile(r"([^NSEW]+)([NSEW])[\s,;/–—-]*([^NSEW]+)([NSEW])")  # 12-31N 043-18E
_BEFORE = re.compile(r"([NSEW])([^NSEW]+)([NSEW])([^NSEW]+)")  # N 12 31 E 043 18
_PLAIN = re.compile(r"([+-]?\d+(?:\.\d+)?)°?(\s*[,;]\s*|\s+)([+-]?\d+(?:\.\d+)?)°?")  # -1.5, 45.2


class Position(NamedTuple):
    """Degrees, WGS84; latitude first, as it is said."""

    lat: float
    lon: float

    def __str__(self) -> str:
        return position_text(self.lon, self.lat)


def position_text(lon: float, lat: float, decimals: int = 1) -> str:
    """Degrees and minutes, latitude first: `01°17.7′N 056°17.5′E`."""
    return f"{_angle_text(lat, 2, 'NS', decimals)} {_angle_text(lon, 3, 'EW', decimals)}"


def parse_position(text: str) -> Position:
    """The position that a text states, in any of the forms in use.

    Degrees and minutes, degrees minutes and seconds, or decimal degrees, with hemispheres before or after
    (`01°17.7′N 056°17.5′E`, `1 17.7N 56 17.5E`, `12-31N 043-18E`, `02 14 30 S, 041 05 12 E`, `1231N 04318E`,
    `N1.5 E45.2`), or two signed decimals, latitude first (`-1.5, 45.2`).

    Raises ValueError with one line that says what is wrong. What could be read in two ways is refused.
    """
    plain = _WORDS.sub(" ", text.upper().replace("\N{MINUS SIGN}", "-")).strip(" \t.,;()[]")
    if found := _AFTER.fullmatch(plain):
        first, letter, second, other = found.groups()
    elif found := _BEFORE.fullmatch(plain):
        letter, first, other, second = found.groups()
    elif found := _PLAIN.fullmatch(plain):
        return _decimal(text, *found.groups())
    else:
        raise ValueError(f"not a position: {text.strip()!r}")
    if (letter in "NS") == (other in "NS"):
        raise ValueError(f"needs a latitude (N or S) and a longitude (E or W): {text.strip()!r}")
    angles = {letter in "NS": _angle(first, letter), other in "NS": _angle(second, other)}
    return Position(angles[True], angles[False])


def _decimal(text: str, lat: str, between: str, lon: str) -> Position:
    if between.isspace() and "." not in lat + lon:
        raise ValueError(f"two whole numbers may be anything: write 12, 45 or 12N 45E, not {text.strip()!r}")
    position = Position(float(lat), float(lon))
    if abs(position.lat) > 90:
        raise ValueError(f"latitude comes first and is at most 90: {text.strip()!r}")
    if abs(position.lon) > 180:
        raise ValueError(f"longitude is at most 180: {text.strip()!r}")
    return position


def _angle(text: str, letter: str) -> float:
    """Degrees, negative for S and W, from one to three numbers of which only the last may have decimals."""
    parts = [part for part in _SEPARATOR.split(text.strip(" ,;./")) if part]
    if not 1 <= len(parts) <= 3 or not all(map(_NUMBER.fullmatch, parts)):
        raise ValueError(f"not an angle: {text.strip() + letter!r}")
    if any("." in part for part in parts[:-1]):
        raise ValueError(f"only the last number may have decimals: {text.strip() + letter!r}")
    if len(parts) == 1:
        parts = _packed(parts[0], letter)
    degrees, minutes, seconds = (float(part) for part in [*parts, "0", "0"][:3])
    if minutes >= 60 or seconds >= 60:
        raise ValueError(f"minutes and seconds are below 60: {text.strip() + letter!r}")
    angle = degrees + minutes / 60 + seconds / 3600
    most = 90 if letter in "NS" else 180
    if angle > most:
        raise ValueError(f"beyond {most} degrees: {text.strip() + letter!r}")
    return -angle if letter in "SW" else angle


def _packed(number: str, letter: str) -> list[str]:
    """`1231N` and `04318E` are degrees and minutes, `123130N` and `0431800E` have seconds too."""
    whole, _, decimals = number.partition(".")
    wide = 2 if letter in "NS" else 3
    if len(whole) <= wide:
        return [number]
    if len(whole) not in (wide + 2, wide + 4):
        raise ValueError(f"degrees and minutes cannot be told apart: {number + letter!r}")
    pieces = [whole[:wide], *(whole[k : k + 2] for k in range(wide, len(whole), 2))]
    return [*pieces[:-1], f"{pieces[-1]}.{decimals}" if decimals else pieces[-1]]


def _angle_text(angle: float, width: int, letters: str, decimals: int) -> str:
    # Rounding the whole number of minutes first carries 59.96 over into the next degree.
    step = 10**decimals
    units = math.floor(abs(angle) * 60 * step + 0.5)
    degrees, rest = divmod(units, 60 * step)
    minutes = f"{rest / step:0{3 + decimals if decimals else 2}.{decimals}f}"
    return f"{degrees:0{width}d}°{minutes}′{letters[0] if angle >= 0 or units == 0 else letters[1]}"
