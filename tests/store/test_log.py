"""The log: appended once, numbered without gaps, never altered, and verifiable to the bit."""

import hashlib
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from periplus.model.ids import canonical
from periplus.model.log import Entry
from periplus.store import Store, StoreError
from store.entries import LABEL, plain


def test_entries_are_numbered_without_gaps_and_come_back_as_they_went_in(store: Store) -> None:
    entry = Entry(
        "note",
        "e1",
        {"text": 'a "quoted"\n\tnoté \x7f', "n": 1.5, "list": [None, True]},
        "asha",
        LABEL,
        7,
        "k",
    )
    first = store.append([plain(1), entry])
    second = store.append([plain(2)])
    assert [recorded.seq for recorded in first + second] == [1, 2, 3]
    assert store.entries() == first + second
    assert store.entries()[1].entry == entry
    assert store.seq == 3


def test_an_entry_is_appended_once_however_often_it_is_sent(store: Store) -> None:
    store.append([plain(1)])
    added = store.append([plain(1), plain(2), plain(2, said="differently"), plain(3)])
    assert [recorded.entry for recorded in added] == [plain(2), plain(3)]
    assert store.append([plain(n) for n in (1, 2, 3)]) == []
    assert store.append([]) == []
    assert [recorded.seq for recorded in store.entries()] == [1, 2, 3]


def test_many_entries_go_in_one_batch(store: Store) -> None:
    store.append([plain(n) for n in range(0, 3000, 2)])
    added = store.append([plain(n) for n in range(3000)])
    assert [recorded.entry.subject for recorded in added] == [f"feed-{n}" for n in range(1, 3000, 2)]
    assert store.verify().ok


def test_each_hash_covers_the_one_before_and_the_canonical_entry(store: Store) -> None:
    tricky = Entry(
        "note",
        "e\u20ac",
        {"é": 1e-7, "a": -0.0, "b": 1e21},
        'a"\\\b\x1f\u2028',
        LABEL,
        2**53 - 1,
        "k/\U0001f6a2",
    )
    before = "0" * 64
    for recorded in store.append([plain(1), tricky]):
        entry = recorded.entry
        body = {
            "seq": recorded.seq, "kind": entry.kind, "subject": entry.subject, "author": entry.author,
            "label": entry.label, "recorded_at": entry.recorded_at, "key": entry.key, "body": dict(entry.body),
        }  # fmt: skip
        before = hashlib.sha256(before.encode() + canonical(body)).hexdigest()
        assert recorded.hash == before


def test_entries_are_chosen_by_subject_and_kind(store: Store) -> None:
    store.append([plain(1), Entry("note", "feed-1", {}, "asha", LABEL, 1, "n"), plain(2)])
    assert [r.seq for r in store.entries(subject="feed-1")] == [1, 2]
    assert [r.seq for r in store.entries(kinds=["note"])] == [2]
    assert [r.seq for r in store.entries(after=1, limit=1)] == [2]
    assert store.entries(kinds=[]) == []


@pytest.mark.parametrize("body", [{"n": float("nan")}, {"n": 2**53}, {"text": "\ud800"}, {"t": object()}])
def test_a_body_without_canonical_form_refuses_the_batch_in_one_line(
    store: Store, body: dict[str, object]
) -> None:
    with pytest.raises(StoreError, match="'key-2' has no canonical form") as caught:
        store.append([plain(1), plain(2, **body)])
    assert "\n" not in str(caught.value)
    assert store.seq == 0


def test_nul_is_refused_at_the_door(store: Store) -> None:
    with pytest.raises(StoreError, match="without NUL"):
        store.append([Entry("note", "e\0", {}, "asha", LABEL, 1, "k")])
    store.append([Entry("note", "e", {"text": "a\0b"}, "asha", LABEL, 1, "k")])
    assert store.entries()[0].entry.body == {"text": "a\0b"}


@pytest.mark.parametrize("change", ["UPDATE log SET author = 'x'", "DELETE FROM log"])
def test_the_database_itself_refuses_to_alter_the_log(store: Store, raw: sa.Engine, change: str) -> None:
    store.append([plain(1)])
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), raw.begin() as connection:
        connection.exec_driver_sql(change)
    assert store.verify().ok


def test_two_programs_appending_at_once_leave_no_gap_and_no_double(opened: Callable[[], Store]) -> None:
    stores = [opened(), opened()]

    def append(store: Store, own: int) -> None:
        for n in range(40):
            store.append([plain(n), plain(1000 * own + n)])

    threads = [threading.Thread(target=append, args=(store, own)) for own, store in enumerate(stores, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = stores[0].entries()
    assert [recorded.seq for recorded in found] == list(range(1, 121))
    assert len({recorded.entry.key for recorded in found}) == 120
    assert stores[0].verify().ok


def _untied(raw: sa.Engine, *statements: str) -> None:
    """Change the log as somebody would who owns the database."""
    with raw.begin() as connection:
        for verb in ("update", "delete"):
            on = "" if raw.dialect.name == "sqlite" else " ON log"
            connection.exec_driver_sql(f"DROP TRIGGER log_no_{verb}{on}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_untouched_log_is_found_right_and_progress_is_told(store: Store) -> None:
    assert store.verify().ok
    store.append([plain(n) for n in range(25)])
    told: list[tuple[int, int]] = []
    found = store.verify(lambda done, total: told.append((done, total)))
    assert (found.ok, found.entries, found.first_bad_seq) == (True, 25, None)
    assert told[-1] == (25, 25)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", "'{\"n\":6}'"), ("author", "'machinf'"), ("kind", "'sourcd'"), ("subject", "'feed-6'"),
        ("label", "'EXAMPLE//TLP:CLEAR'"), ("recorded_at", "6"), ("key", "'other'"), ("hash", f"'{'0' * 64}'"),
    ],
)  # fmt: skip
def test_one_altered_entry_is_found(store: Store, raw: sa.Engine, column: str, value: str) -> None:
    store.append([plain(n, n=n) for n in range(1, 10)])
    _untied(raw, f"UPDATE log SET {column} = {value} WHERE seq = 5")
    found = store.verify()
    assert (found.ok, found.first_bad_seq, found.entries) == (False, 5, 4)
    assert found.detail == "entry 5 is not what was written"


@pytest.mark.parametrize(
    ("gone", "detail"), [(5, "entry 5 is missing"), (9, "entry 9 is missing, the log ends at 9")]
)
def test_a_removed_entry_is_found_even_at_the_end(
    store: Store, raw: sa.Engine, gone: int, detail: str
) -> None:
    store.append([plain(n) for n in range(1, 10)])
    _untied(raw, f"DELETE FROM log WHERE seq = {gone}")
    found = store.verify()
    assert (found.ok, found.first_bad_seq, found.detail) == (False, gone, detail)


def test_an_entry_put_in_behind_the_log_is_found(store: Store, raw: sa.Engine) -> None:
    store.append([plain(n) for n in range(1, 4)])
    with raw.begin() as connection:
        connection.exec_driver_sql("INSERT INTO log VALUES (4, 'h', 'k', 's', 'a', 'l', 1, 'key', '{}')")
    found = store.verify()
    assert (found.ok, found.first_bad_seq) == (False, 4)
