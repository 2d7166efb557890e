"""Fold: runs behaviours over fixes in order of vessel and time, and says what is found in versions of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from periplus.behaviours import gap, versions
from periplus.behaviours.behaviour import CLOSED, KEY, STATE, VESSEL, Chosen, Context
from periplus.behaviours.coverage import Heard
from periplus.behaviours.evidence import events
from periplus.behaviours.meetings import Meetings
from periplus.behaviours.silences import Silences
from periplus.model.carry import Carries, Carry, groups
from periplus.model.event import EVENT
from periplus.model.fixes import Fixes, Floats, Ints
from periplus.model.track import SLOTS


def carries(chosen: Sequence[Chosen]) -> dict[str, Carry]:
    """The empty carry of each behaviour."""
    return {c.kind: Carry.empty(c.behaviour.carry_width) for c in chosen}


def run(chosen: Chosen, carry: Carry, by_vessel: Fixes, by_mmsi: Fixes) -> tuple[Carry, Floats]:
    """One behaviour over the same fixes in order of vessel, or of MMSI, and time: its carry, and what they ended.

    A behaviour by MMSI sees all ships under one together, and a carry of SLOTS records of each.
    """
    behaviour = chosen.behaviour
    together = behaviour.BY == "mmsi"
    fixes = by_mmsi if together else by_vessel
    key, starts = groups(fixes.mmsi if together else fixes.vessel)
    vessels = (key[:, None] * SLOTS + np.arange(SLOTS)).ravel() if together else key
    data = carry.at(vessels)
    held = data.reshape(len(key), carry.width * (SLOTS if together else 1))
    records = behaviour.kernel(fixes.x, fixes.zones, fixes.vessel, starts, held, chosen.numbers)
    return carry.put(vessels, data), records


def ongoing(chosen: Chosen, carry: Carry, clock_us: int) -> Floats:
    """What a carry says is still going on at a time."""
    return chosen.behaviour.ongoing(carry.key, carry.data, chosen.numbers, float(clock_us))


@dataclass(frozen=True, slots=True)
class Said:
    """What has been said and may still change: records by kind, what was heard where, and the void silences."""

    records: dict[str, Floats]
    heard: Heard
    silences: Silences
    meetings: Meetings

    @staticmethod
    def nothing(chosen: Sequence[Chosen]) -> Said:
        records = {c.kind: np.empty((0, c.behaviour.record_width)) for c in chosen}
        return Said(records, Heard.nothing(), Silences.none(), Meetings.none())


@dataclass(frozen=True, slots=True)
class Touched:
    """The MMSIs (ascending) whose fixes were folded in a step, and those of them that were folded again."""

    mmsi: Ints
    again: Ints


def found(
    chosen: Chosen,
    said: Said,
    carries: Carries,
    ended: Floats,
    touched: Touched,
    *,
    clock_us: int,
    settled_us: int,
    lateness_s: float,
) -> tuple[Said, Floats, int]:
    """All records of a behaviour that may still change, after `ended` came to those said before.

    Gives also how many silences proved void. What is going on follows from the carries alone, so nothing but
    what has ended needs remembering.
    """
    if chosen.behaviour.BY == "pair":
        meetings = said.meetings.add(ended, touched.again, settled_us, chosen.numbers)
        current, settled = carries.current[chosen.kind], carries.settled[chosen.kind]
        rows = versions.latest(meetings.records(current, settled, clock_us, chosen.numbers))
        return replace(said, meetings=meetings), rows, 0
    before = said.records[chosen.kind]
    was_closed = before[:, STATE] == CLOSED
    kept = before[was_closed & ~versions.under(before, touched.again)]
    if chosen.behaviour.clocked:
        beyond, _ = groups(carries.current[chosen.kind].key // SLOTS)
        settled = carries.settled[chosen.kind].without_mmsi(beyond)
        now = [ongoing(chosen, settled, clock_us), ongoing(chosen, carries.current[chosen.kind], clock_us)]
    else:
        still = before[~was_closed & ~versions.under(before, touched.mmsi)]
        now = [still, ongoing(chosen, carries.current[chosen.kind].of_mmsi(touched.mmsi), clock_us)]
    new, void = np.concatenate([ended, *now]), 0
    # What the clock alone closed before the watermark has been said and settled.
    new = new[~versions.settled(new, settled_us)]
    if chosen.kind == gap.BEHAVIOUR.KIND:
        memory, heard, new, void = said.silences.weigh(new, said.heard, chosen.thresholds, lateness_s)
        said = replace(said, heard=heard, silences=memory)
    return said, versions.latest(np.concatenate([kept, new])), void


def say(chosen: Chosen, before: Floats, now: Floats, cause: Cause, context: Context) -> pa.Table:
    """EVENT rows for what changed between two sets of records."""
    diff = versions.difference(before, now)
    if not len(diff.records):
        return EVENT.empty_table()
    causes = [cause(r) if c == "withdrawn" else None for r, c in zip(diff.records, diff.changes, strict=True)]
    return events(chosen, diff.records, diff.changes, causes, context)


@dataclass(frozen=True, slots=True)
class Cause:
    """Names the observation that withdrew an event: the first new one of its vessels after it began."""

    fixes: Fixes  # those that were new in the step
    sources: Sequence[str]

    def __call__(self, record: Floats) -> str | None:
        own = np.isin(self.fixes.mmsi, [int(record[VESSEL]) // SLOTS, int(record[KEY]) // SLOTS])
        rows = np.flatnonzero(own)
        if not len(rows):
            return None
        after = rows[self.fixes.t[rows] > record[1]]
        i = int(after[np.argmin(self.fixes.t[after])] if len(after) else rows[0])
        observed, received = (
            np.datetime64(int(us), "us") for us in (self.fixes.t[i], self.fixes.received[i])
        )
        source = self.sources[int(self.fixes.x[i, 5])]
        return f"{int(self.fixes.mmsi[i]):09d} at {str(observed)[:19]}Z from {source}, received {str(received)[11:16]}Z"


def settle(chosen: Sequence[Chosen], said: Said, carries: Carries, before_us: int) -> Said:
    """Forgets what no admissible observation can change."""
    records = {kind: rows[~versions.settled(rows, before_us)] for kind, rows in said.records.items()}
    said = replace(said, records=records)
    for c in chosen:
        if c.kind == gap.BEHAVIOUR.KIND:
            heard = said.heard.merged().since(before_us - gap.hearing_reach_us(c.thresholds))
            said = replace(said, heard=heard, silences=said.silences.settle(carries.settled[c.kind]))
        elif c.behaviour.BY == "pair":
            said = replace(said, meetings=said.meetings.settle(before_us, c.numbers))
    return said
