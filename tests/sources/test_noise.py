"""Whatever strangers send: nothing raises, every line is accounted for, and how it is cut changes nothing."""

import io
import json
import os

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sentences import P1, P2, Q1, P, Q, b1, decode, q1, q2

from periplus.sources.batch import Counts, SourceError
from periplus.sources.reading import read_file

GOOD = [line.encode() for line in (P, Q, P1, P2, Q1, q1, q2, b1)]
GOOD += [rb"\g:1-2-7,s:rSTN1,c:1600000000*74" + b"\\" + P1.encode(), rb"\c:1600000000*5E" + b"\\"]
GOOD += [
    b"$PGHP,1,2020,9,13,12,26,40,500,200,,2000001,1,6C*5A",
    P.encode() + b",1600000000",
    b"",
    b"# remark",
]


def examples(usual: int) -> settings:
    """How many cases: the usual number, the same each time; or PERIPLUS_EXAMPLES new ones."""
    wanted = os.environ.get("PERIPLUS_EXAMPLES")
    return settings(max_examples=int(wanted or usual), deadline=None, derandomize=wanted is None)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good line with some bytes changed, cut out or put in."""
    line = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(line)))
        line[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(line)


LINES = st.lists(st.one_of(mutated(), st.sampled_from(GOOD), st.binary(max_size=60)), max_size=12)


def accounted(counts: Counts) -> bool:
    told = counts.accepted + sum(counts.rejected.values()) + sum(counts.passed_over.values())
    return counts.lines + counts.noted.get("run_together", 0) == told


@examples(300)
@given(LINES, st.integers(1, 80), st.booleans())
def test_noise_among_sentences(lines: list[bytes], chunk: int, trailing: bool) -> None:
    data = b"\n".join(lines)
    table, counts = decode(data, trailing=trailing)
    assert accounted(counts), counts
    cut_table, cut_counts = decode(data, chunk, trailing=trailing)
    assert cut_counts == counts
    assert cut_table.equals(table)


HEADER = b"time,mmsi,lon,lat,sog,name\n"
ROWS = [b"1600000000,412000001,60.5,-5.5,3.5,A", b'2020-09-13T12:26:40Z,412000001,,,,"B, C"', b""]


@examples(150)
@given(
    st.lists(
        st.sampled_from(ROWS) | st.binary(max_size=40) | st.text(max_size=40).map(str.encode), max_size=8
    )
)
def test_noise_among_rows(rows: list[bytes]) -> None:
    data = HEADER + b"\n".join([*ROWS, *rows, ROWS[0]])
    results = []
    for size in (1 << 20, 17):
        batches = list(read_file(io.BytesIO(data), label="A//TLP:AMBER", chunk_bytes=size))
        counts = sum((b.counts for b in batches), Counts())
        assert accounted(counts), counts
        results.append((pa.concat_tables([b.observations for b in batches]).to_pylist(), counts))
    assert results[0] == results[1]
    assert len(results[0][0]) >= 3


@examples(150)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes) -> None:
    counts, refusal = Counts(), ""
    try:
        counts = sum((b.counts for b in read_file(io.BytesIO(data), label="A//TLP:AMBER")), Counts())
    except SourceError as error:
        refusal = str(error)
    assert "\n" not in refusal
    assert accounted(counts)


NAMES = [
    "mmsi",
    "time",
    "lon",
    "lat",
    "sog",
    "imo",
    "Message",
    "MetaData",
    "geometry",
    "properties",
    "features",
]
PLAIN = st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=9)
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=9,
)


@examples(100)
@given(JSON)
def test_any_json_among_records(value: object) -> None:
    good = '{"mmsi": 412000001, "time": 1600000000, "lon": 1, "lat": 2}'
    data = "\n".join([good, json.dumps(value), good]).encode()
    batches = list(read_file(io.BytesIO(data), label="A//TLP:AMBER"))
    assert accounted(sum((b.counts for b in batches), Counts()))
    assert sum(b.observations.num_rows for b in batches) >= 2
