"""Claims of identity: merged by value, whatever the order and division of what was heard."""

import numpy as np
import pyarrow as pa
import pytest

from periplus.fusion import identity
from periplus.model.identity import IDENTITY_CLAIM
from periplus.model.observation import OBSERVATION
from periplus.model.schema import conform

EPOCH_US = 1_700_000_000_000_000
LABEL = "IFC//TLP:AMBER+STRICT"


def heard(*rows):
    """Observations from (minute, mmsi, fields) and, if they matter, source and label."""
    filled = [{"source": "a", "label": LABEL, **fields, "mmsi": mmsi, "t": t} for t, mmsi, fields in rows]
    names = {name for row in filled for name in row} - {"t"}
    at = pa.array([EPOCH_US + row["t"] * 60_000_000 for row in filled], pa.timestamp("us", "UTC"))
    columns = {name: [row.get(name) for row in filled] for name in names}
    sensor = pa.array(["ais"] * len(filled))
    return conform(pa.table({"observed_at": at, "received_at": at, "sensor": sensor, **columns}), OBSERVATION)


def said(table):
    out = []
    for row in table.to_pylist():
        times = (row[name].timestamp() * 1e6 - EPOCH_US for name in ("since", "until"))
        out.append((row["mmsi"], row["field"], row["value"], *(round(t / 60e6) for t in times)))
    return out


def fold(*batches):
    state, changes = identity.start(), []
    for batch in batches:
        state, changed = identity.claims(state, batch)
        changes.append(changed)
    return state, changes


def in_order(table):
    return table.sort_by([(name, "ascending") for name in ("mmsi", "field", "value")]).combine_chunks()


def many(n=400, seed=1, ships=12):
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        ship = int(rng.integers(1, ships))
        label = ["IFC//TLP:AMBER+STRICT", "NAVY//TLP:GREEN//REL EU"][rng.integers(2)]
        stated = {"source": "ab"[rng.integers(2)], "label": label}
        if rng.random() < 0.7:
            stated["name"] = f"SHIP {ship} {'AB'[rng.integers(2)]}"
        if rng.random() < 0.4:
            stated["length_m"] = float(rng.integers(1, 4)) * 50
        rows.append((int(rng.integers(0, 500)), 419_000_000 + ship, stated))
    return heard(*rows)


def test_a_value_is_claimed_from_first_to_last_hearing():
    batch = heard(
        (5, 419000913, {"name": "RUEN", "length_m": 190.0}),
        (9, 419000913, {"name": "RUEN", "draught_m": 9.5}),
        (7, 419000913, {}),
    )
    state, [changed] = fold(batch)
    assert said(state) == [
        (419000913, "draught_m", "9.5", 9, 9),
        (419000913, "length_m", "190", 5, 5),
        (419000913, "name", "RUEN", 5, 9),
    ]
    assert said(changed) == said(state)


def test_only_what_is_new_or_prolonged_comes_out():
    _, changes = fold(
        heard((1, 419000001, {"name": "A", "callsign": "X"})),
        heard((2, 419000001, {"name": "A"})),
        heard((2, 419000001, {"name": "A"})),
        heard((3, 419000001, {})),
    )
    assert said(changes[1]) == [(419000001, "name", "A", 1, 2)]
    assert changes[2].num_rows == changes[3].num_rows == 0


def test_two_ships_that_alternate_names_under_one_number_make_two_claims():
    state, _ = fold(*(heard((t, 419000001, {"name": "AB"[t % 2]})) for t in range(40)))
    assert said(state) == [(419000001, "name", "A", 0, 38), (419000001, "name", "B", 1, 39)]


def test_nothing_said_is_nothing_claimed():
    nothing = {"name": "  ", "imo": 0, "ship_type": 0, "length_m": 0.0, "destination": None}
    state, [changed] = fold(heard((1, 419000001, nothing)))
    assert state.num_rows == changed.num_rows == 0


def test_buoys_and_shore_stations_claim_no_identity():
    state, _ = fold(heard((1, 994191234, {"name": "BUOY"}), (1, 4191234, {"name": "SHORE"})))
    assert state.num_rows == 0


def test_the_label_is_the_join_of_those_who_heard_it():
    batch = heard(
        (1, 419000001, {"name": "A", "label": "IFC//TLP:GREEN//REL EU IN"}),
        (2, 419000001, {"name": "A", "label": "NAVY//TLP:AMBER//REL EU"}),
    )
    [claim] = fold(batch)[0].to_pylist()
    assert claim["label"] == "IFC+NAVY//TLP:AMBER//REL EU"
    assert claim["source"] == "a"


@pytest.mark.parametrize("seed", range(4))
def test_arrival_order_and_division_change_nothing(seed):
    whole = many()
    expected = fold(whole)[0]
    assert expected == in_order(expected)
    rng = np.random.default_rng(seed)
    shuffled = whole.take(rng.permutation(whole.num_rows))
    cuts = np.sort(rng.integers(0, whole.num_rows, 6)).tolist()
    parts = [shuffled.slice(a, b - a) for a, b in zip([0, *cuts], [*cuts, whole.num_rows], strict=True)]
    state, changes = fold(*parts)
    assert state == expected
    last = {row[:3]: row for changed in changes for row in said(changed)}
    assert sorted(last.values()) == sorted(said(expected))


def test_dividing_the_vessels_changes_nothing():
    whole = many()
    mmsi = whole.column("mmsi").to_numpy()
    parts = [fold(whole.filter(pa.array(mmsi % 2 == k)))[0] for k in range(2)]
    assert in_order(pa.concat_tables(parts)) == fold(whole)[0]


@pytest.mark.parametrize("rows", [100, 1500])
@pytest.mark.parametrize("ships", [40, 2500])
def test_long_runs_give_what_one_batch_gives(rows, ships):
    """Through every way in which the state grows: new claims, prolonged ones, earlier beginnings, many and few."""
    whole = many(3000, seed=9, ships=ships)
    state, _ = fold(*(whole.slice(k, rows) for k in range(0, 3000, rows)))
    assert state == fold(whole)[0]


def test_claims_kept_in_another_order_are_put_in_order():
    kept, _ = fold(many(200, seed=3))
    state, _ = identity.claims(kept.take(np.arange(kept.num_rows)[::-1]), many(200, seed=4))
    assert state == fold(many(200, seed=3), many(200, seed=4))[0]


def test_nothing_in_nothing_out_and_the_input_is_untouched():
    state, [changed] = fold(OBSERVATION.empty_table())
    assert state.schema == changed.schema == IDENTITY_CLAIM
    before = many(50)
    copy = before.take(np.arange(50))
    held, _ = identity.claims(state, many(20, seed=2))
    kept = held.take(np.arange(held.num_rows))
    identity.claims(held, before)
    assert before == copy
    assert held == kept
