"""Whatever is asked, the answer is an answer: never a failure inside, never more than one line of error."""

import json
import os
import string
from urllib.parse import quote

import pytest
from centre_at_work import NOON_US, one_clear_line
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

text = st.text(max_size=30)
odd = st.one_of(
    text,
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["", "0", "-1", "NaN", "1e999", "null", "%00", "٣"]),
)
times = st.one_of(odd, st.integers(-(2**70), 2**70).map(str), st.integers(NOON_US - 10**11, NOON_US).map(str))
vessels = st.one_of(odd, st.integers(0, 10**10).map(str), st.just("419000913"), st.just("419000913/b"))
events = st.one_of(odd, st.just("e1"), st.text(string.hexdigits, max_size=70))
PATHS = [
    ("/api/events", {"state": odd, "limit": odd}),
    ("/api/events/{}", {}),
    ("/api/vessels/labels", {"ids": st.one_of(odd, st.lists(odd, max_size=5).map(",".join))}),
    ("/api/vessels/{}", {}),
    ("/api/tracks/{}", {"from": times, "to": times}),
    ("/api/history/fleet", {"at": times}),
    ("/api/history/counts", {"from": times, "to": times, "bin": times}),
    ("/api/search", {"q": st.one_of(odd, st.text(max_size=120))}),
]
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(text, inner, max_size=3)),
    max_leaves=8,
)
bodies = st.one_of(
    anything,
    st.fixed_dictionaries(
        {}, optional={name: anything for name in ("reason", "text", "speed", "paused", "name", "role")}
    ),
)
quiet = settings(
    max_examples=int(os.environ.get("PERIPLUS_EXAMPLES", 60)),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def tireless(officer, watch, monkeypatch):
    """An officer whom no limit stops, so that every request is looked at."""
    floor = officer.app.state.floor
    for limit in (floor.signed_in, floor.strangers, floor.guessers, floor.guesses):
        monkeypatch.setattr(limit, "wait_s", lambda *_: 0.0)
    watch.heard(419000913)
    watch.found()
    return officer


def is_an_answer(answer, allowed):
    assert answer.status_code in allowed, (answer.status_code, answer.request.url, answer.text)
    if answer.status_code >= 400:
        assert one_clear_line(answer)


@quiet
@given(data=st.data())
def test_any_reading_is_answered_or_refused(tireless, data):
    path, names = data.draw(st.sampled_from(PATHS))
    query = {name: data.draw(values) for name, values in names.items()}
    subject = data.draw(st.one_of(vessels, events))
    try:
        url = path.format(quote(subject, safe="/%"))
        answer = tireless.get(url, params=query)
    except (UnicodeEncodeError, ValueError):
        return  # what cannot be sent cannot be asked
    is_an_answer(answer, {200, 400, 404})


@quiet
@given(data=st.data())
def test_any_writing_is_done_or_refused(tireless, data):
    path = data.draw(
        st.sampled_from(
            ["/api/events/e1/acknowledge", "/api/events/e1/dismiss", "/api/events/e1/note", "/api/events/e1/reopen",
             "/api/clock", "/api/accounts", "/api/session", "/api/session/link"]
        )
    )  # fmt: skip
    content = json.dumps(data.draw(bodies)).encode()
    answer = tireless.post(path, content=content, headers={"content-type": "application/json"})
    is_an_answer(answer, {200, 400, 401, 403, 409})


@quiet
@given(
    content=st.binary(max_size=100),
    kind=st.sampled_from(["application/json", "text/plain", "", "a/b; charset=x"]),
)
def test_any_bytes_are_a_body_or_are_refused(tireless, content, kind):
    for path in ("/api/events/e1/note", "/api/session"):
        answer = tireless.post(path, content=content, headers={"content-type": kind})
        is_an_answer(answer, {200, 400, 401})


@quiet
@given(
    name=st.sampled_from(["cookie", "origin", "host", "content-length", "x-periplus-csrf", "sec-fetch-site"]),
    value=st.binary(max_size=60).filter(lambda each: not set(each) & set(b"\r\n\0")),
)
def test_any_header_is_taken_or_refused(tireless, name, value):
    answer = tireless.ask("POST", "/api/events/e1/note", json={"text": "x"}, headers={name.encode(): value})
    is_an_answer(answer, {200, 400, 401, 403, 413})
