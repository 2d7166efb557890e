"""The pipeline: what the machine does to every observation, from arrival to event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus import behaviours
from periplus.behaviours import fold
from periplus.behaviours.behaviour import Chosen, Context
from periplus.behaviours.coverage import Heard
from periplus.behaviours.meetings import Meetings
from periplus.behaviours.silences import Silences
from periplus.fusion import clean, identity, order, track
from periplus.fusion.enrich import enrich
from periplus.fusion.facts import Facts
from periplus.fusion.tail import Tail
from periplus.geo.units import HOUR_S, SECOND_US
from periplus.model.carry import Carries, Carry
from periplus.model.event import EVENT
from periplus.model.fixes import SOURCE, Fixes, Floats, Names, column_matrix, matrix_column, slot_zero
from periplus.model.observation import OBSERVATION, receiver_sensor
from periplus.model.schema import conform, empty
from periplus.model.track import SLOTS, TRACK_POINT

LATENESS_S = HOUR_S
# What a file may bring as columns of its own.
FACTS = ("shore_nm", "port_km", "anchorage_km", "reception_per_day", "zones")
_AIRCRAFT = 111  # first digits of their MMSIs: shown, not judged


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: the facts of the sea, the behaviours to look for, how late an observation may come."""

    facts: Facts | None
    behaviours: tuple[Chosen, ...]
    lateness_s: float = LATENESS_S

    @property
    def watched(self) -> np.uint64:
        """The bits of the zones whose entry is worth telling."""
        zones = self.facts.zones if self.facts is not None else ()
        return np.uint64(sum(1 << zone.index for zone in zones if zone.watch))


@dataclass(frozen=True, slots=True)
class State:
    """All that is remembered between steps, as Arrow tables: a checkpoint is these tables, and nothing else."""

    tables: Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Out:
    """What one step gave. Counts may be negative: late data can show that what was a repeat came first."""

    points: pa.Table  # TRACK_POINT: accepted in this step, or found in it to belong to another vessel
    events: pa.Table  # EVENT: what was opened, updated, closed or withdrawn
    claims: pa.Table  # IDENTITY_CLAIM: new or prolonged
    counts: Mapping[str, int]  # accepted, late, duplicate, unconfirmed, sentinel, ...
    by_source: Mapping[str, int]  # of these, 'late:name' and 'duplicate:name' for each source


def plan(
    facts: Facts | None = None,
    *,
    lateness_s: float = LATENESS_S,
    kinds: Collection[str] | None = None,
    profile: str | None = None,
    overrides: Mapping[str, float] | Iterable[tuple[str, float]] = (),
) -> Plan:
    """A plan from names and numbers. Raises behaviours.BehaviourError, one clear line."""
    return Plan(facts, behaviours.choose(kinds, profile, overrides), lateness_s)


def start(plan: Plan) -> State:
    """Nothing seen yet."""
    return _Memory.new(plan).state()


def step(
    plan: Plan, state: State, observations: pa.Table, *, as_of_us: int | None = None
) -> tuple[State, Out]:
    """Works off observations in order of arrival: the fold that live watch, replay and exercise share.

    Time is that of the observations; `as_of_us` only says that nothing can have been observed after it.
    """
    memory = _Memory.of(plan, state)
    claimed, claims = identity.claims(memory.claims, observations.select(OBSERVATION.names))
    memory, fresh, counts = _admit(plan, memory, observations, as_of_us)
    memory, folded = _fold(plan, memory, fresh)
    memory, events, void = _say(plan, memory, folded)
    if memory.clock_us - memory.settled_us > 1.5 * plan.lateness_s * SECOND_US:
        memory = _settle(plan, memory)
    counts.update(folded.counts)
    counts.update(void)
    tally = {reason: n for reason, n in sorted(counts.items()) if n}
    memory = replace(memory, claims=claimed)
    whole = {reason: n for reason, n in tally.items() if ":" not in reason}
    by_source = {reason: n for reason, n in tally.items() if ":" in reason}
    return memory.state(), Out(folded.points(memory), events, claims, whole, by_source)


