"""The event queue over HTTP: what is read, and what an officer does."""

import pytest
from centre_at_work import HOUR_US, NOON_US, OURS, one_clear_line


def test_an_event_is_said_with_everything_its_card_shows(officer, watch):
    vessel = watch.heard(419000913)
    watch.claimed(419000913, name="HELLAS APHRODITE", ship_type=80)
    watch.found(vessels=[vessel])
    (event,) = officer.get("/api/events").json()
    assert event["names"] == ["HELLAS APHRODITE"]
    assert event["types"] == ["tanker"]
    assert event["flags"] == ["India"]
    assert event["ids"] == [0]
    assert event["margin"] == {"name": "silence", "value": 14400, "threshold": 10800, "unit": "s"}
    assert (event["version"], event["change"], event["state"], event["was"]) == (1, "opened", "open", None)
    assert (event["acknowledged"], event["dismissed"], event["notes"]) == (None, None, 0)
    assert event["recorded_at"] == NOON_US
    assert event["label"] == OURS
    assert "evidence" not in event


def test_every_field_of_the_contract_is_there_and_no_other(officer, watch):
    watch.found()
    (event,) = officer.get("/api/events").json()
    assert set(event) == {
        "id", "kind", "version", "change", "state", "provisional", "priority", "vessels", "names", "types", "flags",
        "ids", "start", "end", "lon", "lat", "profile", "rule", "score", "why", "was", "cause", "margin", "label",
        "recorded_at", "acknowledged", "dismissed", "notes",
    }  # fmt: skip
    detail = officer.get("/api/events/e1").json()
    assert set(detail) - set(event) == {"evidence", "history"}
    assert set(detail["evidence"]) == {
        "thresholds", "measured", "margins", "observations", "coverage", "geometry",
    }  # fmt: skip


def test_a_vessel_that_is_not_in_the_picture_is_named_by_its_number_alone(officer, watch):
    watch.found(vessels=["419000913", "538001234/b"])
    (event,) = officer.get("/api/events").json()
    assert (event["names"], event["ids"]) == ([None, None], [None, None])
    assert event["flags"] == ["India", "Marshall Islands"]


def test_the_most_urgent_comes_first_and_states_are_asked_for(officer, watch):
    for name, priority, state in (("a", "know", "open"), ("b", "act", "open"), ("c", "look", "closed")):
        watch.found(name, priority=priority, state=state)
    assert [event["id"] for event in officer.get("/api/events").json()] == ["b", "a"]
    found = officer.get("/api/events?state=open,closed,withdrawn").json()
    assert [event["id"] for event in found] == ["b", "a", "c"]
    assert len(officer.get("/api/events?state=open&limit=1").json()) == 1


@pytest.mark.parametrize(
    "query", ["state=none", "state=", "limit=0", "limit=-1", "limit=5001", "limit=x", "limit=1e3"]
)
def test_a_query_that_makes_no_sense_is_one_clear_line(officer, query):
    answer = officer.get(f"/api/events?{query}")
    assert answer.status_code == 400
    assert one_clear_line(answer)


