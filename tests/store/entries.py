"""Log entries, written as a test reads them."""

from typing import Any

from periplus.model.log import Entry

LABEL = "EXAMPLE//TLP:AMBER+STRICT"
HOUR = 3_600_000_000


def version(event: str = "e1", change: str = "opened", at: int = 1, **more: Any) -> Entry:
    """One version of an event, said by the machine at `at`."""
    state = {"opened": "open", "updated": "open"}.get(change, change)
    body = {
        "id": event, "kind": "gap", "change": change, "state": state, "vessels": ["419000913"], "start": 0,
        "end": None, "lon": 60.5, "lat": -4.0, "profile": "periplus", "rule": "gap/1", "score": 0.5,
        "priority": "look", "why": "Silent for 14 h.", "evidence": {"measured": {"silence_h": 14.0}}, "cause": None,
        "label": LABEL,
    } | more  # fmt: skip
    return Entry(body["kind"], event, body, "machine", LABEL, at, f"{event}:{change}:{at}")


def act(kind: str, event: str = "e1", by: str = "asha", at: int = 10, **body: Any) -> Entry:
    """What an officer did with an event."""
    return Entry(kind, event, body, by, LABEL, at, f"{kind}:{event}:{by}:{at}")


def plain(number: int, **body: Any) -> Entry:
    """An entry of no event."""
    return Entry("source", f"feed-{number}", body, "machine", LABEL, number, f"key-{number}")
