"""The picture: each event as its latest version and the acts upon it, projected from the log."""

import json
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from periplus.model.event import CHANGES, PRIORITIES, STATES
from periplus.model.log import ACTS, Entry, Recorded
from periplus.store import log as journal
from periplus.store.schema import event, event_vessel, log

Row = dict[str, Any]
UNTOUCHED: Row = {
    "acknowledged_by": None, "acknowledged_at": None, "dismissed_by": None, "dismissed_at": None,
    "dismissed_reason": None, "dismissed_text": None, "notes": 0,
}  # fmt: skip


def is_version(entry: Entry) -> bool:
    """Whether the entry is a version of an event, as the machine says them."""
    return (
        entry.kind not in ACTS
        and entry.body.get("change") in CHANGES
        and entry.body.get("id") == entry.subject
    )


def fold(row: Row | None, recorded: Recorded) -> Row | None:
    """An event's row after one more entry; null while nobody has reported the event."""
    entry = recorded.entry
    if is_version(entry):
        return _versioned(row, recorded)
    if row is None:
        return None
    by, at = entry.author, entry.recorded_at
    if entry.kind == "acknowledge":
        return row | {"acknowledged_by": by, "acknowledged_at": at}
    if entry.kind == "dismiss":
        reason, text = entry.body.get("reason"), entry.body.get("text")
        return row | {
            "dismissed_by": by,
            "dismissed_at": at,
            "dismissed_reason": reason,
            "dismissed_text": text,
        }
    if entry.kind == "reopen":
        return row | UNTOUCHED | {"notes": row["notes"]}
    return row | {"notes": row["notes"] + (entry.kind == "note")}


def project(connection: sa.Connection, recorded: Iterable[Recorded]) -> None:
    """Carry new entries into the picture."""
    touching = [r for r in recorded if r.entry.kind in ACTS or is_version(r.entry)]
    before = _rows(connection, {r.entry.subject for r in touching})
    after: dict[str, Row] = dict(before)
    for each in touching:
        row = fold(after.get(each.entry.subject), each)
        if row is not None:
            after[each.entry.subject] = row
    _write(connection, before, after)
    _write_vessels(connection, [r for r in touching if is_version(r.entry)])


def rebuild(connection: sa.Connection) -> None:
    """Throw the picture away and make it again from the log."""
    connection.execute(sa.delete(event_vessel))
    connection.execute(sa.delete(event))
    for batch in journal.everything(connection):
        project(connection, batch)


def events(
    connection: sa.Connection,
    *,
    states: Collection[str] | None = None,
    kinds: Collection[str] | None = None,
    since_us: int | None = None,
    until_us: int | None = None,
    vessel: str | None = None,
    limit: int = 500,
) -> list[Row]:
    """Events that overlap [since, until): open ones by urgency, then newest; after them the others, newest first."""
    c = event.c
    query = _bodied()
    if kinds is not None:
        query = query.where(c.kind.in_(list(kinds)))
    if since_us is not None:
        query = query.where(sa.or_(c.ended_at.is_(None), c.ended_at >= since_us))
    if until_us is not None:
        query = query.where(c.started_at < until_us)
    newest = (c.opened_at.desc(), c.opened_seq.desc())
    wanted = STATES if states is None else states

    if vessel is not None:
        return _of_vessel(connection, query.where(c.state.in_(list(wanted))), vessel)[:limit]

    def of(state: str, order: tuple[sa.ColumnElement[Any], ...], most: int) -> list[Row]:
        if state not in wanted or most <= 0:
            return []
        return [
            row._asdict()
            for row in connection.execute(query.where(c.state == state).order_by(*order).limit(most))
        ]

    # A question for each state finds its answer in an index, however many events there have been.
    found = of("open", (c.rank, *newest), limit)
    past = [row for state in STATES if state != "open" for row in of(state, newest, limit - len(found))]
    past.sort(key=lambda row: (row["opened_at"], row["opened_seq"]), reverse=True)
    return [_shown(row) for row in (found + past)[:limit]]


def one(connection: sa.Connection, event_id: str) -> Row | None:
    """One event, or null."""
    row = connection.execute(_bodied().where(event.c.id == event_id)).one_or_none()
    return None if row is None else _shown(row._asdict())


def versions(connection: sa.Connection, event_id: str) -> list[Row]:
    """Every version of an event and every act on it, in order: what, who, when, and what was said."""
    query = sa.select(*journal.COLUMNS).where(log.c.subject == event_id).order_by(log.c.seq)
    found, version = [], 0
    for row in connection.execute(query):
        each = journal.recorded(row)
        entry, body = each.entry, each.entry.body
        said = is_version(entry)
        if not said and entry.kind not in ACTS:
            continue
        version += said
        found.append({
            "seq": each.seq, "at": entry.recorded_at, "by": entry.author, "label": entry.label,
            "what": body["change"] if said else entry.kind, "version": version, "body": dict(body),
            **{name: body.get(name) for name in ("state", "priority", "why", "cause", "reason", "text")},
        })  # fmt: skip
    return found


