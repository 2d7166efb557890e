"""What an officer does: the label, the role and the state of the event decide, and the log keeps it."""

import pytest

from periplus import desk
from periplus.model.label import Label, originator_only
from periplus.model.log import Entry
from periplus.sharing.asker import Asker, staff
from periplus.store import ROLES, open_store

OURS, THEIRS = str(originator_only("IFC")), str(originator_only("EU"))
ASHA = staff("asha", "watch officer", "IFC")
BABU = staff("babu", "watch officer", "IFC")


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'centre.sqlite'}")
    yield store
    store.close()


def said(store, event="e1", *, change="opened", state="open", label=OURS, at_us=100):
    body = {
        "id": event, "kind": "gap", "change": change, "state": state, "vessels": ["419000913"], "start": 50,
        "end": None, "lon": 56.0, "lat": -1.0, "profile": "periplus", "rule": "gap/1", "score": 0.5, "priority": "look",
        "why": f"Silent, {change}.", "evidence": {}, "cause": None, "label": label,
    }  # fmt: skip
    store.append([Entry("gap", event, body, "machine", label, at_us, f"{event}:{change}:{at_us}")])


def test_acknowledging_says_who_and_when(store):
    said(store)
    after = desk.acknowledge(store, ASHA, "e1", at_us=200)
    assert after["acknowledged"] == {"by": "asha", "at": 200}
    assert store.versions("e1")[-1]["by"] == "asha"


def test_dismissing_says_why(store):
    said(store)
    after = desk.dismiss(store, ASHA, "e1", reason=6, text="  Told by phone.  ", at_us=200)
    assert after["dismissed"] == {"by": "asha", "at": 200, "reason": 6, "text": "Told by phone."}


def test_reopening_undoes_both_and_keeps_the_notes(store):
    said(store)
    desk.acknowledge(store, ASHA, "e1", at_us=200)
    desk.note(store, ASHA, "e1", text="Called the owner.", at_us=201)
    desk.dismiss(store, BABU, "e1", reason=1, at_us=202)
    after = desk.reopen(store, ASHA, "e1", at_us=203)
    assert (after["acknowledged"], after["dismissed"], after["notes"]) == (None, None, 1)
    kinds = [version["what"] for version in store.versions("e1")]
    assert kinds == ["opened", "acknowledge", "note", "dismiss", "reopen"]


def test_what_the_state_of_the_event_does_not_allow_is_refused_and_not_logged(store):
    said(store)
    with pytest.raises(desk.NotNowError, match="nobody has"):
        desk.reopen(store, ASHA, "e1", at_us=200)
    desk.acknowledge(store, ASHA, "e1", at_us=200)
    with pytest.raises(desk.NotNowError, match="asha has acknowledged"):
        desk.acknowledge(store, BABU, "e1", at_us=201)
    desk.dismiss(store, ASHA, "e1", reason=2, at_us=202)
    for act in (desk.acknowledge, lambda *a, **k: desk.dismiss(*a, reason=2, **k)):
        with pytest.raises(desk.NotNowError, match="dismissed"):
            act(store, BABU, "e1", at_us=203)
    said(store, change="withdrawn", state="withdrawn", at_us=300)
    desk.reopen(store, ASHA, "e1", at_us=301)
    with pytest.raises(desk.NotNowError, match="withdrawn"):
        desk.acknowledge(store, ASHA, "e1", at_us=302)
    desk.note(store, ASHA, "e1", text="The machine was right to.", at_us=303)
    assert store.seq == 6


def test_of_two_who_act_on_the_same_state_the_second_is_told(store, monkeypatch):
    said(store)
    seen = store.versions("e1")
    desk.note(store, ASHA, "e1", text="first", at_us=200)
    monkeypatch.setattr(store, "versions", lambda _: seen)
    with pytest.raises(desk.NotNowError, match="at the same moment"):
        desk.note(store, BABU, "e1", text="second", at_us=200)


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        ("watch officer", {"acknowledge", "dismiss", "note", "reopen"}),
        ("analyst", {"acknowledge", "dismiss", "note", "reopen"}),
        ("operations", {"acknowledge", "note", "reopen"}),
        ("liaison", {"note"}),
        ("director", {"acknowledge", "dismiss", "note", "reopen"}),
        ("exercise control", {"note"}),
        ("administrator", {"acknowledge", "dismiss", "note", "reopen"}),
        ("nobody", set()),
    ],
)
def test_a_role_does_what_it_may(store, role, acts):
    somebody = staff("somebody", role, "IFC")
    tried = {
        "acknowledge": lambda event: desk.acknowledge(store, somebody, event, at_us=200),
        "dismiss": lambda event: desk.dismiss(store, somebody, event, reason=1, at_us=200),
        "note": lambda event: desk.note(store, somebody, event, text="x", at_us=200),
        "reopen": lambda event: desk.reopen(store, somebody, event, at_us=200),
    }
    done = set()
    for name, act in tried.items():
        said(store, name)
        if name == "reopen":
            desk.acknowledge(store, ASHA, name, at_us=150)
        try:
            act(name)
        except desk.NotPermittedError:
            continue
        done.add(name)
    assert done == acts


