"""The sentence layer: each row of the rules of IEC 61162-1/-450 and NMEA 4.10, with its outcome and its counts."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from armour import checked, sentence

from periplus.sources.ais.nmea import NmeaDecoder
from periplus.sources.batch import Counts
from periplus.sources.lines import Lines

P = "!AIVDM,1,1,,A,13RlIW?04F1beOVEFLB9bRvH0L0L,0*6C"
Q = "!AIVDM,1,1,,A,15Q5JH001j1bQ?:DpM2pCVRP2<0?,0*35"
P1, P2 = "!AIVDM,2,1,3,A,13RlIW?04F1beO,0*30", "!AIVDM,2,2,3,A,VEFLB9bRvH0L0L,0*79"
Q1, Q2 = "!AIVDM,2,1,3,A,15Q5JH001j1bQ?,0*12", "!AIVDM,2,2,3,A,:DpM2pCVRP2<0?,0*02"
q1, q2 = "!AIVDM,2,1,4,A,15Q5JH001j1bQ?,0*15", "!AIVDM,2,2,4,A,:DpM2pCVRP2<0?,0*05"
b1, b2 = "!AIVDM,2,1,3,B,15Q5JH001j1bQ?,0*11", "!AIVDM,2,2,3,B,:DpM2pCVRP2<0?,0*01"
ZDA = checked("$GPZDA,122640.00,13,09,2020,,")
P_MMSI, Q_MMSI = 237_836_700, 370_236_000
SOMETIME = 1_700_000_000_000_000


def decode(data: bytes, chunk: int = 1 << 20, **settings: object) -> tuple[pa.Table, Counts]:
    """Everything that a decoder makes of some bytes, cut into chunks."""
    decoder = NmeaDecoder(source="test", label="A//TLP:AMBER", **{"assume_us": SOMETIME, **settings})
    lines, batches = Lines(), []
    for start in range(0, len(data), chunk):
        block, too_long = lines.push(data[start : start + chunk])
        batches.append(decoder.feed(block, too_long=too_long))
    batches += [decoder.feed(lines.rest()[0]), decoder.finish()]
    return pa.concat_tables([b.observations for b in batches]), sum((b.counts for b in batches), Counts())


def heard(text: str, **settings: object) -> tuple[list[int], dict[str, int]]:
    """The MMSIs in order, and what was rejected or noted."""
    table, counts = decode(text.encode(), **settings)
    assert counts.lines + counts.noted.get("run_together", 0) == (
        counts.accepted + sum(counts.rejected.values()) + sum(counts.passed_over.values())
    ), counts
    noted = {name: n for name, n in counts.noted.items() if name != "run_together"}
    return table["mmsi"].to_pylist(), {**counts.rejected, **noted}


FRAMING = [
    ("a wrong checksum is a rejection", P[:-2] + "6D", [], {"checksum": 1}),
    ("of one fragment too", f"{P1}\n{P2[:-2]}70", [], {"checksum": 1, "incomplete": 1}),
    ("hex digits in lower case", P[:-2] + "6c", [P_MMSI], {}),
    ("CR LF", P + "\r\n", [P_MMSI], {}),
    ("a line cut short", "!AIVDM,1,1,,A,13RlIW?04F1beOV", [], {"truncated": 1}),
    ("cut in the checksum", P[:-1], [], {"truncated": 1}),
    ("an empty channel", "!AIVDM,1,1,,,13RlIW?04F1beOVEFLB9bRvH0L0L,0*2D", [P_MMSI], {}),
    ("the own ship", "!AIVDO,1,1,,,13RlIW?04F1beOVEFLB9bRvH0L0L,0*2F", [P_MMSI], {}),
    ("an empty payload", "!AIVDM,1,1,,B,,0*25", [], {"empty": 1}),
    ("an epoch behind", P + ",1600000000", [P_MMSI], {}),
    ("an epoch in ms behind", P + ",1600000000123", [P_MMSI], {}),
    ("text before", "1600000000123456789 " + P, [P_MMSI], {}),
    ("two run together", P + Q, [P_MMSI, Q_MMSI], {}),
    ("two with a written CR LF between", P + r"\r\n" + Q, [P_MMSI, Q_MMSI], {}),
    ("a good one behind a torn one", P[:20] + Q, [Q_MMSI], {"truncated": 1}),
    ("a byte-order mark", "\ufeff" + P, [P_MMSI], {}),
    ("a USCG suffix", P + ",s36310,d-081,T59.01,x147521,r08TPHI1,1242958962", [P_MMSI], {}),
    ("an illegal payload character", "!AIVDM,1,1,,A,13RlIW?04F1beOVEFLB9bRvH0LXL,0*04", [], {"payload": 1}),
    ("fill bits above 5", "!AIVDM,1,1,,A,13RlIW?04F1beOVEFLB9bRvH0L0L,6*6A", [], {"fill_bits": 1}),
    ("fragment 3 of 2", "!AIVDM,2,3,3,A,VEFLB9bRvH0L0L,0*78", [], {"fragment": 1}),
    ("fragment 0", "!AIVDM,2,0,3,A,VEFLB9bRvH0L0L,0*7B", [], {"fragment": 1}),
    ("no checksum", P[:-3], [], {"no_checksum": 1}),
    ("NUL bytes in the payload", P.replace("RlI", "R\0I"), [], {"checksum": 1}),
    ("a binary line between two", f"{P}\n\x00\x01\x02\x7f\n{Q}", [P_MMSI, Q_MMSI], {"binary": 1}),
]
TALKERS = {
    "AB": "67",
    "AD": "61",
    "AI": "6C",
    "AN": "6B",
    "AR": "77",
    "AS": "76",
    "AT": "71",
    "AX": "7D",
    "BS": "75",
}
FRAGMENTS = [
    ("in order", [P1, P2], [P_MMSI], {}),
    ("reversed", [P2, P1], [P_MMSI], {}),
    ("interleaved by sequence id", [P1, q1, P2, q2], [P_MMSI, Q_MMSI], {}),
    ("one sequence id on two channels", [P1, b1, P2, b2], [P_MMSI, Q_MMSI], {}),
    ("a new first supersedes a stale one", [P1, Q1, Q2], [Q_MMSI], {"incomplete": 1}),
    ("a repeated first", [P1, P1, P2], [P_MMSI], {"duplicate": 1}),
    ("a repeated last", [P1, P2, P2], [P_MMSI], {"duplicate": 1}),
    ("first missing", [P2], [], {"incomplete": 1}),
    ("second missing", [P1], [], {"incomplete": 1}),
    ("heard by two receivers", [P1, P2, P1, P2], [P_MMSI, P_MMSI], {}),
]


@pytest.mark.parametrize(
    ("text", "mmsi", "counted"), [row[1:] for row in FRAMING], ids=[row[0] for row in FRAMING]
)
def test_framing(text: str, mmsi: list[int], counted: dict[str, int]) -> None:
    assert heard(text) == (mmsi, counted)


@pytest.mark.parametrize(("talker", "checksum"), [*TALKERS.items(), ("SA", "76")])
def test_every_talker_is_heard(talker: str, checksum: str) -> None:
    assert heard(f"!{talker}{P[3:-2]}{checksum}") == ([P_MMSI], {})


@pytest.mark.parametrize(
    ("lines", "mmsi", "counted"), [r[1:] for r in FRAGMENTS], ids=[r[0] for r in FRAGMENTS]
)
def test_fragments(lines: list[str], mmsi: list[int], counted: dict[str, int]) -> None:
    assert heard("\n".join(lines)) == (mmsi, counted)


@pytest.mark.parametrize("chunk", [1, 7, 48, 49, 50])
def test_how_the_bytes_are_cut_changes_nothing(chunk: int) -> None:
    data = "\n".join([P, P1, "# remark", "junk\0", q1, P2, P[:-2] + "00", q2, Q, P1]).encode()
    whole, cut = decode(data), decode(data, chunk)
    assert cut[0].equals(whole[0])
    assert cut[1] == whole[1]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("# remark", "comment"),
        ("", "blank"),
        ("$GPGGA,120000,3723.2475,N,12158.3416,W,1,07,1.0,9.0,M,,,,*00", "GGA"),
        ("$BSALR,,006,V,V,general failure*62", "ALR"),
        ("$GPQQQ,1*00", "other"),
        ("$PXYZ,1*00", "other"),
        ("!AIPWR,1*00", "PWR"),
    ],
)
def test_what_is_no_ais_is_passed_over_by_kind(line: str, kind: str) -> None:
    _, counts = decode(f"{line}\n{P}\n".encode())
    assert counts.passed_over == {kind: 1}
    assert counts.accepted == 1


def test_a_line_longer_than_any_line_is_rejected_and_its_neighbours_are_kept() -> None:
    data = f"{P}\n!AIVDM,{'0' * 100_000}\n{Q}\n".encode()
    for chunk in (1 << 20, 1_000, 65_537):
        table, counts = decode(data, chunk)
        assert table["mmsi"].to_pylist() == [P_MMSI, Q_MMSI]
        assert counts.rejected == {"too_long": 1}
        assert counts.lines == 3


def us(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


GROUP = rf"\g:1-2-7,s:rSTN1,c:1600000000*74\{P1}{chr(10)}\g:2-2-7*6A\{P2}"
PGHP = "$PGHP,1,2020,9,13,12,26,40,500,200,,2000001,1,6C*5A"
HEARD_AT = us(2020, 9, 13, 12, 26, 40)
TAGS = [
    ("seconds", rf"\s:rSTN1,c:1600000000*31\{P}", HEARD_AT, "rSTN1", {}),
    ("milliseconds", rf"\s:rSTN1,c:1600000000123*01\{P}", us(2020, 9, 13, 12, 26, 40, 123000), "rSTN1", {}),
    ("a wrong checksum", rf"\s:rSTN1,c:1600000000*30\{P}", None, None, {"tag_checksum": 1}),
    ("alone on its line", rf"\c:1600000000*5E\{chr(10)}{P}", HEARD_AT, None, {}),
    ("on the first of a group", GROUP, HEARD_AT, "rSTN1", {}),
    ("$PGHP", f"{PGHP}\n{P}", us(2020, 9, 13, 12, 26, 40, 500000), "2000001", {}),
    ("an epoch before", f"1600000000123456789 {P}", us(2020, 9, 13, 12, 26, 40, 123456), None, {}),
    ("a date before", f"2020-09-13T12:26:40Z {P}", HEARD_AT, None, {}),
    ("a clock sentence before", f"{ZDA}\n{P}", HEARD_AT, None, {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "at", "station", "counted"), [r[1:] for r in TAGS], ids=[r[0] for r in TAGS]
)
def test_time_and_station(
    text: str, at: datetime | None, station: str | None, counted: dict[str, int]
) -> None:
    table, counts = decode(text.encode())
    row = table.to_pylist()[0]
    assert row["mmsi"] == P_MMSI
    assert row["station"] == station
    assert (None if row["received_at"] == us(2023, 11, 14, 22, 13, 20) else row["received_at"]) == at
    assert counts.rejected | counts.noted == counted


def test_the_epoch_behind_the_checksum_is_believed_only_with_the_setting_on() -> None:
    line = f"{P},1600000000".encode()
    assert decode(line, trailing=True)[0]["received_at"].to_pylist() == [HEARD_AT]
    assert decode(line, trailing=False)[0]["received_at"].to_pylist() != [HEARD_AT]


def test_what_nothing_dates_is_rejected_unless_a_time_is_given() -> None:
    _, counts = decode(P.encode(), assume_us=None)
    assert counts.rejected == {"no_time": 1}
    table, counts = decode(f"{P}\n{ZDA}\n{Q}".encode(), assume_us=None)
    assert table["received_at"].to_pylist() == [
        HEARD_AT,
        HEARD_AT,
    ]  # the first clock dates what came before it
    assert counts.rejected == {}


def test_live_the_centre_says_when_it_arrived_and_the_receiver_when_it_was_heard() -> None:
    decoder = NmeaDecoder(source="test", label="A//TLP:AMBER")
    line = r"\c:1600000001*5F\!AIVDM,1,1,,A,12vg20@01VPh4;1lJK473Ecn0000,0*32"
    at = int(us(2020, 9, 13, 12, 27).timestamp()) * 1_000_000
    row = decoder.feed(f"{line}\n".encode(), at_us=at).observations.to_pylist()[0]
    assert row["received_at"] == us(2020, 9, 13, 12, 27)
    assert row["observed_at"] == us(2020, 9, 13, 12, 25, 59)


def test_a_report_from_the_future_is_rejected() -> None:
    base = sentence(4, {38: (14, 2031), 52: (4, 1), 56: (5, 1), 61: (5, 0), 66: (6, 0), 72: (6, 0)}, 168)
    _, counts = decode(base.encode())
    assert counts.rejected == {"future": 1}


def test_a_wrapper_may_stand_after_its_sentence_when_deliveries_were_shuffled() -> None:
    lines = [
        f"{P},1600001800500",
        checked("$PGHP,1,2020,9,13,12,26,40,500,200,,2000001,1AIS_S,35") + ",1600001800500",
        f"{Q},1600001800500",
        checked("$PGHP,1,2020,9,13,12,26,50,500,200,,2000001,1AIS_S,6C") + ",1600001800500",
    ]
    table, counts = decode("\n".join(lines).encode(), trailing=True)
    assert counts.rejected == {}
    assert table["sensor"].to_pylist() == ["ais_satellite"] * 2
    assert [t.hour * 60 + t.minute for t in table["received_at"].to_pylist()] == [12 * 60 + 56] * 2
    # second 12 of P, second 16 of Q; each the latest not more than 5 s after its own wrapper
    assert table["observed_at"].to_pylist() == [us(2020, 9, 13, 12, 26, 12), us(2020, 9, 13, 12, 26, 16)]