def detect(plan: Plan, observations: pa.Table, *, as_of_us: int | None = None) -> pa.Table:
    """The events of a whole file, in any order, as of a time (default: its last observation): one big batch."""
    if as_of_us is not None:
        observations = observations.filter(pa.compute.less_equal(_us(observations, "observed_at"), as_of_us))
    memory = _Memory.new(plan)
    endless = replace(plan, lateness_s=1e9)  # nothing is late in a file
    memory, fresh, _ = _admit(endless, memory, observations, None)
    if as_of_us is not None:
        memory = replace(memory, clock_us=max(memory.clock_us, as_of_us))
    memory, folded = _fold(plan, memory, fresh)
    return _say(plan, memory, folded)[1].sort_by([("start", "ascending"), ("id", "ascending")])


def as_observations(
    table: pa.Table, *, source: str = "file", label: str = "CENTRE//TLP:AMBER+STRICT"
) -> pa.Table:
    """A file's table as observations, with the facts it brings: OBSERVATION or TRACK_POINT columns, or fewer.

    What a track file need not have is filled in: received when observed, source and label as given, the sensor
    by the class of the `receiver`. Columns that are neither are left out. Raises SchemaError.
    """
    known = [*OBSERVATION.names, *FACTS]
    if "sensor" not in table.column_names and "receiver" in table.column_names:
        table = table.append_column("sensor", receiver_sensor(table.column("receiver")))
    table = table.select([name for name in table.column_names if name in known])
    given = {"received_at": "observed_at", "source": source, "sensor": "ais", "label": label}
    for name, value in given.items():
        if name not in table.column_names:
            n = table.num_rows
            column = table.column(value) if value in table.column_names else pa.repeat(value, n)
            table = table.append_column(name, column)
    facts = [name for name in FACTS if name in table.column_names]
    checked = conform(table.drop_columns(facts), OBSERVATION)
    brought = conform(table.select(facts), pa.schema([TRACK_POINT.field(name) for name in facts]))
    for name in facts:
        checked = checked.append_column(name, brought.column(name))
    return checked


# ---- what a step consists of


def _admit(
    plan: Plan, memory: _Memory, observations: pa.Table, as_of_us: int | None
) -> tuple[_Memory, Fixes, Counter[str]]:
    """Positions of vessels that are not too late, with the facts of their place, in order of MMSI and time."""
    left, rejected = clean.screen(observations, as_of_us=as_of_us)
    counts = Counter(rejected)
    rows = np.flatnonzero(left)
    observed = _us(observations, "observed_at").to_numpy()[rows]
    too_late, clock_us = order.late(observed, memory.clock_us, int(plan.lateness_s * SECOND_US))
    counts["late"] += int(too_late.sum())
    counts.update(_by_source("late", observations.column("source").take(pa.array(rows[too_late]))))
    points = clean.plausible(_points(observations.take(pa.array(rows[~too_late]))))
    if plan.facts is not None:
        points = enrich(points, plan.facts)
    fixes, names, labels = Fixes.of_points(points, memory.names, memory.labels)
    fixes = fixes.take(order.in_order(fixes, names, labels))
    return replace(memory, clock_us=clock_us, names=names, labels=labels), fixes, counts


@dataclass(frozen=True, slots=True)
class _Folded:
    """What the fold over the vessels of one step gave."""

    fresh: Fixes
    accepted: Fixes  # those to be shown: new, or now known to be of another vessel
    ended: dict[str, Floats]  # records by kind
    touched: fold.Touched
    counts: Counter[str]

    def points(self, memory: _Memory) -> pa.Table:
        return self.accepted.points(memory.names, memory.labels)


def _fold(plan: Plan, memory: _Memory, fresh: Fixes) -> tuple[_Memory, _Folded]:
    """Vessels whose fixes come in order go on from where they are; the others begin again at the watermark."""
    mmsi, first = np.unique(fresh.mmsi, return_index=True)
    last_us = memory.carries.current["clean"].at(slot_zero(mmsi))[:, clean.LAST]
    goes_on = (last_us > 0) & (fresh.t[first] > last_us)
    again = mmsi[(last_us > 0) & ~goes_on]
    base = memory.carries.base(mmsi[goes_on], mmsi[~goes_on])

    before = memory.tail.of_mmsi(again)
    before = before.take(order.in_order(before, memory.names, memory.labels))
    rows, by_time = fresh, np.arange(len(fresh))
    if len(before):
        rows = Fixes.concat([fresh, before])
        by_time = order.in_order(rows, memory.names, memory.labels)
        rows = rows.take(by_time)
    chain = _chain(plan, base, rows)
    new = by_time < len(fresh)
    shown = chain.accepted & new
    counts = chain.counts(memory.names)
    if len(before):
        was = _chain(replace(plan, behaviours=()), base, before)
        counts.subtract(was.counts(memory.names))
        shown[~new] |= chain.accepted[~new] & ~(was.accepted & (was.fixes.vessel == chain.fixes.vessel[~new]))
    folded = _Folded(fresh, chain.fixes.take(shown), chain.records, fold.Touched(mmsi, again), counts)
    heard = memory.said.heard.add(fresh) if plan.behaviours else memory.said.heard
    return replace(
        memory,
        carries=memory.carries.advanced(mmsi, chain.carries),
        tail=memory.tail.add(fresh),
        said=replace(memory.said, heard=heard),
    ), folded


