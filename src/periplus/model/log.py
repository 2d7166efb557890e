"""Log entry: something found, reported, judged or ordered. Appended once, never altered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What an officer may do with an event; the kind of the log entry equals the verb.
ACTS = ("acknowledge", "dismiss", "note", "reopen")
DISMISSALS = {
    1: "Antenna or power fault, told by ship",
    2: "Reception was poor after all",
    3: "Known practice of this fleet",
    4: "In port or anchorage",
    5: "Duplicate of another event",
    6: "Other, in words",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is asked to be appended. `key` makes appending idempotent: a second one with it is not added."""

    kind: str  # event kind ('gap'), act ('acknowledge'), or 'sign_in', 'account', 'source'
    subject: str  # what it is about: an event id, a vessel, an account
    body: Mapping[str, Any]  # JSON object
    author: str  # 'machine' or the account's name
    label: str
    recorded_at: int  # microseconds UTC
    key: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as the log holds it: numbered, and chained by hash to the one before."""

    seq: int
    entry: Entry
    hash: str  # SHA-256 hex over the previous hash and the canonical entry
