"""Fragments: the sentences of a multi-part message, put together whatever order they come in."""

from collections.abc import Iterator
from typing import NamedTuple

MAX_WAITING = 4_096  # groups; beyond it the oldest is given up and counted
STATIC_BITS = range(420, 427)  # type 5 as it is met on the air; 424 in the standard (ITU-R M.1371-5, 3.3)


class Sentence(NamedTuple):
    """One AIS sentence whose checksum is right."""

    talker: bytes
    own: bool  # VDO
    parts: int
    number: int
    sequence: bytes
    channel: bytes
    payload: bytes
    fill: int
    arrived_us: int | None  # at the centre, or at the archive it comes from
    heard_us: int | None  # at the receiver
    station: str | None
    satellite: bool
    group: str | None


class Message(NamedTuple):
    """A whole armoured message."""

    payload: bytes
    fill: int
    sentences: int
    arrived_us: int | None
    heard_us: int | None
    station: str | None
    satellite: bool


def single(s: Sentence) -> Message:
    """The message of a sentence that is alone."""
    return Message(s.payload, s.fill, 1, s.arrived_us, s.heard_us, s.station, s.satellite)


class Fragments:
    """Groups that wait for their other fragments.

    A group is known by talker, sequence id, channel, number of fragments and TAG group. It waits until another
    supersedes it or the source ends, so that what is counted does not depend on how the source was cut.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[object, ...], dict[int, Sentence]] = {}
        self._done: dict[tuple[object, ...], dict[int, bytes]] = {}

    def add(self, s: Sentence) -> Iterator[Message | tuple[str, int]]:
        """Messages that this sentence completes, and (reason, lines) for what it shows to be of no use."""
        key = (s.talker, s.own, s.sequence, s.channel, s.parts, s.group)
        group = self._waiting.get(key)
        if group is None:
            if s.number > 1 and self._done.get(key, {}).get(s.number) == s.payload:
                yield "duplicate", 1
                return
            self._waiting[key] = group = {}
        known = group.get(s.number)
        if known is not None:
            if known.payload == s.payload:
                yield "duplicate", 1
                return
            yield "incomplete", len(group)
            self._waiting[key] = group = {}
        if s.number == 1 and group and not _fits(s, group):
            # Later fragments that waited here belonged to a message whose first one was lost.
            yield "incomplete", len(group)
            group.clear()
        group[s.number] = s
        if len(group) == s.parts:
            del self._waiting[key]
            self._remember(key, group)
            yield _join(group)
        elif len(self._waiting) > MAX_WAITING:
            yield "incomplete", len(self._waiting.pop(next(iter(self._waiting))))

    def finish(self) -> int:
        """How many sentences still wait, at the end of the source; they are given up."""
        left = sum(map(len, self._waiting.values()))
        self._waiting.clear()
        return left

    def _remember(self, key: tuple[object, ...], group: dict[int, Sentence]) -> None:
        self._done.pop(key, None)
        self._done[key] = {number: s.payload for number, s in group.items()}
        if len(self._done) > MAX_WAITING:
            del self._done[next(iter(self._done))]


def _fits(first: Sentence, waiting: dict[int, Sentence]) -> bool:
    """Whether later fragments that came before the first can be of its message: judged by the length of type 5."""
    if first.payload[:1] != b"5" or len(waiting) < first.parts - 1:
        return True
    chars = len(first.payload) + sum(len(s.payload) for s in waiting.values())
    return chars * 6 - waiting[first.parts].fill in STATIC_BITS


def _join(group: dict[int, Sentence]) -> Message:
    parts = [group[number] for number in sorted(group)]

    def said(values: list[int | None]) -> int | None:
        return next((v for v in values if v is not None), None)

    arrived = [s.arrived_us for s in parts if s.arrived_us is not None]
    return Message(
        b"".join(s.payload for s in parts),
        parts[-1].fill,
        len(parts),
        max(arrived, default=None),
        said([s.heard_us for s in parts]),
        next((s.station for s in parts if s.station), None),
        any(s.satellite for s in parts),
    )
