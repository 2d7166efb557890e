"""A centre at work, its web face, and people at browsers."""

import functools
import shutil

import anyio.from_thread
import argon2
import pytest
from centre_at_work import NOON_US, PASSWORD, Browser, Watched

from periplus.archive import open_archive
from periplus.centre import Centre
from periplus.fusion.facts import load_facts
from periplus.fusion.picture import Picture
from periplus.store import open_store
from periplus.web import create_app, sign_in


@pytest.fixture(scope="session")
def facts():
    return load_facts()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes():
    """Hashing is made to take long; a test of it says so itself."""
    slow, sign_in._hasher = sign_in._hasher, argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield slow
    sign_in._hasher = slow


@pytest.fixture(scope="session")
def password_hash(quick_hashes):
    return sign_in._hasher.hash(PASSWORD)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory):
    """A store's file with its tables in it: making them takes longer than a test."""
    path = tmp_path_factory.mktemp("store") / "centre.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def watch(tmp_path, facts, new_database):
    shutil.copy(new_database, tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'centre.sqlite'}")
    archive = open_archive(tmp_path)
    centre = Centre(tmp_path, "Test centre", "IFC", True, archive, store, facts, Picture())
    yield Watched(centre)
    centre.close()


@pytest.fixture
def account(watch, password_hash):
    """Makes an account, without the time that hashing takes."""

    def make(name="asha", role="watch officer"):
        watch.centre.store.add_account(name, role, password_hash, NOON_US)
        return name

    return make


@pytest.fixture
def app(watch):
    return create_app(watch)


@pytest.fixture(scope="session")
def portal():
    with anyio.from_thread.start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def visit(app, portal):
    """Opens a browser of its own for somebody."""
    return functools.partial(Browser, app, portal)


@pytest.fixture
def browser(visit):
    return visit()


@pytest.fixture
def officer(visit, account):
    """A watch officer, signed in."""
    account()
    browser = visit()
    assert browser.sign_in().status_code == 200
    return browser


@pytest.fixture
def signed_in_as(visit, account):
    """Somebody with a role, signed in."""

    def make(role):
        account(role.replace(" ", "-"), role)
        browser = visit()
        assert browser.sign_in(role.replace(" ", "-")).status_code == 200
        return browser

    return make