def counts(connection: sa.Connection, start_us: int, end_us: int, bin_us: int) -> list[tuple[int, str, int]]:
    """How many events of each priority began in each bin of start <= t < end; withdrawn ones do not count."""
    number = ((event.c.started_at - start_us) // bin_us).label("number")
    query = (
        sa.select(number, event.c.rank, sa.func.count())
        .where(event.c.started_at >= start_us, event.c.started_at < end_us, event.c.state != "withdrawn")
        .group_by(number, event.c.rank)
        .order_by(number, event.c.rank)
    )
    return [
        (start_us + int(n) * bin_us, PRIORITIES[rank], int(count))
        for n, rank, count in connection.execute(query)
    ]


def _versioned(row: Row | None, recorded: Recorded) -> Row:
    entry, body, at = recorded.entry, recorded.entry.body, recorded.entry.recorded_at
    before = row or UNTOUCHED | {
        "opened_at": at,
        "opened_seq": recorded.seq,
        "version": 0,
        "why": body["why"],
    }
    return before | {
        "id": entry.subject, "kind": entry.kind, "state": body["state"], "label": entry.label,
        "rank": PRIORITIES.index(body["priority"]), "started_at": body["start"], "ended_at": body["end"],
        "recorded_at": at, "seq": recorded.seq, "version": before["version"] + 1, "why": body["why"],
        "was": before["why"] if before["why"] != body["why"] else None,
    }  # fmt: skip


def _of_vessel(connection: sa.Connection, query: sa.Select[Any], vessel: str) -> list[Row]:
    # One vessel's events are few: found by their ids and put in order here, lest the database walks all events.
    ids = list(connection.scalars(sa.select(event_vessel.c.event).where(event_vessel.c.vessel == vessel)))
    rows: list[Row] = []
    for start in range(0, len(ids), journal.PARAMETERS):
        some = query.where(event.c.id.in_(ids[start : start + journal.PARAMETERS]))
        rows += [row._asdict() for row in connection.execute(some)]
    rows.sort(
        key=lambda r: (
            r["state"] != "open",
            r["rank"] * (r["state"] == "open"),
            -r["opened_at"],
            -r["opened_seq"],
        )
    )
    return [_shown(row) for row in rows]


def _bodied() -> sa.Select[Any]:
    return sa.select(event, log.c.body).join(log, log.c.seq == event.c.seq)


def _rows(connection: sa.Connection, ids: set[str]) -> dict[str, Row]:
    wanted, rows = sorted(ids), {}
    for start in range(0, len(wanted), journal.PARAMETERS):
        query = sa.select(event).where(event.c.id.in_(wanted[start : start + journal.PARAMETERS]))
        rows.update({row.id: row._asdict() for row in connection.execute(query)})
    return rows


def _write(connection: sa.Connection, before: dict[str, Row], after: dict[str, Row]) -> None:
    added = [row for name, row in after.items() if name not in before]
    changed = [
        row | {"event_id": name} for name, row in after.items() if name in before and row is not before[name]
    ]
    if added:
        connection.execute(sa.insert(event), added)
    if changed:
        values: dict[str, Any] = {
            column.name: sa.bindparam(column.name) for column in event.c if not column.primary_key
        }
        statement = sa.update(event).where(event.c.id == sa.bindparam("event_id")).values(values)
        connection.execute(statement, changed)


def _write_vessels(connection: sa.Connection, said: list[Recorded]) -> None:
    latest = {each.entry.subject: each.entry.body["vessels"] for each in said}
    gone = sa.delete(event_vessel).where(event_vessel.c.event == sa.bindparam("event_id"))
    if latest:
        connection.execute(gone, [{"event_id": name} for name in latest])
    pairs = [{"vessel": v, "event": name} for name, vessels in latest.items() for v in sorted(set(vessels))]
    if pairs:
        connection.execute(sa.insert(event_vessel), pairs)


def _shown(row: Row) -> Row:
    acknowledged = {"by": row["acknowledged_by"], "at": row["acknowledged_at"]}
    dismissed = {name: row[f"dismissed_{name}"] for name in ("by", "at", "reason", "text")}
    body: Row = json.loads(row["body"])
    return body | {
        **{
            name: row[name]
            for name in ("version", "recorded_at", "opened_at", "seq", "was", "label", "notes")
        },
        "acknowledged": acknowledged if row["acknowledged_by"] is not None else None,
        "dismissed": dismissed if row["dismissed_by"] is not None else None,
    }
