"""NMEA: the sentence layer of AIS (IEC 61162-1, -450; NMEA 0183 4.10), line by line, nothing lost unnamed."""

import re
from collections import deque
from dataclasses import dataclass

import numpy as np

from periplus.sources.ais import gatehouse, messages, odd, tag
from periplus.sources.ais.fragments import Fragments, Message, Sentence
from periplus.sources.ais.gatehouse import WINDOW, Held, Wrapper, Wrappers
from periplus.sources.batch import Batch, Tally

MAX_UNDATED = 4_096  # messages that wait for the first clock of a file
MAX_GROUPS = 1_024  # TAG groups remembered

_SENTENCE = re.compile(
    rb"(?:\\([^\\]*)\\)?!([^!$,*\\\x00-\x20\x7f-\xff]{2})VD([MO]),([1-9]),([1-9]),(\d?),([0-9A-Za-z]?),"
    rb"([0-W`-w]+),([0-5])\*([0-9A-Fa-f]{2})([^!]*)",
    re.DOTALL,
)
_TRAILING = re.compile(rb"[^!*]*,(\d{10}|\d{13})\s*$")
_STATION = re.compile(rb",([rb]\w{4,15})(?=,|\s*$)")  # USCG suffix
_TAGS = re.compile(rb"\\([^\\]*\*[0-9A-Fa-f]{1,2})\\")
_OPENED = re.compile(rb"\\[A-Za-z]{1,2}:")  # a TAG block that has no checksum
_STATIC = (
    b"5"  # type 5 tells no position and needs no instant: its many sentences would only take others' wrappers
)
_HEX = {f"{v:{form}}".encode(): v for v in range(256) for form in ("02x", "02X")} | {
    f"{high}{low}".encode(): int(high + low, 16)
    for high in "0123456789abcdefABCDEF"
    for low in "0123456789abcdefABCDEF"
}


@dataclass(slots=True)
class _Context:
    """What the lines so far say of the sentence at hand."""

    block: tag.Tag | None = None  # a TAG block that stood alone on its line
    number: int = 0  # of wrappers and sentences
    clock_us: int | None = None  # of the last line that told the time
    at_us: int | None = None  # the centre's clock, live


