"""A centre at work, its web face, and people at browsers."""

import functools

import anyio.from_thread
import pytest
from centre_at_work import NOON_US, PASSWORD, Browser, Watched
from periplus.fusion.picture import Picture

from periplus.archive import open_archive
from periplus.centre import Centre
from periplus.fusion.facts import load_facts
from periplus.store import open_store
from periplus.web import create_app, sign_in


@pytest.fixture(scope="session")
def facts():
    return load_facts()


@pytest.fixture(scope="session")
def password_hash():
    return sign_in._hasher.hash(PASSWORD)


@pytest.fixture
def watch(tmp_path, facts):
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
