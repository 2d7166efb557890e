"""The laws of a stage, held against every stage: how input is divided, shuffled or repeated does not matter."""

import itertools
import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from laws.scene import ZONES, scene
from periplus import behaviours, pipeline
from periplus.fusion import identity
from periplus.fusion.enrich import enrich
from periplus.fusion.facts import load_facts
from periplus.model.event import EVENT
from periplus.model.track import TRACK_POINT

LATENESS_S = 3600.0
KINDS = [behaviour.KIND for behaviour in behaviours.all()]
PAIRED = {"encounter"}  # what happens between vessels needs them in one call
Batches = list[pa.Table]


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("laws") / "zones.geojson"
    path.write_text(json.dumps(ZONES))
    return load_facts(zones=path)


@dataclass(frozen=True)
class Stage:
    """`run` folds batches and gives all that must not depend on how they were cut."""

    name: str
    run: Callable[[Any, Batches], Any]
    empty: Callable[[Any], bool]
    by_vessel: bool = True
    ordered: bool = False  # whether it wants its input in order


def _plan(facts: Any, kinds: list[str]) -> pipeline.Plan:
    # Whether neighbours were heard cannot be told from some of the vessels alone, so it is not asked here.
    overrides = {"gap.min_neighbours": 0} if "gap" in kinds else {}
    chosen = behaviours.choose(kinds, overrides=overrides) if kinds else ()
    return pipeline.Plan(facts, chosen, LATENESS_S)


def _final(plan: pipeline.Plan, batches: Batches) -> tuple[dict[str, Any], Counter[str]]:
    """The last version of each event that was not withdrawn, and how often each thing was counted."""
    state, last, counts = pipeline.start(plan), {}, Counter[str]()
    for batch in batches:
        state, out = pipeline.step(plan, state, batch)
        counts.update(out.counts)
        for event in out.events.to_pylist():
            last[event["id"]] = event
    kept = {i: _content(event) for i, event in last.items() if event["state"] != "withdrawn"}
    return kept, Counter({reason: n for reason, n in counts.items() if n})


def _content(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in ("change", "cause")}


def _events(kinds: list[str]) -> Stage:
    name = kinds[0] if len(kinds) == 1 else "pipeline"

    def empty(facts: Any) -> bool:
        plan = _plan(facts, kinds)
        _, out = pipeline.step(plan, pipeline.start(plan), scene(0).slice(0, 0))
        return out.events.schema == EVENT and out.points.schema == TRACK_POINT and not out.events.num_rows

    return Stage(
        name, lambda facts, batches: _final(_plan(facts, kinds), batches), empty, not PAIRED & set(kinds)
    )


def _cleaned(facts: Any, batches: Batches) -> Any:
    return _final(pipeline.Plan(None, (), LATENESS_S), batches)[1]


def _tracked(facts: Any, batches: Batches) -> Any:
    state = pipeline.start(plan := pipeline.Plan(None, (), LATENESS_S))
    points = []
    for batch in batches:
        state, out = pipeline.step(plan, state, batch)
        points.append(out.points)
    return _sorted(pa.concat_tables(points))


def _enriched(facts: Any, batches: Batches) -> Any:
    plan = pipeline.Plan(None, (), LATENESS_S)
    tables = [pipeline.step(plan, pipeline.start(plan), batch)[1].points for batch in batches]
    return _sorted(pa.concat_tables([enrich(table, facts) for table in tables]))


def _identified(facts: Any, batches: Batches) -> Any:
    state = identity.start()
    for batch in batches:
        named = batch.set_column(
            batch.schema.get_field_index("name"),
            "name",
            pa.array([f"SHIP {mmsi}" for mmsi in batch.column("mmsi").to_pylist()], pa.string()),
        )
        state, _ = identity.claims(state, named)
    return state.to_pylist()


def _sorted(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: (row["vessel"], row["observed_at"], row["lon"]))


def _no_points(facts: Any) -> bool:
    plan = pipeline.Plan(None, (), LATENESS_S)
    return pipeline.step(plan, pipeline.start(plan), scene(0).slice(0, 0))[1].points.schema == TRACK_POINT


STAGES = [
    Stage("clean", _cleaned, _no_points),
    Stage("track", _tracked, _no_points, ordered=True),
    Stage("enrich", _enriched, lambda facts: enrich(TRACK_POINT.empty_table(), facts).num_rows == 0, ordered=True),
    Stage("identity", _identified, lambda facts: not identity.claims(identity.start(), scene(0)[:0])[1].num_rows),
    *(_events([kind]) for kind in KINDS),
    _events(KINDS),
]  # fmt: skip


