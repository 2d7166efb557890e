"""Identity claims: what each vessel said it is, prolonged while it says so, never overwritten."""

import pyarrow as pa

from periplus.model.identity import IDENTITY_CLAIM
from periplus.model.schema import TIME, conform
from periplus.store import Store
from store.entries import LABEL


def _claims(*rows: tuple[int, str, str, int, int]) -> pa.Table:
    mmsi, field, value, since, until = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 5
    )
    times = {"since": pa.array(since, pa.int64()).cast(TIME), "until": pa.array(until, pa.int64()).cast(TIME)}
    columns = {"mmsi": pa.array(mmsi, pa.uint32()), "field": field, "value": value} | times
    extra = {"source": ["feed"] * len(rows), "label": [LABEL] * len(rows)}
    return conform(pa.table(columns | extra), IDENTITY_CLAIM) if rows else IDENTITY_CLAIM.empty_table()


def test_claims_come_back_by_field_and_age(store: Store) -> None:
    claims = _claims(
        (1, "name", "A", 1, 5), (1, "name", "B", 6, 9), (1, "imo", "9074729", 2, 9), (2, "name", "C", 1, 1)
    )
    store.put_claims(claims)
    found = store.claims(1)
    assert found.schema == IDENTITY_CLAIM
    assert found["value"].to_pylist() == ["9074729", "A", "B"]
    assert store.claims(3).num_rows == 0


def test_a_claim_said_again_is_widened_and_never_shortened(store: Store) -> None:
    """Late data may show that a name was borne earlier than was thought; it stays one claim."""
    store.put_claims(_claims((1, "name", "A", 4, 5)))
    store.put_claims(_claims((1, "name", "A", 4, 9)))
    store.put_claims(_claims((1, "name", "A", 2, 7)))
    held = store.claims(1)
    assert held["since"].cast(pa.int64()).to_pylist() == [2]
    assert held["until"].cast(pa.int64()).to_pylist() == [9]
    store.put_claims(_claims())


def test_identities_have_the_latest_value_of_each_field(store: Store) -> None:
    assert store.identities().num_rows == 0
    store.put_claims(
        _claims(
            (2, "name", "C", 1, 1), (1, "name", "A", 1, 5), (1, "name", "B", 6, 9), (1, "imo", "9074729", 2, 9),
            (1, "length_m", "103.5", 2, 9), (1, "ship_type", "unreadable", 2, 9),
        )
    )  # fmt: skip
    first, second = store.identities().to_pylist()
    assert (first["mmsi"], first["name"], first["imo"], first["length_m"]) == (1, "B", 9074729, 103.5)
    assert (first["ship_type"], first["callsign"], first["label"]) == (None, None, LABEL)
    assert (second["mmsi"], second["name"], second["imo"]) == (2, "C", None)


def test_a_name_with_nul_is_kept_as_well_as_can_be(store: Store) -> None:
    store.put_claims(_claims((1, "name", "A\0B", 1, 5), (1, "callsign", "X", 1, 5)))
    assert store.claims(1)["value"].to_pylist() == ["X", "A\N{REPLACEMENT CHARACTER}B"]
