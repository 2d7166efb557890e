"""Accounts, sessions and first-run links."""

import threading

import pytest

from periplus.store import Account, Session, Store, StoreError


def test_an_account_is_found_in_any_case(store: Store) -> None:
    store.add_account("Asha", "watch officer", "hash", 5)
    assert store.account("asha") == Account("Asha", "watch officer", "hash", 5, disabled=False)
    assert store.account("ben") is None
    assert [account.name for account in store.accounts()] == ["Asha"]


@pytest.mark.parametrize(
    ("name", "role", "message"),
    [
        ("ASHA", "analyst", "exists already"),
        ("ben", "admiral", "unknown role 'admiral'"),
        (" ", "analyst", "not a name"),
        ("a\0b", "analyst", "not a name"),
    ],
)
def test_an_account_that_cannot_be_is_refused(store: Store, name: str, role: str, message: str) -> None:
    store.add_account("asha", "analyst", "hash", 5)
    with pytest.raises(StoreError, match=message):
        store.add_account(name, role, "hash", 6)
    assert len(store.accounts()) == 1


def test_role_and_password_change(store: Store) -> None:
    store.add_account("asha", "analyst", "hash", 5)
    store.set_role("Asha", "director")
    store.set_password("asha", "other")
    assert store.account("asha") == Account("asha", "director", "other", 5, disabled=False)
    with pytest.raises(StoreError, match="there is no account 'ben'"):
        store.set_role("ben", "director")


def test_a_session_lasts_until_it_expires_or_ends(store: Store) -> None:
    store.add_account("asha", "analyst", "hash", 5)
    store.add_session("t1", "asha", "csrf", 100)
    store.add_session("t2", "asha", "csrf", 50)
    assert store.session("t1", 99) == Session("asha", "analyst", "csrf", 100)
    assert store.session("t1", 100) is None
    assert store.session("t3") is None
    store.end_session("t1")
    assert store.session("t1") is None
    store.end_sessions(expired_at=50)
    assert store.session("t2") is None


def test_a_disabled_account_has_no_session(store: Store) -> None:
    store.add_account("asha", "analyst", "hash", 5)
    store.add_session("t1", "asha", "csrf", 100)
    store.disable("asha")
    assert store.session("t1") is None
    store.disable("asha", disabled=False)
    assert store.session("t1") is None
    assert store.account("asha") == Account("asha", "analyst", "hash", 5, disabled=False)


def test_a_first_run_link_works_once_and_in_time(store: Store) -> None:
    store.add_token("late", "administrator", 10)
    assert store.take_token("late", 10) is None
    store.add_token("t", "administrator", 10)
    assert store.take_token("other", 9) is None
    taken: list[str | None] = []
    threads = [threading.Thread(target=lambda: taken.append(store.take_token("t", 9))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=str) == [None, None, None, "administrator"]


def test_facts_about_the_centre_are_kept(store: Store) -> None:
    assert store.meta("name") is None
    store.set_meta("name", "Kochi")
    store.set_meta("name", "Fusion centre")
    assert store.meta("name") == "Fusion centre"