@dataclass(frozen=True, slots=True)
class _Chain:
    carries: dict[str, Carry]
    fixes: Fixes  # all of them, with their vessels
    accepted: npt.NDArray[np.bool_]
    verdict: npt.NDArray[np.int8]
    records: dict[str, Floats]

    def counts(self, sources: Names) -> Counter[str]:
        codes, n = np.unique(self.verdict, return_counts=True)
        names = {track.ACCEPTED: "accepted", **track.REASONS}
        counts = Counter({names[int(code)]: int(count) for code, count in zip(codes, n, strict=True)})
        repeats = self.fixes.x[self.verdict == track.DUPLICATE, SOURCE].astype(np.int64)
        counts.update(_by_source("duplicate", sources.column(repeats)))
        return counts


def _chain(plan: Plan, base: Mapping[str, Carry], fixes: Fixes) -> _Chain:
    """Every vessel's fixes in order: clean, track, and one behaviour after another. Pure, and all there is to it."""
    carries = dict(base)
    carries["clean"], repeated = clean.fold(base["clean"], fixes)
    carries["track"], moved, verdict = track.fold(base["track"], fixes.take(~repeated))
    whole = np.full(len(fixes), track.DUPLICATE, np.int8)
    whole[~repeated] = verdict
    vessel = fixes.vessel.copy()
    vessel[~repeated] = moved.vessel
    x = fixes.x.copy()
    x[~repeated] = moved.x
    judged = (verdict == track.ACCEPTED) & (moved.mmsi // 1_000_000 != _AIRCRAFT)
    ships = moved.take(judged)
    ships = replace(ships, zones=ships.zones & plan.watched)
    by_vessel = track.by_vessel(ships)
    records = {}
    for chosen in plan.behaviours:
        carries[chosen.kind], records[chosen.kind] = fold.run(chosen, base[chosen.kind], by_vessel, ships)
    return _Chain(carries, fixes.with_vessel(vessel).with_x(x), whole == track.ACCEPTED, whole, records)


def _say(plan: Plan, memory: _Memory, folded: _Folded) -> tuple[_Memory, pa.Table, Counter[str]]:
    """What is found now against what was said before, as versions of events."""
    zones = {zone.index: zone for zone in plan.facts.zones} if plan.facts is not None else {}
    context = Context(memory.names, dict(enumerate(memory.labels.texts)), zones)
    cause = fold.Cause(folded.fresh, memory.names.texts)
    said, out, counts = memory.said, [empty(EVENT)], Counter[str]()
    records = {}
    for chosen in plan.behaviours:
        kind = chosen.kind
        said, records[kind], void = fold.found(
            chosen, said, memory.carries, folded.ended[kind], folded.touched,
            clock_us=memory.clock_us, settled_us=memory.settled_us, lateness_s=plan.lateness_s,
        )  # fmt: skip
        counts[f"{kind}_void"] += void
        out.append(fold.say(chosen, said.records[kind], records[kind], cause, context))
    return replace(memory, said=replace(said, records=records)), pa.concat_tables(out), counts


def _settle(plan: Plan, memory: _Memory) -> _Memory:
    """Moves the watermark on: folds for good what no admissible observation can precede any more."""
    before_us = memory.clock_us - int(plan.lateness_s * SECOND_US)
    old, tail = memory.tail.split(before_us)
    beyond = tail.mmsi
    caught_up = np.setdiff1d(memory.tail.mmsi, beyond)
    behind = np.intersect1d(np.unique(old.mmsi), beyond)
    rows = old.take(np.isin(old.mmsi, behind))
    rows = rows.take(order.in_order(rows, memory.names, memory.labels))
    base = {stage: carry.of_mmsi(behind) for stage, carry in memory.carries.settled.items()}
    carries = memory.carries.settle(caught_up, behind, _chain(plan, base, rows).carries)
    carries.settled["clean"] = clean.settle(carries.settled["clean"], before_us)
    said = fold.settle(plan.behaviours, memory.said, carries, before_us)
    return replace(memory, settled_us=before_us, tail=tail, carries=carries, said=said)


# ---- what is remembered


@dataclass(frozen=True, slots=True)
class _Memory:
    """The state, unpacked from its tables without copying."""

    clock_us: int  # the newest observation so far
    settled_us: int  # the watermark: everything before it is folded for good
    names: Names
    labels: Names
    tail: Tail
    carries: Carries
    said: fold.Said
    claims: pa.Table  # IDENTITY_CLAIM: all so far

    @staticmethod
    def new(plan: Plan) -> _Memory:
        stages = {"clean": clean.empty(), "track": track.empty(), **fold.carries(plan.behaviours)}
        said = fold.Said.nothing(plan.behaviours)
        return _Memory(
            order.NEVER, order.NEVER, Names(), Names(), Tail(), Carries.new(stages), said, identity.start()
        )

    def state(self) -> State:
        tables = {
            "watermark": pa.table({"clock_us": [self.clock_us], "settled_us": [self.settled_us]}),
            "names": self.names.table(),
            "labels": self.labels.table(),
            "tail": self.tail.table(),
            "heard": self.said.heard.table(),
            "silences": self.said.silences.table(),
            "identity": self.claims,
        }
        tables |= {f"settled.{stage}": carry.table() for stage, carry in self.carries.settled.items()}
        tables |= {f"current.{stage}": carry.table() for stage, carry in self.carries.current.items()}
        tables |= {f"meetings.{part}": table for part, table in self.said.meetings.tables().items()}
        tables |= {f"said.{k}": pa.table({"record": matrix_column(r)}) for k, r in self.said.records.items()}
        return State(tables)

    @staticmethod
    def of(plan: Plan, state: State) -> _Memory:
        """Of a checkpoint too; a behaviour that is new in the plan begins with nothing known."""
        blank, tables = _Memory.new(plan), state.tables
        clock = tables["watermark"].to_pylist()[0]

        def carries(which: str) -> dict[str, Carry]:
            return {
                stage: Carry.of(tables[f"{which}.{stage}"], nothing.width)
                if f"{which}.{stage}" in tables else nothing
                for stage, nothing in blank.carries.settled.items()
            }  # fmt: skip

        records = {
            kind: column_matrix(tables[f"said.{kind}"].column("record"), nothing.shape[1])
            if f"said.{kind}" in tables else nothing
            for kind, nothing in blank.said.records.items()
        }  # fmt: skip
        meetings = Meetings.of(*(tables[f"meetings.{part}"] for part in ("places", "close", "runs")))
        said = fold.Said(records, Heard.of(tables["heard"]), Silences.of(tables["silences"]), meetings)
        return _Memory(
            clock["clock_us"], clock["settled_us"], Names.of(tables["names"]), Names.of(tables["labels"]),
            Tail.of(tables["tail"]), Carries(carries("settled"), carries("current")), said, tables["identity"],
        )  # fmt: skip


def _points(observations: pa.Table) -> pa.Table:
    """Observations with a position as track points of the first vessel under their MMSI."""
    mmsi = observations.column("mmsi").to_numpy().astype(np.int64)
    columns = {
        name: observations.column(name) for name in observations.column_names if name in TRACK_POINT.names
    }
    return conform(pa.table({"vessel": slot_zero(mmsi), **columns}), TRACK_POINT)


def _by_source(reason: str, sources: pa.Array | pa.ChunkedArray) -> dict[str, int]:
    """How many of them each source brought, as 'reason:source'."""
    return {f"{reason}:{each['values']}": each["counts"] for each in sources.value_counts().to_pylist()}


def _us(table: pa.Table, name: str) -> pa.ChunkedArray:
    return table.column(name).cast(pa.int64())


__all__ = ["EVENT", "SLOTS", "Out", "Plan", "State", "as_observations", "detect", "plan", "start", "step"]
