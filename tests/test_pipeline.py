"""The pipeline says things once, takes back what late data refutes, and goes on from a checkpoint unchanged."""

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from behaviours.sea import EPOCH_US, HOUR, between, neighbours, observations, sea, voyage, without
from laws.scene import scene

from periplus import pipeline
from periplus.model.fixes import column_matrix, matrix_column
from periplus.model.schema import SchemaError
from periplus.model.track import TRACK_POINT

GAPS = pipeline.plan(kinds=["gap"])


def run(plan: pipeline.Plan, *batches: pa.Table) -> list[pipeline.Out]:
    state, outs = pipeline.start(plan), []
    for batch in batches:
        state, out = pipeline.step(plan, state, batch)
        outs.append(out)
    return outs


def said(out: pipeline.Out) -> list[tuple[str, str]]:
    return [(event["kind"], event["change"]) for event in out.events.to_pylist()]


def test_a_gap_opens_by_the_clock_and_closes_under_one_id() -> None:
    whole = sea(neighbours((0, 14)), without(voyage(232_000_001, (0, 14)), 4, 8.1))
    outs = run(GAPS, between(whole, 0, 6.5), between(whole, 6.5, 7.5), between(whole, 7.5, 14))
    assert [said(out) for out in outs] == [[], [("gap", "opened")], [("gap", "closed")]]
    first, last = outs[1].events.to_pylist()[0], outs[2].events.to_pylist()[0]
    assert first["id"] == last["id"]


def test_late_data_withdraws_a_gap_and_is_named_as_the_cause() -> None:
    whole = sea(neighbours((0, 14)), without(voyage(232_000_001, (0, 14)), 4, 12))
    late = observations(232_000_001, [6.5 * HOUR], [61.3], [5.0], sog=12.0, cog=90.0, source="satellite")
    outs = run(GAPS, between(whole, 0, 7.2), late)
    assert said(outs[0]) == [("gap", "opened")]
    [event] = outs[1].events.to_pylist()
    assert (event["change"], event["state"]) == ("withdrawn", "withdrawn")
    assert event["cause"] == "232000001 at 2025-11-05T06:30:00Z from satellite, received 06:30Z"


def test_what_is_older_than_the_bound_is_counted_late_and_changes_nothing() -> None:
    whole = sea(neighbours((0, 14)), without(voyage(232_000_001, (0, 14)), 4, 12))
    late = observations(232_000_001, [5.5 * HOUR], [61.1], [5.0], sog=12.0, cog=90.0)
    outs = run(GAPS, between(whole, 0, 7.2), late)
    assert outs[1].counts == {"late": 1}
    assert not outs[1].events.num_rows
    assert not outs[1].points.num_rows


def test_points_are_given_once_and_conform() -> None:
    whole = scene(1)
    outs = run(pipeline.plan(kinds=["gap"]), whole.slice(0, 900), whole.slice(900))
    points = pa.concat_tables([out.points for out in outs])
    assert points.schema == TRACK_POINT
    counted = sum(out.counts.get("accepted", 0) for out in outs)
    assert points.num_rows == counted
    assert (
        len(set(zip(*(points.column(n).to_pylist() for n in ("mmsi", "observed_at", "lon")), strict=True)))
        == counted
    )


def test_every_row_is_accepted_or_counted() -> None:
    whole = scene(2)
    [out] = run(pipeline.Plan(None, ()), whole)
    assert sum(out.counts.values()) == whole.num_rows


def test_a_checkpoint_has_the_same_future() -> None:
    """Through Arrow's own file format, as a restart takes it."""
    plan, whole = pipeline.plan(overrides={"gap.min_neighbours": 0}), scene(4)
    state = pipeline.start(plan)
    for k in range(0, 1500, 300):
        state, _ = pipeline.step(plan, state, whole.slice(k, 300))
    restored = pipeline.State({name: _through_a_file(table) for name, table in state.tables.items()})
    for k in range(1500, whole.num_rows, 300):
        state, out = pipeline.step(plan, state, whole.slice(k, 300))
        restored, same = pipeline.step(plan, restored, whole.slice(k, 300))
        assert out.events.to_pylist() == same.events.to_pylist()
        assert out.points.to_pylist() == same.points.to_pylist()
        assert out.counts == same.counts


def test_a_checkpoint_of_a_program_with_fewer_facts_has_the_same_future() -> None:
    """Facts that have come since stand last in what is remembered, and are not available."""
    plan, whole = pipeline.plan(overrides={"gap.min_neighbours": 0}), scene(4)
    state = pipeline.start(plan)
    for k in range(0, 1500, 300):
        state, _ = pipeline.step(plan, state, whole.slice(k, 300))
    grown = {"tail": "x", "said.gap": "record"} | {
        f"{which}.{kind}": "data" for which in ("settled", "current") for kind in ("gap", "encounter")
    }
    older = dict(state.tables) | {
        name: _narrower(state.tables[name], column) for name, column in grown.items()
    }
    restored = pipeline.State(older)
    for k in range(1500, whole.num_rows, 300):
        state, out = pipeline.step(plan, state, whole.slice(k, 300))
        restored, same = pipeline.step(plan, restored, whole.slice(k, 300))
        assert out.events.to_pylist() == same.events.to_pylist()
        assert out.counts == same.counts


