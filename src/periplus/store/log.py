"""The log: what was found, reported, judged or ordered, appended once and chained by hash."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any

import sqlalchemy as sa

from periplus.model.ids import canonical
from periplus.model.log import Entry, Recorded
from periplus.store.errors import StoreError
from periplus.store.schema import head, log

GENESIS = "0" * 64  # stands before the first entry
COLUMNS: tuple[sa.Column[Any], ...] = tuple(log.c)
PARAMETERS = 500  # in one IN (...)


def append(connection: sa.Connection, entries: Sequence[Entry]) -> list[Recorded]:
    """Append what the log does not hold yet, by key; returns what was added."""
    bodies = {entry.key: _checked(entry) for entry in entries}
    fresh = {entry.key: entry for entry in reversed(entries)}  # of two with one key the first counts
    seq, before = connection.execute(sa.select(head.c.seq, head.c.hash).with_for_update()).one()
    known = _known(connection, list(fresh))
    recorded, rows = [], []
    for key, entry in reversed(fresh.items()):
        if key in known:
            continue
        seq += 1
        texts = (entry.kind, entry.subject, entry.author, entry.label, entry.recorded_at, key, bodies[key])
        before = chained(before, seq, *texts)
        recorded.append(Recorded(seq, entry, before))
        rows.append({
            "seq": seq, "hash": before, "kind": entry.kind, "subject": entry.subject, "author": entry.author,
            "label": entry.label, "recorded_at": entry.recorded_at, "key": key, "body": bodies[key],
        })  # fmt: skip
    if rows:
        connection.execute(sa.insert(log), rows)
        connection.execute(sa.update(head).values(seq=seq, hash=before))
    return recorded


def entries(
    connection: sa.Connection,
    *,
    after: int = 0,
    limit: int = 1000,
    subject: str | None = None,
    kinds: Collection[str] | None = None,
) -> list[Recorded]:
    """Entries with seq > after, in order."""
    query = sa.select(*COLUMNS).where(log.c.seq > after).order_by(log.c.seq).limit(limit)
    if subject is not None:
        query = query.where(log.c.subject == subject)
    if kinds is not None:
        query = query.where(log.c.kind.in_(list(kinds)))
    return [recorded(row) for row in connection.execute(query)]


def everything(connection: sa.Connection, step: int = 1000) -> Iterator[list[Recorded]]:
    """The whole log in order, a bounded number of entries at a time."""
    after = 0
    while batch := entries(connection, after=after, limit=step):
        yield batch
        after = batch[-1].seq


def chained(
    before: str,
    seq: int,
    kind: str,
    subject: str,
    author: str,
    label: str,
    recorded_at: int,
    key: str,
    body: str,
) -> str:
    """SHA-256 over the hash before and the canonical entry, whose members RFC 8785 puts in this order.

    The body is canonical already and is taken as it stands, so that verifying does not parse it.
    """
    quoted = encode_basestring
    text = (
        f'{before}{{"author":{quoted(author)},"body":{body},"key":{quoted(key)},"kind":{quoted(kind)},'
        f'"label":{quoted(label)},"recorded_at":{recorded_at},"seq":{seq},"subject":{quoted(subject)}}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _checked(entry: Entry) -> str:
    texts = (entry.kind, entry.subject, entry.author, entry.label, entry.key)
    if not all(text and "\0" not in text for text in texts):
        raise StoreError(
            f"log entry {entry.key!r}: kind, subject, author, label and key need text without NUL"
        )
    try:
        "".join(texts).encode()
        return canonical(dict(entry.body)).decode()
    except ValueError as error:
        raise StoreError(f"log entry {entry.key!r} has no canonical form: {error}") from error


def _known(connection: sa.Connection, keys: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(keys), PARAMETERS):
        query = sa.select(log.c.key).where(log.c.key.in_(keys[start : start + PARAMETERS]))
        known.update(connection.scalars(query))
    return known


def recorded(row: sa.Row[*tuple[Any, ...]]) -> Recorded:
    """A row of COLUMNS as the record it is."""
    seq, digest, kind, subject, author, label, recorded_at, key, body = tuple(row)
    return Recorded(seq, Entry(kind, subject, json.loads(body), author, label, recorded_at, key), digest)
