"""Lines that are no good AIS sentence: the name of what is wrong with them, or of what else they are."""

import re

from periplus.sources.ais.tag import xor

Verdict = tuple[str, str]  # 'rejected' or 'passed_over', and the reason or kind

# Kinds that are counted by name; any other formatter is 'other', so that noise cannot make endless names.
KINDS = frozenset(
    [
        "blank",
        "comment",
        "text",
        "TAG",
        "PGHP",
        "ZDA",
        "VSI",
        "ALR",
        "ABK",
        "ADS",
        "TXT",
        "ACA",
        "ACS",
        "SSD",
        "VSD",
        "AIR",
        "BBM",
        "ABM",
        "PWR",
        "BRF",
        "FSR",
        "GGA",
        "GLL",
        "GNS",
        "GSA",
        "GSV",
        "GBS",
        "GST",
        "RMC",
        "VTG",
        "HDT",
        "THS",
        "ROT",
        "DTM",
        "HBT",
        "POS",
        "PSHI",
        "PSTT",
        "PAIS",
        "PJRC",
        "PVOL",
        "other",
    ]
)
_KIND = re.compile(rb"[$!](?:(P[A-Z]{3})|[A-Z=]{2}([A-Z]{3}))[A-Z0-9]*[,*]")
_FIELDS = re.compile(rb"!(.{2})VD[MO],([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,*]*)\*(.*)", re.DOTALL)
_UNPRINTABLE = re.compile(rb"[^\x09\x0d\x20-\x7e]")


def line(text: bytes) -> Verdict:
    """What a line without `!` is."""
    if not text:
        return "passed_over", "blank"
    if text.startswith((b"#", b"//")):
        return "passed_over", "comment"
    if _UNPRINTABLE.search(text) and not _utf8(text):
        return "rejected", "binary"
    if text.startswith(b"\\"):
        return "rejected", "truncated"
    if text.startswith(b"$"):
        found = _KIND.match(text)
        if found is None:
            return "rejected", "malformed"
        return "passed_over", (found[1] or found[2]).decode()
    if re.search(rb",[0-5]\*[0-9A-Fa-f]{0,2}(,\S*)?$", text):
        return "rejected", "torn"  # the end of a sentence whose beginning is lost
    return "passed_over", "text"


def sentence(text: bytes) -> Verdict:
    """What a sentence from `!` on is that the grammar does not accept."""
    kind = _KIND.match(text)
    if kind is not None and not re.match(rb"!.{2}VD[MO][,*]", text, re.DOTALL):
        return "passed_over", name if (name := (kind[1] or kind[2]).decode()) in KINDS else "other"
    if not re.match(rb"!.{2}VD[MO],", text, re.DOTALL):
        if b"\0" in text or (_UNPRINTABLE.search(text) and not _utf8(text)):
            return "rejected", "binary"
        return "rejected", "truncated" if b"!AIVDM".startswith(text[:6]) else "malformed"
    return "rejected", _fault(text)


def _fault(text: bytes) -> str:
    """Why a sentence that begins as AIS is none; the checksum first, for what it refutes explains the rest."""
    star = text.rfind(b"*")
    if star < 0:
        return "no_checksum" if re.search(rb"^![^,]*(,[^,]*){5},\d$", text) else "truncated"
    if not re.match(rb"[0-9A-Fa-f]{2}", text[star + 1 :]):
        return "truncated" if len(text) - star <= 2 else "malformed"
    if not checksum_right(text):
        return "checksum"
    found = _FIELDS.fullmatch(text)
    if found is None:
        return "malformed"
    talker, count, number, _sequence, _channel, payload, fill, _tail = found.groups()
    if not re.fullmatch(rb"[A-Z]{2}", talker):
        return "talker"
    if not payload:
        return "empty"
    if not re.fullmatch(rb"[0-W`-w]+", payload):
        return "payload"
    if not re.fullmatch(rb"[0-5]", fill):
        return "fill_bits"
    if not (re.fullmatch(rb"[1-9]", count) and re.fullmatch(rb"[1-9]", number)):
        return "fragment"
    return "malformed"


def checksum_right(text: bytes) -> bool:
    """Whether the two hex digits after the last `*` are the checksum of what stands before it."""
    star = text.rfind(b"*")
    given = text[star + 1 : star + 3]
    return star > 0 and bool(re.fullmatch(rb"[0-9A-Fa-f]{2}", given)) and xor(text[1:star]) == int(given, 16)


def _utf8(text: bytes) -> bool:
    try:
        return b"\0" not in text and text.decode("utf-8").replace("\t", " ").isprintable()
    except UnicodeDecodeError:
        return False
