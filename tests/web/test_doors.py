"""What every request must be before a route sees it, and what every answer carries."""

import json
import re

import pytest
from centre_at_work import HOST, PASSWORD, Browser, one_clear_line

from periplus.web import create_app, page

STATE_CHANGING = [
    ("POST", "/api/accounts", {"name": "x", "role": "analyst", "password": PASSWORD}),
    ("POST", "/api/events/e1/acknowledge", {}),
    ("POST", "/api/events/e1/dismiss", {"reason": 1}),
    ("POST", "/api/events/e1/note", {"text": "x"}),
    ("POST", "/api/events/e1/reopen", {}),
    ("POST", "/api/clock", {"paused": True}),
]
READING = [
    "/api/events", "/api/events/e1", "/api/vessels/labels?ids=0", "/api/vessels/419000913",
    "/api/tracks/419000913?from=0&to=1", "/api/history/fleet?at=0", "/api/history/counts?from=0&to=1&bin=1",
    "/api/search?q=a", "/api/zones", "/api/sources", "/api/status", "/api/openapi.json",
]  # fmt: skip


def test_the_lists_above_name_every_route(app):
    named = {("GET", re.sub(r"\?.*", "", path)) for path in READING}
    named |= {(method, path) for method, path, _ in STATE_CHANGING}
    open_to_all = {("GET", "/api/hello"), ("POST", "/api/session"), ("POST", "/api/session/link")}
    open_to_all |= {("DELETE", "/api/session")}
    routes = set()
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            filled = path.replace("{event}", "e1").replace("{vessel}", "419000913")
            routes.add((method.upper(), filled))
    assert routes | {("GET", "/api/openapi.json")} == named | open_to_all


@pytest.mark.parametrize("path", READING)
def test_nothing_is_read_without_signing_in(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 401
    assert one_clear_line(answer)


@pytest.mark.parametrize(("method", "path", "body"), STATE_CHANGING)
def test_nothing_is_changed_without_a_session_or_without_its_token_or_from_elsewhere(
    browser, officer, watch, method, path, body
):
    watch.found()
    seq = watch.centre.store.seq
    assert browser.post(path, body).status_code == 401
    assert officer.post(path, body, csrf=False).status_code == 403
    for wrong in (
        "",
        "x",
        officer.csrf + "x",
        officer.csrf[:-1],
        b"\xe9",
    ):
        assert officer.post(path, body, headers={"x-periplus-csrf": wrong}).status_code == 403
    for origin in (
        "http://evil.example",
        "null",
        HOST + ".evil.example",
        "http://127.0.0.1:8701",
        "file://",
        "x",
    ):
        answer = officer.post(path, body, headers={"origin": origin})
        assert answer.status_code == 403
        assert one_clear_line(answer)
    for site in ("cross-site", "same-site"):
        answer = officer.ask(
            method, path, json=body, headers={"sec-fetch-site": site, "x-periplus-csrf": officer.csrf}
        )
        assert answer.status_code == 403
    assert watch.centre.store.seq == seq
    assert watch.clock.paused is False


def test_another_session_s_token_is_not_this_one_s(officer, signed_in_as, watch):
    watch.found()
    other = signed_in_as("analyst")
    officer.csrf = other.csrf
    assert officer.post("/api/events/e1/acknowledge").status_code == 403


def test_signing_in_from_another_site_is_refused(browser, account):
    account()
    body = {"name": "asha", "password": PASSWORD}
    assert browser.post("/api/session", body, headers={"origin": "http://evil.example"}).status_code == 403


def test_signing_out_needs_the_token_too(officer):
    assert officer.delete("/api/session", csrf=False).status_code == 403
    assert officer.get("/api/status").status_code == 200
    assert officer.delete("/api/session").status_code == 204


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8700", "127.0.0.1.evil.example", "", "[::2]:80", "["]
)
def test_on_loopback_only_loopback_names_are_answered(browser, host):
    answer = browser.get("/api/hello", headers={"host": host})
    assert answer.status_code == 400
    assert one_clear_line(answer)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:9", "[::1]:8700"])
def test_loopback_names_are_answered_whatever_the_port(browser, host):
    assert browser.get("/api/hello", headers={"host": host}).status_code == 200


def test_a_centre_that_is_told_to_listen_elsewhere_answers_to_its_own_names(watch, portal):
    browser = Browser(create_app(watch, loopback=False), portal)
    assert browser.get("/api/hello", headers={"host": "ifc.example:8700"}).status_code == 200
    answer = browser.post("/api/session", {"name": "a", "password": "b"}, headers={"host": "ifc.example"})
    assert answer.status_code == 403, "the origin is still that of the page"


@pytest.mark.parametrize(
    "path", ["/", "/api/hello", "/api/events", "/api/nothing", "/assets/none.js", "/enter"]
)
def test_every_answer_carries_the_policies(browser, path):
    headers = browser.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["worker-src"] == "'self' blob:"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "permissions-policy" in headers
    assert "access-control-allow-origin" not in headers
    if path.startswith("/api"):
        assert headers["cache-control"] == "no-store"


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(officer):
    large = b'{"text": "' + b"x" * 70_000 + b'"}'

    async def pieces():
        for k in range(0, len(large), 10_000):
            yield large[k : k + 10_000]

    for content in (large, pieces()):
        answer = officer.post(
            "/api/events/e1/note", content=content, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 413
        assert one_clear_line(answer)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b"NaN", b'{"text": 1}',
                                     b'{"a": 1}', b'{"text": "a\\u0000b"}', b'{"text": "\\ud800"}',
                                     b"[" * 50_000])  # fmt: skip