def test_what_rests_on_something_young_is_provisional(officer, watch):
    seen = {"observations": [{"vessel": "419000913", "observed_at": NOON_US - HOUR_US // 2}]}
    watch.found("young", evidence=seen)
    watch.found("old")
    watch.found("ended", end=NOON_US - 60, state="closed", change="closed")
    watch.found("gone", evidence=seen, state="withdrawn", change="withdrawn")
    found = officer.get("/api/events?state=open,closed,withdrawn").json()
    assert {event["id"]: event["provisional"] for event in found} == {
        "young": True, "old": False, "ended": True, "gone": False,
    }  # fmt: skip


def test_a_withdrawn_event_keeps_what_it_said_before_and_names_its_cause(officer, watch):
    watch.found()
    watch.found(change="withdrawn", state="withdrawn", cause="heard at 11:40Z by a satellite")
    (event,) = officer.get("/api/events?state=withdrawn").json()
    assert (event["why"], event["was"]) == ("Silent, withdrawn.", "Silent, opened.")
    history = officer.get("/api/events/e1").json()["history"]
    assert [(each["seq"], each["what"], each["cause"]) for each in history] == [
        (1, "opened", None), (2, "withdrawn", "heard at 11:40Z by a satellite"),
    ]  # fmt: skip


def test_an_event_with_evidence_of_an_older_kind_is_shown_all_the_same(officer, watch):
    watch.found(evidence={})
    assert officer.get("/api/events").json()[0]["margin"] is None
    assert officer.get("/api/events/e1").json()["evidence"]["geometry"]["features"] == []


@pytest.mark.parametrize(
    ("evidence", "margin"),
    [
        ({"measured": {"sog_kn": 1.0}, "thresholds": {"max_sog_kn": 2.0}, "margins": {"sog_kn": 2.0}},
         {"name": "sog", "value": 1.0, "threshold": 2.0, "unit": "kn"}),
        ({"measured": {"closest_m": 62}, "thresholds": {"max_distance_m": 500}, "margins": {"closest_m": 8.065}},
         {"name": "closest", "value": 62, "threshold": 500, "unit": "m"}),
        ({"measured": {"silence_s": 9000}, "thresholds": {"min_silence_s": 1}, "margins": {"silence_s": 1.5}},
         {"name": "silence", "value": 9000, "threshold": 6000, "unit": "s"}),
        ({"measured": {"a": 4, "b_nm": 9}, "thresholds": {"min_a": 2}, "margins": {"a": 2.0, "b_nm": 1.5}},
         {"name": "b", "value": 9, "threshold": 6.0, "unit": "nm"}),
        ({"measured": {"heard_share": 0.8}, "thresholds": {}, "margins": {"heard_share": 1.6}},
         {"name": "heard share", "value": 0.8, "threshold": 0.5, "unit": ""}),
        ({"measured": {"a": None}, "thresholds": {}, "margins": {"a": 1.6}}, None),
        ({"measured": {"a": 1}, "thresholds": {}, "margins": {"a": 0}}, None),
    ],
)  # fmt: skip
def test_the_bar_shows_the_condition_that_was_met_most_narrowly(officer, watch, evidence, margin):
    watch.found(evidence=evidence)
    assert officer.get("/api/events").json()[0]["margin"] == margin


def test_an_officer_takes_notes_on_dismisses_and_reopens(officer, watch):
    watch.found()
    watch.clock.at_us += 5
    assert officer.post("/api/events/e1/acknowledge").json()["acknowledged"] == {
        "by": "asha",
        "at": NOON_US + 5,
    }
    assert officer.post("/api/events/e1/note", {"text": "Called."}).json()["notes"] == 1
    event = officer.post("/api/events/e1/dismiss", {"reason": 2, "text": "Rain."}).json()
    assert event["dismissed"] == {
        "by": "asha", "at": NOON_US + 5, "reason": 2, "reason_text": "Reception was poor after all", "text": "Rain.",
    }  # fmt: skip
    event = officer.post("/api/events/e1/reopen").json()
    assert (event["acknowledged"], event["dismissed"], event["notes"]) == (None, None, 1)
    history = officer.get("/api/events/e1").json()["history"]
    assert [(each["by"], each["what"], each["text"]) for each in history] == [
        ("machine", "opened", None), ("asha", "acknowledge", None), ("asha", "note", "Called."),
        ("asha", "dismiss", "Reception was poor after all · Rain."), ("asha", "reopen", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("acknowledge", {}, 409),
        ("dismiss", {"reason": 7}, 400), ("dismiss", {"reason": 0}, 400), ("dismiss", {"reason": "1"}, 400),
        ("dismiss", {"reason": 6}, 400), ("dismiss", {}, 400), ("dismiss", {"reason": 1, "more": 1}, 400),
        ("note", {}, 400), ("note", {"text": ""}, 400), ("note", {"text": "x" * 2001}, 400),
        ("reopen", {"x": 1}, 400),
    ],
)  # fmt: skip
def test_a_move_that_is_not_legal_or_not_understood_is_refused(officer, watch, act, body, status):
    watch.found()
    officer.post("/api/events/e1/acknowledge")
    answer = officer.post(f"/api/events/e1/{act}", body)
    assert answer.status_code == status
    assert one_clear_line(answer)


@pytest.mark.parametrize("act", ["acknowledge", "dismiss", "note", "reopen"])
def test_an_event_that_is_not_there_cannot_be_acted_on(officer, act):
    bodies = {"dismiss": {"reason": 1}, "note": {"text": "x"}}
    answer = officer.post(f"/api/events/none/{act}", bodies.get(act, {}))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("liaison", {"note"}), ("operations", {"acknowledge", "note"}), ("exercise control", {"note"}),
        ("analyst", {"acknowledge", "dismiss", "note"}), ("administrator", {"acknowledge", "dismiss", "note"}),
    ],
)  # fmt: skip
def test_what_the_page_is_told_it_may_is_what_it_may(signed_in_as, watch, role, allowed):
    browser = signed_in_as(role)
    told = set(browser.get("/api/hello").json()["user"]["may"])
    for act, body in (("acknowledge", {}), ("dismiss", {"reason": 1}), ("note", {"text": "x"})):
        watch.found(act)
        status = browser.post(f"/api/events/{act}/{act}", body).status_code
        assert status == (200 if act in allowed else 403)
        assert (act in told) == (act in allowed)


@pytest.mark.parametrize(
    ("role", "status"),
    [("exercise control", 200), ("administrator", 200), ("director", 200), ("watch officer", 200), ("analyst", 403),
     ("operations", 403), ("liaison", 403)],
)  # fmt: skip
def test_the_clock_obeys_those_who_run_the_exercise(signed_in_as, watch, role, status):
    browser = signed_in_as(role)
    answer = browser.post("/api/clock", {"speed": 10, "paused": True})
    assert answer.status_code == status
    assert watch.clock.paused is (status == 200)
    if status == 200:
        assert answer.json()["speed"] == 0
        assert browser.post("/api/clock", {"paused": False}).json()["speed"] == 10


def test_the_clock_of_a_live_feed_is_nobody_s(officer, watch):
    watch.mode = "feed"
    answer = officer.post("/api/clock", {"paused": True})
    assert answer.status_code == 409
    assert one_clear_line(answer)


@pytest.mark.parametrize("body", [{"speed": 0}, {"speed": -1}, {"speed": 1e9}, {"speed": "x"}, {"paused": 1}])
def test_a_clock_is_set_to_what_it_can_be(officer, watch, body):
    assert officer.post("/api/clock", body).status_code == 400
    assert watch.clock.speed == 60
