"""The opened resources of one centre: its archive, its store, its facts. It has no verbs."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from periplus import settings
from periplus.archive import Archive, open_archive
from periplus.fusion.facts import Facts, load_facts
from periplus.fusion.picture import Picture
from periplus.model.label import originator_only
from periplus.store import Store, open_store


class CentreError(RuntimeError):
    """A centre cannot be opened as asked; the message is one clear line."""


@dataclass(slots=True)
class Centre:
    """One centre. An exercise is a centre of its own: own folder, own archive, own log, own label."""

    folder: Path
    name: str
    originator: str
    exercise: bool
    archive: Archive
    store: Store
    facts: Facts
    picture: Picture

    @property
    def label(self) -> str:
        """What everything that enters here carries unless its source says otherwise."""
        return str(originator_only(self.originator))

    def close(self) -> None:
        self.archive.close()
        self.store.close()


def open_centre(
    folder: Path,
    *,
    name: str,
    originator: str,
    exercise: bool,
    dsn: str | None = None,
    zones: Path | None = None,
    anchorages: Path | None = None,
) -> Centre:
    """Opens or founds the centre in a folder.

    Raises CentreError when folder or database belong to another centre, and lets ArchiveError and
    StoreError through: in use by another program, newer than this program, not writable.
    """
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", originator):
        raise CentreError(f"an originator is 1 to 40 letters, digits, dots and dashes, not {originator!r}")
    facts = load_facts(zones=zones, anchorages=anchorages)
    archive = open_archive(folder)
    try:
        store = open_store(settings.database(folder, dsn))
    except Exception:
        archive.close()
        raise
    try:
        founded = _found(store, name, originator, exercise)
        _bind(store, folder)
    except Exception:
        archive.close()
        store.close()
        raise
    return Centre(folder, *founded, exercise, archive, store, facts, Picture())


def _found(store: Store, name: str, originator: str, exercise: bool) -> tuple[str, str]:
    """The centre's name and originator as founded; founds it when it is new."""
    kind = store.meta("kind")
    wanted = "exercise" if exercise else "real"
    if kind is None:
        for key, value in (("kind", wanted), ("name", name), ("originator", originator)):
            store.set_meta(key, value)
        return name, originator
    if kind != wanted:
        here, asked = (
            ("an exercise", "a real centre") if kind == "exercise" else ("a real centre", "an exercise")
        )
        raise CentreError(f"this folder holds {here}; {asked} needs a folder of its own")
    return store.meta("name") or name, store.meta("originator") or originator


def _bind(store: Store, folder: Path) -> None:
    """A log belongs to one archive: a database named by mistake would mix two centres' events."""
    mark = folder / "CENTRE"
    held = store.meta("centre")
    if not mark.exists():
        if held is not None:
            raise CentreError("this database belongs to a centre in another folder; each needs its own")
        with mark.open("w") as file:  # on disk before the database names it
            file.write(secrets.token_hex(16))
            file.flush()
            os.fsync(file.fileno())
    own = mark.read_text().strip()
    if held is None:
        store.set_meta("centre", own)
    elif held != own:
        raise CentreError("this database belongs to a centre in another folder; each needs its own")
