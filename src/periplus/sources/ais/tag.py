"""TAG blocks, clock sentences and loggers' prefixes: who received a sentence, and when (NMEA 0183 4.10)."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

SECOND_US = 1_000_000
EARLIEST_S, LATEST_S = 631_152_000, 4_102_444_800  # 1990 to 2100: outside it a number is no time of AIS


class Tag(NamedTuple):
    """What a TAG block says of the sentences after it."""

    time_us: int | None = None
    station: str | None = None
    group: str | None = None  # the id that binds the sentences of one group


def xor(text: bytes) -> int:
    """The NMEA checksum of a text."""
    value = 0
    for byte in text:
        value ^= byte
    return value


def epoch_us(digits: bytes) -> int | None:
    """Microseconds of a count of s, ms, us or ns since 1970, told apart by size; None if it is none."""
    if not digits.isdigit() or len(digits) > 19:
        return None
    number = int(digits)
    for per_second in (1, 1_000, SECOND_US, 1_000_000_000):
        if EARLIEST_S * per_second <= number < LATEST_S * per_second:
            return number * SECOND_US // per_second
    return None


def parse(block: bytes) -> Tag | None:
    """The TAG block between its backslashes; None if its checksum is wrong or missing: it is not believed."""
    body, star, given = block.rpartition(b"*")
    if not star or not re.fullmatch(rb"[0-9A-Fa-f]{1,2}", given) or xor(body) != int(given, 16):
        return None
    time_us, station, group, system = None, None, None, None
    for part in body.split(b","):
        code, _, value = part.partition(b":")
        if code == b"c":
            time_us = epoch_us(value)
        elif code == b"s":
            station = text(value)
        elif code == b"si":  # Gatehouse: the system behind it
            system = text(value)
        elif code == b"g":
            group = text(value.rpartition(b"-")[2])
    return Tag(time_us, station or system, group)


def merge(old: Tag | None, new: Tag) -> Tag:
    """Two blocks before one sentence: what the later leaves out, the earlier says."""
    if old is None:
        return new
    return Tag(
        old.time_us if new.time_us is None else new.time_us,
        new.station or old.station,
        new.group or old.group,
    )


_CLOCK = re.compile(rb"(\d\d)(\d\d)(\d\d(?:\.\d{1,6})?),(\d\d),(\d\d),(\d{4})")
_ISO = re.compile(rb"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d(?:\.\d{1,6})?)")
_NUMBER = re.compile(rb"(?<!\d)\d{10,19}(?!\d)")


def zda_us(line: bytes) -> int | None:
    """The time of a `$--ZDA` sentence, which a receiver writes every second or so."""
    found = _CLOCK.match(line, line.index(b",") + 1)
    if not found:
        return None
    hour, minute, second, day, month, year = found.groups()
    return calendar_us(year, month, day, hour, minute, second)


def prefix_us(before: bytes) -> int | None:
    """The time that a logger wrote before the sentence: an epoch, or a date and time taken as UTC."""
    found = _ISO.search(before)
    if found:
        return calendar_us(*found.groups())
    number = _NUMBER.search(before)
    return epoch_us(number[0]) if number else None


def calendar_us(*parts: bytes) -> int | None:
    """Microseconds of year, month, day, hour, minute, second; None if there is no such moment."""
    *whole, second = parts
    try:
        year, month, day, hour, minute = map(int, whole)
        moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
        seconds = float(second)
    except ValueError:
        return None
    if not 0 <= seconds < 61:
        return None
    return int(moment.timestamp()) * SECOND_US + round(seconds * SECOND_US)


def text(value: bytes) -> str | None:
    """A short printable name, or None."""
    clean = value[:64].decode("ascii", "replace").strip()
    return clean if clean.isprintable() and clean else None