def test_operations_may_not_undo_a_dismissal_that_it_could_not_make(store):
    said(store)
    desk.dismiss(store, ASHA, "e1", reason=1, at_us=200)
    with pytest.raises(desk.NotPermittedError):
        desk.reopen(store, staff("omar", "operations", "IFC"), "e1", at_us=201)


def test_an_event_that_is_not_for_the_asker_does_not_exist(store):
    said(store, label=THEIRS)
    jan = Asker("jan", "director", organisation="EU", centre="IFC")
    for asker, event in ((ASHA, "e1"), (jan, "e1"), (ASHA, "none")):
        with pytest.raises(desk.NotFoundError, match=r"^no such event$"):
            desk.note(store, asker, event, text="x", at_us=200)


def test_a_note_on_joint_property_belongs_to_both_and_goes_to_nobody_else(store):
    said(store, label=str(Label(frozenset({"EU"}), "AMBER", frozenset({"IFC", "UKMTO"}))))
    desk.note(store, ASHA, "e1", text="x", at_us=200)
    assert store.versions("e1")[-1]["label"] == "EU+IFC//TLP:AMBER+STRICT//REL IFC"


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\0b", "a\x1bb", "\u202eevil"])
def test_text_that_is_none_or_cannot_be_shown_is_refused(store, text):
    said(store)
    with pytest.raises(desk.NotUnderstoodError):
        desk.note(store, ASHA, "e1", text=text, at_us=200)


@pytest.mark.parametrize("text", ["سفينة صامتة", "जहाज़\nदो", "a\u200db"])
def test_text_of_any_script_is_kept_as_it_is(store, text):
    said(store)
    desk.note(store, ASHA, "e1", text=text, at_us=200)
    assert store.versions("e1")[-1]["text"] == text


@pytest.mark.parametrize(("reason", "text"), [(0, None), (7, None), (-1, "x"), (6, None), (6, "  ")])
def test_a_dismissal_needs_a_reason_and_the_last_one_needs_words(store, reason, text):
    said(store)
    with pytest.raises(desk.NotUnderstoodError):
        desk.dismiss(store, ASHA, "e1", reason=reason, text=text, at_us=200)


def test_an_account_is_made_by_who_may_and_is_in_the_log_without_its_password(store):
    admin = staff("root", "administrator", "IFC")
    desk.add_account(store, admin, name="asha", role="watch officer", password_hash="$hash", at_us=5)
    assert store.account("asha").password_hash == "$hash"
    (entry,) = store.entries()
    assert (entry.entry.kind, entry.entry.author, dict(entry.entry.body)) == (
        "account", "root", {"name": "asha", "role": "watch officer"},
    )  # fmt: skip
    with pytest.raises(desk.NotNowError, match="already"):
        desk.add_account(store, admin, name="ASHA", role="analyst", password_hash="$hash", at_us=6)
    with pytest.raises(desk.NotPermittedError):
        desk.add_account(store, ASHA, name="new", role="analyst", password_hash="$hash", at_us=6)


@pytest.mark.parametrize("name", ["", " a", "a ", "x" * 61, "a\nb", "machine", "Machine", "\u202ea"])
def test_a_name_that_cannot_be_told_from_another_is_refused(store, name):
    with pytest.raises(desk.NotUnderstoodError):
        desk.add_account(
            store,
            staff("root", "administrator", "IFC"),
            name=name,
            role="analyst",
            password_hash="$h",
            at_us=5,
        )


def test_desk_and_store_know_the_same_roles():
    assert set(desk.ROLES) == set(ROLES)
