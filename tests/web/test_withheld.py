"""What is not for the asker is nowhere: two centres that differ only in it give the same bytes."""

import dataclasses

import pytest
from centre_at_work import HOUR_US, NOON_US, PASSWORD, THEIRS, Browser, Watched

from periplus.archive import open_archive
from periplus.centre import Centre
from periplus.fusion.picture import Picture
from periplus.model.log import Entry
from periplus.store import open_store
from periplus.web import create_app, frames

OURS_MMSI, THEIRS_MMSI = 419000913, 200000001

ASKED = [
    "/api/hello", "/api/events?state=open,closed,withdrawn", "/api/events?state=open&limit=1", "/api/events/e1",
    "/api/events/secret", "/api/vessels/labels?ids=0,1,2,3", f"/api/vessels/{OURS_MMSI}", f"/api/vessels/{THEIRS_MMSI}",
    "/api/vessels/419000001", f"/api/tracks/{OURS_MMSI}?from=0&to={300 * HOUR_US}",
    f"/api/tracks/{THEIRS_MMSI}?from={NOON_US - 9 * HOUR_US}&to={NOON_US}", f"/api/history/fleet?at={NOON_US - 1}",
    f"/api/history/fleet?at={NOON_US - 2 * HOUR_US}", "/api/search?q=secret", "/api/search?q=200000001",
    "/api/search?q=ship", "/api/zones",
]  # fmt: skip


@pytest.fixture
def centre_with(tmp_path, facts, portal, password_hash):
    """Founds a centre, with or without what belongs to somebody else, and signs an officer in."""
    opened = []

    def found(name, *, theirs):
        folder = tmp_path / name
        archive = open_archive(folder)
        store = open_store(f"sqlite:///{folder / 'centre.sqlite'}")
        watch = Watched(Centre(folder, "Test centre", "IFC", True, archive, store, facts, Picture()))
        opened.append(watch.centre)
        if theirs:
            secrets(watch)
        ours(watch)
        if theirs:
            more_secrets(watch)
        watch.centre.store.add_account("asha", "watch officer", password_hash, NOON_US)
        browser = Browser(create_app(watch), portal)
        assert browser.sign_in("asha", PASSWORD).status_code == 200
        return watch, browser

    yield found
    for centre in opened:
        centre.close()


def secrets(watch):
    """Theirs, and first: numbers given in order of arrival would tell of it."""
    watch.heard(THEIRS_MMSI, label=THEIRS)
    watch.claimed(THEIRS_MMSI, label=THEIRS, name="SECRET SHIP")
    watch.found("secret", vessels=[str(THEIRS_MMSI)], label=THEIRS, priority="act")


def ours(watch):
    watch.heard(OURS_MMSI)
    watch.claimed(OURS_MMSI, name="OUR SHIP", ship_type=80)
    watch.found("e1", vessels=[str(OURS_MMSI)], priority="know")
    watch.heard(419000001, lon=57.0)


def more_secrets(watch):
    """Theirs on what is ours: another ship under the same number, an event, a note."""
    watch.heard(OURS_MMSI, slot=1, lon=10.0, label=THEIRS)
    watch.found("secret2", vessels=[str(OURS_MMSI), str(THEIRS_MMSI)], label=THEIRS, priority="act")
    note = Entry("note", "e1", {"text": "secret"}, "jan", THEIRS, NOON_US, "e1:theirs")
    watch.centre.store.append([dataclasses.replace(note, subject="secret2", key="secret2:note")])


def test_whatever_is_asked_the_answer_is_the_same_as_if_it_were_not_there(centre_with):
    (_, plain), (_, full) = centre_with("plain", theirs=False), centre_with("full", theirs=True)
    for path in [*ASKED, *reversed(ASKED)]:
        without, with_them = plain.get(path), full.get(path)
        assert without.status_code == with_them.status_code, path
        text = with_them.text.replace(full.csrf, plain.csrf)
        assert without.text == text, path
        if without.headers["content-type"] == "application/octet-stream":
            assert without.content == with_them.content, path


def test_nothing_of_theirs_can_be_acted_on_and_the_refusal_is_that_of_nothing(centre_with):
    watch, browser = centre_with("full", theirs=True)
    seq = watch.centre.store.seq
    for event in ("secret", "none"):
        acts = {"acknowledge": {}, "dismiss": {"reason": 1}, "note": {"text": "x"}, "reopen": {}}
        answers = [browser.post(f"/api/events/{event}/{act}", body) for act, body in acts.items()]
        assert [(answer.status_code, answer.json()) for answer in answers] == [
            (404, {"detail": "no such event"})
        ] * 4
    assert watch.centre.store.seq == seq


def test_the_frames_number_only_what_they_show(centre_with):
    (plain, one), (full, other) = centre_with("plain", theirs=False), centre_with("full", theirs=True)
    packed = []
    for watch, browser in ((plain, one), (full, other)):
        floor = browser.app.state.floor
        session = floor.door.find(browser.client.cookies[floor.cookie])
        records = frames.records(floor.view(session).fleet(), settled_before_us=watch.clock.now_us())
        packed.append(frames.pack(frames.SNAPSHOT, records, total=len(records), now_us=NOON_US))
    assert packed[0] == packed[1]
    assert [row["id"] for row in frames.unpack(packed[1])[3]] == [0, 1]
    assert [row["priority"] for row in frames.unpack(packed[1])[3]] == [1, 0], (
        "the urgency of what is withheld counts not"
    )