class NmeaDecoder:
    """NMEA lines to observations.

    trailing: take the epoch that receivers append after the checksum for the time of arrival.
    assume_us: the time of arrival of sentences that nothing dates; without it they are rejected as `no_time`.
    """

    whole_lines = True

    def __init__(
        self, *, source: str, label: str, trailing: bool = False, assume_us: int | None = None
    ) -> None:
        self.source, self.label, self.trailing, self.assume_us = source, label, trailing, assume_us
        self.tally = Tally()
        self._fragments, self._wrappers, self._held = Fragments(), Wrappers(), deque[Held]()
        self._groups: dict[str, tag.Tag] = {}
        self._undated: list[Message] = []
        self._ready: list[Message] = []
        self._now = _Context()

    def feed(self, block: bytes, *, at_us: int | None = None, too_long: int = 0) -> Batch:
        """The batch of these whole lines."""
        self._now.at_us = at_us
        if too_long:
            self.tally.lines += too_long
            self.tally.rejected["too_long"] += too_long
        if block:
            self._lines(block)
        return self._batch()

    def settle(self) -> Batch:
        """Sentences that waited for a wrapper which did not come."""
        while self._held:
            self._resolve()
        return self._batch()

    def finish(self) -> Batch:
        """What was held back, and the account of the fragments that never met."""
        while self._held:
            self._resolve()
        left = self._fragments.finish()
        if left:
            self.tally.rejected["incomplete"] += left
        self._ready, self._undated = self._undated + self._ready, []
        return self._batch()

    def _batch(self) -> Batch:
        ready, self._ready = self._ready, []
        table = messages.observations(
            ready,
            self.tally,
            source=self.source,
            label=self.label,
            assume_us=self.assume_us,
            live=self._now.at_us is not None,
        )
        return Batch(table, self.tally.take())

    def _lines(self, block: bytes) -> None:
        # The checksum of any part of the block is the XOR of two prefixes of it.
        prefix = np.bitwise_xor.accumulate(np.frombuffer(block, np.uint8)).tobytes() + b"\0"
        tally, match, hexes = self.tally, _SENTENCE.fullmatch, _HEX
        end = 0
        lines = block.split(b"\n")
        if not lines[-1]:
            lines.pop()
        tally.lines += len(lines)
        for line in lines:
            start, end = end, end + len(line) + 1
            found = match(line)
            if found is None:
                self._odd(line)
                continue
            first, last = found.span(2)[0], found.span(9)[1]
            if prefix[start + last - 1] ^ prefix[start + first - 1] != hexes[found[10]]:
                self._drop("checksum")
                continue
            self._sentence(found.groups(), b"")

    def _odd(self, line: bytes) -> None:
        """A line that is not simply one sentence: several, none, or a broken one."""
        text = line.rstrip(b"\r\n\t ")
        at = text.find(b"!")
        if at < 0 or text.startswith(b"#"):
            self._no_sentence(text)
            return
        parts = text[at + 1 :].split(b"!")
        before = text[:at]
        self.tally.noted["run_together"] += len(parts) - 1
        for part in parts:
            self._part(before, b"!" + part)
            before = b""
            star = part.rfind(b"*")
            if star >= 0:
                before = part[star + 3 :]

    def _part(self, before: bytes, sentence: bytes) -> None:
        """One of the sentences of a line, with the text before it."""
        found = _SENTENCE.fullmatch(sentence)
        if found is not None:
            body = sentence[1 : found.end(9)]
            if tag.xor(body) != _HEX[found[10]]:
                self._drop("checksum")
                return
            blocks = _TAGS.findall(before)
            for block in blocks:
                self._note_tag(block)
            if not blocks and _OPENED.match(before):
                self.tally.noted["tag_checksum"] += 1
            self._sentence(found.groups(), _TAGS.sub(b"", before) if blocks else before)
            return
        verdict, name = odd.sentence(sentence)
        (self.tally.rejected if verdict == "rejected" else self.tally.passed_over)[name] += 1
        self._now.block = None

    def _no_sentence(self, text: bytes) -> None:
        now = self._now
        blocks = _TAGS.findall(text)
        rest = _TAGS.sub(b"", text).strip() if blocks else text
        if not rest and blocks:
            believed = [self._note_tag(block) for block in blocks]
            self._drop("tag_checksum") if not any(believed) else self._pass("TAG")
            self.tally.noted["tag_checksum"] -= 0 if any(believed) else len(blocks)
            return
        verdict, name = odd.line(rest)
        if verdict == "rejected":
            self._drop(name)
        elif name == "PGHP":
            self._wrapper(rest)
        else:
            if name == "ZDA" and odd.checksum_right(rest):
                self._tick(tag.zda_us(rest))
            if name not in ("blank", "comment"):
                now.block = None
            self._pass(name)

    def _wrapper(self, line: bytes) -> None:
        self._now.number += 1
        self._age()
        if not odd.checksum_right(line):
            self._drop("checksum")
            return
        found = _TRAILING.match(line, line.rindex(b"*") + 1)
        delivered = tag.epoch_us(found[1]) if found else None
        wrapper = gatehouse.parse(line, self._now.number, delivered)
        if wrapper is None:
            self._drop("malformed")
            return
        self._wrappers.add(wrapper)
        if not wrapper.satellite:
            self._tick(wrapper.time_us)
        self._pass("PGHP")

    def _sentence(self, groups: tuple[bytes, ...], before: bytes) -> None:
        """A sentence whose checksum is right: when and where it was heard, then to its message."""
        tags, talker, kind, count, number, sequence, channel, payload, fill, check, tail = groups
        now = self._now
        now.number += 1
        if number > count:
            self._drop("fragment")
            return
        if tags is not None:
            self._note_tag(tags)
        said, now.block = now.block, None
        group = said.group if said else None
        if said is not None and group is not None:
            said = self._of_group(group, said)
        station = said.station if said else None
        delivered = None
        if len(tail) > 1:
            found = _TRAILING.match(tail)
            delivered = tag.epoch_us(found[1]) if found and self.trailing else None
            named = _STATION.search(tail)
            station = station or (tag.text(named[1]) if named else None)
        logged = tag.prefix_us(before) if before else None
        heard = said.time_us if said and said.time_us is not None else logged
        for time_us in (logged, delivered, said.time_us if said else None):
            if time_us is not None:
                self._tick(time_us)
        arrived = now.at_us
        if arrived is None:
            arrived = delivered if delivered is not None else heard if heard is not None else now.clock_us
        elif heard is None:
            heard = delivered
        s = Sentence(
            talker, kind == b"O", int(count), int(number), sequence, channel, payload, int(fill),
            arrived, heard, station, _satellite_name(station), group,
        )  # fmt: skip
        if delivered is not None:
            self._held.append(Held(now.number, _HEX[check], delivered, s))
            if not payload.startswith(_STATIC):
                self._wrappers.sentence(now.number)
            self._age()
            return
        if len(self._wrappers):
            wrapper = self._wrappers.before(
                now.number, _HEX[check], first_of_several=s.parts > 1 and s.number == 1
            )
            s = _wrapped(s, wrapper, live=now.at_us is not None, clock_us=now.clock_us) if wrapper else s
        self._assemble(s)

    def _age(self) -> None:
        """Let go of what can no longer meet its wrapper."""
        while self._held and self._held[0].number < self._now.number - WINDOW:
            self._resolve()

    def _resolve(self) -> None:
        held = self._held.popleft()
        s = held.sentence
        if len(self._wrappers) and not s.payload.startswith(_STATIC):
            wrapper = self._wrappers.nearest(held, self._held)
            if wrapper is None:
                among, wrapper = self._wrappers.neighbours(held)
                if among and wrapper is None:
                    # Delivered with satellite traffic, and when it was sensed is lost: half an hour of doubt.
                    self._drop("no_time")
                    return
                self.tally.noted["time_by_neighbours"] += among
            if wrapper:
                s = _wrapped(s, wrapper, live=True, clock_us=None)
        self._assemble(s)

    def _assemble(self, s: Sentence) -> None:
        if s.parts == 1:
            message = Message(s.payload, s.fill, 1, s.arrived_us, s.heard_us, s.station, s.satellite)
            self._dated(message)
            return
        for outcome in self._fragments.add(s):
            if isinstance(outcome, Message):
                self._dated(outcome)
            else:
                reason, lines = outcome
                self.tally.rejected[reason] += lines

    def _dated(self, message: Message) -> None:
        if message.arrived_us is not None:
            self._ready.append(message)
        elif self._now.clock_us is not None:
            self._ready.append(message._replace(arrived_us=self._now.clock_us))
        elif self.assume_us is None and len(self._undated) < MAX_UNDATED:
            self._undated.append(message)
        else:
            self._ready.append(message)

    def _tick(self, time_us: int | None) -> None:
        if time_us is None:
            return
        if self._now.clock_us is None and self._undated:
            self._ready += [m._replace(arrived_us=time_us) for m in self._undated]
            self._undated = []
        self._now.clock_us = time_us

    def _note_tag(self, block: bytes) -> bool:
        read = tag.parse(block)
        if read is None:
            self.tally.noted["tag_checksum"] += 1
            return False
        self._now.block = tag.merge(self._now.block, read)
        return True

    def _of_group(self, group: str, said: tag.Tag) -> tag.Tag:
        """Time and source stand on the first sentence of a TAG group only."""
        known = self._groups.pop(group, None)
        said = tag.merge(known, said)
        self._groups[group] = said
        if len(self._groups) > MAX_GROUPS:
            del self._groups[next(iter(self._groups))]
        return said

    def _drop(self, reason: str) -> None:
        self.tally.rejected[reason] += 1

    def _pass(self, kind: str) -> None:
        known = self.tally.passed_over
        known[kind if kind in odd.KINDS else "other"] += 1


def _satellite_name(station: str | None) -> bool:
    return station is not None and any(word in station.upper() for word in ("ORBCOMM", "SPIRE", "EXACTEARTH"))


def _wrapped(s: Sentence, wrapper: Wrapper, *, live: bool, clock_us: int | None) -> Sentence:
    """The sentence with the time and place of its reception as its wrapper tells them."""
    arrived = s.arrived_us
    if not live:
        # What a satellite sensed an hour ago arrives now; what a station on land heard arrives as it is heard.
        arrived = clock_us if wrapper.satellite and clock_us is not None else wrapper.time_us
    return s._replace(
        arrived_us=arrived,
        heard_us=wrapper.time_us,
        station=s.station or wrapper.station,
        satellite=s.satellite or wrapper.satellite,
    )
