"""The desk: what an officer does. Check the label, check the role, check the move is legal, append."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from periplus.model.label import join, originator_only, parse
from periplus.model.log import ACTS, DISMISSALS, Entry
from periplus.sharing.asker import Asker
from periplus.sharing.policy import decide
from periplus.store import Store

JUDGE = ("acknowledge", "dismiss", "note")  # reopening needs no right of its own: it undoes one of these
MAY = {
    "watch officer": (*JUDGE, "clock"),
    "analyst": JUDGE,
    "operations": ("acknowledge", "note"),
    "liaison": ("note",),
    "director": (*JUDGE, "clock"),
    "exercise control": ("note", "clock"),
    # In a small centre the administrator is an officer too; a large one gives officers their own accounts.
    "administrator": (*JUDGE, "clock", "accounts"),
}
ROLES = tuple(MAY)
OTHER = 6  # the reason for dismissal that must be said in words
MOST_TEXT = 2000
MOST_NAME = 60
RESERVED = ("machine", "first sign-in")  # authors in the log that are nobody's account

Event = Mapping[str, Any]


class DeskError(RuntimeError):
    """What an officer asked for cannot be done; the message is one clear line."""


class NotUnderstoodError(DeskError):
    """The request itself is wrong."""


class NotPermittedError(DeskError):
    """The role does not have this right."""


class NotFoundError(DeskError):
    """There is no such thing, or none that the asker may know of: the two answers are the same."""


class NotNowError(DeskError):
    """The move is not legal in the state in which the event is."""


def acknowledge(store: Store, asker: Asker, event: str, *, at_us: int) -> Event:
    """Takes an event: somebody is on it. Returns the event afterwards."""
    before = _open_to(store, asker, event, "acknowledge")
    if before["dismissed"]:
        raise NotNowError("this event has been dismissed; reopen it first")
    if before["acknowledged"]:
        raise NotNowError(f"{before['acknowledged']['by']} has acknowledged this event already")
    return _act(store, asker, before, "acknowledge", {}, at_us)


def dismiss(
    store: Store, asker: Asker, event: str, *, reason: int, text: str | None = None, at_us: int
) -> Event:
    """Judges an event to need nothing, for one of the reasons 1-6. Returns the event afterwards."""
    before = _open_to(store, asker, event, "dismiss")
    if reason not in DISMISSALS:
        raise NotUnderstoodError("a dismissal has a reason from 1 to 6")
    text = _words(text) if text and text.strip() else None
    if reason == OTHER and text is None:
        raise NotUnderstoodError("reason 6 needs words: say why the event needs nothing")
    if before["dismissed"]:
        raise NotNowError(f"{before['dismissed']['by']} has dismissed this event already")
    return _act(store, asker, before, "dismiss", {"reason": reason, "text": text}, at_us)


def note(store: Store, asker: Asker, event: str, *, text: str, at_us: int) -> Event:
    """Writes something down beside an event, whatever its state. Returns the event afterwards."""
    before = _open_to(store, asker, event, "note", withdrawn_too=True)
    return _act(store, asker, before, "note", {"text": _words(text)}, at_us)


def reopen(store: Store, asker: Asker, event: str, *, at_us: int) -> Event:
    """Undoes an acknowledgement or a dismissal. Returns the event afterwards."""
    found = _visible(store, asker, event)
    undone = "dismiss" if found["dismissed"] else "acknowledge"
    _may(asker, undone)
    if not (found["dismissed"] or found["acknowledged"]):
        raise NotNowError("nobody has acknowledged or dismissed this event")
    return _act(store, asker, found, "reopen", {}, at_us)


def add_account(store: Store, asker: Asker, *, name: str, role: str, password_hash: str, at_us: int) -> None:
    """Gives somebody an account, and writes down who did."""
    _may(asker, "accounts")
    if role not in MAY:
        raise NotUnderstoodError(f"a role is one of {', '.join(ROLES)}")
    if name.casefold() in RESERVED:
        raise NotUnderstoodError("this name is taken by the program itself")
    if not _is_name(name):
        raise NotUnderstoodError(f"a name has 1 to {MOST_NAME} printable characters, no blank at either end")
    if store.account(name) is not None:
        raise NotNowError("there is an account with this name already")
    store.add_account(name, role, password_hash, at_us)
    body = {"name": name, "role": role}
    store.append([_entry(asker, "account", name, body, at_us, f"account:{name}:{at_us}")])


def record_sign_in(store: Store, asker: Asker, *, session: str, at_us: int) -> None:
    """Writes down that somebody signed in. `session` tells one signing-in from the next and is no secret."""
    body = {"role": asker.role}
    store.append([_entry(asker, "sign_in", asker.name, body, at_us, f"sign_in:{session}")])


@dataclass(frozen=True, slots=True)
class _Seen:
    """An event as it stood after `acts` acts on it."""

    event: Event
    acts: int

    def __getitem__(self, name: str) -> Any:
        return self.event[name]


def _open_to(store: Store, asker: Asker, event: str, act: str, *, withdrawn_too: bool = False) -> _Seen:
    """The event, when the asker may do this to it."""
    found = _visible(store, asker, event)
    _may(asker, act)
    if found["state"] == "withdrawn" and not withdrawn_too:
        raise NotNowError("the machine has withdrawn this event; there is nothing left to judge")
    return found


def _visible(store: Store, asker: Asker, event: str) -> _Seen:
    # Counted before the event is read: an act that comes in between makes the count too low, never too high.
    acts = sum(version["what"] in ACTS for version in store.versions(event))
    found = store.event(event)
    if found is None or not decide(asker, found["label"]):
        raise NotFoundError("no such event")
    return _Seen(found, acts)


def _may(asker: Asker, right: str) -> None:
    if right not in MAY.get(asker.role, ()):
        raise NotPermittedError(f"a {asker.role} may not do this")


def _act(store: Store, asker: Asker, seen: _Seen, act: str, body: dict[str, Any], at_us: int) -> Event:
    # The key counts the acts that the officer had seen: of two officers who act on the same state at the
    # same moment the second is refused rather than recorded against a state that is no longer there.
    subject = str(seen["id"])
    label = str(join([parse(seen["label"]), originator_only(asker.centre)]))
    entry = Entry(act, subject, body, asker.name, label, at_us, f"{subject}:act:{seen.acts + 1}")
    if not store.append([entry]):
        raise NotNowError("somebody else acted on this event at the same moment; look again")
    after = store.event(subject)
    if after is None:
        raise RuntimeError(f"event {subject} has gone from the log")
    return after


def _entry(asker: Asker, kind: str, subject: str, body: dict[str, Any], at_us: int, key: str) -> Entry:
    return Entry(kind, subject, body, asker.name, str(originator_only(asker.centre)), at_us, key)


def _words(text: str) -> str:
    """Text as a person wrote it, trimmed; tabs and line ends stay, other control characters are refused."""
    text = text.strip()
    if not text:
        raise NotUnderstoodError("a note needs words")
    if len(text) > MOST_TEXT:
        raise NotUnderstoodError(f"at most {MOST_TEXT} characters")
    if any(not (c.isprintable() or c in "\n\t\r\u200c\u200d") for c in text):
        raise NotUnderstoodError("the text holds characters that cannot be shown")
    return text


def _is_name(name: str) -> bool:
    return 0 < len(name) <= MOST_NAME and name.isprintable() and name == name.strip()
