"""The picture: the latest of each event, most urgent first, and rebuilt from the log at will."""

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from periplus.model.log import Entry
from periplus.store import Store
from store.entries import HOUR, LABEL, act, plain, version


def test_an_event_is_its_latest_version_with_the_number_of_versions(store: Store) -> None:
    store.append([version(at=1), version(change="updated", at=2, why="Silent for 15 h.", priority="act")])
    (event,) = store.events()
    assert event["version"] == 2
    assert (event["change"], event["why"], event["was"]) == (
        "updated",
        "Silent for 15 h.",
        "Silent for 14 h.",
    )
    assert (event["opened_at"], event["recorded_at"], event["seq"]) == (1, 2, 2)
    assert event["evidence"] == {"measured": {"silence_h": 14}}
    assert (event["acknowledged"], event["dismissed"], event["notes"]) == (None, None, 0)
    assert store.event("e1") == event
    assert store.event("e2") is None


def test_the_sentence_before_is_shown_only_while_it_differs(store: Store) -> None:
    store.append(
        [version(at=1), version(change="updated", at=2, why="b"), version(change="closed", at=3, why="b")]
    )
    assert store.events()[0]["was"] is None


def test_open_events_come_first_then_the_most_urgent_then_the_newest(store: Store) -> None:
    store.append(
        [
            version("know", at=9, priority="know"),
            version("shut", at=8, priority="act"),
            version("look-old", at=1),
            version("look-new", at=2),
            version("act", at=1, priority="act"),
            version("shut", change="closed", at=9, priority="act"),
            version("gone", change="withdrawn", at=10, priority="know"),
        ]
    )
    assert [event["id"] for event in store.events()] == [
        "act",
        "look-new",
        "look-old",
        "know",
        "gone",
        "shut",
    ]
    assert [event["id"] for event in store.events(states=["closed"])] == ["shut"]
    assert store.events(vessel="419000913", limit=4) == store.events(limit=4)
    assert store.events(vessel="419000913") == store.events()
    assert [event["id"] for event in store.events(limit=2)] == ["act", "look-new"]


def test_events_are_chosen_by_state_kind_time_and_vessel(store: Store) -> None:
    store.append(
        [
            version("a", start=0, end=2 * HOUR, change="closed", vessels=["1", "2"]),
            version("b", start=HOUR, kind="encounter", vessels=["2", "3"]),
            version("c", start=5 * HOUR, change="withdrawn", end=6 * HOUR),
        ]
    )

    def ids(**chosen: object) -> set[str]:
        return {event["id"] for event in store.events(**chosen)}  # type: ignore[arg-type]

    assert ids(states=["open", "closed"]) == {"a", "b"}
    assert ids(kinds=["encounter"]) == {"b"}
    assert ids(since_us=3 * HOUR) == {"b", "c"}
    assert ids(until_us=HOUR) == {"a"}
    assert ids(vessel="2") == {"a", "b"}
    assert ids(vessel="2", states=["open"]) == {"b"}
    assert ids(states=[]) == set()


def test_a_vessel_that_a_later_version_leaves_out_loses_the_event(store: Store) -> None:
    store.append([version(at=1, vessels=["1", "2"])])
    store.append([version(change="updated", at=2, vessels=["1"])])
    assert store.events(vessel="2") == []
    assert len(store.events(vessel="1")) == 1


def test_acts_are_shown_with_who_and_when_and_reopening_undoes_them(store: Store) -> None:
    store.append([version()])
    store.append(
        [act("acknowledge", at=10), act("note", at=11, text="Called him."), act("note", at=12, text="Again.")]
    )
    store.append([act("dismiss", by="ben", at=13, reason=6, text="Towed home.")])
    (event,) = store.events()
    assert event["acknowledged"] == {"by": "asha", "at": 10}
    assert event["dismissed"] == {"by": "ben", "at": 13, "reason": 6, "text": "Towed home."}
    assert (event["notes"], event["version"]) == (2, 1)
    store.append([act("reopen", at=14)])
    (event,) = store.events()
    assert (event["acknowledged"], event["dismissed"], event["notes"]) == (None, None, 2)


def test_the_history_of_an_event_has_every_version_and_act_in_order(store: Store) -> None:
    store.append([version(at=1), act("acknowledge", at=2), version("other", at=2)])
    store.append(
        [version(change="withdrawn", at=3, cause="o-77"), act("dismiss", at=4, reason=2, text="poor")]
    )
    history = store.versions("e1")
    assert [(h["seq"], h["at"], h["by"], h["what"], h["version"]) for h in history] == [
        (1, 1, "machine", "opened", 1),
        (2, 2, "asha", "acknowledge", 1),
        (4, 3, "machine", "withdrawn", 2),
        (5, 4, "asha", "dismiss", 2),
    ]
    assert (history[2]["cause"], history[3]["reason"], history[3]["text"]) == ("o-77", 2, "poor")
    assert store.versions("nothing") == []


def test_an_act_on_an_unknown_event_stays_in_the_log_alone(store: Store) -> None:
    store.append([act("note", "nothing"), plain(1)])
    assert store.events() == []
    assert store.seq == 2


def test_events_are_counted_by_bin_and_priority_without_the_withdrawn(store: Store) -> None:
    store.append(
        [
            version("a", start=10), version("b", start=19), version("c", start=20, priority="act"),
            version("d", start=30), version("e", start=12, change="withdrawn"), version("f", start=9),
        ]
    )  # fmt: skip
    assert store.event_counts(10, 30, 10) == [(10, "look", 2), (20, "act", 1)]


EVENTS = st.sampled_from(["a", "b", "c"])
ENTRIES = st.one_of(
    st.builds(
        lambda event, change, at, priority, vessel: version(
            event, change, at, priority=priority, vessels=[vessel]
        ),
        EVENTS,
        st.sampled_from(["opened", "updated", "closed", "withdrawn"]),
        st.integers(1, 9),
        st.sampled_from(["act", "look", "know"]),
        st.sampled_from(["1", "2"]),
    ),
    st.builds(
        lambda kind, event, at: act(kind, event, at=at, reason=1, text="t"),
        st.sampled_from(["acknowledge", "dismiss", "note", "reopen"]),
        EVENTS,
        st.integers(1, 9),
    ),
    st.builds(plain, st.integers(1, 9)),
)
TABLES = ("SELECT * FROM event ORDER BY id", "SELECT * FROM event_vessel ORDER BY vessel, event")


def _picture(raw: sa.Engine) -> list[list[tuple[object, ...]]]:
    with raw.connect() as connection:
        return [[tuple(row) for row in connection.exec_driver_sql(table)] for table in TABLES]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(ENTRIES, max_size=5), max_size=5), st.integers(0, 1 << 60))
def test_the_picture_rebuilt_from_the_log_is_the_picture(
    store: Store, raw: sa.Engine, batches: list[list[Entry]], salt: int
) -> None:
    for batch in batches:
        unique = (
            Entry(e.kind, e.subject, e.body, e.author, LABEL, e.recorded_at, f"{salt}:{e.key}") for e in batch
        )
        store.append(list(unique))
    before = _picture(raw)
    with raw.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET notes = 99, why = 'spoilt'")
    store.rebuild_picture()
    assert _picture(raw) == before
