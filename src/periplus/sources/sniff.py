"""Sniff: what a source speaks, from its first bytes; nobody has to say it."""

import json
import re
from typing import Any

import pyarrow as pa

from periplus.sources.ais.columns import NOTHING_BESIDE
from periplus.sources.ais.nmea import NmeaDecoder
from periplus.sources.ais.providers import lacking, recognise
from periplus.sources.ais.records import JsonDocumentDecoder, JsonLinesDecoder, flatten, records
from periplus.sources.ais.tables import CsvDecoder, header, short
from periplus.sources.batch import Decoder, SourceError

SAMPLE_BYTES = 65_536

_AIS = re.compile(rb"![^!,\s]{2}VD[MO],\d")
_DATED = re.compile(
    rb"![^!,\s]{2}VD[MO],[^!\n]*\*[0-9A-Fa-f]{2}(?:,[^!\n]*)?,(?:\d{10}|\d{13})\s*$", re.MULTILINE
)
_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_NMEA = re.compile(rb"^[!$\\][A-Za-z]", re.MULTILINE)


def open_decoder(
    sample: bytes,
    *,
    source: str,
    label: str,
    assume_us: int | None = None,
    ended: bool = True,
    beside: pa.Schema = NOTHING_BESIDE,
) -> Decoder | None:
    """The decoder for a source that begins with `sample`; it has not been fed yet.

    beside: columns of numbers that a CSV may have and an observation has not, to be given with it.
    None: more bytes are needed to tell (only with ended=False). Raises SourceError for what is not AIS.
    """
    text = sample.lstrip(b"\xef\xbb\xbf\r\n\t ")
    first, newline, _ = text.partition(b"\n")
    rest = text[len(first) + 1 :].lstrip()
    if not ended and rest.startswith(b"{") and b"\n" in rest and not _is_json(first):
        text, (first, _, _) = rest, rest.partition(b"\n")  # a stream may be joined in the middle of a record
    if text.startswith((b"{", b"[")):
        return _json(first, text, bool(newline) or ended, source, label)
    if re.match(rb"[\w\-/+.]+/[\w\-/+.]* \{", first):
        return JsonLinesDecoder(source=source, label=label)
    names = header(first) if newline or ended else None
    if names is not None and recognise(names[0]) is not None:
        return CsvDecoder(source=source, label=label, beside=beside)
    sentences = len(_AIS.findall(sample))
    if sentences or (_NMEA.search(sample) and _is_text(sample)):
        trailing = len(_DATED.findall(sample)) * 2 > sentences
        return NmeaDecoder(source=source, label=label, trailing=trailing, assume_us=assume_us)
    if not ended and len(sample) < SAMPLE_BYTES:
        return None
    raise SourceError(_refusal(sample, names, source, label))


def _json(first: bytes, text: bytes, whole_line: bool, source: str, label: str) -> Decoder | None:
    if not whole_line and len(text) < SAMPLE_BYTES:
        return None
    if not _is_json(first):
        return JsonDocumentDecoder(source=source, label=label)
    read = json.loads(first.rstrip(b"\r, "))
    found = [record for record in _records(read, text) if isinstance(record, dict)]
    if not any(recognise(flatten(record)) for record in found):
        names = sorted(flatten(found[0])) if found else []
        raise SourceError(f"{source}: no field for {', '.join(lacking(names))} in {short(names) or 'it'}")
    return JsonLinesDecoder(source=source, label=label)


def _is_text(sample: bytes) -> bool:
    """Whether hardly a byte is a control character: among random bytes something looks like the start of a sentence."""
    return len(sample.translate(None, _CONTROLS)) > 0.95 * len(sample)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line.rstrip(b"\r, "))
    except (ValueError, RecursionError):
        return False
    return True


def _records(first: Any, text: bytes) -> list[Any]:
    """The records of the first lines, as far as they can be read."""
    found = records(first)
    for line in text.split(b"\n")[1:100]:
        try:
            found += records(json.loads(line))
        except (ValueError, RecursionError):
            continue
    return found


def _refusal(sample: bytes, names: tuple[list[str], str] | None, source: str, label: str) -> str:
    if not sample.strip():
        return f"{source}: empty"
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"{source}: UTF-16 text; save it as UTF-8"
    if sample.startswith(b"PK\x03\x04"):
        return f"{source}: a zip archive; unpack it first"
    if sample.startswith(b"PAR1"):
        return f"{source}: Parquet, which is no source of AIS messages"
    if sample.lstrip()[:1] == b"<":
        return f"{source}: a web page or XML, not AIS"
    if names is not None and len(names[0]) > 3:
        try:
            CsvDecoder(source=source, label=label).feed(sample.lstrip().partition(b"\n")[0] + b"\n")
        except SourceError as error:
            return str(error)
    if sample.count(0) * 3 > len(sample):
        return f"{source}: binary, or UTF-16 text; text has to be UTF-8"
    return f"{source}: neither NMEA sentences nor a known table or JSON of AIS"