def _narrower(table: pa.Table, name: str) -> pa.Table:
    data = column_matrix(table.column(name), table.schema.field(name).type.list_size)
    return table.set_column(table.schema.get_field_index(name), name, matrix_column(data[:, :-1]))


def _through_a_file(table: pa.Table) -> pa.Table:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_file(sink.getvalue()).read_all()


def test_as_of_leaves_out_what_came_after_and_counts_silence_up_to_it() -> None:
    whole = sea(neighbours((0, 14)), without(voyage(232_000_001, (0, 14)), 4, 12))
    assert pipeline.detect(GAPS, whole, as_of_us=EPOCH_US + 6 * HOUR * 1_000_000).num_rows == 0
    [gap] = pipeline.detect(GAPS, whole, as_of_us=EPOCH_US + 8 * HOUR * 1_000_000).to_pylist()
    assert gap["state"] == "open"


def test_facts_that_a_file_brings_are_used_as_they_are() -> None:
    whole = sea(neighbours((0, 14), port_km=300.0), without(voyage(232_000_001, (0, 14), port_km=1.0), 4, 12))
    assert pipeline.detect(GAPS, pipeline.as_observations(whole)).num_rows == 0


def test_a_file_of_tracks_needs_little_more_than_time_place_and_mmsi() -> None:
    few = voyage(232_000_001, (0, 2)).select(["mmsi", "observed_at", "lon", "lat"])
    full = pipeline.as_observations(few, source="mine")
    assert full.column("source")[0].as_py() == "mine"
    assert pipeline.detect(pipeline.plan(), full).num_rows == 0
    with pytest.raises(SchemaError, match="observed_at"):
        pipeline.as_observations(few.drop_columns(["observed_at"]))


def test_the_class_of_the_receiver_tells_the_sensor() -> None:
    words = ["satellite", "terrestrial", "sat", "ter", "S-AIS", "T-AIS", " Satellite", "SAT", "", "?", None]
    few = voyage(232_000_001, (0, 2)).slice(0, len(words)).drop_columns(["sensor"])
    heard = few.append_column("receiver", pa.array(words))
    shore, satellite = "ais", "ais_satellite"
    assert pipeline.as_observations(heard).column("sensor").to_pylist() == [
        satellite, shore, satellite, shore, satellite, shore, satellite, satellite, shore, shore, shore,
    ]  # fmt: skip
    coded = few.append_column("receiver", pa.array(words).dictionary_encode())
    assert pipeline.as_observations(coded) == pipeline.as_observations(heard)
    numbered = few.append_column("receiver", pa.array(range(len(words))))
    assert set(pipeline.as_observations(numbered).column("sensor").to_pylist()) == {shore}
    told = heard.append_column("sensor", pa.array(["lrit"] * len(words)))
    assert set(pipeline.as_observations(told).column("sensor").to_pylist()) == {"lrit"}


def test_a_fact_that_is_no_number_is_one_clear_line() -> None:
    few = voyage(232_000_001, (0, 2)).select(["mmsi", "observed_at", "lon", "lat"])
    with pytest.raises(SchemaError, match="shore_nm"):
        pipeline.as_observations(few.append_column("shore_nm", pa.array(["far"] * few.num_rows)))


@pytest.mark.parametrize(
    ("name", "vessels"),
    [("nmea/amsa_exactearth_20120131.nmea.gz", 985), ("ais/solent_20160112_1302.csv.gz", 91)],
)
def test_real_recordings_are_worked_off_and_an_ordinary_hour_is_quiet(
    shared: Path, name: str, vessels: int
) -> None:
    from periplus.fusion.facts import load_facts
    from periplus.sources.reading import read_file

    observed = pa.concat_tables(
        [b.observations for b in read_file(str(shared / "data" / name), label="TEST//TLP:AMBER")]
    )
    plan = pipeline.plan(load_facts())
    outs: Any = run(plan, *(observed.slice(k, 2000) for k in range(0, observed.num_rows, 2000)))
    heard = {vessel for out in outs for vessel in out.points.column("vessel").to_pylist()}
    assert len(heard) == pytest.approx(vessels, abs=2)
    assert [event for out in outs for event in out.events.to_pylist() if event["priority"] != "know"] == []


def test_what_is_late_or_heard_twice_is_counted_for_the_source_that_brought_it() -> None:
    early = voyage(232_000_001, (0, 1), source="shore")
    again = between(voyage(232_000_001, (0, 1), source="hill"), 0.5, 0.9)
    plan = pipeline.plan()
    _, out = pipeline.step(plan, pipeline.start(plan), sea(early, again))
    assert out.by_source == {"duplicate:hill": again.num_rows}
    assert out.counts["duplicate"] == again.num_rows