def test_a_body_that_is_not_understood_is_one_clear_line(officer, watch, content):
    watch.found()
    answer = officer.post(
        "/api/events/e1/note", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert one_clear_line(answer)


def test_too_many_requests_wait_and_others_do_not_wait_with_them(officer, visit, app):
    answers = [officer.get("/api/status") for _ in range(400)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert late
    assert {answer.status_code for answer in answers} == {200, 429}
    assert int(late[0].headers["retry-after"]) >= 1
    assert one_clear_line(late[0])
    assert visit().sign_in().status_code == 200


def test_a_stranger_with_a_made_up_cookie_is_a_stranger(browser, app):
    browser.client.cookies.set(app.state.floor.cookie, "x" * 40)
    statuses = [browser.get("/api/events").status_code for _ in range(90)]
    assert set(statuses) == {401, 429}


def test_what_fails_inside_is_said_in_one_line_and_written_to_the_log(officer, watch, monkeypatch, caplog):
    def fails():
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(watch.centre.store, "event", lambda _: fails())
    answer = officer.get("/api/events/e1")
    assert answer.status_code == 500
    assert one_clear_line(answer)
    assert "secret" not in answer.text
    number = answer.json()["detail"].split()[-1]
    assert number in caplog.text
    assert "secret detail" in caplog.text
    assert "content-security-policy" in answer.headers


def test_a_store_out_of_reach_is_said_and_nothing_else_breaks(officer, watch):
    with watch.centre.store._writer.begin() as link:
        link.exec_driver_sql("ALTER TABLE event RENAME TO gone")
    answer = officer.get("/api/events")
    assert answer.status_code == 503
    assert officer.get("/api/status").status_code == 200


def test_the_description_of_the_api_names_what_it_takes(officer):
    described = officer.get("/api/openapi.json").json()
    assert "/api/tracks/{vessel}" in described["paths"]
    assert officer.get("/docs").text == officer.get("/").text, "no page of descriptions from elsewhere"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/events/e1/unknown"])
def test_an_unknown_route_is_not_the_page(officer, path):
    answer = officer.get(path)
    assert answer.status_code == 404
    assert one_clear_line(answer)


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A build of the page, with a secret beside it."""
    root = tmp_path / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text('<div id="app"></div>')
    (root / "assets" / "main-abc123.js").write_text("run()")
    (root / "periplus.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(page, "BUILT", (tmp_path / "none", root))
    return root


def test_the_page_and_its_files_are_served_with_their_types_and_ages(browser, built):
    index, script = browser.get("/"), browser.get("/assets/main-abc123.js")
    assert index.headers["content-type"].startswith("text/html")
    assert index.headers["cache-control"] == "no-cache"
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert browser.get("/periplus.svg").headers["content-type"] == "image/svg+xml"
    assert browser.get("/enter").text == index.text, "the page itself knows what to show there"
    assert browser.ask("HEAD", "/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/link", "/%00", "/a/b", "/x.js",
             "//etc/passwd", "/" + "x" * 5000, "/%ff%fe"],
)  # fmt: skip
def test_nothing_beside_the_page_is_served(browser, built, path):
    answer = browser.get(path)
    assert "secret" not in answer.text
    assert answer.status_code in (200, 404)


def test_without_a_build_the_page_says_how_to_make_one(browser, monkeypatch, tmp_path):
    monkeypatch.setattr(page, "BUILT", (tmp_path,))
    assert "make ui" in browser.get("/").text


def test_the_description_is_json(officer):
    json.loads(officer.get("/api/openapi.json").text)
