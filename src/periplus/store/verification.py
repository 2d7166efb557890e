"""Verification: whether the log is what was written, entry by entry."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from periplus.store import log as journal
from periplus.store.schema import head, log

STEP = 10_000


@dataclass(frozen=True, slots=True)
class Verification:
    """What walking the chain found."""

    entries: int  # that were found right
    ok: bool
    first_bad_seq: int | None
    detail: str  # one sentence


def verify(reader: sa.Engine, progress: Callable[[int, int], None] | None = None) -> Verification:
    """Walk the whole chain; tell progress (done, of) now and then."""
    with reader.connect() as connection:
        ends = sa.select(head.c.seq, head.c.hash, sa.select(sa.func.max(log.c.seq)).scalar_subquery())
        total, last_hash, highest = connection.execute(ends).one()
    done, before = 0, journal.GENESIS
    while done < total:
        query = (
            sa.select(*journal.COLUMNS)
            .where(log.c.seq > done, log.c.seq <= total)
            .order_by(log.c.seq)
            .limit(STEP)
        )
        # Short transactions: a long one would keep SQLite from tidying its journal.
        with reader.connect() as connection:
            rows = connection.execute(query).fetchall()
        if not rows:
            return _bad(done, f"entry {done + 1} is missing, the log ends at {total}")
        for seq, digest, kind, subject, author, label, recorded_at, key, body in rows:
            if seq != done + 1:
                return _bad(done, f"entry {done + 1} is missing")
            before = journal.chained(before, seq, kind, subject, author, label, recorded_at, key, body)
            if before != digest:
                return _bad(done, f"entry {seq} is not what was written")
            done = seq
        if progress:
            progress(done, total)
    if before != last_hash:
        return _bad(done - 1, f"entry {done} is not the one that the log ended with")
    if (highest or 0) != total:
        return _bad(done, f"entry {done + 1} was not appended by Periplus")
    return Verification(done, True, None, f"{done} entries, each as it was written")


def _bad(right: int, detail: str) -> Verification:
    return Verification(right, False, right + 1, detail)
