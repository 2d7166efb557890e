"""Signing in and out, and what cannot be got at without it."""

import base64
import re
import time

import pytest
from centre_at_work import HOST, PASSWORD, one_clear_line

from periplus.web import sign_in

WRONG = "name or password is not right"


def cookie(answer):
    return answer.headers["set-cookie"]


def test_a_stranger_learns_which_centre_it_is_and_no_more(browser):
    hello = browser.get("/api/hello").json()
    assert hello["centre"]["name"] == "Test centre"
    assert hello["centre"]["exercise"] is True
    assert (hello["user"], hello["csrf"], hello["history_from"], hello["centre"]["version"]) == (
        None,
        None,
        None,
        "",
    )


def test_an_officer_signs_in_and_out(browser, account, watch):
    account()
    answer = browser.sign_in()
    assert answer.status_code == 200
    assert answer.json()["user"] == {
        "name": "asha", "role": "watch officer", "may": ["acknowledge", "dismiss", "note", "clock"],
    }  # fmt: skip
    assert answer.json()["needs_account"] is False
    assert browser.get("/api/events").status_code == 200
    (entry,) = watch.centre.store.entries(kinds=["sign_in"])
    assert entry.entry.author == "asha"
    assert browser.delete("/api/session").status_code == 204
    assert browser.get("/api/events").status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_only_its_hash_is_stored(browser, account, watch):
    account()
    text = cookie(browser.sign_in())
    assert all(word in text for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"))
    token = re.match(r"periplus-[0-9a-f]{12}=([^;]+)", text)[1]
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    database = watch.centre.folder / "centre.sqlite"
    watch.centre.store.close()
    stored = b"".join(path.read_bytes() for path in database.parent.glob("centre.sqlite*"))
    assert token.encode() not in stored
    assert PASSWORD.encode() not in stored


def test_signing_in_again_ends_the_session_before(browser, account):
    account()
    browser.sign_in()
    before = dict(browser.client.cookies)
    browser.sign_in()
    assert dict(browser.client.cookies) != before
    browser.client.cookies.clear()
    browser.client.cookies.update(before)
    assert browser.get("/api/events").status_code == 401


def test_a_cookie_planted_before_signing_in_is_not_taken_over(browser, account, watch):
    account()
    name = browser.app.state.floor.cookie
    browser.client.cookies.set(name, "planted")
    text = cookie(browser.sign_in())
    assert "planted" not in text


def test_a_session_ends_after_its_hours(browser, account, monkeypatch):
    account()
    browser.sign_in()
    later = time.time_ns() // 1000 + sign_in.SESSION_US
    monkeypatch.setattr(sign_in, "now_us", lambda: later)
    assert browser.get("/api/events").status_code == 401


def test_an_account_that_was_barred_is_out_at_once(officer, watch):
    watch.centre.store.disable("asha")
    assert officer.get("/api/events").status_code == 401
    assert officer.sign_in().json() == {"detail": WRONG}


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(browser, account, watch):
    account()
    account("gone")
    watch.centre.store.disable("gone")
    answers = [
        browser.sign_in(name, password)
        for name, password in (
            ("asha", "wrong wrong wrong"),
            ("nobody", PASSWORD),
            ("gone", PASSWORD),
            ("", ""),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.text for answer in answers} == {answers[0].text}
    headers = [dict(answer.headers) for answer in answers]
    assert all(each == headers[0] for each in headers)


def test_an_unknown_name_is_hashed_against_like_a_known_one(visit, account, monkeypatch):
    """The time is the hashing's; that it is done for every name is what makes the times the same."""
    account()
    hashed = []
    verify = sign_in._verify
    monkeypatch.setattr(sign_in, "_verify", lambda *a: hashed.append(a[0].rpartition("$")[0]) or verify(*a))
    for name in ("asha", "nobody"):
        visit().sign_in(name, "wrong wrong wrong")
    parameters = [text.rpartition("$")[0] for text in hashed]
    assert len(parameters) == 2
    assert parameters[0] == parameters[1]


def test_the_sixth_guess_waits_for_a_name_that_exists_and_for_one_that_does_not(visit, account, monkeypatch):
    account()
    monkeypatch.setattr(sign_in, "_verify", lambda *_: False)
    for name in ("asha", "nobody"):
        browser = visit()
        answers = [browser.sign_in(name, "wrong wrong wrong") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        assert int(answers[-1].headers["retry-after"]) == 60
        assert one_clear_line(answers[-1])
    elsewhere = visit(address="192.0.2.7")
    assert elsewhere.sign_in("asha", "wrong wrong wrong").status_code == 401, (
        "others are not shut out with them"
    )


def test_one_address_cannot_try_many_names(visit, monkeypatch):
    monkeypatch.setattr(sign_in, "_verify", lambda *_: False)
    browser = visit()
    statuses = [browser.sign_in(f"name{n}", "wrong wrong wrong").status_code for n in range(30)]
    assert statuses[:20] == [401] * 20
    assert statuses[20:] == [429] * 10


def test_the_first_run_link_lets_one_person_in_once_who_then_makes_the_first_account(visit, watch):
    token = sign_in.first_run_token(watch.centre.store)
    first, second = visit(), visit()
    hello = first.enter(token).json()
    assert hello["needs_account"] is True
    assert hello["user"] == {"name": "first sign-in", "role": "administrator", "may": ["accounts", "clock"]}
    assert second.enter(token).status_code == 401
    assert first.get("/api/events").status_code == 200

    watch.found()
    answer = first.post("/api/events/e1/acknowledge")
    assert answer.status_code == 403
    assert "account first" in answer.json()["detail"]

    hello = first.post(
        "/api/accounts", {"name": "ravi", "role": "administrator", "password": PASSWORD}
    ).json()
    assert (hello["user"]["name"], hello["needs_account"]) == ("ravi", False)
    first.csrf = hello["csrf"]
    assert first.post("/api/events/e1/acknowledge").json()["acknowledged"]["by"] == "ravi"
    assert sign_in.first_run_token(watch.centre.store) is None
    assert second.sign_in("RAVI").json()["user"]["name"] == "ravi"


def test_with_the_first_account_other_links_and_their_sessions_are_worth_nothing(visit, watch):
    tokens = [sign_in.first_run_token(watch.centre.store) for _ in range(3)]
    first, second, third = (visit() for _ in range(3))
    first.enter(tokens[0])
    second.enter(tokens[1])
    first.post("/api/accounts", {"name": "ravi", "role": "administrator", "password": PASSWORD})
    assert second.get("/api/events").status_code == 401
    assert third.enter(tokens[2]).status_code == 401


def test_a_link_expires(visit, watch, monkeypatch):
    token = sign_in.first_run_token(watch.centre.store)
    later = time.time_ns() // 1000 + sign_in.LINK_US
    monkeypatch.setattr(sign_in, "now_us", lambda: later)
    assert visit().enter(token).status_code == 401


def test_the_first_account_is_one_that_can_make_others(visit, watch):
    browser = visit()
    browser.enter(sign_in.first_run_token(watch.centre.store))
    answer = browser.post("/api/accounts", {"name": "ravi", "role": "analyst", "password": PASSWORD})
    assert answer.status_code == 400
    assert one_clear_line(answer)


@pytest.mark.parametrize(
    "role", ["watch officer", "analyst", "operations", "liaison", "director", "exercise control"]
)
def test_only_an_administrator_makes_accounts(signed_in_as, role):
    answer = signed_in_as(role).post("/api/accounts", {"name": "x", "role": "analyst", "password": PASSWORD})
    assert answer.status_code == 403
    assert one_clear_line(answer)


def test_an_administrator_makes_accounts_and_stays_who_they_are(signed_in_as, visit):
    admin = signed_in_as("administrator")
    answer = admin.post("/api/accounts", {"name": "Ünal", "role": "analyst", "password": PASSWORD})
    assert answer.json()["user"]["name"] == "administrator"
    assert visit().sign_in("U\u0308nal").json()["user"]["role"] == "analyst", "typed in another composition"


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 257])
def test_a_password_has_a_length(signed_in_as, password):
    answer = signed_in_as("administrator").post(
        "/api/accounts", {"name": "x", "role": "analyst", "password": password}
    )
    assert answer.status_code == 400
    assert one_clear_line(answer)


def test_a_password_is_hashed_as_slowly_as_the_standard_asks(quick_hashes):
    """RFC 9106 section 4, the second recommended option: Argon2id, three passes, 64 MiB, four lanes."""
    assert quick_hashes.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_two_centres_on_one_machine_do_not_sign_each_other_out(app, watch, tmp_path):
    import dataclasses

    from periplus.web.floor import Floor

    (tmp_path / "other").mkdir()
    other = dataclasses.replace(watch, centre=dataclasses.replace(watch.centre, folder=tmp_path / "other"))
    assert Floor(other).cookie != app.state.floor.cookie


def test_a_page_behind_tls_gets_a_cookie_for_tls_only(browser, account):
    account()
    body = {"name": "asha", "password": PASSWORD}
    answer = browser.ask("POST", HOST.replace("http", "https") + "/api/session", json=body)
    assert "Secure" in cookie(answer)