def _each(stages: list[Stage]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stage", stages, ids=lambda stage: stage.name)


every_stage = _each(STAGES)
drawn = pytest.mark.parametrize("seed", range(int(os.environ.get("PERIPLUS_SEEDS", 2))))


def _cut(table: pa.Table, rng: np.random.Generator, pieces: int) -> Batches:
    at = np.sort(np.concatenate([[0, table.num_rows], rng.integers(0, table.num_rows, pieces)]))
    return [table.slice(a, b - a) for a, b in itertools.pairwise(at)]


@every_stage
@drawn
def test_time_law_consecutive_batches_change_nothing(stage: Stage, facts: Any, seed: int) -> None:
    rng, whole = np.random.default_rng(seed), scene(seed)
    if stage.name == "enrich":  # has no memory: any cut will do, but each batch is tracked anew
        whole = whole.filter(pa.compute.equal(whole.column("mmsi"), 232_000_003))
    assert stage.run(facts, _cut(whole, rng, int(rng.choice([1, 7, 40])))) == stage.run(facts, [whole])


@_each([stage for stage in STAGES if not stage.ordered])
@drawn
def test_order_law_arrival_within_the_bound_changes_nothing(stage: Stage, facts: Any, seed: int) -> None:
    rng, whole = np.random.default_rng(seed), scene(seed)
    observed = whole.column("observed_at").cast(pa.int64()).to_numpy()
    arrival = observed + rng.uniform(0, LATENESS_S * 1e6, len(observed))
    shuffled = whole.take(pa.array(np.argsort(arrival)))
    assert stage.run(facts, _cut(shuffled, rng, int(rng.choice([3, 12, 60])))) == stage.run(facts, [whole])


@_each([stage for stage in STAGES if stage.by_vessel])
@drawn
def test_vessel_law_dividing_whole_vessels_changes_nothing(stage: Stage, facts: Any, seed: int) -> None:
    rng, whole = np.random.default_rng(seed), scene(seed)
    mmsi = whole.column("mmsi").to_numpy()
    side = rng.integers(0, 2, mmsi.max() + 1)[mmsi].astype(bool)
    # Each part has its own clock; one last report in each makes them stop at the same time.
    last = whole.slice(whole.num_rows - 1, 0 if stage.name == "identity" else 1)
    parts = [pa.concat_tables([whole.filter(pa.array(rows)), last]) for rows in (side, ~side)]
    together = _merge([stage.run(facts, [part]) for part in parts])
    assert _merge([together, _merge([])]) == _merge([stage.run(facts, [pa.concat_tables([whole, last])])])


def _merge(results: list[Any]) -> Any:
    """Events of all, once each; counts are not compared, since the last report is in both parts."""
    out: dict[str, Any] = {}
    for result in results:
        if isinstance(result, tuple):
            out |= result[0]
        elif isinstance(result, Counter):
            continue
        elif isinstance(result, list):
            out |= {json.dumps(row, default=str, sort_keys=True): row for row in result}
        else:
            out |= result
    return out


@every_stage
def test_empty_law_nothing_in_nothing_out(stage: Stage, facts: Any) -> None:
    assert stage.empty(facts)


@every_stage
def test_purity_the_input_is_untouched(stage: Stage, facts: Any) -> None:
    whole = scene(3)
    batches = _cut(whole, np.random.default_rng(3), 5)
    before = [table.to_pylist() for table in batches]
    stage.run(facts, batches)
    assert [table.to_pylist() for table in batches] == before


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "zone_entry"])
@drawn
def test_the_antimeridian_is_a_line_like_any_other(kind: str, seed: int) -> None:
    plan = _plan(None, [kind])
    here, there = (_final(plan, [scene(seed, turn_deg=turn)])[0].values() for turn in (0.0, 119.9))
    assert sorted(map(_unplaced, here)) == sorted(map(_unplaced, there))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "loitering"])
@drawn
def test_midnight_is_an_instant_like_any_other(kind: str, facts: Any, seed: int) -> None:
    """Eleven hours fifty later; whole ten minutes, since encounters are read off at those."""
    plan = _plan(facts, [kind])
    here, there = (
        _final(plan, [scene(seed, later_s=later)])[0].values() for later in (0.0, 11 * 3600 + 3000)
    )
    assert sorted(map(_untimed, here)) == sorted(map(_untimed, there))


@pytest.mark.parametrize("kind", KINDS)
@drawn
def test_hearing_a_report_twice_changes_nothing(kind: str, facts: Any, seed: int) -> None:
    plan, whole, rng = _plan(facts, [kind]), scene(seed), np.random.default_rng(seed)
    again = np.sort(np.concatenate([np.arange(whole.num_rows), rng.integers(0, whole.num_rows, 300)]))
    assert _final(plan, [whole.take(pa.array(again))])[0] == _final(plan, [whole])[0]


def _unplaced(event: dict[str, Any]) -> str:
    """What remains of an event when longitudes are turned: they are rounded, and so are distances."""
    measured = {
        k: round(v, 1) if isinstance(v, float) else v
        for k, v in json.loads(event["evidence"])["measured"].items()
    }
    return json.dumps([event["vessels"], str(event["start"]), str(event["end"]), event["state"], measured])


def _untimed(event: dict[str, Any]) -> str:
    lasted = None if event["end"] is None else str(event["end"] - event["start"])
    return json.dumps([event["vessels"], lasted, event["state"], json.loads(event["evidence"])["measured"]])


def test_the_scene_has_everything_in_it(facts: Any) -> None:
    """The laws would hold of nothing as well."""
    found = Counter(
        event["kind"] for seed in range(3) for event in _final(_plan(facts, KINDS), [scene(seed)])[0].values()
    )
    assert set(found) == set(KINDS), found


def test_detect_finds_what_the_steps_said(facts: Any) -> None:
    plan, whole = _plan(facts, KINDS), scene(5)
    detected = {event["id"]: _content(event) for event in pipeline.detect(plan, whole).to_pylist()}
    assert detected == _final(plan, _cut(whole, np.random.default_rng(5), 30))[0]
