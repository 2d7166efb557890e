"""The store of one centre, opened: log, picture, claims, accounts, in SQLite or PostgreSQL."""

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from periplus.model.log import Entry, Recorded
from periplus.store import accounts, claims, connection, log, picture, verification
from periplus.store.accounts import Account, Session
from periplus.store.errors import database
from periplus.store.schema import head, meta
from periplus.store.verification import Verification


class Store:
    """What was found and decided in one centre. Any number of threads may use it."""

    def __init__(self, dsn: str) -> None:
        self._writer, self._reader = connection.connect(dsn)
        self._writing = threading.Lock()
        url = self._writer.url
        self.place = url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string()
        try:
            with database(self.place):
                connection.migrate(self._writer, self.place)
        except BaseException:
            self.close()
            raise

    def append(self, entries: Sequence[Entry]) -> list[Recorded]:
        """Append to the log, once for each key, and carry it into the picture, in one transaction.

        Returns what was added; entries whose key the log has already are not.
        """
        if not entries:
            return []
        with self._write() as link:
            recorded = log.append(link, entries)
            picture.project(link, recorded)
            return recorded

    def entries(
        self,
        *,
        after: int = 0,
        limit: int = 1000,
        subject: str | None = None,
        kinds: Collection[str] | None = None,
    ) -> list[Recorded]:
        """Log entries with seq > after, in order."""
        with self._read() as link:
            return log.entries(link, after=after, limit=limit, subject=subject, kinds=kinds)

    @property
    def seq(self) -> int:
        """The number of the last log entry; 0 before the first."""
        with self._read() as link:
            return int(link.execute(sa.select(head.c.seq)).scalar_one())

    def events(
        self,
        *,
        states: Collection[str] | None = None,
        kinds: Collection[str] | None = None,
        since_us: int | None = None,
        until_us: int | None = None,
        vessel: str | None = None,
        limit: int = 500,
    ) -> list[dict[str, Any]]:
        """The picture's events that overlap [since, until): open ones first, the most urgent, then the newest;
        after them the closed and withdrawn, newest first.

        Each is the body of its latest version with version, recorded_at, opened_at, seq, was,
        acknowledged {by, at}, dismissed {by, at, reason, text} and notes.
        """
        with self._read() as link:
            return picture.events(
                link,
                states=states,
                kinds=kinds,
                since_us=since_us,
                until_us=until_us,
                vessel=vessel,
                limit=limit,
            )

    def event(self, event_id: str) -> dict[str, Any] | None:
        """One event as `events` gives it, or null."""
        with self._read() as link:
            return picture.one(link, event_id)

    def versions(self, event_id: str) -> list[dict[str, Any]]:
        """Every version of the event and every act on it, in order: seq, at, by, what, why, text, ..."""
        with self._read() as link:
            return picture.versions(link, event_id)

    def event_counts(self, start_us: int, end_us: int, bin_us: int) -> list[tuple[int, str, int]]:
        """Events that began in each bin of start <= t < end: bin start, priority, how many (never 0)."""
        with self._read() as link:
            return picture.counts(link, start_us, end_us, bin_us)

    def rebuild_picture(self) -> None:
        """Throw the picture away and make it again from the log."""
        with self._write() as link:
            picture.rebuild(link)

    def put_claims(self, table: pa.Table) -> None:
        """Keep identity claims (IDENTITY_CLAIM); a known one is prolonged."""
        with self._write() as link:
            claims.put(link, table)

    def claims(self, mmsi: int) -> pa.Table:
        """All claims of an MMSI, by field, oldest first."""
        with self._read() as link:
            return claims.of_vessel(link, mmsi)

    def identities(self) -> pa.Table:
        """The latest value of each field of each vessel, one row a vessel (store.claims.IDENTITY)."""
        with self._read() as link:
            return claims.identities(link)

    def add_account(self, name: str, role: str, password_hash: str, at: int) -> None:
        """A new account. Raises StoreError when the name is taken or the role unknown."""
        with self._write() as link:
            accounts.add(link, name, role, password_hash, at)

    def account(self, name: str) -> Account | None:
        """The account of that name in any case, or null."""
        with self._read() as link:
            return accounts.find(link, name)

    def accounts(self) -> list[Account]:
        """All accounts, oldest first."""
        with self._read() as link:
            return accounts.everybody(link)

    def set_role(self, name: str, role: str) -> None:
        """Change what an account may do."""
        with self._write() as link:
            accounts.change(link, name, role=role)

    def set_password(self, name: str, password_hash: str) -> None:
        """Change an account's password; its sessions end."""
        with self._write() as link:
            accounts.change(link, name, password_hash=password_hash)
            accounts.end_sessions(link, name=name, expired_at=None)

    def disable(self, name: str, *, disabled: bool = True) -> None:
        """Bar an account from signing in, or let it in again; its sessions end."""
        with self._write() as link:
            accounts.change(link, name, disabled=int(disabled))
            accounts.end_sessions(link, name=name, expired_at=None)

    def add_session(self, token_hash: str, account: str, csrf: str, expires: int) -> None:
        """Somebody signed in until `expires`."""
        with self._write() as link:
            accounts.add_session(link, token_hash, account, csrf, expires)

    def session(self, token_hash: str, now: int | None = None) -> Session | None:
        """The session; null when it ended, has expired at `now`, or its account was disabled."""
        with self._read() as link:
            return accounts.find_session(link, token_hash, now)

    def end_session(self, token_hash: str) -> None:
        """Somebody signed out."""
        with self._write() as link:
            accounts.end_session(link, token_hash)

    def end_sessions(self, *, account: str | None = None, expired_at: int | None = None) -> None:
        """End the sessions of an account, or those that have expired."""
        with self._write() as link:
            accounts.end_sessions(link, name=account, expired_at=expired_at)

    def add_token(self, token_hash: str, role: str, expires: int) -> None:
        """A link that lets one person in once, until `expires`."""
        with self._write() as link:
            accounts.add_token(link, token_hash, role, expires)

    def take_token(self, token_hash: str, now: int) -> str | None:
        """The token's role, once and while it is valid; null otherwise."""
        with self._write() as link:
            return accounts.take_token(link, token_hash, now)

    def meta(self, key: str) -> str | None:
        """A fact about the centre itself, or null."""
        with self._read() as link:
            return link.scalar(sa.select(meta.c.value).where(meta.c.key == key))

    def set_meta(self, key: str, value: str) -> None:
        """Set a fact about the centre itself."""
        with self._write() as link:
            link.execute(sa.delete(meta).where(meta.c.key == key))
            link.execute(sa.insert(meta).values(key=key, value=value))

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Verification:
        """Walk the log's hash chain; `progress` is told (done, of)."""
        with database(self.place):
            return verification.verify(self._reader, progress)

    def close(self) -> None:
        """Let go of all connections."""
        self._writer.dispose()
        self._reader.dispose()

    @contextlib.contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with database(self.place), self._reader.begin() as link:
            yield link

    @contextlib.contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        # One writer at a time, in turn: SQLite would let the others starve and give up after its timeout.
        with self._writing, database(self.place), self._writer.begin() as link:
            yield link
